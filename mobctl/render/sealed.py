"""The electronic seal on the page: a QR code, and in words what it is and how to check it.

It is put into the tree, not into templates: a school's own template has it too, and cannot forget it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mobctl.finding import N_, Message, plain, say
from mobctl.render.speech import Speech
from mobctl.render.tree import Element

PICTURE = "seal"


@dataclass(frozen=True, slots=True)
class PrintedSeal:
    """A seal as documents show it: its bytes, its QR code as SVG, who made it with which key, where it can be checked."""

    raw: bytes
    code: bytes
    issuer: str
    key: str
    address: str = ""


def with_seal(tree: Element, seal: PrintedSeal, speech: Speech, second: Speech | None) -> Element:
    """Put a seal at the end of a document, before its footer."""
    block = Element(
        "seal",
        {"src": PICTURE, "alt": _said(say("QR code of the seal"), speech)},
        _lines(seal, speech, second),
    )
    children = list(tree.children)
    footer = next(
        (n for n, child in enumerate(children) if isinstance(child, Element) and child.tag == "footer"),
        len(children),
    )
    children.insert(footer, block)
    return replace(tree, children=tuple(children))


def _lines(seal: PrintedSeal, speech: Speech, second: Speech | None) -> tuple[Element, ...]:
    title = Element("strong", {}, (_said(Message(N_("Electronic seal")), speech),))
    how = (
        say(
            "Scan the code, which opens {address}, or check this PDF with mobctl (mobctl verify): both say whether it is"
            " genuine, the second without a network.",
            address=seal.address,
        )
        if seal.address
        else say(
            "Check this PDF, or the text of the code, with mobctl (mobctl verify): it says whether it is genuine."
        )
    )
    who = say("Sealed by {issuer} with the key {key}.", issuer=seal.issuer, key=seal.key)
    return (Element("p", {}, (title,)), _paragraph(who, speech, second), _paragraph(how, speech, second))


def _paragraph(text: Message, speech: Speech, second: Speech | None) -> Element:
    children: tuple[Element | str, ...] = (_said(text, speech),)
    if second:
        children += (Element("gloss", {"lang": second.lang}, (_said(text, second),)),)
    return Element("p", {}, children)


def _said(text: Message, speech: Speech) -> str:
    data: Mapping[str, Any] = plain(text)
    return speech.message(data)
