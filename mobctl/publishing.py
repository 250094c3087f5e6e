"""Records in, documents out: what a school's archive, its look and its languages make of a kind of document."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mobctl import appearance, documents, seal, store
from mobctl.documents.record import Record
from mobctl.errors import UserError
from mobctl.finding import Arg, Judged, Message, Quoted, Series, Severity, say, say_n
from mobctl.press import Look, Plate, Press, key, suffix
from mobctl.render import Brand, Fact, MadeWith, Official, fingerprint
from mobctl.resources import root
from mobctl.store.write import file_name
from mobctl.subjects import records
from mobctl.words import Words

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PLACES = ("id", "kind", "number", "lang", "year")
"""What a pattern of file names may have: no names of persons, since files travel."""

PLACE = re.compile(r"\{([a-z]*)\}")
LARGEST_KEY = 64 * 1024


@dataclass(frozen=True, slots=True)
class Sealer:
    """What a school seals its documents with: its private key, and the address where seals can be checked, if any."""

    key: Ed25519PrivateKey
    address: str = ""

    def seal(self, claims: seal.Claims) -> bytes:
        """Seal a document."""
        return seal.sign(claims, self.key)


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted: a kind of document, in which languages and formats, and how the school's look.

    With `draft`, all are marked as drafts, and a record with open errors has its document too. With `every`, all kinds
    that are due were asked for, not this one.
    """

    kind: documents.Kind
    formats: tuple[str, ...]
    first: Words
    second: Words | None
    brand: Brand
    templates: Path | None
    as_of: date
    issuer: Mapping[str, Any]
    sealer: Sealer | None = None
    draft: bool = False
    pattern: str = ""
    every: bool = False

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the document, its main one first."""
        return tuple(words.lang for words in (self.first, self.second) if words)

    @property
    def look(self) -> Look:
        """What all documents of the order share."""
        return Look(self.languages, self.formats, self.brand, self.templates)

    def file_name(self, record: Record, number: str) -> str:
        """Name the files of a document by the pattern that is wanted, without their endings."""
        part = f"-{record.part}" if record.part else ""
        lang = "+".join(self.languages)
        if not self.pattern:
            return f"{file_name(record.id)}.{file_name(f'{self.kind.name}{part}')}.{lang}"
        values = {
            "id": record.id,
            "kind": f"{self.kind.name}{part}",
            "number": number,
            "lang": lang,
            "year": record.year.replace("/", "-"),
        }
        return "/".join(
            file_name(PLACE.sub(lambda found: values[found[1]], each)) for each in self.pattern.split("/")
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document of a record: the files made of it, or why there are none.

    `early` says that nothing is wrong: the mobility has not come so far yet, or it is `unfit`: such a document is not
    about it, and will not be. `part` is which of several documents it is, `number` and `fingerprint` those of the
    document before it was signed, `name` that of its files without their endings, `key` a fingerprint of all that they
    depend on, `draft` whether they are no originals; `same` are the files that are there already, and were not made again. `notes` is what to know of it.
    """

    record: str
    file: str
    part: str = ""
    number: str = ""
    fingerprint: str = ""
    name: str = ""
    key: str = ""
    draft: bool = False
    made: tuple[tuple[str, bytes], ...] = ()
    same: tuple[str, ...] = ()
    why: Arg | None = None
    early: bool = False
    unfit: bool = False
    notes: tuple[Message, ...] = ()


def sample(kind: documents.Kind, as_of: date) -> store.Archive | None:
    """Find a record to show a kind of document with, among the stories that ship with the tool; None if none has it."""
    for config in sorted((root() / "examples").glob("*/mobctl.yaml")):
        [archive] = store.repositories(store.load([config.parent]))
        for name, record in records(archive, {}, kind.subject, as_of):
            if isinstance(record, Record) and any(not kind.lacking(part) for part in parts(record, kind)):
                others = {key: file for key, file in archive.files.items() if key != name}
                return replace(
                    archive, files={name: archive.files[name]}, beside={**archive.beside, **others}
                )
    return None


def blocks(kind: documents.Kind, folder: Path | None) -> tuple[str, ...]:
    """Name the blocks of the template of a kind, in their order: what a school may write anew."""
    from mobctl.render import own

    return own.blocks_of(kind.template_name, folder)


def seen(kind: documents.Kind, as_of: date) -> Iterator[tuple[str, str]]:
    """Name all values that a template of a kind sees, as it writes them, with those of a sample; of a list, its first item."""
    archive = sample(kind, as_of)
    for _, record in records(archive, {}, kind.subject, as_of) if archive else ():
        if isinstance(record, Record):
            made = next((part for part in parts(record, kind) if not kind.lacking(part)), None)
            if made:
                yield from _named("view", kind.view(made))
                return


DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _named(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Write the paths of values, each with the filter that it takes."""
    match value:
        case {"text": str() as text, "lang": _, "others": _}:
            yield f"{path}|words", text
        case {"id": str() as text, "args": _, "plural": _}:
            yield f"{path}|message", text
        case Mapping():
            for name, each in value.items():
                yield from _named(f"{path}.{name}", each)
        case list() | tuple():
            for each in value[:1]:
                yield from _named(f"{path}[0]", each)
        case str() if DAY.fullmatch(value):
            yield f"{path}|date", value
        case _:
            yield path, str(value or "")


Known = Callable[[str, tuple[str, ...]], bool]
"""Says whether a document (by the key of all it depends on, and the names of its files) is there already, whole."""


def publish(
    archive: store.Archive,
    judged: Mapping[str, Judged],
    order: Order,
    but: Container[str] = (),
    press: Press[Outcome] | None = None,
    known: Known = lambda _key, _names: False,
) -> Iterator[Outcome]:
    """Make the documents of an archive, each in all formats or not at all; `but` are files to pass over.

    What is `known` to be there already is not made again.
    """
    press = press or Press(order.look, 1)
    for outcome, printed in press.run(_plates(archive, judged, order, but, known)):
        files = tuple((f"{outcome.name}{suffix}", data) for suffix, data in printed.files)
        yield replace(outcome, made=files, why=printed.why or outcome.why)


def _plates(
    archive: store.Archive, judged: Mapping[str, Judged], order: Order, but: Container[str], known: Known
) -> Iterator[tuple[Outcome, Plate | None]]:
    for name, record in records(archive, judged, order.kind.subject, order.as_of):
        if name in but:
            continue
        if not isinstance(record, Record):
            yield Outcome(Path(name).stem, name, why=record), None
            continue
        if order.every and not order.kind.due(record):
            continue
        against = None if order.draft else unsettled(record, name)
        for part in parts(record, order.kind):
            outcome, plate = _of_part(part, name, order, against)
            if plate is not None:
                outcome = replace(outcome, key=key(plate, order.look))
                names = tuple(f"{outcome.name}{suffix(order.kind, each)}" for each in order.formats)
                if known(outcome.key, names):
                    outcome, plate = replace(outcome, same=names), None
            yield outcome, plate
            if outcome.why is against is not None:
                break  # said once for all documents of a record


def unsettled(record: Record, file: str) -> Message | None:
    """Say that a record has errors, other than those that somebody has accepted: its documents may state what is wrong."""
    errors = [
        found for found in record.judged.findings if found.severity is Severity.ERROR and not found.waived
    ]
    if not errors:
        return None
    return say_n(
        "the record has {n} error that is not settled; `mobctl validate {file}` shows it. With {option} it is made as a"
        " draft",
        "the record has {n} errors that are not settled; `mobctl validate {file}` shows them. With {option} it is made as a"
        " draft",
        len(errors),
        file=file,
        option="--draft",
    )


def parts(record: Record, kind: documents.Kind) -> Iterator[Record]:
    """Take a record once for each document of a kind that it has."""
    for part in kind.parts(record) or ("",):
        yield replace(record, part=part)


def _of_part(
    record: Record, name: str, order: Order, against: Message | None
) -> tuple[Outcome, Plate | None]:
    """Lay out one document; `against` is why none is made of this record, though nothing lacks."""
    id = record.id
    if lacks := order.kind.lacking(record):
        unfit = any(order.kind.unfit(record))
        return Outcome(id, name, record.part, why=Series(lacks), early=True, unfit=unfit), None
    if against:
        return Outcome(id, name, record.part, why=against), None
    bare = view(order.kind.unsigned(record), order)
    digest = fingerprint(bare)
    paper = order.kind.paper(record)
    signed_as = paper.view_sha256 if paper else None
    changed = signed_as not in (None, digest)
    shown = bare if changed else view(record, order)
    if order.draft:
        shown = {**shown, "status": "draft"}
    mine = own(record, order.kind)
    sealable = mine and shown["status"] == "final" and not order.kind.elsewhere
    sealer = order.sealer if sealable else None
    sealed = _sealed(shown, order, sealer) if sealer else None
    plate = Plate(
        template(order.kind, order.templates),
        shown,
        mine,
        sealed,
        sealer.address if sealer else "",
        official(record, order, shown) if order.templates else None,
    )
    notes = []
    if order.sealer and order.kind.elsewhere:
        notes.append(
            say("it is not sealed: it only gives the data of an official form that is issued elsewhere")
        )
    elif order.sealer and not mine:
        notes.append(say("it is not sealed: another institution issues it"))
    elif order.sealer and not sealer:
        notes.append(say("it is not sealed: it is a draft, until every signature is recorded"))
    notes += _not_theirs(shown, order) if mine else ()
    if order.kind.template == "letter" and documents.decides(shown) and not shown["appeal"]:
        notes.append(
            say(
                "it says nothing on how the decision can be contested, and until when: write the school's own words under"
                " `brand: appeal` in mobctl.yaml"
            )
        )
    if changed:
        notes.append(
            say(
                "the record has changed since this document was signed, or what mobctl.yaml says under `brand` has (name,"
                " address, ways of appeal, signatories), so it is a draft again"
            )
            if mine
            else say("the record has changed since this document was signed, so it is a draft again")
        )
    elif paper and paper.signatures and signed_as is None:
        notes.append(_unproved(order.kind, digest))
    number = bare["number"]
    return Outcome(
        id,
        name,
        record.part,
        number,
        digest,
        order.file_name(record, number),
        draft=shown["status"] == "draft",
        notes=tuple(notes),
    ), plate


def official(record: Record, order: Order, shown: Mapping[str, Any]) -> Official:
    """Say what stands on a document whatever templates the school has."""
    kind, lists = order.kind, store.lists().values()

    def named(texts: tuple[str, ...]) -> Iterator[str]:
        yield from texts
        codes = [text for text in texts if not text.replace(".", "").isdigit()]
        yield from (
            each.label(code, order.first.lang) for code in codes for each in lists if code in each.codes
        )

    name, decision = shown["issuer"]["name"], shown.get("decision") or {}
    facts = (
        Fact(say("the number of the document"), "", (shown["number"],)),
        Fact(say("the name of the school that issues it"), "", (name["text"], *name["others"].values())),
        Fact(say("the sum of its credits"), "", (kind.total(shown),)),
        Fact(say("who decided"), "", (decision.get("by") or "",)),
        Fact(say("the number of the decision"), "", (decision.get("reference") or "",)),
        *(Fact(say("the day of a signature"), "", (each["signed"],)) for each in shown["signatories"]),
        *(
            Fact(Message(field.what), path, (*named(texts),))
            for field, path, texts in documents.stated(kind.fields, record, kind.scope(record))
        ),
    )
    ours = kind.template_name if kind.name in documents.KINDS else documents.LETTER
    return Official(ours, facts)


def _unproved(kind: documents.Kind, digest: str) -> Message:
    """Say what to do about a document that was signed before its fingerprint was recorded."""
    if kind.subject is not documents.Subject.MOBILITY:
        return say(
            "this document was signed without its fingerprint in the file, so mobctl cannot tell whether the file has"
            " changed since. Compare it with what was signed; if it says the same, write `view_sha256: {fingerprint}` beside"
            " its signatures, and mobctl will tell from now on",
            fingerprint=digest,
        )
    return say(
        "this document was signed without its fingerprint in the record, so mobctl cannot tell whether the record has"
        " changed since. Compare it with what was signed; if it says the same, add `view_sha256: {fingerprint}` to its"
        " entry under `documents`, and mobctl will tell from now on",
        fingerprint=digest,
    )


def _sealed(view: Mapping[str, Any], order: Order, sealer: Sealer) -> bytes:
    """Seal a document, and with it what it is made with."""
    made = MadeWith.of(
        template(order.kind, order.templates),
        order.languages,
        order.brand,
        order.templates,
        sealer.address,
    )
    mark = seal.made_mark(made.dump())
    return sealer.seal(seal.claims(view, fingerprint(view), order.kind.total(view), mark))


def _not_theirs(view: Mapping[str, Any], order: Order) -> Iterator[Message]:
    """Say who has signed that may not, by what the school's `mobctl.yaml` says."""
    allowed = order.issuer.get("signatories") or ()
    for each in view["signatories"]:
        names = [
            documents.name_of(one)
            for one in allowed
            if documents.may_sign(one, each["role"], order.kind.name)
        ]
        listed = any(one["role"] == each["role"] for one in allowed)
        if each["signed"] and listed and each["name"] not in names:
            yield say(
                "{name} has signed it, whom brand.signatories in mobctl.yaml does not let sign this kind of document",
                name=each["name"] or "?",
            )


def own(record: Record, kind: documents.Kind) -> bool:
    """Say whether the school that keeps the records issues the document, so that its name and arms stand on it."""
    return kind.issuer(record) is record.keeper


def view(record: Record, order: Order) -> dict[str, Any]:
    """Make the view of a document, under the name that the school wants at the head of its own."""
    return view_of(record, order.kind, order.issuer)


def view_of(record: Record, kind: documents.Kind, issuer: Mapping[str, Any]) -> dict[str, Any]:
    """Make the view of a document; `issuer` is what the school's `mobctl.yaml` says on the head of its documents."""
    made = kind.view(record)
    if not own(record, kind):
        return {**made}
    named = documents.under_the_name_of(made, issuer.get("name"), issuer.get("address"))
    named = documents.with_appeal(named, issuer.get("appeal"))
    return documents.signed_for_the_school(named, kind.name, issuer.get("signatories") or ())


def issuer(archive: store.Archive) -> Mapping[str, Any]:
    """What the school's `mobctl.yaml` says on the head of its documents."""
    found: Mapping[str, Any] = appearance.settings(archive).get("brand") or {}
    return found


def order(
    archive: store.Archive,
    kind: documents.Kind,
    formats: tuple[str, ...],
    languages: tuple[Words, ...],
    as_of: date,
    sealer: Sealer | None = None,
    *,
    draft: bool = False,
    pattern: str = "",
    every: bool = False,
) -> Order:
    """Take up an order, with what the school's `mobctl.yaml` says on the look of its documents."""
    second = languages[1] if len(languages) > 1 else None
    return Order(
        kind,
        formats,
        languages[0],
        second,
        appearance.brand(archive),
        appearance.templates(archive),
        as_of,
        issuer(archive),
        sealer,
        draft,
        _checked(pattern, every=every),
        every,
    )


def _checked(pattern: str, *, every: bool) -> str:
    """Refuse a pattern of file names that leads elsewhere, or has places that there are not."""
    known = Series(tuple(Quoted(f"{{{name}}}") for name in PLACES))
    wrong = [name for name in PLACE.findall(pattern) if name not in PLACES]
    parts = pattern.split("/")
    if wrong or "{" in PLACE.sub("", pattern) or "}" in PLACE.sub("", pattern):
        raise UserError(say("{pattern}: a file name can have {known}.", pattern=Quoted(pattern), known=known))
    if pattern and ("" in parts or ".." in parts or "." in parts or "\\" in pattern):
        raise UserError(say("{pattern} is no name for a file in the folder.", pattern=Quoted(pattern)))
    named = {*PLACE.findall(pattern)}
    if pattern and named.isdisjoint(("id", "number")):
        raise UserError(
            say(
                "{pattern} gives all documents one name: use {id} or {number}.",
                pattern=Quoted(pattern),
                id=Quoted("{id}"),
                number=Quoted("{number}"),
            )
        )
    if pattern and every and named.isdisjoint(("kind", "number")):
        raise UserError(
            say(
                "{pattern} gives all documents of a record one name: use {kind} or {number} too.",
                pattern=Quoted(pattern),
                kind=Quoted("{kind}"),
                number=Quoted("{number}"),
            )
        )
    return pattern


def letters(archive: store.Archive) -> dict[str, documents.Kind]:
    """The kinds of letters that a school adds itself, by a template for each in its folder."""
    from mobctl.render.letters import own_letters

    folder = appearance.templates(archive)
    roles = tuple(store.lists()["signatories"].codes)
    found = own_letters(folder, roles) if folder else ()
    return {each.name: documents.own_letter(each.name, each.title, each.roles) for each in found}


def idle(archive: store.Archive) -> Iterator[Message]:
    """Name the files among a school's templates that serve no document."""
    from mobctl.render import own

    if folder := appearance.templates(archive):
        yield from (said for _, said in own.idle(folder, _made_with(archive, folder)))


def served(archive: store.Archive, folder: Path) -> dict[str, tuple[str, ...]]:
    """Say of each template of a school which kinds of documents it serves."""
    from mobctl.render import own

    return own.served(folder, _made_with(archive, folder))


def _made_with(archive: store.Archive, folder: Path) -> dict[str, str]:
    kinds = {**documents.KINDS, **letters(archive)}
    return {name: template(kind, folder) for name, kind in kinds.items()}


def template(kind: documents.Kind, folder: Path | None) -> str:
    """Name the template that a kind is made with: a school may have one for this kind alone of those that share one."""
    own = folder / f"{kind.name}.xml.j2" if folder else None
    return kind.name if own and own.is_file() and not own.is_symlink() else kind.template_name


def look(archive: store.Archive) -> tuple[Brand, Path | None]:
    """The look of a school's documents, and the folder of its own templates if it has one."""
    return appearance.brand(archive), templates(archive)


def templates(archive: store.Archive) -> Path | None:
    """The folder of a school's own templates, or None, whatever is wrong with the rest of its look."""
    return appearance.templates(archive)


def checking_address(archive: store.Archive) -> str:
    """Where the school's seals can be checked, as its `mobctl.yaml` says; "" if it says nothing."""
    return str(_sealing(archive).get("url") or "")


def public_keys(archive: store.Archive) -> dict[str, Ed25519PublicKey]:
    """The public keys of the school's seals that its `mobctl.yaml` names, by their ids."""
    folder = appearance.home(archive)
    names = [str(each) for each in _sealing(archive).get("keys") or ()]
    keys = [seal.public_key(appearance.read(folder, name, LARGEST_KEY), name) for name in names]
    return {seal.key_id(key): key for key in keys}


def _sealing(archive: store.Archive) -> Mapping[str, Any]:
    return appearance.settings(archive).get("seal") or {}
