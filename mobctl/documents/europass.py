"""The data of a Europass Mobility (OUT-17), in the order of the official form.

The form itself is issued on the Europass platform or through the national Europass centre: this is the sheet to fill it
in from. The home school asks for it before the departure; the host signs, then the holder, last the home school.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TypedDict

from msgspec.structs import replace

from mobctl import derive, model
from mobctl.documents.fields import HOME, HOST, LEARNER, Field
from mobctl.documents.kind import Kind, by_rule
from mobctl.documents.record import Record, day, decimal, document_number, issued_on, name, status, words
from mobctl.documents.view import (
    Days,
    OfMobility,
    Responsible,
    Student,
    Words,
)
from mobctl.finding import N_, Message, say

KIND = "europass-mobility"
ORDER = ("host", "learner", "home")
HEADINGS = ("job-related", "language", "digital", "organisational", "social", "other")
"""The headings of section 5a, in the order of the form."""


class Course(TypedDict):
    """A course of section 5b, with the grade as the host gave it."""

    code: str
    title: Words
    grade: str
    scale: str
    credits: str


class SkillGroup(TypedDict):
    """The skills under one heading of section 5a: codelist `skill-groups`."""

    group: str
    skills: list[str]


class Europass(OfMobility):
    """The view of OUT-17. `issued_by` is who issues it, "" the home institution; `skills` stand under no heading; `main` is skills (section 5a) or courses (section 5b); `status` is `draft` until all three have signed."""

    learner: Student
    home_people: list[Responsible]
    host_people: list[Responsible]
    issued_by: str
    requested: str
    issued: str
    initiative: str
    period: Days | None
    main: str
    activities: list[str]
    skill_groups: list[SkillGroup]
    skills: list[str]
    courses: list[Course]


FIELDS = (
    LEARNER,
    Field("learner.name.given", N_("the given name of the learner")),
    HOME,
    Field("home.contact|coordinator|mobility_referent", N_("a person to ask at the home institution")),
    HOST,
    Field("europass.requested.date", N_("the day on which the Europass was asked for")),
    Field("europass.initiative", N_("the learning initiative")),
    Field("europass.activities", N_("what the learner did")),
)


def unfit(record: Record) -> Iterator[Message]:
    """Say of which stays there is none."""
    if record.mobility.direction != "outgoing":
        yield say("the home school issues it, for an outgoing mobility")
    elif record.mobility.europass is None:
        yield by_rule("EUP001", say("no Europass was asked for (`europass.requested`)"))


def lacks(record: Record) -> Iterator[Message]:
    """Say why there is none yet: not asked for yet, nobody at the host to ask, nothing learnt, issued before the end."""
    europass = record.mobility.europass
    if europass is None:
        return
    requested = europass.requested.date if europass.requested else None
    if requested and _made(record) < requested.first:
        why = say("the Europass is asked for on {day}, and not made before", day=requested.said)
        yield by_rule("EUP001", why)
    if not _people(_host_people(record)):
        yield say("nobody at the host can be asked (`host.contact`, `europass.mentor`)")
    if not (europass.skills or europass.skill_groups) and not (
        europass.record == "courses" and _courses(record)
    ):
        why = say(
            "nothing says what was learnt: the skills, or the courses with their results (`europass.skills`)"
        )
        yield by_rule("EUP002", why)
    first, end = derive.start(record.mobility), derive.end(record.mobility)
    if first is None or end is None:
        yield say("the first or the last day of the stay is not known (`period`)")
    issued = europass.issued or _home_signed(europass)
    if issued and end and issued.last < end.first:
        why = say(
            "it is issued on {day}, before the last day of the stay, {end}", day=issued.said, end=end.said
        )
        yield by_rule("EUP003", why)


def _home_signed(europass: model.Europass) -> model.Day | None:
    home = derive.signed(europass.signatures, "home")
    return home.date if home else None


def _made(record: Record) -> date:
    europass = record.mobility.europass
    return (europass.issued.exact if europass and europass.issued else None) or record.on


def _host_people(record: Record) -> tuple[model.Person | None, ...]:
    mobility, europass = record.mobility, record.mobility.europass
    parties = (*mobility.host_companies, mobility.host)
    named = (
        person for party in parties for person in (party.tutor, party.mentor, party.trainer, party.contact)
    )
    mentor = europass.mentor if europass else None
    return (mentor, *named)


def _people(people: tuple[model.Person | None, ...]) -> list[Responsible]:
    """Show the first of those who can be asked."""
    found: list[Responsible] = []
    for each in filter(None, people):
        mail, phone = each.email or "", each.phone or ""
        found.append(
            {"name": name(each.name), "position": each.position or "", "email": mail, "phone": phone}
        )
    return found[:1]


def _courses(record: Record) -> list[Course]:
    mobility, results = record.mobility, record.mobility.results
    versions = (*reversed(derive.every_version(mobility)),)
    rows = [row for each in versions for table in ("studied", "virtual") for row in each.tables[table]]
    titles = {row.id: row for row in reversed(rows)}
    found: list[Course] = []
    for line in results.lines if results else ():
        component = titles.get(line.for_ or "")
        found.append(
            {
                "code": line.code or (component.code if component else None) or "",
                "title": words(line.title or (component.title if component else None), line.id),
                "grade": line.grade or "",
                "scale": (line.scale or (results.scale if results else None) or "") if line.grade else "",
                "credits": decimal(line.credits),
            }
        )
    return found


def _groups(europass: model.Europass) -> Iterator[SkillGroup]:
    """Show the skills by heading, in the order of the form."""
    for code in HEADINGS:
        found = [skill for each in europass.skill_groups if each.group == code for skill in each.skills]
        if found:
            yield {"group": code, "skills": found}


def the_paper(record: Record) -> model.Paper | None:
    """Find the Europass as it was issued: the last one that was neither annulled nor replaced."""
    return next(reversed(record.papers(KIND)), None)


def unsigned(record: Record) -> Record:
    """Take the signatures out of the Europass."""
    europass = record.mobility.europass
    if europass is None:
        return record
    return record.with_mobility(replace(record.mobility, europass=replace(europass, signatures=())))


def europass_mobility(record: Record) -> Europass:
    """Show the data of the form (OUT-17). Raise LookupError where something lacks."""
    mobility, paper, europass = record.mobility, the_paper(record), record.mobility.europass
    first, end = derive.start(mobility), derive.end(mobility)
    if europass is None or first is None or end is None:
        raise LookupError("what lacks names")
    host = derive.signed(europass.signatures, "host") or derive.signed(europass.signatures, "host-company")
    mentor = next((each for each in _host_people(record) if each), None)
    given = {"host": host, **{role: derive.signed(europass.signatures, role) for role in ORDER[1:]}}
    signatories = [record.signatory(role, given[role], mentor if role == "host" else None) for role in ORDER]
    issued = europass.issued.text if europass.issued and europass.issued.exact else ""
    return {
        "kind": KIND,
        "number": europass.reference or document_number(paper, f"{mobility.id}-EM"),
        "record": mobility.id,
        "date": issued or issued_on(paper, record.on),
        "status": status(signatories),
        "issuer": record.issuer(mobility.home),
        "learner": record.student(),
        "home": record.party(mobility.home),
        "home_people": _people(
            (mobility.home.contact, mobility.home.coordinator, mobility.home.mobility_referent)
        ),
        "host": record.party(mobility.host),
        "host_people": _people(_host_people(record)),
        "issued_by": europass.issuer or "",
        "requested": day(europass.requested.date if europass.requested else None),
        "issued": day(europass.issued),
        "initiative": europass.initiative or "",
        "programme": {"code": mobility.programme or "none", "kind": mobility.kind},
        "period": {"start": day(first), "end": day(end)},
        "main": europass.record or "skills",
        "activities": [*europass.activities],
        "skill_groups": [*_groups(europass)],
        "skills": [*europass.skills],
        "courses": _courses(record) if europass.record == "courses" else [],
        "signatories": signatories,
    }


EUROPASS_MOBILITY = Kind(
    "OUT-17",
    KIND,
    N_("Europass Mobility: data for the official form"),
    ORDER,
    lacks,
    the_paper,
    europass_mobility,
    unsigned,
    FIELDS,
    unfit=unfit,
    elsewhere=True,
    note=N_(
        "The Europass Mobility itself is issued on the Europass platform or through the national Europass centre: this is the sheet to fill in its form from."
    ),
)
