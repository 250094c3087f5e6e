"""The list of charter holders: what is read of it, what is said of it, what is found in it."""

import csv
import json
import time
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openpyxl import Workbook
from test_store import run, validate

from mobctl import store
from mobctl.cli.institutions import _codes
from mobctl.codes import erasmus_code, erasmus_key, folded, regular_erasmus_code, wrong_erasmus_code
from mobctl.errors import UserError
from mobctl.exchange import charter_list
from mobctl.finding import Message
from mobctl.model import CharterList, decode
from mobctl.registry import (
    COLUMNS,
    NEAR,
    PERIODS,
    Entry,
    Holder,
    Registry,
    Stretch,
    programme,
    ranked,
    rows,
    shielded,
    table,
)
from mobctl.store import charters
from mobctl.words import words

SHARED = Path(__file__).parents[2] / "shared" / "data" / "eche"
REAL = {path.suffix: path for path in sorted(SHARED.glob("*.[cx][sl][vs]*"))}
ENGLISH = words("en", store.lists())
COUNTRIES = store.lists()["countries"]
HEADER = (
    "Proposal number", "Erasmus Code", "PIC", "OID", "Legal Name", "Street", "Post Cd", "City", "Country Cd",
    "Website Url", "Erasmus Eche Start", "Erasmus Eche End",
)  # fmt: skip
ROW = (
    "101000001", "F  VALMONT01", "900000001", "E10000001", "UNIVERSITE DE VALMONT", "1 rue Haute", "00100",
    "VALMONT", "FR", "https://valmont.example", datetime(2021, 1, 1), datetime(2029, 12, 31),  # noqa: DTZ001
)  # fmt: skip


def row(**changes: Any) -> list[Any]:
    names = {name.replace(" ", "_").lower(): n for n, name in enumerate(HEADER)}
    made = list(ROW)
    for name, value in changes.items():
        made[names[name]] = value
    return made


ODD = [
    row(),
    row(
        erasmus_code="E\u00a0 COSTA100",
        pic="900000002",
        country_cd="ES",
        legal_name="UNIVERSITAT DE LA\nCOSTA ",
    ),
    row(erasmus_code="D\u00a0\u00a0BERGST02", pic="900000003", country_cd="DE", city=" Bergstadt\u00a0"),
    row(erasmus_code="G  NISSOS01", pic="900000004", country_cd="EL", legal_name="ΠΑΝΕΠΙΣΤΗΜΙΟ ΝΗΣΟΥ"),
    row(erasmus_code="DK HAVNSTAD 01", pic="900000005", country_cd="DK", oid=None),
    row(erasmus_code="F  VERMONT1", pic="900000006"),
    row(erasmus_code="RSPLANINA01", pic="900000007", country_cd="RS"),
    row(erasmus_code="B  GRENS07", pic="900000008", country_cd="NL", website_url=None),
    row(erasmus_code="BE BRUMES11", pic="900000009", country_cd="BE"),
    row(
        erasmus_code="F  PORTBLE03",
        pic="900000010",
        proposal_number="Transitory Charter",
        erasmus_eche_start="2025-02-03 00:00:00",
        erasmus_eche_end=datetime(2026, 10, 31),  # noqa: DTZ001
    ),
    [None] * len(HEADER),
    row(erasmus_code="F  VALMONT01", pic="900000011", legal_name="THE SAME AGAIN"),
    row(erasmus_code=None, pic="900000012", legal_name=None),
    row(erasmus_code="F  LONG01", pic=900000013.0, legal_name="X" * 1200),
    row(erasmus_code="F  DATES01", pic="900000014", erasmus_eche_start="soon", erasmus_eche_end=None),
    row(
        erasmus_code="F  DATES02", pic="900000015", erasmus_eche_start="01/02/2023", erasmus_eche_end="47483"
    ),
    row(erasmus_code="F  LAND01", pic="900000016", country_cd="ZZ"),
    row(erasmus_code="F  LAND02", pic="900000017", country_cd="uk"),
    row(erasmus_code="F  ERROR01", pic="900000018", city="#REF!"),
    row(erasmus_code="F  SUM01", pic="900000019", legal_name="'=HYPERLINK(1)"),
    row(erasmus_code="F  MINUS01", pic="900000020", legal_name='-Valmont, "l\'école"'),
]


def workbook(
    body: Sequence[Sequence[Any]] = ODD, *, header: Sequence[Any] | None = HEADER, **sheets: Any
) -> bytes:
    book = Workbook()
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    sheet = book.create_sheet("Report 2")
    sheet.append([None] * len(HEADER))
    if header:
        sheet.append(list(header))
    for line in body:
        sheet.append(list(line))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def load(data: bytes, name: str = "list.xlsx") -> charter_list.Charters:
    return charter_list.load(name, data, COUNTRIES)


def english(message: Message) -> str:
    return ENGLISH.say(message)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "mobctl.yaml").write_text("mobctl: config/1\n", encoding="utf-8")
    return tmp_path


def put(folder: Path, data: bytes, name: str = "list_08042026.xlsx") -> None:
    (folder / name).write_bytes(data)


# Codes


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("F  PARIS001", "F  PARIS001"),
        ("f paris001", "F  PARIS001"),
        ("F\u00a0 PARIS001", "F  PARIS001"),
        ("F\u2007PARIS 001", "F  PARIS001"),
        (" PL  WARSZAW01 ", "PL WARSZAW01"),
        ("IRLDUBLIN02", "IRLDUBLIN02"),
        ("irl dublin02", "IRLDUBLIN02"),
        ("LUX LUX-VIL01", "LUXLUX-VIL01"),
        ("LUXLUX‑VIL01", "LUXLUX-VIL01"),
        ("RSPROKUP01", "RS PROKUP01"),
        ("FPARIS001", "F  PARIS001"),
        ("GR ATHINE01", "G  ATHINE01"),
        ("EL ATHINE01", "G  ATHINE01"),
        ("FI HELSINK01", "SF HELSINK01"),
        ("SFHELSINK01", "SFHELSINK01"),  # S or SF: nobody can tell
        ("F  VERDUN1", "F  VERDUN1"),
        ("B  DIEPENB07", "B  DIEPENB07"),
        ("", ""),
        ("12", "12"),
        ("no code at all", "NO CODE AT ALL"),
    ],
)
def test_one_form_for_each_code(written: str, canonical: str) -> None:
    assert erasmus_code(written) == canonical
    assert erasmus_code(canonical) == canonical
    assert erasmus_key(written) == canonical.replace(" ", "")


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("F  PARIS001", True),
        ("PL WARSZAW01", True),
        ("IRLDUBLIN02", True),
        ("LUXLUX-VIL01", True),
        ("F PARIS001", False),
        ("F  VERDUN1", False),
        ("RSPROKUP01", False),
        ("DK FREDERICIA 01", False),
        ("E\u00a0 ALICANT34", False),
        ("F  PARIS0001", False),
    ],
)
def test_regular_codes(code: str, right: bool) -> None:  # noqa: FBT001
    assert regular_erasmus_code(code) is right


@pytest.mark.parametrize(
    "code", ["F PARIS001", "F  PARIS001", "F   PARIS001", "F  PARIS 063", "F  VERDUN1", "RSPROKUP01"]
)
def test_what_a_record_may_write(code: str) -> None:
    assert wrong_erasmus_code(code) is None


def test_a_code_that_is_written_badly_is_mended() -> None:
    wrong = wrong_erasmus_code("f paris001")
    assert wrong
    assert "Did you mean “F  PARIS001”" in english(wrong)
    hopeless = wrong_erasmus_code("Paris 1")
    assert hopeless
    assert "Example: F TOULOUS02" in english(hopeless)


def test_words_without_accents() -> None:
    assert folded("  École d’Łódź,\u00a0STRASSE-Straße ø") == "ecole d lodz strasse strasse o"


# Reading


def test_every_row_is_kept_and_what_is_odd_is_said() -> None:
    found = load(workbook())
    assert [each.row for each in found.holders] == [str(n) for n in range(3, 24) if n != 13]
    codes = [each.erasmus_code for each in found.holders]
    assert codes[:9] == [
        "F  VALMONT01", "E  COSTA100", "D  BERGST02", "G  NISSOS01", "DK HAVNSTAD01", "F  VERMONT1", "RS PLANINA01",
        "B  GRENS07", "B  BRUMES11",
    ]  # fmt: skip
    assert found.holders[1].name == "UNIVERSITAT DE LA COSTA"
    assert found.holders[2].city == "Bergstadt"
    assert [each.country for each in found.holders[:5]] == ["FR", "ES", "DE", "GR", "DK"]
    assert found.holders[1].published_code == "E<U+00A0> COSTA100"
    assert found.holders[0].published_code == ""
    assert (found.holders[9].since, found.holders[9].until) == ("2025-02-03", "2026-10-31")
    assert found.period == (2021, 2027)
    said = [f"{each.row} {each.what}: {english(each.message)}" for each in found.odd]
    assert said == [
        "4 code: The Erasmus code “E<U+00A0> COSTA100” is read as “E  COSTA100”.",
        "5 code: The Erasmus code “D<U+00A0><U+00A0>BERGST02” is read as “D  BERGST02”.",
        "7 code: The Erasmus code “DK HAVNSTAD 01” is read as “DK HAVNSTAD01”.",
        "8 code: The Erasmus code “F  VERMONT1” is irregular; it is kept as it is.",
        "9 code: The Erasmus code “RSPLANINA01” is read as “RS PLANINA01”.",
        "11 country: The Erasmus code “BE BRUMES11” is read as “B  BRUMES11”.",
        "14 double: The Erasmus code “F  VALMONT01” is that of row 3 too.",
        "15 code: There is no Erasmus code.",
        "15 name: There is no name.",
        "16 cell: “Legal Name” was cut: it had 1200 characters.",
        "17 date: “Erasmus Eche Start” is no date: “soon”.",
        "17 date: “Erasmus Eche End” is empty.",
        "19 country: The country “ZZ” is none that is known.",
        "21 cell: “City” holds the error “#REF!”.",
    ]
    assert (found.holders[14].since, found.holders[14].until) == ("2023-02-01", "2029-12-31")
    assert found.holders[16].country == "GB"
    assert found.holders[12].pic == "900000013"
    assert found.count("code") == 6


def test_the_table_gives_back_what_was_read() -> None:
    found = load(workbook()).holders
    text = table(found)
    assert [Holder._make(cells) for cells in rows(text)] == list(found)
    cells = list(csv.reader(text.splitlines()))
    assert cells[0] == list(COLUMNS)
    assert "'-Valmont, \"l'école\"" in cells[-1], "a spreadsheet takes it for text"
    assert "''=HYPERLINK(1)" in cells[-2]
    assert shielded("@x") == "'@x"


def test_a_table_without_signs_is_read_as_it_is() -> None:
    found = load(workbook([ROW])).holders
    assert [Holder._make(cells) for cells in rows(table(found))] == list(found)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("a,b\n", 1),
        (",".join(COLUMNS) + "\n" + "," * 13 + "\n" + "x\n", 3),
        (",".join(COLUMNS) + '\n"x', 2),
    ],
)
def test_what_is_no_table(text: str, line: int) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011
        rows(text)
    assert error.value.args == (line,)


def test_csv_and_workbook_say_the_same() -> None:
    out = "\n".join(
        ";".join(f'"{"" if c is None else c}"' for c in line) for line in (HEADER, row(), row(pic="7"))
    )
    for data in (out.encode(), b"\xef\xbb\xbf" + out.encode(), out.replace(";", ",").encode()):
        found = load(data, "list.CSV")
        assert [each.pic for each in found.holders] == ["900000001", "7"]
        assert found.holders[0].since == "2021-01-01"


def test_a_list_in_the_second_sheet_and_other_names_for_the_columns() -> None:
    header = [
        "Erasmus code",
        "Organisation legal name",
        "City",
        "Country",
        "ECHE start date",
        "ECHE END DATE",
        "Erasmus Code",
    ]
    line = ["F  VALMONT01", "Valmont", "Valmont", "France", date(2014, 1, 1), date(2020, 12, 31), "other"]
    found = load(workbook([line], header=header, Notes=[["How to read this list"], ["City", "none"]]))
    [only] = found.holders
    assert (only.erasmus_code, only.country, only.since) == ("F  VALMONT01", "FR", "2014-01-01")
    assert found.period == (2014, 2020)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x.xlsx", b"PK\x03\x04 nothing", "This is no workbook"),
        ("x.xlsx", b"%PDF-1.7", "This is no workbook"),
        ("x.xlsx", b"", "This is no workbook"),
        ("x.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "an old Excel"),
        (
            "x.xlsx",
            b"\xd0\xcf\x11\xe0\0\0" + "EncryptedPackage".encode("utf-16-le"),
            "protected by a password",
        ),
        ("x.csv", b"\xff\xfe\x00", "not saved as UTF-8"),
        ("x.csv", ",".join(HEADER).encode() + b'\n"unclosed', "damaged in line 2"),
        ("x.csv", b"", "No sheet of this file has the columns"),
        (
            "x.csv",
            b"a,b\n1,2\n",
            "“Erasmus Code”, “Legal Name”, “Country Cd”, “Erasmus Eche Start” and “Erasmus Eche End”",
        ),
        (
            "x.csv",
            b"Erasmus Code,Legal Name,City\nx,y,z\n",
            "lacks columns that it needs: “Country Cd”, “Erasmus Eche Start”",
        ),
        ("x.csv", ",".join(HEADER).encode() + b"\n,,,\n", "not one row below"),
    ],
)
def test_what_is_no_list(name: str, data: bytes, said: str) -> None:
    with pytest.raises(UserError) as error:
        load(data, name)
    assert said in english(error.value.args[0])


def zipped(**members: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"word__document.xml": b"<w/>"}, "This is no workbook"),
        ({"xl__workbook.xml": b"<workbook"}, "damaged"),
        ({"xl__workbook.xml": b"<w/>", "xl__worksheets__sheet1.xml": b"0" * 3_000_000}, "unpacks to more"),
    ],
)
def test_what_only_looks_like_a_workbook(members: dict[str, bytes], said: str) -> None:
    with pytest.raises(UserError) as error:
        load(zipped(**members))
    assert said in english(error.value.args[0])


def test_no_file_may_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charter_list, "MAX_ROWS", 10)
    for name, data in (
        ("x.xlsx", workbook([ROW] * 20)),
        ("x.csv", ("a\n" * 3 + ",".join(HEADER) + "\nx,y" * 30).encode()),
    ):
        with pytest.raises(UserError, match="more than"):
            load(data, name)
    monkeypatch.setattr(charter_list, "MAX_BYTES", 10)
    with pytest.raises(UserError, match="larger than"):
        load(workbook())
    monkeypatch.undo()
    far = Workbook()
    assert far.active
    far.active["XFD1048576"] = "bomb"
    out = BytesIO()
    far.save(out)
    begun = time.monotonic()
    with pytest.raises(UserError):
        load(out.getvalue())
    assert time.monotonic() - begun < 5


def test_a_formula_counts_for_what_it_was_last_worth() -> None:
    found = load(workbook([row(legal_name='="A"&"B"')]))
    assert [english(each.message) for each in found.odd] == ["There is no name."], (
        "openpyxl never worked it out"
    )


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("accredited-HEIs-Erasmus-2021-2027_08042026", date(2026, 4, 8)),
        ("eche_2026-04-08", date(2026, 4, 8)),
        ("list20260408", date(2026, 4, 8)),
        ("list 08.04.2026", date(2026, 4, 8)),
        ("ECHE-2021-2027", None),
        ("list_31022026", None),
        ("12345678", None),
        ("list", None),
    ],
)
def test_the_day_in_the_name(name: str, day: date | None) -> None:
    assert charter_list.date_in(name) == day


# The real list


@pytest.mark.skipif(".xlsx" not in REAL, reason="the Commission's list is not in ../shared")
def test_the_real_list() -> None:
    begun = time.monotonic()
    found = load(REAL[".xlsx"].read_bytes())
    assert time.monotonic() - begun < 30, "seconds"
    assert len(found.holders) == 6142
    assert found.count("code") == 78
    assert found.period == (2021, 2027)
    irregular = [each for each in found.holders if not regular_erasmus_code(each.erasmus_code)]
    assert [each.erasmus_code for each in irregular] == ["F  VERDUN1"]
    assert len({each.key for each in found.holders}) == 6142
    assert sum(each.until == "2026-10-31" for each in found.holders) == 5
    assert sum(each.country == "GR" for each in found.holders) == 32
    assert not {each.country for each in found.holders} - set(COUNTRIES.codes)
    assert not any("\n" in cell or "\u00a0" in cell for each in found.holders for cell in each)
    other = charter_list.load("x.csv", REAL[".csv"].read_bytes(), COUNTRIES)
    assert [each[1:] for each in other.holders] == [each[1:] for each in found.holders]
    assert [each.message for each in other.odd] == [each.message for each in found.odd]


@pytest.mark.skipif(".csv" not in REAL, reason="the Commission's list is not in ../shared")
def test_the_real_list_is_searched(here: Path) -> None:
    assert run(here, "institutions", "import", str(REAL[".csv"])).returncode == 0
    for query, code in (
        ("toulouse", "F  TOULOUS01"),
        ("f paris001", "F  PARIS001"),
        ("E BARCELO100", "E  BARCELO100"),
        ("rs prokup01", "RS PROKUP01"),
        ("999859123", "F  PARIS001"),
        ("E10208788", "F  PARIS001"),
        ("universität wien", "A  WIEN01"),
        ("polytecnico torino", "I  TORINO02"),
        ("Uniwersytet Łódzki", "PL LODZ01"),
    ):
        result = run(here, "institutions", "find", query, "--format", "json")
        assert code in [each["erasmus_code"] for each in json.loads(result.stdout)["found"]], query


# Importing


def test_the_list_is_written_and_validated(here: Path) -> None:
    put(here, workbook())
    result = run(here, "institutions", "import", "list_08042026.xlsx")
    assert (result.returncode, result.stdout) == (0, b"institutions/charter-list-2021-2027.yaml\n")
    said = result.stderr.decode()
    assert "Row 4: The Erasmus code “E<U+00A0> COSTA100” is read as “E  COSTA100”." in said
    assert (
        "20 institutions were read: 6 Erasmus codes are irregular, 8 other oddities. No row was dropped."
        in said
    )
    path = here / "institutions" / "charter-list-2021-2027.yaml"
    text = path.read_text(encoding="utf-8")
    assert "source: list_08042026.xlsx\ndate: 2026-04-08\n" in text
    assert "title: list\n" in text
    assert "rows: 20\n" in text
    assert sorted(each.name for each in path.parent.iterdir()) == [
        "charter-list-2021-2027-2026-04-08.csv",
        "charter-list-2021-2027.yaml",
    ]
    status, data, _ = validate(here)
    assert (status, data["findings"]) == (0, [])
    assert run(here, "fmt", "--check").returncode == 0
    again = run(here, "institutions", "import", "list_08042026.xlsx").stderr.decode()
    assert "Nothing has changed since the list of 8 April 2026." in again
    assert path.read_text(encoding="utf-8") == text, "the same bytes"


def test_a_newer_list_replaces_it_and_tells_what_has_changed(here: Path) -> None:
    put(here, workbook())
    run(here, "institutions", "import", "list_08042026.xlsx")
    newer = [*ODD[1:], row(erasmus_code="F  NOUVEL01", pic="900000099", legal_name="NOUVELLE")]
    newer[8] = row(erasmus_code="F  PORTBLE03", pic="900000010", erasmus_eche_end=date(2029, 12, 31))
    newer[6] = row(erasmus_code="B  GRENS08", pic="900000008", country_cd="NL")
    put(here, workbook(newer), "list_2026-10-01.xlsx")
    result = run(here, "institutions", "import", "list_2026-10-01.xlsx")
    said = result.stderr.decode()
    assert result.returncode == 0
    assert "Since the list of 8 April 2026: 1 new, 1 gone, 2 with another charter or code." in said
    assert "New: “F  NOUVEL01” NOUVELLE (2021-01-01 – 2029-12-31)" in said
    assert "before: “F  PORTBLE03” (2025-02-03 – 2026-10-31)" in said
    assert "before: “B  GRENS07”" in said
    names = sorted(each.name for each in (here / "institutions").iterdir())
    assert names == ["charter-list-2021-2027-2026-10-01.csv", "charter-list-2021-2027.yaml"]
    older = run(here, "institutions", "import", "list_08042026.xlsx")
    assert older.returncode == 2
    assert "is of 1 October 2026, and this one of 8 April 2026: nothing was written" in older.stderr.decode()
    assert run(here, "institutions", "import", "list_08042026.xlsx", "--force").returncode == 0


def test_many_changes_are_counted(here: Path) -> None:
    put(here, workbook())
    run(here, "institutions", "import", "list_08042026.xlsx")
    others = [row(erasmus_code=f"F  AUTRE{n:02}", pic=f"9100000{n:02}") for n in range(25)]
    put(here, workbook(others), "list_09042026.xlsx")
    said = run(here, "institutions", "import", "list_09042026.xlsx").stderr.decode()
    assert "25 new, 20 gone, 0 with another charter or code." in said
    assert said.count("New: ") == 20
    assert "… and 5 more." in said


def test_the_same_day_with_other_rows_gets_a_table_of_its_own(here: Path) -> None:
    put(here, workbook())
    run(here, "institutions", "import", "list_08042026.xlsx")
    put(here, workbook(ODD[:5]))
    assert run(here, "institutions", "import", "list_08042026.xlsx").returncode == 0
    [beside] = (here / "institutions").glob("*.csv")
    assert beside.name.startswith("charter-list-2021-2027-2026-04-08-")
    assert validate(here)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("gone.xlsx",), 3, "“gone.xlsx” cannot be opened"),
        ((".",), 3, "cannot be opened"),
        (("list.xlsx",), 2, "does not say of which day the list is"),
        (("list.xlsx", "--date", "yesterday"), 2, "is not a date"),
        (("mobctl.yaml",), 2, "This is no workbook"),
        (("list.xlsx", "--date", "2026-01-01", "-o", "mobctl.yaml"), 2, "is no list of charter holders"),
    ],
)
def test_what_is_refused_writes_nothing(
    here: Path, arguments: tuple[str, ...], status: int, said: str
) -> None:
    put(here, workbook(), "list.xlsx")
    before = sorted(here.rglob("*"))
    result = run(here, "institutions", "import", *arguments)
    assert (result.returncode, result.stdout) == (status, b"")
    assert said in result.stderr.decode()
    assert sorted(here.rglob("*")) == before


def test_where_it_is_written(tmp_path: Path) -> None:
    put(tmp_path, workbook())
    for output, goal in (
        (None, "institutions/charter-list-2021-2027.yaml"),
        ("x", "x/charter-list-2021-2027.yaml"),
        ("y/eche.yaml", "y/eche.yaml"),
    ):
        arguments = ["-o", output] if output else []
        assert (
            run(tmp_path, "institutions", "import", "list_08042026.xlsx", *arguments).stdout.decode()
            == f"{goal}\n"
        )
        assert (tmp_path / goal).is_file()


def test_a_table_that_was_touched_is_an_error(here: Path) -> None:
    put(here, workbook())
    run(here, "institutions", "import", "list_08042026.xlsx")
    [beside] = (here / "institutions").glob("*.csv")
    whole = beside.read_bytes()
    header = here / "institutions" / "charter-list-2021-2027.yaml"
    for raw, said in ((whole + b"\n", "its SHA-256 is another"), (None, "is not there, or can't be opened")):
        if raw is None:
            beside.unlink()
        else:
            beside.write_bytes(raw)
        status, data, _ = validate(here, "institutions")
        assert status == 1
        assert [(each["code"], each["pointer"]) for each in data["findings"]] == [("FIL108", "/file")]
        assert said in data["findings"][0]["message"]
        assert run(here, "institutions", "find", "x").returncode == 2
    text = header.read_text(encoding="utf-8")
    beside.write_bytes(b"\xff")
    fingerprint = "a8100ae6aa1940d0b663bb31cd466142ebbdbd5187131b92d93818987832eb89"
    lines = [f"sha256: {fingerprint}" if line.startswith("sha256") else line for line in text.split("\n")]
    header.write_text("\n".join(lines), encoding="utf-8")
    assert "not saved as UTF-8" in validate(here, "institutions")[1]["findings"][0]["message"]
    header.write_text(text.replace(beside.name, f"below/{beside.name}"), encoding="utf-8")
    assert "in the same folder" in validate(here, "institutions")[1]["findings"][0]["message"]
    beside.write_bytes(whole)


def test_line_ends_of_windows_change_nothing(here: Path) -> None:
    """A checkout with core.autocrlf writes them into every text file."""
    put(here, workbook())
    run(here, "institutions", "import", "list_08042026.xlsx")
    for path in (here / "institutions").iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert validate(here, "institutions")[0] == 0
    found = run(here, "institutions", "find", "F PORTBLE03")
    assert "F  PORTBLE03" in found.stdout.decode()


def test_a_list_with_mistakes_is_named(here: Path) -> None:
    path = here / "list.yaml"
    path.write_text("mobctl: charter-list/1\nid: x\n", encoding="utf-8")
    with pytest.raises(UserError):
        charters.stored_at(path)
    path.write_text("mobctl: charter-list/9\nid: x\n", encoding="utf-8")
    with pytest.raises(UserError):
        charters.stored_at(path)
    assert charters.stored_at(here / "gone.yaml") is None


def test_a_table_that_is_none_is_said(here: Path) -> None:
    import hashlib

    raw = b"no table"
    (here / "t.csv").write_bytes(raw)
    (here / "list.yaml").write_text(
        "mobctl: charter-list/1\nid: x\ndate: 2026-01-01\nperiod: {from: 2021, to: 2027}\nfile: t.csv\n"
        f"sha256: {hashlib.sha256(raw).hexdigest()}\nrows: 1\n",
        encoding="utf-8",
    )
    result = run(here, "institutions", "find", "x")
    assert result.returncode == 2
    assert "Line 1 of the table “t.csv” can't be read" in result.stderr.decode()


# What it is for

PLANNED = """mobctl: mobility/1
id: 2026-0410
profiles: [irts-social-work]
status: planned
direction: outgoing
kind: studies
programme: KA131
project_code: 2025-1-FR01-KA131-HED-000314159
learner: {name: {family: Marty, given: Solène}}
home: {name: Valmont, country: FR, erasmus_code: F VALMONT01}
host: {name: Valmont, country: FR, erasmus_code: CODE}
period: {planned: {start: 2026-09-14, end: 2027-01-29}}
"""


def test_a_charter_that_ends_during_the_stay_is_found(here: Path) -> None:
    put(here, workbook())
    (here / "a.mobility.yaml").write_text(PLANNED.replace("CODE", "F PORTBLE03"), encoding="utf-8")
    before = run(here, "validate", "--format", "json", "--as-of", "2026-06-15")
    assert [each["code"] for each in json.loads(before.stdout)["not_checked"]] == [
        "GEN103",
        "LA107",
        "PRT011",
    ]
    run(here, "institutions", "import", "list_08042026.xlsx")
    result = run(here, "validate", "--format", "json", "--as-of", "2026-06-15")
    [found] = [each for each in json.loads(result.stdout)["findings"] if each["code"] != "GEN105"]
    assert (found["code"], found["line"], found["severity"]) == ("PRT010", 11, "warning")
    assert "ends on 31 October 2026, during the stay" in found["message"]


@pytest.mark.skipif(".csv" not in REAL, reason="the Commission's list is not in ../shared")
@pytest.mark.parametrize(
    ("code", "name", "codes"),
    [
        ("F LYON141", "Association Don Bosco Lyon", ["PRT010"]),
        ("F\u2007LYON61", "Institut d’études politiques de Lyon", ["GEN104"]),
        ("F LYON61", "Institut d’études politiques de Lyon", []),
        ("F LYON999", "Institut d’études politiques de Lyon", ["PRT011"]),
    ],
)
def test_records_against_the_real_list(here: Path, code: str, name: str, codes: list[str]) -> None:
    run(here, "institutions", "import", str(REAL[".csv"]))
    text = PLANNED.replace("CODE", f'"{code}"').replace("host: {name: Valmont", f"host: {{name: {name}")
    text = text.replace(
        "home: {name: Valmont, country: FR, erasmus_code: F VALMONT01}",
        "home: {name: Panthéon-Sorbonne, country: FR, erasmus_code: F PARIS001}",
    )
    (here / "a.mobility.yaml").write_text(text, encoding="utf-8")
    result = run(here, "validate", "--format", "json", "--as-of", "2026-06-15")
    found = [each["code"] for each in json.loads(result.stdout)["findings"]]
    assert [each for each in found if each != "GEN105"] == codes, (
        "that it is no stay abroad is another matter"
    )


# Finding

OWN = """mobctl: institution/2
id: costa
name: {ca: Universitat de la Costa, fr: Université de la Côte}
country: ES
erasmus_code: E COSTA100
"""


def searched(folder: Path, *arguments: str) -> Any:
    result = run(folder, "institutions", "find", *arguments, "--format", "json")
    data = json.loads(result.stdout)
    schema = Path(__file__).parents[1] / "schemas" / "output" / "institutions.schema.json"
    Draft202012Validator(json.loads(schema.read_text(encoding="utf-8"))).validate(data)
    assert result.returncode == int(not data["found"])
    return data


def test_finding(here: Path) -> None:
    put(here, workbook())
    run(here, "institutions", "import", "list_08042026.xlsx")
    (here / "institutions" / "costa.yaml").write_text(OWN, encoding="utf-8")
    (here / "institutions" / "bad.yaml").write_text("mobctl: institution/2\nid: bad\n", encoding="utf-8")
    by = {
        query: searched(here, query)
        for query in (
            "cote",
            "COSTA",
            "e costa100",
            "900000002",
            "E10000001",
            "costa université",
            "νησου",
            "valmnot",
            "xqzw",
            "université de valmont",
        )
    }
    for query in ("cote", "COSTA", "e costa100", "900000002", "costa université"):
        first = by[query]["found"][0]
        assert first["write"] == {"ref": "costa"}, query
        assert first["file"] == "institutions/costa.yaml"
        assert (first["pic"], first["erasmus_code"]) == ("900000002", "E  COSTA100")
        assert first["charters"] == [{"code": "101000001", "from": "2021-01-01", "to": "2029-12-31"}]
        assert by[query]["exact"]
    assert by["E10000001"]["found"][0]["rank"] == 100
    assert by["νησου"]["found"][0]["write"] == {
        "name": "ΠΑΝΕΠΙΣΤΗΜΙΟ ΝΗΣΟΥ", "country": "GR", "city": "VALMONT", "erasmus_code": "G  NISSOS01",
    }  # fmt: skip
    assert by["valmnot"]["exact"] is False
    assert by["valmnot"]["found"][0]["rank"] < NEAR
    assert by["xqzw"] | {"tool": 0} == {
        "version": 1, "tool": 0, "lang": "en", "query": "xqzw", "exact": False, "total": 0, "found": [],
        "lists": by["cote"]["lists"],
    }  # fmt: skip
    assert by["cote"]["lists"] == [
        {
            "file": "institutions/charter-list-2021-2027.yaml",
            "title": "list",
            "source": "list_08042026.xlsx",
            "date": "2026-04-08",
            "rows": 20,
        }
    ]
    assert by["université de valmont"]["found"][0]["rank"] == 100


def test_what_is_said_of_what_is_found(here: Path) -> None:
    put(here, workbook())
    run(here, "institutions", "import", "list_08042026.xlsx")
    found = run(here, "institutions", "find", "f", "portble04", "--lang", "fr").stdout.decode()
    assert "Rien ici ne s’appelle «\u00a0f portble04\u00a0». Voici ce qui y ressemble" in found
    found = run(here, "institutions", "find", "portble03", "--lang", "fr").stdout.decode()
    assert "charte du 3 février 2025 au 31 octobre 2026" in found
    assert (
        "host: {name: UNIVERSITE DE VALMONT, country: FR, city: VALMONT, erasmus_code: F  PORTBLE03}" in found
    )
    many = run(here, "institutions", "find", "valmont", "--limit", "2").stdout.decode()
    assert many.count("host:") == 2
    assert "more: add a word, or see more with --limit." in many
    dated = run(here, "institutions", "find", "F  DATES01").stdout.decode()
    assert "charter" not in dated, "neither day could be read"
    assert (
        "Nothing here is called “xqzw”, or looks like it."
        in run(here, "institutions", "find", "xqzw").stdout.decode()
    )


def test_finding_without_a_list(here: Path) -> None:
    nothing = run(here, "institutions", "find", "costa")
    assert nothing.returncode == 3
    assert "There is no institution to look for here" in nothing.stderr.decode()
    (here / "costa.yaml").write_text(OWN, encoding="utf-8")
    found = run(here, "institutions", "find", "costa")
    assert found.returncode == 0
    assert "→ host: {ref: costa}" in found.stdout.decode()
    assert "only the files of this folder were searched" in found.stderr.decode()
    assert run(here, "institutions", "find", "x", "--folder", "gone").returncode == 3


def test_ranks() -> None:
    entries = [
        Entry(("Ecole de Valmont",), "Valmont", ("FVALMONT01",)),
        Entry(("Valmont Business School",), "Paris", ("FPARIS900",)),
        Entry(("Institut de Montval",), "Lyon", ("FLYON900",)),
    ]
    assert ranked("valmont", entries) == [(100, 0), (80, 1)]
    assert ranked("school valmont", entries) == [(70, 1)]
    assert ranked("scho val", entries) == [(60, 1)]
    assert next(n for _, n in ranked("montvall", entries)) == 2
    assert ranked("F LYON900", entries) == [(100, 2)]
    assert ranked("F LYON90", entries) == ranked("lyon900", entries) == [(90, 2)]
    assert ranked("F LYON909", entries) == [(40, 2)]
    assert ranked("  ", entries) == []
    assert ranked("school lyon", entries) == []


def test_codes_of_an_entry() -> None:
    assert _codes("f paris001", "", "900000001") == ("FPARIS001", "900000001")


# Charters


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        ("2021-01-01", "2029-12-31", (2021, 2027)),
        ("2021-01-01", "2027-12-31", (2021, 2027)),
        ("2014-01-01", "2020-12-31", (2014, 2020)),
        ("2014-01-01", "2022-12-31", (2014, 2020)),
        ("2017-01-01", "2029-12-31", (2014, 2027)),
        ("2025-11-03", "2026-10-31", (2021, 2027)),
        ("2021-01-01", "2030-12-31", (2021, 2034)),
        ("2028-01-01", "2036-12-31", (2028, 2034)),
    ],
)
def test_the_calls_that_a_charter_serves(first: str, last: str, years: tuple[int, int]) -> None:
    charter = Stretch(date.fromisoformat(first), date.fromisoformat(last))
    assert [year for year in range(2010, 2040) if charter.serves(year)] == list(range(years[0], years[1] + 1))


def test_open_charters() -> None:
    assert Stretch(date(2021, 1, 1), date.max).serves(2027)
    assert not Stretch(date(2021, 1, 1), date.max).serves(2028)
    assert Stretch(date.min, date(2029, 12, 31)).serves(2021)


def test_programming_periods_follow_each_other() -> None:
    assert [programme(year) for pair in PERIODS for year in pair] == [pair for pair in PERIODS for _ in pair]
    assert programme(1999) == (1999, 1999)
    assert all(later[0] == earlier[1] + 1 for earlier, later in pairwise(PERIODS))


def test_near_codes() -> None:
    found = load(workbook())
    header = {
        "mobctl": "charter-list/1",
        "id": "x",
        "date": "2026-04-08",
        "period": {"from": "2021", "to": "2027"},
        "file": "x.csv",
        "sha256": "0",
        "rows": 1,
    }
    listed = Registry(decode(header, CharterList), table(found.holders))
    assert [each.erasmus_code for each in listed.near("F PORTBLE04", [], "FR")] == ["F  PORTBLE03"]
    assert [each.erasmus_code for each in listed.near("F XX01", ["Universitat de la Costa"], "ES")] == [
        "E  COSTA100"
    ]
    assert listed.near("F XX01", ["Universitat de la Costa"], "FR") == ()
    assert listed.of_code("gr nissos01") == found.holders[3]
    assert listed.of_code("F NOBODY01") is None
    assert listed.of_number(pic="900000003", oid=None) == found.holders[2]
    assert listed.of_number(pic=None, oid="E10000001") == found.holders[0]
    assert listed.of_number(pic=None, oid=None) is None
    assert {"FR", "GR", "NL"} <= listed.countries
    assert (listed.serves(2020), listed.serves(2021), listed.serves(2027), listed.serves(2028)) == (
        False,
        True,
        True,
        False,
    )
