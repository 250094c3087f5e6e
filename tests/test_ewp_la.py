"""EWP learning agreements in: what is refused, what becomes of each part, and that nothing is lost in silence."""

from __future__ import annotations

import json
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from mobctl import cli, engine, store, words
from mobctl.errors import UserError
from mobctl.exchange import Imported, source
from mobctl.exchange.ewp_la import load
from mobctl.rules import CATALOGUE
from mobctl.store import write
from mobctl.store.reader import without_empty

SHARED = Path(__file__).parents[2] / "shared"
SAMPLES = SHARED / "samples"
XSD = SHARED / "xsd" / "ewp-specs-api-omobility-las-v1.2.0" / "endpoints" / "get-response.xsd"
BASE = "https://github.com/erasmus-without-paper/"
LA = f"{BASE}ewp-specs-api-omobility-las/blob/stable-v1/endpoints/get-response.xsd"
TERM = f"{BASE}ewp-specs-types-academic-term/tree/stable-v2"
SIGNED = "".join(
    f"<{who}-signature><timestamp>2026-05-0{day}T10:00:00+02:00</timestamp></{who}-signature>"
    for day, who in enumerate(("student", "sending-hei", "receiving-hei"), 1)
)


def component(
    title: str, credits: str | None = "6", *, attributes: str = "", more: str = "", scheme: str = "ects"
) -> str:
    stated = f"<credit><scheme>{scheme}</scheme><value>{credits}</value></credit>" if credits else ""
    return f"<component{attributes}><title>{escape(title)}</title>{stated}{more}</component>"


def studied(*components: str) -> str:
    return f"<components-studied>{''.join(components)}</components-studied>"


DELETED = ' status="deleted" reason-code="timetable-conflict"'
INSERTED = ' status="inserted" reason-code="other" reason-text="Liked it"'
CONDITIONS = "<recognition-conditions>An oral</recognition-conditions>"
FIRST = f"<first-version>{studied(component('Law'))}{SIGNED}</first-version>"


def la(versions: str = FIRST, *, id: str = "m-1", student: str = "", dates: str = "", more: str = "") -> str:
    days = dates or "<start-date>2026-09-14</start-date><end-date>2027-01-29</end-date>"
    return (
        f"<la><omobility-id>{id}</omobility-id><sending-hei><hei-id>uio.no</hei-id></sending-hei>"
        "<receiving-hei><hei-id>uw.edu.pl</hei-id></receiving-hei>"
        "<receiving-academic-year-id>2026/2027</receiving-academic-year-id>"
        f"<student><given-names>Ada</given-names><family-name>Berg</family-name>{student}</student>{days}"
        "<eqf-level-studied-at-departure>7</eqf-level-studied-at-departure><isced-f-code>0613</isced-f-code>"
        f"<student-language-skill><language>en</language><cefr-level>B2</cefr-level></student-language-skill>{versions}{more}</la>"
    )


def response(*agreements: str) -> bytes:
    inner = "".join(agreements or [la()])
    return f'<omobility-las-get-response xmlns="{LA}" xmlns:trm="{TERM}">{inner}</omobility-las-get-response>'.encode()


def only(*agreements: str) -> Imported:
    [imported] = load(response(*agreements))
    return imported


def said(message: Any, lang: str = "en") -> str:
    return words.words(lang, store.lists()).say(message)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param(b"", "is not XML", id="nothing"),
        pytest.param(b"id,name\n1,x", "is not XML", id="a table"),
        pytest.param(response()[:-40], "line 1, column", id="cut off on the way"),
        pytest.param(b"<!DOCTYPE html><html/>", "DOCTYPE", id="a web page"),
        pytest.param(b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>', "DOCTYPE", id="entities"),
        pytest.param(b"<a/>", "does not know this kind", id="another document"),
        pytest.param(b"<omobility-las-get-response/>", "which version", id="no namespace"),
        pytest.param(response().replace(b"stable-v1", b"stable-v2"), "another version", id="another version"),
        pytest.param(b'<x xmlns="' + BASE.encode() + b'y"/>', "another EWP document", id="another EWP document"),
        pytest.param(response().replace(la().encode(), b""), "is empty", id="no agreement"),
        pytest.param(response(la(), la(id="M-1")), "same identifier", id="two of one id, but for capitals"),
        pytest.param(response(la(), la()), "same identifier", id="two of one id, in one line"),
        pytest.param(response(la(id=" ")), "has no “omobility-id”", id="an id of blanks"),
        pytest.param(response(la(id="../x")), "cannot be the name of a file", id="an id that climbs"),
        pytest.param(response(la(id="CON")), "cannot be the name of a file", id="an id that is a device"),
        pytest.param(response(la().replace("<hei-id>uio.no</hei-id>", "")), "has no “hei-id”", id="no code of the home"),
        pytest.param(response(la(dates="<start-date>2026-09-14</start-date>")), "has no “end-date”", id="no end"),
        pytest.param(b" " * (source.MAX_BYTES + 1), "larger than 10 MiB", id="too large"),
        pytest.param(b"<a>" * 45 + b"</a>" * 45, "nested or filled", id="too deep"),
        pytest.param(b"<a>" + b"<b/>" * source.MAX_ELEMENTS + b"</a>", "nested or filled", id="too many elements"),
        pytest.param(response(la(f"<first-version>{studied(*[component('x')] * 201)}</first-version>")), "nested or filled", id="too many courses"),
    ],
)  # fmt: skip
def test_refused(data: bytes, sentence: str) -> None:
    started = time.monotonic()
    with pytest.raises(UserError) as refused:
        load(data)
    assert sentence in said(refused.value.args[0])
    assert time.monotonic() - started < 5
    for lang in ("fr", "es"):
        assert "{" not in said(refused.value.args[0], lang)


def test_no_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret", encoding="utf-8")
    data = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode() + response(
        la(student="<email>&x;</email>")
    )
    with pytest.raises(UserError) as refused:
        load(data)
    assert "s3cret" not in repr(refused.value)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the EWP samples are not beside the project")
def test_other_documents_of_ewp_are_named() -> None:
    found = [
        path
        for path in SAMPLES.rglob("*.xml")
        if "omobility-las/examples/get-response" not in path.as_posix()
    ]
    assert len(found) > 5
    for path in found:
        with pytest.raises(UserError) as refused:
            load(path.read_bytes())
        assert said(refused.value.args[0]).startswith(("This is ", "This file ")), path


def missing(data: bytes) -> list[str]:
    """Say which texts and attributes of a source are neither in a record nor among what was lost."""
    imported = load(data)
    there = json.dumps([each.record for each in imported], default=str, ensure_ascii=False)
    lost = " ".join(lost.value for each in imported for lost in each.lost)
    values: list[str] = []
    for node in etree.fromstring(data).iter():
        values.append(str(node.text or "").strip())
        values += [str(value) for name, value in node.attrib.items() if "reason" in str(name) or name == "id"]
    return [value for value in values if value not in there and value not in lost]


CHANGED = studied(
    component("Law", attributes=DELETED, more=CONDITIONS), component("Music", "5", attributes=INSERTED)
)
WHOLE = la(
    f"<first-version>{studied(component('Law', more=CONDITIONS), component('Art', None))}"
    f"<components-recognized>{component('Droit', '12')}</components-recognized>"
    f"<virtual-components>{component('Online', '2', scheme='cats')}</virtual-components>{SIGNED}</first-version>"
    f"<approved-changes>{CHANGED}{SIGNED}</approved-changes>"
    f'<changes-proposal id="P-7">{CHANGED}'
    "<student><family-name>Lind</family-name></student></changes-proposal>",
    student="<email>ada@uio.example</email><gender>9</gender><citizenship>NO</citizenship><birth-date>2004-11-03+01:00</birth-date>",
    more="<strange kind='x'>What is this</strange><!-- a remark -->",
)


@pytest.mark.parametrize(
    "data", [response(), response(WHOLE), response(la(), la(id="m-2"))], ids=["small", "whole", "two"]
)
def test_nothing_is_lost_in_silence(data: bytes) -> None:
    translated = {"ects", "9", "2004-11-03+01:00"}
    assert set(missing(data)) <= translated


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the EWP samples are not beside the project")
def test_nothing_of_the_sample_is_lost_in_silence() -> None:
    sample = SAMPLES / "ewp-specs-api-omobility-las" / "examples" / "get-response-example.xml"
    assert set(missing(sample.read_bytes())) <= {"ects", "1", "2"}, "a gender and a term, in other words"


@pytest.mark.skipif(not XSD.is_file(), reason="the EWP schemas are not beside the project")
def test_what_these_tests_build_looks_like_ewp() -> None:
    names = {node.get("name") for node in etree.parse(str(XSD)).iter(etree.Element)}
    used = {etree.QName(node).localname for node in etree.fromstring(response(WHOLE)).iter(etree.Element)}
    assert used - names == {"strange"}


def test_the_whole_record() -> None:
    imported = only(WHOLE)
    record = imported.record
    assert (record["history"], record["profiles"], record["status"]) == (
        "incomplete",
        ["erasmus-he-studies"],
        "agreed",
    )
    agreement = record["agreement"]
    assert [(c["id"], c.get("credits"), c.get("without_credits")) for c in agreement["studied"]] == [
        ("a1", Decimal(6), None), ("a2", None, True),
    ]  # fmt: skip
    assert (
        agreement["studied"][0]["automatic_recognition"],
        agreement["studied"][0]["recognition_conditions"],
    ) == (False, "An oral")
    assert agreement["virtual"][0]["local_credits"] == [{"scheme": "cats", "credits": Decimal(2)}]
    changed, proposed = record["amendments"]
    assert [(c.get("delete"), c.get("insert", {}).get("id"), c.get("reason")) for c in changed["changes"]] == [
        ("a1", None, "timetable-conflict"), (None, "a3", "other"),
    ]  # fmt: skip
    assert proposed["changes"] == changed["changes"], "the same course, proposed again"
    assert (proposed["ewp_proposal_id"], proposed["basis"]) == ("P-7", "first-version")
    assert "Lind" in proposed["note"]
    assert record["learner"]["birth_date"] == "2004-11-03"
    assert any("Rule LA107" in said(message) for message in imported.assumed)


@pytest.mark.parametrize(
    ("agreement", "place", "value"),
    [
        pytest.param(la(dates="<start-year-month>2026-09</start-year-month><end-year-month>2027-01</end-year-month>"), ["period", "planned", "start"], "2026-09", id="a month"),
        pytest.param(la("<first-version/>"), ["status"], "planned", id="no signature yet"),
        pytest.param(la().replace("<isced-f-code>0613</isced-f-code>", "").replace("<student-language-skill><language>en</language><cefr-level>B2</cefr-level></student-language-skill>", ""), ["learner", "enrolment"], {"eqf": "7"}, id="what EWP requires and a record does not"),
        pytest.param(la(FIRST.replace("<timestamp>2026-05-02T10:00:00+02:00</timestamp>", "")), ["status"], "planned", id="a signature without a date"),
        pytest.param(la(FIRST.replace("2026-05-01T10:00:00+02:00", "2026-05-01T10:00:00")), ["agreement", "signatures", 0, "date"], "2026-05-01", id="a time without its zone"),
        pytest.param(la(FIRST.replace("10:00:00+02:00", "10:00:00.123456789Z", 1)), ["agreement", "signatures", 0, "date"], "2026-05-01T10:00:00.123456Z", id="nanoseconds"),
        pytest.param(la(), ["history"], None, id="nothing was changed"),
        pytest.param(la("<first-version><blended-mobility-components>" + component("x") + "</blended-mobility-components></first-version>"), ["format"], "short-term-blended", id="a blended mobility"),
        pytest.param(la("<first-version><short-term-doctoral-components>" + component("x") + "</short-term-doctoral-components></first-version>"), ["format"], "short-term-doctoral", id="a doctoral mobility"),
        pytest.param(la("<first-version>" + studied(component("x")) + "<blended-mobility-components>" + component("y") + "</blended-mobility-components></first-version>"), ["format"], None, id="lists that exclude each other"),
        pytest.param(la(f'<changes-proposal id="P">{studied(component("Law"))}{SIGNED}</changes-proposal>'), ["agreement", "studied", 0, "title"], "Law", id="a proposal before any version"),
        pytest.param(la(f"<first-version>{studied(component('x', '7,5'))}</first-version>"), ["agreement", "studied", 0, "credits"], "7,5", id="a comma, for the validation to name"),
        pytest.param(la(f"<first-version>{studied(component('x', more='<term-id><trm:term-number>1</trm:term-number><trm:total-terms>2</trm:total-terms></term-id>'))}</first-version>"), ["agreement", "studied", 0, "term"], "1/2", id="a term"),
        pytest.param(la(student="<gender>5</gender>"), ["learner", "gender"], None, id="a gender that is no code"),
        pytest.param(la(f"<first-version>{studied(component('x', None, more='<term-id/><credit/>'))}</first-version>"), ["agreement", "studied", 0, "term"], None, id="an empty term, empty credits"),
        pytest.param(la(f'<changes-proposal>{studied(component("Law"))}</changes-proposal>'), ["agreement", "studied", 0, "title"], "Law", id="a first proposal without an id"),
        pytest.param(la(f'{FIRST}<changes-proposal id="P">{studied(component("Art", attributes=INSERTED))}<student><family-name>Berg</family-name></student></changes-proposal>'), ["amendments", 0, "note"], "EWP changes-proposal, student: family-name = Berg", id="a learner whom the proposal leaves as is"),
    ],
)  # fmt: skip
def test_what_becomes_of_it(agreement: str, place: list[str | int], value: object) -> None:
    node: Any = only(agreement).record
    for part in place:
        node = node.get(part) if isinstance(node, dict) else node[part]
    assert node == value


@pytest.mark.parametrize(
    ("agreement", "why"),
    [
        pytest.param(la(f"<first-version>{studied(component('x', attributes=DELETED))}</first-version>"), "cannot delete", id="a first version that deletes"),
        pytest.param(la(f"{FIRST}<approved-changes>{studied(component('Law'))}</approved-changes>"), "added or deleted", id="a change of no kind"),
        pytest.param(la(f"{FIRST}<approved-changes>{studied(component('Gone', attributes=DELETED))}</approved-changes>"), "fits no component", id="a deletion of what is not there"),
        pytest.param(la(f"<first-version>{studied(component('x'), component('x'))}</first-version><approved-changes>{studied(component('x', attributes=DELETED))}</approved-changes>"), "fits several", id="a deletion that fits two"),
        pytest.param(la(f"{FIRST}<approved-changes>{studied(component('Law', '5', attributes=DELETED))}</approved-changes>"), "not what the first version says", id="other credits than in the first version"),
        pytest.param(la(student="<gender>5</gender>"), "ISO 5218", id="a gender that is no code"),
        pytest.param(la(f"<first-version>{studied(component('x', more='<credit><scheme>ects</scheme><value>3</value></credit>'))}</first-version>"), "the first was kept", id="two numbers of credits"),
        pytest.param(la(f"<first-version>{studied(component('x', more='<term-id><trm:term-number>1</trm:term-number></term-id>'))}</first-version>"), "one is missing", id="half a term"),
        pytest.param(la(f"<first-version>{studied(component('x', more='<credit><value>3</value></credit>'))}</first-version>"), "one is missing", id="credits without a scheme"),
        pytest.param(la(f"<first-version>{studied(component('a' + chr(0x202e) + 'b'))}</first-version>"), "U+202E", id="an invisible character"),
    ],
)  # fmt: skip
def test_what_is_lost_says_why(agreement: str, why: str) -> None:
    lost = only(agreement).lost
    assert any(why in said(each.why) for each in lost), [said(each.why) for each in lost]
    assert all(each.line >= 1 for each in lost)


@pytest.mark.parametrize("agreement", [la(), WHOLE], ids=["small", "whole"])
def test_the_file_is_read_back_and_has_no_mistake_of_shape(agreement: str) -> None:
    imported = only(agreement)
    comments = {place: said(message) for place, message in imported.comments.items()}
    file = store.read_bytes("a.yaml", write.dump(imported.record, comments, "x.json").encode(), asked=True)
    assert file.document
    assert file.refused is None
    data = without_empty(file.document.data, store.known_keys())
    assert data == imported.record
    settings = engine.Settings(date(2026, 11, 24), store.lists(), store.profiles())
    judged = engine.judge(
        {"a": engine.Sheet("mobility", data)}, store.shapes(), CATALOGUE.values(), settings
    )["a"]
    assert [
        f.code for f in judged.findings if f.code.startswith(("SHP", "GEN1")) and f.code != "GEN111"
    ] == []  # GEN111: years have passed


@pytest.mark.parametrize(
    ("proposed", "sentence"),
    [
        pytest.param(component("Music", "5", attributes=INSERTED), "brings them back", id="no deletion"),
        pytest.param(component("Law", attributes=DELETED), "takes them out again", id="no addition"),
    ],
)
def test_what_a_proposal_does_not_repeat_is_said(proposed: str, sentence: str) -> None:
    versions = (
        f"<first-version>{studied(component('Law'))}{SIGNED}</first-version>"
        f"<approved-changes>{CHANGED}{SIGNED}</approved-changes>"
        f'<changes-proposal id="P">{studied(proposed)}</changes-proposal>'
    )
    assert [said(m) for m in only(la(versions)).assumed if sentence in said(m)]


CONTACT = (
    "<contact-person><given-names>Ola</given-names><family-name>Nes</family-name><email>o@uio.example</email>"
    '<p:phone-number xmlns:p="{}"><p:e164>+4712345678</p:e164></p:phone-number></contact-person>'
).format(f"{BASE}ewp-specs-types-phonenumber/tree/stable-v1")


@pytest.mark.parametrize(
    ("school", "direction", "assumed"),
    [
        pytest.param(None, "outgoing", True, id="not known"),
        pytest.param({"id": "oslo", "schac": "uio.no"}, "outgoing", False, id="ours sends"),
        pytest.param({"id": "warsaw", "schac": "UW.edu.pl"}, "incoming", False, id="ours receives"),
        pytest.param({"id": "paris", "schac": "x.example"}, "outgoing", True, id="ours is neither"),
    ],
)
def test_the_direction(school: dict[str, Any] | None, direction: str, assumed: bool) -> None:  # noqa: FBT001
    [imported] = load(response(), school)
    assert imported.record["direction"] == direction
    assert (("direction",) in imported.comments) is assumed


def test_the_contact() -> None:
    imported = only(la().replace("<hei-id>uio.no</hei-id>", f"<hei-id>uio.no</hei-id>{CONTACT}"))
    assert imported.record["home"]["contact"] == {
        "name": {"family": "Nes", "given": "Ola"}, "email": "o@uio.example", "phone": "+4712345678",
    }  # fmt: skip


def test_latin_1_is_read() -> None:
    text = response(la(f"<first-version>{studied(component('Économie'))}</first-version>")).decode()
    data = f'<?xml version="1.0" encoding="ISO-8859-1"?>{text}'.encode("latin-1")
    [imported] = load(data)
    assert imported.record["agreement"]["studied"][0]["title"] == "Économie"


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "la.xml"
    source.write_bytes(response(WHOLE, la(id="m-2")))
    out = tmp_path / "out"
    assert cli.run(["import", "ewp-la", str(source), "-o", str(out), "--lang", "fr"]) == 0
    heard = capsys.readouterr()
    assert sorted(path.name for path in out.iterdir()) == ["m-1.mobility.yaml", "m-2.mobility.yaml"]
    assert "ligne 1" in heard.err
    assert "{" not in heard.err
    kept = (out / "m-1.mobility.yaml").read_text(encoding="utf-8")
    (out / "m-1.mobility.yaml").write_text("mine", encoding="utf-8")
    assert cli.run(["import", "ewp-la", str(source), "-o", str(out), "--lang", "en"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert (out / "m-1.mobility.yaml").read_text(encoding="utf-8") == "mine"
    assert cli.run(["import", "ewp-la", str(source), "-o", str(out), "--force", "--lang", "fr"]) == 0
    assert (out / "m-1.mobility.yaml").read_text(encoding="utf-8") == kept


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        pytest.param(["ewp-la", "nowhere.xml"], 3, id="a file that is not there"),
        pytest.param(["csv", "la.xml"], 2, id="a format that there is not"),
        pytest.param(["ewp-la", "bad.xml"], 2, id="a file that is refused"),
        pytest.param(["elmo", "la.xml"], 2, id="a file of another format"),
    ],
)
def test_nothing_is_written(tmp_path: Path, arguments: list[str], status: int) -> None:
    (tmp_path / "la.xml").write_bytes(response())
    (tmp_path / "bad.xml").write_bytes(b"<a/>")
    form, name = arguments
    assert cli.run(["import", form, str(tmp_path / name), "-o", str(tmp_path / "out")]) == status
    assert not (tmp_path / "out").exists()
