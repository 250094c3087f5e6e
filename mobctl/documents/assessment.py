"""How learning outcomes were assessed, on three papers: the grid (OUT-18), the minutes (OUT-19), the certificate (OUT-20).

The grid is a form until the levels are recorded: then it states them. Minutes and certificate need an assessment that
was done; each assessor signs the minutes, the home institution the certificate, which lists only what was acquired.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from mobctl import derive, model
from mobctl.documents.certified import (
    ACQUIRED,
    LEVELS,
    METHODS,
    OUTCOMES,
    Assessed,
    Diploma,
    Head,
    assessed,
    assessors,
    diploma,
    grid,
    head,
    last_day,
    made,
    members,
    methods,
    outcomes,
    the_paper,
    was_assessed,
    without_level,
)
from mobctl.documents.fields import END, HOME, HOST, LEARNER, START, Field, Scope
from mobctl.documents.kind import Kind, by_rule
from mobctl.documents.record import Record, day
from mobctl.finding import N_, Message, Quoted, Series, say

GRID, PV, CERTIFICATE = "evaluation-grid", "pv", "validation-certificate"
OFFICIAL = frozenset({"rectorate", "certifier"})
"""Who issues the minutes of an examination: they are not those of the assessors."""


class Grid(Head):
    """The view of OUT-18. `official` is "yes" where the examination has a grid of its own, that of MobilitéPro."""

    outcomes: list[Assessed]
    methods: list[str]
    diploma: Diploma | None
    official: str


class Validated(TypedDict):
    """That somebody validated the assessment, on whose behalf: codelist `assessor-roles`."""

    date: str
    name: str
    role: str


class Minutes(Head):
    """The view of OUT-19: what was decided on each outcome, when, and by whom. `jury` is the day on which it met."""

    outcomes: list[Assessed]
    methods: list[str]
    diploma: Diploma | None
    done: str
    jury: str
    validated: Validated | None
    achieved: str
    partial: str
    total: str


class Validation(Head):
    """The view of OUT-20: only what was acquired, with its level."""

    outcomes: list[Assessed]
    methods: list[str]
    diploma: Diploma | None
    done: str


def _counts(record: Record) -> bool:
    """Say whether the stay is to count in a diploma."""
    certification = record.mobility.certification
    return certification is not None and certification.intended is not False


ASSESSORS = Field("evaluation.assessors[].name", N_("the name of each assessor"))
GRID_FIELDS = (LEARNER, HOME, HOST, OUTCOMES, METHODS)
MINUTES_FIELDS = (
    LEARNER,
    HOME,
    HOST,
    Field("certification.title", N_("the diploma that the stay counts in"), _counts),
    OUTCOMES,
    LEVELS,
    ASSESSORS,
    Field("evaluation.done", N_("the day on which the assessment was complete")),
)
CERTIFICATE_FIELDS = (LEARNER, HOME, HOST, START, END, OUTCOMES, LEVELS, METHODS)


def grid_paper(record: Record) -> model.Paper | None:
    """Find the grid as it was issued."""
    return the_paper(record, GRID)


def minutes_paper(record: Record) -> model.Paper | None:
    """Find the minutes of the assessors as they were issued, not those of an examination."""
    papers = reversed(record.papers(PV))
    return next((each for each in papers if each.issuer_type not in OFFICIAL), None)


def certificate_paper(record: Record) -> model.Paper | None:
    """Find the certificate as it was issued."""
    return the_paper(record, CERTIFICATE)


def _named(ids: tuple[str, ...]) -> Series:
    return Series(tuple(Quoted(each) for each in ids))


def lacks_for_grid(record: Record) -> Iterator[Message]:
    """Say that a grid was signed with outcomes that have no level."""
    paper, absent = grid_paper(record), without_level(record.mobility)
    if paper and paper.signatures and absent:
        why = say(
            "the grid that was signed gives no level for {outcomes} (`evaluation.grid`)",
            outcomes=_named(absent),
        )
        yield by_rule("EVA002", why)


def lacks_for_minutes(record: Record) -> Iterator[Message]:
    """Say that nothing was assessed, or not everything, or not yet when the minutes were made."""
    mobility, paper = record.mobility, minutes_paper(record)
    absent, evaluation = without_level(mobility), mobility.evaluation
    if not was_assessed(record):
        yield by_rule("EVA005", say("no learning outcome was assessed (`evaluation.grid`)"))
    elif absent and grid(mobility):
        why = say(
            "these learning outcomes have no level: {outcomes} (`evaluation.grid`)",
            outcomes=_named(absent),
        )
        yield by_rule("EVA002", why)
    done = evaluation.done.first if evaluation and evaluation.done else None
    if done and made(record, paper) < done:
        why = say("the assessment is complete on {done}: the minutes are not made before", done=done)
        yield by_rule("EVA005", why)


def lacks_for_certificate(record: Record) -> Iterator[Message]:
    """Say that the stay isn't over, or that nothing was assessed or acquired."""
    mobility, paper, end = record.mobility, certificate_paper(record), last_day(record)
    if end and made(record, paper) < end:
        why = say("the certificate is made from the last day of the stay, {end}, on, and not before", end=end)
        yield by_rule("EVA006", why)
    if not was_assessed(record):
        yield by_rule(
            "EVA006",
            say("there is no assessment: no learning outcome has a level (`evaluation.grid`)"),
        )
    elif grid(mobility) and not [*_acquired(record, paper)]:
        yield by_rule("EVA006", say("no learning outcome was achieved, not even in part"))
    for id in paper.outcomes if paper else ():
        found = grid(mobility).get(id)
        if found and found.level == "not-achieved":
            why = say("the grid says that {outcome} was not achieved", outcome=Quoted(id))
            yield by_rule("EVA006", why)


def certified(record: Record) -> Scope:
    """Look at the outcomes that are certified: those that were acquired, where any were."""
    found = {id for id, _ in _certified(record, certificate_paper(record))}
    every = outcomes(record.mobility)
    return {"agreement.learning_outcomes": tuple(each for each in every if each.id in found) or every}


def unsigned_grid(record: Record) -> Record:
    """Take all signatures out of the grid."""
    return record.with_paper_unsigned(grid_paper(record))


def unsigned_minutes(record: Record) -> Record:
    """Take all signatures out of the minutes."""
    return record.with_paper_unsigned(minutes_paper(record))


def unsigned_certificate(record: Record) -> Record:
    """Take the signature out of the certificate."""
    return record.with_paper_unsigned(certificate_paper(record))


def evaluation_grid(record: Record) -> Grid:
    """Show each outcome with its level, or with room for it. Raise LookupError where `lacks_for_grid` names something."""
    mobility, paper = record.mobility, grid_paper(record)
    signatories = members(record, paper, assessors(mobility))
    certification = mobility.certification
    unit = certification and (certification.unit_mobility or certification.mobilitepro)
    return {
        **head(record, GRID, paper, "GRI", record.keeper, signatories),
        "outcomes": [one for _, one in assessed(mobility)],
        "methods": methods(mobility),
        "diploma": diploma(record),
        "official": "yes" if unit else "",
    }


def minutes(record: Record) -> Minutes:
    """Show what was decided on each outcome. Raise LookupError where `lacks_for_minutes` names something."""
    mobility, paper = record.mobility, minutes_paper(record)
    evaluation = mobility.evaluation or model.Evaluation()
    shown = [one for _, one in assessed(mobility)]
    jury = evaluation.jury
    return {
        **head(record, PV, paper, "PV", record.keeper, members(record, paper, evaluation.assessors)),
        "outcomes": shown,
        "methods": methods(mobility),
        "diploma": diploma(record),
        "done": day(evaluation.done),
        "jury": day(jury.date) if jury else "",
        "validated": _validated(evaluation.validated),
        "achieved": str(sum(each["level"] == "achieved" for each in shown)),
        "partial": str(sum(each["level"] == "partial" for each in shown)),
        "total": str(len(shown)),
    }


def _validated(it: model.Validation | None) -> Validated | None:
    return {"date": day(it.date), "name": it.by or "", "role": it.role or ""} if it and it.date else None


def certificate(record: Record) -> Validation:
    """Show what was acquired. Raise LookupError where `lacks_for_certificate` names something."""
    mobility, paper = record.mobility, certificate_paper(record)
    evaluation = mobility.evaluation or model.Evaluation()
    signature = derive.signed(paper.signatures, "home") if paper else None
    return {
        **head(
            record,
            CERTIFICATE,
            paper,
            "CV",
            mobility.home,
            [record.signatory("home", signature)],
        ),
        "outcomes": [*_acquired(record, paper)],
        "methods": methods(mobility),
        "diploma": diploma(record),
        "done": day(evaluation.done),
    }


def _acquired(record: Record, paper: model.Paper | None) -> Iterator[Assessed]:
    """What the paper certifies, or may; remarks on a learner stand on the grid alone."""
    return ({**one, "observations": ""} for _, one in _certified(record, paper))


def _certified(record: Record, paper: model.Paper | None) -> Iterator[tuple[str, Assessed]]:
    """Outcomes that were achieved, wholly or in part, by their ids; those that the paper names, if it names any."""
    stated = paper.outcomes if paper else ()
    for id, one in assessed(record.mobility):
        if one["level"] in ACQUIRED and (not stated or id in stated):
            yield id, one


def home(record: Record) -> model.Party:
    """Say that the home institution issues it."""
    return record.mobility.home


EVALUATION_GRID = Kind(
    "OUT-18",
    GRID,
    N_("Assessment grid"),
    ("assessor", "tutor"),
    lacks_for_grid,
    grid_paper,
    evaluation_grid,
    unsigned_grid,
    GRID_FIELDS,
    note=N_(
        "With `--lang fr+es` in two languages. The mobility unit (MobilitéPro) has a grid of its own, that of the order of 30 August 2019."
    ),
)


VALIDATION_MINUTES = Kind(
    "OUT-19",
    PV,
    N_("Minutes of the validation"),
    ("assessor", "tutor"),
    lacks_for_minutes,
    minutes_paper,
    minutes,
    unsigned_minutes,
    MINUTES_FIELDS,
)


VALIDATION_CERTIFICATE = Kind(
    "OUT-20",
    CERTIFICATE,
    N_("Validation certificate"),
    ("home",),
    lacks_for_certificate,
    certificate_paper,
    certificate,
    unsigned_certificate,
    CERTIFICATE_FIELDS,
    certified,
    issuer=home,
)
