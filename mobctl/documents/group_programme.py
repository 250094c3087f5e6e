"""The learning programme of a group, with the list of its participants (OUT-34): one paper for all who go together.

A group has no agreement for each learner: the programme is defined for the whole of it, and the list says who took
part (DOC009). So what is common must be the same in all records of the group. Of a participant the name and the
qualification stand on it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace as changed
from typing import TypedDict

from msgspec.structs import replace

from mobctl import derive, model
from mobctl.documents.fields import Field
from mobctl.documents.kind import Kind, by_rule
from mobctl.documents.placement import Activity, Outcome, activities, outcomes
from mobctl.documents.record import (
    Group,
    Record,
    Subject,
    document_number,
    issued_on,
    name,
    responsible,
    span,
    status,
    words,
)
from mobctl.documents.view import Days, Issued, Name, Party, Programme, Responsible, Words
from mobctl.finding import N_, Message, Series, say
from mobctl.model import Mobility, Paper

NAME = "group-programme"
LIST = "participants-list"


class Participant(TypedDict):
    """Somebody who goes with the group."""

    name: Name
    programme: Words | None


class Common(TypedDict):
    """What holds for the whole group: `methods` are codes of `assessment-methods`."""

    home: Party
    host: Party
    programme: Programme
    project: str
    academic_year: str
    period: Days | None
    language: str
    outcomes: list[Outcome]
    activities: list[Activity]
    tasks: list[str]
    calendar: str
    methods: list[str]
    terms: str


class GroupProgramme(Common, Issued):
    """The view of OUT-34. `status` is `draft` until the host has signed the list of participants."""

    holder: str
    title: Words | None
    home_people: list[Responsible]
    host_people: list[Responsible]
    participants: list[Participant]


COMMON: Mapping[str, str] = {
    "home": N_("the home institution"),
    "host": N_("the host institution"),
    "programme": N_("the programme of the mobility"),
    "project": N_("the code of the project"),
    "academic_year": N_("the academic year"),
    "period": N_("the planned days"),
    "language": N_("the language"),
    "outcomes": N_("the learning outcomes"),
    "activities": N_("the activities"),
    "tasks": N_("the tasks"),
    "calendar": N_("the calendar"),
    "methods": N_("how the learning outcomes are assessed"),
    "terms": N_("the terms of recognition"),
}
"""What is common to a group, as messages call it."""

FIELDS = (
    Field("mobilities[].learner.name.family", N_("the family name of each participant")),
    Field("mobilities[].home.name", N_("the name of the home institution")),
    Field("mobilities[].host.name", N_("the name of the host institution")),
    Field("mobilities[].period.planned.start", N_("the planned first day")),
    Field("mobilities[].period.planned.end", N_("the planned last day")),
    Field("mobilities[].agreement.learning_outcomes[].title", N_("the title of each learning outcome")),
    Field("mobilities[].agreement.activities[].title", N_("the title of each activity")),
)


def stays(record: Record) -> tuple[Mobility, ...]:
    """The records of the group, in the order of their ids."""
    return tuple(record.the(Group).stays.values())


def unfit(record: Record) -> Iterator[Message]:
    """Say of which groups there is no such paper: where each learner has papers of one's own."""
    alone = [each.id for each in stays(record) if each.format != "group"]
    if alone:
        yield say(
            "a learning programme for all is that of a mobility of a group (`format: group`), which {records} is not",
            records=Series(tuple(alone)),
        )


def lacks(record: Record) -> Iterator[Message]:
    """Say what is not the same in all records of the group: on one paper there is room for one programme."""
    first, *others = ((each.id, _common(record, each)) for each in stays(record))
    for id, other in others:
        differing = [what for key, what in COMMON.items() if other[key] != first[1][key]]  # type: ignore[literal-required]
        if differing:
            yield by_rule(
                "DOC009",
                say(
                    "{first} and {other} go together, and do not say the same of {what}",
                    first=first[0],
                    other=id,
                    what=Series(tuple(map(Message, differing))),
                ),
            )


def _common(record: Record, stay: Mobility) -> Common:
    one, agreement = changed(record, subject=stay), stay.agreement
    recognition = (agreement.recognition if agreement else None) or model.RecognitionTerms()
    language = agreement.language if agreement else None
    return {
        "home": one.party(stay.home),
        "host": one.party(stay.host),
        "programme": {"code": stay.programme or "none", "kind": stay.kind},
        "project": stay.project_code or "",
        "academic_year": stay.academic_year or "",
        "period": span(stay.period.planned),
        "language": (language.code or "") if language else "",
        "outcomes": outcomes(one),
        "activities": activities(one),
        "tasks": [*(agreement.tasks if agreement else ())],
        "calendar": (agreement.calendar or "") if agreement else "",
        "methods": [*(stay.evaluation.methods if stay.evaluation else ())],
        "terms": recognition.terms or "",
    }


def _papers(record: Record, kind: str) -> list[Paper | None]:
    """The paper of a kind in each record of the group, the last that counts."""
    return [next(reversed(changed(record, subject=each).papers(kind)), None) for each in stays(record)]


def the_paper(record: Record) -> Paper | None:
    """Take the paper as it was issued; it is signed once the list is signed in every record of the group."""
    programme = next((each for each in _papers(record, NAME) if each), None)
    lists = _papers(record, LIST)
    signed = [derive.signed(each.signatures, "host") if each else None for each in lists]
    listed = next((each for each in lists if each), None)
    if programme is None and listed is None:
        return None
    either = programme or listed or Paper(kind=NAME)
    return replace(
        either,
        signatures=tuple(each for each in signed[:1] if each) if all(signed) else (),
        view_sha256=listed.view_sha256 if listed else None,
    )


def unsigned(record: Record) -> Record:
    """Take the host's signature out of the list, in all records."""
    group = record.the(Group)
    bare = {
        name: replace(
            stay,
            documents=tuple(
                replace(each, signatures=()) if each.kind == LIST else each for each in stay.documents
            ),
        )
        for name, stay in group.stays.items()
    }
    return changed(record, subject=changed(group, stays=bare))


def programme(record: Record) -> GroupProgramme:
    """Show the programme of a group, and who takes part."""
    first, paper = stays(record)[0], the_paper(record)
    one = changed(record, subject=first)
    signature = derive.signed(paper.signatures, "host") if paper else None
    signatories = [one.signatory("host", signature)]
    title = words(paper.title, "") if paper and paper.title else None
    return {
        "kind": NAME,
        "number": document_number(paper, f"{record.id}-GP"),
        "record": record.id,
        "date": issued_on(paper, record.on),
        "status": status(signatories),
        "holder": title["text"] if title else record.id,
        "issuer": one.issuer(record.keeper),
        "title": title,
        "home_people": responsible(first.home),
        "host_people": responsible(first.host),
        "participants": [_participant(changed(record, subject=each)) for each in stays(record)],
        "signatories": signatories,
        **_common(record, first),
    }


def _participant(record: Record) -> Participant:
    return {"name": name(record.mobility.learner.name), "programme": record.programme()}


GROUP_PROGRAMME = Kind(
    "OUT-34",
    NAME,
    N_("Group programme and list of participants"),
    ("host",),
    lacks,
    the_paper,
    programme,
    unsigned,
    FIELDS,
    unfit=unfit,
    subject=Subject.GROUP,
    note=N_("The participants sign on the list; the host signs it after the stay, and both papers are kept."),
)
