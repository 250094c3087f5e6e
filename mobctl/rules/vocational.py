"""Vocational training under Erasmus+: the agreement, the papers of the return, how long a stay may be."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Message, Series, Severity, say, say_n
from mobctl.model import Mobility, Node, Paper, Party, Phase
from mobctl.rule import OUTGOING, Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import (
    MOBILITY_DOCUMENTS,
    MOBILITY_REFERENT,
    PROGRAMME_GUIDE,
    VET_AGREEMENT,
    VET_COMPLEMENT,
)

VET = {"erasmus-vet"}
COMPLEMENT = "la-complement"
AGREED_BEFORE = (
    MOBILITY_REFERENT.at(
        "« vous devez utiliser un contrat pédagogique et ensuite délivrer un complément au contrat pédagogique »"
    ),
    MOBILITY_DOCUMENTS.at(
        "“before the activity starts, the sending organisation, hosting organisation, and the participant must agree on a learning agreement”"
    ),
)
CONFIRMED = (
    MOBILITY_REFERENT.at(
        "« délivrer un complément au contrat pédagogique après l’activité qui confirme que la mobilité s’est déroulée comme prévu »"
    ),
    VET_COMPLEMENT.at("the whole of it"),
)
INSTEAD = (
    MOBILITY_REFERENT.at(
        "« Le complément au contrat pédagogique n’est pas nécessaire si d’autres documents émis répondent aux mêmes exigences. »"
    ),
    MOBILITY_DOCUMENTS.at("“by issuing a Europass Mobility or a similar document”"),
)


def _alone(mobility: Mobility) -> bool:
    """Say whether the learner has papers of one's own; a group and a competition have not."""
    return not derive.shares_papers(mobility)


def _who(role: str) -> Label | Message:
    """Name who signs: here the learner is a pupil or an apprentice."""
    return say("the learner") if role == "learner" else Label("signature-roles", role)


def _departure(mobility: Mobility) -> date:
    day = derive.departure(mobility)
    if day is None:
        raise NotCheckableError(say("the day of departure is not known"))
    return day.last


def _limit(mobility: Mobility, context: Context) -> date:
    """The last day on which a paper of the return is in time."""
    end = derive.end(mobility)
    if end is None:
        raise NotCheckableError(say("the last day of the stay is not known"))
    return derive.days_after(end.last, int(context.numbers["days"]))


@rule(
    "DOC001",
    N_("The learning agreement of a vocational mobility is signed by all before departure"),
    severity=Severity.ERROR,
    profiles=VET,
    when=When(directions=OUTGOING),
    cites=AGREED_BEFORE,
    why=N_("The grant rests on it: without an agreement nothing says what the stay was for."),
    fix=N_("Have it signed, and write role and date under agreement: signatures."),
    clock=True,
)
def funded_mobility_has_agreement(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Learner, home and host, and an intermediary where there is one; until departure something to do.

    The legal representative of a minor is GEN107's. A group has a learning programme instead (DOC009).
    """
    if not _alone(mobility):
        return
    agreement, due = mobility.agreement, _departure(mobility)
    if agreement is None:
        yield hit(mobility, None, say("There is no learning agreement."), due=due)
        return
    departure = derive.departure(mobility)
    assert departure is not None  # noqa: S101  (else it could not be checked)
    for role in _parties(mobility):
        if not derive.signed(agreement.signatures, role):
            yield hit(
                agreement,
                "signatures" if agreement.signatures else None,
                say(
                    "A signature is missing, that of {role}; the departure is on {departure}.",
                    role=_who(role),
                    departure=departure.said,
                ),
                due=due,
                by=role,
            )


def _parties(mobility: Mobility) -> tuple[str, ...]:
    """Name the roles that sign the agreement of a vocational mobility."""
    return (*derive.SIGNATORIES, *(("intermediary",) if mobility.intermediary else ()))


@rule(
    "DOC006",
    N_("No signature of a vocational learning agreement is later than the departure"),
    severity=Severity.WARNING,
    profiles=VET,
    when=When(directions=OUTGOING),
    cites=AGREED_BEFORE[::-1],
    why=N_("A late signature cannot be cured, only explained: the reason belongs in the file."),
    fix=N_(
        "Say why: under agreement: late_signature, or in a waiver (waivers: [{rule: DOC006, all: true, reason, by, date}])."
    ),
)
def vocational_agreement_signed_late(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """As LA010: the day of departure is late too, a month only when it is over; the reason may stand in the agreement."""
    agreement, departure = mobility.agreement, derive.departure(mobility)
    if agreement is None or departure is None or agreement.late_signature or not _alone(mobility):
        return
    for role in _parties(mobility):
        signature = derive.signed(agreement.signatures, role)
        if signature and signature.date and signature.date.first >= departure.last:
            yield hit(
                signature,
                "date",
                say(
                    "This signature ({role}) is of {signed}; the departure was on {departure}.",
                    role=_who(role),
                    signed=signature.date.said,
                    departure=departure.said,
                ),
            )


@rule(
    "VET101",
    N_("The agreement of a vocational mobility says all that its form asks for"),
    severity=Severity.ERROR,
    profiles=VET,
    when=When(until=Phase.AFTER_RETURN, directions=OUTGOING),
    cites=(
        VET_AGREEMENT.at(
            "mobility, project, dates, qualification and level, learning outcomes, programme and tasks, monitoring and mentoring, assessment, recognition"
        ),
    ),
    why=N_("What the form leaves out is asked for again when the report is checked, and nobody remembers."),
    fix=N_(
        "Write what is missing in the field given in brackets; a tutor is a person: {name: {family, given}, position}."
    ),
    clock=True,
)
def vet_agreement_content(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """All that is missing in one finding, due until departure; the learning outcomes are LA005's."""
    agreement = mobility.agreement
    if agreement is None or not _alone(mobility):
        return
    absent = tuple(text for told, text in _content(mobility) if not told)
    if absent:
        text = say("The agreement leaves out: {items}.", items=Series(absent))
        alone = len(absent) == 1 and not (agreement.activities or agreement.tasks)
        yield hit(agreement, _written(context, alone), text, due=_departure(mobility))


def _written(context: Context, alone: bool) -> str | None:  # noqa: FBT001  (a private helper)
    """Point at the list of tasks or of activities, if nothing else is missing and it stands there empty."""
    fields = ("tasks", "activities") if alone else ()
    return next((each for each in fields if context.written("agreement", each)), None)


def _content(mobility: Mobility) -> Iterator[tuple[object, Message]]:
    """What the form asks for: whether the record says it, and how it is called."""
    agreement, enrolment, planned = mobility.agreement, mobility.learner.enrolment, mobility.period.planned
    told = agreement.recognition if agreement else None
    hosts = [
        *mobility.host_companies,
        mobility.host,
        *([mobility.intermediary] if mobility.intermediary else ()),
    ]
    home = mobility.home
    yield mobility.project_code, say("the code of the project (project_code)")
    yield planned and planned.start and planned.end, say("the first and the last day (period: planned)")
    yield (
        enrolment and enrolment.programme and enrolment.eqf,
        say("the qualification and its EQF level (learner: enrolment: programme and eqf)"),
    )
    yield (
        agreement and (agreement.activities or agreement.tasks),
        say("the programme and the tasks (agreement: tasks or activities, as a list)"),
    )
    yield (
        any(map(_follows, hosts)),
        say("who follows the learner on the spot (tutor of the company or of the host)"),
    )
    yield (
        home.tutor or home.mobility_referent or home.coordinator,
        say("who follows the learner from home (home: tutor or mobility_referent)"),
    )
    yield (
        mobility.evaluation and mobility.evaluation.methods,
        say(
            "how the learning outcomes are assessed (evaluation: methods, such as company-grid or interview)"
        ),
    )
    yield (
        told and (told.automatic or told.terms),
        say("how they are recognised (agreement: recognition: terms)"),
    )


def _follows(party: Party) -> bool:
    return bool(party.tutor or party.mentor or party.trainer)


def _complements(mobility: Mobility) -> tuple[Paper, ...]:
    """The complements themselves, without what stands in for one."""
    return tuple(paper for paper in derive.papers(mobility, COMPLEMENT) if paper.kind == COMPLEMENT)


@rule(
    "DOC002",
    N_("The complement of the agreement is signed by the learner and by the host"),
    severity=Severity.ERROR,
    profiles=VET,
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    numbers={"days": Number(Decimal(30), "day", "lower", of="DOC007")},
    cites=(
        MOBILITY_REFERENT.at(
            "« Le complément au contrat pédagogique doit être signé par le participant et le partenaire d’accueil »"
        ),
    ),
    why=N_("It is the word of these two that proves the stay, nobody else's."),
    fix=N_("Have it signed, and write role, name, position and date under its signatures."),
    clock=True,
)
def complement_signed_by_participant_and_host(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A complement that is there; the host's signature names who signed, and as what. Something to do for some days."""
    for paper in _complements(mobility):
        limit = _limit(mobility, context)
        late = derive.days_after(limit, 1)
        for role in ("learner", "host"):
            signature = derive.signed(paper.signatures, role)
            if signature is None:
                text = say(
                    "The complement is not signed by {role}; the signature is expected by {day}.",
                    role=_who(role),
                    day=limit,
                )
                yield hit(paper, "signatures" if paper.signatures else None, text, due=late, by=role)
            elif role == "host" and not (signature.name and signature.position):
                text = say("The signature of the host does not give the name and the position of who signed.")
                yield hit(signature, None, text, due=late)


@rule(
    "DOC003",
    N_("The complement is dated on the last day of the stay or later"),
    severity=Severity.ERROR,
    profiles=VET,
    when=When(directions=OUTGOING),
    cites=(MOBILITY_REFERENT.at("« (daté du dernier jour de présence ou après) »"),),
    why=N_("Before the end nobody can confirm that the whole stay took place."),
    fix=N_("Have it made out and signed anew: no earlier than on the last day of presence."),
    waivable=False,
)
def complement_dated_last_day_or_later(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Issue date and signatures of a complement; of a paper that stands in for one, the host's signature.

    The day is that of the home school or that where it was signed, whichever is later: the last day ends when it ends there.
    """
    actual = mobility.period.actual
    for paper in derive.papers(mobility, COMPLEMENT):
        if actual is None or actual.end is None:
            raise NotCheckableError(say("the last day of the stay is not known"))
        end, own = actual.end, paper.kind == COMPLEMENT
        if own and paper.issued and paper.issued.last < end.first:
            text = say(
                "This is dated {day}, before the last day of the stay, {end}.",
                day=paper.issued.said,
                end=end.said,
            )
            yield hit(paper, "issued", text)
        roles = ("learner", "host", "host-company") if own else ("host", "host-company")
        for signature in paper.signatures:
            day = signature.date if signature.role in roles and derive.given(signature) else None
            if day and day.latest < end.first:
                text = say(
                    "This signature ({role}) is of {signed}, before the last day of the stay, {end}.",
                    role=_who(signature.role),
                    signed=day.said,
                    end=end.said,
                )
                yield hit(signature, "date", text)


@rule(
    "DOC008",
    N_("The complement says whether all went as planned"),
    severity=Severity.ERROR,
    profiles=VET,
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    cites=CONFIRMED,
    why=N_("That is what it is for; what went otherwise has to be written down."),
    fix=N_("Write outcome: as-planned, or outcome: with-deviations and under deviations what was different."),
)
def complement_says_how_it_went(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A complement that is issued, without an outcome, or with deviations that it does not tell."""
    for paper in _complements(mobility):
        if paper.issued and paper.outcome is None:
            yield hit(paper, None, say("This complement does not say whether all went as planned."))
        elif paper.outcome == "with-deviations" and not paper.deviations:
            yield hit(paper, "outcome", say("The complement does not say what went otherwise than planned."))


def _proof(mobility: Mobility, context: Context) -> Iterator[tuple[Node, str | None, Message]]:
    """What is missing to prove the stay: nothing if there is a complement, a Europass, or a paper that says as much."""
    europass = mobility.europass
    if _complements(mobility) or (europass and (europass.issued or europass.status == "issued")):
        return
    if any(paper.issued for paper in derive.papers(mobility, "europass-mobility")):
        return
    instead = derive.papers(mobility, COMPLEMENT)
    wanting = [(paper, tuple(_leaves_out(paper))) for paper in instead]
    if all(absent for _, absent in wanting):
        for paper, absent in wanting:
            yield (
                paper,
                None,
                say("In place of the complement, this leaves out: {items}.", items=Series(absent)),
            )
        if not wanting:
            text = say("There is no complement of the agreement, and nothing in its place.")
            yield mobility, _papers(context), text


def _papers(context: Context) -> str | None:
    """Point at the list of papers, where the record has one."""
    return "documents" if context.written("documents") else None


def _leaves_out(paper: Paper) -> Iterator[Message]:
    """What a paper lacks that a complement has; who went where is the record's own."""
    covers = paper.covers
    if not (covers and covers.from_ and covers.to):
        yield say("the days (covers)")
    if not paper.outcomes:
        yield say("the learning outcomes (outcomes)")
    if not any(derive.signed(paper.signatures, role) for role in ("host", "host-company")):
        yield say("the signature of the host (signatures)")


@rule(
    "DOC004",
    N_("Before the stay counts, its complement is there, or what stands in for it"),
    severity=Severity.ERROR,
    profiles=VET,
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING, decided=True),
    cites=INSTEAD,
    why=N_("Without proof that the stay took place the grant is claimed back."),
    fix=N_(
        "Have the complement signed and write it under documents: - {kind: la-complement, issued, outcome: as-planned, signatures: [{role: learner, date}, {role: host, name, position, date}]}; or mark another paper with equivalent_to: la-complement."
    ),
)
def complement_waiver_needs_equivalent_evidence(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Once recognition is decided. A Europass that is issued is enough; another paper has dates, outcomes, a signature."""
    if _alone(mobility):
        for node, field, text in _proof(mobility, context):
            yield hit(node, field, text)


@rule(
    "DOC007",
    N_("The complement of the agreement is there a month after the return"),
    severity=Severity.WARNING,
    profiles=VET,
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    numbers={"days": Number(Decimal(30), "day", "lower")},
    cites=CONFIRMED,
    why=N_("The longer one waits, the harder it is to get a signature from abroad."),
    fix=N_(
        "Have the complement signed and write it under documents: - {kind: la-complement, issued, outcome: as-planned, signatures: [{role: learner, date}, {role: host, name, position, date}]}; or mark another paper with equivalent_to: la-complement."
    ),
    clock=True,
    by="host",
)
def complement_is_there(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """What DOC004 asks for, as something to do for some days and a warning after them; silent once it is decided.

    Of a Europass that was asked for EUP005 speaks: issued, it will be proof enough.
    """
    awaited = mobility.europass is not None and mobility.europass.requested is not None
    if _alone(mobility) and not awaited and not derive.decided(mobility):
        for node, field, text in _proof(mobility, context):
            limit = _limit(mobility, context)
            yield hit(node, field, text, due=derive.days_after(limit, 1))


@rule(
    "DOC005",
    N_("An attestation of participation is signed by the partner and by each company"),
    severity=Severity.WARNING,
    profiles=VET,
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    numbers={"days": Number(Decimal(30), "day", "lower", of="DOC007")},
    cites=(
        MOBILITY_REFERENT.at(
            "« délivrer une attestation de participation signée par votre partenaire et les entreprises d’accueil »"
        ),
        MOBILITY_REFERENT.at("« Elle n’engage que votre organisation et vos partenaires. »"),
    ),
    why=N_("It binds only those who have signed it."),
    fix=N_(
        "Have those sign who are missing, and write it under the attestation: signatures: - {role: host-company, name, position, date}; the partner signs as role: host."
    ),
    clock=True,
)
def participation_attestation_signed(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Where there is one: the host has signed, and as many companies as there are; on several papers is as good."""
    papers = derive.papers(mobility, "participation-attestation")
    if not papers:
        return
    given = [each for paper in papers for each in paper.signatures if derive.given(each)]
    companies = sum(each.role == "host-company" for each in given)
    limit = _limit(mobility, context)
    late = derive.days_after(limit, 1)
    if not any(each.role == "host" for each in given):
        text = say(
            "The attestation is not signed by the partner; the signature is expected by {day}.", day=limit
        )
        yield hit(papers[-1], None, text, due=late, by="host")
    if companies < (all_of_them := len(mobility.host_companies)):
        text = (
            say("The company has not signed the attestation; the signature is expected by {day}.", day=limit)
            if all_of_them == 1
            else say(
                "The attestation is signed by {signed} of {all} companies; the rest is expected by {day}.",
                signed=companies,
                all=all_of_them,
                day=limit,
            )
        )
        yield hit(papers[-1], None, text, due=late, by="host-company")


@rule(
    "DOC009",
    N_("A group has a learning programme and a signed list of participants"),
    severity=Severity.ERROR,
    profiles=VET,
    when=When(directions=OUTGOING),
    numbers={"days": Number(Decimal(30), "day", "lower", of="DOC007")},
    cites=(
        MOBILITY_DOCUMENTS.at(
            "“In the case of group mobility activities, a learning programme must be defined for the whole group … After the activity, beneficiary organisation must keep the learning programme and a list of participants”"
        ),
    ),
    why=N_("A group has no agreements of its own for each learner: these two papers stand for all of them."),
    fix=N_(
        "Keep both under documents: - {kind: group-programme, title, issued} and - {kind: participants-list, issued, signatures: [{role: host, name, date}]}."
    ),
    clock=True,
)
def group_has_programme_and_list(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The programme until departure, the list within some days of the return; each is something to do until then."""
    if mobility.format != "group":
        return
    if not derive.papers(mobility, "group-programme"):
        text = say("There is no learning programme for the group.")
        advice = say(
            "Write the programme, and list it under documents: - {kind: group-programme, title, issued}."
        )
        yield hit(mobility, _papers(context), text, due=_departure(mobility), advice=advice)
    if derive.phase(mobility, context.as_of) < Phase.AFTER_RETURN:
        return
    lists = derive.papers(mobility, "participants-list")
    if not any(derive.given(each) for paper in lists for each in paper.signatures):
        limit = _limit(mobility, context)
        text = (
            say("Nobody has signed the list of participants; it is expected by {day}.", day=limit)
            if lists
            else say("There is no list of participants; it is expected by {day}.", day=limit)
        )
        advice = (
            say(
                "Have the list signed, and write who signed it under its signatures: - {role: host, name, date}."
            )
            if lists
            else say(
                "Have the list signed, and write it under documents: - {kind: participants-list, issued, signatures: [{role: host, name, date}]}."
            )
        )
        late = derive.days_after(limit, 1)
        yield hit(
            lists[-1] if lists else mobility,
            None if lists else _papers(context),
            text,
            due=late,
            advice=advice,
        )


def _form(mobility: Mobility) -> str:
    return "competition" if mobility.kind == "skills-competition" else mobility.format or ""


FORMS = {
    "vet-short": ("short", say("a short mobility (format: vet-short)")),
    "erasmuspro": ("long", say("a long mobility (format: erasmuspro)")),
    "group": ("group", say("a mobility of a group (format: group)")),
    "competition": ("competition", say("a competition (format: competition)")),
}
"""The formats of vocational training: the name of their numbers, and what they are called."""

FEWER = say(
    "Correct the days or the format. A shorter stay, of two days or more, is for participants with fewer opportunities: "
    "if the learner is one, write fewer_opportunities: true under learner."
)

LEAST, MOST = "higher", "lower"
"""A minimum is the stricter the higher, a maximum the lower."""


@rule(
    "DUR105",
    N_("A vocational mobility is as long as its kind may be"),
    severity=Severity.ERROR,
    profiles=VET,
    when=When(directions=OUTGOING),
    numbers={
        "short_least": Number(Decimal(10), "day", LEAST),
        "short_most": Number(Decimal(89), "day", MOST),
        "supported_least": Number(Decimal(2), "day", LEAST),
        "long_least": Number(Decimal(90), "day", LEAST),
        "long_most": Number(Decimal(365), "day", MOST),
        "group_least": Number(Decimal(2), "day", LEAST),
        "group_most": Number(Decimal(30), "day", MOST),
        "competition_least": Number(Decimal(1), "day", LEAST),
        "competition_most": Number(Decimal(10), "day", MOST),
    },
    cites=(
        PROGRAMME_GUIDE.at(
            "mobility of VET learners: short-term (10 to 89 days, 2 if justified for participants with fewer opportunities), ErasmusPro (90 to 365), group mobility (2 to 30), skills competitions (1 to 10)"
        ),
    ),
    why=N_("Outside these bounds the stay is not funded, or the grant is claimed back."),
    fix=N_("Correct the days or the format; travel days are not counted."),
)
def vet_duration_by_activity(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """First and last day included. A stay that was cut short is not too short; a month for a day cannot be counted."""
    start, end = derive.start(mobility), derive.end(mobility)
    if mobility.programme not in {None, "KA121-VET", "KA122-VET"} or not start or not end:
        return
    name, called = FORMS.get(_form(mobility), (None, None))
    if name is None or called is None or start.exact is None or end.exact is None:
        raise NotCheckableError(say("the format of the mobility or one of its days is not known"))
    supported = name == "short" and mobility.learner.fewer_opportunities
    least = context.numbers["supported_least" if supported else f"{name}_least"]
    most = context.numbers[f"{name}_most"]
    days = (end.exact - start.exact).days + 1
    short = 0 < days < least and mobility.status != "interrupted"
    if short or days > most:
        text = say_n(
            "This stay lasts one day; {kind} lasts {least} to {most}.",
            "This stay lasts {n} days; {kind} lasts {least} to {most}.",
            days,
            kind=called,
            least=least,
            most=most,
        )
        fewer = short and name == "short" and days >= context.numbers["supported_least"]
        span = mobility.period.actual or mobility.period.planned
        yield hit(span or mobility, None, text, advice=FEWER if fewer else None)
