"""Rules as JSON for programs: see schemas/output/rules.schema.json."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from mobctl import __version__, examples
from mobctl.engine import Profile
from mobctl.escaped import dumps
from mobctl.model import Phase
from mobctl.reporters.reference import Reference, changed, weights
from mobctl.reporters.report import NAME
from mobctl.reporters.rule_pages import text_of
from mobctl.rule import Citation, Edition, Number, Rule
from mobctl.rules import retired
from mobctl.rules.families import FAMILIES, family
from mobctl.words import Words

PHASES = {phase: phase.name.lower().replace("_", "-") for phase in Phase}
"""The phases by the names that programs know them by."""


def phases(rule: Rule) -> list[str]:
    """The phases in which a rule applies."""
    return [
        name
        for phase, name in PHASES.items()
        if phase >= rule.when.since and (rule.when.until is None or phase < rule.when.until)
    ]


def rules_json(
    rules: Iterable[Rule],
    languages: Iterable[Words],
    profiles: Mapping[str, Profile],
    example: Callable[[str], Mapping[str, str]],
) -> str:
    """The contract for programs: all texts in all languages."""
    references = [Reference(words, profiles, example) for words in languages]
    data = {
        "version": 1,
        "tool": {"name": "mobctl", "version": __version__},
        "rules": [_rule(rule, references) for rule in rules],
        "retired": _retired(references),
    }
    return f"{dumps(data)}\n"


def _rule(rule: Rule, references: list[Reference]) -> dict[str, Any]:
    profiles, files = references[0].profiles, references[0].example(rule.code)
    return {
        "code": rule.code,
        "slug": rule.slug,
        "family": {"code": family(rule.code), "title": _said(FAMILIES[family(rule.code)], references)},
        "title": _said(rule.title, references),
        "severity": NAME[rule.severity],
        "profiles": [{"id": id, "severity": severity} for id, severity in weights(rule, profiles)],
        "phases": phases(rule),
        "decided": rule.when.decided,
        "kinds": sorted(rule.when.kinds),
        "directions": sorted(rule.when.directions),
        "needs": sorted(rule.needs),
        "judged_on": rule.judged_on,
        "since": _day(rule.since),
        "until": _day(rule.until),
        "sources": [_source(cited) for cited in rule.cites],
        "why": _said(rule.why, references),
        "fix": _said(rule.fix, references),
        "explanation": {
            each.words.lang: text_of(each.page(rule), each.words, example=False) for each in references
        },
        "numbers": [_number(rule, name, number, profiles) for name, number in rule.numbers.items()],
        "waivable": rule.waivable,
        "clock": rule.clock,
        "by": rule.by,
        "examples": [_example(name, text) for name, text in files.items()],
        "statement": _statement(rule.code),
        "related": [*retired.related(rule.code)],
    }


def _statement(code: str) -> str | None:
    """The statement of the catalogue that a rule says or says a part of."""
    if code in retired.SPLIT:
        return retired.SPLIT[code].of
    return None if code in retired.ADDED or family(code) in retired.OF_FILES else code


def _said(text: str, references: list[Reference]) -> dict[str, str]:
    return {each.words.lang: each.words.text(text) for each in references}


def _source(cited: Citation) -> dict[str, Any]:
    source = cited.source
    return {
        "key": source.key,
        "title": source.title,
        "issuer": source.issuer,
        "edition": source.edition,
        "url": source.url,
        "since": _day(source.since),
        "until": _day(source.until),
        "profiles": sorted(source.profiles),
        "passage": cited.passage,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number(rule: Rule, name: str, number: Number, profiles: Mapping[str, Profile]) -> dict[str, Any]:
    return {
        "name": name,
        "value": None if number.value is None else _plain(number.value),
        "unit": number.unit,
        "stricter": number.stricter,
        "of": number.of,
        "editions": _editions(number.editions),
        "profiles": [
            {"id": id, "editions": _editions(given)} for id, given in changed(rule, name, number, profiles)
        ],
    }


def _editions(editions: Iterable[Edition]) -> list[dict[str, Any]]:
    return [
        {
            "value": _plain(each.value),
            "since": _day(each.since),
            "until": _day(each.until),
            "source": each.source,
        }
        for each in editions
    ]


def _plain(value: Decimal) -> float | int:
    return int(value) if value == int(value) else float(value)


def _example(name: str, text: str) -> dict[str, Any]:
    return {
        "file": name,
        "as_of": _day(examples.day(text)),
        "fails": _lines(text, passing=False),
        "passes": _lines(text, passing=True),
    }


def _lines(text: str, *, passing: bool) -> str:
    return "".join(f"{line.text if line else '# …'}\n" for line in examples.excerpt(text, passing=passing))


def _retired(references: list[Reference]) -> list[dict[str, Any]]:
    merged = [
        {"code": code, "into": [*each.into], "reason": _said(each.reason, references)}
        for code, each in retired.MERGED.items()
    ]
    withdrawn = [
        {"code": code, "into": [], "reason": _said(reason, references)}
        for code, reason in retired.WITHDRAWN.items()
    ]
    return sorted((*merged, *withdrawn), key=lambda each: str(each["code"]))
