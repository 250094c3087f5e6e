"""Document views for the tests, and the shape that the recognition report (OUT-16) is made from.

A view is plain and knows no language: texts, lists and mappings; codes where a document shows names of codes.
Every key is always there: "" is a text that the record doesn't have, None a group it doesn't have, [] nothing.
Numbers are decimal texts ("7.5"), dates are `2026-06-03` or `2026-06`. A label is asked for as
`speech.label(codelist, code)`; the codelists that the report uses are the keys of LABELS below.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, TypedDict

from mobctl.render.speech import Speech


class Words(TypedDict):
    """A text of the record and its language, "" where that is not known."""

    text: str
    lang: str


class Name(TypedDict):
    """A person's name; without a given name it is a mononym."""

    family: str
    given: str
    latin: Name | None


class Issuer(TypedDict):
    """The school that issues the document."""

    name: Words
    unit: str
    address: list[str]
    erasmus_code: str


class Party(TypedDict):
    """A home or host institution; `country` is a code of ISO 3166-1."""

    name: Words
    unit: str
    city: str
    country: str
    erasmus_code: str


class Learner(TypedDict):
    """The holder of the document."""

    name: Name
    number: str
    birth_date: str
    programme: Words | None


class Days(TypedDict):
    """A period, both days included."""

    start: str
    end: str


class Period(TypedDict):
    """The mobility in time."""

    academic_year: str
    planned: Days
    actual: Days | None


class Programme(TypedDict):
    """The mobility programme and the kind of mobility: codelists `programme` and `kind`."""

    code: str
    kind: str


class Signed(TypedDict):
    """One signature of an agreement: codelist `signatory`."""

    role: str
    name: str
    date: str


class Agreement(TypedDict):
    """The version that recognition follows; `number` is that of its last amendment, "" for the first version."""

    number: str
    effective: str
    signatures: list[Signed]


class Part(TypedDict):
    """A part of a total, by the code or title that names it."""

    name: str
    credits: str


class Total(TypedDict):
    """A total and what it is made of."""

    value: str
    parts: list[Part]


class Totals(TypedDict):
    """Planned, earned, recognised."""

    agreed: Total
    completed: Total
    recognised: Total


class Reason(TypedDict):
    """A code of the list `reason`, and words of the school's own, or ""."""

    code: str
    text: str


class Grade(TypedDict):
    """A converted grade: codelists `scale` and `grading-method`."""

    value: str
    scale: str
    method: str
    tables: list[str]
    date: str
    by: str


class Result(TypedDict):
    """A line of the host's transcript: codelists `scale` and `result-status`."""

    code: str
    title: Words
    grade: str
    scale: str
    credits: str
    status: str


class Component(TypedDict):
    """A component of table B and what was decided: codelist `decision`."""

    code: str
    title: Words
    agreed: str
    recognised: str
    status: str
    grade: Grade | None


class Block(TypedDict):
    """Results abroad and components at home that answer each other as groups, with the sums of both."""

    number: str
    results: list[Result]
    components: list[Component]
    completed: str
    agreed: str
    recognised: str
    reason: Reason | None


class LeftOut(TypedDict):
    """A result that no block uses."""

    code: str
    title: Words
    grade: str
    scale: str
    credits: str
    reason: Reason


class Original(TypedDict):
    """A grade as the host gave it."""

    value: str
    scale: str


class Conversion(TypedDict):
    """Where a converted grade comes from."""

    code: str
    title: Words
    originals: list[Original]
    grade: Grade


class Organiser(TypedDict):
    """Who organises remedial work."""

    name: str
    country: str


class Remedial(TypedDict):
    """Credits that were not obtained and how they can be: codelist `remedial-kind`."""

    code: str
    title: Words
    credits: str
    date: str
    organiser: Organiser
    kind: str


class Exception_(TypedDict):  # noqa: N801  (Exception is Python's)
    """Credits that the three parties agreed to leave out of automatic recognition."""

    credits: str
    reason: str


class Waiver(TypedDict):
    """An accepted departure from a rule."""

    rule: str
    reason: str
    by: str
    date: str
    expires: str


class Accepted(TypedDict):
    """The waiver that covers a finding."""

    by: str
    date: str
    reason: str


class Finding(TypedDict):
    """What the check says: codelist `severity`; `message` is whatever plain value `speech.message` reads."""

    code: str
    severity: str
    message: Any
    waived: Accepted | None


class Decision(TypedDict):
    """When and by whom recognition was decided."""

    date: str
    by: str
    reference: str


class Signatory(TypedDict):
    """Who signs this report, in order: codelists `signatory` and `signature-means`; `signed` is "" before."""

    role: str
    name: str
    position: str
    signed: str
    how: str


class RecognitionReport(TypedDict):
    """The view of OUT-16. `status` is `draft` until every signatory has signed, then `final`."""

    kind: str
    number: str
    record: str
    date: str
    status: str
    issuer: Issuer
    learner: Learner
    home: Party
    host: Party
    period: Period
    programme: Programme
    agreement: Agreement
    totals: Totals
    blocks: list[Block]
    left_out: list[LeftOut]
    conversions: list[Conversion]
    remedial: list[Remedial]
    exceptions: list[Exception_]
    waivers: list[Waiver]
    findings: list[Finding]
    requirements: list[str]
    decision: Decision | None
    signatories: list[Signatory]


ORDINARY: RecognitionReport = {
    "kind": "recognition-report",
    "number": "UVL-REC-2027-0042",
    "record": "2026-0042",
    "date": "2027-03-12",
    "status": "final",
    "issuer": {
        "name": {"text": "Université de Valmont-sur-Loire", "lang": "fr"},
        "unit": "Département informatique",
        "address": ["12, quai des Augustins", "49999 Valmont-sur-Loire"],
        "erasmus_code": "F VALMONT99",
    },
    "learner": {
        "name": {"family": "MARTIN", "given": "Léa", "latin": None},
        "number": "22617345",
        "birth_date": "2004-11-03",
        "programme": {"text": "Diplôme d’ingénieur en informatique", "lang": "fr"},
    },
    "home": {
        "name": {"text": "Université de Valmont-sur-Loire", "lang": "fr"},
        "unit": "Département informatique",
        "city": "Valmont-sur-Loire",
        "country": "FR",
        "erasmus_code": "F VALMONT99",
    },
    "host": {
        "name": {"text": "Politecnico di Torgnano", "lang": "it"},
        "unit": "Dipartimento di Automatica",
        "city": "Torgnano",
        "country": "IT",
        "erasmus_code": "I TORGNAN09",
    },
    "period": {
        "academic_year": "2026/2027",
        "planned": {"start": "2026-09-14", "end": "2027-01-29"},
        "actual": {"start": "2026-09-14", "end": "2027-01-31"},
    },
    "programme": {"code": "KA131", "kind": "studies"},
    "agreement": {
        "number": "1",
        "effective": "2026-10-09",
        "signatures": [
            {"role": "learner", "name": "Léa Martin", "date": "2026-10-02"},
            {"role": "home", "name": "Paul Durand", "date": "2026-10-06"},
            {"role": "host", "name": "Anna Rossi", "date": "2026-10-09"},
        ],
    },
    "totals": {
        "agreed": {
            "value": "30",
            "parts": [
                {"name": "S8-INFO", "credits": "16"},
                {"name": "S8-DON", "credits": "6"},
                {"name": "S8-GL", "credits": "8"},
            ],
        },
        "completed": {
            "value": "22.5",
            "parts": [
                {"name": "02LSEOV", "credits": "10"},
                {"name": "01TYMOV", "credits": "6"},
                {"name": "02GOLOV", "credits": "6.5"},
            ],
        },
        "recognised": {
            "value": "22",
            "parts": [
                {"name": "S8-INFO", "credits": "16"},
                {"name": "S8-DON", "credits": "6"},
                {"name": "S8-GL", "credits": "0"},
            ],
        },
    },
    "blocks": [
        {
            "number": "1",
            "results": [
                {
                    "code": "02LSEOV",
                    "title": {"text": "Computer architectures", "lang": "en"},
                    "grade": "27",
                    "scale": "it-30",
                    "credits": "10",
                    "status": "passed",
                },
                {
                    "code": "01TYMOV",
                    "title": {"text": "Information systems security", "lang": "en"},
                    "grade": "30L",
                    "scale": "it-30",
                    "credits": "6",
                    "status": "passed",
                },
                {
                    "code": "02GOLOV",
                    "title": {"text": "Gestione e visualizzazione dei dati", "lang": "it"},
                    "grade": "24",
                    "scale": "it-30",
                    "credits": "6.5",
                    "status": "passed",
                },
            ],
            "components": [
                {
                    "code": "S8-INFO",
                    "title": {"text": "Informatique avancée", "lang": "fr"},
                    "agreed": "16",
                    "recognised": "16",
                    "status": "recognised",
                    "grade": {
                        "value": "15.4",
                        "scale": "fr-20",
                        "method": "ects-distribution",
                        "tables": ["torgnano-0613-2026", "valmont-0613-2026"],
                        "date": "2027-03-05",
                        "by": "Paul Durand",
                    },
                },
                {
                    "code": "S8-DON",
                    "title": {"text": "Gestion des données", "lang": "fr"},
                    "agreed": "6",
                    "recognised": "6",
                    "status": "recognised",
                    "grade": None,
                },
            ],
            "completed": "22.5",
            "agreed": "22",
            "recognised": "22",
            "reason": None,
        },
        {
            "number": "2",
            "results": [
                {
                    "code": "04GSPOV",
                    "title": {"text": "Software engineering", "lang": "en"},
                    "grade": "15",
                    "scale": "it-30",
                    "credits": "0",
                    "status": "failed",
                },
            ],
            "components": [
                {
                    "code": "S8-GL",
                    "title": {"text": "Génie logiciel", "lang": "fr"},
                    "agreed": "8",
                    "recognised": "0",
                    "status": "remedial",
                    "grade": None,
                },
            ],
            "completed": "0",
            "agreed": "8",
            "recognised": "0",
            "reason": {"code": "failed-at-host", "text": ""},
        },
    ],
    "left_out": [
        {
            "code": "03LAIT1",
            "title": {"text": "Lingua italiana A2", "lang": "it"},
            "grade": "28",
            "scale": "it-30",
            "credits": "2",
            "reason": {"code": "surplus", "text": ""},
        },
    ],
    "conversions": [
        {
            "code": "S8-INFO",
            "title": {"text": "Informatique avancée", "lang": "fr"},
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
                "date": "2027-03-05",
                "by": "Paul Durand",
            },
        },
    ],
    "remedial": [
        {
            "code": "S8-GL",
            "title": {"text": "Génie logiciel", "lang": "fr"},
            "credits": "8",
            "date": "2027-06-21",
            "organiser": {"name": "Université de Valmont-sur-Loire", "country": "FR"},
            "kind": "resit-session",
        },
    ],
    "exceptions": [],
    "waivers": [],
    "findings": [
        {
            "code": "REC004",
            "severity": "warning",
            "message": {
                "id": "the decision of {decided} comes later than five weeks after the transcript of {received}",
                "args": {"decided": {"date": "2027-04-10"}, "received": {"date": "2027-02-24"}},
            },
            "waived": None,
        },
    ],
    "requirements": [],
    "decision": {"date": "2027-03-10", "by": "Jury S8", "reference": "PV-2027-03-10"},
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
            "name": {"text": "Institut du travail social de la région d’Aulnaie", "lang": "fr"},
            "unit": "",
            "address": ["3, allée des Tilleuls", "63999 Aulnaie"],
            "erasmus_code": "",
        },
        "learner": {
            "name": {"family": "Ferreira", "given": "Inês", "latin": None},
            "number": "ES-3-118",
            "birth_date": "2003-02-01",
            "programme": {"text": "Diplôme d’État d’éducateur spécialisé", "lang": "fr"},
        },
        "home": {
            "name": {"text": "Institut du travail social de la région d’Aulnaie", "lang": "fr"},
            "unit": "",
            "city": "Aulnaie",
            "country": "FR",
            "erasmus_code": "",
        },
        "host": {
            "name": {"text": "Haute École sociale de Brumes", "lang": "fr"},
            "unit": "Service d’aide en milieu ouvert",
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
            "number": "",
            "effective": "2027-01-20",
            "signatures": [
                {"role": "learner", "name": "Inês Ferreira", "date": "2027-01-11"},
                {"role": "home", "name": "Karim Belaïd", "date": "2027-01-13"},
                {"role": "host", "name": "Sophie Lambert", "date": "2027-01-20"},
            ],
        },
        "totals": {
            "agreed": {
                "value": "30",
                "parts": [{"name": "DF2", "credits": "15"}, {"name": "STAGE", "credits": "15"}],
            },
            "completed": {
                "value": "25",
                "parts": [{"name": "Ateliers", "credits": "10"}, {"name": "Stage", "credits": "15"}],
            },
            "recognised": {
                "value": "25",
                "parts": [{"name": "DF2", "credits": "10"}, {"name": "STAGE", "credits": "15"}],
            },
        },
        "blocks": [
            {
                "number": "1",
                "results": [
                    {
                        "code": "",
                        "title": {"text": "Ateliers d’intervention collective", "lang": "fr"},
                        "grade": "",
                        "scale": "",
                        "credits": "10",
                        "status": "passed",
                    },
                    {
                        "code": "",
                        "title": {"text": "Séminaire d’éthique", "lang": "fr"},
                        "grade": "",
                        "scale": "",
                        "credits": "0",
                        "status": "not-taken",
                    },
                ],
                "components": [
                    {
                        "code": "DF2",
                        "title": {"text": "Conception et conduite de projet éducatif", "lang": "fr"},
                        "agreed": "15",
                        "recognised": "10",
                        "status": "remedial",
                        "grade": None,
                    }
                ],
                "completed": "10",
                "agreed": "15",
                "recognised": "10",
                "reason": {"code": "not-taken", "text": "séminaire annulé par l’établissement d’accueil"},
            },
            {
                "number": "2",
                "results": [
                    {
                        "code": "",
                        "title": {"text": "Stage à responsabilité éducative", "lang": "fr"},
                        "grade": "",
                        "scale": "",
                        "credits": "15",
                        "status": "passed",
                    }
                ],
                "components": [
                    {
                        "code": "STAGE",
                        "title": {"text": "Formation pratique", "lang": "fr"},
                        "agreed": "15",
                        "recognised": "15",
                        "status": "recognised",
                        "grade": None,
                    }
                ],
                "completed": "15",
                "agreed": "15",
                "recognised": "15",
                "reason": None,
            },
        ],
        "left_out": [],
        "conversions": [],
        "remedial": [
            {
                "code": "DF2",
                "title": {"text": "Séminaire d’éthique", "lang": "fr"},
                "credits": "5",
                "date": "2027-09",
                "organiser": {"name": "Institut du travail social de la région d’Aulnaie", "country": "FR"},
                "kind": "catch-up-session",
            }
        ],
        "findings": [],
        "waivers": [
            {
                "rule": "LA001",
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
    langs = ["pl", "el", "vi", "ar", ""]
    long = "A" * 70 + "b" * 70
    values = [*HOSTILE, long, *names]
    results: list[Result] = [
        {
            "code": f"M-{number:03}-{'X' * (number % 7)}",
            "title": {
                "text": values[number % len(values)],
                "lang": (["", *langs])[number % 6] if number % len(values) >= len(HOSTILE) + 1 else "",
            },
            "grade": ["27", "30L", "7,5", "A-", "12.50", "VAL"][number % 6],
            "scale": "it-30" if number % 2 else "",
            "credits": "0.5",
            "status": "passed" if number % 9 else "compensated",
        }
        for number in range(60)
    ]
    components: list[Component] = [
        {
            "code": f"H-{number:03}",
            "title": {"text": values[-number % len(values)], "lang": ""},
            "agreed": "1",
            "recognised": "1",
            "status": "recognised",
            "grade": None,
        }
        for number in range(25)
    ]
    view["totals"]["completed"]["parts"] = [
        {"name": one["code"], "credits": one["credits"]} for one in results
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
            "programme": {"text": "B.Sc. <b>Informatik</b> & `Recht` | $5", "lang": "de"},
        },
        "host": {
            "name": {"text": LONG_NAME, "lang": "de"},
            "unit": long,
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
                "reason": None,
            },
            *small,
        ],
        "left_out": [
            {
                "code": "",
                "title": {"text": value, "lang": ""},
                "grade": "{x}",
                "scale": "",
                "credits": "1",
                "reason": {"code": "surplus", "text": value},
            }
            for value in values
        ],
        "exceptions": [{"credits": "3", "reason": "{x} %s <i>"}],
        "waivers": [
            {
                "rule": "LA102",
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
                "message": {"id": "the value {value} is not of the list", "args": {"value": value}},
                "waived": {"by": "Jury", "date": "2027-03-01", "reason": value} if number % 4 == 0 else None,
            }
            for number, value in enumerate(values)
        ],
        "requirements": ["{x} *star*"],
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

LABELS: Mapping[str, Mapping[str, tuple[str, str, str]]] = {
    "programme": {
        "KA131": ("Erasmus+ KA131", "Erasmus+ KA131", "Erasmus+ KA131"),
        "bilateral": ("bilateral agreement", "accord bilatéral", "convenio bilateral"),
    },
    "kind": {
        "studies": ("studies", "études", "estudios"),
        "study+traineeship": ("studies and traineeship", "études et stage", "estudios y prácticas"),
    },
    "signatory": {
        "learner": ("learner", "étudiant·e", "estudiante"),
        "home": ("home institution", "établissement d'origine", "institución de origen"),
        "host": ("host institution", "établissement d'accueil", "institución de acogida"),
        "academic-coordinator": (
            "Academic coordinator",
            "Coordination pédagogique",
            "Coordinación académica",
        ),
        "recognition-authority": (
            "Recognition authority",
            "Autorité de reconnaissance",
            "Autoridad de reconocimiento",
        ),
    },
    "signature-means": {
        "electronic": ("electronically", "par voie électronique", "por vía electrónica"),
        "paper": ("on paper", "sur papier", "en papel"),
    },
    "scale": {"it-30": ("out of 30", "sur 30", "sobre 30"), "fr-20": ("out of 20", "sur 20", "sobre 20")},
    "result-status": {
        "failed": ("failed", "non validé", "suspenso"),
        "not-taken": ("not taken", "non suivi", "no cursado"),
        "compensated": ("compensated", "compensé", "compensado"),
    },
    "decision": {
        "recognised": ("recognised", "reconnu", "reconocido"),
        "remedial": ("to be made up", "à rattraper", "por recuperar"),
    },
    "reason": {
        "failed-at-host": (
            "failed at the host institution",
            "échec dans l'établissement d'accueil",
            "suspenso en la institución de acogida",
        ),
        "surplus": ("more credits than agreed", "crédits au-delà du contrat", "créditos de más"),
        "not-taken": ("not taken", "non suivi", "no cursado"),
    },
    "grading-method": {
        "ects-distribution": (
            "by the ECTS grade distributions of both institutions",
            "selon les distributions de notes ECTS des deux établissements",
            "según las distribuciones de notas ECTS",
        )
    },
    "remedial-kind": {
        "resit-session": ("resit session", "session de rattrapage", "convocatoria extraordinaria"),
        "catch-up-session": ("catch-up session", "session de rattrapage", "sesión de recuperación"),
    },
    "severity": {
        "error": ("error", "erreur", "error"),
        "warning": ("warning", "avertissement", "aviso"),
        "info": ("remark", "remarque", "nota"),
    },
}

LANGUAGES = ("en", "fr", "es")


def speech(lang: str, catalogue: Mapping[str, str] | None = None) -> Speech:
    """Make a language of a plain mapping of English to it; what it doesn't have is said in English."""
    known = catalogue or {}
    at = LANGUAGES.index(lang)

    def message(node: Any) -> str:
        text = known.get(node["id"], node["id"])
        for name, value in node["args"].items():
            text = text.replace("{" + name + "}", value["date"] if isinstance(value, dict) else value)
        return str(text)

    return Speech(
        lang=lang,
        text=lambda text: known.get(text, text),
        plural=lambda one, many, n: known.get(many, one if n == 1 else many),
        label=lambda codelist, code: LABELS[codelist][code][at],
        message=message,
    )
