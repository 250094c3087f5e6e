"""Pages of HTML as browsers and people who can't see them well meet them: axe-core, html-validate, a narrow screen.

Needs Chromium, Node, and what tests/accessibility/package.json names: npm ci --ignore-scripts --prefix tests/accessibility
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import browser
import pytest
import test_html
from agreements import EVERY

from mobctl import seal, verifying, words

HERE = Path(__file__).parent / "accessibility"
MODULES = HERE / "node_modules"
SPOKEN = ("fr", "en", "es", "fr+en")
NARROWEST = 320
"""Pixels of a phone, and of a window of 1280 when all is four times as large (WCAG 2.2, 1.4.10)."""

AXE = """axe.run({resultTypes: ["violations"]}).then((found) =>
    found.violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 200))]))"""

WIDE = """(() => {
    const room = document.documentElement.clientWidth;
    return [...document.querySelectorAll("body *")]
        .filter((one) => one.matches(".scroll") || !one.closest(".scroll"))
        .filter((one) => one.getBoundingClientRect().right > room + 1 || one.getBoundingClientRect().left < -1)
        .map((one) => one.outerHTML.slice(0, 200));
})()"""
"""What hangs over the edge of the window; tables scroll in boxes of their own."""

GAPS = """[...document.querySelectorAll("main dl:not(.bars) > div")]
    .filter((one) => getComputedStyle(one).display === "grid")
    .filter((one) => [...one.querySelectorAll("dd + dd")].some((value) => {
        const above = document.createRange();
        above.selectNodeContents(value.previousElementSibling);
        return value.getBoundingClientRect().top > above.getBoundingClientRect().bottom + 8;
    }))
    .map((one) => one.outerHTML.slice(0, 200))"""
"""Values with room between them, since their key is higher than they are."""

UNREACHED = """[...document.querySelectorAll("body *")]
    .filter((one) => one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(one).overflowX))
    .filter((one) => one.tabIndex !== 0 || !one.ariaLabel)
    .map((one) => one.outerHTML.slice(0, 200))"""
"""What scrolls, but not for who has only a keyboard."""

LAYOUT = {"wide": WIDE, "gaps": GAPS, "unreached": UNREACHED}


@pytest.fixture(scope="module")
def tab() -> Iterator[browser.Tab]:
    with browser.tab() as tab:
        yield tab


@pytest.fixture(scope="module")
def source() -> str:
    """axe-core, as a script."""
    path = MODULES / "axe-core" / "axe.min.js"
    if not path.is_file():
        pytest.skip("axe-core is not installed: npm ci --ignore-scripts --prefix tests/accessibility")
    return f"{path.read_text(encoding='utf-8')}; 0"


@pytest.fixture
def axe(tab: browser.Tab, source: str) -> browser.Tab:
    """A page with axe-core in it, whose content can be changed."""
    tab.do("Page.setBypassCSP", enabled=True)
    tab.open("about:blank")
    tab.ask(source)
    return tab


def violations(tab: browser.Tab, text: str, width: int = 1280) -> list[Any]:
    """Return what axe-core says of a page: the rule, and the elements that break it."""
    tab.size(width)
    tab.fill(text)
    found: list[Any] = tab.ask(AXE)
    return found


def test_no_violation_of_axe(axe: browser.Tab) -> None:
    """In two languages at once a page has all the elements that it has in one."""
    found = {name: violations(axe, test_html.made(name, "fr+en")) for name in EVERY}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert len(found) > 70


@pytest.mark.parametrize("accent", ["#000000", "#767676"])
def test_no_violation_with_another_accent(axe: browser.Tab, accent: str) -> None:
    """The darkest and the palest that a school may choose, on pages with heads of groups, tiles, bars and marks."""
    brand = replace(test_html.BRAND, accent=accent)
    for name in ("ordinary", "transcript", "arrival", "accreditation-panel"):
        assert violations(axe, test_html.page(EVERY[name], "fr+en", brand)) == [], name


PAGE = test_html.made("ordinary", "fr+en")
BROKEN: Mapping[str, tuple[str, str]] = {
    "image-alt": (' alt="', ' class="'),
    "html-has-lang": ('<html lang="fr">', "<html>"),
    "valid-lang": (' lang="it"', ' lang="xx-nowhere"'),
    "color-contrast": ("--soft: #525b69", "--soft: #a0a7b2"),
    "document-title": ("<title>", "<title></title><!--"),
    "scrollable-region-focusable": ('tabindex="0"', 'tabindex="-1"'),
    "heading-order": ("<h2>", "<h4>"),
    "definition-list": ("<dl>", "<dl><p>x</p>"),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_axe_sees_what_is_broken(axe: browser.Tab, rule: str) -> None:
    before, after = BROKEN[rule]
    assert before in PAGE
    narrow = rule == "scrollable-region-focusable"
    found = violations(axe, PAGE.replace(before, after), NARROWEST if narrow else 1280)
    assert rule in {name for name, _ in found}


@pytest.mark.parametrize("lang", ["fr+en", "es"])
def test_page_is_as_narrow_as_a_phone(tab: browser.Tab, lang: str) -> None:
    found: dict[tuple[str, int, str], list[str]] = {}
    for name in EVERY:
        tab.fill(test_html.made(name, lang))
        for width in (NARROWEST, 640, 1280):
            tab.size(width)
            for check, script in LAYOUT.items():
                found[name, width, check] = tab.ask(script)
    assert {where: wrong for where, wrong in found.items() if wrong} == {}
    assert len(found) > 600


TALL = "<dl><div><dt>Une clé qui est bien plus haute que ses valeurs, sur plusieurs lignes</dt><dd>a</dd><dd>b</dd></div>"


@pytest.mark.parametrize(
    ("check", "before", "after"),
    [
        ("wide", "<main>", '<main><p style="width: 400px">x</p>'),
        ("gaps", "grid-row: 1 / span 24;", ""),
        ("unreached", 'tabindex="0"', 'tabindex="-1"'),
    ],
)
def test_a_bad_layout_is_seen(tab: browser.Tab, check: str, before: str, after: str) -> None:
    page = PAGE.replace("<dl>", TALL)
    assert before in page
    tab.size(640 if check == "gaps" else NARROWEST)
    tab.fill(page)
    assert tab.ask(LAYOUT[check]) == []
    tab.fill(page.replace(before, after))
    assert tab.ask(LAYOUT[check]) != []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_that_checks_seals(tab: browser.Tab, source: str, tmp_path: Path, scheme: str) -> None:
    """Before and after a code was entered."""
    _, public = seal.new_pair()
    key = seal.public_key(public, "")
    path = tmp_path / "verify.html"
    path.write_text(verifying.page({seal.key_id(key): key}, words.words("fr", {})), encoding="utf-8")
    tab.do("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    tab.size(NARROWEST)
    tab.open(path.as_uri())
    tab.ask(source)
    assert (tab.ask(AXE), tab.ask(WIDE)) == ([], [])
    tab.ask('document.getElementById("code").value = "MOB1:BB8"; document.getElementById("check").click()')
    assert tab.ask('document.getElementById("verdict").hidden') is False
    assert (tab.ask(AXE), tab.ask(WIDE)) == ([], [])
    tab.do("Emulation.setEmulatedMedia", features=[])


def test_valid_html(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (MODULES / "html-validate").is_dir():
        pytest.skip("html-validate is not installed: npm ci --ignore-scripts --prefix tests/accessibility")
    for name in EVERY:
        for lang in SPOKEN:
            (tmp_path / f"{name}.{lang}.html").write_text(test_html.made(name, lang), encoding="utf-8")
    (tmp_path / "broken.html").write_text(
        PAGE.replace("</main>", "<p><div></div></p></main>"), encoding="utf-8"
    )
    done = subprocess.run(
        [
            node, str(MODULES / "html-validate" / "bin" / "html-validate.mjs"),
            "--config", str(HERE / ".htmlvalidate.json"), "--formatter", "json", str(tmp_path),
        ],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    found = {Path(file["filePath"]).name: file["messages"] for file in json.loads(done.stdout)}
    assert found.pop("broken.html")
    assert {name: messages for name, messages in found.items() if messages} == {}
