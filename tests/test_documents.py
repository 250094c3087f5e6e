"""What the recognition report shows of a record, before any language or format."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from views import faults, merged, speech

from mobctl import documents, engine, store
from mobctl.documents import KINDS
from mobctl.documents.recognition_report import recognition_report
from mobctl.documents.record import Record
from mobctl.documents.view import RecognitionReport, Total, Words
from mobctl.engine import Settings, Sheet
from mobctl.finding import Judged
from mobctl.model import Mobility, decode
from mobctl.render import FORMATS, compose
from mobctl.rule import Index
from mobctl.rules import RULES
from mobctl.words import words

HERE = Path(__file__).parent
AS_OF = date(2026, 11, 24)
FILE = store.read(HERE / "records" / "base.mobility.yaml", asked=True)
assert FILE.document
BASE: dict[str, Any] = FILE.document.data


def view(patch: Mapping[str, Any] | None = None) -> RecognitionReport:
    data = merged(BASE, patch or {})
    settings = Settings(AS_OF, store.lists(), store.profiles())
    judged = engine.judge({"a.yaml": Sheet("mobility", data)}, store.shapes(), RULES.values(), settings)[
        "a.yaml"
    ]
    assert not any(finding.code.startswith("SHP1") for finding in judged.findings), judged.findings
    return recognition_report(Record(decode(data, Mobility), Index(), judged, AS_OF))


def totals(shown: RecognitionReport) -> dict[str, Total]:
    made = shown["totals"]
    return {"agreed": made["agreed"], "completed": made["completed"], "recognised": made["recognised"]}


def example(folder: str) -> RecognitionReport:
    [archive] = store.repositories(store.load([HERE.parent / "examples" / folder]))
    models = engine.models(store.sheets(archive), store.shapes(), store.lists())
    index = engine.index(models)
    records = [
        Record(model, index, Judged(), AS_OF) for model in models.values() if isinstance(model, Mobility)
    ]
    [ready] = [record for record in records if not KINDS["recognition-report"].lacking(record)]
    return recognition_report(ready)


def bare(patch: Mapping[str, Any]) -> Record:
    return Record(decode(merged(BASE, patch), Mobility), Index(), Judged(), AS_OF)


def test_the_engineering_story() -> None:
    shown = example("engineering")
    assert {name: total["value"] for name, total in totals(shown).items()} == {
        "agreed": "30",
        "completed": "30",
        "recognised": "30",
    }
    assert shown["agreement"]["number"] == "1", "the version after the change of courses"
    assert [(len(b["results"]), len(b["components"])) for b in shown["blocks"]] == [(2, 1), (2, 2)]
    grades = [
        (c["code"], c["grade"]["value"], c["grade"]["scale"])
        for b in shown["blocks"]
        for c in b["components"]
        if c["grade"]
    ]
    assert len(grades) == 3
    assert {scale for _, _, scale in grades} == {"fr-20"}
    assert [line["scale"] for block in shown["blocks"] for line in block["results"]] == ["it-30"] * 4
    assert shown["conversions"][0]["originals"] == [
        {"value": "30L", "scale": "it-30"},
        {"value": "28", "scale": "it-30"},
    ]
    assert shown["issuer"]["name"]["others"] == {"en": "Brévigny School of Engineering"}
    assert shown["learner"]["programme"] == {
        "text": "Diplôme d'ingénieur, informatique",
        "lang": "",
        "others": {},
    }
    assert (shown["date"], shown["status"]) == ("2026-03-18", "draft"), "issued, but no signature is recorded"


def test_the_social_work_story() -> None:
    shown = example("social-work")
    assert [total["value"] for total in totals(shown).values()] == ["30", "25", "25"]
    [remedial] = shown["remedial"]
    assert (remedial["credits"], remedial["date"], remedial["organiser"]["country"]) == (
        "5",
        "2026-09-08",
        "FR",
    )
    assert shown["blocks"][1]["reason"] == {
        "code": "failed-at-host",
        "text": "Examen de droit social : 8 sur 20.",
    }
    assert [component["status"] for component in shown["blocks"][1]["components"]] == ["remedial"]


def test_the_quebec_story() -> None:
    shown = example("quebec")
    assert [total["value"] for total in totals(shown).values()] == ["30", "24", "24"]
    assert shown["agreement"]["number"] == "1"
    assert [(c["grade"]["method"], c["grade"]["text"][:15]) for c in shown["conversions"]] == [
        ("pass-only", "Non convertible")
    ] * 3, "no table, no conversion: the report says so"


def test_credits_do_not_drop_out_of_sight() -> None:
    shown = view({"recognition": {"blocks": [BASE["recognition"]["blocks"][0]]}})
    assert [line["credits"] for line in shown["left_out"]] == ["14"]
    assert shown["left_out"][0]["reason"] == {"code": "", "text": ""}
    assert [(b["number"], b["components"][0]["status"], b["agreed"]) for b in shown["blocks"]] == [
        ("1", "recognised", "16"),
        ("–", "pending", "14"),
    ]
    parts = {name: sum(float(p["credits"]) for p in total["parts"]) for name, total in totals(shown).items()}
    assert parts == {name: float(total["value"]) for name, total in totals(shown).items()}


def test_recognition_follows_the_version_in_force_on_the_last_day() -> None:
    late = [{"role": role, "date": "2026-02-15"} for role in ("learner", "home", "host")]
    amendment = {**BASE["amendments"][0], "signatures": late}
    assert view()["agreement"]["number"] == "1"
    assert view({"amendments": [amendment]})["agreement"]["number"] == ""
    on_the_day = [{**each, "date": "2026-01-30"} for each in late]
    assert view({"amendments": [{**amendment, "signatures": on_the_day}]})["agreement"]["number"] == "1"


SIGNED = [
    {"role": "academic-coordinator", "name": "Paul Durand", "date": "2026-03-11", "how": "electronic"},
    {"role": "recognition-authority", "name": "Hélène Petit", "date": "2026-03-12", "how": "paper"},
]


@pytest.mark.parametrize(
    ("signatures", "status"),
    [
        pytest.param(SIGNED, "final", id="both"),
        pytest.param(SIGNED[:1], "draft", id="the authority is missing"),
        pytest.param([SIGNED[0], {**SIGNED[1], "how": "refused"}], "draft", id="one refused"),
        pytest.param([SIGNED[0], {"role": "recognition-authority"}], "draft", id="one has no date"),
    ],
)
def test_a_report_is_a_draft_until_all_have_signed(signatures: list[dict[str, str]], status: str) -> None:
    paper = {
        "kind": "recognition-report",
        "reference": "R-1",
        "issued": "2026-03-12",
        "signatures": signatures,
    }
    shown = view({"documents": [paper]})
    assert (shown["status"], shown["number"], shown["date"]) == (status, "R-1", "2026-03-12")


def test_what_the_check_says_and_what_was_waived() -> None:
    waiver = {"rule": "LA102", "all": True, "reason": "Agreed.", "by": "Jury", "date": "2026-03-01"}
    shown = view(
        {
            "agreement": {
                "recognised": [
                    {**BASE["agreement"]["recognised"][0], "credits": 20},
                    BASE["agreement"]["recognised"][1],
                ],
                "stated_totals": None,
            },
            "waivers": [waiver],
        }
    )
    by_code = {each["code"]: each for each in shown["findings"]}
    assert by_code["LA102"]["waived"] == {"by": "Jury", "date": "2026-03-01", "reason": "Agreed."}
    assert by_code["REC001"]["waived"] is None
    [accepted] = shown["waivers"]
    assert (accepted["rule"], accepted["at"], accepted["reason"]) == ("LA102", None, "Agreed.")
    assert (accepted["by"], accepted["date"], accepted["expires"]) == ("Jury", "2026-03-01", "")
    assert accepted["title"]["id"] == RULES["LA102"].title


@pytest.mark.parametrize(
    ("patch", "named"),
    [
        pytest.param({"results": None}, ["results.lines"], id="no results"),
        pytest.param({"recognition": None}, ["recognition.blocks"], id="no decision"),
        pytest.param({"agreement": None, "amendments": None}, ["agreement"], id="no agreement"),
        pytest.param({"direction": "incoming"}, ["home school"], id="an incoming student"),
        pytest.param(
            {"results": None, "recognition": None}, ["results.lines", "recognition.blocks"], id="two"
        ),
        pytest.param({}, [], id="nothing"),
    ],
)
def test_what_lacks_is_named(patch: dict[str, Any], named: list[str]) -> None:
    said = KINDS["recognition-report"].lacking(bare(patch))
    assert len(said) == len(named)
    for message, name in zip(said, named, strict=True):
        assert name in ENGLISH.say(message)


def test_the_look_of_the_school_is_at_the_head_only() -> None:
    shown = documents.under_the_name_of(view(), {"fr": "École", "en": "School"}, "1 rue X")
    assert shown["issuer"]["name"] == {"text": "École", "lang": "fr", "others": {"en": "School"}}
    assert shown["issuer"]["address"] == ["1 rue X"]
    assert shown["home"] == view()["home"]


def test_every_key_of_a_view_is_there() -> None:
    assert faults({"text": "x", "lang": ""}, Words, "words"), "the comparison itself finds a missing key"
    views = [
        view(),
        view({"results": {"lines": [{"id": "r1", "status": "pending"}]}}),
        example("engineering"),
        example("social-work"),
    ]
    for shown in views:
        assert faults(shown, RecognitionReport) == []


LINES = BASE["results"]["lines"]
PAPER = {"kind": "recognition-report", "reference": "R-1", "issued": "2026-03-18"}
BOTH = [
    {"role": "academic-coordinator", "name": "A", "date": "2026-03-18"},
    {"role": "recognition-authority", "name": "B", "date": "2026-03-18"},
]


@pytest.mark.parametrize(
    ("papers", "number", "status"),
    [
        pytest.param([], "2025-0001-REC", "draft", id="none issued"),
        pytest.param([{**PAPER, "signatures": BOTH}], "R-1", "final", id="signed by both"),
        pytest.param([{**PAPER, "signatures": BOTH[:1]}], "R-1", "draft", id="signed by one"),
        pytest.param(
            [{**PAPER, "signatures": [BOTH[0], {**BOTH[1], "how": "refused"}]}],
            "R-1",
            "draft",
            id="refused by one",
        ),
        pytest.param(
            [
                {**PAPER, "signatures": BOTH, "annulled": {"date": "2026-04-01"}},
                {**PAPER, "reference": "R-2"},
            ],
            "R-2",
            "draft",
            id="annulled, and made anew",
        ),
        pytest.param(
            [{**PAPER, "signatures": BOTH, "replaced_by": "R-2"}, {**PAPER, "reference": "R-2"}],
            "R-2",
            "draft",
            id="replaced",
        ),
    ],
)
def test_the_paper_that_counts(papers: list[dict[str, Any]], number: str, status: str) -> None:
    shown = view({"documents": papers})
    assert (shown["number"], shown["status"]) == (number, status)


def test_a_report_on_a_plan_names_no_agreement() -> None:
    shown = view({"documents": [{"kind": "validation-plan", "issued": "2025-06-12"}]})
    made = compose("recognition-report", shown, speech=speech("en"))
    text = FORMATS["md"].write(made).decode()
    assert "Validation plan with amendment 1, in force from 9\u00a0October 2025" in text
    assert "Learning agreement" not in text


def test_a_refusal_is_no_signature() -> None:
    signatures = [
        *BASE["agreement"]["signatures"][:2],
        {"role": "host", "date": "2025-06-12", "how": "refused"},
    ]
    shown = view({"amendments": None, "agreement": {"signatures": signatures}})
    assert [each["role"] for each in shown["agreement"]["signatures"]] == ["learner", "home"]
    assert shown["agreement"]["effective"] == ""


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        pytest.param({"recognition": {"decided": None}}, "recognition.decided.date", id="no decision"),
        pytest.param({"recognition": {"blocks": None}}, "nothing is decided", id="no blocks"),
        pytest.param({"results": None}, "the host's results", id="no results"),
        pytest.param(
            {"results": {"lines": [{"id": "r1", "status": "passed"}]}},
            "results.lines[r1].credits",
            id="unknown credits",
        ),
        pytest.param({"agreement": None}, "no learning agreement", id="no agreement"),
        pytest.param({"direction": "incoming"}, "outgoing", id="an incoming learner"),
    ],
)
def test_what_there_must_be(patch: dict[str, Any], said: str) -> None:
    messages = [ENGLISH.say(message) for message in KINDS["recognition-report"].lacking(bare(patch))]
    assert any(said in each for each in messages), messages


ENGLISH = words("en", store.lists())


def decided(*to: dict[str, Any]) -> list[str]:
    blocks = [{"id": "k1", "from": ["r1", "r2"], "to": list(to), "reason": {"code": "other"}}]
    return [block["extent"] for block in view({"recognition": {"blocks": blocks}})["blocks"]]


@pytest.mark.parametrize(
    ("to", "extent"),
    [
        pytest.param([{"component": "b1", "credits": "16", "status": "recognised"}], "whole", id="in full"),
        pytest.param([{"component": "b1", "credits": "15.5", "status": "recognised"}], "part", id="less"),
        pytest.param([{"component": "b1", "credits": "0", "status": "refused"}], "none", id="refused"),
        pytest.param([{"component": "b1", "status": "pending"}], "open", id="pending"),
        pytest.param([], "none", id="nothing that it could count for"),
        pytest.param(
            [
                {"component": "b1", "credits": "16", "status": "recognised"},
                {"component": "b2", "status": "refused"},
            ],
            "part",
            id="one of two",
        ),
    ],
)
def test_how_far_a_block_is_recognised(to: list[dict[str, Any]], extent: str) -> None:
    made = [{**each, "credits": Decimal(each["credits"])} if "credits" in each else each for each in to]
    assert decided(*made)[0] == extent


def test_only_exceptions_of_all_three_are_shown() -> None:
    exceptions = [
        {"credits": Decimal(2), "reason": "all", "agreed_by": ["learner", "home", "host"]},
        {"credits": Decimal(3), "reason": "two", "agreed_by": ["learner", "home"]},
    ]
    [shown] = view({"agreement": {"exceptions": exceptions}})["exceptions"]
    assert (shown["credits"], shown["reason"], shown["number"]) == ("2", "all", "")
    assert [each["date"] for each in shown["signatures"]] == ["2025-06-03", "2025-06-04", "2025-06-12"]


def test_what_was_not_checked_is_listed() -> None:
    shown = view()["not_checked"]
    assert [each["code"] for each in shown] == ["GEN103", "GEN106", "LA107"]
    assert all(each["title"]["id"] == RULES[each["code"]].title and each["why"]["id"] for each in shown)
