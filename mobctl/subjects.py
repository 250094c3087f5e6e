"""What documents are about: the mobilities of a school's archive, its agreements, hosts and groups, or all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mobctl import engine, store
from mobctl.codes import CodeList
from mobctl.documents.record import Group, Record, Subject, Whole
from mobctl.finding import Judged, Message, Quoted, Severity, dotted, say, say_n
from mobctl.model import TYPES, Institution, Mobility, Node, PartnerAgreementFile, Party
from mobctl.rule import Index

KINDS = {
    Subject.MOBILITY: "mobility",
    Subject.PARTNER_AGREEMENT: "partner-agreement",
    Subject.INSTITUTION: "institution",
    Subject.GROUP: "mobility",
}
"""Of which kind of file a document is made; where that is not said in a file that has mistakes, it may be any."""

Found = Iterator[tuple[str, Record | Message]]
"""Things that a document can be made of, each with its file, or why none can."""


@dataclass(frozen=True, slots=True)
class _Archive:
    """An archive that was read: its files as models, and what the check says of each."""

    archive: store.Archive
    judged: Mapping[str, Judged]
    on: date
    models: Mapping[str, Node]
    index: Index
    lists: Mapping[str, CodeList]

    def verdict(self, name: str) -> Judged:
        return self.judged[name] if name in self.judged else Judged()

    def record(
        self, subject: PartnerAgreementFile | Institution | Group | Whole, judged: Judged, school: Party
    ) -> Record:
        return Record(subject, self.index, judged, self.on, lists=self.lists, school=school)


def records(archive: store.Archive, judged: Mapping[str, Judged], subject: Subject, on: date) -> Found:
    """Go through an archive: what a document about such a subject can be made of, or why none can.

    A group goes by the file of its first learner, and is whole even where one of its records was asked for. The archive
    goes by its `mobctl.yaml`, and is asked for by its folder.
    """
    lists = store.lists()
    models = engine.models(store.sheets(archive), store.shapes(), lists)
    read = _Archive(archive, judged, on, models, engine.index(models), lists)
    match subject:
        case Subject.MOBILITY:
            yield from _mobilities(read)
        case Subject.PARTNER_AGREEMENT:
            yield from _files(read, PartnerAgreementFile)
        case Subject.INSTITUTION:
            yield from _files(read, Institution)
        case Subject.GROUP:
            yield from _groups(read)
        case Subject.ARCHIVE:
            yield from _whole(read)


def amount(archive: store.Archive, subject: Subject) -> int:
    """Say of how many files there may be documents about such a subject, at the most."""
    if subject is Subject.ARCHIVE:
        return 1
    return sum(file.kind in (KINDS[subject], "?") for file in archive.files.values())


def _mobilities(read: _Archive) -> Found:
    for name, file in read.archive.files.items():
        model = read.models.get(name)
        if isinstance(model, Mobility):
            found = read.index.mobilities[model.id.casefold()]
            others = [other for other, _ in found if other != name]
            if others:
                yield name, say("{id} is also the id of {file}.", id=Quoted(model.id), file=others[0])
            else:
                yield name, Record(model, read.index, read.verdict(name), read.on, lists=read.lists)
        elif file.kind in ("mobility", "?"):
            yield name, mistaken(read.verdict(name))


def _files(read: _Archive, kind: type[PartnerAgreementFile | Institution]) -> Found:
    school = our_school(read)
    wanted = "institution" if kind is Institution else "partner-agreement"
    for name, file in read.archive.files.items():
        model = read.models.get(name)
        if isinstance(model, kind) and isinstance(model, PartnerAgreementFile | Institution):
            yield (
                name,
                read.record(model, read.verdict(name), school) if isinstance(school, Party) else school,
            )
        elif model is None and file.kind in (wanted, "?"):
            yield name, mistaken(read.verdict(name))


def _groups(read: _Archive) -> Found:
    files = {**read.archive.files, **read.archive.beside}
    broken = {str(_data(files[name]).get("group") or ""): name for name in files if name not in read.models}
    broken.pop("", None)
    known = groups(read.models)
    for id in sorted(broken.keys() - {group.id for group in known}):
        if broken[id] in read.archive.files:  # none of its records can be read
            yield broken[id], mistaken(read.verdict(broken[id]))
    for group in known:
        asked = [name for name in group.stays if name in read.archive.files]
        if asked and group.id in broken:
            yield broken[group.id], mistaken(read.verdict(broken[group.id]))
        elif asked:
            # What is not settled is said of the record that it is about.
            name = next((each for each in group.stays if _open(read.verdict(each))), asked[0])
            stay = group.stays[name]
            yield name, read.record(group, read.verdict(name), _keeper(stay))


def groups(models: Mapping[str, Node]) -> tuple[Group, ...]:
    """Put together the records of those who go together; a stay that was given up is none."""
    found: dict[str, dict[str, Mobility]] = {}
    for name, model in models.items():
        if isinstance(model, Mobility) and model.group and model.status != "cancelled":
            found.setdefault(model.group, {})[name] = model
    return tuple(
        Group(id, dict(sorted(stays.items(), key=lambda each: each[1].id))) for id, stays in found.items()
    )


def _open(judged: Judged) -> bool:
    return any(found.severity is Severity.ERROR and not found.waived for found in judged.findings)


def _data(file: store.File) -> Mapping[str, Any]:
    data = file.document.data if file.document else None
    return data if isinstance(data, Mapping) else {}


def _whole(read: _Archive) -> Found:
    config = read.archive.config
    if config is None or config.name not in read.archive.files:
        return
    school = our_school(read)
    if not isinstance(school, Party):
        yield config.name, school
        return
    files = {**read.archive.files, **read.archive.beside}
    broken = tuple(
        name for name, file in files.items() if name not in read.models and file.kind in (*TYPES, "?")
    )
    whole = Whole(school.ref or "", read.models, read.judged, _config(read.archive), broken)
    yield config.name, read.record(whole, Judged(), school)


def our_school(read: _Archive) -> Party | Message:
    """Say whose archive it is: as its `mobctl.yaml` says, else the one school that keeps all its records."""
    home = _config(read.archive).get("home")
    if home is None:
        stays = [each for each in read.models.values() if isinstance(each, Mobility)]
        keepers = {each.ref for each in map(_keeper, stays)}
        home = keepers.pop() if len(keepers) == 1 else None
    if home is None:
        return say(
            "nothing says whose records these are: write the id of your school as `home` in mobctl.yaml"
        )
    if home not in read.index.institutions:
        return say(
            "the institution {id}, whose records these are, has no file of its own, or one with mistakes",
            id=Quoted(home),
        )
    return Party(ref=home)


def _keeper(stay: Mobility) -> Party:
    return stay.host if stay.direction == "incoming" else stay.home


def _config(archive: store.Archive) -> Mapping[str, Any]:
    return _data(archive.config) if archive.config else {}


def mistaken(judged: Judged) -> Message:
    """Say that a file must be mended first, and what its first mistake is."""
    if not judged.findings:
        return say("the file has mistakes that must be mended first; `mobctl validate` shows them")
    first = judged.findings[0]
    line = first.span.line if first.span else 1
    return say_n(
        "the file has a mistake that must be mended first, {place}: {mistake}",
        "the file has {n} mistakes that must be mended first, `mobctl validate` shows them; one is {place}: {mistake}",
        len(judged.findings),
        place=say("at {field}", field=Quoted(dotted(first.pointer)))
        if first.pointer
        else say("in line {line}", line=line),
        mistake=first.message,
    )
