"""A language is one file: what a translator adds, what refuses it, and that nothing stays in English beside it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import catalogues
import pseudo
import pypdfium2
import pytest
from agreements import EVERY
from babel import Locale
from babel.messages.catalog import Catalog
from test_pdf import BRAND, MARGIN, boxes

from mobctl import press, store, words
from mobctl.documents import KINDS
from mobctl.finding import Label, Quoted, from_plain, say_n
from mobctl.render import FORMATS, Speech, compose

ROOT = Path(__file__).parents[1]
LANG = "de"
WORD = re.compile(r"[^\W\d_]+")
ENGLISH = re.compile("[aeiouy]", re.IGNORECASE)
"""What no word of the pseudo-language has: a vowel without a mark."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with one more file."""
    top = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "mobctl", top / "mobctl", ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    for name in ("schemas", "templates", "examples"):
        (top / name).symlink_to(ROOT / name)
    before = {path for path in top.rglob("*") if path.is_file()}
    added = pseudo.write(top / "mobctl" / "locale", LANG)
    assert {path for path in top.rglob("*") if path.is_file()} - before == {added}
    return top


@pytest.fixture(scope="module")
def run(folder: Path) -> Callable[..., str]:
    """Run mobctl there; as the language of the machine, or as asked for."""

    def run(*arguments: str, status: int = 0) -> str:
        env = {**os.environ, "PYTHONPATH": str(folder), "MOBCTL_LANG": LANG, "COLUMNS": "100"}
        done = subprocess.run(
            [sys.executable, "-m", "mobctl", *arguments],
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="module")
def speech(folder: Path) -> Iterator[words.Words]:
    patch = pytest.MonkeyPatch()
    patch.setattr(words, "catalogues", lambda: folder / "mobctl" / "locale")
    yield words.words(LANG, store.lists())
    patch.undo()


def english(text: str, known: frozenset[str] = frozenset()) -> list[str]:
    """List the words that are not of the pseudo-language, nor quoted, typed by the user, a code, or known."""
    bare = re.sub(r"`[^`]*`|“[^”]*”|https?://\S+|--?[a-z-]+|\S*[0-9_/]\S*|\[[^]]*\]", " ", text)
    found = WORD.findall(bare)
    return [
        word
        for word in found
        if word.isascii() and ENGLISH.search(word) and not word.isupper() and word not in known
    ]


def of_babel() -> frozenset[str]:
    """The names of months, countries and languages, which are real German."""
    german = Locale.parse(LANG)
    names = (
        *german.months["format"]["wide"].values(),
        *german.territories.values(),
        *german.languages.values(),
    )
    return frozenset(WORD.findall(" ".join(names))) | {"und"}


def test_english_is_found() -> None:
    assert english("Thé record “is” `not` välîd, LA102 --lang") == ["record"]
    assert pseudo.pseudo("The {n} rules of `mobctl`.") == "Thé {n} rülés öf `mobctl` ööö."


NAMES = frozenset(
    [
        "mobctl",
        "validate",
        "todo",
        "render",
        "verify",
        "documents",
        "explain",
        "import",
        "rules",
        "schema",
        "fmt",
        "migrate",
        "baseline",
        "doctor",
        "institutions",
        "keys",
        "new",
        "find",
        "auto",
        "text",
        "error",
        "id",
        "kind",
        "number",
        "lang",
        "year",
    ]
)
"""Commands and values of options."""


@pytest.mark.parametrize("command", ["", "render"])
def test_help(run: Callable[..., str], command: str) -> None:
    prose = [line for line in run(*command.split(), "--help").splitlines() if line.startswith("  ")]
    assert len(prose) > 3
    assert [
        line
        for line in prose
        if english(re.sub(r"^  +-\S*( [A-Z|a-z…]+)?(?=  |$)|[A-Z]{3,}…*", "", line), NAMES)
    ] == []


def test_validate(run: Callable[..., str]) -> None:
    found = json.loads(run("validate", "--format", "json", "examples/broken", status=1))
    assert found["lang"] == LANG
    said = {text for each in found["findings"] for text in (each["message"], each["fix"]) if text}
    said |= {related["message"] for each in found["findings"] for related in each["related"]}
    said |= {each["why"] for each in found["not_checked"]}
    assert len(said) > 100
    files = (ROOT / "examples" / "broken").rglob("*.yaml")
    values = "\n".join(
        re.sub(r"(^|\s)#.*", "", path.read_text(encoding="utf-8", errors="replace")) for path in files
    )
    known = frozenset(WORD.findall(f"{values} {' '.join(CODES)} yaml force")) | of_babel() | NAMES
    assert {text: left for text in said if (left := english(text, known))} == {}


def test_the_other_commands(run: Callable[..., str]) -> None:
    """Of those that only say what is ours: no piece of an English message is left."""
    said = "\n".join(
        [
            run("documents"),
            run("rules"),
            run("rules", "--profiles"),
            run("todo", "examples/social-work", "--as-of", "2026-11-30"),
            run("doctor", "examples/engineering"),
        ]
    )
    assert len(said) > 10_000
    for message in catalogues.extract(LANG):
        for id in (message.id,) if isinstance(message.id, str) else message.id:
            pieces = [
                piece for piece in pseudo.KEPT.split(id) if ENGLISH.search(piece) and len(piece.split()) > 2
            ]
            assert [piece for piece in pieces if piece.strip() in said] == []


def test_codes_dates_numbers_and_quotes(speech: words.Words) -> None:
    assert speech.show(Label("tables", "studied")) == pseudo.pseudo("table A (studied)")
    assert speech.show(Label("countries", "IT")) == "Italien"
    assert speech.show(Label("languages", "fr")) == "Französisch"
    assert speech.show(Quoted("x")) == "“x”"
    assert speech.show(date(2026, 6, 1)) == f"1 {pseudo.pseudo('June')} 2026"
    assert speech.show(Decimal("7.5")) == "7.5", "a pattern of the catalogue, here without letters"
    one, many = (speech.say(say_n("{n} error", "{n} errors", n)) for n in (1, 2))
    assert one == pseudo.pseudo("{n} error").replace("{n}", "1")
    assert many == pseudo.pseudo("{n} errors").replace("{n}", "2")


def of_documents(speech: words.Words) -> Speech:
    """Say the messages of the views too that have none of what is left out where nothing is to say."""
    whole = {"plural": "", "literal": False}

    def message(data: Any) -> str:
        return speech.show(from_plain({**whole, **data} if isinstance(data, dict) and "id" in data else data))

    return replace(press.speech(speech), message=message)


class Page(HTMLParser):
    """The texts of a page, and the words of its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.lang, self.silent = "", False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent = tag == "style"
        self.texts += [value or "" for name, value in attrs if name in {"alt", "aria-label"}]
        self.lang = dict(attrs).get("lang") or self.lang if tag == "html" else self.lang

    def handle_endtag(self, _tag: str) -> None:
        self.silent = False

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.texts.append(data)


def values(node: Any) -> Iterator[str]:
    """Yield what a record says in a view: of a message, its arguments, and its words where only the tests have it."""
    if isinstance(node, Mapping):
        of_message = {"id", "args"} <= node.keys()
        if of_message and node["id"] not in MESSAGES:
            yield node["id"]
        for each in (node["args"],) if of_message else node.values():
            yield from values(each)
    elif isinstance(node, list | tuple):
        for each in node:
            yield from values(each)
    elif isinstance(node, str):
        yield node


OTHERS = {"countries", "languages", "scales", "isced-f"}
CODES = {code for name, known in store.lists().items() if name not in OTHERS for code in known.codes}
MESSAGES = {
    message.id if isinstance(message.id, str) else message.id[0]
    for message in catalogues.extract()
    if message.id
}
"""What there is to translate; titles of texts stay in the language of whoever published them."""


@pytest.mark.parametrize("name", EVERY)
def test_documents(name: str, speech: words.Words) -> None:
    view = EVERY[name]
    tree = compose(KINDS[view["kind"]].template_name, view, speech=of_documents(speech))
    page = Page(FORMATS["html"].write(tree).decode())
    assert page.lang == LANG
    assert len(page.texts) > 20
    known = {word for value in values(view) if value not in CODES for word in WORD.findall(value)}
    known |= of_babel()
    left = {
        text: words
        for text in page.texts
        if (words := english(text, frozenset(known))) and not text.isupper()
    }
    assert left == {}


@pytest.mark.parametrize(
    "name",
    [
        "transcript",
        "agreement",
        "ordinary",
        "amendment-draft",
        "supplement",
        "letter-reminder",
        "tac",
        "monster",
    ],
)
def test_words_a_third_longer_stay_on_the_page(name: str, speech: words.Words) -> None:
    view = EVERY[name]
    made = compose(KINDS[view["kind"]].template_name, view, speech=of_documents(speech), brand=BRAND)
    file = pypdfium2.PdfDocument(FORMATS["pdf"].write(made))
    assert len(file) <= (12 if name == "monster" else 3)
    for page in file:
        width, height = page.get_size()
        for character, (left, bottom, right, top) in boxes(page):
            assert left >= MARGIN - 2 and right <= width - MARGIN + 1, character  # noqa: PT018
            assert bottom > 0 and top < height, character  # noqa: PT018
    file.close()


def test_a_pdf_by_the_command(run: Callable[..., str], tmp_path: Path) -> None:
    record = "examples/social-work/mobilities"
    run("render", "recognition-report", record, "--lang", LANG, "-o", str(tmp_path), "--draft")
    [path] = tmp_path.glob("*.pdf")
    file = pypdfium2.PdfDocument(path)
    assert pseudo.pseudo("Recognition report") in file[0].get_textpage().get_text_range()
    file.close()


# What a catalogue may not be

HEADER = """
msgid ""
msgstr ""
"Language: {lang}\\n"
"Plural-Forms: nplurals={n}; plural={rule};\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"""


def english_catalogue() -> Catalog:
    wanted = Catalog()
    wanted.add("Hello {name}, {day}.")
    wanted.add(("{n} error in {file}", "{n} errors in {file}"))
    wanted.add("like `a: {}`")
    wanted.add("Seal", context="papers")
    return wanted


GOOD = {
    "greeting": 'msgid "Hello {name}, {day}."\nmsgstr "{day}: Guten Tag, {name}."\n',
    "count": (
        'msgid "{n} error in {file}"\nmsgid_plural "{n} errors in {file}"\n'
        'msgstr[0] "ein Fehler in {file}"\nmsgstr[1] "{n} Fehler in {file}"\n'
    ),
    "braces": 'msgid "like `a: {}`"\nmsgstr "wie `a: {}`"\n',
    "context": 'msgctxt "papers"\nmsgid "Seal"\nmsgstr "Siegel"\n',
}


def judged(
    tmp_path: Path,
    changed: Mapping[str, str] | None = None,
    *,
    lang: str = LANG,
    n: int = 2,
    rule: str = "(n != 1)",
) -> list[str]:
    path = tmp_path / f"{lang}.po"
    text = HEADER.format(lang=lang, n=n, rule=rule) + "\n" + "\n".join({**GOOD, **(changed or {})}.values())
    path.write_text(text, encoding="utf-8")
    return catalogues.faults(english_catalogue(), catalogues.load(path))


def test_a_whole_catalogue_has_no_fault(tmp_path: Path) -> None:
    assert judged(tmp_path) == []


@pytest.mark.parametrize(
    ("entry", "old", "new", "fault"),
    [
        ("greeting", GOOD["greeting"], "", "missing"),
        ("greeting", '"{day}: Guten Tag, {name}."', '""', "missing"),
        ("greeting", '"{day}: Guten Tag, {name}."', '"  "', "missing"),
        ("greeting", "msgid", "#, fuzzy\nmsgid", "fuzzy"),
        ("greeting", "Tag, {name}", "Tag, {nane}", "not in the English (nane)"),
        ("greeting", "Tag, {name}", "Tag, {Name}", "left out (name)"),
        ("greeting", "Tag, {name}", "Tag, {name:>9}", "left out (name)"),
        ("greeting", "Tag, {name}", "Tag, {{name}}", "braces"),
        ("greeting", "Tag, {name}", "Tag, { name }", "left out (name)"),
        ("greeting", "Tag, {name}", "Tag, %s", "left out (name)"),
        ("greeting", "{day}: ", "", "left out (day)"),
        ("greeting", "{day}: Guten", " {day}: Guten", "blanks"),
        ("greeting", '{name}."', '{name}.\\n"', "blanks"),
        ("greeting", "Tag", "T\u202eag", "U+202E"),
        ("greeting", "Tag", "`Tag`", "backquotes"),
        ("count", 'msgstr[1] "{n} Fehler in {file}"', 'msgstr[1] ""', "missing"),
        ("count", '\nmsgstr[1] "{n} Fehler in {file}"', "", "missing"),
        ("count", "{n} Fehler in {file}", "{n} Fehler", "left out (file)"),
        ("count", "{n} Fehler in {file}", "{m} Fehler in {file}", "not in the English (m)"),
        ("braces", "wie `a: {}`", "wie `a: `", "braces"),
        ("context", GOOD["context"], GOOD["context"].replace('msgctxt "papers"\n', ""), "missing"),
    ],
)  # fmt: skip
def test_a_fault_of_a_catalogue_is_named(tmp_path: Path, entry: str, old: str, new: str, fault: str) -> None:
    assert old in GOOD[entry]
    found = judged(tmp_path, {entry: GOOD[entry].replace(old, new)})
    assert any(fault in each for each in found), found


def test_a_language_has_its_own_number_of_forms(tmp_path: Path) -> None:
    rule = "(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2)"
    assert any("missing" in each for each in judged(tmp_path, lang="pl", n=3, rule=rule))
    three = GOOD["count"] + 'msgstr[2] "{n} w {file}"\n'
    assert judged(tmp_path, lang="pl", n=3, rule=rule, changed={"count": three}) == []
    with pytest.raises(SystemExit, match=r"de\.po: .*more translations"):
        judged(tmp_path, {"count": three})


def test_what_is_no_longer_used_is_named(tmp_path: Path) -> None:
    assert "no longer used: 'Bye'" in judged(tmp_path, {"more": 'msgid "Bye"\nmsgstr "Ade"\n'})


def test_ci_judges_every_catalogue_that_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in catalogues.LOCALE.glob("*.po"):
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(catalogues, "LOCALE", tmp_path)
    assert catalogues.main(["--check"]) == 0
    made = catalogues.begin(LANG)
    assert made == tmp_path / f"{LANG}.po"
    assert catalogues.main(["--check"]) == 1
    said = capsys.readouterr().err
    assert said.count("de.po: missing") == len(catalogues.extract(LANG))
    pseudo.write(tmp_path, LANG)
    assert catalogues.main(["--check"]) == 0


def test_the_check_is_part_of_ci() -> None:
    assert "python tests/catalogues.py --check" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
