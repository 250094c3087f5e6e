"""The accreditation panel (OUT-32): what is on it, what refuses it, and what must never be on it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from archives import PARTNERS, SCHOOL, cohort, stays
from folders import save
from msgspec.structs import replace as changed
from panels import FILES, PANEL, VIEWS, record, shown
from test_fields import text
from views import faults

from mobctl import cli, press, store
from mobctl.documents import KINDS
from mobctl.documents.accreditation_panel import CHAPTERS, AccreditationPanel, ground
from mobctl.documents.record import Whole
from mobctl.finding import from_plain
from mobctl.render import FORMATS, Speech, compose, locale
from mobctl.statistics import STATISTICS
from mobctl.words import words

ENGLISH = words("en", store.lists())
FORM = ["--format", "pdf", "--format", "html", "--format", "md"]
ON = ["--as-of", "2026-11-30"]


def said(node: Any) -> str:
    return ENGLISH.show(from_plain(node))


def section(view: Mapping[str, Any], code: str) -> dict[str, Any]:
    [found] = [
        each
        for chapter in view["chapters"]
        for each in (*chapter["sections"], *chapter["without"])
        if each["code"] == code
    ]
    return dict(found)


@pytest.mark.parametrize("name", VIEWS)
def test_views_are_as_their_types_say(name: str) -> None:
    view = VIEWS[name]
    assert faults(view, AccreditationPanel) == []
    assert {"kind", "number", "record", "date", "status", "holder", "issuer", "signatories"} <= view.keys()
    assert "learner" not in view


def test_every_statistic_stands_once_under_a_question() -> None:
    codes = [code for _, each in CHAPTERS for code in each]
    assert sorted(codes) == list(STATISTICS)
    assert codes[:3] == ["ST01", "ST02", "ST03"], "what the CTI asks first"
    for view in VIEWS.values():
        told = [each["code"] for c in view["chapters"] for each in (*c["sections"], *c["without"])]
        assert sorted(told) == list(STATISTICS)


def test_figures_with_numerator_denominator_and_number() -> None:
    [measure] = section(VIEWS[PANEL], "ST01")["measures"]
    assert measure["figure"] == {
        "state": "shown",
        "form": "share",
        "value": "50.0",
        "top": "18",
        "bottom": "36",
        "n": "36",
    }
    assert {said(each["by"]): {said(row["label"]): row["figure"]["value"] for row in each["rows"]} for each in measure["tables"]} == {
        "by state of the diploma": {"diploma awarded": "64.3", "diploma to come": "0.0"},
        "by status": {"students": "40.0", "apprentices": "100.0"},
        "by cohort": {"Informatique, 2026": "64.3", "Informatique, 2027": "0.0"},
    }  # fmt: skip


def test_what_is_too_few_has_no_number() -> None:
    exempted = section(VIEWS[PANEL], "ST04")
    assert exempted["state"] == "hidden"
    figure = exempted["measures"][0]["figure"]
    assert (figure["state"], figure["value"], figure["top"], figure["bottom"], figure["n"]) == (
        "hidden",
        "",
        "",
        "",
        "",
    )
    counts = {said(each["what"]): each["count"] for each in section(VIEWS[PANEL], "ST01")["not_counted"]}
    assert counts == {
        "learners who are abroad on this day: their stay does not count yet": "",
        "learners for whom no number of weeks is set: a counted day is enough": "8",
    }


def numbers(node: Any) -> set[str]:
    """All numbers of a view that count people or things."""
    match node:
        case {"form": _, **rest}:
            return {str(rest[key]) for key in ("n", "bottom") if rest[key]}
        case dict():
            return set().union(*(numbers(each) for each in node.values()), set())
        case list():
            return set().union(*(numbers(each) for each in node), set())
        case _:
            return set()


def test_of_few_people_nothing_is_printed_but_what_is_no_people() -> None:
    """One stay, two learners: the only numbers are of agreements and meetings."""
    assert numbers(VIEWS[f"{PANEL}-small"]) <= {"0", "1"}
    people = [
        each
        for chapter in VIEWS[f"{PANEL}-small"]["chapters"]
        for each in chapter["sections"]
        if each["code"] != "ST17"
    ]
    assert people == []


def test_what_was_offered_is_told_only_with_the_derogations() -> None:
    assert section(VIEWS[PANEL], "ST03")["texts"] == [
        "Projet de semestre avec une classe de Turin, à distance"
    ]
    few = shown(cohort(range(20), {0: {"derogation": {"reason": "visa", "offered": "A project"}}}))
    assert "A project" not in json.dumps(few)


def test_nobody_is_named() -> None:
    """No names of persons, no numbers of learners, no ids of records: in the view, and so on the page and in the PDF."""
    learner = {
        "name": {"family": "Zqfamily", "given": "Zqgiven"},
        "esi": "urn:schac:personalUniqueCode:int:esi:zq.example:1",
        "email": "zq@valmont.example",
    }
    coordinator = {"coordinator": {"name": {"family": "Zqcoordinator"}}}
    hers = {"ref": "valmont", **coordinator}
    made = shown(
        stays(range(90001, 90012), learner=learner, home=hers, followup={"contacts": [{"date": "2026-03-01", "by": "Zqby"}]}),
        cohort(range(90001, 90012), {90001: {"derogation": {"reason": "visa", "decision_ref": "Zqdecision"}}}, id="zq-cohort"),
    )  # fmt: skip
    whole = json.dumps(made, ensure_ascii=False)
    assert not re.search("Zq|zq|s900|900[01]", whole)
    assert "École de Valmont" in whole


@pytest.mark.parametrize(
    ("numbers", "weeks", "rate"),
    [
        ([], 0, "100.0"),
        ([{"rule": "CTI101", "name": "student_weeks", "amount": Decimal(9)}], 9, "100.0"),
        ([{"rule": "CTI101", "name": "student_weeks", "amount": Decimal(10)}], 10, "0.0"),
    ],
)
def test_the_weeks_that_the_school_asks_for(numbers: list[dict[str, Any]], weeks: int, rate: str) -> None:
    made = record(stays(range(5)), cohort(range(5)), config={"numbers": numbers})
    assert ground(made).student_weeks == weeks
    [measure] = section(KINDS[PANEL].view(made), "ST01")["measures"]
    assert measure["figure"]["value"] == rate


def test_the_answers_are_those_of_the_last_cohort_of_a_programme() -> None:
    old = cohort(range(5), panel={"support": "Old", "departure_in_practice": "Kept"})
    new = cohort(range(5), id="info-2027", graduation_year="2027", panel={"support": {"fr": "Neuf"}})
    view = shown(old, new)
    told = [[(said(each["cohort"]), each["text"]["text"]) for each in it["texts"]] for it in view["answers"]]
    assert told == [[], [("Informatique, 2026", "Kept")], [("Informatique, 2027", "Neuf")]]
    assert view["answers"][2]["texts"][0]["text"]["lang"] == "fr"


# What refuses it


def lacking(*files: Any) -> list[str]:
    return [ENGLISH.say(each) for each in KINDS[PANEL].lacking(record(*files))]


def test_without_a_cohort_there_is_no_panel() -> None:
    [why] = lacking(stays(range(5)))
    assert why.startswith("no file describes a cohort")
    assert "`mobctl schema cohort`" in why


def test_with_broken_files_the_figures_would_be_wrong() -> None:
    made = record(*FILES)
    whole = replace(made.the(Whole), broken=("mobilities/b.yaml", "mobilities/a.yaml"))
    [why] = [ENGLISH.say(each) for each in KINDS[PANEL].lacking(replace(made, subject=whole))]
    assert why.startswith(
        "2 files have mistakes and would be left out of the figures, one is “mobilities/a.yaml”"
    )


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"cohorts/info-2026.yaml": None}, "no file describes a cohort"),
        ({"cohorts/b.yaml": {"mobctl": "cohort/1", "id": "b"}}, "1 file has mistakes"),
    ],
)
def test_a_refusal_is_an_error_where_the_folder_is_asked_for(
    files: Mapping[str, Any], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = {name: data for name, data in {**folder(), **files}.items() if data}
    place = save(whole, tmp_path / "school")
    assert cli.run(["render", PANEL, str(place), "-o", str(tmp_path / "out"), "--lang", "en", *ON]) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists() or not [*(tmp_path / "out").iterdir()]
    every = ["render", "all", str(place), "-o", str(tmp_path / "all"), "--lang", "en", "--format", "md", *ON]
    assert cli.run(every) in {0, 3}, "of all that is due, it is not"


Name = Callable[[str, str], str]
SENTINELS: Mapping[str, tuple[Any, Name]] = {
    "programme": ("zqprogramme", lambda value, _: value),
    "graduation_year": ("2019", lambda value, _: value),
    "graduation_jury_date": ("2021-03-17", locale.day),
    "learners": ([{"id": str(n)} for n in range(317)], lambda _value, _lang: "317"),
}
"""By field of a cohort: a value that stands nowhere else, and what a reader sees of it."""


def folder(**over: Any) -> dict[str, Any]:
    """A school's folder with one cohort."""
    made = {**cohort(range(5)), **over}
    return {
        "mobctl.yaml": {"mobctl": "config/1", "home": "valmont"},
        "institutions/valmont.yaml": SCHOOL,
        "institutions/polito.yaml": {"mobctl": "institution/2", "id": "polito", "name": "Politecnico", "country": "IT"},
        "partner-agreements/valmont-polito.yaml": PARTNERS,
        "cohorts/info-2026.yaml": {key: value for key, value in made.items() if value is not None},
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
def test_every_field_stands_on_the_document(lang: str, tmp_path: Path) -> None:
    place = save(folder(**{key: value for key, (value, _) in SENTINELS.items()}), tmp_path)
    out = tmp_path / "out"
    assert cli.run(["render", PANEL, str(place), "-o", str(out), "--lang", lang, *ON, *FORM]) == 0
    assert {field.path for field in KINDS[PANEL].fields} == {f"cohorts[].{key}" for key in SENTINELS}
    for name, form in FORMATS.items():
        [path] = out.glob(f"*{form.suffix}")
        read = "".join(text(name, path.read_bytes()).split())
        for key, (value, name_of) in SENTINELS.items():
            wanted = "".join(name_of(str(value), lang).split())
            assert wanted in read, (name, key, wanted)


@pytest.mark.parametrize("key", SENTINELS)
def test_without_a_field_there_is_no_document(key: str) -> None:
    made = record(*FILES)
    without = [field for field in KINDS[PANEL].fields if field.path == f"cohorts[].{key}"]
    assert without, key
    whole = made.the(Whole)
    models = {**whole.models}
    first = next(name for name, node in models.items() if type(node).__name__ == "Cohort")
    models[first] = _cleared(models[first], key)
    broken = replace(made, subject=replace(whole, models=models))
    [why] = [ENGLISH.say(each) for each in KINDS[PANEL].lacking(broken)]
    assert f"cohorts[info-2026].{key}" in why


def _cleared(node: Any, key: str) -> Any:
    return changed(node, **{key: () if key == "learners" else None})


def test_made_sealed_and_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = save(folder(), tmp_path / "school")
    assert cli.run(["keys", "new", "valmont", "-o", str(tmp_path)]) == 0
    order = ["render", PANEL, str(place), "-o", str(tmp_path / "out"), "--lang", "fr", *ON]
    assert cli.run([*order, "--seal", str(tmp_path / "valmont.key.pem")]) == 0
    [path] = (tmp_path / "out").iterdir()
    assert path.name == "valmont.accreditation-panel.fr.pdf"
    capsys.readouterr()
    public = str(tmp_path / "valmont.pub.pem")
    assert cli.run(["verify", str(path), "--key", public, "--lang", "en", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["seal"]["holder"] == "École de Valmont"


def test_the_shipped_example_has_one(tmp_path: Path) -> None:
    """The engineering story: a cohort of five, whose groups are too few to be shown, which must read well all the same."""
    out = tmp_path / "out"
    order = ["render", PANEL, "--sample", "-o", str(out), "--lang", "en", "--format", "md", *ON]
    assert cli.run(order) == 0
    [path] = out.iterdir()
    assert "fewer than 5 people" in path.read_text(encoding="utf-8")


def spoken(lang: str) -> Speech:
    """Speak as mobctl does: the panel is made of messages, which the plain speech of other tests does not translate."""
    return press.speech(words(lang, store.lists()))


@pytest.mark.parametrize("lang", ["fr", "en", "es"])
@pytest.mark.parametrize("name", [PANEL, f"{PANEL}-small"])
def test_text(name: str, lang: str, golden: Callable[[str, str], None]) -> None:
    made = compose(PANEL, VIEWS[name], speech=spoken(lang))
    golden(f"documents/{name}.{lang}.md", FORMATS["md"].write(made).decode())
