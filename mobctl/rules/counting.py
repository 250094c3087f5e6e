"""What counts of a stay abroad in an engineering school, and on what conditions (CTI)."""

from collections.abc import Iterator
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Message, Quoted, Series, Severity, say
from mobctl.model import Cohort, Derogation, Mobility, Phase, SoftMobilityPolicy, Traineeship
from mobctl.rule import OUTGOING, Context, Hit, When, hit, rule
from mobctl.sources import CTI

BOTH = {"cti-engineering", "cti-apprentice"}
INTERNSHIPS = frozenset({"traineeship", "study+traineeship"})
GAP = (
    CTI.at(
        "« La césure, qui peut amener un complément bénéfique à l’étudiant ou répondre à un projet personnel, est"
        " facultative, relève exclusivement de l’initiative de l’étudiant, et porte uniquement sur des activités non"
        " requises pour l’obtention du diplôme. »"
    ),
    CTI.at(
        "« Les étudiants ne doivent pas être contraints ni incités de fait à utiliser une césure pour la période de séjour"
        " à l’étranger. »"
    ),
)


def _derogation(derogation: Derogation) -> Iterator[Hit]:
    if absent := _undecided(derogation):
        text = say("The derogation does not say {what}.", what=Series(absent, "or"))
        yield hit(derogation, None, text)


def _undecided(derogation: Derogation) -> tuple[Message, ...]:
    decided = derogation.decided
    wanted = (
        (decided and decided.date, say("when it was decided (decided: date)")),
        (decided and decided.by, say("who decided it (decided: by)")),
        (derogation.decision_ref, say("under what number the decision is kept (decision_ref)")),
    )
    return tuple(text for there, text in wanted if not there)


def _derogations(cohort: Cohort, context: Context) -> Iterator[Hit]:
    for learner in cohort.learners:
        if learner.derogation is not None:
            yield from _derogation(learner.derogation)


@rule(
    "CTI008",
    N_("A derogation has its decision: when, by whom, under what number"),
    severity=Severity.ERROR,
    profiles=BOTH,
    when=When(since=Phase.BEFORE_DEPARTURE, directions=OUTGOING),
    cites=(
        CTI.at("« Sur le taux effectif de mobilité et les raisons des dérogations »"),
        CTI.at("« Comment fait-on avec les apprenants qui ne peuvent pas, ou ne veulent pas, partir ? »"),
    ),
    why=N_(
        "The accreditation panel asks for the reasons; the reason itself stays a code, the details elsewhere."
    ),
    fix=N_(
        "Complete the derogation: decided (date, by) and decision_ref, the number under which the details are kept."
    ),
    of_cohort=_derogations,
)
def derogation_has_reason_and_decision(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """In the record, or in the file of the cohort; the shape sees to the code of the reason."""
    own = mobility.obligation.derogation if mobility.obligation else None
    if own is not None:
        yield from _derogation(own)


@rule(
    "CTI009",
    N_("An internship abroad that counts is one of an engineer"),
    severity=Severity.ERROR,
    profiles={"cti-engineering"},
    when=When(since=Phase.AFTER_RETURN, kinds=INTERNSHIPS, directions=OUTGOING),
    cites=(
        CTI.at(
            "« À l’étranger, une activité est reconnue comme un stage si elle se déroule dans un environnement relevant"
            " d’un emploi d’ingénieur, apporte les acquis d’apprentissage et compétences tels que définis pour le stage"
            " dans le règlement des études du cursus de l'étudiant, bénéficie d’un encadrement adéquat et respecte la"
            " durée prévue. »"
        ),
    ),
    why=N_("Any job abroad is an experience; an internship of the curriculum has to be an engineer's."),
    fix=N_(
        "Complete what is missing; or write counted_days: 0 under obligation, if it is not to count as an internship."
    ),
)
def internship_abroad_qualifies(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Four conditions, unless the record says that no day counts; the length only where one is required."""
    obligation, internship = mobility.obligation, mobility.traineeship
    if obligation and obligation.counted_days == 0:
        return
    wanted = (
        (
            internship and internship.engineering_environment,
            say("that the environment is an engineer's (traineeship: engineering_environment)"),
        ),
        (
            internship and (internship.outcomes_ref or internship.outcomes),
            say("what it is to teach (traineeship: outcomes_ref)"),
        ),
        (_tutored(mobility), say("who supervises at the host (host: tutor)")),
        (mobility.home.tutor or mobility.home.trainer, say("who supervises at home (home: tutor)")),
    )
    absent = tuple(text for there, text in wanted if not there)
    if absent:
        yield hit(
            internship or mobility, None, say("The record does not say {what}.", what=Series(absent, "or"))
        )
    if internship is not None:
        yield from _too_short(mobility, internship)


def _tutored(mobility: Mobility) -> bool:
    hosts = (mobility.host, *mobility.host_companies)
    return any(each.tutor or each.mentor or each.trainer for each in hosts)


def _too_short(mobility: Mobility, internship: Traineeship) -> Iterator[Hit]:
    required, days = internship.required_days, sum(derive.presence(mobility))
    if required and days and days < required:
        text = say(
            "The internship lasted {days} days; the curriculum asks for {required}.",
            days=days,
            required=required,
        )
        yield hit(internship, "required_days", text)


@rule(
    "CTI010",
    N_("An internship abroad gives rise to a report and a defence"),
    severity=Severity.ERROR,
    profiles={"cti-engineering"},
    when=When(decided=True, kinds=INTERNSHIPS, directions=OUTGOING),
    cites=(CTI.at("« Elle donne lieu à un rendu et à une soutenance conforme au règlement des études. »"),),
    why=N_("Recognition rests on what the trainee handed in and defended, abroad as at home."),
    fix=N_(
        "Write the days under evidence: report (date) and defence (date); it may have been held at a distance."
    ),
)
def internship_report_and_defence(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Both dated; the defence not before the internship began, as that of another one would be."""
    evidence, start = mobility.evidence, derive.start(mobility)
    report, defence = (evidence.report, evidence.defence) if evidence else (None, None)
    if report is None or report.date is None:
        text = say("The internship is recognised, and no report is recorded.")
        yield hit(report or evidence or mobility, None, text)
    if defence is None or defence.date is None:
        text = say("The internship is recognised, and no defence is recorded.")
        yield hit(defence or evidence or mobility, None, text)
    elif start and defence.date.last < start.first:
        text = say(
            "The defence was on {day}, before the internship began on {start}.",
            day=defence.date.said,
            start=start.said,
        )
        yield hit(defence, "date", text)


@rule(
    "CTI011",
    N_("A gap year is the learner's own, and nothing of it counts"),
    severity=Severity.ERROR,
    profiles=BOTH,
    when=When(since=Phase.BEFORE_DEPARTURE, directions=OUTGOING),
    cites=GAP,
    why=N_("What the diploma asks for has its place within the studies, without a year more."),
    fix=N_("Take gap_period away if the stay belongs to the curriculum; else write counted_days: 0."),
)
def gap_year_not_used_for_compulsory_mobility(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """No counted day, no requirement of the degree, on the learner's initiative and not imposed."""
    gap, obligation = mobility.gap_period, mobility.obligation
    if gap is None:
        return
    if obligation and obligation.counted_days:
        text = say("{days} days of a gap year are counted.", days=obligation.counted_days)
        yield hit(obligation, "counted_days", text)
    if obligation and obligation.required_for_degree:
        yield hit(obligation, "required_for_degree", say("The degree asks for a stay of the gap year."))
    if gap.initiated_by != "learner":
        text = (
            say("The gap year was not the learner's own idea.")
            if gap.initiated_by
            else say("It is not stated whose idea the gap year was (initiated_by).")
        )
        yield hit(gap, "initiated_by" if gap.initiated_by else None, text)
    if gap.imposed:
        yield hit(gap, "imposed", say("The school asked for the gap year."))


@rule(
    "CTI012",
    N_("Days of the journey count only if it is a slow one and the study regulations say so"),
    severity=Severity.ERROR,
    profiles=BOTH,
    when=When(since=Phase.BEFORE_DEPARTURE, directions=OUTGOING),
    cites=(
        CTI.at(
            "« Le temps de mobilité douce peut être compté dans la durée du séjour international, les modalités sont"
            " précisées par l’école dans son règlement des études. »"
        ),
        CTI.at(
            "« définies par Erasmus+ comme des modes de transport à faible impact environnemental, comme le train, le"
            " bus, le covoiturage ou encore le vélo) »"
        ),
    ),
    why=N_(
        "Each day of the journey that counts is a day abroad less: the school's regulations have to provide for it."
    ),
    fix=N_(
        "Correct period: travel (mode, ground, counted_days), or write counted_days: 0 there; the school's own limit is"
        " soft_mobility_policy in its file."
    ),
)
def soft_mobility_travel_time_needs_policy(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The article may stand in the record or in the school's file, which alone knows the most days that may count."""
    travel = mobility.period.travel
    if travel is None or not travel.counted_days:
        return
    if travel.mode not in derive.SOFT:
        text = (
            say(
                "Counted days of the journey: {days}; it is by {mode}, and no slow one.",
                days=travel.counted_days,
                mode=Quoted(travel.mode),
            )
            if travel.mode
            else say(
                "Counted days of the journey: {days}; its mode is not stated.",
                days=travel.counted_days,
            )
        )
        yield hit(travel, "mode" if travel.mode else "counted_days", text)
    policy = _policy(mobility, context, known=bool(travel.ground))
    if not travel.ground and not (policy and policy.ground):
        text = say(
            "Counted days of the journey: {days}; no article of the study regulations is named.",
            days=travel.counted_days,
        )
        yield hit(travel, "counted_days", text)
    if policy and policy.max_days is not None and travel.counted_days > policy.max_days:
        text = say(
            "Counted days of the journey: {days}; the study regulations allow {most}.",
            days=travel.counted_days,
            most=policy.max_days,
        )
        yield hit(travel, "counted_days", text)


def _policy(mobility: Mobility, context: Context, *, known: bool) -> SoftMobilityPolicy | None:
    """The home school's rule on slow travel; where the record names the article, its file is not needed."""
    if known and mobility.home.ref not in {None, *context.index.institutions}:
        return None
    return (context.index.file_of(mobility.home) or mobility.home).soft_mobility_policy


@rule(
    "CTI013",
    N_("A mobility does not lengthen the studies"),
    severity=Severity.WARNING,
    profiles=BOTH,
    when=When(decided=True, directions=OUTGOING),
    cites=(
        CTI.at("« Ne rallongent pas la durée du cursus normal »"),
        CTI.at(
            "« Un cursus de double diplôme entraîne souvent une prolongation d’un ou de deux semestres de la durée des"
            " études. »"
        ),
    ),
    why=N_("A semester abroad stands for a semester at home; only a double degree takes one or two more."),
    fix=N_(
        "Correct extends_studies_semesters, which is only for what the mobility itself causes, or explain it"
        " under waivers: [{rule: CTI013, all: true, reason, by, date}]."
    ),
)
def mobility_does_not_extend_studies(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Up to two semesters for a double degree; a gap year is no extension by the mobility."""
    recognition = mobility.recognition
    semesters = recognition.extends_studies_semesters if recognition else None
    if recognition is None or not semesters or mobility.gap_period:
        return
    if not _double(mobility, context):
        text = say("The mobility lengthens the studies (semesters: {semesters}).", semesters=semesters)
        yield hit(recognition, "extends_studies_semesters", text)
    elif semesters > DOUBLE:
        text = say(
            "The double degree lengthens the studies by {semesters} semesters; one or two are usual.",
            semesters=semesters,
        )
        yield hit(recognition, "extends_studies_semesters", text)


DOUBLE = Decimal(2)
"""The most semesters by which a double degree usually lengthens the studies."""


def _double(mobility: Mobility, context: Context) -> bool:
    """Say whether the stay leads to two degrees, by the record or by the agreement of the schools."""
    agreement = context.index.partner_agreement(mobility)
    nodes = (mobility.degree, agreement)
    return any(each is not None and each.degree_type == "double" for each in nodes)


@rule(
    "CTI014",
    N_("No more days count than the stay has"),
    severity=Severity.ERROR,
    profiles=BOTH,
    when=When(since=Phase.BEFORE_DEPARTURE, directions=OUTGOING),
    cites=(
        CTI.at("« cette expérience de vie et d’études/travail dans un autre pays »"),
        CTI.at("« Le temps de mobilité douce peut être compté dans la durée du séjour international »"),
    ),
    why=N_("Every sum of weeks rests on this number: it can't be larger than the days of presence."),
    fix=N_(
        "Correct counted_days: at most the days from the first to the last, less the interruptions, plus the days of the"
        " journey that count."
    ),
)
def counted_days_within_the_stay(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The days of the journey are in the number already (`travel: counted_days`); what is at home is CTI002's."""
    obligation, possible = mobility.obligation, derive.countable(mobility)
    stated = obligation.counted_days if obligation else None
    if obligation is None or stated is None or possible is None or mobility.kind in derive.AT_HOME:
        return
    if stated > possible:
        text = say(
            "{days} days are counted; the stay and the counted days of the journey make {possible}.",
            days=stated,
            possible=possible,
        )
        yield hit(obligation, "counted_days", text)
