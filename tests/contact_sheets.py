"""Lay out all pages of all documents on sheets to look at: `python tests/contact_sheets.py [NAME…]`.

Every kind, in every language, with ordinary and with exotic data, as PNG files in tests/pages (which git ignores).
How they look is for people to say; that one cannot be made, or that a kind is missing, is an error here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import count, islice
from pathlib import Path
from typing import Any

import pypdfium2
import views
from agreements import EVERY
from PIL import Image, ImageDraw

from mobctl import press, store
from mobctl.documents import KINDS
from mobctl.errors import UserError
from mobctl.render import FORMATS, compose
from mobctl.words import languages, words

FOLDER = Path(__file__).parent / "pages"
COLUMNS, ROWS = 4, 2
SCALE = 0.9
"""Pixels a point: a page of A4 is 536 by 758."""

GAP, HEAD = 12, 20
GREY = (120, 120, 120)


def main(wanted: list[str]) -> int:
    """Make the sheets of all documents, or of those named; 1 if one could not be made."""
    if unknown := set(wanted) - set(EVERY):
        sys.stderr.write(f"no such document: {', '.join(sorted(unknown))}; there are {', '.join(EVERY)}\n")
        return 2
    if missing := set(KINDS) - {view["kind"] for view in EVERY.values()}:
        sys.stderr.write(f"no data to look at for {', '.join(sorted(missing))}\n")
        return 1
    FOLDER.mkdir(exist_ok=True)
    orders = [(name, lang) for name in wanted or EVERY for lang in languages()]
    failed = 0
    with ProcessPoolExecutor(2) as pool:
        for order, said in zip(orders, pool.map(sheets_of, orders), strict=True):
            if isinstance(said, str):
                failed += 1
                sys.stderr.write(f"{'.'.join(order)}: {said}\n")
            else:
                sys.stdout.write("".join(f"{path}\n" for path in said))
    return int(failed > 0)


def sheets_of(order: tuple[str, str]) -> list[str] | str:
    """Make the sheets of one document in one language, or say why that can't be done."""
    name, lang = order
    for old in FOLDER.glob(f"{name}.{lang}.*png"):
        old.unlink()
    try:
        found = pages(EVERY[name], lang)
    except UserError as error:
        return words("en", store.lists()).say(error.args[0])
    made: list[str] = []
    for number in count(1):
        some = tuple(islice(found, COLUMNS * ROWS))
        if not some:
            return made
        path = FOLDER / f"{name}.{lang}.{number}.png"
        sheet(some, f"{name}, {lang}, sheet {number}").save(path)
        made.append(path.relative_to(FOLDER.parents[1]).as_posix())
    return made


def pages(view: Mapping[str, Any], lang: str) -> Iterator[Image.Image]:
    """Draw the pages of a document."""
    ours = press.speech(words(lang, store.lists()))
    speech = replace(ours, message=views.speech(lang).message)  # findings of the views are of no rule
    data = FORMATS["pdf"].write(compose(KINDS[view["kind"]].template_name, view, speech=speech))
    file = pypdfium2.PdfDocument(data)
    drawn = [page.render(scale=SCALE).to_pil().convert("RGB") for page in file]
    file.close()
    return iter(drawn)


def sheet(drawn: tuple[Image.Image, ...], title: str) -> Image.Image:
    """Lay pages out in rows, with a title above."""
    wide, high = drawn[0].size
    columns, rows = min(len(drawn), COLUMNS), -(-len(drawn) // COLUMNS)
    size = (columns * (wide + GAP) + GAP, rows * (high + GAP) + GAP + HEAD)
    whole = Image.new("RGB", size, GREY)
    ImageDraw.Draw(whole).text((GAP, 6), title, fill="white")
    for number, page in enumerate(drawn):
        row, column = divmod(number, COLUMNS)
        whole.paste(page, (GAP + column * (wide + GAP), HEAD + row * (high + GAP)))
    return whole


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
