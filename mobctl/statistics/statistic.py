"""What a statistic is: its code, its title, its formula in words, and the measures that it consists of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mobctl.finding import Arg, Message
from mobctl.rule import Citation
from mobctl.statistics.figure import Measure
from mobctl.statistics.ground import Ground, LeftOut


@dataclass(frozen=True, slots=True)
class Found:
    """What was counted: the measures, the records not counted and why, why one can't be computed, texts of the school.

    `texts` may only be printed where the first measure is: they are about the same people.
    """

    measures: tuple[Measure, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    cannot: tuple[Message, ...] = ()
    texts: tuple[Arg, ...] = ()


@dataclass(frozen=True, slots=True)
class Statistic:
    """A statistic of the catalogue: `formula` says in words what is counted, `cites` the text that asks for it."""

    code: str
    title: str
    formula: str
    cites: Citation
    compute: Callable[[Ground], Found]


TABLE: dict[str, Statistic] = {}


def statistic(
    code: str, title: str, formula: str, cites: Citation
) -> Callable[[Callable[[Ground], Found]], Callable[[Ground], Found]]:
    """Enter a function in the table of statistics."""

    def enter(compute: Callable[[Ground], Found]) -> Callable[[Ground], Found]:
        TABLE[code] = Statistic(code, title, formula, cites, compute)
        return compute

    return enter
