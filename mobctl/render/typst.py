"""The tree as Typst source: structure here, looks in look.typ, and every text a string expression."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from mobctl.render.brand import Brand, Picture
from mobctl.render.locale import NBSP, whole_dates
from mobctl.render.tree import (
    LINES,
    PARTS,
    Column,
    Element,
    Line,
    Placed,
    columns,
    decimals,
    lines,
    longest,
    most_decimals,
)

USUAL = 0.5
"""How wide a letter of ours is, in terms of the size of the text, take all in all."""
SURELY = 0.8
"""What takes less than this share of a line by that measure fits in it, and what takes more than its inverse does not."""
LARGE = 11
"""From which size on text is that of a heading, in points."""
POINTS = 2.8346
EM = 9.2
"""The size of the text, in points, as look.typ has it; `room` is counted in it."""
WIDTH = 176 * POINTS
"""The width of the text on an A4 page, in points, as look.typ has it."""

TOGETHER = 2400
"""What holds more characters than this may break over pages, so that nothing runs off a page."""

LEGS = 12
"""A block of more lines than this may break over pages too."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a text will stand: how many ems fit in a line, and whether words may be hyphenated.

    `share` is the size of a gloss there, in terms of that of the text: where this is small, more, since nothing is
    smaller than 7.4 points. On the `dark` heads of tables all text is white: grey can't be read there.
    """

    room: float
    hyphens: bool
    brand: Brand
    share: float = 0.9
    dark: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """The families that a document is set in: the school's own for texts and for headings, and those for other scripts."""

    text: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def write(tree: Element, brand: Brand, fonts: Chosen, *, tight: bool = False, whole: bool = False) -> str:
    """Write a document as Typst source; `tight` leaves less room between things, and on the edges.

    `whole` keeps what is signed on one page with its legend, which would else stand on a page of its own.
    """
    spot = Spot(WIDTH / EM, hyphens=False, brand=brand)
    header, footer = next(tree.elements("header")), next(tree.elements("footer"))
    issuer = next((p.text() for p in header.elements("p")), "")
    values = tree.attributes
    year, month, day = (int(part) for part in values["date"].split("-"))
    dated = f"datetime(year: {year}, month: {month}, day: {day})"
    title = " – ".join(values[name] for name in ("title", "holder", "number"))
    heads = _short(issuer, 48), _short(f"{values['title']} · {values['number']}", 140)
    running = ", ".join(_inline((head,), spot) for head in heads)
    settings = [
        f"lang: {quoted(values['lang'])}",
        f"running: ({running})",
        f"draft: {_draft(tree, spot)}",
        f"footer: ({''.join(f'{_foot(p, spot)}, ' for p in footer.elements() if not p.attributes)})",
        f"school: {next((_inline(p.children, spot) for p in footer.elements() if p.attributes), 'none')}",
    ]
    return "\n".join(
        [
            f"#let accent = rgb({quoted(brand.accent)})",
            f"#let room = {'0.7' if tight else '1'}",
            f"#let whole = {'true' if whole else 'false'}",
            *(
                f"#let {name} = ({''.join(f'{quoted(font)}, ' for font in families)})"
                for name, families in (
                    ("text-fonts", fonts.text),
                    ("heading-fonts", fonts.headings),
                    ("other-fonts", fonts.others),
                )
            ),
            look(),
            f"#set document(title: {quoted(title)}, author: {quoted(issuer)}, date: {dated})",
            f"#show: paper.with({', '.join(settings)})",
            _blocks(tree.elements(), spot),
        ]
    )


def _foot(element: Element, spot: Spot) -> str:
    """Write what stands at the foot of every page, where there is room for two lines; the first page has it whole."""
    text = element.text()
    return _inline((_short(text, 90),) if len(text) > 90 else element.children, spot)  # noqa: PLR2004


def _short(text: str, most: int) -> str:
    """Shorten what stands at the head of a page, where two lines are all there is; the first page has it whole."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


@lru_cache(maxsize=1)
def look() -> str:
    """Return the functions that the source is written with."""
    return Path(__file__).with_name("look.typ").read_text(encoding="utf-8")


def quoted(text: str) -> str:
    """Write text as a Typst string, the only way that any text gets into the source."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ") + '"'


def attached(name: str, data: bytes, mime: str, description: str) -> str:
    """Write the statement that puts a file into the PDF."""
    return (
        f"#pdf.attach({quoted(name)}, {_contents(data)}, relationship: {quoted('data')}, "
        f"mime-type: {quoted(mime)}, description: {quoted(description)})\n"
    )


def _contents(data: bytes) -> str:
    """Write a file as an expression: text as a string, since a list of its bytes takes longer than all else on a page."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = ""
    if not text or UNWRITABLE.search(text):
        return f"bytes(({''.join(f'{byte}, ' for byte in data)}))"
    return f"bytes({quoted(text)})"


UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
"""Characters that a source would not keep as they are, or that `quoted` changes."""


def _draft(tree: Element, spot: Spot) -> str:
    for notice in tree.elements("notice"):
        if notice.attributes["kind"] == "draft":
            short = next(notice.elements("strong"), notice)
            return _inline((short.text(),), spot)
    return "none"


def _blocks(elements: Iterable[Element], spot: Spot) -> str:
    row = [*elements]
    after = [*(_beginning(each) for each in row[1:]), ""]
    return "\n".join(_block(element, tag, spot) for element, tag in zip(row, after, strict=True))


def _beginning(element: Element) -> str:
    """Name what a block begins with: the first thing that is in a section."""
    return _beginning(next(element.elements())) if element.tag == "section" else element.tag


def _block(element: Element, after: str, spot: Spot) -> str:
    """Write a block, with what it takes to stand well before the one that follows; what is signed keeps its legend."""
    written = BLOCKS[element.tag](element, spot)
    if element.tag == "p" and after == "table":
        return f"#lead[{written}]"
    if after == "legend" and _kept(element):
        return f"#last[{written}]"
    return f"{written}\n#gap" if (element.tag, after) in CLOSE else written


CLOSE = frozenset({("kv", "table"), ("kv", "p"), ("p", "kv"), ("section", "kv"), ("section", "p")})
"""What stands too near to what follows it."""


def _inline(children: Iterable[Element | str], spot: Spot, *, beside: float = 0, size: float = EM) -> str:
    """Write a line of text as content; a gloss stands beside what it says again where that fits in so many points.

    Typst measures only where it is not plain at sight whether both fit: that takes as long as setting them.
    """
    done, line, before = "", "", 0
    for child in children:
        if isinstance(child, Element) and child.tag in {"break", "note"}:
            done, line, before = done + line + _piece(child, spot), "", 0
        elif beside and isinstance(child, Element) and child.tag == "gloss":
            said = _gloss(child, replace(spot, share=0.78) if size > LARGE else spot)
            taken = (before + _size(child)) * size * USUAL * spot.brand.typefaces.wide / beside
            if SURELY < taken < 1 / SURELY:
                line += f"#beside({beside:.1f}pt, [{line}], {said});"
            else:
                line += f"{'#h(0.45em)' if taken < 1 else '#linebreak()'};#{said};"
        else:
            line += _piece(child, spot)
            before += len(child) if isinstance(child, str) else _size(child)
    return f"[{done}{line}]"


def _gloss(gloss: Element, spot: Spot) -> str:
    lang = quoted(gloss.attributes["lang"].split("-")[0])
    fill = "white" if spot.dark else "soft"
    return f"gloss({lang}, {spot.share}, {fill}, {_inline(gloss.children, spot)})"


SMALL = 0.95
"""The share of a gloss where text is small already."""


def _note(note: Element, spot: Spot, *, beside: float = 0) -> str:
    fill = "fill: white, " if spot.dark else ""
    return f"note({fill}{_inline(note.children, replace(spot, share=SMALL), beside=beside)})"


def _piece(child: Element | str, spot: Spot) -> str:
    if isinstance(child, str):
        return _text(child, spot)
    match child.tag:
        case "em":
            return f"#emph{_inline(child.children, spot)};"
        case "strong":
            return f"#strong{_inline(child.children, spot)};"
        case "run":
            return f"#text({_language(child)}){_inline(child.children, spot)};"
        case "gloss":
            return f"#linebreak();#{_gloss(child, spot)};"
        case "note":
            return f"#linebreak();#{_note(child, spot)};"
        case "page":
            return '#context counter(page).display("1 / 1", both: true);'
        case _:
            return "#linebreak();"


def _language(run: Element) -> str:
    """Write a language tag as Typst has it: language and region apart."""
    lang, *rest = run.attributes.get("lang", "").split("-")
    region = next((part for part in rest if re.fullmatch("[A-Z]{2}", part)), None)
    # The direction of the line stays that of the document: marks in the text say where words run to the left.
    ends = [f"lang: {quoted(lang)}"] if lang else []
    ends += [f"region: {quoted(region)}"] if region else []
    ends += ["dir: ltr"] if lang in LEFTWARD else []
    return ", ".join(ends)


LEFTWARD = frozenset(
    ["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ku", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"]
)
"""Languages that Typst would lay a line from right to left for."""


NARROW = frozenset("ijlftrI.,:;'|!()[]-/ ")
HYPHENATED = 30
"""A word of letters up to this length is left to hyphenation, where the place has it; a longer one if it is a word."""

UNSPEAKABLE = re.compile(r"(.)\1{3}|[aeiouyæœø]{6}|[^aeiouyæœø]{8}")


def _text(text: str, spot: Spot) -> str:
    """Write text; a word that is longer than a line gets places where it may break, and a date breaks nowhere."""
    text = whole_dates(text)
    wide = spot.brand.typefaces.wide
    if len(text) * 0.68 * wide < spot.room:
        return f"#{quoted(text)};"
    words = re.split("( +)", text)
    return "".join(
        f"#{quoted(''.join(group))};" if fits else "".join(_long(word, spot) for word in group)
        for fits, group in groupby(words, lambda word: _width(word) * wide < spot.room)
    )


def _long(word: str, spot: Spot) -> str:
    """Write a word that is longer than a line; hyphens are for such words alone, and words held together part first."""
    if NBSP in word:
        return _text(word.replace(NBSP, " "), spot)
    letters = word.rstrip(",;:.)")
    if spot.hyphens and letters.isalpha() and (len(letters) <= HYPHENATED or _speakable(letters)):
        return f"#hyphenated({quoted(word)});"
    return _breakable(word, spot)


def _width(word: str) -> float:
    """Guess the width of a word in ems, rather too wide than too narrow."""
    return sum(0.34 if c in NARROW else 0.56 if c.islower() or c.isdigit() else 0.68 for c in word)


def _speakable(word: str) -> bool:
    """Tell a compound, which has places for a hyphen, from a row of letters, which may have none."""
    letters = unicodedata.normalize("NFD", word.lower())
    return not UNSPEAKABLE.search("".join(c for c in letters if not unicodedata.combining(c)))


def _breakable(word: str, spot: Spot) -> str:
    """Put empty boxes where a line may break, and the text stays as it is when copied.

    An address or an identifier breaks after its marks, where its parts are shorter than a line; any other long word
    between any two letters.
    """
    if not _breaks(word):
        return f"#{quoted(word)};"
    parts = PARTS.findall(word)
    pieces = (
        parts
        if all(_width(part) * spot.brand.typefaces.wide < spot.room for part in parts)
        else CLUSTERS.findall(word)
    )
    return "#box();".join(f"#{quoted(piece)};" for piece in pieces)


CLUSTERS = re.compile("(?s).[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff\ufe00-\ufe2f\u200c\u200d]*")


def _breaks(word: str) -> bool:
    """Tell whether letters may be taken apart: those of scripts that join them may not."""
    return not any(unicodedata.bidirectional(c) == "AL" or "\u0900" <= c <= "\u1cff" for c in word)


def _heading(element: Element, spot: Spot) -> str:
    level = element.attributes["level"]
    size = {"1": 20, "2": 12}.get(level, 9.6)
    inside = replace(spot, room=spot.room * EM / size)
    inner = _inline(element.children, inside, beside=0 if level == "1" else spot.room * EM, size=size)
    return f"#heading(level: {level}, {inner})"


def _paragraph(element: Element, spot: Spot) -> str:
    kind = element.attributes.get("kind")
    if kind == "statement":
        return f"#statement({_inline(element.children, replace(spot, room=spot.room * EM / 12))})"
    if kind == "lead":
        return f"#letter({_inline(element.children, replace(spot, room=spot.room * EM / 10))})"
    if kind == "note":
        return f"#par({_note(element, spot)})"
    return f"#par({_inline(element.children, spot, beside=spot.room * EM)})"


def _section(element: Element, spot: Spot) -> str:
    if element.attributes.get("cols") == "2":
        half = replace(spot, room=(WIDTH / 2 - 9 * POINTS / 2) / EM)
        return f"#side-by-side({', '.join(f'[{_blocks(part.elements(), half)}]' for part in element.elements())})"
    inner = _blocks(element.elements(), spot)
    keep = "keep" if _beginning(element) == "h" else "hold"
    return f"#{keep}[{inner}]" if _kept(element) else inner


def _kept(element: Element) -> bool:
    """Tell whether a part is asked to stay on one page, and fits on it for sure."""
    return "keep" in element.attributes and _size(element) < TOGETHER


def _size(element: Element) -> int:
    return sum(len(child) if isinstance(child, str) else _size(child) for child in element.children)


def _pairs(element: Element, spot: Spot) -> str:
    half = spot.room < WIDTH / EM * 0.7
    width = 27 if half else 46
    keys = replace(spot, room=width * POINTS / EM, hyphens=True)
    values = replace(spot, room=spot.room - (width + 3) * POINTS / EM, hyphens=True)
    items = ", ".join(
        f"({_inline(key, keys, beside=width * POINTS)}, {{{'; parbreak(); '.join(_value(item, values) for item in same)}}})"
        for key, same in groupby(element.elements(), lambda item: next(item.elements("k")).children)
    )
    return f"#pairs({width}mm, {items})"


def _key(item: Element, spot: Spot) -> str:
    return _inline(next(item.elements("k")).children, spot)


def _value(item: Element, spot: Spot) -> str:
    room = spot.room * EM
    values = [_kind(_inline(value.children, spot, beside=room), value) for value in item.elements("v")]
    notes = [_note(note, spot, beside=room) for note in item.elements("note")]
    return "; linebreak(); ".join([*values, *notes])


def _kind(inner: str, element: Element) -> str:
    wrap = {"number": "figures", "code": "code", "total": "total", "mark": "mark"}.get(
        element.attributes.get("kind", "")
    )
    return f"{wrap}({inner})" if wrap else inner


def _table(element: Element, spot: Spot) -> str:
    cols = columns(element.attributes["cols"])
    widths = ", ".join(f"{column.share}fr" if column.share else "auto" for column in cols)
    caption = next(
        (_inline(caption.children, spot, beside=spot.room * EM) for caption in element.elements("caption")),
        "none",
    )
    all_lines = [*lines(element)]
    head = [line for line in all_lines if line.element.tag == "head"]
    frame = Frame(cols, most_decimals(all_lines), longest(all_lines))
    done = [f"table.header({', '.join(_cells(line, frame, spot, [line]) for line in head)})"]
    for number, line in enumerate(all_lines[len(head) :], len(head)):
        if line.element.tag == "group":
            done.append(f"group({len(cols)}, {_inline(line.element.children, spot, beside=spot.room * 9)})")
        else:
            done.append(_cells(line, frame, spot, all_lines[number:]))
    return f"#tabular(({widths},), {caption}, {', '.join(cells for cells in done if cells)})"


@dataclass(frozen=True, slots=True)
class Frame:
    """What the cells of a table go by: its columns, their decimals, and the share that is the longest bar."""

    cols: Sequence[Column]
    most: Mapping[int, int]
    longest: Decimal


def _cells(line: Line, frame: Frame, spot: Spot, rest: Sequence[Line]) -> str:
    together = _size(line.element) < TOGETHER
    return ", ".join(
        _cell(placed, line, frame, spot, together=together and _holds(placed, rest)) for placed in line.cells
    )


def _holds(placed: Placed, rest: Sequence[Line]) -> bool:
    """Tell whether the lines that a cell spans fit on a page for sure."""
    return placed.rows <= LEGS and sum(_size(line.element) for line in rest[: placed.rows]) < TOGETHER


def _cell(placed: Placed, line: Line, frame: Frame, spot: Spot, *, together: bool) -> str:
    cols = frame.cols
    cell, column = placed.cell, cols[placed.column]
    head = line.element.tag == "head"
    kind = cell.attributes.get("kind", "text")
    align = ALIGN[cell.attributes.get("align") or ("r" if kind == "number" else column.align)]
    shares = sum(one.share or 0 for one in cols) or 1
    width = (
        sum(one.share or 1 for one in cols[placed.column : placed.column + placed.span])
        / shares
        * spot.room
        * EM
    )
    hyphens = kind not in {"code", "number"}
    inside = Spot(width / 8.7 - 1.3, hyphens, spot.brand, SMALL if head else spot.share, dark=head)
    known = not head and all(one.share for one in cols)
    beside = width - 3.8 * POINTS if known else 0
    inner = _aligned(
        cell, inside, beside, decimals(line).get(placed.column), frame.most.get(placed.column, 0)
    )
    if share := cell.attributes.get("share"):
        length = Decimal(share) / frame.longest
        inner = f"barred({inner}, {length:.4f}, {str('mark' in cell.attributes).lower()})"
    sides = [f"left: {'thin' if head else 'hair'}"] if column.ruled else []
    if head and placed.span > 1:
        sides.append("bottom: thin")
    elif not head and (placed.rows > 1 or not line.open):
        sides.append("bottom: hair")
    if kind == "total":
        sides.append("top: fine")
    options = [
        *([f"colspan: {placed.span}"] if placed.span > 1 else []),
        *([f"rowspan: {placed.rows}"] if placed.rows > 1 else []),
        *([f"stroke: ({', '.join(sides)})"] if sides else []),
        f"align: {align} + {'bottom' if head and not _glossed(line, placed) else 'top'}",
        *([] if head else [f"breakable: {'false' if together else 'true'}"]),
    ]
    done = f"tick({inner})" if kind == "mark" and placed.rows == 1 else _kind(inner, cell)
    return f"{'th' if head else 'td'}({done}, {', '.join(options)})"


def _aligned(cell: Element, spot: Spot, beside: float, own: int | None, most: int) -> str:
    """Write a cell; after a number with fewer decimals than others of its column there is room for those it lacks."""
    if own is None or own == most:
        return _inline(cell.children, spot, beside=beside)
    end = next(
        (n for n, it in enumerate(cell.children) if isinstance(it, Element) and it.tag in LINES),
        len(cell.children),
    )
    figure, rest = cell.children[:end], cell.children[end:]
    room = quoted("0" * (most - own) + "." * (own == 0))
    return f"[{_inline(figure, spot)[1:-1]}#lacking({room});{_inline(rest, spot)[1:-1]}]"


def _glossed(line: Line, placed: Placed) -> bool:
    """Tell whether a head stands in a line of two languages, where what is said in the first one lines up."""
    return placed.rows == 1 and any(any(cell.elements("gloss")) for cell in line.element.elements())


ALIGN = {"l": "left", "c": "center", "r": "right"}


def _tiles(element: Element, spot: Spot) -> str:
    tiles = [*element.elements()]
    inside = replace(spot, room=spot.room / len(tiles) - 4)
    large = replace(inside, room=inside.room * EM / 17)
    items = ", ".join(
        f"({_key(tile, inside)}, {_first(tile, large)}, {_notes(tile, inside)})" for tile in tiles
    )
    return f"#tiles({items})"


def _first(item: Element, spot: Spot) -> str:
    return _inline(next(item.elements("v")).children, spot)


def _notes(item: Element, spot: Spot) -> str:
    return f"({''.join(f'{_inline(note.children, spot)}, ' for note in item.elements('note'))})"


def _bars(element: Element, spot: Spot) -> str:
    items = ", ".join(
        f"({_key(bar, spot)}, {_first(bar, spot)}, {bar.attributes['share']}, {str('mark' in bar.attributes).lower()})"
        for bar in element.elements()
    )
    return f"#bars({items})"


def _legend(element: Element, spot: Spot) -> str:
    half = replace(spot, room=spot.room / 2 - 2, share=SMALL)
    whole, taken = _size(element), 0
    sides: tuple[list[Element], list[Element]] = ([], [])
    for child in element.elements():
        sides[taken * 2 + _size(child) > whole].append(child)
        taken += _size(child)
    return f"#legend({', '.join(f'[{_blocks(side, half)}]' for side in sides if side)})"


SIGNATURES = 3
"""How many stand side by side at most, as look.typ has it."""


def _signatures(element: Element, spot: Spot) -> str:
    items = [*element.elements()]
    width = (spot.room - 37 * POINTS / EM) / min(len(items), SIGNATURES)
    inside = replace(spot, room=width - 3, hyphens=True)
    seal = _inline((element.attributes["seal"],), inside) if "seal" in element.attributes else "none"
    written = (
        f"({_key(item, inside)}, ({''.join(f'{_inline(v.children, inside)}, ' for v in item.elements('v'))}), "
        f"{_notes(item, inside)}, {'true' if item.attributes.get('signed') == 'yes' else 'false'})"
        for item in items
    )
    return f"#signatures(seal: {seal}, {', '.join(written)})"


def _image(element: Element, spot: Spot) -> str:
    return f"#{_picture(element, spot)}"


def _seal(element: Element, spot: Spot) -> str:
    inside = replace(spot, room=spot.room - 40 * POINTS / EM, hyphens=True)
    lines = "".join(f"{_inline(p.children, inside)}, " for p in element.elements("p"))
    return f"#sealed({_picture(element, spot)}, ({lines}))"


def _picture(element: Element, spot: Spot) -> str:
    picture = spot.brand.picture(element)
    return f"image({_bytes(picture)}, format: {quoted(picture.format)}, alt: {quoted(element.attributes['alt'])}, height: 100%)"


def _bytes(picture: Picture) -> str:
    if picture.format == "svg":
        return f"bytes({quoted(picture.data.decode())})"
    return f"bytes(({', '.join(map(str, picture.data))},))"


def _masthead(element: Element, spot: Spot) -> str:
    inside = replace(spot, room=spot.room / 2, hyphens=True)
    logo = next((_picture(image, spot) for image in element.elements("image")), "none")
    names = "".join(f"{_inline(p.children, inside)}, " for p in element.elements("p"))
    facts = "".join(
        f"({_key(item, inside)}, {_first(item, replace(spot, room=spot.room / 4))}), "
        for kv in element.elements("kv")
        for item in kv.elements()
    )
    return f"#masthead(logo: {logo}, lines: ({names}), facts: ({facts}))"


def _notice(element: Element, spot: Spot) -> str:
    return f"#(notices.{element.attributes['kind']})({_inline(element.children, spot)})"


BLOCKS: Mapping[str, Callable[[Element, Spot], str]] = {
    "header": _masthead,
    "footer": lambda _element, _spot: "",
    "section": _section,
    "h": _heading,
    "p": _paragraph,
    "kv": _pairs,
    "table": _table,
    "tiles": _tiles,
    "bars": _bars,
    "legend": _legend,
    "sign": _signatures,
    "seal": _seal,
    "image": _image,
    "break": lambda _element, _spot: "#pagebreak(weak: true)",
    "notice": _notice,
}
