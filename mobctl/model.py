"""A mobility as rules see it: typed and frozen, decoded from data that the schema has accepted.

Optional nodes are None, lists are tuples, credits are Decimals. A node knows nothing of its place: the engine
finds the path of that very object when there is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Any

import msgspec

from mobctl import codes
from mobctl.finding import MONTHS, N_, Message, Pointer


class Phase(IntEnum):
    """How far a mobility has come; a rule of an early phase goes on applying."""

    PLANNED = 1
    BEFORE_DEPARTURE = 2
    DURING = 3
    AFTER_RETURN = 4
    RECOGNISED = 5


class Day:
    """A calendar date, or a month where the day is not known; the time that a signature has is kept in the text.

    With a time, it is the date in the time zone of the home school, where that is known: what is signed at 23:30 in
    Québec on the eve of a departure is signed on the day of it. `written` is the date as the text has it.
    """

    __slots__ = ("first", "last", "text", "written")

    def __init__(self, text: str, zone: str | None = None) -> None:
        self.text = text
        self.first, self.last = codes.day(text[:10])
        self.written = self.last
        if zone and "T" in text:
            self.first = self.last = codes.local_date(text, zone)

    def __repr__(self) -> str:
        return f"Day({self.text!r})"

    @property
    def exact(self) -> date | None:
        """The day, if it is known."""
        return self.first if self.first == self.last else None

    @property
    def latest(self) -> date:
        """The later of the date at home and the date as it is written."""
        return max(self.last, self.written)

    @property
    def said(self) -> date | Message:
        """The day as messages say it: the month alone where the day is not known; the date at home, if it differs."""
        if self.exact and self.exact != self.written:
            return Message(N_("{day} (by the clock of the home school)"), (("day", self.exact),))
        month = Message(MONTHS[self.first.month - 1])
        return self.exact or Message(N_("{month} {year}"), (("month", month), ("year", str(self.first.year))))


Names = str | dict[str, str]
"""A title or a name: one text, or one for each language."""


class Node(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A part of a record; two nodes are the same only if they are the same object."""


_FAMILY_FIRST = re.compile(
    r"[\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]+"
)
"""Chinese characters, kana and hangul."""


def spoken_name(family: str, given: str | None) -> str:
    """A name as it is spoken: 王秀英 has the family name first, without a blank; elsewhere it comes last.

    Source: Unicode CLDR, person names, order of names for the locales zh, ja and ko.
    """
    if not given:
        return family
    return f"{family}{given}" if _FAMILY_FIRST.fullmatch(family + given) else f"{given} {family}"


class LatinName(Node, frozen=True, kw_only=True, eq=False):
    """A name of another script, in Latin letters."""

    family: str
    given: str | None = None


class PersonName(Node, frozen=True, kw_only=True, eq=False):
    """Family and given name; a person with one name has a family name only."""

    family: str
    given: str | None = None
    latin: LatinName | None = None

    @property
    def full(self) -> str:
        """The name as it is spoken."""
        return spoken_name(self.family, self.given)


class Person(Node, frozen=True, kw_only=True, eq=False):
    """Somebody at an institution."""

    name: PersonName
    position: str | None = None
    email: str | None = None
    phone: str | None = None


class Event(Node, frozen=True, kw_only=True, eq=False):
    """Something that was held, handed in or received: when, and by whom or with whom."""

    date: Day | None = None
    by: str | None = None
    with_: str | None = msgspec.field(name="with", default=None)


class Days(Node, frozen=True, kw_only=True, eq=False):
    """The days that a paper covers."""

    from_: Day | None = msgspec.field(name="from", default=None)
    to: Day | None = None


class Ended(Node, frozen=True, kw_only=True, eq=False):
    """That a paper was annulled, or a proposal withdrawn: when, and why."""

    date: Day | None = None
    reason: str | None = None


class Language(Node, frozen=True, kw_only=True, eq=False):
    """A language, and how well it is known (CEFR)."""

    code: str | None = None
    level: str | None = None


class Enrolment(Node, frozen=True, kw_only=True, eq=False):
    """What the learner is enrolled in at home."""

    programme: str | None = None
    cohort: str | None = None
    from_: Day | None = msgspec.field(name="from", default=None)
    to: Day | None = None
    cycle_stage: str | None = None
    eqf: str | None = None
    isced_f: str | None = None
    isced_clarification: str | None = None
    one_cycle: bool | None = None
    teaching_hours: Decimal | None = None
    teaching_hours_in_presence: Decimal | None = None


class PriorMobility(Node, frozen=True, kw_only=True, eq=False):
    """An earlier stay abroad: the id of its record, or its facts."""

    ref: str | None = None
    start: Day | None = None
    end: Day | None = None
    kind: str | None = None
    programme: str | None = None
    country: str | None = None
    eqf: str | None = None
    cycle_stage: str | None = None
    counted_days: Decimal | None = None


class SecondaryDiploma(Node, frozen=True, kw_only=True, eq=False):
    """Which country's school-leaving diploma it is, and where the examination was taken."""

    country: str | None = None
    exam_centre_country: str | None = None


class Positioning(Node, frozen=True, kw_only=True, eq=False):
    """What the learner knows and expects before leaving, for the host; texts, or where they are kept."""

    europass_cv: str | None = None
    motivation_file: str | None = None
    portfolio: str | None = None
    prior_experience: str | None = None
    work_environment: str | None = None
    expectations: str | None = None
    eqf: str | None = None
    date: Day | None = None


class Learner(Node, frozen=True, kw_only=True, eq=False):
    """The person who goes abroad."""

    name: PersonName
    id: str | None = None
    esi: str | None = None
    birth_date: Day | None = None
    citizenship: tuple[str, ...] = ()
    email: str | None = None
    status: str | None = None
    enrolment: Enrolment | None = None
    secondary_diploma: SecondaryDiploma | None = None
    came_to_france_to_study: bool | None = None
    study_residence_country: str | None = None
    graduation_jury_date: Day | None = None
    graduation_date: Day | None = None
    compulsory_service_months: Decimal | None = None
    prior_mobilities: tuple[PriorMobility, ...] = ()
    positioning: Positioning | None = None
    fewer_opportunities: bool | None = None
    legal_representative: Person | None = None


class Charter(Node, frozen=True, kw_only=True, eq=False):
    """An Erasmus charter or a VET accreditation, and the days between which it holds."""

    code: str | None = None
    from_: Day | None = msgspec.field(name="from", default=None)
    to: Day | None = None


class Contact(Node, frozen=True, kw_only=True, eq=False):
    """Somebody to write to for one kind of question."""

    role: str | None = None
    name: PersonName | None = None
    email: str | None = None


class Check(Node, frozen=True, kw_only=True, eq=False):
    """Who looked at something, when, and with what outcome."""

    by: str | None = None
    date: Day | None = None
    verdict: str | None = None


class Catalogue(Node, frozen=True, kw_only=True, eq=False):
    """A course catalogue, and what it says of each course."""

    url: str | None = None
    describes: tuple[str, ...] = ()


class SoftMobilityPolicy(Node, frozen=True, kw_only=True, eq=False):
    """By which article of the study regulations days of low-carbon travel count, and how many of them."""

    ground: str | None = None
    max_days: Decimal | None = None


class Party(Node, frozen=True, kw_only=True, eq=False):
    """An institution in its role here: inline, or by reference to its own file."""

    ref: str | None = None
    name: Names | None = None
    country: str | None = None
    city: str | None = None
    address: str | None = None
    time_zone: str | None = None
    erasmus_code: str | None = None
    schac: str | None = None
    pic: str | None = None
    oid: str | None = None
    website: str | None = None
    quality_assurance: Names | None = None
    type: str | None = None
    level: str | None = None
    eche: Charter | None = None
    unit: Names | None = None
    coordinator: Person | None = None
    contact: Person | None = None
    mobility_referent: Person | None = None
    trainer: Person | None = None
    tutor: Person | None = None
    mentor: Person | None = None
    level_review: Check | None = None
    catalogue: Catalogue | None = None
    contacts: tuple[Contact, ...] = ()
    five_year_school: bool | None = None
    soft_mobility_policy: SoftMobilityPolicy | None = None


class Span(Node, frozen=True, kw_only=True, eq=False):
    """A stay: its first and its last day."""

    start: Day | None = None
    end: Day | None = None


class Interruption(Span, frozen=True, kw_only=True, eq=False):
    """Days within the stay on which the learner was away, and why, as a neutral code."""

    start: Day
    end: Day
    reason: str | None = None


class Signature(Node, frozen=True, kw_only=True, eq=False):
    """Who signed, when and how."""

    role: str
    name: str | None = None
    position: str | None = None
    email: str | None = None
    date: Day | None = None
    how: str | None = None
    stamp: bool | None = None


class Request(Node, frozen=True, kw_only=True, eq=False):
    """Who asked for a change, and when."""

    date: Day | None = None
    by: str | None = None


class Travel(Node, frozen=True, kw_only=True, eq=False):
    """The journey out, and the days of it that count in the stay."""

    departure: Day | None = None
    mode: str | None = None
    green: bool | None = None
    counted_days: Decimal | None = None
    ground: str | None = None


class Extension(Node, frozen=True, kw_only=True, eq=False):
    """Days added to the stay."""

    requested: Request | None = None
    from_: Day | None = msgspec.field(name="from", default=None)
    to: Day | None = None
    signatures: tuple[Signature, ...] = ()


class HostTerm(Node, frozen=True, kw_only=True, eq=False):
    """A term of the host that the stay covers, in whole if `full`."""

    term: str | None = None
    start: Day | None = None
    end: Day | None = None
    full: bool | None = None


class Period(Node, frozen=True, kw_only=True, eq=False):
    """When the stay was planned, and when it took place."""

    planned: Span | None = None
    actual: Span | None = None
    online: Span | None = None
    travel: Travel | None = None
    interruptions: tuple[Interruption, ...] = ()
    extension: Extension | None = None
    host_terms: tuple[HostTerm, ...] = ()
    assessment_end: Day | None = None


class Hours(Node, frozen=True, kw_only=True, eq=False):
    """Hours of work, by kind: `practice` are practical classes, `placement` the presence at a placement."""

    theory: Decimal | None = None
    practice: Decimal | None = None
    personal: Decimal | None = None
    placement: Decimal | None = None


class LocalCredits(Node, frozen=True, kw_only=True, eq=False):
    """Credits of a scheme other than ECTS."""

    scheme: str
    credits: Decimal


class Component(Node, frozen=True, kw_only=True, eq=False):
    """An educational component of a table of the agreement."""

    id: str
    title: Names | None = None
    code: str | None = None
    type: str | None = None
    term: str | None = None
    credits: Decimal | None = None
    without_credits: bool | None = None
    local_credits: tuple[LocalCredits, ...] = ()
    hours: Hours | None = None
    automatic_recognition: bool | None = None
    recognition_conditions: str | None = None
    description: str | None = None
    learning_outcomes: tuple[str, ...] = ()
    url: str | None = None


class Exception_(Node, frozen=True, kw_only=True, eq=False):  # noqa: N801  (the field's word; Python has taken the name)
    """A difference that the signatories of a version accepted, or those whom `agreed_by` names."""

    credits: Decimal | None = None
    reason: str | None = None
    component: str | None = None
    agreed_by: tuple[str, ...] = ()


class StatedTotal(Node, frozen=True, kw_only=True, eq=False):
    """A total as the paper states it."""

    table: str
    credits: Decimal


class CreditConversion(Node, frozen=True, kw_only=True, eq=False):
    """How credits of another scheme become ECTS credits, as the schools agreed."""

    scheme: str | None = None
    factor: Decimal | None = None
    rule: str | None = None
    agreed: Day | None = None


class RecognitionTerms(Node, frozen=True, kw_only=True, eq=False):
    """How the home school will recognise the results."""

    automatic: bool | None = None
    terms: str | None = None


class Provisions(Node, frozen=True, kw_only=True, eq=False):
    """What happens if components are not passed: in words, or where it can be read."""

    url: str | None = None
    text: str | None = None


class Outcome(Node, frozen=True, kw_only=True, eq=False):
    """Something the learner will know or be able to do, and what it counts for."""

    id: str
    title: Names | None = None
    for_certification: bool | None = None
    standard_ref: str | None = None
    competence: str | None = None
    module_code: str | None = None
    unit_code: str | None = None
    criteria: tuple[str, ...] = ()


class Activity(Node, frozen=True, kw_only=True, eq=False):
    """Something the learner does at the host, and the ids of the outcomes that it serves."""

    id: str
    title: Names | None = None
    outcomes: tuple[str, ...] = ()


class Agreement(Node, frozen=True, kw_only=True, eq=False):
    """The first version of the learning agreement: tables A (studied), B (recognised), C (virtual)."""

    language: Language | None = None
    catalogue: Catalogue | None = None
    studied: tuple[Component, ...] = ()
    recognised: tuple[Component, ...] = ()
    virtual: tuple[Component, ...] = ()
    stated_totals: tuple[StatedTotal, ...] = ()
    exceptions: tuple[Exception_, ...] = ()
    mobility_window: Mapping[str, Any] | None = None
    academic_terms_fraction: Decimal | None = None
    hours: Hours | None = None
    credit_conversion: CreditConversion | None = None
    recognition: RecognitionTerms | None = None
    provisions_if_failed: Provisions | None = None
    calendar: str | None = None
    learning_outcomes: tuple[Outcome, ...] = ()
    activities: tuple[Activity, ...] = ()
    tasks: tuple[str, ...] = ()
    commitments: tuple[str, ...] = ()
    coherence_check: Check | None = None
    shared_with: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    late_signature: str | None = None


class Change(Node, frozen=True, kw_only=True, eq=False):
    """One line of an amendment: exactly one of insert, delete, replace."""

    table: str
    insert: Component | None = None
    delete: str | None = None
    replace: str | None = None
    with_: Component | None = msgspec.field(name="with", default=None)
    reason: str | None = None
    reason_text: str | None = None


class Amendment(Node, frozen=True, kw_only=True, eq=False):
    """A change of the agreement, with signatures of its own."""

    number: str
    basis: str = "previous"
    requested: Request | None = None
    changes: tuple[Change, ...] = ()
    stated_totals: tuple[StatedTotal, ...] = ()
    exceptions: tuple[Exception_, ...] = ()
    extension: Days | None = None
    signatures: tuple[Signature, ...] = ()
    effective: Day | None = None
    withdrawn: Ended | None = None
    note: str | None = None


class TableRow(Node, frozen=True, kw_only=True, eq=False):
    """How many students were given a grade, or a grade within bounds."""

    count: Decimal
    grade: str | None = None
    from_: str | None = msgspec.field(name="from", default=None)
    to: str | None = None


class Grading(Node, frozen=True, kw_only=True, eq=False):
    """How the host grades, as its transcript explains it."""

    best: str | None = None
    worst: str | None = None
    pass_mark: str | None = None
    text: Names | None = None
    tables: tuple[str, ...] = ()
    url: str | None = None
    distribution: tuple[TableRow, ...] = ()


class OtherGrade(Node, frozen=True, kw_only=True, eq=False):
    """The same result as another scale writes it."""

    value: str
    scale: str


class Result(Node, frozen=True, kw_only=True, eq=False):
    """One line of the host's transcript; its credits are those awarded."""

    id: str
    status: str
    for_: str | None = msgspec.field(name="for", default=None)
    extra: bool | None = None
    title: Names | None = None
    code: str | None = None
    term: str | None = None
    credits: Decimal | None = None
    local_credits: tuple[LocalCredits, ...] = ()
    grade: str | None = None
    scale: str | None = None
    other_grades: tuple[OtherGrade, ...] = ()
    date: Day | None = None
    hours: Hours | None = None
    note: str | None = None
    distribution: tuple[TableRow, ...] = ()

    @property
    def validated(self) -> bool:
        """Passed, or validated by compensation within the semester."""
        return self.status in {"passed", "compensated"}


class Results(Node, frozen=True, kw_only=True, eq=False):
    """The host's transcript, as received."""

    published: Day | None = None
    issued: Day | None = None
    received: Day | None = None
    languages: tuple[str, ...] = ()
    scale: str | None = None
    lines: tuple[Result, ...] = ()
    stated_credits: Decimal | None = None
    sent_to_ir_office: Day | None = None
    sent_to_partner: Day | None = None
    grading: Grading | None = None


class Grade(Node, frozen=True, kw_only=True, eq=False):
    """The home grade, and how it was made from the host's."""

    value: str
    scale: str | None = None
    method: str | None = None
    tables: tuple[str, ...] = ()
    choice: str | None = None
    date: Day | None = None
    by: str | None = None
    text: str | None = None


class Decision(Node, frozen=True, kw_only=True, eq=False):
    """What a block gives for one home component."""

    component: str
    status: str
    credits: Decimal | None = None
    grade: Grade | None = None


class Reason(Node, frozen=True, kw_only=True, eq=False):
    """Why a block was recognised in part."""

    code: str | None = None
    text: str | None = None


class Block(Node, frozen=True, kw_only=True, eq=False):
    """n results from abroad that count for m components at home."""

    id: str
    from_: tuple[str, ...] = msgspec.field(name="from", default=())
    to: tuple[Decision, ...] = ()
    reason: Reason | None = None


class LeftOut(Node, frozen=True, kw_only=True, eq=False):
    """A result that counts for nothing at home, and why."""

    result: str
    reason: str | None = None
    text: str | None = None


class Remedial(Node, frozen=True, kw_only=True, eq=False):
    """How credits that were not validated are caught up."""

    for_: str | None = msgspec.field(name="for", default=None)
    credits: Decimal | None = None
    date: Day | None = None
    organiser: str | None = None
    country: str | None = None
    kind: str | None = None
    status: str | None = None


class Decided(Node, frozen=True, kw_only=True, eq=False):
    """When, by whom and under what reference recognition was decided."""

    date: Day | None = None
    by: str | None = None
    reference: str | None = None


class Requirement(Node, frozen=True, kw_only=True, eq=False):
    """Something the home school asks on top of what was done abroad."""

    type: str | None = None
    component: str | None = None
    text: str | None = None


class Supplement(Node, frozen=True, kw_only=True, eq=False):
    """Where the diploma supplement mentions the mobility."""

    section: str | None = None
    mention: bool | None = None
    text: str | None = None


class Recognition(Node, frozen=True, kw_only=True, eq=False):
    """The home school's decision on the results."""

    procedure: str | None = None
    received: Day | None = None
    decided: Decided | None = None
    version: str | None = None
    blocks: tuple[Block, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    stated_credits: Decimal | None = None
    remedial: tuple[Remedial, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    diploma_supplement: Supplement | None = None
    extends_studies_semesters: Decimal | None = None


class Member(Node, frozen=True, kw_only=True, eq=False):
    """A person who assesses, by the name under the signature."""

    name: str
    position: str | None = None
    role: str | None = None


class Defence(Event, frozen=True, kw_only=True, eq=False):
    """The oral defence of the report: before whom, and the grade of both."""

    remote: bool | None = None
    members: tuple[Member, ...] = ()
    grade: str | None = None
    scale: str | None = None


class Report(Event, frozen=True, kw_only=True, eq=False):
    """The learner's report, and the day on which it came in."""

    title: Names | None = None


class Debrief(Event, frozen=True, kw_only=True, eq=False):
    """The talk after the return, and what came out of it."""

    note: str | None = None


class Presentation(Event, frozen=True, kw_only=True, eq=False):
    """The talk by which others profit from the stay."""

    audience: str | None = None


class Satisfaction(Node, frozen=True, kw_only=True, eq=False):
    """How satisfied the learner was, from 1 to 5."""

    before: Decimal | None = None
    during: Decimal | None = None
    after: Decimal | None = None


class Evidence(Node, frozen=True, kw_only=True, eq=False):
    """What was handed in or held after the stay."""

    report: Report | None = None
    partner_evaluation: Event | None = None
    attestation: Event | None = None
    debrief: Debrief | None = None
    defence: Defence | None = None
    peer_presentation: Presentation | None = None
    satisfaction: Satisfaction | None = None


class Incident(Node, frozen=True, kw_only=True, eq=False):
    """A difficulty, what was done about it, and when it was reported and settled."""

    opened: Day
    action: str | None = None
    last_contact: Day | None = None
    closed: Day | None = None


class Feedback(Node, frozen=True, kw_only=True, eq=False):
    """What the learner passes on to those who come after."""

    collected: Day | None = None
    shareable: bool | None = None
    rating: Decimal | None = None
    recommends: bool | None = None


class LanguageSupport(Node, frozen=True, kw_only=True, eq=False):
    """The help given in the language, and from when."""

    type: str | None = None
    from_: Day | None = msgspec.field(name="from", default=None)


class Leave(Node, frozen=True, kw_only=True, eq=False):
    """The leave to be absent from examinations at home."""

    date: Day | None = None
    by: str | None = None
    decision_ref: str | None = None


class Preparation(Event, frozen=True, kw_only=True, eq=False):
    """Something that was done before the departure, and what it was."""

    kind: str | None = None


class Followup(Node, frozen=True, kw_only=True, eq=False):
    """What was done for the learner before, during and after the stay."""

    preparation: tuple[Preparation, ...] = ()
    contacts: tuple[Event, ...] = ()
    language_support: LanguageSupport | None = None
    incidents: tuple[Incident, ...] = ()
    feedback: Feedback | None = None
    exam_absence_derogation: Leave | None = None


class Traineeship(Node, frozen=True, kw_only=True, eq=False):
    """The traineeship itself, with its programme; `regime` says whether the curriculum asks for it."""

    title: Names | None = None
    hours_per_week: Decimal | None = None
    engineering_environment: bool | None = None
    regime: str | None = None
    programme: str | None = None
    outcomes: tuple[str, ...] = ()
    outcomes_ref: str | None = None
    monitoring_plan: str | None = None
    evaluation_plan: str | None = None
    grade_basis: tuple[str, ...] = ()
    required_days: Decimal | None = None
    record_in_transcript: bool | None = None
    record_in_supplement: bool | None = None


class LeftOutItem(Node, frozen=True, kw_only=True, eq=False):
    """An item of an apprentice's convention that does not apply, and why."""

    item: str | None = None
    reason: str | None = None


class Wording(Node, frozen=True, kw_only=True, eq=False):
    """What a convention says of an item, in words."""

    item: str
    text: str


class HostWaiver(Node, frozen=True, kw_only=True, eq=False):
    """The legal ground on which the host of an apprentice need not sign."""

    type: str | None = None
    guarantees: str | None = None


class Convention(Node, frozen=True, kw_only=True, eq=False):
    """The agreement of an internship, or of an apprentice's time abroad."""

    reference: str | None = None
    covers: Days | None = None
    article: str | None = None
    presence_hours: Decimal | None = None
    clauses: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    not_applicable: tuple[LeftOutItem, ...] = ()
    annexes: tuple[str, ...] = ()
    waiver: HostWaiver | None = None
    signatures: tuple[Signature, ...] = ()
    wording: tuple[Wording, ...] = ()


class Contract(Node, frozen=True, kw_only=True, eq=False):
    """The apprenticeship contract: its first and its last day, and when it was signed."""

    start: Day | None = None
    end: Day | None = None
    signed: Day | None = None


class Apprenticeship(Node, frozen=True, kw_only=True, eq=False):
    """The apprentice's contract, and the agreement for the time abroad."""

    regime: str = "ordinary"
    contract: Contract | None = None
    employer: Party | None = None
    training_centre: Party | None = None
    mode: str | None = None
    mode_decided_by: str | None = None
    pay_maintained: bool | None = None
    group_subsidiary: bool | None = None
    convention: Convention | None = None


class PartnerAgreement(Node, frozen=True, kw_only=True, eq=False):
    """The agreement between the institutions under which the mobility takes place, inline or by reference.

    A rule asks `Index.partner_agreement`, which looks a reference up.
    """

    ref: str | None = None
    kind: str | None = None
    reference: str | None = None
    covers: Days | None = None
    component_types: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    language: Language | None = None
    signatures: tuple[Signature, ...] = ()
    transcript_weeks: Decimal | None = None
    degree_type: str | None = None


class SkillGroup(Node, frozen=True, kw_only=True, eq=False):
    """The skills under one heading of the Europass form: codelist `skill-groups`."""

    group: str
    skills: tuple[str, ...]


class Europass(Node, frozen=True, kw_only=True, eq=False):
    """The Europass Mobility document of the stay; `record` says whether it is of skills or of courses."""

    requested: Request | None = None
    status: str | None = None
    reference: str | None = None
    issuer: str | None = None
    initiative: str | None = None
    record: str | None = None
    mentor: Person | None = None
    activities: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    skill_groups: tuple[SkillGroup, ...] = ()
    signatures: tuple[Signature, ...] = ()
    issued: Day | None = None


class Assessment(Node, frozen=True, kw_only=True, eq=False):
    """The level reached in one outcome, and who judged it on whose behalf."""

    outcome: str
    level: str | None = None
    by: str | None = None
    role: str | None = None
    date: Day | None = None
    observations: str | None = None


class TaskAssessment(Node, frozen=True, kw_only=True, eq=False):
    """How one activity at the host was judged, and by whom on whose behalf."""

    activity: str
    level: str | None = None
    by: str | None = None
    role: str | None = None
    date: Day | None = None


class Jury(Node, frozen=True, kw_only=True, eq=False):
    """The jury before which the learner presented the stay."""

    date: Day | None = None
    members: tuple[Member, ...] = ()


class Validation(Node, frozen=True, kw_only=True, eq=False):
    """That an assessment was validated, when, and by whom on whose behalf."""

    date: Day | None = None
    by: str | None = None
    role: str | None = None


class Dossier(Node, frozen=True, kw_only=True, eq=False):
    """The learner's file for the jury of the European mention of the BTM."""

    axis: str | None = None
    received: Day | None = None


class BtmMarks(Node, frozen=True, kw_only=True, eq=False):
    """The jury's marks by kind of competence, in points."""

    transversal: Decimal | None = None
    organisational: Decimal | None = None
    technical: Decimal | None = None


class Btm(Node, frozen=True, kw_only=True, eq=False):
    """What the jury of the European mention of the BTM looks at."""

    dossier: Dossier | None = None
    marks: BtmMarks | None = None


class Evaluation(Node, frozen=True, kw_only=True, eq=False):
    """How the learning outcomes were assessed: who judged what, and when."""

    intended: bool | None = None
    methods: tuple[str, ...] = ()
    supervision: str | None = None
    pre_test: tuple[Assessment, ...] = ()
    post_test: tuple[Assessment, ...] = ()
    grid: tuple[Assessment, ...] = ()
    tasks: tuple[TaskAssessment, ...] = ()
    assessors: tuple[Member, ...] = ()
    jury: Jury | None = None
    done: Day | None = None
    validated: Validation | None = None
    btm: Btm | None = None


class Standard(Node, frozen=True, kw_only=True, eq=False):
    """The standard of a certification: the codes of its competences, and whether it has an optional mobility unit."""

    competences: tuple[str, ...] = ()
    revised_year: str | None = None
    has_mobility_unit: bool | None = None


class Attestation(Node, frozen=True, kw_only=True, eq=False):
    """That the attestation of the mobility unit was asked for."""

    requested: Request | None = None


class UnitPart(Node, frozen=True, kw_only=True, eq=False):
    """One of the two parts of the optional mobility unit; of the oral in France there is no grid."""

    date: Day | None = None
    points: Decimal | None = None
    assessor: str | None = None
    grid_ref: str | None = None
    languages: tuple[str, ...] = ()
    received: Day | None = None


class MobilityUnit(Node, frozen=True, kw_only=True, eq=False):
    """The optional mobility unit: its mark by the jury, and whether a candidate without the diploma keeps it."""

    part1: UnitPart | None = None
    part2: UnitPart | None = None
    mark: Decimal | None = None
    date: Day | None = None
    kept: bool | None = None
    keep_until: Day | None = None
    reused: Day | None = None


class Certification(Node, frozen=True, kw_only=True, eq=False):
    """How the mobility counts in a diploma or title."""

    intended: bool | None = None
    diploma_type: str | None = None
    title: Names | None = None
    candidate: str | None = None
    rncp: str | None = None
    standard: Standard | None = None
    regulation_ref: str | None = None
    certifier: Party | None = None
    certifier_informed: Day | None = None
    session: str | None = None
    trial: bool | None = None
    mobilitepro: Attestation | None = None
    unit_mobility: MobilityUnit | None = None
    diploma_obtained: bool | None = None
    title_passed_without_bonus: bool | None = None
    bonus_points: Decimal | None = None


class Cover(Node, frozen=True, kw_only=True, eq=False):
    """Who covers a risk, and the days for which."""

    provider: str | None = None
    from_: Day | None = msgspec.field(name="from", default=None)
    to: Day | None = None


class Insurance(Node, frozen=True, kw_only=True, eq=False):
    """How the learner is insured, by risk."""

    health: Cover | None = None
    accident: Cover | None = None
    liability: Cover | None = None
    repatriation: Cover | None = None


class Welcome(Node, frozen=True, kw_only=True, eq=False):
    """How an incoming learner was welcomed, and with what helped."""

    first_contact: Day | None = None
    items: tuple[str, ...] = ()


class Funding(Node, frozen=True, kw_only=True, eq=False):
    """Where the money comes from, and who decided it."""

    source: str | None = None
    amount: Decimal | None = None
    decided: Event | None = None
    scholarship_validated: Event | None = None


class Diploma(Node, frozen=True, kw_only=True, eq=False):
    """One of the diplomas to which a mobility leads: who awards it, and when it was awarded."""

    title: Names | None = None
    issuer: str | None = None
    country: str | None = None
    date: Day | None = None


class JointEvidence(Node, frozen=True, kw_only=True, eq=False):
    """What shows that schools have built a programme together and run it together."""

    written_agreement: bool | None = None
    common_quality_assurance: bool | None = None
    joint_juries: bool | None = None
    common_regulations: bool | None = None
    partner_followup: bool | None = None
    team_meetings: bool | None = None


class Degree(Node, frozen=True, kw_only=True, eq=False):
    """To which degrees the mobility leads, where it is more than one school's; `title` stands on the home diploma."""

    degree_type: str | None = None
    title: Names | None = None
    diplomas: tuple[Diploma, ...] = ()
    partners: tuple[Party, ...] = ()
    semesters_in_home_school: Decimal | None = None
    supplement_mentions_double: bool | None = None
    legal_recognition: tuple[str, ...] = ()
    joint_evidence: JointEvidence | None = None
    accreditation_ref: str | None = None


class Risk(Node, frozen=True, kw_only=True, eq=False):
    """What the foreign ministry says about the destination."""

    level: str | None = None
    checked: Day | None = None
    waiver: Event | None = None


class Destination(Node, frozen=True, kw_only=True, eq=False):
    """Where the stay takes place, if it is not the town of the host."""

    country: str | None = None
    city: str | None = None
    risk: Risk | None = None


class Bip(Node, frozen=True, kw_only=True, eq=False):
    """The blended intensive programme that the stay is part of, and the institutions that run it."""

    partners: tuple[Party, ...] = ()


class GapPeriod(Node, frozen=True, kw_only=True, eq=False):
    """That the stay falls in a gap year, and whose idea that was."""

    initiated_by: str | None = None
    imposed: bool | None = None


class Exemption(Node, frozen=True, kw_only=True, eq=False):
    """Why a learner has no obligation to go abroad."""

    reason: str
    decision_ref: str | None = None


class Derogation(Node, frozen=True, kw_only=True, eq=False):
    """That a learner is let off the obligation, and why, as a neutral code."""

    reason: str
    decision_ref: str | None = None
    decided: Event | None = None
    offered: str | None = None


class Obligation(Node, frozen=True, kw_only=True, eq=False):
    """What of a stay counts towards the compulsory mobility, or why there is none."""

    counted_days: Decimal | None = None
    supervised_by_school: bool | None = None
    required_for_degree: bool | None = None
    exemption: Exemption | None = None
    derogation: Derogation | None = None


class Cancellation(Node, frozen=True, kw_only=True, eq=False):
    """That the mobility was given up or cut short, and why."""

    date: Day | None = None
    reason: str | None = None


class Waiver(Node, frozen=True, kw_only=True, eq=False):
    """An exception to a rule that somebody accepted; `at` names the part of the record: {"component": "a4"}."""

    rule: str
    at: Mapping[str, str] | None = None
    all: bool | None = None
    reason: str | None = None
    by: str | None = None
    date: Day | None = None
    expires: Day | None = None


class EmptySection(Node, frozen=True, kw_only=True, eq=False):
    """A section of a diploma supplement that is not filled in, and why."""

    section: str
    reason: str | None = None


class Paper(Node, frozen=True, kw_only=True, eq=False):
    """A document that was issued."""

    kind: str
    title: Names | None = None
    reference: str | None = None
    issued: Day | None = None
    issuer: str | None = None
    issuer_type: str | None = None
    languages: tuple[str, ...] = ()
    covers: Days | None = None
    sha256: str | None = None
    version: str | None = None
    letter: str | None = None
    signatures: tuple[Signature, ...] = ()
    annulled: Ended | None = None
    replaced_by: str | None = None
    view_sha256: str | None = None
    equivalent_to: str | None = None
    outcome: str | None = None
    outcomes: tuple[str, ...] = ()
    compliance: str | None = None
    attendance: str | None = None
    objectives: str | None = None
    authors: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    empty_sections: tuple[EmptySection, ...] = ()
    appraisal: str | None = None
    effective_hours: Decimal | None = None
    prerequisites: Names | None = None
    stackability: str | None = None
    information: Names | None = None
    allowance: Decimal | None = None
    currency: str | None = None
    deviations: str | None = None


class Mobility(Node, frozen=True, kw_only=True, eq=False):
    """One learner's stay, from plan to recognition."""

    mobctl: str
    id: str
    status: str
    direction: str
    kind: str
    learner: Learner
    home: Party
    host: Party
    period: Period
    profiles: tuple[str, ...] = ()
    format: str | None = None
    programme: str | None = None
    project_code: str | None = None
    academic_year: str | None = None
    selection_date: Day | None = None
    host_companies: tuple[Party, ...] = ()
    intermediary: Party | None = None
    partner_agreement: PartnerAgreement | None = None
    destination: Destination | None = None
    individual: bool | None = None
    group: str | None = None
    same_class_peers: Decimal | None = None
    bip: Bip | None = None
    gap_period: GapPeriod | None = None
    study_regulations: str | None = None
    obligation: Obligation | None = None
    cancellation: Cancellation | None = None
    history: str = "complete"
    traineeship: Traineeship | None = None
    degree: Degree | None = None
    agreement: Agreement | None = None
    amendments: tuple[Amendment, ...] = ()
    results: Results | None = None
    recognition: Recognition | None = None
    evidence: Evidence | None = None
    evaluation: Evaluation | None = None
    convention: Convention | None = None
    apprenticeship: Apprenticeship | None = None
    insurance: Insurance | None = None
    followup: Followup | None = None
    funding: Funding | None = None
    certification: Certification | None = None
    europass: Europass | None = None
    welcome: Welcome | None = None
    documents: tuple[Paper, ...] = ()
    waivers: tuple[Waiver, ...] = ()


class GradingTable(Node, frozen=True, kw_only=True, eq=False):
    """A published distribution of grades, best to worst."""

    mobctl: str
    id: str
    institution: str
    scale: str | None = None
    pass_mark: str | None = None
    isced_f: str | None = None
    eqf: str | None = None
    course: str | None = None
    whole_institution: bool | None = None
    programme: str | None = None
    period: Mapping[str, Any] | None = None
    grades: tuple[TableRow, ...] = ()
    stated_count: Decimal | None = None
    published: Day | None = None
    url: str | None = None
    notes: str | None = None


class Programme(Node, frozen=True, kw_only=True, eq=False):
    """A degree programme of an institution."""

    id: str
    title: Names | None = None
    eqf: str | None = None
    isced_f: str | None = None
    credits: Decimal | None = None
    semesters: Decimal | None = None


class Signatory(Node, frozen=True, kw_only=True, eq=False):
    """A person who may sign for an institution, and from when to when."""

    name: PersonName
    position: str | None = None
    from_: Day | None = msgspec.field(name="from", default=None)
    to: Day | None = None


class PartySignature(Node, frozen=True, kw_only=True, eq=False):
    """Who signed for a school, when and how."""

    name: str | None = None
    position: str | None = None
    date: Day | None = None
    how: str | None = None


class Coordinator(Node, frozen=True, kw_only=True, eq=False):
    """Who is in charge of the content of mobilities in a department, and the letter that says so."""

    id: str
    name: PersonName
    position: str | None = None
    email: str | None = None
    unit: Names | None = None
    duties: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    from_: Day | None = msgspec.field(name="from", default=None)
    to: Day | None = None
    reference: str | None = None
    issued: Day | None = None
    signatures: tuple[PartySignature, ...] = ()
    view_sha256: str | None = None


class Hosting(Node, frozen=True, kw_only=True, eq=False):
    """What an institution offers to those who come."""

    places: Decimal | None = None
    subjects: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


class Guide(Node, frozen=True, kw_only=True, eq=False):
    """The mobility guide of a school, and when it was last brought up to date."""

    updated: Day | None = None


class Institution(Node, frozen=True, kw_only=True, eq=False):
    """A school, university or company, in a file of its own."""

    mobctl: str
    id: str
    name: Names
    country: str | None = None
    city: str | None = None
    address: str | None = None
    time_zone: str | None = None
    erasmus_code: str | None = None
    schac: str | None = None
    pic: str | None = None
    oid: str | None = None
    website: str | None = None
    quality_assurance: Names | None = None
    type: str | None = None
    level: str | None = None
    charters: tuple[Charter, ...] = ()
    catalogue: Catalogue | None = None
    review: Check | None = None
    contacts: tuple[Contact, ...] = ()
    guide: Guide | None = None
    hosts_registry: str | None = None
    signatories: tuple[Signatory, ...] = ()
    coordinators: tuple[Coordinator, ...] = ()
    hosting: Hosting | None = None
    five_year_school: bool | None = None
    soft_mobility_policy: SoftMobilityPolicy | None = None
    programmes: tuple[Programme, ...] = ()


class AgreementParty(Node, frozen=True, kw_only=True, eq=False):
    """A party of a partner agreement; `language` and `transcript_weeks` hold for those whom it receives."""

    ref: str | None = None
    name: Names | None = None
    country: str | None = None
    unit: Names | None = None
    coordinator: Person | None = None
    contact: Person | None = None
    language: Language | None = None
    transcript_weeks: Decimal | None = None
    signatures: tuple[PartySignature, ...] = ()


class Exchange(Node, frozen=True, kw_only=True, eq=False):
    """From where to where, for what, and how many a year: learners, and months over all of them."""

    from_: str = msgspec.field(name="from")
    to: str
    kind: str | None = None
    isced_f: str | None = None
    eqf: str | None = None
    places: Decimal | None = None
    months: Decimal | None = None


class PartnerAgreementFile(Node, frozen=True, kw_only=True, eq=False):
    """An agreement between schools, in a file of its own."""

    mobctl: str
    id: str
    kind: str
    parties: tuple[AgreementParty, ...]
    reference: str | None = None
    title: Names | None = None
    covers: Days | None = None
    component_types: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    degree_type: str | None = None
    exchanges: tuple[Exchange, ...] = ()


class CohortLearner(Node, frozen=True, kw_only=True, eq=False):
    """A learner of a cohort, by number: what the obligation to go abroad depends on."""

    id: str
    status: str = "student"
    citizenship: tuple[str, ...] = ()
    secondary_diploma: SecondaryDiploma | None = None
    came_to_france_to_study: bool | None = None
    from_: Day | None = msgspec.field(name="from", default=None)
    graduation_jury_date: Day | None = None
    graduation_date: Day | None = None
    exemption: Exemption | None = None
    derogation: Derogation | None = None


class MobilityObligation(Node, frozen=True, kw_only=True, eq=False):
    """How many weeks abroad the study regulations of a cohort ask, and in which article."""

    student_weeks: Decimal | None = None
    apprentice_weeks: Decimal | None = None
    ground: str | None = None


class Survey(Node, frozen=True, kw_only=True, eq=False):
    """How satisfied those of a cohort were who answered, all together: before, during or after their stay."""

    stage: str
    asked: Decimal
    answered: Decimal
    mean: Decimal | None = None


class Panel(Node, frozen=True, kw_only=True, eq=False):
    """The school's own answers to what an accreditation panel asks and no figure can tell."""

    departure_in_curriculum: Names | None = None
    departure_in_practice: Names | None = None
    support: Names | None = None


class Cohort(Node, frozen=True, kw_only=True, eq=False):
    """Those of a programme who graduate in one year."""

    mobctl: str
    id: str
    institution: str
    programme: str
    graduation_year: str
    from_: Day | None = msgspec.field(name="from", default=None)
    graduation_jury_date: Day | None = None
    obligation: MobilityObligation | None = None
    surveys: tuple[Survey, ...] = ()
    panel: Panel | None = None
    learners: tuple[CohortLearner, ...] = ()


class Years(Node, frozen=True, kw_only=True, eq=False):
    """The first and the last year of a programming period."""

    from_: str = msgspec.field(name="from")
    to: str


class CharterList(Node, frozen=True, kw_only=True, eq=False):
    """A published list of charter holders, without its rows: they stand in a table beside it."""

    mobctl: str
    id: str
    period: Years
    date: Day
    file: str
    sha256: str
    rows: Decimal
    title: Names | None = None
    source: str | None = None


TYPES: dict[str, type[Node]] = {
    "mobility": Mobility,
    "institution": Institution,
    "partner-agreement": PartnerAgreementFile,
    "grading-table": GradingTable,
    "cohort": Cohort,
    "charter-list": CharterList,
}


def decode(data: Mapping[str, Any], kind: type[Node], zone: str | None = None) -> Any:
    """Turn schema-valid data into a model; keys that hold nothing (`grade:`) are as if not written.

    `zone` is the time zone by which the moments of signatures are dates, such as Europe/Paris.
    """

    def hook(kind: type, value: Any) -> Any:
        if kind is Day:
            return Day(value, zone)
        raise NotImplementedError(kind)

    return msgspec.convert(_without_nulls(data), kind, dec_hook=hook)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def path_of(root: Node, wanted: Node) -> Pointer:
    """Find the path of that very object in a model; the empty path is the root itself."""
    found = next((path for node, path in walk(root) if node is wanted), None)
    if found is None:
        raise LookupError(f"the {type(wanted).__name__} is not a node of the record")
    return found


def walk(node: Any, path: Pointer = ()) -> Iterator[tuple[Node, Pointer]]:
    """Go through the nodes of a model in their order, each with its path."""
    left = [(node, path)]
    while left:
        it, way = left.pop()
        if isinstance(it, Node):
            yield it, way
            keys = zip(it.__struct_encode_fields__, it.__struct_fields__, strict=True)
            inner = [(getattr(it, name), (*way, key)) for key, name in keys]
        else:
            inner = [(each, (*way, number)) for number, each in enumerate(it)]
        left += [pair for pair in reversed(inner) if isinstance(pair[0], Node | tuple)]


def same(now: Any, then: Any) -> bool:
    """Say whether a part of a record still says what it said.

    Titles may have got more languages, and a signature the position and the address of who signed.
    """
    if isinstance(then, Node) and isinstance(now, Node):
        later = {"position", "email"} if isinstance(then, Signature) else set[str]()
        told = [name for name in then.__struct_fields__ if name not in later or getattr(then, name)]
        return all(same(getattr(now, name), getattr(then, name)) for name in told)
    if isinstance(then, tuple) and isinstance(now, tuple):
        return len(now) == len(then) and all(map(same, now, then))
    if isinstance(then, Day) and isinstance(now, Day):
        return now.text == then.text
    if isinstance(now, dict) and isinstance(then, str):
        return then in now.values()
    if isinstance(now, dict) and isinstance(then, dict):
        return all(now.get(key) == value for key, value in then.items())
    return bool(now == then)
