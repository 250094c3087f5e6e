"""Text and JSON of which all characters can be seen: no terminal and no log obeys what somebody wrote into a name."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

SUSPECT = re.compile("[^ -~\\n\u00a1-\u00ac\u00ae-\u05ff\u1e00-\u1fff\u2010-\u2027\u2030-\u205e]")
"""A quick look, which passes Latin, Greek and Cyrillic letters and the usual punctuation; the rest is looked up."""


def _hidden(letter: str) -> bool:
    """Tell whether a character can't be seen: a control, a bidi control, half of a name that is not UTF-8."""
    return (
        unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and letter not in "\u200c\u200d"
    )  # joiners are part of how words are written


def visible(text: str) -> str:
    """Text that is safe on a terminal: control and bidirectional characters as their code point."""
    return "".join(
        "<TAB>" if letter == "\t" else f"<U+{ord(letter):04X}>" if _hidden(letter) else letter
        for letter in text
    )


def dumps(data: Any, indent: int | None = 1) -> str:
    """Write data as JSON, with letters as they are and what can't be seen as JSON escapes it: a program reads the same."""
    return SUSPECT.sub(
        lambda found: json.dumps(found[0])[1:-1] if _hidden(found[0]) else found[0],
        json.dumps(data, ensure_ascii=False, indent=indent),
    )
