"""Every statement of the catalogue is a rule, or it is said what became of it; every other rule says where it is from."""

from pathlib import Path

import pytest
import yaml

from mobctl.rules import CATALOGUE, families, retired

FILE = Path(__file__).parents[2] / "shared" / "catalogue" / "rules.yaml"
"""The catalogue that the rules were made from. It is not a part of the project."""


def statements() -> set[str]:
    if not FILE.is_file():
        pytest.skip("the catalogue is not here")
    loaded = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: TID251, S506
    codes = {each["code"] for each in loaded["rules"]}
    assert len(codes) == 148
    return codes


def test_every_statement_is_accounted_for() -> None:
    gone = retired.MERGED.keys() | retired.WITHDRAWN.keys()
    assert statements() - CATALOGUE.keys() - gone == set(), "a rule, or in MERGED or WITHDRAWN"


def test_every_other_rule_says_where_it_is_from() -> None:
    own = {code for code in CATALOGUE if families.family(code) in retired.OF_FILES}
    told = retired.SPLIT.keys() | retired.ADDED.keys()
    assert CATALOGUE.keys() - statements() - own == told, "in SPLIT or ADDED of mobctl/rules/retired.py"
    assert {split.of for split in retired.SPLIT.values()} <= statements()
    assert retired.SPLIT.keys() & retired.ADDED.keys() == set()


def test_a_code_is_never_used_again() -> None:
    gone = retired.MERGED.keys() | retired.WITHDRAWN.keys()
    assert gone & CATALOGUE.keys() == set()
    assert retired.MERGED.keys() & retired.WITHDRAWN.keys() == set()
    assert {code for merged in retired.MERGED.values() for code in merged.into} <= CATALOGUE.keys()
    reasons = [merged.reason for merged in retired.MERGED.values()]
    reasons += [*retired.WITHDRAWN.values(), *retired.ADDED.values()]
    assert all(reason.endswith(".") for reason in reasons)


def test_rules_of_one_statement_name_each_other() -> None:
    assert retired.related("LA010") == ("LA001", "LA009")
    assert retired.related("LA001") == ("LA009", "LA010")
    assert retired.related("GEN108") == ()


def test_every_family_has_a_name() -> None:
    assert {families.family(code) for code in CATALOGUE} <= families.FAMILIES.keys()
