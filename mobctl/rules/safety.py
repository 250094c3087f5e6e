"""Insurance, and the risks of the destination."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Message, Series, Severity, say
from mobctl.model import Cover, Mobility, Node, Phase
from mobctl.rule import OUTGOING, Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import LA_TRAINEESHIP, PROGRAMME_GUIDE, TRAVEL_ADVICE

AT_HOME = frozenset({"at-home", "virtual-only"})
INSURED_AT_WORK = {"erasmus-he-traineeship", "erasmus-vet", "cti-engineering"}
AT_WORK = frozenset({"traineeship", "work-placement", "vet-training"})
SENDING = {
    "cti-apprentice",
    "cti-engineering",
    "erasmus-he-studies",
    "erasmus-he-traineeship",
    "fr-internship",
    "irts-social-work",
    "itsra-social-work",
    "ut2-university",
}
"""The profiles of schools in France that send learners abroad: the ministry's advice is what their practice rests on."""

COVERS: dict[str, Message] = {
    "health": say("medical costs (health)"),
    "accident": say("accidents at work and on the way (accident)"),
    "liability": say("damage done to others (liability)"),
}


def _due(mobility: Mobility) -> date | None:
    departure = derive.departure(mobility)
    return departure.last if departure else None


@rule(
    "TRN103",
    N_("A trainee is insured for the whole stay: health, accident at work, liability"),
    severity=Severity.ERROR,
    profiles=INSURED_AT_WORK,
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.AFTER_RETURN, kinds=AT_WORK),
    cites=(
        LA_TRAINEESHIP.at(
            "tables B and C: accident insurance (also on the way to and from work) and liability insurance, by the sending institution or the receiving organisation"
        ),
        PROGRAMME_GUIDE.at(
            "protection, health and safety of participants: insurance against accident and serious illness, third-party liability"
        ),
    ),
    why=N_("One bad day at the workplace without cover ruins the learner, and the school answers for it."),
    fix=N_(
        "Write under insurance, for each risk, who covers it (provider) and from when to when (from, to)."
    ),
    clock=True,
)
def traineeship_insurance_declared(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Each of the three, by whomever: the state's scheme and the employer's too. To do until departure."""
    insurance, due = mobility.insurance, _due(mobility)
    there: dict[str, Cover | None] = {name: getattr(insurance, name, None) for name in COVERS}
    absent = tuple(COVERS[name] for name, cover in there.items() if cover is None)
    if absent:
        text = say("No cover is recorded for {risks}.", risks=Series(absent, "or"))
        yield hit(insurance or mobility, None, text, due=due)
    for name, cover in there.items():
        if cover is not None:
            for field, message in _gaps(mobility, name, cover):
                yield hit(cover, field, message, due=due)


def _gaps(mobility: Mobility, name: str, cover: Cover) -> Iterator[tuple[str | None, Message]]:
    """Say what a cover lacks: who gives it, its days, or days of the stay."""
    risk, start, end = COVERS[name], derive.start(mobility), derive.end(mobility)
    if cover.provider is None:
        yield None, say("Nothing says who covers {risk}.", risk=risk)
    if cover.from_ is None or cover.to is None:
        yield None, say("Nothing says from when to when there is cover for {risk}.", risk=risk)
        return
    if start and cover.from_.first > start.last:
        text = say("The cover begins on {day}; the stay on {start}.", day=cover.from_.said, start=start.said)
        yield "from", text
    if end and cover.to.last < end.first:
        yield "to", say("The cover ends on {day}; the stay on {end}.", day=cover.to.said, end=end.said)


def _accepted(mobility: Mobility) -> bool:
    """Say whether somebody has answered for a destination that is advised against, by name and date."""
    risk = mobility.destination.risk if mobility.destination else None
    waiver = risk.waiver if risk else None
    return bool(waiver and waiver.by and waiver.date)


def _level(mobility: Mobility) -> tuple[Node, str] | None:
    risk = mobility.destination.risk if mobility.destination else None
    return (risk, risk.level) if risk and risk.level else None


def _advised(mobility: Mobility, level: str, message: Message) -> Iterator[Hit]:
    found = _level(mobility)
    if found and found[1] == level and not _accepted(mobility):
        yield hit(found[0], "level", message)


@rule(
    "INS101",
    N_("Nobody is sent where the foreign ministry formally advises against going"),
    severity=Severity.ERROR,
    profiles=SENDING,
    when=When(until=Phase.AFTER_RETURN, directions=OUTGOING),
    cites=(TRAVEL_ADVICE.at("zones de vigilance : « formellement déconseillé »"),),
    why=N_("In a red zone no insurance pays, and the school would answer for what happens."),
    fix=N_(
        "Choose another destination; if the head of the school accepts this one, write who and when under destination: risk: waiver (by, date)."
    ),
)
def destination_is_not_formally_advised_against(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The level that the record has, unless somebody accepted it by name and date."""
    text = say("The foreign ministry formally advises against going there.")
    yield from _advised(mobility, "formally-advised-against", text)


@rule(
    "INS102",
    N_("A destination that the foreign ministry advises against is accepted by somebody"),
    severity=Severity.WARNING,
    profiles=SENDING,
    when=When(until=Phase.AFTER_RETURN, directions=OUTGOING),
    cites=(TRAVEL_ADVICE.at("zones de vigilance : « déconseillé sauf raison impérative »"),),
    why=N_("Such cases are decided one by one, by somebody who can answer for it."),
    fix=N_("Write who accepted it, and when, under destination: risk: waiver (by, date)."),
)
def destination_advised_against_is_accepted(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """As INS101, for the level below."""
    text = say("The foreign ministry advises against going there, unless there is a compelling reason.")
    yield from _advised(mobility, "advised-against", text)


@rule(
    "INS103",
    N_("The advice of the foreign ministry is looked up in the month before the departure"),
    severity=Severity.WARNING,
    profiles=SENDING,
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.DURING, directions=OUTGOING),
    numbers={"days": Number(Decimal(30), "day", "lower")},
    cites=(TRAVEL_ADVICE.at("zones de vigilance : « vigilance normale », « vigilance renforcée »"),),
    why=N_("The level of a country changes; what was looked up at the nomination may no longer be so."),
    fix=N_("Look it up, and write the level and the day under destination: risk (level, checked)."),
    clock=True,
)
def advice_is_looked_up_before_departure(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """To do until departure; not for the countries of the EEA (so of the Union) and of EFTA."""
    if mobility.kind in AT_HOME or _nearby(mobility, context):
        return
    risk = mobility.destination.risk if mobility.destination else None
    start, due = derive.departure(mobility), _due(mobility)
    if risk is None or risk.level is None or risk.checked is None:
        text = say("Nothing says what the foreign ministry advises, and when it was looked up.")
        yield hit(risk or mobility.destination or mobility, None, text, due=due)
    elif start and derive.days_after(risk.checked.last, int(context.numbers["days"])) < start.first:
        text = say(
            "The ministry's advice was looked up on {checked}; the departure is on {departure}.",
            checked=risk.checked.said,
            departure=start.said,
        )
        yield hit(risk, "checked", text, due=due)


def _nearby(mobility: Mobility, context: Context) -> bool:
    """Say whether the stay is in a country of the EEA (so of the Union) or of EFTA. Raise NotCheckableError where it is not known."""
    place, start = mobility.destination, derive.start(mobility)
    country = (place.country if place else None) or context.index.country(mobility.host)
    if country is None:
        raise NotCheckableError(say("the country of the host is not known"))
    countries, day = context.lists["countries"], start.first if start else context.as_of
    return any(countries.group(country, name, day) for name in ("EEA", "EFTA"))


@rule(
    "INS104",
    N_("The learner has cover of medical costs abroad"),
    severity=Severity.WARNING,
    profiles=SENDING,
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.DURING, directions=OUTGOING),
    cites=(
        PROGRAMME_GUIDE.at("participants are strongly advised to hold a European Health Insurance Card"),
        TRAVEL_ADVICE.at(
            "santé : carte européenne d’assurance maladie, assurance couvrant les frais médicaux"
        ),
    ),
    why=N_("The European card costs nothing, and is what is forgotten most."),
    fix=N_("Write under insurance: health who covers it: public-scheme stands for the European card."),
    clock=True,
)
def health_cover_is_recorded(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """To do until departure; of a trainee TRN103 asks more, where it applies."""
    asked = mobility.kind in AT_WORK and INSURED_AT_WORK.intersection(context.profiles)
    if mobility.kind in AT_HOME or asked or (mobility.insurance and mobility.insurance.health):
        return
    text = say("No cover is recorded for {risks}.", risks=Series((COVERS["health"],)))
    yield hit(mobility.insurance or mobility, None, text, due=_due(mobility))
