"""What official documents show. Every kind there is; a new one is listed here, nothing is discovered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mobctl.documents.amendment import AMENDMENT
from mobctl.documents.attendance import CERTIFICATE_OF_ARRIVAL, CERTIFICATE_OF_ATTENDANCE
from mobctl.documents.attestation import PARTNER_ATTESTATION
from mobctl.documents.kind import Kind
from mobctl.documents.learning_agreement import LEARNING_AGREEMENT
from mobctl.documents.recognition_report import RECOGNITION_REPORT
from mobctl.documents.record import words
from mobctl.documents.transcript import TRANSCRIPT
from mobctl.model import Names

__all__ = ["KINDS", "Kind", "under_the_name_of"]

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        LEARNING_AGREEMENT,  # OUT-01
        AMENDMENT,  # OUT-05
        CERTIFICATE_OF_ARRIVAL,  # OUT-09
        CERTIFICATE_OF_ATTENDANCE,  # OUT-09
        PARTNER_ATTESTATION,  # OUT-11
        TRANSCRIPT,  # OUT-13
        RECOGNITION_REPORT,  # OUT-16
    )
}


def under_the_name_of(view: Mapping[str, Any], name: Names | None, address: str | None) -> dict[str, Any]:
    """Put the name and address that a school wants at the head of its documents into a view."""
    issuer = dict(view["issuer"])
    if name:
        issuer["name"] = words(name, "")
    if address:
        issuer["address"] = [address]
    return {**view, "issuer": issuer}
