"""Every rule, against the cases of its own file in tests/rules.

A case is a patch of a record (`given`), with the places of what is found (`expect`) and of what is still to do (`todo`). It
may have an earlier revision (`before`), other records (`beside`), a day (`as_of`), grading tables (`tables`), a school, a
protocol, a cohort and a list of charter holders (each `true`, or what is different of it), other whole files (`files`), and
numbers that a school sets (`numbers`); and it may say what the sentences say (`says`) and to which places besides they
point (`beside_it`).
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mobctl import engine, registry, store
from mobctl.engine import Sheet
from mobctl.finding import Finding, Judged, pointer_text
from mobctl.rules import ALL, CATALOGUE, RULES, files
from mobctl.store.reader import parse
from mobctl.words import words

HERE = Path(__file__).parent
BASE = parse((HERE / "records" / "base.mobility.yaml").read_bytes(), store.key_types()).data
TYPES = store.key_types()
CASES = {path.stem: parse(path.read_bytes(), TYPES).data for path in sorted((HERE / "rules").glob("*.yaml"))}
assert CASES, "no case found"
AS_OF = "2026-11-24"
ENGLISH = words("en", store.lists())


def table(id: str, scale: str, rows: list[tuple[str, str, int]], **more: Any) -> Sheet:
    grades = [{"from": low, "to": high, "count": Decimal(count)} for low, high, count in rows]
    more = {"grades": grades, **more}
    data = {
        "mobctl": "grading-table/1",
        "id": id,
        "scale": scale,
        "institution": "x",
        "isced_f": "0613",
        "period": {"from": "2023", "to": "2025"},
    }
    return Sheet("grading-table", {**data, **more})


# Half of the passing grades are 27 and better at the host; half are 14,01 and better at home. Fails count for nothing.
HOST = [("27", "30", 50), ("18", "26", 50), ("0", "17", 900)]
HOME = [("14,01", "20", 50), ("10", "14", 50), ("0", "9,9", 900)]
TABLES = {
    "host": table("host", "it-30", HOST),
    "home": table("home", "fr-20", HOME),
    # Three grades correspond to 27 and better at the host, two to less.
    "fine": table(
        "fine",
        "fr-20",
        [("18", "20", 10), ("16", "17,9", 20), ("14", "15,9", 20), ("12", "13,9", 30), ("10", "11,9", 20)],
    ),
    # Nobody was given the best grade of all.
    "never": table("never", "it-30", [("30", "30", 0), ("27", "29", 50), ("18", "26", 50)]),
    "short": table("short", "it-30", HOST, period={"from": "2025", "to": "2025"}),
    "two-years": table("two-years", "it-30", HOST, period={"from": "2024/2025", "to": "2025/2026"}),
    "months-24": table("months-24", "it-30", HOST, period={"from": "2024-01", "to": "2025-12"}),
    "months-23-autumn": table("months-23-autumn", "it-30", HOST, period={"from": "2024-09", "to": "2026-07"}),
    "months-23": table("months-23", "it-30", HOST, period={"from": "2024-01", "to": "2025-11"}),
    "yearless": table("yearless", "it-30", HOST, period=None),
    "fieldless": table("fieldless", "fr-20", HOME, isced_f=None),
    "of-course": table("of-course", "it-30", HOST, isced_f=None, course="INF-1"),
    "of-school": table("of-school", "fr-20", HOME, isced_f=None, whole_institution=True),
    "failures": table("failures", "it-30", HOST[2:]),
    "miscounted": table("miscounted", "it-30", HOST, stated_count=Decimal(999)),
    "own-mark": table(
        "own-mark",
        "house-scale",
        [("16", "20", 50), ("12", "15", 50), ("0", "11", 900)],
        pass_mark="12",  # noqa: S106  (no password)
    ),
    "unmarked": table("unmarked", "house-scale", HOME),
    # The best grade is the lowest number, and 4.0 the last that passes.
    "german": table("german", "de-5", [("1.0", "2.0", 50), ("2.1", "4.0", 50), ("4.1", "5.0", 900)]),
}
# Nobody's 25 and 26; 27 in two lines; grades in thirds, as German ones are; no line between a grade and several.
TABLES |= {
    "gap": table("gap", "it-30", [("27", "30", 50), ("18", "24", 50), ("0", "17", 900)]),
    "overlap": table("overlap", "it-30", [("27", "30", 50), ("18", "27", 50), ("0", "17", 900)]),
    "thirds": table(
        "thirds", "de-5", [("1.0", "1.3", 5), ("1.7", "2.0", 9), ("2.3", "3.0", 9), ("3.3", "4.0", 5)]
    ),
    "one-and-several": table("one-and-several", "it-30", [("30", "30", 50), ("18", "26", 50)]),
    "singles": table("singles", "it-30", [("30", "30", 50), ("27", "27", 50), ("18", "18", 5)]),
}
LETTERS = [{"grade": grade, "count": Decimal(count)} for grade, count in (("A", 50), ("B", 50), ("F", 900))]
TABLES["letters"] = table("letters", "ects-letters", [], grades=LETTERS)
SCHOOL = {
    "mobctl": "institution/2",
    "id": "valmont",
    "name": "École de Valmont",
    "country": "FR",
    "schac": "valmont.example",
}

COHORT = {
    "mobctl": "cohort/1",
    "id": "class-27",
    "institution": "valmont",
    "programme": "ingenieur-info",
    "graduation_year": "2027",
    "learners": [{"id": "20250001"}],
}
PROTOCOL = {
    "mobctl": "partner-agreement/1",
    "id": "valmont-torino",
    "kind": "iia",
    "parties": [
        {"name": "École de Valmont"},
        {"name": "Politecnico di Torino", "transcript_weeks": Decimal(3)},
    ],
}


LISTED = [
    {
        "erasmus_code": "F  VALMONT99",
        "pic": "900000001",
        "name": "ECOLE DE VALMONT",
        "country": "FR",
        "city": "VALMONT",
    },
    {
        "erasmus_code": "I  TORINO02",
        "pic": "900000002",
        "name": "POLITECNICO DI TORINO",
        "country": "IT",
        "city": "TORINO",
    },
    {
        "erasmus_code": "I  TORINO01",
        "pic": "900000003",
        "name": "UNIVERSITA DEI MONTI",
        "country": "IT",
        "city": "AOSTA",
    },
    {
        "erasmus_code": "B  GRENS07",
        "pic": "900000004",
        "name": "GRENSUNIVERSITEIT",
        "country": "NL",
        "city": "GRENS",
    },
]
"""The rows of a list of charter holders: its charters are those of 2021-2027."""


def charter_list(given: Any) -> Sheet:
    """A list of charter holders; a case says which rows are different in it, and what is different of the list."""
    patch = _patch(given)
    rows = [row for row in (merged(row, patch.get(row["erasmus_code"], {})) for row in LISTED) if row]
    empty = dict.fromkeys(registry.COLUMNS, "")
    texts = [
        {**empty, "row": str(number), "from": "2021-01-01", "to": "2029-12-31", **row}
        for number, row in enumerate(rows, 2)
    ]
    table = registry.table(registry.Holder(*(text[column] for column in registry.COLUMNS)) for text in texts)
    header = {
        "mobctl": "charter-list/1",
        "id": "eche-2021-2027",
        "date": "2026-04-08",
        "period": {"from": "2021", "to": "2027"},
        "file": "x.csv",
        "sha256": "0" * 64,
        "rows": Decimal(len(rows)),
    }
    return Sheet("charter-list", merged(header, patch.get("list", {})), table=patch.get("table", table))


def merged(base: Any, patch: Any) -> Any:
    """Merge as RFC 7396 does."""
    if not isinstance(patch, dict):
        return patch
    out = dict(base) if isinstance(base, dict) else {}
    for key, value in patch.items():
        if value is None:
            out.pop(key, None)
        else:
            out[key] = merged(out.get(key), value)
    return out


def _patch(given: Any) -> dict[str, Any]:
    """What a case says of a file beside its record: `true`, or what is different in it."""
    return given if isinstance(given, dict) else {}


def judged_in(code: str, case: dict[str, Any]) -> Judged:
    """Judge the record of a case by one rule."""
    before = merged(BASE, case["before"]) if "before" in case else None
    uncompared = None if case.get("new") else engine.NO_BASE
    sheets = {"this": Sheet("mobility", merged(BASE, case["given"]), before, uncompared)}
    sheets |= {  # the first before it in the alphabet, the second after it
        f"{'az'[n]} beside": Sheet("mobility", merged(BASE, patch))
        for n, patch in enumerate(case.get("beside", []))
    }
    if case.get("tables"):
        sheets |= {name: Sheet("grading-table", merged({}, sheet.data)) for name, sheet in TABLES.items()}
    if case.get("school"):
        sheets["school"] = Sheet("institution", merged(SCHOOL, _patch(case["school"])))
    if case.get("protocol"):
        sheets["protocol"] = Sheet("partner-agreement", merged(PROTOCOL, _patch(case["protocol"])))
    if "listed" in case:
        sheets["list"] = charter_list(case["listed"])
    for number, data in enumerate(case.get("files", [])):
        sheets[f"file {number}"] = Sheet(data["mobctl"].split("/")[0], data)
    if case.get("cohort"):
        sheets["cohort"] = Sheet("cohort", merged(COHORT, _patch(case["cohort"])))
    numbers = {tuple(key.split(".")): Decimal(amount) for key, amount in case.get("numbers", {}).items()}
    settings = engine.Settings(
        date.fromisoformat(case.get("as_of", AS_OF)),
        store.lists(),
        store.profiles(),
        numbers=numbers,
        default_profiles=tuple(case.get("profiles", ())),
    )
    return engine.judge(sheets, store.shapes(), [RULES[code]], settings)[case.get("judged", "this")]


@pytest.mark.parametrize(
    ("code", "case"),
    [pytest.param(code, case, id=f"{code}: {case['case']}") for code in CASES for case in CASES[code]],
)
def test_case(code: str, case: dict[str, Any]) -> None:
    judged = judged_in(code, case)
    found = [finding for finding in judged.findings if finding.code == code]
    others = [
        finding
        for finding in judged.findings
        if finding.code != code and not finding.code.startswith("SHP109")
    ]
    assert not others, others
    assert [pointer_text(finding.pointer) for finding in found] == case["expect"]
    assert [pointer_text(finding.pointer) for finding in judged.todo] == case.get("todo", [])
    said = [english(finding) for finding in (*found, *judged.todo)]
    assert all(any(each in text for text in said) for each in case.get("says", [])), said
    related = [pointer_text(each.pointer) for finding in found for each in finding.related]
    assert "beside_it" not in case or related == case["beside_it"]
    if "advised" in case:
        advice = {finding.advice is not None for finding in (*found, *judged.todo)}
        assert advice == {case["advised"] == "true"}, "advice of its own, instead of the rule's fix"
    assert {bool(finding.waived) for finding in found} <= {bool(case.get("waived"))}
    assert bool(judged.not_checked) == bool(case.get("not_checked"))
    actors = {finding.by for finding in (*found, *judged.todo)} - {None}
    assert actors <= set(store.lists()["signature-roles"].codes), "`by` is a code of signature-roles"


def english(finding: Finding) -> str:
    """What a finding says, and what it advises if it does."""
    return " ".join(ENGLISH.say(text) for text in (finding.message, finding.advice) if text)


@pytest.mark.parametrize("code", RULES)
def test_rule_is_whole(code: str) -> None:
    rule = RULES[code]
    assert rule.check is not None
    assert rule.check.__doc__
    assert rule.title[-1] != "."
    assert rule.why.endswith(".")
    assert rule.fix.endswith(".")
    assert rule.cites
    expected = [case["expect"] for case in CASES[code]]
    assert [] in expected, "show a record that passes"
    assert any(expected), "show a record that fails"


def test_cases_and_rules_are_the_same_set() -> None:
    assert set(CASES) == set(RULES)


def test_profiles_name_rules_and_numbers_that_exist() -> None:
    assert store.profiles()
    for profile in store.profiles().values():
        assert set(profile.severities) <= set(RULES)
        assert all(name in RULES[code].numbers for code, name in profile.numbers)
    named = {name for rule in RULES.values() for name in rule.profiles}
    assert named == set(store.profiles()), "a profile that no rule names would change nothing"


def test_codes_are_unique() -> None:
    codes = [rule.code for rule in (*ALL, *files.FILE_RULES)]
    assert len(codes) == len(set(codes)) == len(CATALOGUE)


def test_slugs_are_unique() -> None:
    slugs = [rule.slug for rule in CATALOGUE.values()]
    assert len(slugs) == len(set(slugs))


def test_severities_profiles_and_numbers_change_only_on_purpose(golden: Callable[[str, str], None]) -> None:
    lines = []
    for rule in CATALOGUE.values():
        profiles = store.profiles().values()
        raised = sorted(
            f"{p.id}: {p.severities[rule.code].name.lower()}" for p in profiles if rule.code in p.severities
        )
        marks = [name for name in ("clock", "waivable") if getattr(rule, name)]
        numbers = [f"{name}={number.value} {number.unit}" for name, number in rule.numbers.items()]
        parts = [
            rule.severity.name.lower(),
            *raised,
            *sorted(rule.profiles),
            *marks,
            *numbers,
            rule.cites[0].source.key,
        ]
        lines.append(f"- {rule.code} {rule.slug}: {', '.join(parts)}\n")
    golden("rules.md", "".join(lines))


def test_the_sound_record_is_the_base_and_what_a_school_adds() -> None:
    base, sound = (
        (HERE / "records" / f"{name}.mobility.yaml").read_text(encoding="utf-8") for name in ("base", "sound")
    )
    assert sound.startswith(base), "the rules are tried on the one, the commands on the other"
