"""The record itself: its dates, its identity."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Quoted, Severity, say
from mobctl.model import Day, Mobility, Node, walk
from mobctl.rule import Context, Hit, Number, hit, rule
from mobctl.sources import EWP_LA, MOBCTL

FACTS = {
    "Signature": ("date",),
    "Results": ("issued", "received"),
    "Decided": ("date",),
    "Paper": ("issued",),
    "Request": ("date",),
}


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
    for span in (mobility.period.planned, mobility.period.actual):
        if span and span.start and span.end and span.end.last < span.start.first:
            yield hit(
                span,
                "end",
                say(
                    "The mobility ends before it starts: start {start}, end {end}.",
                    start=span.start.first,
                    end=span.end.first,
                ),
            )
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
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


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
    """Compares with the base revision; a number or code that was not known before may be added."""
    before = context.before
    if before is None:
        return
    for node, field, old, new in (
        (mobility.learner, "id", before.learner.id, mobility.learner.id),
        (mobility.learner, "esi", before.learner.esi, mobility.learner.esi),
        (mobility.home, None, before.home.identity, mobility.home.identity),
        (mobility.host, None, before.host.identity, mobility.host.identity),
    ):
        if old and new and old != new:
            place: Node = node
            yield hit(place, field, say("This was {old} and is now {new}.", old=Quoted(old), new=Quoted(new)))


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
