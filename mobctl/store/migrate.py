"""Files of older versions: how each step to the next version is made, on the file with its comments.

A version is never forgotten: an archive kept ten years is read as it is, and `mobctl migrate` brings it to the
present version. One step is one function; it changes fields and leaves every comment with what it is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from mobctl.store import layout, tree
from mobctl.store.reader import Document, KeyTypes
from mobctl.store.reader import parse as read
from mobctl.store.tree import Collection, Entry, Tree

Step = Callable[[Tree], None]


def _charters(grown: Tree) -> None:
    """Institution 1 to 2: `eche`, one charter, becomes `charters`, one for each programming period.

    A stay financed by the call of 2020 rests on the charter of 2014-2020, even in 2022: a file that is kept needs both.
    """
    entry = grown.root.get("eche")
    if entry is None or entry.key is None or grown.root.get("charters") is not None:
        return
    entry.key.text = entry.key.raw = "charters"
    charter = entry.value
    if not isinstance(charter, Collection) or not charter.mapping:
        return  # nothing in it yet, or a mistake that is for `validate` to say
    periods = Collection(mapping=False, span=charter.span, owner=entry)
    item = Entry(None, charter, start=entry.start, within=periods)
    if charter.flow:  # the comment stands behind the charter and is about it
        item.beside, item.column, entry.beside = entry.beside, entry.column, ""
    charter.owner = item
    periods.entries.append(item)
    entry.value = periods


STEPS: dict[tuple[str, int], Step] = {("institution", 1): _charters}
"""The step from each version of a type to the next."""


def migrate(grown: Tree, kind: str, version: int, present: int) -> None:
    """Bring a file from its version to the present one."""
    for number in range(version, present):
        STEPS[kind, number](grown)
    stated = grown.root.get("mobctl")
    if stated is not None and isinstance(stated.value, tree.Scalar):
        stated.value.text, stated.value.style, stated.value.raw = f"{kind}/{present}", None, None


def document(text: str, kind: str, version: int, present: int, types: KeyTypes) -> Document:
    """Read a file of an older version as if it were of the present one; places are those of the file as it is."""
    grown = tree.parse(text)
    migrate(grown, kind, version, present)
    return tree.document(grown, text, types)


def rewrite(raw: bytes, kind: str, version: int, schema: Mapping[str, Any], types: KeyTypes) -> bytes:
    """Rewrite a file of an older version in the present one, laid out, with all its comments.

    Raise Refused if it cannot be read, layout.UnsafeError if the result would not say the same.
    """
    before = read(raw, types).text
    grown = tree.parse(before)
    migrate(grown, kind, version, schema["x-version"])
    data = tree.document(grown, before, types).data
    comments = Counter(tree.comments(grown))
    layout.arrange(grown.root, schema, schema)
    text = layout.write(grown)
    if not layout.says(text, data, comments, types):
        raise layout.UnsafeError
    return text.replace("\n", layout.line_end(raw)).encode()
