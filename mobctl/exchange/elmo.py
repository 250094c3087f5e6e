"""ELMO transcripts in: each report of an ELMO 1.6, 1.7 or 2.1.1 becomes a record with its results.

ELMO is the format of EMREX; Erasmus Without Paper sends transcripts (imobility-tors 1 to 3) as an ELMO in an
envelope of its own, with the identifier of the mobility and a table of grades. The rules of the format that are
meant below stand in its schema, https://github.com/emrex-eu/elmo-schemas.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mobctl import store
from mobctl.errors import UserError
from mobctl.exchange.record import (
    RECORD_ID,
    Imported,
    check_id,
    filled,
    imported,
    is_ours,
    refuse_doubles,
    with_rest,
)
from mobctl.exchange.source import (
    EWP,
    NO_PLACE,
    TOO_MUCH,
    Element,
    Notes,
    attribute,
    calendar,
    credits_of,
    gender,
    needed,
    needed_text,
    number,
    opened,
    opened_all,
    other,
    parse,
    take,
    text,
    tree,
)
from mobctl.finding import Quoted, say, say_n

MAX_LINES = 200  # as many as a record holds
MAX_TERMS = 6

_ELMO = "https://github.com/emrex-eu/elmo-schemas/tree/v"
_TOR = re.compile(
    re.escape(f"{EWP}ewp-specs-api-imobility-tors/blob/stable-v") + r"([123])/endpoints/get-response.xsd"
)
_LEGACY = "http://purl.org/net/elmo"
_ENVELOPE = "imobility-tors-get-response"
_WANTED = say("an ELMO transcript")
_ALWAYS = ("home", "period")
"""What every record has, even if nothing is known of it."""
_PREFIXES = {
    f"{_ELMO}1": "",
    f"{_ELMO}2": "",
    "http://www.w3.org/XML/1998/namespace": "xml:",
    "http://www.w3.org/2000/09/xmldsig#": "ds:",
}

_LOS, _LOI = "learningOpportunitySpecification", "learningOpportunityInstance"
_STATUSES = {"passed": "passed", "failed": "failed", "in-progress": "pending"}
_CODES = {"pic": "pic", "erasmus": "erasmus_code", "schac": "schac", "oid": "oid", "address": "address"}
_COUNTRY = re.compile(r"https?://publications\.europa\.eu/resource/authority/country/([A-Z]{3})")
_BARE_LANGUAGE = re.compile(r"[A-Za-z]{2,3}")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T.*)")
_SAFE = re.compile(r"[a-z0-9][a-z0-9.-]{0,40}")
_LEFT = {
    "shortenedGrading": say("A record keeps how many students were given each grade, not shares of them."),
    "attachments": say("The attached files that it refers to are not in the record: keep the ELMO."),
    "diplomaSupplement": say("A diploma supplement has no place in the record of a mobility."),
    "description": say("The description of a course stays in the catalogue of the host."),
    "descriptionHtml": say("The description of a course stays in the catalogue of the host."),
    "enrolment": NO_PLACE,
    "level": NO_PLACE,
    "extension": NO_PLACE,
}


def load(data: bytes, school: Mapping[str, Any] | None = None) -> Sequence[Imported]:
    """Read an ELMO, or EWP's envelope with ELMOs in it: one record for each report that holds results.

    `school` is the institution that keeps the records, if it is known; it tells outgoing from incoming.
    """
    root = _read(data)
    envelopes = opened_all(root, "tor") if root.name == _ENVELOPE else [root]
    digest = hashlib.sha256(data).hexdigest()[:8]
    records: list[Imported] = []
    sources: list[Element] = []
    for envelope in envelopes:
        made = _records(envelope, root, digest, school)
        records += made
        sources += [envelope] * len(made)
    if not records:
        raise UserError(say("This transcript holds no result: there is nothing to make a record of."))
    refuse_doubles(records, sources)
    return (
        with_rest(records, root, "tor") if root.name == _ENVELOPE else records
    )  # an ELMO is its own envelope


def _read(data: bytes) -> Element:
    from lxml.etree import QName

    root = parse(data)
    name = QName(root)
    prefixes = dict(_PREFIXES)
    if name.localname == _ENVELOPE:
        if not _TOR.fullmatch(name.namespace or ""):
            raise UserError(
                say(
                    "This EWP transcript is written in a version that mobctl does not know (its namespace is"
                    " {found}); mobctl reads imobility-tors 1 to 3.",
                    found=Quoted(name.namespace or ""),
                )
            )
        prefixes[name.namespace or ""] = ""
    elif name.localname != "elmo":
        raise other(name, _WANTED)
    for elmo in root.iter("{*}elmo"):
        _check_version(QName(elmo).namespace or "")
    return tree(root, prefixes)


def _check_version(namespace: str) -> None:
    if namespace.startswith(_LEGACY):
        raise UserError(
            say(
                "This is an ELMO of the old kind, from before version 1 ({found}). Ask for ELMO 1.6, 1.7 or 2.1.",
                found=Quoted(namespace),
            )
        )
    if not namespace:
        raise UserError(
            say(
                "This ELMO does not say in which version it is written (xmlns). Ask for ELMO 1.6, 1.7 or 2.1."
            )
        )
    if namespace not in _PREFIXES:
        raise UserError(
            say(
                "This ELMO is written in a version that mobctl does not know (its namespace is {found}); mobctl"
                " reads ELMO 1.6, 1.7 and 2.1.",
                found=Quoted(namespace),
            )
        )


# The record ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Report:
    """One report of an ELMO while it is being read: its lines, and what they say about the stay."""

    element: Element
    groups: _Groups
    notes: Notes
    lines: list[dict[str, Any]] = field(default_factory=list)
    terms: dict[tuple[str, str], Element] = field(default_factory=dict)
    days: list[str] = field(default_factory=list)
    silent: int = 0
    """How many results do not say whether they were passed."""


def _records(
    envelope: Element, root: Element, digest: str, school: Mapping[str, Any] | None
) -> list[Imported]:
    """Make a record of each report of one ELMO; what is said once for all of them is told with the first."""
    notes, mobility, year, elmo = Notes(), None, None, envelope
    if envelope is not root:
        mobility = check_id(needed_text(envelope, "omobility-id", notes), envelope.line)
        year = take(envelope, "receiving-academic-year-id", notes)
        elmo = needed(envelope, "elmo")
    notes.comments[()] = (
        say("Imported from an ELMO transcript (EMREX).")
        if elmo is root
        else say("Imported from an EWP transcript of records (imobility-tors), which holds an ELMO.")
    )
    learner = _learner(needed(elmo, "learner"), notes)
    shares = _shares(opened(envelope, "gradeConversionTable"), notes)
    groups = _Groups(opened(elmo, "groups"))
    _leave(elmo, notes)
    common = dict(notes.comments)
    reports = [
        each for each in opened_all(elmo, "report") if any(child.name == _LOS for child in each.children)
    ]
    made: list[tuple[str, dict[str, Any], Notes, Element]] = []
    for count, element in enumerate(reports, 1):
        told = notes if count == 1 else Notes(comments=dict(common))
        report = _Report(element, groups, told)
        issuer, codes = _issuer(element, told)
        results = _results(report, shares)
        suffix = f"-{count}" if count > 1 else ""
        id = f"{mobility}{suffix}" if mobility else _made_id(codes, results, f"{digest}{suffix}", told)
        record = {
            "mobctl": "mobility/1",
            "id": id,
            **_state(report, codes, school),
            "academic_year": year,
            "learner": learner,
            **_parties(issuer, codes, school, told),
            "period": _period(report),
            "results": results,
            "external_ids": {"ewp_omobility_id": mobility},
            "notes": _completeness(element, told),
        }
        made.append((id, record, told, element))
    groups.leave(notes)
    elmo.children = [child for child in elmo.children if child not in reports]
    elmo.opened = envelope.opened = True
    return [
        imported(id, _kept(record), told, element, *([envelope] if told is notes else []))
        for id, record, told, element in made
    ]


def _kept(record: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what holds nothing, but for the parts that every record has."""
    kept = filled(dict(record))
    return {key: kept.get(key, {}) for key in record if key in kept or key in _ALWAYS}


def _made_id(codes: Mapping[str, Any], results: Mapping[str, Any], digest: str, notes: Notes) -> str:
    """Name a record of which the ELMO gives no identifier, without any name of a person."""
    school = str(codes.get("schac") or "")
    parts = [school if _SAFE.fullmatch(school) else "elmo", results["issued"] or "", digest]
    notes.assume(
        ("id",),
        say(
            "An ELMO has no identifier of the mobility: this one was made up. If you change it, rename the file too."
        ),
    )
    return "-".join(part for part in parts if part and RECORD_ID.fullmatch(part))


def _state(report: _Report, codes: Mapping[str, Any], school: Mapping[str, Any] | None) -> dict[str, str]:
    """Say how far the mobility has come, which way it goes and what it is for; ELMO says none of it."""
    notes = report.notes
    pending = all(line["status"] == "pending" for line in report.lines)
    notes.assume(
        ("status",),
        say("No result is there yet: the stay is taken to be under way.")
        if pending
        else say("There are results: the learner is taken to have returned."),
    )
    if is_ours(codes, school):
        direction = "incoming"
        notes.assume(("direction",), say("Your school issued this transcript: the learner came to you."))
    else:
        direction = "outgoing"
        notes.assume(
            ("direction",),
            say("Another school issued this transcript: the learner is taken to be one of yours.")
            if school
            else say(
                "The learner is taken to be one of yours; write “incoming” here if your school issued this"
                " transcript."
            ),
        )
    notes.assume(
        ("kind",),
        say("A transcript is taken to be of studies. No profile was written: add the one that fits."),
    )
    return {"status": "ongoing" if pending else "returned", "direction": direction, "kind": "studies"}


def _parties(
    issuer: Element, codes: dict[str, Any], school: Mapping[str, Any] | None, notes: Notes
) -> dict[str, dict[str, Any]]:
    """Put the school that issued the transcript in its place, and ours in the other if it is known."""
    unnamed = say("The ELMO does not name the school that sent the learner: write its ref, or its name.")
    if school and is_ours(codes, school):
        names = codes.pop("name") or ""
        values = [*(names.values() if isinstance(names, dict) else [names]), *codes.values()]
        why = say("This is your own school: its own file says it.")
        notes.lose(issuer, " · ".join(value for value in values if value), why)
        notes.assume(("home",), unnamed)
        return {"home": {}, "host": {"ref": school["id"]}}
    if school:
        text = say("The ELMO does not name the school that sent the learner: this is yours, of mobctl.yaml.")
        notes.assume(("home",), text)
        return {"home": {"ref": school["id"]}, "host": codes}
    notes.assume(("home",), unnamed)
    return {"home": {}, "host": codes}


def _issuer(report: Element, notes: Notes) -> tuple[Element, dict[str, Any]]:
    issuer = needed(report, "issuer")
    country = _country(issuer, "country", notes)
    codes = _identifiers(issuer, _CODES, notes)
    return issuer, {
        "name": _titles(issuer, "title", notes),
        "country": country,
        **codes,
        "website": take(issuer, "url", notes),
    }


def _learner(learner: Element, notes: Notes) -> dict[str, Any]:
    ids = _identifiers(learner, {"esi": "esi"}, notes)
    given, family = take(learner, "givenNames", notes), take(learner, "familyName", notes)
    if given and not family:
        family, given = given, None
        notes.assume(("learner", "name"), say("The learner has one name only: it stands as the family name."))
    _other_script(opened(learner, "alternativeName"), f"{given or ''} {family or ''}".strip(), notes)
    born, older = calendar(learner, "dateOfBirth", notes), _inside(learner, "bday")
    formerly = calendar(learner, "bday", notes)
    if born and formerly and formerly != born:
        notes.lose(older, formerly, say("There are two dates of birth; dateOfBirth was kept."))
    return {
        **ids,
        "name": {"family": family, "given": given},
        "birth_date": born or formerly,
        "citizenship": [_country(learner, "citizenship", notes)],
        "gender": gender(learner, notes),
    }


def _other_script(name: Element | None, known: str, notes: Notes) -> None:
    """Leave the full name in another script, which ELMO does not take apart, unless it says nothing new."""
    if name and name.text not in ("", known):
        notes.lose_all(
            name,
            say("The name in another script is not taken apart into family and given name: it was left out."),
        )
    elif name:
        name.text, name.attributes = "", {}


def _country(parent: Element, name: str, notes: Notes) -> str | None:
    """Take a country: ELMO 2 may name it by the address of the European Union's list, with three letters."""
    element = opened(parent, name)
    if element is None:
        return None
    attribute(element, "type", notes)
    code = text(element, notes)
    found = _COUNTRY.fullmatch(code or "")
    return store.lists()["countries"].aliases.get(found[1], code) if found else code


def _identifiers(parent: Element, wanted: Mapping[str, str], notes: Notes) -> dict[str, str]:
    """Take the identifiers that a record keeps, by their type; the others are lost."""
    found: dict[str, str] = {}
    for element in opened_all(parent, "identifier"):
        kind, value = attribute(element, "type", notes) or "", text(element, notes)
        key = wanted.get(kind.casefold())
        if value and key and key not in found:
            found[key] = value
        elif value and kind.casefold() == "nationalidentifier":
            notes.lose(element, f"{kind} {value}", say("A record keeps no number of a national register."))
        elif value:
            why = say("The record has no place for an identifier of the kind {kind}.", kind=Quoted(kind))
            notes.lose(element, f"{kind} {value}", why)
    return found


def _titles(parent: Element, name: str, notes: Notes, *, lines: bool = False) -> str | dict[str, str] | None:
    """Take a title in all its languages; as one text if it does not say its language."""
    plain: str | None = None
    tagged: dict[str, str] = {}
    for element in opened_all(parent, name):
        lang, title = attribute(element, "xml:lang", notes), text(element, notes, lines=lines)
        lang = lang.lower() if lang and _BARE_LANGUAGE.fullmatch(lang) else lang
        if title is None:
            continue
        if lang and lang not in tagged:
            tagged[lang] = title
        elif not lang and plain is None:
            plain = title
        elif title not in (plain, *tagged.values()):
            notes.lose(element, title, say("There are two titles of one language; the first was kept."))
    if plain and tagged and plain not in tagged.values():
        notes.lose(parent, plain, say("A title does not say its language, and others do: it was left out."))
    return tagged or plain


def _joined(parent: Element, name: str, notes: Notes) -> str:
    """Take a title in all its languages as one text."""
    titles = _titles(parent, name, notes) or ""
    return " · ".join(dict.fromkeys(titles.values())) if isinstance(titles, dict) else titles


def _leave(elmo: Element, notes: Notes) -> None:
    """Say what of the whole file is not carried."""
    if made := opened(elmo, "generatedDate"):
        why = say("A record keeps the day a transcript was issued, not the moment its file was made.")
        notes.lose_all(made, why)
    if seal := opened(elmo, "ds:Signature"):
        notes.lose_all(
            seal, say("The seal of this file was not checked and is not in the record: keep the file.")
        )
    _leave_attachments(elmo, notes)


def _leave_attachments(parent: Element, notes: Notes) -> None:
    for attachment in opened_all(parent, "attachment"):
        named = [
            child.text for child in attachment.children if child.name in ("title", "type") and child.text
        ]
        why = say(
            "The attached file {title} is not in the record: keep the ELMO.",
            title=Quoted(next(iter(named), "")),
        )
        notes.lose_all(attachment, why)


# The results -----------------------------------------------------------------------------------------------


def _results(report: _Report, shares: Sequence[str]) -> dict[str, Any]:
    notes, element = report.notes, report.element
    issued = _issued(element, notes)
    for course in opened_all(element, _LOS):
        _read_course(course, (), report)
    if report.silent:
        notes.assumed.append(
            say_n(
                "{n} result does not say whether it was passed: in an ELMO that means that it was.",
                "{n} results do not say whether they were passed: in an ELMO that means that they were.",
                report.silent,
            )
        )
    if any(line["hours"]["theory"] is not None for line in report.lines):
        notes.assume(
            ("results", "lines"),
            say("An ELMO gives the hours of presence in one sum: they stand under theory."),
        )
    explanation = _explanation(opened_all(element, "gradingScheme"), shares, notes)
    for decision in opened_all(element, "resultOfRecognition"):
        why = say("A recognition that another school decided on has no place in this record.")
        notes.lose_all(decision, why)
    _leave_attachments(element, notes)
    scales = {line["scale"] for line in report.lines if line["grade"]}
    common = scales.pop() if len(scales) == 1 else None
    for line in report.lines:
        line["scale"] = None if line["scale"] == common else line["scale"]
    return {
        "issued": issued,
        "scale": common,
        "lines": report.lines,
        "grading": {"text": explanation},
    }


def _in_lines(parts: Sequence[str | None]) -> str | None:
    """Put texts one below the other, so that they can be told apart when a document runs them together too."""
    return ";\n".join(part for part in parts if part) or None


def _issued(report: Element, notes: Notes) -> str | None:
    element = opened(report, "issueDate")
    moment = text(element, notes) if element else None
    found = _MOMENT.fullmatch(moment) if moment else None
    if element is None or found is None:
        return moment
    notes.lose(element, found[2], say("The day a transcript was issued is kept, not the hour."))
    return found[1]


def _explanation(
    schemes: Sequence[Element], shares: Sequence[str], notes: Notes
) -> str | dict[str, str] | None:
    """Explain the grades in each language that a grading scheme is explained in, each scheme under its name."""
    told = [
        (attribute(scheme, "localId", notes), _titles(scheme, "description", notes, lines=True) or "")
        for scheme in schemes
    ]

    def within(lang: str | None) -> str | None:
        texts = [
            (name, words if isinstance(words, str) else words.get(lang or "") or next(iter(words.values())))
            for name, words in told
        ]
        return _in_lines([*(": ".join(part for part in text if part) for text in texts), *shares])

    languages = dict.fromkeys(lang for _, words in told if isinstance(words, dict) for lang in words)
    return {lang: within(lang) or "" for lang in languages} or within(None)


def _shares(table: Element | None, notes: Notes) -> list[str]:
    """Put EWP's shares of grades by field in words: a grading table needs counts, which cannot be had from them."""
    said = []
    for each in opened_all(table, "iscedTable") if table else ():
        field_of_study = attribute(each, "iscedCode", notes)
        grades = [
            f"{attribute(row, 'label', notes)} {attribute(row, 'percentage', notes)} %"
            for row in opened_all(each, "gradeFrequency")
        ]
        said.append(f"ISCED-F {field_of_study}: {', '.join(grades)}")
    if said:
        notes.assume(
            ("results", "grading"),
            say(
                "EWP gives shares of the grades by field. A grading table needs their counts: ask the school"
                " for them. Here the shares stand as text."
            ),
        )
    return said


def _completeness(report: Element, notes: Notes) -> str | None:
    """Take what ELMO 2 says about a transcript that is not whole."""
    status = opened(report, "status")
    code = take(status, "code", notes) if status else None
    if status is None or code is None:
        return None
    said = ": ".join(part for part in (code, _joined(status, "message", notes)) if part)
    if code != "FULL":
        notes.assume(
            ("notes",),
            say("The school says that this transcript is not complete ({code}).", code=Quoted(code)),
        )
    return f"ELMO report/status {said}"


def _period(report: _Report) -> dict[str, Any]:
    """Take the stay from the terms of its results, else from their days; ELMO does not say when it was."""
    notes = report.notes
    days = sorted(day for term in report.terms for day in term) or sorted(report.days)
    if not days:
        notes.assume(
            ("period",), say("The ELMO does not say when the stay was: write its first and its last day.")
        )
        return {}
    notes.assume(
        ("period",),
        say(
            "The ELMO does not say when the stay was: these are the days of the terms. Write its own first and"
            " last day."
        )
        if report.terms
        else say(
            "The ELMO does not say when the stay was: these are the first and the last day of its courses. Write"
            " its own."
        ),
    )
    terms = sorted(report.terms)
    for start, end in terms[MAX_TERMS:]:
        notes.lose(
            report.terms[start, end], f"{start} {end}", say("A record has six terms of a stay at most.")
        )
    shown = [{"start": start, "end": end} for start, end in terms[:MAX_TERMS]]
    return {"planned": {"start": days[0], "end": days[-1]}, "host_terms": shown}


# Courses ---------------------------------------------------------------------------------------------------


def _read_course(course: Element, above: tuple[str, ...], report: _Report) -> None:
    """Make a line of a course, or of each of its parts if it is the frame of courses.

    In an ELMO credits stand once on a way from a programme over its modules and courses to their classes. The
    node that has them is a line; what is above and below it is kept with the line, in words.
    """
    parts = [needed(part, _LOS) for part in opened_all(course, "hasPart")]
    if parts and _is_frame(course, parts):
        heading = _brief(course, report)
        for part in parts:
            _read_course(part, (*above, heading), report)
        return
    if len(report.lines) == MAX_LINES:
        raise UserError(TOO_MUCH)
    report.lines.append(_line(course, parts, above, report))


def _is_frame(course: Element, parts: Sequence[Element]) -> bool:
    """Say whether it is the parts that are the results: a programme, or a module that leaves credits to them."""
    if _said(course, "type") == "Degree Programme" or any(map(_earns, _below(parts))):
        return True
    instance = _instance(course)
    graded = any(child.name in ("resultLabel", "resultDistribution") for child in instance.children)
    return not (_earns(course) or graded or all(_said(part, "type") == "Class" for part in parts))


def _earns(course: Element) -> bool:
    return any(child.name == "credit" and _said(child, "value") for child in _instance(course).children)


def _below(parts: Sequence[Element]) -> Iterator[Element]:
    for part in parts:
        yield part
        yield from _below([_inside(each, _LOS) for each in part.children if each.name == "hasPart"])


def _instance(course: Element) -> Element:
    return _inside(_inside(course, "specifies"), _LOI)


def _inside(parent: Element, name: str) -> Element:
    """Find a child without taking it; an empty one if it is not there."""
    nothing = Element(name, parent.path, parent.line, "", {}, [], opened=True)
    return next((child for child in parent.children if child.name == name), nothing)


def _said(parent: Element, name: str) -> str:
    return _inside(parent, name).text


def _line(
    course: Element, parts: Sequence[Element], above: tuple[str, ...], report: _Report
) -> dict[str, Any]:
    notes = report.notes
    place = ("results", "lines", len(report.lines))
    instance = _taken_instance(course)
    codes = _identifiers(course, {"local": "code", "ewp-los-id": "los_id"}, notes)
    kind = take(course, "type", notes)
    ects, local, _ = credits_of(instance, notes)
    if _said(instance, "status") == "":
        report.silent += 1
        notes.comments[place] = say("Not said to be passed or failed: in an ELMO that means passed.")
    hours = _hours(instance, notes)
    remarks = [*above, kind if kind != "Course" else None, _group(instance, report), _term(instance, report)]
    scale = take(instance, "gradingSchemeLocalId", notes) or take(instance, "gradingSchemeExternalId", notes)
    bands, in_words = _distribution(opened(instance, "resultDistribution"), scale, notes)
    if in_words:
        notes.assume(
            (*place, "note"),
            say(
                "An ELMO does not say which grade is the best, and a distribution begins with it: how many were"
                " given each grade stands in the note. Write it under distribution, the best first."
            ),
        )
    line = {
        "id": f"r{len(report.lines) + 1}",
        "code": codes.get("code"),
        "title": _titles(course, "title", notes),
        "credits": ects,
        "local_credits": local,
        "grade": take(instance, "resultLabel", notes),
        "scale": scale,
        "status": _status(instance, notes),
        "date": _days(instance, report),
        "hours": {"theory": hours},
        "language": take(instance, "languageOfInstruction", notes),
        "distribution": bands,
        "los_id": codes.get("los_id"),
        "loi_id": _identifiers(instance, {"ewp-loi-id": "loi_id"}, notes).get("loi_id"),
    }
    remarks += [brief for part in parts for brief in _briefs(part, report)] + [in_words]
    _leave_of_course(course, instance, notes)
    return {**line, "note": _in_lines(remarks)}


def _taken_instance(course: Element) -> Element:
    specifies = opened(course, "specifies")
    return (opened(specifies, _LOI) if specifies else None) or _inside(course, _LOI)


def _briefs(course: Element, report: _Report) -> Iterator[str]:
    """Put a part of a course, and the parts of that part, in words."""
    yield _brief(course, report)
    for part in opened_all(course, "hasPart"):
        yield from _briefs(needed(part, _LOS), report)


def _brief(course: Element, report: _Report) -> str:
    """Put a node that is no line of its own in words: those of the ELMO, so that they need no language."""
    notes, instance = report.notes, _taken_instance(course)
    kind, title = take(course, "type", notes), _joined(course, "title", notes)
    code = _identifiers(course, {"local": "code"}, notes).get("code")
    ects, local, _ = credits_of(instance, notes)
    hours = _hours(instance, notes)
    facts = [
        f"{ects} ECTS" if ects is not None else None,
        *(f"{each['credits']} {each['scheme']}" for each in local),
        take(instance, "resultLabel", notes),
        take(instance, "status", notes),
        f"{hours} h" if hours is not None else None,
        calendar(instance, "date", notes),
        _term(instance, report, stay=False),
        _group(instance, report),
    ]
    _leave_of_course(course, instance, notes)
    head = f"{kind}: {title}" if kind else title
    shown = ", ".join(fact for fact in facts if fact)
    return f"{head}{f' ({code})' if code else ''}{f' – {shown}' if shown else ''}"


def _leave_of_course(course: Element, instance: Element, notes: Notes) -> None:
    """Say once for each what of a course has no place, instead of piece by piece."""
    for name, why in _LEFT.items():
        for parent in (course, instance):
            for element in opened_all(parent, name):
                notes.lose_all(element, why)


def _hours(instance: Element, notes: Notes) -> Decimal | str | None:
    """Take the hours of presence; some systems write 0 for every course of which they know none."""
    element = opened(instance, "engagementHours")
    said = text(element, notes) if element else None
    hours = number(said) if said else None
    if element and said and hours == 0:
        notes.lose(element, said, say("0 hours are taken to mean that none were recorded."))
        return None
    return hours


def _status(instance: Element, notes: Notes) -> str:
    said = take(instance, "status", notes) or "passed"
    return _STATUSES.get(said.casefold(), said)


def _days(instance: Element, report: _Report) -> str | None:
    """Take the day of a result; the day on which its course began helps to tell when the stay was."""
    day, start = calendar(instance, "date", report.notes), _inside(instance, "start")
    began = calendar(instance, "start", report.notes)
    report.days += [each for each in (began, day) if each]
    if began:
        why = say("A result keeps its own day, not the day on which its course began.")
        report.notes.lose(start, began, why)
    return day


def _term(instance: Element, report: _Report, *, stay: bool = True) -> str | None:
    """Take the term of a course: its name in words, its days for the stay (or in words, where it is a frame's)."""
    term = opened(instance, "academicTerm")
    if term is None:
        return None
    start, end = calendar(term, "start", report.notes), calendar(term, "end", report.notes)
    title = _joined(term, "title", report.notes)
    if start and end and stay:
        report.terms.setdefault((start, end), term)
        return title
    days = " / ".join(day for day in (start, end) if day)
    return " ".join(part for part in (title, days) if part)


def _group(instance: Element, report: _Report) -> str | None:
    grouping = opened(instance, "grouping")
    if grouping is None:
        return None
    kind, group = (attribute(grouping, name, report.notes) or "" for name in ("typeref", "idref"))
    named = report.groups.name(kind, group, report.notes)
    if named is None:
        why = say("The ELMO does not say what this group is.")
        report.notes.lose(grouping, f"{kind} {group}".strip(), why)
    return named


class _Groups:
    """The groups that an ELMO puts its courses in."""

    def __init__(self, groups: Element | None) -> None:
        self._there: dict[tuple[str, str], tuple[Element, Element]] = {}
        self._names: dict[int, str] = {}
        for kind in opened_all(groups, "groupType") if groups else ():
            for group in opened_all(kind, "group"):
                key = (kind.attributes.get("id", ""), group.attributes.get("id", ""))
                self._there.setdefault(key, (kind, group))

    def name(self, kind: str, group: str, notes: Notes) -> str | None:
        """Name a group with its kind, as in "By category: Mandatory subjects"; None if it is not there."""
        found = self._there.get((kind, group))
        return ": ".join(filter(None, (self._name(each, notes) for each in found))) if found else None

    def leave(self, notes: Notes) -> None:
        """Say in which groups no course is: kinds of group that none is in, or single groups of the others."""
        named = self._names.keys()
        kinds = {id(kind): kind for kind, _ in self._there.values()}
        unused = [kind for key, kind in kinds.items() if key not in named]
        unused += [
            group for kind, group in self._there.values() if id(kind) in named and id(group) not in named
        ]
        for element in unused:
            notes.lose_all(element, say("No result is in this group."))

    def _name(self, element: Element, notes: Notes) -> str:
        if id(element) not in self._names:
            attribute(element, "id", notes)
            self._names[id(element)] = _joined(element, "title", notes)
        return self._names[id(element)]


def _distribution(
    distribution: Element | None, scheme: str | None, notes: Notes
) -> tuple[list[dict[str, Any]], str | None]:
    """Take how many students were given each grade: the best first where the order is known, else in words.

    ELMO does not say in which order the grades stand, and a distribution in the wrong one would say the contrary of
    what is so.
    """
    bands: list[dict[str, Any]] = []
    for category in opened_all(distribution, "category") if distribution else ():
        label, counted = attribute(category, "label", notes), attribute(category, "count", notes)
        bands.append({"grade": label or "", "count": number(counted or "")})
    for description in opened_all(distribution, "description") if distribution else ():
        notes.lose_all(description, NO_PLACE)
    ranks = _ranks([band["grade"] for band in bands], scheme)
    if ranks is None:
        return [], ", ".join(f"{band['grade']}: {band['count']}" for band in bands) or None
    return sorted(bands, key=lambda band: ranks[band["grade"]]), None


def _ranks(grades: Sequence[str], scheme: str | None) -> Mapping[str, Decimal] | None:
    """Rank grades, the best lowest: letters of a known scale, or numbers of the known scale that is named."""
    scales = store.lists()["scales"].codes
    for scale in scales.values():
        order = list(scale.get("best_to_worst", ()))
        if set(grades) <= set(order):
            return {grade: Decimal(order.index(grade)) for grade in grades}
    named = scales.get(scheme or "", {})
    values = {grade: number(grade) for grade in grades}
    sign = 1 if named.get("better") == "lower" else -1
    extra = {grade: Decimal("-Infinity") for grade in named.get("extra", ())}
    ranks = {grade: value * sign for grade, value in values.items() if isinstance(value, Decimal)}
    ranked = {**ranks, **{grade: extra[grade] for grade in grades if grade in extra}}
    return ranked if named and len(ranked) == len(values) else None
