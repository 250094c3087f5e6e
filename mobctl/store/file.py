"""One file: its document and where everything stands in it, or why there is none."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from mobctl.errors import NothingToCheckError
from mobctl.finding import Finding, Message, Quoted, Severity, Span, say, system
from mobctl.store import migrate
from mobctl.store.reader import MAX_BYTES, Document, Refused, parse, without_empty
from mobctl.store.shipped import KINDS, key_types, known_keys, schema

COMMON = frozenset(
    {
        "address",
        "city",
        "contacts",
        "country",
        "documents",
        "file",
        "format",
        "home",
        "host",
        "id",
        "kind",
        "language",
        "languages",
        "level",
        "name",
        "notes",
        "period",
        "profiles",
        "programme",
        "reference",
        "review",
        "sha256",
        "size",
        "status",
        "templates",
        "title",
        "type",
        "url",
        "website",
    }
)
"""Fields of ours that other people's files have too: of compose, Kubernetes, MkDocs, Jekyll, Hugo, GitHub, OpenAPI."""  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    """One file, read or refused: its document, or the finding that says why there is none.

    `version` is the one it was written in; its document is always one of the present version.
    """

    name: str
    kind: str | None
    document: Document | None
    refused: Finding | None = None
    unread: str = ""
    version: int = 1

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


def read(path: Path, *, asked: bool) -> File:
    """Read one file; `asked` says that it was named, so that a file of another kind is a mistake."""
    try:
        raw = read_whole(path, MAX_BYTES)
    except OSError as error:
        raise NothingToCheckError(unopened(path.as_posix(), error)) from error
    return read_bytes(path.as_posix(), raw, asked=asked)


def unopened(name: str, error: OSError) -> Message:
    """Say that a file can't be opened, and why."""
    return say("{file} cannot be opened: {why}", file=Quoted(name), why=system(error))


def read_whole(path: Path, most: int) -> bytes:
    """Read a regular file without following it into a pipe or a device, a little more than is allowed."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(0, "not a file")
        return stream.read(most + 1)


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
    if kind in KINDS:
        return _of_version(File(name, kind, document), version)
    if stated is not None:
        near = get_close_matches(str(stated), [f"{k}/{present(k)}" for k in KINDS], n=1)
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
    if asked or "mobctl" in data or _looks_like_ours(data):
        text = say(
            "This file does not say what it is. Add a first line: {line}",
            line=f"mobctl: {_likeliest(data)}",
        )
        return File(name, "?", document, Finding("FIL106", Severity.ERROR, text, span=Span(1, 1, 1, 2)))
    return File(name, None, document)


def _likeliest(data: Mapping[str, Any]) -> str:
    """Say which kind of file has the fields of this one: the one with the fewest unknown, then the fewest missing."""

    def fault(kind: str) -> tuple[int, int, bool]:
        shape = schema(kind)
        strange = len(data.keys() - shape["properties"].keys())
        lacking = len(set(shape.get("required", ())) - data.keys())
        return strange, lacking, kind != "mobility"

    kind = min(KINDS if data else ("mobility",), key=fault)
    return f"{kind}/{present(kind)}"


def present(kind: str) -> int:
    """The version in which files of a type are written now."""
    number: int = schema(kind)["x-version"]
    return number


def _of_version(file: File, version: str) -> File:
    """Read a file of our types in the version it says: an older one as if it were of the present one."""
    assert file.kind  # noqa: S101  (it has been found to be one of ours)
    assert file.document  # noqa: S101
    number, newest = int(version) if _VERSION.fullmatch(version) else 0, present(file.kind)
    if number == newest:
        return replace(file, version=number)
    if 0 < number < newest:
        older = migrate.document(file.document.text, file.kind, number, newest, key_types())
        return replace(file, document=older, version=number)
    right = Quoted(f"{file.kind}/{newest}")
    if number > newest:
        text = say(
            "This file is of version {version} of its kind, and this mobctl reads versions up to {newest}."
            " Install the current mobctl to read it.",
            version=number,
            newest=newest,
        )
        refused = Finding("FIL107", Severity.ERROR, text, ("mobctl",))
    else:
        text = say("There is no such version of this kind of file. Write {right}.", right=right)
        refused = Finding("FIL106", Severity.ERROR, text, ("mobctl",))
    return replace(file, kind="?", refused=refused)


_VERSION = re.compile(r"[1-9][0-9]{0,3}")


@cache
def _fields() -> tuple[frozenset[str], ...]:
    """The fields at the top of each kind of file."""
    return tuple(frozenset(schema(kind)["properties"]) for kind in KINDS)


def _looks_like_ours(keys: Iterable[str]) -> bool:
    """Say whether a file without the `mobctl` key still has the look of one of ours.

    It has two fields that nobody else has, or nothing but fields of one kind of ours, at least three.
    """
    there = set(keys)
    telling = (there & frozenset().union(*_fields())) - COMMON
    return len(telling) >= 2 or (len(there) >= 3 and any(there <= fields for fields in _fields()))  # noqa: PLR2004


_KEY = re.compile(r"^([^\s#:&*!|>'\"%@`{}\[\]-][^:\n]*?)[ \t]*:", re.MULTILINE)


def _text_looks_like_ours(raw: bytes) -> bool:
    """Say whether a file that can't be read has the look of one of ours: a folder holds other people's YAML too."""
    utf_16 = raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in raw[:4]
    text = raw[:MAX_BYTES].decode("utf-16" if utf_16 else "utf-8-sig", "replace").replace("\r", "\n")
    keys = dict.fromkeys(_KEY.findall(text))
    return bool(get_close_matches("mobctl", keys, n=1, cutoff=0.7)) or _looks_like_ours(keys)


def data(file: File) -> Mapping[str, Any]:
    """What a file holds, without the fields that hold nothing; nothing if it could not be read."""
    found = without_empty(file.document.data, known_keys()) if file.document else {}
    return found if isinstance(found, dict) else {}
