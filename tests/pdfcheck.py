"""What makes a PDF an archive's and a screen reader's: one function a demand, each yields what is wrong.

The demands are those of PDF/A-3a and PDF/UA-1 that a library for PDF can see, by the clauses of veraPDF's profiles
(ISO 19005-3 as "A 6.2.3", ISO 14289-1 as "UA 7.5"); veraPDF has the last word on the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from itertools import pairwise, product
from xml.etree import ElementTree as ET

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

TEXT = frozenset({"Tj", "TJ", "'", '"'})
PAINTS = TEXT | frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "EI", "INLINE IMAGE"})
BEGINS = frozenset({"BDC", "BMC"})
ACTIONS = frozenset({"/JavaScript", "/URI", "/Launch", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData"})
PDFA, PDFUA = "{http://www.aiim.org/pdfa/ns/id/}", "{http://www.aiim.org/pdfua/ns/id/}"
TITLE = "{http://purl.org/dc/elements/1.1/}title"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the document was made from: its language, its view as it is attached, some texts in other languages.

    `raw` is the file itself, which `failing` puts there.
    """

    lang: str
    view: bytes
    foreign: Mapping[str, str]
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Face:
    """A font of the file: its name, what its codes stand for, and how wide they are, as it is said and as they are drawn."""

    name: str
    texts: Mapping[int, str]
    said: Mapping[int, float]
    drawn: Sequence[float]


@dataclass(frozen=True, slots=True)
class Marked:
    """Painting of one page: what it is, the tags around it, its place in the structure, its own language.

    `glyphs` are the font of a text and its codes.
    """

    operator: str
    text: str
    tags: tuple[str, ...]
    mcid: int | None
    lang: str
    glyphs: tuple[Face, tuple[int, ...]] | None = None

    @property
    def artifact(self) -> bool:
        """Tell whether it says nothing that is to be read."""
        return "/Artifact" in self.tags


def elements(pdf: Pdf) -> Iterator[tuple[Dictionary, str]]:
    """Yield the elements of the structure in reading order, with the language that holds in each."""
    lang = str(pdf.Root.get("/Lang", ""))
    yield from _below(pdf.Root.get("/StructTreeRoot", Dictionary()), lang)


def _below(parent: Object, lang: str) -> Iterator[tuple[Dictionary, str]]:
    for child in _kids(parent):
        if isinstance(child, Dictionary) and "/S" in child:
            own = str(child.get("/Lang", lang))
            yield child, own
            yield from _below(child, own)


def _kids(element: Object) -> list[Object]:
    found = element.get("/K")
    return list(found) if isinstance(found, Array) else [found] if found is not None else []


def of_kind(pdf: Pdf, kind: str) -> Iterator[Dictionary]:
    """Yield the elements of one kind."""
    return (element for element, _ in elements(pdf) if kind == element.S)


@lru_cache(maxsize=1)
def instructions(pdf: Pdf) -> tuple[tuple[tuple[str, list[Object]], ...], ...]:
    """Read what each page is painted with: operators and what they apply to."""
    return tuple(
        tuple((str(each.operator), [*each.operands]) for each in pikepdf.parse_content_stream(page))
        for page in pdf.pages
    )


@lru_cache(maxsize=1)
def painting(pdf: Pdf) -> tuple[tuple[Marked, ...], ...]:
    """Return what is painted on each page, with the marks that hold there."""
    faces: dict[tuple[int, int], Face] = {}
    return tuple(
        tuple(_painted(page, done, faces)) for page, done in zip(pdf.pages, instructions(pdf), strict=True)
    )


def _painted(
    page: pikepdf.Page, done: Sequence[tuple[str, list[Object]]], faces: dict[tuple[int, int], Face]
) -> Iterator[Marked]:
    face: Face | None = None
    marks: list[tuple[str, Mapping[str, Object]]] = []
    for operator, operands in done:
        if operator in BEGINS:
            marks.append((str(operands[0]), _properties(operands)))
        elif operator == "EMC":
            marks.pop()
        elif operator == "Tf":
            font = page.Resources.Font[str(operands[0])]
            face = faces[font.objgen] = faces.get(font.objgen) or _face(font)
        elif operator in PAINTS:
            yield _marked(operator, operands, marks, face)


def _properties(operands: list[Object]) -> Mapping[str, Object]:
    return dict(operands[1].items()) if len(operands) > 1 and isinstance(operands[1], Dictionary) else {}


def _marked(
    operator: str, operands: list[Object], marks: list[tuple[str, Mapping[str, Object]]], face: Face | None
) -> Marked:
    held = {key: value for _, properties in marks for key, value in properties.items()}
    mcid = held.get("/MCID")
    codes = _codes(operands) if face and operator in TEXT else ()
    return Marked(
        operator,
        "".join(face.texts.get(code, "") for code in codes) if face else "",
        tuple(tag for tag, _ in marks),
        None if mcid is None else int(mcid),
        str(held.get("/Lang", "")),
        (face, codes) if face and codes else None,
    )


def _codes(operands: list[Object]) -> tuple[int, ...]:
    last = operands[-1]
    parts = last if isinstance(last, Array) else [last]
    codes = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
    return tuple(int.from_bytes(codes[at : at + 2], "big") for at in range(0, len(codes), 2))


def _face(font: Object) -> Face:
    inner = font.DescendantFonts[0]
    name, descriptor = str(font.BaseFont), inner.FontDescriptor
    program = descriptor.get("/FontFile2", descriptor.get("/FontFile3"))
    if program is None:
        return Face(name, _unicode(font), _said(inner), ())
    with TTFont(BytesIO(program.read_bytes())) as read:
        scale = 1000 / read["head"].unitsPerEm
        drawn = [read["hmtx"][glyph][0] * scale for glyph in read.getGlyphOrder()]
    return Face(name, _unicode(font), _said(inner), drawn)


def _said(inner: Object) -> dict[int, float]:
    """Read how wide the glyphs of a font are: a first code and a list of widths, or two codes and a width."""
    found: dict[int, float] = {}
    rest = [*inner.get("/W", [])]
    while rest:
        first, then, *rest = rest
        if isinstance(then, Array):
            found |= {int(first) + n: float(width) for n, width in enumerate(then)}
        else:
            found |= dict.fromkeys(range(int(first), int(then) + 1), float(rest.pop(0)))
    return found


def _unicode(font: Object) -> dict[int, str]:
    """Read which text the codes of a font stand for."""
    if "/ToUnicode" not in font:
        return {}
    cmap = font.ToUnicode.read_bytes().decode("ascii", "replace")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for code in range(int(first, 16), int(last, 16) + 1):
                found[code] = chr(int(text, 16) + code - int(first, 16))
    return found


def marked(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """The document says that it is tagged, and its pages are read in the order of the structure."""
    if not pdf.Root.get("/MarkInfo", Dictionary()).get("/Marked", False):
        yield "MarkInfo does not say that the document is tagged"
    if "/StructTreeRoot" not in pdf.Root or "/ParentTree" not in pdf.Root.StructTreeRoot:
        yield "there is no structure"
    for number, page in enumerate(pdf.pages, 1):
        if page.get("/Tabs") != Name.S:
            yield f"page {number} is not read in the order of the structure"


def content(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """All that is painted is in the structure or an artifact."""
    placed = _placed(pdf)
    for number, (page, painted) in enumerate(zip(pdf.pages, painting(pdf), strict=True), 1):
        known = {mcid for place, mcid in placed if place == page.obj.objgen}
        for piece in painted:
            if not piece.artifact and piece.mcid not in known:
                yield f"page {number} has {piece.operator} {piece.text!r} outside of the structure"
            if piece.artifact and piece.mcid is not None:
                yield f"page {number} has {piece.operator} {piece.text!r} both as content and as an artifact"


def _placed(pdf: Pdf) -> Mapping[tuple[tuple[int, int], int], tuple[Dictionary, str]]:
    """Return for each piece of marked content the element that refers to it, and the language that holds there."""
    found: dict[tuple[tuple[int, int], int], tuple[Dictionary, str]] = {}
    for element, lang in elements(pdf):
        for child in _kids(element):
            if isinstance(child, Dictionary):
                if "/MCID" in child:
                    found[(child.Pg if "/Pg" in child else element.Pg).objgen, int(child.MCID)] = (
                        element,
                        lang,
                    )
            elif not isinstance(child, Array):
                found[element.Pg.objgen, int(child)] = element, lang
    return found


def parents(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """Pages and structure refer to each other, and an element to the one that it stands in (UA 7.1)."""
    numbers = [*pdf.Root.StructTreeRoot.ParentTree.Nums]
    rows = {int(number): row for number, row in zip(numbers[::2], numbers[1::2], strict=True)}
    pages = {page.obj.objgen: rows.get(int(page.obj.get("/StructParents", -1)), ()) for page in pdf.pages}
    for (place, mcid), (element, _) in _placed(pdf).items():
        if mcid >= len(pages[place]) or pages[place][mcid].objgen != element.objgen:
            yield f"what a page says of its piece {mcid} is not what the structure says"
    for element, _ in elements(pdf):
        for child in _kids(element):
            if isinstance(child, Dictionary) and "/S" in child and child.P.objgen != element.objgen:
                yield f"{child.S} does not say that it stands in {element.S}"


def title(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """The document has a title, and viewers show it instead of the name of the file."""
    named = str(pdf.open_metadata(set_pikepdf_as_editor=False).get(TITLE, ""))
    if not named.strip() or named != str(pdf.docinfo.get("/Title", "")):
        yield "the title is missing, or not the same in both places"
    if not pdf.Root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle", False):
        yield "the title is not shown"


def language(pdf: Pdf, facts: Facts) -> Iterator[str]:
    """The document says which language it is in."""
    named = pdf.open_metadata(set_pikepdf_as_editor=False).get(TITLE.replace("title", "language"), set())
    if str(pdf.Root.get("/Lang", "")) != facts.lang or {*named} != {facts.lang}:
        yield "the language of the document is missing or wrong"


def foreign(pdf: Pdf, facts: Facts) -> Iterator[str]:
    """Text in another language says so."""
    spoken = spoken_in(pdf)
    for text, lang in facts.foreign.items():
        if "".join(text.split()) not in spoken.get(lang, ""):
            yield f"{text} is not marked as {lang}"


def spoken_in(pdf: Pdf) -> Mapping[str, str]:
    """Return the text of each language, without blanks."""
    placed = _placed(pdf)
    found: dict[str, str] = {}
    for page, painted in zip(pdf.pages, painting(pdf), strict=True):
        for piece in painted:
            if piece.mcid is not None:
                lang = piece.lang or placed.get((page.obj.objgen, piece.mcid), (None, ""))[1]
                found[lang] = found.get(lang, "") + "".join(piece.text.split())
    return found


TAG = re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def languages(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """What says a language says it by its code (A 6.7.4, UA 7.2)."""
    found = {lang for _, lang in elements(pdf)} | {piece.lang for page in painting(pdf) for piece in page}
    for lang in sorted(found - {""}):
        if not TAG.fullmatch(lang):
            yield f"{lang} is no language"


STANDARD = frozenset(
    re.findall(
        r"\w+",
        "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody "
        "Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP "
        "Figure Formula Form",
    )
)
"""The kinds of elements that readers know, of ISO 32000-1."""


def roles(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """Each element is of a kind that readers know, or is said to be like one (A 6.7.3.4, UA 7.1)."""
    alike = {key[1:]: str(value)[1:] for key, value in pdf.Root.StructTreeRoot.get("/RoleMap", {}).items()}
    for kind in sorted({str(element.S)[1:] for element, _ in elements(pdf)} - STANDARD):
        if alike.get(kind) not in STANDARD:
            yield f"{kind} is like no kind that readers know"
    if known := alike.keys() & STANDARD:
        yield f"a kind that readers know is said to be another: {sorted(known)}"


INSIDE: Mapping[str, tuple[str, ...]] = {
    "/Table": ("/Caption", "/THead", "/TBody", "/TFoot"),
    "/THead": ("/TR",),
    "/TBody": ("/TR",),
    "/TFoot": ("/TR",),
    "/TR": ("/TH", "/TD"),
    "/L": ("/LI",),
    "/LI": ("/Lbl", "/LBody"),
}
"""What stands in tables and lists, and nowhere else; ours have no rows but in a head and a body, and no list in a list."""
INNER = {kind for kinds in INSIDE.values() for kind in kinds}
ORDER = {"/Table": "(/Caption)?/THead(/TBody)+(/TFoot)?", "/LI": "/Lbl/LBody"}


def nesting(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """Tables are of a head, bodies and their rows, lists of what has a label and a body (UA 7.2)."""
    for element, _ in elements(pdf):
        kind = str(element.S)
        held = [
            str(child.get("/S", "text")) if isinstance(child, Dictionary) else "text"
            for child in _kids(element)
        ]
        inside = INSIDE.get(kind, ())
        if wrong := [one for one in held if one not in inside and (inside or one in INNER)]:
            yield f"{kind} holds {wrong[0]}"
        elif kind in ORDER and not re.fullmatch(ORDER[kind], "".join(held)):
            yield f"{kind} is of {' '.join(held)}"
        if kind == "/L" and not any("/ListNumbering" in one for one in element.get("/A", [])):
            yield "a list does not say what its labels are"


def grids(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """The cells of a table fill its rows and columns: none is left empty or taken twice (UA 7.2)."""
    for table in of_kind(pdf, "/Table"):
        parts = [part for part in _kids(table) if part.S in {"/THead", "/TBody", "/TFoot"}]
        laid = [_laid(part) for part in parts]
        widths = {max((x for x, _ in cells), default=-1) + 1 for cells in laid}
        for part, cells in zip(parts, laid, strict=True):
            wanted = [*product(range(max(widths)), range(len(_kids(part))))]
            if sorted(cells) != sorted(wanted):
                yield f"the cells of a {part.S} do not fill its {len(_kids(part))} rows of {max(widths)}"


def _laid(part: Object) -> list[tuple[int, int]]:
    """Lay the cells of a part of a table out; a place is listed as often as it is taken."""
    taken: list[tuple[int, int]] = []
    for y, row in enumerate(_kids(part)):
        x = 0
        for cell in _kids(row):
            while (x, y) in taken:
                x += 1
            across, down = (int(_of_table(cell, key) or 1) for key in ("/ColSpan", "/RowSpan"))
            taken += product(range(x, x + across), range(y, y + down))
            x += across
    return taken


def heads(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """Every table has heads that say what they are the head of, and its cells refer to heads that are there."""
    ids = {str(head.get("/ID", "")) for head in of_kind(pdf, "/TH")}
    for table in of_kind(pdf, "/Table"):
        below = [element for element, _ in _below(table, "")]
        found = [element for element in below if element.S == "/TH"]
        if not found:
            yield "a table has no head"
        if any(str(_of_table(head, "/Scope")) not in {"/Column", "/Row", "/Both"} for head in found):
            yield "the head of a table has no scope"
        for cell in below:
            named = {str(id) for id in _of_table(cell, "/Headers") or ()}
            if cell.S == "/TD" and not named:
                yield "a cell has no head"
            if cell.S == "/TD" and not named <= ids:
                yield "a cell refers to a head that is not there"


def _of_table(cell: Object, key: str) -> Object | None:
    attributes = cell.get("/A", Array())
    listed = attributes if isinstance(attributes, Array) else [attributes]
    return next((one[key] for one in listed if one.get("/O") == "/Table" and key in one), None)


def figures(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """Every picture says in words what it shows."""
    for figure in of_kind(pdf, "/Figure"):
        if not str(figure.get("/Alt", "")).strip():
            yield "a picture has no text"


def headings(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """There is one heading of the first level, and no level is left out."""
    kinds = [str(element.S) for element, _ in elements(pdf)]
    levels = [int(kind[2:]) for kind in kinds if re.fullmatch("/H[1-6]", kind)]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield "there is not one heading of the first level, at the start"
    if any(after > before + 1 for before, after in pairwise(levels)):
        yield "a level of headings is left out"


def fonts(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """Every font is in the file, and says which text its glyphs stand for."""
    for font in _fonts(pdf):
        inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner.FontDescriptor.keys()):
            yield f"{font.BaseFont} is not in the file"
        if not _unicode(font):
            yield f"{font.BaseFont} does not say what its glyphs stand for"
        if font.get("/Encoding") != "/Identity-H" or inner.get("/CIDToGIDMap") != "/Identity":
            yield f"{font.BaseFont} does not say which of its glyphs its codes are"


def _fonts(pdf: Pdf) -> list[Dictionary]:
    return [one for one in pdf.objects if isinstance(one, Dictionary) and _is_font(one)]


def _is_font(one: Dictionary) -> bool:
    return one.get("/Type") == "/Font" and not str(one.get("/Subtype")).startswith("/CIDFont")


NOTHING = "\0\ufeff\ufffe"
"""Characters that a glyph can't stand for."""
PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")


def glyphs(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """Each glyph painted is in its font, as wide as the file says, and stands for text (A 6.2.11, UA 7.21)."""
    used: dict[str, tuple[Face, set[int]]] = {}
    for page in painting(pdf):
        for face, painted in (piece.glyphs for piece in page if piece.glyphs):
            used.setdefault(face.name, (face, set()))[1].update(painted)
    for name, (face, codes) in used.items():
        for code in sorted(codes):
            text = face.texts.get(code, "")
            if code == 0:
                yield f"{name} paints the sign for a glyph that it lacks"
            elif face.texts and (not text or set(text) & set(NOTHING) or PRIVATE.search(text)):
                yield f"glyph {code} of {name} stands for no text"
            if face.drawn and code >= len(face.drawn):
                yield f"glyph {code} is not in {name}"
            elif face.drawn and abs(face.drawn[code] - face.said.get(code, 0)) > 1:
                yield f"glyph {code} of {name} is not as wide as the file says"


def identifiers(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """The file claims to be PDF/A-3a and PDF/UA-1."""
    meta = pdf.open_metadata(set_pikepdf_as_editor=False)
    if (meta.get(f"{PDFA}part"), meta.get(f"{PDFA}conformance")) != ("3", "A"):
        yield "the file does not say that it is PDF/A-3a"
    if meta.get(f"{PDFUA}part") != "1":
        yield "the file does not say that it is PDF/UA-1"


def intent(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """The file says what its colours mean."""
    found = [one for one in pdf.Root.get("/OutputIntents", Array()) if one.S == "/GTS_PDFA1"]
    profiles = [one.DestOutputProfile for one in found if "/DestOutputProfile" in one]
    if len(profiles) != 1:
        yield "the file has no output intent"
    elif not _is_rgb(profiles[0]):
        yield "the output intent is no profile of a screen or a printer for RGB"
    for page in pdf.pages:
        for name, space in page.Resources.get("/ColorSpace", {}).items():
            if space[0] != "/ICCBased":
                yield f"the colours of {name} depend on the device"
    if outside := {operator for page in instructions(pdf) for operator, _ in page} & DEVICE:
        yield f"colours depend on the device: {sorted(outside)}"


DEVICE = {"rg", "RG", "g", "G", "k", "K"}
"""What sets a colour of the device; ours are all of a profile."""


def _is_rgb(profile: Object) -> bool:
    """Tell whether a profile is what A 6.2.3 wants, for three colours: kind, space, mark and version stand at its head."""
    raw = profile.read_bytes()
    kind, space, mark = raw[12:16], raw[16:20], raw[36:40]
    return (
        kind in {b"mntr", b"prtr"} and (space, mark, int(profile.N)) == (b"RGB ", b"acsp", 3) and raw[8] < 5
    )


ATTACHED = {
    "document-view.json": "/application/json",
    "made-with.json": "/application/json",
    "seal.cose": "/application/cose",
}
"""What a document of ours may carry, and as what; the first two it always does."""


def attachment(pdf: Pdf, facts: Facts) -> Iterator[str]:
    """The values that the document shows are attached as data, in canonical form, with what it was made with; no more."""
    files = {str(file.UF): file for file in pdf.Root.get("/AF", Array())}
    needed = list(ATTACHED)[:2]
    if set(files) != {*pdf.attachments} or not {*needed} <= {*files} <= {*ATTACHED}:
        yield "the attached files are not those of a document"
        return
    for name, file in files.items():
        if file.get("/AFRelationship") != "/Data" or file.EF.F.get("/Subtype") != ATTACHED[name]:
            yield "an attached file does not say that it is data, and of what kind"
        if str(file.get("/F", "")) != name or not str(file.get("/Desc", "")).strip():
            yield "an attached file lacks a name or a description"
        if not re.fullmatch(r"D:\d{14}Z", str(file.EF.F.get("/Params", Dictionary()).get("/ModDate", ""))):
            yield "an attached file does not say when it was made"
    if files[needed[0]].EF.F.read_bytes() != facts.view:
        yield "the attached file is not the view"


def quiet(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """Nothing runs, nothing leads out of the file, and nothing stands on a page that is not painted on it."""
    for one in pdf.objects:
        for inner in _dictionaries(one):
            keys = {"/JS", "/AA", "/OpenAction", "/RichMedia", "/Annots", "/AcroForm"} & set(inner.keys())
            if keys or inner.get("/S") in ACTIONS:
                yield f"the file has an action: {', '.join(sorted(keys)) or inner.S}"


ELSEWHERE = {"/F", "/FFilter", "/FDecodeParms"}
OTHERWISE = {
    "/TR", "/HTP", "/Alternates", "/OPI", "/Ref", "/PS", "/XFA", "/NeedsRendering", "/Requirements", "/OCProperties",
    "/AlternatePresentations", "/PresSteps",
}  # fmt: skip
FILTERS = {"/FlateDecode", "/DCTDecode"}
BLENDS = {"/Normal", "/Compatible"}


def whole(pdf: Pdf, facts: Facts) -> Iterator[str]:
    """All is in the file, can be read without a key, and is shown in one way only (A 6.1, 6.2.5 to 6.2.10, 6.10, 6.11)."""
    if not re.match(rb"%PDF-1\.7\n%[\x80-\xff]{4}", facts.raw) or not facts.raw.rstrip(b"\r\n").endswith(
        b"%%EOF"
    ):
        yield "the file does not begin, or end, as a PDF does"
    if pdf.is_encrypted or "/ID" not in pdf.trailer:
        yield "the file is encrypted, or has no identifier"
    if pdf.Root.get("/MarkInfo", Dictionary()).get("/Suspects", False):
        yield "the file says that its structure is doubtful"
    for one in pdf.objects:
        for inner in _dictionaries(one):
            keys = (OTHERWISE | ELSEWHERE if isinstance(inner, Stream) else OTHERWISE) & set(inner.keys())
            if keys or inner.get("/Interpolate") or str(inner.get("/BM", "/Normal")) not in BLENDS:
                yield f"something is elsewhere, or shown otherwise: {', '.join(sorted(keys))}"
            packed = inner.get("/Filter", "/FlateDecode") if isinstance(inner, Stream) else "/FlateDecode"
            if not {*map(str, packed if isinstance(packed, Array) else [packed])} <= FILTERS:
                yield f"a stream is packed in a way that an archive does not know: {packed}"


RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
SCHEMA, PROPERTY = "{http://www.aiim.org/pdfa/ns/schema#}", "{http://www.aiim.org/pdfa/ns/property#}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
PREDEFINED = {
    f"{{{space}}}{name}"
    for space, names in {
        "http://purl.org/dc/elements/1.1/": "creator date description format identifier language subject title",
        "http://ns.adobe.com/xap/1.0/": "CreateDate CreatorTool MetadataDate ModifyDate",
        "http://ns.adobe.com/xap/1.0/mm/": "DocumentID History InstanceID RenditionClass VersionID",
        "http://ns.adobe.com/xap/1.0/t/pg/": "NPages",
        "http://ns.adobe.com/pdf/1.3/": "Keywords PDFVersion Producer",
        "http://www.aiim.org/pdfa/ns/id/": "part conformance",
        "http://www.aiim.org/pdfa/ns/extension/": "schemas",
    }.items()
    for name in names.split()
}
"""Of the properties that every reader of XMP knows (A 6.6.2.3.1), those that a document of ours may have."""


def metadata(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """Each property is one that readers know or that is explained, and says what is said elsewhere (A 6.6.2)."""
    raw = pdf.Root.Metadata.read_bytes()
    if re.search(rb"<\?xpacket[^?]*\b(bytes|encoding)=", raw):
        yield "the metadata have attributes that they may not have"
    described = [*ET.fromstring(raw).iter(f"{RDF}Description")]  # noqa: S314  (a file of ours)
    known = PREDEFINED | {
        f"{{{schema.findtext(f'{SCHEMA}namespaceURI')}}}{name.text}"
        for one in described
        for schema in one.iter(f"{RDF}li")
        for name in schema.iter(f"{PROPERTY}name")
        if schema.find(f"{SCHEMA}namespaceURI") is not None
    }
    found = {each.tag: "".join(each.itertext()).strip() for one in described for each in one}
    for name in sorted(found.keys() - known):
        yield f"{name} is not explained"
    said = {
        "creator": (found.get(TITLE.replace("title", "creator")), str(pdf.docinfo.get("/Author", ""))),
        "tool": (found.get(f"{XMP}CreatorTool"), str(pdf.docinfo.get("/Creator", ""))),
        "day": (
            _digits(found.get(f"{XMP}CreateDate", "")),
            _digits(str(pdf.docinfo.get("/CreationDate", ""))),
        ),
    }
    for name, (here, there) in said.items():
        if here != there or not here:
            yield f"the {name} is not the same in both places: {here}, {there}"


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _dictionaries(one: Object) -> Iterator[Object]:
    """Yield an object, and what stands directly in it, if it has keys; what is only referred to comes by itself."""
    if isinstance(one, Stream | Dictionary):
        yield one
    parts = (
        list(one.values())
        if isinstance(one, Stream | Dictionary)
        else list(one)
        if isinstance(one, Array)
        else []
    )
    for part in parts:
        if isinstance(part, Dictionary | Array) and not part.is_indirect:
            yield from _dictionaries(part)


Check = Callable[[Pdf, Facts], Iterator[str]]

CHECKS: Mapping[str, Check] = {
    check.__name__: check
    for check in (
        marked,
        content,
        title,
        language,
        foreign,
        languages,
        parents,
        roles,
        nesting,
        grids,
        heads,
        figures,
        headings,
        fonts,
        glyphs,
        identifiers,
        metadata,
        intent,
        attachment,
        whole,
        quiet,
    )
}


def failing(data: bytes, facts: Facts) -> Mapping[str, list[str]]:
    """Return what is wrong with a PDF, by check."""
    with pikepdf.open(BytesIO(data)) as pdf:
        found = {name: [*check(pdf, replace(facts, raw=data))] for name, check in CHECKS.items()}
    return {name: problems for name, problems in found.items() if problems}
