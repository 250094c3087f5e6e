"""What follows from a record: versions, tables in force, totals, phase. Pure functions, nothing recorded twice.

Each number is an `Amount` that knows the parts it was made of, so that messages and reports can show them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from mobctl.codes import folded
from mobctl.model import (
    Agreement,
    Amendment,
    Block,
    Change,
    Cohort,
    Component,
    Day,
    Exception_,
    Mobility,
    Names,
    Node,
    Paper,
    Party,
    PartySignature,
    Phase,
    PriorMobility,
    Remedial,
    Requirement,
    Result,
    Signature,
    TableRow,
)

ROUNDING = Decimal("0.01")
"""How much a stated total may differ from its sum: three times 3.33 is 10."""

TABLES = ("studied", "recognised", "virtual")
ABROAD = ("studied", "virtual")
"""The tables of what the learner follows at the host."""
SIGNATORIES = ("learner", "home", "host")
_PHASES = {
    "planned": Phase.PLANNED,
    "nominated": Phase.PLANNED,
    "agreed": Phase.BEFORE_DEPARTURE,
    "ongoing": Phase.DURING,
    "interrupted": Phase.AFTER_RETURN,
    "returned": Phase.AFTER_RETURN,
    "recognised": Phase.RECOGNISED,
}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit and the nodes or amounts it was made of."""

    value: Decimal
    unit: str
    parts: tuple[Node | Amount, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """The agreement as one signed or proposed text says it.

    `node` is the agreement or the amendment that made it; `tables` hold the record's own components. `misfits`
    are the changes that could not be applied: a deletion of what is not there, an insertion of what is. A version
    is `sound` if neither it nor one it rests on has any. `base` is the version that an amendment changed, `roles` are
    those who agree on it.
    """

    node: Agreement | Amendment
    number: str
    tables: dict[str, tuple[Component, ...]]
    signatures: tuple[Signature, ...]
    exceptions: tuple[Exception_, ...]
    misfits: tuple[int, ...] = ()
    sound: bool = True
    base: Version | None = None
    roles: tuple[str, ...] = SIGNATORIES

    @property
    def agreed(self) -> bool:
        """Signed by learner, home and host, or by those whose plan it is."""
        return not missing(self.signatures, self.roles)

    @property
    def signed(self) -> Day | None:
        """The day of the last signature that it needs; None while one is missing."""
        return last_signature(self.signatures, self.roles)

    @property
    def agreed_exceptions(self) -> tuple[Exception_, ...]:
        """Its exceptions that all parties agreed to: as signatories, or as `agreed_by` names them."""
        return tuple(e for e in self.exceptions if not e.agreed_by or set(self.roles) <= set(e.agreed_by))

    @property
    def excepted(self) -> Decimal:
        """The credits of the exceptions that all three agreed to."""
        return sum((e.credits or Decimal(0) for e in self.agreed_exceptions), Decimal(0))

    def total(self, *tables: str) -> Amount | None:
        """Add up the credits of tables; None if a component of theirs states none (it is not in ECTS)."""
        parts = tuple(component for table in tables for component in self.tables[table])
        if any(part.credits is None for part in parts):
            return None
        return Amount(sum((part.credits or Decimal(0) for part in parts), Decimal(0)), "ects", parts)


def signed(signatures: tuple[Signature, ...], role: str) -> Signature | None:
    """Find the signature of a role that was given, with its date, and not refused."""
    return next((s for s in signatures if s.role == role and given(s)), None)


def given(signature: Signature | PartySignature) -> bool:
    """Say whether somebody signed: on a day, and not to refuse."""
    return signature.date is not None and signature.how != "refused"


STAND_INS = {"tutor": ("host", "host-company"), "referent-teacher": ("home",)}
"""Who may sign an internship agreement in one go for two: a tutor who represents the host, a teacher who represents the school."""


def signed_for(mobility: Mobility, signatures: tuple[Signature, ...], role: str) -> Signature | None:
    """Find the signature that counts for a role of an internship agreement: its own, or that of who stands in for it."""
    stand_ins = (signed(signatures, other) for other in STAND_INS.get(role, ()))
    found = (each for each in stand_ins if each and _is_the(mobility, role, each))
    return signed(signatures, role) or next(found, None)


def _is_the(mobility: Mobility, role: str, signature: Signature) -> bool:
    """Say whether who signed for an institution is the tutor, or the referent teacher, whom the record names."""
    home, hosts = mobility.home, (mobility.host, *mobility.host_companies)
    people = [home.tutor, home.trainer] if role == "referent-teacher" else []
    people += [person for each in hosts if role == "tutor" for person in (each.tutor, each.mentor)]
    words = set((signature.name or "").casefold().split())
    return any(person and set(person.name.full.casefold().split()) == words for person in people)


def parties(mobility: Mobility) -> tuple[str, ...]:
    """Say who agrees on the studies abroad: learner, home and host; on a plan that the host does not sign, the first two.

    A host that has signed the plan is a party to its amendments too.
    """
    signatures = mobility.agreement.signatures if mobility.agreement else ()
    return ("learner", "home") if is_plan(mobility) and not signed(signatures, "host") else SIGNATORIES


def is_plan(mobility: Mobility) -> bool:
    """Say that the record has the agreement as a validation plan, and not as a learning agreement."""
    return bool(papers(mobility, "validation-plan")) and not papers(mobility, "learning-agreement")


def missing(signatures: tuple[Signature, ...], roles: tuple[str, ...] = SIGNATORIES) -> tuple[str, ...]:
    """Name those who have not signed, of learner, home and host or of the parties that are given."""
    return tuple(role for role in roles if not signed(signatures, role))


def last_signature(signatures: tuple[Signature, ...], roles: tuple[str, ...] = SIGNATORIES) -> Day | None:
    """Say when the last of the parties signed; None while one is missing."""
    found = [signed(signatures, role) for role in roles]
    days = [s.date for s in found if s and s.date]
    return max(days, key=lambda day: day.last) if len(days) == len(roles) else None


def _applied(before: Version, amendment: Amendment) -> Version:
    tables = {name: list(rows) for name, rows in before.tables.items()}
    misfits: list[int] = []
    # An amendment is a set of changes: what goes makes room for what comes, in whatever order they are written.
    in_turn = sorted(enumerate(amendment.changes), key=lambda each: each[1].insert is not None)
    for index, change in in_turn:
        rows = tables[change.table]
        old = change.delete or change.replace
        new = change.insert or change.with_
        there = next((n for n, row in enumerate(rows) if row.id == old), None)
        if old is not None and there is None:
            misfits.append(index)
        if new is not None and any(row.id == new.id and row.id != old for row in rows):
            misfits.append(index)
            continue
        if there is not None and new is None:
            del rows[there]
        elif there is not None and new is not None:
            rows[there] = new
        elif new is not None and old is None:
            rows.append(new)
    return Version(
        amendment,
        amendment.number,
        {name: tuple(rows) for name, rows in tables.items()},
        amendment.signatures,
        amendment.exceptions or before.exceptions,
        tuple(dict.fromkeys(misfits)),
        before.sound and not misfits,
        before,
        before.roles,
    )


def _fitting(bases: Iterable[Version], amendment: Amendment) -> Version:
    """Apply an amendment to the first version that it fits, else to the first of all."""
    made = [_applied(base, amendment) for base in bases]
    return next((version for version in made if not version.misfits), made[0])


def first_version(mobility: Mobility) -> Version | None:
    """The agreement as it was first signed, or is to be."""
    agreement = mobility.agreement
    if agreement is None:
        return None
    tables = {"studied": agreement.studied, "recognised": agreement.recognised, "virtual": agreement.virtual}
    return Version(
        agreement, "0", tables, agreement.signatures, agreement.exceptions, roles=parties(mobility)
    )


def in_force(mobility: Mobility, on: date | None = None) -> Version | None:
    """The last version agreed by all three on a day, or at all; the first version while none is."""
    first = current = first_version(mobility)
    if first is None or current is None:
        return None
    for amendment in mobility.amendments:
        agreed = last_signature(amendment.signatures, first.roles)
        if agreed and not amendment.withdrawn and (on is None or agreed.first <= on):
            current = _applied(first if amendment.basis == "first-version" else current, amendment)
    return current


def proposals(mobility: Mobility) -> tuple[Version, ...]:
    """The amendments that are neither agreed nor withdrawn nor refused, each as it would change the tables."""
    first, current = first_version(mobility), in_force(mobility)
    if first is None or current is None:
        return ()
    made: list[Version] = []
    for amendment in mobility.amendments:
        refused = any(s.how == "refused" for s in amendment.signatures)
        if not amendment.withdrawn and not refused and missing(amendment.signatures, first.roles):
            bases = (first,) if amendment.basis == "first-version" else (current, *reversed(made))
            made.append(_fitting(bases, amendment))
    return tuple(made)


def live_versions(mobility: Mobility) -> tuple[Version, ...]:
    """The version in force and every pending proposal: what can still be put right."""
    current = in_force(mobility)
    return (current, *proposals(mobility)) if current else ()


def every_version(mobility: Mobility) -> tuple[Version, ...]:
    """Every version there is or would be, in the order of the record; what was withdrawn makes none."""
    first = before = first_version(mobility)
    if first is None or before is None:
        return ()
    versions = [first]
    for amendment in mobility.amendments:
        if amendment.withdrawn:
            continue
        bases = (first,) if amendment.basis == "first-version" else (before, versions[-1])
        version = _fitting(bases, amendment)
        versions.append(version)
        if version.agreed:
            before = version
    return tuple(versions)


def final_version(mobility: Mobility) -> Version | None:
    """The version that recognition follows: the one in force on the last day of the stay."""
    first, last = start(mobility), end(mobility)
    ordered = (
        first is None or last is None or first.first <= last.last
    )  # else the end is a slip, said by GEN101
    return in_force(mobility, last.last if last and ordered else None)


def live_amendments(mobility: Mobility) -> Iterator[Amendment]:
    """Go through the amendments that are neither withdrawn nor refused."""
    for amendment in mobility.amendments:
        if not amendment.withdrawn and not any(each.how == "refused" for each in amendment.signatures):
            yield amendment


def terms_changed(mobility: Mobility, amendment: Amendment) -> Iterator[Day]:
    """Yield the first day of the term of each course that changes; an unknown one is left out."""
    known = {row.id: row for v in every_version(mobility) for t in ABROAD for row in v.tables[t]}
    terms = {each.term: each.start for each in mobility.period.host_terms if each.start}
    first = min((row.term for row in known.values() if row.term), default=None)
    for change in amendment.changes:
        if change.table == "recognised" or change.reason == "extending-mobility":
            continue
        term = _term(change, known)
        # Where the terms of the host are not written down, the stay begins with the first of them.
        begun = terms.get(term) or (start(mobility) if not terms and term in {None, first} else None)
        if begun:
            yield begun


def _term(change: Change, known: dict[str, Component]) -> str | None:
    """Find the term of a change: of the course that comes, or else of the one that goes."""
    new, old = change.insert or change.with_, known.get(change.delete or change.replace or "")
    return (new.term if new else None) or (old.term if old else None)


def not_agreed(mobility: Mobility) -> dict[str, str]:
    """The components abroad that only changes without all three approvals bring in, with the number of the change."""
    current = in_force(mobility)
    agreed = {row.id for rows in current.tables.values() for row in rows} if current else set[str]()
    found: dict[str, str] = {}
    for amendment in mobility.amendments:
        if amendment.withdrawn or missing(amendment.signatures, parties(mobility)):
            new = (
                change.insert or change.with_ for change in amendment.changes if change.table != "recognised"
            )
            found |= {row.id: amendment.number for row in new if row is not None and row.id not in agreed}
    return found


def start(mobility: Mobility) -> Day | None:
    """The first day of the stay: the actual one, else the planned one."""
    return _of(mobility, "start")


def end(mobility: Mobility) -> Day | None:
    """The last day of the stay: the actual one, else that of an extension that all agreed to, else the planned one."""
    actual = mobility.period.actual
    return (actual.end if actual else None) or _extended(mobility) or _of(mobility, "end")


def expected_end(mobility: Mobility) -> Day | None:
    """The last day that was agreed: that of an extension, else the planned one."""
    planned = mobility.period.planned
    return _extended(mobility) or (planned.end if planned else None)


def _extended(mobility: Mobility) -> Day | None:
    """The last day of the last extension that all parties have signed, wherever the record has it."""
    roles = parties(mobility)
    amended = [(each.extension, each.signatures) for each in mobility.amendments if not each.withdrawn]
    alone = mobility.period.extension
    longer = [*amended, (alone, alone.signatures)] if alone else amended
    days = [days.to for days, signatures in longer if days and days.to and not missing(signatures, roles)]
    return max(days, key=lambda day: day.last, default=None)


def _of(mobility: Mobility, name: str) -> Day | None:
    for span in (mobility.period.actual, mobility.period.planned):
        day: Day | None = getattr(span, name) if span else None
        if day:
            return day
    return None


def agreed(mobility: Mobility) -> Day | None:
    """The day on which the last of the parties signed the first version of the agreement."""
    first = first_version(mobility)
    return first.signed if first else None


def own_school(mobility: Mobility) -> Party:
    """The school that keeps the record: the home of who goes out, the host of who comes."""
    return mobility.host if mobility.direction == "incoming" else mobility.home


AUGUST = 8


def academic_year(mobility: Mobility) -> str | None:
    """The academic year of a stay: as stated, else the one from August to July that its first day lies in."""
    first = start(mobility)
    if mobility.academic_year or first is None:
        return mobility.academic_year
    begun = first.first.year - (first.first.month < AUGUST)
    return f"{begun}/{begun + 1}"


def first_results(mobility: Mobility) -> Day | None:
    """The first day on which there were results, as far as the record says: published, issued or received."""
    results = mobility.results
    known = [day for day in (results.published, results.issued, results.received) if day] if results else []
    return min(known, key=lambda day: day.first, default=None)


def decided(mobility: Mobility) -> bool:
    """Say whether recognition is decided: a decision is recorded, or the status says that there is one."""
    recorded = mobility.recognition is not None and mobility.recognition.decided is not None
    return recorded or mobility.status == "recognised"


def graduation(mobility: Mobility) -> Day | None:
    """The day of the diploma: of its award, else of the jury."""
    learner = mobility.learner
    return learner.graduation_date or learner.graduation_jury_date


HOURS = ("theory", "practice", "personal", "placement")


def hours(mobility: Mobility) -> dict[str, Decimal | None]:
    """The hours of the stay by kind: the total of the agreement, else the sum of its components; None is not stated."""
    agreement, version = mobility.agreement, final_version(mobility)
    rows = [row for table in ("studied", "virtual") for row in version.tables[table]] if version else []
    found: dict[str, Decimal | None] = {}
    for kind in HOURS:
        total: Decimal | None = getattr(agreement.hours, kind) if agreement and agreement.hours else None
        parts = [part for row in rows if row.hours and (part := getattr(row.hours, kind)) is not None]
        found[kind] = total if total is not None or not parts else sum(parts, Decimal(0))
    return found


def has_placement(mobility: Mobility) -> bool:
    """Say whether the stay has a placement: by its kind, its components or its hours."""
    version = final_version(mobility)
    return (
        mobility.kind in {"traineeship", "study+traineeship", "work-placement"}
        or any(row.type == "placement" for row in (version.tables["studied"] if version else ()))
        or bool(hours(mobility)["placement"])
    )


def dedicated(mobility: Mobility, version: Version) -> Decimal | None:
    """The credits that a version reserves for the stay: table B, or the mobility window in its place; None: unknown."""
    if version.tables["recognised"]:
        total = version.total("recognised")
        return total.value if total else None
    window = mobility.agreement.mobility_window if mobility.agreement else None
    if not window or window.get("credits") is None:
        return None
    return Decimal(window["credits"]) + max(Decimal(window.get("adjustment") or 0), Decimal(0))


def papers(mobility: Mobility, *kinds: str) -> tuple[Paper, ...]:
    """The papers of some kinds, or issued in the place of one, that are neither annulled nor replaced."""
    return tuple(
        paper
        for paper in mobility.documents
        if {paper.kind, paper.equivalent_to} & set(kinds) and not (paper.annulled or paper.replaced_by)
    )


def attestations(mobility: Mobility) -> tuple[Paper, ...]:
    """The partner's attestations; what the home school wrote itself, or nobody has signed yet, is none."""
    ours = {"home", "learner", mobility.home.ref or "home"}
    return tuple(
        paper
        for paper in papers(mobility, "partner-attestation")
        if paper.issuer not in ours and (not paper.signatures or any(map(given, paper.signatures)))
    )


def shares_papers(mobility: Mobility) -> bool:
    """Say whether the learner goes with a group, or to a competition: there are no papers of one's own then."""
    return mobility.format in {"group", "competition"} or mobility.kind == "skills-competition"


def month_before(day: date) -> date:
    """The same day of the month before, or its last day where it is shorter: 28 February for 31 March."""
    end = day.replace(day=1) - timedelta(days=1)
    return end.replace(day=min(day.day, end.day))


def months_after(day: date, number: int) -> date:
    """The same day so many calendar months later, or the last of a shorter month: 28 February for 30 November and 3.

    So legal periods are counted (code de procédure civile, art. 641: « À défaut d'un quantième identique, le délai
    expire le dernier jour du mois »).
    """
    year, month = divmod(day.year * 12 + day.month + number, 12)  # of the month after, counted from 0
    last = date(year, month + 1, 1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def days_after(day: date, number: int) -> date:
    """The day that is so many days after another: what was due on the last of them is late from the next."""
    return day + timedelta(days=number)


def results_since(mobility: Mobility) -> Day | None:
    """Since when the host can issue its transcript: the results, else the last examination, else the end of the stay."""
    published = mobility.results.published if mobility.results else None
    return published or mobility.period.assessment_end or end(mobility)


def days_inclusive(first: date, last: date) -> int:
    """The days from one to another, both counted: one, if it is the same day; none, if the last comes first."""
    return max((last - first).days + 1, 0)


def days_360(first: date, last: date) -> int:
    """The days from one to another, both counted, as Erasmus+ counts a long mobility: twelve months of 30 days.

    The 31st counts as the 30th, and February as if it had 30 days: 1 January to 28 February are 58 days, to 31 March
    90. The formula is that of the Commission's Beneficiary module (wikis.ec.europa.eu, NAITDOC, “Duration Calculated
    (days) field in KA131 mobility activities”).
    """
    months = (last.year - first.year) * 12 + last.month - first.month
    return max(months * 30 + min(last.day, 30) - min(first.day, 30) + 1, 0)


MONTH = 30
"""The days of a month where Erasmus+ counts months."""

SHORT_FORMATS = frozenset({"short-term-blended", "short-term-doctoral", "bip"})
"""Mobilities in higher education whose days are counted one by one."""


def stretch(mobility: Mobility, *, widest: bool) -> tuple[date, date] | None:
    """The first and the last day of the stay; where only months are known, the longest or the shortest it can have been."""
    first, last = start(mobility), end(mobility)
    if first is None or last is None:
        return None
    return (first.first, last.last) if widest else (first.last, last.first)


def days_away(mobility: Mobility) -> int:
    """The days within the stay on which the learner was away."""
    return sum(days_inclusive(each.start.first, each.end.last) for each in mobility.period.interruptions)


def erasmus_days(mobility: Mobility, *, widest: bool) -> int | None:
    """The days of a stay as Erasmus+ counts them: a short one day by day, a long one by months of 30 days.

    Days of an interruption do not count; those of the journey and of the online part are no days of the stay.
    """
    days = stretch(mobility, widest=widest)
    if days is None:
        return None
    count = days_inclusive if mobility.format in SHORT_FORMATS else days_360
    return max(count(*days) - days_away(mobility), 0)


HOURS_A_DAY, DAYS_A_MONTH = Decimal(7), Decimal(22)
"""How a French internship is counted: by hours of presence (code de l’éducation, art. D. 124-6)."""


def presence_months(hours: Decimal) -> Decimal:
    """The months that hours of presence at an internship make: 7 hours are a day, 22 days a month, 924 hours six."""
    return hours / HOURS_A_DAY / DAYS_A_MONTH


def presence_hours(mobility: Mobility) -> Decimal | None:
    """The hours of presence at a placement: as the host certifies them, else as an agreement states them."""
    kinds = ("attestation-de-stage", "traineeship-certificate")
    certified = [
        each.effective_hours for each in papers(mobility, *kinds) if each.effective_hours is not None
    ]
    stated = mobility.convention.presence_hours if mobility.convention else None
    return next((each for each in (*certified, stated) if each is not None), hours(mobility)["placement"])


_YEAR = re.compile(r"(?<![0-9])([0-9]{4})(?:[-/]([0-9]{2})(?![0-9]))?(?![0-9])")


def years(text: str) -> tuple[int, ...]:
    """Read the years in words such as "session of 2026", "2025-2026" or "2025/26", first to last."""
    found: list[int] = []
    for whole, short in _YEAR.findall(text):
        year = int(whole)
        found.append(year)
        if short and int(short) == (year + 1) % 100:  # else a month
            found.append(year + 1)
    return tuple(sorted(found))


def presence(mobility: Mobility) -> tuple[int, ...]:
    """The days of each uninterrupted part of a stay; none where its first or its last day is not known."""
    first, last = start(mobility), end(mobility)
    if first is None or last is None:
        return ()
    away = [(s.start.first, s.end.last) for s in mobility.period.interruptions]
    day, after, parts = first.first, days_after(last.last, 1), []
    for left, back in sorted(away):
        parts.append((min(left, after) - day).days)
        day = max(day, days_after(back, 1))
    parts.append((after - day).days)
    return tuple(part for part in parts if part > 0)


WEEK, WEEKEND = 7, 2


def closed(days: Decimal) -> Decimal:
    """Count the weekend that closes the last working week of a stay, if that is all that its last week lacks.

    From the Monday of week 1 to the Friday of week 9 are 61 days: with the weekend, nine weeks. 60 are not.
    """
    lacking = (WEEK - days % WEEK) % WEEK
    return days + lacking if lacking <= WEEKEND else days


def weeks(*stays: Decimal) -> int:
    """How many whole weeks some stays make, each of so many uninterrupted days."""
    return int(sum(map(closed, stays), Decimal(0)) // WEEK)


AT_HOME = frozenset({"at-home", "virtual-only"})
"""What is done without going abroad: it counts towards no obligation to do so."""
UNCOUNTED = AT_HOME | {"skills-competition"}
"""The kinds of mobility that are no activity of study, work or research abroad."""


def in_group(mobility: Mobility) -> bool:
    """Say whether a stay is one of a group of classmates: by its format, or as it is said not to be individual.

    A group of which nobody else is of the class (`same_class_peers: 0`) is none of classmates.
    """
    grouped = mobility.individual is False or mobility.format == "group"
    return grouped and mobility.same_class_peers != 0


SOFT = frozenset({"train", "bus", "carpool", "bicycle", "boat", "on-foot"})
"""Means of transport that are easy on the climate: those that the CTI's note names, and boat and walking."""


def travel_days(mobility: Mobility) -> Decimal:
    """The days of the journey that count in the stay."""
    travel = mobility.period.travel
    return (travel.counted_days if travel else None) or Decimal(0)


def countable(mobility: Mobility) -> Decimal | None:
    """The most days of a stay that can count: of presence, and those of the journey; None where they are not known."""
    parts = presence(mobility)
    return sum(parts) + travel_days(mobility) if parts else None


def counted(mobility: Mobility) -> tuple[Decimal, ...]:
    """The days of a stay that count towards the obligation to go abroad, a number for each uninterrupted part.

    They are as many as the record states, days of the journey included; where it states none, the whole stay, unless
    it can't count: in a group of classmates, in a gap year, or in the preparatory cycle without the school.
    """
    obligation, possible = mobility.obligation, countable(mobility)
    stated = obligation.counted_days if obligation else None
    if mobility.kind in UNCOUNTED or (stated is None and _uncounted(mobility)):
        return ()
    if stated is not None and stated != possible:
        return (stated,)
    parts = [Decimal(part) for part in presence(mobility)]
    return (parts[0] + travel_days(mobility), *parts[1:]) if parts else ()


def _uncounted(mobility: Mobility) -> bool:
    obligation = mobility.obligation
    alone = stage(mobility) == "preparatory" and not (obligation and obligation.supervised_by_school)
    return in_group(mobility) or mobility.gap_period is not None or alone


def stage(mobility: Mobility) -> str | None:
    """The cycle of an engineering school in which a stay falls."""
    return mobility.learner.enrolment.cycle_stage if mobility.learner.enrolment else None


def earlier(prior: PriorMobility) -> Decimal:
    """The days of an earlier stay that count: as stated, else all of it; none where its days are not known."""
    if prior.kind in UNCOUNTED:
        return Decimal(0)
    if prior.counted_days is not None:
        return prior.counted_days
    if not prior.start or not prior.end:
        return Decimal(0)
    return Decimal(days_inclusive(prior.start.first, prior.end.last))


def earlier_days(stays: tuple[Mobility, ...]) -> tuple[Decimal, ...]:
    """The days of earlier stays that the last of some records tells of, without those that have records of their own."""
    own = {stay.id for stay in stays}
    told = stays[-1].learner.prior_mobilities if stays else ()
    return tuple(days for each in told if each.ref not in own and (days := earlier(each)))


def weeks_abroad(stays: tuple[Mobility, ...], prior: tuple[Decimal, ...]) -> int:
    """The whole weeks that some stays of a learner make, with those of earlier ones."""
    return weeks(*(part for stay in stays for part in counted(stay)), *prior)


NINE = Decimal(9)
"""The weeks that the CTI itself asks of apprentices: a cohort's file can ask for more, not for less."""


def weeks_asked(cohort: Cohort | None, usual: Decimal, *, apprentice: bool) -> Decimal:
    """The weeks asked of a learner: by the study regulations of the cohort, else as usual in the school or its profile."""
    said = cohort.obligation if cohort else None
    own = (said.apprentice_weeks if apprentice else said.student_weeks) if said else None
    if own is None:
        return usual
    return max(own, min(usual, NINE)) if apprentice else own


def mobility_law(mobility: Mobility) -> Day | None:
    """The day whose law binds an apprentice's time abroad: when its convention was signed by the last, else its start.

    The convention is the act that the law is about; the contract of apprenticeship may be older than the law.
    """
    convention = mobility.apprenticeship.convention if mobility.apprenticeship else None
    signed = [s.date for s in (convention.signatures if convention else ()) if s.date and given(s)]
    return max(signed, key=lambda day: day.last) if signed else start(mobility)


KEY_DATES: Mapping[str, Callable[[Mobility], Day | None]] = {
    "start": start,
    "agreed": agreed,
    "mobility_law": mobility_law,
}
"""The days by which the edition of a text is chosen."""


def departure(mobility: Mobility) -> Day | None:
    """The day the learner leaves: the journey's, else the first day of the stay."""
    travel = mobility.period.travel
    return travel.departure if travel and travel.departure else start(mobility)


def phase(mobility: Mobility, on: date) -> Phase:
    """The later of what `status` says and what the dates say on a day; a cancelled stay goes no further."""
    if mobility.status == "cancelled":
        return Phase.PLANNED
    stated = _PHASES[mobility.status]
    first, last = start(mobility), end(mobility)
    if last and last.last < on:
        return max(stated, Phase.AFTER_RETURN)
    if first and first.last <= on:
        return max(stated, Phase.DURING)
    return stated


def promised(block: Block, version: Version, mobility: Mobility) -> Decimal:
    """What a block must recognise: table B in full if all was awarded as agreed, else at most what was awarded.

    Components that are not recognised automatically, or are voluntary, promise nothing. Every id of the block must be
    there.
    """
    home = {row.id: row for row in version.tables["recognised"]}
    agreed = {row.id: row.credits for table in ("studied", "virtual") for row in version.tables[table]}
    lines = result_lines(mobility)
    mine = [home[d.component] for d in block.to if d.status != "voluntary"]
    automatic = sum(
        (row.credits or Decimal(0) for row in mine if row.automatic_recognition is not False), Decimal(0)
    )
    results = [lines[id] for id in block.from_]
    passed = [line for line in results if line.validated]
    awarded = sum((line.credits or Decimal(0) for line in passed), Decimal(0))
    planned = sum((agreed.get(line.for_ or "") or Decimal(0) for line in passed), Decimal(0))
    # Where a course has no result yet, nobody can say that its part of table B was earned.
    known = set(agreed) <= {line.for_ for line in lines.values()}
    whole = passed and len(passed) == len(results) and awarded >= planned and known
    return automatic if whole else min(automatic, awarded)


def granted(block: Block) -> Decimal:
    """What a block recognises."""
    return sum((d.credits or Decimal(0) for d in block.to if d.status == "recognised"), Decimal(0))


def recognised_credits(mobility: Mobility) -> Amount:
    """Add up what the home school recognised."""
    blocks = mobility.recognition.blocks if mobility.recognition else ()
    parts = tuple(d for block in blocks for d in block.to if d.status == "recognised")
    return Amount(sum((part.credits or Decimal(0) for part in parts), Decimal(0)), "ects", parts)


def earned_credits(mobility: Mobility) -> Amount:
    """Add up what the host awarded for validated components."""
    lines = mobility.results.lines if mobility.results else ()
    parts = tuple(line for line in lines if line.validated)
    return Amount(sum((part.credits or Decimal(0) for part in parts), Decimal(0)), "ects", parts)


def validated_part(mobility: Mobility, version: Version) -> Decimal:
    """The credits of table B whose results are all validated."""
    lines = result_lines(mobility)
    answered = {
        decision.component
        for block in (mobility.recognition.blocks if mobility.recognition else ())
        if block.from_ and all(ref in lines and lines[ref].validated for ref in block.from_)
        for decision in block.to
    }
    rows = (row for row in version.tables["recognised"] if row.id in answered)
    return sum((row.credits or Decimal(0) for row in rows), Decimal(0))


def result_lines(mobility: Mobility) -> dict[str, Result]:
    """The lines of the results, by their ids."""
    return {line.id: line for line in mobility.results.lines} if mobility.results else {}


def imposed(mobility: Mobility) -> tuple[Requirement, ...]:
    """What the school asks on top for credits that were validated abroad.

    A requirement on a component whose results are all validated; without one, where all results are. What the three
    parties agreed on as a condition (`automatic_recognition: false`) is not imposed.
    """
    agreed, found = _conditional(mobility), []
    for requirement in mobility.recognition.requirements if mobility.recognition else ():
        results = results_of(mobility, requirement.component)
        passed = bool(results) and all(line.validated for line in results)
        if passed and not (requirement.component in agreed if requirement.component else agreed):
            found.append(requirement)
    return tuple(found)


def caught_up_in_vain(mobility: Mobility) -> tuple[Remedial, ...]:
    """The sessions that catch up what was passed abroad with all the credits that were agreed, on no agreed condition."""
    agreed = _conditional(mobility)
    return tuple(
        session
        for session in (mobility.recognition.remedial if mobility.recognition else ())
        if session.for_ and session.for_ not in agreed and in_full(mobility, session.for_)
    )


def _conditional(mobility: Mobility) -> set[str]:
    """The components of table B that are not recognised automatically, as all three agreed."""
    version = final_version(mobility)
    rows = version.tables["recognised"] if version else ()
    return {row.id for row in rows if row.automatic_recognition is False}


def in_full(mobility: Mobility, component: str) -> bool:
    """Say whether all results that a component hangs on are validated, each with the credits that were agreed."""
    version, results = final_version(mobility), results_of(mobility, component)
    rows = [row for table in ABROAD for row in version.tables[table]] if version else []
    agreed = {row.id: row.credits or Decimal(0) for row in rows}
    return bool(results) and all(
        line.validated and (line.credits or Decimal(0)) >= agreed.get(line.for_ or "", Decimal(0))
        for line in results
    )


def results_of(mobility: Mobility, component: str | None) -> list[Result]:
    """The results that a component hangs on: those of its block, or its own; all of them where none is named."""
    lines = result_lines(mobility)
    if component is None:
        return list(lines.values())
    blocks = mobility.recognition.blocks if mobility.recognition else ()
    refs = [ref for block in blocks if component in {d.component for d in block.to} for ref in block.from_]
    return [lines[ref] for ref in refs if ref in lines] + [
        line for line in lines.values() if line.for_ == component
    ]


def more_than_earned(mobility: Mobility, version: Version) -> bool:
    """Say whether more is recognised than the larger of what was earned and of what was agreed for it."""
    most = max(earned_credits(mobility).value, validated_part(mobility, version))
    return recognised_credits(mobility).value > most + version.excepted


def more_than_dedicated(mobility: Mobility, version: Version) -> bool:
    """Say whether more is recognised than a version reserves for the stay; not, where it does not say how much."""
    most = dedicated(mobility, version)
    return most is not None and recognised_credits(mobility).value > most + version.excepted


@dataclass(frozen=True, slots=True)
class Band:
    """Where a grade lies among the passing grades, best first: from and to which share (0 to 1)."""

    above: Decimal
    through: Decimal

    def overlaps(self, other: Band) -> bool:
        """Say whether two grades share a part of the distribution; a grade that nobody was given has no part of it."""
        return max(self.above, other.above) < min(self.through, other.through)


def band(row: TableRow, passing: tuple[TableRow, ...]) -> Band | None:
    """Cumulate the passing grades of a table up to one of its rows (ECTS Users' Guide 2015, p. 39-41)."""
    total = sum(each.count for each in passing)
    if not total or row not in passing:
        return None
    above = sum(each.count for each in passing[: passing.index(row)])
    return Band(Decimal(above) / total, Decimal(above + row.count) / total)


MENTION = re.compile(
    r"\b(?:double|doubles|dual|doble|dobles|bi) ?"
    r"(?:(?:master|masters|bachelor|bachelors|engineering|s) )*"
    r"(?:dipl\w*|degrees?|titulac\w*|titulos?|grados?)\b"
    r"|\b(?:diplomes?|diplomas?|degrees?|titulacion|titulaciones) (?:en )?(?:double|doble)s?(?: (?:avec|con|with)\b|$)"
    r"|\bdoppel(?:diplom|abschluss)\w*|\bdoppi[oa] (?:diploma|laurea|titolo)\b|\bdupl[oa] (?:diploma|titulacao)\b"
)
"""How a text calls a double degree, once it is plain: in French, English and Spanish, and as neighbours do."""


def mentions_double(text: Names | None) -> bool:
    """Say whether a text calls a degree a double one, in any of its languages."""
    texts = text.values() if isinstance(text, dict) else [text or ""]
    return any(MENTION.search(folded(each)) for each in texts)
