"""The list of charter holders: a short file, and beside it the table of its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from mobctl.engine import Sheet
from mobctl.errors import UserError
from mobctl.finding import Message, Quoted, say
from mobctl.model import CharterList, decode
from mobctl.registry import Holder, Registry, table, unreadable
from mobctl.store import write
from mobctl.store.file import File, data, read, read_whole
from mobctl.store.shipped import shapes

MAX_BYTES = 20 * 1024 * 1024


def charter_list(name: str, data: Mapping[str, Any]) -> Sheet:
    """Read the table beside a list, if it is the one that was imported; its rows are not taken apart here."""
    table, wrong = _table(Path(name), data)
    return Sheet("charter-list", data, table=table, wrong_table=wrong)


def _table(list_file: Path, data: Mapping[str, Any]) -> tuple[str | None, Message | None]:
    named, expected = data.get("file"), data.get("sha256")
    if not isinstance(named, str) or "/" in named or "\\" in named:
        return None, say("The table has to lie in the same folder as this file.")
    shown = Quoted(named)
    try:
        # git may have written it with the line ends of Windows; no cell of it has a line end.
        raw = read_whole(list_file.parent / named, MAX_BYTES).replace(b"\r\n", b"\n")
    except OSError:
        return None, say("The table {file} of this list is not there, or can't be opened.", file=shown)
    if hashlib.sha256(raw).hexdigest() != expected:
        return None, say(
            "The table {file} is not the one that was imported: its SHA-256 is another.", file=shown
        )
    try:
        return raw.decode("utf-8"), None
    except UnicodeDecodeError:
        return None, say("The table {file} is not saved as UTF-8.", file=shown)


@dataclass(frozen=True, slots=True)
class Found:
    """A list of charter holders of a repository, with its file."""

    path: Path
    registry: Registry


def stored(files: Mapping[str, File]) -> list[Found]:
    """The lists among the files that were read, with their tables, the newest first.

    Raise UserError for one whose fields or whose table can't be read.
    """
    found = []
    for name, file in files.items():
        if file.kind == "charter-list":
            found.append(_found(name, file))
    return sorted(found, key=lambda each: each.registry.file.date.first, reverse=True)


def stored_at(path: Path) -> Found | None:
    """Read the list that a file holds; None where there is no file. Raise UserError where it is another kind of file."""
    if not path.exists():
        return None
    file = read(path, asked=True)
    if file.kind != "charter-list":
        raise UserError(
            say("{path} is there already, and is no list of charter holders.", path=Quoted(path.as_posix()))
        )
    return _found(path.as_posix(), file)


def _found(name: str, file: File) -> Found:
    wrong = (file.refused,) if file.refused else shapes()["charter-list"].check(data(file))
    if wrong:
        raise UserError(say("{file}: {wrong}", file=name, wrong=wrong[0].message))
    sheet = charter_list(name, data(file))
    if sheet.table is None:
        assert sheet.wrong_table  # noqa: S101  (one of the two is there)
        raise UserError(say("{file}: {wrong}", file=name, wrong=sheet.wrong_table))
    registry = Registry(decode(data(file), CharterList), sheet.table)
    try:
        _ = registry.holders
    except ValueError as error:
        raise UserError(unreadable(registry, error)) from error
    return Found(Path(name), registry)


def put(path: Path, header: Mapping[str, Any], holders: Sequence[Holder], old: Found | None) -> None:
    """Write a list and its table: until the very last step the list that is there is whole, and after it the new one.

    The table gets a name of its own, so that the old one stays beside it until the list names the new one.
    """
    raw = table(holders).encode()
    sha256 = hashlib.sha256(raw).hexdigest()
    beside = path.with_name(f"{path.stem}-{header['date']}.csv")
    if beside.exists() and hashlib.sha256(beside.read_bytes()).hexdigest() != sha256:
        beside = path.with_name(f"{path.stem}-{header['date']}-{sha256[:8]}.csv")
    record = {**header, "file": beside.name, "sha256": sha256, "rows": Decimal(len(holders))}
    path.parent.mkdir(parents=True, exist_ok=True)
    write.replace(beside, raw)
    write.replace(path, write.dump(record, {}, "charter-list.schema.json").encode())
    if old and old.registry.file.file != beside.name:
        path.with_name(old.registry.file.file).unlink(missing_ok=True)
