"""Grades: their scales, and the tables by which they are converted."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from mobctl import derive, grades
from mobctl.codes import alike
from mobctl.finding import N_, Message, Quoted, Series, Severity, say
from mobctl.model import Grade, Grading, GradingTable, Mobility, Phase, Result, Results, TableRow
from mobctl.rule import Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import ECTS_GUIDE

ZERO = Decimal(0)


def _row(table: GradingTable, grade: str, context: Context) -> TableRow | None:
    """Find the row of a grade."""
    return grades.row(table, grade, _scale(table, context))


def _passing(table: GradingTable, context: Context) -> tuple[TableRow, ...]:
    """The rows of a table that give credits. Raise NotCheckableError where its pass mark is not known."""
    try:
        return grades.passing(table, _scale(table, context))
    except LookupError:
        text = say("the grading table {table} has no pass mark", table=Quoted(table.id))
        raise NotCheckableError(text) from None


def _scale(table: GradingTable, context: Context) -> grades.Scale:
    return context.lists["scales"].codes.get(table.scale or "", {})


@rule(
    "TOR104",
    N_("A converted grade says by which method, and lies where the original does"),
    severity=Severity.WARNING,
    when=When(since=Phase.AFTER_RETURN, decided=True),
    cites=(ECTS_GUIDE.at("p. 39-41: grade conversion by distribution tables"),),
    why=N_(
        "A grade is converted by its place among the passing grades of both schools; without the tables it is a guess."
    ),
    fix=N_(
        "Name the method and both tables, and choose a grade whose share of the table overlaps that of the original."
    ),
)
def grade_conversion_by_distribution_table(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """No method; tables not named; a grade that its table has not; no overlap between the two.

    What lies together in a block is compared as a whole: from its best grade to its worst. Where several grades
    correspond, the one that was chosen (`choice`) is compared with the others.
    """
    lines = derive.result_lines(mobility)
    lacking: NotCheckableError | None = None
    for block in mobility.recognition.blocks if mobility.recognition else ():
        results = [lines[ref] for ref in block.from_ if ref in lines and lines[ref].validated]
        for decision in block.to:
            try:
                if decision.grade is not None and results:
                    scale = mobility.results.scale if mobility.results else None
                    yield from _conversion(decision.grade, results, scale, context)
            except NotCheckableError as error:  # said once the other blocks are looked at
                lacking = error
    if lacking:
        raise lacking


def _conversion(grade: Grade, results: list[Result], scale: str | None, context: Context) -> Iterator[Hit]:
    if grade.method is None:
        text = say("The grade {grade} does not say how it was converted.", grade=Quoted(grade.value))
        yield hit(grade, None, text)
    if grade.method != "ects-distribution":
        return
    if len(grade.tables) != 2:  # noqa: PLR2004  (the host's table and the home school's)
        text = say("A conversion by distribution names two tables: the host's and the home school's.")
        yield hit(grade, "method", text)
        return
    host, home = (_table(name, context) for name in grade.tables)
    for its, table in ((results[0].scale or scale, host), (grade.scale, home)):
        if its and table.scale and its != table.scale:
            text = say(
                "The grade is of the scale {scale}, the table {table} of the scale {other}.",
                scale=Quoted(its),
                table=Quoted(table.id),
                other=Quoted(table.scale),
            )
            yield hit(grade, "tables", text)
            return
    graded = [(line.grade or "", _band(host, line.grade or "", context)) for line in results]
    target = _band(home, grade.value, context)
    absent = [(value, host) for value, band in graded if band is None]
    absent += [(grade.value, home)] * (target is None)
    for value, table in absent[:1]:
        text = (
            say(
                "{grade} is not a passing grade of the table {table}.",
                grade=Quoted(value),
                table=Quoted(table.id),
            )
            if value
            else say("A result of this block has no grade that could be converted.")
        )
        yield hit(grade, "value", text)
    if target is None or absent:
        return
    origins = [band for _, band in graded if band]
    whole = derive.Band(min(o.above for o in origins), max(o.through for o in origins))
    if target.overlaps(whole):
        yield from _choice(grade, origins, home, context)
    else:
        yield hit(
            grade,
            "value",
            say(
                "{grade} is among the {low} to {high} % best at home; the results of the block are among the"
                " {from_} to {to} % best at the host.",
                grade=Quoted(grade.value),
                low=_percent(target.above),
                high=_percent(target.through),
                from_=_percent(whole.above),
                to=_percent(whole.through),
            ),
        )


CONVERTED = frozenset({"ects-distribution", "institutional-table"})


@rule(
    "TOR111",
    N_("A converted grade says when it was converted, and one from the school's own table says which"),
    severity=Severity.WARNING,
    when=When(since=Phase.AFTER_RETURN, decided=True),
    cites=(ECTS_GUIDE.at("p. 39-41: the conversion of grades is transparent and can be traced"),),
    why=N_("Tables change every year: without the day and the table, nobody can do the conversion again."),
    fix=N_(
        "Write the day (date) and, for the school's own table, its id (tables) or where it is published (text)."
    ),
)
def conversion_can_be_done_again(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """No date; a table of the school's own that is neither named nor described."""
    for block in mobility.recognition.blocks if mobility.recognition else ():
        for grade in (decision.grade for decision in block.to if decision.grade):
            if grade.method not in CONVERTED:
                continue
            if grade.date is None:
                text = say("The grade {grade} does not say when it was converted.", grade=Quoted(grade.value))
                yield hit(grade, None, text)
            if grade.method == "institutional-table" and not (grade.tables or grade.text):
                text = say(
                    "The grade {grade} does not say by which table of the school it was converted.",
                    grade=Quoted(grade.value),
                )
                yield hit(grade, "method", text)


ENDS = {"highest": 0, "lowest": -1}


def _choice(
    grade: Grade, origins: Sequence[derive.Band], home: GradingTable, context: Context
) -> Iterator[Hit]:
    """Compare the grade with what the record says of the choice among several that correspond.

    The grade of several results lies between those of the best and of the worst of them; how the school takes their
    average is its own affair, so that there nothing can be said of an average or of a single grade.
    """
    rows = _passing(home, context)
    bands = [derive.band(row, rows) for row in rows]
    fitting = [[n for n, band in enumerate(bands) if band and band.overlaps(origin)] for origin in origins]
    if grade.choice is None or not all(fitting):
        return
    mine = _row(home, grade.value, context)
    place = next(n for n, row in enumerate(rows) if row is mine)
    best, worst, wrong = fitting[0][0], fitting[0][-1], False
    if grade.choice in ENDS:
        chosen = [each[ENDS[grade.choice]] for each in fitting]
        best, worst = min(chosen), max(chosen)
        wrong = not best <= place <= worst
    elif all(each == fitting[0] for each in fitting):
        wrong = worst > best if grade.choice == "single" else worst > best + 1 and place in {best, worst}
    if wrong:
        yield hit(grade, "choice", _not_the_choice(grade, rows[best], rows[worst]))


def _not_the_choice(grade: Grade, best: TableRow, worst: TableRow) -> Message:
    value = Quoted(grade.value)
    names = [_line(row) for row in (best, worst)]
    rows = names[0] if best is worst else say("{first} to {last}", first=names[0], last=names[1])
    match grade.choice:
        case "highest":
            return say(
                "By the tables, the best grade that corresponds is {rows}, not {grade}.",
                rows=rows,
                grade=value,
            )
        case "lowest":
            return say(
                "By the tables, the worst grade that corresponds is {rows}, not {grade}.",
                rows=rows,
                grade=value,
            )
        case "single":
            return say(
                "By the tables, several grades correspond ({rows}): {grade} is not the only one.",
                rows=rows,
                grade=value,
            )
        case _:
            return say(
                "By the tables, several grades correspond ({rows}): {grade} is not their average.",
                rows=rows,
                grade=value,
            )


def _table(name: str, context: Context) -> GradingTable:
    found = context.index.grading_tables.get(name)
    if found is None:
        text = say("the grading tables {tables} are not in the folder", tables=Series((Quoted(name),)))
        raise NotCheckableError(text)
    return found


def _percent(share: Decimal) -> Decimal:
    return (share * 100).quantize(Decimal("0.1")).normalize() + ZERO


def _band(table: GradingTable, grade: str, context: Context) -> derive.Band | None:
    row = _row(table, grade, context)
    return derive.band(row, _passing(table, context)) if row else None


@rule(
    "TOR105",
    N_("A grading table adds up; to convert, it names its field and covers two years of passing grades"),
    severity=Severity.ERROR,
    when=When(since=Phase.AFTER_RETURN),
    numbers={"years": Number(Decimal(2), "year", "higher")},
    cites=(
        ECTS_GUIDE.at(
            "p. 39-41: reference group by field of study (ISCED-F), at least two years, passing grades"
        ),
    ),
    why=N_("A table of one year or of no field says nothing about where a grade stands."),
    fix=N_(
        "Complete the file of the table (grading-table): isced_f (or whole_institution: true), a period of two years or more, and its passing grades with their counts."
    ),
)
def grading_table_is_usable(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Judged where a table is first used, so that an unfinished table in the folder disturbs nobody.

    A table that only explains a transcript is not asked for more than its sum; one that converts, once the
    recognition is decided.
    """
    converting = _converting(mobility)
    for name, node in (_explaining(mobility) | converting).items():
        table = context.index.grading_tables.get(name)
        if table is None:
            continue
        if wrong := _miscount(table):
            advice = say(
                "Correct the counts of its lines, or what it states (stated_count), in the file of the table, as published."
            )
            yield hit(node, "tables", wrong, advice=advice)
        elif name in converting and (wrong := _table_fault(table, context)):
            yield hit(node, "tables", wrong)
    for name in converting:
        _table(name, context)


def _converting(mobility: Mobility) -> dict[str, Grade | Grading]:
    """The tables by which grades were converted, each with the grade that names it first; none before the decision."""
    used: dict[str, Grade | Grading] = {}
    recognition = mobility.recognition if derive.decided(mobility) else None
    for block in recognition.blocks if recognition else ():
        for grade in (decision.grade for decision in block.to if decision.grade):
            used = {**dict.fromkeys(grade.tables, grade), **used}
    return used


def _explaining(mobility: Mobility) -> dict[str, Grade | Grading]:
    """The tables that explain the transcript."""
    grading = mobility.results.grading if mobility.results else None
    return dict.fromkeys(grading.tables, grading) if grading else {}


def _miscount(table: GradingTable) -> Message | None:
    total = sum(row.count for row in table.grades)
    if table.stated_count in (None, total):
        return None
    return say(
        "The grading table {table} states {stated} grades; its lines add up to {total}.",
        table=Quoted(table.id),
        stated=table.stated_count or ZERO,
        total=total,
    )


def _table_fault(table: GradingTable, context: Context) -> Message | None:
    name = Quoted(table.id)
    if not (table.isced_f or table.course or table.whole_institution):
        return say("The grading table {table} names no field of study.", table=name)
    if not any(row.count for row in _passing(table, context)):
        return say("The grading table {table} has no passing grades.", table=name)
    months = _months(table.period or {})
    if months is None:
        return say("The grading table {table} does not say which years it covers.", table=name)
    if months < context.numbers["years"] * 12:
        return say(
            "The grading table {table} covers less than {years} years.",
            table=name,
            years=context.numbers["years"],
        )
    return None


_YEAR = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2])|/[0-9]{4})?")


def _months(period: Mapping[str, Any]) -> int | None:
    """How many months a table covers, the last one included; a year without a month is a whole one."""
    first, last = (_YEAR.fullmatch(str(period.get(end, ""))) for end in ("from", "to"))
    if not first or not last:
        return None
    return (int(last[1]) - int(first[1])) * 12 + int(last[2] or 12) - int(first[2] or 1) + 1


@rule(
    "TOR110",
    N_("A grading table has every grade in one line, and passes where the transcript does"),
    severity=Severity.WARNING,
    when=When(since=Phase.AFTER_RETURN),
    cites=(ECTS_GUIDE.at("p. 39-41: the distribution of the passing grades of a reference group"),),
    why=N_(
        "A grade that is in two lines or in none has no place among the others: its share cannot be told."
    ),
    fix=N_("Correct the lines in the file of the table, as published; write those with the count 0 too."),
)
def grading_table_has_each_grade_once(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Lines that overlap or leave grades out, and another pass mark than the transcript's; each once for a table."""
    results, explaining = mobility.results, _explaining(mobility)
    for name, node in (explaining | _converting(mobility)).items():
        table = context.index.grading_tables.get(name)
        if table and (wrong := _misfit(table)):
            yield hit(node, "tables", wrong)
        if table and results and results.grading and name in explaining:
            mark, its = results.grading.pass_mark, table.pass_mark or _scale(table, context).get("pass")
            same_scale = not results.scale or not table.scale or results.scale == table.scale
            if mark and its and same_scale and (grades.number(mark) or mark) != (grades.number(its) or its):
                text = say(
                    "By the grading table {table} grades pass from {its} on, by the transcript from {mark} on.",
                    table=Quoted(name),
                    its=Quoted(its),
                    mark=Quoted(mark),
                )
                advice = say("Correct the pass mark of the table, or of the transcript (grading: pass_mark).")
                yield hit(results.grading, "pass_mark", text, advice=advice)


def _misfit(table: GradingTable) -> Message | None:
    """Say which two lines overlap, or between which grades a line is lacking.

    A grade that nobody was given may well have no line of its own: a gap is told only beside a line of several
    grades. How fine the grades are shows in how they are written, and in the smallest step from line to line: German
    grades go from 1.7 to 2.0.
    """
    lines = [(min(ends), max(ends), row) for row in table.grades for ends in grades.bounds(row)]
    pairs = list(pairwise(sorted(lines, key=lambda line: line[:2])))
    steps = [above - below for (_, below, _), (above, _, _) in pairs]
    for step, ((low, below, lower), (above, high, upper)) in zip(steps, pairs, strict=True):
        if step <= 0:
            return say(
                "The lines {first} and {second} of the grading table {table} have grades in common.",
                first=Quoted(_line(upper)),
                second=Quoted(_line(lower)),
                table=Quoted(table.id),
            )
        written = Decimal(1).scaleb((below * 0 + above * 0).adjusted())
        if (low < below or above < high) and step > max(written, min(2 * min(steps), Decimal(1))):
            return say(
                "The grading table {table} has no line for the grades between {low} and {high}.",
                table=Quoted(table.id),
                low=below,
                high=above,
            )
    return None


def _line(row: TableRow) -> str:
    return row.grade or f"{row.from_}–{row.to}"


@rule(
    "TOR107",
    N_("A grade is one of its scale, and agrees with pass or fail"),
    severity=Severity.WARNING,
    when=When(since=Phase.AFTER_RETURN),
    cites=(ECTS_GUIDE.at("transcript of records: the grading scale and its pass mark"),),
    why=N_(
        "A grade that its scale has not, or a fail that is called a pass, is a slip of the pen or another scale."
    ),
    fix=N_("Copy the grade as the transcript has it, or name its scale under scale."),
)
def grade_is_of_its_scale(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Judged by the scales that are known; a scale of a school's own is left alone, unless it looks like one of them."""
    results = mobility.results
    yield from _misspelt(mobility, context)
    for line in results.lines if results else ():
        scale = context.lists["scales"].codes.get(line.scale or (results.scale if results else None) or "")
        if line.grade is None or scale is None:
            continue
        passes = grades.passes(line.grade, scale)
        if passes is None:
            yield hit(line, "grade", say("{grade} is not a grade of this scale.", grade=Quoted(line.grade)))
        elif line.status in {"passed", "failed"} and passes is not (line.status == "passed"):
            said = say("a pass") if line.status == "passed" else say("a fail")
            text = say(
                "By its scale, {grade} does not go with {status}.", grade=Quoted(line.grade), status=said
            )
            yield hit(line, "status", text)


def _misspelt(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Yield each scale that looks like a known one; what the transcript or a table of its own explains is meant so."""
    results, known = mobility.results, context.lists["scales"]
    if results is None or (results.grading and (results.grading.pass_mark or results.grading.text)):
        return
    tables = (context.index.grading_tables.get(name) for name in _explaining(mobility))
    told = {*known.codes, *known.aliases, *(table.scale for table in tables if table)}
    nodes: tuple[Results | Result, ...] = (results, *results.lines)
    for node in nodes:
        if node.scale and node.scale not in told and (near := alike(node.scale, known.codes, 0.5)):
            text = say(
                "{scale} is not a grading scale that is known here. Did you mean {near}?",
                scale=Quoted(node.scale),
                near=Series(tuple(Quoted(each) for each in near), "or"),
            )
            advice = say("Correct the name, or explain the scale under results: grading (pass_mark, text).")
            yield hit(node, "scale", text, advice=advice)
        told.add(node.scale)
