"""Time mobctl against other validators on the same records, in the same run: python benchmarks/run.py --help."""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lifelike import ROOT, generate, same_for_all

SCHEMA = ROOT / "schemas" / "mobility.schema.json"
AS_OF = "2026-11-24"
FAULT = ("kind: studies", "kind: studys")
PYTHON_PEERS = ("check-jsonschema",)
NODE_PEERS = ("ajv-cli", "ajv-formats")


@dataclass(frozen=True, slots=True)
class Tool:
    """What is measured: a command line to which files are added, and what it does with them."""

    name: str
    command: tuple[str, ...]
    does: str
    glob: bool = False

    def on(self, folder: Path, files: Sequence[Path]) -> list[str]:
        """The command line for these files: named, or as one pattern where the tool wants it so."""
        if self.glob:
            pattern = files[0] if len(files) == 1 else folder / "**" / "*.mobility.yaml"
            return [*self.command, "-d", str(pattern)]
        return [*self.command, *map(str, files)]


@dataclass(slots=True)
class Times:
    """Seconds of each run of a tool: on the clock, and of the processor (its children included)."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def measured(command: Sequence[str], times: Times | None, folder: Path) -> int:
    """Run a command once and return its exit status; output is written to a file, as in a pipe."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with (folder / "output.txt").open("wb") as output:
        status = subprocess.run(
            command, check=False, stdout=output, stderr=subprocess.STDOUT, env=environment(folder)
        ).returncode
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if times:
        times.wall.append(wall)
        times.cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return status


def environment(folder: Path) -> Mapping[str, str]:
    """Ours, with modules compiled as an installation has them."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(folder / "pycache"),
        "MOBCTL_LANG": "en",
        "NO_COLOR": "1",
    }


def peers(place: Path | None) -> tuple[list[Tool], list[str]]:
    """The other validators that are there, and why the rest are not measured."""
    found, skipped = [], []
    path = (
        os.pathsep.join([str(place / "python" / "bin"), str(place / "node" / "node_modules" / ".bin")])
        if place
        else None
    )
    wanted = (
        (
            "check-jsonschema",
            "check-jsonschema",
            ("--schemafile", str(SCHEMA), "--default-filetype", "yaml"),
            False,
        ),
        (
            "ajv-cli",
            "ajv",
            ("validate", "--spec=draft2020", "--strict=false", "-c", "ajv-formats", "-s", str(SCHEMA)),
            True,
        ),
    )
    for name, program, options, glob in wanted:
        where = shutil.which(program, path=path) or shutil.which(program)
        if where:
            found.append(Tool(name, (where, *options), "shape", glob))
        else:
            skipped.append(f"{name}: no `{program}` on the path; --install gets it from its registry")
    return found, skipped


def install(place: Path) -> list[str]:
    """Put the peers into folders of their own, and say what could not be had."""
    failed = []
    python = place / "python"
    steps = (
        ("check-jsonschema", [sys.executable, "-m", "venv", str(python)]),
        ("check-jsonschema", [str(python / "bin" / "pip"), "install", "--quiet", *PYTHON_PEERS]),
        (
            "ajv-cli",
            ["npm", "install", "--silent", "--no-save", "--prefix", str(place / "node"), *NODE_PEERS],
        ),
    )
    for name, command in steps:
        try:
            done = subprocess.run(command, check=False, capture_output=True, text=True)
        except OSError as error:
            failed.append(f"{name}: {error}")
            continue
        if done.returncode:
            failed.append(f"{name}: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
    return failed


def usable(tools: Sequence[Tool], folder: Path, good: Path) -> tuple[list[Tool], list[str]]:
    """Keep the tools that pass a good record and refuse one with a mistake: the others measure nothing."""
    bad = folder / "bad" / "bad.mobility.yaml"
    bad.parent.mkdir()
    text = good.read_text(encoding="utf-8")
    if FAULT[0] not in text:
        raise SystemExit("the first record is not the one that can be spoilt")
    bad.write_text(text.replace(*FAULT), encoding="utf-8")
    kept, skipped = [], []
    for tool in tools:
        fine = measured(tool.on(good.parent, [good]), None, folder)
        wrong = measured(tool.on(bad.parent, [bad]), None, folder)
        if fine == 0 and wrong != 0:
            kept.append(tool)
        else:
            said = (folder / "output.txt").read_text(encoding="utf-8", errors="replace").strip()[-300:]
            skipped.append(f"{tool.name}: status {fine} on a good record and {wrong} on a bad one: {said}")
    return kept, skipped


def interleaved(
    tools: Sequence[Tool], rounds: int, files: Sequence[Path], base: Path, folder: Path
) -> dict[str, Times]:
    """Run the tools in turn, so that what else the machine does meets them all; the first round is not counted."""
    times = {tool.name: Times() for tool in tools}
    for number in range(rounds + 1):
        for tool in tools:
            kept = times[tool.name] if number else None
            if measured(tool.on(base, files), kept, folder):
                said = (folder / "output.txt").read_text(encoding="utf-8", errors="replace")[-2000:]
                raise SystemExit(
                    f"{tool.name} finds fault with the records, so the times mean nothing:\n{said}"
                )
    return times


def table(tools: Sequence[Tool], times: Mapping[str, Times], count: int) -> str:
    """The medians, and how many times as long as mobctl the others take."""
    ours = times["mobctl"]
    rows = [("tool", "wall s", "min–max", "cpu s", "files/s", "wall / mobctl", "cpu / mobctl", "checks")]
    for tool in tools:
        mine = times[tool.name]
        wall, cpu = statistics.median(mine.wall), statistics.median(mine.cpu)
        rows.append(
            (
                tool.name,
                f"{wall:.3f}",
                f"{min(mine.wall):.3f}–{max(mine.wall):.3f}",
                f"{cpu:.3f}",
                f"{count / wall:.0f}",
                f"{wall / statistics.median(ours.wall):.2f}",
                f"{cpu / statistics.median(ours.cpu):.2f}",
                tool.does,
            )
        )
    return aligned(rows)


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Lay out a table, its head first."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def main() -> int:
    """Generate, measure, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=1000, help="how many records (default: 1000)")
    options.add_argument(
        "--rounds", type=int, default=5, help="how many rounds over all of them (default: 5)"
    )
    options.add_argument("--starts", type=int, default=15, help="how many rounds with one file (default: 15)")
    options.add_argument("--install", action="store_true", help="get the peers into a folder of their own")
    options.add_argument("--peers", type=Path, help="that folder, to keep it (default: thrown away)")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        place = chosen.peers or (folder / "peers" if chosen.install else None)
        missing = install(place) if chosen.install and place else []
        base = folder / "records"
        base.mkdir()
        files = generate(base, chosen.records)
        if strange := [path.name for path in files if not same_for_all(path)]:
            raise SystemExit(f"read in two ways: {', '.join(strange[:5])}")
        lines = [len(path.read_text(encoding="utf-8").splitlines()) for path in files]
        size = sum(path.stat().st_size for path in files)
        mobctl = Tool(
            "mobctl", (sys.executable, "-m", "mobctl", "validate", "--as-of", AS_OF), "shape and rules"
        )
        others, absent = peers(place)
        spoilable = next(path for path in files if FAULT[0] in path.read_text(encoding="utf-8"))
        tools, refused = usable([mobctl, *others], folder, spoilable)
        if mobctl not in tools:
            raise SystemExit(f"mobctl itself cannot be measured: {refused}")
        print(
            f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
        )
        print(
            f"{len(files)} records of {min(lines)} to {max(lines)} lines, {size / len(files) / 1024:.1f} KiB each; "
            f"schema: {SCHEMA.name} for all; peers check the shape only, mobctl the rules too"
        )
        for why in (*missing, *absent, *refused):
            print(f"not measured: {why}")
        print(f"\nAll records, medians of {chosen.rounds} rounds\n")
        print(table(tools, interleaved(tools, chosen.rounds, files, base, folder), len(files)))
        bare = Tool("python -c pass", (sys.executable, "-c", "pass"), "nothing: the floor")
        alone = folder / "one"
        alone.mkdir()
        one = generate(alone, 1)
        print(f"\nOne record, with the schools that it names: start-up. Medians of {chosen.starts} rounds\n")
        started = [*tools, bare]
        print(table(started, interleaved(started, chosen.starts, one, one[0].parent, folder), 1))
        print(
            f"\nOne record of the {len(files)}: mobctl reads its repository too. Medians of {chosen.rounds} rounds\n"
        )
        print(table(started, interleaved(started, chosen.rounds, [spoilable], spoilable.parent, folder), 1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
