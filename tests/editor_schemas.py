"""The schemas as editors need them: `python tests/editor_schemas.py` writes them to schemas/editor/.

An editor reads `0613` or `2026` as a number where the record wants text, and knows none of our formats.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"
EDITOR = SCHEMAS / "editor"

NEVER: dict[str, Any] = {"not": {}}
"""A field that must not stand there. Not `false`: jsonschema then forgets which field it was."""

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")

DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
TIME = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})"

# Never stricter than our own checkers: the editor has to be silent where `mobctl validate` is.
PATTERNS = {
    "day": (rf"^({DAY}|[0-9]{{4}}-(0[1-9]|1[0-2]))$", "Write the day as 2026-06-03, or as 2026-06."),
    "date": (f"^{DAY}$", "Write the day as 2026-06-03."),
    "moment": (
        rf"^({DAY}([T ]{TIME})?|[0-9]{{4}}-(0[1-9]|1[0-2]))$",
        "Write the day as 2026-06-03, or with time and zone as 2026-06-03T14:00:00+02:00.",
    ),
    "academic-year": ("^[0-9]{4}/[0-9]{4}$", "Write the academic year as 2026/2027."),
    "year": ("^(19|20|21)[0-9]{2}$", "Write the year in four digits, such as 2027."),
    "country": ("^[A-Z]{2}$", "Write the country as two capital letters, such as FR."),
    "language": ("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", "Write the language as a code, such as en or pt-BR."),
    "erasmus-code": ("^[A-Z]{1,3} *[A-Z-]+ *[0-9]{1,3}$", "Write the Erasmus code as F  PARIS001."),
    "esi": (
        "^urn:schac:personalUniqueCode:int:esi:.+:.+$",
        "A European Student Identifier starts with urn:schac:personalUniqueCode:int:esi:",
    ),
    "oid": ("^E1[0-9]{7}$", "Write the OID as E1 and seven digits."),
    "pic": ("^[0-9]{9}$", "Write the PIC as nine digits."),
    "schac": (r"^[A-Za-z0-9.-]+$", "Write the SCHAC code as an internet domain, such as unito.it."),
    "project-code": (
        "^20[0-9]{2}-[0-9]-[A-Z]{2}[0-9]{2}-KA[0-9]{3}-.+$",
        "Write the project code as 2026-1-FR01-KA131-HED-000312345.",
    ),
    "isced-f": ("^[0-9]{2,4}$", "Write the ISCED-F code as two to four digits, such as 0613."),
    "eqf": ("^[1-8]$", "Write the EQF level as 1 to 8."),
    "cefr": ("^([ABC][12]|native)$", "Write the level as A1, A2, B1, B2, C1, C2 or native."),
    "email": ("^[^@ ]+@[^@ ]+$", "Write the address as name@school.example."),
    "url": ("^https?://.+$", "Write the address with http:// or https:// before it."),
    "colour": ("^#[0-9A-Fa-f]{6}$", "Write the colour as # and six hexadecimal digits, such as #12305a."),
    "sha256": ("^[0-9A-Fa-f]{64}$", "A SHA-256 is 64 hexadecimal digits."),
    "term": ("^[0-9]+/[0-9]+$", "Write the term as 1/2 for the first of two."),
}
"""For each of our formats that a simple pattern can say: the pattern, and what the editor tells."""


def source_files() -> list[Path]:
    """List the schemas that are written by hand."""
    return sorted(SCHEMAS.glob("*.schema.json"))


def editor_node(node: Any) -> Any:
    """Turn one schema, with all the schemas in it, into its editor variant."""
    if node == NEVER:
        return False  # the editor has a better message for it
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if not key.startswith("x-") and key != "format"}
    own = {key: inner(key, value) for key, value in kept.items()}
    own.update(pattern_of(node))
    if "enum" in own:
        own["enum"] = [*own["enum"], *numbers_among(own["enum"])]
    if "string" in types_of(own) and ("enum" not in own or numbers_among(own["enum"])):
        own["type"] = [*types_of(own), "number"]
    return own


def inner(keyword: str, value: Any) -> Any:
    """Turn what stands under one keyword: a schema, several schemas, or plain data."""
    if keyword in {"properties", "$defs"}:
        return {name: editor_node(schema) for name, schema in value.items()}
    if keyword == "allOf":
        return [editor_node(schema) for schema in value]
    if keyword in {"items", "additionalProperties", "propertyNames", "if", "then", "else"}:
        return editor_node(value)
    return value


def pattern_of(node: dict[str, Any]) -> dict[str, str]:
    """Return the pattern that stands in for a format of ours, with its message."""
    if node.get("format") not in PATTERNS:
        return {}
    pattern, message = PATTERNS[node["format"]]
    return {"pattern": pattern, "patternErrorMessage": message}


def types_of(node: dict[str, Any]) -> list[str]:
    """Return the types of a node as a list."""
    types = node.get("type", [])
    return [types] if isinstance(types, str) else list(types)


def numbers_among(texts: list[Any]) -> list[int | float]:
    """Return as numbers those texts that an editor would read as numbers."""
    return [json.loads(text) for text in texts if isinstance(text, str) and NUMBER.fullmatch(text)]


def editor_text(source: Path) -> str:
    """Return the text of the editor variant of one schema file."""
    schema = editor_node(json.loads(source.read_text(encoding="utf-8")))
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def main() -> None:
    """Write the editor variant of every schema."""
    EDITOR.mkdir(exist_ok=True)
    for source in source_files():
        (EDITOR / source.name).write_text(editor_text(source), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
