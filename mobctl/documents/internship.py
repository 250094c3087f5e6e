"""What the host certifies of a traineeship (OUT-14), on two papers that are not the same.

The traineeship certificate is table D of the Erasmus+ learning agreement for traineeships: what was done and learnt.
The attestation de stage is asked for by French law (code de l'éducation, article D. 124-9): how long the trainee was
present in fact, and what allowance was paid. Each company or service makes its own. Neither is made long before the
end: the last Friday may come some days before the last day of the contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict

from mobctl import derive, model
from mobctl.documents import attestation
from mobctl.documents.certified import Head, head, made
from mobctl.documents.fields import COMPANIES, HOME, HOST, LEARNER, Field, Scope
from mobctl.documents.kind import Kind, by_rule
from mobctl.documents.record import Record, decimal, responsible, span, words
from mobctl.documents.view import Days, Party, Responsible, Words
from mobctl.finding import N_, Message, say

CERTIFICATE, FRENCH = "traineeship-certificate", "attestation-de-stage"
COMPANY = attestation.COMPANY
EARLY = timedelta(days=7)
"""How long before the end they may be signed (rules TRN109 and STG106)."""

INTERNS = frozenset({None, "student", "pupil"})
"""Who does a stage under French law: neither an apprentice nor a graduate."""

DAY = Decimal(7)
"""Hours of presence that are worth a day (code de l'éducation, article D. 124-6)."""

SUPERVISORS = ("tutor", COMPANY, "host")
DIRECTORS = (COMPANY, "host", "tutor")
"""In what role one may sign for the host, the first who did counts."""


class Traineeship(Head):
    """The view of table D. `hours` are those of a week, `online` is the part that was done from afar."""

    place: Party
    address: str
    supervisor: list[Responsible]
    title: Words
    hours: str
    programme_text: str
    tasks: list[str]
    outcomes: list[str]
    objectives: str
    appraisal: str
    online: Days | None


class Allowance(TypedDict):
    """An amount and its currency, by ISO 4217."""

    amount: str
    currency: str


class Stage(Head):
    """The view of the attestation de stage. `days` are the hours of presence in days of seven hours."""

    place: Party
    address: str
    title: Words
    convention: str
    hours: str
    days: str
    allowance: Allowance | None


def _agreed(record: Record) -> bool:
    """Say that no other paper than the record itself states the days of the traineeship."""
    paper, convention = _the_paper(record, CERTIFICATE), record.mobility.convention
    return not (paper and paper.covers) and not (convention and convention.covers)


def _not_stated(record: Record) -> bool:
    paper, convention = _the_paper(record, FRENCH), record.mobility.convention
    return not (paper and paper.covers) and not (convention and convention.covers)


FIRST, LAST = N_("the first day of the traineeship"), N_("the last day of the traineeship")

CERTIFICATE_FIELDS = (
    LEARNER,
    HOME,
    HOST,
    COMPANIES,
    Field("period.actual.start", FIRST, _agreed),
    Field("period.actual.end", LAST, _agreed),
    Field("traineeship.title", N_("the title of the traineeship")),
    Field("traineeship.programme", N_("the programme of the traineeship")),
    Field("traineeship.outcomes", N_("the learning outcomes of the traineeship")),
)
FRENCH_FIELDS = (
    LEARNER,
    HOME,
    HOST,
    COMPANIES,
    Field("learner.enrolment.programme", N_("what the learner is enrolled in")),
    Field("period.actual.start", FIRST, _not_stated),
    Field("period.actual.end", LAST, _not_stated),
    Field("documents[].effective_hours", N_("the hours of presence that the host certifies")),
)


def parts(record: Record) -> tuple[str, ...]:
    """Name those who certify: each company or service, else the host ("")."""
    found = range(1, len(record.mobility.host_companies) + 1)
    return tuple(COMPANY if number == 1 else f"{COMPANY}-{number}" for number in found) or ("",)


def place(record: Record) -> model.Party:
    """Find where the traineeship was: the company of this part, else the host."""
    one = not record.part and record.mobility.host_companies
    return record.mobility.host_companies[0] if one else attestation.issuer(record)


def _the_paper(record: Record, kind: str) -> model.Paper | None:
    """Find what one place certified: of several by the issuer that the record names, a role, an id or a name."""
    papers, party = tuple(reversed(record.papers(kind))), place(record)
    if len(parts(record)) == 1:
        return next(iter(papers), None)
    titles = party.name.values() if isinstance(party.name, dict) else (party.name,)
    wanted = {record.part, party.ref, *titles} - {None}
    return next((each for each in papers if each.issuer in wanted), None)


def certificate_paper(record: Record) -> model.Paper | None:
    """Find the traineeship certificate as it was issued."""
    return _the_paper(record, CERTIFICATE)


def french_paper(record: Record) -> model.Paper | None:
    """Find the attestation de stage as it was issued, or as its figures were entered to be printed."""
    return _the_paper(record, FRENCH)


def scope(record: Record) -> Scope:
    """Look at the place that certifies, and at its own paper."""
    paper = french_paper(record)
    companies = (place(record),) if record.mobility.host_companies else ()
    return {"documents": (paper,) if paper else (), "host_companies": companies}


def _covers(record: Record, paper: model.Paper | None) -> Days | None:
    """The days of the traineeship: of the paper, of the agreement on the internship, else of the stay."""
    convention = record.mobility.convention
    found = (
        paper.covers if paper else None,
        convention.covers if convention else None,
        record.mobility.period.actual,
    )
    return next(filter(None, map(span, found)), None)


def unfit(record: Record) -> Iterator[Message]:
    """Say that there was no traineeship."""
    if not derive.has_placement(record.mobility):
        yield say("the record has no traineeship or placement (`kind`, `agreement.studied`)")


def unfit_for_french_law(record: Record) -> Iterator[Message]:
    """Say that there was no internship under French law: of a student or pupil of a school in France."""
    mobility = record.mobility
    regime = mobility.traineeship.regime if mobility.traineeship else None
    if not derive.has_placement(mobility):
        yield from unfit(record)
    elif record.index.country(mobility.home) not in {None, "FR"}:
        yield say("the attestation de stage is one of French law, and the home institution is not in France")
    elif mobility.learner.status not in INTERNS or regime == "graduate":
        yield say(
            "the attestation de stage is for students and pupils; an apprentice or a graduate does no “stage” under French law"
        )


def lacks_for_certificate(record: Record) -> Iterator[Message]:
    """Say that the traineeship isn't over."""
    yield from _early(record, certificate_paper(record), "TRN109")


def lacks_for_french_law(record: Record) -> Iterator[Message]:
    """Say that the internship isn't over."""
    yield from _early(record, french_paper(record), "STG106")


def _early(record: Record, paper: model.Paper | None, code: str) -> Iterator[Message]:
    covers = _covers(record, paper)
    end: date | None = model.Day(covers["end"]).first if covers else None
    if end and made(record, paper) < end - EARLY:
        why = say(
            "the traineeship lasts until {end}: it is certified from {first} on, and not before",
            end=end,
            first=end - EARLY,
        )
        yield by_rule(code, why)


def unsigned_certificate(record: Record) -> Record:
    """Take the signature out of the traineeship certificate."""
    return record.with_paper_unsigned(certificate_paper(record))


def unsigned_french(record: Record) -> Record:
    """Take the signature out of the attestation de stage."""
    return record.with_paper_unsigned(french_paper(record))


def certificate(record: Record) -> Traineeship:
    """Show table D. Raise LookupError where `lacks_for_certificate` names something."""
    mobility, paper, at = record.mobility, certificate_paper(record), place(record)
    traineeship = mobility.traineeship or model.Traineeship()
    shown = _head(record, paper, CERTIFICATE, "TRN", SUPERVISORS)
    people = model.Party(coordinator=at.tutor, contact=at.mentor)
    return {
        **shown,
        "place": record.party(at),
        "address": _address(record, at),
        "supervisor": responsible(people),
        "title": words(traineeship.title, ""),
        "hours": decimal(traineeship.hours_per_week),
        "programme_text": traineeship.programme or "",
        "tasks": [*mobility.agreement.tasks] if mobility.agreement else [],
        "outcomes": [*traineeship.outcomes],
        "objectives": (paper.objectives if paper else None) or "",
        "appraisal": (paper.appraisal if paper else None) or "",
        "online": span(mobility.period.online),
    }


def stage(record: Record) -> Stage:
    """Show the attestation de stage. Raise LookupError where `lacks_for_french_law` names something."""
    mobility, paper, at = record.mobility, french_paper(record), place(record)
    if paper is None or paper.effective_hours is None:
        raise LookupError("what lacks names")
    traineeship, convention = mobility.traineeship, mobility.convention
    return {
        **_head(record, paper, FRENCH, "STG", DIRECTORS),
        "place": record.party(at),
        "address": _address(record, at),
        "title": words(traineeship.title if traineeship else None, ""),
        "convention": (convention.reference if convention else None) or "",
        "hours": decimal(paper.effective_hours),
        "days": decimal(paper.effective_hours // DAY),
        "allowance": _allowance(paper),
    }


def _head(record: Record, paper: model.Paper | None, kind: str, suffix: str, roles: tuple[str, ...]) -> Head:
    at = place(record)
    signatures = paper.signatures if paper else ()
    signature = next(filter(None, (derive.signed(signatures, role) for role in roles)), None)
    person = at.tutor or at.mentor or at.coordinator or at.contact
    role = COMPANY if record.mobility.host_companies else "host"
    number = suffix + (record.part.removeprefix(COMPANY) if record.part else "")
    shown = head(record, kind, paper, number, at, [record.signatory(role, signature, person)])
    return {**shown, "period": _covers(record, paper) or shown["period"]}


def _address(record: Record, party: model.Party) -> str:
    return (record.institution(party) or party).address or ""


def _allowance(paper: model.Paper) -> Allowance | None:
    if paper.allowance is None:
        return None
    amount = "0" if not paper.allowance else f"{paper.allowance:.2f}"
    return {"amount": amount, "currency": paper.currency or ""}


TRAINEESHIP_CERTIFICATE = Kind(
    "OUT-14",
    CERTIFICATE,
    N_("Traineeship certificate"),
    (COMPANY,),
    lacks_for_certificate,
    certificate_paper,
    certificate,
    unsigned_certificate,
    CERTIFICATE_FIELDS,
    scope,
    unfit,
    parts,
    place,
    note=N_("Table D of the Erasmus+ learning agreement for traineeships."),
)


ATTESTATION_DE_STAGE = Kind(
    "OUT-14",
    FRENCH,
    N_("Internship attestation"),
    (COMPANY,),
    lacks_for_french_law,
    french_paper,
    stage,
    unsigned_french,
    FRENCH_FIELDS,
    scope,
    unfit_for_french_law,
    parts,
    place,
    note=N_("The attestation de stage of French law: code de l’éducation, article D. 124-9."),
)
