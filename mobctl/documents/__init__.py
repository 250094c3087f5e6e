"""What official documents show. Every kind there is; a new one is listed here, nothing is discovered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mobctl.documents.accreditation_panel import ACCREDITATION_PANEL
from mobctl.documents.amendment import AMENDMENT
from mobctl.documents.apprentice_convention import APPRENTICE_CONVENTION
from mobctl.documents.assessment import EVALUATION_GRID, VALIDATION_CERTIFICATE, VALIDATION_MINUTES
from mobctl.documents.attendance import CERTIFICATE_OF_ARRIVAL, CERTIFICATE_OF_ATTENDANCE
from mobctl.documents.attestation import PARTNER_ATTESTATION
from mobctl.documents.diploma_supplement import DIPLOMA_SUPPLEMENT
from mobctl.documents.diplomas import JURY_SHEET, MOBILITEPRO_SHEET, TAC_INTERNATIONAL
from mobctl.documents.europass import EUROPASS_MOBILITY
from mobctl.documents.fields import stated
from mobctl.documents.group_programme import GROUP_PROGRAMME
from mobctl.documents.home_transcript import HOME_TRANSCRIPT
from mobctl.documents.host_file import HOST_FILE
from mobctl.documents.internship import ATTESTATION_DE_STAGE, TRAINEESHIP_CERTIFICATE
from mobctl.documents.internship_convention import INTERNSHIP_CONVENTION
from mobctl.documents.kind import PAGES, Kind, no_paper
from mobctl.documents.learning_agreement import LEARNING_AGREEMENT, VALIDATION_PLAN
from mobctl.documents.letters import LETTERS, OWN
from mobctl.documents.letters import TEMPLATE as LETTER
from mobctl.documents.letters import own as own_letter
from mobctl.documents.mission_letter import MISSION_LETTER
from mobctl.documents.open_badge import OPEN_BADGE
from mobctl.documents.participation import LA_COMPLEMENT, PARTICIPATION_ATTESTATION
from mobctl.documents.partner_agreement import PARTNER_AGREEMENT_SHEET
from mobctl.documents.personalised_contract import PERSONALISED_CONTRACT
from mobctl.documents.recognition_report import RECOGNITION_REPORT
from mobctl.documents.record import Subject, words
from mobctl.documents.sheets import DEBRIEF_SHEET, POSITIONING_SHEET, REPORT_COVER
from mobctl.documents.traineeship_agreement import TRAINEESHIP_AGREEMENT
from mobctl.documents.transcript import TRANSCRIPT
from mobctl.documents.vet_agreement import VET_AGREEMENT
from mobctl.model import Names

__all__ = [
    "KINDS",
    "LETTER",
    "OWN",
    "PAGES",
    "Kind",
    "Subject",
    "decides",
    "may_sign",
    "name_of",
    "no_paper",
    "own_letter",
    "signed_for_the_school",
    "stated",
    "under_the_name_of",
    "with_appeal",
]

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        LEARNING_AGREEMENT,  # OUT-01
        VALIDATION_PLAN,  # OUT-02
        TRAINEESHIP_AGREEMENT,  # OUT-03
        VET_AGREEMENT,  # OUT-04
        AMENDMENT,  # OUT-05
        PARTNER_AGREEMENT_SHEET,  # OUT-06
        INTERNSHIP_CONVENTION,  # OUT-07
        APPRENTICE_CONVENTION,  # OUT-08
        CERTIFICATE_OF_ARRIVAL,  # OUT-09
        CERTIFICATE_OF_ATTENDANCE,  # OUT-09
        PARTICIPATION_ATTESTATION,  # OUT-10
        PARTNER_ATTESTATION,  # OUT-11
        LA_COMPLEMENT,  # OUT-12
        TRANSCRIPT,  # OUT-13
        TRAINEESHIP_CERTIFICATE,  # OUT-14
        ATTESTATION_DE_STAGE,  # OUT-14
        HOME_TRANSCRIPT,  # OUT-15
        RECOGNITION_REPORT,  # OUT-16
        EUROPASS_MOBILITY,  # OUT-17
        EVALUATION_GRID,  # OUT-18
        VALIDATION_MINUTES,  # OUT-19
        VALIDATION_CERTIFICATE,  # OUT-20
        OPEN_BADGE,  # OUT-21
        MOBILITEPRO_SHEET,  # OUT-22
        TAC_INTERNATIONAL,  # OUT-23
        JURY_SHEET,  # OUT-24
        DIPLOMA_SUPPLEMENT,  # OUT-25
        REPORT_COVER,  # OUT-26
        DEBRIEF_SHEET,  # OUT-27
        POSITIONING_SHEET,  # OUT-28
        PERSONALISED_CONTRACT,  # OUT-29
        *LETTERS,  # OUT-30
        HOST_FILE,  # OUT-31
        ACCREDITATION_PANEL,  # OUT-32
        MISSION_LETTER,  # OUT-33
        GROUP_PROGRAMME,  # OUT-34
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


def with_appeal(view: Mapping[str, Any], appeal: Names | None) -> dict[str, Any]:
    """Put what a school says on ways of appeal into the view of a document that states a decision."""
    return {**view, "appeal": words(appeal, "")} if appeal and decides(view) else {**view}


def decides(view: Mapping[str, Any]) -> bool:
    """Say whether a document states a decision, which can be contested."""
    stated = any(view.get(name) for name in ("recognition", "releases", "leave", "decision"))
    return "appeal" in view and stated


def may_sign(one: Mapping[str, Any], role: str, kind: str) -> bool:
    """Say whether somebody of the school's list signs a kind of document in a role."""
    return one["role"] == role and kind in (one.get("documents") or (kind,))


def name_of(one: Mapping[str, Any]) -> str:
    """The name of somebody of the school's list; where it is given in several languages, the first."""
    name = one["name"]
    return name if isinstance(name, str) else next(iter(name.values()), "")


def signed_for_the_school(
    view: Mapping[str, Any], kind: str, listed: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Put the names of those who sign for the school where nobody has signed yet."""
    allowed = tuple(listed)
    signatories = []
    for each in view["signatories"]:
        found = next((one for one in allowed if may_sign(one, each["role"], kind)), None)
        named = {"name": name_of(found), "position": found.get("position") or ""} if found else {}
        signatories.append(each if each["signed"] else {**each, **named})
    return {**view, "signatories": signatories}
