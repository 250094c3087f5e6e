"""The transcript: when it is due, whether it is complete, and what it awards."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Quoted, Series, Severity, say
from mobctl.model import Component, Day, Grading, Mobility, Phase, Result, Results
from mobctl.rule import INCOMING, STUDIES, Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import ECTS_GUIDE, IIA, ITSRA, LA_GUIDE, MOBCTL, RECOGNISING, UT2

ZERO = Decimal(0)
PLACEMENTS = frozenset({"traineeship", "work-placement"})
TRANSCRIPT = "transcript"
OF_A_PLACEMENT = (
    TRANSCRIPT,
    "partner-attestation",
    "traineeship-certificate",
    "attestation-de-stage",
    "la-complement",
)
"""The papers of which one tells how a placement went."""


def _papers(mobility: Mobility, *kinds: str) -> bool:
    return any(paper.issued for paper in derive.papers(mobility, *kinds))


def _has_transcript(mobility: Mobility) -> bool:
    """Say whether the transcript is there. Where we are the host, grades that are written down are none yet."""
    results = mobility.results or Results()
    received = results.received is not None or bool(results.lines)
    ours = mobility.direction == "incoming"
    return results.issued is not None or (received and not ours) or _papers(mobility, TRANSCRIPT)


@rule(
    "TOR001",
    N_("The transcript is there, and has a line for every course of the agreement"),
    severity=Severity.ERROR,
    profiles={"itsra-social-work", "erasmus-he-studies", "cti-engineering", "cti-apprentice"},
    when=When(since=Phase.AFTER_RETURN, kinds=STUDIES | PLACEMENTS),
    cites=(
        ITSRA.at(
            "« l’étudiant recevra un relevé complet et précis de ses résultats à l’issu de son stage ou de sa période"
            " d’étude »"
        ),
        LA_GUIDE.at("transcript of records: all components agreed in table A, and their changes"),
    ),
    why=N_("What has no line can neither be recognised nor refused: the learner is left without an answer."),
    fix=N_("Ask the host for what is missing, or write a line with the status not-taken."),
)
def transcript_complete_and_precise(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """No transcript at the decision; a course of tables A and C without a line; a line of no course, or no credits.

    For a placement another paper of the host is enough, and at ITSRA that is SOC002's. A course without credits may
    well be absent from a transcript.
    """
    results, decided = mobility.results, derive.decided(mobility)
    if not _has_transcript(mobility):
        elsewhere = "itsra-social-work" in context.profiles or _papers(mobility, *OF_A_PLACEMENT)
        if decided and not (mobility.kind in PLACEMENTS and elsewhere):
            advice = OURS if mobility.direction == "incoming" else None
            text = say("The recognition is decided, and there is no transcript.")
            yield hit(mobility, None, text, advice=advice)
        return
    version = derive.final_version(mobility)
    if results is None or version is None or not (results.issued or decided):
        return
    agreed = {row.id: row for table in ("studied", "virtual") for row in version.tables[table]}
    astray = [line for line in results.lines if line.for_ is None and not line.extra]
    for line in astray:
        text = say("This line belongs to no course of the agreement.")
        advice = say("Write for which course it is (for), or extra: true if it is for none.")
        yield hit(line, None, text, advice=advice)
    told = {line.for_ for line in results.lines}
    absent = [Quoted(id) for id, row in agreed.items() if id not in told and row.credits != 0]
    if absent and version.sound and not astray:  # a line that is astray may be the very one
        text = say("The transcript has no line for {components}.", components=Series(tuple(absent)))
        yield hit(results, "lines" if results.lines else None, text)
    for line in results.lines:
        if line.validated and line.credits is None and _wants_credits(agreed.get(line.for_ or ""), line):
            yield hit(line, None, say("This line was validated, and does not say for how many credits."))


def _wants_credits(row: Component | None, line: Result) -> bool:
    return row is not None and bool(row.credits) and not line.local_credits


@rule(
    "TOR002",
    N_("The grades of an incoming student go to the international office, and the transcript to the partner"),
    severity=Severity.WARNING,
    profiles={"ut2-university", "incoming"},
    when=When(since=Phase.AFTER_RETURN, kinds=STUDIES, directions=INCOMING),
    numbers={"weeks": Number(Decimal(5), "week", "lower", of="TOR101")},
    cites=(
        UT2.at(
            "« De transmettre les notes des étudiants « entrants » au service des RI pour que celui-ci établisse un"
            " relevé de notes en français/anglais/espagnol et transmette aux universités partenaires. »"
        ),
        LA_GUIDE.at("after the mobility: the receiving institution sends the transcript of records"),
    ),
    why=N_("The partner cannot recognise what it has not received: each step waits for the one before."),
    fix=N_("Write the days under results: sent_to_ir_office, then sent_to_partner."),
    clock=True,
)
def incoming_grades_to_international_office(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """One step at a time, each due with the transcript; that it is issued is TOR101's. What is sent proves the rest."""
    results = mobility.results or Results()
    office, partner = results.sent_to_ir_office, results.sent_to_partner
    node = mobility.results or mobility
    if partner is None and results.issued:
        limit = _limit(mobility, context)
        text = say("The transcript has not been sent to the partner; it is expected by {day}.", day=limit)
        yield hit(node, None, text, due=derive.days_after(limit, 1))
    elif partner is None and office is None:
        limit = _limit(mobility, context)
        text = say(
            "The grades have not reached the international office; they are expected by {day}.", day=limit
        )
        yield hit(node, None, text, due=derive.days_after(limit, 1), by="academic-coordinator")
    elif partner and office and partner.last < office.first:
        text = say(
            "The transcript went to the partner on {partner}, before the grades reached the office on {office}.",
            partner=partner.said,
            office=office.said,
        )
        yield hit(node, "sent_to_partner", text)


@rule(
    "TOR003",
    N_("The transcript of an incoming student is in French, English or Spanish"),
    severity=Severity.WARNING,
    profiles={"ut2-university"},
    when=When(since=Phase.AFTER_RETURN, directions=INCOMING),
    cites=(UT2.at("« un relevé de notes en français/anglais/espagnol »"),),
    why=N_("Whoever recognises the results at the partner has to be able to read them."),
    fix=N_(
        "Make the transcript in one of the three (mobctl render transcript), and write it under languages."
    ),
)
def incoming_transcript_in_fr_en_es(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """One of the three is enough, beside whatever others; by the results, or by the transcript among the papers."""
    results = mobility.results
    if results is None or results.issued is None:
        return
    papers = derive.papers(mobility, TRANSCRIPT)
    stated = (results.languages, *(paper.languages for paper in papers))
    languages = {language.split("-")[0].lower() for each in stated for language in each}
    if not languages:
        yield hit(results, None, say("The record does not say in which language the transcript is."))
    elif not languages & {"fr", "en", "es"}:
        names = Series(tuple(Label("languages", language) for language in sorted(languages)))
        text = say(
            "The transcript is in none of French, English and Spanish, but in {languages}.", languages=names
        )
        yield hit(results, "languages" if results.languages else None, text)


OURS = say("Make the transcript (mobctl render transcript), and write its day under results: issued.")
"""What to do where we are the host ourselves."""

DEADLINE = (
    LA_GUIDE.at(
        "transcript of records: “normally not longer than five weeks after publication” of the results"
    ),
    IIA.at("transcripts: “no later than five weeks after the assessment period has finished”"),
)


def _limit(mobility: Mobility, context: Context) -> date:
    """The last day for the transcript, by the agreement of the two schools or the number of weeks.

    It counts from the publication of the results, else from the last examination, else from the last day of the stay.
    Raise NotCheckableError where none of them is known, or the file of the agreement is not there.
    """
    since = derive.results_since(mobility)
    if since is None:
        raise NotCheckableError(say("the last day of the stay is not known"))
    named, partner = mobility.partner_agreement, context.index.partner_agreement(mobility)
    if named and partner is None:
        text = say("no file of the folder holds the partner agreement {name}", name=Quoted(named.ref or ""))
        raise NotCheckableError(text)
    stated = partner.transcript_weeks if partner else None
    weeks = context.numbers["weeks"] if stated is None else stated
    return derive.days_after(since.last, int(weeks * 7))


def _results_known(mobility: Mobility) -> Day | None:
    published = mobility.results.published if mobility.results else None
    return published or mobility.period.assessment_end


@rule(
    "TOR101",
    N_("The host issues the transcript within five weeks"),
    severity=Severity.WARNING,
    profiles={"erasmus-he-studies", "incoming"},
    when=When(since=Phase.AFTER_RETURN, kinds=frozenset({"studies"})),
    numbers={"weeks": Number(Decimal(5), "week", "lower")},
    cites=DEADLINE,
    why=N_("Without it nothing can be recognised, and the learner goes into the next term without credits."),
    fix=N_("Remind the host's registry; when the transcript is there, write its day under results: issued."),
    clock=True,
    by="host",
)
def host_transcript_within_five_weeks(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Until then something to do, afterwards a warning; after the decision it is TOR001's.

    Where the grades have not even reached the office that makes it, TOR002 says so.
    """
    results = mobility.results or Results()
    elsewhere = mobility.direction == "incoming" and {"ut2-university", "incoming"}.intersection(
        context.profiles
    )
    if _has_transcript(mobility) or derive.decided(mobility) or (elsewhere and not results.sent_to_ir_office):
        return
    limit = _limit(mobility, context)
    text = say("The transcript has not been issued; it is expected by {day}.", day=limit)
    node, ours = mobility.results or mobility, mobility.direction == "incoming"
    yield hit(node, None, text, due=derive.days_after(limit, 1), advice=OURS if ours else None)


@rule(
    "TOR108",
    N_("The transcript was not issued late"),
    severity=Severity.WARNING,
    profiles={"erasmus-he-studies", "incoming"},
    when=When(since=Phase.AFTER_RETURN, kinds=frozenset({"studies"})),
    numbers={"weeks": Number(Decimal(5), "week", "lower", of="TOR101")},
    cites=DEADLINE,
    why=N_("A late transcript cannot be cured, only explained: the reason belongs in the file."),
    fix=N_("Correct the date, or say in a waiver of this rule why it came late."),
)
def transcript_issued_late(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Only where the record says when the results were known: that they were on the last day would be a guess."""
    issued = mobility.results.issued if mobility.results else None
    if issued is None or mobility.results is None or _results_known(mobility) is None:
        return
    limit = _limit(mobility, context)
    if issued.first > limit:
        text = say(
            "The transcript was issued on {issued}; it was expected by {day}.", issued=issued.said, day=limit
        )
        yield hit(mobility.results, "issued", text)


@rule(
    "TOR102",
    N_("The transcript explains its grades"),
    severity=Severity.WARNING,
    profiles={"erasmus-he-studies", "incoming"},
    when=When(since=Phase.AFTER_RETURN),
    cites=(
        LA_GUIDE.at("transcript of records: the grade distribution included or attached; a link is enough"),
        ECTS_GUIDE.at("p. 39-41: grading scale and distribution table"),
    ),
    why=N_("A grade means something elsewhere only with its scale, its pass mark and how often it is given."),
    fix=N_(
        "Ask the host for its grading table, and write it, or where it is published, under results: grading."
    ),
    by="host",
)
def transcript_carries_grading_information(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The scale, the pass mark unless the scale is known, and the distribution: a table, a link, or by course.

    Where nothing is graded there is nothing to explain; once the recognition is decided it comes too late.
    """
    results = mobility.results
    if results is None or results.issued is None or derive.decided(mobility):
        return
    graded = [line for line in results.lines if line.grade is not None]
    scales = [line.scale or results.scale for line in graded]
    grading = results.grading or Grading()
    marked = grading.pass_mark or all(scale in context.lists["scales"].codes for scale in scales)
    shared = grading.tables or grading.url or grading.distribution
    lacking = (
        (say("their scale (scale)"), not all(scales)),
        (say("from which grade on they pass (pass_mark)"), not marked),
        (
            say("how often each is given (tables, url or distribution)"),
            not (shared or all(line.distribution for line in graded)),
        ),
    )
    absent = tuple(text for text, lacks in lacking if lacks)
    if absent:
        text = say("The transcript gives grades, and does not say {what}.", what=Series(absent, "or"))
        ours = say("Write our grading table, or where it is published, under results: grading.")
        advice = ours if mobility.direction == "incoming" else None
        yield hit(results, "grading" if results.grading else None, text, advice=advice)


@rule(
    "TOR103",
    N_("Credits are awarded only for what was validated"),
    severity=Severity.ERROR,
    profiles=RECOGNISING | {"incoming"},
    when=When(since=Phase.AFTER_RETURN),
    cites=(ECTS_GUIDE.at("credits are awarded after assessment has shown that the outcomes were achieved"),),
    why=N_("Credits of a course that was not validated would be recognised for nothing."),
    fix=N_("Correct the credits, or the status: compensated, where other results make up for a fail."),
)
def credits_awarded_only_when_passed(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Failed, not taken and pending give none; passed and compensated do. The total is TOR106's."""
    for line in mobility.results.lines if mobility.results else ():
        if line.credits and not line.validated:
            text = say(
                "{credits} credits are awarded, and the status is {status}.",
                credits=line.credits,
                status=Label("result-status", line.status),
            )
            yield hit(line, "credits", text)


@rule(
    "TOR109",
    N_("A course gives as many credits as were agreed for it"),
    severity=Severity.INFO,
    profiles=RECOGNISING | {"incoming"},
    when=When(since=Phase.AFTER_RETURN),
    cites=(ECTS_GUIDE.at("the full number of credits of a component is awarded, or none"),),
    why=N_(
        "Credits that differ from the agreement are a slip, or a change of the course catalogue to talk about."
    ),
    fix=N_("Compare with the transcript; if the host awards so many, there is nothing to do."),
)
def credits_awarded_as_agreed(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """By course, over all its lines if all are validated; once the recognition is decided it is of no more account."""
    version = derive.final_version(mobility)
    if mobility.results is None or version is None or derive.decided(mobility):
        return
    for row in (row for table in ("studied", "virtual") for row in version.tables[table]):
        lines = [line for line in mobility.results.lines if line.for_ == row.id]
        if (
            not lines
            or row.credits is None
            or any(line.credits is None or not line.validated for line in lines)
        ):
            continue
        awarded = sum((line.credits or ZERO for line in lines), ZERO)
        if abs(awarded - row.credits) > derive.ROUNDING:
            text = say(
                "{awarded} credits are awarded; {agreed} were agreed for this course.",
                awarded=awarded,
                agreed=row.credits,
            )
            yield hit(lines[0], "credits", text)


@rule(
    "TOR106",
    N_("The stated total of the transcript is the sum of its lines"),
    severity=Severity.ERROR,
    when=When(since=Phase.AFTER_RETURN),
    cites=(MOBCTL.at(N_("stated totals")),),
    why=N_(
        "A transcript that states one total and adds up to another was copied wrongly, or is not complete."
    ),
    fix=N_("Correct the total or the credits of a line, as on the transcript."),
)
def stated_transcript_is_the_sum(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """`results.stated_credits` against the credits awarded."""
    results = mobility.results
    total = derive.earned_credits(mobility).value
    stated = results.stated_credits if results else None
    if results and stated is not None and abs(stated - total) > derive.ROUNDING:
        yield hit(
            results,
            "stated_credits",
            say("{stated} credits are stated; the lines add up to {total}.", stated=stated, total=total),
        )
