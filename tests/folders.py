"""A school's folder, for documents that are not about one mobility: as data, as an archive, and the views made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from views import merged

from mobctl import store
from mobctl.documents import KINDS
from mobctl.documents.record import Record
from mobctl.store import write
from mobctl.subjects import records

AS_OF = date(2026, 11, 24)
_FILE = store.read(Path(__file__).parent / "records" / "base.mobility.yaml", asked=True)
assert _FILE.document

CONFIG = "mobctl.yaml"
OURS = "institutions/valmont.yaml"
POLITO = "institutions/polito.yaml"
AGREEMENT = "partner-agreements/valmont-polito-2024.yaml"
STAY = "mobilities/2025-0001.mobility.yaml"

FULL: Mapping[str, Any] = {
    CONFIG: {"mobctl": "config/1", "home": "valmont"},
    OURS: {
        "mobctl": "institution/2",
        "id": "valmont",
        "name": {"fr": "École de Valmont", "en": "Valmont School"},
        "country": "FR",
        "city": "Valmont",
        "address": "3 rue du Pont, 00123 Valmont",
        "erasmus_code": "F  VALMONT99",
        "contacts": [
            {
                "role": "international-office",
                "name": {"family": "Durand", "given": "Paul"},
                "email": "international@valmont.example",
            }
        ],
        "coordinators": [
            {
                "id": "info",
                "name": {"family": "Blanc", "given": "Nadia"},
                "position": "Maîtresse de conférences",
                "email": "nadia.blanc@valmont.example",
                "unit": {"fr": "Département informatique", "en": "Department of computer science"},
                "duties": ["inform", "validate-agreements", "send-grades", "recognise", "liaise"],
                "tasks": ["Siéger à la commission des relations internationales."],
                "from": "2026-09-01",
                "to": "2028-08-31",
                "reference": "LM-2026-04",
                "issued": "2026-07-02",
                "signatures": [
                    {"name": "Anne Lefort", "position": "Présidente", "date": "2026-07-03", "how": "paper"}
                ],
            },
            {
                "id": "gc",
                "name": {"family": "Roux", "given": "Ali"},
                "unit": "Génie civil",
                "duties": ["support-incoming"],
                "from": "2026-09-01",
                "to": "2027-08-31",
            },
        ],
    },
    POLITO: {
        "mobctl": "institution/2",
        "id": "polito",
        "name": {"it": "Politecnico di Prova", "en": "Polytechnic of Prova"},
        "country": "IT",
        "city": "Torino",
        "erasmus_code": "I  TORINO99",
        "address": "Corso Prova 24, 00129 Torino",
        "website": "https://prova.example",
        "catalogue": {"url": "https://prova.example/catalogue"},
        "contacts": [
            {
                "role": "international-office",
                "name": {"family": "Rossi", "given": "Anna"},
                "email": "incoming@prova.example",
            },
            {"role": "academic", "name": {"family": "Neri", "given": "Marco"}, "email": "neri@prova.example"},
        ],
        "hosting": {"places": 2, "subjects": ["Informatique", "Automatique"], "languages": ["it", "en"]},
    },
    AGREEMENT: {
        "mobctl": "partner-agreement/1",
        "id": "valmont-polito-2024",
        "kind": "iia",
        "reference": "IIA-2024-007",
        "title": {"fr": "Accord Valmont-Prova", "en": "Valmont-Prova agreement"},
        "parties": [
            {
                "ref": "valmont",
                "contact": {
                    "name": {"family": "Durand", "given": "Paul"},
                    "email": "international@valmont.example",
                },
                "language": {"code": "fr", "level": "B2"},
                "transcript_weeks": 5,
                "signatures": [{"name": "Paul Durand", "position": "Directeur", "date": "2024-03-01"}],
            },
            {
                "ref": "polito",
                "unit": "Dipartimento di Informatica",
                "coordinator": {"name": {"family": "Rossi", "given": "Anna"}, "position": "Delegata"},
                "language": {"code": "it", "level": "B1"},
                "transcript_weeks": 4,
                "signatures": [
                    {"name": "Luca Bianchi", "date": "2024-02-01", "how": "refused"},
                    {"name": "Anna Rossi", "date": "2024-04-18", "how": "scan"},
                ],
            },
        ],
        "covers": {"from": "2024-09-01", "to": "2029-08-31"},
        "component_types": ["course", "thesis"],
        "clauses": ["reception", "protection", "recognition"],
        "degree_type": "single",
        "exchanges": [
            {
                "from": "valmont",
                "to": "polito",
                "kind": "studies",
                "isced_f": "0613",
                "eqf": "7",
                "places": 2,
                "months": 12,
            },
            {"from": "polito", "to": "valmont", "kind": "studies", "places": 1},
        ],
    },
    STAY: merged(
        _FILE.document.data, {"partner_agreement": {"ref": "valmont-polito-2024"}, "home": {"name": "École"}}
    ),
}
"""All that the documents show."""


def exact(data: Any) -> Any:
    """Copy data, with its numbers as they are read from a file."""
    match data:
        case dict():
            return {key: exact(value) for key, value in data.items()}
        case list():
            return [exact(value) for value in data]
        case float():
            return Decimal(str(data))
        case _:
            return data


def folder(patch: Mapping[str, Any] | None = None, of: Mapping[str, Any] = FULL) -> dict[str, Any]:
    """Lay a patch over the files of a folder; None takes a file away."""
    return dict(merged(exact(dict(of)), exact(dict(patch or {}))))


def written(files: Mapping[str, Any]) -> dict[str, bytes]:
    """Write the files of a folder as YAML."""
    return {name: write.dump(data, {}, "x.schema.json").encode() for name, data in files.items()}


def save(files: Mapping[str, Any], root: Path) -> Path:
    """Put the files of a folder on the disk."""
    for name, text in written(files).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    return root


def archive(files: Mapping[str, Any]) -> store.Archive:
    """Read the files of a folder; their shape is what the schemas want."""
    read = {name: store.read_bytes(name, text, asked=True) for name, text in written(files).items()}
    refused = [file.refused for file in read.values() if file.refused]
    assert not refused, refused
    return store.Archive(read, config=read.get(CONFIG))


def found(kind: str, files: Mapping[str, Any] = FULL, on: date = AS_OF) -> dict[str, Any]:
    """Find what a kind of document can be made of, or why none can, by file."""
    return dict(records(archive(files), {}, KINDS[kind].subject, on))


ABOUT = {
    "group-programme": "mobilities/g1.mobility.yaml",
    "mission-letter": OURS,
    "host-file": POLITO,
    "partner-agreement-sheet": AGREEMENT,
}
"""By the file of what the record of a kind is made."""


def record(
    kind: str, patch: Mapping[str, Any] | None = None, *, on: date = AS_OF, part: str | None = None
) -> Record:
    """Make the record that a kind of document is made of, and its first part if there are several."""
    made = found(kind, folder(patch), on)[ABOUT[kind]]
    assert isinstance(made, Record), made
    parts = KINDS[kind].parts(made) or ("",)
    return replace(made, part=parts[0] if part is None else part)


def shown(kind: str, patch: Mapping[str, Any] | None = None, part: str | None = None) -> Mapping[str, Any]:
    """Make the view of a document, which lacks nothing."""
    made = record(kind, patch, part=part)
    assert not KINDS[kind].lacking(made), KINDS[kind].lacking(made)
    return KINDS[kind].view(made)


SHEET = "partner-agreement-sheet"
LONG = "Institut supérieur des sciences et techniques appliquées à la médiation internationale et interculturelle"
MANY: Mapping[str, Any] = {
    AGREEMENT: {
        "title": f"<b>{LONG}</b> & #let x = 1; *{LONG}*",
        "kind": "protocol",
        "reference": None,
        "covers": {"from": "2024-09", "to": None},
        "parties": [
            {
                "name": f"{LONG} {number}",
                "country": "GR",
                "unit": LONG,
                "coordinator": {
                    "name": {"family": "Παπαδοπούλου-Κωνσταντινίδη", "given": "Αικατερίνη"},
                    "position": LONG,
                    "email": f"a.very.long.address.of.a.person.{number}@international-relations.valmont.example",
                    "phone": "+30 210 000 0000",
                },
                "language": {"code": "el", "level": "C1"},
                "transcript_weeks": 4.5,
            }
            for number in range(1, 6)
        ],
        "exchanges": [
            {"from": "valmont", "to": "polito", "kind": "study+traineeship", "isced_f": "0923", "eqf": "6"}
            for _ in range(25)
        ],
    }
}
"""Five parties with long names, none of which has signed, and twenty-five lines; no last day."""

HOST = "host-file"


def been(*answers: Mapping[str, Any] | None) -> dict[str, Any]:
    """Stays at the host that have begun, each with what its `learner` (another one each time) says of it."""
    made = {}
    for number, answer in enumerate(answers, 1):
        data = {"id": f"2024-{number:04}", "host": {"ref": "polito"}, "agreement": None, "amendments": None}
        told = {key: value for key, value in (answer or {}).items() if key != "learner"}
        given = {"collected": "2025-03-01", "shareable": True, **told}
        kept = {
            key: FULL[STAY][key] for key in ("mobctl", "status", "direction", "kind", "learner", "period")
        }
        feedback = {"followup": {"feedback": given}} if answer is not None else {}
        data["learner"] = {"id": f"{(answer or {}).get('learner', number)}"}
        made[f"mobilities/2024-{number:04}.mobility.yaml"] = merged(
            {**kept, "home": {"ref": "valmont"}}, {**data, **feedback}
        )
    return made


ANSWERED = been(*({"rating": rate, "recommends": rate > 3} for rate in (5, 4, 4, 3, 5, 4)), None)
GREAT_HOST: Mapping[str, Any] = {
    POLITO: {
        "name": {"it": None, "en": None, "el": f"<b>{LONG}</b> & #let x = 1; *{LONG}*"},
        "contacts": [
            {
                "role": "other",
                "name": {"family": "Παπαδοπούλου-Κωνσταντινίδη", "given": "Αικατερίνη"},
                "email": f"a.very.long.address.of.a.person.{number}@international-relations.prova.example",
            }
            for number in range(1, 26)
        ],
        "hosting": {
            "subjects": [f"{LONG} {number}" for number in range(1, 9)],
            "languages": ["el", "ka", "vi"],
        },
    },
    AGREEMENT: {"exchanges": [FULL[AGREEMENT]["exchanges"][0]] * 12},
}
"""Twenty-five contacts, long names, languages of other scripts, twelve lines of an agreement."""

MISSION = "mission-letter"
LONG_MISSION: Mapping[str, Any] = {
    OURS: {
        "coordinators": [
            {
                "id": "x",
                "name": {"family": "Παπαδοπούλου-Κωνσταντινίδη", "given": "Αικατερίνη"},
                "position": f"<b>{LONG}</b> & #let x = 1;",
                "unit": {"fr": LONG, "en": LONG},
                "duties": [
                    "inform",
                    "validate-agreements",
                    "send-grades",
                    "recognise",
                    "liaise",
                    "develop-agreements",
                    "support-incoming",
                ],
                "tasks": [f"{LONG} {number}." for number in range(1, 19)],
                "from": "2026-09-01",
                "to": "2029-08-31",
            }
        ],
    }
}
"""Every duty, and eighteen tasks besides."""

GROUP = "group-programme"


def going(number: int, **more: Any) -> dict[str, Any]:
    """The record of one who goes with a group."""
    stay = FULL[STAY]
    names = {"family": f"Élève-{number}", "given": "Ly"}
    kept = {key: stay[key] for key in ("mobctl", "direction", "academic_year")}
    return {
        **kept,
        "id": f"2027-{number:04}",
        "status": "nominated",
        "kind": "vet-training",
        "format": "group",
        "programme": "KA122-VET",
        "project_code": "2026-1-FR01-KA122-VET-000999944",
        "group": "prova-2027",
        "learner": {"name": names, "birth_date": "2008-02-11", "enrolment": {"programme": "CAP Menuiserie"}},
        "home": {"ref": "valmont", "contact": {"name": {"family": "Durand", "given": "Paul"}}},
        "host": {"ref": "polito", "contact": {"name": {"family": "Rossi", "given": "Anna"}}},
        "period": {"planned": {"start": "2027-04-12", "end": "2027-04-23"}},
        "agreement": {
            "language": {"code": "it", "level": "A1"},
            "learning_outcomes": [{"id": "o1", "title": "Réaliser un assemblage"}],
            "activities": [{"id": "t1", "title": "Fabriquer un banc", "outcomes": ["o1"]}],
            "tasks": ["Scier"],
            "calendar": "Du lundi au vendredi",
        },
        "documents": [
            {"kind": "group-programme", "title": "Deux semaines d'ateliers", "issued": "2026-11-20"}
        ],
        **more,
    }


def together(count: int, **more: Any) -> dict[str, Any]:
    """The records of a group of so many."""
    return {f"mobilities/g{number}.mobility.yaml": going(number, **more) for number in range(1, count + 1)}


LISTED = [
    {
        "kind": "group-programme",
        "title": "Deux semaines d'ateliers",
        "reference": "GP-1",
        "issued": "2026-11-20",
    },
    {
        "kind": "participants-list",
        "issued": "2027-04-23",
        "signatures": [{"role": "host", "name": "Anna Rossi", "date": "2027-04-23"}],
    },
]
"""The papers of a group that has come back."""

VIEWS: Mapping[str, Mapping[str, Any]] = {
    "group": shown(GROUP, together(3, documents=LISTED)),
    "group-draft": shown(GROUP, together(2)),
    "group-monster": shown(
        GROUP,
        together(
            40,
            learner={
                "name": {"family": f"<b>{LONG}</b> #let x = 1", "given": "Αικατερίνη"},
                "enrolment": {"programme": LONG},
            },
        ),
    ),
    "agreement-sheet": shown(SHEET),
    "agreement-sheet-monster": shown(SHEET, MANY),
    "host": shown(HOST),
    "host-answers": shown(HOST, ANSWERED),
    "host-monster": shown(HOST, GREAT_HOST),
    "mission": shown(MISSION),
    "mission-draft": shown(MISSION, part="gc"),
    "mission-monster": shown(MISSION, LONG_MISSION),
}
