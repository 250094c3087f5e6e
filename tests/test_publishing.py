"""`mobctl render`: which files come out, which don't, and what is said."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mobctl import batch, cli
from mobctl.store import write

EXAMPLES = Path(__file__).parents[1] / "examples"
STORIES = [EXAMPLES / "engineering", EXAMPLES / "social-work"]
FINISHED = EXAMPLES / "engineering" / "mobilities" / "2025-0107.mobility.yaml"
PLANNED = EXAMPLES / "engineering" / "mobilities" / "2026-0211.mobility.yaml"


def render(*arguments: object, kind: str = "recognition-report") -> int:
    return cli.run(["render", kind, *map(str, arguments), "--as-of", "2026-11-24"])


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """A copy of the engineering school's records, to be spoilt."""
    return Path(shutil.copytree(EXAMPLES / "engineering", tmp_path / "school"))


def made(folder: Path) -> list[str]:
    """The documents of a folder: everything but the journal."""
    there = folder.iterdir() if folder.is_dir() else ()
    return sorted(path.name for path in there if path.name != batch.JOURNAL)


def test_the_shipped_examples(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    formats = ["--format", "pdf", "--format", "html", "--format", "md"]
    assert render(*STORIES, "-o", tmp_path / "a", *formats, "--lang", "fr+en") == 0
    said = capsys.readouterr()
    names = [
        f"{id}.recognition-report.fr+en.{end}"
        for id in ("2025-0031", "2025-0107")
        for end in ("html", "md", "pdf")
    ]
    assert made(tmp_path / "a") == names
    assert sorted(said.out.split()) == sorted((tmp_path / "a" / name).as_posix() for name in names)
    assert render(*STORIES, "-o", tmp_path / "b", *formats, "--lang", "fr+en") == 0
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


@pytest.mark.parametrize(
    ("lang", "title"),
    [("en", "Recognition report"), ("fr", "Rapport de reconnaissance"), (None, "Rapport de reconnaissance")],
)
def test_languages(tmp_path: Path, lang: str | None, title: str) -> None:
    """Without --lang it is the school's own, of its configuration."""
    assert render(FINISHED, "-o", tmp_path, "--format", "md", *(["--lang", lang] if lang else [])) == 0
    [path] = tmp_path.iterdir()
    assert path.read_text(encoding="utf-8").count(title) >= 1


def test_a_record_that_is_not_so_far_is_passed_over_or_explained(
    school: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert render(EXAMPLES / "engineering", "-o", tmp_path / "out", "--format", "md", "--lang", "en") == 0
    assert "results.lines" in capsys.readouterr().err, "of the only one, why is said at once"
    (school / "mobilities" / "again.mobility.yaml").write_text(
        PLANNED.read_text(encoding="utf-8").replace("2026-0211", "2026-0212"), encoding="utf-8"
    )
    assert render(school, "-o", tmp_path / "both", "--format", "md", "--lang", "en") == 0
    said = capsys.readouterr().err
    assert "of 2 records, or not yet" in said
    assert "results.lines" not in said
    assert render(PLANNED, "-o", tmp_path / "none", "--format", "md", "--lang", "en") == 1
    assert "results.lines" in capsys.readouterr().err
    assert made(tmp_path / "none") == []


def test_a_broken_record_stops_no_other(
    school: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = school / "mobilities" / "broken.mobility.yaml"
    broken.write_text(
        FINISHED.read_text(encoding="utf-8").replace("kind: studies", "kind: studys"), encoding="utf-8"
    )
    assert render(school, "-o", tmp_path / "out", "--format", "md", "--lang", "en") == 1
    assert "broken.mobility.yaml" in capsys.readouterr().err
    assert made(tmp_path / "out") == ["2025-0107.recognition-report.en.md"]


def test_what_cannot_be_opened_is_said(
    school: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        render(school, school / "nowhere.yaml", "-o", tmp_path / "out", "--format", "md", "--lang", "en") == 3
    )
    assert "nowhere.yaml" in capsys.readouterr().err
    assert made(tmp_path / "out") == ["2025-0107.recognition-report.en.md"]


def test_two_records_of_one_id_make_no_document(
    school: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(FINISHED, school / "mobilities" / "copy.mobility.yaml")
    assert render(school, "-o", tmp_path / "out", "--format", "md", "--lang", "en") == 1
    assert capsys.readouterr().err.count("is also the id of") == 2
    assert made(tmp_path / "out") == []


SIGNED = """  - kind: recognition-report
    reference: R-1
    issued: 2026-03-18
    issuer: home
    view_sha256: HASH
    signatures: SIGNATURES
"""
BOTH = "[{role: academic-coordinator, name: Hélène Vasseur, date: 2026-03-18}, {role: recognition-authority, name: Jury S7, date: 2026-03-18}]"


def test_a_signed_report_is_a_draft_again_when_the_record_changes(
    school: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = school / "mobilities" / FINISHED.name
    text = FINISHED.read_text(encoding="utf-8")
    paper = "  - {kind: recognition-report, issued: 2026-03-18, issuer: home, version: 1}\n"
    assert text.count(paper) == 1
    text = text.replace(paper, SIGNED)

    def printed(record: str) -> str:
        path.write_text(record, encoding="utf-8")
        assert render(path, "-o", tmp_path, "--format", "md", "--lang", "en", "--force") == 0
        return next(tmp_path.glob("*.md")).read_text(encoding="utf-8")

    draft = printed(text.replace("    view_sha256: HASH\n", "").replace("    signatures: SIGNATURES\n", ""))
    found = re.search(r"[0-9a-f]{64}", draft.replace("<wbr>", ""))
    assert found
    signed = text.replace("HASH", found[0]).replace("SIGNATURES", BOTH)
    assert "Signed on 18\u00a0March 2026" in printed(signed)
    assert "Draft, not signed" not in printed(signed)
    capsys.readouterr()
    changed = printed(
        signed.replace(
            "grade: 28, status: passed, date: 2026-02-03", "grade: 29, status: passed, date: 2026-02-03"
        )
    )
    assert "Draft, not signed" in changed
    assert "Signed on" not in changed
    assert "has changed since" in capsys.readouterr().err
    config = school / "mobctl.yaml"
    moved = config.read_text(encoding="utf-8").replace("address: 1 allée", "address: 2 allée")
    assert moved != config.read_text(encoding="utf-8")
    config.write_text(moved, encoding="utf-8")
    assert "Draft, not signed" in printed(signed)
    assert "or what mobctl.yaml says under `brand` has" in capsys.readouterr().err, (
        "the record is not to blame"
    )


def test_a_signed_document_without_its_fingerprint_is_told_of(
    school: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The note gives the fingerprint that the document needs, and with it nothing is left to say."""
    path = school / "mobilities" / FINISHED.name
    text = FINISHED.read_text(encoding="utf-8")
    paper = "  - {kind: recognition-report, issued: 2026-03-18, issuer: home, version: 1}\n"
    assert text.count(paper) == 1
    unseen = text.replace(paper, SIGNED.replace("    view_sha256: HASH\n", "").replace("SIGNATURES", BOTH))
    path.write_text(unseen, encoding="utf-8")
    order = (path, "-o", tmp_path, "--format", "md", "--lang", "en", "--force")
    assert render(*order, "--quiet") == 0
    assert capsys.readouterr().err == ""
    assert render(*order) == 0
    said = re.search(r"without its fingerprint.*`(view_sha256: [0-9a-f]{64})`", capsys.readouterr().err)
    assert said
    path.write_text(
        unseen.replace("    reference: R-1\n", f"    reference: R-1\n    {said[1]}\n"), encoding="utf-8"
    )
    assert render(*order) == 0
    assert "fingerprint" not in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["recognition-report", "amendment", "transcript"])
def test_of_a_record_with_errors_a_draft_is_made_or_nothing(
    school: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    path = school / "mobilities" / FINISHED.name
    text = FINISHED.read_text(encoding="utf-8")
    assert "\n  stated_credits: 30\n" in text
    out = tmp_path / "out"
    order = (path, "-o", out, "--format", "md", "--lang", "en", "--force")
    assert render(*order, kind=kind) == 0
    assert "not settled" not in capsys.readouterr().err
    [page] = out.iterdir()
    page.unlink()
    path.write_text(text.replace("\n  stated_credits: 30\n", "\n  stated_credits: 31\n", 1), encoding="utf-8")
    assert render(*order, kind=kind) == 1
    assert capsys.readouterr().err.count("1 error that is not settled; `mobctl validate ") == 1
    assert made(out) == []
    assert cli.run(["validate", str(path), "--as-of", "2026-11-24", "--lang", "en"]) == 1
    capsys.readouterr()
    assert render(*order, "--draft", kind=kind) == 0
    assert capsys.readouterr().err == ""
    assert "Draft, not signed" in next(out.iterdir()).read_text(encoding="utf-8")


def test_a_draft_of_a_sound_record_is_marked_too(tmp_path: Path) -> None:
    assert render(FINISHED, "-o", tmp_path, "--format", "md", "--lang", "en", "--draft") == 0
    assert "Draft, not signed" in next(tmp_path.iterdir()).read_text(encoding="utf-8")


def test_nothing_with_errors_is_entered_as_issued(
    school: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = school / "mobilities" / FINISHED.name
    wrong = FINISHED.read_text(encoding="utf-8").replace(
        "\n  stated_credits: 30\n", "\n  stated_credits: 31\n", 1
    )
    path.write_text(wrong, encoding="utf-8")
    assert render(path, "-o", tmp_path / "out", "--register", "--lang", "en") == 1
    assert "not settled" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == wrong
    assert render(path, "-o", tmp_path / "out", "--register", "--draft", "--lang", "en") == 2


def test_two_schools_with_one_id_overwrite_nothing(
    school: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        render(school, STORIES[0], "-o", tmp_path / "out", "--format", "md", "--lang", "en", "--force") == 1
    )
    assert "name of another document of this run" in capsys.readouterr().err
    assert made(tmp_path / "out") == ["2025-0107.recognition-report.en.md"]


def test_all_formats_or_none(school: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Egyptian hieroglyphs are in no font of ours: HTML could be made, but the order was for both."""
    path = school / "mobilities" / FINISHED.name
    text = path.read_text(encoding="utf-8")
    assert text.count("reference: PV-2026-S7-01") == 1
    path.write_text(text.replace("reference: PV-2026-S7-01", "reference: 𓀀"), encoding="utf-8")
    assert render(path, "-o", tmp_path / "out", "--format", "html", "--format", "pdf", "--lang", "en") == 1
    assert "U+13000" in capsys.readouterr().err
    assert made(tmp_path / "out") == []
    assert render(path, "-o", tmp_path / "out", "--format", "html", "--lang", "en") == 0
    assert made(tmp_path / "out") == ["2025-0107.recognition-report.en.html"]


def test_the_look_of_a_school(school: Path, tmp_path: Path) -> None:
    config = school / "mobctl.yaml"
    text = config.read_text(encoding="utf-8")
    assert text.count('accent: "#12305a"') == 1
    (school / "logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', encoding="utf-8"
    )
    config.write_text(
        text.replace('accent: "#12305a"', 'accent: "#7a0019"\n  logo: logo.svg'), encoding="utf-8"
    )
    assert render(school, "-o", tmp_path / "out", "--format", "html", "--format", "pdf") == 0
    page = next((tmp_path / "out").glob("*.html")).read_text(encoding="utf-8")
    assert "#7a0019" in page
    assert "data:image/svg+xml" in page
    assert "ESI Brévigny" in page


def test_what_the_host_certifies_bears_the_name_of_the_host(school: Path, tmp_path: Path) -> None:
    """Neither the arms nor the name that the school wants at the head of its own documents."""
    (school / "logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', encoding="utf-8"
    )
    config = school / "mobctl.yaml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("  name: ESI", "  logo: logo.svg\n  name: ESI"),
        encoding="utf-8",
    )
    heads = {}
    for kind in ("learning-agreement", "certificate-of-attendance", "partner-attestation"):
        assert render(school, "-o", tmp_path / kind, "--format", "html", kind=kind) == 0
        page = next((tmp_path / kind).glob("2025-0107.*.html")).read_text(encoding="utf-8")
        heads[kind] = page.partition("<h1")[0].partition("<body")[2]
    assert "data:image/svg+xml" in heads["learning-agreement"]
    assert "ESI Brévigny" in heads["learning-agreement"]
    for kind in ("certificate-of-attendance", "partner-attestation"):
        assert "data:image" not in heads[kind]
        assert "Brévigny" not in heads[kind]
        assert "Politecnico" in heads[kind]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("learning-agreement", ["2025-0031.learning-agreement", "2025-0107.learning-agreement-1", "2026-0211.learning-agreement"]),
        ("amendment", ["2025-0107.amendment-1"]),
        ("certificate-of-arrival", ["2025-0107.certificate-of-arrival"]),
        ("certificate-of-attendance", ["2025-0031.certificate-of-attendance", "2025-0107.certificate-of-attendance"]),
        ("partner-attestation", ["2025-0031.partner-attestation", "2025-0031.partner-attestation-host-company", "2025-0107.partner-attestation"]),
    ],
)  # fmt: skip
def test_several_documents_of_one_record(tmp_path: Path, kind: str, names: list[str]) -> None:
    """Each amendment is a document, each partner attests for itself; the name of the file says which it is."""
    assert render(*STORIES, "-o", tmp_path, "--format", "md", "--lang", "en", kind=kind) == 0
    assert made(tmp_path) == sorted(f"{name}.en.md" for name in names)


def test_the_version_before_an_amendment_is_printed_with_its_day(tmp_path: Path) -> None:
    asked = ("-o", str(tmp_path), "--format", "md", "--lang", "en", "--as-of", "2025-07-15", "--draft")
    assert cli.run(["render", "learning-agreement", str(FINISHED), *asked]) == 0
    [path] = tmp_path.iterdir()
    assert path.name == "2025-0107.learning-agreement.en.md"
    assert "This is the first version of the agreement" in path.read_text(encoding="utf-8")


def test_an_amendment_that_lacks_something_stops_no_other(
    school: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = school / "mobilities" / FINISHED.name
    text = path.read_text(encoding="utf-8")
    assert text.count("\namendments:\n") == 1
    path.write_text(
        text.replace("\namendments:\n", "\namendments:\n  - {number: '0a', changes: []}\n"), encoding="utf-8"
    )
    assert (
        render(path, "-o", tmp_path / "out", "--format", "md", "--lang", "en", "--draft", kind="amendment")
        == 1
    )
    assert "has no changes (`amendments.changes`)" in capsys.readouterr().err
    assert made(tmp_path / "out") == ["2025-0107.amendment-1.en.md"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("  logo: logo.svg", "logo.svg", id="a logo that is missing"),
        pytest.param("  logo: link.svg", "link.svg", id="a logo that a link takes from elsewhere"),
        pytest.param("  stylesheet: away.css", "@import", id="a style sheet that fetches"),
        pytest.param("templates: nowhere", "nowhere", id="a folder of templates that is missing"),
        pytest.param("templates: mine", "recognition-report.xml.j2:1", id="a template with a mistake"),
    ],
)
def test_a_bad_configuration_makes_nothing(
    school: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, said: str
) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text("<svg/>", encoding="utf-8")
    (school / "link.svg").symlink_to(secret)
    (school / "away.css").write_text("@import 'https://x.invalid/a.css';", encoding="utf-8")
    (school / "mine").mkdir()
    (school / "mine" / "recognition-report.xml.j2").write_text("<script/>", encoding="utf-8")
    with (school / "mobctl.yaml").open("a", encoding="utf-8") as config:
        config.write(f"{line}\n")
    assert render(school, "-o", tmp_path / "out", "--format", "html", "--lang", "en") == 2
    assert said in capsys.readouterr().err
    assert made(tmp_path / "out") == []


@pytest.mark.parametrize(
    ("arguments", "kind", "status", "said"),
    [
        pytest.param(["--format", "docx"], "recognition-report", 2, "docx", id="a format that there is not"),
        pytest.param([], "recognition", 2, "recognition-report", id="a kind that there is not"),
        pytest.param(["--lang", "fr+fr"], "recognition-report", 2, "fr+en", id="one language twice"),
        pytest.param(["--lang", "fr,en"], "recognition-report", 2, "fr+en", id="two languages and a comma"),
        pytest.param(["--lang", "fr+en+es"], "recognition-report", 2, "fr+en", id="three languages"),
        pytest.param(["--lang", "fr+tlh"], "recognition-report", 2, "tlh", id="a language that there is not"),
    ],
)
def test_refused(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    kind: str,
    status: int,
    said: str,
) -> None:
    assert render(FINISHED, "-o", tmp_path / "out", *arguments, kind=kind) == status
    assert said in capsys.readouterr().err
    assert made(tmp_path / "out") == []


def changed(school: Path) -> Path:
    """The finished record, with another mark."""
    path = school / "mobilities" / FINISHED.name
    text = path.read_text(encoding="utf-8")
    assert text.count(MARK) == 1
    path.write_text(text.replace(MARK, MARK.replace("28", "29")), encoding="utf-8")
    return path


MARK = "grade: 28, status: passed, date: 2026-02-03"


def test_nothing_is_written_over_unless_asked(
    school: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = ("-o", tmp_path / "out", "--format", "md", "--format", "html", "--lang", "en")
    assert render(FINISHED, *order, "--format", "md") == 0
    capsys.readouterr()
    before = {name: (tmp_path / "out" / name).stat().st_ino for name in made(tmp_path / "out")}
    assert render(FINISHED, *order) == 0, "the same documents again"
    said = capsys.readouterr()
    assert "2 files were there already with the same content" in said.err
    assert len(said.out.split()) == 2, "they are there, so their names come out"
    assert {name: (tmp_path / "out" / name).stat().st_ino for name in made(tmp_path / "out")} == before
    page = (tmp_path / "out" / "2025-0107.recognition-report.en.html").read_bytes() + b"a word by hand"
    (tmp_path / "out" / "2025-0107.recognition-report.en.html").write_bytes(page)
    (tmp_path / "out" / "2025-0107.recognition-report.en.md").unlink()
    assert render(changed(school), *order) == 1
    said = capsys.readouterr()
    assert "2025-0107.recognition-report.en.html" in said.err
    assert "--force" in said.err
    assert said.out == ""
    assert made(tmp_path / "out") == ["2025-0107.recognition-report.en.html"], "all files or none"
    assert (tmp_path / "out" / "2025-0107.recognition-report.en.html").read_bytes() == page
    assert render(school / "mobilities" / FINISHED.name, *order, "--force") == 0
    assert (tmp_path / "out" / "2025-0107.recognition-report.en.html").read_bytes() != page
    assert len(made(tmp_path / "out")) == 2


@pytest.mark.parametrize("there", ["a link", "a folder"])
def test_only_a_file_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str], there: str) -> None:
    path = tmp_path / "2025-0107.recognition-report.en.md"
    other = tmp_path / "other"
    other.write_text("x", encoding="utf-8")
    if there == "a link":
        path.symlink_to(other)
    else:
        path.mkdir()
    assert render(FINISHED, "-o", tmp_path, "--format", "md", "--lang", "en") == 1
    assert (
        "--force" if there == "a link" else "is a folder: give it another name"
    ) in capsys.readouterr().err
    assert render(FINISHED, "-o", tmp_path, "--format", "md", "--lang", "en", "--force") == (
        there == "a folder"
    )
    assert other.read_text(encoding="utf-8") == "x", "a link is replaced, not followed"


def test_a_file_where_the_folder_should_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").write_text("x", encoding="utf-8")
    assert render(FINISHED, "-o", tmp_path / "out", "--format", "md", "--lang", "en") == 2
    assert "is not a folder" in capsys.readouterr().err


def test_a_document_is_written_whole_or_not_at_all(
    school: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up: the older document stays as it was, and nothing half-written lies about."""
    assert render(FINISHED, "-o", tmp_path, "--format", "md", "--lang", "en") == 0
    [path] = tmp_path.glob("*.md")
    before = path.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr(write, "_settle", lambda _folder: None)
    order = ("-o", tmp_path, "--format", "md", "--format", "html", "--lang", "en", "--force")
    assert render(changed(school), *order) == 2
    assert (made(tmp_path), path.read_bytes()) == ([path.name, "school"], before)


MOBCTL = [sys.executable, "-m", "mobctl", "render", "recognition-report", "--as-of", "2026-11-24"]


@pytest.mark.parametrize("form", ["pdf", "html", "md"])
def test_one_document_to_standard_output(tmp_path: Path, form: str) -> None:
    """The bytes are those of the file, and nothing else comes out."""
    order = ["--format", form, "--lang", "fr"]
    assert render(FINISHED, "-o", tmp_path, *order) == 0
    [path] = tmp_path.iterdir()
    done = subprocess.run([*MOBCTL, str(FINISHED), "-o", "-", *order], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, path.read_bytes(), b"")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        pytest.param([*STORIES, "--format", "md"], 2, "2 could be made", id="two records"),
        pytest.param([FINISHED, "--format", "md", "--format", "html"], 2, "one format", id="two formats"),
        pytest.param([PLANNED, "--format", "md"], 1, "results.lines", id="a record that is not so far"),
    ],
)
def test_standard_output_takes_one_document(arguments: list[object], status: int, said: str) -> None:
    command = [*MOBCTL, *map(str, arguments), "-o", "-", "--lang", "en"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (status, b"")
    assert said in done.stderr.decode()


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminals on this system")
def test_a_screen_shows_no_pdf() -> None:
    ours, theirs = os.openpty()
    try:
        command = [*MOBCTL, str(FINISHED), "-o", "-", "--lang", "en"]
        done = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 2
    assert b"PDF" in done.stderr


@pytest.mark.parametrize(
    ("id", "name"),
    [
        ("2025.0107", r"2025\.0107"),
        ("CON", r"_CON-[0-9a-f]{8}"),
        ("aux.1", r"_aux\.1-[0-9a-f]{8}"),
        ("lpt1", r"_lpt1-[0-9a-f]{8}"),
        ("a" * 64, "a{64}"),
    ],
)
def test_the_file_has_a_name_that_every_system_takes(
    school: Path, tmp_path: Path, id: str, name: str
) -> None:
    """Windows keeps some names for its devices, whatever ending follows."""
    path = school / "mobilities" / FINISHED.name
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("id: 2025-0107", f"id: {id}", 1), encoding="utf-8")
    assert render(path, "-o", tmp_path / "out", "--format", "md", "--lang", "en") == 0
    [made_of_it] = made(tmp_path / "out")
    assert re.fullmatch(rf"{name}\.recognition-report\.en\.md", made_of_it)


def test_names_that_differ_in_capitals_only_are_one_on_many_disks(
    school: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Path(shutil.copytree(school, tmp_path / "other"))
    for folder, id in ((school, "Aa-1"), (other, "aA-1")):
        path = folder / "mobilities" / FINISHED.name
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("id: 2025-0107", f"id: {id}", 1), encoding="utf-8")
    assert render(school, other, "-o", tmp_path / "out", "--format", "md", "--lang", "en") == 1
    assert "name of another document of this run" in capsys.readouterr().err
    assert made(tmp_path / "out") == ["Aa-1.recognition-report.en.md"]
