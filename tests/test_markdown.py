"""Markdown: what a renderer of GitHub's kind shows is what the document says, and nothing of a record comes alive."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import escape
from typing import Any

import pytest
import views
from markdown_it import MarkdownIt
from markdown_it.token import Token
from test_html import speech

from mobctl.render import Brand, compose, markdown
from mobctl.render.tree import Element, columns, lines, parse, walk

OURS = {"<br>", "<wbr>"}
RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def tree(view: Mapping[str, Any], lang: str = "fr") -> Element:
    first, *second = (speech(one) for one in lang.split("+"))
    return compose("recognition-report", view, speech=first, second=second[0] if second else None).tree


@lru_cache(maxsize=16)
def made(name: str, lang: str = "fr") -> str:
    return markdown.write(tree(views.VIEWS[name], lang))


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text, and those inside of its lines."""
    for token in RENDERER.parse(text):
        yield token
        yield from token.children or ()


def shown(text: str) -> str:
    """What is read on the page: texts with their line ends, without marks."""
    ends = {"softbreak": "\n", "hardbreak": "\n", "inline": "\n"}
    parts = (
        token.content
        if token.type == "text"
        else "\n"
        if token.content == "<br>"
        else ends.get(token.type, "")
        for token in tokens(text)
    )
    return "".join(parts)


@pytest.mark.parametrize("value", views.HOSTILE)
@pytest.mark.parametrize("lang", ["fr", "fr+en"])
def test_hostile_value_stands_as_it_is(value: str, lang: str) -> None:
    cells = {line.strip() for line in shown(made("monster", lang)).split("\n")}
    assert value in cells, "alone in a cell of a table"
    assert sum(value in cell for cell in cells) > 1, "and inside of a sentence"


PLACES = ("p", "k", "v", "h", "cell", "note", "strong", "em", "notice", "legend")
DOCUMENT = (
    '<doc lang="en" title="t" number="1" holder="h" date="2026-01-01" status="final"><header><p>i</p></header>'
    '<h level="1">T</h><h level="2">{h}</h><p>{p}</p><p>a <strong>{strong}</strong> b <em>{em}</em> c</p>'
    "<kv><item><k>{k}</k><v>{v}</v><note>{note}</note></item></kv>"
    '<table cols="2 1r" label="l"><head><cell>{cell}</cell><cell>b</cell></head><row><cell>{cell}</cell><cell>1</cell>'
    '</row></table><notice kind="warning">{notice}</notice><legend><p>{legend}</p></legend>'
    "<footer><p>f</p></footer></doc>"
)


def filled(**values: str) -> str:
    """Write a document with something in every place, "x" where nothing else is given."""
    texts = {place: escape(values.get(place, "x"), quote=False) for place in PLACES}
    return markdown.write(parse(DOCUMENT.format(**texts), "test"))


def structure(text: str) -> list[str]:
    return [token.type for token in tokens(text) if token.type != "text" and token.content not in OURS]


@pytest.mark.parametrize("value", views.HOSTILE)
@pytest.mark.parametrize("place", PLACES)
def test_hostile_value_in_every_place(value: str, place: str) -> None:
    text = filled(**{place: value})
    assert value in shown(text)
    assert structure(text) == structure(filled())


@pytest.mark.parametrize("lang", ["en", "fr", "es", "fr+en"])
@pytest.mark.parametrize("name", views.VIEWS)
def test_nothing_comes_alive(name: str, lang: str) -> None:
    found = [*tokens(made(name, lang))]
    html = {token.content for token in found if token.type in {"html_inline", "html_block"}}
    assert html <= OURS
    active = {"link_open", "image", "code_inline", "code_block", "fence", "s_open"}
    assert {token.type for token in found} & active == set()


@pytest.mark.parametrize(
    "text",
    [
        "https://x.invalid", "www.x.invalid", "a@x.invalid", "@somebody", "#12", ":smile:", "$x$ and $y$",
        "17:30", "F TOULOUS02", "C# and C++", "a_b_c", "50 % & more", "3 < 4",
    ],
)  # fmt: skip
def test_what_github_would_make_more_of(text: str) -> None:
    """An address, a person, an issue, a picture, mathematics are parted; what is harmless stays readable."""
    written = markdown._escaped(text)  # noqa: SLF001  (the one escape of the format)
    assert re.sub(r"<wbr>|\\(?=[^\w\s])", "", written) == text
    harmless = text in {"17:30", "F TOULOUS02", "C# and C++", "a_b_c", "50 % & more", "3 < 4"}
    assert (written == text) == harmless


@pytest.mark.parametrize("name", views.VIEWS)
def test_every_table_has_its_columns_in_every_row(name: str) -> None:
    document = tree(views.VIEWS[name])
    wanted = [
        (len(columns(table.attributes["cols"])), sum(line.element.tag != "head" for line in lines(table)))
        for table in walk(document)
        if table.tag == "table"
    ]
    assert wanted
    tables = re.findall(r"(?:^\|.*\n?)+", made(name), re.MULTILINE)
    sizes = []
    for table in tables:
        rows = table.strip().split("\n")
        widths = {len(re.findall(r"(?<!\\)\|", row)) - 1 for row in rows}
        assert len(widths) == 1, table
        sizes.append((*widths, len(rows) - 2))
    assert sizes == [(3, 1), *wanted], "the tiles, then the tables"


@pytest.mark.parametrize("name", views.VIEWS)
def test_the_file_is_tidy(name: str) -> None:
    text = made(name, "fr+en")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert not re.search(r"[ \t]$", text, re.MULTILINE)
    assert "\n\n\n" not in text
    assert made(name, "fr+en") == markdown.write(tree(views.VIEWS[name], "fr+en"))


def test_how_it_looks() -> None:
    document = parse(
        '<doc lang="fr" title="t" number="1" holder="h" date="2026-01-01" status="draft"><header><image src="logo" alt="A"/>'
        "<p>École</p><p>Brévigny</p><kv><item><k>N°</k><v>1</v></item></kv></header>"
        '<h level="1">Titre<gloss lang="en">Title</gloss></h>'
        '<notice kind="draft"><strong>Projet</strong><break/>Sans valeur.</notice>'
        '<table cols="1 2r | 1"><caption>Notes</caption><head><cell rows="2">Bloc</cell><cell span="2">Ici</cell></head>'
        "<head><cell>Note</cell><cell>ECTS</cell></head><group>S1</group>"
        '<row><cell kind="mark" rows="2">1</cell><cell kind="number">15,4<note>sur 20</note></cell><cell>6</cell></row>'
        '<row><cell kind="total" span="2">a | b</cell></row></table>'
        '<sign><item signed="yes"><k>Jury</k><v>Ana</v><note>Signé</note></item></sign>'
        "<footer><p>n° 1</p><p>Page <page/></p></footer></doc>",
        "test",
    )
    assert markdown.write(document) == (
        "**École**\\\nBrévigny\n\n- **N°**\u00a0: 1\n\n# Titre / *Title*\n\n> **Projet**\\\n> Sans valeur.\n\n"
        "**Notes**\n\n| Bloc | Ici – Note | Ici – ECTS |\n| :-- | --: | :-- |\n| **S1** |  |  |\n"
        "| **1** | 15,4<br>sur 20 | 6 |\n|  | **a \\| b** |  |\n\n"
        "- **Jury**\u00a0: Ana\\\n  Signé\n\n---\n\nn° 1\n"
    )


def test_a_brand_changes_nothing() -> None:
    first = speech("en")
    branded = compose("recognition-report", views.ORDINARY, speech=first, brand=Brand(accent="#7a0019"))
    assert markdown.write(branded.tree) == made("ordinary", "en")
