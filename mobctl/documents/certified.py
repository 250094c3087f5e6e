"""What certificates and records of assessment have in common: their head, the stay, who signs, outcomes with levels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypedDict

from mobctl import derive, model
from mobctl.documents.fields import Field
from mobctl.documents.record import Record, day, document_number, issued_on, span, status, words
from mobctl.documents.view import Days, OfMobility, Party, Signatory, Student, Words
from mobctl.finding import N_

OUTCOMES = Field("agreement.learning_outcomes[].title", N_("each learning outcome of the agreement"))
METHODS = Field("evaluation.methods", N_("the methods of assessment"))


def was_assessed(record: Record) -> bool:
    """Say whether there is a grid, with levels or without."""
    return record.mobility.evaluation is not None and bool(record.mobility.evaluation.grid)


LEVELS = Field("evaluation.grid[].level", N_("the level of each outcome that was assessed"), was_assessed)

ACQUIRED = frozenset({"achieved", "partial"})
"""Levels of what a certificate may certify."""


class Head(OfMobility):
    """What each of these documents begins with; `status` is `draft` until all have signed that it names."""

    learner: Student
    companies: list[Party]
    academic_year: str
    project: str
    period: Days | None


class Assessor(TypedDict):
    """Who judged an outcome, on whose behalf (codelist `assessor-roles`), and when."""

    name: str
    role: str
    date: str


class Assessed(TypedDict):
    """A learning outcome: its code in the standard, by what it is judged, and the level (codelist `outcome-levels`).

    `competence` is of the codelist `competence-kinds`, `before` the level before the departure; "" is not assessed.
    """

    code: str
    title: Words
    competence: str
    criteria: list[str]
    before: str
    level: str
    assessor: Assessor | None
    observations: str


class Diploma(TypedDict):
    """The diploma or title that the stay counts in: codelists `diploma-types` and `candidates`."""

    type: str
    title: Words
    candidate: str
    session: str
    regulation: str
    certifier: Words | None


def the_paper(record: Record, kind: str) -> model.Paper | None:
    """Find the paper of a kind that counts: the last one that was neither annulled nor replaced."""
    return next(reversed(record.papers(kind)), None)


def made(record: Record, paper: model.Paper | None) -> date:
    """Say on which day a paper is made: when it was issued, else now."""
    return date.fromisoformat(issued_on(paper, record.on))


def last_day(record: Record) -> date | None:
    """The last day of presence, the first of its month where only that is known."""
    actual = record.mobility.period.actual
    return actual.end.first if actual and actual.end else None


def head(
    record: Record,
    kind: str,
    paper: model.Paper | None,
    suffix: str,
    issuer: model.Party,
    signatories: list[Signatory],
) -> Head:
    """Show who issues what to whom, of which stay."""
    mobility = record.mobility
    return {
        "kind": kind,
        "number": document_number(paper, f"{mobility.id}-{suffix}"),
        "record": mobility.id,
        "date": issued_on(paper, record.on),
        "status": status(signatories),
        "issuer": record.issuer(issuer),
        "learner": record.student(),
        "home": record.party(mobility.home),
        "host": record.party(mobility.host),
        "companies": [record.party(each) for each in mobility.host_companies],
        "programme": {"code": mobility.programme or "none", "kind": mobility.kind},
        "academic_year": mobility.academic_year or "",
        "project": mobility.project_code or "",
        "period": span(mobility.period.actual) or span(mobility.period.planned),
        "signatories": signatories,
    }


def outcomes(mobility: model.Mobility) -> tuple[model.Outcome, ...]:
    """The learning outcomes of the agreement."""
    return mobility.agreement.learning_outcomes if mobility.agreement else ()


def levels(assessed: Iterable[model.Assessment]) -> dict[str, model.Assessment]:
    """What has a level, by outcome; of several the last."""
    return {each.outcome: each for each in assessed if each.level}


def grid(mobility: model.Mobility) -> dict[str, model.Assessment]:
    """The levels of the grid, by outcome."""
    return levels(mobility.evaluation.grid if mobility.evaluation else ())


def without_level(mobility: model.Mobility) -> tuple[str, ...]:
    """Name the outcomes of the agreement that the grid gives no level for, by their ids."""
    found = grid(mobility)
    return tuple(each.id for each in outcomes(mobility) if each.id not in found)


def assessed(mobility: model.Mobility) -> Iterator[tuple[str, Assessed]]:
    """Show each outcome of the agreement with what the grid says of it, by its id."""
    found = grid(mobility)
    before = levels(mobility.evaluation.pre_test if mobility.evaluation else ())
    for outcome in outcomes(mobility):
        one, first = found.get(outcome.id), before.get(outcome.id)
        yield (
            outcome.id,
            {
                "code": outcome.standard_ref or "",
                "title": words(outcome.title, outcome.id),
                "competence": outcome.competence or "",
                "criteria": [*outcome.criteria],
                "before": (first.level or "") if first else "",
                "level": (one.level or "") if one else "",
                "assessor": _assessor(one) if one else None,
                "observations": (one.observations or "") if one else "",
            },
        )


def _assessor(it: model.Assessment) -> Assessor | None:
    return {"name": it.by or "", "role": it.role or "", "date": day(it.date)} if it.by or it.date else None


def methods(mobility: model.Mobility) -> list[str]:
    """By what the outcomes were assessed: codelist `assessment-methods`."""
    return [*mobility.evaluation.methods] if mobility.evaluation else []


def diploma(record: Record) -> Diploma | None:
    """Show the diploma that the stay counts in."""
    it = record.mobility.certification
    if it is None:
        return None
    return {
        "type": it.diploma_type or "",
        "title": words(it.title, ""),
        "candidate": it.candidate or "",
        "session": it.session or "",
        "regulation": it.regulation_ref or "",
        "certifier": record.party(it.certifier)["name"] if it.certifier else None,
    }


def by_name(signatures: Iterable[model.Signature], name: str) -> model.Signature | None:
    """Find what somebody has signed."""
    given = [each for each in signatures if derive.given(each)]
    return next((each for each in given if (each.name or "").casefold() == name.casefold()), None)


def members(record: Record, paper: model.Paper | None, people: Iterable[model.Member]) -> list[Signatory]:
    """Let each of those who assessed sign, by name: first the assessors, then the tutor at the host."""
    signatures = paper.signatures if paper else ()
    found: list[Signatory] = []
    for each in sorted(people, key=_is_tutor):
        signature = by_name(signatures, each.name)
        found.append(
            {
                "role": "tutor" if _is_tutor(each) else "assessor",
                "name": each.name,
                "position": (signature.position if signature else None) or each.position or "",
                "signed": day(signature.date) if signature else "",
                "how": (signature.how or "") if signature else "",
            }
        )
    return found or [record.signatory("tutor", _any(signatures), expected_tutor(record.mobility))]


def _is_tutor(it: model.Member) -> bool:
    return it.role == "host-tutor"


def _any(signatures: Iterable[model.Signature]) -> model.Signature | None:
    return next((each for each in signatures if derive.given(each)), None)


def expected_tutor(mobility: model.Mobility) -> model.Person | None:
    """Say who guided the learner at the host: the tutor of a company, else of the host."""
    places = (*mobility.host_companies, mobility.host)
    return next(filter(None, (each.tutor or each.mentor or each.trainer for each in places)), None)


def assessors(mobility: model.Mobility) -> tuple[model.Member, ...]:
    """Those who assess, as the record names them; else those whom the grid names, each once."""
    evaluation = mobility.evaluation
    if evaluation is None:
        return ()
    judged = {each.by: model.Member(name=each.by, role=each.role) for each in evaluation.grid if each.by}
    return evaluation.assessors or tuple(judged.values())
