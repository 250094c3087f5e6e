"""A rule explained."""

from __future__ import annotations

from mobctl.finding import N_
from mobctl.reporters.report import NAME, STYLE, Line
from mobctl.rule import Rule
from mobctl.words import Words


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
    lines.append([(words.text(N_("Profiles")), "dim"), (f"  {', '.join(sorted(rule.profiles))}", "plain")])
    for name, number in rule.numbers.items():
        lines.append(
            [
                (words.text(N_("Number")), "dim"),
                (f"  {name} = {words.show(number.value)} ({number.unit})", "plain"),
            ]
        )
    return lines
