"""Records as an office has them on its desk: all that is found and to do is what a colleague would say.

Each file of tests/lifelike says of the folder of its name what is found on a day, line by line, what is to do until when
and by whom, and which rules that do not exist yet will have something to say: they name themselves when they come.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mobctl import engine, store
from mobctl.finding import Finding
from mobctl.rules import RULES
from mobctl.store.reader import parse

HERE = Path(__file__).parent / "lifelike"
EXPECTED: dict[str, Any] = {
    path.stem: parse(path.read_bytes(), store.key_types()).data for path in sorted(HERE.glob("*.yaml"))
}
assert EXPECTED, "no record to look at"
assert set(EXPECTED) == {path.name for path in HERE.iterdir() if path.is_dir()}
BASELESS = {"GEN103", "GEN106", "LA107", "PRT011"}
"""The rules that compare with an earlier revision or with the published list of institutions, which are not there."""


def row(file: store.File, finding: Finding) -> dict[str, Any]:
    """Write a finding as the files of tests/lifelike do: where nothing is, there is no key."""
    text = (file.document.text if file.document else "").splitlines()[file.span(finding).line - 1]
    shown = {
        "file": Path(file.name).name.split(".")[0],
        "code": finding.code,
        "severity": finding.severity.name.lower(),
        "line": text.strip(),
        "due": finding.due.isoformat() if finding.due else None,
        "by": finding.by,
        "waived": "true" if finding.waived else None,
    }
    return {key: value for key, value in shown.items() if value is not None}


def differs(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> list[Any]:
    """Pair what is found with what is expected; a line is named by how it begins, a severity only where it matters."""
    open_ = list(expected)
    extra: list[Any] = []
    for each in found:
        match = next((e for e in open_ if _same(each, e)), None)
        if match is None:
            extra.append(("found", each))
        else:
            open_.remove(match)
    return extra + [("missing", each) for each in open_]


def _same(found: dict[str, Any], expected: dict[str, Any]) -> bool:
    free = {key for key in ("severity",) if key not in expected}
    keys = (set(found) | set(expected)) - {"line"} - free
    return found["line"].startswith(expected["line"]) and all(
        found.get(key) == expected.get(key) for key in keys
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_lifelike(name: str) -> None:
    expected = EXPECTED[name]
    archive = store.load([HERE / name])
    [part] = store.repositories(archive)
    judged = engine.judge(
        store.sheets(part),
        store.shapes(),
        RULES.values(),
        store.settings(part, date.fromisoformat(expected["as_of"])),
    )
    files = {name: file for name, file in part.files.items() if file.kind == "mobility"}
    assert files
    assert not [file.name for file in part.files.values() if file.refused]
    now = [row(file, finding) for name, file in files.items() for finding in judged[name].findings]
    later = [row(file, finding) for name, file in files.items() for finding in judged[name].todo]
    assert differs(now, expected["findings"]) == []
    assert differs(later, expected["todo"]) == []
    skipped = {each.code for name in files for each in judged[name].not_checked}
    assert skipped <= BASELESS, "nothing else is left unchecked"
    unexpected = [e["code"] for e in expected["findings"] if e.get("severity") == "error" and name != "late"]
    assert not unexpected, "a record with nothing wrong has no error"


@pytest.mark.parametrize("name", EXPECTED)
def test_rules_to_come_are_not_there_yet(name: str) -> None:
    there = sorted(set(EXPECTED[name]["later"]) & set(RULES))
    assert not there, "say in findings, todo, or by its silence what the rule makes of these records"


def test_a_difference_is_seen() -> None:
    found = [{"file": "a", "code": "LA009", "severity": "error", "line": "signatures:", "due": "2027-01-31"}]
    same = [{"file": "a", "code": "LA009", "line": "signatures:", "due": "2027-01-31"}]
    assert differs(found, same) == []
    assert differs(found, [{**same[0], "due": "2027-02-01"}])
    assert differs(found, [{**same[0], "line": "studied:"}])
    assert differs(found, [{**same[0], "severity": "warning"}])
    assert differs(found, [])
    assert differs([], same)
