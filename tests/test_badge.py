"""The elements of a micro-credential, one by one: where each stands on the page and in the data, and what there is without it.

They are those of the Council Recommendation of 16 June 2022 (2022/C 243/02), annex I.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from folders import exact
from graduates import AS_OF, FULL, VIEWS, record
from hostile import REFUSED
from jsonschema import Draft201909Validator, FormatChecker
from test_fields import bare, made, named, text, without
from test_markdown import shown as read
from test_markdown import structure
from views import merged

from mobctl import press, store
from mobctl.documents import KINDS
from mobctl.render import FORMATS, Brand, compose
from mobctl.words import words

OB = "open-badge"
KIND = KINDS[OB]
PAGES = (b"page 1",)
LANGUAGES = ("en", "fr", "es")

OB_ACHIEVEMENT = "credentialSubject.achievement"
NARRATIVE = f"{OB_ACHIEVEMENT}.criteria.narrative"
CLAIM = "credential.credentialSubject.hasClaim"
NOTES = f"{CLAIM}.additionalNote.*.noteLiteral.*"


@dataclass(frozen=True)
class Element:
    """An element of annex I: a value of its own for it, and where that stands.

    `shown` is a text, or the list and the code whose label it is; `ob` and `elm` are the places in the data, of which each
    must hold it, as it is shown or as `data` says; `needed` are the paths without which there is no badge.
    """

    name: str
    patch: Mapping[str, Any]
    shown: str | tuple[str, str]
    ob: tuple[str, ...]
    elm: tuple[str, ...]
    needed: tuple[str, ...] = ()
    ob_data: str = ""
    elm_data: str = ""
    without: Mapping[str, Any] = field(default_factory=dict)


def badge(**entry: Any) -> dict[str, Any]:
    [paper] = [each for each in FULL["documents"] if each["kind"] == OB]
    return {"documents": [{key: value for key, value in {**paper, **entry}.items() if value is not None}]}


OUTCOMES = FULL["agreement"]["learning_outcomes"]
NAMED = {"agreement": {"learning_outcomes": [{**OUTCOMES[0], "title": "Zq06 outcome"}, *OUTCOMES[1:]]}}
HOURS = {
    "results": None,
    "recognition": None,
    "agreement": {"hours": {"theory": 417.75, "practice": None, "personal": None}},
}
NO_WORK = {"results": None, "recognition": None, "agreement": {"hours": None}}

MANDATORY = (
    Element(
        "identification of the learner",
        {"learner": {"name": {"family": "Zq01 learner"}}},
        "Zq01 learner",
        ("credentialSubject.identifier.0.identityHash",),
        ("credential.credentialSubject.fullName.*", "credential.credentialSubject.familyName.*"),
        ("learner.name.family",),
    ),
    Element(
        "title of the micro-credential",
        badge(title="Zq02 title"),
        "Zq02 title",
        ("name", f"{OB_ACHIEVEMENT}.name"),
        ("credential.displayParameter.title.*", f"{CLAIM}.title.*", f"{CLAIM}.specifiedBy.title.*"),
        ("documents[].title",),
    ),
    Element(
        "country or region of the issuer",
        {"home": {"country": "LU"}},
        ("countries", "LU"),
        ("issuer.address.addressCountryCode",),
        ("credential.issuer.location.address.countryCode.id",),
        ("home.country",),
        "LU",
        "http://publications.europa.eu/resource/authority/country/LUX",
    ),
    Element(
        "awarding body",
        {"home": {"name": "Zq04 school"}},
        "Zq04 school",
        ("issuer.name",),
        (f"{CLAIM}.awardedBy.awardingBody.legalName.*", "credential.issuer.legalName.*"),
        ("home.name",),
    ),
    Element(
        "date of issuing",
        badge(issued="2026-04-17"),
        "17",
        ("validFrom", "awardedDate"),
        ("credential.issued", "credential.validFrom", f"{CLAIM}.awardedBy.awardingDate"),
        (),
        "2026-04-17T00:00:00Z",
        "2026-04-17T00:00:00Z",
    ),
    Element(
        "learning outcomes",
        NAMED,
        "Zq06 outcome",
        (f"{OB_ACHIEVEMENT}.description", f"{OB_ACHIEVEMENT}.resultDescription.0.name"),
        (f"{CLAIM}.specifiedBy.learningOutcome.0.title.*", f"{CLAIM}.provenBy.0.title.*"),
        ("agreement.learning_outcomes[].title",),
    ),
    Element(
        "notional workload, in ECTS credits",
        {"recognition": {"blocks": [merged(FULL["recognition"]["blocks"][0], {"to": [{"component": "b1", "credits": 15.25, "status": "recognised"}]}), *FULL["recognition"]["blocks"][1:]]}},
        "27.75",
        ("credentialSubject.creditsEarned", f"{OB_ACHIEVEMENT}.creditsAvailable"),
        (f"{CLAIM}.creditReceived.point", f"{CLAIM}.specifiedBy.creditPoint.point"),
        (),
        "27.75",
        "27.75",
    ),
    Element(
        "notional workload, in hours",
        HOURS,
        "417.75",
        (NARRATIVE,),
        (f"{CLAIM}.specifiedBy.volumeOfLearning",),
        ("agreement.hours",),
        "",
        "PT417H45M",
        NO_WORK,
    ),
    Element(
        "level of the learning experience (EQF)",
        {"learner": {"enrolment": {"eqf": "5"}}},
        ("eqf", "5"),
        (f"{OB_ACHIEVEMENT}.alignment.0.targetName",),
        (f"{CLAIM}.specifiedBy.eqfLevel.prefLabel.*",),
        ("learner.enrolment.eqf",),
    ),
    Element(
        "cycle of the learning experience (QF-EHEA), if applicable",
        {"learner": {"enrolment": {"eqf": "5"}}},
        ("cycles", "5"),
        (f"{OB_ACHIEVEMENT}.alignment.0.targetDescription",),
        (f"{CLAIM}.specifiedBy.educationLevel.prefLabel.*",),
        without={"learner": {"status": "apprentice"}},
    ),
    Element(
        "type of assessment",
        {"evaluation": {"methods": ["daily-journal"]}},
        ("assessment-methods", "daily-journal"),
        (NARRATIVE,),
        (f"{CLAIM}.provenBy.0.specifiedBy.dcType.prefLabel.*", f"{CLAIM}.provenBy.0.description.*"),
        ("evaluation.methods",),
    ),
    Element(
        "form of participation",
        {"period": {"online": {"start": "2025-09-01", "end": "2025-09-05"}}},
        "on site and online",
        (NARRATIVE,),
        (f"{CLAIM}.influencedBy.specifiedBy.mode.id",),
        elm_data="http://data.europa.eu/snb/learning-assessment/e92d221e4d",
    ),
    Element(
        "type of quality assurance",
        {"home": {"quality_assurance": "Zq11 accreditation"}},
        "Zq11 accreditation",
        (NARRATIVE,),
        (NOTES,),
        ("home.quality_assurance",),
    ),
)  # fmt: skip
"""Two of them have no path that could lack: without a day of issue it is that of the making, and each stay is on site, online or both."""

OPTIONAL = (
    Element(
        "prerequisites needed to enrol",
        badge(prerequisites="Zq12 diploma"),
        "Zq12 diploma",
        (NARRATIVE,),
        (f"{CLAIM}.specifiedBy.entryRequirement.noteLiteral.*",),
        without=badge(prerequisites=None),
    ),
    *(
        Element(
            f"supervision and identity verification: {code}",
            {"evaluation": {"supervision": code}},
            ("supervision", code),
            (NARRATIVE,),
            (f"{CLAIM}.provenBy.0.additionalNote.noteLiteral.*",),
            without={"evaluation": {"supervision": None}},
        )
        for code in ("unsupervised", "supervised", "supervised-online", "supervised-onsite")
    ),
    Element(
        "grade achieved",
        {"evaluation": {"grid": [{"outcome": "o1", "level": "partial"}, {"outcome": "o2", "level": "partial"}]}},
        ("outcome-levels", "partial"),
        ("credentialSubject.result.0.value",),
        (f"{CLAIM}.provenBy.0.grade.noteLiteral.*",),
    ),
    *(
        Element(
            f"integration and stackability: {code}",
            badge(stackability=code),
            ("stackability", code),
            (NARRATIVE,),
            (NOTES,),
            without=badge(stackability=None),
        )
        for code in ("stand-alone", "stackable")
    ),
    Element(
        "further information",
        badge(information="Zq16 more"),
        "Zq16 more",
        (NARRATIVE,),
        (NOTES,),
        without=badge(information=None),
    ),
)  # fmt: skip

each_element = pytest.mark.parametrize("element", [*MANDATORY, *OPTIONAL], ids=lambda each: each.name)
each_mandatory = pytest.mark.parametrize("element", MANDATORY, ids=lambda each: each.name)


@cache
def spoken(lang: str) -> Any:
    return press.speech(words(lang, store.lists()))


def view(patch: Mapping[str, Any], without: Mapping[str, Any] | None = None) -> Any:
    made = record(without, of=merged(FULL, patch))
    assert [words("en", store.lists()).say(each) for each in KIND.lacking(made)] == []
    return KIND.view(made)


def data(form: str, shown: Any, lang: str) -> Any:
    return json.loads(KIND.data[form].write(shown, spoken(lang), lambda: PAGES))


def at(node: Any, path: str) -> Iterator[str]:
    """Find what stands at a place of the data; a star is every key or item."""
    if not path:
        yield str(node)
        return
    step, _, rest = path.partition(".")
    if isinstance(node, list):
        for each in node if step == "*" else node[int(step) : int(step) + 1]:
            yield from at(each, rest)
    elif isinstance(node, dict):
        for each in node.values() if step == "*" else [node[step]] if step in node else []:
            yield from at(each, rest)


def said(shown: str | tuple[str, str], lang: str) -> str:
    """What a reader should see: a label, a text of the catalogues, a number with the mark of the language, or the value."""
    if not isinstance(shown, str):
        return str(spoken(lang).label(*shown))
    number = shown.replace(".", "", 1).isdigit()
    return shown.replace(".", "," if lang != "en" else ".") if number else str(spoken(lang).text(shown))


def page(form: str, shown: Any, lang: str) -> str:
    """What stands on the page, without blanks and hyphens: lines are broken where they are full."""
    return close(text(form, FORMATS[form].write(compose(OB, shown, speech=spoken(lang)))))


def close(said: str) -> str:
    return bare(said).replace("-", "")


@pytest.mark.parametrize("lang", LANGUAGES)
@each_element
def test_each_element_stands_on_the_page_and_in_the_data(element: Element, lang: str) -> None:
    shown = view(element.patch)
    wanted = said(element.shown, lang)
    for form in FORMATS:
        assert close(wanted) in page(form, shown, lang), form
    for form, places, value in (("ob3", element.ob, element.ob_data), ("elm", element.elm, element.elm_data)):
        made = data(form, shown, lang)
        for place in places:
            found = [*at(made, place)]
            assert any((value or wanted) in each for each in found), (place, found)


@pytest.mark.parametrize("element", [each for each in (*MANDATORY, *OPTIONAL) if each.without and not each.needed], ids=lambda each: each.name)  # fmt: skip
def test_what_is_not_known_is_not_said(element: Element) -> None:
    """Neither on the page nor in the data, and there is no heading over nothing."""
    shown = view(element.patch, element.without)
    wanted = said(element.shown, "en")
    for form in FORMATS:
        assert close(wanted) not in page(form, shown, "en")
    for form in KIND.data:
        assert wanted not in json.dumps(data(form, shown, "en"), ensure_ascii=False)


LEFT_OUT = [(element, path) for element in MANDATORY for path in element.needed]


@pytest.mark.parametrize(("element", "path"), LEFT_OUT, ids=lambda each: getattr(each, "name", each))
@pytest.mark.parametrize("form", ["md", *KIND.data])
def test_without_a_mandatory_element_there_is_no_badge(
    element: Element, path: str, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In no format, and what lacks is named by its path."""
    whole: dict[str, Any] = exact(merged(FULL, element.without or {}))
    short = whole if element.without else without(whole, path)
    status, left = made(OB, short, tmp_path, form)
    said = capsys.readouterr().err
    assert (status, left) == (1, frozenset())
    assert "aucun document" in said
    assert re.search(named(path), said) or f"`{path}`" in said, said


def test_the_day_of_issue_is_that_of_the_making_where_none_is_written() -> None:
    assert view(badge(issued=None))["date"] == AS_OF.isoformat()


def test_every_element_is_looked_at() -> None:
    """Eleven are mandatory, two of them in two ways; five are optional, two of them with all their choices."""
    assert len(MANDATORY) == 11 + 2
    assert len(OPTIONAL) == 5 + 3 + 1
    assert {each.name for each in MANDATORY if not each.needed} == {
        "date of issuing",
        "notional workload, in ECTS credits",
        "cycle of the learning experience (QF-EHEA), if applicable",
        "form of participation",
    }


# Values that mean something to one of the programs that read the data


KEYS = ('{"@id": "https://x.invalid"}', "@id", "@context", "@type", "@graph", "@none", "@set", "@language", "_:b0", "http://x.invalid/@id", '"}, "proof": {"type": "x', "\\", "\\u0022", "null", "{}", "[]")  # fmt: skip
"""What JSON-LD would take for its own, were it a key, and what would end a text of JSON."""


def drawable() -> list[str]:
    """All hostile values that documents are made of: those that cannot be seen are refused before."""
    from test_hostile import values

    return [flat for each in (*KEYS, *values()) if (flat := each.strip())]


def texted(node: Any, value: str) -> Any:
    """Put a value in the place of all texts of the view of a badge that a person wrote."""
    names = {"title", "quality", "prerequisites", "information", "name", "unit"}
    if isinstance(node, list):
        return [texted(each, value) for each in node]
    if not isinstance(node, dict):
        return node
    found: dict[str, Any] = {}
    for key, old in node.items():
        if key in names and isinstance(old, dict):
            found[key] = {
                **old,
                **{part: value for part in ("text", "family", "given") if part in old},
                **({"others": {"en": value}} if "others" in old else {}),
            }
        elif key == "criteria":
            found[key] = [value] * 2
        else:
            found[key] = value if key in {"city", "number"} and old else texted(old, value)
    return found


def kinds(node: Any) -> Any:
    """The shape of data: keys, lengths of lists, types, and what no person wrote."""
    if isinstance(node, dict):
        return {key: node[key] if key in {"@context", "type"} else kinds(node[key]) for key in node}
    return [kinds(each) for each in node] if isinstance(node, list) else type(node).__name__


LITERAL = {
    "ob3": (
        "name", "issuer.name", "issuer.address.addressLocality", f"{OB_ACHIEVEMENT}.name", f"{OB_ACHIEVEMENT}.humanCode", f"{OB_ACHIEVEMENT}.resultDescription.*.name",
        "credentialSubject.identifier.1.identityHash",
    ),
    "elm": (
        "credential.displayParameter.title.en", "credential.issuer.legalName.en", "credential.credentialSubject.familyName.en", "credential.credentialSubject.givenName.en",
        "credential.credentialSubject.identifier.notation", "credential.identifier.notation", f"{CLAIM}.title.en", f"{CLAIM}.provenBy.*.title.en",
        f"{CLAIM}.specifiedBy.entryRequirement.noteLiteral.en", f"{CLAIM}.specifiedBy.learningOutcome.*.title.en",
    ),
}  # fmt: skip
"""Where the data have a text of the record and nothing else."""


@pytest.mark.parametrize("form", LITERAL)
def test_a_text_in_the_data_is_a_text(form: str) -> None:
    """Whatever stands in it: no key, no thing, no end of the data; and it stands there as it was written."""
    calm = kinds(data(form, texted(VIEWS["badge"], "x"), "en"))
    every = drawable()
    assert len(every) > len(KEYS)
    for value in every:
        made = data(form, texted(VIEWS["badge"], value), "en")
        assert kinds(made) == calm, value
        for place in LITERAL[form]:
            assert {*at(made, place)} == {value}, (place, value)
        assert not {key for key in every_key(made) if key.startswith("@")} - {"@context"}, value
        ids = {each for each in every_id(made) if not each.startswith(("urn:uuid:", "http://data.europa.eu/snb/", "http://publications.europa.eu/"))}  # fmt: skip
        assert ids == {VIEWS["badge"]["website"]} | (SCHEMAS if form == "ob3" else set()), value


SCHEMAS = {"https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"}


def every_key(node: Any) -> Iterator[str]:
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from every_key(each)
    yield from node if isinstance(node, dict) else ()


def every_id(node: Any) -> Iterator[str]:
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from every_id(each)
    if isinstance(node, dict) and isinstance(node.get("id"), str):
        yield node["id"]


def test_a_narrative_displays_what_was_written() -> None:
    """It is Markdown: a value makes nothing of it, and is read in each of its sentences and as a criterion."""
    calm = Counter(structure(narrative("x")))
    for value in drawable():
        made = narrative(value)
        assert Counter(structure(made)) == calm, value
        lines = [line for line in read(made).split("\n") if line]
        wanted = " ".join(value.split())
        assert sum(" ".join(line.split()).endswith(wanted) for line in lines) >= len(("quality", "prerequisites", "information")) + 4, value  # fmt: skip


def narrative(value: str) -> str:
    [found] = at(data("ob3", texted(VIEWS["badge"], value), "en"), NARRATIVE)
    return found


def text_of(value: str) -> dict[str, Any]:
    return {"text": value, "lang": "", "others": {}}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("form", KIND.data)
def test_what_no_page_can_show_is_in_no_data(form: str, name: str) -> None:
    """The message names the character, or how many marks there are."""
    value, called = REFUSED[name]
    look = press.Look(("en",), (form,), Brand(), None)
    made = press.print_(press.Plate(OB, {**VIEWS["badge"], "quality": text_of(value)}), look, (spoken("en"),))
    assert made.files == ()
    assert made.why
    assert called in words("en", store.lists()).say(made.why)


@pytest.mark.parametrize("value", ["javascript:alert(1)", "data:text/html,x", "https://x y.example", "https://", "//x.example", "urn:x", '"><script>', "@id"])  # fmt: skip
def test_an_address_that_is_none_names_no_issuer(
    value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would be the id of the issuer, and what a reader of the badge clicks."""
    status, left = made(OB, exact(merged(FULL, {"home": {"website": value}})), tmp_path, "ob3")
    assert (status, left) == (1, frozenset())
    assert "home.website" in capsys.readouterr().err


# The names that the two formats have

OB_NAMES: dict[str, tuple[set[str], set[str]]] = {
    "OpenBadgeCredential": ({"@context", "id", "type", "name", "issuer", "validFrom", "credentialSubject"}, {"description", "awardedDate", "credentialSchema"}),
    "Profile": ({"id", "type", "name"}, {"url", "address"}),
    "Address": ({"type"}, {"addressCountryCode", "addressLocality"}),
    "AchievementSubject": ({"id", "type", "achievement"}, {"identifier", "activityStartDate", "activityEndDate", "creditsEarned", "result"}),
    "IdentityObject": ({"type", "hashed", "identityHash", "identityType"}, set()),
    "Achievement": ({"id", "type", "name", "description", "criteria"}, {"achievementType", "inLanguage", "humanCode", "creditsAvailable", "alignment", "resultDescription"}),
    "Alignment": ({"type", "targetName", "targetUrl"}, {"targetFramework", "targetCode", "targetDescription"}),
    "ResultDescription": ({"id", "type", "name", "resultType"}, {"allowedValue"}),
    "Result": ({"type"}, {"resultDescription", "value"}),
    "1EdTechJsonSchemaValidator2019": ({"id", "type"}, set()),
}  # fmt: skip
"""By class: what Open Badges 3.0 wants, and what else of it we write (https://www.imsglobal.org/spec/ob/v3p0, appendix B)."""

ELM_NAMES: dict[str, tuple[set[str], set[str]]] = {
    "EuropeanDigitalCredential": ({"@context", "credentialProfiles", "credentialSchema", "credentialSubject", "displayParameter", "issued", "issuer", "validFrom"}, {"identifier", "issuanceDate"}),
    "Concept": ({"inScheme", "prefLabel"}, set()),
    "ConceptScheme": (set(), set()),
    "ShaclValidator2017": (set(), set()),
    "Identifier": ({"notation"}, {"schemeName"}),
    "DisplayParameter": ({"title", "primaryLanguage", "language", "individualDisplay"}, {"description"}),
    "IndividualDisplay": ({"language", "displayDetail"}, set()),
    "DisplayDetail": ({"image", "page"}, set()),
    "MediaObject": ({"content", "contentEncoding", "contentType"}, set()),
    "Person": ({"hasClaim"}, {"fullName", "familyName", "givenName", "identifier"}),
    "LearningAchievement": ({"title", "awardedBy"}, {"description", "additionalNote", "creditReceived", "influencedBy", "provenBy", "specifiedBy"}),
    "Note": ({"noteLiteral"}, set()),
    "AwardingProcess": ({"awardingBody"}, {"awardingDate"}),
    "Organisation": ({"legalName", "location"}, {"homepage"}),
    "Location": ({"address"}, set()),
    "Address": ({"countryCode"}, set()),
    "WebResource": ({"contentURL"}, set()),
    "CreditPoint": ({"framework", "point"}, set()),
    "LearningActivity": ({"title", "awardedBy"}, {"description", "specifiedBy", "temporal"}),
    "LearningActivitySpecification": ({"title"}, {"mode"}),
    "PeriodOfTime": (set(), {"startDate", "endDate"}),
    "LearningAssessment": ({"title", "awardedBy", "grade"}, {"description", "additionalNote", "dateIssued", "idVerification", "specifiedBy"}),
    "LearningAssessmentSpecification": ({"title"}, {"dcType"}),
    "Qualification": ({"title"}, {"eqfLevel", "educationLevel", "isPartialQualification", "creditPoint", "volumeOfLearning", "entryRequirement", "learningOutcome"}),
    "LearningOutcome": ({"title"}, set()),
}  # fmt: skip
"""By class: what the profile EDC generic wants, and what else of it we write, as the context edc-ap calls it; each has an id and a type."""

LEAST_KNOWN = {"results": None, "recognition": None, "home": {"website": None, "city": None}, "learner": {"id": None}, "period": {"actual": {"start": "2025-09", "end": "2026-01"}}}  # fmt: skip
VARIANTS: dict[str, dict[str, Any]] = {
    "all": {},
    "little": LEAST_KNOWN,
    "unsupervised": {"evaluation": {"supervision": "unsupervised"}},
}


def things(node: Any) -> Iterator[tuple[str, set[str]]]:
    """Go through all that has a type: the last of its types, and the names in it."""
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from things(each)
    if isinstance(node, dict) and "type" in node:
        types = node["type"]
        yield (types if isinstance(types, str) else types[-1]), set(node)


@pytest.mark.parametrize("patch", VARIANTS.values(), ids=VARIANTS)
@pytest.mark.parametrize(("form", "names"), [("ob3", OB_NAMES), ("elm", ELM_NAMES)], ids=["ob3", "elm"])
def test_each_thing_has_what_the_format_wants_and_no_name_that_it_does_not_know(
    form: str, names: dict[str, tuple[set[str], set[str]]], patch: Mapping[str, Any]
) -> None:
    """A reader drops what it does not know, without a word."""
    always = {"id", "type"} if form == "elm" else set()
    for thing, found in things(data(form, view(patch), "en")):
        wanted, more = names[thing]
        assert wanted | always <= found, thing
        assert found <= wanted | more | always, thing


def test_values_that_the_formats_prescribe() -> None:
    for patch in VARIANTS.values():
        badge, credential = (data(form, view(patch), "fr") for form in ("ob3", "elm"))
        assert badge["@context"] == ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]  # fmt: skip
        assert badge["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
        assert badge["credentialSubject"]["achievement"]["achievementType"] == "MicroCredential"
        assert {each["identityType"] for each in badge["credentialSubject"]["identifier"]} <= {
            "name",
            "identifier",
        }
        assert {each["hashed"] for each in badge["credentialSubject"]["identifier"]} == {False}
        assert {
            each["resultType"] for each in badge["credentialSubject"]["achievement"]["resultDescription"]
        } == {"Result"}
        inner = credential["credential"]
        assert inner["type"] == ["VerifiableCredential", "EuropeanDigitalCredential"]
        assert inner["credentialSchema"] == {"id": "http://data.europa.eu/snb/model/ap/edc-generic-full", "type": "ShaclValidator2017"}  # fmt: skip
        moments = [*re.findall(r'"\w*(?:Date|From|issued)": "([^"]*)"', json.dumps([badge, inner]))]
        assert len(moments) >= 6
        assert [
            each for each in moments if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T00:00:00Z", each)
        ] == []


OB_SCHEMA = Path(__file__).parents[2] / "shared" / "ob3" / "ob_v3p0_achievementcredential_schema.json"


@pytest.mark.skipif(
    not OB_SCHEMA.exists(), reason="1EdTech's JSON Schema of Open Badges 3.0 is not in ../shared/ob3"
)
@pytest.mark.parametrize("patch", VARIANTS.values(), ids=VARIANTS)
def test_an_open_badge_keeps_the_schema_of_1edtech(patch: Mapping[str, Any]) -> None:
    schema = json.loads(OB_SCHEMA.read_text(encoding="utf-8"))
    known = Draft201909Validator(schema, format_checker=FormatChecker())
    assert [each.message for each in known.iter_errors(data("ob3", view(patch), "fr"))] == []
