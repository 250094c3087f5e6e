"""What a coordinator types, what we read, and what we say when we cannot."""

from decimal import Decimal

import pytest

from mobctl.finding import Span
from mobctl.store.reader import MAX_BYTES, KeyTypes, Refused, parse

TYPES = KeyTypes(frozenset({"credits"}), frozenset({"individual"}))


@pytest.mark.parametrize(
    ("text", "data"),
    [
        pytest.param("grade: 02\n", {"grade": "02"}, id="a grade keeps its zero"),
        pytest.param("grade: 15\n", {"grade": "15"}, id="a whole grade is text"),
        pytest.param("grade: 12.50\n", {"grade": "12.50"}, id="a grade keeps its decimals"),
        pytest.param("isced_f: 0313\n", {"isced_f": "0313"}, id="a field code is not octal"),
        pytest.param("isced_f: 1015\n", {"isced_f": "1015"}, id="nor is it a number"),
        pytest.param("id: 2023001\n", {"id": "2023001"}, id="an id of digits"),
        pytest.param("title: 1984\n", {"title": "1984"}, id="a title of digits"),
        pytest.param("country: NO\n", {"country": "NO"}, id="Norway is not false"),
        pytest.param('country: "NO"\n', {"country": "NO"}, id="Norway between quotes"),
        pytest.param("time: 12:30\n", {"time": "12:30"}, id="a time is not sexagesimal"),
        pytest.param("day: 2026-02-30\n", {"day": "2026-02-30"}, id="a bad date is for the schema"),
        pytest.param("credits: 7.5\n", {"credits": Decimal("7.5")}, id="credits are numbers"),
        pytest.param('credits: "7.5"\n', {"credits": "7.5"}, id="unless quoted"),
        pytest.param("credits: 7,5\n", {"credits": "7,5"}, id="a comma is no point"),
        pytest.param("credits: 1e9\n", {"credits": "1e9"}, id="no exponents"),
        pytest.param("credits: [1, 2]\n", {"credits": [Decimal(1), Decimal(2)]}, id="a list of numbers"),
        pytest.param("individual: true\n", {"individual": True}, id="true is true"),
        pytest.param("title: true\n", {"title": "true"}, id="unless it is a title"),
        pytest.param("a:\nb: ~\nc: null\n", {"a": None, "b": None, "c": None}, id="nothing is null"),
        pytest.param("a: 'it''s'\r\nb: x\r\n", {"a": "it's", "b": "x"}, id="Windows line ends"),
        pytest.param("a: |\n  two\n  lines\n", {"a": "two\nlines\n"}, id="a block of text"),
    ],
)
def test_read(text: str, data: object) -> None:
    assert parse(text.encode(), TYPES).data == data


@pytest.mark.parametrize(
    ("raw", "code", "span"),
    [
        pytest.param("a: 1\n\tb: 2\n", "YML101", (2, 1, 2, 2), id="a tab"),
        pytest.param("a:\n  b: 1\n  \tc: 2\n", "YML101", (3, 3, 3, 4), id="a tab after spaces"),
        pytest.param("title: Algebra: linear\n", "YML102", (1, 8, 1, 23), id="a colon in a text"),
        pytest.param("- {title: Algebra: linear}\n", "YML102", (1, 11, 1, 26), id="a colon between braces"),
        pytest.param("a: 1\nb: 2\na: 3\n", "YML103", (3, 1, 3, 2), id="a key twice"),
        pytest.param("a:\nb: 2\na: 3\n", "YML103", (3, 1, 3, 2), id="a key twice, empty first"),
        pytest.param("a: 1\n---\nb: 2\n", "YML104", (2, 1, 2, 4), id="two documents"),
        pytest.param("a: &x 1\n", "YML105", (1, 4, 1, 8), id="an anchor"),
        pytest.param("a: *x\n", "YML105", (1, 4, 1, 6), id="an alias"),
        pytest.param("<<: {a: 1}\n", "YML105", (1, 1, 1, 3), id="a merge key"),
        pytest.param("a: !!python/name:os.system\n", "YML106", (1, 4, 1, 27), id="a tag"),
        pytest.param("%TAG ! x\n---\na: 1\n", "YML107", (1, 1, 1, 2), id="a directive"),
        pytest.param("a: 1\n<<<<<<< HEAD\nb: 2\n", "YML108", (2, 1, 2, 8), id="conflict marks"),
        pytest.param("a: x\u202ey\n", "YML109", (1, 5, 1, 6), id="a bidi override"),
        pytest.param('a: "x\\u202ey"\n', "YML109", (1, 4, 1, 14), id="a bidi override, escaped"),
        pytest.param('a: "\\0"\n', "YML109", (1, 4, 1, 8), id="a NUL, escaped"),
        pytest.param("credits: 1234567890123456\n", "YML110", (1, 10, 1, 26), id="16 digits"),
        pytest.param("[" * 51, "YML111", (1, 51, 1, 52), id="51 deep"),
        pytest.param("? [a]\n: 1\n", "YML112", (1, 3, 1, 4), id="a list for a key"),
        pytest.param('a: "x\nb: 2\n', "YML113", (1, 4, 1, 5), id="an open quotation mark"),
        pytest.param("a: [x\nb: 2\n", "YML114", (1, 4, 1, 5), id="an open bracket"),
        pytest.param("a: {", "YML114", (1, 4, 1, 5), id="an open brace at the end"),
        pytest.param("a: [{x: 1,\n\n# x\n", "YML114", (1, 5, 1, 6), id="two open brackets before a remark"),
        pytest.param("a: @x\n", "YML115", (1, 4, 1, 5), id="a sign of YAML"),
        pytest.param("a: b\n  c d\n  e: f\n", "YML117", (3, 3, 3, 7), id="a text of two lines, and a field"),
        pytest.param("a: b\n   c: d\n", "YML117", (2, 4, 2, 8), id="indentation"),
        pytest.param('title: "abc" def\n', "YML118", (1, 8, 1, 17), id="something after a quote"),
        pytest.param("title: [draft] Algebra\n", "YML118", (1, 8, 1, 23), id="something after a bracket"),
        pytest.param("{credits: 7,5}\n", "YML119", (1, 11, 1, 14), id="a decimal comma between braces"),
        pytest.param("a: {b: 1, , c: 2}\n", "YML115", (1, 11, 1, 12), id="a comma too many"),
        pytest.param("a: [, 1]\n", "YML115", (1, 5, 1, 6), id="a comma before the first"),
        pytest.param("a: #7a0019\n", "YML115", (1, 4, 1, 11), id="a value after #"),
        pytest.param(
            "a:\n  b:   #x  y # z\nc: 1\n", "YML115", (2, 8, 2, 10), id="a value after #, and a comment"
        ),
        pytest.param("", "FIL104", (1, 1, 1, 1), id="an empty file"),
        pytest.param("# nothing\n", "FIL104", (1, 1, 1, 1), id="only comments"),
        pytest.param("a: 1\nb: é\n".encode("cp1252"), "FIL101", (2, 4, 2, 5), id="Windows-1252"),
        pytest.param("a: é\n".encode("utf-16"), "FIL102", (1, 1, 1, 2), id="UTF-16"),
        pytest.param(b"\xef\xbb\xbfa: 1\n", "FIL103", (1, 1, 1, 2), id="a BOM"),
        pytest.param(b"a" * (MAX_BYTES + 1), "FIL105", (1, 1, 1, 2), id="larger than 1 MiB"),
        pytest.param("- a\n" * 50_001, "YML111", (50_000, 3, 50_000, 4), id="more than 50,000 nodes"),
    ],
)
def test_refused(raw: str | bytes, code: str, span: tuple[int, int, int, int]) -> None:
    with pytest.raises(Refused) as refused:
        parse(raw.encode() if isinstance(raw, str) else raw, TYPES)
    assert refused.value.finding.code == code
    assert refused.value.finding.span == Span(*span)


def test_limits_let_pass_what_is_just_within() -> None:
    assert parse(("[" * 50 + "]" * 50).encode(), TYPES).data
    assert len(parse(b"- a\n" * 49_999, TYPES).data) == 49_999
    assert parse(b"credits: 123456789012345\n", TYPES).data == {"credits": Decimal(123456789012345)}


def test_places() -> None:
    document = parse("a:\n  - b: x y\n    c: {d: é, e: 1}\nf:\n".encode(), TYPES)
    assert document.span(("a", 0, "b")) == Span(2, 8, 2, 11)
    assert document.span(("a", 0, "b"), on_key=True) == Span(2, 5, 2, 6)
    assert document.span(("a", 0, "c", "e")) == Span(3, 18, 3, 19)
    assert document.span(("a",)) == Span(1, 1, 1, 2), "a list is shown by its key"
    assert document.span(("a", 0, "missing")).line == 2, "what is missing is shown at its parent"
    assert document.span(("f",), on_key=True) == Span(4, 1, 4, 2), "an empty field keeps its place"
