"""The fonts that a school brings itself: what may be one, what it is called, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256
from io import BytesIO
from statistics import fmean
from typing import TYPE_CHECKING, Any

from mobctl.errors import UserError
from mobctl.finding import Message, Quoted, say
from mobctl.render import fonts

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

LARGEST = 2 * 1024 * 1024
"""Bytes of a font file; those of one script have a tenth of it."""

SIGNATURES = (b"\x00\x01\x00\x00", b"true", b"OTTO")
COLLECTION, WEB = b"ttcf", (b"wOFF", b"wOF2")
NEEDED = ("cmap", "head", "hhea", "hmtx", "maxp", "name", "OS/2")
OUTLINES = ("glyf", "CFF ", "CFF2")

USAGE, RESTRICTED, PREVIEW, WHOLE_ONLY, BITMAPS = 0x000F, 0x0002, 0x0004, 0x0100, 0x0200
"""What `fsType` says on putting a font into documents (OpenType, table OS/2)."""

BOLD = 600
"""From this weight on, what is to stand out does."""

TEXT, HEADINGS = "text", "headings"
"""What fonts are for."""

USUAL = 0.448
"""The mean width of small letters of the font that texts are set with, in ems."""


@dataclass(frozen=True, slots=True)
class Face:
    """A font file of a school: its name in messages, its bytes, and what it says of itself.

    `weights` are its lightest and its boldest; `preview` says that it may be put into what is printed, not into pages
    of the web.
    """

    file: str
    digest: str
    family: str
    italic: bool
    weights: tuple[int, int]
    wide: float
    preview: bool
    data: bytes = field(repr=False, compare=False)


def face(file: str, data: bytes) -> Face:
    """Read a font file. Raise UserError if it is none, or may not stand in documents."""
    if data.startswith(COLLECTION):
        raise UserError(
            say("{file} is a collection of fonts: give a file for each (TTF or OTF).", file=Quoted(file))
        )
    if data.startswith(WEB):
        raise UserError(say("{file} is a font for the web: give the TTF or OTF file.", file=Quoted(file)))
    if not data.startswith(SIGNATURES):
        raise UserError(say("{file} is no font (TTF or OTF).", file=Quoted(file)))
    try:
        return _face(file, data)
    except UserError:
        raise
    except Exception as error:  # whatever a damaged table makes a reader of fonts raise
        raise UserError(say("{file} is a damaged font.", file=Quoted(file))) from error


def _face(file: str, data: bytes) -> Face:
    from fontTools.ttLib import TTFont

    with TTFont(BytesIO(data), lazy=True) as font:
        if any(table not in font for table in NEEDED) or not any(table in font for table in OUTLINES):
            raise UserError(say("{file} is a damaged font.", file=Quoted(file)))
        os2 = font["OS/2"]
        _permitted(file, os2.fsType)
        family = font["name"].getBestFamilyName() or ""
        slanted = bool(os2.fsSelection & 1 or font["head"].macStyle & 2)
        return Face(
            file,
            sha256(data).hexdigest(),
            family,
            slanted,
            _weights(font),
            _wide(font),
            os2.fsType & USAGE == PREVIEW,
            data,
        )


def _permitted(file: str, terms: int) -> None:
    """Hold to what the maker of a font allows."""
    if terms & USAGE == RESTRICTED or terms & BITMAPS:
        raise UserError(
            say(
                "{file} may not be put into documents: its maker restricts it (fsType {terms}). Take another font, or ask "
                "for a licence that allows it and the file that says so.",
                file=Quoted(file),
                terms=f"0x{terms:04X}",
            )
        )
    if terms & WHOLE_ONLY:
        raise UserError(
            say(
                "{file} may only be put into documents whole (fsType {terms}), and mobctl puts in the letters that are "
                "used: take another font.",
                file=Quoted(file),
                terms=f"0x{terms:04X}",
            )
        )


def _weights(font: TTFont) -> tuple[int, int]:
    axes: Iterable[Any] = font["fvar"].axes if "fvar" in font else ()
    for axis in axes:
        if axis.axisTag == "wght":
            return int(axis.minValue), int(axis.maxValue)
    weight = int(font["OS/2"].usWeightClass)
    return weight, weight


def _wide(font: TTFont) -> float:
    """Say how much wider than ours its letters are; narrower ones are left as ours."""
    widths, cmap = font["hmtx"], font.getBestCmap() or {}
    found = [widths[cmap[code]][0] for code in range(ord("a"), ord("z") + 1) if code in cmap]
    return max(1.0, fmean(found) / font["head"].unitsPerEm / USUAL) if found else 1.0


@dataclass(frozen=True)
class Typefaces:
    """The fonts of a school: those of texts and those of headings, which are the same if none are given for them."""

    text: tuple[Face, ...] = ()
    headings: tuple[Face, ...] = ()

    @cached_property
    def families(self) -> Mapping[str, tuple[Face, ...]]:
        """The fonts by what they are for; the same ones for all are for texts."""
        both = {TEXT: self.text, HEADINGS: self.headings if self.headings != self.text else ()}
        return {role: faces for role, faces in both.items() if faces}

    @cached_property
    def files(self) -> tuple[Face, ...]:
        """Each file once."""
        return tuple({each.digest: each for each in (*self.text, *self.headings)}.values())

    @cached_property
    def wide(self) -> float:
        """How much wider than ours letters can be."""
        return max((each.wide for each in self.files), default=1.0)

    def fingerprint(self) -> str:
        """Name the bytes of all of them; "" where there are none."""
        return "\0".join(
            f"{role} {each.digest}"
            for role, faces in (("text", self.text), ("headings", self.headings))
            for each in faces
        )


NONE = Typefaces()


def one_family(faces: tuple[Face, ...]) -> Message | None:
    """Say what is wrong with files that are meant to be one font, or nothing."""
    names = {each.family: each for each in faces}
    for name, each in names.items():
        if not name:
            return say("{file} says no name of a font.", file=Quoted(each.file))
        if any(family.name.casefold() == name.casefold() for family in (*fonts.OWN, *fonts.OTHERS)):
            return say(
                "{file} is the font {family}, which mobctl has itself: leave it out.",
                file=Quoted(each.file),
                family=name,
            )
    if len(names) > 1:
        first, second, *_ = names
        return say(
            "{file} is of the font {second}, and {other} of {first}: give the files of one font.",
            file=Quoted(names[second].file),
            second=second,
            other=Quoted(names[first].file),
            first=first,
        )
    return None


def lacking(typefaces: Typefaces) -> Iterator[Message]:
    """Say which faces are not there: what is to stand out is then printed like the rest."""
    text, headings = typefaces.text, typefaces.headings
    if text and not any(each.weights[1] >= BOLD and not each.italic for each in text):
        yield say("The fonts for texts have no bold face: what is to stand out does not.")
    if text and not any(each.italic for each in text):
        yield say("The fonts for texts have no italic face: the second language is set upright, in grey.")
    if headings and not any(each.weights[1] >= BOLD for each in headings):
        yield say("The fonts for headings have no bold face.")


FAMILY_NAMES = (1, 16)
"""Where a font says the name of its family (OpenType, table name)."""


def called(family: str, each: Face) -> bytes:
    """Return a font under another name.

    By their own, engines take "Source Sans 3 Black" for a face of our Source Sans 3, and a school's "Valmont Condensed"
    for headings for a face of its "Valmont" for texts.
    """
    from fontTools.ttLib import TTFont

    out = BytesIO()
    with TTFont(BytesIO(each.data), lazy=True, recalcTimestamp=False, recalcBBoxes=False) as font:
        for name in font["name"].names:
            if name.nameID in FAMILY_NAMES:
                name.string = family
        font.save(out, reorderTables=None)
    return out.getvalue()


@lru_cache(maxsize=16)
def web(each: Face) -> bytes:
    """Pack a font for a page of HTML (WOFF 1.0), whole: to cut one down to some letters takes a second or more."""
    from fontTools.ttLib import TTFont

    out = BytesIO()
    with TTFont(BytesIO(each.data), lazy=True, recalcTimestamp=False, recalcBBoxes=False) as font:
        font.flavor = "woff"
        font.save(out, reorderTables=None)
    return out.getvalue()
