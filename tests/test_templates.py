"""Templates: a report of any record, whatever it lacks, and a school's own changes, in every format."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import views
from test_html import speech

from mobctl import store, words
from mobctl.errors import UserError
from mobctl.render import FORMATS, compose
from mobctl.render.tree import Element

REPORT = "recognition-report"
ALWAYS = re.compile(
    r"date|status|kind|number|record|programme(\..*)?|period\.\w+\.(start|end)|.*\.name\.family|findings\.0\.message.*"
    r"|requirements\.0\.kind|catching_up\.passed|(agreement|basis\.editions\.0|exceptions\.0)\.signatures\.0\.(role|date)|signatories\.0\.(role|signed)|blocks\.0\.\w+\.0\.status"
    r"|.*\.(credits|value|completed|agreed|recognised|severity)|conversions\.0\.grade|left_out\.0\.reason"
)
"""What every view has: the schema, or the function that makes the view, sees to it."""


def leaves(node: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the place of each text and each group that a record may lack; of a list, of its first item only."""
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str) or key in {
                "waived",
                "reason",
                "grade",
                "actual",
                "planned",
                "programme",
                "decision",
                "credit_rule",
                "explanation",
                "appeal",
                "component",
                "at",
            }:
                yield (*place, key)
            yield from leaves(value, (*place, key))
    elif isinstance(node, list) and node:
        yield from leaves(node[0], (*place, 0))


def without(view: Any, place: tuple[Any, ...]) -> Any:
    changed = copy.deepcopy(view)
    node = changed
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = "" if isinstance(node[place[-1]], str) else None
    return changed


FULL: Any = {
    **views.ORDINARY,
    "waivers": views.ITSRA["waivers"],
    "exceptions": [
        {
            "credits": "3",
            "reason": "accord",
            "component": views.words("Langue", "fr"),
            "number": "1",
            "signatures": views.ORDINARY["agreement"]["signatures"],
        }
    ],
    "requirements": [{"kind": "oral", "text": ""}, {"kind": "", "text": "An essay"}],
    "findings": [
        {**views.ORDINARY["findings"][0], "waived": {"by": "x", "date": "2026-01-01", "reason": "y"}},
    ],
}
LEAVES = [place for place in leaves(FULL) if not ALWAYS.fullmatch(".".join(map(str, place)))]


@pytest.mark.parametrize("place", LEAVES, ids=lambda place: "/".join(map(str, place)))
def test_what_a_record_lacks_leaves_no_hole(place: tuple[Any, ...]) -> None:
    made = compose(REPORT, without(FULL, place), speech=speech("fr"), second=speech("en"))
    for write in FORMATS.values():
        assert write.write(made)


def test_there_are_things_to_lack() -> None:
    assert len(LEAVES) > 40


@pytest.mark.parametrize(
    "lists",
    [
        ("blocks",),
        ("left_out",),
        ("conversions",),
        ("remedial",),
        ("findings",),
        ("waivers",),
        ("exceptions",),
    ],
)
def test_an_empty_list_is_no_hole(lists: tuple[str, ...]) -> None:
    made = compose(REPORT, {**FULL, **{name: [] for name in lists}}, speech=speech("fr"))
    for write in FORMATS.values():
        assert write.write(made)


def test_a_block_of_nothing_keeps_its_number() -> None:
    nothing = {
        **FULL["blocks"][0],
        "results": [],
        "components": [],
        "completed": "0",
        "agreed": "0",
        "recognised": "0",
    }
    made = compose(REPORT, {**FULL, "blocks": [nothing]}, speech=speech("en"))
    assert FORMATS["pdf"].write(made)


OVERRIDE = """{%- extends "mobctl/recognition-report.xml.j2" -%}
{%- block legend -%}
<legend><p>School: {{ view.learner.number }}</p>
<p>{{ _("Additional requirement: {text}", text=view.learner.number) }}</p></legend>
{%- endblock -%}
"""


def all_texts(element: Element) -> str:
    return "".join(child if isinstance(child, str) else all_texts(child) for child in element.children)


@pytest.mark.parametrize("value", views.HOSTILE)
def test_hostile_value_in_a_school_s_own_template_and_in_a_sentence(tmp_path: Path, value: str) -> None:
    (tmp_path / f"{REPORT}.xml.j2").write_text(OVERRIDE, encoding="utf-8")
    view = {**views.ORDINARY, "learner": {**views.ORDINARY["learner"], "number": value}}
    made = compose(REPORT, view, speech=speech("fr"), second=speech("en"), folder=tmp_path)
    text = all_texts(made.tree)
    assert f"School: {value}" in text
    assert text.count(value) == 4  # in the panel of the learner, in the school's line, in the sentence twice
    for write in FORMATS.values():
        assert write.write(made)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param("<script>alert(1)</script>", ":2: .*no element", id="HTML"),
        pytest.param(
            "<p>{{ view.nothing }}</p>", ":2: there is no “nothing” in", id="a key that is not there"
        ),
        pytest.param("<p>{{ nothing }}</p>", ":2: there is no “nothing” in", id="a name that is not there"),
        pytest.param("<p>open", ":2: “p” begins here and does not end", id="an element that is not ended"),
        pytest.param("<p><h level='2'>a</h></p>", ":2: “h” can't stand in “p”", id="an element out of place"),
        pytest.param("<p>{{ view.learner }}</p>", "texts and whole numbers", id="a group printed"),
        pytest.param("<p>{{ ''.__class__ }}</p>", ":2: ", id="Python's insides"),
        pytest.param("{% for a in range(9) %}{% endfor %}", ":2: ", id="a function that is not there"),
        pytest.param("<p>{{ _('{a}') }}</p>", "nothing is given for", id="a sentence without its value"),
        pytest.param("<p>{% for %}</p>", ":2: ", id="a mistake of Jinja"),
        pytest.param("{% include 'recognition-report.xml.j2' %}", "more than|without end", id="itself"),
        pytest.param(
            "{% for a in view.blocks %}{% for b in view.findings %}<p>{{ 'x' * 9999999 }}</p>{% endfor %}{% endfor %}",
            "can't use",
            id="a text made long",
        ),
    ],
)
def test_a_template_s_mistake_is_said_with_its_line(tmp_path: Path, body: str, said: str) -> None:
    text = f'{{% extends "mobctl/{REPORT}.xml.j2" %}}{{% block legend %}}\n{body}{{% endblock %}}'
    (tmp_path / f"{REPORT}.xml.j2").write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as refused:
        compose(REPORT, views.ORDINARY, speech=speech("en"), folder=tmp_path)
    sentence = words.words("en", store.lists()).say(refused.value.args[0])
    assert f"templates/{REPORT}.xml.j2" in sentence
    assert re.search(said, sentence), sentence
