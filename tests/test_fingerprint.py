"""Fingerprints, baselines, and what has changed: what a run shows of all that it found."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from test_cli import BASE, HERE, git, mobctl

from mobctl.finding import Finding, Judged, Severity, Waived, say
from mobctl.fingerprint import marked

GIT = os.path.dirname(shutil.which("git") or "")  # noqa: PTH120  (an empty folder stays empty)
AS_OF = ("--as-of", "2026-11-24")
SCHEMA = HERE.parent / "schemas" / "output" / "baseline.schema.json"
CONTRACT = Draft202012Validator(
    json.loads(SCHEMA.with_name("findings.schema.json").read_text(encoding="utf-8"))
)
needs_git = pytest.mark.skipif(not GIT, reason="git is not installed")

TWO = ("    - {id: a2, title: Big data processing,", "    - {id: a2, titel: Big data processing,")
THREE = ("    - {id: a3, title: Software engineering,", "    - {id: a3, titel: Software engineering,")


# Fingerprints

DATA = {
    "mobctl": "mobility/1",
    "id": "m-1",
    "agreement": {
        "studied": [{"id": "a1"}, {"id": "a2"}],
        "signatures": [{"role": "learner"}, {"role": "home"}, {"role": "home"}],
        "amendments": [
            {"number": 1, "changes": [{"table": "studied", "insert": {"id": "a4"}}, {"delete": "a1"}]}
        ],
        "notes": ["x", "y"],
    },
}
STUDIED = ("agreement", "studied", 1, "credits")


def finding(*pointer: str | int, code: str = "LA102", **more: Any) -> Finding:
    return Finding(code, more.pop("severity", Severity.ERROR), more.pop("message", say("x")), pointer, **more)


def prints(
    *findings: Finding, path: str = "a.yaml", data: Any = DATA, todo: tuple[Finding, ...] = ()
) -> list[str]:
    judged = marked({"f": Judged(findings, (), todo)}, {"f": (path, data)})["f"]
    return [each.fingerprint for each in (*judged.findings, *judged.todo)]


ONE = prints(finding(*STUDIED))


@pytest.mark.parametrize(
    ("found", "more"),
    [
        pytest.param(finding(*STUDIED, severity=Severity.INFO), {}, id="another severity"),
        pytest.param(finding(*STUDIED, message=say("y {a}", a="b")), {}, id="other words"),
        pytest.param(finding(*STUDIED, waived=Waived("", "")), {}, id="waived"),
        pytest.param(finding(*STUDIED), {"path": "moved/b.yaml"}, id="another path"),
        pytest.param(
            finding("agreement", "studied", 0, "credits"),
            {"data": {**DATA, "agreement": {"studied": [{"id": "a2", "credits": 7}]}}},
            id="another number in the list",
        ),
        pytest.param(
            finding(*STUDIED), {"data": {**DATA, "mobctl": "mobility/9"}}, id="another version of files"
        ),
    ],
)
def test_a_fingerprint_stays(found: Finding, more: dict[str, Any]) -> None:
    assert prints(found, **more) == ONE


@pytest.mark.parametrize(
    ("found", "more"),
    [
        pytest.param(finding(*STUDIED, code="LA103"), {}, id="another rule"),
        pytest.param(finding(*STUDIED[:-1]), {}, id="the item itself"),
        pytest.param(finding(*STUDIED[:-1], "title"), {}, id="another field"),
        pytest.param(finding("agreement", "studied", 0, "credits"), {}, id="another item"),
        pytest.param(finding(*STUDIED), {"data": {**DATA, "id": "m-2"}}, id="another record"),
        pytest.param(finding(*STUDIED), {"data": {**DATA, "mobctl": "cohort/1"}}, id="another kind of file"),
        pytest.param(finding(*STUDIED), {"data": None}, id="a file that cannot be read"),
    ],
)
def test_a_fingerprint_tells_apart(found: Finding, more: dict[str, Any]) -> None:
    assert prints(found, **more) != ONE


def test_every_finding_has_a_fingerprint_of_its_own() -> None:
    places: list[tuple[str | int, ...]] = [
        (),
        *(("agreement", "signatures", n) for n in range(3)),
        *(("agreement", "amendments", 0, "changes", n) for n in range(2)),
        *(("agreement", "notes", n) for n in range(2)),
        ("agreement", "studied", 9),
        ("agreement", "studied", 1, "credits", "deeper", 3),
    ]
    all_of_them = prints(*(finding(*place) for place in (*places, *places)), todo=(finding(*places[1]),))
    assert len(set(all_of_them)) == len(all_of_them) == 2 * len(places) + 1
    assert all(len(each) == 32 and int(each, 16) for each in all_of_them)
    assert prints(finding(*places[1])) == [all_of_them[1]]


def test_a_file_without_an_id_goes_by_its_path() -> None:
    assert prints(finding(), data=None, path="a") != prints(finding(), data=None, path="b")
    assert prints(finding(), data={"id": 7}, path="a") != prints(finding(), data={"id": 7}, path="b")


# Baselines


@pytest.fixture
def records(tmp_path: Path) -> Path:
    (tmp_path / "mobctl.yaml").write_text("mobctl: config/1\n", encoding="utf-8")
    change(tmp_path / "mobilities" / "a.mobility.yaml", TWO)
    return tmp_path


def change(path: Path, *changes: tuple[str, str], text: str | None = None) -> None:
    text = BASE.read_text(encoding="utf-8") if text is None else text
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def found(folder: Path, *arguments: str, **more: str) -> tuple[int, dict[str, Any]]:
    """The exit status, and what is said as JSON; fields that are not known are the mistakes in these tests."""
    result = mobctl(
        "validate", *AS_OF, "--select", "SHP101", "--format", "json", *arguments, cwd=folder, **more
    )
    assert "Traceback" not in result.stderr
    data = json.loads(result.stdout)
    CONTRACT.validate(data)
    return result.returncode, data


def places(data: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["file"], each["pointer"]) for each in data["findings"]]


A = "mobilities/a.mobility.yaml"
LINE = ["--baseline", ".mobctl-baseline.json"]


def edited(records: Path, *changes: tuple[str, str]) -> None:
    change(records / A, *changes, text=(records / A).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("edit", "left", "known", "stale"),
    [
        pytest.param(lambda _: None, [], 1, 0, id="nothing"),
        pytest.param(lambda r: edited(r, ("direction:", "# a remark\n# another\ndirection:")), [], 1, 0, id="lines moved"),
        pytest.param(
            lambda r: edited(r, ("    - {id: a2", "    - {id: a0, title: New, term: 1/2, credits: 1}\n    - {id: a2")),
            [], 1, 0, id="a line before it in the list",
        ),
        pytest.param(lambda r: (r / A).rename(r / "mobilities" / "b.mobility.yaml"), [], 1, 0, id="another name"),
        pytest.param(lambda r: edited(r, THREE), [(A, "/agreement/studied/2/titel")], 1, 0, id="one more of the rule"),
        pytest.param(
            lambda r: shutil.copy(r / A, r / "mobilities" / "b.mobility.yaml"),
            [("mobilities/b.mobility.yaml", "/agreement/studied/1/titel")], 1, 0, id="the same in a copy",
        ),
        pytest.param(lambda r: edited(r, TWO[::-1]), [], 0, 1, id="mended"),
        pytest.param(lambda r: edited(r, TWO[::-1], THREE), [(A, "/agreement/studied/2/titel")], 0, 1, id="one for the other"),
        pytest.param(lambda r: (r / A).write_text("mobctl: mobility/1\nx: [", encoding="utf-8"), None, 0, 0, id="unreadable"),
    ],
)  # fmt: skip
def test_a_baseline(
    records: Path, edit: Callable[[Path], Any], left: list[tuple[str, str]] | None, known: int, stale: int
) -> None:
    assert mobctl("baseline", *AS_OF, cwd=records).returncode == 0
    edit(records)
    status, data = found(records, *LINE)
    assert status == int(left != [])
    assert left is None or places(data) == left
    assert (data["summary"]["known"], len(data["stale"])) == (known, stale)
    assert {(each["file"], each["code"]) for each in data["stale"]} <= {(A, "SHP101")}
    assert found(records)[1]["stale"] is None


def test_a_baseline_is_written_and_renewed(records: Path) -> None:
    path = records / ".mobctl-baseline.json"
    first = mobctl("baseline", *AS_OF, cwd=records)
    assert (first.returncode, first.stdout) == (0, "")
    assert "1 finding stands in “.mobctl-baseline.json”." in first.stderr
    data = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(data)
    [row] = data["findings"]
    assert (row["file"], row["code"], row["place"]) == (A, "SHP101", "/agreement/studied/1/titel")
    change(records / "mobilities" / "b.mobility.yaml", TWO, ("id: 2025-0001", "id: b"))
    second = mobctl("baseline", "mobilities/b.mobility.yaml", *AS_OF, cwd=records)
    assert "2 findings stand in" in second.stderr
    assert "New in it: 1; no longer in it: 0." in second.stderr
    assert found(records, *LINE)[0] == 0
    edited(records, TWO[::-1])
    assert "no longer in it: 1." in mobctl("baseline", *AS_OF, cwd=records).stderr
    shutil.rmtree(records / "mobilities")
    assert mobctl("baseline", "-q", *AS_OF, cwd=records).stderr == ""
    assert path.read_text(encoding="utf-8") == '{"version": 1, "findings": []}\n'


def test_a_baseline_is_the_same_from_every_folder(records: Path) -> None:
    mobctl("baseline", *AS_OF, cwd=records)
    status, data = found(records / "mobilities", "--baseline", "../.mobctl-baseline.json", "a.mobility.yaml")
    assert (status, data["summary"]["known"]) == (0, 1)
    mobctl(
        "baseline", "a.mobility.yaml", "-o", "../.mobctl-baseline.json", *AS_OF, cwd=records / "mobilities"
    )
    assert json.loads((records / ".mobctl-baseline.json").read_bytes())["findings"][0]["file"] == A


def test_what_a_baseline_cannot_know_is_not_stale(records: Path) -> None:
    mobctl("baseline", *AS_OF, cwd=records)
    edited(records, TWO[::-1])
    shutil.copy(records / A, records / "mobilities" / "c.mobility.yaml")
    stale = [
        len(
            json.loads(mobctl("validate", *AS_OF, *LINE, "--format", "json", *more, cwd=records).stdout)[
                "stale"
            ]
        )
        for more in ([], ["--select", "LA"], ["--ignore", "SHP101"], ["mobilities/c.mobility.yaml"], [A])
    ]
    assert stale == [1, 0, 0, 0, 1]


@pytest.mark.parametrize("name", ["text", "github", "markdown", "sarif", "junit", "gitlab", "csv", "json"])
def test_what_a_baseline_sets_aside_is_said(records: Path, name: str) -> None:
    mobctl("baseline", *AS_OF, cwd=records)
    result = mobctl("validate", *AS_OF, *LINE, "--format", name, cwd=records)
    said = (result.stdout + result.stderr).replace("\\", "")
    assert (result.returncode, "1 finding is set aside by the baseline" in said) == (0, True)
    assert ("titel" in result.stdout) == (name == "sarif"), "in SARIF it is suppressed"
    edited(records, TWO[::-1])
    result = mobctl("validate", *AS_OF, *LINE, "--format", name, cwd=records)
    said = (result.stdout + result.stderr).replace("\\", "")
    assert f"1 finding of the baseline is no longer found (SHP101 ({A}))" in said


def test_a_waiver_goes_before_a_baseline(tmp_path: Path) -> None:
    unbalanced = ("term: 1/2, credits: 14}", "term: 1/2, credits: 25}")
    waiver = "waivers:\n  - {rule: LA102, all: true, reason: Agreed, by: Dean}\n"
    change(tmp_path / "a.mobility.yaml", unbalanced, text=BASE.read_text(encoding="utf-8") + waiver)
    mobctl("baseline", *AS_OF, cwd=tmp_path)
    listed = json.loads((tmp_path / ".mobctl-baseline.json").read_bytes())["findings"]
    assert listed
    assert "LA102" not in {each["code"] for each in listed}
    result = mobctl("validate", *AS_OF, *LINE, "--select", "LA102", cwd=tmp_path)
    assert "1 waived" in result.stdout


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (None, 3, "`mobctl baseline` writes one"),
        ("[]", 2, "is not a baseline"),
        ("{", 2, "is not a baseline"),
        ('{"version": 2, "findings": []}', 2, "is not a baseline"),
        ('{"version": 1, "findings": [{"code": "x"}]}', 2, "is not a baseline"),
        (
            '{"version": 1, "findings": [{"code": 1, "file": "", "place": "", "fingerprint": ""}]}',
            2,
            "is not a baseline",
        ),
    ],
)
def test_no_baseline(records: Path, content: str | None, status: int, said: str) -> None:
    if content is not None:
        (records / ".mobctl-baseline.json").write_text(content, encoding="utf-8")
    result = mobctl("validate", *LINE, cwd=records)
    assert (result.returncode, result.stdout) == (status, "")
    assert said in result.stderr


# What has changed


@pytest.fixture
def repository(records: Path) -> Path:
    """Three records with a mistake each, on the branch `work`, committed; nothing has changed."""
    if not GIT:
        pytest.skip("git is not installed")
    for name in "bc":
        change(records / "mobilities" / f"{name}.mobility.yaml", TWO, ("id: 2025-0001", f"id: {name}"))
    git(records, "init", "-q", "-b", "main")
    commit(records)
    git(records, "checkout", "-q", "-b", "work")
    return records


def staged(folder: Path) -> Path:
    git(folder, "add", "-A")
    return folder


def commit(folder: Path) -> Path:
    git(staged(folder), "commit", "-q", "-m", "x")
    return folder


def shown(folder: Path, *arguments: str) -> list[str]:
    _, data = found(folder, *arguments, path=GIT)
    return [Path(file).name[0] for file, _ in places(data)]


def remark(path: Path) -> Path:
    """Change a file, and give its repository."""
    path.write_text(path.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    return path.parents[1]


def moved(repository: Path) -> Path:
    git(repository, "mv", str(of(repository, "a")), str(of(repository, "é d")))
    return repository


def ignored(repository: Path) -> Path:
    (repository / ".gitignore").write_text("*.yaml\n", encoding="utf-8")
    return remark(of(repository, "b"))


def of(repository: Path, name: str) -> Path:
    return repository / "mobilities" / f"{name}.mobility.yaml"


def merge_main(repository: Path) -> None:
    """Another record changes on main after this branch left it."""
    git(repository, "checkout", "-q", "main")
    remark(of(repository, "c"))
    commit(repository)
    git(repository, "checkout", "-q", "work")


CHANGES = [
    pytest.param(lambda _: None, [], [], id="nothing"),
    pytest.param(lambda r: remark(of(r, "b")), ["b"], ["b"], id="in the folder"),
    pytest.param(lambda r: staged(remark(of(r, "b"))), ["b"], ["b"], id="staged"),
    pytest.param(lambda r: commit(remark(of(r, "b"))), [], ["b"], id="committed"),
    pytest.param(lambda r: shutil.copy(of(r, "a"), of(r, "d")), ["d"], ["d"], id="not known to git"),
    pytest.param(lambda r: of(r, "a").rename(of(r, "d")), ["d"], ["d"], id="renamed"),
    pytest.param(lambda r: commit(moved(r)), [], ["é"], id="moved by git"),
    pytest.param(lambda r: of(r, "a").unlink(), [], [], id="deleted"),
    pytest.param(merge_main, [], [], id="something else on main"),
    pytest.param(ignored, ["b"], ["b"], id="ignored later"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "now", "since_main"), CHANGES)
def test_only_what_has_changed(
    repository: Path, edit: Callable[[Path], Any], now: list[str], since_main: list[str]
) -> None:
    edit(repository)
    before = len(shown(repository))
    for options, expected in (
        (["--changed"], now),
        (["--changed=main"], since_main),
        (["--changed", "main"], since_main),
    ):
        status, data = found(repository, *options, path=GIT)
        assert [Path(file).name[0] for file, _ in places(data)] == expected
        assert status == int(bool(expected))
        assert data["summary"]["unchanged"] == before - len(expected)
        assert data["changed_since"] == (options[0].partition("=")[2] or [*options, "HEAD"][1])


def test_the_option_may_stand_alone_in_any_place(repository: Path) -> None:
    remark(of(repository, "b"))
    assert shown(repository, "--changed", "--as-of", "2026-11-24") == ["b"]
    assert shown(repository, "mobilities", "--changed") == ["b"]
    assert shown(repository, "--changed", "--", "mobilities/b.mobility.yaml") == ["b"]
    assert shown(repository / "mobilities", "--changed", "HEAD", "b.mobility.yaml") == ["b"]
    assert shown(repository, "--changed=HEAD", "mobilities/a.mobility.yaml") == []


def test_all_is_read_nevertheless(repository: Path) -> None:
    """An id that another record has too is found in the record that has changed; the other one is not shown."""
    edited(repository, TWO[::-1])
    change(of(repository, "d"))
    options = ["--select", "GEN108", "--format", "json"]
    result = mobctl(
        "validate", *AS_OF, *options, "--changed=HEAD", "mobilities/d.mobility.yaml", cwd=repository, path=GIT
    )
    assert places(json.loads(result.stdout)) == [("mobilities/d.mobility.yaml", "/id")]
    commit(repository)
    remark(of(repository, "d"))
    result = mobctl("validate", *AS_OF, *options, "--changed", cwd=repository, path=GIT)
    assert places(json.loads(result.stdout)) == [("mobilities/d.mobility.yaml", "/id")]


def test_what_others_depend_on_is_named(repository: Path) -> None:
    (repository / "mobctl.yaml").write_text("mobctl: config/1\nlanguages: [en]\n", encoding="utf-8")
    of(repository, "a").unlink()
    result = mobctl("validate", *AS_OF, "--changed", cwd=repository, path=GIT)
    assert result.returncode == 0
    assert "other records may depend on it: mobctl.yaml and mobilities/a.mobility.yaml." in result.stderr
    assert "Only files that have changed since “HEAD” are shown" in result.stdout
    assert "2 findings in other files are not shown" in result.stdout


def test_before_the_first_commit_all_is_new(records: Path) -> None:
    if not GIT:
        pytest.skip("git is not installed")
    git(records, "init", "-q")
    assert shown(records, "--changed") == ["a"]
    git(records, "add", "-A")
    assert shown(records, "--changed") == ["a"]


def test_what_an_editor_holds_has_changed(repository: Path) -> None:
    import subprocess
    import sys

    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "mobctl",
            "validate",
            "-",
            "--changed",
            "--stdin-filename",
            "new.yaml",
            "--format",
            "json",
        ],
        input=of(repository, "a").read_bytes(),
        capture_output=True,
        check=False,
        cwd=repository,
        env={"PYTHONPATH": str(HERE.parent), "PATH": GIT},
    )
    assert {each["file"] for each in json.loads(result.stdout)["findings"]} == {"new.yaml"}


@needs_git
def test_a_copy_without_its_history(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    remark(of(repository, "b"))
    commit(repository)
    merge_main(repository)
    shallow = tmp_path_factory.mktemp("shallow") / "copy"
    git(repository, "clone", "-q", "--depth", "1", "--no-single-branch", f"file://{repository}", str(shallow))
    result = mobctl("validate", "--changed=origin/main", cwd=shallow, path=GIT)
    assert (result.returncode, result.stdout) == (2, "")
    assert "fetch-depth: 0" in result.stderr
    assert 'GIT_DEPTH: "0"' in result.stderr
    git(shallow, "fetch", "-q", "--unshallow")
    assert shown(shallow, "--changed=origin/main") == ["b"]


@pytest.mark.parametrize(
    ("options", "git_there", "said"),
    [
        pytest.param(
            ["--changed=no-such"], True, "git knows no revision “no-such” here.", id="no such revision"
        ),
        pytest.param(["--changed", "mobilities"], True, "write it before --changed", id="a folder"),
        pytest.param(
            ["--changed=--output=x"], True, "git knows no revision “--output=x” here.", id="an option of git"
        ),
        pytest.param(["--changed"], False, "--changed needs git, which is not installed here.", id="no git"),
    ],
)
def test_nothing_to_compare_with(repository: Path, options: list[str], git_there: bool, said: str) -> None:  # noqa: FBT001
    result = mobctl("validate", *options, cwd=repository, path=GIT if git_there else "")
    assert (result.returncode, result.stdout) == (2, "")
    assert said in result.stderr


@needs_git
def test_no_repository_of_git(records: Path) -> None:
    result = mobctl(
        "validate", "--changed", cwd=records, path=GIT, GIT_CEILING_DIRECTORIES=str(records.parent)
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert "is not in a git repository" in result.stderr


@needs_git
def test_a_folder_of_somebody_else(repository: Path) -> None:
    """In a container the folder often belongs to another user than the one who runs the job."""
    if os.name == "nt" or os.getuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(repository, 12345, 12345)
    os.chown(repository / ".git", 12345, 12345)
    empty = {"HOME": str(repository), "GIT_CONFIG_NOSYSTEM": "1"}
    result = mobctl("validate", "--changed", cwd=repository, path=GIT, **empty)
    assert (result.returncode, result.stdout) == (2, "")
    assert f"git config --global --add safe.directory {repository}" in result.stderr
