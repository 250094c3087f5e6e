"""What the documents on an agreement show of a record, when there is none, and when they are final."""

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import reduce
from operator import getitem
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

import agreements
import pytest
from agreements import BASE, FULL, MONSTER, ROLES, VIEWS, record, signed
from pypdfium2 import PdfDocument
from test_html import speech
from views import faults, merged

from mobctl import store
from mobctl.documents import KINDS
from mobctl.documents.amendment import Amendment
from mobctl.documents.attendance import ARRIVAL, ATTENDANCE, Certificate
from mobctl.documents.attestation import Attestation
from mobctl.documents.learning_agreement import LearningAgreement
from mobctl.documents.record import Record
from mobctl.errors import ContentError
from mobctl.finding import plain
from mobctl.render import FORMATS, compose, fingerprint
from mobctl.words import words

LA, AM, AP = "learning-agreement", "amendment", "partner-attestation"
TYPES = {LA: LearningAgreement, AM: Amendment, ARRIVAL: Certificate, ATTENDANCE: Certificate, AP: Attestation}
THERE = date(2025, 10, 1)
AFTER = date(2026, 2, 2)
INCOMING = {"direction": "incoming"}


ENGLISH = words("en", store.lists())


def lacks(kind: str, made: Record) -> list[str]:
    return [ENGLISH.say(message) for message in KINDS[kind].lacking(made)]


def view(kind: str, patch: Mapping[str, Any] | None = None, **how: Any) -> Any:
    made = record(patch, **how)
    assert lacks(kind, made) == []
    return KINDS[kind].view(made)


@pytest.mark.parametrize("name", VIEWS)
def test_every_key_of_a_view_is_there(name: str) -> None:
    assert faults(VIEWS[name], TYPES[VIEWS[name]["kind"]]) == []


def test_every_kind_is_looked_at() -> None:
    assert {each["kind"] for each in VIEWS.values()} == set(TYPES) <= set(KINDS)


NOWHERE = {"ref": "nowhere", **dict.fromkeys(("name", "country", "city", "erasmus_code", "schac", "unit"))}
"""An institution whose file is not there."""


def agreement(**patch: Any) -> dict[str, Any]:
    return {"amendments": None, "agreement": patch}


@pytest.mark.parametrize(
    ("patch", "named"),
    [
        ({"agreement": None, "amendments": None}, ["(`agreement`)"]),
        ({"kind": "vet-training"}, ["(`kind`)"]),
        ({"kind": "work-placement"}, ["(`kind`)"]),
        ({"home": {"coordinator": None}}, ["“home.coordinator” or “home.contact”"]),
        ({"host": {"contact": None}}, ["“host.coordinator” or “host.contact”"]),
        ({"period": {"planned": None}}, ["“period.planned.start”", "“period.planned.end”"]),
        ({"period": {"planned": {"end": None}}}, ["“period.planned.end”"]),
        (agreement(language={"level": None}), ["“agreement.language.level”"]),
        (agreement(language=None), ["“agreement.language.code”", "“agreement.language.level”"]),
        (agreement(catalogue=None), ["“agreement.catalogue.url”"]),
        (agreement(studied=None, virtual=None), ["(`agreement.studied`)"]),
        (agreement(studied=None), []),
        (agreement(virtual=None), []),
        (agreement(recognised=None), ["(`agreement.recognised`)"]),
        (agreement(recognised=None, mobility_window={"title": "Semester abroad", "credits": 30}), []),
        (agreement(provisions_if_failed=None), ["“agreement.provisions_if_failed.text” or “agreement.provisions_if_failed.url”"]),
        (agreement(provisions_if_failed={"text": None}), []),
        (agreement(recognition=None), []),
        (agreement(recognition=None, recognised=[{"id": "b1", "title": "A", "credits": 30}]), ["(`agreement.recognition.terms`)"]),
        (agreement(recognition={"terms": None}, recognised=[{"id": "b1", "title": "A", "credits": 30}]), ["(`agreement.recognition.terms`)"]),
        (agreement(recognition={"terms": None, "automatic": True}), []),
        ({"profiles": ["itsra-social-work"]}, []),
        ({"profiles": ["itsra-social-work"], "agreement": {"hours": {"personal": None}}}, ["“agreement.hours.personal”"]),
        ({"home": NOWHERE}, ["“home.name” and “home.country”"]),
        ({"host": NOWHERE}, ["“host.name” and “host.country”"]),
    ],
)  # fmt: skip
def test_what_an_agreement_lacks(patch: dict[str, Any], named: list[str]) -> None:
    said = lacks(LA, record(patch))
    assert len(said) == len(named), said
    assert [name for name, message in zip(named, said, strict=True) if name not in message] == []


REFUSED = [*signed("2025-10-02", "2025-10-06"), {"role": "host", "date": "2025-10-09", "how": "refused"}]


@pytest.mark.parametrize(
    ("amendments", "named"),
    [
        ([{**FULL["amendments"][0], "signatures": REFUSED}], ["refused by"]),
        ([{"number": "1", "changes": [{"table": "studied", "delete": "a9", "reason": "other"}]}], ["does not fit"]),
        ([{"number": "1"}], ["(`amendments.changes`)"]),
        ([{"number": "1", "extension": {"from": "2026-01-31", "to": "2026-02-27"}}], []),
    ],
)  # fmt: skip
def test_what_an_amendment_lacks(amendments: list[dict[str, Any]], named: list[str]) -> None:
    said = lacks(AM, record({"amendments": amendments}, part="1"))
    assert len(said) == len(named), said
    assert [name for name, message in zip(named, said, strict=True) if name not in message] == []


def test_an_amendment_of_a_plan_needs_no_host() -> None:
    two = signed("2025-10-02", "2025-10-06")
    patch = {
        "agreement": {"signatures": two},
        "amendments": [{**FULL["amendments"][0], "signatures": two}],
        "documents": [{"kind": "validation-plan", "issued": "2025-06-04"}],
    }
    shown = view(AM, patch, part="1")
    assert [each["role"] for each in shown["signatories"]] == ["learner", "home"]
    assert (shown["status"], shown["effective"]) == ("final", "2025-10-06")
    text = FORMATS["md"].write(compose(KINDS[AM].template_name, shown, speech=speech("fr"))).decode()
    assert "# Avenant 1 au plan de validation" in text
    assert "Première version signée par les deux parties" in text
    assert "L’étudiant et l’établissement d’origine approuvent cette modification du plan." in text
    assert "contrat" not in text
    assert "trois parties" not in text
    asked = view(AM, {**patch, "documents": None}, part="1")
    assert [each["role"] for each in asked["signatories"]] == ["learner", "home", "host"]
    assert asked["status"] == "draft"


def test_a_record_without_amendments_says_so() -> None:
    for patch in (
        {"amendments": None},
        {"amendments": [{**each, "withdrawn": {"date": "2025-10-03"}} for each in FULL["amendments"]]},
    ):
        made = record(patch)
        assert KINDS[AM].parts(made) == ()
        assert ["(`amendments`)" in each for each in lacks(AM, made)] == [True]
    assert [
        "(`agreement`)" in each for each in lacks(AM, record({"agreement": None, "amendments": None}))
    ] == [True]


@pytest.mark.parametrize(
    ("kind", "actual", "on", "said"),
    [
        (ARRIVAL, {"start": "2025-09-15", "end": None}, date(2025, 9, 14), ["and not before"]),
        (ARRIVAL, {"start": "2025-09-15", "end": None}, date(2025, 9, 15), []),
        (ARRIVAL, {"start": "2025-09-15"}, date(2026, 1, 30), []),
        (ARRIVAL, {"start": "2025-09-15"}, date(2026, 1, 31), ["confirms both days"]),
        (ARRIVAL, {"start": "2025-09", "end": None}, THERE, ["`period.actual.start`"]),
        (ARRIVAL, {"start": None, "end": None}, THERE, ["“period.actual.start”"]),
        (ATTENDANCE, {"start": "2025-09-15"}, date(2026, 1, 29), ["and not before"]),
        (ATTENDANCE, {"start": "2025-09-15"}, date(2026, 1, 30), []),
        (ATTENDANCE, {"end": "2026-01"}, AFTER, ["`period.actual.end`"]),
        (ATTENDANCE, {"start": None, "end": None}, date(2026, 2, 26), ["is planned until 27 February"]),
        (
            ATTENDANCE,
            {"start": None, "end": None},
            date(2026, 2, 27),
            ["“period.actual.start”", "“period.actual.end”"],
        ),
    ],
)
def test_no_day_is_certified_before_it_has_come(
    kind: str, actual: dict[str, Any], on: date, said: list[str]
) -> None:
    """The arrival while the learner is there, both days from the last one on."""
    found = lacks(kind, record({"period": {"actual": actual}, "documents": None}, on=on))
    assert len(found) == len(said), found
    assert [name for name, message in zip(said, found, strict=True) if name not in message] == []


def test_a_paper_that_was_issued_is_judged_on_its_day() -> None:
    """A confirmation of the arrival is printed again after the stay; one that was issued too early is not."""
    assert lacks(ARRIVAL, record(on=AFTER)) == []
    early = [{"kind": ATTENDANCE, "issued": "2026-01-29"}]
    assert len(lacks(ATTENDANCE, record({"documents": early}, on=AFTER))) == 1


@pytest.mark.parametrize(
    ("patch", "on", "said"),
    [
        ({"documents": None}, date(2026, 1, 22), ["and not before"]),
        ({"documents": None}, date(2026, 1, 23), []),
        ({"agreement": None, "amendments": None}, AFTER, ["(`agreement`)"]),
        ({"period": {"planned": None, "actual": None}}, AFTER, ["(`period`)"]),
        ({"documents": [{"kind": AP, "issuer": "host", "issued": "2026-01-30"}]}, AFTER, []),
        ({"documents": [{"kind": AP, "issuer": "host", "issued": "2026-01-30", "signatures": [{"role": "host", "date": "2026-01-30"}]}]}, AFTER, ["`documents.compliance`"]),
        ({"documents": [{"kind": AP, "issuer": "host", "issued": "2026-01-30", "compliance": "none"}]}, AFTER, []),
    ],
)  # fmt: skip
def test_what_an_attestation_lacks(patch: dict[str, Any], on: date, said: list[str]) -> None:
    found = lacks(AP, record(patch, on=on))
    assert len(found) == len(said), found
    assert [name for name, message in zip(said, found, strict=True) if name not in message] == []


def status(kind: str, patch: dict[str, Any], **how: Any) -> str:
    return str(view(kind, patch, **how)["status"])


@pytest.mark.parametrize(
    ("signatures", "expected"),
    [
        ([], "draft"),
        (signed("2025-06-03", "2025-06-04"), "draft"),
        (signed("2025-06-03", "2025-06-04", "2025-06-12"), "final"),
        (signed("2025-06-03", "2025-06-04", "2025-06-12", how="e-mail"), "final"),
        ([*signed("2025-06-03", "2025-06-04"), {"role": "host", "date": "2025-06-12", "how": "refused"}], "draft"),
        ([*signed("2025-06-03", "2025-06-04"), {"role": "host"}], "draft"),
    ],
)  # fmt: skip
def test_an_agreement_is_a_draft_until_all_three_have_signed(
    signatures: list[dict[str, Any]], expected: str
) -> None:
    assert status(LA, agreement(signatures=signatures)) == expected


@pytest.mark.parametrize(
    ("signatures", "expected"),
    [
        (None, "draft"),
        ([{"role": "host", "name": "Anna Rossi", "date": "2026-01-30"}], "final"),
        ([{"role": "home", "name": "Paul Durand", "date": "2026-01-30"}], "draft"),
        ([{"role": "host", "date": "2026-01-30", "how": "refused"}], "draft"),
    ],
)
@pytest.mark.parametrize("kind", [ATTENDANCE, AP])
def test_the_host_alone_signs_what_it_certifies(
    kind: str, signatures: list[dict[str, Any]] | None, expected: str
) -> None:
    paper = {
        "kind": kind,
        "issued": "2026-01-30",
        "issuer": "host",
        "compliance": "full",
        "signatures": signatures,
    }
    paper = {key: value for key, value in paper.items() if value is not None}
    assert status(kind, {"documents": [paper]}) == expected


def test_a_company_signs_its_own_attestation() -> None:
    papers = [
        {"kind": AP, "issuer": "host-company", "issued": "2026-01-30", "compliance": "full"},
        {"kind": AP, "issuer": "Second", "issued": "2026-01-31", "compliance": "none"},
    ]
    companies = [*FULL["host_companies"], {"name": "Second", "country": "IT"}]
    signature = {"role": "host-company", "name": "Luca Bianchi", "date": "2026-01-30"}
    patch = {
        "host_companies": companies,
        "documents": [{**papers[0], "signatures": [signature]}, papers[1]],
    }
    made = record(patch)
    assert KINDS[AP].parts(made) == ("", "host-company", "host-company-2")
    shown: list[Any] = [KINDS[AP].view(replace(made, part=part)) for part in KINDS[AP].parts(made)]
    assert [(each["partner"]["name"]["text"], each["compliance"], each["status"], each["number"]) for each in shown] == [
        ("Politecnico di Torino", "", "draft", "2025-0001-AP"),
        ("Officina Torino", "full", "final", "2025-0001-AP"),
        ("Second", "none", "draft", "2025-0001-AP-2"),
    ]  # fmt: skip


def test_what_each_partner_is_asked() -> None:
    """A school says whether the classes were attended, a company whether the objectives were worked on."""
    assert VIEWS["attestation"]["asked"] == ["compliance", "attendance"]
    assert VIEWS["attestation-company"]["asked"] == ["compliance", "objectives"]
    assert view(AP, {"host_companies": None, "documents": None})["asked"] == [
        "compliance",
        "attendance",
        "objectives",
    ]
    placement = [{"id": "a1", "title": "Placement", "type": "placement", "credits": 30}]
    only = record({**agreement(studied=placement, virtual=None), "documents": None})
    assert KINDS[AP].parts(only) == ("host-company",), "the host did not teach"


@pytest.mark.parametrize(
    ("on", "part", "rows", "effective"),
    [
        (date(2025, 6, 2), "", ["a1", "a2", "a3"], ""),
        (date(2025, 10, 8), "", ["a1", "a2", "a3"], "2025-06-12"),
        (date(2025, 10, 9), "1", ["a1", "a3", "a4"], "2025-10-09"),
        (AFTER, "1", ["a1", "a3", "a4"], "2025-10-09"),
    ],
)
def test_an_agreement_shows_the_version_in_force(
    on: date, part: str, rows: list[str], effective: str
) -> None:
    """On a day before the first signature, the first version; amendments from the last approval on."""
    made = record(agreement(signatures=[]) if on < date(2025, 6, 3) else None, on=on)
    assert KINDS[LA].parts(made) == (part,)
    shown: Any = KINDS[LA].view(replace(made, part=part))
    codes = {row["id"]: row["code"] for row in FULL["agreement"]["studied"]} | {"a4": "02DM"}
    assert [row["code"] for row in shown["tables"]["studied"]["rows"]] == [codes[row] for row in rows]
    assert shown["version"]["effective"] == effective


def test_an_amendment_names_what_goes_and_what_comes() -> None:
    shown = VIEWS["amendment"]
    [studied, recognised] = shown["tables"]
    assert [it["component"]["code"] for it in studied["deleted"]] == ["01TYMOV"]
    assert [(it["component"]["code"], it["reason"]) for it in studied["added"]] == [
        ("02DM", {"code": "substituting-deleted", "text": "At another hour."})
    ]
    assert [(it["old"]["credits"], it["new"]["credits"]) for it in recognised["replaced"]] == [("14", "13.5")]
    assert [(each["table"], each["before"], each["after"]) for each in shown["totals"]] == [
        ("studied", "30", "30"),
        ("recognised", "30", "29.5"),
        ("virtual", "2", "2"),
    ]
    assert (shown["period"], shown["extension"]) == (
        {"start": "2025-09-15", "end": "2026-01-30"},
        {"start": "2026-01-31", "end": "2026-02-27"},
    )
    assert VIEWS["agreement"]["period"]["end"] == "2026-02-27", "the extension is part of the later version"


def test_a_total_is_not_known_where_a_component_states_no_credits() -> None:
    rows = FULL["agreement"]["studied"]
    local = {"local_credits": [{"scheme": "US", "credits": 5}]}
    bare = [{**{key: value for key, value in rows[0].items() if key != "credits"}, **local}, *rows[1:]]
    assert view(LA, agreement(studied=bare))["tables"]["studied"]["total"] == ""
    zero = [{**bare[0], "without_credits": True}, *rows[1:]]
    assert view(LA, agreement(studied=zero))["tables"]["studied"]["total"] == "20"


PAPER = {"kind": ATTENDANCE, "issued": "2026-01-30", "issuer": "host"}


@pytest.mark.parametrize(
    ("kind", "part", "papers", "number"),
    [
        (LA, "", [], "2025-0001-LA"),
        (LA, "1", [], "2025-0001-LA-1"),
        (LA, "", [{"kind": LA, "reference": "CP-1"}], "CP-1"),
        (LA, "1", [{"kind": LA, "reference": "CP-1"}], "2025-0001-LA-1"),
        (LA, "1", [{"kind": LA, "reference": "CP-2", "version": "1"}], "CP-2"),
        (AM, "1", [{"kind": AM, "reference": "1"}], "2025-0001-AM-1"),
        (AM, "1", [{"kind": AM, "reference": "AV-9", "version": "1"}], "AV-9"),
        (ATTENDANCE, "", [{**PAPER, "reference": "X"}, {**PAPER, "reference": "Y"}], "Y"),
        (ATTENDANCE, "", [{**PAPER, "reference": "X"}, {**PAPER, "reference": "Y", "annulled": {"date": "2026-02-01"}}], "X"),
        (ATTENDANCE, "", [{**PAPER, "reference": "Y"}, {**PAPER, "reference": "X", "replaced_by": "Y"}], "Y"),
        (AP, "", [{**PAPER, "kind": AP, "reference": "X"}, {**PAPER, "kind": AP, "reference": "Y"}], "Y"),
    ],
)  # fmt: skip
def test_the_paper_that_counts(kind: str, part: str, papers: list[dict[str, Any]], number: str) -> None:
    assert view(kind, {"documents": papers}, part=part)["number"] == number


@pytest.mark.parametrize(
    ("kind", "part"), [(LA, ""), (LA, "1"), (AM, "1"), (ARRIVAL, ""), (AP, "host-company"), (ATTENDANCE, "")]
)
def test_what_is_signed_is_the_view_without_signatures(kind: str, part: str) -> None:
    """The fingerprint on the paper that was signed is found again once its signatures are recorded."""
    on = THERE if kind == ARRIVAL else AFTER
    host = {"role": "host", "name": "Anna Rossi", "date": "2026-01-30"}
    company = {"role": "host-company", "name": "Luca Bianchi", "date": "2026-01-30"}
    papers = [{**each, "signatures": [host, company]} for each in FULL["documents"]]
    made = record({"documents": papers}, part=part, on=on)
    assert KINDS[kind].view(made)["status"] == "final"
    bare = KINDS[kind].unsigned(made)
    assert KINDS[kind].view(bare)["status"] == "draft"
    other = KINDS[kind].unsigned(
        record({"documents": papers, "academic_year": "2024/2025"}, part=part, on=on)
    )
    assert fingerprint(KINDS[kind].view(bare)) != fingerprint(KINDS[kind].view(other))
    again = KINDS[kind].unsigned(bare)
    assert fingerprint(KINDS[kind].view(bare)) == fingerprint(KINDS[kind].view(again))


def test_an_amendment_is_found_by_its_number_where_its_paper_states_no_version() -> None:
    papers = [
        {"kind": AM, "reference": "1", "issued": "2025-10-09"},
        {"kind": AM, "reference": "2", "issued": "2025-11-03"},
    ]
    assert view(AM, {"documents": papers}, part="1")["date"] == "2025-10-09"


def test_who_else_has_signed_an_agreement_is_shown_after_the_three() -> None:
    guardian = {"role": "legal-representative", "name": "Rita Martin", "date": "2025-06-02", "how": "paper"}
    absent = {"role": "host-company", "name": "Luca Bianchi"}
    signatures = [guardian, absent, *signed("2025-06-03", "2025-06-04", "2025-06-12")]
    shown = view(LA, agreement(signatures=signatures))["signatories"]
    assert [each["role"] for each in shown] == [*ROLES, "legal-representative"]


def test_what_depends_on_the_programme_and_on_the_amendment() -> None:
    """The Erasmus Charter binds under Erasmus+ alone; an exception stands in the amendment that made it."""
    assert VIEWS["agreement"]["charter"] == "yes"
    assert view(LA, {"programme": "bilateral"})["charter"] == ""
    assert [each["credits"] for each in VIEWS["amendment"]["exceptions"]] == ["0.5"]
    assert VIEWS["amendment-draft"]["exceptions"] == []


def test_a_proposal_leaves_what_was_signed_as_it_is() -> None:
    patch = {"amendments": [FULL["amendments"][0]]}
    before, after = record(patch, part="1"), record(part="1")
    assert fingerprint(KINDS[LA].view(before)) != fingerprint(KINDS[LA].view(after)), "the proposal is named"
    assert fingerprint(KINDS[LA].view(KINDS[LA].unsigned(before))) == fingerprint(
        KINDS[LA].view(KINDS[LA].unsigned(after))
    )


@pytest.mark.parametrize(
    ("kind", "part", "issuer"),
    [
        (LA, "", ("home", "host")),
        (AM, "1", ("home", "host")),
        (ARRIVAL, "", ("host", "host")),
        (ATTENDANCE, "", ("host", "host")),
        (AP, "", ("host", "host")),
    ],
)
def test_who_issues_a_document(kind: str, part: str, issuer: tuple[str, str]) -> None:
    """The school that keeps the records makes the agreement; what the host certifies bears the host's name."""
    for patch, wanted in zip(({}, INCOMING), issuer, strict=True):
        made = record(patch, part=part)
        assert KINDS[kind].issuer(made) is getattr(made.mobility, wanted)
    company = record(part="host-company")
    assert KINDS[AP].issuer(company) is company.mobility.host_companies[0]


HELD = ("agreement", "amendment", "arrival", "attendance", "attestation-company")
"""One of each kind, with all that it can show."""


def leaves(node: Any, kind: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the places of a view that a record may leave empty, by its type; of a list, in its first item only."""
    if is_typeddict(kind):
        for key, hint in get_type_hints(kind).items():
            yield from leaves(node[key], hint, (*place, key))
    elif get_origin(kind) is list:
        yield place
        if node:
            yield from leaves(node[0], get_args(kind)[0], (*place, 0))
    elif get_origin(kind) is not dict:
        yield place
        if node is not None and (options := [each for each in get_args(kind) if each is not NoneType]):
            yield from leaves(node, options[0], place)


ALWAYS = re.compile(
    r"number|date|status|kind|record|version.effective|start|signatories|asked.0|programme\.\w+"
    r"|(period|online|planned|extension|interruptions\.0)\.(start|end)|period|.*\.name\.family"
    r"|earlier\.0\.signatures\.0\.(date|role)|exceptions\.0\.credits|.*\.local\.0\.(credits|scheme)"
)
"""What every view has: the schema, or the function that makes the view, sees to it."""
MAY_LACK = [
    (name, place)
    for name, shown in VIEWS.items()
    if name in HELD
    for place in leaves(shown, TYPES[shown["kind"]])
    if not ALWAYS.fullmatch(".".join(map(str, place)))
]


@pytest.mark.parametrize("name", sorted({name for name, _ in MAY_LACK}))
def test_what_a_record_lacks_leaves_no_hole(name: str) -> None:
    places = [place for of, place in MAY_LACK if of == name]
    assert len(places) > 30
    first, second = speech("fr"), speech("en")
    for place in places:
        shown: Any = copy.deepcopy(dict(VIEWS[name]))
        *way, last = place
        node = reduce(getitem, way, shown)
        node[last] = "" if isinstance(node[last], str) else [] if isinstance(node[last], list) else None
        made = compose(shown["kind"], shown, speech=first, second=second)
        assert FORMATS["md"].write(made), place


@pytest.mark.parametrize(
    ("kind", "part"), [(LA, ""), (LA, "1"), (AM, "1"), (AP, "host-company"), (ATTENDANCE, "")]
)
def test_what_was_printed_to_be_signed_can_be_printed_again(kind: str, part: str) -> None:
    """A record that changed after the signatures shows the document without them, in every format."""
    shown = KINDS[kind].view(KINDS[kind].unsigned(record(part=part)))
    assert shown["status"] == "draft"
    made = compose(kind, shown, speech=speech("fr"))
    for each in FORMATS.values():
        assert each.write(made)


LANGUAGES = ("fr", "en", "es")


def composed(name: str, first: str, second: str | None = None) -> Any:
    shown = VIEWS[name]
    other = speech(second) if second else None
    return compose(shown["kind"], shown, speech=speech(first), second=other)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", HELD)
def test_text(name: str, lang: str, golden: Callable[[str, str], None]) -> None:
    """The text of each document, with its structure as Markdown shows it."""
    golden(f"documents/{name}.{lang}.md", FORMATS["md"].write(composed(name, lang)).decode())


def sixty() -> dict[str, Any]:
    rows = [{"id": f"a{n}", "code": f"C{n:02}", "title": f"Course {n}", "credits": 0.5} for n in range(60)]
    return dict(merged(FULL, agreement(studied=rows, virtual=None)))


def test_sixty_courses_and_no_table_c() -> None:
    shown = KINDS[LA].view(record(of=sixty()))
    file = PdfDocument(FORMATS["pdf"].write(compose(LA, shown, speech=speech("en"))))
    pages = [page.get_textpage().get_text_range() for page in file]
    file.close()
    assert sum("Course 59" in page for page in pages) == 1
    heads = [page for page in pages if re.search(r"\bC[0-9]{2}\b", page)]
    assert len(heads) >= 2
    assert all("Component, as in the course catalogue" in page for page in heads), "the head is repeated"
    assert "\n".join(pages).count("Table C") == 0
    assert "Commitments" in pages[-1], "the signatures do not stand alone"


@pytest.mark.parametrize("bad", ["\u202egnirob", "a\u2066b"])
def test_text_that_turns_around_is_refused(bad: str) -> None:
    shown = {**VIEWS["agreement"], "terms": bad}
    with pytest.raises(ContentError) as refused:
        compose(LA, shown, speech=speech("fr"))
    assert "U+" in str(plain(refused.value.args[0]))


def test_the_least_that_an_agreement_needs() -> None:
    """Without what is optional it still stands in every format; nothing is invented."""
    least = merged(
        BASE,
        {
            "amendments": None,
            "results": None,
            "recognition": None,
            "documents": None,
            "waivers": None,
            "learner": {"id": None, "esi": None, "birth_date": None, "enrolment": None},
            "home": {"contact": {"name": {"family": "Durand"}}},
            "host": {"contact": {"name": {"family": "Rossi"}}},
            "agreement": {
                "language": {"code": "it", "level": "B1"},
                "catalogue": {"url": "https://polito.example/c"},
                "recognition": {"automatic": True},
                "provisions_if_failed": {"text": "A session in June."},
                "signatures": None,
                "hours": None,
                "stated_totals": None,
            },
        },
    )
    shown: Any = KINDS[LA].view(record(of=least))
    assert shown["status"] == "draft"
    assert [each["name"] for each in shown["signatories"]][1:] == ["Durand", "Rossi"]
    assert [each["role"] for each in shown["signatories"]] == [*ROLES]
    made = compose(LA, shown, speech=speech("es"), second=speech("en"))
    for each in FORMATS.values():
        assert each.write(made)


def test_the_monster_is_one() -> None:
    assert len(MONSTER["agreement"]["studied"]) == 25
    assert max(len(row["title"]) for row in MONSTER["agreement"]["studied"]) == 200
    assert agreements.VIEWS["agreement-monster"]["learner"]["name"]["latin"] is not None
