"""The transcript of records (OUT-13): what was taken and awarded, with what it takes to read the grades elsewhere.

The school that gave the grades issues it: the host, for a learner it received. For a learner that it sent abroad, the
school that keeps the record can print what the host stated, as a copy that says so and does not bear the host's name.
A transcript says nothing of equivalence or recognition, and needs no agreement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypedDict

from mobctl import derive, grades, model
from mobctl.documents import agreed
from mobctl.documents.fields import HOME, HOST, LEARNER, Field
from mobctl.documents.kind import Kind, by_rule
from mobctl.documents.recognition_basis import ends, known, scale_used
from mobctl.documents.record import (
    Record,
    day,
    decimal,
    document_number,
    issued_on,
    span,
    status,
    words,
)
from mobctl.documents.view import (
    Days,
    Hours,
    LocalCredits,
    OfMobility,
    ScaleUsed,
    Signatory,
    Student,
    Term,
    Words,
)
from mobctl.finding import N_, Message, Quoted, say
from mobctl.model import GradingTable, TableRow

KIND = "transcript"


class Stated(TypedDict):
    """The host's own transcript, of which a copy shows the content."""

    number: str
    date: str


class OtherGrade(TypedDict):
    """The same result in another scale: codelist `scales`."""

    value: str
    scale: str


class Line(TypedDict):
    """A result. `credits` is "" where none are stated; `attempt` is "" for what was taken once."""

    code: str
    title: Words
    grade: str
    scale: str
    others: list[OtherGrade]
    status: str
    date: str
    attempt: str
    credits: str
    local: list[LocalCredits]
    hours: Hours | None
    note: str


class TermResults(TypedDict):
    """The results of a term, or of none."""

    term: Term | None
    lines: list[Line]


class Awarded(TypedDict):
    """What was awarded in all: `credits` is "" where no result has ECTS credits."""

    credits: str
    local: list[LocalCredits]


class Own(TypedDict):
    """A grade of the learner's, and how often it was given."""

    value: str
    times: str


class Share(TypedDict):
    """How many were given a grade, or one from `low` to `high`. Both shares are per cent, "" for what does not pass."""

    grade: str
    low: str
    high: str
    count: str
    share: str
    cumulative: str
    own: list[Own]


class Distribution(TypedDict):
    """A published distribution: of whom, and from when to when; `passing` are the grades that the shares are of.

    `marked` says whether it is known which grades pass; else the shares are of all.
    """

    field: str
    programme: str
    first: str
    last: str
    scale: str
    passing: str
    counted: str
    marked: str
    rows: list[Share]
    url: str
    notes: str


class InComponent(TypedDict):
    """How often each grade was given in the component of a result."""

    code: str
    title: Words
    grade: str
    rows: list[Share]
    counted: str


class Transcript(OfMobility):
    """The view of OUT-13. `copy_of` is None where the issuer gave the grades itself.

    `main_scale` is that of all grades, or of most; `scheme` that of all local credits, or "".
    `columns` names those that the table needs beside component, grade and result: code, local, ects. `status` is
    `draft` until the issuer has signed.
    """

    copy_of: Stated | None
    learner: Student
    academic_year: str
    period: Days | None
    columns: list[str]
    groups: list[TermResults]
    main_scale: str
    scheme: str
    awarded: Awarded
    scales: list[ScaleUsed]
    explanation: Words | None
    url: str
    distributions: list[Distribution]
    components: list[InComponent]


def _issued(record: Record) -> bool:
    """Say whether we issue it ourselves: then it must be complete. A copy shows what the host stated."""
    return not _is_copy(record)


def _unscaled(record: Record) -> bool:
    """Say whether a grade of ours is of no scale of its own."""
    results = record.mobility.results
    return _issued(record) and any(
        line.grade and not line.scale for line in (results.lines if results else ())
    )


def _validated(line: model.Result) -> bool:
    return line.validated


FIELDS = (
    LEARNER,
    Field("learner.esi|id", N_("the European Student Identifier of the learner, or the number"), _issued),
    HOME,
    HOST,
    Field("results.lines[*].title|for", N_("the title of each result, or the component that it is for")),
    Field(
        "results.lines[*].credits|local_credits",
        N_("the credits of each result that was validated"),
        _issued,
        _validated,
    ),
    Field("results.scale", N_("the grading scale"), _unscaled),
)


def lacks(record: Record) -> Iterator[Message]:
    """Say what else a transcript can't do without: results, the days of the stay, and that they were published."""
    results = record.mobility.results
    if results is None or not results.lines:
        yield by_rule("TOR101", say("there are no results yet (`results.lines`)"))
        return
    yield from _incomplete(_Transcript(record, results))
    if _is_copy(record):
        return
    if _period(record) is None:
        yield say("the first or the last day of the stay is not known (`period.actual`)")
    if results.published and results.published.first > (made := _made(record)):
        published = results.published.said
        why = say(
            "the results are published on {published} (`results.published`), and the transcript is of {made}",
            published=published,
            made=made,
        )
        yield by_rule("TOR101", why)


def _incomplete(made: _Transcript) -> Iterator[Message]:
    """Say what is wrong with a line: its component has no title, or it has credits without being validated."""
    for line in made.results.lines:
        id = Quoted(line.id)
        if line.for_ and not made.title(line)["text"]:
            yield say("the result {id} has no title (`results.lines`: `title`)", id=id)
        if line.credits and not line.validated:
            why = say(
                "the result {id} was not validated, and has credits (`results.lines`: `credits`)", id=id
            )
            yield by_rule("TOR103", why)


def _is_copy(record: Record) -> bool:
    return record.keeper is not record.mobility.host


def _role(record: Record) -> str:
    return "home" if _is_copy(record) else "host"


def _made(record: Record) -> date:
    return date.fromisoformat(issued_on(the_paper(record), record.on))


def _period(record: Record) -> Days | None:
    period = record.mobility.period
    return span(period.actual) or span(period.planned)


def _transcripts(record: Record, role: str) -> tuple[model.Paper, ...]:
    """Find the transcripts that the home or the host institution issued; where no issuer is named, the host did."""
    party = {"home": record.mobility.home, "host": record.mobility.host}[role]
    return tuple(
        paper for paper in record.papers(KIND) if (paper.issuer or "host") in {role, party.ref or role}
    )


def the_paper(record: Record) -> model.Paper | None:
    """Find the transcript as it was issued: the last one of ours that was neither annulled nor replaced."""
    return next(reversed(_transcripts(record, _role(record))), None)


def unsigned(record: Record) -> Record:
    """Take the signature out of the transcript."""
    return record.with_paper_unsigned(the_paper(record))


def entry(record: Record) -> dict[str, str]:
    """Say who issued it: a copy of ours is not the host's transcript."""
    return {"issuer": _role(record)}


def transcript(record: Record) -> Transcript:
    """Show all results, what was awarded, and how grades are given (OUT-13). Raise LookupError where something lacks."""
    mobility, paper = record.mobility, the_paper(record)
    if mobility.results is None:
        raise LookupError("what lacks names")
    made = _Transcript(record, mobility.results)
    signatories = [made.signatory(paper)]
    grading = mobility.results.grading or model.Grading()
    return {
        "kind": KIND,
        "number": document_number(paper, f"{mobility.id}-TOR"),
        "record": mobility.id,
        "date": issued_on(paper, record.on),
        "status": status(signatories),
        "issuer": record.issuer(record.keeper),
        "copy_of": made.copy_of(),
        "learner": record.student(),
        "home": record.party(mobility.home),
        "host": record.party(mobility.host),
        "academic_year": mobility.academic_year or "",
        "period": _period(record),
        "programme": {"code": mobility.programme or "none", "kind": mobility.kind},
        "columns": [*made.columns()],
        "groups": [*made.groups()],
        "main_scale": made.main_scale(),
        "scheme": made.scheme(),
        "awarded": made.awarded(),
        "scales": [*made.scales()],
        "explanation": words(grading.text, "") if grading.text else None,
        "url": grading.url or "",
        "distributions": [*made.distributions()],
        "components": [*made.components()],
        "signatories": signatories,
    }


@dataclass(frozen=True, slots=True)
class _Transcript:
    """One transcript under way."""

    record: Record
    results: model.Results

    def component(self, line: model.Result) -> model.Component | None:
        """The component of the agreement that a result is for, in its last version that has it."""
        versions = reversed(derive.every_version(self.record.mobility))
        rows = (row for each in versions for table in ("studied", "virtual") for row in each.tables[table])
        return next((row for row in rows if line.for_ and row.id == line.for_), None)

    def title(self, line: model.Result) -> Words:
        component = self.component(line)
        return words(line.title or (component.title if component else None), "")

    def code(self, line: model.Result) -> str:
        component = self.component(line)
        return line.code or (component.code if component else None) or ""

    def scale(self, line: model.Result) -> str:
        return line.scale or self.results.scale or ""

    def main_scale(self) -> str:
        """The scale that needs no naming beside each grade: that of the transcript, or the only one there is."""
        used = {self.scale(line) for line in self.results.lines if line.grade}
        return self.results.scale or (used.pop() if len(used) == 1 else "")

    def copy_of(self) -> Stated | None:
        """The transcript that the host issued, where we show what it states."""
        if not _is_copy(self.record):
            return None
        paper = next(reversed(_transcripts(self.record, "host")), None)
        issued = (paper.issued if paper else None) or self.results.issued
        return {"number": (paper.reference if paper else None) or "", "date": day(issued)}

    def columns(self) -> Iterator[str]:
        lines = self.results.lines
        if any(map(self.code, lines)):
            yield "code"
        if any(line.local_credits for line in lines):
            yield "local"
        if any(line.credits is not None for line in lines):
            yield "ects"

    def groups(self) -> Iterator[TermResults]:
        """The results by term, in the order of the year; those of no term come last."""
        by_term: dict[str, list[model.Result]] = {}
        for line in self.results.lines:
            by_term.setdefault(self.term(line), []).append(line)
        for text in sorted(by_term, key=_place_in_year):
            number, _, of = text.partition("/")
            term: Term | None = {"number": number, "of": of} if text else None
            yield {"term": term, "lines": [*map(self.line, by_term[text])]}

    def term(self, line: model.Result) -> str:
        component = self.component(line)
        return line.term or (component.term if component else None) or ""

    def line(self, line: model.Result) -> Line:
        component = self.component(line)
        return {
            "code": self.code(line),
            "title": self.title(line),
            "grade": line.grade or "",
            "scale": self.scale(line) if line.grade else "",
            "others": [{"value": each.value, "scale": each.scale} for each in line.other_grades],
            "status": line.status,
            "date": day(line.date),
            "attempt": self.attempt(line),
            "credits": _credits(line),
            "local": [*map(_local, line.local_credits)] if line.validated else [],
            "hours": agreed.hours(line.hours or (component.hours if component else None)),
            "note": line.note or "",
        }

    def attempt(self, line: model.Result) -> str:
        """Which attempt at its component a result is, where there were several: by date, else as they stand."""
        same = [each for each in self.results.lines if self.subject(each) == self.subject(line)]
        if all(each.date for each in same):
            same.sort(key=lambda each: each.date.first if each.date else date.min)
        return str(same.index(line) + 1) if len(same) > 1 else ""

    def subject(self, line: model.Result) -> str:
        return line.for_ or self.code(line) or line.id

    def scheme(self) -> str:
        """The scheme of all local credits, "" where there are several."""
        schemes = {each.scheme for line in self.results.lines for each in line.local_credits}
        return schemes.pop() if len(schemes) == 1 else ""

    def awarded(self) -> Awarded:
        validated = [line for line in self.results.lines if line.validated]
        local: dict[str, Decimal] = {}
        for each in (each for line in validated for each in line.local_credits):
            local[each.scheme] = local.get(each.scheme, Decimal(0)) + each.credits
        ects = any(line.credits is not None for line in self.results.lines)
        return {
            "credits": decimal(derive.earned_credits(self.record.mobility).value) if ects else "",
            "local": [{"scheme": scheme, "credits": decimal(credits)} for scheme, credits in local.items()],
        }

    def scales(self) -> Iterator[ScaleUsed]:
        """The scales of the grades; what the transcript itself says of them is said of the first."""
        grading = self.results.grading or model.Grading()
        used = (self.scale(line) for line in self.results.lines if line.grade)
        for number, code in enumerate(dict.fromkeys((self.main_scale(), *used))):
            scale = scale_used(known(self.record, code), code, None if number else grading)
            if any(scale.values()):
                yield scale

    def tables(self) -> Iterator[GradingTable]:
        """The distributions of the reference groups: from their files, and as the transcript itself has one."""
        grading = self.results.grading or model.Grading()
        for name in grading.tables:
            if table := self.record.index.grading_tables.get(name):
                yield table
        if grading.distribution:
            yield _table(self.results.scale, grading.pass_mark, grading.distribution)

    def distributions(self) -> Iterator[Distribution]:
        for table in self.tables():
            passing, marked = self.passing(table)
            period = table.period or {}
            graded = [line for line in self.results.lines if self.scale(line) in {table.scale or "", ""}]
            yield {
                "field": table.isced_f or "",
                "programme": table.programme or "",
                "first": str(period.get("from", "")),
                "last": str(period.get("to", "")),
                "scale": table.scale or "",
                "passing": decimal(_total(passing)),
                "counted": decimal(_total(table.grades)),
                "marked": "yes" if marked else "no",
                "rows": [*self.shares(table, passing, graded)],
                "url": table.url or "",
                "notes": table.notes or "",
            }

    def passing(self, table: GradingTable) -> tuple[tuple[TableRow, ...], bool]:
        """The rows that pass; all of them, and False, where the pass mark is not known."""
        try:
            return grades.passing(table, known(self.record, table.scale or "")), True
        except LookupError:
            return table.grades, False

    def shares(
        self, table: GradingTable, passing: tuple[TableRow, ...], graded: Sequence[model.Result]
    ) -> Iterator[Share]:
        scale = known(self.record, table.scale or "")
        places = [(line.grade, grades.row(table, line.grade, scale)) for line in graded if line.grade]
        for row in table.grades:
            band = derive.band(row, passing)
            own = Counter(grade for grade, place in places if place is row)
            low, high = ends(row)
            yield {
                "grade": row.grade or "",
                "low": low,
                "high": high,
                "count": decimal(row.count),
                "share": _percent(band.through - band.above) if band else "",
                "cumulative": _percent(band.through) if band else "",
                "own": [{"value": value, "times": str(times)} for value, times in own.items()],
            }

    def components(self) -> Iterator[InComponent]:
        """The grades given in each component, where the transcript has them."""
        for line in self.results.lines:
            if line.distribution:
                table = _table(self.scale(line), None, line.distribution)
                yield {
                    "code": self.code(line),
                    "title": self.title(line),
                    "grade": line.grade or "",
                    "rows": [*self.shares(table, self.passing(table)[0], [line])],
                    "counted": decimal(_total(line.distribution)),
                }

    def signatory(self, paper: model.Paper | None) -> Signatory:
        """Who signs for the school that issues it."""
        role = _role(self.record)
        signature = derive.signed(paper.signatures, role) if paper else None
        return self.record.registrar(role, signature, _made(self.record))


def _table(scale: str | None, pass_mark: str | None, rows: tuple[TableRow, ...]) -> GradingTable:
    """Make a table of what a transcript says itself: it has no name and no years."""
    return GradingTable(mobctl="", id="", institution="", scale=scale, pass_mark=pass_mark, grades=rows)


def _place_in_year(term: str) -> tuple[bool, Decimal]:
    number, _, of = term.partition("/")
    return not term, Decimal(number) / Decimal(of) if number.isdigit() and of.isdigit() else Decimal(0)


def _credits(line: model.Result) -> str:
    """Write the credits of a result: what was tried and not validated gives 0, what is pending nothing yet."""
    if line.validated or line.status == "pending":
        return decimal(line.credits)
    return decimal(Decimal(0))


def _local(it: model.LocalCredits) -> LocalCredits:
    return {"scheme": it.scheme, "credits": decimal(it.credits)}


def _total(rows: Iterable[TableRow]) -> Decimal:
    return sum((row.count for row in rows), Decimal(0))


def _percent(share: Decimal) -> str:
    return str((share * 100).quantize(Decimal("0.1")))


TRANSCRIPT = Kind(
    "OUT-13",
    KIND,
    N_("Transcript of records"),
    ("host",),
    lacks,
    the_paper,
    transcript,
    unsigned,
    FIELDS,
    entry=entry,
    total=lambda view: str(view["awarded"]["credits"]),
)
