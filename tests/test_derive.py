"""Figures that follow from a record."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from mobctl import derive, store
from mobctl.model import Mobility, Phase, decode
from mobctl.store.reader import parse

BASE = parse((Path(__file__).parent / "records" / "base.mobility.yaml").read_bytes(), store.key_types()).data


@pytest.mark.parametrize(
    ("status", "on", "phase"),
    [
        ("agreed", "2025-09-14", Phase.BEFORE_DEPARTURE),
        ("agreed", "2025-09-15", Phase.DURING),
        ("agreed", "2026-01-30", Phase.DURING),
        ("agreed", "2026-01-31", Phase.AFTER_RETURN),
        ("planned", "2025-09-14", Phase.PLANNED),
        ("recognised", "2025-09-14", Phase.RECOGNISED),
        ("interrupted", "2025-10-14", Phase.AFTER_RETURN),
        ("cancelled", "2026-01-31", Phase.PLANNED),
    ],
)
def test_phase(status: str, on: str, phase: Phase) -> None:
    mobility = decode({**BASE, "status": status}, Mobility)
    assert derive.phase(mobility, date.fromisoformat(on)) is phase


def test_the_version_in_force_changes_with_the_last_signature() -> None:
    mobility = decode(BASE, Mobility)
    for day, ids in (("2025-10-08", ["a1", "a2", "a3"]), ("2025-10-09", ["a1", "a3", "a4"])):
        version = derive.in_force(mobility, date.fromisoformat(day))
        assert version is not None
        assert [component.id for component in version.tables["studied"]] == ids
        total = version.total("studied")
        assert total is not None
        assert (total.value, total.unit) == (Decimal(30), "ects")
        assert total.parts == version.tables["studied"], "an amount knows its parts: the record's own nodes"


@pytest.mark.parametrize(
    ("last", "agreed"),
    [
        pytest.param("2025-06-12", "2025-06-12", id="the last of the three"),
        pytest.param("2025-06-01", "2025-06-04", id="whoever it is"),
        pytest.param(None, None, id="not while one is missing"),
    ],
)
def test_agreed_on_the_day_of_the_last_of_the_three_signatures(last: str | None, agreed: str | None) -> None:
    signatures = [*BASE["agreement"]["signatures"][:2], {"role": "host", "date": last}]
    mobility = decode({**BASE, "agreement": {**BASE["agreement"], "signatures": signatures}}, Mobility)
    day = derive.KEY_DATES["agreed"](mobility)
    assert (day.text if day else None) == agreed


def test_without_an_agreement_there_is_nothing_agreed_and_nothing_proposed() -> None:
    mobility = decode({key: value for key, value in BASE.items() if key != "agreement"}, Mobility)
    assert derive.agreed(mobility) is None
    assert derive.proposals(mobility) == ()
    assert derive.final_version(mobility) is None
