"""Characters that may not stand in a document, found on the tree before any writer sees it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from html import unescape

from mobctl.errors import ContentError
from mobctl.finding import N_, Message, Quoted, Series, say
from mobctl.render import fonts
from mobctl.render.fonts import Family
from mobctl.render.tree import Element, columns, lines

SHOWN = 80
"""How much of a text a message quotes."""

KEPT = frozenset("\t\n\r\u00ad\u200c\u200d\u2060\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2")
"""Controls that are part of how a text is written: joiners, the soft hyphen, Arabic number signs."""

BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that are drawn as nothing."""

BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

FORBIDDEN_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

MARKS, MARKS_OF_A_SIDE = 12, 4
"""How many marks a letter may bear, and how many of them on one side: more would cover the lines around it."""

CROWDED = re.compile(rf"[^\w\s\x00-\x7f]{{{MARKS_OF_A_SIDE + 1}}}")
"""A quick look, which passes letters with a mark or two; the rest is counted."""

LONGEST_WORD = 2000
"""The longest word that is laid out; an address is shorter."""

WORD = re.compile("[^\\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+")
"""What stands without a blank, in scripts that have blanks between words."""

SUSPECT = re.compile("[^ -~\u00a0-\u00ac\u00ae-\u05ff\u1e00-\u1fff\u2010-\u2027\u202f-\u2030\u2032-\u205e]")
"""A quick look, which passes Latin, Greek and Cyrillic letters and the usual punctuation; the rest is looked up."""


def refused(character: str) -> bool:
    """Tell whether a character can't be seen: a control, a bidi control, no character at all."""
    return character in BLANK or (
        character not in KEPT
        and unicodedata.category(character) in {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
    )


def named(character: str) -> str:
    """Name a character as the Unicode tables do: U+202E RIGHT-TO-LEFT OVERRIDE."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def raw(xml: str) -> None:
    """Refuse what no XML can hold, before it is parsed."""
    if found := FORBIDDEN_IN_XML.search(xml):
        start, end = xml.rfind(">", 0, found.start()) + 1, xml.find("<", found.end())
        text = unescape(xml[start : end if end >= 0 else len(xml)]).strip()
        raise _invisible([found.group()], text, None)


def characters(tree: Element) -> None:
    """Refuse characters that can't be seen, or that change the text around them; marks and words beyond measure too."""
    for text, label in texts(tree, None):
        if SUSPECT.search(text) and (bad := [c for c in dict.fromkeys(text) if refused(c)]):
            raise _invisible(bad, text, label)
        if CROWDED.search(text) and (crowd := _crowd(text)):
            raise _crowded(crowd, text, label)
        if (
            len(text) > LONGEST_WORD
            and (longest := max(map(len, WORD.findall(text)), default=0)) > LONGEST_WORD
        ):
            raise _too_long(longest, text, label)


def _crowd(text: str) -> int:
    """Count the marks on the first letter that has too many; 0 where none has."""
    marks: list[int] = []
    for character in f"{text} ":
        if unicodedata.category(character) in {"Mn", "Me"}:
            marks.append(unicodedata.combining(character))
            continue
        sides = Counter(side for side in marks if side)
        if len(marks) > MARKS or max(sides.values(), default=0) > MARKS_OF_A_SIDE:
            return len(marks)
        marks.clear()
    return 0


def families(tree: Element) -> tuple[Family, ...]:
    """Choose the fonts that a document needs besides our own. Refuse characters that none can draw."""
    own, needed = fonts.own(), set[Family]()
    for text, label in texts(tree, None):
        if text.isascii() or own.issuperset(map(ord, text)):
            continue
        bad = []
        for cluster in dict.fromkeys(clusters(text)):
            if own.issuperset(map(ord, cluster)):
                continue
            if family := fonts.family_of(cluster):
                needed.add(family)
            else:
                bad.append(cluster)
        if bad:
            raise _undrawable(bad, text, label)
    return tuple(family for family in fonts.OTHERS if family in needed)


def clusters(text: str) -> Iterator[str]:
    """Take a text apart into letters, each with its marks: what one font has to draw."""
    start = 0
    for at, character in enumerate(text):
        if at and not (unicodedata.category(character).startswith("M") or character in fonts.JOINERS):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


LABELS = {
    "title": N_("title"),
    "number": N_("number"),
    "holder": N_("holder"),
    "alt": N_("image"),
    "label": N_("table"),
    "seal": N_("place for a seal"),
}


def texts(element: Element, label: str | Message | None) -> Iterator[tuple[str, str | Message | None]]:
    """Yield every text of a tree with what the document calls it: the label of a value, the head of a column."""
    if element.tag == "table":
        yield from _table_texts(element)
    else:
        yield from _below(element, label)
    for name, value in element.attributes.items():
        if name in LABELS:
            yield value, Message(LABELS[name])


def _below(element: Element, label: str | Message | None) -> Iterator[tuple[str, str | Message | None]]:
    if element.tag in {"item", "tile", "bar"}:
        label = next(element.elements("k")).text()
    for child in element.children:
        if isinstance(child, str):
            yield child, label
        else:
            if child.tag == "h":
                label = child.text()
            yield from texts(child, label)


def _table_texts(table: Element) -> Iterator[tuple[str, str | Message | None]]:
    heads: list[str | None] = [None] * len(columns(table.attributes["cols"]))
    for caption in table.elements("caption"):
        yield from texts(caption, Message(LABELS["label"]))
    for line in lines(table):
        if line.element.tag == "group":
            yield from texts(line.element, None)
        for placed in line.cells:
            yield from texts(placed.cell, heads[placed.column])
            if line.element.tag == "head":
                heads[placed.column : placed.column + placed.span] = [placed.cell.text()] * placed.span


def _quoted(text: str, bad: Iterable[str]) -> Quoted:
    """Show a text with its invisible characters made visible, and not all of it if it is long."""
    text = BLANKED.sub(" ", text)
    first = min((text.find(c) for c in bad if c in text), default=0)
    start = max(first - SHOWN // 2, 0)
    part = text[start : start + SHOWN]
    shown = "".join(f"‹U+{ord(c):04X}›" if refused(c) else c for c in part)
    return Quoted(("…" if start else "") + shown + ("…" if len(text) > start + SHOWN else ""))


BLANKED = re.compile("[ \t\r\n]+")


def _series(bad: list[str]) -> Series:
    return Series(tuple(named(character) for character in bad[:5]))


def _where(text: Quoted, label: str | Message | None) -> Message:
    if not label:
        return say("in {text}", text=text)
    return say("in {text} ({label})", text=text, label=label)


def _invisible(bad: list[str], text: str, label: str | Message | None) -> ContentError:
    where = _where(_quoted(text, bad), label)
    if BIDI.intersection(bad):
        return ContentError(
            say(
                "{characters} stands {where}: it can make a text read otherwise than it is written, so no document "
                "is made of it. Take it out of the record.",
                characters=_series(bad),
                where=where,
            )
        )
    return ContentError(
        say(
            "{characters} stands {where}: it can't be seen, so no document is made of it. Take it out of the record.",
            characters=_series(bad),
            where=where,
        )
    )


def _crowded(count: int, text: str, label: str | Message | None) -> ContentError:
    bare = "".join(c for c in text if unicodedata.category(c) not in {"Mn", "Me"})
    return ContentError(
        say(
            "{n} marks on one letter {where}: they would cover the lines around it, so no document is made of it. Take "
            "them out of the record.",
            n=count,
            where=_where(_quoted(bare, ()), label),
        )
    )


def _too_long(count: int, text: str, label: str | Message | None) -> ContentError:
    return ContentError(
        say(
            "a word of {n} characters without a blank {where}: no line can hold it, so no document is made of it. Shorten "
            "it in the record.",
            n=count,
            where=_where(_quoted(text, ()), label),
        )
    )


def _undrawable(bad: list[str], text: str, label: str | Message | None) -> ContentError:
    """Say which characters no font draws, and what to do: to install fonts, or to write it otherwise."""
    where = _where(_quoted(text, bad), label)
    missing = {
        cluster: family.extra
        for cluster in bad
        if (family := fonts.meant_for(cluster)) and not fonts.files(family)
    }
    if missing:
        extras = [extra for extra in fonts.EXTRAS if extra in missing.values()]
        return ContentError(
            say(
                "none of the installed fonts has {characters}, which stands {where}. Install the fonts of that script "
                "({command}), or give a Latin form in the record; HTML and Markdown can be made as it is.",
                characters=_drawn([*missing]),
                where=where,
                command=Quoted(fonts.command(extras)),
            )
        )
    return ContentError(
        say(
            "no font of mobctl has {characters}, which stands {where}: no PDF can be made. Write it otherwise in the "
            "record; HTML and Markdown can be made as it is.",
            characters=_drawn(bad),
            where=where,
        )
    )


def _drawn(bad: list[str]) -> Series:
    """Name characters, each as itself and by its code; a letter with marks that no font has together by all of them."""
    return Series(tuple(f"{each} ({' + '.join(named(c) for c in each[:4])})" for each in bad[:5]))
