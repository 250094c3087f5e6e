"""Figures that follow from a record."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mobctl import derive, store
from mobctl.model import Day, Mobility, Phase, decode
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


TWO = [{"role": "learner", "date": "2025-10-02"}, {"role": "home", "date": "2025-10-06"}]
HOST = {"role": "host", "date": "2025-10-09"}
PLAN = {"kind": "validation-plan", "issued": "2025-06-04"}


@pytest.mark.parametrize(
    ("papers", "first", "change", "number"),
    [
        pytest.param([PLAN], TWO, TWO, "1", id="a plan of two, changed by both"),
        pytest.param([PLAN], TWO, TWO[:1], "0", id="one of them has not signed"),
        pytest.param([PLAN], [*TWO, HOST], TWO, "0", id="the host signed the plan, and not its change"),
        pytest.param([PLAN], [*TWO, HOST], [*TWO, HOST], "1", id="and now it has"),
        pytest.param([PLAN, {"kind": "learning-agreement"}], TWO, TWO, "0", id="there is an agreement too"),
        pytest.param([{**PLAN, "annulled": {"date": "2025-06-05"}}], TWO, TWO, "0", id="the plan was annulled"),
        pytest.param([], TWO, TWO, "0", id="an agreement needs all three"),
    ],
)  # fmt: skip
def test_a_plan_that_the_host_does_not_sign_is_changed_by_the_two(
    papers: list[dict[str, Any]], first: list[Any], change: list[Any], number: str
) -> None:
    row = {"table": "studied", "insert": {"id": "a9", "title": "A", "credits": 6}, "reason": "other"}
    mobility = changed(
        documents=papers,
        agreement={"studied": [{"id": "a1", "title": "B", "credits": 6}], "signatures": first},
        amendments=[{"number": "1", "changes": [row], "signatures": change}],
    )
    version = derive.in_force(mobility)
    assert version
    assert version.number == number
    assert bool(derive.proposals(mobility)) == (number == "0")
    assert derive.not_agreed(mobility) == ({} if number == "1" else {"a9": "1"})


def test_without_an_agreement_there_is_nothing_agreed_and_nothing_proposed() -> None:
    mobility = decode({key: value for key, value in BASE.items() if key != "agreement"}, Mobility)
    assert derive.agreed(mobility) is None
    assert derive.proposals(mobility) == ()
    assert derive.final_version(mobility) is None


SIGNED = [{"role": role, "date": "2026-01-10"} for role in ("learner", "home", "host")]
LONGER: dict[str, Any] = {"from": "2026-01-31", "to": "2026-06-30"}


@pytest.mark.parametrize(
    ("period", "amendments", "end"),
    [
        ({"extension": {**LONGER, "signatures": SIGNED}}, [], "2026-06-30"),
        ({"extension": {**LONGER, "signatures": SIGNED[:2]}}, [], "2026-01-30"),
        ({"extension": {"from": "2026-01-31", "signatures": SIGNED}}, [], "2026-01-30"),
        ({}, [{"number": "1", "extension": LONGER, "signatures": SIGNED}], "2026-06-30"),
        ({}, [{"number": "1", "extension": LONGER, "signatures": SIGNED, "withdrawn": {}}], "2026-01-30"),
        ({"actual": {"end": "2026-05-01"}}, [{"number": "1", "extension": LONGER, "signatures": SIGNED}], "2026-05-01"),
    ],
)  # fmt: skip
def test_an_extension_that_all_signed_moves_the_last_day(
    period: dict[str, Any], amendments: list[dict[str, Any]], end: str
) -> None:
    planned = {"planned": {"start": "2025-09-15", "end": "2026-01-30"}}
    mobility = decode({**BASE, "period": {**planned, **period}, "amendments": amendments}, Mobility)
    day = derive.end(mobility)
    assert day
    assert day.text == end


@pytest.mark.parametrize(
    ("day", "before"),
    [
        ("2026-03-31", "2026-02-28"),
        ("2024-03-30", "2024-02-29"),
        ("2026-01-15", "2025-12-15"),
        ("2026-05-31", "2026-04-30"),
    ],
)
def test_a_month_before(day: str, before: str) -> None:
    assert derive.month_before(date.fromisoformat(day)) == date.fromisoformat(before)


@pytest.mark.parametrize(
    ("first", "last", "erasmus", "inclusive"),
    [
        pytest.param("2027-01-01", "2027-02-28", 58, 59, id="two months of the calendar"),
        pytest.param("2028-01-01", "2028-02-29", 59, 60, id="with a leap day"),
        pytest.param("2027-01-01", "2027-01-31", 30, 31, id="the 31st is as the 30th"),
        pytest.param("2027-01-31", "2027-02-28", 29, 29, id="from the 31st"),
        pytest.param("2027-01-31", "2027-03-31", 61, 60, id="from 31st to 31st"),
        pytest.param("2027-02-28", "2027-03-01", 4, 2, id="February has thirty days"),
        pytest.param("2023-01-01", "2023-04-15", 105, 105, id="the example of the Commission"),
        pytest.param("2025-09-01", "2026-08-31", 360, 365, id="a year"),
        pytest.param("2025-12-15", "2026-01-14", 30, 31, id="over the new year"),
        pytest.param("2027-01-05", "2027-01-05", 1, 1, id="a day"),
        pytest.param("2027-01-05", "2027-01-04", 0, 0, id="none"),
        pytest.param("2027-03-05", "2027-01-04", 0, 0, id="backwards"),
    ],
)
def test_days_of_erasmus_are_of_months_of_thirty_days(
    first: str, last: str, erasmus: int, inclusive: int
) -> None:
    days = date.fromisoformat(first), date.fromisoformat(last)
    assert derive.days_360(*days) == erasmus
    assert derive.days_inclusive(*days) == inclusive


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-11-28", 3, "2027-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-09-15", 4, "2027-01-15"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2026-06-03", 0, "2026-06-03"),
        ("2026-02-28", 60, "2031-02-28"),
    ],
)
def test_months_of_the_law_are_of_the_calendar(day: str, months: int, after: str) -> None:
    assert derive.months_after(date.fromisoformat(day), months) == date.fromisoformat(after)


def test_hours_of_presence_make_days_and_months() -> None:
    assert derive.presence_months(Decimal(924)) == 6
    assert derive.presence_months(Decimal(154)) == 1
    assert derive.presence_months(Decimal("923.99")) < 6


@pytest.mark.parametrize(
    ("changes", "hours"),
    [
        ({"convention": {"presence_hours": Decimal(413)}}, 413),
        ({"agreement": {"hours": {"placement": Decimal(364)}}}, 364),
        (
            {
                "convention": {"presence_hours": Decimal(0)},
                "agreement": {"hours": {"placement": Decimal(364)}},
            },
            0,
        ),
        ({"convention": {"reference": "CS-1"}}, None),
        ({"agreement": None}, None),
    ],
)
def test_hours_of_presence_are_those_of_the_internship_agreement(changes: Any, hours: int | None) -> None:
    assert derive.presence_hours(decode({**BASE, "amendments": [], **changes}, Mobility)) == hours


def changed(**changes: Any) -> Mobility:
    mobility = decode({**BASE, "amendments": [], **changes}, Mobility)
    assert isinstance(mobility, Mobility)
    return mobility


@pytest.mark.parametrize(
    ("stays", "weeks"),
    [
        ([], 0),
        (["4"], 0),
        (["5"], 1),  # Monday to Friday
        (["7"], 1),
        (["11"], 1),
        (["12"], 2),
        (["60"], 8),  # to the Thursday of week 9
        (["61"], 9),  # from the Monday of week 1 to the Friday of week 9
        (["62"], 9),
        (["63"], 9),
        (["67"], 9),
        (["81"], 11),
        (["82"], 12),
        (["109"], 15),
        (["110"], 16),
        (["60.5"], 8),  # half a day is missing
        (["33", "26"], 9),  # five weeks and four
        (["32", "26"], 8),
        (["30", "29"], 8),  # 59 days too, but the weekends of no whole week
        (["61", "4"], 9),
        (["59", "2"], 8),
        (["5"] * 9, 9),
        (["7"] * 9, 9),  # nobody is given a weekend that has been counted
    ],
)
def test_weeks_are_whole_working_weeks_of_each_uninterrupted_stay(stays: list[str], weeks: int) -> None:
    assert derive.weeks(*map(Decimal, stays)) == weeks


def test_nine_weeks_of_the_calendar() -> None:
    first = date(2026, 3, 2)
    assert first.isoweekday() == 1
    for last, days, weeks in (
        (date(2026, 4, 30), 60, 8),
        (date(2026, 5, 1), 61, 9),
        (date(2026, 5, 3), 63, 9),
    ):
        assert derive.days_inclusive(first, last) == days
        assert derive.weeks(Decimal(days)) == weeks


def stay(first: str, last: str, *away: tuple[str, str]) -> dict[str, Any]:
    breaks = [{"start": left, "end": back} for left, back in away]
    return {"planned": None, "actual": {"start": first, "end": last}, "interruptions": breaks}


@pytest.mark.parametrize(
    ("period", "parts"),
    [
        (stay("2026-03-02", "2026-03-02"), (1,)),
        (stay("2024-02-28", "2024-03-01"), (3,)),  # a leap day
        (stay("2026-03-02", "2026-05-01", ("2026-03-09", "2026-03-15")), (7, 47)),
        (
            stay("2026-03-02", "2026-05-01", ("2026-04-06", "2026-04-12"), ("2026-03-09", "2026-03-15")),
            (7, 21, 19),
        ),
        (
            stay("2026-03-02", "2026-05-01", ("2026-03-09", "2026-03-15"), ("2026-03-12", "2026-03-16")),
            (7, 46),
        ),
        (
            stay("2026-03-02", "2026-05-01", ("2026-03-09", "2026-03-15"), ("2026-03-10", "2026-03-11")),
            (7, 47),
        ),
        (stay("2026-03-02", "2026-05-01", ("2026-02-09", "2026-03-02")), (60,)),
        (stay("2026-03-02", "2026-05-01", ("2026-05-01", "2026-06-01")), (60,)),
        (stay("2026-03-02", "2026-05-01", ("2026-06-01", "2026-06-02")), (61,)),
        (stay("2026-03-02", "2026-05-01", ("2026-02-01", "2026-02-02")), (61,)),
        (stay("2026-03-02", "2026-05-01", ("2026-03-02", "2026-05-01")), ()),
        (stay("2026-03", "2026-04"), (61,)),  # as many as there may be
        ({"planned": {"start": "2026-03-02"}}, ()),
        ({"planned": {"end": "2026-03-02"}}, ()),
    ],
)
def test_the_days_of_presence_in_their_uninterrupted_parts(
    period: dict[str, Any], parts: tuple[int, ...]
) -> None:
    assert derive.presence(changed(period=period)) == parts


@pytest.mark.parametrize(
    ("changes", "counted"),
    [
        ({}, ["61"]),
        ({"obligation": {"counted_days": Decimal(61)}}, ["61"]),
        ({"obligation": {"counted_days": Decimal(40)}}, ["40"]),
        ({"obligation": {"counted_days": Decimal(0)}}, ["0"]),
        ({"obligation": {"required_for_degree": True}}, ["61"]),
        ({"individual": False}, []),
        ({"individual": True, "same_class_peers": Decimal(3)}, ["61"]),
        ({"individual": False, "same_class_peers": Decimal(0)}, ["61"]),
        ({"individual": False, "obligation": {"counted_days": Decimal(40)}}, ["40"]),
        ({"format": "group"}, []),
        ({"gap_period": {"initiated_by": "learner"}}, []),
        ({"kind": "at-home", "obligation": {"counted_days": Decimal(40)}}, []),
        ({"kind": "virtual-only"}, []),
        ({"kind": "skills-competition"}, []),
        ({"kind": "study+traineeship"}, ["61"]),
    ],
)
def test_the_days_that_count(changes: dict[str, Any], counted: list[str]) -> None:
    mobility = changed(**{"period": stay("2026-03-02", "2026-05-01"), **changes})
    assert derive.counted(mobility) == tuple(map(Decimal, counted))


def test_days_of_the_journey_are_in_the_number_and_belong_to_the_first_part() -> None:
    period = stay("2026-03-02", "2026-05-01", ("2026-03-09", "2026-03-15")) | {
        "travel": {"counted_days": Decimal(2)}
    }
    stated = changed(period=period, obligation={"counted_days": Decimal(56)})
    assert derive.countable(stated) == 56
    assert derive.counted(stated) == derive.counted(changed(period=period)) == (Decimal(9), Decimal(47))
    fewer = changed(period=period, obligation={"counted_days": Decimal(54)})
    assert derive.counted(fewer) == (Decimal(54),)


@pytest.mark.parametrize(
    ("signatures", "day"),
    [
        ([], "2025-09-15"),
        ([{"role": "learner"}], "2025-09-15"),
        ([{"role": "learner", "date": "2023-12-28"}], "2023-12-28"),
        ([{"role": "host", "date": "2023-12-29"}, {"role": "learner", "date": "2023-12-28"}], "2023-12-29"),
        (
            [
                {"role": "host", "date": "2024-01-29", "how": "refused"},
                {"role": "learner", "date": "2023-12-28"},
            ],
            "2023-12-28",
        ),
    ],
)
def test_the_law_of_an_apprentice_is_that_of_the_last_signature(
    signatures: list[dict[str, str]], day: str
) -> None:
    found = derive.mobility_law(changed(apprenticeship={"convention": {"signatures": signatures}}))
    assert found is not None
    assert found.text == day


@pytest.mark.parametrize(
    ("text", "zone", "day", "latest"),
    [
        ("2025-09-14T23:30:00-05:00", "Europe/Paris", date(2025, 9, 15), date(2025, 9, 15)),
        ("2025-09-14T21:59:59Z", "Europe/Paris", date(2025, 9, 14), date(2025, 9, 14)),
        ("2025-09-14T22:00:00Z", "Europe/Paris", date(2025, 9, 15), date(2025, 9, 15)),
        ("2025-09-15T06:30:00+09:00", "Europe/Paris", date(2025, 9, 14), date(2025, 9, 15)),
        ("2025-09-14T23:30:00-05:00", None, date(2025, 9, 14), date(2025, 9, 14)),
        ("2025-09-14", "Europe/Paris", date(2025, 9, 14), date(2025, 9, 14)),
    ],
)
def test_a_moment_is_dated_by_the_clock_of_the_home_school(
    text: str, zone: str | None, day: date, latest: date
) -> None:
    found = Day(text, zone)
    assert (found.first, found.last, found.latest, found.text) == (day, day, latest, text)
    assert (found.said == day) == (day.isoformat() == text[:10])
