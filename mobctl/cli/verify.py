"""`mobctl verify`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from mobctl import __version__, publishing, seal, store, verifying
from mobctl.cli.common import Colour, Lang, day, named, show, words
from mobctl.documents import Subject
from mobctl.errors import ContentError, NothingToCheckError, UserError
from mobctl.escaped import dumps, visible
from mobctl.finding import Quoted, say, system
from mobctl.opened import LARGEST, opened
from mobctl.store import write
from mobctl.store.archive import repository
from mobctl.verifying import School, State, Verdict
from mobctl.words import Words

Form = Enum("Form", {name: name for name in ("text", "json")})  # type: ignore[misc]
MARKS = {State.RIGHT: ("✓", "plain"), State.WRONG: ("✗", "error"), State.OPEN: ("?", "warning")}
STATUS = {State.RIGHT: 0, State.WRONG: 1, State.OPEN: 1}
LARGEST_KEY = 64 * 1024
REFERRED_TO = ("institution", "partner-agreement", "grading-table", "cohort")
"""The kinds of files that records of mobilities refer to."""


def verify(
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="A PDF, or the text of the QR code on a paper.")
    ] = None,
    key: Annotated[
        list[Path] | None,
        typer.Option(
            "--key", metavar="FILE", help="A public key of the issuer (default: those of mobctl.yaml)."
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="FILE", help="Write a page that checks seals in a browser, without a network."
        ),
    ] = None,
    output: Annotated[Form, typer.Option("--format", help="How to write the verdict.")] = Form["text"],
    lang: Lang = None,
    color: Colour = "auto",
) -> int:
    """Say whether a document is what its record says: the seal, the embedded values, the printed page.

    In the records' folder, the school's look, its keys and its records are looked at too: an annulled document is said to be,
    and so is one whose record has changed since.

    Exit status: 0 genuine and what its record says, 1 anything else, 2 wrong use, 3 no such file.
    """
    speech = words(lang)
    if (file is None) == (html is None):
        raise UserError(
            say("Give a document to check, or {option} with a file to write.", option=Quoted("--html"))
        )
    school = _school(key or [])
    if html is not None:
        return _write_page(html, school, speech)
    assert file is not None  # noqa: S101  (one of the two was given)
    try:
        verdict = _verdict(file, school)
    except ContentError as error:
        sys.stderr.write(f"mobctl: {speech.say(error.args[0])}\n")
        return 1
    if output.value == "json":
        sys.stdout.buffer.write(_json(file, verdict, speech).encode())
    else:
        show(_lines(verdict, speech), color)
    return STATUS[verdict.state]


def _verdict(file: str, school: School) -> Verdict:
    path = Path(file)
    if file.startswith(seal.PREFIX) or ("#" in file and "://" in file):
        return verifying.of_code(file, school.keys)
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except OSError as error:
        raise NothingToCheckError(
            say("{file} cannot be opened: {why}", file=Quoted(file), why=system(error))
        ) from error
    if len(raw) > LARGEST:
        raise ContentError(say("{file} is larger than {n} bytes.", file=Quoted(file), n=LARGEST))
    return verifying.verify(opened(raw, file), school)


def _school(named: list[Path]) -> School:
    """What is known here: the keys that were named, and what the records' folder has, if we are in one."""
    keys = {}
    for path in named:
        try:
            data = path.read_bytes()[: LARGEST_KEY + 1]
        except OSError as error:
            raise UserError(
                say("{file} cannot be opened: {why}", file=Quoted(str(path)), why=system(error))
            ) from error
        made = seal.public_key(data, str(path))
        keys[seal.key_id(made)] = made
    if repository(Path()) is None:
        return School(keys=keys)
    archive = store.school(Path())
    brand, templates = publishing.look(archive)
    return School(brand, templates, {**publishing.public_keys(archive), **keys}, _read, day(None))


def _read(subject: Subject, id: str) -> store.Archive:
    """Read what a document may be made of: the records in which its id stands, and what all records refer to."""
    config = store.school(Path()).config
    wanted = dict.fromkeys(REFERRED_TO, "")
    if subject is not Subject.INSTITUTION:
        wanted["mobility"] = id
    return store.Archive(store.of_kinds(Path(), wanted), config=config)


def _write_page(html: Path, school: School, speech: Words) -> int:
    if not school.keys:
        raise UserError(
            say("The page needs a key to check with: give it with --key, or name it in mobctl.yaml.")
        )
    try:
        write.save({html: verifying.page(school.keys, speech).encode()}, force=True)
    except ContentError as error:
        raise UserError(error.args[0]) from error
    named(html.as_posix())
    return 0


def _lines(verdict: Verdict, speech: Words) -> list[list[tuple[str, str]]]:
    mark, style = MARKS[verdict.state]
    lines = [[(f"{mark} ", style), (visible(speech.say(verdict.said)), "message")]]
    for check in verdict.checks:
        mark, style = MARKS[check.state]
        lines.append([(f"  {mark} ", style), (visible(speech.say(check.said)), "dim")])
    return lines


def _claims(it: seal.Claims) -> dict[str, str]:
    return {name: value for name, value in asdict(it).items() if name != "made"}


def _json(file: str, verdict: Verdict, speech: Words) -> str:
    data: dict[str, Any] = {
        "version": 1,
        "tool": {"name": "mobctl", "version": __version__},
        "lang": speech.lang,
        "file": file,
        "state": verdict.state.value,
        "message_id": verdict.said.id,
        "message": speech.say(verdict.said),
        "checks": [
            {
                "name": check.name,
                "state": check.state.value,
                "message_id": check.said.id,
                "message": speech.say(check.said),
            }
            for check in verdict.checks
        ],
        "seal": _claims(verdict.claims) if verdict.claims else None,
    }
    return f"{dumps(data)}\n"
