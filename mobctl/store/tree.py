"""A file with everything that is in it: fields in their order, comments with what they belong to, blank lines, quotes.

The reader gives data and says where it stands; a tool that rewrites a file needs the rest too. Built on the same
events of PyYAML's C parser; comments are what stands between the texts of two events. The text is one that the
reader has accepted: one document, a mapping, no anchors, no tags.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from textwrap import dedent
from typing import Any

import yaml

from mobctl.finding import Span
from mobctl.store.reader import Document, KeyTypes, scalar

_MODELINE = re.compile(r"#\s*(?:yaml-language-server:|\$schema:|vim:|-\*-)")
_BLOCK_HEADER = re.compile(r"[|>][0-9+-]*[ \t]+(#[^\n]*)")
_DASHES = re.compile(r"[ -]*")
_NOWHERE = Span(1, 1, 1, 1)


@dataclass(slots=True, eq=False)
class Scalar:
    """One value or one key: its text, how it is quoted (None for plain) and, if it fits one line, as it is written.

    `lines` are those of a folded text, as its author broke it.
    """

    text: str
    style: str | None = None
    raw: str | None = None
    lines: tuple[str, ...] = ()
    span: Span = _NOWHERE


@dataclass(slots=True, eq=False)
class Collection:
    """A mapping, or a list (whose entries have no key); `below` are the comments after its last entry."""

    entries: list[Entry] = field(default_factory=list)
    mapping: bool = True
    flow: bool = False
    below: list[str] = field(default_factory=list)
    span: Span = _NOWHERE
    owner: Entry | None = None
    depth: int = 0

    def get(self, key: str) -> Entry | None:
        """Find an entry by its key."""
        return next((each for each in self.entries if each.key and each.key.text == key), None)


Node = Scalar | Collection


@dataclass(slots=True, eq=False)
class Entry:
    """A field, or an item of a list, with its comments: above it and beside it, from the column where that begins.

    In `above` an empty text is a blank line.
    """

    key: Scalar | None
    value: Node
    above: list[str] = field(default_factory=list)
    beside: str = ""
    column: int = 0
    start: tuple[int, int] = (0, 0)
    within: Collection = field(default_factory=Collection)


@dataclass(slots=True)
class Tree:
    """A whole file: its fields, and the comments at its head that belong to none of them."""

    root: Collection
    header: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Comment:
    """A comment: its line and column, from 0, and whether nothing but indentation stands before it."""

    line: int
    column: int
    text: str
    alone: bool


def parse(text: str) -> Tree:
    """Read a text that the reader has accepted."""
    grower = _Grower(text)
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        grower.feed(event)
    tree = Tree(grower.root)
    _attach(tree, grower.order, _comments(text, grower.covered), text.split("\n"))
    return tree


class _Grower:
    """Makes a tree of events; notes the entries in the order they begin, and which stretches of the text they cover."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.root = Collection()
        self.open: list[Collection] = []
        self.key: list[Scalar | None] = []
        self.order: list[Entry] = []
        self.covered: list[tuple[int, int]] = []

    def feed(self, event: Any) -> None:
        """Take in one event."""
        match event:
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._open(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._close(event)
            case yaml.ScalarEvent():
                self._scalar(event)
            case _:
                pass  # where the stream and the document begin and end

    def _open(self, event: Any) -> None:
        mapping = isinstance(event, yaml.MappingStartEvent)
        node = Collection(mapping=mapping, flow=bool(event.flow_style), span=_span(event))
        node.depth = event.start_mark.column
        self._put(node, event)
        self.open.append(node)
        self.key.append(None)

    def _close(self, event: Any) -> None:
        node = self.open.pop()
        self.key.pop()
        end = _span(event)
        node.span = Span(node.span.line, node.span.column, end.end_line, end.end_column)

    def _scalar(self, event: Any) -> None:
        start, end = event.start_mark, event.end_mark
        raw = self.text[start.index : end.index] if start.line == end.line else None
        self.covered.append((start.index, end.index))
        lines = _lines(self.text[start.index : end.index]) if event.style == ">" else ()
        found = Scalar(event.value, None if event.implicit[0] else event.style, raw, lines, _span(event))
        if self.open and self.open[-1].mapping and self.key[-1] is None:
            self.key[-1] = found
        else:
            self._put(found, event)

    def _put(self, value: Node, event: Any) -> None:
        if not self.open:
            assert isinstance(value, Collection)  # noqa: S101  (the reader has seen to that)
            self.root = value
            return
        parent = self.open[-1]
        key, self.key[-1] = self.key[-1], None
        entry = Entry(key, value, within=parent)
        entry.start = (key.span.line - 1, key.span.column - 1) if key else self._dash(parent, event)
        if isinstance(value, Collection):
            value.owner = entry
        parent.entries.append(entry)
        self.order.append(entry)

    def _dash(self, parent: Collection, event: Any) -> tuple[int, int]:
        """Where an item begins: at its hyphen, which may stand lines above its value."""
        line, column = event.start_mark.line, event.start_mark.column
        if parent.flow:
            return line, column
        column = parent.depth
        while self.lines[line][column : column + 1] != "-" or not _DASHES.fullmatch(
            self.lines[line][:column]
        ):
            line -= 1
        return line, column


def _lines(written: str) -> tuple[str, ...]:
    """The lines of a folded text without their indentation and without the blank ones around them."""
    lines = dedent(written.partition("\n")[2]).strip("\n").split("\n")
    return tuple(line.rstrip() for line in lines)


def _span(event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _comments(text: str, covered: list[tuple[int, int]]) -> Iterator[_Comment]:
    """Find the comments: between what keys and values cover, `#` and the rest of its line."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    at = 0
    for start, end in (*covered, (len(text), len(text))):
        for found in re.finditer(r"#[^\n]*", text[at:start]):
            yield _comment(text, starts, at + found.start(), found[0])
        if header := _BLOCK_HEADER.match(text, start, end):
            yield _comment(text, starts, header.start(1), header[1])
        at = max(at, end)


def _comment(text: str, starts: list[int], index: int, said: str) -> _Comment:
    line = bisect_right(starts, index) - 1
    before = text[starts[line] : index]
    return _Comment(line, index - starts[line], said.rstrip(), not before.strip())


def _attach(tree: Tree, order: list[Entry], comments: Iterator[_Comment], lines: list[str]) -> None:
    """Give each comment to what it is about, then note the blank lines before comments and entries."""
    above: dict[int, list[_Comment]] = {}
    below: dict[int, tuple[Collection, list[_Comment]]] = {}
    starts = [each.start for each in order]
    for comment in comments:
        number = bisect_left(starts, (comment.line, comment.column))
        before = order[number - 1] if number else None
        after = order[number] if number < len(order) else None
        if before is not None and not comment.alone:
            owner = _beside(before, comment)
            if isinstance(owner.value, Collection) and owner.key is None and not owner.value.flow:
                above.setdefault(id(owner), []).append(comment)  # after a hyphen alone in its line
            elif owner.beside:  # a value of several lines that has two
                above.setdefault(id(owner), []).append(comment)
            else:
                owner.beside, owner.column = comment.text, comment.column
            continue
        block = _ended(before, after, comment)
        if block is None and after is not None:
            above.setdefault(id(after), []).append(comment)
        else:
            below.setdefault(id(block or tree.root), (block or tree.root, []))[1].append(comment)
    for entry in order:
        entry.above = _spaced(above.get(id(entry), []), lines, entry.start[0])
    for block, found in below.values():
        block.below = _spaced(found, lines, None)
    _take_header(tree)


def _beside(entry: Entry, comment: _Comment) -> Entry:
    """The outermost entry that ends on the line of a comment: behind `{a: 1}` it is about the whole."""
    place = (comment.line, comment.column)
    while entry.within.flow and entry.within.owner is not None and _end(entry.within) <= place:
        entry = entry.within.owner
    return entry


def _ended(before: Entry | None, after: Entry | None, comment: _Comment) -> Collection | None:
    """The block that a comment of its own line ends, judged by its indentation; None if it is about what comes after."""
    if before is None:
        return None
    place = (comment.line, comment.column)
    inside = isinstance(before.value, Collection) and before.value.flow
    node = before.value if inside and isinstance(before.value, Collection) else before.within
    while node.owner is not None and (node.flow and _end(node) <= place):
        node = node.owner.within
    if node.flow:  # still open: the next entry in it, or its end
        return None if after is not None and after.within is node else node
    if after is not None and (after.within.owner is before or comment.column <= after.start[1]):
        return None
    while node.owner is not None and node.depth > comment.column:
        node = node.owner.within
    return None if after is not None and node is after.within else node


def _end(node: Collection) -> tuple[int, int]:
    return node.span.end_line - 1, node.span.end_column - 1


def _spaced(comments: list[_Comment], lines: list[str], entry: int | None) -> list[str]:
    """The texts of comments, with an empty one for the blank lines before each, and before the entry."""
    found: list[str] = []
    for comment in comments:
        blank = comment.line and not lines[comment.line - 1].strip()
        found += [""] * bool(blank) + [comment.text]
    if entry and not lines[entry - 1].strip():
        found.append("")
    return found


def _take_header(tree: Tree) -> None:
    """Part the comments at the head of a file from those of its first field.

    The first lines are the file's own if a blank line follows, if they are for editors, or if the field is the one
    that says what the file is.
    """
    if not tree.root.entries:
        return
    first = tree.root.entries[0]
    cut = 0
    if first.key and first.key.text == "mobctl":
        cut = len(first.above)
    else:
        for number, line in enumerate(first.above):
            if _MODELINE.match(line) or not line:
                cut = number + 1
    tree.header, first.above = first.above[:cut], first.above[cut:]


def comments(tree: Tree) -> list[str]:
    """All comments of a file."""
    found = [*tree.header]

    def gather(node: Node) -> None:
        if isinstance(node, Collection):
            for entry in node.entries:
                found.extend((*entry.above, entry.beside))
                gather(entry.value)
            found.extend(node.below)

    gather(tree.root)
    return [text for text in found if text]


def document(tree: Tree, text: str, types: KeyTypes) -> Document:
    """The tree as the reader would give it: data, and the place of each part in `text`."""
    made = Document(None, text)
    made.data = _data(tree.root, None, types, made)
    made.whole = Span(1, 1, 1, 2)
    return made


def _data(node: Node, key: str | None, types: KeyTypes, made: Document) -> Any:
    if isinstance(node, Scalar):
        return scalar(node.text, key, types) if node.style is None else node.text
    places: dict[str | int, tuple[Span | None, Span]] = {}
    data: Any = {} if node.mapping else []
    made.spans[id(data)] = places
    for number, entry in enumerate(node.entries):
        name: str | int = entry.key.text if entry.key else number
        value = _data(entry.value, entry.key.text if entry.key else key, types, made)
        if entry.key:
            data[name] = value
        else:
            data.append(value)
        places[name] = (entry.key.span if entry.key else None, entry.value.span)
    return data
