"""A figure, and what of it may be printed: how cases become a share, a mean or a count, whole and group by group.

A `Case` is one learner, stay or document that is counted; a `Measure` is what is asked of some cases. `figures` makes
the printed numbers of a measure: the whole, and a row for each group.

**Small groups.** What is printed is public, so a group of fewer than `LEAST` people is not printed: nor is a group
from which one could be worked out. People are counted, not stays: four stays of two learners are two people. Of a
measure that is `sensitive` (who was let off, who has fewer opportunities, whose studies
took longer) the people in the numerator are a group too.
Groups that are not printed stand together in one row. When what is left over of a whole, or of a row of another
breakdown, after the printed rows that lie within it are taken away, is fewer than `LEAST` people, the smallest of those
rows is not printed either (complementary suppression), until nothing more can be worked out so. This covers the whole
and each breakdown, and breakdowns that nest (a programme and its cohorts); it does not cover what a reader may know
from elsewhere, nor sums and differences of several overlapping breakdowns at once: so no crossed tables are printed.
Of a share that is not sensitive a small numerator is printed: that two of forty have not gone yet is the figure that a
panel asks for. What was left out for want of data is counted from `LEAST` on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from mobctl.finding import Arg

LEAST = 5
"""How many people a group must have at least to be printed."""

ONE, ZERO = Decimal(1), Decimal(0)


def yes(*, it: object) -> Decimal:
    """Count one, or nothing."""
    return ONE if it else ZERO


class Form(StrEnum):
    """How the cases of a measure become one number."""

    SHARE = "share"
    """The numerator in hundredths of the denominator."""
    RATIO = "ratio"
    """The numerator for one of the denominator."""
    MEAN = "mean"
    """The sum, by the number of cases."""
    SUM = "sum"
    COUNT = "count"
    """How many cases."""
    LEAST = "least"
    LOWER = "lower-quartile"
    MEDIAN = "median"
    UPPER = "upper-quartile"


QUARTERS = {Form.LEAST: 0, Form.LOWER: 1, Form.MEDIAN: 2, Form.UPPER: 3}


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that is counted: of whom it is, what it adds to numerator and denominator, the groups that it is in."""

    person: str
    top: Decimal = ONE
    bottom: Decimal = ONE
    groups: Mapping[str, Arg] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is printed. Without a value there is nothing to divide by; what is `hidden` has no numbers at all.

    `n` is the number of cases, `people` that of the people behind them.
    """

    form: Form
    top: Decimal = ZERO
    bottom: Decimal | None = None
    n: int = 0
    people: int = 0
    value: Fraction | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A group and its figure; `folded` is how many groups stand together, for none of them may be printed alone."""

    label: Arg
    figure: Figure
    folded: int = 0


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The groups of a measure by one thing, in order; without rows, none of them may be printed."""

    by: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """What is asked of some cases: `what` it is called, in which unit, and by what it is broken down.

    `unit` is that of the numerator (or of the value, where nothing is divided), `of` that of the denominator. Of
    `things`, such as agreements, no number is too small to be printed.
    """

    what: str
    form: Form
    unit: str
    cases: tuple[Case, ...]
    by: tuple[str, ...] = ()
    of: str = ""
    sensitive: bool = False
    things: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """A measure as it is printed: the whole, and its breakdowns."""

    measure: Measure
    whole: Figure
    breakdowns: tuple[Breakdown, ...]


def figures(measure: Measure) -> Figures:
    """Make the numbers of a measure that may be printed."""
    cases = measure.cases
    guard = _Guard(cases, sensitive=measure.sensitive, least=1 if measure.things else LEAST)
    whole = _figure(measure.form, cases)
    everything = frozenset(range(len(cases)))
    if cases and guard.small(everything):
        return Figures(measure, Figure(measure.form, hidden=True), ())
    tables = {by: _groups(cases, by) for by in measure.by}
    shown = guard.printable(everything, tables)
    rows = tuple(
        Breakdown(by, (*_rows(measure, tables[by], shown[by], guard),)) for by in measure.by if tables[by]
    )
    return Figures(measure, whole, rows)


Group = frozenset[int]
Groups = dict[Arg, Group]


def _groups(cases: tuple[Case, ...], by: str) -> Groups:
    """Put cases together by a label; a case that is in no group of this kind is in none."""
    found: dict[Arg, list[int]] = {}
    for number, case in enumerate(cases):
        if by in case.groups:
            found.setdefault(case.groups[by], []).append(number)
    return {label: frozenset(members) for label, members in found.items()}


@dataclass(frozen=True, slots=True)
class _Guard:
    """Says what may be printed of some cases."""

    cases: tuple[Case, ...]
    sensitive: bool
    least: int

    def small(self, group: Group) -> bool:
        """Say whether a group, or the part of it that a sensitive measure counts, has fewer people than may be printed."""
        people = {self.cases[each].person for each in group}
        counted = {self.cases[each].person for each in group if self.cases[each].top}
        return len(people) < self.least or (self.sensitive and 0 < len(counted) < self.least)

    def printable(self, whole: Group, tables: Mapping[str, Groups]) -> dict[str, set[Arg]]:
        """Find the rows of each table that may be printed, so that no small group can be worked out from them."""
        shown = {
            by: {label for label, group in groups.items() if not self.small(group)}
            for by, groups in tables.items()
        }
        while found := next(self._leaks(whole, tables, shown), None):
            by, label = found
            shown[by].remove(label)
        return shown

    def _leaks(
        self, whole: Group, tables: Mapping[str, Groups], shown: Mapping[str, set[Arg]]
    ) -> Iterator[tuple[str, Arg]]:
        """Name a row by which a small group can be worked out: what is left of another cell when those within it are taken."""
        cells = [whole, *(tables[by][label] for by in tables for label in shown[by])]
        for cell in cells:
            for by, groups in tables.items():
                inside = [label for label in groups if label in shown[by] and groups[label] <= cell]
                rest = cell.difference(*(groups[label] for label in inside))
                if inside and rest and self.small(rest):
                    yield by, min(inside, key=lambda label: (len(groups[label]), str(label)))


def _rows(measure: Measure, groups: Groups, shown: set[Arg], guard: _Guard) -> Iterator[Row]:
    """Make the rows of a table, the largest group first, and one for all that may not be printed alone.

    Where some cases are in no group of this kind, even all those together may be too few; or the row would give away how
    few are in no group. Then there is no such row.
    """
    ordered = sorted(groups.items(), key=lambda each: (-len(each[1]), str(each[0])))
    for label, group in ordered:
        if label in shown:
            yield Row(label, _figure(measure.form, [measure.cases[each] for each in sorted(group)]))
    hidden = [group for label, group in ordered if label not in shown]
    together = frozenset[int]().union(*hidden)
    in_none = frozenset(range(len(measure.cases))).difference(*groups.values())
    if hidden and shown and not guard.small(together) and not (in_none and guard.small(in_none)):
        figure = _figure(measure.form, [measure.cases[each] for each in sorted(together)])
        yield Row("", figure, len(hidden))


def _figure(form: Form, cases: Iterable[Case]) -> Figure:
    """Compute one number; a whole without cases has none."""
    cases = tuple(cases)
    n, people = len(cases), len({case.person for case in cases})
    top, bottom = sum((c.top for c in cases), ZERO), sum((c.bottom for c in cases), ZERO)
    if form is Form.COUNT:
        return Figure(form, Decimal(n), None, n, people, Fraction(n))
    if form is Form.SUM:
        return Figure(form, top, None, n, people, Fraction(top))
    if form in QUARTERS:
        return Figure(form, ZERO, None, n, people, quartile([c.top for c in cases], QUARTERS[form]))
    value = Fraction(top) / Fraction(bottom) if bottom else None
    return Figure(form, top, bottom, n, people, value)


def quartile(values: Iterable[Decimal], quarter: int) -> Fraction | None:
    """The least value, a quartile or the median, between two values where none is in the middle (as most spreadsheets do).

    With the values in order, it stands at the place (n - 1) x quarter / 4 counted from 0.
    """
    ordered = [Fraction(value) for value in sorted(values)]
    if not ordered:
        return None
    place = Fraction((len(ordered) - 1) * quarter, 4)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def rounded(value: Fraction, places: int) -> Decimal:
    """Write a fraction with some decimals, halves away from nought; nothing is computed with the result."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)
