"""`mobctl documents`."""

from __future__ import annotations

import sys
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from mobctl import __version__, publishing, store
from mobctl import documents as catalogue
from mobctl.cli.common import AsOf, Colour, Lang, day, not_one_of, show, words
from mobctl.documents import PAGES, Kind, Subject
from mobctl.errors import UserError
from mobctl.escaped import dumps
from mobctl.finding import N_, Label, Quoted, Series, say
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
    fields: Annotated[
        bool,
        typer.Option(
            "--fields", help="Show what a template of this kind sees, with the values of an invented record."
        ),
    ] = False,
    output: Annotated[Form, typer.Option("--format", help="How to write the list.")] = Form["text"],
    as_of: AsOf = None,
    lang: Lang = None,
    color: Colour = "auto",
) -> int:
    """List the kinds of documents, or explain one: what it needs, who signs it in what order, languages and formats.

    Inside a school's folder also its own letters: each is a template letter-NAME.xml.j2 among its templates.
    """
    speech = words(lang)
    school = store.school(Path())
    every = {**catalogue.KINDS, **publishing.letters(school)}
    folder = publishing.templates(school)
    if kind is not None and kind not in every:
        raise not_one_of(kind, say("a kind of document"), every, "mobctl documents")
    kinds = [each for name, each in every.items() if kind in (None, name)]
    if output.value == "json":
        sys.stdout.buffer.write(_json(kinds, speech, folder).encode())
        return 0
    if fields:
        if kind is None:
            raise UserError(say("{option} needs the name of a kind.", option=Quoted("--fields")))
        show(_seen(every[kind], day(as_of)), color)
        return 0
    lines = _list(kinds, speech) if kind is None else [*_explained(every[kind], speech, folder), []]
    two = say("{languages}, or two of them", languages=", ".join(languages()))
    lines += [
        _fact(speech, N_("Languages"), speech.say(two)),
        _fact(speech, N_("Formats"), ", ".join(PAGES)),
    ]
    show(lines, color)
    return 0


def _fact(speech: Words, name: str, text: str) -> Line:
    return [(f"{speech.text(name)}  ", "dim"), (text, "plain")]


def _list(kinds: list[Kind], speech: Words) -> list[Line]:
    width = max(len(each.name) for each in kinds)
    more = say("`{command}` says what one must state, and who signs it.", command="mobctl documents NAME")
    return [*(_head(each, speech, width) for each in kinds), [], [(speech.say(more), "plain")], []]


def _head(kind: Kind, speech: Words, width: int = 0) -> Line:
    name, title = f"{kind.name:<{width}}", f"  {speech.text(kind.title)}"
    return [(name, "message"), (title, "plain"), (f"  {kind.out}", "dim")]


def _seen(kind: Kind, as_of: date) -> list[Line]:
    found = [*publishing.seen(kind, as_of)]
    width = max((len(path) for path, _ in found), default=0)
    return [[(f"{path:<{width}}", "message"), (f"  {value}", "plain")] for path, value in found]


def _explained(kind: Kind, speech: Words, folder: Path | None) -> list[Line]:
    facts: list[Line] = []
    if kind.signatories:
        who = (
            say("{name} (`{role}`)", name=Label("signatories", role), role=role) for role in kind.signatories
        )
        facts.append(_fact(speech, N_("Signed in this order by"), speech.show(Series(tuple(who)))))
    if kind.subject is not Subject.MOBILITY:
        facts.append(_fact(speech, N_("Made of"), speech.text(SUBJECTS[kind.subject])))
    if kind.template:
        facts.append(_fact(speech, N_("Template shared with"), kind.template))
    facts.append(_fact(speech, N_("Blocks of its template"), ", ".join(publishing.blocks(kind, folder))))
    if kind.data:
        facts.append(_fact(speech, N_("Formats"), ", ".join(kind.formats)))
    if kind.note:
        facts.append([(speech.text(kind.note), "dim")])
    width = max(len(each.path) for each in kind.fields)
    return [
        _head(kind, speech),
        *([("  ", "plain"), *fact] for fact in facts),
        [("  ", "plain"), (speech.text(N_("Needs")), "dim")],
        *(
            [(f"    {each.path:<{width}}", "plain"), (f"  {speech.text(each.what)}", "dim")]
            for each in kind.fields
        ),
    ]


def _json(kinds: list[Kind], speech: Words, folder: Path | None) -> str:
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
                "blocks": [*publishing.blocks(kind, folder)],
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
    return f"{dumps(data, 2)}\n"
