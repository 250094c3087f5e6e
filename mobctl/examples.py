"""What a broken example says of itself: which of its lines are wrong, and what stands there once it is mended.

A line where something is found ends in `# finds CODE (why)`, one that is wrong with it in `# -`. Lines that begin with
`#: ` right after such lines stand in their place in the mended version; a bare `#:` says that nothing does. A marked
line without any stays as it is: what is wrong with it is mended elsewhere, or is not in the text at all (as its
encoding).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

_FINDS = re.compile(r"# finds ([A-Z]{2,4}[0-9]{3})(?: at line ([0-9]+))?")
_MARK = re.compile(r"[ \t]*# (?:finds [A-Z]{2,4}[0-9]{3}.*|-)\s*$")
_AS_OF = re.compile(r"^# as of ([0-9]{4}-[0-9]{2}-[0-9]{2})\s*$", re.MULTILINE)


class Part(Enum):
    """In which version of an example a line stands."""

    BOTH = "both"
    WRONG = "wrong"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of one version, without its mark; `told` says that the example is about it."""

    text: str
    told: bool = False


def decoded(raw: bytes) -> str:
    """Read an example in whatever encoding it was saved, as some are about their encoding."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("windows-1252")


def day(text: str) -> date | None:
    """The day on which an example is to be judged, if it names one."""
    found = _AS_OF.search(text)
    return date.fromisoformat(found[1]) if found else None


def marked(text: str) -> set[tuple[int, str]]:
    """The lines where something is found, each with the code; where no comment can stand, another line names it."""
    found = set()
    for number, line in enumerate(text.split("\n"), 1):
        for code, elsewhere in _FINDS.findall(line):
            found.add((int(elsewhere) if elsewhere else number, code))
    return found


def mended(text: str) -> str:
    """The version in which all is well."""
    return "\n".join(line.text for line in version(text, passing=True))


def version(text: str, *, passing: bool) -> tuple[Line, ...]:
    """The lines of the version that fails, or of the one that passes, without the marks."""
    parts = _parts(text)
    left_out = Part.WRONG if passing else Part.RIGHT
    mine = Part.RIGHT if passing else Part.WRONG
    wrong = {line for part, line, _ in parts if part is Part.WRONG}
    new = any(part is Part.RIGHT and line not in wrong for part, line, _ in parts)
    return tuple(
        Line(
            line,
            (part is mine and not (new and passing and line in wrong)) or (found and not (passing and new)),
        )
        for part, line, found in parts
        if part is not left_out
    )


def _parts(text: str) -> list[tuple[Part, str, bool]]:
    """For each line: in which version it stands, its text, and whether something is found in it."""
    lines = text.replace("\r\n", "\n").split("\n")
    numbers = {number for number, _ in marked(text)}
    parts: list[tuple[Part, str, bool]] = []
    for number, line in enumerate(lines, 1):
        after = (later for later in lines[number:] if not later.rstrip().endswith("# -"))
        follows = next(after, "").startswith("#:")
        bare = _MARK.sub("", line)
        if line.startswith("#:"):
            if line != "#:":
                parts.append((Part.RIGHT, line[2:].removeprefix(" "), False))
        elif bare != line and not bare.strip():
            continue  # a line of marks, for lines that can have none
        elif line.rstrip().endswith("# -") or (bare != line and follows):
            parts.append((Part.WRONG, bare, number in numbers))
        else:
            parts.append((Part.BOTH, bare, number in numbers))
    return parts


def excerpt(text: str, *, passing: bool) -> tuple[Line | None, ...]:
    """The lines that an example is about, with those beside them and those that say where they stand.

    None is what was left out between two places; nothing is said of what stands under a line and is not shown.
    """
    lines = version(text, passing=passing)
    centres = [n for n, line in enumerate(lines) if line.told] or _gaps(text)
    near = {each for centre in centres for each in _beside(lines, centre)}
    wanted = sorted({*centres, *near, *(above for n in (*centres, *near) for above in _above(lines, n))})
    shown: list[Line | None] = []
    for last, number in zip([None, *wanted], wanted, strict=False):
        between = lines[last + 1 : number] if last is not None else ()
        depth = _depth(lines[last].text)[0] if last is not None else 0
        if any(_says(line.text) and _depth(line.text)[0] <= depth for line in between):
            shown.append(None)
        shown.append(lines[number])
    return tuple(shown)


_INSIDE = 8
"""How many lines are shown of what stands under a line."""


def _beside(lines: Sequence[Line], number: int) -> Iterator[int]:
    """The line before one and the line after it, if they are not parts of something else; what stands under it."""
    depth = _depth(lines[number].text)[0]
    for near in (number - 1, number + 1):
        if 0 <= near < len(lines) and _says(lines[near].text) and _depth(lines[near].text)[0] == depth:
            yield near
    below = []
    for near in range(number + 1, len(lines)):
        its_depth = _depth(lines[near].text)[0]
        if _says(lines[near].text) and its_depth <= depth:
            break
        if _says(lines[near].text):
            below.append(near)
    first = _depth(lines[below[0]].text)[0] if below else 0
    yield from [near for near in below if _depth(lines[near].text)[0] == first][:_INSIDE]


def _says(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _gaps(text: str) -> list[int]:
    """Where lines of the failing version are missing in the passing one: the line before each gap."""
    places, number = [], -1
    for part, _, _ in _parts(text):
        if part is Part.WRONG:
            places.append(max(number, 0))
        else:
            number += 1
    return places


def _above(lines: Sequence[Line], number: int) -> Iterator[int]:
    """The lines that a line stands under: the fields and items that it is a part of."""
    depth, item = _depth(lines[number].text)
    for above in range(number - 1, -1, -1):
        if not _says(lines[above].text):
            continue
        its_depth, its_item = _depth(lines[above].text)
        if its_depth < depth or (its_depth == depth and item and not its_item):
            depth, item = its_depth, its_item
            yield above


def _depth(line: str) -> tuple[int, bool]:
    """How far a line is indented, and whether it begins an item of a list."""
    bare = line.lstrip(" ")
    return len(line) - len(bare), bare.startswith("- ")
