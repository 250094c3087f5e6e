"""Rules in a terminal: one explained, or a list of them, as wide as the terminal is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from mobctl import examples
from mobctl.escaped import visible
from mobctl.reporters.reference import Code, Item, Page, Row, Section
from mobctl.reporters.report import NAME, STYLE, Line, width
from mobctl.rule import Rule
from mobctl.words import Words

_GAP = 2
_LEAST = 24
"""How many columns a text has at least, however narrow the terminal is."""

_MARKS = {True: "✓ ", False: "✗ ", None: "  "}
_STYLES = {True: "good", False: "error", None: "code"}


def rule_lines(page: Page, columns: int) -> list[Line]:
    """Explain one rule: headings in a column of their own, the rest beside them, lines of files below them."""
    rule = page.rule
    lines: list[Line] = [
        [(rule.code, "message"), (f"  {rule.slug}  ", "dim"), (NAME[rule.severity], STYLE[rule.severity])],
        *([(part, "message")] for part in _filled(page.title, columns)),
    ]
    column = max(width(section.title) for section in page.sections if not _files(section)) + _GAP
    for section in page.sections:
        lines.append([])
        lines += _below(section, columns) if _files(section) else _next(section, column, columns)
    return lines


def _files(section: Section) -> bool:
    """Say whether a section shows lines of a file: they need all the room there is."""
    return any(isinstance(item, Code) for item in section.items)


def _below(section: Section, columns: int) -> Iterator[Line]:
    yield [(section.title, "dim")]
    for item in section.items:
        yield from ([("  ", "plain"), *part] for part in _item(item, columns - 2, 0))


def _next(section: Section, column: int, columns: int) -> Iterator[Line]:
    terms = max((width(item.term) for item in section.items if isinstance(item, Row)), default=0)
    beside = [part for item in section.items for part in _item(item, columns - column, terms)]
    titles = [section.title, *[""] * (len(beside) - 1)]
    for title, part in zip(titles, beside, strict=True):
        yield [(title + " " * (column - width(title)), "dim"), *part]


def listed(rules: Iterable[tuple[Rule, str]], words: Words, columns: int | None) -> list[Line]:
    """One line a rule: its code, its severity, its title; without `columns`, however long that is."""
    lines: list[Line] = []
    for rule, severity in rules:
        head = f"{rule.code}  {severity:<8} "
        title = words.text(rule.title)
        parts = _filled(title, columns - len(head)) if columns else [title]
        lines.append([(f"{rule.code}  ", "message"), (f"{severity:<8} ", severity), (parts[0], "plain")])
        lines += [[(" " * len(head) + part, "plain")] for part in parts[1:]]
    return lines


def _item(item: Item, columns: int, terms: int) -> Iterator[Line]:
    match item:
        case str():
            yield from ([(part, "plain")] for part in _filled(item, columns))
        case Row():
            yield from _row(item, columns, terms)
        case Code():
            yield from _code(item, columns)


def _row(row: Row, columns: int, terms: int) -> Iterator[Line]:
    term = row.term + " " * (_GAP + terms - width(row.term))
    parts = _filled(row.text, columns - len(term))
    yield [(term, "plain"), (parts[0], row.style)]
    yield from ([(" " * len(term) + part, row.style)] for part in parts[1:])


def _code(code: Code, columns: int) -> Iterator[Line]:
    for line in code.lines:
        told = line is not None and line.told
        mark, style = (_MARKS[code.good], _STYLES[code.good]) if told else ("  ", "code")
        for number, part in enumerate(_folded(line, columns - len(mark))):
            yield [(mark if number == 0 else "  ", style), (part, style)]


def _folded(line: examples.Line | None, columns: int) -> list[str]:
    """Fold a line of a file; what follows is indented further than its beginning."""
    if line is None:
        return ["…"]
    text = visible(line.text)
    deeper = " " * (len(text) - len(text.lstrip(" -")) + 2)
    return textwrap.wrap(
        text, max(columns, _LEAST), subsequent_indent=deeper, break_on_hyphens=False, drop_whitespace=True
    ) or [text]


def _filled(text: str, columns: int) -> list[str]:
    return textwrap.wrap(text, max(columns, _LEAST), break_on_hyphens=False, break_long_words=False) or [""]
