"""The partner's attestation that the agreement was kept (OUT-11): by the host school, and by each placement host.

Before anything is recorded it is a form to tick and sign. What the partner attested, as the record has it, is printed
in words. The learner comes home with it, so it may be signed in the last days of the stay, not before.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypedDict

from mobctl import derive, model
from mobctl.documents import agreed
from mobctl.documents.fields import COMPANIES, HOME, HOST, LEARNER, Field, Scope
from mobctl.documents.kind import Kind, by_rule
from mobctl.documents.record import Record, day, decimal, document_number, issued_on, span, status
from mobctl.documents.view import Days, Hours, OfMobility, Party, Row, Student
from mobctl.finding import N_, Message, say
from mobctl.model import Component, Mobility

KIND = "partner-attestation"
COMPANY = "host-company"
EARLY = timedelta(days=7)
"""How long before the end it may be signed: often it is the last Friday that counts."""


class Contract(TypedDict):
    """The agreement that was to be kept: its number, when the last of the three signed it, its last amendment."""

    reference: str
    signed: str
    number: str


class Attestation(OfMobility):
    """The view of OUT-11. `status` is `draft` until the one who attests has signed.

    `compliance`, `attendance` and `objectives` are full, partial or none, "" where that is still to be ticked;
    `asked` names those of the three that this partner can say something about.
    """

    learner: Student
    partner: Party
    academic_year: str
    contract: Contract
    period: Days | None
    components: list[Row]
    hours: Hours | None
    effective_hours: str
    asked: list[str]
    compliance: str
    attendance: str
    objectives: str
    deviations: str


FIELDS = (
    LEARNER,
    HOME,
    HOST,
    COMPANIES,
    Field("agreement.studied[*].title", N_("the title of each component of table A")),
    Field("agreement.virtual[*].title", N_("the title of each component of table C")),
)


def scope(record: Record) -> Scope:
    """Look at what was agreed in the end, as far as it concerns the one who attests."""
    version = derive.final_version(record.mobility)
    companies = (issuer(record),) if record.part else ()
    tables = (
        {
            f"agreement.{each}": tuple(
                row for row in version.tables[each] if _concerns(record.mobility, record.part, row)
            )
            for each in ("studied", "virtual")
        }
        if version
        else {}
    )
    return {"host_companies": companies, **tables}


def parts(record: Record) -> tuple[str, ...]:
    """Name those who attest: the host ("") where it taught, and each company or service where a placement was."""
    found = range(1, len(record.mobility.host_companies) + 1)
    companies = tuple(COMPANY if number == 1 else f"{COMPANY}-{number}" for number in found)
    return (*(("",) if _taught(record.mobility) or not companies else ()), *companies)


def _taught(mobility: Mobility) -> bool:
    version = derive.final_version(mobility)
    return version is None or any(each.type != "placement" for each in _studied(version))


def _studied(version: derive.Version) -> tuple[Component, ...]:
    return (*version.tables["studied"], *version.tables["virtual"])


def lacks(record: Record) -> Iterator[Message]:
    """Say why nothing can be attested: no agreement, no end, or the end is more than seven days away."""
    if derive.final_version(record.mobility) is None:
        yield say("the record has no learning agreement (`agreement`)")
    paper = the_paper(record)
    covers = _covers(record.mobility, paper)
    if covers is None:
        yield say("the days of the stay are not known (`period`)")
        return
    last = model.Day(covers["end"]).last
    if date.fromisoformat(issued_on(paper, record.on)) < last - EARLY:
        why = say(
            "the stay lasts until {end}: the attestation is made from {first} on, and not before",
            end=last,
            first=last - EARLY,
        )
        yield by_rule("SOC009", why)
    if paper and paper.signatures and not paper.compliance:
        why = say(
            "the attestation that was signed doesn't say whether the agreement was kept (`documents.compliance`)"
        )
        yield by_rule("SOC002", why)


def issuer(record: Record) -> model.Party:
    """Find who attests by the name of the part."""
    if not record.part:
        return record.mobility.host
    number = record.part.removeprefix(COMPANY).removeprefix("-") or "1"
    return record.mobility.host_companies[int(number) - 1]


def the_paper(record: Record) -> model.Paper | None:
    """Find what one partner attested, by the issuer that the record names: a role, an id or a name."""
    party = issuer(record)
    roles = {"": "host", COMPANY: COMPANY}
    titles = party.name.values() if isinstance(party.name, dict) else (party.name,)
    wanted = {roles.get(record.part), party.ref, *titles} - {None}
    papers = reversed(record.papers(KIND))
    return next((p for p in papers if (p.issuer or "host") in wanted), None)


def _covers(mobility: Mobility, paper: model.Paper | None) -> Days | None:
    period = mobility.period
    spans = (paper.covers if paper else None, period.actual, period.planned)
    return next(filter(None, map(span, spans)), None)


def unsigned(record: Record) -> Record:
    """Take the signatures of the attestation out of the record: so its view was when it was printed to be signed."""
    return record.with_paper_unsigned(the_paper(record))


def attestation(record: Record) -> Attestation:
    """Show what a partner attests, or is asked to. Raise LookupError where `lacks` names something."""
    mobility, part, paper = record.mobility, record.part, the_paper(record)
    version = derive.final_version(mobility)
    if version is None:
        raise LookupError("what lacks names")
    party = issuer(record)
    role = COMPANY if part else "host"
    signature = derive.signed(paper.signatures, role) if paper else None
    signatories = [record.signatory(role, signature, _person(party))]
    components = [c for c in _studied(version) if _concerns(mobility, part, c)]
    return {
        "kind": KIND,
        "number": document_number(paper, f"{mobility.id}-AP{part.removeprefix(COMPANY) if part else ''}"),
        "record": mobility.id,
        "date": issued_on(paper, record.on),
        "status": status(signatories),
        "issuer": record.issuer(party),
        "learner": record.student(),
        "home": record.party(mobility.home),
        "host": record.party(mobility.host),
        "partner": record.party(party),
        "programme": {"code": mobility.programme or "none", "kind": mobility.kind},
        "academic_year": mobility.academic_year or "",
        "contract": _contract(record, version),
        "period": _covers(mobility, paper),
        "components": [*map(agreed.row, components)],
        "hours": _hours(mobility, components),
        "effective_hours": decimal(paper.effective_hours if paper else None),
        "asked": [*_asked(components)],
        "compliance": (paper.compliance if paper else None) or "",
        "attendance": (paper.attendance if paper else None) or "",
        "objectives": (paper.objectives if paper else None) or "",
        "deviations": (paper.deviations if paper else None) or "",
        "signatories": signatories,
    }


def _person(party: model.Party) -> model.Person | None:
    """Say who is expected to sign: who taught or guided the learner, else who is in charge."""
    return party.tutor or party.trainer or party.coordinator or party.contact


def _concerns(mobility: Mobility, part: str, component: Component) -> bool:
    """Say whether a component was done at this partner: placements at the companies, where there are any."""
    if not mobility.host_companies:
        return True
    return (component.type == "placement") == bool(part)


def _asked(components: list[Component]) -> Iterator[str]:
    yield "compliance"
    if any(each.type != "placement" for each in components):
        yield "attendance"
    if any(each.type == "placement" for each in components):
        yield "objectives"


def _hours(mobility: Mobility, components: list[Component]) -> Hours | None:
    """Show the hours of the whole stay where the components at this partner have none of their own."""
    agreement = mobility.agreement
    return agreed.hours(agreement.hours) if agreement and not any(c.hours for c in components) else None


def _contract(record: Record, version: derive.Version) -> Contract:
    papers = record.papers("learning-agreement")
    first = agreed.line(version)[0]
    return {
        "reference": next((p.reference for p in reversed(papers) if p.reference), ""),
        "signed": day(first.signed),
        "number": "" if version.number == "0" else version.number,
    }


PARTNER_ATTESTATION = Kind(
    "OUT-11",
    KIND,
    N_("Partner’s attestation of compliance"),
    ("host", "host-company"),
    lacks,
    the_paper,
    attestation,
    unsigned,
    FIELDS,
    scope,
    parts=parts,
    issuer=issuer,
)
