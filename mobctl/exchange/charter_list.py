"""The Commission's published list of institutions with an Erasmus charter: a workbook (XLSX), or the same as CSV.

No row is dropped. What is odd in one is said with its number and the text as it stands there; codes are brought into
their canonical form, and the way the list writes them is kept beside it.
"""

from __future__ import annotations

import csv
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from mobctl.codes import CodeList, erasmus_code, folded, regular_erasmus_code
from mobctl.errors import UserError
from mobctl.finding import Message, Quoted, Series, say
from mobctl.registry import Holder, programme

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 200
MAX_ROWS = 100_000
MAX_COLUMNS = 60
MAX_CELL = 1000
_HEADER_WITHIN = 30
"""Within how many rows the names of the columns have to stand."""

_NAMES = {
    "charter": ("proposal number", "charter number", "eche number", "application id"),
    "erasmus_code": ("erasmus code", "institution code", "erasmus institution code"),
    "pic": ("pic",),
    "oid": ("oid", "organisation id"),
    "name": ("legal name", "name", "organisation name", "institution name", "organisation legal name"),
    "street": ("street", "address"),
    "postcode": ("post cd", "post code", "postal code", "postcode"),
    "city": ("city",),
    "country": ("country cd", "country", "country code"),
    "website": ("website url", "website", "webpage"),
    "since": ("erasmus eche start", "eche start", "eche start date", "start date"),
    "until": ("erasmus eche end", "eche end", "eche end date", "end date"),
}
"""The columns, by the names that the list has given them over the years."""

_NEEDED = ("erasmus_code", "name", "country", "since", "until")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_EUROPEAN = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})")
_SERIAL = re.compile(r"[0-9]{5}(?:\.0+)?")
_ERRORS = frozenset({"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"})


@dataclass(frozen=True, slots=True)
class Odd:
    """Something odd in a row: its number in the file, what it is about, and what there is to say."""

    row: int
    what: str
    message: Message


@dataclass(frozen=True, slots=True)
class Charters:
    """All that a list says: its rows, what is odd in them, and for the calls of which years it is."""

    holders: tuple[Holder, ...]
    odd: tuple[Odd, ...]
    period: tuple[int, int]

    def count(self, what: str) -> int:
        """How many rows have some oddity."""
        return sum(each.what == what for each in self.odd)


def load(name: str, data: bytes, countries: CodeList) -> Charters:
    """Read a published list. Raise UserError with what to do for what is none."""
    if len(data) > MAX_BYTES:
        raise UserError(say("This file is larger than {megabytes} MiB.", megabytes=MAX_BYTES // 1024 // 1024))
    sheets = _csv(data) if name.lower().endswith(".csv") else _workbook(data)
    number, columns, body = _with_header(sheets)
    odd: list[Odd] = []
    holders = [
        _holder(row, dict(_cells(columns, cells)), countries, odd) for row, cells in _filled(body, number)
    ]
    if not holders:
        raise UserError(say("This list has the names of the columns and not one row below them."))
    _doubles(holders, odd)
    years = Counter(programme(int(each.since[:4])) for each in holders if each.since)
    period = max(years, key=lambda each: (years[each], each), default=(2021, 2027))
    return Charters(tuple(holders), tuple(sorted(odd, key=lambda each: each.row)), period)


def date_in(name: str) -> date | None:
    """Find the day of a list in the name of its file: 2026-04-08, 20260408, or 08042026 as the Commission writes."""
    for pattern, order in (
        (r"(?<![0-9])([0-9]{4})[-_.]?([0-9]{2})[-_.]?([0-9]{2})(?![0-9])", (1, 2, 3)),
        (r"(?<![0-9])([0-9]{2})[-_.]?([0-9]{2})[-_.]?([0-9]{4})(?![0-9])", (3, 2, 1)),
    ):
        for found in re.finditer(pattern, name):
            try:
                day = date(*(int(found[each]) for each in order))
            except ValueError:
                continue
            if 2000 <= day.year <= 2100:  # noqa: PLR2004
                return day
    return None


Rows = Iterable[Sequence[Any]]


def _csv(data: bytes) -> Iterator[Rows]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(
            say("This file was not saved as UTF-8. Save it as “CSV UTF-8”, or import the workbook (XLSX).")
        ) from error
    head = text.split("\n", 1)[0]
    mark = max(",;\t", key=head.count)
    lines = csv.reader(text.splitlines(keepends=True), delimiter=mark, strict=True)
    yield _lines(lines)


def _lines(lines: Any) -> Iterator[Sequence[str]]:
    try:
        for number, cells in enumerate(lines):
            if number > MAX_ROWS:
                raise _too_long()
            yield cells[:MAX_COLUMNS]
    except csv.Error as error:
        text = say("This CSV file is damaged in line {line}.", line=lines.line_num)
        raise UserError(text) from error


def _too_long() -> UserError:
    return UserError(say("This file has more than {rows} rows.", rows=MAX_ROWS))


def _workbook(data: bytes) -> Iterator[Rows]:
    _refuse_other(data)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which no row depends on
            book = load_workbook(BytesIO(data), read_only=True, data_only=True)
            for sheet in book.worksheets:
                yield _sheet(sheet)
    except UserError:
        raise
    except Exception as error:  # openpyxl raises whatever it stumbles over
        raise UserError(say("This workbook is damaged: it can't be read.")) from error


def _sheet(sheet: Any) -> Iterator[Sequence[Any]]:
    # What a sheet says of its size may be wrong, or meant to do harm: our own bounds hold.
    sheet.reset_dimensions()
    for number, cells in enumerate(
        sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True)
    ):
        if number >= MAX_ROWS:
            raise _too_long()
        yield cells


def _refuse_other(data: bytes) -> None:
    """Say what a file is that is no workbook, and refuse one that is meant to fill the memory."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UserError(
                say(
                    "This workbook is protected by a password. Open it, save it without one, and import that."
                )
            )
        raise UserError(say("This is a workbook of an old Excel (XLS). Save it as XLSX and import that."))
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise UserError(
            say("This is no workbook (XLSX). Import the file as the Commission publishes it, or a CSV of it.")
        ) from error
    if "xl/workbook.xml" not in {each.filename for each in members}:
        raise UserError(
            say("This is no workbook (XLSX). Import the file as the Commission publishes it, or a CSV of it.")
        )
    unpacked = sum(each.file_size for each in members)
    if unpacked > MAX_UNPACKED or any(
        each.file_size > MAX_RATIO * max(each.compress_size, 1024) for each in members
    ):
        raise UserError(say("This workbook unpacks to more than a list of institutions can be."))


def _with_header(sheets: Iterator[Rows]) -> tuple[int, dict[int, str], Iterator[Sequence[Any]]]:
    """Find the sheet, and in it the row, that names the columns; the rows below it are yet to be read."""
    best: dict[int, str] = {}
    for sheet in sheets:
        rows = iter(sheet)
        for number, cells in enumerate(rows, 1):
            columns = _columns(cells)
            if all(each in columns.values() for each in _NEEDED):
                return number, columns, rows
            best = max(best, columns, key=len)
            if number >= _HEADER_WITHIN:
                break
    if len(best) < 2:  # noqa: PLR2004
        raise UserError(
            say(
                "No sheet of this file has the columns of the list of charter holders: {columns}.",
                columns=Series(tuple(_title(each) for each in _NEEDED)),
            )
        )
    lacking = Series(tuple(_title(each) for each in _NEEDED if each not in best.values()))
    raise UserError(say("This list lacks columns that it needs: {columns}.", columns=lacking))


def _title(column: str) -> Quoted:
    return Quoted(_NAMES[column][0].title())


def _columns(cells: Sequence[Any]) -> dict[int, str]:
    """Take a row for the names of the columns: which of ours stands where, each once."""
    known = {name: column for column, names in _NAMES.items() for name in names}
    found: dict[int, str] = {}
    for place, cell in enumerate(cells):
        column = known.get(folded(cell)) if isinstance(cell, str) and len(cell) < MAX_CELL else None
        if column and column not in found.values():
            found[place] = column
    return found


def _filled(rows: Iterable[Sequence[Any]], header: int) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows that hold something, each with its number in the file."""
    for number, cells in enumerate(rows, header + 1):
        if any(cell is not None and str(cell).strip() for cell in cells):
            yield number, cells


def _cells(columns: Mapping[int, str], cells: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    for place, column in columns.items():
        yield column, cells[place] if place < len(cells) else None


@dataclass(slots=True)
class _Row:
    """One row being read, with what is odd in it."""

    number: int
    cells: Mapping[str, Any]
    odd: list[Odd] = field(default_factory=list)

    def note(self, what: str, message: Message) -> None:
        self.odd.append(Odd(self.number, what, message))

    def text(self, column: str) -> str:
        """A cell as one line of text, without the blanks and line breaks that are no part of it."""
        cell = self.cells.get(column)
        if cell is None:
            return ""
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        written = " ".join(_HIDDEN.sub("", str(cell)).split())
        if written in _ERRORS:
            self.note(
                "cell", say("{column} holds the error {text}.", column=_title(column), text=Quoted(written))
            )
            return ""
        if len(written) > MAX_CELL:
            self.note(
                "cell",
                say("{column} was cut: it had {n} characters.", column=_title(column), n=len(written)),
            )
        return written[:MAX_CELL]

    def day(self, column: str) -> str:
        """A cell as a date; what can't be read is said, and leaves the side open."""
        cell = self.cells.get(column)
        if isinstance(cell, datetime | date):
            return cell.isoformat()[:10]
        written = self.text(column)
        if not written:
            self.note("date", say("{column} is empty.", column=_title(column)))
            return ""
        day = _day(written)
        if day is None:
            self.note(
                "date",
                say("{column} is no date: {text}.", column=_title(column), text=Quoted(written)),
            )
        return day.isoformat() if day else ""


_HIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters that nobody sees; kinds of blanks are not among them."""


def _day(written: str) -> date | None:
    found = _DAY.fullmatch(written)
    parts = [int(each) for each in found.groups()] if found else []
    if not found and (european := _EUROPEAN.fullmatch(written)):
        parts = [int(each) for each in reversed(european.groups())]
    if not parts and _SERIAL.fullmatch(written):
        return date(1899, 12, 30) + timedelta(days=int(written[:5]))
    try:
        return date(*parts) if parts else None
    except ValueError:
        return None


def _holder(number: int, cells: Mapping[str, Any], countries: CodeList, odd: list[Odd]) -> Holder:
    row = _Row(number, cells, odd)
    code, published = _code(row)
    country = _country(row, countries)
    name = row.text("name")
    if not name:
        row.note("name", say("There is no name."))
    return Holder(
        row=str(number),
        charter=row.text("charter"),
        erasmus_code=code,
        pic=row.text("pic"),
        oid=row.text("oid"),
        name=name,
        street=row.text("street"),
        postcode=row.text("postcode"),
        city=row.text("city"),
        country=country,
        website=row.text("website"),
        since=row.day("since"),
        until=row.day("until"),
        published_code=published,
    )


def _code(row: _Row) -> tuple[str, str]:
    """The code in its canonical form; and as the list writes it, where that is another."""
    cell = row.cells.get("erasmus_code")
    published = str(cell)[:MAX_CELL].strip(" \t\r\n") if cell is not None else ""
    if not published:
        row.note("code", say("There is no Erasmus code."))
        return "", ""
    code = erasmus_code(published)[:MAX_CELL]
    if not regular_erasmus_code(published):
        shown = Quoted(_shown(published))
        if regular_erasmus_code(code):
            row.note("code", say("The Erasmus code {text} is read as {code}.", text=shown, code=Quoted(code)))
        else:
            row.note("code", say("The Erasmus code {text} is irregular; it is kept as it is.", text=shown))
    elif code != published:
        text, right = Quoted(published), Quoted(code)
        row.note("country", say("The Erasmus code {text} is read as {code}.", text=text, code=right))
    return code, "" if code == published else _shown(published)


def _shown(text: str) -> str:
    """A text in which every blank that is no ordinary one can be seen."""
    return "".join(
        letter if letter == " " or letter.isprintable() else f"<U+{ord(letter):04X}>" for letter in text
    )


def _country(row: _Row, countries: CodeList) -> str:
    written = row.text("country")
    if written in countries.codes:
        return written
    known = countries.aliases.get(written.upper()) or (countries.nearest(written) if written else None)
    if known is None or (len(written) <= len("XK") and written.upper() not in countries.aliases):
        row.note("country", say("The country {text} is none that is known.", text=Quoted(written)))
        return written
    return known


def _doubles(holders: Sequence[Holder], odd: list[Odd]) -> None:
    first: dict[str, str] = {}
    for holder in holders:
        if holder.key and holder.key in first:
            text = say(
                "The Erasmus code {code} is that of row {row} too.",
                code=Quoted(holder.erasmus_code),
                row=first[holder.key],
            )
            odd.append(Odd(int(holder.row), "double", text))
        first.setdefault(holder.key, holder.row)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a list says otherwise than the one before it: who is new, who is gone, whose charter or code is another."""

    added: tuple[Holder, ...]
    removed: tuple[Holder, ...]
    changed: tuple[tuple[Holder, Holder], ...]


def changes(before: Sequence[Holder], now: Sequence[Holder]) -> Changes:
    """Compare two lists: institutions are known by their codes, else by their PICs."""
    by_both = {(each.key, each.pic): each for each in before}
    by_key = {each.key: each for each in before if each.key}
    by_pic = {each.pic: each for each in before if each.pic}
    added: list[Holder] = []
    changed: list[tuple[Holder, Holder]] = []
    met: set[str] = set()
    for holder in now:
        old = by_both.get((holder.key, holder.pic)) or by_key.get(holder.key) or by_pic.get(holder.pic)
        if old is None:
            added.append(holder)
            continue
        met.add(old.row)
        mine, past = ((each.key, each.charter, each.since, each.until) for each in (holder, old))
        if mine != past:
            changed.append((old, holder))
    return Changes(tuple(added), tuple(each for each in before if each.row not in met), tuple(changed))
