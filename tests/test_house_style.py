"""What a school has on all its documents: a line at the foot, who signs, a place for a stamp or none."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pypdfium2
import pytest

from mobctl import cli

STORY = Path(__file__).parents[1] / "examples" / "engineering"
RECORD = "2025-0107"
SIGNS = "signatories: [{role: academic-coordinator, name: Ana Brandt, position: Dean, documents: [recognition-report]}]"


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """The engineering school, whose recognition report nobody has signed."""
    return Path(shutil.copytree(STORY, tmp_path / "school"))


def brand(school: Path, *lines: str) -> None:
    config = school / "mobctl.yaml"
    more = "".join(f"  {line}\n" for line in lines)
    text = config.read_text(encoding="utf-8")
    changed = re.sub("^(brand:.*\n)", lambda head: head[1] + more, text, flags=re.MULTILINE)
    assert changed != text
    config.write_text(changed, encoding="utf-8")


def made(school: Path, form: str, kind: str = "recognition-report", lang: str = "en") -> str:
    order = [
        "render",
        kind,
        str(school / "mobilities" / f"{RECORD}.mobility.yaml"),
        "--format",
        form,
        "--lang",
        lang,
    ]
    assert cli.run([*order, "-o", str(school / "out"), "--as-of", "2026-11-24", "--force"]) == 0
    [path] = (school / "out").glob(f"{RECORD}.{kind}.{lang}.{form}")
    if form != "pdf":
        return path.read_text(encoding="utf-8")
    pdf = pypdfium2.PdfDocument(path.read_bytes())
    return "\f".join(page.get_textpage().get_text_range() for page in pdf)


@pytest.mark.parametrize("form", ["pdf", "html", "md"])
def test_a_line_at_the_foot_of_every_page(school: Path, form: str) -> None:
    brand(school, 'footer: {en: "A public institution <b> #x", fr: Établissement public}')
    text = made(school, form)
    pages = text.split("\f")
    shown = "A public institution &lt;b&gt; #x" if form == "html" else "A public institution"
    assert all(shown in page for page in pages), pages
    assert "Établissement public" in made(school, form, lang="fr")
    assert "A public institution" in made(school, form, lang="es"), (
        "the first, where there is none in the language"
    )


def test_one_line_for_all_languages(school: Path) -> None:
    brand(school, "footer: UAI 0310000X")
    assert "UAI 0310000X" in made(school, "html", lang="es")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("signatories: [{role: registrar, name: A}]", "“registrar”"),
        (
            "signatories: [{role: home, name: A, documents: [home-transcript, transcrip]}]",
            "mobctl.yaml:16: “transcrip” is no kind of document. Close to it: “transcript”",
        ),
        (
            "signatories: [{role: home, name: A, documents: [decision]}]",
            "“decision” is no kind of document. Close to it: “recognition-decision-letter”.",
        ),
        (
            "signatories: [{role: home, name: A, documents: [recognition-decision-letter]}]",
            "“recognition-decision-letter” is not signed by `home` but by “recognition-authority”.",
        ),
        (
            "signatories: [{role: home, name: A, documents: [host-file]}]",
            "Nobody signs “host-file”: take it out of this list.",
        ),
        ("signatories: [{role: home, name: A, documents: [transcript, letter-welcome]}]", ""),
        ("signatories: [{role: legal-representative, name: A, documents: [vet-agreement]}]", ""),
        ("signatories: [{role: intermediary, name: A, documents: [vet-agreement]}]", ""),
    ],
)
def test_who_signs_what_has_to_be_known(
    school: Path, line: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    brand(school, line)
    order = ["render", "recognition-report", str(school), "-o", str(school / "out"), "--lang", "en"]
    assert cli.run(order) == (2 if said else 0)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("form", ["pdf", "html"])
def test_no_place_for_a_stamp(school: Path, form: str) -> None:
    assert "Seal of the" in made(school, form)
    brand(school, "seal_area: false")
    assert "Seal of the" not in made(school, form)


def test_who_signs_what(school: Path) -> None:
    brand(school, SIGNS)
    report = made(school, "md")
    assert "Ana Brandt" in report
    assert "Dean" in report
    assert "Ana Brandt" not in made(school, "md", kind="transcript")


def test_whoever_has_signed_is_not_replaced_but_told_of(
    school: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    brand(school, SIGNS)
    path = school / "mobilities" / f"{RECORD}.mobility.yaml"
    text = path.read_text(encoding="utf-8")
    paper = "  - {kind: recognition-report, issued: 2026-03-18, issuer: home, version: 1}\n"
    assert paper in text
    signed = paper.replace(
        "version: 1}",
        "version: 1, signatures: [{role: academic-coordinator, name: Paul Petit, date: 2026-03-18}]}",
    )
    path.write_text(text.replace(paper, signed), encoding="utf-8")
    report = made(school, "md")
    assert "Paul Petit" in report
    assert "Ana Brandt" not in report
    assert "Paul Petit has signed it, whom brand.signatories" in capsys.readouterr().err
