"""Where learners go and come from, under which agreements, and to which degrees it leads (ST17, ST18, ST20)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Arg, Label, say
from mobctl.model import Mobility, PartnerAgreementFile
from mobctl.sources import CTI, UT2
from mobctl.statistics.figure import ONE, ZERO, Case, Form, Measure
from mobctl.statistics.ground import NOT_STATED, Ground, begun, person, reasons
from mobctl.statistics.obligation import double_degree
from mobctl.statistics.statistic import Found, statistic

STAYS, LEARNERS, AGREEMENTS = N_("stays"), N_("learners"), N_("agreements")
TYPES = {
    "higher-education": say("higher education"),
    "company": say("companies"),
    "vocational-school": say("vocational schools"),
    "secondary-school": say("secondary schools"),
    "training-centre": say("training centres"),
    "research-organisation": say("research organisations"),
    "hospital": say("hospitals"),
    "public-body": say("public bodies"),
    "non-profit": say("non-profit organisations"),
}
DORMANT = 24
"""After how many months without a stay an agreement is dormant."""


@statistic(
    "ST17",
    N_("Partners and destinations"),
    N_(
        "Stays that have begun, in both directions; and the agreements in force, dormant if no stay under them has begun"
        " within two years."
    ),
    CTI.at(
        "« l’école met en place des partenariats avec des entreprises et établissements d’enseignement supérieur »"
    ),
)
def destinations(ground: Ground) -> Found:
    """The country is the partner's: where learners go, or where they come from."""
    stays = _stays(ground)
    cases = tuple(Case(person(each), groups=_groups(each, ground)) for each in stays)
    live = [each for _, each in sorted(ground.index.partner_agreements.items()) if _in_force(each, ground.on)]
    used = tuple(Case(each.id, ONE if _used(each, ground) else ZERO) for each in live)
    undated = sum(not (each.covers and each.covers.to) for each in ground.index.partner_agreements.values())
    left_out = (
        undated,
        say("agreements that do not say until when they are in force"),
    )
    by = ("direction", "country", "type", "language", "kind", "year")
    return Found(
        (
            Measure(N_("Stays"), Form.COUNT, STAYS, cases, by),
            Measure(
                N_("Agreements in force that are used"),
                Form.SHARE,
                AGREEMENTS,
                used,
                (),
                AGREEMENTS,
                things=True,
            ),
        ),
        reasons(left_out),
    )


def _stays(ground: Ground) -> list[Mobility]:
    return [each for each in ground.records if each.kind not in derive.AT_HOME and begun(each, ground.on)]


def _groups(stay: Mobility, ground: Ground) -> dict[str, Arg]:
    partner = stay.home if stay.direction == "incoming" else stay.host
    file = ground.index.institutions.get(partner.ref or "") or partner
    language = stay.agreement.language.code if stay.agreement and stay.agreement.language else None
    country = ground.country(stay) if stay.direction == "outgoing" else ground.index.country(stay.home)
    return ground.of_stay(stay) | {
        "country": Label("countries", country) if country else NOT_STATED,
        "type": TYPES.get(file.type, say("other organisations")) if file.type else NOT_STATED,
        "language": Label("languages", language) if language else NOT_STATED,
    }


def _in_force(agreement: PartnerAgreementFile, on: date) -> bool:
    covers = agreement.covers
    if covers is None or covers.to is None:
        return False
    return (covers.from_ is None or covers.from_.first <= on) and on <= covers.to.last


def _used(agreement: PartnerAgreementFile, ground: Ground) -> bool:
    since = derive.months_after(ground.on, -DORMANT)
    starts = (
        derive.start(each) for each in ground.index.under.get(agreement.id, ()) if each.status != "cancelled"
    )
    return any(since <= start.first <= ground.on for start in starts if start)


@statistic(
    "ST18",
    N_("Balance of exchanges"),
    N_(
        "Stays of learners who came, for one of a learner who went, under agreements between schools, by partner."
    ),
    UT2.at("« En contrepartie l’UTM reçoit des étudiants étrangers »"),
)
def balance(ground: Ground) -> Found:
    """Only stays that name an agreement which a file of the archive describes."""
    stays = _stays(ground)
    under = [(each, partner) for each in stays if (partner := _partner(each, ground))]
    cases = tuple(Case(person(each), *_sides(each), groups={"partner": partner}) for each, partner in under)
    free = len(stays) - len(under)
    left_out = (
        free,
        say("stays that name no agreement between schools"),
    )
    measure = Measure(
        N_("Incoming, for one outgoing"), Form.RATIO, N_("incoming"), cases, ("partner",), N_("outgoing")
    )
    return Found((measure,), reasons(left_out))


def _sides(stay: Mobility) -> tuple[Decimal, Decimal]:
    return (ONE, ZERO) if stay.direction == "incoming" else (ZERO, ONE)


def _partner(stay: Mobility, ground: Ground) -> Arg | None:
    agreement = stay.partner_agreement
    if agreement is None or agreement.ref not in ground.index.partner_agreements:
        return None
    return ground.index.called(stay.home if stay.direction == "incoming" else stay.host)


@statistic(
    "ST20",
    N_("Double and joint degrees"),
    N_(
        "Learners whose stay leads to two degrees or a joint one; of them, those to whom every diploma was awarded; and the"
        " semesters that it added to their studies."
    ),
    CTI.at("« En cas de réussite, les élèves obtiennent deux diplômes totalement distincts »"),
)
def degrees(ground: Ground) -> Found:
    """A learner with several such stays is one; the diplomas are those that the records list."""
    stays = [each for each in ground.abroad if double_degree(each, ground)]
    once = {person(each): each for each in stays}
    people = tuple(Case(who, groups={"partner": ground.index.called(s.host)}) for who, s in once.items())
    listed = {who: stay for who, stay in once.items() if stay.degree and stay.degree.diplomas}
    awarded = tuple(Case(who, ONE if all(_awarded(s, ground)) else ZERO) for who, s in listed.items())
    longer = tuple(
        Case(who, more)
        for who, stay in once.items()
        if stay.recognition and (more := stay.recognition.extends_studies_semesters) is not None
    )
    silent = len(once) - len(listed)
    left_out = (
        silent,
        say("learners whose record does not list the diplomas"),
    )
    return Found(
        (
            Measure(N_("Learners in double or joint degrees"), Form.COUNT, LEARNERS, people, ("partner",)),
            Measure(N_("All diplomas awarded"), Form.SHARE, LEARNERS, awarded, (), LEARNERS),
            Measure(N_("Semesters added, on average"), Form.MEAN, N_("semesters"), longer),
        ),
        reasons(left_out),
    )


def _awarded(stay: Mobility, ground: Ground) -> Iterator[bool]:
    for each in stay.degree.diplomas if stay.degree else ():
        yield each.date is not None and each.date.last <= ground.on
