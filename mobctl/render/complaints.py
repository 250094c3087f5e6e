"""What Jinja, the XML parser and Python say of a template, in words of ours, with the names that there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.parsers.expat import errors

from mobctl.finding import Message, Quoted, say
from mobctl.render.near import unknown

TAGS = ("block", "extends", "for", "from", "if", "import", "include", "macro", "raw", "set", "else", "elif")
PARTS = {
    "end of print statement": "}}",
    "end of statement block": "%}",
    "begin of print statement": "{{",
    "begin of statement block": "{%",
}
"""What Jinja calls its signs."""


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a template can use."""

    filters: Iterable[str]
    tests: Iterable[str]
    names: Iterable[str] = ()


Say = Callable[[re.Match[str], Known], Message]


def _tag(name: str) -> Quoted:
    return Quoted(f"{{% {name} %}}")


def _sign(text: str) -> Quoted:
    return Quoted(PARTS.get(text, text))


def _unended(found: re.Match[str], _known: Known) -> Message:
    tag = found["tag"]
    return say("{tag} is not ended: write {end}", tag=_tag(tag), end=_tag(f"end{tag}"))


def _crossed(found: re.Match[str], _known: Known) -> Message:
    end, tag = found["end"], found["tag"]
    return say(
        "{end} stands where {tag} is not ended yet: write {first} before it",
        end=_tag(end),
        tag=_tag(tag),
        first=_tag(f"end{tag}"),
    )


def _no_tag(found: re.Match[str], _known: Known) -> Message:
    name = found["name"]
    if name.startswith("end"):
        return say("{tag} ends nothing here", tag=_tag(name))
    return unknown(say("there is no {name} for templates", name=_tag(name)), name, TAGS)


UNGIVEN = r"parameter '(?P<name>\w+)' was not provided"
"""What Jinja says in a macro of whoever called it."""

COMPLAINTS: tuple[tuple[str, Say], ...] = (
    (
        r"No filter named '(?P<name>.*)'",
        lambda found, known: unknown(
            say("there is no filter {name}", name=Quoted(found["name"])), found["name"], known.filters
        ),
    ),
    (
        r"No test named '(?P<name>.*)'",
        lambda found, known: unknown(
            say("there is no test {name}", name=Quoted(found["name"])), found["name"], known.tests
        ),
    ),
    (r"Unexpected end of template.*needs to be closed is '(?P<tag>\w+)'", _unended),
    (r"Encountered unknown tag '(?P<end>\w+)'\. You probably made.*to be closed is '(?P<tag>\w+)'", _crossed),
    (r"Encountered unknown tag '(?P<name>\w+)'", _no_tag),
    (
        r"expected token '(?P<wanted>.*)', got '(?P<found>.*)'",
        lambda found, _: say(
            "{found} stands where {wanted} should", found=_sign(found["found"]), wanted=_sign(found["wanted"])
        ),
    ),
    (
        r"unexpected end of template, expected '(?P<wanted>.*)'",
        lambda found, _: say("the template ends where {wanted} should stand", wanted=_sign(found["wanted"])),
    ),
    (
        r"(?:Expected an expression, got|unexpected(?: char)?) '(?P<found>.*?)'(?: at|, expected|$)",
        lambda found, _: say("{found} has no place here", found=_sign(found["found"])),
    ),
    (
        r"Missing end of comment tag",
        lambda _, __: say("a comment is not ended: write {end}", end=Quoted("#}")),
    ),
    (
        r"block '(?P<name>.*)' defined twice",
        lambda found, _: say("the block {name} stands here a second time", name=Quoted(found["name"])),
    ),
    (
        r"Block names in Jinja",
        lambda _, __: say(
            "the name of a block is a word of letters, digits and underscores, without hyphens"
        ),
    ),
    (
        r"access to attribute '(?P<name>.*)' of '(?P<kind>.*)' object",
        lambda found, _: say(
            "a template can't use {name}: values have no methods", name=Quoted(found["name"])
        ),
    ),
    (
        r"macro '(?P<macro>\w+)' takes no keyword argument '(?P<name>\w+)'",
        lambda found, _: say(
            "the macro {macro} takes no {name}", macro=Quoted(found["macro"]), name=Quoted(found["name"])
        ),
    ),
    (
        r"macro '(?P<macro>\w+)' takes not more than (?P<n>\d+) argument",
        lambda found, _: say(
            "the macro {macro} takes {n} values at most", macro=Quoted(found["macro"]), n=int(found["n"])
        ),
    ),
    (
        r"does not export the requested name '(?P<name>\w+)'",
        lambda found, _: say("the template that is imported has no {name}", name=Quoted(found["name"])),
    ),
    (
        r"'(?P<name>\w+)' is undefined$|has no attribute '(?P<part>\w+)'$",
        lambda found, known: no_name(found["name"] or found["part"], known.names),
    ),
    (
        UNGIVEN,
        lambda found, _: say("a macro is called here without its {name}", name=Quoted(found["name"])),
    ),
)


def no_name(name: str, known: Iterable[str]) -> Message:
    """Say that a template names what there is not."""
    names = (*known,)
    there = [each for each in names if each.rpartition(".")[2] == name]
    problem = say("there is no {name} in what the template sees", name=Quoted(name))
    if there:
        return say("{problem}. Did you mean {near}?", problem=problem, near=Quoted(there[0]))
    return unknown(problem, name, names)


def of_a_call(detail: str) -> bool:
    """Say whether it is the line of a call that is to blame, not that where it was found."""
    return re.search(UNGIVEN, detail) is not None


def in_our_words(detail: str, known: Known) -> Message | None:
    """Say what Jinja said in a sentence of ours; None for what is rare."""
    for pattern, speak in COMPLAINTS:
        if found := re.search(pattern, detail, re.DOTALL):
            return speak(found, known)
    return None


KINDS: Mapping[type, Message] = {
    dict: say("a group of values"),
    list: say("a list"),
    type(None): say("nothing"),
    bool: say("yes or no"),
    float: say("a number with decimals"),
}


def kind(value: Any) -> Message | str:
    """Name what a value is that can't be printed."""
    return KINDS.get(type(value), type(value).__name__)


NAME = re.compile(rb"[\w:.-]*")


def of_xml(code: int, before: bytes, rest: bytes, tag: str) -> Message | None:
    """Say what the XML parser found, with the markup before and from there on, within an element; None for what is rare."""
    match errors.messages[code]:
        case errors.XML_ERROR_TAG_MISMATCH:
            found = NAME.match(rest)
            other = found[0].decode("utf-8", "replace") if found else ""
            return say(
                "{tag} begins here, but it is {other} that is ended",
                tag=Quoted(tag),
                other=Quoted(f"</{other}>"),
            )
        case errors.XML_ERROR_NO_ELEMENTS | errors.XML_ERROR_UNCLOSED_TOKEN:
            return (
                say("{tag} is not ended: write {end}", tag=Quoted(tag), end=Quoted(f"</{tag}>"))
                if tag
                else None
            )
        case errors.XML_ERROR_UNDEFINED_ENTITY:
            entity = rest.partition(b";")[0].decode("utf-8", "replace")
            return say("there is no {entity}: write the letter itself", entity=Quoted(f"{entity};"))
        case errors.XML_ERROR_INVALID_TOKEN:
            return _stray(before)
        case _:
            return None


def _stray(before: bytes) -> Message | None:
    """Find the sign that is no markup: the last that begins some."""
    at = max(before.rfind(b"&"), before.rfind(b"<"))
    sign = before[at : at + 1]
    if sign == b"&":
        return say("{sign} stands in the text: write {instead}", sign=Quoted("&"), instead=Quoted("&amp;"))
    if sign == b"<" and before.endswith(b"="):
        return say("the value of an attribute stands in quotes")
    if sign == b"<" and not before[at + 1 :].strip():
        return say("{sign} stands in the text: write {instead}", sign=Quoted("<"), instead=Quoted("&lt;"))
    return None
