"""Findings for people and for programs: one function a format."""

from collections.abc import Callable

from mobctl.reporters.data import as_json
from mobctl.reporters.explain import rule_lines
from mobctl.reporters.github import as_github
from mobctl.reporters.report import Line, Report, fitting, plain, visible, width
from mobctl.reporters.steps import Where, step_lines, steps_json
from mobctl.reporters.text import as_text, text_lines
from mobctl.reporters.todo import todo_json, todo_lines, unlooked
from mobctl.words import Words

REPORTERS: dict[str, Callable[[Report, Words], str]] = {"text": as_text, "json": as_json, "github": as_github}

__all__ = [
    "REPORTERS",
    "Line",
    "Report",
    "Where",
    "as_text",
    "fitting",
    "plain",
    "rule_lines",
    "step_lines",
    "steps_json",
    "text_lines",
    "todo_json",
    "todo_lines",
    "unlooked",
    "visible",
    "width",
]
