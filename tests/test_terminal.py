"""What somebody wrote into a record, a name of a file or an argument is shown as it is: no terminal, log or service obeys it.

In every format that findings have, and in what the other commands say.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import cli
import graduates
import pytest
from folders import exact
from lxml import etree
from markdown_it import MarkdownIt
from test_embedded import FREE
from views import merged

from mobctl import store
from mobctl.escaped import visible
from mobctl.reporters import REPORTERS
from mobctl.reporters.table import harmless

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no file can have such a name")

HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
SHOWN = ("--personal-data", "show")
SAID = ("--lang", "en", "--as-of", "2026-11-24")

WRITTEN = (
    "[red]rich[/red]", "[link=https://x.invalid]rich[/link]", "[/]", ":boom:", "\\x1b[31mnot an escape", "%0A::error::x", "::error::x", "##[error]x",
    "::set-output name=x::y", "</failure><script>x</script>", "]]>", "&amp;", "<b>x</b>", "![x](https://x.invalid/x.png)", "`x` | x", "=1+1", '"x", "y": 1',
    "{value}", "%s", "<U+001B>", "a\u200db", "Ελευθερία", "𝕏",
)  # fmt: skip
"""Values that a record may have, and that mean something to one of the readers."""

NAMES = {
    "an escape": "e\x1b[31mred", "a control of eight bits": "c\x9b31mx", "an override": "b\u202egnp", "a line": "l\nm", "a return": "r\rs", "a separator": "u\u2028v",
    "delete": "t\x7fd", "no UTF-8": "\udcff\udce9", "markup": "[red]x", "a command": "::error::y", "an escaped command": "%0A::error::x", "a command of Azure": "##[error]z",
    "marks": "q'\"&<x>", "a formula": "=1+1", "an option": "-rf", "Markdown": "`x` | *y*", "a tab": "a\tb", "percent": "%41", "accents": "é",
}  # fmt: skip
"""Names that a file can have, though no school gives them."""


def hidden(text: str, allowed: str = "\n") -> set[str]:
    return {
        f"U+{ord(c):04X}" for c in text if unicodedata.category(c) in HIDDEN and c not in f"{allowed}\u200d"
    }


def filled(data: Any, payload: str, *, free: bool = False) -> Any:
    """Put a value in the place of each free text."""
    if isinstance(data, Mapping):
        return {key: filled(value, payload, free=key in FREE) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [filled(value, payload) for value in data]
    return payload if free and isinstance(data, str) else data


def wrong(payload: str) -> Mapping[str, Any]:
    """A record with a value in the places of codes, days and names of fields."""
    return {
        "status": payload,
        "programme": payload,
        payload: 1,
        "learner": {"birth_date": payload, "citizenship": [payload]},
        "home": {"country": payload, payload: [payload]},
        "results": {"scale": payload},
        "profiles": [payload],
        "waivers": [{"rule": payload, "reason": payload, "by": payload, "date": payload}],
    }


def broken() -> Iterator[Mapping[str, Any]]:
    """The records of some examples of rules: each breaks one."""
    folder = Path(__file__).parents[1] / "examples" / "broken" / "rules"
    for path in sorted(folder.glob("*.mobility.yaml"))[::10]:
        document = store.read(path, asked=True).document
        if document and isinstance(document.data, dict):
            yield document.data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records with hostile values, under hostile names."""
    made = tmp_path_factory.mktemp("records")
    names = [*NAMES.values()]
    base = exact(graduates.FULL)
    records = [merged(base, wrong(payload)) for payload in WRITTEN]
    records += [filled(data, WRITTEN[n % len(WRITTEN)]) for n, data in enumerate(broken())]
    for number, data in enumerate(records):
        path = made / f"{names[number % len(names)]}{number}.mobility.yaml"
        path.write_text(json.dumps(data, default=float, ensure_ascii=False), encoding="utf-8")
    return made


def said(folder: Path, *arguments: str) -> tuple[int, str, str]:
    done = cli.run_bytes(arguments, cli.USUAL, folder)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture(scope="module")
def findings(folder: Path) -> Callable[[str], str]:
    """What `mobctl validate` writes of the folder in a format, with all values."""

    @cache
    def made(form: str) -> str:
        status, out, err = said(folder, "validate", ".", "--format", form, *SHOWN, *SAID)
        assert (status, err) == (1, "")
        return out

    return made


def texts(form: str, out: str) -> tuple[set[str], str]:
    """What a reader of a format takes it to say: the files that it names, and all of its texts."""
    match form:
        case "json":
            rows = json.loads(out)["findings"]
            return {row["file"] for row in rows}, "\n".join(f"{row['message']} {row['fix']}" for row in rows)
        case "gitlab":
            rows = json.loads(out)
            return {row["location"]["path"] for row in rows}, "\n".join(row["description"] for row in rows)
        case "sarif":
            rows = json.loads(out)["runs"][0]["results"]
            uris = {row["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for row in rows}
            names = {unquote_to_bytes(uri).decode("utf-8", "surrogateescape") for uri in uris}
            return names, "\n".join(row["message"]["text"] for row in rows)
        case "junit":
            root = etree.fromstring(out.encode())
            cases = root.findall(".//testcase")
            assert all(not [*part] for case in cases for part in case), "texts only"
            return {case.get("name") or "" for case in cases}, "".join(map(str, root.itertext()))
        case "csv":
            rows = [*csv.DictReader(io.StringIO(out.removeprefix("\ufeff"), newline=""))]
            return {row["file"] for row in rows}, "\n".join(f"{row['message']} {row['fix']}" for row in rows)
        case "github":
            return commands(out)
        case "markdown":
            return set(), displayed(out)
        case _:
            return set(), out


def commands(out: str) -> tuple[set[str], str]:
    """Read a log as GitHub does: commands with their properties, each in a line that begins with two colons."""
    names, found = set(), []
    for line in out.splitlines():
        if match := re.match(r"::(\w+) (.*?)::(.*)", line):
            assert match[1] in {"error", "warning", "notice"}
            properties = dict(each.split("=", 1) for each in match[2].split(","))
            assert set(properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
            if "file" in properties:
                names.add(unescaped(properties["file"]))
            found.append(unescaped(match[3]))
        else:
            assert not line.startswith("::")
            assert "##[" not in line
            found.append(line)
    return names, "\n".join(found)


def unescaped(text: str) -> str:
    for mark, letter in {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}.items():
        text = text.replace(mark, letter)
    return text


def displayed(text: str) -> str:
    """What Markdown displays: its texts, without what is made of them."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)
    inner = [child for token in tokens for child in token.children or ()]
    assert {token.content for token in inner if token.type == "html_inline"} <= {"<wbr>"}
    assert not {token.type for token in (*tokens, *inner)} & {
        "image",
        "link_open",
        "html_block",
        "em_open",
        "strong_open",
    }
    return "\n".join("".join(c.content for c in t.children if c.type in {"text", "code_inline"}) for t in tokens if t.children)  # fmt: skip


@pytest.mark.parametrize("form", REPORTERS)
def test_a_report_has_nothing_that_cannot_be_seen(form: str, findings: Callable[[str], str]) -> None:
    out = findings(form)
    assert hidden(out.removeprefix("\ufeff"), "\n\r" if form == "csv" else "\n") == set()
    assert len(out) > 20_000


@pytest.mark.parametrize("form", REPORTERS)
def test_a_report_names_every_file_so_that_it_is_known_again(
    form: str, findings: Callable[[str], str]
) -> None:
    every, _ = texts("json", findings("json"))
    assert {name for name in NAMES.values() if not any(each.startswith(name) for each in every)} == set()
    names, all_of_it = texts(form, findings(form))
    literal = {"json", "gitlab", "sarif"}
    shown = {
        name if form in literal else harmless(name) if form == "csv" else visible(name) for name in every
    }
    if form in {"text", "markdown", "github"}:  # in a log those stand that are annotated no more
        assert names < shown
        assert [name for name in shown - names if " ".join(name.split()) not in all_of_it] == []
    else:
        assert names >= shown


@pytest.mark.parametrize("form", REPORTERS)
def test_a_value_stands_in_a_report_as_it_is(form: str, findings: Callable[[str], str]) -> None:
    _, said = texts(form, findings(form))
    flat = " ".join(said.split())
    shown = (value.replace("##[", "## [") if form == "github" else value for value in WRITTEN)
    assert [value for value in shown if " ".join(value.split()) not in flat] == []


def test_colours_are_ours_alone(folder: Path, findings: Callable[[str], str]) -> None:
    """What is coloured says the same as what is plain: no markup of a value is taken for ours, no link comes."""
    _, coloured, _ = said(folder, "validate", ".", "--color", "always", *SHOWN, *SAID)
    assert "\x1b[" in coloured
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in bare.split("\n")] == findings("text").split("\n")


COMMANDS = {
    "todo": ("todo", ".", *SAID),
    "todo as data": ("todo", ".", "--format", "json", *SAID),
    "what stands in the way of a document": ("render", "open-badge", ".", "-o", "made", *SAID),
    "the manifest": ("render", "open-badge", ".", "-o", "made", "--manifest", "made.json", *SAID),
    "the doctor": ("doctor", ".", "--lang", "en"),
    "the doctor as data": ("doctor", ".", "--format", "json", "--lang", "en"),
    "what would be laid out otherwise": ("fmt", "--check", ".", "--lang", "en"),
    "how": ("fmt", "--diff", ".", "--lang", "en"),
    "a baseline": ("baseline", ".", "--lang", "en", "-o", "known.json"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_nothing_that_cannot_be_seen(name: str, folder: Path) -> None:
    status, out, err = said(folder, *COMMANDS[name])
    assert status in {0, 1}, err
    assert out + err
    assert (hidden(out), hidden(err)) == (set(), set())


STAY = Path(__file__).parent / "records" / "base.mobility.yaml"
ARGUMENTS = {
    "an escape": "\x1b[31mx", "a control of eight bits": "\x9b31mx", "markup": "[red]x[/red]", "an override": "\u202ex", "a line": "a\nb", "a link": "\x1b]8;;x\x07x",
}  # fmt: skip
ASKED: tuple[tuple[str, ...], ...] = (
    ("{}",), ("--{}",), ("validate", "{}"), ("validate", "--{}"), ("validate", "--format", "{}"), ("validate", "--lang", "{}"), ("validate", "--select", "{}"),
    ("validate", "--profile", "{}"), ("validate", "--as-of", "{}"), ("validate", "--fail-on", "{}"), ("validate", "--baseline", "{}"), ("validate", "--color", "{}"),
    ("todo", "{}"), ("render", "{}"), ("render", "open-badge", "{}"), ("render", "open-badge", "--format", "{}"), ("documents", "{}"), ("explain", "{}", "x"),
    ("explain", str(STAY), "{}"), ("rules", "{}"), ("schema", "{}"), ("fmt", "{}"), ("migrate", "{}"), ("baseline", "{}"), ("doctor", "{}"), ("verify", "{}"),
    ("import", "{}", "{}"), ("institutions", "find", "{}"), ("keys", "{}"),
)  # fmt: skip


@pytest.mark.parametrize("name", ARGUMENTS)
def test_an_argument_comes_back_as_it_is(name: str, tmp_path: Path) -> None:
    """Of most commands, in what they say of it; none obeys it, and none breaks."""
    told = 0
    for asked in ASKED:
        status, out, err = said(tmp_path, *(part.format(ARGUMENTS[name]) for part in asked))
        assert status in {0, 1, 2, 3}, (asked, err)
        assert (hidden(out), hidden(err)) == (set(), set()), asked
        told += visible(ARGUMENTS[name]) in out + err
    assert told > len(ASKED) * 0.6


def test_what_is_made_is_named_so_that_it_can_be_seen(tmp_path: Path) -> None:
    """Its folder is somebody's choice; a letter of the school is called as its template is."""
    stay = {key: value for key, value in exact(graduates.FULL).items() if key != "profiles"}
    (tmp_path / "2025-0001.mobility.yaml").write_text(
        json.dumps(stay, default=float, ensure_ascii=False), encoding="utf-8"
    )
    for output in ("o\x1b[31m", "o\u202ex", "[red]o"):
        status, out, err = said(
            tmp_path, "render", "open-badge", ".", "--format", "md", "--format", "ob3", "-o", output, *SAID
        )
        assert status == 0, err
        assert [line.partition("/")[0] for line in out.splitlines()] == [visible(output)] * 2
        assert (hidden(out), hidden(err)) == (set(), set())


def test_an_explanation_shows_titles_as_they_are(tmp_path: Path) -> None:
    for number, value in enumerate(WRITTEN):
        stay = filled({**exact(graduates.FULL), "id": f"s{number}"}, value)
        (tmp_path / f"s{number}.mobility.yaml").write_text(
            json.dumps(stay, default=float, ensure_ascii=False), encoding="utf-8"
        )
        status, out, err = said(
            tmp_path,
            "explain",
            f"s{number}",
            "k1",
            "--lang",
            "en",
            "--color",
            "always",
        )
        assert status == 0, err
        assert value in re.sub(r"\x1b\[[0-9;]*m", "", out)
        assert hidden(re.sub(r"\x1b\[[0-9;]*m", "", out)) == set()
