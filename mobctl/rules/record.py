"""The record itself: its dates, its identity."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.codes import alike, erasmus_code
from mobctl.finding import N_, Label, Message, Personal, Quoted, Series, Severity, say
from mobctl.model import (
    Agreement,
    Convention,
    Day,
    Mobility,
    Node,
    Party,
    Phase,
    Signature,
    Span,
    same,
    walk,
)
from mobctl.rule import OUTGOING, Context, Hit, Number, When, hit, rule
from mobctl.sources import EWP_LA, EWP_OMOB, LABOUR_CODE, MOBCTL, PROGRAMME_GUIDE, VET_AGREEMENT

FACTS = {
    "Mobility": ("selection_date",),
    "Signature": ("date",),
    "Result": ("date",),
    "Results": ("published", "issued", "received", "sent_to_ir_office", "sent_to_partner"),
    "Grade": ("date",),
    "Recognition": ("received",),
    "Decided": ("date",),
    "Waiver": ("date",),
    "Paper": ("issued",),
    "Request": ("date",),
    "Event": ("date",),
    "Assessment": ("date",),
    "TaskAssessment": ("date",),
    "Jury": ("date",),
    "Validation": ("date",),
    "Dossier": ("received",),
    "UnitPart": ("received",),
    "Check": ("date",),
    "Incident": ("opened", "last_contact", "closed"),
    "Feedback": ("collected",),
    "Positioning": ("date",),
    "Europass": ("issued",),
    "Evaluation": ("done",),
    "Certification": ("certifier_informed",),
    "Welcome": ("first_contact",),
    "Risk": ("checked",),
    "Cancellation": ("date",),
    "Ended": ("date",),
    "Contract": ("signed",),
    "Diploma": ("date",),
}
"""The dates of what has happened, by the node that they stand in."""

STRETCHES = {
    "Days": ("from_", "to"),
    "Extension": ("from_", "to"),
    "Cover": ("from_", "to"),
    "Span": ("start", "end"),
    "Interruption": ("start", "end"),
    "HostTerm": ("start", "end"),
    "Contract": ("start", "end"),
    "Enrolment": ("from_", "to"),
}
"""The first and the last day of what lasts, by the node that they stand in."""


@rule(
    "GEN101",
    N_("Dates are in order and can be meant"),
    severity=Severity.ERROR,
    cites=(MOBCTL.at(N_("dates of a record")), EWP_LA.at("start-date and end-date")),
    numbers={"youngest": Number(Decimal(14), "year", "higher")},
    why=N_("Every deadline and every certificate rests on these dates."),
    fix=N_("Correct the date; the year is often the culprit."),
    waivable=False,
    clock=True,
)
def dates_ordered_and_plausible(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """End before start, a decision before the results, a fact still to come, a learner too young. Equal days are in order."""
    spans = [span for span in (mobility.period.planned, mobility.period.actual) if span]
    wrong = [hit for span in spans for hit in _reversed(span, "end", span.start, span.end)]
    yield from wrong
    actual = mobility.period.actual
    if actual and not wrong:  # the planned day holds where the actual one is not there yet
        field = "end" if actual.end else "start"
        yield from _reversed(actual, field, derive.start(mobility), derive.end(mobility))
    for node, _ in walk(mobility):
        for name in FACTS.get(type(node).__name__, ()):
            day = getattr(node, name)
            if isinstance(day, Day) and day.first > context.as_of:
                yield hit(
                    node,
                    name,
                    say("{day} is still to come: today is {today}.", day=day.first, today=context.as_of),
                )
        if node not in spans:  # equal only to itself: the stay is looked at above
            yield from _backwards(node)
    yield from _decided_on_nothing(mobility)
    yield from _age(mobility, context)


def _reversed(span: Span, field: str, start: Day | None, end: Day | None) -> Iterator[Hit]:
    if start and end and end.last < start.first:
        text = say(
            "The mobility ends before it starts: start {start}, end {end}.", start=start.said, end=end.said
        )
        yield hit(span, field, text)


def _backwards(node: Node) -> Iterator[Hit]:
    """Say of what a paper covers, or of a term, that it ends before it begins."""
    first, last = STRETCHES.get(type(node).__name__, (None, None))
    start, end = (getattr(node, name) if name else None for name in (first, last))
    if start and end and end.last < start.first:
        text = say("This ends before it begins: from {start} to {end}.", start=start.said, end=end.said)
        yield hit(node, last, text)


def _decided_on_nothing(mobility: Mobility) -> Iterator[Hit]:
    decided = mobility.recognition.decided if mobility.recognition else None
    results = derive.first_results(mobility)
    if decided and decided.date and results and decided.date.last < results.first:
        text = say(
            "Recognition was decided before there were results: decision {decided}, results {results}.",
            decided=decided.date.said,
            results=results.said,
        )
        yield hit(decided, "date", text)


def _age(mobility: Mobility, context: Context) -> Iterator[Hit]:
    birth, start = mobility.learner.birth_date, derive.start(mobility)
    years = int(context.numbers["youngest"])
    if birth and start and _anniversary(birth.first, years) > start.last:
        yield hit(
            mobility.learner,
            "birth_date",
            say(
                "Born on {birth}, the learner would be under {years} at the start.",
                birth=Personal(birth.first),
                years=years,
            ),
        )


def _anniversary(day: date, years: int) -> date:
    """The same day years later; 1 March for a 29 February that the year does not have."""
    year = min(day.year + years, date.max.year)
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


NOT_BEFORE_START = {"ongoing", "interrupted"}
NOT_BEFORE_END = {"returned", "recognised"}
NEXT = {
    "planned": "ongoing",
    "nominated": "ongoing",
    "agreed": "ongoing",
    "ongoing": "returned",
    "returned": "recognised",
}
"""What a mobility becomes when its status is behind."""


@rule(
    "GEN102",
    N_("The status does not run ahead of the record"),
    severity=Severity.ERROR,
    cites=(
        MOBCTL.at(N_("the status of a mobility")),
        EWP_OMOB.at("mobility status: nomination, live, recognized, cancelled"),
    ),
    why=N_(
        "The status decides which rules apply and which documents can be made: it must not say more than is so."
    ),
    fix=N_(
        "Correct the status, or write down what it says: the last day of the stay, the decision, the reason."
    ),
    waivable=False,
    clock=True,
)
def status_consistent_with_dates_and_documents(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Under way before the first day, over before the last, or without that day; recognised without a decision, cancelled without a reason.

    The first and the last day are the actual ones, else the planned ones; a month counts as begun on its first day.
    """
    status, start, end = mobility.status, derive.start(mobility), derive.end(mobility)
    shown = Label("statuses", status)
    decided = mobility.recognition.decided if mobility.recognition else None
    if status in NOT_BEFORE_START and start is None:
        text = say("The status is {status}, and the record has no first day of the stay.", status=shown)
        yield hit(
            mobility, "status", text, advice=say("Write the day under period: planned or actual: start.")
        )
    elif status in NOT_BEFORE_END and end is None:
        text = say("The status is {status}, and the record has no last day of the stay.", status=shown)
        yield hit(mobility, "status", text, advice=say("Write the day under period: planned or actual: end."))
    elif status in NOT_BEFORE_START and start and start.first > context.as_of:
        text = say("The status is {status}, but the stay begins on {start}.", status=shown, start=start.said)
        yield hit(mobility, "status", text)
    elif status in NOT_BEFORE_END and end and end.first > context.as_of:
        text = say("The status is {status}, but the stay ends on {end}.", status=shown, end=end.said)
        advice = say("If the learner came back early, write the last day under period: actual: end.")
        yield hit(mobility, "status", text, advice=advice)
    elif status == "recognised" and (decided is None or decided.date is None):
        yield hit(
            mobility,
            "status",
            say(
                "The status is {status}, but no decision on recognition is recorded with its date.",
                status=shown,
            ),
            advice=say("Write the date under recognition: decided, or go back to the status before."),
        )
    elif status == "cancelled" and mobility.cancellation is None:
        text = say("The status is {status}, and the record does not say why.", status=shown)
        advice = say(
            "Write cancellation: {form}, with one of the codes {codes}; no personal data.",
            form="{date, reason}",
            codes="personal-situation, academic, employer-refusal, visa, security, programme-constraint, force-majeure, other",
        )
        yield hit(mobility, "status", text, advice=advice)


@rule(
    "GEN111",
    N_("The status keeps up with the dates"),
    severity=Severity.WARNING,
    cites=(MOBCTL.at(N_("the status of a mobility")),),
    numbers={"days": Number(Decimal(14), "day", "lower")},
    why=N_("Whoever looks for the learners who are away, or back, goes by the status."),
    fix=N_("Bring the status up to date."),
    clock=True,
)
def status_keeps_up(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Begun, ended or decided some days ago, and the status does not say so; until then it is something to do."""
    status, start, end = mobility.status, derive.start(mobility), derive.end(mobility)
    if status not in NEXT:
        return
    decided = mobility.recognition.decided if mobility.recognition else None
    today = context.as_of
    if decided and decided.date and decided.date.last <= today:
        behind, since = "recognised", decided.date
    elif end and end.last < today and NEXT[status] in {"ongoing", "returned"}:
        behind, since = "returned", end
    elif start and start.last <= today and NEXT[status] == "ongoing":
        behind, since = "ongoing", start
    else:
        return
    yield hit(
        mobility,
        "status",
        say(
            "The status is {status}; by the dates it should be {expected} since {day}.",
            status=Label("statuses", status),
            expected=Label("statuses", behind),
            day=since.said,
        ),
        due=derive.days_after(since.last, int(context.numbers["days"])),
    )


@rule(
    "GEN103",
    N_("The learner, the home and the host of a mobility do not change"),
    severity=Severity.ERROR,
    cites=(EWP_LA.at("Immutable elements"),),
    needs={"base"},
    why=N_("The partner knows a mobility by its id: another learner or another host is another mobility."),
    fix=N_("Restore what was there, and make a new record with an id of its own."),
    waivable=False,
)
def mobility_identity_immutable(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Compares with the base revision; a number or code that was not known before may be added.

    Institutions are told apart by the codes that both revisions have, else by their names.
    """
    before = context.before
    if before is None:
        return
    for field in ("id", "esi"):
        old, new = getattr(before.learner, field), getattr(mobility.learner, field)
        if old and new and old != new:
            yield _changed(mobility.learner, field, old, new)
    for now, then in ((mobility.home, before.home), (mobility.host, before.host)):
        yield from _another(now, then, context)


def _changed(node: Node, field: str | None, old: str, new: str) -> Hit:
    return hit(node, field, say("This was {old} and is now {new}.", old=Quoted(old), new=Quoted(new)))


def _another(now: Party, then: Party, context: Context) -> Iterator[Hit]:
    """Compare two parties by the firmest code that both have; a party in a file of its own has what its file says."""
    mine, past = _codes(now, context), _codes(then, context)
    shared = next(
        (code for code in ("schac", "erasmus_code", "ref") if mine.get(code) and past.get(code)), None
    )
    if shared:
        if mine[shared] != past[shared]:
            yield _changed(now, shared if getattr(now, shared) else None, past[shared], mine[shared])
    elif (names := _names(now.name)) and (old := _names(then.name)) and not names & old:
        yield _changed(now, "name", min(old), min(names))


def _codes(party: Party, context: Context) -> dict[str, str]:
    file = context.index.institutions.get(party.ref) if party.ref else None
    at = file or party
    return {
        "schac": at.schac or "",
        "erasmus_code": erasmus_code(at.erasmus_code or ""),
        "ref": party.ref or "",
    }


def _names(name: str | dict[str, str] | None) -> set[str]:
    return set(name.values()) if isinstance(name, dict) else {name} if name else set()


AT_HOME = frozenset({"at-home", "virtual-only"})


def _there(node: Node, field: str) -> str | None:
    return field if getattr(node, field) is not None else None


@rule(
    "GEN105",
    N_("The stay is in another country than the home school"),
    severity=Severity.ERROR,
    when=When(directions=OUTGOING),
    cites=(
        PROGRAMME_GUIDE.at(
            "mobility for students, venue of the activity: a country other than that of the sending organisation"
        ),
    ),
    why=N_(
        "A stay in one's own country is no international mobility: no programme funds it, and it counts nowhere."
    ),
    fix=N_(
        "Correct the country of the home school or of the host; where the stay is elsewhere, write it under destination."
    ),
)
def destination_abroad(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The country of the stay against that of the home school; unknown countries are left alone."""
    if mobility.kind in AT_HOME:
        return
    node, country = context.index.destination(mobility)
    if country and country == context.index.located(mobility.home):
        yield hit(
            node,
            _there(node, "country"),
            say("The stay is in {country}, where the home school is.", country=Label("countries", country)),
        )


@rule(
    "GEN112",
    N_("The stay is not in the country where the learner lives during the studies"),
    severity=Severity.WARNING,
    when=When(directions=OUTGOING),
    cites=(
        PROGRAMME_GUIDE.at(
            "mobility for students, venue of the activity: and other than the country of residence during the studies"
        ),
    ),
    why=N_(
        "Who studies on one side of a border and lives on the other does not go abroad by staying at home."
    ),
    fix=N_(
        "Correct the country, or have the exception accepted (by the National Agency under Erasmus+) and write a waiver."
    ),
)
def destination_is_not_the_residence(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """`study_residence_country`, where the record has it; what GEN105 says is not said again."""
    residence = mobility.learner.study_residence_country
    if mobility.kind in AT_HOME or residence is None:
        return
    node, country = context.index.destination(mobility)
    if country == residence and country != context.index.located(mobility.home):
        yield hit(
            node,
            _there(node, "country"),
            say(
                "The stay is in {country}, where the learner lives during the studies.",
                country=Label("countries", country),
            ),
        )


@rule(
    "GEN106",
    N_("What was decided on stays as it was decided"),
    severity=Severity.ERROR,
    when=When(since=Phase.RECOGNISED),
    needs={"base"},
    cites=(
        EWP_OMOB.at("status recognized: the mobility “SHOULD become read-only”"),
        MOBCTL.at(N_("a recognised record is frozen")),
    ),
    why=N_(
        "The decision rests on these results and these dates: changed afterwards, the file no longer bears it out."
    ),
    fix=N_(
        "Restore what was there; or open the recognition again: decide anew and write the new date under decided."
    ),
    waivable=False,
)
def recognised_record_is_frozen(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Compares a recognised record with its base revision, if that was recognised by the same decision.

    What comes after is free: papers, catch-up sessions, the diploma supplement, evidence, waivers. What three parties
    signed is LA107's, learner and schools are GEN103's.
    """
    before = context.before
    then, now = (m.recognition.decided if m and m.recognition else None for m in (before, mobility))
    if before is None or before.status != "recognised" or then is None or then.date is None:
        return
    if now and now.date and now.date.first > then.date.last:  # decided anew
        return
    day = then.date
    if mobility.kind != before.kind:
        yield _after(mobility, "kind", day)
    if not same(mobility.period.actual, before.period.actual):
        yield _after(mobility.period, "actual", day)
    old, new = (m.results.lines if m.results else () for m in (before, mobility))
    yield from _kept(mobility.results or mobility, "lines", old, new, day)
    now_, then_ = mobility.recognition, before.recognition
    if now_ is None or then_ is None:
        yield _after(mobility, None, day)
        return
    if not same(now_.decided, then_.decided):
        yield _after(now_, "decided", day)
    yield from _kept(now_, "blocks", then_.blocks, now_.blocks, day)
    yield from _kept(now_, "left_out", then_.left_out, now_.left_out, day)
    numbers = {amendment.number for amendment in before.amendments}
    for amendment in mobility.amendments:
        agreed = derive.last_signature(amendment.signatures, derive.parties(mobility))
        # What is pending, or signed later than the decision, is GEN113's.
        if amendment.number not in numbers and agreed and agreed.first <= day.last:
            yield hit(amendment, None, _added(day))


def _after(node: Node, field: str | None, day: Day) -> Hit:
    text = say("This was changed after the recognition was decided, on {day}.", day=day.said)
    return hit(node, field if field and getattr(node, field) else None, text)


def _added(day: Day) -> Message:
    return say("This was added after the recognition was decided, on {day}.", day=day.said)


def _kept(parent: Node, field: str, then: Sequence[Node], now: Sequence[Node], day: Day) -> Iterator[Hit]:
    """Compare a list with what was decided on, each by its id; their order says nothing."""
    old = {_id(node): node for node in then}
    for node in now:
        if _id(node) not in old:
            yield hit(node, None, _added(day))
        elif not same(node, old[_id(node)]):
            yield _after(node, None, day)
    gone = tuple(Quoted(id) for id in old if id not in {_id(node) for node in now})
    if gone:
        text = say(
            "The record had {ids} when the recognition was decided, on {day}, and has it no longer.",
            ids=Series(gone),
            day=day.said,
        )
        yield hit(parent, field if getattr(parent, field, None) else None, text)


def _id(node: Node) -> str:
    return str(getattr(node, "id", None) or getattr(node, "result", ""))


@rule(
    "GEN113",
    N_("No change of the agreement is open, or signed, after the decision"),
    severity=Severity.ERROR,
    when=When(decided=True),
    cites=(EWP_OMOB.at("status recognized: “no subsequent draft revisions”"),),
    why=N_(
        "Recognition follows the agreement: a change that comes after the decision changes what was decided on."
    ),
    fix=N_(
        "Withdraw the change (withdrawn, with its reason); or have it signed and decide again on the new version."
    ),
)
def no_change_after_the_decision(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A proposal neither agreed, withdrawn nor refused; or one that was agreed after the day of the decision."""
    decided = mobility.recognition.decided if mobility.recognition else None
    for version in derive.proposals(mobility):
        text = say("This change is neither signed by all nor withdrawn, and the recognition is decided.")
        yield hit(version.node, None, text)
    for amendment in mobility.amendments:
        agreed = derive.last_signature(amendment.signatures, derive.parties(mobility))
        late = agreed and decided and decided.date and agreed.first > decided.date.last
        if agreed and decided and decided.date and late and not amendment.withdrawn:
            text = say(
                "This change was agreed on {agreed}, after the decision on recognition of {decided}.",
                agreed=agreed.said,
                decided=decided.date.said,
            )
            yield hit(amendment, "signatures", text)


def _papers(mobility: Mobility) -> Iterator[Agreement | Convention]:
    """The papers that a learner signs before leaving."""
    apprentice = mobility.apprenticeship.convention if mobility.apprenticeship else None
    for paper in (mobility.agreement, mobility.convention, apprentice):
        if paper is not None:
            yield paper


def _signed_as_minor(mobility: Mobility, majority: int) -> Agreement | Convention | None:
    """Find the first paper that the learner signed, or has still to sign, as a minor.

    Where a day is not known, nobody is held to be younger than she may have been. An unsigned paper is judged by
    the day of departure.
    """
    birth, departure = mobility.learner.birth_date, derive.departure(mobility)
    for paper in _papers(mobility):
        learner = derive.signed(paper.signatures, "learner")
        day = (learner and learner.date) or departure
        if birth and day and day.last < _anniversary(birth.first, majority):
            return paper
    return None


def _representative(mobility: Mobility) -> Signature | None:
    found = (derive.signed(paper.signatures, "legal-representative") for paper in _papers(mobility))
    return next((signature for signature in found if signature), None)


@rule(
    "GEN107",
    N_("For a minor, the legal representative signs"),
    severity=Severity.ERROR,
    cites=(
        LABOUR_CODE.at("art. R. 6222-66 : « l’apprenti et ses représentants légaux pour les mineurs »"),
        VET_AGREEMENT.at("signatures: legal guardian, if the participant is a minor"),
    ),
    numbers={"majority": Number(Decimal(18), "year", "higher")},
    why=N_("A minor cannot bind herself: without this signature nobody has agreed to the stay."),
    fix=N_(
        "Have the legal representative sign, and write the date under signatures with the role legal-representative."
    ),
    waivable=False,
    clock=True,
)
def minor_has_legal_representative_signature(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """By the age on the day of the learner's signature; on one of the papers is enough. Due until departure."""
    paper = _signed_as_minor(mobility, int(context.numbers["majority"]))
    departure = derive.departure(mobility)
    if paper is not None and _representative(mobility) is None:
        yield hit(
            paper,
            "signatures" if paper.signatures else None,
            say(
                "The learner is under {years} when signing, and the legal representative has not signed.",
                years=int(context.numbers["majority"]),
            ),
            due=departure.last if departure else None,
        )


@rule(
    "GEN114",
    N_("The legal representative of a minor signs before departure"),
    severity=Severity.WARNING,
    cites=(VET_AGREEMENT.at("signatures: before the mobility"),),
    numbers={"majority": Number(Decimal(18), "year", "higher", of="GEN107")},
    why=N_("A late signature cannot be cured, only explained: the reason belongs in the file."),
    fix=N_("Say why: under agreement: late_signature, or in a waiver of this rule."),
)
def legal_representative_signed_late(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """As LA010: the day of departure is late; the reason may stand in the agreement."""
    signature, departure = _representative(mobility), derive.departure(mobility)
    explained = mobility.agreement is not None and mobility.agreement.late_signature
    if explained or not departure or not _signed_as_minor(mobility, int(context.numbers["majority"])):
        return
    if signature and signature.date and signature.date.first >= departure.last:
        yield hit(
            signature,
            "date",
            say(
                "The legal representative signed on {signed}; the departure was on {departure}.",
                signed=signature.date.said,
                departure=departure.said,
            ),
        )


@rule(
    "GEN108",
    N_("The id of a record is its own"),
    severity=Severity.ERROR,
    cites=(EWP_LA.at("omobility-id: one learning agreement per mobility"),),
    why=N_("Two records with one id would overwrite each other's documents."),
    fix=N_("Give the newer record an id of its own."),
    waivable=False,
)
def record_id_is_unique(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Capital letters make no difference: on some machines the files would be the same."""
    others = [
        file for file, _ in context.index.mobilities.get(mobility.id.casefold(), ()) if file != context.file
    ]
    if others:
        yield hit(
            mobility, "id", say("{id} is also the id of {file}.", id=Quoted(mobility.id), file=others[0])
        )


@rule(
    "GEN109",
    N_("What has an id is the only one of that id"),
    severity=Severity.ERROR,
    cites=(MOBCTL.at(N_("identifiers within a record")),),
    why=N_("Of two lines with one id, nobody can tell which one is meant."),
    fix=N_("Give one of the two another id, and correct what refers to it."),
    waivable=False,
)
def ids_within_a_record_are_unique(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Components of one table, amendments, results, blocks."""
    agreement = mobility.agreement
    tables = [getattr(agreement, table) for table in derive.TABLES] if agreement else []
    results = mobility.results.lines if mobility.results else ()
    blocks = mobility.recognition.blocks if mobility.recognition else ()
    lists: list[tuple[Sequence[Node], str]] = [(table, "id") for table in tables]
    lists += [(mobility.amendments, "number"), (results, "id"), (blocks, "id")]
    for nodes, field in lists:
        seen: dict[str, Node] = {}
        for node in nodes:
            id = Quoted(getattr(node, field))
            first = seen.setdefault(id.text, node)
            if first is not node:
                yield hit(
                    node,
                    field,
                    say("The id {id} is given twice. Change one of the two lines.", id=id),
                    beside=[(first, say("{id} is here", id=id))],
                )


@rule(
    "GEN110",
    N_("What a record refers to is in it"),
    severity=Severity.ERROR,
    cites=(MOBCTL.at(N_("identifiers within a record")),),
    why=N_("A result or a credit that hangs on a line that is not there counts for nothing."),
    fix=N_("Write the id as it stands in the table, or add the line."),
    waivable=False,
)
def references_within_a_record_resolve(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Results that no version of tables A and C has; blocks and catch-ups of what is not there.

    A mobility window stands in place of table B: then components at home are in no table.
    """
    versions = derive.every_version(mobility)
    window = mobility.agreement is not None and mobility.agreement.mobility_window is not None
    abroad = {row.id for v in versions for table in ("studied", "virtual") for row in v.tables[table]}
    abroad |= set(derive.not_agreed(mobility))
    home = {row.id for v in versions for row in v.tables["recognised"]}
    lines = mobility.results.lines if mobility.results else ()
    known = {line.id for line in lines}
    recognition = mobility.recognition
    wanted: list[tuple[Node, str, Iterable[str | None], set[str]]] = []
    if versions:
        wanted += [(line, "for", [line.for_], abroad) for line in lines]
    for block in recognition.blocks if recognition else ():
        wanted.append((block, "from", block.from_, known))
        if versions and not window:
            wanted += [(decision, "component", [decision.component], home) for decision in block.to]
    if recognition:
        wanted += [(left, "result", [left.result], known) for left in recognition.left_out]
        wanted += [
            (each, "for", [each.for_], home) for each in recognition.remedial if versions and not window
        ]
        wanted += [
            (each, "component", [each.component], home | abroad)
            for each in recognition.requirements
            if versions and not window
        ]
    for node, field, ids, there in wanted:
        absent = [id for id in ids if id is not None and id not in there]
        for id in dict.fromkeys(absent):
            yield hit(node, field, _not_there(id, sorted(there - set(ids)) or sorted(there)))


_SHOWN = 6
"""How many ids a message names that look nothing like the one that is not there."""


def _not_there(id: str, known: list[str]) -> Message:
    """Say which ids were probably meant, or else which there are, unless they are many."""
    if near := alike(id, known, 0.4):
        return say(
            "Nothing in this record is called {id}. Did you mean {near}?", id=Quoted(id), near=_series(near)
        )
    text = say("Nothing in this record is called {id}.", id=Quoted(id))
    if 0 < len(known) <= _SHOWN:
        return say("{text} Known here: {known}.", text=text, known=_series(known, "and"))
    return text


def _series(names: list[str], word: str = "or") -> Series:
    return Series(tuple(Quoted(name) for name in names), word)
