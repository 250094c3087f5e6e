"""Findings as Markdown: the summary of a job, a comment on a merge request."""

from __future__ import annotations

from mobctl.escaped import visible
from mobctl.finding import N_, Finding, say_n
from mobctl.gfm import cell, displayed
from mobctl.reporters.report import MARK, Report, path_of, said
from mobctl.reporters.text import counted, noted
from mobctl.store import File
from mobctl.words import Words

LARGEST = 1_000_000
"""How many bytes there may be: GitHub takes a summary of 1 MiB, and refuses a longer one whole."""


def as_markdown(report: Report, words: Words) -> str:
    """Write the counts and a table of what was found, the worst first, as far as there is room."""
    rows = [
        (finding, report.files[name]) for name, judged in report.judged.items() for finding in judged.findings
    ]
    rows.sort(
        key=lambda row: (bool(row[0].waived), -row[0].severity)
    )  # stable: else as they stand in the files
    head = [f"### mobctl: {displayed(''.join(part for part, _ in counted(report, words)))}", ""]
    head += [f"- {displayed(note)}" for note in noted(report, words)]
    if not rows:
        return "\n".join(head).rstrip() + "\n"
    titles = [words.text(each) for each in (N_("Place"), N_("Finding"), N_("Rule"))]
    head += ["", f"| | {' | '.join(titles)} |", "| --- | --- | --- | --- |"]
    text = "\n".join(head) + "\n"
    size, shown = len(text.encode()), 0
    lines = []
    for finding, file in rows:
        line = _row(report, finding, file, words)
        size += len(line.encode())
        if size > LARGEST:
            break
        lines.append(line)
        shown += 1
    if left := len(rows) - shown:
        more = say_n("{n} finding more has no room here.", "{n} findings more have no room here.", left)
        lines.append(f"\n{displayed(words.say(more))}\n")
    return text + "".join(lines)


def _row(report: Report, finding: Finding, file: File, words: Words) -> str:
    place = f"{visible(path_of(report, file.name))}:{file.span(finding).line}"
    mark = "~" if finding.waived else MARK[finding.severity]
    cells = [mark, cell(place), cell(" ".join(said(report, finding, words))), cell(finding.code)]
    return f"| {' | '.join(cells)} |\n"
