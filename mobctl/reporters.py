"""Findings as text for people or as JSON for programs: one function a format."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mobctl import __version__
from mobctl.engine import Weakened
from mobctl.finding import N_, Finding, Judged, Related, Severity, pointer_text, say, say_n
from mobctl.rule import Rule
from mobctl.store import File
from mobctl.words import Words

Line = list[tuple[str, str]]
"""A line of output: stretches of text, each with a style name."""

_STYLE = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}
_MARK = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.INFO: "i"}
_NAME = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}
_WIDE = 110


@dataclass(frozen=True, slots=True)
class Report:
    """All that a run has to say."""

    files: Mapping[str, File]
    judged: Mapping[str, Judged]
    others: int
    as_of: date
    weakened: tuple[Weakened, ...]
    catalogue: Mapping[str, Rule]

    def counts(self) -> dict[str, int]:
        """Count findings by severity; waived ones count apart."""
        counts = {"errors": 0, "warnings": 0, "infos": 0, "waived": 0}
        for judged in self.judged.values():
            for finding in judged.findings:
                counts["waived" if finding.waived else f"{_NAME[finding.severity]}s"] += 1
        return counts

    def worst(self) -> Severity | None:
        """The worst severity that is not waived."""
        found = [f.severity for j in self.judged.values() for f in j.findings if not f.waived]
        return max(found, default=None)

    def fix(self, finding: Finding, words: Words) -> str:
        """What to do: the finding's own advice, else its rule's."""
        if finding.advice:
            return words.say(finding.advice)
        rule = self.catalogue.get(finding.code)
        return words.text(rule.fix) if rule else ""


def visible(text: str) -> str:
    """Text that is safe on a terminal: control and bidirectional characters as their code point."""
    return "".join(
        "<TAB>"
        if letter == "\t"
        else f"<U+{ord(letter):04X}>"
        if unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"} and letter not in "\u200c\u200d"
        else letter
        for letter in text
    )


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def text_lines(report: Report, words: Words) -> list[Line]:
    """Lay findings out for people: what to do first, then the line of the file with a mark under it."""
    lines: list[Line] = []
    for name, judged in report.judged.items():
        if not judged.findings:
            continue
        lines += _heading(report, name, judged, words)
        for finding in judged.findings:
            lines += _finding(report, report.files[name], finding, words)
        for skipped in judged.not_checked:
            if skipped.code == "*":
                lines += [[(visible(words.say(say("Note: {why}.", why=skipped.why))), "dim")], []]
    lines += _summary(report, words)
    return lines


def _heading(report: Report, name: str, judged: Judged, words: Words) -> list[Line]:
    count = len(judged.findings)
    found = words.say(say_n("{n} finding", "{n} findings", count))
    who = _who(report.files[name])
    return [[(visible(name), "file"), (f"  {who}" * bool(who), "plain"), (f"  {found}", "dim")], []]


def _who(file: File) -> str:
    """Name the record by its id and its institutions, not by the person: reports travel."""
    data = file.document.data if file.document else None
    if not isinstance(data, dict) or file.kind != "mobility":
        return ""
    ends = [data.get(role) for role in ("home", "host")]
    names = [str(e.get("city") or e.get("ref") or e.get("schac") or "") for e in ends if isinstance(e, dict)]
    return visible(" → ".join(n for n in names if n))[:60]


def _finding(report: Report, file: File, finding: Finding, words: Words) -> list[Line]:
    span = file.span(finding)
    style = "waived" if finding.waived else _STYLE[finding.severity]
    rule = report.catalogue.get(finding.code)
    where = words.say(say("line {line}", line=span.line))
    lines: list[Line] = [
        [
            (f"{_MARK[finding.severity]} ", style),
            (f"{where:<9} ", "plain"),
            (visible(words.say(finding.message)), "message"),
            (f"   {finding.code}{' ' + rule.slug if rule else ''}", "dim"),
        ]
    ]
    lines += _snippet(file, span, style)
    for related in finding.related:
        lines.append([(f"      {visible(_beside(report, file, related, words))}", "dim")])
    fix = "" if rule and rule.told and not finding.advice else report.fix(finding, words)
    if fix:
        lines.append([("      → ", "dim"), (visible(fix), "plain")])
    if finding.edition == "assumed":
        assumed = say("No edition of this rule is of that time: the nearest is used.")
        lines.append([(f"      {words.say(assumed)}", "dim")])
    if finding.waived:
        text = say(
            "Waived by {by}: {reason}", by=finding.waived.by or "?", reason=finding.waived.reason or "?"
        )
        lines.append([("      ", "plain"), (visible(words.say(text)), "waived")])
    return [*lines, []]


def _beside(report: Report, file: File, related: Related, words: Words) -> str:
    """Say what else has to do with a finding, and where it stands."""
    where = words.say(say("line {line}", line=_line(report, related, file) or 1))
    return f"{where}: {words.say(related.message)}"


def _snippet(file: File, span: Any, style: str) -> list[Line]:
    text = file.text
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not text or span.line > len(rows):
        return []
    row = rows[span.line - 1]
    if "\0" in row:  # UTF-16, or no text at all: nobody could read it
        return []
    cut = max(0, span.column - 60) if span.column > _WIDE else 0
    shown = row[cut : cut + _WIDE]
    last = span.end_column if span.end_line == span.line else len(row) + 1
    before, marked = shown[: span.column - 1 - cut], shown[span.column - 1 - cut : last - 1 - cut]
    under = " " * width(visible(before)) + "~" * max(1, width(visible(marked)))
    number = f"{span.line:>6} │ "
    return [[(number, "dim"), (visible(shown), "code")], [("       │ ", "dim"), (under, style)]]


def _summary(report: Report, words: Words) -> list[Line]:
    counts = report.counts()
    records = [name for name, file in report.files.items() if file.kind in ("mobility", "?")]
    bad = [n for n in records if any(not f.waived for f in report.judged[n].findings)]
    parts = [
        words.say(message)
        for number, message in (
            (counts["errors"], say_n("{n} error", "{n} errors", counts["errors"])),
            (counts["warnings"], say_n("{n} warning", "{n} warnings", counts["warnings"])),
            (counts["infos"], say_n("{n} hint", "{n} hints", counts["infos"])),
            (counts["waived"], say_n("{n} waived", "{n} waived", counts["waived"])),
        )
        if number
    ]
    total = words.say(say_n("{n} record checked", "{n} records checked", len(records)))
    fine = words.say(say_n("{n} without a finding", "{n} without a finding", len(records) - len(bad)))
    line: Line = [(", ".join(parts), "message")] if parts else []
    lines: list[Line] = [[*line, (f"{' · ' if parts else ''}{total} · {fine}", "plain")]]
    if report.others:
        lines.append(
            [
                (
                    words.say(
                        say_n(
                            "{n} other file is not mobctl's",
                            "{n} other files are not mobctl's",
                            report.others,
                        )
                    ),
                    "dim",
                )
            ]
        )
    todo = sum(len(j.todo) for j in report.judged.values())
    if todo:
        lines.append(
            [
                (
                    words.say(
                        say_n(
                            "{n} thing is still to do, and not due yet",
                            "{n} things are still to do, and not due yet",
                            todo,
                        )
                    ),
                    "dim",
                )
            ]
        )
    skipped = sorted({s.code for j in report.judged.values() for s in j.not_checked if s.code != "*"})
    if skipped:
        lines.append(
            [
                (
                    words.say(
                        say("Not checked: {codes} (see --format json for why)", codes=", ".join(skipped))
                    ),
                    "dim",
                )
            ]
        )
    codes = [f.code for j in report.judged.values() for f in j.findings if f.code in report.catalogue]
    if codes:
        lines.append([(words.say(say("Why? Type {command}", command=f"mobctl rules {codes[0]}")), "dim")])
    return lines


def plain(lines: list[Line]) -> str:
    """Lines without colour."""
    return "".join("".join(part for part, _ in line).rstrip() + "\n" for line in lines)


def as_json(report: Report, words: Words) -> str:
    """The contract for programs: see schemas/output/findings.schema.json."""
    findings, todo, not_checked = [], [], []
    for name, judged in report.judged.items():
        file = report.files[name]
        findings += [_row(report, file, finding, words) for finding in judged.findings]
        todo += [_row(report, file, finding, words) for finding in judged.todo]
        not_checked += [{"file": name, "code": s.code, "why": words.say(s.why)} for s in judged.not_checked]
    data = {
        "version": 1,
        "tool": {"name": "mobctl", "version": __version__},
        "as_of": report.as_of.isoformat(),
        "lang": words.lang,
        "summary": {"files": len(report.files), "other_files": report.others, **report.counts()},
        "findings": findings,
        "todo": todo,
        "not_checked": not_checked,
        "weakened": [
            {"code": each.code, "what": each.what, "from": each.before, "to": each.after}
            for each in report.weakened
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _row(report: Report, file: File, finding: Finding, words: Words) -> dict[str, Any]:
    span = file.span(finding)
    rule = report.catalogue.get(finding.code)
    data = file.document.data if file.document else None
    source = finding.source or (rule.cites[0].source.title if rule else None)
    return {
        "file": file.name,
        "record": data.get("id") if isinstance(data, dict) and isinstance(data.get("id"), str) else None,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "pointer": pointer_text(finding.pointer),
        "code": finding.code,
        "slug": rule.slug if rule else None,
        "severity": _NAME[finding.severity],
        "message_id": finding.message.id,
        "message": words.say(finding.message),
        "fix": report.fix(finding, words),
        "source": source,
        "profile": finding.profile,
        "edition": finding.edition,
        "clock": finding.clock,
        "due": finding.due.isoformat() if finding.due else None,
        "by": finding.by,
        "related": [
            {
                "file": related.file or file.name,
                "line": _line(report, related, file),
                "pointer": pointer_text(related.pointer),
                "message": words.say(related.message),
            }
            for related in finding.related
        ],
        "fixable": False,
        "waived": {
            "by": finding.waived.by,
            "reason": finding.waived.reason,
            "date": finding.waived.date,
            "expires": finding.waived.expires,
        }
        if finding.waived
        else None,
    }


def _line(report: Report, related: Related, here: File) -> int | None:
    """The line of a related place, where its file is one of those that were asked for."""
    file = report.files.get(related.file or here.name)
    return file.document.span(related.pointer).line if file and file.document else None


ASCII: Mapping[str, str | int | None] = {
    "✗": "x", "→": "->", "│": "|", "·": "-", "“": '"', "”": '"', "«": '"', "»": '"', "’": "'", "…": "...", "–": "-",
    "\u00a0": " ", "\u202f": " ", "•": "*",
}  # fmt: skip
"""What stands for our marks where the terminal cannot show them."""


def fitting(text: str, encoding: str) -> str:
    """Write text so that an encoding can hold it: our marks by others, letters without accents, the rest by "?"."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        bare = unicodedata.normalize("NFKD", text.translate(str.maketrans(dict(ASCII))))
        letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
        return letters.encode(encoding, "replace").decode(encoding)
    return text


def as_text(report: Report, words: Words) -> str:
    """Text without colour."""
    return plain(text_lines(report, words))


REPORTERS: dict[str, Callable[[Report, Words], str]] = {"text": as_text, "json": as_json}


def rule_lines(rule: Rule, words: Words) -> list[Line]:
    """Explain one rule: what it wants, why, where that is written, what to do."""
    lines: list[Line] = [
        [
            (rule.code, "message"),
            (f"  {rule.slug}", "dim"),
            (f"  {_NAME[rule.severity]}", _STYLE[rule.severity]),
        ],
        [(words.text(rule.title), "message")],
        [],
        [(words.text(N_("Why")), "dim"), (f"  {words.text(rule.why)}", "plain")],
        [(words.text(N_("What to do")), "dim"), (f"  {words.text(rule.fix)}", "plain")],
    ]
    for citation in rule.cites:
        source = citation.source
        where = f"{source.title}, {source.issuer}, {source.edition}"
        lines.append([(words.text(N_("Source")), "dim"), (f"  {where}: {citation.passage}", "plain")])
    lines.append([(words.text(N_("Profiles")), "dim"), (f"  {', '.join(sorted(rule.profiles))}", "plain")])
    for name, number in rule.numbers.items():
        lines.append(
            [
                (words.text(N_("Number")), "dim"),
                (f"  {name} = {words.show(number.value)} ({number.unit})", "plain"),
            ]
        )
    return lines
