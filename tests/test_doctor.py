"""`mobctl doctor`: what it says of an installation and of folders, whole and broken."""

import json
import os
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from test_cli import BASE, HERE, mobctl

from mobctl import doctor
from mobctl.finding import say

EXAMPLES = HERE.parent / "examples"


@pytest.fixture
def school(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLES / "engineering", tmp_path / "school"))


def test_a_whole_folder(school: Path) -> None:
    result = mobctl("doctor", ".", cwd=school)
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert {"Program", "Language and screen", "Documents", "Folder ."} <= set(lines)
    assert "  ✓ Messages are in English: MOBCTL_LANG says so." in lines
    assert "  ✓ mobctl.yaml holds here." in lines
    assert "  ✓ House rules: X-PARTNER" in lines
    assert (
        "  ✓ Files by type: 1 cohort, 1 config, 2 grading-table, 2 institution, 2 mobility, 1 partner-agreement"
        in lines
    )
    assert any(line.startswith("  ✓ A PDF for the archive can be made") for line in lines)
    assert lines[-1] == "Nothing is wrong."


BROKEN = [
    pytest.param("mobctl.yaml", "languages:", "langages:", "✗ mobctl.yaml, line ", id="a misspelt setting"),
    pytest.param(
        "mobctl.yaml", "profiles: [", "profiles: [no-such, ", "✗ mobctl.yaml, line ", id="no such profile"
    ),
    pytest.param("mobctl.yaml", "home: brevigny", "\thome: brevigny", "✗ mobctl.yaml, line ", id="a tab"),
]


@pytest.mark.parametrize(("file", "before", "after", "said"), BROKEN)
def test_broken_settings(school: Path, file: str, before: str, after: str, said: str) -> None:
    path = school / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    result = mobctl("doctor", ".", cwd=school)
    assert result.returncode == 1
    assert said in result.stdout
    assert result.stdout.splitlines()[-1] == "1 thing is wrong."


def more(school: Path, text: str) -> None:
    """Add a setting at the end, where those of the brand stand; another accent colour takes the place of theirs."""
    path = school / "mobctl.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    assert lines[-1].startswith("    ")
    kept = [line for line in lines if "accent" not in text or not line.startswith("  accent:")]
    path.write_text("".join(kept) + text, encoding="utf-8")


def test_what_is_off_and_why(school: Path) -> None:
    more(school, "severities: {LA001: info}\n")
    result = mobctl("doctor", ".", cwd=school)
    assert result.returncode == 0
    assert "! LA001 is milder here than it is meant to be: severity, error → info." in result.stdout
    assert "! Not checked here, since they compare with an earlier revision: " in result.stdout
    assert "GEN103" in result.stdout
    assert "--base needs git, which is not installed here." in result.stdout


def test_the_folder_that_git_does_not_know_is_the_repository(school: Path) -> None:
    """The first file of all lies in a folder of its own, which is not what has to be put under git."""
    result = mobctl("doctor", ".", cwd=school, path=os.defpath)
    assert f"“{school.resolve().as_posix()}” is not in a git repository." in result.stdout


@pytest.mark.parametrize(
    ("settings", "files", "said"),
    [
        pytest.param("  accent: '#ffffaa'\n", {}, "white text can't be read", id="a pale colour"),
        pytest.param("  logo: no.svg\n", {}, "“no.svg” cannot be opened", id="no logo"),
        pytest.param("templates: templates\n", {}, "There is no folder “templates”", id="no templates"),
        pytest.param(
            "templates: templates\n",
            {"templates/recognition-report.xml.j2": "<p>\n{% if %}</p>"},
            "templates/recognition-report.xml.j2:2",
            id="a template that can't be read",
        ),
        pytest.param(
            "templates: templates\n",
            {"templates/recognition-report.xml.j2": "<p>\n<blink></blink></p>"},
            "templates/recognition-report.xml.j2:2: there is no element “blink”",
            id="a template with an unknown element",
        ),
    ],
)
def test_a_broken_look(school: Path, settings: str, files: dict[str, str], said: str) -> None:
    more(school, settings)
    for name, text in files.items():
        (school / name).parent.mkdir(exist_ok=True)
        (school / name).write_text(text, encoding="utf-8")
    result = mobctl("doctor", ".", cwd=school)
    assert result.returncode == 1, result.stdout
    assert said in result.stdout


def test_a_good_template(school: Path) -> None:
    more(school, "templates: templates\n")
    (school / "templates").mkdir()
    (school / "templates" / "macros.xml.j2").write_text("<p></p>", encoding="utf-8")
    result = mobctl("doctor", ".", cwd=school)
    assert result.returncode == 0, result.stdout
    assert (
        "✓ The template “macros.xml.j2” can be read. It serves 40 kinds of documents: accreditation-panel, "
        in result.stdout
    )


def test_records_without_settings(tmp_path: Path) -> None:
    shutil.copy(BASE, tmp_path / "a.mobility.yaml")
    (tmp_path / "compose.yaml").write_text("services: {}\n", encoding="utf-8")
    (tmp_path / "b.mobility.yaml").write_text("mobctl: mobility/1\n\tid: x\n", encoding="utf-8")
    result = mobctl("doctor", ".", cwd=tmp_path)
    assert result.returncode == 1
    assert "! There is no mobctl.yaml for these files" in result.stdout
    assert "✗ b.mobility.yaml, line 2: " in result.stdout
    assert "✓ 1 other YAML file is left alone." in result.stdout


def test_an_empty_folder_and_none(tmp_path: Path) -> None:
    result = mobctl("doctor", ".", cwd=tmp_path)
    assert result.returncode == 0
    assert "! There is no record here" in result.stdout
    result = mobctl("doctor", "no", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (3, "")
    assert "“no” is not a folder" in result.stderr


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
def test_for_programs(school: Path, lang: str) -> None:
    result = mobctl("doctor", ".", "--format", "json", "--lang", lang, cwd=school)
    assert result.returncode == 0
    found = json.loads(result.stdout)
    schema = json.loads((HERE.parent / "schemas" / "output" / "doctor.schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(found)
    assert found["lang"] == lang
    assert {each["state"] for each in found["found"]} <= {"good", "note"}
    parts = {each["part"] for each in found["found"]}
    assert {"en": "Program", "fr": "Programme", "es": "Programa"}[lang] in parts


def test_a_screen_that_lacks_letters() -> None:
    result = mobctl(
        "doctor", str(EXAMPLES / "engineering"), lang="fr", PYTHONUTF8="0", PYTHONIOENCODING="cp1252"
    )
    assert result.returncode == 0
    assert "PYTHONUTF8" in result.stdout


def test_nothing_wrong_keeps_the_rest_from_being_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without our fonts, no PDF: said, with the command; the folder is looked at all the same."""
    from datetime import date

    from mobctl.cli.common import words
    from mobctl.render import fonts

    monkeypatch.setattr(fonts, "installed", tuple)
    found = [*doctor.examine(EXAMPLES / "engineering", words("en"), say("x"), "utf-8", date(2026, 11, 25))]
    wrong = [words("en").say(item.text) for item in found if item.state is doctor.State.WRONG]
    assert wrong == [
        "The font Source Serif 4 is missing: no PDF can be made.",
        "The font Source Sans 3 is missing: no PDF can be made.",
    ]
    assert any("mobctl.yaml" in words("en").say(item.text) for item in found)
