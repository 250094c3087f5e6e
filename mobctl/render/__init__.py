"""The way of a document: view → template → neutral markup → tree → one writer for each format.

    render("recognition-report", view, speech=Speech(…), format="pdf")

`compose` makes the tree once, `FORMATS[name].write` makes any number of formats of it. Jinja, Babel, Typst and
fontTools are imported when they are first needed, not with this package.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mobctl.errors import UserError
from mobctl.finding import N_, Quoted, say
from mobctl.render import check
from mobctl.render.brand import Brand, Picture
from mobctl.render.brand import check as check_brand
from mobctl.render.speech import Speech
from mobctl.render.tree import Element, parse

__all__ = ["FORMATS", "Brand", "Composed", "Format", "Picture", "Speech", "compose", "fingerprint", "render"]

PLAIN = Brand()
VIEW_FILE = "document-view.json"


@dataclass(frozen=True, slots=True)
class Composed:
    """A document before any format: its tree, its view in canonical form, and the look of its school."""

    tree: Element
    view: bytes
    brand: Brand
    view_note: str


@dataclass(frozen=True, slots=True)
class Format:
    """A document format: the ending of its files, and what writes it."""

    suffix: str
    media: str
    write: Callable[[Composed], bytes]


def canonical(view: Mapping[str, Any]) -> bytes:
    """Return a view as canonical JSON (RFC 8785): what a fingerprint is taken of, and what goes into the PDF."""
    import rfc8785

    return rfc8785.dumps(dict(view))


def fingerprint(view: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a view, the same in every language, format and version of mobctl."""
    return hashlib.sha256(canonical(view)).hexdigest()


def compose(
    template: str,
    view: Mapping[str, Any],
    *,
    speech: Speech,
    second: Speech | None = None,
    brand: Brand = PLAIN,
    folder: Path | None = None,
) -> Composed:
    """Make a document of a view: plain texts, lists and mappings, all keys present, "" or None where there is nothing.

    `template` is the name of a kind (`recognition-report`); `folder` holds the school's own templates. What the
    template gets besides `view` is `lang`, `fingerprint`, and `logo`: whether the brand has one.
    """
    from mobctl.render.environment import fill_template

    check_brand(brand)
    name = f"{template}.xml.j2"
    plain = canonical(view)
    data = {
        "view": json.loads(plain),
        "lang": speech.lang,
        "fingerprint": hashlib.sha256(plain).hexdigest(),
        "logo": "logo" in brand.pictures,
    }
    xml = fill_template(name, data, speech=speech, second=second, folder=folder)
    check.raw(xml)
    tree = parse(xml, name)
    check.characters(tree)
    return Composed(tree, plain, brand, speech.text(N_("The values that this document shows")))


def _html(made: Composed) -> bytes:
    from mobctl.render.html import write

    return write(made.tree, made.brand).encode()


def _markdown(made: Composed) -> bytes:
    from mobctl.render.markdown import write

    return write(made.tree).encode()


def _pdf(made: Composed) -> bytes:
    from mobctl.render import pdf, typst

    check.glyphs(made.tree, pdf.drawable())
    view = pdf.Attachment(VIEW_FILE, made.view, "application/json", made.view_note)
    day = datetime.strptime(made.tree.attributes["date"], "%Y-%m-%d").replace(tzinfo=UTC)
    return pdf.compile(typst.write(made.tree, made.brand, pdf.others()), timestamp=day, attachments=[view])


FORMATS: Mapping[str, Format] = {
    "pdf": Format(".pdf", "application/pdf", _pdf),
    "html": Format(".html", "text/html", _html),
    "md": Format(".md", "text/markdown", _markdown),
}


def render(
    template: str,
    view: Mapping[str, Any],
    *,
    speech: Speech,
    format: str,
    second: Speech | None = None,
    brand: Brand = PLAIN,
    folder: Path | None = None,
) -> bytes:
    """Make a document in one format."""
    if format not in FORMATS:
        raise UserError(say("there is no document format {format}", format=Quoted(format)))
    made = compose(template, view, speech=speech, second=second, brand=brand, folder=folder)
    return FORMATS[format].write(made)
