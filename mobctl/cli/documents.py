"""`mobctl documents`."""

from __future__ import annotations

import json
import sys
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from mobctl import __version__, publishing, store
from mobctl import documents as catalogue
from mobctl.cli.common import Colour, Lang, not_one_of, show, words
from mobctl.documents import PAGES, Kind, Subject
from mobctl.finding import N_, Label, Series, say
from mobctl.reporters import Line
from mobctl.words import Words, languages

SUBJECTS = {
    Subject.MOBILITY: N_("each mobility"),
    Subject.PARTNER_AGREEMENT: N_("each agreement with a partner"),
    Subject.INSTITUTION: N_("each institution"),
    Subject.GROUP: N_("each group of learners who go together"),
    Subject.ARCHIVE: N_("all that the school keeps in its folder"),
}
"""Of what the documents of a kind are made, one of each."""

Form = Enum("Form", {name: name for name in ("text", "json")})  # type: ignore[misc]


def documents(
    kind: Annotated[
        str | None, typer.Argument(metavar="KIND", help="Explain this kind: each field that it needs.")
    ] = None,
    output: Annotated[Form, typer.Option("--format", help="How to write the list.")] = Form["text"],
    lang: Lang = None,
    color: Colour = "auto",
) -> int:
    """List the kinds of documents: what each needs, who signs it in what order, in which languages and formats.

    Inside a school's folder also its own letters: each is a template letter-NAME.xml.j2 among its templates.
    """
    speech = words(lang)
    every = {**catalogue.KINDS, **publishing.letters(store.school(Path()))}
    if kind is not None and kind not in every:
        raise not_one_of(kind, say("a kind of document"), every, "mobctl documents")
    kinds = [each for name, each in every.items() if kind in (None, name)]
    if output.value == "json":
        sys.stdout.buffer.write(_json(kinds, speech).encode())
        return 0
    lines: list[Line] = []
    for each in kinds:
        lines += [*_lines(each, speech, in_full=kind is not None), []]
    two = say("{languages}, or two of them", languages=", ".join(languages()))
    lines += [
        _fact(speech, N_("Languages"), speech.say(two)),
        _fact(speech, N_("Formats"), ", ".join(PAGES)),
    ]
    show(lines, color)
    return 0


def _fact(speech: Words, name: str, text: str) -> Line:
    return [(f"{speech.text(name)}  ", "dim"), (text, "plain")]


def _lines(kind: Kind, speech: Words, *, in_full: bool) -> list[Line]:
    who = Series(tuple(Label("signatories", role) for role in kind.signatories))
    lines: list[Line] = [
        [(kind.name, "message"), (f"  {speech.text(kind.title)}", "plain"), (f"  {kind.out}", "dim")],
    ]
    if kind.signatories:
        lines.append([("  ", "plain"), *_fact(speech, N_("Signed in this order by"), speech.show(who))])
    if kind.subject is not Subject.MOBILITY:
        lines.append([("  ", "plain"), *_fact(speech, N_("Made of"), speech.text(SUBJECTS[kind.subject]))])
    if kind.template:
        lines.append([("  ", "plain"), *_fact(speech, N_("Template shared with"), kind.template)])
    if kind.data:
        lines.append([("  ", "plain"), *_fact(speech, N_("Formats"), ", ".join(kind.formats))])
    if kind.note:
        lines.append([("  ", "plain"), (speech.text(kind.note), "dim")])
    if not in_full:
        needs = ", ".join(speech.text(each.what) for each in kind.fields)
        return [*lines, [("  ", "plain"), *_fact(speech, N_("Needs"), needs)]]
    lines.append([(f"  {speech.text(N_('Needs'))}", "dim")])
    width = max(len(each.path) for each in kind.fields)
    return [
        *lines,
        *(
            [(f"    {each.path:<{width}}", "plain"), (f"  {speech.text(each.what)}", "dim")]
            for each in kind.fields
        ),
    ]


def _json(kinds: list[Kind], speech: Words) -> str:
    data: dict[str, Any] = {
        "version": 1,
        "tool": {"name": "mobctl", "version": __version__},
        "lang": speech.lang,
        "languages": [*languages()],
        "formats": [*dict.fromkeys(form for kind in kinds for form in kind.formats)],
        "kinds": [
            {
                "out": kind.out,
                "name": kind.name,
                "title": speech.text(kind.title),
                "subject": kind.subject.value,
                "template": kind.template_name,
                "languages": [*languages()],
                "formats": [*kind.formats],
                "note": speech.text(kind.note),
                "signatories": [
                    {"role": role, "name": speech.show(Label("signatories", role))}
                    for role in kind.signatories
                ],
                "fields": [{"path": each.path, "what": speech.text(each.what)} for each in kind.fields],
            }
            for kind in kinds
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
