"""A bar on long work, when a person is looking: never in a pipe, and nothing for what is done at once."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import Any, Self

from mobctl.cli.common import words
from mobctl.finding import N_

READING, CHECKING, RENDERING = N_("Reading"), N_("Checking"), N_("Making documents")
MANY = 200
"""From how many files on the bar is shown at once."""

PATIENCE = 1.0
"""After how many seconds it is shown in any case."""

_EVERY = 0.1
"""How often it is drawn anew, in seconds."""


class Progress:
    """Tells how far a run has come: `with Progress(lang) as progress`, and `progress.reading(done, total)` now and then."""

    def __init__(self, lang: str | None, *, quiet: bool = False) -> None:
        dumb = os.environ.get("TERM") in (None, "", "dumb") and os.name != "nt"
        self.wanted = sys.stderr.isatty() and not quiet and not dumb
        self.lang = lang
        self.since = time.monotonic()
        self.drawn = 0.0
        self.bar: Any = None
        self.task: Any = None
        self.stage = ""

    def __enter__(self) -> Self:
        """Begin; nothing is shown yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away: what follows is the answer."""
        self.hide()

    def hide(self) -> None:
        """Take the bar away until the next step, so that something else can be written."""
        if self.bar is not None and self.stage:
            self.bar.stop()
            self.stage = ""

    def aside(self) -> None:
        """Make room for a line on standard output, if that is the same screen."""
        if sys.stdout.isatty():
            self.hide()

    def reading(self, done: int, total: int) -> None:
        """Say how many files have been read."""
        self._step(READING, done, total)

    def checking(self, done: int, total: int) -> None:
        """Say how many records have been checked."""
        self._step(CHECKING, done, total)

    def rendering(self, done: int, total: int) -> None:
        """Say of how many records documents have been made, or looked for."""
        self._step(RENDERING, done, total)

    def _step(self, stage: str, done: int, total: int) -> None:
        if not self.wanted:
            return
        now = time.monotonic()
        if self.bar is None:
            if total <= MANY and now - self.since < PATIENCE:
                return
            self._begin()
        if stage == self.stage and now - self.drawn < _EVERY and done < total:
            return
        self.bar.update(self.task, completed=done, total=total, description=self.speech.text(stage))
        self.bar.refresh() if self.stage else self.bar.start()
        self.stage, self.drawn = stage, now

    def _begin(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        self.speech = words(self.lang)
        console = Console(stderr=True, markup=False, highlight=False)
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
        self.bar = Bar(
            *columns,
            console=console,
            transient=True,
            auto_refresh=False,
            redirect_stdout=False,  # what was asked for goes where it was asked to go
            redirect_stderr=False,
        )
        self.task = self.bar.add_task("", total=None)
