"""What a mobility adds to the Diploma Supplement (OUT-25), under the eight headings of the supplement and in their order.

Only what the record of the mobility holds is filled in; where a heading is not, the page gives the reason, as the notes
on the supplement want it. There is nothing on it that judges: grades of the host as they are, no converted ones. A double
degree is named here, in 6.1, and nowhere in the title of the diploma.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TypedDict

from mobctl import derive, model
from mobctl.documents import recognition_report as report
from mobctl.documents.fields import END, HOME, HOST, LEARNER, START, Field
from mobctl.documents.kind import Kind, by_rule
from mobctl.documents.recognition_basis import RESULT_LINES
from mobctl.documents.record import Record, day, decimal, document_number, issued_on, span, status, words
from mobctl.documents.view import (
    Days,
    LocalCredits,
    OfMobility,
    Student,
    Words,
)
from mobctl.finding import N_, Message, say

KIND = "diploma-supplement"


class Qualification(TypedDict):
    """The diploma that the supplement belongs to, as far as the record knows it; `credits` and `semesters` of its programme."""

    title: Words | None
    field: str
    field_text: str
    eqf: str
    credits: str
    semesters: str


class Component(TypedDict):
    """A component passed abroad; `counted` is no where it was taken on top of the programme."""

    code: str
    title: Words
    grade: str
    scale: str
    status: str
    credits: str
    local: list[LocalCredits]
    counted: str


class Grades(TypedDict):
    """How the host grades, as its transcript says: codelist `scales`."""

    scale: str
    best: str
    worst: str
    pass_mark: str
    text: Words | None
    url: str


class OtherDiploma(TypedDict):
    """The diploma of the partner in a double degree."""

    title: Words
    issuer: Words
    country: str
    date: str


class Joint(TypedDict):
    """A degree that several schools award together: with whom, where it is recognised by law, what accredits it."""

    partners: list[Words]
    countries: list[str]
    accreditation: str


class Unfilled(TypedDict):
    """A section that is not filled in, with the reason that the school gives."""

    section: str
    reason: str


class DiplomaSupplement(OfMobility):
    """The view of OUT-25. `status` is `draft` until the home institution has signed, which it does with the diploma.

    `mention` are the school's own words, and `section` where they stand: 4.3 or 6.1. `total` is of all components.
    """

    learner: Student
    qualification: Qualification
    language: str
    period: Days | None
    components: list[Component]
    total: str
    grades: Grades
    mention: str
    section: str
    double: list[OtherDiploma]
    joint: Joint | None
    catalogue: str
    website: str
    unfilled: list[Unfilled]
    graduation: str


FIELDS = (
    LEARNER,
    Field("learner.id|birth_date", N_("the number of the learner, or the date of birth")),
    HOME,
    HOST,
    Field("host.country", N_("the country of the host institution")),
    START,
    END,
    *RESULT_LINES,
)


def unfit(record: Record) -> Iterator[Message]:
    """Say of which stays there is no such mention."""
    if record.mobility.direction != "outgoing":
        yield say("the home school issues it, for an outgoing mobility")


def lacks(record: Record) -> Iterator[Message]:
    """Say why there is no mention yet: no results, no decision, a title that names the double degree, a signature too early."""
    mobility = record.mobility
    if not (mobility.results and mobility.results.lines):
        yield by_rule("REC005", say("the host's results are not there yet (`results.lines`)"))
    if not derive.decided(mobility):
        why = say("the supplement follows recognition, which is not decided yet (`recognition.decided`)")
        yield by_rule("REC005", why)
    yield from _of_the_degree(record)
    signature, graduation = _signature(record), derive.graduation(mobility)
    if signature and signature.date and graduation and signature.date.last < graduation.first:
        why = say(
            "the supplement is certified with the diploma, on {day}, and not before; it is signed on {signed}",
            day=graduation.said,
            signed=signature.date.said,
        )
        yield by_rule("REC005", why)


def _of_the_degree(record: Record) -> Iterator[Message]:
    degree = record.mobility.degree
    french = [each.title for each in degree.diplomas if each.country == "FR"] if degree else []
    shown = _title(record)
    title: model.Names = {"": shown["text"], **shown["others"]} if shown else ""
    if any(derive.mentions_double(each) for each in (title, *french)):
        why = say("the title of a diploma names the double degree, which only section 6.1 does")
        yield by_rule("JNT001", why)
    if degree and degree.degree_type == "double" and not (*_others(record),):
        why = say("the record does not name the other diploma of the double degree (`degree.diplomas`)")
        yield by_rule("JNT005", why)


def _signature(record: Record) -> model.Signature | None:
    paper = the_paper(record)
    return derive.signed(paper.signatures, "home") if paper else None


def the_paper(record: Record) -> model.Paper | None:
    """Find the supplement as it was issued: the last one that was neither annulled nor replaced."""
    return next(reversed(record.papers(KIND)), None)


def unsigned(record: Record) -> Record:
    """Take the signature out of the supplement."""
    return record.with_paper_unsigned(the_paper(record))


def diploma_supplement(record: Record) -> DiplomaSupplement:
    """Show what a mobility adds to the supplement (OUT-25). Raise LookupError where something lacks."""
    mobility, paper = record.mobility, the_paper(record)
    if mobility.results is None:
        raise LookupError("what lacks names")
    made = issued_on(paper, record.on)
    signatories = [record.registrar("home", _signature(record), model.Day(made).first)]
    stated = mobility.recognition.diploma_supplement if mobility.recognition else None
    agreement = mobility.agreement or model.Agreement()
    host = record.institution(mobility.host) or mobility.host
    components = [*_components(record, mobility.results)]
    return {
        "kind": KIND,
        "number": document_number(paper, f"{mobility.id}-DS"),
        "record": mobility.id,
        "date": made,
        "status": status(signatories),
        "issuer": record.issuer(mobility.home),
        "learner": record.student(),
        "home": record.party(mobility.home),
        "host": record.party(mobility.host),
        "qualification": _qualification(record),
        "language": (agreement.language.code if agreement.language else None) or "",
        "period": span(mobility.period.actual),
        "programme": {"code": mobility.programme or "none", "kind": mobility.kind},
        "components": components,
        "total": decimal(sum((Decimal(each["credits"] or 0) for each in components), Decimal(0))),
        "grades": _grades(mobility.results),
        "mention": (stated.text if stated else None) or "",
        "section": "6.1" if stated and "6.1" in (stated.section or "") else "4.3",
        "double": [*_others(record)],
        "joint": _joint(record),
        "catalogue": (agreement.catalogue.url if agreement.catalogue else None) or "",
        "website": host.website or "",
        "unfilled": [
            {"section": each.section, "reason": each.reason or ""}
            for each in (paper.empty_sections if paper else ())
        ],
        "graduation": day(derive.graduation(mobility)),
        "signatories": signatories,
    }


def _title(record: Record) -> Words | None:
    degree = record.mobility.degree
    return words(degree.title, "") if degree and degree.title else record.programme()


def _qualification(record: Record) -> Qualification:
    enrolment = record.mobility.learner.enrolment or model.Enrolment()
    home = record.institution(record.mobility.home)
    known = {each.id: each for each in home.programmes} if home else {}
    programme = known.get(enrolment.programme or "")
    return {
        "title": _title(record),
        "field": enrolment.isced_f or "",
        "field_text": enrolment.isced_clarification or "",
        "eqf": enrolment.eqf or "",
        "credits": decimal(programme.credits if programme else None),
        "semesters": decimal(programme.semesters if programme else None),
    }


def _components(record: Record, results: model.Results) -> Iterator[Component]:
    """Show what was passed abroad, in the order of the transcript."""
    recognition = record.mobility.recognition
    apart = {each.result for each in recognition.left_out} if recognition else set()
    for line in results.lines:
        if line.validated:
            component = _component(record, line)
            yield {
                "code": line.code or (component.code if component else None) or "",
                "title": words(line.title or (component.title if component else None), line.id),
                "grade": line.grade or "",
                "scale": (line.scale or results.scale or "") if line.grade else "",
                "status": line.status,
                "credits": decimal(line.credits),
                "local": [
                    {"scheme": each.scheme, "credits": decimal(each.credits)} for each in line.local_credits
                ],
                "counted": "no" if line.id in apart else "yes",
            }


def _component(record: Record, line: model.Result) -> model.Component | None:
    """Find the component that a result is for, in the last version of the agreement that has it."""
    versions = reversed(derive.every_version(record.mobility))
    rows = (row for each in versions for table in ("studied", "virtual") for row in each.tables[table])
    return next((row for row in rows if line.for_ and row.id == line.for_), None)


def _grades(results: model.Results) -> Grades:
    grading = results.grading or model.Grading()
    return {
        "scale": results.scale or "",
        "best": grading.best or "",
        "worst": grading.worst or "",
        "pass_mark": grading.pass_mark or "",
        "text": words(grading.text, "") if grading.text else None,
        "url": grading.url or "",
    }


def _others(record: Record) -> Iterator[OtherDiploma]:
    """Show the diplomas of a double degree that another school awards."""
    mobility, degree = record.mobility, record.mobility.degree
    if degree is None or degree.degree_type != "double":
        return
    home = record.party(mobility.home)["name"]
    ours = {mobility.home.ref, home["text"], *home["others"].values()}
    for each in degree.diplomas:
        at = record.index.institutions.get(each.issuer or "")
        issuer = words(at.name if at else None, each.issuer or "")
        if each.issuer and each.issuer not in ours and issuer["text"] not in ours:
            yield {
                "title": words(each.title, ""),
                "issuer": issuer,
                "country": each.country or (at.country if at else None) or "",
                "date": day(each.date),
            }


def _joint(record: Record) -> Joint | None:
    """Show a degree that is awarded with other schools."""
    degree = record.mobility.degree
    if degree is None or degree.degree_type != "joint":
        return None
    return {
        "partners": [record.party(each)["name"] for each in degree.partners],
        "countries": [*degree.legal_recognition],
        "accreditation": degree.accreditation_ref or "",
    }


def entry(record: Record) -> Mapping[str, str | list[str]]:
    """Say which sections the page fills in: of the others the school says why not, in its own words (DS101)."""
    shown = _qualification(record)
    level = ("3",) if shown["eqf"] or shown["credits"] or shown["semesters"] else ()
    return {"sections": ["1", "2", *level, "4", "6", "7"]}


DIPLOMA_SUPPLEMENT = Kind(
    "OUT-25",
    KIND,
    N_("Diploma Supplement: mention of the mobility"),
    ("home",),
    lacks,
    the_paper,
    diploma_supplement,
    unsigned,
    FIELDS,
    report.scope,
    unfit,
    entry=entry,
    total=lambda view: str(view["total"]),
    note=N_(
        "The supplement itself is issued with the diploma, by the school that awards it: these are the entries of the mobility, in its order and under its headings."
    ),
)
