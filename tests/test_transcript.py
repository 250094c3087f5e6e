"""What a transcript shows of a record, when there is none, and when it is final."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pypdfium2 import PdfDocument
from test_html import speech
from test_templates import without
from transcripts import AS_OF, COPY, FULL, LEAST, TRANSCRIPT, VIEWS, lacks, record, view
from views import faults

from mobctl.documents.transcript import Transcript
from mobctl.exchange.elmo import load
from mobctl.render import FORMATS, compose, fingerprint

LINES: list[dict[str, Any]] = FULL["results"]["lines"]
NOWHERE = {"ref": "nowhere", **dict.fromkeys(("name", "country", "city", "erasmus_code"))}


@pytest.mark.parametrize("name", VIEWS)
def test_every_key_of_a_view_is_there(name: str) -> None:
    assert faults(VIEWS[name], Transcript) == []


def line(**patch: Any) -> dict[str, Any]:
    """Change the first result; None takes a field away."""
    changed = {key: value for key, value in {**LINES[0], **patch}.items() if value is not None}
    return {"results": {"lines": [changed, *LINES[1:]]}}


@pytest.mark.parametrize(
    ("patch", "named"),
    [
        ({}, []),
        ({"results": None}, ["(`results.lines`)"]),
        ({"results": {"lines": []}}, ["(`results.lines`)"]),
        (line(title=None), ["(“results.lines[r1].title” or “results.lines[r1].for”)"]),
        (line(title=None, **{"for": "a9"}), ["“r1” has no title (`results.lines`: `title`)"]),
        (line(credits=None), ["(“results.lines[r1].credits” or “results.lines[r1].local_credits”)"]),
        (line(credits=None, local_credits=[{"scheme": "US", "credits": 3}]), []),
        (line(status="failed"), ["was not validated"]),
        (line(status="failed", credits=None), []),
        (line(status="pending", credits=None, grade=None), []),
        ({"results": {"scale": None}}, ["(“results.scale”)"]),
        ({"learner": {"esi": None}}, []),
        ({"learner": {"id": None}}, []),
        ({"learner": {"id": None, "esi": None}}, ["(“learner.esi” or “learner.id”)"]),
        ({"period": {"actual": None}}, []),
        ({"period": {"actual": None, "planned": None}}, ["(`period.actual`)"]),
        ({"results": {"published": "2026-07-11"}}, ["(`results.published`)"]),
        ({"results": {"published": "2026-07-10"}}, []),
        ({"documents": None, "results": {"published": "2026-11-25"}}, ["(`results.published`)"]),
        ({"documents": None, "results": {"published": "2026-11-24"}}, []),
        ({"home": NOWHERE}, ["“nowhere”, so that this is not known: “home.name”"]),
        ({"host": {"ref": "nowhere"}}, ["“nowhere”, so that this is not known: “host.name”"]),
        ({"results": {"grading": None}}, []),
    ],
)  # fmt: skip
def test_what_a_transcript_lacks(patch: dict[str, Any], named: list[str]) -> None:
    said = lacks(record(patch))
    assert len(said) == len(named), said
    assert [name for name, message in zip(named, said, strict=True) if name not in message] == []


@pytest.mark.parametrize(
    ("patch", "named"),
    [
        ({}, []),
        ({"learner": {"id": None, "esi": None}, "period": {"actual": None, "planned": None}}, []),
        ({"results": {"lines": [{"id": "r1", "status": "passed"}]}}, ["results.lines[r1].title"]),
        ({"results": {"scale": None}}, []),
        ({"results": None}, ["(`results.lines`)"]),
        ({"host": {**NOWHERE, "contact": None}}, ["“host.name”"]),
    ],
)
def test_what_a_copy_lacks(patch: dict[str, Any], named: list[str]) -> None:
    """A copy shows what the host stated, as far as it did."""
    said = lacks(record(patch, of=COPY))
    assert len(said) == len(named), said
    assert [name for name, message in zip(named, said, strict=True) if name not in message] == []


def test_results_stand_by_term_in_the_order_of_the_year() -> None:
    groups = VIEWS["transcript"]["groups"]
    assert [(each["term"], [line["code"] for line in each["lines"]]) for each in groups] == [
        ({"number": "1", "of": "2"}, ["INF-041", "MAT-008"]),
        ({"number": "2", "of": "2"}, ["MAT-008", "LAN-102", "INF-055"]),
        (None, ["PRJ-001", ""]),
    ]


def shown(patch: Mapping[str, Any] | None = None) -> list[tuple[str, str, str, str]]:
    lines = (line for group in view(patch)["groups"] for line in group["lines"])
    return [(each["status"], each["grade"], each["credits"], each["attempt"]) for each in lines]


def test_terms_are_sorted_whatever_the_order_of_the_results() -> None:
    groups = view({"results": {"lines": [*reversed(LINES)]}})["groups"]
    assert [each["term"] and each["term"]["number"] for each in groups] == ["1", "2", None]


def test_what_was_not_validated_gives_nothing() -> None:
    assert shown() == [
        ("passed", "15.5", "6", ""),
        ("failed", "7.25", "0", "1"),
        ("passed", "12", "4.5", "2"),
        ("compensated", "9.5", "3", ""),
        ("pending", "", "", ""),
        ("passed", "VAL", "3", ""),
        ("not-taken", "", "0", ""),
    ]


def test_attempts_are_counted_by_date_else_as_they_stand() -> None:
    turned = [LINES[2], LINES[1]]
    attempts = {grade: attempt for _, grade, _, attempt in shown({"results": {"lines": turned}})}
    assert attempts == {"7.25": "1", "12": "2"}
    undated = [{key: value for key, value in each.items() if key != "date"} for each in turned]
    attempts = {grade: attempt for _, grade, _, attempt in shown({"results": {"lines": undated}})}
    assert attempts == {"7.25": "2", "12": "1"}


def test_the_total_is_that_of_the_lines() -> None:
    awarded = VIEWS["transcript"]["awarded"]
    lines = [line for group in VIEWS["transcript"]["groups"] for line in group["lines"]]
    assert awarded == {"credits": "16.5", "local": []}
    assert sum(Decimal(each["credits"] or 0) for each in lines) == Decimal(awarded["credits"])


def test_local_credits_alone() -> None:
    made = VIEWS["transcript-least"]
    assert made["awarded"] == {"credits": "", "local": [{"scheme": "QC", "credits": "4.5"}]}
    assert (made["columns"], made["scheme"]) == (["local"], "QC")
    assert [each["local"] for each in made["groups"][0]["lines"]][2] == [], "what was failed gives none"


def test_without_credits_there_is_no_total() -> None:
    bare = view({"results": {"lines": [{"id": "r1", "title": "Sport", "status": "passed"}]}}, of=COPY)
    text = FORMATS["md"].write(compose("transcript", bare, speech=speech("en"))).decode()
    assert (bare["columns"], bare["awarded"]["credits"]) == ([], "")
    assert "Sport" in text
    assert "Total" not in text


def test_titles_and_terms_come_from_the_agreement_where_the_results_have_none() -> None:
    row = {
        "id": "a1",
        "code": "SOC1",
        "title": {"fr": "Ville", "en": "City"},
        "term": "1/2",
        "hours": {"theory": 9},
    }
    result = {"id": "r1", "for": "a1", "status": "passed", "credits": 6, "grade": "12"}
    made = view({"agreement": {"studied": [row]}, "results": {"lines": [result]}})
    [group] = made["groups"]
    assert group["term"] == {"number": "1", "of": "2"}
    assert (group["lines"][0]["code"], group["lines"][0]["title"]["others"], group["lines"][0]["hours"]) == (
        "SOC1",
        {"en": "City"},
        {"theory": "9", "practice": "", "personal": "", "placement": ""},
    )
    own = {**result, "code": "SOC2", "title": "Cité", "term": "2/2"}
    [group] = view({"agreement": {"studied": [row]}, "results": {"lines": [own]}})["groups"]
    assert (group["term"]["number"], group["lines"][0]["code"], group["lines"][0]["title"]["text"]) == (
        "2",
        "SOC2",
        "Cité",
    )


def test_the_last_version_of_the_agreement_names_a_component() -> None:
    studied = [{"id": "a1", "title": "Old title", "credits": 6}]
    change = {
        "table": "studied",
        "replace": "a1",
        "with": {**studied[0], "title": "New title"},
        "reason": "other",
    }
    patch = {
        "agreement": {"studied": studied},
        "amendments": [{"number": "1", "changes": [change]}],
        "results": {"lines": [{"id": "r1", "for": "a1", "status": "passed", "credits": 6}]},
    }
    [group] = view(patch)["groups"]
    assert group["lines"][0]["title"]["text"] == "New title"


def test_where_grades_stand_among_those_that_pass() -> None:
    [table] = VIEWS["transcript"]["distributions"]
    rows = [(row["low"], row["high"], row["count"], row["share"], row["cumulative"]) for row in table["rows"]]
    assert rows == [
        ("16", "20", "50", "10.0", "10.0"),
        ("12", "15.9", "350", "70.0", "80.0"),
        ("10", "11.9", "100", "20.0", "100.0"),
        ("0", "9.9", "60", "", ""),
    ]
    assert (table["passing"], table["counted"], table["marked"]) == ("500", "560", "yes")
    own = [[(it["value"], it["times"]) for it in row["own"]] for row in table["rows"]]
    assert own == [[], [("15.5", "1"), ("12", "1")], [], [("7.25", "1"), ("9.5", "1")]]


@pytest.mark.parametrize(
    ("grading", "marked", "shares"),
    [
        ({"pass_mark": "12"}, "yes", ["40.0", "60.0", ""]),
        ({}, "no", ["20.0", "30.0", "50.0"]),
    ],
)
def test_a_distribution_without_a_pass_mark_is_not_guessed(
    grading: dict[str, str], marked: str, shares: list[str]
) -> None:
    """A scale of the school's own; the transcript itself says how often each grade is given."""
    bands = [{"grade": "13", "count": 2}, {"grade": "12", "count": 3}, {"grade": "9", "count": 5}]
    results = {"scale": "own", "grading": {"tables": None, "text": None, "distribution": bands, **grading}}
    [table] = view({"results": results})["distributions"]
    assert (table["marked"], [row["share"] for row in table["rows"]]) == (marked, shares)


def test_only_grades_of_its_scale_are_placed_in_a_table() -> None:
    changed = [{**LINES[0], "scale": "it-30", "grade": "18"}]
    [table] = view({"results": {"lines": changed}})["distributions"]
    assert [row["own"] for row in table["rows"]] == [[], [], [], []]


def test_a_scale_that_is_known_need_not_be_explained() -> None:
    assert VIEWS["transcript"]["scales"] == [{"code": "fr-20", "best": "20", "worst": "0", "pass_mark": "10"}]
    made = view({"results": {"scale": "de-5", "grading": None}})
    assert made["scales"] == [{"code": "de-5", "best": "1.0", "worst": "5.0", "pass_mark": "4.0"}]
    made = view({"results": {"scale": "ects-letters", "grading": None}})
    assert made["scales"] == [{"code": "ects-letters", "best": "A", "worst": "F", "pass_mark": "E"}]


def test_grades_given_in_a_component() -> None:
    [made] = VIEWS["transcript-copy"]["components"]
    assert (made["code"], made["grade"], made["counted"]) == ("02LSE", "30L", "13")
    assert [(row["grade"], row["count"], len(row["own"])) for row in made["rows"]] == [
        ("30L", "2", 1),
        ("28", "11", 0),
    ]


PAPER: dict[str, Any] = FULL["documents"][0]


@pytest.mark.parametrize(
    ("papers", "number", "status", "who"),
    [
        ([PAPER], "TOR-77", "final", "Hugo Morel"),
        ([], "2025-0900-TOR", "draft", "Hugo Morel"),
        ([{**PAPER, "signatures": []}], "TOR-77", "draft", "Hugo Morel"),
        ([{**PAPER, "signatures": [{**PAPER["signatures"][0], "how": "refused"}]}], "TOR-77", "draft", "Hugo Morel"),
        ([{**PAPER, "signatures": [{**PAPER["signatures"][0], "role": "home"}]}], "TOR-77", "draft", "Hugo Morel"),
        ([{**PAPER, "issuer": "home"}], "2025-0900-TOR", "draft", "Hugo Morel"),
        ([{**PAPER, "issuer": "valmont", "issued": "2025-08-30", "signatures": []}], "TOR-77", "draft", "Jeanne Roux"),
        ([{**PAPER, "issued": "2027-09-01", "signatures": []}], "TOR-77", "draft", "Nadia Blanc"),
        ([{**PAPER, "annulled": {"date": "2026-07-20"}}], "2025-0900-TOR", "draft", "Hugo Morel"),
        ([{**PAPER, "replaced_by": "TOR-78"}, {**PAPER, "reference": "TOR-78", "signatures": []}], "TOR-78", "draft", "Hugo Morel"),
    ],
)  # fmt: skip
def test_the_paper_that_counts(papers: list[dict[str, Any]], number: str, status: str, who: str) -> None:
    made = view({"documents": papers, "results": {"published": None}})
    assert (made["number"], made["status"], made["signatories"][0]["name"]) == (number, status, who)


def test_a_copy_says_that_it_is_one() -> None:
    made = VIEWS["transcript-copy"]
    assert made["copy_of"] == {"number": "TOR-77", "date": "2026-07-10"}
    assert (made["number"], made["status"], made["date"]) == ("2025-0900-TOR", "draft", AS_OF.isoformat())
    assert made["issuer"]["name"]["text"] == "École de Valmont", "never under the name of the host"
    assert made["signatories"] == [
        {"role": "home", "name": "Hugo Morel", "position": "Registrar", "signed": "", "how": ""}
    ]
    assert VIEWS["transcript"]["copy_of"] is None
    bare = view({"documents": None, "results": {"issued": None}}, of=COPY)
    assert bare["copy_of"] == {"number": "", "date": ""}


def test_what_is_signed_is_the_view_without_signatures() -> None:
    made = record()
    bare = TRANSCRIPT.unsigned(made)
    assert (TRANSCRIPT.view(made)["status"], TRANSCRIPT.view(bare)["status"]) == ("final", "draft")
    changed = TRANSCRIPT.unsigned(record(line(grade="16")))
    assert fingerprint(TRANSCRIPT.view(bare)) != fingerprint(TRANSCRIPT.view(changed))


LANGUAGES = ("fr", "en", "es")
HELD = ("transcript", "transcript-least", "transcript-copy")


def composed(name: str, first: str, second: str | None = None) -> Any:
    other = speech(second) if second else None
    return compose("transcript", VIEWS[name], speech=speech(first), second=other)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", HELD)
def test_text(name: str, lang: str, golden: Callable[[str, str], None]) -> None:
    """The text of each document, with its structure as Markdown shows it."""
    golden(f"documents/{name}.{lang}.md", FORMATS["md"].write(composed(name, lang)).decode())


def pages(data: bytes) -> list[str]:
    file = PdfDocument(data)
    found = [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in file]
    file.close()
    return found


@pytest.mark.parametrize("second", [None, "en"])
def test_sixty_results(second: str | None) -> None:
    """Each page repeats the head of the table, the total stands once, and the signature never alone."""
    found = pages(FORMATS["pdf"].write(composed("transcript-monster", "fr", second)))
    heads = [page for page in found if "M-0" in page]
    assert len(heads) >= 4
    assert all("Composante" in page for page in heads)
    assert "\n".join(found).count("Total des crédits obtenus") == 1
    assert all("Projet, non signé" in page for page in found)
    assert "Certifié par" in found[-1]
    assert "Ce document atteste des résultats." in found[-1]


@pytest.mark.parametrize("name", VIEWS)
def test_the_legend_ends_in_what_a_transcript_does_not_say(name: str) -> None:
    text = FORMATS["md"].write(composed(name, "en")).decode()
    legend = text.split("\n---\n")[1].split("## Certified by")[0]
    assert (
        legend.strip()
        .split("\n\n")[-1]
        .startswith("This document states results. It makes no statement on their equivalence")
    )


def test_a_title_stands_in_the_language_of_the_document_and_as_its_issuer_wrote_it() -> None:
    found = {lang: FORMATS["html"].write(composed("transcript", lang)).decode() for lang in LANGUAGES}
    assert '<bdi lang="en">Advanced algorithms</bdi>' in found["en"]
    assert '<small><bdi lang="fr">Algorithmique avancée</bdi></small>' in found["en"]
    assert "<small><bdi lang" not in found["fr"].split("INF-041")[1].split("</tr>")[0]
    assert '<bdi lang="fr">Algorithmique avancée</bdi>' in found["es"], "no translation: as it is"
    both = FORMATS["html"].write(composed("transcript", "fr", "en")).decode()
    assert both.count("Algorithmique avancée") == 1


def test_figures_stand_under_each_other() -> None:
    """What has fewer decimals than others of its column leaves room for those it lacks, and adds no text."""
    text = FORMATS["html"].write(composed("transcript", "en")).decode()
    for grade, cell in (
        ("12", '<td class="lacking point number right whole" style="--places: 2">'),
        ("15.5", '<td class="lacking number right whole" style="--places: 1">'),
        ("7.25", '<td class="number right whole">'),
        ("VAL", '<td class="number right whole">'),
    ):
        assert f"{cell}<strong>{grade}</strong>" in text
    assert '<td class="lacking point number right whole" style="--places: 1">6</td>' in text
    assert '<td class="total right whole">16.5</td>' in text


ALWAYS = re.compile(
    r"kind|number|record|date|status|main_scale|programme\..*|period\.\w+|.*\.name\.family|groups\.0\.term\.\w+"
    r"|.*\.(status|count|counted|passing|marked|value|times|scheme|cumulative)|signatories\.0\.(role|signed)|.*\.local\.0\.credits"
    r"|awarded\.credits|.*\.rows\.0\.(grade|low|high)|copy_of"
)
"""What every view has, or what only stands with something else: a share with its sum, a first year with a last."""


def held(node: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the place of each text and each group that a record may lack; of a list, of its first item only."""
    for key, value in node.items() if isinstance(node, dict) else [*enumerate(node)][:1]:
        if isinstance(value, dict | list):
            yield from held(value, (*place, key))
        elif value:
            yield (*place, key)


WHOLE = {
    **VIEWS["transcript-copy"],
    "groups": VIEWS["transcript"]["groups"],
    "explanation": VIEWS["transcript"]["explanation"],
    "distributions": VIEWS["transcript"]["distributions"],
}
PLACES = [place for place in held(WHOLE) if not ALWAYS.fullmatch(".".join(map(str, place)))]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: "/".join(map(str, place)))
def test_what_a_record_lacks_leaves_no_hole(place: tuple[Any, ...]) -> None:
    made = compose("transcript", without(WHOLE, place), speech=speech("fr"), second=speech("en"))
    for write in FORMATS.values():
        assert write.write(made)


def test_there_are_things_to_lack() -> None:
    assert len(PLACES) > 30


def test_dates_of_issue_and_results() -> None:
    assert view(on=date(2027, 1, 1))["date"] == "2026-07-10"
    assert view({"documents": None}, on=date(2027, 1, 1))["date"] == "2027-01-01"
    assert LEAST["results"].get("published") is None


SAMPLES = Path(__file__).parents[2] / "shared" / "samples"


@pytest.mark.parametrize(
    ("sample", "lines", "said"),
    [
        ("elmo-schemas/v1.7.0/example.xml", 3, "Budowa kompilatorów"),
        ("ewp-specs-api-imobility-tors/endpoints/get-response-example.xml", 1, "C:\u00a0135"),
    ],
)
def test_an_imported_transcript_can_be_printed(sample: str, lines: int, said: str) -> None:
    """EMREX and EWP do not say where the learner comes from; that is all that lacks for a copy."""
    if not (SAMPLES / sample).exists():
        pytest.skip("the samples of the exchange formats are not here")
    [imported] = load((SAMPLES / sample).read_bytes())
    made = record(of={**imported.record, "home": {"name": "École de Valmont", "country": "FR"}})
    assert lacks(made) == []
    shown: Any = TRANSCRIPT.view(made)
    assert sum(len(group["lines"]) for group in shown["groups"]) == lines
    assert shown["copy_of"]["date"] == "2015-10-31"
    composed = compose("transcript", shown, speech=speech("en"), second=speech("es"))
    for each in FORMATS.values():
        assert each.write(composed)
    assert said in FORMATS["md"].write(composed).decode()
