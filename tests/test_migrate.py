"""Older versions of a type: read as they are, rewritten by `mobctl migrate` with every comment; newer ones refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_store import CONFIG, codes, run, validate, write

from mobctl import engine, store
from mobctl.model import Institution

# institution 1 had one charter; a file kept for ten years needs one for each programming period (version 2).
FIRST = """\
# yaml-language-server: $schema=../schemas/editor/institution.schema.json
# A partner of ours.
mobctl: institution/1   # what this file is
id: polito
name: {it: Politecnico, en: Polytechnic}
country: IT
# looked up in March
eche: {code: "101000001", from: 2021-01-01, to: 2027-12-31}   # until the end of the programme
contacts:
  - name: {family: Rossi, given: Anna}   # back on Mondays
# the end
"""
SECOND = """\
# yaml-language-server: $schema=../schemas/editor/institution.schema.json
# A partner of ours.
mobctl: institution/2   # what this file is
id: polito
name: {it: Politecnico, en: Polytechnic}
country: IT
# looked up in March
charters:
  - {code: "101000001", from: 2021-01-01, to: 2027-12-31}     # until the end of the programme

contacts:
  - name: {family: Rossi, given: Anna}   # back on Mondays
# the end
"""
BLOCK = """\
mobctl: institution/1
id: polito
name: Politecnico
country: IT
eche:   # the only one
    # its number
    code: "101000001"
    to: 2027-12-31   # its end
"""
BLOCK_AFTER = """\
mobctl: institution/2
id: polito
name: Politecnico
country: IT
charters:  # the only one
  # its number
  - code: "101000001"
    to: 2027-12-31   # its end
"""
NONE = "mobctl: institution/1\nid: x\nname: X\ncountry: IT\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [(FIRST, SECOND), (BLOCK, BLOCK_AFTER), (NONE, NONE.replace("/1", "/2"))],
    ids=["on one line", "on several", "nothing to change"],
)
def test_institution_1_to_2(tmp_path: Path, before: str, after: str) -> None:
    path = tmp_path / "polito.yaml"
    path.write_text(before, encoding="utf-8")
    checked = run(tmp_path, "migrate", "--check", ".")
    assert (checked.returncode, checked.stdout) == (1, b"polito.yaml\n")
    shown = run(tmp_path, "migrate", "--diff", ".")
    assert (shown.returncode, b"+mobctl: institution/2" in shown.stdout) == (0, True)
    assert path.read_text(encoding="utf-8") == before, "nothing was written yet"
    assert run(tmp_path, "migrate", ".").returncode == 0
    assert path.read_text(encoding="utf-8") == after
    again = run(tmp_path, "migrate", "--check", ".")
    assert (again.returncode, again.stdout) == (0, b"")
    assert b"No file is of an older version." in again.stderr
    assert run(tmp_path, "fmt", "--check", ".").returncode == 0, "it is laid out too"


@pytest.mark.parametrize("text", [FIRST, SECOND], ids=["version 1", "version 2"])
def test_both_versions_are_read_alike(text: str) -> None:
    sheet = store.sheets(store.load([], {"a.yaml": text.encode()}))
    [school] = engine.models(sheet, store.shapes(), store.lists()).values()
    assert isinstance(school, Institution)
    [charter] = school.charters
    assert (charter.code, charter.to and charter.to.text) == ("101000001", "2027-12-31")


def test_a_mistake_in_an_older_file_is_where_it_stands(tmp_path: Path) -> None:
    write(tmp_path, **{"mobctl.yaml": CONFIG, "a.yaml": FIRST.replace("2027-12-31", "2027-02-31")})
    _, data, _ = validate(tmp_path, ".")
    [row] = data["findings"]
    assert (row["code"], row["line"], row["column"]) == ("SHP105", 8, FIRST.split("\n")[7].index("2027") + 1)


@pytest.mark.parametrize(
    ("stated", "code", "said"),
    [
        ("institution/3", "FIL107", "Install the current mobctl"),
        ("mobility/2", "FIL107", "versions up to 1"),
        ("institution/0", "FIL106", "Write “institution/2”"),
        ("institution", "FIL106", "Write “institution/2”"),
        ("institution/two", "FIL106", "Write “institution/2”"),
        ("institutoin/1", "FIL106", "Did you mean “institution/2”?"),
    ],
)
def test_a_version_that_is_not_known(tmp_path: Path, stated: str, code: str, said: str) -> None:
    text = NONE.replace("institution/1", stated)
    write(tmp_path, **{"mobctl.yaml": CONFIG, "a.yaml": text})
    status, data, _ = validate(tmp_path, ".")
    assert (status, codes(data), said in data["findings"][0]["message"]) == (1, [code], True)
    for command in ("migrate", "fmt"):
        result = run(tmp_path, command, ".")
        assert (result.returncode, said in result.stderr.decode()) == (1, True)
    assert (tmp_path / "a.yaml").read_text(encoding="utf-8") == text


def test_a_mixture_of_versions_is_left_to_its_author(tmp_path: Path) -> None:
    """With both fields the step would make one twice: `eche` stays, and is a field that version 2 does not know."""
    write(tmp_path, **{"mobctl.yaml": CONFIG, "a.yaml": FIRST + "charters: []\n"})
    assert codes(validate(tmp_path, ".")[1]) == ["SHP101"]
    assert run(tmp_path, "migrate", ".").returncode == 0
    assert codes(validate(tmp_path, ".")[1]) == ["SHP101"]


def test_fmt_leaves_an_older_version_to_migrate(tmp_path: Path) -> None:
    write(tmp_path, **{"a.yaml": FIRST})
    result = run(tmp_path, "fmt", ".")
    assert (result.returncode, b"mobctl migrate" in result.stderr) == (0, True)
    assert (tmp_path / "a.yaml").read_text(encoding="utf-8") == FIRST


def test_line_ends_stay(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(FIRST.replace("\n", "\r\n").encode())
    assert run(tmp_path, "migrate", ".").returncode == 0
    assert (tmp_path / "a.yaml").read_bytes() == SECOND.replace("\n", "\r\n").encode()
