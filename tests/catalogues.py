"""Extract the messages and bring the catalogues up to date; with --check, only say what is wrong with them.

`python tests/catalogues.py --new de` begins a language: a file with every message in it, to be filled in.
"""

import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr
from functools import cache
from io import StringIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import PoFileError, read_po, write_po
from typer.main import get_command

from mobctl import store
from mobctl.cli import app
from mobctl.cli.help import texts
from mobctl.words import CLDR

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "mobctl" / "locale"
KEYWORDS = {"say": None, "say_n": (1, 2), "N_": None, "_": None, "n_": (1, 2)}
METHODS = [("mobctl/**.py", "python"), ("templates/**.j2", "jinja2.ext.babel_extract")]
PLACE = re.compile(r"\{([a-z_]+)\}")
KEPT = frozenset("\u00ad\u200c\u200d\u2060")
"""Characters that can't be seen and still are part of how a text is written."""


def extract(lang: str = "en") -> Catalog:
    """All messages of the code and the templates, the help of the command line, and the names that lists lack in a language."""
    catalog = Catalog(project="mobctl", charset="utf-8", fuzzy=False)
    for file, id, context in _found():
        catalog.add(id, None, [(file, 0)], context=context)
    for name, texts_by_language in named():
        if lang not in texts_by_language:
            folder = "profiles" if name == "profiles" else "codelists"
            catalog.add(texts_by_language["en"], None, [(f"schemas/{folder}/{name}", 0)], context=name)
    return catalog


@cache
def _found() -> tuple[tuple[str, str | tuple[str, ...], str | None], ...]:
    found = extract_from_dir(str(ROOT), METHODS, keywords=KEYWORDS, strip_comment_tags=True)
    with redirect_stderr(
        StringIO()
    ):  # Babel warns of f-strings that are values; ruff refuses those that are messages
        rows = [
            (file, id, context)
            for file, _line, id, _comments, context in sorted(found, key=lambda row: row[:2])
        ]
    return (*rows, *(("mobctl/cli", text, None) for text in texts(get_command(app))))


def named() -> Iterator[tuple[str, dict[str, str]]]:
    """What lists and profiles call their codes, by language, with the context it has in a catalogue."""
    for name, known in store.lists().items():
        if name not in CLDR:
            yield from ((name, dict(known.labels(code))) for code in known.codes)
    for profile in store.profiles().values():
        if profile.title:
            yield "profiles", dict(profile.title.by_language)


def load(path: Path) -> Catalog:
    """Read a catalogue; Babel would take one that is not well-formed, and leave out what it can't read."""
    try:
        with path.open("rb") as stream:
            return read_po(stream, locale=path.stem, abort_invalid=True)
    except PoFileError as error:
        raise SystemExit(f"{path.name}: {error}") from error


def faults(wanted: Catalog, found: Catalog) -> list[str]:
    """What is missing, fuzzy, unknown, or does not fit its English."""
    said = []
    for message in wanted:
        if message.id:
            mine = found.get(_first(message), message.context)
            said += [f"{fault}: {message.id!r}" for fault in _faults(message, mine, found.num_plurals)]
    said += [
        f"no longer used: {mine.id!r}"
        for mine in found
        if mine.id and not wanted.get(_first(mine), mine.context)
    ]
    return said


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _faults(message: Message, mine: Message | None, forms: int) -> Iterator[str]:
    if mine is None or not mine.string:
        yield "missing"
        return
    if mine.fuzzy:
        yield "fuzzy"
        return
    ids = [message.id] if isinstance(message.id, str) else [*message.id]
    texts = [mine.string] if isinstance(mine.string, str) else [*mine.string]
    wanted = 1 if len(ids) == 1 else forms
    if not all(text.strip() for text in texts) or len(texts) < wanted:
        yield "missing"
        return
    if len(texts) > wanted:
        yield f"{len(texts)} forms instead of {wanted}"
    for text in texts:
        yield from _unlike(text, ids, counted=len(ids) > 1 and forms > 1)


def _unlike(text: str, ids: list[str], *, counted: bool) -> Iterator[str]:
    """Say how a translation differs from the English where it must not; a form for one may leave out the count."""
    places = {name for id in ids for name in PLACE.findall(id)}
    mine = set(PLACE.findall(text))
    if mine - places:
        yield f"placeholders that are not in the English ({', '.join(sorted(mine - places))})"
    if lost := places - mine - ({"n"} if counted else set()):
        yield f"placeholders left out ({', '.join(sorted(lost))})"
    if _braces(text) not in map(_braces, ids):
        yield "braces that are no placeholder"
    if _edges(text) not in map(_edges, ids):
        yield "other blanks at the beginning or the end"
    if text.count("`") not in {id.count("`") for id in ids}:
        yield "other backquotes"
    if unseen := sorted({c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Co", "Cn"}} - KEPT):
        yield f"characters that can't be seen ({', '.join(f'U+{ord(c):04X}' for c in unseen)})"


def _braces(text: str) -> Counter[str]:
    return Counter(c for c in PLACE.sub("", text) if c in "{}")


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def save(path: Path, catalog: Catalog) -> None:
    with path.open("wb") as stream:
        write_po(stream, catalog, width=110, omit_header=False, no_location=False, include_lineno=False)


def begin(lang: str) -> Path:
    """Begin a language: its file, with every message still empty."""
    path = LOCALE / f"{lang}.po"
    if path.exists():
        raise SystemExit(f"{path.name} is there already")
    catalog = Catalog(locale=lang, project="mobctl", charset="utf-8", fuzzy=False)
    catalog.update(extract(lang), no_fuzzy_matching=True)
    save(path, catalog)
    return path


def main(arguments: list[str]) -> int:
    if "--new" in arguments:
        sys.stdout.write(f"{begin(arguments[-1])}\n")
        return 0
    bad = 0
    paths = sorted(LOCALE.glob("*.po"))
    assert paths, "no catalogue found"
    for path in paths:
        catalog, wanted = load(path), extract(path.stem)
        if "--check" not in arguments:
            catalog.update(wanted, no_fuzzy_matching=True)
            catalog.obsolete.clear()
            save(path, catalog)
        for fault in faults(wanted, catalog):
            bad += 1
            sys.stderr.write(f"{path.name}: {fault}\n")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
