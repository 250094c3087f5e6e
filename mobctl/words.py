"""Messages as sentences: one gettext catalogue a language, English in the code."""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from mobctl.codes import CodeList
from mobctl.finding import MONTHS, N_, Arg, Label, Message, Personal, Quoted, Series, Text
from mobctl.resources import catalogues

_PLACE = re.compile(r"\{([a-z_]+)\}")
_QUOTED, _FIRST, _DAY, _DECIMAL = (
    N_("“{text}”"),
    N_("1 {month} {year}"),
    N_("{day} {month} {year}"),
    N_("{whole}.{decimals}"),
)
"""How a language quotes, and writes the first day of a month, another day, and a number: its catalogue says so."""

CLDR = {"countries": "territories", "languages": "languages"}
"""The lists whose names Babel knows in every language, so that no translator writes them again."""

_LONGEST = 200
"""How much of a value a message quotes."""

_FRENCH = (
    (re.compile(r" ([;!?])"), "\u202f\\1"),
    (re.compile(r" :"), "\u00a0:"),
    (re.compile(r"« "), "«\u00a0"),
    (re.compile(r" »"), "\u00a0»"),
)


def languages() -> tuple[str, ...]:
    """The languages that messages are written in: English and every catalogue there is."""
    return ("en", *sorted({path.stem for path in catalogues().glob("*.[mp]o")}))


def _catalogue(lang: str) -> gettext.NullTranslations:
    """Load a catalogue: compiled in the wheel, read from its source in a checkout."""
    if lang == "en":
        return gettext.NullTranslations()
    compiled, source = catalogues() / f"{lang}.mo", catalogues() / f"{lang}.po"
    if compiled.is_file() and not (source.is_file() and source.stat().st_mtime > compiled.stat().st_mtime):
        return _read(compiled, compiled.stat().st_mtime_ns)
    return _read(source, source.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _read(path: Path, _changed: int) -> gettext.NullTranslations:
    """Read a catalogue once, until it changes."""
    data = path.read_bytes() if path.suffix == ".mo" else compile_catalogue(path)
    return gettext.GNUTranslations(BytesIO(data))


def compile_catalogue(source: Path) -> bytes:
    """Compile one `.po` file."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    out = BytesIO()
    with source.open("rb") as stream:
        write_mo(out, read_po(stream))
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Words:
    """One language: its catalogue, its quotation marks, numbers and dates."""

    lang: str
    catalogue: gettext.NullTranslations
    lists: Mapping[str, CodeList]

    def say(self, message: Message) -> str:
        """Make a sentence of a message."""
        args = dict(message.args)
        if message.literal:
            return self.show(args["text"]) if "text" in args else message.id
        count = args.get("n")
        text = (
            self.catalogue.ngettext(message.id, message.plural, count)
            if message.plural and isinstance(count, int)
            else self.catalogue.gettext(message.id)
        )
        return _PLACE.sub(lambda found: self.show(args[found[1]]), self._typography(text))

    def text(self, id: str) -> str:
        """Translate a text without arguments, such as a title."""
        return self._typography(self.catalogue.gettext(id)) if id else ""

    def names(self, given: str | Mapping[str, str]) -> str:
        """What a school wrote in one language, or in several, in this one if it is there."""
        return given if isinstance(given, str) else self.show(Text(tuple(given.items())))

    def ours(self, texts: Mapping[str, str], context: str) -> str:
        """Say what our own lists and profiles call something: as they have it, else as the catalogue has the English."""
        english = texts.get("en", "")
        return texts.get(self.lang) or (english and self.catalogue.pgettext(context, english))

    def _label(self, known: CodeList, code: str) -> str:
        """Name a code; those of countries and languages without a name in the list are Babel's."""
        labels = known.labels(code)
        if self.lang not in labels and known.name in CLDR:
            from babel import Locale

            return getattr(Locale.parse(self.lang, "-"), CLDR[known.name]).get(code) or labels.get("en", code)
        return self.ours(labels, known.name) or code

    def show(self, arg: Arg) -> str:
        """Show an argument in this language."""
        match arg:
            case Quoted(text):
                shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
                return self._filled(_QUOTED, text=shown)
            case Label(name, code):
                return self._label(self.lists[name], code) if name in self.lists else code
            case Text(by_language):
                return dict(by_language).get(self.lang) or by_language[0][1]
            case Personal(value, _):
                return self.show(value)
            case Series(items, word):
                return self._series([self.show(item) for item in items], word)
            case Message():
                return self.say(arg)
            case Decimal():
                return self._number(arg)
            case date():
                return self._date(arg)
            case _:
                return str(arg)

    def _typography(self, text: str) -> str:
        if self.lang == "fr":
            for pattern, spaced in _FRENCH:
                text = pattern.sub(spaced, text)
        return text

    def _series(self, items: list[str], word: str) -> str:
        if len(items) < 2:  # noqa: PLR2004
            return "".join(items)
        pattern = N_("{first} or {last}") if word == "or" else N_("{first} and {last}")
        return self._filled(pattern, first=", ".join(items[:-1]), last=items[-1])

    def _number(self, number: Decimal) -> str:
        whole, _, decimals = f"{number.normalize():f}".partition(".")
        return self._filled(_DECIMAL, whole=whole, decimals=decimals) if decimals else whole

    def _date(self, day: date) -> str:
        month = self.text(MONTHS[day.month - 1])
        return self._filled(
            _FIRST if day.day == 1 else _DAY, day=str(day.day), month=month, year=str(day.year)
        )

    def _filled(self, id: str, **args: str) -> str:
        """Fill a pattern of the language; what stands in an argument is never looked through for more."""
        return _PLACE.sub(lambda found: args[found[1]], self.text(id))


def words(lang: str, lists: Mapping[str, CodeList]) -> Words:
    """Load a language."""
    return Words(lang, _catalogue(lang), lists)
