"""`mobctl fmt`: one layout, the same data, each comment with what it is about; or the file as it was."""

from __future__ import annotations

import random
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from test_store import run
from test_write import NASTY

from mobctl import store
from mobctl.store import layout, tree
from mobctl.store.reader import parse
from mobctl.store.write import dump

ROOT = Path(__file__).parents[1]
OF_RULES = (
    ROOT / "examples" / "broken" / "rules"
)  # their marks stand where they are read, not where they look best
EXAMPLES = sorted(path for path in (ROOT / "examples").rglob("*.yaml") if OF_RULES not in path.parents)
READABLE = [path for path in EXAMPLES if store.read(path, asked=False).refused is None]
assert len(READABLE) > 30, "no example to look at"
TYPES = store.key_types()


def tidy(text: str, kind: str = "mobility") -> str:
    return layout.tidy(text.encode(), store.schema(kind), TYPES).decode()


@pytest.mark.parametrize("path", READABLE, ids=lambda path: path.relative_to(ROOT / "examples").as_posix())
def test_examples_are_laid_out(path: Path) -> None:
    kind = store.read(path, asked=False).kind
    assert kind
    text = path.read_text(encoding="utf-8")
    assert tidy(text, kind) == text, "run: mobctl fmt examples"


# What is written, and how it is laid out. In both, a comment says what it is about.
CASES = {
    "the order of the schema": (
        "id: x   # id\n# about the type\nmobctl: mobility/1\nkind: studies\nstatus: planned\n",
        "# about the type\nmobctl: mobility/1\nid: x   # id\nstatus: planned\nkind: studies\n",
    ),
    "an unknown field stays behind its neighbour": (
        "mobctl: mobility/1\nkind: studies\ncolour: red\nid: x\n",
        "mobctl: mobility/1\nid: x\nkind: studies\ncolour: red\n",
    ),
    "nothing moves over a heading": (
        "mobctl: mobility/1\nid: x\n\n# --- Autumn\n\nkind: studies\nstatus: planned\n\n# --- Spring\n\nprofiles: []\n",
        "mobctl: mobility/1\nid: x\n\n# --- Autumn\n\nstatus: planned\nkind: studies\n\n# --- Spring\n\nprofiles: []\n",
    ),
    "indentation": (
        "mobctl: mobility/1\nlearner:\n      name:\n           family: x\nprofiles:\n- a\n-    b\n",
        "mobctl: mobility/1\nprofiles:\n  - a\n  - b\n\nlearner:\n  name:\n    family: x\n",
    ),
    "quotes where they are needed": (
        """mobctl: "mobility/1"\nid: "2026"\nkind: 'studies'\nstatus: "on"\nnotes: "a: b"\n""",
        """mobctl: mobility/1\nid: "2026"\nstatus: "on"\nkind: studies\nnotes: "a: b"\n""",
    ),
    "quotes around a number that is none": (
        'mobctl: mobility/1\nagreement: {studied: [{id: "a1", credits: "6"}]}\n',
        'mobctl: mobility/1\nagreement: {studied: [{id: a1, credits: "6"}]}\n',
    ),
    "dates and numbers as they are": (
        "mobctl: mobility/1\nselection_date: 2026-02-10\nlearner: {enrolment: {year: 2, isced_f: 0613}}\n",
        "mobctl: mobility/1\nselection_date: 2026-02-10\nlearner: {enrolment: {year: 2, isced_f: 0613}}\n",
    ),
    "blank lines": (
        "# head\n\n\nmobctl: mobility/1\n\n\n\nid: x\nprofiles:\n\n  - a\n\n  - b\nlearner:\n  id: y\n  email: z\n\n\n",
        "# head\n\nmobctl: mobility/1\n\nid: x\nprofiles:\n  - a\n\n  - b\n\nlearner:\n  id: y\n  email: z\n",
    ),
    "the head of a file stays its head": (
        "# yaml-language-server: $schema=x\n# about the status\nstatus: planned\nmobctl: mobility/1\n",
        "# yaml-language-server: $schema=x\nmobctl: mobility/1\n# about the status\nstatus: planned\n",
    ),
    "a comment by its indentation": (
        "mobctl: mobility/1\nlearner:\n    id: x\n    # the learner ends\n# about home\nhome:\n  name: y\n# the file ends\n",
        "mobctl: mobility/1\nlearner:\n  id: x\n  # the learner ends\n\n# about home\nhome:\n  name: y\n# the file ends\n",
    ),
    "comments of items": (
        "mobctl: mobility/1\nprofiles:\n- a   # a\n# b\n- b\n# the list ends? no: about the id\nid: x\n",
        "mobctl: mobility/1\n# the list ends? no: about the id\nid: x\nprofiles:\n  - a  # a\n  # b\n  - b\n",
    ),
    "a comment behind a hyphen": (
        "mobctl: mobility/1\ndocuments:\n  - # the paper\n    kind: transcript\n    # when\n    issued: 2026-01-01\n",
        "mobctl: mobility/1\ndocuments:\n  # the paper\n  - kind: transcript\n    # when\n    issued: 2026-01-01\n",
    ),
    "a comment above the first field of an item": (
        "mobctl: mobility/1\ndocuments:\n  -\n    # what\n    kind: transcript\n    issued: 2026-01-01\n",
        "mobctl: mobility/1\ndocuments:\n  # what\n  - kind: transcript\n    issued: 2026-01-01\n",
    ),
    "comments between brackets": (
        "mobctl: mobility/1\nprofiles: [a,   # a\n  # b\n  b,\n  # the end\n  ]   # all\n",
        "mobctl: mobility/1\nprofiles:  # all\n  - a  # a\n  # b\n  - b\n  # the end\n",
    ),
    "a comment between empty brackets": (
        "mobctl: mobility/1\nprofiles: [\n  # none yet\n  ]\n",
        "mobctl: mobility/1\n# none yet\nprofiles: []\n",
    ),
    "brackets on several lines": (
        "mobctl: mobility/1\nprofiles: [a,\n  b,\n  c]   # three\n",
        "mobctl: mobility/1\nprofiles: [a, b, c]  # three\n",
    ),
    "a row that is too long": (
        "mobctl: mobility/1\ndocuments:\n  - {kind: transcript, title: " + "x" * 240 + ", issued: 2026-01-01}   # row\n",
        "mobctl: mobility/1\ndocuments:\n  # row\n  - kind: transcript\n    title: " + "x" * 240 + "\n    issued: 2026-01-01\n",
    ),
    "a long text": (
        "mobctl: mobility/1\nnotes: " + "word " * 40 + "# long\n",
        "mobctl: mobility/1\nnotes: >-  # long\n  " + ("word " * 21).strip() + "\n  " + ("word " * 19).strip() + "\n",
    ),
    "a text of several lines": (
        'mobctl: mobility/1\nnotes: "one\\ntwo"\n',
        "mobctl: mobility/1\nnotes: |-\n  one\n  two\n",
    ),
    "a text broken for its looks": (
        "mobctl: mobility/1\nnotes: one\n    two\n",
        "mobctl: mobility/1\nnotes: one two\n",
    ),
    "a folded text with a comment": (
        "mobctl: mobility/1\nnotes: >   # said twice\n     one\n     two\n\n     three\n",
        "mobctl: mobility/1\nnotes: >   # said twice\n  one\n  two\n\n  three\n",
    ),
    "a folded text that is too wide": (
        "mobctl: mobility/1\nnotes: >-\n  " + ("word " * 30).strip() + "\n",
        "mobctl: mobility/1\nnotes: >-\n  " + ("word " * 21).strip() + "\n  " + ("word " * 9).strip() + "\n",
    ),
    "a long list of words": (
        "mobctl: mobility/1\nprofiles: [" + ", ".join(["profile"] * 20) + "]   # many\n",
        "mobctl: mobility/1\nprofiles:  # many\n  [" + ", ".join(["profile"] * 12) + ",\n   " + ", ".join(["profile"] * 8) + "]\n",
    ),
    "fields that hold nothing": (
        "mobctl: mobility/1\nid:\nlearner: {id: , email: ~}\n",
        "mobctl: mobility/1\nid:\nlearner: {id: null, email: ~}\n",
    ),
    "a mark at the beginning": ("---\n# head\nmobctl: mobility/1\n...\n", "# head\nmobctl: mobility/1\n"),
    "signs that are no comment": (
        "mobctl: mobility/1\nnotes: a#b '#c'\nid: 'x # y'   # z\n",
        "mobctl: mobility/1\nid: 'x # y'   # z\nnotes: a#b '#c'\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_layout(before: str, after: str) -> None:
    assert tidy(before) == after
    assert tidy(after) == after


def test_the_order_of_a_free_mapping_is_its_author_s() -> None:
    text = "mobctl: institution/2\nid: x\nname: {it: b, en: a}\ncountry: IT\n"
    assert tidy(text, "institution") == text


def owners(grown: tree.Tree) -> dict[str, tuple[Any, ...]]:
    """What each comment is about: the keys and indices that lead there; a heading is about no field."""
    found: dict[str, tuple[Any, ...]] = {}

    def look(node: tree.Node, path: tuple[Any, ...]) -> None:
        if isinstance(node, tree.Scalar):
            return
        for number, entry in enumerate(node.entries):
            place = (*path, entry.key.text if entry.key else number)
            heads = layout.heading(entry) if entry.key else 0
            found.update(dict.fromkeys(entry.above[:heads], (*path, "heading")))
            found.update(dict.fromkeys([*entry.above[heads:], entry.beside], place))
            look(entry.value, place)
        found.update(dict.fromkeys(node.below, (*path, "end")))

    look(grown.root, ())
    found.update(dict.fromkeys(grown.header, ("head",)))
    found.pop("", None)
    return found


def told_of(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Say whether two places are the same: what is said above the first field of an item is said of the item."""
    return one == other or (isinstance(other[-1], int) and one[:-1] == other)


class Author:
    """Writes files as people do: any order, any indentation, comments anywhere; each comment is there once."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311  (a test must come out the same twice)
        self.number = 0

    def comment(self) -> str:
        self.number += 1
        return f"# {self.number}"

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def file(self) -> str:
        keys = self.chance.sample(
            ["id", "status", "kind", "notes", "profiles", "learner", "documents", "home", "other"], 6
        )
        lines = ["mobctl: mobility/1"]
        for key in keys:
            lines += self.field(key, 0, 0)
        return "\n".join(lines + [self.comment()] * self.maybe(0.3)) + "\n"

    def above(self, indent: int) -> list[str]:
        found = [""] * self.maybe(0.2)
        while self.maybe(0.3):
            found += [" " * indent + self.comment()] + [""] * self.maybe(0.1)
        return found

    def beside(self) -> str:
        return " " * self.chance.randint(1, 6) + self.comment() if self.maybe(0.3) else ""

    def field(self, key: str, indent: int, depth: int) -> list[str]:
        pad = " " * indent
        step = self.chance.choice([1, 2, 3, 4])
        lines = self.above(indent)
        kind = self.chance.choice(["text", "text", "flow", "flow", "map", "list", "block"])
        if depth > 2 or kind == "text":
            return [*lines, f"{pad}{key}: {self.scalar()}{self.beside()}"]
        if kind == "flow":
            return [*lines, f"{pad}{key}: {self.flow(0)}{self.beside()}"]
        if kind == "block":
            mark = self.chance.choice(["|", ">", "|-", ">-"])
            text = [" " * (indent + step) + self.words() if self.maybe(0.8) else "" for _ in range(3)]
            return [
                *lines,
                f"{pad}{key}: {mark}{self.beside()}",
                " " * (indent + step) + "begins",
                *text,
                " " * (indent + step) + "ends",
            ]
        lines.append(f"{pad}{key}:{self.beside()}")
        if kind == "map":
            for name in self.chance.sample(
                ["id", "name", "email", "country", "zzz"], self.chance.randint(1, 4)
            ):
                lines += self.field(name, indent + step, depth + 1)
            return lines
        at = indent + self.chance.choice([0, step])
        for _ in range(self.chance.randint(1, 3)):
            lines += self.item(at, depth + 1)
        return lines

    def item(self, indent: int, depth: int) -> list[str]:
        pad, lines = " " * indent, self.above(indent)
        if depth > 2 or self.maybe(0.6):
            return [*lines, f"{pad}- {self.chance.choice([self.scalar(), self.flow(0)])}{self.beside()}"]
        fields: list[str] = []
        for name in self.chance.sample(["kind", "title", "issued", "zzz"], self.chance.randint(1, 3)):
            fields += self.field(name, indent + 2, depth + 1)
        if fields[0].lstrip().startswith("#") or not fields[0] or self.maybe(0.1):
            return [*lines, f"{pad}-{self.beside()}", *fields]
        return [*lines, f"{pad}- {fields[0].lstrip()}", *fields[1:]]

    def flow(self, depth: int) -> str:
        def inner() -> str:
            return self.flow(depth + 1) if depth < 2 and self.maybe(0.3) else self.flow_scalar()

        if self.maybe(0.5):
            return "[" + ", ".join(inner() for _ in range(self.chance.randint(0, 4))) + "]"
        names = self.chance.sample(["id", "name", "en", "credits", "issued"], self.chance.randint(0, 4))
        return "{" + ", ".join(f"{name}: {inner()}" for name in names) + "}"

    def flow_scalar(self) -> str:
        return self.chance.choice(
            ["x", "'a, b'", '"[1]"', "2026-02-10", "0613", '"30"', "a b c", "''", "é", '"it\'s"']
        )

    def scalar(self) -> str:
        return self.chance.choice(
            [self.flow_scalar(), self.words(), f'"{self.words()}: x"', "http://x.example/#y", "", "~", "a, b"]
        )

    def words(self) -> str:
        return " ".join(
            self.chance.choice(["un", "deux", "trois", "quatre", "été"])
            for _ in range(self.chance.randint(1, 60))
        )


def test_whatever_is_written_says_the_same_afterwards() -> None:
    """Data, comments and what each comment is about; and the layout of what is laid out is the same."""
    moved = Counter[str]()
    for seed in range(400):
        text = Author(seed).file()
        laid = tidy(text)
        before, after = tree.parse(text), tree.parse(laid)
        assert parse(laid.encode(), TYPES).data == parse(text.encode(), TYPES).data, text
        assert Counter(tree.comments(after)) == Counter(tree.comments(before)), text
        assert tidy(laid) == laid, text
        one, other = owners(before), owners(after)
        moved.update(
            "kept" if told_of(one[each], other[each]) else f"{one[each]} {other[each]}" for each in one
        )
    assert moved["kept"] > 1000, "the author wrote comments"
    assert moved.keys() == {"kept"}, moved


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_texts_of_all_kinds(text: str) -> None:
    """What an import writes needs no other layout, but for a text that is long or of several lines."""
    record = {"mobctl": "mobility/1", "id": "x", "learner": {"name": {"family": text}}, "notes": text}
    written = dump(record, {("notes",): "said"}, "x")
    laid = tidy(written)
    assert parse(laid.encode(), TYPES).data == record
    assert tidy(laid) == laid
    if len(text) < 100 and "\n" not in text:
        assert laid == written


def test_line_ends_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.mobility.yaml"
    path.write_bytes(b"mobctl: mobility/1\r\nstatus: planned\r\nid: x\r\n")
    assert run(tmp_path, "fmt", ".").returncode == 0
    assert path.read_bytes() == b"mobctl: mobility/1\r\nid: x\r\nstatus: planned\r\n"


UNTIDY = "mobctl: mobility/1\nstatus: planned   # s\nid: x\n"
TIDY = "mobctl: mobility/1\nid: x\nstatus: planned   # s\n"


def test_check_and_diff_write_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(UNTIDY, encoding="utf-8")
    (tmp_path / "compose.yaml").write_text("services:   {}\n", encoding="utf-8")
    checked = run(tmp_path, "fmt", "--check", ".")
    assert (checked.returncode, checked.stdout) == (1, b"a.yaml\n")
    assert b"1 other file is not mobctl's" in checked.stderr
    shown = run(tmp_path, "fmt", "--diff", ".")
    assert shown.returncode == 0
    assert "-id: x" in shown.stdout.decode()
    assert path.read_text(encoding="utf-8") == UNTIDY
    assert run(tmp_path, "fmt", ".").stdout == b"a.yaml\n"
    assert path.read_text(encoding="utf-8") == TIDY
    assert (tmp_path / "compose.yaml").read_text(encoding="utf-8") == "services:   {}\n"
    assert run(tmp_path, "fmt", "--check", ".").returncode == 0


def test_a_difference_can_be_applied(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(UNTIDY.rstrip("\n"), encoding="utf-8")
    shown = run(tmp_path, "fmt", "--diff", "a.yaml").stdout
    subprocess.run(["git", "apply", "-p0", "--unidiff-zero", "-"], input=shown, cwd=tmp_path, check=True)
    assert (tmp_path / "a.yaml").read_text(encoding="utf-8") == TIDY


def test_standard_input(tmp_path: Path) -> None:
    laid = run(tmp_path, "fmt", "-", given=UNTIDY.encode())
    assert (laid.returncode, laid.stdout.decode()) == (0, TIDY)
    refused = run(tmp_path, "fmt", "-", given=b"mobctl: mobility/1\nid: *x\n")
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert b"line 2" in refused.stderr


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        pytest.param(b"mobctl: mobility/1\nid: &x y\n", "line 2", id="an anchor"),
        pytest.param(b"mobctl: mobility/1\nlearner:\n\tid: x\n", "Tab", id="a tab"),
        pytest.param("mobctl: mobility/1\nnotes: é\n".encode("cp1252"), "Windows-1252", id="Windows-1252"),
        pytest.param(b"\xef\xbb\xbfmobctl: mobility/1\n", "BOM", id="a BOM"),
        pytest.param(b"services: {}\n", "does not say what it is", id="another program's, by name"),
    ],
)
def test_what_the_reader_refuses_is_left_alone(tmp_path: Path, raw: bytes, said: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(raw)
    result = run(tmp_path, "fmt", "a.yaml")
    assert (result.returncode, result.stdout) == (1, b"")
    assert said in result.stderr.decode()
    assert path.read_bytes() == raw


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text(UNTIDY, encoding="utf-8")
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    assert run(tmp_path, "fmt", "link.yaml").returncode == 0
    assert (tmp_path / "link.yaml").is_symlink()
    assert (tmp_path / "real.yaml").read_text(encoding="utf-8") == TIDY


def test_a_layout_that_says_something_else_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the writer wrong, the check behind it would see it."""
    monkeypatch.setattr(layout, "write", lambda *_, **__: TIDY.replace("planned", "agreed"))
    with pytest.raises(layout.UnsafeError):
        tidy(UNTIDY)
    monkeypatch.setattr(layout, "write", lambda *_, **__: TIDY.replace("# s", "# t"))
    with pytest.raises(layout.UnsafeError):
        tidy(UNTIDY)
