"""What documents show of a learning agreement: its tables, totals, planned period, and who signs it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from msgspec.structs import replace

from mobctl import derive, model
from mobctl.derive import SIGNATORIES, TABLES, Version
from mobctl.documents.fields import Scope
from mobctl.documents.record import Record, day, decimal, span, words, yes_or_no
from mobctl.documents.view import Days, ExceptedCredits, Hours, Row, Signatory, Table, Tables, Term
from mobctl.model import Component, Mobility

ERASMUS = frozenset({"KA131", "KA171", "KA103", "KA107"})
"""The programmes of higher education whose agreements rest on the Erasmus Charter for Higher Education."""


def hours(it: model.Hours | None) -> Hours | None:
    """Show hours of work by kind."""
    if it is None:
        return None
    return {
        "theory": decimal(it.theory),
        "practice": decimal(it.practice),
        "personal": decimal(it.personal),
        "placement": decimal(it.placement),
    }


def term(it: str | None) -> Term | None:
    """Take a term apart: 1/2 is the first of two."""
    if it is None:
        return None
    number, _, of = it.partition("/")
    return {"number": number, "of": of}


def row(it: Component) -> Row:
    """Show a component of a table."""
    return {
        "code": it.code or "",
        "title": words(it.title, it.code or it.id),
        "type": it.type or "",
        "term": term(it.term),
        "credits": decimal(Decimal(0) if it.credits is None and it.without_credits else it.credits),
        "local": [{"scheme": one.scheme, "credits": decimal(one.credits)} for one in it.local_credits],
        "hours": hours(it.hours),
        "description": it.description or "",
        "automatic": yes_or_no(it=it.automatic_recognition),
        "conditions": it.recognition_conditions or "",
    }


def total(rows: Iterable[Component]) -> str:
    """Add up the credits of components; "" if one of them states none, since then nobody knows the sum."""
    found = [Decimal(0) if one.credits is None and one.without_credits else one.credits for one in rows]
    known = [each for each in found if each is not None]
    return decimal(sum(known, Decimal(0))) if len(known) == len(found) else ""


def tables(version: Version) -> Tables:
    """Show the tables of a version, each with its total."""
    made: dict[str, Table] = {
        each: {"rows": [*map(row, version.tables[each])], "total": total(version.tables[each])}
        for each in TABLES
    }
    return {"studied": made["studied"], "recognised": made["recognised"], "virtual": made["virtual"]}


def scope(version: Version | None) -> Scope:
    """Look for the components of an agreement in the tables of a version, not in those of the first."""
    return {f"agreement.{each}": version.tables[each] for each in TABLES} if version else {}


def exceptions(version: Version) -> list[ExceptedCredits]:
    """Show the differences that all three agreed to."""
    return [{"credits": decimal(e.credits), "reason": e.reason or ""} for e in version.agreed_exceptions]


def line(version: Version) -> tuple[Version, ...]:
    """Go back to the first version and name each on the way to this one."""
    return (*line(version.base), version) if version.base else (version,)


def planned(mobility: Mobility, version: Version) -> Days | None:
    """Show the period as a version of the agreement plans it: with the extensions that led to it."""
    period = span(mobility.period.planned)
    amended = [each.node for each in line(version)]
    ends = [
        day(each.extension.to) for each in amended if isinstance(each, model.Amendment) and each.extension
    ]
    return {"start": period["start"], "end": max(period["end"], *ends)} if period and ends else period


def signatories(
    record: Record, signatures: tuple[model.Signature, ...], roles: tuple[str, ...] = SIGNATORIES
) -> list[Signatory]:
    """Show who signs an agreement, in order: learner, home, host, or its parties; then who else has signed it."""
    others = {s.role: s for s in signatures if s.role not in roles and derive.signed((s,), s.role)}
    return [record.signatory(role, derive.signed(signatures, role)) for role in (*roles, *others)]


def unsigned(record: Record, number: str) -> Record:
    """Take the signatures of one version of the agreement out; the first version has the number 0."""
    mobility = record.mobility
    if number == "0" and mobility.agreement:
        first = replace(mobility.agreement, signatures=())
        return record.with_mobility(replace(mobility, agreement=first))
    amendments = (replace(a, signatures=()) if a.number == number else a for a in mobility.amendments)
    return record.with_mobility(replace(mobility, amendments=tuple(amendments)))
