"""What the school's `mobctl.yaml` says on the look of documents: files of its repository, checked before they are used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from mobctl import store
from mobctl.documents import KINDS, OWN
from mobctl.errors import UserError
from mobctl.finding import Quoted, Series, say, system
from mobctl.render import PLAIN, Brand, Picture
from mobctl.render import brand as brands
from mobctl.render.pictures import sound
from mobctl.render.tree import template_error
from mobctl.render.typefaces import LARGEST as LARGEST_FONT
from mobctl.render.typefaces import Face, Typefaces, face, one_family

LARGEST_PICTURE = 2 * 1024 * 1024
LARGEST_STYLE_SHEET = 64 * 1024
T = TypeVar("T")
BOTH = frozenset({"home", "host"})
OFFICES = BOTH | {"academic-coordinator", "recognition-authority", "head-of-institution"}
"""The roles that only people of the school have, so that it is known which documents they sign."""

FORMATS = {".svg": "svg", ".png": "png", ".jpg": "jpg", ".jpeg": "jpg"}


def settings(archive: store.Archive) -> Mapping[str, Any]:
    """Return the data of the school's `mobctl.yaml`, none if there is none."""
    config = archive.config
    found: Mapping[str, Any] = config.document.data if config and config.document else {}
    return found


def home(archive: store.Archive) -> Path:
    """Return the folder that the files of the look are named from."""
    return Path(archive.config.name).parent if archive.config else Path()


def brand(archive: store.Archive) -> Brand:
    """Make the look of a school's documents. What is wrong is said with its line."""
    look = settings(archive).get("brand") or {}
    folder = home(archive)

    def at(make: Callable[[], T], *pointer: str | int) -> T:
        try:
            return make()
        except UserError as error:
            raise template_error(_place(archive, "brand", *pointer), error.args[0]) from error

    pictures = {}
    if logo := look.get("logo"):
        form = FORMATS.get(Path(logo).suffix.lower(), "")
        data = at(lambda: read(folder, logo, LARGEST_PICTURE), "logo")
        pictures["logo"] = at(lambda: sound(Picture(form, data), logo), "logo")
    css = look.get("stylesheet")
    sheet = at(lambda: read(folder, css, LARGEST_STYLE_SHEET), "stylesheet") if css else b""

    def faces(role: str) -> tuple[Face, ...]:
        named = (look.get("fonts") or {}).get(role) or ()
        found = tuple(
            at(partial(_face, folder, name), "fonts", role, number) for number, name in enumerate(named)
        )
        if wrong := one_family(found):
            raise template_error(_place(archive, "brand", "fonts", role), wrong)
        return found

    made = Brand(
        look.get("accent") or PLAIN.accent,
        pictures,
        sheet.decode("utf-8", "replace"),
        {"": footer} if isinstance(footer := look.get("footer") or {}, str) else footer,
        look.get("seal_area") is not False,
        Typefaces(texts := faces("body"), faces("headings") or texts),
    )
    for number, one in enumerate(look.get("signatories") or ()):
        for place, kind in enumerate(one.get("documents") or ()):
            at(partial(_signed_by, kind, one["role"]), "signatories", number, "documents", place)
    at(lambda: brands.check_colour(made.accent), "accent")
    at(lambda: brands.check_sheet(made.css), "stylesheet")
    return made


def _signed_by(kind: str, role: str) -> None:
    """Refuse a kind of document that there is not, or that another office of the school signs.

    The school's own letters are known by the beginning of their names; home and host are one school, with two parts.
    """
    if kind.startswith(OWN):
        return
    if kind not in KINDS:
        raise UserError(
            say(
                "{value} is no kind of document. Close to it: {near}. `{command}` lists all there are.",
                value=Quoted(kind),
                near=Series(_near(kind)),
                command="mobctl documents",
            )
        )
    signed_by = KINDS[kind].signatories
    ours = BOTH if role in BOTH else {role}
    if role in OFFICES and ours.isdisjoint(signed_by):
        raise UserError(
            say(
                "{kind} is not signed by `{role}` but by {others}.",
                kind=Quoted(kind),
                role=role,
                others=Series(tuple(Quoted(other) for other in signed_by)),
            )
            if signed_by
            else say("Nobody signs {kind}: take it out of this list.", kind=Quoted(kind))
        )


def _near(kind: str) -> tuple[Quoted, ...]:
    """Name the kinds that are written alike, or that have a word of it in their names."""
    alike = get_close_matches(kind.casefold(), KINDS, cutoff=0.5)
    related = [name for name in KINDS if kind.casefold() in name]
    return tuple(map(Quoted, alike or related or [*KINDS][:3]))


def _face(folder: Path, name: str) -> Face:
    return face(name, read(folder, name, LARGEST_FONT))


def _place(archive: store.Archive, *pointer: str | int) -> str:
    config = archive.config
    if config is None or config.document is None:
        return "mobctl.yaml"
    return f"mobctl.yaml:{config.document.span(pointer).line}"


def templates(archive: store.Archive) -> Path | None:
    """Return the folder of the school's own templates, or None."""
    named = settings(archive).get("templates")
    if named is None:
        return None
    folder = home(archive)
    found: Path = folder / named
    if not found.is_dir():
        raise UserError(say("There is no folder {folder} of templates.", folder=Quoted(named)))
    if not found.resolve().is_relative_to(folder.resolve()):
        raise UserError(say("{file} lies outside of the records' folder.", file=Quoted(named)))
    return found


def read(folder: Path, name: str, largest: int) -> bytes:
    """Read a file of the repository; a link that leads out of it is not followed."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise UserError(say("{file} lies outside of the records' folder.", file=Quoted(name)))
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise UserError(say("{file} is no file.", file=Quoted(name)))
    try:
        with path.open("rb") as stream:
            data = stream.read(largest + 1)
    except OSError as error:
        raise UserError(
            say("{file} cannot be opened: {why}", file=Quoted(name), why=system(error))
        ) from error
    if len(data) > largest:
        raise UserError(say("{file} is larger than {n} bytes.", file=Quoted(name), n=largest))
    return data
