"""What a school's own template keeps of a document: all that makes it official, wherever it stands and however it looks.

The document is made a second time with our own template, and the two are compared: who signs, what the record must
state, the marks of a draft. Wording and order are the school's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mobctl.finding import Arg, Message, Quoted, say
from mobctl.render import locale
from mobctl.render.tree import FLOW, Element, walk

SHOWN = 4
"""How many things that are missing are named."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a document must state: what it is called, where the record has it, and its value or its names."""

    what: Message
    path: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Official:
    """What is to be kept: the facts, as far as our own `template` prints them, and all that only it can tell."""

    template: str
    facts: tuple[Fact, ...]


def missing(ours: Element, theirs: Element, official: Official, lang: str) -> tuple[Arg, ...]:
    """Name what our own template prints and the school's does not, each thing once."""
    found = [*_signers(ours, theirs), *_marks(ours, theirs), *_facts(ours, theirs, official, lang)]
    once = tuple(dict.fromkeys(found))
    return (*once[:SHOWN], "…") if len(once) > SHOWN else once


def _signers(ours: Element, theirs: Element) -> Iterator[Message]:
    """Look for each line of signature: its name, and whether it is signed. A school may call a role as it likes."""
    left = _lines(theirs)
    for line in sorted(_lines(ours), key=lambda each: not _name(each)):  # those with a name choose first
        signed, name = line.attributes.get("signed"), _name(line)
        there = (each for each in left if each.attributes.get("signed") == signed and name in flat(each))
        if found := next(there, None):
            left.remove(found)
        else:
            role = flat(next(line.elements("k")))
            yield say("the signature of {who}", who=f"{role}: {name}" if name else role)


def _name(line: Element) -> str:
    return flat(next(line.elements("v")))


def _lines(doc: Element) -> list[Element]:
    return [line for each in walk(doc) if each.tag == "sign" for line in each.elements("item")]


def _marks(ours: Element, theirs: Element) -> Iterator[Message]:
    for name, value in ours.attributes.items():
        if theirs.attributes[name] != value and name != "title":
            yield say("the {name} of the document, {value}", name=Quoted(name), value=Quoted(value))
    lacking = Counter(_notices(ours)) - Counter(_notices(theirs))
    for each in walk(ours):
        if each.tag == "notice" and lacking[each.attributes["kind"]] > 0:
            yield say("the notice {text}", text=Quoted(flat(each)[:60]))


def _notices(doc: Element) -> Iterator[str]:
    return (each.attributes["kind"] for each in walk(doc) if each.tag == "notice")


def _facts(ours: Element, theirs: Element, official: Official, lang: str) -> Iterator[Message]:
    """Name what stands less often than the record has it; a value of several places has to stand as often as they are."""
    before, after = flat(ours), flat(theirs)
    same: dict[tuple[str, ...], list[Fact]] = {}
    for fact in official.facts:
        same.setdefault(fact.texts, []).append(fact)
    for facts in same.values():
        fact = facts[-1]
        if count(fact, after, lang) < min(len(facts), count(fact, before, lang)):
            places = Quoted(fact.path)
            yield say("{what} ({places})", what=fact.what, places=places) if fact.path else fact.what


WRITERS: tuple[Callable[[str, str], str], ...] = (locale.day, locale.credits, locale.grade)
CODE = re.compile("[A-Za-z]{2,3}")


def forms(text: str, lang: str) -> Iterator[str]:
    """Write a value in each way that a template may: as it is, as a day, a number, a country, a language."""
    yield text
    for write in (*WRITERS, *((locale.country, locale.language) if CODE.fullmatch(text) else ())):
        try:
            yield write(text, lang)
        except ValueError:
            continue


BLANKS = re.compile(r"\s+")


def count(fact: Fact, text: str, lang: str) -> int:
    """Count where a fact stands in a text, in any of its forms: whole words, and numbers that are no part of another."""
    wanted = {BLANKS.sub(" ", each).strip() for text in fact.texts for each in forms(text, lang)}
    whole = [_whole(each) for each in sorted(wanted, key=len, reverse=True) if each]
    return len(re.findall("|".join(whole), text)) if whole else 0


def _whole(text: str) -> str:
    before = r"(?<![A-Za-z0-9])(?<![0-9][.,])" if WORD.match(text[0]) else ""
    after = r"(?![.,]?[0-9]|[A-Za-z])" if WORD.match(text[-1]) else ""
    return before + re.escape(text) + after


WORD = re.compile("[A-Za-z0-9]")


def flat(element: Element) -> str:
    """Return all that is printed on one line, glosses and notes too."""
    return BLANKS.sub(" ", "".join(_pieces(element))).strip()


def _pieces(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif child.tag in FLOW:
            yield from _pieces(child)
        else:
            yield " "
            yield from _pieces(child)
            yield " "
