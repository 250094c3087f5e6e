"""`mobctl fmt` and `mobctl migrate`: files rewritten, whole or not at all, and never to say something else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Annotated

import typer

from mobctl import store
from mobctl.cli.common import Lang, load, named, tell, words
from mobctl.escaped import visible
from mobctl.finding import Message, Quoted, say, say_n
from mobctl.store import File, layout, write
from mobctl.store.layout import UnsafeError
from mobctl.words import Words

Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Files and folders (default: this folder); - is standard input, written to standard output."
    ),
]
Check = Annotated[bool, typer.Option("--check", help="Write nothing; exit status 1 if a file would change.")]
Diff = Annotated[bool, typer.Option("--diff", help="Write nothing; show what would change.")]

Change = Callable[[File, bytes], bytes | Message]
"""What a command makes of a file and its bytes: new bytes, or why it is left alone."""


def fmt(paths: Paths = None, check: Check = False, diff: Diff = False, lang: Lang = None) -> int:
    """Lay files out in one way: order of the fields, indentation, quotes, blank lines; comments and data stay.

    Exit status: 0 done, 1 a file that cannot be read, or with --check would change, 2 wrong use, 3 no file, 4 a bug.
    """
    done = _Run(paths, words(lang), show=diff, keep=check or diff).all(_laid_out)
    if not done.changed:
        said = say("No file needs another layout.")
    elif done.keep:
        said = say_n("{n} file would be laid out anew.", "{n} files would be laid out anew.", done.changed)
    else:
        said = say_n("{n} file laid out anew.", "{n} files laid out anew.", done.changed)
    return done.status(said, check=check)


def migrate(paths: Paths = None, check: Check = False, diff: Diff = False, lang: Lang = None) -> int:
    """Bring files of older versions to the present one, laid out as by fmt; comments stay.

    Older versions are read all the same; this is for those who want to edit the files again.
    Exit status: 0 done, 1 a file that cannot be read, or with --check would change, 2 wrong use, 3 no file, 4 a bug.
    """
    done = _Run(paths, words(lang), show=diff, keep=check or diff).all(_migrated)
    if not done.changed:
        said = say("No file is of an older version.")
    elif done.keep:
        said = say_n(
            "{n} file would be brought to the present version.",
            "{n} files would be brought to the present version.",
            done.changed,
        )
    else:
        said = say_n(
            "{n} file brought to the present version.",
            "{n} files brought to the present version.",
            done.changed,
        )
    return done.status(said, check=check)


def _laid_out(file: File, raw: bytes) -> bytes | Message:
    assert file.kind  # noqa: S101  (a file that is not ours has not come here)
    newest = store.present(file.kind)
    if file.version < newest:
        return say(
            "it is of version {version}; `mobctl migrate` brings it to version {newest} and lays it out",
            version=file.version,
            newest=newest,
        )
    return layout.tidy(raw, store.schema(file.kind), store.key_types())


def _migrated(file: File, raw: bytes) -> bytes | Message:
    assert file.kind  # noqa: S101  (a file that is not ours has not come here)
    if file.version == store.present(file.kind):
        return raw
    return store.rewrite(raw, file.kind, file.version, store.schema(file.kind), store.key_types())


@dataclass(slots=True)
class _Run:
    """One run over files: `show` the differences; `keep` the files as they are."""

    paths: list[Path] | None
    speech: Words
    show: bool
    keep: bool
    changed: int = 0
    unread: int = 0
    unsafe: int = 0
    unopened: int = 0
    others: int = 0

    def all(self, change: Callable[[File, bytes], bytes | Message]) -> _Run:
        """Change every file that is ours and can be read; say of each other why it is left alone."""
        archive = load(self.paths, "-")
        self.others, self.unopened = archive.others, len(archive.unopened)
        for message in archive.unopened:
            self._tell(message)
        for name, file in archive.files.items():
            if file.refused:
                self.unread += 1
                line = file.span(file.refused).line
                self._tell(
                    say("{file}, line {line}: {wrong}", file=name, line=line, wrong=file.refused.message)
                )
                continue
            raw = archive.given[name] if name in archive.given else Path(name).read_bytes()
            try:
                made = change(file, raw)
            except UnsafeError:
                self.unsafe += 1
                self._tell(
                    say(
                        "{file} was left as it is: rewritten, it would not say quite the same. That is a mistake in"
                        " mobctl; please report it, with the file if you may.",
                        file=Quoted(name),
                    )
                )
                continue
            if isinstance(made, Message):
                self._tell(say("{file} is left alone: {why}.", file=Quoted(name), why=made))
            else:
                self._put(name, raw, made, given=name in archive.given)
        return self

    def _put(self, name: str, raw: bytes, made: bytes, *, given: bool) -> None:
        self.changed += made != raw
        if self.show:
            sys.stdout.buffer.write("".join(_difference(name, raw, made)).encode())
        elif self.keep:
            if made != raw:
                named(name)
        elif given:
            sys.stdout.buffer.write(made)
        elif made != raw:
            write.replace(Path(name).resolve(), made)
            named(name)

    def _tell(self, message: Message) -> None:
        tell(f"mobctl: {self.speech.say(message)}")

    def status(self, said: Message, *, check: bool) -> int:
        """Say what was done, and give the exit status."""
        sys.stdout.flush()  # the names first, then what they are
        self._tell(said)
        if self.others:
            one, many = "{n} other file is not mobctl's", "{n} other files are not mobctl's"
            self._tell(say_n(one, many, self.others))
        if self.unsafe:
            return 4
        if self.unopened:
            return 3
        return int(bool(self.unread or (check and self.changed)))


def _difference(name: str, raw: bytes, made: bytes) -> Iterator[str]:
    before, after = (each.decode().replace("\r\n", "\n").splitlines(keepends=True) for each in (raw, made))
    shown = visible(name)
    for line in unified_diff(before, after, shown, shown):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
