"""Papers of stays that count in a French diploma: MobilitéPro (OUT-22), and the European mention of the BTM (OUT-23, 24).

The attestation MobilitéPro is the rectorate's: the school sends it the data, and that is what is printed here, never
the attestation. The two papers of the BTM are forms until what is asked for is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TypedDict

from mobctl import derive, model
from mobctl.documents.certified import (
    Assessed,
    Diploma,
    Head,
    assessed,
    diploma,
    expected_tutor,
    head,
    last_day,
    made,
    members,
    the_paper,
)
from mobctl.documents.fields import END, HOME, HOST, LEARNER, START, Field
from mobctl.documents.kind import Kind, by_rule, keeper
from mobctl.documents.record import Record, day, decimal
from mobctl.documents.view import Signatory
from mobctl.finding import N_, Message, say

MOBILITEPRO, TAC, JURY = "mobilitepro", "tac-international", "jury-sheet"
LEAST = Decimal(10)
"""The mark from which on there is an attestation (rule UFM003)."""

MOST = Decimal(3)
"""The most points that the mention adds (rule BTM006)."""

COMPETENCES = ("transversal", "organisational", "technical")
PARTNER, CFA = "partner-trainer", "cfa-trainer"


class Part(TypedDict):
    """One of the two parts of the unit."""

    points: str
    date: str
    assessor: str


class DataSheet(Head):
    """The view of OUT-22: what the rectorate needs for the attestation. `jury` is the day of the jury of the diploma."""

    diploma: Diploma
    country: str
    city: str
    mark: str
    jury: str
    abroad: Part | None
    home_part: Part | None


class Competences(TypedDict):
    """The competences of one kind: codelist `competence-kinds`."""

    kind: str
    rows: list[Assessed]


class Table(Head):
    """The view of OUT-23. `authors` are those who fill it in: codelist `assessor-roles`."""

    diploma: Diploma | None
    competences: list[Competences]
    authors: list[str]


class Marks(TypedDict):
    """What the jury gave, in points, by kind of competence; "" is for the jury to fill in."""

    transversal: str
    organisational: str
    technical: str


class Sheet(Head):
    """The view of OUT-24. `axis` is of the codelist `file-axes`; `passed` says whether the title was, yes, no or ""."""

    diploma: Diploma | None
    axis: str
    received: str
    jury: str
    marks: Marks
    bonus: str
    passed: str


TITLE = Field("certification.title", N_("the diploma and its speciality"))
SESSION = Field("certification.session", N_("the session of the examination"))

DATA_FIELDS = (
    LEARNER,
    HOME,
    HOST,
    Field("learner.birth_date", N_("the date of birth of the candidate")),
    Field("certification.candidate", N_("as what the candidate sits the examination")),
    Field("certification.diploma_type", N_("the type of the diploma")),
    TITLE,
    SESSION,
    Field("host.country", N_("the country of the host institution")),
    START,
    END,
    Field("certification.unit_mobility.mark", N_("the mark of the mobility unit")),
)
TAC_FIELDS = (
    LEARNER,
    HOME,
    HOST,
    TITLE,
    Field("agreement.learning_outcomes[].title", N_("each competence of the agreement")),
    Field("agreement.learning_outcomes[].competence", N_("the kind of each competence")),
)
JURY_FIELDS = (
    LEARNER,
    HOME,
    HOST,
    TITLE,
    START,
    END,
    Field("evaluation.btm.dossier.axis", N_("what the file is about")),
    Field("evaluation.jury.members[].name", N_("the members of the jury")),
)


def no_paper(_record: Record) -> model.Paper | None:
    """Say that the sheet itself is entered nowhere: what the record lists is the attestation of the rectorate."""
    return None


def tac_paper(record: Record) -> model.Paper | None:
    """Find the TAC International as it was filled in."""
    return the_paper(record, TAC)


def jury_paper(record: Record) -> model.Paper | None:
    """Find the sheet of the jury as it was signed."""
    return the_paper(record, JURY)


def _certification(record: Record) -> model.Certification:
    return record.mobility.certification or model.Certification()


def unfit_for_mobilitepro(record: Record) -> Iterator[Message]:
    """Say that no mobility unit was sat."""
    it = _certification(record)
    if it.unit_mobility is None and it.mobilitepro is None:
        yield say("the record has no mobility unit (`certification.unit_mobility`)")


def lacks_for_mobilitepro(record: Record) -> Iterator[Message]:
    """Say that the mark is too low, or that the diploma was not passed."""
    it = _certification(record)
    mark = it.unit_mobility.mark if it.unit_mobility else None
    if mark is not None and mark < LEAST:
        why = say(
            "the mark of the unit is {mark}; the attestation is for {least} and more", mark=mark, least=LEAST
        )
        yield by_rule("UFM003", why)
    if it.diploma_obtained is None:
        why = say(
            "the record doesn't say that the diploma was obtained (`certification.diploma_obtained`), and the attestation"
            " comes with it"
        )
        yield by_rule("UFM004", why)
    elif not it.diploma_obtained:
        yield by_rule("UFM004", say("the diploma was not obtained, and the attestation comes with it"))


def unfit_for_btm(record: Record) -> Iterator[Message]:
    """Say that the stay counts in no BTM."""
    if _certification(record).diploma_type != "BTM":
        yield say("the stay counts in no BTM (`certification.diploma_type`)")


def lacks_for_tac(record: Record) -> Iterator[Message]:
    """Say that it was filled in before the stay began, or without the tutor at the host company."""
    paper, actual = tac_paper(record), record.mobility.period.actual
    start = actual.start.first if actual and actual.start else None
    if paper and paper.issued and start and paper.issued.last < start:
        yield say(
            "the TAC International is filled in during the stay, from {start} on, and not before", start=start
        )
    if paper and paper.authors and "host-tutor" not in paper.authors:
        why = say("the tutor at the host company is not among those who filled it in (`documents.authors`)")
        yield by_rule("BTM005", why)


def lacks_for_jury(record: Record) -> Iterator[Message]:
    """Say that the stay isn't over, or that more points were given than may be."""
    it, end, paper = _certification(record), last_day(record), jury_paper(record)
    evaluation = record.mobility.evaluation
    jury = evaluation.jury.date if evaluation and evaluation.jury else None
    if end and made(record, paper) < end:
        why = say("the jury meets after the stay, which lasts until {end}", end=end)
        yield by_rule("BTM004", why)
    elif end and jury and jury.last < end:
        why = say("the jury met on {day}, before the end of the stay on {end}", day=jury.said, end=end)
        yield by_rule("BTM004", why)
    points = it.bonus_points or Decimal(0)
    if points > MOST:
        why = say(
            "{points} points were given for the stay; {most} is the most (`certification.bonus_points`)",
            points=points,
            most=MOST,
        )
        yield by_rule("BTM006", why)
    if points > 0 and not it.title_passed_without_bonus:
        why = say(
            "points were given, and the record doesn't say that the title was passed without them"
            " (`certification.title_passed_without_bonus`)"
        )
        yield by_rule("BTM006", why)


def as_it_is(record: Record) -> Record:
    """Take no signature out: there is none."""
    return record


def unsigned_tac(record: Record) -> Record:
    """Take all signatures out of the TAC International."""
    return record.with_paper_unsigned(tac_paper(record))


def unsigned_jury(record: Record) -> Record:
    """Take all signatures out of the sheet of the jury."""
    return record.with_paper_unsigned(jury_paper(record))


def data_sheet(record: Record) -> DataSheet:
    """Show the data for the attestation. Raise LookupError where `lacks_for_mobilitepro` names something."""
    shown, it = diploma(record), _certification(record)
    unit = it.unit_mobility
    if shown is None or unit is None:
        raise LookupError("what lacks names")
    node, country = record.index.destination(record.mobility)
    city = getattr(node, "city", None) or record.party(record.mobility.host)["city"]
    return {
        **head(record, MOBILITEPRO, None, "MP", record.keeper, []),
        "diploma": shown,
        "country": country or "",
        "city": city,
        "mark": decimal(unit.mark),
        "jury": day(unit.date),
        "abroad": _part(unit.part1),
        "home_part": _part(unit.part2),
    }


def _part(it: model.UnitPart | None) -> Part | None:
    if it is None:
        return None
    return {"points": decimal(it.points), "date": day(it.date), "assessor": it.assessor or ""}


def tac(record: Record) -> Table:
    """Show the competences by kind. Raise LookupError where `lacks_for_tac` names something."""
    mobility, paper = record.mobility, tac_paper(record)
    rows = [one for _, one in assessed(mobility)]
    found: list[Competences] = [
        {"kind": kind, "rows": [one for one in rows if one["competence"] == kind]} for kind in COMPETENCES
    ]
    authors = (paper.authors if paper else ()) or ("host-tutor",)
    return {
        **head(record, TAC, paper, "TAC", record.keeper, [*_authors(record, paper, authors)]),
        "diploma": diploma(record),
        "competences": [each for each in found if each["rows"]],
        "authors": [*authors],
    }


def _authors(record: Record, paper: model.Paper | None, authors: tuple[str, ...]) -> Iterator[Signatory]:
    """Let the tutor at the host company sign, and the trainers who filled it in too."""
    signatures = paper.signatures if paper else ()
    given = {each.role: each for each in signatures if derive.given(each)}
    mobility = record.mobility
    yield record.signatory("tutor", given.get("tutor") or given.get("host-company"), expected_tutor(mobility))
    if PARTNER in authors:
        yield record.signatory("host", given.get("host"), mobility.host.trainer)
    if CFA in authors:
        signature = given.get("training-centre") or given.get("home")
        yield record.signatory("training-centre", signature, mobility.home.trainer or mobility.home.tutor)


def sheet(record: Record) -> Sheet:
    """Show what the jury has before it, and what it gave. Raise LookupError where `lacks_for_jury` names something."""
    paper, it = jury_paper(record), _certification(record)
    evaluation = record.mobility.evaluation or model.Evaluation()
    jury, btm = evaluation.jury or model.Jury(), evaluation.btm or model.Btm()
    dossier, marks = btm.dossier or model.Dossier(), btm.marks or model.BtmMarks()
    passed = {True: "yes", False: "no", None: ""}[it.title_passed_without_bonus]
    signatories: list[Signatory] = [
        {**each, "role": "assessor"} for each in members(record, paper, jury.members)
    ]
    return {
        **head(record, JURY, paper, "JURY", record.keeper, signatories),
        "diploma": diploma(record),
        "axis": dossier.axis or "",
        "received": day(dossier.received),
        "jury": day(jury.date),
        "marks": {
            "transversal": decimal(marks.transversal),
            "organisational": decimal(marks.organisational),
            "technical": decimal(marks.technical),
        },
        "bonus": decimal(it.bonus_points),
        "passed": passed,
    }


def rectorate(record: Record) -> model.Party:
    """Say who issues the attestation: whom the record names as the certifier, but not the school."""
    return _certification(record).certifier or model.Party()


MOBILITEPRO_SHEET = Kind(
    "OUT-22",
    MOBILITEPRO,
    N_("Data sheet for the attestation MobilitéPro"),
    (),
    lacks_for_mobilitepro,
    no_paper,
    data_sheet,
    as_it_is,
    DATA_FIELDS,
    unfit=unfit_for_mobilitepro,
    issuer=rectorate,
    elsewhere=True,
    note=N_(
        "A sheet with the data: the attestation itself is issued by the rectorate and joined to the diploma."
    ),
)


TAC_INTERNATIONAL = Kind(
    "OUT-23",
    TAC,
    N_("TAC International – table of competences acquired"),
    ("tutor", "host", "training-centre"),
    lacks_for_tac,
    tac_paper,
    tac,
    unsigned_tac,
    TAC_FIELDS,
    unfit=unfit_for_btm,
    issuer=keeper,
    note=N_("The trainers of the partner and of the training centre sign where they filled it in too."),
)


JURY_SHEET = Kind(
    "OUT-24",
    JURY,
    N_("Jury sheet for the European mention of the BTM"),
    ("assessor",),
    lacks_for_jury,
    jury_paper,
    sheet,
    unsigned_jury,
    JURY_FIELDS,
    unfit=unfit_for_btm,
    note=N_("It is the cover of the candidate’s file as well."),
)
