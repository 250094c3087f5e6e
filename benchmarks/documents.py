"""Time the making of transcripts as PDF, against WeasyPrint, and a thousand in one call: python benchmarks/documents.py --help."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lifelike import transcripts
from run import aligned, environment
from worker import AS_OF, LANGUAGES, plates

HERE = Path(__file__).parent
PAGES = 2
WARM = 2
"""How many documents of each process are not counted: the first ones read fonts and compile templates."""

MARKS = (0.1, 0.3, 0.6, 1.0)
"""At which parts of a batch its memory is shown."""

FACES = (
    ("Source Sans 3", "normal", (400, 600, 700)),
    ("Source Sans 3", "italic", (400,)),
    ("Source Serif 4", "normal", (600,)),
)
"""The faces that a transcript is set in; WeasyPrint is faster where each has a file of its own."""


@dataclass(slots=True)
class Times:
    """Seconds of each document of a tool that counts, on the clock and of the processor; the most memory in KiB."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: int = 0


def install(place: Path) -> list[str]:
    """Put the peer into a folder of its own, and say if it could not be had."""
    python = place / "weasyprint"
    for command in (
        [sys.executable, "-m", "venv", str(python)],
        [str(python / "bin" / "pip"), "install", "--quiet", "weasyprint"],
    ):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            return [f"WeasyPrint: {(done.stderr or done.stdout).strip().splitlines()[-1:]}"]
    return []


def peer(place: Path | None) -> tuple[Path | None, str]:
    """The Python that has WeasyPrint, and its version; or None, and why not."""
    asked = "import weasyprint; print(weasyprint.__version__)"
    for python in ([place / "weasyprint" / "bin" / "python"] if place else []) + [Path(sys.executable)]:
        if python.exists():
            done = subprocess.run([python, "-c", asked], check=False, capture_output=True, text=True)
            if done.returncode == 0:
                return python, done.stdout.strip()
            why = done.stderr.strip().splitlines()[-1]
    return None, f"WeasyPrint: {why}; --install gets it from its registry"


def faces(folder: Path) -> tuple[Path, Path]:
    """Write two style sheets for the faces of a transcript: from our font files as they are, and cut out of them."""
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    from mobctl.render.fonts import OWN, files

    ours = {family.name: files(family) for family in OWN}
    whole, cut = folder / "whole.css", folder / "cut.css"
    rules: dict[Path, list[str]] = {whole: [], cut: []}
    for family, style, weights in FACES:
        [file] = [path for path in ours[family] if ("Italic" in path.name) == (style == "italic")]
        rules[whole].append(_face(family, style, "200 900", file))
        for weight in weights:
            path = folder / f"{family.replace(' ', '')}-{style}-{weight}.ttf"
            with TTFont(file) as variable:
                optical = {"opsz": 20} if "opsz" in file.name else {}
                instantiateVariableFont(variable, {"wght": weight, **optical}).save(path)
            rules[cut].append(_face(family, style, str(weight), path))
    for sheet, lines in rules.items():
        sheet.write_text("".join(lines), encoding="utf-8")
    return whole, cut


def _face(family: str, style: str, weight: str, file: Path) -> str:
    return (
        f'@font-face {{ font-family: "{family}"; font-style: {style}; font-weight: {weight};'
        f' src: url("{file.as_uri()}"); }}\n'
    )


def worked(python: Path, folder: Path, *arguments: Path | str) -> dict[str, Any]:
    """Run a worker and return what it printed."""
    command = [str(python), str(HERE / "worker.py"), *map(str, arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment(folder))
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    return dict(json.loads(done.stdout)) if done.stdout else {}


def squeezed(file: Path) -> tuple[int, str]:
    """Count the pages of a PDF, and return its text without blanks and ends of lines."""
    import pypdfium2

    with pypdfium2.PdfDocument(file) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
        return len(document), re.sub(r"[\s\u00ad\u0002\ufffe]+", "", text)


def stated(view: Mapping[str, Any]) -> Iterator[str]:
    """The texts that a transcript has to have: who, and each course with its code, its titles and its grade."""
    yield from view["learner"]["name"].values() if isinstance(view["learner"]["name"], Mapping) else ()
    for group in view["groups"]:
        for line in group["lines"]:
            yield line["code"]
            yield from (line["title"]["text"], line["title"]["others"]["en"])
            yield (line["grade"] or "").replace(".", ",")


def checked(folder: Path, names: Sequence[str], view: Mapping[str, Any]) -> Mapping[str, int]:
    """Make sure that all tools made the same document, and count the pages of each."""
    counts = {}
    for name in names:
        counts[name], text = squeezed(folder / f"{name}.pdf")
        wanted = [each for each in stated(view) if each]
        lacking = [each for each in wanted if re.sub(r"\s+", "", each) not in text]
        if lacking or not wanted:
            raise SystemExit(f"{name} leaves out {lacking}: the times mean nothing")
    if counts["mobctl"] != PAGES:
        raise SystemExit(f"the transcript has {counts['mobctl']} pages, not {PAGES}")
    return counts


def steady(
    python: Path | None, rounds: int, documents: int, folder: Path
) -> tuple[dict[str, Times], Mapping[str, int]]:
    """Time documents one by one in warm processes, the tools in turn."""
    repository, pages = folder / "steady", folder / "pages"
    transcripts(repository, documents + WARM)
    view = plates(repository)[0][-1].view
    tools: dict[str, tuple[Path | str, ...]] = {"mobctl": (sys.executable, "mobctl", repository, folder)}
    if python:
        pages.mkdir()
        worked(Path(sys.executable), folder, "pages", repository, pages)
        whole, cut = faces(folder)
        tools["screen"] = (python, "weasyprint", pages, folder, "screen", whole)
        tools["paper"] = (python, "weasyprint", pages, folder, "paper", whole, HERE / "paper.css")
        tools["cut"] = (python, "weasyprint", pages, folder, "cut", cut, HERE / "paper.css")
    times = {name: Times() for name in tools}
    for _ in range(rounds):
        for name, (program, *arguments) in tools.items():
            found = worked(Path(program), folder, *arguments)
            wall, cpu = zip(*found["seconds"][WARM:], strict=True)
            times[name].wall += wall
            times[name].cpu += cpu
            times[name].peak = max(times[name].peak, found["peak"])
    return times, checked(folder, [*tools], view)


LABELS = {
    "mobctl": "mobctl",
    "screen": "WeasyPrint, our HTML as it is",
    "paper": "WeasyPrint, a sheet for paper instead",
    "cut": "WeasyPrint, that sheet and fonts of one weight",
}


def table(times: Mapping[str, Times], counts: Mapping[str, int]) -> str:
    """The medians, and how many times as long as mobctl the peer takes."""
    ours = times["mobctl"]
    rows = [("tool", "wall ms", "min–max", "cpu ms", "wall / mobctl", "cpu / mobctl", "pages", "peak MiB")]
    for name, mine in times.items():
        wall, cpu = statistics.median(mine.wall), statistics.median(mine.cpu)
        rows.append(
            (
                LABELS[name],
                f"{wall * 1000:.1f}",
                f"{min(mine.wall) * 1000:.1f}–{max(mine.wall) * 1000:.1f}",
                f"{cpu * 1000:.1f}",
                f"{wall / statistics.median(ours.wall):.1f}",
                f"{cpu / statistics.median(ours.cpu):.1f}",
                str(counts[name]),
                f"{mine.peak / 1024:.0f}",
            )
        )
    return aligned(rows)


@dataclass(slots=True)
class Process:
    """The memory of a process of a batch: how many documents there were, and how many KiB it held then."""

    samples: list[tuple[int, int]] = field(default_factory=list)
    peak: int = 0

    def at(self, count: int) -> int:
        """The memory when that many documents were there."""
        return next((held for made, held in self.samples if made >= count), self.samples[-1][1])

    def slope(self, first: int) -> float:
        """How many KiB it grew by with each document of the batch after the first ones: a straight line through all."""
        later = [(made, held) for made, held in self.samples if made >= first]
        if len({made for made, _ in later}) < 2:  # noqa: PLR2004  (a line needs two points)
            return 0.0
        return statistics.linear_regression(*zip(*later, strict=True)).slope


def held(pid: int) -> tuple[int, int]:
    """The memory of a process now, and the most that it was, in KiB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    values = dict(re.findall(r"^(VmRSS|VmHWM):\s+([0-9]+) kB", status, re.MULTILINE))
    return int(values["VmRSS"]), int(values["VmHWM"])


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text(encoding="utf-8").split()]


def watched(run: subprocess.Popen[bytes], out: Path) -> dict[str, Process]:
    """Look at a batch until it ends: the memory of its parent and of each process that it has started."""
    found: dict[str, Process] = {}
    while run.poll() is None:
        made = len([*out.glob("*.pdf")])
        for pid in [run.pid, *children(run.pid)]:
            try:
                now, peak = held(pid)
            except (OSError, KeyError):  # it has ended meanwhile
                continue
            process = found.setdefault("parent" if pid == run.pid else f"worker {pid}", Process())
            process.samples.append((made, now))
            process.peak = peak
        time.sleep(0.1)
    # What only keeps the accounts of the pool is no worker.
    most = max((process.peak for process in found.values()), default=0)
    return {name: process for name, process in found.items() if name == "parent" or process.peak > most / 4}


def batch(count: int, jobs: int, folder: Path) -> str:
    """Make the transcripts of a whole repository with one command, and say how fast and in how much memory."""
    repository, out = folder / "batch", folder / "out"
    transcripts(repository, count)
    out.mkdir()
    command = [sys.executable, "-m", "mobctl", "render", "transcript", str(repository), "-o", str(out)]
    command += ["--lang", "+".join(LANGUAGES), "--as-of", AS_OF, "--jobs", str(jobs), "--quiet"]
    start = time.perf_counter()
    with (folder / "output.txt").open("wb") as output:
        run = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment(folder))
        found = watched(run, out) if sys.platform == "linux" else {}
        status = run.wait()
    seconds = time.perf_counter() - start
    made = len([*out.glob("*.pdf")])
    if status or made != count:
        said = (folder / "output.txt").read_text(encoding="utf-8", errors="replace")[-2000:]
        raise SystemExit(f"{made} of {count} documents were made:\n{said}")
    lines = [
        f"{made} documents in {seconds:.1f} s: {made / seconds:.1f} documents/s with start and end; {jobs} processes"
    ]
    if not found:
        return "\n".join([*lines, "memory is not measured: this system has no /proc"])
    head = ["process", *(f"MiB at {round(count * mark)}" for mark in MARKS), "peak MiB", "KiB/document"]
    rows = [head]
    for name, process in found.items():
        rows.append(
            [
                name.split()[0],
                *(f"{process.at(round(count * mark)) / 1024:.1f}" for mark in MARKS),
                f"{process.peak / 1024:.1f}",
                f"{process.slope(round(count * MARKS[1])):+.2f}",
            ]
        )
    return "\n".join([*lines, "", aligned(rows)])


def main() -> int:
    """Generate, check, measure, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3, help="how many processes of each tool (default: 3)")
    options.add_argument("--documents", type=int, default=12, help="how many documents each (default: 12)")
    options.add_argument("--batch", type=int, default=1000, help="how many in one call (default: 1000)")
    options.add_argument("--jobs", type=int, default=2, help="with how many processes (default: 2)")
    options.add_argument("--install", action="store_true", help="get WeasyPrint into a folder of its own")
    options.add_argument("--peers", type=Path, help="that folder, to keep it (default: thrown away)")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        place = chosen.peers or (folder / "peers" if chosen.install else None)
        missing = install(place) if chosen.install and place else []
        python, version = peer(place)
        print(
            f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}; "
            + (f"WeasyPrint {version}" if python else "no peer")
        )
        for why in (*missing, *(() if python else (version,))):
            print(f"not measured: {why}")
        counted = chosen.rounds * chosen.documents
        print(
            f"\nOne transcript in {' and '.join(LANGUAGES)}, in a warm process. Medians of {counted} documents\n"
        )
        print(table(*steady(python, chosen.rounds, chosen.documents, folder)))
        if chosen.batch:
            print("\nOne call of mobctl render\n")
            print(batch(chosen.batch, chosen.jobs, folder))
        shutil.rmtree(folder / "out", ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
