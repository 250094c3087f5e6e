"""What the host certifies of the stay (OUT-09), on two papers: the arrival, and at the end both days of presence.

They are two kinds of document, as in the record: each has its number, its day, its signature, and is a draft by itself.
The arrival is confirmed while the learner is there; nobody can certify the last day before it has come.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mobctl import derive, model
from mobctl.documents.fields import END, HOME, HOST, LEARNER, START, Field
from mobctl.documents.kind import Kind, by_rule, host
from mobctl.documents.record import Record, day, document_number, issued_on, span, status
from mobctl.documents.view import Days, OfMobility, Student
from mobctl.finding import N_, Message, say

ARRIVAL, ATTENDANCE = "certificate-of-arrival", "certificate-of-attendance"
RULE = "DUR106"
"""What asks for the actual days, which both papers bear out."""


class Certificate(OfMobility):
    """The view of both papers of OUT-09; on the first, `end` is "". `status` is `draft` until the host has signed."""

    learner: Student
    academic_year: str
    start: str
    end: str
    planned: Days | None
    online: Days | None
    interruptions: list[Days]


ARRIVAL_FIELDS = (LEARNER, HOME, HOST, START)
ATTENDANCE_FIELDS = (
    LEARNER,
    HOME,
    HOST,
    START,
    END,
    Field("period.online?.start", N_("the first day of the online part")),
    Field("period.online?.end", N_("the last day of the online part")),
)


def lacks_for_arrival(record: Record) -> Iterator[Message]:
    """Say why the arrival can't be confirmed: its day is not known or has not come, or the stay is over."""
    first, last = _days(record)
    made = _made(record, ARRIVAL)
    if first is None and _known(record, "start"):
        yield say("the first day of presence is not recorded as an exact day (`period.actual.start`)")
    elif first and made < first:
        why = say(
            "the arrival is confirmed from the first day of presence, {start}, and not before", start=first
        )
        yield by_rule(RULE, why)
    elif last and made > last:
        why = say("the stay ended on {end}: the certificate of attendance confirms both days", end=last)
        yield by_rule(RULE, why)


def lacks_for_attendance(record: Record) -> Iterator[Message]:
    """Say why the stay can't be certified: a day is not known exactly, or the last one has not come."""
    first, last = _days(record)
    if first is None and _known(record, "start"):
        yield say("the first day of presence is not recorded as an exact day (`period.actual.start`)")
    if last is None and _known(record, "end"):
        yield say("the last day of presence is not recorded as an exact day (`period.actual.end`)")
    elif last and _made(record, ATTENDANCE) < last:
        why = say("the stay is certified from the last day of presence, {end}, and not before", end=last)
        yield by_rule(RULE, why)


def not_begun(record: Record) -> Iterator[Message]:
    """Say that the arrival is still to come: no day of presence is asked for before there is one."""
    start = derive.start(record.mobility)
    if not _known(record, "start") and start and _made(record, ARRIVAL) < start.first:
        why = say(
            "the stay is planned from {start}; write down the first day of presence (`period.actual.start`) once it has come",
            start=start.said,
        )
        yield by_rule(RULE, why)


def not_over(record: Record) -> Iterator[Message]:
    """Say that the stay is not over: its days of presence are not asked for before."""
    end = derive.end(record.mobility)
    if not _known(record, "end") and end and _made(record, ATTENDANCE) < end.first:
        why = say(
            "the stay is planned until {end}; write down both days of presence (`period.actual.start`, `period.actual.end`) once the last one has come",
            end=end.said,
        )
        yield by_rule(RULE, why)


def _known(record: Record, name: str) -> bool:
    actual = record.mobility.period.actual
    return actual is not None and getattr(actual, name) is not None


def _days(record: Record) -> tuple[date | None, date | None]:
    actual = record.mobility.period.actual or model.Span()
    return (actual.start.exact if actual.start else None), (actual.end.exact if actual.end else None)


def _made(record: Record, kind: str) -> date:
    """Say on which day the paper is made: when it was issued, else now."""
    return date.fromisoformat(issued_on(the_paper(record, kind), record.on))


def the_paper(record: Record, kind: str) -> model.Paper | None:
    """Find the paper of a kind that counts: the last one that was neither annulled nor replaced."""
    return next(reversed(record.papers(kind)), None)


def arrival_paper(record: Record) -> model.Paper | None:
    """Find the confirmation of the arrival as it was issued."""
    return the_paper(record, ARRIVAL)


def attendance_paper(record: Record) -> model.Paper | None:
    """Find the certificate of attendance as it was issued."""
    return the_paper(record, ATTENDANCE)


def unsigned_arrival(record: Record) -> Record:
    """Take the host's signature out of the confirmation of the arrival."""
    return record.with_paper_unsigned(arrival_paper(record))


def unsigned_attendance(record: Record) -> Record:
    """Take the host's signature out of the certificate of attendance."""
    return record.with_paper_unsigned(attendance_paper(record))


def arrival(record: Record) -> Certificate:
    """Show the first day of presence. Raise LookupError where `lacks_for_arrival` names something."""
    return _certificate(record, ARRIVAL)


def attendance(record: Record) -> Certificate:
    """Show the first and the last day of presence. Raise LookupError where `lacks_for_attendance` names something."""
    return _certificate(record, ATTENDANCE)


def _certificate(record: Record, kind: str) -> Certificate:
    mobility, paper = record.mobility, the_paper(record, kind)
    actual = mobility.period.actual
    if actual is None or actual.start is None:
        raise LookupError("what lacks names")
    whole = kind == ATTENDANCE
    signature = derive.signed(paper.signatures, "host") if paper else None
    signatories = [record.signatory("host", signature)]
    return {
        "kind": kind,
        "number": document_number(paper, f"{mobility.id}-{'ATT' if whole else 'ARR'}"),
        "record": mobility.id,
        "date": issued_on(paper, record.on),
        "status": status(signatories),
        "issuer": record.issuer(mobility.host),
        "learner": record.student(),
        "home": record.party(mobility.home),
        "host": record.party(mobility.host),
        "programme": {"code": mobility.programme or "none", "kind": mobility.kind},
        "academic_year": mobility.academic_year or "",
        "start": day(actual.start),
        "end": day(actual.end) if whole else "",
        "planned": span(mobility.period.planned),
        "online": span(mobility.period.online) if whole else None,
        "interruptions": [*filter(None, map(span, mobility.period.interruptions))] if whole else [],
        "signatories": signatories,
    }


CERTIFICATE_OF_ARRIVAL = Kind(
    "OUT-09",
    ARRIVAL,
    N_("Certificate of arrival"),
    ("host",),
    lacks_for_arrival,
    arrival_paper,
    arrival,
    unsigned_arrival,
    ARRIVAL_FIELDS,
    issuer=host,
    to_come=not_begun,
)


CERTIFICATE_OF_ATTENDANCE = Kind(
    "OUT-09",
    ATTENDANCE,
    N_("Certificate of attendance"),
    ("host",),
    lacks_for_attendance,
    attendance_paper,
    attendance,
    unsigned_attendance,
    ATTENDANCE_FIELDS,
    issuer=host,
    to_come=not_over,
)
