"""What official documents show, as plain views: no language, no layout, no file.

A view is texts, lists and mappings; every key is always there: "" is a text that the record does not have, None a
group it does not have, [] nothing. Numbers are decimal texts ("7.5"), dates are `2026-06-03`, or `2026-06` where
the day is not known; codes stand where a document shows the names of codes. So a view has one fingerprint, in
every language and format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, cast

from mobctl import derive, model
from mobctl.derive import Amount, Version
from mobctl.finding import N_, Judged, Message, Quoted, Severity, plain, say
from mobctl.model import Component, Mobility, Names
from mobctl.rule import Index


class Words(TypedDict):
    """A text of the record and its language, "" where that is not known; `others` are its issuer's translations."""

    text: str
    lang: str
    others: dict[str, str]


class Name(TypedDict):
    """A person's name; without a given name it is a mononym."""

    family: str
    given: str
    latin: Name | None


class Issuer(TypedDict):
    """The school that issues the document."""

    name: Words
    unit: str
    address: list[str]
    erasmus_code: str


class Party(TypedDict):
    """A home or host institution; `country` is a code of ISO 3166-1."""

    name: Words
    unit: str
    city: str
    country: str
    erasmus_code: str


class Learner(TypedDict):
    """The holder of the document."""

    name: Name
    number: str
    birth_date: str
    programme: Words | None


class Days(TypedDict):
    """A period, both days included."""

    start: str
    end: str


class Period(TypedDict):
    """The mobility in time."""

    academic_year: str
    planned: Days | None
    actual: Days | None


class Programme(TypedDict):
    """The mobility programme and the kind of mobility: codelists `programmes` and `kinds`."""

    code: str
    kind: str


class Signed(TypedDict):
    """One signature of an agreement: codelist `signatories`."""

    role: str
    name: str
    date: str


class Agreement(TypedDict):
    """The version that recognition follows; `number` is that of its last amendment, "" for the first version."""

    number: str
    effective: str
    signatures: list[Signed]


class Part(TypedDict):
    """A part of a total, by the code or title that names it."""

    name: str
    credits: str


class Total(TypedDict):
    """A total and what it is made of."""

    value: str
    parts: list[Part]


class Totals(TypedDict):
    """Planned, earned, recognised."""

    agreed: Total
    completed: Total
    recognised: Total


class Reason(TypedDict):
    """A code of the list `block-reasons` or `left-out-reasons`, and words of the school's own, or ""."""

    code: str
    text: str


class Grade(TypedDict):
    """A converted grade: codelists `scales` and `conversion-methods`."""

    value: str
    scale: str
    method: str
    tables: list[str]
    date: str
    by: str


class Result(TypedDict):
    """A line of the host's transcript: codelists `scales` and `result-status`."""

    code: str
    title: Words
    grade: str
    scale: str
    credits: str
    status: str


class DecidedComponent(TypedDict):
    """A component of table B and what was decided: codelist `decision`."""

    code: str
    title: Words
    agreed: str
    recognised: str
    status: str
    grade: Grade | None


class Block(TypedDict):
    """Results abroad and components at home that answer each other as groups, with the sums of both.

    `extent` says how far it is recognised: whole, part, none, or open where nothing is decided yet.
    """

    number: str
    results: list[Result]
    components: list[DecidedComponent]
    completed: str
    agreed: str
    recognised: str
    extent: str
    reason: Reason | None


class LeftOut(TypedDict):
    """A result that no block uses."""

    code: str
    title: Words
    grade: str
    scale: str
    credits: str
    reason: Reason


class Original(TypedDict):
    """A grade as the host gave it."""

    value: str
    scale: str


class Conversion(TypedDict):
    """Where a converted grade comes from."""

    code: str
    title: Words
    originals: list[Original]
    grade: Grade


class Organiser(TypedDict):
    """Who organises remedial work."""

    name: Words
    country: str


class Remedial(TypedDict):
    """Credits that were not obtained and how they can be: codelists `remedial-kinds` and `remedial-statuses`."""

    code: str
    title: Words
    credits: str
    date: str
    organiser: Organiser
    kind: str
    status: str


class ExceptedCredits(TypedDict):
    """Credits that the three parties agreed to leave out of automatic recognition."""

    credits: str
    reason: str


class Waiver(TypedDict):
    """An accepted departure from a rule."""

    rule: str
    reason: str
    by: str
    date: str
    expires: str


class Accepted(TypedDict):
    """The waiver that covers a finding."""

    by: str
    date: str
    reason: str


class Finding(TypedDict):
    """What the check says: codelist `severities`; `message` is whatever plain value `speech.message` reads."""

    code: str
    severity: str
    message: Any
    waived: Accepted | None


class Requirement(TypedDict):
    """What is asked on top of what was done abroad: codelist `requirement-types`."""

    kind: str
    text: str


class Decision(TypedDict):
    """When and by whom recognition was decided."""

    date: str
    by: str
    reference: str


class Signatory(TypedDict):
    """Who signs this report, in order: codelists `signatories` and `signature-how`; `signed` is "" before."""

    role: str
    name: str
    position: str
    signed: str
    how: str


class RecognitionReport(TypedDict):
    """The view of OUT-16. `status` is `draft` until every signatory has signed, then `final`."""

    kind: str
    number: str
    record: str
    date: str
    status: str
    issuer: Issuer
    learner: Learner
    home: Party
    host: Party
    period: Period
    programme: Programme
    agreement: Agreement
    totals: Totals
    blocks: list[Block]
    left_out: list[LeftOut]
    conversions: list[Conversion]
    remedial: list[Remedial]
    exceptions: list[ExceptedCredits]
    waivers: list[Waiver]
    findings: list[Finding]
    not_checked: list[str]
    requirements: list[Requirement]
    decision: Decision | None
    signatories: list[Signatory]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: its title, who signs it in what order, what it lacks, what it shows.

    `lacks` names what must be in a record before the document can be made; `view` is called when nothing lacks.
    """

    name: str
    title: str
    signatories: tuple[str, ...]
    lacks: Callable[[Mobility], Iterator[Message]]
    view: Callable[[Mobility, Index, Judged, date], Mapping[str, Any]]


def lacks_for_recognition(mobility: Mobility) -> Iterator[Message]:
    """Say what a recognition report can't do without: an agreement, results, a decision, credits in ECTS."""
    if mobility.direction != "outgoing":
        yield say("a recognition report is made by the home school, for an outgoing mobility")
        return
    version = derive.final_version(mobility)
    if version is None:
        yield say("the record has no learning agreement (`agreement`)")
    elif version.total("recognised") is None:
        yield say("a component of table B has no ECTS credits (`agreement.recognised`)")
    if not (mobility.results and mobility.results.lines):
        yield say("the host's results are not there yet (`results.lines`)")
    for line in mobility.results.lines if mobility.results else ():
        if line.validated and line.credits is None:
            yield say("the result {id} has no ECTS credits (`results.lines`)", id=Quoted(line.id))
    recognition = mobility.recognition
    if not (recognition and recognition.blocks and recognition.decided and recognition.decided.date):
        yield say("nothing is decided on recognition yet (`recognition.decided`, `recognition.blocks`)")


def recognition_report(mobility: Mobility, index: Index, judged: Judged, on: date) -> RecognitionReport:
    """Show what was agreed, completed and recognised (OUT-16), with all that departs from the plan.

    `judged` is what the check of the record says. A result that no block uses and a component that no block
    decides are shown too, so that no credit drops out of sight. Raise LookupError where something lacks.
    """
    version, results, recognition = derive.final_version(mobility), mobility.results, mobility.recognition
    if version is None or results is None or recognition is None:
        raise LookupError("what lacks_for_recognition names")
    report = _Report(mobility, index, version, results, recognition)
    papers = [
        p for p in mobility.documents if p.kind == "recognition-report" and not (p.annulled or p.replaced_by)
    ]
    paper = papers[-1] if papers else None
    signatories = report.signatories(paper)
    issued = paper.issued.text if paper and paper.issued else on.isoformat()
    number = paper.reference if paper and paper.reference else f"{mobility.id}-REC"
    home = report.party(mobility.home)
    return {
        "kind": "recognition-report",
        "number": number,
        "record": mobility.id,
        "date": issued if len(issued) == len("2026-01-01") else on.isoformat(),
        "status": "final" if all(each["signed"] for each in signatories) else "draft",
        "issuer": report.issuer(home),
        "learner": report.learner(),
        "home": home,
        "host": report.party(mobility.host),
        "period": report.period(),
        "programme": {"code": mobility.programme or "none", "kind": mobility.kind},
        "agreement": report.agreement(),
        "totals": report.totals(),
        "blocks": [*report.blocks(), *report.undecided()],
        "left_out": [*report.left_out(), *report.unused()],
        "conversions": [*report.conversions()],
        "remedial": [*report.remedial()],
        "exceptions": [
            {"credits": _decimal(e.credits or Decimal(0)), "reason": e.reason or ""}
            for e in version.agreed_exceptions
        ],
        "waivers": [*map(_waiver, mobility.waivers)],
        "findings": [*_findings(judged)],
        "not_checked": sorted(each.code for each in judged.not_checked),
        "requirements": [
            {"kind": each.type or "", "text": each.text or ""} for each in recognition.requirements
        ],
        "decision": report.decision(),
        "signatories": signatories,
    }


def under_the_name_of(view: Mapping[str, Any], name: Names | None, address: str | None) -> dict[str, Any]:
    """Put the name and address that a school wants at the head of its documents into a view."""
    issuer = dict(view["issuer"])
    if name:
        issuer["name"] = _words(name, "")
    if address:
        issuer["address"] = [address]
    return {**view, "issuer": issuer}


KINDS: Mapping[str, Kind] = {
    "recognition-report": Kind(
        "recognition-report",
        N_("Recognition report"),
        ("academic-coordinator", "recognition-authority"),
        lacks_for_recognition,
        cast("Callable[[Mobility, Index, Judged, date], Mapping[str, Any]]", recognition_report),
    )
}


def _decimal(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _day(day: model.Day | None) -> str:
    return day.text if day else ""


def _words(names: Names | None, otherwise: str) -> Words:
    """Take a title in all its languages; the first is the issuer's own."""
    if not isinstance(names, dict):
        return {"text": names or otherwise, "lang": "", "others": {}}
    lang, text = next(iter(names.items()), ("", otherwise))
    return {
        "text": text,
        "lang": lang,
        "others": {code: name for code, name in names.items() if code != lang},
    }


def _text(names: Names | None) -> str:
    return _words(names, "")["text"]


def _name(name: model.PersonName | model.LatinName) -> Name:
    latin = name.latin if isinstance(name, model.PersonName) else None
    return {"family": name.family, "given": name.given or "", "latin": _name(latin) if latin else None}


def _days(span: model.Span | None) -> Days | None:
    return {"start": _day(span.start), "end": _day(span.end)} if span and span.start and span.end else None


def _grade(grade: model.Grade) -> Grade:
    return {
        "value": grade.value,
        "scale": grade.scale or "",
        "method": grade.method or "",
        "tables": [*grade.tables],
        "date": _day(grade.date),
        "by": grade.by or "",
    }


def _waiver(waiver: model.Waiver) -> Waiver:
    return {
        "rule": waiver.rule,
        "reason": waiver.reason or "",
        "by": waiver.by or "",
        "date": _day(waiver.date),
        "expires": _day(waiver.expires),
    }


def _findings(judged: Judged) -> Iterator[Finding]:
    """Keep what the check says, as values: the document says it in its own languages."""
    names = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}
    for found in judged.findings:
        waived = found.waived
        yield {
            "code": found.code,
            "severity": names[found.severity],
            "message": plain(found.message),
            "waived": {"by": waived.by, "date": waived.date or "", "reason": waived.reason}
            if waived
            else None,
        }


@dataclass(frozen=True, slots=True)
class _Report:
    """One recognition report under way."""

    mobility: Mobility
    index: Index
    version: Version
    results: model.Results
    recognition: model.Recognition

    def institution(self, party: model.Party) -> model.Institution | None:
        return self.index.institutions.get(party.ref) if party.ref else None

    def party(self, party: model.Party) -> Party:
        at = self.institution(party) or party
        return {
            "name": _words(at.name, party.ref or ""),
            "unit": _text(party.unit),
            "city": at.city or "",
            "country": at.country or "",
            "erasmus_code": " ".join((at.erasmus_code or "").split()),
        }

    def issuer(self, home: Party) -> Issuer:
        at = self.institution(self.mobility.home) or self.mobility.home
        return {
            "name": home["name"],
            "unit": home["unit"],
            "address": [at.address] if at.address else [],
            "erasmus_code": home["erasmus_code"],
        }

    def learner(self) -> Learner:
        learner = self.mobility.learner
        return {
            "name": _name(learner.name),
            "number": learner.id or "",
            "birth_date": _day(learner.birth_date),
            "programme": self.programme(),
        }

    def programme(self) -> Words | None:
        enrolment = self.mobility.learner.enrolment
        if not enrolment or not enrolment.programme:
            return None
        home = self.institution(self.mobility.home)
        known = {each.id: each.title for each in home.programmes} if home else {}
        return _words(known.get(enrolment.programme), enrolment.programme)

    def period(self) -> Period:
        period = self.mobility.period
        return {
            "academic_year": self.mobility.academic_year or "",
            "planned": _days(period.planned),
            "actual": _days(period.actual),
        }

    def agreement(self) -> Agreement:
        last = derive.last_signature(self.version.signatures)
        stated = self.version.node.effective if isinstance(self.version.node, model.Amendment) else None
        return {
            "number": "" if self.version.number == "0" else self.version.number,
            "effective": _day(stated) or (last.text[:10] if last else ""),
            "signatures": [
                *map(self.signed, filter(lambda s: s.date and s.how != "refused", self.version.signatures))
            ],
        }

    def signed(self, signature: model.Signature) -> Signed:
        parties = {"home": self.mobility.home, "host": self.mobility.host}
        party = parties.get(signature.role)
        stands = self.party(party)["name"]["text"] if party else self.mobility.learner.name.full
        return {
            "role": signature.role,
            "name": signature.name or (stands if party or signature.role == "learner" else "…"),
            "date": signature.date.text[:10] if signature.date else "",
        }

    def totals(self) -> Totals:
        agreed = self.version.total("recognised") or Amount(Decimal(0), "ects")
        return {
            "agreed": self.total(agreed),
            "completed": self.total(derive.earned_credits(self.mobility)),
            "recognised": self.total(derive.recognised_credits(self.mobility)),
        }

    def total(self, amount: Amount) -> Total:
        return {"value": _decimal(amount.value), "parts": [*map(self.part, amount.parts)]}

    def part(self, part: model.Node | Amount) -> Part:
        match part:
            case model.Decision():
                home = self.home(part.component)
                name = home.code or _text(home.title) or home.id if home else part.component
            case model.Result():
                name = self.code(part) or self.title(part)["text"]
            case Component():
                name = part.code or _text(part.title) or part.id
            case _:
                raise TypeError(type(part).__name__)
        return {"name": name, "credits": _decimal(part.credits or Decimal(0))}

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
        return _words(result.title or (component.title if component else None), result.code or result.id)

    def code(self, result: model.Result) -> str:
        component = self.studied(result)
        return result.code or (component.code if component else None) or ""

    def result(self, line: model.Result) -> Result:
        return {
            "code": self.code(line),
            "title": self.title(line),
            "grade": line.grade or "",
            "scale": (line.scale or self.results.scale or "") if line.grade else "",
            "credits": _decimal(line.credits or Decimal(0)),
            "status": line.status,
        }

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
                "recognised": _decimal(derive.granted(block)),
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
            "title": _words(home.title if home else None, decision.component),
            "agreed": _decimal((home.credits if home else None) or Decimal(0)),
            "recognised": _decimal(
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
                for shown in map(self.result, self.lines(block.from_))
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
                "title": _words(home.title if home else None, each.for_ or ""),
                "credits": _decimal(each.credits or Decimal(0)),
                "date": _day(each.date),
                "organiser": {"name": self.organiser(each), "country": each.country or ""},
                "kind": each.kind or "",
                "status": each.status or "",
            }

    def organiser(self, remedial: model.Remedial) -> Words:
        party = {"home": self.mobility.home, "host": self.mobility.host}.get(remedial.organiser or "")
        return self.party(party)["name"] if party else _words(None, "")

    def decision(self) -> Decision | None:
        decided = self.recognition.decided
        if decided is None:
            return None
        return {"date": _day(decided.date), "by": decided.by or "", "reference": decided.reference or ""}

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
    return _decimal(sum((each or Decimal(0) for each in credits), Decimal(0)))
