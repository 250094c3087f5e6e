"""Dates, numbers and names of countries and languages as a document's language writes them (Babel's tables)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

NBSP = "\u00a0"
NNBSP = "\u202f"

EUROPE = {"en": "en_GB"}
"""The usage that a language means here, where it is not its own default."""

DAY = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})(T.*)?", re.DOTALL)
MONTH = re.compile("([0-9]{4})-([0-9]{2})")
CREDITS = re.compile(r"-?[0-9]+(\.[0-9]+)?")
LONGEST = 15
"""The digits of a number of a record."""

ONE_MARK = re.compile(r"([^.,]*[0-9])[.,]([0-9][^.,]*)", re.DOTALL)


@lru_cache(maxsize=16)
def locale(lang: str) -> Locale:
    """Return Babel's tables of a language."""
    from babel import Locale

    return Locale.parse(EUROPE.get(lang, lang.replace("-", "_")))


@lru_cache(maxsize=1024)
def day(text: str, lang: str) -> str:
    """Write a date, or a month where the day is not known: 3 juin 2026, 1er juin 2026, juin 2026."""
    from babel.dates import format_date, format_skeleton

    if month := MONTH.fullmatch(text):
        return format_skeleton("yMMMM", date(int(month[1]), int(month[2]), 1), locale=locale(lang))
    if not (found := DAY.fullmatch(text)):
        raise ValueError(text)
    value = date(int(found[1]), int(found[2]), int(found[3]))
    written = format_date(value, "long", locale=locale(lang))
    if lang.split("-", maxsplit=1)[0] == "fr" and value.day == 1:
        written = written.replace("1", "1er", 1)
    return written.replace(" ", NBSP, 1)


DATED = re.compile(f"(?<=[0-9r]{NBSP})(?:de )?[^\\W\\d_]+ (?:de )?[0-9]{{4}}(?![0-9])")
"""What of a date comes after its day."""


def whole_dates(text: str) -> str:
    """Keep every date that `day` wrote in one line."""
    return DATED.sub(lambda found: found[0].replace(" ", NBSP), text)


def credits(text: str, lang: str) -> str:
    """Write a number of credits: the decimal mark of the language, nothing rounded, nothing grouped."""
    if not CREDITS.fullmatch(text):
        raise ValueError(text)
    return text.replace("-", "\u2212").replace(".", _mark(lang))


def plural_of(n: int | str, lang: str) -> int:
    """Take the whole number whose plural a count has: of a part of one, French speaks in the singular, others do not."""
    text = str(n)
    whole, _, part = text.removeprefix("-").partition(".")
    if not CREDITS.fullmatch(text) or len(text) > LONGEST or (part.strip("0") and lang != "fr"):
        return 2
    return int(whole)


def grade(text: str, lang: str) -> str:
    """Write a grade as its issuer did: only a single decimal mark between digits follows the language."""
    if found := ONE_MARK.fullmatch(text):
        return found[1] + _mark(lang) + found[2]
    return text


@lru_cache(maxsize=16)
def _mark(lang: str) -> str:
    from babel.numbers import get_decimal_symbol

    return get_decimal_symbol(locale(lang))


def country(code: str, lang: str) -> str:
    """Name a country; a code without a name stands for itself."""
    return str(locale(lang).territories.get(code.upper(), code))


def language(code: str, lang: str) -> str:
    """Name a language; a code without a name stands for itself."""
    return str(locale(lang).languages.get(code.replace("-", "_"), code))


def series(items: Sequence[str], lang: str) -> str:
    """Join several things as a sentence does: a, b and c."""
    from babel.lists import format_list

    return format_list(items, locale=locale(lang)) if items else ""


@lru_cache(maxsize=4096)
def typeset(text: str, lang: str) -> str:
    """Give our own texts the apostrophes and the spaces that their language's printers use; never a record's."""
    text = UNBROKEN.sub(NBSP, APOSTROPHE.sub("’", text))
    if lang.split("-", maxsplit=1)[0] == "fr":
        for pattern, space in FRENCH:
            text = pattern.sub(space, text)
    return text


APOSTROPHE = re.compile(r"(?<=\w)'(?=[\w{])")

UNBROKEN = re.compile(r"(?<=\b[A-Z]\.) (?=[0-9])| (?=%(?!\w))")
"""The blank of an article of law, as in D. 124-9, and that before a sign of percent."""

FRENCH = (
    (re.compile('"([^"]*)"'), r"« \1 »"),
    (re.compile(r"(?<=«)[ \u00a0\u202f]?(?=\S)|(?<=\S)[ \u00a0\u202f]?(?=»)"), NBSP),
    (re.compile("(?<=n°) "), NBSP),
    (re.compile(" (?=:(?![^ ]))"), NBSP),
    (re.compile(" (?=[;!?])"), NNBSP),
)
