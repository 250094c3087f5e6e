"""Grades converted by the distributions of two schools: bands, choices, the fallback of tables, and refusals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mobctl import conversion, store
from mobctl.conversion import Group, NotConvertibleError
from mobctl.model import GradingTable, Result, TableRow

SCALES = store.lists()["scales"].codes


def table(id: str, scale: str, counts: dict[str, int], **more: str | bool | None) -> GradingTable:
    """`counts` are by grade, or by range, as in `20..16`."""
    rows = tuple(
        TableRow(count=Decimal(n), from_=name.split("..")[0], to=name.split("..")[1])
        if ".." in name
        else TableRow(count=Decimal(n), grade=name)
        for name, n in counts.items()
    )
    years = {"from": "2023", "to": str(more.pop("to", "2025"))}
    school = str(more.pop("institution", "x"))
    return GradingTable(
        mobctl="grading-table/1",
        id=id,
        institution=school,
        scale=scale,
        grades=rows,
        period=years,
        **more,  # type: ignore[arg-type]
    )


# Passing grades of the host: 30 to 25 %, 27 to 50 %, 24 to 100 %; nobody was given 26. Failures count for nothing.
HOST = table("host", "it-30", {"30": 25, "27": 25, "26": 0, "24": 50, "0..17": 400})
HOME = table("home", "fr-20", {"16..20": 10, "14..15,9": 15, "12..13,9": 35, "10..11,9": 40, "0..9,9": 700})


def shown(rows: tuple[conversion.Ranked, ...]) -> list[str]:
    return [f"{each.row.from_}" for each in rows]


@pytest.mark.parametrize(
    ("grade", "fitting", "chosen"),
    [
        # 0-25 % at the host; at home 0-10 and 10-25 %: the line that begins at 25 % has nothing in common with it.
        pytest.param(
            "30", ["16", "14"], {"highest": "16", "lowest": "14", "average": "14"}, id="the edge of a line"
        ),
        pytest.param(
            "27", ["12"], {"highest": "12", "lowest": "12", "average": "12", "single": "12"}, id="one line"
        ),
        # 50-100 %: the middle, 75 %, is in the last line, which begins at 60 %.
        pytest.param("24", ["12", "10"], {"highest": "12", "lowest": "10", "average": "10"}, id="the middle"),
    ],
)
def test_bands(grade: str, fitting: list[str], chosen: dict[str, str]) -> None:
    found = conversion.convert(grade, HOST, HOME, SCALES)
    assert shown(found.fitting) == fitting
    for choice, row in chosen.items():
        taken = found.choose(choice)
        assert taken is not None
        assert taken.row.from_ == row
    assert ("single" in chosen) == (found.choose("single") is not None)
    assert found.choose(None) is None


def test_shares_are_of_the_passing_grades_and_reach_the_whole() -> None:
    bands = [each.band for each in conversion.ranked(HOST, SCALES["it-30"])]
    assert [(band.above, band.through) for band in bands] == [
        (Decimal(0), Decimal("0.25")),
        (Decimal("0.25"), Decimal("0.5")),
        (Decimal("0.5"), Decimal("0.5")),
        (Decimal("0.5"), Decimal(1)),
    ]


def test_the_middle_on_the_very_line_is_in_the_better_one() -> None:
    halves = table("halves", "fr-20", {"16..20": 75, "10..15,9": 25})
    taken = conversion.convert("24", HOST, halves, SCALES).choose("average")
    assert taken is not None
    assert taken.row.from_ == "16"


@pytest.mark.parametrize(
    ("grade", "host", "home", "why"),
    [
        pytest.param("26", HOST, HOME, "nobody was given {grade}", id="a grade that nobody was given"),
        pytest.param("17", HOST, HOME, "{grade} is not a passing grade", id="a failure"),
        pytest.param("31", HOST, HOME, "{grade} is not a passing grade", id="a grade that is none"),
        pytest.param("9", table("own", "own", {"9": 5}), HOME, "{table} has no pass mark", id="no pass mark"),
        pytest.param("30", HOST, table("own", "own", {"9": 5}), "{table} has no pass mark", id="nor at home"),
        pytest.param(
            "30", HOST, table("bad", "fr-20", {"5": 9}), "has no passing grades", id="only failures at home"
        ),
    ],
)
def test_nothing_is_guessed(grade: str, host: GradingTable, home: GradingTable, why: str) -> None:
    with pytest.raises(NotConvertibleError) as error:
        conversion.convert(grade, host, home, SCALES)
    assert why in error.value.args[0].id


TABLES = [
    table("course", "it-30", {"30": 1}, course="INF-1"),
    table("detailed", "it-30", {"30": 1}, isced_f="0613"),
    table("narrow", "it-30", {"30": 1}, isced_f="061"),
    table("broad", "it-30", {"30": 1}, isced_f="0600"),
    table("older", "it-30", {"30": 1}, isced_f="0613", to="2024"),
    table("master", "it-30", {"30": 1}, isced_f="0613", eqf="7", to="2026"),
    table("whole", "it-30", {"30": 1}, whole_institution=True),
    table("fieldless", "it-30", {"30": 1}),
    table("elsewhere", "it-30", {"30": 1}, institution="y", isced_f="0714"),
]


@pytest.mark.parametrize(
    ("field", "level", "course", "chosen", "group"),
    [
        pytest.param("0613", "6", "INF-1", "course", Group.COURSE, id="the course first"),
        pytest.param("0613", "6", "INF-2", "detailed", Group.FIELD, id="the field, of the latest years"),
        pytest.param("0613", "7", None, "master", Group.FIELD, id="of the same level"),
        pytest.param("0612", "7", None, "narrow", Group.FIELD, id="the narrow field that contains it"),
        pytest.param("0688", None, None, "broad", Group.FIELD, id="the broad field that contains it"),
        pytest.param("0714", None, None, "whole", Group.INSTITUTION, id="the whole institution last"),
        pytest.param(None, None, None, "whole", Group.INSTITUTION, id="a learner whose field is not known"),
    ],
)
def test_the_nearest_table(
    field: str | None, level: str | None, course: str | None, chosen: str, group: Group
) -> None:
    found = conversion.choose_table(TABLES, "x", field=field, level=level, course=course)
    assert (found.table.id, found.group) == (chosen, group)


@pytest.mark.parametrize(
    ("institution", "field", "why"),
    [
        ("y", "0613", "no grading table of {school} is of this field"),
        ("z", "0613", "there is no grading table"),
    ],
)
def test_no_table(institution: str, field: str, why: str) -> None:
    with pytest.raises(NotConvertibleError) as error:
        conversion.choose_table(TABLES, institution, field=field)
    assert why in error.value.args[0].id


@pytest.mark.parametrize(
    ("code", "field", "contains"),
    [
        ("10", "1015", True),
        ("1000", "1015", True),
        ("0100", "0114", True),
        ("0610", "0613", True),
        ("0610", "0688", False),
    ],
)
def test_a_field_contains_its_own(code: str, field: str, *, contains: bool) -> None:
    tables = [table("one", "it-30", {"30": 1}, isced_f=code)]
    if contains:
        assert conversion.choose_table(tables, "x", field=field).table.id == "one"
    else:
        with pytest.raises(NotConvertibleError):
            conversion.choose_table(tables, "x", field=field)


def test_the_grades_of_a_course_that_a_transcript_states() -> None:
    line = Result(id="r1", status="passed", distribution=(TableRow(count=Decimal(4), grade="30"),))
    own = conversion.of_line(line, HOST)
    assert own is not None
    assert [row.grade for row in own.grades] == ["30"]
    assert own.scale == "it-30"
    assert conversion.of_line(Result(id="r2", status="passed"), HOST) is None
