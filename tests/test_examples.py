"""The stories are silent; each broken example says, line by line, what is found in it."""

import re
from datetime import date
from pathlib import Path

import pytest

from mobctl import engine, store
from mobctl.rules import RULES

EXAMPLES = Path(__file__).parents[1] / "examples"
BROKEN = sorted((EXAMPLES / "broken").glob("*.yaml"))
assert BROKEN, "no example to check"
STORIES = sorted(config.parent.name for config in EXAMPLES.glob("*/mobctl.yaml"))
assert len(STORIES) == 6, "each story is a records repository of its own"
DAY = date(2026, 11, 24)


def lines_found(path: Path) -> set[tuple[int, str]]:
    [archive] = store.repositories(store.load([path]))
    settings = store.settings(archive, DAY)
    judged = engine.judge(store.sheets(archive), store.shapes(), RULES.values(), settings)
    file = archive.files[path.as_posix()]
    found = (file.refused,) if file.refused else judged[path.as_posix()].findings
    return {(file.span(finding).line, finding.code) for finding in found}


def marked(path: Path) -> set[tuple[int, str]]:
    """Read the marks in any encoding; where no comment can stand on the line, it says which line it means."""
    raw = path.read_bytes()
    text = (
        raw.decode("utf-16") if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else raw.decode("utf-8", "replace")
    )
    found = set()
    for number, line in enumerate(text.splitlines(), 1):
        for code, elsewhere in re.findall(r"# finds ([A-Z]{3}[0-9]{3})(?: at line ([0-9]+))?", line):
            found.add((int(elsewhere) if elsewhere else number, code))
    return found


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_broken(path: Path) -> None:
    assert marked(path)
    assert lines_found(path) == marked(path)


@pytest.mark.parametrize("folder", STORIES)
def test_story_is_silent(folder: str) -> None:
    [archive] = store.repositories(store.load([EXAMPLES / folder]))
    assert any(file.kind == "mobility" for file in archive.files.values())
    settings = store.settings(archive, DAY)
    judged = engine.judge(store.sheets(archive), store.shapes(), RULES.values(), settings)
    assert {name: each.findings for name, each in judged.items() if each.findings} == {}
    assert not [file.name for file in archive.files.values() if file.refused]
    codes = {skipped.code for each in judged.values() for skipped in each.not_checked}
    assert codes <= {"GEN103", "GEN106", "LA107"}, "all tables and institutions are there"
