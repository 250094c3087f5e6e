"""Erasmus charters, and the published list of those who hold one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from mobctl import derive
from mobctl.codes import erasmus_code, folded
from mobctl.finding import N_, Arg, Label, Message, Quoted, Series, Severity, say
from mobctl.model import Day, Institution, Mobility, Node, Party, Phase
from mobctl.registry import Holder, Registry, Stretch, programme, unreadable
from mobctl.rule import STUDIES, Context, Hit, NotCheckableError, When, hit, rule
from mobctl.sources import CODES, CTI, ECHE_2014, ECHE_2021, IRTS

ERASMUS = {"erasmus-he-studies", "erasmus-he-traineeship", "irts-social-work"}
HIGHER_EDUCATION = frozenset({"KA131", "KA171", "KA103", "KA107"})
"""The actions whose stays rest on an Erasmus charter for higher education."""
NO_LIST = say("no list of charter holders is in this repository (`mobctl institutions import`)")
AFTER = 2
"""How many years after the last call of a programming period its stays may begin."""

CHARTER = (
    IRTS.at(
        "« l’IRTS Hauts de France est titulaire de la Charte Erasmus + pour l’Enseignement Supérieur 2014 2020 »"
    ),
    CTI.at("« Les écoles qui bénéficient d’une charte Erasmus+ respectent les règles de cette dernière »"),
    ECHE_2014.at(
        "valid for the programming period, and until the completion of the projects financed within it"
    ),
    ECHE_2021.at(
        "valid for the programming period, and until the completion of the projects financed within it"
    ),
)


@dataclass(frozen=True, slots=True)
class Known:
    """The charters that a party is known to have or to have had."""

    party: Party
    charters: tuple[Stretch, ...]

    @property
    def field(self) -> str | None:
        """The field of the record that tells which institution, or which charter, it is."""
        return next((name for name in ("eche", "ref", "erasmus_code") if getattr(self.party, name)), None)


def _call(mobility: Mobility) -> int | None:
    """The year of the call that the stay is paid from, by the code of its project; None where it names none."""
    return int(mobility.project_code[:4]) if mobility.project_code else None


def _higher_education(mobility: Mobility) -> bool:
    """Say whether the stay is of one of the actions for higher education, by its programme or its project."""
    project = (mobility.project_code or "").split("-")
    return bool(HIGHER_EDUCATION & {mobility.programme, *project})


def _parties(mobility: Mobility, context: Context) -> Iterator[Party]:
    """Find who needs a charter: the home school, and the host of studies, in a country of the programme.

    Elsewhere, as in Switzerland or Québec, and at companies there is none to be had.
    """
    start, year = derive.start(mobility), _call(mobility)
    on = date(year, 1, 1) if year else start.first if start else context.as_of
    countries = context.lists["countries"]
    for party in (mobility.home, *([mobility.host] if mobility.kind in STUDIES else [])):
        country = context.index.located(party) or ""
        if any(countries.group(country, group, on) for group in ("EEA", "ERASMUS")):
            yield party


def _known(party: Party, context: Context) -> Known:
    """Put together what the record, the institution's own file and the lists say of a party's charters."""
    file = context.index.file_of(party)
    own = (party.eche,) if party.eche else file.charters if file else ()
    charters = [
        Stretch(each.from_.first if each.from_ else date.min, each.to.last if each.to else date.max)
        for each in own
        if each.from_ or each.to
    ]
    for registry in context.index.registries:
        found = _listed(registry, party, file)
        if found and (found.since or found.until):
            charters.append(_stretch(registry, found))
    return Known(party, tuple(charters))


def _listed(registry: Registry, party: Party, file: Institution | None) -> Holder | None:
    """Find the row of a party: by its Erasmus code, else by its PIC or OID."""
    at = file or party
    try:
        found = registry.of_code(at.erasmus_code) if at.erasmus_code else None
        return found or registry.of_number(pic=at.pic, oid=at.oid)
    except ValueError as error:
        raise NotCheckableError(unreadable(registry, error)) from error


def _stretch(registry: Registry, holder: Holder) -> Stretch:
    try:
        return holder.stretch
    except ValueError as error:
        raise NotCheckableError(unreadable(registry, error)) from error


def _not_known(known: Known, context: Context) -> NotCheckableError:
    return NotCheckableError(
        say("nothing here says which Erasmus charter {who} holds", who=context.index.called(known.party))
    )


@rule(
    "PRT002",
    N_("The Erasmus charter covers the call that the stay is paid from"),
    severity=Severity.ERROR,
    profiles=ERASMUS,
    when=When(since=Phase.BEFORE_DEPARTURE),
    cites=CHARTER,
    why=N_(
        "Without a charter of the programming period, the school may not take part, and the grant can be claimed back."
    ),
    fix=N_(
        "Write the charter of that programming period with its days: under charters in the institution's file, or under"
        " eche in the record. If there is none, the stay can't be paid from this project."
    ),
)
def erasmus_charter_covers_the_call(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The year of the call counts, not the days of the stay: a stay of 2022 may rest on the charter of 2014-2020.

    A charter that ended before its time, and one that began after the stay, are none. Without a project code nobody
    knows the call: then PRT010 goes by the days.
    """
    year = _call(mobility)
    if year is None or not _higher_education(mobility):
        return
    unknown = None
    for party in _parties(mobility, context):
        known = _known(party, context)
        if not known.charters:
            unknown = unknown or _not_known(known, context)
        elif text := _uncovered(known, year, mobility, context):
            yield hit(party, known.field, text)
    if unknown:
        raise unknown


def _uncovered(known: Known, year: int, mobility: Mobility, context: Context) -> Message | None:
    """Say why none of the charters is one for the stay; None if one is."""
    who, start = context.index.called(known.party), derive.start(mobility)
    serving = [each for each in known.charters if each.serves(year)]
    if not serving:
        last = max(known.charters, key=lambda each: each.last)
        return say(
            "The stay is paid from a call of {year}; the charter of {who} ({days}) is for other calls.",
            year=str(year),
            who=who,
            days=_days(last),
        )
    if start is None:
        return None
    begun = [each for each in serving if each.first <= start.last]
    if not begun:
        first = min(serving, key=lambda each: each.first)
        return say(
            "The charter of {who} begins on {first}, after the stay, which begins on {start}.",
            who=who,
            first=first.first,
            start=start.said,
        )
    last = max(begun, key=lambda each: each.last)
    if last.last < start.first and _early(last, year):
        return say(
            "The charter of {who} ended on {last}, before the stay, which begins on {start}.",
            who=who,
            last=last.last,
            start=start.said,
        )
    return None


def _early(charter: Stretch, year: int) -> bool:
    """Say whether a charter ends before the programming period does: then no project goes on under it."""
    return charter.last < date(programme(year)[1], 12, 31)


def _days(charter: Stretch) -> Message:
    first, last = charter.first, charter.last
    if first == date.min:
        return say("until {last}", last=last)
    if last == date.max:
        return say("from {first}", first=first)
    return say("from {first} to {last}", first=first, last=last)


@rule(
    "PRT010",
    N_("The Erasmus charter lasts as long as the stay"),
    severity=Severity.WARNING,
    profiles=ERASMUS,
    when=When(until=Phase.RECOGNISED),
    cites=CHARTER,
    why=N_(
        "A charter that ends before its time, as a transitory one does, ends the school's part in the programme: the rest of the stay may not be paid."
    ),
    fix=N_(
        "Ask the school whether another charter follows, and import the current list (`mobctl institutions import`) or"
        " write the charter in the institution's file. Where project_code is missing, write it: the year of the call"
        " decides."
    ),
)
def erasmus_charter_lasts_as_long_as_the_stay(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Without a project code, the stay lies within the days of a charter; with one, only an early end counts.

    That a charter is over, or not there yet, when a stay with a project code begins is PRT002's to say once the stay is
    agreed; until then it is said here.
    """
    start, end, year = derive.start(mobility), derive.end(mobility), _call(mobility)
    if start is None or end is None or not _higher_education(mobility):
        return
    alone = year is None or derive.phase(mobility, context.as_of) is Phase.PLANNED
    unknown = None
    for party in _parties(mobility, context):
        known = _known(party, context)
        if not known.charters and year is None:
            unknown = unknown or _not_known(known, context)
        charters = _joined(each for each in known.charters if year is None or each.serves(year))
        if any(_lasts(each, start.last, end.first, year) for each in charters):
            continue
        if text := _outlasted(charters, start, end, context.index.called(party), alone=alone):
            yield hit(party, known.field, text)
    if unknown:
        raise unknown


def _joined(charters: Iterable[Stretch]) -> list[Stretch]:
    """Take charters that follow each other without a day between them for one."""
    found: list[Stretch] = []
    for each in sorted(charters, key=lambda charter: charter.first):
        if found and each.first.toordinal() <= found[-1].last.toordinal() + 1:
            found[-1] = Stretch(found[-1].first, max(found[-1].last, each.last))
        else:
            found.append(each)
    return found


def _lasts(charter: Stretch, first: date, last: date, year: int | None) -> bool:
    """Say whether a charter holds over a stay: on all its days, or until the projects of its period are finished."""
    if year is not None and not _early(charter, year):
        return charter.first <= first
    return charter.first <= first and last <= charter.last


def _outlasted(charters: list[Stretch], start: Day, end: Day, who: Arg, *, alone: bool) -> Message | None:
    """Say from when on, or until when, none of the charters holds; `alone` if nobody else says that none does at all."""
    begun = [each.last for each in charters if each.first <= start.last]
    if begun and max(begun) >= start.last:
        return say(
            "The charter of {who} ends on {ended}, during the stay, which lasts until {last}.",
            who=who,
            ended=max(begun),
            last=end.said,
        )
    if begun and alone:
        return say(
            "The charter of {who} ended on {last}, before the stay, which begins on {start}.",
            who=who,
            last=max(begun),
            start=start.said,
        )
    if charters and alone:
        return say(
            "The charter of {who} begins on {first}, after the stay, which begins on {start}.",
            who=who,
            first=min(each.first for each in charters),
            start=start.said,
        )
    return None


def _coded(mobility: Mobility, context: Context) -> Iterator[tuple[Party, str, Institution | None]]:
    """The parties with an Erasmus code, in the record or in their files."""
    for party in (mobility.home, mobility.host, mobility.intermediary):
        if party is not None and not (party.ref and party.ref not in context.index.institutions):
            file = context.index.file_of(party)
            code = (file or party).erasmus_code
            if code:
                yield party, code, file


def _lists(mobility: Mobility, context: Context) -> list[Registry]:
    """The lists of the time of the stay, the newest first."""
    start, year = derive.start(mobility), _call(mobility)
    if year is not None:
        return [each for each in context.index.registries if each.serves(year)]
    on = (start.first if start else context.as_of).year
    return [each for each in context.index.registries if each.serves(on) or each.serves(on - AFTER)]


def _at(party: Party, field: str) -> tuple[Node, str | None]:
    return party, "ref" if party.ref else field if getattr(party, field) else None


@rule(
    "PRT011",
    N_("The Erasmus code is one of the list of charter holders"),
    severity=Severity.WARNING,
    profiles=ERASMUS,
    when=When(until=Phase.RECOGNISED),
    cites=(CODES.at("Erasmus code"), *CHARTER[2:]),
    why=N_(
        "A code with a slip names another school or none, and the record can't be exchanged; a school that is not on the list may have lost its charter."
    ),
    fix=N_(
        "Look the school up with `mobctl institutions find` and write its code as shown. If it has just got its charter, import the current list."
    ),
)
def erasmus_code_is_known(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Looked up in the list of the time of the stay; a country of which the list has nobody needs no charter."""
    coded = [*_coded(mobility, context)]
    if not coded:
        return
    if not context.index.registries:
        raise NotCheckableError(NO_LIST)
    lists = _lists(mobility, context)
    if not lists:
        raise NotCheckableError(say("the list of charter holders that is here is of another time"))
    for party, code, file in coded:
        if not any(_listed(each, party, file) for each in lists):
            yield from _nobody(party, code, lists[0], context)


def _nobody(party: Party, code: str, listed: Registry, context: Context) -> Iterator[Hit]:
    country = context.index.country(party)
    if country not in listed.countries:
        return
    node, field = _at(party, "erasmus_code")
    name = (context.index.institutions.get(party.ref or "") or party).name
    names = [*name.values()] if isinstance(name, dict) else [name or ""]
    near = tuple(
        say("{code} ({name})", code=Quoted(each.erasmus_code), name=each.name)
        for each in listed.near(code, names, country)
    )
    text = say(
        "The list of charter holders of {day} has no {code}.",
        day=listed.file.date.said,
        code=Quoted(erasmus_code(code)),
    )
    if near:
        text = say("{text} Did you mean {near}?", text=text, near=Series(near, "or"))
    yield hit(node, field, text)


def _matched(mobility: Mobility, context: Context) -> Iterator[tuple[Party, Holder, Institution | None]]:
    """The parties whose Erasmus code a list has, each with its row. Without a list, PRT011 says so."""
    for party, code, file in _coded(mobility, context):
        for registry in _lists(mobility, context):
            try:
                found = registry.of_code(code)
            except ValueError as error:
                raise NotCheckableError(unreadable(registry, error)) from error
            if found:
                yield party, found, file
                break


@rule(
    "PRT013",
    N_("The Erasmus code is of a school in this country"),
    severity=Severity.WARNING,
    profiles=ERASMUS,
    cites=(CODES.at("Erasmus code"),),
    why=N_("A code of another school sends the learner's papers, and the statistics, to the wrong country."),
    fix=N_("Look the school up with `mobctl institutions find`, and correct the code or the country."),
)
def erasmus_code_and_country_agree(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The list's own country counts, not the letters of the code: a school may have a code of its neighbours."""
    for party, found, _ in _matched(mobility, context):
        country = context.index.country(party)
        if country and found.country and country != found.country:
            node, field = _at(party, "erasmus_code")
            text = say(
                "In the list of charter holders, {code} is {name} ({there}); here the country is another: {here}.",
                code=Quoted(found.erasmus_code),
                name=found.name,
                there=Label("countries", found.country),
                here=Label("countries", country),
            )
            yield hit(node, field, text)


ANYWHERE = frozenset({
    "academy", "akademia", "and", "applied", "appliquees", "center", "centre", "centro", "college",
    "collegi", "ecole", "escola", "escuela", "faculte", "faculty", "haute", "hochschule",
    "hogeschool", "institut", "institute", "institution", "instituto", "istituto", "lycee",
    "national", "nationale", "pour", "school", "schule", "sciences", "scuola", "superieure",
    "superior", "universidad", "universidade", "universita", "universitat", "universitatea",
    "universite", "universiteit", "university", "univerzita", "uniwersytet", "with",
})  # fmt: skip
"""Words that stand in the names of many schools."""
_WORD, _LIKE = 4, 0.7


@rule(
    "PRT014",
    N_("The Erasmus code is of the school that is named"),
    severity=Severity.INFO,
    profiles=ERASMUS,
    cites=(CODES.at("Erasmus code"),),
    why=N_("Two schools of one town have codes that differ in a digit: the wrong one is easily written."),
    fix=N_(
        "Compare the name with the list (`mobctl institutions find`), and correct the code if it is another school; if"
        " it is the same one under another name, say so under waivers: [{rule: PRT014, all: true, reason, by, date}]."
    ),
)
def erasmus_code_and_name_agree(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Only where neither the name nor the town has a word like those of the list; schools have names in many languages."""
    for party, found, file in _matched(mobility, context):
        at = file or party
        country = context.index.country(party)
        if country and country != found.country:
            continue  # PRT013 says it
        names = [*at.name.values()] if isinstance(at.name, dict) else [at.name or ""]
        if not _alike(" ".join((*names, at.city or "")), f"{found.name} {found.city}"):
            node, field = _at(party, "erasmus_code")
            text = say(
                "{code} is {name} in {city} by the list of charter holders; here it is {who}.",
                code=Quoted(found.erasmus_code),
                name=Quoted(found.name),
                city=found.city,
                who=context.index.called(party),
            )
            yield hit(node, field, text)


def _alike(here: str, there: str) -> bool:
    """Say whether two names have a word in common that tells schools apart, in one spelling or another."""
    mine, theirs = (
        {word for word in folded(text).split() if len(word) >= _WORD} - ANYWHERE for text in (here, there)
    )
    return any(
        each == other or SequenceMatcher(None, each, other).ratio() >= _LIKE
        for each in mine
        for other in theirs
    )
