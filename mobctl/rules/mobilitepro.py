"""The optional mobility unit of vocational diplomas, and its attestation MobilitéPro."""

from collections.abc import Iterator
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Message, Quoted, Series, Severity, say
from mobctl.model import Certification, Mobility, MobilityUnit, Paper, Party, Phase, UnitPart
from mobctl.rule import OUTGOING, Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import MOBILITY_REFERENT, UFM, UFM_CAP

PROFILE = {"mobilitepro"}
AREA = ("EU", "EFTA")
"""The European Economic Area has no other members."""
EVERY = frozenset({"bac-pro", "CAP", "BP", "BMA"})
"""The diplomas that all have the unit."""
REVISED = frozenset({"MC", "CS"})
"""Those that have it only if a revision built it in."""
OFFICIAL = frozenset({"rectorate", "public-body"})
"""Who issues the attestation: the rectorate; for agriculture the DRAAF, overseas the vice-rectorate."""
ATTESTED = (
    MOBILITY_REFERENT.at(
        "« Une attestation dénommée « Mobilité Pro », jointe au diplôme, est délivrée aux candidats qui ont obtenu une"
        " note supérieure ou égale à 10 à l’évaluation de l’unité facultative de mobilité et qui ont présenté avec"
        " succès les épreuves de leur diplôme en question. »"
    ),
    UFM.at("art. 5"),
)


def _unit(mobility: Mobility) -> MobilityUnit:
    """What the record says of the unit, which may be nothing."""
    certification = mobility.certification
    return (certification and certification.unit_mobility) or MobilityUnit()


def _given_up(mobility: Mobility) -> bool:
    """Say whether the record says that the stay is not to count in the diploma after all."""
    return mobility.certification is not None and mobility.certification.intended is False


def _attestations(mobility: Mobility) -> tuple[Paper, ...]:
    return derive.papers(mobility, "mobilitepro")


@rule(
    "UFM001",
    N_("The stay for the mobility unit is in the European area"),
    severity=Severity.WARNING,
    profiles=PROFILE,
    when=When(directions=OUTGOING),
    cites=(
        MOBILITY_REFERENT.at(
            "« une période de formation effectuée dans un État membre de l’Union européenne, de l’Espace économique"
            " européen ou de l’Association européenne de libre-échange »"
        ),
        UFM.at("art. 1: « à l’étranger, en particulier dans le cadre des programmes de l’Union européenne »"),
    ),
    why=N_(
        "The unit was made for the Union, the European Economic Area and EFTA; the order of 2019 speaks of other countries too."
    ),
    fix=N_(
        "Ask the certifying body whether this diploma admits the destination, and say so under waivers: [{rule: UFM001, all: true, reason, by, date}]."
    ),
)
def ufm_destination(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """By membership on the first day of the stay: a stay of January 2020 in London was in the Union."""
    node, country = context.index.destination(mobility)
    start = derive.start(mobility)
    on = start.first if start else context.as_of
    if country and not any(context.lists["countries"].group(country, area, on) for area in AREA):
        yield hit(
            node,
            "country" if getattr(node, "country", None) else None,
            say(
                "The stay is in {country}, outside the European Union, the European Economic Area and EFTA.",
                country=Label("countries", country),
            ),
        )


@rule(
    "UFM002",
    N_("The diploma has the mobility unit, and the candidate may sit it"),
    severity=Severity.ERROR,
    profiles=PROFILE,
    when=When(directions=OUTGOING),
    numbers={"revised_since": Number(Decimal(2020), "year", "higher")},
    cites=(
        MOBILITY_REFERENT.at(
            "« La possibilité d’effectuer une partie de la formation à l’étranger dans un pays membre de l’Union"
            " Européenne est depuis 2020 étendue du baccalauréat professionnelle (BAC PRO) aux certificats d’aptitude"
            " professionnelle (CAP), aux brevets professionnels (BP) ainsi qu’au brevets des métiers d’art et mentions"
            " complémentaires (à conditions que cette possibilité soit intégrée lors de la révision du diplôme pour le"
            " métier en question depuis 2020). »"
        ),
        UFM.at("art. 1-2"),
        UFM_CAP.at("art. 1-2"),
    ),
    why=N_("Without the unit in the diploma there is nothing to sit, and no attestation at the end."),
    fix=N_("Correct certification: diploma_type and candidate, or leave the profile mobilitepro out."),
    clock=True,
)
def ufm_diploma_eligible(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """What is not written down yet is something to do until departure; what excludes the unit is said at once."""
    certification = mobility.certification or Certification()
    node = mobility.certification or mobility
    departure = derive.departure(mobility)
    due = departure.last if departure else None
    lacking = [
        name
        for field, name in (
            ("diploma_type", say("the type of the diploma (diploma_type)")),
            ("candidate", say("as what the candidate sits the examination (candidate)")),
        )
        if getattr(certification, field) is None
    ]
    if lacking:
        text = say("The record does not say, under certification: {what}.", what=Series(tuple(lacking)))
        yield hit(node, None, text, due=due)
    if certification.candidate == "other":
        text = say(
            "The unit is for pupils of public schools and of schools under contract, apprentices of an authorised training centre and adults trained in a public institution; this candidate is none of them."
        )
        yield hit(node, "candidate", text)
    if certification.diploma_type in REVISED:
        yield from _not_revised(certification, int(context.numbers["revised_since"]))
    elif certification.diploma_type and certification.diploma_type not in EVERY:
        text = say(
            "A diploma of the type {type} has no mobility unit.", type=Quoted(certification.diploma_type)
        )
        yield hit(node, "diploma_type", text)


def _not_revised(certification: Certification, since: int) -> Iterator[Hit]:
    """Say that a mention complémentaire, or its successor, has the unit only from a revision on."""
    standard = certification.standard
    revised = derive.years(standard.revised_year or "") if standard else ()
    if standard and standard.has_mobility_unit and revised and revised[-1] >= since:
        return
    text = say(
        "A diploma of the type {type} has the unit only if a revision of {year} or later built it in; the record does not say so.",
        type=Quoted(certification.diploma_type or ""),
        year=str(since),
    )
    advice = say(
        "If it did, write it under certification: standard: revised_year, and has_mobility_unit: true."
    )
    yield hit(certification, "diploma_type", text, advice=advice)


@rule(
    "UFM003",
    N_("The attestation MobilitéPro is for a mark of at least 10"),
    severity=Severity.ERROR,
    profiles=PROFILE,
    when=When(directions=OUTGOING),
    numbers={"least": Number(Decimal(10), "point", "higher")},
    cites=ATTESTED,
    why=N_("Below the mark there is no attestation: the one that was issued is void."),
    fix=N_(
        "Correct certification: unit_mobility: mark after the report of the jury, or have the attestation annulled and write annulled: {date, reason} on its line under documents."
    ),
    waivable=False,
)
def mobilitepro_mark_at_least_ten(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """An attestation that is there or was asked for, against the mark; asked for before the jury, it may have none."""
    unit, papers = _unit(mobility), _attestations(mobility)
    attestation = mobility.certification.mobilitepro if mobility.certification else None
    if not papers and not (attestation and attestation.requested):
        return
    if unit.mark is not None and unit.mark < context.numbers["least"]:
        text = say(
            "The mark of the unit is {mark}; the attestation is for {least} and more.",
            mark=unit.mark,
            least=context.numbers["least"],
        )
        beside = [(paper, say("the attestation")) for paper in papers]
        yield hit(unit, "mark", text, beside=beside)
    elif unit.mark is None:
        for paper in papers:
            yield hit(paper, None, say("The attestation is there, and the mark of the unit is not recorded."))


@rule(
    "UFM004",
    N_("The attestation MobilitéPro comes with the diploma"),
    severity=Severity.ERROR,
    profiles=PROFILE,
    when=When(directions=OUTGOING),
    cites=ATTESTED,
    why=N_(
        "It is joined to the diploma: whoever missed the diploma keeps the mark of the unit instead, for five years."
    ),
    fix=N_(
        "Write certification: diploma_obtained: true once the diploma is there; without it, have the attestation annulled, write annulled: {date, reason} on its line under documents, and certification: unit_mobility: kept: true."
    ),
)
def mobilitepro_requires_the_diploma(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """For every attestation that is neither annulled nor replaced."""
    obtained = mobility.certification.diploma_obtained if mobility.certification else None
    for paper in _attestations(mobility):
        if obtained is False:
            yield hit(
                paper,
                None,
                say("The attestation MobilitéPro is among the documents, and the diploma was not obtained."),
            )
        elif obtained is None:
            text = say(
                "The attestation MobilitéPro is among the documents, and the record does not say that the diploma was obtained."
            )
            yield hit(paper, None, text)


@rule(
    "UFM005",
    N_("The mark of the unit is kept for five years at most, and only without the diploma"),
    severity=Severity.ERROR,
    profiles=PROFILE,
    when=When(directions=OUTGOING),
    numbers={"years": Number(Decimal(5), "year", "lower")},
    cites=(
        MOBILITY_REFERENT.at(
            "« Ceux qui n’ont pas obtenu le diplôme peuvent choisir de conserver le bénéfice de l’évaluation de l’unité"
            " facultative pendant une durée de cinq ans. »"
        ),
        UFM.at("art. 5"),
    ),
    why=N_("At a later session the examination centre does not accept a mark that is too old."),
    fix=N_(
        "Correct certification: unit_mobility: keep_until, or have the candidate sit the unit again; a year counts as a session, whatever the day of its jury."
    ),
)
def unit_benefit_kept_five_years(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """From the year of the jury, else of the session: a mark of 2026 is good until the last session of 2031."""
    certification, unit = mobility.certification, _unit(mobility)
    if certification is None or not unit.kept:
        return
    if certification.diploma_obtained and unit.reused is None:
        yield hit(unit, "kept", say("The diploma was obtained: there is no mark to keep."))
    if unit.keep_until is None and unit.reused is None:
        return
    year = _year(certification)
    last = year + int(context.numbers["years"])
    if unit.keep_until and unit.keep_until.first.year > last:
        text = say(
            "The mark is kept until {day}; one of the session of {year} is good until that of {last}.",
            day=unit.keep_until.last,
            year=str(year),
            last=str(last),
        )
        yield hit(unit, "keep_until", text)
    if unit.reused and unit.reused.first.year > last:
        text = say(
            "The mark was used on {day}; one of the session of {year} is good until that of {last}.",
            day=unit.reused.said,
            year=str(year),
            last=str(last),
        )
        yield hit(unit, "reused", text)
    elif unit.reused and unit.keep_until and unit.reused.first > unit.keep_until.last:
        text = say(
            "The mark was used on {day}, and kept only until {until}.",
            day=unit.reused.said,
            until=unit.keep_until.last,
        )
        yield hit(unit, "reused", text)


def _year(certification: Certification) -> int:
    """The year of the jury, else of the session ("2026", "2025-2026"). Raise NotCheckableError where none is known."""
    unit = certification.unit_mobility
    if unit and unit.date:
        return unit.date.first.year
    years = derive.years(certification.session or "")
    if not years:
        raise NotCheckableError(say("the session of the examination is not known"))
    return years[-1]


@rule(
    "UFM101",
    N_("The second part of the unit takes place within three months of the return"),
    severity=Severity.ERROR,
    profiles=PROFILE,
    when=When(directions=OUTGOING),
    numbers={"months": Number(Decimal(3), "month", "lower")},
    cites=(
        UFM.at("annexe II, définition de l’épreuve: second part in France, three months after the return"),
    ),
    why=N_("After three months the unit cannot be validated any more in this session."),
    fix=N_(
        "Hold the second part, and write its day under certification: unit_mobility: part2: date; if the candidate gives the unit up, certification: intended: false."
    ),
    clock=True,
)
def second_part_within_three_months(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Calendar months from the last day of the stay; without a day it is something to do once the learner is back."""
    end, part = derive.end(mobility), _unit(mobility).part2 or UnitPart()
    if _given_up(mobility) or end is None:
        return
    limit = derive.months_after(end.last, int(context.numbers["months"]))
    if part.date is None:
        if derive.phase(mobility, context.as_of) >= Phase.AFTER_RETURN:
            text = say(
                "The second part of the mobility unit, in France, is to be held by {limit}: the stay ended on {end}.",
                limit=limit,
                end=end.said,
            )
            yield hit(mobility.certification or mobility, None, text, due=derive.days_after(limit, 1))
    elif part.date.last < end.first:
        text = say(
            "The second part is of {day}, before the return on {end}.", day=part.date.said, end=end.said
        )
        yield hit(part, "date", text)
    elif part.date.first > limit:
        text = say(
            "The second part is of {day}; the last day for it was {limit}, as the stay ended on {end}.",
            day=part.date.said,
            limit=limit,
            end=end.said,
        )
        yield hit(part, "date", text)


@rule(
    "UFM102",
    N_("The mark of the unit is the sum of its two parts"),
    severity=Severity.ERROR,
    profiles=PROFILE,
    when=When(directions=OUTGOING),
    cites=(UFM.at("annexe II: part 1, abroad: competences C1 and C3; part 2, in France: C2, C4, C5 and C6"),),
    why=N_("The attestation hangs on this mark: a slip of the pen may cost it, or give it."),
    fix=N_("Compare the points and the mark under certification: unit_mobility with the papers."),
)
def unit_mark_composition(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Where the mark and the points of both parts are known."""
    unit = _unit(mobility)
    first, second = (part.points if part else None for part in (unit.part1, unit.part2))
    if unit.mark is None or first is None or second is None:
        return
    if unit.mark != first + second:
        text = say(
            "The mark of the unit is {mark}; its two parts make {first} + {second} = {sum}.",
            mark=unit.mark,
            first=first,
            second=second,
            sum=first + second,
        )
        yield hit(unit, "mark", text)


@rule(
    "UFM105",
    N_("No part of the unit gives more points than it has"),
    severity=Severity.WARNING,
    profiles=PROFILE,
    when=When(directions=OUTGOING),
    numbers={
        "part1": Number(Decimal(8), "point", "lower"),
        "part2": Number(Decimal(12), "point", "lower"),
    },
    cites=(UFM.at("annexe II: 8 points for the part abroad, 12 for the part in France"),),
    why=N_("More points than a part has point to a slip, or to parts that were taken for each other."),
    fix=N_("Compare the points under certification: unit_mobility with the grid and the report of the oral."),
)
def unit_parts_within_their_points(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """8 and 12 are those of the examination of 2014, not checked against the annex of 2019: no more than a warning."""
    unit = _unit(mobility)
    for name, part in (("part1", unit.part1), ("part2", unit.part2)):
        most = context.numbers[name]
        if part and part.points is not None and part.points > most:
            text = say("{points} points were given; this part has {most}.", points=part.points, most=most)
            yield hit(part, "points", text)


@rule(
    "UFM103",
    N_("The first part is assessed abroad, on the bilingual grid"),
    severity=Severity.WARNING,
    profiles=PROFILE,
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    numbers={"days": Number(Decimal(30), "day", "lower")},
    cites=(
        UFM.at(
            "annexe II: part 1, assessed abroad at the end of the stay by the host, on the grid in French and in the"
            " host's language, which is sent to the French school"
        ),
    ),
    why=N_("The grid is the only trace of the first part, and the examination centre asks for it."),
    fix=N_(
        "Get the grid from the host, and complete certification: unit_mobility: part1: date, assessor, grid_ref, languages, received."
    ),
    clock=True,
)
def first_part_assessed_abroad_on_bilingual_grid(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Once the record speaks of it, or of the mark: that no grid has come at all is EVA002's."""
    unit, end, start = _unit(mobility), derive.end(mobility), derive.start(mobility)
    if _given_up(mobility) or end is None or (unit.part1 is None and unit.mark is None):
        return
    node, part = unit.part1 or unit, unit.part1 or UnitPart()
    if lacking := _lacking(part):
        text = say("Of the first part, the record does not say: {what}.", what=Series(lacking))
        yield hit(
            node, None, text, due=derive.days_after(end.last, int(context.numbers["days"]) + 1), by="host"
        )
    if part.date and (part.date.first > end.last or (start and part.date.last < start.first)):
        text = say("The first part is of {day}, which is not in the stay.", day=part.date.said)
        yield hit(part, "date", text)
    if part.languages and (lack := _monolingual(mobility, part)):
        yield hit(part, "languages", lack)


def _lacking(part: UnitPart) -> tuple[Message, ...]:
    names = {
        "date": say("its day (date)"),
        "assessor": say("who assessed it (assessor)"),
        "grid_ref": say("where the grid is kept (grid_ref)"),
        "languages": say("in which languages the grid is (languages)"),
        "received": say("when the grid came (received)"),
    }
    return tuple(name for field, name in names.items() if not getattr(part, field))


def _monolingual(mobility: Mobility, part: UnitPart) -> Message | None:
    """Say which language the grid lacks: French, or any other, unless the host works in French."""
    languages = {language.partition("-")[0] for language in part.languages}
    spoken = mobility.agreement.language.code if mobility.agreement and mobility.agreement.language else None
    if "fr" not in languages:
        return say("The grid is not in French.")
    if languages == {"fr"} and (spoken or "").partition("-")[0] != "fr":
        return say("The grid is in French only, and not in the language of the host.")
    return None


@rule(
    "UFM104",
    N_("The attestation MobilitéPro is issued by the rectorate"),
    severity=Severity.ERROR,
    profiles=PROFILE,
    when=When(directions=OUTGOING),
    cites=(UFM_CAP.at("« délivrée par le recteur d’académie »"),),
    why=N_(
        "What a school issues itself under this name is no attestation: it only prepares the data for it."
    ),
    fix=N_(
        "If the rectorate issued it, write its name under issuer and issuer_type: rectorate (public-body for the DRAAF or a vice-rectorate); if the paper is only a data sheet of the school, write another kind."
    ),
)
def attestation_issued_by_rectorate(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """By `issuer_type`, or as the certifying body of the record; the parties of the mobility never issue it."""
    for paper in _attestations(mobility):
        if paper.issuer in _parties(mobility) or paper.issuer_type not in {*OFFICIAL, None}:
            text = say(
                "The attestation is recorded as issued by {issuer}; only the rectorate issues it.",
                issuer=Quoted(paper.issuer or paper.issuer_type or ""),
            )
            yield hit(paper, "issuer" if paper.issuer else "issuer_type", text)
        elif paper.issuer_type is None and not _certifying(mobility, paper):
            yield hit(paper, None, say("The record does not say that the rectorate issued the attestation."))


def _parties(mobility: Mobility) -> set[str]:
    """By what a paper names the parties of a mobility."""
    parties = (mobility.home, mobility.host, *mobility.host_companies)
    return {"home", "host", "host-company", "learner"} | {
        name for party in parties for name in _called(party)
    }


def _called(party: Party) -> set[str]:
    """The names of a party, and the id of its file."""
    names = set(party.name.values()) if isinstance(party.name, dict) else {party.name or ""}
    return {*names, party.ref or ""} - {""}


def _certifying(mobility: Mobility, paper: Paper) -> bool:
    """Say whether the issuer is the certifying body that the record names, and an official one."""
    certifier = mobility.certification.certifier if mobility.certification else None
    return bool(certifier and certifier.type in OFFICIAL and paper.issuer in _called(certifier))
