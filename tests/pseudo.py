"""A language that nobody speaks: every message of the catalogue, made longer and unlike English, as a translator's file."""

from __future__ import annotations

import re
from pathlib import Path

import catalogues
from babel.messages.catalog import Catalog

KEPT = re.compile(r"\{[a-z_]+\}|`[^`]*`")
"""What a translator leaves as it is: placeholders, and what the user types."""

LETTERS = str.maketrans("aeiouyAEIOUY", "äéîöüÿÄÉÎÖÜŸ")
LONGER = 0.3


def pseudo(text: str) -> str:
    """Say an English text in it: no vowel stays as it is, and a third comes at the end."""
    parts, after = [], 0
    for kept in KEPT.finditer(text):
        parts += [text[after : kept.start()].translate(LETTERS), kept[0]]
        after = kept.end()
    parts.append(text[after:].translate(LETTERS))
    said = "".join(parts)
    bare = KEPT.sub("", text).strip()
    if not any(c.isalpha() for c in bare):
        return said
    more = "ö" * max(1, round(len(bare) * LONGER) - 1)
    pieces = [more[at : at + 9] for at in range(0, len(more), 9)]
    end = said.rstrip(" .:…")
    return f"{end} {' '.join(pieces)}{said[len(end) :]}"


def catalogue(lang: str) -> Catalog:
    """Translate all that a language has to have."""
    made = Catalog(locale=lang, project="mobctl", charset="utf-8", fuzzy=False)
    for message in catalogues.extract(lang):
        if message.id:
            ids = [message.id] if isinstance(message.id, str) else [*message.id]
            said = [pseudo(id) for id in ids]
            string = (
                said[0]
                if len(said) == 1
                else tuple([*said, *[said[-1]] * made.num_plurals][: made.num_plurals])
            )
            made.add(message.id, string, message.locations, context=message.context)
    return made


def write(folder: Path, lang: str) -> Path:
    """Write it as the one file of a language."""
    path = folder / f"{lang}.po"
    catalogues.save(path, catalogue(lang))
    return path
