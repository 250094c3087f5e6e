"""A micro-credential on what was learnt abroad (OUT-21): a page, and the data of an open badge and of the European Learning Model.

It has the elements of the Council Recommendation on micro-credentials (2022/C 243/02), annex I: the mandatory ones, and
the optional ones where the record has them. The record says under `documents` that there is to be one: its title, and the
ids of the outcomes that it certifies.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TypedDict

from mobctl import derive, model
from mobctl.documents import credentials
from mobctl.documents.fields import END, HOME, HOST, LEARNER, START, Field, Scope
from mobctl.documents.kind import DataFormat, Kind, by_rule
from mobctl.documents.record import (
    Record,
    day,
    decimal,
    document_number,
    issued_on,
    name,
    span,
    status,
    words,
)
from mobctl.documents.view import Days, Name, OfMobility, Words
from mobctl.finding import N_, Message, Quoted, Series, say

KIND = "open-badge"


class Holder(TypedDict):
    """The learner: no more of the person than it takes to say who it is."""

    name: Name
    number: str


class Outcome(TypedDict):
    """A learning outcome that is certified: codelist `outcome-levels`."""

    id: str
    title: Words
    level: str
    date: str
    criteria: list[str]


class Workload(TypedDict):
    """How much work it was: ECTS credits where there are any, hours, "" for what is not known."""

    credits: str
    hours: str


class OpenBadge(OfMobility):
    """The view of OUT-21. `alpha3` is the country of the issuer in three letters, as the Publications Office has it.

    `participation` is onsite, online or blended; `methods`, `supervision`, `stackability` and `cycle` are codes of the lists
    `assessment-methods`, `supervision`, `stackability` and `cycles`. `status` is `draft` until the home institution has
    signed: the data bear no seal, the program that issues them sets it.
    """

    learner: Holder
    alpha3: str
    website: str
    period: Days | None
    title: Words
    outcomes: list[Outcome]
    workload: Workload
    eqf: str
    cycle: str
    methods: list[str]
    supervision: str
    assessors: list[str]
    participation: str
    quality: Words
    prerequisites: Words
    stackability: str
    information: Words


FIELDS = (
    LEARNER,
    HOME,
    Field("home.country", N_("the country of the home institution")),
    Field("home.quality_assurance", N_("what assures the quality of the home institution's awards")),
    HOST,
    START,
    END,
    Field("documents[].title", N_("the title of the badge")),
    Field("agreement.learning_outcomes[].title", N_("the title of each learning outcome")),
    Field("learner.enrolment.eqf", N_("the level in the European Qualifications Framework")),
    Field("evaluation.methods", N_("how the outcomes were assessed")),
)


def scope(record: Record) -> Scope:
    """Look at the entry of the badge, and at the outcomes that it certifies."""
    paper = the_paper(record)
    return {
        "documents": (paper,) if paper else (),
        "agreement.learning_outcomes": tuple(_certified(record)),
    }


def unfit(record: Record) -> Iterator[Message]:
    """Say of which stays there is no badge."""
    if record.mobility.direction != "outgoing":
        yield say("the home school issues it, for an outgoing mobility")
    elif the_paper(record) is None:
        yield say(
            "the record does not say that there is to be a badge: write an entry of the kind open-badge with its title and"
            " the ids of its outcomes (`documents`)"
        )


def lacks(record: Record) -> Iterator[Message]:
    """Say why there is no badge yet: outcomes that were not achieved, no workload, the stay is not over."""
    paper = the_paper(record)
    if paper is None:
        return
    yield from _unproven(record, paper)
    if not any(_workload(record).values()):
        yield say(
            "the workload is not known, neither as ECTS credits (`results`, `recognition`) nor in hours (`agreement.hours`)"
        )
    last, made = _last(record), date.fromisoformat(issued_on(paper, record.on))
    if last and made < last:
        yield by_rule("EVA006", say("a badge follows the last day of the stay, {end}", end=last))
    if made > record.on:
        yield say("the badge is dated {day}: before that day its data would not be valid", day=made)


def _unproven(record: Record, paper: model.Paper) -> Iterator[Message]:
    known = {each.id for each in _outcomes(record)}
    if not paper.outcomes:
        yield by_rule("EVA006", say("the badge names no learning outcome (`documents.outcomes`)"))
    if unknown := [Quoted(each) for each in paper.outcomes if each not in known]:
        why = say(
            "the agreement has no outcome {ids} (`agreement.learning_outcomes`)", ids=Series(tuple(unknown))
        )
        yield why
    levels = _levels(record)
    low = [
        Quoted(each)
        for each in paper.outcomes
        if each in known and (each not in levels or levels[each].level not in ("achieved", "partial"))
    ]
    if low:
        why = say("the grid does not say that {ids} was achieved (`evaluation.grid`)", ids=Series(tuple(low)))
        yield by_rule("EVA006", why)


def _outcomes(record: Record) -> tuple[model.Outcome, ...]:
    agreement = record.mobility.agreement
    return agreement.learning_outcomes if agreement else ()


def _certified(record: Record) -> Iterator[model.Outcome]:
    paper = the_paper(record)
    wanted = paper.outcomes if paper else ()
    return (each for each in _outcomes(record) if each.id in wanted)


def _levels(record: Record) -> dict[str, model.Assessment]:
    evaluation = record.mobility.evaluation
    return {each.outcome: each for each in evaluation.grid} if evaluation else {}


def _last(record: Record) -> date | None:
    actual = record.mobility.period.actual
    return actual.end.exact if actual and actual.end else None


def _workload(record: Record) -> Workload:
    """Credits that were recognised, else those that the host awarded; hours that were certified, else agreed."""
    mobility, paper = record.mobility, the_paper(record)
    recognised, earned = derive.recognised_credits(mobility).value, derive.earned_credits(mobility).value
    agreed = sum((each for each in derive.hours(mobility).values() if each), Decimal(0))
    hours = (paper.effective_hours if paper else None) or agreed
    return {"credits": decimal(recognised or earned or None), "hours": decimal(hours or None)}


def _participation(record: Record) -> str:
    mobility = record.mobility
    if mobility.kind == "virtual-only":
        return "online"
    return "blended" if mobility.period.online else "onsite"


def _cycle(record: Record) -> str:
    """The cycle of a student's level: 2017/C 189/03, annex II; pupils and apprentices are in none."""
    learner = record.mobility.learner
    level = (learner.enrolment.eqf if learner.enrolment else None) or ""
    known = record.lists["cycles"].codes if "cycles" in record.lists else {}
    return level if learner.status == "student" and level in known else ""


def the_paper(record: Record) -> model.Paper | None:
    """Find the entry of the badge: the last one that was neither annulled nor replaced."""
    return next(reversed(record.papers(KIND)), None)


def unsigned(record: Record) -> Record:
    """Take the signature out of the badge."""
    return record.with_paper_unsigned(the_paper(record))


def open_badge(record: Record) -> OpenBadge:
    """Show what was learnt abroad (OUT-21). Raise LookupError where something lacks."""
    mobility, paper = record.mobility, the_paper(record)
    if paper is None or mobility.evaluation is None:
        raise LookupError("what lacks names")
    made = issued_on(paper, record.on)
    signatories = [
        record.registrar("home", derive.signed(paper.signatures, "home"), date.fromisoformat(made))
    ]
    home, learner = record.institution(mobility.home) or mobility.home, mobility.learner
    levels = _levels(record)
    roles = (each.role for each in mobility.evaluation.grid if each.outcome in paper.outcomes)
    return {
        "kind": KIND,
        "number": document_number(paper, f"{mobility.id}-OB"),
        "record": mobility.id,
        "date": made,
        "status": status(signatories),
        "issuer": record.issuer(mobility.home),
        "learner": {"name": name(learner.name), "number": learner.id or ""},
        "home": record.party(mobility.home),
        "alpha3": _alpha3(record, home.country or ""),
        "website": home.website or "",
        "host": record.party(mobility.host),
        "period": span(mobility.period.actual),
        "programme": {"code": mobility.programme or "none", "kind": mobility.kind},
        "title": words(paper.title, ""),
        "outcomes": [
            {
                "id": each.id,
                "title": words(each.title, each.id),
                "level": levels[each.id].level or "",
                "date": day(levels[each.id].date),
                "criteria": [*each.criteria],
            }
            for each in _certified(record)
        ],
        "workload": _workload(record),
        "eqf": (learner.enrolment.eqf if learner.enrolment else None) or "",
        "cycle": _cycle(record),
        "methods": [*mobility.evaluation.methods],
        "supervision": mobility.evaluation.supervision or "",
        "assessors": [*dict.fromkeys(role for role in roles if role)],
        "participation": _participation(record),
        "quality": words(home.quality_assurance, ""),
        "prerequisites": words(paper.prerequisites, ""),
        "stackability": paper.stackability or "",
        "information": words(paper.information, ""),
        "signatories": signatories,
    }


def _alpha3(record: Record, country: str) -> str:
    """Say a country in three letters: the first of its other codes that is one."""
    known = record.lists["countries"].codes.get(country, {}) if "countries" in record.lists else {}
    codes = (each for each in known.get("aliases", ()) if len(each) == len("FRA") and each.isupper())
    return next(codes, "")


OPEN_BADGE = Kind(
    "OUT-21",
    KIND,
    N_("Open badge and micro-credential"),
    ("home",),
    lacks,
    the_paper,
    open_badge,
    unsigned,
    FIELDS,
    scope,
    unfit,
    total=lambda view: str(view["workload"]["credits"]),
    note=N_(
        "The data bear no seal: Open Badges 3.0 are signed by the program that issues them, the European Learning Model is sealed by the issuer of the European Commission."
    ),
    data={
        "ob3": DataFormat(".ob3.json", "application/ld+json", credentials.open_badge),
        "elm": DataFormat(".elm.json", "application/ld+json", credentials.learning_model),
    },
)
