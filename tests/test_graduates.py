"""The papers that follow a stay to the diploma: what they show of a record, when there is none, and when they are final."""

import copy
import json
import re
from base64 import b64decode
from collections.abc import Callable
from datetime import date
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from folders import exact
from graduates import FULL, HELD, INDEX, VIEWS, record
from test_agreements import leaves
from test_html import speech
from views import faults

from mobctl import cli, press, store
from mobctl.documents import KINDS
from mobctl.documents.diploma_supplement import DiplomaSupplement
from mobctl.documents.europass import Europass
from mobctl.documents.home_transcript import HomeTranscript
from mobctl.documents.open_badge import OpenBadge
from mobctl.documents.record import Record
from mobctl.errors import UserError
from mobctl.render import FORMATS, compose
from mobctl.store import write
from mobctl.words import words

HTR, DS, OB = "home-transcript", "diploma-supplement", "open-badge"
EM = "europass-mobility"
TYPES = {HTR: HomeTranscript, DS: DiplomaSupplement, OB: OpenBadge, EM: Europass}
ENGLISH = words("en", store.lists())
LANGUAGES = ("fr", "en", "es")
INCOMING = {"direction": "incoming"}


def lacks(kind: str, made: Record) -> list[str]:
    return [ENGLISH.say(message) for message in KINDS[kind].lacking(made)]


def view(kind: str, patch: dict[str, Any] | None = None, **how: Any) -> Any:
    made = record(patch, **how)
    assert lacks(kind, made) == []
    return KINDS[kind].view(made)


def composed(name: str, first: str, second: str | None = None) -> Any:
    shown = VIEWS[name]
    other = speech(second) if second else None
    return compose(shown["kind"], shown, speech=speech(first), second=other)


def text(kind: str, shown: Any, lang: str = "en") -> str:
    return FORMATS["md"].write(compose(kind, shown, speech=speech(lang))).decode()


@pytest.mark.parametrize("name", VIEWS)
def test_every_key_of_a_view_is_there(name: str) -> None:
    assert faults(VIEWS[name], TYPES[VIEWS[name]["kind"]]) == []


def test_every_kind_is_looked_at() -> None:
    assert {each["kind"] for each in VIEWS.values()} == set(TYPES) <= set(KINDS)
    assert {VIEWS[name]["kind"] for name in HELD} == set(TYPES)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", HELD)
def test_text(name: str, lang: str, golden: Callable[[str, str], None]) -> None:
    golden(f"documents/{name}.{lang}.md", FORMATS["md"].write(composed(name, lang)).decode())


ALWAYS = re.compile(
    r"number|date|status|kind|record|signatories|programme\.\w+|(period|planned|actual)(\.(start|end))?"
    r"|.*\.name\.family|totals\..*|blocks\.0\.(agreed|recognised|completed|extent|number)"
    r"|blocks\.0\.(results|components)\.0\.(status|credits|agreed|recognised)|blocks|tables\.0\.id"
    r"|agreement\.signatures\.0\.(date|role)|components|components\.0\.(status|credits|counted)|host\.country|section"
    r"|unfilled\.0\.section|total|title(\.text)?|outcomes|outcomes\.0\.(id|title\.text|level)|workload\.credits|participation|eqf|methods"
    r"|initiative|activities|main|requested|courses|courses\.0\.title\.text|home_people|host_people"
    r"|quality(\.text)?|home\.country"
)
"""What every view has: the schema, or what the document lacks, sees to it."""
MAY_LACK = [
    (name, place)
    for name in HELD
    for place in leaves(VIEWS[name], TYPES[VIEWS[name]["kind"]])
    if not ALWAYS.fullmatch(".".join(map(str, place)))
]


@pytest.mark.parametrize("name", sorted({name for name, _ in MAY_LACK}))
def test_what_a_record_lacks_leaves_no_hole(name: str) -> None:
    places = [place for of, place in MAY_LACK if of == name]
    assert len(places) > 25
    first, second = speech("fr"), speech("en")
    for place in places:
        shown: Any = copy.deepcopy(dict(VIEWS[name]))
        *way, last = place
        node = reduce(getitem, way, shown)
        node[last] = "" if isinstance(node[last], str) else [] if isinstance(node[last], list) else None
        try:
            made = compose(shown["kind"], shown, speech=first, second=second)
        except UserError as error:
            raise AssertionError(place) from error
        assert FORMATS["md"].write(made), place


@pytest.mark.parametrize("kind", TYPES)
def test_the_home_school_issues_it_for_whom_it_sent_abroad(kind: str) -> None:
    assert KINDS[kind].issuer(record()) is not None
    [said] = lacks(kind, record(INCOMING))
    assert "outgoing" in said


@pytest.mark.parametrize("kind", TYPES)
def test_what_was_printed_to_be_signed_can_be_printed_again(kind: str) -> None:
    shown = KINDS[kind].view(KINDS[kind].unsigned(record()))
    assert shown["status"] == "draft"
    for each in ("md", "html", "pdf"):
        assert FORMATS[each].write(compose(kind, shown, speech=speech("fr")))


# The final transcript of the home school


BLOCKS = FULL["recognition"]["blocks"]


def blocks(**second: Any) -> dict[str, Any]:
    return {"recognition": {"blocks": [BLOCKS[0], {**BLOCKS[1], **second}]}}


def decision(**decided: Any) -> dict[str, Any]:
    whole = {**BLOCKS[1]["to"][0], **decided}
    return blocks(to=[{key: value for key, value in whole.items() if value is not None}])


@pytest.mark.parametrize(
    ("patch", "named"),
    [
        pytest.param({"results": None, "recognition": None}, ["results.lines", "recognition.blocks"], id="nothing yet"),
        pytest.param({"recognition": {"blocks": BLOCKS[:1]}}, ["“b2” (`recognition.blocks`) (rule REC004)"], id="in no block"),
        pytest.param(decision(status="pending", credits=None), ["“b2” (`recognition.blocks`) (rule REC004)"], id="pending"),
        pytest.param(decision(status="refused", credits=None), [], id="refused is decided"),
        pytest.param(decision(status="recognised", credits=None), ["recognition.blocks[k2].to[1].credits"], id="no credits"),
        pytest.param(decision(grade={"value": "12"}), [".grade.method", ".grade.date"], id="a grade from nowhere"),
        pytest.param(decision(grade={"value": "12", "method": "pass-only", "date": "2026-03-09"}), [], id="no table is needed"),
        pytest.param(decision(grade={"value": "12", "method": "ects-distribution", "date": "2026-03-09"}), [".grade.tables"], id="no table"),
        pytest.param({"results": {"issued": None}}, [], id="received only"),
        pytest.param({"results": {"issued": None, "received": None}}, ["“results.issued” or “results.received”"], id="when?"),
        pytest.param({"recognition": {"decided": {"date": "2026-03-16"}}}, [], id="decided on the day"),
        pytest.param({"recognition": {"decided": {"date": "2026-03-17"}}}, ["is of 16 March 2026"], id="a day too early"),
        pytest.param({"recognition": {"decided": {"date": "2026-04"}}}, ["is of 16 March 2026"], id="some day in April"),
        pytest.param({"recognition": {"decided": {"date": "2026-03"}}}, [], id="some day in March"),
    ],
)  # fmt: skip
def test_what_a_final_transcript_lacks(patch: dict[str, Any], named: list[str]) -> None:
    said = lacks(HTR, record(patch))
    assert len(said) == len(named), said
    assert [name for name, message in zip(named, said, strict=True) if name not in message] == []


def test_both_grades_and_the_way_from_one_to_the_other() -> None:
    shown = VIEWS["home-transcript"]
    [conversion] = shown["conversions"]
    assert [each["value"] for each in conversion["originals"]] == ["27", "24"]
    assert (conversion["grade"]["value"], conversion["grade"]["scale"]) == ("14.5", "fr-20")
    assert [(each["id"], each["first"], each["last"]) for each in shown["tables"]] == [
        ("valmont-0613", "2023", "2025")
    ], "what is described in the folder"
    assert (shown["status"], shown["number"], shown["date"]) == ("final", "RF-77", "2026-03-16")
    total = shown["totals"]
    assert [total[name]["value"] for name in ("agreed", "completed", "recognised")] == ["30", "30", "28.5"]
    assert shown["transcript"] == {
        "number": "POLITO-9",
        "date": "2026-02-19",
        "received": "2026-02-23",
        "sha256": "ab" * 32,
    }


def test_a_transcript_of_the_home_school_is_not_that_of_the_host() -> None:
    ours = {"kind": "transcript", "reference": "OURS", "issued": "2026-03-01", "issuer": "home"}
    shown = view(HTR, {"documents": [*FULL["documents"], ours]})
    assert shown["transcript"]["number"] == "POLITO-9"
    bare = view(HTR, {"documents": [ours]})["transcript"]
    of_the_paper = {"documents": FULL["documents"], "results": {"issued": None}}
    assert view(HTR, of_the_paper)["transcript"]["date"] == "2026-02-20"
    assert bare == {"number": "", "date": "2026-02-19", "received": "2026-02-23", "sha256": ""}
    by_its_file = {**ours, "issuer": "valmont"}
    named = {
        "ref": "valmont",
        **dict.fromkeys(("name", "country", "city", "erasmus_code", "schac", "website", "quality_assurance")),
    }
    assert view(HTR, {"documents": [by_its_file], "home": named})["transcript"] == bare
    unsaid = {"kind": "transcript", "reference": "THEIRS"}
    assert view(HTR, {"documents": [unsaid], "home": named})["transcript"]["number"] == "THEIRS"


def test_how_the_host_transcript_is_named() -> None:
    said = text(HTR, view(HTR, {"documents": [], "results": {"issued": None}}))
    assert "those of the transcript of Politecnico di Torino." in said
    assert "**Received on**: 23\xa0February 2026" in said
    assert "that Politecnico di Torino issued on 19\xa0February 2026" in text(
        HTR, view(HTR, {"documents": []})
    )
    assert "the transcript POLITO-9 that Politecnico di Torino issued" in text(HTR, VIEWS["home-transcript"])


def test_who_signs_for_the_home_school() -> None:
    unsigned = {
        "documents": [],
        "home": {
            "ref": "valmont",
            **dict.fromkeys(
                ("name", "country", "city", "erasmus_code", "schac", "website", "quality_assurance")
            ),
        },
    }
    assert [each["name"] for each in view(HTR, unsigned)["signatories"]] == ["Hugo Morel"], (
        "in office on the day"
    )
    later = record(unsigned, on=date(2028, 1, 1))
    assert KINDS[HTR].view(later)["signatories"][0]["name"] == "Nadia Blanc"  # type: ignore[index]
    assert view(HTR, {"documents": []})["signatories"][0]["name"] == "Sylvie Roche"
    assert INDEX.institutions


def test_a_grade_that_was_not_converted_says_so() -> None:
    kept = {"value": "30L", "scale": "it-30", "method": "none", "date": "2026-03-09"}
    shown = view(HTR, decision(grade=kept))
    assert "grade kept as it is" in text(HTR, shown)
    bare = {**BLOCKS[0], "to": [{"component": "b1", "credits": 16, "status": "recognised"}]}
    none = view(HTR, {"recognition": {"blocks": [bare, BLOCKS[1]]}})
    assert "No grade was converted." in text(HTR, none)


# The mention in the Diploma Supplement


SECTIONS = (
    "identifying the holder",
    "identifying the qual",
    "level and dur",
    "programme completed",
    "function of",
    "Additional inf",
    "Certification of",
    "national higher",
)


def degree(**patch: Any) -> dict[str, Any]:
    return {"degree": patch}


PARTNER = FULL["degree"]["diplomas"][1]


@pytest.mark.parametrize(
    ("patch", "named"),
    [
        pytest.param({"results": None, "recognition": None, "status": "returned"}, ["results.lines", "(rule REC005)"], id="nothing yet"),
        pytest.param({"recognition": {"decided": None}, "status": "returned"}, ["(`recognition.decided`) (rule REC005)"], id="undecided"),
        pytest.param({"recognition": {"decided": None}}, [], id="decided, by its status"),
        pytest.param(degree(title="Diplôme d’ingénieur, double diplôme"), ["(rule JNT001)"], id="in the title"),
        pytest.param(degree(title={"fr": "Diplôme", "en": "Double degree"}), ["(rule JNT001)"], id="in a translation"),
        pytest.param(degree(diplomas=[{"title": "Double diplôme", "country": "FR"}, PARTNER]), ["(rule JNT001)"], id="in the other French title"),
        pytest.param(degree(diplomas=[{**PARTNER, "title": "Doppia laurea"}]), [], id="abroad it may"),
        pytest.param(degree(diplomas=None), ["(`degree.diplomas`) (rule JNT005)"], id="which other diploma?"),
        pytest.param(degree(diplomas=[{"title": "Diplôme", "issuer": "École de Valmont"}]), ["(rule JNT005)"], id="ours only"),
        pytest.param(degree(diplomas=[{"title": "Diplôme"}]), ["(rule JNT005)"], id="whose?"),
        pytest.param(degree(diplomas=None, degree_type="single"), [], id="one degree"),
        pytest.param({"degree": None}, [], id="no word of a degree"),
        pytest.param({"degree": None, "learner": {"enrolment": {"programme": "Double diplôme avec Turin"}}}, ["(rule JNT001)"], id="in the programme"),
        pytest.param({"learner": {"graduation_date": "2026-10-31"}}, ["31 October 2026"], id="signed a day before the diploma"),
        pytest.param({"learner": {"graduation_date": None, "graduation_jury_date": "2026-11-02"}}, ["2 November 2026"], id="signed before the jury"),
        pytest.param({"learner": {"graduation_date": None}}, [], id="when is not known"),
        pytest.param({"learner": {"graduation_date": "2027-01-01"}, "documents": None}, [], id="not signed yet"),
        pytest.param({"host": {"country": None}}, ["host.country"], id="where?"),
    ],
)  # fmt: skip
def test_what_a_mention_lacks(patch: dict[str, Any], named: list[str]) -> None:
    said = [each.replace("\xa0", " ") for each in lacks(DS, record(patch))]
    assert len(said) == len(named), said
    assert [name for name, message in zip(named, said, strict=True) if name not in message] == []


@pytest.mark.parametrize("patch", [{}, {"documents": None}, {"degree": None, "learner": {"enrolment": None}}])
def test_eight_sections_in_their_order(patch: dict[str, Any]) -> None:
    said = text(DS, view(DS, patch))
    heads = [line for line in said.splitlines() if line.startswith("## ")]
    assert [line.split()[1] for line in heads] == [f"{number}." for number in range(1, 9)]
    assert all(name in head for name, head in zip(SECTIONS, heads, strict=True))
    assert said.index("Date and signature" if "documents" in patch else "Signed on") < said.index(heads[7])


def test_where_a_heading_is_empty_the_reason_stands() -> None:
    whole, bare = text(DS, VIEWS["supplement"]), text(DS, view(DS, {"documents": None}))
    reason = "Given by the school in its own supplement"
    assert "In the annex of the Ministry." in whole
    assert bare.count(reason) == whole.count(reason) + 1
    for line in whole.splitlines():
        assert not re.fullmatch(r"- \*\*.*\*\*:?\s*", line), line


@pytest.mark.parametrize(
    ("joint", "said"),
    [
        pytest.param({"partners": [{"name": "Universität Nordstadt"}, {"ref": "valmont"}], "legal_recognition": ["FR", "DE"], "accreditation_ref": "CTI 2025/12"}, ["together with Universität Nordstadt, Valmont School of Engineering.", "recognised by law in: France, Germany.", "Accreditation of the joint programme: CTI 2025/12"], id="all of it"),
        pytest.param({}, ["together with other institutions."], id="no more than that it is joint"),
    ],
)  # fmt: skip
def test_a_joint_degree_is_told_in_section_6(joint: dict[str, Any], said: list[str]) -> None:
    shown = text(DS, view(DS, degree(degree_type="joint", diplomas=None, **joint))).replace("\xa0", " ")
    section = shown[shown.index("## 6.") : shown.index("## 7.")]
    assert [each for each in said if each not in section] == []
    assert "oint degree" not in text(DS, VIEWS["supplement"]), "of a double degree it is not said"


@pytest.mark.parametrize(
    ("patch", "sections"),
    [
        ({}, "123467"),
        ({"learner": {"enrolment": None}}, "12467"),
    ],
)
def test_what_is_entered_of_a_supplement(patch: dict[str, Any], sections: str) -> None:
    """The others are for the school to explain, in its own words: DS101 asks for them."""
    assert KINDS[DS].entry(record(patch)) == {"sections": [*sections]}


def test_no_grade_of_the_home_school_and_no_word_on_value() -> None:
    shown = VIEWS["supplement"]
    assert [(each["grade"], each["scale"]) for each in shown["components"]] == [
        ("27", "it-30"),
        ("24", "it-30"),
        ("30L", "it-30"),
    ]
    assert shown["total"] == "30"
    for lang in LANGUAGES:
        said = text(DS, shown, lang)
        assert "14.5" not in said
        assert "14,5" not in said


def test_a_course_on_top_of_the_programme() -> None:
    on_top = view(
        DS,
        {"recognition": {"blocks": [BLOCKS[0]], "left_out": [{"result": "r3", "reason": "surplus"}]}},
    )
    assert [each["counted"] for each in on_top["components"]] == ["yes", "yes", "no"]
    assert text(DS, on_top).count("in addition to the programme") == 1


def test_what_was_not_passed_is_not_there() -> None:
    lines = [{**FULL["results"]["lines"][0], "status": "failed", "credits": 0}, *FULL["results"]["lines"][1:]]
    shown = view(DS, {"results": {"lines": lines}})
    assert ([each["grade"] for each in shown["components"]], shown["total"]) == (["24", "30L"], "20")


@pytest.mark.parametrize(
    ("section", "text_of_it", "places"),
    [("4.3", "A semester.", (True, False)), ("6.1", "A semester.", (False, True)), (None, "A semester.", (True, False))],
)  # fmt: skip
def test_the_words_of_the_school(section: str | None, text_of_it: str, places: tuple[bool, bool]) -> None:
    stated = {"section": section, "mention": True, "text": text_of_it}
    said = text(DS, view(DS, {"recognition": {"diploma_supplement": stated}}))
    before, after = said.split("## 5.")
    assert (text_of_it in before, text_of_it in after) == places
    assert ("the holder spent the period" in after) == (section != "6.1")


def test_a_double_degree_is_named_in_the_supplement_only() -> None:
    said = text(DS, VIEWS["supplement"]).replace("\xa0", " ")
    before, after = said.split("## 6.")
    assert "ouble degree" not in before.replace("Double degree:", "")
    assert (
        "Double degree: polito (Italy) awarded the holder its own diploma, Master of Science, on 15 October 2026."
        in after
    )
    undated = text(DS, view(DS, degree(diplomas=[{k: v for k, v in PARTNER.items() if k != "date"}])))
    assert (
        "Double degree: the studies also lead to a diploma of polito (Italy), Master of Science." in undated
    )
    assert "Double degree" not in text(DS, view(DS, {"degree": None}))
    elsewhere = {
        "home": {"name": "Autre école"},
        **degree(diplomas=[{"title": "Laurea", "issuer": "valmont"}]),
    }
    [other] = view(DS, elsewhere)["double"]
    assert (other["issuer"]["text"], other["country"]) == ("École de Valmont", "FR"), "as its file says"


def test_without_a_programme_of_mobility() -> None:
    said = text(DS, view(DS, {"programme": None, "learner": {"graduation_date": None}, "documents": None}))
    assert "The holder spent the period from" in said
    assert "- **7.1 Date**: with the diploma" in said
    later = text(DS, view(DS, {"learner": {"graduation_date": "2027-01-04"}, "documents": None}))
    assert "with the diploma, on 4\xa0January 2027 or later" in later


# The micro-credential, as a page and as data


def badge(**entry: Any) -> dict[str, Any]:
    [made] = [each for each in FULL["documents"] if each["kind"] == OB]
    return {"documents": [{key: value for key, value in {**made, **entry}.items() if value is not None}]}


@pytest.mark.parametrize(
    ("patch", "named"),
    [
        pytest.param({"documents": None}, ["(`documents`)"], id="none is planned"),
        pytest.param(badge(outcomes=None), ["(`documents.outcomes`) (rule EVA006)", "agreement.learning_outcomes.title"], id="of nothing"),
        pytest.param(badge(outcomes=["o1", "o9"]), ["“o9” (`agreement.learning_outcomes`)"], id="unknown"),
        pytest.param(badge(outcomes=["o1", "o3"]), ["“o3” was achieved (`evaluation.grid`) (rule EVA006)"], id="not achieved"),
        pytest.param({"evaluation": {"grid": [{"outcome": "o1"}]}}, ["“o1” and “o2”"], id="not assessed"),
        pytest.param(badge(issued="2026-01-29"), ["30 January 2026 (rule EVA006)"], id="a day before the end"),
        pytest.param(badge(issued="2026-01-30"), [], id="on the last day"),
        pytest.param({"period": {"actual": {"end": "2026-01"}}}, [], id="some day of January"),
        pytest.param({"results": None, "recognition": None, "agreement": {"hours": None}}, ["(`agreement.hours`)"], id="how much work?"),
        pytest.param({"results": None, "recognition": None}, [], id="hours"),
        pytest.param({"agreement": {"hours": None}}, [], id="credits"),
        pytest.param({"evaluation": {"methods": None}}, ["“evaluation.methods”"], id="how?"),
        pytest.param({"home": {"quality_assurance": None}}, ["“home.quality_assurance”"], id="quality?"),
    ],
)  # fmt: skip
def test_what_a_badge_lacks(patch: dict[str, Any], named: list[str]) -> None:
    said = [each.replace("\xa0", " ") for each in lacks(OB, record(patch))]
    assert len(said) == len(named), said
    assert [name for name, message in zip(named, said, strict=True) if name not in message] == []


def test_the_workload_and_the_form_of_participation() -> None:
    whole = VIEWS["badge"]
    assert whole["workload"] == {"credits": "28.5", "hours": "426"}, "what was recognised, what was agreed"
    assert view(OB, {"recognition": None})["workload"]["credits"] == "30", "else what the host awarded"
    assert view(OB, badge(effective_hours=410.5))["workload"]["hours"] == "410.5"
    assert whole["participation"] == "onsite"
    assert (
        view(OB, {"period": {"online": {"start": "2025-09-01", "end": "2025-09-05"}}})["participation"]
        == "blended"
    )
    assert view(OB, {"kind": "virtual-only"})["participation"] == "online"
    assert [each["level"] for each in whole["outcomes"]] == ["achieved", "partial"]
    assert whole["assessors"] == ["host-tutor"], "of the outcomes that are certified"
    assert whole["alpha3"] == "FRA"


def data(form: str, shown: Any, lang: str = "fr") -> Any:
    written = KINDS[OB].data[form].write(shown, spoken(lang), lambda: (b"page 1", b"page 2"))
    assert written == KINDS[OB].data[form].write(
        copy.deepcopy(shown), spoken(lang), lambda: (b"page 1", b"page 2")
    )
    return json.loads(written)


def spoken(lang: str) -> Any:
    return press.speech(words(lang, store.lists()))


ELEMENTS: dict[str, Any] = {
    "learner": "Léa Martin",
    "title": {"fr": "Systèmes embarqués", "en": "Embedded systems"},
    "issuer": "École de Valmont",
    "date": "2026-03-20",
    "outcome": {"fr": "Conçoit un banc d’essai", "en": "Designs a test bench"},
    "credits": "28.5",
    "hours": "426",
    "level": "snb/eqf/7",
    "assessment": {"fr": "présentation face à un jury", "en": "presentation before a jury"},
    "participation": {"fr": "en présentiel", "en": "on site"},
    "quality": {"fr": "Accréditation de la CTI", "en": "Accreditation by the CTI"},
}
"""What annex I of 2022/C 243/02 wants of every micro-credential; the country is looked for apart."""


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("form", ["ob3", "elm"])
def test_every_element_of_the_annex_is_in_the_data(form: str, lang: str) -> None:
    made = json.dumps(data(form, VIEWS["badge"], lang), ensure_ascii=False)
    for name, wanted in ELEMENTS.items():
        assert (wanted if isinstance(wanted, str) else wanted[lang]) in made, name
    assert ('"addressCountryCode": "FR"' if form == "ob3" else "authority/country/FRA") in made
    for private in ("2004-11-03", "@", "mailto"):
        assert private not in made.replace('"@context"', ""), private


@pytest.mark.parametrize("form", ["ob3", "elm"])
@pytest.mark.parametrize("name", ["badge", "badge-monster"])
def test_names_of_things_are_stable_and_their_own(form: str, name: str) -> None:
    """Each id belongs to one thing: what has the same id says the same."""
    made = data(form, VIEWS[name])
    seen: dict[str, Any] = {}

    def look(node: Any) -> None:
        for each in node if isinstance(node, list) else node.values() if isinstance(node, dict) else ():
            look(each)
        if isinstance(node, dict) and str(node.get("id", "")).startswith("urn:uuid:"):
            assert seen.setdefault(node["id"], node) == node
            assert UUID(node["id"][9:]).version == 5

    look(made)
    assert len(seen) >= 4
    other = data(form, {**VIEWS[name], "number": "OB-78"})
    assert not set(re.findall("urn:uuid:[0-9a-f-]+", json.dumps(made))) & set(
        re.findall("urn:uuid:[0-9a-f-]+", json.dumps(other))
    )


def test_an_open_badge_says_what_the_standard_wants() -> None:
    made = data("ob3", VIEWS["badge"])
    assert {"@context", "id", "type", "name", "issuer", "validFrom", "credentialSubject"} <= set(made)
    assert "proof" not in made
    subject = made["credentialSubject"]
    achievement = subject["achievement"]
    assert {"id", "type", "name", "description", "criteria"} <= set(achievement)
    described = [each["id"] for each in achievement["resultDescription"]]
    assert [each["resultDescription"] for each in subject["result"]] == described
    for result, description in zip(subject["result"], achievement["resultDescription"], strict=True):
        assert result["value"] in description["allowedValue"]
    assert subject["creditsEarned"] == 28.5
    hours = data("ob3", view(OB, {"results": None, "recognition": None}))
    assert "creditsEarned" not in hours["credentialSubject"]
    assert data("ob3", view(OB, {"home": {"website": None, "city": None}}))["issuer"]["id"].startswith(
        "urn:uuid:"
    )


def test_the_learning_model_without_what_is_not_known() -> None:
    hours = data(
        "elm",
        view(OB, {"results": None, "recognition": None, "home": {"website": None}, "learner": {"id": None}}),
    )
    claim = hours["credential"]["credentialSubject"]["hasClaim"]
    assert "creditReceived" not in claim
    assert claim["specifiedBy"]["volumeOfLearning"] == "PT426H"
    assert "homepage" not in hours["credential"]["issuer"]
    assert "identifier" not in hours["credential"]["credentialSubject"]
    part = data("elm", view(OB, badge(effective_hours=1.5)))["credential"]["credentialSubject"]["hasClaim"]
    assert part["specifiedBy"]["volumeOfLearning"] == "PT1H30M"
    credits = data("elm", view(OB, {"agreement": {"hours": None}}))["credential"]["credentialSubject"][
        "hasClaim"
    ]
    assert "volumeOfLearning" not in credits["specifiedBy"]
    pages = data("elm", VIEWS["badge"])["credential"]["displayParameter"]["individualDisplay"][
        "displayDetail"
    ]
    assert [(each["page"], b64decode(each["image"]["content"])) for each in pages] == [
        (1, b"page 1"),
        (2, b"page 2"),
    ]


SHAPES = Path(__file__).parents[2] / "shared" / "elm"
"""EDC-generic-no-cv.ttl and edc-ap-context.jsonld of the Commission's repository European-Learning-Model."""


@pytest.mark.skipif(not SHAPES.exists(), reason="the Commission's SHACL shapes are not in ../shared/elm")
@pytest.mark.parametrize("name", ["badge", "badge-monster"])
def test_the_learning_model_keeps_the_shapes_of_the_commission(name: str) -> None:
    pytest.importorskip("pyshacl", reason="pyshacl is not installed")
    assert elm_faults(data("elm", VIEWS[name])["credential"]) == ["elm:eidasLegalIdentifier"], (
        "which the seal brings"
    )


def elm_faults(credential: dict[str, Any]) -> list[str]:
    """Name the paths of the shapes that a credential does not keep, the innermost of each."""
    from pyld import jsonld
    from pyshacl import validate
    from rdflib import Graph

    cred, moment = "https://www.w3.org/2018/credentials#", "http://www.w3.org/2001/XMLSchema#dateTime"
    ends = {"credentialSubject": "@id", "issuer": "@id", "credentialSchema": "@id"}
    days = dict.fromkeys(("validFrom", "issued", "issuanceDate"), moment)
    terms = {name: {"@id": cred + name, "@type": kind} for name, kind in {**ends, **days}.items()}
    inner = {"@version": 1.1, "id": "@id", "type": "@type"}
    outer = {
        **inner,
        "VerifiableCredential": {"@id": f"{cred}VerifiableCredential", "@context": {**inner, **terms}},
    }
    context = json.loads((SHAPES / "edc-ap-context.jsonld").read_text("utf-8"))["@context"]
    quads = jsonld.to_rdf(
        {**credential, "@context": [outer, context]},
        {"format": "application/n-quads", "processingMode": "json-ld-1.1"},
    )
    shapes = Graph().parse(SHAPES / "EDC-generic-no-cv.ttl", format="turtle")
    _, _, said = validate(Graph().parse(data=quads, format="nt"), shacl_graph=shapes, advanced=True)
    return [path for path in re.findall(r"Result Path: (\S+)", said) if path != "cred:issuer"]


@pytest.mark.parametrize("form", ["ob3", "elm"])
def test_the_data_are_written_beside_the_page(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "2025-0001.mobility.yaml"
    whole = {key: value for key, value in FULL.items() if key != "profiles"}
    file.write_text(write.dump(exact(whole), {}, "mobility.schema.json"), encoding="utf-8")
    order = [
        str(file),
        "-o",
        str(tmp_path / "out"),
        "--format",
        form,
        "--format",
        "md",
        "--lang",
        "fr",
    ]
    assert cli.run(["render", OB, *order, "--draft"]) == 1, "a draft of data would look like the badge"
    assert f"un projet n’a pas de données au format {form}" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert cli.run(["render", OB, *order]) == 0, capsys.readouterr().err
    names = sorted(each.name for each in (tmp_path / "out").iterdir() if not each.name.startswith("."))
    assert names == sorted([f"2025-0001.open-badge.fr.{form}.json", "2025-0001.open-badge.fr.md"])
    made = tmp_path / "out" / f"2025-0001.open-badge.fr.{form}.json"
    first = made.read_bytes()
    assert cli.run(["render", OB, *order]) == 0
    assert made.read_bytes() == first
    capsys.readouterr()
    assert cli.run(["render", DS, str(file), "--format", form]) == 2, "it is a format of badges"
    assert form in capsys.readouterr().err


# The data of a Europass Mobility


EUROPASS = FULL["europass"]


def europass(**patch: Any) -> dict[str, Any]:
    return {"europass": patch}


@pytest.mark.parametrize(
    ("patch", "on", "named"),
    [
        pytest.param({"europass": None}, None, ["(`europass.requested`) (rule EUP001)"], id="none"),
        pytest.param(europass(requested=None), None, ["“europass.requested.date”"], id="not asked for"),
        pytest.param(europass(issued=None, signatures=None), date(2025, 9, 1), ["2 September 2025, and not made before (rule EUP001)"], id="a day too early"),
        pytest.param(europass(issued=None, signatures=None), date(2025, 9, 2), [], id="on the day"),
        pytest.param(europass(record="skills", skills=None), None, ["(rule EUP002)"], id="no skills"),
        pytest.param(europass(skills=None), None, [], id="courses will do"),
        pytest.param({**europass(skills=None), "results": None, "recognition": None}, None, ["(rule EUP002)"], id="no courses either"),
        pytest.param(europass(issued="2026-01-29"), None, ["30 January 2026 (rule EUP003)"], id="issued a day before the end"),
        pytest.param(europass(issued="2026-01-30"), None, [], id="issued on the last day"),
        pytest.param(europass(issued=None, signatures=[{"role": "home", "date": "2026-01-29"}]), None, ["(rule EUP003)"], id="signed a day before the end"),
        pytest.param(europass(mentor=None), None, ["(`host.contact`, `europass.mentor`)"], id="whom to ask?"),
        pytest.param({**europass(mentor=None), "host": {"contact": {"name": {"family": "Rossi"}}}}, None, [], id="the contact"),
        pytest.param({"home": {"contact": None}}, None, ["home.contact"], id="whom to ask at home?"),
        pytest.param({"period": {"planned": None, "actual": None}}, None, ["(`period`)"], id="when?"),
    ],
)  # fmt: skip
def test_what_a_europass_lacks(patch: dict[str, Any], on: date | None, named: list[str]) -> None:
    made = record(patch, on=on) if on else record(patch)
    said = [each.replace("\xa0", " ") for each in lacks(EM, made)]
    assert len(said) == len(named), said
    assert [name for name, message in zip(named, said, strict=True) if name not in message] == []


def test_the_order_of_the_form_and_of_the_signatures() -> None:
    said = text(EM, VIEWS["europass"])
    heads = [line[3:].split()[0] for line in said.splitlines() if line.startswith("## ")]
    assert heads[:6] == ["1.", "2.", "3.", "4.", "5a.", "5b."], "the sections of the official form"
    assert "This sheet is not the Europass Mobility" in said
    shown = VIEWS["europass"]
    assert [each["role"] for each in shown["signatories"]] == ["host", "learner", "home"]
    assert (shown["status"], shown["number"], shown["date"]) == ("final", "EM-77", "2026-02-27")
    company = [{**EUROPASS["signatures"][0], "role": "host-company"}, *EUROPASS["signatures"][1:]]
    assert view(EM, europass(signatures=company))["status"] == "final"
    assert view(EM, europass(signatures=company[1:]))["status"] == "draft"
    assert view(EM, europass(record="skills"))["courses"] == []
    assert "after the return" in text(EM, view(EM, europass(issued=None)))
