"""`mobctl validate`."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from mobctl import reporters, store
from mobctl.cli.common import AsOf, Colour, Lang, day, judge, load, show, tell, words
from mobctl.finding import Severity, say

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
    profile: Annotated[
        list[str] | None, typer.Option("--profile", help="Judge by these profiles, not the record's.")
    ] = None,
    base: Annotated[
        str | None, typer.Option("--base", help="The git revision to compare with, as in main or HEAD~1.")
    ] = None,
    fail_on: Annotated[
        Threshold, typer.Option("--fail-on", help="From which severity on the exit status is 1.")
    ] = Threshold["error"],
    color: Colour = "auto",
    stdin_filename: Annotated[
        str, typer.Option("--stdin-filename", help="The name of what comes from standard input, given as -.")
    ] = "-",
) -> int:
    """Check records against the schemas and the rules.

    Exit status: 0 nothing found, 1 findings, 2 wrong use or configuration, 3 nothing to check, 4 a bug.
    """
    archive = load(paths, stdin_filename)
    parts = store.repositories(archive)
    speech = words(lang, parts[0])
    report = judge(archive, parts, day(as_of), tuple(profile or ()), base)
    if output.value == "text":
        show(reporters.text_lines(report, speech), color)
    else:
        # Programs read UTF-8, whatever the terminal writes.
        sys.stdout.buffer.write(reporters.REPORTERS[output.value](report, speech).encode())
    if profile:
        text = say("The profiles of the records were set aside for {profiles}.", profiles=", ".join(profile))
        tell(f"mobctl: {speech.say(text)}")
    for message in archive.unopened:
        tell(f"mobctl: {speech.say(message)}")
    if any(f.code == "BUG001" for judged in report.judged.values() for f in judged.findings):
        return 4
    if archive.unopened:
        return 3
    worst = report.worst()
    threshold = _THRESHOLD.get(fail_on.value)
    return int(worst is not None and threshold is not None and worst >= threshold)
