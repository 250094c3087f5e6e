"""The letters that a school adds itself: what the head of a template `letter-NAME.xml.j2` says.

The head are the comments before anything else: `{# title: Lettre de bienvenue #}`, in several languages
`{# title fr: … #}` and `{# title en: … #}`; and if it is not the home school that signs, `{# signed by: home, learner #}`,
or `{# signed by: nobody #}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mobctl.finding import Message, Quoted, Series, say
from mobctl.model import Names
from mobctl.render.environment import template_text
from mobctl.render.tree import template_error

FILE = re.compile(r"(?P<name>letter-[a-z0-9]+(-[a-z0-9]+)*)\.xml\.j2")
COMMENT = re.compile(r"\s*\{#-?(?P<text>.*?)-?#\}", re.DOTALL)
FACT = re.compile(r"\s*(?P<key>title(?: [a-z]{2})?|signed by)\s*:\s*(?P<value>.*?)\s*", re.DOTALL)
NOBODY = "nobody"
LONGEST_NAME = 64
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class OwnLetter:
    """A letter of a school: the name of its kind, its title or its titles by language, and who signs it in what order."""

    name: str
    title: Names
    roles: tuple[str, ...]


def own_letters(folder: Path, known: tuple[str, ...]) -> Iterator[OwnLetter]:
    """Read the heads of a school's letters; `known` are the roles that there are. Raise UserError with file and line."""
    for path in sorted(folder.glob("letter-*.xml.j2")):
        if path.is_file() and not path.is_symlink():
            yield _letter(path, known)


def _letter(path: Path, known: tuple[str, ...]) -> OwnLetter:
    display = f"templates/{path.name}"
    file = FILE.fullmatch(path.name)
    if not file or len(file["name"]) > LONGEST_NAME:
        raise template_error(
            display, say("a letter is named like {name}", name=Quoted("letter-welcome.xml.j2"))
        )
    facts = _facts(template_text(path, display), display)
    return OwnLetter(file["name"], _title(facts, display), _roles(facts, known, display))


def _title(facts: Mapping[str, tuple[str, int]], display: str) -> Names:
    titles = {
        key.removeprefix("title").strip(): fact for key, fact in facts.items() if key.startswith("title")
    }
    for title, line in (*titles.values(),) or (("", 1),):
        if not title:
            problem = say("the head says no title: begin with {example}", example=Quoted("{# title: … #}"))
            raise template_error(f"{display}:{line}", problem)
        if len(title) > LONGEST_TITLE:
            problem = say("a title of more than {n} characters is too long", n=LONGEST_TITLE)
            raise template_error(f"{display}:{line}", problem)
    if "" in titles and len(titles) > 1:
        problem = say(
            "give one title, or one for each language: {example}", example=Quoted("{# title fr: … #}")
        )
        raise template_error(f"{display}:{titles[''][1]}", problem)
    by_language = {lang: title for lang, (title, _) in titles.items()}
    return by_language.get("") or by_language


def _roles(facts: Mapping[str, tuple[str, int]], known: tuple[str, ...], display: str) -> tuple[str, ...]:
    stated, line = facts.get("signed by", ("home", 1))
    if stated == NOBODY:
        return ()
    roles = tuple(dict.fromkeys(each.strip() for each in stated.split(",")))
    for role in roles:
        if role not in known:
            wrong: Message = say(
                "{role} signs nothing: there are {known}", role=Quoted(role), known=Series((*known, NOBODY))
            )
            raise template_error(f"{display}:{line}", wrong)
    return roles


def _facts(text: str, display: str) -> dict[str, tuple[str, int]]:
    """Take the comments of the head apart: what they say, and on which line."""
    facts: dict[str, tuple[str, int]] = {}
    at = 0
    while comment := COMMENT.match(text, at):
        at = comment.end()
        line = text.count("\n", 0, comment.start("text")) + 1
        if fact := FACT.fullmatch(comment["text"]):
            if fact["key"] in facts:
                raise template_error(
                    f"{display}:{line}", say("the head says {key} twice", key=Quoted(fact["key"]))
                )
            facts[fact["key"]] = " ".join(fact["value"].split()), line
    return facts
