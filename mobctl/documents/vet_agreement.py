"""The learning agreement of a vocational mobility (OUT-04), in the order of the Commission's form for VET.

Its core are the learning outcomes: what will be learnt, by what work, who guides and who assesses, and how the home
school recognises it. For a minor the legal representative signs after the participant.
"""

from __future__ import annotations

from collections.abc import Iterator

from mobctl import derive, model
from mobctl.documents import agreed
from mobctl.documents.fields import BIRTH_DATE, COMPANIES, HOME, HOST, LEARNER, PLANNED_DAYS, Field
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
    told,
    unfit_group,
)
from mobctl.documents.record import (
    Record,
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
    Student,
    Words,
)
from mobctl.finding import N_, Label, Message, say

KIND = "vet-agreement"
VET = frozenset({"KA121-VET", "KA122-VET", "KA102", "KA116"})
"""The programmes of vocational education and training."""


class VetAgreement(OfMobility):
    """The view of OUT-04. `status` is `draft` until all have signed: also the legal representative of a minor.

    `methods` are codes of the list `assessment-methods`.
    """

    version: Edition
    learner: Student
    companies: list[Party]
    intermediary: Party | None
    responsibles: Responsibles
    guides: list[Guide]
    project: str
    format: str
    academic_year: str
    period: Days | None
    online: Days | None
    language: Language | None
    certification: Words | None
    outcomes: list[Outcome]
    activities: list[Activity]
    tasks: list[str]
    calendar: str
    monitoring: str
    methods: list[str]
    evaluation: str
    automatic: str
    terms: str
    covers: list[Cover]
    commitments: list[str]


FIELDS = (
    Field("project_code", N_("the code of the project")),
    LEARNER,
    BIRTH_DATE,
    Field("learner.enrolment.programme", N_("the qualification that the learner prepares")),
    Field("learner.enrolment.eqf", N_("the EQF level of the qualification")),
    HOME,
    Field("home.country", N_("the country of the home institution")),
    Field("home.mobility_referent|tutor|coordinator", N_("who follows the learner from home")),
    HOST,
    Field("host.country", N_("the country of the host institution")),
    COMPANIES,
    Field("intermediary?.name", N_("the name of the intermediary organisation")),
    *PLANNED_DAYS,
    Field("agreement.learning_outcomes[].title", N_("the title of each learning outcome")),
    Field("agreement.activities[*].title", N_("the title of each activity")),
    Field("evaluation.methods", N_("how the learning outcomes are assessed")),
)
"""What the Commission's form has for a mandatory field; what may stand in two places is seen to by `lacks`."""


def unfit(record: Record) -> Iterator[Message]:
    """Say of which stays there is no such agreement."""
    mobility = record.mobility
    if derive.shares_papers(mobility):
        yield from unfit_group(record)
    elif mobility.kind != "vet-training" and mobility.programme not in VET:
        yield say(
            "this form is for vocational training, and this is a stay of the kind {kind} (`kind`)",
            kind=Label("kinds", mobility.kind),
        )


def lacks(record: Record) -> Iterator[Message]:
    """Say what the form would have to leave open: rule VET101 asks for it, LA005 for the outcomes."""
    mobility, agreement = record.mobility, record.mobility.agreement
    if agreement is None:
        yield say("the record has no learning agreement (`agreement`)")
        return
    if not (agreement.activities or agreement.tasks):
        why = say("neither activities nor tasks are stated (`agreement.activities`)")
        yield by_rule("VET101", why)
    places = (*mobility.host_companies, mobility.host, *filter(None, (mobility.intermediary,)))
    if not on_the_spot(places):
        why = say("nobody is named who guides the learner on the spot (`host_companies.tutor`)")
        yield by_rule("VET101", why)
    if not told(agreement):
        why = say("it is not said how the home school recognises the results (`agreement.recognition.terms`)")
        yield by_rule("VET101", why)


def the_paper(record: Record) -> model.Paper | None:
    """Find the agreement as it was issued in this version."""
    return paper_of(record, KIND)


def vet_agreement(record: Record) -> VetAgreement:
    """Show a version of the agreement. Raise LookupError where `lacks` names something."""
    mobility, part, paper, version = record.mobility, record.part, the_paper(record), the_version(record)
    agreement = mobility.agreement
    if agreement is None:
        raise LookupError("what lacks names")
    intermediary = ("intermediary",) if mobility.intermediary else ()
    signed = signatories(
        record, version.signatures, (*derive.SIGNATORIES, *intermediary), made_on(record, paper)
    )
    recognition = agreement.recognition or model.RecognitionTerms()
    traineeship = mobility.traineeship or model.Traineeship()
    certification, evaluation = mobility.certification, mobility.evaluation
    return {
        "kind": KIND,
        "number": document_number(paper, f"{mobility.id}-LV" + (f"-{part}" if part else "")),
        "record": mobility.id,
        "date": issued_on(paper, record.on),
        "status": status(signed),
        "version": edition(version),
        "issuer": record.issuer(record.keeper),
        "learner": record.student(),
        "home": record.party(mobility.home),
        "host": record.party(mobility.host),
        "companies": [*map(record.party, mobility.host_companies)],
        "intermediary": record.party(mobility.intermediary) if mobility.intermediary else None,
        "responsibles": record.responsibles(),
        "guides": guides(record),
        "programme": {"code": mobility.programme or "none", "kind": mobility.kind},
        "project": mobility.project_code or "",
        "format": mobility.format or "",
        "academic_year": mobility.academic_year or "",
        "period": agreed.planned(mobility, version),
        "online": span(mobility.period.online),
        "language": language(agreement.language),
        "certification": words(certification.title, "") if certification and certification.title else None,
        "outcomes": outcomes(record),
        "activities": activities(record),
        "tasks": [*agreement.tasks],
        "calendar": agreement.calendar or "",
        "monitoring": traineeship.monitoring_plan or "",
        "methods": [*(evaluation.methods if evaluation else ())],
        "evaluation": traineeship.evaluation_plan or "",
        "automatic": yes_or_no(it=recognition.automatic),
        "terms": recognition.terms or "",
        "covers": covers(record),
        "commitments": [*agreement.commitments],
        "signatories": signed,
    }


VET_AGREEMENT = Kind(
    "OUT-04",
    KIND,
    N_("Learning agreement for vocational training"),
    ("learner", "legal-representative", "home", "host"),
    lacks,
    the_paper,
    vet_agreement,
    unsigned,
    FIELDS,
    unfit=unfit,
    parts=parts,
    entry=entry,
    note=N_("The legal representative signs where the participant is a minor."),
)
