"""The workflows that docs/*/ci.md shows and the hooks for pre-commit: read as their services read them, and run here."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_cli import git
from test_docs import BLOCK, LANGUAGES, ROOT

EXAMPLE = ROOT / "examples" / "engineering"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
MISTAKE = ("academic_year: 2026/2027", "academic_year: 2026")
RECORD = "mobilities/2026-0211.mobility.yaml"


def files(lang: str) -> dict[str, Any]:
    """The files that a page tells to write, read as YAML 1.1, as most services read it."""
    text = (ROOT / "docs" / lang / "ci.md").read_text(encoding="utf-8")
    found = {block[2]: block[4] for block in BLOCK.finditer(text) if block[1] == "file"}
    assert len(found) == 3
    return {name: yaml.load(text, Loader=yaml.SafeLoader) for name, text in found.items()}  # noqa: TID251


FILES = files("en")
GITHUB = FILES[".github/workflows/records.yml"]["jobs"]["validate"]
GITLAB = FILES[".gitlab-ci.yml"]["records"]
STEPS = {step["name"]: step for step in GITHUB["steps"] if "name" in step}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_files_are_the_same_in_each_language(lang: str) -> None:
    assert files(lang) == FILES


def test_github_grants_the_least_and_pins_all() -> None:
    assert FILES[".github/workflows/records.yml"]["permissions"] == {}
    assert GITHUB["permissions"] == {"contents": "read", "security-events": "write"}
    used = [step["uses"] for step in GITHUB["steps"] if "uses" in step]
    assert len(used) == 3
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", each) for each in used)
    assert GITHUB["steps"][0]["with"] == {"fetch-depth": 0, "persist-credentials": False}
    assert "pull_request_target" not in FILES[".github/workflows/records.yml"][True], (
        "YAML 1.1 reads on as true"
    )
    for step in GITHUB["steps"]:
        assert "${{" not in step.get("run", ""), (
            "what others write comes by the environment, not by the text of a script"
        )


def test_gitlab_takes_the_reports() -> None:
    written = " ".join(GITLAB["script"])
    for name, report in GITLAB["artifacts"]["reports"].items():
        assert f"{ {'codequality': 'gitlab'}.get(name, name) }:{report}" in written
    assert GITLAB["variables"]["GIT_DEPTH"] == "0"
    assert re.fullmatch(r"python:\d+\.\d+\.\d+-\w+", GITLAB["image"])


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of a records repository, on a branch that left main; `mobctl` is this one."""
    if not shutil.which("git") or not shutil.which("bash"):
        pytest.skip("git or bash is not installed")
    origin = tmp_path / "origin"
    shutil.copytree(EXAMPLE, origin)
    git(origin, "init", "-q", "-b", "main")
    git(origin, "add", "-A")
    git(origin, "commit", "-q", "-m", "x")
    git(tmp_path, "clone", "-q", str(origin), "clone")
    git(tmp_path / "clone", "checkout", "-q", "-b", "work")
    program = tmp_path / "bin" / "mobctl"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mobctl "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return tmp_path / "clone"


def run(folder: Path, script: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a step as a runner does."""
    path = f"{folder.parent / 'bin'}:{os.environ['PATH']}"
    home = {"PYTHONPATH": str(ROOT), "PATH": path, "HOME": str(folder.parent), "PYTHONUTF8": "1"}
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=folder,
        env={**home, **more},
    )


def mistaken(folder: Path) -> None:
    text = (folder / RECORD).read_text(encoding="utf-8")
    assert text.count(MISTAKE[0]) == 1
    (folder / RECORD).write_text(text.replace(*MISTAKE), encoding="utf-8")
    git(folder, "commit", "-qam", "x")


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "status"), [(False, 0), (True, 1)])
def test_a_pull_request(clone: Path, wrong: bool, status: int) -> None:  # noqa: FBT001
    summary = clone.parent / "summary.md"
    summary.write_text("", encoding="utf-8")
    if wrong:
        mistaken(clone)
    step = STEPS["What this pull request changes"]
    assert step["env"] == {"TARGET": "origin/${{ github.base_ref }}"}
    told = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_WORKSPACE": str(clone), "TARGET": "origin/main"}
    result = run(clone, step["run"], **told)
    assert (result.returncode, "Traceback" in result.stderr) == (status, False), result.stderr
    assert (f"::error file={RECORD},line=13" in result.stdout) == wrong
    assert summary.read_text(encoding="utf-8").startswith("### mobctl: ")
    step = STEPS["All records"]
    assert step["env"] == {"FAIL_ON": "${{ github.event_name == 'pull_request' && 'never' || 'error' }}"}
    result = run(clone, step["run"], FAIL_ON="never", GITHUB_WORKSPACE=str(clone))
    assert result.returncode == 0
    found = json.loads((clone / STEPS["Hand over to code scanning"]["with"]["sarif_file"]).read_bytes())
    places = [
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for each in found["runs"][0]["results"]
    ]
    assert (RECORD in places) == wrong


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "status"), [(False, 0), (True, 1)])
def test_a_merge_request(clone: Path, wrong: bool, status: int) -> None:  # noqa: FBT001
    base = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=clone, capture_output=True, text=True, check=True
    ).stdout
    if wrong:
        mistaken(clone)
    told = {"CI_PROJECT_DIR": str(clone), "CI_MERGE_REQUEST_DIFF_BASE_SHA": base.strip()}
    assert run(clone, GITLAB["before_script"][1], **told).returncode == 0
    first, second = (run(clone, line, **told) for line in GITLAB["script"])
    assert (first.returncode, second.returncode) == (0, status), second.stderr
    reports = GITLAB["artifacts"]["reports"]
    rows = json.loads((clone / reports["codequality"]).read_bytes())
    assert (RECORD in {row["location"]["path"] for row in rows}) == wrong
    assert "<testsuites" in (clone / reports["junit"]).read_text(encoding="utf-8")
    del told["CI_MERGE_REQUEST_DIFF_BASE_SHA"]
    assert run(clone, GITLAB["script"][1], **told).returncode == status, (
        "on the branch itself, all records decide"
    )


# pre-commit


def hooks() -> dict[str, dict[str, Any]]:
    data = yaml.load(HOOKS.read_bytes(), Loader=yaml.SafeLoader)  # noqa: TID251
    return {each["id"]: each for each in data}


def test_the_hooks_call_commands_that_there_are() -> None:
    from typer.main import get_command

    from mobctl.cli import app

    commands: dict[str, Any] = vars(get_command(app))["commands"]
    for hook in hooks().values():
        program, command, *options = hook["entry"].split()
        assert program == "mobctl"
        assert set(options) <= {name for param in commands[command].params for name in param.opts}
        assert (hook["language"], hook["types"]) == ("python", ["yaml"])
        assert (hook["pass_filenames"], hook["require_serial"]) == (False, True)
    shown = FILES[".pre-commit-config.yaml"]["repos"][0]["hooks"]
    assert {each["id"] for each in shown} <= set(hooks())


@pytest.mark.slow
def test_pre_commit_runs_the_hooks(clone: Path) -> None:
    """With the program as it is here: what pre-commit would install from a repository needs a network."""
    program = shutil.which("pre-commit")
    if program is None:
        pytest.skip("pre-commit is not installed: pip install pre-commit, in an environment of its own")
    manifest = subprocess.run([program, "validate-manifest", str(HOOKS)], capture_output=True, check=False)
    assert manifest.returncode == 0, manifest.stdout
    own = [{**hook, "language": "system"} for hook in hooks().values()]
    config = {"repos": [{"repo": "local", "hooks": own}]}
    (clone / ".pre-commit-config.yaml").write_text(json.dumps(config), encoding="utf-8")
    told = {"PRE_COMMIT_HOME": str(clone.parent / "cache"), "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@x.example",
            "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@x.example", "MOBCTL_LANG": "en"}  # fmt: skip
    assert run(clone, f"{program} install && git add -A && git commit -m config", **told).returncode == 0
    text = (clone / RECORD).read_text(encoding="utf-8")
    (clone / RECORD).write_text(text.replace(*MISTAKE), encoding="utf-8")
    refused = run(clone, "git commit -am wrong", **told)
    assert refused.returncode == 1
    assert refused.stderr.count("SHP106 text-has-its-form") == 2
    assert re.findall(r"^mobctl fmt\.+Passed$", refused.stderr, re.MULTILINE)
    (clone / RECORD).write_text(text.replace("kind: studies", 'kind: "studies"', 1), encoding="utf-8")
    laid_out = run(clone, "git commit -am quoted", **told)
    assert (laid_out.returncode, "files were modified by this hook" in laid_out.stderr) == (1, True)
    assert (clone / RECORD).read_text(encoding="utf-8") == text
