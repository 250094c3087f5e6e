"""That somebody took part in a mobility: the attestation of participation (OUT-10), the complement (OUT-12).

Neither can be made before the last day of presence: nobody can confirm a stay that isn't over. The attestation binds
only those who sign it; the complement of the agreement is what the rules of vocational mobility ask for.
"""

from __future__ import annotations

from collections.abc import Iterator

from mobctl import derive, model
from mobctl.documents.certified import (
    OUTCOMES,
    Assessed,
    Head,
    assessed,
    by_name,
    head,
    last_day,
    made,
    the_paper,
)
from mobctl.documents.fields import END, HOME, HOST, LEARNER, START, Field
from mobctl.documents.kind import Kind, by_rule, host
from mobctl.documents.record import Record, words
from mobctl.documents.view import Signatory, Words
from mobctl.finding import N_, Message, say

PARTICIPATION, COMPLEMENT = "participation-attestation", "la-complement"
COMPANY = "host-company"
NOBODY = model.Person(name=model.PersonName(family=""))
"""Who is expected to sign for a company that names nobody: not the tutor of another one."""

AGREEMENTS = ("vet-agreement", "learning-agreement", "traineeship-agreement")


class Participation(Head):
    """The view of OUT-10: what the learner did, as the agreement says it; after the partner each company signs."""

    activities: list[Words]


class Complement(Head):
    """The view of OUT-12. `course` is as-planned, with-deviations, or "" where that is still to be said."""

    agreement: str
    course: str
    deviations: str
    outcomes: list[Assessed]


PARTICIPATION_FIELDS = (
    LEARNER,
    HOME,
    HOST,
    Field("host_companies[*].name", N_("the name of each host company")),
    START,
    END,
    Field("agreement.activities|tasks", N_("the activities of the learner")),
)
COMPLEMENT_FIELDS = (
    LEARNER,
    HOME,
    HOST,
    Field("project_code", N_("the code of the project")),
    START,
    END,
    OUTCOMES,
)


def participation_paper(record: Record) -> model.Paper | None:
    """Find the attestation of participation as it was issued."""
    return the_paper(record, PARTICIPATION)


def complement_paper(record: Record) -> model.Paper | None:
    """Find the complement as it was issued."""
    return the_paper(record, COMPLEMENT)


def lacks_for_participation(record: Record) -> Iterator[Message]:
    """Say that the stay isn't over."""
    end = last_day(record)
    if end and made(record, participation_paper(record)) < end:
        why = say(
            "the participation is attested from the last day of presence, {end}, and not before", end=end
        )
        yield by_rule("DOC005", why)


def lacks_for_complement(record: Record) -> Iterator[Message]:
    """Say that the stay isn't over, or wasn't when somebody signed; or that what was signed does not say how it went."""
    end, paper = last_day(record), complement_paper(record)
    if end and made(record, paper) < end:
        why = say("the complement is made from the last day of presence, {end}, and not before", end=end)
        yield by_rule("DOC003", why)
    for each in paper.signatures if paper else ():
        if end and each.date and derive.given(each) and each.date.latest < end:
            why = say(
                "the complement was signed on {signed}, before the last day of presence, {end}",
                signed=each.date.said,
                end=end,
            )
            yield by_rule("DOC003", why)
    if paper and paper.signatures and paper.outcome is None:
        why = say(
            "the complement that was signed doesn't say whether all went as planned (`documents.outcome`)"
        )
        yield by_rule("DOC008", why)
    elif paper and paper.outcome == "with-deviations" and not paper.deviations:
        why = say("the complement doesn't say what went otherwise than planned (`documents.deviations`)")
        yield by_rule("DOC008", why)


def unsigned_participation(record: Record) -> Record:
    """Take all signatures out of the attestation of participation."""
    return record.with_paper_unsigned(participation_paper(record))


def unsigned_complement(record: Record) -> Record:
    """Take both signatures out of the complement."""
    return record.with_paper_unsigned(complement_paper(record))


def participation(record: Record) -> Participation:
    """Show that the learner took part, and in what. Raise LookupError where `lacks_for_participation` names something."""
    mobility, paper = record.mobility, participation_paper(record)
    signature = derive.signed(paper.signatures, "host") if paper else None
    signatories = [record.signatory("host", signature), *_companies(record, paper)]
    return {
        **head(record, PARTICIPATION, paper, "PART", mobility.host, signatories),
        "activities": [*_activities(mobility)],
    }


def _activities(mobility: model.Mobility) -> Iterator[Words]:
    agreement = mobility.agreement or model.Agreement()
    yield from (words(each.title, each.id) for each in agreement.activities)
    if not agreement.activities:
        yield from (words(each, "") for each in agreement.tasks)


def _companies(record: Record, paper: model.Paper | None) -> Iterator[Signatory]:
    """Let each company sign: by the name of its tutor or contact, else in the order of the signatures."""
    given = [each for each in (paper.signatures if paper else ()) if derive.given(each)]
    left = [each for each in given if each.role == COMPANY]
    companies = record.mobility.host_companies
    found: dict[int, model.Signature] = {}
    for number, company in enumerate(companies):
        for person in filter(None, (company.tutor, company.contact, company.mentor)):
            signature = by_name(left, person.name.full)
            if signature:
                found[number] = signature
                left.remove(signature)
                break
    for number, company in enumerate(companies):
        signature = found.get(number) or (left.pop(0) if left else None)
        person = company.tutor or company.contact or NOBODY
        yield record.signatory(COMPANY, signature, person)


def complement(record: Record) -> Complement:
    """Show how the mobility went and what was achieved. Raise LookupError where `lacks_for_complement` names something."""
    mobility, paper = record.mobility, complement_paper(record)
    signatures = paper.signatures if paper else ()
    signatories = [
        record.signatory(role, derive.signed(signatures, role), None) for role in ("learner", "host")
    ]
    return {
        **head(record, COMPLEMENT, paper, "CC", mobility.host, signatories),
        "agreement": next(
            (p.reference for kind in AGREEMENTS for p in record.papers(kind) if p.reference), ""
        ),
        "course": (paper.outcome if paper else None) or "",
        "deviations": (paper.deviations if paper else None) or "",
        "outcomes": [*_outcomes(mobility, paper)],
    }


def _outcomes(mobility: model.Mobility, paper: model.Paper | None) -> Iterator[Assessed]:
    """Each outcome; where there is no grid, the paper itself may say which were achieved."""
    stated = paper.outcomes if paper else ()
    for id, one in assessed(mobility):
        level = "achieved" if id in stated and not one["level"] else one["level"]
        yield {**one, "level": level, "observations": ""}  # remarks stand on the grid alone


PARTICIPATION_ATTESTATION = Kind(
    "OUT-10",
    PARTICIPATION,
    N_("Attestation of participation"),
    ("host", COMPANY),
    lacks_for_participation,
    participation_paper,
    participation,
    unsigned_participation,
    PARTICIPATION_FIELDS,
    issuer=host,
)


LA_COMPLEMENT = Kind(
    "OUT-12",
    COMPLEMENT,
    N_("Complement to the learning agreement"),
    ("learner", "host"),
    lacks_for_complement,
    complement_paper,
    complement,
    unsigned_complement,
    COMPLEMENT_FIELDS,
    issuer=host,
)
