"""The bar on long work, in a real pseudo-terminal: there when a person is looking, and nowhere else."""

import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_cli import BASE, HERE

pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
MANY = 230
PAINT = re.compile(r"\x1b\[\d*m")
DRAWN = re.compile(r"(\d+)/(\d+)")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("many")
    text = BASE.read_text(encoding="utf-8")
    assert "id: 2025-0001\n" in text
    for number in range(MANY):
        changed = text.replace("id: 2025-0001\n", f"id: 2025-{number:04}\n")
        (place / f"{number:04}.mobility.yaml").write_text(changed, encoding="utf-8")
    return place


def watched(
    *arguments: str, cwd: Path, both: bool = False, more: dict[str, str] | None = None
) -> tuple[int, str, str]:
    """Run with standard error on a terminal (or both): status, what the terminal saw, standard output."""
    ours, theirs = pty.openpty()
    environment = {"PYTHONPATH": str(HERE.parent), "MOBCTL_LANG": "en", "TERM": "xterm", "PYTHONUTF8": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "mobctl", *arguments],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=theirs if both else subprocess.PIPE,
        stderr=theirs,
        env={**environment, **(more or {})},
    )
    os.close(theirs)
    seen: dict[int, bytes] = {ours: b""}
    if process.stdout:
        seen[process.stdout.fileno()] = b""
    open_ones, until = set(seen), time.monotonic() + 120
    while open_ones and time.monotonic() < until:
        for each in select.select(list(open_ones), [], [], 1)[0]:
            try:
                data = os.read(each, 65536)
            except OSError:  # so Linux says that the other end is closed
                data = b""
            seen[each] += data
            if not data:
                open_ones.discard(each)
    status = process.wait(timeout=10)
    os.close(ours)
    out = b""
    if process.stdout:
        out = seen[process.stdout.fileno()]
        process.stdout.close()
    return status, seen[ours].decode("utf-8"), out.decode("utf-8")


def test_many_files_have_a_bar_and_standard_output_has_none(folder: Path) -> None:
    status, terminal, out = watched("validate", ".", "--as-of", "2026-11-24", cwd=folder)
    assert status == 0
    assert "Reading" in terminal
    assert "Checking" in terminal
    steps = [(int(done), int(total)) for done, total in DRAWN.findall(terminal)]
    assert (MANY, MANY) in steps
    assert all(done <= total == MANY for done, total in steps)
    assert "\x1b[2K" in terminal, "the bar is taken away"
    assert f"{MANY} records checked" in out
    assert "\x1b" not in out
    assert "Reading" not in out


@pytest.mark.parametrize("lang", ["fr", "es"])
def test_in_the_language_of_the_user(folder: Path, lang: str) -> None:
    _, terminal, _ = watched("validate", ".", "--lang", lang, cwd=folder)
    assert {"fr": "Lecture", "es": "Leyendo"}[lang] in terminal


@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        pytest.param(["validate", "0001.mobility.yaml", "--as-of", "2026-11-24"], {}, id="one file"),
        pytest.param(["validate", ".", "-q", "--as-of", "2026-11-24"], {}, id="quiet"),
        pytest.param(
            ["validate", ".", "--as-of", "2026-11-24"], {"TERM": "dumb"}, id="a terminal that can't"
        ),
    ],
)
def test_no_bar(folder: Path, arguments: list[str], more: dict[str, str]) -> None:
    status, terminal, _ = watched(*arguments, cwd=folder, more=more)
    assert (status, terminal) == (0, "")


def test_json_on_a_terminal_is_whole(folder: Path) -> None:
    status, terminal, _ = watched(
        "todo", ".", "--format", "json", "--as-of", "2026-11-24", cwd=folder, both=True
    )
    assert status == 0
    shown = terminal[terminal.index("{") :]
    assert shown.startswith('{\r\n "version": 1')
    assert shown.endswith("}\r\n")


def test_render_tells_how_far_it_is_and_names_what_it_made(folder: Path, tmp_path: Path) -> None:
    command = ["render", "recognition-report", ".", "--format", "md", "--lang", "en", "--as-of", "2026-11-24"]
    status, terminal, out = watched(*command, "-o", str(tmp_path / "a"), cwd=folder)
    assert status == 0, terminal
    assert "Making documents" in terminal
    assert len(out.splitlines()) == MANY
    status, terminal, _ = watched(*command, "-o", str(tmp_path / "b"), cwd=folder, both=True)
    assert status == 0
    assert f"Making documents ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ {MANY}/{MANY}" in PAINT.sub(
        "", terminal
    )
    assert len(re.findall(r"(?:\x1b\[2K|\n)\S+\.md\r\n", terminal)) == MANY, "each in a line of its own"


def test_a_bar_is_gone_when_the_run_fails(folder: Path) -> None:
    status, terminal, out = watched("validate", ".", "--profile", "no-such", cwd=folder)
    assert (status, out) == (2, "")
    last = terminal.rstrip().splitlines()[-1]
    assert "mobctl: “no-such” is not a profile" in last
    assert "/230" not in last.rsplit("\x1b[2K", maxsplit=1)[-1]
