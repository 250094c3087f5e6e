"""What the commands share: their options, the language, what is printed, how records are read and judged."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from mobctl import engine, fingerprint, reporters, store
from mobctl.engine import Tick, untold
from mobctl.errors import NothingToCheckError, UserError
from mobctl.escaped import visible
from mobctl.finding import Finding, Judged, Message, NotChecked, Quoted, Series, say, say_n
from mobctl.reporters import Line, Report
from mobctl.rules import CATALOGUE
from mobctl.selection import selection
from mobctl.store import history, reader
from mobctl.store.archive import SUFFIXES
from mobctl.store.file import data
from mobctl.words import Words, languages
from mobctl.words import words as load_words

_COLOURS = {
    "error": "bold red",
    "warning": "yellow",
    "info": "cyan",
    "dim": "dim",
    "waived": "dim",
    "good": "green",
    "message": "bold",
    "file": "bold underline",
    "code": "default",
    "plain": "default",
}

UNREAD = (NotChecked("*", say("the rest of this file is checked once this is mended")),)

Lang = Annotated[str | None, typer.Option("--lang", help="Language of messages: en, fr, es.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Judge deadlines as of this day (default: today)."),
]
Colour = Annotated[str, typer.Option("--color", metavar="WHEN", help="always, never or auto.")]
Profile = Annotated[
    list[str] | None,
    typer.Option("--profile", metavar="NAME", help="Judge by these profiles, not the record's."),
]
Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="CODES",
        help="Only these rules: codes, families such as LA, or names; several with commas.",
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="CODES", help="Not these rules; written as for --select."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Nothing but what was found or made.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Name every record, and what could not be checked.")
]


def tell(text: str) -> None:
    """Say something beside what was asked for."""
    shown = reporters.fitting(visible(text), sys.stderr.encoding or "utf-8")
    sys.stderr.write(f"{shown}\n")


def named(path: str) -> None:
    """Name a file on standard output, in a line of its own, so that it can be seen."""
    shown = reporters.fitting(visible(path), sys.stdout.encoding or "utf-8")
    sys.stdout.write(f"{shown}\n")


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
    return load_words(language(lang, archive)[0], store.lists())


def language(lang: str | None, archive: store.Archive | None = None) -> tuple[str, Message]:
    """Choose the language, and say by what it was chosen."""
    known = languages()
    if lang:
        if lang not in known:
            raise UserError(
                say(
                    "{lang} is not a language of mobctl: there are {known}.",
                    lang=Quoted(lang),
                    known=", ".join(known),
                )
            )
        return lang, say("you asked for it")
    school = store.school(Path()) if archive is None else archive
    named = [("MOBCTL_LANG", os.environ.get("MOBCTL_LANG", ""))]
    named += [("mobctl.yaml", each) for each in store.languages(school)]
    machine = ((name, os.environ.get(name, "")) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    named += [next((each for each in machine if each[1]), ("LANG", ""))]
    for name, wanted in named:
        found = wanted if wanted in known else re.split("[-_.]", wanted)[0]
        if found in known:
            return found, say("{name} says so", name=name)
    return "en", say("nothing says otherwise")


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


def files_of(paths: list[Path] | None) -> list[Path]:
    """Take the id of a record for its file in this folder, where nothing has that name; without paths, this folder."""
    wanted = paths or [Path()]
    if all(path.exists() or path.suffix.lower() in SUFFIXES or len(path.parts) > 1 for path in wanted):
        return wanted
    try:
        files = store.load([Path()]).files
    except NothingToCheckError:
        return wanted
    named: dict[str, list[Path]] = {}
    for name, file in files.items():
        if id := data(file).get("id"):
            named.setdefault(str(id), []).append(Path(name))
    return [each for path in wanted for each in ([path] if path.exists() else named.get(str(path), [path]))]


def load(paths: list[Path] | None, stdin_filename: str, tick: Tick = untold) -> store.Archive:
    """Read what is asked for; `-` is standard input, judged as the file that `--stdin-filename` names."""
    wanted = files_of(paths)
    if Path("-") not in wanted:
        return store.load(wanted, tick=tick)
    given = {stdin_filename: sys.stdin.buffer.read(reader.MAX_BYTES + 1)}
    return store.load([path for path in wanted if path != Path("-")], given, tick)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command was asked to judge by, besides the records and the school's configuration."""

    as_of: date
    profiles: tuple[str, ...] = ()
    base: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def judge(archive: store.Archive, parts: list[store.Archive], asked: Asked, tick: Tick = untold) -> Report:
    """Judge all records that were read, each repository by its own configuration."""
    judged: dict[str, Judged] = {}
    weakened: list[engine.Weakened] = []
    house: dict[str, engine.HouseRule] = {}
    known: dict[str, tuple[str, object]] = {}
    for part in parts:
        settings = store.settings(part, asked.as_of, asked.profiles)
        house |= {rule.id: rule for rule in settings.house_rules}
        known |= {
            name: (store.path_in(part, name), file.document and file.document.data)
            for name, file in part.files.items()
        }
        weakened += engine.weakened(settings, CATALOGUE)
        before = history.earlier(part.files, asked.base) if asked.base is not None else None
        sheets = store.sheets(part, before)
        judged |= engine.judge(sheets, store.shapes(), CATALOGUE.values(), settings, tick)
    chosen = selection(asked.select, asked.ignore, CATALOGUE, house)
    mine: dict[str, Judged] = {}
    hidden: Counter[str] = Counter()
    for name, file in archive.files.items():
        whole = Judged((file.refused,), UNREAD) if file.refused else _in_file_order(file, judged[name])
        mine[name], left = chosen.of(whole)
        hidden += left
    return Report(
        archive.files,
        fingerprint.marked(mine, known),
        archive.others,
        asked.as_of,
        tuple(weakened),
        CATALOGUE,
        chosen,
        hidden,
        asked.profiles,
        tuple(house.values()),
    )


def failed(report: Report, archive: store.Archive) -> int:
    """The exit status of what went wrong beside the findings: 4 a bug of ours, 3 a file that was not read, else 0."""
    if any(f.code == "BUG001" for judged in report.judged.values() for f in judged.findings):
        return 4
    return 3 if archive.unopened else 0


def tell_what_was_set_aside(report: Report, speech: Words, *, findings: bool = True) -> None:
    """Say on standard error what was not looked at because of options: silence is never taken for approval.

    `findings` says that all findings were asked for, so that those which are not shown are counted.
    """
    said: list[Message] = []
    if report.profiles:
        profiles = ", ".join(report.profiles)
        said.append(say("The profiles of the records were set aside for {profiles}.", profiles=profiles))
    if report.selection.select:
        codes = ", ".join(report.selection.select)
        said.append(say("Only what was selected is shown: {codes}.", codes=codes))
    if report.selection.ignore:
        said.append(say("Left out as you asked: {codes}.", codes=", ".join(report.selection.ignore)))
    if report.hidden and findings:
        said.append(
            say_n(
                "{n} finding is not shown for that reason: {codes}.",
                "{n} findings are not shown for that reason: {codes}.",
                sum(report.hidden.values()),
                codes=", ".join(sorted(report.hidden)),
            )
        )
    for message in said:
        tell(f"mobctl: {speech.say(message)}")


def _in_file_order(file: store.File, judged: Judged) -> Judged:
    def place(finding: Finding) -> tuple[int, int, str]:
        span = file.span(finding)
        return span.line, span.column, finding.code

    return replace(judged, findings=tuple(sorted(judged.findings, key=place)))


FEW = 10
"""Up to how many names are all named to somebody who gave another."""


def not_one_of(value: str, what: Message, known: Iterable[str], listed: str = "") -> UserError:
    """Name what there is, and first what was probably meant; of many only that, and the command that lists them all."""
    names, given = [*known], Quoted(value)
    near = get_close_matches(value.casefold(), names, cutoff=0.5)
    if len(names) <= FEW or not listed:
        every = _either(dict.fromkeys((*near, *names)))
        return UserError(say("{value} is not {what}: it is {known}.", value=given, what=what, known=every))
    if near:
        text = say(
            "{value} is not {what}. Did you mean {near}? `{command}` lists all there are.",
            value=given,
            what=what,
            near=_either(near),
            command=listed,
        )
        return UserError(text)
    return UserError(
        say("{value} is not {what}; `{command}` lists all there are.", value=given, what=what, command=listed)
    )


def _either(names: Iterable[str]) -> Series:
    return Series(tuple(map(Quoted, names)), "or")
