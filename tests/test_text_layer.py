"""Goldens of PDF: what another program reads in each kind of document, and the structure that a screen reader follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from textwrap import fill
from typing import Any

import pdfcheck
import pikepdf
import pytest
import recognitions
from agreements import EVERY
from conftest import GOLDEN
from pypdfium2 import PdfDocument

from mobctl import press, store
from mobctl.documents import KINDS
from mobctl.render import FORMATS, Speech, compose
from mobctl.words import words

VIEWS: Mapping[str, Mapping[str, Any]] = {"recognition": recognitions.VIEWS["recognition"], **EVERY}
FIRST = {
    kind: next((name for name in VIEWS if VIEWS[name]["kind"] == kind), f"no view of {kind}")
    for kind in KINDS
}
"""The ordinary view of each kind, which is the first one; a new kind has a golden, or fails."""

HELD = (
    *((name, "fr") for name in FIRST.values()),
    ("recognition", "fr+en"),
    ("transcript", "en"),
    ("transcript", "es"),
    ("plan-host", "fr"),
    ("attestation-company", "fr"),
)


def speech(lang: str) -> Speech:
    return press.speech(words(lang, store.lists()))


@pytest.mark.parametrize(("name", "lang"), HELD)
def test_text_layer(name: str, lang: str, golden: Callable[[str, str], None]) -> None:
    """The text of each page, then the kinds of the elements of the structure in the order of reading."""
    view = VIEWS[name]
    first, second, *_ = *map(speech, lang.split("+")), None
    data = FORMATS["pdf"].write(compose(KINDS[view["kind"]].template_name, view, speech=first, second=second))
    with PdfDocument(data) as file:
        pages = [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in file]
    with pikepdf.open(BytesIO(data)) as pdf:
        tags = " ".join(str(element["/S"])[1:] for element, _ in pdfcheck.elements(pdf))
    golden(f"documents/{name}.{lang}.pdf.txt", "\n\n".join([*pages, fill(tags, 100)]) + "\n")


def test_no_golden_is_left_over() -> None:
    found = {path.name for path in (GOLDEN / "documents").glob("*.pdf.txt")}
    assert found == {f"{name}.{lang}.pdf.txt" for name, lang in HELD}
