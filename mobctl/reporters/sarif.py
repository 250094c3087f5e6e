"""Findings as SARIF 2.1.0, with all that GitHub's code scanning asks for, and the whole catalogue of rules.

What is waived, or set aside by a baseline, stays in the file and is marked as suppressed: a service that no longer finds
it would take it for mended.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from mobctl import __version__, store
from mobctl.engine import HouseRule
from mobctl.escaped import dumps, visible
from mobctl.finding import N_, Finding, Message, Severity, Span, say, say_n
from mobctl.gfm import displayed
from mobctl.reporters.explain import rule_lines
from mobctl.reporters.reference import Item, Page, Reference, Row
from mobctl.reporters.report import Report, path_of, place_of, plain, said, waiver
from mobctl.reporters.rule_pages import text_of
from mobctl.rule import Rule
from mobctl.store import File
from mobctl.words import Words

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
ROOT = "%SRCROOT%"
LONGEST = 1024
"""How long GitHub lets the description of a rule be."""

TAGS = 10
"""How many tags of a rule GitHub shows."""

WIDE = 100
"""How many columns the help of a rule has, where it is shown as plain text."""

MOST = 25_000
"""How many results GitHub takes in one run; with more, it refuses the file."""

Object = dict[str, Any]


def as_sarif(report: Report, words: Words) -> str:
    """Write one run: the tool with its rules, what was found, what could not be looked at."""
    rules = [*_rules(report, words)]
    at = {rule["id"]: number for number, rule in enumerate(rules)}
    rows = [*_rows(report)]
    rows.sort(key=lambda row: -row[0].severity)  # stable: else as they stand in the files
    driver = {
        "name": "mobctl",
        "version": __version__,
        "semanticVersion": __version__,
        "language": words.lang,
        "rules": rules,
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "mobctl/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            ROOT: {"description": {"text": words.text(N_("The root of the repository."))}}
        },
        "invocations": [_invocation(report, at, words, left=max(0, len(rows) - MOST))],
        "results": [
            _result(report, finding, file, at, words, aside=aside) for finding, file, aside in rows[:MOST]
        ],
    }
    return f"{dumps({'$schema': SCHEMA, 'version': '2.1.0', 'runs': [run]})}\n"


def _rows(report: Report) -> Iterator[tuple[Finding, File, bool]]:
    for name, judged in report.judged.items():
        file = report.files[name]
        yield from ((finding, file, False) for finding in judged.findings)
        yield from ((finding, file, True) for finding in report.known.get(name, ()))


def _rules(report: Report, words: Words) -> Iterator[Object]:
    """All rules there are, and besides those of the school; found or not, so that the list changes with the tool only."""
    reference = Reference(words, store.profiles(), store.example, report.catalogue)
    yield from (_rule(rule, reference) for rule in report.catalogue.values())
    yield from (_house_rule(rule, words) for rule in report.house)


def _rule(rule: Rule, reference: Reference) -> Object:
    """A rule with all that `mobctl rules` says of it."""
    words = reference.words
    page = _alone(reference.page(rule))
    url = next((each.source.url for each in rule.cites if each.source.url), None)
    return {
        **_descriptor(rule.code, words.text(rule.title), words.text(rule.why), rule.severity),
        "name": rule.slug,
        **({"helpUri": url} if url else {}),
        "help": {"text": plain(rule_lines(page, WIDE)), "markdown": text_of(page, words)},
        "properties": _properties(rule.code, rule.severity, rule.profiles),
    }


def _alone(page: Page) -> Page:
    """The page of a rule without links to the others: there are none beside it here."""
    sections = (
        replace(section, items=tuple(_unlinked(item) for item in section.items)) for section in page.sections
    )
    return replace(page, sections=tuple(sections))


def _unlinked(item: Item) -> Item:
    return replace(item, link=None) if isinstance(item, Row) else item


def _house_rule(rule: HouseRule, words: Words) -> Object:
    title, fix = words.names(rule.title), words.names(rule.fix)
    return {
        **_descriptor(rule.id, title, title, rule.severity),
        "name": rule.id,
        "help": _help(title, fix, [rule.source] if rule.source else [], words),
        "properties": _properties(rule.id, rule.severity, rule.profiles),
    }


def _descriptor(code: str, title: str, why: str, severity: Severity) -> Object:
    return {
        "id": code,
        "shortDescription": {"text": _cut(title)},
        "fullDescription": {"text": _cut(why)},
        "defaultConfiguration": {"level": LEVELS[severity]},
    }


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _help(why: str, fix: str, sources: list[str], words: Words) -> Object:
    """Say why and what to do, as text and as Markdown."""
    parts = [(words.text(N_("Why")), [why]), (words.text(N_("What to do")), [fix] if fix else [])]
    parts.append((words.text(N_("Source")), sources))
    there = [(title, texts) for title, texts in parts if texts]
    text = "\n\n".join(f"{title}\n" + "\n".join(texts) for title, texts in there)
    marked = "\n\n".join(
        f"**{title}**\n\n" + "\n".join(f"- {displayed(each)}" for each in texts) for title, texts in there
    )
    return {"text": text, "markdown": marked}


def _properties(code: str, severity: Severity, profiles: Iterable[str]) -> Object:
    family = re.match("[A-Za-z]*", code)
    tags = ["mobility", *([family[0]] if family and family[0] else []), *sorted(profiles)]
    return {
        "tags": [*dict.fromkeys(tags)][:TAGS],
        "precision": "very-high",
        "problem.severity": PROBLEMS[severity],
    }


def _result(
    report: Report, finding: Finding, file: File, at: dict[str, int], words: Words, *, aside: bool
) -> Object:
    related = [
        {
            "id": number,
            **_location(report, *place_of(report, each, file)),
            "message": {"text": visible(words.say(each.message))},
        }
        for number, each in enumerate(finding.related, 1)
    ]
    suppressed = _suppressed(finding, words, aside=aside)
    return {
        "ruleId": finding.code,
        **({"ruleIndex": at[finding.code]} if finding.code in at else {}),
        "level": LEVELS[finding.severity],
        "message": {"text": " ".join(said(report, finding, words))},
        "locations": [_location(report, file.name, file.span(finding))],
        "partialFingerprints": {
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
            "mobctl/v1": finding.fingerprint,
        },
        **({"baselineState": "unchanged" if aside else "new"} if report.stale is not None else {}),
        **({"relatedLocations": related} if related else {}),
        **({"suppressions": [suppressed]} if suppressed else {}),
    }


def _suppressed(finding: Finding, words: Words, *, aside: bool) -> Object | None:
    if finding.waived:
        kind, why = "inSource", waiver(finding.waived)
    elif aside:
        kind, why = "external", say("The baseline sets it aside.")
    else:
        return None
    return {"kind": kind, "status": "accepted", "justification": visible(words.say(why))}


def _location(report: Report, name: str, span: Span | None) -> Object:
    path = path_of(report, name)
    uri = quote(path.encode("utf-8", sys.getfilesystemencodeerrors()), safe="/")
    place: Object = {
        "artifactLocation": {"uri": f"file://{uri}"}
        if path.startswith("/")
        else {"uri": uri, "uriBaseId": ROOT}
    }
    if span:
        place["region"] = {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        }
    return {"physicalLocation": place}


def _invocation(report: Report, at: dict[str, int], words: Words, left: int) -> Object:
    """Say whether the tool itself did its work, what it could not look at, and what a school made milder."""
    whole = all(f.code != "BUG001" for judged in report.judged.values() for f in judged.findings)
    counts = Counter(
        (each.code, words.say(each.why)) for judged in report.judged.values() for each in judged.not_checked
    )
    notes = []
    if left:
        more = say_n("{n} finding more has no room here.", "{n} findings more have no room here.", left)
        notes.append(_notification("", more, at, words))
    for (code, why), number in sorted(counts.items()):
        if code == "*":
            text = say_n("In {n} file: {why}.", "In {n} files: {why}.", number, why=why)
        else:
            text = say_n(
                "{code} was not checked in {n} record: {why}.",
                "{code} was not checked in {n} records: {why}.",
                number,
                code=code,
                why=why,
            )
        notes.append(_notification(code, text, at, words))
    milder = [
        _notification(
            each.code,
            say(
                "The school's configuration makes {code} milder: {what} is {after} and not {before}.",
                code=each.code,
                what=each.what,
                after=each.after,
                before=each.before,
            ),
            at,
            words,
        )
        for each in report.weakened
    ]
    return {
        "executionSuccessful": whole,
        "toolExecutionNotifications": notes,
        "toolConfigurationNotifications": milder,
    }


def _notification(code: str, message: Message, at: dict[str, int], words: Words) -> Object:
    about = {"associatedRule": {"id": code, "index": at[code]}} if code in at else {}
    return {"level": "note", "message": {"text": visible(words.say(message))}, **about}
