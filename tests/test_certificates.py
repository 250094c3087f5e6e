"""What is certified of a stay and of what was learnt: what the papers show, when there is none, and who has signed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from certificates import BLANK, FULL, HELD, VIEWS, record
from pypdfium2 import PdfDocument
from test_html import speech
from views import faults

from mobctl import store
from mobctl.documents import KINDS
from mobctl.documents.assessment import Grid, Minutes, Validation
from mobctl.documents.diplomas import DataSheet, Sheet, Table
from mobctl.documents.internship import Stage, Traineeship
from mobctl.documents.participation import Complement, Participation
from mobctl.render import FORMATS, compose, fingerprint
from mobctl.words import words

TYPES = {
    "participation-attestation": Participation,
    "la-complement": Complement,
    "traineeship-certificate": Traineeship,
    "attestation-de-stage": Stage,
    "evaluation-grid": Grid,
    "pv": Minutes,
    "validation-certificate": Validation,
    "mobilitepro": DataSheet,
    "tac-international": Table,
    "jury-sheet": Sheet,
}
PA, CC, TD, AS, GE, PV, CV, MP, TAC, FJ = TYPES
ENGLISH = words("en", store.lists())
LANGUAGES = ("fr", "en", "es")
EVE, LAST, WEEK = date(2026, 1, 29), date(2026, 1, 30), date(2026, 1, 22)
OLD: dict[str, Any] = {"documents": None}
"""No paper was issued: what is made is of today."""


def lacks(kind: str, patch: Any = None, **how: Any) -> list[str]:
    return [ENGLISH.say(message) for message in KINDS[kind].lacking(record(patch, **how))]


def view(kind: str, patch: Any = None, **how: Any) -> Any:
    made = record(patch, **how)
    assert [ENGLISH.say(message) for message in KINDS[kind].lacking(made)] == []
    return KINDS[kind].view(made)


def paper(kind: str, **changes: Any) -> dict[str, Any]:
    """Change one paper of the record, or take a field out of it."""
    papers = [
        {key: value for key, value in {**each, **changes}.items() if value is not None}
        if each["kind"] == kind
        else each
        for each in FULL["documents"]
    ]
    return {"documents": papers}


def level(outcome: str, level: str) -> dict[str, str]:
    return {"outcome": outcome, "level": level}


@pytest.mark.parametrize("name", VIEWS)
def test_every_key_of_a_view_is_there(name: str) -> None:
    assert faults(VIEWS[name], TYPES[VIEWS[name]["kind"]]) == []


def test_every_kind_is_looked_at() -> None:
    assert set(HELD.values()) == set(TYPES) <= set(KINDS)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", HELD)
def test_text(name: str, lang: str, golden: Callable[[str, str], None]) -> None:
    made = compose(HELD[name], VIEWS[name], speech=speech(lang))
    golden(f"documents/{name}.{lang}.md", FORMATS["md"].write(made).decode())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in VIEWS if not name.endswith("-monster")])
def test_it_fits_on_a_page(name: str, lang: str) -> None:
    data = FORMATS["pdf"].write(compose(VIEWS[name]["kind"], VIEWS[name], speech=speech(lang)))
    file = PdfDocument(data)
    assert len(file) == 1
    file.close()


RULES: dict[str, list[tuple[str, Any, date, str]]] = {
    "the stay is not over": [
        (PA, OLD, EVE, "attested from the last day"),
        (CC, OLD, EVE, "(rule DOC003)"),
        (TD, OLD, WEEK, "(rule TRN109)"),
        (AS, paper(AS, issued="2026-01-22"), LAST, "(rule STG106)"),
        (CV, OLD, EVE, "(rule EVA006)"),
        (FJ, OLD, EVE, "(rule BTM004)"),
    ],
    "a paper says what it may not": [
        (CC, paper(CC, signatures=[{"role": "learner", "date": "2026-01-29"}]), LAST, "(rule DOC003)"),
        (CC, paper(CC, outcome=None), LAST, "(rule DOC008)"),
        (CC, paper(CC, deviations=None), LAST, "(rule DOC008)"),
        (GE, {"evaluation": {"grid": [level("o1", "achieved")]}}, LAST, "“o2” and “o3” (`evaluation.grid`) (rule EVA002)"),
        (PV, {"evaluation": {"grid": None}}, LAST, "(rule EVA005)"),
        (PV, {"evaluation": {"grid": [level("o1", "achieved")]}}, LAST, "(rule EVA002)"),
        (PV, paper(PV, issued="2026-01-28", issuer_type=None), LAST, "(rule EVA005)"),
        (CV, {"evaluation": {"grid": None}}, LAST, "there is no assessment"),
        (CV, {"evaluation": {"grid": [level(each, "not-achieved") for each in ("o1", "o2", "o3")]}, **OLD}, LAST, "no learning outcome was achieved"),
        (CV, {"evaluation": {"grid": [level("o1", "achieved"), level("o2", "not-achieved")]}}, LAST, "“o2” was not achieved (rule EVA006)"),
        (MP, {"certification": {"unit_mobility": {"mark": 9.99}}}, LAST, "(rule UFM003)"),
        (MP, {"certification": {"unit_mobility": None, "mobilitepro": {"requested": {"date": "2026-06-01"}}}}, LAST, "certification.unit_mobility.mark"),
        (MP, {"certification": {"diploma_obtained": None}}, LAST, "doesn't say that the diploma was obtained"),
        (MP, {"certification": {"diploma_obtained": False}}, LAST, "(rule UFM004)"),
        (TAC, paper(TAC, issued="2025-09-15"), LAST, "during the stay"),
        (TAC, paper(TAC, authors=["cfa-trainer"]), LAST, "(rule BTM005)"),
        (FJ, {"evaluation": {"jury": {"date": "2026-01-29"}}}, LAST, "(rule BTM004)"),
        (FJ, {"certification": {"bonus_points": 3.5}}, LAST, "(rule BTM006)"),
        (FJ, {"certification": {"title_passed_without_bonus": None}}, LAST, "(rule BTM006)"),
        (FJ, {"certification": {"title_passed_without_bonus": False}}, LAST, "(rule BTM006)"),
    ],
    "there can be none": [
        (TD, {"kind": "studies"}, LAST, "no traineeship"),
        (AS, {"kind": "studies"}, LAST, "no traineeship"),
        (AS, {"home": {"country": "BE"}}, LAST, "not in France"),
        (AS, {"learner": {"status": "apprentice"}}, LAST, "students and pupils"),
        (AS, {"traineeship": {"regime": "graduate"}}, LAST, "students and pupils"),
        (MP, {"certification": {"unit_mobility": None}}, LAST, "no mobility unit"),
        (TAC, {"certification": {"diploma_type": "CAP"}}, LAST, "no BTM"),
        (FJ, {"certification": None}, LAST, "no BTM"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "patch", "on", "said"),
    [pytest.param(*case, id=f"{case[0]}: {why}") for why, cases in RULES.items() for case in cases],
)
def test_what_there_is_no_paper_for(kind: str, patch: Any, on: date, said: str) -> None:
    found = lacks(kind, patch, on=on)
    assert len(found) == 1, found
    assert said in found[0]


@pytest.mark.parametrize(
    ("kind", "patch", "on"),
    [
        (PA, OLD, LAST),
        (CC, OLD, LAST),
        (CC, paper(CC, outcome="as-planned", deviations=None), LAST),
        (CC, paper(CC, outcome=None, signatures=None, deviations=None), LAST),
        (TD, OLD, date(2026, 1, 23)),
        (AS, paper(AS, issued="2026-01-23"), LAST),
        (AS, {"learner": {"status": "pupil"}}, LAST),
        (GE, paper(GE, signatures=None), EVE),
        (PV, OLD, date(2026, 1, 29)),
        (CV, OLD, LAST),
        (CV, {"evaluation": {"grid": [level("o2", "partial")]}, **OLD}, LAST),
        (MP, {"certification": {"unit_mobility": {"mark": 10}}}, LAST),
        (TAC, paper(TAC, issued="2025-09-16"), LAST),
        (TAC, paper(TAC, authors=["host-tutor"]), LAST),
        (FJ, {"certification": {"bonus_points": 3}}, LAST),
        (FJ, {"certification": {"bonus_points": 0, "title_passed_without_bonus": False}}, LAST),
        (FJ, {"evaluation": {"jury": {"date": "2026-01-30"}}}, LAST),
        (FJ, OLD, LAST),
    ],
)  # fmt: skip
def test_what_is_just_within(kind: str, patch: Any, on: date) -> None:
    assert lacks(kind, patch, on=on) == []


SIGNED = [name for name, kind in HELD.items() if KINDS[kind].signatories]


@pytest.mark.parametrize("name", SIGNED)
def test_a_paper_is_a_draft_until_all_have_signed(name: str) -> None:
    kind = KINDS[HELD[name]]
    made = record()
    assert VIEWS[name]["status"] == "final"
    bare = kind.unsigned(made)
    assert kind.view(bare)["status"] == "draft"
    assert fingerprint(kind.view(bare)) != fingerprint(kind.view(made))
    signatures = next(
        each["signatures"] for each in FULL["documents"] if each["kind"] == kind.name and "signatures" in each
    )
    if len(signatures) > 1:
        fewer = {**paper(kind.name, signatures=signatures[:1]), "evaluation": {"done": "2026-01-29"}}
        assert view(kind.name, fewer)["status"] == "draft"


def roles(shown: Any) -> list[tuple[str, str]]:
    return [(each["role"], each["name"]) for each in shown["signatories"]]


def test_who_signs_what_in_which_order() -> None:
    assert roles(view(PA)) == [("host", "Signer host"), ("host-company", "Luca Bianchi")]
    assert roles(view(CC)) == [("learner", "Signer learner"), ("host", "Signer host")]
    assert roles(view(TD)) == [("host-company", "Signer tutor")]
    assert roles(view(AS)) == [("host-company", "Signer host-company")]
    both = [("assessor", "Anna Rossi"), ("tutor", "Luca Bianchi")]
    assert roles(view(GE)) == roles(view(PV)) == both, "the tutor at the host comes last"
    assert roles(view(CV)) == [("home", "Signer home")]
    assert roles(view(MP)) == [], "the rectorate signs the attestation, not the sheet"
    assert [role for role, _ in roles(view(TAC))] == ["tutor", "host", "training-centre"]
    assert roles(view(FJ)) == [("assessor", "Paul Durand"), ("assessor", "Ines Blanc")]


def test_before_anybody_has_signed() -> None:
    assert roles(view(GE, of=BLANK)) == [("tutor", "Luca Bianchi")], "who guides the learner will assess"
    assert roles(view(TAC, of=BLANK)) == [("tutor", "Luca Bianchi")]
    assert roles(view(GE, {"evaluation": {"assessors": None}})) == [
        ("assessor", "Anna Rossi"),
        ("tutor", "Luca Bianchi"),
    ], "those whom the grid names"
    assert roles(view(TAC, {"host_companies": None}, of=BLANK)) == [("tutor", "Marco Neri")]


COMPANIES = [
    {"name": {"it": "Bottega"}, "tutor": {"name": {"family": "Verdi"}}},
    {"name": "Officina", "tutor": {"name": {"family": "Bianchi"}}},
    {"name": "Studio"},
]


def test_each_company_signs_the_attestation() -> None:
    """By the name of its tutor; who signed without such a name is taken for the company that is left."""
    signatures = [
        {"role": "host", "name": "Anna Rossi", "date": "2026-01-30"},
        {"role": "host-company", "name": "Bianchi", "date": "2026-01-30"},
        {"role": "host-company", "name": "Somebody", "date": "2026-01-30"},
        {"role": "host-company", "name": "Nobody", "date": "2026-01-30", "how": "refused"},
    ]
    shown = view(PA, {"host_companies": COMPANIES, **paper(PA, signatures=signatures)})
    found = [
        (each["name"], at["name"]["text"], bool(each["signed"]))
        for each, at in zip(shown["signatories"][1:], shown["companies"], strict=True)
    ]
    assert found == [("Somebody", "Bottega", True), ("Bianchi", "Officina", True), ("", "Studio", False)]
    assert shown["status"] == "draft"


def test_the_complement_may_say_itself_what_was_achieved() -> None:
    patch = {"evaluation": {"grid": [level("o2", "not-achieved")]}, **paper(CC, outcomes=["o1", "o2"])}
    assert [each["level"] for each in view(CC, patch)["outcomes"]] == ["achieved", "not-achieved", ""]


def test_only_what_was_acquired_is_certified() -> None:
    assert [each["level"] for each in view(CV)["outcomes"]] == ["achieved", "partial"]
    patch = {"evaluation": {"grid": [level("o1", "not-achieved"), level("o3", "partial")]}, **OLD}
    assert [each["title"]["text"] for each in view(CV, patch)["outcomes"]] == ["Plans a week of work"]


def test_the_minutes_of_an_examination_are_another_paper() -> None:
    assert view(PV)["number"] == "PV-77"
    official = {
        "documents": [{"kind": "pv", "reference": "S", "issued": "2026-07-03", "issuer_type": "certifier"}]
    }
    assert view(PV, official)["number"] == "2025-0001-PV"
    counted = view(PV)
    assert (counted["achieved"], counted["partial"], counted["total"]) == ("2", "1", "3")


def test_the_days_of_a_traineeship() -> None:
    """Those of the paper come first, then those of the agreement on it, then those of the stay."""
    stay = {"start": "2025-09-16", "end": "2026-01-30"}
    agreed = {"convention": {"covers": {"from": "2025-11-03", "to": "2026-01-28"}}}
    stated = {**agreed, **paper(AS, covers={"from": "2025-11-04", "to": "2026-01-27"})}
    assert view(AS)["period"] == stay
    assert (
        view(AS, agreed)["period"]
        == view(TD, agreed)["period"]
        == {"start": "2025-11-03", "end": "2026-01-28"}
    )
    assert view(AS, stated)["period"] == {"start": "2025-11-04", "end": "2026-01-27"}
    assert lacks(AS, {**stated, "period": {"actual": None}}) == [], (
        "the days of the stay are not asked for then"
    )


@pytest.mark.parametrize(
    ("allowance", "shown"),
    [(None, "none stated"), (0, "none"), (1834.5, "1834.50 EUR"), (600, "600.00 EUR")],
)
def test_the_allowance(allowance: float | None, shown: str) -> None:
    made = compose(AS, view(AS, paper(AS, allowance=allowance)), speech=speech("en"))
    assert shown in FORMATS["md"].write(made).decode().replace("\xa0", " ")


def test_each_place_certifies_for_itself() -> None:
    papers = [
        {"kind": AS, "issuer": "host-company", "effective_hours": 70, "reference": "A"},
        {"kind": AS, "issuer": "Officina", "effective_hours": 140, "reference": "B"},
    ]
    patch = {"host_companies": COMPANIES[:2], "documents": papers}
    assert KINDS[AS].parts(record(patch)) == ("host-company", "host-company-2")
    assert [view(AS, patch, part=part)["number"] for part in ("host-company", "host-company-2")] == ["A", "B"]
    papers = [{"kind": AS, "issuer": "Bottega", "effective_hours": 7}]
    patch = {"host_companies": COMPANIES[:2], "documents": papers}
    assert view(AS, patch, part="host-company")["days"] == "1"
    assert "documents.effective_hours" in lacks(AS, patch, part="host-company-2")[0]
    alone = view(AS, {"host_companies": None})
    assert (alone["place"]["name"]["text"], alone["signatories"][0]["role"]) == (
        "Politecnico di Torino",
        "host",
    )


def test_the_activities_are_those_of_the_agreement_or_its_tasks() -> None:
    assert [each["text"] for each in view(PA)["activities"]] == ["Essais"]
    tasks = view(PA, {"agreement": {"activities": None}})["activities"]
    assert [each["text"] for each in tasks] == ["Prepares a test bench.", "Writes a driver."]


def test_what_the_sheet_for_mobilitepro_says_of_itself() -> None:
    """It bears no number of the attestation, and is the rectorate's to issue."""
    made = record({"documents": [{"kind": MP, "reference": "REC-1", "issuer_type": "rectorate"}]})
    assert KINDS[MP].paper(made) is None
    assert KINDS[MP].view(made)["number"] == "2025-0001-MP"
    assert KINDS[MP].issuer(made) is not made.keeper
    for lang, said in (
        ("fr", "Cette fiche n’est pas l’attestation"),
        ("es", "Esta ficha no es el certificado"),
    ):
        assert said in FORMATS["md"].write(compose(MP, KINDS[MP].view(made), speech=speech(lang))).decode()


def test_the_note_on_whom_the_attestation_binds() -> None:
    text = FORMATS["md"].write(compose(PA, VIEWS["participation"], speech=speech("fr"))).decode()
    assert "n’engage que l’organisme d’envoi et ses partenaires" in text
