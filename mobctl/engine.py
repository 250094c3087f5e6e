"""Data in, findings out. No file is read here and no clock is looked at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from mobctl import derive, references, waivers
from mobctl.codes import CodeList
from mobctl.errors import UserError
from mobctl.finding import (
    Finding,
    Judged,
    Message,
    NotChecked,
    Pointer,
    Quoted,
    Related,
    Severity,
    Text,
    say,
    sort_key,
)
from mobctl.model import (
    TYPES,
    CharterList,
    Cohort,
    GradingTable,
    Institution,
    Mobility,
    Names,
    Node,
    PartnerAgreementFile,
    decode,
    path_of,
)
from mobctl.registry import Registry
from mobctl.rule import Context, Edition, Hit, Index, NotCheckableError, Rule, held
from mobctl.shape import Shape


@dataclass(frozen=True, slots=True)
class HouseRule:
    """A rule of one school that a schema can say: data, so that it needs no Python.

    Without `profiles` it is for every record. `fix` and `source` are the school's own words.
    """

    id: str
    title: Names
    severity: Severity
    schema: Mapping[str, Any]
    profiles: frozenset[str] = frozenset()
    fix: Names = ""
    source: str = ""

    def run(self, data: Any, profiles: Iterable[str]) -> Iterator[Finding]:
        """Report each place where the record breaks the schema, in the school's own words."""
        if self.profiles and not self.profiles.intersection(profiles):
            return
        places = {tuple(error.instance_path) for error in _validator(_json(self.schema)).iter_errors(data)}
        advice = _own(self.fix) if self.fix else None
        text = _own(self.title)
        for place in sorted(places, key=str):
            yield Finding(self.id, self.severity, text, place, advice=advice, source=self.source or None)


def _own(text: Names) -> Message:
    """Make a message of a school's own words, in the languages that it gave them in."""
    if isinstance(text, str):
        return Message(text, literal=True)
    return Message(next(iter(text.values())), (("text", Text(tuple(text.items()))),), literal=True)


def _json(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, default=lambda number: int(number) if number == int(number) else float(number))


@lru_cache(maxsize=128)
def _validator(schema: str) -> Any:
    """Compile a house rule; patterns are matched by an engine that cannot be made to hang."""
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(schema)


@dataclass(frozen=True, slots=True)
class Profile:
    """A school's or programme's choice: how heavily rules weigh, and with what numbers."""

    id: str
    severities: Mapping[str, Severity] = field(default_factory=dict)
    numbers: Mapping[tuple[str, str], tuple[Edition, ...]] = field(default_factory=dict)
    replaces: frozenset[str] = frozenset()
    title: Text | None = None

    def concerns(self, rule: Rule) -> bool:
        """Say whether the rule is one of this profile, or weighs more in it."""
        return self.id in rule.profiles or rule.code in self.severities

    def weight(self, rule: Rule) -> Severity:
        """How heavily the rule weighs in this profile: no profile makes one lighter."""
        return max(rule.severity, self.severities.get(rule.code, rule.severity))


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for a run besides the records: the school's configuration and the day."""

    as_of: date
    lists: Mapping[str, CodeList]
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=dict)
    numbers: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    house_rules: tuple[HouseRule, ...] = ()
    default_profiles: tuple[str, ...] = ()
    only_profiles: tuple[str, ...] = ()


def profiles(settings: Settings, mobility: Mobility | None = None) -> tuple[str, ...]:
    """Name the profiles that a record is judged by: `generic`, then its own or the school's, less those that one replaces.

    What is no record has none of its own.
    """
    own = mobility.profiles if mobility else ()
    named = settings.only_profiles or own or settings.default_profiles
    replaced = {p for name in named if name in settings.profiles for p in settings.profiles[name].replaces}
    return (
        "generic",
        *(name for name in dict.fromkeys(named) if name not in replaced and name != "generic"),
    )


@dataclass(frozen=True, slots=True)
class Weakened:
    """A rule that a school made milder than it is: its severity, or a number of it."""

    code: str
    what: str
    before: str
    after: str


def weakened(settings: Settings, rules: Mapping[str, Rule]) -> tuple[Weakened, ...]:
    """List what the configuration makes milder.

    Raise UserError if it names a rule or a number that there is not, or weakens a rule that can't be waived.
    """
    found = [*_milder_severities(settings, rules), *_milder_numbers(settings, rules)]
    for each in found:
        if not rules[each.code].waivable:
            raise UserError(say("mobctl.yaml: the rule {code} cannot be made milder.", code=each.code))
    return tuple(found)


def _milder_severities(settings: Settings, rules: Mapping[str, Rule]) -> Iterator[Weakened]:
    for code, severity in sorted(settings.severities.items()):
        given = (profile.severities.get(code) for profile in settings.profiles.values())
        full = max([_named(code, rules).severity, *(each for each in given if each)])
        if severity < full:
            yield Weakened(code, "severity", full.name.lower(), severity.name.lower())


def _milder_numbers(settings: Settings, rules: Mapping[str, Rule]) -> Iterator[Weakened]:
    for (code, name), amount in sorted(settings.numbers.items()):
        number = _named(code, rules).numbers.get(name)
        if number is None:
            raise UserError(
                say("mobctl.yaml: the rule {code} has no number {name}.", code=code, name=Quoted(name))
            )
        full = number.value
        if full is not None and (amount < full if number.stricter == "higher" else amount > full):
            yield Weakened(code, name, str(full), str(amount))


def _named(code: str, rules: Mapping[str, Rule]) -> Rule:
    if code in rules:
        return rules[code]
    if near := get_close_matches(code, rules, n=1):
        raise UserError(
            say(
                "mobctl.yaml: there is no rule {code}. Did you mean {near}?",
                code=Quoted(code),
                near=Quoted(near[0]),
            )
        )
    raise UserError(say("mobctl.yaml: there is no rule {code}.", code=Quoted(code)))


NO_BASE = say("there is no earlier revision of the record to compare it with")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The data of one file, before it is judged: its kind ("mobility") and, if there is one, its earlier revision.

    `uncompared` says why there is nothing to compare with; it is None for a record that is new. `table` is the text of
    the table that a list of charter holders has beside it, or `wrong_table` says why there is none.
    """

    kind: str
    data: Any
    before: Any = None
    uncompared: Message | None = NO_BASE
    table: str | None = None
    wrong_table: Message | None = None


Tick = Callable[[int, int], None]
"""Told now and then how much of how much has been done."""


def untold(done: int, total: int) -> None:
    """Nobody wants to know how far the work has come."""


def judge(
    sheets: Mapping[str, Sheet],
    shapes: Mapping[str, Shape],
    rules: Iterable[Rule],
    settings: Settings,
    tick: Tick = untold,
) -> dict[str, Judged]:
    """Check records: each one's shape first, and only if that holds, the rules.

    `tick` is told after each record how many of how many have been judged.
    """
    misshapen = {name: shapes[sheet.kind].check(sheet.data) for name, sheet in sheets.items()}
    sound = _models({name: sheet for name, sheet in sheets.items() if not misshapen[name]}, settings.lists)
    broken = (sheets[name].data for name in sheets if misshapen[name])
    ids = frozenset(
        data["id"] for data in broken if isinstance(data, dict) and isinstance(data.get("id"), str)
    )
    known = replace(index(sound), broken=ids, registries=_registries(sheets, sound))
    chosen = tuple(rules)
    judged: dict[str, Judged] = {}
    said: set[tuple[str, str]] = set()
    for name, sheet in sheets.items():
        tick(len(judged), len(sheets))
        model = sound.get(name)
        if misshapen[name]:
            why = say("the rules are checked once this is mended")
            judged[name] = Judged(tuple(sorted(misshapen[name], key=sort_key)), (NotChecked("*", why),))
        elif isinstance(model, Mobility):
            judged[name] = _Run(name, sheet, model, known, settings, said).judged(chosen)
        else:
            found = tuple(_of_file(model, sheet, known, sound, settings))
            judged[name] = Judged(found)
            if isinstance(model, Cohort):
                judged[name] = _of_cohort(name, model, found, chosen, known, settings)
    return judged


def _registries(sheets: Mapping[str, Sheet], models: Mapping[str, Node]) -> tuple[Registry, ...]:
    """The lists of charter holders whose tables are there, the newest first."""
    found = [
        Registry(model, table)
        for name, model in models.items()
        if isinstance(model, CharterList) and (table := sheets[name].table) is not None
    ]
    return tuple(sorted(found, key=lambda each: each.file.date.first, reverse=True))


def _of_file(
    model: Node | None, sheet: Sheet, known: Index, models: Mapping[str, Node], settings: Settings
) -> Iterator[Finding]:
    """Say what is wrong with a file that is not a record: no rule is about it alone."""
    if isinstance(model, CharterList) and sheet.wrong_table:
        yield Finding("FIL108", Severity.ERROR, sheet.wrong_table, ("file",))
    for finding in (*references.namesakes(model, models), *references.unresolved(model, sheet.data, known)):
        yield replace(finding, severity=settings.severities.get(finding.code, finding.severity))


def _of_cohort(
    name: str,
    cohort: Cohort,
    found: tuple[Finding, ...],
    rules: tuple[Rule, ...],
    known: Index,
    settings: Settings,
) -> Judged:
    """Run on a cohort the rules that look at one. It has no profiles and no waivers: those of the school hold."""
    named = profiles(settings)
    context = Context(settings.as_of, name, known, {}, settings.lists, profiles=named)
    told, not_checked = list(found), list[NotChecked]()
    for rule in rules:
        mine = [p for p in named if p in rule.profiles]
        if rule.of_cohort is None or not mine:
            continue
        cited, edition = rule.citation(settings.as_of, named)
        severity = _severity(rule, named, settings)
        try:
            told.extend(
                Finding(
                    rule.code,
                    severity,
                    hit.message,
                    _place(cohort, hit),
                    profile=mine[-1],
                    source=cited.source.title,
                    edition=edition,
                    clock=rule.clock,
                    due=hit.due,
                    by=hit.by or rule.by,
                )
                for hit in rule.of_cohort(cohort, context)
            )
        except NotCheckableError as error:
            not_checked.append(NotChecked(rule.code, error.args[0]))
    due = [f for f in told if f.due and settings.as_of < f.due]
    now = [f for f in told if f not in due]
    return Judged(tuple(sorted(now, key=sort_key)), tuple(not_checked), tuple(sorted(due, key=sort_key)))


def _place(root: Node, hit: Hit) -> Pointer:
    path = path_of(root, hit.node)
    if isinstance(hit.field, str):
        return (*path, hit.field)
    return (*path, *(hit.field or ()))


def _severity(rule: Rule, profiles: tuple[str, ...], settings: Settings) -> Severity:
    """How heavily a rule weighs: as the school says, else as the strictest of the profiles does."""
    if rule.code in settings.severities:
        return settings.severities[rule.code]
    known = (settings.profiles[p] for p in profiles if p in settings.profiles)
    return max([rule.severity, *(p.severities[rule.code] for p in known if rule.code in p.severities)])


def models(
    sheets: Mapping[str, Sheet], shapes: Mapping[str, Shape], lists: Mapping[str, CodeList]
) -> dict[str, Node]:
    """Read the records whose fields have no mistakes, by the name of their file."""
    sound = {name: sheet for name, sheet in sheets.items() if not shapes[sheet.kind].check(sheet.data)}
    return _models(sound, lists)


def _models(sheets: Mapping[str, Sheet], lists: Mapping[str, CodeList]) -> dict[str, Node]:
    """Read what has a model; the schools first, as the time zone of a school dates the signatures of its records."""
    schools = {
        name: decode(sheet.data, Institution) for name, sheet in sheets.items() if sheet.kind == "institution"
    }
    by_id = {school.id: school for school in schools.values()}
    return {
        name: schools[name]
        if name in schools
        else decode(sheet.data, TYPES[sheet.kind], _zone(sheet.data, by_id, lists))
        for name, sheet in sheets.items()
        if sheet.kind in TYPES
    }


def _zone(data: Any, schools: Mapping[str, Institution], lists: Mapping[str, CodeList]) -> str | None:
    """Find the time zone of the home school of a record: its own, else that of a country that has only one."""
    home = data.get("home")
    if not isinstance(home, dict):
        return None
    file = schools.get(home.get("ref") or "")
    stated = home.get("time_zone") or (file.time_zone if file else None)
    country = home.get("country") or (file.country if file else None)
    countries = lists["countries"].codes if "countries" in lists else {}
    return stated or countries.get(country or "", {}).get("time_zone")


def index(models: Mapping[str, Node]) -> Index:
    """Put records together by what others name them by."""
    by_id: dict[str, tuple[tuple[str, Mobility], ...]] = {}
    files: dict[type[Node], dict[str, Any]] = {kind: {} for kind in TYPES.values()}
    for name, model in models.items():
        if isinstance(model, Mobility):
            by_id[model.id.casefold()] = (*by_id.get(model.id.casefold(), ()), (name, model))
        else:
            files[type(model)][model.id] = model  # type: ignore[attr-defined]
    return Index(
        by_id,
        files[Institution],
        files[GradingTable],
        files[PartnerAgreementFile],
        files[Cohort],
        stays=_stays(models),
        under=_under(models),
    )


def _under(models: Mapping[str, Node]) -> dict[str, tuple[Mobility, ...]]:
    found: dict[str, list[Mobility]] = {}
    for model in models.values():
        if isinstance(model, Mobility) and model.partner_agreement and model.partner_agreement.ref:
            found.setdefault(model.partner_agreement.ref, []).append(model)
    return {ref: tuple(stays) for ref, stays in found.items()}


def _stays(models: Mapping[str, Node]) -> dict[str, tuple[tuple[str, Mobility], ...]]:
    found: dict[str, list[tuple[str, Mobility]]] = {}
    for name, model in models.items():
        if isinstance(model, Mobility):
            for number in {model.learner.id, model.learner.esi} - {None, ""}:
                found.setdefault(number or "", []).append((name, model))
    return {number: tuple(stays) for number, stays in found.items()}


@dataclass(slots=True)
class _Run:
    """One record under judgement; `said` is what was said for all records together."""

    name: str
    sheet: Sheet
    mobility: Mobility
    index: Index
    settings: Settings
    said: set[tuple[str, str]]

    def judged(self, rules: tuple[Rule, ...]) -> Judged:
        named = profiles(self.settings, self.mobility)
        known = {rule.code: rule for rule in rules}
        found = [self._weighed(finding, known, named) for finding in self._unresolved()]
        not_checked: list[NotChecked] = []
        for house in self.settings.house_rules:
            found += house.run(self.sheet.data, named)
        for rule in rules:
            mine = [p for p in named if p in rule.profiles]
            if rule.check is None or not mine or not self._holds(rule):
                continue
            if any(not self._editions(rule, name, mine) for name in rule.numbers):
                continue  # nobody has set the number that it goes by
            if lack := self._lacks(rule):
                not_checked.append(NotChecked(rule.code, lack))
                continue
            try:
                for finding in self._signed(rule, mine, named):
                    found.append(finding)  # what was found before a failure is kept
            except NotCheckableError as error:
                not_checked.append(NotChecked(rule.code, error.args[0]))
            except Exception as error:  # noqa: BLE001  (one bad rule must not hide the others)
                text = say("The rule {code} failed: {error}", code=rule.code, error=type(error).__name__)
                found.append(Finding("BUG001", Severity.ERROR, text))
        quiet = {each.code for each in not_checked} | {rule.code for rule in self._resting(rules)}
        house_ids = frozenset(house.id for house in self.settings.house_rules)
        asked = waivers.Asked(
            self.mobility.waivers, self.sheet.data, known, house_ids, frozenset(quiet), self.settings.as_of
        )
        found, said = waivers.applied(found, asked)
        stale = [self._weighed(finding, known, named) for finding in said]
        day = self.settings.as_of
        due = [f for f in found if f.due and day < f.due]
        now = [f for f in (*found, *stale) if f not in due]
        known_profiles = (self.settings.profiles.get(name, Profile(name)) for name in named)
        return Judged(
            tuple(sorted(now, key=sort_key)),
            tuple(not_checked),
            tuple(sorted(due, key=sort_key)),
            tuple(profile.title or profile.id for profile in known_profiles),
        )

    def _weighed(self, finding: Finding, rules: Mapping[str, Rule], profiles: tuple[str, ...]) -> Finding:
        """Let a school raise the severity of a finding of ours too."""
        rule = rules.get(finding.code)
        return replace(finding, severity=_severity(rule, profiles, self.settings)) if rule else finding

    def _unresolved(self) -> Iterator[Finding]:
        yield from references.unresolved(self.mobility, self.sheet.data, self.index)
        known = set(self.settings.profiles) | {"generic"}
        for number, name in enumerate(self.mobility.profiles):
            if self.settings.profiles and name not in known:
                place, text = ("profiles", number), say("{name} is not a known profile.", name=Quoted(name))
                shown = references.advised(references.Reference(place, name, known, text))
                advice = say("`mobctl rules --profiles` lists the profiles.")
                yield Finding("SHP104", Severity.ERROR, shown, place, advice=advice)

    def _lacks(self, rule: Rule) -> Message | None:
        if "history" in rule.needs and self.mobility.history == "incomplete":
            return say("the history of this agreement is incomplete")
        if "base" in rule.needs and self.sheet.before is None:
            return self.sheet.uncompared
        return None

    def _holds(self, rule: Rule) -> bool:
        """Say whether a rule speaks about this record on this day, and was law on the day it is judged by."""
        day = self.settings.as_of
        return rule.in_force(self._key_date(rule) or day) and rule.when.holds(self.mobility, day)

    def _resting(self, rules: tuple[Rule, ...]) -> Iterator[Rule]:
        """Find the rules that have nothing to say of this record yet, or any more: their time is another phase."""
        phase = derive.phase(self.mobility, self.settings.as_of)
        for rule in rules:
            when = rule.when
            over = when.until is not None and phase >= when.until
            if self.mobility.status == "cancelled" or phase < when.since or over:
                yield rule

    def _key_date(self, rule: Rule) -> date | None:
        found = derive.KEY_DATES[rule.judged_on](self.mobility)
        return found.first if found else None

    def _context(self, numbers: Mapping[str, Edition]) -> Context:
        before = self._earlier()
        named = profiles(self.settings, self.mobility)
        values = {name: each.value for name, each in numbers.items()}
        return Context(
            self.settings.as_of,
            self.name,
            self.index,
            values,
            self.settings.lists,
            before,
            named,
            self.sheet.data,
        )

    def _numbers(self, rule: Rule, mine: list[str]) -> tuple[dict[str, Edition], bool]:
        """Pick the edition of each number of a rule; True if one of them is only the nearest."""
        day, numbers, assumed = self._key_date(rule), {}, False
        for name, declared in rule.numbers.items():
            picked = [held(editions, day) for editions in self._editions(rule, name, mine)]
            choose = max if declared.stricter == "higher" else min
            numbers[name], guess = choose(picked, key=lambda each: each[0].value)
            assumed = assumed or guess
        return numbers, assumed

    def _editions(self, rule: Rule, name: str, mine: list[str]) -> list[tuple[Edition, ...]]:
        """Find who says what a number is: the school, else its profiles, else the rule itself; nobody may."""
        declared = rule.numbers[name]
        key = (declared.of or rule.code, name)
        if key in self.settings.numbers:
            return [(Edition(self.settings.numbers[key]),)]
        known = [self.settings.profiles[p].numbers for p in mine if p in self.settings.profiles]
        given = [numbers[key] for numbers in known if key in numbers]
        return given or ([declared.editions] if declared.editions else [])

    def _earlier(self) -> Mobility | None:
        """Read the earlier revision of the record."""
        if self.sheet.before is None:
            return None
        zone = _zone(self.sheet.before, self.index.institutions, self.settings.lists)
        earlier: Mobility = decode(self.sheet.before, Mobility, zone)
        return earlier

    def _signed(self, rule: Rule, mine: list[str], profiles: tuple[str, ...]) -> Iterator[Finding]:
        assert rule.check is not None  # noqa: S101  (only rules with a check are run)
        severity = _severity(rule, profiles, self.settings)
        cited, edition = rule.citation(self._key_date(rule), profiles)
        numbers, assumed = self._numbers(rule, mine)
        for hit in rule.check(self.mobility, self._context(numbers)):
            if hit.once is not None and self._again(rule.code, hit.once):
                continue
            yield Finding(
                rule.code,
                severity,
                hit.message,
                _place(self.mobility, hit),
                advice=hit.advice,
                related=tuple(Related(path_of(self.mobility, node), text) for node, text in hit.beside),
                profile=mine[-1],
                source=cited.source.title,
                edition="assumed" if assumed else edition,
                clock=rule.clock,
                due=hit.due,
                by=hit.by or rule.by,
            )

    def _again(self, code: str, name: str) -> bool:
        """Say whether an earlier record was told this for all of them."""
        told = (code, name) in self.said
        self.said.add((code, name))
        return told
