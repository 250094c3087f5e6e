"""Internships under French law: the convention de stage, its hours, its signatures, its attestation."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Message, Series, Severity, say
from mobctl.model import Convention, Day, Mobility, Party, Phase
from mobctl.rule import OUTGOING, Context, Edition, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import EDUCATION_CODE, EDUCATION_CODE_2014, EDUCATION_CODE_2021

LAW, DECREE = date(2014, 7, 12), date(2014, 12, 1)
"""Since when internships are law 2014-788, and decree 2014-1420."""

FRENCH = {"fr-internship"}
ALL = {"fr-internship", "cti-engineering", "itsra-social-work"}
"""The schools that send interns abroad, and what a profile of its own asks on top."""

INTERNS = frozenset({None, "student", "pupil"})
"""Who has a convention de stage: not an apprentice, not an employee in training, not a graduate."""

BEFORE = When(since=Phase.BEFORE_DEPARTURE, until=Phase.AFTER_RETURN, directions=OUTGOING)
BEFORE_ALL = When(since=Phase.BEFORE_DEPARTURE, until=Phase.RECOGNISED, directions=OUTGOING)
ATTESTATION = "attestation-de-stage"


def _concerned(mobility: Mobility, context: Context) -> bool:
    """Say whether a stay has an internship under French law: of a student or pupil of a school in France."""
    regime = mobility.traineeship.regime if mobility.traineeship else None
    return (
        derive.has_placement(mobility)
        and mobility.learner.status in INTERNS
        and regime != "graduate"
        and context.index.country(mobility.home) in {None, "FR"}
    )


def _begins(mobility: Mobility) -> Day | None:
    """The first day of the internship: that of the agreement on it, else of the stay."""
    covers = mobility.convention.covers if mobility.convention else None
    return (covers.from_ if covers else None) or derive.start(mobility)


def _due(mobility: Mobility) -> date | None:
    begins = _begins(mobility)
    return begins.last if begins else None


def _place(mobility: Mobility) -> Party:
    """Where the internship is. Raise NotCheckableError where it is at several companies."""
    if len(mobility.host_companies) > 1:
        raise NotCheckableError(say("the internship is at several companies; nobody says how long at each"))
    return mobility.host_companies[0] if mobility.host_companies else mobility.host


def _teaching_year(mobility: Mobility) -> str | None:
    """The year, from September to August, by its first: what the record says, else by the first day."""
    if mobility.academic_year:
        return mobility.academic_year[:4]
    start = derive.start(mobility)
    return str(start.first.year - (start.first.month < 9)) if start else None  # noqa: PLR2004  (September)


def _order(mobility: Mobility) -> tuple[date, str]:
    start = derive.start(mobility)
    return (start.first if start else date.max, mobility.id)


@rule(
    "STG101",
    N_("Internships at one host come to six months of presence at most in a teaching year"),
    severity=Severity.WARNING,
    profiles=ALL,
    when=When(until=Phase.RECOGNISED, directions=OUTGOING),
    numbers={"hours": Number(Decimal(924), "hour", "lower")},
    cites=(
        EDUCATION_CODE.at(
            "art. L. 124-5 : la durée du ou des stages effectués par un même stagiaire dans un même organisme d’accueil ne peut excéder six mois par année d’enseignement ; art. D. 124-6 : 7 heures de présence valent un jour, 22 jours un mois"
        ),
    ),
    why=N_(
        "Beyond six months it is a job, not an internship. Abroad the law of the host's country governs the stay, and the school answers to French law."
    ),
    fix=N_("Shorten the internship, or spend a part of it at another host."),
    since=LAW,
)
def internship_six_months_per_host_and_year(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """By hours of presence, with the learner's earlier internships of the year at that host; said of the later one."""
    if not _concerned(mobility, context):
        return
    mine, year = derive.presence_hours(mobility), _teaching_year(mobility)
    if mine is None and derive.phase(mobility, context.as_of) < Phase.BEFORE_DEPARTURE:
        return
    place = context.index.marks(_place(mobility))
    earlier = [
        other
        for other in context.index.others(mobility).values()
        if other.status != "cancelled"
        and derive.has_placement(other)
        and _teaching_year(other) == year
        and _order(other) < _order(mobility)
        and any(place & context.index.marks(party) for party in (*other.host_companies, other.host))
    ]
    hours = [derive.presence_hours(each) for each in (*earlier, mobility)]
    known, most = sum((each for each in hours if each is not None), Decimal(0)), context.numbers["hours"]
    if known > most:
        yield hit(mobility.convention or mobility, _hours_field(mobility), _too_long(earlier, known, most))
    elif None in hours:
        raise NotCheckableError(say("the hours of presence are not stated (convention: presence_hours)"))


def _hours_field(mobility: Mobility) -> str | None:
    stated = mobility.convention.presence_hours if mobility.convention else None
    return None if stated is None else "presence_hours"


def _too_long(earlier: list[Mobility], hours: Decimal, most: Decimal) -> Message:
    if not earlier:
        return say("{hours} hours of presence are planned; six months are {most}.", hours=hours, most=most)
    return say(
        "With {others} at the same host in the same year, {hours} hours of presence are planned; six months are {most}.",
        others=Series(tuple(sorted(each.id for each in earlier))),
        hours=hours,
        most=most,
    )


def _missing(mobility: Mobility, convention: Convention) -> Iterator[str]:
    """Name the roles that have not signed the agreement of an internship."""
    signatures = convention.signatures
    for role in ("learner", "referent-teacher", "home", "tutor"):
        if derive.signed_for(mobility, signatures, role) is None:
            yield role
    if not any(derive.signed(signatures, role) for role in ("host", "host-company")):
        yield "host-company" if mobility.host_companies else "host"


@rule(
    "STG102",
    N_("The internship agreement is signed by all five before the internship begins"),
    severity=Severity.ERROR,
    profiles=ALL,
    when=BEFORE_ALL,
    cites=(
        EDUCATION_CODE.at(
            "art. L. 124-1 : une convention entre le stagiaire, l’organisme d’accueil et l’établissement d’enseignement ; art. D. 124-4 : signée par l’enseignant référent et le tuteur"
        ),
    ),
    why=N_(
        "Without the signed agreement nobody is insured at work, neither as an intern nor as an employee."
    ),
    fix=N_(
        "Write each signature under convention: signatures, with role, name and date; who signs in two roles has two lines."
    ),
    clock=True,
    since=LAW,
)
def internship_convention_signed_before_start(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Learner, referent teacher, school, tutor and host; a tutor who signs for the host signs once.

    To do until the first day. That there is no agreement at all is said where nothing else covers the stay.
    """
    if not _concerned(mobility, context):
        return
    convention, due = mobility.convention, _due(mobility)
    if convention is None:
        if _needs_convention(mobility, context):
            text = say("There is no internship agreement (convention de stage).")
            yield hit(mobility, None, text, due=due)
        return
    for role in _missing(mobility, convention):
        text = say(
            "A signature is missing on the internship agreement (convention de stage), that of {role}.",
            role=Label("signature-roles", role),
        )
        yield hit(convention, "signatures" if convention.signatures else None, text, due=due, by=role)


def _needs_convention(mobility: Mobility, context: Context) -> bool:
    """Say whether a stay has to have an internship agreement of its own.

    A placement within studies may rest on the protocol of the two schools, unless the profile asks for it. At an
    engineering school CTI001 says that nothing covers the stay.
    """
    if "cti-engineering" in context.profiles and (
        mobility.partner_agreement is None or mobility.kind == "traineeship"
    ):
        return False
    return "fr-internship" in context.profiles or mobility.kind in {"traineeship", "work-placement"}


@rule(
    "STG107",
    N_("Nobody signs the internship agreement after the internship has begun"),
    severity=Severity.WARNING,
    profiles=ALL,
    when=BEFORE_ALL,
    cites=(
        EDUCATION_CODE.at("art. L. 124-1 : la convention de stage, signée avant le début effectif du stage"),
    ),
    why=N_("A late signature cannot be cured, only explained: until then the intern was not covered."),
    fix=N_(
        "Say in a waiver why it was late, and how the first days were covered (waivers: [{rule: STG107, all: true, reason, by, date}])."
    ),
    since=LAW,
)
def internship_convention_signed_late(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The first day is late; of several the last one is said."""
    convention, begins = mobility.convention, _begins(mobility)
    if convention is None or begins is None or not _concerned(mobility, context):
        return
    late = [
        (each.date.first, each)
        for each in convention.signatures
        if derive.given(each) and each.date and each.date.first >= begins.last
    ]
    if late:
        day, signature = max(late, key=lambda each: each[0])
        text = say(
            "The signature of {role} is of {day}; the internship began on {begins}.",
            role=Label("signature-roles", signature.role),
            day=day,
            begins=begins.said,
        )
        yield hit(signature, "date", text)


ITEMS: dict[str, Message] = {
    "course-title-and-hours": say("the title and the hours of the course (course-title-and-hours)"),
    "referent-and-tutor": say("the referent teacher and the tutor (referent-and-tutor)"),
    "competences": say("the competences to be acquired (competences)"),
    "activities": say("the activities (activities)"),
    "dates-and-duration": say("the dates and the duration in presence (dates-and-duration)"),
    "weekly-presence": say("the hours of presence a week (weekly-presence)"),
    "supervision": say("how the intern is followed (supervision)"),
    "allowance": say("the allowance (allowance)"),
    "social-protection": say("the social protection (social-protection)"),
    "certificate": say("the certificate at the end (certificate)"),
    "absences": say("leave and absences (absences)"),
    "house-rules": say("the house rules (house-rules)"),
    "assessment": say("how the internship is assessed (assessment)"),
}
"""What the agreement of an internship has to say, by art. D. 124-4."""


@rule(
    "STG103",
    N_("The internship agreement says all that the decree asks for"),
    severity=Severity.ERROR,
    profiles=FRENCH,
    when=BEFORE,
    cites=(EDUCATION_CODE.at("art. D. 124-4 : les mentions obligatoires de la convention de stage"),),
    why=N_("An agreement without these items can be contested, by the host as by the social security."),
    fix=N_("Complete the agreement, and list under convention: items what it says."),
    clock=True,
    since=DECREE,
)
def convention_mandatory_items(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """All thirteen, in one line; to do until the first day. That there is no agreement is STG102's."""
    convention = mobility.convention
    if convention is None or not _concerned(mobility, context):
        return
    due = _due(mobility)
    absent = tuple(words for item, words in ITEMS.items() if item not in convention.items)
    if not convention.items:
        text = say("Nothing says what the internship agreement contains (items).")
        yield hit(convention, None, text, due=due)
    elif absent:
        text = say("Missing from the internship agreement: {what}.", what=Series(absent))
        yield hit(convention, "items", text, due=due)


@rule(
    "STG104",
    N_("A sheet on the law of the host's country is annexed to the internship agreement"),
    severity=Severity.WARNING,
    profiles=ALL,
    when=BEFORE,
    cites=(
        EDUCATION_CODE.at(
            "art. L. 124-20 : pour chaque stage à l’étranger, « est annexée à la convention de stage une fiche d’information présentant la réglementation du pays d’accueil sur les droits et devoirs du stagiaire »"
        ),
    ),
    why=N_("Abroad other rules hold: the intern has to know her rights and duties there before she leaves."),
    fix=N_("Annex the ministry's sheet on the country, and add host-country-sheet to convention: annexes."),
    clock=True,
    since=LAW,
)
def abroad_information_sheet_annexed(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """To do until the first day; where the stay is in France, there is none."""
    convention = mobility.convention
    if convention is None or not _concerned(mobility, context) or _in_france(mobility, context):
        return
    if "host-country-sheet" not in convention.annexes:
        text = say("No sheet on the law of the host's country is annexed to the internship agreement.")
        field = "annexes" if convention.annexes else None
        yield hit(convention, field, text, due=_due(mobility))


def _in_france(mobility: Mobility, context: Context) -> bool:
    place = mobility.destination.country if mobility.destination else None
    return (place or context.index.country(mobility.host)) == "FR"


@rule(
    "STG105",
    N_("The course has the hours of teaching that an internship asks for"),
    severity=Severity.WARNING,
    profiles=FRENCH,
    when=When(until=Phase.AFTER_RETURN, directions=OUTGOING),
    numbers={
        "hours": Number(Decimal(200), "hour", "higher"),
        "presence": Number(
            Decimal(50),
            "hour",
            "higher",
            earlier=(Edition(Decimal(200), DECREE, date(2021, 9, 5), "décret n° 2014-1420"),),
        ),
    },
    cites=(
        EDUCATION_CODE_2014.at(
            "art. D. 124-2 : un volume pédagogique d’enseignement, en présence, de deux cents heures au minimum par année d’enseignement"
        ),
        EDUCATION_CODE_2021.at(
            "art. D. 124-2 : « un cursus de formation dont le volume pédagogique d’enseignement est, au minimum, de deux cents heures par année d’enseignement » ; « un minimum de cinquante heures dispensées en présence des étudiants »"
        ),
    ),
    why=N_("A course that is hardly taught must not serve to make interns."),
    fix=N_(
        "Check the hours of the course; a derogation of the rectorate is written as a waiver (waivers: [{rule: STG105, all: true, reason, by, date}])."
    ),
    since=DECREE,
)
def minimum_teaching_volume(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The hours that the record states, without the internship itself; of pupils all are in presence."""
    enrolment = mobility.learner.enrolment
    if enrolment is None or not _concerned(mobility, context):
        return
    pupil = mobility.learner.status == "pupil"
    least = {
        "teaching_hours": context.numbers["hours"],
        "teaching_hours_in_presence": context.numbers["hours" if pupil else "presence"],
    }
    for field, number in least.items():
        stated: Decimal | None = getattr(enrolment, field)
        if stated is not None and stated < number:
            text = say(
                "The course has {hours} hours a year; there must be {least}.", hours=stated, least=number
            )
            if field != "teaching_hours":
                text = say(
                    "The course has {hours} hours a year in presence; there must be {least}.",
                    hours=stated,
                    least=number,
                )
            yield hit(enrolment, field, text)


@rule(
    "STG106",
    N_("The host gives an internship certificate with the hours of presence"),
    severity=Severity.WARNING,
    profiles=FRENCH,
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    numbers={"days": Number(Decimal(30), "day", "lower"), "early": Number(Decimal(7), "day", "lower")},
    cites=(
        EDUCATION_CODE.at(
            "art. D. 124-9 : l’attestation de stage « mentionne la durée effective totale du stage et, le cas échéant, le montant total de la gratification versée »"
        ),
    ),
    why=N_("The intern needs it to have the months count for a pension later."),
    fix=N_(
        "Ask the host for the attestation de stage, and write it under documents: - {kind: attestation-de-stage, issuer: host, issued, effective_hours}, with allowance where there was one."
    ),
    clock=True,
    by="host",
    since=DECREE,
)
def internship_certificate_after_end(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """To be had within thirty days; it states the hours, and is of the end or of the seven days before it."""
    if not _concerned(mobility, context):
        return
    papers, end = derive.papers(mobility, ATTESTATION), derive.end(mobility)
    if not papers:
        due = None
        if end and not derive.decided(mobility):
            due = derive.days_after(end.last, int(context.numbers["days"]) + 1)
        text = say("There is no internship certificate (attestation de stage) of the host.")
        yield hit(mobility, None, text, due=due)
    for paper in papers:
        if paper.effective_hours is None:
            text = say("The internship certificate does not state the hours of presence.")
            advice = say("Write the hours of presence that the host states under the paper: effective_hours.")
            yield hit(paper, None, text, advice=advice)
        covers = (paper.covers.to if paper.covers else None) or end
        if paper.issued and covers and _early(paper.issued, int(context.numbers["early"])) < covers.first:
            text = say(
                "The certificate is of {issued}; the internship ended on {end}.",
                issued=paper.issued.said,
                end=covers.said,
            )
            advice = say("Correct the date, or ask the host for a certificate made out after the end.")
            yield hit(paper, "issued", text, advice=advice)


def _early(day: Day, days: int) -> date:
    return derive.days_after(day.last, days)
