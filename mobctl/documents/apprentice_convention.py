"""The convention on an apprentice's time abroad (OUT-08), with its pedagogical annex.

It has the ten items of R6222-66 in their order. Of each it prints what the record has: facts, or the words that the
parties agreed on (`wording`), or why the item does not apply. The host may be absent among those who sign only where the
law lets it (L6222-42 II), and the page says on what ground.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypedDict

from msgspec.structs import replace

from mobctl import derive, model
from mobctl.documents import agreed
from mobctl.documents.fields import BIRTH_DATE, COMPANIES, HOME, HOST, LEARNER, PLANNED_DAYS, Field
from mobctl.documents.kind import Kind, by_rule
from mobctl.documents.placement import (
    Activity,
    Cover,
    Guide,
    Outcome,
    activities,
    covers,
    guides,
    made_on,
    outcomes,
    signatories,
)
from mobctl.documents.record import (
    Record,
    day,
    decimal,
    document_number,
    issued_on,
    span,
    status,
    words,
    yes_or_no,
)
from mobctl.documents.view import Days, OfMobility, Party, Row, Student, Words
from mobctl.finding import N_, Message, Quoted, Series, say

KIND = "apprentice-convention"
ITEMS = (
    "dates",
    "object-and-tasks",
    "places",
    "contacts-and-follow-up",
    "equipment-and-prevention",
    "rhythm-and-leave",
    "costs-and-allowances",
    "assessment-and-validation",
    "health-and-safety",
    "liability-cover",
)
"""What R6222-66 wants a convention to state, in its order: codelist `apprentice-items`."""

LAW_OF_TODAY = date(2023, 12, 29)
"""Since when paragraph II of L6222-42 has the two modes as its 1° and 2°."""


class Item(TypedDict):
    """An item of the convention: codelist `apprentice-items`. `reason` is why it does not apply.

    `known` says "yes" where facts of the record answer it, `text` is what the convention says in words.
    """

    item: str
    known: str
    text: str
    reason: str


class Site(TypedDict):
    """Where the apprentice works or learns abroad."""

    name: Words
    address: str


class Waived(TypedDict):
    """On what ground the host does not sign: `company` with its guarantees, or `training-body` with an agreement."""

    kind: str
    guarantees: str
    agreement: str


class ApprenticeConvention(OfMobility):
    """The view of OUT-08. `status` is `draft` until all have signed; `current` says "yes" under the law of 2023.

    `mode` is mise-a-disposition or mise-en-veille, `decided_by` who chose it; `pay` and `group` are yes, no or "".
    """

    learner: Student
    employer: Party
    centre: Party | None
    companies: list[Party]
    places: list[Site]
    academic_year: str
    mode: str
    decided_by: str
    article: str
    current: str
    contract: Days | None
    period: Days | None
    pay: str
    group: str
    title: Words | None
    detail: str
    tasks: list[str]
    hours_per_week: str
    calendar: str
    monitoring: str
    funding: str
    methods: list[str]
    evaluation: str
    terms: str
    automatic: str
    recognised: list[Row]
    items: list[Item]
    outcomes: list[Outcome]
    activities: list[Activity]
    guides: list[Guide]
    covers: list[Cover]
    waived: Waived | None


FIELDS = (
    LEARNER,
    BIRTH_DATE,
    HOME,
    HOST,
    Field("host.country", N_("the country of the host institution")),
    COMPANIES,
    Field("apprenticeship.contract.start", N_("the first day of the apprenticeship contract")),
    Field("apprenticeship.contract.end", N_("the last day of the apprenticeship contract")),
    Field("apprenticeship.employer.name", N_("the name of the employer")),
    Field("apprenticeship.training_centre?.name", N_("the name of the training centre")),
    *PLANNED_DAYS,
    Field("agreement?.learning_outcomes[*].title", N_("the title of each learning outcome")),
    Field("agreement?.activities[*].title", N_("the title of each activity")),
    Field("apprenticeship.convention?.wording[*].text", N_("the words of each item of the convention")),
)
"""Parties, contract and days; that the ten items are said is seen to by `lacks`."""


def _own(record: Record) -> model.Apprenticeship:
    return record.mobility.apprenticeship or model.Apprenticeship()


def _convention(record: Record) -> model.Convention:
    return _own(record).convention or model.Convention()


def unfit(record: Record) -> Iterator[Message]:
    """Say that it is for apprentices of the ordinary regime only."""
    own = record.mobility.apprenticeship
    if own is None:
        yield say("the record says nothing of an apprenticeship contract (`apprenticeship`)")
    elif own.regime != "ordinary":
        yield say(
            "cross-border apprenticeship has a convention of its own: articles L. 6222-42 to L. 6222-44 do not apply to it (`apprenticeship.regime`)"
        )


def lacks(record: Record) -> Iterator[Message]:
    """Say what keeps the convention from being printed: no mode, an item without words, a derogation without its ground."""
    own, convention = _own(record), _convention(record)
    if own.mode is None:
        why = say("the employer has not chosen between the two legal modes (`apprenticeship.mode`)")
        yield by_rule("APP003", why)
    unsaid = [each["item"] for each in items(record) if not (each["known"] or each["text"] or each["reason"])]
    if own.mode == "mise-en-veille" and unsaid:
        why = say(
            "the convention has no words for {items} (`apprenticeship.convention.wording`)",
            items=Series(tuple(Quoted(each) for each in unsaid)),
        )
        yield by_rule("APP103", why)
    if convention.waiver and not _host_signature(convention) and _waived(record) is None:
        yield by_rule("APP104", _no_ground(convention.waiver))


def _no_ground(waiver: model.HostWaiver) -> Message:
    if waiver.type == "company":
        return say(
            "it is not stated where the equal guarantees of the host company are laid down (`apprenticeship.convention.waiver.guarantees`)"
        )
    return say("no agreement with the training body abroad is recorded (`partner_agreement`)")


def _host_signature(convention: model.Convention) -> model.Signature | None:
    return next(filter(None, (derive.signed(convention.signatures, role) for role in HOSTS)), None)


HOSTS = ("host", "host-company")


def _waived(record: Record) -> Waived | None:
    """Say on what ground the host does not sign; None if it signs, or if there is none."""
    convention = _convention(record)
    waiver = convention.waiver
    if waiver is None or _host_signature(convention):
        return None
    if waiver.type == "company":
        given = waiver.guarantees or ""
        return {"kind": "company", "guarantees": given, "agreement": ""} if given else None
    found = record.index.partner_agreement(record.mobility)
    if found is None:
        return None
    return {"kind": "training-body", "guarantees": "", "agreement": found.reference or found.ref or ""}


def items(record: Record) -> list[Item]:
    """Show the ten items, each with what answers it."""
    convention = _convention(record)
    text = {each.item: each.text for each in convention.wording}
    reasons = {each.item: each.reason or "" for each in convention.not_applicable}
    facts = _facts(record)
    return [
        {
            "item": item,
            "known": "yes" if facts.get(item) else "",
            "text": text.get(item, ""),
            "reason": "" if facts.get(item) or item in text else reasons.get(item, ""),
        }
        for item in ITEMS
    ]


def _facts(record: Record) -> Mapping[str, object]:
    """Say which items the record answers by facts of its own; equipment and safety rules are words in any case."""
    mobility, own = record.mobility, _own(record)
    agreement = mobility.agreement or model.Agreement()
    traineeship = mobility.traineeship or model.Traineeship()
    evaluation, liability = mobility.evaluation, mobility.insurance and mobility.insurance.liability
    told = agreement.recognition and agreement.recognition.terms
    return {
        "dates": mobility.period.planned,
        "object-and-tasks": agreement.learning_outcomes or agreement.activities or agreement.tasks,
        "places": True,
        "contacts-and-follow-up": guides(record),
        "rhythm-and-leave": traineeship.hours_per_week or agreement.calendar,
        "costs-and-allowances": own.pay_maintained is not None
        or (mobility.funding and mobility.funding.source),
        "assessment-and-validation": traineeship.evaluation_plan
        or told
        or (evaluation and evaluation.methods),
        "liability-cover": liability and liability.provider,
    }


def the_paper(record: Record) -> model.Paper | None:
    """Find the convention as it was issued."""
    return next(reversed(record.papers(KIND)), None)


def unsigned(record: Record) -> Record:
    """Take the signatures of the convention out of the record: so its view was when it was printed to be signed."""
    own = record.mobility.apprenticeship
    if own is None or own.convention is None:
        return record
    convention = replace(own.convention, signatures=())
    return record.with_mobility(replace(record.mobility, apprenticeship=replace(own, convention=convention)))


def roles(record: Record) -> Iterator[str]:
    """Say who signs, in order: a school that is its own training centre may have signed as home."""
    convention = _convention(record)
    signed = {each.role for each in convention.signatures if derive.given(each)}
    yield "learner"
    yield "employer"
    yield "home" if "home" in signed and "training-centre" not in signed else "training-centre"
    if _waived(record) is None:
        yield "host-company" if "host-company" in signed and "host" not in signed else "host"


def apprentice_convention(record: Record) -> ApprenticeConvention:
    """Show the convention with its annex. Raise LookupError where `lacks` names something."""
    mobility, paper, own, convention = record.mobility, the_paper(record), _own(record), _convention(record)
    if own.employer is None or own.mode is None:
        raise LookupError("what lacks names")
    agreement = mobility.agreement or model.Agreement()
    traineeship = mobility.traineeship or model.Traineeship()
    recognition = agreement.recognition or model.RecognitionTerms()
    law = derive.mobility_law(mobility)
    signed = signatories(record, convention.signatures, roles(record), made_on(record, paper))
    version = derive.in_force(mobility, record.on)
    return {
        "kind": KIND,
        "number": document_number(paper, convention.reference or f"{mobility.id}-CM"),
        "record": mobility.id,
        "date": issued_on(paper, record.on),
        "status": status(signed),
        "issuer": record.issuer(record.keeper),
        "learner": record.student(),
        "home": record.party(mobility.home),
        "employer": record.party(own.employer),
        "centre": record.party(own.training_centre) if own.training_centre else None,
        "host": record.party(mobility.host),
        "companies": [*map(record.party, mobility.host_companies)],
        "places": [*_sites(record)],
        "programme": {"code": mobility.programme or "none", "kind": mobility.kind},
        "academic_year": mobility.academic_year or "",
        "mode": own.mode,
        "decided_by": own.mode_decided_by or "",
        "article": convention.article or "",
        "current": "" if law and law.last < LAW_OF_TODAY else "yes",
        "contract": _contract(own.contract),
        "period": span(mobility.period.planned),
        "pay": yes_or_no(it=own.pay_maintained),
        "group": yes_or_no(it=own.group_subsidiary),
        "title": words(traineeship.title, "") if traineeship.title else None,
        "detail": traineeship.programme or "",
        "tasks": [*agreement.tasks],
        "hours_per_week": decimal(traineeship.hours_per_week),
        "calendar": agreement.calendar or "",
        "monitoring": traineeship.monitoring_plan or "",
        "funding": (mobility.funding.source if mobility.funding else None) or "",
        "methods": [*(mobility.evaluation.methods if mobility.evaluation else ())],
        "evaluation": traineeship.evaluation_plan or "",
        "terms": recognition.terms or "",
        "automatic": yes_or_no(it=recognition.automatic),
        "recognised": [*map(agreed.row, version.tables["recognised"])] if version else [],
        "items": items(record),
        "outcomes": outcomes(record),
        "activities": activities(record),
        "guides": guides(record),
        "covers": covers(record),
        "waived": _waived(record),
        "signatories": signed,
    }


def _contract(it: model.Contract | None) -> Days | None:
    return {"start": day(it.start), "end": day(it.end)} if it and it.start and it.end else None


def _sites(record: Record) -> Iterator[Site]:
    """Name the places of work and training abroad, each with its address, else its town."""
    for party in (*record.mobility.host_companies, record.mobility.host):
        at = record.institution(party) or party
        yield {"name": record.party(party)["name"], "address": at.address or at.city or ""}


APPRENTICE_CONVENTION = Kind(
    "OUT-08",
    KIND,
    N_("Convention on an apprentice’s mobility abroad"),
    ("learner", "legal-representative", "employer", "training-centre", "host"),
    lacks,
    the_paper,
    apprentice_convention,
    unsigned,
    FIELDS,
    unfit=unfit,
    note=N_(
        "The legal representative signs where the apprentice is a minor; the host may be absent only where the labour code lets it."
    ),
)
