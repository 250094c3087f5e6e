"""What the commands share: their options, the language, what is printed, how records are read and judged."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from mobctl import engine, reporters, store
from mobctl.errors import UserError
from mobctl.finding import Finding, Judged, Message, NotChecked, Quoted, Series, say
from mobctl.reporters import Line, Report
from mobctl.rules import CATALOGUE
from mobctl.store import history, reader
from mobctl.words import Words, languages
from mobctl.words import words as load_words

_COLOURS = {
    "error": "bold red",
    "warning": "yellow",
    "info": "cyan",
    "dim": "dim",
    "waived": "dim",
    "message": "bold",
    "file": "bold underline",
    "code": "default",
    "plain": "default",
}

UNREAD = (NotChecked("*", say("the rest of this file is checked once this is mended")),)

Lang = Annotated[str | None, typer.Option("--lang", help="Language of messages: en, fr, es.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Judge deadlines as of this day (default: today).")]
Colour = Annotated[str, typer.Option("--color", help="always, never or auto.")]


def tell(text: str) -> None:
    """Say something beside what was asked for."""
    shown = reporters.fitting(reporters.visible(text), sys.stderr.encoding or "utf-8")
    sys.stderr.write(f"{shown}\n")


def language_in(arguments: list[str]) -> str | None:
    """The language asked for, where the command itself could not be run."""
    for number, argument in enumerate(arguments):
        if argument == "--lang":
            return next(iter(arguments[number + 1 :]), None)
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return None


def words(lang: str | None, archive: store.Archive | None = None) -> Words:
    """Load the language asked for, else the first of the school's, else the one of the machine."""
    known = languages()
    school = store.school(Path()) if archive is None else archive
    ours = next((each for each in store.languages(school) if each in known), "")
    wanted = lang or os.environ.get("MOBCTL_LANG") or ours
    if wanted and wanted not in known:
        if lang:
            raise UserError(
                say(
                    "{lang} is not a language of mobctl: there are {known}.",
                    lang=Quoted(lang),
                    known=", ".join(known),
                )
            )
        wanted = ""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        wanted = wanted or os.environ.get(name, "")
    found = wanted[:5].replace("_", "-").split("-")[0].split(".")[0]
    return load_words(wanted if wanted in known else found if found in known else "en", store.lists())


def day(text: str | None) -> date:
    """Read `--as-of`; without it, it is today."""
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UserError(
            say("{value} is not a date. Write it as year-month-day, as in 2026-06-30.", value=Quoted(text))
        ) from error


def show(lines: list[Line], colour: str) -> None:
    """Print lines, in colour where that is wanted and a person is looking."""
    if colour not in ("always", "never", "auto"):
        raise UserError(
            say(
                "{value} is not a value of {key}: it is {allowed}.",
                value=Quoted(colour),
                key=Quoted("--color"),
                allowed="always, never, auto",
            )
        )
    forced = colour == "always" or (colour == "auto" and bool(os.environ.get("FORCE_COLOR")))
    wanted = forced or (colour == "auto" and sys.stdout.isatty() and not os.environ.get("NO_COLOR"))
    if not wanted:
        sys.stdout.write(reporters.fitting(reporters.plain(lines), sys.stdout.encoding or "utf-8"))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(
        markup=False, highlight=False, emoji=False, force_terminal=forced or None, soft_wrap=True
    )
    for line in lines:
        console.print(Text.assemble(*((part, _COLOURS[style]) for part, style in line)))


def load(paths: list[Path] | None, stdin_filename: str) -> store.Archive:
    """Read what is asked for; `-` is standard input, judged as the file that `--stdin-filename` names."""
    wanted = paths or [Path()]
    if Path("-") not in wanted:
        return store.load(wanted)
    given = {stdin_filename: sys.stdin.buffer.read(reader.MAX_BYTES + 1)}
    return store.load([path for path in wanted if path != Path("-")], given)


def judge(
    archive: store.Archive,
    parts: list[store.Archive],
    as_of: date,
    only_profiles: tuple[str, ...] = (),
    base: str | None = None,
) -> Report:
    """Judge all records that were read, each repository by its own configuration."""
    judged: dict[str, Judged] = {}
    weakened: list[engine.Weakened] = []
    for part in parts:
        settings = store.settings(part, as_of, only_profiles)
        weakened += engine.weakened(settings, CATALOGUE)
        before = history.earlier(part.files, base) if base is not None else None
        judged |= engine.judge(store.sheets(part, before), store.shapes(), CATALOGUE.values(), settings)
    mine = {
        name: Judged((file.refused,), UNREAD) if file.refused else _in_file_order(file, judged[name])
        for name, file in archive.files.items()
    }
    return Report(archive.files, mine, archive.others, as_of, tuple(weakened), CATALOGUE)


def _in_file_order(file: store.File, judged: Judged) -> Judged:
    def place(finding: Finding) -> tuple[int, int, str]:
        span = file.span(finding)
        return span.line, span.column, finding.code

    return replace(judged, findings=tuple(sorted(judged.findings, key=place)))


def not_one_of(value: str, what: Message, known: Iterable[str]) -> UserError:
    """Name what there is, and first what was probably meant."""
    shown = Series(tuple(Quoted(each) for each in known), "or")
    return UserError(
        say("{value} is not {what}: it is {known}.", value=Quoted(value), what=what, known=shown)
    )
