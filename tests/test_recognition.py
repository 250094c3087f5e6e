"""The recognition report of hard cases: what a reader at another university finds on it, in every language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from recognitions import HARD, VIEWS, record, view
from views import faults

from mobctl import press, store
from mobctl.documents import KINDS, with_appeal
from mobctl.documents.view import RecognitionReport
from mobctl.render import FORMATS, compose, fingerprint, locale
from mobctl.rules import RULES
from mobctl.words import words

REPORT = KINDS["recognition-report"]
LANGUAGES = ("en", "fr", "es")


def spoken(lang: str) -> Any:
    return press.speech(words(lang, store.lists()))


def markdown(shown: Mapping[str, Any], lang: str = "en") -> str:
    made = compose(REPORT.name, shown, speech=spoken(lang))
    return FORMATS["md"].write(made).decode().replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("name", VIEWS)
def test_every_key_of_a_view_is_there(name: str) -> None:
    assert faults(VIEWS[name], RecognitionReport) == []
    assert REPORT.lacking(record()) == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_text(lang: str, golden: Callable[[str, str], None]) -> None:
    made = compose(REPORT.name, VIEWS["recognition"], speech=spoken(lang))
    golden(f"documents/recognition.{lang}.md", FORMATS["md"].write(made).decode())


SAID = {
    "planned, obtained, recognised, to be caught up": ["| **30** | **27** | **26** | **2** |"],
    "what is still to be caught up, and what was": [
        "**To be caught up**: 2 (S8-LV)",
        "Credits caught up: 2. Still to be caught up: 2.",
        "| Génie logiciel<br>S8-GL | 2 | 16 March 2026 | École de Valmont<br>France | oral examination | passed |",
        "| Langue<br>S8-LV | 2 | June 2026 | École de Valmont<br>France | resit session | planned |",
    ],
    "blocks with both sides and subtotals": [
        "| **1** | Computer architectures<br>02LSE | 27<br>out of 30 | 10 | Advanced computing<br>S8-INFO | **14**<br>out of 20 | 16 | recognised |",
        "| **Total** |  | **16** | **Recognised in full** |  | **16** |",
        "| **Total** |  | **6** | **Recognised in part**<br>fewer credits than agreed: 6 of 8 credits were awarded. |  | **6**<br>of 8 |",
        "| **4** |  |  |  | Langue<br>S8-LV |  | 0<br>of 2 | to be made up |",
    ],
    "what was tried twice abroad": ["Software engineering<br>failed | 15<br>out of 30 | 0", "Software engineering | 19<br>out of 30 | 6"],
    "other credits, and how they are counted": ["Ethics online<br>2 US credit hours<br>virtual component (table C)", "1 credit = 2 ECTS credits"],
    "how a grade was converted": [
        "27 · 24<br>out of 30 | **14**<br>out of 20 | by the ECTS grade distributions of both institutions<br>torino-0613, valmont-0613<br>of the grades that correspond, the highest | Jury S8<br>9 March 2026",
        "Turin Polytechnic<br>torino-0613",
        "grades of 2023 to 2025<br>published on 15 October 2025",
        "30L: 40 · 30: 110 · **24 – 29: 400** · 18 – 23: 450<br>1000 passing grades in all",
    ],
    "what has no equivalent": ["**validé** | passed, without a grade<br>Not convertible: no table is published.", "recognised<br>without a grade"],
    "what the grades mean": ["out of 30\\\n  best grade 30L, lowest 0, pass mark 18", "out of 20\\\n  best grade 20, lowest 0, pass mark 10", "30L is with honours."],
    "which agreement, who signed it when": [
        "Learning agreement with amendment 1, in force from 9 October 2025",
        "**First version**: in force from 12 June 2025\\\n  Learner: Léa Martin, 3 June 2025 · Home institution: Paul Durand, 4 June 2025 · Host institution: Anna Rossi, 12 June 2025",
        "**Not used**: amendment 2, which not all had approved on the last day of the stay",
    ],
    "on what terms": ["What the agreement says is recognised without further conditions.", "Resit at home in June."],
    "exceptions and waivers: who, why, until when": [
        "Tables A and B differ by 2 ECTS credits<br>Langue | No course abroad fits S8-LV. | Learning agreement, first version<br>Learner: Léa Martin, 3 June 2025",
        "Departure from the rule CHG103: A change that was asked for is agreed by all within two weeks<br>Amendment 1 | The host was closed. | Mobility committee<br>3 November 2025 | 31 December 2026",
        "Software engineering | The host teaches by year. | Mobility committee<br>3 November 2025 | no limit",
    ],
    "what the check says, of what, as of when, by which rules": [
        "As of 18 March 2026, by the rules of: Every mobility · Erasmus+ higher education, studies · Engineering schools (CTI).",
        "| GEN113 | error | **Amendment 2**<br>This change is neither signed by all nor withdrawn, and the recognition is decided. |",
        "| TOR001 | error | **Sport**<br>This line belongs to no course of the agreement. |",
    ],
    "what was not checked, and why": ["LA107, What all three parties signed stays as it was signed: there is no earlier revision of the record to compare it with"],
    "who decided, when, how, since when all was there": ["10 March 2026 · Jury S8 · PV-2026-03-10\\\n  by the board of examiners\\\n  All was there on 24 February 2026"],
    "what came of the length of studies": ["The mobility does not lengthen the studies."],
    "how to contest it, and whom to ask": ["An appeal within two months.", "Sylvie Roche, Scolarité\\\n  `roche@valmont.example`"],
    "of whom, and of which studies": ["**Study cycle**: EQF level 7", "0613 – Software and applications development and analysis", "**Main language of instruction**: Italian", "`https://polito.example/catalogue`", "F VALMONT99", "I TORINO02", "PIC 912345678", "SCHAC polito.it", "https://valmont.example"],
    "the transcript that it rests on": ["no. POLITO-9 of 19 February 2026\\\n  Received on 23 February 2026"],
    "what counts for nothing": ["| Sport | idoneo<br>pass or fail | 1 | more credits than agreed |"],
    "what the words mean": ["Recognised: the component of the home programme is obtained by what was done abroad"],
}  # fmt: skip


@pytest.mark.parametrize("what", SAID)
def test_a_reader_elsewhere_needs_nothing_else(what: str) -> None:
    text = markdown(with_appeal(VIEWS["recognition"], "An appeal within two months."))
    assert [each for each in SAID[what] if each not in text] == []


def test_a_sum_of_many_parts_is_left_to_the_table() -> None:
    text = markdown(VIEWS["recognition-many"])
    assert "**Completed (results)**: 25 components, in the table below" in text
    assert "Course number 24" in text
    assert "without a grade" not in text, "where there was none abroad either"
    assert "No grade was converted." in text


TABLE = "A grade is converted by its place among the grades that both institutions published"


@pytest.mark.parametrize("method", ["institutional-table", "pass-only"])
def test_nothing_is_said_of_distributions_where_none_was_used(method: str) -> None:
    blocks = HARD["recognition"]["blocks"]
    [first] = blocks[0]["to"]
    grade = {"value": "14", "scale": "fr-20", "method": method, "date": "2026-03-09"}
    changed = [{**blocks[0], "to": [{**first, "grade": grade}]}, *blocks[1:]]
    text = markdown(view({"recognition": {"blocks": changed}}))
    assert TABLE not in text
    assert "The original grades stay in force beside what they count for here." in text
    assert TABLE in markdown(VIEWS["recognition"])


def test_a_report_does_not_change_with_the_calendar_alone() -> None:
    """What falls due after its day is no finding of it: else a signed report would be a draft again one morning."""
    days = [date(2026, 3, 18), date(2026, 3, 20), date(2026, 11, 24), date(2028, 1, 1)]
    made = {fingerprint(REPORT.view(record(on=day, rules=RULES.values()))) for day in days}
    assert len(made) == 1
    later = {"documents": None}
    assert len({fingerprint(REPORT.view(record(later, on=day))) for day in days}) == len(days)


def test_html_has_the_same_text() -> None:
    made = compose(REPORT.name, VIEWS["recognition"], speech=spoken("fr"))
    page = FORMATS["html"].write(made).decode()
    assert page.count("<h1") == 1
    assert "Notes suffisantes attribuées" in page


@pytest.mark.parametrize(
    ("count", "en", "fr", "es"),
    [
        ("0", "credits", "crédit", "créditos"),
        ("0.5", "credits", "crédit", "créditos"),
        ("1", "credit", "crédit", "crédito"),
        ("1.0", "credit", "crédit", "crédito"),
        ("1.5", "credits", "crédit", "créditos"),
        ("2", "credits", "crédits", "créditos"),
        ("2.5", "credits", "crédits", "créditos"),
        ("9" * 40, "credits", "crédits", "créditos"),
        ("{x}", "credits", "crédits", "créditos"),
    ],
)
def test_a_count_has_its_number(count: str, en: str, fr: str, es: str) -> None:
    """French says 1,5 crédit, and so with nothing; the others only with one."""
    for lang, noun in (("en", en), ("fr", fr), ("es", es)):
        number = locale.plural_of(count, lang)
        said = spoken(lang).plural("{credits} ECTS credit", "{credits} ECTS credits", number)
        assert noun in said.split(), (lang, said)


def test_one_credit_on_the_page() -> None:
    exceptions = [{"credits": 1, "reason": "No course fits.", "agreed_by": ["learner", "home", "host"]}]
    shown = view({"agreement": {"exceptions": exceptions}})
    assert "Tables A and B differ by 1 ECTS credit |" in markdown(shown)
    assert "Écart de 1 crédit ECTS entre les tableaux A et B |" in markdown(shown, "fr")
