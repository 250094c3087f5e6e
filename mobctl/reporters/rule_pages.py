"""Rules as Markdown: a page of a family, the page that leads to all of them, one rule alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from mobctl.finding import N_, Message, Severity, say_n
from mobctl.reporters.reference import Code, Item, Page, Reference, Row, named
from mobctl.reporters.report import NAME
from mobctl.rule import Rule
from mobctl.rules import retired
from mobctl.rules.families import FAMILIES, family
from mobctl.words import Words

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
_SPAN = re.compile(r"(`[^`]+`)")
_LINK = re.compile(r"<(https?://[^<>\s]+)>")
_MARKS = {True: "+", False: "-", None: " "}


def escaped(text: str) -> str:
    """Write text so that Markdown shows it as it is; what stands between backticks is code, an address a link."""
    parts = []
    for piece in _SPAN.split(text):
        if _SPAN.fullmatch(piece):
            parts.append(piece.replace("|", "\\|"))
        else:
            bits = _LINK.split(piece)  # every second one is an address
            parts += [f"<{bit}>" if n % 2 else _SPECIAL.sub(r"\\\1", bit) for n, bit in enumerate(bits)]
    return "".join(parts)


def text_of(page: Page, words: Words, *, example: bool = True, linked: bool = False) -> str:
    """Explain one rule, without its heading: with its example or not, with links to the other pages or not."""
    head = f"**{escaped(page.title)}**  \n`{page.rule.slug}` · {NAME[page.rule.severity]}"
    blocks = [head]
    for section in page.sections:
        shown = any(isinstance(item, Code) and item.good is not None for item in section.items)
        if example or not shown:
            blocks.append(_section(section.title, section.items, words, linked=linked))
    return "\n\n".join(blocks) + "\n"


def _section(title: str, items: Sequence[Item], words: Words, *, linked: bool) -> str:
    """What is one sentence stands beside its heading, all else below it."""
    if len(items) == 1 and isinstance(items[0], str):
        return f"**{escaped(title)}.** {escaped(items[0])}"
    blocks = [f"**{escaped(title)}.**"]
    for kind, group in groupby(items, key=type):
        together = [*group]
        if kind is Row:
            blocks.append(
                "\n".join(_row(row, words, linked=linked) for row in together if isinstance(row, Row))
            )
        elif kind is Code:
            blocks += [_code(code) for code in together if isinstance(code, Code)]
        else:
            texts = [escaped(text) for text in together if isinstance(text, str)]
            blocks.append("\n".join(f"- {text}" for text in texts) if len(texts) > 1 else texts[0])
    return "\n\n".join(blocks)


def _row(row: Row, words: Words, *, linked: bool) -> str:
    term = f"[{row.link}]({_place(row.link)})" if row.link and linked else f"`{row.term}`"
    return f"- {named(term, escaped(row.text), words)}"


def _place(code: str) -> str:
    return f"{family(code)}.md#{code.lower()}"


def _code(code: Code) -> str:
    if code.good is None:
        return "\n".join(["```yaml", *(line.text if line else "# …" for line in code.lines), "```"])
    lines = [
        f"{_MARKS[code.good] if line and line.told else ' '} {line.text if line else '…'}".rstrip()
        for line in code.lines
    ]
    return "\n".join(["```diff", *lines, "```"])


def family_page(name: str, rules: Sequence[Rule], reference: Reference) -> str:
    """The page of one family."""
    words = reference.words
    blocks = [
        f"# {named(name, escaped(words.text(FAMILIES[name])), words)}",
        _counted(rules, words),
        _table(rules, words),
    ]
    blocks += [
        f"## {rule.code}\n\n{text_of(reference.page(rule), words, linked=True).rstrip()}" for rule in rules
    ]
    back = escaped(words.text(N_("All rules")))
    return "\n\n".join([*blocks, f"[{back}](README.md)"]) + "\n"


def _heading(level: int, title: str, words: Words) -> str:
    return f"{'#' * level} {escaped(words.text(title))}"


def _table(rules: Sequence[Rule], words: Words) -> str:
    titles = [words.text(each) for each in (N_("Code"), N_("Severity"), N_("What it wants"))]
    rows = [
        f"| [{rule.code}](#{rule.code.lower()}) | {NAME[rule.severity]} | {escaped(words.text(rule.title))} |"
        for rule in rules
    ]
    return "\n".join([f"| {' | '.join(titles)} |", "| --- | --- | --- |", *rows])


def _counted(rules: Sequence[Rule], words: Words) -> str:
    found = Counter(rule.severity for rule in rules)
    said: list[Message] = [
        say_n("{n} error", "{n} errors", found[Severity.ERROR]),
        say_n("{n} warning", "{n} warnings", found[Severity.WARNING]),
        say_n("{n} hint", "{n} hints", found[Severity.INFO]),
    ]
    counts = (found[Severity.ERROR], found[Severity.WARNING], found[Severity.INFO])
    parts = [words.say(message) for count, message in zip(counts, said, strict=True) if count]
    whole = words.say(say_n("{n} rule", "{n} rules", len(rules)))
    return f"{named(whole, ', '.join(parts), words)}."


def families_of(catalogue: Mapping[str, Rule]) -> dict[str, list[Rule]]:
    """The rules by family."""
    found: dict[str, list[Rule]] = {}
    for code, rule in sorted(catalogue.items()):
        found.setdefault(family(code), []).append(rule)
    return found


def index_page(reference: Reference) -> str:
    """The page that leads to the families, and says what became of codes that are no rule."""
    words, text = reference.words, reference.words.text
    found = families_of(reference.catalogue)
    rows = [
        f"| [{name}]({name}.md) | {escaped(text(FAMILIES[name]))} | {len(rules)} |"
        for name, rules in found.items()
    ]
    head = [text(each) for each in (N_("Code"), N_("Family"), N_("Rules"))]
    blocks = [
        _heading(1, N_("The rules"), words),
        escaped(text(N_("`mobctl rules` lists them, `mobctl rules CODE` explains one as these pages do."))),
        _counted([*reference.catalogue.values()], words),
        "\n".join([f"| {' | '.join(head)} |", "| --- | --- | ---: |", *rows]),
        *_retired(words),
    ]
    return "\n\n".join(blocks) + "\n"


def _retired(words: Words) -> Iterator[str]:
    text = words.text
    gone = [
        f"- `{code}` → {named(', '.join(map(_link, each.into)), escaped(text(each.reason)), words)}"
        for code, each in sorted(retired.MERGED.items())
    ]
    gone += [
        f"- {named(f'`{code}`', escaped(text(why)), words)}"
        for code, why in sorted(retired.WITHDRAWN.items())
    ]
    if gone:
        yield _heading(2, N_("Codes that are no rule"), words)
        yield "\n".join(gone)
    head = [text(each) for each in (N_("Rule"), N_("Statement"), N_("Why"))]
    rows = [
        f"| {_link(code)} | {split.of} | {escaped(text(split.reason))} |"
        for code, split in sorted(retired.SPLIT.items())
    ]
    yield _heading(2, N_("Rules that say a part of another"), words)
    yield "\n".join([f"| {' | '.join(head)} |", "| --- | --- | --- |", *rows])
    more = [
        f"- {named(_link(code), escaped(text(why)), words)}" for code, why in sorted(retired.ADDED.items())
    ]
    more.append(f"- {named(', '.join(sorted(retired.OF_FILES)), escaped(text(retired.OWN)), words)}")
    yield _heading(2, N_("Rules that mobctl adds"), words)
    yield "\n".join(more)


def _link(code: str) -> str:
    return f"[{code}]({_place(code)})"
