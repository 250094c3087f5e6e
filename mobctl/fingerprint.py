"""What tells a finding from all others, from run to run: a hash that stays when lines move and words change.

It is made of the rule, of the record and of the place in it, where the items of a list go by their own names (`a2`,
`home`) and not by their numbers. Neither the language, nor the severity, nor the wording takes part, and no value of the
record besides those names: what is written about a person is not in it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from mobctl.finding import Finding, Judged, Pointer

NAMES = (
    "id",
    "number",
    "component",
    "result",
    "delete",
    "for",
    "ref",
    "role",
    "rule",
    "code",
    "kind",
    "table",
)
"""The fields by which an item of a list is told from the others, the firmest first."""

_SIZE = 32


def marked(judged: Mapping[str, Judged], known: Mapping[str, tuple[str, Any]]) -> dict[str, Judged]:
    """Give each finding its fingerprint; `known` has the path and the data of each file.

    Findings that nothing else tells apart are counted in their order.
    """
    seen: Counter[str] = Counter()
    found = {}
    for name, each in judged.items():
        path, data = known[name]
        now, later = (tuple(_marked(all, path, data, seen)) for all in (each.findings, each.todo))
        found[name] = replace(each, findings=now, todo=later)
    return found


def _marked(findings: Iterable[Finding], path: str, data: Any, seen: Counter[str]) -> Iterator[Finding]:
    for finding in findings:
        what = _hash([_record(path, data), finding.code, _place(finding.pointer, data)])
        seen[what] += 1
        yield replace(finding, fingerprint=what if seen[what] == 1 else _hash([what, seen[what]]))


def _hash(parts: list[Any]) -> str:
    text = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:_SIZE]


def _record(path: str, data: Any) -> list[str]:
    """Name a file: by what it is and its id, which it keeps where it is moved; else by its path."""
    if isinstance(data, dict) and isinstance(data.get("id"), str):
        return [str(data.get("mobctl")).split("/", maxsplit=1)[0], data["id"]]
    return [path]


def _place(pointer: Pointer, data: Any) -> list[str | int | list[str]]:
    """Name a place: the keys on the way to it, and of an item of a list its own name, or its number if it has none."""
    steps: list[str | int | list[str]] = []
    for part in pointer:
        item = _inside(data, part)
        steps.append((_name(item) or part) if isinstance(part, int) else part)
        data = item
    return steps


def _inside(data: Any, part: str | int) -> Any:
    if isinstance(data, list) and isinstance(part, int) and part < len(data):
        return data[part]
    return data.get(part) if isinstance(data, dict) else None


def _name(item: Any) -> list[str] | None:
    if not isinstance(item, dict):
        return None
    inner: dict[str, Any] = next(
        (item[key] for key in ("insert", "component") if isinstance(item.get(key), dict)), {}
    )
    for key in NAMES:
        for node in (item, inner):
            if node.get(key) is not None and not isinstance(node[key], dict | list):
                return [key, str(node[key])]
    return None
