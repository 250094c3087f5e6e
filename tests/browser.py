"""A headless browser, told what to do over two pipes: no driver, no port and no package is needed for it."""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import select
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--hide-scrollbars",
    "--remote-debugging-pipe",
)  # fmt: skip
PATIENCE = 60
"""Seconds in which a browser has to answer."""

LOADED = 'new Promise((done) => document.readyState === "complete" ? done() : addEventListener("load", done))'


class Tab:
    """The one page of a browser; orders are those of the DevTools protocol."""

    def __init__(self, orders: int, answers: int) -> None:
        self._orders, self._answers = orders, answers
        self._numbers = itertools.count(1)
        self._unread = b""
        self._session: dict[str, str] = {}
        target = self.do("Target.createTarget", url="about:blank")["targetId"]
        self._session = {
            "sessionId": self.do("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        }

    def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Give an order, and return the answer."""
        number = next(self._numbers)
        order = {"id": number, "method": method, "params": parameters, **self._session}
        os.write(self._orders, json.dumps(order).encode() + b"\0")
        answer = next(message for message in self._messages() if message.get("id") == number)
        assert "error" not in answer, f"{method}: {answer}"
        result: dict[str, Any] = answer["result"]
        return result

    def _messages(self) -> Iterator[dict[str, Any]]:
        while True:
            while b"\0" not in self._unread:
                ready, _, _ = select.select([self._answers], [], [], PATIENCE)
                part = os.read(self._answers, 1 << 20) if ready else b""
                assert part, "the browser does not answer"
                self._unread += part
            first, self._unread = self._unread.split(b"\0", 1)
            yield json.loads(first)

    def open(self, address: str) -> None:
        """Open a page, and wait until all of it is there."""
        self.do("Page.navigate", url="about:blank")
        self.do("Page.navigate", url=address)
        self.ask(LOADED)

    def fill(self, text: str) -> None:
        """Put another page into the window; scripts that it had stay."""
        frame = self.do("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self.do("Page.setDocumentContent", frameId=frame, html=text)

    def ask(self, script: str) -> Any:
        """Run a script in the page, whatever the page allows, and return its value; a promise is waited for."""
        answer = self.do("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def size(self, width: int, height: int = 900) -> None:
        """Make the window as wide as a screen."""
        self.do(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )


@contextmanager
def tab() -> Iterator[Tab]:
    """Start a browser with a profile that is thrown away; skip the test where there is none."""
    path = next((path for name in NAMES if (path := shutil.which(name))), None)
    if path is None or not hasattr(os, "posix_spawn"):
        pytest.skip("no Chromium here")
    theirs, orders = _pipe()
    answers, said = _pipe()
    with tempfile.TemporaryDirectory(prefix="mobctl-browser-", ignore_cleanup_errors=True) as profile:
        # It reads orders from file 3, and writes answers to file 4.
        process = os.posix_spawn(
            path,
            [path, *SWITCHES, f"--user-data-dir={profile}"],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_DUP2, theirs, 3),
                (os.POSIX_SPAWN_DUP2, said, 4),
            ],
        )
        os.close(theirs)
        os.close(said)
        try:
            page = Tab(orders, answers)
            yield page
        finally:
            os.close(orders)  # without orders it ends
            os.close(answers)
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
            os.waitpid(process, 0)


def _pipe() -> tuple[int, int]:
    """Make a pipe whose numbers are above those that a new process is given."""
    ends = os.pipe()
    high = fcntl.fcntl(ends[0], fcntl.F_DUPFD_CLOEXEC, 10), fcntl.fcntl(ends[1], fcntl.F_DUPFD_CLOEXEC, 10)
    for end in ends:
        os.close(end)
    return high
