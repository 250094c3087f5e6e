"""The days of a stay once it is over: written down, borne out by the host, and compared with what was planned."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Severity, say, say_n
from mobctl.model import Day, Mobility, Paper, Phase, Span
from mobctl.rule import OUTGOING, Context, Hit, Number, When, hit, rule
from mobctl.sources import LA_GUIDE, MOBCTL

AT_HOME = frozenset({"at-home", "virtual-only"})
EXTENDING = frozenset({"erasmus-he-studies", "erasmus-he-traineeship"})
"""The profiles under which an extension has rules of its own."""

OVER = When(since=Phase.AFTER_RETURN)
JUST_OVER = When(since=Phase.AFTER_RETURN, until=Phase.RECOGNISED)
DAYS = LA_GUIDE.at(
    "after the mobility: start and end date of the study period or traineeship, as the receiving institution confirms them: the first and the last day on which the student had to be present"
)

CERTIFICATES = ("certificate-of-attendance", "participation-attestation", "partner-attestation")
"""The papers in which a host says from when to when somebody was there."""

PLACEMENT_PAPERS = ("traineeship-certificate", "attestation-de-stage", "la-complement")
"""The papers that say so of a placement."""

ASKED_ELSEWHERE = frozenset(
    {
        "erasmus-he-studies",
        "erasmus-he-traineeship",
        "erasmus-vet",
        "fr-internship",
        "incoming",
        "itsra-social-work",
    }
)
VOCATIONAL = frozenset({"vet-training", "skills-competition"})
"""Profiles, and kinds, with a rule of their own about the paper that comes back with the learner."""

TRANSCRIPT_ASKED = frozenset({"cti-apprentice", "cti-engineering"})
"""Profiles under which TOR001 asks for the transcript once recognition is decided."""


@rule(
    "DUR106",
    N_("After the return the actual days of the stay are written down"),
    severity=Severity.WARNING,
    when=OVER,
    numbers={"days": Number(Decimal(14), "day", "lower")},
    cites=(DAYS, MOBCTL.at("dates of a record")),
    why=N_(
        "The grant, the attestation and every delay after the return count from the days of real presence."
    ),
    fix=N_("Write the first and the last day of presence under period: actual, without the journey."),
    clock=True,
)
def actual_dates_are_recorded(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Both days; to be had within two weeks of the return, and when recognition is decided."""
    actual = mobility.period.actual
    if mobility.kind in AT_HOME or (actual and actual.start and actual.end):
        return
    end = derive.end(mobility)
    due = None
    if end and not derive.decided(mobility):
        due = derive.days_after(end.last, int(context.numbers["days"]) + 1)
    yield hit(actual or mobility.period, None, say("The actual days of the stay are not recorded."), due=due)


@rule(
    "DUR109",
    N_("A paper of the host bears out the stay"),
    severity=Severity.WARNING,
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    numbers={"days": Number(Decimal(35), "day", "lower")},
    cites=(DAYS, MOBCTL.at("papers of the return")),
    why=N_("Without a word of the host nobody can show later that the stay took place, and when."),
    fix=N_("Ask the host for a certificate with the first and the last day, and list it under documents."),
    clock=True,
    by="host",
)
def host_bears_out_the_stay(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Any paper of the return will do; where a profile asks for a certain one, its own rule does.

    In vocational training it is the complement of the agreement, or the Europass.
    """
    if (
        mobility.kind in AT_HOME | VOCATIONAL
        or ASKED_ELSEWHERE.intersection(context.profiles)
        or _paper(mobility)
    ):
        return
    end, decided = derive.end(mobility), derive.decided(mobility)
    if decided and TRANSCRIPT_ASKED.intersection(context.profiles):
        return
    due = None
    if end and not decided:
        due = derive.days_after(end.last, int(context.numbers["days"]) + 1)
    yield hit(mobility, None, say("No paper of the host says that the stay took place."), due=due)


def _paper(mobility: Mobility) -> bool:
    results, evidence = mobility.results, mobility.evidence
    return bool(
        derive.papers(mobility, *CERTIFICATES, *PLACEMENT_PAPERS, "transcript", "europass-mobility")
        or (results and (results.issued or results.received or results.lines))
        or (evidence and evidence.attestation)
    )


@rule(
    "DUR110",
    N_("The actual days are those of the host's certificate"),
    severity=Severity.WARNING,
    when=OVER,
    cites=(DAYS,),
    why=N_(
        "The certificate is what an auditor sees: where the record says otherwise, the paper is believed."
    ),
    fix=N_("Write the days of the certificate under period: actual; or have the certificate corrected."),
)
def actual_dates_are_those_of_the_certificate(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The days that certificates cover, all together; a paper of a placement within studies is not one of the stay."""
    actual, papers = mobility.period.actual, _certificates(mobility)
    if actual is None or not papers:
        return
    first = [each.covers.from_ for each in papers if each.covers and each.covers.from_]
    last = [each.covers.to for each in papers if each.covers and each.covers.to]
    beside = [(papers[-1], say("the certificate is here"))]
    for field, mine, theirs in (
        ("start", actual.start, min(first, key=_first, default=None)),
        ("end", actual.end, max(last, key=_last, default=None)),
    ):
        if mine and theirs and (mine.last < theirs.first or theirs.last < mine.first):
            text = say(
                "The host certifies {theirs}; the record says {mine}.", theirs=theirs.said, mine=mine.said
            )
            yield hit(actual, field, text, beside=beside)


def _certificates(mobility: Mobility) -> tuple[Paper, ...]:
    """The papers that say from when to when: those of the whole stay, else those of a stay that is a placement."""
    whole = derive.papers(mobility, "certificate-of-attendance")
    if not whole and mobility.kind != "study+traineeship":
        whole = derive.papers(mobility, *CERTIFICATES, *PLACEMENT_PAPERS)
    return tuple(paper for paper in whole if paper.covers)


def _first(day: Day) -> date:
    return day.first


def _last(day: Day) -> date:
    return day.last


def _spans(mobility: Mobility) -> tuple[Span, date, date] | None:
    """The actual stay, its last day, and the last day that was agreed; None where one of them is not known."""
    actual, agreed = mobility.period.actual, derive.expected_end(mobility)
    if actual is None or actual.end is None or agreed is None:
        return None
    return actual, actual.end.first, agreed.last


@rule(
    "DUR111",
    N_("What became of the planned days is known to whoever pays"),
    severity=Severity.INFO,
    when=JUST_OVER,
    numbers={"days": Number(Decimal(5), "day", "lower", of="DUR112")},
    cites=(DAYS,),
    why=N_("A few days more change nothing; many days less may lower the grant, or fall below a minimum."),
    fix=N_(
        "For a few days nothing is to be done; after an early return, have the grant counted again. To put it to rest, write waivers: [{rule: DUR111, all: true, reason, by, date}]."
    ),
)
def stay_differs_from_the_plan(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Up to five days more than agreed, or more than five days less; what is longer is DUR112's."""
    spans, allowed = _spans(mobility), int(context.numbers["days"])
    if spans is None:
        return
    actual, end, agreed = spans
    more = (end - agreed).days
    if 0 < more <= allowed:
        text = say_n(
            "The stay ended {n} day later than agreed: within the {allowed} days that are allowed.",
            "The stay ended {n} days later than agreed: within the {allowed} days that are allowed.",
            n=more,
            allowed=allowed,
        )
        yield hit(actual, "end", text)
    less = _days_less(mobility)
    if less > allowed:
        text = say("The stay was {days} days shorter than planned.", days=less)
        yield hit(actual, "end", text)


def _days_less(mobility: Mobility) -> int:
    """How many days fewer than planned the stay had."""
    planned, actual = mobility.period.planned, mobility.period.actual
    days = [
        derive.days_inclusive(span.start.last, span.end.first)
        for span in (planned, actual)
        if span and span.start and span.end
    ]
    return days[0] - days[1] if len(days) == 2 else 0  # noqa: PLR2004  (both)


@rule(
    "DUR112",
    N_("A stay that ends later than agreed was extended"),
    severity=Severity.WARNING,
    when=JUST_OVER,
    numbers={"days": Number(Decimal(5), "day", "lower")},
    cites=(DAYS, LA_GUIDE.at("extension of the study period: agreed by the three parties before the end")),
    why=N_(
        "Grant, insurance and enrolment were made for the agreed days: those beyond are covered by nothing."
    ),
    fix=N_(
        "Record the extension that all agreed to (period: extension), or say how the days were covered under waivers: [{rule: DUR112, all: true, reason, by, date}]."
    ),
)
def longer_stay_was_extended(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """More than five days beyond the planned end, or that of an extension signed by all.

    That an extension is not signed by all is CHG109's, where that rule is one of the record's.
    """
    spans = _spans(mobility)
    if spans is None or (EXTENDING.intersection(context.profiles) and _asked_for_more(mobility)):
        return
    actual, end, agreed = spans
    if (end - agreed).days > int(context.numbers["days"]):
        text = say(
            "The stay ended on {end}, {days} days later than agreed ({agreed}), and no extension is signed by all.",
            end=end,
            days=(end - agreed).days,
            agreed=agreed,
        )
        yield hit(actual, "end", text)


def _asked_for_more(mobility: Mobility) -> bool:
    extended = any(each.extension and not each.withdrawn for each in mobility.amendments)
    return extended or mobility.period.extension is not None
