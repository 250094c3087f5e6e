"""How many may go where: the exchanges of an agreement between schools, counted over all records of a year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Message, Quoted, Severity, say, say_n
from mobctl.model import Exchange, Mobility, PartnerAgreementFile, Party
from mobctl.rule import Context, Hit, NotCheckableError, hit, rule
from mobctl.sources import IIA, UT2

AGREEING = {"ut2-university", "itsra-social-work", "erasmus-he-studies"}
ZERO = Decimal(0)
MONTH = Decimal(30)
NEW_YEAR = 8
"""The month from which a stay belongs to the academic year that begins then."""


def _year(mobility: Mobility) -> int | None:
    """The year in which the academic year of a stay begins: as recorded, else by its first day."""
    if mobility.academic_year:
        return int(mobility.academic_year[:4])
    start = derive.start(mobility)
    return start.first.year - (start.first.month < NEW_YEAR) if start else None


def _agreement(mobility: Mobility, context: Context) -> PartnerAgreementFile | None:
    """The file of the agreement that a record names; that it is not there is said of the reference itself."""
    named = mobility.partner_agreement
    return context.index.partner_agreements.get(named.ref) if named and named.ref else None


def _named(file: PartnerAgreementFile, party: Party, context: Context) -> str | None:
    """The name by which an agreement calls a party of a record."""
    found = context.index.party_to(file, party)
    return found.ref if found else None


def _between(file: PartnerAgreementFile, mobility: Mobility, context: Context) -> tuple[Exchange, ...] | None:
    """The exchanges of an agreement from the home of a stay to its host; None if the two are not its parties."""
    home, host = (_named(file, party, context) for party in (mobility.home, mobility.host))
    if home is None or host is None:
        return None
    return tuple(each for each in file.exchanges if (each.from_, each.to) == (home, host))


def _fits(exchange: Exchange, mobility: Mobility) -> bool | None:
    """Say whether a stay is one of an exchange; None if the record does not say what it depends on."""
    if exchange.kind and exchange.kind != mobility.kind:
        return False
    enrolment = mobility.learner.enrolment
    field, level = (enrolment.isced_f, enrolment.eqf) if enrolment else (None, None)
    if (exchange.isced_f and not field) or (exchange.eqf and not level):
        return None
    return (field or "").startswith(exchange.isced_f or "") and exchange.eqf in (None, level)


def _narrow(exchange: Exchange) -> tuple[int, bool, bool]:
    """How closely an exchange says whom it is for."""
    return len(exchange.isced_f or ""), exchange.eqf is not None, exchange.kind is not None


@dataclass(frozen=True, slots=True)
class _Found:
    """The exchange that a stay is one of; none if the agreement has none for it; `open` if the record can't tell."""

    exchange: Exchange | None
    open: bool = False


def _exchange(exchanges: tuple[Exchange, ...], mobility: Mobility) -> _Found:
    """Find the exchange of a stay: the one that says most closely whom it is for."""
    fitting = [(each, _fits(each, mobility)) for each in exchanges]
    possible = [each for each, fits in fitting if fits is not False]
    if len(possible) > 1 and any(fits is None for _, fits in fitting):
        return _Found(None, open=True)
    return _Found(max(possible, key=_narrow, default=None))


@dataclass(frozen=True, slots=True)
class _Stay:
    """A stay that counts: its place among those of the year, and how long it is."""

    first: date
    id: str
    months: Decimal


def _stays(
    file: PartnerAgreementFile, exchange: Exchange, year: int | None, context: Context
) -> Iterator[_Stay]:
    """The stays of one exchange in one academic year, each id once; what was called off does not count."""
    once = {each.id: each for each in context.index.under.get(file.id, ())}
    for each in once.values():
        if each.status == "cancelled" or _year(each) != year:
            continue
        between = _between(file, each, context)
        if between and _exchange(between, each).exchange is exchange:
            start, days = derive.start(each), derive.erasmus_days(each, widest=False)
            yield _Stay(start.first if start else date.max, each.id, Decimal(days or 0) / MONTH)


@rule(
    "PRT012",
    N_("No more learners go than the agreement between the schools has places for"),
    severity=Severity.WARNING,
    profiles=AGREEING,
    cites=(
        IIA.at("mobility numbers per academic year: number of mobile students, total number of months"),
        UT2.at("« dans le cadre d’accords bilatéraux interinstitutionnels préalablement conclus »"),
    ),
    why=N_("The partner keeps as many places as were agreed; who comes beyond them may be turned away."),
    fix=N_(
        "Ask the partner for more places, and write the new number under exchanges in the agreement's file; or correct"
        " partner_agreement, the academic year or the status of a record that does not count."
    ),
)
def agreed_places_are_not_exceeded(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Counted over all records that name the agreement, by their first day and then by their id: those beyond are told.

    Months count the stay as Erasmus+ does, 30 days each.
    """
    file = _agreement(mobility, context)
    between = _between(file, mobility, context) if file else None
    if file is None or not between or mobility.status == "cancelled":
        return
    found = _exchange(between, mobility)
    if found.open:
        why = say(
            "under which exchange of the agreement the stay falls depends on the learner's field and level"
            " (learner: enrolment: isced_f, eqf)"
        )
        raise NotCheckableError(why)
    if found.exchange is None:
        return
    stays = sorted(
        _stays(file, found.exchange, _year(mobility), context), key=lambda each: (each.first, each.id)
    )
    place = next((number for number, each in enumerate(stays, 1) if each.id == mobility.id), 0)
    text = _beyond(found.exchange, stays[:place], mobility, context)
    if text:
        yield hit(mobility.partner_agreement or mobility, "ref", text)


def _beyond(exchange: Exchange, stays: list[_Stay], mobility: Mobility, context: Context) -> Message | None:
    """Say that the last of these stays is one too many, or makes too many months."""
    year = _year(mobility)
    shown = f"{year}/{year + 1}" if year else "?"
    who = {
        "home": context.index.called(mobility.home),
        "host": context.index.called(mobility.host),
        "ref": Quoted((mobility.partner_agreement and mobility.partner_agreement.ref) or ""),
    }
    if exchange.places is not None and len(stays) > exchange.places:
        return say_n(
            "This is stay number {count} of {year} from {home} to {host}; the agreement {ref} has {n} place a year.",
            "This is stay number {count} of {year} from {home} to {host}; the agreement {ref} has {n} places a year.",
            int(exchange.places),
            count=len(stays),
            year=shown,
            **who,
        )
    months = sum((each.months for each in stays), ZERO)
    if exchange.months is not None and months > exchange.months and stays[-1].months:
        return say(
            "With this stay, {count} months of {year} are taken from {home} to {host}; the agreement {ref} has {months} a"
            " year.",
            count=months.quantize(Decimal("0.01")),
            year=shown,
            months=exchange.months,
            **who,
        )
    return None


@rule(
    "PRT015",
    N_("The agreement between the schools provides for such an exchange"),
    severity=Severity.WARNING,
    profiles=AGREEING,
    cites=(
        IIA.at("mobility numbers per academic year: from, to, field of education, study cycle"),
        UT2.at("« dans le cadre d’accords bilatéraux interinstitutionnels préalablement conclus »"),
    ),
    why=N_(
        "The partner has agreed to receive learners of some fields and levels, for what is written there."
    ),
    fix=N_(
        "Add a line under exchanges in the agreement's file once the partner agrees; or correct the kind of the record,"
        " the learner's field (enrolment: isced_f) or partner_agreement."
    ),
)
def agreement_provides_for_such_an_exchange(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Only where the agreement lists its exchanges at all, and the two schools are its parties."""
    file = _agreement(mobility, context)
    between = _between(file, mobility, context) if file else None
    if file is None or not file.exchanges or between is None or mobility.status == "cancelled":
        return
    found = _exchange(between, mobility)
    if found.exchange is None and not found.open:
        enrolment = mobility.learner.enrolment
        field = enrolment.isced_f if enrolment else None
        kind = Label("kinds", mobility.kind)
        text = say(
            "The agreement {ref} lists no exchange from {home} to {host} for this: {what}.",
            ref=Quoted(file.id),
            home=context.index.called(mobility.home),
            host=context.index.called(mobility.host),
            what=say("{kind}, field {field}", kind=kind, field=Label("isced-f", field)) if field else kind,
        )
        yield hit(mobility.partner_agreement or mobility, "ref", text)
