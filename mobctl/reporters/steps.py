"""How a credit or a grade came about, step by step: for people, and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mobctl import __version__
from mobctl.escaped import dumps, visible
from mobctl.explanation import Step, owner
from mobctl.finding import pointer_text
from mobctl.model import Node
from mobctl.reporters.report import Line
from mobctl.store import File
from mobctl.words import Words

BAR, LAST, ROOM, NOTHING = "├─ ", "└─ ", "│  ", "   "


@dataclass(frozen=True, slots=True)
class Where:
    """The record that is explained, and the files in which a step can be written: it and the grading tables."""

    record: str
    files: Mapping[str, File]
    models: Mapping[str, Node]

    def of(self, step: Step) -> tuple[str, int, str] | None:
        """The file, the line and the place of a step, where it is written somewhere."""
        found = owner(step.node, self.models) if step.node else None
        if found is None:
            return None
        name, pointer = found
        document = self.files[name].document
        return name, document.span(pointer).line if document else 1, pointer_text(pointer)


def step_lines(steps: Sequence[Step], where: Where, words: Words) -> list[Line]:
    """Draw each explanation as a tree, with the line of the record, or the file and line of the table, of every step."""
    lines: list[Line] = []
    for step in steps:
        if lines:
            lines.append([])
        lines += _lines(step, where, words, "", "")
    return lines


def _lines(step: Step, where: Where, words: Words, mark: str, under: str) -> Iterator[Line]:
    found = where.of(step)
    place = ""
    if found:
        name, number, _ = found
        place = f"  {name}:{number}" if name != where.record or not mark else f"  :{number}"
    yield [
        (mark, "dim"),
        (visible(words.say(step.said)), "plain" if mark else "message"),
        (visible(place), "dim"),
    ]
    for number, part in enumerate(step.parts, 1):
        last = number == len(step.parts)
        yield from _lines(
            part, where, words, under + (LAST if last else BAR), under + (NOTHING if last else ROOM)
        )


def steps_json(steps: Sequence[Step], where: Where, words: Words, place: str | None) -> str:
    """The contract for programs: see schemas/output/explain.schema.json."""
    data = {
        "version": 1,
        "tool": {"name": "mobctl", "version": __version__},
        "lang": words.lang,
        "file": where.record,
        "place": place,
        "steps": [_plain(step, where, words) for step in steps],
    }
    return f"{dumps(data)}\n"


def _plain(step: Step, where: Where, words: Words) -> dict[str, Any]:
    name, line, pointer = where.of(step) or (None, None, None)
    return {
        "message_id": step.said.id,
        "message": words.say(step.said),
        "file": name,
        "line": line,
        "pointer": pointer,
        "parts": [_plain(part, where, words) for part in step.parts],
    }
