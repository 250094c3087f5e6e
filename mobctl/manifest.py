"""A manifest: what became of each document that was ordered, for a spreadsheet or for a program."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from mobctl import __version__
from mobctl.escaped import dumps
from mobctl.reporters.table import harmless
from mobctl.words import Words


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one document: `status` is made, same (there already), early (not yet due) or refused."""

    record: str
    source: str
    kind: str
    part: str
    number: str
    status: str
    why: str = ""
    files: tuple[str, ...] = ()
    sha256: tuple[str, ...] = ()


COLUMNS = ("record", "source", "kind", "part", "number", "status", "why", "file", "sha256")


def as_csv(rows: Iterable[Row]) -> bytes:
    """Write a manifest for a spreadsheet: one line a file, or a document of which there is none."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for row in rows:
        head = [row.record, row.source, row.kind, row.part, row.number, row.status, row.why]
        for file, digest in zip(row.files, row.sha256, strict=True) if row.files else [("", "")]:
            table.writerow([*map(harmless, head), harmless(file), digest])
    return out.getvalue().encode("utf-8-sig")


def as_json(rows: Iterable[Row], words: Words) -> bytes:
    """Write a manifest for a program: see schemas/output/manifest.schema.json."""
    data: dict[str, Any] = {
        "version": 1,
        "tool": {"name": "mobctl", "version": __version__},
        "lang": words.lang,
        "documents": [
            {
                **{key: value for key, value in asdict(row).items() if key not in ("files", "sha256")},
                "files": [
                    {"name": name, "sha256": digest}
                    for name, digest in zip(row.files, row.sha256, strict=True)
                ],
            }
            for row in rows
        ],
    }
    return f"{dumps(data)}\n".encode()
