"""The records that are measured with: lifelike, the same every time, and read alike by every tool; and that they are."""

import sys
from pathlib import Path

import documents
import pytest
from lifelike import generate, same_for_all, stories, transcripts
from test_cli import mobctl
from worker import plates

COUNT = 24


def test_the_same_count_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (generate(tmp_path / name, COUNT) for name in ("a", "b"))
    assert len(first) == len(set(first)) == COUNT > len(stories())
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert len({path.read_bytes() for path in first}) == COUNT


def test_read_alike_and_without_an_error(tmp_path: Path) -> None:
    assert all(same_for_all(path) for path in generate(tmp_path, COUNT))
    result = mobctl("validate", str(tmp_path), "--as-of", "2026-11-24")
    assert result.returncode == 0, result.stdout
    assert f"{COUNT} records checked" in result.stdout


def test_documents_are_timed_without_a_peer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(documents, "peer", lambda _place: (None, "WeasyPrint: not here"))
    monkeypatch.setattr(
        sys, "argv", ["documents.py", "--rounds", "1", "--documents", "2", "--batch", "3", "--jobs", "1"]
    )
    assert documents.main() == 0
    said = capsys.readouterr().out
    assert "not measured: WeasyPrint: not here" in said
    [row] = [line for line in said.splitlines() if line.startswith("mobctl ")]
    assert row.split()[-2] == "2"  # pages
    assert "3 documents in " in said
    assert not sys.platform.startswith("linux") or "parent " in said


def test_a_record_without_a_transcript_is_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no transcript"):
        plates(unfinished(tmp_path))


def unfinished(folder: Path) -> Path:
    """A repository whose record has no results yet."""
    [record] = transcripts(folder / "school", 1)
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("\nresults:", "\nresults_later:", 1), encoding="utf-8")
    return folder / "school"
