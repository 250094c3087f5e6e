"""Records for what is certified of a stay and of what was learnt: one that has all of it, a form, one that breaks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import views
from views import merged

from mobctl import engine, store
from mobctl.documents import KINDS
from mobctl.documents.record import Record
from mobctl.finding import Judged, Severity
from mobctl.model import Mobility, decode
from mobctl.rule import Index

AS_OF = date(2026, 11, 24)
_FILE = store.read(Path(__file__).parent / "records" / "base.mobility.yaml", asked=True)
assert _FILE.document

ASSESSORS = ("Luca Bianchi", "Anna Rossi")


def _signed(*roles: str, on: str = "2026-01-30") -> list[dict[str, Any]]:
    return [
        {"role": role, "name": f"Signer {role}", "position": f"Position {role}", "date": on, "how": "paper"}
        for role in roles
    ]


def _by_name(role: str, *names: str, on: str = "2026-02-03") -> list[dict[str, Any]]:
    return [{"role": role, "name": name, "date": on, "how": "electronic"} for name in names]


def _level(outcome: str, level: str, by: object, role: str) -> dict[str, Any]:
    return {"outcome": outcome, "level": level, "by": by, "role": role, "date": "2026-01-29"}


FULL: Mapping[str, Any] = merged(
    _FILE.document.data,
    {
        "kind": "study+traineeship",
        "project_code": "2025-1-FR01-KA131-HED-000012345",
        "learner": {"status": "student", "enrolment": {"programme": "Diplôme d'ingénieur"}},
        "home": {
            "country": "FR",
            "trainer": {"name": {"family": "Petit", "given": "Hélène"}, "position": "Formatrice"},
            "contact": {"name": {"family": "Durand", "given": "Paul"}, "position": "Scolarité"},
        },
        "host": {
            "city": "Torino",
            "contact": {"name": {"family": "Rossi", "given": "Anna"}, "position": "Erasmus office"},
            "trainer": {"name": {"family": "Neri", "given": "Marco"}, "position": "Docente"},
        },
        "host_companies": [
            {
                "name": "Officina Torino",
                "country": "IT",
                "city": "Torino",
                "address": "Via Po 1, 10124 Torino",
                "tutor": {"name": {"family": "Bianchi", "given": "Luca"}, "position": "Capo officina"},
                "mentor": {"name": {"family": "Verdi", "given": "Elio"}, "position": "Tecnico"},
            }
        ],
        "period": {
            "planned": {"start": "2025-09-14", "end": "2026-01-29"},
            "actual": {"start": "2025-09-16", "end": "2026-01-30"},
            "online": {"start": "2025-09-01", "end": "2025-09-12"},
        },
        "agreement": {
            "tasks": ["Prepares a test bench.", "Writes a driver."],
            "learning_outcomes": [
                {
                    "id": "o1",
                    "title": {"fr": "Met au point un banc d'essai", "it": "Mette a punto un banco di prova"},
                    "standard_ref": "C1",
                    "competence": "technical",
                    "criteria": ["The bench is safe.", "The results can be repeated."],
                },
                {"id": "o2", "title": "Works in a team of the host", "competence": "transversal"},
                {"id": "o3", "title": "Plans a week of work", "standard_ref": "C4", "competence": "organisational"},
            ],
            "activities": [{"id": "t1", "title": {"fr": "Essais", "it": "Prove"}, "outcomes": ["o1"]}],
        },
        "convention": {"reference": "CS-77"},
        "traineeship": {
            "title": {"fr": "Essais de cartes", "it": "Prove di schede"},
            "hours_per_week": 35,
            "programme": "Weeks 1 to 4: bench. Weeks 5 to 12: driver.",
            "outcomes": ["Writes and tests a driver.", "Documents what was done."],
        },
        "evaluation": {
            "methods": ["observation-during", "company-grid"],
            "pre_test": [_level("o1", "not-achieved", "Hélène Petit", "home-tutor")],
            "grid": [
                {**_level("o1", "achieved", ASSESSORS[0], "host-tutor"), "observations": "Exact and patient."},
                _level("o2", "partial", ASSESSORS[1], "partner-trainer"),
                _level("o3", "achieved", ASSESSORS[0], "host-tutor"),
            ],
            "assessors": [
                {"name": ASSESSORS[0], "position": "Capo officina", "role": "host-tutor"},
                {"name": ASSESSORS[1], "position": "Docente", "role": "partner-trainer"},
            ],
            "jury": {"date": "2026-03-12", "members": [{"name": "Paul Durand", "position": "Président"}, {"name": "Ines Blanc"}]},
            "done": "2026-01-29",
            "validated": {"date": "2026-02-02", "by": "Hélène Petit", "role": "home-tutor"},
            "btm": {
                "dossier": {"axis": "recipes", "received": "2026-03-02"},
                "marks": {"transversal": 14, "organisational": 13.5, "technical": 15},
            },
        },
        "certification": {
            "intended": True,
            "diploma_type": "BTM",
            "title": {"fr": "BTM Pâtissier"},
            "candidate": "authorised-cfa-apprentice",
            "regulation_ref": "Règlement 2026, art. 4",
            "certifier": {"name": "CMA France", "country": "FR"},
            "session": "2026",
            "unit_mobility": {
                "part1": {"date": "2026-01-29", "points": 7, "assessor": "Luca Bianchi"},
                "part2": {"date": "2026-03-20", "points": 9.5, "assessor": "Ines Blanc"},
                "mark": 16.5,
                "date": "2026-07-03",
            },
            "diploma_obtained": True,
            "title_passed_without_bonus": True,
            "bonus_points": 2,
        },
        "documents": [
            {"kind": "learning-agreement", "reference": "CP-77", "issued": "2025-06-12"},
            {
                "kind": "participation-attestation",
                "reference": "PA-77",
                "issued": "2026-01-30",
                "issuer": "host",
                "signatures": [
                    *_signed("host"),
                    {"role": "host-company", "name": "Luca Bianchi", "date": "2026-01-30", "how": "scan"},
                ],
            },
            {
                "kind": "la-complement",
                "reference": "CC-77",
                "issued": "2026-01-30",
                "issuer": "host",
                "outcome": "with-deviations",
                "deviations": "The last week was spent at another site.",
                "signatures": _signed("learner", "host"),
            },
            {
                "kind": "traineeship-certificate",
                "reference": "TD-77",
                "issued": "2026-02-02",
                "objectives": "full",
                "appraisal": "Worked with care, and was soon left to work alone.",
                "signatures": _signed("tutor", on="2026-02-02"),
            },
            {
                "kind": "attestation-de-stage",
                "reference": "AS-77",
                "issued": "2026-02-02",
                "effective_hours": 455.5,
                "allowance": 1834.5,
                "currency": "EUR",
                "signatures": _signed("host-company", on="2026-02-02"),
            },
            {"kind": "evaluation-grid", "reference": "GE-77", "issued": "2026-01-29", "signatures": _by_name("assessor", *ASSESSORS, on="2026-01-29")},
            {"kind": "pv", "reference": "Session 2026", "issued": "2026-07-03", "issuer_type": "rectorate"},
            {"kind": "pv", "reference": "PV-77", "issued": "2026-02-03", "signatures": _by_name("assessor", *ASSESSORS)},
            {"kind": "validation-certificate", "reference": "CV-77", "issued": "2026-02-10", "outcomes": ["o1", "o2"], "signatures": _signed("home", on="2026-02-10")},
            {"kind": "tac-international", "reference": "TAC-77", "issued": "2026-01-29", "authors": ["host-tutor", "partner-trainer", "cfa-trainer"], "signatures": _signed("tutor", "host", "training-centre")},
            {"kind": "jury-sheet", "reference": "FJ-77", "issued": "2026-03-12", "signatures": _by_name("assessor", "Paul Durand", "Ines Blanc", on="2026-03-12")},
        ],
    },
)  # fmt: skip
"""Nobody does all of this in one stay: studies, a traineeship, a mobility unit and a mention; so each paper has its data."""

BLANK = merged(
    FULL,
    {
        "evaluation": {
            "pre_test": None,
            "grid": None,
            "assessors": None,
            "validated": None,
            "btm": {"marks": None},
        },
        "certification": {"bonus_points": None, "title_passed_without_bonus": None},
        "documents": None,
    },
)
"""Nothing was assessed or signed yet: what can be printed is a form."""


def _monster() -> Mapping[str, Any]:
    titles = [
        *views.HOSTILE,
        "A" * 70 + "b" * 70,
        "Nguyễn Thị Ánh Tuyết",
        ("Sehr lange Bezeichnung " * 8).strip(),
    ]
    kinds = ("transversal", "organisational", "technical")
    outcomes = [
        {
            "id": f"o{n}",
            "title": titles[n % len(titles)],
            "standard_ref": f"C{n}-{'X' * (n % 9)}",
            "competence": kinds[n % 3],
            "criteria": [titles[-n % len(titles)]],
        }
        for n in range(25)
    ]
    grid = [
        {
            **_level(
                f"o{n}", ("achieved", "partial", "not-achieved")[n % 3], titles[n % len(titles)], "other"
            ),
            "observations": titles[-n % len(titles)],
        }
        for n, each in enumerate(outcomes)
    ]
    companies = [
        {"name": views.LONG_NAME, "city": "Ἀθῆναι", "country": "GR", "tutor": {"name": {"family": name}}}
        for name in ("أحمد", "Ελευθερία Παπακωνσταντίνου", "Nguyễn Thị Ánh Tuyết")
    ]
    made: Mapping[str, Any] = merged(
        FULL,
        {
            "id": "MONSTER-2026-000000000000000010",
            "learner": {
                "name": {"family": "عبد الرحمن", "given": "أحمد", "latin": {"family": "Abd al-Rahman", "given": "Ahmad"}},
                "birth_date": "2004-11",
                "enrolment": {"programme": "B.Sc. <b>Informatik</b> & `Recht` | $5"},
            },
            "host": {"name": views.LONG_NAME, "unit": "{x} *star* _under_"},
            "host_companies": companies,
            "agreement": {
                "learning_outcomes": outcomes,
                "activities": [{"id": f"t{n}", "title": title} for n, title in enumerate(titles)],
                "tasks": list(titles),
            },
            "traineeship": {"title": titles[0], "programme": "{{ 7*7 }} " * 40, "outcomes": list(titles)},
            "evaluation": {
                "grid": grid,
                "pre_test": [{"outcome": each["outcome"], "level": "partial"} for each in grid],
                "assessors": [{"name": name, "position": name} for name in titles[:7]],
                "jury": {"members": [{"name": name} for name in titles[:7]]},
            },
            "certification": {"title": {"fr": views.LONG_NAME}, "session": "{x}", "regulation_ref": "$5 *x*"},
            "documents": [
                {"kind": "attestation-de-stage", "issuer": f"host-company{number}", "effective_hours": 455, "issued": "2026-02-02"}
                for number in ("", "-2", "-3")
            ],
        },
    )  # fmt: skip
    return made


MONSTER = _monster()
"""Twenty-five outcomes with titles that are long or look like markup, three companies, seven assessors."""


def record(
    patch: Mapping[str, Any] | None = None,
    *,
    of: Mapping[str, Any] = FULL,
    on: date = AS_OF,
    part: str = "",
    index: Index | None = None,
) -> Record:
    """Make a record of a patch; its shape is what the schema wants."""
    data = merged(of, patch or {})
    settings = engine.Settings(AS_OF, store.lists(), store.profiles())
    judged = engine.judge({"a.yaml": engine.Sheet("mobility", data)}, store.shapes(), (), settings)
    wrong = [found for found in judged["a.yaml"].findings if found.severity is Severity.ERROR]
    assert not wrong, wrong
    return Record(decode(data, Mobility), index or Index(), Judged(), on, part)


def shown(kind: str, of: Mapping[str, Any] = FULL) -> Mapping[str, Any]:
    """Make the view of a document, which lacks nothing."""
    made = record(of=of, part="host-company" if kind in TRAINEESHIPS else "")
    assert not KINDS[kind].lacking(made), KINDS[kind].lacking(made)
    return KINDS[kind].view(made)


TRAINEESHIPS = ("traineeship-certificate", "attestation-de-stage")
FORMS = ("la-complement", "traineeship-certificate", "evaluation-grid", "tac-international", "jury-sheet")
HELD = {
    "participation": "participation-attestation",
    "complement": "la-complement",
    "table-d": "traineeship-certificate",
    "stage": "attestation-de-stage",
    "grid": "evaluation-grid",
    "minutes": "pv",
    "validation": "validation-certificate",
    "mobilitepro": "mobilitepro",
    "tac": "tac-international",
    "jury": "jury-sheet",
}
"""One of each kind, with all that it can show, by the names of their views."""

KINDS_OF_THESE = frozenset(HELD.values())

VIEWS: Mapping[str, Mapping[str, Any]] = {
    **{name: shown(kind) for name, kind in HELD.items()},
    **{f"{name}-form": shown(kind, BLANK) for name, kind in HELD.items() if kind in FORMS},
    **{f"{name}-monster": shown(kind, MONSTER) for name, kind in HELD.items()},
}
