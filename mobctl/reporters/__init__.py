"""Findings for people and for programs: one function a format."""

from collections.abc import Callable

from mobctl.escaped import visible
from mobctl.reporters.data import as_json
from mobctl.reporters.explain import listed, rule_lines
from mobctl.reporters.github import as_github
from mobctl.reporters.gitlab import as_gitlab
from mobctl.reporters.junit import as_junit
from mobctl.reporters.markdown import as_markdown
from mobctl.reporters.privacy import for_the_public
from mobctl.reporters.reference import Reference
from mobctl.reporters.report import Line, Report, fitting, limits, plain, width
from mobctl.reporters.rule_data import PHASES, phases, rules_json
from mobctl.reporters.rule_pages import families_of, family_page, index_page
from mobctl.reporters.sarif import as_sarif
from mobctl.reporters.steps import Where, step_lines, steps_json
from mobctl.reporters.table import as_csv
from mobctl.reporters.text import as_text, text_lines
from mobctl.reporters.todo import todo_json, todo_lines, unlooked
from mobctl.words import Words

REPORTERS: dict[str, Callable[[Report, Words], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "gitlab": as_gitlab,
    "sarif": as_sarif,
    "junit": as_junit,
    "markdown": as_markdown,
    "csv": as_csv,
}
AMONG_US = frozenset({"text", "json"})
"""The formats for those who have the records; the others are read in the log of a job or sent on, and name nobody."""

__all__ = [
    "AMONG_US",
    "PHASES",
    "REPORTERS",
    "Line",
    "Reference",
    "Report",
    "Where",
    "as_text",
    "families_of",
    "family_page",
    "fitting",
    "for_the_public",
    "index_page",
    "limits",
    "listed",
    "phases",
    "plain",
    "rule_lines",
    "rules_json",
    "step_lines",
    "steps_json",
    "text_lines",
    "todo_json",
    "todo_lines",
    "unlooked",
    "visible",
    "width",
]
