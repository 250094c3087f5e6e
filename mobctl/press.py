"""The press: plates in, files out, in this process or in several, always in the order in which they came.

A plate is plain data, so that another process can print it: it has no need of the records. What holds for all plates of
a run, the look of the school and the languages, each process is given once.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from mobctl import seal, store
from mobctl.documents import KINDS, Kind
from mobctl.errors import ContentError, UserError
from mobctl.finding import Label, Message, Quoted, from_plain, say
from mobctl.render import (
    FORMATS,
    Brand,
    Composed,
    MadeWith,
    Official,
    PrintedSeal,
    Speech,
    canonical,
    compose,
    drawn_pages,
)
from mobctl.words import Words, words

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

Files = tuple[tuple[str, bytes], ...]
Ticket = TypeVar("Ticket")

FEW = 16
"""Up to how many documents are printed here: other processes take longer to start."""

AHEAD = 4
"""How many plates lie ready for each process: enough that none waits, so few that memory does not grow."""


@dataclass(frozen=True, slots=True)
class Look:
    """What all documents of a run share: languages (codes, the main one first), formats, and the school's look."""

    languages: tuple[str, ...]
    formats: tuple[str, ...]
    brand: Brand
    templates: Path | None


@dataclass(frozen=True, slots=True)
class Plate:
    """What one document is printed from: its template and view, its seal if it has one; `ours` if the school issues it.

    `official` is what templates of the school, if it has any, must keep.
    """

    template: str
    view: Mapping[str, Any]
    ours: bool = True
    seal: bytes | None = None
    url: str = ""
    official: Official | None = None


@dataclass(frozen=True, slots=True)
class Printed:
    """The files of a document by their endings, in the order of the formats; or why there are none."""

    files: Files = ()
    why: Message | None = None


def speech(words: Words) -> Speech:
    """Let the renderer speak a language: texts unfilled, since it fills and escapes them itself."""

    def message(data: object) -> str:
        return words.show(from_plain(data))

    return Speech(
        lang=words.lang,
        text=words.catalogue.gettext,
        plural=words.catalogue.ngettext,
        label=lambda codelist, code: words.show(Label(codelist, code)) if code else "",
        message=message,
    )


def drawn(raw: bytes, url: str) -> PrintedSeal:
    """Make of a seal what is printed: its code, and what it says of itself."""
    made = seal.read(raw)
    return PrintedSeal(raw, seal.qr(seal.printed(raw, url)), made.claims.issuer, made.key, url)


def key(plate: Plate, look: Look) -> str:
    """Return a fingerprint of all that the bytes of a document depend on."""
    brand = _brand(plate, look)
    made_with = MadeWith.of(plate.template, look.languages, brand, look.templates, plate.url)
    whole = hashlib.sha256(canonical(plate.view) + made_with.dump() + (plate.seal or b""))
    whole.update(json.dumps(look.formats).encode())
    return whole.hexdigest()


def _brand(plate: Plate, look: Look) -> Brand:
    return look.brand if plate.ours else Brand(look.brand.accent)


def print_(plate: Plate, look: Look, spoken: tuple[Speech, ...]) -> Printed:
    """Make the files of one document, all of them or none."""
    try:
        made = compose(
            plate.template,
            plate.view,
            speech=spoken[0],
            second=spoken[1] if len(spoken) > 1 else None,
            brand=_brand(plate, look),
            folder=look.templates,
            seal=drawn(plate.seal, plate.url) if plate.seal else None,
            official=plate.official,
        )
        return Printed(tuple(_file(each, plate, made, spoken[0]) for each in look.formats))
    except ContentError as error:
        return Printed(why=error.args[0])


def _file(form: str, plate: Plate, made: Composed, first: Speech) -> tuple[str, bytes]:
    """Write one file of a document: a page, or the data that its kind has."""
    if form in FORMATS:
        return FORMATS[form].suffix, FORMATS[form].write(made)
    if plate.view["status"] == "draft":
        raise ContentError(
            say(
                "a draft has no data in the format {form}, where nothing would say that it is one: sign it first, or ask for"
                " pdf, html or md alone",
                form=form,
            )
        )
    data = KINDS[plate.view["kind"]].data[form]
    return data.suffix, data.write(plate.view, first, lambda: drawn_pages(made))


def suffix(kind: Kind, form: str) -> str:
    """Say how the name of a file of a kind ends in a format."""
    return FORMATS[form].suffix if form in FORMATS else kind.data[form].suffix


_here: tuple[Look, tuple[Speech, ...]] | None = None


def _set_up(look: Look) -> None:
    """Make a process ready: what is the same for all plates, it reads once."""
    global _here  # noqa: PLW0603  (a process of a pool has no other place for what it keeps)
    threading.Thread(target=_follow, daemon=True).start()
    _here = look, spoken(look)


def _follow() -> None:
    """End this process with the one it works for, which could not end it if it was killed."""
    from multiprocessing import parent_process

    if parent := parent_process():
        parent.join()
        os._exit(1)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let processes that are started here not hear of Ctrl-C: it is this one that ends them, without a word of theirs."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def spoken(look: Look) -> tuple[Speech, ...]:
    """Load the languages of a run."""
    lists = store.lists()
    return tuple(speech(words(lang, lists)) for lang in look.languages)


def _print_there(plate: Plate) -> Printed:
    assert _here is not None  # noqa: S101  (the pool has set it up)
    return print_(plate, *_here)


class Press(Generic[Ticket]):
    """Prints plates in the order in which they come, each with a ticket that comes back with what was printed.

    Other processes are started only once there are more plates than FEW, and only if more than one may run. A run that
    is broken off leaves none behind, however it ended.
    """

    def __init__(self, look: Look, jobs: int | None = None) -> None:
        self.look = look
        self.jobs = jobs or os.cpu_count() or 1
        self.spoken: tuple[Speech, ...] = ()
        self.pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        """Begin; nothing is started yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End: after a failure nothing more is printed."""
        if self.pool:
            self.pool.shutdown(wait=True, cancel_futures=True)

    def run(self, work: Iterable[tuple[Ticket, Plate | None]]) -> Iterator[tuple[Ticket, Printed]]:
        """Print plate after plate; a ticket without a plate comes back with nothing, in its turn.

        Raise UserError where somebody else has ended one of the processes.
        """
        from concurrent.futures import BrokenExecutor

        try:
            yield from self._run(work)
        except BrokenExecutor as error:
            raise UserError(
                say(
                    "The system has ended a process that was making documents, perhaps because there was no memory left."
                    " With {option} one is enough.",
                    option=Quoted("--jobs 1"),
                )
            ) from error

    def _run(self, work: Iterable[tuple[Ticket, Plate | None]]) -> Iterator[tuple[Ticket, Printed]]:
        waiting: deque[tuple[Ticket, Callable[[], Printed]]] = deque()
        count = 0
        for ticket, plate in work:
            count += plate is not None
            waiting.append((ticket, self._begun(plate, count)))
            while len(waiting) > (AHEAD * self.jobs if self.pool else 0):
                first, done = waiting.popleft()
                yield first, done()
        for ticket, done in waiting:
            yield ticket, done()

    def _begun(self, plate: Plate | None, count: int) -> Callable[[], Printed]:
        if plate is None:
            return Printed
        if self.jobs == 1 or count <= FEW:
            self.spoken = self.spoken or spoken(self.look)
            return lambda: print_(plate, self.look, self.spoken)
        if self.pool is None:
            from concurrent.futures import ProcessPoolExecutor
            from multiprocessing import get_context

            # A new process starts from nothing: Typst has threads, which a copied one would not get.
            self.pool = ProcessPoolExecutor(
                self.jobs, get_context("spawn"), initializer=_set_up, initargs=(self.look,)
            )
        with _uninterrupted():
            future: Future[Printed] = self.pool.submit(_print_there, plate)
        return future.result
