"""Findings as text for people."""

from __future__ import annotations

from typing import Any

from mobctl.escaped import visible
from mobctl.finding import Finding, Judged, Related, say, say_n
from mobctl.reporters.report import MARK, STYLE, Line, Report, limits, line_of, plain, waiver, who, width
from mobctl.store import File
from mobctl.words import Words

_WIDE = 110


def text_lines(report: Report, words: Words, detail: int = 0) -> list[Line]:
    """Lay findings out for people: what to do first, then the line of the file with a mark under it.

    Below 0, `detail` leaves out the summary; above 0, it names each record, and why a rule could not look at it.
    """
    lines: list[Line] = []
    for name, judged in report.judged.items():
        if judged.findings or detail > 0:
            lines += _heading(report, name, judged, words)
        for finding in judged.findings:
            lines += _finding(report, report.files[name], finding, words)
        for skipped in judged.not_checked:
            if skipped.code != "*" and detail > 0:
                why = say("{code} was not checked: {why}.", code=skipped.code, why=skipped.why)
                lines.append([(f"  {visible(words.say(why))}", "dim")])
            elif skipped.code == "*" and judged.findings:
                lines += [[(visible(words.say(say("Note: {why}.", why=skipped.why))), "dim")], []]
    return lines if detail < 0 else [*lines, *[[]] * (detail > 0), *_summary(report, words)]


def _heading(report: Report, name: str, judged: Judged, words: Words) -> list[Line]:
    count = len(judged.findings)
    found = words.say(say_n("{n} finding", "{n} findings", count) if count else say("no finding"))
    whose = who(report.files[name])
    return [
        [(visible(name), "file"), (f"  {whose}" * bool(whose), "plain"), (f"  {found}", "dim")],
        *[[]] * bool(count),
    ]


HUSHED = "PRV"
"""The rules about what must not be repeated, on a screen either."""


def _finding(report: Report, file: File, finding: Finding, words: Words) -> list[Line]:
    span = file.span(finding)
    style = "waived" if finding.waived else STYLE[finding.severity]
    rule = report.catalogue.get(finding.code)
    where = words.say(say("line {line}", line=span.line))
    lines: list[Line] = [
        [
            (f"{MARK[finding.severity]} ", style),
            (f"{where:<9} ", "plain"),
            (visible(words.say(finding.message)), "message"),
            (f"   {finding.code}{' ' + rule.slug if rule else ''}", "dim"),
        ]
    ]
    hushed = report.public or finding.code.startswith(HUSHED)
    lines += [] if hushed else _snippet(file, span, style)
    for related in finding.related:
        lines.append([(f"      {visible(_beside(report, file, related, words))}", "dim")])
    fix = "" if rule and rule.told and not finding.advice else report.fix(finding, words)
    if fix:
        lines.append([("      → ", "dim"), (visible(fix), "plain")])
    if finding.edition == "assumed":
        assumed = say("No edition of this rule is of that time: the nearest is used.")
        lines.append([(f"      {words.say(assumed)}", "dim")])
    if finding.waived:
        lines.append([("      ", "plain"), (visible(words.say(waiver(finding.waived))), "waived")])
    return [*lines, []]


def _beside(report: Report, file: File, related: Related, words: Words) -> str:
    """Say what else has to do with a finding, and where it stands."""
    where = words.say(say("line {line}", line=line_of(report, related, file) or 1))
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


def counted(report: Report, words: Words) -> Line:
    """The counts of a run in one line; of a selection of rules, nothing is said of records without a finding."""
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
    rest = [words.say(say_n("{n} record checked", "{n} records checked", len(records)))]
    if not report.selection:
        fine = say_n("{n} without a finding", "{n} without a finding", len(records) - len(bad))
        rest.append(words.say(fine))
    line: Line = [(", ".join(parts), "message")] if parts else []
    return [*line, (f"{' · ' if parts else ''}{' · '.join(rest)}", "plain")]


def noted(report: Report, words: Words) -> list[str]:
    """What else there is to know of a run: files that are not ours, what is not due yet, what was not checked."""
    todo = sum(len(j.todo) for j in report.judged.values())
    skipped = sorted({s.code for j in report.judged.values() for s in j.not_checked if s.code != "*"})
    others, later = report.others, todo
    notes = (
        (others, say_n("{n} other file is not mobctl's", "{n} other files are not mobctl's", others)),
        (
            later,
            say_n(
                "{n} thing is still to do, and not due yet",
                "{n} things are still to do, and not due yet",
                later,
            ),
        ),
        (len(skipped), say("Not checked: {codes} (--verbose says why)", codes=", ".join(skipped))),
    )
    told = (*(message for number, message in notes if number), *limits(report))
    return [visible(words.say(message)) for message in told]


def _summary(report: Report, words: Words) -> list[Line]:
    lines: list[Line] = [counted(report, words), *([(note, "dim")] for note in noted(report, words))]
    codes = [f.code for j in report.judged.values() for f in j.findings if f.code in report.catalogue]
    if codes:
        lines.append([(words.say(say("Why? Type {command}", command=f"mobctl rules {codes[0]}")), "dim")])
    return lines


def as_text(report: Report, words: Words) -> str:
    """Text without colour."""
    return plain(text_lines(report, words))
