"""`mobctl todo`."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from mobctl import reporters, store
from mobctl.cli.common import (
    Asked,
    AsOf,
    Colour,
    Ignore,
    Lang,
    Profile,
    Select,
    day,
    failed,
    judge,
    load,
    show,
    tell,
    tell_what_was_set_aside,
    words,
)
from mobctl.cli.progress import Progress
from mobctl.errors import UserError
from mobctl.finding import Quoted, say, say_n

Form = Enum("Form", {name: name for name in ("text", "json")})  # type: ignore[misc]


def todo(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders (default: this folder).")
    ] = None,
    output: Annotated[Form, typer.Option("--format", help="How to write the list.")] = Form["text"],
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Only what is due until this day.")
    ] = None,
    days: Annotated[
        int | None, typer.Option("--days", min=0, help="Only what is due within so many days.")
    ] = None,
    as_of: AsOf = None,
    lang: Lang = None,
    profile: Profile = None,
    select: Select = None,
    ignore: Ignore = None,
    color: Colour = "auto",
) -> int:
    """List what is to do, for whom and until when; what is overdue comes first.

    Exit status: 0 all records looked at, 1 some could not be, 2 wrong use, 3 no record, 4 a bug.
    """
    today = day(as_of)
    last = _last(today, until, days)
    asked = Asked(today, tuple(profile or ()), None, tuple(select or ()), tuple(ignore or ()))
    with Progress(lang) as progress:
        archive = load(paths, "-", progress.reading)
        parts = store.repositories(archive, progress.reading)
        report = judge(archive, parts, asked, progress.checking)
    speech = words(lang, parts[0])
    if output.value == "text":
        show(reporters.todo_lines(report, speech, last), color)
    else:
        sys.stdout.buffer.write(reporters.todo_json(report, speech, last).encode())
    tell_what_was_set_aside(report, speech, findings=False)
    missed = len(reporters.unlooked(report))
    said = list(archive.unopened)
    if missed:
        said.append(
            say_n(
                "{n} record has mistakes and was not looked at: `mobctl validate` shows them.",
                "{n} records have mistakes and were not looked at: `mobctl validate` shows them.",
                missed,
            )
        )
    for message in said:
        tell(f"mobctl: {speech.say(message)}")
    return failed(report, archive) or int(missed > 0)


def _last(today: date, until: str | None, days: int | None) -> date | None:
    if until is not None and days is not None:
        raise UserError(
            say("Give {one} or {other}, not both.", one=Quoted("--until"), other=Quoted("--days"))
        )
    if days is None:
        return day(until) if until is not None else None
    try:
        return today + timedelta(days=days)
    except OverflowError:
        return None  # beyond all days there are
