"""The house style on the tree: what a school has on all its documents, whatever the template."""

from __future__ import annotations

from dataclasses import replace

from mobctl.render.brand import Brand
from mobctl.render.tree import Element

LINE = "note"
"""The kind of paragraph that is a line of its own at the foot of the page."""


def in_house_style(tree: Element, brand: Brand, lang: str) -> Element:
    """Give a document the school's line at its foot, and take away the place for a stamp where none is used."""
    line = brand.footer.get(lang) or next(iter(brand.footer.values()), "")
    made = tree if brand.seal_area else _without_seal(tree)
    if not line:
        return made
    children = tuple(
        replace(child, children=(*child.children, Element("p", {"kind": LINE}, (line,))))
        if isinstance(child, Element) and child.tag == "footer"
        else child
        for child in made.children
    )
    return replace(made, children=children)


def _without_seal(element: Element) -> Element:
    attributes = element.attributes
    if element.tag == "sign":
        attributes = {name: value for name, value in attributes.items() if name != "seal"}
    children = tuple(
        _without_seal(child) if isinstance(child, Element) else child for child in element.children
    )
    return replace(element, attributes=attributes, children=children)
