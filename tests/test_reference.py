"""The reference of the rules: `mobctl rules CODE`, its filters, its JSON, and the pages of docs/rules."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from referencing import Registry, Resource
from rule_pages import FOLDER, pages
from test_cli import HERE, mobctl

from mobctl import reporters, store
from mobctl.finding import Severity
from mobctl.reporters import reference as made
from mobctl.rules import CATALOGUE, retired
from mobctl.store import profiles
from mobctl.words import languages, words

OUTPUT = HERE.parent / "schemas" / "output"
SPACES = re.compile("[\u00a0\u202f]")


def codes(*arguments: str) -> list[str]:
    result = mobctl("rules", *arguments)
    assert result.returncode == 0, result.stderr
    return [line.split()[0] for line in result.stdout.splitlines()]


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("columns", [80, 60])
def test_every_rule_fits_the_terminal(lang: str, columns: int) -> None:
    reference = reporters.Reference(words(lang, store.lists()), profiles(), store.example)
    for rule in CATALOGUE.values():
        page = reference.page(rule)
        lines = reporters.rule_lines(page, columns)
        wide = [text for line in lines if (text := "".join(part for part, _ in line)) and len(text) > columns]
        assert [text for text in wide if "http" not in text and rule.slug not in text] == []
        assert page.title.strip()
        assert all(section.items for section in page.sections)


def test_a_rule_is_explained_from_statement_to_waiver() -> None:
    shown = " ".join(SPACES.sub(" ", mobctl("rules", "LA001", lang="fr", COLUMNS="80").stdout).split())
    order = ["L’étudiant a signé", "Pourquoi", "Que faire", "Source", "signé avant le départ", "Profils", "Dérogation", "Voir aussi"]  # fmt: skip
    places = [shown.index(part) for part in order]
    assert places == sorted(places)
    assert "- rule: LA001" in shown
    assert "LA010" in shown
    assert "Aucune : cette règle n’admet pas de dérogation." in SPACES.sub(
        " ", mobctl("rules", "GEN101", lang="fr").stdout
    )


def test_an_example_is_shown_wrong_and_right() -> None:
    shown = mobctl("rules", "GEN101", COLUMNS="80").stdout
    refused, accepted = shown.split("Refused")[1].split("Accepted")
    assert "✗     end: 2027-01-28" in refused
    assert "✓     end: 2028-01-28" in accepted
    assert "# finds" not in shown
    coloured = mobctl("rules", "GEN101", "--color", "always").stdout
    assert "\x1b[" in coloured


def test_rules_are_filtered() -> None:
    assert set(codes("LA", "--severity", "warning,info")) < set(codes("LA"))
    assert "LA102" in codes("LA", "--severity", "warning")
    assert "LA102" not in codes("LA", "--severity", "error")
    assert "LA009" in codes("--severity", "error", "--profile", "cti-engineering")
    assert "LA009" not in codes("--severity", "error")
    early = codes("--phase", "planned")
    assert "GEN101" in early
    assert "REC001" in codes("--phase", "planned"), "it waits for the decision, whatever the phase"
    assert "SOC006" not in early, "once the stay is agreed, until it is over"
    assert "SOC006" in codes("--phase", "before-departure")
    assert "SOC006" not in codes("--phase", "after-return")
    both = codes("LA", "--phase", "planned", "--phase", "during")
    assert set(both) == set(codes("LA", "--phase", "planned,during"))
    assert mobctl("rules", "--phase", "later").returncode == 2
    assert "“before-departure”" in mobctl("rules", "--phase", "later").stderr
    assert mobctl("rules", "--severity", "fatal").returncode == 2


def test_a_phase_is_one_in_which_the_rule_applies() -> None:
    for rule in CATALOGUE.values():
        found = reporters.phases(rule)
        assert found
        assert (rule.when.until is None) == (found[-1] == "recognised")


def test_codes_that_are_gone_say_where_they_went(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retired, "MERGED", {"DOC999": retired.Merged(("LA001", "LA009"), retired.PART)})
    monkeypatch.setattr(retired, "WITHDRAWN", {"DOC998": retired.PEOPLE})
    english = words("en", store.lists())
    said = retired.gone("DOC999")
    assert said
    assert english.say(said).startswith("DOC999 is part of LA001 and LA009. It asks")
    assert "no rule any more" in str(retired.gone("DOC998"))
    assert retired.gone("LA001") is None
    data = json.loads(reporters.rules_json([], [english], profiles(), store.example))
    assert [(each["code"], each["into"]) for each in data["retired"]] == [
        ("DOC998", []),
        ("DOC999", ["LA001", "LA009"]),
    ]


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    result = mobctl("rules", "--format", "json")
    assert result.returncode == 0
    loaded: dict[str, Any] = json.loads(result.stdout)
    return loaded


def test_json_is_as_the_contract_says(data: Mapping[str, Any]) -> None:
    schemas = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(OUTPUT.glob("*.json"))]
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas
    )
    [schema] = [each for each in schemas if each["$id"] == "rules.schema.json"]
    errors = [*Draft202012Validator(schema, registry=registry).iter_errors(data)]
    assert errors == []
    assert [rule["code"] for rule in data["rules"]] == [*CATALOGUE]


def test_json_has_all_languages(data: Mapping[str, Any]) -> None:
    for rule in data["rules"]:
        for key in ("title", "why", "fix", "explanation"):
            assert set(rule[key]) == set(languages())
        same = [key for key in ("why", "fix", "explanation") if rule[key]["en"] == rule[key]["fr"]]
        assert same == [], rule["code"]


def test_json_of_a_few_rules() -> None:
    data = json.loads(mobctl("rules", "LA", "--severity", "error", "--format", "json").stdout)
    found = {rule["code"]: rule for rule in data["rules"]}
    assert {rule["severity"] for rule in data["rules"]} == {"error"}
    assert {"id": "generic", "severity": "warning"} not in found["LA001"]["profiles"]
    [number] = json.loads(mobctl("rules", "CHG102", "--format", "json").stdout)["rules"][0]["numbers"]
    assert (number["name"], number["value"], number["unit"]) == ("days", 35, "day")
    [rule] = json.loads(mobctl("rules", "GEN101", "--format", "json").stdout)["rules"]
    [example] = rule["examples"]
    assert "end: 2027-01-28" in example["fails"]
    assert "end: 2028-01-28" in example["passes"]


def test_a_number_has_a_unit_that_people_know() -> None:
    units = {number.unit for rule in CATALOGUE.values() for number in rule.numbers.values()}
    assert units <= set(made.UNITS), "give it a name in mobctl/reporters/reference.py"


def test_a_key_date_is_said() -> None:
    dated = {rule.judged_on for rule in CATALOGUE.values() if rule.since or rule.until}
    assert dated <= set(made.JUDGED_BY), "give it a name in mobctl/reporters/reference.py"


def test_the_pages_are_current() -> None:
    written = {
        path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.md")
    }
    assert written == pages(), "run: python tests/rule_pages.py"


def tokens(text: str) -> list[Any]:
    found = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        found += [token, *(token.children or [])]
    return found


@pytest.mark.parametrize("lang", languages())
def test_links_of_the_pages_lead_somewhere(lang: str) -> None:
    made = {path: text for path, text in pages().items() if path.startswith(lang)}
    anchors = {
        path: {match.lower() for match in re.findall(r"^## (\S+)$", text, re.MULTILINE)}
        for path, text in made.items()
    }
    for path, text in made.items():
        links = [token.attrs["href"] for token in tokens(text) if token.type == "link_open"]
        for link in links:
            file, _, anchor = str(link).partition("#")
            if file.startswith("http"):
                continue
            target = f"{lang}/{file}" if file else path
            assert target in made, (path, link)
            assert not anchor or anchor in anchors[target], (path, link)
        assert links


def test_what_is_said_is_not_markdown() -> None:
    for path, text in pages().items():
        kinds = {token.type for token in tokens(text)}
        assert kinds.isdisjoint({"html_block", "html_inline", "image", "s_open"}), path
        assert "em_open" not in kinds, path
    assert reporters.rule_pages.escaped("a*b <i> [x] `c|d*`") == r"a\*b \<i\> \[x\] `c\|d*`"


def test_severities_are_named_as_the_option_takes_them() -> None:
    assert {severity.name.lower() for severity in Severity} == {"error", "warning", "info"}


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal")
@pytest.mark.parametrize("arguments", [["rules", "GEN101"], ["rules", "LA"]])
def test_in_a_terminal(arguments: list[str], tmp_path: Path) -> None:
    """In a terminal of 80 columns no line is wider, and there is colour."""
    import pty

    main, side = pty.openpty()
    env = {**os.environ, "COLUMNS": "80", "MOBCTL_LANG": "fr", "TERM": "xterm-256color"}
    env.pop("NO_COLOR", None)
    with subprocess.Popen([sys.executable, "-m", "mobctl", *arguments], stdout=side, cwd=tmp_path, env=env):
        os.close(side)
        raw = b""
        while part := _read(main):
            raw += part
    text = raw.decode()
    assert "\x1b[" in text
    bare = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert max(len(line) for line in bare.splitlines() if "http" not in line) <= 80


def _read(file: int) -> bytes:
    try:
        return os.read(file, 4096)
    except OSError:  # the other end is closed
        return b""
