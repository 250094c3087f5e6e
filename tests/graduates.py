"""Records for the papers that follow a stay to the diploma: one that has all that they show, and one that breaks what can break."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import transcripts
import views
from views import merged

from mobctl import engine, store
from mobctl.documents import KINDS
from mobctl.documents.record import Record
from mobctl.finding import Judged, Severity
from mobctl.model import GradingTable, Institution, Mobility, decode
from mobctl.rule import Index

AS_OF = date(2026, 11, 24)
_FILE = store.read(Path(__file__).parent / "records" / "base.mobility.yaml", asked=True)
assert _FILE.document

CONVERTED = {
    "value": "14.5",
    "scale": "fr-20",
    "method": "ects-distribution",
    "tables": ["torino-0613", "valmont-0613"],
    "date": "2026-03-09",
    "by": "Jury S8",
    "text": "The better of two grades.",
}

FULL: Mapping[str, Any] = merged(
    _FILE.document.data,
    {
        "learner": {"status": "student", "enrolment": {"isced_clarification": "Embedded systems"}, "graduation_date": "2026-10-30"},
        "home": {
            "unit": "Département informatique",
            "contact": {"name": {"family": "Roche", "given": "Sylvie"}, "position": "Scolarité"},
            "website": "https://valmont.example",
            "quality_assurance": {"fr": "Accréditation de la CTI", "en": "Accreditation by the CTI"},
        },
        "host": {"unit": "DAUIN", "website": "https://polito.example"},
        "period": {"planned": {"end": "2026-01-29"}, "actual": {"start": "2025-09-16"}},
        "results": {
            "received": "2026-02-23",
            "grading": {"best": "30L", "worst": "0", "pass_mark": "18", "text": {"en": "30L is with honours."}, "url": "https://polito.example/grades"},
        },
        "recognition": {
            "blocks": [
                {
                    "id": "k1",
                    "from": ["r1", "r2"],
                    "to": [{"component": "b1", "credits": 16, "status": "recognised", "grade": CONVERTED}],
                },
                {
                    "id": "k2",
                    "from": ["r3"],
                    "to": [{"component": "b2", "credits": 12.5, "status": "recognised"}],
                    "reason": {"code": "fewer-credits"},
                },
            ],
        },
        "degree": {
            "degree_type": "double",
            "title": {"fr": "Diplôme d’ingénieur", "en": "Engineering degree"},
            "diplomas": [
                {"title": "Diplôme d’ingénieur", "issuer": "École de Valmont", "country": "FR"},
                {"title": {"it": "Laurea magistrale", "en": "Master of Science"}, "issuer": "polito", "country": "IT", "date": "2026-10-15"},
            ],
        },
        "agreement": {
            "language": {"code": "it", "level": "B1"},
            "catalogue": {"url": "https://polito.example/catalogue"},
            "learning_outcomes": [
                {"id": "o1", "title": {"fr": "Conçoit un banc d’essai", "en": "Designs a test bench"}, "criteria": ["The bench measures latency."]},
                {"id": "o2", "title": "Writes a driver"},
                {"id": "o3", "title": "Leads a team"},
            ],
            "hours": {"theory": 84, "practice": 30, "personal": 312},
        },
        "europass": {
            "requested": {"date": "2025-09-02", "by": "home"},
            "reference": "EM-77",
            "initiative": "Erasmus+ KA131",
            "record": "courses",
            "mentor": {"name": {"family": "Bianchi", "given": "Luca"}, "position": "Capo laboratorio"},
            "activities": ["Built a test bench."],
            "skills": ["Designs a test bench."],
            "issued": "2026-02-27",
            "signatures": [
                {"role": "host", "name": "Luca Bianchi", "date": "2026-01-30", "how": "paper", "stamp": True},
                {"role": "learner", "date": "2026-02-02", "how": "paper"},
                {"role": "home", "name": "Hugo Morel", "date": "2026-02-27", "how": "paper", "stamp": True},
            ],
        },
        "evaluation": {
            "methods": ["test", "jury-presentation"],
            "supervision": "supervised-onsite",
            "grid": [
                {"outcome": "o1", "level": "achieved", "by": "Anna Rossi", "role": "host-tutor", "date": "2026-01-27"},
                {"outcome": "o2", "level": "partial", "date": "2026-01-28"},
                {"outcome": "o3", "level": "not-achieved", "role": "jury", "date": "2026-01-28"},
            ],
        },
        "documents": [
            {"kind": "transcript", "reference": "POLITO-9", "issued": "2026-02-20", "issuer": "host", "sha256": "ab" * 32},
            {
                "kind": "home-transcript",
                "reference": "RF-77",
                "issued": "2026-03-16",
                "issuer": "home",
                "signatures": [{"role": "home", "name": "Hugo Morel", "position": "Registrar", "date": "2026-03-17", "how": "paper"}],
            },
            {
                "kind": "open-badge",
                "title": {"fr": "Systèmes embarqués", "en": "Embedded systems"},
                "reference": "OB-77",
                "issued": "2026-03-20",
                "issuer": "home",
                "outcomes": ["o1", "o2"],
                "prerequisites": {"fr": "Deux années d’informatique", "en": "Two years of computer science"},
                "stackability": "stackable",
                "information": {"fr": "Compte pour le diplôme d’ingénieur", "en": "Counts towards the engineering degree"},
                "signatures": [{"role": "home", "name": "Hugo Morel", "position": "Registrar", "date": "2026-03-20", "how": "electronic"}],
            },
            {
                "kind": "diploma-supplement",
                "reference": "SD-77",
                "issued": "2026-10-30",
                "issuer": "home",
                "empty_sections": [{"section": "8", "reason": "In the annex of the Ministry."}],
                "signatures": [{"role": "home", "name": "Hugo Morel", "position": "Registrar", "date": "2026-10-30", "how": "paper"}],
            },
        ],
    },
)  # fmt: skip
"""A semester abroad that is recognised but for a credit and a half, with a converted grade."""


def _monster() -> Mapping[str, Any]:
    titles = [*views.HOSTILE, "A" * 70 + "b" * 70, "Nguyễn Thị Ánh Tuyết", "Sehr lange Bezeichnung " * 8]
    rows = [
        {"id": f"b{n}", "code": f"S8-{n:02}", "title": titles[n % len(titles)], "credits": 1.25}
        for n in range(24)
    ]
    abroad = [{**row, "id": f"a{n}", "title": titles[-n]} for n, row in enumerate(rows)]
    lines = [
        {"id": f"r{n}", "for": row["id"], "credits": 1.25, "grade": "30L", "status": "compensated"}
        for n, row in enumerate(abroad)
    ]
    grade = {
        **CONVERTED,
        "by": "Λεωνίδας {x}",
        "text": "*x* _y_ <b> $z",
        "tables": ["torino-0613", "valmont-0613"],
    }
    statuses = ("recognised", "refused", "remedial", "voluntary")
    made: Mapping[str, Any] = merged(
        FULL,
        {
            "id": "MONSTER-2026-000000000000000015",
            "learner": {"name": {"family": "Παπαδόπουλος", "given": "Λεωνίδας", "latin": {"family": "Papadopoulos", "given": "Leonidas"}}},
            "host": {"name": views.LONG_NAME, "unit": "{x} *star* _under_", "city": "Ἀθῆναι", "country": "GR"},
            "agreement": {"studied": abroad, "recognised": rows, "stated_totals": None, "learning_outcomes": [{"id": f"o{n}", "title": titles[n % len(titles)], "criteria": [*views.HOSTILE[:2]]} for n in range(20)]},
            "amendments": None,
            "results": {"lines": lines, "scale": "Ωμέγα {x}"},
            "recognition": {
                "blocks": [
                    {
                        "id": f"k{n}",
                        "from": [f"r{n}", f"r{n + 12}"],
                        "to": [
                            {
                                "component": f"b{each}",
                                "credits": 1.25 if each % 4 == 0 else 0,
                                "status": statuses[each % 4],
                                **({"grade": grade} if each % 4 == 0 else {}),
                            }
                            for each in (2 * n, 2 * n + 1)
                        ],
                    }
                    for n in range(12)
                ],
            },
            "documents": [{"kind": "open-badge", "title": views.HOSTILE[0], "prerequisites": views.HOSTILE[1], "information": " ".join(views.HOSTILE), "outcomes": [f"o{n}" for n in range(20)]}],
            "evaluation": {"grid": [{"outcome": f"o{n}", "level": "partial"} for n in range(20)]},
        },
    )  # fmt: skip
    return made


MONSTER = _monster()
"""Twelve blocks of two and two, titles that are long or look like markup, names in Greek."""

INDEX = Index(
    institutions={"valmont": decode(transcripts.SCHOOL, Institution)},
    grading_tables={"valmont-0613": decode({**transcripts.TABLE, "url": "https://valmont.example/t"}, GradingTable)},
)  # fmt: skip


def record(
    patch: Mapping[str, Any] | None = None, *, of: Mapping[str, Any] = FULL, on: date = AS_OF
) -> Record:
    """Make a record of a patch; its shape is what the schema wants."""
    data = merged(of, patch or {})
    settings = engine.Settings(AS_OF, store.lists(), store.profiles())
    judged = engine.judge({"a.yaml": engine.Sheet("mobility", data)}, store.shapes(), (), settings)
    wrong = [found for found in judged["a.yaml"].findings if found.severity is Severity.ERROR]
    assert not wrong, wrong
    return Record(decode(data, Mobility), INDEX, Judged(), on, lists=store.lists())


def shown(kind: str, of: Mapping[str, Any] = FULL) -> Mapping[str, Any]:
    """Make the view of a document, which lacks nothing."""
    made = record(of=of)
    assert not KINDS[kind].lacking(made)
    return KINDS[kind].view(made)


VIEWS: Mapping[str, Mapping[str, Any]] = {
    "home-transcript": shown("home-transcript"),
    "home-transcript-monster": shown("home-transcript", MONSTER),
    "supplement": shown("diploma-supplement"),
    "badge": shown("open-badge"),
    "badge-monster": shown("open-badge", MONSTER),
    "europass": shown("europass-mobility"),
    "europass-monster": shown("europass-mobility", MONSTER),
    "supplement-monster": shown("diploma-supplement", MONSTER),
}

KINDS_OF_THESE = frozenset(each["kind"] for each in VIEWS.values())

HELD = ("home-transcript", "supplement", "badge", "europass")
"""One of each kind, with all that it can show."""
