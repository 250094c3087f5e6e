"""Findings as JSON for programs."""

from __future__ import annotations

from typing import Any

from mobctl import __version__
from mobctl.escaped import dumps
from mobctl.finding import Finding, pointer_text
from mobctl.reporters.report import NAME, Report, line_of
from mobctl.store import File
from mobctl.words import Words


def as_json(report: Report, words: Words) -> str:
    """The contract for programs: see schemas/output/findings.schema.json."""
    findings, todo, not_checked = [], [], []
    for name, judged in report.judged.items():
        file = report.files[name]
        findings += [row(report, file, finding, words) for finding in judged.findings]
        todo += [row(report, file, finding, words) for finding in judged.todo]
        not_checked += [{"file": name, "code": s.code, "why": words.say(s.why)} for s in judged.not_checked]
    data = {
        "version": 1,
        "tool": {"name": "mobctl", "version": __version__},
        "as_of": report.as_of.isoformat(),
        "lang": words.lang,
        "profiles": list(report.profiles),
        "selection": report.selection.plain(report.hidden),
        "summary": {
            "files": len(report.files),
            "other_files": report.others,
            **report.counts(),
            "known": sum(map(len, report.known.values())),
            "unchanged": report.unchanged,
        },
        "changed_since": report.since,
        "stale": None
        if report.stale is None
        else [
            {"file": each.file, "code": each.code, "pointer": each.place, "fingerprint": each.fingerprint}
            for each in report.stale
        ],
        "findings": findings,
        "todo": todo,
        "not_checked": not_checked,
        "weakened": [
            {"code": each.code, "what": each.what, "from": each.before, "to": each.after}
            for each in report.weakened
        ],
    }
    return f"{dumps(data)}\n"


def row(report: Report, file: File, finding: Finding, words: Words) -> dict[str, Any]:
    """One finding as the contract has it."""
    span = file.span(finding)
    rule = report.catalogue.get(finding.code)
    data = file.document.data if file.document else None
    source = finding.source or (rule.cites[0].source.title if rule else None)
    return {
        "file": file.name,
        "record": data.get("id") if isinstance(data, dict) and isinstance(data.get("id"), str) else None,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "pointer": pointer_text(finding.pointer),
        "code": finding.code,
        "slug": rule.slug if rule else None,
        "severity": NAME[finding.severity],
        "message_id": finding.message.id,
        "message": words.say(finding.message),
        "fix": report.fix(finding, words),
        "source": source,
        "profile": finding.profile,
        "edition": finding.edition,
        "clock": finding.clock,
        "due": finding.due.isoformat() if finding.due else None,
        "by": finding.by,
        "related": [
            {
                "file": related.file or file.name,
                "line": line_of(report, related, file),
                "pointer": pointer_text(related.pointer),
                "message": words.say(related.message),
            }
            for related in finding.related
        ],
        "fixable": False,
        "fingerprint": finding.fingerprint,
        "waived": {
            "by": finding.waived.by,
            "reason": finding.waived.reason,
            "date": finding.waived.date,
            "expires": finding.waived.expires,
        }
        if finding.waived
        else None,
    }
