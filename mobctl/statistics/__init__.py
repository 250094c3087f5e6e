"""What an accreditation panel asks a school: statistics over the records of its archive, each with its formula and source.

All are listed here; nothing is discovered. A statistic counts only what records say: what they do not say is told
(`left_out`), and never guessed. No result is a float.
"""

from __future__ import annotations

from collections.abc import Mapping

from mobctl.statistics import ects, obligation, office, partners, stays  # noqa: F401  (they fill the table)
from mobctl.statistics.figure import (
    LEAST,
    Breakdown,
    Case,
    Figure,
    Figures,
    Form,
    Measure,
    Row,
    figures,
    rounded,
)
from mobctl.statistics.ground import Ground, LeftOut
from mobctl.statistics.statistic import TABLE, Found, Statistic

__all__ = [
    "LEAST",
    "STATISTICS",
    "Breakdown",
    "Case",
    "Figure",
    "Figures",
    "Form",
    "Found",
    "Ground",
    "LeftOut",
    "Measure",
    "Row",
    "Statistic",
    "figures",
    "rounded",
]

STATISTICS: Mapping[str, Statistic] = dict(sorted(TABLE.items()))
"""ST01 to ST24."""
