"""Records on disk: find them, read them, and the data that ships with the tool."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from mobctl.codes import CodeList, code_list, formats
from mobctl.engine import HouseRule, Profile, Settings, Sheet
from mobctl.errors import NothingToCheckError, UserError
from mobctl.finding import Finding, Quoted, Series, Severity, Span, say
from mobctl.resources import root
from mobctl.shape import Shape
from mobctl.store.reader import MAX_BYTES, Document, KeyTypes, Refused, looks_like_ours, parse, without_empty

KINDS = ("mobility", "institution", "grading-table", "config")
SUFFIXES = (".yaml", ".yml")
CONFIG = "mobctl.yaml"
SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.INFO}


@dataclass(frozen=True, slots=True)
class File:
    """One file, read or refused: its document, or the finding that says why there is none."""

    name: str
    kind: str | None
    document: Document | None
    refused: Finding | None = None
    unread: str = ""

    @property
    def text(self) -> str:
        """The text of the file, as far as it can be shown."""
        return self.document.text if self.document else self.unread

    def span(self, finding: Finding) -> Span:
        """Say where in the file a finding points."""
        if finding.span:
            return finding.span
        if self.document is None:
            return Span(1, 1, 1, 1)
        return self.document.span(finding.pointer, on_key=finding.on_key)


@dataclass(slots=True)
class Archive:
    """The files of a run: those asked for, those read beside them, and how many are not ours.

    What lies beside them, and the school's configuration, are known once it is taken apart by `repositories`.
    """

    files: dict[str, File] = field(default_factory=dict)
    beside: dict[str, File] = field(default_factory=dict)
    others: int = 0
    config: File | None = None


@cache
def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind of file."""
    path = root() / "schemas" / f"{kind}.schema.json"
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def _properties(node: Any) -> Iterator[tuple[str, Any]]:
    """Go through every property of a schema, at any depth: its name and what it must look like."""
    if isinstance(node, dict):
        yield from (node.get("properties") or {}).items()
        for value in node.values():
            yield from _properties(value)
    elif isinstance(node, list):
        for value in node:
            yield from _properties(value)


@cache
def known_keys() -> frozenset[str]:
    """Every field name of the schemas."""
    return frozenset(name for kind in KINDS for name, _ in _properties(schema(kind)))


@cache
def key_types() -> KeyTypes:
    """Collect the field names that any schema declares as a number or as a boolean, itself or in a list."""
    typed = set()
    for kind in KINDS:
        for name, node in _properties(schema(kind)):
            nodes = [node, node.get("items")] if isinstance(node, dict) else []
            typed |= {
                (name, each["type"])
                for each in nodes
                if isinstance(each, dict) and isinstance(each.get("type"), str)
            }
    return KeyTypes(
        frozenset(name for name, kind in typed if kind in ("number", "integer")),
        frozenset(name for name, kind in typed if kind == "boolean"),
    )


def _shipped(folder: str) -> Iterator[Any]:
    """Read what ships with the tool: all of it is text, and tests read it as strictly as a record."""
    import yaml

    for path in sorted((root() / "schemas" / folder).glob("*.yaml")):
        yield yaml.load(path.read_bytes(), Loader=yaml.CBaseLoader)  # noqa: TID251, S506  (texts and nothing else)


@cache
def lists() -> dict[str, CodeList]:
    """The published code lists, by name."""
    found = [code_list(data) for data in _shipped("codelists")]
    return {each.name: each for each in found}


@cache
def profiles() -> dict[str, Profile]:
    """The profiles that ship with the tool, by id."""
    return {
        data["id"]: Profile(
            data["id"],
            {code: SEVERITIES[level] for code, level in (data.get("severities") or {}).items()},
            {(n["rule"], n["name"]): Decimal(n["amount"]) for n in data.get("numbers") or ()},
            frozenset(data.get("replaces") or ()),
        )
        for data in _shipped("profiles")
    }


@cache
def shapes() -> dict[str, Shape]:
    """The compiled schemas, by kind."""
    forms = formats(lists())
    return {kind: Shape(schema(kind), forms) for kind in KINDS}


def read(path: Path, *, asked: bool) -> File:
    """Read one file; `asked` says that it was named, so that a file of another kind is a mistake."""
    name = path.as_posix()
    try:
        raw = _bytes(path)
    except OSError as error:
        raise NothingToCheckError(
            say("{file} cannot be opened: {why}", file=Quoted(name), why=error.strerror or "")
        ) from error
    return read_bytes(name, raw, asked=asked)


def _bytes(path: Path) -> bytes:
    """Read a regular file without following it into a pipe or a device, a little more than is allowed."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(0, "not a file")
        return stream.read(MAX_BYTES + 1)


def read_bytes(name: str, raw: bytes, *, asked: bool) -> File:
    """Read the bytes of a file that is called `name`."""
    try:
        document = parse(raw, key_types())
    except Refused as error:
        return File(name, "?", None, error.finding, raw[:MAX_BYTES].decode("utf-8", "replace"))
    data = document.data
    if not isinstance(data, dict):
        text = say("This file is not a record: it has no fields, such as `mobctl: mobility/1`.")
        return (
            File(name, "?", None, Finding("FIL106", Severity.ERROR, text, span=Span(1, 1, 1, 2)))
            if asked
            else File(name, None, None)
        )
    stated = data.get("mobctl")
    kind, _, version = str(stated).partition("/") if stated else ("", "", "")
    if kind in KINDS and version == "1":
        return File(name, kind, document)
    if stated is not None:
        near = get_close_matches(str(stated), [f"{k}/1" for k in KINDS], n=1)
        text = (
            say(
                "{value} is not a kind of file. Did you mean {near}?",
                value=Quoted(str(stated)),
                near=Quoted(near[0]),
            )
            if near
            else say(
                "{value} is not a kind of file; a record says {example}.",
                value=Quoted(str(stated)),
                example=Quoted("mobility/1"),
            )
        )
        return File(name, "?", document, Finding("FIL106", Severity.ERROR, text, ("mobctl",)))
    near = get_close_matches("mobctl", list(data), n=1, cutoff=0.7)
    known = frozenset(key for k in KINDS for key in schema(k)["properties"])
    if near:
        text = say(
            "{name} is not a known field. Did you mean {near}?", name=Quoted(near[0]), near=Quoted("mobctl")
        )
        return File(name, "?", document, Finding("FIL106", Severity.ERROR, text, (near[0],), on_key=True))
    if asked or looks_like_ours(data, known - {"name", "title", "id"}):
        text = say(
            "This file does not say what it is. Begin it with {line}.", line=Quoted("mobctl: mobility/1")
        )
        return File(name, "?", document, Finding("FIL106", Severity.ERROR, text, span=Span(1, 1, 1, 2)))
    return File(name, None, document)


def load(paths: Iterable[Path]) -> Archive:
    """Read the files and folders asked for."""
    archive = Archive()
    for path in paths:
        if path.is_dir():
            for each in _within(path):
                _take(archive, read(each, asked=False))
        elif path.exists():
            _take(archive, read(path, asked=True))
        else:
            raise _absent(path)
    if not archive.files:
        raise NothingToCheckError(say("There is no record to check here."))
    return archive


def _take(archive: Archive, file: File) -> None:
    if file.kind is None:
        archive.others += 1
    else:
        archive.files.setdefault(file.name, file)


def repositories(archive: Archive) -> list[Archive]:
    """Take an archive apart: each repository is judged by its own configuration, institutions and tables."""
    parts: dict[Path | None, Archive] = {}
    for name, file in archive.files.items():
        parts.setdefault(repository(Path(name)), Archive()).files[name] = file
    for home, part in parts.items():
        if home is not None:
            _read_beside(home, part)
    return list(parts.values())


def _read_beside(home: Path, part: Archive) -> None:
    for path in _within(home):
        name = path.as_posix()
        if name not in part.files and repository(path) == home:
            file = read(path, asked=False)
            if file.kind in KINDS and file.refused is None:
                part.beside[name] = file
    config = (home / CONFIG).as_posix()
    part.config = part.files.get(config) or part.beside.get(config)


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


def _within(folder: Path) -> list[Path]:
    """The YAML files below a folder, in a fixed order; hidden folders are passed over."""
    found = []

    def fail(error: OSError) -> None:
        raise NothingToCheckError(
            say("{file} cannot be opened: {why}", file=Quoted(str(error.filename)), why=error.strerror or "")
        )

    for where, folders, names in os.walk(folder, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            Path(where) / name for name in names if name.endswith(SUFFIXES) and not name.startswith(".")
        ]
    return sorted(found)


def _absent(path: Path) -> UserError:
    folder = path.parent if path.parent.is_dir() else Path()
    names = [each.name for each in folder.iterdir() if each.suffix in SUFFIXES or each.is_dir()]
    near = get_close_matches(path.name, names, n=3, cutoff=0.5)
    if near:
        shown = Series(tuple(Quoted((folder / name).as_posix()) for name in near), "or")
        return NothingToCheckError(
            say("There is no {path}. Did you mean {near}?", path=Quoted(str(path)), near=shown)
        )
    return NothingToCheckError(say("There is no {path}.", path=Quoted(str(path))))


def languages(archive: Archive) -> tuple[str, ...]:
    """The languages that the school's `mobctl.yaml` names, the preferred one first."""
    data = archive.config.document.data if archive.config and archive.config.document else {}
    named = data.get("languages") if isinstance(data, dict) else None
    return tuple(each for each in named if isinstance(each, str)) if isinstance(named, list) else ()


def settings(archive: Archive, as_of: Any, only_profiles: tuple[str, ...] = ()) -> Settings:
    """Join what ships with the tool and the school's `mobctl.yaml`; a mistake there is a UserError."""
    config = archive.config
    data: Mapping[str, Any] = {}
    if config and config.document:
        wrong = shapes()["config"].check(config.document.data)
        if wrong:
            place = config.span(wrong[0])
            raise UserError(
                say("{file}, line {line}: {wrong}", file=config.name, line=place.line, wrong=wrong[0].message)
            )
        data = config.document.data
    for name in only_profiles:
        if name not in profiles():
            shown = Series(tuple(Quoted(p) for p in profiles()), "or")
            raise UserError(say("{name} is not a profile: it is {known}.", name=Quoted(name), known=shown))
    return Settings(
        as_of,
        lists(),
        profiles(),
        {code: SEVERITIES[level] for code, level in (data.get("severities") or {}).items()},
        {(n["rule"], n["name"]): n["amount"] for n in data.get("numbers") or ()},
        tuple(
            HouseRule(h["id"], _first(h["title"]), SEVERITIES[h.get("severity", "warning")], h["schema"])
            for h in data.get("house_rules") or ()
        ),
        tuple(data.get("profiles") or ()),
        only_profiles,
    )


def _first(names: Any) -> str:
    return str(next(iter(names.values()))) if isinstance(names, dict) else str(names)


def sheets(archive: Archive, before: Mapping[str, bytes] | None = None) -> dict[str, Sheet]:
    """The data of all files that could be read, for the engine.

    `before` is what files held at an earlier revision, without those that were not there yet; None if there is
    no revision to compare with.
    """
    everything = {**archive.beside, **archive.files}
    return {
        name: _sheet(name, file.kind, without_empty(file.document.data, known_keys()), before)
        for name, file in everything.items()
        if file.document and file.kind in KINDS and file.refused is None
    }


def _sheet(name: str, kind: str, data: Any, before: Mapping[str, bytes] | None) -> Sheet:
    if before is None or kind != "mobility":
        return Sheet(kind, data)
    if name not in before:
        return Sheet(kind, data, uncompared=None)
    file = read_bytes(name, before[name], asked=False)
    earlier = without_empty(file.document.data, known_keys()) if file.document and not file.refused else None
    if file.kind != "mobility" or shapes()["mobility"].check(earlier):
        return Sheet(
            kind, data, uncompared=say("the earlier revision of this record has mistakes in its fields")
        )
    return Sheet(kind, data, earlier)
