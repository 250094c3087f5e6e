"""A list of charter holders as rules and searches see it: its rows, by code, by what they look like.

The rows are the text of a table beside the file of the list. They are taken apart when they are first asked for: most
runs ask for none or for a few.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property
from typing import NamedTuple

from mobctl.codes import erasmus_code, erasmus_key, folded
from mobctl.finding import Message, Quoted, say
from mobctl.model import CharterList

PERIODS = ((2007, 2013), (2014, 2020), (2021, 2027), (2028, 2034))
"""The programming periods of the Union: the years of the calls that one charter is for."""

_COMPLETION = 2
"""For how many years after the last call projects may still go on: charters are dated until then."""


def programme(year: int) -> tuple[int, int]:
    """Find the programming period of a year."""
    return next((period for period in PERIODS if period[0] <= year <= period[1]), (year, year))


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days of one charter; a side that is not known is open."""

    first: date
    last: date
    code: str = ""

    def covers(self, first: date, last: date) -> bool:
        """Say whether the charter holds on all these days."""
        return self.first <= first and last <= self.last

    def serves(self, year: int) -> bool:
        """Say whether the calls of a year are among those that the charter is for.

        A charter is for the calls of one programming period. It is often dated until the projects of that period are
        finished, which makes it no charter of the next.
        """
        begun = max(self.first.year, PERIODS[0][0])
        ended = max(begun, self.last.year - _COMPLETION if self.last.year < date.max.year else begun)
        return programme(begun)[0] <= year <= programme(ended)[1]


COLUMNS = (
    "row", "charter", "erasmus_code", "pic", "oid", "name", "street", "postcode", "city", "country", "website", "from",
    "to", "published_code",
)  # fmt: skip
"""The columns of the table, in their order; `published_code` is set where the list writes the code in its own way."""

_FORMULA = ("=", "+", "-", "@", "'")


def shielded(text: str) -> str:
    """Keep a spreadsheet that opens the table from taking a text for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


class Holder(NamedTuple):  # a list has thousands of them
    """One row of the list: an institution and its charter, as the list has them; the codes in their canonical form."""

    row: str
    charter: str
    erasmus_code: str
    pic: str
    oid: str
    name: str
    street: str
    postcode: str
    city: str
    country: str
    website: str
    since: str
    until: str
    published_code: str

    @property
    def key(self) -> str:
        """What its code is compared by."""
        return self.erasmus_code.replace(" ", "")

    @property
    def stretch(self) -> Stretch:
        """The days of its charter. Raise ValueError, with the number of the row, where one is no date."""
        try:
            first = date.fromisoformat(self.since) if self.since else date.min
            return Stretch(first, date.fromisoformat(self.until) if self.until else date.max, self.charter)
        except ValueError as error:
            raise ValueError(self.row) from error


def table(holders: Iterable[Holder]) -> str:
    """Write rows as the table that stands beside the file of the list."""
    lines = (",".join(_cell(shielded(cell)) for cell in holder) for holder in holders)
    return "\n".join([",".join(COLUMNS), *lines]) + "\n"


def _cell(text: str) -> str:
    return (
        '"' + text.replace('"', '""') + '"' if set(text) & {",", '"', "'"} or text != text.strip() else text
    )


def rows(text: str) -> list[list[str]]:
    """Take the table apart. Raise ValueError, with the number of the line, if it is none."""
    lines = csv.reader(text.split("\n"), strict=True)
    try:
        if tuple(next(lines, ())) != COLUMNS:
            raise ValueError(1)
        found = [cells for cells in lines if cells]
    except csv.Error as error:
        raise ValueError(lines.line_num) from error
    if any(len(cells) != len(COLUMNS) for cells in found):
        raise ValueError(next(n for n, cells in enumerate(found, 2) if len(cells) != len(COLUMNS)))
    if ",\"'" in text:  # hardly ever
        return [[cell.removeprefix("'") for cell in cells] for cells in found]
    return found


_CODE, _COUNTRY = COLUMNS.index("erasmus_code"), COLUMNS.index("country")


@dataclass(frozen=True)
class Registry:
    """A published list of charter holders, with the text of its table.

    What it answers is of the type `Holder`; rows that nobody asks for are never made into one, which takes longer than
    reading them. Every answer may raise ValueError: the table can't be read, in the line that is its argument.
    """

    file: CharterList
    text: str

    @cached_property
    def _rows(self) -> list[list[str]]:
        return rows(self.text)

    @cached_property
    def _by_key(self) -> dict[str, list[str]]:
        return {cells[_CODE].replace(" ", ""): cells for cells in self._rows}

    @cached_property
    def holders(self) -> tuple[Holder, ...]:
        """All rows, in the order of the list."""
        return tuple(map(Holder._make, self._rows))

    @cached_property
    def countries(self) -> frozenset[str]:
        """The countries that the list has institutions of: elsewhere there are none to be had."""
        return frozenset(cells[_COUNTRY] for cells in self._rows)

    def of_code(self, code: str) -> Holder | None:
        """Find the institution of an Erasmus code, however it is written."""
        cells = self._by_key.get(erasmus_key(code))
        return Holder._make(cells) if cells else None

    def of_number(self, *, pic: str | None, oid: str | None) -> Holder | None:
        """Find the institution of a PIC or an OID."""
        if not pic and not oid:
            return None
        return next((h for h in self.holders if (pic and h.pic == pic) or (oid and h.oid == oid)), None)

    def serves(self, year: int) -> bool:
        """Say whether the list is of the charters that the calls of a year rest on."""
        return int(self.file.period.from_) <= year <= int(self.file.period.to)

    def near(self, code: str, names: Sequence[str], country: str | None, most: int = 3) -> tuple[Holder, ...]:
        """Find who was probably meant by a code that the list has not: by the name, else by the look of the code."""
        wanted = {folded(name) for name in names}
        same = [h for h in self.holders if folded(h.name) in wanted and country in (None, h.country)]
        if same:
            return tuple(same[:most])
        key = erasmus_key(code)
        alike = {known: cells for known, cells in self._by_key.items() if known[:1] == key[:1]}
        close = get_close_matches(key, alike, n=most, cutoff=0.8)
        return tuple(Holder._make(alike[each]) for each in close)


def unreadable(registry: Registry, error: ValueError) -> Message:
    """Say that the table of a list can't be read: what its answers raise."""
    return say(
        "Line {line} of the table {file} can't be read. Import the published list again.",
        line=str(error.args[0]),
        file=Quoted(registry.file.file),
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """What a search goes through: the names, the town and the codes of an institution."""

    names: tuple[str, ...]
    city: str
    codes: tuple[str, ...]


NEAR = 60
"""Below this rank, something is found that only looks like what was looked for."""

_PART = 6
"""How many signs of a code are enough to look for it by its beginning or its end."""

_EXACT, _PHRASE, _WORDS, _STARTS, _ALIKE = 100, 80, 70, 60, 40


def ranked(text: str, entries: Sequence[Entry]) -> list[tuple[int, int]]:
    """Find the entries that a text names: the number of each with its rank, the best first.

    A code is found however it is written. Else all words have to be there, whole or as beginnings, in a name or in the
    town; if nobody has them, what looks most like them.
    """
    wanted = folded(text).split()
    if not wanted:
        return []
    key = erasmus_key(text)
    found = [(_EXACT, n) for n, entry in enumerate(entries) if key in entry.codes]
    split = " " in erasmus_code(text)  # else it is a word, which many a code happens to begin with
    if not found and len(key) >= _PART:
        found = [
            (_EXACT - 10, n)
            for n, entry in enumerate(entries)
            if any(code.endswith(key) or (split and code.startswith(key)) for code in entry.codes)
        ]
    if found:
        return found
    known = [(_places(entry)) for entry in entries]
    found = [(rank, n) for n, places in enumerate(known) if (rank := _rank(wanted, places))]
    found = found or _alike(wanted, key, entries, known)
    return sorted(found, key=lambda each: (-each[0], each[1]))


def _places(entry: Entry) -> tuple[str, ...]:
    """The texts that words are looked for in: the town, then the names."""
    return (folded(entry.city), *map(folded, entry.names))


def _rank(wanted: list[str], places: tuple[str, ...]) -> int:
    """How well words fit: as the whole name or town, as words that follow each other, as words or their beginnings."""
    phrase = " ".join(wanted)
    if phrase in places:
        return _EXACT
    if any(f" {phrase} " in f" {place} " for place in places):
        return _PHRASE
    words = " ".join(places).split()
    if all(word in words for word in wanted):
        return _WORDS
    return _STARTS if all(any(each.startswith(word) for each in words) for word in wanted) else 0


def _alike(
    wanted: list[str], key: str, entries: Sequence[Entry], known: Sequence[tuple[str, ...]]
) -> list[tuple[int, int]]:
    """Find what looks most like a text: by each word, or by a code."""
    words = {word for places in known for place in places for word in place.split()}
    near = [set(get_close_matches(word, words, n=5, cutoff=0.75)) for word in wanted]
    found = [
        (_ALIKE + round(_likeness(" ".join(wanted), places) * 10), n)
        for n, places in enumerate(known)
        if all(each & set(" ".join(places).split()) for each in near)
    ]
    codes = {code: n for n, entry in enumerate(entries) for code in entry.codes}
    return [*found, *((_ALIKE, codes[code]) for code in get_close_matches(key, codes, n=5, cutoff=0.8))]


def _likeness(text: str, places: tuple[str, ...]) -> float:
    return max(SequenceMatcher(None, place, text).ratio() for place in places)
