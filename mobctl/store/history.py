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


@dataclass(frozen=True, slots=True)
class Changed:
    """What is not as a revision has it: files by name, and the paths of those that are gone."""

    names: frozenset[str]
    gone: tuple[str, ...] = ()


def changed(names: Iterable[str], revision: str) -> Changed:
    """Find out which files have changed since a branch left a revision: committed, staged, in the folder, or new there.

    A file with another name is another file. Raise UserError where there is no git, no repository, no such revision,
    or no common past with it, as in a shallow clone.
    """
    found: set[str] = set()
    gone: list[str] = []
    for top, files in _by_repository(names, revision, "--changed").items():
        paths = {os.fsdecode(path) for path in _differing(top, revision).split(b"\0") if path}
        found |= {name for name, path in files if path in paths}
        gone += sorted(
            path for path in paths if path.endswith((".yaml", ".yml")) and not (top / path).exists()
        )
    return Changed(frozenset(found), tuple(gone))


def _differing(top: Path, revision: str) -> bytes:
    """All paths below a folder that differ from where the present branch left a revision, and those that git does not know."""
    new = _git(top, "ls-files", "--others", "--exclude-standard", "-z", revision=revision)
    if revision == "HEAD" and _unborn(top):
        return new + _git(top, "ls-files", "-z", revision=revision)
    commit = f"{revision}^{{commit}}"
    oid = _git(top, "rev-parse", "--verify", "--end-of-options", commit, revision=revision).decode().strip()
    base = _git(top, "merge-base", oid, "HEAD", revision=revision).decode().strip()
    quiet = ("--no-renames", "--no-ext-diff", "--ignore-submodules", "--name-only", "-z")
    return new + _git(top, "diff", *quiet, base, "--", revision=revision)


def _unborn(top: Path) -> bool:
    """Say whether nothing has been committed yet."""
    try:
        _git(top, "rev-parse", "--verify", "HEAD", revision="HEAD")
    except UserError:
        return True
    return False


def absent(folder: Path) -> Message | None:
    """Say why nothing can be compared in a folder: there is no git, or no repository; None where it can be."""
    try:
        _git(folder, "rev-parse", "--show-toplevel", revision="")
    except UserError as error:
        said: Message = error.args[0]
        return said
    return None


def _by_repository(
    names: Iterable[str], revision: str, option: str = "--base"
) -> dict[Path, list[tuple[str, str]]]:
    """Sort files by the top folder of their repository, each with its path below it."""
    tops: dict[Path, Path] = {}
    found: dict[Path, list[tuple[str, str]]] = {}
    for name in names:
        folder = Path(name).parent
        if folder not in tops:
            asked = ("rev-parse", "--show-toplevel")
            said = os.fsdecode(_git(folder, *asked, revision=revision, option=option)).rstrip("\n")
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


def _git(folder: Path, *arguments: str, revision: str, given: bytes = b"", option: str = "--base") -> bytes:
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(  # noqa: S603  (a list of arguments, no shell)
            command, input=given, capture_output=True, check=False, env={**os.environ, **_ENVIRONMENT}
        )
    except FileNotFoundError as error:
        raise UserError(say("{option} needs git, which is not installed here.", option=option)) from error
    if done.returncode:
        raise UserError(_refused(folder, arguments, revision, done.stderr))
    return done.stdout


def _refused(folder: Path, arguments: tuple[str, ...], revision: str, said: bytes) -> Message:
    """Say why git gave no answer, and what to do."""
    if b"dubious ownership" in said:
        return say(
            "git does not read {folder}, because the folder belongs to somebody else. If you trust it, type: {command}",
            folder=Quoted(folder.as_posix()),
            command=f"git config --global --add safe.directory {folder.resolve().as_posix()}",
        )
    if "--verify" in arguments and Path(revision).exists():
        return say(
            "git knows no revision {revision}. If you mean the folder or the file, write it before --changed.",
            revision=Quoted(revision),
        )
    if "--verify" in arguments:
        return say("git knows no revision {revision} here.", revision=Quoted(revision))
    if "merge-base" in arguments:
        return say(
            "git finds no commit that {revision} and this branch have in common: this copy of the repository has perhaps"
            " only a part of its history. Fetch all of it (in GitHub Actions: {github}; in GitLab CI: {gitlab}).",
            revision=Quoted(revision),
            github="fetch-depth: 0",
            gitlab='GIT_DEPTH: "0"',
        )
    return say("{folder} is not in a git repository.", folder=Quoted(folder.as_posix()))


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
