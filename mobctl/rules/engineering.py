"""What the CTI asks of a stay abroad in an engineering school: its cover, what of it counts, and how it is followed."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Message, Quoted, Series, Severity, say
from mobctl.model import (
    Cohort,
    CohortLearner,
    Convention,
    Day,
    Event,
    Exemption,
    Institution,
    Learner,
    Mobility,
    Node,
    PartnerAgreement,
    Party,
    Phase,
)
from mobctl.rule import OUTGOING, Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import CTI

BOTH = {"cti-engineering", "cti-apprentice"}
ABROAD = frozenset(
    {"studies", "traineeship", "study+traineeship", "work-placement", "research", "vet-training"}
    | {"skills-competition"}
)
"""All kinds of mobility but those at home."""
INTERNSHIPS = frozenset({"traineeship", "study+traineeship"})
DATED = {"erasmus-he-studies", "ut2-university", "itsra-social-work"}
"""The profiles whose own rule (PRT001) looks at the days of an agreement between schools."""
CLAUSES = {
    "reception": say("the conditions of reception (reception)"),
    "protection": say("the protection of the learner (protection)"),
    "recognition": say("the recognition of what is done (recognition)"),
}
INTERNSHIP_CLAUSES = {
    "supervision": say("the supervision (supervision)"),
    "safety": say("the safety of the trainee (safety)"),
}
COVERED = (
    CTI.at(
        "« Dans tous les cas, cette période est couverte par une convention qui garantit les conditions d'accueil et de"
        " protection de l’étudiant ainsi que le cadre de reconnaissance pédagogique. »"
    ),
    CTI.at(
        "« couverte par une convention garantissant les conditions d’accueil, d’encadrement et la sécurité de l’étudiant »"
    ),
)
FOLLOWED = CTI.at(
    "« L’école a mis en place des actions de préparation à la mobilité des élèves, de suivi des élèves pendant la"
    " mobilité et réalise un bilan de la mobilité au retour. »"
)
INDIVIDUAL = (
    CTI.at(
        "« il est important que ces mobilités s’effectuent en immersion totale, donc individuelle. Les mobilités en"
        " groupe d’élèves d’une même classe ne permettent pas d’acquérir les mêmes compétences »"
    ),
)


@rule(
    "CTI001",
    N_("An agreement covers the whole stay and guarantees what it has to"),
    severity=Severity.ERROR,
    profiles=BOTH,
    when=When(since=Phase.BEFORE_DEPARTURE, kinds=ABROAD, directions=OUTGOING),
    cites=COVERED,
    why=N_("Reception, protection and recognition are promised on paper, or they are not promised."),
    fix=N_(
        "Record the agreement under convention (covers, clauses) or partner_agreement; have it extended with the stay."
    ),
    clock=True,
)
def period_covered_by_convention(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A convention, or an agreement between the schools together with a learning agreement. Due until departure.

    Clauses are asked of a convention; of an agreement between schools only where it lists some. The days of an
    agreement between schools are PRT001's where that rule runs. An apprentice's convention is APP102's.
    """
    if mobility.apprenticeship and mobility.apprenticeship.regime == "ordinary":
        return
    convention = mobility.convention
    if convention is not None:
        yield from _uncovered(mobility, convention)
        yield from _clauses(mobility, convention, convention.clauses)
    elif mobility.partner_agreement is None or mobility.kind == "traineeship":
        text = say("No agreement is recorded that covers the stay.")
        yield hit(mobility, None, text, due=_departure(mobility))
    else:
        yield from _partners(mobility, mobility.partner_agreement, context)


def _departure(mobility: Mobility) -> date | None:
    departure = derive.departure(mobility)
    return departure.last if departure else None


def _uncovered(mobility: Mobility, convention: Convention) -> Iterator[Hit]:
    """Say what of the stay the days of a convention leave out; where it states none, that it does not."""
    covers, start, end = convention.covers, derive.start(mobility), derive.end(mobility)
    if covers is None or covers.from_ is None or covers.to is None:
        text = say("The agreement does not say from when to when it covers the stay.")
        yield hit(convention, "covers" if covers else None, text, due=_departure(mobility))
    elif start and end and (covers.from_.first > start.last or covers.to.last < end.first):
        text = say(
            "The agreement covers {first} to {last}; the stay is from {start} to {end}.",
            first=covers.from_.said,
            last=covers.to.said,
            start=start.said,
            end=end.said,
        )
        yield hit(convention, "covers", text, due=_departure(mobility))


def _clauses(mobility: Mobility, node: Node, clauses: tuple[str, ...]) -> Iterator[Hit]:
    wanted = CLAUSES | (INTERNSHIP_CLAUSES if mobility.kind in INTERNSHIPS else {})
    absent = tuple(text for clause, text in wanted.items() if clause not in clauses)
    if absent:
        text = say("The agreement is not said to guarantee {what}.", what=Series(absent))
        field = "clauses" if getattr(node, "clauses", ()) else None
        yield hit(node, field, text, due=_departure(mobility))


def _outside(first: Day, last: Day, day: Day) -> bool:
    """Say whether a day lies before or after some days; a month may be in as long as one of its days is."""
    return day.last < first.first or last.last < day.first


def _partners(mobility: Mobility, named: PartnerAgreement, context: Context) -> Iterator[Hit]:
    """What an agreement between schools has to say: its days where nobody else looks at them, its clauses if it lists any."""
    shared, start = context.index.partner_agreement(mobility), derive.start(mobility)
    if shared is None:
        raise NotCheckableError(
            say("no file of the folder holds the partner agreement {name}", name=Quoted(named.ref or ""))
        )
    covers = shared.covers
    mine = not DATED.intersection(context.profiles)
    if mine and start and covers and covers.from_ and covers.to and _outside(covers.from_, covers.to, start):
        text = say(
            "The agreement of the schools covers {first} to {last}; the stay begins on {start}.",
            first=covers.from_.said,
            last=covers.to.said,
            start=start.said,
        )
        yield hit(named, None, text, due=_departure(mobility))
    if shared.clauses:
        yield from _clauses(mobility, named, shared.clauses)


@rule(
    "CTI002",
    N_("What is done at home does not count as an experience abroad"),
    severity=Severity.ERROR,
    profiles=BOTH,
    when=When(since=Phase.BEFORE_DEPARTURE, kinds=derive.AT_HOME, directions=OUTGOING),
    cites=(
        CTI.at(
            "« les activités d’internationalisation à domicile ne peuvent pas remplacer cette expérience de vie et"
            " d’études/travail dans un autre pays : elles ne se substituent donc pas à la mobilité internationale"
            " obligatoire. »"
        ),
    ),
    why=N_("International activities at home are encouraged, but they are no immersion in another country."),
    fix=N_("Write counted_days: 0 under obligation, and keep the record of the activity."),
)
def at_home_activity_not_counted(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Internationalisation at home and entirely virtual mobilities."""
    obligation = mobility.obligation
    if obligation and obligation.counted_days:
        text = say(
            "{days} days are counted; nothing of this mobility takes place abroad.",
            days=obligation.counted_days,
        )
        yield hit(obligation, "counted_days", text)


@rule(
    "CTI003",
    N_("A stay in the preparatory cycle counts only if a five-year school supervised it"),
    severity=Severity.ERROR,
    profiles={"cti-engineering"},
    when=When(since=Phase.BEFORE_DEPARTURE, directions=OUTGOING),
    cites=(
        CTI.at(
            "« Une tolérance est toutefois admise pour qu’une partie de la mobilité s’effectue lors du cycle préparatoire"
            " dans les écoles en cinq ans, sous réserve que la mobilité soit encadrée par l’école. »"
        ),
    ),
    why=N_("The experience abroad belongs to the engineering cycle; what counts before it is an exception."),
    fix=N_(
        "Write supervised_by_school: true under obligation if the school supervised it, and five_year_school in the"
        " school's file; else counted_days: 0."
    ),
)
def counted_mobility_in_engineering_cycle(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Where days are counted of a stay in the preparatory cycle; that not all of them may be is CTI015's."""
    obligation = mobility.obligation
    if derive.stage(mobility) != "preparatory" or obligation is None or not obligation.counted_days:
        return
    if not obligation.supervised_by_school:
        text = say(
            "{days} days of the preparatory cycle are counted, and the school is not said to have supervised the stay.",
            days=obligation.counted_days,
        )
        yield hit(obligation, "counted_days", text)
    if not _school(mobility, context).five_year_school:
        text = say(
            "{days} days of the preparatory cycle are counted, and the home school is not said to be a five-year school.",
            days=obligation.counted_days,
        )
        yield hit(obligation, "counted_days", text)


def _school(mobility: Mobility, context: Context) -> Party | Institution:
    """What is known of the home school: its file, or what the record itself says."""
    return context.index.file_of(mobility.home) or mobility.home


@rule(
    "CTI004",
    N_("A stay in a group of classmates does not count"),
    severity=Severity.ERROR,
    profiles=BOTH,
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    cites=INDIVIDUAL,
    why=N_("Among classmates nobody has to find the way alone: it is not the immersion that is meant."),
    fix=N_(
        "Write counted_days: 0 under obligation; or individual: true if the learner did not go as a group."
    ),
)
def counted_mobility_is_individual(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Only if the stay is said not to be individual: two of a class with one partner are not yet a group."""
    obligation = mobility.obligation
    if obligation and obligation.counted_days and derive.in_group(mobility):
        text = say(
            "{days} days are counted of a stay in a group of classmates.", days=obligation.counted_days
        )
        yield hit(obligation, "counted_days", text)


@rule(
    "CTI016",
    N_("It is known before the departure that a stay in a group will not count"),
    severity=Severity.WARNING,
    profiles=BOTH,
    when=When(until=Phase.AFTER_RETURN, directions=OUTGOING),
    cites=INDIVIDUAL,
    why=N_("Who believes that the stay counts will not look for another one in time."),
    fix=N_("Write counted_days: 0 under obligation, and tell the learner; or individual: true."),
)
def planned_group_will_not_count(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """As CTI004, before the return: unless it is said that no day counts."""
    obligation = mobility.obligation
    stated = obligation.counted_days if obligation else None
    if derive.in_group(mobility) and stated != 0 and mobility.kind not in derive.UNCOUNTED:
        text = say("A stay in a group of classmates will not count as the compulsory experience abroad.")
        if mobility.individual is False:
            yield hit(mobility, "individual", text)
        else:
            yield hit(mobility, "format", text)


Sources = tuple[Learner | CohortLearner, ...]


def _foreign(sources: Sources) -> Message | None:
    citizenship = next((each.citizenship for each in sources if each.citizenship), ())
    if not citizenship:
        return say("the citizenship is not stated")
    return say("the learner has French citizenship") if "FR" in citizenship else None


def _schooled(sources: Sources) -> Message | None:
    diploma = next((each.secondary_diploma for each in sources if each.secondary_diploma), None)
    places = {diploma.country, diploma.exam_centre_country} - {None} if diploma else set[str | None]()
    if not places:
        return say("it is not stated of which country the school-leaving diploma is")
    return say("the school-leaving diploma was earned in France") if places == {"FR"} else None


def _came(sources: Sources) -> Message | None:
    told = [each.came_to_france_to_study for each in sources]
    came = next((each for each in told if each is not None), None)
    if came is None:
        return say("it is not stated whether the learner came to France to study")
    return None if came else say("the learner did not come to France to study")


def _exemption(exemption: Exemption, sources: Sources) -> Iterator[Hit]:
    facts = tuple(fact for fact in (_foreign(sources), _schooled(sources), _came(sources)) if fact)
    if exemption.reason == "international-student" and facts:
        text = say(
            "The exemption of an international student does not stand yet: {facts}.", facts=Series(facts)
        )
        yield hit(exemption, "reason", text)


def _exemptions(cohort: Cohort, context: Context) -> Iterator[Hit]:
    for learner in cohort.learners:
        if learner.exemption is not None:
            records = (record.learner for record in context.index.sent(cohort, learner))
            yield from _exemption(learner.exemption, (learner, *records))


@rule(
    "CTI005",
    N_("Three facts make an international student, who need not go abroad"),
    severity=Severity.ERROR,
    profiles=BOTH,
    when=When(since=Phase.BEFORE_DEPARTURE, directions=OUTGOING),
    cites=(
        CTI.at("« Les étudiants internationaux sont exemptés de cette obligation. »"),
        CTI.at(
            "« les étudiants de nationalité étrangère titulaires d’un diplôme d’études secondaires étranger ou d’un"
            " baccalauréat français obtenu à l’étranger, venus en France spécifiquement pour poursuivre leurs études »"
        ),
    ),
    why=N_("Foreign citizenship alone exempts nobody who went to school in France."),
    fix=N_(
        "Complete, under learner: citizenship, secondary_diploma and came_to_france_to_study; if one of them does not"
        " hold, write derogation (reason, decided, decision_ref) in the place of exemption."
    ),
    of_cohort=_exemptions,
)
def international_student_exemption_justified(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """In the record, or in the file of the cohort; either may have the facts."""
    own = mobility.obligation.exemption if mobility.obligation else None
    member = context.index.member(mobility)
    if own is not None:
        yield from _exemption(own, (mobility.learner, member) if member else (mobility.learner,))


@rule(
    "CTI006",
    N_("Preparation, follow-up and debrief are recorded"),
    severity=Severity.WARNING,
    profiles=BOTH | {"erasmus-vet"},
    when=When(since=Phase.BEFORE_DEPARTURE, directions=OUTGOING, kinds=ABROAD),
    numbers={"days": Number(Decimal(30), "day", "lower")},
    cites=(FOLLOWED,),
    why=N_("The accreditation asks how learners are prepared, followed and heard on their return."),
    fix=N_(
        "Write down what took place: under followup, preparation and contacts; under evidence, debrief with its date."
    ),
    clock=True,
    by="home",
)
def preparation_followup_and_debrief_recorded(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A preparation by the departure, a contact after a third of the stay, a debrief 30 days after the return.

    What was not prepared or followed can't be made up for after the return, and is not asked for any more.
    """
    phase = derive.phase(mobility, context.as_of)
    if phase >= Phase.AFTER_RETURN:
        yield from _debriefed(mobility, int(context.numbers["days"]))
        return
    yield from _prepared(mobility)
    if phase is Phase.DURING:
        yield from _in_contact(mobility)


def _prepared(mobility: Mobility) -> Iterator[Hit]:
    start = derive.start(mobility)
    done = mobility.followup.preparation if mobility.followup else ()
    if any(each.date and (start is None or each.date.first < start.last) for each in done):
        return
    node: Node = mobility.followup or mobility
    text = say("No preparation of the stay is recorded.")
    yield hit(node, "preparation" if done else None, text, due=_departure(mobility))


def _in_contact(mobility: Mobility) -> Iterator[Hit]:
    start, end = derive.start(mobility), derive.end(mobility)
    done = mobility.followup.contacts if mobility.followup else ()
    if not start or not end or any(each.date and each.date.last >= start.first for each in done):
        return
    third = (end.last - start.first).days // 3 + 1
    node: Node = mobility.followup or mobility
    text = say("No contact with the learner during the stay is recorded.")
    yield hit(node, "contacts" if done else None, text, due=derive.days_after(start.first, third))


def _debriefed(mobility: Mobility, days: int) -> Iterator[Hit]:
    end, evidence = derive.end(mobility), mobility.evidence
    done: Event | None = evidence.debrief if evidence else None
    if done is None or done.date is None:
        text = say("No debrief after the return is recorded.")
        due = derive.days_after(end.last, days + 1) if end else None
        yield hit(done or evidence or mobility, None, text, due=due)
    elif end and done.date.last < end.first:
        text = say(
            "The debrief was on {day}, before the stay ended on {end}.", day=done.date.said, end=end.said
        )
        yield hit(done, "date", text)
