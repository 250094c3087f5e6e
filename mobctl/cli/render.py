"""`mobctl render`."""

from __future__ import annotations

import sys
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from mobctl import documents, publishing, registering, store
from mobctl.cli.common import Asked, AsOf, Quiet, day, judge, not_one_of, tell, words
from mobctl.cli.keys import read_private
from mobctl.cli.progress import Progress
from mobctl.errors import ContentError, UserError
from mobctl.finding import Arg, Judged, Message, Quoted, Series, say, say_n
from mobctl.publishing import Order, Outcome
from mobctl.store import write
from mobctl.words import Words

OUT = Path("-")
"""Standard output, as `--output`."""


def render(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="The kind of document, such as recognition-report.")
    ],
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Records and folders of records (default: this folder).")
    ] = None,
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", help="The folder to write into; - writes one document to standard output."
        ),
    ] = Path(),
    form: Annotated[
        list[str] | None,
        typer.Option("--format", help="pdf (default), html or md; may be given several times."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over files that are there with another content.")
    ] = False,
    register: Annotated[
        bool,
        typer.Option("--register", help="Enter the documents in their records, under documents, as issued."),
    ] = False,
    draft: Annotated[
        bool,
        typer.Option("--draft", help="Mark all as drafts, and make those of records with open errors too."),
    ] = False,
    seal: Annotated[
        Path | None,
        typer.Option(
            "--seal", metavar="KEY", help="Seal signed documents of the school with this private key."
        ),
    ] = None,
    as_of: AsOf = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="en, fr, es, or two languages as in fr+en.")
    ] = None,
    quiet: Quiet = False,
) -> int:
    """Make official documents of records, each whole or not at all.

    A file that is there with another content is left as it is, unless you give --force. Of a record with open errors
    nothing is made, unless you give --draft.

    Exit status: 0 all made, 1 a record whose document could not be made, 2 wrong use, 3 no record, 4 a bug.
    """
    wanted, formats = _wanted_document(kind, form)
    if output == OUT:
        _check_output(formats)
    names = _document_languages(lang)
    if draft and register:
        raise UserError(
            say(
                "A draft is not entered as issued: give {one} or {other}, not both.",
                one="--draft",
                other="--register",
            )
        )
    today = day(as_of)
    key = read_private(seal) if seal else None
    asked = {path.as_posix() for path in paths or () if path.is_file()}
    with Progress(names[0], quiet=quiet) as progress:
        archive = store.load(paths or [Path()], tick=progress.reading)
        schools = store.repositories(archive, progress.reading)
        report = judge(archive, schools, Asked(today), progress.checking)
        run = _Run(output, force, register, quiet, asked, progress, len(report.files))
        batches: Iterator[_Batch] = (
            batch
            for school in schools
            for batch in run.of_school(
                school,
                report.judged,
                publishing.order(
                    school,
                    wanted,
                    formats,
                    tuple(words(name, school) for name in names),
                    report.as_of,
                    publishing.Sealer(key, publishing.checking_address(school)) if key else None,
                    draft=draft,
                ),
            )
        )
        if output == OUT:
            batches = iter(_one(batches))
        for batch in batches:
            run.deliver(batch)
            run.done += 1
    said = [*archive.unopened, *(() if quiet else run.left())]
    for message in said:
        tell(f"mobctl: {words(names[0], schools[0]).say(message)}")
    nothing = output == OUT and not run.done  # whoever waits at the other end gets no document
    return 3 if archive.unopened else int(run.failed > 0 or nothing)


@dataclass(frozen=True, slots=True)
class _Batch:
    """The documents of one record that can be made, and the record as it is to be written once they are."""

    file: str
    made: tuple[Outcome, ...]
    speech: Words
    entered: registering.Entered | None = None
    text: bytes = b""


@dataclass(slots=True)
class _Run:
    """What is made of many records, and what there is to say of it."""

    output: Path
    force: bool
    register: bool
    quiet: bool
    asked: set[str]
    progress: Progress
    total: int
    seen: set[str] = field(default_factory=set)
    early: dict[str, Arg] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    done: int = 0
    same: int = 0
    failed: int = 0

    def of_school(
        self, school: store.Archive, judged: Mapping[str, Judged], order: Order
    ) -> Iterator[_Batch]:
        """Make the documents of a repository, record by record; nothing is written yet."""
        speech = order.first
        if not self.register:
            for file, outcomes in self._by_file(school, judged, order):
                yield from (_Batch(file, (each,), speech) for each in self._made(file, outcomes, speech))
            return
        register = registering.enter(school, judged, order)
        anew = judge(register.archive, [register.archive], Asked(order.as_of)).judged
        for file, why in register.refused.items():
            self._fail(file, why, speech)
        for file, outcomes in self._by_file(register.archive, {**judged, **anew}, order, register.refused):
            before = self.failed
            made = self._made(file, outcomes, speech)
            if made and self.failed == before:  # all documents of a record are entered, or none
                entered = register.entered[file]
                try:
                    text = entered.sealed({each.part: each.fingerprint for each in made})
                except ContentError as error:
                    self._fail(file, error.args[0], speech)
                else:
                    yield _Batch(file, made, speech, entered, text)

    def _by_file(
        self, school: store.Archive, judged: Mapping[str, Judged], order: Order, but: Container[str] = ()
    ) -> Iterator[tuple[str, list[Outcome]]]:
        made = publishing.publish(school, judged, order, but)
        for file, outcomes in groupby(made, key=lambda each: each.file):
            yield file, [*outcomes]
            self.seen.add(file)
            self.progress.rendering(len(self.seen), self.total)

    def _made(self, file: str, outcomes: list[Outcome], speech: Words) -> tuple[Outcome, ...]:
        """Keep the documents that were made; say of the others why not, unless it is too early for them."""
        for each in outcomes:
            if each.early and each.why and file not in self.asked:
                self.early.setdefault(file, each.why)
            elif each.why:
                self._fail(file, each.why, speech)
        return tuple(each for each in outcomes if each.made)

    def deliver(self, batch: _Batch) -> None:
        """Write the files of a batch, all of them or none; then the record that says so."""
        if self.output == OUT:
            [(_, data)] = batch.made[0].made
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        elif not self._write(batch):
            return
        notes = [note for each in batch.made for note in each.notes]
        if batch.entered:
            notes += batch.entered.notes
            notes += [
                say("{number} is entered in the record, under `documents`", number=each.number)
                for each in batch.made
                if each.part in batch.entered.places
            ]
            if batch.text != batch.entered.raw:
                registering.save(batch.file, batch.entered, batch.text)
        for note in notes:
            if not self.quiet:
                self._tell(f"mobctl: {batch.file}: {batch.speech.say(note)}")

    def _write(self, batch: _Batch) -> bool:
        paths = {
            self.output / f"{write.file_name(each.record)}.{suffix}": data
            for each in batch.made
            for suffix, data in each.made
        }
        names = {path.as_posix().casefold() for path in paths}
        if self.written & names:
            path = next(path for path in paths if path.as_posix().casefold() in self.written)
            why = say("{path} is the name of another record's document", path=Quoted(path.as_posix()))
            self._fail(batch.file, why, batch.speech)
            return False
        try:
            self.same += len(write.save(paths, force=self.force))
        except ContentError as error:
            self._fail(batch.file, error.args[0], batch.speech)
            return False
        for path in paths:
            sys.stdout.write(f"{path.as_posix()}\n")
        self.written |= names
        return True

    def _fail(self, file: str, why: Arg, speech: Words) -> None:
        self.failed += 1
        self._tell(f"mobctl: {speech.say(_none_made(file, why))}")

    def _tell(self, text: str) -> None:
        self.progress.hide()
        tell(text)

    def left(self) -> Iterator[Message]:
        """Say how many documents there are that nothing was done for."""
        if self.same:
            yield say_n(
                "{n} file was there already with the same content; it was left as it is.",
                "{n} files were there already with the same content; they were left as they are.",
                self.same,
            )
        if len(self.early) == 1:
            [(file, why)] = self.early.items()
            yield _none_made(file, why)
        elif self.early:
            yield say(
                "This document can't be made of {n} records, or not yet; name one to see why.",
                n=len(self.early),
            )


def _none_made(file: str, why: Arg) -> Message:
    return say("{file}: no document was made: {why}", file=file, why=why)


def _check_output(formats: tuple[str, ...]) -> None:
    """Refuse what standard output cannot take: several formats, or a PDF on a screen."""
    if len(formats) > 1:
        raise UserError(
            say("Standard output takes one format; you asked for {formats}.", formats=Series(formats))
        )
    if formats == ("pdf",) and sys.stdout.isatty():
        raise UserError(
            say(
                "A PDF cannot be shown in this window: name a folder with {option}, or send it to a file or a program.",
                option="--output",
            )
        )


def _one(batches: Iterable[_Batch]) -> list[_Batch]:
    """Make sure that one document comes, before any is written."""
    made = [*batches]
    count = sum(len(each.made) for each in made)
    if count > 1:
        raise UserError(
            say(
                "Standard output takes one document, and {n} could be made. Name one record, or a folder with {option}.",
                n=count,
                option="--output",
            )
        )
    return made


def _wanted_document(kind: str, form: list[str] | None) -> tuple[documents.Kind, tuple[str, ...]]:
    from mobctl.render import FORMATS

    formats = tuple(dict.fromkeys(form or ["pdf"]))
    if kind not in documents.KINDS:
        raise not_one_of(kind, say("a kind of document"), documents.KINDS)
    for each in formats:
        if each not in FORMATS:
            raise not_one_of(each, say("a document format"), FORMATS)
    return documents.KINDS[kind], formats


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
