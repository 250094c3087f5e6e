"""Where documents go: into a folder that remembers what each was made of, into one ZIP, or to standard output."""

from __future__ import annotations

import filecmp
import hashlib
import json
import os
import tempfile
import time
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, ClassVar

from mobctl.errors import UserError
from mobctl.escaped import dumps
from mobctl.finding import Quoted, say, system
from mobctl.press import FEW
from mobctl.store import write

JOURNAL = ".mobctl-render.jsonl"
"""The file in which a folder of many documents remembers what each was made of."""

PATIENCE = 60.0
"""For how many seconds a file that is being written is left alone: another run may be at it."""

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first day that a ZIP can state: two runs give the same bytes."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a file was made of, by the `key` of all that it depends on; and which document it is, or a draft of it."""

    key: str = ""
    document: str = ""
    draft: bool = False


@dataclass(slots=True)
class Journal:
    """What the documents of a folder were made of, so that a run that was broken off goes on where it stopped.

    It also tells a draft that nobody has changed, which a later one may take the place of. A line is written once its
    file is there, whole. It begins with the second file of a run if there is a draft among them, else with the one that is
    one more than FEW: one paper, or a handful of originals, is not worth it.
    """

    folder: Path
    entries: dict[str, tuple[Origin, str]] = field(default_factory=dict)
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
                    origin = Origin(str(row["key"]), str(row.get("document", "")), row.get("draft") is True)
                    made.entries[str(row["file"])] = origin, str(row["sha256"])
            made.begun = bool(made.entries)
        return made

    def known(self, key: str, names: tuple[str, ...]) -> bool:
        """Say whether files of just this document are there, as they were written."""
        return all(self._origin(name).key == key for name in names)

    def gives_way(self, name: str, document: str) -> bool:
        """Say whether a file is a draft of that document, just as it was written."""
        origin = self._origin(name)
        return origin.draft and origin.document == document and not (self.folder / name).is_symlink()

    def _origin(self, name: str) -> Origin:
        """Find what a file was made of, if it is there as it was written."""
        origin, sha256 = self.entries.get(name, (Origin(), ""))
        return origin if sha256 and sha256 == self._there(name) else Origin()

    def _there(self, name: str) -> str:
        try:
            return digest((self.folder / name).read_bytes())
        except OSError:
            return ""

    def note(self, origins: Mapping[str, Origin], files: Mapping[str, bytes]) -> None:
        """Remember files that are there now, and what they were made of. If that fails, the next run makes them again."""
        for name, data in files.items():
            self.entries[name] = origins[name], digest(data)
            line = {"file": name, **asdict(origins[name]), "sha256": digest(data)}
            self.waiting.append(f"{dumps(line, None)}\n")
        drafts = any(origin.draft for origin, _ in self.entries.values())
        if not self.begun and len(self.entries) <= (1 if drafts else FEW):
            return
        with suppress(OSError), (self.folder / JOURNAL).open("a", encoding="utf-8") as file:
            file.write("".join(self.waiting))
            self.begun = True
            self.waiting.clear()


@dataclass(frozen=True, slots=True)
class Put:
    """What became of files: which have just been written, which were there already with the same content.

    `replaced` are those of the written that drafts have given way to.
    """

    written: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()


class Goal(ABC):
    """Where the documents of a run go."""

    __slots__ = ()
    lasting: ClassVar[bool] = True
    """Whether what was put there is there at once, not only once all is."""

    def known(self, _key: str, _names: tuple[str, ...]) -> bool:
        """Say whether a document, by the key of all it depends on, is there already: it need not be made."""
        return False

    def path(self, name: str) -> Path:
        """Name a file to people."""
        return Path(name)

    @abstractmethod
    def put(self, files: Mapping[str, bytes], origins: Mapping[str, Origin]) -> Put:
        """Take the files of a record, all of them or none; `origins` say what each was made of.

        Raise ContentError if these can't be put there, UserError if none can.
        """

    def close(self) -> Path | None:
        """End well, and return what has a name only now that all is in it."""
        return None


@dataclass(slots=True)
class Stream(Goal):
    """Standard output, for one document."""

    out: BinaryIO

    def put(self, files: Mapping[str, bytes], _origins: Mapping[str, Origin]) -> Put:
        """Send it off."""
        for data in files.values():
            self.out.write(data)
        self.out.flush()
        return Put()


@dataclass(slots=True)
class Folder(Goal):
    """A folder of documents. What is there with another content stays, unless it is to be written over (`force`).

    A draft that nobody has changed gives way to the same document, as it is now.
    Without a journal, all is made anew.
    """

    folder: Path
    force: bool = False
    journal: Journal | None = None

    @classmethod
    def resumed(cls, folder: Path, *, force: bool) -> Folder:
        """Go on in a folder; what a run that was killed left half written is taken away."""
        for path in stale(folder, time.time() - PATIENCE):
            path.unlink(missing_ok=True)
        return cls(folder, force, Journal.of(folder))

    def known(self, key: str, names: tuple[str, ...]) -> bool:
        """Ask the journal, and the files themselves."""
        return self.journal is not None and self.journal.known(key, names)

    def path(self, name: str) -> Path:
        """Name a file of the folder."""
        return self.folder / name

    def put(self, files: Mapping[str, bytes], origins: Mapping[str, Origin]) -> Put:
        """Write files, and what each was made of into the journal."""
        paths = {self.path(name): data for name, data in files.items()}
        drafts = [name for name in files if self._gives_way(name, origins[name])]
        there = write.save(paths, force=self.force, over={self.path(name) for name in drafts})
        if self.journal:
            self.journal.note(origins, files)
        same = tuple(name for name in files if self.path(name) in there)
        written = tuple(name for name in files if name not in same)
        return Put(written, same, tuple(name for name in written if name in drafts))

    def _gives_way(self, name: str, origin: Origin) -> bool:
        return self.journal is not None and self.journal.gives_way(name, origin.document)


@dataclass(slots=True)
class Zip(Goal):
    """Documents in one ZIP, in the order of the records; it takes its name once it is whole."""

    lasting: ClassVar[bool] = False
    name: Path
    force: bool
    file: IO[bytes]
    archive: zipfile.ZipFile
    empty: bool = True

    @classmethod
    def new(cls, path: Path, *, force: bool) -> Zip:
        """Begin beside the goal, so that what a thousand documents need is disk, not memory. Raise UserError if we can't."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = tempfile.NamedTemporaryFile(prefix=write.TEMPORARY, suffix=".tmp", dir=path.parent)  # noqa: SIM115
        except OSError as error:
            raise _unwritable(path, error) from error
        return cls(path, force, file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED))

    def put(self, files: Mapping[str, bytes], _origins: Mapping[str, Origin]) -> Put:
        """Put files in."""
        for name, data in files.items():
            info = zipfile.ZipInfo(PurePosixPath(name).as_posix(), EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            try:
                self.archive.writestr(info, data)
            except OSError as error:
                raise _unwritable(self.name, error) from error
        self.empty = False
        return Put()

    def close(self) -> Path | None:
        """Give it its name, if anything is in it. Raise UserError where another file is there that has to stay."""
        if self.empty:
            return None
        try:
            self.archive.close()
            self.file.flush()
            os.fsync(self.file.fileno())
            if not self.force and self._another():
                raise UserError(
                    say(
                        "{file} is there already with another content and was left as it is; {option} writes over it.",
                        file=Quoted(self.name.as_posix()),
                        option="--force",
                    )
                )
            Path(self.file.name).replace(self.name)
        except OSError as error:
            raise _unwritable(self.name, error) from error
        finally:
            with suppress(FileNotFoundError):
                self.file.close()
        return self.name

    def _another(self) -> bool:
        return self.name.exists() and not filecmp.cmp(self.file.name, self.name, shallow=False)


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


def digest(data: bytes) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(data).hexdigest()
