"""Shape findings: one mistake, one sentence, at the field that is meant."""

from typing import Any

import pytest

from mobctl import store, words
from mobctl.finding import pointer_text

PARTY = {"name": "Politecnico di Torino", "country": "IT"}
RECORD: dict[str, Any] = {
    "mobctl": "mobility/1",
    "id": "x",
    "status": "planned",
    "direction": "outgoing",
    "kind": "studies",
    "learner": {"name": {"family": "Martin"}},
    "home": PARTY,
    "host": PARTY,
    "period": {},
}


def found(**patch: Any) -> list[tuple[str, str, str]]:
    findings = store.shapes()["mobility"].check({**RECORD, **patch})
    speech = words.words("en", store.lists())
    return [(f.code, pointer_text(f.pointer), speech.say(f.message)) for f in findings]


def test_the_record_is_sound() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("patch", "code", "place", "said"),
    [
        pytest.param(
            {"home": {"ref": "valmont", **PARTY}}, "SHP108", "/home/ref",
            "“ref” does not go with “country” and “name”. Keep one or the other.", id="a reference and a name",
        ),
        pytest.param(
            {"amendments": [{"number": "1", "changes": [{"table": "studied", "insert": {"id": "a"}, "delete": "b"}]}]},
            "SHP108", "/amendments/0/changes/0/insert", "“insert” does not go with “delete”. Keep one or the other.",
            id="an insertion that deletes",
        ),
        pytest.param(
            {"waivers": [{"rule": "X", "reason": "x", "by": "y", "all": True, "at": {"component": "a"}}]},
            "SHP108", "/waivers/0/all", "“all” does not go with “at”. Keep one or the other.",
            id="a waiver for all and for one",
        ),
        pytest.param(
            {"amendments": [{"number": "1", "changes": [{"table": "studied"}]}]}, "SHP102", "/amendments/0/changes/0",
            "One of “insert”, “delete” or “replace” is missing.", id="a change that changes nothing",
        ),
        pytest.param(
            {"exceptions": [{"credits": 2, "reason": "x"}]}, "SHP101", "/exceptions",
            "“exceptions” is not a field here: move it under “agreement” or “amendments”.", id="a field of another place",
        ),
        pytest.param(
            {"waivers": [{"rule": "X", "reason": "x", "by": "y"}]}, "SHP102", "/waivers/0",
            "Add all: true for the whole record, or “at” for one part of it, such as at: {component: a4}.",
            id="a waiver for nothing",
        ),
        pytest.param({"learner": []}, "SHP103", "/learner", "“learner” has fields of its own", id="a list for a group"),
        pytest.param(
            {"agreement": {"studied": [{"id r1": None, "title": "x"}]}}, "YML116", "/agreement/studied/0/id r1", "A colon is missing after “id”. Write: id: r1",
            id="no colon, and the field is not missing too",
        ),
        pytest.param(
            {"agreement": {"studied": [{"id": "r1", "titel:x": None}]}}, "YML116", "/agreement/studied/0/titel:x",
            "A space is missing after the colon. Write: title: x", id="a colon within a name",
        ),
        pytest.param({"profiles": "x"}, "SHP103", "/profiles", "must be a list", id="a text for a list"),
        pytest.param({"individual": "yes"}, "SHP103", "/individual", "“true” or “false”", id="yes for true"),
        pytest.param({"learner": {"name": {"family": []}}}, "SHP103", "/learner/name/family", "must be a text", id="a list for a text"),
        pytest.param({"learner": {"name": {"family": "x" * 5000}}}, "SHP107", "/learner/name/family", "longer than", id="a text without end"),
        pytest.param({"profiles": ["x"] * 31}, "SHP107", "/profiles", "longer than 30", id="a list without end"),
        pytest.param({"home": {"name": {"zz": "École"}}}, "GEN104", "/home/name/zz", "language", id="a language that there is not"),
        pytest.param({"call": "2026", "cal": "x"}, "SHP101", "/cal", "known field", id="a known field misspelt beside itself"),
    ],
)  # fmt: skip
def test_one_sentence(patch: dict[str, Any], code: str, place: str, said: str) -> None:
    [(its_code, its_place, sentence)] = found(**patch)
    assert (its_code, its_place) == (code, place)
    assert said in sentence


def test_an_unknown_field_is_told_what_there_is() -> None:
    [(_, _, sentence)] = found(learner={"name": {"family": "M"}, "birthplace": "Lyon"})
    assert "“birth_date”" in sentence, "the nearest is proposed"
    [(_, _, sentence)] = found(learner={"name": {"family": "M", "xyz": "Lyon"}})
    assert sentence.startswith("“xyz” is not a known field here. Correct it to “given”")
    assert sentence.endswith("or delete the line.")
    [(_, _, sentence)] = found(reconnaissance={"decided": {"date": "2026-02-17"}})
    assert "“recognition”" in sentence.split(", ")[1], "the likest come first"
    assert "delete" not in sentence, "what is below it would be lost"


def test_a_long_value_is_not_printed_whole() -> None:
    [first, *_] = found(status="x" * 100_000)
    assert len(first[2]) < 500
