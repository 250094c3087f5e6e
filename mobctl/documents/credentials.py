"""A micro-credential as data: Open Badges 3.0 (1EdTech) and the European Learning Model 3 (European Commission).

Both are JSON-LD made of the view of the badge, without a seal or a proof: whoever issues them signs. The same view gives
the same bytes. Names are those of https://www.imsglobal.org/spec/ob/v3p0 and of the application profile EDC generic,
https://github.com/european-commission-empl/European-Learning-Model. No e-mail and no date of birth: neither needs them.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5

from mobctl.finding import N_

View = Mapping[str, Any]
Pages = Callable[[], tuple[bytes, ...]]
"""The pages of the document as pictures (PNG)."""


class Voice(Protocol):
    """One language, as the renderer has it."""

    @property
    def lang(self) -> str:
        """The code of the language."""

    @property
    def text(self) -> Callable[[str], str]:
        """Translate a text."""

    @property
    def label(self) -> Callable[[str, str], str]:
        """Name a code of a published list."""


Write = Callable[[View, Voice, Pages], bytes]


def _json(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"


def _said(text: Mapping[str, Any], voice: Voice) -> str:
    """Say a text of the record in a language, else in the issuer's own."""
    return str(text["others"].get(voice.lang) or text["text"])


def _id(view: View, *part: str) -> str:
    """Name a thing by the issuer, the number of the document, and what it is within it."""
    issuer = view["website"] or view["issuer"]["name"]["text"]
    return f"urn:uuid:{uuid5(NAMESPACE_URL, chr(10).join((issuer, view['number'], *part)))}"


def _issuer_id(view: View) -> str:
    where = view["website"] or f"{view['issuer']['name']['text']}\n{view['home']['country']}"
    return view["website"] or f"urn:uuid:{uuid5(NAMESPACE_URL, where)}"


def _full_name(view: View) -> str:
    name = view["learner"]["name"]
    return " ".join(part for part in (name["given"], name["family"]) if part)


PARTICIPATION = {"onsite": N_("on site"), "online": N_("online"), "blended": N_("on site and online")}


def _sentences(view: View, voice: Voice) -> dict[str, str]:
    """What both formats say in words: of the whole, of the assessment, of the participation, of the quality."""
    methods = ", ".join(voice.label("assessment-methods", each) for each in view["methods"])
    host = _said(view["host"]["name"], voice)
    period = view["period"]
    return {
        "stay": voice.text(N_("Learning mobility at {host}, from {start} to {end}.")).format(
            host=host, start=period["start"], end=period["end"]
        ),
        "assessment": voice.text(N_("Type of assessment: {methods}.")).format(methods=methods),
        "participation": voice.text(N_("Form of participation: {form}.")).format(
            form=voice.text(PARTICIPATION[view["participation"]])
        ),
        "quality": voice.text(N_("Quality assurance: {text}")).format(text=_said(view["quality"], voice)),
    }


def _workload(view: View, voice: Voice) -> str:
    credits, hours = view["workload"]["credits"], view["workload"]["hours"]
    if credits and hours:
        text = voice.text(N_("Workload: {credits} ECTS credits, {hours} hours."))
    elif credits:
        text = voice.text(N_("Workload: {credits} ECTS credits."))
    else:
        text = voice.text(N_("Workload: {hours} hours."))
    return text.format(credits=credits, hours=hours)


def _number(text: str) -> int | float:
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else float(number)


# Open Badges 3.0

LEVELS = ("not-achieved", "partial", "achieved")


def open_badge(view: View, voice: Voice, _pages: Pages) -> bytes:
    """Write an OpenBadgeCredential, still without its proof."""
    said = _sentences(view, voice)
    home, credits = view["home"], view["workload"]["credits"]
    issuer = {
        "id": _issuer_id(view),
        "type": ["Profile"],
        "name": _said(view["issuer"]["name"], voice),
        **({"url": view["website"]} if view["website"] else {}),
        "address": {
            "type": ["Address"],
            "addressCountryCode": home["country"],
            **({"addressLocality": home["city"]} if home["city"] else {}),
        },
    }
    return _json(
        {
            "@context": [
                "https://www.w3.org/ns/credentials/v2",
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            ],
            "id": _id(view),
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": _said(view["title"], voice),
            "description": said["stay"],
            "issuer": issuer,
            "validFrom": _moment(view["date"]),
            "awardedDate": _moment(view["date"]),
            "credentialSubject": {
                "id": _id(view, "holder"),
                "type": ["AchievementSubject"],
                "identifier": [*_identities(view)],
                "activityStartDate": _moment(view["period"]["start"]),
                "activityEndDate": _moment(view["period"]["end"]),
                **({"creditsEarned": _number(credits)} if credits else {}),
                "achievement": _achievement(view, voice, said),
                "result": [
                    {
                        "type": ["Result"],
                        "resultDescription": _id(view, "outcome", each["id"]),
                        "value": voice.label("outcome-levels", each["level"]),
                    }
                    for each in view["outcomes"]
                ],
            },
            "credentialSchema": [
                {
                    "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
                    "type": "1EdTechJsonSchemaValidator2019",
                }
            ],
        }
    )


def _identities(view: View) -> list[dict[str, Any]]:
    """Say who the holder is: by name, and by the number at the issuer where there is one."""
    found = {"name": _full_name(view), "identifier": view["learner"]["number"]}
    return [
        {"type": "IdentityObject", "hashed": False, "identityHash": value, "identityType": kind}
        for kind, value in found.items()
        if value
    ]


def _achievement(view: View, voice: Voice, said: Mapping[str, str]) -> dict[str, Any]:
    credits = view["workload"]["credits"]
    narrative = [said["assessment"], said["participation"], _workload(view, voice), said["quality"]]
    criteria = [f"- {line}" for each in view["outcomes"] for line in each["criteria"]]
    return {
        "id": _id(view, "achievement"),
        "type": ["Achievement"],
        "achievementType": "MicroCredential",
        "name": _said(view["title"], voice),
        "description": "\n".join(_said(each["title"], voice) for each in view["outcomes"]),
        "inLanguage": voice.lang,
        "humanCode": view["number"],
        **({"creditsAvailable": _number(credits)} if credits else {}),
        "criteria": {"narrative": "\n\n".join([*narrative, *criteria])},
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": voice.label("eqf", view["eqf"]),
                "targetUrl": f"http://data.europa.eu/snb/eqf/{view['eqf']}",
                "targetFramework": voice.text(N_("European Qualifications Framework")),
                "targetCode": view["eqf"],
            }
        ],
        "resultDescription": [
            {
                "id": _id(view, "outcome", each["id"]),
                "type": ["ResultDescription"],
                "name": _said(each["title"], voice),
                "resultType": "Result",
                "allowedValue": [voice.label("outcome-levels", level) for level in LEVELS],
            }
            for each in view["outcomes"]
        ],
    }


# European Learning Model

SNB = "http://data.europa.eu/snb"
AUTHORITY = "http://publications.europa.eu/resource/authority"
LANGUAGES = {"en": "ENG", "fr": "FRA", "es": "SPA", "de": "DEU"}
"""The languages of documents, as the Publications Office calls them."""


def _concept(id: str, scheme: str, label: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": id,
        "type": "Concept",
        "inScheme": {"id": scheme, "type": "ConceptScheme"},
        "prefLabel": {**label},
    }


def _map(text: Mapping[str, Any], voice: Voice) -> dict[str, str]:
    """Give a text in each language that the issuer wrote it in; where none is named, in that of the document."""
    return {text["lang"] or voice.lang: text["text"], **text["others"]}


def learning_model(view: View, voice: Voice, pages: Pages) -> bytes:
    """Write a EuropeanDigitalCredential as the Commission's issuer takes it, still without its seal."""
    said, lang = _sentences(view, voice), voice.lang
    language = _concept(
        f"{AUTHORITY}/language/{LANGUAGES.get(lang, 'MUL')}", f"{AUTHORITY}/language", {lang: lang}
    )
    issuer = _organisation(view, voice)
    name = view["learner"]["name"]
    person = {
        "id": _id(view, "holder"),
        "type": "Person",
        "fullName": {lang: _full_name(view)},
        "familyName": {lang: name["family"]},
        **({"givenName": {lang: name["given"]}} if name["given"] else {}),
        **_identifier(view, "holder-number", "Learner number", view["learner"]["number"]),
        "hasClaim": _claim(view, voice, said, issuer),
    }
    credential = {
        "@context": [
            "https://www.w3.org/2018/credentials/v1",
            "http://data.europa.eu/snb/model/context/edc-ap",
        ],
        "id": _id(view),
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        "credentialProfiles": _concept(
            f"{SNB}/credential/e34929035b", f"{SNB}/credential/25831c2", {"en": "Generic"}
        ),
        "credentialSchema": {
            "id": f"{SNB}/model/ap/edc-generic-full",
            "type": "ShaclValidator2017",
        },
        **_identifier(view, "number", "Document number", view["number"]),
        "issued": _moment(view["date"]),
        "issuanceDate": _moment(view["date"]),
        "validFrom": _moment(view["date"]),
        "displayParameter": {
            "id": _id(view, "display"),
            "type": "DisplayParameter",
            "title": _map(view["title"], voice),
            "description": {lang: said["stay"]},
            "language": language,
            "primaryLanguage": language,
            "individualDisplay": {
                "id": _id(view, "display", lang),
                "type": "IndividualDisplay",
                "language": language,
                "displayDetail": [_page(view, number, picture) for number, picture in enumerate(pages(), 1)],
            },
        },
        "credentialSubject": person,
        "issuer": issuer,
    }
    return _json({"credential": credential})


def _identifier(view: View, part: str, scheme: str, notation: str) -> dict[str, Any]:
    if not notation:
        return {}
    found = {"id": _id(view, part), "type": "Identifier", "schemeName": scheme, "notation": notation}
    return {"identifier": found}


def _page(view: View, number: int, picture: bytes) -> dict[str, Any]:
    return {
        "id": _id(view, "page", str(number)),
        "type": "DisplayDetail",
        "page": number,
        "image": {
            "id": _id(view, "picture", str(number)),
            "type": "MediaObject",
            "content": b64encode(picture).decode(),
            "contentEncoding": _concept(
                f"{SNB}/encoding/6146cde7dd", f"{SNB}/encoding/25831c2", {"en": "base64"}
            ),
            "contentType": _concept(f"{AUTHORITY}/file-type/PNG", f"{AUTHORITY}/file-type", {"en": "PNG"}),
        },
    }


def _organisation(view: View, voice: Voice) -> dict[str, Any]:
    home = view["home"]
    country = _concept(
        f"{AUTHORITY}/country/{view['alpha3'] or home['country']}",
        f"{AUTHORITY}/country",
        {voice.lang: voice.label("countries", home["country"])},
    )
    homepage = {"id": _id(view, "website"), "type": "WebResource", "contentURL": view["website"]}
    return {
        "id": _issuer_id(view),
        "type": "Organisation",
        "legalName": _map(view["issuer"]["name"], voice),
        "location": {
            "id": _id(view, "location"),
            "type": "Location",
            "address": {"id": _id(view, "address"), "type": "Address", "countryCode": country},
        },
        **({"homepage": homepage} if view["website"] else {}),
    }


def _claim(view: View, voice: Voice, said: Mapping[str, str], issuer: Mapping[str, Any]) -> dict[str, Any]:
    awarded = {
        "id": _id(view, "awarding"),
        "type": "AwardingProcess",
        "awardingBody": issuer,
        "awardingDate": _moment(view["date"]),
    }
    title, points = _map(view["title"], voice), _points(view)
    return {
        "id": _id(view, "achievement"),
        "type": "LearningAchievement",
        "title": title,
        "description": {voice.lang: said["stay"]},
        "additionalNote": [
            _note(view, "workload", voice, _workload(view, voice)),
            _note(view, "quality", voice, said["quality"]),
        ],
        "awardedBy": awarded,
        **({"creditReceived": points} if points else {}),
        "influencedBy": {
            "id": _id(view, "activity"),
            "type": "LearningActivity",
            "title": title,
            "description": {voice.lang: f"{said['stay']} {said['participation']}"},
            "awardedBy": awarded,
            "temporal": {
                "id": _id(view, "period"),
                "type": "PeriodOfTime",
                "startDate": _moment(view["period"]["start"]),
                "endDate": _moment(view["period"]["end"]),
            },
        },
        "provenBy": [_assessment(view, voice, said, awarded, each) for each in view["outcomes"]],
        "specifiedBy": _specification(view, voice, title, points),
    }


def _note(view: View, part: str, voice: Voice, text: str) -> dict[str, Any]:
    return {"id": _id(view, "note", part), "type": "Note", "noteLiteral": {voice.lang: text}}


def _points(view: View) -> dict[str, Any]:
    if not view["workload"]["credits"]:
        return {}
    framework = _concept(
        f"{SNB}/education-credit/6fcec5c5af",
        f"{SNB}/education-credit/25831c2",
        {"en": "European Credit Transfer System"},
    )
    return {
        "id": _id(view, "credits"),
        "type": "CreditPoint",
        "framework": framework,
        "point": view["workload"]["credits"],
    }


def _assessment(
    view: View, voice: Voice, said: Mapping[str, str], awarded: Mapping[str, Any], outcome: Mapping[str, Any]
) -> dict[str, Any]:
    """One outcome, with the level reached and how it was assessed."""
    return {
        "id": _id(view, "assessment", outcome["id"]),
        "type": "LearningAssessment",
        "title": _map(outcome["title"], voice),
        "description": {voice.lang: said["assessment"]},
        "awardedBy": awarded,
        "grade": _note(
            view, f"level-{outcome['id']}", voice, voice.label("outcome-levels", outcome["level"])
        ),
        **({"issued": _moment(outcome["date"])} if len(outcome["date"]) == len("2026-01-01") else {}),
    }


def _specification(
    view: View, voice: Voice, title: Mapping[str, str], points: Mapping[str, Any]
) -> dict[str, Any]:
    hours = view["workload"]["hours"]
    return {
        "id": _id(view, "qualification"),
        "type": "Qualification",
        "title": title,
        "eqfLevel": _concept(
            f"{SNB}/eqf/{view['eqf']}",
            f"{SNB}/eqf/25831c2",
            {voice.lang: voice.label("eqf", view["eqf"])},
        ),
        "isPartialQualification": False,
        **({"creditPoint": points} if points else {}),
        **({"volumeOfLearning": _duration(hours)} if hours else {}),
        "learningOutcome": [
            {
                "id": _id(view, "outcome", each["id"]),
                "type": "LearningOutcome",
                "title": _map(each["title"], voice),
            }
            for each in view["outcomes"]
        ],
    }


def _duration(hours: str) -> str:
    """Write hours as a duration of ISO 8601."""
    minutes = int((Decimal(hours) * 60).to_integral_value())
    whole, rest = divmod(minutes, 60)
    return f"PT{whole}H{f'{rest}M' if rest else ''}"
