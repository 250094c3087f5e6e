"""Mutation testing by sample: breaks the rules in small ways, and counts how often their tests see it.

    pip install '.[mutation]' && python tests/mutants.py [--count 300] [--seed 1] [--jobs 2] [--only recognition]

The mutations are cosmic-ray's (a comparison turned round, a number one off, `and` for `or`, `not` put in, a loop that
never runs…). They are drawn evenly over the files of `mobctl/rules` and `mobctl/derive.py`, the same ones for the same seed; each is
tried in a copy of the project, and a mutant that survives is shown. It is not part of the tests: three hundred take minutes.
"""

from __future__ import annotations

import argparse
import difflib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from queue import SimpleQueue
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NEEDED = ("mobctl", "schemas", "templates", "examples", "tests", "pyproject.toml", "README.md")
TESTS = ("tests/test_rules.py", "tests/test_derive.py", "tests/test_privacy.py", "tests/test_degrees.py")
SECONDS = 120
"""After which a mutant that does not end is taken for killed: a loop without end is seen too."""

DATA = ("families", "retired")
"""Files that hold lists, and no rule."""

NOT_USED = (
    "core/VariableInserter",
    "core/VariableReplacer",
    "core/RemoveDecorator",
    "core/ExceptionReplacer",
)
"""Two need arguments; without its decorator a rule is none, and exceptions of ours are few."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of a file: by which operator, at which of its places, in which line; and the text that comes out."""

    file: Path
    operator: str
    line: int
    text: str

    def diff(self) -> str:
        """Show what was changed."""
        old = (ROOT / self.file).read_text(encoding="utf-8").splitlines()
        lines = difflib.unified_diff(old, self.text.splitlines(), lineterm="", n=0)
        return "\n".join(f"    {line}" for line in lines if not line.startswith(("---", "+++", "@@")))


def files() -> list[Path]:
    """The files whose mutants are wanted, relative to the project."""
    found = [*sorted((ROOT / "mobctl" / "rules").glob("[a-z]*.py")), ROOT / "mobctl" / "derive.py"]
    return [path.relative_to(ROOT) for path in found if path.stem not in DATA]


def places(file: Path) -> list[tuple[str, int, int]]:
    """All places of a file where it can be broken: operator, number of the place, line."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator, operator_names

    nodes = [*ast_nodes(get_ast((ROOT / file).read_text(encoding="utf-8")))]
    found = []
    for name in sorted(operator_names()):
        if name.startswith(NOT_USED):
            continue
        operator, number = get_operator(name)(), 0
        for node in nodes:
            for (line, _), _ in operator.mutation_positions(node):
                if not in_annotation(node):
                    found.append((name, number, line))
                number += 1
    return found


def in_annotation(node: Any) -> bool:
    """Say whether a node is part of a type: what is changed there changes nothing."""
    while node.parent is not None:
        siblings = node.parent.children
        before = siblings[siblings.index(node) - 1] if siblings.index(node) else None
        if getattr(before, "value", None) in ("->", ":") and node.parent.type in (
            "funcdef",
            "tfpdef",
            "annassign",
        ):
            return bool(node.type != "suite")
        node = node.parent
    return False


def sample(count: int, seed: int, only: str) -> list[Mutant]:
    """Draw mutants, as many of each file as there are of it, in a fixed order."""
    chance = random.Random(seed)  # noqa: S311  (nothing is secret)
    drawn = []
    for file in files():
        if only in file.as_posix():
            mine = places(file)
            chance.shuffle(mine)
            drawn.append([(file, *place) for place in mine])
    if not drawn:
        raise SystemExit(f"no file is called {only}")
    chosen = [one for row in zip_longest(*drawn) for one in row if one is not None][:count]
    return [each for each in map(made, chosen) if each is not None]


def made(place: tuple[Path, str, int, int]) -> Mutant | None:
    """Break a file in one place."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    file, name, number, line = place
    text = mutate_code((ROOT / file).read_text(encoding="utf-8"), get_operator(name)(), number)
    return Mutant(file, name.removeprefix("core/"), line, text) if text else None


def copies(count: int, folder: Path) -> Iterator[Path]:
    """Copies of the project, one for each that works."""
    for number in range(count):
        copy = folder / str(number)
        copy.mkdir()
        for name in NEEDED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, copy / name)
        yield copy


def survives(copy: Path, mutant: Mutant | None) -> bool:
    """Run the tests in a copy, with a mutant in it or as it is; the copy is whole again afterwards."""
    if mutant:
        (copy / mutant.file).write_text(mutant.text, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        *TESTS,
    ]
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return False
    else:
        return done.returncode == 0
    finally:
        if mutant:
            shutil.copy(ROOT / mutant.file, copy / mutant.file)


def main() -> int:
    """Draw, try, count."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--count", type=int, default=300, help="how many mutants (default: 300)")
    options.add_argument("--seed", type=int, default=1, help="another number draws others (default: 1)")
    options.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once")
    options.add_argument("--only", default="", help="only files with this in their path")
    chosen = options.parse_args()
    mutants = sample(chosen.count, chosen.seed, chosen.only)
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(chosen.jobs) as pool:
        free: SimpleQueue[Path] = SimpleQueue()
        for copy in copies(chosen.jobs, Path(temporary)):
            if not survives(copy, None):
                raise SystemExit("the tests fail without any mutant")
            free.put(copy)

        def tried(mutant: Mutant) -> bool:
            copy = free.get()
            try:
                return survives(copy, mutant)
            finally:
                free.put(copy)

        alive = [each for each, lives in zip(mutants, pool.map(tried, mutants), strict=True) if lives]
    for mutant in alive:
        print(f"{mutant.file}:{mutant.line}: {mutant.operator}\n{mutant.diff()}")
    for file in sorted({mutant.file for mutant in mutants}):
        total, left = (sum(each.file == file for each in several) for several in (mutants, alive))
        print(f"{file}: {total - left} of {total} killed")
    killed = len(mutants) - len(alive)
    print(f"killed {killed} of {len(mutants)}: {killed / len(mutants):.1%} (seed {chosen.seed})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
