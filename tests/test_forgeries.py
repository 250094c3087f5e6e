"""No forgery comes out as genuine: for the school, for somebody elsewhere with its key, and for another version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from forgeries import FORGED, forged, revised
from test_cli import HERE

from mobctl import cli, render, seal, verifying
from mobctl.opened import opened
from mobctl.verifying import School, State

DOCUMENTS = {"transcript": "incoming", "host-file": "engineering", "mission-letter": "engineering"}
NEWER = {"mobctl": "99", "typst": "0.99"}


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    private, public = seal.new_pair()
    file = tmp_path_factory.mktemp("key") / "school.key.pem"
    file.write_bytes(private)
    file.chmod(0o600)
    file.with_suffix(".pub").write_bytes(public)
    return file


@pytest.fixture(scope="module")
def genuine(key: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """A sealed document of each kind."""
    out = tmp_path_factory.mktemp("out")
    made = {}
    for kind, story in DOCUMENTS.items():
        order = ["render", kind, str(HERE.parent / "examples" / story), "--format", "pdf", "--lang", "en"]
        assert cli.run([*order, "--seal", str(key), "-o", str(out / kind), "--as-of", "2026-11-24"]) == 0
        made[kind] = next((out / kind).glob("*.pdf")).read_bytes()
    return made


@pytest.fixture(scope="module")
def school(key: Path) -> School:
    public = seal.public_key(key.with_suffix(".pub").read_bytes(), "")
    return School(keys={seal.key_id(public): public})


def judged(raw: bytes, school: School) -> State:
    return verifying.verify(opened(raw, "a.pdf"), school).state


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_what_is_genuine(
    genuine: Mapping[str, bytes], school: School, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert judged(genuine[kind], school) is State.RIGHT
    monkeypatch.setattr(render, "_packages", lambda: NEWER)
    assert judged(genuine[kind], school) is State.RIGHT, "another version that draws it alike"


ALL: dict[str, Callable[[bytes], bytes]] = {
    **{name: lambda raw, forge=forge: forged(raw, forge) for name, forge in FORGED.items()},  # type: ignore[misc]
    "a revision": revised,
    "something after it": lambda raw: raw + b"\n%19\n",
}


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("name", ALL)
def test_what_is_forged(
    genuine: Mapping[str, bytes], school: School, kind: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = ALL[name](genuine[kind])
    assert raw != genuine[kind]
    assert judged(raw, school) is State.WRONG
    monkeypatch.setattr(render, "_packages", lambda: NEWER)
    assert judged(raw, school) is not State.RIGHT
