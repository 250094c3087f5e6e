"""Every rule there is. A new theme is listed here; nothing is discovered."""

from mobctl.rule import Rule
from mobctl.rules import (
    agreement,
    apprentices,
    catalonia,
    certification,
    changes,
    charters,
    content,
    counting,
    degrees,
    durations,
    engineering,
    files,
    grades,
    internship,
    mention_europe,
    mobilitepro,
    obligation,
    partners,
    people,
    presence,
    privacy,
    quota,
    recognition,
    record,
    safety,
    schools,
    traineeship,
    transcript,
)

THEMES = (
    record,
    agreement,
    content,
    changes,
    transcript,
    grades,
    recognition,
    schools,
    durations,
    presence,
    partners,
    charters,
    quota,
    degrees,
    certification,
    mobilitepro,
    mention_europe,
    catalonia,
    engineering,
    counting,
    obligation,
    apprentices,
    people,
    traineeship,
    safety,
    internship,
    privacy,
)

ALL = tuple(value for theme in THEMES for value in vars(theme).values() if isinstance(value, Rule))
RULES: dict[str, Rule] = {rule.code: rule for rule in ALL}

CATALOGUE: dict[str, Rule] = dict(sorted({**{r.code: r for r in files.FILE_RULES}, **RULES}.items()))
"""The rules and the mistakes of file and shape, by code: all that `mobctl rules` lists and explains."""
