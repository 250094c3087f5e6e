"""What is installed has all that it needs: schemas, templates, examples and languages travel in the wheel."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from mobctl import store
from mobctl.rules import CATALOGUE

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel holds, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def mobctl(installed: Path, *arguments: str) -> str:
    env = {**os.environ, "PYTHONPATH": str(installed), "MOBCTL_LANG": "fr", "COLUMNS": "80"}
    result = subprocess.run(
        [sys.executable, "-P", "-m", "mobctl", *arguments],
        cwd=installed.parent,
        capture_output=True,
        text=True,
        check=False,
        env=env,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.slow
def test_the_wheel_explains_every_rule(installed: Path) -> None:
    packed = {
        path.relative_to(installed / "mobctl" / "_data").as_posix(): path.read_bytes()
        for path in (installed / "mobctl" / "_data" / "examples").rglob("*.yaml")
    }
    here = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in (ROOT / "examples").rglob("*.yaml")
        if path.parent.name not in ("examples", "broken")
    }
    assert packed == here, "the examples of the rules, and the stories that `render --sample` shows"
    code = next(code for code in CATALOGUE if store.example(code))
    for each in (code, "GEN101", "LA009"):
        shown = mobctl(installed, "rules", each)
        assert "Refusé" in shown
        assert "✗" in shown
    assert len(mobctl(installed, "rules").splitlines()) == len(CATALOGUE)
