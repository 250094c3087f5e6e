"""The code lists: whole, named in three languages, equal to the schemas and to the facts of their issuers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from editor_schemas import source_files

from mobctl import store
from mobctl.codes import CodeList, code_list, time_zones, wrong_time_zone
from mobctl.documents.record import LEARNERS
from mobctl.resources import root
from mobctl.store import shipped
from mobctl.store.reader import parse

FILES = sorted((root() / "schemas" / "codelists").glob("*.yaml"))
DATA: dict[str, Any] = {path.stem: parse(path.read_bytes(), store.key_types()).data for path in FILES}
LISTS = {name: code_list(data) for name, data in DATA.items()}
LANGUAGES = {"en", "fr", "es"}
KEYS = {"codelist", "title", "issuer", "edition", "read", "url", "note", "codes"}
ROW_KEYS = {"code", "label", "aliases"}
MORE_KEYS = {
    "countries": {"groups", "time_zone"},
    "reasons": {"action"},
    "scales": {
        "kind", "lowest", "highest", "pass", "decimals", "better", "extra", "best_to_worst", "name",
    },
}  # fmt: skip
# Lists that no field names: they back a format, a scale, or the labels of a document.
WITHOUT_FIELD = {
    "countries", "cycles", "languages", "isced-f", "cefr", "eqf", "scales", "severities", "signatories",
}  # fmt: skip
ISCED_FACTS = Path(__file__).parents[2] / "shared" / "data" / "isced_f" / "isced_f_2013.json"
TODAY = date(2026, 11, 25)

every_list = pytest.mark.parametrize("name", DATA)


def named(node: Any) -> Iterator[tuple[str, list[str] | None]]:
    """Walk a schema: each list that a node names, with the codes that the node allows."""
    if isinstance(node, dict):
        if "x-codelist" in node:
            yield node["x-codelist"], node.get("enum")
        for value in node.values():
            yield from named(value)
    elif isinstance(node, list):
        for value in node:
            yield from named(value)


FIELDS = [pair for path in source_files() for pair in named(json.loads(path.read_text(encoding="utf-8")))]


def members(group: str, on: date = TODAY) -> set[str]:
    return {code for code in LISTS["countries"].codes if LISTS["countries"].group(code, group, on)}


def names(entry: dict[str, Any]) -> Iterator[dict[str, str]]:
    yield from (entry[key] for key in ("title", "label", "name") if key in entry)


def test_a_list_is_called_as_its_file() -> None:
    assert [path.stem for path in FILES] == [data["codelist"] for data in DATA.values()]
    assert set(store.lists()) == set(DATA)


@every_list
def test_a_list_says_where_it_comes_from(name: str) -> None:
    data = DATA[name]
    assert {"issuer", "edition", "read", "title"} <= set(data) <= KEYS
    assert len(data["issuer"]) > 2
    assert data["edition"] not in {"", "x"}
    assert date.fromisoformat(data["read"]) >= date(2026, 11, 25)
    assert data.get("url", "https://").startswith("https://")
    assert data.get("note", "N.").endswith(".")


@every_list
def test_everything_is_named_in_three_languages(name: str) -> None:
    for entry in [DATA[name], *DATA[name]["codes"]]:
        for texts in names(entry):
            assert set(texts) == LANGUAGES, entry
            assert all(text and text == text.strip() for text in texts.values()), entry
    assert all("label" in row for row in DATA[name]["codes"])


@every_list
def test_names_have_typographic_signs(name: str) -> None:
    for entry in [DATA[name], *DATA[name]["codes"]]:
        for texts in names(entry):
            assert not [text for text in texts.values() if re.search(r"['\"]|\.\.\.|  ", text)], entry


@every_list
def test_rows_have_no_other_keys(name: str) -> None:
    for row in DATA[name]["codes"]:
        assert set(row) <= ROW_KEYS | MORE_KEYS.get(name, set()), row


@every_list
def test_codes_and_aliases_are_unique(name: str) -> None:
    rows = DATA[name]["codes"]
    used = [row["code"] for row in rows] + [alias for row in rows for alias in row.get("aliases", ())]
    assert len({text.casefold() for text in used}) == len(used)


@every_list
def test_every_code_is_found_by_itself_in_another_case(name: str) -> None:
    """No name and no alias leads from one code to another."""
    found = {code: LISTS[name].nearest(code.swapcase()) for code in LISTS[name].codes}
    assert {code: near for code, near in found.items() if near != code} == {}


@every_list
def test_a_name_leads_to_a_code_of_that_name(name: str) -> None:
    for row in DATA[name]["codes"]:
        for lang, text in row.get("name", row["label"]).items():
            near = LISTS[name].nearest(text)
            assert near is not None, text
            found = LISTS[name].codes[near]
            assert text in {found.get("name", found["label"])[lang] for lang in LANGUAGES}, (row, lang)


@pytest.mark.parametrize("name", sorted({name for name, enum in FIELDS if enum}))
def test_a_closed_list_is_what_the_schemas_allow(name: str) -> None:
    for enum in (enum for field, enum in FIELDS if field == name):
        assert list(LISTS[name].codes) == enum


def test_every_list_is_of_a_field_or_known_to_have_none() -> None:
    assert {name for name, _ in FIELDS} | WITHOUT_FIELD == set(DATA)


def test_a_heading_is_there_for_every_role() -> None:
    roles = list(LISTS["signature-roles"].codes)
    assert list(LISTS["signatories"].codes) == [*roles, *LEARNERS]


def test_severities_are_those_of_findings() -> None:
    assert set(LISTS["severities"].codes) == set(shipped.SEVERITIES)


@pytest.mark.parametrize(
    ("name", "form", "count"),
    [
        ("countries", r"[A-Z]{2}", 249 + 1),
        ("languages", r"[a-z]{2}", 183),
        ("isced-f", r"[0-9]{2,4}", 220),
        ("cefr", r"[ABC][12]|native", 7),
        ("eqf", r"[1-8]", 8),
    ],
)
def test_published_lists_are_whole(name: str, form: str, count: int) -> None:
    codes = LISTS[name].codes
    assert [code for code in codes if not re.fullmatch(form, code)] == []
    assert len(codes) == count


def test_kosovo_has_a_code_and_other_unofficial_ones_are_out() -> None:
    assert "XK" in LISTS["countries"].codes
    assert not {"AC", "CP", "CQ", "DG", "EA", "IC", "TA", "UK", "EL", "EU"} & set(LISTS["countries"].codes)
    assert "XK" in DATA["countries"]["note"]


@pytest.mark.parametrize(
    ("group", "count"), [("EU", 27), ("EEA", 30), ("EFTA", 4), ("EHEA", 49), ("ERASMUS", 3)]
)
def test_members_of_today(group: str, count: int) -> None:
    assert len(members(group)) == count


def test_the_programme_has_schools_in_the_eea_and_in_other_countries() -> None:
    assert members("ERASMUS") == {"MK", "RS", "TR"}
    assert not members("ERASMUS") & members("EEA")


def test_the_eea_is_the_eu_and_efta_without_switzerland() -> None:
    assert members("EEA") == members("EU") | members("EFTA") - {"CH"}


@pytest.mark.parametrize(
    ("year", "count"),
    [(1957, 0), (1958, 6), (1973, 9), (1981, 10), (1986, 12), (1995, 15), (2005, 25), (2007, 27), (2014, 28)],
)
def test_the_eu_grew(year: int, count: int) -> None:
    assert len(members("EU", date(year, 1, 2))) == count


@pytest.mark.parametrize(
    ("year", "count"),
    [
        (1998, 0),
        (1999, 29),
        (2001, 33),
        (2003, 40),
        (2005, 45),
        (2007, 46),
        (2010, 47),
        (2015, 48),
        (2020, 49),
    ],
)
def test_the_ehea_grew(year: int, count: int) -> None:
    assert len(members("EHEA", date(year, 12, 31))) == count


@pytest.mark.parametrize(
    ("code", "group", "on", "inside"),
    [
        ("GB", "EU", date(1972, 12, 31), False),
        ("GB", "EU", date(2020, 1, 31), True),
        ("GB", "EU", date(2020, 2, 1), False),
        ("GB", "EEA", date(2020, 2, 1), False),
        ("GB", "EHEA", TODAY, True),
        ("HR", "EU", date(2013, 6, 30), False),
        ("HR", "EU", date(2013, 7, 1), True),
        ("HR", "EEA", date(2014, 4, 11), False),
        ("HR", "EEA", date(2014, 4, 12), True),
        ("LI", "EEA", date(1995, 4, 30), False),
        ("BY", "EHEA", TODAY, True),
        ("XK", "EHEA", TODAY, False),
        ("CH", "EEA", TODAY, False),
        ("RS", "ERASMUS", date(2018, 12, 31), False),
        ("RS", "ERASMUS", date(2019, 1, 1), True),
        ("CH", "ERASMUS", TODAY, False),
        ("FR", "NATO", TODAY, False),
        ("??", "EU", TODAY, False),
    ],
)
def test_membership_on_a_day(code: str, group: str, on: date, inside: bool) -> None:  # noqa: FBT001
    assert LISTS["countries"].group(code, group, on) is inside


def test_a_country_can_come_back_to_a_group() -> None:
    groups = [
        {"group": "G", "since": "2000-01-01", "until": "2001-12-31"},
        {"group": "G", "since": "2005-01-01"},
    ]
    back = CodeList("countries", "x", "x", {"AA": {"code": "AA", "groups": groups}}, {})
    years = (1999, 2001, 2003, 2006)
    assert [back.group("AA", "G", date(year, 6, 1)) for year in years] == [False, True, False, True]


@pytest.mark.skipif(not ISCED_FACTS.exists(), reason="the facts of ISCED-F lie beside the repository only")
def test_fields_are_those_of_isced_f_2013() -> None:
    facts = json.loads(ISCED_FACTS.read_text(encoding="utf-8"))
    assert {code: row["label"]["en"] for code, row in LISTS["isced-f"].codes.items()} == {
        code: names["en"] for code, names in facts.items()
    }


def test_fields_are_a_tree() -> None:
    codes = set(LISTS["isced-f"].codes)
    assert {code for code in codes if len(code) > 2 and code[:-1] not in codes} == set()


def test_french_and_spanish_fields_are_translated() -> None:
    """Names such as Arts or Agriculture are the same in two languages; no long one is."""
    for row in LISTS["isced-f"].codes.values():
        for lang in ("fr", "es"):
            same = row["label"][lang] == row["label"]["en"]
            assert not same or " " not in row["label"]["en"], row


def test_three_reasons_delete_and_three_insert() -> None:
    actions = [row["action"] for row in LISTS["reasons"].codes.values()]
    assert actions == ["deleted"] * 3 + ["inserted"] * 3


def test_scales_can_be_computed_with() -> None:
    for row in LISTS["scales"].codes.values():
        if row["kind"] == "labels":
            assert row["pass"] in row["best_to_worst"], row
        else:
            low, mark, high = (float(row[key]) for key in ("lowest", "pass", "highest"))
            assert low < mark < high, row
            assert row["better"] in {"higher", "lower"}, row
            assert row["decimals"] in {"0", "1", "2"}, row


def test_the_label_of_a_scale_fits_under_a_grade() -> None:
    for row in LISTS["scales"].codes.values():
        assert max(map(len, row["label"].values())) <= 26, row


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("countries", "Italie", "IT"),
        ("countries", "Italy", "IT"),
        ("countries", "italia", "IT"),
        ("countries", "TURKIYE", "TR"),
        ("countries", "Espana", "ES"),
        ("countries", "Pays Bas", "NL"),
        ("countries", "Cote d'Ivoire", "CI"),
        ("countries", "République tchèque", "CZ"),
        ("countries", "UK", "GB"),
        ("countries", "el", "GR"),
        ("countries", "AUS", "AU"),
        ("countries", "AUT", "AT"),
        ("countries", "SF", "FI"),
        ("countries", "fr", "FR"),
        ("countries", "XX", None),
        ("countries", "Atlantis", None),
        ("countries", "", None),
        ("languages", "italiano", "it"),
        ("languages", "Grec", "el"),
        ("languages", "gr", "el"),
        ("languages", "fra", "fr"),
        ("isced-f", "Psychologie", "0313"),
        ("isced-f", "Law", "0421"),
        ("isced-f", "613", "0613"),
        ("reasons", "NOT_AVAILABLE", "not-available"),
        ("reasons", "conflit d’emploi du temps", "timetable-conflict"),
        ("reasons", "timetable-conflit", "timetable-conflict"),
        ("reasons", "bored", None),
        ("credit-schemes", "ECTS", "ects"),
        ("scales", "out of 20", None),
        ("scales", "Italian scale, 0 to 30 e lode", "it-30"),
    ],
)
def test_nearest(name: str, text: str, code: str | None) -> None:
    assert LISTS[name].nearest(text) == code


def test_a_name_goes_before_an_alias_and_an_alias_before_a_look() -> None:
    rows = {"ab": {"label": {"en": "Bc"}}, "cd": {"label": {"en": "Something"}}, "bce": {}}
    both = CodeList("x", "x", "x", rows, {"bc": "cd", "bcf": "cd"})
    assert [both.nearest(text) for text in ("bc", "bcf", "bceg")] == ["ab", "cd", "bce"]


@pytest.mark.parametrize(
    ("code", "lang", "label"), [("DE", "fr", "Allemagne"), ("DE", "it", "Germany"), ("ZZ", "fr", "ZZ")]
)
def test_a_label_falls_back_to_english_and_to_the_code(code: str, lang: str, label: str) -> None:
    assert LISTS["countries"].label(code, lang) == label


def test_time_zones_are_those_of_the_database() -> None:
    zones = {code: row["time_zone"] for code, row in LISTS["countries"].codes.items() if "time_zone" in row}
    assert set(zones.values()) <= time_zones()
    assert zones["FR"] == "Europe/Paris"
    assert not {"ES", "PT", "CA", "US", "BR"} & set(zones), (
        "several times in one country: the school has to say"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Europe/Paris", ""),
        ("America/Toronto", ""),
        ("Europe/Pari", "Did you mean {near}?"),
        ("Qwxyz", "Example: {example}"),
        ("", "Example: {example}"),
    ],
)
def test_a_time_zone_has_a_name(text: str, said: str) -> None:
    wrong = wrong_time_zone(text)
    assert (wrong is None) == (not said)
    assert wrong is None or said in wrong.id
