"""One warm process that makes PDF after PDF and says how long each took: what documents.py starts, for each tool once a round.

It prints one JSON object: for each document the seconds on the clock and of the processor, and the most memory in KiB.
"""

from __future__ import annotations

import json
import platform
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

LANGUAGES = ("fr", "en")
AS_OF = "2026-11-24"


def timed(name: str, inputs: Iterable[Any], make: Callable[[Any], bytes], out: Path) -> None:
    """Make each document, keep the last one, and print the times."""
    seconds, made = [], b""
    for each in inputs:
        wall, cpu = time.perf_counter(), time.process_time()
        made = make(each)
        seconds.append((time.perf_counter() - wall, time.process_time() - cpu))
    (out / f"{name}.pdf").write_bytes(made)
    print(json.dumps({"seconds": seconds, "peak": peak()}))


def peak() -> int:
    """The most memory that this process has held, in KiB; on Linux without that of the process it was copied from."""
    if platform.system() == "Linux":
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return int(status.partition("VmHWM:")[2].split()[0])
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held // 1024 if platform.system() == "Darwin" else held


def plates(repository: Path) -> tuple[list[Any], Any]:
    """Lay out the transcript of each record: what mobctl has at hand when it begins to make a document."""
    from datetime import date

    from mobctl import publishing, store
    from mobctl.cli.common import Asked, judge
    from mobctl.documents import KINDS
    from mobctl.press import Look, Plate, Press, Printed
    from mobctl.words import words

    class Collector(Press[publishing.Outcome]):
        """Prints nothing and keeps the plates."""

        def run(
            self, work: Iterable[tuple[publishing.Outcome, Plate | None]]
        ) -> Iterator[tuple[publishing.Outcome, Printed]]:
            for ticket, plate in work:
                found.append(plate)
                yield ticket, Printed()

    found: list[Plate | None] = []
    archive = store.load([repository])
    [school] = store.repositories(archive)
    day = date.fromisoformat(AS_OF)
    report = judge(archive, [school], Asked(day))
    spoken = tuple(words(lang, store.lists()) for lang in LANGUAGES)
    order = publishing.order(school, KINDS["transcript"], ("pdf",), spoken, day, None)
    look: Look = order.look
    for outcome in publishing.publish(school, report.judged, order, press=Collector(look)):
        if outcome.why:
            raise SystemExit(f"{outcome.file}: there is no transcript of this record")
    return found, look


def mobctl(repository: Path, out: Path) -> None:
    """Our way from the values of a transcript to its PDF: template, markup, checks, Typst, attachments."""
    from mobctl.press import print_, spoken

    every, look = plates(repository)
    languages = spoken(look)

    def make(plate: Any) -> bytes:
        [(_, data)] = print_(plate, look, languages).files
        return data

    timed("mobctl", every, make, out)


def pages(repository: Path, out: Path) -> None:
    """Write the same transcripts as HTML, for the peer."""
    from dataclasses import replace

    from mobctl.press import print_, spoken

    every, look = plates(repository)
    languages = spoken(look)
    for number, plate in enumerate(every):
        [(_, data)] = print_(plate, replace(look, formats=("html",)), languages).files
        (out / f"{number:04}.html").write_bytes(data)


def weasyprint(source: Path, out: Path, name: str, faces: str, sheet: str = "") -> None:
    """WeasyPrint's way from our HTML to a tagged PDF: with the page's own sheet, or with one made for paper instead.

    The sheets, and the fonts that `faces` names, are read before the first document.
    """
    import re

    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    sheets = [CSS(filename=faces, font_config=fonts)]
    sheets += [CSS(filename=sheet, font_config=fonts)] if sheet else []
    texts = [path.read_text(encoding="utf-8") for path in sorted(source.glob("*.html"))]
    if sheet:
        texts = [re.sub("<style>.*?</style>", "", text, flags=re.DOTALL) for text in texts]

    def make(text: str) -> bytes:
        made: bytes = HTML(string=text).write_pdf(
            stylesheets=sheets, font_config=fonts, pdf_variant="pdf/ua-1"
        )
        return made

    timed(name, texts, make, out)


TOOLS: Mapping[str, Callable[..., None]] = {"mobctl": mobctl, "pages": pages, "weasyprint": weasyprint}

if __name__ == "__main__":
    tool, source, target, *more = sys.argv[1:]
    TOOLS[tool](Path(source), Path(target), *more)
