"""`mobctl validate`."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from mobctl import reporters, store
from mobctl.cli import narrow
from mobctl.cli.common import (
    Asked,
    AsOf,
    Colour,
    Ignore,
    Lang,
    Profile,
    Quiet,
    Select,
    Verbose,
    day,
    failed,
    judge,
    load,
    not_one_of,
    show,
    tell,
    tell_what_was_set_aside,
    words,
)
from mobctl.cli.progress import Progress
from mobctl.errors import UserError
from mobctl.finding import Quoted, Severity, say
from mobctl.reporters import Report
from mobctl.store import write
from mobctl.words import Words

Output = Enum("Output", {name: name for name in reporters.REPORTERS})  # type: ignore[misc]
_THRESHOLD = {"error": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.INFO}
Threshold = Enum("Threshold", {name: name for name in (*_THRESHOLD, "never")})  # type: ignore[misc]
Personal = Enum("Personal", {name: name for name in ("show", "hide")})  # type: ignore[misc]

_TELL_LIMITS = frozenset({"text", "github", "markdown"})
"""The formats that say themselves what was not shown."""


def validate(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or ids of records, and folders (default: this folder).")
    ] = None,
    output: Annotated[Output, typer.Option("--format", help="How to write the findings.")] = Output["text"],
    also: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            metavar="FORMAT:FILE",
            help="Write the findings to a file besides, as in sarif:mobctl.sarif; may be given several times.",
        ),
    ] = None,
    as_of: AsOf = None,
    lang: Lang = None,
    profile: Profile = None,
    select: Select = None,
    ignore: Ignore = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base", metavar="REVISION", help="The git revision to compare with, as in main or HEAD~1."
        ),
    ] = None,
    changed: Annotated[
        str | None,
        typer.Option(
            "--changed",
            metavar="[REVISION]",
            help="Show only what is in files that have changed since this git revision (without one: since the last"
            " commit); everything is read nevertheless.",
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline",
            metavar="FILE",
            help="Set aside the findings that this file lists; `mobctl baseline` writes it.",
        ),
    ] = None,
    fail_on: Annotated[
        Threshold, typer.Option("--fail-on", help="From which severity on the exit status is 1.")
    ] = Threshold["error"],
    personal_data: Annotated[
        Personal | None,
        typer.Option(
            "--personal-data",
            help="Whether messages name persons: if not given, text and json do, and what others may read does not.",
        ),
    ] = None,
    color: Colour = "auto",
    quiet: Quiet = False,
    verbose: Verbose = False,
    stdin_filename: Annotated[
        str,
        typer.Option(
            "--stdin-filename", metavar="NAME", help="The name of what comes from standard input, given as -."
        ),
    ] = "-",
) -> int:
    """Check records against the schemas and the rules.

    Exit status: 0 nothing found, 1 findings, 2 wrong use or configuration, 3 nothing to check, 4 a bug.
    """
    asked = Asked(day(as_of), tuple(profile or ()), base, tuple(select or ()), tuple(ignore or ()))
    besides = [_besides(each) for each in also or ()]
    with Progress(lang, quiet=quiet) as progress:
        archive = load(paths, stdin_filename, progress.reading)
        parts = store.repositories(archive, progress.reading)
        report = judge(archive, parts, asked, progress.checking)
    speech = words(lang, parts[0])
    status = failed(report, archive)
    threshold = _THRESHOLD.get(fail_on.value)
    report = replace(report, fails=threshold or Severity.ERROR)
    notes = [*archive.unopened]
    if baseline is not None:
        report = narrow.to_new(report, baseline)
    if changed is not None:
        report, more = narrow.to_changed(report, parts, changed)
        notes += more
    private = personal_data and personal_data.value == "hide"
    for name, path in besides:
        write.put(path, _written(report, name, speech, private=private).encode())
    if output.value == "text":
        shown = reporters.for_the_public(report) if private else report
        show(reporters.text_lines(shown, speech, verbose - quiet), color)
    else:
        # Programs read UTF-8, whatever the terminal writes.
        sys.stdout.buffer.write(_written(report, output.value, speech, private=private).encode())
    tell_what_was_set_aside(report, speech)
    if output.value not in _TELL_LIMITS:
        notes = [*reporters.limits(report), *notes]
    for message in notes:
        tell(f"mobctl: {speech.say(message)}")
    worst = report.worst()
    return status or int(worst is not None and threshold is not None and worst >= threshold)


def _besides(given: str) -> tuple[str, Path]:
    """Take apart what `--output` was given: a format and a file."""
    name, _, path = given.partition(":")
    if name not in reporters.REPORTERS:
        raise not_one_of(name, say("a format"), reporters.REPORTERS)
    if not path:
        raise UserError(
            say(
                "What {option} takes is a format and a file, as in {example}.",
                option=Quoted("--output"),
                example="sarif:mobctl.sarif",
            )
        )
    return name, Path(path)


def _written(report: Report, name: str, speech: Words, *, private: bool | None) -> str:
    """Write a report in a format; those that others read name nobody, unless it was asked for."""
    among_us = name in reporters.AMONG_US
    shown = report if among_us else replace(report, root=_root())
    hidden = not among_us if private is None else private
    return reporters.REPORTERS[name](reporters.for_the_public(shown) if hidden else shown, speech)


def _root() -> Path:
    """The folder from which a service shows paths: its workspace, else the git repository, else this folder."""
    here = Path.cwd()
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        workspace = os.environ.get(name)
        if workspace and here.is_relative_to(workspace):
            return Path(workspace)
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
