"""The conventions of the schemas: what the reader, the messages, the editor and the manual rely on."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import editor_schemas
import pytest
from editor_schemas import EDITOR, NEVER, SCHEMAS, source_files, types_of
from jsonschema import Draft202012Validator, ValidationError

from mobctl import references
from mobctl.store.migrate import STEPS

Node = dict[str, Any]

FILES = source_files()
TEXT_CODES = {
    "esi", "erasmus-code", "oid", "project-code", "isced-f", "eqf", "cefr", "country", "language", "pic",
    "schac", "time-zone",
}  # fmt: skip
FORMATS = TEXT_CODES | {
    "day", "date", "moment", "academic-year", "year", "email", "url", "record-id", "reference", "colour", "phone",
    "sha256", "term", "file-path", "regular-expression", "house-rule-id",
}  # fmt: skip
CLOSED_LISTS = {
    "contact-roles",
    "coordinator-duties",
    "agreement-kinds",
    "degree-types",
    "directions", "kinds", "statuses", "programmes", "signatories", "signature-roles", "signature-how", "result-status",
    "decision", "left-out-reasons", "block-reasons", "conversion-methods", "tables", "remedial-kinds",
    "recognition-procedures",
    "remedial-statuses", "requirement-types", "component-types", "outcome-levels", "assessor-roles",
    "assessment-methods", "diploma-types", "candidates", "file-axes", "skill-groups", "competence-kinds",
    "exemption-reasons", "derogation-reasons", "stackability", "supervision", "insurance-providers", "grade-basis", "internship-items", "apprentice-items", "convention-clauses",
    "convention-annexes",
}  # fmt: skip
OPEN_LISTS = {"reasons", "credit-schemes"}
KEYWORDS = {
    "$schema", "$id", "$defs", "$ref", "title", "description", "examples", "type", "properties", "required",
    "additionalProperties", "propertyNames", "items", "maxItems", "maxLength", "enum", "format", "minimum",
    "maximum", "allOf", "if", "then", "else", "x-version", "x-code", "x-codelist", "x-open", "x-personal",
}  # fmt: skip
MAPS = {"severities", "properties"}
YAML_1_1_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"}
FORBIDDEN_FIELDS = {
    "iban", "bic", "bank", "account", "ssn", "nir", "passport", "identity_card", "visa_number", "diagnosis",
    "disability", "religion", "ethnicity", "marital_status", "photo",
}  # fmt: skip
SCALARS = {
    "string": "text",
    "number": "number",
    "boolean": "boolean",
}  # no integer: jsonschema refuses Decimal("2")


def load(path: Path) -> Node:
    schema: Node = json.loads(path.read_text(encoding="utf-8"))
    return schema


def nodes(schema: Node, place: str = "") -> Iterator[tuple[str, Node]]:
    """Walk over the schemas that describe values; conditions only repeat what these declare."""
    yield place, schema
    for keyword in ("properties", "$defs"):
        for name, node in schema.get(keyword, {}).items():
            yield from nodes(node, f"{place}/{keyword}/{name}")
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield from nodes(schema[keyword], f"{place}/{keyword}")


def conditions(node: Node) -> Iterator[Node]:
    """Walk over the schemas that stand in the conditions of one node, also in conditions of conditions."""
    for rule in [node, *node.get("allOf", [])]:
        for word in {"if", "then", "else"} & set(rule):
            yield rule[word]
            yield from conditions(rule[word])


def fields(schema: Node) -> Iterator[tuple[str, str, Node]]:
    """Walk over the properties: place, name and schema, a reference resolved under its own words."""
    for place, node in nodes(schema):
        for name, field in node.get("properties", {}).items():
            yield f"{place}/{name}", name, resolved(schema, field)


def resolved(schema: Node, node: Node) -> Node:
    return {**definition(schema, node["$ref"]), **node} if "$ref" in node else node


def definition(schema: Node, reference: str) -> Node:
    found: Node = schema["$defs"][reference.removeprefix("#/$defs/")]
    return found


def scalar_kinds(node: Node) -> set[str]:
    return {SCALARS[name] for name in types_of(node) if name in SCALARS}


def key_kinds() -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = defaultdict(set)
    for path in FILES:
        for _, name, node in fields(load(path)):
            kinds[name] |= scalar_kinds(node)
    return kinds


def test_there_are_schemas() -> None:
    kinds = {path.name.removesuffix(".schema.json") for path in FILES}
    assert kinds == {
        "mobility",
        "institution",
        "partner-agreement",
        "grading-table",
        "cohort",
        "charter-list",
        "config",
    }


@pytest.fixture(params=FILES, ids=lambda path: path.name)
def schema(request: pytest.FixtureRequest) -> Node:
    return load(request.param)


def test_schema_is_a_schema(schema: Node) -> None:
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_says_what_it_is(path: Path) -> None:
    schema = load(path)
    kind = path.name.removesuffix(".schema.json")
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == path.name
    assert schema["properties"]["mobctl"]["enum"] == [f"{kind}/{schema['x-version']}"]
    assert {number for name, number in STEPS if name == kind} == set(range(1, schema["x-version"]))
    assert "mobctl" in schema["required"]


def test_every_field_is_explained(schema: Node) -> None:
    for place, _, node in [("", "", schema), *fields(schema)]:
        assert node["title"][0].isupper(), place
        assert not node["title"].endswith("."), place
        assert node["description"].endswith("."), place
        assert len(node["description"]) <= 200, place
        assert node["examples"], place


def test_examples_are_valid(schema: Node) -> None:
    for place, _, node in [("", "", schema), *fields(schema)]:
        validator = Draft202012Validator({**node, "$defs": schema["$defs"]} if node is not schema else schema)
        for example in node["examples"]:
            assert [error.message for error in validator.iter_errors(example)] == [], place


def test_every_node_has_a_type(schema: Node) -> None:
    for place, node in nodes(schema):
        assert ("type" in node) != ("$ref" in node), place
        assert set(types_of(node)) <= {*SCALARS, "array", "object"}, place


def test_texts_and_lists_are_bounded(schema: Node) -> None:
    for place, node in nodes(schema):
        if "string" in types_of(node):
            assert node["maxLength"] <= 4000, place
        if "array" in types_of(node):
            whole_year_of_learners = place.endswith("/learners")
            assert node["maxItems"] <= (2000 if whole_year_of_learners else 200), place
            assert "items" in node, place
        if scalar_kinds(node) == {"number"}:
            assert node["minimum"] < node["maximum"], place


def test_objects_are_closed(schema: Node) -> None:
    for place, node in nodes(schema):
        if "object" not in types_of(node):
            continue
        by_language = node.get("propertyNames", {}).get("format") == "language"
        if by_language or place.rpartition("/")[2] in MAPS:
            assert isinstance(node["additionalProperties"], dict), place
        else:
            assert node["additionalProperties"] is False, place
            assert set(node.get("required", [])) <= set(node["properties"]), place


def test_only_known_keywords(schema: Node) -> None:
    for place, node in nodes(schema):
        assert set(node) <= KEYWORDS, place


def test_conditions_are_simple_and_name_fields_that_exist(schema: Node) -> None:
    for place, node in nodes(schema):
        for rule in node.get("allOf", []):
            assert set(rule) <= {"if", "then", "else"}, place
        for condition in conditions(node):
            assert set(condition) <= {"required", "properties", "x-needs-one-of", "if", "then", "else"}, place
            assert all(part == NEVER for part in condition.get("properties", {}).values()), place
            named = {*condition.get("required", []), *condition.get("x-needs-one-of", [])}
            assert named | set(condition.get("properties", {})) <= set(node["properties"]), place


def test_references_stay_inside_and_all_definitions_are_used(schema: Node) -> None:
    used = {node["$ref"] for _, node in nodes(schema) if "$ref" in node}
    assert used == {f"#/$defs/{name}" for name in schema["$defs"]}


def test_formats_are_ours(schema: Node) -> None:
    for place, node in nodes(schema):
        for part in (node, node.get("propertyNames", {})):
            assert part.get("format") in FORMATS | {None}, place
            assert part.get("x-code") == ("GEN104" if part.get("format") in TEXT_CODES else None), place


def test_codelists_are_known(schema: Node) -> None:
    for place, node in nodes(schema):
        name = node.get("x-codelist")
        if node.get("x-open"):
            assert name in OPEN_LISTS, place
            assert "enum" not in node, place
        elif name:
            assert name in CLOSED_LISTS, place
            assert node["enum"], place


def test_one_list_has_one_set_of_codes() -> None:
    codes: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for path in FILES:
        for _, node in nodes(load(path)):
            if "x-codelist" in node and not node.get("x-open"):
                codes[node["x-codelist"]].add(tuple(node["enum"]))
    assert {name for name, sets in codes.items() if len(sets) > 1} == set()


def test_a_key_is_text_or_number_or_boolean_everywhere() -> None:
    assert {key: kinds for key, kinds in key_kinds().items() if len(kinds) > 1} == {}


def test_no_key_is_a_word_of_yaml_1_1() -> None:
    keys = {name for path in FILES for _, name, _ in fields(load(path))}
    assert {key for key in keys if key.lower() in YAML_1_1_WORDS} == set()


def test_keys_are_plain_words() -> None:
    for path in FILES:
        for place, name, _ in fields(load(path)):
            inside_house_rules = "/houseSchema/" in place
            assert name.isascii(), place
            assert inside_house_rules or (name == name.lower() and name.replace("_", "").isalnum()), place


def test_no_place_for_health_bank_or_identity_data() -> None:
    keys = {name for path in FILES for _, name, _ in fields(load(path))}
    assert keys & FORBIDDEN_FIELDS == set()


def test_shared_definitions_are_equal() -> None:
    texts: dict[str, set[str]] = defaultdict(set)
    for path in FILES:
        for name, node in load(path)["$defs"].items():
            if name != "band":  # a published table has ranges, a transcript has not
                texts[name].add(json.dumps(node, ensure_ascii=False))
    assert {name for name, found in texts.items() if len(found) > 1} == set()


def test_each_field_that_names_another_file_is_looked_up() -> None:
    """The looking up is written out in mobctl.references (the home of a configuration: in mobctl.store.config)."""
    named = {
        (path.name.split(".")[0], place.replace("/$defs/", "").replace("properties/", "").strip("/"))
        for path in FILES
        for place, node in nodes(load(path))
        if node.get("format") == "reference"
    }
    assert named == {
        ("cohort", "institution"),
        ("config", "home"),
        ("grading-table", "institution"),
        ("mobility", "learner/enrolment/cohort"),
        ("mobility", "results/grading/tables/items"),
        ("mobility", "grade/tables/items"),
        ("mobility", "party/ref"),
        ("mobility", "partnerAgreement/ref"),
        ("mobility", "priorMobility/ref"),
        ("partner-agreement", "agreementParty/ref"),
        ("partner-agreement", "exchange/from"),
        ("partner-agreement", "exchange/to"),
    }
    schema = load(SCHEMAS / "mobility.schema.json")
    parties = {
        place.removesuffix("/items").rpartition("/")[2]
        for place, node in nodes(schema)
        if node.get("$ref") == "#/$defs/party"
    }
    assert parties == references.PARTIES


def test_a_party_is_an_institution_or_a_reference() -> None:
    party = load(SCHEMAS / "mobility.schema.json")["$defs"]["party"]
    institution = dict(load(SCHEMAS / "institution.schema.json")["properties"])
    for own in ("mobctl", "id", "notes", "charters"):
        del institution[own]
    institution["eche"] = party["properties"]["eche"]  # of one stay, which rests on one charter
    for own in ("coordinators", "hosting"):  # what a school says in its file alone
        del institution[own]
    assert {name: party["properties"].get(name) for name in institution} == institution
    assert party["if"] == {"required": ["ref"]}
    assert party["then"] == {"properties": dict.fromkeys(institution, NEVER)}
    assert party["else"] == {"required": ["name"], "x-needs-one-of": ["ref", "name"]}


def test_an_agreement_stands_inline_or_in_a_file_of_its_own() -> None:
    """What a record says of it is said in the same words in its file, some of it for each party."""
    inline = dict(load(SCHEMAS / "mobility.schema.json")["$defs"]["partnerAgreement"]["properties"])
    whole = load(SCHEMAS / "partner-agreement.schema.json")
    party = whole["$defs"]["agreementParty"]["properties"]
    assert {"ref", "signatures", "language", "transcript_weeks"} <= party.keys()
    for own in ("ref", "signatures", "language", "transcript_weeks"):
        del inline[own]
    assert {name: whole["properties"].get(name) for name in inline} == inline


@pytest.mark.parametrize(
    ("kind", "name", "value", "wrong"),
    [
        ("mobility", "change", {"table": "studied", "delete": "a1"}, []),
        ("mobility", "change", {"table": "studied", "insert": {"id": "a9"}}, []),
        ("mobility", "change", {"table": "studied", "replace": "a1", "with": {"id": "a9"}}, []),
        ("mobility", "change", {"table": "studied"}, [["insert", "delete", "replace"]]),
        ("mobility", "change", {"table": "studied", "replace": "a1"}, ["with"]),
        ("mobility", "change", {"table": "studied", "delete": "a1", "insert": {"id": "a9"}}, ["delete"]),
        ("mobility", "change", {"table": "studied", "delete": "a1", "with": {"id": "a9"}}, ["with"]),
        ("mobility", "party", {"ref": "polito", "unit": "DAUIN"}, []),
        ("mobility", "party", {"name": "Politecnico"}, []),
        ("mobility", "party", {"unit": "DAUIN"}, [["ref", "name"]]),
        ("mobility", "party", {"ref": "polito", "country": "IT"}, ["country"]),
        ("mobility", "waiver", {"rule": "LA103", "reason": "r", "by": "b"}, [["at", "all"]]),
        ("mobility", "waiver", {"rule": "LA103", "reason": "r", "by": "b", "all": True, "at": {}}, ["at"]),
        ("partner-agreement", "agreementParty", {"ref": "polito"}, []),
        ("partner-agreement", "agreementParty", {"ref": "polito", "country": "IT"}, ["country"]),
        ("partner-agreement", "agreementParty", {"unit": "DAUIN"}, [["ref", "name"]]),
        ("cohort", "cohortLearner", {"id": "1", "exemption": {"reason": "other"}}, []),
        ("cohort", "cohortLearner", {"id": "1", "derogation": {"reason": "visa"}}, []),
        (
            "cohort",
            "cohortLearner",
            {"id": "1", "exemption": {"reason": "other"}, "derogation": {"reason": "visa"}},
            ["derogation"],
        ),
        ("grading-table", "band", {"grade": "28", "count": 3}, []),
        ("grading-table", "band", {"from": "16", "to": "14", "count": 3}, []),
        ("grading-table", "band", {"count": 3}, [["grade", "from"]]),
        ("grading-table", "band", {"from": "16", "count": 3}, ["to"]),
        ("grading-table", "band", {"grade": "28", "from": "28", "to": "27", "count": 3}, ["from", "to"]),
    ],
)
def test_fields_that_exclude_or_need_each_other(kind: str, name: str, value: Node, wrong: list[Any]) -> None:
    schema = load(SCHEMAS / f"{kind}.schema.json")
    validator = Draft202012Validator({**schema["$defs"][name], "$defs": schema["$defs"]})
    assert [fault(error) for error in validator.iter_errors(value)] == wrong


def fault(error: ValidationError) -> str | list[str]:
    """Say which field is too much or missing, or of which several one is missing."""
    if error.validator == "required" and isinstance(error.schema, dict):
        one_of: list[str] = error.schema.get("x-needs-one-of", [])
        return one_of or error.message.split("'")[1]
    return str(error.absolute_path[-1])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_editor_schema_is_current(path: Path) -> None:
    written = (EDITOR / path.name).read_text(encoding="utf-8")
    assert written == editor_schemas.editor_text(path), "run: python tests/editor_schemas.py"


def test_no_editor_schema_is_left_over() -> None:
    assert {path.name for path in EDITOR.iterdir()} == {path.name for path in FILES}


def test_editor_accepts_what_we_accept(schema: Node) -> None:
    editor = editor_schemas.editor_node(schema)
    Draft202012Validator.check_schema(editor)
    for place, _, node in [("", "", editor), *fields(editor)]:
        validator = Draft202012Validator({**node, "$defs": editor["$defs"]} if node is not editor else editor)
        for example in node["examples"]:
            assert [error.message for error in validator.iter_errors(example)] == [], place


def test_editor_reads_a_number_where_we_want_text(schema: Node) -> None:
    for place, node in nodes(editor_schemas.editor_node(schema)):
        if "string" in types_of(node) and "enum" not in node:
            assert Draft202012Validator({**node, "$defs": {}}).is_valid(613), place
        assert not {key for key in node if key.startswith("x-")}, place
        assert "format" not in node, place


def test_editor_accepts_codes_that_look_like_numbers() -> None:
    variant = editor_schemas.editor_node({"type": "string", "enum": ["1", "2.5", "x"], "x-open": True})
    assert variant == {"type": ["string", "number"], "enum": ["1", "2.5", "x", 1, 2.5]}
    assert editor_schemas.editor_node({"type": "string", "enum": ["x"]}) == {"type": "string", "enum": ["x"]}
