"""The papers that follow a stay to the diploma: what they show of a record, when there is none, and when they are final."""

import copy
import re
from collections.abc import Callable
from datetime import date
from functools import reduce
from io import BytesIO
from operator import getitem
from textwrap import fill
from typing import Any

import pdfcheck
import pikepdf
import pytest
from graduates import FULL, HELD, INDEX, VIEWS, record
from pypdfium2 import PdfDocument
from test_agreements import leaves
from test_html import speech
from views import faults

from mobctl import store
from mobctl.documents import KINDS
from mobctl.documents.home_transcript import HomeTranscript
from mobctl.documents.record import Record
from mobctl.render import FORMATS, compose
from mobctl.words import words

HTR = "home-transcript"
TYPES = {HTR: HomeTranscript}
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


@pytest.mark.parametrize("name", HELD)
def test_text_layer(name: str, golden: Callable[[str, str], None]) -> None:
    """What another program reads in the PDF, page by page, and the structure that a screen reader follows."""
    data = FORMATS["pdf"].write(composed(name, "fr"))
    file = PdfDocument(data)
    pages = [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in file]
    file.close()
    with pikepdf.open(BytesIO(data)) as pdf:
        tags = " ".join(str(element["/S"])[1:] for element, _ in pdfcheck.elements(pdf))
    golden(f"documents/{name}.fr.pdf.txt", "\n\n".join([*pages, fill(tags, 100)]) + "\n")


ALWAYS = re.compile(
    r"number|date|status|kind|record|signatories|programme\.\w+|(period|planned|actual)(\.(start|end))?"
    r"|.*\.name\.family|totals\..*|blocks\.0\.(agreed|recognised|completed|extent|number)"
    r"|blocks\.0\.(results|components)\.0\.(status|credits|agreed|recognised)|blocks|tables\.0\.id"
    r"|agreement\.signatures\.0\.(date|role)"
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
    assert len(places) > 30
    first, second = speech("fr"), speech("en")
    for place in places:
        shown: Any = copy.deepcopy(dict(VIEWS[name]))
        *way, last = place
        node = reduce(getitem, way, shown)
        node[last] = "" if isinstance(node[last], str) else [] if isinstance(node[last], list) else None
        made = compose(shown["kind"], shown, speech=first, second=second)
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
        pytest.param({"results": {"issued": None, "received": None}}, ["results.issued / results.received"], id="when?"),
        pytest.param({"recognition": {"decided": {"date": "2026-03-16"}}}, [], id="decided on the day"),
        pytest.param({"recognition": {"decided": {"date": "2026-03-17"}}}, ["is of 16 March 2026"], id="a day too early"),
        pytest.param({"recognition": {"decided": {"date": "2026-04"}}}, [], id="some day in April"),
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
    named = {"ref": "valmont", **dict.fromkeys(("name", "country", "city", "erasmus_code", "schac"))}
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
        "home": {"ref": "valmont", **dict.fromkeys(("name", "country", "city", "erasmus_code", "schac"))},
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
