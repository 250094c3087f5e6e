"""Extract the messages and bring the catalogues up to date; with --check, only say what is missing."""

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from typer.main import get_command

from mobctl.cli import app
from mobctl.cli.help import texts

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "mobctl" / "locale"
KEYWORDS = {"say": None, "say_n": (1, 2), "N_": None, "_": None, "n_": (1, 2)}
METHODS = [("mobctl/**.py", "python"), ("templates/**.j2", "jinja2.ext.babel_extract")]
PLACE = re.compile(r"\{([a-z_]+)\}")


def extract() -> Catalog:
    """All messages of the code and the templates, and the help of the command line."""
    catalog = Catalog(project="mobctl", charset="utf-8", fuzzy=False)
    found = extract_from_dir(str(ROOT), METHODS, keywords=KEYWORDS, strip_comment_tags=True)
    for file, _line, id, _comments, context in sorted(found, key=lambda row: (row[0], row[1])):
        catalog.add(id, None, [(file, 0)], context=context)
    for text in texts(get_command(app)):
        catalog.add(text, None, [("mobctl/cli", 0)])
    return catalog


def load(path: Path) -> Catalog:
    with path.open("rb") as stream:
        return read_po(stream, locale=path.stem)


def faults(wanted: Catalog, found: Catalog) -> list[str]:
    """What is missing, fuzzy, unknown, or has other placeholders than the English."""
    said = []
    for message in wanted:
        if not message.id:
            continue
        mine = found.get(message.id if isinstance(message.id, str) else message.id[0])
        said += _faults(message, mine)
    said += [f"no longer used: {m.id!r}" for m in found if m.id and m.id not in wanted]
    return said


def _faults(message: Message, mine: Message | None) -> list[str]:
    if (
        mine is None
        or not mine.string
        or not all(mine.string if isinstance(mine.string, tuple) else [mine.string])
    ):
        return [f"missing: {message.id!r}"]
    if mine.fuzzy:
        return [f"fuzzy: {message.id!r}"]
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    texts = [mine.string] if isinstance(mine.string, str) else list(mine.string)
    places = {name for id in ids for name in PLACE.findall(id)}
    return [
        f"placeholders: {text!r}"
        for text in texts
        if set(PLACE.findall(text)) - places or (places - {"n"}) - set(PLACE.findall(text))
    ]


def main() -> int:
    wanted = extract()
    bad = 0
    paths = sorted(LOCALE.glob("*.po"))
    assert paths, "no catalogue found"
    for path in paths:
        catalog = load(path)
        if "--check" not in sys.argv:
            catalog.update(wanted, no_fuzzy_matching=True)
            catalog.obsolete.clear()
            with path.open("wb") as stream:
                write_po(
                    stream, catalog, width=110, omit_header=False, no_location=False, include_lineno=False
                )
        for fault in faults(wanted, catalog):
            bad += 1
            sys.stderr.write(f"{path.name}: {fault}\n")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
