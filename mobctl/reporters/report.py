"""What a run has to say, and what every format needs to say it."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from mobctl.baseline import Known
from mobctl.engine import HouseRule, Weakened
from mobctl.escaped import visible
from mobctl.finding import Finding, Judged, Message, Quoted, Related, Severity, Span, Waived, say, say_n
from mobctl.rule import Rule
from mobctl.selection import ALL, Selection
from mobctl.store import File
from mobctl.words import Words

Line = list[tuple[str, str]]
"""A line of output: stretches of text, each with a style name."""

STYLE = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}
MARK = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.INFO: "i"}
NAME = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}


@dataclass(frozen=True, slots=True)
class Report:
    """All that a run has to say.

    `selection` is what was asked for, and `hidden` counts the findings of other rules by code; `profiles` are those
    that stood in for the records' own; `house` are the rules that schools have of their own. Paths are shown from
    `root` on, where it is set: as a service shows them. From the severity `fails` on, the run has failed.

    `known` are findings that a baseline sets aside, by file, and `stale` those of it that are no longer found.
    `since` is the revision since which a file must have changed to be shown, and `unchanged` counts the findings in
    the others. A report that is `public` names nobody.
    """

    files: Mapping[str, File]
    judged: Mapping[str, Judged]
    others: int
    as_of: date
    weakened: tuple[Weakened, ...]
    catalogue: Mapping[str, Rule]
    selection: Selection = ALL
    hidden: Mapping[str, int] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    house: tuple[HouseRule, ...] = ()
    root: Path | None = None
    fails: Severity | None = Severity.ERROR
    known: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    stale: tuple[Known, ...] | None = None
    since: str | None = None
    unchanged: int = 0
    public: bool = False

    def counts(self) -> dict[str, int]:
        """Count findings by severity; waived ones count apart."""
        counts = {"errors": 0, "warnings": 0, "infos": 0, "waived": 0}
        for judged in self.judged.values():
            for finding in judged.findings:
                counts["waived" if finding.waived else f"{NAME[finding.severity]}s"] += 1
        return counts

    def worst(self) -> Severity | None:
        """The worst severity that is not waived."""
        found = [f.severity for j in self.judged.values() for f in j.findings if not f.waived]
        return max(found, default=None)

    def fix(self, finding: Finding, words: Words) -> str:
        """What to do: the finding's own advice, else its rule's; where that names a waiver, with how to write one."""
        rule = self.catalogue.get(finding.code)
        id = finding.advice.id if finding.advice else rule.fix if rule else ""
        text = words.say(finding.advice) if finding.advice else words.text(id)
        if rule and rule.waivable and not finding.waived and _WAIVER.search(id):
            return f"{text} {words.say(_form(finding.code))}"
        return text


_WAIVER = re.compile(r"\b(?:in|as|write|accept) (?:a |the )?waivers?\b")
"""Advice, in English, that a finding may be explained in a waiver."""


def _form(code: str) -> Message:
    """Say how a waiver of a rule is written."""
    lines = f"waivers: [{{rule: {code}, all: true, reason: …, by: …, date: …}}]"
    return say(
        "How to write it: {lines} (all: true for the whole record, or at for one part of it).", lines=lines
    )


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def who(file: File) -> str:
    """Name the record by its id and its institutions, not by the person: reports travel."""
    data = file.document.data if file.document else None
    if not isinstance(data, dict) or file.kind != "mobility":
        return ""
    ends = [data.get(role) for role in ("home", "host")]
    names = [str(e.get("city") or e.get("ref") or e.get("schac") or "") for e in ends if isinstance(e, dict)]
    return visible(" → ".join(n for n in names if n))[:60]


def place_of(report: Report, related: Related, here: File) -> tuple[str, Span | None]:
    """The file and the span of a related place; no span where its file is not one of those that are shown."""
    file = report.files.get(related.file or here.name)
    if related.span:
        return related.file or here.name, related.span
    return related.file or here.name, file.document.span(related.pointer) if file and file.document else None


def line_of(report: Report, related: Related, here: File) -> int | None:
    """The line of a related place, where its file is one of those that were asked for."""
    _, span = place_of(report, related, here)
    return span.line if span else None


ASCII: Mapping[str, str | int | None] = {
    "✗": "x", "→": "->", "│": "|", "·": "-", "“": '"', "”": '"', "«": '"', "»": '"', "’": "'", "…": "...", "–": "-",
    "\u00a0": " ", "\u202f": " ", "•": "*",
}  # fmt: skip
"""What stands for our marks where the terminal cannot show them."""


def fitting(text: str, encoding: str) -> str:
    """Write text so that an encoding can hold it: our marks by others, letters without accents, the rest by "?"."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        bare = unicodedata.normalize("NFKD", text.translate(str.maketrans(dict(ASCII))))
        letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
        return letters.encode(encoding, "replace").decode(encoding)
    return text


def plain(lines: list[Line]) -> str:
    """Lines without colour."""
    return "".join("".join(part for part, _ in line).rstrip() + "\n" for line in lines)


def path_of(report: Report, name: str) -> str:
    """The path of a file from the root of the repository on; as it was given, where it lies outside."""
    if report.root is None:
        return name
    real = Path(os.path.abspath(name))  # noqa: PTH100  (a link in the repository is shown where it lies there)
    return real.relative_to(report.root).as_posix() if real.is_relative_to(report.root) else name


def title(report: Report, finding: Finding) -> str:
    """The code of a finding with the name of its rule; a house rule has no other name than its id."""
    rule = report.catalogue.get(finding.code)
    return f"{finding.code} {rule.slug}" if rule else finding.code


def said(report: Report, finding: Finding, words: Words) -> list[str]:
    """Sentences for a service that shows a finding: what is wrong, what to do, that it is waived."""
    rule = report.catalogue.get(finding.code)
    sentences = [words.say(finding.message)]
    if not (rule and rule.told and not finding.advice) and (fix := report.fix(finding, words)):
        sentences.append(fix)
    if finding.waived:
        sentences.append(words.say(waiver(finding.waived)))
    return [visible(text) for text in sentences]


def waiver(waived: Waived) -> Message:
    """Say that a finding is waived; by whom and why only where it is known to the reader."""
    if not (waived.by or waived.reason):
        return say("This is waived: by whom and why stands in the record.")
    return say("Waived by {by}: {reason}", by=waived.by or "?", reason=waived.reason or "?")


def limits(report: Report) -> list[Message]:
    """Say what a run does not show because it was asked not to: what a baseline knows, what has not changed."""
    said = []
    if number := sum(map(len, report.known.values())):
        said.append(
            say_n(
                "{n} finding is set aside by the baseline",
                "{n} findings are set aside by the baseline",
                number,
            )
        )
    if report.stale:
        places = [f"{each.code} ({each.file})" for each in report.stale[:_NAMED]]
        said.append(
            say_n(
                "{n} finding of the baseline is no longer found ({places}): `mobctl baseline` takes it off the list",
                "{n} findings of the baseline are no longer found ({places}): `mobctl baseline` takes them off the list",
                len(report.stale),
                places=", ".join([*places, *["…"] * (len(report.stale) > _NAMED)]),
            )
        )
    if report.since is not None:
        since = Quoted(report.since)
        said.append(say("Only files that have changed since {since} are shown", since=since))
    if report.unchanged:
        said.append(
            say_n(
                "{n} finding in other files is not shown",
                "{n} findings in other files are not shown",
                report.unchanged,
            )
        )
    return said


_NAMED = 5
"""How many of those that are no longer there are named."""
