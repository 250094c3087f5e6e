"""What a record says today of a document that was issued: the same, or where something else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mobctl import documents, store
from mobctl.documents.record import Record
from mobctl.finding import Message, Pointer, Series, say
from mobctl.publishing import issuer, parts, view_of
from mobctl.render import canonical
from mobctl.subjects import records

APART = frozenset({"appeal", "findings", "issuer", "not_checked", "profiles", "status"})
"""What no change of a record shows in: how the school heads its documents today, and what the check says, by the day."""

WORDS = {"text", "lang", "others"}
"""What a text is made of: it is one value."""

SHORT = 40
"""Up to how many letters a value is shown."""


@dataclass(frozen=True, slots=True)
class Change:
    """A value of a document that its record has otherwise today; both are "" where they are not one short text each."""

    at: Pointer
    issued: str = ""
    today: str = ""


def changes(
    view: Mapping[str, Any], archive: store.Archive, kind: documents.Kind, days: Iterable[date]
) -> tuple[Change, ...] | Message | Series:
    """Compare a document with what its record makes of it today, or say why that is not known; what can be shown is first.

    It may have been made on any of these days, before it was signed or after.
    """
    whys: list[Message | Series] = []
    made: list[dict[str, Any]] = []
    for day in days:
        for _, record in records(archive, {}, kind.subject, day):
            if isinstance(record, Record) and record.id != view["record"]:
                continue
            for each in _made(record, kind, issuer(archive)):
                if isinstance(each, dict):
                    made.append(each)
                else:
                    whys.append(each)
    if same := [each for each in made if each["number"] == view["number"]]:
        found = min(([*_otherwise(view, each)] for each in same), key=len)
        return tuple(sorted(found, key=lambda each: not each.issued))
    if made:
        return say("the record makes this document under the number {number}", number=made[0]["number"])
    return whys[0] if whys else say("the record does not make this document")


def _made(
    record: Record | Message, kind: documents.Kind, head: Mapping[str, Any]
) -> Iterator[dict[str, Any] | Message | Series]:
    if not isinstance(record, Record):
        yield record
        return
    for part in parts(record, kind):
        if lacks := kind.lacking(part):
            yield Series(lacks)
            continue
        for each in (part, kind.unsigned(part)):
            yield json.loads(canonical(view_of(each, kind, head)))


def _otherwise(issued: Mapping[str, Any], today: Mapping[str, Any]) -> Iterator[Change]:
    for key in today:
        if key not in APART and key in issued:
            yield from _different(issued[key], today[key], (key,))


def _different(issued: Any, today: Any, at: Pointer) -> Iterator[Change]:
    """Find the values that differ; what only one version of the tool shows is no difference between them."""
    if isinstance(issued, dict) and isinstance(today, dict) and today.keys() != WORDS:
        for key in (each for each in today if each in issued):
            yield from _different(issued[key], today[key], (*at, key))
    elif isinstance(issued, list) and isinstance(today, list) and len(issued) == len(today):
        for number, (one, other) in enumerate(zip(issued, today, strict=True)):
            yield from _different(one, other, (*at, number))
    elif issued != today:
        one, other = _text(issued), _text(today)
        short = one and other and one != other and max(len(one), len(other)) <= SHORT
        yield Change(at, one, other) if short else Change(at)


def _text(value: Any) -> str:
    found = value.get("text") if isinstance(value, dict) else value
    return found if isinstance(found, str) else ""
