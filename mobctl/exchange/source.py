"""Other systems' XML: read safely, taken apart piece by piece, and what is left at the end told with its line.

What a record takes is taken out of the tree; what is left in it at the end was not carried, and is listed with
its line. So nothing is lost in silence, whatever a partner's system sends.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mobctl.errors import UserError
from mobctl.finding import Message, Pointer, Quoted, say
from mobctl.store.write import HIDDEN

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = (
    40  # a diploma supplement within a course, within a module, within a programme, within EWP's envelope
)
MAX_ELEMENTS = 200_000  # with comments and processing instructions
MAX_ATTRIBUTES = 100  # of one element: libxml2 needs the square of their number

EWP = "https://github.com/erasmus-without-paper/"
REMARK = "comment()"
_SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_MAX_DIGITS = 15
_ZONED_DAY = re.compile(r"([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)(Z|[+-][0-9]{2}:[0-9]{2})")
_BLANK = " \t\r\n"
_BLANKS = re.compile(f"[{_BLANK}]+")
_GENDERS = {"0": "not-known", "1": "male", "2": "female", "9": "not-applicable"}  # ISO 5218

TOO_MUCH = say("This file is nested or filled beyond what an agreement or a transcript can be.")
NO_PLACE = say("The record has no place for this.")

_BY_FIRST_BYTES: dict[bytes, Message] = {
    b"%PDF": say(
        "This is a PDF, not XML. The data may be attached to it: save the attached .xml file and import that."
    ),
    b"PK\x03\x04": say(
        "This is a ZIP archive or an Office document, not XML. If there is an .xml file in it, unpack and"
        " import that."
    ),
    b"\x1f\x8b": say("This file is packed with gzip: unpack it, and import the .xml file."),
    **dict.fromkeys(
        (b"H4sI", b"PD94", b"PGVs"),  # in Base64: gzip, <?x, <el
        say(
            "This file is packed (Base64), as EMREX hands it from system to system. Ask for it unpacked, as an"
            " .xml file."
        ),
    ),
    b"{": say("This is JSON, not XML: ask the other school for the same data as XML."),
}
_OTHERS: dict[str, Message] = {
    "omobility-las-get-response": say("an EWP learning agreement (omobility-las)"),
    "omobilities-get-response": say("an EWP nomination (omobilities)"),
    "omobilities-update-request": say("an answer to an EWP nomination (omobilities)"),
    "imobilities-get-response": say("an EWP notice of arrival or departure (imobilities)"),
    "imobility-tors-get-response": say("an EWP transcript of records (imobility-tors)"),
    "imobility-tors-index-response": say("an EWP list of transcripts, without the transcripts themselves"),
    "iias-get-response": say("an EWP agreement between institutions (IIA)"),
    "institutions-response": say("an EWP description of institutions"),
    "ounits-response": say("an EWP description of departments"),
    "courses-response": say("an EWP course catalogue"),
    "factsheet-response": say("an EWP fact sheet"),
    "ewp-mobility-file": say("an EWP mobility file (nominations)"),
    "omobility-las-index-response": say(
        "an EWP list of learning agreements, without the agreements themselves"
    ),
    "omobility-las-update-request": say(
        "an answer to an EWP learning agreement, without the agreement itself"
    ),
    "omobility-las-update-response": say("an EWP receipt for an answer to a learning agreement"),
    "las-outgoing-stats-response": say("an EWP statistic of learning agreements"),
    "error-response": say("an error message of an EWP server"),
    "elmo": say("an ELMO transcript (EMREX)"),
    "html": say("a web page"),
}
_NAMESPACES: dict[str, Message] = {
    EWP: say("another EWP document"),
    "urn:iso:std:iso:20022:": say("a bank's file of payments (SEPA)"),
    "http://europass.cedefop.europa.eu/": say("a Europass document"),
    "http://data.europa.eu/snb": say("a European digital credential (Europass)"),
    "http://schemas.xmlsoap.org/soap/envelope/": say("a message of a web service (SOAP)"),
}
_COMMANDS = {
    "omobility-las-get-response": "ewp-la",
    "imobility-tors-get-response": "elmo",
    "elmo": "elmo",
}


@dataclass(frozen=True, slots=True)
class Lost:
    """Something of the source that no record carries: its place, its value as it stands there, and why."""

    path: str
    line: int
    value: str
    why: Message


# Reading ---------------------------------------------------------------------------------------------------


class _Screen:
    """Refuses a document while it is being read, before anything is built from it."""

    def __init__(self) -> None:
        self.depth = self.elements = 0

    def doctype(self, *_: Any) -> None:
        raise UserError(
            say(
                "This file has a DOCTYPE, which can make a reader open other files or swell without end."
                " No system that exchanges agreements or transcripts sends one: ask where the file comes from."
            )
        )

    def start(self, _: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH or len(attributes) > MAX_ATTRIBUTES:
            raise UserError(TOO_MUCH)
        self.count()

    def end(self, *_: Any) -> None:
        self.depth -= 1

    def count(self, *_: Any) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise UserError(TOO_MUCH)

    comment = pi = count

    def close(self) -> None:
        return None


def parse(data: bytes) -> Any:
    """Read XML of unknown origin into an lxml tree: no entity, no other file, no network, within limits.

    Raise UserError, with the line where there is one, for what is no XML, is damaged, or is meant to do harm.
    """
    from lxml import etree

    if len(data) > MAX_BYTES:
        raise UserError(say("This file is larger than {megabytes} MiB.", megabytes=MAX_BYTES // 1024 // 1024))
    for first, what in _BY_FIRST_BYTES.items():
        if data.lstrip().startswith(first):
            raise UserError(what)
    screen: Any = _Screen()
    safe: dict[str, Any] = {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "huge_tree": False,
    }
    try:
        etree.fromstring(data, etree.XMLParser(**safe, target=screen))
        return etree.fromstring(data, etree.XMLParser(**safe))
    except etree.XMLSyntaxError as error:
        raise UserError(_damage(data, error)) from error


def _damage(data: bytes, error: Any) -> Message:
    """Say what is wrong with a file that is no XML: another encoding, cut off, or anything else."""
    from lxml.etree import ErrorTypes

    line, column = error.position
    lines = data.rstrip().split(b"\n")
    encodings = {ErrorTypes.ERR_INVALID_ENCODING, ErrorTypes.ERR_UNSUPPORTED_ENCODING}
    if error.code in encodings:
        return say(
            "This file is not in the encoding that its first line names, or in UTF-8 if it names none: it cannot"
            " be read on from line {line}, column {column}. Ask for it again, or save it as UTF-8.",
            line=line,
            column=column,
        )
    whole = {ErrorTypes.ERR_DOCUMENT_EMPTY, ErrorTypes.ERR_DOCUMENT_END, ErrorTypes.ERR_TAG_NAME_MISMATCH}
    if line >= len(lines) and column > len(lines[-1]) and error.code not in whole:
        return say(
            "This file stops in the middle, in line {line}, column {column}: it was cut off on the way. Fetch it"
            " again.",
            line=line,
            column=column,
        )
    return say(
        "This file is not XML, or was damaged on the way: it cannot be read on from line {line}, column"
        " {column} ({reason}).",
        line=line,
        column=column,
        reason=error.msg.removesuffix(f", line {line}, column {column}") if error.msg else "",
    )


def other(name: Any, wanted: Message) -> UserError:
    """Name a document that is not of the format wanted, by its root element (a QName)."""
    what = _OTHERS.get(name.localname)
    for begins, called in _NAMESPACES.items():
        if what is None and (name.namespace or "").startswith(begins):
            what = called
    if what is None:
        return UserError(
            say(
                "mobctl does not know this kind of XML, which begins with {element}: it is not {wanted}.",
                element=Quoted(name.localname),
                wanted=wanted,
            )
        )
    if name.localname in _COMMANDS:
        command = Quoted(f"mobctl import {_COMMANDS[name.localname]}")
        return UserError(
            say(
                "This is {what}, not {wanted}: {command} reads it.", what=what, wanted=wanted, command=command
            )
        )
    return UserError(say("This is {what}, not {wanted}.", what=what, wanted=wanted))


@dataclass(slots=True, eq=False)
class Element:
    """An element of which parts can be taken out; `opened` says that the record has a place for it."""

    name: str
    path: str
    line: int
    text: str
    attributes: dict[str, str]
    children: list[Element]
    opened: bool = False


def tree(root: Any, prefixes: Mapping[str, str]) -> Element:
    """Make a tree to take things out of; `prefixes` gives each namespace that is known its prefix."""
    made = _tree(root, "", prefixes)
    made.attributes.pop(_SCHEMA_LOCATION, None)  # about the document, not in it
    return made


def _tree(node: Any, path: str, prefixes: Mapping[str, str]) -> Element:
    if not isinstance(node.tag, str):
        return Element(REMARK, path, node.sourceline, node.text or "", {}, [])
    text = "".join([node.text or "", *(child.tail or "" for child in node)])
    attributes = {_name(key, prefixes): str(value) for key, value in node.attrib.items()}
    twins = Counter(child.tag for child in node)
    seen: Counter[Any] = Counter()
    children = []
    for child in node:
        seen[child.tag] += 1
        number = f"[{seen[child.tag]}]" if twins[child.tag] > 1 else ""
        children.append(_tree(child, f"{path}/{_name(child.tag, prefixes)}{number}", prefixes))
    name = _name(node.tag, prefixes)
    return Element(name, path, node.sourceline, text.strip(_BLANK), attributes, children)


def _name(tag: Any, prefixes: Mapping[str, str]) -> str:
    if not isinstance(tag, str):
        return REMARK
    namespace, brace, local = tag.rpartition("}")
    if not brace:
        return local
    return prefixes.get(namespace[1:], f"{{{namespace[1:]}}}") + local


# Taking ----------------------------------------------------------------------------------------------------


def opened(parent: Element, name: str) -> Element | None:
    """Find a child by its name and mark it as one that the record has a place for."""
    for child in parent.children:
        if child.name == name and not child.opened:
            child.opened = True
            return child
    return None


def opened_all(parent: Element, name: str) -> list[Element]:
    """Find all children of a name and mark them as ones that the record has a place for."""
    found = [child for child in parent.children if child.name == name]
    for child in found:
        child.opened = True
    return found


def needed(parent: Element, name: str) -> Element:
    """Find a child without which there is no record; raise UserError if it is not there."""
    found = opened(parent, name)
    if found is None:
        raise missing(parent, name)
    return found


def needed_text(parent: Element, name: str, notes: Notes) -> str:
    """Take a text without which there is no record; raise UserError if it is not there."""
    found = text(needed(parent, name), notes)
    if found is None:
        raise missing(parent, name)
    return found


def missing(parent: Element, name: str) -> UserError:
    """Refuse a source for what it lacks."""
    return UserError(
        say(
            "{parent} in line {line} has no {element}: without it there is no record to make. Ask for the"
            " file to be sent again.",
            parent=Quoted(parent.name),
            line=parent.line,
            element=Quoted(name),
        )
    )


def left(element: Element) -> Iterator[Lost]:
    """List what nobody took out of an element."""
    bare = not (element.text or element.attributes or element.children)
    if element.text or (bare and not element.opened):
        why = say("A remark in the source.") if element.name == REMARK else NO_PLACE
        yield Lost(element.path, element.line, element.text, why)
    for name, value in element.attributes.items():
        yield Lost(f"{element.path}/@{name}", element.line, value, NO_PLACE)
    for child in element.children:
        yield from left(child)


@dataclass(slots=True)
class Notes:
    """What is said about one record while its source is being read."""

    lost: list[Lost] = field(default_factory=list)
    comments: dict[Pointer, Message] = field(default_factory=dict)
    assumed: list[Message] = field(default_factory=list)

    def lose(self, element: Element, value: str, why: Message) -> None:
        """Say that a value of an element is not carried."""
        self.lost.append(Lost(element.path, element.line, value, why))

    def lose_all(self, element: Element, why: Message) -> None:
        """Say that nothing of an element is carried, and why."""
        values = [lost.value for lost in left(element) if lost.value]
        self.lose(element, " · ".join(values), why)
        element.text, element.attributes, element.children = "", {}, []
        element.opened = True

    def assume(self, pointer: Pointer, message: Message) -> None:
        """Say how something was read: to the user, and above its place in the file."""
        self.assumed.append(message)
        self.comments[pointer] = message


def take(parent: Element, name: str, notes: Notes, *, lines: bool = False) -> str | None:
    """Take the text of a child out of the tree; None if there is none."""
    child = opened(parent, name)
    return text(child, notes, lines=lines) if child else None


def text(element: Element, notes: Notes, *, lines: bool = False) -> str | None:
    """Take the text of an element out of the tree; with `lines` its line breaks stay."""
    found, element.text = element.text, ""
    if _garbled(found):
        notes.assumed.append(
            say(
                "{value} in line {line} looks garbled: somewhere on the way its letters were read in another"
                " encoding. It was kept as it is; write it as it should be.",
                value=Quoted(one_line(found)),
                line=element.line,
            )
        )
    return _clean(found, element, notes, lines=lines)


def _garbled(found: str) -> bool:
    """Say whether letters look like UTF-8 that was read as Latin-1 or as Windows-1252."""
    for encoding in ("latin-1", "cp1252"):
        with suppress(UnicodeError):
            return found.encode(encoding).decode("utf-8") != found
    return False


def attribute(element: Element, name: str, notes: Notes) -> str | None:
    """Take an attribute out of the tree; None if there is none."""
    return _clean(element.attributes.pop(name, ""), element, notes)


def _clean(found: str, element: Element, notes: Notes, *, lines: bool = False) -> str | None:
    """Undo the layout of the XML, and leave out what nobody can see."""
    for hidden in dict.fromkeys(HIDDEN.findall(found)):
        character = f"U+{ord(hidden):04X}"
        notes.lose(
            element, character, say("An invisible character ({character}) was left out.", character=character)
        )
    parts = HIDDEN.sub("", found).split("\n") if lines else [HIDDEN.sub("", found)]
    return "\n".join(one_line(part) for part in parts).strip("\n") or None


def one_line(found: str) -> str:
    """Put a text on one line, with one blank where the layout of the XML has several."""
    return _BLANKS.sub(" ", found).strip(" ")


def calendar(parent: Element, name: str, notes: Notes) -> str | None:
    """Take a day or a month out of the tree; its time zone, which XML allows, is told as lost."""
    element = opened(parent, name)
    found = text(element, notes) if element else None
    zoned = _ZONED_DAY.fullmatch(found) if found else None
    if element is None or zoned is None:
        return found
    notes.lose(element, zoned[2], say("A day in a record has no time zone."))
    return zoned[1]


def gender(parent: Element, notes: Notes) -> str | None:
    """Take a gender by its code of ISO 5218."""
    element = opened(parent, "gender")
    found = text(element, notes) if element else None
    if element is None or found is None or found in _GENDERS:
        return _GENDERS.get(found or "")
    notes.lose(element, found, say("This is no code of ISO 5218 (0, 1, 2 or 9)."))
    return None


def number(found: str) -> Decimal | str:
    """Read a number; what is none stays text, for the validation to say so at its place."""
    if _DECIMAL.fullmatch(found) and sum(letter.isdigit() for letter in found) <= _MAX_DIGITS:
        return Decimal(found)
    return found


def credits_of(element: Element, notes: Notes) -> tuple[Decimal | str | None, list[dict[str, Any]], bool]:
    """Take the credits of a course: those in ECTS, those of other schemes, and whether any are stated."""
    ects: Decimal | str | None = None
    local: list[dict[str, Any]] = []
    found = opened_all(element, "credit")
    for credit in found:
        scheme, value = take(credit, "scheme", notes), take(credit, "value", notes)
        if scheme is None or value is None:
            if half := scheme or value:
                notes.lose(credit, half, say("Of the credits and their scheme, one is missing."))
        elif scheme.casefold() != "ects":
            local.append({"scheme": scheme, "credits": number(value)})
        elif ects is None:
            ects = number(value)
        else:
            notes.lose(credit, value, say("A component has one number of ECTS credits; the first was kept."))
    return ects, local, bool(found)
