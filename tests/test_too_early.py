"""A document that must not exist yet is refused, with the reason and the rule; on the day it is made.

Each line has a kind, a record of which no paper of the kind is issued yet, the first day on which there can be one, and
the rule. Kinds of the agreement have no such day: they may be printed as soon as what they say is there, and what comes
late is for the rules (LA001, LA010, CHG102, CHG103, STG102, APP102).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import certificates
import graduates
import pytest
import transcripts
from agreements import BASE
from agreements import record as of_base

from mobctl import store
from mobctl.documents import KINDS
from mobctl.documents.record import Record
from mobctl.words import words

ENGLISH = words("en", store.lists())
NONE: Mapping[str, Any] = {"documents": None}
RETURN = date(2026, 1, 30)
WEEK = timedelta(days=7)
"""How long before the end a host may sign what it certifies: often on the last Friday."""

STAGE = {"documents": [{"kind": "attestation-de-stage", "effective_hours": 455}]}


def graduate(patch: Mapping[str, Any], on: date) -> Record:
    return graduates.record(patch, on=on)


def at_work(patch: Mapping[str, Any], on: date) -> Record:
    return certificates.record(patch, on=on)


def exchange(patch: Mapping[str, Any], on: date) -> Record:
    return of_base(patch, of={**BASE, "status": "returned"}, on=on)


def incoming(patch: Mapping[str, Any], on: date) -> Record:
    return transcripts.record({"results": {"issued": None}, **patch}, on=on)


EARLY: list[tuple[str, Any, Mapping[str, Any], date, str]] = [
    (
        "certificate-of-arrival",
        exchange,
        {**NONE, "period": {"actual": {"end": None}}},
        date(2025, 9, 15),
        "DUR106",
    ),
    ("certificate-of-attendance", exchange, NONE, RETURN, "DUR106"),
    ("participation-attestation", at_work, NONE, RETURN, "DOC005"),
    ("partner-attestation", exchange, NONE, RETURN - WEEK, "SOC009"),
    ("la-complement", at_work, NONE, RETURN, "DOC003"),
    ("transcript", incoming, NONE, date(2026, 7, 3), "TOR101"),
    ("traineeship-certificate", at_work, NONE, RETURN - WEEK, "TRN109"),
    ("attestation-de-stage", at_work, STAGE, RETURN - WEEK, "STG106"),
    ("home-transcript", graduate, NONE, date(2026, 3, 10), "REC004"),
    ("recognition-report", graduate, NONE, date(2026, 3, 10), "REC004"),
]
LATE_ONLY = {
    "partner-agreement-sheet",
    "learning-agreement",
    "validation-plan",
    "traineeship-agreement",
    "vet-agreement",
    "amendment",
    "internship-convention",
    "apprentice-convention",
}
"""Kinds that are to be there by a day, and not from a day on."""


@pytest.mark.parametrize(("kind", "make", "patch", "day", "code"), EARLY, ids=[each[0] for each in EARLY])
def test_the_day_before_there_is_none(
    kind: str, make: Any, patch: Mapping[str, Any], day: date, code: str
) -> None:
    [said] = [ENGLISH.say(each) for each in KINDS[kind].lacking(make(patch, on=day - timedelta(days=1)))]
    assert said.endswith(f"(rule {code})")
    assert KINDS[kind].lacking(make(patch, on=day)) == ()


def test_every_kind_that_has_such_a_day_is_here() -> None:
    first_half = {kind.name for kind in KINDS.values() if int(kind.out.removeprefix("OUT-")) <= 16}
    assert {each[0] for each in EARLY}.isdisjoint(LATE_ONLY)
    assert first_half == {each[0] for each in EARLY} | LATE_ONLY


PLANNED = {**NONE, "period": {"planned": {"start": "2025-09-15", "end": "2026-01-30"}, "actual": None}}


@pytest.mark.parametrize(
    ("kind", "day", "said"),
    [
        (
            "certificate-of-arrival",
            date(2025, 9, 15),
            "the stay is planned from 15 September 2025; write down",
        ),
        ("certificate-of-attendance", RETURN, "the stay is planned until 30 January 2026; write down"),
    ],
)
def test_days_of_presence_are_not_asked_for_before_they_come(kind: str, day: date, said: str) -> None:
    [why] = KINDS[kind].lacking(exchange(PLANNED, on=day - timedelta(days=1)))
    assert ENGLISH.say(why).startswith(said)
    asked = [ENGLISH.say(each) for each in KINDS[kind].lacking(exchange(PLANNED, on=day))]
    assert asked
    assert all("day of presence must be stated" in each for each in asked)


def decided(day: str, **results: str) -> dict[str, Any]:
    return {"documents": None, "recognition": {"decided": {"date": day}}, "results": results}


@pytest.mark.parametrize("kind", ["recognition-report", "home-transcript"])
@pytest.mark.parametrize(
    ("patch", "said"),
    [
        (decided("2026-02-18"), "decided on 18 February 2026 (“recognition.decided”), before there were results, on 19"),
        (decided("2026-02-19"), None),
        (decided("2026-02-17", published="2026-02-16"), None),
        (decided("2026-02", received="2026-02-23"), None),
        (decided("2026-03-10", received="2026-11-25"), "the results came on 25 November 2026"),
        (decided("2026-03-10", received="2026-11-24"), None),
        (decided("2026-11-25"), "it states a decision of 25 November 2026"),
        ({"documents": [{"kind": "recognition-report", "issued": "2026-03-09"}, {"kind": "home-transcript", "issued": "2026-03-09"}]}, "and is of 9 March 2026"),
    ],
)  # fmt: skip
def test_recognition_comes_after_the_results(kind: str, patch: Mapping[str, Any], said: str | None) -> None:
    found = [ENGLISH.say(each) for each in KINDS[kind].lacking(graduates.record(patch))]
    assert len(found) == (said is not None), found
    if said:
        assert said.replace("“recognition.decided”", "`recognition.decided`") in found[0]
        assert found[0].endswith("(rule GEN101)" if "before" in said else "(rule REC004)")


MISSING: list[tuple[str, Any, Mapping[str, Any], str, str]] = [
    ("recognition-report", exchange, {"results": None}, "(`results.lines`)", "TOR101"),
    ("recognition-report", exchange, {"recognition": None}, "(`recognition.decided`", "REC004"),
    (
        "recognition-report",
        exchange,
        {"agreement": None, "amendments": None},
        "(`agreement`)",
        "REC002",
    ),
    ("transcript", incoming, {"results": {"lines": []}}, "(`results.lines`)", "TOR101"),
]


@pytest.mark.parametrize(("kind", "make", "patch", "said", "code"), MISSING)
def test_what_is_not_there_yet_is_said_with_its_rule(
    kind: str, make: Any, patch: Mapping[str, Any], said: str, code: str
) -> None:
    found = [ENGLISH.say(each) for each in KINDS[kind].lacking(make(patch, on=date(2026, 11, 24)))]
    assert any(said in each and each.endswith(f"(rule {code})") for each in found), found
