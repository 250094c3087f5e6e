"""What a record must look like: JSON Schema violations as findings a coordinator can act on.

`jsonschema-rs` gives the quick yes or no; `jsonschema`, a hundred times slower, is imported only when there
is a no to explain. Both use the same form checkers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from typing import Any

from mobctl.finding import Finding, Message, Pointer, Quoted, Related, Series, Severity, say

_SHOWN = 9
"""How many of the allowed values a message names."""

_FIELDS = 12
"""How many of the known fields a message names."""

_SIDES = ("ref", "insert", "delete", "replace", "all", "at", "grade", "exemption")
"""Fields that leave no place for others beside them."""

_SPELT = ("SHP101", "YML116")
"""Findings of a field that is there and not spelt as it should be: it is not missing too."""

_RUN_TOGETHER = re.compile(r"(?P<key>[A-Za-z_]+)(?P<colon>:?) *(?P<rest>[^: ].*)", re.DOTALL)
_PLAIN = re.compile(r"[a-z_]+")
_DATES = frozenset({"day", "date", "moment"})
_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")

_PLACES = 3
"""In how many places of a record a field may belong for a message to name them."""

_DEEP = 4

Forms = Mapping[str, Callable[[str], Message | None]]
Places = Mapping[str, Sequence[str]]


class Shape:
    """A compiled schema."""

    def __init__(self, schema: Mapping[str, Any], forms: Forms) -> None:
        import jsonschema_rs

        self.schema = schema
        self.forms = forms
        checks = {name: _yes(form) for name, form in forms.items()}
        self._quick = jsonschema_rs.Draft202012Validator(
            dict(schema), formats=checks, validate_formats=True, ignore_unknown_formats=False
        )

    def check(self, data: Any) -> tuple[Finding, ...]:
        """Say what is wrong with the shape of a record; nothing if it is sound."""
        if self._quick.is_valid(data):
            return ()
        found = tuple(explain(self.schema, data, self.forms))
        if not found:  # the two libraries disagree: never take that for approval
            raise AssertionError("the quick validator refuses what the other accepts")
        return found


def _yes(form: Callable[[str], Message | None]) -> Callable[[str], bool]:
    return lambda text: form(text) is None


def explain(schema: Mapping[str, Any], data: Any, forms: Forms) -> Iterator[Finding]:
    """Go through the violations, one mistake one finding: a misspelt required key is not also a missing one."""
    from jsonschema import Draft202012Validator, FormatChecker

    checker = FormatChecker(formats=())
    for name, form in forms.items():
        checker.checks(name)(_yes_any(form))
    errors = sorted(
        Draft202012Validator(schema, format_checker=checker).iter_errors(data),
        key=lambda error: [str(part) for part in error.absolute_path],
    )
    places = _places(schema)
    findings = _together([finding for error in errors for finding in _explained(error, forms, places)], data)
    misspelt = {
        (*finding.pointer[:-1], related.pointer[-1])
        for finding in findings
        for related in finding.related
        if finding.code in _SPELT
    }
    seen: set[tuple[str, Pointer]] = set()
    for finding in findings:
        mark = (finding.code, finding.pointer)
        if mark in seen or (finding.code == "SHP102" and finding.pointer in misspelt):
            continue
        seen.add(mark)
        yield finding if finding.code not in _SPELT else _without_marks(finding)


def _together(findings: list[Finding], data: Any) -> list[Finding]:
    """Say once of all fields of one place that they do not go with a certain other."""
    apart: dict[Pointer, list[str]] = {}
    for finding in findings:
        if finding.code == "SHP108":
            apart.setdefault(finding.pointer[:-1], []).append(str(finding.pointer[-1]))
    kept = [finding for finding in findings if finding.code != "SHP108"]
    for place, keys in apart.items():
        here = data
        for part in place:
            here = here[part]
        side = next((name for name in _SIDES if name in here and name not in keys), keys[0])
        others = Series(tuple(Quoted(key) for key in keys if key != side))
        text = say(
            "{side} does not go with {others}. Keep one or the other.", side=Quoted(side), others=others
        )
        kept.append(_finding("SHP108", (*place, side), text, on_key=True))
    return kept


def _yes_any(form: Callable[[str], Message | None]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or form(value) is None


def _without_marks(finding: Finding) -> Finding:
    """The nearest key travelled as a related place; it is in the message already."""
    from dataclasses import replace

    return replace(finding, related=())


def _finding(code: str, pointer: Pointer, message: Message, **more: Any) -> Finding:
    return Finding(code, Severity.ERROR, message, pointer, **more)


def _explained(error: Any, forms: Forms, places: Places) -> Iterator[Finding]:  # noqa: C901, PLR0912  (one arm a keyword)
    pointer: Pointer = tuple(error.absolute_path)
    key = next((part for part in reversed(pointer) if isinstance(part, str)), "")
    value, expected = error.instance, error.validator_value
    if "propertyNames" in error.absolute_schema_path:
        wrong = forms[expected](value) if error.validator == "format" else None
        code = error.schema.get("x-code", "SHP106")
        yield _finding(code, (*pointer, value), wrong or _not_known(value, None, None, []), on_key=True)
        return
    match error.validator:
        case "additionalProperties":
            known = list(error.schema.get("properties", {}))
            others = [k for k in known if k not in value]
            for name in [name for name in value if name not in known]:
                code, near, text = _run_together(name, value, others) or _unknown(
                    name, value, others, places.get(name, ())
                )
                marks = (Related((near,), say("meant")),) if near else ()
                yield _finding(code, (*pointer, name), text, on_key=True, related=marks)
        case "required" if error.schema.get("x-needs-one-of") == ["at", "all"]:
            text = say(
                "This waiver does not say what it is for. Add {all} for the whole record, or {at} for one part of it, such as {example}.",
                all="all: true",
                at=Quoted("at"),
                example="at: {component: a4}",
            )
            yield _finding("SHP102", pointer, text)
        case "required" if "x-needs-one-of" in error.schema:
            series = Series(tuple(Quoted(name) for name in error.schema["x-needs-one-of"]), "or")
            yield _finding("SHP102", pointer, say("One of {fields} is missing.", fields=series))
        case "required":
            name = error.message.split("'")[1]
            if name not in value:
                yield _finding("SHP102", (*pointer, name), _missing(name, error.schema))
        case "type":
            yield _finding("SHP103", pointer, _wrong_type(key, value, error.schema))
        case "enum" | "const":
            allowed = expected if isinstance(expected, list) else [expected]
            yield _finding(error.schema.get("x-code", "SHP104"), pointer, _not_listed(key, value, allowed))
        case "format":
            code = error.schema.get("x-code") or ("SHP105" if expected in _DATES else "SHP106")
            yield _finding(code, pointer, forms[expected](value) or say("This text is not as it should be."))
        case "minimum" | "exclusiveMinimum":
            yield _finding(
                "SHP107",
                pointer,
                say(
                    "{key} must not be less than {bound}. Look it up and correct it.",
                    key=Quoted(key),
                    bound=str(expected),
                ),
            )
        case "maximum" | "exclusiveMaximum":
            yield _finding(
                "SHP107",
                pointer,
                say(
                    "{key} must not be more than {bound}. Look it up and correct it.",
                    key=Quoted(key),
                    bound=str(expected),
                ),
            )
        case "maxLength":
            yield _finding(
                "SHP107", pointer, say("This text is longer than {bound} characters.", bound=expected)
            )
        case "minLength" | "minItems" | "minProperties":
            yield _finding("SHP107", pointer, say("{key} is empty.", key=Quoted(key)))
        case "maxItems":
            yield _finding("SHP107", pointer, say("This list is longer than {bound}.", bound=expected))
        case "not":
            yield _finding("SHP108", pointer, Message(""), on_key=True)  # said once of all: see _together
        case _:
            yield _finding("SHP106", pointer, say("{key} is not as it should be.", key=Quoted(key)))


def _nearest(name: str, known: list[str]) -> str | None:
    folded = {k.casefold().replace("-", "_"): k for k in known}
    close = get_close_matches(name.casefold().replace("-", "_"), folded, n=1, cutoff=0.7)
    return folded[close[0]] if close else None


def _run_together(name: str, value: Any, others: list[str]) -> tuple[str, str, Message] | None:
    """Between braces YAML takes `credits 7` and `credits:7` for the name of a field that holds nothing."""
    found = _RUN_TOGETHER.fullmatch(name)
    if value[name] is not None or not found or name == found["key"] + found["rest"]:
        return None
    key = found["key"] if found["key"] in others else None
    if found["colon"]:
        key = key or _nearest(found["key"], others)
    if key is None:
        return None
    mended = f"{key}: {found['rest']}"
    if found["colon"]:
        return "YML116", key, say("A space is missing after the colon. Write: {mended}", mended=mended)
    text = say("A colon is missing after {key}. Write: {mended}", key=Quoted(key), mended=mended)
    return "YML116", key, text


def _unknown(
    name: str, value: Any, others: list[str], places: Sequence[str]
) -> tuple[str, str | None, Message]:
    near = _nearest(name, others)
    keys = list(value)
    before = keys[keys.index(name) - 1] if keys[0] != name else None
    text = value.get(before)
    if near or value[name] is not None or not isinstance(text, str) or _PLAIN.fullmatch(name):
        return "SHP101", near, _elsewhere(name, near, places) or _not_known(name, value[name], near, others)
    mended = f'{before}: "{text}, {name}"'
    said = say(
        "{name} is not a field. If it belongs to the text before the comma, put quotes around the whole: {mended}",
        name=Quoted(name),
        mended=mended,
    )
    return "SHP101", None, said


def _elsewhere(name: str, near: str | None, places: Sequence[str]) -> Message | None:
    """Say where a field belongs that is known, though not here; one that is in many places says nothing."""
    if near or not 0 < len(places) <= _PLACES:
        return None
    under = Series(tuple(Quoted(place) for place in places), "or")
    return say("{name} is not a field here: move it under {places}.", name=Quoted(name), places=under)


def _places(schema: Mapping[str, Any]) -> Places:
    """Find under which fields each field of a schema stands: `exceptions` under `agreement`."""
    found: dict[str, list[str]] = {}
    open_: list[tuple[Mapping[str, Any], tuple[str, ...]]] = [(schema, ())]
    while open_:
        node, path = open_.pop(0)
        node = schema["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
        node = node.get("items", node)
        node = schema["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
        for key, inner in node.get("properties", {}).items():
            if path and ": ".join(path) not in found.setdefault(key, []):
                found[key].append(": ".join(path))
            if key not in path and len(path) < _DEEP:
                open_.append((inner, (*path, key)))
    return found


def _not_known(name: str, value: Any, near: str | None, others: list[str]) -> Message:
    if near:
        return say("{name} is not a known field. Did you mean {near}?", name=Quoted(name), near=Quoted(near))
    if not others:
        return say("{name} is not a known field here.", name=Quoted(name))
    likest = sorted(others, key=lambda other: -SequenceMatcher(None, name.casefold(), other).ratio())
    fields = Series(tuple(Quoted(other) for other in likest[:_FIELDS]), "or")
    if isinstance(value, Mapping | list):  # without its line, those below it would belong to another field
        return say(
            "{name} is not a known field here. Correct it to {fields}.", name=Quoted(name), fields=fields
        )
    return say(
        "{name} is not a known field here. Correct it to {fields}, or delete the line.",
        name=Quoted(name),
        fields=fields,
    )


def _missing(name: str, schema: Mapping[str, Any]) -> Message:
    examples = schema.get("properties", {}).get(name, {}).get("examples", [])
    if examples and isinstance(examples[0], str | int | float):
        return say(
            "{field} is missing. Add it. Example: {example}",
            field=Quoted(name),
            example=f"{name}: {examples[0]}",
        )
    return say("{field} is missing. Add it.", field=Quoted(name))


def _wrong_type(key: str, value: Any, schema: Mapping[str, Any]) -> Message:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "number" in kinds or "integer" in kinds:
        if isinstance(value, str) and _COMMA.fullmatch(value):
            return say(
                "Write the number with a decimal point, not a comma: {mended}", mended=value.replace(",", ".")
            )
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            return say("Write the number without quotation marks: {mended}", mended=value)
        example = schema.get("examples", [6])[0]
        return say(
            "{key} must be a number, in figures. Example: {example}", key=Quoted(key), example=str(example)
        )
    if "boolean" in kinds:
        return say("{key} must be {yes} or {no}.", key=Quoted(key), yes=Quoted("true"), no=Quoted("false"))
    if "array" in kinds:
        return say("{key} must be a list: one line each, beginning with “- ”.", key=Quoted(key))
    if "object" in kinds and "string" not in kinds:
        fields = Series(tuple(Quoted(name) for name in list(schema.get("properties", {}))[:_SHOWN]))
        if schema.get("properties"):
            return say("{key} has fields of its own, such as {fields}.", key=Quoted(key), fields=fields)
        return say("{key} has fields of its own.", key=Quoted(key))
    return say("{key} must be a text.", key=Quoted(key))


def _not_listed(key: str, value: Any, allowed: list[Any]) -> Message:
    texts = [str(item) for item in allowed]
    close = get_close_matches(str(value), texts, n=_SHOWN, cutoff=0.6)
    if close:
        return say(
            "{value} is not a value of {key}. Did you mean {near}?",
            value=Quoted(str(value)),
            key=Quoted(key),
            near=Quoted(close[0]),
        )
    shown = Series(tuple(Quoted(text) for text in texts[:_SHOWN]), "or")
    if len(texts) > _SHOWN:
        return say(
            "{value} is not a value of {key}: it is, for example, {allowed}.",
            value=Quoted(str(value)),
            key=Quoted(key),
            allowed=shown,
        )
    return say(
        "{value} is not a value of {key}: it is {allowed}.",
        value=Quoted(str(value)),
        key=Quoted(key),
        allowed=shown,
    )
