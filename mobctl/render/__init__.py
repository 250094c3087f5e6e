"""The way of a document: view → template → neutral markup → tree → one writer for each format.

    render("recognition-report", view, speech=Speech(…), format="pdf")

`compose` makes the tree once, `FORMATS[name].write` makes any number of formats of it. Jinja, Babel, Typst and
fontTools are imported when they are first needed, not with this package.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from mobctl import __version__
from mobctl.errors import UserError
from mobctl.finding import N_, Quoted, Series, say
from mobctl.render import check
from mobctl.render.brand import Brand, Picture
from mobctl.render.brand import check as check_brand
from mobctl.render.direction import marked
from mobctl.render.fonts import Family
from mobctl.render.house import in_house_style
from mobctl.render.kept import Fact, Official, missing
from mobctl.render.sealed import PICTURE, PrintedSeal, with_seal
from mobctl.render.speech import Speech
from mobctl.render.tree import Element, nowhere, parse, template_error

__all__ = [
    "FORMATS",
    "MADE_FILE",
    "PLAIN",
    "SEAL_FILE",
    "VIEW_FILE",
    "Brand",
    "Composed",
    "Fact",
    "Format",
    "MadeWith",
    "Official",
    "Picture",
    "PrintedSeal",
    "Speech",
    "canonical",
    "compose",
    "drawn_pages",
    "fingerprint",
    "render",
]

Pages = TypeVar("Pages")

PLAIN = Brand()
VIEW_FILE = "document-view.json"
MADE_FILE = "made-with.json"
SEAL_FILE = "seal.cose"


@dataclass(frozen=True, slots=True)
class Composed:
    """A document before any format: its tree, its view in canonical form, the look of its school, how it was made."""

    tree: Element
    view: bytes
    brand: Brand
    made_with: bytes
    seal: bytes | None
    notes: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Format:
    """A document format: the ending of its files, and what writes it."""

    suffix: str
    media: str
    write: Callable[[Composed], bytes]


@dataclass(frozen=True, slots=True)
class MadeWith:
    """What the bytes of a document depend on besides its view: versions, template, languages, and the school's look.

    `packages` are the versions of what draws it, by the names of their packages. `brand` and `templates` are
    fingerprints; `templates` is "" where the school has none of its own. `look` is what else is said of the brand, so
    that others can make the page again. `url` is the address that the code of the seal opens, or "".
    """

    packages: Mapping[str, str]
    template: str
    languages: tuple[str, ...]
    brand: str
    look: Mapping[str, Any]
    templates: str
    url: str

    @classmethod
    def of(
        cls, template: str, languages: Iterable[str], brand: Brand, folder: Path | None, url: str = ""
    ) -> MadeWith:
        """Say what a document is made with here."""
        return cls(
            _packages(),
            template,
            tuple(languages),
            brand.fingerprint(),
            brand.carried(),
            _fingerprint_of(folder),
            url,
        )

    def dump(self) -> bytes:
        """Write it as canonical JSON."""
        return canonical({**asdict(self), "languages": [*self.languages]})

    @classmethod
    def load(cls, raw: bytes) -> MadeWith:
        """Read what `dump` wrote. Raise ValueError if it is something else."""
        try:
            data = json.loads(raw)
            made = cls(**{**data, "languages": tuple(data["languages"])})
            texts = (
                made.template,
                made.brand,
                made.templates,
                made.url,
                *made.languages,
                *made.packages.values(),
            )
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError from error
        if not all(isinstance(each, str) for each in texts) or not isinstance(made.look, Mapping):
            raise ValueError
        return made


DRAWN_BY = ("typst", "babel", "segno", "fontpkg-source-sans-3", "fontpkg-source-serif-4")
"""The packages that have a part in how every document looks."""


@lru_cache(maxsize=1)
def _packages() -> Mapping[str, str]:
    return {"mobctl": __version__, **{name: version(name) for name in DRAWN_BY}}


def _fingerprint_of(folder: Path | None) -> str:
    if folder is None:
        return ""
    whole = hashlib.sha256()
    for path in sorted(folder.glob("*.j2")):
        whole.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


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
    seal: PrintedSeal | None = None,
    official: Official | None = None,
) -> Composed:
    """Make a document of a view: plain texts, lists and mappings, all keys present, "" or None where there is nothing.

    `template` is the name of a kind (`recognition-report`); `folder` holds the school's own templates. What the
    template gets besides `view` is `lang`, `fingerprint`, and `logo`: whether the brand has one. A `seal` is put at the
    end of the document. Of what is `official`, templates of the school may leave nothing out.
    """
    from mobctl.render.environment import fill_template
    from mobctl.render.own import taking_part, written_at

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
    tree = parse(xml, name, partial(written_at, folder, name) if folder else nowhere)
    languages = [each.lang for each in (speech, second) if each]
    made_with = MadeWith.of(template, languages, brand, folder, seal.address if seal else "")
    if folder and official:
        files = taking_part(folder, made_with.templates, template)
        if files:
            bare = fill_template(
                f"{official.template}.xml.j2", data, speech=speech, second=second, folder=None
            )
            _refuse_losses(parse(bare, name), tree, official, speech.lang, files)
    if seal:
        tree = with_seal(tree, seal, speech, second)
        brand = replace(brand, pictures={**brand.pictures, PICTURE: Picture("svg", seal.code)})
    tree = in_house_style(tree, brand, speech.lang)
    check.characters(tree)
    tree = marked(tree)
    notes = (
        speech.text(N_("The values that this document shows")),
        speech.text(N_("How this document was made")),
        speech.text(N_("The electronic seal of this document")),
    )
    return Composed(tree, plain, brand, made_with.dump(), seal.raw if seal else None, notes)


def _refuse_losses(
    ours: Element, theirs: Element, official: Official, lang: str, files: Iterable[str]
) -> None:
    """Refuse a document that lacks something without which it is not official."""
    lacks = missing(ours, theirs, official, lang)
    if lacks:
        raise template_error(
            ", ".join(f"templates/{name}" for name in files),
            say(
                "the document would lack what it has to state: {what}. Keep {text} in the blocks that are yours, or print it"
                " in another place",
                what=Series(lacks),
                text=Quoted("{{ super() }}"),
            ),
        )


def _html(made: Composed) -> bytes:
    from mobctl.render.html import write

    return write(made.tree, made.brand).encode()


def _markdown(made: Composed) -> bytes:
    from mobctl.render.markdown import write

    return write(made.tree).encode()


def _pdf(made: Composed) -> bytes:
    from mobctl.render import pdf

    others = check.families(made.tree)
    names = (VIEW_FILE, MADE_FILE, SEAL_FILE)
    types = ("application/json", "application/json", "application/cose")
    data = (made.view, made.made_with, made.seal)
    attachments = [
        pdf.Attachment(name, each, media, note)
        for name, each, media, note in zip(names, data, types, made.notes, strict=True)
        if each is not None
    ]
    day = datetime.strptime(made.tree.attributes["date"], "%Y-%m-%d").replace(tzinfo=UTC)
    faces = made.brand.typefaces

    def compiled(source: str) -> bytes:
        return pdf.compile(source, timestamp=day, attachments=attachments, others=others, typefaces=faces)

    return _fitting(made, others, compiled, pdf.page_count)


def drawn_pages(made: Composed) -> tuple[bytes, ...]:
    """Draw the pages of a document (PNG), for formats that want to see them."""
    from mobctl.render import pdf

    others = check.families(made.tree)
    faces = made.brand.typefaces
    return _fitting(made, others, lambda source: pdf.pictures(source, others, faces), len)


def _fitting(
    made: Composed, others: tuple[Family, ...], produce: Callable[[str], Pages], count: Callable[[Pages], int]
) -> Pages:
    """Produce the pages with ample room; where they end with little on the last one, with less, if that saves it."""
    from mobctl.render import pdf, typst

    fonts = pdf.chosen(others, made.brand.typefaces)
    ample = typst.write(made.tree, made.brand, fonts)
    try:
        return produce(ample + pdf.LITTLE)
    except pdf.EndsEarlyError:
        whole = produce(typst.write(made.tree, made.brand, fonts, whole=True))
        shorter = produce(typst.write(made.tree, made.brand, fonts, tight=True, whole=True))
        return shorter if count(shorter) < count(whole) else whole


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
