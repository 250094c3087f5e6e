"""The folder of a school's own templates: which files in it serve which documents, and which serve none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from jinja2 import TemplateError
from jinja2.meta import find_referenced_templates

from mobctl.errors import UserError
from mobctl.finding import Message, Quoted, say
from mobctl.render.blocks import blocks
from mobctl.render.environment import NAME, Sandbox, sandbox
from mobctl.render.near import nearest
from mobctl.render.tree import SHIPPED

ENDING = ".xml.j2"
MEANT = re.compile(r"\.(xml|j2)\b", re.IGNORECASE)
"""How one knows that a file is meant to be a template: a school may keep other files beside them."""

LETTER = ("letter", "letters", "lettre", "lettres", "courrier", "carta", "cartas")
"""How the name of a letter of the school may begin if the one who named it speaks one of our languages."""


def blocks_of(template: str, folder: Path | None) -> tuple[str, ...]:
    """Name the blocks of a template, with those of what it extends; of a school's letter, those of the letter it extends."""
    environment = sandbox(folder)
    shipped = f"{SHIPPED}{template}{ENDING}"
    known = shipped in environment.list_templates()
    return tuple(dict.fromkeys(blocks(environment, shipped if known else f"{template}{ENDING}")))


def files(folder: Path) -> list[Path]:
    """List the files that are meant to be templates."""
    return sorted(each for each in folder.iterdir() if each.is_file() and MEANT.search(each.name))


def served(folder: Path, kinds: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Say of each template in a folder which kinds it serves; `kinds` are the templates that kinds are made with.

    It serves where it takes the place of one of ours, or where one that serves extends, imports or includes it.
    """
    uses = _Uses(sandbox(folder))
    made_of = {kind: uses.of(f"{template}{ENDING}") for kind, template in kinds.items()}
    own = [each.name for each in files(folder) if NAME.fullmatch(each.name) and not each.is_symlink()]
    return {name: tuple(kind for kind, used in made_of.items() if name in used) for name in own}


@lru_cache(maxsize=64)
def taking_part(folder: Path, _fingerprint: str, template: str) -> tuple[str, ...]:
    """Name the files of a folder that a document is made with; the fingerprint is that of all in it."""
    return tuple(name for name, kinds in served(folder, {"": template}).items() if kinds)


def written_at(folder: Path, template: str, text: str) -> str:
    """Find the line of a school's template where a text is written, as far as it is written there as it is printed."""
    first = text.splitlines()[0].strip()
    used = served(folder, {"": template.removesuffix(ENDING)})
    for name in (each for each, kinds in used.items() if kinds):
        for number, line in enumerate((folder / name).read_text("utf-8", "replace").splitlines(), 1):
            if first in line:
                return f"templates/{name}:{number}"
    return ""


def idle(folder: Path, kinds: Mapping[str, str]) -> Iterator[tuple[str, Message]]:
    """Name each file that is meant to be a template and serves no document, and say so."""
    shipped = [each for each in sandbox(folder).list_templates() if each.startswith(SHIPPED)]
    known = {f"{kind}{ENDING}" for kind in kinds} | {each.removeprefix(SHIPPED) for each in shipped}
    there = files(folder)
    for each in there:
        if each.is_symlink():
            yield (
                each.name,
                say("{file} is a link, and links are not followed", file=f"templates/{each.name}"),
            )
    strange = [each.name for each in there if each.name not in known and not each.is_symlink()]
    serving = served(folder, kinds) if strange else {}
    for name in strange:
        if not serving.get(name):
            yield name, _serves_nothing(name, known)


def _serves_nothing(name: str, known: Iterable[str]) -> Message:
    bare = MEANT.split(name.casefold(), maxsplit=1)[0]
    head, _, tail = bare.partition("-")
    letter = tail and get_close_matches(head, LETTER, n=1, cutoff=0.8)
    near = f"letter-{tail}{ENDING}" if letter else nearest(f"{bare}{ENDING}", known)
    if near:
        return say(
            "{file} serves no document. Did you mean {near}?", file=f"templates/{name}", near=Quoted(near)
        )
    return say("{file} serves no document", file=f"templates/{name}")


class _Uses:
    """Which templates another extends, imports or includes, as far as their texts say."""

    def __init__(self, environment: Sandbox) -> None:
        self.environment = environment
        self.known: dict[str, tuple[str, ...]] = {}

    def of(self, name: str) -> set[str]:
        """Name all templates that one is made of, with itself."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            if (each := waiting.pop()) not in found:
                found.add(each)
                waiting += self._named(each)
        return found

    def _named(self, name: str) -> tuple[str, ...]:
        if name not in self.known:
            self.known[name] = tuple(self._read(name))
        return self.known[name]

    def _read(self, name: str) -> Iterator[str]:
        environment = self.environment
        assert environment.loader is not None  # noqa: S101  (ours has one)
        try:
            tree = environment.parse(environment.loader.get_source(environment, name)[0])
        except (TemplateError, UserError):  # said where it is rendered, or looked at by itself
            return
        for each in find_referenced_templates(tree):
            yield from (each,) if each else environment.list_templates()
