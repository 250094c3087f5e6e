"""The data that ships with the tool: schemas, code lists, profiles."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from mobctl.codes import CodeList, code_list, formats
from mobctl.engine import Profile
from mobctl.examples import decoded
from mobctl.finding import Severity, Text
from mobctl.resources import root
from mobctl.rule import Edition
from mobctl.shape import Shape
from mobctl.store.reader import KeyTypes

KINDS = ("mobility", "institution", "partner-agreement", "grading-table", "cohort", "charter-list", "config")
SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.INFO}


@cache
def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of a kind of file."""
    path = root() / "schemas" / f"{kind}.schema.json"
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def schema_text(kind: str, *, exact: bool = False) -> str:
    """The text of a schema: the one for editors and other programs, or exactly the one that records are checked by."""
    folder = root() / "schemas"
    path = folder / f"{kind}.schema.json" if exact else folder / "editor" / f"{kind}.schema.json"
    return path.read_text(encoding="utf-8")


def _properties(node: Any) -> Iterator[tuple[str, Any]]:
    """Go through every property of a schema, at any depth: its name and what it must look like."""
    if isinstance(node, dict):
        yield from (node.get("properties") or {}).items()
        for value in node.values():
            yield from _properties(value)
    elif isinstance(node, list):
        for value in node:
            yield from _properties(value)


@cache
def known_keys() -> frozenset[str]:
    """Every field name of the schemas."""
    return frozenset(name for kind in KINDS for name, _ in _properties(schema(kind)))


@cache
def key_types() -> KeyTypes:
    """Collect the field names that any schema declares as a number or as a boolean, itself or in a list."""
    typed = set()
    for kind in KINDS:
        for name, node in _properties(schema(kind)):
            nodes = [node, node.get("items")] if isinstance(node, dict) else []
            typed |= {
                (name, each["type"])
                for each in nodes
                if isinstance(each, dict) and isinstance(each.get("type"), str)
            }
    return KeyTypes(
        frozenset(name for name, kind in typed if kind in ("number", "integer")),
        frozenset(name for name, kind in typed if kind == "boolean"),
    )


def _shipped(folder: str) -> Iterator[Any]:
    """Read what ships with the tool: all of it is text, and tests read it as strictly as a record."""
    import yaml

    for path in sorted((root() / "schemas" / folder).glob("*.yaml")):
        yield yaml.load(path.read_bytes(), Loader=yaml.CBaseLoader)  # noqa: TID251, S506  (texts and nothing else)


@cache
def lists() -> dict[str, CodeList]:
    """The published code lists, by name."""
    found = [code_list(data) for data in _shipped("codelists")]
    return {each.name: each for each in found}


@cache
def profiles() -> dict[str, Profile]:
    """The profiles that ship with the tool, by id."""
    return {
        data["id"]: Profile(
            data["id"],
            {code: SEVERITIES[level] for code, level in (data.get("severities") or {}).items()},
            _numbers(data.get("numbers") or ()),
            frozenset(data.get("replaces") or ()),
            Text(tuple(data["title"].items())),
        )
        for data in _shipped("profiles")
    }


def _numbers(rows: Iterable[Mapping[str, str]]) -> dict[tuple[str, str], tuple[Edition, ...]]:
    """Read the numbers of a profile: several rows of one number are its editions, oldest first."""
    found: dict[tuple[str, str], tuple[Edition, ...]] = {}
    for row in rows:
        since, until = (date.fromisoformat(row[key]) if key in row else None for key in ("since", "until"))
        key = (row["rule"], row["name"])
        edition = Edition(Decimal(row["amount"]), since, until, row.get("source"))
        found[key] = (*found.get(key, ()), edition)
    return found


@cache
def example(code: str) -> Mapping[str, str]:
    """The example of a rule, as text: its files by name; nothing where it has none."""
    folder = root() / "examples" / "broken" / "rules"
    paths = [*sorted(folder.glob(f"{code}.*.yaml")), *sorted((folder / code).rglob("*.yaml"))]
    return {
        path.relative_to(folder / code if folder / code in path.parents else folder).as_posix(): decoded(
            path.read_bytes()
        )
        for path in paths
    }


@cache
def shapes() -> dict[str, Shape]:
    """The compiled schemas, by kind."""
    forms = formats(lists())
    return {kind: Shape(schema(kind), forms) for kind in KINDS}
