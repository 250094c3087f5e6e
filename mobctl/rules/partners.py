"""The partner and its place: the agreement between the schools, the course catalogue, the level."""

from collections.abc import Iterator
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Message, Quoted, Series, Severity, say
from mobctl.model import Catalogue, Mobility, Node, PartnerAgreement, Party, Phase
from mobctl.rule import OUTGOING, STUDIES, Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import CTI, ECHE_2021, IRTS, ITSRA, LA_GUIDE, PROGRAMME_GUIDE, UT2

AGREEING = {"ut2-university", "itsra-social-work", "erasmus-he-studies"}
"""The profiles under whose texts a stay at a school rests on an agreement with it."""
PRIOR = (
    UT2.at("« dans le cadre d’accords bilatéraux interinstitutionnels préalablement conclus »"),
    ITSRA.at("« Cette entente est prévue dans le protocole signé entre les 2 partenaires. »"),
    PROGRAMME_GUIDE.at("higher education, mobility for studies: prior inter-institutional agreement"),
)
SCHOOLS = frozenset({"higher-education", "vocational-school", "secondary-school", "training-centre"})
AWAY = frozenset(
    {"studies", "study+traineeship", "traineeship", "work-placement", "research", "vet-training"}
)


def _partner(mobility: Mobility, context: Context) -> tuple[str, Party] | None:
    """Find the school that the agreement is with, and its role; None where the stay needs none.

    A placement needs one only by the procedure of ITSRA, and only at a school or through one: else it has its
    convention.
    """
    if mobility.kind in STUDIES:
        return "host", mobility.host
    if "itsra-social-work" not in context.profiles or mobility.kind not in AWAY:
        return None
    parties = (("host", mobility.host), ("intermediary", mobility.intermediary))
    return next(((role, party) for role, party in parties if party and _is_school(party, context)), None)


def _is_school(party: Party, context: Context) -> bool:
    file = context.index.file_of(party)
    return (party.type or (file.type if file else None)) in SCHOOLS


def _agreement(mobility: Mobility, context: Context) -> PartnerAgreement | None:
    """Find the agreement that the record names, from its file too. Raise NotCheckableError where that is not there."""
    found = context.index.partner_agreement(mobility)
    named = mobility.partner_agreement
    if named and named.ref and found is None:
        text = say("no file of the folder holds the partner agreement {ref}", ref=Quoted(named.ref))
        raise NotCheckableError(text)
    return found


def _place(mobility: Mobility, node: Node | None, field: str) -> tuple[Node, str | None]:
    """Point at a part of the agreement: in the record, or at the name of the file that has it."""
    named = mobility.partner_agreement
    if named and named.ref:
        return named, "ref"
    node = node or named or mobility
    return node, field.rstrip("_") if getattr(node, field) else None


@rule(
    "PRT001",
    N_("An agreement between the two schools is signed and in force when the stay begins"),
    severity=Severity.ERROR,
    profiles=AGREEING,
    cites=PRIOR,
    why=N_(
        "The stay rests on it: places, fees, the programme and the recognition were settled before anybody left."
    ),
    fix=N_(
        "Write the agreement under partner_agreement: its number, its days (covers) and the date on which each school"
        " signed it (signatures), or the id of its file (ref)."
    ),
    clock=True,
)
def partner_agreement_in_force(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """There is one, both have signed it before the first day, and that day lies within it. Due until that day.

    An agreement that states no day of beginning is in force once it is signed; one that states no end goes on.
    """
    needed, start = _partner(mobility, context), derive.start(mobility)
    if needed is None:
        return
    role, partner = needed
    due = start.last if start else None
    agreement = _agreement(mobility, context)
    if agreement is None:
        text = say("No agreement with {partner} is recorded.", partner=context.index.called(partner))
        yield hit(mobility, None, text, due=due)
        return
    for each, party in (("home", mobility.home), (role, partner)):
        yield from _unsigned(mobility, context, agreement, each, party)
    covers = agreement.covers
    if covers is None or start is None:
        return
    if covers.from_ and covers.from_.first > start.last:
        text = say(
            "The agreement is in force from {first}; the stay begins on {start}.",
            first=covers.from_.said,
            start=start.said,
        )
        advice = say("Correct the day under covers: from, or name the agreement that the stay falls under.")
        yield hit(*_place(mobility, covers, "from_"), text, due=due, advice=advice)
    elif covers.to and covers.to.last < start.first:
        text = say(
            "The agreement ended on {last}; the stay begins on {start}.",
            last=covers.to.said,
            start=start.said,
        )
        advice = say(
            "Once it is renewed, write its new last day under covers: to; or name the agreement that replaced it."
        )
        yield hit(*_place(mobility, covers, "to"), text, due=due, advice=advice)


def _unsigned(
    mobility: Mobility, context: Context, agreement: PartnerAgreement, role: str, party: Party
) -> Iterator[Hit]:
    """Say of one of the two schools that it has not signed, or not before the first day."""
    start, signature = derive.start(mobility), derive.signed(agreement.signatures, role)
    name = context.index.called(party)
    if signature is None or signature.date is None:
        text = say("By the record, {school} has not signed the agreement.", school=name)
        place = _place(mobility, None, "signatures")
        yield hit(*place, text, due=start.last if start else None, by=role)
    elif start and signature.date.first >= start.last:
        text = say(
            "{school} signed the agreement on {signed}; the stay began on {start}.",
            school=name,
            signed=signature.date.said,
            start=start.said,
        )
        advice = say(
            "It cannot be cured: say why under waivers: [{rule: PRT001, all: true, reason, by, date}]."
        )
        yield hit(*_place(mobility, signature, "date"), text, advice=advice)


@rule(
    "PRT005",
    N_("The agreement between the schools lasts as long as the stay"),
    severity=Severity.WARNING,
    profiles=AGREEING,
    when=When(until=Phase.AFTER_RETURN),
    cites=PRIOR,
    why=N_("What was agreed holds until the last day only if the agreement does, or is renewed in time."),
    fix=N_("Have the agreement renewed, and write the new day under covers: to."),
    clock=True,
)
def partner_agreement_lasts(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """In force on the first day, ended before the last; to do until the agreement ends. PRT001 says what ends earlier."""
    if _partner(mobility, context) is None:
        return
    agreement = _agreement(mobility, context)
    start, end = derive.start(mobility), derive.end(mobility)
    covers = agreement.covers if agreement else None
    if not covers or not covers.to or start is None or end is None:
        return
    if start.first <= covers.to.last < end.first:
        text = say("The agreement ends on {last}; the stay ends on {end}.", last=covers.to.said, end=end.said)
        due = derive.days_after(covers.to.last, 1)
        yield hit(*_place(mobility, covers, "to"), text, due=due)


@rule(
    "PRT006",
    N_("What the learner does at the host is provided for in the protocol"),
    severity=Severity.WARNING,
    profiles={"itsra-social-work"},
    when=When(until=Phase.AFTER_RETURN),
    cites=(
        ITSRA.at(
            "« L’ITSRA et l’école partenaire se mettent d’accord sur le programme à suivre par l’étudiant concerné par"
            " la mobilité (cours théoriques, temps de stage, certifications, etc.). Cette entente est prévue dans le"
            " protocole signé entre les 2 partenaires. »"
        ),
    ),
    why=N_("The two schools agree on the programme in the protocol: what it does not name was never agreed."),
    fix=N_(
        "Have the protocol extended and add what it provides for under component_types, or correct the type of the"
        " component."
    ),
)
def programme_is_in_the_protocol(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The types of tables A and C, in force and proposed, against `component_types`, where the protocol has them."""
    agreement = _agreement(mobility, context)
    provided = agreement.component_types if agreement else ()
    rows = [
        row
        for version in derive.live_versions(mobility)
        for table in derive.ABROAD
        for row in version.tables[table]
    ]
    for row in dict.fromkeys(rows):
        if provided and row.type and row.type not in provided:
            text = say(
                "This is of the type {type}; the protocol provides for {provided}.",
                type=Label("component-types", row.type),
                provided=Series(tuple(Label("component-types", each) for each in provided)),
            )
            yield hit(row, "type", text)


@rule(
    "PRT007",
    N_("The agreement between the schools comes before the learner's signature"),
    severity=Severity.INFO,
    profiles=AGREEING,
    when=When(until=Phase.DURING),
    cites=PRIOR,
    why=N_("Who signs a learning agreement relies on what the schools have settled between them."),
    fix=N_("Correct the date, or leave it: what counts is that both schools sign before the stay begins."),
)
def partner_agreement_precedes_the_learner(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The later of the two schools against the learner; what is not signed before the stay at all is PRT001's."""
    needed, start = _partner(mobility, context), derive.start(mobility)
    agreement = _agreement(mobility, context) if needed else None
    learner = derive.signed(mobility.agreement.signatures, "learner") if mobility.agreement else None
    if needed is None or agreement is None or learner is None or learner.date is None:
        return
    found = [derive.signed(agreement.signatures, role) for role in ("home", needed[0])]
    for signature in found:
        day = signature.date if signature else None
        if day and day.first > learner.date.last and not (start and day.first >= start.last):
            text = say(
                "This agreement was signed on {signed}; the learner had signed on {learner}.",
                signed=day.said,
                learner=learner.date.said,
            )
            yield hit(*_place(mobility, signature, "date"), text)


WORDS = {
    "syllabus": say("the content of the courses (syllabus)"),
    "credits": say("their credits (credits)"),
    "prerequisites": say("the prerequisites (prerequisites)"),
    "assessment": say("the assessment (assessment)"),
    "validation": say("the conditions of validation (validation)"),
}
"""What a reader finds in a course catalogue, as messages call it."""


NEEDED = ("syllabus", "credits", "prerequisites", "assessment")


def _undescribed(catalogue: Catalogue, wanted: tuple[str, ...]) -> tuple[Message, ...]:
    return tuple(WORDS[each] for each in wanted if each not in catalogue.describes)


@rule(
    "PRT003",
    N_("The host's courses can be looked up"),
    severity=Severity.INFO,
    profiles={"erasmus-he-studies", "cti-engineering", "cti-apprentice"},
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.AFTER_RETURN, kinds=STUDIES, directions=OUTGOING),
    cites=(
        LA_GUIDE.at("table A: “Web link to the course catalogue at the Receiving Institution”"),
        CTI.at(
            "« Il est recommandé aux écoles de l’appliquer aussi pour les destinations non européennes. »"
        ),
    ),
    why=N_("Whoever chooses the courses, checks them or recognises them later reads what they are there."),
    fix=N_(
        "Write the address under agreement: catalogue: url; where the host has none, the address of each course (url)."
    ),
    clock=True,
)
def course_catalogue_published(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """An address in the agreement, at the host or for every course; due until departure.

    If the record says what the host's catalogue describes, it has content, credits, prerequisites and assessment.
    """
    agreement, version = mobility.agreement, derive.final_version(mobility)
    departure = derive.departure(mobility)
    due = departure.last if departure else None
    rows = version.tables["studied"] if version else ()
    linked = bool(rows) and all(row.url for row in rows)
    catalogue = _catalogue(mobility.host, context)
    addresses = [each.url for each in (agreement.catalogue if agreement else None, catalogue) if each]
    if not linked and not any(addresses):
        text = say("The record does not say where the courses of the host are described.")
        yield hit(agreement or mobility, None, text, due=due)
        return
    absent = _undescribed(catalogue, NEEDED) if catalogue and catalogue.describes else ()
    if absent:
        text = say("The catalogue of the host does not describe {what}.", what=Series(absent, "or"))
        yield hit(mobility.host, None, text, due=due)


def _catalogue(party: Party, context: Context) -> Catalogue | None:
    file = context.index.file_of(party)
    return file.catalogue if file else party.catalogue


GUIDE = (
    CTI.at(
        "« la publication sur le site de l’école d’un guide complet des études, avec les syllabus et les crédits affectés"
        " aux UE, les prérequis, les conditions d’évaluation et de validation des enseignements »"
    ),
    IRTS.at(
        "« la mise en ligne de tout document d’information pédagogique pour favoriser l’accueil en études »"
    ),
    ECHE_2021.at("“publish and regularly update the course catalogue on the website”"),
)
PUBLISHING = {"erasmus-he-studies", "cti-engineering", "cti-apprentice", "irts-social-work"}


def _own_catalogue(mobility: Mobility, context: Context, *, chartered: bool) -> Iterator[Hit]:
    """Say of our own school what its catalogue lacks: once, however many records it has."""
    ours = derive.own_school(mobility)
    if not ours.ref:
        return
    file = context.index.file_of(ours)
    if file is None or bool(file.charters) is not chartered:
        return
    if file.catalogue is None or not file.catalogue.url:
        text = say("The file of {school} names no course catalogue.", school=context.index.called(ours))
        advice = say(
            "Write in the file {id}: catalogue: {url, describes: [syllabus, credits, prerequisites, assessment, validation]}.",
            id=Quoted(ours.ref),
        )
        yield hit(ours, "ref", text, once=ours.ref, advice=advice)
        return
    absent = _undescribed(file.catalogue, tuple(WORDS))
    if absent:
        text = say(
            "By its file, the course catalogue of {school} does not describe {what}.",
            school=context.index.called(ours),
            what=Series(absent, "or"),
        )
        advice = say(
            "Once the catalogue has it, complete in the file {id}: catalogue: describes.", id=Quoted(ours.ref)
        )
        yield hit(ours, "ref", text, once=ours.ref, advice=advice)


@rule(
    "PRT008",
    N_("A school with an Erasmus charter publishes its whole course catalogue"),
    severity=Severity.WARNING,
    profiles=PUBLISHING,
    when=When(kinds=STUDIES),
    cites=GUIDE,
    why=N_("The charter is given for it: partners and incoming students choose by what they can read there."),
    fix=N_(
        "Write in the file of the school, under catalogue: url and, under describes, syllabus, credits, prerequisites,"
        " assessment, validation."
    ),
)
def own_course_catalogue_published(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The school that keeps the record, where it has a file with a charter; said at one record only."""
    yield from _own_catalogue(mobility, context, chartered=True)


@rule(
    "PRT009",
    N_("A school without an Erasmus charter publishes its course catalogue too"),
    severity=Severity.INFO,
    profiles=PUBLISHING,
    when=When(kinds=STUDIES),
    cites=(
        CTI.at(
            "« Les écoles qui ne seraient pas titulaires de la charte Erasmus sont invitées à l’appliquer ou s’en"
            " inspirer. »"
        ),
        *GUIDE[1:],
    ),
    why=N_(
        "Schools without a charter are invited to do the same: a partner can only trust what it can read."
    ),
    fix=N_(
        "Write in the file of the school, under catalogue: url and, under describes, syllabus, credits, prerequisites,"
        " assessment, validation."
    ),
)
def own_course_catalogue_without_charter(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """As PRT008, where the school's file has no charter."""
    yield from _own_catalogue(mobility, context, chartered=False)


@rule(
    "PRT004",
    N_("An engineering student goes to a school of the same level"),
    severity=Severity.WARNING,
    profiles={"cti-engineering", "cti-apprentice"},
    when=When(until=Phase.AFTER_RETURN, kinds=STUDIES, directions=OUTGOING),
    numbers={"level": Number(Decimal(7), "eqf", "higher")},
    cites=(CTI.at("« des établissements d’enseignement supérieur de même niveau que l’école française »"),),
    why=N_("Courses below the level of the engineering degree cannot take the place of its own."),
    fix=N_(
        "Write the level of the host's programme (level) or what the school found when it looked at it (level_review:"
        " by, date, verdict)."
    ),
    clock=True,
)
def host_of_equivalent_level(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """In the engineering years: level 7 or higher, or a review of the school that says ok. Due until departure."""
    enrolment, host = mobility.learner.enrolment, mobility.host
    if enrolment is None or enrolment.cycle_stage != "engineer":
        return
    file = context.index.file_of(host)
    reviews = (host.level_review, file.review if file else None)
    if any(review and review.verdict == "ok" for review in reviews):
        return
    level, least = host.level or (file.level if file else None), int(context.numbers["level"])
    departure, name = derive.departure(mobility), context.index.called(host)
    due = departure.last if departure else None
    if level is None:
        text = say("The record does not say at which level {host} teaches.", host=name)
        yield hit(host, None, text, due=due)
    elif int(level) < least:
        text = say(
            "{host} is of level {level}; the engineering degree is of level {least}.",
            host=name,
            level=level,
            least=least,
        )
        yield hit(host, "level" if host.level else None, text, due=due)
