"""What a run shows of all that it found: what is new, and what lies in files that have changed.

All of it is read and judged nevertheless: a rule that looks at many records would else be silent.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mobctl import baseline as baselines
from mobctl import store
from mobctl.baseline import Known
from mobctl.finding import Judged, Message, Series, say
from mobctl.reporters import Report
from mobctl.store import baseline, history

NOW = "HEAD"
"""What `--changed` compares with where no revision is given: what was committed last."""

_NAMED = 5


def to_new(report: Report, path: Path) -> Report:
    """Set aside what a baseline knows, and find what of it is no longer there."""
    entries = baseline.read(path)
    there = {f.fingerprint for judged in report.judged.values() for f in (*judged.findings, *judged.todo)}
    looked = {baseline.beside(path, name): judged for name, judged in report.judged.items()}
    stale = tuple(
        each for each in entries if each.fingerprint not in there and _looked_at(each, looked, report, path)
    )
    new, known = baselines.apart(report.judged, {each.fingerprint for each in entries})
    return replace(report, judged=new, known=known, stale=stale)


def _looked_at(entry: Known, looked: dict[str, Judged], report: Report, path: Path) -> bool:
    """Say whether an entry would have been found if it were still so: its file was read, and its rule could run."""
    judged = looked.get(entry.file)
    if judged is None:
        return not (path.parent / entry.file).exists()
    skipped = {each.code for each in judged.not_checked}
    if "*" in skipped:  # only the mistakes of its fields are all there, if there are any
        rule = report.catalogue.get(entry.code)
        shape = any(each.code.startswith("SHP") for each in judged.findings)
        return shape and rule is not None and rule.check is None and report.selection.has(entry.code)
    return report.selection.has(entry.code) and entry.code not in skipped


def to_changed(report: Report, parts: list[store.Archive], revision: str) -> tuple[Report, list[Message]]:
    """Keep what is found in files that have changed, or has to do with one; say what else may matter.

    What comes from standard input has changed: it is what an editor holds.
    """
    given = {name for name in report.files if name == "-" or not Path(name).exists()}
    everything = {name: file for part in parts for name, file in (part.files | part.beside).items()}
    configs = {part.config.name: part.config for part in parts if part.config}
    changed = history.changed((everything | configs).keys() - given, revision)
    names = changed.names | given
    kept = {
        name: judged if name in names else _about(judged, names) for name, judged in report.judged.items()
    }
    shown = {name: each for name, each in kept.items() if name in names or each.findings}
    hidden = sum(len(report.judged[name].findings) - len(each.findings) for name, each in kept.items())
    known = {name: all for name, all in report.known.items() if name in shown}
    narrowed = replace(
        report,
        files={name: report.files[name] for name in shown},
        judged=shown,
        known=known,
        since=revision,
        unchanged=hidden,
    )
    others = (name for name, file in (everything | configs).items() if file.kind != "mobility")
    shared = sorted({*(name for name in others if name in changed.names), *changed.gone})
    if not shared or not hidden:
        return narrowed, []
    named = Series((*shared[:_NAMED], *["…"] * (len(shared) > _NAMED)))
    text = say(
        "Changed or deleted as well, and other records may depend on it: {files}. Without --changed, all is shown.",
        files=named,
    )
    return narrowed, [text]


def _about(judged: Judged, names: frozenset[str]) -> Judged:
    """What is found in a file that has not changed and points into one that has."""
    found = tuple(f for f in judged.findings if any(each.file in names for each in f.related))
    return Judged(found)
