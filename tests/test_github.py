"""`--format github`, read back as GitHub's runner reads a line (its ActionCommand, version 2)."""

import json
import re
import shutil
from pathlib import Path

import pytest
from test_cli import BASE, HERE, git, mobctl

from mobctl.finding import Quoted, say
from mobctl.reporters.github import command
from mobctl.reporters.privacy import masked

QUIET = HERE.parent / "examples" / "minimal.mobility.yaml"
BROKEN = [str(path) for path in sorted((HERE.parent / "examples" / "broken").glob("*.yaml"))]
PROPERTY = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
DATA = {"%0D": "\r", "%0A": "\n", "%25": "%"}


def unescaped(text: str, marks: dict[str, str]) -> str:
    for mark, letter in marks.items():  # the percent sign last, as the runner does
        text = text.replace(mark, letter)
    return text


def read(line: str) -> tuple[str, dict[str, str], str] | None:
    """One line of a log: the command in it, with its properties and its data; None if it is plain text."""
    line = line.lstrip()
    if not line.startswith("::"):
        return None
    head, _, data = line[2:].partition("::")
    name, _, given = head.partition(" ")
    pairs = (pair.split("=", 1) for pair in given.split(",") if pair)
    return name, {key: unescaped(value, PROPERTY) for key, value in pairs}, unescaped(data, DATA)


def annotations(text: str) -> list[tuple[str, dict[str, str], str]]:
    return [found for line in text.splitlines() if (found := read(line))]


def github(*arguments: str, cwd: Path | None = None, lang: str = "en") -> tuple[int, str]:
    result = mobctl("validate", "--format", "github", "--as-of", "2026-11-24", *arguments, cwd=cwd, lang=lang)
    return result.returncode, result.stdout


@pytest.mark.parametrize(
    "text", ["a:b", "a,b", "50 %", "%0A", "a\nb", "a\r\nb", "a::b", "x=y", "é 😀", "::error::x"]
)
def test_nothing_is_lost_or_obeyed(text: str) -> None:
    line = command("error", {"file": text, "line": 3}, text)
    assert "\n" not in line
    assert "\r" not in line
    assert read(line) == ("error", {"file": text, "line": "3"}, text)


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
def test_annotations_are_the_findings(lang: str) -> None:
    status, text = github(*BROKEN, lang=lang)
    data = json.loads(
        mobctl("validate", "--format", "json", "--as-of", "2026-11-24", *BROKEN, lang=lang).stdout
    )
    rows = {(row["file"], str(row["line"])): row for row in data["findings"]}
    found = [each for each in annotations(text) if "file" in each[1]]
    counts = [
        sum(row["severity"] == each for row in data["findings"]) for each in ("error", "warning", "info")
    ]
    assert (status, len(found)) == (1, sum(min(count, 10) for count in counts))
    assert counts[0] > 10, "there are more errors than GitHub shows"
    for level, place, said in found:
        row = rows[(str(HERE.parent / place["file"]), place["line"])]
        assert level == {"error": "error", "warning": "warning", "info": "notice"}[row["severity"]]
        assert place["title"] == f"{row['code']} {row['slug']}"
        assert ("col" in place) == (row["line"] == row["end_line"])
        assert "…" in said or row["message"] in said


def test_what_github_would_drop_is_in_the_log() -> None:
    _, text = github(*BROKEN)
    found = annotations(text)
    errors = [each for each in found if each[0] == "error"]
    logged = [line for line in text.splitlines() if line.startswith("error: ")]
    asked = mobctl("validate", "--format", "json", "--as-of", "2026-11-24", *BROKEN).stdout
    total = json.loads(asked)["summary"]["errors"]
    assert (len(errors), len(errors) + len(logged)) == (10, total)
    assert all(re.match(r"error: \S+:\d+:\d+: [A-Z]{2,4}\d+: .", line) for line in logged)
    notices = [each for each in found if each[0] == "notice"]
    assert [each[1] for each in notices] == [{"title": "mobctl"}]
    assert f"{total} errors" in notices[0][2]
    assert f"{total - 10} findings more are in the log" in notices[0][2]


def test_no_notice_where_nothing_is_found() -> None:
    status, text = github(str(QUIET))
    assert (status, annotations(text)) == (0, [])
    assert text.startswith("1 record checked · 1 without a finding\n")


def record(folder: Path, *changes: tuple[str, str]) -> Path:
    text = BASE.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = folder / "a.mobility.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_paths_are_those_of_the_git_repository(tmp_path: Path) -> None:
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    git(tmp_path, "init", "-q")
    (tmp_path / "sub" / "deep").mkdir(parents=True)
    path = record(tmp_path / "sub", ("kind: studies", "kind: studys"))
    for cwd, name in ((tmp_path, "sub"), (tmp_path / "sub", "."), (tmp_path / "sub" / "deep", "..")):
        _, text = github(name, cwd=cwd)
        assert annotations(text)[0][1]["file"] == "sub/a.mobility.yaml", name
    _, text = github(str(path), cwd=tmp_path / "sub")
    assert annotations(text)[0][1]["file"] == "sub/a.mobility.yaml"


def test_a_file_cannot_give_orders(tmp_path: Path) -> None:
    path = record(tmp_path, ("kind: studies", 'kind: "x::error::##[error] %0A::stop-commands::y"'))
    hostile = tmp_path / "::error::a,b=c%.mobility.yaml"
    shutil.move(path, hostile)
    for number in range(12):
        shutil.copy(hostile, tmp_path / f"::warning::{number:02}##[error].mobility.yaml")
    _, text = github(".", cwd=tmp_path)
    found = annotations(text)
    assert {level for level, _, _ in found} == {"error", "notice"}
    assert "##[" not in "".join(line for line in text.splitlines() if not line.startswith("::"))
    assert found[0][1]["file"] == "::error::a,b=c%.mobility.yaml"


@pytest.mark.parametrize(
    ("old", "new", "secret"),
    [
        pytest.param("given: Léa}", "given: Léa}\n  email: zelie.at.example", "zelie", id="an address"),
        pytest.param("given: Léa}", "given:Zélie}", "Zélie", id="a name after a colon without a space"),
        pytest.param("2004-11-03", "1999-02-31", "1999", id="a day that there is not"),
        pytest.param("2004-11-03", "2019-12-24", "2019", id="a day of birth that a rule doubts"),
        pytest.param("2004-11-03", "24 décembre 2004: Zélie", "Zélie", id="a line that is no YAML"),
    ],
)
def test_what_is_about_a_person_is_not_repeated(tmp_path: Path, old: str, new: str, secret: str) -> None:
    record(tmp_path, (old, new))
    status, said = github(".", cwd=tmp_path)
    assert status == 1
    assert any("file" in place for _, place, _ in annotations(said))
    assert secret not in said
    assert secret[:4] in mobctl("validate", ".", cwd=tmp_path).stdout


def test_a_message_keeps_what_comes_from_the_schemas() -> None:
    message = say("{value} is not it. Did you mean {near}?", value=Quoted("Ana"), near=Quoted("learner"))
    assert dict(masked(message).args) == {"value": Quoted("…"), "near": Quoted("learner")}


def test_a_waived_finding_is_shown_and_names_nobody(tmp_path: Path) -> None:
    text = BASE.read_text(encoding="utf-8")
    assert text.count("term: 1/2, credits: 14}") == 1
    changed = text.replace("term: 1/2, credits: 14}", "term: 1/2, credits: 25}")
    waiver = "waivers:\n  - {rule: LA102, all: true, reason: Agreed with Ana Ruiz, by: Ana Ruiz}\n"
    (tmp_path / "a.mobility.yaml").write_text(changed + waiver, encoding="utf-8")
    _, said = github("--select", "LA102", ".", cwd=tmp_path)
    assert [(level, place.get("title")) for level, place, _ in annotations(said)] == [
        ("notice", "LA102 tables-a-and-b-balance"),
        ("notice", "mobctl"),
    ]
    assert "waived" in said
    assert "Ruiz" not in said


def test_the_workspace_of_a_job_comes_first(tmp_path: Path) -> None:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    record(tmp_path / "repo", ("kind: studies", "kind: studys"))
    for workspace, name in (
        (tmp_path, "repo/a.mobility.yaml"),
        (tmp_path / "repo", "a.mobility.yaml"),
        (tmp_path / "elsewhere", "a.mobility.yaml"),
    ):
        result = mobctl(
            "validate", "--format", "github", ".", cwd=tmp_path / "repo", GITHUB_WORKSPACE=str(workspace)
        )
        assert annotations(result.stdout)[0][1]["file"] == name
