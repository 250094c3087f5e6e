"""How a credit or a grade of a record came about: which parts, which rule, which line of which table.

An explanation is a tree of steps. Each says one thing and knows the node of the record, or of a grading table, where
it is written, so that whoever shows it can name the file and the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property

from mobctl import conversion, derive
from mobctl.codes import CodeList
from mobctl.conversion import Chosen, Group, NotConvertibleError, Ranked
from mobctl.derive import Version
from mobctl.errors import UserError
from mobctl.finding import N_, Arg, Label, Message, Pointer, Quoted, Series, Text, say, say_n
from mobctl.grades import Scale
from mobctl.model import (
    Amendment,
    Block,
    Component,
    Decision,
    Grade,
    GradingTable,
    Mobility,
    Names,
    Node,
    Result,
    TableRow,
    path_of,
    walk,
)
from mobctl.rule import Index

ZERO = Decimal(0)
HOURS = {
    "theory": N_("classes"),
    "practice": N_("practical classes"),
    "personal": N_("own work"),
    "placement": N_("presence at a placement"),
}
TOTALS = ("studied", "recognised", "virtual", "results", "recognition", "hours", "period")
"""What can be explained besides the parts of a record: the sums of its tables."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is so, the steps it follows from, and the node where it is written, of the record or of a table."""

    said: Message
    node: Node | None = None
    parts: tuple[Step, ...] = ()


def explain(
    mobility: Mobility, index: Index, lists: Mapping[str, CodeList], place: str | None
) -> tuple[Step, ...]:
    """Explain a place of a record: the id of a component, result or block, a table, a field; without one, every sum.

    Raise UserError if the record has no such place.
    """
    teller = _Teller(mobility, index, lists)
    if place is None:
        return tuple(step for name in TOTALS if (step := teller.total(name)))
    found = tuple(teller.of(place))
    if not found:
        raise UserError(_nowhere(place, teller.known()))
    return found


def _nowhere(place: str, known: Iterable[str]) -> Message:
    names = list(dict.fromkeys(known))
    near = get_close_matches(place, names, n=3, cutoff=0.6) or names
    shown = Series(tuple(Quoted(each) for each in near[:12]), "or")
    return say(
        "There is nothing to explain at {place} of this record. There is {known}.",
        place=Quoted(place),
        known=shown,
    )


def _text(names: Names | None) -> Arg:
    return Text(tuple(names.items())) if isinstance(names, dict) else names or ""


@dataclass(frozen=True)
class _Teller:
    """One record, and what is known besides."""

    mobility: Mobility
    index: Index
    lists: Mapping[str, CodeList]

    @cached_property
    def version(self) -> Version | None:
        return derive.final_version(self.mobility)

    @cached_property
    def lines(self) -> dict[str, Result]:
        return derive.result_lines(self.mobility)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        return self.mobility.recognition.blocks if self.mobility.recognition else ()

    @cached_property
    def rows(self) -> dict[str, tuple[str, Component]]:
        """Every component that any version has, the last form of each: its table and itself."""
        versions = (*derive.every_version(self.mobility), *([self.version] if self.version else []))
        return {
            row.id: (table, row)
            for version in versions
            for table, components in version.tables.items()
            for row in components
        }

    def known(self) -> Iterator[str]:
        yield from self.rows
        yield from self.lines
        yield from (block.id for block in self.blocks)
        yield from (name for name in TOTALS if self.total(name))

    def of(self, place: str) -> Iterator[Step]:
        """Everything of that name; a field, written as `recognition.blocks[1]` or `/recognition/blocks/0`, is its part."""
        if place in self.rows:
            yield self.component(place)
        if place in self.lines:
            yield self.result(self.lines[place])
        yield from (self.block(block) for block in self.blocks if block.id == place)
        if place in TOTALS and (step := self.total(place)):
            yield step
        if "." in place or "/" in place or "[" in place:
            yield from self.at(pointer(place))

    def at(self, wanted: Pointer) -> Iterator[Step]:
        """Explain the innermost part of the record that a place lies in."""
        nodes = [(node, path) for node, path in walk(self.mobility) if path == wanted[: len(path)]]
        for node, _ in reversed(nodes):
            if step := self.node(node):
                yield step
                return

    def node(self, node: Node) -> Step | None:
        """Explain a part of the record, if it is one that counts."""
        match node:
            case Component():
                return self.component(node.id)
            case Result():
                return self.result(node)
            case Block():
                return self.block(node)
            case Decision():
                return self.decision(node, next(block for block in self.blocks if node in block.to))
            case Grade():
                return next(
                    self.node(each) for block in self.blocks for each in block.to if each.grade is node
                )
            case _:
                return None

    # Credits

    def total(self, name: str) -> Step | None:
        """Add up a table, the results or the recognition; None where there is nothing to add up."""
        if name == "hours":
            return self.hours()
        if name == "period":
            return self.period()
        if name == "results":
            return self.earned() if self.lines else None
        if name == "recognition":
            return self.recognised() if self.blocks else None
        rows = self.version.tables[name] if self.version else ()
        if not self.version or not rows:
            return None
        parts = tuple(self.line_of_table(row) for row in rows)
        amount = self.version.total(name)
        if amount is None:
            text = say(
                "{table} has components without credits: there is no sum.", table=Label("tables", name)
            )
            return Step(text, self.version.node, parts)
        text = say(
            "{table}, version {version}: {credits} ECTS, the sum of its components.",
            table=Label("tables", name),
            version=self.version.number,
            credits=amount.value,
        )
        return Step(text, self.version.node, parts)

    def line_of_table(self, row: Component) -> Step:
        return Step(self.named(row), row)

    def named(self, row: Component) -> Message:
        if row.credits is None:
            return say("{id} {title}: no credits stated.", id=row.id, title=_text(row.title))
        return say("{id} {title}: {credits} ECTS.", id=row.id, title=_text(row.title), credits=row.credits)

    def earned(self) -> Step:
        amount = derive.earned_credits(self.mobility)
        text = say("Results: {credits} ECTS, awarded for what was validated.", credits=amount.value)
        parts = (self.line_of_results(line) for line in self.lines.values())
        return Step(text, self.mobility.results, tuple(parts))

    def line_of_results(self, line: Result) -> Step:
        status = Label("result-status", line.status)
        about: dict[str, Arg] = {"id": line.id, "title": self.title_of(line), "credits": line.credits or ZERO}
        text = (
            say(
                "{id} {title}: {credits} ECTS, {status}, grade {grade}.",
                **about,
                status=status,
                grade=Quoted(line.grade),
            )
            if line.grade
            else say("{id} {title}: {credits} ECTS, {status}.", **about, status=status)
        )
        return Step(text, line)

    def title_of(self, line: Result) -> Arg:
        row = self.rows.get(line.for_ or "")
        return _text(line.title or (row[1].title if row else None))

    def recognised(self) -> Step:
        amount = derive.recognised_credits(self.mobility)
        text = say("Recognition: {credits} ECTS, the sum of the blocks.", credits=amount.value)
        return Step(text, self.mobility.recognition, tuple(self.sum_of_block(block) for block in self.blocks))

    def sum_of_block(self, block: Block) -> Step:
        text = say(
            "Block {id}: {awarded} ECTS awarded for {results}, {granted} ECTS recognised for {components}.",
            id=block.id,
            awarded=self.awarded(block),
            results=Series(block.from_),
            granted=derive.granted(block),
            components=Series(tuple(decision.component for decision in block.to)),
        )
        return Step(text, block)

    def awarded(self, block: Block) -> Decimal:
        lines = (self.lines[ref] for ref in block.from_ if ref in self.lines)
        return sum((line.credits or ZERO for line in lines if line.validated), ZERO)

    def hours(self) -> Step | None:
        agreement = self.mobility.agreement
        stated = {kind: value for kind, value in derive.hours(self.mobility).items() if value is not None}
        if agreement is None or not stated:
            return None
        parts = tuple(
            Step(
                say(
                    "{hours} h of {kind}, as the agreement states in all.",
                    hours=value,
                    kind=Message(HOURS[kind]),
                )
                if agreement.hours and getattr(agreement.hours, kind) is not None
                else say(
                    "{hours} h of {kind}, the sum of the components.", hours=value, kind=Message(HOURS[kind])
                ),
                agreement.hours or agreement,
            )
            for kind, value in stated.items()
        )
        text = say("Hours of work: {hours} h.", hours=sum(stated.values(), ZERO))
        return Step(text, agreement.hours or agreement, parts)

    def period(self) -> Step | None:
        """Count a stay in every way that a rule counts it: in days, in months of 30 days, in weeks, in hours of presence."""
        mobility, period = self.mobility, self.mobility.period
        known = derive.stretch(mobility, widest=True)
        if known is None:
            return None
        first, last = known
        away, days = derive.days_away(mobility), derive.days_inclusive(first, last)
        text = say(
            "Stay from {first} to {last}: {days} days, both counted.", first=first, last=last, days=days
        )
        parts = [
            Step(say("{days} days of interruption do not count.", days=away), each)
            for each in period.interruptions[:1]
        ]
        erasmus = derive.erasmus_days(mobility, widest=True)
        short = mobility.format in derive.SHORT_FORMATS
        if erasmus is not None:
            months, rest = divmod(erasmus, derive.MONTH)
            said = (
                say("Erasmus+ counts {days} days, one by one.", days=erasmus)
                if short
                else say(
                    "Erasmus+ counts {days} days, twelve months of 30: {months} months and {rest} days.",
                    days=erasmus,
                    months=months,
                    rest=rest,
                )
            )
            parts.append(Step(said, period))
        whole = derive.weeks(*map(Decimal, derive.presence(mobility)))
        parts.append(
            Step(say("Whole weeks, from a Monday to a Friday at least: {weeks}.", weeks=whole), period)
        )
        hours = derive.presence_hours(mobility)
        if hours:
            said = say(
                "Presence of {hours} h at a placement: {days} days of 7 h, {months} months of 22 days (code de l’éducation,"
                " art. D. 124-6).",
                hours=hours,
                days=(hours / derive.HOURS_A_DAY).quantize(Decimal("0.1")),
                months=derive.presence_months(hours).quantize(Decimal("0.01")),
            )
            parts.append(Step(said, mobility.convention or mobility.agreement))
        return Step(text, period, tuple(parts))

    # Components, results, blocks

    def component(self, id: str) -> Step:
        """Say where a component comes from, what its credits are, and what became of it."""
        table, row = self.rows[id]
        text = self.named(row)
        history = tuple(self.history(id, table))
        credits = tuple(self.local(row))
        answered = (self.line_of_results(line) for line in self.lines.values() if line.for_ == id)
        decided = (
            self.decision(decision, block)
            for block in self.blocks
            for decision in block.to
            if table == "recognised" and decision.component == id
        )
        return Step(text, row, (*history, *credits, *answered, *decided))

    def history(self, id: str, table: str) -> Iterator[Step]:
        """Say by which versions a component came and went."""
        agreement = self.mobility.agreement
        if agreement and any(row.id == id for row in getattr(agreement, table)):
            text = say("In {table} of the first version.", table=Label("tables", table))
            yield Step(text, next(row for row in getattr(agreement, table) if row.id == id))
        for amendment in self.mobility.amendments:
            for change in amendment.changes:
                new = change.insert or change.with_
                if change.table == table and (new and new.id == id):
                    yield Step(self.came(amendment, change.replace), change)
                elif change.table == table and id in {change.delete, change.replace}:
                    yield Step(
                        say(
                            "Taken out by change {number}: {state}.",
                            number=amendment.number,
                            state=_state(amendment, derive.parties(self.mobility)),
                        ),
                        change,
                    )

    def came(self, amendment: Amendment, instead: str | None) -> Message:
        if instead is None:
            return say(
                "Put in by change {number}: {state}.",
                number=amendment.number,
                state=_state(amendment, derive.parties(self.mobility)),
            )
        return say(
            "Put in place of {old} by change {number}: {state}.",
            old=instead,
            number=amendment.number,
            state=_state(amendment, derive.parties(self.mobility)),
        )

    def local(self, row: Component) -> Iterator[Step]:
        """Say how credits of another scheme became ECTS credits."""
        agreement = self.mobility.agreement
        agreed = agreement.credit_conversion if agreement else None
        for each in row.local_credits:
            scheme = Label("credit-schemes", each.scheme)
            if agreed and agreed.factor is not None and agreed.scheme in (None, each.scheme):
                text = say(
                    "{local} credits of the scheme {scheme}, times {factor}, are {credits} ECTS.",
                    local=each.credits,
                    scheme=scheme,
                    factor=agreed.factor,
                    credits=each.credits * agreed.factor,
                )
            else:
                text = say("{local} credits of the scheme {scheme}.", local=each.credits, scheme=scheme)
            ruled = agreed and agreed.rule
            rule = (
                (Step(say("The rule that was agreed: {rule}", rule=Quoted(ruled)), agreed),) if ruled else ()
            )
            yield Step(text, each, rule)

    def result(self, line: Result) -> Step:
        """Say what a result is for, how its grade stands among the others, and what counts it at home."""
        parts: list[Step] = []
        if line.for_ in self.rows:
            _, row = self.rows[line.for_]
            parts.append(Step(say("It is for {component}", component=self.named(row)), row))
        counting = [block for block in self.blocks if line.id in block.from_]
        parts += [self.sum_of_block(block) for block in counting]
        left = self.mobility.recognition.left_out if self.mobility.recognition else ()
        parts += [
            Step(
                say(
                    "It counts for nothing at home: {reason}.",
                    reason=Label("left-out-reasons", each.reason or "other"),
                ),
                each,
            )
            for each in left
            if each.result == line.id
        ]
        if self.blocks and not counting and all(each.result != line.id for each in left):
            parts.append(Step(say("No block counts it, and it is not among what is left out.")))
        if line.grade:
            parts.append(self.would_be(line))
        return Step(self.line_of_results(line).said, line, tuple(parts))

    def block(self, block: Block) -> Step:
        """Say what goes into a block, how much it has to give, and what it gives."""
        lines = tuple(self.line_of_results(self.lines[ref]) for ref in block.from_ if ref in self.lines)
        decisions = tuple(self.decision(decision, block) for decision in block.to)
        return Step(self.sum_of_block(block).said, block, (*lines, *self.promise(block), *decisions))

    def promise(self, block: Block) -> Iterator[Step]:
        """Say how much a block has to recognise, and why."""
        home = {row.id for row in self.version.tables["recognised"]} if self.version else set[str]()
        whole = all(ref in self.lines for ref in block.from_) and all(d.component in home for d in block.to)
        if self.version is None or not whole:
            return
        due = derive.promised(block, self.version, self.mobility)
        agreed = sum((self.rows[d.component][1].credits or ZERO for d in block.to), ZERO)
        text = (
            say("All was awarded as agreed: table B counts in full, {credits} ECTS.", credits=due)
            if due == agreed
            else say("What was awarded counts, at most what table B has: {credits} ECTS.", credits=due)
        )
        yield Step(text, self.version.node)

    def decision(self, decision: Decision, block: Block) -> Step:
        """Say what a home component was given, from which block, and how its grade was made."""
        row = self.rows.get(decision.component)
        text = say(
            "{id} {title}: {credits} ECTS, {status}, by block {block} ({results}).",
            id=decision.component,
            title=_text(row[1].title if row else None),
            credits=decision.credits or ZERO,
            status=Label("decision", decision.status),
            block=block.id,
            results=Series(block.from_),
        )
        grade = (self.grade(decision.grade, block),) if decision.grade else ()
        return Step(text, decision, grade)

    # Grades

    def grade(self, grade: Grade, block: Block) -> Step:
        """Say by which method, tables and choice a grade was made."""
        results = [self.lines[ref] for ref in block.from_ if ref in self.lines]
        text = say(
            "Grade {grade} ({scale}), {method}.",
            grade=Quoted(grade.value),
            scale=grade.scale or "?",
            method=Label("conversion-methods", grade.method)
            if grade.method
            else say("by no method that is stated"),
        )
        parts: list[Step] = []
        if grade.method == "ects-distribution" and len(grade.tables) == 2:  # noqa: PLR2004  (host's and home's)
            graded = [line for line in results if line.grade]
            choice = grade.choice if len(graded) == 1 else None
            parts += [self.by_tables(line, *grade.tables, choice) for line in graded]
            parts += self.stands(grade, len(graded))
        if grade.text:
            parts.append(Step(say("The school says: {text}", text=Quoted(grade.text)), grade))
        if grade.date or grade.by:
            text_by = say(
                "Converted on {day} by {who}.",
                day=grade.date.said if grade.date else "?",
                who=grade.by or "?",
            )
            parts.append(Step(text_by, grade))
        return Step(text, grade, tuple(parts))

    def stands(self, grade: Grade, results: int) -> Iterator[Step]:
        """Say where the home grade itself stands, and what is left to the school where it stands for several results."""
        home = self.index.grading_tables.get(grade.tables[1])
        if home is None:
            return
        try:
            found = conversion.place(grade.value, home, self.scale(home))
        except NotConvertibleError as error:
            yield Step(say("The home grade: {why}.", why=error.args[0]), grade)
            return
        yield Step(self.stretch(found, home), found.row)
        if results > 1:
            text = say(
                "A grade for several results lies between those of the best and of the worst of them; how the school"
                " takes the average is for the school to say."
            )
            yield Step(text, grade)

    def by_tables(self, line: Result, host: str, home: str, choice: str | None) -> Step:
        tables = self.index.grading_tables
        absent = [name for name in (host, home) if name not in tables]
        if absent:
            text = say(
                "the grading tables {tables} are not in the folder", tables=Series(tuple(map(Quoted, absent)))
            )
            return self.refused(line, text)
        return self.converted(line, tables[host], tables[home], choice)

    def would_be(self, line: Result) -> Step:
        """Say what a grade corresponds to by the tables that are nearest; or why nothing can be said."""
        enrolment = self.mobility.learner.enrolment
        field, level = (enrolment.isced_f, enrolment.eqf) if enrolment else (None, None)
        tables = tuple(self.index.grading_tables.values())
        try:
            host = self.host_table(line, tables, field, level)
            home = conversion.choose_table(
                tables, self.mobility.home.ref, field=field, level=level, course=None
            )
        except NotConvertibleError as error:
            return self.refused(line, error.args[0])
        step = self.converted(line, host.table, home.table, None)
        groups = tuple(_group(chosen) for chosen in (host, home))
        return Step(step.said, step.node, (*groups, *step.parts))

    def host_table(
        self, line: Result, tables: tuple[GradingTable, ...], field: str | None, level: str | None
    ) -> Chosen:
        """Take the grades of the course itself where the transcript states them, else the nearest of the host's tables."""
        named = (
            self.mobility.results.grading.tables
            if self.mobility.results and self.mobility.results.grading
            else ()
        )
        of_host = [
            table for table in tables if table.id in named or table.institution == self.mobility.host.ref
        ]
        own = conversion.of_line(line, next(iter(of_host), None))
        if own is not None:
            return Chosen(own, Group.COURSE)
        ref = of_host[0].institution if of_host else self.mobility.host.ref
        return conversion.choose_table(of_host, ref, field=field, level=level, course=line.code)

    def converted(self, line: Result, host: GradingTable, home: GradingTable, choice: str | None) -> Step:
        try:
            found = conversion.convert(line.grade or "", host, home, self.lists["scales"].codes)
        except NotConvertibleError as error:
            return self.refused(line, error.args[0])
        text = say_n(
            "{grade} of {result} corresponds to one line at home.",
            "{grade} of {result} corresponds to {n} lines at home.",
            len(found.fitting),
            grade=Quoted(found.grade),
            result=line.id,
        )
        lines = [Step(self.stretch(found.origin, host), found.origin.row)]
        lines += [Step(self.stretch(each, home), each.row) for each in found.fitting]
        if choice:
            taken = found.choose(choice)
            said = (
                say("Of these, {choice} is taken: {line}.", choice=_choice(choice), line=_line(taken.row))
                if taken
                else say("Of these, {choice} is to be taken: there are several.", choice=_choice(choice))
            )
            lines.append(Step(said, taken.row if taken else None))
        return Step(text, line, tuple(lines))

    def scale(self, table: GradingTable) -> Scale:
        return self.lists["scales"].codes.get(table.scale or "", {})

    def stretch(self, found: Ranked, table: GradingTable) -> Message:
        """Say where a line of a table stands: its count, of how many, from which share to which."""
        total = sum((each.row.count for each in conversion.ranked(table, self.scale(table))), ZERO)
        return say(
            "{line} in the table {table}: {count} of {total} passing grades, from {low} to {high} % counted from the"
            " best.",
            line=_line(found.row),
            table=Quoted(table.id),
            count=found.row.count,
            total=total,
            low=_percent(found.band.above),
            high=_percent(found.band.through),
        )

    def refused(self, line: Result, why: Message) -> Step:
        text = say(
            "{grade} of {result} cannot be converted: {why}.",
            grade=Quoted(line.grade or ""),
            result=line.id,
            why=why,
        )
        return Step(text, line)


def _state(amendment: Amendment, parties: tuple[str, ...]) -> Message:
    if amendment.withdrawn:
        return say("withdrawn")
    agreed = derive.last_signature(amendment.signatures, parties)
    if parties != derive.SIGNATORIES:
        return say("agreed by both on {day}", day=agreed.said) if agreed else say("not agreed by both")
    return say("agreed by all three on {day}", day=agreed.said) if agreed else say("not agreed by all three")


def _choice(choice: str) -> Message:
    match choice:
        case "highest":
            return say("the best")
        case "lowest":
            return say("the worst")
        case "single":
            return say("the only one")
        case _:
            return say("the one in the middle")


def _line(row: TableRow) -> Quoted:
    return Quoted(row.grade or f"{row.from_}–{row.to}")


def _group(chosen: Chosen) -> Step:
    said = {
        Group.COURSE: say("Table {table}: the grades of this course.", table=Quoted(chosen.table.id)),
        Group.FIELD: say(
            "Table {table}: the grades of the field {field}.",
            table=Quoted(chosen.table.id),
            field=chosen.table.isced_f or "",
        ),
        Group.INSTITUTION: say(
            "Table {table}: the grades of the whole institution, as there is none of the field.",
            table=Quoted(chosen.table.id),
        ),
    }
    return Step(said[chosen.group], chosen.table)


def _percent(share: Decimal) -> Decimal:
    return (share * 100).quantize(Decimal("0.1"))


def pointer(place: str) -> Pointer:
    """Read a place as JSON Pointer (`/recognition/blocks/0`) or as our messages write it (`recognition.blocks[1]`)."""
    if place.startswith("/"):
        parts = [part.replace("~1", "/").replace("~0", "~") for part in place[1:].split("/")]
        return tuple(int(part) if part.isdigit() else part for part in parts)
    parts = place.replace("]", "").replace("[", ".#").split(".")
    return tuple(
        max(int(part[1:]) - 1, 0) if part[:1] == "#" and part[1:].isdigit() else part for part in parts
    )


def owner(node: Node, models: Mapping[str, Node]) -> tuple[str, Pointer] | None:
    """Find the file that a node stands in, and its path there; None for what is in no file."""
    for name, model in models.items():
        if any(each is node for each, _ in walk(model)):
            return name, path_of(model, node)
    return None
