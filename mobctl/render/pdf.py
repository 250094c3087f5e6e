"""Typst source as PDF/A-3a that is PDF/UA-1 too: fonts of ours only, no file, no network, no clock."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mobctl.errors import UserError
from mobctl.finding import Message, Quoted, say
from mobctl.render.typst import attached

if TYPE_CHECKING:
    from typst import Compiler

STANDARDS: tuple[Literal["a-3a", "ua-1"], ...] = ("a-3a", "ua-1")
"""An archive's PDF that a screen reader can read too, in one file."""

PACKAGES = ("fontpkg_source_serif_4", "fontpkg_source_sans_3", "fontpkg_noto_sans_arabic")
"""Packages that hold nothing but font files; what is not installed is not used."""

OWN = ("Source Serif 4", "Source Sans 3")
"""The families that look.typ names itself; all others only help out with other scripts."""

UNDRAWN = frozenset([0xAD, 0x34F, 0x200C, 0x200D, 0x2060, *range(0xFE00, 0xFE10)])
"""Characters that shape others and need no glyph."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes into the PDF."""

    name: str
    data: bytes
    mime: str
    description: str


@dataclass(frozen=True, slots=True)
class Font:
    """A family of fonts, and the folder of its files."""

    family: str
    folder: Path


@lru_cache(maxsize=1)
def fonts() -> tuple[Font, ...]:
    """Return the fonts that are installed for documents."""
    found = (import_module(package) for package in PACKAGES if find_spec(package))
    return tuple(Font(package.FAMILY, package.ROOT / "files") for package in found)


def others() -> tuple[str, ...]:
    """Return the families for scripts that our own ones don't have."""
    return tuple(font.family for font in fonts() if font.family not in OWN)


@lru_cache(maxsize=1)
def drawable() -> frozenset[int]:
    """Return the characters that the fonts can draw, upright and slanted alike."""
    from fontTools.ttLib import TTFont

    found = set(UNDRAWN)
    for font in fonts():
        every = []
        for path in sorted(font.folder.glob("*.ttf")):
            with TTFont(path, lazy=True) as file:
                every.append(frozenset(file.getBestCmap()))
        found.update(frozenset.intersection(*every))
    return frozenset(found)


@lru_cache(maxsize=1)
def _compiler() -> tuple[Compiler, tempfile.TemporaryDirectory[str]]:
    """Make the one compiler of a process: it keeps the fonts it has read. Its root is a folder with nothing in it."""
    import typst

    folder = tempfile.TemporaryDirectory(prefix="mobctl-", ignore_cleanup_errors=True)
    found = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(font.folder) for font in fonts()],
    )
    compiler = typst.Compiler(
        root=folder.name,
        font_paths=found,
        ignore_system_fonts=True,
        package_path=folder.name,
        package_cache_path=folder.name,
    )
    return compiler, folder


def compile(source: str, *, timestamp: datetime, attachments: Iterable[Attachment] = ()) -> bytes:
    """Make a PDF. The same source, moment, files and fonts give the same bytes."""
    import typst

    whole = "".join(attached(file.name, file.data, file.mime, file.description) for file in attachments)
    compiler, _ = _compiler()
    try:
        made, warnings = compiler.compile_with_warnings(
            (source + "\n" + whole).encode(), format="pdf", pdf_standards=list(STANDARDS), timestamp=timestamp
        )
    except typst.TypstError as error:
        raise UserError(_failure(error.message)) from error
    if warnings:
        raise UserError(_failure(warnings[0].message))
    return made if isinstance(made, bytes) else b"".join(made or [])


RESOLUTION = 96
"""Dots an inch of a page as a picture: enough to be read on a screen."""


def pictures(source: str) -> tuple[bytes, ...]:
    """Draw each page as a PNG."""
    import typst

    compiler, _ = _compiler()
    try:
        made = compiler.compile(source.encode(), format="png", ppi=RESOLUTION)
    except typst.TypstError as error:
        raise UserError(_failure(error.message)) from error
    return (made,) if isinstance(made, bytes) else tuple(made or ())


def _failure(detail: str) -> Message:
    """Say what Typst says."""
    return say("the PDF can't be made: {detail}", detail=Quoted(detail))
