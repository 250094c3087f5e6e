"""A record changed in place: what was meant is said, and every other letter stays."""

from pathlib import Path
from typing import Any

import pytest

from mobctl import store
from mobctl.errors import ContentError
from mobctl.store.edit import append, put
from mobctl.store.reader import KeyTypes, parse

TYPES = KeyTypes(frozenset({"credits"}), frozenset())
EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*/mobilities/*.yaml"))
SHORT: dict[str, Any] = {"kind": "transcript", "reference": "02", "languages": ["fr", "no"]}
FLOW = '{kind: transcript, reference: "02", languages: [fr, "no"]}'
BLOCK = 'kind: transcript\n    reference: "02"\n    languages: [fr, "no"]'
FLUSH = BLOCK.replace("    ", "  ")
DEEP = BLOCK.replace("    ", "      ")
WINDOWS = BLOCK.replace("\n", "\r\n")
LONG: dict[str, Any] = {"kind": "transcript", "reference": "R: 1", "note": "x" * 100}
LINES = ["kind: transcript", 'reference: "R: 1"', f"note: {'x' * 100}"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("a: 1\n", f"a: 1\n\ndocuments:\n  - {BLOCK}\n", id="no list yet"),
        pytest.param("a: 1", f"a: 1\n\ndocuments:\n  - {BLOCK}\n", id="no line end at the end"),
        pytest.param("a: 1\n\n\n", f"a: 1\n\ndocuments:\n  - {BLOCK}\n", id="empty lines at the end"),
        pytest.param(
            "a: 1\r\n# c\r\n", f"a: 1\r\n# c\r\n\r\ndocuments:\r\n  - {WINDOWS}\r\n", id="line ends of Windows"
        ),
        pytest.param(
            "documents:  # none\nb: 1\n", f"documents:  # none\n  - {BLOCK}\nb: 1\n", id="nothing under the key"
        ),
        pytest.param("documents: []\nb: 1\n", f"documents:\n  - {BLOCK}\nb: 1\n", id="an empty list"),
        pytest.param("documents: [\n]\nb: 1\n", f"documents:\n  - {BLOCK}\nb: 1\n", id="an empty list on two lines"),
        pytest.param(
            "documents: [{kind: a}]  # c\n", f"documents: [{{kind: a}}, {FLOW}]  # c\n", id="between brackets"
        ),
        pytest.param(
            "documents: [{kind: a}, ]\n", f"documents: [{{kind: a}}, {FLOW}, ]\n", id="a comma at the end"
        ),
        pytest.param(
            "documents:\n- kind: a  # c\n  # of a\n# of b\nb: 1\n",
            f"documents:\n- kind: a  # c\n  # of a\n- {FLUSH}\n# of b\nb: 1\n",
            id="not indented, with remarks",
        ),
        pytest.param(
            "documents:\n    - kind: a\n      list:\n        - 1\n        - 2   # c\n\n\nb: 1\n",
            f"documents:\n    - kind: a\n      list:\n        - 1\n        - 2   # c\n    - {DEEP}\n\n\nb: 1\n",
            id="indented by four, a list inside",
        ),
        pytest.param(
            "documents:\n  - {kind: a}\n  - kind: b\n    note: |\n      one\n      two\n\nb: 1\n",
            f"documents:\n  - {{kind: a}}\n  - kind: b\n    note: |\n      one\n      two\n  - {BLOCK}\n\nb: 1\n",
            id="a text of several lines at the end",
        ),
        pytest.param(
            "documents:\n  - {kind: a,\n     note: b}\n", f"documents:\n  - {{kind: a,\n     note: b}}\n  - {BLOCK}\n",
            id="an entry over two lines",
        ),
    ],
)  # fmt: skip
def test_an_entry_is_added(before: str, after: str) -> None:
    made, place = append(before.encode(), "documents", SHORT, TYPES)
    assert made.decode() == after
    assert parse(made, TYPES).data["documents"][place] == SHORT


def test_an_entry_takes_a_line_for_each_field() -> None:
    made, _ = append(b"documents:\n- {kind: a}\n", "documents", LONG, TYPES)
    entry = "\n  ".join(LINES)
    assert made.decode() == f"documents:\n- {{kind: a}}\n- {entry}\n"


@pytest.mark.parametrize(
    ("before", "key", "value", "after"),
    [
        ("{kind: a}", "reference", "02", '{kind: a, reference: "02"}'),
        ("{kind: a, reference: }", "reference", "02", '{kind: a, reference: "02"}'),
        ("{kind: a, reference: x }  # c", "reference", "y z", "{kind: a, reference: y z }  # c"),
        ("{kind: a, languages: [fr]}", "languages", ["fr", "en"], "{kind: a, languages: [fr, en]}"),
        ("kind: a  # c", "reference", "1/2", "kind: a  # c\n    reference: 1/2"),
        ("kind: a\n    reference:  # c", "reference", "n", 'kind: a\n    reference: "n"  # c'),
        ("kind: a\n    # c\n    note: b", "note", "c, d", 'kind: a\n    # c\n    note: "c, d"'),
        ("kind: a\n    note: b\n    # c", "to", "d", "kind: a\n    note: b\n    # c\n    to: d"),
    ],
)
def test_a_value_is_set(before: str, key: str, value: Any, after: str) -> None:
    text = "documents:\n  - {}\nb: 1\n"
    made = put(text.format(before).encode(), ("documents", 0, key), value, TYPES)
    assert made.decode() == text.format(after)
    assert parse(made, TYPES).data["documents"][0][key] == value


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{a: 1}\n", id="all between brackets"),
        pytest.param("documents:\n  -\n    kind: a\n", id="a dash on a line of its own"),
        pytest.param("documents: x\n", id="no list"),
        pytest.param("a: 1\r\nb: 2\n", id="two kinds of line ends"),
        pytest.param("a: 1\n...\n", id="the end is marked"),
    ],
)
def test_what_cannot_be_done_safely_is_refused(text: str) -> None:
    with pytest.raises(ContentError):
        append(text.encode(), "documents", SHORT, TYPES)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_other_letter_of_a_record_stays(path: Path) -> None:
    raw = path.read_bytes()
    made, place = append(raw, "documents", LONG, store.key_types())
    made = put(made, ("documents", place, "replaced_by"), "R-2", store.key_types())
    added = "\n  - " + "\n    ".join([*LINES, "replaced_by: R-2"])
    assert made.decode().count(added) == 1
    before = made.decode().replace(added, "")
    assert before.removesuffix("" if b"\ndocuments:" in raw else "\ndocuments:\n") == raw.decode()


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 5
