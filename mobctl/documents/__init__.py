"""What official documents show: each kind with its title, who signs it, what it cannot do without, and its view."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from mobctl.documents.recognition_report import lacks_for_recognition, recognition_report, words
from mobctl.finding import N_, Judged, Message
from mobctl.model import Mobility, Names
from mobctl.rule import Index


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: its title, who signs it in what order, what it lacks, what it shows.

    `lacks` names what must be in a record before the document can be made; `view` is called when nothing lacks.
    """

    name: str
    title: str
    signatories: tuple[str, ...]
    lacks: Callable[[Mobility], Iterator[Message]]
    view: Callable[[Mobility, Index, Judged, date], Mapping[str, Any]]


def under_the_name_of(view: Mapping[str, Any], name: Names | None, address: str | None) -> dict[str, Any]:
    """Put the name and address that a school wants at the head of its documents into a view."""
    issuer = dict(view["issuer"])
    if name:
        issuer["name"] = words(name, "")
    if address:
        issuer["address"] = [address]
    return {**view, "issuer": issuer}


KINDS: Mapping[str, Kind] = {
    "recognition-report": Kind(
        "recognition-report",
        N_("Recognition report"),
        ("academic-coordinator", "recognition-authority"),
        lacks_for_recognition,
        cast("Callable[[Mobility, Index, Judged, date], Mapping[str, Any]]", recognition_report),
    )
}
