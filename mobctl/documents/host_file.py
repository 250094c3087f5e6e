"""The file of a host site (OUT-31): whom to write to, how many go there, for what, in which language, and how it was.

It is for those who come after (ORG002). What others said of it is a sum: no names, and nothing of fewer than five.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TypedDict

from mobctl import derive, model
from mobctl.documents.fields import Field
from mobctl.documents.kind import Kind, as_it_is, no_paper, nothing_against
from mobctl.documents.record import Record, Subject, decimal, name, words
from mobctl.documents.view import Issued, Name, Party
from mobctl.finding import N_, Message, say
from mobctl.model import AgreementParty, Exchange, Feedback, Institution, Mobility, PartnerAgreementFile
from mobctl.statistics import LEAST, rounded
from mobctl.statistics.ground import person

NAME = "host-file"
WORST, BEST = 1, 5
"""The ends of the scale on which a stay is rated: a mean there says how each of them rated it."""


class HostContact(TypedDict):
    """Somebody to write to there: codelist `contact-roles`."""

    role: str
    name: Name
    email: str


class Offer(TypedDict):
    """What an agreement provides for: codelists `kinds`, `isced-f`, `eqf`."""

    agreement: str
    kind: str
    field: str
    eqf: str
    places: str
    until: str


class Spoken(TypedDict):
    """A language (ISO 639), and the level that an agreement recommends, or ""."""

    code: str
    level: str


class Answers(TypedDict):
    """What those who were there say: how many, the mean of their ratings (1 to 5), how many would send others.

    All but `least` is "" where there are fewer answers than that, and a figure where it tells what each of them said.
    """

    least: str
    count: str
    rated: str
    rating: str
    asked: str
    recommend: str


class HostFile(Issued):
    """The view of OUT-31; `stays` is how many learners of the school are there or have been, over the years."""

    holder: str
    host: Party
    address: str
    website: str
    catalogue: str
    contacts: list[HostContact]
    places: str
    subjects: list[str]
    offers: list[Offer]
    languages: list[Spoken]
    stays: str
    answers: Answers


def _agreements(record: Record) -> list[PartnerAgreementFile]:
    """The agreements between our school and the host that have not ended."""
    both = {record.id, record.keeper.ref}
    return [
        file
        for file in record.index.partner_agreements.values()
        if both <= {each.ref for each in file.parties}
        if not (file.covers and file.covers.to and file.covers.to.last < record.on)
    ]


def _offered(record: Record) -> list[tuple[PartnerAgreementFile, Exchange]]:
    """What those agreements provide for towards the host."""
    return [
        (file, each)
        for file in _agreements(record)
        for each in file.exchanges
        if each.to == record.id and each.from_ == record.keeper.ref
    ]


def _parties(record: Record) -> list[AgreementParty]:
    return [
        each
        for file in _agreements(record)
        for each in file.parties
        if each.ref == record.id and each.language
    ]


def no_places(record: Record) -> bool:
    """Say whether no agreement says how many may go there."""
    return not any(each.places is not None for _, each in _offered(record))


def no_fields(record: Record) -> bool:
    """Say whether no agreement says for which field."""
    return not any(each.isced_f for _, each in _offered(record))


def no_language(record: Record) -> bool:
    """Say whether no agreement says in which language."""
    return not _parties(record)


FIELDS = (
    Field("name", N_("the name of the host")),
    Field("country", N_("the country of the host")),
    Field("contacts[].name.family", N_("somebody to write to at the host")),
    Field("contacts[].email", N_("the e-mail address of somebody at the host")),
    Field("hosting.places", N_("how many places there are a year"), when=no_places),
    Field("hosting.subjects", N_("what can be studied or practised there"), when=no_fields),
    Field("hosting.languages", N_("the languages in which one works there"), when=no_language),
)


def unfit(record: Record) -> Iterator[Message]:
    """Say of which institutions there is no such file: one's own school, and where nobody goes."""
    if record.id == record.keeper.ref:
        yield say("this is our own school, which is no host site of its own")
    elif not (_stays(record) or _offered(record) or record.the(Institution).hosting):
        yield say("no stay, no agreement and no entry (`hosting`) says that it hosts learners of our school")


def _stays(record: Record) -> list[Mobility]:
    """The stays of our learners there that have begun: at the host itself, or at a company of the placement."""
    school = record.keeper.ref
    return [
        stay
        for found in record.index.mobilities.values()
        for _, stay in found
        if stay.direction == "outgoing" and stay.status != "cancelled" and stay.home.ref in {None, school}
        if any(place.ref == record.id for place in (stay.host, *stay.host_companies))
        and (first := derive.start(stay)) is not None
        and first.first <= record.on
    ]


def host_file(record: Record) -> HostFile:
    """Show a host site."""
    it, stays = record.the(Institution), _stays(record)
    hosting = it.hosting or model.Hosting()
    return {
        "kind": NAME,
        "number": f"{it.id}-HOST",
        "record": it.id,
        "date": record.on.isoformat(),
        "status": "final",
        "holder": words(it.name, it.id)["text"],
        "issuer": record.issuer(record.keeper),
        "host": record.party(model.Party(ref=it.id)),
        "address": it.address or "",
        "website": it.website or "",
        "catalogue": (it.catalogue.url or "") if it.catalogue else "",
        "contacts": [
            {"role": each.role or "", "name": name(each.name), "email": each.email or ""}
            for each in it.contacts
            if each.name
        ],
        "places": decimal(hosting.places),
        "subjects": [*hosting.subjects],
        "offers": [_offer(*each) for each in _offered(record)],
        "languages": _languages(record, hosting),
        "stays": str(len(stays)),
        "answers": answers(stays),
        "signatories": [],
    }


def _offer(file: PartnerAgreementFile, it: Exchange) -> Offer:
    return {
        "agreement": file.reference or file.id,
        "kind": it.kind or "",
        "field": it.isced_f or "",
        "eqf": it.eqf or "",
        "places": decimal(it.places),
        "until": file.covers.to.text[:10] if file.covers and file.covers.to else "",
    }


def _languages(record: Record, hosting: model.Hosting) -> list[Spoken]:
    found: dict[str, Spoken] = {}
    for party in _parties(record):
        if party.language and party.language.code:
            code = party.language.code
            found.setdefault(code, {"code": code, "level": party.language.level or ""})
    for code in hosting.languages:
        found.setdefault(code, {"code": code, "level": ""})
    return [*found.values()]


def answers(stays: list[Mobility]) -> Answers:
    """Sum up what those say who agreed that others may read it; nothing of fewer than five people, whatever their stays.

    Nor is there a figure that says what each of them answered: that all would send others, that the mean is the highest.
    """
    given = [
        (person(stay), told)
        for stay in stays
        if (told := _feedback(stay)) and told.collected and told.shareable
    ]
    ratings = [(who, told.rating) for who, told in given if told.rating is not None]
    views = [(who, told.recommends) for who, told in given if told.recommends is not None]
    counted, rated, asked = (len({who for who, *_ in each}) >= LEAST for each in (given, ratings, views))
    mean = Fraction(sum(rating for _, rating in ratings)) / len(ratings) if rated else None
    rated = rated and mean not in {WORST, BEST}
    asked = asked and len({told for _, told in views}) > 1
    return {
        "least": str(LEAST),
        "count": str(len(given)) if counted else "",
        "rated": str(len(ratings)) if rated else "",
        "rating": f"{rounded(mean, 1):f}" if mean is not None and rated else "",
        "asked": str(len(views)) if asked else "",
        "recommend": str(sum(it for _, it in views)) if asked else "",
    }


def _feedback(stay: Mobility) -> Feedback | None:
    return stay.followup.feedback if stay.followup else None


HOST_FILE = Kind(
    "OUT-31",
    NAME,
    N_("Host file"),
    (),
    nothing_against,
    no_paper,
    host_file,
    as_it_is,
    FIELDS,
    unfit=unfit,
    subject=Subject.INSTITUTION,
    note=N_("What learners say of a host is shown as a sum, and not before five have answered."),
)
