"""`mobctl todo`: what is due when, for whom."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from test_cli import BASE, HERE, mobctl

OUTPUT = HERE.parent / "schemas" / "output"
OURS = ("--select", "LA001,LA009")
"""The rules on signatures: others have days of their own."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A planned mobility that nobody has signed, one that is signed, one with a mistake."""
    text = BASE.read_text(encoding="utf-8")
    planned = text.split("agreement:")[0].replace("status: recognised", "status: agreed")
    planned = planned.replace("  actual: {start: 2025-09-15, end: 2026-01-30}\n", "")
    planned = planned.replace("2025-09-15", "2027-09-15").replace("2026-01-30", "2028-01-30")
    (tmp_path / "planned.mobility.yaml").write_text(
        planned + "agreement: {signatures: []}\n", encoding="utf-8"
    )
    (tmp_path / "done.mobility.yaml").write_text(
        text.replace("id: 2025-0001", "id: 2025-0002"), encoding="utf-8"
    )
    return tmp_path


def listed(folder: Path, *arguments: str) -> list[tuple[str, str | None, int, bool]]:
    result = mobctl("todo", "--format", "json", *arguments, cwd=folder)
    assert result.returncode == 0, result.stderr
    rows = json.loads(result.stdout)["todo"]
    return [(row["finding"]["code"], row["by"], row["days"], row["overdue"]) for row in rows]


@pytest.mark.parametrize(
    ("arguments", "days", "overdue"),
    [
        pytest.param(["--as-of", "2027-09-01"], 13, False, id="two weeks before departure"),
        pytest.param(["--as-of", "2027-09-14"], 0, False, id="the last day in time, the day before"),
        pytest.param(["--as-of", "2027-09-15"], -1, True, id="on the day of departure"),
        pytest.param(["--as-of", "2027-10-01"], -17, True, id="two weeks after"),
        pytest.param(["--as-of", "2027-09-01", "--days", "13"], 13, False, id="within just so many days"),
        pytest.param(["--as-of", "2027-09-01", "--until", "2027-09-14"], 13, False, id="until that very day"),
        pytest.param(["--as-of", "2027-09-01", "--days", "999999999"], 13, False, id="days without end"),
    ],
)
def test_what_is_due(folder: Path, arguments: list[str], days: int, *, overdue: bool) -> None:
    assert listed(folder, *OURS, *arguments) == [
        (code, by, days, overdue) for code, by in (("LA001", "learner"), ("LA009", "home"), ("LA009", "host"))
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([*OURS, "--days", "12"], id="too few days"),
        pytest.param([*OURS, "--until", "2027-09-13"], id="a day before"),
        pytest.param(["--select", "REC"], id="another family"),
        pytest.param([*OURS, "--ignore", "LA001,LA009"], id="left out"),
    ],
)
def test_nothing_is_due(folder: Path, arguments: list[str]) -> None:
    assert listed(folder, "--as-of", "2027-09-01", *arguments) == []
    text = mobctl("todo", "--as-of", "2027-09-01", *arguments, cwd=folder).stdout
    assert text.startswith("Nothing to do")
    assert "2 records looked at" in text


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ["Within a month", "14 September 2027  in 13 days", "the learner: A signature is missing", "3 things"]),
        ("fr", ["D’ici un mois", "14 septembre 2027  dans 13 jours", "l’étudiant\u00a0: Signature manquante", "3 choses"]),
        ("es", ["En el plazo de un mes", "14 de septiembre de 2027  dentro de 13 días", "el alumno: ", "3 cosas"]),
    ],
)  # fmt: skip
def test_text(folder: Path, lang: str, said: list[str]) -> None:
    text = mobctl("todo", *OURS, "--as-of", "2027-09-01", cwd=folder, lang=lang).stdout
    assert [each for each in said if each not in text] == [], text
    assert text.count("planned.mobility.yaml") == 1


def test_late_first(folder: Path) -> None:
    planned = (folder / "planned.mobility.yaml").read_text(encoding="utf-8")
    late = planned.replace("id: 2025-0001", "id: 2025-0003").replace("2027-09-15", "2027-08-20")
    (folder / "zz.mobility.yaml").write_text(late, encoding="utf-8")
    text = mobctl("todo", *OURS, "--as-of", "2027-09-01", cwd=folder).stdout
    assert text.startswith("Overdue\n  19 August 2027  13 days late  2025-0003")
    assert text.index("Overdue") < text.index("Within a month")
    assert "6 things to do, 3 overdue; 3 records looked at." in text


def test_a_record_with_a_mistake_is_not_silence(folder: Path) -> None:
    text = BASE.read_text(encoding="utf-8").replace("kind: studies", "kind: studys")
    (folder / "bad.mobility.yaml").write_text(text, encoding="utf-8")
    result = mobctl("todo", *OURS, "--as-of", "2027-09-01", cwd=folder)
    assert result.returncode == 1
    assert "2 records looked at" in result.stdout
    assert "1 record has mistakes and was not looked at" in result.stderr
    data = json.loads(mobctl("todo", "--format", "json", cwd=folder).stdout)
    assert data["not_looked_at"] == ["bad.mobility.yaml"]


def test_what_is_waived_is_not_to_do(folder: Path) -> None:
    path = folder / "planned.mobility.yaml"
    waiver = "waivers:\n  - {rule: LA009, all: true, reason: agreed by letter, by: Dean}\n"
    path.write_text(path.read_text(encoding="utf-8") + waiver, encoding="utf-8")
    assert {code for code, *_ in listed(folder, *OURS, "--as-of", "2027-09-01")} == {"LA001"}


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        pytest.param(["--until", "soon"], 2, "soon", id="no day"),
        pytest.param(["--until", "2027-01-01", "--days", "3"], 2, "not both", id="both"),
        pytest.param(["--days", "-1"], 2, "--days", id="days before"),
        pytest.param(["--select", "XYZ"], 2, "XYZ", id="no rule"),
        pytest.param(["nowhere"], 3, "nowhere", id="no file"),
    ],
)
def test_refused(folder: Path, arguments: list[str], status: int, said: str) -> None:
    result = mobctl("todo", *arguments, cwd=folder)
    assert (result.returncode, result.stdout) == (status, "")
    assert said in result.stderr


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
def test_json_keeps_its_schema(folder: Path, lang: str) -> None:
    schemas = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in OUTPUT.glob("*.json")}
    assert len(schemas) > 1
    registry: Registry[Any] = Registry().with_resources(
        (name, Resource.from_contents(schema)) for name, schema in schemas.items()
    )
    contract = Draft202012Validator(schemas["todo.schema.json"], registry=registry)
    for arguments in ([], ["--as-of", "2027-09-01", "--until", "2027-12-01"], ["--ignore", "LA009"]):
        data = json.loads(mobctl("todo", "--format", "json", *arguments, cwd=folder, lang=lang).stdout)
        assert [error.message for error in contract.iter_errors(data)] == []
        assert data["todo"]
    data["todo"][0]["by"] = 3
    assert not contract.is_valid(data)
