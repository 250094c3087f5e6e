"""A transcript from abroad, from the file of the other system to documents in three languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from mobctl import cli

SAMPLES = Path(__file__).parents[2] / "shared" / "samples"
TOR = SAMPLES / "ewp-specs-api-imobility-tors" / "endpoints" / "get-response-example.xml"
ELMO = SAMPLES / "elmo-schemas" / "v1.7.0" / "example.xml"
SCHOOLS = {
    "brevigny": "mobctl: institution/1\nid: brevigny\nname: Brevigny\ncountry: FR\ncity: Brevigny\nschac: brevigny.example\n",
    "warsaw": "mobctl: institution/1\nid: warsaw\nname: University of Warsaw\ncountry: PL\ncity: Warsaw\nerasmus_code: PL WARSZAW01\n",
}
DAY = ["--as-of", "2026-11-25"]


STAY = {
    "\nhome: {}": "\nhome: {name: Valmont, country: FR}",
    "\nperiod: {}": "\nperiod: {planned: {start: 2015-02-16, end: 2015-07-03}}",
}
"""What no ELMO says."""

NUMBER = {"\n  birth_date:": '\n  id: "1047"\n  birth_date:'}
MENDED = {
    TOR: NUMBER | {"      grade: C\n": "      credits: 6\n      grade: C\n      scale: ects-letters\n"},
    ELMO: NUMBER
    | {
        "      grade: Innpasset\n": "      grade: Innpasset\n      scale: pass-fail\n",
        "      scale: AM\n": "      scale: AM\n      credits: 6\n",
    },
}
"""What the samples lack for a transcript of one's own: the learner's number, a scale, the credits of a course."""


def mend(record: Path, changes: dict[str, str]) -> None:
    text = record.read_text(encoding="utf-8")
    for old, new in changes.items():
        text = text.replace(old, new)
    record.write_text(text, encoding="utf-8")


def imported(ours: str, sample: Path, folder: Path) -> Path:
    (folder / "mobctl.yaml").write_text(f"mobctl: config/1\nhome: {ours}\n", encoding="utf-8")
    (folder / f"{ours}.yaml").write_text(SCHOOLS[ours], encoding="utf-8")
    assert cli.run(["import", "elmo", str(sample), "-o", str(folder / "mobilities"), "--lang", "en"]) == 0
    [record] = (folder / "mobilities").iterdir()
    mend(record, STAY)
    assert cli.run(["validate", str(record), *DAY, "--lang", "en"]) == 0
    return record


def rendered(record: Path, out: Path) -> int:
    formats = ["--format", "pdf", "--format", "html", "--format", "md"]
    asked = ["transcript", str(record), *DAY, "-o", str(out), *formats]
    return max(cli.run(["render", *asked, "--lang", lang]) for lang in ("en", "fr", "es", "fr+en"))


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the project")
@pytest.mark.parametrize("sample", [TOR, ELMO], ids=["tor", "elmo"])
def test_what_a_host_sent_is_printed_as_a_copy(sample: Path, tmp_path: Path) -> None:
    record, out = imported("brevigny", sample, tmp_path), tmp_path / "out"
    assert "\ndirection: outgoing\n" in record.read_text(encoding="utf-8")
    assert rendered(record, out) == 0
    assert len(list(out.glob("[!.]*"))) == 12
    [page] = out.glob("*.transcript.en.md")
    printed = page.read_text(encoding="utf-8")
    assert "A copy: the host institution issues the transcript itself" in printed
    assert "**C**" in printed
    assert "C: 135" in printed.replace("\xa0", " ")


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the project")
@pytest.mark.parametrize("sample", [TOR, ELMO], ids=["tor", "elmo"])
def test_ones_own_transcript_says_what_it_lacks_and_is_printed_once_it_is_there(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record, out = imported("warsaw", sample, tmp_path), tmp_path / "out"
    assert "\ndirection: incoming\n" in record.read_text(encoding="utf-8")
    assert rendered(record, out) == 1
    heard = capsys.readouterr().err
    assert "].credits\N{NO-BREAK SPACE}» ou «\N{NO-BREAK SPACE}results.lines[" in heard
    assert "learner.esi" in heard
    mend(record, MENDED[sample])
    assert rendered(record, out) == 0, capsys.readouterr().err
    assert len(list(out.glob("[!.]*"))) == 12
    [page] = out.glob("*.transcript.en.md")
    printed = page.read_text(encoding="utf-8")
    assert printed.startswith("**University of Warsaw**")
    assert "A copy" not in printed
