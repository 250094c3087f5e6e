"""What the agreements on a stay at work show of a record, when there is none, and when they are final."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from textwrap import fill
from typing import Any

import pdfcheck
import pikepdf
import pytest
from placements import FULL, PUPIL, SAMPLES, TRAINEESHIP, VET, VIEWS, lacks, record, signed, view
from pypdfium2 import PdfDocument
from test_html import speech
from views import faults, merged

from mobctl.documents import KINDS
from mobctl.documents.traineeship_agreement import TraineeshipAgreement
from mobctl.documents.vet_agreement import VetAgreement
from mobctl.render import FORMATS, compose

TYPES: Mapping[str, type] = {TRAINEESHIP: TraineeshipAgreement, VET: VetAgreement}
HELD = sorted(name for name in VIEWS if not name.endswith("monster"))


@pytest.mark.parametrize("name", VIEWS)
def test_every_key_of_a_view_is_there(name: str) -> None:
    assert faults(VIEWS[name], TYPES[VIEWS[name]["kind"]]) == []


def test_every_kind_is_looked_at() -> None:
    assert {each["kind"] for each in VIEWS.values()} == set(TYPES) == set(SAMPLES) <= set(KINDS)


def composed(name: str, first: str, second: str | None = None) -> Any:
    shown = VIEWS[name]
    other = speech(second) if second else None
    return compose(shown["kind"], shown, speech=speech(first), second=other)


@pytest.mark.parametrize("lang", ["fr", "en", "es"])
@pytest.mark.parametrize("name", HELD)
def test_text(name: str, lang: str, golden: Callable[[str, str], None]) -> None:
    golden(f"documents/{name}.{lang}.md", FORMATS["md"].write(composed(name, lang)).decode())


@pytest.mark.parametrize("name", HELD)
def test_text_layer(name: str, golden: Callable[[str, str], None]) -> None:
    """What another program reads in the PDF, page by page, and the structure that a screen reader follows."""
    data = FORMATS["pdf"].write(composed(name, "fr"))
    file = PdfDocument(data)
    pages = [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in file]
    file.close()
    with pikepdf.open(BytesIO(data)) as pdf:
        tags = " ".join(str(element["/S"])[1:] for element, _ in pdfcheck.elements(pdf))
    golden(f"documents/{name}.fr.pdf.txt", "\n\n".join([*pages, fill(tags, 100)]) + "\n")


NO_GUIDE = {"tutor": None, "mentor": None, "trainer": None}


@pytest.mark.parametrize(
    ("kind", "patch", "named"),
    [
        (TRAINEESHIP, {"kind": "studies"}, "(`kind`)"),
        (TRAINEESHIP, {"traineeship": None}, "(`traineeship`)"),
        (TRAINEESHIP, {"format": "group"}, "(`format`)"),
        (TRAINEESHIP, {"agreement": None}, "(`agreement`)"),
        (
            TRAINEESHIP,
            {"traineeship": {"programme": None}, "agreement": {"tasks": None, "activities": None}},
            "(rule TRN101)",
        ),
        (
            TRAINEESHIP,
            {
                "traineeship": {"outcomes": None, "outcomes_ref": None},
                "agreement": {"learning_outcomes": None, "activities": None},
            },
            "(`traineeship.outcomes`) (rule TRN101)",
        ),
        (TRAINEESHIP, {"host_companies": None}, "(`host.mentor`) (rule TRN101)"),
        (TRAINEESHIP, {"traineeship": {"regime": None}}, "(`traineeship.regime`) (rule TRN102)"),
        (VET, {"kind": "traineeship", "programme": "KA131"}, "(`kind`)"),
        (VET, {"kind": "skills-competition"}, "(`format`)"),
        (VET, {"agreement": None}, "(`agreement`)"),
        (VET, {"agreement": {"tasks": None, "activities": None}}, "(`agreement.activities`) (rule VET101)"),
        (VET, {"host_companies": None}, "(`host_companies.tutor`) (rule VET101)"),
        (VET, {"agreement": {"recognition": None}}, "(`agreement.recognition.terms`) (rule VET101)"),
    ],
)
def test_what_there_must_be(kind: str, patch: Mapping[str, Any], named: str) -> None:
    [said] = lacks(kind, record(patch, of=SAMPLES[kind]))
    assert named in said


@pytest.mark.parametrize(
    ("kind", "patch"),
    [
        (TRAINEESHIP, {"kind": "work-placement"}),
        (TRAINEESHIP, {"kind": "study+traineeship"}),
        (TRAINEESHIP, {"traineeship": {"programme": None}, "agreement": {"activities": None}}),
        (TRAINEESHIP, {"traineeship": {"programme": None}, "agreement": {"tasks": None}}),
        (TRAINEESHIP, {"agreement": {"tasks": None, "activities": None}}),
        (TRAINEESHIP, {"traineeship": {"outcomes": None, "outcomes_ref": None}}),
        (TRAINEESHIP, {"host_companies": None, "host": {"tutor": FULL["home"]["tutor"]}}),
        (VET, {"agreement": {"tasks": None}}),
        (VET, {"agreement": {"activities": None}}),
        (VET, {"kind": "traineeship"}),
        (VET, {"programme": "none"}),
        (VET, {"host_companies": None, "intermediary": {"trainer": FULL["home"]["tutor"]}}),
        (VET, {"agreement": {"recognition": {"automatic": True, "terms": None}}}),
    ],
)
def test_what_need_not_be(kind: str, patch: Mapping[str, Any]) -> None:
    assert view(kind, patch)


def who(shown: Mapping[str, Any]) -> list[str]:
    return [each["role"] for each in shown["signatories"]]


def test_a_minor_does_not_sign_alone() -> None:
    assert who(view(VET))[:2] == ["learner", "legal-representative"]
    unsigned = {"agreement": {"signatures": signed("learner", "home", "host", "intermediary")}}
    shown = view(VET, unsigned)
    assert shown["status"] == "draft", "the mother has not signed"
    assert shown["signatories"][1]["name"] == "Alex Martin-Roy"
    eighteen = {"learner": {"birth_date": "2008-01-12"}, **unsigned}
    assert who(view(VET, eighteen)) == ["learner", "home", "host", "intermediary"]
    assert view(VET, eighteen)["status"] == "final"
    younger = {"learner": {"birth_date": "2008-01-13"}, **unsigned}
    assert "legal-representative" in who(view(VET, younger))
    nobody = {"agreement": {"signatures": None}, "documents": None}
    of_age = {"learner": {"birth_date": "2008-11-24"}, **nobody}
    assert who(view(VET, of_age)) == ["learner", "home", "host", "intermediary"], "on the day it is made"


def test_who_signs_where_the_trainee_works() -> None:
    assert who(view(TRAINEESHIP)) == ["learner", "home", "host"]
    company = {"agreement": {"signatures": signed("learner", "home", "host-company")}}
    assert who(view(TRAINEESHIP, company)) == ["learner", "home", "host-company"]
    both = {"agreement": {"signatures": signed("learner", "host-company", "home", "host")}}
    assert who(view(TRAINEESHIP, both)) == ["learner", "home", "host", "host-company"]
    refused = {"agreement": {"signatures": [*signed("learner", "home"), *signed("host", how="refused")]}}
    assert view(TRAINEESHIP, refused)["status"] == "draft"


@pytest.mark.parametrize("kind", SAMPLES)
def test_what_was_printed_to_be_signed_can_be_printed_again(kind: str) -> None:
    shown = KINDS[kind].view(KINDS[kind].unsigned(record(of=SAMPLES[kind])))
    assert shown["status"] == "draft"
    made = compose(kind, shown, speech=speech("fr"))
    for each in FORMATS.values():
        assert each.write(made)


def text(kind: str, patch: Mapping[str, Any], lang: str = "en") -> str:
    return FORMATS["md"].write(compose(kind, view(kind, patch), speech=speech(lang))).decode()


@pytest.mark.parametrize("box", ["embedded", "voluntary", "graduate"])
def test_one_box_of_three(box: str) -> None:
    """What the record does not promise has no tick."""
    whole = text(TRAINEESHIP, {"traineeship": {"regime": box}})
    assert whole.count("☑") == (2 if box == "graduate" else 4)
    bare = {
        "regime": box,
        "grade_basis": None,
        "record_in_transcript": None,
        "record_in_supplement": False,
    }
    poor = text(TRAINEESHIP, {"traineeship": bare, "agreement": {"studied": None, "recognised": None}})
    assert poor.count("☑") == 0
    assert poor.count("☐") == (2 if box == "graduate" else 4)
    assert ("recent graduate" in whole) == (box == "graduate")
    assert ("embedded" in whole) == (box == "embedded")


def test_outside_erasmus_no_charter_and_no_five_weeks() -> None:
    assert "five weeks" in text(TRAINEESHIP, {})
    free = text(TRAINEESHIP, {"programme": "bilateral"})
    assert "five weeks" not in free
    assert "Charter" not in free


def test_an_amendment_is_named() -> None:
    amendment = {
        "number": "1",
        "changes": [{"table": "recognised", "replace": "b1", "with": {"id": "b1", "title": "Stage", "credits": 12}}],
        "extension": {"from": "2026-05-29", "to": "2026-06-12"},
        "signatures": signed("learner", "home", "host", day="2026-04-01", how="e-mail"),
    }  # fmt: skip
    made = record({"amendments": [amendment]}, of=FULL)
    kind = KINDS[TRAINEESHIP]
    assert kind.parts(made) == ("1",)
    shown: Any = kind.view(record({"amendments": [amendment]}, of=FULL, part="1"))
    assert shown["version"] == {"number": "1", "effective": "2026-04-01"}
    assert (shown["regime"]["credits"], shown["period"]["end"]) == ("12", "2026-06-12")
    assert shown["number"] == "2026-0300-LT-1"
    said = FORMATS["md"].write(compose(TRAINEESHIP, shown, speech=speech("en"))).decode().replace("\xa0", " ")
    assert "amendment 1, in force from 1 April 2026" in said
    assert "Approved by e-mail" in said


def test_the_same_person_is_named_once() -> None:
    same = {"home": {"mobility_referent": FULL["home"]["tutor"]}}
    assert [each["role"] for each in view(TRAINEESHIP)["guides"]] == [
        "host-tutor",
        "mentor",
        "home-tutor",
        "mobility-referent",
    ]
    assert [each["role"] for each in view(TRAINEESHIP, same)["guides"]][-1] == "home-tutor"


def test_nothing_is_invented_where_the_record_is_short() -> None:
    short = merged(
        PUPIL,
        {
            "traineeship": None,
            "insurance": None,
            "certification": None,
            "intermediary": None,
            "learner": {"esi": None, "id": None, "citizenship": None},
            "period": {"online": None},
            "agreement": {"language": None, "commitments": None, "calendar": None, "tasks": None},
        },
    )
    shown = view(VET, of=short)
    assert (shown["covers"], shown["monitoring"], shown["certification"]) == ([], "", None)
    made = compose(VET, shown, speech=speech("es"), second=speech("en"))
    for each in FORMATS.values():
        assert each.write(made)
