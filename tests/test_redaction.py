"""What is written about a person is in no format that others read: over all cases of all rules, and in detail."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from test_cli import BASE as RECORD
from test_cli import mobctl
from test_rules import AS_OF, BASE, CASES, judged_in, merged

from mobctl import reporters, store
from mobctl.cli.common import Asked, judge
from mobctl.finding import Arg, Message, Personal, Quoted, Series, Text, from_plain, plain, say
from mobctl.reporters import AMONG_US, REPORTERS, Report
from mobctl.reporters.privacy import MARK, Secrets, about_a_person, masked, secrets_of
from mobctl.rules import CATALOGUE
from mobctl.words import words

LISTS = store.lists()
ENGLISH, FRENCH = words("en", LISTS), words("fr", LISTS)
PUBLIC = sorted(set(REPORTERS) - AMONG_US)
PERSON = frozenset({"family", "given", "birth_date", "email", "phone", "esi"})
TELLING = 3
"""A letter or two, as some cases have them for a name, stand in any sentence."""

NOBODY = frozenset({"learner", "home", "host", "employer", "other", "training-centre"})
"""What may stand under `by` and is no person."""


def written_of_persons(data: Any, above: tuple[str, ...] = ()) -> Iterator[str]:
    """What a record says of persons, found without the schemas: by the names of the fields."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from written_of_persons(value, (*above, key))
    elif isinstance(data, list):
        for item in data:
            yield from written_of_persons(item, above)
    elif isinstance(data, str) and len(data) >= TELLING and above and _of_a_person(above, data):
        yield data


def _of_a_person(place: tuple[str, ...], text: str) -> bool:
    return (
        place[-1] in PERSON
        or place[-2:] == ("learner", "id")
        or place[-2:] in (("signatures", "name"), ("members", "name"))
        or (place[-1] == "by" and text not in NOBODY)
    )


def as_shown(text: str) -> set[str]:
    """A text as a message may show it: a day also in words."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return {text}
    return {text, ENGLISH.show(day), FRENCH.show(day)}


def file_of(data: Any) -> store.File:
    text = json.dumps(data, ensure_ascii=False, default=float)  # which is YAML too
    return store.read_bytes("this.mobility.yaml", text.encode(), asked=True)


@pytest.mark.parametrize("code", CASES)
def test_no_rule_names_a_person_in_public(code: str) -> None:
    found = 0
    for case in CASES[code]:
        data = merged(BASE, case["given"])
        others = [merged(BASE, patch) for patch in (*case.get("beside", []), case.get("before", {}))]
        judged = judged_in(code, case)
        found += len(judged.findings) + len(judged.todo)
        day = date.fromisoformat(case.get("as_of", AS_OF))
        report = Report({"this": file_of(data)}, {"this": judged}, 0, day, (), CATALOGUE)
        public = reporters.for_the_public(report)
        later = public.judged["this"].todo
        text = "\n".join(
            [
                *(
                    REPORTERS[name](public, speech)
                    for name in PUBLIC
                    if name != "sarif"
                    for speech in (ENGLISH, FRENCH)
                ),
                *(ENGLISH.say(each.message) for each in later),
                *(ENGLISH.say(each.message) for f in public.judged["this"].findings for each in f.related),
            ]
        )
        for secret in {each for one in (data, *others) for each in written_of_persons(one)}:
            assert [each for each in as_shown(secret) if each in text] == [], case["case"]
    assert found


def test_no_example_names_a_person_in_public() -> None:
    """The broken examples of all rules, as a job would show them, each against what its own file says of persons."""
    archive = store.load([RECORD.parents[2] / "examples" / "broken"])
    report = judge(archive, store.repositories(archive), Asked(date.fromisoformat(AS_OF)))
    rows = json.loads(REPORTERS["gitlab"](reporters.for_the_public(report), ENGLISH))
    assert len(rows) > 100
    for row in rows:
        file = report.files[row["location"]["path"]]
        data = file.document.data if file.document else None
        for secret in written_of_persons(data):
            assert [each for each in as_shown(secret) if each in row["description"]] == [], row


def nodes(
    node: Any, place: tuple[str, ...] = (), *, known: bool = False
) -> Iterator[tuple[tuple[str, ...], Any, bool]]:
    """Every property of a schema with its place, and whether it is marked, itself or above."""
    if isinstance(node, dict):
        marked = known or node.get(MARK) is True
        for name, each in (node.get("properties") or {}).items():
            yield (*place, name), each, marked or each.get(MARK) is True
        for key, value in node.items():
            if key == "properties":
                for name, each in value.items():
                    yield from nodes(each, (*place, name), known=marked)
            elif key not in {"examples", "enum", "required"}:
                yield from nodes(value, place, known=marked)
    elif isinstance(node, list):
        for each in node:
            yield from nodes(each, place, known=known)


@pytest.mark.parametrize("kind", store.KINDS)
def test_each_field_about_a_person_is_marked(kind: str) -> None:
    """A new field with a name, an address or a day of birth says so; a list of codes needs no mark."""
    for place, node, marked in nodes(store.schema(kind)):
        if place[-1] in PERSON or (place[-1] == "by" and node.get("type") == "string"):
            assert marked or "enum" in node, f"{'/'.join(place)}: set {MARK}"
        if node.get("format") in {"email", "phone", "esi"}:
            assert marked, f"{'/'.join(place)}: set {MARK}"


LEA = Secrets(frozenset({"Léa", "Martin", "20250001", "2004-11-03"}), frozenset({date(2004, 11, 3)}))


@pytest.mark.parametrize(
    ("given", "left"),
    [
        pytest.param("Léa Martin", "… …", id="a text"),
        pytest.param("LÉA, Martine", "…, Martine", id="whole words, whatever the case"),
        pytest.param(Quoted("20250001"), Quoted("…"), id="a value"),
        pytest.param(Text((("fr", "de Léa"), ("en", "Léa's"))), Text((("fr", "de …"), ("en", "…'s"))), id="in languages"),
        pytest.param(Series(("Martin", "Rossi"), "or"), Series(("…", "Rossi"), "or"), id="a series"),
        pytest.param(date(2004, 11, 3), "…", id="the day of birth"),
        pytest.param(date(2004, 11, 4), date(2004, 11, 4), id="another day"),
        pytest.param(20250001, 20250001, id="a count"),
        pytest.param(Personal("Ana"), "…", id="a person of another record"),
        pytest.param(Personal("Ana", say("the learner")), say("the learner"), id="by a neutral word"),
        pytest.param(say("{x}", x="Léa"), say("{x}", x="…"), id="a message in a message"),
    ],
)  # fmt: skip
def test_what_is_known_of_a_person_gives_way(given: Arg, left: Arg) -> None:
    assert dict(LEA.without(say("{x}", x=given)).args)["x"] == left


def test_a_text_of_the_school_is_left_alone() -> None:
    assert (
        LEA.without(Message("Léa", literal=True))
        == masked(Message("Léa", literal=True))
        == Message("Léa", literal=True)
    )


def test_a_person_is_named_to_those_who_have_the_file() -> None:
    message = say("{who} signed.", who=Personal("Léa", say("the learner")))
    assert ENGLISH.say(message) == "Léa signed."
    assert ENGLISH.say(masked(message)) == "the learner signed."
    assert from_plain(plain(message)) == message
    assert from_plain(plain(Personal(date(2004, 11, 3)))) == Personal(date(2004, 11, 3))


@pytest.mark.parametrize(
    ("kind", "pointer", "private"),
    [
        ("mobility", ("learner", "birth_date"), True),
        ("mobility", ("learner", "name", "given"), True),
        ("mobility", ("learner", "unknown"), True),
        ("mobility", ("learner", "enrolment", "isced_f"), False),
        ("mobility", ("agreement", "signatures", 0, "name"), True),
        ("mobility", ("agreement", "signatures", 0, "date"), False),
        ("mobility", ("host", "name"), False),
        ("mobility", ("host", "contact", "name", "latin", "given"), True),
        ("mobility", ("no", "such", 1), False),
        ("mobility", (), False),
        ("institution", ("contacts", 0, "email"), True),
        ("cohort", ("learners", 0, "id"), True),
        ("?", ("mobctl",), False),
    ],
)
def test_which_places_are_about_a_person(kind: str, pointer: tuple[str | int, ...], *, private: bool) -> None:
    assert about_a_person(pointer, kind) is private


def test_secrets_are_taken_from_what_is_marked() -> None:
    found = secrets_of(file_of(merged(BASE, {"learner": {"email": "lea@x.example", "citizenship": ["FR"]}})))
    assert {"Léa", "Martin", "20250001", "lea@x.example", "Paul Durand", "Jury S8"} <= found.texts
    assert not {"FR", "École de Valmont", "Torino", "7"} & found.texts
    assert found.days == {date(2004, 11, 3)}
    assert secrets_of(store.read_bytes("x.yaml", b"a: {", asked=True)) == Secrets()


@pytest.fixture
def too_young(tmp_path: Path) -> Path:
    text = RECORD.read_text(encoding="utf-8").replace("2004-11-03", "2019-12-24")
    (tmp_path / "a.mobility.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", REPORTERS)
@pytest.mark.parametrize("asked", [None, "show", "hide"])
def test_personal_data_is_shown_where_it_is_asked_for(too_young: Path, name: str, asked: str | None) -> None:
    options = ["--personal-data", asked] if asked else []
    said = mobctl("validate", "--format", name, "--as-of", "2026-11-24", *options, cwd=too_young).stdout
    assert "GEN101" in said
    assert ("24 December 2019" in said) == (asked == "show" or (asked is None and name in AMONG_US))
    assert "Born on" in said
