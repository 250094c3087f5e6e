"""A rule explained in one language: what it wants, why, where that is written, for whom, by an example, what to do.

The page of a rule is made once, of a few kinds of items, and written as lines of a terminal or as Markdown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil

from mobctl import examples
from mobctl.engine import Profile
from mobctl.finding import N_, Label, Message, say, say_n
from mobctl.model import Phase
from mobctl.reporters.report import NAME
from mobctl.rule import Citation, Edition, Number, Rule, When
from mobctl.rules import CATALOGUE, retired
from mobctl.words import Words

SINCE = {
    Phase.BEFORE_DEPARTURE: N_("once the stay is agreed"),
    Phase.DURING: N_("once the stay has begun"),
    Phase.AFTER_RETURN: N_("once the stay is over"),
    Phase.RECOGNISED: N_("once the results are recognised"),
}
UNTIL = {
    Phase.BEFORE_DEPARTURE: N_("until the stay is agreed"),
    Phase.DURING: N_("until the stay begins"),
    Phase.AFTER_RETURN: N_("until the stay is over"),
    Phase.RECOGNISED: N_("until the results are recognised"),
}
NEEDS = {
    "base": N_("It compares the record with an earlier revision of its repository (option --base)."),
    "history": N_("It needs all versions of the agreement: not with history: incomplete."),
}

JUDGED_BY = {
    "start": N_("the first day of the stay"),
    "agreed": N_("the day on which the agreement was signed"),
    "mobility_law": N_("the day on which the last party signed the convention"),
}
"""The key dates of `derive.KEY_DATES`, as they are said."""

UNITS: dict[str, Callable[[int, Decimal], Message]] = {
    "day": lambda n, value: say_n("{value} day", "{value} days", n, value=value),
    "week": lambda n, value: say_n("{value} week", "{value} weeks", n, value=value),
    "month": lambda n, value: say_n("{value} month", "{value} months", n, value=value),
    "year": lambda n, value: say_n("{value} year", "{value} years", n, value=value),
    "hour": lambda n, value: say_n("{value} hour", "{value} hours", n, value=value),
    "ects": lambda n, value: say_n("{value} ECTS credit", "{value} ECTS credits", n, value=value),
    "hour per ects": lambda n, value: say_n(
        "{value} hour per ECTS credit", "{value} hours per ECTS credit", n, value=value
    ),
    "semester": lambda n, value: say_n("{value} semester", "{value} semesters", n, value=value),
    "point": lambda n, value: say_n("{value} point", "{value} points", n, value=value),
    "point out of 20": lambda _, value: say("{value} out of 20", value=value),
    "country": lambda n, value: say_n("{value} country", "{value} countries", n, value=value),
    "outcome": lambda n, value: say_n(
        "{value} learning outcome", "{value} learning outcomes", n, value=value
    ),
    "eqf": lambda _, value: say("level {value} (EQF)", value=value),
    "year (sessions)": lambda n, value: say_n(
        "{value} year, by the sessions", "{value} years, by the sessions", n, value=value
    ),
    "year of the session": lambda _, value: say("the session of {value}", value=str(value)),
    "part of the contract": lambda _, value: say("{value} of the length of the contract", value=value),
    "month in France": lambda n, value: say_n(
        "{value} month in France", "{value} months in France", n, value=value
    ),
    "%": lambda _, value: say("{value} %", value=value),
}
"""How a number with its unit is said."""


@dataclass(frozen=True, slots=True)
class Row:
    """A short term and what there is to say of it; `link` is the code of the rule that the term names."""

    term: str
    text: str
    style: str = "plain"
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of a file; `good` says of those that the example is about whether they are right."""

    lines: tuple[examples.Line | None, ...]
    good: bool | None = None


Item = str | Row | Code


@dataclass(frozen=True, slots=True)
class Section:
    """Items under a heading of a word or two."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """All there is to say of one rule."""

    rule: Rule
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """What a page is made from besides the rule: the words of a language, the profiles, the examples by code."""

    words: Words
    profiles: Mapping[str, Profile]
    example: Callable[[str], Mapping[str, str]]
    catalogue: Mapping[str, Rule] = field(default_factory=lambda: CATALOGUE)

    def page(self, rule: Rule) -> Page:
        """Explain one rule."""
        sections = (Section(title, tuple(items)) for title, items in self._sections(rule))
        return Page(rule, self.words.text(rule.title), tuple(each for each in sections if each.items))

    def _sections(self, rule: Rule) -> Iterator[tuple[str, Collection[Item]]]:
        text = self.words.text
        yield text(N_("Why")), [text(rule.why)]
        yield text(N_("What to do")), [text(rule.fix)]
        yield text(N_("Source")), [self._cited(cited, rule) for cited in rule.cites]
        yield text(N_("When")), [*self._times(rule)]
        yield text(N_("Direction")), [*self._labels("directions", rule.when.directions)]
        yield text(N_("Kind of mobility")), [*self._labels("kinds", rule.when.kinds)]
        yield text(N_("Profiles")), [*self._profiles(rule)]
        yield text(N_("Numbers")), [*self._numbers(rule)]
        yield text(N_("Refused")), [*self._example(rule, passing=False)]
        yield text(N_("Accepted")), [*self._example(rule, passing=True)]
        yield text(N_("Waiver")), [*self._waiver(rule)]
        yield text(N_("See also")), [self._named(code) for code in self._related(rule)]

    def _cited(self, cited: Citation, rule: Rule) -> str:
        """Where a rule is written, word for word where the source says it in so many words."""
        source, text = cited.source, self.words.text
        where = ", ".join(text(part) for part in (source.title, source.issuer, source.edition))
        passage = text(cited.passage)
        said = say("{where}: {passage}", where=where, passage=passage)
        bound = sorted(source.profiles & rule.profiles)
        if bound and len(rule.cites) > 1 and frozenset(bound) != rule.profiles:
            said = say(
                "{where} ({profiles}): {passage}", where=where, profiles=", ".join(bound), passage=passage
            )
        return self.words.say(said) + (f" <{source.url}>" if source.url else "")

    def _times(self, rule: Rule) -> Iterator[str]:
        times = times_of(rule.when)
        if times:
            yield ", ".join(map(self.words.text, times))
        for need in sorted(rule.needs & NEEDS.keys()):
            yield self.words.text(NEEDS[need])
        yield from self._in_force(rule)

    def _in_force(self, rule: Rule) -> Iterator[str]:
        """Between which days a rule holds, and which day of a record has to lie between them."""
        if rule.since or rule.until:
            held = _dated(Edition(Decimal(0), rule.since, rule.until), self.words.text(N_("In force")))
            by = self.words.text(JUDGED_BY.get(rule.judged_on, rule.judged_on))
            yield self.words.say(say("{held}; what counts is {day}.", held=held, day=by))

    def _labels(self, name: str, codes: Collection[str]) -> Iterator[str]:
        """Name codes in the order of their list; nothing where all are meant."""
        known = [code for code in self.words.lists[name].codes if code in codes]
        if known and len(known) < len(self.words.lists[name].codes):
            yield ", ".join(self.words.show(Label(name, code)) for code in known)

    def _profiles(self, rule: Rule) -> Iterator[Row]:
        for id, severity in weights(rule, self.profiles):
            yield Row(id, severity, severity)

    def _numbers(self, rule: Rule) -> Iterator[Row]:
        unset = self.words.text(N_("no value until a profile or the school sets one"))
        for name, number in rule.numbers.items():
            said = [self._values(number.editions, number.unit) or unset]
            said += [
                named(id, self._values(given, number.unit), self.words)
                for id, given in changed(rule, name, number, self.profiles)
            ]
            if number.of:
                said.append(self.words.say(say("set for {code}", code=number.of)))
            yield Row(name, "; ".join(said))

    def _values(self, editions: Sequence[Edition], unit: str) -> str:
        """What a number was and is, each with the days between which it holds."""
        return ", ".join(self.words.say(_dated(each, self.amount(each.value, unit))) for each in editions)

    def amount(self, value: Decimal, unit: str) -> str:
        """A number with its unit, as people say it."""
        if unit in UNITS:
            return self.words.say(UNITS[unit](ceil(value), value))
        return f"{self.words.show(value)} {unit}"

    def _example(self, rule: Rule, *, passing: bool) -> Iterator[Item]:
        files = self.example(rule.code)
        for name, text in files.items():
            lines = examples.excerpt(text, passing=passing)
            if not lines or (len(files) > 1 and not any(line and line.told for line in lines)):
                continue
            if len(files) > 1:
                yield name
            if not passing and (day := examples.day(text)):
                yield self.words.say(say("As of {day}:", day=day))
            yield Code(lines, good=passing)

    def _waiver(self, rule: Rule) -> Iterator[Item]:
        text = self.words.text
        if not rule.waivable:
            yield text(N_("None: this cannot be waived."))
            return
        yield text(
            N_("Whoever may accept it can say so in the record, for all of it or for a place (at) of it.")
        )
        reason, by = text(N_("why it is accepted")), text(N_("who accepts it"))
        lines = [
            "waivers:",
            f"  - rule: {rule.code}",
            "    all: true",
            f"    reason: {reason}",
            f"    by: {by}",
            "    date: 2026-11-24",
        ]
        yield Code(tuple(map(examples.Line, lines)))

    def _related(self, rule: Rule) -> list[str]:
        owners = {number.of for number in rule.numbers.values() if number.of}
        others = {
            code
            for code, each in self.catalogue.items()
            if any(number.of == rule.code for number in each.numbers.values())
        }
        found = {*retired.related(rule.code), *owners, *others}
        return sorted(code for code in found if code in self.catalogue and code != rule.code)

    def _named(self, code: str) -> Row:
        return Row(code, self.words.text(self.catalogue[code].title), link=code)


def named(term: str, text: str, words: Words) -> str:
    """A term and what there is to say of it, with the colon as the language has it."""
    return words.say(say("{term}: {text}", term=term, text=text))


def times_of(when: When) -> list[str]:
    """From when to when a rule applies; nothing where it always does."""
    times = [SINCE[when.since]] if when.since in SINCE else []
    times += [N_("once the recognition is decided")] if when.decided else []
    times += [UNTIL[when.until]] if when.until in UNTIL else []
    return times


def weights(rule: Rule, profiles: Mapping[str, Profile]) -> list[tuple[str, str]]:
    """The profiles that have a rule or make it weigh more, each with its severity there."""
    return [
        (id, NAME[profile.weight(rule)]) for id, profile in sorted(profiles.items()) if profile.concerns(rule)
    ]


def changed(
    rule: Rule, name: str, number: Number, profiles: Mapping[str, Profile]
) -> list[tuple[str, tuple[Edition, ...]]]:
    """The profiles that have other values for a number of a rule."""
    key = (number.of or rule.code, name)
    given = [(id, profile.numbers[key]) for id, profile in sorted(profiles.items()) if key in profile.numbers]
    return [(id, editions) for id, editions in given if editions != number.editions]


def _dated(edition: Edition, what: str) -> Message:
    """Say something with the days between which it holds."""
    since, until = edition.since, edition.until
    if since and until:
        return say("{what} from {since} to {until}", what=what, since=since, until=until)
    if since:
        return say("{what} from {since} on", what=what, since=since)
    if until:
        return say("{what} until {until}", what=what, until=until)
    return Message(what, literal=True)
