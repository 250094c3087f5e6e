"""One way to lay a file out, whoever wrote it: order, indentation, quotes, blank lines; comments stay where they belong.

What is data and what is a comment is the same before and after, or nothing is written. What a person chose for the
reader's sake is kept: one line or several for a mapping that fits both, the column of a comment beside a line, a
blank line within a section.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from mobctl.store import tree
from mobctl.store.reader import KeyTypes, Refused
from mobctl.store.reader import parse as read
from mobctl.store.tree import Collection, Entry, Node, Scalar, Tree
from mobctl.store.write import COLUMNS, plain

WIDTH = 160
"""How long a line may be before what stands in it is broken up."""

ROW = 260
"""How long a row may be, that is a mapping between braces in a list: rows one under the other read as a table."""

KEPT = 120
"""How long the lines of a folded text may be for its own line ends to stay: where an author broke it, git shows changes well."""

_INDENT = 2
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_GAP = re.compile(r"(?<=[^ ]) (?=[^ ])")

Schema = Mapping[str, Any]


class UnsafeError(Exception):
    """The new layout would not say the same: a mistake of ours, and nothing is written."""


def tidy(raw: bytes, schema: Schema, types: KeyTypes) -> bytes:
    """Lay out a file that the reader accepts, with the line ends it has.

    Raise Refused if it cannot be read, UnsafeError if its data or its comments would not be the same.
    """
    before = read(raw, types)
    for fold in (True, False):  # a folded text may happen to look like something else to the reader
        grown = tree.parse(before.text)
        comments = Counter(tree.comments(grown))
        arrange(grown.root, schema, schema)
        text = write(grown, fold=fold)
        if says(text, before.data, comments, types):
            return text.replace("\n", line_end(raw)).encode()
    raise UnsafeError


def says(text: str, data: Any, comments: Counter[str], types: KeyTypes) -> bool:
    """Say whether a text reads as this data with these comments."""
    try:
        after = read(text.encode(), types)
    except Refused:
        return False
    return _alike(after.data, data) and Counter(tree.comments(tree.parse(text))) == comments


def _alike(one: Any, other: Any) -> bool:
    """Compare data: 30 and 30.0 are the same number, but not the same text."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    return type(one) is type(other) and str(one) == str(other)


def line_end(raw: bytes) -> str:
    """The line end of a file, by its first line: a checkout on Windows stays one."""
    return "\r\n" if raw.partition(b"\n")[0].endswith(b"\r") else "\n"


def arrange(node: Node, schema: Schema, whole: Schema) -> None:
    """Put the fields of each mapping into the order of the schema; an unknown one stays behind its neighbour.

    Nothing is moved over a heading, that is a comment with a blank line after it: who tells a stay in chapters means
    their order.
    """
    if not isinstance(node, Collection):
        return
    rules = _resolved(schema, whole)
    properties = rules.get("properties") or {}
    if node.mapping and properties:
        order = {name: number for number, name in enumerate(properties)}
        node.entries = [entry for chapter in _chapters(node.entries) for entry in _ordered(chapter, order)]
    others: Schema = rules.get("additionalProperties") or {}
    items: Schema = rules.get("items") or {}
    for entry in node.entries:
        arrange(entry.value, properties.get(entry.key.text, others) if entry.key else items, whole)


def _chapters(entries: list[Entry]) -> Iterator[list[Entry]]:
    """Part the fields of a mapping where a heading stands above one."""
    starts = [
        0,
        *(number for number, entry in enumerate(entries) if number and heading(entry)),
        len(entries),
    ]
    for start, end in pairwise(starts):
        yield entries[start:end]


def heading(entry: Entry) -> int:
    """How many of the lines above an entry are a heading: comments, and the blank line that ends them."""
    found = [number for number, (one, two) in enumerate(pairwise(entry.above)) if one and not two]
    return found[-1] + 2 if found else 0


def _ordered(chapter: list[Entry], order: Mapping[str, int]) -> list[Entry]:
    """Order the fields of a chapter; its heading stays at its head."""
    if not chapter:
        return chapter
    cut = heading(chapter[0])
    head, chapter[0].above = chapter[0].above[:cut], chapter[0].above[cut:]
    ranks: list[int] = []
    for entry in chapter:
        ranks.append(order.get(entry.key.text if entry.key else "", ranks[-1] if ranks else -1))
    ranked = [entry for _, _, entry in sorted(zip(ranks, range(len(ranks)), chapter, strict=True))]
    ranked[0].above = [*head, *ranked[0].above]
    return ranked


def _resolved(schema: Schema, whole: Schema) -> Schema:
    reference = schema.get("$ref")
    found: Schema = whole["$defs"][reference.removeprefix("#/$defs/")] if reference else schema
    return found


def write(grown: Tree, *, fold: bool = True) -> str:
    """Write a tree; without `fold`, long texts stay on one line."""
    lines = [*_single_blanks(grown.header), *_Writer(fold=fold).block(grown.root, 0)]
    text = "\n".join(lines).strip("\n")
    return f"{text}\n"


class _Writer:
    """Makes lines of a tree; one for each file."""

    def __init__(self, *, fold: bool) -> None:
        self.fold = fold

    def block(self, block: Collection, indent: int) -> list[str]:
        """The lines of a mapping or list, one entry under the other."""
        pad = " " * indent
        parts = [self._entry(entry, indent) for entry in block.entries]
        lines: list[str] = []
        for number, (entry, part) in enumerate(zip(block.entries, parts, strict=True)):
            above = entry.above
            if number == 0 and indent:
                above = above[1:] if above[:1] == [""] else above
            elif indent == 0 and number and len(part) > 1 and len(parts[number - 1]) > 1:
                above = ["", *above]
            lines += [*(pad + text if text else "" for text in _single_blanks(above)), *part]
        return [*lines, *(pad + text if text else "" for text in _single_blanks(block.below))]

    def _entry(self, entry: Entry, indent: int) -> list[str]:
        """The lines of a field or of an item, without the comments above it."""
        pad, value = " " * indent, entry.value
        label = f"{_token(entry.key, flow=False)}:" if entry.key else "-"
        if isinstance(value, Collection) and not value.entries:  # comments between empty brackets
            entry.above, value.below = [*entry.above, *value.below], []
        row = entry.key is None and isinstance(value, Collection) and value.mapping
        shown = self._inline(value, (ROW if row else WIDTH) - indent - len(label) - 1)
        if shown is not None:
            return [_beside(f"{pad}{label} {shown}" if shown else f"{pad}{label}", entry)]
        if _stood_before(entry):
            entry.column = 0
        if isinstance(value, Scalar):
            head, *body = self._folded(value, indent + _INDENT)
            return [_beside(f"{pad}{label} {head}", entry), *body]
        if entry.key and _is_row(value):
            return [_beside(pad + label, entry), *_filled(value, indent + _INDENT)]
        if value.flow:
            for inner in value.entries:
                inner.column = 0
        if entry.key:
            return [_beside(pad + label, entry), *self.block(value, indent + _INDENT)]
        return self._item(entry, value, indent)

    def _item(self, entry: Entry, value: Collection, indent: int) -> list[str]:
        """An item of several lines: the hyphen stands before its first field, whose comments go above the hyphen."""
        first = value.entries[0]
        if entry.beside:
            entry.above.append(entry.beside)
            entry.beside = ""
        while True:
            hoisted = first.above[1:] if first.above[:1] == [""] else first.above
            entry.above += hoisted
            first.above = []
            if first.key or not isinstance(first.value, Collection) or not first.value.entries:
                break
            first = first.value.entries[0]
        lines = self.block(value, indent + _INDENT)
        lines[0] = f"{' ' * indent}- {lines[0][indent + _INDENT :]}"
        return lines

    def _inline(self, value: Node, room: int) -> str | None:
        """A value on the line of its key; None if it needs lines of its own."""
        if isinstance(value, Scalar):
            return self._text(value, room)
        if not value.entries:
            return "{}" if value.mapping else "[]"
        if not value.flow or _commented(value):
            return None
        shown = _flow(value)
        return shown if len(shown) <= room else None

    def _text(self, value: Scalar, room: int) -> str | None:
        """A text on the line of its key; None if it has several lines, or is long and can be folded."""
        if "\n" in value.text and _is_block(value.text):
            return None
        shown = _token(value, flow=False)
        most = room - WIDTH + COLUMNS if value.style in {">", "|"} else room  # one that is folded stays so
        if self.fold and len(shown) > most and _is_block(value.text) and len(_GAP.split(value.text)) > 1:
            return None
        return shown

    def _folded(self, value: Scalar, indent: int) -> list[str]:
        """A text in lines of its own: as it is broken, or folded where that is too long."""
        pad, width = " " * indent, COLUMNS - indent
        body = value.text.rstrip("\n")
        chomp = "" if value.text.endswith("\n") else "-"
        lines = body.split("\n")
        broken = len(lines) > 1 and value.style != ">"
        if not self.fold or (broken and all(len(line) + indent <= WIDTH for line in lines)):
            return [f"|{chomp}", *(pad + line if line else "" for line in lines)]
        if value.lines and all(len(line) + indent <= KEPT for line in value.lines):
            return [f">{chomp}", *(pad + line if line else "" for line in value.lines)]
        folded: list[str] = []
        for number, line in enumerate(lines):
            folded += [""] * (number > 0) + [pad + part for part in _wrapped(line, width) if part]
        return [f">{chomp}", *folded]


def _flow(value: Node) -> str:
    """A value on one line, between brackets if it has parts."""
    if isinstance(value, Scalar):
        return _token(value, flow=True)
    parts = [
        f"{_token(entry.key, flow=True)}: {_flow(entry.value)}" if entry.key else _flow(entry.value)
        for entry in value.entries
    ]
    return f"{{{', '.join(parts)}}}" if value.mapping else f"[{', '.join(parts)}]"


def _filled(value: Collection, indent: int) -> list[str]:
    """A list between brackets on as many lines as it needs."""
    first, *rest = [_flow(entry.value) for entry in value.entries]
    lines = [f"{' ' * indent}[{first}"]
    for part in rest:
        if len(lines[-1]) + len(part) + 3 > COLUMNS:
            lines[-1] += ","
            lines.append(f"{' ' * indent} {part}")
        else:
            lines[-1] += f", {part}"
    lines[-1] += "]"
    return lines


def _token(value: Scalar, *, flow: bool) -> str:
    """A text on one line; quotes stay where some reader of YAML, ours or another, needs them."""
    if value.style is None:
        return value.text or ("null" if flow else "")
    if plain(value.text, flow=flow):
        return value.text
    return value.raw if value.raw is not None else _quoted(value.text)


def _beside(line: str, entry: Entry) -> str:
    """Add the comment beside an entry, in the column where it stood if that is free."""
    if not entry.beside:
        return line
    return f"{line}{' ' * max(entry.column - len(line), 2)}{entry.beside}"


def _stood_before(entry: Entry) -> bool:
    """Say whether the comment beside an entry stood behind a value on its line that now has lines of its own."""
    value = entry.value
    on_line = value.flow if isinstance(value, Collection) else value.style not in {"|", ">"}
    return on_line and value.span.line == entry.start[0] + 1 and entry.column > value.span.column


def _is_row(value: Collection) -> bool:
    """Say whether a value is a list of short texts between brackets: it may be broken without a line for each."""
    short = all(
        isinstance(each.value, Scalar) and len(each.value.text) < COLUMNS // 2 for each in value.entries
    )
    return value.flow and not value.mapping and short and not _commented(value)


def _commented(value: Collection) -> bool:
    """Say whether there are comments within a value: it then needs lines of its own."""
    return bool(value.below) or any(
        any(entry.above) or entry.beside or (isinstance(entry.value, Collection) and _commented(entry.value))
        for entry in value.entries
    )


def _is_block(text: str) -> bool:
    """Say whether a text can stand in lines of its own, as it is: nothing unseen at the ends of lines, no odd blanks."""
    body = text.removesuffix("\n")
    lines = body.split("\n")
    return bool(lines[0] and lines[-1]) and all(
        line.isprintable() and not line.startswith(" ") and not line.endswith(" ") for line in lines
    )


def _wrapped(line: str, width: int) -> Iterator[str]:
    """Break a line between words, at single spaces only: reading it puts exactly those back."""
    words = _GAP.split(line)
    part = words[0]
    for word in words[1:]:
        if len(part) + 1 + len(word) > width:
            yield part
            part = word
        else:
            part = f"{part} {word}"
    yield part


def _quoted(text: str) -> str:
    """A text between double quotes, on one line."""
    shown = "".join(
        _ESCAPES.get(letter) or (letter if letter.isprintable() else f"\\U{ord(letter):08X}")
        for letter in text
    )
    return f'"{shown}"'


def _single_blanks(lines: list[str]) -> Iterator[str]:
    """One blank line where there were several."""
    yield from lines[:1]
    for before, line in pairwise(lines):
        if before or line:
            yield line
