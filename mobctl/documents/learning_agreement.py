"""The learning agreement for studies (OUT-01), in the order of the Commission's template, and the validation plan (OUT-02).

It shows one version, and says which: the one in force on the day it is made, or the first while none is. The first
version can be printed again, as it was signed, with a day before the first amendment. A plan for the validation of
studies outside Erasmus+ shares the template: learner and home school agree on it, and the host only if it will.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from mobctl import derive, model
from mobctl.derive import Version
from mobctl.documents import agreed
from mobctl.documents.fields import BIRTH_DATE, HOME, HOST, LEARNER, PLANNED_DAYS, Field, Scope
from mobctl.documents.kind import SIGNED_BY_THREE, Kind, by_rule
from mobctl.documents.record import (
    LEARNERS,
    Record,
    day,
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
    ExceptedCredits,
    Hours,
    OfMobility,
    Responsibles,
    Signatory,
    Signed,
    Student,
    Tables,
    Words,
)
from mobctl.finding import N_, Label, Message, Quoted, say

OTHER_FORMS = frozenset({"vet-training", "work-placement", "skills-competition"})
"""Kinds of stay whose agreement has other tables: of vocational learners and apprentices."""


class Language(TypedDict):
    """The main language of instruction and the level that the learner has or will have: codelist `cefr`."""

    code: str
    level: str


class Shown(TypedDict):
    """Which version a document shows: the number of its last amendment, "" for the first.

    `proposed` are pending amendments to a version in force; what is printed to be signed does not know of later ones.
    """

    number: str
    effective: str
    proposed: list[str]


class Earlier(TypedDict):
    """A version that a later one took the place of."""

    number: str
    signatures: list[Signed]


class Window(TypedDict):
    """Credits of the home programme that are reserved for a stay abroad, in place of table B."""

    title: Words
    credits: str


class Conversion(TypedDict):
    """How local credits become ECTS credits: codelist `credit-schemes`."""

    scheme: str
    factor: str
    rule: str
    agreed: str


class Provisions(TypedDict):
    """What happens if components are not passed."""

    text: str
    url: str


class Coherence(TypedDict):
    """Who checked that the plan fits the learner's studies, and when: ok, reserved or refused."""

    by: str
    date: str
    verdict: str


class LearningAgreement(OfMobility):
    """The view of OUT-01. `status` is `draft` until learner, home and host have signed the version shown.

    `charter` says "yes" where the Erasmus Charter for Higher Education binds the parties, `automatic` is yes, no or "".
    """

    version: Shown
    learner: Student
    responsibles: Responsibles
    language: Language | None
    academic_year: str
    period: Days | None
    online: Days | None
    tables: Tables
    window: Window | None
    catalogue: str
    conversion: Conversion | None
    hours: Hours | None
    calendar: str
    tasks: list[str]
    automatic: str
    terms: str
    provisions: Provisions | None
    exceptions: list[ExceptedCredits]
    coherence: Coherence | None
    charter: str
    commitments: list[str]
    earlier: list[Earlier]


def unfit(record: Record) -> Iterator[Message]:
    """Say of which stays there is no such agreement."""
    kind = record.mobility.kind
    if kind in OTHER_FORMS:
        yield say(
            "this form is for studies; the agreement on a stay of the kind {kind} has another one (`kind`)",
            kind=Label("kinds", kind),
        )
    elif record.papers("validation-plan") and not record.papers("learning-agreement"):
        yield say("a validation plan was issued for this stay in place of an agreement (`documents`)")


def _social_work(record: Record) -> bool:
    return "itsra-social-work" in record.mobility.profiles


CREDITS = "credits|local_credits|without_credits"
FIELDS = (
    LEARNER,
    BIRTH_DATE,
    HOME,
    Field("home.country", N_("the country of the home institution")),
    Field("home.coordinator|contact", N_("the person in charge at the home institution")),
    HOST,
    Field("host.country", N_("the country of the host institution")),
    Field("host.coordinator|contact", N_("the person in charge at the host institution")),
    *PLANNED_DAYS,
    Field("agreement.language.code", N_("the main language of instruction")),
    Field("agreement.language.level", N_("the level in the language of instruction")),
    Field("agreement.studied[*].title", N_("the title of each component of table A")),
    Field(f"agreement.studied[*].{CREDITS}", N_("the credits of each component of table A")),
    Field("agreement.recognised[*].title", N_("the title of each component of table B")),
    Field(f"agreement.recognised[*].{CREDITS}", N_("the credits of each component of table B")),
    Field("agreement.virtual[*].title", N_("the title of each component of table C")),
    Field(f"agreement.virtual[*].{CREDITS}", N_("the credits of each component of table C")),
    Field("agreement.catalogue.url", N_("the address of the host’s course catalogue")),
    Field("agreement.provisions_if_failed.text|url", N_("what happens if components are not passed")),
    Field("agreement.hours.theory", N_("the hours of theory (social work)"), _social_work),
    Field("agreement.hours.practice", N_("the hours of practical classes (social work)"), _social_work),
    Field("agreement.hours.personal", N_("the hours of personal work (social work)"), _social_work),
)
"""What the Commission's template has for a mandatory field; for social work, the hours of the three kinds of work."""


def scope(record: Record) -> Scope:
    """Look at the tables of the version that is shown."""
    return agreed.scope(the_version(record)) if record.mobility.agreement else {}


def lacks(record: Record) -> Iterator[Message]:
    """Say what is not in the tables of the agreement, and whether it says how results are recognised."""
    mobility = record.mobility
    agreement, version = mobility.agreement, derive.in_force(mobility, record.on)
    if agreement is None or version is None:
        yield say("the record has no learning agreement (`agreement`)")
        return
    yield from _unfit_tables(agreement, version)
    yield from _unsaid(agreement, version)


def _unfit_tables(agreement: model.Agreement, version: Version) -> Iterator[Message]:
    if not version.sound:
        number = Quoted(version.number)
        yield say(
            "amendment {number} does not fit the tables it changes; `mobctl validate` shows it", number=number
        )
    if not (version.tables["studied"] or version.tables["virtual"]):
        yield say("table A is empty: it lists what the learner will follow at the host (`agreement.studied`)")
    if not (version.tables["recognised"] or agreement.mobility_window):
        yield say("table B is empty: it lists what the home school will recognise (`agreement.recognised`)")


def _unsaid(agreement: model.Agreement, version: Version) -> Iterator[Message]:
    recognition = agreement.recognition
    by_row = version.tables["recognised"] and all(
        row.automatic_recognition is not None for row in version.tables["recognised"]
    )
    if not (by_row or (recognition and (recognition.terms or recognition.automatic))):
        yield say("it is not said how the home school recognises the results (`agreement.recognition.terms`)")


def parts(record: Record) -> tuple[str, ...]:
    """Name the version that is shown: the number of the last amendment in force, "" for the first version."""
    version = derive.in_force(record.mobility, record.on)
    return ("",) if version is None or version.number == "0" else (version.number,)


def the_version(record: Record) -> Version:
    """Find the version of a part by its number; raise LookupError if the record has none of it."""
    found = next((v for v in derive.every_version(record.mobility) if v.number == (record.part or "0")), None)
    if found is None:
        raise LookupError(record.part)
    return found


def the_paper(record: Record) -> model.Paper | None:
    """Find the agreement as it was issued in this version; a paper that states no version shows the first."""
    papers = record.papers("learning-agreement")
    return next((p for p in reversed(papers) if (p.version or "0") == (record.part or "0")), None)


def unsigned(record: Record) -> Record:
    """Take the signatures of the version out of the record: so its view was when it was printed to be signed."""
    return agreed.unsigned(record, record.part or "0")


def entry(record: Record) -> dict[str, str]:
    """Say what the record is to say of the issued agreement besides its number: the version that it shows."""
    return {"version": record.part or "0"}


def learning_agreement(record: Record) -> LearningAgreement:
    """Show a version of the agreement with all that the parties sign. Raise LookupError where `lacks` names something."""
    signatures = the_version(record).signatures
    made = agreed.signatories(record, signatures)
    return _shown(record, "learning-agreement", "LA", the_paper(record), made)


def validation_plan(record: Record) -> LearningAgreement:
    """Show a version of the plan, which learner and home school agree on. Raise LookupError where `lacks` names something."""
    signatures = the_version(record).signatures
    made = [
        each for each in agreed.signatories(record, signatures) if each["role"] != "host" or each["signed"]
    ]
    return _shown(record, "validation-plan", "VP", the_plan(record), made)


def _shown(
    record: Record, kind: str, short: str, paper: model.Paper | None, signatories: list[Signatory]
) -> LearningAgreement:
    mobility, part = record.mobility, record.part
    agreement, version = mobility.agreement, the_version(record)
    if agreement is None:
        raise LookupError("what lacks names")
    node = version.node
    days = [each["signed"] for each in signatories if each["role"] in (*derive.SIGNATORIES, *LEARNERS)]
    last = max(days) if all(days) else ""
    stated = node.effective if isinstance(node, model.Amendment) else None
    return {
        "kind": kind,
        "number": document_number(paper, f"{mobility.id}-{short}" + (f"-{part}" if part else "")),
        "record": mobility.id,
        "date": issued_on(paper, record.on),
        "status": status(signatories),
        "version": {
            "number": part,
            "effective": (day(stated) or last) if last else "",
            "proposed": [each.number for each in derive.proposals(mobility)] if last else [],
        },
        "issuer": record.issuer(record.keeper),
        "learner": record.student(),
        "home": record.party(mobility.home),
        "host": record.party(mobility.host),
        "responsibles": record.responsibles(),
        "language": language(agreement.language),
        "programme": {"code": mobility.programme or "none", "kind": mobility.kind},
        "academic_year": mobility.academic_year or "",
        "period": agreed.planned(mobility, version),
        "online": span(mobility.period.online),
        "tables": agreed.tables(version),
        "window": _window(agreement),
        "catalogue": (agreement.catalogue.url if agreement.catalogue else None) or "",
        "conversion": _conversion(agreement.credit_conversion),
        "hours": agreed.hours(agreement.hours),
        "calendar": agreement.calendar or "",
        "tasks": [*agreement.tasks],
        "automatic": yes_or_no(it=agreement.recognition.automatic if agreement.recognition else None),
        "terms": (agreement.recognition.terms if agreement.recognition else None) or "",
        "provisions": _provisions(agreement.provisions_if_failed),
        "exceptions": agreed.exceptions(version),
        "coherence": _coherence(agreement.coherence_check),
        "charter": "yes" if mobility.programme in agreed.ERASMUS else "",
        "commitments": [*agreement.commitments],
        "earlier": [_earlier(record, each) for each in agreed.line(version)[:-1]],
        "signatories": signatories,
    }


def language(it: model.Language | None) -> Language | None:
    """Show a language and its level."""
    return {"code": it.code or "", "level": it.level or ""} if it else None


def _window(agreement: model.Agreement) -> Window | None:
    it = agreement.mobility_window
    if it is None:
        return None
    return {"title": words(it.get("title"), ""), "credits": decimal(it.get("credits"))}


def _conversion(it: model.CreditConversion | None) -> Conversion | None:
    if it is None:
        return None
    return {
        "scheme": it.scheme or "",
        "factor": decimal(it.factor),
        "rule": it.rule or "",
        "agreed": day(it.agreed),
    }


def _provisions(it: model.Provisions | None) -> Provisions | None:
    return {"text": it.text or "", "url": it.url or ""} if it else None


def _coherence(it: model.Check | None) -> Coherence | None:
    return {"by": it.by or "", "date": day(it.date), "verdict": it.verdict or ""} if it else None


def _earlier(record: Record, version: Version) -> Earlier:
    given = (s for s in version.signatures if s.date and s.how != "refused")
    return {
        "number": "" if version.number == "0" else version.number,
        "signatures": [*map(record.signed, given)],
    }


PLANNED = frozenset({"studies", "study+traineeship", "research"})
"""Kinds of stay for which there is a plan of studies abroad."""


def no_plan(record: Record) -> Iterator[Message]:
    """Say that a plan is for studies outside Erasmus+: within it there is a learning agreement."""
    mobility = record.mobility
    if mobility.kind not in PLANNED:
        yield say(
            "this form is for studies; the agreement on a stay of the kind {kind} has another one (`kind`)",
            kind=Label("kinds", mobility.kind),
        )
    elif mobility.programme in agreed.ERASMUS:
        yield say("within Erasmus+ there is a learning agreement in place of this plan (`programme`)")
    elif mobility.direction == "incoming":
        yield say("the plan is made by the home school (`direction`)")
    elif record.papers("learning-agreement") and not record.papers("validation-plan"):
        yield say("a learning agreement was issued for this stay, so that it needs no plan (`documents`)")


def plan_is_due(record: Record) -> bool:
    """Say which of the two is due outside Erasmus+: what was issued, else the plan at the university that has one."""
    if record.papers("validation-plan") or record.papers("learning-agreement"):
        return bool(record.papers("validation-plan"))
    return "ut2-university" in record.mobility.profiles and not [*no_plan(record)]


def agreement_is_due(record: Record) -> bool:
    """Say that there is an agreement, where no plan takes its place."""
    return bool(record.papers("learning-agreement")) or not plan_is_due(record)


LEARNING_AGREEMENT = Kind(
    "OUT-01",
    "learning-agreement",
    N_("Learning agreement for studies"),
    SIGNED_BY_THREE,
    lacks,
    the_paper,
    learning_agreement,
    unsigned,
    FIELDS,
    scope,
    unfit,
    parts=parts,
    due=agreement_is_due,
    entry=entry,
)


def plan_lacks(record: Record) -> Iterator[Message]:
    """Say what an agreement would lack too, and how local credits become ECTS credits (LA008)."""
    yield from lacks(record)
    agreement = record.mobility.agreement
    version = derive.in_force(record.mobility, record.on)
    rows = [row for each in derive.ABROAD for row in version.tables[each]] if version else []
    conversion = agreement.credit_conversion if agreement else None
    if conversion is None and any(one.scheme != "ECTS" for row in rows for one in row.local_credits):
        why = say(
            "it is not stated how the credits of the host become ECTS credits (`agreement.credit_conversion`)"
        )
        yield by_rule("LA008", why)


def the_plan(record: Record) -> model.Paper | None:
    """Find the plan as it was issued in this version; a paper that states no version shows the first."""
    papers = record.papers("validation-plan")
    return next((p for p in reversed(papers) if (p.version or "0") == (record.part or "0")), None)


OF_PLAN = (
    *(each for each in FIELDS if each.path != "host.coordinator|contact" and ".hours." not in each.path),
    Field("agreement.credit_conversion?.rule|factor", N_("how credits of the host become ECTS credits")),
)
"""What an agreement has, without the person at the host, who need not be asked, and with the conversion of credits."""

VALIDATION_PLAN = Kind(
    "OUT-02",
    "validation-plan",
    N_("Validation plan for studies abroad"),
    ("learner", "home"),
    plan_lacks,
    the_plan,
    validation_plan,
    unsigned,
    OF_PLAN,
    scope,
    no_plan,
    parts=parts,
    due=plan_is_due,
    entry=entry,
    template="learning-agreement",
    note=N_("The host signs too if it agrees to."),
)
