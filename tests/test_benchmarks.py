"""The records that are measured with: lifelike, the same every time, and read alike by every tool."""

from pathlib import Path

from lifelike import generate, same_for_all, stories
from test_cli import mobctl

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
