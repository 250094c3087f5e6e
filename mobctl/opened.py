"""A PDF taken apart: what is attached to it, and the text of its pages."""

from __future__ import annotations

import ctypes
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mobctl.errors import ContentError
from mobctl.finding import Quoted, say
from mobctl.render import MADE_FILE, SEAL_FILE, VIEW_FILE

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfObject, PdfTextPage

LARGEST = 50 * 1024 * 1024
UNPACKED = 64 * 1024 * 1024
"""To how many bytes a part of a PDF may unpack: more is no document, but an attack on whoever opens it."""

PAGES = 500
OURS = frozenset({VIEW_FILE, MADE_FILE, SEAL_FILE})
MANY = 100
"""Among how many attachments ours are looked for: a document has three."""

STEP = 64 * 1024
DEEP = 8
"""How far text is looked for in what is drawn as one."""

HYPHEN = "\x02"
"""What PDFium gives for a hyphen at which a word was broken."""

RUNNING = "Artifact"
"""The mark of what is no part of a text: heads and feet of pages, and the heads of tables that go on."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A PDF taken apart: its attachments by name, and its text, page by page."""

    raw: bytes
    attachments: Mapping[str, bytes]
    pages: tuple[str, ...]


def opened(raw: bytes, name: str) -> Opened:
    """Take a PDF apart. Raise ContentError if it is none, or one that nobody should open."""
    import pypdfium2

    if any(_too_large(part) for part in _packed(raw)):
        text = say(
            "{file} unpacks to more than {n} bytes: it is no document of mobctl.",
            n=UNPACKED,
            file=Quoted(name),
        )
        raise ContentError(text)
    try:
        with pypdfium2.PdfDocument(raw) as pdf:
            if len(pdf) > PAGES:
                text = say(
                    "{file} has more than {n} pages: it is no document of mobctl.", n=PAGES, file=Quoted(name)
                )
                raise ContentError(text)
            attachments = _attachments(pdf)
            pages = tuple(page.get_textpage().get_text_range() for page in pdf)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            text = say(
                "{file} is protected by a password: check the file as it was issued.", file=Quoted(name)
            )
        else:
            text = say(
                "{file} is no PDF, or a damaged one; a document is checked by its PDF, or by the text of its QR code.",
                file=Quoted(name),
            )
        raise ContentError(text) from error
    return Opened(raw, attachments, pages)


def _attachments(pdf: PdfDocument) -> dict[str, bytes]:
    """Take out what is ours, by name; of two of one name the first."""
    found: dict[str, bytes] = {}
    for number in range(min(pdf.count_attachments(), MANY)):
        each = pdf.get_attachment(number)
        name = each.get_name()
        if name in OURS and name not in found:
            found[name] = bytes(each.get_data())
    return found


STREAM = re.compile(rb"stream\r?\n")


def _packed(raw: bytes) -> Iterator[memoryview]:
    """Find where something packed may begin in a PDF."""
    whole = memoryview(raw)
    return (whole[found.end() :] for found in STREAM.finditer(raw))


def _too_large(packed: memoryview) -> bool:
    """Tell whether something unpacks to more than any document of ours has; what is not packed unpacks to nothing."""
    unpack, size = zlib.decompressobj(), 0
    with suppress(zlib.error):
        for start in range(0, len(packed), STEP):
            piece: bytes | memoryview = packed[start : start + STEP]
            while piece and size <= UNPACKED:
                size += len(unpack.decompress(piece, UNPACKED))
                piece = unpack.unconsumed_tail
            if unpack.eof or size > UNPACKED:
                break
    return size > UNPACKED


@dataclass(frozen=True, slots=True)
class Word:
    """A word, and the page on which it begins."""

    text: str
    page: int


def in_order(raw: bytes) -> tuple[Word, ...]:
    """Read the text of a PDF in the order in which it is read aloud: no heads and feet of pages, no broken words."""
    import pypdfium2
    from pypdfium2 import raw as pdfium

    found: list[Word] = []
    open_ = ""
    with pypdfium2.PdfDocument(raw) as pdf:
        for number, page in enumerate(pdf, 1):
            text = page.get_textpage()
            for each in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=DEEP):
                if RUNNING in _marks(each):
                    continue
                said = open_ + _said(each, text)
                open_ = said if said.endswith(HYPHEN) else ""
                if not open_:
                    found += (Word(word, number) for word in said.replace(HYPHEN, "").split())
    return (*found, *(Word(word, number) for word in open_.split()))


def _marks(each: PdfObject) -> Iterator[str]:
    from pypdfium2 import raw as pdfium

    for number in range(pdfium.FPDFPageObj_CountMarks(each)):
        mark, size = pdfium.FPDFPageObj_GetMark(each, number), ctypes.c_ulong()
        room = (pdfium.FPDF_WCHAR * 32)()
        pdfium.FPDFPageObjMark_GetName(mark, room, ctypes.sizeof(room), size)
        yield bytes(room)[: size.value].decode("utf-16-le", "replace").rstrip("\0")


def _said(each: PdfObject, page: PdfTextPage) -> str:
    from pypdfium2 import raw as pdfium

    size = pdfium.FPDFTextObj_GetText(each, page, None, 0)
    room = (pdfium.FPDF_WCHAR * (size // 2 + 1))()
    pdfium.FPDFTextObj_GetText(each, page, room, size)
    return bytes(room)[:size].decode("utf-16-le", "replace").rstrip("\0")
