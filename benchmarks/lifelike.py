"""Records to measure with: the example stories, each time with other people, courses and numbers.

The same count gives the same bytes. What YAML tools read in different ways (days, numbers that are text) stands
between quotes, so that every tool that is measured reads the same record; `same_for_all` makes sure of it.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from mobctl import store
from mobctl.store.reader import parse

ROOT = Path(__file__).resolve().parents[1]
LEAST_LINES = 100
"""Shorter examples are records at their beginning: most of an archive is further on."""

FAMILIES = (
    "Alarcón", "Andersson", "Baranowska", "Benchekroun", "Bianchi", "Carvalho", "Češnik", "Delmas", "Ekström", "Ferreira", "Garnier",
    "Hakimi", "Ivanova", "Jørgensen", "Kowalczyk", "Lefèvre", "Marchetti", "Nowak", "O’Brien", "Papadaki", "Quéré", "Rossi",
    "Sağlam", "Tremblay", "Ungureanu", "Vasseur", "Weiß", "Xenaki", "Yıldız", "Zahradník",
)  # fmt: skip
GIVEN = (
    "Agnieszka", "Björn", "Chloé", "Daniel", "Élodie", "Fatima", "Giulia", "Hugo", "Inès", "João", "Katarína", "Léa", "Mehmet",
    "Noémie", "Oskar", "Paula", "Quentin", "Raphaël", "Sofía", "Théo", "Ulla", "Valentina", "Wiktor", "Yasmine", "Zoé",
)  # fmt: skip
ENDINGS = (
    "I",
    "II",
    "A",
    "B",
    "1",
    "2",
    "– projet",
    "– seminar",
    "avancé",
    "(laboratorio)",
    "workshop",
    "et société",
)

_PAIR = re.compile(r"\{family: ([^,}]+), given: ([^,}]+)\}")
_NUMBER = re.compile(r'^  id: "?([0-9]{6,})"?', re.MULTILINE)
_ESI = re.compile(r"(int:esi:[^:\s]+:)[^\s,}]+")
_CODE = re.compile(r"\b(code: [A-Z0-9]+-)([0-9]{3,4})\b")
_TITLE = re.compile(r"(title: (?:\{[a-z]{2}: )?)([^{},\"\n]{4,60}?)(?=[,}\n])")
_BIRTH = re.compile(r"(birth_date: [0-9]{4}-[0-9]{2}-)[0-9]{2}")
_ID = re.compile(r"^id: ([0-9]{4}-[0-9]{4})\b", re.MULTILINE)
_VALUE = re.compile(r"(\b([a-z_0-9]+): |\[)([0-9][0-9.:TZ+-]*)(?=[,}\]\s]|$)", re.MULTILINE)


def stories() -> list[Path]:
    """The example records that are long enough."""
    found = sorted((ROOT / "examples").glob("*/mobilities/*.mobility.yaml"))
    chosen = [path for path in found if len(path.read_text(encoding="utf-8").splitlines()) >= LEAST_LINES]
    if not chosen:
        raise SystemExit("no example is long enough to measure with")
    return chosen


def generate(folder: Path, count: int) -> list[Path]:
    """Write records below a folder, each story's with its own configuration, schools and grading tables."""
    chosen = stories()
    for home in {path.parents[1] for path in chosen}:
        shutil.copytree(home, folder / home.name, ignore=shutil.ignore_patterns("mobilities"))
    written = []
    for number in range(count):
        story = chosen[number % len(chosen)]
        place = folder / story.parents[1].name / "mobilities"
        place.mkdir(exist_ok=True)
        text = variant(story.read_text(encoding="utf-8"), number)
        path = place / f"2025-{number:05}.mobility.yaml"
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


TRANSCRIPT = ROOT / "examples" / "incoming" / "mobilities" / "2025-1073.mobility.yaml"
"""A record whose transcript in two languages takes two pages."""

_GRADE = re.compile(r"(grade: )1[0-9](?:\.5)?(, status: passed)")
_FINGERPRINT = re.compile(r"^ +view_sha256: .*\n", re.MULTILINE)


def transcripts(folder: Path, count: int) -> list[Path]:
    """Write a school's records with results, each of another learner with other courses and grades."""
    shutil.copytree(TRANSCRIPT.parents[1], folder, ignore=shutil.ignore_patterns("mobilities"))
    place = folder / "mobilities"
    place.mkdir()
    story = _FINGERPRINT.sub("", TRANSCRIPT.read_text(encoding="utf-8"))  # which was that of another learner
    written = []
    for number in range(count):
        chance = random.Random(number)  # noqa: S311  (nothing is secret)
        text = _GRADE.sub(lambda found: f"{found[1]}{chance.randint(20, 38) / 2:g}{found[2]}", story)  # noqa: B023
        path = place / f"2025-{number:05}.mobility.yaml"
        path.write_text(variant(text, number), encoding="utf-8")
        written.append(path)
    return written


def variant(text: str, number: int) -> str:
    """One story, as it would be for another learner."""
    chance = random.Random(number)  # noqa: S311  (nothing is secret)
    id = _ID.search(text)
    if id is None:
        raise SystemExit("an example has no id")
    text = text.replace(id[1], f"2025-{number:05}")
    for place, learner in enumerate(sorted(set(_NUMBER.findall(text)))):
        text = text.replace(learner, str(20000000 + 10 * number + place))  # nobody else's
    text = _ESI.sub(lambda found: f"{found[1]}{20000000 + 10 * number}", text)
    for family, given in sorted(set(_PAIR.findall(text))):
        new, called = chance.choice(FAMILIES), chance.choice(GIVEN)
        text = text.replace(f"{given} {family}", f"{called} {new}")
        text = text.replace(f"family: {family}, given: {given}", f"family: {new}, given: {called}")
    text = _CODE.sub(
        _once(lambda found: found[1] + f"{chance.randrange(10 ** len(found[2])):0{len(found[2])}}"), text
    )
    text = _TITLE.sub(_once(lambda found: f"{found[1]}{found[2]} {chance.choice(ENDINGS)}"), text)
    text = _BIRTH.sub(lambda found: f"{found[1]}{chance.randint(1, 28):02}", text)
    return quoted(text)


def _once(make: Callable[[re.Match[str]], str]) -> Callable[[re.Match[str]], str]:
    """Replace the same text by the same text wherever it stands in a record."""
    known: dict[str, str] = {}

    def replace(found: re.Match[str]) -> str:
        if found[0] not in known:
            known[found[0]] = make(found)
        return known[found[0]]

    return replace


def quoted(text: str) -> str:
    """Put quotes around what is text in a record and a day or a number to other tools."""
    numbers = store.key_types().numbers

    def quote(found: re.Match[str]) -> str:
        key = found[2]
        return found[0] if key in numbers else f'{found[1]}"{found[3]}"'

    lines = []
    for line in text.splitlines():
        code, mark, comment = line.partition(" #")
        lines.append((line if line.startswith("#") else _VALUE.sub(quote, code) + mark + comment) + "\n")
    return "".join(lines)


def same_for_all(path: Path) -> bool:
    """Say whether another YAML reader finds the same values in a record as mobctl does."""
    raw = path.read_bytes()
    theirs: Any = yaml.load(raw, Loader=yaml.CSafeLoader)  # noqa: TID251  (as most tools read)
    return bool(_as_numbers(parse(raw, store.key_types()).data) == theirs)


def _as_numbers(data: Any) -> Any:
    """Our decimals as the numbers of other readers."""
    if isinstance(data, dict):
        return {key: _as_numbers(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_as_numbers(value) for value in data]
    return data if isinstance(data, str | bool | None) else float(data)
