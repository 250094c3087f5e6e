"""What must stand on a document, as data: the paths of fields of the record, looked up in one way for every kind.

A path is that of the YAML file, with dots: `period.planned.start`. `lines[]` is each item of a list that must have one,
`lines[*]` each item if there are any, `extension?` goes on only where the field is there; of the last names of
`home.coordinator|contact` one is enough. What an institution says of itself is looked up in its own file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mobctl import model
from mobctl.documents.record import Record
from mobctl.finding import N_, Message, Quoted, Series, say
from mobctl.model import Node

EMPTY: tuple[Any, ...] = (None, "", (), {})
"""What is nothing; 0 and false are something."""

OWN = frozenset(model.Party.__struct_fields__) & frozenset(model.Institution.__struct_fields__)
"""What an institution says in its own file, and a record that refers to it does not."""

SHOWN = 4
"""How many places of one field are named where many are empty."""

Scope = Mapping[str, tuple[Node, ...]]
"""Lists that a document shows other than as the record has them: the tables of a version, one amendment of several."""


UNSEEN = frozenset({"for", "without_credits"})
"""Ways out of a field that stand on no document themselves: a result may be named by its component, credits be none."""


def always(_record: Record) -> bool:
    """Say that a field is needed in any case."""
    return True


def every(_item: Any) -> bool:
    """Say that a field is needed of every item of its list."""
    return True


EITHER = " / "
"""Stands between places of which one is enough."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a document can't do without: its path, what it is called, in which records and of which items it is needed."""

    path: str
    what: str
    when: Callable[[Record], bool] = always
    of: Callable[[Any], bool] = every


LEARNER = Field("learner.name.family", N_("the family name of the learner"))
HOME = Field("home.name", N_("the name of the home institution"))
HOST = Field("host.name", N_("the name of the host institution"))
BIRTH_DATE = Field("learner.birth_date", N_("the date of birth of the learner"))
COMPANIES = Field("host_companies[*].name", N_("the name of the company or service of the placement"))
PLANNED_DAYS = (
    Field("period.planned.start", N_("the planned first day")),
    Field("period.planned.end", N_("the planned last day")),
)
START = Field("period.actual.start", N_("the first day of presence"))
END = Field("period.actual.end", N_("the last day of presence"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field stands, or should: its path with the names of the items that it is in, and its value if any.

    `within` says that the part of the record at the head of the path is there; `ref` is the institution whose own file
    has to say it.
    """

    path: str
    value: Any
    within: bool
    ref: str = ""

    @property
    def empty(self) -> bool:
        """Say whether nothing is written there."""
        return self.value in EMPTY


def lacking(fields: tuple[Field, ...], record: Record, scope: Scope, *, whole: bool) -> Iterator[Message]:
    """Name each field that is not stated, with its places.

    With `whole` also those of which the record does not even have the part that they belong to.
    """
    absent: dict[str, list[Place]] = {}
    for field in fields:
        if not field.when(record):
            continue
        found = [each for each in places(field, record, scope) if each.empty and (whole or each.within)]
        for ref in dict.fromkeys(each.ref for each in found):
            mine = [each for each in found if each.ref == ref]
            if ref and ref not in record.index.institutions:
                absent.setdefault(ref, []).extend(mine)
            else:
                yield _say(Message(field.what), mine, ref)
    for ref, unknown in absent.items():
        yield say(
            "no file of the folder describes the institution {ref}, so that this is not known: {places}",
            ref=Quoted(ref),
            places=_shown(unknown),
        )


def _say(what: Message, found: list[Place], ref: str) -> Message:
    if ref:
        return say(
            "{what} must be stated in the file of the institution {ref} ({places})",
            what=what,
            ref=Quoted(ref),
            places=_shown(found),
        )
    return say("{what} must be stated ({places})", what=what, places=_shown(found))


def _shown(found: list[Place]) -> Series:
    named = [_path(each.path) for each in found]
    return Series((*named[:SHOWN], *(["…"] if len(named) > SHOWN else [])))


def _path(path: str) -> Quoted | Series:
    names = tuple(map(Quoted, path.split(EITHER)))
    return Series(names, "or") if len(names) > 1 else names[0]


def places(field: Field, record: Record, scope: Scope) -> Iterator[Place]:
    """Find the places of a field in a record, with what stands there."""
    steps = tuple(field.path.split("."))
    top = steps[0].rstrip("[]*?").split("|")
    within = any(_value(record.root, name) is not None for name in top)
    for place, value, ref in _Search(record, scope, field.of).go(record.root, steps, ""):
        yield Place(place, value, within, ref)


def stated(
    fields: tuple[Field, ...], record: Record, scope: Scope
) -> Iterator[tuple[Field, str, tuple[str, ...]]]:
    """Find the values that must stand on a document: each with its field, its path, and its texts, of which one is enough."""
    for field in fields:
        if field.when(record):
            for place in places(field, record, scope):
                if place.path.rpartition(".")[2] in UNSEEN:
                    continue
                yield from ((field, place.path, texts) for texts in _texts(place.value) if texts)


def _texts(value: Any) -> Iterator[tuple[str, ...]]:
    """Take a value apart into those that are printed; for each the ways of saying it, as a name in several languages."""
    match value:
        case model.Day():
            yield (value.text,)
        case Decimal():
            yield (f"{value.normalize():f}",)
        case str():
            yield (value,)
        case model.Person():
            yield (value.name.family,)
        case model.Activity():
            yield from _texts(value.title)
        case model.LocalCredits():
            yield from _texts(value.credits)
        case tuple():
            yield from (each for item in value for each in _texts(item))
        case Mapping():
            yield tuple(str(each) for each in value.values())
        case _:
            return


Found = tuple[str, Any, str]


@dataclass(frozen=True, slots=True)
class _Search:
    """One walk along a path; what it finds are paths, values, and the institutions that have to say them."""

    record: Record
    scope: Scope
    of: Callable[[Any], bool]

    def go(self, node: Any, steps: tuple[str, ...], at: str) -> Iterator[Found]:
        step, *rest = steps
        if not rest:
            yield self.last(node, step, at)
            return
        name = step.rstrip("[]*?")
        here = f"{at}.{name}" if at else name
        value = self.scope.get(here, _value(node, name))
        if step.endswith("]"):
            if not value and step.endswith("[]"):
                yield ".".join((here, *rest)), None, ""
            for number, item in enumerate(value or (), 1):
                if self.of(item):
                    yield from self.go(item, tuple(rest), f"{here}[{_name(item, number)}]")
        elif value is not None:
            yield from self.go(value, tuple(rest), here)
        elif not step.endswith("?"):
            yield _joined(here, rest), None, ""

    def last(self, node: Any, step: str, at: str) -> Found:
        names = step.split("|")
        node, ref = self.own_file(node, names[0])
        stated = next((name for name in names if _value(node, name) not in EMPTY), None)
        if stated is None:
            return _alternatives(at, names), None, ref
        return _alternatives(at, [stated]), _value(node, stated), ref

    def own_file(self, node: Any, name: str) -> tuple[Any, str]:
        """An institution that is referred to says of itself what its file has a place for."""
        if not isinstance(node, model.Party | model.AgreementParty):
            return node, ""
        if not node.ref or node.name or name not in OWN:
            return node, ""
        return self.record.index.institutions.get(node.ref) or node, node.ref


def _joined(here: str, rest: list[str]) -> str:
    *way, last = [step.rstrip("[]*?") for step in rest]
    return _alternatives(".".join((here, *way)), last.split("|"))


def _alternatives(at: str, names: list[str]) -> str:
    return EITHER.join(f"{at}.{name}" if at else name for name in names)


def _name(item: Any, number: int) -> str:
    """Name an item as the record does, else by its place."""
    return str(getattr(item, "id", None) or getattr(item, "number", None) or number)


def _value(node: Any, name: str) -> Any:
    """Look up a field by its name in the file."""
    if isinstance(node, Mapping):
        return node.get(name)
    names = dict(zip(type(node).__struct_encode_fields__, type(node).__struct_fields__, strict=True))
    return getattr(node, names[name])
