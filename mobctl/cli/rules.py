"""`mobctl rules`."""

from __future__ import annotations

from typing import Annotated

import typer

from mobctl import reporters
from mobctl.cli.common import Colour, Lang, show, words
from mobctl.errors import UserError
from mobctl.finding import Quoted, say
from mobctl.reporters import Line
from mobctl.rules import CATALOGUE


def rules(
    code: Annotated[str | None, typer.Argument(help="Explain this rule.")] = None,
    lang: Lang = None,
    color: Colour = "auto",
) -> int:
    """List the rules, or explain one: why, source, what to do."""
    speech = words(lang)
    if code is None:
        lines: list[Line] = [
            [
                (f"{rule.code}  ", "message"),
                (f"{rule.severity.name.lower():<8} ", rule.severity.name.lower()),
                (speech.text(rule.title), "plain"),
            ]
            for rule in CATALOGUE.values()
        ]
        show(lines, color)
        return 0
    by_slug = {rule.slug: rule for rule in CATALOGUE.values()}
    found = CATALOGUE.get(code.upper()) or by_slug.get(code)
    if found is None:
        from difflib import get_close_matches

        near = get_close_matches(code.upper(), CATALOGUE, n=1) or get_close_matches(code, by_slug, n=1)
        if near:
            raise UserError(
                say("There is no rule {code}. Did you mean {near}?", code=Quoted(code), near=Quoted(near[0]))
            )
        raise UserError(say("There is no rule {code}.", code=Quoted(code)))
    show(reporters.rule_lines(found, speech), color)
    return 0
