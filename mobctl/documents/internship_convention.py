"""The check of an internship agreement (OUT-07): what it says of what D124-4 asks for, what it guarantees, who has signed.

The agreement itself is the school's paper. This sheet sets what the record says of it beside the list of the law, with
what else the record knows, so that a gap is seen before the first day.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from msgspec.structs import replace

from mobctl import derive, model
from mobctl.documents.fields import COMPANIES, HOME, HOST, LEARNER, PLANNED_DAYS, Field
from mobctl.documents.kind import Kind, by_rule
from mobctl.documents.placement import (
    Cover,
    Guide,
    covers,
    guides,
    made_on,
    minor,
)
from mobctl.documents.record import Record, decimal, document_number, issued_on, span, status, words
from mobctl.documents.view import Days, OfMobility, Party, Signatory, Student, Words
from mobctl.finding import N_, Message, say

KIND = "internship-convention"
ITEMS = (
    "course-title-and-hours",
    "referent-and-tutor",
    "competences",
    "activities",
    "dates-and-duration",
    "weekly-presence",
    "supervision",
    "allowance",
    "social-protection",
    "certificate",
    "absences",
    "house-rules",
    "assessment",
)
"""What D124-4 asks for: codelist `internship-items`."""

CLAUSES = ("reception", "protection", "recognition", "supervision", "safety")
"""What the convention guarantees, by the CTI (CTI001): codelist `convention-clauses`."""

COUNTRY_SHEET = "host-country-sheet"
INTERNS = frozenset({None, "student", "pupil"})
"""Who has such an agreement: an apprentice has another one, a graduate or an employee has none."""


class Said(TypedDict):
    """Something on the list, by its code, and whether the agreement is recorded to have it: yes or ""."""

    code: str
    there: str


class InternshipConvention(OfMobility):
    """The view of OUT-07. `status` is `draft` until the five have signed the agreement.

    `stated` and `signed` count what is there, of the numbers beside them; `late` says "yes" where somebody signed on the
    first day or later. `course_hours` are the hours of teaching a year.
    """

    learner: Student
    companies: list[Party]
    academic_year: str
    reference: str
    period: Days | None
    presence_hours: str
    hours_per_week: str
    course_hours: str
    title: Words | None
    competences: list[Words]
    activities: list[Words]
    tasks: list[str]
    monitoring: str
    evaluation: str
    graded_on: list[str]
    guides: list[Guide]
    items: list[Said]
    clauses: list[Said]
    annexes: list[Said]
    abroad: str
    stated: str
    of_items: str
    given: str
    of_signatures: str
    late: str
    covers: list[Cover]


FIELDS = (
    LEARNER,
    HOME,
    HOST,
    Field("host.country", N_("the country of the host institution")),
    COMPANIES,
    *PLANNED_DAYS,
    Field("convention.presence_hours", N_("the hours of presence")),
    Field("convention.items", N_("which items the internship agreement contains")),
)


def unfit(record: Record) -> Iterator[Message]:
    """Say of which stays there is no internship agreement under French law."""
    mobility = record.mobility
    regime = mobility.traineeship.regime if mobility.traineeship else None
    if not derive.has_placement(mobility):
        yield say("the stay has no internship (`kind`)")
    elif mobility.learner.status not in INTERNS or regime == "graduate":
        yield say("only a student or a pupil has an internship agreement (`learner.status`)")


def lacks(record: Record) -> Iterator[Message]:
    """Say that there is nothing to check: no agreement is recorded."""
    if record.mobility.convention is None:
        yield by_rule("STG102", say("the record has no internship agreement (`convention`)"))


def the_paper(record: Record) -> model.Paper | None:
    """Find the sheet as it was issued."""
    return next(reversed(record.papers(KIND)), None)


def unsigned(record: Record) -> Record:
    """Take the signatures of the agreement out of the record."""
    convention = record.mobility.convention
    if convention is None:
        return record
    return record.with_mobility(replace(record.mobility, convention=replace(convention, signatures=())))


def roles(record: Record, signatures: tuple[model.Signature, ...]) -> Iterator[str]:
    """Say who signs, in order: intern, school, host, referent teacher, tutor; for a minor the legal representative too."""
    yield "learner"
    if minor(record, signatures, made_on(record, the_paper(record))) or derive.signed(
        signatures, "legal-representative"
    ):
        yield "legal-representative"
    yield "home"
    host = derive.signed(signatures, "host")
    company = record.mobility.host_companies and not host
    yield "host-company" if company or (derive.signed(signatures, "host-company") and not host) else "host"
    yield "referent-teacher"
    yield "tutor"


def _signatory(record: Record, role: str, signatures: tuple[model.Signature, ...]) -> Signatory:
    home = record.mobility.home
    hosts = (*record.mobility.host_companies, record.mobility.host)
    person = None
    if role == "referent-teacher":
        person = home.tutor or home.trainer
    elif role == "tutor":
        person = next(filter(None, (each.tutor or each.mentor for each in hosts)), None)
    elif role == "host":
        person = hosts[0].contact or hosts[0].coordinator or hosts[0].tutor
    return record.signatory(role, derive.signed_for(record.mobility, signatures, role), person)


def internship_convention(record: Record) -> InternshipConvention:
    """Check an internship agreement against the list. Raise LookupError where `lacks` names something."""
    mobility, paper, convention = record.mobility, the_paper(record), record.mobility.convention
    if convention is None:
        raise LookupError("what lacks names")
    agreement = mobility.agreement or model.Agreement()
    traineeship = mobility.traineeship or model.Traineeship()
    enrolment = mobility.learner.enrolment or model.Enrolment()
    signatories = [
        _signatory(record, role, convention.signatures) for role in roles(record, convention.signatures)
    ]
    period = span(convention.covers) or span(mobility.period.planned)
    begins = period["start"] if period else ""
    items = [*_said(ITEMS, convention.items)]
    return {
        "kind": KIND,
        "number": document_number(paper, f"{mobility.id}-CS"),
        "record": mobility.id,
        "date": issued_on(paper, record.on),
        "status": status(signatories),
        "issuer": record.issuer(record.keeper),
        "learner": record.student(),
        "home": record.party(mobility.home),
        "host": record.party(mobility.host),
        "companies": [*map(record.party, mobility.host_companies)],
        "programme": {"code": mobility.programme or "none", "kind": mobility.kind},
        "academic_year": mobility.academic_year or "",
        "reference": convention.reference or "",
        "period": period,
        "presence_hours": decimal(convention.presence_hours),
        "hours_per_week": decimal(traineeship.hours_per_week),
        "course_hours": decimal(enrolment.teaching_hours),
        "title": words(traineeship.title, "") if traineeship.title else None,
        "competences": [*_competences(agreement, traineeship)],
        "activities": [words(each.title, each.id) for each in agreement.activities],
        "tasks": [*agreement.tasks],
        "monitoring": traineeship.monitoring_plan or "",
        "evaluation": traineeship.evaluation_plan or "",
        "graded_on": [*traineeship.grade_basis],
        "guides": guides(record),
        "items": items,
        "clauses": [*_said(CLAUSES, convention.clauses)],
        "annexes": [
            *_said((COUNTRY_SHEET,), convention.annexes),
            *_said(tuple(each for each in convention.annexes if each != COUNTRY_SHEET), convention.annexes),
        ],
        "abroad": "" if _country(record) == "FR" else "yes",
        "stated": str(sum(each["there"] == "yes" for each in items)),
        "of_items": str(len(items)),
        "given": str(sum(each["signed"] != "" for each in signatories)),
        "of_signatures": str(len(signatories)),
        "late": "yes" if any(begins and each["signed"] >= begins for each in signatories) else "",
        "covers": covers(record),
        "signatories": signatories,
    }


def _said(wanted: tuple[str, ...], there: tuple[str, ...]) -> Iterator[Said]:
    for code in wanted:
        yield {"code": code, "there": "yes" if code in there else ""}


def _competences(agreement: model.Agreement, traineeship: model.Traineeship) -> Iterator[Words]:
    for outcome in agreement.learning_outcomes:
        yield words(outcome.title, outcome.id)
    for text in traineeship.outcomes:
        yield words(text, "")


def _country(record: Record) -> str:
    """Say in which country the internship is."""
    mobility = record.mobility
    stated = mobility.destination.country if mobility.destination else None
    return stated or record.party(mobility.host)["country"]


INTERNSHIP_CONVENTION = Kind(
    "OUT-07",
    KIND,
    N_("Check of the internship agreement"),
    ("learner", "home", "host", "referent-teacher", "tutor"),
    lacks,
    the_paper,
    internship_convention,
    unsigned,
    FIELDS,
    unfit=unfit,
    note=N_(
        "The internship agreement itself is the school’s paper; this sheet checks what it says and who has signed it. A tutor who represents the host signs once."
    ),
)
