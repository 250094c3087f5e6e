"""Findings as annotations of GitHub Actions: workflow commands that it shows beside the lines of a pull request.

Escaping and properties are those of GitHub's own `@actions/core` (`command.ts`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from mobctl.finding import Arg, Finding, Message, Quoted, Severity, Text, say, say_n
from mobctl.reporters.report import Report, path_of, plain, visible
from mobctl.reporters.text import counted, noted
from mobctl.store import File
from mobctl.words import Words

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
SHOWN = 10
"""How many annotations of one level GitHub shows of a step; those after them it drops without a word."""

_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}

PERSONAL = frozenset(
    {"legal_representative", "name", "family", "given", "birth_date", "email", "phone", "by"}
)
"""Fields about a person, besides those of the learner: what stands there is not repeated, since anybody reads the log
of a public project."""

_OURS = frozenset({"near", "allowed", "known", "example", "key", "field", "fields", "what"})
"""Arguments of messages that come from the schemas, not from the record."""


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
        "file": path_of(report, file.name),
        "line": span.line,
        "endLine": span.end_line,
    }
    if span.line == span.end_line:  # GitHub takes columns only within one line
        place |= {"col": span.column, "endColumn": span.end_column}
    return command(
        level, {**place, "title": _title(report, finding)}, "\n".join(_said(report, finding, words))
    )


def _title(report: Report, finding: Finding) -> str:
    rule = report.catalogue.get(finding.code)
    return f"{finding.code} {rule.slug}" if rule else finding.code


def _said(report: Report, finding: Finding, words: Words) -> list[str]:
    """What is wrong, what to do, and that it is waived: by whom and why stands in the record."""
    private = _about_a_person(finding)
    message = masked(finding.message) if private else finding.message
    rule = report.catalogue.get(finding.code)
    said = [words.say(message)]
    if finding.advice:
        said.append(words.say(masked(finding.advice) if private else finding.advice))
    elif rule and not rule.told:
        said.append(words.text(rule.fix))
    if finding.waived:
        said.append(words.say(say("This is waived: by whom and why stands in the record.")))
    return [visible(text) for text in said]


def _log(report: Report, file: File, finding: Finding, words: Words) -> str:
    """One line of the log; it begins with a word of ours, so that no file's name becomes a command."""
    span = file.span(finding)
    where = f"{path_of(report, file.name)}:{span.line}:{span.column}"
    level = LEVELS[finding.severity]
    return _harmless(f"{level}: {where}: {finding.code}: {' '.join(_said(report, finding, words))}")


def _harmless(line: str) -> str:
    """A line of the log that GitHub reads no command in: it looks for `##[` anywhere in a line."""
    return visible(line).replace("##[", "## [")


def _about_a_person(finding: Finding) -> bool:
    """Say whether a message may repeat what is written about a person; a file that is no YAML may be anything."""
    place = {part for part in finding.pointer if isinstance(part, str)}
    private = place & PERSONAL or ("learner" in place and "enrolment" not in place)
    return finding.code.startswith("YML") or (bool(private) and not finding.on_key)


def masked(message: Message) -> Message:
    """A message without the values of the record that it quotes; a school's own text quotes none."""
    if message.literal:
        return message
    return Message(
        message.id,
        tuple((name, arg if name in _OURS else _mask(arg)) for name, arg in message.args),
        message.plural,
        message.literal,
    )


def _mask(arg: Arg) -> Arg:
    match arg:
        case Message():
            return masked(arg)
        case Quoted():
            return Quoted("…")
        case Text() | date() | Decimal() | str():
            return "…"
        case _:
            return arg
