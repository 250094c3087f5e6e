"""A record written is the record read; a file is the old one or the new one."""

from __future__ import annotations

import errno
import os
import re
import stat
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

import pytest
import yaml

from mobctl import store
from mobctl.errors import UserError
from mobctl.finding import Pointer
from mobctl.store.write import COLUMNS, TEMPORARY, dump, file_name, replace, write_new

MODELINE = "# yaml-language-server: $schema=../schemas/mobility.schema.json"
NUMBERS = frozenset({"credits", "year"})
BOOLEANS = frozenset({"automatic"})


def written(record: Mapping[str, Any], comments: Mapping[Pointer, str] | None = None) -> str:
    return dump(record, comments or {}, "../schemas/mobility.schema.json")


class _Node(yaml.BaseLoader):
    """Keeps every scalar as text; whether it was quoted is in the node."""


def read(text: str) -> Any:
    """Read by the rule of the design, with nothing of ours: text, unless the key is a number or a boolean."""

    def build(node: yaml.Node, key: str | None) -> Any:
        if isinstance(node, yaml.MappingNode):
            return {each.value: build(value, each.value) for each, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [build(item, key) for item in node.value]
        assert isinstance(node, yaml.ScalarNode)
        value: str = node.value
        if node.style:
            return value
        if value in {"", "~", "null"}:
            return None
        if key in NUMBERS and re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", value):
            return Decimal(value)
        return value == "true" if key in BOOLEANS and value in {"true", "false"} else value

    root = yaml.compose(text, Loader=_Node)
    assert root is not None
    return build(root, None)


NASTY = [
    "", " ", "  two  ", "~", "null", "Null", "NULL", "true", "True", "yes", "No", "NO", "on", "Off", "y", "N",
    "0", "9", "-9", "+9", "02", "0613", "12.50", ".5", "5.", "1e9", "1E-9", "12e4", "1_000", "0x1F", "0o17",
    "0b1", "12:30", "1:59:59", "-1:30.5", ".inf", "-.INF", ".nan", "1.2.3", "7,5", "=", "<<", "2026-06-03",
    "2026-06", "2018-11-12T13:13:45+02:00", "2026/2027", "1/2", "-", "- a", "-a", "--- a", "---", "...", "... a",
    "?", "? a", "what? yes", "what?", ":", ": a", "a:", "a: b", "a :b", "a:b", "::", "#", "# a", "a #b", "a#b",
    "a, b", "a,b", "[a]", "a]b", "{a}", "a}b", "{a: b}", "&a", "*a", "!a", "!!str a", "|", "|-", ">", ">a", "'",
    "''", "'a'", '"', '"a"', 'a"b', "it's", "\\", "\\n", "a\\", "%", "%YAML 1.1", "@", "@a", "`a`", "a\tb",
    "\ta", "a\t", "a\nb", "a\n", "\na", "\n", "a\n\nb", "a\n b", " a\nb", "a \nb", "a\n- b: c\n# d", "a\r\nb",
    "a\rb", "\r", "<<<<<<< HEAD", "a\n=======\nb", "a\n--- b", "Résultats :", "« là »", "a\u00a0b",
    "\u00a0a", "a\u2028b\u2029c", "a\x85b", "\ufeffa", "a\ufeff", "می\u200cخواهم", "👩\u200d🎓", "😀", "e\u0301",
    "Đặng Thị", "山田", "x" * 5000, "word " * 400, "http://a/b?c=d&e=[f]#g", "C:\\a", "key: [", "a: 'b", "\x0bx"[1:],
    "$", "^", "a | b", "a > b", "a & b", "*", "***", "-1", "- ", "\u3000", "a\u3000", "½", "\U000f0000",
]  # fmt: skip
PLACES: dict[str, Callable[[str], dict[str, Any]]] = {
    "on top": lambda text: {"title": text},
    "in a short mapping": lambda text: {"learner": {"name": {"family": text, "given": "x"}}},
    "in a long mapping": lambda text: {
        "agreement": {"studied": [{"id": "a1", "title": text, "url": "x" * 120}]}
    },
    "in a list": lambda text: {"profiles": [text, "x", text]},
    "alone in an item": lambda text: {"amendments": [{"note": text}, {"note": text}]},
    "as a language": lambda text: {"title": {text: text}} if text and len(text) < 100 else {"title": text},
    "under a number": lambda text: {"credits": text, "list": [{"credits": text}]},
    "under a boolean": lambda text: {"automatic": text},
}


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_what_is_written_is_what_is_read(text: str) -> None:
    for place, put in PLACES.items():
        record = put(text)
        assert read(written(record)) == record, place


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_our_reader_reads_it_too(text: str) -> None:
    record = {"mobctl": "mobility/1", "id": "x", "notes": text, "learner": {"name": {"family": text}}}
    file = store.read_bytes("a.yaml", written(record).encode(), asked=True)
    assert file.refused is None
    assert file.document is not None
    assert file.document.data == record


@pytest.mark.parametrize(
    "text",
    [text for text in NASTY if not re.fullmatch(r"[0-9]{4}-[0-9]{2}(-[0-9]{2}.*)?", text)],
)
def test_other_tools_take_text_for_text(text: str) -> None:
    shown = yaml.load(written({"title": text, "list": [text]}), Loader=yaml.SafeLoader)  # noqa: TID251
    assert shown == {"title": text, "list": [text]}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal(9), "9"),
        (Decimal("9.50"), "9.50"),
        (Decimal("-0.5"), "-0.5"),
        (Decimal("1E+2"), "100"),
        (Decimal("1E-3"), "0.001"),
        (2, "2"),
    ],
)
def test_numbers(value: object, shown: str) -> None:
    out = written({"credits": value})
    assert out.endswith(f"credits: {shown}\n")
    assert read(out) == {"credits": value}


def test_booleans_and_nothing() -> None:
    record: dict[str, Any] = {
        "automatic": True,
        "a": None,
        "b": {"automatic": False, "c": None},
        "d": {},
        "e": [],
    }
    assert read(written(record)) == record


@pytest.mark.parametrize("value", [1.5, b"x", Decimal("NaN"), {1}])
def test_no_other_values(value: object) -> None:
    with pytest.raises(TypeError):
        written({"credits": value})


@pytest.mark.parametrize(
    "character",
    [
        "\x00",
        "\x07",
        "\x1b",
        "\x7f",
        "\x9b",
        "\u200e",
        "\u202e",
        "\u2066",
        "\u061c",
        "\ufffe",
        "\uffff",
        "\ud800",
    ],
)
def test_hidden_characters_are_refused_by_name(character: str) -> None:
    with pytest.raises(UserError) as refused:
        written({"learner": {"name": {"family": f"a{character}b"}}})
    message = refused.value.args[0]
    assert dict(message.args)["character"] == f"U+{ord(character):04X}"
    assert dict(message.args)["place"].text == "/learner/name/family"


@pytest.mark.parametrize(
    "character", [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), 0x200E, 0x202E, 0x2069)]
)
def test_what_is_written_the_reader_takes(character: str) -> None:
    """The writer refuses all that the reader would refuse."""
    record = {"mobctl": "mobility/1", "notes": f"a{character}b"}
    try:
        out = written(record)
    except UserError:
        return
    file = store.read_bytes("a.yaml", out.encode(), asked=True)
    assert file.document is not None
    assert file.document.data == record


LAYOUT = f"""\
{MODELINE}
# Imported.
mobctl: mobility/1
id: "2023001"
profiles: [erasmus-he-studies]
# signed by all three
status: agreed

learner:
  name: {{family: MARTIN, given: Léa}}
  citizenship: ["NO"]

period:
  # as planned
  planned: {{start: 2026-09-14, end: 2027-01}}

agreement:
  studied:
    - {{id: a1, code: "0123", title: {{"no": Juss, en: "Law, and order"}}, credits: 7.5}}
    # too long
    - id: a2
      title: A title that goes on and on and on
      # why the text
      description: |-
        One line
        - another: line
      url: https://valmont.example/courses?id=a2&language=english#contents
  signatures:
    - {{role: learner, date: 2018-11-12T13:13:45+02:00, how: electronic}}

amendments:
  # the first
  - number: "1"
    changes:
      - {{table: studied, delete: a1}}

external_ids:
  local_id: X-1

notes: "Two: words"
"""


def test_layout() -> None:
    record = read(LAYOUT)
    record["agreement"]["studied"][0]["credits"] = Decimal("7.5")
    comments: dict[Pointer, str] = {
        (): "Imported.",
        ("status",): "signed by all three",
        ("period", "planned"): "as planned",
        ("agreement", "studied", 1, "id"): "too long",
        ("agreement", "studied", 1, "description"): "why the text",
        ("amendments", 0): "the first",
    }
    assert written(record, comments) == LAYOUT


def test_lines_are_short_where_they_can_be() -> None:
    row = {"id": "a1", "title": "x" * 30, "code": "y" * 30, "term": "1/2"}
    for length in range(60):
        record = {"agreement": {"studied": [{**row, "los_id": "z" * length}]}}
        out = written(record)
        assert read(out) == record
        assert max(map(len, out.splitlines())) <= COLUMNS
        assert ("{" in out) == (
            len(f"    - {{id: a1, title: {'x' * 30}, code: {'y' * 30}, term: 1/2, los_id: {'z' * length}}}")
            <= COLUMNS
        )


def _pointers(value: Any, at: Pointer = ()) -> list[Pointer]:
    found = [at]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += _pointers(item, (*at, key))
    return found


def test_a_comment_anywhere_changes_no_data() -> None:
    record = read(LAYOUT)
    for number, pointer in enumerate([*_pointers(record), ("nowhere",), ("agreement", "studied", 9, "x")]):
        out = written(record, {pointer: f"remark {number}"})
        assert read(out) == record, pointer
        assert f"# remark {number}\n" in out
    everywhere = {
        pointer: f"remark {number}\nover two lines" for number, pointer in enumerate(_pointers(record))
    }
    out = written(record, everywhere)
    assert read(out) == record
    assert all(f"# remark {number}\n" in out for number in range(len(everywhere)))


@pytest.mark.parametrize(
    "text",
    ["a\u2028status: agreed", "a\x85status: agreed", "a\rstatus: agreed", "a\nstatus: agreed", "\u202ea\x1b[31m", "\n\n", "", "# a",
     "a\x0bb", "word " * 100],
)  # fmt: skip
@pytest.mark.parametrize("pointer", [(), ("status",), ("learner", "name")])
def test_a_comment_stays_a_comment(text: str, pointer: Pointer) -> None:
    record = {"mobctl": "mobility/1", "status": "planned", "learner": {"name": {"family": "x"}}}
    out = written(record, {pointer: text})
    assert read(out) == record
    assert store.read_bytes("a.yaml", out.encode(), asked=True).refused is None
    assert max(map(len, out.splitlines())) <= COLUMNS


def test_writing_needs_no_ruamel_at_the_start() -> None:
    code = "import sys, mobctl.store.write; sys.exit('ruamel.yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "2026-0042",
        "a.b_c-d",
        "Zoë",
        "山田",
        "c442c289-5541-4cae-9edb-8ad83e133613",
        "x" * 100,
        "console",
        "com10",
        "a--b",
    ],
)
def test_a_good_name_stays(name: str) -> None:
    assert file_name(name) == name


BAD_NAMES = [
    "", ".", "..", "../x", "/etc/passwd", "a/b", "a\\b", "a:b", "C:x", "-rf", "--", ".hidden", "a.", "a ", " a", "a b",
    "CON", "con", "nul.txt", "COM1", "lpt9.yaml", "COM¹", "CONIN$", "a\nb", "a\x00b", "a\u202eb", "a\u200bb", "\ud800",
    "*", "?", "<a>", 'a"b', "a|b", "~", "x" * 101, "é" * 60, "x" * 5000, "$(x)", "`x`", "%41", "\N{FULLWIDTH SOLIDUS}",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD_NAMES)
def test_a_bad_name_is_mended(text: str, tmp_path: Path) -> None:
    name = file_name(text)
    assert name != text
    assert re.fullmatch(r"[\w][\w.-]*", name)
    assert not name.endswith(".")
    assert len(name.encode()) <= 110
    assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", name)
    assert file_name(name) == name
    assert (tmp_path / name).parent == tmp_path
    (tmp_path / name).touch()


def test_names_are_composed_and_differ() -> None:
    assert file_name("Zoe\u0308") == "Zoë"
    assert unicodedata.is_normalized("NFC", file_name("Zoe\u0308" * 50))
    assert len({file_name(text) for text in BAD_NAMES}) == len(BAD_NAMES)


# Files ---------------------------------------------------------------------------------------------------


def put_new(path: Path) -> None:
    write_new(path, "new\n")


def put_over(path: Path) -> None:
    replace(path, b"new\n")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_write_new(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    write_new(path, "é\n")
    assert path.read_bytes() == b"\xc3\xa9\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(UserError, match="is there already"):
        write_new(path, "b\n")
    assert path.read_bytes() == b"\xc3\xa9\n"
    assert names(tmp_path) == ["a.yaml"]


def test_replace(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    replace(path, b"one")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"one", 0o600)
    path.chmod(0o640)
    replace(path, b"two")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"two", 0o640)
    assert names(tmp_path) == ["a.yaml"]


@pytest.mark.parametrize("target", ["there", "gone"])
def test_a_link_is_not_followed(tmp_path: Path, target: str) -> None:
    victim, link = tmp_path / target, tmp_path / "link"
    (tmp_path / "there").write_text("old")
    link.symlink_to(victim)
    with pytest.raises(UserError):
        write_new(link, "new")
    assert link.is_symlink()
    replace(link, b"new")
    assert (link.is_symlink(), link.read_text(), (tmp_path / "there").read_text()) == (False, "new", "old")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    for put in (put_new, put_over):
        with pytest.raises(UserError, match="could not be written"):
            put(tmp_path / "none" / "a.yaml")


def test_a_disk_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    write_new(tmp_path / "a", "new")
    assert (tmp_path / "a").read_text() == "new"
    with pytest.raises(UserError, match="is there already"):
        write_new(tmp_path / "a", "newer")
    assert ((tmp_path / "a").read_text(), names(tmp_path)) == ("new", ["a"])


STEPS = ["open", "fdopen", "fsync", "link", "replace", "unlink", "chmod", "close", "lstat"]
FAULTS = [OSError(errno.ENOSPC, "disk full"), OSError(errno.EIO, "broken"), KeyboardInterrupt()]


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
@pytest.mark.parametrize("fault", FAULTS, ids=["full", "broken", "interrupted"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(("put", "old"), [(put_new, None), (put_over, None), (put_over, "old\n")])
def test_old_or_new_at_every_failure(
    put: Callable[[Path], None],
    old: str | None,
    step: str,
    fault: BaseException,
    links: bool,  # noqa: FBT001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Let each call of the system fail once, at its first, second … use: the file is the old one or the new one."""
    real, real_link = getattr(os, step), os.link
    for fatal in range(4):
        folder = tmp_path / str(fatal)
        folder.mkdir()
        path = folder / "a.yaml"
        if old is not None:
            path.write_text(old)
        calls = 0

        def fail(*args: Any, _fatal: int = fatal, **more: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == _fatal + 1:
                raise fault
            return real(*args, **more)

        with monkeypatch.context() as patch:
            if not links:
                patch.setattr(os, "link", _no_links)
            patch.setattr(os, step, fail)
            patch.setattr(tempfile, "_os", os)
            failed = _run(put, path)
        found = path.read_text() if path.exists() else None
        assert found in (old, "new\n")
        assert failed or found == "new\n"
        assert step == "unlink" or not any(name.startswith(TEMPORARY) for name in names(folder))
        assert os.link is real_link


def _no_links(*_: object, **__: object) -> None:
    raise OSError(errno.ENOTSUP, "no links here")


def _run(put: Callable[[Path], None], path: Path) -> bool:
    try:
        put(path)
    except (UserError, KeyboardInterrupt):
        return True
    return False


@pytest.mark.parametrize("fault", FAULTS, ids=["full", "broken", "interrupted"])
def test_a_write_that_breaks_off(
    fault: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("old\n")
    real = os.fdopen

    def broken(*args: Any, **more: Any) -> Any:
        file = real(*args, **more)

        class Short:
            def __enter__(self) -> Self:
                return self

            def __exit__(self, *_: object) -> None:
                file.close()

            def write(self, data: bytes) -> None:
                file.write(data[:2])
                file.flush()
                raise fault

        return Short()

    monkeypatch.setattr(os, "fdopen", broken)
    assert _run(put_over, path)
    assert (path.read_text(), names(tmp_path)) == ("old\n", ["a.yaml"])


def test_of_many_writers_one_wins(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"

    def write(number: int) -> bool:
        try:
            write_new(path, f"{number}\n" * 1000)
        except UserError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = [number for number, mine in enumerate(pool.map(write, range(40))) if mine]
    assert len(won) == 1
    assert path.read_text() == f"{won[0]}\n" * 1000
    assert names(tmp_path) == ["a.yaml"]
