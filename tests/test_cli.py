"""The command line, from the outside: one test an exit status."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import cli
import pytest
from jsonschema import Draft202012Validator

from mobctl import store

HERE = Path(__file__).parent
BASE = HERE / "records" / "sound.mobility.yaml"
HEAVY = ("rich", "jinja2", "jsonschema", "typst", "babel", "msgspec", "typer", "yaml", "lxml")


def mobctl(
    *arguments: str, lang: str = "en", cwd: Path | None = None, path: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    return cli.run(arguments, {"MOBCTL_LANG": lang, "PATH": path, **cli.USUAL, **more}, cwd)


def test_clean() -> None:
    result = mobctl("validate", str(BASE), "--as-of", "2026-11-24")
    assert (result.returncode, result.stderr) == (0, "")
    assert "1 record checked · 1 without a finding" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["validate", "2025-0107"], 0, "1 record checked"),
        (["validate", "2025-0107", "mobilities"], 0, "2 records checked"),
        (["render", "transcript", "2025-0107", "-o", "out", "--format", "md", "--lang", "en"], 0, "out/2025-0107.transcript.en.md"),
        (["render", "host-file", "polivaldoro", "-o", "out", "--format", "md", "--lang", "en"], 0, "out/polivaldoro.host-file.en.md"),
        (["explain", "2025-0107", "b1"], 0, "14 ECTS"),
        (["validate", "2025-0108"], 3, "There is no “2025-0108”."),
        (["render", "transcript", "2025-0108", "--lang", "en"], 3, "There is no “2025-0108”."),
        (["explain", "2025-0108"], 3, "no record of this id in this folder"),
    ],
)  # fmt: skip
def test_a_record_is_named_by_its_id_too(
    tmp_path: Path, arguments: list[str], status: int, said: str
) -> None:
    folder = Path(shutil.copytree(HERE.parent / "examples" / "engineering", tmp_path / "school"))
    result = mobctl(*arguments, cwd=folder)
    assert (result.returncode, said in result.stdout + result.stderr) == (status, True), result


@pytest.mark.parametrize("command", ["validate", "explain"])
def test_an_id_may_have_a_point_and_none_is_none(tmp_path: Path, command: str) -> None:
    text = BASE.read_text(encoding="utf-8")
    (tmp_path / "a.yaml").write_text(re.sub("(?m)^id: .*$", "id: 2025.0107", text), encoding="utf-8")
    assert mobctl(command, "2025.0107", cwd=tmp_path).returncode == 0
    (tmp_path / "a.yaml").write_text(re.sub("(?m)^id: .*\n", "", text), encoding="utf-8")
    assert mobctl(command, "None", cwd=tmp_path).returncode == 3


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
def test_findings(tmp_path: Path, lang: str) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        BASE.read_text(encoding="utf-8").replace("kind: studies", "kind: studys"), encoding="utf-8"
    )
    result = mobctl("validate", str(bad), lang=lang)
    assert result.returncode == 1
    assert "SHP104" in result.stdout
    assert "studys" in result.stdout
    assert "~~~~~~" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        pytest.param(["validate", "--bogus"], 2, "--bogus", id="an unknown option"),
        pytest.param(["validate", "--as-of", "tomorrow", str(BASE)], 2, "tomorrow", id="a bad day"),
        pytest.param(
            ["validate", "--profile", "cti", str(BASE)], 2, "cti-engineering", id="an unknown profile"
        ),
        pytest.param(["validate", "--lang", "tlh", str(BASE)], 2, "tlh", id="an unknown language"),
        pytest.param(["rules", "--profile", "incomming"], 2, "“incoming”", id="a profile that there is not"),
        pytest.param(["rules", "LA999"], 2, "LA", id="an unknown rule"),
        pytest.param(
            ["validate", str(BASE.with_name("bse.mobility.yaml"))],
            3,
            "base.mobility.yaml",
            id="a missing file",
        ),
    ],
)
def test_refused(arguments: list[str], status: int, said: str) -> None:
    result = mobctl(*arguments)
    assert (result.returncode, result.stdout) == (status, "")
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_nothing_to_check(tmp_path: Path) -> None:
    assert mobctl("validate", str(tmp_path)).returncode == 3


def test_a_bug_is_one_line() -> None:
    code = "import sys, mobctl.cli, mobctl.__main__ as m; mobctl.cli.run = lambda a: 1 / 0; m.main()"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 4
    assert len(result.stderr.splitlines()) == 1
    assert "ZeroDivisionError" in result.stderr


def test_json_is_the_contract(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        BASE.read_text(encoding="utf-8").replace("end: 2026-01-30}\n  actual", "end: 2025-01-30}\n  actual"),
        encoding="utf-8",
    )
    result = mobctl("validate", "--format", "json", "--as-of", "2026-11-24", str(bad))
    data = json.loads(result.stdout)
    assert result.returncode == 1
    assert (data["version"], data["as_of"], data["summary"]["errors"]) == (1, "2026-11-24", 1)
    assert [row["code"] for row in data["findings"]] == ["GEN101"]
    assert data["findings"][0]["pointer"] == "/period/planned/end"
    assert {row["code"] for row in data["not_checked"]} == {"GEN103", "GEN106", "LA107"}


def contract() -> Draft202012Validator:
    path = HERE.parent / "schemas" / "output" / "findings.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
def test_json_keeps_its_schema(lang: str) -> None:
    result = mobctl(
        "validate", "--format", "json", "--as-of", "2026-11-24", str(HERE.parent / "examples"), lang=lang
    )
    data = json.loads(result.stdout)
    assert len({row["code"] for row in data["findings"]}) > 8
    assert [error.message for error in contract().iter_errors(data)] == []
    assert (data["lang"], data["summary"]["errors"]) == (
        lang,
        sum(r["severity"] == "error" for r in data["findings"]),
    )


@pytest.mark.parametrize(
    ("place", "value"),
    [
        pytest.param(("version",), 2, id="another version"),
        pytest.param(("findings", 0, "line"), 0, id="line 0"),
        pytest.param(("findings", 0, "severity"), "fatal", id="a severity that there is not"),
        pytest.param(("findings", 0, "extra"), 1, id="an unknown field"),
        pytest.param(("findings", 0, "pointer"), "a/b", id="no JSON Pointer"),
        pytest.param(("summary", "files"), -1, id="a count below zero"),
    ],
)
def test_the_schema_refuses(place: tuple[str | int, ...], value: object) -> None:
    result = mobctl("validate", "--format", "json", str(HERE.parent / "examples" / "broken"))
    data = json.loads(result.stdout)
    inner = data
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    assert not contract().is_valid(data)


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A git repository with one record."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    shutil.copy(BASE, tmp_path / "2025-0001.mobility.yaml")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def against(folder: Path, revision: str, *names: str) -> Any:
    arguments = [
        "validate",
        "--format",
        "json",
        "--as-of",
        "2026-11-24",
        "--base",
        revision,
        *(names or ["."]),
    ]
    result = mobctl(*arguments, cwd=folder, path=os.environ["PATH"])
    assert result.stdout, result.stderr
    return json.loads(result.stdout)


def test_a_signed_agreement_is_compared_with_its_earlier_revision(archive: Path) -> None:
    record = archive / "2025-0001.mobility.yaml"
    assert against(archive, "HEAD")["findings"] == []
    assert against(archive, "HEAD")["not_checked"] == []
    text = record.read_text(encoding="utf-8")
    assert text.count("term: 1/2, credits: 14}") == 1
    record.write_text(text.replace("term: 1/2, credits: 14}", "term: 1/2, credits: 15}"), encoding="utf-8")
    data = against(archive, "HEAD")
    assert {(row["code"], row["pointer"]) for row in data["findings"]} >= {("LA107", "/agreement/studied/2")}
    (archive / "sub").mkdir()
    shutil.copy(BASE, archive / "sub" / "new.mobility.yaml")
    fresh = against(archive, "HEAD", "sub/new.mobility.yaml")
    assert [row["code"] for row in fresh["not_checked"]] == []


def test_a_broken_earlier_revision_is_not_compared_with(archive: Path) -> None:
    record = archive / "2025-0001.mobility.yaml"
    good = record.read_text(encoding="utf-8")
    record.write_text(good.replace("kind: studies", "kind: study"), encoding="utf-8")
    git(archive, "commit", "-qam", "broken")
    record.write_text(good, encoding="utf-8")
    data = against(archive, "HEAD")
    assert {row["code"] for row in data["not_checked"]} == {"GEN103", "GEN106", "LA107"}
    assert "mistakes" in data["not_checked"][0]["why"]


@pytest.mark.parametrize("revision", ["no-such-branch", "--version", "", "HEAD~7"])
def test_a_revision_that_there_is_not(archive: Path, revision: str) -> None:
    result = mobctl("validate", "--base", revision, cwd=archive, path=os.environ["PATH"])
    assert (result.returncode, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr


def test_base_without_git(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert "git" in mobctl("validate", "--base", "HEAD", cwd=archive).stderr
    outside = tmp_path_factory.mktemp("outside")
    shutil.copy(BASE, outside / "a.mobility.yaml")
    result = mobctl("validate", "--base", "HEAD", cwd=outside, path=os.environ["PATH"])
    assert (result.returncode, "not in a git repository" in result.stderr) == (2, True)


def test_version_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['mobctl', '--version']; import mobctl.__main__ as m; m.main();"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines() == ["mobctl 0.1.0", "[]"]


def test_explains_a_rule() -> None:
    by_code, by_slug = mobctl("rules", "la102"), mobctl("rules", "tables-a-and-b-balance")
    assert by_code.returncode == 0
    assert by_code.stdout == by_slug.stdout
    assert "Table B should correspond" in " ".join(by_code.stdout.split())


def test_a_rule_says_to_which_mobilities_it_applies() -> None:
    """In the words of the lists; a rule for all mobilities at all times says nothing of it."""
    english, french = (
        mobctl("rules", code, "--lang", lang).stdout for code, lang in (("REC007", "en"), ("SOC006", "fr"))
    )
    assert re.search(r"\nWhen +once the recognition is decided\n\nDirection +outgoing\n", english)
    assert re.search(
        r"\nQuand +dès que le séjour est convenu, jusqu’à la fin du séjour\n\nSens +sortante\n", french
    )
    assert {line.split("  ")[0] for line in mobctl("rules", "LA108").stdout.splitlines()}.isdisjoint(
        {"Direction", "Kind of mobility", "When"}
    )
    assert "Direction" not in mobctl("rules", "LA001").stdout, "the agreement of whoever comes or goes"


def test_a_record_keeps_its_past_when_its_file_is_renamed(archive: Path) -> None:
    git(archive, "mv", "2025-0001.mobility.yaml", "moved.mobility.yaml")
    record = archive / "moved.mobility.yaml"
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("schac: polito.it", "schac: uw.edu.pl"), encoding="utf-8")
    found = {(row["code"], row["pointer"]) for row in against(archive, "HEAD")["findings"]}
    assert ("GEN103", "/host/schac") in found


def test_help_is_not_an_error_message() -> None:
    result = mobctl()
    assert result.returncode == 2
    assert result.stderr.startswith("Usage: mobctl [OPTIONS]")


MISTAKE = ("term: 1/2, credits: 14}", "term: 1/2, credits: 25}")
"""Too many credits abroad: LA102, a warning, and what follows from it."""


@pytest.fixture
def unbalanced(tmp_path: Path) -> Path:
    text = BASE.read_text(encoding="utf-8")
    assert text.count(MISTAKE[0]) == 1
    (tmp_path / "a.mobility.yaml").write_text(text.replace(*MISTAKE), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "status", "codes"),
    [
        pytest.param(["--select", "LA102"], 0, {"LA102"}, id="a code"),
        pytest.param(["--select", "la102", "--fail-on", "warning"], 1, {"LA102"}, id="small letters, threshold"),
        pytest.param(["--select", "tables-a-and-b-balance", "--fail-on", "info"], 1, {"LA102"}, id="a slug"),
        pytest.param(["--select", "LA1", "--fail-on", "error"], 1, {"LA102", "LA108"}, id="a part of a family"),
        pytest.param(["--select", "LA", "--ignore", "LA108"], 0, {"LA102"}, id="a family but one"),
        pytest.param(["--select", "LA108,GEN", "--select", "LA102"], 1, {"LA102", "LA108"}, id="commas, repeated"),
        pytest.param(["--select", " LA108 , LA102"], 1, {"LA102", "LA108"}, id="spaces"),
        pytest.param(["--select", "GEN"], 0, set(), id="nothing of it"),
        pytest.param(["--select", "LA", "--fail-on", "never"], 0, {"LA102", "LA108"}, id="never"),
        pytest.param(["--ignore", "LA,CTI,PRT,ORG"], 0, set(), id="all but some families"),
        pytest.param(["--ignore", "LA108,CTI,PRT,ORG", "--fail-on", "warning"], 1, {"LA102"}, id="all but one"),
    ],
)  # fmt: skip
def test_a_selection(unbalanced: Path, arguments: list[str], status: int, codes: set[str]) -> None:
    command = ["validate", "--as-of", "2026-11-24", "--format", "json", *arguments]
    result = mobctl(*command, cwd=unbalanced)
    data = json.loads(result.stdout)
    found = {row["code"] for row in data["findings"]}
    assert (result.returncode, found) == (status, codes)
    assert [error.message for error in contract().iter_errors(data)] == []
    everything = json.loads(mobctl(*command[:5], cwd=unbalanced).stdout)["findings"]
    assert len(data["findings"]) + sum(data["selection"]["hidden"].values()) == len(everything)
    assert data["selection"]["select"] or data["selection"]["ignore"]
    said = [
        arguments[n + 1].split(",")[0].strip()
        for n, a in enumerate(arguments)
        if a in ("--select", "--ignore")
    ]
    assert all(each in result.stderr for each in said)
    text = mobctl(*[each for each in command if each not in ("--format", "json")], cwd=unbalanced)
    assert text.returncode == status
    assert "without a finding" not in text.stdout


@pytest.mark.parametrize(
    ("option", "name", "near"),
    [
        ("--select", "CHG1O3", "CHG103"),
        ("--ignore", "LAA", "LA"),
        ("--ignore", "tables-a-and-b-balanse", "tables-a-and-b-balance"),
        ("--select", "LA102,L", ""),
        ("--select", "LA9", "LA"),
    ],
)
def test_a_selection_of_what_there_is_not(option: str, name: str, near: str) -> None:
    result = mobctl("validate", option, name, str(BASE))
    assert (result.returncode, result.stdout) == (2, "")
    assert name.rpartition(",")[2] in result.stderr
    assert f"“{near}”" * bool(near) in result.stderr


def test_a_mistake_that_hides_what_was_selected_is_shown(tmp_path: Path) -> None:
    text = BASE.read_text(encoding="utf-8").replace("kind: studies", "kind: studys")
    (tmp_path / "a.mobility.yaml").write_text(text, encoding="utf-8")
    result = mobctl("validate", "--select", "LA", cwd=tmp_path)
    assert (result.returncode, "SHP104" in result.stdout) == (1, True)
    ignored = mobctl("validate", "--ignore", "SHP", cwd=tmp_path)
    assert (ignored.returncode, "SHP104" in ignored.stdout, "SHP104" in ignored.stderr) == (0, False, True)


def test_a_house_rule_can_be_selected(tmp_path: Path) -> None:
    shutil.copy(BASE, tmp_path / "a.mobility.yaml")
    house = '{id: X-CALL, title: "The record names its call", severity: error, schema: {required: [call]}}'
    (tmp_path / "mobctl.yaml").write_text(f"mobctl: config/1\nhouse_rules:\n  - {house}\n", encoding="utf-8")
    command = ["validate", "--as-of", "2026-11-24"]
    assert mobctl(*command, "--select", "x-call", cwd=tmp_path).returncode == 1
    assert mobctl(*command, "--ignore", "X-CALL,CTI,PRT", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("options", "has", "lacks"),
    [
        pytest.param([], ["LA108", "record checked", "Not checked"], [], id="as it is"),
        pytest.param(["-q"], ["LA108"], ["record checked", "Not checked", "mobctl rules"], id="quiet"),
        pytest.param(
            ["--verbose"], ["LA108", "GEN103 was not checked: there is no earlier"], [], id="verbose"
        ),
    ],
)
def test_quiet_and_verbose(unbalanced: Path, options: list[str], has: list[str], lacks: list[str]) -> None:
    result = mobctl("validate", "--as-of", "2026-11-24", *options, cwd=unbalanced)
    assert result.returncode == 1
    assert [each for each in has if each not in result.stdout] == []
    assert [each for each in lacks if each in result.stdout] == []


def test_quiet_where_nothing_is_found() -> None:
    result = mobctl("validate", "-q", "--as-of", "2026-11-24", str(BASE))
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert "no finding" in mobctl("validate", "-v", "--as-of", "2026-11-24", str(BASE)).stdout


def test_a_family_of_rules_is_listed() -> None:
    listed = mobctl("rules", "LA1").stdout.splitlines()
    assert len(listed) > 3
    assert all(line.startswith("LA1") for line in listed)
    assert mobctl("rules", "LA9").returncode == 2


def test_the_rules_of_a_profile_are_listed_as_they_weigh_in_it() -> None:
    rows = [
        line.split()[:2] for line in mobctl("rules", "--profile", "erasmus-he-studies").stdout.splitlines()
    ]
    assert ["GEN112", "error"] in rows, "a warning elsewhere"
    assert ["LA102", "warning"] in rows
    assert "SOC001" not in {code for code, _ in rows}
    assert ["GEN112", "warning"] in [line.split()[:2] for line in mobctl("rules").stdout.splitlines()]
    family = mobctl("rules", "LA", "--profile", "ut2-university").stdout.splitlines()
    assert [line.split()[0] for line in family] == [
        "LA001",
        "LA002",
        "LA003",
        "LA004",
        "LA009",
        "LA010",
        "LA113",
    ]


def test_the_profiles_are_listed() -> None:
    listed = mobctl("rules", "--profiles", lang="fr").stdout.splitlines()
    assert [line.split()[0] for line in listed] == list(store.profiles())
    assert any("Étudiants entrants" in line for line in listed)
    for line in listed:
        of_this_one = mobctl("rules", "--profile", line.split()[0]).stdout.splitlines()
        assert f"({len(of_this_one)} règles)" in line.replace("\u00a0", " ")
