"""The recognition report (OUT-16): what was agreed, completed abroad and recognised, and all that departs from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from mobctl import derive, model
from mobctl.derive import Amount, Version
from mobctl.documents import recognition_basis as basis
from mobctl.documents.fields import HOME, HOST, LEARNER, Field, Scope
from mobctl.documents.kind import Kind, by_rule
from mobctl.documents.record import (
    Record,
    day,
    decimal,
    document_number,
    issued_on,
    responsible,
    span,
    status,
    words,
    yes_or_no,
)
from mobctl.documents.view import (
    Agreement,
    Block,
    CatchingUp,
    Conversion,
    DecidedComponent,
    Decision,
    Grade,
    Holder,
    LeftOut,
    Original,
    Part,
    Period,
    Reason,
    RecognitionReport,
    Remedial,
    Result,
    Signatory,
    Total,
    Totals,
    Words,
)
from mobctl.finding import N_, Message, plain, say
from mobctl.model import Component, Mobility

KIND = "recognition-report"


FIELDS = (
    LEARNER,
    Field("learner.id|birth_date", N_("the number of the learner, or the date of birth")),
    HOME,
    HOST,
    Field("agreement.recognised[*].title", N_("the title of each component of table B")),
    Field("agreement.recognised[*].credits", N_("the ECTS credits of each component of table B")),
    *basis.RESULT_LINES,
    Field("recognition.decided.date", N_("the day on which recognition was decided")),
)


def scope(record: Record) -> Scope:
    """Look at the tables of the version that recognition follows."""
    version = derive.final_version(record.mobility)
    return {"agreement.recognised": version.tables["recognised"]} if version else {}


def unfit(record: Record) -> Iterator[Message]:
    """Say of which stays there is no such report."""
    if record.mobility.direction != "outgoing":
        yield say("a recognition report is made by the home school, for an outgoing mobility")


def lacks(record: Record) -> Iterator[Message]:
    """Say what a recognition report can't do without, and that it comes too early."""
    yield from not_there(record)
    yield from too_early(record, date.fromisoformat(issued_on(the_paper(record), record.on)))


def not_there(record: Record) -> Iterator[Message]:
    """Say what recognition can't do without: an agreement, results, a decision."""
    mobility = record.mobility
    if derive.final_version(mobility) is None:
        yield by_rule("REC002", say("the record has no learning agreement (`agreement`)"))
    if not (mobility.results and mobility.results.lines):
        yield by_rule("TOR101", say("the host's results are not there yet (`results.lines`)"))
    recognition = mobility.recognition
    if not (recognition and recognition.blocks):
        why = say("nothing is decided on recognition yet (`recognition.decided`, `recognition.blocks`)")
        yield by_rule("REC004", why)


def too_early(record: Record, made: date) -> Iterator[Message]:
    """Say that it was decided before there were results, or that what states the decision is older than it."""
    results = record.mobility.results or model.Results()
    recognition = record.mobility.recognition or model.Recognition()
    decided = recognition.decided.date if recognition.decided else None
    first = derive.first_results(record.mobility)
    if decided and first and decided.last < first.first:
        why = say(
            "recognition was decided on {decided} (`recognition.decided`), before there were results, on {day}",
            decided=decided.said,
            day=first.said,
        )
        yield by_rule("GEN101", why)
    elif decided and made < decided.first:
        why = say(
            "it states a decision of {decided} (`recognition.decided`), and is of {made}",
            decided=decided.said,
            made=made,
        )
        yield by_rule("REC004", why)
    elif results.received and made < results.received.first:
        why = say(
            "the results came on {received} (`results.received`), and it is of {made}",
            received=results.received.said,
            made=made,
        )
        yield by_rule("REC004", why)


def the_paper(record: Record) -> model.Paper | None:
    """Find the report that counts: the last one that was neither annulled nor replaced."""
    return next(reversed(record.papers(KIND)), None)


def unsigned(record: Record) -> Record:
    """Take the signatures of the report out of the record: so its view was when it was printed to be signed."""
    return record.with_paper_unsigned(the_paper(record))


def entry(record: Record) -> dict[str, str]:
    """Say which version of the agreement the report follows."""
    version = derive.final_version(record.mobility)
    return {"version": version.number} if version else {}


def recognition_report(record: Record) -> RecognitionReport:
    """Show what was agreed, completed and recognised (OUT-16), with all that departs from the plan.

    A result that no block uses and a component that no block decides are shown too, so that no credit drops out of
    sight. Raise LookupError where something lacks.
    """
    mobility = record.mobility
    version, results, recognition = derive.final_version(mobility), mobility.results, mobility.recognition
    if version is None or results is None or recognition is None:
        raise LookupError("what lacks names")
    report = _Report(record, version, results, recognition)
    paper = the_paper(record)
    signatories = report.signatories(paper)
    conversions, made = [*report.conversions()], issued_on(paper, record.on)
    return {
        "kind": KIND,
        "number": document_number(paper, f"{mobility.id}-REC"),
        "record": mobility.id,
        "date": made,
        "status": status(signatories),
        "issuer": record.issuer(mobility.home),
        "learner": report.learner(),
        "home": record.party(mobility.home),
        "host": record.party(mobility.host),
        "contacts": responsible(mobility.home),
        "period": report.period(),
        "programme": {"code": mobility.programme or "none", "kind": mobility.kind},
        "agreement": report.agreement(),
        "basis": basis.basis(record, version),
        "transcript": basis.host_transcript(record),
        "totals": report.totals(),
        "catching_up": report.catching_up(),
        "blocks": [*report.blocks(), *report.undecided()],
        "left_out": [*report.left_out(), *report.unused()],
        "conversions": conversions,
        "scales": basis.scales(record, map(report.result, results.lines), conversions),
        "tables": [*basis.tables(record, conversions)],
        "remedial": [*report.remedial()],
        "exceptions": [*basis.exceptions(record, version)],
        "waivers": [*basis.waivers(record)],
        "profiles": [*map(plain, record.judged.profiles)],
        "findings": [*basis.findings(record, date.fromisoformat(made))],
        "not_checked": basis.not_checked(record),
        "requirements": [
            {"kind": each.type or "", "text": each.text or ""} for each in recognition.requirements
        ],
        "procedure": {
            "kind": recognition.procedure or "",
            "received": day(recognition.received or results.received),
            "semesters": decimal(recognition.extends_studies_semesters),
        },
        "decision": report.decision(),
        "appeal": None,
        "signatories": signatories,
    }


def _grade(grade: model.Grade) -> Grade:
    return {
        "value": grade.value,
        "scale": grade.scale or "",
        "method": grade.method or "",
        "tables": [*grade.tables],
        "choice": grade.choice or "",
        "date": day(grade.date),
        "by": grade.by or "",
        "text": grade.text or "",
    }


@dataclass(frozen=True, slots=True)
class _Report:
    """One recognition report under way."""

    record: Record
    version: Version
    results: model.Results
    recognition: model.Recognition

    @property
    def mobility(self) -> Mobility:
        return self.record.mobility

    def learner(self) -> Holder:
        shown = self.record.student()
        return {
            "name": shown["name"],
            "number": shown["number"],
            "birth_date": shown["birth_date"],
            "programme": shown["programme"],
            "esi": shown["esi"],
            "eqf": shown["eqf"],
            "field": shown["field"],
            "field_text": shown["field_text"],
        }

    def period(self) -> Period:
        period = self.mobility.period
        return {
            "academic_year": self.mobility.academic_year or "",
            "planned": span(period.planned),
            "actual": span(period.actual),
        }

    def agreement(self) -> Agreement:
        shown = basis.edition(self.record, self.version)
        return {
            "plan": shown["plan"],
            "number": shown["number"],
            "effective": shown["effective"],
            "signatures": shown["signatures"],
        }

    def totals(self) -> Totals:
        agreed = self.version.total("recognised") or Amount(Decimal(0), "ects")
        return {
            "agreed": self.total(agreed),
            "completed": self.total(derive.earned_credits(self.mobility)),
            "recognised": self.total(derive.recognised_credits(self.mobility)),
        }

    def total(self, amount: Amount) -> Total:
        return {"value": decimal(amount.value), "parts": [*map(self.part, amount.parts)]}

    def catching_up(self) -> CatchingUp:
        """What is still to be caught up, by component, and how much was since."""
        planned = [each for each in self.recognition.remedial if each.status != "passed"]
        parts: list[Part] = [
            {"name": self.at_home(each.for_ or ""), "credits": decimal(each.credits or Decimal(0))}
            for each in planned
        ]
        caught = (each.credits for each in self.recognition.remedial if each.status == "passed")
        return {
            "open": {"value": _sum(each.credits for each in planned), "parts": parts},
            "passed": _sum(caught),
        }

    def at_home(self, id: str) -> Words:
        """How a component of table B is named in a sum."""
        home = self.home(id)
        return words((home.code or home.title) if home else None, id)

    def part(self, part: model.Node | Amount) -> Part:
        match part:
            case model.Decision():
                name = self.at_home(part.component)
            case model.Result():
                code = self.code(part)
                name = words(code, "") if code else self.title(part)
            case Component():
                name = words(part.code or part.title, part.id)
            case _:
                raise TypeError(type(part).__name__)
        return {"name": name, "credits": decimal(part.credits or Decimal(0))}

    def home(self, id: str) -> Component | None:
        return next((each for each in self.version.tables["recognised"] if each.id == id), None)

    def studied(self, result: model.Result) -> Component | None:
        """The component abroad that a result is for, in the agreement used or in an older version of it."""
        versions = (self.version, *reversed(derive.every_version(self.mobility)))
        rows = (
            row for version in versions for table in ("studied", "virtual") for row in version.tables[table]
        )
        return next((row for row in rows if row.id == result.for_), None)

    def title(self, result: model.Result) -> Words:
        component = self.studied(result)
        return words(result.title or (component.title if component else None), result.code or result.id)

    def code(self, result: model.Result) -> str:
        component = self.studied(result)
        return result.code or (component.code if component else None) or ""

    def result(self, line: model.Result) -> Result:
        return {
            "code": self.code(line),
            "title": self.title(line),
            "grade": line.grade or "",
            "scale": (line.scale or self.results.scale or "") if line.grade else "",
            "credits": decimal(line.credits or Decimal(0)),
            "local": [
                {"scheme": each.scheme, "credits": decimal(each.credits)} for each in line.local_credits
            ],
            "status": line.status,
            "virtual": yes_or_no(it=self.virtual(line) or None),
        }

    def virtual(self, line: model.Result) -> bool:
        """Whether a result is for a component of table C."""
        component = self.studied(line)
        versions = (self.version, *derive.every_version(self.mobility))
        return component is not None and any(
            component is row for each in versions for row in each.tables["virtual"]
        )

    def lines(self, ids: Iterable[str]) -> list[model.Result]:
        wanted = set(ids)
        return [line for line in self.results.lines if line.id in wanted]

    def blocks(self) -> Iterator[Block]:
        for number, block in enumerate(self.recognition.blocks, 1):
            lines = self.lines(block.from_)
            agreed = [home.credits for each in block.to if (home := self.home(each.component))]
            yield {
                "number": str(number),
                "results": [*map(self.result, lines)],
                "components": [*map(self.component, block.to)],
                "completed": _sum(line.credits for line in lines if line.validated),
                "agreed": _sum(agreed),
                "recognised": decimal(derive.granted(block)),
                "extent": self.extent(block),
                "reason": {"code": block.reason.code or "", "text": block.reason.text or ""}
                if block.reason
                else None,
            }

    def extent(self, block: model.Block) -> str:
        decided = [d for d in block.to if d.status != "pending"]
        recognised = [d for d in decided if d.status == "recognised"]
        homes = {d.component: self.home(d.component) for d in recognised}
        full = [d for d in recognised if (d.credits or 0) >= ((homes[d.component] or d).credits or 0)]
        if not block.to or not recognised:
            return "open" if len(decided) < len(block.to) else "none"
        return "whole" if len(full) == len(block.to) else "part"

    def component(self, decision: model.Decision) -> DecidedComponent:
        home = self.home(decision.component)
        return {
            "code": (home.code if home else None) or "",
            "title": words(home.title if home else None, decision.component),
            "agreed": decimal((home.credits if home else None) or Decimal(0)),
            "recognised": decimal(
                (decision.credits or Decimal(0)) if decision.status == "recognised" else Decimal(0)
            ),
            "status": decision.status,
            "grade": _grade(decision.grade) if decision.grade else None,
        }

    def undecided(self) -> Iterator[Block]:
        decided = {each.component for block in self.recognition.blocks for each in block.to}
        for row in self.version.tables["recognised"]:
            if row.id not in decided:
                pending = self.component(model.Decision(component=row.id, status="pending"))
                yield {
                    "number": "–",
                    "results": [],
                    "components": [pending],
                    "completed": "0",
                    "agreed": pending["agreed"],
                    "recognised": "0",
                    "extent": "open",
                    "reason": None,
                }

    def left_out(self) -> Iterator[LeftOut]:
        for each in self.recognition.left_out:
            for line in self.lines([each.result]):
                yield self.unit_left_out(line, {"code": each.reason or "", "text": each.text or ""})

    def unused(self) -> Iterator[LeftOut]:
        used = {id for block in self.recognition.blocks for id in block.from_}
        used |= {each.result for each in self.recognition.left_out}
        for line in self.results.lines:
            if line.id not in used:
                yield self.unit_left_out(line, {"code": "", "text": ""})

    def unit_left_out(self, line: model.Result, reason: Reason) -> LeftOut:
        shown = self.result(line)
        return {
            "code": shown["code"],
            "title": shown["title"],
            "grade": shown["grade"],
            "scale": shown["scale"],
            "credits": shown["credits"],
            "reason": reason,
        }

    def conversions(self) -> Iterator[Conversion]:
        for block in self.recognition.blocks:
            originals: list[Original] = [
                {"value": shown["grade"], "scale": shown["scale"]}
                for shown in (self.result(line) for line in self.lines(block.from_) if line.validated)
                if shown["grade"]
            ]
            for decision in block.to:
                if decision.grade and decision.grade.method != "none":
                    shown_home = self.component(decision)
                    yield {
                        "code": shown_home["code"],
                        "title": shown_home["title"],
                        "originals": originals,
                        "grade": _grade(decision.grade),
                    }

    def remedial(self) -> Iterator[Remedial]:
        for each in self.recognition.remedial:
            home = self.home(each.for_) if each.for_ else None
            yield {
                "code": (home.code if home else None) or "",
                "title": words(home.title if home else None, each.for_ or ""),
                "credits": decimal(each.credits or Decimal(0)),
                "date": day(each.date),
                "organiser": {"name": self.organiser(each), "country": each.country or ""},
                "kind": each.kind or "",
                "status": each.status or "",
            }

    def organiser(self, remedial: model.Remedial) -> Words:
        party = {"home": self.mobility.home, "host": self.mobility.host}.get(remedial.organiser or "")
        return self.record.party(party)["name"] if party else words(None, "")

    def decision(self) -> Decision | None:
        decided = self.recognition.decided
        if decided is None:
            return None
        return {"date": day(decided.date), "by": decided.by or "", "reference": decided.reference or ""}

    def signatories(self, paper: model.Paper | None) -> list[Signatory]:
        """The signatures that the record has of this document, and a place for each that it lacks."""
        given = {s.role: s for s in (paper.signatures if paper else ()) if s.date and s.how != "refused"}
        coordinator = self.mobility.home.coordinator
        decided = self.recognition.decided
        expected = {
            "academic-coordinator": coordinator.name.full if coordinator else "",
            "recognition-authority": (decided.by if decided else None) or "",
        }
        positions = {"academic-coordinator": (coordinator.position if coordinator else None) or ""}
        return [
            {
                "role": role,
                "name": (signature.name if (signature := given.get(role)) else None) or name,
                "position": (signature.position if signature else None) or positions.get(role, ""),
                "signed": signature.date.text[:10] if signature and signature.date else "",
                "how": (signature.how or "") if signature else "",
            }
            for role, name in expected.items()
        ]


def _sum(credits: Iterable[Decimal | None]) -> str:
    return decimal(sum((each or Decimal(0) for each in credits), Decimal(0)))


RECOGNITION_REPORT = Kind(
    "OUT-16",
    KIND,
    N_("Recognition report"),
    ("academic-coordinator", "recognition-authority"),
    lacks,
    the_paper,
    recognition_report,
    unsigned,
    FIELDS,
    scope,
    unfit,
    entry=entry,
    total=lambda view: str(view["totals"]["recognised"]["value"]),
)
