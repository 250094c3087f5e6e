"""The neutral markup of documents: its closed vocabulary, and the tree that a template's output becomes.

Templates write XML of this vocabulary and nothing else; a writer for each format makes text of the tree. So no
value and no template can put HTML, Typst or Markdown into a document.

Ordinary blanks and line ends are layout of the template: a run of them is one space, and none stands at the edge
of a text or beside a `break`, `gloss` or `note`. No-break spaces are text and stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from xml.parsers import expat

from mobctl.errors import UserError
from mobctl.finding import Message, Quoted, say
from mobctl.render import complaints
from mobctl.render.near import among, unknown

DEEPEST = 40
"""Elements inside elements; a template that goes deeper is wrong, and writers call themselves once a level."""

PLACE = "at"
"""The attribute by which the loader tells where a tag was written: the name of a template and a line."""

ANY = ".+"
DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
LANGUAGE = "[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"
COUNT = "[1-9][0-9]{0,2}"
SHARE = r"(100|[0-9]{1,2})(\.[0-9]{1,4})?"
COLUMN = "[1-9][0-9]{0,2}[lcr]?|[lcr]"


@dataclass(frozen=True, slots=True)
class Kind:
    """What one element may hold and carry; the patterns of attributes match the whole value."""

    children: frozenset[str] = frozenset()
    text: bool = False
    required: Mapping[str, str] = field(default_factory=dict)
    optional: Mapping[str, str] = field(default_factory=dict)


def words(text: str) -> frozenset[str]:
    """Return the names of a list written with blanks."""
    return frozenset(text.split())


BLOCKS = words("section h p kv table tiles bars legend sign seal image break notice")
INLINE = words("em strong run gloss note break")

VOCABULARY: Mapping[str, Kind] = {
    "doc": Kind(
        BLOCKS | words("header footer"),
        required={
            "lang": LANGUAGE,
            "title": ANY,
            "number": ANY,
            "holder": ANY,
            "date": DATE,
            "status": "draft|final",
        },
    ),
    "header": Kind(words("image p kv")),
    "footer": Kind(words("p")),
    "page": Kind(),
    "section": Kind(BLOCKS, optional={"cols": "[12]", "keep": "yes"}),
    "h": Kind(INLINE, text=True, required={"level": "[1-4]"}),
    "p": Kind(INLINE | words("page"), text=True, optional={"kind": "lead|note|statement"}),
    "em": Kind(INLINE, text=True),
    "strong": Kind(INLINE, text=True),
    "run": Kind(text=True, optional={"lang": LANGUAGE}),
    "gloss": Kind(INLINE, text=True, required={"lang": LANGUAGE}),
    "note": Kind(INLINE, text=True),
    "break": Kind(),
    "kv": Kind(words("item")),
    "item": Kind(words("k v note"), optional={"signed": "yes|no"}),
    "k": Kind(INLINE, text=True),
    "v": Kind(INLINE, text=True, optional={"kind": "text|number|code"}),
    "table": Kind(
        words("caption head group row"),
        required={"cols": rf"(\|? ?({COLUMN}))( (\| )?({COLUMN}))*"},
        optional={"label": ANY},
    ),
    "caption": Kind(INLINE, text=True),
    "head": Kind(words("cell")),
    "group": Kind(INLINE, text=True),
    "row": Kind(words("cell")),
    "cell": Kind(
        INLINE,
        text=True,
        optional={
            "span": COUNT,
            "rows": COUNT,
            "kind": "text|number|code|total|mark",
            "align": "[lcr]",
            "share": SHARE,
            "mark": "yes",
        },
    ),
    "tiles": Kind(words("tile")),
    "tile": Kind(words("k v note")),
    "bars": Kind(words("bar"), required={"label": ANY}),
    "bar": Kind(words("k v"), required={"share": SHARE}, optional={"mark": "yes"}),
    "legend": Kind(words("h p kv")),
    "sign": Kind(words("item"), optional={"seal": ANY}),
    "seal": Kind(words("p"), required={"src": "[a-z]+", "alt": ANY}),
    "image": Kind(required={"src": "[a-z]+", "alt": ANY}),
    "notice": Kind(INLINE, text=True, required={"kind": "draft|warning|waived"}),
}
"""Every element: what may stand in it, and its attributes.

`run` is text in a language of its own, or of unknown direction; `gloss` says the text before it again in the second
language, `note` adds a smaller line. `break` is a new line in a text, a new page between blocks. `cols` gives each
column a width in shares of the table, or none where the content decides, and its alignment; `|` is a line between
columns. A cell with `rows` keeps its rows together on one page where they fit. A cell with a `share` has a bar before
its number, as long as the share is beside the largest of the table; what is marked stands out.
"""

MEANT = {
    **dict.fromkeys(words("h1 h2 h3 h4 h5 h6 title"), "h"),
    **dict.fromkeys(words("td th"), "cell"),
    **dict.fromkeys(words("div article"), "section"),
    **dict.fromkeys(words("ul ol dl"), "kv"),
    **dict.fromkeys(words("li dt"), "item"),
    **dict.fromkeys(words("b u"), "strong"),
    "i": "em",
    "br": "break",
    "tr": "row",
    "thead": "head",
    "span": "run",
    "img": "image",
    "small": "note",
}
"""Elements of HTML, and ours that do what they do."""


def no_element(tag: str) -> Message:
    """Say that there is no element of a name, and which one was probably meant."""
    problem = say("there is no element {tag}", tag=Quoted(tag))
    if tag in MEANT:
        return say("{problem}. Did you mean {near}?", problem=problem, near=Quoted(MEANT[tag]))
    return unknown(problem, tag, VOCABULARY)


FLOW = words("em strong run")
LINES = words("gloss note break")
BLANKS = re.compile("[ \t\r\n]+")
PARTS = re.compile(r"[^@/:._?&=#-]*[@/:._?&=#-]+|[^@/:._?&=#-]+")
"""The parts of an address, each with the mark that ends it."""


@dataclass(frozen=True, slots=True)
class Element:
    """A node of a document; `place` is where its tag stands in a template."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Element | str, ...] = ()
    place: str = field(default="", compare=False)

    def elements(self, *tags: str) -> Iterator[Element]:
        """Yield the child elements, or only those of some tags."""
        for child in self.children:
            if isinstance(child, Element) and (not tags or child.tag in tags):
                yield child

    def text(self) -> str:
        """Return the text in the document's own language: without glosses and notes."""
        parts = (child if isinstance(child, str) else child.text() for child in self.children)
        return (
            ""
            if self.tag in LINES and self.tag != "break"
            else " "
            if self.tag == "break"
            else "".join(parts)
        )


def template_error(place: str, problem: Message) -> UserError:
    """Make the error that a template is to blame for."""
    return UserError(say("{place}: {problem}", place=place, problem=problem))


def nowhere(_text: str) -> str:
    """Say that nobody knows where a text was written."""
    return ""


def parse(xml: str, template: str, written: Callable[[str], str] = nowhere) -> Element:
    """Read what a template wrote, and refuse all that is not of the vocabulary.

    `written` finds the place in the school's templates where a text stands, "" if it stands in none.
    """
    reader = _Reader(template, written)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.ProcessingInstructionHandler = reader.refuse
    try:
        parser.Parse(xml.encode(), True)  # noqa: FBT003  (expat takes no names)
    except expat.ExpatError as error:
        raw, at = xml.encode(), max(parser.ErrorByteIndex, 0)
        said = complaints.of_xml(error.code, raw[:at], raw[at:], reader.stack[-1].tag)
        problem = say(
            "the markup is not well-formed XML here ({detail})", detail=expat.ErrorString(error.code) or ""
        )
        raise template_error(reader.place(), said or problem) from None
    root = reader.root()
    _check_document(root)
    return root


@dataclass(slots=True)
class _Open:
    tag: str
    place: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)


ROOT = Kind(words("doc"))
SHIPPED = "mobctl/"
"""How the name of a template of ours begins; that of one of the school's does not."""


class _Reader:
    """The handlers of the XML parser: they check each element as it comes."""

    def __init__(self, template: str, written: Callable[[str], str]) -> None:
        self.stack = [_Open("", template)]
        self.written = written

    def root(self) -> Element:
        """Return what the parser made, which refuses anything but a single element."""
        return next(child for child in self.stack[0].children if isinstance(child, Element))

    def place(self) -> str:
        return self.stack[-1].place

    def refuse(self, *_: object) -> None:
        raise template_error(
            self.place(), say("a document type or a processing instruction has no place here")
        )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        parent = self.stack[-1]
        place = attributes.pop(PLACE, "") or parent.place
        kind = VOCABULARY.get(tag)
        if kind is None:
            raise template_error(place, no_element(tag))
        if tag not in VOCABULARY.get(parent.tag, ROOT).children:
            raise _misplaced(tag, place, parent)
        if len(self.stack) > DEEPEST:
            raise template_error(place, say("elements stand in each other {n} deep", n=len(self.stack)))
        _check_attributes(tag, kind, attributes, place)
        self.stack.append(_Open(tag, place, attributes))

    def data(self, text: str) -> None:
        here = self.stack[-1]
        if VOCABULARY.get(here.tag, ROOT).text:
            here.children.append(text)
        elif text.strip(" \t\r\n"):
            problem = say("text stands where only elements may: {text}", text=Quoted(text.strip()[:60]))
            raise template_error(self.written(text.strip()) or here.place, problem)

    def end(self, tag: str) -> None:
        done = self.stack.pop()
        children = tuple(done.children)
        if VOCABULARY[tag].text and tag not in FLOW:
            children = _tidy(children)
        element = Element(tag, done.attributes, children, done.place)
        if check := CHECKS.get(tag):
            check(element)
        self.stack[-1].children.append(element)


def _misplaced(tag: str, place: str, parent: _Open) -> UserError:
    """Say where the element is; if it is one of ours in one of the school's, that one was not ended, and is to blame."""
    if not parent.tag:
        return template_error(place, say("{tag} can't stand by itself", tag=Quoted(tag)))
    if place.startswith(SHIPPED) and not parent.place.startswith(SHIPPED):
        return template_error(
            parent.place,
            say("{parent} begins here and does not end where the block ends", parent=Quoted(parent.tag)),
        )
    return template_error(
        place, say("{tag} can't stand in {parent}", tag=Quoted(tag), parent=Quoted(parent.tag))
    )


def _check_attributes(tag: str, kind: Kind, attributes: Mapping[str, str], place: str) -> None:
    """Refuse an attribute that is unknown, missing, or not of its form."""
    for name, value in attributes.items():
        form = kind.required.get(name) or kind.optional.get(name)
        if form is None:
            problem = say("{tag} has no attribute {name}", tag=Quoted(tag), name=Quoted(name))
            raise template_error(place, unknown(problem, name, (*kind.required, *kind.optional)))
        if not _compiled(form).fullmatch(value):
            problem = say(
                "{tag}: the attribute {name} can't be {value}",
                tag=Quoted(tag),
                name=Quoted(name),
                value=Quoted(value),
            )
            raise template_error(
                place, among(problem, form.split("|")) if CHOICE.fullmatch(form) else problem
            )
    for name in kind.required:
        if name not in attributes:
            raise template_error(
                place, say("{tag} needs the attribute {name}", tag=Quoted(tag), name=Quoted(name))
            )


CHOICE = re.compile(r"[a-z]+(\|[a-z]+)*")
"""The form of an attribute that has one of some values."""


@lru_cache(maxsize=64)
def _compiled(form: str) -> re.Pattern[str]:
    """Compile the form of an attribute once."""
    return re.compile(form, re.DOTALL)


def _tidy(children: Iterable[Element | str]) -> tuple[Element | str, ...]:
    """Take away the blanks that are only the template's layout."""
    done, blank = _flow(children, blank=True)
    if blank and done and isinstance(done[-1], str):
        done[-1] = done[-1].rstrip(" ")
    return tuple(child for child in done if child != "")


def _flow(children: Iterable[Element | str], *, blank: bool) -> tuple[list[Element | str], bool]:
    """Collapse blanks along a line of text; `blank` tells whether a space, or an edge, came just before."""
    done: list[Element | str] = []
    for child in children:
        if isinstance(child, str):
            text = BLANKS.sub(" ", child)
            text = text[1:] if blank and text.startswith(" ") else text
            if text:
                done.append(text)
                blank = text.endswith(" ")
        elif child.tag in LINES:
            if done and isinstance(done[-1], str):
                done[-1] = done[-1].rstrip(" ")
            done.append(child)
            blank = True
        else:
            inner, blank = _flow(child.children, blank=blank)
            done.append(Element(child.tag, child.attributes, tuple(inner), child.place))
    return done, blank


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its share of the width, or None where the content decides; `ruled` has a line before."""

    share: int | None
    align: str
    ruled: bool


@lru_cache(maxsize=64)
def columns(cols: str) -> tuple[Column, ...]:
    """Read the `cols` of a table."""
    found: list[Column] = []
    ruled = False
    for word in cols.split():
        if word != "|":
            share = word.rstrip("lcr")
            found.append(Column(int(share) if share else None, word[len(share) :] or "l", ruled))
        ruled = word == "|"
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell and the column where it begins."""

    cell: Element
    column: int
    span: int
    rows: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: its cells with their columns; `open` says that a cell reaches into the next line."""

    element: Element
    cells: tuple[Placed, ...]
    open: bool


def lines(table: Element) -> Iterator[Line]:
    """Lay the cells of a table out in its columns; a line that doesn't fit is an error of the template."""
    width = len(columns(table.attributes["cols"]))
    left = [0] * width  # for each column, how many more lines a cell from above takes
    for row in table.elements("head", "group", "row"):
        if row.tag == "group":
            _refuse_reach(row, left)
            yield Line(row, (), open=False)
            continue
        placed = tuple(_place(row, left))
        taken = sum(cell.span for cell in placed) + sum(1 for count in left if count)
        if taken != width:
            raise template_error(
                row.place,
                say("this line fills {taken} of {width} columns of the table", taken=taken, width=width),
            )
        for cell in placed:
            left[cell.column : cell.column + cell.span] = [cell.rows] * cell.span
        left = [max(count - 1, 0) for count in left]
        yield Line(row, placed, open=any(left))
    _refuse_reach(table, left)


FIGURE = re.compile(r"[-\u2212]?[0-9]+(?:[.,]([0-9]+))?")


def decimals(line: Line) -> dict[int, int]:
    """Count the decimals of each number in a line, by the column that it stands in alone."""
    return {
        placed.column: len(found[1] or "")
        for placed in line.cells
        if placed.span == 1
        and placed.cell.attributes.get("kind") in {"number", "total"}
        and (found := FIGURE.fullmatch(placed.cell.text().split(" ")[0]))
    }


def most_decimals(table: Sequence[Line]) -> dict[int, int]:
    """Count the decimals for which each column of a table has to have room, so that its points stand in a row."""
    most: dict[int, int] = {}
    for line in table:
        for column, count in decimals(line).items():
            most[column] = max(count, most.get(column, 0))
    return most


def longest(table: Sequence[Line]) -> Decimal:
    """Find the largest share of a table, which is the longest bar."""
    shares = (placed.cell.attributes.get("share") for line in table for placed in line.cells)
    return max((Decimal(share) for share in shares if share), default=Decimal(0)) or Decimal(1)


def _place(row: Element, left: list[int]) -> Iterator[Placed]:
    column = 0
    for cell in row.elements():
        while column < len(left) and left[column]:
            column += 1
        span, rows = (int(cell.attributes.get(name, "1")) for name in ("span", "rows"))
        if any(left[column : column + span]):
            raise template_error(cell.place, say("this cell runs into one that comes from a line above"))
        yield Placed(cell, column, span, rows)
        column += span


def _refuse_reach(element: Element, left: list[int]) -> None:
    if any(left):
        raise template_error(element.place, say("a cell reaches over more lines than there are"))


def _check_table(table: Element) -> None:
    """Refuse a table without a name or a head, or whose lines don't fit."""
    if "label" not in table.attributes and not any(table.elements("caption")):
        raise template_error(
            table.place, say("a table needs a caption, or the attribute {name}", name=Quoted("label"))
        )
    order = [child.tag for child in table.elements()]
    heads = [tag == "head" for tag in order if tag != "caption"]
    if not any(heads) or heads != sorted(heads, reverse=True) or "caption" in order[1:]:
        raise template_error(table.place, say("a table has its caption first, then a head, then its lines"))
    for _ in lines(table):
        pass


def _check_item(item: Element) -> None:
    tags = [child.tag for child in item.elements()]
    if tags[:2] != ["k", "v"] or tags.count("k") > 1:
        problem = say("{tag} holds one {k}, then a {v}", tag=Quoted(item.tag), k=Quoted("k"), v=Quoted("v"))
        raise template_error(item.place, problem)


def _check_filled(element: Element) -> None:
    if not element.children:
        raise template_error(element.place, say("{tag} is empty", tag=Quoted(element.tag)))


def _check_heading(heading: Element) -> None:
    if not heading.text().strip():
        raise template_error(heading.place, say("{tag} is empty", tag=Quoted(heading.tag)))


def _check_section(section: Element) -> None:
    if (
        section.attributes.get("cols") == "2"
        and [child.tag for child in section.elements()] != ["section"] * 2
    ):
        raise template_error(section.place, say("a section in two columns holds two sections"))
    _check_filled(section)


CHECKS = {
    "table": _check_table,
    "item": _check_item,
    "tile": _check_item,
    "bar": _check_item,
    "kv": _check_filled,
    "tiles": _check_filled,
    "sign": _check_filled,
    "legend": _check_filled,
    "section": _check_section,
    "h": _check_heading,
}
"""What an element's children have to be, beyond what the vocabulary says."""


def walk(element: Element) -> Iterator[Element]:
    """Yield an element and all below it, in reading order."""
    yield element
    for child in element.elements():
        yield from walk(child)


def _check_document(doc: Element) -> None:
    """Hold a document to what makes it readable, and honest about not being signed."""
    level = 0
    for heading in walk(doc):
        if heading.tag == "h":
            here = int(heading.attributes["level"])
            if here > level + 1 or (here == 1) != (level == 0):
                raise template_error(
                    heading.place,
                    say(
                        "headings go down one level at a time, from a single one of level 1; this is level {n}",
                        n=here,
                    ),
                )
            level = here
    if not level:
        raise template_error(doc.place, say("a document needs a heading"))
    tags = [child.tag for child in doc.elements()]
    ends = [tag for tag in (*tags[:1], *tags[-1:], *tags[1:-1]) if tag in ("header", "footer")]
    if ends != ["header", "footer"]:
        problem = say(
            "a document begins with its {header} and ends with its {footer}", header="header", footer="footer"
        )
        raise template_error(doc.place, problem)
    marked = [child for child in doc.elements("notice") if child.attributes["kind"] == "draft"]
    if (doc.attributes["status"] == "draft") != (len(marked) == 1):
        raise template_error(
            doc.place,
            say("a draft carries one notice that says so, directly in the document; what is final has none"),
        )
