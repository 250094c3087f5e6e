"""Many files: found in folders, sorted into repositories, handed to the engine as plain data."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from mobctl.engine import Sheet, Tick, untold
from mobctl.errors import NothingToCheckError, UserError
from mobctl.finding import Message, Quoted, Series, say, system
from mobctl.store.charters import charter_list
from mobctl.store.file import File, data, read, read_bytes, read_whole
from mobctl.store.history import Earlier
from mobctl.store.reader import MAX_BYTES
from mobctl.store.shipped import KINDS, shapes

SUFFIXES = (".yaml", ".yml")
HIDDEN = (".yaml.txt", ".yml.txt")
"""How a name ends where Notepad has added to it: Windows shows the first of the two endings only."""

CONFIG = "mobctl.yaml"


@dataclass(slots=True)
class Archive:
    """The files of a run: those asked for, those read beside them, how many are not ours, which can't be opened.

    `given` are the bytes of those that are not read from the disk.

    What lies beside them, and the school's configuration, are known once it is taken apart by `repositories`.
    """

    files: dict[str, File] = field(default_factory=dict)
    beside: dict[str, File] = field(default_factory=dict)
    others: int = 0
    config: File | None = None
    unopened: list[Message] = field(default_factory=list)
    given: Mapping[str, bytes] = field(default_factory=dict)
    seen: set[Path] = field(default_factory=set)


def load(paths: Iterable[Path], given: Mapping[str, bytes] | None = None, tick: Tick = untold) -> Archive:
    """Read the files and folders asked for, and the bytes that are given by name.

    What can't be opened, or is not read for its name, stops nothing else: it is said in `unopened`. Raise NothingToCheckError if nothing is left.
    """
    archive = Archive(given=given or {})
    for name, raw in archive.given.items():
        archive.files[name] = read_bytes(name, raw, asked=True)
        archive.seen.add(Path(name).resolve())
    done = total = 0
    for path in paths:
        try:
            if path.is_dir():
                inside = _within(path)
                total += len(inside)
                for each in inside:
                    _take(archive, each, asked=False)
                    done += 1
                    tick(done, total)
                for each in _within(path, HIDDEN):
                    _pass_over(archive, each)
            elif path.exists() or path.is_symlink():
                _take(archive, path, asked=True)
            else:
                raise _absent(path)
        except NothingToCheckError as error:
            archive.unopened.append(error.args[0])
    if not archive.files:
        nothing = say(
            "There is no record here: name the file of a record (.yaml), or the folder that holds them."
        )
        raise NothingToCheckError(*archive.unopened[:1] or [nothing])
    return archive


def _take(archive: Archive, path: Path, *, asked: bool) -> None:
    """Read a file, once by whatever name it comes again."""
    real = path.resolve()
    if real in archive.seen:
        return
    archive.seen.add(real)
    try:
        file = read(path, asked=asked)
    except NothingToCheckError as error:
        archive.unopened.append(error.args[0])
        return
    if file.kind is None:
        archive.others += 1
    else:
        archive.files[file.name] = file


def _pass_over(archive: Archive, path: Path) -> None:
    """Say of one of our files that it is not read for its name; other people's `.txt` are nobody's business."""
    if path.resolve() in archive.seen or read(path, asked=False).kind is None:
        return
    archive.unopened.append(
        say(
            "{file} is not read, because its name ends in .txt. Rename it to {right}. (Windows hides the .txt:"
            " in the Explorer, tick View, File name extensions.)",
            file=Quoted(path.as_posix()),
            right=Quoted(path.stem),
        )
    )


def repositories(archive: Archive, tick: Tick = untold) -> list[Archive]:
    """Take an archive apart: each repository is judged by its own configuration, institutions and tables."""
    parts: dict[Path | None, Archive] = {}
    for name, file in archive.files.items():
        parts.setdefault(repository(Path(name)), Archive()).files[name] = file
    for home, part in parts.items():
        if home is not None:
            _read_beside(home, part, tick)
    return list(parts.values())


def _read_beside(home: Path, part: Archive, tick: Tick) -> None:
    asked = {Path(name).resolve() for name in part.files}
    inside = _within(home)
    for done, path in enumerate(inside):
        tick(done, len(inside))
        if path.resolve() not in asked and repository(path) == home:
            try:
                file = read(path, asked=path.name == CONFIG)
            except NothingToCheckError:  # it was not asked for, and nothing may come to refer to it
                continue
            if file.kind in KINDS or file.name == (home / CONFIG).as_posix():
                part.beside[file.name] = file
    config = (home / CONFIG).resolve()
    everything = {**part.beside, **part.files}
    part.config = next((file for name, file in everything.items() if Path(name).resolve() == config), None)


def path_in(part: Archive, name: str) -> str:
    """The path of a file from its repository's `mobctl.yaml` on, so that it is the same from wherever it is read."""
    if part.config is None:
        return Path(name).as_posix()
    home = Path(part.config.name).parent.resolve()
    real = Path(os.path.abspath(name))  # noqa: PTH100  (a link in the repository is named where it lies there)
    return real.relative_to(home).as_posix() if real.is_relative_to(home) else Path(name).as_posix()


def school(folder: Path) -> Archive:
    """Read the configuration that holds in a folder, and nothing else."""
    home = repository(folder)
    return Archive(config=read(home / CONFIG, asked=True) if home else None)


def own_institution(folder: Path) -> Mapping[str, Any] | None:
    """Find the institution that keeps the records of a folder, which its `mobctl.yaml` names; None if none does."""
    home, config = repository(folder), school(folder).config
    named = data(config).get("home") if config and config.document else None
    if home is None or not isinstance(named, str):
        return None
    # The file that bears its name comes first, so that an archive is not read for one institution.
    for path in sorted(_within(home), key=lambda each: each.name.split(".")[0] != named):
        file = read(path, asked=False)
        if file.kind == "institution" and file.document and data(file).get("id") == named:
            return data(file)
    return None


def of_kinds(folder: Path, wanted: Mapping[str, str]) -> dict[str, File]:
    """Read the files of some kinds in a repository, each kind where a text stands in it: there may be thousands of records."""
    ours = re.compile(rb"^mobctl:[ \t]*[\"']?(%s)/" % "|".join(wanted).encode(), re.MULTILINE)
    found: dict[str, File] = {}
    for path in _within(repository(folder) or folder):
        with suppress(OSError):
            raw = read_whole(path, MAX_BYTES)
            if (kind := ours.search(raw)) and wanted[kind[1].decode()].encode() in raw:
                found[path.as_posix()] = read_bytes(path.as_posix(), raw, asked=False)
    return found


def repository(path: Path) -> Path | None:
    """Walk up from a file to the folder that holds `mobctl.yaml`."""
    folder = path if path.is_dir() else path.parent
    for _ in range(20):
        if (folder / CONFIG).is_file():
            return folder
        above = folder / ".." if folder.name in ("", "..") else folder.parent
        if above.resolve() == folder.resolve():
            return None
        folder = above
    return None


def _within(folder: Path, suffixes: tuple[str, ...] = SUFFIXES) -> list[Path]:
    """The YAML files below a folder, in a fixed order.

    Hidden folders belong to other tools and are passed over; so is a hidden link to nowhere, with which an editor
    marks the file that is open.
    """
    found = []

    def fail(error: OSError) -> None:
        raise NothingToCheckError(
            say("{file} cannot be opened: {why}", file=Quoted(str(error.filename)), why=system(error))
        )

    for where, folders, names in os.walk(folder, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            Path(where) / name
            for name in names
            if name.lower().endswith(suffixes) and (name[0] != "." or (Path(where) / name).is_file())
        ]
    return sorted(found)


def _absent(path: Path) -> UserError:
    folder = path.parent if path.parent.is_dir() else Path()
    names = [
        each.name
        for each in folder.iterdir()
        if each.name.lower().endswith((*SUFFIXES, *HIDDEN)) or each.is_dir()
    ]
    near = get_close_matches(path.name, names, n=3, cutoff=0.5)
    if near:
        shown = Series(tuple(Quoted((folder / name).as_posix()) for name in near), "or")
        return NothingToCheckError(
            say("There is no {path}. Did you mean {near}?", path=Quoted(str(path)), near=shown)
        )
    return NothingToCheckError(say("There is no {path}.", path=Quoted(str(path))))


def languages(archive: Archive) -> tuple[str, ...]:
    """The languages that the school's `mobctl.yaml` names, the preferred one first."""
    named = data(archive.config).get("languages") if archive.config else None
    return tuple(each for each in named if isinstance(each, str)) if isinstance(named, list) else ()


def sheets(archive: Archive, before: Earlier | None = None) -> dict[str, Sheet]:
    """The data of all files that could be read, for the engine.

    `before` is what an earlier revision held; None if there is no revision to compare with.
    """
    everything = {**archive.beside, **archive.files}
    return {
        name: charter_list(name, data(file))
        if file.kind == "charter-list"
        else _sheet(name, file.kind, data(file), before)
        for name, file in everything.items()
        if file.document and file.kind in KINDS and file.refused is None
    }


def _sheet(name: str, kind: str, record: Mapping[str, Any], before: Earlier | None) -> Sheet:
    if before is None or kind != "mobility":
        return Sheet(kind, record)
    raw = before.files.get(name)
    if raw is None:  # a new record, or one whose file had another name
        renamed = (read_bytes(name, each, asked=False) for each in before.gone)
        file = next(
            (each for each in renamed if each.document and data(each).get("id") == record.get("id")), None
        )
        if file is None:
            return Sheet(kind, record, uncompared=None)
    else:
        file = read_bytes(name, raw, asked=False)
    earlier = data(file)
    if file.refused or file.kind != "mobility" or shapes()["mobility"].check(earlier):
        return Sheet(
            kind, record, uncompared=say("the earlier revision of this record has mistakes in its fields")
        )
    return Sheet(kind, record, earlier)
