"""Recognition: what the home school makes of the results, and the grades it converts."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from mobctl import derive
from mobctl.finding import N_, Message, Quoted, Series, Severity, say
from mobctl.model import Block, Component, Grade, GradingTable, Mobility, Phase, Result, TableRow
from mobctl.rule import Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import CTI, ECHE_2014, ECHE_2021, ECTS_GUIDE, MOBCTL

RECOGNISING = {
    "cti-engineering",
    "cti-apprentice",
    "erasmus-he-studies",
    "itsra-social-work",
    "ut2-university",
}
ZERO = Decimal(0)


def _final(mobility: Mobility) -> derive.Version | None:
    last = derive.end(mobility)
    return derive.in_force(mobility, last.last if last else None)


def _lines(mobility: Mobility) -> dict[str, Result]:
    return {line.id: line for line in mobility.results.lines} if mobility.results else {}


def _credits(things: list[Component] | list[Result]) -> Decimal:
    return sum((thing.credits or ZERO for thing in things), ZERO)


def _promised(block: Block, lines: dict[str, Result], table_b: dict[str, Component]) -> Decimal:
    """What a block must recognise: table B in full if all its results are validated, else what was awarded."""
    home = [table_b[d.component] for d in block.to if d.component in table_b]
    automatic = [c for c in home if c.automatic_recognition is not False]
    results = [lines[ref] for ref in block.from_ if ref in lines]
    passed = [line for line in results if line.validated]
    if passed and len(passed) == len(block.from_):
        return _credits(automatic)
    return min(_credits(automatic), _credits(passed))


@rule(
    "REC001",
    N_("Every credit validated abroad under the agreement is recognised in full"),
    severity=Severity.ERROR,
    profiles=RECOGNISING,
    when=When(decided=True),
    cites=(
        ECHE_2021.at(
            "“full automatic recognition of all credits gained for learning outcomes satisfactorily achieved”"
        ),
        ECHE_2014.at("“full recognition for satisfactorily completed activities of study mobility”"),
        CTI.at("« sont reconnus automatiquement dès le retour de l’étudiant »"),
    ),
    why=N_(
        "Recognition was promised when the agreement was signed: results that meet it leave nothing to decide."
    ),
    fix=N_(
        "Recognise the missing credits, or write the exception that all three parties signed under exceptions."
    ),
)
def credits_validated_abroad_fully_recognised(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Judged by block, on the version in force on the last day; `compensated` counts as validated.

    A result that nobody decided on is the same mistake as the credits it leaves missing: it is said once.
    """
    recognition, version = mobility.recognition, _final(mobility)
    if recognition is None or version is None:
        return
    lines = _lines(mobility)
    table_b = {component.id: component for component in version.tables["recognised"]}
    excepted = sum((e.credits or ZERO for e in version.exceptions), ZERO)
    for block in recognition.blocks:
        promised = _promised(block, lines, table_b)
        granted = sum((d.credits or ZERO for d in block.to if d.status == "recognised"), ZERO)
        if granted + excepted < promised:
            yield hit(
                block,
                "to",
                say(
                    "The results of this block are worth {promised} credits at home, and {granted} are recognised.",
                    promised=promised,
                    granted=granted,
                ),
            )
    used = {ref for block in recognition.blocks for ref in block.from_} | {
        o.result for o in recognition.left_out
    }
    forgotten = [line for line in lines.values() if line.validated and line.id not in used]
    for line in forgotten:
        yield hit(
            line,
            "id",
            say(
                "{result} was validated abroad, and nothing decides what it counts for.",
                result=Quoted(line.id),
            ),
        )
    if not forgotten:
        yield from _undecided(mobility, version, lines, excepted)


def _undecided(
    mobility: Mobility, version: derive.Version, lines: dict[str, Result], excepted: Decimal
) -> Iterator[Hit]:
    """All of tables A and C is validated, and a component of table B is in no block."""
    recognition = mobility.recognition
    abroad = {c.id for table in ("studied", "virtual") for c in version.tables[table]}
    validated = {line.for_ for line in lines.values() if line.validated}
    if recognition is None or not abroad or not abroad <= validated:
        return
    decided = {d.component for block in recognition.blocks for d in block.to}
    missing = [
        c
        for c in version.tables["recognised"]
        if c.id not in decided and c.automatic_recognition is not False
    ]
    if _credits(missing) > excepted:
        yield hit(
            recognition,
            "blocks" if recognition.blocks else None,
            say(
                "Everything was validated abroad, but no block recognises {components}.",
                components=Series(tuple(Quoted(c.id) for c in missing)),
            ),
        )


@rule(
    "REC101",
    N_("A result is used once"),
    severity=Severity.ERROR,
    when=When(decided=True),
    cites=(MOBCTL.at("ECTS accumulation: a credit is counted once"),),
    why=N_("Credits counted twice would give the learner a degree for work she did once."),
    fix=N_("Leave the result in one block; put components that share it into the same block."),
    waivable=False,
)
def no_credit_counted_twice(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A result in two blocks, twice in one, or in a block and among those left out."""
    recognition = mobility.recognition
    if recognition is None:
        return
    seen: Counter[str] = Counter()
    for block in recognition.blocks:
        again = [ref for ref in dict.fromkeys(block.from_) if seen[ref] or block.from_.count(ref) > 1]
        for ref in again:
            yield hit(block, "from", say("{result} is used more than once.", result=Quoted(ref)))
        seen.update(block.from_)
    for left in recognition.left_out:
        if seen[left.result]:
            yield hit(
                left,
                "result",
                say("{result} is in a block and left out at once.", result=Quoted(left.result)),
            )


@rule(
    "REC102",
    N_("No more is recognised than was earned or agreed"),
    severity=Severity.WARNING,
    when=When(decided=True),
    cites=(MOBCTL.at("ECTS accumulation: credits recognised rest on credits earned"),),
    why=N_("More credits than the results and the agreement give cannot be explained to a jury."),
    fix=N_("Correct the credits of the block, or write the agreed difference under exceptions."),
)
def no_more_recognised_than_earned(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The cap is the larger of the credits earned and of table B where its results are all validated."""
    version = _final(mobility)
    if mobility.recognition is None or version is None:
        return
    lines = _lines(mobility)
    table_b = {component.id: component for component in version.tables["recognised"]}
    agreed = ZERO
    for block in mobility.recognition.blocks:
        if block.from_ and all(ref in lines and lines[ref].validated for ref in block.from_):
            agreed += _credits([table_b[d.component] for d in block.to if d.component in table_b])
    earned = derive.earned_credits(mobility).value
    cap = max(earned, agreed) + sum((e.credits or ZERO for e in version.exceptions), ZERO)
    recognised = derive.recognised_credits(mobility).value
    if recognised > cap:
        yield hit(
            mobility.recognition,
            "blocks",
            say(
                "{recognised} credits are recognised; {earned} were earned abroad and {agreed} are agreed for them.",
                recognised=recognised,
                earned=earned,
                agreed=agreed,
            ),
        )


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def _row(table: GradingTable, grade: str, context: Context) -> TableRow | None:
    scale = context.lists["scales"].codes.get(table.scale or "", {})
    # "30 e lode" is better than the highest number: without a row of its own it is in the row of the best.
    value = _number(scale["highest"]) if grade in scale.get("extra", ()) else _number(grade)
    for row in table.grades:
        if row.grade is not None and row.grade == grade:
            return row
        low, high = _number(row.from_ or ""), _number(row.to or "")
        if (
            value is not None
            and low is not None
            and high is not None
            and min(low, high) <= value <= max(low, high)
        ):
            return row
        exact = _number(row.grade or "")
        if value is not None and exact is not None and exact == value:
            return row
    return None


def _passing(table: GradingTable, context: Context) -> tuple[TableRow, ...]:
    """The rows of a table that give credits, by the pass mark of its scale; all where the scale is unknown."""
    scale = context.lists["scales"].codes.get(table.scale or "", {})
    if scale.get("kind") == "labels":
        order = list(scale["best_to_worst"])
        last = order.index(scale["pass"])
        return tuple(r for r in table.grades if r.grade not in order or order.index(r.grade) <= last)
    mark = _number(scale.get("pass", ""))
    if mark is None:
        return table.grades
    lower = scale.get("better") == "lower"

    def passes(row: TableRow) -> bool:
        value = _number(row.grade or row.from_ or "")
        return value is None or (value <= mark if lower else value >= mark)

    return tuple(row for row in table.grades if passes(row))


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
    """No method; tables not named; no overlap between the home grade and any of the block's grades."""
    lines = _lines(mobility)
    for block in mobility.recognition.blocks if mobility.recognition else ():
        results = [
            lines[ref] for ref in block.from_ if ref in lines and lines[ref].grade and lines[ref].validated
        ]
        for decision in block.to:
            if decision.grade is None or not results:
                continue
            yield from _conversion(decision.grade, results, context)


def _conversion(grade: Grade, results: list[Result], context: Context) -> Iterator[Hit]:
    if grade.method is None:
        yield hit(
            grade,
            None,
            say("The grade {grade} does not say how it was converted.", grade=Quoted(grade.value)),
        )
        return
    if grade.method != "ects-distribution":
        return
    if len(grade.tables) != 2:  # noqa: PLR2004  (the host's table and the home school's)
        yield hit(
            grade,
            "method",
            say("A conversion by distribution names two tables: the host's and the home school's."),
        )
        return
    tables = [context.index.grading_tables.get(name) for name in grade.tables]
    unknown = [name for name, table in zip(grade.tables, tables, strict=True) if table is None]
    if unknown:
        raise NotCheckableError(
            say(
                "the grading tables {tables} are not in the folder",
                tables=Series(tuple(Quoted(n) for n in unknown)),
            )
        )
    host, home = tables
    assert host is not None  # noqa: S101  (unknown ones have left above)
    assert home is not None  # noqa: S101
    target = _band(home, grade.value, context)
    origins = [found for line in results if (found := _band(host, line.grade or "", context))]
    if target is None or not origins:
        absent, table = (grade.value, home) if target is None else (results[0].grade or "", host)
        yield hit(
            grade,
            "value",
            say(
                "{grade} is not a passing grade of the table {table}.",
                grade=Quoted(absent),
                table=Quoted(table.id),
            ),
        )
        return
    whole = derive.Band(min(o.above for o in origins), max(o.through for o in origins))
    if not target.overlaps(whole):
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


def _percent(share: Decimal) -> Decimal:
    return (share * 100).quantize(Decimal("0.1")).normalize() + ZERO


def _band(table: GradingTable, grade: str, context: Context) -> derive.Band | None:
    row = _row(table, grade, context)
    return derive.band(row, _passing(table, context)) if row else None


@rule(
    "TOR105",
    N_("A grading table names its field and covers at least two years of passing grades"),
    severity=Severity.ERROR,
    when=When(decided=True),
    numbers={"years": Number(Decimal(2), "year", "higher")},
    cites=(
        ECTS_GUIDE.at(
            "p. 39-41: reference group by field of study (ISCED-F), at least two years, passing grades"
        ),
    ),
    why=N_("A table of one year or of no field says nothing about where a grade stands."),
    fix=N_(
        "Complete the table: isced_f, a period of two years or more, and its passing grades with their counts."
    ),
)
def grading_table_is_usable(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Judged where a table is used, so that an unfinished table in the folder disturbs nobody."""
    for block in mobility.recognition.blocks if mobility.recognition else ():
        for decision in block.to:
            for name in decision.grade.tables if decision.grade else ():
                table = context.index.grading_tables.get(name)
                if table and (wrong := _table_fault(table, context)):
                    assert decision.grade is not None  # noqa: S101
                    yield hit(decision.grade, "tables", wrong)


def _table_fault(table: GradingTable, context: Context) -> Message | None:
    name = Quoted(table.id)
    if not table.isced_f:
        return say("The grading table {table} names no field of study.", table=name)
    if not any(row.count for row in _passing(table, context)):
        return say("The grading table {table} has no passing grades.", table=name)
    period = table.period or {}
    try:
        years = int(str(period["to"])[:4]) - int(str(period["from"])[:4])
    except (KeyError, ValueError):
        return say("The grading table {table} does not say which years it covers.", table=name)
    if years < context.numbers["years"]:
        return say(
            "The grading table {table} covers less than {years} years.",
            table=name,
            years=context.numbers["years"],
        )
    return None
