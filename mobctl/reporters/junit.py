"""Findings as a JUnit report: one test case a file, so that a service lists the files that are as they should be too.

There is no standard; this is what Jenkins, GitLab and others have in common, and Jenkins' schema (junit-10.xsd) allows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from pathlib import PurePosixPath

from mobctl.escaped import visible
from mobctl.finding import Finding, Judged, Severity, say, say_n
from mobctl.reporters.report import NAME, Report, path_of, said, title
from mobctl.store import File
from mobctl.words import Words

ILLEGAL = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What XML has no place for, not even escaped."""


def as_junit(report: Report, words: Words) -> str:
    """Write one suite; a case fails where the run would fail for it, and else says what was found in its output."""
    cases = [_case(report, report.files[name], judged, words) for name, judged in report.judged.items()]
    kinds = [kind for kind, _ in cases]
    counts = {
        "tests": len(cases),
        "failures": kinds.count("failure"),
        "errors": kinds.count("error"),
        "skipped": kinds.count("skipped"),
    }
    inner = {key: str(count) for key, count in counts.items()} | {"time": "0"}
    outer = {key: value for key, value in inner.items() if key != "skipped"}
    suite = _element(
        "testsuite", {"name": "mobctl", **inner}, "\n".join(["", *(case for _, case in cases), ""])
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f"{head}{_element('testsuites', {'name': 'mobctl', **outer}, suite)}\n"


def _case(report: Report, file: File, judged: Judged, words: Words) -> tuple[str, str]:
    """What became of a file, as the name of an element, and its test case."""
    path = visible(path_of(report, file.name))
    open_ = [finding for finding in judged.findings if not finding.waived]
    grave = [finding for finding in open_ if finding.severity >= (report.fails or Severity.ERROR)]
    worst = max(grave, key=lambda finding: finding.severity, default=None)
    given: dict[str, str] = {}
    if file.refused and worst:
        kind, given = "error", {"type": worst.code, "message": visible(words.say(worst.message))}
    elif worst:
        text = say_n("{n} finding", "{n} findings", len(open_))
        kind, given = "failure", {"type": title(report, worst), "message": words.say(text)}
    elif open_:
        kind = "system-out"
    elif judged.findings:
        kind, given = "skipped", {"message": words.say(say("What is found here is waived."))}
    else:
        kind = ""
    lines = "\n".join(_line(report, file, path, finding, words) for finding in judged.findings)
    body = _element(kind, given, escape(_legal(lines), quote=False)) if kind else ""
    folder = PurePosixPath(path).parent.as_posix()
    return kind, _element("testcase", {"name": path, "classname": folder, "time": "0"}, body)


def _quoted(value: str) -> str:
    """Write the value of an attribute; what xml.sax offers for it loads a web client at every start."""
    text = escape(value, quote=False).replace('"', "&quot;")
    return f'"{text.translate(KEPT)}"'


KEPT = str.maketrans({"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
"""Ends of lines in attributes, which a reader would take for spaces."""


def _element(name: str, attributes: Mapping[str, str], body: str) -> str:
    """Write an element; its body is XML already."""
    given = "".join(f" {key}={_quoted(_legal(value))}" for key, value in attributes.items())
    return f"<{name}{given}>{body}</{name}>" if body else f"<{name}{given}/>"


def _line(report: Report, file: File, path: str, finding: Finding, words: Words) -> str:
    span = file.span(finding)
    level = NAME[finding.severity]
    sentences = " ".join(said(report, finding, words))
    return f"{path}:{span.line}:{span.column}: {level}: {title(report, finding)}: {sentences}"


def _legal(text: str) -> str:
    return ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
