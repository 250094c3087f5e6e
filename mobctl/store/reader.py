"""YAML in: plain data, and the place of every key and value.

A plain scalar is text exactly as written, unless its key is declared a number or a boolean by the schemas;
so `country: NO` and `grade: 02` are what the coordinator wrote. Built on the events of PyYAML's C parser,
without recursion and without PyYAML's constructors: nothing in a file can run code, crash or hang.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

import yaml

from mobctl.finding import Finding, Message, Pointer, Quoted, Related, Severity, Span, say

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 50
MAX_NODES = 50_000
MAX_DIGITS = 15

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_NULLS = frozenset({"", "~", "null"})
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_FORBIDDEN = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f{_BIDI}\ufffe\uffff]")
_SCREENED = re.compile(rf"{_FORBIDDEN.pattern[:-1]}\x85\u2028\u2029]")
"""Line ends that nobody sees may stand in a text as an escape, not as such: the lines would be counted otherwise."""

_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?: |$)", re.MULTILINE)
_TAB = re.compile(r"^[ ]*(?:- +)*\t+", re.MULTILINE)
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)
_PAIR = re.compile(r"^\s*(?:- +)*(?P<key>[^\s#'\"{\[][^#:{\[]*?):[ ]+(?P<value>\S.*)$")
_FLOW_COLON = re.compile(r"[{,] *(?P<key>[A-Za-z_]+): +(?P<value>[^,{}\[\]\"']*: [^,{}\[\]\"']*)")
_GLUED = re.compile(r"^\s*(?:- +)*[^\s#'\"{\[:]+:(?P<value>[^ \n].*)$")
_QUOTES = {"“": "”", "„": "“”", "”": "”", "«": "»", "‹": "›", "‘": "’", "‚": "‘’", "»": "«"}
_HASHED = re.compile(r":[ \t]+(?P<value>#[^\s#]\S*)")
_BLANKS = "\u00a0\u202f\u2007"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_NAMED = re.compile(r" *(?:- +)*(?P<key>[a-z][a-z0-9_]*)(?P<rest>[ :].*)?")
_NO_BREAK = re.compile(rf"(?P<before> *(?:- *)*(?:[a-z][a-z0-9_]*:)? *)(?P<blank>[{_BLANKS}])")
_NO_BREAK_KEY = re.compile(rf"(?P<before>|[a-z][a-z0-9_]*:?) *(?P<blank>[{_BLANKS}])")
_LONG_DASH = re.compile(rf" *(?:- +)*(?P<dash>[{_DASHES}])[ {{\[{_BLANKS}]")
_NO_COLON = re.compile(r" *(?:- +)*[a-z][a-z0-9_]* +[{\[]")
_APOSTROPHE = re.compile(r"(?P<value>'[^'\n]*\w'\w[^'\n]*')")
_NO_COMMA = re.compile(
    r"[{,] *[a-z_]+: +(?:[A-Za-z]?[0-9][\w.-]*|\"[^\"]*\"|'[^']*')(?P<gap> +)(?P<key>[a-z_]+): "
)
_SEMICOLON = re.compile(
    r"[{,] *[a-z_]+: +(?:\"[^\"]*\"|'[^']*'|\[[^\[\]]*\]|[^,{}\[\];\"'][^,{}\[\];]*) *(?P<mark>;) *[a-z_]+: "
)
_TRAILING = re.compile(
    r"^\s*(?:- +)*[A-Za-z_]+: +(?P<value>(?:\"[^\"]*\"|'[^']*'|\[[^\]]*\]|\{[^}]*\}) *[^ #].*)$"
)


@dataclass(frozen=True, slots=True)
class KeyTypes:
    """The key names that the schemas declare as numbers and as booleans."""

    numbers: frozenset[str] = frozenset()
    booleans: frozenset[str] = frozenset()


class Refused(Exception):  # noqa: N818  (a finding on its way, not a failure of ours)
    """The text cannot be read; the finding says where and why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


class Places(Protocol):
    """What a reader knows about where things stand: the interface a faster reader has to offer."""

    def span(self, pointer: Pointer, *, on_key: bool = False) -> Span:
        """Say where a value (or its key) stands; the nearest parent if the place is missing."""
        ...


@dataclass(slots=True)
class Document:
    """A file as data: texts, Decimals, booleans, None, lists and dicts; and the place of each."""

    data: Any
    text: str
    spans: dict[int, dict[str | int, tuple[Span | None, Span]]] = field(default_factory=dict)
    whole: Span = field(default_factory=lambda: Span(1, 1, 1, 1))

    def span(self, pointer: Pointer, *, on_key: bool = False) -> Span:
        """Say where a value (or its key) stands; the nearest parent if the place is missing."""
        node, best = self.data, self.whole
        for depth, part in enumerate(pointer):
            found = self.spans.get(id(node), {}).get(part)
            if found is None:
                return best
            key, value = found
            last = depth == len(pointer) - 1
            # A list or a map is shown by its key: its own text may be a page long.
            node = node.get(part) if isinstance(node, dict) else node[part]
            shown = key if key and (on_key or isinstance(node, dict | list)) else value
            best = shown if last else (key or value)
        return best


def _refuse(code: str, span: Span, message: Message, **more: Any) -> Refused:
    return Refused(Finding(code, Severity.ERROR, message, span=span, **more))


def _at(text: str, index: int, length: int = 1) -> Span:
    line = text.count("\n", 0, index) + 1
    column = index - (text.rfind("\n", 0, index) + 1) + 1
    return Span(line, column, line, column + length)


def decode(raw: bytes) -> str:
    """Turn the bytes of a file into text, or refuse them with what to do about it."""
    start = Span(1, 1, 1, 2)
    if len(raw) > MAX_BYTES:
        raise _refuse(
            "FIL105", start, say("This file is larger than 1 MiB; a record is a few pages at most.")
        )
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in raw[:4]:
        raise _refuse(
            "FIL102",
            start,
            say("This file was saved as UTF-16. Save it as UTF-8 (in Notepad: Save as, Encoding, UTF-8)."),
        )
    if raw.startswith(b"\xef\xbb\xbf"):
        raise _refuse(
            "FIL103",
            start,
            say(
                "This file starts with an invisible mark (BOM). Save it as “UTF-8”, not as “UTF-8 with BOM”."
            ),
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
        letter = raw[error.start : error.start + 1].decode("cp1252", "replace")
        span = _at(before + letter, len(before))
        raise _refuse(
            "FIL101",
            span,
            say(
                "This file was not saved as UTF-8 but probably as Windows-1252: here the letter {letter}."
                " Save it as UTF-8 (in Notepad: Save as, Encoding, UTF-8).",
                letter=Quoted(letter),
            ),
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _screen(text: str) -> None:
    """Refuse what a coordinator cannot see, or what another tool left behind, before YAML looks at it."""
    if not text.strip():
        raise _refuse("FIL104", Span(1, 1, 1, 1), say("This file is empty."))
    if found := _CONFLICT.search(text):
        raise _refuse(
            "YML108",
            _at(text, found.start(), 7),
            say(
                "Two versions of this file could not be merged (by git), and the place is marked here. Keep one of them"
                " and delete every line that begins with <<<<<<<, ======= or >>>>>>>."
            ),
        )
    if found := _SCREENED.search(text):
        raise _refuse(
            "YML109",
            _at(text, found.start()),
            say(
                "There is an invisible character here ({character}) that can hide or turn round what is"
                " written. Delete it.",
                character=f"U+{ord(found[0]):04X}",
            ),
        )
    if found := _TAB.search(text):
        tab = text.index("\t", found.start())
        span = _at(text, tab)
        raise _refuse(
            "YML101", span, say("Line {line} starts with a Tab key. Use two spaces instead.", line=span.line)
        )
    if found := _DIRECTIVE.search(text):
        raise _refuse(
            "YML107",
            _at(text, found.start()),
            say("A line must not begin with “%”. Delete it, and a line “---” below it."),
        )


def _mark(start: Any, end: Any) -> Span:
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _value(event: Any, key: str | int | None, types: KeyTypes) -> Any:
    text: str = event.value
    if hidden := _FORBIDDEN.search(text):
        raise _refuse(
            "YML109",
            _mark(event.start_mark, event.end_mark),
            say(
                "There is an invisible character here ({character}) that can hide or turn round what is"
                " written. Delete it.",
                character=f"U+{ord(hidden[0]):04X}",
            ),
        )
    if not event.implicit[0]:  # quoted, or a block of text
        return text
    _refuse_look_alikes(text, _mark(event.start_mark, event.end_mark))
    value = scalar(text, key, types)
    if isinstance(value, Decimal) and sum(letter.isdigit() for letter in text) > MAX_DIGITS:
        raise _refuse(
            "YML110",
            _mark(event.start_mark, event.end_mark),
            say(
                "This number has more than {digits} digits. Write it as on the paper, with two decimals at most.",
                digits=MAX_DIGITS,
            ),
        )
    return value


def scalar(text: str, key: str | int | None, types: KeyTypes) -> Any:
    """What a plain scalar is under a key: text, unless it is nothing, or the schemas say number or boolean."""
    if text in _NULLS:
        return None
    if key in types.numbers and _NUMBER.fullmatch(text):
        return Decimal(text)
    if key in types.booleans and text in {"true", "false"}:
        return text == "true"
    return text


def _refuse_look_alikes(text: str, span: Span) -> None:
    """Name what a word processor put in the place of a quotation mark or of a space."""
    if found := next((letter for letter in (text[:1], text[-1:]) if letter and letter in _BLANKS), None):
        raise _refuse("YML109", span, _no_break_space(found))
    closing = _QUOTES.get(text[:1], "")
    if closing and (text[-1] in closing or not set(closing) & set(text[1:])):
        raise _refuse(
            "YML120",
            span,
            say(
                "The quotation mark {mark} is taken as part of the text. Put straight ones at both ends: {example}",
                mark=text[0],
                example='"…"',
            ),
        )


def _no_break_space(letter: str, before: str | None = None) -> Message:
    """Say where a no-break space stands: after what, at the beginning of a line if that is nothing, else just here."""
    character = f"U+{ord(letter):04X}"
    if before is None:
        return say(
            "There is a no-break space here ({character}), which looks like a space and is not one. Replace it by an"
            " ordinary space.",
            character=character,
        )
    if before:
        return say(
            "There is a no-break space ({character}) after {before}. Replace it by an ordinary space.",
            character=character,
            before=Quoted(before),
        )
    return say(
        "There is a no-break space ({character}) at the beginning of this line. Replace it by an ordinary space.",
        character=character,
    )


def _look_alike(line: str, number: int) -> Refused | None:
    """Name what looks like a space or a hyphen where a line begins, or a space after the colon, and is not one."""
    if found := _NO_BREAK.match(line):
        span = Span(number + 1, found.end(), number + 1, found.end() + 1)
        before = None if not line.strip() else "".join(found["before"].split()[-1:])
        return _refuse("YML109", span, _no_break_space(found["blank"], before))
    if found := _LONG_DASH.match(line):
        span = Span(number + 1, found.start("dash") + 1, number + 1, found.end("dash") + 1)
        message = say(
            "This line begins with a dash ({mark}), which is not the hyphen of a list. Type a hyphen (-) in its place.",
            mark=found["dash"],
        )
        return _refuse("YML117", span, message)
    return None


def _look_alike_near(number: int, context: Any, lines: list[str]) -> Refused | None:
    """Look for it where YAML stumbled, in the line before, and where it began to read what it stumbled over."""
    near = {_above(number, lines), number, context.line if context else number}
    there = sorted(n for n in near if n is not None and n < len(lines))  # YAML may stumble over the end
    found = (_look_alike(lines[each], each) for each in there)
    return next((refused for refused in found if refused), None)


def _refuse_look_alike_key(event: Any, text: str) -> None:
    """A no-break space or a dash that a word processor put beside a field name, and that YAML takes for a part of it."""
    if not event.implicit[0] or event.value.isascii():
        return
    start = event.start_mark
    line = text.split("\n")[start.line]
    if not line[: start.column].strip(" -") and (refused := _look_alike(line, start.line)):
        raise refused
    if found := _NO_BREAK_KEY.match(event.value):
        before = found["before"] if found["before"].endswith(":") else None
        at = text.index(found["blank"], start.index)
        raise _refuse("YML109", _at(text, at), _no_break_space(found["blank"], before))


def _twice(key: str, first: Span, second: Span) -> Refused:
    if first.line == second.line:
        message = say(
            "{key} is written twice in line {line}. Keep one of the two.", key=Quoted(key), line=first.line
        )
        return _refuse("YML103", second, message)
    message = say(
        "{key} is written twice, in lines {first} and {second}. Keep one of the two.",
        key=Quoted(key),
        first=first.line,
        second=second.line,
    )
    return _refuse("YML103", second, message, related=(Related((), say("written first here"), span=first),))


_REST = re.compile(r"[^,}\]\n]*")
"""What may belong to a text of one line, between brackets or not."""


def _refuse_extras(event: Any, text: str) -> None:
    alias = isinstance(event, yaml.AliasEvent)
    anchor, tag = alias or bool(getattr(event, "anchor", None)), getattr(event, "tag", None) is not None
    if not anchor and not tag:
        return
    start = event.start_mark
    line = text.split("\n")[start.line]
    found = _REST.match(line, start.column)
    whole = (found[0] if found else "").split(" #")[0].rstrip()
    span = Span(start.line + 1, start.column + 1, start.line + 1, start.column + 1 + max(len(whole), 1))
    message = _extra(event, whole, line, start.column)
    raise _refuse("YML105" if anchor else "YML106", span, message)


def _extra(event: Any, whole: str, line: str, column: int) -> Message:
    """Say what to do with a mark for programs: to delete it, or to put it in quotes where it begins a text."""
    mark = whole.partition(" ")[0]
    bare = (line[:column] + line[column + len(mark) :].lstrip()).split(" #")[0].strip()
    quoted = f'"{whole}"'
    if isinstance(event, yaml.AliasEvent):
        return say(
            "{mark} stands for a value of another place, and such signs are not read here. Write the value out; or, if this is text, put quotes around it: {mended}",
            mark=Quoted(mark),
            mended=quoted,
        )
    if not isinstance(event, yaml.ScalarEvent) or mark.startswith("!!"):
        return say(
            "{mark} is a sign for programs, and it is not read here. Delete it: {mended}",
            mark=Quoted(mark),
            mended=bare,
        )
    return say(
        "A text that begins with {character} is read in another way. Delete {mark} if it is a sign for programs: {bare}. If it is text, put the whole between quotes: {mended}",
        character=Quoted(whole[:1]),
        mark=Quoted(mark),
        bare=bare,
        mended=quoted,
    )


class _Builder:
    """Data from events, one event at a time; the open collections are a list, so that depth costs nothing."""

    def __init__(self, text: str, types: KeyTypes) -> None:
        self.document = Document(None, text)
        self.types = types
        self.open: list[tuple[Any, str | int | None, Span | None, Any]] = []
        self.nodes = 0
        self.documents = 0
        # By the place of the colon; few files have any, so most lines are looked at once.
        self.hashed = {
            (number, found.start() + 1): found
            for number, line in enumerate(text.split("\n") if _HASHED.search(text) else (), 1)
            for found in _HASHED.finditer(line)
        }
        # The key that waits for its value, for each open mapping.
        self.keys: list[tuple[str, Span] | None] = []

    def feed(self, event: Any) -> None:
        """Take in one event."""
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _refuse(
                    "YML104",
                    _mark(event.start_mark, event.end_mark),
                    say(
                        "A line “---” parts this file in two. Delete the line; if there are two records, make a file of each."
                    ),
                )
            return
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._close(event)
            return
        if not isinstance(event, yaml.NodeEvent):
            return
        _refuse_extras(event, self.document.text)
        self.nodes += 1
        if self.nodes > MAX_NODES or len(self.open) >= MAX_DEPTH:
            raise _refuse(
                "YML111",
                _mark(event.start_mark, event.end_mark),
                say(
                    "This file is nested or filled beyond what a record can be. Delete the brackets that do not belong here; a text goes between quotes."
                ),
            )
        if self.open and isinstance(self.open[-1][0], dict) and self.keys[-1] is None:
            self._key(event)
        else:
            self._node(event)

    def _key(self, event: Any) -> None:
        span = _mark(event.start_mark, event.end_mark)
        if not isinstance(event, yaml.ScalarEvent):
            raise _refuse("YML112", span, say("A field name is missing here, before the colon."))
        _refuse_look_alike_key(event, self.document.text)
        mapping = self.open[-1][0]
        if event.value == "<<":
            raise _refuse("YML105", span, say("“<<” is not read here: write the fields out."))
        if event.value in self.document.spans[id(mapping)]:
            key, value = self.document.spans[id(mapping)][event.value]
            raise _twice(event.value, key or value, span)
        self.keys[-1] = (event.value, span)

    def _place(self) -> tuple[str | int | None, Span | None]:
        """Say under which key or index the next node goes, and where that key stands."""
        if not self.open:
            return None, None
        parent = self.open[-1][0]
        if isinstance(parent, list):
            return len(parent), None
        waiting = self.keys[-1]
        assert waiting  # noqa: S101  (a value in a mapping follows its key: libyaml sees to that)
        self.keys[-1] = None
        return waiting

    def _inner_key(self, key: str | int | None) -> str | int | None:
        """An item of a list is typed by the key of the list."""
        if isinstance(key, int):
            return self.open[-1][1]
        return key

    def _put(self, value: Any, key: str | int | None, key_span: Span | None, span: Span) -> None:
        if not self.open:
            self.document.data = value
            self.document.whole = span
            return
        parent = self.open[-1][0]
        if isinstance(parent, list):
            parent.append(value)
        else:
            if value is None and isinstance(key, str) and key.isdigit():
                self._refuse_decimal_comma(parent, key, key_span)
            if value is None and key_span:
                self._refuse_lost_in_comment(key_span)
            parent[key] = value
        assert key is not None  # noqa: S101
        self.document.spans[id(parent)][key] = (key_span, span)

    def _refuse_decimal_comma(self, parent: dict[str, Any], key: str, key_span: Span | None) -> None:
        """Between braces YAML reads `credits: 7,5` as credits 7 and a field called 5."""
        before = next(reversed(parent), None)
        number = parent.get(before) if before else None
        if key_span and before and isinstance(number, Decimal | str) and str(number).isdigit():
            _, value = self.document.spans[id(parent)][before]
            raise _refuse(
                "YML119",
                Span(value.line, value.column, key_span.end_line, key_span.end_column),
                say(
                    "Write the number with a decimal point, not a comma: {mended}",
                    mended=f"{before}: {number}.{key}",
                ),
            )

    def _refuse_lost_in_comment(self, key_span: Span) -> None:
        """To YAML all from a # on is a comment: `accent: #7a0019` is a field with nothing in it."""
        if found := self.hashed.get((key_span.line, key_span.end_column)):
            start, end = (at + 1 for at in found.span("value"))
            raise _refuse(
                "YML115",
                Span(key_span.line, start, key_span.line, end),
                say(
                    "What follows “#” is taken for a remark, and the field is empty. Put the value between quotes: {mended}; a remark has a space after “#”.",
                    mended=f'"{found["value"]}"',
                ),
            )

    def _node(self, event: Any) -> None:
        key, key_span = self._place()
        if isinstance(event, yaml.ScalarEvent):
            value = _value(event, self._inner_key(key), self.types)
            self._put(value, key, key_span, _mark(event.start_mark, event.end_mark))
            return
        value = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._put(value, key, key_span, _mark(event.start_mark, event.end_mark))
        self.document.spans[id(value)] = {}
        self.open.append((value, self._inner_key(key), key_span, event))
        self.keys.append(None)

    def _close(self, event: Any) -> None:
        *_, start = self.open.pop()
        self.keys.pop()
        span = _mark(start.start_mark, event.end_mark)
        if not self.open:
            self.document.whole = Span(span.line, span.column, span.line, span.column + 1)
            return
        parent = self.open[-1][0]
        key = len(parent) - 1 if isinstance(parent, list) else next(reversed(parent))
        key_span, _old = self.document.spans[id(parent)][key]
        self.document.spans[id(parent)][key] = (key_span, span)


def _events(text: str) -> Iterator[Any]:
    return iter(yaml.parse(text, Loader=yaml.CSafeLoader))


def parse(raw: bytes, types: KeyTypes) -> Document:
    """Read one file; raise `Refused` with one finding when it cannot be read."""
    text = decode(raw)
    _screen(text)
    builder = _Builder(text, types)
    try:
        for event in _events(text):
            builder.feed(event)
    except yaml.MarkedYAMLError as error:
        raise explain(text, error) from error
    except yaml.YAMLError as error:
        raise _refuse(
            "YML199", Span(1, 1, 1, 2), say("This is not YAML: the file cannot be read.")
        ) from error
    if builder.document.data is None and builder.nodes == 0:
        raise _refuse("FIL104", Span(1, 1, 1, 1), say("This file is empty: it has nothing but comments."))
    return builder.document


def _colon(key: str, value: str) -> Message:
    return say(
        "There is a colon in this text, so YAML takes it for a field. Put quotes around it: {mended}",
        mended=f'{key}: "{value}"',
    )


def _above(number: int, lines: list[str]) -> int | None:
    """The line before, passing over empty ones and remarks."""
    return next(
        (n for n in range(number - 1, -1, -1) if lines[n].strip(" ") and lines[n].lstrip()[:1] != "#"), None
    )


def _first_of_group(number: int, lines: list[str]) -> int | None:
    """The line before, if it is the first of its group and has no colon: YAML reads it and this one as one text."""
    above = _above(number, lines)
    if above is None or re.search(r":(?: |$)", lines[above]) or not (named := _NAMED.fullmatch(lines[above])):
        return None
    parent = _above(above, lines)
    first = named.start("key")
    begins = (
        parent is None or "-" in lines[above][:first] or lines[parent].split(" #")[0].rstrip().endswith(":")
    )
    here = len(lines[number]) - len(lines[number].lstrip(" -"))
    return above if begins and (here == first or (here > first and not named["rest"])) else None


def _no_colon(number: int, lines: list[str]) -> Refused:
    """Say why a line is no field: no colon, or one that no space follows."""
    line = lines[number]
    if found := _GLUED.match(line):
        at = found.start("value") + 1
        span = Span(number + 1, at, number + 1, at + 1)
        return _refuse("YML116", span, say("A space is missing here, after the colon."))
    span = Span(number + 1, len(line) - len(line.lstrip()) + 1, number + 1, len(line.rstrip()) + 1)
    if found := _NAMED.fullmatch(line):
        mended = f"{found['key']}:{(found['rest'] or '').split(' #')[0].rstrip()}"
        message = say(
            "A colon is missing after {key}. Write: {mended}", key=Quoted(found["key"]), mended=mended
        )
        return _refuse("YML116", span, message)
    return _refuse("YML116", span, say("A colon is missing after the field name in this line."))


def _no_field(number: int, lines: list[str]) -> Refused | None:
    """Say why YAML met a colon in what it takes for a text: one is missing before, or the text has one."""
    line = lines[number]
    first = number if _NO_COLON.match(line) else _first_of_group(number, lines)
    if first is not None:
        return _no_colon(first, lines)
    pair = _PAIR.match(line)
    if pair and ":" in pair["value"]:
        span = Span(number + 1, pair.start("value") + 1, number + 1, len(line.rstrip()) + 1)
        return _refuse("YML102", span, _colon(pair["key"], pair["value"].split(" #")[0].rstrip()))
    return None


def _apostrophe(found: re.Match[str], number: int) -> Refused:
    span = Span(number + 1, found.start() + 1, number + 1, found.end() + 1)
    message = say(
        "The apostrophe ends this text. Put the text between double quotes: {mended}",
        mended=f'"{found["value"][1:-1]}"',
    )
    return _refuse("YML113", span, message)


def _misplaced(number: int, lines: list[str]) -> Refused:
    line, above = lines[number], _first_of_group(number, lines)
    if above is not None:
        return _no_colon(above, lines)
    first = len(line) - len(line.lstrip())
    if re.match(r" *-[^ \-]", line):
        span = Span(number + 1, first + 2, number + 1, first + 3)
        return _refuse("YML117", span, say("A space is missing here, after the hyphen."))
    span = Span(number + 1, first + 1, number + 1, max(first + 2, len(line.rstrip()) + 1))
    return _refuse(
        "YML117",
        span,
        say("This line is not indented like its neighbours, or something is missing just before it."),
    )


_OPENING = re.compile(r"(?<!\S)[\[{]|(?<=[\[{])[\[{]")


def _unclosed(mark: Any, lines: list[str]) -> Refused:
    """Say what is wrong between brackets: a comma too many, or one is open, the one that YAML names, or the last of all where it stumbles over the end."""
    row, column = mark.line, mark.column
    bracket = lines[row][column : column + 1] if row < len(lines) else ""
    if not bracket:
        found = [(n, each.start()) for n, line in enumerate(lines) for each in _OPENING.finditer(line)]
        row, column = found[-1] if found else (0, 0)
        bracket = lines[row][column : column + 1]
    span = Span(row + 1, column + 1, row + 1, column + 2)
    if bracket == ",":
        return _refuse("YML115", span, say("There is a comma too many here. Delete it."))
    closing = {"{": "}", "[": "]"}.get(bracket, bracket)
    message = say(
        "{opening} is opened here and never closed. Put {closing} at the end of what it holds.",
        opening=Quoted(bracket),
        closing=Quoted(closing),
    )
    return _refuse("YML114", span, message)


def _by_its_look(line: str, number: int, *, flow: bool) -> Refused | None:
    """Find in a line what libyaml cannot name: an apostrophe, a comma, a colon, something after a quotation mark."""
    if found := _APOSTROPHE.search(line):
        return _apostrophe(found, number)
    if found := _NO_COMMA.search(line):
        span = Span(number + 1, found.start("gap") + 1, number + 1, found.end("key") + 1)
        return _refuse("YML116", span, say("A comma is missing before {key}.", key=Quoted(found["key"])))
    if found := _SEMICOLON.search(line) if flow else None:
        span = Span(number + 1, found.start("mark") + 1, number + 1, found.end("mark") + 1)
        message = say(
            "Between braces, fields are separated by commas: put a comma in the place of this semicolon."
        )
        return _refuse("YML116", span, message)
    if found := _FLOW_COLON.search(line) if flow else None:
        span = Span(number + 1, found.start("value") + 1, number + 1, found.end("value") + 1)
        return _refuse("YML102", span, _colon(found["key"], found["value"]))
    if found := _TRAILING.match(line):
        span = Span(number + 1, found.start("value") + 1, number + 1, len(line.rstrip()) + 1)
        return _refuse(
            "YML118",
            span,
            say(
                "Something follows the closing quotation mark or bracket. Delete what follows; or, if it belongs to the text, put the whole between one pair of quotes."
            ),
        )
    return None


def explain(text: str, error: Any) -> Refused:
    """Say in a coordinator's words what libyaml stumbled over, and where she should look."""
    mark = error.problem_mark or error.context_mark
    lines = text.split("\n")
    number = min(mark.line, len(lines) - 1)
    line = lines[number]
    problem = f"{error.context or ''} {error.problem or ''}"
    here = Span(number + 1, mark.column + 1, number + 1, mark.column + 2)
    if "scanning a quoted scalar" in problem:
        opened = error.context_mark
        span = Span(opened.line + 1, opened.column + 1, opened.line + 1, opened.column + 2)
        return _refuse(
            "YML113",
            span,
            say("A quotation mark is opened here and never closed. Close it at the end of the text."),
        )
    if refused := _look_alike_near(number, error.context_mark, lines):
        return refused
    if "mapping values are not allowed" in problem and (refused := _no_field(number, lines)):
        return refused
    if refused := _by_its_look(line, number, flow="flow" in problem or "',' or" in problem):
        return refused
    if "flow" in problem or "',' or" in problem:
        return _unclosed(error.context_mark or mark, lines)
    if "\t" in line[: mark.column + 1]:
        return _refuse("YML101", here, say("There is a Tab key in line {line}. Use spaces.", line=here.line))
    if "cannot start any token" in problem:
        return _refuse(
            "YML115",
            here,
            say(
                "A text must not begin with {character}. Put quotes around it.",
                character=Quoted(line[mark.column : mark.column + 1]),
            ),
        )
    if "could not find expected ':'" in problem:
        return _no_colon((error.context_mark or mark).line, lines)
    if "anchor" in problem or "alias" in problem:
        return _refuse(
            "YML105",
            here,
            say("YAML reads a text that begins with “*” or “&” in its own way. Put quotes around it."),
        )
    return _misplaced(number, lines)


def without_empty(value: Any, known: frozenset[str]) -> Any:
    """Leave out the fields that hold nothing, as if they were not written; unknown ones stay to be reported."""
    if isinstance(value, dict):
        return {
            key: without_empty(item, known)
            for key, item in value.items()
            if item is not None or key not in known
        }
    if isinstance(value, list):
        return [without_empty(item, known) for item in value]
    return value
