"""Records as an earlier revision of their git repository has them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mobctl.errors import UserError
from mobctl.finding import Message, Quoted, say
from mobctl.store.reader import MAX_BYTES

_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
"""git only reads: it takes no lock, fetches nothing, asks nothing."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier revision held: the files that are still there by name, and those that are gone from their place."""

    files: Mapping[str, bytes]
    gone: tuple[bytes, ...] = ()


def earlier(names: Iterable[str], revision: str) -> Earlier:
    """Return what files held at a revision, by name; a file that was not there then has no entry.

    A file larger than any record may be is left out too. Raise UserError where there is no git, no repository or
    no such revision.
    """
    found: dict[str, bytes] = {}
    gone: dict[str, bytes] = {}
    for top, files in _by_repository(names, revision).items():
        commit = _git(
            top, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}", revision=revision
        )
        oid = commit.decode().strip()
        found |= _contents(top, oid, {name: path for name, path in files if "\n" not in path}, revision)
        there = _git(top, "ls-tree", "-r", "-z", "--name-only", oid, revision=revision).decode(
            "utf-8", "replace"
        )
        lost = [path for path in there.split("\0") if path.endswith((".yaml", ".yml")) and "\n" not in path]
        gone |= _contents(top, oid, {path: path for path in lost if not (top / path).exists()}, revision)
    return Earlier(found, tuple(gone.values()))


def absent(folder: Path) -> Message | None:
    """Say why nothing can be compared in a folder: there is no git, or no repository; None where it can be."""
    try:
        _git(folder, "rev-parse", "--show-toplevel", revision="")
    except UserError as error:
        said: Message = error.args[0]
        return said
    return None


def _by_repository(names: Iterable[str], revision: str) -> dict[Path, list[tuple[str, str]]]:
    """Sort files by the top folder of their repository, each with its path below it."""
    tops: dict[Path, Path] = {}
    found: dict[Path, list[tuple[str, str]]] = {}
    for name in names:
        folder = Path(name).parent
        if folder not in tops:
            said = _git(folder, "rev-parse", "--show-toplevel", revision=revision).decode().rstrip("\n")
            tops[folder] = Path(said).resolve()
        top = tops[folder]
        found.setdefault(top, []).append((name, Path(name).resolve().relative_to(top).as_posix()))
    return found


def _contents(top: Path, commit: str, paths: Mapping[str, str], revision: str) -> dict[str, bytes]:
    if not paths:
        return {}
    asked = "".join(f"{commit}:{path}\n" for path in paths.values())
    answer = _git(top, "cat-file", "--batch", revision=revision, given=asked.encode())
    return _taken([*paths], answer)


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
