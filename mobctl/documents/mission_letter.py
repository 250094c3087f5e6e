"""The mission letter of a coordinator (OUT-33): for which department, with what duties, from when to when.

It is the letter of the school's own file: each of its `coordinators` has one, which the head of the institution signs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as changed
from typing import TypedDict

from msgspec.structs import replace

from mobctl import derive, model
from mobctl.documents.fields import Field, Scope
from mobctl.documents.kind import Kind
from mobctl.documents.record import (
    Record,
    Subject,
    day,
    document_number,
    issued_on,
    name,
    status,
    words,
)
from mobctl.documents.view import Issued, Name, Signatory, Words
from mobctl.finding import N_, Message, say
from mobctl.model import Coordinator, Institution

NAME = "mission-letter"
HEAD = "head-of-institution"


class Office(TypedDict):
    """Whom to turn to for all else: the international office."""

    name: Name
    email: str


class MissionLetter(Issued):
    """The view of OUT-33; `duties` are codes of `coordinator-duties`, `tasks` what the school adds in its own words."""

    holder: str
    coordinator: Name
    position: str
    email: str
    unit: Words
    duties: list[str]
    tasks: list[str]
    start: str
    end: str
    office: list[Office]


FIELDS = (
    Field("name", N_("the name of the school")),
    Field("coordinators[].name.family", N_("the family name of the coordinator")),
    Field("coordinators[].unit", N_("the department of the coordinator")),
    Field("coordinators[].duties|tasks", N_("the duties of the coordinator")),
    Field("coordinators[].from", N_("the first day of the mission")),
    Field("coordinators[].to", N_("the last day of the mission")),
)


def unfit(record: Record) -> Iterator[Message]:
    """Say that the letter is of one's own school, and of those whom it names."""
    if record.id != record.keeper.ref:
        yield say("the school writes this letter for those of its own file (`coordinators`)")
    elif not record.the(Institution).coordinators:
        yield say("the file of the school names no coordinators (`coordinators`)")


def parts(record: Record) -> tuple[str, ...]:
    """Name the letters of a school: one for each coordinator, by the ids."""
    if record.id != record.keeper.ref:
        return ()
    return tuple(each.id for each in record.the(Institution).coordinators)


def the_one(record: Record) -> Coordinator | None:
    """Find the coordinator whose letter it is."""
    them = record.the(Institution).coordinators
    return next((each for each in them if each.id == record.part), them[0] if them else None)


def scope(record: Record) -> Scope:
    """Look for the fields of that one alone."""
    one = the_one(record)
    return {"coordinators": (one,) if one else ()}


def lacks(record: Record) -> Iterator[Message]:
    """Say that a mission ends before it begins, or that two have one id."""
    them, one = record.the(Institution).coordinators, the_one(record)
    if one and sum(each.id == one.id for each in them) > 1:
        yield say("two coordinators have the id {id} (`coordinators.id`)", id=one.id)
    if one and one.from_ and one.to and one.to.last < one.from_.first:
        yield say(
            "the mission ends on {last}, before it begins on {first}", last=one.to.said, first=one.from_.said
        )


def the_paper(record: Record) -> model.Paper | None:
    """Take the letter as it was issued, from what the coordinator's entry says of it."""
    one = the_one(record)
    if one is None or not (one.reference or one.issued or one.signatures):
        return None
    return model.Paper(
        kind=NAME,
        reference=one.reference,
        issued=one.issued,
        signatures=tuple(
            model.Signature(role=HEAD, name=each.name, position=each.position, date=each.date, how=each.how)
            for each in one.signatures
        ),
        view_sha256=one.view_sha256,
    )


def unsigned(record: Record) -> Record:
    """Take the signature out: so the file was when the letter was printed to be signed."""
    school, one = record.the(Institution), the_one(record)
    them = tuple(replace(each, signatures=()) if each is one else each for each in school.coordinators)
    return changed(record, subject=replace(school, coordinators=them))


def letter(record: Record) -> MissionLetter:
    """Show a mission. Raise LookupError where the fields that it needs are not there."""
    school, one, paper = record.the(Institution), the_one(record), the_paper(record)
    if one is None:
        raise LookupError("what lacks names")
    signatories = [_signatory(paper)]
    return {
        "kind": NAME,
        "number": document_number(paper, f"{school.id}-LM-{one.id}"),
        "record": school.id,
        "date": issued_on(paper, record.on),
        "status": status(signatories),
        "holder": one.name.full,
        "issuer": record.issuer(record.keeper),
        "coordinator": name(one.name),
        "position": one.position or "",
        "email": one.email or "",
        "unit": words(one.unit, ""),
        "duties": [*one.duties],
        "tasks": [*one.tasks],
        "start": day(one.from_),
        "end": day(one.to),
        "office": [
            {"name": name(each.name), "email": each.email}
            for each in school.contacts
            if each.role == "international-office" and each.name and each.email
        ],
        "signatories": signatories,
    }


def _signatory(paper: model.Paper | None) -> Signatory:
    """Show the head of the institution as the signature says; before that only `brand.signatories` can say who it is."""
    signature = derive.signed(paper.signatures, HEAD) if paper else None
    return {
        "role": HEAD,
        "name": (signature.name or "") if signature else "",
        "position": (signature.position or "") if signature else "",
        "signed": day(signature.date) if signature else "",
        "how": (signature.how or "") if signature else "",
    }


MISSION_LETTER = Kind(
    "OUT-33",
    NAME,
    N_("Mission letter of the coordinator"),
    (HEAD,),
    lacks,
    the_paper,
    letter,
    unsigned,
    FIELDS,
    scope=scope,
    unfit=unfit,
    parts=parts,
    subject=Subject.INSTITUTION,
    note=N_("Made for each of the coordinators in the file of the school."),
)
