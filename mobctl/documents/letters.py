"""Letters (OUT-30): five kinds that share one template, and those that a school adds itself with a template of its own.

A letter is neutral: whom it goes to, what it is about, the legal basis, one matter, who signs. In the record a letter is
a paper of the kind `decision-letter` (a school's own: `other`), and `letter` says which one it is. A ground is a neutral
code: what is behind it stands in no letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import TypedDict

from mobctl import derive, model
from mobctl.documents import agreed, recognition_report
from mobctl.documents.fields import HOME, HOST, LEARNER, Field
from mobctl.documents.kind import Kind, by_rule
from mobctl.documents.record import (
    Record,
    day,
    decimal,
    document_number,
    issued_on,
    name,
    responsible,
    span,
    status,
    words,
)
from mobctl.documents.view import (
    Agreement,
    Block,
    Days,
    Decision,
    Learner,
    LeftOut,
    Name,
    OfMobility,
    Party,
    Remedial,
    Requirement,
    Responsible,
    Row,
    Signatory,
    Totals,
    Words,
)
from mobctl.finding import N_, Message, say
from mobctl.model import Mobility
from mobctl.rules.transcript import host_transcript_within_five_weeks

TEMPLATE = "letter"
RECOGNITION = "recognition-decision-letter"
DEROGATION = "derogation-letter"
ABSENCE = "exam-absence-letter"
CERTIFIER = "certifier-letter"
REMINDER = "transcript-reminder-letter"
OWN = "letter-"
"""How the names of the letters begin that a school adds itself."""


class Addressee(TypedDict):
    """Whom a letter goes to: a person, an institution, or a person there."""

    person: Name | None
    position: str
    party: Party | None


class Settled(TypedDict):
    """What was decided on recognition, as the report on it has it."""

    agreement: Agreement
    totals: Totals
    blocks: list[Block]
    left_out: list[LeftOut]
    remedial: list[Remedial]
    requirements: list[Requirement]
    decision: Decision | None


class Release(TypedDict):
    """That there is no obligation of a mobility: `sort` is exemption or derogation, `reason` a code of its list."""

    sort: str
    reason: str
    date: str
    by: str
    reference: str
    offered: str


class Project(TypedDict):
    """A mobility that is meant to count in a certification."""

    title: Words | None
    rncp: str
    session: str
    rules: str
    outcomes: list[Words]


class Awaited(TypedDict):
    """A transcript that has not come: its last day, and whether it is past; the agreement, or the general weeks."""

    deadline: str
    late: str
    agreement: str
    weeks: str
    components: list[Row]
    answer_to: list[Responsible]


class Letter(OfMobility):
    """The view of OUT-30; of the matters a letter has its own alone. `title` is that of a school's own letter, else "".

    `basis` is the article of the study regulations, `appeal` what the school says on how a decision can be contested.
    """

    title: str | list[list[str]]
    addressee: Addressee
    learner: Learner
    academic_year: str
    period: Days | None
    basis: str
    recognition: Settled | None
    releases: list[Release]
    leave: Decision | None
    project: Project | None
    awaited: Awaited | None
    appeal: Words | None


REGULATIONS = Field("study_regulations", N_("the article of the study regulations"))
FROM = Field("period.planned.start", N_("the first day of the mobility"))
TO = Field("period.planned.end", N_("the last day of the mobility"))


def home(record: Record) -> model.Party:
    """Say who writes letters: the school that sends the learner."""
    return record.mobility.home


def unfit(record: Record) -> Iterator[Message]:
    """Say of which stays there are no letters."""
    if record.mobility.direction != "outgoing":
        yield say("the home school writes this letter, for an outgoing mobility")


def the_paper(record: Record, kind: str) -> model.Paper | None:
    """Find a letter as it was sent: the last one of its name that was neither annulled nor replaced."""
    found = (p for p in record.mobility.documents if p.letter == kind and not (p.annulled or p.replaced_by))
    return next(reversed([*found]), None)


def unsigned(record: Record, kind: str) -> Record:
    """Take the signature out of a letter."""
    return record.with_paper_unsigned(the_paper(record, kind))


def _written(record: Record, kind: str) -> date:
    """Say on which day a letter is written: when it was sent, else now."""
    return date.fromisoformat(issued_on(the_paper(record, kind), record.on))


def lacks_decision(record: Record) -> Iterator[Message]:
    """Say why no recognition can be told of: nothing is decided, or only later than the letter."""
    yield from recognition_report.lacks(record)
    recognition = record.mobility.recognition
    decided = recognition.decided if recognition else None
    if decided and decided.date and _written(record, RECOGNITION) < decided.date.first:
        yield say(
            "recognition is decided on {day}: the letter is written then, and not before",
            day=decided.date.said,
        )


def _let_off(record: Record) -> model.Obligation | model.CohortLearner:
    """Find where an exemption or a derogation stands: in the record, else in the file of the learner's cohort."""
    stated = record.mobility.obligation or model.Obligation()
    if stated.exemption or stated.derogation:
        return stated
    return record.index.member(record.mobility) or stated


def lacks_release(record: Record) -> Iterator[Message]:
    """Say why there is nothing to grant: no exemption or derogation, or one that is decided later."""
    obligation = _let_off(record)
    exemption, derogation = obligation.exemption, obligation.derogation
    if not (exemption or derogation):
        yield say(
            "neither an exemption nor a derogation stands in the record or in the file of the cohort"
            " (`obligation.exemption`, `obligation.derogation`)"
        )
    if isinstance(obligation, model.CohortLearner) and not _decided_wholly(obligation):
        yield say(
            "the file of the cohort does not state the whole decision: its number, and for a derogation the day and who"
            " decided"
        )
    decided = derogation.decided if derogation else None
    if decided and decided.date and _written(record, DEROGATION) < decided.date.first:
        text = say(
            "the derogation is decided on {day}: the letter is written then, and not before",
            day=decided.date.said,
        )
        yield by_rule("CTI008", text)


def _decided_wholly(it: model.CohortLearner) -> bool:
    derogation = it.derogation
    if derogation is None:
        return it.exemption is None or it.exemption.decision_ref is not None
    decided = derogation.decided or model.Event()
    return None not in (derogation.decision_ref, decided.date, decided.by)


def lacks_leave(record: Record) -> Iterator[Message]:
    """Say why there is no leave to be absent: none is recorded, or it is granted later."""
    leave = record.mobility.followup.exam_absence_derogation if record.mobility.followup else None
    if leave is None:
        yield say("no leave to be absent from examinations is recorded (`followup.exam_absence_derogation`)")
    elif leave.date and _written(record, ABSENCE) < leave.date.first:
        yield say(
            "the leave is granted on {day}: the letter is written then, and not before", day=leave.date.said
        )


def lacks_project(record: Record) -> Iterator[Message]:
    """Say why the certifier need not be told: the mobility is not meant to count in a certification."""
    certification = record.mobility.certification
    if not (certification and certification.intended):
        text = say("the mobility is not meant to count in a certification (`certification.intended`)")
        yield by_rule("CER003", text)


def lacks_delay(record: Record) -> Iterator[Message]:
    """Say why there is nothing to remind of: the transcript is there, or nothing can be expected yet."""
    mobility, on = record.mobility, _written(record, REMINDER)
    since = derive.results_since(mobility)
    if mobility.status == "cancelled":
        yield say("the mobility does not take place (`status`)")
    elif _arrived(mobility, on):
        yield by_rule("TOR101", say("the transcript is there (`results`)"))
    elif since is None:
        yield say("it is not known when the stay ends (`period`)")
    elif on < since.last:
        text = say("the stay lasts until {day}: no transcript can be expected before", day=since.said)
        yield by_rule("TOR101", text)


def _arrived(mobility: Mobility, on: date) -> bool:
    """Say whether the transcript had come on a day; without a day of its own it has come."""
    results = mobility.results
    papers = derive.papers(mobility, "transcript")
    days = [results.issued, results.received] if results else []
    known = [each for each in (*days, *(paper.issued for paper in papers)) if each]
    there = bool(papers or (results and results.lines))
    return any(each.first <= on for each in known) if known else there


def _settled(record: Record) -> Settled:
    report = recognition_report.recognition_report(record)
    return {
        "agreement": {**report["agreement"], "signatures": []},  # who signed stands on the report
        "totals": report["totals"],
        "blocks": report["blocks"],
        "left_out": report["left_out"],
        "remedial": report["remedial"],
        "requirements": report["requirements"],
        "decision": report["decision"],
    }


def _releases(record: Record) -> Iterator[Release]:
    obligation = _let_off(record)
    if exemption := obligation.exemption:
        yield {
            "sort": "exemption",
            "reason": exemption.reason,
            "date": "",
            "by": "",
            "reference": exemption.decision_ref or "",
            "offered": "",
        }
    if derogation := obligation.derogation:
        decided = derogation.decided or model.Event()
        yield {
            "sort": "derogation",
            "reason": derogation.reason,
            "date": day(decided.date),
            "by": decided.by or "",
            "reference": derogation.decision_ref or "",
            "offered": derogation.offered or "",
        }


def _leave(mobility: Mobility) -> Decision:
    leave = mobility.followup.exam_absence_derogation if mobility.followup else None
    if leave is None:
        raise LookupError("what lacks names")
    return {"date": day(leave.date), "by": leave.by or "", "reference": leave.decision_ref or ""}


def _project(mobility: Mobility) -> Project:
    certification = mobility.certification or model.Certification()
    outcomes = mobility.agreement.learning_outcomes if mobility.agreement else ()
    return {
        "title": words(certification.title, "") if certification.title else None,
        "rncp": certification.rncp or "",
        "session": certification.session or "",
        "rules": certification.regulation_ref or "",
        "outcomes": [words(each.title, each.id) for each in outcomes if each.for_certification],
    }


def _awaited(record: Record) -> Awaited:
    mobility = record.mobility
    since = derive.results_since(mobility)
    if since is None:
        raise LookupError("what lacks names")
    partner = record.index.partner_agreement(mobility)
    general = host_transcript_within_five_weeks.numbers["weeks"].value
    weeks = partner.transcript_weeks if partner else None
    weeks = general if weeks is None else weeks
    if weeks is None:
        raise LookupError("the rule has a number")
    limit = derive.days_after(since.last, int(weeks * 7))
    own = partner is not None and partner.transcript_weeks is not None
    version = derive.final_version(mobility)
    return {
        "deadline": limit.isoformat(),
        "late": "yes" if limit < _written(record, REMINDER) else "no",
        "agreement": ((partner.reference if partner else None) or mobility.id) if own else "",
        "weeks": decimal(weeks),
        "components": [*map(agreed.row, version.tables["studied"])] if version else [],
        "answer_to": responsible(mobility.home),
    }


def _to_learner(record: Record) -> Addressee:
    return {"person": name(record.mobility.learner.name), "position": "", "party": None}


def _to_certifier(record: Record) -> Addressee:
    certifier = record.mobility.certification.certifier if record.mobility.certification else None
    return {"person": None, "position": "", "party": record.party(certifier) if certifier else None}


def _to_host(record: Record) -> Addressee:
    host = record.mobility.host
    person = host.coordinator or host.contact
    return {
        "person": name(person.name) if person else None,
        "position": (person.position if person else None) or "",
        "party": record.party(host),
    }


def letter(record: Record, kind: str, title: model.Names = "", roles: tuple[str, ...] = ("home",)) -> Letter:
    """Show what a letter says. Raise LookupError where what lacks names something."""
    mobility, paper = record.mobility, the_paper(record, kind)
    signatories = [_signatory(record, role, paper) for role in roles]
    to = {CERTIFIER: _to_certifier, REMINDER: _to_host}.get(kind, _to_learner)
    enrolled = mobility.learner
    return {
        "kind": kind,
        "number": document_number(paper, f"{mobility.id}-{_MARKS.get(kind) or kind.upper()}"),
        "record": mobility.id,
        "date": issued_on(paper, record.on),
        "status": status(signatories),
        "title": title if isinstance(title, str) else [[lang, text] for lang, text in title.items()],
        "issuer": record.issuer(record.keeper),
        "addressee": to(record),
        "learner": {
            "name": name(enrolled.name),
            "number": enrolled.id or "",
            "birth_date": day(enrolled.birth_date),
            "programme": record.programme(),
        },
        "home": record.party(mobility.home),
        "host": record.party(mobility.host),
        "programme": {"code": mobility.programme or "none", "kind": mobility.kind},
        "academic_year": mobility.academic_year or "",
        "period": span(mobility.period.actual) or span(mobility.period.planned),
        "basis": mobility.study_regulations or "",
        "recognition": _settled(record) if kind == RECOGNITION else None,
        "releases": [*_releases(record)] if kind == DEROGATION else [],
        "leave": _leave(mobility) if kind == ABSENCE else None,
        "project": _project(mobility) if kind == CERTIFIER else None,
        "awaited": _awaited(record) if kind == REMINDER else None,
        "appeal": None,
        "signatories": signatories,
    }


def _signatory(record: Record, role: str, paper: model.Paper | None) -> Signatory:
    """Show who signs; recognition is signed by whom it was decided, until somebody has."""
    made = record.signatory(role, derive.signed(paper.signatures, role) if paper else None)
    recognition = record.mobility.recognition
    decided = recognition.decided if recognition else None
    if role == "recognition-authority" and not made["name"] and decided:
        made["name"] = decided.by or ""
    return made


_MARKS = {RECOGNITION: "DEC", DEROGATION: "DER", ABSENCE: "ABS", CERTIFIER: "CER", REMINDER: "REL"}
"""How the numbers of the letters end."""


def _tested(record: Record) -> bool:
    """Say whether the rules of the examination have an article to quote: a trial has none, MobilitéPro a known one."""
    certification = record.mobility.certification
    trial = certification is not None and certification.trial is True
    return not trial and "mobilitepro" not in record.mobility.profiles


def _kind(
    name: str,
    title: str,
    lacks: Callable[[Record], Iterator[Message]],
    fields: tuple[Field, ...],
    role: str = "home",
) -> Kind:
    return Kind(
        "OUT-30",
        name,
        title,
        (role,),
        lacks,
        partial(the_paper, kind=name),
        partial(letter, kind=name, roles=(role,)),
        partial(unsigned, kind=name),
        fields,
        recognition_report.scope,
        unfit,
        issuer=home,
        entry=lambda _record: {"kind": "decision-letter", "letter": name},
        template=TEMPLATE,
    )


RECOGNITION_DECISION_LETTER = _kind(
    RECOGNITION,
    N_("Letter: decision on recognition"),
    lacks_decision,
    (
        LEARNER,
        HOME,
        HOST,
        Field("agreement.recognised[*].title", N_("the title of each component of table B")),
        Field("recognition.decided.date", N_("the day on which recognition was decided")),
        Field("recognition.decided.by", N_("who decided on recognition")),
    ),
    "recognition-authority",
)

DEROGATION_LETTER = _kind(
    DEROGATION,
    N_("Letter: exemption or derogation from the mobility"),
    lacks_release,
    (
        LEARNER,
        HOME,
        REGULATIONS,
        Field("obligation.exemption?.decision_ref", N_("the number of the decision on the exemption")),
        Field("obligation.derogation?.decided.date", N_("the day on which the derogation was decided")),
        Field("obligation.derogation?.decided.by", N_("who decided on the derogation")),
        Field("obligation.derogation?.decision_ref", N_("the number of the decision on the derogation")),
    ),
)

EXAM_ABSENCE_LETTER = _kind(
    ABSENCE,
    N_("Letter: leave to be absent from examinations"),
    lacks_leave,
    (
        LEARNER,
        HOME,
        HOST,
        REGULATIONS,
        FROM,
        TO,
        Field("followup.exam_absence_derogation.date", N_("the day on which the leave was granted")),
        Field("followup.exam_absence_derogation.by", N_("who granted the leave")),
    ),
)

CERTIFIER_LETTER = _kind(
    CERTIFIER,
    N_("Letter: information of the certifying body"),
    lacks_project,
    (
        LEARNER,
        HOME,
        HOST,
        FROM,
        TO,
        Field("certification.certifier.name", N_("the name of the certifying body")),
        Field("certification.title", N_("the name of the diploma")),
        Field("certification.regulation_ref", N_("the article of the examination rules"), when=_tested),
    ),
)

TRANSCRIPT_REMINDER_LETTER = _kind(
    REMINDER,
    N_("Letter: reminder of the transcript"),
    lacks_delay,
    (
        LEARNER,
        HOME,
        HOST,
        Field(
            "home.coordinator|contact", N_("whom the host answers to (`home.coordinator` or `home.contact`)")
        ),
    ),
)

LETTERS = (
    RECOGNITION_DECISION_LETTER,
    DEROGATION_LETTER,
    EXAM_ABSENCE_LETTER,
    CERTIFIER_LETTER,
    TRANSCRIPT_REMINDER_LETTER,
)


def _nothing(_record: Record) -> Iterator[Message]:
    return iter(())


def own(name: str, title: model.Names, roles: tuple[str, ...]) -> Kind:
    """Make a kind of a letter that a school adds itself: its template says its title, and who signs it."""
    called = title if isinstance(title, str) else next(iter(title.values()))
    return Kind(
        "OUT-30",
        name,
        called,
        roles,
        _nothing,
        partial(the_paper, kind=name),
        partial(letter, kind=name, title=title, roles=roles),
        partial(unsigned, kind=name),
        (LEARNER, HOME, HOST),
        issuer=lambda record: record.keeper,
        entry=lambda _record: {"kind": "other", "title": called, "letter": name},
    )
