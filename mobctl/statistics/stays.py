"""The stays themselves: how long, alone or in groups, how travelled, in what legal mode, how satisfied (ST05 to ST08, ST15, ST16)."""

from collections.abc import Iterable
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Arg, say
from mobctl.model import Cohort, Mobility
from mobctl.sources import CTI
from mobctl.statistics.figure import ZERO, Case, Form, Measure, yes
from mobctl.statistics.ground import NOT_STATED, Ground, person, reasons, stating
from mobctl.statistics.statistic import Found, statistic

LEARNERS, STAYS, WEEKS, DAYS, HOURS = (
    N_("learners"),
    N_("stays"),
    N_("weeks"),
    N_("days"),
    N_("hours"),
)
SHORT = 28
"""The days of four weeks."""


@statistic(
    "ST05",
    N_("Duration of mobility"),
    N_(
        "Whole weeks abroad that count, over all stays of a learner that are over, earlier ones included;"
        " a stay from a Monday to the Friday of"
        " week nine is nine weeks. Learners without a counted day are left out."
    ),
    CTI.at("« La mobilité est d’une durée d’au moins 9 semaines »"),
)
def duration(ground: Ground) -> Found:
    """Weeks as derive counts them; by kind, stay by stay."""
    by_person: dict[str, list[Mobility]] = {}
    for stay in ground.by_start(ground.back):
        by_person.setdefault(person(stay), []).append(stay)
    earlier = {who: derive.earlier_days(tuple(stays)) for who, stays in by_person.items()}
    weeks = {who: derive.weeks_abroad(tuple(stays), earlier[who]) for who, stays in by_person.items()}
    gone = [who for who, stays in by_person.items() if earlier[who] or any(map(_counts, stays))]
    cases = tuple(
        Case(who, Decimal(weeks[who]), groups={"status": ground.of_stay(by_person[who][-1])["status"]})
        for who in gone
    )
    single = tuple(
        Case(person(stay), Decimal(derive.weeks(*parts)), groups=ground.of_stay(stay))
        for stay in ground.back
        if any(parts := derive.counted(stay))
    )
    shares = tuple(
        Measure(
            what,
            Form.SHARE,
            LEARNERS,
            tuple(Case(c.person, yes(it=c.top >= least), groups=c.groups) for c in cases),
            ("status",),
            LEARNERS,
        )
        for what, least in (
            (N_("Learners with at least 9 weeks"), 9),
            (N_("Learners with at least 12 weeks"), 12),
            (N_("Learners with at least 16 weeks"), 16),
        )
    )
    none = len(by_person) - len(gone)
    left_out = (
        none,
        say("learners who are back and have no day that counts"),
    )
    return Found(
        (
            Measure(N_("Weeks: mean"), Form.MEAN, WEEKS, cases, ("status",)),
            Measure(N_("Weeks: least"), Form.LEAST, WEEKS, cases),
            Measure(N_("Weeks: lower quartile"), Form.LOWER, WEEKS, cases),
            Measure(N_("Weeks: median"), Form.MEDIAN, WEEKS, cases),
            Measure(N_("Weeks: upper quartile"), Form.UPPER, WEEKS, cases),
            *shares,
            Measure(N_("Weeks of a single stay: mean"), Form.MEAN, WEEKS, single, ("kind",)),
        ),
        reasons(left_out),
    )


def _counts(stay: Mobility) -> bool:
    return any(derive.counted(stay))


@statistic(
    "ST06",
    N_("Individualisation"),
    N_(
        "Stays of a learner alone, and stays in a group of classmates (which count for nothing), of those that say which;"
        " and how many different hosts there are for one learner."
    ),
    CTI.at("« L’individualisation réelle des parcours des apprenants »"),
)
def individualisation(ground: Ground) -> Found:
    """A record that says neither is left out."""
    told = stating(ground.abroad, lambda stay: stay.individual is not None or derive.in_group(stay))
    alone, group = (
        tuple(
            Case(person(s), yes(it=derive.in_group(s) is grouped), groups=ground.of_stay(s))
            for s in told.kept
        )
        for grouped in (False, True)
    )
    hosts = _hosts(ground.abroad, ground)
    left_out = (
        told.left_out,
        say("stays that do not say whether they are individual"),
    )
    return Found(
        (
            Measure(N_("Individual stays"), Form.SHARE, STAYS, alone, ("programme",), STAYS),
            Measure(N_("Stays in a group of classmates"), Form.SHARE, STAYS, group, (), STAYS),
            Measure(N_("Different hosts for one learner"), Form.RATIO, N_("hosts"), hosts, (), LEARNERS),
        ),
        reasons(left_out),
    )


def _hosts(stays: Iterable[Mobility], ground: Ground) -> tuple[Case, ...]:
    """One case for a learner; the first who goes to a host adds it to the numerator."""
    people: dict[str, Decimal] = {}
    known: set[frozenset[tuple[str, str]]] = set()
    for stay in stays:
        marks = ground.index.marks(stay.host)
        new = not any(marks & each for each in known)
        known.add(marks)
        people[person(stay)] = people.get(person(stay), ZERO) + yes(it=new)
    return tuple(Case(who, hosts) for who, hosts in people.items())


@statistic(
    "ST07",
    N_("Apprentices: legal mode"),
    N_(
        "Stays of apprentices by the mode that their employer has chosen, whether the pay goes on, and whether the stay is"
        " longer than four weeks. Cross-border apprenticeships have rules of their own and are left out."
    ),
    CTI.at("« ce sont les entreprises qui décident d'appliquer l'une ou l'autre des solutions »"),
)
def apprentices(ground: Ground) -> Found:
    """Articles L. 6222-42 to L. 6222-44 do not hold for cross-border apprenticeships."""
    stays = [each for each in ground.abroad if each.apprenticeship]
    mine = [each for each in stays if each.apprenticeship and each.apprenticeship.regime == "ordinary"]
    modes = [each for each in mine if each.apprenticeship and each.apprenticeship.mode]
    pay = [each for each in mine if each.apprenticeship and each.apprenticeship.pay_maintained is not None]
    lengths = [(each, sum(parts)) for each in mine if (parts := derive.presence(each))]
    other, silent, unpaid = len(stays) - len(mine), len(mine) - len(modes), len(mine) - len(pay)

    def mode(stay: Mobility) -> str | None:
        return stay.apprenticeship.mode if stay.apprenticeship else None

    def share(what: str, wanted: str) -> Measure:
        cases = (Case(person(s), yes(it=mode(s) == wanted), groups=_subsidiary(s)) for s in modes)
        return Measure(what, Form.SHARE, STAYS, tuple(cases), ("subsidiary",), STAYS)

    paid = (
        Case(person(s), yes(it=s.apprenticeship and s.apprenticeship.pay_maintained), groups=_subsidiary(s))
        for s in pay
    )
    long = (Case(person(s), yes(it=days > SHORT), groups=_subsidiary(s)) for s, days in lengths)
    left_out = reasons(
        (
            other,
            say("stays of cross-border apprenticeships"),
        ),
        (
            silent,
            say("stays that do not state their legal mode"),
        ),
        (
            unpaid,
            say("stays that do not say whether the pay goes on"),
        ),
    )
    return Found(
        (
            share(N_("The apprentice is made available to the host"), "mise-a-disposition"),
            share(N_("The contract is suspended"), "mise-en-veille"),
            Measure(
                N_("The employer goes on paying"), Form.SHARE, STAYS, tuple(paid), ("subsidiary",), STAYS
            ),
            Measure(N_("Longer than four weeks"), Form.SHARE, STAYS, tuple(long), (), STAYS),
        ),
        left_out,
    )


def _subsidiary(stay: Mobility) -> dict[str, Arg]:
    told = stay.apprenticeship.group_subsidiary if stay.apprenticeship else None
    if told is None:
        return {"subsidiary": NOT_STATED}
    return {"subsidiary": say("host of the employer's group") if told else say("host outside the group")}


STAGES = (
    ("before", N_("Mean score before the stay"), N_("Answers before the stay")),
    ("during", N_("Mean score during the stay"), N_("Answers during the stay")),
    ("after", N_("Mean score after the stay"), N_("Answers after the stay")),
)


@statistic(
    "ST08",
    N_("Satisfaction"),
    N_(
        "Mean scores from 1 to 5, before, during and after the stay, and how many answered. Of cohorts whose file has the"
        " surveys, all answers together; of others, those that records hold."
    ),
    CTI.at("« Sur la satisfaction générale des apprenants avant et pendant le séjour »"),
)
def satisfaction(ground: Ground) -> Found:
    """What a cohort's file says of a stage goes before its records, so that nobody is counted twice."""
    surveyed = {
        (cohort.id, each.stage): (cohort, each)
        for _, cohort in sorted(ground.index.cohorts.items())
        for each in cohort.surveys
    }
    measures = []
    for stage, mean, answers in STAGES:
        scores, replies = list[Case](), list[Case]()
        for cohort, each in (found for (_, of), found in surveyed.items() if of == stage):
            groups = {"cohort": ground.cohort_label(cohort)}
            asked, answered = int(each.asked), int(each.answered)
            names = [f"{cohort.id} {number}" for number in range(asked)]
            replies += [Case(who, yes(it=n < answered), groups=groups) for n, who in enumerate(names)]
            if each.mean is not None:
                scores += [Case(who, each.mean, groups=groups) for who in names[:answered]]
        for stay in ground.back if stage == "after" else ground.abroad:
            own = ground.index.cohort(stay)
            if own and (own.id, stage) in surveyed:
                continue
            told = (
                getattr(stay.evidence.satisfaction, stage)
                if stay.evidence and stay.evidence.satisfaction
                else None
            )
            replies.append(Case(person(stay), yes(it=told), groups=_in_cohort(own, stay, ground)))
            if told is not None:
                scores.append(Case(person(stay), told, groups=_in_cohort(own, stay, ground)))
        by = ("kind", "country", "cohort") if stage == "after" else ()
        measures += [
            Measure(mean, Form.MEAN, N_("out of 5"), tuple(scores), by),
            Measure(answers, Form.SHARE, N_("answers"), tuple(replies), (), N_("people asked")),
        ]
    return Found(tuple(measures))


def _in_cohort(cohort: Cohort | None, stay: Mobility, ground: Ground) -> dict[str, Arg]:
    own = ground.of_stay(stay)
    groups = {"kind": own["kind"], "country": own["country"]}
    return groups | ({"cohort": ground.cohort_label(cohort)} if cohort else {})


@statistic(
    "ST15",
    N_("Soft mobility"),
    N_(
        "Stays whose journey is by train, bus, shared car, bicycle, boat or on foot, of those that say how; and the days of"
        " such journeys that count in the stay."
    ),
    CTI.at("« Sur la prise en compte de la mobilité douce »"),
)
def soft(ground: Ground) -> Found:
    """Where no means of transport is recorded, what the record says of green travel."""
    told = stating(ground.abroad, lambda stay: _soft(stay) is not None)
    cases = tuple(Case(person(s), yes(it=_soft(s)), groups=ground.of_stay(s)) for s in told.kept)
    days = tuple(
        Case(person(s), derive.travel_days(s), groups=ground.of_stay(s)) for s in told.kept if _soft(s)
    )
    left_out = (
        told.left_out,
        say("stays that do not say how the learner travelled"),
    )
    return Found(
        (
            Measure(N_("Stays with a soft journey"), Form.SHARE, STAYS, cases, ("country",), STAYS),
            Measure(N_("Days of the journey that count"), Form.SUM, DAYS, days),
        ),
        reasons(left_out),
    )


def _soft(stay: Mobility) -> bool | None:
    travel = stay.period.travel
    if travel is None:
        return None
    return travel.mode in derive.SOFT if travel.mode else travel.green


@statistic(
    "ST16",
    N_("Internationalisation at home"),
    N_(
        "Learners who took part in international activities at home, and the hours of these. They are never added to the"
        " mobility rate."
    ),
    CTI.at("« les activités d’internationalisation à domicile ne peuvent pas remplacer cette expérience »"),
)
def at_home(ground: Ground) -> Found:
    """Records of the kinds at-home and virtual-only: a person is counted once for each kind."""
    stays = [each for each in ground.sent if each.kind in derive.AT_HOME and _begun(each, ground)]
    once = {(person(each), each.kind): each for each in stays}
    people = tuple(Case(who, groups=ground.of_stay(stay)) for (who, _), stay in once.items())
    worked = [(each, [h for h in derive.hours(each).values() if h is not None]) for each in stays]
    hours = tuple(Case(person(s), sum(told, ZERO), groups=ground.of_stay(s)) for s, told in worked if told)
    silent = len(stays) - len(hours)
    left_out = (
        silent,
        say("activities that do not state their hours"),
    )
    return Found(
        (
            Measure(N_("Participants"), Form.COUNT, LEARNERS, people, ("kind",)),
            Measure(N_("Hours of work"), Form.SUM, HOURS, hours, ("kind",)),
        ),
        reasons(left_out),
    )


def _begun(stay: Mobility, ground: Ground) -> bool:
    first = derive.start(stay) or (stay.period.online.start if stay.period.online else None)
    return first is not None and first.first <= ground.on
