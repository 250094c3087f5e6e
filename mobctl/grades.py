"""Grades read by their scale, and where one stands in a published distribution. A scale is a row of the list `scales`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mobctl.model import GradingTable, TableRow

Scale = Mapping[str, Any]
"""What the list says of a scale; empty where it does not know it."""

_NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")


def number(text: str) -> Decimal | None:
    """Read a grade that is a number, with a point or a comma."""
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def row(table: GradingTable, grade: str, scale: Scale) -> TableRow | None:
    """Find the row of a grade. What lies between two rows, as 15.95 between 15-15.9 and 16-16.9, is in the worse one."""
    exact = next((row for row in table.grades if row.grade == grade), None)
    # "30 e lode" is better than the highest number: without a row of its own it is in the row of the best.
    value = number(scale["highest"]) if grade in scale.get("extra", ()) else number(grade)
    if exact or value is None:
        return exact
    sign = -1 if scale.get("better") == "lower" else 1
    rows = [(row, low * sign, high * sign) for row in table.grades for low, high in bounds(row)]
    best = max((max(low, high) for _, low, high in rows), default=value * sign)
    reached = (row for row, low, high in rows if min(low, high) <= value * sign <= best)
    return next(reached, None)


def bounds(row: TableRow) -> list[tuple[Decimal, Decimal]]:
    """Read both ends of a row, in the order in which it has them; nothing where its grades are no numbers."""
    first, last = number(row.from_ or row.grade or ""), number(row.to or row.grade or "")
    return [(first, last)] if first is not None and last is not None else []


def passing(table: GradingTable, scale: Scale) -> tuple[TableRow, ...]:
    """Take the rows of a table that give credits, by its own pass mark or that of its scale.

    Raise LookupError where neither is known: whether failures were counted would be a guess.
    """
    mark = table.pass_mark or scale.get("pass")
    if mark is None:
        raise LookupError(table.id)
    least = number(mark)
    if least is None:
        order = list(scale.get("best_to_worst", ())) or [row.grade for row in table.grades]
        passed = order[: order.index(mark) + 1] if mark in order else order
        return tuple(row for row in table.grades if row.grade in passed)
    lower = scale.get("better") == "lower"

    def passes(row: TableRow) -> bool:
        value = number(row.grade or row.from_ or "")
        return value is None or (value <= least if lower else value >= least)

    return tuple(row for row in table.grades if passes(row))


def passes(grade: str, scale: Scale) -> bool | None:
    """Say whether a grade passes by its scale; None if the scale has no such grade."""
    if scale["kind"] == "labels":
        order = list(scale["best_to_worst"])
        return order.index(grade) <= order.index(scale["pass"]) if grade in order else None
    if grade in scale.get("extra", ()):
        return True
    value = number(grade)
    low, high, mark = (Decimal(scale[name]) for name in ("lowest", "highest", "pass"))
    if value is None or not min(low, high) <= value <= max(low, high):
        return None
    return value <= mark if scale.get("better") == "lower" else value >= mark
