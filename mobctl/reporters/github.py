"""Findings as annotations of GitHub Actions: workflow commands that it shows beside the lines of a pull request.

Escaping and properties are those of GitHub's own `@actions/core` (`command.ts`).
"""

from __future__ import annotations

from collections.abc import Mapping

from mobctl.escaped import visible
from mobctl.finding import Finding, Severity, say_n
from mobctl.reporters.report import Report, path_of, plain, said, title
from mobctl.reporters.text import counted, noted
from mobctl.store import File
from mobctl.words import Words

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
SHOWN = 10
"""How many annotations of one level GitHub shows of a step; those after them it drops without a word."""

_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def as_github(report: Report, words: Words) -> str:
    """Annotate the worst first, as many as GitHub shows; the rest are lines of the log. Then the counts."""
    rows = [
        (finding, report.files[name]) for name, judged in report.judged.items() for finding in judged.findings
    ]
    rows.sort(
        key=lambda row: (bool(row[0].waived), -row[0].severity)
    )  # stable: else as they stand in the files
    room = {"error": SHOWN, "warning": SHOWN, "notice": SHOWN - 1}  # one notice is for the counts
    lines, logged = [], []
    for finding, file in rows:
        level = "notice" if finding.waived else LEVELS[finding.severity]
        room[level] -= 1
        if room[level] >= 0:
            lines.append(_annotation(level, report, file, finding, words))
        else:
            logged.append(_log(report, file, finding, words))
    said = [plain([counted(report, words)]).rstrip(), *noted(report, words)]
    if logged:
        more = say_n(
            "{n} finding more is in the log of this step: GitHub shows 10 of a kind.",
            "{n} findings more are in the log of this step: GitHub shows 10 of a kind.",
            len(logged),
        )
        said.append(words.say(more))
    if rows:
        lines.append(command("notice", {"title": "mobctl"}, "\n".join(said)))
    else:
        lines += [_harmless(line) for line in said]
    return "".join(f"{line}\n" for line in (*lines, *logged))


def command(name: str, properties: Mapping[str, str | int], data: str) -> str:
    """Write one workflow command."""
    given = ",".join(f"{key}={_escaped(str(value), _PROPERTY)}" for key, value in properties.items())
    return f"::{name} {given}::{_escaped(data, _DATA)}"


def _escaped(text: str, marks: Mapping[str, str]) -> str:
    return "".join(marks.get(letter, letter) for letter in text)


def _annotation(level: str, report: Report, file: File, finding: Finding, words: Words) -> str:
    span = file.span(finding)
    place: dict[str, str | int] = {
        "file": visible(path_of(report, file.name)),
        "line": span.line,
        "endLine": span.end_line,
    }
    if span.line == span.end_line:  # GitHub takes columns only within one line
        place |= {"col": span.column, "endColumn": span.end_column}
    return command(level, {**place, "title": title(report, finding)}, "\n".join(said(report, finding, words)))


def _log(report: Report, file: File, finding: Finding, words: Words) -> str:
    """One line of the log; it begins with a word of ours, so that no file's name becomes a command."""
    span = file.span(finding)
    where = f"{path_of(report, file.name)}:{span.line}:{span.column}"
    level = LEVELS[finding.severity]
    return _harmless(f"{level}: {where}: {finding.code}: {' '.join(said(report, finding, words))}")


def _harmless(line: str) -> str:
    """A line of the log that GitHub reads no command in: it looks for `##[` anywhere in a line."""
    return visible(line).replace("##[", "## [")
