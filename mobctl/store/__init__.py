"""Records on disk: find them, read them, and the data that ships with the tool."""

from __future__ import annotations

import json
import os
import re
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
from mobctl.finding import Finding, Message, Pointer, Quoted, Series, Severity, Span, say
from mobctl.resources import root
from mobctl.shape import Shape
from mobctl.store.history import Earlier
from mobctl.store.reader import MAX_BYTES, Document, KeyTypes, Refused, looks_like_ours, parse, without_empty

KINDS = ("mobility", "institution", "grading-table", "config")
LATER = ("partner-agreement", "cohort")
"""Kinds of file that the format has and this version does not read."""

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
    """The files of a run: those asked for, those read beside them, how many are not ours, which can't be opened.

    What lies beside them, and the school's configuration, are known once it is taken apart by `repositories`.
    """

    files: dict[str, File] = field(default_factory=dict)
    beside: dict[str, File] = field(default_factory=dict)
    others: int = 0
    config: File | None = None
    unopened: list[Message] = field(default_factory=list)
    seen: set[Path] = field(default_factory=set)


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
    try:
        raw = _bytes(path)
    except OSError as error:
        raise NothingToCheckError(unopened(path.as_posix(), error)) from error
    return read_bytes(path.as_posix(), raw, asked=asked)


def unopened(name: str, error: OSError) -> Message:
    """Say that a file can't be opened, and why."""
    return say("{file} cannot be opened: {why}", file=Quoted(name), why=error.strerror or "")


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
        if not asked and not _text_looks_like_ours(raw):
            return File(name, None, None)
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
    if kind in LATER and version == "1":
        text = say("This version does not read files of the kind {value} yet.", value=Quoted(str(stated)))
        refused = Finding("FIL106", Severity.WARNING, text, ("mobctl",))
        return File(name, "?", document, refused) if asked else File(name, None, None)
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
    near = get_close_matches("mobctl", [key for key in data if key != "mobctl"], n=1, cutoff=0.7)
    if near:
        text = say(
            "{name} is not a known field. Did you mean {near}?", name=Quoted(near[0]), near=Quoted("mobctl")
        )
        return File(name, "?", document, Finding("FIL106", Severity.ERROR, text, (near[0],), on_key=True))
    if asked or "mobctl" in data or looks_like_ours(data, _telling_keys()):
        text = say("This file does not say what it is. Add a first line: {line}", line="mobctl: mobility/1")
        return File(name, "?", document, Finding("FIL106", Severity.ERROR, text, span=Span(1, 1, 1, 2)))
    return File(name, None, document)


@cache
def _telling_keys() -> frozenset[str]:
    """The fields at the top of our files, without those that other people's files have too."""
    return frozenset(key for kind in KINDS for key in schema(kind)["properties"]) - {"name", "title", "id"}


_KEY = re.compile(r"^([A-Za-z_]+)[ \t]*:", re.MULTILINE)


def _text_looks_like_ours(raw: bytes) -> bool:
    """Say whether a file that can't be read has the look of one of ours: a folder holds other people's YAML too."""
    utf_16 = raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in raw[:4]
    text = raw[:MAX_BYTES].decode("utf-16" if utf_16 else "utf-8-sig", "replace").replace("\r", "\n")
    keys = dict.fromkeys(_KEY.findall(text))
    return bool(get_close_matches("mobctl", keys, n=1, cutoff=0.7)) or looks_like_ours(keys, _telling_keys())


def load(paths: Iterable[Path], given: Mapping[str, bytes] | None = None) -> Archive:
    """Read the files and folders asked for, and the bytes that are given by name.

    What can't be opened stops nothing else: it is said in `unopened`. Raise NothingToCheckError if nothing is left.
    """
    archive = Archive()
    for name, raw in (given or {}).items():
        archive.files[name] = read_bytes(name, raw, asked=True)
        archive.seen.add(Path(name).resolve())
    for path in paths:
        try:
            if path.is_dir():
                for each in _within(path):
                    _take(archive, each, asked=False)
            elif path.exists() or path.is_symlink():
                _take(archive, path, asked=True)
            else:
                raise _absent(path)
        except NothingToCheckError as error:
            archive.unopened.append(error.args[0])
    if not archive.files:
        raise NothingToCheckError(*archive.unopened[:1] or [say("There is no record to check here.")])
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
    asked = {Path(name).resolve() for name in part.files}
    for path in _within(home):
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
            Path(where) / name
            for name in names
            if name.lower().endswith(SUFFIXES) and not name.startswith(".")
        ]
    return sorted(found)


def _absent(path: Path) -> UserError:
    folder = path.parent if path.parent.is_dir() else Path()
    names = [each.name for each in folder.iterdir() if each.suffix.lower() in SUFFIXES or each.is_dir()]
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
    if config:
        wrong = (config.refused,) if config.refused else shapes()["config"].check(_data(config))
        if wrong:
            raise _in_config(config, wrong[0])
        data = _data(config)
        _check_names(config, data, archive)
    for name in only_profiles:
        if name not in profiles():
            raise UserError(_no_profile(name))
    return Settings(
        as_of,
        lists(),
        profiles(),
        {code: SEVERITIES[level] for code, level in (data.get("severities") or {}).items()},
        {(n["rule"], n["name"]): n["amount"] for n in data.get("numbers") or ()},
        tuple(_house_rule(each) for each in data.get("house_rules") or ()),
        tuple(data.get("profiles") or ()),
        only_profiles,
    )


def _data(file: File) -> Mapping[str, Any]:
    found = without_empty(file.document.data, known_keys()) if file.document else {}
    return found if isinstance(found, dict) else {}


def _in_config(config: File, wrong: Finding) -> UserError:
    line = config.span(wrong).line
    return UserError(say("{file}, line {line}: {wrong}", file=config.name, line=line, wrong=wrong.message))


def _no_profile(name: str) -> Message:
    shown = Series(tuple(Quoted(each) for each in profiles()), "or")
    return say("{name} is not a profile: it is {known}.", name=Quoted(name), known=shown)


def _check_names(config: File, data: Mapping[str, Any], archive: Archive) -> None:
    """Refuse what a configuration names and there is not: a profile, its own institution; and a rule named twice."""
    rules = data.get("house_rules") or ()
    named: list[tuple[Pointer, str]] = [
        (("profiles", n), name) for n, name in enumerate(data.get("profiles") or ())
    ]
    named += [
        (("house_rules", n, "profiles", k), name)
        for n, rule in enumerate(rules)
        for k, name in enumerate(rule.get("profiles") or ())
    ]
    for place, name in named:
        if name not in profiles():
            raise _in_config(config, Finding("SHP104", Severity.ERROR, _no_profile(name), place))
    ids = [rule["id"] for rule in rules]
    for n, id in enumerate(ids):
        if id in ids[:n]:
            text = say("{id} is there already.", id=Quoted(id))
            raise _in_config(config, Finding("GEN109", Severity.ERROR, text, ("house_rules", n, "id")))
    files = (
        file for file in (*archive.files.values(), *archive.beside.values()) if file.kind == "institution"
    )
    if (home := data.get("home")) and home not in {_data(file).get("id") for file in files}:
        text = say("No file of the folder describes the institution {ref}.", ref=Quoted(home))
        raise _in_config(config, Finding("SHP109", Severity.ERROR, text, ("home",)))


def _house_rule(data: Mapping[str, Any]) -> HouseRule:
    return HouseRule(
        data["id"],
        data["title"],
        SEVERITIES[data["severity"]],
        data["schema"],
        frozenset(data.get("profiles") or ()),
        data.get("fix") or "",
        data.get("source") or "",
    )


def sheets(archive: Archive, before: Earlier | None = None) -> dict[str, Sheet]:
    """The data of all files that could be read, for the engine.

    `before` is what an earlier revision held; None if there is no revision to compare with.
    """
    everything = {**archive.beside, **archive.files}
    return {
        name: _sheet(name, file.kind, _data(file), before)
        for name, file in everything.items()
        if file.document and file.kind in KINDS and file.refused is None
    }


def _sheet(name: str, kind: str, data: Mapping[str, Any], before: Earlier | None) -> Sheet:
    if before is None or kind != "mobility":
        return Sheet(kind, data)
    raw = before.files.get(name)
    if raw is None:  # a new record, or one whose file had another name
        renamed = (read_bytes(name, each, asked=False) for each in before.gone)
        file = next(
            (each for each in renamed if each.document and _data(each).get("id") == data.get("id")), None
        )
        if file is None:
            return Sheet(kind, data, uncompared=None)
    else:
        file = read_bytes(name, raw, asked=False)
    earlier = _data(file)
    if file.refused or file.kind != "mobility" or shapes()["mobility"].check(earlier):
        return Sheet(
            kind, data, uncompared=say("the earlier revision of this record has mistakes in its fields")
        )
    return Sheet(kind, data, earlier)
