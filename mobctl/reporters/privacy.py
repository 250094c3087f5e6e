"""What a report may say where anybody reads it: the log of a job, the page of a merge request, a table that is sent on.

Which fields are about a person stands in the schemas (`x-personal`). A message about such a field does not repeat it; in
any other message, what such a field holds gives way to dots, and a `Personal` argument to its neutral word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from mobctl.finding import (
    Arg,
    Finding,
    Judged,
    Label,
    Message,
    NotChecked,
    Personal,
    Pointer,
    Quoted,
    Series,
    Text,
)
from mobctl.reporters.report import Report
from mobctl.store import KINDS, File, schema

DOTS = "…"

_OURS = frozenset({"near", "allowed", "known", "example", "key", "field", "fields", "what"})
"""Arguments of messages that come from the schemas, not from the record."""

_NEVER_QUOTED = ("YML", "PRV")
"""Families whose findings may be about anything: a line that is no YAML, a text that must not be there."""

MARK = "x-personal"
"""What a schema says of a field that is about a person."""


def for_the_public(report: Report) -> Report:
    """The same report without anything that is written about a person."""
    judged = {name: _judged(each, report.files[name]) for name, each in report.judged.items()}
    known = {name: _public(all, report.files[name]) for name, all in report.known.items()}
    return replace(report, judged=judged, known=known, public=True)


def _judged(judged: Judged, file: File) -> Judged:
    if not (judged.findings or judged.not_checked or judged.todo):
        return judged
    secrets = secrets_of(file)
    skipped = tuple(NotChecked(each.code, secrets.without(each.why)) for each in judged.not_checked)
    found, todo = (_public(all, file) for all in (judged.findings, judged.todo))
    return Judged(found, skipped, todo)


def _public(findings: tuple[Finding, ...], file: File) -> tuple[Finding, ...]:
    secrets = secrets_of(file) if findings else Secrets()
    return tuple(public(each, file.kind, secrets) for each in findings)


def public(finding: Finding, kind: str | None, secrets: Secrets) -> Finding:
    """A finding that names nobody: neither who is meant, nor who waived it and why."""
    quoting = not finding.code.startswith(_NEVER_QUOTED) and not about_a_person(finding.pointer, kind)

    def said(message: Message) -> Message:
        return secrets.without(message) if quoting else masked(message)

    related = tuple(replace(each, message=said(each.message)) for each in finding.related)
    waived = replace(finding.waived, by="", reason="") if finding.waived else None
    advice = said(finding.advice) if finding.advice else None
    return replace(finding, message=said(finding.message), advice=advice, related=related, waived=waived)


def masked(message: Message) -> Message:
    """A message without the values of the record that it quotes; a school's own text quotes none."""
    if message.literal:
        return message
    names = dict(message.args)
    ours = _OURS | ({"name"} if "near" in names else set())  # a misspelt field, next to the one that is meant
    args = tuple((name, arg if name in ours else _mask(arg)) for name, arg in message.args)
    return replace(message, args=args)


def _mask(arg: Arg) -> Arg:
    match arg:
        case Message():
            return masked(arg)
        case Series(items, word):
            return Series(tuple(map(_mask, items)), word)
        case Quoted():
            return Quoted(DOTS)
        case Personal(_, word):
            return word or DOTS
        case Text() | Label() | date() | Decimal() | str():
            return DOTS
        case _:
            return arg


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a file holds about persons: texts, and days of birth."""

    texts: frozenset[str] = frozenset()
    days: frozenset[date] = frozenset()

    def without(self, message: Message) -> Message:
        """A message in which none of it is left."""
        if message.literal:
            return message
        return replace(message, args=tuple((name, self._hidden(arg)) for name, arg in message.args))

    def _hidden(self, arg: Arg) -> Arg:
        match arg:
            case Personal(_, word):
                return word or DOTS
            case Message():
                return self.without(arg)
            case Series(items, word):
                return Series(tuple(map(self._hidden, items)), word)
            case Quoted(text):
                return Quoted(self._masked(text))
            case Text(by_language):
                return Text(tuple((lang, self._masked(text)) for lang, text in by_language))
            case date():
                return DOTS if arg in self.days else arg
            case str():
                return self._masked(arg)
            case _:
                return arg

    def _masked(self, text: str) -> str:
        folded = text.casefold()
        if not any(secret.casefold() in folded for secret in self.texts):
            return text
        return _pattern(self.texts).sub(DOTS, text)


@cache
def _pattern(texts: frozenset[str]) -> re.Pattern[str]:
    """Find any of these as whole words, the longest first."""
    words = "|".join(re.escape(text) for text in sorted(texts, key=lambda text: (-len(text), text)))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


def secrets_of(file: File) -> Secrets:
    """Collect what a file holds about persons."""
    if file.document is None or file.kind not in KINDS:
        return Secrets()
    root = schema(file.kind)
    found = frozenset(text for text in _texts(root, root, file.document.data) if text.strip())
    return Secrets(found, frozenset(_days(found)))


def _texts(root: Mapping[str, Any], node: Mapping[str, Any], data: Any) -> Iterator[str]:
    """Go through data and its schema side by side, and yield the texts of the fields that are about a person."""
    node = _resolved(root, node)
    if node.get(MARK) is True:
        yield from _leaves(data)
    elif isinstance(data, dict):
        for key, value in data.items():
            if inner := node.get("properties", {}).get(key):
                yield from _texts(root, inner, value)
    elif isinstance(data, list) and "items" in node:
        for item in data:
            yield from _texts(root, node["items"], item)


def _resolved(root: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema node with the definition that it refers to."""
    if "$ref" not in node:
        return node
    return {**_resolved(root, root["$defs"][node["$ref"].rpartition("/")[2]]), **node}


def _leaves(data: Any) -> Iterator[str]:
    if isinstance(data, dict | list):
        for inner in data.values() if isinstance(data, dict) else data:
            yield from _leaves(inner)
    elif data is not None:
        yield str(data)


def _days(texts: Iterable[str]) -> Iterator[date]:
    for text in texts:
        with suppress(ValueError):
            yield date.fromisoformat(text)


def about_a_person(pointer: Pointer, kind: str | None) -> bool:
    """Say whether a place is about a person: all of the learner but the enrolment, and what the schemas mark."""
    if "learner" in pointer and "enrolment" not in pointer:
        return True
    if kind not in KINDS:
        return False
    root = schema(kind)
    node: Mapping[str, Any] = root
    for part in pointer:
        inner = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part)
        if inner is None:
            return False
        node = _resolved(root, inner)
        if node.get(MARK) is True:
            return True
    return False
