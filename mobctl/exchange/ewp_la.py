"""EWP learning agreements in: the get-response of omobility-las 1.2.0 becomes records.

What a record takes is taken out of the tree; what is left in it at the end was not carried, and is listed with
its line. So nothing is lost in silence, whatever a partner's system sends.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from operator import attrgetter
from typing import Any

from mobctl.errors import UserError
from mobctl.finding import Label, Message, Pointer, Quoted, Series, say
from mobctl.store.write import HIDDEN, file_name

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 20
MAX_ELEMENTS = 200_000  # with comments and processing instructions
MAX_ATTRIBUTES = 100  # of one element: libxml2 needs the square of their number
MAX_COMPONENTS = 200

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
_ZONE = re.compile(r"(?:Z|[+-][0-9]{2}:[0-9]{2})$")
_BLANK = " \t\r\n"
_BLANKS = re.compile(f"[{_BLANK}]+")
_REMARK = "comment()"

_LISTS = {
    "components-studied": ("long-term", "studied"),
    "components-recognized": ("long-term", "recognised"),
    "virtual-components": ("long-term", "virtual"),
    "blended-mobility-components": ("short-term-blended", "studied"),
    "short-term-doctoral-components": ("short-term-doctoral", "studied"),
}
_LETTERS = {"studied": "a", "recognised": "b", "virtual": "c"}
_SIGNATURES = {
    "student-signature": "learner",
    "sending-hei-signature": "home",
    "receiving-hei-signature": "host",
}
_GENDERS = {"0": "not-known", "1": "male", "2": "female", "9": "not-applicable"}  # ISO 5218
_STUDENT = ("given-names", "family-name", "global-id", "birth-date", "citizenship", "gender", "email")
_IDENTITIES = ("los_id", "loi_id", "code", "title")
"""What tells which component is meant, the firmest first; EWP components have no identifier of their own."""

_TOO_MUCH = say("This file is nested or filled beyond what an EWP response can be.")
_NO_PLACE = say("The record has no place for this.")
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
    agreements = _open_all(root, "la")
    if not agreements:
        raise UserError(say("This EWP response is empty: it holds no learning agreement."))
    first, *others = [_imported(agreement) for agreement in agreements]
    _refuse_doubles((first, *others), agreements)
    root.attributes.pop(_SCHEMA_LOCATION, None)  # about the document, not in it
    root.children = [child for child in root.children if child.name != "la"]
    root.opened = True
    # What stands outside all agreements is told with the first.
    lost = tuple(sorted((*first.lost, *_left(root)), key=attrgetter("line")))
    return (Imported(first.id, first.record, first.comments, lost, first.assumed), *others)


def _refuse_doubles(imported: Sequence[Imported], agreements: Sequence[_Element]) -> None:
    firsts: dict[str, _Element] = {}
    for each, agreement in zip(imported, agreements, strict=True):
        # Some systems take X1.yaml and x1.yaml for the same file.
        first = firsts.setdefault(each.id.casefold(), agreement)
        if first is not agreement:
            raise UserError(
                say(
                    "The agreements in lines {first} and {second} have the same identifier {id}; a mobility has"
                    " one agreement.",
                    first=first.line,
                    second=agreement.line,
                    id=Quoted(each.id),
                )
            )


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

    def start(self, _: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH or len(attributes) > MAX_ATTRIBUTES:
            raise UserError(_TOO_MUCH)
        self.count()

    def end(self, *_: Any) -> None:
        self.depth -= 1

    def count(self, *_: Any) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise UserError(_TOO_MUCH)

    comment = pi = count

    def close(self) -> None:
        return None


def _parse(data: bytes) -> Any:
    from lxml import etree

    if len(data) > MAX_BYTES:
        raise UserError(say("This file is larger than {megabytes} MiB.", megabytes=MAX_BYTES // 1024 // 1024))
    screen: Any = _Screen()
    safe: dict[str, Any] = {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "huge_tree": False,
    }
    try:
        etree.fromstring(data, etree.XMLParser(**safe, target=screen))
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
        if not name.namespace:
            raise UserError(
                say("This learning agreement does not say in which version of EWP it is written (xmlns).")
            )
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
    children: list[_Element]
    opened: bool = False


def _tree(node: Any, path: str) -> _Element:
    if not isinstance(node.tag, str):
        return _Element(_REMARK, path, node.sourceline, node.text or "", {}, [])
    text = "".join([node.text or "", *(child.tail or "" for child in node)])
    attributes = {str(key): str(value) for key, value in node.attrib.items()}
    twins = Counter(child.tag for child in node)
    seen: Counter[Any] = Counter()
    children = []
    for child in node:
        seen[child.tag] += 1
        number = f"[{seen[child.tag]}]" if twins[child.tag] > 1 else ""
        children.append(_tree(child, f"{path}/{_name(child.tag)}{number}"))
    return _Element(_name(node.tag), path, node.sourceline, text.strip(_BLANK), attributes, children)


def _name(tag: Any) -> str:
    if not isinstance(tag, str):
        return _REMARK
    namespace, brace, local = tag.rpartition("}")
    if not brace:
        return local
    return _PREFIXES.get(namespace[1:], f"{{{namespace[1:]}}}") + local


def _open(parent: _Element, name: str) -> _Element | None:
    """Find a child by its name and mark it as one that the record has a place for."""
    for child in parent.children:
        if child.name == name and not child.opened:
            child.opened = True
            return child
    return None


def _open_all(parent: _Element, name: str) -> list[_Element]:
    found = [child for child in parent.children if child.name == name]
    for child in found:
        child.opened = True
    return found


def _needed(parent: _Element, name: str) -> _Element:
    found = _open(parent, name)
    if found is None:
        raise _missing(parent, name)
    return found


def _missing(parent: _Element, name: str) -> UserError:
    return UserError(
        say(
            "{parent} in line {line} has no {element}: without it there is no record to make. Ask for the"
            " agreement to be sent again.",
            parent=Quoted(parent.name),
            line=parent.line,
            element=Quoted(name),
        )
    )


def _left(element: _Element) -> Iterator[Lost]:
    """List what nobody took out of an element."""
    bare = not (element.text or element.attributes or element.children)
    if element.text or (bare and not element.opened):
        why = say("A remark in the source.") if element.name == _REMARK else _NO_PLACE
        yield Lost(element.path, element.line, element.text, why)
    for name, value in element.attributes.items():
        yield Lost(f"{element.path}/@{_name(name)}", element.line, value, _NO_PLACE)
    for child in element.children:
        yield from _left(child)


@dataclass(slots=True)
class _Notes:
    """What is said about one agreement while it is being read."""

    lost: list[Lost] = field(default_factory=list)
    comments: dict[Pointer, Message] = field(default_factory=dict)
    assumed: list[Message] = field(default_factory=list)

    def lose(self, element: _Element, value: str, why: Message) -> None:
        """Say that a value of an element is not carried."""
        self.lost.append(Lost(element.path, element.line, value, why))

    def lose_all(self, element: _Element, why: Message) -> None:
        """Say that nothing of an element is carried, and why."""
        values = [lost.value for lost in _left(element) if lost.value]
        self.lose(element, " · ".join(values), why)
        element.text, element.attributes, element.children = "", {}, []

    def assume(self, pointer: Pointer, message: Message) -> None:
        """Say how something was read: to the user, and above its place in the file."""
        self.assumed.append(message)
        self.comments[pointer] = message


def _take(parent: _Element, name: str, notes: _Notes, *, lines: bool = False) -> str | None:
    """Take the text of a child out of the tree; None if there is none."""
    child = _open(parent, name)
    return _text(child, notes, lines=lines) if child else None


def _text(element: _Element, notes: _Notes, *, lines: bool = False) -> str | None:
    text, element.text = element.text, ""
    return _clean(text, element, notes, lines=lines)


def _attribute(element: _Element, name: str, notes: _Notes) -> str | None:
    return _clean(element.attributes.pop(name, ""), element, notes)


def _clean(text: str, element: _Element, notes: _Notes, *, lines: bool = False) -> str | None:
    """Undo the layout of the XML, and leave out what nobody can see."""
    for hidden in dict.fromkeys(HIDDEN.findall(text)):
        character = f"U+{ord(hidden):04X}"
        notes.lose(
            element, character, say("An invisible character ({character}) was left out.", character=character)
        )
    parts = HIDDEN.sub("", text).split("\n") if lines else [HIDDEN.sub("", text)]
    return "\n".join(_BLANKS.sub(" ", part).strip(" ") for part in parts).strip("\n") or None


# The record ------------------------------------------------------------------------------------------------


def _imported(la: _Element) -> Imported:
    notes = _Notes()
    notes.comments[()] = say("Imported from an EWP learning agreement (omobility-las 1.2.0).")
    id = _identifier(la, notes)
    home = _party(la, "sending-hei", "home", notes)
    host = _party(la, "receiving-hei", "host", notes)
    year = _expected(la, "receiving-academic-year-id", notes)
    student = _needed(la, "student")
    learner_now = {child.name: _BLANKS.sub(" ", child.text) for child in student.children}
    learner = _learner(student, la, notes)
    planned = {"start": _border(la, "start", notes), "end": _border(la, "end", notes)}
    first, approved, proposal = (
        _open(la, name) for name in ("first-version", "approved-changes", "changes-proposal")
    )
    form, profiles = _form((first, approved, proposal), notes)
    numbers = {table: count(1) for table in _LETTERS}
    agreement = _agreement(la, first or proposal, numbers, notes)
    note = None
    if first is None and proposal is not None:
        note = _changed_student(proposal, learner_now, notes)
        _first_proposal(proposal, notes)
        proposal = None
    status = _status(agreement, notes)
    amendments = _amendments(approved, proposal, agreement, numbers, learner_now, notes)
    notes.assume(
        ("direction",),
        say("The sending school writes the agreement; write “incoming” here if your school is the host."),
    )
    record = {
        "mobctl": "mobility/1",
        "id": id,
        "profiles": profiles,
        "status": status,
        "direction": "outgoing",
        "kind": "studies",
        "format": form,
        "academic_year": year,
        "learner": learner,
        "home": home,
        "host": host,
        "period": {"planned": planned},
        "history": "incomplete" if amendments else None,
        "agreement": agreement,
        "amendments": amendments,
        "external_ids": {"ewp_omobility_id": id},
        "notes": note,
    }
    lost = tuple(sorted((*notes.lost, *_left(la)), key=attrgetter("line")))
    return Imported(id, _filled(record), notes.comments, lost, tuple(notes.assumed))


def _filled(value: Any) -> Any:
    """Leave out what holds nothing."""
    if isinstance(value, dict):
        kept = {key: _filled(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in (None, {}, [])}
    if isinstance(value, list):
        return [item for item in map(_filled, value) if item not in (None, {}, [])]
    return value


def _identifier(la: _Element, notes: _Notes) -> str:
    id = _needed_text(la, "omobility-id", notes)
    if not _RECORD_ID.fullmatch(id) or file_name(id) != id:
        raise UserError(
            say(
                "The identifier {id} of the agreement in line {line} cannot be the name of a file. Only letters,"
                " digits, “-”, “_” and “.” can, with a letter or a digit at both ends.",
                id=Quoted(id),
                line=la.line,
            )
        )
    return id


def _needed_text(parent: _Element, name: str, notes: _Notes) -> str:
    text = _text(_needed(parent, name), notes)
    if text is None:
        raise _missing(parent, name)
    return text


def _expected(parent: _Element, name: str, notes: _Notes) -> str | None:
    """Take what EWP requires and a record can do without."""
    text = _take(parent, name, notes)
    if text is None:
        notes.assumed.append(say("EWP requires {element}; this agreement has none.", element=Quoted(name)))
    return text


def _party(la: _Element, name: str, role: str, notes: _Notes) -> dict[str, Any]:
    hei = _needed(la, name)
    code = _needed_text(hei, "hei-id", notes)
    notes.comments[role, "name"] = say(
        "EWP gives no name of the institution: this is its code. Write its name or its ref."
    )
    return {
        "unit": _take(hei, "ounit-name", notes),
        "unit_id": _take(hei, "ounit-id", notes),
        "contact": _contact(_open(hei, "contact-person"), notes),
        "name": code,
        "schac": code,
    }


def _contact(person: _Element | None, notes: _Notes) -> dict[str, Any] | None:
    if person is None:
        return None
    return {
        "name": _person_name(person, notes),
        "email": _take(person, "email", notes),
        "phone": _phone(_open(person, "p:phone-number"), notes),
    }


def _person_name(person: _Element, notes: _Notes) -> dict[str, Any]:
    return {"family": _take(person, "family-name", notes), "given": _take(person, "given-names", notes)}


def _phone(phone: _Element | None, notes: _Notes) -> str | None:
    """Take one number: the international form, else the other; an extension stays behind."""
    if phone is None:
        return None
    return _take(phone, "p:e164", notes) or _take(phone, "p:other-format", notes)


def _learner(student: _Element, la: _Element, notes: _Notes) -> dict[str, Any]:
    return {
        "esi": _take(student, "global-id", notes),
        "name": _person_name(student, notes),
        "birth_date": _calendar(student, "birth-date", notes),
        "citizenship": [_take(student, "citizenship", notes)],
        "gender": _gender(student, notes),
        "email": _take(student, "email", notes),
        "enrolment": {
            "eqf": _expected(la, "eqf-level-studied-at-departure", notes),
            "isced_f": _expected(la, "isced-f-code", notes),
            "isced_clarification": _take(la, "isced-clarification", notes),
        },
    }


def _gender(student: _Element, notes: _Notes) -> str | None:
    element = _open(student, "gender")
    text = _text(element, notes) if element else None
    if element is None or text is None or text in _GENDERS:
        return _GENDERS.get(text or "")
    notes.lose(element, text, say("This is no code of ISO 5218 (0, 1, 2 or 9)."))
    return None


def _border(la: _Element, which: str, notes: _Notes) -> str:
    """Take the first or the last day of the stay, or its month where EWP gives no day."""
    day = _calendar(la, f"{which}-date", notes) or _calendar(la, f"{which}-year-month", notes)
    if day is None:
        raise _missing(la, f"{which}-date")
    return day


def _calendar(parent: _Element, name: str, notes: _Notes) -> str | None:
    element = _open(parent, name)
    text = _text(element, notes) if element else None
    zoned = _ZONED_DAY.fullmatch(text) if text else None
    if element is None or zoned is None:
        return text
    notes.lose(element, zoned[2], say("A day in a record has no time zone."))
    return zoned[1]


# The agreement and its changes -----------------------------------------------------------------------------


def _form(versions: Sequence[_Element | None], notes: _Notes) -> tuple[str | None, list[str]]:
    """Say what form of mobility the lists of components are for; EWP has no field for it."""
    lists = [child for version in versions if version for child in version.children if child.name in _LISTS]
    used = [each for each in lists if any(child.name == "component" for child in each.children)] or lists
    forms = {_LISTS[each.name][0] for each in used}
    if forms == {"long-term"}:
        notes.assume(
            ("profiles",),
            say(
                "Agreements in EWP are those of Erasmus+ studies, and these are the tables of a long-term stay."
            ),
        )
        return "long-term", ["erasmus-he-studies"]
    if len(forms) == 1:
        form = forms.pop()
        message = say(
            "The components stand in EWP's list for {form}. No profile was written: add the one that fits.",
            form=Quoted(used[0].name),
        )
        notes.assume(("format",), message)
        return form, []
    if not forms:
        message = say(
            "There are no components to tell the form of the mobility by: no format and no profile."
        )
    else:
        names = Series(tuple(Quoted(name) for name in dict.fromkeys(each.name for each in used)))
        message = say(
            "The components stand in lists that exclude each other ({lists}): no format and no profile.",
            lists=names,
        )
    notes.assume(("kind",), message)
    return None, []


def _agreement(
    la: _Element, version: _Element | None, numbers: Mapping[str, Iterator[int]], notes: _Notes
) -> dict[str, Any]:
    tables: dict[str, list[dict[str, Any]]] = {table: [] for table in _LETTERS}
    for table, element in _rows(version):
        if element.attributes.get("status") == "deleted":
            notes.lose_all(
                element, say("A first version cannot delete a component; whether it holds is not clear.")
            )
            continue
        tables[table].append({"id": _next(table, numbers), **_component(element, notes)})
    skill = _open(la, "student-language-skill")
    if skill is None:
        notes.assumed.append(
            say("EWP requires {element}; this agreement has none.", element=Quoted("student-language-skill"))
        )
    return {
        "language": {
            "code": _take(skill, "language", notes) if skill else None,
            "level": _take(skill, "cefr-level", notes) if skill else None,
        },
        "catalogue": {"url": _take(la, "learning-outcomes-url", notes)},
        **tables,
        "provisions_if_failed": {"url": _take(la, "provisions-url", notes)},
        "signatures": _signatures(version, notes),
    }


def _rows(version: _Element | None) -> Iterator[tuple[str, _Element]]:
    """Go through the components of a version, each with the table of the record it belongs to."""
    for name, (_, table) in _LISTS.items():
        rows = _open(version, name) if version else None
        components = _open_all(rows, "component") if rows else []
        if len(components) > MAX_COMPONENTS:
            raise UserError(_TOO_MUCH)
        for component in components:
            yield table, component


def _next(table: str, numbers: Mapping[str, Iterator[int]]) -> str:
    return f"{_LETTERS[table]}{next(numbers[table])}"


def _component(element: _Element, notes: _Notes) -> dict[str, Any]:
    conditions = _open(element, "recognition-conditions")
    return {
        "code": _take(element, "los-code", notes),
        "title": _take(element, "title", notes),
        "term": _term(_open(element, "term-id"), notes),
        **_credits(element, notes),
        # EWP states the conditions if, and only if, the recognition is not automatic.
        "automatic_recognition": None if conditions is None else False,
        "recognition_conditions": _text(conditions, notes, lines=True) if conditions else None,
        "description": _take(element, "short-description", notes, lines=True),
        "los_id": _take(element, "los-id", notes),
        "loi_id": _take(element, "loi-id", notes),
    }


def _term(term: _Element | None, notes: _Notes) -> str | None:
    if term is None:
        return None
    number, total = _take(term, "trm:term-number", notes), _take(term, "trm:total-terms", notes)
    if number and total:
        return f"{_integer(number)}/{_integer(total)}"
    if half := number or total:
        notes.lose(term, half, say("Of a term's number and the terms of the year, one is missing."))
    return None


def _integer(text: str) -> str:
    return str(int(text)) if re.fullmatch(r"[+-]?[0-9]{1,9}", text) else text


def _credits(element: _Element, notes: _Notes) -> dict[str, Any]:
    ects: Decimal | str | None = None
    local: list[dict[str, Any]] = []
    found = _open_all(element, "credit")
    for credit in found:
        scheme, value = _take(credit, "scheme", notes), _take(credit, "value", notes)
        if scheme is None or value is None:
            if half := scheme or value:
                notes.lose(credit, half, say("Of the credits and their scheme, one is missing."))
        elif scheme.casefold() != "ects":
            local.append({"scheme": scheme, "credits": _number(value)})
        elif ects is None:
            ects = _number(value)
        else:
            notes.lose(credit, value, say("A component has one number of ECTS credits; the first was kept."))
    # EWP says that a component without credits is one to which credits do not apply.
    return {"credits": ects, "without_credits": None if found else True, "local_credits": local}


def _number(text: str) -> Decimal | str:
    """Read a number; what is none stays text, for the validation to say so at its place."""
    if _DECIMAL.fullmatch(text) and sum(letter.isdigit() for letter in text) <= _MAX_DIGITS:
        return Decimal(text)
    return text


def _signatures(version: _Element | None, notes: _Notes) -> list[dict[str, Any]]:
    signatures = []
    for name, role in _SIGNATURES.items():
        element = _open(version, name) if version else None
        if element is None:
            continue
        signature = {
            "role": role,
            "name": _take(element, "signer-name", notes),
            "position": _take(element, "signer-position", notes),
            "email": _take(element, "signer-email", notes),
            "date": _moment(_open(element, "timestamp"), notes),
            "how": "electronic",
            "application": _take(element, "signer-app", notes),
        }
        if signature["date"] is None:
            notes.assumed.append(
                say("{signature} has no date, so it does not count as a signature.", signature=Quoted(name))
            )
        signatures.append(signature)
    return signatures


def _moment(element: _Element | None, notes: _Notes) -> str | None:
    text = _text(element, notes) if element else None
    if element and text and "T" in text and not _ZONE.search(text):
        day, _, rest = text.partition("T")
        notes.lose(element, rest, say("A time without its zone is not kept; its day is."))
        return day
    long = _LONG_FRACTION.fullmatch(text) if text else None
    if element is None or long is None:
        return text
    notes.lose(element, long[2], say("A time in a record has six digits after the second at most."))
    return long[1] + long[3]


def _status(agreement: Mapping[str, Any], notes: _Notes) -> str:
    signed = {signature["role"] for signature in agreement["signatures"] if signature["date"]}
    missing = [role for role in _SIGNATURES.values() if role not in signed]
    if not missing:
        notes.assume(("status",), say("The three signatures of the first version are there."))
        return "agreed"
    roles = Series(tuple(Label("signature-roles", role) for role in missing))
    notes.assume(("status",), say("Not yet signed by: {roles}.", roles=roles))
    return "planned"


def _first_proposal(proposal: _Element, notes: _Notes) -> None:
    id = _attribute(proposal, "id", notes)
    message = say(
        "EWP has no first version yet: this is the proposal for it ({id}).",
        id=Quoted(id or "changes-proposal"),
    )
    notes.assume(("agreement",), message)
    if id:
        notes.lose(proposal, id, say("Only an amendment keeps the identifier of a proposal."))


def _amendments(
    approved: _Element | None,
    proposal: _Element | None,
    agreement: Mapping[str, Any],
    numbers: Mapping[str, Iterator[int]],
    learner_now: Mapping[str, str],
    notes: _Notes,
) -> list[dict[str, Any]]:
    amendments: list[dict[str, Any]] = []
    for version in (approved, proposal):
        if version is None:
            continue
        before = amendments[-1]["changes"] if amendments else []
        changes = _changes(version, agreement, before, numbers, notes)
        if version is proposal:
            _compare(before, changes, agreement, notes)
        amendments.append(
            {
                "number": str(len(amendments) + 1),
                "basis": "first-version",
                "changes": changes,
                "signatures": _signatures(version, notes),
                "ewp_proposal_id": _attribute(version, "id", notes) if version is proposal else None,
                "note": _changed_student(version, learner_now, notes) if version is proposal else None,
            }
        )
        notes.comments["amendments", len(amendments) - 1] = (
            say(
                "Proposed and not yet agreed. It counts from the first version: once agreed, it takes the place of"
                " the amendments before it."
            )
            if version is proposal
            else say(
                "All changes agreed since the first version, taken together: EWP does not keep them apart."
            )
        )
    if amendments:
        notes.assume(
            ("history",),
            say(
                "EWP keeps the sum of the changes only, not each version with its signatures. Rule {rule}, which"
                " compares each version with the one before, is not run on this record.",
                rule="LA107",
            ),
        )
    return amendments


def _changes(
    version: _Element,
    agreement: Mapping[str, Any],
    before: Sequence[Mapping[str, Any]],
    numbers: Mapping[str, Iterator[int]],
    notes: _Notes,
) -> list[dict[str, Any]]:
    there = {table: list(agreement[table]) for table in _LETTERS}
    known = {
        _key(change["table"], change["insert"]): change["insert"] for change in before if "insert" in change
    }
    changes = []
    for table, element in _rows(version):
        status = element.attributes.get("status")
        change: dict[str, Any] = {"table": table}
        if status == "inserted":
            change["insert"] = _inserted(element, table, known, numbers, notes)
        elif status == "deleted":
            gone = _deleted(element, there[table], notes)
            if gone is None:
                continue
            there[table].remove(gone)
            change["delete"] = gone["id"]
        else:
            notes.lose_all(element, say("It is not said whether this component is added or deleted."))
            continue
        del element.attributes["status"]
        change["reason"] = _attribute(element, "reason-code", notes)
        change["reason_text"] = _attribute(element, "reason-text", notes)
        changes.append(change)
    return changes


def _inserted(
    element: _Element,
    table: str,
    known: dict[str, dict[str, Any]],
    numbers: Mapping[str, Iterator[int]],
    notes: _Notes,
) -> dict[str, Any]:
    """Read an added component; one that the amendment before adds in the same words is the same component."""
    component = _component(element, notes)
    same = known.pop(_key(table, component), None)
    return same or {"id": _next(table, numbers), **component}


def _key(table: str, component: Mapping[str, Any]) -> str:
    return repr((table, {key: value for key, value in component.items() if key != "id"}))


def _deleted(element: _Element, rows: Sequence[dict[str, Any]], notes: _Notes) -> dict[str, Any] | None:
    """Find the component of the first version that a deletion means; a doubtful one is reported, not guessed."""
    found = _meant(_component(deepcopy(element), _Notes()), rows)
    if len(found) != 1:
        why = (
            say(
                "This deletion fits several components of the first version ({components}): it was left out.",
                components=Series(tuple(Quoted(row["id"]) for row in found)),
            )
            if found
            else say("This deletion fits no component of the first version: it was left out.")
        )
        notes.lose_all(element, why)
        return None
    row = found[0]
    for key, value in _component(element, notes).items():
        if value in (None, []) or key in ("without_credits", "automatic_recognition") or row[key] == value:
            continue
        shown = (
            ", ".join(f"{each['credits']} {each['scheme']}" for each in value)
            if key == "local_credits"
            else value
        )
        why = say("Here {field} is not what the first version says, which was kept.", field=Quoted(key))
        notes.lose(element, str(shown), why)
    return row


def _meant(wanted: Mapping[str, Any], rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Find what is meant by the firmest mark that both bear, unless a firmer one speaks against it."""
    pool, hit = list(rows), False
    for firmness, key in enumerate(_IDENTITIES):
        firmer = (*_IDENTITIES[:firmness], "term") if key == "title" else _IDENTITIES[:firmness]
        same = [row for row in pool if wanted[key] and row[key] == wanted[key]]
        if not hit:
            same = [row for row in same if not any(_differ(row, wanted, mark) for mark in firmer)]
        if same:
            pool, hit = same, True
    if len(pool) > 1:
        pool = [row for row in pool if row["term"] == wanted["term"]] or pool
    return pool if hit else []


def _differ(row: Mapping[str, Any], wanted: Mapping[str, Any], key: str) -> bool:
    return bool(row[key] and wanted[key] and row[key] != wanted[key])


def _compare(
    before: Sequence[Mapping[str, Any]],
    changes: Sequence[Mapping[str, Any]],
    agreement: Mapping[str, Any],
    notes: _Notes,
) -> None:
    """Name the approved changes that a proposal does not repeat: it counts from the first version without them."""
    kept = {_subject(change) for change in changes}
    dropped = {_subject(change) for change in before} - kept
    added = [change["insert"] for change in before if "insert" in change and _subject(change) in dropped]
    back = [row for table in _LETTERS for row in agreement[table] if ("delete", row["id"]) in dropped]
    if added:
        notes.assumed.append(
            say(
                "The proposal does not repeat {components}, which the agreed changes had added: once agreed, it"
                " takes them out again.",
                components=_titles(added),
            )
        )
    if back:
        notes.assumed.append(
            say(
                "The proposal does not repeat that {components} were deleted: once agreed, it brings them back.",
                components=_titles(back),
            )
        )


def _subject(change: Mapping[str, Any]) -> tuple[str, str]:
    return ("insert", change["insert"]["id"]) if "insert" in change else ("delete", change["delete"])


def _titles(components: Sequence[Mapping[str, Any]]) -> Series:
    return Series(tuple(Quoted(each["title"] or each["code"] or each["id"]) for each in components))


def _changed_student(proposal: _Element, now: Mapping[str, str], notes: _Notes) -> str | None:
    """Keep what a proposal changes about the learner as a note: the learner of the record stays as agreed."""
    student = _open(proposal, "student")
    changed = []
    for name in _STUDENT if student else ():
        element = _open(student, name) if student else None
        text = _text(element, notes) if element else None
        if element is None or text is None:
            continue
        changed.append(f"{name} = {text}")
        if text != now.get(name):
            notes.lose(
                element,
                text,
                say(
                    "The proposal changes {field} of the learner. The record keeps what was agreed, and a note.",
                    field=Quoted(name),
                ),
            )
    return f"EWP changes-proposal, student: {'; '.join(changed)}" if changed else None
