"""Letters: what each lacks, when it is too early, what it says; and the letters that a school adds itself."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import letterbox
import pytest
from letterbox import ABSENCE, CERTIFIER, DEROGATION, RECOGNITION, REMINDER, SENT, lacks, record, view
from test_html import speech
from views import faults

from mobctl import cli, store
from mobctl.documents import KINDS, with_appeal
from mobctl.documents.letters import LETTERS, Letter
from mobctl.render import FORMATS, compose, fingerprint

STORY = Path(__file__).parents[1] / "examples" / "letters"
DAY = "2026-11-24"
BACK = letterbox.MORE[REMINDER]


@pytest.mark.parametrize("name", [name for name in letterbox.VIEWS if name.startswith("letter-")])
def test_every_key_of_a_view_is_there(name: str) -> None:
    assert faults(letterbox.VIEWS[name], Letter) == []


def test_all_share_one_template() -> None:
    assert {kind.template_name for kind in LETTERS} == {"letter"}
    assert {kind.out for kind in LETTERS} == {"OUT-30"}


@pytest.mark.parametrize(
    ("kind", "patch", "day", "named"),
    [
        (RECOGNITION, {"direction": "incoming"}, DAY, ["the home school writes this letter"]),
        (RECOGNITION, {"recognition": {"decided": {"date": None}}}, DAY, ["recognition.decided.date"]),
        (RECOGNITION, {"recognition": {"decided": {"by": None}}}, DAY, ["recognition.decided.by"]),
        (RECOGNITION, {"recognition": None}, DAY, ["nothing is decided"]),
        (RECOGNITION, {"results": None, "recognition": None}, DAY, ["results", "nothing is decided"]),
        (RECOGNITION, {}, "2026-03-09", ["recognition is decided on 10 March 2026"]),
        (RECOGNITION, {}, "2026-03-10", []),
        (DEROGATION, {"obligation": None}, DAY, ["neither an exemption nor a derogation"]),
        (DEROGATION, {"obligation": {"exemption": None}}, "2025-05-11", ["12 May 2025", "CTI008"]),
        (DEROGATION, {"obligation": {"exemption": None}}, "2025-05-12", []),
        (DEROGATION, {"obligation": {"derogation": None}}, "2025-05-11", []),
        (DEROGATION, {"obligation": {"derogation": {"decided": None}}}, DAY, ["decided.date", "decided.by"]),
        (DEROGATION, {"obligation": {"derogation": {"decided": {"date": None}}}}, DAY, ["decided.date"]),
        (DEROGATION, {"study_regulations": None}, DAY, ["study_regulations"]),
        (ABSENCE, {"followup": None}, DAY, ["no leave"]),
        (ABSENCE, {"followup": {"exam_absence_derogation": None}}, DAY, ["no leave"]),
        (ABSENCE, {"followup": {"exam_absence_derogation": {"date": None}}}, DAY, ["derogation.date"]),
        (ABSENCE, {}, "2025-10-19", ["the leave is granted on 20 October 2025"]),
        (ABSENCE, {}, "2025-10-20", []),
        (CERTIFIER, {"certification": {"intended": False}}, DAY, ["not meant to count", "CER003"]),
        (CERTIFIER, {"certification": None}, DAY, ["not meant to count"]),
        (CERTIFIER, {"certification": {"certifier": None}}, DAY, ["certification.certifier"]),
        (CERTIFIER, {"certification": {"regulation_ref": None}}, DAY, ["regulation_ref"]),
        (CERTIFIER, {"certification": {"regulation_ref": None, "trial": True}}, DAY, []),
        (CERTIFIER, {"certification": {"regulation_ref": None}, "profiles": ["mobilitepro"]}, DAY, []),
        (REMINDER, {}, DAY, ["the transcript is there", "TOR101"]),
        (REMINDER, BACK, "2026-02-05", ["no transcript can be expected", "TOR101"]),
        (REMINDER, BACK, "2026-02-06", []),
        (REMINDER, {**BACK, "period": {"assessment_end": None}}, "2026-01-29", ["until 30 January 2026"]),
        (REMINDER, {**BACK, "period": {"assessment_end": None}}, "2026-01-30", []),
        (REMINDER, {**BACK, "period": None}, DAY, ["not known when the stay ends"]),
        (REMINDER, {**BACK, "status": "cancelled"}, DAY, ["does not take place"]),
        (REMINDER, {**BACK, "results": {"received": "2026-03-01"}}, DAY, ["the transcript is there"]),
        (REMINDER, {**BACK, "results": {"issued": None, "lines": None}}, DAY, []),
        (REMINDER, {**BACK, "documents": [{"kind": "transcript"}]}, DAY, ["the transcript is there"]),
        (REMINDER, {"results": {"issued": None}, "recognition": None}, DAY, ["the transcript is there"]),
    ],
)  # fmt: skip
def test_what_a_letter_lacks(kind: str, patch: dict[str, Any], day: str, named: list[str]) -> None:
    if patch.get("period", "") is None:
        patch = {**patch, "period": {"planned": None, "actual": None, "assessment_end": None}}
    said = lacks(kind, record(patch, on=date.fromisoformat(day)))
    assert bool(said) == bool(named), said
    assert [each for each in named if each not in " ".join(said)] == []


def test_a_reminder_stays_what_it_was_once_the_transcript_has_come() -> None:
    sent: dict[str, Any] = {"recognition": None, "documents": SENT, "results": {"issued": "2026-04-02"}}
    made = record(sent)
    assert lacks(REMINDER, made) == []
    assert KINDS[REMINDER].view(made)["awaited"] == letterbox.VIEWS["letter-reminder"]["awaited"]
    assert lacks(REMINDER, record({**sent, "results": {"issued": "2026-03-30"}})) != []


@pytest.mark.parametrize(
    ("patch", "day", "deadline", "late", "weeks", "agreement"),
    [
        ({}, "2026-03-20", "2026-03-20", "no", "6", "IIA-7"),
        ({}, "2026-03-21", "2026-03-20", "yes", "6", "IIA-7"),
        ({"partner_agreement": {"reference": None}}, DAY, "2026-03-20", "yes", "6", "2025-0001"),
        ({"partner_agreement": {"transcript_weeks": None}}, DAY, "2026-03-13", "yes", "5", ""),
        ({"partner_agreement": None}, DAY, "2026-03-13", "yes", "5", ""),
        ({"results": {"published": "2026-02-20"}}, DAY, "2026-04-03", "yes", "6", "IIA-7"),
    ],
)  # fmt: skip
def test_until_when_a_transcript_is_expected(
    patch: Mapping[str, Any], day: str, deadline: str, late: str, weeks: str, agreement: str
) -> None:
    found = view(REMINDER, patch, on=date.fromisoformat(day))["awaited"]
    assert (found["deadline"], found["late"]) == (deadline, late)
    assert (found["weeks"], found["agreement"]) == (weeks, agreement)


def test_a_letter_is_found_by_what_it_is() -> None:
    for kind, number in zip(letterbox.THESE[:4], ("L-1", "L-2", "L-3", "L-4"), strict=True):
        assert view(kind, {"documents": SENT})["number"] == number
    annulled: list[dict[str, Any]] = [
        {**SENT[1], "annulled": {"date": "2025-06-01"}},
        {"kind": "decision-letter", "reference": "X"},
    ]
    assert view(DEROGATION, {"documents": annulled})["number"] == "2025-0001-DER"


def test_a_letter_is_final_once_it_is_signed() -> None:
    made = record({"documents": SENT})
    for kind, state in ((RECOGNITION, "final"), (CERTIFIER, "final"), (DEROGATION, "draft")):
        assert KINDS[kind].view(made)["status"] == state
        bare = KINDS[kind].unsigned(made)
        assert KINDS[kind].view(bare)["status"] == "draft"
        assert fingerprint(KINDS[kind].view(bare)) == fingerprint(
            KINDS[kind].view(KINDS[kind].unsigned(bare))
        )


def test_who_decided_is_to_sign() -> None:
    [unsigned] = view(RECOGNITION)["signatories"]
    assert (unsigned["role"], unsigned["name"], unsigned["signed"]) == (
        "recognition-authority",
        "Jury S8",
        "",
    )
    [signed] = view(RECOGNITION, {"documents": SENT})["signatories"]
    assert (signed["name"], signed["signed"]) == ("Nadia Blanc", "2026-03-12")


def test_a_letter_has_its_own_matter_alone() -> None:
    matters = {RECOGNITION: "recognition", DEROGATION: "releases", ABSENCE: "leave", CERTIFIER: "project", REMINDER: "awaited"}  # fmt: skip
    for kind in letterbox.THESE:
        shown = view(kind)
        assert [name for name in matters.values() if shown[name]] == [matters[kind]]


def test_only_what_is_meant_to_count_is_told() -> None:
    assert [each["text"] for each in view(CERTIFIER)["project"]["outcomes"]] == ["Régler un moteur"]
    assert view(CERTIFIER, {"agreement": None, "amendments": None, "results": None, "recognition": None})["project"]["outcomes"] == []  # fmt: skip


def test_ways_of_appeal_stand_on_decisions_only() -> None:
    said = {"fr": "Deux mois.", "en": "Two months."}
    for kind in (RECOGNITION, DEROGATION, ABSENCE):
        assert with_appeal(view(kind), said)["appeal"]["text"] == "Deux mois."
        assert with_appeal(view(kind), None)["appeal"] is None
    for kind in (CERTIFIER, REMINDER):
        assert with_appeal(view(kind), said)["appeal"] is None
    assert "appeal" not in with_appeal({"kind": "transcript"}, said)


HEALTH = ("santé", "malad", "médic", "health", "illness")


@pytest.mark.parametrize("lang", ["fr", "en", "es"])
def test_a_ground_is_a_code_and_no_more(lang: str) -> None:
    codes = store.lists()["derogation-reasons"].codes
    for code in codes:
        shown = view(DEROGATION, {"obligation": {"exemption": None, "derogation": {"reason": code}}})
        text = FORMATS["md"].write(compose("letter", shown, speech=speech(lang))).decode()
        assert not [word for word in HEALTH if word in text.lower()]


@pytest.mark.parametrize("lang", ["fr", "en", "es"])
@pytest.mark.parametrize(
    "name", [n for n in letterbox.VIEWS if n.startswith("letter-") and "monster" not in n]
)
def test_text(name: str, lang: str, golden: Callable[[str, str], None]) -> None:
    made = compose("letter", letterbox.VIEWS[name], speech=speech(lang))
    golden(f"documents/{name}.{lang}.md", FORMATS["md"].write(made).decode())


def _places(node: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str) and value:
                yield (*place, key)
            yield from _places(value, (*place, key))
    elif isinstance(node, list) and node:
        yield from _places(node[0], (*place, 0))


NEEDED = {"date", "kind", "status", "number", "record", "start", "end", "deadline", "late", "weeks", "role", "sort", "extent", "code", "family", "signed", "value", "completed", "agreed", "recognised", "credits"}  # fmt: skip


@pytest.mark.parametrize("name", ["letter-recognition", "letter-derogation", "letter-absence", "letter-certifier", "letter-reminder"])  # fmt: skip
def test_what_a_record_lacks_leaves_no_hole(name: str) -> None:
    places = [each for each in _places(dict(letterbox.VIEWS[name])) if each[-1] not in NEEDED]
    assert len(places) > 15
    for *way, last in places:
        shown: Any = copy.deepcopy(dict(letterbox.VIEWS[name]))
        node = shown
        for key in way:
            node = node[key]
        node[last] = ""
        assert FORMATS["md"].write(compose("letter", shown, speech=speech("fr"), second=speech("en")))


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A school with a letter of its own; it is worked in."""
    folder = Path(shutil.copytree(STORY, tmp_path / "school"))
    monkeypatch.chdir(folder)
    return folder


def render(*arguments: str, lang: str = "en") -> int:
    return cli.run(["render", *arguments, "-o", "out", "--format", "md", "--lang", lang, "--as-of", DAY])


def test_a_school_adds_a_letter_with_a_template_alone(
    school: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (school / "templates" / "letter-visa.xml.j2").write_text(
        '{# title: Letter for the consulate #}\n{# signed by: home, learner #}\n{% extends "mobctl/letter.xml.j2" %}\n'
        "{% block matter %}<p>{{ view.learner.name.family }} goes to {{ view.host.name|words }}.</p>{% endblock %}",
        encoding="utf-8",
    )
    assert cli.run(["documents", "letter-visa", "--lang", "en"]) == 0
    assert "Letter for the consulate" in capsys.readouterr().out
    assert cli.run(["documents", "--format", "json", "--lang", "en"]) == 0
    assert '"letter-visa"' in capsys.readouterr().out
    assert render("letter-visa") == 0
    text = (school / "out" / "2026-0061.letter-visa.en.md").read_text(encoding="utf-8")
    assert "# Letter for the consulate" in text
    assert "Delmas goes to Hochschule Lindenau." in text
    assert "2026-0061-LETTER-VISA" in text
    assert text.index("**Home institution**: Simon Roche") < text.index("**Learner**: Jeanne Delmas")


def test_a_letter_in_two_languages_that_nobody_signs(
    school: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (school / "templates" / "letter-visa.xml.j2").write_text(
        "{# title fr: Lettre pour le consulat #}\n{# title en: Letter for the consulate #}\n{# signed by: nobody #}\n"
        '{% extends "mobctl/letter.xml.j2" %}\n{% block matter %}<p>{{ text(fr="Bonjour {name}, départ le {day}.",'
        ' en="Dear {name}, you leave on {day}.", name=view.learner.name.given, day=view.period.start|date) }}</p>'
        '{% if lang == "fr" %}<p>Bon voyage</p>{% endif %}{% endblock %}',
        encoding="utf-8",
    )
    assert render("letter-visa", lang="fr+en") == 0, capsys.readouterr().err
    [made] = (school / "out").glob("2026-0061.letter-visa.fr+en.md")
    text = made.read_text(encoding="utf-8")
    start = text.index("# Lettre pour le consulat")
    assert "Letter for the consulate" in text[start : start + 70]
    assert "Bonjour Jeanne, départ le " in text
    assert "Dear Jeanne, you leave on " in text
    assert "Bon voyage" in text
    assert "raft" not in text
    assert "ignature" not in text
    assert render("letter-visa", lang="es") == 0
    [made] = (school / "out").glob("2026-0061.letter-visa.es.md")
    assert "# Lettre pour le consulat" in made.read_text(encoding="utf-8")


def test_a_letter_of_a_school_is_entered_in_the_record(school: Path) -> None:
    path = school / "mobilities" / "2026-0061.mobility.yaml"
    assert render("letter-welcome", str(path), "--register") == 0
    document = store.read(path, asked=True).document
    assert document
    [paper] = document.data["documents"]
    assert (paper["kind"], paper["letter"]) == ("other", "letter-welcome")
    assert paper["title"] == "Bienvenue dans le programme de mobilité"
    before = path.read_bytes()
    assert render("letter-welcome", str(path), "--register") == 0
    assert path.read_bytes() == before, "it is found again"
    assert cli.run(["validate", str(path), "--as-of", DAY]) == 0


def test_a_letter_of_a_school_is_not_among_all_that_is_due(school: Path) -> None:
    assert render("all") == 0
    assert not [each for each in (school / "out").iterdir() if "letter-welcome" in each.name]


def test_a_sample_of_a_school_s_own_letter(school: Path) -> None:
    assert render("letter-welcome", "--sample") == 0
    [made] = (school / "out").iterdir()
    assert "Bienvenue" in made.read_text(encoding="utf-8")


def test_a_letter_that_there_is_not(
    school: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert render("letter-none") == 2
    assert "“letter-welcome”" in capsys.readouterr().err
    monkeypatch.chdir(school.parent)
    assert cli.run(["documents", "letter-welcome", "--lang", "en"]) == 2
    assert render("letter-welcome", "--sample") == 2


def test_of_several_schools_only_that_which_has_it_writes_it(school: Path) -> None:
    other = Path(shutil.copytree(school, school.parent / "other"))
    shutil.rmtree(other / "templates")
    config = other / "mobctl.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text("\n".join(line for line in text.split("\n") if "templates:" not in line), "utf-8")
    assert render("letter-welcome", str(school), str(other)) == 0
    assert len([*(school / "out").glob("*.letter-welcome.*")]) == 2


EXTENDS = '{% extends "mobctl/letter.xml.j2" %}\n'


@pytest.mark.parametrize(
    ("name", "head", "said"),
    [
        ("letter-a", EXTENDS, "templates/letter-a.xml.j2:1: the head says no title"),
        ("letter-a", "{# title: #}\n", "templates/letter-a.xml.j2:1: the head says no title"),
        ("letter-a", EXTENDS + "{# title: Too late #}", "no title"),
        ("letter-a", "{# title: A #}\n{# signed by: dean #}\n", "templates/letter-a.xml.j2:2: “dean” signs nothing"),
        ("letter-a", "{# title: A #}\n{# title fr: B #}\n", "templates/letter-a.xml.j2:1: give one title, or one for each language"),
        ("letter-a", "{# title fr: A #}\n{# title fr: B #}\n", "templates/letter-a.xml.j2:2: the head says “title fr” twice"),
        ("letter-a", "{# title fr: A #}\n{# title en: #}\n", "templates/letter-a.xml.j2:2: the head says no title"),
        ("letter-a", "{# title: A #}\n\n{# title: B #}\n", "templates/letter-a.xml.j2:3: the head says “title” twice"),
        ("letter-a", "{# title: " + "A" * 201 + " #}", "more than 200 characters"),
        ("letter-A", "{# title: A #}", "templates/letter-A.xml.j2: a letter is named like"),
        ("letter-", "{# title: A #}", "a letter is named like"),
        ("letter-" + "a" * 58, "{# title: A #}", "a letter is named like"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_head_is_said_with_its_line(
    school: Path, capsys: pytest.CaptureFixture[str], name: str, head: str, said: str
) -> None:
    (school / "templates" / f"{name}.xml.j2").write_text(head, encoding="utf-8")
    assert cli.run(["documents", "--lang", "en"]) == 2
    assert said in capsys.readouterr().err
    assert render("letter-welcome") == 2
    assert said in capsys.readouterr().err
    cli.run(["doctor", "--lang", "en"])
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<p>{{ view.nothing }}</p>", "templates/letter-a.xml.j2:3: "),
        ("<script>x</script>", "templates/letter-a.xml.j2:3: there is no element"),
        ("{% include '../mobctl.yaml' %}", "there is no template"),
        ("{{ ''.__class__.__mro__ }}", "templates/letter-a.xml.j2:3: "),
        ("{% for a in view.signatories %}{% include 'letter-a.xml.j2' %}{% endfor %}", "without end"),
    ],
)  # fmt: skip
def test_a_letter_is_sandboxed_as_an_override_is(
    school: Path, capsys: pytest.CaptureFixture[str], body: str, said: str
) -> None:
    text = f"{{# title: A #}}\n{EXTENDS}{{% block matter %}}{body}{{% endblock %}}"
    (school / "templates" / "letter-a.xml.j2").write_text(text, encoding="utf-8")
    assert render("letter-a", "mobilities/2026-0061.mobility.yaml") != 0
    assert said in capsys.readouterr().err
    assert not (school / "out").exists() or not [*(school / "out").iterdir()]


def test_a_link_is_no_letter(school: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.xml.j2"
    outside.write_text("{# title: Outside #}", encoding="utf-8")
    (school / "templates" / "letter-out.xml.j2").symlink_to(outside)
    assert cli.run(["documents", "letter-out"]) == 2


def test_a_title_is_text_whatever_it_says(school: Path) -> None:
    title = "<b>{x} %s</b> & *stars*"
    (school / "templates" / "letter-a.xml.j2").write_text(f"{{# title: {title} #}}\n{EXTENDS}", "utf-8")
    order = ["letter-a", "mobilities/2026-0061.mobility.yaml", "-o", "out", "--lang", "fr", "--as-of", DAY]
    assert cli.run(["render", *order, "--format", "html", "--format", "pdf", "--format", "md"]) == 0
    page = (school / "out" / "2026-0061.letter-a.fr.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;{x} %s&lt;/b&gt; &amp; *stars*" in page
