"""Names in other scripts: none without its glyphs, read as they were written, each font from the extra that has it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pdfcheck
import pypdfium2
import pytest
import scripts
import test_pdf
import views
from agreements import EVERY

from mobctl.cli.common import words
from mobctl.errors import ContentError
from mobctl.finding import Message
from mobctl.model import PersonName
from mobctl.render import Brand, canonical, check, compose, fonts, render
from mobctl.render.direction import marked
from mobctl.render.fonts import Family
from mobctl.render.tree import Element, parse

CHECKED = {"arabic", "hebrew", "georgian", "armenian", "devanagari", "thai", "chinese"}
"""Scripts with fonts of their own that the archive's and the screen reader's demands are checked with."""

JOINED = {"arabic"}
"""Scripts whose letters the check does not read in their order."""

LEFTWARD = {"arabic", "persian", "hebrew"}
"""Scripts whose lines this reader of PDFs puts into another order than they have."""


def text_of(raw: bytes) -> str:
    file = pypdfium2.PdfDocument(raw)
    return unicodedata.normalize("NFC", "\n".join(page.get_textpage().get_text_range() for page in file))


@pytest.mark.parametrize("script", scripts.NAMES)
def test_a_name_stands_everywhere_as_it_was_written(script: str) -> None:
    name, lang = scripts.NAMES[script]
    view = scripts.report(name, lang)
    raw = test_pdf.report(view, "fr", Brand(footer={"": f"{name} 12"}))
    found, name = text_of(raw), unicodedata.normalize("NFC", name)
    if script in CHECKED:
        foreign = {} if script in JOINED else {name.split()[0]: lang}
        assert pdfcheck.failing(raw, pdfcheck.Facts("fr", canonical(view), foreign)) == {}
    if script in LEFTWARD:
        found = re.sub(r"[\s\u200e\u200f]", "", found)
        counts = [found.count(part) for part in name.split()]
        assert min(counts) >= 15, counts
    else:
        assert found.count(name) >= 19  # page heads and feet shorten none of them
    assert "\ufffd" not in found


@pytest.mark.parametrize(
    ("family", "given", "spoken"),
    [
        ("王", "秀英", "王秀英"),
        ("𠮷田", "さくら", "𠮷田さくら"),
        ("김", "민준", "김민준"),
        ("王", "David", "David 王"),
        ("Wang", "Xiuying", "Xiuying Wang"),
        ("Παπαδοπούλου", "Ελένη", "Ελένη Παπαδοπούλου"),
        ("Nabila", "", "Nabila"),
    ],
)
def test_a_name_is_said_in_its_own_order(family: str, given: str, spoken: str) -> None:
    view = EVERY["letter-derogation"]
    learner = {**view["learner"], "name": {"family": family, "given": given, "latin": None}}
    made = render("letter", {**view, "learner": learner}, speech=views.speech("en"), format="md")
    assert spoken in made.decode()
    assert PersonName(family=family, given=given or None).full == spoken


@pytest.mark.parametrize("script", ["vietnamese", "korean", "devanagari", "hebrew"])
def test_a_name_in_parts_is_printed_too(script: str) -> None:
    """Letters and marks apart (NFD) give the same letters."""
    name, lang = scripts.NAMES[script]
    apart = unicodedata.normalize("NFD", name)
    raw = test_pdf.report(scripts.report(apart, lang))
    assert unicodedata.normalize("NFC", name).split()[0] in text_of(raw)


@pytest.mark.parametrize("script", ["arabic", "chinese"])
@pytest.mark.parametrize("form", ["html", "md"])
def test_html_and_markdown_have_it_too(script: str, form: str) -> None:
    from mobctl.render import FORMATS

    name, lang = scripts.NAMES[script]
    made = compose("recognition-report", scripts.report(name, lang), speech=test_pdf.speech("fr"))
    page = FORMATS[form].write(made).decode()
    assert page.count(name) >= 14
    if form == "html":
        assert f'<bdi lang="{lang}">{name}</bdi>' in page


def hides(monkeypatch: pytest.MonkeyPatch, gone: Callable[[Family], bool]) -> None:
    real = fonts.files
    monkeypatch.setattr(fonts, "files", lambda family: () if gone(family) else real(family))
    fonts.drawable.cache_clear()


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Take away the fonts of an extra."""
    yield lambda extra: hides(monkeypatch, lambda family: family.extra == extra)
    fonts.drawable.cache_clear()


def refusal(name: str) -> str:
    view = {
        **views.ORDINARY,
        "learner": {**views.ORDINARY["learner"], "name": {"family": name, "given": "", "latin": None}},
    }
    with pytest.raises(ContentError) as refused:
        test_pdf.report(view)
    message: Message = refused.value.args[0]
    return words("en").say(message)


ABSENT = [
    ("scripts", "أحمد", "أ (U+0623 ARABIC LETTER ALEF WITH HAMZA ABOVE)", "pip install 'mobctl[scripts]'"),
    ("scripts", "Anna დ", "დ (U+10D3 GEORGIAN LETTER DON)", "pip install 'mobctl[scripts]'"),
    ("scripts", "კ،", "، (U+060C ARABIC COMMA)", "pip install 'mobctl[scripts]'"),
    (
        "scripts",
        "क्षि",
        "क् (U+0915 DEVANAGARI LETTER KA + U+094D DEVANAGARI SIGN VIRAMA)",
        "pip install 'mobctl[scripts]'",
    ),
    ("cjk", "王小明", "王 (U+738B CJK UNIFIED IDEOGRAPH-738B)", "pip install 'mobctl[cjk]'"),
    ("cjk", "金（李）", "（ (U+FF08 FULLWIDTH LEFT PARENTHESIS)", "pip install 'mobctl[cjk]'"),
    ("cjk", "민준", "민 (U+BBFC HANGUL SYLLABLE MIN)", "pip install 'mobctl[cjk]'"),
]


@pytest.mark.parametrize(("extra", "name", "character", "command"), ABSENT)
def test_without_an_extra_its_characters_are_refused_by_name(
    without: Callable[[str], None], extra: str, name: str, character: str, command: str
) -> None:
    without(extra)
    said = refusal(name)
    assert character in said
    assert command in said
    assert "(Nom)" in said, "where it stands on the document"


def test_both_extras_in_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    hides(monkeypatch, lambda family: bool(family.extra))
    assert "pip install 'mobctl[scripts,cjk]'" in refusal("王 דוד")
    fonts.drawable.cache_clear()


@pytest.mark.parametrize(
    ("name", "character"),
    [
        ("Zoë 🎓", "🎓 (U+1F393 GRADUATION CAP)"),
        ("Ana 𓀀", "𓀀 (U+13000 EGYPTIAN HIEROGLYPH A001)"),
        ("ᏣᎳᎩ", "Ꮳ (U+13E3 CHEROKEE LETTER TSA)"),
        ("ა\u094d", "ა\u094d (U+10D0 GEORGIAN LETTER AN + U+094D DEVANAGARI SIGN VIRAMA)"),
    ],
)
def test_what_no_font_has_is_refused_with_advice(name: str, character: str) -> None:
    said = refusal(name)
    assert character in said
    assert "no font of mobctl has" in said
    assert "pip install" not in said


@pytest.mark.parametrize(
    "name",
    [
        "Ana\u0301",
        "Anne\u00adMarie",
        "葛\U000e0100城",
        "می\u200cخواهم",
        "क्\u200dष",
        "é\ufe0e",
        "Zo\u0308e\u0323\u0302",
    ],
)
def test_marks_joiners_and_variants_are_printed(name: str) -> None:
    view = {
        **views.ORDINARY,
        "learner": {**views.ORDINARY["learner"], "name": {"family": name, "given": "", "latin": None}},
    }
    assert test_pdf.report(view).startswith(b"%PDF")


def test_only_the_fonts_that_are_needed() -> None:
    """What else is installed changes nothing in a document."""
    tree = compose("recognition-report", views.ORDINARY, speech=test_pdf.speech("fr")).tree
    assert check.families(tree) == ()
    mixed = scripts.report("דוד 王", "he")
    tree = compose("recognition-report", mixed, speech=test_pdf.speech("fr")).tree
    assert [family.name for family in check.families(tree)] == ["Noto Sans Hebrew", "Noto Sans CJK SC"]


def test_every_family_is_installed_here_and_of_an_extra() -> None:
    declared = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    assert len(fonts.OTHERS) > 15
    for family in fonts.OTHERS:
        assert fonts.files(family), family.name
        assert f'"{family.package.replace("_", "-")}>=' in declared
        assert f"\n{family.extra} = [" in declared


@pytest.mark.parametrize("family", [*fonts.OWN, *fonts.OTHERS], ids=lambda family: family.name)
def test_the_quick_table_is_the_whole_one(family: Family) -> None:
    from fontTools.ttLib import TTFont

    for path in fonts.files(family):
        if path.suffix == ".ttf":
            with TTFont(path) as font:
                assert fonts.covered(path.read_bytes()) == frozenset(font.getBestCmap()), path.name


LINE = (
    '<doc lang="fr" title="T" number="N" holder="H" date="2026-01-01" status="final"><header><p>X</p></header>'
    '<h level="1">T</h><p>{}</p><footer><p>f</p></footer></doc>'
)
LRM, RLM = "\u200e", "\u200f"
DIRECTIONS = [
    ("Nom <run>Daoud</run> (1998)", "Nom Daoud (1998)"),
    ("<run>דוד</run> (1998)", f"דוד{LRM} (1998)"),
    ("<run>דוד</run> 12", f"דוד{LRM} 12"),
    ("<run>דוד</run> (Daoud)", "דוד (Daoud)"),
    ("<run>דוד</run> à Lyon, 12", "דוד à Lyon, 12"),
    ("<run>דוד</run>, <run>עלי</run> et <run>לוי</run>", f"דוד{LRM}, עלי et לוי"),
    ("<strong><run>דוד</run></strong>, <em><run>עלי</run></em>", f"דוד{LRM}, עלי"),
    ("<run>דוד</run> <run>עלי</run>", "דוד עלי"),
    ("<run>דוד</run><break/>12", "דוד12"),
    ("דוד, עלי et לוי 12", f"דוד{LRM}, עלי et לוי{LRM} 12"),
    ("<run>מבוא, חלק 2</run>", "מבוא, חלק 2"),
    ("<run>מבוא (א)</run> 6", f"מבוא (א){RLM}{LRM} 6"),
    ("<run>!מבוא</run>", f"{RLM}!מבוא"),
]


@pytest.mark.parametrize(("line", "expected"), DIRECTIONS)
def test_words_to_the_left_end_where_they_end(line: str, expected: str) -> None:
    tree = marked(parse(LINE.format(line), "x"))
    assert whole(next(tree.elements("p"))) == expected


def whole(element: Element) -> str:
    return "".join(child if isinstance(child, str) else whole(child) for child in element.children)
