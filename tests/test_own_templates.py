"""A school's own templates: what is misspelt in them is said, and nothing that they say is lost in silence."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import test_fields
import test_html
import views
from agreements import record

from mobctl import cli, press, publishing, store
from mobctl.documents import KINDS
from mobctl.errors import UserError
from mobctl.publishing import Order
from mobctl.render import PLAIN, compose, kept
from mobctl.words import words

EXAMPLES = Path(__file__).parents[1] / "examples"
SHIPPED = EXAMPLES.parent / "templates" / "macros.xml.j2"
DAY = "2026-11-24"
REPORT = "recognition-report"
EXTENDS = '{% extends "mobctl/recognition-report.xml.j2" %}\n'


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The engineering school with a folder for templates of its own; it is worked in."""
    folder = Path(shutil.copytree(EXAMPLES / "engineering", tmp_path / "school"))
    (folder / "templates").mkdir()
    with (folder / "mobctl.yaml").open("a", encoding="utf-8") as config:
        config.write("templates: templates\n")
    monkeypatch.chdir(folder)
    return folder


def own(school: Path, name: str, text: str) -> None:
    (school / "templates" / name).write_text(text, encoding="utf-8")


def render(kind: str, lang: str = "en", record: str = "2025-0107") -> int:
    order = ["--format", "md", "--lang", lang, "--as-of", DAY, "--force", "-o", "out"]
    return cli.run(["render", kind, f"mobilities/{record}.mobility.yaml", *order])


def doctor(lang: str = "en") -> int:
    return cli.run(["doctor", "--lang", lang])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            EXTENDS + "{% block legende %}<p>Gone</p>{% endblock %}",
            ":2: there is no block “legende” in “mobctl/recognition-report.xml.j2”. Did you mean “legend”? There are: masthead, identity, …, legend, decision and footer",
            id="a misspelt block",
        ),
        pytest.param(
            EXTENDS + "{% block zzz %}{% endblock %}",
            ":2: there is no block “zzz” in “mobctl/recognition-report.xml.j2”. There are: masthead, ",
            id="a block like no other",
        ),
        pytest.param(
            EXTENDS + "\n<p>Enquiries: registrar</p>\n{% block legend %}{{ super() }}{% endblock %}",
            ":3: what stands outside of blocks is not printed: put it into one of these, masthead, ",
            id="text outside of blocks",
        ),
        pytest.param("<p>Before</p>\n" + EXTENDS, ":1: what stands outside of blocks", id="text before all"),
        pytest.param(
            EXTENDS + "{{ view.number }}", ":2: what stands outside of blocks", id="a value outside of blocks"
        ),
        pytest.param(
            EXTENDS + "{% if view.number %}<p>x</p>{% endif %}",
            ":2: what stands outside of blocks",
            id="text in a condition outside of blocks",
        ),
        pytest.param(
            '{% extends "recognition-report.xml.j2" %}',
            ":1: this template extends itself: write “mobctl/recognition-report.xml.j2”",
            id="it extends itself",
        ),
        pytest.param(
            '{% extends "mobctl/recognition-reprt.xml.j2" %}',
            "there is no template “mobctl/recognition-reprt.xml.j2”. Did you mean “mobctl/recognition-report.xml.j2”?",
            id="a misspelt template",
        ),
    ],
)
def test_what_would_be_lost_is_refused(
    school: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    own(school, f"{REPORT}.xml.j2", text)
    assert render(REPORT) == 2
    seen = capsys.readouterr().err
    assert all(part in seen for part in (f"templates/{REPORT}.xml.j2", *said.split("…"))), seen
    assert not [*(school / "out").glob("*.md")]
    assert doctor() == 1
    assert "✗ " + seen.removeprefix("mobctl: ") in capsys.readouterr().out


def test_what_is_not_lost_is_not_refused(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Comments, values set and macros stand outside; a block may hold blocks of its own; a template may go between."""
    own(
        school,
        "our-base.xml.j2",
        EXTENDS + "{% block legend %}{{ super() }}{% block mine %}{% endblock %}{% endblock %}",
    )
    own(
        school,
        f"{REPORT}.xml.j2",
        '{# ours #}\n{% extends "our-base.xml.j2" %}\n{% import "macros.xml.j2" as m %}\n'
        '{% set who %}Registrar{% endset %}\n{% macro line(it) %}<p>{{ it }}</p>{% endmacro %}\n'
        "{% block mine %}{{ line(who) }}{% endblock %}",
    )  # fmt: skip
    assert render(REPORT) == 0
    assert capsys.readouterr().err == ""
    [made] = (school / "out").glob("*.md")
    assert "Registrar" in made.read_text(encoding="utf-8")
    assert doctor() == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("transcrip.xml.j2", "Did you mean “transcript.xml.j2”?"),
        ("lettre-bienvenue.xml.j2", "Did you mean “letter-bienvenue.xml.j2”?"),
        ("carta-bienvenida.xml.j2", "Did you mean “letter-bienvenida.xml.j2”?"),
        ("recognition-report.j2", "Did you mean “recognition-report.xml.j2”?"),
        ("recognition-report.xml.j2.txt", "Did you mean “recognition-report.xml.j2”?"),
        ("Transcript.xml.j2", "Did you mean “transcript.xml.j2”?"),
        ("ours.xml.j2", "serves no document"),
    ],
)
def test_a_file_that_serves_no_document(
    school: Path, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    own(school, name, EXTENDS)
    own(school, "README.md", "What stands here, and why.")
    assert render("exam-absence-letter") == 0
    seen = [line for line in capsys.readouterr().err.splitlines() if line.startswith("mobctl: ")]
    assert len(seen) == 1, seen
    assert f"templates/{name}" in seen[0]
    assert said in seen[0]
    doctor()
    seen = [line for line in capsys.readouterr().out.splitlines() if f"{name}" in line]
    assert len(seen) == 1, seen
    assert seen[0].startswith("  ! ")
    assert said in seen[0]


def test_a_link_is_not_followed_and_that_is_said(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outside = school.parent / "outside.xml.j2"
    outside.write_text(EXTENDS, encoding="utf-8")
    (school / "templates" / f"{REPORT}.xml.j2").symlink_to(outside)
    assert render("all") == 0
    assert "is a link, and links are not followed" in capsys.readouterr().err


def test_doctor_says_what_each_template_serves(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own(school, "letter.xml.j2", '{% extends "mobctl/letter.xml.j2" %}')
    own(
        school,
        "letter-a.xml.j2",
        '{# title: A #}{% extends "letter.xml.j2" %}{% import "parts.xml.j2" as p %}',
    )
    own(school, "parts.xml.j2", "{% macro line(it) %}<p>{{ it }}</p>{% endmacro %}")
    own(school, "recognition-macros.xml.j2", '{% import "mobctl/recognition-macros.xml.j2" as r %}')
    own(school, "validation-plan.xml.j2", '{% extends "mobctl/learning-agreement.xml.j2" %}')
    assert doctor() == 0
    seen = capsys.readouterr().out
    for name, kinds in (
        ("letter", "6 kinds of documents: certifier-letter, derogation-letter, exam-absence-letter, letter-a, …"),
        ("letter-a", "documents of the kind letter-a"),
        ("parts", "documents of the kind letter-a"),
        ("validation-plan", "documents of the kind validation-plan"),
        ("recognition-macros", "2 kinds of documents: home-transcript, recognition-report"),
    ):  # fmt: skip
        assert f"✓ The template “{name}.xml.j2” can be read. It serves {kinds}." in seen


def test_a_template_for_one_kind_of_those_that_share_one(
    school: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own(
        school,
        "recognition-decision-letter.xml.j2",
        '{% extends "letter.xml.j2" %}{% block matter %}{{ super() }}<p>Only here</p>{% endblock %}',
    )
    assert render("recognition-decision-letter") == 0
    assert render("exam-absence-letter") == 0
    assert capsys.readouterr().err == ""
    [one] = (school / "out").glob("*.recognition-decision-letter.*")
    [other] = (school / "out").glob("*.exam-absence-letter.*")
    assert "Only here" in one.read_text(encoding="utf-8")
    assert "Only here" not in other.read_text(encoding="utf-8")


KEPT = {
    "the decision without its signature": (
        "{% block decision %}<p>Recognised.</p>{% endblock %}",
        "what it has to state: the signature of Academic coordinator: ",
    ),
    "the signatures without the decision": (
        '{% import "macros.xml.j2" as m %}{% block decision %}{{ m.signatures(view.signatories[:1]) }}{{ m.signatures(view.signatories[1:]) }}{% endblock %}',
        "the number of the decision. Keep “{{ super() }}” in the blocks that are yours",
    ),
    "one signer for another": (
        '{% block decision %}<p>{{ view.decision.date|date }} {{ view.decision.by }}</p><sign><item signed="no"><k>Home</k><v>A. Body</v></item></sign>{% endblock %}',
        "the signature of ",
    ),
    "nothing at the head": (
        "{% block masthead %}<header><p>Us</p></header>{% endblock %}",
        "the name of the school that issues it",
    ),
    "no number": (
        "{% block masthead %}<header><p>{{ view.issuer.name|words }}</p></header>{% endblock %}{% block footer %}<footer><p>Us</p></footer>{% endblock %}",
        "the number of the document",
    ),
}


@pytest.mark.parametrize(("text", "said"), KEPT.values(), ids=KEPT)
def test_a_document_keeps_what_makes_it_official(
    school: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    own(school, f"{REPORT}.xml.j2", EXTENDS + text)
    assert render(REPORT) == 2
    seen = capsys.readouterr().err
    assert seen.startswith(f"mobctl: templates/{REPORT}.xml.j2: the document would lack "), seen
    assert said in seen


def test_all_values_of_a_kind_are_kept(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = '{% extends "mobctl/learning-agreement.xml.j2" %}{% block studied %}{% endblock %}'
    own(school, "learning-agreement.xml.j2", text)
    assert render("learning-agreement", "fr", "2026-0211") == 2
    said = capsys.readouterr().err
    assert "agreement.studied[a1].title" in said
    assert "…" in said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"{% if copy %}\n<notice": "{% if false %}\n<notice"}, "the notice “A copy: the host institution issues"),
        ({'status="{{ view.status }}"': 'status="final"', "{{ m.draft(view.status) }}": ""}, "the “status” of the document, “draft”"),
        ({'number="{{ view.number }}"': 'number="1"'}, "the “number” of the document, “2025-0107-TOR”"),
    ],
)  # fmt: skip
def test_a_template_written_anew_keeps_the_marks_of_a_document(
    school: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, str], said: str
) -> None:
    text = (SHIPPED.parent / "transcript.xml.j2").read_text(encoding="utf-8")
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    own(school, "transcript.xml.j2", text)
    assert render("transcript") == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
@pytest.mark.parametrize("name", test_fields.OF_A_MOBILITY)
def test_every_field_of_a_kind_is_found_on_ours(name: str, lang: str) -> None:
    """What is not found on our own document would not be missed on a school's."""
    kind, speech = KINDS[name], words(lang, store.lists())
    data = test_fields.sentinels(test_fields.sample(name), kind.fields, 0)
    made = record(of=data, on=test_fields.made_on(name))
    part = replace(made, part=(kind.parts(made) or ("",))[0])
    order = Order(kind, (), speech, None, PLAIN, None, part.on, {})
    shown = {**kind.view(part)}
    facts = publishing.official(part, order, shown).facts
    tree = compose(kind.template_name, shown, speech=press.speech(speech)).tree
    assert {each.path for each in facts if each.path and not kept.count(each, kept.flat(tree), lang)} == set()


MOVED = """{% import "macros.xml.j2" as m %}
{% block masthead %}
<header><p>{{ view.number }}</p><p><em>{{ view.issuer.name|words }}</em></p></header>
{% endblock %}
{% block identity %}
<h level="2">Who decides</h4>
<p>{{ view.decision.date|date }}, {{ view.decision.by }}, {{ view.decision.reference }}</p>
{{ super() }}{{ m.signatures(view.signatories) }}
{% endblock %}
{% block legend %}<legend><p>Ours.</p></legend>{% endblock %}
{% block decision %}{% endblock %}
""".replace("</h4>", "</h>")


@pytest.mark.parametrize("lang", ["en", "fr", "es", "fr+en"])
def test_a_school_may_move_and_word_things_as_it_likes(
    school: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    own(school, f"{REPORT}.xml.j2", EXTENDS + MOVED)
    assert render(REPORT, lang) == 0, capsys.readouterr().err


def test_a_macro_keeps_it_too_in_each_document(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    macros = '{% import "mobctl/macros.xml.j2" as shipped %}\n' + "".join(
        f"{{% set {name} = shipped.{name} %}}\n"
        for name in re.findall(r"{% macro (\w+)\(", SHIPPED.read_text("utf-8"))
    )
    own(school, "macros.xml.j2", macros)
    assert render(REPORT) == 0
    own(school, "macros.xml.j2", macros + "{% macro signatures(them) %}{% endmacro %}")
    for kind in ("recognition-decision-letter", "exam-absence-letter"):
        assert render(kind) == 2
        assert "templates/macros.xml.j2: the document would lack" in capsys.readouterr().err


def test_a_letter_of_the_school_keeps_it_too(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = '{# title: A #}{% extends "mobctl/letter.xml.j2" %}{% block matter %}<p>Dear</p>{% endblock %}'
    own(school, "letter-a.xml.j2", text)
    assert render("letter-a") == 0
    own(school, "letter-a.xml.j2", text + "{% block closing %}{% endblock %}")
    assert render("letter-a") == 2
    assert "templates/letter-a.xml.j2: the document would lack" in capsys.readouterr().err


BLOCK = EXTENDS + "{% block legend %}\n<legend>"
WRONG = {
    "<p>{{ view.perod.start|date }}</p>": "there is no “perod” in what the template sees. Did you mean “period”?",
    "<p>{{ view['perod'] }}</p>": "there is no “perod” in what the template sees. Did you mean “period”?",
    "<p>{{ learner.number }}</p>": "there is no “learner” in what the template sees. Did you mean “view.learner”?",
    "<p>{{ view.period.begin }}</p>": "there is no “begin” in what the template sees. There are: academic_year, actual and planned",
    "<p>{{ view.number|mots }}</p>": "there is no filter “mots”. There are: beside, both, country, credits, date, ",
    "<p>{{ view.date|dat }}</p>": "there is no filter “dat”. Did you mean “date”?",
    "{% if view.date is vide %}{% endif %}": "there is no test “vide”. There are: defined, eq, none, string and undefined",
    "{% if view.date %}<p>a</p>": "“{% endblock %}” stands where “{% if %}” is not ended yet: write “{% endif %}” before it",
    "{% blok a %}": "there is no “{% blok %}” for templates. Did you mean “block”?",
    "{% endif %}": "“{% endif %}” ends nothing here",
    "<p>{{ view.date </p>": "has no place here",
    "<p>{{ view.date | }}</p>": "“}}” stands where “name” should",
    "<p>{% if %}</p>": "“%}” has no place here",
    "{# a": "a comment is not ended: write “#}”",
    "{% block legend %}{% endblock %}": "the block “legend” stands here a second time",
    "<p>{{ view.number.upper() }}</p>": "a template can't use “upper”: values have no methods",
    '{% import "macros.xml.j2" as m %}{{ m.itm(1, 2) }}': "there is no “itm” in what the template sees. Did you mean “item”?",
    '{% from "macros.xml.j2" import itm %}{{ itm(1, 2) }}': "the template that is imported has no “itm”",
    '{% import "macros.xml.j2" as m %}{{ m.item(1) }}': "a macro is called here without its “value”",
    '{% import "macros.xml.j2" as m %}{{ m.item(1, 2, 3) }}': "the macro “item” takes 2 values at most",
    '{% import "macros.xml.j2" as m %}{{ m.item(1, wert=3) }}': "the macro “item” takes no “wert”",
    "<p>{{ view.learner }}</p>": "this is a group of values",
    "<p>{{ view.blocks }}</p>": "this is a list",
    "<p>{{ view.number|words }}</p>": "the filter “words” is for texts in several languages, such as “view.home.name|words”",
    "<p>{{ 'x'|label('nothing') }}</p>": "there is no list “nothing” with “x”",
    "<p>Research & teaching</p>": "“&” stands in the text: write “&amp;”",
    "<p>R&D</p>": "“&” stands in the text: write “&amp;”",
    "<p>a < b</p>": "“<” stands in the text: write “&lt;”",
    "<p kind=note>a</p>": "the value of an attribute stands in quotes",
    "<p>a&nbsp;b</p>": "there is no “&nbsp;”: write the letter itself",
    "<p>a</q></p>": "“p” begins here, but it is “</q>” that is ended",
    "<p>a<br/></p>": "there is no element “br”. Did you mean “break”?",
    "<paragraph/>": "there is no element “paragraph”",
    "<p kind='legal'>a</p>": "“p”: the attribute “kind” can't be “legal”. There are: lead, note and statement",
    "<p knd='note'>a</p>": "“p” has no attribute “knd”. Did you mean “kind”?",
}
"""What a clerk may write, and what is said of it."""


@pytest.mark.parametrize("body", WRONG)
def test_a_mistake_is_said_in_the_reader_s_language(tmp_path: Path, body: str) -> None:
    (tmp_path / f"{REPORT}.xml.j2").write_text(BLOCK + body + "</legend>{% endblock %}", encoding="utf-8")
    said = {}
    for lang in ("en", "fr", "es"):
        with pytest.raises(UserError) as refused:
            compose(REPORT, views.ORDINARY, speech=test_html.speech(lang), folder=tmp_path)
        said[lang] = words(lang, store.lists()).say(refused.value.args[0])
    assert f"templates/{REPORT}.xml.j2:" in said["en"]
    assert WRONG[body] in said["en"], said["en"]
    english = {*re.findall(r"[a-z]{3,}", re.sub("“.*?”", "", said["en"]))} & {
        "the",
        "there",
        "this",
        "here",
        "write",
        "stands",
    }
    for lang in ("fr", "es"):
        left = english & {*re.findall(r"[a-z]{3,}", re.sub("«.*?»", "", said[lang]))}
        assert not left, said[lang]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dear all,\n", "templates/letter-a.xml.j2:3: text stands where only elements may: “Dear all,”"),
        ("<p>open", "templates/letter-a.xml.j2:3: "),
        ("{% for %}", "templates/letter-a.xml.j2:3: "),
    ],
)
def test_the_file_of_the_school_is_named(
    school: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    head = '{# title: A #}\n{% extends "mobctl/letter.xml.j2" %}{% block matter %}\n'
    own(school, "letter-a.xml.j2", head + text + "{% endblock %}")
    assert render("letter-a") == 2
    assert said in capsys.readouterr().err
