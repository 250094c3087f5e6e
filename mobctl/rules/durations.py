"""How long a stay is: against the programme, against the learner's other stays, and against what was planned."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Message, Series, Severity, say, say_n
from mobctl.model import Mobility, Node, Party, Phase, PriorMobility
from mobctl.rule import STUDIES, Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import (
    BENEFICIARY_MODULE,
    MOBCTL,
    PROGRAMME_GUIDE_2014,
    PROGRAMME_GUIDE_2021,
)

ERASMUS = {"erasmus-he-studies", "erasmus-he-traineeship"}
PROGRAMMES_2014 = frozenset({"KA103", "KA107"})
PROGRAMMES = PROGRAMMES_2014 | {"KA131", "KA171"}
"""The actions of Erasmus+ in higher education, of 2014-2020 and all."""

LONG_FORMATS = frozenset({None, "long-term"})
AT_HOME = frozenset({"at-home", "virtual-only"})
FORCE_MAJEURE = "force-majeure"

OPEN = When(until=Phase.RECOGNISED)
"""Until recognition is decided dates are put right; afterwards nothing can be changed any more."""


def _last_day(mobility: Mobility) -> tuple[Node, str | None]:
    """Where a record says until when the stay is: the actual day, else the planned one."""
    for span in (mobility.period.actual, mobility.period.planned):
        if span and span.end:
            return span, "end"
    return mobility.period, None


def _concerned(mobility: Mobility) -> bool:
    """Say whether a stay is one of Erasmus+ in higher education, with days abroad."""
    return mobility.programme in PROGRAMMES and mobility.kind not in AT_HOME


def _months(days: int) -> Message:
    """Say days as Erasmus+ does: as months of 30 days, and the days that are left."""
    months, rest = divmod(days, derive.MONTH)
    left = say_n("{n} day", "{n} days", n=rest)
    if not months:
        return left
    whole = say_n("{n} month", "{n} months", n=months)
    return say("{months} and {days}", months=whole, days=left) if rest else whole


def _force_majeure(mobility: Mobility) -> bool:
    """Say whether the stay was cut short by what nobody could help: then the least days are not asked for."""
    given = mobility.cancellation.reason if mobility.cancellation else None
    return FORCE_MAJEURE in {given, *(each.reason for each in mobility.period.interruptions)}


@rule(
    "DUR101",
    N_("A long mobility lasts two to twelve months, or a whole term"),
    severity=Severity.ERROR,
    profiles=ERASMUS,
    when=OPEN,
    numbers={
        "months": Number(Decimal(2), "month", "higher"),
        "months_2014": Number(Decimal(3), "month", "higher"),
        "most": Number(Decimal(12), "month", "lower"),
    },
    cites=(
        PROGRAMME_GUIDE_2014.at(
            "duration of the activity: study periods from 3 to 12 months, or one academic term or trimester; traineeships from 2 to 12 months"
        ),
        PROGRAMME_GUIDE_2021.at(
            "duration of the activity, long-term physical mobility: from 2 months, or one academic term or trimester, to 12 months"
        ),
        BENEFICIARY_MODULE.at(
            "long-term activity: “each month has 30 days, and a year consists of 360 days”"
        ),
    ),
    why=N_("Below the minimum, or beyond the twelve months, the programme pays nothing."),
    fix=N_(
        "Correct the dates; a stay of 5 to 30 days with an online part is short (format). A whole term of the host stands under period: host_terms, with full: true; force majeure under cancellation."
    ),
)
def he_long_term_two_to_twelve_months(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Of the ways to count a month (of 30 days, of the calendar, 30 days on end) the most favourable one decides.

    For studies a whole term is enough. KA103 and KA107 asked three months of studies. Days of an interruption do not
    count, and after force majeure no minimum is asked.
    """
    widest, narrowest = (derive.stretch(mobility, widest=wide) for wide in (True, False))
    if not _concerned(mobility) or mobility.format not in LONG_FORMATS or not widest or not narrowest:
        return
    studies = mobility.kind in STUDIES
    term = studies and any(each.full for each in mobility.period.host_terms)
    old = studies and mobility.programme in PROGRAMMES_2014
    least = int(context.numbers["months_2014" if old else "months"])
    if not term and not _force_majeure(mobility) and not _reaches(mobility, widest, least):
        text = say(
            "The stay lasts {length}, with months of 30 days; a long one lasts {months} months at least.",
            length=_months(derive.erasmus_days(mobility, widest=True) or 0),
            months=least,
        )
        yield hit(*_last_day(mobility), text)
    most = int(context.numbers["most"])
    if _exceeds(mobility, narrowest, most):
        text = say(
            "The stay lasts {length}, with months of 30 days; {months} months are the most.",
            length=_months(derive.erasmus_days(mobility, widest=False) or 0),
            months=most,
        )
        yield hit(*_last_day(mobility), text)


def _without_absences(mobility: Mobility, days: tuple[date, date]) -> tuple[date, date]:
    """The stay as if the days of its interruptions were cut off its end."""
    return days[0], days[1] - timedelta(days=derive.days_away(mobility))


def _reaches(mobility: Mobility, days: tuple[date, date], months: int) -> bool:
    first, last = _without_absences(mobility, days)
    counted = max(derive.days_360(first, last), derive.days_inclusive(first, last))
    return counted >= months * derive.MONTH or last >= _period_end(first, months)


def _exceeds(mobility: Mobility, days: tuple[date, date], months: int) -> bool:
    first, last = _without_absences(mobility, days)
    return derive.days_360(first, last) > months * derive.MONTH and last > _period_end(first, months)


def _period_end(first: date, months: int) -> date:
    """The last of so many calendar months: 14 March for two months from 15 January."""
    return derive.months_after(first, months) - timedelta(days=1)


@rule(
    "DUR102",
    N_("A short mobility lasts 5 to 30 days"),
    severity=Severity.ERROR,
    profiles=ERASMUS,
    when=OPEN,
    numbers={"least": Number(Decimal(5), "day", "higher"), "most": Number(Decimal(30), "day", "lower")},
    cites=(
        PROGRAMME_GUIDE_2021.at(
            "duration of the activity, blended mobility and doctoral short-term mobility: 5 to 30 days, travel time excluded"
        ),
    ),
    why=N_("The programme pays a short stay by the day, and only within these limits."),
    fix=N_("Correct the dates, or the format; days of travel and of the online part are not counted."),
)
def he_short_term_five_to_thirty_days(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Day by day, both ends included, interruptions left out; the doctoral format is for doctoral candidates (EQF 8).

    That a blended mobility has an online part is LA105's.
    """
    if not _concerned(mobility) or mobility.format not in derive.SHORT_FORMATS:
        return
    most, least = (derive.erasmus_days(mobility, widest=wide) for wide in (True, False))
    bounds = {name: int(context.numbers[name]) for name in ("least", "most")}
    if most is not None and most < bounds["least"] and not _force_majeure(mobility):
        text = say_n(
            "The stay lasts {n} day; a short one lasts {least} to {most}.",
            "The stay lasts {n} days; a short one lasts {least} to {most}.",
            n=most,
            **bounds,
        )
        yield hit(*_last_day(mobility), text)
    if least is not None and least > bounds["most"]:
        text = say(
            "The stay lasts {days} days; a short one lasts {least} to {most}.",
            days=least,
            **bounds,
        )
        yield hit(*_last_day(mobility), text)
    enrolment = mobility.learner.enrolment
    level = enrolment.eqf if enrolment else None
    if mobility.format == "short-term-doctoral" and enrolment and level not in {None, "8"}:
        text = say(
            "The format is for doctoral candidates; the learner studies at level {level} (EQF).", level=level
        )
        yield hit(enrolment, "eqf", text)


@rule(
    "DUR103",
    N_("A blended mobility for studies gives three credits at least"),
    severity=Severity.ERROR,
    profiles={"erasmus-he-studies"},
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.AFTER_RETURN, kinds=STUDIES),
    numbers={"credits": Number(Decimal(3), "ects", "higher")},
    cites=(
        PROGRAMME_GUIDE_2021.at(
            "blended mobility for studies: a minimum of 3 ECTS credits for the virtual and the physical part together"
        ),
    ),
    why=N_("A blended stay that gives less is not funded."),
    fix=N_(
        "If the online part is missing, write it with its credits under agreement: virtual; else agree on more with the host. Add the same credits in both tables: studied (or virtual) and recognised."
    ),
    clock=True,
)
def blended_studies_three_ects(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The larger of tables A and C together, and of table B or the mobility window; due until departure."""
    if mobility.format not in {"short-term-blended", "bip"}:
        return
    departure = derive.departure(mobility)
    for version in derive.live_versions(mobility):
        abroad, home = version.total(*derive.ABROAD), derive.dedicated(mobility, version)
        known = [value for value in (abroad.value if abroad else None, home) if value is not None]
        if not known:
            raise NotCheckableError(say("the agreement does not state its credits in ECTS"))
        if max(known) < context.numbers["credits"]:
            text = say(
                "The stay gives {credits} credits; a blended one gives {least} at least.",
                credits=max(known),
                least=context.numbers["credits"],
            )
            yield hit(version.node, None, text, due=departure.last if departure else None)


@rule(
    "DUR108",
    N_("A blended intensive programme brings together schools of three countries"),
    severity=Severity.ERROR,
    profiles={"erasmus-he-studies"},
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.AFTER_RETURN),
    numbers={"countries": Number(Decimal(3), "country", "higher")},
    cites=(
        PROGRAMME_GUIDE_2021.at(
            "blended intensive programmes: at least three HEIs coming from at least three EU Member States or third countries associated to the Programme"
        ),
    ),
    why=N_("With fewer countries it is no blended intensive programme, and is not funded as one."),
    fix=N_("Complete bip: partners, each with its country; or correct the format."),
)
def bip_has_schools_of_three_countries(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The partners that the record names, home and host with them; where it names none, nobody can say."""
    if mobility.format != "bip":
        return
    bip = mobility.bip
    if bip is None or not bip.partners:
        raise NotCheckableError(say("the schools that run the programme are not named (bip: partners)"))
    parties: tuple[Party, ...] = (*bip.partners, mobility.home, mobility.host)
    countries = {context.index.country(party) for party in parties}
    if None in countries:
        raise NotCheckableError(say("the country of a partner of the programme is not known"))
    if len(countries) < int(context.numbers["countries"]):
        named = Series(tuple(Label("countries", code) for code in sorted(filter(None, countries))))
        text = say(
            "The schools of this programme are of {countries}; {least} countries are needed.",
            countries=named,
            least=int(context.numbers["countries"]),
        )
        yield hit(bip, "partners", text)


CYCLES = {"5": 1, "6": 1, "7": 2, "8": 3}
"""The study cycle of a level of the European Qualifications Framework; the short cycle belongs to the first."""


@dataclass(frozen=True, slots=True)
class _Stay:
    """An Erasmus+ stay before this one; `certain` says whether it is known to be of the same cycle."""

    name: Message
    days: int
    certain: bool


def _cycle(mobility: Mobility) -> int | None:
    enrolment = mobility.learner.enrolment
    return CYCLES.get(enrolment.eqf or "") if enrolment else None


def _order(mobility: Mobility) -> tuple[date, str]:
    first = derive.start(mobility)
    return (first.first if first else date.max, mobility.id)


def _others(mobility: Mobility, context: Context) -> dict[str, Mobility]:
    """The other stays of the learner that are not given up, by their files."""
    others = context.index.others(mobility)
    return {
        file: each for file, each in others.items() if each.status != "cancelled" and each.id != mobility.id
    }


def _recorded(mobility: Mobility, context: Context) -> dict[str, Mobility]:
    """The records of the learner's earlier stays: those of the folder, and those that the record names."""
    found = _others(mobility, context)
    for prior in mobility.learner.prior_mobilities:
        named = context.index.mobilities.get((prior.ref or "").casefold(), ())
        found |= {file: each for file, each in named if each.status != "cancelled"}
    return {file: each for file, each in found.items() if _order(each) < _order(mobility)}


def _earlier(mobility: Mobility, context: Context) -> Iterator[_Stay]:
    """Yield the stays that count in the same cycle, or may; a stay that is recorded and named as well counts once."""
    cycle, starts = _cycle(mobility), set[date]()
    for other in sorted(_recorded(mobility, context).values(), key=_order):
        starts.add(_order(other)[0])
        days, theirs = derive.erasmus_days(other, widest=False), _cycle(other)
        if _concerned(other) and days and (None in {cycle, theirs} or theirs == cycle):
            name = say("{id} ({length})", id=other.id, length=_months(days))
            yield _Stay(name, days, certain=None not in {cycle, theirs})
    for prior in mobility.learner.prior_mobilities:
        if prior.start and prior.start.first not in starts and (counted := _declared(prior, cycle)):
            yield counted


def _declared(prior: PriorMobility, cycle: int | None) -> _Stay | None:
    theirs = CYCLES.get(prior.eqf or "")
    if prior.start is None or prior.end is None or prior.programme not in {None, *PROGRAMMES}:
        return None
    if None not in {cycle, theirs} and theirs != cycle:
        return None
    days = derive.days_360(prior.start.last, prior.end.first)
    name = say("the stay of {start} ({length})", start=prior.start.said, length=_months(days))
    return _Stay(name, days, certain=None not in {cycle, theirs, prior.programme})


@rule(
    "DUR104",
    N_("All Erasmus+ stays of a study cycle come to twelve months at most"),
    severity=Severity.ERROR,
    profiles=ERASMUS,
    when=OPEN,
    numbers={
        "months": Number(Decimal(12), "month", "lower"),
        "one_cycle": Number(Decimal(24), "month", "lower"),
    },
    cites=(
        PROGRAMME_GUIDE_2014.at(
            "the same student may receive grants for mobility periods totalling up to 12 months maximum per each cycle of study; 24 months in one-cycle programmes"
        ),
        PROGRAMME_GUIDE_2021.at(
            "the same student may participate in mobility periods totalling up to 12 months of physical mobility per each cycle of study; 24 months in one-cycle programmes"
        ),
    ),
    why=N_(
        "Days beyond the limit are not funded, and count for everybody: studies, traineeships, zero grants."
    ),
    fix=N_(
        "Shorten the stay; or correct the level of the studies (learner: enrolment: eqf), or write learner: enrolment: one_cycle: true where one programme leads to the master."
    ),
)
def twelve_months_per_study_cycle(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """With the learner's earlier stays, of the folder and of `prior_mobilities`; said of the stay that goes beyond.

    A single stay is DUR101's. A stay of which the cycle or the programme is not known counts only so far that nothing
    is claimed.
    """
    mine = derive.erasmus_days(mobility, widest=False)
    others = tuple(_earlier(mobility, context))
    if not _concerned(mobility) or mine is None:
        return
    enrolment = mobility.learner.enrolment
    name = "one_cycle" if enrolment and enrolment.one_cycle else "months"
    most = int(context.numbers[name])
    certain = tuple(each for each in others if each.certain)
    if certain and _sum(certain, mine) > most * derive.MONTH:
        text = say(
            "With {others} this stay comes to {total} of Erasmus+ in this cycle of studies; {most} months are the most.",
            others=Series(tuple(each.name for each in certain)),
            total=_months(_sum(certain, mine)),
            most=most,
        )
        yield hit(*_last_day(mobility), text)
    elif certain != others and _sum(others, mine) > most * derive.MONTH:
        unknown = Series(tuple(each.name for each in others if not each.certain))
        raise NotCheckableError(
            say("it is not known what counts in the same cycle (eqf, programme): {stays}", stays=unknown)
        )
    elif any(_dateless(prior, context) for prior in mobility.learner.prior_mobilities):
        raise NotCheckableError(say("the dates of an earlier stay are not known (learner: prior_mobilities)"))


def _dateless(prior: PriorMobility, context: Context) -> bool:
    """Say whether a stay may count of which neither a record nor the record itself says how long it was."""
    there = prior.ref is not None and prior.ref.casefold() in context.index.mobilities
    dated = prior.start is not None and prior.end is not None
    return prior.programme in {None, *PROGRAMMES} and not there and not dated


def _sum(stays: tuple[_Stay, ...], mine: int) -> int:
    return mine + sum(each.days for each in stays)


@rule(
    "DUR107",
    N_("No two stays of a learner are at the same time"),
    severity=Severity.WARNING,
    when=OPEN,
    cites=(MOBCTL.at("stays of one learner"), BENEFICIARY_MODULE.at("overlapping mobility activities")),
    why=N_("Nobody is at two places: the days would count twice, in the grant and in the studies."),
    fix=N_(
        "Correct the dates of one of the two records; if both are right, say why under waivers: [{rule: DUR107, all: true, reason, by, date}]."
    ),
)
def stays_of_a_learner_do_not_overlap(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A day in common is one too many; said of the later stay. Where only months are known, nothing is claimed."""
    mine = derive.stretch(mobility, widest=False)
    if mine is None or mobility.kind in AT_HOME:
        return
    for other in sorted(_others(mobility, context).values(), key=_order):
        theirs = derive.stretch(other, widest=False)
        if theirs is None or other.kind in AT_HOME or _order(other) > _order(mobility):
            continue
        first, last = max(mine[0], theirs[0]), min(mine[1], theirs[1])
        if first <= last:
            text = say(
                "The learner is at {other} too, from {first} to {last} ({id}).",
                other=context.index.called(other.host),
                first=first,
                last=last,
                id=other.id,
            )
            yield hit(*_first_day(mobility), text)


def _first_day(mobility: Mobility) -> tuple[Node, str]:
    spans = (mobility.period.actual, mobility.period.planned)
    return next((span, "start") for span in spans if span and span.start)
