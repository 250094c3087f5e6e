"""What official documents show: each kind with its title, who signs it, what it cannot do without, and its view."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mobctl.documents import (
    amendment,
    attendance,
    attestation,
    learning_agreement,
    recognition_report,
    transcript,
)
from mobctl.documents.fields import Field, Scope, lacking
from mobctl.documents.record import Record, words
from mobctl.finding import N_, Message
from mobctl.model import Names, Paper, Party


def one(_record: Record) -> tuple[str, ...]:
    """Name the documents of a kind that a record has once."""
    return ("",)


def nothing_more(_record: Record) -> dict[str, str]:
    """Say no more of a document where it is entered in its record."""
    return {}


def nothing_against(_record: Record) -> Iterator[Message]:
    """Say nothing against a document: any record may have one."""
    return iter(())


def no_total(_view: Mapping[str, Any]) -> str:
    """Say that a document has no total."""
    return ""


def as_it_stands(_record: Record) -> Scope:
    """Look for fields where the record has them."""
    return {}


def keeper(record: Record) -> Party:
    """Say who issues what a school makes of its own records."""
    return record.keeper


def host(record: Record) -> Party:
    """Say who issues what the host certifies."""
    return record.mobility.host


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: its title, who signs it in what order, what it lacks, what it shows.

    A record may have several documents of a kind: `parts` names them, as the amendments by their numbers; "" is the
    only one, or the first. The name of a part stands in the number and in the name of the file. `unfit` says why there
    can be none of a record, `fields` are what must be on it (looked for within `scope`), `lacks` names what else must
    be in a record, or which day must have come; `view` is called when nothing lacks. `paper` is what the record has of
    the document as it was issued, `unsigned` the record as it was when the document was printed to be signed, `issuer`
    whose name stands at its head, `entry` what the record is to say of the document once it is issued, besides its
    number, day, languages and fingerprint. `total` is the sum of credits that a seal states, as the view has it.
    """

    name: str
    title: str
    signatories: tuple[str, ...]
    lacks: Callable[[Record], Iterator[Message]]
    paper: Callable[[Record], Paper | None]
    view: Callable[[Record], Mapping[str, object]]
    unsigned: Callable[[Record], Record]
    fields: tuple[Field, ...]
    scope: Callable[[Record], Scope] = as_it_stands
    unfit: Callable[[Record], Iterator[Message]] = nothing_against
    parts: Callable[[Record], tuple[str, ...]] = one
    issuer: Callable[[Record], Party] = keeper
    entry: Callable[[Record], Mapping[str, str]] = nothing_more
    total: Callable[[Mapping[str, Any]], str] = no_total

    def lacking(self, record: Record) -> tuple[Message, ...]:
        """Name all that must be seen to before this document can be made of a record.

        Where a part of the record is not there at all, that is said, and not each field of it.
        """
        if unfit := (*self.unfit(record),):
            return unfit
        lacks = (*self.lacks(record),)
        return (*lacks, *lacking(self.fields, record, self.scope(record), whole=not lacks))


def under_the_name_of(view: Mapping[str, Any], name: Names | None, address: str | None) -> dict[str, Any]:
    """Put the name and address that a school wants at the head of its documents into a view."""
    issuer = dict(view["issuer"])
    if name:
        issuer["name"] = words(name, "")
    if address:
        issuer["address"] = [address]
    return {**view, "issuer": issuer}


AGREEMENT = ("learner", "home", "host")

_KINDS = (
    Kind(
        recognition_report.KIND,
        N_("Recognition report"),
        ("academic-coordinator", "recognition-authority"),
        recognition_report.lacks,
        recognition_report.the_paper,
        recognition_report.recognition_report,
        recognition_report.unsigned,
        recognition_report.FIELDS,
        recognition_report.scope,
        recognition_report.unfit,
        entry=recognition_report.entry,
        total=lambda view: str(view["totals"]["recognised"]["value"]),
    ),
    Kind(
        "learning-agreement",
        N_("Learning agreement for studies"),
        AGREEMENT,
        learning_agreement.lacks,
        learning_agreement.the_paper,
        learning_agreement.learning_agreement,
        learning_agreement.unsigned,
        learning_agreement.FIELDS,
        learning_agreement.scope,
        learning_agreement.unfit,
        parts=learning_agreement.parts,
        entry=learning_agreement.entry,
    ),
    Kind(
        "amendment",
        N_("Amendment to the learning agreement"),
        AGREEMENT,
        amendment.lacks,
        amendment.the_paper,
        amendment.amendment,
        amendment.unsigned,
        amendment.FIELDS,
        amendment.scope,
        parts=amendment.parts,
        entry=amendment.entry,
    ),
    Kind(
        attendance.ARRIVAL,
        N_("Certificate of arrival"),
        ("host",),
        attendance.lacks_for_arrival,
        attendance.arrival_paper,
        attendance.arrival,
        attendance.unsigned_arrival,
        attendance.ARRIVAL_FIELDS,
        issuer=host,
    ),
    Kind(
        attendance.ATTENDANCE,
        N_("Certificate of attendance"),
        ("host",),
        attendance.lacks_for_attendance,
        attendance.attendance_paper,
        attendance.attendance,
        attendance.unsigned_attendance,
        attendance.ATTENDANCE_FIELDS,
        issuer=host,
    ),
    Kind(
        attestation.KIND,
        N_("Partner’s attestation of compliance"),
        ("host", "host-company"),
        attestation.lacks,
        attestation.the_paper,
        attestation.attestation,
        attestation.unsigned,
        attestation.FIELDS,
        attestation.scope,
        parts=attestation.parts,
        issuer=attestation.issuer,
    ),
    Kind(
        transcript.KIND,
        N_("Transcript of records"),
        ("host",),
        transcript.lacks,
        transcript.the_paper,
        transcript.transcript,
        transcript.unsigned,
        transcript.FIELDS,
        entry=transcript.entry,
        total=lambda view: str(view["awarded"]["credits"]),
    ),
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}
