"""What became of each document that was ordered: the account of a run, for people, for a spreadsheet, for a program."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from mobctl import __version__
from mobctl.escaped import dumps
from mobctl.finding import Arg, Message, say, say_n
from mobctl.press import FEW
from mobctl.publishing import Order, Outcome
from mobctl.reporters.table import harmless
from mobctl.words import Words


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one document: `status` is made, same (there already), early (not yet due), unfit, or refused.

    A record is unfit for a document that there is not of such a record, and will not be.
    """

    record: str
    source: str
    kind: str
    part: str
    number: str
    status: str
    why: str = ""
    files: tuple[str, ...] = ()
    sha256: tuple[str, ...] = ()


@dataclass(slots=True)
class Account:
    """The account of a run: a row a document, and by files those of which there is none, with the reasons.

    `unfit` are institutions that such a document is not about, `early` all else.
    """

    rows: list[Row] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    early: dict[str, Arg] = field(default_factory=dict)
    unfit: dict[str, Arg] = field(default_factory=dict)
    done: int = 0
    same: int = 0
    replaced: int = 0

    def there(self, outcome: Outcome, order: Order, files: Mapping[str, str], same: Collection[str]) -> None:
        """List a document whose files, with their SHA-256, are there; some may be the `same` as before."""
        self.same += len(same)
        self.rows.append(_row(outcome, order, "same" if files.keys() <= {*same} else "made", files=files))

    def not_there(self, outcome: Outcome, order: Order, why: Arg) -> None:
        """List a document of which there is none."""
        status = "unfit" if outcome.unfit else "early" if outcome.early else "refused"
        self.rows.append(_row(outcome, order, status, order.first.show(why)))

    def take_back(self, why: str) -> None:
        """List none as made: they were to be there together, and are not."""
        self.rows = [
            replace(row, status="refused", why=why, files=(), sha256=()) if row.files else row
            for row in self.rows
        ]

    def stopped(self) -> Iterator[Message]:
        """Say what a run that was broken off leaves behind."""
        if self.done:
            yield say_n(
                "{n} document was written before, whole. The same command goes on from there.",
                "{n} documents were written before, each whole. The same command goes on from there.",
                self.done,
            )

    def left(self) -> Iterator[Message]:
        """Say how many documents there are that nothing was done for."""
        if self.same:
            yield say_n(
                "{n} file was there already with the same content; it was left as it is.",
                "{n} files were there already with the same content; they were left as they are.",
                self.same,
            )
        if self.replaced:
            yield say_n(
                "{n} file was there as a draft that nobody had changed; a new one took its place.",
                "{n} files were there as drafts that nobody had changed; new ones took their place.",
                self.replaced,
            )
        if self.failed and len(self.rows) > FEW:
            yield say_n(
                "Documents of {n} record could not be made; the reasons stand above.",
                "Documents of {n} records could not be made; the reasons stand above.",
                len(self.failed),
            )
        # Where some were made, nobody asks of the institutions that such a document is not about.
        early = self.early if self.done or self.same else {**self.unfit, **self.early}
        if len(early) == 1:
            [(file, why)] = early.items()
            yield none_made(file, why)
        elif early:
            yield say(
                "This document can't be made of {n} records, or not yet; name one to see why.", n=len(early)
            )


def none_made(file: Arg, why: Arg) -> Message:
    """Say of a record, or of a document of it, that none was made."""
    return say("{file}: no document was made: {why}", file=file, why=why)


def _row(
    outcome: Outcome, order: Order, status: str, why: str = "", files: Mapping[str, str] | None = None
) -> Row:
    known = files or {}
    return Row(
        outcome.record,
        outcome.file,
        order.kind.name,
        outcome.part,
        outcome.number,
        status,
        why,
        tuple(known),
        tuple(known.values()),
    )


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
