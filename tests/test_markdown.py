"""Markdown: what a renderer of GitHub's kind shows is what the document says, and nothing of a record comes alive."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import escape
from typing import Any

import pytest
import views
from agreements import EVERY
from markdown_it import MarkdownIt
from markdown_it.token import Token
from test_html import speech

from mobctl.documents import KINDS
from mobctl.render import Brand, compose, markdown
from mobctl.render.tree import Element, columns, lines, parse, walk

OURS = {"<br>", "<wbr>"}
RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def tree(view: Mapping[str, Any], lang: str = "fr") -> Element:
    first, *second = (speech(one) for one in lang.split("+"))
    return compose(
        KINDS[view["kind"]].template_name, view, speech=first, second=second[0] if second else None
    ).tree


@lru_cache(maxsize=16)
def made(name: str, lang: str = "fr") -> str:
    return markdown.write(tree(EVERY[name], lang))


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
        if token.type in {"text", "code_inline"}
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


every = pytest.mark.parametrize(
    ("name", "lang"), [(name, lang) for name in EVERY for lang in ("en", "fr", "es", "fr+en")]
)

ALIVE = re.compile(r"[a-z]://|www\.|@\w|#\d|:(?!\d\d?:)[\w+-]+:|\$[^$]*\$", re.IGNORECASE | re.DOTALL)
"""What GitHub and GitLab look for in a text after it was rendered, as far as one element parts it from another."""

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


def written(place: str, *said: str) -> str:
    """Write a document with a text of several lines in one place."""
    inner = "<break/>".join(escape(line, quote=False) for line in said)
    return markdown.write(parse(DOCUMENT.format(**{**dict.fromkeys(PLACES, "x"), place: inner}), "test"))


def alive(text: str) -> list[str]:
    return [token.content for token in tokens(text) if token.type == "text" and ALIVE.search(token.content)]


def structure(text: str) -> list[str]:
    """List what is more than text; an address is text, and nothing else is written as code."""
    return [
        token.type
        for token in tokens(text)
        if token.type != "text"
        and token.content not in OURS
        and not (token.type == "code_inline" and ALIVE.search(token.content))
    ]


@pytest.mark.parametrize("value", views.HOSTILE)
@pytest.mark.parametrize("place", PLACES)
def test_hostile_value_in_every_place(value: str, place: str) -> None:
    text = filled(**{place: value})
    assert value in shown(text)
    assert structure(text) == structure(filled())


LINE_STARTS = (
    "# a", "###### a", "#", "> a", ">a", "- a", "-", "--- ", "- - -", "+ a", "+", "* a", "***", "___", "1. a", "1) a",
    "123456789. a", "===", "=", "-|-", ":-:", "| - |", "|-", "```", "~~~ a", "[a]: /b", "[^1]: b", "[ ] a", "<br>",
    "<!-- a", "<div>", "&#35; a", "&#x23; a", "| - | - |", ":-- | --:", "\\", "    a", "\u00a0- a", "a #", "a ##", "$$", "www.a.b", ": a",
)  # fmt: skip


@pytest.mark.parametrize("value", LINE_STARTS)
@pytest.mark.parametrize("place", PLACES)
def test_a_line_is_never_more_than_a_line(value: str, place: str) -> None:
    """Say it alone, below a line that it could make a heading or a table of, and above one."""
    for before, after in (("", ""), ("a | b\n", ""), ("", "\n---")):
        said = (before + value + after).split("\n")
        text = written(place, *said)
        assert value.strip() in shown(text)
        assert structure(text) == structure(written(place, *("x" for _ in said)))


@pytest.mark.parametrize(
    "mixed",
    [
        "a<strong>b</strong>c", "a<strong>(b)</strong>c", "a<em>.</em>c", "<em>a</em><strong>b</strong>c",
        "<strong>a</strong><em>b</em>", "<strong>a<em>b</em>c</strong>", "<em>a <strong>b</strong></em>",
        "<em>a<em>b</em></em>", "a<strong> b </strong>c", "<strong> </strong>b", "<strong></strong>b",
        "<strong>*</strong>*<em>_</em>_", "<strong>a</strong>*", "*<em>a</em>", "<strong>a\\</strong>b",
        "<strong><run>a</run><gloss lang='en'>b</gloss></strong>", "a<gloss lang='en'><em>b</em> c</gloss>",
        "a<note><strong>b</strong><note>c</note></note>", "a@<run>b.c</run>", "www<run>.b.c</run>", "&amp;<run>amp;</run>",
        "&lt;<run>b></run>", "$<run>a$</run>", "a<break/><break/>b", "<break/>a<break/>", "a\u00a0<em>\u00a0b</em>",
    ],
)  # fmt: skip
def test_marks_never_show(mixed: str) -> None:
    """Stars that the writer puts are never read, those of the record always are."""
    for place in ("p", "k", "v", "h", "cell"):
        text = markdown.write(parse(DOCUMENT.format(**{**dict.fromkeys(PLACES, "x"), place: mixed}), "test"))
        plain = re.sub("<[^>]*>", "", mixed).replace("&lt;", "<").replace("&amp;", "&")
        dense = re.sub(r"\s", "", plain)
        assert dense in re.sub(r"\s|/", "", shown(text)), text
        assert alive(text) == []


def texts(element: Element) -> Iterator[str]:
    """Yield each text of a tree but those that count pages."""
    if not any(element.elements("page")):
        for child in element.children:
            yield from [child.strip(" ")] if isinstance(child, str) else texts(child)


@every
def test_every_text_of_the_document_is_shown(name: str, lang: str) -> None:
    whole = shown(made(name, lang))
    assert [text for text in texts(tree(EVERY[name], lang)) if text not in whole] == []


@every
def test_nothing_comes_alive(name: str, lang: str) -> None:
    found = [*tokens(made(name, lang))]
    html = {token.content for token in found if token.type in {"html_inline", "html_block"}}
    assert html <= OURS
    assert all(ALIVE.search(token.content) for token in found if token.type == "code_inline")
    active = {"link_open", "image", "code_block", "fence", "s_open"}
    assert {token.type for token in found} & active == set()
    assert alive(made(name, lang)) == []


@pytest.mark.parametrize(
    "text",
    [
        "@_somebody", "#12", ":smile:", ":_x_:y:", "$x$ and $~y$", "$$", ":100:", "*https://x.invalid", "`www.x.invalid`",
    ],
)  # fmt: skip
def test_what_github_would_make_more_of(text: str) -> None:
    """A person, an issue, a picture, mathematics are parted, and read as they are."""
    written = filled(p=text)
    assert ALIVE.search(text)
    assert "<wbr>" in written
    assert text in shown(written)
    assert alive(written) == []


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("https://x.invalid", "`https://x.invalid`"),
        ("https://x.invalid/?a=b|c#12&$d_e$", "`https://x.invalid/?a=b|c#12&$d_e$`"),
        ("See (https://x.invalid/a_b).", "See (`https://x.invalid/a_b`)."),
        ("_www.x.invalid", "`_www.x.invalid`"),
        ("a@x.invalid, b@x.invalid", "`a@x.invalid`, `b@x.invalid`"),
        ("ftp://a:b@c", "`ftp://a:b@c`"),
        ("urn:schac:personalUniqueCode:int:esi:x.invalid:1", "`urn:schac:personalUniqueCode:int:esi:x.invalid:1`"),
        ("17:30:smile:", "`17:30:smile`:"),
        ("a@x.invalid`b@c`", "`a@x.invalid`\\`b@<wbr>c\\`"),
    ],
)  # fmt: skip
def test_an_address_is_written_whole(text: str, whole: str) -> None:
    """It can be copied from the file as from the page, and is no link, in a text as in a table."""
    assert f"\n{whole}\n" in filled(p=text)
    for place in PLACES:
        written = filled(**{place: text})
        assert text in shown(written)
        assert alive(written) == []


@pytest.mark.parametrize(
    "text",
    [
        "17:30:05", "F VALMONT99", "C# and C++", "a_b_c", "50 % & more", "3 < 4", "R&D", "2 + 2 = 4", "#tag: a/b", "1.5", "(a) b!",
        "d'État – 12, quai", "-5", "+33 1", "L. 613-3", "2027-06-04", "1.a", "a - b", "x > y", "n: v", "=a",
    ],
)  # fmt: skip
def test_what_is_harmless_stays_readable(text: str) -> None:
    assert f"\n{text}\n" in filled(p=text)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("US$5", "US\\$5"),
        ("_a_ b_c d_", "\\_a_ b_c d_"),
        ("*a* 2 * 3", "\\*a\\* 2 \\* 3"),
        ("ana@valmont.fr", "`ana@valmont.fr`"),
        ("1. a<break/>2. b", "1\\. a\\\n2\\. b"),
        ("<em>a <em>b</em></em>", "*a b*"),
        ("<em>a <strong>b</strong></em>", "*a* ***b***"),
        ("<strong>a<em>b</em></strong>", "**a**<wbr>***b***"),
        ('<strong>a<gloss lang="es">b</gloss><note>c</note></strong>', "**a**\\\n*b*\\\nc"),
        ('a<gloss lang="es"><strong>b<note>c</note></strong></gloss>', "a\\\n***b***\\\n*c*"),
    ],
)
def test_how_a_text_is_written(markup: str, text: str) -> None:
    written = markdown.write(parse(BARE.format(header="", body=f"<p>{markup}</p>", footer=""), "test"))
    assert written == f"# T\n\n{text}\n"


@pytest.mark.parametrize("name", EVERY)
def test_every_table_has_its_columns_in_every_row(name: str) -> None:
    document = tree(EVERY[name])
    wanted = [
        (len(columns(table.attributes["cols"])), sum(line.element.tag != "head" for line in lines(table)))
        if table.tag == "table"
        else (sum(1 for _ in table.elements("tile")), 1)
        for table in walk(document)
        if table.tag in {"table", "tiles"}
    ]
    tables = re.findall(r"(?:^\|.*\n?)+", made(name), re.MULTILINE)
    sizes = []
    for table in tables:
        rows = table.strip().split("\n")
        widths = {len(re.findall(r"(?<!\\)\|", row)) - 1 for row in rows}
        assert len(widths) == 1, table
        sizes.append((*widths, len(rows) - 2))
    assert sizes == wanted
    assert sum(token.type == "table_open" for token in tokens(made(name))) == len(sizes)


@pytest.mark.parametrize("name", EVERY)
def test_lists_stay_apart_and_close(name: str) -> None:
    """A list that follows another is its own, and none has blank lines between what it lists."""
    found = [*tokens(made(name))]
    document = tree(EVERY[name])
    assert sum(token.type == "bullet_list_open" for token in found) == sum(
        element.tag in {"kv", "sign"} for element in walk(document)
    )
    inside = [token for token in found if token.type == "paragraph_open" and token.level]
    assert all(token.hidden for token in inside if token.level > 1)


@pytest.mark.parametrize("name", EVERY)
def test_the_file_is_tidy(name: str) -> None:
    text = made(name, "fr+en")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert not re.search(r"[ \t]$", text, re.MULTILINE)
    assert "\n\n\n" not in text
    assert made(name, "fr+en") == markdown.write(tree(EVERY[name], "fr+en"))


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
        "**Notes**\n\n| Bloc | Ici – Note | ECTS |\n| :-- | --: | :-- |\n| **S1** |  |  |\n"
        "| **1** | 15,4<br>sur 20 | 6 |\n|  | **a \\| b** |  |\n\n"
        "* **Jury**\u00a0: Ana\\\n  Signé\n\n---\n\nn° 1\n"
    )


BARE = (
    '<doc lang="en" title="t" number="1" holder="h" date="2026-01-01" status="final"><header>{header}</header>'
    '<h level="1">T</h>{body}<footer>{footer}</footer></doc>'
)


@pytest.mark.parametrize(
    ("part", "markup", "text"),
    [
        ("header", '<image src="logo" alt="A"/>', ""),
        ("header", "<p/><p>b</p>", "b\n\n"),
        ("footer", "", ""),
        ("footer", "<p>1. a</p><p><page/></p>", "\n\n---\n\n1\\. a"),
        ("body", "<p/>", ""),
        ("body", "<break/>", ""),
        ("body", '<image src="logo" alt="*A*&#10;&#10;b"/>', "\n\n*\\*A\\* b*"),
        ("body", '<notice kind="waived">a<break/>b</notice>', "\n\n> **a**\\\n> **b**"),
        ("body", "<kv><item><k>a</k><v/></item></kv>", "\n\n- **a**:"),
        ("body", "<kv><item><k>a</k><v/><v>b</v><note>c</note></item></kv>", "\n\n- **a**: b\\\n  c"),
        (
            "body",
            '<bars label="l"><bar share="50"><k>a</k><v>5</v></bar><bar share="9" mark="yes"><k>b</k><v>1</v></bar></bars>',
            "\n\n* **a**: 5\n* **b**: **1**",
        ),
        (
            "body",
            "<tiles><tile><k>a | b</k><v>5</v><note>of 6</note></tile></tiles>",
            "\n\n| a \\| b |\n| :-- |\n| **5**<br>of 6 |",
        ),
        (
            "body",
            '<table cols="c 1" label="l"><head><cell span="2">a<gloss lang="es">á</gloss></cell></head><head><cell>b<break/>c<note>n</note></cell><cell/></head><row><cell>1</cell><cell/></row></table>',
            "\n\n| a – b<br>c<br>*á – b*<br>*c*<br>n |  |\n| :-: | :-- |\n| 1 |  |",
        ),
    ],
)
def test_parts(part: str, markup: str, text: str) -> None:
    parts = {**dict.fromkeys(("header", "body", "footer"), ""), part: markup}
    expected = f"{text}# T\n" if part == "header" else f"# T{text}\n"
    assert markdown.write(parse(BARE.format(**parts), "test")) == expected


def test_a_brand_changes_nothing() -> None:
    first = speech("en")
    branded = compose("recognition-report", views.ORDINARY, speech=first, brand=Brand(accent="#7a0019"))
    assert markdown.write(branded.tree) == made("ordinary", "en")
