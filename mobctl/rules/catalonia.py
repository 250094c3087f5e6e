"""Placements of Catalan vocational schools, which are followed in qBID."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Message, Quoted, Series, Severity, say
from mobctl.model import Activity, Agreement, Mobility, Outcome, Phase, TaskAssessment
from mobctl.rule import OUTGOING, Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import MOBILITY_REFERENT

PROFILE = {"catalonia-fp"}
BEFORE = When(since=Phase.BEFORE_DEPARTURE, directions=OUTGOING)
SIGNED = (
    MOBILITY_REFERENT.at(
        "« Il est nécessaire de signer un accord sur le calendrier, les tâches et les résultats d’apprentissage à"
        " atteindre dans l’entreprise (entre école professionnelle, le participant et entreprise européenne /"
        " internationale). »"
    ),
)
STRUCTURE = MOBILITY_REFERENT.at(
    "« En Catalogne, les diplômes professionnels sont organisés en Modules Professionnels (MP). Des Unités de Formation"
    " (UF) permettent d’obtenir des acquis d’apprentissage (AA) qui sont l’élément central du programme de formation et"
    " la référence pour les activités d’enseignement et d’évaluation. »"
)
CRITERIA = MOBILITY_REFERENT.at("« Chaque AA est associé à des critères d’évaluation. »")
VALIDATED = (
    MOBILITY_REFERENT.at(
        "« L’évaluation des acquis d’apprentissage (LA) se fait directement par de l’école professionnelle catalane, en"
        " tenant compte de l’évaluation par le tuteur des activités menées par l’apprenant dans l’entreprise. »"
    ),
    MOBILITY_REFERENT.at(
        "« Cette évaluation est reflétée dans le qbid et vérifiée et validée par le tuteur catalan. »"
    ),
)
OF_THE_HOST = frozenset({"host-tutor", "partner-trainer", "cfa-trainer"})
"""On whose behalf a level is judged that the school has not decided."""


def _departure(mobility: Mobility) -> date:
    departure = derive.departure(mobility)
    if departure is None:
        raise NotCheckableError(say("the day of departure is not known"))
    return departure.last


def _outcomes(mobility: Mobility) -> tuple[Outcome, ...]:
    return mobility.agreement.learning_outcomes if mobility.agreement else ()


def _activities(mobility: Mobility) -> tuple[Activity, ...]:
    return mobility.agreement.activities if mobility.agreement else ()


def _parties(mobility: Mobility, context: Context) -> tuple[str, ...]:
    """Name the roles that sign: school, learner and company, which may be the host itself; nobody, for a group.

    Under Erasmus+ the vocational rules ask for the signatures of learner, home and host already (DOC001).
    """
    if derive.in_group(mobility):
        return ()
    company = "host-company" if mobility.host_companies else "host"
    if "erasmus-vet" in context.profiles:
        return tuple(role for role in (company,) if role != "host")
    return ("learner", "home", company)


@rule(
    "CAT001",
    N_("School, learner and company have agreed on calendar, tasks and outcomes before the placement"),
    severity=Severity.ERROR,
    profiles=PROFILE,
    when=BEFORE,
    cites=SIGNED,
    why=N_(
        "What the company is to teach, and when, has to be settled between the three before the learner is there."
    ),
    fix=N_(
        "Complete agreement: calendar, tasks, learning_outcomes, and write the missing signature under agreement: signatures."
    ),
    clock=True,
)
def placement_agreement_three_parties(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Until departure something to do; in vocational training, that there are no outcomes is LA005's.

    A group has a learning programme instead of agreements; under Erasmus+ an agreement that is not there is DOC001's.
    """
    agreement, due = mobility.agreement, _departure(mobility)
    if derive.in_group(mobility):
        return
    if agreement is None:
        if "erasmus-vet" not in context.profiles:
            yield hit(mobility, None, say("There is no learning agreement."), due=due)
        return
    names = {
        "calendar": say("the calendar (calendar)"),
        "tasks": say("the tasks (tasks)"),
        "learning_outcomes": say("the learning outcomes (learning_outcomes)"),
    }
    if mobility.kind == "vet-training":
        del names["learning_outcomes"]
    lacking = tuple(name for field, name in names.items() if not getattr(agreement, field))
    if lacking:
        yield hit(agreement, None, say("The agreement does not state {what}.", what=Series(lacking)), due=due)
    for role in _parties(mobility, context):
        if not derive.signed(agreement.signatures, role):
            yield _unsigned(mobility, agreement, role, due)


def _unsigned(mobility: Mobility, agreement: Agreement, role: str, due: date) -> Hit:
    departure = derive.departure(mobility)
    text = say(
        "A signature is missing, that of {role}; the departure is on {departure}.",
        role=Label("signature-roles", role),
        departure=departure.said if departure else due,
    )
    return hit(agreement, "signatures" if agreement.signatures else None, text, due=due, by=role)


@rule(
    "CAT007",
    N_("No signature of the placement agreement is later than the departure"),
    severity=Severity.WARNING,
    profiles=PROFILE,
    when=BEFORE,
    cites=SIGNED,
    why=N_("A late signature cannot be cured, only explained: the reason belongs in the file."),
    fix=N_("Say why it was late under agreement: late_signature."),
)
def placement_agreement_signed_late(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """On the day of departure it is late too; the reason may stand in the agreement."""
    agreement, departure = mobility.agreement, derive.departure(mobility)
    if agreement is None or departure is None or agreement.late_signature:
        return
    for role in _parties(mobility, context):
        signature = derive.signed(agreement.signatures, role)
        if signature and signature.date and signature.date.first >= departure.last:
            text = say(
                "This signature ({role}) is of {signed}; the departure was on {departure}.",
                role=Label("signature-roles", role),
                signed=signature.date.said,
                departure=departure.said,
            )
            yield hit(signature, "date", text)


@rule(
    "CAT002",
    N_("Every outcome belongs to a module and has its criteria"),
    severity=Severity.ERROR,
    profiles=PROFILE,
    when=BEFORE,
    cites=(CRITERIA, STRUCTURE),
    why=N_("The school assesses by these criteria, and enters the result in the module."),
    fix=N_("Write module_code and criteria for each outcome under agreement: learning_outcomes."),
    clock=True,
)
def structure_module_unit_outcome_criteria(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Module and criteria; the unit, which the reform of 2024 did away with, is CAT008's."""
    names = {
        "module_code": say("its module (module_code)"),
        "criteria": say("its criteria (criteria)"),
    }
    for outcome in _outcomes(mobility):
        lacking = tuple(name for field, name in names.items() if not getattr(outcome, field))
        if lacking:
            text = say("Of this outcome, the agreement does not state {what}.", what=Series(lacking))
            yield hit(outcome, None, text, due=_departure(mobility))


@rule(
    "CAT008",
    N_("Every outcome belongs to a training unit"),
    severity=Severity.ERROR,
    profiles=PROFILE,
    when=BEFORE,
    cites=(STRUCTURE,),
    why=N_("Until the year 2023/2024 the result was entered unit by unit."),
    fix=N_("Write unit_code for the outcome under agreement: learning_outcomes."),
    clock=True,
    until=date(2024, 8, 31),
)
def outcome_belongs_to_a_unit(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """For stays that began before 1 September 2024: since the year 2024/2025 there are no units any more."""
    for outcome in _outcomes(mobility):
        if outcome.unit_code is None:
            text = say("Of this outcome, the agreement does not state the training unit (unit_code).")
            yield hit(outcome, None, text, due=_departure(mobility))


@rule(
    "CAT009",
    N_("A module has four outcomes at most"),
    severity=Severity.INFO,
    profiles=PROFILE,
    when=BEFORE,
    numbers={"most": Number(Decimal(4), "outcome", "lower")},
    cites=(MOBILITY_REFERENT.at("« Chaque MP contient typiquement entre 1 et 4 AA. »"),),
    why=N_("More of them point to criteria that were written down as outcomes."),
    fix=N_(
        "Compare the outcomes of the module with its programme; if all are meant, there is nothing to do, and"
        " waivers: [{rule: CAT009, all: true, reason, by, date}] puts it to rest."
    ),
    until=date(2024, 8, 31),
)
def module_has_few_outcomes(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Said at the first outcome too many. The modules of 2024/2025 and later have more."""
    most = int(context.numbers["most"])
    seen: Counter[str] = Counter()
    total = Counter(outcome.module_code for outcome in _outcomes(mobility))
    for outcome in _outcomes(mobility):
        module = outcome.module_code
        if module is None:
            continue
        seen[module] += 1
        if seen[module] == most + 1:
            text = say(
                "The module {module} has {n} outcomes in this agreement; usually there are {most} at most.",
                module=Quoted(module),
                n=total[module],
                most=most,
            )
            yield hit(outcome, "module_code", text)


@rule(
    "CAT003",
    N_("The personalised contract has all the activities, and the three who work with it have it"),
    severity=Severity.WARNING,
    profiles=PROFILE,
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.AFTER_RETURN, directions=OUTGOING),
    cites=(
        MOBILITY_REFERENT.at(
            "« Cet outil génère un contrat pédagogique personnalisé qui comprend toutes les activités que l’apprenant est"
            " censé de réaliser dans l’entreprise. Ce document est partagé numériquement entre le formater de l’école, le"
            " tuteur et l’apprenant. »"
        ),
    ),
    why=N_("The tutor assesses activity by activity: one that is missing is not assessed."),
    fix=N_(
        "Complete agreement: activities, each with its id, its title and the ids of the outcomes that it serves (outcomes)."
    ),
    clock=True,
)
def personalised_contract_lists_all_activities(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Activities, each for an outcome of the agreement, and who has the contract; nothing of this helps after the return."""
    agreement, due = mobility.agreement, _departure(mobility)
    if agreement is None or derive.in_group(mobility):
        return
    if not agreement.activities:
        yield hit(agreement, None, say("The agreement lists no activities."), due=due)
    known = dict.fromkeys(outcome.id for outcome in agreement.learning_outcomes)
    ids = Series(tuple(map(Quoted, known)), "or")
    for activity in agreement.activities:
        unknown = tuple(Quoted(id) for id in activity.outcomes if id not in known)
        if not activity.outcomes:
            advice = say("Write the ids of its outcomes under outcomes: {ids}.", ids=ids) if known else None
            yield hit(activity, None, say("This activity serves no outcome."), due=due, advice=advice)
        elif unknown:
            text = say(
                "This activity names outcomes that the agreement does not have: {ids}.", ids=Series(unknown)
            )
            advice = say("Write ids of outcomes of the agreement: {ids}.", ids=ids) if known else None
            yield hit(activity, "outcomes", text, advice=advice)
    names = {
        "school-trainer": say("the trainer at the school (school-trainer)"),
        "company-tutor": say("the tutor in the company (company-tutor)"),
        "learner": say("the learner (learner)"),
    }
    lacking = tuple(name for role, name in names.items() if role not in agreement.shared_with)
    if lacking:
        text = say("It is not recorded that the contract was shared with {whom}.", whom=Series(lacking))
        advice = say("Share it, and write: agreement: shared_with: [school-trainer, company-tutor, learner].")
        yield hit(agreement, "shared_with" if agreement.shared_with else None, text, due=due, advice=advice)


@rule(
    "CAT004",
    N_("The tutor in the company has assessed every activity"),
    severity=Severity.ERROR,
    profiles=PROFILE,
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    numbers={"days": Number(Decimal(30), "day", "lower")},
    cites=(
        MOBILITY_REFERENT.at(
            "« Le tuteur dans l’entreprise d’accueil évaluera les tâches effectuées par l’apprenant. »"
        ),
    ),
    why=N_("The school decides on the outcomes by what the tutor saw."),
    fix=N_(
        "Get the tutor's assessment (in qBID), and write it under evaluation: tasks: activity, level, role: host-tutor, date."
    ),
    clock=True,
    by="host-company",
)
def host_tutor_assesses_tasks(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Expected within 30 days of the last day; who was sent home early may not have done every activity."""
    end, tasks = derive.end(mobility), mobility.evaluation.tasks if mobility.evaluation else ()
    due = derive.days_after(end.last, int(context.numbers["days"]) + 1) if end else None
    for activity in _activities(mobility):
        mine = [task for task in tasks if task.activity == activity.id]
        if not mine and mobility.status != "interrupted":
            yield hit(activity, None, say("The tutor's assessment of this activity is not there."), due=due)
        if mine and not any(task.role == "host-tutor" for task in mine):
            text = say("This activity was not assessed by the tutor in the company.")
            yield hit(mine[0], "role" if mine[0].role else None, text)
    for task in tasks:
        if lacking := _lacking(task):
            text = say("Of this assessment, the record does not say: {what}.", what=Series(lacking))
            yield hit(task, None, text, due=due)


def _lacking(task: TaskAssessment) -> tuple[Message, ...]:
    names = {"level": say("the level (level)"), "date": say("the day (date)")}
    return tuple(name for field, name in names.items() if getattr(task, field) is None)


@rule(
    "CAT005",
    N_("The tutor at the school has verified and validated the assessment"),
    severity=Severity.ERROR,
    profiles=PROFILE,
    when=When(directions=OUTGOING, decided=True),
    cites=VALIDATED[::-1],
    why=N_("The company assesses the tasks; the outcomes are for the school to decide on."),
    fix=N_(
        "Write under evaluation: validated: date, by and role: home-tutor, and the level that the school gave each outcome under grid, with role: home-tutor."
    ),
)
def home_tutor_verifies_and_validates(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Once recognition is decided; of a grid that leaves an outcome out it is EVA002 that says so."""
    evaluation = mobility.evaluation
    validated = evaluation.validated if evaluation else None
    if evaluation is None or validated is None or validated.date is None:
        text = say("The validation by the tutor at the school is not recorded with its day.")
        yield hit(validated or evaluation or mobility, None, text)
    else:
        days = [task.date for task in evaluation.tasks if task.date]
        last = max(days, key=lambda day: day.first, default=None)
        if last and validated.date.last < last.first:
            text = say(
                "It was validated on {day}, before the last assessment in the company on {last}.",
                day=validated.date.said,
                last=last.said,
            )
            yield hit(validated, "date", text)
        if validated.role != "home-tutor":
            text = say("It is not recorded that the tutor at the school validated it.")
            yield hit(validated, "role" if validated.role else None, text)
        grid = evaluation.grid or "company-grid" in evaluation.methods
        if _outcomes(mobility) and not grid:
            text = say("It was validated, and no level of any outcome is recorded.")
            yield hit(evaluation, None, text)
    for outcome in _outcomes(mobility):
        levels = [row for row in (evaluation.grid if evaluation else ()) if row.outcome == outcome.id]
        if levels and all(row.role in OF_THE_HOST for row in levels):
            yield hit(levels[-1], "role", say("The level of this outcome was not decided by the school."))


@rule(
    "CAT006",
    N_("Nothing more is asked for once the tutor at the school has validated"),
    severity=Severity.INFO,
    profiles=PROFILE,
    when=When(directions=OUTGOING, since=Phase.AFTER_RETURN),
    cites=(
        MOBILITY_REFERENT.at(
            "« Puisque c’est le tuteur catalan qui finit par valider l’évaluation des acquis d’apprentissage de"
            " l’apprenant, il n’est pas nécessaire d’organiser un processus de reconnaissance supplémentaire. »"
        ),
    ),
    why=N_("The validation is the recognition: a second procedure only costs time."),
    fix=N_("If it is not needed, write recognition: procedure: automatic."),
)
def no_separate_recognition_step(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Not necessary, which does not mean forbidden."""
    validated = mobility.evaluation.validated if mobility.evaluation else None
    recognition = mobility.recognition
    if validated is None or validated.date is None or recognition is None:
        return
    if recognition.procedure not in {None, "none", "automatic"}:
        text = say("The tutor at the school has validated; no other procedure is needed.")
        yield hit(recognition, "procedure", text)
    for requirement in recognition.requirements:
        text = say("The tutor at the school has validated; nothing more need be asked for.")
        yield hit(requirement, None, text, advice=say("Unless it is needed, delete this line."))
