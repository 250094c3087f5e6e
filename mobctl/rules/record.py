"""The record itself: its dates, its identity."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from mobctl import derive
from mobctl.finding import N_, Quoted, Severity, say
from mobctl.model import Day, Mobility, Node, Party, Span, walk
from mobctl.rule import Context, Hit, Number, hit, rule
from mobctl.sources import EWP_LA, MOBCTL

FACTS = {
    "Signature": ("date",),
    "Result": ("date",),
    "Results": ("issued", "received"),
    "Grade": ("date",),
    "Recognition": ("received",),
    "Decided": ("date",),
    "Waiver": ("date",),
    "Paper": ("issued",),
    "Request": ("date",),
}
"""The dates of what has happened, by the node that they stand in."""


@rule(
    "GEN101",
    N_("Dates are in order and can be meant"),
    severity=Severity.ERROR,
    cites=(MOBCTL.at("dates of a record"), EWP_LA.at("start-date and end-date")),
    numbers={"youngest": Number(Decimal(14), "year", "higher")},
    why=N_("Every deadline and every certificate rests on these dates."),
    fix=N_("Correct the date; the year is often the culprit."),
    waivable=False,
    clock=True,
)
def dates_ordered_and_plausible(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """End before start, a signature or issue date still to come, a learner too young. Equal days are in order."""
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
    yield from _age(mobility, context)


def _reversed(span: Span, field: str, start: Day | None, end: Day | None) -> Iterator[Hit]:
    if start and end and end.last < start.first:
        text = say(
            "The mobility ends before it starts: start {start}, end {end}.", start=start.said, end=end.said
        )
        yield hit(span, field, text)


def _age(mobility: Mobility, context: Context) -> Iterator[Hit]:
    birth, start = mobility.learner.birth_date, derive.start(mobility)
    years = int(context.numbers["youngest"])
    if birth and start and _anniversary(birth.first, years) > start.last:
        yield hit(
            mobility.learner,
            "birth_date",
            say(
                "Born on {birth}, the learner would be under {years} at the start.",
                birth=birth.first,
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
        "erasmus_code": " ".join((at.erasmus_code or "").split()),
        "ref": party.ref or "",
    }


def _names(name: str | dict[str, str] | None) -> set[str]:
    return set(name.values()) if isinstance(name, dict) else {name} if name else set()


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
    cites=(MOBCTL.at("identifiers within a record"),),
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
                    say("{id} is there already.", id=id),
                    beside=[(first, say("{id} is here", id=id))],
                )


@rule(
    "GEN110",
    N_("What a record refers to is in it"),
    severity=Severity.ERROR,
    cites=(MOBCTL.at("identifiers within a record"),),
    why=N_("A result or a credit that hangs on a line that is not there counts for nothing."),
    fix=N_("Write the id as it stands in the table, or add the line."),
    waivable=False,
)
def references_within_a_record_resolve(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Results that no version of tables A and C has; blocks and catch-ups of what is not there."""
    versions = derive.every_version(mobility)
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
        if versions:
            wanted += [(decision, "component", [decision.component], home) for decision in block.to]
    if recognition:
        wanted += [(left, "result", [left.result], known) for left in recognition.left_out]
        wanted += [(each, "for", [each.for_], home) for each in recognition.remedial if versions]
    for node, field, ids, there in wanted:
        absent = [id for id in ids if id is not None and id not in there]
        for id in dict.fromkeys(absent):
            near = get_close_matches(id, sorted(there - set(ids)) or sorted(there), n=1, cutoff=0.4)
            text = (
                say(
                    "Nothing in this record is called {id}. Did you mean {near}?",
                    id=Quoted(id),
                    near=Quoted(near[0]),
                )
                if near
                else say("Nothing in this record is called {id}.", id=Quoted(id))
            )
            yield hit(node, field, text)
