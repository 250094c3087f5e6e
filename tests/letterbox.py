"""Records for letters, and for the sheets of the return: whole ones, the least that there may be, and a monster."""

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
from mobctl.words import words

AS_OF = date(2026, 11, 24)
ENGLISH = words("en", store.lists())
_FILE = store.read(Path(__file__).parent / "records" / "base.mobility.yaml", asked=True)
assert _FILE.document

RECOGNITION = "recognition-decision-letter"
DEROGATION = "derogation-letter"
ABSENCE = "exam-absence-letter"
CERTIFIER = "certifier-letter"
REMINDER = "transcript-reminder-letter"
THESE = (RECOGNITION, DEROGATION, ABSENCE, CERTIFIER, REMINDER)
COVER, DEBRIEF, POSITIONING = "report-cover", "debrief-sheet", "positioning-sheet"
SHEETS = (COVER, DEBRIEF, POSITIONING)

FULL: Mapping[str, Any] = merged(
    _FILE.document.data,
    {
        "profiles": None,
        "home": {
            "unit": "Département informatique",
            "address": "1 quai des Tanneurs, 49999 Valmont",
            "coordinator": {
                "name": {"family": "Durand", "given": "Paul"},
                "position": "Responsable des mobilités",
                "email": "paul.durand@valmont.example",
                "phone": "+33 5 00 00 00 01",
            },
        },
        "host": {
            "unit": "DAUIN",
            "contact": {"name": {"family": "Rossi", "given": "Anna"}, "position": "Erasmus office"},
        },
        "partner_agreement": {"kind": "iia", "reference": "IIA-7", "transcript_weeks": 6},
        "period": {"assessment_end": "2026-02-06"},
        "host_companies": [{"name": "Officina Torino", "country": "IT", "city": "Torino"}],
        "learner": {
            "positioning": {
                "europass_cv": "Dossier 2025/17",
                "portfolio": "Dossier 2025/18",
                "prior_experience": "Deux étés dans un garage",
                "work_environment": "Petit atelier, trois personnes",
                "expectations": "Travailler sur des voitures électriques",
                "eqf": "4",
                "date": "2026-10-05",
            }
        },
        "evidence": {
            "report": {"date": "2026-02-20", "title": {"fr": "Huit semaines en atelier", "en": "Eight weeks in a workshop"}},
            "debrief": {"date": "2026-03-03", "with": "Paul Durand", "note": "Logement trouvé tard, bon accueil à l’atelier."},
            "defence": {
                "date": "2026-03-12",
                "remote": True,
                "members": [{"name": "Hélène Petit", "position": "Enseignante"}, {"name": "Luca Bianchi"}],
                "grade": "15.5",
                "scale": "fr-20",
            },
            "peer_presentation": {"date": "2026-03-19", "audience": "Élèves de deuxième année"},
            "satisfaction": {"before": 4, "during": 5, "after": 3},
        },
        "study_regulations": "RDE 2025 art. 4.2",
        "obligation": {
            "exemption": {"reason": "prior-experience", "decision_ref": "DEC-2025-031"},
            "derogation": {
                "reason": "academic",
                "decision_ref": "DEC-2025-032",
                "decided": {"date": "2025-05-12", "by": "Commission de la mobilité"},
                "offered": "A project with a class of the partner",
            },
        },
        "agreement": {
            "recognised": [
                {"id": "b1", "code": "S8-INFO", "title": {"fr": "Informatique avancée", "en": "Advanced computing"}, "credits": 16},
                {"id": "b2", "code": "S8-GL", "title": "Génie logiciel", "credits": 14},
            ],
            "learning_outcomes": [
                {"id": "o1", "title": {"fr": "Régler un moteur", "en": "To adjust an engine"}, "for_certification": True},
                {"id": "o2", "title": "To work in a team"},
            ],
        },
        "certification": {
            "intended": True,
            "diploma_type": "bac-pro",
            "title": {"fr": "Baccalauréat professionnel Maintenance des véhicules"},
            "rncp": "RNCP38430",
            "regulation_ref": "Arrêté du 30 août 2019, art. 2",
            "certifier": {"name": "Rectorat de Toulouse", "country": "FR", "city": "Toulouse", "type": "rectorate"},
            "session": "2027",
        },
        "followup": {
            "exam_absence_derogation": {"date": "2025-10-20", "by": "Hélène Petit", "decision_ref": "DEC-2025-118"}
        },
        "recognition": {
            "blocks": [
                {"id": "k1", "from": ["r1", "r2"], "to": [{"component": "b1", "credits": 16, "status": "recognised"}]},
                {"id": "k2", "from": [], "to": [{"component": "b2", "status": "refused"}], "reason": {"code": "not-taken", "text": "Failed twice."}},
            ],
            "left_out": [{"result": "r3", "reason": "surplus"}],
            "remedial": [
                {"for": "b2", "credits": 14, "date": "2026-06-22", "organiser": "home", "country": "FR", "kind": "resit-session", "status": "planned"}
            ],
            "requirements": [{"type": "oral", "text": "A talk on the project."}],
        },
    },
)  # fmt: skip
"""A mobility of which each letter can be written."""

SENT: list[dict[str, Any]] = [
    {"kind": "decision-letter", "letter": RECOGNITION, "reference": "L-1", "issued": "2026-03-12",
     "signatures": [{"role": "recognition-authority", "name": "Nadia Blanc", "position": "Dean", "date": "2026-03-12", "how": "paper"}]},
    {"kind": "decision-letter", "letter": DEROGATION, "reference": "L-2", "issued": "2025-05-13"},
    {"kind": "decision-letter", "letter": ABSENCE, "reference": "L-3", "issued": "2025-10-21"},
    {"kind": "decision-letter", "letter": CERTIFIER, "reference": "L-4", "issued": "2025-06-02",
     "signatures": [{"role": "home", "name": "Paul Durand", "date": "2025-06-02", "how": "electronic"}]},
    {"kind": "decision-letter", "letter": REMINDER, "reference": "L-5", "issued": "2026-03-30"},
]  # fmt: skip
"""The five letters as they were sent, two of them signed."""

BEFORE = {"results": None, "recognition": None, "amendments": None, "evidence": None, "documents": None}
"""What a record has not yet before the departure."""

MORE: Mapping[str, Mapping[str, Any]] = {
    POSITIONING: {
        **BEFORE,
        "status": "agreed",
        "learner": {"enrolment": {"eqf": None}},
        "period": {
            "planned": {"start": "2027-02-01", "end": "2027-03-26"},
            "actual": None,
            "assessment_end": None,
        },
    },
    REMINDER: {"results": None, "recognition": None, "status": "returned", "documents": None},
}
"""What a record is like of which one letter is written and the others are not."""


def sample(kind: str) -> Mapping[str, Any]:
    """Take the record that has all that one of these documents shows."""
    return dict(merged(FULL, MORE.get(kind, {})))


SAMPLES: Mapping[str, Mapping[str, Any]] = {kind: sample(kind) for kind in (*THESE, *SHEETS)}


def record(
    patch: Mapping[str, Any] | None = None,
    *,
    of: Mapping[str, Any] = FULL,
    on: date = AS_OF,
    index: Index | None = None,
) -> Record:
    """Make a record of a patch; its shape is what the schema wants."""
    data = merged(of, patch or {})
    settings = engine.Settings(AS_OF, store.lists(), store.profiles())
    judged = engine.judge({"a.yaml": engine.Sheet("mobility", data)}, store.shapes(), (), settings)
    wrong = [found for found in judged["a.yaml"].findings if found.severity is Severity.ERROR]
    assert not wrong, wrong
    return Record(decode(data, Mobility), index or Index(), Judged(), on, lists=store.lists())


def lacks(kind: str, made: Record) -> list[str]:
    """Say what a document lacks, in English."""
    return [ENGLISH.say(message) for message in KINDS[kind].lacking(made)]


def view(kind: str, patch: Mapping[str, Any] | None = None, **how: Any) -> Any:
    """Make the view of a document that lacks nothing."""
    made = record(patch, **{"of": sample(kind), **how})
    assert lacks(kind, made) == []
    return KINDS[kind].view(made)


def _monster() -> Mapping[str, Any]:
    titles = [*views.HOSTILE, "A" * 70 + "b" * 70, "Nguyễn Thị Ánh Tuyết", "Ελευθερία"]
    rows = [
        {"id": f"m{n}", "code": f"M-{n:03}-{'X' * (n % 9)}", "title": titles[n % len(titles)], "credits": 2.5}
        for n in range(25)
    ]
    lines = [
        {"id": f"r{n}", "title": titles[-n % len(titles)], "credits": 2.5, "grade": "28", "status": "passed"}
        for n in range(25)
    ]
    decided = [{"component": f"m{n}", "credits": 2.5, "status": "recognised"} for n in range(25)]
    return dict(
        merged(
            FULL,
            {
                "id": "MONSTER-2027-000000000000000042",
                "learner": {
                    "id": "#sys.version",
                    "name": {"family": "عبد الرحمن", "given": "أحمد", "latin": {"family": "Abd al-Rahman", "given": "Ahmad"}},
                    "enrolment": {"programme": "B.Sc. <b>Informatik</b> & `Recht` | $5"},
                },
                "home": {"unit": "A" * 70 + "b" * 70},
                "host": {"name": views.LONG_NAME, "unit": "{x} *star* _under_", "city": "Ἀθῆναι", "country": "GR"},
                "study_regulations": "{{ 7*7 }} " * 40,
                "amendments": None,
                "agreement": {"studied": rows, "recognised": rows, "stated_totals": None},
                "results": {"lines": lines},
                "recognition": {
                    "blocks": [{"id": "k1", "from": [each["id"] for each in lines], "to": decided}],
                    "left_out": None,
                    "remedial": [{"for": f"m{n}", "credits": 2.5, "organiser": "other"} for n in range(6)],
                    "requirements": [{"type": "extra-work", "text": each} for each in views.HOSTILE[:6]],
                },
            },
        )
    )  # fmt: skip


MONSTER = _monster()
"""Twenty-five components in one block, hostile titles, names in other scripts."""

APPEAL = {"text": "Un recours est possible dans un délai de deux mois.", "lang": "fr", "others": {"en": "An appeal can be lodged within two months."}}  # fmt: skip

VIEWS: Mapping[str, Mapping[str, Any]] = {
    "letter-recognition": {**view(RECOGNITION, {"documents": SENT}), "appeal": APPEAL},
    "letter-recognition-monster": view(RECOGNITION, of=MONSTER),
    "letter-derogation": {**view(DEROGATION, {"obligation": {"exemption": None}}), "appeal": APPEAL},
    "letter-exemption": view(DEROGATION, {"obligation": {"derogation": None}}),
    "letter-absence": view(ABSENCE, {"documents": SENT}),
    "letter-certifier": view(CERTIFIER, {"documents": SENT}),
    "letter-reminder": view(REMINDER, {"documents": SENT}),
    "report-cover": view(COVER),
    "report-cover-least": view(COVER, {"evidence": {"defence": None}, "host_companies": None}),
    "debrief-sheet": view(DEBRIEF),
    "debrief-sheet-least": view(
        DEBRIEF, {"evidence": {"peer_presentation": None, "satisfaction": None, "debrief": {"note": None}}}
    ),
    "positioning-sheet": view(POSITIONING),
    "positioning-sheet-monster": view(
        POSITIONING,
        {
            "learner": {
                "name": {"family": views.LONG_NAME, "given": "{x}"},
                "positioning": {
                    "prior_experience": "{{ 7*7 }} " * 60,
                    "expectations": " ".join(views.HOSTILE),
                    "work_environment": "A" * 70 + "b" * 70,
                },
            },
            "host": {"name": views.LONG_NAME, "unit": "{x} *star* _under_"},
        },
    ),
    "letter-reminder-early": view(
        REMINDER, {"partner_agreement": None, "amendments": None}, on=date(2026, 2, 10)
    ),
}
