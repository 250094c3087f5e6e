"""The story of the first issue: a real agreement is imported, judged, mended, and then silent."""

from datetime import date
from pathlib import Path

import pytest

from mobctl import cli, engine, store
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


def findings(text: str, day: date = date(2019, 3, 20)) -> list[tuple[str, str, str]]:
    file = store.read_bytes("a.yaml", text.encode(), asked=True)
    assert file.document is not None
    settings = Settings(day, store.lists(), store.profiles())
    sheet = engine.Sheet("mobility", without_empty(file.document.data, store.known_keys()))
    judged = engine.judge({"a.yaml": sheet}, store.shapes(), RULES.values(), settings)["a.yaml"]
    assert {skipped.code for skipped in judged.not_checked} == {"GEN103", "LA107"}
    return [  # the sample never said that the stay began (GEN111)
        (f.code, pointer_text(f.pointer), str(sorted(map(str, dict(f.message.args).values()))))
        for f in judged.findings
        if f.code != "GEN111"
    ]


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the EWP sample is not beside the project")
def test_story() -> None:
    (imported,) = IMPORTS["ewp-la"].load(SAMPLE.read_bytes())
    text = write.dump(imported.record, {}, "mobility.schema.json")
    assert findings(text) == [
        ("PRT001", "", "['uw.edu.pl']"),
        ("LA006", "/agreement", "[]"),
        ("PRT003", "/agreement", "[]"),
        ("LA102", "/amendments/0/changes", "['15', '9']"),
        ("LA103", "/amendments/0/changes", "['15', '30']"),
        ("LA102", "/amendments/1/changes", "['6', '9']"),
        ("LA103", "/amendments/1/changes", "['30', '6']"),
        ("ENR002", "/home", "['uio.no']"),
    ]
    mended = text.replace(
        "title: Algebra\n          term: 2/2\n          credits: 6",
        "title: Algebra\n          term: 2/2\n          credits: 0\n          without_credits: true",
    )
    mended = mended.replace(
        "title: Elementary Set Theory\n          term: 2/2\n          credits: 6",
        "title: Elementary Set Theory\n          term: 2/2\n          credits: 9",
    )
    mended = mended.replace(
        "\nagreement:\n",
        "\nagreement:\n  catalogue: {url: https://uw.example/courses}\n  provisions_if_failed: {text: A resit in June}\n  academic_terms_fraction: 0.15\n",
    )
    mended = mended.replace(*COORDINATOR)
    assert mended != text
    assert findings(mended + AGREED) == []


COORDINATOR = (
    "\nhome:\n",
    "\nhome:\n  coordinator: {name: {family: Lie, given: Sophus}, email: sophus.lie@example.com}\n",
)
STAY = (
    "planned: {start: 2019-02, end: 2019-06}",
    "planned: {start: 2019-02, end: 2019-06}\n  actual: {start: 2019-02-18, end: 2019-06-21}",
)
AGREED = """
partner_agreement:
  kind: iia
  reference: IIA-2014-007
  covers: {from: 2014-09-01, to: 2021-09-30}
  signatures: [{role: home, date: 2014-03-03}, {role: host, date: 2014-03-17}]
"""
OUTCOME = """
results:
  issued: 2019-07-01
  lines: [{id: r1, for: a1, credits: 9, grade: B, scale: ects-letters, status: passed}]

recognition:
  decided: {date: 2019-07-10, by: Study board, reference: SB-2019-07}
  blocks:
    - {id: k1, from: [r1], to: [{component: b1, credits: 5, status: recognised}, {component: b2, credits: 4, status: recognised}]}
  diploma_supplement: {section: "4.3", mention: true}
"""


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the EWP sample is not beside the project")
def test_the_report_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Imported, mended, and completed with what the host and the home school decided: silent, and three documents."""
    assert cli.run(["import", "ewp-la", str(SAMPLE), "-o", str(tmp_path), "--lang", "en"]) == 0
    [path] = tmp_path.glob("*.mobility.yaml")
    text = path.read_text(encoding="utf-8").replace("status: agreed", "status: recognised")
    text = text.replace(
        "    note:", "    withdrawn: {date: 2019-06-20, reason: The course was not given}\n    note:"
    )
    text = text.replace(
        "title: Algebra\n          term: 2/2\n          credits: 6",
        "title: Algebra\n          term: 2/2\n          credits: 0",
    )
    text = text.replace(
        "title: Elementary Set Theory\n          term: 2/2\n          credits: 6",
        "title: Elementary Set Theory\n          term: 2/2\n          credits: 9",
    )
    text = text.replace(*COORDINATOR).replace(*STAY)
    path.write_text(text + AGREED + OUTCOME, encoding="utf-8")
    capsys.readouterr()
    asked = [str(path), "--as-of", "2026-11-24", "--lang", "en"]
    assert cli.run(["validate", *asked]) == 0
    assert "1 record checked · 1 without a finding" in capsys.readouterr().out
    formats = ["--format", "pdf", "--format", "html", "--format", "md"]
    assert cli.run(["render", "recognition-report", *asked, "-o", str(tmp_path / "out"), *formats]) == 0
    assert sorted(each.suffix for each in (tmp_path / "out").glob("[!.]*")) == [".html", ".md", ".pdf"]
