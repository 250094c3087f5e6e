"""The command line as the tests run it: a process of its own for each call, copied from one that has all modules ready.

What a call sees is that of a new process: its folder, environment, arguments, files and exit status. What it does not
pay for again is the start: imports, schemas, rules. A call whose environment Python itself reads when it starts, and
any call where processes can't be copied, is a new process.
"""

from __future__ import annotations

import atexit
import gc
import io
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]
AT_START = ("PYTHON", "LD_", "TZ", "LC_CTYPE")
"""How names of variables begin that count when Python starts."""

READY = (
    "babel.dates", "babel.lists", "babel.numbers", "cbor2", "cryptography.hazmat.primitives.asymmetric.ed25519", "fontTools.ttLib",
    "jinja2", "jsonschema", "lxml.etree", "mobctl.cli", "mobctl.render.environment", "mobctl.render.html", "mobctl.render.markdown",
    "mobctl.render.pdf", "openpyxl", "rich.console", "rich.table", "ruamel.yaml", "segno",
)  # fmt: skip
"""Modules that a copy has at hand; Typst is not among them, since its threads are not copied."""

USUAL = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def run(
    arguments: tuple[str, ...], env: Mapping[str, str], cwd: Path | None = None, *, together: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run mobctl; with `together`, what it says on standard error stands in the output, where it was said."""
    done = run_bytes(arguments, env, cwd, together=together)
    streams = (io.BytesIO(data or b"") for data in (done.stdout, done.stderr))
    out, err = (io.TextIOWrapper(stream, "utf-8").read() for stream in streams)
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


def run_bytes(
    arguments: tuple[str, ...],
    env: Mapping[str, str],
    cwd: Path | None = None,
    *,
    given: bytes | None = None,
    together: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """Run mobctl as `run` does, with bytes: `given` is what it reads on standard input."""
    command = [sys.executable, "-m", "mobctl", *arguments]
    odd = {name for name in env if name.startswith(AT_START)} - {*USUAL}
    if odd or any(env.get(name) != value for name, value in USUAL.items()) or platform.system() == "Windows":
        return subprocess.run(
            command,
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if together else subprocess.PIPE,
            check=False,
            cwd=cwd,
            env=dict(env),
        )
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        source.write(given or b"")
        source.seek(0)
        status = _called(arguments, env, cwd, (source, out, out if together else err))
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read())
    return subprocess.CompletedProcess(command, status, said[0], None if together else said[1])


def _called(
    arguments: tuple[str, ...], env: Mapping[str, str], cwd: Path | None, files: tuple[IO[bytes], ...]
) -> int:
    call = {"arguments": arguments, "env": dict(env), "cwd": str(cwd or Path.cwd())}
    channel = _server()
    data = json.dumps(call).encode()
    socket.send_fds(channel, [len(data).to_bytes(4, "big")], [file.fileno() for file in files])
    channel.sendall(data)
    return int.from_bytes(_received(channel, 4), "big", signed=True)


def _received(channel: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = channel.recv(count - len(data))
        if not part:
            raise EOFError
        data += part
    return data


@cache
def _server() -> socket.socket:
    """Start the process that is copied; it ends with this one."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
            env={**USUAL, "PATH": os.environ["PATH"]},
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def serve(channel: socket.socket) -> None:
    """Wait for calls, and run each in a copy of this process."""
    from mobctl import store, words

    for module in READY:
        import_module(module)
    assert store.shapes()
    for lang in words.languages():
        words.words(lang, store.lists())
    gc.freeze()
    while True:
        head, files, _, _ = socket.recv_fds(channel, 4, 3)
        if not head:
            return
        call = json.loads(_received(channel, int.from_bytes(head, "big")))
        pid = os.fork()
        if pid == 0:
            channel.close()
            _become(call, files)
        for file in files:
            os.close(file)
        _, status = os.waitpid(pid, 0)
        channel.sendall(os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True))


def _become(call: Mapping[str, object], files: list[int]) -> None:
    """Be what a new process would be, and end as it ends."""
    from mobctl.__main__ import main

    status: object = 1
    try:
        for number, file in enumerate(files):
            os.dup2(file, number)
        sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        os.environ.clear()
        os.environ.update(call["env"])  # type: ignore[call-overload]
        os.chdir(str(call["cwd"]))
        sys.argv = ["mobctl", *call["arguments"]]  # type: ignore[misc]
        main()
        status = 0
    except SystemExit as end:
        status = end.code or 0
    except BaseException:  # noqa: BLE001  (as a process ends that is not caught)
        traceback.print_exc()
    finally:
        atexit._run_exitfuncs()  # noqa: SLF001  (what a call has put down for its end, such as the removal of a folder)
        for stream in (sys.stdout, sys.stderr):
            with suppress(ValueError):  # it is closed
                stream.flush()
        os._exit(status if isinstance(status, int) else 1)


if __name__ == "__main__":
    sys.path[0] = str(ROOT)
    serve(socket.socket(fileno=int(sys.argv[1])))
