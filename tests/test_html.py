"""HTML: one page that holds all it needs, runs nothing, and shows every value as it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
import views
from agreements import EVERY

from mobctl import words
from mobctl.documents import KINDS
from mobctl.errors import UserError
from mobctl.render import Brand, Picture, html, render
from mobctl.render.speech import Speech
from mobctl.render.tree import Element, parse

ARMS = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 70"/>'
BRAND = Brand(pictures={"logo": Picture("svg", ARMS)}, css="h1 { letter-spacing: 1px }")
VOID = {"meta", "br", "col", "img"}
TAGS = VOID | {
    "html", "head", "title", "style", "body", "header", "main", "footer", "section", "div", "p", "h1", "h2", "h3", "h4",
    "dl", "dt", "dd", "ul", "li", "table", "caption", "colgroup", "thead", "tbody", "tr", "th", "td", "span", "bdi",
    "small", "strong", "em",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "aria-label", "role", "tabindex", "style",
    "scope", "colspan", "rowspan", "src", "alt",
}  # fmt: skip


def speech(lang: str) -> Speech:
    catalogue = words.words(lang, {}).catalogue
    return changed(views.speech(lang), text=catalogue.gettext, plural=catalogue.ngettext)


def page(view: Mapping[str, Any], lang: str = "fr", brand: Brand = BRAND) -> str:
    first, *second = (speech(one) for one in lang.split("+"))
    other = second[0] if second else None
    return render(
        KINDS[view["kind"]].template_name, view, speech=first, second=other, brand=brand, format="html"
    ).decode()


@lru_cache(maxsize=16)
def made(name: str, lang: str = "fr") -> str:
    return page(EVERY[name], lang)


@dataclass
class Page(HTMLParser):
    """What a browser makes of a page: its tags with their attributes, its texts with their languages."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    open: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        lang = dict(attrs).get("lang") or (self.open[-1][1] if self.open else "")
        if tag not in VOID:
            self.open.append((tag, lang))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop()[0] != tag:
            self.faults.append(f"</{tag}> closes what is not open")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] not in {"style", "title"} and data.strip():
            self.texts.append((data, self.open[-1][1]))

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"a comment: {data}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"an instruction: {data}")


def read(text: str) -> Page:
    found = Page()
    found.feed(text.replace("<wbr>", ""))  # where a line may break
    found.close()
    assert found.open == [], "every element is closed"
    return found


@pytest.mark.parametrize("lang", ["en", "fr", "es", "fr+en"])
@pytest.mark.parametrize("name", EVERY)
def test_page_is_well_formed_and_quiet(name: str, lang: str) -> None:
    found = read(made(name, lang))
    assert found.faults == []
    assert {tag for tag, _ in found.tags} <= TAGS
    assert {key for _, attributes in found.tags for key in attributes} <= ATTRIBUTES
    sources = [attributes["src"] or "" for tag, attributes in found.tags if tag == "img"]
    assert sources, "the arms of the school"
    assert all(source.startswith("data:image/") for source in sources)
    policies = [a["content"] for tag, a in found.tags if tag == "meta" and "http-equiv" in a]
    assert policies == [html.POLICY]


def shown(text: str) -> str:
    return " ".join(" ".join(data for data, _ in read(text).texts).split())


def test_what_belongs_together_stays_so_and_an_address_breaks_after_its_marks() -> None:
    found = made("agreement", "fr+en")
    assert "15\u00a0septembre\u00a02025 – 27\u00a0février\u00a02026" in found
    assert "15\u00a0September\u00a02025 – 27\u00a0February\u00a02026" in found
    assert (
        "urn:<wbr>schac:<wbr>personalUniqueCode:<wbr>int:<wbr>esi:<wbr>valmont.<wbr>example:<wbr>20250001"
        in found
    )
    assert "https:<wbr>" not in found, "marks that follow each other stay together"


@pytest.mark.parametrize("value", views.HOSTILE)
def test_hostile_value_stands_as_it_is(value: str) -> None:
    assert " ".join(value.split()) in shown(made("monster"))


def same_shape(element: Element) -> Element:
    """Replace every text by a harmless one, but the labels, which no record gives."""
    if element.tag == "k":
        return element
    children = tuple("x" if isinstance(child, str) else same_shape(child) for child in element.children)
    return changed(element, children=children)


@pytest.mark.parametrize("lang", ["fr", "fr+en"])
def test_no_value_changes_the_structure(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trees: list[Element] = []

    def keep(tree: Element, brand: Brand) -> str:
        trees.append(tree)
        return write(tree, brand)

    write = html.write
    monkeypatch.setattr(html, "write", keep)
    real = read(page(views.MONSTER, lang))
    harmless = read(write(same_shape(trees[0]), BRAND))
    assert [tag for tag, _ in real.tags] == [tag for tag, _ in harmless.tags]
    assert len(real.tags) > 500


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Rapport de reconnaissance", "fr"),
        ("Recognition report", "en"),
        ("Computer architectures", "en"),
        ("Gestione e visualizzazione dei dati", "it"),
        ("Politecnico di Torgnano", "it"),
        ("Informatique avancée", "fr"),
    ],
)
def test_text_says_its_language(text: str, lang: str) -> None:
    found = {spoken for data, spoken in read(made("ordinary", "fr+en")).texts if data.strip() == text}
    assert lang in found


def test_tables_have_heads_for_a_screen_reader() -> None:
    tags = read(made("ordinary")).tags
    heads = [attributes for tag, attributes in tags if tag == "th"]
    assert {attributes.get("scope") for attributes in heads} == {"col", "colgroup", "rowgroup"}
    scrolled = [attributes for _, attributes in tags if attributes.get("role") == "group"]
    assert len(scrolled) == sum(tag == "table" for tag, _ in tags) > 3
    assert all(attributes["aria-label"] and attributes["tabindex"] == "0" for attributes in scrolled)


def test_headings_go_down_one_level_at_a_time() -> None:
    levels = [int(tag[1]) for tag, _ in read(made("ordinary")).tags if re.fullmatch("h[1-4]", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_draft_says_so_on_screen_and_on_every_printed_page() -> None:
    bands = {name: made(name).count("@top-center") for name in EVERY}
    assert bands == {name: int(view["status"] == "draft") for name, view in EVERY.items()}
    assert {*bands.values()} == {0, 1}
    assert 'content: "Projet\\2c  non signé"' in made("itsra")
    assert "Projet, non signé" in shown(made("itsra"))


def test_pages_are_not_counted() -> None:
    assert "Page" not in shown(made("ordinary"))
    assert views.ORDINARY["number"] in shown(made("ordinary"))


@pytest.mark.parametrize("css", ["@import 'x.css';", "p { background: URL(x.png) }", "</style><script>"])
def test_style_sheet_that_fetches_or_breaks_out_is_refused(css: str) -> None:
    with pytest.raises(UserError, match="style sheet"):
        page(views.ORDINARY, brand=Brand(pictures=BRAND.pictures, css=css))


def test_same_input_same_page() -> None:
    assert page(views.ORDINARY, "fr+en") == made("ordinary", "fr+en")


def test_only_what_is_long_is_broken_in_a_table() -> None:
    pages = made("transcript-monster", "fr") + made("home-transcript", "fr")
    found = re.findall('<td(?: class="([^"]*)")?[^>]*>(.*?)</td>', pages)
    cells = [
        (classes.split(), unescape(re.sub("<[^>]*>", " ", inner)).split(" ")) for classes, inner in found
    ]
    assert len(cells) > 300
    for classes, said in cells:
        assert ("long" in classes) == (max(map(len, said)) > html.WHOLE), said


def test_groups_and_bars() -> None:
    """What the recognition report does not use, other kinds will."""
    tree = parse(
        '<doc lang="en" title="t" number="1" holder="h" date="2026-01-01" status="final"><header><p>i</p></header>'
        '<h level="1">T</h><table cols="2 1r" label="l"><head><cell>a</cell><cell>b</cell></head>'
        "<group>First</group><row><cell>x</cell><cell>1</cell></row><row><cell>y</cell><cell>2</cell></row>"
        "<group>Second</group><row><cell>z</cell><cell>3</cell></row></table>"
        '<bars label="grades"><bar share="12.5" mark="yes"><k>A</k><v>3</v></bar></bars><footer><p>f</p></footer></doc>',
        "test",
    )
    written = html.write(tree, Brand())
    assert written.count("<tbody>") == 2
    assert '<th scope="rowgroup" colspan="2" class="group">Second</th>' in written
    assert '<div class="mark" style="--share: 12.5%"><dt>A</dt><dd>3</dd></div>' in written
