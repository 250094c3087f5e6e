"""ELMO transcripts in: what is refused, what becomes of each part, and that nothing is lost in silence."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from mobctl import cli, engine, store, words
from mobctl.errors import UserError
from mobctl.exchange import Imported
from mobctl.exchange.elmo import MAX_LINES, load
from mobctl.finding import pointer_text
from mobctl.rules import CATALOGUE
from mobctl.store import write
from mobctl.store.reader import without_empty

SHARED = Path(__file__).parents[2] / "shared"
SAMPLES = SHARED / "samples"
TOR_SAMPLE = SAMPLES / "ewp-specs-api-imobility-tors" / "endpoints" / "get-response-example.xml"
ELMO_SAMPLE = SAMPLES / "elmo-schemas" / "v1.7.0" / "example.xml"
XSD = SHARED / "xsd"
EWP = "https://github.com/erasmus-without-paper/"
ELMO = "https://github.com/emrex-eu/elmo-schemas/tree/v"
NAMES = "<givenNames>Ada</givenNames><familyName>Berg</familyName>"
IDENTITY = (
    '<identifier type="nationalIdentifier">83041200000</identifier>'
    '<identifier type="esi">urn:schac:personalUniqueCode:int:esi:valmont.example:7</identifier>'
)
MADE = "<generatedDate>2026-07-02T08:00:00Z</generatedDate>"
SCHOOL = {"id": "brevigny", "schac": "brevigny.example", "erasmus_code": "F BREVIGN01"}


def loi(
    inner: str = "",
    *,
    result: str = "<status>passed</status><resultLabel>15</resultLabel>",
    credits: str = "6",
) -> str:
    stated = f"<credit><scheme>ects</scheme><value>{credits}</value></credit>" if credits else ""
    return f"<specifies><learningOpportunityInstance>{inner}{result}{stated}</learningOpportunityInstance></specifies>"


def los(
    title: str = "Law",
    specifies: str | None = None,
    *,
    id: str = "L1",
    kind: str = "",
    parts: str = "",
    more: str = "",
) -> str:
    inside = "".join(f"<hasPart>{part}</hasPart>" for part in ([parts] if parts else []))
    named = f'<identifier type="local">{id}</identifier>' if id else ""
    typed = f"<type>{kind}</type>" if kind else ""
    titled = f"<title>{title}</title>" if title else ""
    return (
        f"<learningOpportunitySpecification>{named}{titled}{more}{typed}"
        f"{loi() if specifies is None else specifies}{inside}</learningOpportunitySpecification>"
    )


def report(
    *courses: str,
    after: str = "",
    issued: str = "<issueDate>2026-07-01T10:00:00+02:00</issueDate>",
    issuer: str = "",
) -> str:
    ids = issuer or '<identifier type="schac">polivaldoro.example</identifier><title>Polivaldoro</title>'
    return (
        f"<report><issuer><country>IT</country>{ids}<url>https://polivaldoro.example</url></issuer>"
        f"{''.join(courses)}{issued}{after}</report>"
    )


def elmo(*reports: str, learner: str = NAMES, version: int = 1, more: str = "") -> str:
    inside = "".join(reports or [report(los())])
    inside = inside.replace("<country>", '<country type="ISO">') if version == 2 else inside
    return f'<elmo xmlns="{ELMO}{version}">{MADE}<learner>{learner}</learner>{inside}{more}</elmo>'


def tor(inner: str = "", *, version: int = 2, id: str = "m-1", more: str = "", year: str = "") -> str:
    return f"<tor><omobility-id>{id}</omobility-id>{year}{inner or elmo(version=2 if version == 3 else 1)}{more}</tor>"


def envelope(*tors: str, version: int = 2) -> bytes:
    namespace = f"{EWP}ewp-specs-api-imobility-tors/blob/stable-v{version}/endpoints/get-response.xsd"
    inside = "".join(tors or [tor(version=version)])
    return f'<imobility-tors-get-response xmlns="{namespace}">{inside}</imobility-tors-get-response>'.encode()


def only(data: str | bytes, school: dict[str, Any] | None = None) -> Imported:
    [imported] = load(data.encode() if isinstance(data, str) else data, school)
    return imported


def of_lines(*courses: str) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = only(elmo(report(*courses))).record["results"]["lines"]
    return lines


SPEECHES = {lang: words.words(lang, store.lists()) for lang in ("en", "fr", "es")}


def said(message: Any, lang: str = "en") -> str:
    return SPEECHES[lang].say(message)


# What is refused -------------------------------------------------------------------------------------------

WHOLE_TOR = envelope()
LA = f'<omobility-las-get-response xmlns="{EWP}ewp-specs-api-omobility-las/blob/stable-v1/endpoints/get-response.xsd"/>'
SEPA = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn/></Document>'


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param(b"", "is not XML", id="nothing"),
        pytest.param(b"code;title\n1;x", "is not XML", id="a table"),
        pytest.param(b"%PDF-1.7 ...", "This is a PDF", id="a PDF"),
        pytest.param(b"PK\x03\x04xx", "ZIP archive", id="an archive"),
        pytest.param(b"\x1f\x8b\x08xx", "packed with gzip", id="packed"),
        pytest.param(b"H4sIAAAAAAAA", "as EMREX hands it", id="packed by EMREX"),
        pytest.param(b"PD94bWwgdmVyc2lvbj0i", "as EMREX hands it", id="in letters"),
        pytest.param(b' {"elmo": {}}', "This is JSON", id="JSON"),
        pytest.param(WHOLE_TOR[:-40], "stops in the middle, in line 1, column", id="cut off on the way"),
        pytest.param(b"<a>\n<b>\n<c></b></a>", "cannot be read on from line 3", id="tags crossed"),
        pytest.param(elmo(learner=NAMES.replace("Ada", "Zoé")).encode("latin-1"), "not in the encoding", id="another encoding than it says"),
        pytest.param(b'<?xml version="1.0" encoding="klingon"?><elmo/>', "not in the encoding", id="an encoding that there is not"),
        pytest.param(b'<!DOCTYPE e [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><e>&c;</e>', "DOCTYPE", id="entities"),
        pytest.param(b'<!DOCTYPE e SYSTEM "http://example.com/e.dtd"><e/>', "DOCTYPE", id="another file"),
        pytest.param(b"<a>" * 45 + b"</a>" * 45, "nested or filled", id="too deep"),
        pytest.param(LA.encode(), "an EWP learning agreement (omobility-las), not an ELMO transcript: “mobctl import ewp-la” reads it", id="a learning agreement"),
        pytest.param(SEPA.encode(), "a bank's file of payments (SEPA)", id="a bank's file"),
        pytest.param(b"<html/>", "a web page", id="a web page"),
        pytest.param(b"<x/>", "does not know this kind of XML, which begins with “x”", id="something else"),
        pytest.param(f'<x xmlns="{EWP}y"/>'.encode(), "another EWP document", id="something else of EWP"),
        pytest.param(b"<elmo/>", "does not say in which version", id="no version"),
        pytest.param(b'<elmo xmlns="http://purl.org/net/elmo"/>', "of the old kind", id="legacy"),
        pytest.param(elmo(version=9).encode(), "a version that mobctl does not know", id="a version to come"),
        pytest.param(envelope(version=4), "reads imobility-tors 1 to 3", id="an envelope to come"),
        pytest.param(envelope(tor(elmo(version=9))), "a version that mobctl does not know", id="a known envelope, another ELMO"),
        pytest.param(envelope(tor("<x/>")), "has no “elmo”", id="an empty envelope"),
        pytest.param(envelope(" "), "holds no result", id="no transcript"),
        pytest.param(elmo(report()).encode(), "holds no result", id="no result"),
        pytest.param(elmo().replace(f"<learner>{NAMES}</learner>", "").encode(), "has no “learner”", id="no learner"),
        pytest.param(elmo("<report>" + los() + "</report>").encode(), "has no “issuer”", id="no issuer"),
        pytest.param(elmo(report(los(parts="<x/>"))).encode(), "has no “learningOpportunitySpecification”", id="a part of nothing"),
        pytest.param(elmo(report(*[los()] * (MAX_LINES + 1))).encode(), "nested or filled", id="too many results"),
        pytest.param(envelope(tor(), tor(id="M-1")), "same identifier", id="two of one id, but for capitals"),
        pytest.param(envelope(tor(id="../x")), "cannot be the name of a file", id="an id that climbs"),
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
    data = f'<!DOCTYPE e [<!ENTITY x SYSTEM "{secret.as_uri()}">]>{elmo(learner=NAMES.replace("Ada", "&x;"))}'
    with pytest.raises(UserError) as refused:
        load(data.encode())
    assert "s3cret" not in repr(refused.value)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the project")
def test_other_samples_are_named() -> None:
    found = [path for path in SAMPLES.rglob("*.xml") if path not in (TOR_SAMPLE, ELMO_SAMPLE)]
    assert len(found) > 5
    for path in found:
        with pytest.raises(UserError) as refused:
            load(path.read_bytes())
        assert said(refused.value.args[0]).startswith(("This is ", "This file ", "mobctl does not know")), (
            path
        )


# Nothing is lost in silence --------------------------------------------------------------------------------

DEEP = los(
    "", loi(credits="120", result="<status>passed</status>"), id="P1", kind="Degree Programme",
    more='<title xml:lang="fr">Master</title><title xml:lang="en">Master of Law</title>',
    parts=los("Module", loi(credits="", result="<resultLabel>B</resultLabel>"), id="M1", kind="Module",
        parts=los("Law", id="C1", kind="Course",
            parts=los("Lecture", loi(credits="", result="<status>passed</status><engagementHours>30</engagementHours>"), id="K1", kind="Class")))
)  # fmt: skip
TERM = '<academicTerm><title xml:lang="en">Spring 2026</title><start>2026-02-01+01:00</start><end>2026-06-30</end></academicTerm>'
RICH = los(
    "", loi(
        f'<identifier type="ewp-loi-id">CRI/9</identifier><start>2026-02-03</start><date>2026-06-20</date>{TERM}',
        result="<status>passed</status><gradingSchemeLocalId>it30</gradingSchemeLocalId><resultLabel>28</resultLabel>"
        "<shortenedGrading><percentageLower>60</percentageLower><percentageEqual>30</percentageEqual><percentageHigher>10</percentageHigher></shortenedGrading>"
        '<resultDistribution><category label="28" count="4"/><category label="18" count="9"/><description>Two sessions</description></resultDistribution>'
        "<credit><scheme>CFU</scheme><value>9</value></credit>",
    ).replace("</learningOpportunityInstance>",
        "<level><type>EQF</type><value>7</value></level><languageOfInstruction>it</languageOfInstruction><engagementHours>54</engagementHours>"
        '<attachments><ref>att-1</ref></attachments><grouping typeref="1" idref="2"/><extension><own xmlns="urn:x">17</own></extension></learningOpportunityInstance>'),
    id="01ABC",
    more='<identifier type="ewp-los-id">CR/9</identifier><identifier type="sis">S-9</identifier><title xml:lang="it">Diritto</title><title xml:lang="en">Law</title>'
    "<iscedCode>0421</iscedCode><url>https://polivaldoro.example/01ABC</url><description>All about it</description>",
)  # fmt: skip
AFTER = (
    '<gradingScheme localId="it30"><description xml:lang="en">18 to 30 e lode</description></gradingScheme>'
    "<attachment><title>Transcript</title><type>Transcript of Records</type><content>data:application/pdf;base64,QUJD</content></attachment>"
)
GROUPS = (
    '<groups><groupType id="1"><title>By category</title><group id="1"><title>Mandatory</title></group>'
    '<group id="2" sortingKey="7"><title>Optional</title></group></groupType></groups>'
)
SEAL = (
    '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignatureValue>oekg</SignatureValue></Signature>'
)
LEARNER_1 = f"<citizenship>NO</citizenship>{IDENTITY}{NAMES}<bday>2004-11-03</bday><placeOfBirth>Bergen</placeOfBirth><gender>9</gender>"
LEARNER_2 = (
    f'<citizenship type="URI">http://publications.europa.eu/resource/authority/country/NOR</citizenship>{IDENTITY}{NAMES}'
    '<alternativeName xml:lang="el">Άντα Μπεργκ</alternativeName><dateOfBirth>2004-11-03</dateOfBirth><bday>2004-11-04</bday>'
)
RECOGNITION = "<resultOfRecognition><status>Positive</status><decisionDate>2026-08-01</decisionDate></resultOfRecognition>"
STATUS = "<status><code>SELECTION</code><message>Chosen by the student</message></status>"
TABLE = (
    '<gradeConversionTable><iscedTable iscedCode="0421"><gradeFrequency label="28" percentage="12.5"/>'
    '<gradeFrequency label="18" percentage="87.5"/></iscedTable></gradeConversionTable>'
)
WHOLE_1 = elmo(
    report(RICH, DEEP, after=AFTER),
    report(los("Other", id="X"), after=""),
    learner=LEARNER_1,
    more=f"<!-- a remark -->{GROUPS}{SEAL}",
)
WHOLE_2 = elmo(
    report(RICH, RECOGNITION, after=AFTER.replace("<attachment>", f"{STATUS}<attachment>")), learner=LEARNER_2, version=2, more=GROUPS + SEAL
)  # fmt: skip
ENVELOPES = {
    1: envelope(tor(WHOLE_1, more=TABLE), version=1),
    2: envelope(tor(WHOLE_1, more=TABLE), tor(id="m-2")),
    3: envelope(tor(WHOLE_2, year="<receiving-academic-year-id>2025/2026</receiving-academic-year-id>", more=TABLE), version=3),
}  # fmt: skip


def missing(
    data: bytes, *, attributes: tuple[str, ...] = ("label", "count", "percentage", "iscedCode", "localId")
) -> set[str]:
    """Say which texts and attributes of a source are neither in a record nor among what was lost."""
    imported = load(data)
    there = (
        json.dumps([each.record for each in imported], default=str, ensure_ascii=False)
        .replace("\\n", "\n")
        .replace('\\"', '"')
    )
    lost = " ".join(" ".join(each.value.split()) for one in imported for each in one.lost)
    values: list[str] = []
    for node in etree.fromstring(data).iter():
        values.append(" ".join(str(node.text or "").split()))
        values += [" ".join(str(node.tail or "").split())]
        values += [str(value) for name, value in node.attrib.items() if name in attributes]
    assert len(values) > 20
    return {value for value in values if value not in there and value not in lost}


TRANSLATED = {
    "ects",  # the field `credits`
    "9",  # a gender
    "http://publications.europa.eu/resource/authority/country/NOR",
    "2026-02-01+01:00",  # a day and its zone, apart
    "2026-07-01T10:00:00+02:00",  # a day and its hour, apart
    "Course",  # what a line is
}


@pytest.mark.parametrize(
    "data",
    [elmo().encode(), WHOLE_1.encode(), WHOLE_2.encode(), *ENVELOPES.values()],
    ids=["small", "elmo 1", "elmo 2", "tor 1", "tor 2", "tor 3"],
)
def test_nothing_is_lost_in_silence(data: bytes) -> None:
    assert missing(data) <= TRANSLATED


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the project")
@pytest.mark.parametrize("path", [TOR_SAMPLE, ELMO_SAMPLE], ids=["tor", "elmo"])
def test_nothing_of_the_samples_is_lost_in_silence(path: Path) -> None:
    assert missing(path.read_bytes()) <= {"ECTS", "ects", "Course", "2015-10-31T07:00:00+02:00"}


SCHEMAS: dict[str, list[Any]] = {
    "elmo-schemas-v1.6.0/schema.xsd": [WHOLE_1, elmo(), elmo(report(DEEP))],
    "elmo-schemas-v1.7.0/schema.xsd": [WHOLE_1, elmo(), elmo(report(DEEP))],
    "elmo-schemas-v2.1.1/schema.xsd": [WHOLE_2],
    "ewp-specs-api-imobility-tors-v1.0.0/endpoints/get-response.xsd": [ENVELOPES[1]],
    "ewp-specs-api-imobility-tors-v2.0.0/endpoints/get-response.xsd": [ENVELOPES[2], envelope()],
    "ewp-specs-api-imobility-tors-v3.0.0/endpoints/get-response.xsd": [ENVELOPES[3]],
}


@pytest.mark.skipif(not XSD.is_dir(), reason="the schemas are not beside the project")
@pytest.mark.parametrize("path", SCHEMAS)
def test_what_these_tests_build_is_valid(path: str) -> None:
    schema = etree.XMLSchema(etree.parse(str(XSD / path), etree.XMLParser(no_network=True)))
    for data in SCHEMAS[path]:
        document = etree.fromstring(data)
        etree.strip_elements(
            document, "{http://www.w3.org/2000/09/xmldsig#}Signature", with_tail=False
        )  # seals nothing
        assert schema.validate(document), str(schema.error_log)


# What becomes of it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("version", "data"), [(1, WHOLE_1), (2, WHOLE_2)])
def test_the_whole_record(version: int, data: str) -> None:
    imported = load(data.encode())[0]
    record = imported.record
    assert record["learner"]["name"] == {"family": "Berg", "given": "Ada"}
    assert (record["learner"]["birth_date"], record["learner"]["citizenship"]) == ("2004-11-03", ["NO"])
    assert "83041200000" not in json.dumps(record, default=str)
    assert record["learner"]["esi"].endswith(":7")
    assert record["host"] == {
        "name": "Polivaldoro", "country": "IT", "schac": "polivaldoro.example", "website": "https://polivaldoro.example",
    }  # fmt: skip
    assert record["home"] == {}
    assert (record["status"], record["direction"], record["kind"]) == ("returned", "outgoing", "studies")
    assert record["period"] == {
        "planned": {"start": "2026-02-01", "end": "2026-06-30"},
        "host_terms": [{"start": "2026-02-01", "end": "2026-06-30"}],
    }
    assert record["results"]["issued"] == "2026-07-01"
    assert record["results"]["grading"]["text"] == {"en": "it30: 18 to 30 e lode"}
    line = record["results"]["lines"][0]
    assert line == {
        "id": "r1", "code": "01ABC", "title": {"it": "Diritto", "en": "Law"}, "credits": Decimal(6),
        "local_credits": [{"scheme": "CFU", "credits": Decimal(9)}], "grade": "28", "status": "passed", "date": "2026-06-20",
        "hours": {"theory": Decimal(54)}, "language": "it", "los_id": "CR/9", "loi_id": "CRI/9",
        "note": "By category: Optional;\nSpring 2026;\n28: 4, 18: 9", **({"scale": "it30"} if version == 1 else {}),
    }  # fmt: skip
    assert record["results"].get("scale") == (None if version == 1 else "it30")
    assert record.get("notes") == (
        None if version == 1 else "ELMO report/status SELECTION: Chosen by the student"
    )


def test_a_course_deep_in_a_programme_keeps_what_is_around_it() -> None:
    [line] = of_lines(DEEP)
    assert (line["code"], line["title"], line["credits"]) == ("C1", "Law", Decimal(6))
    assert line["note"].split(";\n") == [
        "Degree Programme: Master · Master of Law (P1) – 120 ECTS, passed",
        "Module: Module (M1) – B",
        "Class: Lecture (K1) – passed, 30 h",
    ]


def part(title: str, credits: str = "", result: str = "", kind: str = "Course", parts: str = "") -> str:
    return los(title, loi(credits=credits, result=result), id="", kind=kind, parts=parts)


GRADE = "<resultLabel>12</resultLabel>"


@pytest.mark.parametrize(
    ("course", "titles"),
    [
        pytest.param(part("M", "6", "", "Module", part("C", "", GRADE)), ["M"], id="a module that has the credits"),
        pytest.param(part("M", "", GRADE, "Module", part("C", "6", GRADE)), ["C"], id="a module that leaves them to its courses"),
        pytest.param(part("M", "", "", "Module", part("C", "", GRADE)), ["C"], id="a module without a result"),
        pytest.param(part("M", "", GRADE, "Module", part("C", "", GRADE)), ["M"], id="a graded module, no credits anywhere"),
        pytest.param(part("C", "", "", "Course", part("L", "", "", "Class")), ["C"], id="a course and its class, no result yet"),
        pytest.param(part("P", "60", "", "Degree Programme", part("C", "", GRADE)), ["C"], id="a programme is never a line beside its courses"),
        pytest.param(part("P", "180", "", "Degree Programme"), ["P"], id="a programme that stands alone"),
        pytest.param(part("M", "", "", "Module", part("N", "", "", "Module", part("C", "3"))), ["C"], id="modules in modules"),
        pytest.param(part("M", "6", "", "Module", part("C", "", GRADE, "Course", part("L", "", "", "Class"))), ["M"], id="parts of parts"),
    ],
)  # fmt: skip
def test_which_node_is_the_line(course: str, titles: list[str]) -> None:
    assert [line["title"] for line in of_lines(course)] == titles


MANY = "".join(
    los(f"C{n}", loi(f"<academicTerm><title>T{n}</title><start>20{n}-09-01</start><end>20{n}-12-20</end></academicTerm>"), id=f"c{n}")
    for n in range(11, 19)
)  # fmt: skip
TITLE_2 = '<title xml:lang="it">Diritto</title>'


def titled(titles: str) -> str:
    return elmo(report(los("", more=titles)))


def graded(result: str) -> str:
    return elmo(report(los(specifies=loi(result=result))))


def counted(*labels: str, scheme: str = "") -> str:
    bands = "".join(f'<category label="{label}" count="{n}"/>' for n, label in enumerate(labels))
    named = f"<gradingSchemeLocalId>{scheme}</gradingSchemeLocalId>" if scheme else ""
    return graded(f"<status>passed</status>{named}<resultDistribution>{bands}</resultDistribution>")


SCHEMES = (
    '<gradingScheme localId="a"><description xml:lang="en">Ten</description><description xml:lang="it">Dieci</description></gradingScheme>'
    '<gradingScheme localId="b"><description xml:lang="en">Pass</description><description xml:lang="pl">Zal</description></gradingScheme>'
)


@pytest.mark.parametrize(
    ("data", "place", "value"),
    [
        pytest.param(titled("<title>Law</title>"), "results/lines/0/title", "Law", id="a title of no language"),
        pytest.param(titled(TITLE_2), "results/lines/0/title", {"it": "Diritto"}, id="a title of one language"),
        pytest.param(titled(f"<title>Law</title>{TITLE_2}"), "results/lines/0/title", {"it": "Diritto"}, id="one title says its language, one does not"),
        pytest.param(titled(f"<title> </title>{TITLE_2}{TITLE_2.replace('Diritto', 'Legge')}"), "results/lines/0/title", {"it": "Diritto"}, id="two titles of one language"),
        pytest.param(graded("<status>failed</status>"), "results/lines/0/status", "failed", id="failed"),
        pytest.param(graded("<status>In-Progress</status>"), "results/lines/0/status", "pending", id="under way"),
        pytest.param(graded("<status>In-Progress</status>"), "status", "ongoing", id="nothing but under way"),
        pytest.param(graded("<resultLabel>F</resultLabel>"), "results/lines/0/status", "passed", id="not said: passed, says ELMO"),
        pytest.param(graded("<status>bestanden</status>"), "results/lines/0/status", "bestanden", id="unknown, for the validation to name"),
        pytest.param(elmo(report(los(specifies=loi(credits="7,5")))), "results/lines/0/credits", "7,5", id="a comma, for the validation to name"),
        pytest.param(elmo(report(los(specifies=loi(credits="")))), "results/lines/0/credits", None, id="no credits"),
        pytest.param(elmo(report(los(specifies=""))), "results/lines/0/title", "Law", id="a course without its instance"),
        pytest.param(elmo(report(los(specifies="<specifies/>"))), "results/lines/0/code", "L1", id="a course with an empty one"),
        pytest.param(counted("F", "C", "A"), "results/lines/0/distribution/0/grade", "A", id="letters, the best first"),
        pytest.param(counted("0-10", "11-20"), "results/lines/0/distribution", None, id="an order that is not known"),
        pytest.param(counted("0-10", "11-20"), "results/lines/0/note", "0-10: 0, 11-20: 1", id="in words then"),
        pytest.param(counted("18", "30L", "30", scheme="it-30"), "results/lines/0/distribution", [{"grade": "30L", "count": Decimal(1)}, {"grade": "30", "count": Decimal(2)}, {"grade": "18", "count": Decimal(0)}], id="numbers of a known scale"),
        pytest.param(counted("4.0", "1.0", scheme="de-5"), "results/lines/0/distribution/0/grade", "1.0", id="of one where less is better"),
        pytest.param(counted("18", "trenta", scheme="it-30"), "results/lines/0/distribution", None, id="and what is none of them"),
        pytest.param(graded("<status>passed</status><gradingSchemeExternalId>isced:20</gradingSchemeExternalId><resultLabel>9</resultLabel>"), "results/scale", "isced:20", id="a scheme of elsewhere"),
        pytest.param(elmo(report(los(specifies=loi("<start>2026-02-03</start><date>2026-06-20Z</date>")))), "period/planned", {"start": "2026-02-03", "end": "2026-06-20"}, id="no terms: the days of the courses"),
        pytest.param(elmo(report(los(specifies=loi("<academicTerm><title>Fall</title><start>2026-09-01</start></academicTerm>")))), "results/lines/0/note", "Fall 2026-09-01", id="half a term"),
        pytest.param(elmo(report(los(specifies=loi(result="<engagementHours>0.0</engagementHours>")))), "results/lines/0/hours", None, id="no hours"),
        pytest.param(elmo(report(los(specifies=loi(result="<engagementHours>4,5</engagementHours>")))), "results/lines/0/hours", {"theory": "4,5"}, id="hours with a comma, for the validation to name"),
        pytest.param(titled(TITLE_2.replace('"it"', '"IT"')), "results/lines/0/title", {"it": "Diritto"}, id="a language in capitals"),
        pytest.param(elmo(report(los(), after="<gradingScheme localId='x'><description>A: best\n   F: fail</description></gradingScheme>")), "results/grading/text", "x: A: best\nF: fail", id="a scheme in lines"),
        pytest.param(elmo(report(los(more='<identifier type="sis"/>'))), "results/lines/0/code", "L1", id="an empty identifier"),
        pytest.param(titled(f"{TITLE_2}{TITLE_2}<title>Diritto</title>"), "results/lines/0/title", {"it": "Diritto"}, id="one title thrice"),
        pytest.param(elmo(), "period", {}, id="no days at all"),
        pytest.param(elmo(report(MANY)), "period/host_terms/5/start", "2016-09-01", id="six terms at most"),
        pytest.param(elmo(report(MANY)), "period/planned/end", "2018-12-20", id="but the stay is the whole"),
        pytest.param(elmo(report(los(kind="Module"))), "results/lines/0/note", "Module", id="a module"),
        pytest.param(elmo(report(los(kind="Course"))), "results/lines/0/note", None, id="a course"),
        pytest.param(elmo(learner="<givenNames>Suharto</givenNames><familyName/>"), "learner/name", {"family": "Suharto"}, id="one name"),
        pytest.param(elmo(learner="<givenNames/><familyName/>"), "learner", None, id="no name, for the validation to name"),
        pytest.param(elmo(learner=f"{NAMES}<gender>5</gender>"), "learner/gender", None, id="a gender that is no code"),
        pytest.param(elmo(learner='<citizenship type="ISO">FR</citizenship>' + NAMES), "learner/citizenship", ["FR"], id="a country by its code"),
        pytest.param(elmo(learner='<citizenship type="URI">http://publications.europa.eu/resource/authority/country/XYZ</citizenship>' + NAMES), "learner/citizenship", ["http://publications.europa.eu/resource/authority/country/XYZ"], id="a country that there is not"),
        pytest.param(elmo(learner=f"{NAMES}<alternativeName>Ada Berg</alternativeName>", version=2), "learner/name/family", "Berg", id="the same name again"),
        pytest.param(elmo(report(los(), issued="")), "results/issued", None, id="no day of issue"),
        pytest.param(elmo(report(los(), issued="<issueDate>2026-07-01</issueDate>")), "results/issued", "2026-07-01", id="a day of issue without its hour"),
        pytest.param(elmo(report(los(), after="<status><code>FULL</code></status>"), version=2), "notes", "ELMO report/status FULL", id="a whole transcript"),
        pytest.param(elmo(report(los(), after="<status/>"), version=2), "notes", None, id="an empty status"),
        pytest.param(elmo(report(los(), after="<gradingScheme localId='x'/>")), "results/grading/text", "x", id="a scheme without words"),
        pytest.param(elmo(report(los(), after=SCHEMES)), "results/grading/text", {"en": "a: Ten;\nb: Pass", "it": "a: Dieci;\nb: Pass", "pl": "a: Ten;\nb: Zal"}, id="schemes in several languages"),
    ],
)  # fmt: skip
def test_what_becomes_of_it(data: str, place: str, value: object) -> None:
    node: Any = only(data).record
    for part in place.split("/"):
        node = node[int(part)] if isinstance(node, list) else node.get(part)
    assert node == value


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(WHOLE_1, "no number of a national register", id="a national number"),
        pytest.param(WHOLE_1, "identifier of the kind “sis”", id="an identifier of another kind"),
        pytest.param(WHOLE_1, "attached file “Transcript”", id="an attachment"),
        pytest.param(elmo(more="<attachment><type>Other</type><content>data:text/plain,x</content></attachment>"), "attached file “Other”", id="an attachment of the whole"),
        pytest.param(WHOLE_1, "The seal of this file was not checked", id="a seal"),
        pytest.param(WHOLE_1, "the day a transcript was issued", id="when the file was made"),
        pytest.param(WHOLE_1, "not shares of them", id="shares"),
        pytest.param(WHOLE_1, "No result is in this group", id="a group of nothing"),
        pytest.param(elmo(more=GROUPS), "No result is in this group", id="a kind of groups of nothing"),
        pytest.param(elmo(report(los(specifies=loi(result="<engagementHours>0.0</engagementHours>")))), "0 hours", id="no hours"),
        pytest.param(WHOLE_1, "A remark in the source", id="a remark"),
        pytest.param(WHOLE_2, "another script", id="a name in another script"),
        pytest.param(WHOLE_2, "two dates of birth", id="two dates of birth"),
        pytest.param(WHOLE_2, "A recognition that another school decided on", id="a recognition"),
        pytest.param(titled(f"<title>Law</title>{TITLE_2}"), "does not say its language", id="a title of no language beside others"),
        pytest.param(titled(f"{TITLE_2}{TITLE_2.replace('Diritto', 'Legge')}"), "the first was kept", id="two titles of one language"),
        pytest.param(elmo(report(MANY)), "six terms", id="too many terms"),
        pytest.param(elmo(report(los(specifies=loi("<grouping typeref='8' idref='9'/>")))), "what this group is", id="a group that there is not"),
        pytest.param(elmo(learner=NAMES.replace("Ada", "A\u202eda")), "U+202E", id="an invisible character"),
        pytest.param(elmo(report(los(specifies=loi(result="<diplomaSupplement><version>2018</version></diplomaSupplement>")))), "diploma supplement", id="a diploma supplement"),
    ],
)  # fmt: skip
def test_what_is_lost_says_why(data: str, why: str) -> None:
    lost = load(data.encode())[0].lost
    assert any(why in said(each.why) for each in lost), [said(each.why) for each in lost]
    assert all(each.line >= 1 for each in lost)


@pytest.mark.parametrize(
    ("title", "garbled"),
    [("KÃ¸benhavn", True), ("lâ€™économie", False), ("lâ€™art", True), ("København", False), ("Économie", False), ("Право", False)],
)  # fmt: skip
def test_letters_that_were_read_in_another_encoding_are_named(title: str, garbled: bool) -> None:  # noqa: FBT001
    imported = only(elmo(report(los(title))))
    assert imported.record["results"]["lines"][0]["title"] == title
    assert any("looks garbled" in said(each) for each in imported.assumed) is garbled


def test_several_reports_are_several_records() -> None:
    first, second = load(WHOLE_1.encode())
    assert second.id == f"{first.id}-2"
    assert [line["title"] for line in second.record["results"]["lines"]] == ["Other"]
    assert second.record["learner"] == first.record["learner"]
    assert not any("seal" in said(each.why) for each in second.lost), "what is of the whole file is told once"
    assert [each.id for each in load(ENVELOPES[2])] == ["m-1", "m-1-2", "m-2"]


@pytest.mark.parametrize("version", [1, 2, 3])
def test_the_envelope(version: int) -> None:
    imported = load(ENVELOPES[version])[0]
    assert imported.id == "m-1"
    assert imported.record["external_ids"] == {"ewp_omobility_id": "m-1"}
    assert imported.record.get("academic_year") == ("2025/2026" if version == 3 else None)
    assert imported.record["results"]["grading"]["text"] == {
        "en": "it30: 18 to 30 e lode;\nISCED-F 0421: 28 12.5 %, 18 87.5 %"
    }
    assert any("shares of the grades" in said(each) for each in imported.assumed)


def test_the_id_names_no_one_and_stays_the_same() -> None:
    imported = only(elmo())
    assert imported.id.startswith("polivaldoro.example-2026-07-01-")
    assert imported.id == only(elmo()).id
    assert only(elmo(report(los(), issuer="<title>Polivaldoro</title>", issued=""))).id.startswith("elmo-")


@pytest.mark.parametrize(
    ("school", "direction", "home", "host"),
    [
        pytest.param(None, "outgoing", {}, "polivaldoro.example", id="not known"),
        pytest.param(
            SCHOOL, "outgoing", {"ref": "brevigny"}, "polivaldoro.example", id="another school issued it"
        ),
        pytest.param({**SCHOOL, "schac": "POLIVALDORO.example"}, "incoming", {}, None, id="ours issued it"),
        pytest.param(
            {"id": "x", "schac": None},
            "outgoing",
            {"ref": "x"},
            "polivaldoro.example",
            id="ours has no codes",
        ),
    ],
)
def test_the_direction(
    school: dict[str, Any] | None, direction: str, home: dict[str, str], host: str | None
) -> None:
    named = (
        '<identifier type="schac">polivaldoro.example</identifier><title xml:lang="it">Polivaldoro</title>'
    )
    imported = only(elmo(report(los(), issuer=named)), school)
    assert (imported.record["direction"], imported.record["home"]) == (direction, home)
    assert imported.record["host"].get("schac") == host
    assert imported.comments[("direction",)] in imported.assumed
    if direction == "incoming":
        assert imported.record["host"] == {"ref": "brevigny"}
        assert any(
            "Polivaldoro" in each.value and "your own school" in said(each.why) for each in imported.lost
        )


# The file --------------------------------------------------------------------------------------------------


def findings(imported: Imported, day: date = date(2026, 11, 25)) -> list[tuple[str, str, str]]:
    comments = {place: said(message) for place, message in imported.comments.items()}
    text = write.dump(imported.record, comments, "x.json")
    file = store.read_bytes("a.yaml", text.encode(), asked=True)
    assert file.document
    assert file.refused is None
    data = without_empty(file.document.data, store.known_keys())
    assert data == imported.record
    settings = engine.Settings(day, store.lists(), store.profiles())
    sheets = {
        "a": engine.Sheet("mobility", data),
        "b": engine.Sheet(
            "institution", {"mobctl": "institution/1", "name": "Brevigny", "country": "FR", **SCHOOL}
        ),
    }
    judged = engine.judge(sheets, store.shapes(), CATALOGUE.values(), settings)["a"]
    return [(f.code, pointer_text(f.pointer), said(f.message)) for f in judged.findings]


@pytest.mark.parametrize("data", [elmo(), WHOLE_1, WHOLE_2], ids=["small", "elmo 1", "elmo 2"])
def test_the_file_is_read_back_and_lacks_only_what_the_elmo_does_not_say(data: str) -> None:
    shape = [("SHP102", "/home", "One of “ref” or “name” is missing.")]
    assert findings(load(data.encode())[0]) == shape
    assert [f for f in findings(load(data.encode(), SCHOOL)[0]) if f[0].startswith(("SHP", "GEN104"))] == []


NO_DAYS = ("DUR106", "/period", "The actual days of the stay are not recorded.")
NO_PARTNER = ("PRT001", "", "No agreement with University of Warsaw is recorded.")
NO_PARTNER_OF_OURS = ("PRT001", "", "No agreement with brevigny is recorded.")


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the project")
@pytest.mark.parametrize(
    ("path", "school", "wanted"),
    [
        pytest.param(TOR_SAMPLE, SCHOOL, [NO_DAYS, ("GEN102", "/status", "The status is returned, and the record has no last day of the stay.")], id="tor, without a day of the stay"),
        pytest.param(TOR_SAMPLE, None, [("SHP102", "/home", "One of “ref” or “name” is missing.")], id="tor, the sender not known"),
        pytest.param(ELMO_SAMPLE, SCHOOL, [("LA009", "", "There is no learning agreement."), NO_DAYS], id="elmo"),
        pytest.param(ELMO_SAMPLE, None, [("SHP102", "/home", "One of “ref” or “name” is missing.")], id="elmo, the sender not known"),
        pytest.param(ELMO_SAMPLE, {"id": "warsaw", "pic": "999572294"}, [("SHP102", "/home", "One of “ref” or “name” is missing.")], id="elmo, of our own"),
    ],
)  # fmt: skip
def test_what_is_said_of_the_samples(path: Path, school: dict[str, Any] | None, wanted: list[Any]) -> None:
    """All of it is so: neither sample names the school that sent the learner, nor holds an agreement."""
    assert findings(only(path.read_bytes(), school)) == wanted


COMPLETED = {
    "profiles": ["erasmus-he-studies"],
    "home": {"name": "Valmont", "country": "FR"},
    "period": {"planned": {"start": "2015-02-16", "end": "2015-07-03"}},
}
NO_SCALE = "The transcript gives grades, and does not say their scale (scale) or from which grade on they pass (pass_mark)."
NO_MARK = (
    "The transcript gives grades, and does not say their scale (scale), from which grade on they pass (pass_mark) or how"
    " often each is given (tables, url or distribution)."
)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the project")
@pytest.mark.parametrize(
    ("path", "school", "wanted"),
    [
        pytest.param(TOR_SAMPLE, SCHOOL, [("LA001", "", "There is no learning agreement."), NO_PARTNER, NO_DAYS, ("TOR102", "/results/grading", NO_SCALE)], id="tor"),
        pytest.param(ELMO_SAMPLE, SCHOOL, [("LA001", "", "There is no learning agreement."), NO_PARTNER, NO_DAYS, ("TOR102", "/results/grading", NO_MARK)], id="elmo"),
        pytest.param(TOR_SAMPLE, {"id": "brevigny", "pic": "999572294"}, [NO_PARTNER_OF_OURS, NO_DAYS, ("TOR102", "/results/grading", NO_SCALE)], id="tor, of our own"),
        pytest.param(ELMO_SAMPLE, {"id": "brevigny", "pic": "999572294"}, [NO_PARTNER_OF_OURS, NO_DAYS, ("TOR102", "/results/grading", NO_MARK)], id="elmo, of our own"),
    ],
)  # fmt: skip
def test_what_is_said_of_the_samples_once_they_are_completed(
    path: Path, school: dict[str, Any], wanted: list[Any]
) -> None:
    """An Erasmus+ stay needs an agreement before it, and grades that can be read: the samples hold neither."""
    imported = only(path.read_bytes(), school)
    missing_parts = {key: part for key, part in COMPLETED.items() if not imported.record.get(key)}
    completed = {**imported.record, **missing_parts}
    assert findings(replace(imported, record=completed)) == wanted


def _empty(node: etree._Element) -> None:
    for child in list(node):
        node.remove(child)
    node.text = ""


def _double(node: etree._Element) -> None:
    node.addnext(deepcopy(node))


def _rename(node: etree._Element) -> None:
    node.tag = "strange"


def _remove(node: etree._Element) -> None:
    parent = node.getparent()
    assert parent is not None
    parent.remove(node)


def _strip(node: etree._Element) -> None:
    node.attrib.clear()


def readable(data: bytes) -> Sequence[Imported]:
    """Read what can be read; anything but a UserError is a failure."""
    with suppress(UserError):
        return load(data)
    return []


@pytest.mark.parametrize("data", [ENVELOPES[1], ENVELOPES[3]], ids=["tor 1", "tor 3"])
@pytest.mark.slow
@pytest.mark.parametrize("damage", [_empty, _double, _rename, _remove, _strip])
def test_no_damage_leads_to_anything_but_a_record_or_a_sentence(
    data: bytes, damage: Callable[[etree._Element], None]
) -> None:
    places = len(list(etree.fromstring(data).iter(etree.Element)))
    assert places > 90
    made = 0
    for place in range(1, places):
        document = etree.fromstring(data)
        damage(list(document.iter(etree.Element))[place])
        for each in readable(etree.tostring(document)):
            made += 1
            comments = {at: said(text) for at, text in each.comments.items()}
            assert write.dump(each.record, comments, "x.json")
    assert made


@pytest.mark.parametrize("share", range(1, 20))
def test_a_file_cut_off_anywhere_is_refused(share: int) -> None:
    with pytest.raises(UserError):
        load(ENVELOPES[2][: len(ENVELOPES[2]) * share // 20])


def test_latin_1_is_read() -> None:
    data = f'<?xml version="1.0" encoding="ISO-8859-1"?>{elmo(report(los("Économie")))}'.encode("latin-1")
    assert only(data).record["results"]["lines"][0]["title"] == "Économie"


CONFIG = "mobctl: config/1\nhome: brevigny\n"
INSTITUTION = "mobctl: institution/1\nid: brevigny\nname: Brevigny\ncountry: FR\nschac: brevigny.example\n"


@pytest.mark.parametrize(
    ("config", "file", "home"),
    [
        pytest.param(CONFIG, "brevigny.yaml", "home:\n  ref: brevigny\n", id="a school that is known"),
        pytest.param(CONFIG, "the-school.yaml", "home:\n  ref: brevigny\n", id="in a file of another name"),
        pytest.param("mobctl: config/1\n", "brevigny.yaml", "home: {}", id="a folder that names none"),
        pytest.param(
            CONFIG.replace("brevigny", "nowhere"), "brevigny.yaml", "home: {}", id="one that there is not"
        ),
        pytest.param("mobctl: [\n", "brevigny.yaml", "home: {}", id="settings that cannot be read"),
        pytest.param(None, "brevigny.yaml", "home: {}", id="no repository"),
    ],
)
def test_the_folder_says_whose_records_they_are(
    tmp_path: Path, config: str | None, file: str, home: str
) -> None:
    if config:
        (tmp_path / "mobctl.yaml").write_text(config, encoding="utf-8")
    (tmp_path / "institutions").mkdir()
    (tmp_path / "institutions" / file).write_text(INSTITUTION, encoding="utf-8")
    (tmp_path / "a.xml").write_text(elmo(), encoding="utf-8")
    out = tmp_path / "mobilities"
    assert cli.run(["import", "elmo", str(tmp_path / "a.xml"), "-o", str(out), "--lang", "en"]) == 0
    [path] = out.iterdir()
    assert home in path.read_text(encoding="utf-8")


def test_the_command_in_french(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.xml").write_bytes(ENVELOPES[2])
    assert (
        cli.run(["import", "elmo", str(tmp_path / "a.xml"), "-o", str(tmp_path / "out"), "--lang", "fr"]) == 0
    )
    heard = capsys.readouterr()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "m-1-2.mobility.yaml", "m-1.mobility.yaml", "m-2.mobility.yaml",
    ]  # fmt: skip
    assert "ligne 1" in heard.err
    assert "{" not in heard.err


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(b"<elmo", id="a file that is cut off"),
        pytest.param(envelope(tor(id="m-9"), tor(id="m-1")), id="a record that is there already"),
        pytest.param(envelope(tor(id="m-0")), id="two files of one mobility"),
    ],
)
def test_nothing_is_half_written(tmp_path: Path, second: bytes) -> None:
    (tmp_path / "m-1.mobility.yaml").write_text("mine", encoding="utf-8")
    (tmp_path / "a.xml").write_bytes(envelope(tor(id="m-0")))
    (tmp_path / "b.xml").write_bytes(second)
    files = [str(tmp_path / "a.xml"), str(tmp_path / "b.xml")]
    assert cli.run(["import", "elmo", *files, "-o", str(tmp_path), "--lang", "en"]) == 2
    assert [path.name for path in tmp_path.glob("*.yaml")] == ["m-1.mobility.yaml"]
    assert (tmp_path / "m-1.mobility.yaml").read_text(encoding="utf-8") == "mine"
