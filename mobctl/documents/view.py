"""What official documents show, as plain views: no language, no layout, no file.

A view is texts, lists and mappings; every key is always there: "" is a text that the record does not have, None a
group it does not have, [] nothing. Numbers are decimal texts ("7.5"), dates are `2026-06-03`, or `2026-06` where
the day is not known; codes stand where a document shows the names of codes. So a view has one fingerprint, in
every language and format.
"""

from __future__ import annotations

from typing import Any, TypedDict


class Words(TypedDict):
    """A text of the record and its language, "" where that is not known; `others` are its issuer's translations."""

    text: str
    lang: str
    others: dict[str, str]


class Name(TypedDict):
    """A person's name; without a given name it is a mononym."""

    family: str
    given: str
    latin: Name | None


class Issuer(TypedDict):
    """The school that issues the document."""

    name: Words
    unit: Words
    address: list[str]
    erasmus_code: str


class Party(TypedDict):
    """A home or host institution; `country` is a code of ISO 3166-1."""

    name: Words
    unit: Words
    city: str
    country: str
    erasmus_code: str


class Learner(TypedDict):
    """The holder of the document."""

    name: Name
    number: str
    birth_date: str
    programme: Words | None


class Holder(Learner):
    """The holder, with the level and the field of the studies: codelists `eqf` and `isced-f`."""

    esi: str
    eqf: str
    field: str
    field_text: str


class Days(TypedDict):
    """A period, both days included."""

    start: str
    end: str


class Period(TypedDict):
    """The mobility in time."""

    academic_year: str
    planned: Days | None
    actual: Days | None


class Programme(TypedDict):
    """The mobility programme and the kind of mobility: codelists `programmes` and `kinds`."""

    code: str
    kind: str


class Signed(TypedDict):
    """One signature of an agreement: codelist `signatories`; `name` is of who signed, else of the party."""

    role: str
    name: Words
    date: str


class Agreement(TypedDict):
    """The version that recognition follows; `number` is that of its last amendment, "" for the first version.

    `plan` says "yes" where it is a validation plan.
    """

    plan: str
    number: str
    effective: str
    signatures: list[Signed]


class Edition(Agreement):
    """A version on the way to the one that is followed; `extended` is the last day if it makes the stay longer."""

    extended: str


class CreditRule(TypedDict):
    """How credits of another scheme become ECTS credits: codelist `credit-schemes`."""

    scheme: str
    factor: str
    rule: str
    agreed: str


class Basis(TypedDict):
    """What was agreed beforehand: the versions that were signed, what is not in force, the terms of recognition.

    `not_used` are the numbers of amendments that were not agreed by all on the last day of the stay. `automatic` is yes,
    no or "". By `home_codes` and `host_codes` both institutions can be looked up, besides their Erasmus codes.
    """

    home_codes: list[str]
    host_codes: list[str]

    editions: list[Edition]
    not_used: list[str]
    automatic: str
    terms: str
    provisions: str
    language: str
    catalogue: str
    credit_rule: CreditRule | None


class Part(TypedDict):
    """A part of a total, by the code or title that names it."""

    name: Words
    credits: str


class Total(TypedDict):
    """A total and what it is made of."""

    value: str
    parts: list[Part]


class Totals(TypedDict):
    """Planned, earned, recognised."""

    agreed: Total
    completed: Total
    recognised: Total


class Reason(TypedDict):
    """A code of the list `block-reasons` or `left-out-reasons`, and words of the school's own, or ""."""

    code: str
    text: str


class Grade(TypedDict):
    """A converted grade: codelists `scales` and `conversion-methods`.

    `choice` is lowest, average, highest or single where several grades corresponded, or "".
    """

    value: str
    scale: str
    method: str
    tables: list[str]
    choice: str
    date: str
    by: str
    text: str


class LocalCredits(TypedDict):
    """Credits of another scheme: codelist `credit-schemes`."""

    scheme: str
    credits: str


class Result(TypedDict):
    """A line of the host's transcript: codelists `scales` and `result-status`; `virtual` is yes for one of table C."""

    code: str
    title: Words
    grade: str
    scale: str
    credits: str
    local: list[LocalCredits]
    status: str
    virtual: str


class DecidedComponent(TypedDict):
    """A component of table B and what was decided: codelist `decision`."""

    code: str
    title: Words
    agreed: str
    recognised: str
    status: str
    grade: Grade | None


class Block(TypedDict):
    """Results abroad and components at home that answer each other as groups, with the sums of both.

    `extent` says how far it is recognised: whole, part, none, or open where nothing is decided yet.
    """

    number: str
    results: list[Result]
    components: list[DecidedComponent]
    completed: str
    agreed: str
    recognised: str
    extent: str
    reason: Reason | None


class LeftOut(TypedDict):
    """A result that no block uses."""

    code: str
    title: Words
    grade: str
    scale: str
    credits: str
    reason: Reason


class Original(TypedDict):
    """A grade as the host gave it."""

    value: str
    scale: str


class ScaleUsed(TypedDict):
    """A scale of the grades shown: codelist `scales`; its grades are "" where they are not known."""

    code: str
    best: str
    worst: str
    pass_mark: str


class Scales(TypedDict):
    """How to read the grades of both sides: their scales, and what the host's transcript says of its own."""

    host: list[ScaleUsed]
    home: list[ScaleUsed]
    explanation: Words | None
    url: str


class TableUsed(TypedDict):
    """A grading table that a grade was converted by, as its file describes it; "" is what is not known.

    `given` says how often each grade was given, best first, those that pass; `passing` is their sum.
    """

    id: str
    institution: Words
    field: str
    first: str
    last: str
    published: str
    scale: str
    passing: str
    given: list[Given]
    url: str


class Given(TypedDict):
    """How often a grade was given, or one from `low` to `high`; `own` is yes where the learner's grades are."""

    grade: str
    low: str
    high: str
    count: str
    own: str


class HostTranscript(TypedDict):
    """The transcript of the host, which is to be read with this one; `sha256` is that of its file, "" where none is kept."""

    number: str
    date: str
    received: str
    sha256: str


class Conversion(TypedDict):
    """Where a converted grade comes from."""

    code: str
    title: Words
    originals: list[Original]
    grade: Grade


class Organiser(TypedDict):
    """Who organises remedial work."""

    name: Words
    country: str


class Remedial(TypedDict):
    """Credits that were not obtained and how they can be: codelists `remedial-kinds` and `remedial-statuses`."""

    code: str
    title: Words
    credits: str
    date: str
    organiser: Organiser
    kind: str
    status: str


class CatchingUp(TypedDict):
    """Credits that are still to be caught up, and those that were since."""

    open: Total
    passed: str


class AcceptedException(TypedDict):
    """Credits that the three parties agreed to leave out of automatic recognition; `number` is that of the amendment."""

    credits: str
    reason: str
    component: Words | None
    number: str
    signatures: list[Signed]


class ExceptedCredits(TypedDict):
    """Credits that the three parties agreed to leave out of automatic recognition."""

    credits: str
    reason: str


class Waiver(TypedDict):
    """An accepted departure from a rule, of which `title` says what it asks; `at` names the part of the record."""

    rule: str
    title: Any
    at: Any
    reason: str
    by: str
    date: str
    expires: str


class Accepted(TypedDict):
    """The waiver that covers a finding."""

    by: str
    date: str
    reason: str


class Finding(TypedDict):
    """What the check says, and of which part of the record: codelist `severities`.

    `at` and `message` are whatever plain values `speech.message` reads; `at` is None for the record as a whole.
    """

    code: str
    severity: str
    at: Any
    message: Any
    waived: Accepted | None


class Unchecked(TypedDict):
    """A rule that could not be checked: what it asks, and why it was not; whatever plain values `speech.message` reads."""

    code: str
    title: Any
    why: Any


class Requirement(TypedDict):
    """What is asked on top of what was done abroad: codelist `requirement-types`."""

    kind: str
    text: str


class Decision(TypedDict):
    """When and by whom recognition was decided."""

    date: str
    by: str
    reference: str


class Procedure(TypedDict):
    """How it was decided (codelist `procedures`), since when all was there, and by how much the mobility lengthens studies."""

    kind: str
    received: str
    semesters: str


class Signatory(TypedDict):
    """Who signs this report, in order: codelists `signatories` and `signature-how`; `signed` is "" before."""

    role: str
    name: str
    position: str
    signed: str
    how: str


class Responsible(TypedDict):
    """Who is in charge at an institution."""

    name: Name
    position: str
    email: str
    phone: str


class Responsibles(TypedDict):
    """Who is in charge at home and at the host."""

    home: list[Responsible]
    host: list[Responsible]


class Student(TypedDict):
    """The learner as an agreement names the person; `citizenship` are codes of ISO 3166-1, `field` one of ISCED-F."""

    name: Name
    number: str
    esi: str
    birth_date: str
    citizenship: list[str]
    email: str
    programme: Words | None
    eqf: str
    field: str
    field_text: str


class Hours(TypedDict):
    """Hours of work, "" where none are stated."""

    theory: str
    practice: str
    personal: str
    placement: str


class Term(TypedDict):
    """A term and the number of terms in the year."""

    number: str
    of: str


class Row(TypedDict):
    """A component of a table; `credits` is "" where the record states none, `automatic` is yes, no or ""."""

    code: str
    title: Words
    type: str
    term: Term | None
    credits: str
    local: list[LocalCredits]
    hours: Hours | None
    description: str
    automatic: str
    conditions: str


class Table(TypedDict):
    """A table with its total, which is "" where one of its components states no credits."""

    rows: list[Row]
    total: str


class Tables(TypedDict):
    """Tables A, B and C."""

    studied: Table
    recognised: Table
    virtual: Table


class Issued(TypedDict):
    """What every document says of itself; `status` is `draft` until all who have to have signed, then `final`."""

    kind: str
    number: str
    record: str
    date: str
    status: str
    issuer: Issuer
    signatories: list[Signatory]


class OfMobility(Issued):
    """What is said besides on every document of one mobility."""

    home: Party
    host: Party
    programme: Programme


class RecognitionReport(OfMobility):
    """The view of OUT-16. `status` is `draft` until every signatory has signed, then `final`."""

    learner: Holder
    contacts: list[Responsible]
    period: Period
    agreement: Agreement
    basis: Basis
    transcript: HostTranscript
    totals: Totals
    catching_up: CatchingUp
    blocks: list[Block]
    left_out: list[LeftOut]
    conversions: list[Conversion]
    scales: Scales
    tables: list[TableUsed]
    remedial: list[Remedial]
    exceptions: list[AcceptedException]
    waivers: list[Waiver]
    profiles: list[Any]
    findings: list[Finding]
    not_checked: list[Unchecked]
    requirements: list[Requirement]
    procedure: Procedure
    decision: Decision | None
    appeal: Words | None
