"""What an installation and a folder have, and what is wrong with them: the program, its look, the school's settings, the records."""

from __future__ import annotations

import platform
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from importlib import metadata
from pathlib import Path

from mobctl import __version__, documents, engine, publishing, resources, store
from mobctl.errors import NothingToCheckError, UserError
from mobctl.finding import Message, Quoted, Series, say, say_n
from mobctl.model import Mobility
from mobctl.render.typefaces import Typefaces
from mobctl.rules import CATALOGUE
from mobctl.store import history
from mobctl.words import Words

PROGRAM, OUTPUT, DOCUMENTS = say("Program"), say("Language and screen"), say("Documents")

FEW = 4
"""How many kinds of documents are named that a template serves."""


class State(Enum):
    """How a thing is: as it should be, worth knowing, or wrong."""

    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was looked at: the heading it stands under, how it is, what was seen, what to do."""

    part: Message
    state: State
    text: Message
    advice: Message | None = None


Seen = tuple[State, Message] | tuple[State, Message, Message]
"""An item whose heading is known where it is used."""


def _program() -> Iterator[Item]:
    python = platform.python_version()
    text = say(
        "mobctl {version} on Python {python}, {system}",
        version=__version__,
        python=python,
        system=sys.platform,
    )
    yield Item(PROGRAM, State.GOOD, text)
    yield Item(PROGRAM, State.GOOD, say("It lies in {folder}", folder=str(resources.root())))
    try:
        required = metadata.requires("mobctl") or []
    except metadata.PackageNotFoundError:
        yield Item(PROGRAM, State.NOTE, say("It runs from its source and is not installed as a package."))
        return
    found, missing = [], []
    for name in (re.split(r"[^\w.-]", each, maxsplit=1)[0] for each in required if "extra ==" not in each):
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    yield Item(PROGRAM, State.GOOD, say("Libraries: {names}", names=", ".join(sorted(found))))
    if missing:
        yield Item(
            PROGRAM,
            State.WRONG,
            say_n(
                "The library {names} is missing.",
                "The libraries {names} are missing.",
                len(missing),
                names=Series(tuple(missing)),
            ),
            say("Install mobctl anew: {command}", command="pip install --force-reinstall mobctl"),
        )


def _output(speech: Words, why: Message, encoding: str) -> Iterator[Item]:
    from mobctl.render import locale

    yield Item(
        OUTPUT,
        State.GOOD,
        say("Messages are in {lang}: {why}.", lang=locale.language(speech.lang, speech.lang), why=why),
    )
    if encoding.lower().replace("-", "") == "utf8":
        yield Item(OUTPUT, State.GOOD, say("The screen shows every character (UTF-8)."))
        return
    yield Item(
        OUTPUT,
        State.NOTE,
        say(
            "The screen takes {encoding}: characters that it lacks are replaced. Files are not affected.",
            encoding=encoding,
        ),
        say("Set the environment variable {name} to {value}.", name="PYTHONUTF8", value="1"),
    )


def _fonts() -> Iterator[Item]:
    from mobctl.render import fonts, pdf

    there = [family.name for family in fonts.installed()]
    for family in fonts.OWN:
        if family.name not in there:
            command = f"pip install {family.package.replace('_', '-')}"
            text = say("The font {family} is missing: no PDF can be made.", family=family.name)
            yield Item(DOCUMENTS, State.WRONG, text, say("Install it: {command}", command=command))
    if not {family.name for family in fonts.OWN}.issubset(there):
        return
    try:
        pdf.compile(
            '#set document(title: "A")\n#set text(lang: "en")\nA', timestamp=datetime(2026, 1, 1, tzinfo=UTC)
        )
    except UserError as error:
        yield Item(DOCUMENTS, State.WRONG, error.args[0])
    else:
        text = say(
            "A PDF for the archive can be made (PDF/A-3a, PDF/UA-1), with {fonts}.",
            fonts=Series(tuple(there)),
        )
        yield Item(DOCUMENTS, State.GOOD, text)
    missing = fonts.absent()
    if missing:
        text = say(
            "Names in some scripts can not be printed, since their fonts are not installed: {fonts}.",
            fonts=Series(tuple(family.name for family in missing)),
        )
        extras = [extra for extra in fonts.EXTRAS if any(family.extra == extra for family in missing)]
        yield Item(
            DOCUMENTS,
            State.NOTE,
            text,
            say("Install the fonts for other scripts: {command}", command=fonts.command(extras)),
        )


def _archives(folder: Path) -> tuple[list[store.Archive], list[Seen]]:
    """Read a folder, each repository in it apart; and say what it holds besides.

    Without a record, there is the configuration that holds there.
    """
    try:
        found = store.load([folder])
    except NothingToCheckError as error:
        return [store.school(folder)], [(State.NOTE, error.args[0])]
    beside: list[Seen] = [(State.WRONG, message) for message in found.unopened]
    if n := found.others:
        text = say_n("{n} other YAML file is left alone.", "{n} other YAML files are left alone.", n)
        beside.append((State.GOOD, text))
    return store.repositories(found), beside


def _settings(archive: store.Archive, as_of: date) -> Iterator[Seen]:
    if archive.config is None:
        text = say("There is no mobctl.yaml for these files: neither the school's own settings nor its look.")
        yield (State.NOTE, text)
        return
    file = archive.config.name
    try:
        settings = store.settings(archive, as_of)
        weakened = engine.weakened(settings, CATALOGUE)
    except UserError as error:
        yield (State.WRONG, error.args[0])
        return
    yield (State.GOOD, say("{file} holds here.", file=file))
    if named := store.languages(archive):
        yield (State.GOOD, say("Languages of the school: {names}", names=", ".join(named)))
    if settings.default_profiles:
        names = ", ".join(settings.default_profiles)
        yield (State.GOOD, say("Profiles of records that name none: {names}", names=names))
    if settings.house_rules:
        names = ", ".join(each.id for each in settings.house_rules)
        yield (State.GOOD, say("House rules: {names}", names=names))
    for each in weakened:
        text = say(
            "{code} is milder here than it is meant to be: {what}, {before} → {after}.",
            code=each.code,
            what=each.what,
            before=each.before,
            after=each.after,
        )
        yield (State.NOTE, text)


def _look(archive: store.Archive, as_of: date, speech: Words) -> Iterator[Seen]:
    from mobctl.render import brand

    if archive.config is None or archive.config.refused:
        return
    kind = next(iter(documents.KINDS.values()))
    try:
        order = publishing.order(archive, kind, (), (speech,), as_of)
        brand.check(order.brand)
        publishing.letters(archive)
    except UserError as error:
        yield (State.WRONG, error.args[0])
        return
    if order.brand != brand.Brand():
        yield (State.GOOD, say("The look of the school's documents is sound."))
    yield from _typefaces(order.brand.typefaces)
    if order.templates:
        yield from _templates(archive, order.templates)


def _templates(archive: store.Archive, folder: Path) -> Iterator[Seen]:
    """Say of each template of the school what is wrong with it, or which documents it serves."""
    from mobctl.render.environment import mistake

    for name, kinds in publishing.served(archive, folder).items():
        if wrong := mistake(folder, name):
            yield (State.WRONG, wrong)
        elif kinds:
            text = say_n(
                "The template {name} can be read. It serves documents of the kind {kinds}.",
                "The template {name} can be read. It serves {n} kinds of documents: {kinds}.",
                len(kinds),
                name=Quoted(name),
                kinds=", ".join((*sorted(kinds)[:FEW], *(["…"] if len(kinds) > FEW else []))),
            )
            yield (State.GOOD, text)
    for said in publishing.idle(archive):
        yield (State.NOTE, said)


def _typefaces(faces: Typefaces) -> Iterator[Seen]:
    """Say which fonts of the school documents are set in, and which faces they lack."""
    from mobctl.render import pdf, typefaces

    names = Series(tuple(dict.fromkeys(each.family for each in faces.files)))
    if faces.files:
        try:
            pdf.chosen((), faces)
        except UserError as error:
            yield (State.WRONG, error.args[0])
            return
        yield (State.GOOD, say("Documents are set in the school's fonts: {names}.", names=names))
    for lacks in typefaces.lacking(faces):
        yield (State.NOTE, lacks)
    for each in faces.files:
        if each.preview:
            text = say(
                "{file} may be embedded in print alone: PDFs are set in it, HTML is not.",
                file=Quoted(each.file),
            )
            yield (State.NOTE, text)


def _rules(archive: store.Archive, as_of: date, home: Path) -> Iterator[Seen]:
    try:
        settings = store.settings(archive, as_of)
    except UserError:  # said with the settings
        return
    models = engine.models(store.sheets(archive), store.shapes(), store.lists()).values()
    used = {
        name for model in models if isinstance(model, Mobility) for name in engine.profiles(settings, model)
    }
    applying = sum(bool(rule.profiles & used) for rule in CATALOGUE.values())
    if used:
        text = say(
            "{n} of {all} rules are for the profiles of these records: {names}.",
            n=applying,
            all=len(CATALOGUE),
            names=", ".join(sorted(used)),
        )
        yield (State.GOOD, text)
    compared = ", ".join(rule.code for rule in CATALOGUE.values() if rule.needs)
    if used and (off := history.absent(home)):
        text = say("Not checked here, since they compare with an earlier revision: {codes}.", codes=compared)
        yield (State.NOTE, text, off)


def _home(archive: store.Archive, folder: Path) -> Path:
    """The folder of a repository; of records without one, the folder asked for."""
    return Path(archive.config.name).parent if archive.config else folder


def _records(archive: store.Archive) -> Iterator[Seen]:
    kinds = Counter(
        file.kind for file in archive.files.values() if file.kind in store.KINDS and not file.refused
    )
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    if counts:
        yield (State.GOOD, say("Files by type: {counts}", counts=counts))
    for name, file in archive.files.items():
        if (wrong := file.refused) and file is not archive.config:
            line = file.span(wrong).line
            yield (
                State.WRONG,
                say("{file}, line {line}: {wrong}", file=name, line=line, wrong=wrong.message),
            )


def examine(folder: Path, speech: Words, why: Message, encoding: str, as_of: date) -> Iterator[Item]:
    """Look at everything in turn; nothing that is wrong keeps the rest from being looked at.

    `why` says how the language was chosen, `encoding` is what standard output is written in.
    """
    yield from _program()
    yield from _output(speech, why, encoding)
    yield from _fonts()
    archives, beside = _archives(folder)
    for archive in archives:
        home = _home(archive, folder)
        found = (
            _settings(archive, as_of),
            _look(archive, as_of, speech),
            _rules(archive, as_of, home.resolve()),
            _records(archive),
        )
        part = say("Folder {folder}", folder=str(home))
        yield from (Item(part, *each) for looked in found for each in looked)
    yield from (Item(say("All files"), *each) for each in beside)
