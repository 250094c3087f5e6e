"""The school's own fonts: read from its folder alone, checked, in PDF and HTML, and part of what is verified."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from test_house_style import brand, made, school

from mobctl import cli
from mobctl.render import fonts, typefaces

__all__ = ["school"]

LETTERS = [*range(0x20, 0x7F)]
REGULAR, BOLD, ITALIC = "Regular", "Bold", "Italic"


@lru_cache(maxsize=16)
def font(style: str = REGULAR, family: str = "Valmont", terms: int = 0) -> bytes:
    """Make the font of a school: letters of a font that there is, under another name, without accents."""
    [path] = [path for path in fonts.files(fonts.OTHERS[0]) if path.stem.endswith(f"-{style}")]
    with TTFont(path) as file:
        cut = subset.Subsetter(subset.Options(layout_features=[], name_IDs=["*"], notdef_outline=True))
        cut.populate(unicodes=LETTERS)
        cut.subset(file)
        for record in file["name"].names:
            if record.nameID in {1, 4, 16}:
                record.string = family
        file["OS/2"].fsType = terms
        out = BytesIO()
        file.save(out)
    return out.getvalue()


def give(school: Path, name: str, data: bytes) -> None:
    path = school / "brand" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)


@pytest.fixture
def valmont(school: Path) -> Path:
    """The school with a font of its own for texts."""
    for style in (REGULAR, BOLD, ITALIC):
        give(school, f"{style}.ttf", font(style))
    brand(school, "fonts: {body: [brand/Regular.ttf, brand/Bold.ttf, brand/Italic.ttf]}")
    return school


def embedded(school: Path) -> set[str]:
    """The fonts that a PDF holds."""
    [path] = (school / "out").glob("*.pdf")
    names: set[str] = set()
    with pikepdf.open(path) as file:
        for page in file.pages:
            for one in page.Resources.Font.values():
                names.add(str(one.BaseFont).split("+")[1])
    return names


def test_texts_and_headings_are_set_in_it(valmont: Path) -> None:
    text = made(valmont, "pdf", lang="fr")
    assert "Rapport de reconnaissance" in text
    assert "Établissement" in text, "letters that it lacks come from ours"
    held = embedded(valmont)
    assert any("Amiri" in name or "Valmont" in name for name in held), held
    assert any("SourceSans3" in name for name in held)


def test_a_page_of_html_holds_it(valmont: Path) -> None:
    page = made(valmont, "html", lang="fr")
    assert page.count("@font-face") == 3, "each file once, for texts and headings alike"
    assert page.count('font-family: "School text"') == 5
    assert "font-src data:" in page
    found = re.findall(r'url\("data:font/woff;base64,([A-Za-z0-9+/=]+)"\)', page)
    with TTFont(BytesIO(b64decode(found[0]))) as file:
        assert file.flavor == "woff"
        assert ord("a") in file.getBestCmap()
    assert "http:" not in page.replace("http://www.w3.org", "")


def test_a_font_for_print_alone_stays_out_of_html(school: Path) -> None:
    give(school, "print.ttf", font(terms=4))
    brand(school, "fonts: {body: [brand/print.ttf]}")
    assert "@font-face" not in made(school, "html")
    made(school, "pdf")
    assert any("Amiri" in name or "Valmont" in name for name in embedded(school))


def drawn(school: Path, *lines: str) -> list[bytes]:
    """The pages of a report in some look, as a reader sees them."""
    if lines:
        brand(school, *lines)
    made(school, "pdf")
    [path] = (school / "out").glob("*.pdf")
    with pypdfium2.PdfDocument(path) as pdf:
        return [page.render().to_pil().tobytes() for page in pdf]


@pytest.mark.parametrize(
    ("texts", "headings"),
    [
        pytest.param("Source Sans 3 Black", "Head", id="a face of ours, by its name"),
        pytest.param("Valmont", "Valmont Condensed Bold", id="one family, by its name"),
    ],
)
def test_what_a_font_is_called_changes_nothing(school: Path, texts: str, headings: str) -> None:
    look = "fonts: {body: [brand/text.ttf], headings: [brand/head.ttf]}"
    give(school, "text.ttf", font(REGULAR, "Text"))
    give(school, "head.ttf", font(BOLD, "Head"))
    plain = drawn(school, look)
    give(school, "text.ttf", font(REGULAR, texts))
    give(school, "head.ttf", font(BOLD, headings))
    assert drawn(school) == plain


def variable(file: Path) -> bytes:
    """One of our own fonts, in all its weights, as one of the school's."""
    with TTFont(file, lazy=True) as face:
        for name in face["name"].names:
            if name.nameID in {1, 16}:
                name.string = "Valmont"
        out = BytesIO()
        face.save(out)
    return out.getvalue()


def test_a_font_of_all_weights_is_set_in_each(school: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own fonts given as the school's: the pages are as without."""
    monkeypatch.setattr(typefaces, "USUAL", 1.0)  # none counts as wide, which would give figures more room
    plain = drawn(school)
    named = {}
    for role, family in zip(("headings", "body"), fonts.OWN, strict=True):
        named[role] = [f"brand/{role}-{number}.ttf" for number, _ in enumerate(fonts.files(family))]
        for name, file in zip(named[role], fonts.files(family), strict=True):
            give(school, Path(name).name, variable(file))
    assert drawn(school, f"fonts: {json.dumps(named)}") == plain


def test_headings_alone(school: Path) -> None:
    give(school, "head.ttf", font(BOLD))
    brand(school, "fonts: {headings: [brand/head.ttf]}")
    page = made(school, "html")
    assert page.count("@font-face") == 1
    assert '"School headings"' in page
    assert '"School text"' not in page


def test_without_fonts_nothing_changes(school: Path) -> None:
    assert "font-src" not in made(school, "html")


def collection(data: bytes) -> bytes:
    return b"ttcf" + data[4:]


BROKEN: list[tuple[str, Callable[[], bytes], str]] = [
    ("text", lambda: b"not a font", "is no font (TTF or OTF)"),
    ("empty", lambda: b"", "is no font (TTF or OTF)"),
    ("collection", lambda: collection(font()), "is a collection of fonts"),
    ("woff", lambda: b"wOFF" + font()[4:], "is a font for the web"),
    ("cut", lambda: font()[:300], "is a damaged font"),
    ("head only", lambda: font()[:12], "is a damaged font"),
    ("zeros", lambda: font()[:600] + bytes(len(font()) - 600), "is a damaged font"),
    ("restricted", lambda: font(terms=2), "may not be put into documents"),
    ("whole only", lambda: font(terms=0x100), "may only be put into documents whole"),
    ("ours", lambda: font(family="Source Sans 3"), "which mobctl has itself"),
    ("nameless", lambda: font(family=""), "says no name"),
    ("too large", lambda: font() + bytes(2 * 1024 * 1024), "is larger than"),
]


@pytest.mark.parametrize(("case", "data", "expected"), BROKEN, ids=[case for case, *_ in BROKEN])
def test_what_is_no_font_is_refused_with_its_line(
    school: Path, capsys: pytest.CaptureFixture[str], case: str, data: Callable[[], bytes], expected: str
) -> None:
    give(school, "x.ttf", data())
    brand(school, "fonts:", "  body:", "    - brand/x.ttf")
    lines = (school / "mobctl.yaml").read_text(encoding="utf-8").splitlines()
    line = 1 + lines.index("    body:" if case in {"ours", "nameless"} else "      - brand/x.ttf")
    said = refused(school, capsys)
    assert expected in said, case
    assert "brand/x.ttf" in said
    assert f"mobctl.yaml:{line}: " in said


def refused(school: Path, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    order = ["render", "recognition-report", str(school), "-o", str(school / "out"), "--as-of", "2026-11-24"]
    assert cli.run([*order, "--lang", "en"]) == 2
    assert not (school / "out").exists()
    return capsys.readouterr().err


def test_two_families_are_refused(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    give(school, "a.ttf", font())
    give(school, "b.ttf", font(BOLD, "Other"))
    brand(school, "fonts: {body: [brand/a.ttf, brand/b.ttf]}")
    assert "give the files of one font" in refused(school, capsys)


def linked(school: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.ttf").write_bytes(font())
    (school / "brand").mkdir()
    (school / "brand" / "x.ttf").symlink_to(tmp_path / "outside.ttf")


def piped(school: Path, _tmp_path: Path) -> None:
    import os

    (school / "brand").mkdir()
    os.mkfifo(school / "brand" / "x.ttf")


def absent(_school: Path, _tmp_path: Path) -> None:
    """Make no file."""


@pytest.mark.parametrize(
    ("make", "expected"),
    [(linked, "lies outside"), (piped, "is no file"), (absent, "cannot be opened")],
    ids=["link", "pipe", "missing"],
)
def test_only_files_of_the_repository(
    school: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    make: Callable[[Path, Path], None],
    expected: str,
) -> None:
    make(school, tmp_path)
    brand(school, "fonts: {body: [brand/x.ttf]}")
    assert expected in refused(school, capsys)


def test_the_document_is_verified_with_it(
    valmont: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same repository the page comes out byte for byte; with another font in it, that can't be told."""
    made(valmont, "pdf")
    [path] = (valmont / "out").glob("*.pdf")
    capsys.readouterr()
    monkeypatch.chdir(valmont)
    order = ["verify", str(path), "--lang", "en"]
    cli.run(order)
    assert "byte for byte" in capsys.readouterr().out
    give(valmont, "Regular.ttf", font(BOLD))
    cli.run(order)
    said = capsys.readouterr().out
    assert "byte for byte" not in said
    assert "cannot be told genuine here" in said


def test_doctor_names_the_fonts_and_what_they_lack(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    give(school, "a.ttf", font())
    brand(school, "fonts: {body: [brand/a.ttf]}")
    cli.run(["doctor", str(school), "--lang", "en"])
    said = " ".join(capsys.readouterr().out.split())
    assert "Documents are set in the school's fonts: Valmont." in said
    assert "no bold face" in said
    assert "no italic face" in said
