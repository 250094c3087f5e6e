"""Colours on paper: text stands out from what is under it, whatever accent a school chooses; without colour all is said too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from ctypes import byref, c_uint
from io import BytesIO
from itertools import product

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import test_html
from agreements import EVERY
from test_text_layer import FIRST, VIEWS, speech

from mobctl.documents import KINDS
from mobctl.errors import UserError
from mobctl.render import FORMATS, Brand, compose
from mobctl.render import brand as brands
from mobctl.render.tree import Element, walk

AA = 4.5
"""What WCAG 2 asks of text (1.4.3); large text may have less, but ours has not."""

ACCENTS = {"ours": Brand().accent, "dark": "#000000", "pale": "#767676"}
"""The palest grey that a school may choose has 4.54 on white."""

SEEN = {
    **{name: tuple(ACCENTS) for name in FIRST.values()},
    **dict.fromkeys(("amendment-draft", "transcript-copy", "agreement-sheet-monster"), ("ours",)),
}
"""One view of each kind with every accent, and drafts, copies and warnings with ours."""

SCALE = 2
Colour = tuple[int, int, int]


def contrast(one: Colour, other: Colour) -> float:
    """The contrast of WCAG 2 between two colours."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: Colour) -> float:
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def texts(data: bytes) -> Iterator[tuple[int, Colour, Colour]]:
    """Yield for each text of a PDF its page, its colour, and each colour under it: the page as it is without texts."""
    with pypdfium2.PdfDocument(data) as file:
        for number, page in enumerate(file, 1):
            found = []
            for text in [*page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT])]:
                found.append((fill(text), text.get_bounds()))
                page.remove_obj(text)
            drawn = page.render(scale=SCALE).to_pil().convert("RGB")
            for colour, (left, bottom, right, top) in found:
                y = drawn.height - (bottom + top) / 2 * SCALE
                for share in (0.1, 0.5, 0.9):
                    x = (left + (right - left) * share) * SCALE
                    yield number, colour, drawn.getpixel((int(x), int(y)))


def fill(text: pypdfium2.PdfObject) -> Colour:
    parts = [c_uint() for _ in range(4)]
    assert pdfium.FPDFPageObj_GetFillColor(text.raw, *map(byref, parts))
    red, green, blue, opacity = (part.value for part in parts)
    assert opacity == 255
    return red, green, blue


def drawn(name: str, accent: str) -> bytes:
    view = VIEWS[name]
    made = compose(
        KINDS[view["kind"]].template_name,
        view,
        speech=speech("fr"),
        second=speech("en"),
        brand=Brand(ACCENTS[accent]),
    )
    return FORMATS["pdf"].write(made)


@pytest.mark.parametrize(("name", "accent"), [(name, accent) for name, of in SEEN.items() for accent in of])
def test_text_stands_out(name: str, accent: str) -> None:
    """Contrast is of lightness alone, so that the page is read in black and white too."""
    found = {each: round(contrast(*each[1:]), 2) for each in texts(drawn(name, accent))}
    assert {each: low for each, low in found.items() if low < AA} == {}
    assert found


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(one, other, strict=True))
    return red, green, blue


def test_every_accent_that_may_be_chosen_is_read_on_its_tint() -> None:
    """As look.typ and look.css mix them; those that are too pale for white are refused."""
    white, black, taken = (255, 255, 255), (0, 0, 0), 0
    for red, green, blue in product(range(0, 256, 15), repeat=3):
        accent, colour = (red, green, blue), f"#{red:02x}{green:02x}{blue:02x}"
        try:
            brands.check_colour(colour)
        except UserError:
            assert contrast(accent, white) < AA, colour
        else:
            taken += 1
            assert contrast(mixed(accent, black, 0.9), mixed(accent, white, 0.06)) >= AA, colour
    assert taken > 1000


def paler(page: pikepdf.Page, file: pikepdf.Pdf) -> None:
    """Let the small print be as grey as a rule."""
    old, new = b"0.32156864 0.35686275 0.4117647", b"0.6 0.65 0.7"
    page.obj["/Contents"] = file.make_stream(page.Contents.read_bytes().replace(old, new))


def no_boxes(page: pikepdf.Page, file: pikepdf.Pdf) -> None:
    """Leave out every colour under a text, so that white stands on white."""
    page.obj["/Contents"] = file.make_stream(re.sub(rb"(?m)^f$", b"n", page.Contents.read_bytes()))


@pytest.mark.parametrize("harm", [paler, no_boxes])
def test_text_that_fades_is_seen(harm: Callable[[pikepdf.Page, pikepdf.Pdf], None]) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(drawn("transcript", "ours"))) as file:
        harm(file.pages[0], file)
        file.save(out)
    assert min(contrast(*each[1:]) for each in texts(out.getvalue())) < AA


ALARM = (0x8F, 0x1D, 0x1D)


def test_what_is_red_says_what_it_is() -> None:
    """Red are the words at the head of each page of a draft, and nothing else."""
    with pypdfium2.PdfDocument(drawn("amendment-draft", "ours")) as file:
        for page in file:
            layer = page.get_textpage()
            found = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], textpage=layer)
            assert "".join(each.extract() for each in found if fill(each) == ALARM) == "Projet, non signé"


def rows(tree: Element) -> Iterator[tuple[Element, ...]]:
    return (tuple(row.elements()) for row in walk(tree) if row.tag == "row")


@pytest.mark.parametrize("name", EVERY)
def test_what_is_marked_is_said(name: str) -> None:
    """A bar in another colour stands in a row with a text that the others lack; a box is ticked or not by its sign."""
    view = EVERY[name]
    tree = compose(KINDS[view["kind"]].template_name, view, speech=test_html.speech("fr")).tree
    for row in rows(tree):
        for cell in row:
            if "share" in cell.attributes:
                assert bool(row[-1].text()) == ("mark" in cell.attributes)
            if cell.attributes.get("kind") == "mark":
                assert cell.text(), "a sign"
                assert any(other.text() for other in row if other is not cell), "and what it says"
    for bar in (each for each in walk(tree) if each.tag == "bar"):
        assert all(part.text() for part in bar.elements())


def test_some_are_marked() -> None:
    tree = compose("transcript", EVERY["transcript"], speech=test_html.speech("fr")).tree
    assert {
        "mark" in cell.attributes for row in rows(tree) for cell in row if "share" in cell.attributes
    } == {True, False}
