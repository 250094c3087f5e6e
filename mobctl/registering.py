"""Documents entered in the records that they were made of: number, day, languages, fingerprint.

In two steps, since what a document shows depends on the record that it is made of: first the entry, then the
document of the record with the entry, then the fingerprint of that document into the entry.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from msgspec.structs import replace as with_fields

from mobctl import store
from mobctl.documents.record import Record
from mobctl.errors import ContentError, UserError
from mobctl.finding import Judged, Message, Quoted, say, system
from mobctl.model import Paper
from mobctl.publishing import Order, own, parts, view
from mobctl.render import fingerprint
from mobctl.store import edit, write
from mobctl.subjects import records

LIST = "documents"


@dataclass(slots=True)
class Entered:
    """A record with an entry for each of its documents: the file as it was, and as it is to be.

    `places` says where the entries stand that still want their fingerprints, by part; `notes` what there is to say
    of the documents that get none.
    """

    raw: bytes
    text: bytes
    places: dict[str, int] = field(default_factory=dict)
    notes: list[Message] = field(default_factory=list)

    def sealed(self, fingerprints: Mapping[str, str]) -> bytes:
        """Write the fingerprints of the documents into their entries; a document that was not made has no entry."""
        text = self.text
        for part, place in self.places.items():
            text = edit.put(text, (LIST, place, "view_sha256"), fingerprints[part], store.key_types())
        return text


@dataclass(slots=True)
class Register:
    """The records of an archive with their entries, and those that can have none, by file."""

    archive: store.Archive
    entered: dict[str, Entered] = field(default_factory=dict)
    refused: dict[str, Message] = field(default_factory=dict)


def enter(archive: store.Archive, judged: Mapping[str, Judged], order: Order) -> Register:
    """Enter the documents of all records that have come so far, in memory: no file is touched."""
    register = Register(replace(archive, files={**archive.files}))
    for name, record in records(archive, judged, order.kind.subject, order.as_of):
        if not isinstance(record, Record):
            continue  # `publish` says why
        ready = [each for each in parts(record, order.kind) if not order.kind.lacking(each)]
        if not ready:
            continue
        try:
            entered = _read(archive.files[name])
            for each in ready:
                _enter(entered, each, order)
        except ContentError as error:
            register.refused[name] = error.args[0]
            continue
        register.entered[name] = entered
        if entered.text != entered.raw:
            register.archive.files[name] = store.read_bytes(name, entered.text, asked=True)
    return register


def save(file: str, entered: Entered, text: bytes) -> None:
    """Write a record with its entries over the one that was read. Raise UserError if it is another by now."""
    path = Path(file).resolve()  # a link stays a link
    if path.read_bytes() != entered.raw:
        raise UserError(
            say(
                "{file} was changed while mobctl was at work, so nothing was entered in it. Run the command again.",
                file=Quoted(file),
            )
        )
    write.replace(path, text)


def _read(file: store.File) -> Entered:
    path = Path(file.name)
    if not os.access(path, os.W_OK):
        raise ContentError(say("the file is write-protected, so that nothing can be entered in it"))
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ContentError(say("the file cannot be opened: {why}", why=system(error))) from error
    return Entered(raw, raw)


def _enter(entered: Entered, record: Record, order: Order) -> None:
    """Enter one document: anew, in the entry that is there, or in the place of the one that it replaces."""
    kind = order.kind
    if kind.elsewhere:
        raise ContentError(
            say(
                "this sheet only gives the data of an official form that is issued elsewhere, so it is not entered as issued:"
                " make it without {option}, and write the form itself under `documents` once it is issued, with its number"
                " and its day",
                option="--register",
            )
        )
    if not own(record, kind):
        raise ContentError(
            say(
                "this document is issued by the other side, so it is not entered from here: make it without {option}, and"
                " write it under `documents` once you have it signed",
                option="--register",
            )
        )
    paper = kind.paper(record)
    bare = view(kind.unsigned(record), order)
    signed = view(record, order) != bare
    if paper is None:
        _append(entered, record, order, bare["number"])
    elif paper.view_sha256 == fingerprint(bare):
        _again(entered, paper, order, _place(record, paper))
    elif paper.view_sha256:
        _instead(entered, record, order, paper)
    elif signed:
        entered.notes.append(
            say(
                "{number} is in the record already, signed and without a fingerprint (`view_sha256`): whether this is the"
                " same document cannot be told, so its entry was left as it is",
                number=bare["number"],
            )
        )
    else:
        _complete(entered, paper, order, bare["number"], _place(record, paper))
        entered.places[record.part] = _place(record, paper)


def _place(record: Record, paper: Paper) -> int:
    return next(number for number, each in enumerate(record.mobility.documents) if each is paper)


def _append(entered: Entered, record: Record, order: Order, number: str) -> None:
    issuer = "home" if record.keeper is record.mobility.home else "host"
    item: dict[str, Any] = {
        "kind": order.kind.name,
        "reference": number,
        "issued": order.as_of.isoformat(),
        "issuer": issuer,
        "languages": [*order.languages],
        **order.kind.entry(record),
    }
    entered.text, place = edit.append(entered.text, LIST, item, store.key_types())
    entered.places[record.part] = place


def _complete(entered: Entered, paper: Paper, order: Order, number: str, place: int) -> None:
    """Write what an entry does not say yet: it was made by hand, before the document was printed."""
    missing: dict[str, Any] = {}
    if not paper.reference:
        missing["reference"] = number
    if not paper.issued:
        missing["issued"] = order.as_of.isoformat()
    if not paper.languages:
        missing["languages"] = [*order.languages]
    for key, value in missing.items():
        entered.text = edit.put(entered.text, (LIST, place, key), value, store.key_types())


def _again(entered: Entered, paper: Paper, order: Order, place: int) -> None:
    """Leave the entry of the very same document as it is, but for a language that it was not issued in before."""
    languages = [*dict.fromkeys((*paper.languages, *order.languages))]
    if tuple(languages) == paper.languages:
        text = say(
            "{number} is in the record already; its entry was left as it is", number=paper.reference or ""
        )
        entered.notes.append(text)
    else:
        entered.text = edit.put(entered.text, (LIST, place, "languages"), languages, store.key_types())


def _instead(entered: Entered, record: Record, order: Order, paper: Paper) -> None:
    """Enter a document that says something else than the one it replaces, under a number of its own."""
    old = with_fields(paper, replaced_by="?")
    papers = tuple(old if each is paper else each for each in record.mobility.documents)
    without = record.with_mobility(with_fields(record.mobility, documents=papers))
    if view(without, order) != view(order.kind.unsigned(without), order):
        raise ContentError(
            say(
                "{number} was signed, and the record, or `brand` in mobctl.yaml, says something else since: put back what"
                " was signed, or take the signatures out and have the new version signed",
                number=paper.reference or "",
            )
        )
    taken = {each.reference for each in record.mobility.documents} | {view(record, order)["number"]}
    number = next(_numbers(view(without, order)["number"], taken))
    entered.text = edit.put(
        entered.text, (LIST, _place(record, paper), "replaced_by"), number, store.key_types()
    )
    _append(entered, record, order, number)


def _numbers(number: str, taken: set[str | None]) -> Iterator[str]:
    """Number a document on, passing over the numbers that are taken."""
    yield from (
        each
        for each in (number, *(f"{number}-{count}" for count in range(2, len(taken) + 3)))
        if each not in taken
    )
