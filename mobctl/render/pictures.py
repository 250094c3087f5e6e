"""The pictures of a school, checked before any page holds them: whole, not too large, and nothing that runs or fetches."""

from __future__ import annotations

import re
import struct
from xml.parsers import expat

from mobctl.errors import UserError
from mobctl.finding import Message, Quoted, say
from mobctl.render.brand import FORMATS, Picture

WIDEST = 5000
"""Dots of a side: a small file can hold a picture that fills the memory."""

MOST_ELEMENTS = 20_000
RUNS = frozenset({"script", "foreignObject", "handler", "iframe", "audio", "video"})
OUTSIDE = re.compile(r"@import|url\(\s*['\"]?(?!\s*['\"]?#)", re.IGNORECASE)
EMBEDDED = re.compile(r"\s*(#|data:image/(png|jpeg)[;,])", re.IGNORECASE)


def sound(picture: Picture, name: str) -> Picture:
    """Return a picture that pages can hold. Raise UserError for any other."""
    if picture.format not in FORMATS:
        raise UserError(say("{file} is not SVG, PNG or JPEG", file=Quoted(name)))
    wrong = {"svg": _svg, "png": _png, "jpg": _jpeg}[picture.format](picture.data, name)
    if wrong:
        raise UserError(wrong)
    return picture


def _png(data: bytes, name: str) -> Message | None:
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or data[12:16] != b"IHDR" or len(data) < 33:  # noqa: PLR2004
        return say("{file} is no PNG picture, or a damaged one.", file=Quoted(name))
    return _size(name, *struct.unpack(">II", data[16:24]))


def _jpeg(data: bytes, name: str) -> Message | None:
    """Find the size of a JPEG, and how many colours it is of: the first segment that begins a frame has them."""
    at = 2
    while data.startswith(b"\xff\xd8") and at + 10 <= len(data) and data[at] == 0xFF:  # noqa: PLR2004
        kind, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if kind in FRAMES:
            height, width, colours = struct.unpack(">HHB", data[at + 5 : at + 10])
            return _size(name, width, height) if colours < PRINTED else _printed(name)
        at += 2 + max(length, 2)
    return say("{file} is no JPEG picture, or a damaged one.", file=Quoted(name))


FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
PRINTED = 4
"""How many colours a printing press has."""


def _printed(name: str) -> Message:
    """Refuse colours that are those of one press: a PDF for archives says what its colours mean (ISO 19005-3, 6.2.4.3)."""
    return say(
        "{file} is in the colours of a printing press (CMYK): save it in those of screens (RGB).",
        file=Quoted(name),
    )


def _size(name: str, width: int, height: int) -> Message | None:
    if 0 < width <= WIDEST and 0 < height <= WIDEST:
        return None
    return say(
        "{file} is {width} × {height} dots large; {most} × {most} is the most.",
        file=Quoted(name),
        width=width,
        height=height,
        most=WIDEST,
    )


class _Found(Exception):  # noqa: N818  (no error of the program)
    """What an SVG may not have."""


class _Reader:
    """Reads an SVG, and stops at the first thing that it may not have."""

    def __init__(self) -> None:
        self.open: list[tuple[str, str]] = []
        self.count = 0
        self.texts: list[str] = []
        self.used: set[str] = set()
        self.users: set[str] = set()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        self.count += 1
        if self.count > MOST_ELEMENTS or len(self.open) > DEEPEST or local in RUNS:
            raise _Found(f"<{tag}>")
        if not self.open and local != "svg":
            raise _Found(f"<{tag}>")
        self.open.append((local, attributes.get("id", "")))
        for key, value in attributes.items():
            self._attribute(local, key.rpartition(":")[2], value)
        if local == "use":
            self.users.update(id for _, id in self.open if id)

    def _attribute(self, local: str, key: str, value: str) -> None:
        if key.lower().startswith("on") or OUTSIDE.search(value):
            raise _Found(key)
        if key == "href" and (
            not EMBEDDED.match(value) or (local != "image" and not value.strip().startswith("#"))
        ):
            if local != "a":
                raise _Found(f"{key}={value[:40]}")
        elif key == "href" and local == "use":
            self.used.add(value.strip()[1:])

    def end(self, _tag: str) -> None:
        self.open.pop()

    def data(self, text: str) -> None:
        if any(local == "style" for local, _ in self.open):
            self.texts.append(text)

    def finish(self) -> None:
        """Look at the style sheets, and at copies of what holds copies."""
        if found := OUTSIDE.search("".join(self.texts)):
            raise _Found(found[0])
        if twice := self.used & self.users:
            raise _Found(f"<use> #{min(twice)}")

    def refuse(self, *_: object) -> None:
        raise _Found("<!DOCTYPE>")


DEEPEST = 64


def _svg(data: bytes, name: str) -> Message | None:
    """Refuse what runs, fetches, or grows: a copy of copies doubles with each."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.data
    parser.EntityDeclHandler = reader.refuse
    try:
        data.decode()
        parser.Parse(data, True)  # noqa: FBT003  (expat takes no names)
        reader.finish()
    except _Found as found:
        return say(
            "{file} has {text}: a picture on a document runs nothing, fetches nothing, and stays small. Export it as plain "
            "SVG, or as PNG.",
            file=Quoted(name),
            text=Quoted(found.args[0]),
        )
    except (expat.ExpatError, UnicodeDecodeError):
        return say("{file} is no SVG picture (UTF-8), or a damaged one.", file=Quoted(name))
    return None
