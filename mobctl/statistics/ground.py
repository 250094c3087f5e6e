"""What statistics are made of: the records of an archive on a day, its cohorts, and who is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from mobctl import derive
from mobctl.codes import CodeList
from mobctl.finding import Arg, Label, Message, Text, say
from mobctl.model import Cohort, CohortLearner, Derogation, Exemption, Mobility, Names, Programme
from mobctl.rule import Index
from mobctl.statistics.figure import LEAST

STATUSES = {
    "student": say("students"),
    "apprentice": say("apprentices"),
    "pupil": say("pupils"),
    "adult-trainee": say("adult trainees"),
    "recent-graduate": say("recent graduates"),
}
NOT_STATED = say("not stated")
FEW_EXEMPT = say(
    "graduates who are exempt from the obligation: so few that their number could be worked out from the mobility rate"
)


@dataclass(frozen=True)
class Member:
    """A learner of a cohort, with the records of the stays on which the school has sent the learner."""

    cohort: Cohort
    learner: CohortLearner
    stays: tuple[Mobility, ...]

    @property
    def person(self) -> str:
        """Tells people apart; it is never printed."""
        return f"outgoing {self.learner.id}"

    @property
    def status(self) -> str:
        """A student, an apprentice …: as the last record says, else the cohort's file."""
        told = [stay.learner.status for stay in reversed(self.stays) if stay.learner.status]
        return told[0] if told else self.learner.status

    @property
    def exemption(self) -> Exemption | None:
        """Why the learner has no obligation, wherever it is recorded."""
        own = (stay.obligation.exemption for stay in self.stays if stay.obligation)
        return self.learner.exemption or next((each for each in own if each), None)

    @property
    def derogation(self) -> Derogation | None:
        """That the learner is let off, wherever it is recorded."""
        own = (stay.obligation.derogation for stay in self.stays if stay.obligation)
        return self.learner.derogation or next((each for each in own if each), None)

    def graduated(self, on: date) -> bool:
        """Say whether the jury has met for the learner by a day."""
        day = self.learner.graduation_date or self.learner.graduation_jury_date
        day = day or self.cohort.graduation_jury_date
        last = day.last if day else date(int(self.cohort.graduation_year), 12, 31)
        return last <= on

    def weeks(self, on: date) -> int:
        """The weeks abroad that count of stays that are over, earlier ones included."""
        over = tuple(stay for stay in self.stays if ended(stay, on))
        return derive.weeks_abroad(over, derive.earlier_days(self.stays))

    def mobile(self, on: date) -> bool:
        """Say whether any day abroad counts so far."""
        over = tuple(stay for stay in self.stays if ended(stay, on))
        return any(any(derive.counted(stay)) for stay in over) or bool(derive.earlier_days(self.stays))


def ended(stay: Mobility, on: date) -> bool:
    """Say whether a stay is over: from the day after its last; one of which no last day is known is not."""
    last = derive.end(stay)
    return last is not None and last.last < on


def begun(stay: Mobility, on: date) -> bool:
    """Say whether a stay has begun on a day."""
    first = derive.start(stay)
    return first is not None and first.last <= on


@dataclass(frozen=True)
class Ground:
    """An archive on a day.

    `student_weeks` are the weeks that the school asks of students where the cohort's file does not say (rule CTI101):
    without any, a day abroad that counts is enough. `lists` are the published codes.
    """

    index: Index
    on: date
    lists: Mapping[str, CodeList] = field(default_factory=dict)
    student_weeks: Decimal = Decimal(0)
    apprentice_weeks: Decimal = derive.NINE

    @cached_property
    def records(self) -> tuple[Mobility, ...]:
        """All records of stays that were not given up, each id once, in the order of their ids."""
        known = (found[0][1] for _, found in sorted(self.index.mobilities.items()))
        return tuple(each for each in known if each.status != "cancelled")

    @cached_property
    def sent(self) -> tuple[Mobility, ...]:
        """The stays of the school's own learners."""
        return tuple(each for each in self.records if each.direction == "outgoing")

    @cached_property
    def abroad(self) -> tuple[Mobility, ...]:
        """The stays of the school's own learners that have begun, without what is done at home."""
        return tuple(each for each in self.sent if each.kind not in derive.AT_HOME and begun(each, self.on))

    @cached_property
    def back(self) -> tuple[Mobility, ...]:
        """The stays abroad of the school's own learners that are over."""
        return tuple(each for each in self.abroad if ended(each, self.on))

    @cached_property
    def decided(self) -> tuple[Mobility, ...]:
        """The stays abroad of which the recognition is decided."""
        return tuple(each for each in self.abroad if derive.decided(each))

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """The learners of all cohorts."""
        return tuple(
            Member(cohort, learner, self.by_start(self.index.sent(cohort, learner)))
            for _, cohort in sorted(self.index.cohorts.items())
            for learner in cohort.learners
        )

    @cached_property
    def obliged(self) -> tuple[Member, ...]:
        """The learners of all cohorts who are not exempt."""
        return tuple(each for each in self.members if not each.exemption)

    @cached_property
    def graduates(self) -> tuple[tuple[Member, ...], int]:
        """Those whose jury has met; and how many were taken out, since they are exempt and too few to be told apart.

        The mobility rate leaves the exempt out. A figure over all graduates beside it would tell how many they are.
        """
        all_ = tuple(each for each in self.members if each.graduated(self.on))
        exempt = sum(bool(each.exemption) for each in all_)
        if 0 < exempt < LEAST:
            return tuple(each for each in all_ if not each.exemption), exempt
        return all_, 0

    @cached_property
    def _member_of(self) -> Mapping[str, Member]:
        return {stay.id: member for member in self.members for stay in member.stays}

    def by_start(self, stays: Iterable[Mobility]) -> tuple[Mobility, ...]:
        """Put stays in the order in which they begin."""

        def key(stay: Mobility) -> tuple[date, str]:
            first = derive.start(stay)
            return (first.first if first else date.max, stay.id)

        return tuple(sorted(stays, key=key))

    def asked(self, member: Member) -> Decimal:
        """The weeks abroad that are asked of a learner."""
        apprentice = member.status == "apprentice"
        usual = self.apprentice_weeks if apprentice else self.student_weeks
        return derive.weeks_asked(member.cohort, usual, apprentice=apprentice)

    def programme(self, cohort: Cohort) -> Programme | None:
        """What the school's file says of the programme of a cohort."""
        school = self.index.institutions.get(cohort.institution)
        programmes = school.programmes if school else ()
        return next((each for each in programmes if each.id == cohort.programme), None)

    def cohort_label(self, cohort: Cohort) -> Arg:
        """Name a cohort: its programme and the year of its diploma."""
        return say(
            "{programme}, {year}",
            programme=self._title(cohort.institution, cohort.programme),
            year=cohort.graduation_year,
        )

    def _title(self, institution: str | None, programme: str) -> Arg:
        school = self.index.institutions.get(institution or "")
        found = next((each for each in (school.programmes if school else ()) if each.id == programme), None)
        return named(found.title if found else None, programme)

    def country(self, stay: Mobility) -> str | None:
        """The country of a stay, as far as it is known."""
        told = stay.destination.country if stay.destination else None
        return told or self.index.country(stay.host)

    def of_member(self, member: Member) -> dict[str, Arg]:
        """The groups that a learner of a cohort is in."""
        graduated = say("diploma awarded") if member.graduated(self.on) else say("diploma to come")
        return {
            "status": STATUSES[member.status],
            "cohort": self.cohort_label(member.cohort),
            "diploma": graduated,
        }

    def of_stay(self, stay: Mobility) -> dict[str, Arg]:
        """The groups that a stay is in."""
        enrolment, member = stay.learner.enrolment, self._member_of.get(stay.id)
        programme = enrolment.programme if enrolment else None
        status = member.status if member else stay.learner.status
        country = self.country(stay)
        return {
            "kind": Label("kinds", stay.kind),
            "host": self.index.called(stay.host),
            "country": Label("countries", country) if country else NOT_STATED,
            "programme": self._title(stay.home.ref, programme) if programme else NOT_STATED,
            "status": STATUSES[status] if status else NOT_STATED,
            "year": derive.academic_year(stay) or NOT_STATED,
            "direction": Label("directions", stay.direction),
        }


def person(stay: Mobility) -> str:
    """Tells people apart, also where the number of a learner is another one's at another school; never printed."""
    learner = stay.learner
    return f"{stay.direction} {learner.id or learner.esi or stay.id}"


def named(names: Names | None, otherwise: str) -> Arg:
    """Name something: in the reader's language where its name has several."""
    if isinstance(names, dict):
        return Text(tuple(names.items()))
    return names or otherwise


@dataclass(frozen=True, slots=True)
class Sorted:
    """Cases that could be counted, and how many could not, for want of what."""

    kept: tuple[Mobility, ...]
    left_out: int


def stating(stays: Iterable[Mobility], states: Callable[[Mobility], bool]) -> Sorted:
    """Keep the records that state what is needed, and count the others: they are never guessed."""
    stays = tuple(stays)
    kept = tuple(each for each in stays if states(each))
    return Sorted(kept, len(stays) - len(kept))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is not counted: how many, and which they are."""

    count: int
    what: Message


def reasons(*told: tuple[int, Message]) -> tuple[LeftOut, ...]:
    """Say what is not counted and why, without those of which there is none."""
    return tuple(LeftOut(count, what) for count, what in told if count)
