"""What a rule is: a code, a reason with its source, where it applies, and a function over one mobility."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from mobctl import derive
from mobctl.codes import CodeList, erasmus_key
from mobctl.finding import Arg, Message, Pointer, Quoted, Severity, Text, say
from mobctl.model import (
    AgreementParty,
    Cohort,
    CohortLearner,
    GradingTable,
    Institution,
    Mobility,
    Names,
    Node,
    PartnerAgreement,
    PartnerAgreementFile,
    Party,
    Phase,
    Signature,
)
from mobctl.registry import Registry


class InForce(Protocol):
    """What holds from one day to another; a missing day leaves that side open."""

    @property
    def since(self) -> date | None: ...  # noqa: D102
    @property
    def until(self) -> date | None: ...  # noqa: D102


Dated = TypeVar("Dated", bound=InForce)


@dataclass(frozen=True, slots=True)
class Source:
    """A published text that rules rest on, and the days between which this edition of it was in force.

    `profiles` are those whom the text binds, where it does not bind everybody.
    """

    key: str
    title: str
    issuer: str
    edition: str
    url: str | None = None
    since: date | None = None
    until: date | None = None
    profiles: frozenset[str] = frozenset()

    def at(self, passage: str) -> Citation:
        """Cite one passage of this text."""
        return Citation(self, passage)


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage of a source: the reason a rule exists. The passage stands in the source's own language."""

    source: Source
    passage: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What a number is between two days, both included, and where that is written; a missing day leaves that side open."""

    value: Decimal
    since: date | None = None
    until: date | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A threshold of a rule, with its unit; of several profiles the stricter value wins.

    `of` is the code of the rule that it belongs to, where a rule goes by the number of another. `earlier` are the
    values it had, oldest first; the present one holds from the day after the last of them. Without a value there is
    none until a profile or a school sets one, and the rule does not run.
    """

    value: Decimal | None
    unit: str
    stricter: str = "lower"  # or "higher"
    of: str | None = None
    earlier: tuple[Edition, ...] = ()

    @property
    def editions(self) -> tuple[Edition, ...]:
        """Every value there was and is, oldest first."""
        last = self.earlier[-1].until if self.earlier else None
        now = [] if self.value is None else [Edition(self.value, last + DAY if last else None)]
        return (*self.earlier, *now)


def held(dated: Sequence[Dated], on: date | None) -> tuple[Dated, bool]:
    """Pick what was in force on a day, of what has a `since` and an `until`; else the nearest, and say it is assumed.

    What has neither holds always; where the day is not known, the last is taken.
    """
    if not any(each.since or each.until for each in dated):
        return dated[0], False
    in_force = (each for each in dated if on and (each.since or date.min) <= on <= (each.until or date.max))
    found = next(in_force, None)
    if found is not None:
        return found, False
    oldest = min(dated, key=lambda each: each.since or date.min)
    newest = max(dated, key=lambda each: each.until or date.max)
    return (oldest if on and on < (oldest.since or date.min) else newest), True


DAY = timedelta(days=1)

OUTGOING, INCOMING = frozenset({"outgoing"}), frozenset({"incoming"})
STUDIES = frozenset({"studies", "study+traineeship"})
"""Directions, and the kinds of a stay with courses: what `When` is often asked for."""


@dataclass(frozen=True, slots=True)
class When:
    """The mobilities a rule speaks about; an empty set means any.

    `until` is the phase in which it falls silent, as nothing can be put right any more. `decided` asks for a
    decision on recognition: one that is recorded, or that the status says there is.
    """

    since: Phase = Phase.PLANNED
    until: Phase | None = None
    kinds: frozenset[str] = frozenset()
    directions: frozenset[str] = frozenset()
    decided: bool = False

    def holds(self, mobility: Mobility, on: date) -> bool:
        """Say whether a rule applies to this mobility on a day."""
        if mobility.status == "cancelled":
            stays = self.until or self.kinds or self.directions or self.decided
            return self.since is Phase.PLANNED and not stays
        phase = derive.phase(mobility, on)
        return (
            (derive.decided(mobility) or not self.decided)
            and phase >= self.since
            and (self.until is None or phase < self.until)
            and (not self.kinds or mobility.kind in self.kinds)
            and (not self.directions or mobility.direction in self.directions)
        )


@dataclass(frozen=True, slots=True)
class Index:
    """All records of a run, for the rules that look beyond their own; `broken` are the ids of files with mistakes.

    `stays` are the mobilities of a learner, each with its file, by the learner's number and by the European one;
    `under` are those that name an agreement, by its id.
    """

    mobilities: Mapping[str, tuple[tuple[str, Mobility], ...]] = field(default_factory=dict)
    institutions: Mapping[str, Institution] = field(default_factory=dict)
    grading_tables: Mapping[str, GradingTable] = field(default_factory=dict)
    partner_agreements: Mapping[str, PartnerAgreementFile] = field(default_factory=dict)
    cohorts: Mapping[str, Cohort] = field(default_factory=dict)
    registries: tuple[Registry, ...] = ()
    broken: frozenset[str] = frozenset()
    stays: Mapping[str, tuple[tuple[str, Mobility], ...]] = field(default_factory=dict)
    under: Mapping[str, tuple[Mobility, ...]] = field(default_factory=dict)

    def file_of(self, party: Party) -> Institution | None:
        """Find the file of a party; None where it stands inline. Raise NotCheckableError where the file is not there."""
        if not party.ref:
            return None
        if party.ref not in self.institutions:
            text = say("no file of the folder describes the institution {ref}", ref=Quoted(party.ref))
            raise NotCheckableError(text)
        return self.institutions[party.ref]

    def called(self, party: Party) -> Arg:
        """Name a party as a message does: in the reader's language where its name has several."""
        file = self.institutions.get(party.ref or "")
        name = (file.name if file else party.name) or party.ref or ""
        return Text(tuple(name.items())) if isinstance(name, dict) else name

    def marks(self, party: Party) -> frozenset[tuple[str, str]]:
        """Find what tells an institution from others: parties with a mark in common are the same one."""
        file = self.institutions.get(party.ref or "")
        at = file or party
        names = at.name.values() if isinstance(at.name, dict) else (at.name or "",)
        marks = {("ref", party.ref or ""), ("schac", at.schac or "")}
        marks |= {("erasmus", erasmus_key(at.erasmus_code or "")), *(("name", name) for name in names)}
        return frozenset((kind, mark.casefold()) for kind, mark in marks if mark)

    def others(self, mobility: Mobility) -> Mapping[str, Mobility]:
        """Find the other mobilities of a learner by their files: those of the same number at the same home, or ESI."""
        learner, found = mobility.learner, dict[str, Mobility]()
        for file, other in self.stays.get(learner.esi or "", ()):
            found[file] = other
        for file, other in self.stays.get(learner.id or "", ()):
            if self.marks(mobility.home) & self.marks(other.home):
                found[file] = other
        return {file: other for file, other in found.items() if other is not mobility}

    def country(self, party: Party) -> str | None:
        """The country of a party, from its own file where the record refers to one."""
        if party.country or not party.ref:
            return party.country
        found = self.institutions.get(party.ref)
        return found.country if found else None

    def located(self, party: Party) -> str | None:
        """The country of a party. Raise NotCheckableError where its file is not there."""
        if party.ref and not party.country and party.ref not in self.institutions:
            text = say("no file of the folder describes the institution {ref}", ref=Quoted(party.ref))
            raise NotCheckableError(text)
        return self.country(party)

    def destination(self, mobility: Mobility) -> tuple[Node, str | None]:
        """The country of the stay, and the node that says it: the destination's, else the host's."""
        if mobility.destination and mobility.destination.country:
            return mobility.destination, mobility.destination.country
        return mobility.host, self.located(mobility.host)

    def partner_agreement(self, mobility: Mobility) -> PartnerAgreement | None:
        """The agreement of a mobility as if it stood inline: what its file says, seen from this home and this host.

        The language and the weeks are the host's, a signature has the role of the party it was given for: home, host
        or intermediary. None where the record names no agreement, or one whose file is not there; a place in the
        record is always `mobility.partner_agreement` itself.
        """
        inline = mobility.partner_agreement
        if inline is None or inline.ref is None:
            return inline
        file = self.partner_agreements.get(inline.ref)
        if file is None:
            return None
        home, host = (self.party_to(file, party) for party in (mobility.home, mobility.host))
        third = self.party_to(file, mobility.intermediary) if mobility.intermediary else None
        signatures = [
            Signature(role=role, name=each.name, position=each.position, date=each.date, how=each.how)
            for role, party in (("home", home), ("host", host), ("intermediary", third))
            for each in (party.signatures if party else ())
        ]
        return PartnerAgreement(
            ref=file.id,
            kind=file.kind,
            reference=file.reference,
            covers=file.covers,
            component_types=file.component_types,
            clauses=file.clauses,
            language=host.language if host else None,
            signatures=tuple(signatures),
            transcript_weeks=host.transcript_weeks if host else None,
            degree_type=file.degree_type,
        )

    def party_to(self, file: PartnerAgreementFile, party: Party) -> AgreementParty | None:
        """Find a party of a mobility among those of an agreement: by its file, else by its name."""
        if party.ref:
            return next((each for each in file.parties if each.ref == party.ref), None)
        return next((each for each in file.parties if self._name(each) == party.name), None)

    def _name(self, party: AgreementParty) -> Names | None:
        found = self.institutions.get(party.ref) if party.ref else None
        return found.name if found else party.name

    def abroad(self, mobility: Mobility) -> tuple[Mobility, ...]:
        """All stays on which a learner is sent abroad and that were not given up, the last to begin at the end."""
        others = self.others(mobility).values()
        sent = (each for each in others if each.direction == "outgoing" and each.status != "cancelled")
        return tuple(sorted((mobility, *sent), key=_begins))

    def sent(self, cohort: Cohort, learner: CohortLearner) -> tuple[Mobility, ...]:
        """The records of the stays on which a cohort's school sends a learner, and which were not given up."""
        return tuple(
            each
            for _, each in self.stays.get(learner.id, ())
            if each.learner.id == learner.id
            and each.home.ref in {None, cohort.institution}
            and each.direction == "outgoing"
            and each.status != "cancelled"
        )

    def cohort(self, mobility: Mobility) -> Cohort | None:
        """The cohort in which the learner is; None where the record names none, or one whose file is not there."""
        enrolment = mobility.learner.enrolment
        return self.cohorts.get(enrolment.cohort or "") if enrolment else None

    def member(self, mobility: Mobility) -> CohortLearner | None:
        """What the cohort of a learner says of the learner, by the learner's number."""
        cohort = self.cohort(mobility)
        learners = cohort.learners if cohort else ()
        return next((each for each in learners if each.id == mobility.learner.id), None)


def _begins(mobility: Mobility) -> tuple[date, str]:
    begins = derive.start(mobility)
    return begins.first if begins else date.max, mobility.id


@dataclass(frozen=True, slots=True)
class Context:
    """All a check may know besides its record: no clock, no files.

    `data` is the record as it was read, for a check of the texts that no other rule is about.
    """

    as_of: date
    file: str
    index: Index
    numbers: Mapping[str, Decimal]
    lists: Mapping[str, CodeList]
    before: Mobility | None = None
    profiles: tuple[str, ...] = ()
    data: Any = None

    def written(self, *path: str) -> bool:
        """Say whether the record has a key, though there may be nothing behind it."""
        found = self.data
        for key in path:
            if not isinstance(found, Mapping) or key not in found:
                return False
            found = found[key]
        return True


class NotCheckableError(Exception):
    """Raised by a check that lacks what it needs; its argument is the message that says what."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What a check yields: a node, a field of it or the node itself, and what to say.

    Of data that the model does not have, the field is the way to it from the node. What is not about this record
    but about, say, its school is said `once` for all records that give that name.
    """

    node: Node
    field: str | Pointer | None
    message: Message
    due: date | None = None
    beside: tuple[tuple[Node, Message], ...] = ()
    advice: Message | None = None
    by: str | None = None
    once: str | None = None


Check = Callable[[Mobility, Context], Iterator[Hit]]
CohortCheck = Callable[[Cohort, Context], Iterator[Hit]]


def hit(
    node: Node,
    field: str | Pointer | None,
    message: Message,
    *,
    due: date | None = None,
    beside: Iterable[tuple[Node, Message]] = (),
    advice: Message | None = None,
    by: str | None = None,
    once: str | None = None,
) -> Hit:
    """Point at a node, or at a field of it by its key; with `due`, it is a thing to do until that day.

    `beside` are other nodes of the record that have to do with it, each with what to say of it; `advice` is what to
    do here, where the rule's own fix is too general; `by` is who has to do it, where that is not the rule's. With
    `once` it is said at one record only of those that give the same name.
    """
    return Hit(node, field, message, due, tuple(beside), advice, by, once)


@dataclass(frozen=True, slots=True)
class Rule:
    """A check with its name, weight, reason and remedy; without a check, a mistake of shape or of the file.

    `needs` names what a check cannot do without (`base`: an earlier revision; `history`: a complete one).
    `judged_on` is the key date that picks the edition of the sources and of the numbers: a name of `derive.KEY_DATES`;
    where the rule came with a law and went with one, `since` and `until`, it holds only if that date lies between
    them. `told` says that its messages themselves say what to do. `by` is who has to act, as a code of the list `signature-roles`; without
    it, the office that keeps the record. `of_cohort` looks at a cohort's file besides, for those who have no record.
    """

    code: str
    slug: str
    title: str
    why: str
    fix: str
    severity: Severity
    cites: tuple[Citation, ...]
    profiles: frozenset[str] = frozenset({"generic"})
    when: When = When()
    numbers: Mapping[str, Number] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()
    judged_on: str = "start"
    waivable: bool = True
    clock: bool = False
    told: bool = False
    by: str | None = None
    since: date | None = None
    until: date | None = None
    check: Check | None = None
    of_cohort: CohortCheck | None = None

    def citation(self, on: date | None, profiles: Collection[str] = ()) -> tuple[Citation, str]:
        """Pick the text that binds these profiles, in the edition of the key date, and name it; `assumed` if none was."""
        binding = [c for c in self.cites if not c.source.profiles or c.source.profiles.intersection(profiles)]
        cites = binding or self.cites
        dated = [c for c in cites if c.source.since or c.source.until]
        if not dated:
            return cites[0], cites[0].source.edition
        source, assumed = held([c.source for c in dated], on)
        cited = next(c for c in dated if c.source is source)
        return cited, "assumed" if assumed else source.edition

    def in_force(self, on: date) -> bool:
        """Say whether the law that the rule stands for is in force on a day."""
        return (self.since or date.min) <= on <= (self.until or date.max)


def rule(
    code: str,
    title: str,
    *,
    severity: Severity,
    why: str,
    fix: str,
    cites: tuple[Citation, ...],
    profiles: set[str] | None = None,
    when: When = When(),
    numbers: Mapping[str, Number] | None = None,
    needs: set[str] | None = None,
    judged_on: str = "start",
    waivable: bool = True,
    clock: bool = False,
    by: str | None = None,
    since: date | None = None,
    until: date | None = None,
    of_cohort: CohortCheck | None = None,
) -> Callable[[Check], Rule]:
    """Make a rule of the function below; its slug is the function's name."""

    def decorate(check: Check) -> Rule:
        return Rule(
            code=code,
            slug=check.__name__.replace("_", "-"),
            title=title,
            why=why,
            fix=fix,
            severity=severity,
            cites=cites,
            profiles=frozenset(profiles or {"generic"}),
            when=when,
            numbers=numbers or {},
            needs=frozenset(needs or ()),
            judged_on=judged_on,
            waivable=waivable,
            clock=clock,
            by=by,
            since=since,
            until=until,
            check=check,
            of_cohort=of_cohort,
        )

    return decorate
