"""The weeks abroad that an engineering diploma asks for, over all the stays of a learner.

They are judged once, on the record of the learner's last stay. What the cohort's file says of the obligation goes
before the numbers of the school and of the profiles; an exemption or a derogation ends it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Message, Quoted, Series, Severity, say
from mobctl.model import Cohort, Day, Mobility, Node, Phase
from mobctl.rule import OUTGOING, Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import CTI

BOTH = {"cti-engineering", "cti-apprentice"}
COMPULSORY = CTI.at(
    "« Les écoles rendent obligatoires des expériences à l’étranger dans le cadre de la scolarité du cycle ingénieur. »"
)
STUDENT_WEEKS = Number(Decimal(0), "week", "higher", of="CTI101")
APPRENTICE_WEEKS = Number(derive.NINE, "week", "higher", of="APP001")


@dataclass(frozen=True, slots=True)
class Account:
    """The stays of a learner, and the day of the diploma; `last` is the one on whose record it is said."""

    stays: tuple[Mobility, ...]
    graduation: Day | None

    @property
    def last(self) -> Mobility:
        """The stay that begins last."""
        return self.stays[-1]

    @property
    def prior(self) -> tuple[Decimal, ...]:
        """The days of earlier stays that the last record tells of, without those that have records of their own."""
        return derive.earlier_days(self.stays)

    def weeks(self, stays: tuple[Mobility, ...]) -> int:
        """The whole weeks that some of the stays make, with those of earlier stays."""
        return derive.weeks_abroad(stays, self.prior)

    def shortage(self, stays: tuple[Mobility, ...], asked: Decimal) -> Message | None:
        """Say what is missing of the weeks that are asked, if anything is; nothing at all is too little where no number of weeks is set."""
        days = {stay.id: sum(derive.counted(stay), Decimal(0)) for stay in stays}
        parts = [
            say("{days} days in {record}", days=number, record=id) for id, number in days.items() if number
        ]
        if earlier := sum(self.prior, Decimal(0)):
            parts.append(say("{days} days of earlier stays", days=earlier))
        if not parts:
            return say("No stay of this learner counts as the experience abroad that the diploma asks for.")
        if (weeks := self.weeks(stays)) >= asked:
            return None
        return say(
            "Weeks abroad that count: {weeks} of the {asked} that are asked ({days}).",
            weeks=weeks,
            asked=asked,
            days=Series(tuple(parts)),
        )


def _account(mobility: Mobility, context: Context) -> Account | None:
    """Look at a learner's stays as a whole: on the record of the last, and unless something ends the obligation."""
    stays = context.index.abroad(mobility)
    if stays[-1] is not mobility:
        return None
    enrolment, cohort, member = (
        mobility.learner.enrolment,
        context.index.cohort(mobility),
        context.index.member(mobility),
    )
    if enrolment and enrolment.cohort and cohort is None:
        raise NotCheckableError(
            say("no file of the folder describes the cohort {name}", name=Quoted(enrolment.cohort))
        )
    told = [stay.obligation for stay in stays if stay.obligation]
    if any(each.exemption or each.derogation for each in (*told, *([member] if member else ()))):
        return None
    days = [derive.graduation(stay) for stay in reversed(stays)]
    if member:
        days += [member.graduation_date or member.graduation_jury_date]
    days += [cohort.graduation_jury_date if cohort else None]
    return Account(stays, next((day for day in days if day), None))


def _apprentice(mobility: Mobility, context: Context) -> bool:
    member, status = context.index.member(mobility), mobility.learner.status
    if status is None and "cti-apprentice" in context.profiles:
        return True
    return (status or (member.status if member else None)) == "apprentice"


def _asked(mobility: Mobility, context: Context) -> Decimal:
    """The weeks asked of this learner: by the cohort's study regulations, else by the school or its profile."""
    apprentice = _apprentice(mobility, context)
    usual = context.numbers["apprentice_weeks" if apprentice else "student_weeks"]
    return derive.weeks_asked(context.index.cohort(mobility), usual, apprentice=apprentice)


def _place(mobility: Mobility) -> tuple[Node, str | None]:
    """Where the record says how many days count, else the record."""
    obligation = mobility.obligation
    if obligation is None:
        return mobility, None
    return obligation, None if obligation.counted_days is None else "counted_days"


YEAR = timedelta(days=365)
"""For how long before the jury those who have not gone abroad are on the list of what is to do."""


def _nowhere(cohort: Cohort, context: Context) -> Iterator[Hit]:
    """Find those of a cohort who have no record of a stay at all, from a year before the jury on."""
    for learner in cohort.learners:
        day = learner.graduation_date or learner.graduation_jury_date or cohort.graduation_jury_date
        if day is None or context.as_of < day.last - YEAR or learner.exemption or learner.derogation:
            continue
        if not context.index.sent(cohort, learner):
            if context.index.broken:
                raise NotCheckableError(say("a file with mistakes may be the record that is missing"))
            text = say(
                "No stay abroad of {learner} is recorded; the diploma is due on {day}.",
                learner=Quoted(learner.id),
                day=day.said,
            )
            yield hit(learner, "id", text, due=day.last)


@rule(
    "CTI007",
    N_("Who graduates has completed the compulsory experience abroad"),
    severity=Severity.ERROR,
    profiles=BOTH,
    when=When(directions=OUTGOING),
    numbers={"student_weeks": STUDENT_WEEKS, "apprentice_weeks": APPRENTICE_WEEKS},
    cites=(COMPULSORY,),
    why=N_(
        "Without it the diploma is not awarded, unless the jury has a decision on an exemption before it."
    ),
    fix=N_(
        "Correct the days that count (obligation: counted_days), or record why there is no obligation: under obligation,"
        " or for the learner in the file of the cohort: exemption (reason: international-student, prior-experience,"
        " other) or derogation (reason, decided, decision_ref)."
    ),
    clock=True,
    of_cohort=_nowhere,
)
def compulsory_mobility_completed(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """From the day of the diploma or of the jury on, by the stays that have begun; before it, see APP001 and CTI101.

    Those who have no record are found in the file of their cohort.
    """
    account = _account(mobility, context)
    if account is None or account.graduation is None or account.graduation.last > context.as_of:
        return
    begun = tuple(stay for stay in account.stays if _begun(stay, context))
    if text := account.shortage(begun, _asked(mobility, context)):
        yield hit(*_place(mobility), text)


def _begun(stay: Mobility, context: Context) -> bool:
    start = derive.start(stay)
    return start is None or start.first <= context.as_of


def _forecast(account: Account, asked: Decimal, context: Context) -> Iterator[Hit]:
    """What all stays, planned ones included, leave open: to do until the last day on which that could still begin."""
    text = account.shortage(account.stays, asked)
    if text is None or (account.graduation and account.graduation.last <= context.as_of):
        return
    if account.graduation is None:
        yield hit(*_place(account.last), text)
        return
    missing = int(asked) - account.weeks(account.stays)
    due = account.graduation.first - timedelta(weeks=missing)
    advice = say(
        "Plan a longer or a further stay: what is missing has to begin by {day}; or write under obligation: exemption"
        " (reason: international-student, prior-experience, other) or derogation (reason, decided, decision_ref).",
        day=due,
    )
    in_time = context.as_of < due
    yield hit(*_place(account.last), text, due=due, advice=advice if in_time else None)


@rule(
    "CTI101",
    N_("The stays of a student add up to the weeks that the school asks for"),
    severity=Severity.WARNING,
    profiles={"cti-engineering"},
    when=When(directions=OUTGOING),
    numbers={"student_weeks": Number(Decimal(0), "week", "higher")},
    cites=(COMPULSORY,),
    why=N_("Weeks that are missing can be planned until some months before the jury, and not afterwards."),
    fix=N_(
        "Plan a longer or a further stay; or write under obligation: exemption (reason: international-student,"
        " prior-experience, other) or derogation (reason, decided, decision_ref)."
    ),
    clock=True,
)
def student_mobility_minimum_weeks(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The school sets the number, in mobctl.yaml or in the file of the cohort; without one, or a jury, it is silent.

    To do until the missing weeks can hardly be begun any more; from the jury on it is CTI007's.
    """
    account = _account(mobility, context)
    if account is None or account.graduation is None or _apprentice(mobility, context):
        return
    if asked := _asked(mobility, context):
        yield from _forecast(account, asked, context)


@rule(
    "APP001",
    N_("An apprentice engineer spends at least nine weeks abroad"),
    severity=Severity.WARNING,
    profiles={"cti-apprentice"},
    when=When(directions=OUTGOING),
    numbers={"apprentice_weeks": Number(derive.NINE, "week", "higher")},
    cites=(
        CTI.at(
            "« La mobilité est d’une durée d’au moins 9 semaines d'activités académiques, professionnelles ou de"
            " recherche. »"
        ),
    ),
    why=N_(
        "A stay is lengthened most easily before it begins; at the jury, weeks that are missing are an error."
    ),
    fix=N_("Lengthen the stay, or plan a second one: nine weeks are 61 days, from a Monday to a Friday."),
    clock=True,
)
def apprentice_minimum_nine_weeks(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The forecast, as CTI101; where no jury is known, while the last stay can still be lengthened."""
    account = _account(mobility, context)
    if account is None or not _apprentice(mobility, context):
        return
    if account.graduation or derive.phase(mobility, context.as_of) < Phase.AFTER_RETURN:
        yield from _forecast(account, _asked(mobility, context), context)


@rule(
    "APP002",
    N_("Twelve weeks abroad are recommended for apprentice engineers"),
    severity=Severity.INFO,
    profiles={"cti-apprentice"},
    when=When(until=Phase.AFTER_RETURN, directions=OUTGOING),
    numbers={
        "apprentice_weeks": APPRENTICE_WEEKS,
        "recommended_weeks": Number(Decimal(12), "week", "higher"),
    },
    cites=(CTI.at("« 12 semaines sont cependant préconisées. »"),),
    why=N_("Nine weeks are the least; the CTI finds that three more are worth it."),
    fix=N_("Consider a longer stay; if this one is meant, there is nothing to do."),
)
def apprentice_twelve_weeks_recommended(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Enough, but less than recommended, while the last stay can still be lengthened."""
    account = _account(mobility, context)
    if account is None or not _apprentice(mobility, context):
        return
    weeks, recommended = account.weeks(account.stays), context.numbers["recommended_weeks"]
    if _asked(mobility, context) <= weeks < recommended:
        text = say(
            "Weeks abroad that count: {weeks}; {recommended} are recommended.",
            weeks=weeks,
            recommended=recommended,
        )
        yield hit(*_place(mobility), text)


@rule(
    "CTI015",
    N_("The compulsory experience abroad is not spent in the preparatory cycle alone"),
    severity=Severity.ERROR,
    profiles={"cti-engineering"},
    when=When(directions=OUTGOING),
    cites=(
        COMPULSORY,
        CTI.at("« qu’une partie de la mobilité s’effectue lors du cycle préparatoire »"),
    ),
    why=N_("A part of it may be done early; the engineering cycle has to have its own."),
    fix=N_(
        "Plan a stay in the engineering cycle; or write under obligation: exemption (reason: international-student,"
        " prior-experience, other) or derogation (reason, decided, decision_ref)."
    ),
    clock=True,
)
def counted_mobility_not_all_in_preparatory_cycle(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Where the day of the jury is known: to do until then. A stay that names no cycle is of the engineering cycle."""
    account = _account(mobility, context)
    if account is None or account.graduation is None:
        return
    stages = {derive.stage(stay) for stay in account.stays if any(derive.counted(stay))}
    stages |= {each.cycle_stage for each in mobility.learner.prior_mobilities if derive.earlier(each)}
    if stages == {"preparatory"}:
        text = say("All the days that count abroad were spent in the preparatory cycle.")
        yield hit(*_place(mobility), text, due=account.graduation.last)
