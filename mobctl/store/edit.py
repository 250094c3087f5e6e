"""A record changed in place: one entry more, one value set; every other letter, comment and line end stays as it was.

The text is spliced where the reader saw the values stand, and read again: unless it then says exactly what was
meant, nothing is given back but the reason.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from mobctl.errors import ContentError
from mobctl.finding import Pointer, Quoted, Span, say
from mobctl.store import write
from mobctl.store.reader import Document, KeyTypes, Refused, parse

_DASH = re.compile(r"( *)- ")


def append(raw: bytes, key: str, item: Mapping[str, Any], types: KeyTypes) -> tuple[bytes, int]:
    """Put an entry at the end of a list that stands under a key at the top of a file, and say which it is there.

    Without the key, the list comes last in the file. Raise ContentError if the text is written in a way that does not allow it.
    """
    document = _read(raw, key, types)
    meant = copy.deepcopy(document.data)
    meant[key] = [*(meant.get(key) or []), dict(item)]
    lines = document.text.split("\n")
    listed = document.data.get(key)
    if not isinstance(listed, list | None):
        raise _unsafe((key,))
    if not listed:
        spliced = _first(document, lines, key, item)
    elif _flow(document, (key,), lines):
        spliced = _insert(lines, _end(document, (key, len(listed) - 1)), f", {write.flow(item)}")
    else:
        spliced = _next(document, lines, key, item)
    return _checked(raw, spliced, meant, (key,), types), len(listed or [])


def put(raw: bytes, pointer: Pointer, value: Any, types: KeyTypes) -> bytes:
    """Set a value of a mapping that is there, over the one it may have.

    Raise ContentError if the text is written in a way that does not allow it.
    """
    *way, key = pointer
    parent = tuple(way)
    document = _read(raw, str(way[0]), types)
    meant = copy.deepcopy(document.data)
    node = meant
    for part in parent:
        node = node[part]
    had = key in node
    node[key] = value
    lines = document.text.split("\n")
    text = write.flow(value)
    if had:
        spliced = _over(lines, _spans(document, pointer)[1], text)
    elif _flow(document, parent, lines):
        last = next(reversed(_at(document, parent)))
        spliced = _insert(lines, _end(document, (*parent, last)), f", {key}: {text}")
    else:
        first = _key(document, (*parent, next(iter(_at(document, parent)))))
        after = _last_line(document, parent, lines, first.column)
        line = f"{' ' * (first.column - 1)}{key}: {text}"
        spliced = [*lines[:after], line, *lines[after:]]
    return _checked(raw, spliced, meant, pointer, types)


def _read(raw: bytes, key: str, types: KeyTypes) -> Document:
    document = parse(raw, types)
    ends = raw.count(b"\r\n")
    if ends not in (0, raw.count(b"\n")) or raw.count(b"\r") != ends:
        raise ContentError(
            say(
                "the lines of this file end in two different ways; save it anew in your editor, then try again"
            )
        )
    if not isinstance(document.data, dict) or document.whole.column != 1:
        raise _unsafe((key,))
    return document


def _checked(
    raw: bytes, lines: list[str], meant: Mapping[str, Any], pointer: Pointer, types: KeyTypes
) -> bytes:
    """Give the new text back if it says what was meant, and says it with the old line ends."""
    text = "\n".join(lines)
    made = (text.replace("\n", "\r\n") if b"\r\n" in raw else text).encode()
    try:
        document = parse(made, types)
    except Refused as error:
        raise _unsafe(pointer) from error
    if document.data != meant:
        raise _unsafe(pointer)
    return made


def _unsafe(pointer: Pointer) -> ContentError:
    text = say(
        "the field {name} is written in a way that nothing can be added to safely; write it as a list in which each"
        " entry begins with {dash}, then try again",
        name=Quoted(str(pointer[0])),
        dash=Quoted("- "),
    )
    return ContentError(text)


def _at(document: Document, pointer: Pointer) -> Any:
    node = document.data
    for part in pointer:
        node = node[part]
    return node


def _spans(document: Document, pointer: Pointer) -> tuple[Span | None, Span]:
    """Where the key and the value of a place stand; an item of a list has no key."""
    return document.spans[id(_at(document, pointer[:-1]))][pointer[-1]]


def _key(document: Document, pointer: Pointer) -> Span:
    """Where the key of a place stands."""
    key, value = _spans(document, pointer)
    return key or value


def _flow(document: Document, pointer: Pointer, lines: list[str]) -> bool:
    """Say whether a collection stands between brackets."""
    span = _spans(document, pointer)[1]
    return lines[span.line - 1][span.column - 1 : span.column] in ("[", "{")


def _end(document: Document, pointer: Pointer) -> tuple[int, int]:
    """The place right behind a value that stands between brackets: line and column, counted from 0."""
    _, span = _spans(document, pointer)
    return span.end_line - 1, span.end_column - 1


def _insert(lines: list[str], place: tuple[int, int], text: str) -> list[str]:
    number, column = place
    line = lines[number]
    return [*lines[:number], line[:column] + text + line[column:], *lines[number + 1 :]]


def _over(lines: list[str], span: Span, text: str) -> list[str]:
    """Write over a value; one that was left empty gets the space that the colon wants."""
    before = lines[span.line - 1][: span.column - 1]
    after = lines[span.end_line - 1][span.end_column - 1 :]
    space = " " if before.endswith(":") else ""
    return [*lines[: span.line - 1], before + space + text + after, *lines[span.end_line :]]


def _first(document: Document, lines: list[str], key: str, item: Mapping[str, Any]) -> list[str]:
    """Begin the list: under its key if that is there, else at the end of the file."""
    if key not in document.data:
        body = [*lines]
        while body and not body[-1].strip():
            body.pop()
        return [*body, "", f"{key}:", *write.entry(item, 2), ""]
    number = _key(document, (key,)).line
    cleared = [*lines] if document.data[key] is None else _over(lines, _spans(document, (key,))[1], "")
    cleared[number - 1] = cleared[number - 1].rstrip()
    return [*cleared[:number], *write.entry(item, 2), *cleared[number:]]


def _next(document: Document, lines: list[str], key: str, item: Mapping[str, Any]) -> list[str]:
    """Add to a list of lines that begin with “-”, indented as they are."""
    listed = document.data[key]
    _, first = _spans(document, (key, 0))
    found = _DASH.match(lines[first.line - 1])
    if found is None:
        raise _unsafe((key,))
    dash = len(found[1])
    after = _last_line(document, (key, len(listed) - 1), lines, dash + 2)
    return [*lines[:after], *write.entry(item, dash), *lines[after:]]


def _last_line(document: Document, pointer: Pointer, lines: list[str], column: int) -> int:
    """The number of the last line of a value, with the remarks that stand under it, as far in as `column`."""
    last = _last(document, pointer, lines)
    while not lines[last - 1].strip():
        last -= 1
    while last < len(lines) and lines[last].lstrip().startswith("#"):
        if len(lines[last]) - len(lines[last].lstrip()) + 1 < column:
            break
        last += 1
    return last


def _last(document: Document, pointer: Pointer, lines: list[str]) -> int:
    """The last line that a value has a part in: a list or a mapping of lines ends with its last one."""
    node, (_, span) = _at(document, pointer), _spans(document, pointer)
    if node and isinstance(node, dict | list) and not _flow(document, pointer, lines):
        last = next(reversed(node)) if isinstance(node, dict) else len(node) - 1
        return _last(document, (*pointer, last), lines)
    return span.end_line if span.end_column > 1 else span.end_line - 1
