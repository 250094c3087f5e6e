"""Every rule there is. A new theme is listed here; nothing is discovered."""

from mobctl.rule import Rule
from mobctl.rules import agreement, content, files, recognition, record, schools, transcript

THEMES = (record, agreement, content, transcript, recognition, schools)

RULES: dict[str, Rule] = {}
for _theme in THEMES:
    for _value in vars(_theme).values():
        if isinstance(_value, Rule):
            if _value.code in RULES:
                raise AssertionError(f"two rules are called {_value.code}")
            RULES[_value.code] = _value

CATALOGUE: dict[str, Rule] = dict(sorted({**{r.code: r for r in files.FILE_RULES}, **RULES}.items()))
"""The rules and the mistakes of file and shape, by code: all that `mobctl rules` lists and explains."""
