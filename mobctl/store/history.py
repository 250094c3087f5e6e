"""Records as an earlier revision of their git repository has them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from mobctl.errors import UserError
from mobctl.finding import Quoted, say
from mobctl.store.reader import MAX_BYTES

_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
"""git only reads: it takes no lock, fetches nothing, asks nothing."""


def earlier(names: Iterable[str], revision: str) -> dict[str, bytes]:
    """Return what files held at a revision, by name; a file that was not there then has no entry.

    A file larger than any record may be is left out too. Raise UserError where there is no git, no repository or
    no such revision.
    """
    found: dict[str, bytes] = {}
    for folder, files in _by_folder(names).items():
        top = Path(_git(folder, "rev-parse", "--show-toplevel", revision=revision).decode().rstrip("\n"))
        commit = _git(
            folder, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}", revision=revision
        )
        wanted = [(name, Path(name).resolve().relative_to(top.resolve()).as_posix()) for name in files]
        asked = "".join(f"{commit.decode().strip()}:{path}\n" for _, path in wanted if "\n" not in path)
        answer = _git(folder, "cat-file", "--batch", revision=revision, given=asked.encode())
        found |= _taken([name for name, path in wanted if "\n" not in path], answer)
    return found


def _by_folder(names: Iterable[str]) -> dict[Path, list[str]]:
    folders: dict[Path, list[str]] = {}
    for name in names:
        folders.setdefault(Path(name).parent, []).append(name)
    return folders


def _git(folder: Path, *arguments: str, revision: str, given: bytes = b"") -> bytes:
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(  # noqa: S603  (a list of arguments, no shell)
            command, input=given, capture_output=True, check=False, env={**os.environ, **_ENVIRONMENT}
        )
    except FileNotFoundError as error:
        raise UserError(say("--base needs git, which is not installed here.")) from error
    if done.returncode:
        if "--verify" in arguments:
            raise UserError(say("git knows no revision {revision} here.", revision=Quoted(revision)))
        raise UserError(say("{folder} is not in a git repository.", folder=Quoted(folder.as_posix())))
    return done.stdout


def _taken(names: list[str], answer: bytes) -> dict[str, bytes]:
    """Take apart what `git cat-file --batch` answers: a line `oid blob size` and the bytes, or `… missing`."""
    found: dict[str, bytes] = {}
    at = 0
    for name in names:
        end = answer.index(b"\n", at)
        *_, kind, size = (
            answer[at:end].split(b" ") if not answer[at:end].endswith(b"missing") else (b"", b"0")
        )
        at = end + 1
        if kind:
            length = int(size)
            if kind == b"blob" and length <= MAX_BYTES:
                found[name] = answer[at : at + length]
            at += length + 1
    return found
