"""Sheets of the home school: the learner's starting point (OUT-28), the report (OUT-26), the debrief (OUT-27).

The first goes to the host before the departure; the others say what came in and what was held after the return, on which
recognition rests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import TypedDict

from mobctl import derive, model
from mobctl.documents.fields import COMPANIES, HOME, HOST, LEARNER, Field
from mobctl.documents.kind import Kind, by_rule
from mobctl.documents.letters import home
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
    yes_or_no,
)
from mobctl.documents.view import Days, Learner, OfMobility, Party, Words
from mobctl.finding import N_, Message, say

COVER, DEBRIEF, POSITIONING = "report-cover", "debrief-sheet", "positioning-sheet"


class Sheet(OfMobility):
    """What the three sheets have in common; `companies` are those of a placement."""

    learner: Learner
    companies: list[Party]
    academic_year: str
    period: Days | None


class Juror(TypedDict):
    """One of those before whom a report was defended."""

    name: str
    position: str


class Defended(TypedDict):
    """The defence of a report; `remote` is yes, no or "", the grade that of the report and the defence."""

    date: str
    remote: str
    jury: list[Juror]
    grade: str
    scale: str


class Cover(Sheet):
    """The view of OUT-26."""

    title: Words
    received: str
    defence: Defended | None


class Presented(TypedDict):
    """The talk by which others profited from the stay."""

    date: str
    audience: str


class Satisfied(TypedDict):
    """Satisfaction from 1 to 5, "" where none is stated."""

    before: str
    during: str
    after: str


class Debriefed(Sheet):
    """The view of OUT-27."""

    held: str
    by: str
    points: str
    satisfaction: Satisfied | None
    presentation: Presented | None


class Positioned(Sheet):
    """The view of OUT-28; `eqf` is a code of its list. The CV and the like are places where they are kept, not texts."""

    written: str
    eqf: str
    experience: str
    environment: str
    expectations: str
    cv: str
    motivation: str
    portfolio: str


def unfit(record: Record) -> Iterator[Message]:
    """Say of which stays there are no such sheets."""
    if record.mobility.direction != "outgoing":
        yield say("the home school makes this sheet, for an outgoing mobility")


def the_paper(record: Record, kind: str) -> model.Paper | None:
    """Find a sheet that counts: the last one that was neither annulled nor replaced."""
    return next(reversed(record.papers(kind)), None)


def unsigned(record: Record, kind: str) -> Record:
    """Take the signatures out of a sheet."""
    return record.with_paper_unsigned(the_paper(record, kind))


def _made(record: Record, kind: str) -> date:
    return date.fromisoformat(issued_on(the_paper(record, kind), record.on))


def _sheet(record: Record, kind: str, mark: str, people: dict[str, model.Person | None]) -> Sheet:
    mobility, paper = record.mobility, the_paper(record, kind)
    learner = mobility.learner
    signatories = [
        record.signatory(role, derive.signed(paper.signatures, role) if paper else None, person)
        for role, person in people.items()
    ]
    return {
        "kind": kind,
        "number": document_number(paper, f"{mobility.id}-{mark}"),
        "record": mobility.id,
        "date": issued_on(paper, record.on),
        "status": status(signatories),
        "issuer": record.issuer(mobility.home),
        "learner": {
            "name": name(learner.name),
            "number": learner.id or "",
            "birth_date": day(learner.birth_date),
            "programme": record.programme(),
        },
        "home": record.party(mobility.home),
        "host": record.party(mobility.host),
        "companies": [*map(record.party, mobility.host_companies)],
        "programme": {"code": mobility.programme or "none", "kind": mobility.kind},
        "academic_year": mobility.academic_year or "",
        "period": span(mobility.period.actual) or span(mobility.period.planned),
        "signatories": signatories,
    }


def lacks_for_cover(record: Record) -> Iterator[Message]:
    """Say why there is no cover: no report has come in yet, or its defence is of before the stay."""
    evidence, start = record.mobility.evidence, derive.start(record.mobility)
    report, defence = (evidence.report, evidence.defence) if evidence else (None, None)
    if report is None:
        yield by_rule("SOC003", say("no report has come in (`evidence.report`)"))
    elif report.date and _made(record, COVER) < report.date.first:
        yield say("the report came in on {day}: its cover is made then, and not before", day=report.date.said)
    if defence and defence.date and start and defence.date.last < start.first:
        text = say(
            "the defence is of {day}, before the stay began on {start}",
            day=defence.date.said,
            start=start.said,
        )
        yield by_rule("CTI010", text)


def cover(record: Record) -> Cover:
    """Show the report and its defence. Raise LookupError where `lacks_for_cover` names something."""
    mobility = record.mobility
    report = mobility.evidence.report if mobility.evidence else None
    defence = mobility.evidence.defence if mobility.evidence else None
    if report is None:
        raise LookupError("what lacks names")
    at = mobility.home
    supervisor = at.tutor or at.trainer or at.coordinator
    return {
        **_sheet(record, COVER, "RAP", {"referent-teacher": supervisor}),
        "title": words(report.title, ""),
        "received": day(report.date),
        "defence": {
            "date": day(defence.date),
            "remote": yes_or_no(it=defence.remote),
            "jury": [{"name": each.name, "position": each.position or ""} for each in defence.members],
            "grade": defence.grade or "",
            "scale": defence.scale or "",
        }
        if defence
        else None,
    }


def lacks_for_debrief(record: Record) -> Iterator[Message]:
    """Say why there is no debrief to report: none was held, or it was held before the stay was over."""
    evidence, end = record.mobility.evidence, derive.end(record.mobility)
    held = evidence.debrief if evidence else None
    talk = evidence.peer_presentation if evidence else None
    if held is None:
        yield by_rule("SOC003", say("no debrief was held (`evidence.debrief`)"))
    elif held.date and _made(record, DEBRIEF) < held.date.first:
        yield say("the debrief is held on {day}: the sheet is made then, and not before", day=held.date.said)
    for event, code in ((held, "CTI006"), (talk, "SOC012")):
        if event and event.date and end and event.date.last < end.first:
            text = say(
                "what is held after the return is of {day}, before the stay ended on {end}",
                day=event.date.said,
                end=end.said,
            )
            yield by_rule(code, text)


def debrief(record: Record) -> Debriefed:
    """Show the debrief and the presentation. Raise LookupError where `lacks_for_debrief` names something."""
    evidence = record.mobility.evidence
    held = evidence.debrief if evidence else None
    if evidence is None or held is None:
        raise LookupError("what lacks names")
    talk, content = evidence.peer_presentation, evidence.satisfaction
    person = model.Person(name=model.PersonName(family=held.with_ or ""))
    return {
        **_sheet(record, DEBRIEF, "BIL", {"referent-teacher": person, "learner": None}),
        "held": day(held.date),
        "by": held.with_ or "",
        "points": held.note or "",
        "satisfaction": {
            "before": decimal(content.before),
            "during": decimal(content.during),
            "after": decimal(content.after),
        }
        if content
        else None,
        "presentation": {"date": day(talk.date), "audience": talk.audience or ""} if talk else None,
    }


def lacks_for_positioning(record: Record) -> Iterator[Message]:
    """Say why the host can't be told where the learner starts from: nothing is written down, or it is too late."""
    known, departure = record.mobility.learner.positioning, derive.departure(record.mobility)
    if known is None:
        text = say("nothing is written down of the learner's starting point (`learner.positioning`)")
        yield by_rule("EVA001", text)
    elif known.date and _made(record, POSITIONING) < known.date.first:
        yield say("this was written down on {day}: the sheet can't be of before", day=known.date.said)
    if departure and _made(record, POSITIONING) >= departure.last:
        text = say("the departure is on {day}: the host is told before", day=departure.said)
        yield by_rule("EVA001", text)


def positioning(record: Record) -> Positioned:
    """Show where the learner starts from. Raise LookupError where `lacks_for_positioning` names something."""
    known = record.mobility.learner.positioning
    if known is None:
        raise LookupError("what lacks names")
    enrolment = record.mobility.learner.enrolment or model.Enrolment()
    referent = record.mobility.home.mobility_referent
    return {
        **_sheet(record, POSITIONING, "POS", {"learner": None, "home": referent}),
        "written": day(known.date),
        "eqf": known.eqf or enrolment.eqf or "",
        "experience": known.prior_experience or "",
        "environment": known.work_environment or "",
        "expectations": known.expectations or "",
        "cv": known.europass_cv or "",
        "motivation": known.motivation_file or "",
        "portfolio": known.portfolio or "",
    }


def _no_level(record: Record) -> bool:
    """Say whether the enrolment does not state the level."""
    enrolment = record.mobility.learner.enrolment
    return enrolment is None or enrolment.eqf is None


def _kind(
    out: str,
    name: str,
    title: str,
    signatories: tuple[str, ...],
    lacks: Callable[[Record], Iterator[Message]],
    view: Callable[[Record], Mapping[str, object]],
    fields: tuple[Field, ...],
) -> Kind:
    """Declare a sheet that the home school writes of one of its learners."""
    paper, bare = partial(the_paper, kind=name), partial(unsigned, kind=name)
    stated = (LEARNER, HOME, HOST, *fields)
    return Kind(out, name, title, signatories, lacks, paper, view, bare, stated, unfit=unfit, issuer=home)


REPORT_COVER = _kind(
    "OUT-26",
    COVER,
    N_("Cover of the report"),
    ("referent-teacher",),
    lacks_for_cover,
    cover,
    (
        COMPANIES,
        Field("evidence.report.title", N_("the title of the report")),
        Field("evidence.report.date", N_("the day on which the report came in")),
        Field("evidence.defence?.date", N_("the day of the defence")),
        Field("evidence.defence?.members[*].name", N_("the name of each member of the jury")),
    ),
)

DEBRIEF_SHEET = _kind(
    "OUT-27",
    DEBRIEF,
    N_("Debrief sheet and attestation of the presentation"),
    ("referent-teacher", "learner"),
    lacks_for_debrief,
    debrief,
    (
        Field("evidence.debrief.date", N_("the day of the debrief")),
        Field("evidence.debrief.with", N_("who held the debrief")),
        Field("evidence.peer_presentation?.date", N_("the day of the presentation to other students")),
        Field("evidence.peer_presentation?.audience", N_("before whom the presentation was held")),
    ),
)

POSITIONING_SHEET = _kind(
    "OUT-28",
    POSITIONING,
    N_("Positioning sheet"),
    ("learner", "home"),
    lacks_for_positioning,
    positioning,
    (
        Field("learner.positioning.date", N_("the day on which the starting point was written down")),
        Field("learner.positioning.eqf", N_("the European level of training"), when=_no_level),
        Field(
            "learner.positioning.prior_experience|europass_cv|motivation_file|portfolio",
            N_("the experience, or where the CV, the letter or the portfolio is kept"),
        ),
        Field("learner.positioning.work_environment", N_("the work environment the learner is used to")),
        Field("learner.positioning.expectations", N_("what the learner expects of the stay")),
    ),
)
