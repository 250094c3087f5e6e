"""`mobctl import`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mobctl import store
from mobctl.cli.common import Lang, named, not_one_of, tell, words
from mobctl.errors import NothingToCheckError, UserError
from mobctl.finding import Quoted, say, system
from mobctl.words import Words

if TYPE_CHECKING:
    from mobctl.exchange import Imported


def import_(
    form: Annotated[
        str,
        typer.Argument(metavar="FORMAT", help="The other system's format: ewp-la, or elmo (EMREX, EWP ToR)."),
    ],
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Files to read.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to write into.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Overwrite records that are there.")] = False,
    lang: Lang = None,
) -> int:
    """Turn files of another system into records, and say what could not be carried.

    Nothing is written unless all files could be read.
    """
    from mobctl.exchange import IMPORTS

    speech = words(lang)
    if form not in IMPORTS:
        raise not_one_of(form, say("a format to import"), IMPORTS)
    school = store.own_institution(output)
    records: dict[Path, Imported] = {}
    for file in files:
        for record in _read(form, file, school):
            path = _goal(output, record)
            if path in records:
                raise UserError(say("Two of the files make {path}: nothing was written.", path=_shown(path)))
            if path.exists() and not force:
                raise UserError(say("{path} is there already; it was left as it is.", path=_shown(path)))
            records[path] = record
    output.mkdir(parents=True, exist_ok=True)
    for path, record in records.items():
        _write(path, record, speech, force=force)
    return 0


def _read(form: str, file: Path, school: Mapping[str, Any] | None) -> Sequence[Imported]:
    from mobctl.exchange import IMPORTS

    try:
        data = file.read_bytes()
    except OSError as error:
        text = say("{file} cannot be opened: {why}", file=_shown(file), why=system(error))
        raise NothingToCheckError(text) from error
    return IMPORTS[form].load(data, school)


def _goal(output: Path, record: Imported) -> Path:
    from mobctl.store import write

    return output / f"{write.file_name(record.id)}.mobility.yaml"


def _shown(path: Path) -> Quoted:
    return Quoted(path.as_posix())


def _write(path: Path, record: Imported, speech: Words, *, force: bool) -> None:
    """Write a record; its path goes to standard output, what there is to say about it to standard error."""
    from mobctl.store import write

    comments = {place: speech.say(message) for place, message in record.comments.items()}
    text = write.dump(record.record, comments, "mobility.schema.json")
    if force:
        write.replace(path, text.encode())
    else:
        write.write_new(path, text)
    named(path.as_posix())
    sys.stdout.flush()  # what is said about a record follows it, wherever the two go
    for message in record.assumed:
        tell(f"  {speech.say(message)}")
    for lost in record.lost:
        place = speech.say(say("line {line}", line=lost.line))
        tell(f"  {place}, {lost.path}: {speech.say(lost.why)}")
