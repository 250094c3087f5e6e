"""Typst source as PDF/A-3a that is PDF/UA-1 too: fonts of ours only, no file, no network, no clock."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mobctl.errors import UserError
from mobctl.finding import Quoted, say
from mobctl.render import fonts
from mobctl.render.fonts import Family
from mobctl.render.typefaces import HEADINGS, NONE, TEXT, Face, Typefaces, called
from mobctl.render.typst import Chosen, attached

if TYPE_CHECKING:
    from typst import Compiler

STANDARDS: tuple[Literal["a-3a", "ua-1"], ...] = ("a-3a", "ua-1")
"""An archive's PDF that a screen reader can read too, in one file."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes into the PDF."""

    name: str
    data: bytes
    mime: str
    description: str


COMPILERS = 8
"""How many sets of fonts a process keeps ready."""


@lru_cache(maxsize=1)
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Make the folder of a process for the fonts that are not read where they lie; it goes with the process."""
    return tempfile.TemporaryDirectory(prefix="mobctl-", ignore_cleanup_errors=True)


@dataclass(frozen=True, slots=True)
class Ready:
    """A compiler with its fonts, and what the engine calls those of the school, by what they are for."""

    compiler: Compiler
    families: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=COMPILERS)
def _ready(others: tuple[Family, ...], typefaces: Typefaces) -> Ready:
    """Make the compiler for some fonts besides our own: it keeps those it has read. Its root is a folder with nothing in it."""
    import typst

    folder = Path(tempfile.mkdtemp(dir=_folder().name))
    root, chosen = folder / "root", folder / "fonts"
    root.mkdir()
    chosen.mkdir()
    folders = {str(chosen): None}
    for family in (*fonts.OWN, *others):
        for path in fonts.files(family):
            # A package that is one family is read where it lies; of others the files that are wanted.
            if path.parent.name == "files" or family.extra == "cjk":
                folders[str(path.parent)] = None
            else:
                shutil.copyfile(path, chosen / path.name)
    for role, faces in typefaces.families.items():
        for face in faces:
            (chosen / f"{role}.{face.digest}.ttf").write_bytes(called(f"School {role}", face))
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[*folders])
    named = {Path(info.path).stem: info.family for info in found.fonts() if info.path}
    families = {
        role: tuple(dict.fromkeys(_engines_name(named, role, face) for face in faces))
        for role, faces in typefaces.families.items()
    }
    compiler = typst.Compiler(
        root=str(root),
        font_paths=found,
        ignore_system_fonts=True,
        package_path=str(root),
        package_cache_path=str(root),
    )
    return Ready(compiler, families)


def _engines_name(named: Mapping[str, str], role: str, face: Face) -> str:
    """Return what the engine calls a font: for a few that it knows, something else than their files say."""
    try:
        return named[f"{role}.{face.digest}"]
    except KeyError as error:
        raise UserError(say("{file} is a damaged font.", file=Quoted(face.file))) from error


def chosen(others: tuple[Family, ...], typefaces: Typefaces) -> Chosen:
    """Name the fonts of a document as the engine does, in the order in which it looks for a letter in them."""
    families = _ready(others, typefaces).families
    text = families.get(TEXT, ())
    headings = families.get(HEADINGS, text if typefaces.headings else ())
    return Chosen(text, headings, tuple(family.name for family in others))


def compile(
    source: str,
    *,
    timestamp: datetime,
    attachments: Iterable[Attachment] = (),
    others: tuple[Family, ...] = (),
    typefaces: Typefaces = NONE,
) -> bytes:
    """Make a PDF. The same source, moment, files and fonts give the same bytes.

    `others` are the fonts for other scripts, `typefaces` those of the school. Raises EndsEarlyError for a source with LITTLE.
    """
    import typst

    whole = "".join(attached(file.name, file.data, file.mime, file.description) for file in attachments)
    compiler = _ready(others, typefaces).compiler
    try:
        made, warnings = compiler.compile_with_warnings(
            (source + "\n" + whole).encode(), format="pdf", pdf_standards=list(STANDARDS), timestamp=timestamp
        )
    except typst.TypstError as error:
        raise _failed(error.message) from error
    if warnings:
        raise _failed(warnings[0].message)
    return made if isinstance(made, bytes) else b"".join(made or [])


LITTLE = """
#context if here().page() > 1 and here().position().y < 120mm { panic("ends early") }"""
"""At the end of a source: the engine, which knows where things stand before it draws them, stops where a last page has little."""


class EndsEarlyError(Exception):
    """The last page of a document has little on it."""


def page_count(made: bytes) -> int:
    """Count the pages of a PDF."""
    import pypdfium2

    with pypdfium2.PdfDocument(made) as file:
        return len(file)


RESOLUTION = 96
"""Dots an inch of a page as a picture: enough to be read on a screen."""


def pictures(source: str, others: tuple[Family, ...] = (), typefaces: Typefaces = NONE) -> tuple[bytes, ...]:
    """Draw each page as a PNG."""
    import typst

    compiler = _ready(others, typefaces).compiler
    try:
        made = compiler.compile(source.encode(), format="png", ppi=RESOLUTION)
    except typst.TypstError as error:
        raise _failed(error.message) from error
    return (made,) if isinstance(made, bytes) else tuple(made or ())


def _failed(detail: str) -> Exception:
    """Tell what Typst says."""
    if detail == "panicked with: ends early":
        return EndsEarlyError()
    return UserError(say("the PDF can't be made: {detail}", detail=Quoted(detail)))
