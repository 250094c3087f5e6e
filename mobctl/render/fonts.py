"""The fonts of documents: ours for Latin, Greek and Cyrillic letters, others for other scripts where they are installed.

A document is set with those alone that its characters need, so what else is installed changes nothing in it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

UNDRAWN = frozenset(
    [0xAD, 0x34F, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]
)
"""Characters that shape or direct others and need no glyph."""

JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Family:
    """A family of fonts: its name, the package and the files of it, the extra that installs it, the scripts it is for.

    Scripts are codes of ISO 15924.
    """

    name: str
    package: str
    files: str
    extra: str = ""
    scripts: tuple[str, ...] = ()


def _noto(name: str, *scripts: str) -> Family:
    return Family(f"Noto Sans {name}", "manimgx_fonts", f"NotoSans{name}[[]wght].ttf", "scripts", scripts)


OWN = (
    Family("Source Serif 4", "fontpkg_source_serif_4", "files/*.ttf"),
    Family("Source Sans 3", "fontpkg_source_sans_3", "files/*.ttf"),
)
"""The families that look.typ names itself; all others only help out with other scripts."""

OTHERS = (
    # Of the Arabic fonts that there are, the one whose text is copied and searched as it was written.
    Family("Amiri", "fontpkg_amiri", "files/*.ttf", "scripts", ("Arab",)),
    _noto("Hebrew", "Hebr"),
    _noto("Georgian", "Geor"),
    _noto("Armenian", "Armn"),
    Family("Noto Sans Devanagari", "fontpkg_noto_sans_devanagari", "files/*.ttf", "scripts", ("Deva",)),
    Family("Noto Sans Thai", "fontpkg_noto_sans_thai", "files/*.ttf", "scripts", ("Thai",)),
    _noto("Bengali", "Beng"),
    _noto("Ethiopic", "Ethi"),
    _noto("Gujarati", "Gujr"),
    _noto("Gurmukhi", "Guru"),
    _noto("Kannada", "Knda"),
    _noto("Khmer", "Khmr"),
    _noto("Lao", "Laoo"),
    _noto("Malayalam", "Mlym"),
    _noto("Myanmar", "Mymr"),
    _noto("Oriya", "Orya"),
    _noto("Sinhala", "Sinh"),
    _noto("Tamil", "Taml"),
    _noto("Telugu", "Telu"),
    Family(
        "Noto Sans CJK SC",
        "manimgx_fonts_cjk",
        "*.ttc",
        "cjk",
        ("Hani", "Hira", "Kana", "Hang", "Bopo"),
    ),
)
"""In this order they are tried."""

EXTRAS = ("scripts", "cjk")


@lru_cache(maxsize=len(OWN) + len(OTHERS))
def files(family: Family) -> tuple[Path, ...]:
    """Return the files of a family, none if it is not installed."""
    spec = find_spec(family.package)
    folders = (spec.submodule_search_locations if spec else None) or ()
    return tuple(path for folder in folders for path in sorted(Path(folder).glob(family.files)))


@lru_cache(maxsize=len(OWN) + len(OTHERS))
def drawable(family: Family) -> frozenset[int]:
    """Return the characters that a family can draw, upright and slanted alike."""
    every = [covered(path.read_bytes()) for path in files(family)]
    return frozenset.intersection(*every) if every else frozenset()


@lru_cache(maxsize=1)
def own() -> frozenset[int]:
    """Return the characters that need no other family: headings fall back on what texts are set with."""
    return drawable(OWN[-1]) | UNDRAWN


def covered(data: bytes) -> frozenset[int]:
    """Return the characters of a font file, or of the first font of a collection."""
    from io import BytesIO

    from fontTools.ttLib import TTFont

    with TTFont(BytesIO(data), lazy=True, fontNumber=0) as font:
        quick = frozenset(_segmented(font.reader["cmap"]))
        return quick or frozenset(font.getBestCmap() or ())


def _segmented(table: bytes) -> Iterator[int]:
    """Read the characters of a table of format 12, which takes long where glyphs are given names."""
    count: Any
    _, count = struct.unpack_from(">HH", table)
    for number in range(count):
        platform, _, start = struct.unpack_from(">HHL", table, 4 + 8 * number)
        if platform in {0, 3} and struct.unpack_from(">H", table, start)[0] == SEGMENTED:
            groups = struct.unpack_from(">L", table, start + 12)[0]
            for first, last, glyph in struct.iter_unpack(
                ">LLL", table[start + 16 : start + 16 + 12 * groups]
            ):
                yield from range(first + (glyph == 0), min(last, LAST) + 1)
            return


SEGMENTED, LAST = 12, 0x10FFFF
"""The format of tables for all of Unicode, and its last character."""


def family_of(cluster: str) -> Family | None:
    """Find the family that draws a letter with all its marks, or None."""
    letters = {ord(character) for character in cluster} - UNDRAWN
    meant = meant_for(cluster)
    candidates = [*([meant] if meant else []), *OTHERS]
    return next((family for family in candidates if letters <= drawable(family)), None)


def meant_for(cluster: str) -> Family | None:
    """Find the family that is for the script of a letter, whether it is installed or not."""
    from fontTools import unicodedata

    scripts = {script for character in cluster for script in unicodedata.script_extension(character)}
    if any(first <= character <= last for first, last in WIDE for character in cluster):
        scripts.add("Hani")
    return next((family for family in OTHERS if scripts.intersection(family.scripts)), None)


WIDE = (
    ("\u3000", "\u303f"),
    ("\u31c0", "\u31ef"),
    ("\u3200", "\u33ff"),
    ("\ufe30", "\ufe4f"),
    ("\uff00", "\uffef"),
)
"""Signs that come with Chinese, Japanese and Korean letters and are of no script."""


def installed() -> tuple[Family, ...]:
    """Return the families that there are, our own first."""
    return tuple(family for family in (*OWN, *OTHERS) if files(family))


def absent() -> tuple[Family, ...]:
    """Return those for other scripts that are not installed."""
    return tuple(family for family in OTHERS if not files(family))


def command(extras: Sequence[str]) -> str:
    """Return the command that installs the fonts of some extras."""
    return f"pip install 'mobctl[{','.join(extras)}]'"
