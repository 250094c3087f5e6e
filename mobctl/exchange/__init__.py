"""Other systems' formats: one module each, typed by a protocol, listed by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mobctl.exchange import ewp_la
from mobctl.exchange.ewp_la import Imported, Lost


class Importer(Protocol):
    """What a module that reads a format offers."""

    def load(self, data: bytes) -> Sequence[Imported]:
        """Turn one file of another system into records; what they cannot carry is listed with each."""
        ...


IMPORTS: dict[str, Importer] = {"ewp-la": ewp_la}

__all__ = ["IMPORTS", "Imported", "Importer", "Lost"]
