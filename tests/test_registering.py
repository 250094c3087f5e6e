"""`mobctl render --register`: what is entered in a record, and when nothing is."""

import os
import shutil
from pathlib import Path
from typing import Any

import certificates
import graduates
import letterbox
import placements
import pytest
from agreements import FULL
from folders import exact
from test_fields import OF_A_MOBILITY

from mobctl import cli, documents, registering, store
from mobctl.errors import UserError
from mobctl.store import write

EXAMPLES = Path(__file__).parents[1] / "examples"
NAME = "2025-0107.mobility.yaml"
PAPER = "  - {kind: recognition-report, issued: 2026-03-18, issuer: home, version: 1}\n"
AMENDMENT = '  - {kind: amendment, reference: "1", issued: 2025-10-17, issuer: home, version: 1}\n'
MARK = "grade: 28, status: passed, date: 2026-02-03"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A finished record whose recognition report was not issued yet."""
    folder = Path(shutil.copytree(EXAMPLES / "engineering", tmp_path / "school"))
    path = folder / "mobilities" / NAME
    edit(path, PAPER, "")
    return path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def register(record: Path, *arguments: str, day: str = "2026-11-24", lang: str = "en") -> int:
    order = ["--register", "--format", "md", "--lang", lang, "--as-of", day, *arguments]
    return cli.run(["render", "recognition-report", str(record), "-o", str(record.parents[2]), *order])


def papers(record: Path) -> list[Any]:
    document = store.read(record, asked=True).document
    assert document
    return [each for each in document.data["documents"] if each["kind"] == "recognition-report"]


def page(record: Path, lang: str = "en") -> str:
    text = (record.parents[2] / f"2025-0107.recognition-report.{lang}.md").read_text(encoding="utf-8")
    return text.replace("<wbr>", "")


def test_a_document_is_entered_once(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = record.read_text(encoding="utf-8")
    assert register(record) == 0
    assert "2025-0107-REC is entered" in capsys.readouterr().err
    [paper] = papers(record)
    fingerprint = paper.pop("view_sha256")
    assert paper == {
        "kind": "recognition-report",
        "reference": "2025-0107-REC",
        "issued": "2026-11-24",
        "issuer": "home",
        "languages": ["en"],
        "version": "1",
    }
    assert fingerprint in page(record), "what was entered is what the document says of itself"
    after = record.read_text(encoding="utf-8")
    assert after.startswith(before), "the rest of the file stays as it was"
    assert register(record, day="2026-12-01") == 0, "on another day it is still the same document"
    assert "is in the record already" in capsys.readouterr().err
    assert record.read_text(encoding="utf-8") == after
    assert register(record, lang="fr") == 0, "and in another language"
    assert papers(record) == [{**paper, "languages": ["en", "fr"], "view_sha256": fingerprint}]
    assert fingerprint in page(record, "fr")


@pytest.mark.parametrize(
    ("kind", "number", "version"),
    [("learning-agreement", "2025-0107-LA-1", "1"), ("amendment", "2025-0107-AM-1", "1")],
)
def test_an_agreement_is_entered_with_its_version(
    record: Path, capsys: pytest.CaptureFixture[str], kind: str, number: str, version: str
) -> None:
    edit(record, AMENDMENT, "")
    order = ["--register", "--format", "md", "--lang", "en", "--as-of", "2026-11-24"]
    order += ["-o", str(record.parents[2])]
    assert cli.run(["render", kind, str(record), *order]) == 0
    document = store.read(record, asked=True).document
    assert document
    paper = document.data["documents"][-1]
    assert (paper["kind"], paper["reference"], paper["version"]) == (kind, number, version)
    capsys.readouterr()
    assert cli.run(["render", kind, str(record), *order]) == 0
    assert f"{number} is in the record already" in capsys.readouterr().err


def test_a_document_that_says_something_else_takes_the_place_of_the_first(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert register(record) == 0
    edit(record, MARK, MARK.replace("28", "29"))
    before = record.read_bytes()
    assert register(record, day="2026-12-01") == 1, "the file of the first is still there"
    assert "--force" in capsys.readouterr().err
    assert record.read_bytes() == before
    assert register(record, "--force", day="2026-12-01") == 0
    first, second = papers(record)
    assert (first["reference"], first["replaced_by"]) == ("2025-0107-REC", "2025-0107-REC-2")
    assert (second["reference"], second["issued"]) == ("2025-0107-REC-2", "2026-12-01")
    assert second["view_sha256"] in page(record)
    assert "2025-0107-REC-2" in page(record)
    settled = record.read_bytes()
    assert register(record, day="2026-12-02") == 0
    assert record.read_bytes() == settled


@pytest.mark.parametrize(
    ("entry", "after"),
    [
        pytest.param(
            "{kind: recognition-report, reference: R-7}",
            {"reference": "R-7", "issued": "2026-11-24", "languages": ["en"]},
            id="a number of the school's own",
        ),
        pytest.param(
            "{kind: recognition-report, issued: 2026-03-18, languages: [fr]}",
            {"reference": "2025-0107-REC", "issued": "2026-03-18", "languages": ["fr"]},
            id="a day that was written before",
        ),
    ],
)
def test_an_entry_made_by_hand_is_completed(record: Path, entry: str, after: dict[str, Any]) -> None:
    edit(record, "documents:\n", f"documents:\n  - {entry}   # ours\n")
    assert register(record) == 0
    [paper] = papers(record)
    assert paper.pop("view_sha256") in page(record)
    assert paper == {"kind": "recognition-report", **after}
    assert "   # ours\n" in record.read_text(encoding="utf-8")


BOTH = "[{role: academic-coordinator, name: A, date: 2026-03-18}, {role: recognition-authority, name: B, date: 2026-03-18}]"


def test_of_what_was_signed_unseen_nothing_is_said(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(
        record,
        "documents:\n",
        f"documents:\n  - {{kind: recognition-report, reference: R-7, signatures: {BOTH}}}\n",
    )
    before = record.read_bytes()
    assert register(record) == 0
    assert "cannot be told" in capsys.readouterr().err
    assert record.read_bytes() == before


def test_a_signed_document_stays_the_same(record: Path) -> None:
    assert register(record) == 0
    [paper] = papers(record)
    edit(record, "    reference: 2025-0107-REC\n", f"    reference: 2025-0107-REC\n    signatures: {BOTH}\n")
    before = record.read_bytes()
    assert register(record, "--force") == 0
    assert record.read_bytes() == before
    assert "Signed on 18" in page(record)
    edit(record, MARK, MARK.replace("28", "29"))
    assert register(record, "--force", day="2026-12-01") == 0
    first, second = papers(record)
    assert (first["view_sha256"], first["replaced_by"]) == (paper["view_sha256"], "2025-0107-REC-2")
    assert "signatures" not in second
    assert "Draft, not signed" in page(record), "what was signed was something else"


@pytest.mark.parametrize(
    ("old", "new", "form", "said"),
    [
        pytest.param(
            "reference: PV-2026-S7-01", "reference: 𓀀", "pdf", "U+13000", id="a character that no font has"
        ),
        pytest.param("documents:\n", "documents:\n  -\n    kind: pv\n", "md", "“- ”", id="an unusual list"),
        pytest.param("\n", "\r\n", "md", "save it anew", id="two kinds of line ends"),
    ],
)
def test_all_or_nothing(
    record: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, form: str, said: str
) -> None:
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
    before = record.read_bytes()
    assert register(record, "--format", form) == 1
    assert said in capsys.readouterr().err
    assert record.read_bytes() == before
    assert [path.name for path in record.parents[2].iterdir()] == ["school"], "and no document"


@pytest.mark.skipif(getattr(os, "geteuid", int)() == 0, reason="the superuser may write everything")
def test_a_write_protected_record_is_left_alone(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record.chmod(0o444)
    assert register(record) == 1
    assert "write-protected" in capsys.readouterr().err


def test_a_record_that_somebody_else_has_changed_is_left_alone(record: Path) -> None:
    entered = registering.Entered(record.read_bytes(), record.read_bytes())
    edit(record, MARK, MARK.replace("28", "29"))
    before = record.read_bytes()
    with pytest.raises(UserError):
        registering.save(str(record), entered, b"x")
    assert record.read_bytes() == before


def test_a_link_stays_a_link(record: Path, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere.yaml"
    shutil.move(record, real)
    record.symlink_to(real)
    assert register(record) == 0
    assert record.is_symlink()
    assert len(papers(real)) == 1


def test_one_document_to_standard_output_is_entered_too(
    record: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert register(record, "-o", "-") == 0
    [paper] = papers(record)
    assert paper["view_sha256"].encode() in capfdbinary.readouterr().out.replace(b"<wbr>", b"")


def written(folder: Path, of: Any = None, **changes: Any) -> Path:
    """A record that has all that the documents show, and none of them issued."""
    path = folder / f"{(of or FULL)['id']}.mobility.yaml"
    accepted = [
        {
            "rule": rule,
            "all": True,
            "reason": "A record of the tests",
            "by": "The tests",
            "date": "2026-03-01",
        }
        for rule in ("GEN113", "TOR001")
    ]
    data = exact({**(of or FULL), "profiles": None, "documents": None, "waivers": accepted, **changes})
    text = write.dump({key: value for key, value in data.items() if value}, {}, "mobility.schema.json")
    path.write_text(text, encoding="utf-8")
    return path


def issue(kind: str, path: Path, *arguments: str) -> int:
    day = "2025-10-01" if kind == "certificate-of-arrival" else "2026-11-24"
    order = [
        "-o",
        str(path.parent),
        "--format",
        "md",
        "--lang",
        "en",
        "--as-of",
        day,
        "--register",
        "--force",
    ]
    return cli.run(["render", kind, str(path), *order, *arguments])


LETTERS = {
    "recognition-decision-letter": "2025-0001-DEC",
    "derogation-letter": "2025-0001-DER",
    "exam-absence-letter": "2025-0001-ABS",
    "certifier-letter": "2025-0001-CER",
    "transcript-reminder-letter": "2025-0001-REL",
}
"""A letter is entered as a `decision-letter`; which one it is stands beside."""

ENTRIES: dict[str, list[tuple[str, str | None]]] = {
    "learning-agreement": [("2025-0001-LA-1", "1")],
    "traineeship-agreement": [("2026-0300-LT", "0")],
    "vet-agreement": [("2026-0301-LV", "0")],
    "validation-plan": [("2026-0305-VP", "0")],
    "apprentice-convention": [("CMA-302", None)],
    "internship-convention": [("2026-0304-CS", None)],
    "personalised-contract": [("2026-0303-CP", "0")],
    "amendment": [("2025-0001-AM-1", "1"), ("2025-0001-AM-2", "2")],
    "recognition-report": [("2025-0001-REC", "1")],
    "transcript": [("2025-0001-TOR", None)],
    "home-transcript": [("2025-0001-HTR", "1")],
    "diploma-supplement": [("2025-0001-DS", None)],
    "open-badge": [("2025-0001-OB", None)],
    "report-cover": [("2025-0001-RAP", None)],
    "debrief-sheet": [("2025-0001-BIL", None)],
    "positioning-sheet": [("2025-0001-POS", None)],
    **{name: [(number, None)] for name, number in LETTERS.items()},
    "evaluation-grid": [("2025-0001-GRI", None)],
    "pv": [("2025-0001-PV", None)],
    "validation-certificate": [("2025-0001-CV", None)],
    "tac-international": [("2025-0001-TAC", None)],
    "jury-sheet": [("2025-0001-JURY", None)],
}


BADGE = {
    **graduates.FULL,
    "profiles": None,
    "documents": [{"kind": "open-badge", "issuer": "home", "title": "Embedded systems", "outcomes": ["o1"]}],
}
EUROPASS = {
    "europass": {
        key: value
        for key, value in graduates.FULL["europass"].items()
        if key not in ("reference", "signatures", "issued")
    }
}
"""A badge is planned in the record before it is made: its title, its outcomes."""


@pytest.mark.parametrize("kind", OF_A_MOBILITY)
def test_every_kind(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the school issues is entered, once, and found again; what the host certifies comes back signed first."""
    sample = letterbox.SAMPLES.get(kind) or placements.SAMPLES.get(kind)
    path = written(
        tmp_path,
        sample,
        **(BADGE if kind == "open-badge" else EUROPASS if kind == "europass-mobility" else {}),
    )
    if kind in certificates.KINDS_OF_THESE:
        figures = (
            {"documents": [{"kind": kind, "effective_hours": 455}]} if kind == "attestation-de-stage" else {}
        )
        path = written(tmp_path, certificates.FULL, **figures)
    before = path.read_bytes()
    if kind not in ENTRIES:
        assert issue(kind, path) == 1
        elsewhere = "data of an official form that is issued elsewhere"
        why = elsewhere if documents.KINDS[kind].elsewhere else "issued by the other side"
        assert why in capsys.readouterr().err
        assert path.read_bytes() == before
        return
    assert issue(kind, path) == 0
    document = store.read(path, asked=True).document
    assert document
    entries = document.data["documents"]
    assert [(each["reference"], each.get("version")) for each in entries] == ENTRIES[kind]
    assert all(each.get("letter", each["kind"]) == kind and each["issuer"] == "home" for each in entries)
    assert all((each["kind"] == "decision-letter") == (kind in LETTERS) for each in entries)
    assert len({each["view_sha256"] for each in entries}) == len(entries)
    after = path.read_bytes()
    assert issue(kind, path) == 0
    said = capsys.readouterr().err
    assert said.count("is in the record already") == len(entries)
    assert "draft again" not in said
    assert path.read_bytes() == after


def test_signatures_are_not_taken_over_by_another_content(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path)
    assert issue("learning-agreement", path) == 0
    edit(path, "Big data processing", "Small data processing")
    assert issue("learning-agreement", path) == 0, "a course that an amendment has taken out is not on it"
    edit(path, "Computer architectures", "Computer architecture")
    order = [
        "-o",
        str(tmp_path),
        "--format",
        "md",
        "--lang",
        "en",
        "--as-of",
        "2026-11-24",
        "--force",
        "--draft",
    ]
    assert cli.run(["render", "learning-agreement", str(path), *order]) == 0
    assert "draft again" in capsys.readouterr().err
    assert "It is not in force" in (tmp_path / "2025-0001.learning-agreement-1.en.md").read_text("utf-8")
    before = path.read_bytes()
    assert issue("learning-agreement", path) == 1
    assert "says something else since: put back what was signed" in capsys.readouterr().err
    assert path.read_bytes() == before
