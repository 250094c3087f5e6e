"""The cover of the report, the debrief sheet and the positioning sheet: what each lacks, and what it says."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import letterbox
import pytest
from letterbox import COVER, DEBRIEF, POSITIONING, SAMPLES, SHEETS, lacks, record, view
from test_html import speech
from views import faults

from mobctl.documents import KINDS
from mobctl.documents.sheets import Cover, Debriefed, Positioned
from mobctl.render import FORMATS, compose, fingerprint

TYPES = {COVER: Cover, DEBRIEF: Debriefed, POSITIONING: Positioned}
MINE = {name: shown for name, shown in letterbox.VIEWS.items() if shown["kind"] in SHEETS}
DAY = "2026-11-24"


@pytest.mark.parametrize("name", MINE)
def test_every_key_of_a_view_is_there(name: str) -> None:
    assert faults(MINE[name], TYPES[MINE[name]["kind"]]) == []


def evidence(**patch: Any) -> dict[str, Any]:
    return {"evidence": patch}


@pytest.mark.parametrize(
    ("kind", "patch", "day", "named"),
    [
        *((kind, {"direction": "incoming"}, DAY, "the home school makes this sheet") for kind in SHEETS),
        (COVER, {"evidence": None}, DAY, "SOC003"),
        (COVER, evidence(report=None), DAY, "no report has come in"),
        (COVER, evidence(report={"date": None}), DAY, "evidence.report.date"),
        (COVER, evidence(report={"title": None}), DAY, "evidence.report.title"),
        (COVER, {}, "2026-02-19", "20 February 2026"),
        (COVER, {}, "2026-02-20", ""),
        (COVER, evidence(defence={"date": "2025-09-14"}), DAY, "CTI010"),
        (COVER, evidence(defence={"date": "2025-09-15"}), DAY, ""),
        (COVER, evidence(defence={"date": None}), DAY, "evidence.defence.date"),
        (COVER, evidence(defence={"members": None}), DAY, ""),
        (COVER, {"period": {"planned": None, "actual": None}}, DAY, ""),
        (DEBRIEF, {"evidence": None}, DAY, "SOC003"),
        (DEBRIEF, evidence(debrief=None), DAY, "no debrief was held"),
        (DEBRIEF, evidence(debrief={"with": None}), DAY, "evidence.debrief.with"),
        (DEBRIEF, evidence(debrief={"date": None}), DAY, "evidence.debrief.date"),
        (DEBRIEF, {}, "2026-03-02", "3 March 2026"),
        (DEBRIEF, {}, "2026-03-03", ""),
        (DEBRIEF, evidence(debrief={"date": "2026-01-29"}), DAY, "CTI006"),
        (DEBRIEF, evidence(debrief={"date": "2026-01-30"}), DAY, ""),
        (DEBRIEF, evidence(peer_presentation={"date": "2026-01-29"}), DAY, "SOC012"),
        (DEBRIEF, evidence(peer_presentation={"date": "2026-01-30"}), DAY, ""),
        (DEBRIEF, evidence(peer_presentation={"audience": None}), DAY, "peer_presentation.audience"),
        (DEBRIEF, {"period": {"planned": None, "actual": None}}, DAY, ""),
        (POSITIONING, {"learner": {"positioning": None}}, DAY, "EVA001"),
        (POSITIONING, {}, "2026-10-04", "this was written down on 5 October 2026"),
        (POSITIONING, {}, "2026-10-05", ""),
        (POSITIONING, {}, "2027-01-31", ""),
        (POSITIONING, {}, "2027-02-01", "EVA001"),
        (POSITIONING, {"period": {"travel": {"departure": "2027-01-30"}}}, "2027-01-30", "EVA001"),
        (POSITIONING, {"period": {"planned": None}}, "2027-03-01", ""),
        (POSITIONING, {"learner": {"positioning": {"eqf": None}}}, DAY, "learner.positioning.eqf"),
        (POSITIONING, {"learner": {"positioning": {"eqf": None}, "enrolment": {"eqf": "4"}}}, DAY, ""),
        (POSITIONING, {"learner": {"positioning": {"eqf": None}, "enrolment": None}}, DAY, "positioning.eqf"),
        (POSITIONING, {"learner": {"positioning": {"europass_cv": None, "prior_experience": None}}}, DAY, ""),
        (POSITIONING, {"learner": {"positioning": {"expectations": None}}}, DAY, "positioning.expectations"),
    ],
)  # fmt: skip
def test_what_a_sheet_lacks(kind: str, patch: dict[str, Any], day: str, named: str) -> None:
    said = " ".join(lacks(kind, record(patch, of=SAMPLES[kind], on=date.fromisoformat(day))))
    assert named in said
    assert bool(said) == bool(named), said


@pytest.mark.parametrize("kind", SHEETS)
def test_a_sheet_is_final_once_all_have_signed(kind: str) -> None:
    roles = KINDS[kind].signatories
    signed = [{"role": role, "name": f"Signer {role}", "date": "2026-11-20"} for role in roles]
    paper = {"kind": kind, "reference": "S-1", "issued": DAY, "signatures": signed}
    made = record({"documents": [paper]}, of=SAMPLES[kind])
    shown: Any = KINDS[kind].view(made)
    assert (shown["status"], shown["number"]) == ("final", "S-1")
    assert [each["role"] for each in shown["signatories"]] == [*roles]
    bare = KINDS[kind].unsigned(made)
    assert KINDS[kind].view(bare)["status"] == "draft"
    assert fingerprint(KINDS[kind].view(bare)) == fingerprint(KINDS[kind].view(KINDS[kind].unsigned(bare)))
    less = record({"documents": [{**paper, "signatures": signed[1:]}]}, of=SAMPLES[kind])
    assert KINDS[kind].view(less)["status"] == "draft"


PERSON = {"name": {"family": "Blanc", "given": "Nadia"}}


@pytest.mark.parametrize(
    ("kind", "home", "signs"),
    [
        (COVER, {"tutor": PERSON, "trainer": {"name": {"family": "Roux"}}}, "Nadia Blanc"),
        (COVER, {"trainer": PERSON}, "Nadia Blanc"),
        (COVER, {}, "Paul Durand"),
        (COVER, {"coordinator": None}, ""),
        (POSITIONING, {"mobility_referent": PERSON}, "Nadia Blanc"),
        (POSITIONING, {}, "Paul Durand"),
    ],
)
def test_who_is_to_sign(kind: str, home: dict[str, Any], signs: str) -> None:
    assert view(kind, {"home": home}, of=SAMPLES[kind])["signatories"][-1]["name"] == signs


def test_who_held_the_debrief_signs_first() -> None:
    assert [each["name"] for each in view(DEBRIEF)["signatories"]] == ["Paul Durand", "Léa Martin"]


def test_nothing_of_the_person_that_is_not_printed() -> None:
    for kind in SHEETS:
        shown = view(kind)
        assert {*shown["learner"]} == {"name", "number", "birth_date", "programme"}


@pytest.mark.parametrize("lang", ["fr", "en", "es"])
@pytest.mark.parametrize("name", [name for name in MINE if "monster" not in name])
def test_text(name: str, lang: str, golden: Callable[[str, str], None]) -> None:
    made = compose(MINE[name]["kind"], MINE[name], speech=speech(lang))
    golden(f"documents/{name}.{lang}.md", FORMATS["md"].write(made).decode())


MAY_LACK: dict[str, list[tuple[str, ...]]] = {
    COVER: [("defence",), ("defence", "remote"), ("defence", "grade"), ("defence", "scale"), ("period",), ("companies",), ("academic_year",)],
    DEBRIEF: [("points",), ("satisfaction",), ("satisfaction", "before"), ("satisfaction", "during"), ("satisfaction", "after"), ("presentation",), ("period",)],
    POSITIONING: [("eqf",), ("experience",), ("environment",), ("cv",), ("motivation",), ("portfolio",), ("period",)],
}  # fmt: skip


@pytest.mark.parametrize("kind", SHEETS)
def test_what_a_record_lacks_leaves_no_hole(kind: str) -> None:
    for *way, last in MAY_LACK[kind]:
        shown: Any = copy.deepcopy(view(kind))
        node = shown
        for key in way:
            node = node[key]
        node[last] = "" if isinstance(node[last], str) else [] if isinstance(node[last], list) else None
        made = compose(kind, shown, speech=speech("fr"), second=speech("en"))
        for write in FORMATS.values():
            assert write.write(made)
