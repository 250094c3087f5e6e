"""What a recognition rests on, as its papers show it: versions, scales, tables, exceptions, waivers, the check.

A reader at another university has only the page: what stands in other files or in the rules is told there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from mobctl import derive, grades, model
from mobctl.derive import Version
from mobctl.documents import agreed
from mobctl.documents.fields import Field
from mobctl.documents.record import Record, day, decimal, words, yes_or_no
from mobctl.documents.view import (
    AcceptedException,
    Basis,
    Conversion,
    CreditRule,
    Edition,
    Finding,
    Given,
    HostTranscript,
    Result,
    Scales,
    ScaleUsed,
    TableUsed,
    Unchecked,
    Waiver,
    Words,
)
from mobctl.finding import N_, Arg, Label, Message, Pointer, Severity, Text, plain, say
from mobctl.finding import Finding as Found
from mobctl.grades import Scale
from mobctl.model import Component, GradingTable, Mobility, TableRow
from mobctl.rules import RULES

SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}


def _validated(line: model.Result) -> bool:
    return line.validated


RESULT_LINES = (
    Field("results.lines[*].title|for", N_("the title of each result, or the component that it is for")),
    Field(
        "results.lines[*].credits", N_("the ECTS credits of each result that was validated"), of=_validated
    ),
)
"""What must stand of each result."""


def basis(record: Record, version: Version) -> Basis:
    """Show what was agreed before the decision."""
    mobility = record.mobility
    agreement = mobility.agreement or model.Agreement()
    recognition = agreement.recognition or model.RecognitionTerms()
    provisions = agreement.provisions_if_failed or model.Provisions()
    line = agreed.line(version)
    used = {each.number for each in line}
    return {
        "home_codes": [*codes(record, mobility.home)],
        "host_codes": [*codes(record, mobility.host)],
        "editions": [edition(record, each) for each in line],
        "not_used": [
            each.number for each in mobility.amendments if each.number not in used and not each.withdrawn
        ],
        "automatic": yes_or_no(it=recognition.automatic),
        "terms": recognition.terms or "",
        "provisions": provisions.text or provisions.url or "",
        "language": (agreement.language.code if agreement.language else None) or "",
        "catalogue": (agreement.catalogue.url if agreement.catalogue else None) or "",
        "credit_rule": _credit_rule(agreement.credit_conversion),
    }


def codes(record: Record, party: model.Party) -> Iterator[str]:
    """Name the codes by which an institution can be looked up, and where it is on the web."""
    at = record.institution(party) or party
    yield from (
        f"{name} {code}" for name, code in (("PIC", at.pic), ("OID", at.oid), ("SCHAC", at.schac)) if code
    )
    if at.website:
        yield at.website


def edition(record: Record, version: Version) -> Edition:
    """Show a version: from when it is in force, who signed it and when."""
    last = version.signed
    node = version.node if isinstance(version.node, model.Amendment) else None
    stated = node.effective if node else None
    extension = node.extension if node else None
    return {
        "plan": "yes" if derive.is_plan(record.mobility) else "",
        "number": "" if version.number == "0" else version.number,
        "effective": day(stated) or (last.text[:10] if last else ""),
        "signatures": [*map(record.signed, filter(derive.given, version.signatures))],
        "extended": day(extension.to) if extension else "",
    }


def _credit_rule(it: model.CreditConversion | None) -> CreditRule | None:
    if it is None:
        return None
    return {
        "scheme": it.scheme or "",
        "factor": decimal(it.factor),
        "rule": it.rule or "",
        "agreed": day(it.agreed),
    }


def host_transcript(record: Record) -> HostTranscript:
    """Name the transcript that the host issued: the last one of the record, and the days that its results state."""
    mobility, results = record.mobility, record.mobility.results or model.Results()
    mine = {"home", mobility.home.ref or "home"}
    papers = [each for each in record.papers("transcript") if (each.issuer or "host") not in mine]
    paper = papers[-1] if papers else model.Paper(kind="transcript")
    return {
        "number": paper.reference or "",
        "date": day(results.issued or paper.issued),
        "received": day(results.received),
        "sha256": paper.sha256 or "",
    }


def known(record: Record, scale: str) -> Scale:
    """What the list of scales says of one."""
    scales = record.lists.get("scales")
    return scales.codes.get(scale, {}) if scales else {}


def scale_used(it: Scale, code: str, said: model.Grading | None = None) -> ScaleUsed:
    """Show a scale as the list has it, and before that as a transcript itself explains it."""
    said = said or model.Grading()
    ends = [it.get("lowest", ""), it.get("highest", "")]
    worst, best = reversed(ends) if it.get("better") == "lower" else ends
    order = [*it.get("extra", ()), best, worst] if it else [""]
    order = it.get("best_to_worst", order)
    return {
        "code": code,
        "best": said.best or order[0],
        "worst": said.worst or order[-1],
        "pass_mark": said.pass_mark or it.get("pass", ""),
    }


def scales(record: Record, results: Iterable[Result], conversions: Iterable[Conversion]) -> Scales:
    """Show how to read the grades of both sides."""
    stated = record.mobility.results or model.Results()
    grading = stated.grading or model.Grading()
    abroad = dict.fromkeys(each["scale"] for each in results if each["grade"])
    at_home = dict.fromkeys(each["grade"]["scale"] for each in conversions)
    main = stated.scale or next(iter(abroad), "")
    said = {main: grading}
    return {
        "host": [*_readable(scale_used(known(record, code), code, said.get(code)) for code in abroad)],
        "home": [*_readable(scale_used(known(record, code), code) for code in at_home)],
        "explanation": words(grading.text, "") if grading.text else None,
        "url": grading.url or "",
    }


def _readable(found: Iterable[ScaleUsed]) -> Iterator[ScaleUsed]:
    return (each for each in found if any(each.values()))


def tables(record: Record, conversions: list[Conversion]) -> Iterator[TableUsed]:
    """Describe each table that was used, once, where its file is there, with the grades of this learner in it."""
    for id in dict.fromkeys(id for each in conversions for id in each["grade"]["tables"]):
        if table := record.index.grading_tables.get(id):
            period = table.period or {}
            passing = _passing(table, known(record, table.scale or ""))
            yield {
                "id": id,
                "institution": _published_by(record, table),
                "field": table.isced_f or "",
                "first": str(period.get("from", "")),
                "last": str(period.get("to", "")),
                "published": day(table.published),
                "scale": table.scale or "",
                "passing": decimal(sum((row.count for row in passing), Decimal(0))),
                "given": [*_given(record, table, passing, conversions)],
                "url": table.url or "",
            }


def _published_by(record: Record, table: GradingTable) -> Words:
    at = record.index.institutions.get(table.institution)
    return words(at.name if at else None, table.institution)


def _passing(table: GradingTable, scale: Scale) -> tuple[TableRow, ...]:
    try:
        return grades.passing(table, scale)
    except LookupError:
        return table.grades


def _given(
    record: Record, table: GradingTable, passing: tuple[TableRow, ...], conversions: list[Conversion]
) -> Iterator[Given]:
    scale = known(record, table.scale or "")
    mine = {
        grade
        for each in conversions
        if table.id in each["grade"]["tables"]
        for grade, of in (
            (each["grade"]["value"], each["grade"]["scale"]),
            *((one["value"], one["scale"]) for one in each["originals"]),
        )
        if not of or of == table.scale
    }
    places = [grades.row(table, grade, scale) for grade in mine]
    for row in passing:
        low, high = ends(row)
        yield {
            "grade": row.grade or "",
            "low": low,
            "high": high,
            "count": decimal(row.count),
            "own": yes_or_no(it=True if any(row is each for each in places) else None),
        }


def ends(row: TableRow) -> tuple[str, str]:
    """Both ends of a row, the lower number first; "" for a single grade."""
    if row.from_ is None or row.to is None:
        return "", ""
    both = row.from_, row.to
    first, last = (grades.number(each) for each in both)
    return both if first is not None and last is not None and first <= last else (row.to, row.from_)


def exceptions(record: Record, version: Version) -> Iterator[AcceptedException]:
    """Show the differences that all three agreed to, with the version in which they did."""
    said = next((v for v in reversed(agreed.line(version)) if v.node.exceptions), version)
    for each in version.agreed_exceptions:
        component = _component(record.mobility, each.component) if each.component else None
        yield {
            "credits": decimal(each.credits or Decimal(0)),
            "reason": each.reason or "",
            "component": _named(component) if component else None,
            "number": "" if said.number == "0" else said.number,
            "signatures": [*map(record.signed, filter(derive.given, said.signatures))],
        }


def _component(mobility: Mobility, id: str) -> Component | None:
    versions = reversed(derive.every_version(mobility))
    rows = (row for version in versions for table in derive.TABLES for row in version.tables[table])
    return next((row for row in rows if row.id == id), None)


def _named(component: Component) -> Words:
    return words(component.title, component.code or component.id)


def waivers(record: Record) -> Iterator[Waiver]:
    """Show what was accepted: which rule, what it asks, for which part, why, by whom, until when."""
    for each in record.mobility.waivers:
        at = next((_part(record.mobility, *part) for part in (each.at or {}).items()), None)
        yield {
            "rule": each.rule,
            "title": title(each.rule),
            "at": None if at is None else plain(at),
            "reason": each.reason or "",
            "by": each.by or "",
            "date": day(each.date),
            "expires": day(each.expires),
        }


def _part(mobility: Mobility, kind: str, name: str) -> Arg:
    """Name a part of the record as a waiver does: by its kind and id."""
    lines = mobility.results.lines if mobility.results else ()
    if kind == "amendment":
        return say("Amendment {number}", number=name)
    if kind == "signature":
        return Label("signatories", name)
    if kind == "result":
        line = next((each for each in lines if each.id == name), None)
        return _called(mobility, line) or name if line else name
    component = _component(mobility, name) if kind == "component" else None
    return _called(mobility, component) or name if component else name


def _called(mobility: Mobility, node: object) -> Arg | None:
    """What a part of the record is called on paper; None for what has no name there."""
    match node:
        case model.Amendment():
            return say("Amendment {number}", number=node.number)
        case Component():
            return _titled(node.title, node.code or node.id)
        case model.Result():
            of = _component(mobility, node.for_) if node.for_ else None
            return _titled(node.title or (of.title if of else None), node.code or node.id)
        case _:
            return None


def _titled(names: model.Names | None, otherwise: str) -> Arg:
    return Text(tuple(names.items())) if isinstance(names, dict) else names or otherwise


def _at(mobility: Mobility, pointer: Pointer) -> Arg | None:
    """Name the innermost part of the record on the way to a place that has a name on paper."""
    node: object = mobility
    found: Arg | None = None
    for step in pointer:
        node = (
            node[step]
            if isinstance(step, int) and isinstance(node, tuple) and step < len(node)
            else _field(node, step)
        )
        found = _called(mobility, node) or found
    return found


def _field(node: object, step: str | int) -> object:
    if not isinstance(node, model.Node):
        return None
    names = dict(zip(type(node).__struct_encode_fields__, type(node).__struct_fields__, strict=True))
    return getattr(node, names[step]) if step in names else None


def title(code: str) -> object:
    """Say what a rule asks; nothing for a rule of the school's own, whose words the finding has."""
    rule = RULES.get(code)
    return plain(Message(rule.title)) if rule else None


def findings(record: Record, on: date) -> Iterator[Finding]:
    """Keep what the check says, as values: the document says it in its own languages.

    A paper that was issued is of its day: what became due after it was no finding then.
    """
    for found in record.judged.findings:
        if found.due is None or found.due <= on:
            yield _finding(found, _at(record.mobility, found.pointer))


def _finding(found: Found, at: Arg | None) -> Finding:
    waived = found.waived
    return {
        "code": found.code,
        "severity": SEVERITIES[found.severity],
        "at": None if at is None else plain(at),
        "message": plain(found.message),
        "waived": {"by": waived.by, "date": waived.date or "", "reason": waived.reason} if waived else None,
    }


def not_checked(record: Record) -> list[Unchecked]:
    """Name the rules that could not be checked, with what they ask and what was not there."""
    found = sorted(record.judged.not_checked, key=lambda each: each.code)
    return [{"code": each.code, "title": title(each.code), "why": plain(each.why)} for each in found]
