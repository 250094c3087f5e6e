"""`mobctl render`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mobctl import batch, documents, publishing, store
from mobctl.cli.common import Asked, AsOf, Quiet, day, files_of, judge, named, not_one_of, tell, words
from mobctl.cli.keys import read_private
from mobctl.cli.progress import Progress
from mobctl.delivering import Batch, Run
from mobctl.errors import UserError
from mobctl.finding import N_, Judged, Message, Quoted, Series, say
from mobctl.manifest import as_csv, as_json
from mobctl.publishing import Order, Sealer
from mobctl.seal import key_id
from mobctl.store import write

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MANIFESTS = (".csv", ".json")

ALL = "all"
LISTED = "mobctl documents"
"""What lists all kinds of documents."""

OUT = Path("-")
"""Standard output, as `--output`."""

KindName = Annotated[
    str,
    typer.Argument(
        metavar="KIND",
        help="The kind of document, such as recognition-report; all is every one that is due.",
    ),
]
Paths = Annotated[
    list[Path] | None, typer.Argument(help="Files or ids of records, and folders (default: this folder).")
]
Output = Annotated[
    Path,
    typer.Option(
        "-o", "--output", help="The folder to write into; - writes one document to standard output."
    ),
]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        help="pdf (default), html or md, for open-badge also ob3 or elm; may be given several times.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Write over files that are there with another content.")]
Register = Annotated[
    bool,
    typer.Option("--register", help="Enter the documents in their records, under documents, as issued."),
]
SampleOf = Annotated[
    bool, typer.Option("--sample", help="Show the kind with an invented record, in the school's look.")
]
Draft = Annotated[
    bool,
    typer.Option("--draft", help="Mark all as drafts, and make those of records with open errors too."),
]
Seal = Annotated[
    Path | None,
    typer.Option("--seal", metavar="KEY", help="Seal signed documents of the school with this private key."),
]
Pattern = Annotated[
    str,
    typer.Option(
        "--name",
        metavar="PATTERN",
        help="File names, of {id}, {kind}, {number}, {lang}, {year} and folders.",
    ),
]
Zip = Annotated[
    Path | None, typer.Option("--zip", metavar="FILE", help="Write all documents into one ZIP instead.")
]
Manifest = Annotated[
    Path | None,
    typer.Option(
        "--manifest", metavar="FILE", help="Write a list of what was made, and why not: .csv or .json."
    ),
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, help="How many processes (default: one a core).")
]
Languages = Annotated[str | None, typer.Option("--lang", help="en, fr, es, or two languages as in fr+en.")]


def render(
    kind: KindName,
    paths: Paths = None,
    output: Output = Path(),
    form: Formats = None,
    force: Force = False,
    register: Register = False,
    sample: SampleOf = False,
    draft: Draft = False,
    seal: Seal = None,
    name: Pattern = "",
    zip: Zip = None,
    manifest: Manifest = None,
    jobs: Jobs = None,
    as_of: AsOf = None,
    lang: Languages = None,
    quiet: Quiet = False,
) -> int:
    """Make official documents of records, each whole or not at all.

    A run over many records that was broken off goes on where it stopped: what is there already is not made again.

    A file that is there with another content is left as it is, unless it is a draft that nobody has changed, or you give
    --force. Of a record with open errors nothing is made, unless you give --draft.

    Exit status: 0 all made, 1 a record whose document could not be made, 2 wrong use, 3 no record, 4 a bug.
    """
    kinds, formats = _wanted_documents(kind, form)
    names = _document_languages(lang)
    given = {
        "--draft": draft,
        "--register": register,
        "--sample": sample,
        "--zip": zip is not None,
        "--output": output != Path(),
    }
    _refuse_together({option for option, is_given in given.items() if is_given}, kind)
    if output == OUT:
        _check_output(formats)
    if register:
        _refuse_to_enter(kinds)
    if zip:
        _check_zip(zip)
    if manifest:
        _check_manifest(manifest)
    key = read_private(seal) if seal else None
    wish = _Wish(kind, kinds, formats, names, day(as_of), key, draft or sample, name)
    with Progress(names[0], quiet=quiet) as progress:
        files = files_of(paths)
        ground = _sample(wish, paths) if sample else _read(files, progress)
        orders = _orders(wish, ground)
        if not quiet:
            _warn(ground, wish, seal, progress)
        report = judge(ground.archive, ground.schools, Asked(wish.as_of), progress.checking)
        run = Run(
            goal=_goal(output, zip, force=force, register=register),
            voice=_Voice(progress, quiet=quiet),
            speech=words(names[0], ground.schools[0]),
            judge=_judge,
            asked=_asked(files, ground),
            every=kind == ALL,
            register=register,
            jobs=jobs,
        )
        try:
            _run(run, run.batches(orders, report.judged), alone=output == OUT)
        except BaseException:
            with suppress(UserError):  # the first error is the one to say
                _write_manifest(manifest, run)
            raise
        _write_manifest(manifest, run)
    nothing_there = () if run.seen else (*_nothing(kinds),)
    for message in (*ground.archive.unopened, *nothing_there, *(() if quiet else run.account.left())):
        tell(f"mobctl: {run.speech.say(message)}")
    nothing = output == OUT and not run.account.done  # whoever waits at the other end gets no document
    return 3 if ground.archive.unopened or nothing_there else int(bool(run.account.failed) or nothing)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is wanted, as far as that can be said without a record; without `kinds`, a letter that a school has added."""

    kind: str
    kinds: tuple[documents.Kind, ...]
    formats: tuple[str, ...]
    languages: tuple[str | None, ...]
    as_of: date
    key: Ed25519PrivateKey | None
    draft: bool
    pattern: str


@dataclass(frozen=True, slots=True)
class _Ground:
    """What documents are made of: all that was read, and the archives in it; `look` is the school whose look a sample has."""

    archive: store.Archive
    schools: list[store.Archive]
    look: store.Archive | None = None


def _read(files: list[Path], progress: Progress) -> _Ground:
    archive = store.load(files, tick=progress.reading)
    return _Ground(archive, store.repositories(archive, progress.reading))


def _sample(wish: _Wish, paths: list[Path] | None) -> _Ground:
    if paths:
        raise UserError(say("{option} takes no records: it has one of its own.", option=Quoted("--sample")))
    look = store.school(Path())
    [kind] = wish.kinds or _own(wish.kind, [look])
    found = publishing.sample(kind, wish.as_of)
    if found is None:
        raise UserError(
            say(
                "No example that ships with mobctl has a document of the kind {kind}.", kind=Quoted(kind.name)
            )
        )
    return _Ground(found, [found], look)


def _warn(ground: _Ground, wish: _Wish, seal: Path | None, progress: Progress) -> None:
    """Name what the schools have among their templates that no document is made with, and a key that they don't name."""
    for school in [ground.look] if ground.look else ground.schools:
        for message in (*publishing.idle(school), *_unnamed(school, wish.key, seal)):
            progress.hide()
            tell(f"mobctl: {words(wish.languages[0], school).say(message)}")


def _unnamed(school: store.Archive, key: Ed25519PrivateKey | None, file: Path | None) -> Iterator[Message]:
    """Say that a school does not know the key that it seals with: `mobctl verify` could not tell its own documents."""
    if not (key and file):
        return
    id = key_id(key.public_key())
    if id in publishing.public_keys(school):
        return
    public = f"keys/{file.name.split('.')[0]}.pub.pem"
    yield say(
        "The key {id}, which {file} seals with, is not among `seal: keys` of mobctl.yaml, so `mobctl verify` cannot check"
        " these seals here. Copy the public key of the same pair into the records repository, and name it in mobctl.yaml:"
        " `seal: {config}`, beside those that are there.",
        id=id,
        file=Quoted(file.as_posix()),
        config="{keys: [" + public + "]}",
    )


def _asked(files: list[Path], ground: _Ground) -> set[str]:
    """What was named by itself; what is made of a whole archive was asked for by its folder."""
    named = {path.as_posix() for path in files if path.is_file()}
    return named | {school.config.name for school in ground.schools if school.config}


def _orders(wish: _Wish, ground: _Ground) -> list[tuple[store.Archive, Order]]:
    """What each archive is to make, in the look of its school."""
    if not wish.kinds:
        _own(wish.kind, [ground.look] if ground.look else ground.schools)
    looks = [(school, ground.look or school) for school in ground.schools]
    return [
        (school, _order(wish, kind, look))
        for school, look in looks
        for kind in wish.kinds or _own(wish.kind, [look], there=False)
    ]


def _order(wish: _Wish, kind: documents.Kind, look: store.Archive) -> Order:
    return publishing.order(
        look,
        kind,
        wish.formats,
        tuple(words(each, look) for each in wish.languages),
        wish.as_of,
        Sealer(wish.key, publishing.checking_address(look)) if wish.key else None,
        draft=wish.draft,
        pattern=wish.pattern,
        every=wish.kind == ALL,
    )


def _goal(output: Path, zip: Path | None, *, force: bool, register: bool) -> batch.Goal:
    if zip:
        return batch.Zip.new(zip, force=force)
    if output == OUT:
        return batch.Stream(sys.stdout.buffer)
    if register:  # a document that is entered is made of a record that was not there before
        return batch.Folder(output, force)
    return batch.Folder.resumed(output, force=force)


def _judge(archive: store.Archive, as_of: date) -> Mapping[str, Judged]:
    return judge(archive, [archive], Asked(as_of)).judged


def _run(run: Run, batches: Iterator[Batch], *, alone: bool) -> None:
    """Make and deliver all; a run that is broken off says what it leaves behind."""
    try:
        with run:
            for each in _one(batches) if alone else batches:
                run.deliver(each)
            run.close()
    except UserError as error:
        error.args += (*_stopped(run),)
        raise
    except KeyboardInterrupt:
        for message in _stopped(run):
            run.voice.noted(run.speech.say(message))
        raise


def _stopped(run: Run) -> Iterator[Message]:
    return run.account.stopped() if run.goal.lasting else iter(())


def _one(batches: Iterable[Batch]) -> list[Batch]:
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


@dataclass(frozen=True, slots=True)
class _Voice:
    """Names files on standard output, one a line, and says the rest on standard error."""

    progress: Progress
    quiet: bool

    def named(self, path: str) -> None:
        self.progress.aside()
        named(path)

    def noted(self, text: str) -> None:
        if not self.quiet:
            self.refused(text)

    def refused(self, text: str) -> None:
        self.progress.hide()
        tell(f"mobctl: {text}")

    def went_on(self, done: int, total: int) -> None:
        self.progress.rendering(done, total)


def _check_zip(path: Path) -> None:
    if path.suffix.lower() != ".zip":
        raise UserError(say("The name of an archive ends in .zip; {file} does not.", file=Quoted(path.name)))


def _check_manifest(path: Path) -> None:
    """Refuse a manifest that could not be written in the end, before anything is made."""
    if path.suffix.lower() not in MANIFESTS:
        raise UserError(
            say("The name of a manifest ends in .csv or .json; {file} does not.", file=Quoted(path.name))
        )
    write.ready(path)


def _write_manifest(path: Path | None, run: Run) -> None:
    if path is None:
        return
    for_programs = path.suffix.lower() == ".json"
    write.put(path, as_json(run.account.rows, run.speech) if for_programs else as_csv(run.account.rows))


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
    otherwise = set(lang or "") & set(",;/ ")  # how people part languages who don't know the plus
    if otherwise or len(names) > 2 or len(names) != len(set(names)):  # noqa: PLR2004  (a main language and a second one)
        raise UserError(
            say(
                "A document has one language or two different ones, as in {example}.", example=Quoted("fr+en")
            )
        )
    return tuple(names)
