"""`mobctl import`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from mobctl.cli.common import Lang, not_one_of, tell, words
from mobctl.errors import NothingToCheckError
from mobctl.finding import Quoted, say


def import_(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="The other system's format: ewp-la.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Files to read.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to write into.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Overwrite records that are there.")] = False,
    lang: Lang = None,
) -> int:
    """Turn files of another system into records, and say what could not be carried."""
    from mobctl.exchange import IMPORTS
    from mobctl.store import write

    speech = words(lang)
    if form not in IMPORTS:
        raise not_one_of(form, say("a format to import"), IMPORTS)
    for file in files:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise NothingToCheckError(
                say("{file} cannot be opened: {why}", file=Quoted(file.as_posix()), why=error.strerror or "")
            ) from error
        for record in IMPORTS[form].load(data):
            comments = {place: speech.say(message) for place, message in record.comments.items()}
            text = write.dump(record.record, comments, "mobility.schema.json")
            path = output / f"{write.file_name(record.id)}.mobility.yaml"
            output.mkdir(parents=True, exist_ok=True)
            if force:
                write.replace(path, text.encode())
            else:
                write.write_new(path, text)
            sys.stdout.write(f"{path.as_posix()}\n")
            for message in record.assumed:
                tell(f"  {speech.say(message)}")
            for lost in record.lost:
                place = speech.say(say("line {line}", line=lost.line))
                tell(f"  {place}, {lost.path}: {speech.say(lost.why)}")
    return 0
