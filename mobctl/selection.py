"""Which findings were asked for, by code, family of codes or slug; what is left out is counted, never just gone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from mobctl.errors import UserError
from mobctl.finding import Judged, Quoted, Series, say
from mobctl.rule import Rule
from mobctl.rules import retired

_FAMILY = re.compile(r"[A-Z]+")
_PART = re.compile(r"([A-Z]+)[0-9]*")
ALWAYS = frozenset({"BUG001"})
"""A bug of ours is shown whatever was asked for: a rule that failed has not said that all is well."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The rules asked for: as they were named, and their codes. `selected` is None where all are meant."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    selected: frozenset[str] | None = None
    ignored: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Say whether anything is left out."""
        return bool(self.select or self.ignore)

    def has(self, code: str) -> bool:
        """Say whether a rule was asked for."""
        return code in ALWAYS or (
            code not in self.ignored and (self.selected is None or code in self.selected)
        )

    def plain(self, hidden: Mapping[str, int]) -> dict[str, object]:
        """As plain data, with how many findings are left out for it, by code."""
        return {
            "select": list(self.select),
            "ignore": list(self.ignore),
            "hidden": dict(sorted(hidden.items())),
        }

    def of(self, judged: Judged) -> tuple[Judged, Counter[str]]:
        """Keep what was asked for, and count the findings that are left out.

        Where mistakes kept the rules from running, the mistakes stay, unless they are ignored by name: what was
        asked for could not be looked at because of them.
        """
        unread = any(each.code == "*" for each in judged.not_checked)
        kept = tuple(
            f for f in judged.findings if self.has(f.code) or (unread and f.code not in self.ignored)
        )
        left = Counter(f.code for f in judged.findings if f not in kept)
        todo = tuple(f for f in judged.todo if self.has(f.code))
        skipped = tuple(each for each in judged.not_checked if each.code == "*" or self.has(each.code))
        return replace(judged, findings=kept, todo=todo, not_checked=skipped), left


ALL = Selection()


def selection(
    select: Iterable[str], ignore: Iterable[str], rules: Mapping[str, Rule], house: Iterable[str] = ()
) -> Selection:
    """Find the rules that are named, each alone or several in one text; `house` are a school's own rules.

    Raise UserError where there is no such rule, with the nearest that there is.
    """
    wanted, unwanted = _names(select), _names(ignore)
    own = tuple(house)
    return Selection(
        wanted,
        unwanted,
        frozenset(code for name in wanted for code in codes(name, rules, own)) if wanted else None,
        frozenset(code for name in unwanted for code in codes(name, rules, own)),
    )


def _names(given: Iterable[str]) -> tuple[str, ...]:
    parts = (part for text in given for part in re.split(r"[,\s]+", text))
    return tuple(dict.fromkeys(part for part in parts if part))


def codes(name: str, rules: Mapping[str, Rule], house: Iterable[str] = ()) -> tuple[str, ...]:
    """The codes that a name stands for: a code (`LA102`), a slug, a family (`LA`) or a part of one (`LA1`)."""
    upper = name.upper()
    slugs = {rule.slug: code for code, rule in rules.items()}
    if found := {each.upper(): each for each in (*rules, *house)}.get(upper) or slugs.get(name.lower()):
        return (found,)
    families = sorted({_FAMILY.findall(code)[0] for code in rules})
    part = _PART.fullmatch(upper)
    within = tuple(code for code in rules if part and part[1] in families and code.startswith(upper))
    if within:
        return within
    raise _unknown(name, (*rules, *house, *families), slugs)


def _unknown(name: str, known: Iterable[str], slugs: Iterable[str]) -> UserError:
    if gone := retired.gone(name.upper()):
        return UserError(gone)
    near = get_close_matches(name.upper(), known) or get_close_matches(name.lower(), slugs)
    if near:
        shown = Series(tuple(map(Quoted, near)), "or")
        return UserError(say("There is no rule {code}. Did you mean {near}?", code=Quoted(name), near=shown))
    return UserError(say("There is no rule {code}.", code=Quoted(name)))
