"""The file of a baseline: JSON with one finding a line, so that git shows what comes and goes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mobctl.baseline import VERSION, Known
from mobctl.errors import NothingToCheckError, UserError
from mobctl.escaped import dumps
from mobctl.finding import Quoted, say
from mobctl.store import write
from mobctl.store.file import unopened

FIELDS = ("fingerprint", "code", "file", "place")


def read(path: Path) -> tuple[Known, ...]:
    """Read a baseline. Raise UserError if it is none, or of a version to come."""
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        text = say(
            "There is no {path}. `mobctl baseline` writes one: with the findings that there are now, to be set aside.",
            path=Quoted(path.as_posix()),
        )
        raise NothingToCheckError(text) from error
    except OSError as error:
        raise NothingToCheckError(unopened(path.as_posix(), error)) from error
    except ValueError as error:
        raise _no_baseline(path) from error
    rows = data.get("findings") if isinstance(data, dict) and data.get("version") == VERSION else None
    if not isinstance(rows, list) or not all(map(_sound, rows)):
        raise _no_baseline(path)
    return tuple(Known(row["file"], row["code"], row["place"], row["fingerprint"]) for row in rows)


def _sound(row: Any) -> bool:
    return isinstance(row, dict) and all(isinstance(row.get(name), str) for name in FIELDS)


def _no_baseline(path: Path) -> UserError:
    return UserError(
        say(
            "{path} is not a baseline that this mobctl reads. Write it anew with `mobctl baseline`.",
            path=Quoted(path.as_posix()),
        )
    )


def text(entries: Iterable[Known]) -> str:
    """Write a baseline as text."""
    rows = [dumps({name: getattr(each, name) for name in FIELDS}, None) for each in sorted(entries)]
    inside = ",\n".join(f"  {row}" for row in rows)
    return f'{{"version": {VERSION}, "findings": [\n{inside}\n]}}\n' if rows else _EMPTY


_EMPTY = f'{{"version": {VERSION}, "findings": []}}\n'


def save(path: Path, entries: Iterable[Known]) -> None:
    """Write a baseline, whole or not at all."""
    write.put(path, text(entries).encode())


def beside(path: Path, name: str) -> str:
    """The path of a record from the folder of the baseline on, with forward slashes."""
    return Path(os.path.relpath(name, path.parent)).as_posix()
