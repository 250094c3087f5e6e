"""Other systems' formats: one module each, typed by a protocol, listed by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from mobctl.exchange import elmo, ewp_la
from mobctl.exchange.record import Imported
from mobctl.exchange.source import Lost


class Importer(Protocol):
    """What a module that reads a format offers."""

    def load(self, data: bytes, school: Mapping[str, Any] | None = None) -> Sequence[Imported]:
        """Turn one file of another system into records; what they cannot carry is listed with each.

        `school` is the institution that keeps the records, where the folder says which it is.
        """
        ...


IMPORTS: dict[str, Importer] = {"ewp-la": ewp_la, "elmo": elmo}

__all__ = ["IMPORTS", "Imported", "Importer", "Lost"]
