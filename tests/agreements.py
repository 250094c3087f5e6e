"""Records for the documents on agreements: one that has all that they show, one that breaks what can break."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import certificates
import folders
import graduates
import letterbox
import panels
import placements
import transcripts
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
BASE: Mapping[str, Any] = _FILE.document.data
ROLES = ("learner", "home", "host")


def signed(*days: str, how: str = "electronic") -> list[dict[str, Any]]:
    """Let the first of learner, home and host sign, one on each day."""
    return [
        {"role": role, "name": f"Signer {role}", "position": f"Position {role}", "date": day, "how": how}
        for role, day in zip(ROLES, days, strict=False)
    ]


FULL = merged(
    BASE,
    {
        "learner": {
            "citizenship": ["FR", "PT"],
            "email": "lea@etu.valmont.example",
            "enrolment": {"isced_clarification": "Embedded systems"},
        },
        "home": {
            "unit": "Département informatique",
            "coordinator": {
                "name": {"family": "Durand", "given": "Paul"},
                "position": "Coordinateur",
                "email": "paul.durand@valmont.example",
                "phone": "+33 5 00 00 00 01",
            },
        },
        "host": {
            "unit": "DAUIN",
            "contact": {
                "name": {"family": "Rossi", "given": "Anna"},
                "position": "Erasmus office",
                "email": "anna.rossi@polito.example",
            },
        },
        "host_companies": [
            {
                "name": "Officina Torino",
                "country": "IT",
                "city": "Torino",
                "tutor": {"name": {"family": "Bianchi", "given": "Luca"}, "position": "Capo officina"},
            }
        ],
        "period": {
            "online": {"start": "2025-09-01", "end": "2025-09-12"},
            "interruptions": [{"start": "2025-12-22", "end": "2026-01-04"}],
        },
        "agreement": {
            "language": {"code": "it", "level": "B1"},
            "catalogue": {"url": "https://polito.example/catalogue"},
            "credit_conversion": {"scheme": "US", "factor": 2, "rule": "Two for one.", "agreed": "2025-05-02"},
            "hours": {"theory": 84, "practice": 30, "personal": 312, "placement": 70},
            "calendar": "Classes from September to December.",
            "tasks": ["Prepares a test bench.", "Writes a driver."],
            "recognition": {"automatic": False, "terms": "All credits of the last signed version."},
            "provisions_if_failed": {"text": "A session in June.", "url": "https://valmont.example/rde#failed"},
            "coherence_check": {"by": "Hélène Petit", "date": "2025-05-30", "verdict": "ok"},
            "commitments": ["peer-presentation", "The learner keeps a diary."],
            "exceptions": [{"credits": 2, "reason": "A course that the degree does not need."}],
            "studied": [
                {"id": "a1", "code": "02LSEOV", "title": {"en": "Computer architectures"}, "term": "1/2", "credits": 10},
                {
                    "id": "a2",
                    "code": "01TYMOV",
                    "title": "Big data processing",
                    "type": "course",
                    "term": "2/3",
                    "credits": 6,
                    "local_credits": [{"scheme": "US", "credits": 3}],
                    "hours": {"theory": 30, "practice": 0, "personal": 60},
                },
                {
                    "id": "a3",
                    "code": "STG-1",
                    "title": "Placement in a workshop",
                    "type": "placement",
                    "term": "1/1",
                    "credits": 14,
                    "hours": {"placement": 70},
                },
            ],
            "recognised": [
                {
                    "id": "b1",
                    "code": "S8-INFO",
                    "title": {"fr": "Informatique avancée", "en": "Advanced computing"},
                    "term": "4/4",
                    "credits": 16,
                    "automatic_recognition": True,
                },
                {
                    "id": "b2",
                    "code": "S8-GL",
                    "title": "Génie logiciel",
                    "credits": 14,
                    "automatic_recognition": False,
                    "recognition_conditions": "After the report on the placement.",
                },
            ],
            "virtual": [
                {
                    "id": "c1",
                    "code": "WEB-9",
                    "title": "Online seminar",
                    "description": "Weekly group work online.",
                    "credits": 2,
                    "automatic_recognition": True,
                }
            ],
            "stated_totals": None,
        },
        "amendments": [
            {
                "number": "1",
                "requested": {"date": "2025-10-02", "by": "learner"},
                "changes": [
                    {"table": "studied", "delete": "a2", "reason": "timetable-conflict"},
                    {
                        "table": "studied",
                        "insert": {"id": "a4", "code": "02DM", "title": "Data management", "term": "1/2", "credits": 6},
                        "reason": "substituting-deleted",
                        "reason_text": "At another hour.",
                    },
                    {
                        "table": "recognised",
                        "replace": "b2",
                        "with": {"id": "b2", "code": "S8-GL", "title": "Génie logiciel", "credits": 13.5},
                    },
                ],
                "exceptions": [{"credits": 0.5, "reason": "Half a credit less."}],
                "extension": {"from": "2026-01-31", "to": "2026-02-27"},
                "signatures": signed("2025-10-02", "2025-10-06", "2025-10-09", how="e-mail"),
            },
            {
                "number": "2",
                "changes": [
                    {
                        "table": "virtual",
                        "insert": {"id": "c2", "title": "Second online seminar", "credits": 1},
                        "reason": "adding-virtual-component",
                    }
                ],
                "signatures": signed("2025-11-03"),
            },
        ],
        "documents": [
            {"kind": "learning-agreement", "reference": "CP-77", "issued": "2025-06-12", "version": "0"},
            {
                "kind": "certificate-of-arrival",
                "reference": "ARR-77",
                "issued": "2025-09-16",
                "issuer": "host",
                "signatures": [{"role": "host", "name": "Anna Rossi", "date": "2025-09-16", "how": "scan"}],
            },
            {"kind": "certificate-of-attendance", "reference": "ATT-77", "issued": "2026-01-30", "issuer": "host"},
            {
                "kind": "partner-attestation",
                "reference": "AP-77",
                "issued": "2026-01-27",
                "issuer": "host-company",
                "covers": {"from": "2025-11-03", "to": "2026-01-30"},
                "compliance": "partial",
                "objectives": "full",
                "effective_hours": 66.5,
                "deviations": "One week was spent at another site.",
            },
        ],
    },
)  # fmt: skip
"""A mobility with all that these documents show: three tables, two amendments, a placement, papers issued."""


def _monster() -> Mapping[str, Any]:
    long = "Ἀρχιτεκτονικὴ " + "Sehr lange Bezeichnung eines Moduls mit vielen Worten, " * 4
    titles = [*views.HOSTILE, long[:200], "A" * 70 + "b" * 70, "Nguyễn Thị Ánh Tuyết", "Ελευθερία"]
    rows = [
        {
            "id": f"m{number}",
            "code": f"M-{number:03}-{'X' * (number % 9)}",
            "title": titles[number % len(titles)],
            "term": f"{number % 4 + 1}/4",
            "credits": 2.5 if number % 3 else 12,
            "local_credits": [{"scheme": "Ωμέγα {x}", "credits": 1}] if number % 4 == 0 else [],
            "hours": {"theory": number, "personal": 1000} if number % 5 == 0 else None,
            "automatic_recognition": bool(number % 2),
            "recognition_conditions": titles[-number % len(titles)] if number % 2 == 0 else None,
        }
        for number in range(25)
    ]
    abroad = [{k: v for k, v in row.items() if k != "recognition_conditions" and v} for row in rows]
    home = [
        {**{k: v for k, v in row.items() if v is not None and k != "local_credits"}, "id": f"h{n}"}
        for n, row in enumerate(rows)
    ]
    mails = [
        {"role": role, "name": name, "date": "2025-10-09", "how": "e-mail"}
        for role, name in zip(
            ROLES, ("أحمد عبد الرحمن", "Ελευθερία Παπακωνσταντίνου", "Nguyễn Thị Ánh Tuyết"), strict=True
        )
    ]
    made: Mapping[str, Any] = merged(
        FULL,
        {
            "id": "MONSTER-2027-000000000000000042",
            "learner": {
                "id": "#sys.version",
                "name": {"family": "عبد الرحمن", "given": "أحمد", "latin": {"family": "Abd al-Rahman", "given": "Ahmad"}},
                "birth_date": "2004-11",
                "enrolment": {"programme": "B.Sc. <b>Informatik</b> & `Recht` | $5"},
            },
            "home": {"unit": "A" * 70 + "b" * 70},
            "host": {"name": views.LONG_NAME, "unit": "{x} *star* _under_", "city": "Ἀθῆναι", "country": "GR"},
            "agreement": {
                "studied": abroad,
                "recognised": home,
                "catalogue": {"url": "https://polito.example/" + "a" * 300 + "/catalogue?year=2025&lang=it#computer-architectures"},
                "calendar": "{{ 7*7 }} " * 40,
                "tasks": list(views.HOSTILE),
                "commitments": list(views.HOSTILE[:5]),
                "exceptions": [{"credits": 2, "reason": "{x} %s <i>"}],
                "signatures": mails,
            },
            "amendments": [
                {
                    "number": "{1}",
                    "requested": {"by": "Suharto"},
                    "changes": [
                        *({"table": "studied", "delete": row["id"], "reason": "no-such-code", "reason_text": titles[-n]} for n, row in enumerate(rows[:12])),
                        *({"table": "virtual", "insert": {**{k: v for k, v in row.items() if k != "hours"}, "id": f"v{n}", "description": long}, "reason": "adding-virtual-component"} for n, row in enumerate(abroad[:12])),
                    ],
                    "signatures": mails[:2],
                }
            ],
            "documents": [],
        },
    )  # fmt: skip
    return made


MONSTER = _monster()
"""Twenty-five components, titles of 200 characters, names in three scripts, three approvals by e-mail."""


def record(
    patch: Mapping[str, Any] | None = None, *, part: str = "", on: date = AS_OF, of: Mapping[str, Any] = FULL
) -> Record:
    """Make a record of a patch; its shape is what the schema wants."""
    data = merged(of, patch or {})
    judged = engine.judge({"a.yaml": engine.Sheet("mobility", data)}, store.shapes(), (), settings())
    wrong = [found for found in judged["a.yaml"].findings if found.severity is Severity.ERROR]
    assert not wrong, wrong
    return Record(decode(data, Mobility), Index(), Judged(), on, part)


def settings() -> engine.Settings:
    """Say how the shape of a record is judged."""
    return engine.Settings(AS_OF, store.lists(), store.profiles())


def shown(kind: str, of: Mapping[str, Any] = FULL, part: str = "") -> Mapping[str, Any]:
    """Make the view of a document, which lacks nothing."""
    on = date(2025, 10, 1) if kind == "certificate-of-arrival" else AS_OF
    made = record(of=of, part=part, on=on)
    assert not KINDS[kind].lacking(made)
    return KINDS[kind].view(made)


VIEWS: Mapping[str, Mapping[str, Any]] = {
    "agreement": shown("learning-agreement", part="1"),
    "agreement-monster": shown("learning-agreement", MONSTER),
    "amendment": shown("amendment", part="1"),
    "amendment-draft": shown("amendment", part="2"),
    "amendment-monster": shown("amendment", MONSTER, "{1}"),
    "arrival": shown("certificate-of-arrival"),
    "attendance": shown("certificate-of-attendance"),
    "attendance-monster": shown("certificate-of-attendance", MONSTER),
    "attestation": shown("partner-attestation"),
    "attestation-company": shown("partner-attestation", part="host-company"),
    "attestation-monster": shown("partner-attestation", MONSTER),
}

EVERY: Mapping[str, Mapping[str, Any]] = {
    **views.VIEWS,
    **VIEWS,
    **transcripts.VIEWS,
    **graduates.VIEWS,
    **placements.VIEWS,
    **letterbox.VIEWS,
    **certificates.VIEWS,
    **folders.VIEWS,
    **panels.VIEWS,
}
"""Every document that the tests look at; `kind` says of what template."""
