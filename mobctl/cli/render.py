"""`mobctl render`."""

from __future__ import annotations

import sys
import time
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from mobctl import batch, documents, publishing, registering, store
from mobctl.cli.common import Asked, AsOf, Quiet, day, judge, named, not_one_of, tell, words
from mobctl.cli.keys import read_private
from mobctl.cli.progress import Progress
from mobctl.errors import ContentError, UserError
from mobctl.finding import N_, Arg, Judged, Message, Quoted, Series, say, say_n
from mobctl.press import Press
from mobctl.publishing import Order, Outcome
from mobctl.store import write
from mobctl.words import Words

MANIFESTS = (".csv", ".json")
PATIENCE = 60.0
"""For how many seconds a file that is being written is left alone: another run may be at it."""

ALL = "all"
LISTED = "mobctl documents"
"""What lists all kinds of documents."""

OUT = Path("-")
"""Standard output, as `--output`."""


def render(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="The kind of document, such as recognition-report; all is every one that is due.",
        ),
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
        typer.Option(
            "--format",
            help="pdf (default), html or md, for open-badge also ob3 or elm; may be given several times.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over files that are there with another content.")
    ] = False,
    register: Annotated[
        bool,
        typer.Option("--register", help="Enter the documents in their records, under documents, as issued."),
    ] = False,
    sample: Annotated[
        bool, typer.Option("--sample", help="Show the kind with an invented record, in the school's look.")
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
    name: Annotated[
        str,
        typer.Option(
            "--name",
            metavar="PATTERN",
            help="File names, of {id}, {kind}, {number}, {lang}, {year} and folders.",
        ),
    ] = "",
    zip: Annotated[
        Path | None, typer.Option("--zip", metavar="FILE", help="Write all documents into one ZIP instead.")
    ] = None,
    manifest: Annotated[
        Path | None,
        typer.Option(
            "--manifest", metavar="FILE", help="Write a list of what was made, and why not: .csv or .json."
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, help="How many processes (default: one a core).")
    ] = None,
    as_of: AsOf = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="en, fr, es, or two languages as in fr+en.")
    ] = None,
    quiet: Quiet = False,
) -> int:
    """Make official documents of records, each whole or not at all.

    A run over many records that was broken off goes on where it stopped: what is there already is not made again.

    A file that is there with another content is left as it is, unless you give --force. Of a record with open errors
    nothing is made, unless you give --draft.

    Exit status: 0 all made, 1 a record whose document could not be made, 2 wrong use, 3 no record, 4 a bug.
    """
    wanted, formats = _wanted_documents(kind, form)
    if output == OUT:
        _check_output(formats)
    names = _document_languages(lang)
    given = {
        "--draft": draft,
        "--register": register,
        "--sample": sample,
        "--zip": zip is not None,
        "--output": output != Path(),
    }
    _refuse_together({name for name, is_given in given.items() if is_given}, kind)
    if register:
        _refuse_to_enter(wanted)
    if manifest and manifest.suffix.lower() not in MANIFESTS:
        raise UserError(
            say("The name of a manifest ends in .csv or .json, not {suffix}.", suffix=Quoted(manifest.suffix))
        )
    today = day(as_of)
    key = read_private(seal) if seal else None
    asked = {path.as_posix() for path in paths or () if path.is_file()}
    with Progress(names[0], quiet=quiet) as progress:
        look = store.school(Path()) if sample else None
        archive = (
            _sample(_own(kind, [look])[0] if look and not wanted else wanted[0], today, paths)
            if sample
            else store.load(paths or [Path()], tick=progress.reading)
        )
        schools = [archive] if sample else store.repositories(archive, progress.reading)
        # What is made of the whole archive was asked for by its folder.
        asked |= {school.config.name for school in schools if school.config}
        if not wanted:
            _own(kind, [look] if look else schools)
        if not quiet:
            _warn([look] if look else schools, names[0], progress)
        report = judge(archive, schools, Asked(today), progress.checking)
        run = _Run(
            output,
            force,
            register,
            quiet,
            asked,
            progress,
            len(report.files),
            jobs,
            batch.Zip.new(zip) if zip else None,
            kind == ALL,
        )
        batches: Iterator[_Batch] = (
            each
            for school in schools
            for kind_wanted in wanted or _own(kind, [look or school], there=False)
            for each in run.of_school(
                school,
                report.judged,
                publishing.order(
                    look or school,
                    kind_wanted,
                    formats,
                    tuple(words(each, look or school) for each in names),
                    report.as_of,
                    publishing.Sealer(key, publishing.checking_address(school)) if key else None,
                    draft=draft or sample,
                    pattern=name,
                    every=kind == ALL,
                ),
            )
        )
        if output == OUT:
            batches = iter(_one(batches))
        try:
            for each in batches:
                run.deliver(each)
                run.done += 1
            run.finish()
        finally:
            run.presses.close()
            if manifest:
                run.write_manifest(manifest, words(names[0], schools[0]))
    nothing_there = () if run.seen else (*_nothing(wanted),)
    said = [*archive.unopened, *nothing_there, *(() if quiet else run.left())]
    for message in said:
        tell(f"mobctl: {words(names[0], schools[0]).say(message)}")
    nothing = output == OUT and not run.done  # whoever waits at the other end gets no document
    return 3 if archive.unopened or nothing_there else int(run.failed > 0 or nothing)


def _warn(schools: Iterable[store.Archive], lang: str | None, progress: Progress) -> None:
    """Name what the schools have among their templates that no document is made with."""
    for school in schools:
        for message in publishing.idle(school):
            progress.hide()
            tell(f"mobctl: {words(lang, school).say(message)}")


APART = (
    ("--draft", "--register"),
    ("--sample", "--register"),
    ("--zip", "--register"),
    ("--zip", "--output"),
)
"""Options that contradict each other: a draft or a sample is not entered as issued, a ZIP lies where it is named."""


def _refuse_together(given: set[str], kind: str) -> None:
    for one, other in APART:
        if {one, other} <= given:
            raise UserError(say("Give {one} or {other}, not both.", one=Quoted(one), other=Quoted(other)))
    for option in ("--register", "--sample"):
        if option in given and kind == ALL:
            raise UserError(say("{option} takes one kind of document at a time.", option=Quoted(option)))


def _refuse_to_enter(kinds: tuple[documents.Kind, ...]) -> None:
    """A document of an agreement, an institution, a group or a whole archive has no record of its own."""
    for kind in kinds:
        if kind.subject is not documents.Subject.MOBILITY:
            raise UserError(
                say(
                    "{option} enters a document in the record of the mobility that it is about; {kind} is not about one"
                    " mobility. Make it without {option}, and keep the paper.",
                    option=Quoted("--register"),
                    kind=Quoted(kind.name),
                )
            )


NOTHING = {
    documents.Subject.PARTNER_AGREEMENT: N_("There is no file of an agreement with a partner among these."),
    documents.Subject.INSTITUTION: N_("There is no file of an institution among these."),
    documents.Subject.GROUP: N_("None of these records says that its learner goes with a group (group)."),
    documents.Subject.ARCHIVE: N_(
        "This document is about all that the school keeps: name the folder that holds its mobctl.yaml."
    ),
}
"""What there is none of, for kinds of documents that are not about each mobility."""


def _nothing(kinds: tuple[documents.Kind, ...]) -> Iterator[Message]:
    """Say why nothing came of one kind of document: nothing that was named is what it is about."""
    if len(kinds) == 1 and kinds[0].subject in NOTHING:
        yield Message(NOTHING[kinds[0].subject])


def _sample(kind: documents.Kind, today: date, paths: list[Path] | None) -> store.Archive:
    if paths:
        raise UserError(say("{option} takes no records: it has one of its own.", option=Quoted("--sample")))
    found = publishing.sample(kind, today)
    if found is None:
        raise UserError(
            say(
                "No example that ships with mobctl has a document of the kind {kind}.", kind=Quoted(kind.name)
            )
        )
    return found


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
    jobs: int | None = None
    zip: batch.Zip | None = None
    every: bool = False
    journal: batch.Journal | None = None
    press: Press[Outcome] | None = None
    presses: ExitStack = field(default_factory=ExitStack)
    rows: list[batch.Row] = field(default_factory=list)
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
        if self.journal is None and not self.zip and self.output != OUT and not self.register:
            self.journal = batch.Journal.of(self.output)
            for path in batch.stale(self.output, time.time() - PATIENCE):
                path.unlink(missing_ok=True)
        if self.press is None or self.press.look != order.look:
            self.press = self.presses.enter_context(Press[Outcome](order.look, self.jobs))
        made = publishing.publish(school, judged, order, but, self.press, self._known)
        for file, outcomes in groupby(made, key=lambda each: each.file):
            found = [*outcomes]
            self._note(found, order)
            yield file, found
            self.seen.add(file)
            self.progress.rendering(len(self.seen), self.total)

    def _known(self, key: str, names: tuple[str, ...]) -> bool:
        """Say whether a document is there, of an earlier run: in this one, its name would be that of another."""
        mine = {(self.output / name).as_posix().casefold() for name in names}
        return self.journal is not None and not self.written & mine and self.journal.known(key, names)

    def _note(self, outcomes: list[Outcome], order: Order) -> None:
        """Enter documents in the manifest; those that can't be written are taken back."""
        for each in outcomes:
            status = "made" if each.made else "same" if each.same else "early" if each.early else "refused"
            files = tuple(name for name, _ in each.made) or each.same
            digests = tuple(batch.digest(data) for _, data in each.made) or tuple(
                batch.digest((self.output / name).read_bytes()) for name in each.same
            )
            why = order.first.show(each.why) if each.why else ""
            self.rows.append(
                batch.Row(
                    each.record,
                    each.file,
                    order.kind.name,
                    each.part,
                    each.number,
                    status,
                    why,
                    files,
                    digests,
                )
            )
            self.same += len(each.same)
            self.written |= {(self.output / name).as_posix().casefold() for name in each.same}

    def finish(self) -> None:
        """Write the ZIP, if there is one to write."""
        if self.zip and self.done:
            self.zip.save(force=self.force)
            named(self.zip.path.as_posix())

    def write_manifest(self, manifest: Path, speech: Words) -> None:
        """Write what became of each document."""
        json_wanted = manifest.suffix.lower() == ".json"
        data = batch.manifest_json(self.rows, speech) if json_wanted else batch.manifest_csv(self.rows)
        write.put(manifest, data)

    def _made(self, file: str, outcomes: list[Outcome], speech: Words) -> tuple[Outcome, ...]:
        """Keep the documents that were made; say of the others why not, unless it is too early for them."""
        for each in outcomes:
            if each.early and self.every:
                continue  # all that is due was asked for
            if each.early and each.why and file not in self.asked:
                self.early.setdefault(file, each.why)
            elif each.why:
                self._fail(file, each.why, speech)
        return tuple(each for each in outcomes if each.made)

    def deliver(self, work: _Batch) -> None:
        """Write the files of a batch, all of them or none; then the record that says so."""
        if self.output == OUT:
            [(_, data)] = work.made[0].made
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        elif not self._write(work):
            return
        notes = [note for each in work.made for note in each.notes]
        if work.entered:
            notes += work.entered.notes
            notes += [
                say("{number} is entered in the record, under `documents`", number=each.number)
                for each in work.made
                if each.part in work.entered.places
            ]
            if work.text != work.entered.raw:
                registering.save(work.file, work.entered, work.text)
        for note in notes:
            if not self.quiet:
                self._tell(f"mobctl: {work.file}: {work.speech.say(note)}")

    def _write(self, work: _Batch) -> bool:
        paths = {self.output / name: data for each in work.made for name, data in each.made}
        names = {path.as_posix().casefold() for path in paths}
        if self.written & names:
            path = next(path for path in paths if path.as_posix().casefold() in self.written)
            why = say("{path} is the name of another record's document", path=Quoted(path.as_posix()))
            self._fail(work.file, why, work.speech)
            self._refused(work, work.speech.say(why))
            return False
        self.written |= names
        if self.zip:
            self.zip.add({name: data for each in work.made for name, data in each.made})
            return True
        try:
            self.same += len(write.save(paths, force=self.force))
        except ContentError as error:
            self._fail(work.file, error.args[0], work.speech)
            self._refused(work, work.speech.say(error.args[0]))
            return False
        for path in paths:
            named(path.as_posix())
        for each in work.made:
            if self.journal:
                self.journal.note(each.key, dict(each.made))
        return True

    def _refused(self, work: _Batch, why: str) -> None:
        """Take back in the manifest what could not be written."""
        parts = {each.part for each in work.made}
        self.rows = [
            replace(row, status="refused", why=why, files=(), sha256=())
            if row.source == work.file and row.part in parts
            else row
            for row in self.rows
        ]

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


def _wanted_documents(
    kind: str, form: list[str] | None
) -> tuple[tuple[documents.Kind, ...], tuple[str, ...]]:
    formats = tuple(dict.fromkeys(form or ["pdf"]))
    if kind.startswith(documents.OWN):
        kinds: tuple[documents.Kind, ...] = ()  # which there are, the school's folder says
    elif kind == ALL:
        kinds = tuple(documents.KINDS.values())
    elif kind in documents.KINDS:
        kinds = (documents.KINDS[kind],)
    else:
        raise not_one_of(kind, say("a kind of document"), (ALL, *documents.KINDS), LISTED)
    known = dict.fromkeys((*documents.PAGES, *(each for one in kinds for each in one.formats)))
    for each in formats:
        if each not in known:
            raise not_one_of(each, say("a format of this document"), known)
    return tuple(one for one in kinds if {*formats} <= {*one.formats}), formats


def _own(kind: str, schools: Iterable[store.Archive], *, there: bool = True) -> tuple[documents.Kind, ...]:
    """Find the kind of a letter that a school has added itself; with `there`, one of the schools must have it."""
    known = {name: each for school in schools for name, each in publishing.letters(school).items()}
    if kind in known:
        return (known[kind],)
    if there:
        raise not_one_of(kind, say("a kind of document"), (ALL, *documents.KINDS, *known), LISTED)
    return ()


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
