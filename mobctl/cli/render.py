"""`mobctl render`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from mobctl import documents, publishing, store
from mobctl.cli.common import Asked, AsOf, Quiet, day, judge, not_one_of, tell, words
from mobctl.cli.progress import Progress
from mobctl.errors import UserError
from mobctl.finding import Message, Quoted, say, say_n
from mobctl.publishing import Outcome


def render(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="The kind of document, such as recognition-report.")
    ],
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Records and folders of records (default: this folder).")
    ] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to write into.")] = Path(),
    form: Annotated[
        list[str] | None,
        typer.Option("--format", help="pdf (default), html or md; may be given several times."),
    ] = None,
    as_of: AsOf = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="en, fr, es, or two languages as in fr+en.")
    ] = None,
    quiet: Quiet = False,
) -> int:
    """Make official documents of records, each whole or not at all.

    Exit status: 0 all made, 1 a record whose document could not be made, 2 wrong use, 3 no record, 4 a bug.
    """
    wanted, formats = _wanted_document(kind, form)
    names = _document_languages(lang)
    today = day(as_of)
    asked = {path.as_posix() for path in paths or () if path.is_file()}
    written: set[Path] = set()
    seen: set[str] = set()
    early: set[str] = set()
    failed = 0
    with Progress(names[0], quiet=quiet) as progress:
        archive = store.load(paths or [Path()], tick=progress.reading)
        parts = store.repositories(archive, progress.reading)
        report = judge(archive, parts, Asked(today), progress.checking)
        output.mkdir(parents=True, exist_ok=True)
        for part in parts:
            speeches = tuple(words(name, part) for name in names)
            order = publishing.order(part, wanted, formats, speeches, report.as_of)
            for outcome in publishing.publish(part, report.judged, order):
                seen.add(outcome.file)
                progress.rendering(len(seen), len(report.files))
                if outcome.early and outcome.file not in asked:
                    early.add(outcome.file)
                elif why := outcome.why or _deliver(outcome, output, written):
                    failed += 1
                    progress.hide()
                    text = say("{file}: no document was made: {why}", file=outcome.file, why=why)
                    tell(f"mobctl: {speeches[0].say(text)}")
                elif outcome.note and not quiet:
                    progress.hide()
                    tell(f"mobctl: {outcome.file}: {speeches[0].say(outcome.note)}")
    said = list(archive.unopened)
    if early and not quiet:
        said += [
            say_n(
                "{n} record is not so far yet that this document could be made; name it to see why.",
                "{n} records are not so far yet that this document could be made; name one to see why.",
                len(early),
            )
        ]
    for message in said:
        tell(f"mobctl: {words(names[0], parts[0]).say(message)}")
    return 3 if archive.unopened else int(failed > 0)


def _wanted_document(kind: str, form: list[str] | None) -> tuple[documents.Kind, tuple[str, ...]]:
    from mobctl.render import FORMATS

    formats = tuple(dict.fromkeys(form or ["pdf"]))
    if kind not in documents.KINDS:
        raise not_one_of(kind, say("a kind of document"), documents.KINDS)
    for each in formats:
        if each not in FORMATS:
            raise not_one_of(each, say("a document format"), FORMATS)
    return documents.KINDS[kind], formats


def _deliver(outcome: Outcome, output: Path, written: set[Path]) -> Message | None:
    """Write the files of a record; say why not where this run has written files of their names already."""
    from mobctl.store import write

    paths = {output / f"{write.file_name(outcome.record)}.{suffix}": data for suffix, data in outcome.made}
    if taken := next((path for path in paths if path in written), None):
        return say("{path} is there already; it was left as it is.", path=Quoted(taken.as_posix()))
    for path, data in paths.items():
        write.replace(path, data)
        sys.stdout.write(f"{path.as_posix()}\n")
    written |= set(paths)
    return None


def _document_languages(lang: str | None) -> tuple[str | None, ...]:
    """Take `fr+en` apart; None stands for the school's own language."""
    names = lang.split("+") if lang else [None]
    if len(names) > 2 or len(names) != len(set(names)):  # noqa: PLR2004  (a main language and a second one)
        raise UserError(
            say(
                "A document has one language or two different ones, as in {example}.", example=Quoted("fr+en")
            )
        )
    return tuple(names)
