"""Words that run from right to left, in lines that run from left to right.

The algorithm of Unicode lets what follows such a word (a number, the next name of a list) run on to its left, and puts
its closing mark at the wrong end. Marks that are not seen tell where a word ends. They are put into the tree after it
was checked: a record can't have them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from mobctl.render.tree import LINES, VOCABULARY, Element

LEFT_TO_RIGHT, RIGHT_TO_LEFT = "\u200e", "\u200f"
LETTERS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
RUNS_LEFT = re.compile(f"[{LETTERS}]")
APART = re.compile(
    rf"(?<=[{LETTERS}])(?=\s*[,;:()/·–—\[\]][^\w]*[\d{LETTERS}]|\s+\d)|(?<=[{LETTERS}]\))(?=[^\w]*[\d{LETTERS}])"
)
"""Where a word ends and a number or another word follows: a comma, a bracket, a dash, or only the number."""

SEPARATE = re.compile(rf"\s*[^\s\w][^\w]*[\d{LETTERS}]|\s*\d")
"""How a text goes on that is not part of the name before it: not a letter after a blank."""


def marked(tree: Element) -> Element:
    """Put the marks of direction into all lines of a document; there are none where nothing runs to the left."""
    return _marked(tree) if RUNS_LEFT.search(_whole(tree)) else tree


def _whole(element: Element) -> str:
    return " ".join(
        [*element.attributes.values(), *(c if isinstance(c, str) else _whole(c) for c in element.children)]
    )


def _marked(element: Element) -> Element:
    if not VOCABULARY[element.tag].text:
        children = tuple(_marked(c) if isinstance(c, Element) else c for c in element.children)
        return replace(element, children=children)
    return replace(element, children=_line(element.children, ""))


def _line(children: Iterable[Element | str], after: str) -> tuple[Element | str, ...]:
    """Mark a line from its end; `after` is the text that follows it."""
    done: list[Element | str] = []
    for child in reversed([*children]):
        if isinstance(child, str):
            new: Element | str = _ended(APART.sub(LEFT_TO_RIGHT, child), after)
            after = child + after
        elif child.tag in LINES:
            new, after = replace(child, children=_line(child.children, "")), ""
        elif child.tag == "run":
            new = _run(child, after)
            after = child.text() + after
        else:
            new = replace(child, children=_line(child.children, after))
            after = child.text() + after
        done.append(new)
    return tuple(reversed(done))


def _run(run: Element, after: str) -> Element:
    """Mark a value of the record: it is of one piece, and a mark at either end of it goes with it."""
    text = run.text()
    first = next((c for c in text if unicodedata.bidirectional(c) in {"L", "R", "AL"}), "")
    if not RUNS_LEFT.match(first):
        return replace(run, children=_line(run.children, after))
    head = RIGHT_TO_LEFT if not (text[0].isalnum() or RUNS_LEFT.match(text[0])) else ""
    tail = RIGHT_TO_LEFT if not (text[-1].isalnum() or RUNS_LEFT.match(text[-1])) else ""
    tail += LEFT_TO_RIGHT if SEPARATE.match(after) else ""
    children = [head, *run.children, tail]
    return replace(run, children=tuple(child for child in children if child != ""))


def _ended(text: str, after: str) -> str:
    """End a text that ends in such a word, where what follows is not part of it."""
    ends = text and RUNS_LEFT.match(text[-1]) and SEPARATE.match(after)
    return text + LEFT_TO_RIGHT if ends else text
