"""The tree as one HTML page: it holds its own style sheet and pictures, fetches nothing, and runs nothing."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from html import escape
from itertools import groupby, pairwise
from pathlib import Path

from mobctl.render.brand import FORMATS, Brand
from mobctl.render.locale import whole_dates
from mobctl.render.tree import (
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
from mobctl.render.typefaces import HEADINGS, TEXT, Face, Typefaces, web

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
WITH_FONTS = f"{POLICY}; font-src data:"
"""Whatever a school's style sheet says, a browser loads nothing."""


def write(tree: Element, brand: Brand) -> str:
    """Write a document as a page of HTML."""
    values = tree.attributes
    title = " – ".join(values[name] for name in ("title", "holder", "number"))
    header, footer = next(tree.elements("header")), next(tree.elements("footer"))
    inner = [child for child in tree.elements() if child.tag not in {"header", "footer"}]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f"<html{_attributes(lang=values['lang'])}>",
            "<head>",
            '<meta charset="utf-8">',
            f"<meta{_attributes(http_equiv='Content-Security-Policy', content=WITH_FONTS if _faces(brand.typefaces) else POLICY)}>",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<meta{_attributes(name='date', content=values['date'])}>",
            f"<title>{escape(title)}</title>",
            f"<style>\n:root {{ --accent: {brand.accent}; }}\n{look()}{_fonts(brand.typefaces)}{_band(tree)}{brand.css}\n</style>",
            "</head>",
            f'<body class="{values["status"]}">',
            _masthead(header, brand),
            f"<main>\n{_blocks(inner, brand)}\n</main>",
            _footer(footer),
            "</body>",
            "</html>",
            "",
        ]
    )


@lru_cache(maxsize=1)
def look() -> str:
    """Return the style sheet of documents."""
    return Path(__file__).with_name("look.css").read_text(encoding="utf-8")


OURS = {
    TEXT: '"Source Sans 3", "Source Sans Pro", "Segoe UI", "Helvetica Neue", Arial, sans-serif',
    HEADINGS: '"Source Serif 4", "Source Serif Pro", Charter, Cambria, Georgia, serif',
}
"""What a letter is looked for in that the school's fonts lack, as look.css has it."""

PLACES = {
    TEXT: "body",
    HEADINGS: "h1, h2, h3, h4, .role, header div p:first-child, .tiles dd:not(.note), th.mark, .statement",
}


def _faces(faces: Typefaces) -> list[tuple[str, Face]]:
    """Return the fonts that a page may hold, each with what it is for."""
    return [(role, each) for role, found in faces.families.items() for each in found if not each.preview]


@lru_cache(maxsize=4)
def _fonts(faces: Typefaces) -> str:
    """Put the school's fonts into the style sheet; what may not stand in pages of the web is left to the reader's own."""
    rules = []
    for role, each in _faces(faces):
        lightest, boldest = each.weights
        weight = f"{lightest} {boldest}" if boldest > lightest else f"{lightest}"
        style = "italic" if each.italic else "normal"
        rules.append(
            f'@font-face {{ font-family: "School {role}"; font-weight: {weight}; font-style: {style}; '
            f'src: url("data:font/woff;base64,{b64encode(web(each)).decode()}"); }}\n'
        )
    held = {role for role, _ in _faces(faces)}
    for role, places in PLACES.items():
        family = TEXT if faces.headings == faces.text else role
        if family in held:
            rules.append(f'{places} {{ font-family: "School {family}", {OURS[role]}; }}\n')
    return "".join(rules)


def _attributes(**values: str | None) -> str:
    """Write attributes, without those that have no value."""
    given = ((name.rstrip("_").replace("_", "-"), value) for name, value in values.items())
    return "".join(f' {name}="{escape(value)}"' for name, value in given if value is not None)


def _tag(name: str, inner: str, **values: str | None) -> str:
    return f"<{name}{_attributes(**values)}>{inner}</{name}>"


ADDRESS = frozenset("@/:")


def _inline(children: Iterable[Element | str], *, address: bool = False) -> str:
    return "".join(_piece(child, address=address) for child in children)


def _is_address(element: Element) -> bool:
    return element.attributes.get("lang") == "zxx" and not ADDRESS.isdisjoint(element.text())


def _piece(child: Element | str, *, address: bool) -> str:
    """Write a piece of a line; an address, of all that is of no language, may break after its marks."""
    if isinstance(child, str):
        return "<wbr>".join(map(escape, PARTS.findall(child))) if address else escape(whole_dates(child))
    lang = child.attributes.get("lang")
    inner = _inline(child.children, address=_is_address(child))
    match child.tag:
        case "em" | "strong":
            return _tag(child.tag, inner)
        case "run":
            return _tag("bdi", inner, lang=lang)
        # The blank parts the words for whoever reads without the style sheet, which puts them on lines of their own.
        case "gloss":
            return " " + _tag("span", inner, class_="gloss", lang=lang)
        case "note":
            return " " + _tag("small", inner)
        case "page":
            return ""
        case _:
            return "<br>"


def _blocks(elements: Iterable[Element], brand: Brand) -> str:
    return "\n".join(BLOCKS[element.tag](element, brand) for element in elements)


def _band(tree: Element) -> str:
    """Let a draft say so on every page that is printed, in the margin; on the screen its notice is enough."""
    for notice in tree.elements("notice"):
        if notice.attributes["kind"] == "draft":
            text = next(notice.elements("strong"), notice).text()
            shown = "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text)
            return f'@page {{ @top-center {{ content: "{shown}"; color: #8f1d1d; font: bold 9pt sans-serif; }} }}\n'
    return ""


def _masthead(element: Element, brand: Brand) -> str:
    names = "\n".join(_tag("p", _inline(p.children)) for p in element.elements("p"))
    pictures = "\n".join(_image(image, brand) for image in element.elements("image"))
    facts = "\n".join(_pairs(kv, brand) for kv in element.elements("kv"))
    return f"<header>\n{pictures}\n<div>\n{names}\n</div>\n{facts}\n</header>"


def _footer(element: Element) -> str:
    """Leave out what counts pages: a page of HTML has one."""
    told = [p for p in element.elements() if not any(p.elements("page"))]
    return f"<footer>\n{chr(10).join(_tag('p', _inline(p.children)) for p in told)}\n</footer>"


def _heading(element: Element, _brand: Brand) -> str:
    return _tag(f"h{element.attributes['level']}", _inline(element.children))


def _paragraph(element: Element, _brand: Brand) -> str:
    return _tag("p", _inline(element.children), class_=element.attributes.get("kind"))


def _section(element: Element, brand: Brand) -> str:
    """Write a part of the page; what has no heading of its own is no section to one who reads by headings."""
    kind = (
        "beside"
        if element.attributes.get("cols") == "2"
        else "keep"
        if "keep" in element.attributes
        else None
    )
    name = "section" if any(element.elements("h")) else "div"
    return _tag(name, f"\n{_blocks(element.elements(), brand)}\n", class_=kind)


def _pairs(element: Element, _brand: Brand) -> str:
    """Write keys and values; values that follow each other under the same key stand under it once."""
    groups = groupby(element.elements(), lambda item: next(item.elements("k")).children)
    pairs = (_tag("div", _key(key) + "".join(map(_values, items))) for key, items in groups)
    return f"<dl>\n{chr(10).join(pairs)}\n</dl>"


def _pair(item: Element) -> str:
    return _key(next(item.elements("k")).children) + _values(item)


def _key(children: Iterable[Element | str]) -> str:
    return _tag("dt", _inline(children))


def _values(item: Element) -> str:
    values = (_tag("dd", _inline(v.children), class_=v.attributes.get("kind")) for v in item.elements("v"))
    notes = (_tag("dd", _inline(note.children), class_="note") for note in item.elements("note"))
    return "".join([*values, *notes])


def _table(element: Element, _brand: Brand) -> str:
    cols = columns(element.attributes["cols"])
    shares = sum(column.share or 0 for column in cols)
    widths = (f"width: {column.share / shares:.2%}" if column.share else None for column in cols)
    caption = "".join(_tag("caption", _inline(one.children)) for one in element.elements("caption"))
    all_lines = [*lines(element)]
    frame = Frame(cols, most_decimals(all_lines), longest(all_lines))
    head = "\n".join(_row(line, frame) for line in all_lines if line.element.tag == "head")
    body = [line for line in all_lines if line.element.tag != "head"]
    label = element.attributes.get("label") or next(element.elements("caption")).text()
    table = "\n".join(
        [
            f"<table>{caption}",
            f"<colgroup>{''.join(f'<col{_attributes(style=width)}>' for width in widths)}</colgroup>",
            f"<thead>\n{head}\n</thead>",
            *(
                f"<tbody>\n{chr(10).join(_row(line, frame) for line in part)}\n</tbody>"
                for part in _bodies(body)
            ),
            "</table>",
        ]
    )
    # A narrow screen scrolls the table, not the page; a keyboard has to get there too.
    return _tag("div", f"\n{table}\n", class_="scroll", role="group", tabindex="0", aria_label=label)


def _bodies(body: Sequence[Line]) -> Iterator[list[Line]]:
    """Begin a part of the table with each line that is the head of a group of lines."""
    starts = [number for number, line in enumerate(body) if number == 0 or _begins(line)]
    for start, end in pairwise([*starts, len(body)]):
        yield [*body[start:end]]


def _begins(line: Line) -> bool:
    return line.element.tag == "group" or any(_is_mark(placed) for placed in line.cells)


def _is_mark(placed: Placed) -> bool:
    """Tell whether a cell is the mark of several lines, which it is the head of; a box that is ticked is a cell."""
    return placed.cell.attributes.get("kind") == "mark" and placed.rows > 1


@dataclass(frozen=True, slots=True)
class Frame:
    """What the cells of a table go by: its columns, their decimals, and the share that is the longest bar."""

    cols: Sequence[Column]
    most: Mapping[int, int]
    longest: Decimal


def _row(line: Line, frame: Frame) -> str:
    if line.element.tag == "group":
        inner = _inline(line.element.children)
        return _tag("tr", _tag("th", inner, scope="rowgroup", colspan=str(len(frame.cols)), class_="group"))
    return _tag("tr", "".join(_cell(placed, line, frame) for placed in line.cells))


def _cell(placed: Placed, line: Line, frame: Frame) -> str:
    cell, column = placed.cell, frame.cols[placed.column]
    head = line.element.tag == "head"
    kind = cell.attributes.get("kind", "text")
    align = cell.attributes.get("align") or ("r" if kind == "number" else column.align)
    share = cell.attributes.get("share")
    classes = ["share"] * (share is not None) + ["mark"] * ("mark" in cell.attributes)
    own = decimals(line).get(placed.column)
    # After a number with fewer decimals than others of its column there is room for those it lacks.
    lacking = 0 if own is None else frame.most[placed.column] - own
    classes += ["lacking"] * (lacking > 0) + ["point"] * (lacking > 0 and own == 0)
    classes += [kind] * (kind != "text") + [ALIGN[align]] * (align != "l") + ["ruled"] * column.ruled
    # Each cell has the one or the other, so that what a value holds never changes the structure of the page.
    classes.append("long" if _longest(cell) > WHOLE else "whole")
    scope = ("colgroup" if placed.span > 1 else "col") if head else "rowgroup" if _is_mark(placed) else None
    return _tag(
        "th" if scope else "td",
        _inline(cell.children),
        scope=scope,
        colspan=str(placed.span) if placed.span > 1 else None,
        rowspan=str(placed.rows) if placed.rows > 1 else None,
        class_=" ".join(classes),
        style=f"--share: {Decimal(share) / frame.longest:.4f}"
        if share
        else f"--places: {lacking}"
        if lacking
        else None,
    )


WHOLE = 24
"""A word, a code or a date of up to so many letters is never broken in a table."""


def _longest(element: Element) -> int:
    """Count the letters of the longest word; an address breaks after its marks."""
    address = _is_address(element)
    found = [0]
    for it in element.children:
        if isinstance(it, Element):
            found.append(_longest(it))
        else:
            found += map(len, PARTS.findall(it) if address else it.split(" "))
    return max(found)


ALIGN = {"l": "left", "c": "center", "r": "right"}


def _tiles(element: Element, brand: Brand) -> str:
    return _tag("div", f"\n{_pairs(element, brand)}\n", class_="tiles")


def _bars(element: Element, _brand: Brand) -> str:
    items = "\n".join(
        _tag(
            "div", _pair(bar), class_="mark" if "mark" in bar.attributes else None, style=f"--share: {share}%"
        )
        for bar in element.elements()
        for share in [bar.attributes["share"]]
    )
    return _tag("dl", f"\n{items}\n", class_="bars", aria_label=element.attributes["label"])


def _legend(element: Element, brand: Brand) -> str:
    return _tag("div", f"\n{_blocks(element.elements(), brand)}\n", class_="legend")


def _signatures(element: Element, _brand: Brand) -> str:
    items = "\n".join(_signatory(item) for item in element.elements())
    seal = (
        _tag("p", escape(element.attributes["seal"]), class_="seal") if "seal" in element.attributes else ""
    )
    return _tag("div", f"\n<ul>\n{items}\n</ul>\n{seal}\n", class_="sign")


def _signatory(item: Element) -> str:
    role = _tag("p", _inline(next(item.elements("k")).children), class_="role")
    names = "".join(_tag("p", _inline(v.children)) for v in item.elements("v"))
    notes = "".join(_tag("p", _inline(note.children), class_="note") for note in item.elements("note"))
    return _tag(
        "li", role + names + notes, class_="signed" if item.attributes.get("signed") == "yes" else None
    )


def _seal(element: Element, brand: Brand) -> str:
    lines = "".join(_tag("p", _inline(p.children)) for p in element.elements("p"))
    return _tag("div", _image(element, brand) + _tag("div", lines), class_="electronic-seal")


def _image(element: Element, brand: Brand) -> str:
    picture = brand.picture(element)
    data = f"data:{FORMATS[picture.format]};base64,{b64encode(picture.data).decode()}"
    return f"<img{_attributes(src=data, alt=element.attributes['alt'])}>"


def _notice(element: Element, _brand: Brand) -> str:
    return _tag("p", _inline(element.children), class_=f"notice {element.attributes['kind']}")


BLOCKS: Mapping[str, Callable[[Element, Brand], str]] = {
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
    "break": lambda _element, _brand: '<div class="page-break"></div>',
    "notice": _notice,
}
