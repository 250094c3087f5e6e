"""`mobctl schema`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from mobctl import store
from mobctl.cli.common import Lang, named, not_one_of, tell, words
from mobctl.finding import say
from mobctl.store import write


def schema(
    kind: Annotated[
        str | None, typer.Argument(metavar="TYPE", help="A type of file; without it, all are listed.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A new file to write the schema to.")
    ] = None,
    exact: Annotated[
        bool,
        typer.Option("--exact", help="The schema that validate itself uses, with mobctl's own formats."),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if it is there.")] = False,
    lang: Lang = None,
) -> int:
    """List the types of file, or print the JSON Schema of one, as editors and other programs read it.

    Exit status: 0 done, 2 wrong use.
    """
    speech = words(lang)
    if kind is None:
        for name in store.KINDS:
            found = store.schema(name)
            sys.stdout.write(f"{name + '/' + str(found['x-version']):<21} {found['description']}\n")
        return 0
    if kind not in store.KINDS:
        raise not_one_of(kind, say("a type of file"), store.KINDS)
    text = store.schema_text(kind, exact=exact)
    name = f"{kind}.schema.json"
    if output is None:
        sys.stdout.buffer.write(text.encode())
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        if force:
            write.replace(output, text.encode())
        else:
            write.write_new(output, text)
        named(output.as_posix())
        name = Path(os.path.relpath(output)).as_posix()
    line = f"# yaml-language-server: $schema={name}"
    hint = say(
        "An editor shows the help of this schema in a file that begins with the line {line}. The path leads from"
        " the file to the schema: in a file of a subfolder such as mobilities/, it is {below}.",
        line=line,
        below=f"../{name}",
    )
    tell(f"mobctl: {speech.say(hint)}")
    return 0
