"""The tree as GitHub-flavoured Markdown, for review in git: one line of a text is one line of the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from mobctl.gfm import START, displayed
from mobctl.render.tree import BLANKS, FLOW, Element, Line, columns, lines

EM, STRONG = 1, 2
"""How text is marked, as a number of stars: they add up."""

CELL, LINE = "<br>", "\\\n"
"""How a line ends inside a row of a table or a heading, which are one line of the file, and elsewhere."""


def write(tree: Element) -> str:
    """Write a document as Markdown."""
    colon = "\u00a0:" if tree.attributes["lang"].split("-")[0] == "fr" else ":"
    return _blocks(tree.elements(), colon) + "\n"


CLOSING = re.compile("(?:^|(?<= ))(?=#+$)")
"""Number signs that end a heading are not shown."""

JOINT = re.compile(r"[^\W_]\n\*+[\W_]|[\W_]\*+\n[\w*]")
"""Stars between a word and a mark of punctuation, or other stars, would be shown."""


def _inline(children: Iterable[Element | str], end: str, mark: int = 0, *, beside: bool = False) -> str:
    """Write a text; with `beside`, a gloss stands beside what it says again, else below."""
    done = ""
    for stars, group in groupby(
        _pieces(children, mark, " / " if beside else "\n"), key=lambda piece: piece[1]
    ):
        text = "".join(part for part, _ in group)
        more = text if stars is None else _marked(text, stars)
        before = done.rpartition("\n")[2]
        done += "<wbr>" * bool(before and JOINT.search(f"{before}\n{more}")) + more
    return _joined(end, done.split("\n"))


def _pieces(children: Iterable[Element | str], mark: int, between: str) -> Iterator[tuple[str, int | None]]:
    """Yield texts with their marks, and what stands between them with none."""
    for child in children:
        if isinstance(child, str):
            yield BLANKS.sub(" ", child), mark
            continue
        if child.tag not in FLOW:
            yield between if child.tag == "gloss" else "\n", None
        yield from _pieces(child.children, _mark(child.tag, mark), between)


def _mark(tag: str, mark: int) -> int:
    """Mark what stands in an element, with what the text around it is marked with: bold is the document's own language."""
    match tag:
        case "em":
            return mark | EM
        case "strong":
            return mark | STRONG
        case "gloss":
            return EM
        case "note":
            return mark & EM
        case _:
            return mark


def _marked(text: str, stars: int) -> str:
    """Put text between stars, which may not have a blank on their inside."""
    if not (inner := text.strip()):
        return text
    before, _, after = text.partition(inner)
    return f"{before}{'*' * stars}{displayed(inner)}{'*' * stars}{after}"


def _lines(children: Iterable[Element | str], mark: int = 0) -> str:
    return START.sub(r"\1\\", _inline(children, LINE, mark))


def _blocks(elements: Iterable[Element], colon: str) -> str:
    return _joined("\n\n", (BLOCKS[element.tag](element, colon) for element in elements))


def _joined(between: str, parts: Iterable[str]) -> str:
    return between.join(part for part in parts if part)


def _heading(element: Element, _colon: str) -> str:
    text = CLOSING.sub(r"\\", _inline(element.children, CELL, beside=True))
    return f"{'#' * int(element.attributes['level'])} {text}"


def _paragraph(element: Element, _colon: str) -> str:
    return _lines(element.children)


def _pairs(element: Element, colon: str) -> str:
    # Lists in a row, of facts and of who signs them, stay apart only by their bullets.
    bullet = "-" if element.tag == "kv" else "*"
    return "\n".join(f"{bullet} {_pair(item, colon)}" for item in element.elements())


def _pair(item: Element, colon: str) -> str:
    key = _inline(next(item.elements("k")).children, CELL, STRONG, beside=True)
    mark = STRONG if "mark" in item.attributes else 0
    values = _joined(LINE, (_inline(value.children, LINE, mark) for value in item.elements("v", "note")))
    return START.sub(r"\1\\", f"{key}{colon} {values}".rstrip(" ")).replace("\n", "\n  ")


def _table(element: Element, _colon: str) -> str:
    """Write a table; its label says again what the heading above it says."""
    captions = [
        f"{_inline(one.children, CELL, STRONG, beside=True)}\n" for one in element.elements("caption")
    ]
    cols = columns(element.attributes["cols"])
    all_lines = [*lines(element)]
    head = [line for line in all_lines if line.element.tag == "head"]
    body = (_cells(line, len(cols)) for line in all_lines[len(head) :])
    rows = [_heads(head, len(cols)), [RULES[column.align] for column in cols], *body]
    return "\n".join([*captions, *(_row(cells) for cells in rows)])


RULES = {"l": ":--", "c": ":-:", "r": "--:"}


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(children: Iterable[Element | str], mark: int = 0) -> str:
    return _inline(children, CELL, mark).replace("|", r"\|")


def _cells(line: Line, width: int) -> list[str]:
    """Write the cells of a line; said once over several lines or columns, so that no credit is counted twice."""
    cells = [""] * width
    for placed in line.cells:
        said = placed.cell.attributes
        mark = STRONG if said.get("kind") in {"total", "mark"} or "mark" in said else 0
        cells[placed.column] = _cell(placed.cell.children, mark)
    if line.element.tag == "group":
        cells[0] = _cell(line.element.children, STRONG)
    return cells


def _heads(head: Sequence[Line], width: int) -> list[str]:
    """Make one line of all the heads, since Markdown has one; what stands above several columns begins the first."""
    # Said again above each of them, the heads of two languages would push the last columns out of sight.
    above: list[list[Element]] = [[] for _ in range(width)]
    for placed in (placed for line in head for placed in line.cells if placed.cell.children):
        above[placed.column].append(placed.cell)
    return [_head(cells) for cells in above]


def _head(cells: Sequence[Element]) -> str:
    own = [
        [child for child in cell.children if isinstance(child, str) or child.tag not in {"gloss", "note"}]
        for cell in cells
    ]
    glosses = [next(cell.elements("gloss"), None) for cell in cells]
    second = [gloss.children if gloss else said for gloss, said in zip(glosses, own, strict=True)]
    gloss = [Element("gloss", {}, _dashed(second))] if any(glosses) else []
    return _cell([*_dashed(own), *gloss, *(note for cell in cells for note in cell.elements("note"))])


def _dashed(parts: Iterable[Iterable[Element | str]]) -> tuple[Element | str, ...]:
    return tuple(child for part in parts for child in (" – ", *part))[1:]


def _tiles(element: Element, _colon: str) -> str:
    tiles = [*element.elements()]
    keys = (_cell(next(tile.elements("k")).children) for tile in tiles)
    return "\n".join(_row(cells) for cells in (keys, [RULES["l"]] * len(tiles), map(_tile, tiles)))


def _tile(tile: Element) -> str:
    values = [_cell(value.children, STRONG) for value in tile.elements("v")]
    return _joined(CELL, [*values, *(_cell(note.children) for note in tile.elements("note"))])


def _masthead(element: Element, colon: str) -> str:
    """Say who issues the document; the arms would only say the name again."""
    names = (_lines(p.children, 0 if number else STRONG) for number, p in enumerate(element.elements("p")))
    return _joined("\n\n", [_joined(LINE, names), *(_pairs(kv, colon) for kv in element.elements("kv"))])


def _footer(element: Element, _colon: str) -> str:
    """Leave out what counts pages: Markdown has none."""
    told = (_inline(p.children, LINE) for p in element.elements() if not any(p.elements("page")))
    return _ruled(START.sub(r"\1\\", _joined(" · ", told)))


def _legend(element: Element, colon: str) -> str:
    return _ruled(_blocks(element.elements(), colon))


def _ruled(text: str) -> str:
    return f"---\n\n{text}" if text else ""


def _notice(element: Element, _colon: str) -> str:
    mark = 0 if any(element.elements("strong")) else STRONG
    return f"> {_lines(element.children, mark)}".rstrip(" ").replace("\n", "\n> ")


def _nothing(_element: Element, _colon: str) -> str:
    return ""


BLOCKS: Mapping[str, Callable[[Element, str], str]] = {
    "header": _masthead,
    "footer": _footer,
    "section": lambda element, colon: _blocks(element.elements(), colon),
    "h": _heading,
    "p": _paragraph,
    "kv": _pairs,
    "table": _table,
    "tiles": _tiles,
    "bars": _pairs,
    "legend": _legend,
    "sign": _pairs,
    "seal": lambda element, colon: _ruled(_blocks(element.elements(), colon)),
    "image": lambda element, _colon: _lines((element.attributes["alt"],), EM),
    "break": _nothing,
    "notice": _notice,
}
