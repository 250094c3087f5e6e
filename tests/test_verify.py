"""`mobctl verify` where the look or the version is another one, and what the records say of a document."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import views
from agreements import EVERY
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from forgeries import another_digit, forged, on_page
from pikepdf import Pdf
from test_cli import HERE
from test_seal import attachments, with_attachments
from test_typefaces import BOLD, ITALIC, REGULAR, font

from mobctl import cli, press, publishing, render, seal, since, store, verifying
from mobctl.documents import KINDS, no_paper
from mobctl.documents.record import Record
from mobctl.opened import opened
from mobctl.render import FORMATS, Brand, Picture, compose
from mobctl.render.typefaces import Typefaces, face
from mobctl.store.file import read_bytes
from mobctl.subjects import records
from mobctl.verifying import Check, School, State
from mobctl.words import Words, words

EXAMPLES = HERE.parent / "examples"
ARMS = Picture(
    "svg", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
)
OTHER = Brand("#5a1230", {"logo": ARMS}, footer={"": "Public, UAI 0310000X"}, seal_area=False)
NEWER = {"mobctl": "99", "typst": "0.99"}


def with_fonts(brand: Brand) -> Brand:
    texts = tuple(face(style, font(style)) for style in (REGULAR, BOLD, ITALIC))
    return replace(brand, typefaces=Typefaces(texts, texts[1:2]))


def speech(spoken: Words) -> render.Speech:
    """Speak as the views of the tests are written."""
    return replace(press.speech(spoken), message=views.speech(spoken.lang).message)


@pytest.fixture
def as_the_tests_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "speech", speech)


def made(name: str, brand: Brand = OTHER) -> bytes:
    spoken = [speech(words(lang, store.lists())) for lang in ("fr", "en")]
    template = KINDS[EVERY[name]["kind"]].template_name
    return FORMATS["pdf"].write(
        compose(template, EVERY[name], speech=spoken[0], second=spoken[1], brand=brand)
    )


def page(raw: bytes, brand: Brand = render.PLAIN) -> Check:
    checks = verifying.verify(opened(raw, "a.pdf"), School(brand)).checks
    return next(each for each in checks if each.name == "page")


@pytest.mark.usefixtures("as_the_tests_speak")
@pytest.mark.parametrize("carried", [True, False])
@pytest.mark.parametrize("name", ["ordinary", "monster", "jury"])
def test_another_look_is_no_forgery(name: str, monkeypatch: pytest.MonkeyPatch, *, carried: bool) -> None:
    """Fonts, logo, footer and the place for a stamp change lines and pages: no forgery, nor proved to be none."""
    if not carried:
        monkeypatch.setattr(Brand, "carried", lambda _: {})
    raw = made(name, with_fonts(OTHER))
    assert page(raw, with_fonts(OTHER)).state is State.RIGHT
    found = page(raw)
    assert (found.state, "comes out otherwise here" in found.said.id) == (State.OPEN, True), found


def another_word(pdf: Pdf) -> None:
    """A word without figures is written backwards."""
    with on_page(pdf) as shown:
        at, font, text = next(
            (at, font, text) for at, font, text in shown.texts() if re.fullmatch(r"[A-Za-z]{6,}\s*", text)
        )
        shown.write(at, font, text.strip()[::-1] + text.strip()[-1])


@pytest.mark.usefixtures("as_the_tests_speak")
@pytest.mark.parametrize(
    ("look", "versions", "forge", "state", "says"),
    [
        (OTHER, None, None, State.RIGHT, "byte for byte"),
        (OTHER, NEWER, None, State.RIGHT, "byte for byte"),
        (render.PLAIN, None, None, State.OPEN, "as that was when the document was issued"),
        (render.PLAIN, NEWER, None, State.OPEN, "made with mobctl 0"),
        (OTHER, None, another_digit, State.WRONG, "where its values say"),
        (OTHER, NEWER, another_digit, State.WRONG, "where its values say"),
        (render.PLAIN, None, another_digit, State.WRONG, "where its values say"),
        (render.PLAIN, NEWER, another_digit, State.WRONG, "where its values say"),
        (render.PLAIN, None, another_word, State.WRONG, "where its values say"),
        (OTHER, NEWER, another_word, State.OPEN, "Another version may word that otherwise"),
    ],
)
def test_a_forgery_in_another_look_or_version(
    look: Brand,
    versions: Mapping[str, str] | None,
    forge: Any,
    state: State,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Brand, "carried", lambda _: {})
    raw = made("ordinary")
    raw = forged(raw, forge) if forge else raw
    if versions:
        monkeypatch.setattr(render, "_packages", lambda: versions)
    found = page(raw, look)
    assert (found.state, says in words("en", store.lists()).say(found.said)) == (state, True), found


# In a folder, and far from it


KEY = "school.key.pem"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The records of two schools, with arms, and a private key beside them."""
    home = tmp_path_factory.mktemp("home")
    private, public = seal.new_pair()
    (home / KEY).write_bytes(private)
    (home / KEY).chmod(0o600)
    (home / "school.pub.pem").write_bytes(public)
    for story in ("engineering", "group", "incoming"):
        shutil.copytree(EXAMPLES / story, home / story)
        config = home / story / "mobctl.yaml"
        more = r"\1  logo: arms.svg\n  footer: UAI 0310000X\n"
        text = re.sub("^(brand:.*\n)", more, config.read_text("utf-8"), flags=re.MULTILINE)
        config.write_text(text, encoding="utf-8")
        (home / story / "arms.svg").write_bytes(ARMS.data)
    return home


def sealed(home: Path, story: str, kind: str, out: Path) -> Path:
    order = ["render", kind, str(home / story), "--format", "pdf", "--lang", "en", "--as-of", "2026-11-24"]
    assert cli.run([*order, "--seal", str(home / KEY), "-o", str(out)]) == 0
    return next(out.glob("*.pdf"))


@pytest.fixture
def verify(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[Path, Path], dict[str, Any]]:
    def run(file: Path, where: Path) -> dict[str, Any]:
        monkeypatch.chdir(where)
        capsys.readouterr()
        cli.run(
            ["verify", str(file), "--format", "json", "--lang", "en", "--key", str(home / "school.pub.pem")]
        )
        data: dict[str, Any] = json.loads(capsys.readouterr().out)
        return {**data, **{each["name"]: (each["state"], each["message"]) for each in data["checks"]}}

    return run


def test_elsewhere_the_page_is_made_in_the_look_that_it_carries(
    home: Path, tmp_path: Path, verify: Any
) -> None:
    """Arms, colour and foot are in what was sealed: whoever has the key alone can tell, and finds a patch too."""
    file = sealed(home, "engineering", "mission-letter", tmp_path)
    assert verify(file, tmp_path)["state"] == "right"
    file.write_bytes(forged(file.read_bytes(), another_digit))
    assert verify(file, tmp_path)["state"] == "wrong"


def test_elsewhere_without_the_fonts_of_the_school(home: Path, tmp_path: Path, verify: Any) -> None:
    story = Path(shutil.copytree(home / "engineering", tmp_path / "records"))
    (story / "text.ttf").write_bytes(font(REGULAR))
    config = story / "mobctl.yaml"
    text = config.read_text("utf-8").replace("  logo:", "  fonts: {body: [text.ttf]}\n  logo:")
    config.write_text(text, encoding="utf-8")
    shutil.copy(home / KEY, tmp_path)
    file = sealed(tmp_path, "records", "mission-letter", tmp_path / "out")
    assert verify(file, story)["state"] == "right"
    data = verify(file, tmp_path)
    assert (data["state"], data["seal"][0]) == ("open", "right")
    assert "another look" in data["message"]


NAMED = "The record names it among the documents issued."


def changed(story: Path, folder: Path, change: tuple[str, str] | None) -> Path:
    """Copy a school's records; where something is to be changed, in all of them."""
    shutil.copytree(story, folder)
    for path in folder.rglob("*.yaml"):
        if change:
            path.write_text(path.read_text("utf-8").replace(*change), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("story", "kind", "change", "state", "says"),
    [
        ("engineering", "mission-letter", None, "right", NAMED),
        ("engineering", "mission-letter", ("LM-2026-02", "LM-2026-03"), "open", "does not name this document"),
        ("engineering", "mission-letter", ("id: brevigny", "id: elsewhere"), "open", "No record here has the id “brevigny”"),
        ("engineering", "host-file", None, "open", "are entered in no record"),
        ("group", "group-programme", None, "right", NAMED),
        ("group", "group-programme", ("GP-2027-01", "GP-2027-01, annulled: {date: 2026-11-22, reason: x}"), "wrong", "was annulled on 22 November 2026"),
        ("group", "group-programme", ("GP-2027-01", "GP-2027-01, replaced_by: GP-2027-02"), "wrong", "was replaced by GP-2027-02"),
    ],
)  # fmt: skip
def test_what_the_records_say(
    home: Path,
    tmp_path: Path,
    verify: Any,
    story: str,
    kind: str,
    change: tuple[str, str] | None,
    state: str,
    says: str,
) -> None:
    """Of letters to coordinators, and papers of a group, too."""
    file = sealed(home, story, kind, tmp_path / "out")
    folder = changed(home / story, tmp_path / "records", change)
    found = verify(file, folder)["register"]
    assert (found[0], says in found[1]) == (state, True), found


def test_only_the_records_are_read_that_it_names(
    home: Path, tmp_path: Path, verify: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, reader = list[str](), read_bytes

    def counted(name: str, raw: bytes, *, asked: bool) -> store.File:
        read.append(Path(name).name)
        return reader(name, raw, asked=asked)

    file = sealed(home, "engineering", "mission-letter", tmp_path)
    monkeypatch.setattr(store.archive, "read_bytes", counted)
    assert verify(file, home / "engineering" / "mobilities")["register"] == ("right", NAMED)
    assert not [name for name in read if name.endswith(".mobility.yaml")], "a letter is about no mobility"
    read.clear()
    file = sealed(home, "incoming", "transcript", tmp_path / "out")
    assert verify(file, home / "incoming")["register"] == ("right", NAMED)
    assert [name for name in read if name.endswith(".mobility.yaml")] == ["2025-1073.mobility.yaml"]


AS_ISSUED = "is genuine as it was issued on"
SAME = ("record", "right", "The record says the same today.")
UNKNOWN = "Whether the record still says the same is not known: "


@pytest.mark.parametrize(
    ("story", "kind", "change", "verdict", "check"),
    [
        ("incoming", "transcript", None, ("right", "is genuine: issued on 10 February 2026 to Lucía"), SAME),
        ("incoming", "transcript", ("grade: 11,", "grade: 19,"), ("open", AS_ISSUED), ("record", "open", "lines[4].grade (“19”; on the document “11”)")),
        ("incoming", "transcript", ("address: 2 place", "address: 3 place"), ("right", "is genuine: issued"), SAME),
        ("incoming", "transcript", ("RN-2026-0118", "RN-2"), ("right", "is genuine: issued"), ("register", "open", "does not name this document")),
        ("incoming", "transcript", ("  lines:\n", "  line:\n"), ("right", "is genuine: issued"), ("register", "open", "No record here has the id")),
        ("incoming", "transcript", ("id: rochevive\n", "id: elsewhere\n"), ("right", "is genuine: issued"), ("register", "open", UNKNOWN)),
        ("engineering", "mission-letter", ("recognise, liaise", "liaise"), ("open", AS_ISSUED), ("record", "open", "duties")),
        ("group", "group-programme", ("de 8 h à 15 h", "de 9 h à 15 h"), ("open", "not proved. The document has no electronic seal. The record says something else today: calendar"), ("record", "open", "calendar")),
    ],
)  # fmt: skip
def test_what_the_record_says_today(
    home: Path,
    tmp_path: Path,
    verify: Any,
    story: str,
    kind: str,
    change: tuple[str, str] | None,
    verdict: tuple[str, str],
    check: tuple[str, str, str],
) -> None:
    """What was issued stays genuine; that its record was changed since is said apart, and is no forgery."""
    file = sealed(home, story, kind, tmp_path / "out")
    folder = changed(home / story, tmp_path / "records", change)
    data = verify(file, folder)
    name, state, says = check
    assert (data["state"], verdict[1] in data["message"]) == (verdict[0], True), data["message"]
    assert (data[name][0], says in data[name][1]) == (state, True), data[name]
    assert ("record" in data) == (name == "record")


def test_time_alone_changes_no_document(tmp_path: Path) -> None:
    """Of all that the stories have, and of an agreement that was printed before all had signed."""
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    path = tmp_path / "examples" / "engineering" / "mobilities" / "2025-0107.mobility.yaml"
    paper = "documents:\n  - {kind: learning-agreement, reference: LA-1, issued: 2025-10-01, issuer: home, version: 1}\n"
    path.write_text(path.read_text("utf-8").replace("documents:\n", paper), encoding="utf-8")
    made, later = date(2026, 11, 24), date(2028, 2, 1)
    seen = set()
    for config in sorted(tmp_path.glob("*/*/mobctl.yaml")):
        [archive] = store.repositories(store.load([config.parent]))
        head = publishing.issuer(archive)
        for kind in KINDS.values():
            for _, record in records(archive, {}, kind.subject, made) if kind.paper is not no_paper else ():
                for part in publishing.parts(record, kind) if isinstance(record, Record) else ():
                    if not kind.lacking(part):
                        for each in (part, kind.unsigned(part)):
                            view = json.loads(render.canonical(publishing.view_of(each, kind, head)))
                            days = (date.fromisoformat(view["date"]), later)
                            assert since.changes(view, archive, kind, days) == (), (config, kind.name)
                            seen.add(kind.name)
    assert len(seen) > len(KINDS) / 2


# What comes from a forger's own hand


FORGER = "made up by a forger"


@pytest.mark.parametrize(
    ("values", "origin"),
    [
        ({"date": "2026-13-45"}, {}),
        ({"issuer": 5}, {}),
        ({"learner": []}, {}),
        ({"number": {"a": []}}, {}),
        ({"components": 3, "results": "x", "signatories": None}, {}),
        ({}, {"url": "https://forger.example/" + "x" * 9000}),
        ({}, {"template": "../../etc/passwd"}),
        ({}, {"languages": ["xx"]}),
        ({}, {"languages": []}),
        ({}, {"look": {"accent": "url(x)", "pictures": 5}}),
        ({}, {"packages": {"mobctl": "9" * 9000}}),
        ({}, {"packages": []}),
        ({}, {"more": 1}),
    ],
)
def test_what_a_forger_makes_up_is_said_in_a_sentence(
    home: Path, tmp_path: Path, values: dict[str, Any], origin: dict[str, Any]
) -> None:
    """Values, origin and seal that fit each other, by the forger's own key: no crash, and nothing genuine."""
    found = attachments(sealed(home, "engineering", "mission-letter", tmp_path).read_bytes())
    view = {**json.loads(found["document-view.json"]), **values}
    made_with = render.canonical({**json.loads(found["made-with.json"]), **origin})
    claims = replace(
        seal.read(found["seal.cose"]).claims, digest=render.fingerprint(view), made=seal.made_mark(made_with)
    )
    file = with_attachments(
        (next(tmp_path.glob("*.pdf"))).read_bytes(),
        {
            "document-view.json": render.canonical(view),
            "made-with.json": made_with,
            "seal.cose": seal.sign(claims, Ed25519PrivateKey.from_private_bytes(bytes(32))),
        },
    )
    assert verifying.verify(opened(file, FORGER), School()).state is not State.RIGHT


def test_a_seal_that_does_not_cover_the_look(home: Path, tmp_path: Path) -> None:
    """A line at the foot that the school never wrote, on a page that mobctl makes byte for byte."""
    file = sealed(home, "engineering", "mission-letter", tmp_path)
    found = attachments(file.read_bytes())
    key = seal.private_key((home / KEY).read_bytes(), "")
    raw = seal.sign(replace(seal.read(found["seal.cose"]).claims, made=""), key)
    page = compose(
        "mission-letter",
        json.loads(found["document-view.json"]),
        speech=press.speech(words("en", store.lists())),
        brand=Brand(footer={"": "All grades were doubled."}),
        seal=press.drawn(raw, ""),
    )
    school = School(keys={seal.key_id(key.public_key()): key.public_key()})
    verdict = verifying.verify(opened(FORMATS["pdf"].write(page), FORGER), school)
    assert verdict.state is not State.RIGHT
    assert {check.name: check.state for check in verdict.checks}["seal"] is State.RIGHT
