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
    show,
    tell,
    tell_what_was_set_aside,
    words,
)
from mobctl.cli.progress import Progress
from mobctl.finding import Severity

Output = Enum("Output", {name: name for name in reporters.REPORTERS})  # type: ignore[misc]
_THRESHOLD = {"error": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.INFO}
Threshold = Enum("Threshold", {name: name for name in (*_THRESHOLD, "never")})  # type: ignore[misc]


def validate(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders (default: this folder).")
    ] = None,
    output: Annotated[Output, typer.Option("--format", help="How to write the findings.")] = Output["text"],
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
    fail_on: Annotated[
        Threshold, typer.Option("--fail-on", help="From which severity on the exit status is 1.")
    ] = Threshold["error"],
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
    with Progress(lang, quiet=quiet) as progress:
        archive = load(paths, stdin_filename, progress.reading)
        parts = store.repositories(archive, progress.reading)
        report = judge(archive, parts, asked, progress.checking)
    speech = words(lang, parts[0])
    if output.value == "text":
        show(reporters.text_lines(report, speech, verbose - quiet), color)
    else:
        # Programs read UTF-8, whatever the terminal writes.
        rooted = replace(report, root=_root()) if output.value == "github" else report
        sys.stdout.buffer.write(reporters.REPORTERS[output.value](rooted, speech).encode())
    tell_what_was_set_aside(report, speech)
    for message in archive.unopened:
        tell(f"mobctl: {speech.say(message)}")
    worst, threshold = report.worst(), _THRESHOLD.get(fail_on.value)
    return failed(report, archive) or int(worst is not None and threshold is not None and worst >= threshold)


def _root() -> Path:
    """The folder from which a service shows paths: its workspace, else the git repository, else this folder."""
    here = Path.cwd()
    workspace = os.environ.get("GITHUB_WORKSPACE")
    if workspace and here.is_relative_to(workspace):
        return Path(workspace)
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
