"""Findings as a table for a spreadsheet: CSV as RFC 4180 has it."""

from __future__ import annotations

import csv
import io

from mobctl.escaped import visible
from mobctl.finding import pointer_text
from mobctl.reporters.data import row
from mobctl.reporters.report import Report, path_of
from mobctl.words import Words

COLUMNS = (
    "file", "line", "column", "severity", "code", "slug", "message", "fix", "record", "pointer", "profile", "source",
    "by", "waived", "fingerprint",
)  # fmt: skip
"""The header, the same in every language and from version to version: a new column comes last."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet takes for a formula; an apostrophe before it makes it text."""

MARK = "\ufeff"
"""A byte order mark at the beginning: without it, Excel reads UTF-8 as another encoding, and breaks every accent.

The table is for people with a spreadsheet; programs have JSON.
"""


def as_csv(report: Report, words: Words) -> str:
    """Write one line a finding."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for name, judged in report.judged.items():
        file = report.files[name]
        for finding in judged.findings:
            data = row(report, file, finding, words)
            data |= {"file": path_of(report, name), "waived": bool(finding.waived)}
            data |= {"pointer": pointer_text(finding.pointer)}
            writer.writerow([_cell(data[column]) for column in COLUMNS])
    return MARK + text.getvalue()


def harmless(text: str) -> str:
    """Text as a cell of a spreadsheet: never a formula, and no character that can't be seen."""
    shown = visible(text)
    return f"'{shown}" if shown.startswith(FORMULA) else shown


def _cell(value: object) -> object:
    """A value as a cell, which is never a formula."""
    if value is None or isinstance(value, bool):
        return "yes" if value else ""
    if not isinstance(value, str):
        return value
    return harmless(value)
