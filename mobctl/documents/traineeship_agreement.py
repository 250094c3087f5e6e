"""The learning agreement for a traineeship (OUT-03), in the order of the Commission's form: tables A, B and C.

It shows one version, as the agreement for studies does. Table B is one box of three, by the place of the traineeship in
the studies; what a box asks for and the record does not have stays without a tick.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from mobctl import derive, model
from mobctl.documents import agreed
from mobctl.documents.fields import BIRTH_DATE, COMPANIES, HOME, HOST, LEARNER, PLANNED_DAYS, Field
from mobctl.documents.kind import SIGNED_BY_THREE, Kind, by_rule
from mobctl.documents.learning_agreement import (
    Language,
    entry,
    language,
    parts,
    the_version,
    unsigned,
)
from mobctl.documents.placement import (
    Activity,
    Cover,
    Edition,
    Guide,
    Outcome,
    activities,
    covers,
    credits_of,
    edition,
    guides,
    made_on,
    on_the_spot,
    outcomes,
    paper_of,
    signatories,
    unfit_group,
)
from mobctl.documents.record import (
    Record,
    decimal,
    document_number,
    issued_on,
    span,
    status,
    words,
    yes_or_no,
)
from mobctl.documents.view import (
    Days,
    OfMobility,
    Party,
    Responsibles,
    Row,
    Student,
    Words,
)
from mobctl.finding import N_, Label, Message, say

KIND = "traineeship-agreement"
KINDS = frozenset({"traineeship", "study+traineeship", "work-placement"})


class Regime(TypedDict):
    """Table B: the box, what the school undertakes, and what the grade is based on: codelist `grade-basis`."""

    box: str
    credits: str
    graded_on: list[str]
    transcript: str
    supplement: str


class TraineeshipAgreement(OfMobility):
    """The view of OUT-03. `status` is `draft` until trainee, home and host have signed the version shown.

    `charter` says "yes" where the principles of the programme for higher education bind the parties.
    """

    version: Edition
    learner: Student
    companies: list[Party]
    responsibles: Responsibles
    guides: list[Guide]
    academic_year: str
    period: Days | None
    online: Days | None
    language: Language | None
    title: Words
    hours_per_week: str
    tasks: list[str]
    activities: list[Activity]
    detail: str
    outcomes: list[Outcome]
    abilities: list[str]
    reference: str
    monitoring: str
    evaluation: str
    regime: Regime
    recognised: list[Row]
    automatic: str
    terms: str
    covers: list[Cover]
    charter: str


FIELDS = (
    LEARNER,
    BIRTH_DATE,
    HOME,
    Field("home.country", N_("the country of the home institution")),
    Field("home.coordinator|contact", N_("the person in charge at the home institution")),
    HOST,
    Field("host.country", N_("the country of the host institution")),
    COMPANIES,
    *PLANNED_DAYS,
    Field("agreement.language.code", N_("the main language of work")),
    Field("agreement.language.level", N_("the level in the language of work")),
    Field("traineeship.title", N_("the title of the traineeship")),
    Field("traineeship.hours_per_week", N_("the working hours a week")),
    Field("traineeship.monitoring_plan", N_("how the trainee is followed")),
    Field("traineeship.evaluation_plan", N_("how the traineeship is evaluated")),
    Field("agreement.learning_outcomes[*].title", N_("the title of each learning outcome")),
    Field("agreement.activities[*].title", N_("the title of each activity")),
    Field("insurance.accident.provider", N_("who covers accidents at work")),
    Field("insurance.liability.provider", N_("who covers damage done to others")),
)
"""What the form has for a mandatory field; that outcomes and tasks may stand in two places is seen to by `lacks`."""


def unfit(record: Record) -> Iterator[Message]:
    """Say of which stays there is no such agreement."""
    mobility = record.mobility
    if mobility.kind not in KINDS:
        yield say(
            "this form is for traineeships, and this is a stay of the kind {kind} (`kind`)",
            kind=Label("kinds", mobility.kind),
        )
    elif mobility.traineeship is None:
        yield say("the record says nothing of a traineeship (`traineeship`)")
    else:
        yield from unfit_group(record)


def lacks(record: Record) -> Iterator[Message]:
    """Say what the tables of the form would have to leave open."""
    mobility = record.mobility
    agreement, traineeship = mobility.agreement, mobility.traineeship or model.Traineeship()
    if agreement is None:
        yield say("the record has no learning agreement (`agreement`)")
        return
    if not (traineeship.programme or agreement.tasks or agreement.activities):
        why = say("the programme of the traineeship is not stated (`traineeship.programme`)")
        yield by_rule("TRN101", why)
    if not (traineeship.outcomes or traineeship.outcomes_ref or agreement.learning_outcomes):
        why = say("it is not stated what the trainee will learn (`traineeship.outcomes`)")
        yield by_rule("TRN101", why)
    if not on_the_spot((*mobility.host_companies, mobility.host)):
        yield by_rule("TRN101", say("nobody is named who guides the trainee on the spot (`host.mentor`)"))
    if traineeship.regime is None:
        why = say(
            "it is not stated whether the traineeship is part of the studies, voluntary, or after graduation (`traineeship.regime`)"
        )
        yield by_rule("TRN102", why)


def the_paper(record: Record) -> model.Paper | None:
    """Find the agreement as it was issued in this version."""
    return paper_of(record, KIND)


def roles(record: Record, signatures: tuple[model.Signature, ...]) -> tuple[str, ...]:
    """Say who signs: for the host the company where the work is done, if it is the one that has signed."""
    company = derive.signed(signatures, "host-company") and not derive.signed(signatures, "host")
    return ("learner", "home", "host-company" if company and record.mobility.host_companies else "host")


def traineeship_agreement(record: Record) -> TraineeshipAgreement:
    """Show a version of the agreement with its three tables. Raise LookupError where `lacks` names something."""
    mobility, part, paper = record.mobility, record.part, the_paper(record)
    agreement, traineeship, version = mobility.agreement, mobility.traineeship, the_version(record)
    if agreement is None or traineeship is None or traineeship.regime is None:
        raise LookupError("what lacks names")
    signed = signatories(
        record, version.signatures, roles(record, version.signatures), made_on(record, paper)
    )
    recognition = agreement.recognition or model.RecognitionTerms()
    return {
        "kind": KIND,
        "number": document_number(paper, f"{mobility.id}-LT" + (f"-{part}" if part else "")),
        "record": mobility.id,
        "date": issued_on(paper, record.on),
        "status": status(signed),
        "version": edition(version),
        "issuer": record.issuer(record.keeper),
        "learner": record.student(),
        "home": record.party(mobility.home),
        "host": record.party(mobility.host),
        "companies": [*map(record.party, mobility.host_companies)],
        "responsibles": record.responsibles(),
        "guides": guides(record),
        "programme": {"code": mobility.programme or "none", "kind": mobility.kind},
        "academic_year": mobility.academic_year or "",
        "period": agreed.planned(mobility, version),
        "online": span(mobility.period.online),
        "language": language(agreement.language),
        "title": words(traineeship.title, ""),
        "hours_per_week": decimal(traineeship.hours_per_week),
        "tasks": [*agreement.tasks],
        "activities": activities(record),
        "detail": traineeship.programme or "",
        "outcomes": outcomes(record),
        "abilities": [*traineeship.outcomes],
        "reference": traineeship.outcomes_ref or "",
        "monitoring": traineeship.monitoring_plan or "",
        "evaluation": traineeship.evaluation_plan or "",
        "regime": {
            "box": traineeship.regime,
            "credits": credits_of(record),
            "graded_on": [*traineeship.grade_basis],
            "transcript": yes_or_no(it=traineeship.record_in_transcript),
            "supplement": yes_or_no(it=traineeship.record_in_supplement),
        },
        "recognised": [*map(agreed.row, version.tables["recognised"])],
        "automatic": yes_or_no(it=recognition.automatic),
        "terms": recognition.terms or "",
        "covers": covers(record),
        "charter": "yes" if mobility.programme in agreed.ERASMUS else "",
        "signatories": signed,
    }


TRAINEESHIP_AGREEMENT = Kind(
    "OUT-03",
    KIND,
    N_("Learning agreement for traineeships"),
    SIGNED_BY_THREE,
    lacks,
    the_paper,
    traineeship_agreement,
    unsigned,
    FIELDS,
    unfit=unfit,
    parts=parts,
    entry=entry,
)
