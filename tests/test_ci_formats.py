"""The formats for services: SARIF, JUnit, GitLab, Markdown, CSV, each as its readers take it.

The schemas of others are not ours to ship. With MOBCTL_SCHEMAS, a folder that holds `sarif-schema-2.1.0.json` (OASIS)
and `junit-10.xsd` (Jenkins' xUnit plug-in), what is written is checked against them too.
"""

import csv
import io
import json
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft4Validator
from test_cli import BASE, HERE, mobctl

from mobctl import engine, reporters, store
from mobctl.errors import UserError
from mobctl.finding import Finding, Judged, Related, Severity, Span, Waived, say
from mobctl.reporters import REPORTERS, Report, markdown, sarif
from mobctl.reporters.table import COLUMNS
from mobctl.rules import CATALOGUE
from mobctl.store import write
from mobctl.words import words

BROKEN = [str(path) for path in sorted((HERE.parent / "examples" / "broken").glob("*.yaml"))]
SCHEMAS = Path(os.environ.get("MOBCTL_SCHEMAS", HERE.parents[1] / "shared" / "schemas"))
QUIET = HERE.parent / "examples" / "minimal.mobility.yaml"
ENGLISH = words("en", store.lists())
AS_OF = ("--as-of", "2026-11-24")


def written(form: str, *arguments: str, cwd: Path | None = None, lang: str = "en", **more: str) -> str:
    return mobctl("validate", "--format", form, *AS_OF, *arguments, cwd=cwd, lang=lang, **more).stdout


def schema(name: str) -> Path:
    path = SCHEMAS / name
    if not path.is_file():
        pytest.skip(f"{name} is not there: set MOBCTL_SCHEMAS to a folder that has it")
    return path


def finding(number: int = 0, **more: Any) -> Finding:
    given = {"span": Span(2, 3, 2, 9), "fingerprint": f"{number:032x}", **more}
    return Finding(given.pop("code", "LA102"), given.pop("severity", Severity.ERROR), say("Look."), **given)


def report(*findings: Finding, name: str = "a.mobility.yaml", **more: Any) -> Report:
    file = store.read_bytes(name, BASE.read_bytes(), asked=True)
    return Report({name: file}, {name: Judged(findings)}, 0, date(2026, 11, 24), (), CATALOGUE, **more)


def run_of(text: str) -> dict[str, Any]:
    data = json.loads(text)
    assert (data["version"], data["$schema"]) == ("2.1.0", sarif.SCHEMA)
    [run] = data["runs"]
    return dict(run)


MANY = report(
    finding(1),
    finding(2, severity=Severity.WARNING, related=(Related(("host",), say("There.")),)),
    finding(3, severity=Severity.INFO, waived=Waived("why", "who")),
    known={"a.mobility.yaml": (finding(4, severity=Severity.WARNING),)},
    stale=(),
)


# SARIF


def required() -> Iterator[tuple[str, Callable[[dict[str, Any]], list[Any]]]]:
    """What GitHub calls required, and what it recommends: each must be there, and not be empty."""
    rules: Callable[[dict[str, Any]], list[Any]] = lambda run: run["tool"]["driver"]["rules"]  # noqa: E731
    for key in ("id", "shortDescription.text", "fullDescription.text", "help.text", "help.markdown", "name",
                "defaultConfiguration.level", "properties.tags", "properties.precision"):  # fmt: skip
        yield f"rule: {key}", lambda run, key=key: [at(rule, key) for rule in rules(run)]  # type: ignore[misc]
    yield "rule: problem.severity", lambda run: [r["properties"]["problem.severity"] for r in rules(run)]
    for key in (
        "ruleId",
        "level",
        "message.text",
        "locations",
        "partialFingerprints.primaryLocationLineHash",
    ):
        yield f"result: {key}", lambda run, key=key: [at(each, key) for each in run["results"]]  # type: ignore[misc]
    for key in (
        "artifactLocation.uri",
        "region.startLine",
        "region.startColumn",
        "region.endLine",
        "region.endColumn",
    ):
        yield (
            f"location: {key}",
            lambda run, key=key: [at(r["locations"][0]["physicalLocation"], key) for r in run["results"]],  # type: ignore[misc]
        )
    for key in (
        "tool.driver.name",
        "tool.driver.version",
        "tool.driver.semanticVersion",
        "automationDetails.id",
    ):
        yield f"run: {key}", lambda run, key=key: [at(run, key)]  # type: ignore[misc]


def at(data: Any, key: str) -> Any:
    for part in key.split("."):
        data = data[part]
    return data


@pytest.fixture(scope="module", params=["en", "fr", "es"])
def whole(request: pytest.FixtureRequest) -> dict[str, Any]:
    return run_of(written("sarif", *BROKEN, lang=request.param))


@pytest.mark.parametrize(("name", "values"), [pytest.param(*each, id=each[0]) for each in required()])
def test_sarif_has_what_github_asks_for(name: str, values: Any, whole: dict[str, Any]) -> None:
    found = values(whole)
    assert found
    assert all(value or value == 0 for value in found), name


def test_sarif_has_the_whole_catalogue_within_the_limits(whole: dict[str, Any]) -> None:
    rules = whole["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(CATALOGUE)
    assert all(
        len(rule[key]["text"]) <= 1024 for rule in rules for key in ("shortDescription", "fullDescription")
    )
    assert all(len(rule["properties"]["tags"]) <= sarif.TAGS for rule in rules)
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in whole["results"])
    levels = {rule["id"]: rule["defaultConfiguration"]["level"] for rule in rules}
    assert {levels[code] for code in ("LA102", "GEN101")} == {"warning", "error"}
    assert all(each["helpUri"].startswith("https://") for each in rules if "helpUri" in each)


def test_sarif_is_valid(whole: dict[str, Any]) -> None:
    validator = Draft4Validator(json.loads(schema("sarif-schema-2.1.0.json").read_text(encoding="utf-8")))
    for run in (
        whole,
        run_of(REPORTERS["sarif"](MANY, ENGLISH)),
        run_of(REPORTERS["sarif"](report(), ENGLISH)),
    ):
        log = {"$schema": sarif.SCHEMA, "version": "2.1.0", "runs": [run]}
        assert [(list(error.path), error.message) for error in validator.iter_errors(log)] == []


def test_sarif_says_what_is_waived_known_and_near() -> None:
    run = run_of(REPORTERS["sarif"](MANY, ENGLISH))
    results = {each["partialFingerprints"]["mobctl/v1"][-1]: each for each in run["results"]}
    assert [each["level"] for each in run["results"]] == ["error", "warning", "warning", "note"]
    assert {key: each.get("suppressions", [{}])[0].get("kind") for key, each in results.items()} == {
        "1": None, "2": None, "3": "inSource", "4": "external",
    }  # fmt: skip
    assert {key: each["baselineState"] for key, each in results.items()} == {
        "1": "new", "2": "new", "3": "new", "4": "unchanged",
    }  # fmt: skip
    assert results["3"]["suppressions"][0]["justification"] == "Waived by who: why"
    [near] = results["2"]["relatedLocations"]
    assert (near["id"], near["message"]["text"]) == (1, "There.")
    assert near["physicalLocation"]["region"]["startLine"] > 1
    assert "relatedLocations" not in results["1"]
    plain = run_of(REPORTERS["sarif"](report(finding()), ENGLISH))
    assert "baselineState" not in plain["results"][0], "there is no baseline"


def test_sarif_names_a_place_in_another_file_without_a_line() -> None:
    other = Related((), say("There."), file="gone/é b.yaml")
    run = run_of(REPORTERS["sarif"](report(finding(related=(other,))), ENGLISH))
    [near] = run["results"][0]["relatedLocations"]
    assert near["physicalLocation"] == {
        "artifactLocation": {"uri": "gone/%C3%A9%20b.yaml", "uriBaseId": "%SRCROOT%"}
    }
    assert list(run["originalUriBaseIds"]) == ["%SRCROOT%"]


def test_sarif_has_house_rules() -> None:
    house = engine.HouseRule("X-CALL", {"en": "A call", "fr": "Un appel"}, Severity.INFO, {}, fix="Name it.")
    run = run_of(
        REPORTERS["sarif"](report(finding(code="X-CALL"), house=(house,)), words("fr", store.lists()))
    )
    rule = run["tool"]["driver"]["rules"][run["results"][0]["ruleIndex"]]
    assert (rule["id"], rule["shortDescription"]["text"]) == ("X-CALL", "Un appel")
    assert "Name it." in rule["help"]["text"]
    assert rule["defaultConfiguration"]["level"] == "note"


def test_sarif_stays_within_what_github_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST", 2)
    run = run_of(
        REPORTERS["sarif"](report(*(finding(n, severity=Severity(n % 3 + 1)) for n in range(6))), ENGLISH)
    )
    assert [each["level"] for each in run["results"]] == ["error", "error"]
    assert "4 findings more" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_sarif_says_that_the_tool_failed() -> None:
    failed = run_of(REPORTERS["sarif"](report(finding(code="BUG001")), ENGLISH))
    assert failed["invocations"][0]["executionSuccessful"] is False
    assert run_of(REPORTERS["sarif"](report(), ENGLISH))["invocations"][0]["executionSuccessful"] is True


def test_fingerprints_are_the_same_in_every_language_and_format() -> None:
    for lang in ("en", "fr"):
        run = run_of(written("sarif", *BROKEN, lang=lang))
        data = json.loads(written("json", *BROKEN, lang=lang))
        rows = json.loads(written("gitlab", *BROKEN, lang=lang))
        marks = {each["fingerprint"] for each in data["findings"]}
        assert len(marks) == len(data["findings"])
        assert {each["partialFingerprints"]["mobctl/v1"] for each in run["results"]} == marks
        assert {each["fingerprint"] for each in rows} == marks


# GitLab


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        pytest.param(finding(), "major", id="an error"),
        pytest.param(finding(code="GEN101"), "critical", id="an error that nobody may waive"),
        pytest.param(finding(code="SHP104"), "major", id="a mistake in a field"),
        pytest.param(finding(code="X-OWN"), "major", id="a house rule"),
        pytest.param(finding(severity=Severity.WARNING), "minor", id="a warning"),
        pytest.param(finding(severity=Severity.INFO), "info", id="a hint"),
        pytest.param(finding(waived=Waived("", "")), "info", id="waived"),
    ],
)
def test_gitlab(given: Finding, severity: str) -> None:
    [row] = json.loads(REPORTERS["gitlab"](report(given), ENGLISH))
    assert row["severity"] == severity
    assert (row["check_name"], row["fingerprint"]) == (given.code, given.fingerprint)
    assert row["location"] == {"path": "a.mobility.yaml", "lines": {"begin": 2}}
    assert row["description"].startswith("Look.")


def test_gitlab_without_findings_is_an_empty_list() -> None:
    assert REPORTERS["gitlab"](report(), ENGLISH) == "[]\n"


@pytest.mark.parametrize(
    ("variable", "where", "path"),
    [
        ("CI_PROJECT_DIR", ".", "sub/a.mobility.yaml"),
        ("GITHUB_WORKSPACE", "sub", "a.mobility.yaml"),
        ("OTHER", ".", "a.mobility.yaml"),
    ],
)
def test_paths_begin_at_the_workspace(tmp_path: Path, variable: str, where: str, path: str) -> None:
    (tmp_path / "sub").mkdir()
    text = BASE.read_text(encoding="utf-8").replace("kind: studies", "kind: studys")
    (tmp_path / "sub" / "a.mobility.yaml").write_text(text, encoding="utf-8")
    said = written("gitlab", "./.", cwd=tmp_path / "sub", **{variable: str(tmp_path / where)})
    assert json.loads(said)[0]["location"]["path"] == path


# JUnit


def suite(text: str) -> ET.Element:
    root = ET.fromstring(text)  # noqa: S314  (our own)
    assert root.tag == "testsuites"
    [found] = root
    return found


JUNIT = [
    pytest.param([], {}, None, id="nothing"),
    pytest.param([finding()], {}, "failure", id="an error"),
    pytest.param([finding(severity=Severity.WARNING)], {}, "system-out", id="a warning"),
    pytest.param(
        [finding(severity=Severity.WARNING)], {"fails": Severity.WARNING}, "failure", id="that counts"
    ),
    pytest.param([finding(waived=Waived("", ""))], {}, "skipped", id="waived"),
    pytest.param([finding(waived=Waived("", "")), finding(1)], {}, "failure", id="one of two waived"),
]


@pytest.mark.parametrize(("found", "more", "expected"), JUNIT)
def test_junit(found: list[Finding], more: dict[str, Any], expected: str | None) -> None:
    text = REPORTERS["junit"](report(*found, **more), ENGLISH)
    [case] = suite(text)
    assert [each.tag for each in case] == ([expected] if expected else [])
    counts = {key: suite(text).get(key) for key in ("tests", "failures", "errors", "skipped")}
    assert counts == {
        "tests": "1", "failures": str(int(expected == "failure")), "errors": "0",
        "skipped": str(int(expected == "skipped")),
    }  # fmt: skip
    if expected:
        level = found[0].severity.name.lower()
        assert (case[0].text or "").startswith(
            f"a.mobility.yaml:2:3: {level}: LA102 tables-a-and-b-balance: Look. "
        )


def test_junit_is_valid_and_has_every_file() -> None:
    text = written("junit", *BROKEN, str(QUIET))
    cases = {case.get("name"): [each.tag for each in case] for case in suite(text)}
    assert len(cases) == len(BROKEN) + 1
    assert cases["examples/broken/tab.mobility.yaml"] == ["error"], "a file that cannot be read"
    assert cases["examples/broken/bad-enum.mobility.yaml"] == ["failure"]
    assert cases["examples/minimal.mobility.yaml"] == []
    path = schema("junit-10.xsd")
    from lxml import etree

    xsd = etree.XMLSchema(etree.parse(str(path)))
    for each in (text, *(REPORTERS["junit"](report(*p.values[0], **p.values[1]), ENGLISH) for p in JUNIT)):  # type: ignore[arg-type, misc]
        xsd.assertValid(etree.fromstring(each.encode()))


@pytest.mark.parametrize("letter", ["\x00", "\x0b", "\ufffe", "\ud800", "<&\"'>", "]]>", "é😀"])
def test_junit_is_xml_whatever_stands_in_it(letter: str) -> None:
    given = Finding(
        "LA102", Severity.ERROR, say("{x}.", x=f"a{letter}b"), span=Span(1, 1, 1, 1), fingerprint="0" * 32
    )
    [case] = suite(REPORTERS["junit"](report(given, name=f"{letter}.yaml"), ENGLISH))
    assert case.get("name") is not None


# Markdown


@pytest.mark.parametrize(
    "text", ["a|b", "<img src=x>", "[x](https://x.invalid)", "@somebody", "a\nb", "`x`", "| --- |"]
)
def test_markdown_shows_text_as_it_is(text: str) -> None:
    from markdown_it import MarkdownIt

    given = Finding("LA102", Severity.ERROR, say("{x}.", x=text), span=Span(1, 1, 1, 1), fingerprint="0" * 32)
    shown = REPORTERS["markdown"](report(given, name=f"{text}.yaml".replace("\n", "")), ENGLISH)
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(shown)
    assert [t.type for t in tokens].count("tr_open") == 2
    assert [t.type for t in tokens].count("td_open") == 4
    inline = [child for t in tokens for child in t.children or ()]
    assert not {child.type for child in inline} & {"link_open", "image"}
    assert {c.content for c in inline if c.type == "html_inline"} <= {"<wbr>"}
    assert "@somebody" not in shown


def test_markdown_has_the_worst_first_and_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    some = [finding(n, severity=Severity(n % 3 + 1), code=f"LA00{n}") for n in range(9)]
    said = REPORTERS["markdown"](report(*some), ENGLISH)
    codes = re.findall(r"(LA\d{3}) \|$", said, re.MULTILINE)
    assert codes == ["LA002", "LA005", "LA008", "LA001", "LA004", "LA007", "LA000", "LA003", "LA006"]
    monkeypatch.setattr(markdown, "LARGEST", len(said.encode()) - 1)
    cut = REPORTERS["markdown"](report(*some), ENGLISH)
    assert "LA006" not in cut
    assert "1 finding more has no room here." in cut
    assert markdown.LARGEST < 1_000_000 < 1024**2


def test_markdown_of_nothing() -> None:
    assert REPORTERS["markdown"](report(), ENGLISH) == "### mobctl: 1 record checked · 1 without a finding\n"


# CSV


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "＝1"])
def test_csv_has_no_formula(text: str) -> None:
    given = Finding("LA102", Severity.ERROR, say("{x}", x=text), span=Span(1, 1, 1, 1), fingerprint="0" * 32)
    _, row = rows_of(REPORTERS["csv"](report(given, name=f"{text}.yaml"), ENGLISH))
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for cell in row)


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
def test_csv_is_rfc_4180(lang: str) -> None:
    text = mobctl("validate", "--format", "csv", *AS_OF, *BROKEN, lang=lang)
    assert text.stdout.startswith("\ufeff")
    header, *rows = rows_of(text.stdout)
    assert tuple(header) == COLUMNS
    assert COLUMNS[:7] == ("file", "line", "column", "severity", "code", "slug", "message")
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert len(rows) == len(json.loads(written("json", *BROKEN))["findings"])


def test_csv_ends_its_lines_as_rfc_4180_has_it() -> None:
    text = REPORTERS["csv"](report(finding(waived=Waived("", ""))), ENGLISH)
    assert text.count("\r\n") == text.count("\n") == 2
    assert dict(zip(*rows_of(text), strict=True))["waived"] == "yes"


# All of them


@pytest.mark.parametrize("name", [name for name in REPORTERS if name != "text"])
def test_the_same_files_give_the_same_bytes(name: str) -> None:
    assert written(name, *BROKEN) == written(name, *BROKEN)


@pytest.mark.parametrize("name", REPORTERS)
def test_there_may_be_nothing_to_show(name: str) -> None:
    empty = replace(report(), files={}, judged={})
    assert isinstance(REPORTERS[name](reporters.for_the_public(empty), ENGLISH), str)


def test_several_reports_in_one_run(tmp_path: Path) -> None:
    files = {name: tmp_path / f"out.{name}" for name in ("sarif", "junit", "json", "text")}
    outputs = [part for name, path in files.items() for part in ("--output", f"{name}:{path}")]
    result = mobctl("validate", *BROKEN, *AS_OF, "--format", "github", *outputs)
    assert (result.returncode, "::error " in result.stdout) == (1, True)
    for name, path in files.items():
        assert path.read_text(encoding="utf-8") == written(name, *BROKEN)


@pytest.mark.parametrize(
    ("given", "said"),
    [("sarf:x", "“sarif”"), ("sarif", "sarif:mobctl.sarif"), ("sarif:/no/x", "could not be written")],
)
def test_a_report_that_cannot_be_written(given: str, said: str) -> None:
    result = mobctl("validate", str(BASE), "--output", given)
    assert (result.returncode, result.stdout) == (2, "")
    assert said in result.stderr


def test_a_pipe_is_written_into_and_not_replaced(tmp_path: Path) -> None:
    """As root, a rename over a device would take it away from the whole machine."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        read = pool.submit(pipe.read_text, encoding="utf-8")
        result = mobctl("validate", str(QUIET), *AS_OF, "--output", f"json:{pipe}")
        assert (result.returncode, json.loads(read.result(10))["version"]) == (0, 1)
    assert pipe.is_fifo()
    with pytest.raises(UserError):
        write.replace(pipe, b"")
    assert pipe.is_fifo()
    assert [*tmp_path.iterdir()] == [pipe]
