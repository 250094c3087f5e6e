"""Records for the agreements on a stay at work: one that has all that they show, one that breaks what can break."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import views
from views import merged

from mobctl import engine, store
from mobctl.documents import KINDS
from mobctl.documents.record import Record
from mobctl.finding import Judged, Severity
from mobctl.model import Mobility, decode
from mobctl.rule import Index
from mobctl.words import words

AS_OF = date(2026, 11, 24)
ENGLISH = words("en", store.lists())
TRAINEESHIP, VET, CONVENTION = "traineeship-agreement", "vet-agreement", "apprentice-convention"
CONTRACT, INTERNSHIP, VALIDATION = "personalised-contract", "internship-convention", "validation-plan"


def person(family: str, position: str, email: str = "") -> dict[str, Any]:
    """Make somebody at an institution."""
    mail = {"email": email} if email else {}
    return {"name": {"family": family, "given": "Alex"}, "position": position, **mail}


def signed(*roles: str, day: str = "2026-01-12", how: str = "electronic") -> list[dict[str, Any]]:
    """Let some roles sign on one day."""
    return [
        {"role": role, "name": f"Signer {role}", "position": f"Position {role}", "date": day, "how": how}
        for role in roles
    ]


FULL: Mapping[str, Any] = {
    "mobctl": "mobility/1",
    "id": "2026-0300",
    "status": "nominated",
    "direction": "outgoing",
    "kind": "traineeship",
    "format": "long-term",
    "programme": "KA131",
    "project_code": "2025-1-FR01-KA131-HED-000999300",
    "academic_year": "2025/2026",
    "learner": {
        "id": "LV-300",
        "esi": "urn:schac:personalUniqueCode:int:esi:valmont.example:300",
        "name": {"family": "Martin", "given": "Léa"},
        "birth_date": "2004-11-03",
        "citizenship": ["FR", "PT"],
        "status": "student",
        "enrolment": {"programme": "Licence électronique", "eqf": "6", "isced_f": "0714", "isced_clarification": "Embedded systems"},
    },
    "home": {
        "name": {"fr": "École de Valmont", "en": "Valmont School"},
        "unit": "Département électronique",
        "country": "FR",
        "city": "Valmont",
        "erasmus_code": "F  VALMONT99",
        "coordinator": person("Durand", "Relations internationales", "durand@valmont.example"),
        "tutor": person("Petit", "Enseignante référente", "petit@valmont.example"),
        "mobility_referent": person("Noël", "Référent mobilité", "noel@valmont.example"),
    },
    "host": {
        "name": {"it": "Istituto Torgnano", "en": "Torgnano Institute"},
        "country": "IT",
        "city": "Torgnano",
        "contact": person("Rossi", "Ufficio mobilità", "rossi@torgnano.example"),
    },
    "host_companies": [
        {
            "name": "Officina Verdi",
            "country": "IT",
            "city": "Torgnano",
            "address": "Via dei Conciatori 4",
            "tutor": person("Bianchi", "Capo officina", "bianchi@verdi.example"),
            "mentor": person("Neri", "Tecnico", "neri@verdi.example"),
        }
    ],
    "period": {"planned": {"start": "2026-03-02", "end": "2026-05-29"}, "online": {"start": "2026-02-16", "end": "2026-02-20"}},
    "traineeship": {
        "title": {"en": "Test bench technician", "fr": "Technicienne de banc d’essai"},
        "hours_per_week": 35,
        "regime": "embedded",
        "programme": "Weeks 1 to 4: test bench. Weeks 5 to 12: driver.",
        "outcomes": ["Writes and tests a device driver.", "Reads a schematic."],
        "outcomes_ref": "Syllabus S6-STAGE",
        "monitoring_plan": "One call every two weeks.",
        "evaluation_plan": "Report, defence and the grid of the company.",
        "grade_basis": ["certificate", "report"],
        "record_in_transcript": True,
        "record_in_supplement": True,
    },
    "certification": {"title": "Baccalauréat professionnel Électronique"},
    "agreement": {
        "language": {"code": "it", "level": "B1"},
        "studied": [{"id": "a1", "title": "Traineeship", "type": "placement", "credits": 15}],
        "recognised": [{"id": "b1", "code": "S6-STAGE", "title": "Stage", "credits": 15}],
        "recognition": {"automatic": False, "terms": "The unit is acquired with the report."},
        "learning_outcomes": [
            {
                "id": "o1",
                "title": {"fr": "Câble une armoire", "it": "Cabla un quadro"},
                "for_certification": True,
                "standard_ref": "C3",
                "module_code": "MP05",
                "unit_code": "UF2",
                "criteria": ["No short circuit.", "The plan is kept."],
            },
            {"id": "o2", "title": "Writes a test report", "for_certification": True, "module_code": "MP06"},
            {"id": "o3", "title": "Understands the orders of the day", "standard_ref": "C9"},
        ],
        "activities": [
            {"id": "t1", "title": {"fr": "Montage d’armoires", "it": "Montaggio di quadri"}, "outcomes": ["o1", "o3"]},
            {"id": "t2", "title": "Tests on the bench", "outcomes": ["o2"]},
        ],
        "tasks": ["Wires a cabinet with the foreman.", "Keeps the test log."],
        "calendar": "Weeks 1 to 4 in the workshop, then on site.",
        "commitments": ["peer-presentation", "The learner keeps a diary."],
        "signatures": signed("learner", "home", "host"),
    },
    "insurance": {
        "health": {"provider": "public-scheme", "from": "2026-03-01", "to": "2026-05-31"},
        "accident": {"provider": "employer", "from": "2026-03-01", "to": "2026-05-31"},
        "liability": {"provider": "home"},
    },
    "evaluation": {"methods": ["observation-during", "company-grid"]},
}  # fmt: skip
"""A stay with all that these documents show."""

PUPIL: Mapping[str, Any] = merged(
    FULL,
    {
        "id": "2026-0301",
        "kind": "vet-training",
        "format": "vet-short",
        "programme": "KA121-VET",
        "project_code": "2025-1-FR01-KA121-VET-000999301",
        "learner": {
            "birth_date": "2008-09-14",
            "status": "pupil",
            "enrolment": {"eqf": "4"},
            "legal_representative": person("Martin-Roy", "Mother"),
        },
        "intermediary": {"name": "Movimento Lavoro", "country": "IT", "contact": person("Conti", "Project officer")},
        "agreement": {"signatures": signed("learner", "legal-representative", "home", "host", "intermediary", "host-company")},
        "documents": [{"kind": "vet-agreement", "reference": "CP-301", "issued": "2026-01-12", "version": "0"}],
    },
)  # fmt: skip
"""A pupil of seventeen, whose mother signs with her; an intermediary and a company sign too."""


APPRENTICE: Mapping[str, Any] = merged(
    FULL,
    {
        "id": "2026-0302",
        "kind": "work-placement",
        "learner": {"status": "apprentice"},
        "funding": {"source": "Erasmus+ KA131 2025"},
        "apprenticeship": {
            "contract": {"start": "2024-09-02", "end": "2027-08-31"},
            "employer": {
                "name": "Atelier Garonne",
                "country": "FR",
                "city": "Valmont",
                "tutor": person("Roche", "Maître d’apprentissage", "roche@garonne.example"),
            },
            "training_centre": {
                "name": "CFA de Valmont",
                "country": "FR",
                "city": "Valmont",
                "mobility_referent": person("Caron", "Référente mobilité", "caron@cfa-valmont.example"),
            },
            "mode": "mise-en-veille",
            "mode_decided_by": "employer",
            "pay_maintained": False,
            "group_subsidiary": True,
            "convention": {
                "reference": "CMA-302",
                "article": "L6222-42 II 1°",
                "wording": [
                    {"item": "equipment-and-prevention", "text": "Safety shoes, no work under voltage."},
                    {"item": "health-and-safety", "text": "The house rules of the workshop apply."},
                ],
                "not_applicable": [{"item": "costs-and-allowances", "reason": "Said by the facts."}],
                "signatures": signed("learner", "employer", "training-centre", "host"),
            },
        },
    },
)  # fmt: skip
"""An apprentice of age whose contract is suspended."""

QBID: Mapping[str, Any] = merged(
    PUPIL,
    {
        "id": "2026-0303",
        "profiles": ["catalonia-fp"],
        "learner": {"birth_date": "2004-09-14", "legal_representative": None},
        "home": {"name": {"ca": "Institut Serra Alta", "es": "Instituto Serra Alta"}, "country": "ES", "erasmus_code": None},
        "intermediary": None,
        "agreement": {
            "learning_outcomes": [
                FULL["agreement"]["learning_outcomes"][0],
                {**FULL["agreement"]["learning_outcomes"][1], "criteria": ["The report names all values."]},
                {"id": "o3", "title": "Understands the orders of the day", "module_code": "MP05", "criteria": ["Nobody repeats."]},
            ],
            "shared_with": ["school-trainer", "company-tutor", "learner", "host", "employer", "other"],
            "signatures": signed("learner", "home", "host-company"),
        },
        "documents": None,
    },
)  # fmt: skip
"""A placement of a Catalan school: modules, units, criteria."""

INTERN: Mapping[str, Any] = merged(
    FULL,
    {
        "id": "2026-0304",
        "learner": {"enrolment": {"teaching_hours": 420, "teaching_hours_in_presence": 300}},
        "convention": {
            "reference": "CS-304",
            "covers": {"from": "2026-03-02", "to": "2026-05-29"},
            "presence_hours": 441,
            "clauses": ["reception", "protection", "supervision", "safety"],
            "items": [
                "course-title-and-hours", "referent-and-tutor", "competences", "activities", "dates-and-duration",
                "weekly-presence", "supervision", "social-protection", "certificate", "assessment",
            ],
            "annexes": ["insurance-certificate"],
            "signatures": [
                *signed("learner", "home", "referent-teacher"),
                {"role": "host-company", "name": "Alex Bianchi", "date": "2026-01-15", "how": "scan"},
            ],
        },
    },
)  # fmt: skip
"""An internship whose tutor represents the host; three items, a guarantee and the sheet on the country are missing."""

PLAN: Mapping[str, Any] = merged(
    FULL,
    {
        "id": "2026-0305",
        "kind": "studies",
        "programme": "bilateral",
        "project_code": None,
        "host": {"country": "CA"},
        "host_companies": None,
        "traineeship": None,
        "agreement": {
            "catalogue": {"url": "https://torgnano.example/catalogue"},
            "studied": [
                {"id": "a1", "code": "GEL-6115", "title": "Réseaux électriques", "term": "1/2", "credits": 6, "local_credits": [{"scheme": "QC", "credits": 3}]},
            ],
            "recognised": [{"id": "b1", "code": "S9-RES", "title": "Grids", "credits": 6, "automatic_recognition": True}],
            "credit_conversion": {"scheme": "QC", "factor": 2, "rule": "One credit is two ECTS.", "agreed": "2025-12-01"},
            "provisions_if_failed": {"text": "A session in June.", "url": "https://valmont.example/rde#failed"},
            "coherence_check": {"by": "Hélène Petit", "date": "2026-01-10", "verdict": "ok"},
            "exceptions": [{"credits": 1, "reason": "A course that the degree does not need."}],
            "virtual": [{"id": "c1", "title": "Online seminar", "description": "Weekly.", "credits": 1}],
            "signatures": signed("learner", "home"),
        },
    },
)  # fmt: skip
"""Studies outside Erasmus+, agreed by learner and home school only."""


def _monster() -> Mapping[str, Any]:
    long = "Sehr lange Bezeichnung mit vielen Worten, " * 4
    titles = [*views.HOSTILE, long[:200], "A" * 70 + "b" * 70, "Nguyễn Thị Ánh Tuyết", "Ελευθερία"]
    outcomes = [
        {
            "id": f"o{n}",
            "title": titles[n % len(titles)],
            "module_code": f"MP{n:02}",
            "unit_code": "U" * (n % 9 + 1),
            "criteria": [titles[-n % len(titles)], long],
        }
        for n in range(25)
    ]
    activities = [
        {"id": f"t{n}", "title": titles[-n % len(titles)], "outcomes": [f"o{n}", f"o{(n + 1) % 25}"]}
        for n in range(25)
    ]
    made: Mapping[str, Any] = merged(
        PUPIL,
        {
            "id": "MONSTER-2027-000000000000000043",
            "project_code": "2025-1-FR01-KA121-VET-000999302",
            "learner": {
                "name": {"family": "عبد الرحمن", "given": "أحمد", "latin": {"family": "Abd al-Rahman", "given": "Ahmad"}},
                "legal_representative": {"name": {"family": "Ελευθερία Παπακωνσταντίνου"}},
            },
            "host": {"name": views.LONG_NAME, "contact": {"email": "a" * 64 + "@" + "b" * 60 + ".example", "phone": "+39 000"}},
            "host_companies": [{**FULL["host_companies"][0], "name": titles[n % len(titles)]} for n in range(3)],
            "traineeship": {"programme": long * 5, "outcomes": list(views.HOSTILE), "title": long[:200]},
            "agreement": {
                "learning_outcomes": outcomes,
                "activities": activities,
                "tasks": list(views.HOSTILE),
                "calendar": "{{ 7*7 }} " * 40,
                "commitments": list(views.HOSTILE[:5]),
                "signatures": signed("learner", "home"),
            },
            "documents": [],
        },
    )  # fmt: skip
    return made


MONSTER = _monster()
"""Twenty-five outcomes and activities, three companies, names in three scripts; not all have signed."""

TOGETHER: Mapping[str, Any] = {
    "kind": "traineeship",
    "funding": {"source": "{x} *star*"},
    "convention": {
        **INTERN["convention"],
        "annexes": ["host-country-sheet", "other"],
        "signatures": signed("learner", day="2026-04-01"),
    },
    "apprenticeship": {
        **{key: it for key, it in APPRENTICE["apprenticeship"].items() if key not in {"training_centre", "group_subsidiary"}},
        "mode": "mise-a-disposition",
        "pay_maintained": True,
        "convention": {
            "wording": [{"item": "rhythm-and-leave", "text": "Sehr langer Satz, " * 60}, {"item": "places", "text": "<b>bold</b>"}],
            "waiver": {"type": "company", "guarantees": "A" * 90 + "b" * 90},
            "signatures": signed("learner", "employer"),
        },
    },
}  # fmt: skip
"""What the monster needs to be an apprentice and an intern as well."""

SAMPLES: Mapping[str, Mapping[str, Any]] = {
    VALIDATION: PLAN,
    TRAINEESHIP: FULL,
    VET: PUPIL,
    INTERNSHIP: INTERN,
    CONVENTION: APPRENTICE,
    CONTRACT: QBID,
}
"""For each kind a record that has all that it shows."""


def record(
    patch: Mapping[str, Any] | None = None, *, of: Mapping[str, Any], part: str = "", on: date = AS_OF
) -> Record:
    """Make a record of a patch; its shape is what the schema wants."""
    data = merged(of, patch or {})
    settings = engine.Settings(AS_OF, store.lists(), store.profiles())
    judged = engine.judge({"a.yaml": engine.Sheet("mobility", data)}, store.shapes(), (), settings)
    wrong = [found for found in judged["a.yaml"].findings if found.severity is Severity.ERROR]
    assert not wrong, wrong
    return Record(decode(data, Mobility), Index(), Judged(), on, part, store.lists())


def lacks(kind: str, made: Record) -> list[str]:
    """Say what a document lacks, in English."""
    return [ENGLISH.say(message) for message in KINDS[kind].lacking(made)]


def view(
    kind: str, patch: Mapping[str, Any] | None = None, of: Mapping[str, Any] | None = None, **how: Any
) -> Any:
    """Make the view of a document that lacks nothing."""
    made = record(patch, of=of or SAMPLES[kind], **how)
    assert lacks(kind, made) == []
    return KINDS[kind].view(made)


VIEWS: Mapping[str, Mapping[str, Any]] = {
    "traineeship-agreement": view(TRAINEESHIP),
    "traineeship-agreement-monster": view(
        TRAINEESHIP, {"kind": "traineeship", "format": "long-term", "programme": "KA131"}, of=MONSTER
    ),
    "vet": view(VET),
    "vet-monster": view(VET, of=MONSTER),
    "apprentice": view(CONVENTION),
    "apprentice-monster": view(CONVENTION, {"documents": None}, of=merged(MONSTER, TOGETHER)),
    "contract": view(CONTRACT),
    "contract-monster": view(CONTRACT, of=merged(MONSTER, TOGETHER)),
    "internship": view(INTERNSHIP),
    "internship-monster": view(INTERNSHIP, of=merged(MONSTER, TOGETHER)),
    "plan": view(VALIDATION),
    "plan-host": view(VALIDATION, {"agreement": {"signatures": signed("learner", "home", "host")}}),
}
