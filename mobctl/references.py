"""What a file says of others by their id: which references there are, and which lead nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from mobctl.finding import Finding, Message, Pointer, Quoted, Series, Severity, say
from mobctl.model import Cohort, Grade, Grading, GradingTable, Mobility, Node, PartnerAgreementFile, walk
from mobctl.rule import Index

PARTIES = frozenset(
    {"home", "host", "host_companies", "intermediary", "partners", "employer", "training_centre", "certifier"}
)
"""The fields that hold an institution, or a list of them."""

_NEAR = 3
_SHOWN = 6
"""How many ids a message names: those that were probably meant, and those that there are at all."""


class Reference(NamedTuple):
    """A name that stands for something else: where it is written, what there is, and what to say if it is not there."""

    place: Pointer
    name: str
    known: Collection[str]
    absent: Message
    remedy: Message | None = None


def unresolved(model: Node | None, data: Any, index: Index) -> Iterator[Finding]:
    """Say of each name in a file that leads nowhere which names were probably meant.

    A file that is there and has mistakes is there: only its own findings speak of it.
    """
    for each in _references(model, data, index):
        if each.name not in each.known and each.name not in index.broken:
            yield Finding("SHP109", Severity.WARNING, advised(each), each.place, advice=each.remedy)


def _references(model: Node | None, data: Any, index: Index) -> Iterator[Reference]:
    match model:
        case Mobility():
            yield from _of_mobility(model, data, index)
        case GradingTable():
            yield _institution(("institution",), model.institution, index)
        case Cohort():
            yield from _of_cohort(model, index)
        case PartnerAgreementFile():
            yield from _of_agreement(model, index)
        case _:
            pass  # an institution or a configuration names no other file here


def _institution(place: Pointer, ref: str, index: Index) -> Reference:
    text = say("No file of the folder describes the institution {ref}.", ref=Quoted(ref))
    remedy = None
    if place[-1] == "ref":
        remedy = say(
            "Correct the name; or write a file {file} with {lines}; or, in place of ref, give the name and the country here.",
            file=f"{ref}.yaml",
            lines=f"mobctl: institution/2, id: {ref}, name, country",
        )
    return Reference(place, ref, index.institutions.keys(), text, remedy)


def _of_mobility(mobility: Mobility, data: Any, index: Index) -> Iterator[Reference]:
    for place, ref in _parties(data, ()):
        yield _institution(place, ref, index)
    agreement, enrolment = mobility.partner_agreement, mobility.learner.enrolment
    if agreement and agreement.ref:
        text = say("No file of the folder holds the partner agreement {name}.", name=Quoted(agreement.ref))
        yield Reference(("partner_agreement", "ref"), agreement.ref, index.partner_agreements.keys(), text)
    if enrolment and enrolment.cohort:
        text = say("No file of the folder describes the cohort {name}.", name=Quoted(enrolment.cohort))
        yield Reference(("learner", "enrolment", "cohort"), enrolment.cohort, index.cohorts.keys(), text)
    records = {each.id for found in index.mobilities.values() for _, each in found} - {mobility.id}
    for number, stay in enumerate(mobility.learner.prior_mobilities):
        if stay.ref:
            text = say("No other record of the folder has the id {ref}.", ref=Quoted(stay.ref))
            yield Reference(("learner", "prior_mobilities", number, "ref"), stay.ref, records, text)
    for node, path in walk(mobility):
        for number, name in enumerate(node.tables if isinstance(node, Grade | Grading) else ()):
            text = say("No file of the folder holds the grading table {name}.", name=Quoted(name))
            yield Reference((*path, "tables", number), name, index.grading_tables.keys(), text)


def _parties(data: Any, place: Pointer, *, party: bool = False) -> Iterator[tuple[Pointer, str]]:
    """Yield the institutions that a record refers to, each with its place."""
    if isinstance(data, list):
        for number, item in enumerate(data):
            yield from _parties(item, (*place, number), party=party)
    elif isinstance(data, dict):
        if party and isinstance(data.get("ref"), str):
            yield (*place, "ref"), data["ref"]
        for key, value in data.items():
            if isinstance(value, dict | list):
                yield from _parties(value, (*place, key), party=key in PARTIES)


def _of_cohort(cohort: Cohort, index: Index) -> Iterator[Reference]:
    yield _institution(("institution",), cohort.institution, index)
    school = index.institutions.get(cohort.institution)
    if school:
        text = say(
            "The file of {ref} lists no programme {name}.",
            ref=Quoted(cohort.institution),
            name=Quoted(cohort.programme),
        )
        yield Reference(("programme",), cohort.programme, {each.id for each in school.programmes}, text)


def _of_agreement(agreement: PartnerAgreementFile, index: Index) -> Iterator[Reference]:
    parties = [party.ref for party in agreement.parties if party.ref]
    for number, party in enumerate(agreement.parties):
        if party.ref:
            yield _institution(("parties", number, "ref"), party.ref, index)
    for number, exchange in enumerate(agreement.exchanges):
        for key, ref in (("from", exchange.from_), ("to", exchange.to)):
            text = say("{ref} is not one of the parties of this agreement.", ref=Quoted(ref))
            yield Reference(("exchanges", number, key), ref, parties, text)


def advised(reference: Reference) -> Message:
    """Add to a message what was probably meant, or else what there is."""
    known = sorted(reference.known)
    text = reference.absent
    if near := get_close_matches(reference.name, known, n=_NEAR):
        return say("{text} Did you mean {near}?", text=text, near=_series(near))
    if 0 < len(known) <= _SHOWN:
        return say("{text} Known here: {known}.", text=text, known=_series(known, "and"))
    return text


def _series(names: list[str], word: str = "or") -> Series:
    return Series(tuple(Quoted(name) for name in names), word)


def namesakes(model: Node | None, models: Mapping[str, Node]) -> Iterator[Finding]:
    """Say of a file that records refer to by its id that another one of its kind has the same."""
    own = getattr(model, "id", None)
    if isinstance(model, Mobility) or own is None:  # records have a rule of their own
        return
    others = (file for file, other in models.items() if type(other) is type(model) and other is not model)
    same = next((file for file in others if getattr(models[file], "id", None) == own), None)
    if same:
        text = say("{id} is also the id of {file}.", id=Quoted(own), file=same)
        yield Finding("GEN108", Severity.ERROR, text, ("id",))
    yield from _twice(model)


def _twice(model: Node | None) -> Iterator[Finding]:
    """Say of a learner of a cohort that the list has the same number before: statistics would count it twice."""
    seen: set[str] = set()
    for number, learner in enumerate(model.learners if isinstance(model, Cohort) else ()):
        if learner.id in seen:
            text = say("{id} is there already.", id=Quoted(learner.id))
            place, advice = ("learners", number, "id"), say("Keep one line for each learner.")
            yield Finding("GEN108", Severity.ERROR, text, place, advice=advice)
        seen.add(learner.id)
