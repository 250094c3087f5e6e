"""`mobctl doctor`."""

from __future__ import annotations

import sys
from datetime import date
from enum import Enum
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from mobctl import __version__
from mobctl import doctor as examination
from mobctl.cli.common import Colour, Lang, language, show
from mobctl.doctor import Item, State
from mobctl.errors import NothingToCheckError
from mobctl.escaped import dumps
from mobctl.finding import Quoted, say, say_n
from mobctl.reporters import Line, visible
from mobctl.store import lists
from mobctl.words import Words
from mobctl.words import words as load_words

Form = Enum("Form", {name: name for name in ("text", "json")})  # type: ignore[misc]
_MARK = {State.GOOD: ("✓", "plain"), State.NOTE: ("!", "warning"), State.WRONG: ("✗", "error")}


def doctor(
    folder: Annotated[Path, typer.Argument(help="The folder of records (default: this one).")] = Path(),
    output: Annotated[Form, typer.Option("--format", help="How to write what was found.")] = Form["text"],
    lang: Lang = None,
    color: Colour = "auto",
) -> int:
    """Look at the installation and at a folder: versions, fonts, settings, records; what is off and why.

    Nothing is changed, and nothing is sent anywhere. Exit status: 0 all is well, 1 something is wrong, 2 wrong use, 3 no such folder.
    """
    if not folder.is_dir():
        raise NothingToCheckError(say("{path} is not a folder.", path=Quoted(str(folder))))
    code, why = language(lang)
    speech = load_words(code, lists())
    found = [*examination.examine(folder, speech, why, sys.stdout.encoding or "ascii", date.today())]
    if output.value == "text":
        show(_lines(found, speech), color)
    else:
        sys.stdout.buffer.write(_json(found, speech).encode())
    return int(any(item.state is State.WRONG for item in found))


def _lines(found: list[Item], speech: Words) -> list[Line]:
    lines: list[Line] = []
    for part, items in groupby(found, lambda item: item.part):
        lines += [*[[]] * bool(lines), [(visible(speech.say(part)), "file")]]
        for item in items:
            mark, style = _MARK[item.state]
            lines.append([(f"  {mark} ", style), (visible(speech.say(item.text)), "plain")])
            if item.advice:
                lines.append([(f"      {visible(speech.say(item.advice))}", "dim")])
    wrong = sum(item.state is State.WRONG for item in found)
    closing = (
        say_n("{n} thing is wrong.", "{n} things are wrong.", wrong) if wrong else say("Nothing is wrong.")
    )
    return [*lines, [], [(speech.say(closing), "message")]]


def _json(found: list[Item], speech: Words) -> str:
    data = {
        "version": 1,
        "tool": {"name": "mobctl", "version": __version__},
        "lang": speech.lang,
        "found": [
            {
                "part": speech.say(item.part),
                "state": item.state.value,
                "text": speech.say(item.text),
                "advice": speech.say(item.advice) if item.advice else None,
            }
            for item in found
        ],
    }
    return f"{dumps(data)}\n"
