"""`mobctl rules`."""

from __future__ import annotations

from typing import Annotated

import typer

from mobctl import reporters, selection
from mobctl.cli.common import Colour, Lang, show, words
from mobctl.reporters import Line
from mobctl.rules import CATALOGUE


def rules(
    code: Annotated[
        str | None, typer.Argument(help="Explain this rule, or list a family of rules such as LA.")
    ] = None,
    lang: Lang = None,
    color: Colour = "auto",
) -> int:
    """List the rules, or explain one: why, source, what to do."""
    speech = words(lang)
    codes = selection.codes(code, CATALOGUE) if code else tuple(CATALOGUE)
    if code and len(codes) == 1:
        show(reporters.rule_lines(CATALOGUE[codes[0]], speech), color)
        return 0
    listed = [CATALOGUE[each] for each in codes]
    lines: list[Line] = [
        [
            (f"{rule.code}  ", "message"),
            (f"{rule.severity.name.lower():<8} ", rule.severity.name.lower()),
            (speech.text(rule.title), "plain"),
        ]
        for rule in listed
    ]
    show(lines, color)
    return 0
