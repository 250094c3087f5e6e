"""What was probably meant where a template names what there is not."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from mobctl.finding import Message, Quoted, Series, say

FEW = 25
"""Up to how many names are all named."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Find the name that was probably meant, "" if none is like it."""
    return next(iter(get_close_matches(name, [*known], n=1)), "")


def unknown(problem: Message, name: str, known: Iterable[str]) -> Message:
    """Say what there is not, and what was probably meant; where nothing is like it, what there is, if that is not much."""
    names = (*known,)
    if near := nearest(name, names):
        return say("{problem}. Did you mean {near}?", problem=problem, near=Quoted(near))
    return among(problem, names) if 0 < len(names) <= FEW else problem


def among(problem: Message, known: Iterable[str]) -> Message:
    """Say what there is besides what there is not."""
    return say("{problem}. There are: {known}", problem=problem, known=Series((*known,)))
