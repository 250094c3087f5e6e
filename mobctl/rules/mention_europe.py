"""The European mention of the BTM (CMA France), which was tried out until 2025."""

from collections.abc import Iterator
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Message, Series, Severity, say
from mobctl.model import BtmMarks, Certification, Dossier, Jury, Mobility, Phase
from mobctl.rule import OUTGOING, Context, Hit, Number, When, hit, rule
from mobctl.sources import MOBILITY_REFERENT

PROFILE = {"btm-mention-europe"}


@rule(
    "BTM001",
    N_("The European mention is a trial of its time, or stands in the rules of the title"),
    severity=Severity.WARNING,
    profiles=PROFILE,
    when=When(directions=OUTGOING),
    numbers={
        "first_session": Number(Decimal(2022), "year", "higher"),
        "last_session": Number(Decimal(2025), "year", "lower"),
    },
    cites=(
        MOBILITY_REFERENT.at(
            "« CMA France test actuellement la faisabilité d’une mobilité à visée certificative – « mention Europe » dans"
            " les parcours du Brevet de technicien de métiers – BTM ». Une première phase test a concerné le titre du BTM"
            " Pâtissier lors de la session 2021-2022. D’autres mobilités test seront conduites jusqu’en 2025. Si"
            " concluant, les conditions de mise en œuvre et les modalités de l’évaluation, validation et reconnaissance"
            " de cette mobilité à visée certificative sera inscrite au règlement lors du renouvellement du BTM Pâtissier"
            " au RNCP en 2025. »"
        ),
    ),
    why=N_("After the trial only the rules of the title can give points for a stay abroad."),
    fix=N_(
        "Ask CMA France for the rules of this session, and write their article under certification: regulation_ref; for a trial, trial: true and its session."
    ),
)
def btm_trial_or_regulation(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """From the session 2021-2022 to that of 2025 a trial needs no article; that there is neither may be CER002's."""
    certification = mobility.certification or Certification()
    node = mobility.certification or mobility
    if certification.regulation_ref or _said_by_cer002(mobility, context):
        return
    sessions = derive.years(certification.session or "")
    first, last = (int(context.numbers[name]) for name in ("first_session", "last_session"))
    if not certification.trial:
        text = say("The record neither says that this is a trial, nor which rules provide for the mention.")
        yield hit(node, None, text)
    elif not sessions:
        yield hit(node, None, say("The record says that this is a trial, and not of which session."))
    elif not first <= sessions[-1] <= last:
        text = say(
            "The trial ran from the session of {first} to that of {last}, and this is the session {session}.",
            first=str(first),
            last=str(last),
            session=certification.session or "",
        )
        yield hit(node, "session", text)


def _said_by_cer002(mobility: Mobility, context: Context) -> bool:
    certification = mobility.certification
    asked = certification is not None and certification.intended and not certification.trial
    return bool(asked) and derive.phase(mobility, context.as_of) >= Phase.BEFORE_DEPARTURE


@rule(
    "BTM002",
    N_("The candidate has handed in a file on the host company or on recipes"),
    severity=Severity.WARNING,
    profiles=PROFILE,
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    numbers={"days": Number(Decimal(30), "day", "lower")},
    cites=(
        MOBILITY_REFERENT.at(
            "« Le dossier écrit peut être, soit axée sur l’organisation de l’entreprise d’accueil, soit sur l’élaboration"
            " des recettes spécifiques. »"
        ),
    ),
    why=N_("The jury reads the file before the candidate presents the stay."),
    fix=N_(
        "Write under evaluation: btm: dossier: axis (host-organisation or recipes) and received, the day it came."
    ),
    clock=True,
    by="learner",
)
def btm_file_axis(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Expected within 30 days of the last day of the stay: the text is a proposal and names no day."""
    evaluation, end = mobility.evaluation, derive.end(mobility)
    if mobility.certification and mobility.certification.intended is False:
        return
    dossier = (evaluation and evaluation.btm and evaluation.btm.dossier) or Dossier()
    node = (evaluation and evaluation.btm and evaluation.btm.dossier) or evaluation or mobility
    names = {
        "axis": say("what it is about (axis)"),
        "received": say("when it came (received)"),
    }
    lacking = tuple(name for field, name in names.items() if not getattr(dossier, field))
    if lacking:
        text = say("Of the candidate's file, the record does not say: {what}.", what=Series(lacking))
        due = derive.days_after(end.last, int(context.numbers["days"]) + 1) if end else None
        yield hit(node, None, text, due=due)


@rule(
    "BTM003",
    N_("The jury has marked all three kinds of competence"),
    severity=Severity.INFO,
    profiles=PROFILE,
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    cites=(
        MOBILITY_REFERENT.at(
            "« Le candidat est évalué sur 3 types de compétences : transversales, organisationnelles ou techniques (mise"
            " en œuvre des recettes). »"
        ),
    ),
    why=N_("A kind that was not assessed cannot be told from one that was forgotten."),
    fix=N_(
        "Write the points under evaluation: btm: marks: transversal, organisational, technical; if a kind was left out on purpose, there is nothing to do."
    ),
)
def btm_three_competence_types(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Once the assessment is complete (`done`)."""
    evaluation = mobility.evaluation
    if evaluation is None or evaluation.done is None:
        return
    marks = (evaluation.btm and evaluation.btm.marks) or BtmMarks()
    kinds = {
        "transversal": say("transversal competences (transversal)"),
        "organisational": say("organisational competences (organisational)"),
        "technical": say("technical competences (technical)"),
    }
    lacking = tuple(name for field, name in kinds.items() if getattr(marks, field) is None)
    if lacking:
        node = (evaluation.btm and evaluation.btm.marks) or evaluation
        yield hit(node, None, say("No points are recorded for: {kinds}.", kinds=Series(lacking)))


@rule(
    "BTM004",
    N_("Points for the stay rest on a presentation before a jury, after the return"),
    severity=Severity.WARNING,
    profiles=PROFILE,
    when=When(directions=OUTGOING),
    cites=(MOBILITY_REFERENT.at("« Il présentera son expérience devant un jury. »"),),
    why=N_("The points are for what the candidate presents, looking back on the whole stay."),
    fix=N_("Write under evaluation: jury: date and members."),
)
def btm_presentation_to_jury(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Once points are recorded, be they 0."""
    certification, evaluation, end = mobility.certification, mobility.evaluation, derive.end(mobility)
    if certification is None or certification.bonus_points is None:
        return
    jury = (evaluation and evaluation.jury) or Jury()
    node = (evaluation and evaluation.jury) or certification
    lacking: list[Message] = []
    if jury.date is None:
        lacking.append(say("on which day it met (date)"))
    if not jury.members:
        lacking.append(say("who was on it (members)"))
    if lacking:
        text = say(
            "Points were given for the stay; of the jury, the record does not say: {what}.",
            what=Series(tuple(lacking)),
        )
        yield hit(node, None, text)
    if jury.date and end and jury.date.last < end.first:
        text = say(
            "The jury met on {day}, before the end of the stay on {end}.", day=jury.date.said, end=end.said
        )
        yield hit(jury, "date", text)


@rule(
    "BTM005",
    N_("The tutor at the host company has filled in the TAC International"),
    severity=Severity.WARNING,
    profiles=PROFILE,
    when=When(directions=OUTGOING),
    cites=(
        MOBILITY_REFERENT.at(
            "« un tableau d’acquisition de compétences « TAC INTERNATIONAL » peut permettre au tuteur de l’entreprise"
            " d’accueil (seul ou avec le formateur du partenaire européens ou du CFA français) de contribuer à évaluer les"
            " acquis d’apprentissage en mobilité »"
        ),
    ),
    why=N_("Only who saw the work can say how well it was done; the trainers help the tutor."),
    fix=N_("Have the tutor fill it in, and write host-tutor under authors of the paper."),
    by="host-company",
)
def tac_author_includes_host_tutor(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Of every TAC that is neither annulled nor replaced; who else may write in it is a matter of the schema."""
    for paper in derive.papers(mobility, "tac-international"):
        if not paper.authors:
            yield hit(paper, None, say("The record does not say who filled in the TAC International."))
        elif "host-tutor" not in paper.authors:
            text = say(
                "The tutor at the host company is not among those who filled in the TAC International."
            )
            yield hit(paper, "authors", text)


@rule(
    "BTM006",
    N_("The mention adds three points at most, to a title that was passed without them"),
    severity=Severity.ERROR,
    profiles=PROFILE,
    when=When(directions=OUTGOING),
    numbers={"most": Number(Decimal(3), "point", "lower")},
    cites=(
        MOBILITY_REFERENT.at(
            "« A condition de présenter par ailleurs avec succès les épreuves du titre BTM en question, le TAC (et la"
            " présentation devant un jury) peut apporter au maximum 3 points supplémentaires pour un apprenant effectuant"
            " une mobilité au cours de son BTM. »"
        ),
    ),
    why=N_("The mention rewards a title, it does not make one: no stay abroad replaces an examination."),
    fix=N_(
        "Correct certification: bonus_points after the report of the jury (3 at most, 0 without the title), and write title_passed_without_bonus."
    ),
)
def btm_bonus_capped_and_conditional(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Only for points that were given; whether the stay lies in the enrolment, where the record has its days."""
    certification, most = mobility.certification, context.numbers["most"]
    if certification is None or not certification.bonus_points:
        return
    points = certification.bonus_points
    if points > most:
        text = say("{points} points were given for the stay; {most} is the most.", points=points, most=most)
        yield hit(certification, "bonus_points", text)
    passed = certification.title_passed_without_bonus
    if passed is None:
        text = say(
            "Points were given for the stay, and the record does not say that the title was passed without them."
        )
        yield hit(certification, None, text)
    elif not passed:
        text = say("Points were given for the stay, and the title was not passed without them.")
        yield hit(certification, "title_passed_without_bonus", text)
    yield from _outside(mobility, certification)


def _outside(mobility: Mobility, certification: Certification) -> Iterator[Hit]:
    """Say that the stay began before the learner was enrolled for the title, or ended after."""
    enrolment = mobility.learner.enrolment
    start, end = derive.start(mobility), derive.end(mobility)
    if enrolment is None:
        return
    if start and enrolment.from_ and start.last < enrolment.from_.first:
        text = say(
            "Points were given for a stay that began on {start}; the learner is enrolled since {day}.",
            start=start.said,
            day=enrolment.from_.said,
        )
        yield hit(certification, "bonus_points", text)
    elif end and enrolment.to and end.first > enrolment.to.last:
        text = say(
            "Points were given for a stay that ended on {end}; the learner was enrolled until {day}.",
            end=end.said,
            day=enrolment.to.said,
        )
        yield hit(certification, "bonus_points", text)
