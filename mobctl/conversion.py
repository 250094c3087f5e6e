"""How a grade of one school is converted into one of another, by the distributions that both publish.

The way is that of the ECTS Users' Guide (2015, p. 39-41): a grade is where it stands among the passing grades of its
reference group, best first, as cumulative shares; the grades of the other school that share a part of that stretch
correspond. Nothing is converted without a table of each school, or where no grade corresponds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

import msgspec

from mobctl import derive, grades
from mobctl.derive import Band
from mobctl.finding import Quoted, say
from mobctl.grades import Scale
from mobctl.model import GradingTable, Result, TableRow


class NotConvertibleError(Exception):
    """Raised where a grade cannot be converted; its argument is the message that says why."""


class Group(IntEnum):
    """Whose grades a table counts, the nearest to the learner's first."""

    COURSE = 0
    FIELD = 1
    INSTITUTION = 2


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passing line of a table, and where it stands among them."""

    row: TableRow
    band: Band


@dataclass(frozen=True, slots=True)
class Chosen:
    """A table to convert by, and whose grades it counts."""

    table: GradingTable
    group: Group


@dataclass(frozen=True, slots=True)
class Conversion:
    """A grade between two tables: the host's line it is in, and the lines at home that correspond, best first."""

    grade: str
    host: GradingTable
    home: GradingTable
    origin: Ranked
    fitting: tuple[Ranked, ...]

    def choose(self, choice: str | None) -> Ranked | None:
        """Take one of several lines: the `highest`, the `lowest`, the only one (`single`), or by `average`.

        The average is the line in which the middle of the host's stretch lies. None: nothing is chosen.
        """
        match choice:
            case "highest":
                return self.fitting[0]
            case "lowest":
                return self.fitting[-1]
            case "single":
                return self.fitting[0] if len(self.fitting) == 1 else None
            case "average":
                middle = (self.origin.band.above + self.origin.band.through) / 2
                return next(each for each in self.fitting if middle <= each.band.through)
            case _:
                return None


def ranked(table: GradingTable, scale: Scale) -> tuple[Ranked, ...]:
    """Cumulate the passing grades of a table. Raise NotConvertibleError where they are not known, or are none."""
    try:
        rows = grades.passing(table, scale)
    except LookupError:
        text = say("the grading table {table} has no pass mark", table=Quoted(table.id))
        raise NotConvertibleError(text) from None
    bands = [(row, derive.band(row, rows)) for row in rows]
    found = tuple(Ranked(row, band) for row, band in bands if band)
    if not found:
        raise NotConvertibleError(
            say("the grading table {table} has no passing grades", table=Quoted(table.id))
        )
    return found


def place(grade: str, table: GradingTable, scale: Scale) -> Ranked:
    """Find where a grade stands in a table. Raise NotConvertibleError if it is none of its passing grades."""
    row = grades.row(table, grade, scale)
    found = next((each for each in ranked(table, scale) if each.row is row), None)
    if found is None:
        raise NotConvertibleError(
            say(
                "{grade} is not a passing grade of the table {table}",
                grade=Quoted(grade),
                table=Quoted(table.id),
            )
        )
    return found


def convert(grade: str, host: GradingTable, home: GradingTable, scales: Mapping[str, Scale]) -> Conversion:
    """Find the lines at home that share a part of the stretch of a grade. Raise NotConvertibleError if there are none."""
    origin = place(grade, host, scales.get(host.scale or "", {}))
    lines = ranked(home, scales.get(home.scale or "", {}))
    fitting = tuple(each for each in lines if each.band.overlaps(origin.band))
    if not fitting:  # nobody was given the grade: it has no stretch of its own
        raise NotConvertibleError(
            say(
                "nobody was given {grade} in the table {table}: no grade at home corresponds",
                grade=Quoted(grade),
                table=Quoted(host.id),
            )
        )
    return Conversion(grade, host, home, origin, fitting)


def choose_table(
    tables: Iterable[GradingTable],
    institution: str | None,
    *,
    field: str | None,
    level: str | None = None,
    course: str | None = None,
) -> Chosen:
    """Take the table of the nearest group there is at an institution: the course, then its field, then the institution.

    `field` is a code of ISCED-F: of the fields that contain it, the narrowest. A table for a level (EQF) counts for
    that level only. Of several, the one of the latest years. Raise NotConvertibleError if there is none.
    """
    mine = [table for table in tables if table.institution == institution]
    fits = [found for table in mine if (found := _group(table, field, level, course))]
    if not fits:
        raise NotConvertibleError(
            say("there is no grading table of {school}", school=Quoted(institution or "?"))
            if not mine
            else say(
                "no grading table of {school} is of this field of study", school=Quoted(institution or "?")
            )
        )
    return min(
        sorted(fits, key=lambda each: str((each.table.period or {}).get("to", "")), reverse=True),
        key=lambda each: (each.group, -len(_stem(each.table.isced_f or ""))),
    )


def _group(table: GradingTable, field: str | None, level: str | None, course: str | None) -> Chosen | None:
    if table.eqf and level and table.eqf != level:
        return None
    if table.course:
        return Chosen(table, Group.COURSE) if course and table.course == course else None
    if table.isced_f:
        return Chosen(table, Group.FIELD) if (field or "").startswith(_stem(table.isced_f)) else None
    return Chosen(table, Group.INSTITUTION) if table.whole_institution else None


def _stem(code: str) -> str:
    """The part of a code of ISCED-F that says which field: `06` of the broad field 0600, `061` of the narrow 0610."""
    return code.rstrip("0").ljust(2, "0") if len(code) > 2 else code  # noqa: PLR2004  (a broad field has two digits)


def of_line(line: Result, host: GradingTable | None) -> GradingTable | None:
    """Make a table of the grades that a transcript itself states for a course; None where it states none."""
    if not line.distribution:
        return None
    base = host or GradingTable(mobctl="grading-table/1", id=line.id, institution="", scale=line.scale)
    return msgspec.structs.replace(base, grades=line.distribution)
