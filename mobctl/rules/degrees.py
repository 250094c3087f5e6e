"""Double and joint degrees, and the diploma supplement."""

from collections.abc import Iterator
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Message, Series, Severity, say
from mobctl.model import Degree, Diploma, Mobility, Paper, Phase
from mobctl.rule import OUTGOING, Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import CTI, SUPPLEMENT_NOTES

ENGINEERS = {"cti-engineering", "cti-apprentice"}
DOUBLE, JOINT = {"double-degree", *ENGINEERS}, {"joint-degree", *ENGINEERS}


def _degree_type(mobility: Mobility, context: Context) -> str:
    """Say what the mobility leads to: what the record states, else what its profile is for."""
    stated = mobility.degree.degree_type if mobility.degree else None
    named = [kind for kind in ("double", "joint") if f"{kind}-degree" in context.profiles]
    return stated or (named or ["single"])[0]


@rule(
    "JNT001",
    N_("A double degree stands in the diploma supplement, never in the title of the diploma"),
    severity=Severity.ERROR,
    profiles=DOUBLE,
    when=When(since=Phase.BEFORE_DEPARTURE),
    cites=(
        CTI.at(
            "« La mention de double diplôme ne peut pas apparaître dans le libellé du diplôme français, mais figure dans"
            " le supplément au diplôme. »"
        ),
    ),
    why=N_(
        "The two diplomas are wholly distinct: each school awards its own, and only the supplement tells of both."
    ),
    fix=N_(
        "Take the mention out of the title (degree: title); put it into the supplement and write"
        " supplement_mentions_double: true under degree."
    ),
    clock=True,
)
def double_degree_not_in_diploma_title_but_in_supplement(
    mobility: Mobility, context: Context
) -> Iterator[Hit]:
    """Any French diploma's title, whatever the degree; for a double degree the mention too, due on the day of the diploma.

    That day is the one of the award, of the jury or of the supplement that was issued; until one is known, nothing is
    missing yet.
    """
    degree = mobility.degree
    titled: tuple[Degree | Diploma, ...] = ()
    if degree is not None:
        titled = (degree, *(diploma for diploma in degree.diplomas if diploma.country == "FR"))
    for each in titled:
        if derive.mentions_double(each.title):
            text = say("The title of the French diploma mentions the double degree.")
            yield hit(each, "title", text, advice=say("Take the mention out of the title."))
    if _degree_type(mobility, context) != "double" or _in_supplement(mobility):
        return
    issued = (paper.issued for paper in derive.papers(mobility, "diploma-supplement"))
    day = derive.graduation(mobility) or next((each for each in issued if each), None)
    if day and derive.phase(mobility, context.as_of) >= Phase.RECOGNISED:
        text = say(
            "The record does not say that the diploma supplement mentions the double degree. Day of the diploma: {day}.",
            day=day.said,
        )
        advice = say(
            "Put the mention into the supplement and write supplement_mentions_double: true under degree."
        )
        field = "supplement_mentions_double"
        stated = degree is not None and degree.supplement_mentions_double is not None
        yield hit(degree or mobility, field if stated else None, text, due=day.last, advice=advice)


def _in_supplement(mobility: Mobility) -> bool:
    """Say whether the supplement mentions the double degree: the record says so, or the words of the mention do."""
    stated = mobility.degree is not None and mobility.degree.supplement_mentions_double
    supplement = mobility.recognition.diploma_supplement if mobility.recognition else None
    return bool(stated) or derive.mentions_double(supplement.text if supplement else None)


@rule(
    "JNT005",
    N_("A double degree is two diplomas of two schools"),
    severity=Severity.WARNING,
    profiles=DOUBLE,
    when=When(since=Phase.AFTER_RETURN),
    cites=(CTI.at("« En cas de réussite, les élèves obtiennent deux diplômes totalement distincts »"),),
    why=N_(
        "Each of the two schools awards its own diploma by its own rules: one paper of one school is no double degree."
    ),
    fix=N_(
        "List both under degree: diplomas, each with the school that awards it (issuer); or say why one is missing under waivers: [{rule: JNT005, all: true, reason, by, date}]."
    ),
    clock=True,
)
def double_degree_is_two_diplomas(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """At least two issuers, once the day of the diploma is known; due on that day."""
    day, degree = derive.graduation(mobility), mobility.degree
    if day is None or _degree_type(mobility, context) != "double":
        return
    diplomas = degree.diplomas if degree else ()
    issuers = {_issuer(each.issuer, context) for each in diplomas if each.issuer}
    if len(issuers) < len(("ours", "theirs")):
        text = say("The record does not list two diplomas of two different schools.")
        field = "diplomas" if diplomas else None
        yield hit(degree or mobility, field, text, due=day.last)


def _issuer(name: str, context: Context) -> str:
    """Name an issuer by the id of its file, whether the record gives that or one of its names."""
    for id, file in context.index.institutions.items():
        names = file.name.values() if isinstance(file.name, dict) else [file.name]
        if name in (id, *names):
            return id
    return name.casefold()


@rule(
    "JNT002",
    N_("In a joint programme, two semesters at least are spent at the French school"),
    severity=Severity.ERROR,
    profiles=JOINT,
    when=When(directions=OUTGOING),
    numbers={"semesters": Number(Decimal(2), "semester", "higher")},
    cites=(
        CTI.at(
            "« Dans les cas de tels cursus conjoints, la durée de la formation en école française peut être réduite à deux"
            " semestres effectifs dans les murs de l’école. »"
        ),
    ),
    why=N_("Below two semesters within its walls, the school would sign for studies that it has not given."),
    fix=N_("Plan the path anew, or correct semesters_in_home_school."),
)
def joint_curriculum_two_effective_semesters(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The semesters that the record states; half a semester less is too little."""
    if _degree_type(mobility, context) != "joint":
        return
    semesters = mobility.degree.semesters_in_home_school if mobility.degree else None
    if mobility.degree is None or semesters is None:
        raise NotCheckableError(
            say("the record does not say how many semesters are spent at the home school")
        )
    if semesters < context.numbers["semesters"]:
        yield hit(
            mobility.degree,
            "semesters_in_home_school",
            say(
                "Semesters at the French school: {semesters}; a joint programme needs {least} at least.",
                semesters=semesters,
                least=context.numbers["semesters"],
            ),
        )


EVIDENCE = {
    "written_agreement": say("an agreement on all parts of the programme (written_agreement)"),
    "common_quality_assurance": say("a common quality assurance (common_quality_assurance)"),
    "joint_juries": say("common juries of admission and award (joint_juries)"),
    "common_regulations": say("common study regulations (common_regulations)"),
    "partner_followup": say("a follow-up of the students at the partner (partner_followup)"),
    "team_meetings": say("regular meetings of the teams (team_meetings)"),
}
"""What shows that a programme was built together, as messages call it."""


@rule(
    "JNT003",
    N_("A joint programme shows that the schools have built it together"),
    severity=Severity.WARNING,
    profiles=JOINT,
    when=When(since=Phase.BEFORE_DEPARTURE),
    cites=(
        CTI.at(
            "« Les éléments attestant de la co-construction du cursus sont notamment : une convention encadrant"
            " l’ensemble des éléments pédagogiques du parcours ; une démarche qualité commune ou coordonnée ; des jurys"
            " d’admission et de diplomation communs ou coordonnés ; un règlement des études commun pouvant reposer sur"
            " des règlements coordonnés ; un suivi des élèves lorsqu’ils sont dans l’établissement partenaire ; une"
            " périodicité des rencontres entre les équipes pédagogiques. »"
        ),
    ),
    why=N_("These six make the difference between a joint programme and two that students visit in turn."),
    fix=N_(
        "Write true for each of the six under degree: joint_evidence; what is missing has to be built first."
    ),
)
def joint_curriculum_evidence_and_accreditation(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Each of the six that the record does not say is there; the accreditation is JNT006's."""
    if _degree_type(mobility, context) != "joint":
        return
    degree = mobility.degree
    evidence = degree.joint_evidence if degree else None
    absent = tuple(text for field, text in EVIDENCE.items() if not (evidence and getattr(evidence, field)))
    if absent:
        text = say("Nothing shows that this joint programme has {what}.", what=Series(absent, "or"))
        yield hit(evidence or degree or mobility, None, text)


@rule(
    "JNT006",
    N_("A joint degree has an accreditation of its own"),
    severity=Severity.ERROR,
    profiles=JOINT,
    when=When(since=Phase.BEFORE_DEPARTURE),
    cites=(
        CTI.at(
            "« Les diplômes conjoints donnent lieu à une accréditation spécifique et sont listés à part dans l’arrêté"
            " interministériel listant les écoles accréditées. »"
        ),
    ),
    why=N_("Without it the school may not award the joint degree, however well the programme is built."),
    fix=N_("Write the number of the accreditation under degree: accreditation_ref."),
)
def joint_degree_is_accredited(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The reference is there; whether the order lists the degree, nobody can see from here."""
    degree = mobility.degree
    if _degree_type(mobility, context) == "joint" and not (degree and degree.accreditation_ref):
        text = say("The record does not name the accreditation of the joint degree.")
        yield hit(degree or mobility, None, text)


@rule(
    "JNT004",
    N_("A joint degree is recognised by law in the country of every partner"),
    severity=Severity.WARNING,
    profiles=JOINT,
    when=When(since=Phase.BEFORE_DEPARTURE),
    cites=(
        CTI.at(
            "« les différentes certifications délivrées aux étudiants doivent aboutir à un même objectif : la"
            " reconnaissance de plein droit du/des diplôme(s) obtenu(s) dans tous les pays partenaires »"
        ),
    ),
    why=N_("It is what the papers of a joint programme are for, whatever form they take."),
    fix=N_(
        "Write the country under degree: legal_recognition, once it is sure that the degree is recognised there by law."
    ),
)
def joint_degree_is_recognised_everywhere(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The countries of home, host and the other partners against those where the degree is recognised."""
    if _degree_type(mobility, context) != "joint":
        return
    degree = mobility.degree
    parties = (mobility.home, mobility.host, *(degree.partners if degree else ()))
    countries = [country for party in parties if (country := context.index.located(party))]
    known = degree.legal_recognition if degree else ()
    absent = [country for country in dict.fromkeys(countries) if country not in known]
    if absent:
        text = say(
            "The record does not say that the degree is recognised by law in {countries}.",
            countries=Series(tuple(Label("countries", country) for country in absent), "or"),
        )
        yield hit(degree or mobility, "legal_recognition" if known else None, text)


SECTIONS = tuple("12345678")


@rule(
    "DS101",
    N_("A diploma supplement has its eight sections, and says where the mobility was"),
    severity=Severity.ERROR,
    profiles={"erasmus-he-studies", *ENGINEERS},
    when=When(since=Phase.RECOGNISED, directions=OUTGOING),
    cites=(
        SUPPLEMENT_NOTES.at(
            "“Information in all eight sections should be provided. Where information is not provided, an explanation"
            " should give the reason why.”"
        ),
    ),
    why=N_(
        "Whoever reads a supplement abroad takes an empty section for something that the school has left out."
    ),
    fix=N_(
        "Write the sections that are filled in under sections, and the others with the reason under empty_sections."
    ),
)
def supplement_eight_sections(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Each supplement that was issued: sections 1 to 8 filled in or explained; the host has a country."""
    papers = derive.papers(mobility, "diploma-supplement")
    if papers and context.index.located(mobility.host) is None:
        text = say("The supplement needs the country of the host, which the record does not say.")
        yield hit(mobility.host, None, text, advice=say("Write it under host: country."))
    for paper in papers:
        yield from _sections(paper)


def _sections(paper: Paper) -> Iterator[Hit]:
    if not paper.sections and not paper.empty_sections:
        raise NotCheckableError(say("the record does not say which sections the diploma supplement has"))
    for empty in paper.empty_sections:
        if not empty.reason:
            text = say("Section {section} is empty, and nothing says why.", section=empty.section)
            yield hit(empty, None, text)
    known = {*paper.sections, *(empty.section for empty in paper.empty_sections)}
    absent: tuple[Message | str, ...] = tuple(section for section in SECTIONS if section not in known)
    if absent:
        text = say("The supplement has no section {sections}.", sections=Series(absent, "or"))
        yield hit(paper, "sections" if paper.sections else None, text)
