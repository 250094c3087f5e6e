"""The personalised contract of a placement that a Catalan school follows in qBID (OUT-29).

Module by module it lists the outcomes with their criteria, then all activities, each with the outcomes that it serves,
the calendar and the tutors. School, learner and company sign it before the stay, and each of them has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TypedDict

from mobctl import derive, model
from mobctl.documents import agreed
from mobctl.documents.fields import COMPANIES, HOME, HOST, LEARNER, PLANNED_DAYS, Field
from mobctl.documents.kind import Kind, by_rule
from mobctl.documents.learning_agreement import Language, entry, language, parts, the_version, unsigned
from mobctl.documents.placement import (
    Activity,
    Cover,
    Edition,
    Guide,
    Outcome,
    activities,
    covers,
    edition,
    guides,
    made_on,
    on_the_spot,
    outcomes,
    paper_of,
    signatories,
    unfit_group,
)
from mobctl.documents.record import Record, document_number, issued_on, status
from mobctl.documents.view import Days, OfMobility, Party, Student
from mobctl.finding import N_, Message, Quoted, Series, say

KIND = "personalised-contract"
LAST_WITH_UNITS = date(2024, 8, 31)
"""Until when a stay had to begin for its outcomes to belong to training units (CAT008)."""


class Module(TypedDict):
    """A professional module with its outcomes."""

    code: str
    outcomes: list[Outcome]


class PersonalisedContract(OfMobility):
    """The view of OUT-29. `status` is `draft` until school, learner and company have signed.

    `shared_with` are those who were given the contract: school-trainer, company-tutor, learner and others.
    """

    version: Edition
    learner: Student
    companies: list[Party]
    guides: list[Guide]
    academic_year: str
    period: Days | None
    language: Language | None
    calendar: str
    tasks: list[str]
    modules: list[Module]
    activities: list[Activity]
    covers: list[Cover]
    shared_with: list[str]


FIELDS = (
    LEARNER,
    HOME,
    HOST,
    COMPANIES,
    *PLANNED_DAYS,
    Field("agreement.learning_outcomes[].title", N_("the title of each learning outcome")),
    Field("agreement.learning_outcomes[].module_code", N_("the module of each learning outcome")),
    Field("agreement.learning_outcomes[].criteria", N_("the criteria of each learning outcome")),
    Field("agreement.activities[].title", N_("the title of each activity")),
    Field("agreement.calendar", N_("the calendar of the stay")),
)


def lacks(record: Record) -> Iterator[Message]:
    """Say what keeps the contract from being printed: an activity for no outcome, no unit where there were units, no tutor."""
    mobility, agreement = record.mobility, record.mobility.agreement
    if agreement is None:
        yield say("the record has no learning agreement (`agreement`)")
        return
    known = {each.id for each in agreement.learning_outcomes}
    idle = [Quoted(each.id) for each in agreement.activities if not known & set(each.outcomes)]
    if idle:
        why = say(
            "these activities serve no learning outcome of the agreement: {ids} (`agreement.activities.outcomes`)",
            ids=Series(tuple(idle)),
        )
        yield by_rule("CAT003", why)
    start = derive.start(mobility)
    unplaced = [Quoted(each.id) for each in agreement.learning_outcomes if not each.unit_code]
    if start and start.last <= LAST_WITH_UNITS and unplaced:
        why = say(
            "these outcomes have no training unit: {ids} (`agreement.learning_outcomes.unit_code`)",
            ids=Series(tuple(unplaced)),
        )
        yield by_rule("CAT008", why)
    if not on_the_spot((*mobility.host_companies, mobility.host)):
        yield say("no tutor in the company is named (`host_companies.tutor`)")
    if not (mobility.home.tutor or mobility.home.trainer):
        yield say("no tutor at the school is named (`home.tutor`)")


def school(record: Record) -> model.Party:
    """Say who issues the contract: the vocational school, though the one that receives the learner may keep the record."""
    return record.mobility.home


def the_paper(record: Record) -> model.Paper | None:
    """Find the contract as it was issued in this version."""
    return paper_of(record, KIND)


def personalised_contract(record: Record) -> PersonalisedContract:
    """Show a version of the contract. Raise LookupError where `lacks` names something."""
    mobility, part, paper, version = record.mobility, record.part, the_paper(record), the_version(record)
    agreement = mobility.agreement
    if agreement is None:
        raise LookupError("what lacks names")
    company = "host-company" if mobility.host_companies else "host"
    signed = signatories(record, version.signatures, ("home", "learner", company), made_on(record, paper))
    found = outcomes(record)
    modules = dict.fromkeys(each["module"] for each in found)
    return {
        "kind": KIND,
        "number": document_number(paper, f"{mobility.id}-CP" + (f"-{part}" if part else "")),
        "record": mobility.id,
        "date": issued_on(paper, record.on),
        "status": status(signed),
        "version": edition(version),
        "issuer": record.issuer(school(record)),
        "learner": record.student(),
        "home": record.party(mobility.home),
        "host": record.party(mobility.host),
        "companies": [*map(record.party, mobility.host_companies)],
        "guides": guides(record),
        "programme": {"code": mobility.programme or "none", "kind": mobility.kind},
        "academic_year": mobility.academic_year or "",
        "period": agreed.planned(mobility, version),
        "language": language(agreement.language),
        "calendar": agreement.calendar or "",
        "tasks": [*agreement.tasks],
        "modules": [
            {"code": code, "outcomes": [each for each in found if each["module"] == code]} for code in modules
        ],
        "activities": activities(record),
        "covers": covers(record),
        "shared_with": [*agreement.shared_with],
        "signatories": signed,
    }


PERSONALISED_CONTRACT = Kind(
    "OUT-29",
    KIND,
    N_("Personalised contract"),
    ("home", "learner", "host-company"),
    lacks,
    the_paper,
    personalised_contract,
    unsigned,
    FIELDS,
    unfit=unfit_group,
    parts=parts,
    issuer=school,
    entry=entry,
    note=N_("qBID makes this contract for a placement followed there; it is the same content."),
)
