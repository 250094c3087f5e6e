"""`mobctl documents`: what kinds there are, what each needs, who signs it."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from test_cli import mobctl

from mobctl import store
from mobctl.documents import KINDS, Subject
from mobctl.render import FORMATS
from mobctl.words import languages

SCHEMA = json.loads(
    (Path(__file__).parents[1] / "schemas" / "output" / "documents.schema.json").read_text("utf-8")
)


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
def test_every_kind_is_listed(lang: str) -> None:
    result = mobctl("documents", lang=lang)
    assert (result.returncode, result.stderr) == (0, "")
    for name, kind in KINDS.items():
        [head] = [line for line in result.stdout.splitlines() if line.startswith(f"{name}  ")]
        assert (kind.title in head) == (lang == "en"), "titles are in the user's language"
        assert head.endswith(f"  {kind.out}")
    assert ("or two of them" in result.stdout) == (lang == "en")
    assert all(each in result.stdout for each in (*FORMATS, *languages()))


def test_one_kind_is_explained() -> None:
    result = mobctl("documents", "learning-agreement", lang="fr")
    kind = KINDS["learning-agreement"]
    lines = result.stdout.splitlines()
    for field in kind.fields:
        [line] = [line for line in lines if line.split()[:1] == [field.path]]
        assert field.what not in line, "in French"
        assert len(line.split()) > 2
    assert (
        "Étudiant ou étudiante (`learner`), Établissement d’origine (`home`) et Établissement d’accueil (`host`)"
        in result.stdout
    )
    assert "  Doit indiquer" in lines
    assert "recognition-report" not in result.stdout


def test_what_a_kind_is_made_of() -> None:
    """It goes without saying of a mobility."""
    assert (
        "  Made of  each agreement with a partner\n" in mobctl("documents", "partner-agreement-sheet").stdout
    )
    assert "Made of" not in mobctl("documents", "learning-agreement").stdout


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_json_is_a_contract(lang: str) -> None:
    result = mobctl("documents", "--format", "json", lang=lang)
    data = json.loads(result.stdout)
    Draft202012Validator(SCHEMA).validate(data)
    assert data["lang"] == lang
    assert [each["name"] for each in data["kinds"]] == [*KINDS]
    roles = {"learner": "Learner" if lang == "en" else "Étudiant ou étudiante"}
    formats = {each["name"]: each["formats"] for each in data["kinds"]}
    assert formats["open-badge"] == ["pdf", "html", "md", "ob3", "elm"]
    assert formats["transcript"] == ["pdf", "html", "md"]
    assert data["formats"] == formats["open-badge"]
    [agreement] = [each for each in data["kinds"] if each["name"] == "learning-agreement"]
    assert [each["role"] for each in agreement["signatories"]] == ["learner", "home", "host"]
    assert agreement["signatories"][0]["name"] == roles["learner"]
    assert {each["path"] for each in agreement["fields"]} > {"agreement.catalogue.url", "home.name"}
    subjects = {each["name"]: each["subject"] for each in data["kinds"]}
    assert subjects["learning-agreement"] == "mobility"
    assert subjects["partner-agreement-sheet"] == "partner-agreement"


def test_the_contract_refuses_what_is_not_in_it() -> None:
    assert not Draft202012Validator(SCHEMA).is_valid({"version": 1})


def test_a_kind_that_there_is_not() -> None:
    result = mobctl("documents", "diploma", lang="en")
    assert (result.returncode, result.stdout) == (2, "")
    assert "“diploma-supplement”? `mobctl documents`" in result.stderr


def test_every_role_has_a_name() -> None:
    known = store.lists()["signatories"]
    for kind in KINDS.values():
        assert kind.signatories or kind.note or kind.subject is not Subject.MOBILITY, "a note says why"
        assert all(known.label(role, "fr") != role for role in kind.signatories)
