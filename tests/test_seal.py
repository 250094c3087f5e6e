"""The electronic seal, and `mobctl verify`: what is genuine is told so, and every kind of forgery is found."""

from __future__ import annotations

import json
import os
import re
import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import browser
import cbor2
import pikepdf
import pypdfium2
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from test_cli import HERE, mobctl

from mobctl import cli, seal
from mobctl.errors import UserError

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
CLAIMS = seal.Claims(
    issuer="Université de Rochevive",
    number="RN-2026-0118",
    date="2026-02-10",
    kind="transcript",
    holder="Lucía Ferrándiz Olmo",
    total="30",
    digest="ab" * 32,
)
STORY = HERE.parent / "examples" / "incoming"
RECORD = "2025-1073"
ADDRESS = "https://rochevive.example/verify"


def remade(raw: bytes, *, protected: bytes | None = None, signature: bytes | None = None) -> bytes:
    """The same message with another head or signature."""
    head, unprotected, payload, signed = cbor2.loads(raw).value
    return cbor2.dumps(cbor2.CBORTag(18, [protected or head, unprotected, payload, signature or signed]))


def test_a_seal_says_what_was_sealed_and_is_made_alike_twice() -> None:
    raw = seal.sign(CLAIMS, KEY)
    assert raw == seal.sign(CLAIMS, KEY)
    found = seal.read(raw)
    assert found.claims == CLAIMS
    assert seal.holds(found, KEY.public_key())
    assert not seal.holds(found, OTHER.public_key())


def test_a_seal_is_a_cose_sign1_as_rfc_9052_has_it() -> None:
    message = cbor2.loads(seal.sign(CLAIMS, KEY))
    protected, unprotected, payload, signature = message.value
    assert message.tag == 18
    assert (cbor2.loads(protected)[1], unprotected) == (-19, {})
    # Checked by hand, not by our own function.
    KEY.public_key().verify(signature, cbor2.dumps(["Signature1", protected, b"", payload]))
    assert cbor2.loads(payload)[7] == b"RN-2026-0118"


@pytest.mark.parametrize("field", ["issuer", "number", "date", "kind", "holder", "total", "digest"])
def test_a_changed_claim_breaks_the_seal(field: str) -> None:
    other = {"date": "2026-02-11", "digest": "cd" * 32}.get(field, "other")
    signature = seal.read(seal.sign(CLAIMS, KEY)).signature
    found = seal.read(remade(seal.sign(replace(CLAIMS, **{field: other}), KEY), signature=signature))
    assert found.claims != CLAIMS
    assert not seal.holds(found, KEY.public_key())


def test_a_key_under_another_name_does_not_hold() -> None:
    named = remade(seal.sign(CLAIMS, KEY), protected=cbor2.dumps({1: -19, 4: bytes(8)}))
    signed = remade(named, signature=KEY.sign(seal.read(named).signed))
    assert not seal.holds(seal.read(signed), KEY.public_key())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"seal",
        cbor2.dumps(5),
        cbor2.dumps(cbor2.CBORTag(18, [b"", {}, b"", b""])),
        cbor2.dumps(cbor2.CBORTag(17, cbor2.loads(seal.sign(CLAIMS, KEY)).value)),
        seal.sign(CLAIMS, KEY)[:-9],
    ],
)
def test_what_is_no_seal(raw: bytes) -> None:
    with pytest.raises(seal.SealError):
        seal.read(raw)


# The examples of RFC 9285, section 4.3 and 4.4.
@pytest.mark.parametrize(
    ("plain", "coded"),
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")],
)
def test_base_45(plain: bytes, coded: str) -> None:
    assert seal.printed(plain, None) == f"MOB1:{coded}"
    assert seal.scanned(f"MOB1:{coded}\n") == plain


@pytest.mark.parametrize(
    "text", ["MOB1:GGW", "MOB1:::", "MOB1:A", "MOB1:AB!", "MOB1:ZZ", "https://a.example/#", "RN-1", "HC1:BB8"]
)
def test_no_text_of_a_seal(text: str) -> None:
    with pytest.raises(seal.SealError):
        seal.scanned(text)


@pytest.mark.parametrize("address", [None, ADDRESS])
def test_the_code_is_read_back_from_its_picture(address: str | None) -> None:
    raw = seal.sign(CLAIMS, KEY)
    text = seal.printed(raw, address)
    assert seal.scanned(text) == raw
    assert seal.qr(text) == seal.qr(text)


@pytest.mark.parametrize("data", [b"", b"-----BEGIN PRIVATE KEY-----", b"\xff\xfe"])
def test_no_key(data: bytes) -> None:
    for read in (seal.private_key, seal.public_key):
        with pytest.raises(UserError):
            read(data, "a.pem")


# Documents


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A records repository with a public key, and its sealed transcript in two languages; the private key beside it."""
    home = tmp_path_factory.mktemp("home")
    records = home / "records"
    shutil.copytree(STORY, records)
    private, public = seal.new_pair()
    (home / "school.key.pem").write_bytes(private)
    (home / "school.key.pem").chmod(0o600)
    (records / "keys").mkdir()
    (records / "keys" / "school.pub.pem").write_bytes(public)
    with (records / "mobctl.yaml").open("a", encoding="utf-8") as config:
        config.write(f"seal: {{url: {ADDRESS}, keys: [keys/school.pub.pem]}}\n")
    made = mobctl(
        "render", "transcript", f"mobilities/{RECORD}.mobility.yaml", "--seal", str(home / "school.key.pem"),
        "-o", "out", "--lang", "fr+en", "--as-of", "2026-11-24", "--format", "pdf", "--format", "html", "--format", "md",
        cwd=records,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return records


@pytest.fixture
def document(folder: Path) -> bytes:
    return (folder / "out" / f"{RECORD}.transcript.fr+en.pdf").read_bytes()


def verdict(file: Path, cwd: Path, *arguments: str) -> dict[str, Any]:
    result = mobctl("verify", file.as_posix(), "--format", "json", "--lang", "en", *arguments, cwd=cwd)
    data: dict[str, Any] = json.loads(result.stdout)
    assert result.returncode == (0 if data["state"] == "right" else 1)
    return data


def states(data: dict[str, Any]) -> dict[str, str]:
    return {check["name"]: check["state"] for check in data["checks"]}


def test_a_genuine_document_in_the_records_folder(folder: Path, document: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(document)
    data = verdict(tmp_path / "a.pdf", folder)
    assert states(data) == {
        "values": "right",
        "seal": "right",
        "page": "right",
        "register": "right",
        "record": "right",
    }
    assert re.search(r"is genuine: issued on 10 February 2026 to Lucía .*, sealed by Univ", data["message"])
    assert data["seal"]["total"] == "30"


def test_the_verdict_keeps_its_contract(folder: Path, document: bytes, tmp_path: Path) -> None:
    schemas = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in (HERE.parent / "schemas" / "output").glob("*.json")
    ]
    registry: Registry[Any] = Registry().with_resources(
        (each["$id"], Resource.from_contents(each)) for each in schemas
    )
    [schema] = [each for each in schemas if each["$id"] == "verdict.schema.json"]
    (tmp_path / "a.pdf").write_bytes(document)
    (tmp_path / "b.pdf").write_bytes(with_attachments(document, {"seal.cose": None}))
    for name in ("a.pdf", "b.pdf"):
        Draft202012Validator(schema, registry=registry).validate(verdict(tmp_path / name, folder))


def test_a_genuine_document_elsewhere(folder: Path, document: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(document)
    data = verdict(tmp_path / "a.pdf", tmp_path)
    assert (data["state"], states(data)["seal"]) == ("open", "open"), "nobody knows the key"
    data = verdict(tmp_path / "a.pdf", tmp_path, "--key", str(folder / "keys" / "school.pub.pem"))
    assert states(data) == {"values": "right", "seal": "right", "page": "right"}


def attachments(raw: bytes) -> dict[str, bytes]:
    pdf = pypdfium2.PdfDocument(raw)
    found = [pdf.get_attachment(number) for number in range(pdf.count_attachments())]
    return {each.get_name(): bytes(each.get_data()) for each in found}


def with_attachments(raw: bytes, changed: dict[str, bytes | None]) -> bytes:
    """The same pages with other attachments; None takes one out."""
    out = BytesIO()
    with pikepdf.open(BytesIO(raw)) as pdf:
        for name, data in changed.items():
            del pdf.attachments[name]
            if data is not None:
                pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data, filename=name)
        pdf.save(out)
    return out.getvalue()


def other_grade(folder: Path, tmp_path: Path, key: Path | None) -> bytes:
    """The transcript of a record in which a grade was raised."""
    copy = tmp_path / "forged"
    shutil.copytree(folder, copy)
    path = copy / "mobilities" / f"{RECORD}.mobility.yaml"
    text = path.read_text(encoding="utf-8")
    forged = re.sub(r'grade: "?11"?', 'grade: "19"', text, count=1)
    assert forged != text
    path.write_text(re.sub("view_sha256: .*\n", "\n", forged), encoding="utf-8")
    arguments = ["--seal", str(key)] if key else []
    made = mobctl(
        "render",
        "transcript",
        path.as_posix(),
        "-o",
        "new",
        "--lang",
        "fr+en",
        "--as-of",
        "2026-11-24",
        *arguments,
        cwd=copy,
    )
    assert made.returncode == 0, made.stderr
    return (copy / "new" / f"{RECORD}.transcript.fr+en.pdf").read_bytes()


def test_a_forged_grade_beside_genuine_attachments(folder: Path, document: bytes, tmp_path: Path) -> None:
    """The page says 19, values and seal are those that the school made."""
    private, _ = seal.new_pair()
    key = tmp_path / "forger.key.pem"
    key.write_bytes(private)
    key.chmod(0o600)
    page = other_grade(folder, tmp_path, key)
    genuine = attachments(document)
    (tmp_path / "a.pdf").write_bytes(with_attachments(page, dict(genuine)))
    data = verdict(tmp_path / "a.pdf", folder)
    assert states(data) == {
        "values": "right",
        "seal": "right",
        "page": "wrong",
        "register": "right",
        "record": "right",
    }
    assert re.search(r"On page 1 the document says “19.*”, where its values say “11.*”", data["message"])


def test_a_patch_over_the_page(folder: Path, document: bytes, tmp_path: Path) -> None:
    """A white box and another grade, painted by a program for PDF: the text of the page is more than it was."""
    out = BytesIO()
    with pikepdf.open(BytesIO(document)) as pdf:
        page = pdf.pages[0]
        page.contents_add(b"q 1 1 1 rg 300 400 60 20 re f Q", prepend=False)
        pdf.save(out)
    (tmp_path / "a.pdf").write_bytes(out.getvalue())
    data = verdict(tmp_path / "a.pdf", folder)
    assert states(data)["page"] == "wrong"
    assert "something was added or changed" in data["message"]


def test_another_version_is_no_way_round(folder: Path, document: bytes, tmp_path: Path) -> None:
    """The page is painted over, and the file says that another mobctl made it, whose bytes are not compared."""
    made = json.loads(attachments(document)["made-with.json"])
    made["packages"]["mobctl"] = "0.0.1"
    other = json.dumps(made, separators=(",", ":"), sort_keys=True).encode()
    (tmp_path / "a.pdf").write_bytes(with_attachments(document, {"made-with.json": other}))
    data = verdict(tmp_path / "a.pdf", folder)
    assert (data["state"], states(data)["page"]) == ("wrong", "wrong")
    assert "made with something else than what was sealed" in data["message"]


HOSTILE: dict[str, tuple[dict[str, bytes | None], str]] = {
    "a view nested without end": ({"document-view.json": b"[" * 200_000}, "carries no values"),
    "a number that is none": ({"document-view.json": b'{"kind":NaN}'}, "carries no values"),
    "a number without end": ({"document-view.json": b'{"kind":' + b"9" * 4000 + b"}"}, "carries no values"),
    "half a character": ({"document-view.json": b'{"kind":"\\ud800"}'}, "carries no values"),
    "an origin nested without end": (
        {"made-with.json": b"[" * 200_000},
        "something else than what was sealed",
    ),
    "a seal nested without end": ({"seal.cose": b"\x81" * 200_000}, "The seal is damaged"),
    "a seal longer than memory": ({"seal.cose": b"\x9b" + b"\x7f" * 8}, "The seal is damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_attachments(
    folder: Path,
    document: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    changed, says = HOSTILE[name]
    (tmp_path / "a.pdf").write_bytes(with_attachments(document, changed))
    monkeypatch.chdir(folder)
    assert cli.run(["verify", str(tmp_path / "a.pdf"), "--lang", "en"]) == 1
    assert says in capsys.readouterr().out


def locked(_raw: bytes) -> bytes:
    out = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


def bomb(_raw: bytes) -> bytes:
    return b"%PDF-1.7\nstream\n" + zlib.compress(bytes(70 * 1024 * 1024), 1)


@pytest.mark.parametrize(
    ("made", "says"),
    [
        pytest.param(lambda _: b"", "is no PDF", id="empty"),
        pytest.param(
            lambda _: b"<!doctype html><p>", "by its PDF, or by the text of its QR code", id="a page"
        ),
        pytest.param(lambda raw: raw[: len(raw) // 2], "or a damaged one", id="half"),
        pytest.param(locked, "protected by a password", id="locked"),
        pytest.param(bomb, "unpacks to more than", id="a bomb"),
    ],
)
def test_files_that_are_not_opened(
    document: bytes,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    made: Callable[[bytes], bytes],
    says: str,
) -> None:
    (tmp_path / "a.pdf").write_bytes(made(document))
    assert cli.run(["verify", str(tmp_path / "a.pdf"), "--lang", "en"]) == 1
    assert says in capsys.readouterr().err


def test_a_link_to_a_key_in_a_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "records" / ".git").mkdir(parents=True)
    key = tmp_path / "records" / "a.key.pem"
    key.write_bytes(seal.new_pair()[0])
    key.chmod(0o600)
    (tmp_path / "link.pem").symlink_to(key)
    assert (
        cli.run(["render", "transcript", "--sample", "--seal", str(tmp_path / "link.pem"), "--lang", "en"])
        == 2
    )
    assert "must not lie in" in capsys.readouterr().err


def changed_values(genuine: dict[str, bytes]) -> dict[str, bytes | None]:
    view = json.loads(genuine["document-view.json"])
    view["learner"]["name"]["family"] = "Forger"
    return {
        "document-view.json": json.dumps(
            view, separators=(",", ":"), sort_keys=True, ensure_ascii=False
        ).encode()
    }


@pytest.mark.parametrize(
    ("change", "wrong", "says"),
    [
        pytest.param(changed_values, "seal", "The seal is of other values", id="other values"),
        pytest.param(lambda _: {"document-view.json": None}, "values", "carries no values of mobctl", id="no values"),
        pytest.param(lambda _: {"made-with.json": None}, "page", "does not say what it was made with", id="no origin"),
        pytest.param(lambda _: {"made-with.json": b"[]"}, "page", "something else than what was sealed", id="a false origin"),
        pytest.param(lambda _: {"seal.cose": b"seal"}, "seal", "The seal is damaged", id="a damaged seal"),
        pytest.param(
            lambda found: {"document-view.json": found["document-view.json"] + b"\n"},
            "values", "they were changed", id="values that mobctl does not write so",
        ),
        pytest.param(
            lambda found: {"seal.cose": seal.sign(replace(seal.read(found["seal.cose"]).claims, holder="Forger"), KEY)},
            "seal", "The seal is of another document", id="the seal of another holder",
        ),
    ],
)  # fmt: skip
def test_other_attachments(
    folder: Path,
    document: bytes,
    tmp_path: Path,
    change: Callable[[dict[str, bytes]], dict[str, bytes | None]],
    wrong: str,
    says: str,
) -> None:
    (tmp_path / "a.pdf").write_bytes(with_attachments(document, change(attachments(document))))
    data = verdict(tmp_path / "a.pdf", folder)
    assert data["state"] == "wrong"
    assert states(data)[wrong] == "wrong"
    assert says in data["message"]


def test_a_seal_by_a_forger_under_the_schools_key_id(folder: Path, document: bytes, tmp_path: Path) -> None:
    genuine = attachments(document)["seal.cose"]
    signature = OTHER.sign(seal.read(genuine).signed)
    forged = with_attachments(document, {"seal.cose": remade(genuine, signature=signature)})
    (tmp_path / "a.pdf").write_bytes(forged)
    data = verdict(tmp_path / "a.pdf", folder)
    assert states(data)["seal"] == "wrong"
    assert "not made with the key that it names" in data["message"]


def test_a_document_without_a_seal(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(other_grade(folder, tmp_path, None))
    data = verdict(tmp_path / "a.pdf", tmp_path)
    assert (data["state"], states(data)["seal"], states(data)["page"]) == ("open", "open", "right")


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        pytest.param(
            "annulled: {date: 2026-03-01, reason: wrong grade}", "was annulled on 1 March 2026", id="annulled"
        ),
        pytest.param("replaced_by: RN-2026-0300", "was replaced by RN-2026-0300", id="replaced"),
    ],
)
def test_what_the_records_say_today(
    folder: Path, document: bytes, tmp_path: Path, entry: str, says: str
) -> None:
    copy = tmp_path / "records"
    shutil.copytree(folder, copy)
    path = copy / "mobilities" / f"{RECORD}.mobility.yaml"
    text = path.read_text(encoding="utf-8")
    assert "reference: RN-2026-0118" in text
    path.write_text(
        text.replace("reference: RN-2026-0118", f"reference: RN-2026-0118\n    {entry}"), encoding="utf-8"
    )
    (tmp_path / "a.pdf").write_bytes(document)
    data = verdict(tmp_path / "a.pdf", copy)
    assert states(data)["register"] == "wrong", (data, path.read_text(encoding="utf-8")[-900:])
    assert says in data["message"]


def test_the_printed_code(folder: Path, document: bytes) -> None:
    """The code is read from the page as a scanner of 150 dpi sees it, and is the seal that is embedded."""
    pdf = pypdfium2.PdfDocument(document)
    codes = [code for page in pdf for code in zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil())]
    [text] = [code.text for code in codes]
    assert text.startswith(f"{ADDRESS}#")
    assert seal.scanned(text) == attachments(document)["seal.cose"]
    result = mobctl("verify", text, "--lang", "en", cwd=folder)
    assert result.returncode == 0
    assert "The seal is genuine: " in result.stdout


def test_other_formats_say_that_there_is_a_seal(folder: Path) -> None:
    html = (folder / "out" / f"{RECORD}.transcript.fr+en.html").read_text(encoding="utf-8")
    text = (folder / "out" / f"{RECORD}.transcript.fr+en.md").read_text(encoding="utf-8")
    assert 'class="electronic-seal"' in html
    assert "Sceau électronique" in html
    assert "Sceau électronique" in text


def test_a_draft_is_not_sealed(folder: Path) -> None:
    result = mobctl(
        "render", "recognition-report", "mobilities/2025-0107.mobility.yaml", "--seal", str(folder.parent / "school.key.pem"),
        "-o", str(folder.parent / "drafts"), "--as-of", "2026-11-24", "--lang", "en", cwd=HERE.parent / "examples" / "engineering",
    )  # fmt: skip
    [made] = (folder.parent / "drafts").glob("*.pdf")
    assert ("it is not sealed: it is a draft" in result.stderr) == (
        "seal.cose" not in attachments(made.read_bytes())
    )


@pytest.mark.parametrize(
    ("named", "said"),
    [("school", 0), ("another", 1), (None, 1)],
)
def test_a_key_that_mobctl_yaml_does_not_name(
    folder: Path, tmp_path: Path, named: str | None, said: int
) -> None:
    """Said once, however many documents there are; nothing is kept from being sealed."""
    records = Path(shutil.copytree(folder, tmp_path / "records", ignore=shutil.ignore_patterns("out")))
    config = records / "mobctl.yaml"
    text = config.read_text(encoding="utf-8").replace(
        ", keys: [keys/school.pub.pem]", f", keys: [keys/{named}.pub.pem]" if named else ""
    )
    config.write_text(text, encoding="utf-8")
    (records / "keys" / "another.pub.pem").write_bytes(seal.new_pair()[1])
    order = [
        "render",
        "all",
        "--seal",
        str(folder.parent / "school.key.pem"),
        "-o",
        "out",
        "--lang",
        "en",
        "--format",
        "md",
    ]
    result = mobctl(*order, cwd=records)
    assert (result.returncode, result.stderr.count("is not among `seal: keys` of mobctl.yaml")) == (
        0,
        said,
    ), result.stderr
    assert ("keys/school.pub.pem" in result.stderr) == bool(said), result.stderr


# Keys


def test_new_keys(tmp_path: Path) -> None:
    result = mobctl("keys", "new", "valmont-2026", "-o", "secret", "--lang", "en", cwd=tmp_path)
    private, public = (tmp_path / line for line in result.stdout.splitlines())
    assert result.returncode == 0
    assert os.name != "posix" or (private.stat().st_mode & 0o777, private.parent.stat().st_mode & 0o777) == (
        0o600,
        0o700,
    )
    key = seal.private_key(private.read_bytes(), "")
    assert seal.key_id(key.public_key()) == seal.key_id(seal.public_key(public.read_bytes(), ""))
    again = mobctl("keys", "new", "valmont-2026", "-o", "secret", "--lang", "en", cwd=tmp_path)
    assert (again.returncode, "is there already" in again.stderr) == (2, True)


@pytest.mark.parametrize("mark", ["mobctl.yaml", ".git"])
def test_no_private_key_in_a_repository(tmp_path: Path, mark: str) -> None:
    (tmp_path / mark).write_text("mobctl: config/1\n", encoding="utf-8")
    result = mobctl("keys", "new", "a", "-o", "deep/er", "--lang", "en", cwd=tmp_path)
    assert result.returncode == 2
    assert "must not lie in" in result.stderr
    assert not list(tmp_path.glob("**/*.pem"))


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        pytest.param(["keys", "new", "../a"], 2, "is no name for a key", id="a name that is a path"),
        pytest.param(["verify"], 2, "Give a document to check", id="nothing to check"),
        pytest.param(["verify", "no.pdf"], 3, "cannot be opened", id="no such file"),
        pytest.param(["verify", "a.txt"], 1, "is no PDF", id="no PDF"),
        pytest.param(["verify", "a.txt", "--key", "a.txt"], 2, "is no public key", id="no key"),
        pytest.param(["verify", "MOB1:BB8"], 1, "no text of the code of a seal", id="no seal"),
        pytest.param(["verify", "--html", "v.html"], 2, "The page needs a key", id="a page without a key"),
        pytest.param(
            ["render", "transcript", "--seal", "a.txt"], 2, "is no private key", id="no private key"
        ),
        pytest.param(
            ["render", "transcript", "--seal", "open.pem"],
            2,
            "Others can read the private key",
            id="a key for all",
        ),
    ],
)
def test_refusals(tmp_path: Path, arguments: list[str], status: int, says: str) -> None:
    if "open.pem" in arguments and os.name != "posix":
        pytest.skip("permissions are those of POSIX")
    (tmp_path / "a.txt").write_text("no key", encoding="utf-8")
    (tmp_path / "open.pem").write_bytes(seal.new_pair()[0])
    (tmp_path / "open.pem").chmod(0o644)
    result = mobctl(*arguments, "--lang", "en", cwd=tmp_path)
    assert (result.returncode, says in result.stderr) == (status, True), result.stderr


# The page for a browser


ANSWERED = """new Promise((done) => {
    const look = () => document.getElementById("verdict").hidden ? setTimeout(look, 20) : done();
    look();
})"""


@pytest.fixture(scope="module")
def tab() -> Iterator[browser.Tab]:
    with browser.tab() as tab:
        yield tab


def seen(tab: browser.Tab, page: Path, fragment: str) -> str:
    """What a page shows once its scripts have run: opened from the disk, without a network."""
    tab.open(f"{page.as_uri()}{fragment}")
    tab.ask(ANSWERED)
    return str(tab.ask("document.documentElement.outerHTML"))


def payload(raw: bytes, changed: object) -> bytes:
    """The same message about something else."""
    head, unprotected, _, signed = cbor2.loads(raw).value
    return cbor2.dumps(cbor2.CBORTag(18, [head, unprotected, cbor2.dumps(changed), signed]))


CODES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "genuine": (lambda raw: raw, "right"),
    "another signature": (lambda raw: remade(raw, signature=bytes(64)), "wrong"),
    "a signature of other values": (lambda raw: remade(seal.sign(CLAIMS, KEY), signature=cbor2.loads(raw).value[3]), "open"),
    "an unknown key": (lambda raw: seal.sign(seal.read(raw).claims, KEY), "open"),
    "markup in a name": (lambda raw: seal.sign(replace(seal.read(raw).claims, holder="<img src=x onerror=document.title=1>"), KEY), "open"),
    "cut short": (lambda raw: raw[:-5], "wrong"),
    "more behind it": (lambda raw: raw + b"\0", "wrong"),
    "no claims": (lambda raw: payload(raw, 5), "wrong"),
    "no number": (lambda raw: payload(raw, {1: "Université", 6: 1}), "wrong"),
    "a day that is none": (lambda raw: payload(raw, {**cbor2.loads(cbor2.loads(raw).value[2]), 6: 2**60}), "wrong"),
    "more credits": (lambda raw: payload(raw, {**cbor2.loads(cbor2.loads(raw).value[2]), "total": "60"}), "wrong"),
    "no key": (lambda raw: remade(raw, protected=cbor2.dumps({1: -19})), "wrong"),
    "another algorithm": (lambda raw: remade(raw, protected=cbor2.dumps({1: -7, 4: bytes(8)})), "wrong"),
    "no algorithm": (lambda raw: remade(raw, protected=cbor2.dumps({})), "wrong"),
}  # fmt: skip


@pytest.mark.parametrize("kind", CODES)
def test_in_a_browser(folder: Path, document: bytes, tmp_path: Path, tab: browser.Tab, kind: str) -> None:
    """After a genuine code, so that nothing of it is left."""
    page = tmp_path / "verify.html"
    made = mobctl("verify", "--html", str(page), "--lang", "en", cwd=folder)
    assert made.returncode == 0, made.stderr
    raw = attachments(document)["seal.cose"]
    change, state = CODES[kind]
    texts = [seal.printed(each, ADDRESS).split("#")[1] for each in (raw, change(raw))]
    assert 'data-state="right"' in seen(tab, page, f"#{texts[0]}")
    tab.ask('document.getElementById("verdict").hidden = true')
    tab.ask(f'location.hash = "#{texts[1]}"')
    if texts[0] != texts[1]:
        tab.ask(ANSWERED)
    dom = str(tab.ask("document.documentElement.outerHTML"))
    claims = seal.read(raw).claims
    assert f'data-state="{state}"' in dom
    assert "<img" not in dom
    if state == "wrong" or kind == "genuine":
        assert (f"<dd>{claims.holder}</dd>" in dom, f"<dd>{claims.digest}</dd>" in dom) == (
            (state == "right",) * 2
        )


def test_the_page_fetches_nothing(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "verify.html"
    assert mobctl("verify", "--html", str(page), cwd=folder).returncode == 0
    text = page.read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert not re.search(r"(src|href)=|fetch\(|XMLHttpRequest|https?://", text)
