"""What is to do, by its day and by who has to do it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from mobctl import __version__
from mobctl.escaped import dumps, visible
from mobctl.finding import N_, Arg, Finding, Label, Message, say, say_n
from mobctl.reporters.data import row
from mobctl.reporters.report import STYLE, Line, Report, who
from mobctl.store import File
from mobctl.words import Words

_WEEK, _MONTH = 7, 30


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: the last day on which it is in time, and how many days are left until then; below 0 it is late."""

    file: File
    finding: Finding
    last: date
    days: int


def tasks(report: Report, until: date | None = None) -> tuple[Task, ...]:
    """The open things of all records until a day, the latest overdue first; what a waiver covers is none."""
    found = [
        Task(report.files[name], finding, last, (last - report.as_of).days)
        for name, judged in report.judged.items()
        for finding in (*judged.findings, *judged.todo)
        if finding.due and not finding.waived
        for last in [finding.due - timedelta(days=1)]
        if until is None or last <= until
    ]
    return tuple(sorted(found, key=lambda task: (task.last, task.file.name, task.finding.code)))


def todo_lines(report: Report, words: Words, until: date | None = None) -> list[Line]:
    """Lay the list out for people: when, which record, who has to do what."""
    listed = tasks(report, until)
    lines: list[Line] = []
    for heading, group in groupby(listed, key=_heading):
        if lines:
            lines.append([])
        lines.append([(words.text(heading), "file")])
        for (last, name), same in groupby(group, key=lambda task: (task.last, task.file.name)):
            rows = tuple(same)
            lines += _of_record(last, report.files[name], rows, words)
    if lines:
        lines.append([])
    return [*lines, *([(visible(words.say(text)), "dim")] for text in _closing(report, listed, until))]


def _heading(task: Task) -> str:
    if task.days < 0:
        return N_("Overdue")
    if task.days <= _WEEK:
        return N_("Within a week")
    return N_("Within a month") if task.days <= _MONTH else N_("Later")


def _of_record(last: date, file: File, rows: tuple[Task, ...], words: Words) -> Iterator[Line]:
    days = rows[0].days
    style = "error" if days < 0 else "warning" if days <= _WEEK else "plain"
    whose = who(file)
    yield [
        (f"  {words.show(last)}", "message"),
        (f"  {words.say(_distance(days))}", style),
        (f"  {record(file)}", "plain"),
        (f"  {whose}" * bool(whose), "plain"),
        (f"  {visible(file.name)}", "dim"),
    ]
    for task in rows:
        finding = task.finding
        mark = "error" if days >= 0 else STYLE[finding.severity]
        yield [
            ("    • ", "dim" if days >= 0 else mark),
            (visible(words.say(say("{who}: {what}", who=actor(finding), what=finding.message))), "message"),
            (f"   {finding.code}", "dim"),
        ]


def record(file: File) -> str:
    """The id of a record; its file's name where it has none."""
    data = file.document.data if file.document else None
    id = data.get("id") if isinstance(data, dict) else None
    return visible(id if isinstance(id, str) else file.name)


def actor(finding: Finding) -> Arg:
    """Who has to act."""
    if finding.by is None:
        return say("our office")
    return Label("signature-roles", finding.by)


def _distance(days: int) -> Message:
    if days == 0:
        return say("today")
    if days < 0:
        return say_n("{n} day late", "{n} days late", -days)
    return say_n("in {n} day", "in {n} days", days)


def _closing(report: Report, listed: tuple[Task, ...], until: date | None) -> Iterator[Message]:
    late = sum(task.days < 0 for task in listed)
    missed = unlooked(report)
    records = sum(file.kind == "mobility" and name not in missed for name, file in report.files.items())
    looked = say_n("{n} record looked at", "{n} records looked at", records)
    if not listed and until:
        yield say("Nothing to do until {day}: {looked}.", day=until, looked=looked)
    elif not listed:
        yield say("Nothing to do: {looked}.", looked=looked)
    else:
        todo = say_n("{n} thing to do", "{n} things to do", len(listed))
        overdue = say_n("{n} overdue", "{n} overdue", late)
        yield say("{todo}, {overdue}; {looked}.", todo=todo, overdue=overdue, looked=looked)
    hidden = len(tasks(report)) - len(listed)
    if hidden:
        yield say_n(
            "{n} thing more is due after that day.", "{n} things more are due after that day.", hidden
        )


def unlooked(report: Report) -> tuple[str, ...]:
    """The files that could not be looked at, since they have mistakes or cannot be read."""
    return tuple(
        name for name, judged in report.judged.items() if any(each.code == "*" for each in judged.not_checked)
    )


def todo_json(report: Report, words: Words, until: date | None = None) -> str:
    """The list for programs: see schemas/output/todo.schema.json."""
    data = {
        "version": 1,
        "tool": {"name": "mobctl", "version": __version__},
        "as_of": report.as_of.isoformat(),
        "until": until.isoformat() if until else None,
        "lang": words.lang,
        "profiles": list(report.profiles),
        "selection": report.selection.plain(report.hidden),
        "todo": [
            {
                "due": (task.last + timedelta(days=1)).isoformat(),
                "last": task.last.isoformat(),
                "days": task.days,
                "overdue": task.days < 0,
                "by": task.finding.by,
                "who": words.show(actor(task.finding)),
                "finding": row(report, task.file, task.finding, words),
            }
            for task in tasks(report, until)
        ],
        "not_looked_at": list(unlooked(report)),
    }
    return f"{dumps(data)}\n"
