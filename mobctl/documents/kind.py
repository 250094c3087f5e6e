"""What a kind of document is: its title, who signs it, what it cannot do without, and its view."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mobctl.documents.credentials import Write
from mobctl.documents.fields import Field, Scope, lacking
from mobctl.documents.record import Record, Subject
from mobctl.finding import Message, say
from mobctl.model import Paper, Party


def one(_record: Record) -> tuple[str, ...]:
    """Name the documents of a kind that a record has once."""
    return ("",)


def nothing_more(_record: Record) -> Mapping[str, str | list[str]]:
    """Say no more of a document where it is entered in its record."""
    return {}


def nothing_against(_record: Record) -> Iterator[Message]:
    """Say nothing against a document: any record may have one."""
    return iter(())


def no_paper(_record: Record) -> Paper | None:
    """Find nothing: what is a sheet of the office is entered nowhere."""
    return None


def as_it_is(record: Record) -> Record:
    """Take the record as it is: nobody signs the document."""
    return record


def no_total(_view: Mapping[str, Any]) -> str:
    """Say that a document has no total."""
    return ""


def whenever(_record: Record) -> bool:
    """Say that a document that can be made is due."""
    return True


def as_it_stands(_record: Record) -> Scope:
    """Look for fields where the record has them."""
    return {}


def keeper(record: Record) -> Party:
    """Say who issues what a school makes of its own records."""
    return record.keeper


def host(record: Record) -> Party:
    """Say who issues what the host certifies."""
    return record.mobility.host


PAGES = ("pdf", "html", "md")
"""The formats that every kind has: a page to read."""


@dataclass(frozen=True, slots=True)
class DataFormat:
    """A format of one kind that other programs read: the ending of its files, and what makes it of the view."""

    suffix: str
    media: str
    write: Write


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: its number in the catalogue, its title, who signs it in what order, what it lacks, what it shows.

    A record may have several documents of a kind: `parts` names them, as the amendments by their numbers; "" is the
    only one, or the first. The name of a part stands in the number and in the name of the file. `unfit` says why there
    can be none of such a record at all, `to_come` which day must have come before anything else is asked of it, `fields`
    are what must be on it (looked for within `scope`), `lacks` names what else must be in a record, or which day must
    have come; `view` is called when nothing lacks. `paper` is what the record has of
    the document as it was issued, `unsigned` the record as it was when the document was printed to be signed, `issuer`
    whose name stands at its head, `due` whether it is wanted where nobody has asked for this kind, `entry` what the
    record is to say of the document once it is issued, besides its number, day, languages and fingerprint. `total` is the sum of credits that a seal states, as the view has it.
    `template` is that of another kind where both share one, and `note` what a reader of the list should know. With
    `elsewhere` it only gives the data of an official form that is issued elsewhere: it is no document to be entered as
    issued, nor sealed. `data` are the formats that this kind has besides the page. `subject` is what a document is
    about: the view of one that is not about one mobility has `holder`, a name, in place of `learner`.
    """

    out: str
    name: str
    title: str
    signatories: tuple[str, ...]
    lacks: Callable[[Record], Iterator[Message]]
    paper: Callable[[Record], Paper | None]
    view: Callable[[Record], Mapping[str, object]]
    unsigned: Callable[[Record], Record]
    fields: tuple[Field, ...]
    scope: Callable[[Record], Scope] = as_it_stands
    unfit: Callable[[Record], Iterator[Message]] = nothing_against
    parts: Callable[[Record], tuple[str, ...]] = one
    issuer: Callable[[Record], Party] = keeper
    due: Callable[[Record], bool] = whenever
    entry: Callable[[Record], Mapping[str, str | list[str]]] = nothing_more
    total: Callable[[Mapping[str, Any]], str] = no_total
    template: str = ""
    note: str = ""
    elsewhere: bool = False
    data: Mapping[str, DataFormat] = field(default_factory=dict)
    subject: Subject = Subject.MOBILITY
    to_come: Callable[[Record], Iterator[Message]] = nothing_against

    @property
    def formats(self) -> tuple[str, ...]:
        """All formats in which it can be made."""
        return (*PAGES, *self.data)

    @property
    def template_name(self) -> str:
        """The name of its template: its own, unless it shares that of another kind."""
        return self.template or self.name

    def lacking(self, record: Record) -> tuple[Message, ...]:
        """Name all that must be seen to before this document can be made of a record.

        Where a part of the record is not there at all, that is said, and not each field of it.
        """
        if first := (*self.unfit(record),) or (*self.to_come(record),):
            return first
        lacks = (*self.lacks(record),)
        return (*lacks, *lacking(self.fields, record, self.scope(record), whole=not lacks))


SIGNED_BY_THREE = ("learner", "home", "host")


def by_rule(code: str, why: Message) -> Message:
    """Say why there can be no document yet, and by which rule."""
    return say("{why} (rule {code})", why=why, code=code)
