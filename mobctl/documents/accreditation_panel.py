"""The accreditation panel (OUT-32): statistics ST01 to ST24 of a school's whole archive, in the order of the CTI's questions.

Nobody is named in it and no record: the view has figures, groups and the school's own answers, nothing else. What may
not be printed (groups of fewer than five people) is not in the view either.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypedDict

from mobctl.documents.fields import Field
from mobctl.documents.kind import Kind, as_it_is, no_paper, nothing_against
from mobctl.documents.record import Record, Subject, Whole, day, decimal, words
from mobctl.documents.view import Issued, Words
from mobctl.finding import N_, Message, Quoted, plain, say, say_n
from mobctl.model import Cohort, Names
from mobctl.statistics import (
    LEAST,
    STATISTICS,
    Breakdown,
    Figure,
    Figures,
    Form,
    Found,
    Ground,
    LeftOut,
    Row,
    Statistic,
    figures,
    rounded,
)

NAME = "accreditation-panel"

Said = Any
"""A message as plain data, or a text of the school: what the filter `message` of templates says."""


class Number(TypedDict):
    """One figure: its value, numerator, denominator and number of cases, as text.

    `state` is `shown`, `hidden` (fewer than five people; there are no numbers then) or `none` (nothing to divide by).
    """

    state: str
    form: str
    value: str
    top: str
    bottom: str
    n: str


class Line(TypedDict):
    """A group of a breakdown; `folded` is how many groups stand together in it, 0 where it is one."""

    label: Said
    folded: int
    figure: Number


class Table(TypedDict):
    """A measure broken down by one thing."""

    by: Said
    rows: list[Line]


class Measured(TypedDict):
    """A measure: what it is called, its unit and that of the denominator, its figure and breakdowns.

    `unbroken` are the things by which it can't be broken down, for a group of fewer than five could be worked out.
    """

    what: Said
    unit: Said
    of: Said
    figure: Number
    tables: list[Table]
    unbroken: list[Said]


class NotCounted(TypedDict):
    """What was not counted; `count` is "" where it is fewer than five."""

    count: str
    what: Said


class Source(TypedDict):
    """The text that asks for a statistic, and its passage, in the language of the text."""

    title: Said
    passage: str
    lang: str


class Section(TypedDict):
    """A statistic; `state` says whether any figure is shown, all are hidden, or there is nothing to count."""

    code: str
    title: Said
    formula: Said
    source: Source
    state: str
    measures: list[Measured]
    not_counted: list[NotCounted]
    cannot: list[Said]
    texts: list[str]


class Chapter(TypedDict):
    """A question of the panel, the statistics that answer it, and those that have no figure to show."""

    question: Said
    sections: list[Section]
    without: list[Section]


class Given(TypedDict):
    """What the school itself says of a programme."""

    cohort: Said
    text: Words


class Answer(TypedDict):
    """A question that no figure answers, and what the school says of it."""

    question: Said
    texts: list[Given]


class CountedCohort(TypedDict):
    """A cohort that is counted, and the day of its jury."""

    label: Said
    jury: str


class AccreditationPanel(Issued):
    """The view of OUT-32. `least` is how many people a group must have to be shown."""

    holder: str
    least: str
    cohorts: list[CountedCohort]
    headline: list[Measured]
    chapters: list[Chapter]
    answers: list[Answer]


CHAPTERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        N_("Do the periods abroad take place as they should?"),
        ("ST01", "ST02", "ST03", "ST04", "ST06", "ST08", "ST09", "ST10", "ST12", "ST13", "ST14"),
    ),
    (N_("Are the periods abroad what the regulations ask?"), ("ST05", "ST07", "ST15", "ST16")),
    (N_("Does the school provide sufficient means?"), ("ST19", "ST11", "ST24", "ST21")),
    (N_("Partners, destinations and degrees"), ("ST17", "ST18", "ST20")),
    (N_("European indicators"), ("ST22", "ST23")),
)
"""The questions of the CTI's note, first what it asks first of a visit; each statistic stands under one."""

HEADLINE = (("ST01", 0), ("ST02", 0), ("ST09", 0))
"""The figures at the head: which statistic, and which of its measures."""

QUESTIONS = (
    ("departure_in_curriculum", N_("How is the departure inserted in the curriculum?")),
    ("departure_in_practice", N_("How does the departure abroad work in practice?")),
    ("support", N_("Are the learners supported well?")),
)
"""What the panel asks and no figure answers: fields of `panel` in a cohort's file."""

BY = {
    "status": say("by status"),
    "cohort": say("by cohort"),
    "diploma": say("by state of the diploma"),
    "reason": say("by reason"),
    "nationality": say("by nationality"),
    "kind": say("by kind of mobility"),
    "host": say("by host"),
    "country": say("by country"),
    "programme": say("by programme"),
    "year": say("by academic year"),
    "direction": say("by direction"),
    "type": say("by type of partner"),
    "language": say("by language of instruction"),
    "partner": say("by partner"),
    "subsidiary": say("by tie of the host to the employer"),
    "double": say("by degree"),
    "abroad": say("by experience abroad"),
    "document": say("by document"),
    "cycle": say("by level"),
}
"""By what figures are broken down."""

FIELDS = (
    Field("cohorts[].programme", N_("the programme of each cohort")),
    Field("cohorts[].graduation_year", N_("the year in which each cohort graduates")),
    Field("cohorts[].learners", N_("the learners of each cohort")),
    Field("cohorts[].graduation_jury_date", N_("the day of the jury of each cohort")),
)


def unfit(record: Record) -> Iterator[Message]:
    """Say why there can be no panel: files that could not be read, so that figures would be wrong, or no cohort to count in."""
    whole = record.the(Whole)
    if whole.broken:
        yield say_n(
            "{n} file has mistakes and would be left out of the figures: {file}; `mobctl validate` shows them",
            "{n} files have mistakes and would be left out of the figures, one is {file}; `mobctl validate` shows them",
            len(whole.broken),
            file=Quoted(min(whole.broken)),
        )
    elif not whole.of(Cohort):
        yield say(
            "no file describes a cohort: the rates are of those who graduate together. Write one file for each programme"
            " and year (`mobctl schema cohort` shows what is in it)"
        )


def ground(record: Record) -> Ground:
    """Take the archive as statistics look at it, with the weeks that the school's `mobctl.yaml` sets."""
    config = record.the(Whole).config
    asked = {
        (each["rule"], each["name"]): Decimal(str(each["amount"])) for each in config.get("numbers") or ()
    }
    made = Ground(record.index, record.on, record.lists)
    return Ground(
        record.index,
        record.on,
        record.lists,
        asked.get(("CTI101", "student_weeks"), made.student_weeks),
        asked.get(("APP001", "apprentice_weeks"), made.apprentice_weeks),
    )


def panel(record: Record) -> AccreditationPanel:
    """Show the figures of an archive. Raise LookupError where `unfit` names something."""
    archive = ground(record)
    if not record.the(Whole).of(Cohort):
        raise LookupError("what unfit names")
    issuer = record.issuer(record.keeper)
    found = {code: each.compute(archive) for code, each in STATISTICS.items()}
    made = {code: [figures(measure) for measure in each.measures] for code, each in found.items()}
    return {
        "kind": NAME,
        "number": f"{record.id}-ACCRED-{record.on.isoformat()}",
        "record": record.id,
        "date": record.on.isoformat(),
        "status": "final",
        "holder": issuer["name"]["text"],
        "issuer": issuer,
        "least": str(LEAST),
        "cohorts": [_group(archive, each) for each in _cohorts(archive)],
        "headline": [_measured(made[code][number]) for code, number in HEADLINE],
        "chapters": [
            _chapter(question, [_section(STATISTICS[code], found[code], made[code]) for code in codes])
            for question, codes in CHAPTERS
        ],
        "answers": [_answer(archive, name, question) for name, question in QUESTIONS],
        "signatories": [],
    }


def _chapter(question: str, sections: list[Section]) -> Chapter:
    return {
        "question": plain(say(question)),
        "sections": [each for each in sections if each["state"] == "shown"],
        "without": [each for each in sections if each["state"] != "shown"],
    }


def _cohorts(archive: Ground) -> list[Cohort]:
    known = (each for _, each in sorted(archive.index.cohorts.items()))
    return sorted(known, key=lambda each: each.graduation_year, reverse=True)


def _group(archive: Ground, cohort: Cohort) -> CountedCohort:
    return {"label": plain(archive.cohort_label(cohort)), "jury": day(cohort.graduation_jury_date)}


def _section(statistic: Statistic, found: Found, made: list[Figures]) -> Section:
    """Show a statistic; texts about people of whom no figure is shown are not shown either."""
    first = made[0].whole
    told = bool(first.n) and not first.hidden
    return {
        "code": statistic.code,
        "title": plain(say(statistic.title)),
        "formula": plain(say(statistic.formula)),
        "source": _source(statistic),
        "state": _state(made),
        "measures": [_measured(each) for each in made],
        "not_counted": [_not_counted(each) for each in found.left_out],
        "cannot": [plain(each) for each in found.cannot],
        "texts": [str(each) for each in found.texts] if told else [],
    }


def _state(made: list[Figures]) -> str:
    if any(not each.whole.hidden and each.measure.cases for each in made):
        return "shown"
    return "hidden" if any(each.whole.hidden for each in made) else "none"


def _source(statistic: Statistic) -> Source:
    source, passage = statistic.cites.source, statistic.cites.passage
    return {
        "title": plain(say(source.title)),
        "passage": passage.replace("« ", "«\u00a0").replace(" »", "\u00a0»"),
        "lang": "fr" if passage.startswith("«") else "en",
    }


def _not_counted(it: LeftOut) -> NotCounted:
    return {"count": str(it.count) if it.count >= LEAST else "", "what": plain(it.what)}


def _measured(it: Figures) -> Measured:
    measure = it.measure
    return {
        "what": plain(say(measure.what)),
        "unit": plain(say(measure.unit)),
        "of": plain(say(measure.of)) if measure.of else "",
        "figure": _number(it.whole),
        "tables": [_table(each) for each in it.breakdowns if _tells(each, it)],
        "unbroken": [plain(BY[each.by]) for each in it.breakdowns if not each.rows],
    }


def _tells(table: Breakdown, it: Figures) -> bool:
    """Say whether a breakdown says more than the whole: of a count, a single group does too."""
    return len(table.rows) > 1 or (len(table.rows) == 1 and it.measure.form is Form.COUNT)


def _table(it: Breakdown) -> Table:
    return {"by": plain(BY[it.by]), "rows": [_line(each) for each in it.rows]}


def _line(row: Row) -> Line:
    return {
        "label": plain(row.label),
        "folded": row.folded,
        "figure": _number(row.figure),
    }


PLACES = {Form.SHARE: 1, Form.RATIO: 2, Form.COUNT: 0}


def _number(it: Figure) -> Number:
    state = "hidden" if it.hidden else "none" if it.value is None else "shown"
    shown = state == "shown"
    return {
        "state": state,
        "form": it.form.value,
        "value": _value(it),
        "top": decimal(it.top) if shown and it.bottom is not None else "",
        "bottom": decimal(it.bottom) if shown else "",
        "n": str(it.n) if not it.hidden else "",
    }


def _value(it: Figure) -> str:
    if it.value is None or it.hidden:
        return ""
    if it.form is Form.SUM:
        return decimal(it.top)
    hundred = 100 if it.form is Form.SHARE else 1
    return f"{rounded(it.value * hundred, PLACES.get(it.form, 1)):f}"


def _answer(archive: Ground, name: str, question: str) -> Answer:
    """Take what the cohorts' files say: of each programme, that of the cohort that graduates last."""
    told: dict[str, Given] = {}
    for cohort in _cohorts(archive):
        text: Names | None = getattr(cohort.panel, name) if cohort.panel else None
        if text and cohort.programme not in told:
            told[cohort.programme] = {
                "cohort": plain(archive.cohort_label(cohort)),
                "text": words(_stripped(text), ""),
            }
    return {"question": plain(say(question)), "texts": [*told.values()]}


def _stripped(text: Names) -> Names:
    """Take the line end off a text that is written over several lines."""
    return text.strip() if isinstance(text, str) else {lang: each.strip() for lang, each in text.items()}


ACCREDITATION_PANEL = Kind(
    "OUT-32",
    NAME,
    N_("Accreditation panel"),
    (),
    nothing_against,
    no_paper,
    panel,
    as_it_is,
    FIELDS,
    unfit=unfit,
    subject=Subject.ARCHIVE,
    note=N_(
        "Figures of the whole archive on a day, which nobody signs; groups of fewer than five people are not shown."
    ),
)
