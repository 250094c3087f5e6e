"""The time abroad of an apprentice: how long the law lets it be, and the convention it wants.

An apprentice of a French employer under the ordinary regime: the cross-border one has rules of its own (code du
travail, art. L. 6235-4), and these are not for it.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Quoted, Series, Severity, say
from mobctl.model import Convention, Mobility, Node, Phase
from mobctl.rule import (
    OUTGOING,
    Context,
    Edition,
    Hit,
    NotCheckableError,
    Number,
    When,
    hit,
    rule,
)
from mobctl.sources import ABROAD_2019, ABROAD_2023, CONVENTIONS, CTI

PROFILES = {"cti-apprentice", "erasmus-vet"}
LAST_OF_OLD_LAW = date(2023, 12, 28)
"""The day before law 2023-1267 came into force."""
OLD_LAW = (date(2019, 1, 1), LAST_OF_OLD_LAW, "code du travail, art. L. 6222-42, loi 2018-771")
PARTIES = ABROAD_2023.at(
    "II : « une convention conclue entre les parties au contrat d’apprentissage, le centre de formation d’apprentis en"
    " France et la structure ou, le cas échéant, les structures d’accueil à l’étranger »"
)
MODES = (
    CTI.at(
        "« Désormais, pour une mobilité à l’étranger, les établissements et les entreprises disposent de deux modalités"
        " possibles, quelle que soit la durée du séjour international : a) la mise à disposition de l’apprenti auprès"
        " d’une structure d’accueil étrangère ou b) la mise en veille du contrat d’apprentissage »"
    ),
    ABROAD_2023.at("II, 1° et 2° : mise en veille du contrat, ou mise à disposition de l’apprenti"),
)


def _ordinary(mobility: Mobility, context: Context) -> bool:
    """Say whether the learner is an apprentice of the ordinary regime, under a French contract."""
    own, status = mobility.apprenticeship, mobility.learner.status
    engineer = status is None and "cti-apprentice" in context.profiles
    apprentice = status == "apprentice" or own is not None or engineer
    ordinary = own is None or own.regime == "ordinary"
    return apprentice and ordinary and context.index.country(mobility.home) in {None, "FR"}


def _departure(mobility: Mobility) -> date | None:
    departure = derive.departure(mobility)
    return departure.last if departure else None


@rule(
    "APP003",
    N_("The employer has chosen how the apprentice goes abroad"),
    severity=Severity.ERROR,
    profiles=PROFILES,
    when=When(since=Phase.BEFORE_DEPARTURE, directions=OUTGOING),
    judged_on="mobility_law",
    cites=MODES,
    why=N_("Pay, social protection and the agreement to be signed all depend on it."),
    fix=N_(
        "Ask the employer, and write mode under apprenticeship: mise-a-disposition (the contract goes on) or"
        " mise-en-veille (it is suspended)."
    ),
    clock=True,
    by="employer",
)
def apprentice_mode_declared_and_decided_by_employer(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """One of the two modes, whatever the length of the stay. Due until departure."""
    own = mobility.apprenticeship
    if _ordinary(mobility, context) and (own is None or own.mode is None):
        text = say("It is not stated whether the contract goes on during the stay or is suspended.")
        yield hit(own or mobility, None, text, due=_departure(mobility))


@rule(
    "APP105",
    N_("It is for the employer to choose how the apprentice goes abroad"),
    severity=Severity.WARNING,
    profiles=PROFILES,
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.AFTER_RETURN, directions=OUTGOING),
    cites=(
        CTI.at(
            "« Concrètement, ce sont les entreprises qui décident d'appliquer l'une ou l'autre des solutions »"
        ),
        MODES[1],
    ),
    why=N_("The school may advise; the one who pays decides."),
    fix=N_("Have the employer confirm the choice, and write mode_decided_by: employer under apprenticeship."),
    clock=True,
)
def apprentice_mode_decided_by_employer(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Once a mode is stated; that there is none is APP003's."""
    own = mobility.apprenticeship
    if own is None or own.mode is None or not _ordinary(mobility, context):
        return
    if own.mode_decided_by != "employer":
        text = (
            say("The employer did not choose between the two modes, but somebody else did.")
            if own.mode_decided_by
            else say("It is not stated who chose between the two modes (mode_decided_by).")
        )
        field = "mode_decided_by" if own.mode_decided_by else None
        yield hit(own, field, text, due=_departure(mobility))


@rule(
    "APP101",
    N_("The time abroad is at most a year, and at most half of the apprenticeship contract"),
    severity=Severity.ERROR,
    profiles=PROFILES,
    when=When(directions=OUTGOING),
    numbers={
        "months": Number(Decimal(12), "month", "lower"),
        "share": Number(
            Decimal(50),
            "%",
            "lower",
            earlier=(Edition(Decimal(100), *OLD_LAW),),
        ),
        "home_months": Number(
            Decimal(0),
            "month",
            "higher",
            earlier=(Edition(Decimal(6), *OLD_LAW),),
        ),
    },
    judged_on="mobility_law",
    cites=(
        ABROAD_2023.at(
            "I : « Le contrat d’apprentissage peut être exécuté en partie à l’étranger pour une durée qui ne peut excéder"
            " un an ni la moitié de la durée totale du contrat. »"
        ),
        ABROAD_2019.at(
            "I : « une durée qui ne peut excéder un an. La durée d’exécution du contrat en France doit être au minimum de"
            " six mois. »"
        ),
    ),
    why=N_("A contract that is mostly carried out abroad is not a French apprenticeship any more."),
    fix=N_("Shorten the stay; no waiver can lift a limit of the labour code."),
    waivable=False,
)
def apprentice_mobility_at_most_one_year_and_half_contract(
    mobility: Mobility, context: Context
) -> Iterator[Hit]:
    """All stays of the contract together, said on the last; before law 2023-1267, at least six months in France instead.

    One stay may last to the day before the same day of the next year, several 366 days in all.
    """
    if not _ordinary(mobility, context):
        return
    yield from _over_a_year(mobility, int(context.numbers["months"]))
    contract = mobility.apprenticeship.contract if mobility.apprenticeship else None
    if contract is None or contract.start is None or contract.end is None:
        raise NotCheckableError(
            say("the first and the last day of the apprenticeship contract are not known")
        )
    first, last = contract.start.first, contract.end.last
    stays = _under(first, last, mobility, context)
    if stays[-1] is mobility:
        length, least = derive.days_inclusive(first, last), int(context.numbers["home_months"])
        at_home = (derive.months_after(first, least) - first).days
        yield from _beyond(mobility, stays, context, length, at_home)


def _over_a_year(mobility: Mobility, months: int) -> Iterator[Hit]:
    start, end = derive.start(mobility), derive.end(mobility)
    if start and end and end.first >= (limit := derive.months_after(start.last, months)):
        text = say(
            "The stay lasts until {end}; it has to end before {limit}, within {months} months.",
            end=end.said,
            limit=limit,
            months=months,
        )
        yield hit(*_end(mobility), text)


def _end(mobility: Mobility) -> tuple[Node, str | None]:
    """Where the record says when the stay ends."""
    spans = (mobility.period.actual, mobility.period.planned)
    return next(((span, "end") for span in spans if span and span.end), (mobility.period, None))


def _under(first: date, last: date, mobility: Mobility, context: Context) -> tuple[Mobility, ...]:
    """The stays that begin within the contract of this one."""
    stays = [(stay, derive.start(stay)) for stay in context.index.abroad(mobility)]
    return tuple(
        stay
        for stay, start in stays
        if stay is mobility or (start is not None and first <= start.first <= last)
    )


YEAR = 366
"""The days of several stays that are still no more than a year, leap years included."""


def _days(stay: Mobility) -> int:
    """The days abroad, interruptions taken off; none where only months are known, as it may have been fewer."""
    start, end = derive.start(stay), derive.end(stay)
    return sum(derive.presence(stay)) if start and end and start.exact and end.exact else 0


def _beyond(
    mobility: Mobility, stays: tuple[Mobility, ...], context: Context, length: int, at_home: int
) -> Iterator[Hit]:
    """Hold the days of all stays of a contract against its length, and against the days that were asked in France."""
    days = sum(map(_days, stays))
    most = int(context.numbers["share"] * length / 100)
    if days > most:
        text = say(
            "The stays of this contract make {days} days abroad; of its {length} days, {most} may be spent there.",
            days=days,
            length=length,
            most=most,
        )
    elif length - days < at_home:
        text = say(
            "Of the {length} days of the contract, {left} are left in France; at least {months} months were asked.",
            length=length,
            left=length - days,
            months=int(context.numbers["home_months"]),
        )
    elif len(stays) > 1 and days > YEAR:
        text = say("The stays of this contract make {days} days abroad, more than a year.", days=days)
    else:
        return
    yield hit(*_end(mobility), text)


@rule(
    "APP106",
    N_("Before 2024, an apprentice was made available for four weeks at most"),
    severity=Severity.WARNING,
    profiles=PROFILES,
    when=When(directions=OUTGOING),
    numbers={"weeks": Number(Decimal(4), "week", "lower")},
    judged_on="mobility_law",
    until=LAST_OF_OLD_LAW,
    cites=(
        ABROAD_2019.at(
            "III : « Pour les périodes de mobilité n’excédant pas quatre semaines, une convention de mise à disposition"
            " organisant la mise à disposition d’un apprenti peut être conclue »"
        ),
    ),
    why=N_("For a longer stay the contract had to be suspended: until law 2023-1267 there was no choice."),
    fix=N_(
        "Correct the mode or the dates; if they are right, say what was agreed"
        " under waivers: [{rule: APP106, all: true, reason, by, date}]."
    ),
)
def apprentice_made_available_four_weeks_at_most(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A convention signed before 29 December 2023; four weeks are 28 days."""
    own, days = mobility.apprenticeship, _days(mobility)
    weeks = int(context.numbers["weeks"])
    if own and own.mode == "mise-a-disposition" and _ordinary(mobility, context) and days > 7 * weeks:
        text = say(
            "The apprentice was made available for {days} days; at that time, {weeks} weeks were the most.",
            days=days,
            weeks=weeks,
        )
        yield hit(own, "mode", text)


SIGNERS = ("learner", "employer", "training-centre")
"""Who signs the convention besides the host; a school that is its own training centre may sign as home."""


@rule(
    "APP102",
    N_("Apprentice, employer and training centre have signed the convention before departure"),
    severity=Severity.ERROR,
    profiles=PROFILES,
    when=When(since=Phase.BEFORE_DEPARTURE, directions=OUTGOING),
    judged_on="mobility_law",
    cites=(PARTIES,),
    why=N_("Without it nobody has agreed to the time abroad, and nobody knows who insures it."),
    fix=N_("Collect the missing signature, and write its date under apprenticeship: convention: signatures."),
    clock=True,
)
def apprentice_convention_parties_and_date(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Due until departure. The host's signature is APP104's, that of a minor's representative GEN107's."""
    if not _ordinary(mobility, context):
        return
    convention, due = _convention(mobility), _departure(mobility)
    if convention is None:
        text = say("There is no convention of the apprentice's time abroad.")
        yield hit(mobility.apprenticeship or mobility, None, text, due=due, by="training-centre")
        return
    field = "signatures" if convention.signatures else None
    for role in SIGNERS:
        if not _signed(convention, role):
            text = say("A signature is missing: {role}.", role=Label("signature-roles", role))
            yield hit(convention, field, text, due=due, by=role)


def _convention(mobility: Mobility) -> Convention | None:
    return mobility.apprenticeship.convention if mobility.apprenticeship else None


def _signed(convention: Convention, role: str) -> bool:
    roles = {"training-centre": ("training-centre", "home"), "host": ("host", "host-company")}
    return any(derive.signed(convention.signatures, each) for each in roles.get(role, (role,)))


@rule(
    "APP107",
    N_("No signature of the apprentice's convention is later than the departure"),
    severity=Severity.WARNING,
    profiles=PROFILES,
    when=When(since=Phase.BEFORE_DEPARTURE, directions=OUTGOING),
    judged_on="mobility_law",
    cites=(PARTIES,),
    why=N_("A late signature cannot be cured, only explained: the reason belongs in the file."),
    fix=N_(
        "Correct the date, or say why it was late under waivers: [{rule: APP107, all: true, reason, by, date}]."
    ),
)
def apprentice_convention_signed_late(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Signed on the day of departure is late too, as for a learning agreement; a month, only when it is over."""
    convention, departure = _convention(mobility), derive.departure(mobility)
    if convention is None or departure is None or not _ordinary(mobility, context):
        return
    for signature in convention.signatures:
        if derive.given(signature) and signature.date and signature.date.first >= departure.last:
            text = say(
                "This signature ({role}) is of {signed}; the departure was on {departure}.",
                role=Label("signature-roles", signature.role),
                signed=signature.date.said,
                departure=departure.said,
            )
            yield hit(signature, "date", text)


OF_MODE = {"mise-en-veille": ("1", "66"), "mise-a-disposition": ("2", "67")}
"""For each mode, the number of the law's paragraph II and the decree's article."""


@rule(
    "APP108",
    N_("The convention cites the article of the mode that was chosen"),
    severity=Severity.WARNING,
    profiles=PROFILES,
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.AFTER_RETURN, directions=OUTGOING),
    judged_on="mobility_law",
    cites=(
        CONVENTIONS.at(
            "R6222-66 : « La convention conclue en application du 1° du II de l’article L. 6222-42 » ; R6222-67 : 2° du II"
        ),
    ),
    why=N_("A convention of the other mode lays down another pay and another cover."),
    fix=N_(
        "Ask the employer which mode it is, and correct mode or convention: article: L6222-42 II 1° (or R6222-66) goes"
        " with mise-en-veille, L6222-42 II 2° (or R6222-67) with mise-a-disposition."
    ),
)
def apprentice_convention_article_of_the_mode(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Only where an article of the code is cited: the law's (L6222-42 II 1° or 2°) or the decree's (R6222-66, R6222-67)."""
    own, convention = mobility.apprenticeship, _convention(mobility)
    if own is None or convention is None or not convention.article or own.mode not in OF_MODE:
        return
    cited = re.search(r"II\s*,?\s*([12])|R\.?\s*6222-(66|67)", convention.article)
    words = {"article": Quoted(convention.article), "mode": Quoted(own.mode)}
    if not _ordinary(mobility, context):
        return
    if cited and (cited[1] or cited[2]) not in OF_MODE[own.mode]:
        text = say("The article {article} is that of the other mode; the record says {mode}.", **words)
        yield hit(convention, "article", text)
    elif not cited and _of_neither(convention.article):
        text = say("The article {article} is that of neither mode; the record says {mode}.", **words)
        yield hit(convention, "article", text)


def _of_neither(article: str) -> bool:
    """Say whether the labour code's article on contracts abroad is another than the one that has the two modes."""
    cited = re.findall(r"6222-(\d+)", article)
    return bool(cited) and "42" not in cited


ITEMS = {
    "dates": say("the dates (dates)"),
    "object-and-tasks": say("the object and the tasks (object-and-tasks)"),
    "places": say("the places (places)"),
    "contacts-and-follow-up": say("who follows the apprentice, and how (contacts-and-follow-up)"),
    "equipment-and-prevention": say("the equipment and the prevention of risks (equipment-and-prevention)"),
    "rhythm-and-leave": say("the rhythm of work and the leave (rhythm-and-leave)"),
    "costs-and-allowances": say("the costs and allowances (costs-and-allowances)"),
    "assessment-and-validation": say("the assessment and validation (assessment-and-validation)"),
    "health-and-safety": say("the rules on health and safety (health-and-safety)"),
    "liability-cover": say("the cover of liability (liability-cover)"),
}
"""The ten items of R6222-66, in its order, and how messages call them."""
IF_ANY = frozenset({"costs-and-allowances", "assessment-and-validation"})
"""The items that the text asks for only “le cas échéant”."""
STATED = (
    CONVENTIONS.at(
        "R6222-66 : « précise, notamment : 1° La date de début et de fin de la période de mobilité ; 2° L’objet de la"
        " formation et la nature des tâches confiées à l’apprenti … 10° L’information relative aux garanties prises en"
        " matière de responsabilité civile »"
    ),
)


def _unsaid(mobility: Mobility, convention: Convention) -> Iterator[Hit]:
    reasoned = {each.item for each in convention.not_applicable} & IF_ANY
    absent = tuple(text for item, text in ITEMS.items() if item not in {*convention.items, *reasoned})
    if absent:
        text = say("According to the record, the convention does not state {what}.", what=Series(absent))
        yield hit(convention, "items" if convention.items else None, text, due=_departure(mobility))


@rule(
    "APP103",
    N_("The convention that suspends the contract says what the law wants it to say"),
    severity=Severity.ERROR,
    profiles=PROFILES,
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.AFTER_RETURN, directions=OUTGOING),
    judged_on="mobility_law",
    cites=STATED,
    why=N_("While the contract is suspended, the convention alone says what the apprentice can rely on."),
    fix=N_(
        "Have the convention completed, and list under items what it states; costs and assessment may stand under"
        " not_applicable, with the reason."
    ),
    clock=True,
)
def apprentice_convention_items(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The ten items of R6222-66. Due until departure; after the return nothing of it can be made good."""
    own, convention = mobility.apprenticeship, _convention(mobility)
    if own and convention and own.mode == "mise-en-veille" and _ordinary(mobility, context):
        yield from _unsaid(mobility, convention)


@rule(
    "APP109",
    N_("The convention that makes the apprentice available says what it should"),
    severity=Severity.WARNING,
    profiles=PROFILES,
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.AFTER_RETURN, directions=OUTGOING),
    judged_on="mobility_law",
    cites=(
        CONVENTIONS.at("R6222-67 : convention de mise à disposition (la liste de R6222-66 est supposée)"),
    ),
    why=N_(
        "The employer stays responsible for what happens far away: it should be written down who does what."
    ),
    fix=N_(
        "Have the convention completed, and list under items what it states; costs and assessment may stand under"
        " not_applicable, with the reason."
    ),
    clock=True,
)
def apprentice_convention_items_when_made_available(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """As APP103 for the other mode, or none yet: the same ten items are assumed, so it is a warning."""
    own, convention = mobility.apprenticeship, _convention(mobility)
    if own and convention and own.mode != "mise-en-veille" and _ordinary(mobility, context):
        yield from _unsaid(mobility, convention)


@rule(
    "APP104",
    N_("The host signs the apprentice's convention, or the law lets it do without"),
    severity=Severity.ERROR,
    profiles=PROFILES,
    when=When(since=Phase.BEFORE_DEPARTURE, directions=OUTGOING),
    judged_on="mobility_law",
    cites=(
        ABROAD_2023.at(
            "II : dérogations, garanties équivalentes de l’employeur d’accueil, ou convention de partenariat avec"
            " l’organisme de formation d’accueil"
        ),
        CONVENTIONS.at("R6222-66-1"),
    ),
    why=N_("Some hosts refuse to sign a French paper: the law then wants another guarantee in its place."),
    fix=N_(
        "Get the signature; or write under apprenticeship: convention: waiver: type: company and where its guarantees"
        " are laid down (guarantees), or type: training-body, with the agreement under partner_agreement."
    ),
    clock=True,
    by="host",
)
def host_signature_waiver_documented(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Due until departure. Without the signature: guarantees of a company, or an agreement with a training body."""
    convention = _convention(mobility)
    if convention is None or _signed(convention, "host") or not _ordinary(mobility, context):
        return
    waiver, due = convention.waiver, _departure(mobility)
    if waiver is None:
        field = "signatures" if convention.signatures else None
        text = say("A signature is missing: {role}.", role=Label("signature-roles", "host"))
        yield hit(convention, field, text, due=due)
    elif waiver.type == "company":
        if not waiver.guarantees:
            text = say(
                "The host company does not sign, and it is not stated where its equal guarantees are laid down."
            )
            yield hit(waiver, "type", text, due=due, by="training-centre")
    elif not _partnership(mobility, context):
        text = say(
            "The training body abroad does not sign, and no agreement with it was signed by both and in force at the start."
        )
        yield hit(waiver, "type", text, due=due, by="training-centre")


def _partnership(mobility: Mobility, context: Context) -> bool:
    """Say whether both schools had signed an agreement before the stay, which was in force when it began."""
    named, start = mobility.partner_agreement, derive.start(mobility)
    if named is None or start is None:
        return False
    shared = context.index.partner_agreement(mobility)
    if shared is None:
        raise NotCheckableError(
            say("no file of the folder holds the partner agreement {name}", name=Quoted(named.ref or ""))
        )
    signed = [derive.signed(shared.signatures, role) for role in ("home", "host")]
    prior = all(each and each.date and each.date.first < start.last for each in signed)
    covers = shared.covers
    begun = covers is None or covers.from_ is None or covers.from_.first <= start.last
    ended = covers is not None and covers.to is not None and covers.to.last < start.first
    return prior and begun and not ended
