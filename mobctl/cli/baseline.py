"""`mobctl baseline`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mobctl import baseline as baselines
from mobctl import store
from mobctl.cli.common import Asked, AsOf, Lang, Quiet, day, failed, judge, load, tell, words
from mobctl.cli.progress import Progress
from mobctl.finding import Quoted, say, say_n
from mobctl.store import baseline as files

NAME = ".mobctl-baseline.json"


def baseline(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders (default: this folder).")
    ] = None,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="The file to write; what is in it is renewed."),
    ] = Path(NAME),
    as_of: AsOf = None,
    lang: Lang = None,
    quiet: Quiet = False,
) -> int:
    """Write down the findings that there are now, so that `mobctl validate --baseline FILE` shows only new ones.

    What is listed there stays listed as long as its file is not looked at again; what is mended goes.
    Exit status: 0 done, 2 wrong use or configuration, 3 nothing to check, 4 a bug.
    """
    with Progress(lang, quiet=quiet) as progress:
        archive = load(paths, "-", progress.reading)
        parts = store.repositories(archive, progress.reading)
        report = judge(archive, parts, Asked(day(as_of)), progress.checking)
    speech = words(lang, parts[0])
    before = files.read(output) if output.exists() else ()
    looked = {files.beside(output, name) for name in report.files}
    now = [
        entry
        for name, judged in report.judged.items()
        for entry in baselines.known(files.beside(output, name), judged.findings)
    ]
    marks = {each.fingerprint for each in now}
    kept = [
        each
        for each in before
        if each.file not in looked and each.fingerprint not in marks and (output.parent / each.file).exists()
    ]
    files.save(output, [*now, *kept])
    old = {each.fingerprint for each in before}
    after = {each.fingerprint for each in (*now, *kept)}
    texts = [
        say_n(
            "{n} finding stands in {file}.",
            "{n} findings stand in {file}.",
            len(after),
            file=Quoted(output.as_posix()),
        )
    ]
    if before:
        texts.append(
            say("New in it: {new}; no longer in it: {gone}.", new=len(after - old), gone=len(old - after))
        )
    for message in (*texts[: 0 if quiet else None], *archive.unopened):
        tell(f"mobctl: {speech.say(message)}")
    return failed(report, archive)
