"""`mobctl explain`."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from mobctl import engine, explanation, reporters, store
from mobctl.cli.common import Colour, Lang, files_of, show, words
from mobctl.errors import NothingToCheckError, UserError
from mobctl.finding import Quoted, say
from mobctl.model import GradingTable, Mobility
from mobctl.reporters import Where
from mobctl.store.archive import SUFFIXES

Form = Enum("Form", {name: name for name in ("text", "json")})  # type: ignore[misc]


def explain(
    record: Annotated[str, typer.Argument(help="The file of a record, or the id of one in this folder.")],
    place: Annotated[
        str | None,
        typer.Argument(
            help="What to explain: the id of a component, result or block; studied, recognised, virtual, results,"
            " recognition, hours or period; or a field, as in recognition.blocks[1]. Without it, every sum."
        ),
    ] = None,
    output: Annotated[Form, typer.Option("--format", help="How to write the explanation.")] = Form["text"],
    lang: Lang = None,
    color: Colour = "auto",
) -> int:
    """Tell how a credit or a grade came about: its parts, the rule, the line of the grading table.

    Exit status: 0 explained, 1 the record has mistakes, 2 wrong use, 3 no such record.
    """
    name, part = _found(record)
    speech = words(lang, part)
    models = engine.models(store.sheets(part), store.shapes(), store.lists())
    mobility = models.get(name)
    if not isinstance(mobility, Mobility):
        text = say("{file} has mistakes: `mobctl validate` shows them.", file=name)
        sys.stderr.write(f"mobctl: {speech.say(text)}\n")
        return 1
    steps = explanation.explain(mobility, engine.index(models), store.lists(), place)
    known = {key: model for key, model in models.items() if key == name or isinstance(model, GradingTable)}
    where = Where(name, {**part.beside, **part.files}, known)
    if output.value == "json":
        sys.stdout.buffer.write(reporters.steps_json(steps, where, speech, place).encode())
    else:
        show(reporters.step_lines(steps, where, speech), color)
    return 0


def _found(record: str) -> tuple[str, store.Archive]:
    """Find a record by its file, else by its id among those of this folder."""
    path, *_ = files_of([Path(record)])
    if path.is_dir():
        raise UserError(say("{path} is a folder: name the file of one record.", path=Quoted(record)))
    if path.is_file() or path.suffix.lower() in SUFFIXES:
        [part] = store.repositories(store.load([path]))
        [(name, file)] = part.files.items()
        if file.kind not in ("mobility", "?"):
            raise UserError(say("{file} is no record of a mobility.", file=Quoted(name)))
        return name, part
    raise NothingToCheckError(
        say("There is no file {record}, and no record of this id in this folder.", record=Quoted(record))
    )
