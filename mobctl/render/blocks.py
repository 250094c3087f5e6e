"""What a template that extends another may hold: blocks that the other has, and nothing outside of blocks that prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jinja2 import Environment, nodes

from mobctl.finding import Message, Quoted, Series, say
from mobctl.render.near import nearest, unknown
from mobctl.render.tree import SHIPPED

Fault = tuple[Message, int]
"""What is wrong with a template, and on which line."""


def absent(name: str, there: Iterable[str]) -> Message:
    """Say that there is no template of a name."""
    problem = say("there is no template {name}", name=Quoted(name))
    of_ours = name.startswith(SHIPPED)
    known = [each for each in there if each.startswith(SHIPPED) == of_ours]
    shared = [each for each in known if name.endswith(f"-{each.removeprefix(SHIPPED)}")]
    return unknown(problem, name, shared or known)


def fault(environment: Environment, source: nodes.Template, name: str | None) -> Fault | None:
    """Find what a template would lose that extends another; None if it loses nothing."""
    extends = source.find(nodes.Extends)
    if extends is None or not isinstance(extends.template, nodes.Const):
        return None
    parent = str(extends.template.value)
    if parent == name:
        ours = f"{SHIPPED}{name}"
        meant = ours if ours in environment.list_templates() else f"{SHIPPED}letter.xml.j2"
        return say("this template extends itself: write {name}", name=Quoted(meant)), extends.lineno
    if parent not in (there := environment.list_templates()):
        return absent(parent, there), extends.lineno
    known = tuple(dict.fromkeys(blocks(environment, parent, {name or ""})))
    for block in _outer(source):
        if block.name not in known:
            return _no_block(block.name, parent, known), block.lineno
    if line := next(_printing(source), None):
        text = say(
            "what stands outside of blocks is not printed: put it into one of these, {known}",
            known=Series(known, "or"),
        )
        return text, line
    return None


def _no_block(name: str, parent: str, known: tuple[str, ...]) -> Message:
    if near := nearest(name, known):
        return say(
            "there is no block {name} in {parent}. Did you mean {near}? There are: {known}",
            name=Quoted(name),
            parent=Quoted(parent),
            near=Quoted(near),
            known=Series(known),
        )
    return say(
        "there is no block {name} in {parent}. There are: {known}",
        name=Quoted(name),
        parent=Quoted(parent),
        known=Series(known),
    )


def blocks(environment: Environment, name: str, above: Iterable[str] = ()) -> Iterator[str]:
    """Name the blocks of a template, and of those that it extends. Raise what Jinja does if one can't be read."""
    assert environment.loader is not None  # noqa: S101  (ours has one)
    source, display, _ = environment.loader.get_source(environment, name)
    tree = environment.parse(source, name, display)
    extends = tree.find(nodes.Extends)
    if extends and isinstance(extends.template, nodes.Const) and extends.template.value not in {*above, name}:
        yield from blocks(environment, str(extends.template.value), {*above, name})
    yield from (block.name for block in tree.find_all(nodes.Block))


def _outer(node: nodes.Node) -> Iterator[nodes.Block]:
    """Yield the blocks that stand in no other."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Block):
            yield child
        else:
            yield from _outer(child)


def _printing(node: nodes.Node) -> Iterator[int]:
    """Yield the lines outside of blocks and macros that would print something."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Output):
            yield from (line for each in child.nodes if (line := _line(each)))
        elif isinstance(child, nodes.Include):
            yield child.lineno
        elif not isinstance(child, nodes.Block | nodes.Macro | nodes.AssignBlock):
            yield from _printing(child)


def _line(node: nodes.Node) -> int:
    """Say on which line something is printed, 0 if nothing is."""
    if not isinstance(node, nodes.TemplateData):
        return node.lineno
    text = node.data.lstrip()
    return node.lineno + node.data[: -len(text)].count("\n") if text else 0
