"""What all imports make: a record, with what there is to say about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from mobctl.codes import erasmus_key
from mobctl.errors import UserError
from mobctl.exchange.source import Element, Lost, Notes, left
from mobctl.finding import Message, Pointer, Quoted, say
from mobctl.store.write import file_name

RECORD_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")
_CODES = ("schac", "erasmus_code", "pic", "oid")
"""What identifies an institution beyond doubt."""


@dataclass(frozen=True, slots=True)
class Imported:
    """One record, and what there is to say about it: comments for the file, losses and assumptions for the user."""

    id: str
    record: dict[str, Any]
    comments: Mapping[Pointer, Message]
    lost: tuple[Lost, ...]
    assumed: tuple[Message, ...]


def imported(id: str, record: dict[str, Any], notes: Notes, *sources: Element) -> Imported:
    """Close a record: what is left of its sources was lost."""
    remains = [lost for source in sources for lost in left(source)]
    return Imported(id, record, notes.comments, _by_line((*notes.lost, *remains)), tuple(notes.assumed))


def with_rest(records: Sequence[Imported], root: Element, told: str) -> Sequence[Imported]:
    """Tell with the first record what stands in a file outside all of them; `told` names the elements that are."""
    first, *others = records
    root.children = [child for child in root.children if child.name != told]
    root.opened = True
    return (replace(first, lost=_by_line((*first.lost, *left(root)))), *others)


def _by_line(lost: Sequence[Lost]) -> tuple[Lost, ...]:
    return tuple(sorted(lost, key=attrgetter("line")))


def filled(value: Any) -> Any:
    """Leave out what holds nothing."""
    if isinstance(value, dict):
        kept = {key: filled(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in (None, {}, [])}
    if isinstance(value, list):
        return [item for item in map(filled, value) if item not in (None, {}, [])]
    return value


def check_id(id: str, line: int) -> str:
    """Let an identifier of another system pass if it can be the name of a record and of its file."""
    if not RECORD_ID.fullmatch(id) or file_name(id) != id:
        raise UserError(
            say(
                "The identifier {id} in line {line} cannot be the name of a file. Only letters, digits, “-”, “_”"
                " and “.” can, with a letter or a digit at both ends.",
                id=Quoted(id),
                line=line,
            )
        )
    return id


def refuse_doubles(records: Sequence[Imported], sources: Sequence[Element]) -> None:
    """Refuse a file in which two mobilities have the same identifier."""
    firsts: dict[str, Element] = {}
    for each, source in zip(records, sources, strict=True):
        # Some systems take X1.yaml and x1.yaml for the same file.
        first = firsts.setdefault(each.id.casefold(), source)
        if first is not source:
            raise UserError(
                say(
                    "What begins in line {first} and what begins in line {second} have the same identifier {id};"
                    " each mobility has its own.",
                    first=first.line,
                    second=source.line,
                    id=Quoted(each.id),
                )
            )


def is_ours(party: Mapping[str, Any], school: Mapping[str, Any] | None) -> bool:
    """Say whether an institution is the school that keeps the records: by any code that both bear."""
    return bool(school) and any(
        party.get(code) and _same(code, party[code]) == _same(code, (school or {}).get(code))
        for code in _CODES
    )


def _same(code: str, text: Any) -> str:
    written = str(text or "")
    return erasmus_key(written) if code == "erasmus_code" else "".join(written.casefold().split())
