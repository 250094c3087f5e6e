"""A rule explained."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from mobctl.finding import N_, Label
from mobctl.model import Phase
from mobctl.reporters.report import NAME, STYLE, Line
from mobctl.rule import Rule, When
from mobctl.words import Words

SINCE = {
    Phase.BEFORE_DEPARTURE: N_("once the stay is agreed"),
    Phase.DURING: N_("once the stay has begun"),
    Phase.AFTER_RETURN: N_("once the stay is over"),
    Phase.RECOGNISED: N_("once the results are recognised"),
}
UNTIL = {
    Phase.BEFORE_DEPARTURE: N_("until the stay is agreed"),
    Phase.DURING: N_("until the stay begins"),
    Phase.AFTER_RETURN: N_("until the stay is over"),
    Phase.RECOGNISED: N_("until the results are recognised"),
}


def rule_lines(rule: Rule, words: Words) -> list[Line]:
    """Explain one rule: what it wants, why, where that is written, what to do."""
    lines: list[Line] = [
        [
            (rule.code, "message"),
            (f"  {rule.slug}", "dim"),
            (f"  {NAME[rule.severity]}", STYLE[rule.severity]),
        ],
        [(words.text(rule.title), "message")],
        [],
        [(words.text(N_("Why")), "dim"), (f"  {words.text(rule.why)}", "plain")],
        [(words.text(N_("What to do")), "dim"), (f"  {words.text(rule.fix)}", "plain")],
    ]
    for citation in rule.cites:
        source = citation.source
        where = f"{source.title}, {source.issuer}, {source.edition}"
        lines.append([(words.text(N_("Source")), "dim"), (f"  {where}: {citation.passage}", "plain")])
    lines += [[(label, "dim"), (f"  {text}", "plain")] for label, text in _applies(rule.when, words)]
    lines.append([(words.text(N_("Profiles")), "dim"), (f"  {', '.join(sorted(rule.profiles))}", "plain")])
    for name, number in rule.numbers.items():
        value = (
            words.text(N_("to be set by the school")) if number.value is None else words.show(number.value)
        )
        lines.append([(words.text(N_("Number")), "dim"), (f"  {name} = {value} ({number.unit})", "plain")])
    return lines


def _applies(when: When, words: Words) -> Iterator[tuple[str, str]]:
    """To which mobilities a rule applies, and from when to when; nothing where it applies to all."""
    if len(when.directions) == 1:
        yield words.text(N_("Direction")), _labels("directions", when.directions, words)
    if when.kinds:
        yield words.text(N_("Kind of mobility")), _labels("kinds", when.kinds, words)
    times = [SINCE[when.since]] if when.since in SINCE else []
    times += [N_("once the recognition is decided")] if when.decided else []
    times += [UNTIL[when.until]] if when.until in UNTIL else []
    if times:
        yield words.text(N_("When")), ", ".join(words.text(each) for each in times)


def _labels(name: str, codes: Collection[str], words: Words) -> str:
    """Name codes in the order of their list."""
    return ", ".join(words.show(Label(name, code)) for code in words.lists[name].codes if code in codes)
