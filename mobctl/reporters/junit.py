"""Findings as a JUnit report: one test case a file, so that a service lists the files that are as they should be too.

There is no standard; this is what Jenkins, GitLab and others have in common, and Jenkins' schema (junit-10.xsd) allows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from xml.etree import ElementTree as ET

from mobctl.finding import Finding, Judged, Severity, say, say_n
from mobctl.reporters.report import NAME, Report, path_of, said, title
from mobctl.store import File
from mobctl.words import Words

ILLEGAL = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What XML has no place for, not even escaped."""


def as_junit(report: Report, words: Words) -> str:
    """Write one suite; a case fails where the run would fail for it, and else says what was found in its output."""
    suite = ET.Element("testsuite", name="mobctl")
    for name, judged in report.judged.items():
        suite.append(_case(report, report.files[name], judged, words))
    counts = {"tests": len(suite)}
    for kind, name in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        counts[kind] = len(suite.findall(f"testcase/{name}"))
    for key, count in (*counts.items(), ("time", 0)):
        suite.set(key, str(count))
    suites = ET.Element("testsuites", name="mobctl", time="0")
    for key in ("tests", "failures", "errors"):
        suites.set(key, str(counts[key]))
    suites.append(suite)
    ET.indent(suites, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _case(report: Report, file: File, judged: Judged, words: Words) -> ET.Element:
    path = path_of(report, file.name)
    folder = PurePosixPath(path).parent.as_posix()
    case = ET.Element("testcase", name=_legal(path), classname=_legal(folder), time="0")
    open_ = [finding for finding in judged.findings if not finding.waived]
    grave = [finding for finding in open_ if finding.severity >= (report.fails or Severity.ERROR)]
    lines = "\n".join(_line(report, file, path, finding, words) for finding in judged.findings)
    if file.refused and grave:
        _add(case, "error", lines, type=grave[0].code, message=words.say(grave[0].message))
    elif grave:
        worst = max(grave, key=lambda finding: finding.severity)
        text = say_n("{n} finding", "{n} findings", len(open_))
        _add(case, "failure", lines, type=title(report, worst), message=words.say(text))
    elif open_:
        _add(case, "system-out", lines)
    elif judged.findings:
        _add(case, "skipped", lines, message=words.say(say("What is found here is waived.")))
    return case


def _add(case: ET.Element, name: str, text: str, **attributes: str) -> None:
    given = {key: _legal(value) for key, value in attributes.items()}
    ET.SubElement(case, name, given).text = _legal(text)


def _line(report: Report, file: File, path: str, finding: Finding, words: Words) -> str:
    span = file.span(finding)
    level = NAME[finding.severity]
    return f"{path}:{span.line}:{span.column}: {level}: {title(report, finding)}: {_joined(said(report, finding, words))}"


def _joined(sentences: Iterable[str]) -> str:
    return " ".join(sentences)


def _legal(text: str) -> str:
    return ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
