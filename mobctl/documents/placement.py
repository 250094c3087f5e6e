"""What agreements on a stay at work show: what will be learnt and done, who follows the learner, who insures what.

Outcomes, activities and tasks stand in the agreement, the programme of a traineeship in a section of its own; people are
those whom the record names at each place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypedDict

from mobctl import derive, model
from mobctl.derive import Version
from mobctl.documents.learning_agreement import the_version
from mobctl.documents.record import Record, day, decimal, issued_on, name, words, yes_or_no
from mobctl.documents.view import Name, Signatory, Words
from mobctl.finding import Message, say

MAJORITY = 18
"""The age in years from which a learner signs alone (GEN107)."""

RISKS = ("health", "accident", "liability", "repatriation")


class Outcome(TypedDict):
    """A learning outcome; `standard`, `module` and `unit` are codes of the home qualification, `counts` is yes, no or ""."""

    title: Words
    standard: str
    module: str
    unit: str
    criteria: list[str]
    counts: str


class Activity(TypedDict):
    """Something done at the host, with the titles of the outcomes that it serves."""

    title: Words
    outcomes: list[Words]


class Guide(TypedDict):
    """Somebody who follows the learner: in which role, and at which institution."""

    role: str
    at: Words
    name: Name
    position: str
    email: str
    phone: str


class Cover(TypedDict):
    """Who covers a risk, and from when to when: codelist `insurance-providers`."""

    risk: str
    provider: str
    start: str
    end: str


class Edition(TypedDict):
    """Which version a document shows: its last amendment, "" for the first, and since when it is in force."""

    number: str
    effective: str


def edition(version: Version) -> Edition:
    """Show which version it is."""
    node, last = version.node, derive.last_signature(version.signatures)
    stated = node.effective if isinstance(node, model.Amendment) else None
    return {
        "number": "" if version.number == "0" else version.number,
        "effective": day(stated or last) if last else "",
    }


def paper_of(record: Record, kind: str) -> model.Paper | None:
    """Find an agreement as it was issued in the version of the part; a paper that states none shows the first."""
    papers = record.papers(kind)
    return next((p for p in reversed(papers) if (p.version or "0") == (record.part or "0")), None)


def outcomes(record: Record) -> list[Outcome]:
    """Show what will be learnt, in the words of the agreement."""
    agreement = record.mobility.agreement
    return [
        {
            "title": words(each.title, each.id),
            "standard": each.standard_ref or "",
            "module": each.module_code or "",
            "unit": each.unit_code or "",
            "criteria": [*each.criteria],
            "counts": yes_or_no(it=each.for_certification),
        }
        for each in (agreement.learning_outcomes if agreement else ())
    ]


def activities(record: Record) -> list[Activity]:
    """Show what will be done, each with the outcomes it serves."""
    agreement = record.mobility.agreement
    if agreement is None:
        return []
    titles = {each.id: words(each.title, each.id) for each in agreement.learning_outcomes}
    return [
        {
            "title": words(each.title, each.id),
            "outcomes": [titles[id] for id in each.outcomes if id in titles],
        }
        for each in agreement.activities
    ]


OF_HOST = {
    "tutor": "host-tutor",
    "mentor": "mentor",
    "trainer": "partner-trainer",
}
OF_HOME = {"tutor": "home-tutor", "trainer": "home-trainer", "mobility_referent": "mobility-referent"}


def guides(record: Record) -> list[Guide]:
    """Show who follows the learner: on the spot, at the employer, and from home, each person once."""
    mobility = record.mobility
    own = mobility.apprenticeship or model.Apprenticeship()
    places = [(each, OF_HOST) for each in (*mobility.host_companies, mobility.host)]
    places += [(each, OF_HOST) for each in (mobility.intermediary,) if each]
    places += [(each, {"tutor": "employer-tutor"}) for each in (own.employer,) if each]
    places += [
        (
            each,
            {
                "mobility_referent": "mobility-referent",
                "contact": "cfa-contact",
                "coordinator": "cfa-contact",
            },
        )
        for each in (own.training_centre,)
        if each
    ]
    places.append((mobility.home, OF_HOME))
    found: dict[str, Guide] = {}
    for party, roles in places:
        for field, role in roles.items():
            if person := getattr(party, field):
                found.setdefault(person.name.full, _guide(record, role, party, person))
    return [*found.values()]


def _guide(record: Record, role: str, party: model.Party, person: model.Person) -> Guide:
    return {
        "role": role,
        "at": record.party(party)["name"],
        "name": name(person.name),
        "position": person.position or "",
        "email": person.email or "",
        "phone": person.phone or "",
    }


def on_the_spot(parties: Iterable[model.Party]) -> bool:
    """Say whether the record names who guides the learner at one of some places."""
    return any(each.tutor or each.mentor or each.trainer for each in parties)


def covers(record: Record) -> list[Cover]:
    """Show who covers which risk, in the order of the schema; a risk of which the record says nothing is left out."""
    insurance = record.mobility.insurance
    found = ((risk, getattr(insurance, risk)) for risk in RISKS if insurance)
    return [
        {"risk": risk, "provider": it.provider or "", "start": day(it.from_), "end": day(it.to)}
        for risk, it in found
        if it and it.provider
    ]


def minor(record: Record, signatures: tuple[model.Signature, ...], on: date) -> bool:
    """Say whether the learner is a minor on the day of the signature, else on the day the document is made (GEN107)."""
    birth, signed = record.mobility.learner.birth_date, derive.signed(signatures, "learner")
    known = (signed.date.last if signed.date else None) if signed else None
    return birth is not None and (known or on) < derive.months_after(birth.first, 12 * MAJORITY)


def signatories(
    record: Record,
    signatures: tuple[model.Signature, ...],
    roles: Iterable[str],
    on: date,
) -> list[Signatory]:
    """Show who signs, in order: the learner, for a minor the legal representative, the others; then who else signed."""
    order = [*_with_representative(record, signatures, roles, on)]
    others = {s.role for s in signatures if s.role not in order and derive.given(s)}
    more = [each.role for each in signatures if each.role in others]
    return [
        record.signatory(role, derive.signed(signatures, role), _person(record, role))
        for role in dict.fromkeys((*order, *more))
    ]


def _with_representative(
    record: Record, signatures: tuple[model.Signature, ...], roles: Iterable[str], on: date
) -> Iterator[str]:
    signs = minor(record, signatures, on) or derive.signed(signatures, "legal-representative")
    for role in roles:
        yield role
        if role == "learner" and signs:
            yield "legal-representative"


def _person(record: Record, role: str) -> model.Person | None:
    """Say who is expected to sign, beside those whom a record expects anyway."""
    mobility, own = record.mobility, record.mobility.apprenticeship or model.Apprenticeship()
    parties = {
        "employer": own.employer,
        "training-centre": own.training_centre,
        "intermediary": mobility.intermediary,
    }
    party = parties.get(role)
    if party:
        return party.coordinator or party.contact or party.mobility_referent or party.tutor
    if role == "host" and not (mobility.host.coordinator or mobility.host.contact or mobility.host.trainer):
        return mobility.host.tutor or mobility.host.mentor
    if role == "home" and not (mobility.home.coordinator or mobility.home.contact):
        return mobility.home.mobility_referent
    return None


def made_on(record: Record, paper: model.Paper | None) -> date:
    """Say on which day the document is made: when it was issued, else now."""
    return date.fromisoformat(issued_on(paper, record.on))


def credits_of(record: Record) -> str:
    """Say how many credits a version of the agreement gives the stay at home, else abroad; "" where nobody knows."""
    version = the_version(record)
    value = derive.dedicated(record.mobility, version)
    if value is None:
        total = version.total(*derive.ABROAD)
        value = total.value if total and version.tables["studied"] else None
    return decimal(value)


def unfit_group(record: Record) -> Iterator[Message]:
    """Say that who goes with a group, or to a competition, has no agreement of one's own."""
    if derive.shares_papers(record.mobility):
        yield say(
            "a group has one learning programme with a list of participants, and no agreement for each learner (`format`)"
        )


def told(agreement: model.Agreement) -> bool:
    """Say whether an agreement says how the home school recognises the results."""
    it = agreement.recognition
    return bool(it and (it.terms or it.automatic))


def parties(record: Record) -> tuple[model.Party, ...]:
    """Find where the work is done: at the companies, where there are any, else at the host."""
    return record.mobility.host_companies or (record.mobility.host,)
