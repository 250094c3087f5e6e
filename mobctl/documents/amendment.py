"""An amendment of the learning agreement (OUT-05): what goes, what comes, why, and the totals before and after.

One document for each amendment that was not given up; a proposal is a draft until learner, home and host have
approved it, by a signature or by e-mail.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from mobctl import derive, model
from mobctl.derive import TABLES, Version
from mobctl.documents import agreed
from mobctl.documents.fields import HOME, HOST, LEARNER, Field, Scope
from mobctl.documents.kind import SIGNED_BY_THREE, Kind, by_rule
from mobctl.documents.record import Record, day, document_number, issued_on, span, status
from mobctl.documents.view import (
    Days,
    ExceptedCredits,
    OfMobility,
    Reason,
    Row,
    Student,
)
from mobctl.finding import N_, Label, Message, Quoted, Series, say
from mobctl.model import Component


class Changed(TypedDict):
    """A component that goes or comes, and why: codelist `reasons`."""

    component: Row
    reason: Reason


class Replaced(TypedDict):
    """A component that takes the place of another of the same id."""

    old: Row
    new: Row
    reason: Reason


class ChangedTable(TypedDict):
    """The changes of one table: codelist `tables`; its totals are "" where a component states no credits."""

    table: str
    deleted: list[Changed]
    added: list[Changed]
    replaced: list[Replaced]


class TotalOfTable(TypedDict):
    """The credits of one table before and after."""

    table: str
    before: str
    after: str


class Asked(TypedDict):
    """Who asked for the change, by a role (codelist `signatories`) or a name, and when."""

    by: str
    date: str


class Amended(TypedDict):
    """What is amended: the first version, signed on a day, or that version with its last amendment."""

    number: str
    reference: str
    signed: str


class Amendment(OfMobility):
    """The view of OUT-05. `status` is `draft` until learner, home and host have approved the amendment.

    `plan` says "yes" where it amends a validation plan, which the host approves only if it has signed it.
    """

    amendment: str
    plan: str
    learner: Student
    academic_year: str
    asked: Asked | None
    amended: Amended
    effective: str
    tables: list[ChangedTable]
    totals: list[TotalOfTable]
    period: Days | None
    extension: Days | None
    exceptions: list[ExceptedCredits]


CREDITS = "credits|local_credits|without_credits"
FIELDS = (
    LEARNER,
    HOME,
    HOST,
    Field("amendments[*].changes[*].insert?.title", N_("the title of each component that comes in")),
    Field(f"amendments[*].changes[*].insert?.{CREDITS}", N_("the credits of each component that comes in")),
    Field(
        "amendments[*].changes[*].with?.title", N_("the title of each component that takes another’s place")
    ),
    Field(
        f"amendments[*].changes[*].with?.{CREDITS}",
        N_("the credits of each component that takes another’s place"),
    ),
    Field("amendments[*].extension?.from", N_("the first day of the extension")),
    Field("amendments[*].extension?.to", N_("the last day of the extension")),
)


def scope(record: Record) -> Scope:
    """Look at the amendment that is shown, and at no other."""
    return {"amendments": tuple(each for each in record.mobility.amendments if each.number == record.part)}


def lacks(record: Record) -> Iterator[Message]:
    """Say why there is no document of an amendment, or of any where none is named."""
    if record.mobility.agreement is None:
        yield say("the record has no learning agreement (`agreement`)")
    elif not parts(record):
        yield say("the record has no amendment to its learning agreement (`amendments`)")
    elif record.part:
        yield from _lacks(the_version(record))


def _lacks(version: Version) -> Iterator[Message]:
    number = Quoted(version.number)
    if refusing := [s.role for s in version.signatures if s.how == "refused"]:
        why = say(
            "amendment {number} was refused by {roles}",
            number=number,
            roles=Series(tuple(Label("signature-roles", role) for role in refusing)),
        )
        yield by_rule("CHG101", why)
    if not version.sound:
        yield say(
            "amendment {number} does not fit the tables it changes; `mobctl validate` shows it",
            number=number,
        )
    node = version.node
    if isinstance(node, model.Amendment) and not (node.changes or node.extension):
        yield say("amendment {number} has no changes (`amendments.changes`)", number=number)


def parts(record: Record) -> tuple[str, ...]:
    """Name the amendments by their numbers, without those that were given up."""
    return tuple(each.number for each in record.mobility.amendments if not each.withdrawn)


def the_version(record: Record) -> Version:
    """Find the agreement as an amendment makes it; raise LookupError if there is none of this number."""
    found = next((v for v in derive.every_version(record.mobility)[1:] if v.number == record.part), None)
    if found is None:
        raise LookupError(record.part)
    return found


def the_paper(record: Record) -> model.Paper | None:
    """Find the amendment as it was issued: the last paper of its version or, where none is stated, of its number."""
    papers = record.papers("amendment")
    return next((p for p in reversed(papers) if (p.version or p.reference) == record.part), None)


def unsigned(record: Record) -> Record:
    """Take the signatures of the amendment out of the record: so its view was when it was printed to be signed."""
    return agreed.unsigned(record, record.part)


def entry(record: Record) -> dict[str, str]:
    """Say what the record is to say of the issued amendment besides its number: the version that it makes."""
    return {"version": record.part}


def amendment(record: Record) -> Amendment:
    """Show one amendment. Raise LookupError where the record has none of this number."""
    mobility, part, paper = record.mobility, record.part, the_paper(record)
    version = the_version(record)
    before, node = version.base, version.node
    if before is None or not isinstance(node, model.Amendment):
        raise LookupError(part)
    signatories = agreed.signatories(record, version.signatures, version.roles)
    last = version.signed
    return {
        "kind": "amendment",
        "number": document_number(paper, f"{mobility.id}-AM-{part}", but=part),
        "record": mobility.id,
        "date": issued_on(paper, record.on),
        "status": status(signatories),
        "amendment": part,
        "plan": "yes" if derive.is_plan(mobility) else "",
        "issuer": record.issuer(record.keeper),
        "learner": record.student(),
        "home": record.party(mobility.home),
        "host": record.party(mobility.host),
        "programme": {"code": mobility.programme or "none", "kind": mobility.kind},
        "academic_year": mobility.academic_year or "",
        "asked": _asked(node.requested),
        "amended": _amended(record, before),
        "effective": day(node.effective or last) if last else "",
        "tables": [*_changes(before, node)],
        "totals": [
            {
                "table": each,
                "before": agreed.total(before.tables[each]),
                "after": agreed.total(version.tables[each]),
            }
            for each in TABLES
            if before.tables[each] or version.tables[each]
        ],
        "period": agreed.planned(mobility, before),
        "extension": span(node.extension),
        "exceptions": agreed.exceptions(version) if node.exceptions else [],
        "signatories": signatories,
    }


def _asked(it: model.Request | None) -> Asked | None:
    return {"by": it.by or "", "date": day(it.date)} if it else None


def _amended(record: Record, before: Version) -> Amended:
    first = agreed.line(before)[0]
    papers = record.papers("learning-agreement")
    paper = next((p for p in reversed(papers) if (p.version or "0") == "0"), None)
    return {
        "number": "" if before.number == "0" else before.number,
        "reference": (paper.reference if paper else None) or "",
        "signed": day(first.signed),
    }


def _changes(before: Version, node: model.Amendment) -> Iterator[ChangedTable]:
    for table in TABLES:
        rows = {each.id: each for each in before.tables[table]}
        changes = [each for each in node.changes if each.table == table]
        if changes:
            yield {
                "table": table,
                "deleted": [_changed(rows[c.delete], c) for c in changes if c.delete],
                "added": [_changed(c.insert, c) for c in changes if c.insert],
                "replaced": [_replaced(rows[c.replace], c) for c in changes if c.replace],
            }


def _changed(component: Component, change: model.Change) -> Changed:
    return {"component": agreed.row(component), "reason": _reason(change)}


def _replaced(old: Component, change: model.Change) -> Replaced:
    return {"old": agreed.row(old), "new": agreed.row(change.with_ or old), "reason": _reason(change)}


def _reason(change: model.Change) -> Reason:
    return {"code": change.reason or "", "text": change.reason_text or ""}


AMENDMENT = Kind(
    "OUT-05",
    "amendment",
    N_("Amendment to the learning agreement"),
    SIGNED_BY_THREE,
    lacks,
    the_paper,
    amendment,
    unsigned,
    FIELDS,
    scope,
    parts=parts,
    entry=entry,
)
