"""What a learning agreement has to say: its courses, its credits, and what they will count for."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Message, Series, Severity, say
from mobctl.model import (
    Agreement,
    Component,
    CreditConversion,
    Language,
    LocalCredits,
    Mobility,
    Names,
    Node,
    Phase,
)
from mobctl.rule import OUTGOING, STUDIES, Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import (
    CTI,
    ECTS_GUIDE,
    EWP_LA,
    EWP_MBR,
    ITSRA,
    LA_GUIDE,
    MOBILITY_REFERENT,
    UT2,
    VET_AGREEMENT,
)

BOTH = frozenset({"outgoing", "incoming"})
SIGNED_BY_ALL = {"cti-engineering", "erasmus-he-studies", "itsra-social-work", "ut2-university"}


def _due(mobility: Mobility) -> date:
    """Until when the agreement is written: until all three have signed it, and at the latest until departure."""
    days = [day.last for day in (derive.agreed(mobility), derive.departure(mobility)) if day]
    if not days:
        raise NotCheckableError(say("the day of departure is not known"))
    return min(days)


def _lacks(mobility: Mobility, node: Node, field: str | None, message: Message) -> Hit:
    """Point at what the agreement does not say yet, or at the node where the field is not there."""
    there = field is not None and getattr(node, field) not in {None, ()}
    return hit(node, field if there else None, message, due=_due(mobility))


def _concerned(mobility: Mobility, context: Context) -> bool:
    """A placement is concerned only where the school's own procedure says so (ITSRA)."""
    return mobility.kind in STUDIES or "itsra-social-work" in context.profiles


def _components(mobility: Mobility, *tables: str) -> Iterator[Component]:
    """Go through the components of the version in force and of each pending proposal, each once."""
    versions = derive.live_versions(mobility)
    yield from {id(row): row for v in versions for table in tables for row in v.tables[table]}.values()


def _changed(version: derive.Version, table: str) -> tuple[Node, str]:
    return version.node, table if isinstance(version.node, Agreement) else "changes"


def _said(text: Names | None) -> bool:
    return any(each.strip() for each in (text.values() if isinstance(text, dict) else (text or "",)))


def _programme(mobility: Mobility, agreement: Agreement) -> bool:
    """Say whether a placement has a programme, in one of the places where there may be one."""
    told = agreement.tasks or agreement.activities
    return bool(told or (mobility.traineeship and mobility.traineeship.programme))


@rule(
    "LA002",
    N_("The agreement says what the learner will follow at the host"),
    severity=Severity.ERROR,
    profiles=SIGNED_BY_ALL,
    when=When(until=Phase.RECOGNISED),
    cites=(
        CTI.at("« précise les enseignements suivis au sein de l’établissement d’accueil »"),
        ITSRA.at("« le programme à suivre par l’étudiant concerné par la mobilité »"),
        LA_GUIDE.at("table A: study programme at the receiving institution"),
    ),
    why=N_(
        "What is not named cannot be recognised: host and home school commit themselves to these courses."
    ),
    fix=N_("Write each course under agreement: studied, with the host's code and title."),
    clock=True,
)
def la_lists_components_taken_at_host(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Tables A and C, and a title for each line; a placement may say its programme by tasks or activities."""
    agreement = mobility.agreement
    if agreement is None or not _concerned(mobility, context):
        return
    if mobility.kind in STUDIES or not _programme(mobility, agreement):
        for version in derive.live_versions(mobility):
            if not any(version.tables[table] for table in derive.ABROAD):
                text = say("The agreement names nothing that the learner will follow at the host (table A).")
                yield _lacks(mobility, *_changed(version, "studied"), text)
    for component in _components(mobility, *derive.ABROAD):
        if not _said(component.title):
            yield _lacks(mobility, component, None, say("This line has no title."))


def _terms(agreement: Agreement, version: derive.Version) -> bool:
    """In words, as automatic altogether, or line by line in table B."""
    rows, terms = version.tables["recognised"], agreement.recognition
    told = terms is not None and (terms.automatic or _said(terms.terms))
    return bool(told or (rows and all(row.automatic_recognition is not None for row in rows)))


@rule(
    "LA003",
    N_("The agreement says how the home school will recognise the results"),
    severity=Severity.ERROR,
    profiles=SIGNED_BY_ALL,
    when=When(until=Phase.RECOGNISED, directions=OUTGOING),
    cites=(
        CTI.at("« les modalités de reconnaissance par l’établissement d’origine des résultats obtenus »"),
        ITSRA.at("« assurer la pleine reconnaissance des activités réalisées de manière satisfaisante »"),
        UT2.at("« conformément au contrat d’études signé par chacune des parties »"),
        LA_GUIDE.at("table B: recognition at the sending institution"),
    ),
    why=N_("The learner leaves on the word of the home school: that word has to stand in the agreement."),
    fix=N_(
        "Fill in agreement: recognised or agreement: mobility_window, and write the terms under agreement: recognition."
    ),
    clock=True,
)
def la_states_how_results_are_recognised(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Table B or credits of a mobility window; and terms. A placement needs the terms only.

    The Erasmus+ form has terms of its own: what is passed is recognised, unless a line of table B says otherwise.
    """
    agreement = mobility.agreement
    if agreement is None or not _concerned(mobility, context):
        return
    window = agreement.mobility_window and agreement.mobility_window.get("credits")
    for version in derive.live_versions(mobility) if mobility.kind in STUDIES and not window else ():
        if not version.tables["recognised"]:
            text = say("Nothing says what the results will count for at home (table B).")
            yield _lacks(mobility, *_changed(version, "recognised"), text)
    current = derive.in_force(mobility) if "erasmus-he-studies" not in context.profiles else None
    if current and not _terms(agreement, current):
        text = say("The agreement does not say how the home school will recognise the results.")
        yield _lacks(mobility, agreement, "recognition", text)


@rule(
    "LA004",
    N_("The coordinator has checked that the agreement fits the studies"),
    severity=Severity.WARNING,
    profiles={"ut2-university", "erasmus-vet"},
    when=When(directions=BOTH),
    cites=(
        UT2.at(
            "« vérifier et valider la cohérence pédagogique des “contrats d’études Erasmus” ou des “plans de validation d’études internationales” »"
        ),
        MOBILITY_REFERENT.at(
            "« assurer la cohérence du projet de mobilité européenne ou internationale avec le parcours pédagogique »"
        ),
    ),
    why=N_(
        "Courses that do not fit the studies cannot be recognised: that has to be seen before the school signs."
    ),
    fix=N_(
        "Have the coordinator check it, and write agreement: coherence_check: {by, date, verdict}; the verdict is ok, reserved or refused."
    ),
    clock=True,
    by="academic-coordinator",
)
def la_pedagogical_coherence_validated(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The keeping school's check: the home school's for who leaves, the host's for who comes.

    Where the coordinator signs for the school, the signature is the check. Due until the school signs.
    """
    agreement = mobility.agreement
    if agreement is None or _coordinator_signed(mobility, agreement):
        return
    check = agreement.coherence_check
    signature = derive.signed(agreement.signatures, _ours(mobility))
    due = signature.date.last if signature and signature.date else _due(mobility)
    if check is None or not (_said(check.by) and check.date and check.verdict):
        text = say("Nothing says who checked that the courses fit the studies, when, and with what verdict.")
        yield hit(agreement, "coherence_check" if check else None, text, due=due)
    elif check.verdict != "ok":
        text = say(
            "The coordinator has not agreed: the verdict on whether the courses fit the studies is not ok."
        )
        yield hit(check, "verdict", text, due=due)


def _ours(mobility: Mobility) -> str:
    """Name the school that keeps the record: it sends who leaves and receives who comes."""
    return "home" if mobility.direction == "outgoing" else "host"


def _coordinator_signed(mobility: Mobility, agreement: Agreement) -> bool:
    party = mobility.home if mobility.direction == "outgoing" else mobility.host
    signature = derive.signed(agreement.signatures, _ours(mobility))
    name = (signature.name if signature else None) or ""
    return party.coordinator is not None and party.coordinator.name.full.casefold() == name.casefold()


@rule(
    "LA113",
    N_("The coordinator checks the agreement before the school signs it"),
    severity=Severity.WARNING,
    profiles={"ut2-university", "erasmus-vet"},
    when=When(until=Phase.AFTER_RETURN, directions=BOTH),
    cites=(
        UT2.at(
            "« vérifier et valider la cohérence pédagogique des “contrats d’études Erasmus” ou des “plans de validation d’études internationales” »"
        ),
        MOBILITY_REFERENT.at(
            "« assurer la cohérence du projet de mobilité européenne ou internationale avec le parcours pédagogique »"
        ),
    ),
    why=N_("A check that comes after the signature can change nothing any more."),
    fix=N_("It cannot be cured: say why in a waiver of this rule."),
)
def la_pedagogical_coherence_validated_late(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """What LA004 asks for, and too late; the day of the signature is in time."""
    agreement = mobility.agreement
    check = agreement.coherence_check if agreement else None
    if agreement is None or check is None or _coordinator_signed(mobility, agreement):
        return
    signature = derive.signed(agreement.signatures, _ours(mobility))
    if signature and signature.date and check.date and check.date.first > signature.date.last:
        text = say(
            "The coherence was checked on {checked}, after the signature of {role} on {signed}.",
            checked=check.date.said,
            role=Label("signature-roles", signature.role),
            signed=signature.date.said,
        )
        yield hit(check, "date", text)


@rule(
    "LA005",
    N_("The agreement says what the learner will have learnt"),
    severity=Severity.WARNING,
    profiles={"generic", "cti-engineering"},
    when=When(until=Phase.AFTER_RETURN),
    cites=(
        CTI.at("« enseignements organisés en unités d’enseignement et décrits en acquis d’apprentissage »"),
        VET_AGREEMENT.at("section 3: learning outcomes"),
        MOBILITY_REFERENT.at("« j’ai identifié les résultats d’apprentissage possibles »"),
    ),
    why=N_("What is to be assessed and recognised on return has to be written down before."),
    fix=N_(
        "Write them as agreement: learning_outcomes: [{id: o1, title: …}]; for courses, the address of the host's catalogue under agreement: catalogue: url is enough."
    ),
    clock=True,
)
def la_learning_outcomes_identified(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """In vocational training for the whole stay, at an engineering school for each course within the EHEA.

    A group has a learning programme in place of agreements.
    """
    agreement = mobility.agreement
    if agreement is None or agreement.learning_outcomes:
        return
    vocational = mobility.kind == "vet-training" or "erasmus-vet" in context.profiles
    if vocational and not derive.shares_papers(mobility):
        yield _lacks(mobility, agreement, None, say("The agreement names no learning outcomes."))
    described = agreement.catalogue and agreement.catalogue.url
    if "cti-engineering" not in context.profiles or mobility.kind not in STUDIES or described:
        return
    for component in _components(mobility, *derive.ABROAD):
        if not (component.learning_outcomes or component.url) and _in_ehea(mobility, context):
            text = say("Nothing says what is learnt in this course, nor where it is described.")
            yield _lacks(mobility, component, None, text)


def _in_ehea(mobility: Mobility, context: Context) -> bool:
    country = mobility.destination.country if mobility.destination else None
    country, start = country or context.index.country(mobility.host), derive.start(mobility)
    if country is None:
        raise NotCheckableError(say("the country of the host is not known"))
    return context.lists["countries"].group(country, "EHEA", start.first if start else context.as_of)


@rule(
    "LA006",
    N_("The agreement says what happens if something is failed"),
    severity=Severity.WARNING,
    profiles={"cti-engineering", "erasmus-he-studies", "itsra-social-work"},
    when=When(until=Phase.RECOGNISED, directions=OUTGOING),
    cites=(
        CTI.at("« des solutions en cas d’échec partiel ou total »"),
        ITSRA.at(
            "« Les ECTS non validés seront rattrapés dans le cadre de sessions organisées par l’ITSRA »"
        ),
        EWP_LA.at("provisions-url"),
    ),
    why=N_("Who fails a course abroad should know beforehand how the credits can be caught up."),
    fix=N_(
        "Write under agreement: provisions_if_failed the address of the rules on resits (url), or the rules (text)."
    ),
    clock=True,
)
def la_provisions_for_failure(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """An address or a text."""
    agreement = mobility.agreement
    if agreement is None or not _concerned(mobility, context):
        return
    provisions = agreement.provisions_if_failed
    if provisions is None or not (_said(provisions.url) or _said(provisions.text)):
        text = say("The agreement does not say what happens if something is failed.")
        yield _lacks(mobility, agreement, "provisions_if_failed", text)


@rule(
    "LA007",
    N_("Every course abroad has its term"),
    severity=Severity.ERROR,
    profiles={"cti-engineering", "erasmus-he-studies"},
    when=When(until=Phase.RECOGNISED, kinds=frozenset({"studies"})),
    cites=(EWP_LA.at("term-id: required for each component"), CTI.at("« cursus semestrialisé »")),
    why=N_(
        "The delays for changes and for the transcript count from the term; no exchange of data goes without it."
    ),
    fix=N_("Take the term from the host's catalogue: 1/2 is the first semester of two."),
    clock=True,
)
def la_components_have_a_term(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Each line of table A."""
    for component in _components(mobility, "studied"):
        if not component.term:
            yield _lacks(mobility, component, None, say("This course has no term."))


def _foreign(component: Component) -> tuple[LocalCredits, ...]:
    """Give the credits of a component that are not ECTS."""
    return tuple(each for each in component.local_credits if each.scheme.casefold() != "ects")


@rule(
    "LA111",
    N_("Every course abroad has its ECTS credits, or says that it has none"),
    severity=Severity.WARNING,
    profiles={"cti-engineering", "erasmus-he-studies"},
    when=When(until=Phase.RECOGNISED, kinds=frozenset({"studies"})),
    cites=(
        CTI.at("« charge de travail indiquée en crédits ECTS capitalisables »"),
        EWP_LA.at("credit: optional; “If there are no credits, then credit evaluation is not applicable”"),
    ),
    why=N_("Without credits nobody can tell whether a course was forgotten or counts for nothing."),
    fix=N_("Write the credits of the host's catalogue; or without_credits: true, where none are meant."),
    clock=True,
)
def la_components_have_ects(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """No credits or 0, in tables A and C; credits of another scheme are LA008's."""
    for component in _components(mobility, *derive.ABROAD):
        if not component.credits and not component.without_credits and not _foreign(component):
            yield _lacks(mobility, component, "credits", say("This course has no credits."))


@rule(
    "LA008",
    N_("Credits that are not ECTS are converted by a rule that was agreed"),
    severity=Severity.WARNING,
    profiles={"generic", "cti-engineering"},
    when=When(until=Phase.RECOGNISED, kinds=frozenset({"studies"})),
    cites=(
        CTI.at("« hors Espace Européen de l’Enseignement Supérieur, les crédits convertis en crédits ECTS »"),
    ),
    why=N_("Credits that are converted on return, by a rule nobody knew before, invite a dispute."),
    fix=N_(
        "Write agreement: credit_conversion: {scheme, factor, agreed}, with the day it was agreed (rule, in words, may stand in place of factor); and the ECTS credits of each course (credits)."
    ),
    clock=True,
)
def la_foreign_credits_converted(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """In any country: what counts is the scheme. One rule for an agreement."""
    agreement, missing = mobility.agreement, dict[str, None]()
    if agreement is None:
        return
    for component in _components(mobility, *derive.ABROAD):
        missing |= {local.scheme: None for local in _foreign(component) if not _converts(agreement, local)}
        if _foreign(component) and component.credits is None:
            text = say("This course has credits of the host, but no ECTS credits.")
            yield _lacks(mobility, component, None, text)
    for scheme in missing:
        text = say(
            "No rule is agreed, with its day, by which {scheme} become ECTS.",
            scheme=Label("credit-schemes", scheme),
        )
        yield _lacks(mobility, agreement, "credit_conversion", text)


def _conversion(agreement: Agreement, local: LocalCredits) -> CreditConversion | None:
    """Find the rule for credits of a scheme; one that names no scheme is for any."""
    rule = agreement.credit_conversion
    return rule if rule and rule.scheme in {None, local.scheme} else None


def _converts(agreement: Agreement, local: LocalCredits) -> bool:
    rule = _conversion(agreement, local)
    return rule is not None and rule.agreed is not None and (rule.factor is not None or _said(rule.rule))


@rule(
    "LA112",
    N_("The ECTS credits are those that the agreed factor gives"),
    severity=Severity.WARNING,
    profiles={"generic", "cti-engineering"},
    when=When(until=Phase.RECOGNISED, kinds=frozenset({"studies"})),
    numbers={"rounding": Number(Decimal("0.5"), "ects", "lower")},
    cites=(
        CTI.at("« hors Espace Européen de l’Enseignement Supérieur, les crédits convertis en crédits ECTS »"),
    ),
    why=N_("A rule that is not applied to every course is none."),
    fix=N_("Correct the credits, or the factor under agreement: credit_conversion."),
    clock=True,
)
def la_conversion_gives_the_credits(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """On the total of each version, as rounding of single courses evens out; needs a factor, not words."""
    agreement = mobility.agreement
    if agreement is None:
        return
    for version in derive.live_versions(mobility):
        mine = [(row, _factored(agreement, row)) for t in derive.ABROAD for row in version.tables[t]]
        counted = [(row.credits, by) for row, by in mine if row.credits is not None and by is not None]
        stated = sum((credits for credits, _ in counted), Decimal(0))
        given = sum((by for _, by in counted), Decimal(0))
        if abs(stated - given) > context.numbers["rounding"]:
            text = say(
                "By the agreed factor the courses abroad have {given} ECTS credits; the table gives them {stated}.",
                given=given,
                stated=stated,
            )
            yield _lacks(mobility, *_changed(version, "studied"), text)


def _factored(agreement: Agreement, component: Component) -> Decimal | None:
    """Convert the credits of a component by the factor; None where there is none for its scheme."""
    for local in _foreign(component):
        rule = _conversion(agreement, local)
        if rule and rule.factor is not None:
            return rule.factor * local.credits
    return None


ERASMUS = {"erasmus-he-studies"}
ERASMUS_HE = ERASMUS | {"erasmus-he-traineeship"}
BLENDED = frozenset({"short-term-blended", "bip"})
SHORT = BLENDED | {"short-term-doctoral"}


def _absent(**fields: object) -> Series:
    """Name the fields that hold nothing, in words."""
    return Series(tuple(say(WORDS[name]) for name, value in fields.items() if not value))


WORDS = {
    "name": N_("the name"),
    "position": N_("the position"),
    "email": N_("the e-mail address"),
    "birth_date": N_("the date of birth"),
    "citizenship": N_("the citizenship"),
    "eqf": N_("the level of the studies (EQF)"),
    "isced_f": N_("the field of the studies (ISCED-F)"),
    "code": N_("the language"),
    "level": N_("the level"),
}


@rule(
    "LA101",
    N_("Who signs for a school is named, with position and e-mail address"),
    severity=Severity.ERROR,
    profiles=ERASMUS_HE,
    when=When(until=Phase.RECOGNISED),
    cites=(
        EWP_LA.at(
            "signature: signer-name, signer-position and signer-email must be set, except for the student"
        ),
        LA_GUIDE.at("commitment: name, e-mail, position, date and signature of each responsible person"),
    ),
    why=N_("A signature binds a school only if it is known who gave it, and in what post."),
    fix=N_("Complete the signature with name, position and email, as on the paper."),
    clock=True,
)
def signatories_identified(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The agreement and its amendments; of an approval by e-mail the date is enough."""
    amendments = [each for each in mobility.amendments if not each.withdrawn]
    for paper in [mobility.agreement, *amendments]:
        for role in ("home", "host"):
            signature = derive.signed(paper.signatures, role) if paper else None
            if signature is None or signature.how == "e-mail":
                continue
            absent = _absent(name=signature.name, position=signature.position, email=signature.email)
            if absent.items:
                text = say(
                    "Missing from the signature of {role}: {what}.",
                    role=Label("signature-roles", role),
                    what=absent,
                )
                yield _lacks(mobility, signature, None, text)


@rule(
    "LA103",
    N_("The courses abroad are as many as the time there allows"),
    severity=Severity.WARNING,
    profiles={"cti-engineering", "erasmus-he-studies"},
    when=When(until=Phase.AFTER_RETURN, kinds=frozenset({"studies"})),
    numbers={
        "year": Number(Decimal(60), "ects"),
        "band": Number(Decimal(20), "%", "lower"),
    },
    cites=(
        ECTS_GUIDE.at(
            "“60 ECTS credits are allocated to the learning outcomes and associated workload of a full-time academic year”"
        ),
        LA_GUIDE.at("table A: a full academic year is 60, a semester 30, a trimester 20 ECTS credits"),
    ),
    why=N_("Too few courses cost a term at home; too many are not passed."),
    fix=N_(
        "Add or take out courses, in both tables (studied and recognised); where the stay covers another part of the year, write it under agreement: academic_terms_fraction (0.5 for a semester)."
    ),
    clock=True,
)
def credit_load_proportional(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Tables A and C of a long stay against 60 credits a year, by the terms of table A; `band` is what may differ.

    A term that the stay does not cover in whole needs the fraction; the limits themselves are in order.
    """
    for version in derive.live_versions(mobility) if mobility.format not in SHORT else ():
        load = version.total(*derive.ABROAD)
        if load is None or not load.parts:
            continue
        usual = _usual(mobility, version, context.numbers["year"])
        if abs(load.value - usual) > usual * context.numbers["band"] / 100:
            text = say(
                "The courses abroad (tables A and C) have {load} credits; {usual} are usual for this part of a year.",
                load=load.value,
                usual=usual,
            )
            yield _lacks(mobility, *_changed(version, "studied"), text)


def _terms_of(version: derive.Version) -> set[str | None]:
    return {row.term for row in version.tables["studied"]}


def _usual(mobility: Mobility, version: derive.Version, year: Decimal) -> Decimal:
    """Say how many credits are usual in the part of a year that is stated; else, or with another term, in its terms."""
    agreement, first = mobility.agreement, derive.first_version(mobility)
    stated = agreement.academic_terms_fraction if agreement else None
    terms = _terms_of(version)
    if stated is not None and first is not None and terms <= _terms_of(first):
        return year * stated
    partly = {each.term for each in mobility.period.host_terms if each.full is False}
    numbers = {term.partition("/")[2] for term in terms if term}
    if None in terms or terms & partly or len(numbers) != 1:
        raise NotCheckableError(say("which part of the academic year the stay covers is not known"))
    return year * len(terms) / int(numbers.pop())


@rule(
    "LA104",
    N_("Where recognition is not automatic, the agreement says what applies instead"),
    severity=Severity.ERROR,
    profiles=ERASMUS,
    when=When(until=Phase.RECOGNISED),
    cites=(
        EWP_LA.at("recognition-conditions: of recognised components only"),
        EWP_MBR.at("section 6: automatic recognition, or the conditions that apply"),
    ),
    why=N_("Automatic recognition is the promise of the programme: who departs from it has to say how."),
    fix=N_(
        "Write the conditions in the line of table B (recognition_conditions), or automatic_recognition: true; table A has no conditions."
    ),
    clock=True,
)
def automatic_recognition_no_needs_explanation(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A "no" without conditions in table B; conditions in tables A or C."""
    for component in _components(mobility, "recognised"):
        if component.automatic_recognition is False and not _said(component.recognition_conditions):
            text = say("This is not recognised automatically, and nothing says what applies instead.")
            yield _lacks(mobility, component, "automatic_recognition", text)
    for component in _components(mobility, *derive.ABROAD):
        if component.recognition_conditions:
            text = say("Conditions of recognition stand in table B, not with a course abroad.")
            yield _lacks(mobility, component, "recognition_conditions", text)


@rule(
    "LA105",
    N_("What is done online is described"),
    severity=Severity.ERROR,
    profiles=ERASMUS_HE,
    when=When(until=Phase.AFTER_RETURN),
    cites=(
        EWP_LA.at("virtual components: short-description is required"),
        LA_GUIDE.at("table C: virtual component, obligatory in short-term blended mobility"),
    ),
    why=N_(
        "The online part is in no catalogue of the host: without a description nobody knows what was agreed."
    ),
    fix=N_("Write a line for the online part under agreement: virtual, with its description."),
    clock=True,
)
def virtual_component_described(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Each line of table C; a blended mobility or an intensive programme has one at least."""
    for version in derive.live_versions(mobility) if mobility.format in BLENDED else ():
        if not version.tables["virtual"]:
            text = say("A blended mobility has an online part, and the agreement names none (table C).")
            yield _lacks(mobility, *_changed(version, "virtual"), text)
    for component in _components(mobility, "virtual"):
        if not _said(component.description):
            yield _lacks(mobility, component, None, say("Nothing says what is done in this online part."))


@rule(
    "LA106",
    N_("The agreement says who the learner is and what she studies"),
    severity=Severity.ERROR,
    profiles=ERASMUS_HE,
    when=When(until=Phase.RECOGNISED),
    cites=(
        LA_GUIDE.at("general information: student"),
        EWP_LA.at(
            "student: “All fields are optional only inside changes-proposal element and required otherwise!”"
        ),
    ),
    why=N_("The form has these fields, and no partner's system takes an agreement without them."),
    fix=N_("Complete learner: birth_date, citizenship, email, and enrolment: eqf, isced_f."),
    clock=True,
)
def learner_administrative_data_complete(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """In one line; that there is no agreement is said elsewhere, the ESI is LA114's."""
    learner, enrolment = mobility.learner, mobility.learner.enrolment
    absent = _absent(
        birth_date=learner.birth_date,
        citizenship=learner.citizenship,
        email=learner.email,
        eqf=enrolment and enrolment.eqf,
        isced_f=enrolment and enrolment.isced_f,
    )
    if mobility.agreement and absent.items:
        yield _lacks(mobility, learner, None, say("Missing about the learner: {what}.", what=absent))


@rule(
    "LA114",
    N_("The learner has a European Student Identifier"),
    severity=Severity.WARNING,
    profiles=ERASMUS_HE,
    when=When(until=Phase.RECOGNISED),
    cites=(EWP_MBR.at("“ESI field is obligatory”"),),
    why=N_("Without it the partner's system cannot tell two students of one name apart."),
    fix=N_(
        "Ask the home school's registry for the identifier, and write it under learner: esi; a school that issues none says so in a waiver."
    ),
    clock=True,
)
def learner_has_an_esi(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A warning, as not every school issues it."""
    if mobility.agreement and not mobility.learner.esi:
        yield _lacks(mobility, mobility.learner, None, say("The learner has no European Student Identifier."))


@rule(
    "LNG101",
    N_("The agreement states the language and the level reached in it"),
    severity=Severity.ERROR,
    profiles=ERASMUS_HE,
    when=When(until=Phase.AFTER_RETURN),
    cites=(
        LA_GUIDE.at("language competence of the student: main language of instruction and level"),
        EWP_LA.at("student-language-skill: at least one"),
    ),
    why=N_("Both schools rely on it that the learner can follow the courses."),
    fix=N_("Write under agreement: language the code and the level: A1 to C2, or native."),
    clock=True,
)
def language_level_stated(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Until departure it is something to do, after the return it is of no use any more."""
    agreement = mobility.agreement
    if agreement is None:
        return
    language = agreement.language
    absent = _absent(code=language and language.code, level=language and language.level)
    if absent.items:
        text = say("Missing about the language of study: {what}.", what=absent)
        yield _lacks(mobility, agreement, "language", text)


@rule(
    "LNG102",
    N_("Who is below the level that the partner recommends gets help with the language"),
    severity=Severity.WARNING,
    profiles=ERASMUS,
    when=When(until=Phase.AFTER_RETURN),
    cites=(
        LA_GUIDE.at(
            "the student commits to reach the recommended level of language by the start of the study period"
        ),
    ),
    why=N_(
        "The agreement of the two schools recommends a level: below it, courses are lost for want of words."
    ),
    fix=N_(
        "Plan a course, and write followup: language_support: {type, from}; the type is ols, home-course, host-course or other, and from its first day."
    ),
    clock=True,
)
def language_level_meets_partner_recommendation(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The level of the agreement against that of the schools' agreement, if both are of one language."""
    partner = context.index.partner_agreement(mobility)
    if mobility.partner_agreement and partner is None:
        raise NotCheckableError(say("the file of the partner agreement is not there"))
    mine = mobility.agreement.language if mobility.agreement else None
    wanted = partner.language if partner else None
    support = mobility.followup.language_support if mobility.followup else None
    helped = support is not None and support.type and support.from_
    if mine is None or wanted is None or helped or not _below(mine, wanted, context):
        return
    text = say(
        "The level is {level}; the partner recommends {wanted}, and no help with the language is planned.",
        level=mine.level or "",
        wanted=wanted.level or "",
    )
    yield _lacks(mobility, mine, "level", text)


def _below(mine: Language, wanted: Language, context: Context) -> bool:
    """Compare two levels of one language; what is not stated is below nothing."""
    levels = list(context.lists["cefr"].codes)
    one = (mine.code or "").partition("-")[0] == (wanted.code or "").partition("-")[0]
    known = mine.level in levels and wanted.level in levels
    return one and known and levels.index(mine.level or "") < levels.index(wanted.level or "")
