"""Records for the transcript: a whole one, the least that there may be, a copy of what a host stated, and a monster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import views
from views import merged

from mobctl import engine, store
from mobctl.documents import KINDS
from mobctl.documents.record import Record
from mobctl.finding import Judged, Severity
from mobctl.model import GradingTable, Institution, Mobility, decode
from mobctl.rule import Index
from mobctl.words import words

AS_OF = date(2026, 11, 24)
TRANSCRIPT = KINDS["transcript"]
ENGLISH = words("en", store.lists())


SCHOOL: Mapping[str, Any] = {
    "mobctl": "institution/1",
    "id": "valmont",
    "name": {"fr": "École de Valmont", "en": "Valmont School of Engineering"},
    "country": "FR",
    "city": "Valmont",
    "address": "1 quai des Tanneurs, 49999 Valmont",
    "erasmus_code": "F  VALMONT99",
    "signatories": [
        {"name": {"family": "Roux", "given": "Jeanne"}, "position": "Former registrar", "to": "2025-08-31"},
        {"name": {"family": "Blanc", "given": "Nadia"}, "position": "Registrar", "from": "2027-09-01"},
        {"name": {"family": "Morel", "given": "Hugo"}, "position": "Registrar", "from": "2025-09-01"},
    ],
}

TABLE: Mapping[str, Any] = {
    "mobctl": "grading-table/1",
    "id": "valmont-0613",
    "institution": "valmont",
    "isced_f": "0613",
    "period": {"from": "2023", "to": "2025"},
    "scale": "fr-20",
    "pass_mark": "10",
    "grades": [
        {"from": "20", "to": "16", "count": 50},
        {"from": "15.9", "to": "12", "count": 350},
        {"from": "11.9", "to": "10", "count": 100},
        {"from": "9.9", "to": "0", "count": 60},
    ],
}

FULL: Mapping[str, Any] = {
    "mobctl": "mobility/1",
    "id": "2025-0900",
    "status": "returned",
    "direction": "incoming",
    "kind": "studies",
    "programme": "KA131",
    "academic_year": "2025/2026",
    "learner": {
        "id": "22617345",
        "esi": "urn:schac:personalUniqueCode:int:esi:costa.example:771204",
        "name": {"family": "Núñez", "given": "Aitana"},
        "birth_date": "2004-11-03",
        "enrolment": {"programme": "Grau en Enginyeria Informàtica", "eqf": "6", "isced_f": "0613"},
    },
    "home": {"name": "Universitat de la Costa", "country": "ES", "city": "Costa", "erasmus_code": "E COSTA99"},
    "host": {"ref": "valmont", "unit": "Département informatique"},
    "period": {
        "planned": {"start": "2025-09-01", "end": "2026-06-30"},
        "actual": {"start": "2025-09-02", "end": "2026-06-26"},
    },
    "results": {
        "published": "2026-07-03",
        "issued": "2026-07-10",
        "scale": "fr-20",
        "lines": [
            {"id": "r1", "code": "INF-041", "title": {"fr": "Algorithmique avancée", "en": "Advanced algorithms"}, "term": "1/2", "credits": 6, "grade": "15.5", "status": "passed", "date": "2026-01-12", "hours": {"theory": 40, "practice": 16}},
            {"id": "r2", "code": "MAT-008", "title": {"fr": "Probabilités", "en": "Probability"}, "term": "1/2", "credits": 0, "grade": "7.25", "status": "failed", "date": "2026-01-15"},
            {"id": "r3", "code": "MAT-008", "title": {"fr": "Probabilités", "en": "Probability"}, "term": "2/2", "credits": 4.5, "grade": "12", "status": "passed", "date": "2026-06-02", "other_grades": [{"value": "C", "scale": "ects-letters"}]},
            {"id": "r4", "code": "LAN-102", "title": {"fr": "Français langue étrangère"}, "term": "2/2", "credits": 3, "grade": "9.5", "status": "compensated", "note": "Second sitting"},
            {"id": "r5", "code": "PRJ-001", "title": {"fr": "Projet", "en": "Project"}, "credits": 3, "grade": "VAL", "status": "passed"},
            {"id": "r6", "title": "Sport", "status": "not-taken"},
            {"id": "r7", "code": "INF-055", "title": "Apprentissage automatique", "term": "2/2", "status": "pending"},
        ],
        "grading": {
            "best": "20",
            "worst": "0",
            "text": {"fr": "Compensation au semestre.", "en": "Compensation within the semester."},
            "tables": ["valmont-0613"],
        },
    },
    "documents": [
        {
            "kind": "transcript",
            "reference": "TOR-77",
            "issued": "2026-07-10",
            "issuer": "host",
            "signatures": [{"role": "host", "name": "Hugo Morel", "position": "Registrar", "date": "2026-07-10", "how": "paper"}],
        }
    ],
}  # fmt: skip
"""A year of an incoming student: a course taken twice, one compensated, one not taken, one still pending."""

LEAST: Mapping[str, Any] = {
    "mobctl": "mobility/1",
    "id": "2025-0901",
    "status": "returned",
    "direction": "incoming",
    "kind": "studies",
    "learner": {"id": "7", "name": {"family": "Suharto"}},
    "home": {"name": "Universitas Nusantara", "country": "ID"},
    "host": {"name": "Collège du Nord", "country": "CA"},
    "period": {"planned": {"start": "2025-09", "end": "2025-12"}},
    "results": {
        "scale": "lettres du Nord",
        "lines": [
            {"id": "r1", "title": "Histoire", "local_credits": [{"scheme": "QC", "credits": 3}], "grade": "très bien", "status": "passed"},
            {"id": "r2", "title": "Chimie", "local_credits": [{"scheme": "QC", "credits": 1.5}], "grade": "B+", "status": "passed"},
            {"id": "r3", "title": "Physique", "local_credits": [{"scheme": "QC", "credits": 3}], "grade": "insuffisant", "status": "failed"},
        ],
    },
}  # fmt: skip
"""No ECTS, no code, no term, no agreement, no table, grades in words, a mononym."""

COPY: Mapping[str, Any] = merged(
    FULL,
    {
        "direction": "outgoing",
        "home": {"ref": "valmont", **dict.fromkeys(("name", "country", "city", "erasmus_code"))},
        "host": {
            "ref": None,
            "unit": None,
            "name": "Politecnico di Torgnano",
            "country": "IT",
            "contact": {"name": {"family": "Rossi", "given": "Anna"}},
        },
        "results": {
            "scale": "it-30",
            "lines": [
                {
                    "id": "r1",
                    "code": "02LSE",
                    "title": {"it": "Architetture", "en": "Architectures"},
                    "credits": 10,
                    "grade": "30L",
                    "status": "passed",
                    "distribution": [{"grade": "30L", "count": 2}, {"grade": "28", "count": 11}],
                },
                {"id": "r2", "title": "Sport", "grade": "idoneo", "scale": "altro", "status": "passed"},
            ],
            "grading": {
                "text": None,
                "best": None,
                "worst": None,
                "tables": None,
                "url": "https://torgnano.example/voti",
            },
        },
    },
)
"""What a host abroad stated of one of our students, whom it still owes the credits of one course."""


def _monster() -> Mapping[str, Any]:
    names = [
        "Łukasz Żółciński",
        "Ελευθερία Παπακωνσταντίνου",
        "Nguyễn Thị Ánh Tuyết",
        "Математический анализ",
    ]
    long = (
        "Grundlagen der Elektrizitätshauptbetriebswerkbauunterbeamtengesellschaftslehre und ihrer Anwendung "
        * 4
    )
    titles: Sequence[Any] = [
        *views.HOSTILE,
        *names,
        long.strip(),
        "A" * 70 + "b" * 70,
        {"el": names[1], "en": "Freedom", "fr": "Liberté"},
    ]
    statuses = ("passed", "passed", "compensated", "failed", "passed", "pending", "not-taken")
    lines: list[dict[str, Any]] = []
    for number in range(60):
        status = statuses[number % 7]
        line: dict[str, Any] = {
            "id": f"m{number}",
            "code": f"M-{number % 50:03}{'X' * (number % 9)}",
            "title": titles[number % len(titles)],
            "status": status,
            "grade": ("12", "7.25", "très honorable", "A-", "18.5", "VAL")[number % 6],
        }
        if number % 10:
            line["term"] = f"{number * 4 // 60 + 1}/4"
        if status in {"passed", "compensated"}:
            line["credits"] = 2.5 if number % 2 else 12
            line["local_credits"] = [{"scheme": ("US", "Ωμέγα {x}")[number % 2], "credits": 1.25}]
        if number % 5 == 0:
            line |= {
                "hours": {"theory": 1000, "placement": 0.5},
                "note": titles[number % 20],
                "date": "2026-06",
            }
        if number % 11 == 0:
            line["distribution"] = [{"grade": each, "count": 3} for each in ("A-", "VAL", "12")]
        lines.append(line)
    return dict(
        merged(
            FULL,
            {
                "id": "MONSTER-2027-000000000000000042",
                "learner": {
                    "id": "#sys.version",
                    "name": {"family": "عبد الرحمن", "given": "أحمد", "latin": {"family": "Abd al-Rahman", "given": "Ahmad"}},
                    "birth_date": "2004-11",
                    "enrolment": {"programme": "B.Sc. <b>Informatik</b> & `Recht` | $5"},
                },
                "home": {"name": views.LONG_NAME, "unit": "{x} *star* _under_", "city": "Ἀθῆναι"},
                "host": {"unit": "A" * 70 + "b" * 70},
                "results": {
                    "lines": lines,
                    "grading": {
                        "text": "{{ 7*7 }} " * 60,
                        "tables": ["valmont-0613", "valmont-fine"],
                        "distribution": [{"grade": "A-", "count": 12}, {"grade": "VAL", "count": 1}],
                        "url": "https://valmont.example/" + "a" * 300 + "?x=1",
                    },
                },
                "documents": None,
            },
        )
    )  # fmt: skip


MONSTER = _monster()

FINE: Mapping[str, Any] = {
    **TABLE,
    "id": "valmont-fine",
    "isced_f": None,
    "period": None,
    "notes": "{x} *star* " * 20,
    "grades": [{"grade": str(grade / 2), "count": 3 * grade} for grade in range(40, -1, -1)],
}
"""A table with a row for each half point."""


def index() -> Index:
    """Make the files that the records refer to."""
    tables = {str(each["id"]): decode(each, GradingTable) for each in (TABLE, FINE)}
    return Index(institutions={"valmont": decode(SCHOOL, Institution)}, grading_tables=tables)


def record(
    patch: Mapping[str, Any] | None = None, *, of: Mapping[str, Any] = FULL, on: date = AS_OF
) -> Record:
    """Make a record of a patch; its shape is what the schema wants."""
    data = merged(of, patch or {})
    settings = engine.Settings(AS_OF, store.lists(), store.profiles())
    judged = engine.judge({"a.yaml": engine.Sheet("mobility", data)}, store.shapes(), (), settings)
    wrong = [found for found in judged["a.yaml"].findings if found.severity is Severity.ERROR]
    assert not wrong, wrong
    return Record(decode(data, Mobility), index(), Judged(), on, lists=store.lists())


def lacks(made: Record) -> list[str]:
    """Say what a transcript lacks, in English."""
    return [ENGLISH.say(message) for message in TRANSCRIPT.lacking(made)]


def view(patch: Mapping[str, Any] | None = None, **how: Any) -> Any:
    """Make the view of a transcript that lacks nothing."""
    made = record(patch, **how)
    assert lacks(made) == []
    return TRANSCRIPT.view(made)


VIEWS: Mapping[str, Mapping[str, Any]] = {
    "transcript": view(),
    "transcript-least": view(of=LEAST),
    "transcript-copy": view(of=COPY),
    "transcript-monster": view(of=MONSTER),
}
