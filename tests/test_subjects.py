"""Documents that are not about one mobility: what they are made of, their fields, and what can't be done with them."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast

import folders
import pytest
from folders import (
    AGREEMENT,
    ANSWERED,
    CONFIG,
    FULL,
    GROUP,
    HOST,
    LISTED,
    MISSION,
    OURS,
    POLITO,
    SHEET,
    STAY,
    been,
    folder,
    found,
    going,
    record,
    save,
    shown,
    together,
)
from test_fields import bare, holders, named, text, without
from views import faults

from mobctl import cli, press, store
from mobctl.documents import KINDS, Subject
from mobctl.documents.group_programme import GroupProgramme
from mobctl.documents.host_file import HostFile
from mobctl.documents.mission_letter import MissionLetter
from mobctl.documents.partner_agreement import PartnerAgreementSheet
from mobctl.documents.record import Group, Record, Whole
from mobctl.render import FORMATS, compose, locale
from mobctl.subjects import records
from mobctl.words import words

ENGLISH = words("en", store.lists())
OTHERS = [name for name, kind in KINDS.items() if kind.subject not in (Subject.MOBILITY, Subject.ARCHIVE)]
"""The kinds that are looked at here; what is about the whole archive has tests of its own."""

FORM = ["--format", "pdf", "--format", "html", "--format", "md"]
ON = ["--as-of", folders.AS_OF.isoformat()]

Name = Callable[[str, str], str]


def code(codelist: str) -> Name:
    return store.lists()[codelist].label


def as_it_is(value: str, _lang: str) -> str:
    return value


SENTINELS: Mapping[str, Mapping[str, tuple[Any, Name]]] = {
    SHEET: {
        "parties[].name": ("Zq{n}x", as_it_is),
        "component_types": (["certification"], code("component-types")),
        "covers.from": ("2021-03-17", locale.day),
        "parties[].language.code": ("sl", locale.language),
        "parties[].language.level": ("C2", code("cefr")),
        "parties[].transcript_weeks": (7.25, locale.credits),
    },
    HOST: {
        "name": ("Zq{n}x", as_it_is),
        "country": ("LU", locale.country),
        "contacts[].name.family": ("Zq{n}y", as_it_is),
        "contacts[].email": ("zq{n}@w.example", as_it_is),
        "hosting.places": (1234.25, locale.credits),
        "hosting.subjects": (["Zq9z"], as_it_is),
        "hosting.languages": (["sl"], locale.language),
    },
    GROUP: {
        "mobilities[].learner.name.family": ("Zq{n}x", as_it_is),
        "mobilities[].home.name": ("Zq1y", as_it_is),
        "mobilities[].host.name": ("Zq2y", as_it_is),
        "mobilities[].period.planned.start": ("2027-03-17", locale.day),
        "mobilities[].period.planned.end": ("2027-04-18", locale.day),
        "mobilities[].agreement.learning_outcomes[].title": ("Zq3y", as_it_is),
        "mobilities[].agreement.activities[].title": ("Zq4y", as_it_is),
    },
    MISSION: {
        "name": ("Zq{n}x", as_it_is),
        "coordinators[].name.family": ("Zq{n}y", as_it_is),
        "coordinators[].unit": ("Zq{n}z", as_it_is),
        "coordinators[].duties|tasks": (["liaise"], code("coordinator-duties")),
        "coordinators[].from": ("2021-03-17", locale.day),
        "coordinators[].to": ("2021-04-18", locale.day),
    },
}
"""By kind and path: a value that stands nowhere else, and what a reader sees of it."""

HELD: Mapping[str, tuple[str, ...]] = {
    SHEET: (AGREEMENT,),
    HOST: (POLITO,),
    MISSION: (OURS,),
    GROUP: tuple(together(2)),
}
"""The files in which the fields of a kind stand, of the folder."""


def root(kind: str, files: Mapping[str, Any]) -> dict[str, Any]:
    """What the paths of the fields of a kind begin with."""
    if kind == GROUP:
        return {"mobilities": [files[name] for name in HELD[kind]]}
    return cast(dict[str, Any], files[HELD[kind][0]])


def sample(kind: str) -> dict[str, Any]:
    """A folder that has all that a document shows; parties say themselves who they are."""
    files: dict[str, Any] = copy.deepcopy(folder())
    if kind == SHEET:
        del files[AGREEMENT]["exchanges"]
        for party in files[AGREEMENT]["parties"]:
            del party["ref"]
            party |= {"name": "?", "country": "LU"}
    if kind == GROUP:
        files |= copy.deepcopy(together(2, home={"name": "?"}, host={"name": "?"}))
    if kind == HOST:
        del files[AGREEMENT]  # what an agreement says need not be said again
    return files


def made(kind: str, root: Path, lang: str, *more: str) -> dict[str, str]:
    """Render a kind of document from a folder, and read what came out, by format."""
    out = root / "out"
    assert cli.run(["render", kind, str(root), "-o", str(out), "--lang", lang, *ON, *FORM, *more]) == 0
    shown = {}
    for name, form in FORMATS.items():
        shown[name] = "".join(text(name, path.read_bytes()) for path in sorted(out.glob(f"*{form.suffix}")))
    return shown


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
@pytest.mark.parametrize("kind", OTHERS)
def test_every_field_stands_on_the_document(kind: str, lang: str, tmp_path: Path) -> None:
    files = sample(kind)
    wanted = []
    for path, (value, name) in SENTINELS[kind].items():
        for number, (node, last) in enumerate(holders(root(kind, files), path)):
            put = value.format(n=100 + number) if isinstance(value, str) else value
            node.update(dict.fromkeys(last.split("|")))
            node[last.split("|")[0]] = put
            wanted.append((path, bare(name(str(put[0] if isinstance(put, list) else put), lang))))
    assert {path for path, _ in wanted} == {field.path for field in KINDS[kind].fields}
    shown = made(kind, save(folders.exact(files), tmp_path), lang)
    for path, value in wanted:
        assert [form for form in FORMATS if value not in shown[form]] == [], (path, value)


@pytest.mark.parametrize(
    ("kind", "path"), [(kind, each.path) for kind in OTHERS for each in KINDS[kind].fields]
)
def test_without_a_field_there_is_no_document(
    kind: str, path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = sample(kind)
    without(root(kind, files), path)
    place = save(files, tmp_path)
    asked = [str(place / name) for name in HELD[kind]]
    order = ["render", kind, *asked, "-o", str(tmp_path / "out"), "--lang", "fr", "--format", "md", *ON]
    assert cli.run(order) == 1
    said = capsys.readouterr().err
    shape = named(path.removeprefix("mobilities[]."))  # of a mistake of shape the record itself is told
    assert re.search(f"{named(path)}|{shape}", said), said
    assert "aucun document" in said
    assert not (tmp_path / "out").exists() or not [*(tmp_path / "out").iterdir()]


def test_every_kind_is_looked_at() -> None:
    assert set(OTHERS) == set(SENTINELS) == set(HELD)
    assert all(kind in {view["kind"] for view in folders.VIEWS.values()} for kind in OTHERS)


TYPES: Mapping[str, Any] = {
    SHEET: PartnerAgreementSheet,
    HOST: HostFile,
    MISSION: MissionLetter,
    GROUP: GroupProgramme,
}


@pytest.mark.parametrize("name", folders.VIEWS)
def test_views_are_as_their_types_say(name: str) -> None:
    view = folders.VIEWS[name]
    assert faults(view, TYPES[view["kind"]]) == []
    assert {"kind", "number", "record", "date", "status", "holder", "issuer", "signatories"} <= view.keys()
    assert "learner" not in view


# What a document is made of


def test_whose_archive_it_is() -> None:
    """As its mobctl.yaml says, else the one school whose records they are."""
    assert record(SHEET).keeper.ref == "valmont"
    stay = {"home": {"ref": "valmont", **dict.fromkeys(("name", "country", "city", "schac", "erasmus_code"))}}
    assert record(SHEET, {CONFIG: {"home": None}, STAY: stay}).keeper.ref == "valmont"


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        ({CONFIG: {"home": None}}, "nothing says whose records these are: write the id of your school"),
        ({CONFIG: {"home": "nowhere"}}, "the institution “nowhere”, whose records these are, has no file"),
        ({OURS: None}, "the institution “valmont”, whose records these are, has no file of its own"),
    ],
)
def test_nobody_knows_whose_archive_it_is(patch: Mapping[str, Any], said: str) -> None:
    [why] = found(SHEET, folder(patch)).values()
    assert ENGLISH.say(why).startswith(said)


def test_a_broken_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = save(folder({AGREEMENT: {"covers": {"from": "next year"}}}), tmp_path)
    assert cli.run(["render", SHEET, str(place), "-o", str(tmp_path / "out"), "--lang", "en", *ON]) == 1
    said = capsys.readouterr().err
    assert "covers.from" in said
    assert "must be mended first" in said


STAYS = {
    "mobilities/b.mobility.yaml": {**FULL[STAY], "id": "2026-2", "group": "florence"},
    "mobilities/a.mobility.yaml": {**FULL[STAY], "id": "2026-1", "group": "florence"},
    "mobilities/c.mobility.yaml": {**FULL[STAY], "id": "2026-3", "group": "florence", "status": "cancelled"},
    "mobilities/d.mobility.yaml": {**FULL[STAY], "id": "2026-4", "group": "porto"},
}


def about(subject: Subject, files: Mapping[str, Any] = STAYS) -> dict[str, Any]:
    return dict(records(folders.archive(folder(files)), {}, subject, folders.AS_OF))


def test_learners_who_go_together() -> None:
    """Who goes alone, or no longer goes, is in no group."""
    made = about(Subject.GROUP)
    assert {name: [*each.the(Group).stays] for name, each in made.items()} == {
        "mobilities/a.mobility.yaml": ["mobilities/a.mobility.yaml", "mobilities/b.mobility.yaml"],
        "mobilities/d.mobility.yaml": ["mobilities/d.mobility.yaml"],
    }
    first = made["mobilities/a.mobility.yaml"]
    assert (first.id, first.year, len(first.root["mobilities"])) == ("florence", "2025/2026", 2)


def test_a_group_is_whole_or_not_at_all() -> None:
    wrong = "mobilities/b.mobility.yaml"
    said = about(Subject.GROUP, {**STAYS, wrong: {**STAYS[wrong], "direction": "sideways"}})
    assert "must be mended first" in ENGLISH.say(said[wrong])
    assert isinstance(said["mobilities/d.mobility.yaml"], Record)


def test_the_whole_archive() -> None:
    [(name, made)] = about(Subject.ARCHIVE).items()
    assert (name, made.id, made.keeper.ref) == (CONFIG, "valmont", "valmont")
    assert len(made.root["mobilities"]) == 1 + len(STAYS)
    assert {each.id for each in made.root["institutions"]} == {"valmont", "polito"}
    assert made.the(Whole).broken == ()


# What can be done with them


def test_what_is_not_about_a_mobility_is_not_entered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = save(folder(), tmp_path)
    assert (
        cli.run(["render", SHEET, str(place), "--register", "--lang", "en", "-o", str(tmp_path / "out")]) == 2
    )
    assert "“partner-agreement-sheet” is not about one mobility" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_where_there_is_nothing_it_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = save(folder(), tmp_path)
    assert cli.run(["render", SHEET, str(place / STAY), "--lang", "en", "-o", str(tmp_path / "out")]) == 3
    assert "There is no file of an agreement with a partner among these." in capsys.readouterr().err


def test_names_and_manifest(tmp_path: Path) -> None:
    place = save(folder(), tmp_path)
    manifest = tmp_path / "list.json"
    order = ["render", SHEET, str(place), "-o", str(tmp_path / "out"), "--lang", "en", "--format", "md", *ON]
    assert cli.run([*order, "--name", "{kind}/{id}", "--manifest", str(manifest)]) == 0
    assert (tmp_path / "out" / SHEET / "valmont-polito-2024.md").is_file()
    [row] = json.loads(manifest.read_text(encoding="utf-8"))["documents"]
    assert (row["record"], row["status"], row["number"]) == (
        "valmont-polito-2024",
        "made",
        "valmont-polito-2024-SHEET",
    )
    assert row["source"].endswith(AGREEMENT)


def test_sealed_and_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The seal names what the document is about in place of a learner; a stay of the same id is another matter."""
    stay = {**FULL[STAY], "id": "valmont-polito-2024"}
    place = save(folder({STAY: stay}), tmp_path / "school")
    assert cli.run(["keys", "new", "valmont", "-o", str(tmp_path)]) == 0
    order = ["render", SHEET, str(place), "-o", str(tmp_path / "out"), "--lang", "en", *ON]
    assert cli.run([*order, "--seal", str(tmp_path / "valmont.key.pem")]) == 0
    [path] = (tmp_path / "out").iterdir()
    capsys.readouterr()
    public = str(tmp_path / "valmont.pub.pem")
    assert cli.run(["verify", str(path), "--key", public, "--lang", "en", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["seal"]["holder"] == "IIA-2024-007"
    assert {each["name"] for each in data["checks"]} == {"values", "seal", "page"}


# OUT-06


@pytest.mark.parametrize(
    ("patch", "wanted"),
    [
        ({}, ("2024-04-18", "2025-06-03", "before")),
        ({"parties": [{"name": "A"}]}, ("", "2025-06-03", "")),
        (
            {"parties": [{"name": "A", "signatures": [{"date": "2025-09-01"}]}]},
            ("2025-09-01", "2025-06-03", "after"),
        ),
        (
            {"parties": [{"name": "A", "signatures": [{"date": "2024-09-01", "how": "refused"}]}]},
            ("", "2025-06-03", ""),
        ),
    ],
)
def test_the_agreement_comes_before_the_first_learning_agreement(
    patch: Mapping[str, Any], wanted: tuple[str, str, str]
) -> None:
    view = KINDS[SHEET].view(record(SHEET, {AGREEMENT: patch}))
    assert (view["signed"], view["first"], view["order"]) == wanted


def test_language_and_weeks_are_asked_of_those_who_receive() -> None:
    """As the exchanges say; without them, of all but our own school. A placement has no transcript."""
    ours, theirs = (
        {**each, "language": None, "transcript_weeks": None} for each in FULL[AGREEMENT]["parties"]
    )
    theirs_full = FULL[AGREEMENT]["parties"][1]
    lacking: Callable[[Any], list[str]] = partial(_lacking, SHEET)
    assert len(lacking({"parties": [ours, theirs_full]})) == 3
    assert lacking({"parties": [ours, theirs_full], "exchanges": None}) == []
    assert lacking({"parties": [ours, theirs_full], "exchanges": FULL[AGREEMENT]["exchanges"][:1]}) == []
    assert len(lacking({"parties": [ours, theirs], "exchanges": None})) == 3
    assert len(lacking({"parties": [ours, theirs], "component_types": ["placement"], "exchanges": None})) == 2


def _lacking(kind: str, patch: Mapping[str, Any]) -> list[str]:
    return [ENGLISH.say(each) for each in KINDS[kind].lacking(record(kind, {AGREEMENT: patch}))]


def test_what_is_not_stated_is_said() -> None:
    view = shown(SHEET, {AGREEMENT: {"covers": {"to": None}, "reference": None}})
    assert (view["end"], view["holder"]) == ("", "valmont-polito-2024")


# OUT-31


def lacking(kind: str, patch: Mapping[str, Any], **how: Any) -> list[str]:
    return [ENGLISH.say(each) for each in KINDS[kind].lacking(record(kind, patch, **how))]


def test_a_host_is_not_our_own_school_nor_where_nobody_goes() -> None:
    made = found(HOST, folder())
    said = {name: [ENGLISH.say(each) for each in KINDS[HOST].lacking(it)] for name, it in made.items()}
    assert said == {OURS: ["this is our own school, which is no host site of its own"], POLITO: []}
    [why] = lacking(HOST, {AGREEMENT: None, POLITO: {"hosting": None}})
    assert why.startswith("no stay, no agreement and no entry (`hosting`)")
    assert len(lacking(HOST, {AGREEMENT: None, POLITO: {"hosting": None}, **been(None)})) == 3


def test_an_agreement_says_places_fields_and_language() -> None:
    assert lacking(HOST, {POLITO: {"hosting": None}}) == []
    assert lacking(HOST, {POLITO: {"hosting": None}, AGREEMENT: {"covers": {"to": "2025-08-31"}}}) != [], (
        "ended"
    )
    view: Any = shown(HOST, {POLITO: {"hosting": None}})
    assert [(each["places"], each["field"], each["until"]) for each in view["offers"]] == [
        ("2", "0613", "2029-08-31")
    ]
    assert view["languages"] == [{"code": "it", "level": "B1"}]
    over: Any = shown(HOST, {AGREEMENT: {"covers": {"to": "2025-08-31"}}})
    assert over["offers"] == []
    assert over["languages"]
    assert {each["level"] for each in over["languages"]} == {""}, "of an agreement that has ended"


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ([{"rating": 5, "recommends": True}] * 4, ("", "", "")),
        ([{"rating": 5, "recommends": True}] * 4 + [{"rating": 1, "shareable": False}], ("", "", "")),
        ([{"rating": 5, "recommends": True}] * 4 + [None], ("", "", "")),
        ([{"rating": 5, "recommends": True}] * 4 + [{"rating": 2}], ("5", "4.4", "")),
        ([{"rating": 3, "recommends": False}] * 5, ("5", "3.0", "")),
        ([{"rating": 1, "recommends": False}] * 4 + [{"rating": 2, "recommends": True}], ("5", "1.2", "1")),
        ([{"rating": 5, "recommends": True}] * 5, ("5", "", "")),
        ([{"rating": 1, "recommends": True}] * 5, ("5", "", "")),
        (
            [{"rating": 3, "recommends": False, "learner": "one of four"}] * 2 + [{"rating": 3}] * 3,
            ("", "", ""),
        ),
        ([{"rating": 4}] * 15 + [{"rating": 5}] * 5, ("20", "4.3", "")),
    ],
)
def test_answers_are_a_sum_of_five_or_more(answers: list[Any], wanted: tuple[str, str, str]) -> None:
    """Of fewer one could tell whose they are; so of a question that few have answered, or all of them alike."""
    made: Any = shown(HOST, been(*answers))["answers"]
    assert (made["count"], made["rating"], made["recommend"]) == wanted


def test_a_host_file_names_no_learner() -> None:
    view = json.dumps(shown(HOST, ANSWERED))
    assert "Martin" not in view
    assert "2024-000" not in view
    assert json.loads(view)["stays"] == "7"


# OUT-33


def test_each_coordinator_has_a_letter_with_its_signature() -> None:
    made = record(MISSION)
    assert KINDS[MISSION].parts(made) == ("info", "gc")
    signed, draft = (shown(MISSION, part=part) for part in ("info", "gc"))
    assert (signed["status"], signed["number"], signed["date"]) == ("final", "LM-2026-04", "2026-07-02")
    assert (draft["status"], draft["number"]) == ("draft", "valmont-LM-gc")
    [expected] = draft["signatories"]
    assert (expected["name"], expected["signed"]) == ("", "")
    bare = KINDS[MISSION].view(KINDS[MISSION].unsigned(made))
    assert bare["status"] == "draft"


def test_who_signs_is_of_the_schools_list(tmp_path: Path) -> None:
    listed = [{"role": "head-of-institution", "name": "Anne Lefort", "position": "Présidente"}]
    place = save(folder({CONFIG: {"brand": {"signatories": listed}}}), tmp_path)
    out = tmp_path / "out"
    assert (
        cli.run(["render", MISSION, str(place), "-o", str(out), "--lang", "en", "--format", "md", *ON]) == 0
    )
    assert "Anne Lefort" in (out / "valmont.mission-letter-gc.en.md").read_text(encoding="utf-8")


def test_a_letter_that_has_changed_is_a_draft_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = {**FULL[OURS]["coordinators"][0], "view_sha256": "0" * 64}
    place = save(folder({OURS: {"coordinators": [one]}}), tmp_path)
    out = tmp_path / "out"
    assert (
        cli.run(["render", MISSION, str(place), "-o", str(out), "--lang", "en", "--format", "md", *ON]) == 0
    )
    assert "the record has changed since this document was signed" in capsys.readouterr().err
    assert "Draft" in (out / "valmont.mission-letter-info.en.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        ({"to": "2026-08-31"}, "the mission ends on 31 August 2026, before it begins"),
        ({"id": "gc"}, "two coordinators have the id gc"),
    ],
)
def test_missions_that_cannot_be(patch: Mapping[str, Any], said: str) -> None:
    first, second = FULL[OURS]["coordinators"]
    [why] = lacking(MISSION, {OURS: {"coordinators": [{**first, **patch}, second]}})
    assert why.startswith(said)


def test_a_letter_is_for_our_own_school() -> None:
    [why] = (ENGLISH.say(each) for each in KINDS[MISSION].lacking(found(MISSION)[POLITO]))
    assert why.startswith("the school writes this letter")
    [why] = lacking(MISSION, {OURS: {"coordinators": None}})
    assert why.startswith("the file of the school names no coordinators")


# OUT-34


def test_a_group_has_one_programme() -> None:
    """What differs is named, with the records in which it does."""
    other = {
        "mobilities/g2.mobility.yaml": going(2, agreement={**going(2)["agreement"], "calendar": "Le samedi"})
    }
    [why] = lacking(GROUP, {**together(3), **other})
    assert why == "2027-0001 and 2027-0002 go together, and do not say the same of the calendar (rule DOC009)"


def test_who_has_papers_of_ones_own_is_in_no_group_programme() -> None:
    [why] = lacking(GROUP, together(2, format="vet-short"))
    assert "(`format: group`), which 2027-0001 and 2027-0002 is not" in why


def test_the_list_is_signed_in_every_record() -> None:
    signed = together(2, documents=LISTED)
    view = shown(GROUP, signed)
    assert (view["status"], view["number"], view["date"]) == ("final", "GP-1", "2026-11-20")
    assert KINDS[GROUP].view(KINDS[GROUP].unsigned(record(GROUP, signed)))["status"] == "draft"
    half = {**signed, "mobilities/g2.mobility.yaml": going(2, documents=LISTED[:1])}
    assert shown(GROUP, half)["status"] == "draft"


def test_of_a_participant_the_paper_says_what_it_prints() -> None:
    view: Any = shown(GROUP, together(2))
    assert [set(each) for each in view["participants"]] == [{"name", "programme"}] * 2
    assert "2008-02-11" not in json.dumps(view)


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
@pytest.mark.parametrize("name", ["agreement-sheet", "host-answers", "mission", "mission-draft", "group"])
def test_text_is_as_before(name: str, lang: str, golden: Callable[[str, str], None]) -> None:
    view = folders.VIEWS[name]
    speech = press.speech(words(lang, store.lists()))
    made = compose(KINDS[view["kind"]].template_name, view, speech=speech)
    golden(f"documents/{name}.{lang}.md", FORMATS["md"].write(made).decode())
