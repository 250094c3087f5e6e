"""Document views for the tests: an ordinary one, one of a social-work school, and one that breaks what can break."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

from mobctl import store
from mobctl.documents.view import Block, DecidedComponent, RecognitionReport, Result, Words
from mobctl.render.speech import Speech


def words(text: str, lang: str = "") -> Words:
    return {"text": text, "lang": lang, "others": {}}


ORDINARY: RecognitionReport = {
    "kind": "recognition-report",
    "number": "UVL-REC-2027-0042",
    "record": "2026-0042",
    "date": "2027-03-12",
    "status": "final",
    "issuer": {
        "name": words("Université de Valmont-sur-Loire", "fr"),
        "unit": words("Département informatique"),
        "address": ["12, quai des Augustins", "49999 Valmont-sur-Loire"],
        "erasmus_code": "F VALMONT99",
    },
    "learner": {
        "name": {"family": "MARTIN", "given": "Léa", "latin": None},
        "number": "22617345",
        "birth_date": "2004-11-03",
        "programme": words("Diplôme d’ingénieur en informatique", "fr"),
        "esi": "urn:schac:personalUniqueCode:int:esi:valmont.example:22617345",
        "eqf": "7",
        "field": "0613",
        "field_text": "",
    },
    "home": {
        "name": words("Université de Valmont-sur-Loire", "fr"),
        "unit": words("Département informatique"),
        "city": "Valmont-sur-Loire",
        "country": "FR",
        "erasmus_code": "F VALMONT99",
    },
    "host": {
        "name": words("Politecnico di Torgnano", "it"),
        "unit": words("Dipartimento di Automatica"),
        "city": "Torgnano",
        "country": "IT",
        "erasmus_code": "I TORGNAN09",
    },
    "contacts": [
        {
            "name": {"family": "Durand", "given": "Paul", "latin": None},
            "position": "Coordinateur des mobilités",
            "email": "mobilite@valmont.example",
            "phone": "+33 2 41 00 00 00",
        }
    ],
    "period": {
        "academic_year": "2026/2027",
        "planned": {"start": "2026-09-14", "end": "2027-01-29"},
        "actual": {"start": "2026-09-14", "end": "2027-01-31"},
    },
    "programme": {"code": "KA131", "kind": "studies"},
    "agreement": {
        "plan": "",
        "number": "1",
        "effective": "2026-10-09",
        "signatures": [
            {"role": "learner", "name": words("Léa Martin"), "date": "2026-10-02"},
            {"role": "home", "name": words("Paul Durand"), "date": "2026-10-06"},
            {"role": "host", "name": words("Anna Rossi"), "date": "2026-10-09"},
        ],
    },
    "basis": {
        "home_codes": ["PIC 912345678", "https://valmont.example"],
        "host_codes": ["SCHAC torgnano.example"],
        "editions": [
            {
                "plan": "",
                "number": "",
                "effective": "2026-06-12",
                "signatures": [
                    {"role": "learner", "name": words("Léa Martin"), "date": "2026-06-03"},
                    {"role": "home", "name": words("Paul Durand"), "date": "2026-06-04"},
                    {"role": "host", "name": words("Anna Rossi"), "date": "2026-06-12"},
                ],
                "extended": "",
            },
            {
                "plan": "",
                "number": "1",
                "effective": "2026-10-09",
                "signatures": [
                    {"role": "learner", "name": words("Léa Martin"), "date": "2026-10-02"},
                    {"role": "home", "name": words("Paul Durand"), "date": "2026-10-06"},
                    {"role": "host", "name": words("Anna Rossi"), "date": "2026-10-09"},
                ],
                "extended": "2027-01-31",
            },
        ],
        "not_used": ["2"],
        "automatic": "yes",
        "terms": "Tout crédit validé est reconnu au retour.",
        "provisions": "https://valmont.example/reglement#echec",
        "language": "it",
        "catalogue": "https://torgnano.example/catalogue",
        "credit_rule": {
            "scheme": "US",
            "factor": "2",
            "rule": "Un semestre vaut 30 ECTS.",
            "agreed": "2026-05-02",
        },
    },
    "transcript": {"number": "TOR-9", "date": "2027-02-20", "received": "2027-02-24", "sha256": ""},
    "totals": {
        "agreed": {
            "value": "30",
            "parts": [
                {"name": words("S8-INFO"), "credits": "16"},
                {"name": words("S8-DON"), "credits": "6"},
                {"name": words("S8-GL"), "credits": "8"},
            ],
        },
        "completed": {
            "value": "22.5",
            "parts": [
                {"name": words("02LSEOV"), "credits": "10"},
                {"name": words("01TYMOV"), "credits": "6"},
                {"name": words("02GOLOV"), "credits": "6.5"},
            ],
        },
        "recognised": {
            "value": "22",
            "parts": [
                {"name": words("S8-INFO"), "credits": "16"},
                {"name": words("S8-DON"), "credits": "6"},
                {"name": words("S8-GL"), "credits": "0"},
            ],
        },
    },
    "blocks": [
        {
            "number": "1",
            "results": [
                {
                    "code": "02LSEOV",
                    "title": words("Computer architectures", "en"),
                    "grade": "27",
                    "scale": "it-30",
                    "credits": "10",
                    "local": [],
                    "status": "passed",
                    "virtual": "",
                },
                {
                    "code": "01TYMOV",
                    "title": words("Information systems security", "en"),
                    "grade": "30L",
                    "scale": "it-30",
                    "credits": "6",
                    "local": [],
                    "status": "passed",
                    "virtual": "",
                },
                {
                    "code": "02GOLOV",
                    "title": words("Gestione e visualizzazione dei dati", "it"),
                    "grade": "24",
                    "scale": "it-30",
                    "credits": "6.5",
                    "local": [],
                    "status": "passed",
                    "virtual": "",
                },
            ],
            "components": [
                {
                    "code": "S8-INFO",
                    "title": words("Informatique avancée", "fr"),
                    "agreed": "16",
                    "recognised": "16",
                    "status": "recognised",
                    "grade": {
                        "value": "15.4",
                        "scale": "fr-20",
                        "method": "ects-distribution",
                        "tables": ["torgnano-0613-2026", "valmont-0613-2026"],
                        "choice": "highest",
                        "date": "2027-03-05",
                        "by": "Paul Durand",
                        "text": "",
                    },
                },
                {
                    "code": "S8-DON",
                    "title": words("Gestion des données", "fr"),
                    "agreed": "6",
                    "recognised": "6",
                    "status": "recognised",
                    "grade": None,
                },
            ],
            "completed": "22.5",
            "agreed": "22",
            "recognised": "22",
            "extent": "whole",
            "reason": None,
        },
        {
            "number": "2",
            "results": [
                {
                    "code": "04GSPOV",
                    "title": words("Software engineering", "en"),
                    "grade": "15",
                    "scale": "it-30",
                    "credits": "0",
                    "local": [],
                    "status": "failed",
                    "virtual": "",
                },
            ],
            "components": [
                {
                    "code": "S8-GL",
                    "title": words("Génie logiciel", "fr"),
                    "agreed": "8",
                    "recognised": "0",
                    "status": "remedial",
                    "grade": None,
                },
            ],
            "completed": "0",
            "agreed": "8",
            "recognised": "0",
            "extent": "none",
            "reason": {"code": "failed-at-host", "text": ""},
        },
    ],
    "catching_up": {
        "open": {"value": "8", "parts": [{"name": words("S8-GL"), "credits": "8"}]},
        "passed": "0",
    },
    "left_out": [
        {
            "code": "03LAIT1",
            "title": words("Lingua italiana A2", "it"),
            "grade": "28",
            "scale": "it-30",
            "credits": "2",
            "reason": {"code": "surplus", "text": ""},
        },
    ],
    "conversions": [
        {
            "code": "S8-INFO",
            "title": words("Informatique avancée", "fr"),
            "originals": [
                {"value": "27", "scale": "it-30"},
                {"value": "30L", "scale": "it-30"},
                {"value": "24", "scale": "it-30"},
            ],
            "grade": {
                "value": "15.4",
                "scale": "fr-20",
                "method": "ects-distribution",
                "tables": ["torgnano-0613-2026", "valmont-0613-2026"],
                "choice": "highest",
                "date": "2027-03-05",
                "by": "Paul Durand",
                "text": "",
            },
        },
    ],
    "scales": {
        "host": [{"code": "it-30", "best": "30L", "worst": "0", "pass_mark": "18"}],
        "home": [{"code": "fr-20", "best": "20", "worst": "0", "pass_mark": "10"}],
        "explanation": words("30 e lode is written 30L.", "en"),
        "url": "https://torgnano.example/grades",
    },
    "tables": [
        {
            "id": "torgnano-0613-2026",
            "institution": words("Politecnico di Torgnano", "it"),
            "field": "0613",
            "first": "2024",
            "last": "2026",
            "published": "2026-10-15",
            "scale": "it-30",
            "passing": "1012",
            "given": [
                {"grade": "30L", "low": "", "high": "", "count": "312", "own": "yes"},
                {"grade": "", "low": "18", "high": "30", "count": "700", "own": "yes"},
            ],
            "url": "https://torgnano.example/grades",
        },
    ],
    "remedial": [
        {
            "code": "S8-GL",
            "title": words("Génie logiciel", "fr"),
            "credits": "8",
            "date": "2027-06-21",
            "organiser": {"name": words("Université de Valmont-sur-Loire", "fr"), "country": "FR"},
            "kind": "resit-session",
            "status": "planned",
        },
    ],
    "exceptions": [],
    "waivers": [],
    "profiles": [{"id": "Engineering schools", "args": {}}, {"id": "House", "args": {}}],
    "findings": [
        {
            "code": "REC004",
            "severity": "warning",
            "at": {"id": "Amendment 1", "args": {}},
            "message": {
                "id": "the decision of {decided} comes later than five weeks after the transcript of {received}",
                "args": {"decided": {"date": "2027-04-10"}, "received": {"date": "2027-02-24"}},
            },
            "waived": None,
        },
    ],
    "not_checked": [
        {
            "code": "LA107",
            "title": {"id": "What all three signed stays", "args": {}},
            "why": {"id": "no history", "args": {}},
        },
        {"code": "HOUSE1", "title": None, "why": {"id": "no history", "args": {}}},
    ],
    "requirements": [],
    "procedure": {"kind": "jury", "received": "2027-02-26", "semesters": "0"},
    "decision": {"date": "2027-03-10", "by": "Jury S8", "reference": "PV-2027-03-10"},
    "appeal": words("Recours gracieux dans les deux mois.", "fr"),
    "signatories": [
        {
            "role": "academic-coordinator",
            "name": "Paul Durand",
            "position": "Coordinateur des mobilités",
            "signed": "2027-03-11",
            "how": "electronic",
        },
        {
            "role": "recognition-authority",
            "name": "Hélène Petit",
            "position": "Directrice des études",
            "signed": "2027-03-12",
            "how": "paper",
        },
    ],
}
"""An engineering student's exchange: blocks n:m, one part not recognised, grades converted from thirtieths to twentieths."""


def _itsra() -> RecognitionReport:
    return {
        **copy.deepcopy(ORDINARY),
        "number": "ITS-REC-2027-007",
        "record": "2027-0007",
        "date": "2027-06-04",
        "status": "draft",
        "issuer": {
            "name": words("Institut du travail social de la région d’Aulnaie", "fr"),
            "unit": words(""),
            "address": ["3, allée des Tilleuls", "63999 Aulnaie"],
            "erasmus_code": "",
        },
        "learner": {
            "name": {"family": "Ferreira", "given": "Inês", "latin": None},
            "number": "ES-3-118",
            "birth_date": "2003-02-01",
            "programme": words("Diplôme d’État d’éducateur spécialisé", "fr"),
            "esi": "",
            "eqf": "6",
            "field": "",
            "field_text": "",
        },
        "home": {
            "name": words("Institut du travail social de la région d’Aulnaie", "fr"),
            "unit": words(""),
            "city": "Aulnaie",
            "country": "FR",
            "erasmus_code": "",
        },
        "host": {
            "name": words("Haute École sociale de Brumes", "fr"),
            "unit": words("Service d’aide en milieu ouvert"),
            "city": "Brumes",
            "country": "BE",
            "erasmus_code": "B BRUMES99",
        },
        "period": {
            "academic_year": "2026/2027",
            "planned": {"start": "2027-02-01", "end": "2027-05-14"},
            "actual": {"start": "2027-02-01", "end": "2027-05-14"},
        },
        "programme": {"code": "bilateral", "kind": "study+traineeship"},
        "agreement": {
            "plan": "",
            "number": "",
            "effective": "2027-01-20",
            "signatures": [
                {"role": "learner", "name": words("Inês Ferreira"), "date": "2027-01-11"},
                {"role": "home", "name": words("Karim Belaïd"), "date": "2027-01-13"},
                {"role": "host", "name": words("Sophie Lambert"), "date": "2027-01-20"},
            ],
        },
        "totals": {
            "agreed": {
                "value": "30",
                "parts": [{"name": words("DF2"), "credits": "15"}, {"name": words("STAGE"), "credits": "15"}],
            },
            "completed": {
                "value": "25",
                "parts": [
                    {"name": words("Ateliers"), "credits": "10"},
                    {"name": words("Stage"), "credits": "15"},
                ],
            },
            "recognised": {
                "value": "25",
                "parts": [{"name": words("DF2"), "credits": "10"}, {"name": words("STAGE"), "credits": "15"}],
            },
        },
        "blocks": [
            {
                "number": "1",
                "results": [
                    {
                        "code": "",
                        "title": words("Ateliers d’intervention collective", "fr"),
                        "grade": "",
                        "scale": "",
                        "credits": "10",
                        "local": [],
                        "status": "passed",
                        "virtual": "",
                    },
                    {
                        "code": "",
                        "title": words("Séminaire d’éthique", "fr"),
                        "grade": "",
                        "scale": "",
                        "credits": "0",
                        "local": [],
                        "status": "not-taken",
                        "virtual": "",
                    },
                ],
                "components": [
                    {
                        "code": "DF2",
                        "title": words("Conception et conduite de projet éducatif", "fr"),
                        "agreed": "15",
                        "recognised": "10",
                        "status": "remedial",
                        "grade": None,
                    }
                ],
                "completed": "10",
                "agreed": "15",
                "recognised": "10",
                "extent": "part",
                "reason": {"code": "not-taken", "text": "séminaire annulé par l’établissement d’accueil"},
            },
            {
                "number": "2",
                "results": [
                    {
                        "code": "",
                        "title": words("Stage à responsabilité éducative", "fr"),
                        "grade": "",
                        "scale": "",
                        "credits": "15",
                        "local": [],
                        "status": "passed",
                        "virtual": "",
                    }
                ],
                "components": [
                    {
                        "code": "STAGE",
                        "title": words("Formation pratique", "fr"),
                        "agreed": "15",
                        "recognised": "15",
                        "status": "recognised",
                        "grade": None,
                    }
                ],
                "completed": "15",
                "agreed": "15",
                "recognised": "15",
                "extent": "whole",
                "reason": None,
            },
        ],
        "left_out": [],
        "conversions": [],
        "remedial": [
            {
                "code": "DF2",
                "title": words("Séminaire d’éthique", "fr"),
                "credits": "5",
                "date": "2027-09",
                "organiser": {
                    "name": words("Institut du travail social de la région d’Aulnaie", "fr"),
                    "country": "FR",
                },
                "kind": "resit-session",
                "status": "planned",
            }
        ],
        "findings": [],
        "waivers": [
            {
                "rule": "LA001",
                "title": {"id": "All three have signed", "args": {}},
                "at": None,
                "reason": "signature de l’accueil reçue par courriel après une panne",
                "by": "Karim Belaïd",
                "date": "2027-01-21",
                "expires": "",
            }
        ],
        "decision": {"date": "2027-06-01", "by": "Commission pédagogique", "reference": "CP-2027-06-01"},
        "signatories": [
            {
                "role": "academic-coordinator",
                "name": "Karim Belaïd",
                "position": "Formateur référent",
                "signed": "2027-06-03",
                "how": "paper",
            },
            {
                "role": "recognition-authority",
                "name": "Claire Vasseur",
                "position": "Directrice",
                "signed": "",
                "how": "",
            },
        ],
    }


ITSRA = _itsra()
"""A social work student: 25 of 30 credits validated, the rest caught up in a session of the home school."""

HOSTILE = (
    "#sys.version",
    "<b>bold</b>",
    "O'Brien & Fils",
    "$5 and $6",
    "a `tick`",
    "left | right",
    "{x}",
    "%s %d %(x)s",
    "{{ 7*7 }}",
    "{% raw %}",
    "*star* _under_",
    "# heading",
    "1. one",
    "+ plus",
    "- minus",
    "> quote",
    "&amp; &#60;",
    "[a](b) ![c](d)",
    "~~~ ~~gone~~",
    'say "hi" \\" \\',
    "<script>alert(1)</script>",
    "]]> <!-- -->",
    "=== ---",
    "@import <https://x.invalid>",
)
"""Values that mean something to one of the sinks, and must stand in every document as they are."""

LONG_NAME = "Universität für angewandte Donaudampfschifffahrtswissenschaften, Elektrizitätshauptbetriebswerkbauunterbeamtengesellschaftslehre und Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzgebung Sankt-Florian-an-der-Oberen"


def _monster() -> RecognitionReport:
    view = copy.deepcopy(ORDINARY)
    names = [
        "Łukasz Żółciński-Ćwikła",
        "Ελευθερία Παπακωνσταντίνου",
        "Nguyễn Thị Ánh Tuyết",
        "أحمد بن علي",
        "Suharto",
    ]
    spoken = dict(zip(names, ("pl", "el", "vi", "ar"), strict=False))
    long = "A" * 70 + "b" * 70
    values = [*HOSTILE, long, *names]
    results: list[Result] = [
        {
            "code": f"M-{number:03}-{'X' * (number % 7)}",
            "title": words(values[number % len(values)], spoken.get(values[number % len(values)], "")),
            "grade": ["27", "30L", "7,5", "A-", "12.50", "VAL"][number % 6],
            "scale": "it-30" if number % 2 else "",
            "credits": "0.5",
            "local": [{"scheme": "QC", "credits": "0.25"}] if number % 4 == 0 else [],
            "status": "passed" if number % 9 else "compensated",
            "virtual": "yes" if number % 5 == 0 else "",
        }
        for number in range(60)
    ]
    components: list[DecidedComponent] = [
        {
            "code": f"H-{number:03}",
            "title": words(values[-number % len(values)]),
            "agreed": "1",
            "recognised": "1",
            "status": "recognised",
            "grade": None,
        }
        for number in range(25)
    ]
    view["totals"]["completed"]["parts"] = [
        {"name": words(one["code"]), "credits": one["credits"]} for one in results
    ]
    small: list[Block] = [{**ORDINARY["blocks"][0], "number": str(number)} for number in range(2, 14)]
    return {
        **view,
        "number": "MONSTER-2027-000000000000000042",
        "status": "draft",
        "learner": {
            "name": {
                "family": "عبد الرحمن",
                "given": "أحمد",
                "latin": {"family": "Abd al-Rahman", "given": "Ahmad", "latin": None},
            },
            "number": "#sys.version",
            "birth_date": "2001-01",
            "programme": words("B.Sc. <b>Informatik</b> & `Recht` | $5", "de"),
            "esi": "urn:schac:personalUniqueCode:int:esi:valmont.example:#sys.version",
            "eqf": "7",
            "field": "0613",
            "field_text": "{x}",
        },
        "host": {
            "name": words(LONG_NAME, "de"),
            "unit": words(long),
            "city": "Ἀθῆναι",
            "country": "GR",
            "erasmus_code": "A WIEN99",
        },
        "blocks": [
            {
                "number": "1",
                "results": results,
                "components": components,
                "completed": "30",
                "agreed": "25",
                "recognised": "25",
                "extent": "whole",
                "reason": None,
            },
            *small,
        ],
        "left_out": [
            {
                "code": "",
                "title": words(value),
                "grade": "{x}",
                "scale": "",
                "credits": "1",
                "reason": {"code": "surplus", "text": value},
            }
            for value in values
        ],
        "exceptions": [
            {
                "credits": "3",
                "reason": "{x} %s <i>",
                "component": words("{x}"),
                "number": "1",
                "signatures": [{"role": "learner", "name": words("{x}"), "date": "2026-10-02"}],
            }
        ],
        "waivers": [
            {
                "rule": "LA102",
                "title": None,
                "at": {"id": value, "args": {}},
                "reason": value,
                "by": "O'Brien & Fils",
                "date": "2026-10-01",
                "expires": "2027-12-31",
            }
            for value in HOSTILE[:4]
        ],
        "findings": [
            {
                "code": f"REC{number:03}",
                "severity": ["error", "warning", "info"][number % 3],
                "at": {"id": value, "args": {}} if number % 2 else None,
                "message": {"id": "the value {value} is not of the list", "args": {"value": value}},
                "waived": {"by": "Jury", "date": "2027-03-01", "reason": value} if number % 4 == 0 else None,
            }
            for number, value in enumerate(values)
        ],
        "requirements": [{"kind": "", "text": "{x} *star*"}],
        "signatories": [
            {
                "role": "academic-coordinator",
                "name": names[0],
                "position": "Coordinateur des mobilités",
                "signed": "",
                "how": "",
            },
            {"role": "recognition-authority", "name": names[1], "position": long, "signed": "", "how": ""},
            {"role": "recognition-authority", "name": names[4], "position": "", "signed": "", "how": ""},
        ],
    }


MONSTER = _monster()
"""Everything that breaks a layout or a writer."""

VIEWS: Mapping[str, Mapping[str, Any]] = {"ordinary": ORDINARY, "itsra": ITSRA, "monster": MONSTER}

LANGUAGES = ("en", "fr", "es")


def speech(lang: str, catalogue: Mapping[str, str] | None = None) -> Speech:
    """Make a language of a plain mapping of English to it; what it doesn't have is said in English."""
    known = catalogue or {}
    lists = store.lists()

    def message(node: Any) -> str:
        match node:
            case {"id": id, "args": args}:
                said = str(known.get(id, id))
                for name, value in args.items():
                    said = said.replace("{" + name + "}", message(value))
                return said
            case {"codelist": codelist, "code": code}:
                return lists[codelist].label(code, lang)
            case {"text": [[_, text], *_]} | {"date": text}:
                return str(text)
            case _:
                return str(node)

    return Speech(
        lang=lang,
        text=lambda text: known.get(text, text),
        plural=lambda one, many, n: known.get(many, one if n == 1 else many),
        label=lambda codelist, code: lists[codelist].label(code, lang),
        message=message,
    )


def merged(base: Any, patch: Any) -> Any:
    """Lay a patch over a record: mappings are merged, all else is replaced, None takes away."""
    if not isinstance(base, dict) or not isinstance(patch, dict):
        return patch
    whole = {**base, **{key: merged(base.get(key), value) for key, value in patch.items()}}
    return {key: value for key, value in whole.items() if value is not None}


def faults(value: Any, kind: Any, at: str = "") -> list[str]:
    """Compare a view with its types: every key there, and nothing else."""
    if is_typeddict(kind):
        hints = get_type_hints(kind)
        if set(hints) != set(value):
            return [f"{at}: {sorted(set(hints) ^ set(value))}"]
        return [fault for key, hint in hints.items() for fault in faults(value[key], hint, f"{at}.{key}")]
    if get_origin(kind) is list:
        return [fault for each in value for fault in faults(each, get_args(kind)[0], f"{at}[]")]
    if kind is Any:
        return []
    if options := [each for each in get_args(kind) if each is not NoneType]:
        if get_origin(kind) is dict:
            return [] if all(isinstance(k, str) and isinstance(v, str) for k, v in value.items()) else [at]
        return [] if value is None else faults(value, options[0], at)
    return [] if isinstance(value, kind) else [f"{at}: {value!r}"]
