"""What the renderer asks of whoever knows languages: the one thing that a caller hands in besides the view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Speech:
    """One language of a document.

    `text` and `plural` translate an English message id and leave its `{placeholders}` as they are: the renderer
    fills them, because it alone knows how to escape a value and how each language writes a date. `label` names a
    code of a published list. `message` says a message value as the view carries it, in whatever plain shape the
    caller gave it there.
    """

    lang: str
    text: Callable[[str], str]
    plural: Callable[[str, str, int], str]
    label: Callable[[str, str], str]
    message: Callable[[Any], str]
