"""A micro-credential as data: Open Badges 3.0 (1EdTech) and the European Learning Model 3 (European Commission).

Both are JSON-LD made of the view of the badge, without a seal or a proof: whoever issues them signs. The same view gives
the same bytes. Names are those of https://www.imsglobal.org/spec/ob/v3p0 and of the application profile EDC generic,
https://github.com/european-commission-empl/European-Learning-Model. No e-mail and no date of birth: neither needs them.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5

from mobctl.escaped import dumps
from mobctl.finding import N_, Label, Message, plain, say
from mobctl.gfm import begun
from mobctl.model import spoken_name

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
    def message(self) -> Callable[[object], str]:
        """Say a message, given as plain data: numbers and days as the language writes them."""

    @property
    def label(self) -> Callable[[str, str], str]:
        """Name a code of a published list."""


Write = Callable[[View, Voice, Pages], bytes]


def _json(data: Mapping[str, Any]) -> bytes:
    return f"{dumps(data, 2)}\n".encode()


def _whole(day: str) -> bool:
    """Tell whether a day is known: of some only the month is."""
    return len(day) == len("2026-01-31")


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"


def _moments(**days: str) -> dict[str, str]:
    """Give those days that are known as moments, by the names they have in the data."""
    return {name: _moment(day) for name, day in days.items() if _whole(day)}


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
    return spoken_name(name["family"], name["given"])


PARTICIPATION = {"onsite": N_("on site"), "online": N_("online"), "blended": N_("on site and online")}


def _sentences(view: View, voice: Voice) -> dict[str, str]:
    """What both formats say in words: of the whole, and of each element of annex I that is text; "" where there is none."""
    host, period = _said(view["host"]["name"], voice), view["period"]
    start, end = (date.fromisoformat(day) if _whole(day) else day for day in (period["start"], period["end"]))
    quality, needed, more = (_said(view[name], voice) for name in ("quality", "prerequisites", "information"))
    supervision, stackability = view["supervision"], view["stackability"]
    form = voice.text(PARTICIPATION[view["participation"]])
    messages = {
        "stay": say("Learning mobility at {host}, from {start} to {end}.", host=host, start=start, end=end),
        "assessment": say("Type of assessment: {methods}.", methods=_methods(view, voice)),
        "supervision": supervision
        and say("Supervision and identity verification: {text}.", text=Label("supervision", supervision)),
        "participation": say("Form of participation: {form}.", form=form),
        "workload": _workload(view),
        "quality": say("Quality assurance: {text}", text=quality),
        "prerequisites": needed and say("Prerequisites: {text}", text=needed),
        "stackability": stackability
        and say("Integration: {text}.", text=Label("stackability", stackability)),
        "information": more and say("Further information: {text}", text=more),
    }
    return {name: voice.message(plain(each)) if each else "" for name, each in messages.items()}


def _methods(view: View, voice: Voice) -> str:
    return ", ".join(voice.label("assessment-methods", each) for each in view["methods"])


def _workload(view: View) -> Message:
    found = {name: Decimal(text) for name, text in view["workload"].items() if text}
    if len(found) > 1:
        return say("Workload: {credits} ECTS credits, {hours} hours.", **found)
    if "credits" in found:
        return say("Workload: {credits} ECTS credits.", **found)
    return say("Workload: {hours} hours.", **found)


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
                **_moments(activityStartDate=view["period"]["start"], activityEndDate=view["period"]["end"]),
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


def _displayed(text: str) -> str:
    """Write a text of the record in one line of Markdown, which a narrative is: it is displayed as it is."""
    return begun(" ".join(re.split("[ \t\r\n]+", text.strip())))


def _achievement(view: View, voice: Voice, said: Mapping[str, str]) -> dict[str, Any]:
    """Describe what was achieved; the narrative has the elements of annex I for which there is no other place."""
    credits = view["workload"]["credits"]
    narrative = [_displayed(text) for element, text in said.items() if text and element != "stay"]
    criteria = "\n".join(f"- {_displayed(line)}" for each in view["outcomes"] for line in each["criteria"])
    return {
        "id": _id(view, "achievement"),
        "type": ["Achievement"],
        "achievementType": "MicroCredential",
        "name": _said(view["title"], voice),
        "description": "\n".join(_said(each["title"], voice) for each in view["outcomes"]),
        "inLanguage": voice.lang,
        "humanCode": view["number"],
        **({"creditsAvailable": _number(credits)} if credits else {}),
        "criteria": {"narrative": "\n\n".join([*narrative, *([criteria] if criteria else [])])},
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": voice.label("eqf", view["eqf"]),
                "targetUrl": f"http://data.europa.eu/snb/eqf/{view['eqf']}",
                "targetFramework": voice.text(N_("European Qualifications Framework")),
                "targetCode": view["eqf"],
                **({"targetDescription": voice.label("cycles", view["cycle"])} if view["cycle"] else {}),
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


MODES = {
    "onsite": ("9191af2ed9", "Presential"),
    "online": ("920fbb3cbe", "Online"),
    "blended": ("e92d221e4d", "Blended"),
}
"""Forms of participation, as the Commission's list of modes has them."""

UNSUPERVISED = "c598449d64", "Unsupervised without ID Verification"
"""The one code of the Commission's list of supervision that its samples show; the others are said in words."""


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
        "credentialProfiles": _listed("credential", "e34929035b", "Generic"),
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
            "contentEncoding": _listed("encoding", "6146cde7dd", "base64"),
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
    notes = ("workload", "quality", "stackability", "information")
    return {
        "id": _id(view, "achievement"),
        "type": "LearningAchievement",
        "title": title,
        "description": {voice.lang: said["stay"]},
        "additionalNote": [_note(view, each, {voice.lang: said[each]}) for each in notes if said[each]],
        "awardedBy": awarded,
        **({"creditReceived": points} if points else {}),
        "influencedBy": {
            "id": _id(view, "activity"),
            "type": "LearningActivity",
            "title": title,
            "description": {voice.lang: f"{said['stay']} {said['participation']}"},
            "awardedBy": awarded,
            "specifiedBy": {
                "id": _id(view, "activity-specification"),
                "type": "LearningActivitySpecification",
                "title": title,
                "mode": _listed("learning-assessment", *MODES[view["participation"]]),
            },
            "temporal": {
                "id": _id(view, "period"),
                "type": "PeriodOfTime",
                **_moments(startDate=view["period"]["start"], endDate=view["period"]["end"]),
            },
        },
        "provenBy": [_assessment(view, voice, said, awarded, each) for each in view["outcomes"]],
        "specifiedBy": _specification(view, voice, title, points),
    }


def _listed(scheme: str, code: str, label: str) -> dict[str, Any]:
    """Name a concept of a list of the Commission, by its label there."""
    return _concept(f"{SNB}/{scheme}/{code}", f"{SNB}/{scheme}/25831c2", {"en": label})


def _note(view: View, part: str, text: Mapping[str, str]) -> dict[str, Any]:
    """Make a note of a text in its languages."""
    return {"id": _id(view, "note", part), "type": "Note", "noteLiteral": {**text}}


def _points(view: View) -> dict[str, Any]:
    if not view["workload"]["credits"]:
        return {}
    return {
        "id": _id(view, "credits"),
        "type": "CreditPoint",
        "framework": _listed("education-credit", "6fcec5c5af", "European Credit Transfer System"),
        "point": view["workload"]["credits"],
    }


def _assessment(
    view: View, voice: Voice, said: Mapping[str, str], awarded: Mapping[str, Any], outcome: Mapping[str, Any]
) -> dict[str, Any]:
    """One outcome, with the level reached and how it was assessed."""
    methods = {voice.lang: _methods(view, voice)}
    supervision = said["supervision"]
    return {
        "id": _id(view, "assessment", outcome["id"]),
        "type": "LearningAssessment",
        "title": _map(outcome["title"], voice),
        "description": {voice.lang: said["assessment"]},
        "awardedBy": awarded,
        "grade": _note(
            view,
            f"level-{outcome['id']}",
            {voice.lang: voice.label("outcome-levels", outcome["level"])},
        ),
        **_moments(dateIssued=outcome["date"]),
        **({"additionalNote": _note(view, "supervision", {voice.lang: supervision})} if supervision else {}),
        **(
            {"idVerification": _listed("supervision-verification", *UNSUPERVISED)}
            if view["supervision"] == "unsupervised"
            else {}
        ),
        "specifiedBy": {
            "id": _id(view, "assessment-specification"),
            "type": "LearningAssessmentSpecification",
            "title": methods,
            "dcType": _concept(_id(view, "methods"), _id(view, "methods-scheme"), methods),
        },
    }


def _specification(
    view: View, voice: Voice, title: Mapping[str, str], points: Mapping[str, Any]
) -> dict[str, Any]:
    hours, cycle = view["workload"]["hours"], {voice.lang: voice.label("cycles", view["cycle"])}
    level = _concept(_id(view, "cycle"), _id(view, "cycles"), cycle)
    needed = _map(view["prerequisites"], voice)
    return {
        "id": _id(view, "qualification"),
        "type": "Qualification",
        "title": title,
        "eqfLevel": _concept(
            f"{SNB}/eqf/{view['eqf']}",
            f"{SNB}/eqf/25831c2",
            {voice.lang: voice.label("eqf", view["eqf"])},
        ),
        **({"educationLevel": level} if view["cycle"] else {}),
        "isPartialQualification": view["stackability"] == "stackable",
        **({"creditPoint": points} if points else {}),
        **({"volumeOfLearning": _duration(hours)} if hours else {}),
        **({"entryRequirement": _note(view, "prerequisites", needed)} if any(needed.values()) else {}),
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
