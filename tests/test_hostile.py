"""Hostile values appear as they are, or are refused by name: in every format, sentence, template of a school, and alternative text.

They never run, never make a mark or an element, leave the cells beside them where they are, and read no file.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import unescape
from io import BytesIO
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any

import browser
import catalogues
import pikepdf
import pypdfium2
import pytest
import transcripts
from hostile import HTML, JINJA, MARKDOWN, NAUGHTY, PLACEHOLDERS, REFUSED, TYPST, WRITTEN, naughty
from lxml import html as lxml_html
from test_markdown import RENDERER, structure

from mobctl import manifest, press, store, words
from mobctl.errors import ContentError
from mobctl.finding import Message, Quoted, Series
from mobctl.render import FORMATS, VIEW_FILE, Brand, Composed, Picture, check, compose
from mobctl.render.environment import JOB, Job, gettext, ngettext
from mobctl.render.tree import BLANKS, Element
from mobctl.reporters import visible

VIEW = transcripts.VIEWS["transcript"]
ARMS = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0H9V9H0Z"/></svg>'
BRAND = Brand(pictures={"logo": Picture("svg", ARMS)})
SPEECH = press.speech(words.words("en", store.lists()))
LANGUAGES = ("en", "fr", "es")


def view(values: Sequence[str]) -> dict[str, Any]:
    """A transcript with a line for each value, which is the title of a course and a note below it."""
    line = dict(VIEW["groups"][0]["lines"][0], others=[], date="", hours=None)
    lines = [
        {**line, "code": f"C-{number:03}", "title": {"text": value, "lang": "", "others": {}}, "note": value}
        for number, value in enumerate(values)
    ]
    return {**VIEW, "groups": [{"term": None, "lines": lines}]}


def transcript(values: Sequence[str]) -> Composed:
    return compose("transcript", view(values), speech=SPEECH, brand=BRAND)


def refusal(values: Sequence[str], of: Callable[[Composed], bytes] = FORMATS["html"].write) -> str:
    with pytest.raises(ContentError) as refused:
        of(transcript(values))
    return words.words("en", store.lists()).say(refused.value.args[0])


def unseen(value: str) -> bool:
    return any(check.refused(each) for each in value)


def drawable(value: str) -> bool:
    try:
        check.families(Element("p", {}, (value,)))
    except ContentError:
        return False
    return True


@lru_cache(maxsize=1)
def values() -> tuple[str, ...]:
    """All strings, ours and those of the list, that documents are made of."""
    candidates = dict.fromkeys((*WRITTEN, *naughty()))
    return tuple(value for value in candidates if value.strip() and not unseen(value) and not crowded(value))


def crowded(value: str) -> bool:
    try:
        check.characters(Element("p", {}, (value,)))
    except ContentError:
        return True
    return False


def flat(text: str) -> str:
    """Ordinary blanks and line ends are layout: a run of them is one, and there are none at the edges."""
    return BLANKS.sub(" ", text).strip()


# What is refused


@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_name_in_every_format(name: str) -> None:
    value, called = REFUSED[name]
    said = refusal([value])
    assert called in said
    assert len(said) < 500, "and the value is not printed on and on"
    assert not unseen(said.replace("\n", "")), "nor does it reach the terminal"


def test_of_the_list_only_what_cannot_be_seen_is_refused() -> None:
    if not NAUGHTY.is_file():
        pytest.skip("../shared/data/blns is not here")
    found = [value for value in naughty() if value.strip() and value not in values()]
    assert len(naughty()) > 500
    assert 15 < len(found) < 35
    for value in found:
        said = refusal([value])
        named = re.findall(r"U\+([0-9A-F]{4,6})", said)
        assert any(chr(int(code, 16)) in value for code in named) or "marks on one letter" in said, said


def test_a_pdf_says_which_letters_no_font_has() -> None:
    found = [value for value in values() if not drawable(value)]
    assert len(found) < 40
    for value in found[:12]:
        said = refusal([value], FORMATS["pdf"].write)
        assert "none of the installed fonts has" in said or "no font of mobctl has" in said
        assert "(Component)" in said


def test_marks_that_are_written_stay_on_their_letter() -> None:
    """Vietnamese, Hebrew with points and accents, Tibetan: what people write has fewer marks than what is refused."""
    for value in (
        "Nguyễn".encode().decode(),
        "ệ",
        unicodedata.normalize("NFD", "Tuyết ệ"),
        "בְּרֵאשִׁ֖ית",
        "བསྒྲུབས",
        "ก็่",
        "ā̱́",
        "👩🏽",
    ):
        check.characters(Element("p", {}, (value,)))


# HTML


def nodes(root: Any, path: str) -> list[Any]:
    found: list[Any] = root.xpath(path)
    return found


def rows(page: str) -> list[list[str]]:
    table = nodes(lxml_html.fromstring(page), "//table")[0]
    return [[cell.text_content() for cell in nodes(row, "td")] for row in nodes(table, ".//tbody/tr")]


def tags(page: str) -> list[tuple[str, ...]]:
    return [(str(each.tag), *sorted(map(str, each.attrib))) for each in lxml_html.fromstring(page).iter()]


def test_html() -> None:
    page = FORMATS["html"].write(transcript(values())).decode()
    found = rows(page)[: len(values())]
    assert len(found) > 200
    for value, (code, title, grade, result, credits) in zip(values(), found, strict=True):
        assert plain(title) == f"{flat(value)} {flat(value)}"
        assert (code[:2], grade, result, credits) == ("C-", "15.5", "passed", "6")
    harmless = FORMATS["html"].write(transcript(["x"] * len(values()))).decode()
    assert tags(page) == tags(harmless)


def plain(text: str) -> str:
    """Take out the marks of direction that documents put around words that run to the left."""
    return flat(text.replace("\u200e", "").replace("\u200f", ""))


def test_nothing_runs_in_a_browser() -> None:
    """Open a page with everything that could: no script ran, no request left, no dialog came, all cells as they are."""
    chosen = [value for value in values() if value in {*HTML, *MARKDOWN, *JINJA} or "<" in value]
    assert len(chosen) > 100
    page = FORMATS["html"].write(transcript(chosen)).decode()
    with browser.tab() as tab:
        tab.fill(page)
        asked = (
            "JSON.stringify([document.title, performance.getEntriesByType('resource').map(e => e.name), document.scripts.length,"
            "[...document.querySelectorAll('tbody tr')].map(r => r.cells.length > 1 ? r.cells[1].textContent : '')])"
        )
        title, requests, scripts, shown = json.loads(tab.ask(asked))
    assert "RUN" not in title
    assert (requests, scripts) == ([], 0)
    assert [plain(cell) for cell in shown[: len(chosen)]] == [f"{flat(each)} {flat(each)}" for each in chosen]


# Markdown


def cells(text: str) -> list[list[str]]:
    """The cells of the lines of all tables, as a reader sees them."""
    found: list[list[str]] = []
    tokens = RENDERER.parse(text)
    for before, token in pairwise(tokens):
        if token.type == "tr_open":
            found.append([])
        if before.type == "td_open":
            parts = (
                each.content
                if each.type in {"text", "code_inline"}
                else "\n"
                if each.content == "<br>"
                else ""
                for each in token.children or ()
            )
            found[-1].append("".join(parts))
    return [row for row in found if row]


def test_markdown() -> None:
    text = FORMATS["md"].write(transcript(values())).decode()
    found = [row for row in cells(text) if row[0].startswith("C-")]
    for value, row in zip(values(), found, strict=True):
        assert [plain(line) for line in row[1].split("\n")] == [flat(value)] * 2
        assert row[2:] == ["15.5", "passed", "6"]
    harmless = FORMATS["md"].write(transcript(["x"] * len(values()))).decode()
    assert Counter(structure(text)) == Counter(structure(harmless))


# PDF


Box = tuple[float, float, float, float]


Letter = tuple[str, Box]


def letters(raw: bytes) -> list[list[Letter]]:
    """The letters that can be seen, page by page, each with the box of its line, whatever their order is."""
    file = pypdfium2.PdfDocument(raw)
    found = []
    for page in file:
        text = page.get_textpage()
        every = (
            (chr(pypdfium2.raw.FPDFText_GetUnicode(text, n)), text.get_charbox(n, loose=True))
            for n in range(text.count_chars())
        )
        found.append([(letter, box) for letter, box in every if letter.strip()])
    file.close()
    return found


def column(page: Sequence[Letter], left: float, right: float) -> list[tuple[str, Box]]:
    """What is written between two edges, line by line from the top, with the edges of each line."""
    lines: list[list[Letter]] = []
    for letter, box in sorted(page, key=lambda each: -each[1][1]):
        if left <= (box[0] + box[2]) / 2 <= right:
            if not lines or lines[-1][0][1][1] - box[1] > 2:
                lines.append([])
            lines[-1].append((letter, box))
    found = []
    for line in lines:
        line.sort(key=lambda each: each[1][0])
        edges = min(b[0] for _, b in line), line[0][1][1], max(b[2] for _, b in line), line[0][1][3]
        found.append(("".join(letter for letter, _ in line), edges))
    return found


def graded(values: Sequence[str]) -> bytes:
    """A transcript on which each line has a grade of its own, so that it can be found."""
    shown = view(values)
    for number, line in enumerate(shown["groups"][0]["lines"]):
        line["grade"] = f"G{number:03}"
    return FORMATS["pdf"].write(compose("transcript", shown, speech=SPEECH, brand=BRAND))


def dense(text: str) -> str:
    """The letters of a text that is broken into lines: without blanks and hyphens, letters drawn together taken apart."""
    return re.sub("[\\s\u0002\ufffe\u00ad-]", "", unicodedata.normalize("NFKC", text))


TITLES = 100.0, 380.0
"""Between the columns of codes and titles, and between those of titles and grades, in points from the left."""


def named(page: Sequence[Letter], pattern: str, left: float, right: float) -> list[tuple[str, Box]]:
    return [each for each in column(page, left, right) if re.fullmatch(pattern, each[0])]


def test_cells_stay_where_they_are_beside_hostile_ones() -> None:
    chosen = [value for value in values() if drawable(value)]
    assert len(chosen) > 400
    left, right = TITLES
    calm = letters(graded(["i" * 600] * 4))[0]
    code, beside = named(calm, "C-000", 0, left)[0][1], named(calm, "G000passed6", right, 600)[0][1]
    edge = max(box[2] for _, box in named(calm, "i+", left, right))
    seen: list[str] = []
    for page in letters(graded(chosen)):
        lines = named(page, "C-[0-9]{3}", 0, left)
        others = named(page, "G[0-9]{3}passed6", right, 600)
        assert [text[2:] for text, _ in lines] == [text[1:4] for text, _ in others]
        total = named(page, "Totalofcreditsawarded", left, right)
        ends = [*(box[3] for _, box in (*lines[1:], *total)), 0.0][: len(lines)]
        for (name, box), (_, other), end in zip(lines, others, ends, strict=True):
            value = chosen[int(name[2:])]
            assert abs(box[0] - code[0]) < 0.5, value
            assert (abs(other[0] - beside[0]) < 0.5, abs(other[2] - beside[2]) < 0.5) == (True, True), value
            assert abs(box[1] - other[1]) < 2, value
            own = [
                each
                for each in page
                if left < each[1][0] < right and end < sum(each[1][1::2]) / 2 <= box[3] + 2
            ]
            assert max(at[2] for _, at in own) <= edge + 2, value
            if value.isascii() and end:
                assert Counter(dense("".join(letter for letter, _ in own))) == Counter(dense(value * 2)), (
                    value
                )
        seen += [text for text, _ in lines]
    assert seen == [f"C-{number:03}" for number in range(len(chosen))]


def test_a_pdf_has_no_more_than_its_text() -> None:
    """No link, script, form or file beside those that are always there, and its record says the same."""
    chosen = [value for value in values() if drawable(value)]
    made = transcript(chosen)
    with pikepdf.Pdf.open(BytesIO(FORMATS["pdf"].write(made))) as file:
        assert not any("/Annots" in page or "/AA" in page for page in file.pages)
        assert not {"/OpenAction", "/AA", "/AcroForm"} & {*file.Root.keys()}
        assert len(file.attachments) == 2
        kept = json.loads(file.attachments[VIEW_FILE].get_file().read_bytes())
        assert [each["title"]["text"] for each in kept["groups"][0]["lines"]] == chosen
        assert b"root:" not in b"".join(each.get_file().read_bytes() for each in file.attachments.values())


CONTENT = "the-content-of-a-file"
PICTURES = {
    "an entity": '<!DOCTYPE svg [<!ENTITY x SYSTEM "file://{path}">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 99 9"><text>&x;</text></svg>',
    "a picture in it": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="file://{path}" width="9" height="9"/><path d="M0 0H9V9Z"/></svg>',
    "a picture by its path": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="{path}" width="9" height="9"/><path d="M0 0H9V9Z"/></svg>',
    "a script": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>document.title="RUN"</script><path d="M0 0H9V9Z"/></svg>',
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_reads_no_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / "secret.svg"
    svg = PICTURES[name].replace("{path}", str(path)).encode()
    found = []
    for there in (True, False):
        if there:
            path.write_text(
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0H5V9Z"/><text>{CONTENT}</text></svg>'
            )
        else:
            path.unlink()
        made = compose(
            "transcript", view(["x"]), speech=SPEECH, brand=Brand(pictures={"logo": Picture("svg", svg)})
        )
        try:
            found.append(FORMATS["pdf"].write(made))
        except Exception as error:  # noqa: BLE001  (whatever the library says: it is the same in both)
            found.append(repr(error.args).encode())
    assert found[0] == found[1]
    assert CONTENT.encode() not in found[0]


# A school's own template and alternative texts

TEMPLATE = """
{% macro deep(s) %}<strong><em>{{ s }}</em></strong>{% endmacro %}
{% macro deeper(s) %}{{ deep(s) }}{% endmacro %}
<doc lang="{{ lang }}" title="{{ view.first }}" number="{{ view.first }}" holder="{{ view.first }}" date="2026-01-01" status="final">
<header><image src="logo" alt="{{ view.first }}"/><p>{{ view.first }}</p></header>
<h level="1">T</h>
{% for s in view.strings %}
<h level="2">{{ s }}</h>
<p>{{ s }}</p>
<p>{{ deeper(s) }}</p>
<p>{{ _("{name} was there.", name=s) }}</p>
<p>{{ n_("{n} file of {name}", "{n} files of {name}", 2, name=s) }}</p>
<p>{{ [s, "/"]|join }}</p>
<kv><item><k>{{ s }}</k><v kind="code">{{ s }}</v><note>{{ s }}</note></item></kv>
<table cols="2 1r" label="{{ s }}"><head><cell>{{ s }}</cell><cell>b</cell></head><group>{{ s }}</group>
<row><cell kind="code">{{ s }}</cell><cell kind="number">{{ s }}</cell></row></table>
<image src="logo" alt="{{ s }}"/>
<notice kind="warning">{{ s }}</notice>
{% endfor %}
<sign seal="{{ view.first }}"><item signed="no"><k>{{ view.first }}</k><v>{{ view.first }}</v></item></sign>
<footer><p>{{ view.first }}</p></footer></doc>
"""
PLACES = ("//h2", "//p[position() mod 6 = 1]", "//em", "//dt", "//dd", "//caption", "//th")


def in_the_schools_template(folder: Path, chosen: Sequence[str]) -> Composed:
    (folder / "transcript.xml.j2").write_text(TEMPLATE, encoding="utf-8")
    shown = {"kind": "transcript", "strings": [*chosen], "first": chosen[0]}
    brand = Brand(pictures=BRAND.pictures, footer={"": chosen[-1]})
    return compose("transcript", shown, speech=SPEECH, brand=brand, folder=folder)


def test_every_place_of_a_schools_template_in_html(tmp_path: Path) -> None:
    page = FORMATS["html"].write(in_the_schools_template(tmp_path, values())).decode()
    root = lxml_html.fromstring(page)
    wanted = [flat(value) for value in values()]
    for path in (
        "//main//h2",
        "//main//em",
        "//main//dt",
        "//main//dd[@class='code']",
        "//tr/th[@class='group']",
        "//p[@class='notice warning']",
    ):
        assert [plain(each.text_content()) for each in nodes(root, path)] == wanted, path
    for path in ("//main//img/@alt",):
        assert [plain(each) for each in nodes(root, path)] == [flat(each) for each in values()], path
    texts = {plain(each.text_content()) for each in nodes(root, "//main/p")}
    for value in wanted:
        assert {flat(f"{value} was there."), f"2 files of {value}"} <= texts
    assert plain(nodes(root, "//footer")[0].text_content()).strip().endswith(wanted[-1])
    assert tags(page) == tags(
        FORMATS["html"].write(in_the_schools_template(tmp_path, ["x"] * len(wanted))).decode()
    )


def test_every_place_of_a_schools_template_in_markdown(tmp_path: Path) -> None:
    chosen = [value for value in values() if value in {*WRITTEN}]
    text = FORMATS["md"].write(in_the_schools_template(tmp_path, chosen)).decode()
    harmless = FORMATS["md"].write(in_the_schools_template(tmp_path, ["x"] * len(chosen))).decode()
    assert Counter(structure(text)) == Counter(structure(harmless))


def test_every_place_of_a_schools_template_in_a_pdf(tmp_path: Path) -> None:
    chosen = [value for value in (*TYPST, *HTML[:12], *PLACEHOLDERS) if drawable(value)]
    raw = FORMATS["pdf"].write(in_the_schools_template(tmp_path, chosen))
    with pikepdf.Pdf.open(BytesIO(raw)) as file:
        alt = [
            str(each.Alt) for each in file.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each
        ]
        assert Counter(alt) >= Counter(flat(each) for each in chosen)
        assert not any("/Annots" in page for page in file.pages)
    file = pypdfium2.PdfDocument(raw)
    text = dense("\n".join(page.get_textpage().get_text_range() for page in file))
    for value in chosen:
        assert text.count(dense(value)) >= 10, value
    file.close()


# Every sentence

PAYLOADS = (*PLACEHOLDERS, *JINJA[:8], *HTML[:8], *MARKDOWN[:6], *TYPST[:6], "أحمد", "a\nb", "  a  ")


def sentences() -> list[Message]:
    """Every message of the catalogues that has placeholders, each filled with a value that could be mistaken."""
    found, payloads = [], cycle(PAYLOADS)
    for entry in catalogues.extract():
        ids = [entry.id] if isinstance(entry.id, str) else [*(entry.id or ())]
        names = sorted({name for id in ids for name in catalogues.PLACE.findall(id)} - {"n"})
        if not names:
            continue
        # A value is also given the name of the placeholder beside it, as if it were one.
        args = tuple(
            (name, f"{next(payloads)}{{{other}}}")
            for name, other in zip(names, [*names[1:], names[0]], strict=True)
        )
        if len(ids) == 1:
            found.append(Message(ids[0], (*args, ("n", 2))))
        else:
            found += [Message(ids[0], (("n", n), *args), ids[1]) for n in (1, 2)]
    return found


def expected(template: str, args: dict[str, Any]) -> str:
    """Fill a sentence the plain way: cut it at its placeholders, and put the values between the pieces."""
    pieces = re.split(r"\{([a-z_]+)\}", template)
    return "".join(str(args[piece]) if number % 2 else piece for number, piece in enumerate(pieces))


def translated(speech: words.Words, message: Message) -> str:
    n = dict(message.args)["n"]
    if message.plural and isinstance(n, int):
        return speech.catalogue.ngettext(message.id, message.plural, n)
    return speech.catalogue.gettext(message.id)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_argument_of_a_sentence_is_never_looked_through(lang: str) -> None:
    speech = words.words(lang, store.lists())
    every = sentences()
    assert len(every) > 1000
    for message in every:
        typeset = speech.say(Message(translated(speech, message), literal=True))
        assert typeset
        said = speech.say(message)
        whole = expected(speech._typography(translated(speech, message)), dict(message.args))  # noqa: SLF001
        assert said == whole, message.id


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_argument_of_a_template_s_sentence_is_never_markup(lang: str) -> None:
    from mobctl.render.locale import typeset

    spoken = words.words(lang, store.lists())
    speech = press.speech(spoken)
    token = JOB.set(Job(speech, None, steps=10**9, characters=10**9))
    try:
        for message in sentences():
            args: dict[str, Any] = dict(message.args)
            if message.plural:
                n: Any = args.pop("n")
                phrase = ngettext(message.id, message.plural, n, **args)
                args["n"] = n
            else:
                phrase = gettext(message.id, **args)
            xml = str(phrase.__html__())
            assert not re.search("[<>\"']|&(?!(amp|lt|gt|#34|#39);)", xml), message.id
            assert unescape(xml) == expected(typeset(translated(spoken, message), lang), args)
    finally:
        JOB.reset(token)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_quotes_and_series_keep_what_is_in_them(lang: str) -> None:
    speech = words.words(lang, store.lists())
    for value in PAYLOADS:
        assert value in speech.show(Quoted(value))
        assert speech.show(Series((value, value, value))).count(value) >= 3
        series = speech.show(Series((Quoted("{last}"), Quoted("{first}")), "or"))
        assert "{last}" in series
        assert "{first}" in series


# Beside documents


def test_a_manifest_has_no_formula_and_nothing_unseen() -> None:
    every = [*values(), *(value for value, _ in REFUSED.values() if len(value) < 100)]
    rows_of = [
        manifest.Row(
            record=value,
            source=value,
            kind="transcript",
            part=value,
            number=value,
            status="refused",
            why=value,
        )
        for value in every
    ]
    text = manifest.as_csv(rows_of).decode("utf-8-sig")
    read = [*csv.reader(io.StringIO(text, newline=""))]
    assert len(read) == len(every) + 1
    for row in read[1:]:
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
            assert not any(unicodedata.category(letter) == "Cc" for letter in cell), cell
    shown = {row[0].removeprefix("'") for row in read[1:]}
    assert {visible(value).removeprefix("'") for value in every} == shown
