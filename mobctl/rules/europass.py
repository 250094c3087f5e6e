"""The Europass Mobility: asked for before the departure, filled in by the host, issued after the return."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Message, Series, Severity, say
from mobctl.model import Europass, Mobility, Party, Person, Phase, Signature
from mobctl.rule import OUTGOING, Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import EUROPASS_DECISION, EUROPASS_TEMPLATE, MOBILITY_REFERENT

ISSUERS = {"erasmus-vet", "erasmus-he-studies", "erasmus-he-traineeship"}
"""The profiles of those who issue it, or may."""

ASKED = (
    MOBILITY_REFERENT.at(
        "« c’est à l’organisme d’envoi d’en faire la demande, avant le départ en mobilité »"
    ),
)
FILLED_IN = (
    MOBILITY_REFERENT.at(
        "« La structure d’accueil en Europe précise l’identité et la fonction du tuteur, décrit les aptitudes et les compétences acquises, puis signe et appose son cachet. »"
    ),
    MOBILITY_REFERENT.at(
        "« présente comment, où et par qui le stagiaire a été formé. Il présente les activités réalisées et l’ensemble des compétences acquises »"
    ),
)
IN_TURN = (
    MOBILITY_REFERENT.at(
        "« Le bénéficiaire signe le document. Enfin, au retour du bénéficiaire, l’organisme d’envoi délivre officiellement l’Europass Mobilité, le signe et y appose son cachet. »"
    ),
)
WRITTEN = {"host-completed", "issued"}


def _issued(europass: Europass) -> bool:
    return europass.status == "issued" or europass.issued is not None


@rule(
    "EUP001",
    N_("The home school asks for the Europass Mobility before the departure"),
    severity=Severity.WARNING,
    profiles=ISSUERS,
    when=When(until=Phase.RECOGNISED, directions=OUTGOING),
    cites=ASKED,
    why=N_(
        "It is the sending organisation's document: the host can only fill in what has been opened for it."
    ),
    fix=N_(
        "Ask for it, and write the day and by: home under europass: requested. What is late cannot be cured: say why in a waiver (waivers: [{rule: EUP001, all: true, reason, by, date}])."
    ),
    clock=True,
)
def europass_requested_by_home_before_departure(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Where one is meant to be issued: asked for by the home school, and no later than on the eve of departure."""
    if mobility.europass is None and not derive.papers(mobility, "europass-mobility"):
        return
    europass, departure = mobility.europass, derive.departure(mobility)
    if departure is None:
        raise NotCheckableError(say("the day of departure is not known"))
    requested = europass.requested if europass else None
    if requested is None or requested.date is None:
        text = say(
            "Nothing says when the Europass was asked for; the departure is on {departure}.",
            departure=departure.said,
        )
        yield hit(requested or europass or mobility, None, text, due=departure.last)
    elif requested.date.first >= departure.last:
        text = say(
            "The Europass was asked for on {day}; the departure was on {departure}.",
            day=requested.date.said,
            departure=departure.said,
        )
        yield hit(requested, "date", text)
    if requested and requested.by and requested.by != "home":
        text = say("The Europass was not asked for by the home school.")
        yield hit(requested, "by", text)


def _mentor(mobility: Mobility, europass: Europass) -> Person | None:
    """Find the tutor at the host: whom the document names, else the one of the company or of the host."""
    parties: tuple[Party, ...] = (*mobility.host_companies, mobility.host)
    named = (person for party in parties for person in (party.tutor, party.mentor, party.trainer))
    return europass.mentor or next((person for person in named if person), None)


def _recorded(mobility: Mobility, europass: Europass) -> bool:
    """Say whether what was learnt is there: the skills (section 5a), or the courses with their results (5b)."""
    return bool(
        europass.skills
        or europass.skill_groups
        or (europass.record == "courses" and mobility.results and mobility.results.lines)
    )


@rule(
    "EUP002",
    N_("The host has filled in and signed its part of the Europass"),
    severity=Severity.ERROR,
    profiles=ISSUERS,
    when=When(since=Phase.DURING, directions=OUTGOING),
    cites=FILLED_IN,
    why=N_("Where, how and by whom the learner was trained, and what was learnt: only the host can say it."),
    fix=N_("Send the host the form or the link, and write what it fills in under europass."),
)
def europass_host_part_complete(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Once the host has filled it in or it is issued: tutor and function, activities, skills or courses, signature."""
    europass = mobility.europass
    if europass is None or not (europass.status in WRITTEN or _issued(europass)):
        return
    mentor = _mentor(mobility, europass)
    learnt = _recorded(mobility, europass)
    fields = (
        ("mentor", mentor and mentor.position),
        ("activities", europass.activities),
        ("skills", learnt),
        ("signatures", _host(europass)),
    )
    parts = (
        (mentor, say("the tutor at the host (mentor)")),
        (not mentor or mentor.position, say("the function of the tutor (mentor: position)")),
        (europass.activities, say("what the learner did (activities)")),
        (
            learnt,
            say("the skills acquired (skills), or the courses with their results"),
        ),
        (_host(europass), say("the signature of the host (signatures)")),
    )
    absent = tuple(text for told, text in parts if not told)
    if absent:
        text = say("The part of the host leaves out: {items}.", items=Series(absent))
        yield hit(europass, _only(context, [field for field, told in fields if not told]), text)


def _only(context: Context, fields: list[str]) -> str | None:
    """Point at the one field that is wanting, if it stands there with nothing in it."""
    return fields[0] if len(fields) == 1 and context.written("europass", fields[0]) else None


def _who(role: str) -> Label | Message:
    """Name who signs: here it may be a pupil, an apprentice or a student."""
    return say("the learner") if role == "learner" else Label("signature-roles", role)


def _host(europass: Europass) -> Signature | None:
    """Find the signature of the host, or of the company where the learner was."""
    return derive.signed(europass.signatures, "host") or derive.signed(europass.signatures, "host-company")


@rule(
    "EUP003",
    N_("The Europass is issued after the return, once host and learner have signed"),
    severity=Severity.ERROR,
    profiles=ISSUERS,
    when=When(directions=OUTGOING),
    cites=(*IN_TURN, EUROPASS_TEMPLATE.at("date of issue: not before the end of the learning period")),
    why=N_(
        "It certifies the whole stay: issued before its end, or before the others signed, it proves less."
    ),
    fix=N_(
        "Correct the dates, or issue the document anew: the host first, then the learner, last the home school."
    ),
)
def europass_signature_order(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Of one that is issued: not before the last day, signed by home and learner, and no signature after its issue.

    The host's signature is EUP002's.
    """
    europass = mobility.europass
    if europass is None or not _issued(europass):
        return
    home, issued = derive.signed(europass.signatures, "home"), europass.issued
    for role in ("learner", "home"):
        if not derive.signed(europass.signatures, role):
            text = say("The Europass is issued and not signed by {role}.", role=_who(role))
            yield hit(europass, "signatures" if europass.signatures else None, text, by=role)
    actual = mobility.period.actual
    end = actual.end if actual else None
    day = issued or (home.date if home else None)
    if day is None:
        return
    if end is None:
        raise NotCheckableError(say("the last day of the stay is not known"))
    if day.latest < end.first:
        text = say(
            "The Europass is issued on {day}, before the last day of the stay, {end}.",
            day=day.said,
            end=end.said,
        )
        yield hit(europass if issued else home or europass, "issued" if issued else "date", text)
    for signature in (_host(europass), derive.signed(europass.signatures, "learner")):
        if signature and signature.date and signature.date.first > day.last:
            text = say(
                "This signature ({role}) is of {signed}, after the Europass was issued on {day}.",
                role=_who(signature.role),
                signed=signature.date.said,
                day=day.said,
            )
            yield hit(signature, "date", text)


@rule(
    "EUP005",
    N_("A Europass that was asked for is issued after the return"),
    severity=Severity.WARNING,
    profiles=ISSUERS,
    when=When(since=Phase.AFTER_RETURN, until=Phase.RECOGNISED, directions=OUTGOING),
    numbers={"days": Number(Decimal(60), "day", "lower")},
    cites=IN_TURN,
    why=N_("What was opened and never issued is worth nothing to the learner."),
    fix=N_("Have host and learner sign, then issue it and write the day under europass: issued."),
    clock=True,
)
def europass_is_issued(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Something to do for some days after the return, then a warning; it says whose turn it is."""
    europass = mobility.europass
    if europass is None or europass.requested is None or _issued(europass):
        return
    end = derive.end(mobility)
    if end is None:
        raise NotCheckableError(say("the last day of the stay is not known"))
    limit = derive.days_after(end.last, int(context.numbers["days"]))
    turn, text = _turn(europass, limit)
    yield hit(europass, "status" if europass.status else None, text, due=derive.days_after(limit, 1), by=turn)


def _turn(europass: Europass, limit: date) -> tuple[str, Message]:
    """Say whose turn it is, and what there is to do."""
    if not _host(europass) and europass.status not in WRITTEN:
        return "host", say(
            "The host has not filled in its part of the Europass; it is to be issued by {day}.", day=limit
        )
    if not derive.signed(europass.signatures, "learner"):
        return "learner", say(
            "The learner has not signed the Europass; it is to be issued by {day}.", day=limit
        )
    return "home", say("The home school has not issued the Europass; that is to be done by {day}.", day=limit)


@rule(
    "EUP006",
    N_("Host and home school have stamped the Europass"),
    severity=Severity.WARNING,
    profiles=ISSUERS,
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    cites=(*FILLED_IN[:1], *IN_TURN),
    why=N_("The form has a place for it; some countries have no stamps, and then the signature is enough."),
    fix=N_(
        "Write stamp: true under the signature, or say in a waiver that the organisation has no stamp (waivers: [{rule: EUP006, all: true, reason, by, date}])."
    ),
)
def europass_is_stamped(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The signatures of the host and of the home school, where they are there."""
    europass = mobility.europass
    if europass is None:
        return
    for signature in (_host(europass), derive.signed(europass.signatures, "home")):
        if signature and not signature.stamp:
            text = say(
                "This signature of the Europass ({role}) has no stamp.",
                role=_who(signature.role),
            )
            yield hit(signature, None, text)


@rule(
    "EUP007",
    N_("The Europass is signed in its order, and not long before the end"),
    severity=Severity.INFO,
    profiles=ISSUERS,
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    numbers={"days": Number(Decimal(7), "day", "lower")},
    cites=(*FILLED_IN[:1], *IN_TURN),
    why=N_(
        "The host describes what was learnt, then the learner signs to it; before the last week much is still to come."
    ),
    fix=N_(
        "Correct the dates; if they are right, say so in a waiver, and it is not said again (waivers: [{rule: EUP007, all: true, reason, by, date}])."
    ),
)
def europass_signed_in_turn(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The learner before the host, or the host more than a week before the last day."""
    europass, actual = mobility.europass, mobility.period.actual
    host = _host(europass) if europass else None
    if europass is None or host is None or host.date is None:
        return
    learner = derive.signed(europass.signatures, "learner")
    if learner and learner.date and learner.date.latest < host.date.first:
        text = say(
            "The learner signed on {learner}, before the host did on {host}.",
            learner=learner.date.said,
            host=host.date.said,
        )
        yield hit(learner, "date", text)
    end, days = actual.end if actual else None, int(context.numbers["days"])
    if end and derive.days_after(host.date.latest, days) < end.first:
        text = say(
            "The host signed on {host}, more than {days} days before the last day of the stay, {end}.",
            host=host.date.said,
            days=days,
            end=end.said,
        )
        yield hit(host, "date", text)


EUROPEAN = ("EU", "EEA", "EFTA", "EHEA")
"""The groups of countries whose members are European; those of the Higher Education Area are the widest."""
NOT_IN_EUROPE = {"KZ"}
IN_EUROPE = {"AX", "FO", "GG", "GI", "IM", "JE", "MC", "SJ", "XK"}
"""A member of the area that lies in Asia; territories and states of Europe that are in none of the groups."""


@rule(
    "EUP004",
    N_("A Europass Mobility is of a stay in Europe"),
    severity=Severity.WARNING,
    profiles=ISSUERS,
    when=When(until=Phase.AFTER_RETURN, directions=OUTGOING),
    cites=(
        MOBILITY_REFERENT.at(
            "« il décrit la période d’études ou de stage effectuée dans un autre pays européen »"
        ),
        EUROPASS_TEMPLATE.at("countries: EU, EFTA, EEA and candidate countries"),
    ),
    why=N_(
        "The document is made for stays in another European country; elsewhere the platform may not issue it."
    ),
    fix=N_(
        "Take europass out, and issue an attestation of participation or a certificate of validation instead; or correct the country."
    ),
)
def europass_destination_in_europe(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The country of the stay; that it is not the home country is GEN105's."""
    if mobility.europass is None:
        return
    there = mobility.destination if mobility.destination and mobility.destination.country else mobility.host
    country = there.country or context.index.country(mobility.host)
    if country is None:
        raise NotCheckableError(say("the country of the host is not known"))
    start = derive.start(mobility)
    on = start.first if start else context.as_of
    countries = context.lists["countries"]
    member = any(countries.group(country, group, on) for group in EUROPEAN) and country not in NOT_IN_EUROPE
    if not member and country not in IN_EUROPE:
        text = say(
            "A Europass is foreseen, and the stay is in {country}.", country=Label("countries", country)
        )
        yield hit(there, "country" if there.country else None, text)


@rule(
    "EUP101",
    N_("An issued Europass has all that its form requires"),
    severity=Severity.ERROR,
    profiles=ISSUERS,
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    cites=(EUROPASS_TEMPLATE.at("fields marked with an asterisk"),),
    why=N_("The platform, and whoever reads the document, rejects one with an empty required field."),
    fix=N_(
        "Write what is missing in the field given in brackets; a contact is a person: {name: {family, given}, email}."
    ),
)
def europass_mandatory_fields(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """What EUP002 and EUP003 do not ask for: given name, number, day of issue, initiative, contacts, days."""
    europass, actual = mobility.europass, mobility.period.actual
    if europass is None or not _issued(europass):
        return
    parts = (
        (europass.reference, say("its number (europass: reference)")),
        (europass.issued, say("the day of issue (europass: issued)")),
        (europass.initiative, say("the learning initiative (europass: initiative)")),
        (_contact(mobility.home), say("a person to ask at the home school (home: contact)")),
        (
            any(map(_contact, (mobility.host, *mobility.host_companies))),
            say("a person to ask at the host (host: contact)"),
        ),
        (actual and actual.start and actual.end, say("the first and the last day (period: actual)")),
        (europass.record, say("whether it records skills or courses (europass: record)")),
    )
    absent = tuple(text for told, text in parts if not told)
    if absent:
        yield hit(europass, None, say("The Europass leaves out: {items}.", items=Series(absent)))


def _contact(party: Party) -> bool:
    """Say whether somebody at an institution can be asked."""
    people = (
        party.contact,
        party.coordinator,
        party.mobility_referent,
        party.tutor,
        party.mentor,
        party.trainer,
    )
    return any(people)


@rule(
    "EUP103",
    N_("A Europass records courses only of a stay of studies in higher education"),
    severity=Severity.WARNING,
    profiles=ISSUERS,
    when=When(directions=OUTGOING),
    cites=(
        EUROPASS_TEMPLATE.at("section 5a: skills acquired; section 5b: courses and grades of a study period"),
    ),
    why=N_(
        "Section 5b is made for courses with credits and grades; what is learnt at work stands in section 5a."
    ),
    fix=N_("Write record: skills, and the skills one by one."),
)
def europass_record_fits(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """`record: courses` for a stay of another kind."""
    europass = mobility.europass
    if europass and europass.record == "courses" and mobility.kind not in {"studies", "study+traineeship"}:
        text = say(
            "This Europass records courses, and the stay is one of {kind}.",
            kind=Label("kinds", mobility.kind),
        )
        yield hit(europass, "record", text)


@rule(
    "EUP102",
    N_("Outside a programme of the EU, a Europass rests on a written agreement and a mentor"),
    severity=Severity.INFO,
    profiles=ISSUERS,
    when=When(until=Phase.AFTER_RETURN, directions=OUTGOING),
    cites=(
        EUROPASS_DECISION.at(
            "annex III: a written agreement on content, objectives and duration; a mentor in the host country"
        ),
    ),
    why=N_("The decision that asked for it was repealed; the centres still go by it."),
    fix=N_(
        "Write what is missing: agreement with learning_outcomes, tasks or studied; europass: mentor: {name: {family, given}, position}."
    ),
)
def europass_quality_criteria(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Of a stay that says it belongs to no programme of the EU."""
    europass, agreement = mobility.europass, mobility.agreement
    if europass is None or mobility.programme not in {"none", "bilateral", "regional"}:
        return
    told = agreement and (
        agreement.learning_outcomes or agreement.activities or agreement.tasks or agreement.studied
    )
    parts = (
        (told, say("a written agreement on what is learnt (agreement)")),
        (_mentor(mobility, europass), say("a mentor at the host (mentor)")),
    )
    absent = tuple(text for found, text in parts if not found)
    if absent:
        yield hit(
            europass, None, say("What a Europass rests on is not there: {items}.", items=Series(absent))
        )
