"""What a school gives its documents: a colour, its arms, and for HTML a style sheet of its own."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from mobctl.errors import UserError
from mobctl.finding import Quoted, say
from mobctl.render.tree import Element, template_error
from mobctl.render.typefaces import Typefaces

FORMATS = {"svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg"}
CONTRAST = 4.5
"""What WCAG 2 asks of text, here white on the accent colour and the accent colour on white."""

LARGEST_CARRIED = 256 * 1024
"""Up to how many bytes of pictures a PDF carries the look of its school, which holds them once already."""

LINEAR = 0.04045
"""Below this the sRGB curve is a straight line."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as bytes, in one of the formats that every writer knows."""

    format: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Brand:
    """A school's look. `pictures` are what a template may name as `src`: the arms are `logo`.

    `footer` is a line at the foot of every page, by language; "" is the language of all.
    """

    accent: str = "#12305a"
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    css: str = ""
    footer: Mapping[str, str] = field(default_factory=dict)
    seal_area: bool = True
    typefaces: Typefaces = field(default_factory=Typefaces)

    def fingerprint(self) -> str:
        """Return a SHA-256 of all of it."""
        whole = sha256(f"{self.accent}\0{self.css}\0{sorted(self.footer.items())}\0{self.seal_area}".encode())
        for name, picture in sorted(self.pictures.items()):
            whole.update(f"\0{name}\0{picture.format}\0".encode() + picture.data)
        whole.update(self.typefaces.fingerprint().encode())
        return whole.hexdigest()

    def carried(self) -> Mapping[str, Any]:
        """Return what a PDF says of its look, so that it can be made again elsewhere; nothing where that is too large.

        Fonts are only named: they may not be passed on.
        """
        if sum(len(picture.data) for picture in self.pictures.values()) > LARGEST_CARRIED:
            return {}
        return {
            "accent": self.accent,
            "footer": dict(self.footer),
            "seal_area": self.seal_area,
            "pictures": {
                name: {"format": picture.format, "data": b64encode(picture.data).decode()}
                for name, picture in self.pictures.items()
            },
            "fonts": list(dict.fromkeys(each.family for each in self.typefaces.files)),
        }

    @classmethod
    def of_carried(cls, look: Mapping[str, Any], typefaces: Typefaces) -> Brand:
        """Make again the look that `carried` wrote, with these fonts. Raise ValueError if it is something else."""
        try:
            pictures = {
                str(name): Picture(str(each["format"]), b64decode(each["data"]))
                for name, each in look["pictures"].items()
            }
            footer = {str(lang): str(line) for lang, line in look["footer"].items()}
            return cls(str(look["accent"]), pictures, "", footer, look["seal_area"] is True, typefaces)
        except (LookupError, TypeError, AttributeError) as error:
            raise ValueError from error

    def picture(self, image: Element) -> Picture:
        """Return the picture that an element of a document names."""
        name = image.attributes["src"]
        if name not in self.pictures:
            raise template_error(image.place, say("there is no picture {name}", name=Quoted(name)))
        return self.pictures[name]


def check(brand: Brand) -> None:
    """Refuse a look in which documents can't be read, or that fetches something."""
    check_colour(brand.accent)
    check_sheet(brand.css)
    for name, picture in brand.pictures.items():
        if picture.format not in FORMATS:
            raise UserError(say("the picture {name} is not SVG, PNG or JPEG", name=Quoted(name)))


def check_colour(accent: str) -> None:
    """Refuse a colour on which white, or which on white, can't be read."""
    if not re.fullmatch("#[0-9a-fA-F]{6}", accent):
        raise UserError(say("the accent colour {colour} is not of the form #12305a", colour=Quoted(accent)))
    if (1.05 / (_luminance(accent) + 0.05)) < CONTRAST:
        raise UserError(
            say(
                "white text can't be read on the accent colour {colour}: take a darker one",
                colour=Quoted(accent),
            )
        )


def check_sheet(css: str) -> None:
    """Refuse a style sheet that fetches something, or ends before it does."""
    if found := FETCHES.search(css):
        raise UserError(
            say(
                "the style sheet of the brand can't have {text}: a document fetches nothing",
                text=Quoted(found[0]),
            )
        )


FETCHES = re.compile(r"<|@import|url\(|image-set\(|\\", re.IGNORECASE)
"""What makes a page fetch something, and the backslash, by which it could be written otherwise."""


def _luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= LINEAR else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
