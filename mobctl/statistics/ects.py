"""The credits: planned, earned, recognised, caught up, and on what conditions (ST09 to ST13)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Message, say
from mobctl.model import Amendment, Mobility, Result
from mobctl.sources import CTI
from mobctl.statistics.figure import ONE, ZERO, Case, Form, Measure
from mobctl.statistics.ground import Ground, person, reasons
from mobctl.statistics.statistic import Found, statistic

STAYS, ECTS = N_("stays"), N_("credits")
FIVE_WEEKS = 35
"""The days after the start of a term in which a change is in time (rule CHG102)."""


@dataclass(frozen=True, slots=True)
class _Sums:
    """The three totals of a stay; `excepted` is what all three parties agreed not to match."""

    stay: Mobility
    planned: Decimal
    earned: Decimal
    recognised: Decimal
    excepted: Decimal


def _sums(ground: Ground) -> tuple[list[_Sums], tuple[tuple[int, Message], ...]]:
    """Add up the decided stays whose agreement is in ECTS; say how many others there are."""
    made = []
    for stay in ground.decided:
        version = derive.final_version(stay)
        total = version.total(*derive.ABROAD) if version and any(version.tables.values()) else None
        if version and total:
            earned, recognised = derive.earned_credits(stay).value, derive.recognised_credits(stay).value
            made.append(_Sums(stay, total.value, earned, recognised, version.excepted))
    undecided = sum(not derive.decided(stay) for stay in ground.back)
    without = len(ground.decided) - len(made)
    return made, (
        (
            undecided,
            say("stays that are over, without a recognition decision yet"),
        ),
        (
            without,
            say("decided stays without an agreement in ECTS credits"),
        ),
    )


@statistic(
    "ST09",
    N_("Automatic recognition"),
    N_(
        "Credits recognised by the automatic procedure, of the credits validated abroad (by compensation too), without"
        " those that all three parties agreed not to recognise; and stays for which that is all of them."
    ),
    CTI.at("« Vos crédits sont-ils reconnus automatiquement ? »"),
)
def automatic(ground: Ground) -> Found:
    """No more than was validated: what a school gives on top would hide what it refuses elsewhere."""
    sums, left_out = _sums(ground)
    told = [each for each in sums if each.stay.recognition and each.stay.recognition.procedure]
    silent = len(sums) - len(told)
    due = [(each, base) for each in told if (base := max(each.earned - each.excepted, ZERO))]
    credits = tuple(
        Case(person(e.stay), min(_automatic(e.stay), base), base, ground.of_stay(e.stay)) for e, base in due
    )
    whole = tuple(
        Case(person(e.stay), ONE if _automatic(e.stay) >= base else ZERO, groups=ground.of_stay(e.stay))
        for e, base in due
    )
    more = (
        silent,
        say("decisions that do not state their procedure"),
    )
    return Found(
        (
            Measure(
                N_("Credits recognised automatically"), Form.SHARE, ECTS, credits, ("programme", "host"), ECTS
            ),
            Measure(N_("Stays recognised automatically in full"), Form.SHARE, STAYS, whole, (), STAYS),
        ),
        reasons(*left_out, more),
    )


def _automatic(stay: Mobility) -> Decimal:
    """The credits that were recognised automatically; none where the decision was another, or on conditions."""
    recognition, version = stay.recognition, derive.final_version(stay)
    if recognition is None or version is None or recognition.procedure != "automatic":
        return ZERO
    conditional = {row.id for row in version.tables["recognised"] if row.automatic_recognition is False}
    return sum(
        (
            decision.credits or ZERO
            for block in recognition.blocks
            for decision in block.to
            if decision.status == "recognised" and decision.component not in conditional
        ),
        ZERO,
    )


@statistic(
    "ST10",
    N_("Planned, earned and recognised credits"),
    N_(
        "The credits of the last agreed version (tables A and C), those that the hosts awarded, and those that the school"
        " recognised, of stays whose recognition is decided."
    ),
    CTI.at("« La reconnaissance des ECTS et acquis d’apprentissage »"),
)
def totals(ground: Ground) -> Found:
    """Three sums over the same stays, and what the second and the third are of the one before."""
    sums, left_out = _sums(ground)

    def total(what: str, name: str) -> Measure:
        cases = tuple(Case(person(e.stay), getattr(e, name)) for e in sums)
        return Measure(what, Form.SUM, ECTS, cases)

    def share(what: str, top: str, bottom: str, by: tuple[str, ...] = ()) -> Measure:
        cases = tuple(
            Case(person(e.stay), getattr(e, top), getattr(e, bottom), ground.of_stay(e.stay)) for e in sums
        )
        return Measure(what, Form.SHARE, ECTS, cases, by, ECTS)

    return Found(
        (
            total(N_("Credits planned"), "planned"),
            total(N_("Credits earned"), "earned"),
            total(N_("Credits recognised"), "recognised"),
            share(N_("Earned, of those planned"), "earned", "planned"),
            share(N_("Recognised, of those earned"), "recognised", "earned", ("kind", "host")),
        ),
        reasons(*left_out),
    )


@statistic(
    "ST11",
    N_("Changes of agreements"),
    N_(
        "Agreements that were changed after all three had signed, the number of changes, their reasons, the days from the"
        " request to the last approval, and changes asked for more than five weeks after the start of the term."
    ),
    CTI.at("« résolution des problèmes de learning agreement »"),
)
def changes(ground: Ground) -> Found:
    """Amendments that were not withdrawn or refused; one without its dates is left out of what depends on them."""
    signed = [each for each in ground.sent if derive.agreed(each)]
    made = [(stay, amendment) for stay in signed for amendment in derive.live_amendments(stay)]
    counts = {stay.id: sum(owner is stay for owner, _ in made) for stay in signed}
    amended = tuple(Case(person(s), ONE if counts[s.id] else ZERO, groups=ground.of_stay(s)) for s in signed)
    numbers = tuple(Case(person(s), Decimal(counts[s.id])) for s in signed)
    why = tuple(
        Case(person(stay), groups={"reason": Label("reasons", change.reason)})
        for stay, amendment in made
        for change in amendment.changes
        if change.reason
    )
    days = [(stay, took) for stay, each in made if (took := _days(each)) is not None]
    late = [(stay, it) for stay, each in made if (it := _late(stay, each)) is not None]
    pending, undated = len(made) - len(days), len(made) - len(late)
    left_out = reasons(
        (
            pending,
            say("changes that are not approved by all yet, or do not say when they were asked for"),
        ),
        (
            undated,
            say("changes of which it is not known whether they were late"),
        ),
    )
    agreements, single = N_("agreements"), N_("changes")
    return Found(
        (
            Measure(
                N_("Agreements that were changed"), Form.SHARE, agreements, amended, ("host",), agreements
            ),
            Measure(N_("Changes for one agreement"), Form.MEAN, single, numbers),
            Measure(N_("Courses that were changed, by reason"), Form.COUNT, N_("courses"), why, ("reason",)),
            Measure(
                N_("Days until all have approved"),
                Form.MEDIAN,
                N_("days"),
                tuple(Case(person(stay), Decimal(took)) for stay, took in days),
            ),
            Measure(
                N_("Changes asked for late"),
                Form.SHARE,
                single,
                tuple(Case(person(stay), ONE if it else ZERO) for stay, it in late),
                (),
                single,
            ),
        ),
        left_out,
    )


def _days(amendment: Amendment) -> int | None:
    asked = amendment.requested.date if amendment.requested else None
    agreed = derive.last_signature(amendment.signatures)
    return max((agreed.first - asked.last).days, 0) if asked and agreed else None


def _late(stay: Mobility, amendment: Amendment) -> bool | None:
    """As rule CHG102: by the term of each course that changes; a short stay has no such delay."""
    asked = amendment.requested.date if amendment.requested else None
    starts = list(derive.terms_changed(stay, amendment))
    if asked is None or not starts or stay.format in derive.SHORT_FORMATS:
        return None
    start = min(starts, key=lambda day: day.last)
    return asked.first > derive.days_after(start.last, FIVE_WEEKS)


@statistic(
    "ST12",
    N_("Credits not validated, and caught up"),
    N_(
        "The credits of the last agreed version whose courses were not validated abroad, those caught up since, and the"
        " catch-up sessions that were passed, of those held."
    ),
    CTI.at("« Est-ce qu’il faut parfois compenser quelque chose après un séjour ? »"),
)
def caught_up(ground: Ground) -> Found:
    """A course without a line in the results was not validated either; a session that is only planned was not held."""
    sums, left_out = _sums(ground)
    open_ = tuple(
        Case(person(e.stay), _not_validated(e.stay), e.planned, ground.of_stay(e.stay)) for e in sums
    )
    sessions = [
        (e.stay, session)
        for e in sums
        for session in (e.stay.recognition.remedial if e.stay.recognition else ())
    ]
    passed = tuple(
        Case(person(stay), session.credits or ZERO)
        for stay, session in sessions
        if session.status == "passed"
    )
    held = tuple(
        Case(person(stay), ONE if session.status == "passed" else ZERO)
        for stay, session in sessions
        if session.status in {"passed", "failed"}
    )
    waiting = len(sessions) - len(held)
    more = (
        waiting,
        say("catch-up sessions that were not held, or have no outcome yet"),
    )
    session = N_("sessions")
    return Found(
        (
            Measure(N_("Not validated abroad"), Form.SHARE, ECTS, open_, ("programme",), ECTS),
            Measure(N_("Caught up since"), Form.SUM, ECTS, passed),
            Measure(N_("Sessions passed"), Form.SHARE, session, held, (), session),
        ),
        reasons(*left_out, more),
    )


def _not_validated(stay: Mobility) -> Decimal:
    version, lines = derive.final_version(stay), derive.result_lines(stay).values()
    validated = {line.for_ for line in lines if line.validated}
    rows = (row for table in derive.ABROAD for row in version.tables[table]) if version else ()
    return sum((row.credits or ZERO for row in rows if row.id not in validated), ZERO)


@statistic(
    "ST13",
    N_("Additional examinations imposed"),
    N_(
        "Examinations, orals and other work that the school asked for credits already validated abroad. The aim is none."
    ),
    CTI.at("« Il ne peut être imposé d’examen supplémentaire à l’étudiant pour lui attribuer ces crédits. »"),
)
def imposed(ground: Ground) -> Found:
    """As rule REC003: not what all three parties agreed on as a condition, and not a resit of what was failed."""
    stays = [each for each in ground.back if any(line.validated for line in _lines(each))]
    cases = tuple(
        Case(person(s), Decimal(sum(1 for _ in _asked(s))), groups=ground.of_stay(s)) for s in stays
    )
    without = len(ground.back) - len(stays)
    left_out = (
        without,
        say("stays that are over, without a validated result yet"),
    )
    what = N_("Examinations imposed")
    measure = Measure(what, Form.SUM, N_("examinations"), cases, ("programme",))
    return Found((measure,), reasons(left_out))


def _asked(stay: Mobility) -> Iterator[object]:
    yield from derive.imposed(stay)
    yield from derive.caught_up_in_vain(stay)


def _lines(stay: Mobility) -> tuple[Result, ...]:
    return stay.results.lines if stay.results else ()
