"""`mobctl rules`."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Collection
from enum import Enum
from typing import Annotated

import typer

from mobctl import reporters, selection, store
from mobctl.cli.common import Colour, Lang, not_one_of, show, words
from mobctl.finding import Message, say, say_n
from mobctl.reporters import Line, Reference
from mobctl.rule import Rule
from mobctl.rules import CATALOGUE
from mobctl.words import Words, languages
from mobctl.words import words as load_words

WIDEST = 100
SEVERITIES = ("error", "warning", "info")


class Output(Enum):
    """How rules are shown."""

    text = "text"
    json = "json"


def rules(
    code: Annotated[
        str | None, typer.Argument(help="Explain this rule, or list a family of rules such as LA.")
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile",
            metavar="NAME",
            help="Only the rules of this profile, with their severity in it; those of generic hold besides.",
        ),
    ] = None,
    phase: Annotated[
        list[str] | None,
        typer.Option(
            "--phase",
            metavar="NAMES",
            help="Only the rules that apply then: planned, before-departure, during, after-return, recognised; several with commas.",
        ),
    ] = None,
    severity: Annotated[
        list[str] | None,
        typer.Option(
            "--severity",
            metavar="NAMES",
            help="Only errors, warnings or hints: error, warning, info; several with commas.",
        ),
    ] = None,
    profiles: Annotated[bool, typer.Option("--profiles", help="List the profiles instead.")] = False,
    output: Annotated[
        Output, typer.Option("--format", help="For programs, json has all there is to know of each rule.")
    ] = Output.text,
    lang: Lang = None,
    color: Colour = "auto",
) -> int:
    """List the rules, or explain one: why, source, example, what to do."""
    speech = words(lang)
    known = store.profiles()
    if profiles:
        show(_profiles(speech), color)
        return 0
    if profile is not None and profile not in known:
        raise not_one_of(profile, say("a profile"), known, "mobctl rules --profiles")
    weigh = known[profile or "generic"].weight
    chosen = _chosen(code, profile, phase, severity)
    if output is Output.json:
        told = [load_words(each, store.lists()) for each in languages()]
        sys.stdout.buffer.write(reporters.rules_json(chosen, told, known, store.example).encode())
    elif code and len(selection.codes(code, CATALOGUE)) == 1:
        reference = Reference(speech, known, store.example)
        for rule in chosen:
            show(reporters.rule_lines(reference.page(rule), _columns()), color)
    else:
        columns = _columns() if sys.stdout.isatty() else None
        weighed = [(rule, weigh(rule).name.lower()) for rule in chosen]
        show(reporters.listed(weighed, speech, columns), color)
    return 0


def _columns() -> int:
    return min(shutil.get_terminal_size().columns, WIDEST)


def _chosen(
    code: str | None, profile: str | None, phase: list[str] | None, severity: list[str] | None
) -> list[Rule]:
    """The rules that all that was asked for is true of."""
    known = store.profiles()
    chosen = known[profile or "generic"]
    times = _named(phase, reporters.PHASES.values(), say("a phase"))
    weights = _named(severity, SEVERITIES, say("a severity"))
    asked: list[Callable[[Rule], bool]] = []
    if profile:
        asked.append(chosen.concerns)
    if times:
        asked.append(lambda rule: bool(times.intersection(reporters.phases(rule))))
    if weights:
        asked.append(lambda rule: chosen.weight(rule).name.lower() in weights)
    codes = selection.codes(code, CATALOGUE) if code else tuple(CATALOGUE)
    return [CATALOGUE[each] for each in codes if all(ask(CATALOGUE[each]) for ask in asked)]


def _named(given: list[str] | None, known: Collection[str], what: Message) -> set[str]:
    """The names in what was given, several in one text; refuse one that there is not."""
    names = [part for text in given or () for part in re.split(r"[,\s]+", text) if part]
    for name in names:
        if name not in known:
            raise not_one_of(name, what, known)
    return set(names)


def _profiles(speech: Words) -> list[Line]:
    """One line a profile: its name, what it is for, how many rules it has."""
    lines: list[Line] = []
    for name, profile in store.profiles().items():
        count = say_n("{n} rule", "{n} rules", sum(map(profile.concerns, CATALOGUE.values())))
        lines.append(
            [
                (f"{name:<24}", "message"),
                (
                    speech.ours(dict(profile.title.by_language), "profiles") if profile.title else name,
                    "plain",
                ),
                (f"  ({speech.say(count)})", "dim"),
            ]
        )
    return lines
