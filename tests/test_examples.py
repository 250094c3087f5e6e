"""The stories are silent; each broken example says, line by line, what is found in it, and is silent once mended."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from mobctl import engine, examples, store
from mobctl.finding import Judged
from mobctl.model import Mobility
from mobctl.rules import CATALOGUE

EXAMPLES = Path(__file__).parents[1] / "examples"
BROKEN = sorted((EXAMPLES / "broken").glob("*.yaml"))
assert BROKEN, "no example to check"
OF_RULES = sorted((EXAMPLES / "broken" / "rules").iterdir())
STORIES = sorted(config.parent.name for config in EXAMPLES.glob("*/mobctl.yaml"))
assert len(STORIES) == 9, "each story is a records repository of its own"
DAY = date(2026, 11, 24)

NEVER = {
    "BUG001": "no record is wrong when a rule of ours fails",
    "YML199": "the last resort for what the reader has no words for: nothing is known that leads there",
    "FIL105": "a file of more than 1 MiB is too much to show",
}
"""Codes that have no example, and why."""

Files = Mapping[str, str]
Place = tuple[str, int, str]


def code_of(example: Path) -> str:
    return example.name.split(".")[0]


def texts(example: Path) -> dict[str, str]:
    """The files of an example by name: itself, or all that a folder holds."""
    paths = [example] if example.is_file() else sorted(example.rglob("*.yaml"))
    base = example.parent if example.is_file() else example
    return {path.relative_to(base).as_posix(): examples.decoded(path.read_bytes()) for path in paths}


def marked(files: Files) -> set[Place]:
    return {(name, line, code) for name, text in files.items() for line, code in examples.marked(text)}


def judged(folder: Path, files: Files, before: Files) -> tuple[dict[str, Judged], set[Place], list[Mobility]]:
    """Judge files by the day that they name; `before` is what they were at an earlier revision."""
    day = next((day for day in map(examples.day, files.values()) if day), DAY)
    [archive] = store.repositories(store.load([folder / name for name in files]))
    earlier = {(folder / name).as_posix(): text.encode() for name, text in before.items()}
    sheets = store.sheets(archive, store.Earlier(earlier) if before else None)
    settings = store.settings(archive, day)
    each = engine.judge(sheets, store.shapes(), CATALOGUE.values(), settings)
    found = set()
    for name, file in archive.files.items():
        findings = (file.refused,) if file.refused else each[name].findings if name in each else ()
        short = Path(name).relative_to(folder).as_posix()
        found |= {(short, file.span(f).line, f.code) for f in findings if not f.waived}
    read = engine.models(sheets, store.shapes(), store.lists()).values()
    return each, found, [model for model in read if isinstance(model, Mobility)]


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_broken(path: Path) -> None:
    wanted = marked(texts(path))
    assert wanted
    assert judged(path.parent, texts(path), {})[1] == wanted


@pytest.mark.parametrize("example", OF_RULES, ids=code_of)
def test_an_example_fails_where_it_says_and_passes_once_mended(example: Path, tmp_path: Path) -> None:
    files, code = texts(example), code_of(example)
    wanted = marked(files)
    assert code in {found for _, _, found in wanted}, f"no line is marked: # finds {code} (why)"
    assert not [text for text in files.values() if re.search(r"^[ \t]+#:", text, re.MULTILINE)], (
        "`#:` stands at the beginning of the line"
    )
    rule = CATALOGUE[code]
    right = {name: examples.mended(text) for name, text in files.items()}
    before = right if "base" in rule.needs else {}
    folder = example.parent if example.is_file() else example
    assert judged(folder, files, before)[1] == wanted
    for name, text in right.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())
    for path in example.rglob("*.csv"):  # the table beside a list of charter holders
        (tmp_path / path.name).write_bytes(path.read_bytes())
    each, found, records = judged(tmp_path, right, before)
    assert found == set(), "the mended version"
    assert {s.code for one in each.values() for s in one.not_checked} & {code, "*"} == set()
    if rule.check is not None:
        day = next((day for day in map(examples.day, files.values()) if day), DAY)
        assert any(rule.when.holds(record, day) for record in records), (
            "mended, and still what the rule is about"
        )


@pytest.mark.parametrize("example", OF_RULES, ids=code_of)
@pytest.mark.parametrize("passing", [False, True], ids=["fails", "passes"])
def test_an_example_can_be_shown(example: Path, *, passing: bool) -> None:
    """What is shown of it is short, has no marks left, and is what the two versions differ in."""
    shown = [examples.excerpt(text, passing=passing) for text in texts(example).values()]
    lines = [line for part in shown for line in part if line]
    assert len(lines) <= 40
    assert lines or (code_of(example) == "FIL104" and not passing), "only a file of nothing shows nothing"
    assert not [line.text for line in lines if re.search("# finds|#:|# -$", line.text)]
    assert passing or not lines or any(line.told for line in lines)


def test_every_rule_has_an_example() -> None:
    shown = {code_of(example) for example in OF_RULES}
    assert shown <= CATALOGUE.keys()
    assert CATALOGUE.keys() - shown - NEVER.keys() == set(), "write examples/broken/rules/CODE.mobility.yaml"


@pytest.mark.parametrize("folder", STORIES)
def test_story_is_silent(folder: str) -> None:
    [archive] = store.repositories(store.load([EXAMPLES / folder]))
    assert any(file.kind == "mobility" for file in archive.files.values())
    settings = store.settings(archive, DAY)
    judged = engine.judge(store.sheets(archive), store.shapes(), CATALOGUE.values(), settings)
    assert {name: each.findings for name, each in judged.items() if each.findings} == {}
    assert not [file.name for file in archive.files.values() if file.refused]
    codes = {skipped.code for each in judged.values() for skipped in each.not_checked}
    # PRT011 asks for the Commission's list, and the institutions of the stories are invented.
    assert codes <= {"GEN103", "GEN106", "LA107", "PRT011"}, "all tables and institutions are there"


TEXT = """\
# as of 2026-10-01
mobctl: mobility/1
id: x
period:
  planned: {start: 2026-09-01}
  actual:
    end: 2026-02-01   # finds GEN101 (before the start)
#:     end: 2027-02-01
# a remark
agreement:
  signatures:
  - role: learner
    date: 2026-13-01   # -
#:
    how: paper
host: {name: x}   # finds LA102 (also)
# finds SHP101 at line 3 (where no comment can stand)
"""


def test_what_an_example_says() -> None:
    assert examples.day(TEXT) == date(2026, 10, 1)
    assert examples.day("mobctl: mobility/1\n") is None
    assert examples.marked(TEXT) == {(7, "GEN101"), (16, "LA102"), (3, "SHP101")}
    assert (
        examples.mended(TEXT)
        == """\
# as of 2026-10-01
mobctl: mobility/1
id: x
period:
  planned: {start: 2026-09-01}
  actual:
    end: 2027-02-01
# a remark
agreement:
  signatures:
  - role: learner
    how: paper
host: {name: x}
"""
    )


def shown(text: str, *, passing: bool) -> list[str]:
    return [
        "…" if line is None else f"{'>' if line.told else ' '} {line.text}"
        for line in examples.excerpt(text, passing=passing)
    ]


SHOWN = """\
mobctl: mobility/1
home: {name: x}
agreement:
  studied:
    - {id: a1, title: One}

    # a remark
    - {id: a2, title: Two}   # finds LA111 (credits?)
#:     - {id: a2, title: Two, credits: 6}
    - {id: a3, title: Three}
  signatures:   # finds LA001 (nobody)
#:   signatures:
#:     - {role: learner}
    - {role: home}
    - role: host
      name: y
results:
  issued: 2026-01-01   # -
"""


def test_an_excerpt_says_where_its_lines_stand() -> None:
    assert shown(SHOWN, passing=False) == [
        "  agreement:",
        "    studied:",
        ">     - {id: a2, title: Two}",
        "      - {id: a3, title: Three}",
        ">   signatures:",
        "      - {role: home}",
        "      - role: host",
        "  results:",
        ">   issued: 2026-01-01",
    ]
    assert shown(SHOWN, passing=True) == [
        "  agreement:",
        "    studied:",
        ">     - {id: a2, title: Two, credits: 6}",
        "      - {id: a3, title: Three}",
        "    signatures:",
        ">     - {role: learner}",
        "      - {role: home}",
    ]


def test_an_excerpt_of_what_is_taken_away_shows_where_it_stood() -> None:
    text = "a: 1\nb: 2   # finds GEN101 (too much)\n#:\nc: 3\nd: 4\n"
    assert shown(text, passing=False) == ["  a: 1", "> b: 2", "  c: 3"]
    assert shown(text, passing=True) == ["  a: 1", "  c: 3"]


def test_an_excerpt_has_a_gap_between_two_places() -> None:
    text = "a: 1  # finds GEN101 (x)\n#: a: 2\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6  # finds GEN101 (x)\n#: f: 7\n"
    assert shown(text, passing=False) == ["> a: 1", "  b: 2", "…", "  e: 5", "> f: 6"]
    assert shown(text, passing=True) == ["> a: 2", "  b: 2", "…", "  e: 5", "> f: 7"]


def test_what_is_mended_elsewhere_is_told_in_both_versions() -> None:
    text = "a: é   # finds FIL101 (its encoding)\nb: 2\n"
    assert shown(text, passing=False) == ["> a: é", "  b: 2"]
    assert shown(text, passing=True) == ["> a: é", "  b: 2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_an_example_is_read_in_its_encoding(encoding: str) -> None:
    assert examples.decoded("name: Zoé\n".encode(encoding)) == "name: Zoé\n"
