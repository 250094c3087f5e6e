"""`mobctl explain`: how a credit or a grade came about, down to the line of the file or of the grading table."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from test_cli import BASE, HERE, mobctl

OUTPUT = HERE.parent / "schemas" / "output"
STORY = HERE.parent / "examples" / "engineering"
RECORD = STORY / "mobilities" / "2025-0107.mobility.yaml"


def told(*arguments: str, cwd: Path = STORY) -> str:
    result = mobctl("explain", *arguments, "--lang", "en", cwd=cwd)
    assert result.returncode == 0, result.stderr
    return result.stdout


def line_of(file: Path, start: str) -> int:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if line.strip().startswith(start))


def test_every_sum() -> None:
    text = told("2025-0107")
    for start in (
        "table A (studied), version 1: 30 ECTS",
        "table B (recognised)",
        "Results: 30 ECTS",
        "Recognition: 30 ECTS",
    ):
        assert re.search(rf"^{re.escape(start)}", text, re.MULTILINE), text
    assert "table C" not in text, "there is none"


@pytest.mark.parametrize(
    ("place", "start"),
    [
        pytest.param("a5", "- {id: a5", id="a component that an amendment put in"),
        pytest.param("r1", "- {id: r1", id="a result"),
        pytest.param("k1", "- id: k1", id="a block"),
        pytest.param("/recognition/blocks/0", "- id: k1", id="a JSON Pointer"),
        pytest.param("recognition.blocks[1]", "- id: k1", id="a place as messages write it"),
        pytest.param(
            "recognition.blocks[1].to[1].grade.value", "- component: b1", id="a field within what counts"
        ),
    ],
)
def test_places(place: str, start: str) -> None:
    first = told("2025-0107", place).splitlines()[0]
    number = int(re.search(r"2025-0107\.mobility\.yaml:(\d+)$", first)[1])  # type: ignore[index]
    wanted = RECORD.read_text(encoding="utf-8").splitlines()[number - 1]
    assert start.strip("- {") in wanted, (first, wanted)


def test_a_grade_down_to_the_lines_of_both_tables() -> None:
    text = told("2025-0107", "b1")
    host = STORY / "grading-tables" / "polivaldoro-2023-2025.yaml"
    home = STORY / "grading-tables" / "brevigny-2023-2025.yaml"
    assert "Grade “15” (fr-20), by the ECTS grade distributions" in text
    assert "“28” of r2 corresponds to one line at home." in text
    assert (
        f"446 of 4016 passing grades, from 31 to 42.1 % counted from the best.  grading-tables/{host.name}:{line_of(host, '- {grade: 28')}"
        in text
    )
    assert (
        f"520 of 2567 passing grades, from 27.5 to 47.7 % counted from the best.  grading-tables/{home.name}:{line_of(home, '- {from: 14.9')}"
        in text
    )
    assert "Converted on 17 March 2026 by Jury S7." in text


@pytest.mark.parametrize(
    ("story", "record", "says"),
    [
        pytest.param(
            "engineering",
            "2025-0107",
            [
                "Stay from 22 September 2025 to 18 February 2026: 150 days",
                "147 days, twelve months of 30: 4 months and 27 days",
                "at least: 21.",
            ],
            id="an exchange",
        ),
        pytest.param(
            "apprentice",
            "apprentice",
            ["Whole weeks, from a Monday to a Friday at least: 12."],
            id="twelve weeks",
        ),
    ],
)
def test_how_long_a_stay_was(story: str, record: str, says: list[str]) -> None:
    folder = HERE.parent / "examples" / story
    names = [path.name for path in sorted((folder / "mobilities").glob("*.mobility.yaml"))]
    name = next((each for each in names if each.startswith(record)), names[0])
    text = told(f"mobilities/{name}", "period", cwd=folder)
    assert all(each in text for each in says), text


def test_where_a_component_came_from_and_went() -> None:
    assert "Taken out by change 1: agreed by all three on 17 October 2025." in told("2025-0107", "a3")
    assert "Put in by change 1: agreed by all three" in told("2025-0107", "a5")


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """The base record of the tests, in a repository without grading tables."""
    (tmp_path / "mobctl.yaml").write_text("mobctl: config/1\n", encoding="utf-8")
    path = tmp_path / "base.mobility.yaml"
    path.write_bytes(BASE.read_bytes())
    return path


def test_without_tables_nothing_is_converted(record: Path) -> None:
    assert re.search(
        r"“.*” of r1 cannot be converted: there is no grading table",
        told(record.name, "r1", cwd=record.parent),
    )


def test_credits_of_another_scheme() -> None:
    text = told("2026-0437", "a1", cwd=HERE.parent / "examples" / "quebec")
    assert re.search(r"[0-9.]+ credits of the scheme .*, times [0-9.]+, are [0-9.]+ ECTS\.", text), text
    assert "The rule that was agreed: “" in text


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        pytest.param(["2025-0107", "b9"], 2, "There is nothing to explain at “b9”", id="no such place"),
        pytest.param(
            ["2025-0107", "recognition.nowhere"], 2, "There is nothing to explain", id="no such field"
        ),
        pytest.param(
            ["2025-0107", "results.linse[1]"], 2, "There is nothing to explain", id="a misspelt field"
        ),
        pytest.param(
            ["2025-9999"], 3, "There is no file “2025-9999”, and no record of this id", id="no such record"
        ),
        pytest.param(["mobilities"], 2, "is a folder", id="a folder"),
        pytest.param(["no.mobility.yaml"], 3, "There is no", id="no such file"),
        pytest.param(
            ["institutions/brevigny.yaml"], 2, "is no record of a mobility", id="another kind of file"
        ),
        pytest.param(["../broken/tab.mobility.yaml"], 1, "has mistakes", id="a file that cannot be read"),
        pytest.param(
            ["../broken/missing-field.mobility.yaml"], 1, "has mistakes", id="a record of a wrong shape"
        ),
    ],
)
def test_refusals(arguments: list[str], status: int, says: str) -> None:
    result = mobctl("explain", *arguments, "--lang", "en", cwd=STORY)
    assert (result.returncode, result.stdout) == (status, "")
    assert says in result.stderr


def test_json_keeps_its_contract() -> None:
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in OUTPUT.glob("*.json")]
    registry: Registry[Any] = Registry().with_resources(
        (each["$id"], Resource.from_contents(each)) for each in documents
    )
    [schema] = [each for each in documents if each["$id"] == "explain.schema.json"]
    data = json.loads(told("2025-0107", "b1", "--format", "json"))
    Draft202012Validator(schema, registry=registry).validate(data)
    assert data["place"] == "b1"
    assert data["steps"][0]["pointer"] == "/agreement/recognised/0"


@pytest.mark.parametrize("lang", ["fr", "es"])
def test_other_languages(lang: str) -> None:
    result = mobctl("explain", "2025-0107", "b1", "--lang", lang, cwd=STORY)
    assert result.returncode == 0
    assert "passing grades" not in result.stdout
    assert "42,1" in result.stdout
