"""`mobctl rules`."""

from __future__ import annotations

from typing import Annotated

import typer

from mobctl import reporters, selection, store
from mobctl.cli.common import Colour, Lang, not_one_of, show, words
from mobctl.finding import say, say_n
from mobctl.reporters import Line
from mobctl.rules import CATALOGUE
from mobctl.words import Words


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
    profiles: Annotated[bool, typer.Option("--profiles", help="List the profiles instead.")] = False,
    lang: Lang = None,
    color: Colour = "auto",
) -> int:
    """List the rules, or explain one: why, source, what to do."""
    speech = words(lang)
    known = store.profiles()
    if profiles:
        show(_profiles(speech), color)
        return 0
    if profile is not None and profile not in known:
        raise not_one_of(profile, say("a profile"), known)
    codes = selection.codes(code, CATALOGUE) if code else tuple(CATALOGUE)
    if code and len(codes) == 1:
        show(reporters.rule_lines(CATALOGUE[codes[0]], speech), color)
        return 0
    chosen = known[profile or "generic"]
    listed = [CATALOGUE[each] for each in codes if profile is None or chosen.concerns(CATALOGUE[each])]
    lines: list[Line] = []
    for rule in listed:
        severity = chosen.weight(rule).name.lower()
        lines.append(
            [
                (f"{rule.code}  ", "message"),
                (f"{severity:<8} ", severity),
                (speech.text(rule.title), "plain"),
            ]
        )
    show(lines, color)
    return 0


def _profiles(speech: Words) -> list[Line]:
    """One line a profile: its name, what it is for, how many rules it has."""
    lines: list[Line] = []
    for name, profile in store.profiles().items():
        count = say_n("{n} rule", "{n} rules", sum(map(profile.concerns, CATALOGUE.values())))
        lines.append(
            [
                (f"{name:<20}", "message"),
                (speech.show(profile.title or name), "plain"),
                (f"  ({speech.say(count)})", "dim"),
            ]
        )
    return lines
