"""Many documents in one call: what is there already, what became of each, and all of them in one ZIP."""

from __future__ import annotations

import csv
import filecmp
import hashlib
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from mobctl import __version__
from mobctl.errors import UserError
from mobctl.escaped import dumps
from mobctl.finding import Quoted, say, system
from mobctl.press import FEW
from mobctl.reporters.table import harmless
from mobctl.store import write
from mobctl.words import Words

JOURNAL = ".mobctl-render.jsonl"
"""The file in which a folder of many documents remembers what each was made of."""

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first day that a ZIP can state: two runs give the same bytes."""


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one document: `status` is made, same (there already), early (not yet due) or refused."""

    record: str
    source: str
    kind: str
    part: str
    number: str
    status: str
    why: str = ""
    files: tuple[str, ...] = ()
    sha256: tuple[str, ...] = ()


COLUMNS = ("record", "source", "kind", "part", "number", "status", "why", "file", "sha256")


def manifest_csv(rows: Iterable[Row]) -> bytes:
    """Write a manifest for a spreadsheet: one line a file, or a document of which there is none."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for row in rows:
        head = [row.record, row.source, row.kind, row.part, row.number, row.status, row.why]
        for file, digest in zip(row.files, row.sha256, strict=True) if row.files else [("", "")]:
            table.writerow([*map(harmless, head), harmless(file), digest])
    return out.getvalue().encode("utf-8-sig")


def manifest_json(rows: Iterable[Row], words: Words) -> bytes:
    """Write a manifest for a program: see schemas/output/manifest.schema.json."""
    data: dict[str, Any] = {
        "version": 1,
        "tool": {"name": "mobctl", "version": __version__},
        "lang": words.lang,
        "documents": [
            {
                **{key: value for key, value in asdict(row).items() if key not in ("files", "sha256")},
                "files": [
                    {"name": name, "sha256": digest}
                    for name, digest in zip(row.files, row.sha256, strict=True)
                ],
            }
            for row in rows
        ],
    }
    return f"{dumps(data)}\n".encode()


def digest(data: bytes) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(data).hexdigest()


@dataclass(slots=True)
class Journal:
    """What the documents of a folder were made of, so that a run that was broken off goes on where it stopped.

    A line is written once its file is there, whole. It begins with the document that is one more than FEW: a folder with
    a handful of documents is not worth it.
    """

    folder: Path
    entries: dict[str, tuple[str, str]] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    begun: bool = False

    @classmethod
    def of(cls, folder: Path) -> Journal:
        """Read the journal of a folder; a line that was broken off counts for nothing."""
        made = cls(folder)
        with suppress(OSError):
            for line in (folder / JOURNAL).read_text(encoding="utf-8", errors="replace").splitlines():
                with suppress(ValueError, KeyError, TypeError):
                    row = json.loads(line)
                    made.entries[str(row["file"])] = (str(row["key"]), str(row["sha256"]))
            made.begun = bool(made.entries)
        return made

    def known(self, key: str, names: tuple[str, ...]) -> bool:
        """Say whether files of just this document are there, as they were written."""
        return all(self.entries.get(name) == (key, self._there(name)) for name in names)

    def _there(self, name: str) -> str:
        try:
            return digest((self.folder / name).read_bytes())
        except OSError:
            return ""

    def note(self, key: str, files: Mapping[str, bytes]) -> None:
        """Remember a document whose files are there now. If that fails, the next run makes them again."""
        for name, data in files.items():
            self.entries[name] = (key, digest(data))
            self.waiting.append(dumps({"file": name, "key": key, "sha256": digest(data)}, None) + "\n")
        if not self.begun and len(self.entries) <= FEW:
            return
        with suppress(OSError), (self.folder / JOURNAL).open("a", encoding="utf-8") as file:
            file.write("".join(self.waiting))
            self.begun = True
            self.waiting.clear()


@dataclass(slots=True)
class Zip:
    """Documents in one ZIP, in the order of the records; it takes its name once it is whole."""

    path: Path
    file: IO[bytes]
    archive: zipfile.ZipFile

    @classmethod
    def new(cls, path: Path) -> Zip:
        """Begin beside the goal, so that what a thousand documents need is disk, not memory. Raise UserError if we can't."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = tempfile.NamedTemporaryFile(prefix=write.TEMPORARY, suffix=".tmp", dir=path.parent)  # noqa: SIM115
        except OSError as error:
            raise _unwritable(path, error) from error
        return cls(path, file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED))

    def add(self, files: Mapping[str, bytes]) -> None:
        """Put files in."""
        for name, data in files.items():
            info = zipfile.ZipInfo(PurePosixPath(name).as_posix(), EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            try:
                self.archive.writestr(info, data)
            except OSError as error:
                raise _unwritable(self.path, error) from error

    def save(self, *, force: bool) -> None:
        """Give it its name. Raise UserError where another file is there that may not be written over."""
        try:
            self.archive.close()
            self.file.flush()
            os.fsync(self.file.fileno())
            if self.path.exists() and not force and not filecmp.cmp(self.file.name, self.path, shallow=False):
                raise UserError(
                    say(
                        "{file} is there already with another content and was left as it is; {option} writes over it.",
                        file=Quoted(self.path.as_posix()),
                        option="--force",
                    )
                )
            Path(self.file.name).replace(self.path)
        except OSError as error:
            raise _unwritable(self.path, error) from error
        finally:
            with suppress(FileNotFoundError):
                self.file.close()


def _unwritable(path: Path, error: OSError) -> UserError:
    return UserError(
        say("{path} could not be written: {reason}.", path=Quoted(str(path)), reason=system(error))
    )


def stale(folder: Path, before: float) -> Iterator[Path]:
    """Find what a run that was killed left half written: it has no name of a document."""
    for path in folder.glob(f"{write.TEMPORARY}*.tmp"):
        with suppress(OSError):
            if path.stat().st_mtime < before:
                yield path
