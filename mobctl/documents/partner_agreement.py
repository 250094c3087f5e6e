"""The sheet on an agreement with a partner (OUT-06): who agreed on what, from when to when, in which language.

It is a reference sheet: nobody signs it, what binds is the agreement itself. It says whether all parties had signed that
before the first learning agreement under it (PRT001).
"""

from __future__ import annotations

from typing import TypedDict

from mobctl import derive, model
from mobctl.documents.fields import Field, Scope
from mobctl.documents.kind import Kind, as_it_is, no_paper, nothing_against
from mobctl.documents.record import Record, Subject, day, decimal, responsible, words
from mobctl.documents.view import Issuer, Party, Responsible, Words
from mobctl.finding import N_
from mobctl.model import AgreementParty, PartnerAgreementFile

NAME = "partner-agreement-sheet"


class Level(TypedDict):
    """A language (ISO 639) and the level in it that is recommended."""

    code: str
    level: str


class PartySigned(TypedDict):
    """Who signed for a party, and when: codelist `signature-how`."""

    name: str
    position: str
    date: str
    how: str


class Side(TypedDict):
    """A party: who is in charge, what is asked of those who come, when their transcripts are issued, who signed."""

    party: Party
    people: list[Responsible]
    language: Level | None
    weeks: str
    signatures: list[PartySigned]


class Flow(TypedDict):
    """Who may go from where to where, and how many a year: codelists `kinds`, `isced-f`, `eqf`."""

    origin: Words
    destination: Words
    kind: str
    field: str
    eqf: str
    places: str
    months: str


class PartnerAgreementSheet(TypedDict):
    """The view of OUT-06; `signed` is the day of the last party's signature, "" where one lacks.

    `first` is the day on which the first learner signed a learning agreement under it, "" where none has; `order` says
    how the two lie: before, after, or "" where one of them is not known.
    """

    kind: str
    number: str
    record: str
    date: str
    status: str
    holder: str
    issuer: Issuer
    title: Words | None
    agreement: str
    reference: str
    degree: str
    start: str
    end: str
    parties: list[Side]
    components: list[str]
    clauses: list[str]
    exchanges: list[Flow]
    signed: str
    first: str
    order: str
    signatories: list[PartySigned]


def with_courses(record: Record) -> bool:
    """Say whether there are results to be sent: those who are there for a placement alone have none."""
    return set(record.the(PartnerAgreementFile).component_types) != {"placement"}


FIELDS = (
    Field("parties[].name", N_("the name of each party")),
    Field("component_types", N_("what the agreement provides for")),
    Field("covers.from", N_("the first day of the agreement")),
    Field("parties[].language.code", N_("the language recommended to those who go there")),
    Field("parties[].language.level", N_("the level of language recommended to those who go there")),
    Field(
        "parties[].transcript_weeks",
        N_("the weeks in which transcripts are issued"),
        when=with_courses,
    ),
)


def receiving(record: Record) -> Scope:
    """Look for language and weeks where somebody is received: as the exchanges say, else at all but our own school."""
    agreement = record.the(PartnerAgreementFile)
    hosts = {each.to for each in agreement.exchanges}
    parties = tuple(
        each
        for each in agreement.parties
        if (each.ref in hosts if hosts else each.ref is None or each.ref != record.school.ref)
    )
    return {"parties": parties or agreement.parties}


def sheet(record: Record) -> PartnerAgreementSheet:
    """Show an agreement. Raise LookupError where the fields that it needs are not there."""
    it = record.the(PartnerAgreementFile)
    if it.covers is None:
        raise LookupError("what lacks names")
    signed, first = _signed(it), _first(record)
    return {
        "kind": NAME,
        "number": f"{it.id}-SHEET",
        "record": it.id,
        "date": record.on.isoformat(),
        "status": "final",
        "holder": it.reference or it.id,
        "issuer": record.issuer(record.keeper),
        "title": words(it.title, "") if it.title else None,
        "agreement": it.kind,
        "reference": it.reference or "",
        "degree": it.degree_type or "",
        "start": day(it.covers.from_),
        "end": day(it.covers.to),
        "parties": [_side(record, each) for each in it.parties],
        "components": [*it.component_types],
        "clauses": [*it.clauses],
        "exchanges": [_flow(record, each) for each in it.exchanges],
        "signed": day(signed),
        "first": day(first),
        "order": ("before" if signed.first <= first.last else "after") if signed and first else "",
        "signatories": [],
    }


def _side(record: Record, party: AgreementParty) -> Side:
    language = party.language
    as_party = model.Party(
        ref=party.ref,
        name=party.name,
        country=party.country,
        unit=party.unit,
        coordinator=party.coordinator,
        contact=party.contact,
    )
    return {
        "party": record.party(as_party),
        "people": responsible(as_party),
        "language": {"code": language.code or "", "level": language.level or ""} if language else None,
        "weeks": decimal(party.transcript_weeks),
        "signatures": [
            {
                "name": each.name or "",
                "position": each.position or "",
                "date": day(each.date),
                "how": each.how or "",
            }
            for each in party.signatures
            if derive.given(each)
        ],
    }


def _flow(record: Record, it: model.Exchange) -> Flow:
    return {
        "origin": record.party(model.Party(ref=it.from_))["name"],
        "destination": record.party(model.Party(ref=it.to))["name"],
        "kind": it.kind or "",
        "field": it.isced_f or "",
        "eqf": it.eqf or "",
        "places": decimal(it.places),
        "months": decimal(it.months),
    }


def _signed(it: PartnerAgreementFile) -> model.Day | None:
    """Find the day on which the last of the parties signed; the first signature of each counts."""
    days = [
        min(
            (each.date for each in party.signatures if each.date and derive.given(each)),
            key=_first_of,
            default=None,
        )
        for party in it.parties
    ]
    known = [each for each in days if each]
    return max(known, key=_first_of) if known and len(known) == len(days) else None


def _first(record: Record) -> model.Day | None:
    """Find the day on which the first learner signed a learning agreement under this agreement."""
    stays = record.index.under.get(record.id, ())
    found = (derive.signed(stay.agreement.signatures, "learner") for stay in stays if stay.agreement)
    return min((each.date for each in found if each and each.date), key=_first_of, default=None)


def _first_of(it: model.Day) -> str:
    return it.first.isoformat()


PARTNER_AGREEMENT_SHEET = Kind(
    "OUT-06",
    NAME,
    N_("Partner agreement sheet"),
    (),
    nothing_against,
    no_paper,
    sheet,
    as_it_is,
    FIELDS,
    scope=receiving,
    subject=Subject.PARTNER_AGREEMENT,
    note=N_("A reference sheet that nobody signs: what binds is the agreement that the partners signed."),
)
