"""The people of a mobility: who is enrolled, who answers, who was welcomed, what is kept for those who come after."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Message, Personal, Quoted, Series, Severity, say
from mobctl.model import Day, Incident, Mobility, Party, Person, Phase
from mobctl.rule import INCOMING, OUTGOING, Context, Hit, Number, When, hit, rule
from mobctl.sources import CTI, EWP_LA, IRTS, MOBCTL, MOBILITY_REFERENT, PROGRAMME_GUIDE, UT2

ENGINEERS = {"cti-engineering", "cti-apprentice"}


@rule(
    "ENR001",
    N_("The learner is enrolled at home during the whole stay"),
    severity=Severity.ERROR,
    profiles={"ut2-university", "erasmus-he-studies", "erasmus-he-traineeship"},
    when=When(since=Phase.BEFORE_DEPARTURE),
    numbers={"days": Number(Decimal(30), "day", "lower")},
    cites=(
        UT2.at("« tout en continuant à être inscrits dans leur diplôme préparé »"),
        PROGRAMME_GUIDE.at(
            "eligible participants: students enrolled in studies leading to a recognised degree"
        ),
    ),
    why=N_(
        "Who is not enrolled is no student of the school: neither the grant nor the credits have a ground."
    ),
    fix=N_("Enrol the learner for the new year, and write the new last day under learner: enrolment: to."),
    clock=True,
)
def learner_remains_enrolled_at_home(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """From the first to the last day, as far as the record knows the enrolment; recent graduates are enrolled no more.

    The next year's enrolment opens late: it is something to do until 30 days after the old one ended.
    """
    enrolment, start, end = mobility.learner.enrolment, derive.start(mobility), derive.end(mobility)
    if enrolment is None or mobility.learner.status == "recent-graduate":
        return
    if enrolment.from_ and start and enrolment.from_.first > start.last:
        text = say(
            "The enrolment begins on {first}; the stay begins on {start}.",
            first=enrolment.from_.said,
            start=start.said,
        )
        advice = say("Write the first day of the enrolment in this degree, or correct the stay.")
        yield hit(enrolment, "from", text, due=start.last, advice=advice)
    if enrolment.to and end and enrolment.to.last < end.first:
        text = say(
            "The enrolment ends on {last}; the stay ends on {end}.", last=enrolment.to.said, end=end.said
        )
        grace = int(context.numbers["days"])
        yield hit(enrolment, "to", text, due=derive.days_after(enrolment.to.last, grace + 1))


ADMINISTRATIVE = frozenset({"international-office", "mobility-referent"})


def _reachable(people: Iterable[Person | None]) -> bool:
    """Say whether somebody is named with an e-mail address; a name is always there."""
    return any(person is not None and person.email for person in people)


def _listed(party: Party, context: Context, roles: frozenset[str] | None = None) -> bool:
    """Say whether a party, or its file, lists somebody to write to for these questions, or for any."""
    file = None if party.contacts else context.index.file_of(party)
    contacts = party.contacts or (file.contacts if file else ())
    return any(each.email and (roles is None or each.role in roles) for each in contacts)


EVERYBODY = ("contact", "coordinator", "mobility_referent", "trainer", "tutor", "mentor")
"""As what a record names the people of a party."""


def _everybody(party: Party) -> tuple[Person | None, ...]:
    return tuple(getattr(party, field) for field in EVERYBODY)


def _unreachable(at: str, party: Party, fields: tuple[str, ...], text: Message, due: date | None) -> Hit:
    """Say of the first who is named `at` a party that only the address is missing; where nobody is, the text."""
    for field in fields:
        person: Person | None = getattr(party, field)
        if person:
            name = Personal(person.name.full, say("this person"))
            place = f"{at}: {field}"
            text = say("{who} ({place}) has no e-mail address.", who=name, place=place)
            advice = say("Write the address under {place}: email.", place=place)
            return hit(party, field, text, due=due, advice=advice)
    return hit(party, None, text, due=due)


CONTACTS = (
    UT2.at(
        "« d’une part par le service des relations internationales pour les questions administratives, et d’autre part par"
        " les correspondants Erasmus/RI pour les aspects pédagogiques »"
    ),
    MOBILITY_REFERENT.at("« En tant que Référent mobilité »"),
    EWP_LA.at("contact-person of the sending and of the receiving institution"),
)


@rule(
    "ENR002",
    N_("A coordinator at home and somebody at the host can be written to"),
    severity=Severity.WARNING,
    profiles={"ut2-university", "erasmus-he-studies", "erasmus-vet"},
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.AFTER_RETURN),
    cites=CONTACTS,
    why=N_(
        "When a course is cancelled or something goes wrong abroad, the learner must know whom to write to."
    ),
    fix=N_(
        "Name them with an e-mail address: home: coordinator (or trainer, tutor), and host: contact (or coordinator,"
        " tutor), each with name and email."
    ),
    clock=True,
)
def administrative_and_academic_contacts(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Each with a name and an e-mail address, in the record or in the school's file; due until departure."""
    departure = derive.departure(mobility)
    due = departure.last if departure else None
    home, host = mobility.home, mobility.host
    if not _reachable((home.coordinator, home.trainer, home.tutor)) and not _listed(
        home, context, frozenset({"academic"})
    ):
        text = say(
            "No coordinator of {school} is named with an e-mail address.", school=context.index.called(home)
        )
        yield _unreachable("home", home, ("coordinator", "trainer", "tutor"), text, due)
    places = (host, *mobility.host_companies, *((mobility.intermediary,) if mobility.intermediary else ()))
    if not any(_reachable(_everybody(place)) for place in places) and not _listed(host, context):
        text = say("Nobody at {school} is named with an e-mail address.", school=context.index.called(host))
        yield _unreachable("host", host, tuple(EVERYBODY), text, due)


@rule(
    "ENR003",
    N_("The international office of the home school can be written to"),
    severity=Severity.WARNING,
    profiles={"ut2-university", "erasmus-he-studies", "erasmus-vet"},
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.AFTER_RETURN),
    cites=CONTACTS,
    why=N_("Grant, papers and insurance are the office's: without it the learner has nobody for them."),
    fix=N_(
        "Write name and e-mail address under home: contact (or mobility_referent), or in the file of the school under"
        " contacts with the role international-office."
    ),
    clock=True,
)
def administrative_contact_at_home(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The contact or the mobility referent, in the record or in the school's file; due until departure."""
    home, departure = mobility.home, derive.departure(mobility)
    if _reachable((home.contact, home.mobility_referent)) or _listed(home, context, ADMINISTRATIVE):
        return
    text = say(
        "Nobody at {school} is named for administrative questions with an e-mail address.",
        school=context.index.called(home),
    )
    due = departure.last if departure else None
    yield _unreachable("home", home, ("contact", "mobility_referent"), text, due)


@rule(
    "INC001",
    N_("An incoming student is written to before the arrival, and helped on arrival"),
    severity=Severity.INFO,
    profiles={"incoming", "irts-social-work", *ENGINEERS},
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.AFTER_RETURN, directions=INCOMING),
    cites=(
        CTI.at(
            "« une structure d’accueil qui est en contact avec les personnels et étudiants étrangers avant leur arrivée en"
            " France et les assiste dès leur arrivée, notamment pour les formalités de séjour, d’hébergement… »"
        ),
        IRTS.at("« (parrainage étudiant, accompagnement hébergement, démarches administratives) »"),
    ),
    why=N_("The first days decide whether a stay begins well: a room, and the papers to be allowed to stay."),
    fix=N_(
        "Write under welcome the day of the first contact (first_contact: 2026-06-18) and the help given (items: [housing, residence-formalities])."
    ),
    clock=True,
)
def incoming_welcome_recorded(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A contact before the first day, help with housing and with the residence; due on that day.

    Citizens of the EU, of the EEA and of EFTA have no residence formalities.
    """
    welcome, start = mobility.welcome, derive.start(mobility)
    if start is None:
        return
    contact = welcome.first_contact if welcome else None
    if contact is None:
        text = say("No contact before the arrival is recorded.")
        yield hit(welcome or mobility, None, text, due=start.last)
    elif contact.first >= start.last:
        text = say(
            "The first contact was on {contact}; the stay began on {start}.",
            contact=contact.said,
            start=start.said,
        )
        yield hit(welcome or mobility, "first_contact", text)
    items = welcome.items if welcome else ()
    wanted: dict[str, Message] = {"housing": say("housing (housing)")}
    if not _free_to_stay(mobility, context, start):
        wanted["residence-formalities"] = say("the residence formalities (residence-formalities)")
    absent = tuple(text for item, text in wanted.items() if item not in items)
    if absent:
        text = say("Help that is not recorded: {what}.", what=Series(absent))
        yield hit(welcome or mobility, "items" if items else None, text, due=start.last)


def _free_to_stay(mobility: Mobility, context: Context, start: Day) -> bool:
    """Say whether the learner is a citizen of a country whose citizens need no permit."""
    countries = context.lists["countries"]
    return any(
        countries.group(country, group, start.first)
        for country in mobility.learner.citizenship
        for group in ("EU", "EEA", "EFTA")
    )


@rule(
    "INC002",
    N_("A difficulty is followed up until it is settled"),
    severity=Severity.INFO,
    profiles={"incoming", "ut2-university", *ENGINEERS},
    when=When(since=Phase.BEFORE_DEPARTURE),
    numbers={"days": Number(Decimal(30), "day", "lower")},
    cites=(
        UT2.at("« D’être attentif aux difficultés d’ordre pédagogique des étudiants « entrants » »"),
        CTI.at("« une attention particulière au suivi des étudiants étrangers »"),
        CTI.at("« Aider les apprenants en situation difficile lors du séjour ? »"),
    ),
    why=N_("Who reported a difficulty and hears nothing for a month takes it that nobody cares."),
    fix=N_(
        "Write what was done (action) and the day it was settled (closed), or the day of the last contact about it."
    ),
    clock=True,
)
def incoming_pedagogical_followup(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Of learners in either direction: each has an action and an end, or a contact less than 30 days ago."""
    for incident in mobility.followup.incidents if mobility.followup else ():
        yield from _unsettled(incident, int(context.numbers["days"]))


def _unsettled(incident: Incident, days: int) -> Iterator[Hit]:
    last = incident.last_contact or incident.opened
    if incident.closed:
        if not incident.action:
            text = say("This difficulty is settled, and nothing says what was done.")
            yield hit(incident, None, text)
    else:
        field = "last_contact" if incident.last_contact else "opened"
        text = say("This difficulty is open, and the last contact about it was on {day}.", day=last.said)
        yield hit(incident, field, text, due=derive.days_after(last.last, days))


@rule(
    "ORG001",
    N_("A grant rests on a decision that is recorded"),
    severity=Severity.INFO,
    profiles={"irts-social-work"},
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.RECOGNISED),
    cites=(
        IRTS.at(
            "« Le Comité de pilotage international […] est un lieu de décision, de ressources et de mise en oeuvre des"
            " actions, […] et attribue les financements des projets de mobilité. »"
        ),
    ),
    why=N_("Public money needs a decision, a date and a body: an auditor asks for the three."),
    fix=N_("Write under funding where the money comes from (source) and, under decided, date and by."),
    clock=True,
)
def funding_decision_recorded(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """If there is money: its source, and a decision by somebody before the stay; due on the first day."""
    funding, start = mobility.funding, derive.start(mobility)
    if funding is None or not funding.amount:
        return
    due = start.last if start else None
    decided = funding.decided
    wanted = {
        say("where the money comes from (source)"): funding.source,
        say("who decided it (decided: by)"): decided.by if decided else None,
        say("when it was decided (decided: date)"): decided.date if decided else None,
    }
    absent = tuple(text for text, value in wanted.items() if value is None)
    if absent:
        text = say("The record of the grant does not say {what}.", what=Series(absent, "or"))
        yield hit(decided or funding, None, text, due=due)
    if decided and decided.date and start and decided.date.first > start.last:
        text = say(
            "The grant was decided on {decided}; the stay began on {start}.",
            decided=decided.date.said,
            start=start.said,
        )
        yield hit(decided, "date", text)


@rule(
    "ORG002",
    N_("What the learner came back with is kept for those who come after"),
    severity=Severity.INFO,
    profiles={"irts-social-work", *ENGINEERS},
    when=When(decided=True, directions=OUTGOING),
    cites=(
        CTI.at(
            "« Elle fait bénéficier l’ensemble des élèves du retour d’expérience des élèves qui sont partis. »"
        ),
        IRTS.at(
            "« Favoriser les retours d’expériences et la communication entre les étudiants partis et ceux qui le souhaitent »"
        ),
    ),
    why=N_("The next learner asks who has been there: what nobody wrote down has to be found out again."),
    fix=N_(
        "Write under followup: feedback the day it was collected, and whether it may be shared (shareable)."
    ),
    by="learner",
)
def feedback_and_host_file_kept(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Asked for once the recognition is decided: the day, and a yes or no to sharing; the file of hosts is ORG003's."""
    followup = mobility.followup
    feedback = followup.feedback if followup else None
    if feedback is None or feedback.collected is None:
        yield hit(feedback or followup or mobility, None, say("No feedback of the learner is recorded."))
    elif feedback.shareable is None:
        text = say("The record does not say whether the learner's feedback may be shared.")
        yield hit(feedback, None, text)


@rule(
    "ORG003",
    N_("The place of the stay is in the file of host sites"),
    severity=Severity.INFO,
    profiles={"irts-social-work"},
    when=When(decided=True, directions=OUTGOING),
    cites=(
        IRTS.at(
            "« capitalisation des lieux de stage et mise à disposition d’un fichier de sites d’accueil »"
        ),
    ),
    why=N_("A place that was found once, with its contacts, is found again only if it stands in a list."),
    fix=N_(
        "Give the host a file of its own and write ref in its place, or name the school's register in its file"
        " (hosts_registry)."
    ),
)
def host_is_in_the_file_of_host_sites(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The host and each company have a file; where the school keeps its register elsewhere, nobody can see from here."""
    file = context.index.file_of(mobility.home)
    if file and file.hosts_registry:
        return
    for place in (mobility.host, *mobility.host_companies):
        if not place.ref:
            text = say(
                "{host} has no file of its own among the host sites.", host=context.index.called(place)
            )
            yield hit(place, None, text)


@rule(
    "ORG004",
    N_("The mobility guide of the school is brought up to date every year"),
    severity=Severity.INFO,
    profiles={"irts-social-work"},
    numbers={"days": Number(Decimal(365), "day", "lower")},
    cites=(IRTS.at("« création d’un guide de mobilité réactualisé tous les ans »"),),
    why=N_("Grants, insurance and deadlines change each year: last year's guide sends learners astray."),
    fix=N_("Bring the guide up to date, and write the day in the file of the school under guide: updated."),
    clock=True,
)
def mobility_guide_is_up_to_date(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The file of the school that keeps the record; said once for all its records."""
    ours = derive.own_school(mobility)
    file = context.index.file_of(ours)
    if file is None:
        return
    updated = file.guide.updated if file.guide else None
    name = context.index.called(ours)
    if updated is None:
        text = say(
            "The file of {school} does not say when its mobility guide was brought up to date.", school=name
        )
        yield hit(ours, "ref", text, once=ours.ref, advice=_guide(ours))
        return
    due = derive.days_after(updated.last, int(context.numbers["days"]) + 1)
    text = say(
        "The mobility guide of {school} was last brought up to date on {day}.", school=name, day=updated.said
    )
    if due <= context.as_of:
        yield hit(ours, "ref", text, once=ours.ref, advice=_guide(ours))


def _guide(school: Party) -> Message:
    return say(
        "Bring the guide up to date, and write the day in the file {id}: guide: {updated: 2026-09-14}.",
        id=Quoted(school.ref or ""),
    )


@rule(
    "GEN115",
    N_("A learner has one record a year for one host"),
    severity=Severity.WARNING,
    cites=(
        MOBCTL.at("one agreement per learner, academic year and host"),
        EWP_LA.at("omobility-id: one learning agreement per mobility"),
    ),
    why=N_(
        "Two agreements for one stay contradict each other sooner or later; a change or an extension is an amendment."
    ),
    fix=N_(
        "Keep one record and write the change under amendments; if the learner really went twice, say so in a waiver in both files."
    ),
)
def one_record_per_learner_year_and_host(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """By the learner's number or ESI; of the same kind; what was cancelled is none, what overlaps is DUR107's."""
    year, marks = derive.academic_year(mobility), context.index.marks(mobility.host)
    if year is None or mobility.status == "cancelled":
        return
    for file, other in context.index.others(mobility).items():
        same = other.kind == mobility.kind and derive.academic_year(other) == year
        same = same and other.status != "cancelled" and not _overlap(mobility, other)
        if same and marks & context.index.marks(other.host):
            text = say(
                "{file} is a record of the same learner at {host} in {year}.",
                file=file,
                host=context.index.called(mobility.host),
                year=year,
            )
            yield hit(mobility.host, None, text)
            return


def _overlap(mobility: Mobility, other: Mobility) -> bool:
    mine, theirs = (derive.stretch(each, widest=False) for each in (mobility, other))
    return mine is not None and theirs is not None and mine[0] <= theirs[1] and theirs[0] <= mine[1]


@rule(
    "GEN116",
    N_("A learner's number is the number of one learner"),
    severity=Severity.WARNING,
    cites=(MOBCTL.at("learners are told apart by their number at the home school"),),
    why=N_("Months, credits and obligations are added up by this number: two learners would become one."),
    fix=N_("Correct the number, or what differs, in one of the two records."),
)
def learner_number_is_one_learner(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Records of one number at one home, or of one ESI, that differ in the ESI, in the number or in the date of birth."""
    learner = mobility.learner
    for file, other in context.index.others(mobility).items():
        text = _differing(mobility, file, other, context)
        if text:
            yield hit(learner, "id" if learner.id else "esi", text)
            return


def _differing(mobility: Mobility, file: str, other: Mobility, context: Context) -> Message | None:
    mine, theirs = mobility.learner, other.learner
    born, there = mine.birth_date, theirs.birth_date
    if born and there and (born.last < there.first or there.last < born.first):
        return say("{file} is of the same learner by the number, and gives another date of birth.", file=file)
    if mine.esi and theirs.esi and mine.esi != theirs.esi:
        return say(
            "{file} is of the same learner by the number, and gives another European Student Identifier.",
            file=file,
        )
    at_one_home = context.index.marks(mobility.home) & context.index.marks(other.home)
    if mine.id and theirs.id and mine.id != theirs.id and at_one_home:
        return say(
            "{file} is of the same learner by the European number, and gives another number (id).", file=file
        )
    return None
