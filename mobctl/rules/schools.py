"""Rules of one school or one kind of school."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Quoted, Series, Severity, say
from mobctl.model import Event, Mobility, Phase
from mobctl.rule import OUTGOING, Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import ECTS_GUIDE, IRTS, ITSRA, MOBCTL, RECOGNISING

ZERO = Decimal(0)
ATTESTED = (
    ITSRA.at(
        "« Au retour de sa période de mobilité, l’étudiant revient avec une attestation de l’organisme partenaire"
        " (terrain de stage et/ou organisme de formation) faisant état du respect du contrat préalablement établi"
        " (notamment : présence aux cours théoriques et objectifs de stage travaillés). »"
    ),
)
EVIDENCE = (
    ITSRA.at(
        "« Le rapport de stage de l’étudiant, l’évaluation du partenaire et le bilan avec le formateur référent de"
        " l’organisme de formation, valident tout ou partie des ECTS dédiés à la mobilité. »"
    ),
)
PRESENTATION = (
    ITSRA.at(
        "« La restitution de leur travail devant les autres étudiants de l’ITSRA fait partie des engagements pris au"
        " départ. »"
    ),
    IRTS.at("« Favoriser les retours d’expériences et la communication entre les étudiants »"),
)
RESIT = (
    ITSRA.at(
        "« Les ECTS non validés seront rattrapés dans le cadre de sessions organisées par l’ITSRA en France. »"
    ),
)


@rule(
    "SOC001",
    N_("The contract states the hours of classes, of practice and of the learner's own work"),
    severity=Severity.ERROR,
    profiles={"itsra-social-work"},
    when=When(since=Phase.BEFORE_DEPARTURE, directions=OUTGOING),
    cites=(
        ITSRA.at(
            "« un contrat pédagogique dans lequel apparaît le nombre d’heures de cours théoriques et pratiques à"
            " effectuer pendant sa période de mobilité, ainsi que le nombre d’heures de travail personnel »"
        ),
    ),
    why=N_(
        "The learner and both schools sign for these hours; the attestation on return is measured by them."
    ),
    fix=N_(
        "Write the hours under agreement: hours: theory, practice, personal and, for a placement, placement; 0 where"
        " there are none."
    ),
    clock=True,
)
def contract_states_taught_and_personal_hours(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Theory, practice and own work are stated, 0 included, and something is taught or done. Due until departure."""
    agreement, departure = mobility.agreement, derive.departure(mobility)
    if agreement is None:
        return
    stated = derive.hours(mobility)
    absent = [kind for kind in ("theory", "practice", "personal") if stated[kind] is None]
    if absent:
        names = {
            "theory": say("classes (theory)"),
            "practice": say("practical classes (practice)"),
            "personal": say("own work (personal)"),
        }
        text = say(
            "The contract does not state the hours of {kinds}.",
            kinds=Series(tuple(names[kind] for kind in absent)),
        )
    elif not _taught(stated):
        text = say("By the hours stated, there is neither a class nor a placement.")
    else:
        return
    due = departure.last if departure else None
    yield hit(agreement, "hours" if agreement.hours else None, text, due=due)


def _taught(stated: Mapping[str, Decimal | None]) -> bool:
    """Say whether there are hours of anything but the learner's own work."""
    return any(stated[kind] for kind in ("theory", "practice", "placement"))


@rule(
    "SOC008",
    N_("The hours of the contract go with its credits"),
    severity=Severity.INFO,
    profiles={"itsra-social-work"},
    when=When(since=Phase.BEFORE_DEPARTURE, directions=OUTGOING),
    numbers={
        "least": Number(Decimal(18), "hour per ects", "higher"),
        "most": Number(Decimal(32), "hour per ects", "lower"),
    },
    cites=(ECTS_GUIDE.at("workload: “in most cases … one credit corresponds to 25 to 30 hours of work”"),),
    why=N_(
        "Hours that do not go with the credits point to a slip in one of the two, or to an overloaded stay."
    ),
    fix=N_("Compare the hours and the credits with the contract; if both are meant, there is nothing to do."),
)
def hours_go_with_credits(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Only where all four totals are stated. French programmes run from about 20 hours a credit, so the band is wide.

    That there is neither a class nor a placement is SOC001's.
    """
    agreement, version = mobility.agreement, derive.final_version(mobility)
    stated = derive.hours(mobility)
    total = version.total("studied", "virtual") if version else None
    if agreement is None or total is None or not total.value or None in stated.values():
        return
    if not _taught(stated):
        return
    hours = sum((amount or ZERO for amount in stated.values()), ZERO)
    least, most = (context.numbers[name] * total.value for name in ("least", "most"))
    if not least <= hours <= most:
        yield hit(
            agreement,
            "hours" if agreement.hours else None,
            say(
                "The contract states {hours} hours for {credits} credits; {least} to {most} would be usual.",
                hours=hours,
                credits=total.value,
                least=least,
                most=most,
            ),
        )


@rule(
    "SOC002",
    N_("The partner attests that the contract was kept"),
    severity=Severity.ERROR,
    profiles={"itsra-social-work"},
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    numbers={"days": Number(Decimal(30), "day", "lower")},
    cites=ATTESTED,
    why=N_("It is the paper the learner comes back with: without it, nobody vouches for what was done."),
    fix=N_(
        "Ask the partner for the attestation, and record it under documents: kind partner-attestation, with compliance,"
        " attendance and objectives as it says."
    ),
    clock=True,
    by="host",
)
def partner_attestation_of_contract_compliance(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Expected within 30 days of the last day, or before the decision; then with all that the procedure asks it to say.

    Several attestations, of the school and of the placement, say it together. One that is noted under evidence alone
    is there, but says nothing.
    """
    noted = mobility.evidence.attestation if mobility.evidence else None
    papers = derive.attestations(mobility)
    if not papers and noted is None:
        yield _no_attestation(mobility, int(context.numbers["days"]))
        return
    wanted = {
        "issuer": say("who issued it (issuer)"),
        "issued": say("when it was issued (issued)"),
        "compliance": say("whether the contract was kept (compliance)"),
    }
    if derive.hours(mobility)["theory"]:
        wanted["attendance"] = say("whether the classes were attended (attendance)")
    if derive.has_placement(mobility):
        wanted["objectives"] = say("whether the objectives of the placement were worked on (objectives)")
    absent = [text for field, text in wanted.items() if not any(getattr(paper, field) for paper in papers)]
    if absent:
        text = say("The attestation does not say {what}.", what=Series(tuple(absent), "or"))
        yield hit(papers[-1] if papers else noted or mobility, None, text)


def _no_attestation(mobility: Mobility, days: int) -> Hit:
    end = derive.end(mobility)
    if end is None or derive.decided(mobility):
        return hit(mobility, None, say("There is no attestation of the partner."))
    limit = derive.days_after(end.last, days)
    text = say("There is no attestation of the partner; it is expected by {day}.", day=limit)
    return hit(mobility, None, text, due=derive.days_after(limit, 1))


@rule(
    "SOC009",
    N_("The attestation is of the end of the stay"),
    severity=Severity.WARNING,
    profiles={"itsra-social-work"},
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    numbers={"days": Number(Decimal(7), "day", "lower")},
    cites=ATTESTED,
    why=N_("An attestation that was made out well before the last day cannot speak of the whole stay."),
    fix=N_("Ask for an attestation of the whole stay, or say in a waiver why this one is enough."),
    by="host",
)
def attestation_is_of_the_end(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The latest one may be dated up to seven days before the last day: it is often signed on the last Friday."""
    end = derive.end(mobility)
    dated = [(paper.issued.last, paper) for paper in derive.attestations(mobility) if paper.issued]
    if not dated or end is None:
        return
    day, latest = max(dated, key=lambda each: each[0])
    if latest.issued and derive.days_after(day, int(context.numbers["days"])) < end.first:
        text = say(
            "The attestation is of {issued}; the stay ended on {end}.",
            issued=latest.issued.said,
            end=end.said,
        )
        yield hit(latest, "issued", text)


PIECES = {
    "report": (say("the learner's report (report)"), None),
    "partner_evaluation": (say("the partner's evaluation (partner_evaluation)"), "by"),
    "debrief": (say("the debrief with the referent trainer (debrief)"), "with_"),
}
"""What together validates the credits: how messages call it, and the field of the person who has to be named."""


def _lacking(mobility: Mobility, *pieces: str) -> Iterator[Hit]:
    """Say of pieces of evidence what is missing of them, where credits are validated."""
    if not derive.recognised_credits(mobility).value:
        return
    evidence = mobility.evidence
    for piece in pieces:
        what, person = PIECES[piece]
        event: Event | None = getattr(evidence, piece) if evidence else None
        if event is None:
            yield hit(evidence or mobility, None, say("Credits are validated without {what}.", what=what))
            continue
        if event.date is None:
            yield hit(event, None, say("The date is missing: {what}.", what=what))
        if person and getattr(event, person) is None:
            yield hit(event, None, say("The name is missing: {what}.", what=what))


@rule(
    "SOC003",
    N_("Credits are validated on the report, the partner's evaluation and the debrief"),
    severity=Severity.ERROR,
    profiles={"itsra-social-work"},
    when=When(decided=True, directions=OUTGOING),
    cites=EVIDENCE,
    why=N_("The three together validate the credits: a decision without one of them has nothing to rest on."),
    fix=N_(
        "Write the missing piece under evidence: report (date), partner_evaluation (date, by), debrief (date, with)."
    ),
)
def ects_validated_by_three_evidences(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Each dated, the evaluation and the debrief with a name; the report of a stay without placement is SOC010's."""
    report = ("report",) if derive.has_placement(mobility) else ()
    yield from _lacking(mobility, *report, "partner_evaluation", "debrief")


@rule(
    "SOC010",
    N_("A stay without a placement has a report too"),
    severity=Severity.WARNING,
    profiles={"itsra-social-work"},
    when=When(decided=True, directions=OUTGOING),
    cites=EVIDENCE,
    why=N_(
        "The procedure asks for a report of the placement; a stay of classes alone is best reported on as well."
    ),
    fix=N_("Write the day on which the report came in under evidence: report."),
)
def study_period_has_a_report(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """As SOC003 for the report, where there is no placement."""
    if not derive.has_placement(mobility):
        yield from _lacking(mobility, "report")


@rule(
    "SOC011",
    N_("The evidence was there when the credits were validated"),
    severity=Severity.WARNING,
    profiles={"itsra-social-work"},
    when=When(decided=True, directions=OUTGOING),
    cites=EVIDENCE,
    why=N_(
        "A decision taken before its evidence cannot be cured, only explained: the reason belongs in the file."
    ),
    fix=N_("Correct the date, or say in a waiver of this rule why the decision came first."),
)
def evidence_comes_before_the_decision(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The same day is in time; what is not there at all is SOC003's."""
    recognition, evidence = mobility.recognition, mobility.evidence
    decided = recognition.decided.date if recognition and recognition.decided else None
    if decided is None or evidence is None or not derive.recognised_credits(mobility).value:
        return
    for piece in PIECES:
        event: Event | None = getattr(evidence, piece)
        if event and event.date and event.date.first > decided.last:
            text = say(
                "This evidence is of {day}; the credits were validated on {decided}.",
                day=event.date.said,
                decided=decided.said,
            )
            yield hit(event, "date", text)


@rule(
    "SOC004",
    N_("No more credits are validated than the mobility was given"),
    severity=Severity.INFO,
    profiles=RECOGNISING,
    when=When(decided=True),
    cites=(
        ITSRA.at("« valident tout ou partie des ECTS dédiés à la mobilité »"),
        MOBCTL.at(N_("ECTS accumulation: credits recognised rest on what was agreed")),
    ),
    why=N_("The contract says how many credits the stay stands for; more of them would need another ground."),
    fix=N_(
        "Correct the credits recognised, or write the agreed difference under agreement: exceptions: [{credits, reason}]."
    ),
)
def validated_ects_within_dedicated_ects(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Against the final version, with its exceptions. What exceeds the results too is REC102's, save at this school."""
    version = derive.final_version(mobility)
    if mobility.recognition is None or version is None or not derive.more_than_dedicated(mobility, version):
        return
    if "itsra-social-work" in context.profiles or not derive.more_than_earned(mobility, version):
        yield hit(
            mobility.recognition,
            "blocks",
            say(
                "{recognised} credits are recognised; the agreement gives the mobility {dedicated}.",
                recognised=derive.recognised_credits(mobility).value,
                dedicated=derive.dedicated(mobility, version) or ZERO,
            ),
        )


@rule(
    "SOC005",
    N_("Credits that were not validated are caught up in a session of the home school in France"),
    severity=Severity.ERROR,
    profiles={"itsra-social-work"},
    when=When(decided=True),
    cites=RESIT,
    why=N_(
        "The school promises a way to every credit of the mobility: what is not validated has its session."
    ),
    fix=N_(
        "Add the session: recognition: remedial: [{for: b1, credits: 10, date, organiser: home, country: FR}]; for is the component of table B."
    ),
)
def unvalidated_ects_have_a_resit_session(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """At least the missing credits (a resit may take a whole unit), of the final version, less what is voluntary."""
    recognition = mobility.recognition
    version = derive.final_version(mobility)
    if recognition is None or version is None:
        return
    home = {row.id for row in version.tables["recognised"]}
    known = {line.id for line in mobility.results.lines} if mobility.results else set()
    dropped = {d.component for block in recognition.blocks for d in block.to if d.status == "voluntary"}
    due = sum((c.credits or ZERO for c in version.tables["recognised"] if c.id not in dropped), ZERO)
    settled = version.excepted
    for block in recognition.blocks:
        # What should have been recognised is REC001's; a session is for what was not validated.
        there = {d.component for d in block.to} <= home and set(block.from_) <= known
        owed = derive.promised(block, version, mobility) if there else ZERO
        settled += max(derive.granted(block), owed)
    missing = due - settled
    planned = sum((r.credits or ZERO for r in recognition.remedial), ZERO)
    if planned < missing:
        yield hit(
            recognition,
            "remedial" if recognition.remedial else None,
            say(
                "{missing} credits are not recognised, and the sessions planned cover {planned}.",
                missing=missing,
                planned=planned,
            ),
        )
    for session in recognition.remedial:
        country = session.country or (
            context.index.country(mobility.home) if session.organiser == "home" else None
        )
        if session.organiser != "home":
            yield hit(
                session,
                "organiser" if session.organiser else None,
                say("This session is not organised by the home school.")
                if session.organiser
                else say("This session does not say who organises it."),
            )
        elif country is None and mobility.home.ref not in {None, *context.index.institutions}:
            raise NotCheckableError(
                say(
                    "no file of the folder describes the institution {ref}",
                    ref=Quoted(mobility.home.ref or ""),
                )
            )
        elif country != "FR":
            yield hit(
                session,
                "country" if session.country else None,
                say(
                    "This session does not take place in France, but in {country}.",
                    country=Label("countries", country),
                )
                if country
                else say("This session does not say in which country it takes place."),
            )


@rule(
    "SOC007",
    N_("A catch-up session has a date"),
    severity=Severity.WARNING,
    profiles={"itsra-social-work"},
    when=When(decided=True),
    cites=RESIT,
    why=N_("The date is rarely known on the day of the decision, but a session without one is forgotten."),
    fix=N_("Write the date of the session as soon as it is fixed."),
    clock=True,
)
def resit_session_has_a_date(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Each planned session without a date, until graduation; from then on it is SOC013's."""
    if not _graduated(mobility, context):
        yield from _undated(mobility)


@rule(
    "SOC013",
    N_("At graduation, no catch-up session is without its date"),
    severity=Severity.ERROR,
    profiles={"itsra-social-work"},
    when=When(decided=True),
    cites=RESIT,
    why=N_("The diploma rests on credits that were caught up: by then, the session must have taken place."),
    fix=N_("Write the date on which the session took place, and how it ended under status."),
    clock=True,
)
def resit_session_took_place_by_graduation(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """From the day of the diploma, else of the jury, where the record has one."""
    if _graduated(mobility, context):
        yield from _undated(mobility)


def _graduated(mobility: Mobility, context: Context) -> bool:
    graduation = derive.graduation(mobility)
    return graduation is not None and graduation.last <= context.as_of


def _undated(mobility: Mobility) -> Iterator[Hit]:
    for session in mobility.recognition.remedial if mobility.recognition else ():
        if session.date is None:
            yield hit(session, None, say("The date of this session is not fixed yet."))


@rule(
    "SOC006",
    N_("Presenting the work to the other students is agreed before departure"),
    severity=Severity.WARNING,
    profiles={"itsra-social-work", "irts-social-work"},
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.AFTER_RETURN, directions=OUTGOING),
    cites=PRESENTATION,
    why=N_(
        "It is one of the commitments taken at departure: who does not know of it, does not prepare for it."
    ),
    fix=N_("Add peer-presentation to agreement: commitments."),
    clock=True,
)
def presentation_to_peers_committed(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Due until departure. After the return it cannot be made good any more: then SOC012 asks for the presentation."""
    agreement, departure = mobility.agreement, derive.departure(mobility)
    if agreement is None or "peer-presentation" in agreement.commitments:
        return
    text = say("The contract does not mention the presentation to the other students.")
    field = "commitments" if agreement.commitments else None
    yield hit(agreement, field, text, due=departure.last if departure else None)


@rule(
    "SOC012",
    N_("The work was presented to the other students after the return"),
    severity=Severity.WARNING,
    profiles={"itsra-social-work", "irts-social-work"},
    when=When(decided=True, directions=OUTGOING),
    cites=PRESENTATION,
    why=N_("Those who did not go profit from the stay only if they hear of it."),
    fix=N_("Write the day of the presentation under evidence: peer_presentation."),
    by="learner",
)
def presentation_to_peers_done(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Dated, and not before the last day of the stay; asked for once the recognition is decided."""
    evidence, end = mobility.evidence, derive.end(mobility)
    given = evidence.peer_presentation if evidence else None
    if given is None or given.date is None:
        text = say("No presentation to the other students is recorded.")
        yield hit(given or evidence or mobility, None, text)
    elif end and given.date.last < end.first:
        text = say(
            "The presentation was on {day}, before the stay ended on {end}.",
            day=given.date.said,
            end=end.said,
        )
        yield hit(given, "date", text)
