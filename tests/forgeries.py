"""Forgeries of a PDF, as someone makes them who has a genuine one and a program: each takes its bytes and gives others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import pairwise
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, Pdf, String

Forge = Callable[[Pdf], None]
MAPPED = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>")


def forged(raw: bytes, forge: Forge) -> bytes:
    """Change a PDF, and write it as a program for PDF does."""
    out = BytesIO()
    with pikepdf.open(BytesIO(raw)) as pdf:
        forge(pdf)
        pdf.save(out)
    return out.getvalue()


class Shown:
    """The texts of a page as they are drawn, each with the font it is set in."""

    def __init__(self, pdf: Pdf, page: int = 0) -> None:
        self.pdf, self.page = pdf, pdf.pages[page]
        self.stream = [
            (list(each.operands), each.operator) for each in pikepdf.parse_content_stream(self.page)
        ]
        self.fonts = self.page.Resources.Font

    def letters(self, font: str) -> dict[bytes, str]:
        """What the glyphs of a font stand for."""
        raw = self.fonts[font].ToUnicode.read_bytes()
        return {
            bytes.fromhex(code.decode()): bytes.fromhex(text.decode()).decode("utf-16-be")
            for code, text in MAPPED.findall(raw)
        }

    def texts(self) -> Iterator[tuple[int, str, str]]:
        """Each text: where in the stream, in which font, and what it says."""
        font = ""
        for at, (operands, operator) in enumerate(self.stream):
            if str(operator) == "Tf":
                font = str(operands[0])
            if str(operator) in {"Tj", "TJ"} and font:
                letters = self.letters(font)
                yield at, font, "".join(letters.get(code, "?") for code in codes(operands[0]))

    def find(self, pattern: str) -> tuple[int, str, str]:
        return next(each for each in self.texts() if re.search(pattern, each[2]))

    def write(self, at: int, font: str, text: str) -> None:
        """Draw another text in the place of one, with glyphs that the font has."""
        code = {letter: raw for raw, letter in self.letters(font).items()}
        self.stream[at] = ([Array([String(b"".join(code[letter] for letter in text))])], Operator("TJ"))

    def save(self) -> None:
        self.page.Contents = self.pdf.make_stream(pikepdf.unparse_content_stream(self.stream))


def codes(operand: Any) -> Iterator[bytes]:
    """Take a text apart into the codes of its glyphs."""
    for part in operand if isinstance(operand, Array) else [operand]:
        raw = bytes(part) if isinstance(part, String) else b""
        yield from (raw[at : at + 2] for at in range(0, len(raw), 2))


FIGURE = r"^\d+\s*$"
"""A figure that stands alone: a grade, credits, a day."""


@contextmanager
def on_page(pdf: Pdf) -> Iterator[Shown]:
    shown = Shown(pdf)
    yield shown
    shown.save()


def raised(shown: Shown) -> tuple[int, str, str, str]:
    """Find a figure, and another of as many digits that its font can draw."""
    digits = {
        str(font): {each for each in shown.letters(str(font)).values() if each.isdigit()}
        for font in shown.fonts
    }
    for at, font, text in shown.texts():
        others = sorted(digits[font] - set(text), reverse=True)
        if re.search(r"\d", text) and others:
            place = max(n for n, letter in enumerate(text) if letter.isdigit())
            return at, font, text, text[:place] + others[0] + text[place + 1 :]
    raise AssertionError


def another_digit(pdf: Pdf) -> None:
    with on_page(pdf) as shown:
        at, font, _, other = raised(shown)
        shown.write(at, font, other)


def two_swapped(pdf: Pdf) -> None:
    """Two figures of one font change places: no letter of the page is new."""
    with on_page(pdf) as shown:
        found = [each for each in shown.texts() if re.search(r"\d", each[2])]
        one, other = next((a, b) for a in found for b in found if a[1] == b[1] and a[2] != b[2])
        shown.write(one[0], one[1], other[2])
        shown.write(other[0], one[1], one[2])


def to_the_next_cell(pdf: Pdf) -> None:
    """The last digit of a text stands before the next one: the letters in their order are the same."""
    with on_page(pdf) as shown:
        found = list(shown.texts())
        one, other = next((a, b) for a, b in pairwise(found) if re.search(r"\d\s*$", a[2]) and a[1] == b[1])
        digit = one[2].rstrip()[-1]
        shown.write(one[0], one[1], one[2].rstrip()[:-1])
        shown.write(other[0], other[1], digit + other[2])


def said_otherwise(pdf: Pdf) -> None:
    """The page shows another figure, and says of it that it is the true one (ActualText)."""
    with on_page(pdf) as shown:
        at, font, true, other = raised(shown)
        shown.write(at, font, other)
        properties = Dictionary(ActualText=String(true))
        shown.stream[at : at + 1] = [
            ([Name.Span, properties], Operator("BDC")),
            shown.stream[at],
            ([], Operator("EMC")),
        ]


def mapped_otherwise(pdf: Pdf) -> None:
    """The page shows another figure in a copy of its font, whose table says of each digit that it is the true one."""
    with on_page(pdf) as shown:
        at, font, true, other = raised(shown)
        shown.write(at, font, other)
        copy = Dictionary(dict(shown.fonts[font].items()))
        table = shown.fonts[font].ToUnicode.read_bytes()
        code = {letter: raw.hex().upper().encode() for raw, letter in shown.letters(font).items()}
        for old, new in zip(other, true, strict=True):
            if old != new:
                table = re.sub(
                    b"(?i)<%s> <[0-9a-f]+>" % code[old], b"<%s> <%04X>" % (code[old], ord(new)), table
                )
        copy.ToUnicode = pdf.make_stream(table)
        shown.fonts["/Forged"] = pdf.make_indirect(copy)
        before = max(n for n, (_, operator) in enumerate(shown.stream[:at]) if str(operator) == "Tf")
        size = shown.stream[before][0][1]
        shown.stream[at : at + 1] = [
            ([Name.Forged, size], Operator("Tf")),
            shown.stream[at],
            ([Name(font), size], Operator("Tf")),
        ]


PATCH = b" q 1 1 1 rg 300 400 60 20 re f 0 0 0 RG 305 402 m 305 415 l S Q "
"""A white box, and a stroke that reads as 1."""


def painted(pdf: Pdf) -> None:
    pdf.pages[0].contents_add(PATCH, prepend=False)


def painted_as_artifact(pdf: Pdf) -> None:
    pdf.pages[0].contents_add(b"/Artifact BMC" + PATCH + b"EMC", prepend=False)


def patch(pdf: Pdf, **more: Any) -> Any:
    return pdf.make_stream(PATCH, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 600, 850], **more)


def drawn_over(pdf: Pdf) -> None:
    """A drawing of its own over the page."""
    page = pdf.pages[0]
    name = page.add_resource(patch(pdf), Name.XObject)
    page.contents_add(f"q {name} Do Q".encode(), prepend=False)


def a_picture(pdf: Pdf) -> None:
    page = pdf.pages[0]
    image = pdf.make_stream(
        b"\xff",
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=1,
        Height=1,
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=8,
    )
    page.contents_add(
        f"q 60 0 0 20 300 400 cm {page.add_resource(image, Name.XObject)} Do Q".encode(), prepend=False
    )


def layer(pdf: Pdf, state: str) -> None:
    """A layer over the page, on or off, as a reader may switch it."""
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Layer")))
    pdf.Root.OCProperties = Dictionary(OCGs=[group], D=Dictionary({f"/{state}": [group]}))
    page = pdf.pages[0]
    name = page.add_resource(patch(pdf, OC=group), Name.XObject)
    page.contents_add(f"q {name} Do Q".encode(), prepend=False)


def note(pdf: Pdf, subtype: Name, **more: Any) -> Any:
    made = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=subtype,
            Rect=[300, 400, 360, 420],
            F=4,
            AP=Dictionary(N=patch(pdf)),
            **more,
        )
    )
    page = pdf.pages[0]
    page.Annots = Array([*page.get("/Annots", []), made])
    return made


def a_note(pdf: Pdf) -> None:
    note(pdf, Name.FreeText, Contents=String("19"), DA=String("/Helv 9 Tf"))


def a_stamp(pdf: Pdf) -> None:
    note(pdf, Name.Stamp)


def a_link(pdf: Pdf) -> None:
    """A link over the code of the seal, to a page of the forger's."""
    note(pdf, Name.Link, A=Dictionary(S=Name.URI, URI=String("https://forger.example/verify")))


def a_field(pdf: Pdf) -> None:
    field = note(pdf, Name.Widget, FT=Name.Tx, T=String("grade"), V=String("19"))
    pdf.Root.AcroForm = Dictionary(Fields=[field], NeedAppearances=True)


def a_script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("this.pageNum = 1; app.alert('19')"))


def a_page_more(pdf: Pdf) -> None:
    pdf.add_blank_page()


def a_page_twice(pdf: Pdf) -> None:
    pdf.pages.append(pdf.pages[0])


def a_page_less(pdf: Pdf) -> None:
    if len(pdf.pages) == 1:
        pdf.add_blank_page()
    del pdf.pages[0]


def cropped(pdf: Pdf) -> None:
    """What stands below, a failed course or a note, is not shown."""
    pdf.pages[0].CropBox = Array([0, 420, 595, 842])


def another_title(pdf: Pdf) -> None:
    with pdf.open_metadata() as data:
        data["dc:title"] = "Forged"


def other_glyphs(pdf: Pdf) -> None:
    """The fonts of two texts change places: what is drawn is not what is said."""
    fonts = [each.DescendantFonts[0].FontDescriptor for each in pdf.pages[0].Resources.Font.values()]
    key = next(name for name in ("/FontFile3", "/FontFile2") if name in fonts[0])
    fonts[0][key], fonts[1][key] = fonts[1][key], fonts[0][key]


def another_structure(pdf: Pdf) -> None:
    """A text for those who listen to the page says something else than what is drawn."""
    pdf.Root.StructTreeRoot.K[0].ActualText = String("All courses passed with 20 out of 20.")


def attached_twice(pdf: Pdf) -> None:
    """A second file with the name of the values, which another program may show instead."""
    spec = pikepdf.AttachedFileSpec(pdf, b'{"grade":"19"}', filename="document-view.json")
    pdf.Root.AF = Array([spec.obj, *pdf.Root.get("/AF", [])])


FORGED: dict[str, Forge] = {
    "a digit in the stream": another_digit,
    "two figures change places": two_swapped,
    "a digit moves to the next cell": to_the_next_cell,
    "ActualText": said_otherwise,
    "ToUnicode": mapped_otherwise,
    "painted over": painted,
    "painted over, as no part of the text": painted_as_artifact,
    "a drawing over it": drawn_over,
    "a picture over it": a_picture,
    "a layer that is on": lambda pdf: layer(pdf, "ON"),
    "a layer that is off": lambda pdf: layer(pdf, "OFF"),
    "a note over it": a_note,
    "a stamp over it": a_stamp,
    "a link over the code": a_link,
    "a field of a form": a_field,
    "a script": a_script,
    "a page more": a_page_more,
    "a page twice": a_page_twice,
    "a page less": a_page_less,
    "cropped": cropped,
    "another title": another_title,
    "other glyphs": other_glyphs,
    "another structure": another_structure,
    "a file of the same name": attached_twice,
    "saved again": lambda _: None,
}


def revised(raw: bytes) -> bytes:
    """Add a revision at the end, which draws over the first page, and leave all bytes before it as they were."""
    with pikepdf.open(BytesIO(raw)) as pdf:
        number, size = pdf.pages[0].objgen[0], len(pdf.objects) + 1
        page = pdf.pages[0].obj
        old = [
            each.objgen for each in (page.Contents if isinstance(page.Contents, Array) else [page.Contents])
        ]
        root = pdf.Root.objgen[0]
        entries = {key: value for key, value in page.items() if key != "/Contents"}
        written = pikepdf.Object.unparse(Dictionary(entries), resolved=False).rstrip()
    contents = b"[" + b" ".join(b"%d %d R" % each for each in (*old, (size, 0))) + b"]"
    start = raw.rindex(b"startxref")
    before = int(raw[start:].split()[1])
    first = len(raw) + 1
    one = b"%d 0 obj\n%s /Contents %s >>\nendobj\n" % (number, written.removesuffix(b">>"), contents)
    other = b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (size, len(PATCH), PATCH)
    table = first + len(one) + len(other)
    places = b"xref\n%d 1\n%010d 00000 n \n%d 1\n%010d 00000 n \n" % (number, first, size, first + len(one))
    end = b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        size + 1,
        root,
        before,
        table,
    )
    return raw + b"\n" + one + other + places + end
