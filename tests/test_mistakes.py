"""A coordinator's mistakes: one message each, at the right place, in three languages."""

import re
from datetime import date
from pathlib import Path

import pytest

from mobctl import engine, store
from mobctl.engine import Settings
from mobctl.finding import Finding
from mobctl.rules import CATALOGUE, RULES
from mobctl.store.reader import without_empty
from mobctl.words import languages, words

BASE = (Path(__file__).parent / "records" / "sound.mobility.yaml").read_text(encoding="utf-8")
MISTAKES = [
    ("a date that does not exist", "birth_date: 2004-11-03", "birth_date: 2004-02-30", "SHP105", "2004-02-30"),
    ("a date written the French way", "birth_date: 2004-11-03", "birth_date: 31/06/2004", "SHP105", "31/06/2004"),
    ("a date with a month too many", "birth_date: 2004-11-03", "birth_date: 2004-13-03", "SHP105", "2004-13-03"),
    ("a decimal comma between braces", "term: 1/2, credits: 10}", "term: 1/2, credits: 7,5}", "YML119", "7,5"),
    ("credits between quotes", "term: 1/2, credits: 10}", 'term: 1/2, credits: "10"}', "SHP103", '"10"'),
    ("credits in letters", "term: 1/2, credits: 10}", "term: 1/2, credits: ten}", "SHP103", "ten"),
    ("negative credits", "term: 1/2, credits: 10}", "term: 1/2, credits: -1}", "SHP107", "-1"),
    ("an unquoted colon", "title: Computer architectures", "title: Computers: architectures", "YML102", "Computers: architectures"),
    ("a misspelt key", "academic_year:", "academic_yaer:", "SHP101", "academic_yaer"),
    ("a misspelt required key", "\nstatus:", "\nsatus:", "SHP101", "satus"),
    ("an unknown key", "academic_year:", "favourite_colour:", "SHP101", "favourite_colour"),
    ("a bad enum", "kind: studies", "kind: studys", "SHP104", "studys"),
    ("a bad enum of the learner's", "status: recognised\n", "status: finished\n", "SHP104", "finished"),
    ("a missing field", "\nkind: studies", "", "SHP102", "mobctl: mobility/1"),
    ("an end before a start", "actual: {start: 2025-09-15, end: 2026-01-30}", "actual: {start: 2025-09-15, end: 2025-01-30}", "GEN101", "2025-01-30"),
    ("a tab", "\n  issued: 2026-02-19", "\n\tissued: 2026-02-19", "YML101", "\t"),
    ("a no-break space after the colon", "\nstatus: recognised", "\nstatus:\u00a0recognised", "YML109", "\u00a0recognised"),
    ("a no-break space after the first colon of a group", "\n  issued: 2026-02-19", "\n  issued:\u00a02026-02-19", "YML109", "\u00a02026"),
    ("a no-break space after a colon between braces", "title: Big data", "title:\u202fBig data", "YML109", "\u202fBig"),
    ("a no-break space after a comma", "{id: a2, title", "{id: a2, \u00a0title", "YML109", "\u00a0title"),
    ("a no-break space before the colon", "\n  scale: it-30", "\n  scale\u00a0: it-30", "YML109", "\u00a0: it-30"),
    ("no-break spaces for an indentation", "\n  issued: 2026-02-19", "\n\u00a0\u00a0issued: 2026-02-19", "YML109", "\u00a0\u00a0issued"),
    ("a no-break space in an indentation", "\n  scale: it-30", "\n \u2007scale: it-30", "YML109", "\u2007scale"),
    ("no-break spaces at the end of a group", "\n  birth_date: 2004-11-03", "\n\u00a0\u00a0birth_date: 2004-11-03", "YML109", "\u00a0\u00a0birth_date"),
    ("a no-break space after the hyphen of a list", "- {id: r2", "-\u00a0{id: r2", "YML109", "\u00a0{id: r2"),
    ("a no-break space on an empty line", "\nkind: studies", "\n\u00a0\nkind: studies", "YML109", "\u00a0"),
    ("a long dash before the first of a list", "- {id: r1, for", "– {id: r1, for", "YML117", "– {id: r1"),
    ("a long dash before another of a list", "- {id: r2", "— {id: r2", "YML117", "— {id: r2"),
    ("a long dash before a group", "- number: 1", "– number: 1", "YML117", "– number"),
    ("a no-break space before the value", "\nstatus: recognised", "\nstatus: \u00a0recognised", "YML109", "\u00a0recognised"),
    ("no space after the colon", "\nkind: studies", "\nkind:studies", "YML116", "studies"),
    ("typographic quotes", "title: Computer architectures", "title: “Computer architectures”", "YML120", "“Computer architectures”"),
    ("typographic quotes, parted by a comma", "title: Computer architectures", "title: « Computer, architectures »", "YML120", "« Computer"),
    ("an apostrophe between single quotes", "title: Computer architectures", "title: 'L'architecture'", "YML113", "'L'architecture'"),
    ("no colon", "\nstatus: recognised", "\nstatus recognised", "YML116", "status recognised"),
    ("no colon after the first field of all", "mobctl: mobility/1", "mobctl mobility/1", "YML116", "mobctl mobility/1"),
    ("no colon after the first field of a group", "\n  issued: 2026-02-19", "\n  issued 2026-02-19", "YML116", "issued 2026-02-19"),
    ("no colon after the first field, and a remark", "\n  issued: 2026-02-19", "\n  issued 2026-02-19  # sent", "YML116", "issued 2026-02-19"),
    ("no space after the first colon of a group", "\n  issued: 2026-02-19", "\n  issued:2026-02-19", "YML116", "2026-02-19"),
    ("no colon after the first field of an item", "- number: 1", "- number 1", "YML116", "- number 1"),
    ("no colon before a group", "\nagreement:\n  studied:", "\nagreement:\n  studied", "YML116", "studied"),
    ("no colon before braces", "\n  planned: {", "\n  planned {", "YML116", "planned {start"),
    ("no colon between braces", "term: 1/2, credits: 10}", "term: 1/2, credits 10}", "YML116", "credits 10"),
    ("no colon after the first field between braces", "{id: a2, title", "{id a2, title", "YML116", "id a2"),
    ("no space after the colon between braces", "term: 1/2, credits: 10}", "term: 1/2, credits:10}", "YML116", "credits:10"),
    ("no space, and misspelt", "term: 1/2, credits: 10}", "term: 1/2, credts:10}", "YML116", "credts:10"),
    ("semicolons between braces", "credits: 10, grade: 27, status: passed", "credits: 10; grade: 27; status: passed", "YML116", "; grade: 27"),
    ("a semicolon after a list", "from: [r1, r2], to", "from: [r1, r2]; to", "YML116", "; to"),
    ("a text with a semicolon and a colon", "title: Big data", "title: Big; an intro: data", "YML102", "Big; an intro: data"),
    ("a text with a comma between braces", "title: Big data processing", "title: Law, economics and society", "SHP101", "economics and society"),
    ("a comma that is missing", "term: 1/2, credits: 10}", "credits: 10 term: 1/2}", "YML116", " term"),
    ("a colour without quotes", "\nkind: studies", "\nkind: studies\nbrand: #0b6e4f", "YML115", "#0b6e4f"),
    ("a duplicate key in one line", "credits: 10, grade: 27", "credits: 10, credits: 27", "YML103", "credits: 27"),
    ("a duplicate key", "\nkind: studies", "\nkind: studies\nkind: research", "YML103", "kind"),
    ("conflict marks", "\nkind: studies", "\n<<<<<<< HEAD\nkind: studies", "YML108", "<<<<<<<"),
    ("an unknown country", "country: IT", "country: UK", "GEN104", "UK"),
    ("an unknown field of study", "isced_f: 0613", "isced_f: 0699", "GEN104", "0699"),
    ("an unknown level", "eqf: 7", "eqf: 9", "GEN104", "9"),
    ("a bad Erasmus code", "erasmus_code: F VALMONT99", "erasmus_code: FVALMONT", "GEN104", "FVALMONT"),
    ("a bad ESI", "esi: urn:schac:personal", "esi: urn:shac:personal", "GEN104", "urn:shac:personalUniqueCode:int:esi:valmont.example:20250001"),
]  # fmt: skip


def judged(raw: bytes) -> tuple[store.File, tuple[Finding, ...]]:
    file = store.read_bytes("a.yaml", raw, asked=True)
    if file.refused:
        return file, (file.refused,)
    assert file.document is not None
    settings = Settings(date(2026, 11, 24), store.lists(), store.profiles())
    sheet = engine.Sheet("mobility", without_empty(file.document.data, store.known_keys()))
    return file, engine.judge({"a.yaml": sheet}, store.shapes(), RULES.values(), settings)["a.yaml"].findings


SENTENCES = [
    ("issued: 2026-02-19", "issued 2026-02-19", "A colon is missing after “issued”. Write: issued: 2026-02-19"),
    ("issued: 2026-02-19", "issued:\u00a02026-02-19", "There is a no-break space (U+00A0) after “issued:”. Replace it by an ordinary space."),
    ("title: Big", "title:\u202fBig", "There is a no-break space (U+202F) after “title:”. Replace it by an ordinary space."),
    ("  issued", "\u00a0\u00a0issued", "There is a no-break space (U+00A0) at the beginning of this line. Replace it by an ordinary space."),
    ("- {id: r2", "– {id: r2", "This line begins with a dash (–), which is not the hyphen of a list. Type a hyphen (-) in its place."),
    ("{id: a2, title", "{id a2, title", "A colon is missing after “id”. Write: id: a2"),
    ("{id: a2, title", "{id:a2, title", "A space is missing after the colon. Write: id: a2"),
    ("credits: 10, grade", "credits: 10; grade", "Between braces, fields are separated by commas: put a comma in the place of this semicolon."),
    ("issued: 2026-02-19", "issued: !!str 2026-02-19", "“!!str” is a sign for programs, and it is not read here. Delete it: issued: 2026-02-19"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), SENTENCES)
def test_sentence(old: str, new: str, said: str) -> None:
    assert BASE.count(old) == 1
    [found] = judged(BASE.replace(old, new).encode())[1]
    assert words("en", store.lists()).say(found.message) == said


def test_the_base_record_is_silent() -> None:
    assert judged(BASE.encode())[1] == ()


@pytest.mark.parametrize(("old", "new", "code", "marked"), [pytest.param(*m[1:], id=m[0]) for m in MISTAKES])
def test_mistake(old: str, new: str, code: str, marked: str) -> None:
    assert BASE.count(old) == 1, "the record has the place once"
    text = BASE.replace(old, new)
    file, found = judged(text.encode())
    assert [finding.code for finding in found] == [code]
    span = file.span(found[0])
    row = text.split("\n")[span.line - 1]
    assert row[span.column - 1 : span.end_column - 1] in marked or marked in row[span.column - 1 :]
    said = {lang: words(lang, store.lists()).say(found[0].message) for lang in ("en", "fr", "es")}
    assert len(set(said.values())) == len(said), "each language has its own sentence"
    assert not any(re.search(r"\{[a-z_]+\}", sentence) for sentence in said.values())


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        pytest.param(BASE.encode("cp1252"), "FIL101", id="saved as Windows-1252"),
        pytest.param(BASE.encode("utf-16"), "FIL102", id="saved as UTF-16"),
        pytest.param(BASE.encode("utf-8-sig"), "FIL103", id="saved with a BOM"),
        pytest.param(BASE.replace("mobctl:", "mobtcl:").encode(), "FIL106", id="the first key misspelt"),
        pytest.param(BASE.replace("mobctl: mobility/1\n", "").encode(), "FIL106", id="the first key missing"),
        pytest.param(BASE.replace("mobility/1", "mobilty/1").encode(), "FIL106", id="the kind misspelt"),
        pytest.param(b"just a line\n", "FIL106", id="not a record"),
    ],
)
def test_file(raw: bytes, code: str) -> None:
    assert [finding.code for finding in judged(raw)[1]] == [code]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("grade: 27", "scale: our-own, grade: 02", id="grade: 02"),
        pytest.param("grade: 27", "scale: fr-20, grade: 12.50", id="grade: 12.50"),
        pytest.param("isced_f: 0613", "isced_f: 1015", id="isced_f: 1015"),
        pytest.param("isced_f: 0613", 'isced_f: "0313"', id="isced_f quoted"),
        pytest.param("id: 2025-0001", "id: 2023001", id="id: 2023001"),
        pytest.param("title: Big data processing", "title: 1984", id="title: 1984"),
        pytest.param(
            "title: Big data processing", "title: Big\u00a0data", id="a no-break space within a text"
        ),
        pytest.param("title: Big data processing", "title: – Big data", id="a dash at the start of a text"),
        pytest.param("programme: KA131", "notes: |\n  – a\n  \u00a0– b: c", id="dashes in a block of text"),
        pytest.param("title: Big data processing", "title: « Big » data", id="a quoted word at the start"),
        pytest.param(
            "title: Big data processing",
            "title: '« Big data »'",
            id="typographic quotes between straight ones",
        ),
        pytest.param("country: IT", "country: NO", id="country: NO"),
        pytest.param("country: IT", 'country: "NO"', id="country quoted"),
        pytest.param("programme: KA131", "programme:", id="a field that holds nothing"),
    ],
)
def test_just_works(old: str, new: str) -> None:
    assert BASE.count(old) == 1
    assert judged(BASE.replace(old, new).encode())[1] == ()


def test_every_language_is_there() -> None:
    assert {"en", "fr", "es"} <= set(languages())


def test_every_code_is_explained() -> None:
    for rule in CATALOGUE.values():
        for lang in ("fr", "es"):
            speech = words(lang, store.lists())
            assert speech.text(rule.title) != rule.title, (rule.code, lang)
            assert speech.text(rule.why)
            assert speech.text(rule.fix)
