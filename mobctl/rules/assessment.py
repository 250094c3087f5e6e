"""How learning outcomes are assessed and written down: where the learner starts, the grid, the papers."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Arg, Message, Quoted, Series, Severity, Text, say
from mobctl.model import Assessment, Mobility, Names, Outcome, Paper, Phase
from mobctl.rule import OUTGOING, Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import MOBILITY_REFERENT

ASSESSED = {"erasmus-vet"}
"""The profiles under which learning outcomes are assessed."""
CERTIFIED = {"mobilitepro", "btm-mention-europe"}
"""Those under which they count in a diploma or a title."""

WRITTEN = ("evaluation-grid", "assessor-report", "pv", "validation-certificate", "open-badge")
OFFICIAL = {"rectorate", "certifier"}
"""Who issues the minutes of an examination: they are signed there."""


def _outcomes(mobility: Mobility) -> tuple[Outcome, ...]:
    return mobility.agreement.learning_outcomes if mobility.agreement else ()


def _named(outcome: Outcome) -> Arg:
    """Name an outcome by its title, without the full stop it may end in, else by its id."""
    title: Names | None = outcome.title
    if isinstance(title, dict):
        return Text(tuple((lang, text.rstrip(" .")) for lang, text in title.items()))
    return title.rstrip(" .") if title else Quoted(outcome.id)


def _limit(mobility: Mobility, context: Context) -> date:
    """The last day on which what comes from the host is in time."""
    end = derive.end(mobility)
    if end is None:
        raise NotCheckableError(say("the last day of the stay is not known"))
    return derive.days_after(end.last, int(context.numbers["days"]))


def _levels(assessed: Iterable[Assessment]) -> dict[str, Assessment]:
    """What has a level, by outcome."""
    return {each.outcome: each for each in assessed if each.level}


@rule(
    "EVA001",
    N_("The host knows where the learner starts from"),
    severity=Severity.INFO,
    profiles=ASSESSED | CERTIFIED,
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.DURING, directions=OUTGOING),
    cites=(
        MOBILITY_REFERENT.at(
            "« Procéder au positionnement des apprenants pour informer les partenaires d’accueil sur le profil de l’apprenant »"
        ),
        MOBILITY_REFERENT.at("« en précisant le niveau européen de formation »"),
    ),
    why=N_("Progress can only be assessed from a starting point; it also helps to find a fitting company."),
    fix=N_(
        "Write under learner: positioning where the Europass CV, the letter or the portfolio is kept, or the experience, and the level (eqf)."
    ),
)
def positioning_before_departure(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Where an assessment is intended: one of four sources, the level, and not later than the eve of departure."""
    if mobility.evaluation is None or not mobility.evaluation.intended:
        return
    learner, start = mobility.learner, derive.departure(mobility)
    known, enrolment = learner.positioning, learner.enrolment
    sources = (
        (known.europass_cv, known.motivation_file, known.portfolio, known.prior_experience) if known else ()
    )
    if known is None or not any(sources):
        yield hit(known or learner, None, say("Nothing tells the host what the learner knows already."))
    elif not (known.eqf or (enrolment and enrolment.eqf)):
        yield hit(known, None, say("The European level of training (EQF) of the learner is not stated."))
    elif known.date and start and known.date.first >= start.last:
        text = say(
            "This was written down on {day}, and the departure is on {departure}.",
            day=known.date.said,
            departure=start.said,
        )
        yield hit(known, "date", text)


@rule(
    "EVA002",
    N_("The grid gives a level for every learning outcome"),
    severity=Severity.ERROR,
    profiles=ASSESSED | CERTIFIED | {"catalonia-fp"},
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    numbers={"days": Number(Decimal(30), "day", "lower")},
    cites=(
        MOBILITY_REFERENT.at(
            "« si les acquis d’apprentissage attendus ont été atteints (ou partiellement atteint / pas atteint) »"
        ),
    ),
    why=N_(
        "An outcome without a level counts for nothing: nobody can say afterwards whether it was reached."
    ),
    fix=N_(
        "Have the tutor give a level, and write it under evaluation: grid: achieved, partial or not-achieved for each outcome."
    ),
    clock=True,
    by="host",
)
def grid_gives_a_level_for_every_outcome(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Where a grid is there or the company's grid is a method; something to do for some days after the return."""
    evaluation = mobility.evaluation
    if evaluation is None or not (evaluation.grid or "company-grid" in evaluation.methods):
        return
    levels = _levels(evaluation.grid)
    absent = tuple(_named(outcome) for outcome in _outcomes(mobility) if outcome.id not in levels)
    if absent:
        limit = _limit(mobility, context)
        text = say(
            "The grid gives no level for: {outcomes}; it is expected by {day}.",
            outcomes=Series(absent),
            day=limit,
        )
        yield hit(evaluation, "grid" if evaluation.grid else None, text, due=derive.days_after(limit, 1))


@rule(
    "EVA003",
    N_("What was tested before the departure is tested again at the end"),
    severity=Severity.WARNING,
    profiles=ASSESSED,
    when=When(since=Phase.AFTER_RETURN, until=Phase.RECOGNISED, directions=OUTGOING),
    numbers={"days": Number(Decimal(30), "day", "lower", of="EVA002")},
    cites=(MOBILITY_REFERENT.at("« tester la compétence avant le départ et comparer en fin de séjour »"),),
    why=N_("A test before the stay says nothing until there is one to compare it with."),
    fix=N_("Write the level at the end under evaluation: post_test or grid, or take the first test out."),
    clock=True,
)
def pre_test_has_a_post_test(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A level of the grid compares as well. The first test is before the departure, the second not before the start."""
    evaluation = mobility.evaluation
    departure, start = derive.departure(mobility), derive.start(mobility)
    for test in evaluation.pre_test if evaluation else ():
        if test.date and departure and test.date.first >= departure.last:
            text = say(
                "This test is of {day}, and the departure was on {departure}: it is none from before the stay.",
                day=test.date.said,
                departure=departure.said,
            )
            yield hit(test, "date", text)
    final = _levels((*evaluation.grid, *evaluation.post_test)) if evaluation else {}
    for test in evaluation.pre_test if evaluation else ():
        again = final.get(test.outcome)
        if again is None:
            limit = _limit(mobility, context)
            text = say(
                "{outcome} was tested before the departure, and not at the end; that is expected by {day}.",
                outcome=_title(mobility, test.outcome),
                day=limit,
            )
            yield hit(test, None, text, due=derive.days_after(limit, 1))
        elif again.date and start and again.date.last < start.first:
            text = say(
                "The test at the end is of {day}, and the stay began on {start}.",
                day=again.date.said,
                start=start.said,
            )
            yield hit(again, "date", text)


def _title(mobility: Mobility, id: str) -> Arg:
    """Name an outcome by what the agreement calls it."""
    return next((_named(outcome) for outcome in _outcomes(mobility) if outcome.id == id), Quoted(id))


@rule(
    "EVA004",
    N_("The results of an assessment are written down"),
    severity=Severity.WARNING,
    profiles=ASSESSED,
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    numbers={"days": Number(Decimal(30), "day", "lower", of="EVA002")},
    cites=(
        MOBILITY_REFERENT.at("« il est utile que les acquis ou les résultats soient consignés par écrit »"),
    ),
    why=N_("What nobody has written down cannot be shown to a jury or to an employer."),
    fix=N_(
        "Write the grid, the report, the minutes or the certificate under documents, with the day it was issued."
    ),
    clock=True,
)
def results_written_down(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """After the day on which the assessment was complete, one of five papers of that day or later."""
    evaluation = mobility.evaluation
    done = evaluation.done if evaluation else None
    if evaluation is None or done is None:
        return
    papers = derive.papers(mobility, *WRITTEN)
    if not any(paper.issued and paper.issued.last >= done.first for paper in papers):
        limit = derive.days_after(done.last, int(context.numbers["days"]))
        text = say(
            "The assessment was complete on {done}, and no paper of that day or later gives its results.",
            done=done.said,
        )
        yield hit(evaluation, "done", text, due=derive.days_after(limit, 1))


@rule(
    "EVA005",
    N_("The minutes of the validation are signed by all who assessed"),
    severity=Severity.ERROR,
    profiles=ASSESSED | {"btm-mention-europe"},
    when=When(directions=OUTGOING),
    cites=(MOBILITY_REFERENT.at("« Un compte rendu des évaluateurs, un PV de validation est signé »"),),
    why=N_("Minutes are the word of those who were there: each signs for what was decided."),
    fix=N_("Have those sign who are missing, and write name and date under the signatures of the minutes."),
)
def pv_signed_by_assessors(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Minutes that are issued, and not those of an examination: each assessor by name, and not before the assessment."""
    evaluation = mobility.evaluation
    for paper in derive.papers(mobility, "pv"):
        if paper.issued is None or paper.issuer_type in OFFICIAL:
            continue
        given = [each for each in paper.signatures if derive.given(each)]
        names = {(each.name or "").casefold() for each in given}
        assessors = evaluation.assessors if evaluation else ()
        absent = tuple(each.name for each in assessors if each.name.casefold() not in names)
        if absent:
            text = say("The minutes are not signed by {names}.", names=Series(absent))
            yield hit(paper, "signatures" if paper.signatures else None, text)
        elif not given:
            yield hit(paper, None, say("Nobody has signed the minutes."))
        done = evaluation.done if evaluation else None
        for each in given:
            if each.date and done and each.date.latest < done.first:
                text = say(
                    "This signature is of {signed}, and the assessment was complete on {done} only.",
                    signed=each.date.said,
                    done=done.said,
                )
                yield hit(each, "date", text)


@rule(
    "EVA006",
    N_("A certificate of validation or a badge details what was achieved, after the return"),
    severity=Severity.ERROR,
    profiles=ASSESSED,
    when=When(directions=OUTGOING),
    cites=(
        MOBILITY_REFERENT.at("« délivrer un certificat de validation au retour de l’apprenant »"),
        MOBILITY_REFERENT.at("« Un certificat ou open badge qui détaille les acquis »"),
    ),
    why=N_("It certifies outcomes: those that were reached, one by one, and the whole stay behind them."),
    fix=N_("Issue it anew: under outcomes the ids of what was achieved, and no earlier than the last day."),
)
def certificate_details_outcomes_and_follows_return(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """No outcome, one that was not achieved, or issued before the last day of the stay."""
    actual = mobility.period.actual
    end = actual.end if actual else None
    levels = _levels(mobility.evaluation.grid if mobility.evaluation else ())
    for paper in derive.papers(mobility, "validation-certificate", "open-badge"):
        yield from _certified(mobility, paper, levels)
        if paper.issued and end and paper.issued.last < end.first:
            text = say(
                "This is dated {day}, before the last day of the stay, {end}.",
                day=paper.issued.said,
                end=end.said,
            )
            yield hit(paper, "issued", text)


def _certified(mobility: Mobility, paper: Paper, levels: dict[str, Assessment]) -> Iterator[Hit]:
    if not paper.outcomes:
        yield hit(paper, None, say("This certificate names no learning outcome."))
    for id in paper.outcomes:
        if id in levels and levels[id].level == "not-achieved":
            text: Message = say(
                "The grid says that this was not achieved: {outcome}.", outcome=_title(mobility, id)
            )
            yield hit(paper, "outcomes", text, beside=[(levels[id], say("the level in the grid"))])
