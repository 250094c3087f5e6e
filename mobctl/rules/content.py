"""What a learning agreement has to say: its courses, its credits, and what they will count for."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Message, Severity, say
from mobctl.model import Agreement, Component, CreditConversion, LocalCredits, Mobility, Names, Node, Phase
from mobctl.rule import Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import CTI, EWP_LA, ITSRA, LA_GUIDE, MOBILITY_REFERENT, UT2, VET_AGREEMENT

STUDIES = frozenset({"studies", "study+traineeship"})
OUTGOING = frozenset({"outgoing"})
BOTH = frozenset({"outgoing", "incoming"})
SIGNED_BY_ALL = {"cti-engineering", "erasmus-he-studies", "itsra-social-work", "ut2-university"}
ABROAD = ("studied", "virtual")
IN_GROUPS = frozenset({"group", "competition"})
"""Formats without an agreement for each learner: a group has one learning programme."""


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
            if not any(version.tables[table] for table in ABROAD):
                text = say("The agreement names nothing that the learner will follow at the host (table A).")
                yield _lacks(mobility, *_changed(version, "studied"), text)
    for component in _components(mobility, *ABROAD):
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
    profiles={"ut2-university"},
    when=When(directions=BOTH),
    cites=(UT2.at("« vérifier et valider la cohérence pédagogique des contrats d’études Erasmus »"),),
    why=N_(
        "Courses that do not fit the studies cannot be recognised: that has to be seen before the school signs."
    ),
    fix=N_(
        "Have the coordinator check it, and write name, day and verdict under agreement: coherence_check."
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
    profiles={"ut2-university"},
    when=When(until=Phase.AFTER_RETURN, directions=BOTH),
    cites=(UT2.at("« vérifier et valider la cohérence pédagogique des contrats d’études Erasmus »"),),
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
            "Checked on {checked}, after the signature of {role} on {signed}.",
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
        "Write them under agreement: learning_outcomes; for courses, the address of the host's catalogue under agreement: catalogue: url is enough."
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
    if mobility.kind == "vet-training" and mobility.format not in IN_GROUPS:
        yield _lacks(mobility, agreement, None, say("The agreement names no learning outcomes."))
    described = agreement.catalogue and agreement.catalogue.url
    if "cti-engineering" not in context.profiles or mobility.kind not in STUDIES or described:
        return
    for component in _components(mobility, *ABROAD):
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
    for component in _components(mobility, *ABROAD):
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
        "Write under agreement: credit_conversion the scheme, the factor or the rule in words, and the day it was agreed; and the ECTS credits of each course."
    ),
    clock=True,
)
def la_foreign_credits_converted(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """In any country: what counts is the scheme. One rule for an agreement."""
    agreement, missing = mobility.agreement, dict[str, None]()
    if agreement is None:
        return
    for component in _components(mobility, *ABROAD):
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
        mine = [(row, _factored(agreement, row)) for t in ABROAD for row in version.tables[t]]
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
