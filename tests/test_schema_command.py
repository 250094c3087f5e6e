"""`mobctl schema`: the types, and the schema of one for editors and other programs."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from test_store import run

from mobctl import store


def test_all_types_are_listed(tmp_path: Path) -> None:
    result = run(tmp_path, "schema")
    names = [line.split()[0] for line in result.stdout.decode().splitlines()]
    assert names == [f"{kind}/{store.present(kind)}" for kind in store.KINDS]


@pytest.mark.parametrize("kind", store.KINDS)
def test_a_schema_is_printed(tmp_path: Path, kind: str) -> None:
    result = run(tmp_path, "schema", kind)
    schema = json.loads(result.stdout)
    Draft202012Validator.check_schema(schema)
    assert not [key for key in schema if key.startswith("x-")], "other programs do not know our keywords"
    assert f"# yaml-language-server: $schema={kind}.schema.json" in result.stderr.decode()
    assert json.loads(run(tmp_path, "schema", kind, "--exact").stdout) == store.schema(kind)


def test_a_schema_is_written_once(tmp_path: Path) -> None:
    target = tmp_path / "schemas" / "cohort.schema.json"
    first = run(tmp_path, "schema", "cohort", "-o", "schemas/cohort.schema.json")
    assert (first.returncode, first.stdout) == (0, b"schemas/cohort.schema.json\n")
    assert b"$schema=schemas/cohort.schema.json" in first.stderr
    assert b"../schemas/cohort.schema.json" in first.stderr, "for a file in a subfolder"
    assert json.loads(target.read_text(encoding="utf-8"))["title"] == "Cohort"
    target.write_text("mine", encoding="utf-8")
    assert run(tmp_path, "schema", "cohort", "-o", "schemas/cohort.schema.json").returncode == 2
    assert target.read_text(encoding="utf-8") == "mine"
    assert run(tmp_path, "schema", "cohort", "-o", "schemas/cohort.schema.json", "--force").returncode == 0
    assert target.read_text(encoding="utf-8") == store.schema_text("cohort")


def test_a_type_that_there_is_not(tmp_path: Path) -> None:
    result = run(tmp_path, "schema", "cohrt")
    assert (result.returncode, b"cohort" in result.stderr) == (2, True)
