"""Traineeships under Erasmus+ in higher education: the programme, the regime, the host, the certificate."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Message, Quoted, Series, Severity, say
from mobctl.model import Mobility, Paper, Party, Person, Phase, Traineeship
from mobctl.rule import Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import LA_TRAINEESHIP, PROGRAMME_GUIDE, WORKING_TIME

ERASMUS = {"erasmus-he-traineeship"}
KINDS = frozenset({"traineeship"})
PROGRAMMES = frozenset({"KA131", "KA171", "KA103", "KA107"})
BEFORE = When(since=Phase.BEFORE_DEPARTURE, until=Phase.AFTER_RETURN, kinds=KINDS)
OVER = When(since=Phase.AFTER_RETURN, kinds=KINDS)
CERTIFICATE = "traineeship-certificate"


def _due(mobility: Mobility) -> date | None:
    departure = derive.departure(mobility)
    return departure.last if departure else None


def _mentors(mobility: Mobility) -> Iterator[Person]:
    """Who may be the mentor: at the company where there is one, else at the host."""
    for party in (*mobility.host_companies, mobility.host):
        for person in (party.mentor, party.tutor):
            if person is not None:
                yield person


@rule(
    "TRN101",
    N_("The agreement says what the trainee will do, and who follows her"),
    severity=Severity.ERROR,
    profiles=ERASMUS,
    when=BEFORE,
    cites=(
        LA_TRAINEESHIP.at(
            "table A: traineeship title, number of working hours per week, detailed programme, knowledge, skills and competences to be acquired, monitoring plan, evaluation plan; mentor: name, position, e-mail"
        ),
    ),
    why=N_("What is not agreed before can be neither asked of the host nor recognised afterwards."),
    fix=N_("Complete traineeship, and the mentor or tutor at the host (name, position, email)."),
    clock=True,
)
def traineeship_programme_complete(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """In one line; outcomes and tasks may stand in the agreement instead. To do until departure."""
    traineeship, agreement = mobility.traineeship, mobility.agreement
    it = traineeship or Traineeship()
    told = bool(agreement and (agreement.tasks or agreement.activities))
    learnt = it.outcomes or it.outcomes_ref or (agreement and agreement.learning_outcomes)
    there = {
        say("the title (title)"): it.title,
        say("the hours a week (hours_per_week)"): it.hours_per_week is not None,
        say("the programme (programme)"): it.programme or told,
        say("what will be learnt (outcomes)"): learnt,
        say("how the trainee is followed (monitoring_plan)"): it.monitoring_plan,
        say("how the traineeship is evaluated (evaluation_plan)"): it.evaluation_plan,
    }
    absent = [*(words for words, value in there.items() if not value), *_absent_of_mentor(mobility)]
    if absent:
        text = say("Missing about the traineeship: {what}.", what=Series(tuple(absent)))
        yield hit(traineeship or mobility, None, text, due=_due(mobility))


def _absent_of_mentor(mobility: Mobility) -> tuple[Message, ...]:
    mentor = next(_mentors(mobility), None)
    if mentor is None:
        return (say("the mentor at the host"),)
    fields = (
        (mentor.position, say("the mentor's position")),
        (mentor.email, say("the mentor's e-mail address")),
    )
    return tuple(words for value, words in fields if not value)


@rule(
    "TRN107",
    N_("The hours a week of a traineeship can be worked"),
    severity=Severity.WARNING,
    profiles=ERASMUS,
    when=BEFORE,
    numbers={"most": Number(Decimal(48), "hour", "lower")},
    cites=(WORKING_TIME.at("art. 6: maximum weekly working time, 48 hours on average"),),
    why=N_("More than 48 hours a week are against the law of the Union; none at all is a slip."),
    fix=N_("Correct traineeship: hours_per_week."),
)
def traineeship_hours_can_be_worked(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """More than none, and 48 at most; that they are not stated is TRN101's."""
    traineeship = mobility.traineeship
    hours = traineeship.hours_per_week if traineeship else None
    if traineeship is None or hours is None or 0 < hours <= context.numbers["most"]:
        return
    text = say(
        "{hours} hours a week are planned; there are {most} at most.",
        hours=hours,
        most=context.numbers["most"],
    )
    yield hit(traineeship, "hours_per_week", text)


@rule(
    "TRN102",
    N_("The traineeship has its place in the studies, with what the school undertakes for it"),
    severity=Severity.ERROR,
    profiles=ERASMUS,
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.RECOGNISED, kinds=KINDS),
    cites=(LA_TRAINEESHIP.at("table B: “please use only one of the following three boxes”"),),
    why=N_(
        "The three boxes promise different things: credits and a grade, a mention in the supplement, or neither."
    ),
    fix=N_(
        "Write traineeship: regime, and what goes with it: embedded with credits, grade_basis (a list of certificate, report, interview), record_in_transcript: true and record_in_supplement: true; voluntary with record_in_supplement: true; graduate for a recent graduate."
    ),
    clock=True,
)
def exactly_one_recognition_box(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Embedded, voluntary, or after graduation. Credits of another scheme are credits too. To do until departure."""
    if mobility.programme not in PROGRAMMES:
        return
    traineeship = mobility.traineeship
    if traineeship is None or traineeship.regime is None:
        text = say(
            "Nothing says whether the traineeship is part of the studies, voluntary, or after graduation."
        )
        yield hit(traineeship or mobility, None, text, due=_due(mobility))
        return
    absent = _not_undertaken(mobility, traineeship)
    if absent:
        text = say(
            "The regime is {regime}; missing: {what}.",
            regime=Quoted(traineeship.regime),
            what=Series(absent),
        )
        yield hit(traineeship, "regime", text, due=_due(mobility))


def _not_undertaken(mobility: Mobility, traineeship: Traineeship) -> tuple[Message, ...]:
    """Name what the regime asks for and the record does not have."""
    if traineeship.regime == "graduate":
        graduate = mobility.learner.status == "recent-graduate"
        return () if graduate else (say("a recent graduate (learner: status: recent-graduate)"),)
    mention = (
        traineeship.record_in_supplement,
        say("the mention in the diploma supplement (record_in_supplement)"),
    )
    wanted = [mention]
    if traineeship.regime == "embedded":
        wanted = [
            (not _worth_nothing(mobility), say("credits in the agreement")),
            (bool(traineeship.grade_basis), say("what the grade is based on (grade_basis)")),
            (traineeship.record_in_transcript, say("the line in the transcript (record_in_transcript)")),
            mention,
        ]
    return tuple(words for value, words in wanted if not value)


def _worth_nothing(mobility: Mobility) -> bool:
    """Say whether the agreement gives no credits at all; of one that does not state them in ECTS nobody knows."""
    version = derive.in_force(mobility)
    if version is None:
        return False
    abroad, home = version.total(*derive.ABROAD), derive.dedicated(mobility, version)
    known = [value for value in (abroad.value if abroad else None, home) if value is not None]
    return bool(known) and abroad is not None and max(known) <= 0


def _certificates(mobility: Mobility) -> tuple[Paper, ...]:
    return derive.papers(mobility, CERTIFICATE)


@rule(
    "TRN104",
    N_("The host issues a traineeship certificate within five weeks"),
    severity=Severity.WARNING,
    profiles=ERASMUS,
    when=OVER,
    numbers={"weeks": Number(Decimal(5), "week", "lower")},
    cites=(
        LA_TRAINEESHIP.at(
            "table D: traineeship certificate, “within a maximum period of 5 weeks” after the end"
        ),
    ),
    why=N_("Recognition, the supplement and the last part of the grant wait for this certificate."),
    fix=N_(
        "Send the form of the certificate (table D) to the mentor, and list it under documents once it is there."
    ),
    clock=True,
    by="host",
)
def traineeship_certificate_within_five_weeks(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A certificate, or what was issued in its place. The last day of the fifth week is in time."""
    if _certificates(mobility):
        return
    end = derive.end(mobility)
    if end is None or derive.decided(mobility):
        yield hit(mobility, None, say("There is no traineeship certificate of the host."))
        return
    limit = derive.days_after(end.last, int(context.numbers["weeks"]) * 7)
    text = say("There is no traineeship certificate of the host; it is expected by {day}.", day=limit)
    yield hit(mobility, None, text, due=derive.days_after(limit, 1))


@rule(
    "TRN108",
    N_("The traineeship certificate says from when to when, and who signed it"),
    severity=Severity.ERROR,
    profiles=ERASMUS,
    when=OVER,
    cites=(
        LA_TRAINEESHIP.at(
            "table D: start and end date of the traineeship; name and signature of the supervisor at the receiving organisation"
        ),
    ),
    why=N_("Without dates and a name, the certificate proves nothing to the school or to an auditor."),
    fix=N_(
        "Write what the paper says: covers (from, to), signatures (role, name, date); or ask for a complete one."
    ),
    by="host",
)
def traineeship_certificate_is_complete(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Each certificate: the day of issue, both days it covers, a signature with its name."""
    for paper in _certificates(mobility):
        covers = paper.covers
        named = any(derive.given(each) and each.name for each in paper.signatures)
        there = {
            say("the day of issue (issued)"): paper.issued,
            say("the first day (covers: from)"): covers and covers.from_,
            say("the last day (covers: to)"): covers and covers.to,
            say("who signed it (signatures)"): named,
        }
        absent = tuple(words for words, value in there.items() if not value)
        if absent:
            whole = paper.issued and named
            text = say("Missing from the certificate: {what}.", what=Series(absent))
            yield hit(paper, "covers" if covers and whole else None, text)


@rule(
    "TRN109",
    N_("The traineeship certificate is of the weeks after the end"),
    severity=Severity.WARNING,
    profiles=ERASMUS,
    when=OVER,
    numbers={
        "weeks": Number(Decimal(5), "week", "lower", of="TRN104"),
        "days": Number(Decimal(7), "day", "lower"),
    },
    cites=(
        LA_TRAINEESHIP.at(
            "table D: traineeship certificate, “within a maximum period of 5 weeks” after the end"
        ),
    ),
    why=N_(
        "A certificate made out long before the end cannot speak of the whole stay; a late one is to be explained."
    ),
    fix=N_(
        "Correct the date, have the certificate made out anew, or say in a waiver why it is early or late (waivers: [{rule: TRN109, all: true, reason, by, date}])."
    ),
)
def traineeship_certificate_is_of_the_end(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Up to seven days before the last day, as it is often signed on the last Friday; and up to five weeks after."""
    end = derive.end(mobility)
    for paper in _certificates(mobility) if end else ():
        if end is None or paper.issued is None:
            continue
        limit = derive.days_after(end.last, int(context.numbers["weeks"]) * 7)
        early = derive.days_after(paper.issued.last, int(context.numbers["days"])) < end.first
        if early or paper.issued.first > limit:
            text = say(
                "The certificate is of {issued}; the traineeship ended on {end}.",
                issued=paper.issued.said,
                end=end.said,
            )
            yield hit(paper, "issued", text)


EXCLUDED = frozenset({"eu-institution", "eu-agency", "erasmus-national-agency"})


@rule(
    "TRN105",
    N_("The host may receive trainees under Erasmus+"),
    severity=Severity.ERROR,
    profiles=ERASMUS,
    when=When(until=Phase.RECOGNISED, kinds=KINDS),
    cites=(
        PROGRAMME_GUIDE.at(
            "student mobility for traineeships, not eligible as receiving organisations: EU institutions and other EU bodies including specialised agencies; organisations managing EU programmes such as Erasmus+ National Agencies"
        ),
    ),
    why=N_("The Union pays no grant for traineeships at its own bodies: they have programmes of their own."),
    fix=N_("Choose another host, or leave Erasmus+; correct the type if it is wrong."),
)
def traineeship_host_eligible(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The type of the host and of the companies, from their own files too."""
    for party in (mobility.host, *mobility.host_companies) if mobility.programme in PROGRAMMES else ():
        if _type(party, context) in EXCLUDED:
            text = say("{host} cannot receive trainees under Erasmus+.", host=context.index.called(party))
            yield hit(party, "type" if party.type else None, text)


def _type(party: Party, context: Context) -> str | None:
    if party.type:
        return party.type
    file = context.index.file_of(party)
    return file.type if file else None


@rule(
    "TRN106",
    N_("A recent graduate is selected before the diploma, and back within a year of it"),
    severity=Severity.ERROR,
    profiles=ERASMUS | {"erasmus-vet"},
    when=When(until=Phase.RECOGNISED),
    numbers={"months": Number(Decimal(12), "month", "lower")},
    cites=(
        PROGRAMME_GUIDE.at(
            "recent graduates: selected by their higher education institution during their last year of study; they carry out and complete the traineeship within 12 months of graduation"
        ),
    ),
    why=N_("After that year the former student is no participant any more."),
    fix=N_(
        "Move the dates; months of compulsory service since graduation are added (learner: compulsory_service_months)."
    ),
)
def recent_graduate_window(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Twelve months of the calendar; the selection counts in higher education only, and may be on the day itself."""
    learner = mobility.learner
    if learner.status != "recent-graduate":
        return
    graduation, end = derive.graduation(mobility), derive.end(mobility)
    if graduation is None:
        raise NotCheckableError(say("the day of the diploma is not known"))
    selected = mobility.selection_date
    if mobility.programme in PROGRAMMES and selected and selected.first > graduation.last:
        text = say(
            "The learner was selected on {selected}, after the diploma of {graduation}.",
            selected=selected.said,
            graduation=graduation.said,
        )
        yield hit(mobility, "selection_date", text)
    months = int(context.numbers["months"] + (learner.compulsory_service_months or 0))
    limit = derive.months_after(graduation.last, months)
    if end and end.first > limit:
        text = say(
            "The stay ends on {end}; the {months} months after the diploma are over on {limit}.",
            end=end.said,
            months=months,
            limit=limit,
        )
        for span in (mobility.period.actual, mobility.period.planned):
            if span and span.end is end:
                yield hit(span, "end", text)
                return
        yield hit(mobility.period, None, text)
