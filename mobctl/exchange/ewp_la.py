"""EWP learning agreements in: the get-response of omobility-las 1.2.0 becomes records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import count
from typing import Any

from mobctl.errors import UserError
from mobctl.exchange.record import Imported, check_id, filled, imported, is_ours, refuse_doubles, with_rest
from mobctl.exchange.source import (
    EWP,
    TOO_MUCH,
    Element,
    Notes,
    attribute,
    calendar,
    credits_of,
    gender,
    missing,
    needed,
    needed_text,
    one_line,
    opened,
    opened_all,
    other,
    parse,
    take,
    text,
    tree,
)
from mobctl.finding import Label, Quoted, Series, say

MAX_COMPONENTS = 200

_LA = f"{EWP}ewp-specs-api-omobility-las/blob/stable-v1/endpoints/get-response.xsd"
_PREFIXES = {
    _LA: "",
    f"{EWP}ewp-specs-types-academic-term/tree/stable-v2": "trm:",
    f"{EWP}ewp-specs-types-phonenumber/tree/stable-v1": "p:",
}
_ROOT = "omobility-las-get-response"
_WANTED = say("an EWP learning agreement (omobility-las)")

_LONG_FRACTION = re.compile(r"(.*T[0-9:]+\.[0-9]{6})([0-9]+)(.*)")
_ZONE = re.compile(r"(?:Z|[+-][0-9]{2}:[0-9]{2})$")

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
_STUDENT = ("given-names", "family-name", "global-id", "birth-date", "citizenship", "gender", "email")
_IDENTITIES = ("los_id", "loi_id", "code", "title")
"""What tells which component is meant, the firmest first; EWP components have no identifier of their own."""


def load(data: bytes, school: Mapping[str, Any] | None = None) -> Sequence[Imported]:
    """Read a get-response of the EWP API omobility-las: one record for each learning agreement.

    `school` is the institution that keeps the records, if it is known; it tells outgoing from incoming.
    """
    root = tree(_read(data), _PREFIXES)
    agreements = opened_all(root, "la")
    if not agreements:
        raise UserError(say("This EWP response is empty: it holds no learning agreement."))
    records = [_imported(agreement, school) for agreement in agreements]
    refuse_doubles(records, agreements)
    return with_rest(records, root, "la")


def _read(data: bytes) -> Any:
    from lxml.etree import QName

    root = parse(data)
    name = QName(root)
    if name.localname != _ROOT:
        raise other(name, _WANTED)
    if not name.namespace:
        raise UserError(
            say("This learning agreement does not say in which version of EWP it is written (xmlns).")
        )
    if name.namespace != _LA:
        raise UserError(
            say(
                "This learning agreement is written in another version of EWP than 1 (its namespace is {found});"
                " mobctl reads version 1.",
                found=Quoted(name.namespace),
            )
        )
    return root


# The record ------------------------------------------------------------------------------------------------


def _imported(la: Element, school: Mapping[str, Any] | None) -> Imported:
    notes = Notes()
    notes.comments[()] = say("Imported from an EWP learning agreement (omobility-las 1.2.0).")
    id = check_id(needed_text(la, "omobility-id", notes), la.line)
    home = _party(la, "sending-hei", "home", notes)
    host = _party(la, "receiving-hei", "host", notes)
    year = _expected(la, "receiving-academic-year-id", notes)
    student = needed(la, "student")
    learner_now = {child.name: one_line(child.text) for child in student.children}
    learner = _learner(student, la, notes)
    planned = {"start": _border(la, "start", notes), "end": _border(la, "end", notes)}
    first, approved, proposal = (
        opened(la, name) for name in ("first-version", "approved-changes", "changes-proposal")
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
    direction = _direction(home, host, school, notes)
    record = {
        "mobctl": "mobility/1",
        "id": id,
        "profiles": profiles,
        "status": status,
        "direction": direction,
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
    return imported(id, filled(record), notes, la)


def _direction(
    home: Mapping[str, Any], host: Mapping[str, Any], school: Mapping[str, Any] | None, notes: Notes
) -> str:
    """Tell whether the learner leaves the school that keeps the records or comes to it."""
    if is_ours(host, school):
        return "incoming"
    if not is_ours(home, school):
        notes.assume(
            ("direction",),
            say("The sending school writes the agreement; write “incoming” here if your school is the host."),
        )
    return "outgoing"


def _expected(parent: Element, name: str, notes: Notes) -> str | None:
    """Take what EWP requires and a record can do without."""
    found = take(parent, name, notes)
    if found is None:
        notes.assumed.append(say("EWP requires {element}; this agreement has none.", element=Quoted(name)))
    return found


def _party(la: Element, name: str, role: str, notes: Notes) -> dict[str, Any]:
    hei = needed(la, name)
    code = needed_text(hei, "hei-id", notes)
    notes.comments[role, "name"] = say(
        "EWP gives no name of the institution: this is its code. Write its name or its ref."
    )
    return {
        "unit": take(hei, "ounit-name", notes),
        "unit_id": take(hei, "ounit-id", notes),
        "contact": _contact(opened(hei, "contact-person"), notes),
        "name": code,
        "schac": code,
    }


def _contact(person: Element | None, notes: Notes) -> dict[str, Any] | None:
    if person is None:
        return None
    return {
        "name": _person_name(person, notes),
        "email": take(person, "email", notes),
        "phone": _phone(opened(person, "p:phone-number"), notes),
    }


def _person_name(person: Element, notes: Notes) -> dict[str, Any]:
    return {"family": take(person, "family-name", notes), "given": take(person, "given-names", notes)}


def _phone(phone: Element | None, notes: Notes) -> str | None:
    """Take one number: the international form, else the other; an extension stays behind."""
    if phone is None:
        return None
    return take(phone, "p:e164", notes) or take(phone, "p:other-format", notes)


def _learner(student: Element, la: Element, notes: Notes) -> dict[str, Any]:
    return {
        "esi": take(student, "global-id", notes),
        "name": _person_name(student, notes),
        "birth_date": calendar(student, "birth-date", notes),
        "citizenship": [take(student, "citizenship", notes)],
        "gender": gender(student, notes),
        "email": take(student, "email", notes),
        "enrolment": {
            "eqf": _expected(la, "eqf-level-studied-at-departure", notes),
            "isced_f": _expected(la, "isced-f-code", notes),
            "isced_clarification": take(la, "isced-clarification", notes),
        },
    }


def _border(la: Element, which: str, notes: Notes) -> str:
    """Take the first or the last day of the stay, or its month where EWP gives no day."""
    day = calendar(la, f"{which}-date", notes) or calendar(la, f"{which}-year-month", notes)
    if day is None:
        raise missing(la, f"{which}-date")
    return day


# The agreement and its changes -----------------------------------------------------------------------------


def _form(versions: Sequence[Element | None], notes: Notes) -> tuple[str | None, list[str]]:
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
    la: Element, version: Element | None, numbers: Mapping[str, Iterator[int]], notes: Notes
) -> dict[str, Any]:
    tables: dict[str, list[dict[str, Any]]] = {table: [] for table in _LETTERS}
    for table, element in _rows(version):
        if element.attributes.get("status") == "deleted":
            notes.lose_all(
                element, say("A first version cannot delete a component; whether it holds is not clear.")
            )
            continue
        tables[table].append({"id": _next(table, numbers), **_component(element, notes)})
    skill = opened(la, "student-language-skill")
    if skill is None:
        notes.assumed.append(
            say("EWP requires {element}; this agreement has none.", element=Quoted("student-language-skill"))
        )
    return {
        "language": {
            "code": take(skill, "language", notes) if skill else None,
            "level": take(skill, "cefr-level", notes) if skill else None,
        },
        "catalogue": {"url": take(la, "learning-outcomes-url", notes)},
        **tables,
        "provisions_if_failed": {"url": take(la, "provisions-url", notes)},
        "signatures": _signatures(version, notes),
    }


def _rows(version: Element | None) -> Iterator[tuple[str, Element]]:
    """Go through the components of a version, each with the table of the record it belongs to."""
    for name, (_, table) in _LISTS.items():
        rows = opened(version, name) if version else None
        components = opened_all(rows, "component") if rows else []
        if len(components) > MAX_COMPONENTS:
            raise UserError(TOO_MUCH)
        for component in components:
            yield table, component


def _next(table: str, numbers: Mapping[str, Iterator[int]]) -> str:
    return f"{_LETTERS[table]}{next(numbers[table])}"


def _component(element: Element, notes: Notes) -> dict[str, Any]:
    conditions = opened(element, "recognition-conditions")
    ects, local, stated = credits_of(element, notes)
    return {
        "code": take(element, "los-code", notes),
        "title": take(element, "title", notes),
        "term": _term(opened(element, "term-id"), notes),
        "credits": ects,
        # EWP says that a component without credits is one to which credits do not apply.
        "without_credits": None if stated else True,
        "local_credits": local,
        # EWP states the conditions if, and only if, the recognition is not automatic.
        "automatic_recognition": None if conditions is None else False,
        "recognition_conditions": text(conditions, notes, lines=True) if conditions else None,
        "description": take(element, "short-description", notes, lines=True),
        "los_id": take(element, "los-id", notes),
        "loi_id": take(element, "loi-id", notes),
    }


def _term(term: Element | None, notes: Notes) -> str | None:
    if term is None:
        return None
    number, total = take(term, "trm:term-number", notes), take(term, "trm:total-terms", notes)
    if number and total:
        return f"{_integer(number)}/{_integer(total)}"
    if half := number or total:
        notes.lose(term, half, say("Of a term's number and the terms of the year, one is missing."))
    return None


def _integer(text: str) -> str:
    return str(int(text)) if re.fullmatch(r"[+-]?[0-9]{1,9}", text) else text


def _signatures(version: Element | None, notes: Notes) -> list[dict[str, Any]]:
    signatures = []
    for name, role in _SIGNATURES.items():
        element = opened(version, name) if version else None
        if element is None:
            continue
        signature = {
            "role": role,
            "name": take(element, "signer-name", notes),
            "position": take(element, "signer-position", notes),
            "email": take(element, "signer-email", notes),
            "date": _moment(opened(element, "timestamp"), notes),
            "how": "electronic",
            "application": take(element, "signer-app", notes),
        }
        if signature["date"] is None:
            notes.assumed.append(
                say("{signature} has no date, so it does not count as a signature.", signature=Quoted(name))
            )
        signatures.append(signature)
    return signatures


def _moment(element: Element | None, notes: Notes) -> str | None:
    found = text(element, notes) if element else None
    if element and found and "T" in found and not _ZONE.search(found):
        day, _, rest = found.partition("T")
        notes.lose(element, rest, say("A time without its zone is not kept; its day is."))
        return day
    long = _LONG_FRACTION.fullmatch(found) if found else None
    if element is None or long is None:
        return found
    notes.lose(element, long[2], say("A time in a record has six digits after the second at most."))
    return long[1] + long[3]


def _status(agreement: Mapping[str, Any], notes: Notes) -> str:
    signed = {signature["role"] for signature in agreement["signatures"] if signature["date"]}
    missing = [role for role in _SIGNATURES.values() if role not in signed]
    if not missing:
        notes.assume(("status",), say("The three signatures of the first version are there."))
        return "agreed"
    roles = Series(tuple(Label("signature-roles", role) for role in missing))
    notes.assume(("status",), say("Not yet signed by: {roles}.", roles=roles))
    return "planned"


def _first_proposal(proposal: Element, notes: Notes) -> None:
    id = attribute(proposal, "id", notes)
    message = say(
        "EWP has no first version yet: this is the proposal for it ({id}).",
        id=Quoted(id or "changes-proposal"),
    )
    notes.assume(("agreement",), message)
    if id:
        notes.lose(proposal, id, say("Only an amendment keeps the identifier of a proposal."))


def _amendments(
    approved: Element | None,
    proposal: Element | None,
    agreement: Mapping[str, Any],
    numbers: Mapping[str, Iterator[int]],
    learner_now: Mapping[str, str],
    notes: Notes,
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
                "ewp_proposal_id": attribute(version, "id", notes) if version is proposal else None,
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
    version: Element,
    agreement: Mapping[str, Any],
    before: Sequence[Mapping[str, Any]],
    numbers: Mapping[str, Iterator[int]],
    notes: Notes,
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
        change["reason"] = attribute(element, "reason-code", notes)
        change["reason_text"] = attribute(element, "reason-text", notes)
        changes.append(change)
    return changes


def _inserted(
    element: Element,
    table: str,
    known: dict[str, dict[str, Any]],
    numbers: Mapping[str, Iterator[int]],
    notes: Notes,
) -> dict[str, Any]:
    """Read an added component; one that the amendment before adds in the same words is the same component."""
    component = _component(element, notes)
    same = known.pop(_key(table, component), None)
    return same or {"id": _next(table, numbers), **component}


def _key(table: str, component: Mapping[str, Any]) -> str:
    return repr((table, {key: value for key, value in component.items() if key != "id"}))


def _deleted(element: Element, rows: Sequence[dict[str, Any]], notes: Notes) -> dict[str, Any] | None:
    """Find the component of the first version that a deletion means; a doubtful one is reported, not guessed."""
    found = _meant(_component(deepcopy(element), Notes()), rows)
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
    notes: Notes,
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


def _changed_student(proposal: Element, now: Mapping[str, str], notes: Notes) -> str | None:
    """Keep what a proposal changes about the learner as a note: the learner of the record stays as agreed."""
    student = opened(proposal, "student")
    changed = []
    for name in _STUDENT if student else ():
        element = opened(student, name) if student else None
        found = text(element, notes) if element else None
        if element is None or found is None:
            continue
        changed.append(f"{name} = {found}")
        if found != now.get(name):
            notes.lose(
                element,
                found,
                say(
                    "The proposal changes {field} of the learner. The record keeps what was agreed, and a note.",
                    field=Quoted(name),
                ),
            )
    return f"EWP changes-proposal, student: {'; '.join(changed)}" if changed else None
