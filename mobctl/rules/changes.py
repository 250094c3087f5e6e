"""Changes of an agreement: asked for and agreed in time; and stays that grow longer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Severity, say
from mobctl.model import Amendment, Day, Days, Extension, Mobility, Phase, Signature
from mobctl.rule import Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import EWP_LA, LA_GUIDE, STUDENT_CHARTER

ERASMUS = {"erasmus-he-studies"}
ERASMUS_HE = ERASMUS | {"erasmus-he-traineeship"}
SHORT = frozenset({"short-term-blended", "short-term-doctoral", "bip"})
UNDER_WAY = When(since=Phase.DURING, until=Phase.AFTER_RETURN)


def _asked(amendment: Amendment) -> Day | None:
    return amendment.requested.date if amendment.requested else None


@rule(
    "CHG102",
    N_("A change of courses is asked for within five weeks of the start of the term"),
    severity=Severity.WARNING,
    profiles=ERASMUS,
    when=UNDER_WAY,
    numbers={"days": Number(Decimal(35), "day", "lower")},
    cites=(LA_GUIDE.at("changes: “within five weeks after the start of each semester”"),),
    why=N_(
        "A course that is changed late has begun without the learner, or is left with nothing done for it."
    ),
    fix=N_("This can no longer be put right: say why the request is late, under note of the amendment."),
)
def change_requested_within_five_weeks(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """By the term of each course that changes; a change before its term begins is early, not late.

    Table B follows the others and has no delay. An extension is CHG104's, a short stay CHG106's.
    """
    for amendment in derive.live_amendments(mobility) if mobility.format not in SHORT else ():
        asked, starts = _asked(amendment), list(derive.terms_changed(mobility, amendment))
        if asked is None or amendment.note or not starts:
            continue
        start = min(starts, key=lambda day: day.last)
        if asked.first > derive.days_after(start.last, int(context.numbers["days"])):
            text = say(
                "This change was asked for on {asked}, more than {days} days after the term began on {start}.",
                asked=asked.said,
                days=int(context.numbers["days"]),
                start=start.said,
            )
            yield hit(amendment, "requested", text)


@rule(
    "CHG103",
    N_("A change that was asked for is agreed by all within two weeks"),
    severity=Severity.WARNING,
    profiles=ERASMUS_HE,
    when=UNDER_WAY,
    numbers={"days": Number(Decimal(14), "day", "lower")},
    cites=(
        LA_GUIDE.at("changes: “within two-weeks following the request”"),
        STUDENT_CHARTER.at("during the mobility: changes are accepted within two weeks"),
    ),
    why=N_("Until all have approved it, the learner follows a course that nobody has promised to recognise."),
    fix=N_("Ask the missing party for its approval; if it came late, say why under note of the amendment."),
    clock=True,
)
def change_agreed_within_two_weeks(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """One line for each approval that is missing, to be had within the delay; one for a change agreed later."""
    for amendment in derive.live_amendments(mobility):
        asked, agreed = (
            _asked(amendment),
            derive.last_signature(amendment.signatures, derive.parties(mobility)),
        )
        if asked is None:
            continue
        late = derive.days_after(asked.last, int(context.numbers["days"]) + 1)
        if agreed and agreed.first >= late and not amendment.note:
            text = say(
                "This change was asked for on {asked} and agreed on {agreed}: more than {days} days later.",
                asked=asked.said,
                agreed=agreed.said,
                days=int(context.numbers["days"]),
            )
            yield hit(amendment, "signatures", text)
        for role in derive.missing(amendment.signatures, derive.parties(mobility)):
            text = say(
                "This change was asked for on {asked}; an approval is missing, that of {role}.",
                asked=asked.said,
                role=Label("signature-roles", role),
            )
            yield hit(amendment, "signatures" if amendment.signatures else None, text, due=late, by=role)


@rule(
    "CHG106",
    N_("The agreement of a short mobility is not amended"),
    severity=Severity.INFO,
    profiles=ERASMUS,
    when=When(until=Phase.AFTER_RETURN),
    cites=(EWP_LA.at("short-term agreements “MUST NOT have any proposals of changes after first-version”"),),
    why=N_(
        "The network for exchanging agreements takes no changes of short ones; some partners do all the same."
    ),
    fix=N_(
        "If the partner takes it, say so in a waiver, so that this line does not come back; else cancel the agreement and sign a new one."
    ),
)
def short_formats_normally_not_amended(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Blended, doctoral and intensive programmes; the texts contradict each other, hence no more than a hint."""
    for amendment in derive.live_amendments(mobility) if mobility.format in SHORT else ():
        yield hit(amendment, None, say("Agreements of short mobilities are not amended as a rule."))


@dataclass(frozen=True, slots=True)
class _Longer:
    """An extension, wherever the record has it: as an amendment, or with the period."""

    node: Amendment | Extension
    days: Days | Extension
    asked: Day | None
    end: Day
    explained: bool

    @property
    def signatures(self) -> tuple[Signature, ...]:
        return self.node.signatures


def _extensions(mobility: Mobility) -> Iterator[_Longer]:
    """Yield the extensions that are neither withdrawn nor refused; of two records of one, the amendment.

    Raise NotCheckableError where there is one and the planned end is not known.
    """
    amended = [(each, each.extension) for each in derive.live_amendments(mobility) if each.extension]
    alone = mobility.period.extension if not amended else None
    end = mobility.period.planned.end if mobility.period.planned else None
    if not amended and not alone:
        return
    if end is None:
        raise NotCheckableError(say("the planned last day of the stay is not known"))
    for amendment, days in amended:
        yield _Longer(amendment, days, _asked(amendment), end, bool(amendment.note))
    if alone:
        yield _Longer(alone, alone, alone.requested.date if alone.requested else None, end, explained=False)


@rule(
    "CHG104",
    N_("A longer stay is asked for a month before the end, and agreed before it"),
    severity=Severity.WARNING,
    profiles=ERASMUS_HE,
    when=UNDER_WAY,
    cites=(
        STUDENT_CHARTER.at(
            "during the mobility: an extension is requested “at least one month before the end”"
        ),
        LA_GUIDE.at("extension of the study period"),
    ),
    why=N_("Grant, insurance and enrolment end on the planned day: who asks late may stay uncovered."),
    fix=N_("It cannot be cured: say why, under note of the amendment or in a waiver of this rule."),
)
def extension_requested_one_month_before_end(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A calendar month: what ends on 31 March is asked for by 28 February. An approval on the last day is late."""
    for longer in _extensions(mobility):
        last = derive.month_before(longer.end.last)
        agreed = derive.last_signature(longer.signatures, derive.parties(mobility))
        if longer.asked and longer.asked.first > last and not longer.explained:
            text = say(
                "The extension was asked for on {asked}; it should have been by {last}.",
                asked=longer.asked.said,
                last=last,
            )
            yield hit(longer.node, "requested", text)
        if agreed and agreed.first >= longer.end.last and not longer.explained:
            text = say(
                "The extension was agreed on {agreed}; the stay was to end on {end}.",
                agreed=agreed.said,
                end=longer.end.said,
            )
            yield hit(longer.node, "signatures", text)


@rule(
    "CHG109",
    N_("A longer stay is agreed by learner, home and host"),
    severity=Severity.ERROR,
    profiles=ERASMUS_HE,
    when=When(until=Phase.RECOGNISED),
    cites=(LA_GUIDE.at("extension of the study period: agreed by the three parties before the end"),),
    why=N_(
        "Without it the days after the planned end are covered by nothing: no grant, no insurance, no status."
    ),
    fix=N_("Have the missing party sign; or withdraw the amendment, if the learner does not stay."),
    clock=True,
)
def extension_signed_by_all(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Due until the planned end; of an amendment whose request has a day, CHG103 asks for the approval sooner.

    Who went home by then has not stayed longer.
    """
    actual = mobility.period.actual
    for longer in _extensions(mobility):
        home = actual and actual.end and actual.end.last <= longer.end.last
        asked = isinstance(longer.node, Amendment) and longer.asked
        if home or (asked and context.as_of < longer.end.last):
            continue
        for role in derive.missing(longer.signatures, derive.parties(mobility)):
            text = say(
                "The extension lacks an approval, that of {role}; the stay ends on {end} without it.",
                role=Label("signature-roles", role),
                end=longer.end.said,
            )
            field = "signatures" if longer.signatures else None
            yield hit(longer.node, field, text, due=longer.end.last, by=role)


@rule(
    "CHG110",
    N_("A longer stay goes on where the first one ends"),
    severity=Severity.WARNING,
    profiles=ERASMUS_HE,
    when=UNDER_WAY,
    cites=(LA_GUIDE.at("extension of the study period: follows the initial period without interruption"),),
    why=N_(
        "An extension is one stay with what was planned; a gap makes two of it, and holidays have to be explained."
    ),
    fix=N_("Correct the first day; if holidays lie between, say so under note of the amendment."),
)
def extension_follows_the_stay(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The day after the planned end; a month where the day is not known may begin it."""
    for longer in _extensions(mobility):
        day, after = longer.days.from_, derive.days_after(longer.end.last, 1)
        if day and not (_first(longer.end) <= day.last and day.first <= after) and not longer.explained:
            text = say(
                "The extension begins on {day}; the stay ends on {end}.", day=day.said, end=longer.end.said
            )
            yield hit(longer.days, "from", text)


def _first(end: Day) -> date:
    return derive.days_after(end.first, 1)
