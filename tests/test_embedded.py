"""What a document carries with it is what it shows: no notes, no contacts, no data of others that stand on no page."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from agreements import record
from test_fields import OF_A_MOBILITY, made_on, sample, text

from mobctl import press, store
from mobctl.documents import KINDS
from mobctl.render import FORMATS, canonical, compose
from mobctl.words import words

SCHEMA = Path(__file__).parents[1] / "schemas" / "mobility.schema.json"
MARK = re.compile("zq[0-9]+qz")
EMAIL = "private@learner.example"
HARMLESS = frozenset(
    {"text", "field_text", "city", "code", "standard", "number", "regulation", "basis", "grade", "scale"}
)
"""What a document may carry without showing it: where an institution is, what a component or a grade is of the holder's.

A name that is not shown would be that of somebody else, a remark that of a tutor on the learner.
"""


def free_texts() -> frozenset[str]:
    """The fields whose texts are free, wherever they stand: no codes, no days, no names of other things."""
    found: dict[str, list[bool]] = defaultdict(list)

    def look(node: Any) -> None:
        if isinstance(node, dict):
            for key, value in (node.get("properties") or {}).items():
                if isinstance(value, dict) and value.get("type") == "string":
                    found[key].append(not {"enum", "format", "x-codelist", "pattern", "const"} & value.keys())
            for value in node.values():
                look(value)
        elif isinstance(node, list):
            for value in node:
                look(value)

    look(json.loads(SCHEMA.read_text(encoding="utf-8")))
    return frozenset(key for key, free in found.items() if all(free))


FREE = free_texts()
FEW = 2


def marked(data: Any, counter: Iterator[int], *, free: bool = False) -> Any:
    """Put a mark of its own in the place of each free text."""
    if isinstance(data, Mapping):
        return {key: marked(value, counter, free=key in FREE) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [marked(value, counter, free=free) for value in data]
    return f"zq{next(counter)}qz" if free and isinstance(data, str) else data


def leaves(node: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Go through the texts of a view, each with the key that it stands under."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            yield from leaves(value, name)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from leaves(value, key)
    elif isinstance(node, str):
        yield key, node


@pytest.mark.parametrize("name", OF_A_MOBILITY)
def test_nothing_private_is_carried_along(name: str) -> None:
    kind = KINDS[name]
    data = marked(sample(name), iter(range(1, 10_000)))
    data["learner"] = {**data["learner"], "email": EMAIL}
    made = record(of=data, on=made_on(name))
    looked = 0
    for part in kind.parts(made) or ("",):
        view = kind.view(replace(made, part=part))
        assert EMAIL not in canonical(view).decode()
        composed = compose(kind.template_name, view, speech=press.speech(words("en", store.lists())))
        shown = text("html", FORMATS["html"].write(composed))
        for key, value in leaves(view):
            for mark in MARK.findall(value):
                looked += 1
                assert mark in shown or key in HARMLESS, key
    assert looked > FEW, "some were looked for"
