"""The final transcript of the home school (OUT-15): what it recognises of a mobility, with both grades and the way from one to the other.

It states the components of the home programme and what was decided for each. It does not replace the transcript of the
host: that one is named, and goes with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from mobctl import derive, model
from mobctl.documents import recognition_report as report
from mobctl.documents.fields import Field
from mobctl.documents.kind import Kind, by_rule
from mobctl.documents.record import Record, document_number, issued_on, span, status
from mobctl.documents.view import (
    Agreement,
    Block,
    Conversion,
    Days,
    Decision,
    HostTranscript,
    OfMobility,
    Scales,
    Student,
    TableUsed,
    Totals,
)
from mobctl.finding import N_, Message, Quoted, Series, say

KIND = "home-transcript"


class HomeTranscript(OfMobility):
    """The view of OUT-15. `status` is `draft` until the home institution has signed.

    `blocks`, `totals` and `conversions` are those of the recognition report; every component is decided.
    """

    learner: Student
    academic_year: str
    period: Days | None
    agreement: Agreement
    blocks: list[Block]
    totals: Totals
    conversions: list[Conversion]
    scales: Scales
    tables: list[TableUsed]
    transcript: HostTranscript
    decision: Decision | None


def _recognised(item: Any) -> bool:
    return getattr(item, "status", "recognised") == "recognised"


def _by_distribution(item: Any) -> bool:
    if not isinstance(item, model.Decision):
        return True
    return item.grade is not None and item.grade.method == "ects-distribution"


GRADE = "recognition.blocks[*].to[*].grade?"

FIELDS = (
    *report.FIELDS,
    Field("results.issued|received", N_("the day of the host's transcript")),
    Field(
        "recognition.blocks[*].to[*].credits",
        N_("the ECTS credits of each component that is recognised"),
        of=_recognised,
    ),
    Field(f"{GRADE}.method", N_("how each grade was converted")),
    Field(f"{GRADE}.date", N_("the day on which each grade was converted")),
    Field(f"{GRADE}.tables", N_("the tables by which each grade was converted"), of=_by_distribution),
)


def unfit(record: Record) -> Iterator[Message]:
    """Say of which stays there is no such transcript."""
    if record.mobility.direction != "outgoing":
        yield say("the home school issues it, for an outgoing mobility")


def lacks(record: Record) -> Iterator[Message]:
    """Say what it can't do without: an agreement, results, and a decision on each component of table B."""
    absent = (*report.not_there(record), *report.too_early(record, _made(record)))
    yield from absent
    if absent:
        return
    if pending := _pending(record):
        why = say("nothing is decided yet on {components} (`recognition.blocks`)", components=Series(pending))
        yield by_rule("REC004", why)


def _pending(record: Record) -> tuple[Quoted, ...]:
    """Name the components of table B on which nothing is decided."""
    version, recognition = derive.final_version(record.mobility), record.mobility.recognition
    blocks = recognition.blocks if recognition else ()
    decided = {each.component: each.status for block in blocks for each in block.to}
    rows = version.tables["recognised"] if version else ()
    names = dict.fromkeys((*(row.id for row in rows), *decided))
    return tuple(Quoted(name) for name in names if decided.get(name, "pending") == "pending")


def _made(record: Record) -> date:
    return date.fromisoformat(issued_on(the_paper(record), record.on))


def the_paper(record: Record) -> model.Paper | None:
    """Find the transcript as it was issued: the last one that was neither annulled nor replaced."""
    return next(reversed(record.papers(KIND)), None)


def unsigned(record: Record) -> Record:
    """Take the signature out of the transcript."""
    return record.with_paper_unsigned(the_paper(record))


def home_transcript(record: Record) -> HomeTranscript:
    """Show what the home institution recognises (OUT-15). Raise LookupError where something lacks."""
    mobility, paper, decided = record.mobility, the_paper(record), report.recognition_report(record)
    signature = derive.signed(paper.signatures, "home") if paper else None
    signatories = [record.registrar("home", signature, _made(record))]
    period = mobility.period
    return {
        "kind": KIND,
        "number": document_number(paper, f"{mobility.id}-HTR"),
        "record": mobility.id,
        "date": issued_on(paper, record.on),
        "status": status(signatories),
        "issuer": record.issuer(mobility.home),
        "learner": record.student(),
        "home": decided["home"],
        "host": decided["host"],
        "academic_year": mobility.academic_year or "",
        "period": span(period.actual) or span(period.planned),
        "programme": decided["programme"],
        "agreement": {**decided["agreement"], "signatures": []},  # who signed stands on the report
        "blocks": decided["blocks"],
        "totals": decided["totals"],
        "conversions": decided["conversions"],
        "scales": decided["scales"],
        "tables": decided["tables"],
        "transcript": decided["transcript"],
        "decision": decided["decision"],
        "signatories": signatories,
    }


HOME_TRANSCRIPT = Kind(
    "OUT-15",
    KIND,
    N_("Final transcript with recognition"),
    ("home",),
    lacks,
    the_paper,
    home_transcript,
    unsigned,
    FIELDS,
    report.scope,
    unfit,
    entry=report.entry,
    total=lambda view: str(view["totals"]["recognised"]["value"]),
)
