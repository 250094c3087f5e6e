"""Records for the recognition report: one that has every hard case at once, and one of twenty-five courses without grades."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import transcripts
from views import merged

from mobctl import engine, store
from mobctl.documents.recognition_report import recognition_report
from mobctl.documents.record import Record
from mobctl.documents.view import RecognitionReport
from mobctl.model import GradingTable, Institution, Mobility, decode
from mobctl.rule import Index, Rule
from mobctl.rules import RULES

AS_OF = date(2026, 3, 20)
_FILE = store.read(Path(__file__).parent / "records" / "base.mobility.yaml", asked=True)
assert _FILE.document

AGREED = ("learner", "home", "host")
ABROAD: Mapping[str, Any] = {
    "mobctl": "grading-table/1",
    "id": "torino-0613",
    "institution": "polito",
    "scale": "it-30",
    "pass_mark": "18",
    "isced_f": "0613",
    "period": {"from": "2023", "to": "2025"},
    "published": "2025-10-15",
    "url": "https://polito.example/grades",
    "grades": [{"grade": "30L", "count": 40}, {"grade": "30", "count": 110}, {"from": "29", "to": "24", "count": 400}, {"from": "23", "to": "18", "count": 450}],
}  # fmt: skip
INDEX = Index(
    institutions={
        "valmont": decode(transcripts.SCHOOL, Institution),
        "polito": decode({"mobctl": "institution/1", "id": "polito", "name": {"it": "Politecnico di Torino", "en": "Turin Polytechnic"}}, Institution),
    },
    grading_tables={
        "torino-0613": decode(ABROAD, GradingTable),
        "valmont-0613": decode(transcripts.TABLE, GradingTable),
    },
)  # fmt: skip


def _all(day: str) -> list[dict[str, str]]:
    return [{"role": role, "name": f"Signer {role}", "date": day, "how": "e-mail"} for role in AGREED]


HARD: Mapping[str, Any] = merged(
    _FILE.document.data,
    {
        "home": {
            "pic": "912345678",
            "website": "https://valmont.example",
            "contact": {"name": {"family": "Roche", "given": "Sylvie"}, "position": "Scolarité", "email": "roche@valmont.example"},
        },
        "agreement": {
            "language": {"code": "it", "level": "B1"},
            "catalogue": {"url": "https://polito.example/catalogue"},
            "studied": [
                {"id": "a1", "title": {"en": "Computer architectures"}, "code": "02LSE", "term": "1/2", "credits": 10},
                {"id": "a2", "title": "Big data processing", "term": "1/2", "credits": 6},
                {"id": "a3", "title": "Software engineering", "term": "1/2", "credits": 8},
            ],
            "recognised": [
                {"id": "b1", "title": {"fr": "Informatique avancée", "en": "Advanced computing"}, "code": "S8-INFO", "credits": 16},
                {"id": "b2", "title": {"fr": "Génie logiciel"}, "code": "S8-GL", "credits": 8},
                {"id": "b3", "title": {"fr": "Langue"}, "code": "S8-LV", "credits": 2},
                {"id": "b4", "title": {"fr": "Atelier"}, "code": "S8-AT", "credits": 4},
            ],
            "virtual": [{"id": "c1", "title": {"en": "Ethics online"}, "term": "1/2", "credits": 4, "local_credits": [{"scheme": "US", "credits": 2}]}],
            "stated_totals": None,
            "credit_conversion": {"scheme": "US", "factor": 2, "rule": "A semester is 15 credit hours, 30 ECTS.", "agreed": "2025-05-02"},
            "recognition": {"automatic": True, "terms": "Every credit that was validated is recognised."},
            "provisions_if_failed": {"text": "Resit at home in June."},
            "exceptions": [{"credits": 2, "reason": "No course abroad fits S8-LV.", "component": "b3", "agreed_by": [*AGREED]}],
        },
        "amendments": [
            {
                "number": "1",
                "requested": {"date": "2025-10-02", "by": "learner"},
                "changes": [
                    {"table": "studied", "delete": "a2", "reason": "timetable-conflict"},
                    {"table": "studied", "insert": {"id": "a4", "title": "Data management", "term": "1/2", "credits": 6}, "reason": "substituting-deleted"},
                ],
                "signatures": _all("2025-10-09"),
            },
            {
                "number": "2",
                "requested": {"date": "2026-01-12", "by": "host"},
                "changes": [{"table": "studied", "delete": "a4", "reason": "other", "reason_text": "Cancelled."}],
                "signatures": _all("2026-02-09")[:2],
            },
        ],
        "results": {
            "published": "2026-02-16",
            "issued": "2026-02-19",
            "received": "2026-02-23",
            "grading": {"best": "30L", "worst": "0", "pass_mark": "18", "text": {"en": "30L is with honours."}},
            "lines": [
                {"id": "r1", "for": "a1", "credits": 10, "grade": "27", "status": "passed"},
                {"id": "r2", "for": "a4", "credits": 6, "grade": "24", "status": "compensated"},
                {"id": "r3", "for": "a3", "grade": "15", "status": "failed", "date": "2026-01-20"},
                {"id": "r4", "for": "a3", "credits": 6, "grade": "19", "status": "passed", "date": "2026-02-12"},
                {"id": "r5", "for": "c1", "credits": 4, "local_credits": [{"scheme": "US", "credits": 2}], "status": "passed"},
                {"id": "r6", "title": "Sport", "credits": 1, "grade": "idoneo", "scale": "pass or fail", "status": "passed"},
            ],
        },
        "recognition": {
            "procedure": "jury",
            "received": "2026-02-24",
            "blocks": [
                {
                    "id": "k1",
                    "from": ["r1", "r2"],
                    "to": [{"component": "b1", "credits": 16, "status": "recognised", "grade": {"value": "14", "scale": "fr-20", "method": "ects-distribution", "tables": ["torino-0613", "valmont-0613"], "choice": "highest", "date": "2026-03-09", "by": "Jury S8"}}],
                },
                {
                    "id": "k2",
                    "from": ["r3", "r4"],
                    "to": [{"component": "b2", "credits": 6, "status": "recognised"}],
                    "reason": {"code": "fewer-credits", "text": "6 of 8 credits were awarded."},
                },
                {
                    "id": "k3",
                    "from": ["r5"],
                    "to": [
                        {"component": "b4", "credits": 4, "status": "recognised", "grade": {"value": "validé", "method": "pass-only", "date": "2026-03-09", "by": "Jury S8", "text": "Not convertible: no table is published."}},
                    ],
                },
                {
                    "id": "k4",
                    "from": [],
                    "to": [{"component": "b3", "credits": 0, "status": "remedial"}],
                    "reason": {"code": "agreed-exception"},
                },
            ],
            "left_out": [{"result": "r6", "reason": "surplus"}],
            "remedial": [
                {"for": "b2", "credits": 2, "date": "2026-03-16", "organiser": "home", "country": "FR", "kind": "oral", "status": "passed"},
                {"for": "b3", "credits": 2, "date": "2026-06", "organiser": "home", "country": "FR", "kind": "resit-session", "status": "planned"},
            ],
            "extends_studies_semesters": 0,
        },
        "waivers": [
            {"rule": "CHG103", "at": {"amendment": "1"}, "reason": "The host was closed.", "by": "Mobility committee", "date": "2025-11-03", "expires": "2026-12-31"},
            {"rule": "LA103", "at": {"component": "a3"}, "reason": "The host teaches by year.", "by": "Mobility committee", "date": "2025-11-03"},
        ],
        "documents": [
            {"kind": "transcript", "reference": "POLITO-9", "issued": "2026-02-20", "issuer": "host"},
            {"kind": "recognition-report", "reference": "R-1", "issued": "2026-03-18", "signatures": [{"role": "academic-coordinator", "name": "Paul Durand", "date": "2026-03-18", "how": "paper"}]},
        ],
    },
)  # fmt: skip
"""Blocks of n and m, a part that is not recognised, a resit abroad and one at home, an amendment that came too late."""

MANY: Mapping[str, Any] = merged(
    _FILE.document.data,
    {
        "agreement": {
            "studied": [{"id": f"a{n}", "title": f"Course number {n}", "term": "1/2", "credits": 1.25} for n in range(1, 25)],
            "recognised": [{"id": "b1", "title": "Semestre de mobilité", "credits": 30}],
            "stated_totals": None,
        },
        "amendments": None,
        "results": {
            "scale": None,
            "lines": [{"id": f"r{n}", "for": f"a{n}", "credits": 1.25, "status": "passed"} for n in range(1, 25)]
            + [{"id": "r25", "title": "Extra", "credits": 1.5, "status": "passed"}],
        },
        "recognition": {
            "blocks": [{"id": "k1", "from": [f"r{n}" for n in range(1, 25)], "to": [{"component": "b1", "credits": 30, "status": "recognised"}]}],
            "left_out": [{"result": "r25", "reason": "surplus"}],
        },
    },
)  # fmt: skip
"""Twenty-five courses without any grade, for one component at home."""


CHECKED = tuple(RULES[code] for code in ("CHG103", "GEN113", "LA102", "LA103", "LA107", "REC004", "TOR001"))
"""A few rules, so that what they say does not change with others."""


def record(
    patch: Mapping[str, Any] | None = None,
    *,
    of: Mapping[str, Any] = HARD,
    on: date = AS_OF,
    rules: Iterable[Rule] = CHECKED,
) -> Record:
    """Make a record of a patch, with what the check says of it on the day."""
    data = merged(of, patch or {})
    settings = engine.Settings(on, store.lists(), store.profiles())
    sheets = {
        "a.yaml": engine.Sheet("mobility", data),
        "b.yaml": engine.Sheet("grading-table", ABROAD),
        "c.yaml": engine.Sheet("grading-table", transcripts.TABLE),
    }
    judged = engine.judge(sheets, store.shapes(), rules, settings)["a.yaml"]
    wrong = [found for found in judged.findings if found.code.startswith("SHP1")]
    assert not wrong, wrong
    return Record(decode(data, Mobility), INDEX, judged, on, lists=store.lists())


def view(patch: Mapping[str, Any] | None = None, **how: Any) -> RecognitionReport:
    return recognition_report(record(patch, **how))


VIEWS: Mapping[str, RecognitionReport] = {"recognition": view(), "recognition-many": view(of=MANY)}
