"""Findings as GitLab's Code Quality report: what a merge request shows as new or as mended."""

from __future__ import annotations

from mobctl.escaped import dumps
from mobctl.finding import Finding, Severity
from mobctl.reporters.report import Report, path_of, said
from mobctl.words import Words

SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def as_gitlab(report: Report, words: Words) -> str:
    """Write a list of what was found; what is waived is for information, what a baseline sets aside is not in it."""
    rows = [
        {
            "description": " ".join(said(report, finding, words)),
            "check_name": finding.code,
            "fingerprint": finding.fingerprint,
            "severity": _severity(report, finding),
            "location": {
                "path": path_of(report, name),
                "lines": {"begin": report.files[name].span(finding).line},
            },
        }
        for name, judged in report.judged.items()
        for finding in judged.findings
    ]
    return f"{dumps(rows)}\n"


def _severity(report: Report, finding: Finding) -> str:
    """An error of a rule that nobody may waive is graver than the others."""
    rule = report.catalogue.get(finding.code)
    if finding.waived:
        return "info"
    if finding.severity is Severity.ERROR and rule and rule.check and not rule.waivable:
        return "critical"
    return SEVERITIES[finding.severity]
