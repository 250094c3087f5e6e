"""A record as documents look at it: who the parties are, what they are called, who signs, which papers were issued.

Every kind of document is made of a `Record`; what several kinds show in the same way is made here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from msgspec.structs import replace

from mobctl import model
from mobctl.codes import CodeList
from mobctl.documents.view import (
    Days,
    Issuer,
    Name,
    Party,
    Responsible,
    Responsibles,
    Signatory,
    Signed,
    Student,
    Words,
)
from mobctl.finding import Judged
from mobctl.model import Institution, Mobility, Names, Node, PartnerAgreementFile
from mobctl.rule import Index

Kept = TypeVar("Kept", bound=Node)
About = TypeVar("About")


class Subject(Enum):
    """What a document is about: each mobility, each agreement, each institution, each group, or all of them."""

    MOBILITY = "mobility"
    PARTNER_AGREEMENT = "partner-agreement"
    INSTITUTION = "institution"
    GROUP = "group"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Group:
    """Learners who go together: their records, by file, in the order of their ids."""

    id: str
    stays: Mapping[str, Mobility]


@dataclass(frozen=True, slots=True)
class Whole:
    """All that a school keeps in one folder: every file that could be read, by its name, and what the check says of it.

    `broken` are the files with mistakes, which are not among the models; `config` is what `mobctl.yaml` says.
    """

    id: str
    models: Mapping[str, Node]
    judged: Mapping[str, Judged]
    config: Mapping[str, Any]
    broken: tuple[str, ...] = ()

    def of(self, kind: type[Kept]) -> tuple[Kept, ...]:
        """All files of one kind, in their order."""
        return tuple(model for model in self.models.values() if isinstance(model, kind))


NOBODY = model.Party()


LEARNERS = ("pupil", "apprentice", "adult-trainee", "recent-graduate")
"""As what a learner signs who is no student: codes of the list `signatories`, besides `learner`."""


@dataclass(frozen=True, slots=True)
class Record:
    """A mobility, and what else a document of it depends on: the files it refers to, what the check says, the day.

    For kinds of another `Subject`, an agreement, an institution, a group or the whole archive stands in its place.
    `part` names one of several documents of a kind, "" the only one, or the first; `lists` are the published codes;
    `school` is whose records they are, where the record itself does not say so.
    """

    subject: Mobility | PartnerAgreementFile | Institution | Group | Whole
    index: Index
    judged: Judged
    on: date
    part: str = ""
    lists: Mapping[str, CodeList] = field(default_factory=dict)
    school: model.Party = NOBODY

    def the(self, kind: type[About]) -> About:
        """Take the subject, of a kind of document that is about one of this type."""
        if not isinstance(self.subject, kind):
            raise TypeError(f"a record of {type(self.subject).__name__}, not of {kind.__name__}")
        return self.subject

    @property
    def mobility(self) -> Mobility:
        """The mobility that a document is about."""
        return self.the(Mobility)

    @property
    def id(self) -> str:
        """The id of what a document is about."""
        return self.subject.id

    @property
    def year(self) -> str:
        """The academic year of a mobility or of a group, "" of anything else."""
        match self.subject:
            case Mobility() as stay:
                return stay.academic_year or ""
            case Group(stays=stays):
                years = {stay.academic_year or "" for stay in stays.values()}
                return years.pop() if len(years) == 1 else ""
            case _:
                return ""

    @property
    def root(self) -> Node | Mapping[str, Any]:
        """Where the paths of mandatory fields begin; of many records they begin with `mobilities[]`."""
        match self.subject:
            case Group(stays=stays):
                return {"mobilities": (*stays.values(),)}
            case Whole() as whole:
                return {
                    "mobilities": whole.of(Mobility),
                    "institutions": whole.of(Institution),
                    "partner_agreements": whole.of(PartnerAgreementFile),
                    "cohorts": whole.of(model.Cohort),
                    "config": whole.config,
                }
            case node:
                return node

    def institution(self, party: model.Party) -> model.Institution | None:
        """Find the file of an institution."""
        return self.index.institutions.get(party.ref) if party.ref else None

    def party(self, party: model.Party) -> Party:
        """Show an institution: from its own file, or as it stands in the record."""
        at = self.institution(party) or party
        return {
            "name": words(at.name, party.ref or ""),
            "unit": words(party.unit, ""),
            "city": at.city or "",
            "country": at.country or "",
            "erasmus_code": " ".join((at.erasmus_code or "").split()),
        }

    def issuer(self, party: model.Party) -> Issuer:
        """Show an institution at the head of what it issues."""
        at, shown = self.institution(party) or party, self.party(party)
        return {
            "name": shown["name"],
            "unit": shown["unit"],
            "address": [at.address] if at.address else [],
            "erasmus_code": shown["erasmus_code"],
        }

    def papers(self, kind: str) -> tuple[model.Paper, ...]:
        """Find the papers of a kind that count: those that were neither annulled nor replaced."""
        return tuple(
            p for p in self.mobility.documents if p.kind == kind and not (p.annulled or p.replaced_by)
        )

    def with_paper_unsigned(self, paper: model.Paper | None) -> Record:
        """Take the signatures of a paper out: so the record was when the paper was printed to be signed."""
        papers = (replace(p, signatures=()) if p is paper else p for p in self.mobility.documents)
        return self.with_mobility(replace(self.mobility, documents=tuple(papers)))

    def with_mobility(self, mobility: Mobility) -> Record:
        """Take another state of the same mobility."""
        return changed(self, subject=mobility)

    @property
    def keeper(self) -> model.Party:
        """The school whose record this is: it sends the learner, or receives one."""
        if not isinstance(self.subject, Mobility):
            return self.school
        return self.mobility.home if self.mobility.direction == "outgoing" else self.mobility.host

    def programme(self) -> Words | None:
        """Show what the learner is enrolled in, by its title where the home school's file has it."""
        enrolment = self.mobility.learner.enrolment
        if not enrolment or not enrolment.programme:
            return None
        home = self.institution(self.mobility.home)
        known = {each.id: each.title for each in home.programmes} if home else {}
        return words(known.get(enrolment.programme), enrolment.programme)

    def student(self) -> Student:
        """Show the learner."""
        learner = self.mobility.learner
        enrolment = learner.enrolment or model.Enrolment()
        return {
            "name": name(learner.name),
            "number": learner.id or "",
            "esi": learner.esi or "",
            "birth_date": day(learner.birth_date),
            "citizenship": [*learner.citizenship],
            "email": "",  # it stands on no document, so that none carries it along
            "programme": self.programme(),
            "eqf": enrolment.eqf or "",
            "field": enrolment.isced_f or "",
            "field_text": enrolment.isced_clarification or "",
        }

    def responsibles(self) -> Responsibles:
        """Show who is in charge on both sides."""
        return {"home": responsible(self.mobility.home), "host": responsible(self.mobility.host)}

    def signed(self, signature: model.Signature) -> Signed:
        """Show who signed, in the name of whom where no name is recorded."""
        parties = {"home": self.mobility.home, "host": self.mobility.host}
        party = parties.get(signature.role)
        learner = self.mobility.learner.name.full if signature.role == "learner" else "…"
        stands = self.party(party)["name"] if party else words(learner, "")
        return {
            "role": self.heading(signature.role),
            "name": words(signature.name, "") if signature.name else stands,
            "date": day(signature.date),
        }

    def heading(self, role: str) -> str:
        """Say as what somebody signs: a learner who is no student as the pupil, apprentice, trainee, graduate that this is."""
        status = self.mobility.learner.status
        return status if role == "learner" and status in LEARNERS else role

    def signatory(
        self, role: str, signature: model.Signature | None, person: model.Person | None = None
    ) -> Signatory:
        """Show one who signs: as the signature says, or who is expected to."""
        person = person or self.expected(role)
        return {
            "role": self.heading(role),
            "name": (signature.name if signature else None) or (person.name.full if person else ""),
            "position": (signature.position if signature else None)
            or (person.position if person else None)
            or "",
            "signed": day(signature.date) if signature else "",
            "how": (signature.how or "") if signature else "",
        }

    def registrar(self, role: str, signature: model.Signature | None, on: date) -> Signatory:
        """Show who signs for a school: as the signature says, else whom it names for that on the day, else whom to turn to."""
        party = {"home": self.mobility.home, "host": self.mobility.host}[role]
        at = self.institution(party)
        may_sign = (each for each in (at.signatories if at else ()) if _in_office(each, on))
        named = next((model.Person(name=each.name, position=each.position) for each in may_sign), None)
        return self.signatory(role, signature, named or party.contact or party.coordinator)

    def expected(self, role: str) -> model.Person | None:
        """Say who is expected to sign: the coordinators of both sides, else the people to turn to."""
        home, host = self.mobility.home, self.mobility.host
        companies = self.mobility.host_companies
        return {
            "learner": model.Person(name=self.mobility.learner.name),
            "home": home.coordinator or home.contact,
            "host": host.coordinator or host.contact or host.trainer,
            "host-company": next((company.tutor or company.contact for company in companies), None),
            "legal-representative": self.mobility.learner.legal_representative,
        }.get(role)


def _in_office(signatory: model.Signatory, on: date) -> bool:
    return (signatory.from_ is None or signatory.from_.first <= on) and (
        signatory.to is None or on <= signatory.to.last
    )


def words(names: Names | None, otherwise: str) -> Words:
    """Take a title in all its languages; the first is the issuer's own."""
    if not isinstance(names, dict):
        return {"text": names or otherwise, "lang": "", "others": {}}
    lang, text = next(iter(names.items()), ("", otherwise))
    return {
        "text": text,
        "lang": lang,
        "others": {code: name for code, name in names.items() if code != lang},
    }


def decimal(value: Decimal | None) -> str:
    """Write a number as a view has it: no zeros at its end, "" for none."""
    return "" if value is None else f"{value.normalize():f}"


def day(it: model.Day | None) -> str:
    """Write a day or a month, without the time of a signature."""
    return it.text[:10] if it else ""


def name(it: model.PersonName | model.LatinName) -> Name:
    """Show a person's name in parts."""
    latin = it.latin if isinstance(it, model.PersonName) else None
    return {"family": it.family, "given": it.given or "", "latin": name(latin) if latin else None}


def span(it: model.Span | model.Days | None) -> Days | None:
    """Show a period of which both days are known."""
    if it is None:
        return None
    first, last = (it.start, it.end) if isinstance(it, model.Span) else (it.from_, it.to)
    return {"start": day(first), "end": day(last)} if first and last else None


def responsible(party: model.Party) -> list[Responsible]:
    """Show the people in charge at an institution, each once."""
    people = {each.name.full: each for each in (party.contact, party.coordinator) if each}
    return [
        {
            "name": name(each.name),
            "position": each.position or "",
            "email": each.email or "",
            "phone": each.phone or "",
        }
        for each in reversed(people.values())
    ]


def yes_or_no(*, it: bool | None) -> str:
    """Write yes, no, or "" for what is not said."""
    return {True: "yes", False: "no", None: ""}[it]


def document_number(paper: model.Paper | None, made: str, *, but: str = "") -> str:
    """Say the number of a document: the one it was issued under, if that is more than `but`, else a number made of the record's."""
    reference = paper.reference if paper else None
    return reference if reference and reference != but else made


def issued_on(paper: model.Paper | None, on: date) -> str:
    """Say when a document was issued, else the day it is made."""
    exact = paper.issued.exact if paper and paper.issued else None
    return (exact or on).isoformat()


def status(signatories: Iterable[Mapping[str, object]]) -> str:
    """Say whether all have signed."""
    return "final" if all(each["signed"] for each in signatories) else "draft"
