"""Many documents in one call: in several processes, broken off and taken up again, listed, and in one ZIP."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from mobctl import batch, cli, manifest, press
from mobctl.documents import KINDS
from mobctl.store import write

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "examples" / "incoming" / "mobilities" / "2025-1073.mobility.yaml"
MANY = press.FEW + 24
"""So many records that other processes are started, a journal is begun, and a run that is broken off is not at its end."""


def school(folder: Path, count: int) -> Path:
    """The records of a school that has received one student so many times."""
    shutil.copytree(ROOT / "examples" / "incoming", folder)
    for path in (folder / "mobilities").iterdir():
        path.unlink()
    text = RECORD.read_text(encoding="utf-8")
    for number in range(count):
        id = f"2025-{number:04}"
        changed = text.replace("id: 2025-1073", f"id: {id}").replace("RN-2026-0118", f"RN-{number:04}")
        assert changed != text
        (folder / "mobilities" / f"{id}.mobility.yaml").write_text(changed, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return school(tmp_path_factory.mktemp("many") / "school", MANY)


def order(folder: Path, *arguments: object) -> list[str]:
    return [
        "render",
        "transcript",
        str(folder / "mobilities"),
        "--as-of",
        "2026-11-24",
        "--lang",
        "en",
        "--draft",
        *map(str, arguments),
    ]


def render(folder: Path, *arguments: object) -> int:
    return cli.run(order(folder, *arguments))


def content(folder: Path) -> dict[str, bytes]:
    """The documents of a folder: everything but the journal."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != batch.JOURNAL
    }


def rows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["documents"]
    return found


@pytest.mark.slow
def test_several_processes_make_the_same_bytes_as_one(many: Path, tmp_path: Path) -> None:
    forms = ("--format", "pdf", "--format", "html")
    assert render(many, "-o", tmp_path / "one", "--jobs", 1, *forms) == 0
    assert render(many, "-o", tmp_path / "two", "--jobs", 2, *forms) == 0
    one, two = content(tmp_path / "one"), content(tmp_path / "two")
    assert len(one) == 2 * MANY
    assert one == two


def test_what_is_there_is_not_made_again(
    many: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, list_ = tmp_path / "out", tmp_path / "m.json"
    assert render(many, "-o", out, "--jobs", 1, "--format", "md") == 0
    assert {row["status"] for row in rows_of(many, out, list_, monkeypatch, printed=0)} == {"same"}
    capsys.readouterr()
    # One is touched, one is taken away, one was made of a record that has changed since.
    touched, gone = sorted(out.glob("*.md"))[:2]
    touched.write_bytes(touched.read_bytes() + b" ")
    gone.unlink()
    found = rows_of(many, out, list_, monkeypatch, printed=2, status=1)
    assert [row["status"] for row in found[:3]] == ["refused", "made", "same"], (
        "nothing is written over without --force"
    )
    assert "is there already with another content" in found[0]["why"]
    rows_of(many, out, list_, monkeypatch, "--force", printed=1)
    assert content(out) == content_of_a_new_run(many, tmp_path)


def rows_of(
    many: Path, out: Path, list_: Path, patch: pytest.MonkeyPatch, *more: str, printed: int, status: int = 0
) -> list[dict[str, Any]]:
    """Run again, count what is printed, and read the manifest."""
    count = 0
    whole = press.print_

    def counted(*arguments: Any) -> press.Printed:
        nonlocal count
        count += 1
        return whole(*arguments)

    patch.setattr(press, "print_", counted)
    assert render(many, "-o", out, "--jobs", 1, "--format", "md", "--manifest", list_, *more) == status
    patch.setattr(press, "print_", whole)
    assert count == printed
    return rows(list_)


def content_of_a_new_run(many: Path, tmp_path: Path) -> dict[str, bytes]:
    assert render(many, "-o", tmp_path / "new", "--jobs", 1, "--format", "md") == 0
    return content(tmp_path / "new")


def test_another_language_is_another_document(many: Path, tmp_path: Path) -> None:
    assert render(many, "-o", tmp_path, "--jobs", 1, "--format", "md") == 0
    assert render(many, "-o", tmp_path, "--jobs", 1, "--format", "md", "--name", "{id}.{lang}") == 0
    assert len(content(tmp_path)) == 2 * MANY


def test_a_damaged_journal_counts_for_nothing(many: Path, tmp_path: Path) -> None:
    assert render(many, "-o", tmp_path / "out", "--jobs", 1, "--format", "md") == 0
    journal = tmp_path / "out" / batch.JOURNAL
    lines = journal.read_text(encoding="utf-8").splitlines()
    assert len(lines) == MANY
    journal.write_bytes(b"\xff{\n[]\n5\n" + "\n".join(lines[:3]).encode()[:-9])
    before = content(tmp_path / "out")
    assert render(many, "-o", tmp_path / "out", "--jobs", 1, "--format", "md") == 0
    assert content(tmp_path / "out") == before


@pytest.mark.parametrize(("draft", "least"), [(False, press.FEW + 1), (True, 2)])
def test_a_handful_of_originals_leaves_no_journal(*, draft: bool, least: int, tmp_path: Path) -> None:
    journal = batch.Journal(tmp_path)
    for number in range(1, press.FEW + 2):
        journal.note({str(number): batch.Origin("k", "d", draft)}, {str(number): b""})
        lines = (tmp_path / batch.JOURNAL).read_text().count("\n") if journal.begun else 0
        assert lines == (number if number >= least else 0)
    assert batch.Journal.of(tmp_path).entries == journal.entries


def test_what_is_there_is_named_new_or_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = school(tmp_path / "few", 3)
    lists = [tmp_path / "1.json", tmp_path / "2.json"]
    for each in lists:
        assert render(few, "-o", tmp_path / "out", "--format", "md", "--manifest", each) == 0
    assert [{row["status"] for row in rows(each)} for each in lists] == [{"made"}, {"same"}]
    names = capsys.readouterr().out.splitlines()
    assert names[:3] == names[3:]


def test_a_folder_in_the_way_of_one_stops_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out, list_ = school(tmp_path / "school", 3), tmp_path / "out", tmp_path / "lists" / "m.json"
    (out / "2025-0001.transcript.en.md").mkdir(parents=True)
    assert render(folder, "-o", out, "--format", "md", "--force", "--manifest", list_) == 1
    assert "is a folder: give it another name" in capsys.readouterr().err
    assert [row["status"] for row in rows(list_)] == ["made", "refused", "made"]


def test_what_keeps_all_documents_from_being_made_is_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = school(tmp_path / "school", 2)
    (folder / "mobilities" / "2025-0000.mobility.yaml").write_text(
        "mobctl: mobility/1\nid: [\n", encoding="utf-8"
    )
    everything = [
        "all" if each == "transcript" else each
        for each in order(folder, "-o", tmp_path / "out", "--format", "md")
    ]
    assert cli.run(everything) == 1
    said = capsys.readouterr().err.splitlines()
    assert [
        line
        for line in said
        if "2025-0000.mobility.yaml: no document was made: the file has a mistake" in line
    ] == said[:1]
    assert "in line 2" in said[0]
    assert "Documents of 1 record could not be made; the reasons stand above." in said[-1] or len(said) == 1


@pytest.mark.skipif(os.name != "posix" or sys.platform == "darwin", reason="names are bytes on Linux only")
def test_letters_that_there_are_not(tmp_path: Path) -> None:
    folder = school(tmp_path / os.fsdecode(b"\xff"), 1)
    for form in ("csv", "json"):
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "mobctl",
                *order(folder, "-o", "名", "--format", "md", "--manifest", f"m.{form}", "-q"),
            ],
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "PYTHONUTF8": "0",
                "PYTHONIOENCODING": "cp1252:strict",
            },
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout == b"?/2025-0000.transcript.en.md\n"
    assert [Path(row["source"]).name for row in rows(tmp_path / "m.json")] == ["2025-0000.mobility.yaml"]


def begun(many: Path, out: Path) -> subprocess.Popen[str]:
    """Start a run in two processes, and come back once they are at work."""
    running = subprocess.Popen(
        [sys.executable, "-m", "mobctl", *order(many, "-o", out, "--jobs", 2)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    patience = time.monotonic() + 120
    while len(list(out.glob("*.pdf"))) < press.FEW + 2 and time.monotonic() < patience:
        time.sleep(0.01)
    return running


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="only Linux lists processes as files")
def test_a_process_that_the_system_ends_is_told_of(many: Path, tmp_path: Path) -> None:
    running = begun(many, tmp_path / "out")
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text(encoding="utf-8").split()
    worker = next(
        each for each in map(int, children) if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()
    )
    os.kill(worker, signal.SIGKILL)
    _, said = running.communicate(timeout=60)
    assert (running.returncode, "With “--jobs 1” one is enough" in said) == (2, True), said


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="Windows has no signal for one process")
def test_whoever_breaks_off_is_told_what_there_is(many: Path, tmp_path: Path) -> None:
    running = begun(many, tmp_path / "out")
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    made = len(list((tmp_path / "out").glob("*.pdf")))
    said_in_the_end = {
        f"mobctl: {count} documents were written before, each whole. The same command goes on from there."
        for count in (made, made - 1)  # broken off between a file and the account of it
    }
    assert running.returncode == 130
    assert said.splitlines()[-1] in said_in_the_end, "and no traceback"


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX")
def test_a_run_that_was_killed_goes_on_where_it_stopped(many: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    assert render(many, "-o", whole, "--jobs", 1) == 0
    out = tmp_path / "out"
    running = begun(many, out)
    running.kill()
    running.communicate(timeout=60)  # which waits for all that could still write: no process goes on alone
    left = {name: data for name, data in content(out).items() if name.endswith(".pdf")}
    assert 0 < len(left) < MANY
    expected = content(whole)
    assert all(expected[name] == data for name, data in left.items()), "what is there is whole"
    for path in out.glob(f"{write.TEMPORARY}*"):
        os.utime(path, (0, 0))  # as if that were long ago
    manifest = tmp_path / "m.json"
    assert render(many, "-o", out, "--jobs", 1, "--manifest", manifest) == 0
    assert content(out) == expected, "nothing half-written is left"
    states = [row["status"] for row in rows(manifest)]
    again = states.count("made") - (MANY - len(left))
    assert 0 <= again <= 1, "but for the one that was written in that very moment"


def test_a_full_disk_leaves_whole_files(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    count = 0
    sync = os.fsync

    def full(file: int) -> None:
        nonlocal count
        count += 1
        if count > 5:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(file)

    monkeypatch.setattr(os, "fsync", full)
    write_manifest = write.put
    monkeypatch.setattr(write, "put", lambda path, data: path.write_bytes(data))
    list_ = tmp_path / "m.json"
    assert render(many, "-o", tmp_path / "out", "--jobs", 1, "--format", "md", "--manifest", list_) == 2
    said = capsys.readouterr().err
    assert "No space left on device" in said
    assert said.index("No space") < said.index("documents were written before, each whole.")
    left = content(tmp_path / "out")
    assert [row["status"] for row in rows(list_)] == [*("made" for _ in left), "refused"]
    monkeypatch.setattr(write, "put", write_manifest)
    monkeypatch.setattr(os, "fsync", sync)
    assert render(many, "-o", tmp_path / "out", "--jobs", 1, "--format", "md") == 0
    assert left.items() <= content(tmp_path / "out").items()
    assert len(content(tmp_path / "out")) == MANY


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.slow
def test_one_bad_record_does_not_stop_the_others(tmp_path: Path, jobs: int) -> None:
    folder = school(tmp_path / "school", MANY)
    names = sorted((folder / "mobilities").iterdir())
    bad, hostile = names[3], names[MANY - 2]
    bad.write_text("mobctl: mobility/1\nid: [\n", encoding="utf-8")
    text = hostile.read_text(encoding="utf-8")
    hostile.write_text(text.replace("family: ", "family: Ꙩ", 1), encoding="utf-8")  # no font has it
    manifest = tmp_path / "m.json"
    assert render(folder, "-o", tmp_path / "out", "--jobs", jobs, "--manifest", manifest) == 1
    found = {Path(row["source"]).name: row for row in rows(manifest)}
    assert [found[path.name]["status"] for path in (bad, hostile)] == ["refused", "refused"]
    assert "no font of mobctl has Ꙩ" in found[hostile.name]["why"]
    assert sum(row["status"] == "made" for row in found.values()) == MANY - 2
    assert len(content(tmp_path / "out")) == MANY - 2


def test_a_zip_is_the_same_twice(many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.zip", "b.zip"):
        assert (
            render(many, "--zip", tmp_path / name, "--format", "md", "--jobs", 1, "--name", "{year}/{number}")
            == 0
        )
        monkeypatch.setenv("TZ", "Asia/Kathmandu")
    one, two = ((tmp_path / name).read_bytes() for name in ("a.zip", "b.zip"))
    assert one == two
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f"2025-2026/RN-{number:04}.md" for number in range(MANY)]
    (tmp_path / "a.zip").write_bytes(b"something else")
    list_ = tmp_path / "m.json"
    assert render(many, "--zip", tmp_path / "a.zip", "--format", "md", "--jobs", 1, "--manifest", list_) == 2
    assert {(row["status"], *row["files"]) for row in rows(list_)} == {("refused",)}
    list_.unlink()
    assert (tmp_path / "a.zip").read_bytes() == b"something else"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "b.zip"]


def test_a_manifest_for_a_spreadsheet(tmp_path: Path) -> None:
    folder = school(tmp_path / "school", 2)
    shutil.copy(
        ROOT / "examples" / "incoming" / "mobilities" / "2026-1102.mobility.yaml", folder / "mobilities"
    )
    manifest = tmp_path / "m.csv"
    assert (
        render(folder, "-o", tmp_path / "out", "--format", "md", "--format", "html", "--manifest", manifest)
        == 0
    )
    found = list(csv.DictReader(io.StringIO(manifest.read_text(encoding="utf-8-sig"))))
    assert [(row["record"], row["status"]) for row in found] == [
        *(("2025-0000", "made"),) * 2, *(("2025-0001", "made"),) * 2, ("2026-1102", "early"),
    ]  # fmt: skip
    assert found[0]["sha256"] == batch.digest((tmp_path / "out" / found[0]["file"]).read_bytes())
    assert "no results yet" in found[-1]["why"]


@pytest.mark.parametrize(
    ("kind", "source", "status"),
    [
        ("recognition-report", "2026-0211.mobility.yaml", "early"),
        (
            "certificate-of-attendance",
            "2026-0211.mobility.yaml",
            "early",
        ),  # nothing but a day stands against it
        ("traineeship-agreement", "2026-0211.mobility.yaml", "unfit"),
        ("traineeship-agreement", "2025-0107.mobility.yaml", "unfit"),
        ("host-file", "brevigny.yaml", "unfit"),
    ],
)
def test_what_is_not_due_yet_is_told_from_what_will_never_be(
    kind: str, source: str, status: str, tmp_path: Path
) -> None:
    arguments = ["render", kind, str(ROOT / "examples" / "engineering"), "-o", str(tmp_path / "out")]
    options = ["--format", "md", "--as-of", "2026-11-24", "--manifest"]
    for name in ("m.json", "m.csv"):
        assert cli.run([*arguments, *options, str(tmp_path / name)]) == 0
    listed = csv.DictReader(io.StringIO((tmp_path / "m.csv").read_text(encoding="utf-8-sig")))
    for found in (rows(tmp_path / "m.json"), [*listed]):
        assert {row["status"] for row in found if Path(row["source"]).name == source} == {status}
    keeps_its_contract(tmp_path / "m.json")


def test_no_cell_is_a_formula() -> None:
    row = manifest.Row("=1+1", "@a", "k", "", "-n", "refused", "+w")
    assert manifest.as_csv([row]).decode("utf-8-sig").splitlines()[1] == "'=1+1,'@a,k,,'-n,refused,'+w,,"


def test_a_manifest_keeps_its_contract(many: Path, tmp_path: Path) -> None:
    assert (
        render(many, "-o", tmp_path / "out", "--format", "md", "--jobs", 1, "--manifest", tmp_path / "m.json")
        == 0
    )
    keeps_its_contract(tmp_path / "m.json")


def keeps_its_contract(path: Path) -> None:
    schemas = [
        json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "schemas" / "output").glob("*.json")
    ]
    registry: Registry[Any] = Registry().with_resources(
        (each["$id"], Resource.from_contents(each)) for each in schemas
    )
    [schema] = [each for each in schemas if each["$id"] == "manifest.schema.json"]
    Draft202012Validator(schema, registry=registry).validate(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--name", "{learner}"], "a file name can have “{id}”"),
        (["--name", "{id"], "a file name can have “{id}”"),
        (["--name", "../{id}"], "is no name for a file in the folder"),
        (["--name", "/{id}"], "is no name for a file in the folder"),
        (["--name", "a\\{id}"], "is no name for a file in the folder"),
        (["--name", "{kind}"], "gives all documents one name"),
        (["--zip", "a.zip", "--register"], "“--zip” or “--register”, not both"),
        (["--zip", "a.zip", "-o", "out"], "“--zip” or “--output”, not both"),
        (["--zip", "a.rar"], "ends in .zip; “a.rar” does not"),
        (["--manifest", "m.txt"], "ends in .csv or .json; “m.txt” does not"),
        (["--manifest", "m"], "ends in .csv or .json; “m” does not"),
        (["--manifest", str(RECORD / "m.csv")], "is not a folder"),
        (["--sample", "--register"], "“--sample” or “--register”, not both"),
        (["--sample"], "takes no records"),
    ],
)
def test_refusals(
    tmp_path: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = school(tmp_path / "school", 1)
    wrong = [each for each in order(folder, *arguments) if each != "--draft"]
    assert cli.run(wrong) == 2
    assert says in capsys.readouterr().err


PLAINLY = ("--format", "md", "--as-of", "2026-11-24", "--lang", "en")


def test_every_document_that_is_due(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story = ROOT / "examples" / "engineering"
    arguments = ["render", "all", str(story), "-o", str(tmp_path), *PLAINLY]
    assert cli.run(arguments) == 0
    assert capsys.readouterr().err == "", "what is not due is not spoken of"
    found = {name.split(".")[1] for name in content(tmp_path)}
    assert {"learning-agreement", "amendment-1", "transcript", "recognition-report"} <= found
    for options in (["--register"], ["--sample"], ["--name", "{id}"]):
        assert cli.run([*arguments, *options]) == 2
    assert "“{id}” gives all documents of a record one name" in capsys.readouterr().err


SIGNED = """
  - kind: home-transcript
    reference: 2025-0107-HTR
    issued: 2026-03-18
    issuer: home
    signatures:
      - {role: home, name: Hélène Vasseur, date: 2026-03-19, how: paper}
"""


@pytest.mark.parametrize(
    ("kind", "about"), [("all", ", Final transcript with recognition 2025-0107-HTR"), ("home-transcript", "")]
)
def test_where_several_kinds_are_made_it_is_said_which_is_spoken_of(
    kind: str, about: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "examples" / "engineering", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    record = "mobilities/2025-0107.mobility.yaml"
    path = tmp_path / record
    path.write_text(path.read_text(encoding="utf-8").rstrip() + SIGNED, encoding="utf-8")
    arguments = ["render", kind, record, "-o", "out", *PLAINLY]
    assert cli.run(arguments) == 0
    [said] = capsys.readouterr().err.splitlines()
    assert said.startswith(f"mobctl: {record}{about}: this document was signed without its fingerprint")
    made = tmp_path / "out" / "2025-0107.home-transcript.en.md"
    made.write_bytes(b"another")
    assert cli.run(arguments) == 1
    refused = f"mobctl: {record}{about}: no document was made: “out/{made.name}” is there already"
    assert any(line.startswith(refused) for line in capsys.readouterr().err.splitlines())


def test_a_draft_of_yesterday_gives_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out, list_ = school(tmp_path / "school", 5), tmp_path / "out", tmp_path / "m.json"
    paths = [out / f"2025-{number:04}.transcript.en.md" for number in range(5)]
    for path in (
        folder / "mobilities"
    ).iterdir():  # without a day of its own, a document has that on which it is made
        path.write_text(path.read_text(encoding="utf-8").replace("issued: 2026-02-10", ""), encoding="utf-8")

    def on(day: str, *more: object) -> tuple[int, list[str]]:
        again = order(folder, "-o", out, "--format", "md", "--manifest", list_, *more)
        done = cli.run([day if each == "2026-11-24" else each for each in again])
        return done, [row["status"] for row in rows(list_)]

    assert on("2026-11-24") == (0, ["made"] * 5)
    before = content(out)
    paths[0].write_bytes(paths[0].read_bytes() + b"by hand")
    paths[1].rename(tmp_path / "elsewhere.md")
    paths[1].symlink_to(tmp_path / "elsewhere.md")
    paths[2].write_bytes(before[paths[3].name])  # a draft, but of another document
    capsys.readouterr()
    assert on("2026-11-25") == (1, ["refused"] * 3 + ["made"] * 2)
    after, said = content(out), capsys.readouterr().err
    assert "by hand" in after[paths[0].name].decode()
    assert (tmp_path / "elsewhere.md").read_bytes() == before[paths[1].name]
    assert [after[path.name] != before[path.name] for path in paths[3:]] == [True, True]
    assert "2 files were there as drafts that nobody had changed; new ones took their place." in said
    assert on("2026-11-25")[1][3:] == ["same"] * 2
    # What is no draft stays; so does a draft that only has the same name.
    assert on("2026-11-26", "--name", "{id}.transcript.en", "--lang", "fr") == (1, ["refused"] * 5)


def test_what_is_signed_gives_way_to_nothing(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "engineering", tmp_path, dirs_exist_ok=True)
    path = tmp_path / "mobilities" / "2025-0107.mobility.yaml"
    text = path.read_text(encoding="utf-8").rstrip()

    def run(kind: str, *more: str) -> int:
        options = ["--format", "md", "--format", "html", "--as-of", "2026-11-24", "--lang", "en", *more]
        return cli.run(["render", kind, str(path), "-o", str(tmp_path / "out"), *options])

    draft, signed = text + SIGNED.partition("    signatures")[0], text + SIGNED
    path.write_text(draft, encoding="utf-8")
    assert run("home-transcript") == 0
    path.write_text(signed, encoding="utf-8")
    assert run("home-transcript") == 0, "it takes the place of its draft"
    path.write_text(draft, encoding="utf-8")
    assert run("home-transcript") == 1
    assert run("home-transcript", "--force") == 0
    assert run("recognition-report", "--name", "{id}.home-transcript.en") == 1, "another kind"


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_in_the_look_of_the_school(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mobctl.yaml").write_text(
        "mobctl: config/1\nlanguages: [es]\nbrand: {accent: '#123456'}\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    assert (
        cli.run(["render", kind, "--sample", "-o", "out", "--format", "html", "--as-of", "2026-11-24"]) == 0
    )
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").glob("*.html")]
    assert pages
    assert all('lang="es"' in page and "#123456" in page and "Borrador" in page for page in pages)
