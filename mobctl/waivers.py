"""Exceptions that somebody granted: which findings they cover, and which of them are mistakes themselves.

A waiver hides nothing: the finding keeps its severity and carries the waiver.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import Any

from mobctl.finding import Finding, Message, Pointer, Quoted, Severity, Waived, say
from mobctl.model import Waiver
from mobctl.rule import Rule
from mobctl.rules import retired


@dataclass(frozen=True, slots=True)
class Asked:
    """The waivers of one record, and what they are judged by.

    `quiet` are the rules that could not run or whose time has not come or is over: that they find nothing says nothing.
    """

    waivers: Sequence[Waiver]
    data: Any
    rules: Mapping[str, Rule]
    house: frozenset[str]
    quiet: frozenset[str]
    as_of: date


def applied(found: list[Finding], asked: Asked) -> tuple[list[Finding], list[Finding]]:
    """Mark the findings that waivers cover; say which waivers are stale, expired or not allowed."""
    said: list[Finding] = []
    valid: list[Waiver] = []
    for number, waiver in enumerate(asked.waivers):
        wrong = _wrong(waiver, ("waivers", number), found, asked)
        said += wrong
        if not wrong:
            valid.append(waiver)
    return [_marked(finding, valid, asked.data) for finding in found], said


def _wrong(waiver: Waiver, place: Pointer, found: list[Finding], asked: Asked) -> list[Finding]:
    """Say what is wrong with a waiver; nothing where it covers a finding, or may yet do so."""
    rule = asked.rules.get(waiver.rule)
    needed = any(_covers(waiver, finding, asked.data) for finding in found)
    if rule is None and waiver.rule not in asked.house:
        return [Finding("WAV101", Severity.WARNING, _unknown(waiver.rule, asked), (*place, "rule"))]
    if rule is not None and not rule.waivable:
        text = say("The rule {code} cannot be waived.", code=waiver.rule)
        return [Finding("WAV103", Severity.ERROR, text, (*place, "rule"))]
    if needed and waiver.expires and waiver.expires.last < asked.as_of:
        text = say("This waiver expired on {day}.", day=waiver.expires.last)
        return [Finding("WAV102", Severity.ERROR, text, (*place, "expires"))]
    if needed or waiver.rule in asked.quiet:
        return []
    for kind, name in (waiver.at or {}).items():
        if not any(_called(node, kind, name) for node in _nodes(asked.data)):
            text = say("Nothing in this record is called {id}.", id=Quoted(name))
            return [Finding("WAV101", Severity.WARNING, text, (*place, "at", kind))]
    text = say("Nothing is found that this waiver of {code} would cover.", code=waiver.rule)
    return [Finding("WAV101", Severity.WARNING, text, place)]


def _unknown(code: str, asked: Asked) -> Message:
    """Say of a code that there is no such rule: what became of it, or which one was meant."""
    if gone := retired.gone(code):
        return gone
    if near := get_close_matches(code.upper(), [*asked.rules, *asked.house], n=1):
        return say(
            "There is no rule {code} that could be waived. Did you mean {near}?",
            code=Quoted(code),
            near=Quoted(near[0]),
        )
    return say("There is no rule {code} that could be waived.", code=Quoted(code))


def _marked(finding: Finding, waivers: list[Waiver], data: Any) -> Finding:
    cover = next((waiver for waiver in waivers if _covers(waiver, finding, data)), None)
    if cover is None:
        return finding
    given, expires = (day.text if day else None for day in (cover.date, cover.expires))
    return replace(finding, waived=Waived(cover.reason or "", cover.by or "", given, expires))


NAMED_BY = {
    "component": ("id", "component", "for"),
    "amendment": ("number",),
    "document": ("reference", "kind"),
    "result": ("id", "result"),
    "block": ("id",),
    "signature": ("role",),
    "outcome": ("id",),
    "activity": ("id",),
}
"""By which fields of a record a waiver names a place."""


def _called(node: Any, kind: str, name: str) -> bool:
    return isinstance(node, dict) and name in map(node.get, NAMED_BY.get(kind, ()))


def _nodes(data: Any) -> Iterator[Any]:
    """Go through everything that a record consists of, but its waivers."""
    yield data
    if isinstance(data, dict):
        for key, value in data.items():
            if key != "waivers":
                yield from _nodes(value)
    elif isinstance(data, list):
        for value in data:
            yield from _nodes(value)


def _covers(waiver: Waiver, finding: Finding, data: Any) -> bool:
    """Say whether a waiver is for a finding: for all of its rule, or for a part of the record that the finding is in."""
    if waiver.rule != finding.code or waiver.all or waiver.at is None:
        return waiver.rule == finding.code and waiver.all is True
    above = []
    for part in finding.pointer:
        if isinstance(data, list) and isinstance(part, int):
            data = data[part]
        else:
            data = data.get(part) if isinstance(data, dict) else None
        above.append(data)
    return all(any(_called(node, kind, name) for node in above) for kind, name in waiver.at.items())
