"""Compile the gettext catalogues into the wheel."""

from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]
    """Write one `.mo` beside each `.po`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile before the files are collected."""
        for source in Path(self.root, "mobctl", "locale").glob("*.po"):
            out = BytesIO()
            with source.open("rb") as stream:
                write_mo(out, read_po(stream))
            source.with_suffix(".mo").write_bytes(out.getvalue())
