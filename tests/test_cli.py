"""The command line, from the outside: one test an exit status."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
BASE = HERE / "records" / "base.mobility.yaml"
HEAVY = ("rich", "jinja2", "jsonschema", "typst", "babel", "msgspec", "typer", "yaml", "lxml")


def mobctl(*arguments: str, lang: str = "en", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mobctl", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=cwd,
        env={"MOBCTL_LANG": lang, "PYTHONPATH": str(HERE.parent), "PATH": "", "PYTHONUTF8": "1"},
    )


def test_clean() -> None:
    result = mobctl("validate", str(BASE), "--as-of", "2026-11-24")
    assert (result.returncode, result.stderr) == (0, "")
    assert "1 record checked · 1 is fine" in result.stdout


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
    assert {row["code"] for row in data["not_checked"]} == {"GEN103", "LA107"}


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
    assert "Table B should correspond" in by_code.stdout
