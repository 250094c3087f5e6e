"""Many documents on their way: made of the records of archives, put where they go, entered in the records, listed."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from mobctl import registering, store
from mobctl.batch import Goal, Origin, Put, digest
from mobctl.documents import Subject
from mobctl.errors import ContentError, UserError
from mobctl.finding import Arg, Judged, Message, Quoted, say
from mobctl.manifest import Account, none_made
from mobctl.press import Press
from mobctl.publishing import Order, Outcome, publish
from mobctl.subjects import amount
from mobctl.words import Words

Verdicts = Mapping[str, Judged]
"""What the check says of each file."""

Judge = Callable[[store.Archive, date], Verdicts]
"""Checks an archive anew, as it is with what has been entered in it."""

Orders = Sequence[tuple[store.Archive, Order]]
"""Which documents are wanted of which archive."""


class Voice(Protocol):
    """How those who have ordered documents hear of them."""

    def named(self, path: str) -> None:
        """Name a file that is there now."""

    def noted(self, text: str) -> None:
        """Say what there is to know of a document that was made."""

    def refused(self, text: str) -> None:
        """Say why none was made."""

    def went_on(self, done: int, total: int) -> None:
        """Say how far the run has come."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents of one record that go together, and the record as it is to be written once they are there."""

    file: str
    made: tuple[Outcome, ...]
    order: Order
    entered: registering.Entered | None = None
    text: bytes = b""

    @property
    def files(self) -> dict[str, bytes]:
        """The files of all these documents, by their names."""
        return {name: data for each in self.made for name, data in each.made}

    @property
    def origins(self) -> dict[str, Origin]:
        """What each file was made of."""
        return {
            name: Origin(each.key, _document(each, self.order), each.draft)
            for each in self.made
            for name, _ in each.made
        }


@dataclass(slots=True)
class Run:
    """What is made of many records, and the account of it: `with Run(…) as run`.

    `asked` are the files that were named one by one. With `every`, all kinds that are due were asked for, and none by
    name. Where nobody has asked, it is not said of each that it is too early for it.
    """

    goal: Goal
    voice: Voice
    speech: Words
    judge: Judge
    asked: Container[str] = ()
    every: bool = False
    register: bool = False
    jobs: int | None = None
    press: Press[Outcome] | None = None
    presses: ExitStack = field(default_factory=ExitStack)
    account: Account = field(default_factory=Account)
    seen: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    said: set[str] = field(default_factory=set)
    steps: int = 0
    total: int = 0

    def __enter__(self) -> Self:
        """Begin; nothing is started yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End, well or not: no process goes on, and what was broken off is not listed as made."""
        self.presses.close()
        if error and not self.goal.lasting:
            why = error.args[0] if isinstance(error, UserError) else say("the run was broken off")
            self.account.take_back(self.speech.show(why))

    def batches(self, orders: Orders, judged: Verdicts) -> Iterator[Batch]:
        """Make documents, order by order and record by record; nothing is written yet."""
        steps = [amount(school, order.kind.subject) for school, order in orders]
        self.total = sum(steps)
        for (school, order), count in zip(orders, steps, strict=True):
            yield from (self._with_entries if self.register else self._one_by_one)(school, judged, order)
            self.steps += count

    def _one_by_one(self, school: store.Archive, judged: Verdicts, order: Order) -> Iterator[Batch]:
        for file, outcomes in self._by_file(school, judged, order):
            for each in outcomes:
                if each.made:
                    yield Batch(file, (each,), order)
                else:
                    self._list_unmade(each, order)

    def _with_entries(self, school: store.Archive, judged: Verdicts, order: Order) -> Iterator[Batch]:
        """Make the documents of records as they are with their entries: all of a record, or none."""
        register = registering.enter(school, judged, order)
        for file, reason in register.refused.items():
            self._list_unmade(Outcome(Path(file).stem, file, why=reason), order)
        anew = {**judged, **self.judge(register.archive, order.as_of)}
        for file, outcomes in self._by_file(register.archive, anew, order, register.refused):
            made = tuple(each for each in outcomes if each.made)
            for each in outcomes:
                if not each.made:
                    self._list_unmade(each, order)
            why = next((each.why for each in outcomes if self._fails(each)), None)
            if made and why is None:
                entered = register.entered[file]
                try:
                    text = entered.sealed({each.part: each.fingerprint for each in made})
                except ContentError as error:
                    why = error.args[0]
                else:
                    yield Batch(file, made, order, entered, text)
            if made and why is not None:
                self._refuse(made, order, why)

    def _by_file(
        self, school: store.Archive, judged: Verdicts, order: Order, but: Container[str] = ()
    ) -> Iterator[tuple[str, tuple[Outcome, ...]]]:
        if self.press is None or self.press.look != order.look:
            self.press = self.presses.enter_context(Press[Outcome](order.look, self.jobs))
        made = publish(school, judged, order, but, self.press, self._known)
        for count, (file, outcomes) in enumerate(groupby(made, key=lambda each: each.file), 1):
            yield file, tuple(outcomes)
            self.seen.add(file)
            self.voice.went_on(min(self.steps + count, self.total), self.total)

    def _known(self, key: str, names: tuple[str, ...]) -> bool:
        """Say whether a document is there, of an earlier run: in this one, its name would be that of another."""
        return self.taken.isdisjoint(map(str.casefold, names)) and self.goal.known(key, names)

    def _list_unmade(self, outcome: Outcome, order: Order) -> None:
        """List a document that was not made; say why, unless it is there already or it is too early for it."""
        if outcome.same:
            files = {name: digest(self.goal.path(name).read_bytes()) for name in outcome.same}
            self.account.there(outcome, order, files, outcome.same)
            self.taken.update(map(str.casefold, outcome.same))
            self._name(outcome.same)
        elif outcome.why and self._fails(outcome):
            self._refuse((outcome,), order, outcome.why)
        elif outcome.why:
            self.account.not_there(outcome, order, outcome.why)
            if not self.every:
                institution = order.kind.subject is Subject.INSTITUTION
                why = self.account.unfit if outcome.unfit and institution else self.account.early
                why.setdefault(outcome.file, outcome.why)

    def _fails(self, outcome: Outcome) -> bool:
        """Say whether somebody waits for a document that there is not; nobody does where it is too early for it."""
        waited_for = not outcome.early or (outcome.file in self.asked and not self.every)
        return outcome.why is not None and waited_for

    def _refuse(self, outcomes: Sequence[Outcome], order: Order, why: Arg) -> None:
        """List documents of which there are none, and say why; what keeps all documents from being made is said once."""
        for each in outcomes:
            self.account.not_there(each, order, why)
            self.account.failed.add(each.file)
            text = order.first.say(none_made(_about(each, order), why))
            if text not in self.said:
                self.said.add(text)
                self.voice.refused(text)

    def deliver(self, batch: Batch) -> None:
        """Put documents where they go, all of a batch or none; then write the record that says so.

        Raise UserError if no other can be put there either.
        """
        try:
            put = self._put(batch)
        except ContentError as error:
            self._refuse(batch.made, batch.order, error.args[0])
            return
        except UserError as error:
            for each in batch.made:
                self.account.not_there(each, batch.order, error.args[0])
            raise
        for each in batch.made:
            files = {name: digest(data) for name, data in each.made}
            self.account.there(each, batch.order, files, [name for name in files if name in put.same])
        self.account.done += len(batch.made)
        self.account.replaced += len(put.replaced)
        self._name((*put.same, *put.written))
        notes = [(_about(each, batch.order), note) for each in batch.made for note in each.notes]
        if batch.entered:
            notes += [(batch.file, note) for note in self._enter(batch, batch.entered)]
        for about, note in notes:
            self.voice.noted(batch.order.first.say(say("{file}: {note}", file=about, note=note)))

    def _put(self, batch: Batch) -> Put:
        names = {name.casefold(): name for name in batch.files}
        if clash := self.taken.intersection(names):
            path = self.goal.path(names[min(clash)])
            raise ContentError(
                say(
                    "{path} is the name of another document of this run already: name the files otherwise with {option}, or"
                    " write these into another folder",
                    path=Quoted(path.as_posix()),
                    option="--name",
                )
            )
        self.taken.update(names)
        return self.goal.put(batch.files, batch.origins)

    def _name(self, names: Iterable[str]) -> None:
        """Name files that are there now, whether they are new or not."""
        for name in names:
            self.voice.named(self.goal.path(name).as_posix())

    def _enter(self, batch: Batch, entered: registering.Entered) -> list[Message]:
        """Write the record with its entries, and say what there is to know of them."""
        if batch.text != entered.raw:
            registering.save(batch.file, entered, batch.text)
        numbers = [each.number for each in batch.made if each.part in entered.places]
        said = [say("{number} is entered in the record, under `documents`", number=each) for each in numbers]
        return [*entered.notes, *said]

    def close(self) -> None:
        """End well: name what has a name only now that all is in it."""
        if path := self.goal.close():
            self.voice.named(path.as_posix())


def _about(outcome: Outcome, order: Order) -> Arg:
    """Name what is spoken of: the record, and where all kinds are made, the document of it that has a number by then."""
    if not (order.every and outcome.number):
        return outcome.file
    return say(
        "{file}, {title} {number}",
        file=outcome.file,
        title=Message(order.kind.title),
        number=outcome.number,
    )


def _document(outcome: Outcome, order: Order) -> str:
    """Name a document so that none but itself, made anew, has its name."""
    return " ".join((outcome.record, order.kind.name, outcome.part, *order.languages))
