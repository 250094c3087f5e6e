"""Titles, names and texts that a record gives in a language say it on every document, to a browser and in the PDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import lru_cache
from io import BytesIO
from typing import Any, get_args, get_type_hints

import agreements
import folders
import msgspec
import panels
import pdfcheck
import pikepdf
import pytest
import test_fields
import test_html
import views
from agreements import EVERY
from test_text_layer import speech

from mobctl import model
from mobctl.documents import KINDS, Subject
from mobctl.documents.record import Record
from mobctl.finding import Text, plain, say
from mobctl.render import FORMATS, Speech, compose

NAMES = frozenset(get_args(model.Names))
UNNAMED: Mapping[type, str] = {model.Component: "code", model.Result: "code", model.Signature: "name"}
"""What names a thing before its title does, or who signed before the party does."""

hints = lru_cache(get_type_hints)


@dataclass
class Catalan:
    """Gives every title, name and text of a record a word of its own, in Catalan, also where it had none.

    `bare` leaves out what would be shown in place of a title.
    """

    bare: bool
    said: list[str] = field(default_factory=list)
    done: dict[int, tuple[Any, Any]] = field(default_factory=dict)

    def of(self, node: Any) -> Any:
        """Change a part of a record, the same part always into the same."""
        if id(node) not in self.done:
            self.done[id(node)] = node, self._changed(node)
        return self.done[id(node)][1]

    def _changed(self, node: Any) -> Any:
        if isinstance(node, msgspec.Struct):
            lacking = UNNAMED.get(type(node), "") if self.bare else ""
            known = hints(type(node))
            parts = {name: getattr(node, name) for name in node.__struct_fields__}
            changed = {name: self._part(known[name], part) for name, part in parts.items()}
            return msgspec.structs.replace(node, **changed | ({lacking: None} if lacking else {}))
        if is_dataclass(node) and not isinstance(node, type):
            return replace(node, **{each.name: self.of(getattr(node, each.name)) for each in fields(node)})
        if isinstance(node, Mapping):
            return {key: self._word() if key == "title" else self.of(value) for key, value in node.items()}
        return (
            type(node)(self.of(each) for each in node)
            if isinstance(node, list) or type(node) is tuple
            else node
        )

    def _part(self, hint: Any, value: Any) -> Any:
        kinds = get_args(hint)
        if set(kinds) >= NAMES:
            return self._word()
        if isinstance(value, tuple) and kinds and set(get_args(kinds[0])) >= NAMES:
            return tuple(self._word() for _ in value)
        return self.of(value)

    def _word(self) -> dict[str, str]:
        self.said.append(f"Xq{len(self.said):03}y")
        return {"ca": self.said[-1]}


def sample(name: str) -> Record:
    """A record that has all that a document of a kind shows."""
    match KINDS[name].subject:
        case Subject.MOBILITY:
            return agreements.record(of=test_fields.sample(name), on=test_fields.made_on(name))
        case Subject.ARCHIVE:
            return panels.record(*panels.FILES)
        case Subject.GROUP:
            return folders.record(name, folders.together(2))
        case _:
            return folders.record(name)


def spoken(
    name: str, view: Mapping[str, Any], first: Speech, second: Speech
) -> dict[str, list[tuple[str, str]]]:
    """Make a document, and return its texts with their languages, by format."""
    made = compose(KINDS[name].template_name, view, speech=first, second=second)
    with pikepdf.open(BytesIO(FORMATS["pdf"].write(made))) as pdf:
        printed = [(text, lang) for lang, text in pdfcheck.spoken_in(pdf).items()]
    return {"html": test_html.read(FORMATS["html"].write(made).decode()).texts, "pdf": printed}


@pytest.mark.parametrize("bare", [False, True], ids=["whole", "bare"])
@pytest.mark.parametrize("name", KINDS)
def test_every_title_of_the_record_says_its_language(name: str, *, bare: bool) -> None:
    kind, whole = KINDS[name], sample(name)
    for part in kind.parts(whole) or ("",):
        catalan = Catalan(bare)
        view = kind.view(catalan.of(replace(whole, part=part)))
        for form, texts in spoken(name, view, speech("fr"), speech("en")).items():
            found = {word for text, lang in texts if lang == "ca" for word in catalan.said if word in text}
            wrong = [
                each for each in texts if each[1] != "ca" and any(word in each[0] for word in catalan.said)
            ]
            assert wrong == [], form
            assert len(found) > 1, "the names of the institutions at least"


def said(node: Any) -> Iterator[tuple[str, str]]:
    """Yield the texts of a view, with their languages where it knows them."""
    match node:
        case {"text": str(text), "lang": str(lang), "others": dict(others)}:
            yield from ((text, lang), *((other, code) for code, other in others.items()))
        case {"text": [*pairs]}:
            yield from ((text, lang) for lang, text in pairs)
        case dict():
            for value in node.values():
                yield from said(value)
        case list():
            for value in node:
                yield from said(value)
        case str():
            yield node, ""
        case _:
            pass


@pytest.mark.parametrize("name", EVERY)
def test_every_text_of_a_view_says_its_language(name: str) -> None:
    view = EVERY[name]
    known: dict[str, set[str]] = {}
    for text, lang in said(view):
        known.setdefault(text, set()).add(lang)
    own = {text: lang for text, [lang, *more] in known.items() if lang and not more and len(text) > 9}
    shown = test_html.read(test_html.made(name, "fr+en")).texts
    assert [(text, lang) for text, lang in shown if own.get(text.strip(), lang) != lang] == []


def test_a_text_in_a_message_says_its_language() -> None:
    told = say(
        "{title} is recognised as {other}",
        title=Text((("ca", "Càlcul"), ("en", "Calculus"))),
        other=Text((("ca", "Àlgebra"),)),
    )
    finding = {**views.ORDINARY["findings"][0], "message": plain(told)}
    view = {**views.ORDINARY, "findings": [finding]}
    for form, texts in spoken("recognition-report", view, *map(test_html.speech, ("fr", "en"))).items():
        words = {("Càlcul", "ca"), ("Calculus", "en"), ("Àlgebra", "ca")}
        found = {(word, lang) for word, _ in words for text, lang in texts if word in text}
        assert found == words, form
