"""Codes and the forms of text: what a country, a date or an Erasmus code must look like.

Each form has a name (the `format` of a schema node) and a function that says what is wrong with a text, so
that the editor, the validator and the import all mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from typing import Any
from unicodedata import category, combining, normalize

from mobctl.finding import MONTHS, Message, Quoted, Series, say

_NAMED = 5
"""How many names that look alike are worth naming."""


def alike(name: str, known: Iterable[str], cutoff: float = 0.6) -> list[str]:
    """Find what looks most like a name: all that look equally like it, the first five by the alphabet."""
    likeness = {each: SequenceMatcher(None, each, name).ratio() for each in known}
    best = max(likeness.values(), default=0.0)
    return sorted(each for each, found in likeness.items() if found == best >= cutoff)[:_NAMED]


@dataclass(frozen=True, slots=True)
class CodeList:
    """A published list of codes, with its issuer and edition; `labels` are the names by code and language."""

    name: str
    issuer: str
    edition: str
    codes: Mapping[str, Mapping[str, Any]]
    aliases: Mapping[str, str]

    def labels(self, code: str) -> Mapping[str, str]:
        """The names of a code, by language."""
        found: Mapping[str, str] = self.codes.get(code, {}).get("label", {})
        return found

    def label(self, code: str, lang: str) -> str:
        """Name a code in a language of the list; in English where it has no other, as the code where it has none."""
        labels = self.labels(code)
        return labels.get(lang) or labels.get("en") or code

    def nearest(self, text: str) -> str | None:
        """Find the code that was probably meant: by its name in any language, by an alias, else by its look."""
        written = _folded(text)
        names = {
            _folded(name): code  # several fields bear one name: the last of them is the most detailed
            for code, row in self.codes.items()
            for name in row.get("name", row.get("label", {})).values()
        }
        aliases = {_folded(alias): code for alias, code in self.aliases.items()}
        codes = {_folded(code): code for code in self.codes}
        for known in (names, aliases):
            if written in known:
                return known[written]
        if text in self.codes:
            return text
        if f"0{written}" in codes:  # a spreadsheet took the zero away
            return codes[f"0{written}"]
        if written.isdigit():  # "0699" is one of the four-digit fields
            codes = {code: known for code, known in codes.items() if len(code) == len(written)} or codes
        close = get_close_matches(written, codes, n=1, cutoff=0.6)
        return codes[close[0]] if close else None

    def group(self, code: str, group: str, on: date) -> bool:
        """Say whether a code belonged to a group, such as EHEA or EU, on a day."""
        day = on.isoformat()
        return any(
            entry["group"] == group and entry.get("since", day) <= day <= entry.get("until", day)
            for entry in self.codes.get(code, {}).get("groups", ())
        )


def _folded(text: str) -> str:
    """Take from a text what a reader may write otherwise: capitals, accents, spaces and signs."""
    return "".join(letter for letter in normalize("NFKD", text.casefold()) if letter.isalnum())


def code_list(data: Mapping[str, Any]) -> CodeList:
    """Build a list from the data of its file."""
    rows = data["codes"]
    return CodeList(
        name=data["codelist"],
        issuer=data["issuer"],
        edition=data["edition"],
        codes={row["code"]: row for row in rows},
        aliases={alias: row["code"] for row in rows for alias in row.get("aliases", ())},
    )


def wrong_expression(text: str) -> Message | None:
    """Say what is wrong with a regular expression."""
    try:
        re.compile(text)
    except re.error as error:
        return say("{value} is not a regular expression: {why}.", value=Quoted(text), why=error.msg)
    return None


_DAY = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)(Z|[+-][0-9]{2}:[0-9]{2})"
)
_EUROPEAN = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")
_YEARS = range(1900, 2201)


def day(text: str) -> tuple[date, date]:
    """Read a date, or a month where the day is not known: its first and last day. Raise ValueError if neither."""
    found = _DAY.fullmatch(text)
    if not found or int(found[1]) not in _YEARS:
        raise ValueError(text)
    year, month = int(found[1]), int(found[2])
    if found[3]:
        whole = date(year, month, int(found[3]))
        return whole, whole
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return first, date.fromordinal(following.toordinal() - 1)


def _calendar(year: int, month: int, number: int) -> Message | None:
    if not 1 <= month <= 12:  # noqa: PLR2004
        if 1 <= number <= 12 and month <= 31:  # noqa: PLR2004  (an American date, or a slip)
            near = Quoted(f"{year:04}-{number:02}-{month:02}")
            return say("There is no month {month}. Did you mean {near}?", month=month, near=near)
        return say("There is no month {month}. Look the date up and correct it.", month=month)
    try:
        date(year, month, number)
    except ValueError:
        return say(
            "{month} {year} has no day {day}. Look the date up and correct it.",
            month=Message(MONTHS[month - 1]),
            year=str(year),
            day=number,
        )
    return None


def wrong_day(text: str, *, whole: bool = False) -> Message | None:
    """Say what is wrong with a date, naming the part that is."""
    if found := _DAY.fullmatch(text):
        if whole and not found[3]:
            return say("Give the day too, as in 2026-06-30.")
        if int(found[1]) not in _YEARS:
            return say("The year {year} cannot be meant.", year=found[1])
        return _calendar(int(found[1]), int(found[2]), int(found[3] or 1))
    if found := _EUROPEAN.fullmatch(text):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        if wrong := _calendar(year, second, first) if second <= 12 else None:  # noqa: PLR2004
            return say("{wrong} Dates are written as year-month-day, as in 2026-06-30.", wrong=wrong)
        if second <= 12:  # noqa: PLR2004
            return say("Write dates as year-month-day: {mended}.", mended=f"{year:04}-{second:02}-{first:02}")
    return say("{value} is not a date. Write it as year-month-day, as in 2026-06-30.", value=Quoted(text))


def wrong_moment(text: str) -> Message | None:
    """Say what is wrong with a date that may carry a time and its zone."""
    if "T" not in text:
        return wrong_day(text)
    found = _MOMENT.fullmatch(text)
    if found:
        try:
            datetime.fromisoformat(text)
        except ValueError:
            found = None
    if found:
        return None
    return say("{value} is not a date with a time, as in 2026-06-30T14:05:00+02:00.", value=Quoted(text))


_MARKS = frozenset(
    [
        "A",
        "AL",
        "B",
        "BA",
        "BG",
        "CH",
        "CY",
        "CZ",
        "D",
        "DK",
        "E",
        "EE",
        "F",
        "G",
        "HR",
        "HU",
        "I",
        "IRL",
        "IS",
        "LI",
        "LT",
        "LUX",
        "LV",
        "ME",
        "MK",
        "MT",
        "N",
        "NL",
        "P",
        "PL",
        "RO",
        "RS",
        "S",
        "SF",
        "SI",
        "SK",
        "TR",
        "UA",
        "UK",
        "XK",
    ]
)
"""How Erasmus codes begin: one to three letters for the country."""

_MARK_OF = {
    "AT": "A", "BE": "B", "DE": "D", "EL": "G", "ES": "E", "FI": "SF", "FR": "F", "GB": "UK", "GR": "G", "IE": "IRL",
    "IT": "I", "LU": "LUX", "NO": "N", "PT": "P", "SE": "S",
}  # fmt: skip
"""The letters of an Erasmus code for the countries whose ISO code, or the Commission's own, is another."""

_CODE = re.compile(r"([A-Z]{1,3})[ ]+([A-Z-]*[A-Z][A-Z-]*[ ]?[0-9]+)")
_REGULAR = re.compile(r"(?:IRL|LUX|[A-Z]{2} |[A-Z]  )[A-Z][A-Z-]*[A-Z][0-9]{2,3}")


def erasmus_code(text: str) -> str:
    """Write an Erasmus code as it should be: three columns for the country (`F  PARIS001`), no other blank, capitals.

    Takes any kind of blank, small letters, and the country as ISO or the Commission writes it (GR, EL, FR). What can't
    be told apart into country and town stays as it is, in capitals and with single blanks.
    """
    written = " ".join(normalize("NFKC", text).replace("\u2010", "-").replace("\u2011", "-").upper().split())
    if found := _CODE.fullmatch(written):
        mark, town = found[1], found[2]
    elif " " in written or not (mark := _mark(written)):
        return written
    else:
        town = written.removeprefix(mark)
    return f"{_MARK_OF.get(mark, mark):<3}{town.replace(' ', '')}"


def _mark(code: str) -> str:
    """Find the country at the beginning of a code without blanks, where only one can be meant."""
    known = [code[:length] for length in (3, 2, 1) if code[:length] in _MARKS]
    return known[0] if len(known) == 1 or code[:3] in known else ""


def erasmus_key(text: str) -> str:
    """What two writings of one Erasmus code have in common: what codes are compared by."""
    return erasmus_code(text).replace(" ", "")


def regular_erasmus_code(text: str) -> bool:
    """Say whether an Erasmus code is written exactly as it should be; some in force have their own way."""
    return bool(_REGULAR.fullmatch(text))


_SPLIT = re.compile(r"(?:[A-Z]{3}|[A-Z]{2} |[A-Z]  )[A-Z][A-Z-]{1,11}[0-9]{1,3}")
"""A code in its canonical form, also one of those in force that have a number of one digit."""


def wrong_erasmus_code(text: str) -> Message | None:
    """Say what is wrong with an Erasmus code; the number of blanks in it is not."""
    what, near = say("an Erasmus code (country, space, town in capitals, number)"), erasmus_code(text)
    if not _SPLIT.fullmatch(near):
        return say(
            "{value} is not {what}. Example: {example}", value=Quoted(text), what=what, example="F TOULOUS02"
        )
    if text.strip(" ") == text and text.replace(" ", "") == near.replace(" ", ""):
        return None
    return say(
        "{value} is not {what}. Did you mean {near}?", value=Quoted(text), what=what, near=Quoted(near)
    )


def folded(text: str) -> str:
    """Take from a text its capitals, accents and unseen characters, and write its words with single blanks between them."""
    plain = normalize("NFKD", text.casefold().translate(_LETTERS))
    unseen = {c for c in plain if combining(c) or category(c) == "Cf"}
    return " ".join("".join(c if c.isalnum() else "" if c in unseen else " " for c in plain).split())


_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h"}
)
"""Letters whose strokes are part of them: taking accents away leaves them as they are."""


def local_date(text: str, zone: str) -> date:
    """Say which date it was in a time zone, such as Europe/Paris, at a moment with a time and its zone."""
    from zoneinfo import ZoneInfo

    return datetime.fromisoformat(text).astimezone(ZoneInfo(zone)).date()


@cache
def time_zones() -> frozenset[str]:
    """Name the time zones that there are, as the IANA database names them."""
    from zoneinfo import available_timezones

    return frozenset(available_timezones())


def wrong_time_zone(text: str) -> Message | None:
    """Say what is wrong with the name of a time zone."""
    if text in time_zones():
        return None
    if near := alike(text, time_zones()):
        return say(
            "{value} is not {what}. Did you mean {near}?",
            value=Quoted(text),
            what=say("a time zone"),
            near=Quoted(near[0]),
        )
    return say(
        "{value} is not {what}. Example: {example}",
        value=Quoted(text),
        what=say("a time zone"),
        example="Europe/Paris",
    )


def _pattern(pattern: str, example: str, what: Callable[[], Message]) -> Callable[[str], Message | None]:
    compiled = re.compile(pattern)

    def wrong(text: str) -> Message | None:
        if compiled.fullmatch(text):
            return None
        return say(
            "{value} is not {what}. Example: {example}", value=Quoted(text), what=what(), example=example
        )

    return wrong


def _listed(codes: CodeList, what: Callable[[], Message]) -> Callable[[str], Message | None]:
    def wrong(text: str) -> Message | None:
        if text in codes.codes:
            return None
        near = codes.nearest(text)
        if near:
            return say(
                "{value} is not {what}. Did you mean {near}?",
                value=Quoted(text),
                what=what(),
                near=Quoted(near),
            )
        return say("{value} is not {what}.", value=Quoted(text), what=what())

    return wrong


def _short_listed(codes: CodeList, what: Callable[[], Message]) -> Callable[[str], Message | None]:
    def wrong(text: str) -> Message | None:
        if text in codes.codes:
            return None
        allowed = Series(tuple(codes.codes), "or")
        return say(
            "{value} is not {what}. Choose {allowed}.", value=Quoted(text), what=what(), allowed=allowed
        )

    return wrong


def formats(lists: Mapping[str, CodeList]) -> dict[str, Callable[[str], Message | None]]:
    """Build the form checkers: each returns None for a good text, else what is wrong with it."""
    languages = lists["languages"]

    def wrong_language(text: str) -> Message | None:
        main = text.split("-", maxsplit=1)[0]
        if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", text) and (
            len(main) > len("fr") or main in languages.codes
        ):
            return None
        near = languages.nearest(main)
        what = say("the code of a language (BCP 47)")
        if near:
            return say(
                "{value} is not {what}. Did you mean {near}?",
                value=Quoted(text),
                what=what,
                near=Quoted(near),
            )
        return say("{value} is not {what}. Example: {example}", value=Quoted(text), what=what, example="fr")

    def wrong_academic_year(text: str) -> Message | None:
        found = re.fullmatch(r"([0-9]{4})/([0-9]{4})", text)
        if found and int(found[2]) - int(found[1]) in (0, 1):
            return None
        return say("{value} is not an academic year, as in 2026/2027.", value=Quoted(text))

    return {
        "day": wrong_day,
        "date": lambda text: wrong_day(text, whole=True),
        "moment": wrong_moment,
        "time-zone": wrong_time_zone,
        "academic-year": wrong_academic_year,
        "year": _pattern(r"(?:19|20|21)[0-9]{2}", "2027", lambda: say("a year (four digits)")),
        "regular-expression": wrong_expression,
        "language": wrong_language,
        "country": _listed(
            lists["countries"], lambda: say("the code of a country (ISO 3166-1, two letters)")
        ),
        "isced-f": _listed(lists["isced-f"], lambda: say("a field of ISCED-F 2013")),
        "eqf": _short_listed(lists["eqf"], lambda: say("a level of the European Qualifications Framework")),
        "cefr": _short_listed(lists["cefr"], lambda: say("a language level (CEFR)")),
        "erasmus-code": wrong_erasmus_code,
        "esi": _pattern(
            r"urn:schac:personalUniqueCode:int:esi:[a-z0-9.-]+:[!-~]{1,64}",
            "urn:schac:personalUniqueCode:int:esi:valmont.example:22617345",
            lambda: say("a European Student Identifier"),
        ),
        "oid": _pattern(r"E1[0-9]{7}", "E10209085", lambda: say("an organisation ID (OID)")),
        "pic": _pattern(r"[0-9]{9}", "999987745", lambda: say("a participant code (PIC, nine digits)")),
        "schac": _pattern(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", "uw.edu.pl", lambda: say("a SCHAC code")),
        "project-code": _pattern(
            r"20[0-9]{2}-[0-9]-[A-Z]{2}[0-9]{2}-KA[0-9]{3}(?:-[A-Z]{3}-[0-9]{9}|-[0-9]{6})",
            "2026-1-FR01-KA131-HED-000123456",
            lambda: say("the code of an Erasmus+ project"),
        ),
        "email": _pattern(
            r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}",
            "anna.rossi@polito.example",
            lambda: say("an e-mail address"),
        ),
        "url": _pattern(
            r"https?://[^\s<>\"{}|\\^`]{3,1990}", "https://valmont.example/rde", lambda: say("a web address")
        ),
        "record-id": _pattern(
            r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?",
            "2026-0042",
            lambda: say("an identifier (letters, digits, - and .)"),
        ),
        "reference": _pattern(
            r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?",
            "polito",
            lambda: say("the identifier of another file"),
        ),
        "house-rule-id": _pattern(
            r"X[A-Z0-9-]{1,40}",
            "X-FUNDING",
            lambda: say("the code of a house rule (X, capitals, digits and -)"),
        ),
        "colour": _pattern(r"#[0-9a-fA-F]{6}", "#12305a", lambda: say("a colour")),
        "phone": _pattern(
            r"\+?[0-9][0-9 ().-]{4,30}", "+33 5 61 50 42 50", lambda: say("a telephone number")
        ),
        "sha256": _pattern(
            r"[0-9a-f]{64}", "e3b0c442…", lambda: say("a SHA-256 hash (64 hexadecimal digits)")
        ),
        "term": _pattern(r"[1-9]/[1-9]", "1/2", lambda: say("a term, its number over the terms of the year")),
        "file-path": _pattern(
            r"(?![/\\])(?!.*\.\.)[^\x00-\x1f\\:]{1,300}",
            "scans/la-2026-0042.pdf",
            lambda: say("the path of a file"),
        ),
    }
