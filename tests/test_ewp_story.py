"""The story of the first issue: a real agreement is imported, judged, mended, and then silent."""

from datetime import date
from pathlib import Path

import pytest

from mobctl import engine, store
from mobctl.engine import Settings
from mobctl.exchange import IMPORTS
from mobctl.finding import pointer_text
from mobctl.rules import RULES
from mobctl.store import write
from mobctl.store.reader import without_empty

SAMPLE = (
    Path(__file__).parents[2]
    / "shared"
    / "samples"
    / "ewp-specs-api-omobility-las"
    / "examples"
    / "get-response-example.xml"
)


def findings(text: str) -> list[tuple[str, str, str]]:
    file = store.read_bytes("a.yaml", text.encode(), asked=True)
    assert file.document is not None
    settings = Settings(date(2026, 11, 24), store.lists(), store.profiles())
    sheet = engine.Sheet("mobility", without_empty(file.document.data, store.known_keys()))
    judged = engine.judge({"a.yaml": sheet}, store.shapes(), RULES.values(), settings)["a.yaml"]
    assert {skipped.code for skipped in judged.not_checked} == {"GEN103", "LA107"}
    return [
        (f.code, pointer_text(f.pointer), str(sorted(map(str, dict(f.message.args).values()))))
        for f in judged.findings
    ]


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the EWP sample is not beside the project")
def test_story() -> None:
    (imported,) = IMPORTS["ewp-la"].load(SAMPLE.read_bytes())
    text = write.dump(imported.record, {}, "mobility.schema.json")
    assert findings(text) == [
        ("LA102", "/amendments/0/changes", "['15', '9']"),
        ("LA102", "/amendments/1/changes", "['6', '9']"),
    ]
    mended = text.replace(
        "title: Algebra\n          term: 2/2\n          credits: 6",
        "title: Algebra\n          term: 2/2\n          credits: 0",
    )
    mended = mended.replace(
        "title: Elementary Set Theory\n          term: 2/2\n          credits: 6",
        "title: Elementary Set Theory\n          term: 2/2\n          credits: 9",
    )
    assert mended != text
    assert findings(mended) == []
