"""`mobctl documents`: what kinds there are, what each needs, who signs it."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from test_cli import mobctl

from mobctl import press, publishing, store
from mobctl.documents import KINDS, Subject
from mobctl.documents.record import Record
from mobctl.render import FORMATS, compose
from mobctl.subjects import records
from mobctl.words import languages, words

AS_OF = date(2026, 11, 24)

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


@pytest.mark.parametrize("arguments", [(), ("transcript",), ("--format", "json")])
def test_a_look_that_cannot_be_used_is_in_the_way_of_no_list(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "mobctl.yaml").write_text(
        'mobctl: config/1\nhome: x\nbrand: {accent: "#ffee99", logo: none.svg}\n', encoding="utf-8"
    )
    result = mobctl("documents", *arguments, cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert "transcript" in result.stdout


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


def test_what_a_template_may_write_anew_and_sees() -> None:
    said = mobctl("documents", "recognition-report").stdout
    assert "  Blocks of its template  masthead, identity, outcome, agreement, " in said
    seen = dict(
        line.split(maxsplit=1)
        for line in mobctl("documents", "recognition-report", "--fields").stdout.splitlines()
        if len(line.split()) > 1
    )
    assert seen["view.home.name|words"]
    assert re.fullmatch("[0-9-]{10}", seen["view.period.actual.start|date"])
    assert seen["view.blocks[0].number"] == "1"
    result = mobctl("documents", "--fields")
    assert (result.returncode, "needs the name of a kind" in result.stderr) == (2, True)


@pytest.mark.parametrize("name", KINDS)
def test_what_is_said_to_be_seen_can_be_written(name: str, tmp_path: Path) -> None:
    """Each line of --fields is an expression: a template may print them all."""
    kind = KINDS[name]
    archive = publishing.sample(kind, AS_OF)
    assert archive
    [record, *_] = [
        part
        for _, found in records(archive, {}, kind.subject, AS_OF)
        if isinstance(found, Record)
        for part in publishing.parts(found, kind)
        if not kind.lacking(part)
    ]
    lines = "".join(f"<p>{{{{ {path} }}}}</p>\n" for path, value in publishing.seen(kind, AS_OF) if value)
    (tmp_path / f"{kind.template_name}.xml.j2").write_text(
        f'{{% extends "mobctl/{kind.template_name}.xml.j2" %}}{{% block footer %}}<section>{lines}</section>{{{{ super() }}}}{{% endblock %}}',
        encoding="utf-8",
    )
    speech = press.speech(words("fr", store.lists()))
    made = compose(kind.template_name, kind.view(record), speech=speech, folder=tmp_path)
    assert FORMATS["md"].write(made)


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
