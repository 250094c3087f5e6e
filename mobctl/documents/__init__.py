"""What official documents show: each kind with its title, who signs it, what it cannot do without, and its view."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from msgspec.structs import replace

from mobctl.documents.recognition_report import lacks_for_recognition, recognition_report, the_paper, words
from mobctl.finding import N_, Judged, Message
from mobctl.model import Mobility, Names, Paper
from mobctl.rule import Index


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: its title, who signs it in what order, what it lacks, what it shows.

    `lacks` names what must be in a record before the document can be made; `view` is called when nothing lacks. `paper`
    is what the record has of the document as it was issued.
    """

    name: str
    title: str
    signatories: tuple[str, ...]
    lacks: Callable[[Mobility], Iterator[Message]]
    paper: Callable[[Mobility], Paper | None]
    view: Callable[[Mobility, Index, Judged, date], Mapping[str, Any]]


def unsigned(mobility: Mobility, paper: Paper) -> Mobility:
    """Take the signatures of a document out of a record: so its view was when it was printed to be signed."""
    papers = tuple(replace(each, signatures=()) if each is paper else each for each in mobility.documents)
    return replace(mobility, documents=papers)


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
        the_paper,
        cast("Callable[[Mobility, Index, Judged, date], Mapping[str, Any]]", recognition_report),
    )
}
