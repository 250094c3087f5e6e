"""What makes a PDF an archive's and a screen reader's: one function a demand, each yields what is wrong.

The demands are those of PDF/A-3a and PDF/UA-1 that a library for PDF can see; veraPDF has the last word on the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

TEXT = frozenset({"Tj", "TJ", "'", '"'})
PAINTS = TEXT | frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "EI", "INLINE IMAGE"})
BEGINS = frozenset({"BDC", "BMC"})
ACTIONS = frozenset({"/JavaScript", "/URI", "/Launch", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData"})
PDFA, PDFUA = "{http://www.aiim.org/pdfa/ns/id/}", "{http://www.aiim.org/pdfua/ns/id/}"
TITLE = "{http://purl.org/dc/elements/1.1/}title"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the document was made from: its language, its view as it is attached, some texts in other languages."""

    lang: str
    view: bytes
    foreign: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Marked:
    """Painting of one page: what it is, whether it is an artifact, its place in the structure, its own language."""

    operator: str
    text: str
    artifact: bool
    mcid: int | None
    lang: str


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


def painting(page: pikepdf.Page) -> Iterator[Marked]:
    """Yield what is painted on a page, with the marks that hold there."""
    fonts = {name: _unicode(font) for name, font in page.Resources.get("/Font", {}).items()}
    font: Mapping[int, str] = {}
    marks: list[tuple[str, Mapping[str, Object]]] = []
    for instruction in pikepdf.parse_content_stream(page):
        operator, operands = str(instruction.operator), instruction.operands
        if operator in BEGINS:
            marks.append((str(operands[0]), _properties([*operands])))
        elif operator == "EMC":
            marks.pop()
        elif operator == "Tf":
            font = fonts[str(operands[0])]
        elif operator in PAINTS:
            yield _marked(operator, _shown([*operands], font) if operator in TEXT else "", marks)


def _properties(operands: list[Object]) -> Mapping[str, Object]:
    return dict(operands[1].items()) if len(operands) > 1 and isinstance(operands[1], Dictionary) else {}


def _marked(operator: str, text: str, marks: list[tuple[str, Mapping[str, Object]]]) -> Marked:
    held = {key: value for _, properties in marks for key, value in properties.items()}
    mcid = held.get("/MCID")
    return Marked(
        operator,
        text,
        artifact=any(tag == "/Artifact" for tag, _ in marks),
        mcid=None if mcid is None else int(mcid),
        lang=str(held.get("/Lang", "")),
    )


def _shown(operands: list[Object], font: Mapping[int, str]) -> str:
    last = operands[-1]
    parts = last if isinstance(last, Array) else [last]
    codes = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
    return "".join(font.get(int.from_bytes(codes[at : at + 2], "big"), "") for at in range(0, len(codes), 2))


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
    for number, page in enumerate(pdf.pages, 1):
        known = {mcid for place, mcid in placed if place == page.obj.objgen}
        for piece in painting(page):
            if not piece.artifact and piece.mcid not in known:
                yield f"page {number} has {piece.operator} {piece.text!r} outside of the structure"


def _placed(pdf: Pdf) -> Mapping[tuple[tuple[int, int], int], str]:
    """Return the language of each piece of marked content that the structure refers to."""
    found: dict[tuple[tuple[int, int], int], str] = {}
    for element, lang in elements(pdf):
        for child in _kids(element):
            if isinstance(child, Dictionary):
                if "/MCID" in child:
                    found[(child.Pg if "/Pg" in child else element.Pg).objgen, int(child.MCID)] = lang
            elif not isinstance(child, Array):
                found[element.Pg.objgen, int(child)] = lang
    return found


def title(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """The document has a title, and viewers show it instead of the name of the file."""
    named = str(pdf.open_metadata(set_pikepdf_as_editor=False).get(TITLE, ""))
    if not named.strip() or named != str(pdf.docinfo.get("/Title", "")):
        yield "the title is missing, or not the same in both places"
    if not pdf.Root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle", False):
        yield "the title is not shown"


def language(pdf: Pdf, facts: Facts) -> Iterator[str]:
    """The document says which language it is in."""
    if str(pdf.Root.get("/Lang", "")) != facts.lang:
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
    for page in pdf.pages:
        for piece in painting(page):
            if piece.mcid is not None:
                lang = piece.lang or placed.get((page.obj.objgen, piece.mcid), "")
                found[lang] = found.get(lang, "") + "".join(piece.text.split())
    return found


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
            if cell.S == "/TD" and not {str(id) for id in _of_table(cell, "/Headers") or ()} <= ids:
                yield "a cell refers to a head that is not there"


def _of_table(cell: Dictionary, key: str) -> Object | None:
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


def _fonts(pdf: Pdf) -> list[Dictionary]:
    return [one for one in pdf.objects if isinstance(one, Dictionary) and _is_font(one)]


def _is_font(one: Dictionary) -> bool:
    return one.get("/Type") == "/Font" and not str(one.get("/Subtype")).startswith("/CIDFont")


def identifiers(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """The file claims to be PDF/A-3a and PDF/UA-1."""
    meta = pdf.open_metadata(set_pikepdf_as_editor=False)
    if (meta.get(f"{PDFA}part"), meta.get(f"{PDFA}conformance")) != ("3", "A"):
        yield "the file does not say that it is PDF/A-3a"
    if meta.get(f"{PDFUA}part") != "1":
        yield "the file does not say that it is PDF/UA-1"


def intent(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """The file says what its colours mean."""
    found = pdf.Root.get("/OutputIntents", Array())
    if not any(one.S == "/GTS_PDFA1" and "/DestOutputProfile" in one for one in found):
        yield "the file has no output intent"


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
    if files[needed[0]].EF.F.read_bytes() != facts.view:
        yield "the attached file is not the view"


def quiet(pdf: Pdf, _facts: Facts) -> Iterator[str]:
    """Nothing runs, and nothing leads out of the file."""
    for one in pdf.objects:
        for inner in _dictionaries(one):
            keys = {"/JS", "/AA", "/OpenAction", "/RichMedia"} & set(inner.keys())
            if keys or inner.get("/S") in ACTIONS:
                yield f"the file has an action: {', '.join(sorted(keys)) or inner.S}"


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
        heads,
        figures,
        headings,
        fonts,
        identifiers,
        intent,
        attachment,
        quiet,
    )
}


def failing(data: bytes, facts: Facts) -> Mapping[str, list[str]]:
    """Return what is wrong with a PDF, by check."""
    with pikepdf.open(BytesIO(data)) as pdf:
        found = {name: [*check(pdf, facts)] for name, check in CHECKS.items()}
    return {name: problems for name, problems in found.items() if problems}
