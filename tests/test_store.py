"""Files and folders: what is found, what is passed over, what stops a run and what does not."""

import json
import os
import re
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import cli
import pytest

from mobctl import engine, store
from mobctl.model import Mobility
from mobctl.rule import Index

HERE = Path(__file__).parent
RECORD = (HERE / "records" / "sound.mobility.yaml").read_text(encoding="utf-8")
CONFIG = "mobctl: config/1\n"


def run(
    folder: Path, *arguments: str, given: bytes | None = None, encoding: str = "utf-8"
) -> subprocess.CompletedProcess[bytes]:
    other = {"PYTHONIOENCODING": encoding} if encoding != "utf-8" else {}
    env = {"MOBCTL_LANG": "en", "PATH": os.environ["PATH"], **cli.USUAL, **other}
    return cli.run_bytes(arguments, env, folder, given=given)


def validate(folder: Path, *arguments: str, given: bytes | None = None) -> tuple[int, Any, str]:
    result = run(folder, "validate", "--format", "json", "--as-of", "2026-11-24", *arguments, given=given)
    return result.returncode, json.loads(result.stdout) if result.stdout else None, result.stderr.decode()


def codes(data: Any) -> list[str]:
    return [row["code"] for row in data["findings"]]


def write(folder: Path, **files: str) -> Path:
    """Write files of a school; `a/b` in a name makes a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_a_record_is_not_its_own_double(tmp_path: Path) -> None:
    """Neither from a folder below its repository, nor by two names, nor through a link."""
    school = write(tmp_path, **{"mobctl.yaml": CONFIG, "records/a.mobility.yaml": RECORD})
    (school / "records" / "link.yaml").symlink_to(school / "records" / "a.mobility.yaml")
    assert validate(school / "records", ".")[:2][1]["findings"] == []
    status, data, _ = validate(school, "records/a.mobility.yaml", str(school / "records" / "a.mobility.yaml"))
    assert (status, data["summary"]["files"]) == (0, 1)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        pytest.param("id: almadrava\nname: U\ncountry: ES\n", "institution/2", id="an institution"),
        pytest.param("status: planned\nkind: studies\n", "mobility/1", id="a record"),
        pytest.param("{}\n", "mobility/1", id="nothing yet"),
    ],
)
def test_the_kind_that_the_fields_look_like_is_proposed(tmp_path: Path, fields: str, kind: str) -> None:
    (tmp_path / "x.yaml").write_text(fields, encoding="utf-8")
    (row,) = validate(tmp_path, "x.yaml")[1]["findings"]
    assert (row["code"], row["message"].endswith(f"mobctl: {kind}")) == ("FIL106", True), row["message"]


def test_advice_that_names_a_waiver_shows_how_one_is_written(tmp_path: Path) -> None:
    late = HERE.parent / "examples" / "broken" / "rules" / "LA113.mobility.yaml"
    (row,) = validate(tmp_path, str(late))[1]["findings"]
    assert "waivers: [{rule: LA113, all: true, reason: …, by: …, date: …}]" in row["fix"]


@pytest.mark.parametrize(
    ("config", "said"),
    [
        pytest.param("mobctl: config/1\n\tprofiles: []\n", "Tab", id="a tab"),
        pytest.param("", "empty", id="an empty file"),
        pytest.param("languages: [fr]\n", "first line: mobctl: config/1", id="a file that does not say what it is"),
        pytest.param(CONFIG + "profiles: [cti-enginering]\n", "cti-engineering", id="a profile that there is not"),
        pytest.param(CONFIG + "home: nowhere\n", "nowhere", id="a home that no file describes"),
        pytest.param(CONFIG + "severities: {GEN104: info}\n", "GEN104", id="a code's form made milder"),
        pytest.param(CONFIG + "severities: {LA102X: info}\n", "LA102", id="a rule that there is not"),
        pytest.param(
            CONFIG + "house_rules: [{id: X-1, title: x, severity: info, schema: {pattern: '('}}]\n",
            "regular expression",
            id="a pattern that is none",
        ),
        pytest.param(
            CONFIG + "house_rules: [{id: LA001, title: x, severity: info, schema: {}}]\n",
            "house rule",
            id="a house rule with the code of one of ours",
        ),
        pytest.param(
            CONFIG + "house_rules: [{id: X-1, title: x, severity: info, schema: {}}, {id: X-1, title: y, severity: info, schema: {}}]\n",
            "X-1",
            id="two house rules of one code",
        ),
    ],
)  # fmt: skip
def test_a_configuration_with_a_mistake_stops_the_run(tmp_path: Path, config: str, said: str) -> None:
    write(tmp_path, **{"mobctl.yaml": config, "a.mobility.yaml": RECORD})
    for asked in ("a.mobility.yaml", "."):
        status, _, error = validate(tmp_path, asked)
        assert (status, "mobctl.yaml" in error, said in error) == (2, True, True), error


def test_what_cannot_be_opened_stops_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, **{"a.mobility.yaml": RECORD.replace("kind: studies", "kind: study")})
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    status, data, error = validate(tmp_path, ".", "b.mobility.yaml")
    assert (status, codes(data)) == (3, ["SHP104"])
    assert "gone.yaml" in error
    assert "a.mobility.yaml" in error, "the nearest name of what is missing"


def test_other_people_s_files_are_counted_and_left_alone(tmp_path: Path) -> None:
    write(
        tmp_path,
        **{
            "A.MOBILITY.YAML": RECORD,
            "docker-compose.yml": "services: &x\n  web: *x\n",
            "mkdocs.yml": "site_name: x\nplugins: !!python/name:x\n",
            "two.yaml": "a: 1\n---\nb: 2\n",
            "list.yaml": "- 1\n",
            "deployment.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nstatus: {}\nhost: x\n",
            "_config.yml": "title: x\nurl: https://x.example\nlanguages: [fr]\nprofiles: {}\nplugins: []\n",
            ".pre-commit-config.yaml": "repos: []\n",
            ".github/workflows/check.yml": "name: check\non: [push]\njobs: {}\n",
        },
    )
    (tmp_path / ".#a.yaml").symlink_to("me@here.1234")  # how Emacs marks a file that is open
    status, data, _ = validate(tmp_path, ".")
    assert (status, codes(data), data["summary"]["files"], data["summary"]["other_files"]) == (0, [], 1, 7)
    assert codes(validate(tmp_path, "docker-compose.yml")[1]) == ["YML105"]
    assert codes(validate(tmp_path, ".github/workflows/check.yml")[1]) == ["FIL106"], "it was named"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("mobctl: mobility/1\nid: *x\n", id="it says so"),
        pytest.param("mobtcl: mobility/1\nid: *x\n", id="it nearly says so"),
        pytest.param("learner: {name: *x}\nagreement: {}\n", id="it has two fields of ours"),
        pytest.param("id: x\nname: *x\ncountry: FR\ncity: x\n", id="it has nothing but fields of one kind"),
    ],
)
def test_a_file_of_ours_that_cannot_be_read_is_a_finding(tmp_path: Path, text: str) -> None:
    write(tmp_path, **{"a.yaml": text})
    status, data, _ = validate(tmp_path, ".")
    assert (status, codes(data)) == (1, ["YML105"])
    assert [row["code"] for row in data["not_checked"]] == ["*"], "silence about the rest is no approval"


def test_standard_input(tmp_path: Path) -> None:
    write(tmp_path, **{"mobctl.yaml": CONFIG + "severities: {LA109: warning}\n"})
    record = RECORD.replace("{id: b1, title: Informatique avancée, credits: 16}", "{id: b1, credits: 15}")
    status, data, _ = validate(tmp_path, "-", "--stdin-filename", "new.mobility.yaml", given=record.encode())
    found = {(row["file"], row["code"], row["severity"]) for row in data["findings"]}
    assert ("new.mobility.yaml", "LA109", "warning") in found, "judged by the school's configuration"
    assert status == 1
    assert codes(validate(tmp_path, "-", given=b"\xff\xfe")[1]) == ["FIL102"]


def test_json_is_utf_8_whatever_the_terminal(tmp_path: Path) -> None:
    write(tmp_path, **{"é.mobility.yaml": RECORD.replace("kind: studies", "kind: étude")})
    result = run(tmp_path, "validate", "--format", "json", ".", encoding="ascii")
    assert (result.returncode, json.loads(result.stdout)["findings"][0]["file"]) == (1, "é.mobility.yaml")


def test_text_fits_a_terminal_that_knows_no_accents(tmp_path: Path) -> None:
    write(tmp_path, **{"a.mobility.yaml": RECORD.replace("kind: studies", "kind: étude")})
    result = run(tmp_path, "validate", "--lang", "fr", ".", encoding="ascii")
    text = result.stdout.decode("ascii")
    assert 'x ligne 6   " etude " n\'est pas une valeur' in text
    assert "verifie" in text
    assert "regle" in text


def test_two_institutions_of_one_id(tmp_path: Path) -> None:
    school = "mobctl: institution/1\nid: polito\nname: Politecnico\ncountry: IT\n"
    write(tmp_path, **{"mobctl.yaml": CONFIG, "a.yaml": school, "b.yaml": school})
    status, data, _ = validate(tmp_path, ".")
    assert (status, codes(data)) == (1, ["GEN108", "GEN108"])


def test_references_to_files_that_are_not_there(tmp_path: Path) -> None:
    record = RECORD.replace(
        "home: {name: École de Valmont, country: FR, city: Valmont, schac: valmont.example, erasmus_code: F VALMONT99}",
        "home: {ref: gone}\nhost_companies: [{ref: nowhere}]",
    ).replace(
        "to: [{component: b2, credits: 14, status: recognised}]",
        "to: [{component: b2, credits: 14, status: recognised, grade: {value: 16, method: ects-distribution, tables: [x, y], date: 2026-03-10}}]",
    )
    write(tmp_path, **{"mobctl.yaml": CONFIG, "a.mobility.yaml": record})
    _, data, _ = validate(tmp_path, ".")
    assert sorted((row["code"], row["pointer"]) for row in data["findings"]) == [
        ("SHP109", "/home/ref"),
        ("SHP109", "/host_companies/0/ref"),
        ("SHP109", "/recognition/blocks/1/to/0/grade/tables/0"),
        ("SHP109", "/recognition/blocks/1/to/0/grade/tables/1"),
    ]
    assert {row["code"] for row in data["not_checked"]} == {
        "GEN103",
        "GEN105",
        "GEN106",
        "LA107",
        "PRT008",
        "PRT009",
        "TOR104",
        "TOR105",
    }


AGREEMENT = """\
mobctl: partner-agreement/1
id: valmont-polito-2024
kind: iia
parties: [{ref: valmont}, {ref: polito}]
exchanges: [{from: valmont, to: torino}]
"""
COHORT = """\
mobctl: cohort/1
id: info-2027
institution: valmont
programme: info
graduation_year: 2027
"""
TABLE = "mobctl: grading-table/1\nid: t\ninstitution: polito\nscale: it-30\ngrades: []\n"
VALMONT = "mobctl: institution/1\nid: valmont\nname: Valmont\ncountry: FR\nprogrammes: [{id: informatique}]\n"


def under(record: str, agreement: str) -> str:
    """The record under another agreement of the schools."""
    return re.sub(r"partner_agreement:\n(  .*\n)+", f"partner_agreement: {agreement}\n", record)


def test_each_kind_of_file_names_others(tmp_path: Path) -> None:
    """What is not there is said where it is named, with what was probably meant or else with what there is."""
    record = RECORD.replace("eqf: 7, isced_f", "cohort: info-2072, eqf: 7, isced_f")
    record = under(record, "{ref: valmont-polito-2042}")
    record = record.replace("learner:\n", "learner:\n  prior_mobilities: [{ref: 2024-0071}]\n")
    record = record.replace("results:\n", "results:\n  grading: {tables: [t-2025]}\n")
    files = {
        "a.mobility.yaml": record,
        "agreement.yaml": AGREEMENT,
        "cohort.yaml": COHORT,
        "table.yaml": TABLE,
    }
    write(tmp_path, **{"mobctl.yaml": CONFIG, "valmont.yaml": VALMONT, **files})
    _, data, _ = validate(tmp_path, ".")
    found = {(row["file"], row["line"], row["pointer"]): row["message"] for row in data["findings"]}
    assert {row["code"] for row in data["findings"]} == {"SHP109"}
    lines = {name: text.split("\n") for name, text in files.items()}
    assert {(file, pointer): said for (file, _, pointer), said in found.items()} == {
        ("a.mobility.yaml", "/partner_agreement/ref"): (
            "No file of the folder holds the partner agreement “valmont-polito-2042”."
            " Did you mean “valmont-polito-2024”?"
        ),
        ("a.mobility.yaml", "/learner/enrolment/cohort"): (
            "No file of the folder describes the cohort “info-2072”. Did you mean “info-2027”?"
        ),
        ("a.mobility.yaml", "/learner/prior_mobilities/0/ref"): (
            "No other record of the folder has the id “2024-0071”."
        ),
        ("a.mobility.yaml", "/results/grading/tables/0"): (
            "No file of the folder holds the grading table “t-2025”. Known here: “t”."
        ),
        ("agreement.yaml", "/parties/1/ref"): (
            "No file of the folder describes the institution “polito”. Known here: “valmont”."
        ),
        ("agreement.yaml", "/exchanges/0/to"): (
            "“torino” is not one of the parties of this agreement. Known here: “polito” and “valmont”."
        ),
        ("cohort.yaml", "/programme"): (
            "The file of “valmont” lists no programme “info”. Known here: “informatique”."
        ),
        ("table.yaml", "/institution"): (
            "No file of the folder describes the institution “polito”. Known here: “valmont”."
        ),
    }
    for file, line, pointer in found:
        name = next(key for key in reversed(pointer.split("/")) if not key.isdigit())
        assert f"{name}: " in lines[file][line - 1]


def test_a_record_sees_its_agreement_and_its_cohort(tmp_path: Path) -> None:
    record = RECORD.replace("eqf: 7, isced_f", "cohort: info-2027, eqf: 7, isced_f")
    record = under(record, "{ref: a-b}")
    agreement = """\
mobctl: partner-agreement/1
id: a-b
kind: iia
parties:
  - {name: École de Valmont, language: {code: fr, level: B2}, signatures: [{name: A, date: 2024-03-01}]}
  - {ref: polito, language: {code: it, level: B1}, transcript_weeks: 4, signatures: [{name: B, date: 2024-04-02}]}
covers: {from: 2024-09-01, to: 2029-08-31}
clauses: [reception]
"""
    polito = "mobctl: institution/1\nid: polito\nname: Politecnico di Torino\ncountry: IT\n"
    cohort = COHORT + "learners: [{id: '1'}, {id: '20250001', exemption: {reason: prior-experience}}]\n"
    write(
        tmp_path,
        **{
            "mobctl.yaml": CONFIG,
            "a.mobility.yaml": record,
            "b.yaml": agreement,
            "c.yaml": polito,
            "d.yaml": cohort,
        },
    )
    archive = store.load([tmp_path])
    models = engine.models(store.sheets(archive), store.shapes(), store.lists())
    index = engine.index(models)
    [mobility] = [model for model in models.values() if isinstance(model, Mobility)]
    found = index.partner_agreement(mobility)
    assert found
    assert found.language
    assert (found.language.code, found.transcript_weeks) == ("it", Decimal(4))
    assert found.clauses == ("reception",)
    assert [(each.role, each.name) for each in found.signatures] == [("home", "A"), ("host", "B")]
    member = index.member(mobility)
    assert member
    assert member.exemption
    assert (member.id, member.exemption.reason) == ("20250001", "prior-experience")
    assert Index().partner_agreement(mobility) is None
    assert Index().member(mobility) is None


def test_a_finding_names_what_it_has_to_do_with(tmp_path: Path) -> None:
    record = RECORD.replace("from: [r3]", "from: [r3, r1]")
    write(tmp_path, **{"a.mobility.yaml": record})
    _, data, _ = validate(tmp_path, ".")
    [row] = [row for row in data["findings"] if row["code"] == "REC101"]
    assert [(each["line"], each["pointer"]) for each in row["related"]] == [
        (row["line"] - 1, "/recognition/blocks/0")
    ]
    assert f"line {row['line'] - 1}: “r1” is used here too" in run(tmp_path, "validate", ".").stdout.decode()


def test_what_is_still_to_do(tmp_path: Path) -> None:
    before = RECORD.split("agreement:")[0].replace("status: recognised", "status: agreed")
    planned = before.replace("2025-09-15", "2027-09-15").replace("2026-01-30", "2028-01-30")
    write(tmp_path, **{"a.mobility.yaml": planned + "agreement: {signatures: []}\n"})
    _, data, _ = validate(tmp_path, ".")
    signatures = [row for row in data["todo"] if row["code"] in {"LA001", "LA009"}]
    assert [(row["code"], row["due"], row["by"]) for row in signatures] == [
        ("LA001", "2027-09-15", "learner"),
        ("LA009", "2027-09-15", "home"),
        ("LA009", "2027-09-15", "host"),
    ]
    assert data["findings"] == []


def test_an_institution_with_a_mistake_is_there_all_the_same(tmp_path: Path) -> None:
    record = RECORD.replace(
        "host: {name: Politecnico di Torino, country: IT, city: Torino, schac: polito.it, erasmus_code: I TORINO02}",
        "host: {ref: polito}",
    )
    school = "mobctl: institution/1\nid: polito\nname: Politecnico\ncountry: IT\n"
    write(
        tmp_path,
        **{"mobctl.yaml": CONFIG, "a.mobility.yaml": record, "polito.yaml": school + "ville: Turin\n"},
    )
    assert codes(validate(tmp_path, ".")[1]) == ["SHP101"]
    write(tmp_path, **{"polito.yaml": school.replace("id: polito", "id: politto")})
    [row] = validate(tmp_path, ".")[1]["findings"]
    assert (row["code"], row["message"].endswith("Did you mean “politto”?")) == ("SHP109", True)


@pytest.mark.parametrize("ending", [".yaml.txt", ".yml.txt", ".YAML.TXT"])
def test_a_record_that_windows_shows_as_yaml_is_named(tmp_path: Path, ending: str) -> None:
    write(
        tmp_path, **{"mobctl.yaml": CONFIG, f"2026/a.mobility{ending}": RECORD, "notes.yaml.txt": "Bonjour\n"}
    )
    status, data, said = validate(tmp_path)
    assert (status, data["summary"]["files"]) == (3, 1)
    named = (
        f"mobctl: “2026/a.mobility{ending}” is not read, because its name ends in .txt. Rename it to"
        f" “a.mobility{ending[:-4]}”. (Windows hides the .txt: in the Explorer, tick View, File name extensions.)"
    )
    assert said.splitlines() == [named]
    (tmp_path / "mobctl.yaml").unlink()
    assert validate(tmp_path)[::2] == (3, said), "it is the only file"
    assert validate(tmp_path, f"2026/a.mobility{ending}")[0] == 0, "it was named"
    assert f"Did you mean “2026/a.mobility{ending}”?" in validate(tmp_path, "2026/a.mobility.yaml")[2]


@pytest.mark.parametrize(
    ("old", "new", "said", "beside"),
    [
        pytest.param(
            "\nkind: studies",
            "\nkind: studies\nkind: research",
            "“kind” is written twice, in lines 6 and 7. Keep one of the two.",
            ["line 6: written first here"],
            id="in two lines",
        ),
        pytest.param(
            "credits: 10, grade: 27",
            "credits: 10, credits: 27",
            "“credits” is written twice in line 50. Keep one of the two.",
            [],
            id="in one line",
        ),
    ],
)
def test_a_field_twice(tmp_path: Path, old: str, new: str, said: str, beside: list[str]) -> None:
    write(tmp_path, **{"a.mobility.yaml": RECORD.replace(old, new)})
    _, data, _ = validate(tmp_path)
    [found] = data["findings"]
    assert found["message"] == said
    assert [f"line {each['line']}: {each['message']}" for each in found["related"]] == beside
    shown = run(tmp_path, "validate").stdout.decode()
    assert [line.strip() for line in shown.splitlines() if "written first" in line] == beside
