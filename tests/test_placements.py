"""What the agreements on a stay at work show of a record, when there is none, and when they are final."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from placements import (
    CONTRACT,
    CONVENTION,
    FULL,
    INTERNSHIP,
    PLAN,
    PUPIL,
    SAMPLES,
    TRAINEESHIP,
    VALIDATION,
    VET,
    VIEWS,
    lacks,
    record,
    signed,
    view,
)
from test_html import speech
from views import faults, merged

from mobctl.documents import KINDS
from mobctl.documents.apprentice_convention import ApprenticeConvention
from mobctl.documents.internship_convention import InternshipConvention
from mobctl.documents.learning_agreement import LearningAgreement
from mobctl.documents.personalised_contract import PersonalisedContract
from mobctl.documents.traineeship_agreement import TraineeshipAgreement
from mobctl.documents.vet_agreement import VetAgreement
from mobctl.render import FORMATS, compose

TYPES: Mapping[str, type] = {
    TRAINEESHIP: TraineeshipAgreement,
    VET: VetAgreement,
    CONVENTION: ApprenticeConvention,
    CONTRACT: PersonalisedContract,
    INTERNSHIP: InternshipConvention,
    VALIDATION: LearningAgreement,
}
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


def own(**convention: Any) -> dict[str, Any]:
    """Change the convention of an apprentice."""
    return {"apprenticeship": {"convention": convention}}


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
        (CONVENTION, {"apprenticeship": None}, "(`apprenticeship`)"),
        (CONVENTION, {"apprenticeship": {"regime": "cross-border"}}, "(`apprenticeship.regime`)"),
        (CONVENTION, {"apprenticeship": {"mode": None}}, "(`apprenticeship.mode`) (rule APP003)"),
        (
            CONVENTION,
            own(wording=None),
            "no words for “equipment-and-prevention” and “health-and-safety” (`apprenticeship.convention.wording`) (rule APP103)",
        ),
        (
            CONVENTION,
            own(waiver={"type": "company"}, signatures=None),
            "(`apprenticeship.convention.waiver.guarantees`) (rule APP104)",
        ),
        (
            CONVENTION,
            own(waiver={"type": "training-body"}, signatures=None),
            "(`partner_agreement`) (rule APP104)",
        ),
        (CONTRACT, {"format": "group"}, "(`format`)"),
        (
            CONTRACT,
            {"agreement": {"activities": [{"id": "t1", "title": "T"}]}},
            "“t1” (`agreement.activities.outcomes`) (rule CAT003)",
        ),
        (
            CONTRACT,
            {"agreement": {"activities": [{"id": "t1", "title": "T", "outcomes": ["o9"]}]}},
            "(rule CAT003)",
        ),
        (
            CONTRACT,
            {"period": {"planned": {"start": "2024-08-31", "end": "2024-09-30"}}},
            "“o2” and “o3” (`agreement.learning_outcomes.unit_code`) (rule CAT008)",
        ),
        (CONTRACT, {"host_companies": [{"name": "Officina"}]}, "(`host_companies.tutor`)"),
        (CONTRACT, {"home": {"tutor": None}}, "(`home.tutor`)"),
        (INTERNSHIP, {"kind": "studies", "agreement": {"studied": None}}, "(`kind`)"),
        (INTERNSHIP, {"learner": {"status": "apprentice"}}, "(`learner.status`)"),
        (INTERNSHIP, {"traineeship": {"regime": "graduate"}}, "(`learner.status`)"),
        (INTERNSHIP, {"convention": None}, "(`convention`) (rule STG102)"),
        (VALIDATION, {"kind": "traineeship"}, "(`kind`)"),
        (VALIDATION, {"programme": "KA131"}, "(`programme`)"),
        (VALIDATION, {"direction": "incoming"}, "(`direction`)"),
        (VALIDATION, {"documents": [{"kind": "learning-agreement"}]}, "(`documents`)"),
        (
            VALIDATION,
            {"agreement": {"credit_conversion": None}},
            "(`agreement.credit_conversion`) (rule LA008)",
        ),
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
        (CONVENTION, {"apprenticeship": {"mode": "mise-a-disposition", "convention": None}}),
        (CONVENTION, {"apprenticeship": {"mode": "mise-a-disposition", "training_centre": None}}),
        (CONVENTION, {"host_companies": None}),
        (CONTRACT, {"period": {"planned": {"start": "2024-09-01", "end": "2024-09-30"}}}),
        (CONTRACT, {"home": {"tutor": None, "trainer": FULL["home"]["tutor"]}}),
        (INTERNSHIP, {"learner": {"status": "pupil"}}),
        (INTERNSHIP, {"learner": {"status": None}, "traineeship": None}),
        (VALIDATION, {"kind": "research"}),
        (VALIDATION, {"programme": None}),
        (VALIDATION, {"documents": [{"kind": "learning-agreement"}, {"kind": "validation-plan"}]}),
        (
            VALIDATION,
            {"agreement": {"credit_conversion": None, "studied": [{"id": "a1", "title": "T", "credits": 6}]}},
        ),
    ],
)
def test_what_need_not_be(kind: str, patch: Mapping[str, Any]) -> None:
    assert view(kind, patch)


def who(shown: Mapping[str, Any]) -> list[str]:
    return [each["role"] for each in shown["signatories"]]


def test_a_minor_does_not_sign_alone() -> None:
    assert who(view(VET))[:2] == ["pupil", "legal-representative"]
    unsigned = {"agreement": {"signatures": signed("learner", "home", "host", "intermediary")}}
    shown = view(VET, unsigned)
    assert shown["status"] == "draft", "the mother has not signed"
    assert shown["signatories"][1]["name"] == "Alex Martin-Roy"
    eighteen = {"learner": {"birth_date": "2008-01-12"}, **unsigned}
    assert who(view(VET, eighteen)) == ["pupil", "home", "host", "intermediary"]
    assert view(VET, eighteen)["status"] == "final"
    younger = {"learner": {"birth_date": "2008-01-13"}, **unsigned}
    assert "legal-representative" in who(view(VET, younger))
    nobody = {"agreement": {"signatures": None}, "documents": None}
    of_age = {"learner": {"birth_date": "2008-11-24"}, **nobody}
    assert who(view(VET, of_age)) == ["pupil", "home", "host", "intermediary"], "on the day it is made"


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


def test_the_ten_items_in_their_order() -> None:
    """Facts first, then words, then why one does not apply; what is none of these is said to be missing."""
    shown = view(CONVENTION)
    assert [each["item"] for each in shown["items"]][:2] == ["dates", "object-and-tasks"]
    assert len(shown["items"]) == 10
    found = {each["item"]: (each["known"], each["text"] != "", each["reason"]) for each in shown["items"]}
    assert found["dates"] == ("yes", False, "")
    assert found["health-and-safety"] == ("", True, "")
    assert found["costs-and-allowances"] == ("yes", False, ""), "the facts say more than the reason"
    nothing = {"pay_maintained": None}
    left_out = view(CONVENTION, {"apprenticeship": nothing, "funding": None})
    assert left_out["items"][6]["reason"] == "Said by the facts."
    poor = {
        "apprenticeship": {"mode": "mise-a-disposition", "convention": None, **nothing},
        "funding": None,
        "agreement": None,
        "traineeship": None,
        "insurance": None,
        "evaluation": None,
    }
    bare = view(CONVENTION, poor)
    assert [each["item"] for each in bare["items"] if each["known"]] == [
        "dates",
        "places",
        "contacts-and-follow-up",
    ]
    assert text(CONVENTION, poor).count("not stated") == 7
    assert (bare["number"], bare["recognised"]) == ("2026-0302-CM", [])


@pytest.mark.parametrize(
    ("patch", "roles"),
    [
        ({}, ["apprentice", "employer", "training-centre", "host"]),
        (own(signatures=None), ["apprentice", "employer", "training-centre", "host"]),
        (own(signatures=signed("home", "host-company")), ["apprentice", "employer", "home", "host-company"]),
        (own(waiver={"type": "company", "guarantees": "Art. 12"}, signatures=None), ["apprentice", "employer", "training-centre"]),
        (own(waiver={"type": "company", "guarantees": "Art. 12"}), ["apprentice", "employer", "training-centre", "host"]),
        ({"learner": {"birth_date": "2010-01-01"}}, ["apprentice", "legal-representative", "employer", "training-centre", "host"]),
        ({**own(waiver={"type": "training-body"}, signatures=None), "partner_agreement": {"reference": "PA-7"}}, ["apprentice", "employer", "training-centre"]),
    ],
)  # fmt: skip
def test_who_signs_for_an_apprentice(patch: Mapping[str, Any], roles: list[str]) -> None:
    assert who(view(CONVENTION, patch)) == roles


def test_why_the_host_does_not_sign() -> None:
    company = own(waiver={"type": "company", "guarantees": "Art. 12"}, signatures=None)
    assert "laid down in Art. 12" in text(CONVENTION, company)
    school = {
        **own(waiver={"type": "training-body"}, signatures=None),
        "partner_agreement": {"reference": "PA-7"},
    }
    assert "partnership agreement PA-7" in text(CONVENTION, school)
    assert "does not sign" not in text(CONVENTION, {})


def test_the_mode_and_its_article() -> None:
    assert "II, 1°" in text(CONVENTION, {})
    made_available = {"apprenticeship": {"mode": "mise-a-disposition"}}
    assert "II, 2°" in text(CONVENTION, made_available)
    old = own(article=None, signatures=signed("learner", "employer", day="2023-12-28"))
    assert "II, 1°" not in text(CONVENTION, old)
    assert "II, 2°" not in text(CONVENTION, merged(made_available, old))
    assert view(CONVENTION, own(signatures=signed("learner", day="2023-12-29")))["current"] == "yes"


def test_the_tutor_who_represents_the_host_signs_once() -> None:
    shown = view(INTERNSHIP)
    assert who(shown) == ["learner", "home", "host-company", "referent-teacher", "tutor"]
    assert shown["signatories"][4]["name"] == "Alex Bianchi"
    assert (shown["status"], shown["given"], shown["late"]) == ("final", "5", "")
    other = {"convention": {"signatures": signed("learner", "home", "host-company", "referent-teacher")}}
    assert view(INTERNSHIP, other)["signatories"][4]["signed"] == ""
    assert view(INTERNSHIP, other)["status"] == "draft"
    assert view(INTERNSHIP, other)["signatories"][4]["name"] == "Alex Bianchi", "who is expected to sign"
    school = {"host_companies": None, "convention": {"signatures": signed("host")}}
    assert who(view(INTERNSHIP, school))[2] == "host"
    both = {"convention": {"signatures": signed("host", "host-company")}}
    assert who(view(INTERNSHIP, both))[2] == "host"
    pupil = {"learner": {"birth_date": "2010-01-01"}}
    assert who(view(INTERNSHIP, pupil))[1] == "legal-representative"


def test_what_the_internship_agreement_leaves_out() -> None:
    shown = view(INTERNSHIP)
    assert (shown["stated"], shown["of_items"]) == ("10", "13")
    assert [each["code"] for each in shown["items"] if not each["there"]] == [
        "allowance",
        "absences",
        "house-rules",
    ]
    assert [each["code"] for each in shown["clauses"] if not each["there"]] == ["recognition"]
    assert shown["annexes"] == [
        {"code": "host-country-sheet", "there": ""},
        {"code": "insurance-certificate", "there": "yes"},
    ]
    assert text(INTERNSHIP, {}).count("**missing**") == 5
    in_france = text(INTERNSHIP, {"destination": {"country": "FR"}})
    assert in_france.count("**missing**") == 4, "no sheet on the law of the country"
    on_the_day = [*signed("learner", "home"), *signed("referent-teacher", day="2026-03-02")]
    late = {"convention": {"signatures": on_the_day}}
    assert view(INTERNSHIP, late)["late"] == "yes"
    assert "of the first day or later" in text(INTERNSHIP, late)
    before = [*signed("learner", "home"), *signed("referent-teacher", day="2026-03-01")]
    assert view(INTERNSHIP, {"convention": {"signatures": before}})["late"] == ""


def test_outcomes_stand_by_their_modules() -> None:
    shown = view(CONTRACT)
    modules = [(each["code"], len(each["outcomes"])) for each in shown["modules"]]
    assert modules == [("MP05", 2), ("MP06", 1)]
    assert who(shown) == ["home", "pupil", "host-company"]
    assert (
        who(view(CONTRACT, {"host_companies": None, "host": {"tutor": FULL["home"]["tutor"]}}))[2] == "host"
    )


def test_a_plan_needs_no_host() -> None:
    shown = view(VALIDATION)
    assert (who(shown), shown["status"], shown["version"]["effective"]) == (
        ["learner", "home"],
        "final",
        "2026-01-12",
    )
    alone = text(VALIDATION, {})
    assert "three parties" not in alone
    assert "course catalogue and open" not in alone
    together = text(VALIDATION, {"agreement": {"signatures": signed("learner", "home", "host")}})
    assert "Commitments of the three parties" in together
    unsigned = view(VALIDATION, {"agreement": {"signatures": signed("learner")}})
    assert (unsigned["status"], unsigned["version"]["effective"]) == ("draft", "")
    assert who(unsigned) == ["learner", "home"]


def test_an_agreement_gives_way_to_a_plan() -> None:
    made = record({"documents": [{"kind": "validation-plan"}]}, of=PLAN)
    assert "(`documents`)" in lacks("learning-agreement", made)[0]
    assert lacks("learning-agreement", record(of=PLAN)) == []
