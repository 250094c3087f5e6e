"""EWP learning agreements in: the get-response of omobility-las 1.2.0 becomes records.

What a record takes is taken out of the tree; what is left in it at the end was not carried, and is listed with
its line. So nothing is lost in silence, whatever a partner's system sends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

from mobctl.errors import UserError
from mobctl.finding import Label, Message, Pointer, Quoted, Series, say
from mobctl.store.write import HIDDEN, file_name

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 20
MAX_ELEMENTS = 500_000

_EWP = "https://github.com/erasmus-without-paper/"
_LA = f"{_EWP}ewp-specs-api-omobility-las/blob/stable-v1/endpoints/get-response.xsd"
_PREFIXES = {
    _LA: "",
    f"{_EWP}ewp-specs-types-academic-term/tree/stable-v2": "trm:",
    f"{_EWP}ewp-specs-types-phonenumber/tree/stable-v1": "p:",
}
_ROOT = "omobility-las-get-response"
_SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"

_RECORD_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_MAX_DIGITS = 15
_ZONED_DAY = re.compile(r"([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)(Z|[+-][0-9]{2}:[0-9]{2})")
_LONG_FRACTION = re.compile(r"(.*T[0-9:]+\.[0-9]{6})([0-9]+)(.*)")
_BLANKS = re.compile(r"[ \t\r\n]+")

_LISTS = {
    "components-studied": ("long-term", "studied"),
    "components-recognized": ("long-term", "recognised"),
    "virtual-components": ("long-term", "virtual"),
    "blended-mobility-components": ("short-term-blended", "studied"),
    "short-term-doctoral-components": ("short-term-doctoral", "studied"),
}
_LETTERS = {"studied": "a", "recognised": "b", "virtual": "c"}
_SIGNATURES = {"student-signature": "learner", "sending-hei-signature": "home", "receiving-hei-signature": "host"}
_GENDERS = {"0": "not-known", "1": "male", "2": "female", "9": "not-applicable"}  # ISO 5218
_IDENTITIES = ("los_id", "loi_id", "code", "title")
"""What tells which component is meant, the firmest first; EWP components have no identifier of their own."""

_OTHERS: dict[str, Message] = {
    "omobilities-get-response": say("an EWP nomination (omobilities)"),
    "omobilities-update-request": say("an answer to an EWP nomination (omobilities)"),
    "imobilities-get-response": say("an EWP notice of arrival or departure (imobilities)"),
    "imobility-tors-get-response": say("an EWP transcript of records (imobility-tors)"),
    "iias-get-response": say("an EWP agreement between institutions (IIA)"),
    "institutions-response": say("an EWP description of institutions"),
    "ounits-response": say("an EWP description of departments"),
    "courses-response": say("an EWP course catalogue"),
    "factsheet-response": say("an EWP fact sheet"),
    "ewp-mobility-file": say("an EWP mobility file (nominations)"),
    "omobility-las-index-response": say("an EWP list of learning agreements, without the agreements themselves"),
    "omobility-las-update-request": say("an answer to an EWP learning agreement, without the agreement itself"),
    "omobility-las-update-response": say("an EWP receipt for an answer to a learning agreement"),
    "las-outgoing-stats-response": say("an EWP statistic of learning agreements"),
    "error-response": say("an error message of an EWP server"),
    "elmo": say("an ELMO transcript (EMREX)"),
}


@dataclass(frozen=True, slots=True)
class Lost:
    """Something of the source that no record carries: its place, its value as it stands there, and why."""

    path: str
    line: int
    value: str
    why: Message


@dataclass(frozen=True, slots=True)
class Imported:
    """One record, and what there is to say about it: comments for the file, losses and assumptions for the user."""

    id: str
    record: dict[str, Any]
    comments: Mapping[Pointer, Message]
    lost: tuple[Lost, ...]
    assumed: tuple[Message, ...]


def load(data: bytes) -> Sequence[Imported]:
    """Read a get-response of the EWP API omobility-las: one record for each learning agreement."""
    root = _tree(_parse(data), "")
    agreements = list(_open_all(root, "la"))
    if not agreements:
        raise UserError(say("This EWP response is empty: it holds no learning agreement."))
    imported = [_imported(agreement) for agreement in agreements]
    _refuse_doubles(agreements, imported)
    # What stands outside all agreements is reported with the first.
    outside = [lost for lost in _left(root) if not any(lost.path.startswith(la.path + "/") for la in agreements)]
    first = imported[0]
    lost = tuple(sorted((*outside, *first.lost), key=lambda each: each.line))
    return (Imported(first.id, first.record, first.comments, lost, first.assumed), *imported[1:])


# The source ------------------------------------------------------------------------------------------------


class _Screen:
    """Refuses a document while it is being read, before anything is built from it."""

    def __init__(self) -> None:
        self.depth = self.elements = 0

    def doctype(self, *_: Any) -> None:
        raise UserError(
            say(
                "This file has a DOCTYPE, which can make a reader open other files or swell without end."
                " EWP never sends one: ask where the file comes from."
            )
        )

    def start(self, *_: Any) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH or self.elements > MAX_ELEMENTS:
            raise UserError(say("This file is nested or filled beyond what an EWP response can be."))

    def end(self, *_: Any) -> None:
        self.depth -= 1

    def close(self) -> None:
        return None


def _parse(data: bytes) -> Any:
    from lxml import etree

    if len(data) > MAX_BYTES:
        raise UserError(say("This file is larger than {megabytes} MiB.", megabytes=MAX_BYTES // 1024 // 1024))
    safe: dict[str, Any] = {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "huge_tree": False,
    }
    try:
        etree.fromstring(data, etree.XMLParser(**safe, target=_Screen()))
        root = etree.fromstring(data, etree.XMLParser(**safe))
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise UserError(
            say(
                "This file is not XML, or was damaged on the way: it cannot be read on from line {line}, column"
                " {column} ({reason}).",
                line=line,
                column=column,
                reason=error.msg.removesuffix(f", line {line}, column {column}") if error.msg else "",
            )
        ) from error
    _refuse_others(etree.QName(root))
    return root


def _refuse_others(name: Any) -> None:
    if name.localname == _ROOT:
        if name.namespace == _LA:
            return
        raise UserError(
            say(
                "This learning agreement is written in another version of EWP than 1 (its namespace is {found});"
                " mobctl reads version 1.",
                found=Quoted(name.namespace or ""),
            )
        )
    what = _OTHERS.get(name.localname)
    if what is None and (name.namespace or "").startswith(_EWP):
        what = say("another EWP document")
    if what is None:
        raise UserError(
            say("This is no EWP document: it begins with {element}.", element=Quoted(name.localname))
        )
    raise UserError(
        say("This is {what}, not a learning agreement ({wanted}).", what=what, wanted=Quoted(_ROOT))
    )


@dataclass(slots=True, eq=False)
class _Element:
    """An element of which parts can be taken out; `opened` says that the record has a place for it."""

    name: str
    path: str
    line: int
    text: str
    attributes: dict[str, str]
    children: list[_Element] = field(default_factory=list)
    opened: bool = False


def _tree(node: Any, path: str) -> _Element:
    if not isinstance(node.tag, str):
        return _Element("comment()", f"{path}/comment()", node.sourceline, node.text or "", {})
    path = f"{path}/{_name(node.tag)}"
    text = "".join([node.text or "", *(child.tail or "" for child in node)])
    attributes = {str(key): str(value) for key, value in node.attrib.items()}
    element = _Element(_name(node.tag), path, node.sourceline, text.strip(" \t\r\n"), attributes)
    if node.getparent() is None:
        element.attributes.pop(_SCHEMA_LOCATION, None)  # about the document, not in it
        element.opened = True
    names = [child.tag for child in node]
    seen: dict[Any, int] = {}
    for child in node:
        made = _tree(child, path)
        seen[child.tag] = seen.get(child.tag, 0) + 1
        if isinstance(child.tag, str) and names.count(child.tag) > 1:
            _renumber(made, len(path) + 1 + len(made.name), seen[child.tag])
        element.children.append(made)
    return element


def _renumber(element: _Element, at: int, number: int) -> None:
    element.path = f"{element.path[:at]}[{number}]{element.path[at:]}"
    for child in element.children:
        _renumber(child, at, number)


def _name(tag: str) -> str:
    namespace, _, local = tag.rpartition("}")
    return _PREFIXES.get(namespace[1:], f"{{{namespace[1:]}}}") + local
