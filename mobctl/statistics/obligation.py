"""Who went abroad of those who had to, who was let off and why (ST01 to ST04), and what it did to the studies (ST14)."""

from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Arg, Label, say
from mobctl.model import Mobility
from mobctl.sources import CTI
from mobctl.statistics.figure import Case, Form, Measure, yes
from mobctl.statistics.ground import FEW_EXEMPT, NOT_STATED, Ground, Member, begun, ended, person, reasons
from mobctl.statistics.statistic import Found, statistic

LEARNERS = N_("learners")
RATE = CTI.at("« Sur le taux effectif de mobilité et les raisons des dérogations »")
OBLIGED = ("diploma", "status", "cohort")


@statistic(
    "ST01",
    N_("Effective mobility rate"),
    N_(
        "Learners whose counted weeks abroad reach what their cohort asks, of all learners of the cohorts who are not"
        " exempt. Only stays that are over count; where no number of weeks is set, a counted day is enough."
    ),
    RATE,
)
def effective_rate(ground: Ground) -> Found:
    """As rule CTI007 counts: by weeks, over all stays of a learner, earlier ones included."""
    cases = tuple(
        Case(each.person, yes(it=_effective(each, ground)), groups=ground.of_member(each))
        for each in ground.obliged
    )
    away = sum(any(_under_way(stay, ground) for stay in each.stays) for each in ground.obliged)
    unset = sum(not ground.asked(each) for each in ground.obliged)
    left_out = reasons(
        (
            away,
            say("learners who are abroad on this day: their stay does not count yet"),
        ),
        (
            unset,
            say("learners for whom no number of weeks is set: a counted day is enough"),
        ),
    )
    what = N_("Learners who have completed their mobility")
    return Found((Measure(what, Form.SHARE, LEARNERS, cases, OBLIGED, LEARNERS),), left_out)


def _effective(member: Member, ground: Ground) -> bool:
    return member.mobile(ground.on) and member.weeks(ground.on) >= ground.asked(member)


def _under_way(stay: Mobility, ground: Ground) -> bool:
    return stay.kind not in derive.AT_HOME and begun(stay, ground.on) and not ended(stay, ground.on)


@statistic(
    "ST02",
    N_("Derogation rate"),
    N_("Learners who are let off the obligation by a derogation, of all learners who are not exempt."),
    CTI.at("« les raisons des dérogations »"),
)
def derogation_rate(ground: Ground) -> Found:
    """A derogation in the cohort's file or in a record."""
    cases = tuple(
        Case(each.person, yes(it=each.derogation), groups=ground.of_member(each)) for each in ground.obliged
    )
    what = N_("Learners with a derogation")
    return Found((Measure(what, Form.SHARE, LEARNERS, cases, OBLIGED, LEARNERS, sensitive=True),))


@statistic(
    "ST03",
    N_("Reasons of derogations"),
    N_("Derogations by the code of their reason, and what was offered in place of the mobility."),
    CTI.at("« Comment fait-on avec les apprenants qui ne peuvent pas, ou ne veulent pas, partir ? »"),
)
def derogation_reasons(ground: Ground) -> Found:
    """What was offered is said apart from the reasons: together, they would tell of one learner."""
    let_off = [(each, told) for each in ground.obliged if (told := each.derogation)]
    cases = tuple(
        Case(each.person, groups={"reason": Label("derogation-reasons", told.reason)})
        for each, told in let_off
    )
    offered: tuple[Arg, ...] = tuple(sorted({told.offered for _, told in let_off if told.offered}))
    what = N_("Derogations")
    return Found((Measure(what, Form.COUNT, LEARNERS, cases, ("reason",)),), texts=offered)


@statistic(
    "ST04",
    N_("Exempted international students"),
    N_(
        "Learners who are exempt from the obligation, of all learners of the cohorts; and the reasons, international"
        " students first among them."
    ),
    CTI.at("« Les étudiants internationaux sont exemptés de cette obligation. »"),
)
def exempted(ground: Ground) -> Found:
    """All who are exempt, since that is what the mobility rate leaves out: one reason alone could be worked out of both."""
    cases = tuple(
        Case(
            each.person,
            yes(it=each.exemption),
            groups={"nationality": _nationality(each, ground), "cohort": ground.cohort_label(each.cohort)},
        )
        for each in ground.members
    )
    why = tuple(
        Case(each.person, groups={"reason": Label("exemption-reasons", told.reason)})
        for each in ground.members
        if (told := each.exemption)
    )
    by = ("nationality", "cohort")
    return Found(
        (
            Measure(N_("Exempted learners"), Form.SHARE, LEARNERS, cases, by, LEARNERS, sensitive=True),
            Measure(N_("Exemptions"), Form.COUNT, LEARNERS, why, ("reason",)),
        )
    )


def _nationality(member: Member, ground: Ground) -> Arg:
    told = member.learner.citizenship or next(
        (s.learner.citizenship for s in member.stays if s.learner.citizenship), ()
    )
    if not told:
        return NOT_STATED
    if "FR" in told:
        return say("French nationality")
    european = any(ground.lists["countries"].group(each, "EU", ground.on) for each in told)
    return say("another country of the European Union") if european else say("a country outside the Union")


@statistic(
    "ST14",
    N_("Extension of studies"),
    N_(
        "Stays that made the studies longer, of those whose recognition decision says whether they did; and graduates"
        " whose jury met at least one semester after the normal length of their programme, of those who went abroad"
        " and of those who did not."
    ),
    CTI.at("« Ne rallongent pas la durée du cursus normal »"),
)
def extension(ground: Ground) -> Found:
    """What the mobility itself is said to have caused; then all delays, whatever caused them, of graduates."""
    stays = [each for each in ground.decided if not each.gap_period]
    told = [(each, more) for each in stays if (more := _extends(each)) is not None]
    caused = tuple(
        Case(person(each), yes(it=more), groups={"double": _double(each, ground)}) for each, more in told
    )
    longer = tuple(Case(person(each), more) for each, more in told if more)
    graduates, few = ground.graduates
    known = [(each, late) for each in graduates if (late := _late(each, ground)) is not None]
    delayed = tuple(
        Case(each.person, yes(it=late), groups={"abroad": _abroad(each, ground)}) for each, late in known
    )
    gaps = tuple(Case(person(each)) for each in ground.abroad if each.gap_period)
    silent, unknown = len(stays) - len(told), len(graduates) - len(known)
    left_out = reasons(
        (
            silent,
            say("decisions that do not say whether the stay made the studies longer"),
        ),
        (
            unknown,
            say(
                "graduates without a first day of studies in the cohort's file, or whose programme states no semesters"
            ),
        ),
    )
    stay = N_("stays")
    left_out += reasons((few, FEW_EXEMPT))
    return Found(
        (
            Measure(
                N_("Stays that made the studies longer"),
                Form.SHARE,
                stay,
                caused,
                ("double",),
                stay,
                sensitive=True,
            ),
            Measure(N_("Semesters added by such a stay, on average"), Form.MEAN, N_("semesters"), longer),
            Measure(
                N_("Graduates later than the normal length"),
                Form.SHARE,
                LEARNERS,
                delayed,
                ("abroad",),
                LEARNERS,
                sensitive=True,
            ),
            Measure(N_("Stays in a gap year"), Form.COUNT, stay, gaps),
        ),
        left_out,
    )


def _extends(stay: Mobility) -> Decimal | None:
    return stay.recognition.extends_studies_semesters if stay.recognition else None


def double_degree(stay: Mobility, ground: Ground) -> bool:
    """Say whether a stay leads to two degrees or a joint one, by the record or by the agreement of the schools."""
    nodes = (stay.degree, ground.index.partner_agreement(stay))
    return any(each is not None and each.degree_type in {"double", "joint"} for each in nodes)


def _double(stay: Mobility, ground: Ground) -> Arg:
    return say("double or joint degree") if double_degree(stay, ground) else say("one degree")


def _abroad(member: Member, ground: Ground) -> Arg:
    return say("went abroad") if member.mobile(ground.on) else say("did not go abroad")


MONTHS = 6
"""The months of a semester."""


def _late(member: Member, ground: Ground) -> int | None:
    """By how many whole semesters a graduate exceeds the normal length; None where it is not known."""
    programme = ground.programme(member.cohort)
    first = member.learner.from_ or member.cohort.from_
    learner = member.learner
    last = learner.graduation_date or learner.graduation_jury_date or member.cohort.graduation_jury_date
    if programme is None or programme.semesters is None or first is None or last is None:
        return None
    begins, ends = first.first, last.last
    months = (ends.year - begins.year) * 12 + ends.month - begins.month - (ends.day < begins.day)
    return max(months // MONTHS - int(programme.semesters), 0)
