"""Is a document what its record says? The seal, the embedded values, and the printed page, one against the other.

A PDF of ours carries the values that it shows (`document-view.json`), what it was made with, and its seal. The page
itself is made again from these: with the same versions and the same look the bytes are the same; else its text is
compared, which finds a forged grade on the page beside genuine attachments.
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from enum import Enum
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mobctl import documents, seal, store
from mobctl.errors import ContentError, UserError
from mobctl.finding import N_, Message, Quoted, say
from mobctl.model import Mobility, Paper
from mobctl.press import drawn, speech
from mobctl.render import (
    FORMATS,
    MADE_FILE,
    PLAIN,
    SEAL_FILE,
    VIEW_FILE,
    Brand,
    MadeWith,
    canonical,
    compose,
    fingerprint,
)
from mobctl.words import Words, languages, words

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from pypdfium2 import PdfDocument, PdfPage

LARGEST = 50 * 1024 * 1024
LARGEST_PART = 4 * 1024 * 1024
"""No attachment of ours comes near this."""

UNPACKED = 64 * 1024 * 1024
"""To how many bytes a part of a PDF may unpack: more is no document, but an attack on whoever opens it."""

PAGES = 500
OURS = frozenset({VIEW_FILE, MADE_FILE, SEAL_FILE})
MANY = 100
"""Among how many attachments ours are looked for: a document has three."""

STEP = 64 * 1024
AMONG_LETTERS = re.compile(r"(?<!\d) (?!\d)")
"""A blank that no figure is beside: in another look, a line may break there or not."""

AROUND = 4
"""How many words of the page and of the record a difference is shown with."""


class State(Enum):
    """What a check came to."""

    RIGHT = "right"
    WRONG = "wrong"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and what it came to: `wrong` is a forgery, `open` could not be told.

    `by_text` says that of the page only the text could be compared.
    """

    name: str
    state: State
    said: Message
    by_text: bool = False


@dataclass(frozen=True, slots=True)
class School:
    """What is known of the school here: its look, its templates, its public keys, and the papers of its records."""

    brand: Brand = PLAIN
    templates: Path | None = None
    keys: Mapping[str, Ed25519PublicKey] = field(default_factory=dict)
    records: Mapping[str, Mobility] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of a document, in one sentence, and the checks that it rests on."""

    state: State
    said: Message
    checks: tuple[Check, ...]
    claims: seal.Claims | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A PDF taken apart: its attachments by name, its text, page by page, and how much there is besides text.

    `besides` counts what can be laid over a text: later revisions of the file, and notes and pictures on each page.
    """

    raw: bytes
    attachments: Mapping[str, bytes]
    pages: tuple[str, ...]
    besides: tuple[int, ...] = ()


def opened(raw: bytes, name: str) -> Opened:
    """Take a PDF apart. Raise ContentError if it is none, or one that nobody should open."""
    import pypdfium2

    if any(_too_large(part) for part in _packed(raw)):
        text = say(
            "{file} unpacks to more than {n} bytes: it is no document of mobctl.",
            n=UNPACKED,
            file=Quoted(name),
        )
        raise ContentError(text)
    try:
        with pypdfium2.PdfDocument(raw) as pdf:
            if len(pdf) > PAGES:
                text = say(
                    "{file} has more than {n} pages: it is no document of mobctl.", n=PAGES, file=Quoted(name)
                )
                raise ContentError(text)
            attachments = _attachments(pdf)
            pages = tuple(page.get_textpage().get_text_range() for page in pdf)
            besides = (raw.count(b"%%EOF"), *(count for page in pdf for count in _besides(page)))
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            text = say(
                "{file} is protected by a password: check the file as it was issued.", file=Quoted(name)
            )
        else:
            text = say(
                "{file} is no PDF, or a damaged one; a document is checked by its PDF, or by the text of its QR code.",
                file=Quoted(name),
            )
        raise ContentError(text) from error
    return Opened(raw, attachments, pages, besides)


def _attachments(pdf: PdfDocument) -> dict[str, bytes]:
    """Take out what is ours, by name; of two of one name the first."""
    found: dict[str, bytes] = {}
    for number in range(min(pdf.count_attachments(), MANY)):
        each = pdf.get_attachment(number)
        name = each.get_name()
        if name in OURS and name not in found:
            found[name] = bytes(each.get_data())
    return found


def _besides(page: PdfPage) -> tuple[int, int]:
    """Count the notes and the pictures on a page."""
    from pypdfium2 import raw

    pictures = sum(1 for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]))
    return raw.FPDFPage_GetAnnotCount(page), pictures


STREAM = re.compile(rb"stream\r?\n")


def _packed(raw: bytes) -> Iterator[memoryview]:
    """Find where something packed may begin in a PDF."""
    whole = memoryview(raw)
    return (whole[found.end() :] for found in STREAM.finditer(raw))


def _too_large(packed: memoryview) -> bool:
    """Tell whether something unpacks to more than any document of ours has; what is not packed unpacks to nothing."""
    unpack, size = zlib.decompressobj(), 0
    with suppress(zlib.error):
        for start in range(0, len(packed), STEP):
            piece: bytes | memoryview = packed[start : start + STEP]
            while piece and size <= UNPACKED:
                size += len(unpack.decompress(piece, UNPACKED))
                piece = unpack.unconsumed_tail
            if unpack.eof or size > UNPACKED:
                break
    return size > UNPACKED


def verify(file: Opened, school: School) -> Verdict:
    """Check a document: its embedded values, its seal, its page, and what the records say of it."""
    view = _view(file)
    if view is None:
        text = say("This PDF carries no values of mobctl: nothing can be said of it.")
        return Verdict(State.WRONG, text, (Check("values", State.WRONG, text),))
    checks = [_values(file, view)]
    found, claims = _sealed(file, view, school.keys)
    checks.append(found)
    checks += [_page(file, view, school, claims), *_register(view, school)]
    return Verdict(*_verdict(checks, view, claims), tuple(checks), claims)


def of_code(text: str, keys: Mapping[str, Ed25519PublicKey]) -> Verdict:
    """Check the text of a QR code alone. Raise ContentError if it is no seal."""
    try:
        found = seal.read(seal.scanned(text))
    except seal.SealError as error:
        raise ContentError(say("This is no PDF, and no text of the code of a seal.")) from error
    check = _by_key(found, keys)
    said = {
        State.RIGHT: say(
            "The seal is genuine: {issuer} issued {number} of {day} to {holder}. Compare this with the paper.",
            issuer=found.claims.issuer,
            number=found.claims.number,
            day=date.fromisoformat(found.claims.date),
            holder=found.claims.holder,
        ),
        State.WRONG: say("The seal is forged: do not trust this document."),
        State.OPEN: say("The seal was made with a key that is not known here: it says nothing yet."),
    }
    return Verdict(check.state, said[check.state], (check,), found.claims)


def _view(file: Opened) -> dict[str, Any] | None:
    try:
        view = json.loads(file.attachments[VIEW_FILE][: LARGEST_PART + 1])
        canonical(view)
    except Exception:  # noqa: BLE001  (whatever else the bytes are: nested without end, no numbers, no text)
        return None
    known = ("kind", "number", "date", "issuer")
    ours = (
        isinstance(view, dict) and all(key in view for key in known) and {"learner", "holder"} & view.keys()
    )
    return view if ours else None


def _values(file: Opened, view: Mapping[str, Any]) -> Check:
    if canonical(view) == file.attachments[VIEW_FILE]:
        text = say("The embedded values are whole ({digest}…).", digest=fingerprint(view)[:16])
        return Check("values", State.RIGHT, text)
    return Check(
        "values", State.WRONG, say("The embedded values are not as mobctl writes them: they were changed.")
    )


def _sealed(
    file: Opened, view: Mapping[str, Any], keys: Mapping[str, Ed25519PublicKey]
) -> tuple[Check, seal.Claims | None]:
    raw = file.attachments.get(SEAL_FILE)
    if raw is None:
        return Check("seal", State.OPEN, say("The document has no electronic seal.")), None
    try:
        found = seal.read(raw)
    except seal.SealError:
        return Check("seal", State.WRONG, say("The seal is damaged.")), None
    if found.claims.digest != fingerprint(view):
        text = say("The seal is of other values than those embedded.")
        return Check("seal", State.WRONG, text), found.claims
    if found.claims != seal.claims(view, found.claims.digest, found.claims.total, found.claims.made):
        return Check("seal", State.WRONG, say("The seal is of another document.")), found.claims
    return _by_key(found, keys), found.claims


def _by_key(found: seal.Seal, keys: Mapping[str, Ed25519PublicKey]) -> Check:
    key = keys.get(found.key)
    if key is None:
        text = say(
            "The seal names the key {key}, which is not known here: give it with --key.", key=found.key
        )
        return Check("seal", State.OPEN, text)
    if seal.holds(found, key):
        text = say("The seal is genuine: {issuer}, key {key}.", issuer=found.claims.issuer, key=found.key)
        return Check("seal", State.RIGHT, text)
    return Check("seal", State.WRONG, say("The seal was not made with the key that it names."))


def _page(file: Opened, view: Mapping[str, Any], school: School, claims: seal.Claims | None) -> Check:
    """Make the page again, and compare."""
    try:
        made = MadeWith.load(file.attachments[MADE_FILE][: LARGEST_PART + 1])
    except (KeyError, ValueError, RecursionError):
        return Check(
            "page", State.WRONG, say("The document does not say what it was made with: that was taken out.")
        )
    if claims and claims.made and claims.made != seal.made_mark(file.attachments[MADE_FILE]):
        text = say(
            "The document says that it was made with something else than what was sealed: that was changed."
        )
        return Check("page", State.WRONG, text)
    known = {*languages()}
    if not made.languages or not known.issuperset(made.languages):
        return Check("page", State.OPEN, say("The page is in a language that this mobctl does not have."))
    brand = next(
        (each for each in (school.brand, Brand(school.brand.accent)) if each.fingerprint() == made.brand),
        None,
    )
    folder = school.templates if made.templates else None
    here = MadeWith.of(made.template, made.languages, brand or school.brand, folder, made.url)
    if here.templates != made.templates:
        text = say("The page was made with templates of the school that are not here: it cannot be compared.")
        return Check("page", State.OPEN, text)
    try:
        again = _again(file, view, made, brand or PLAIN, folder)
    except (seal.SealError, UserError, ContentError, LookupError, TypeError, ValueError) as error:
        why = error.args[0] if error.args and isinstance(error.args[0], Message) else type(error).__name__
        return Check("page", State.OPEN, say("The page cannot be made again here: {why}", why=why))
    if again == file.raw:
        return Check(
            "page", State.RIGHT, say("The page is, byte for byte, what mobctl makes of these values.")
        )
    ours = opened(again, VIEW_FILE)
    if different := difference(file.pages, ours.pages):
        return Check("page", State.WRONG, _different(*different))
    if here == made or file.besides != ours.besides:
        text = say(
            "The text of the page is right, but the file is not the one that mobctl makes: something was added or changed"
            " in it."
        )
        return Check("page", State.WRONG, text)
    if not same_figures(file.pages, ours.pages):
        text = say(
            "The page has the letters that its values have, but figures stand apart otherwise: with another look or"
            " version than here, it cannot be compared."
        )
        return Check("page", State.OPEN, text)
    text = say(
        "The text of the page is what mobctl makes of these values; its look cannot be compared here (mobctl {version},"
        " another look or version than here).",
        version=made.mobctl,
    )
    return Check("page", State.RIGHT, text, by_text=True)


def _different(page: int, shown: str, wanted: str) -> Message:
    """Say where the page says something else than its values."""
    if not wanted:
        return say(
            "On page {page} the document says {shown}, of which its values say nothing.",
            page=page,
            shown=Quoted(shown),
        )
    if not shown:
        return say(
            "On page {page} the document lacks {wanted}, which its values say.",
            page=page,
            wanted=Quoted(wanted),
        )
    return say(
        "On page {page} the document says {shown}, where its values say {wanted}.",
        page=page,
        shown=Quoted(shown),
        wanted=Quoted(wanted),
    )


def _again(file: Opened, view: Mapping[str, Any], made: MadeWith, brand: Brand, folder: Path | None) -> bytes:
    lists = store.lists()
    spoken = [speech(words(lang, lists)) for lang in made.languages]
    raw = file.attachments.get(SEAL_FILE)
    printed = drawn(raw, made.url) if raw else None
    composed = compose(
        made.template,
        view,
        speech=spoken[0],
        second=spoken[1] if len(spoken) > 1 else None,
        brand=brand,
        folder=folder,
        seal=printed,
    )
    return FORMATS["pdf"].write(composed)


def difference(found: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[int, str, str] | None:
    """Find the first page, and the words on it, where one text says something else than another; blanks don't count."""
    for number in range(max(len(found), len(wanted))):
        here, there = (pages[number].split() if number < len(pages) else [] for pages in (found, wanted))
        if "".join(here) == "".join(there):  # in another font, long words break elsewhere
            continue
        for tag, a, b, c, d in SequenceMatcher(None, here, there, autojunk=False).get_opcodes():
            if tag != "equal":
                return (
                    number + 1,
                    " ".join(here[a : max(b, a + 1)][:AROUND]),
                    " ".join(there[c : max(d, c + 1)][:AROUND]),
                )
    return None


def same_figures(found: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Say whether the same figures stand together: a digit that moved to the next cell is another result."""
    return [AMONG_LETTERS.sub("", " ".join(page.split())) for page in found] == [
        AMONG_LETTERS.sub("", " ".join(page.split())) for page in wanted
    ]


def _register(view: Mapping[str, Any], school: School) -> Iterator[Check]:
    """Say what the records here say of a document today: annulled, replaced, or made of values that have changed."""
    if "learner" not in view:
        return  # it is about no mobility, whose record could name it
    record = school.records.get(str(view.get("record", "")))
    if record is None:
        return
    paper: Paper | None = next((each for each in record.documents if each.reference == view["number"]), None)
    if paper is None:
        yield Check("register", State.OPEN, say("The record does not name this document among those issued."))
    elif paper.annulled:
        day = paper.annulled.date
        text = say("The document was annulled on {day}.", day=day.said if day else "?")
        yield Check("register", State.WRONG, text)
    elif paper.replaced_by:
        text = say("The document was replaced by {number}.", number=paper.replaced_by)
        yield Check("register", State.WRONG, text)
    else:
        yield Check("register", State.RIGHT, say("The record names it among the documents issued."))


def _verdict(
    checks: list[Check], view: Mapping[str, Any], claims: seal.Claims | None
) -> tuple[State, Message]:
    named = {check.name: check for check in checks}
    number = str(view["number"])
    if wrong := next((check for check in checks if check.state is State.WRONG), None):
        return State.WRONG, say("Do not trust {number}. {why}", number=number, why=wrong.said)
    page, sealed = named["page"], named["seal"]
    if sealed.state is State.RIGHT and page.state is State.RIGHT and claims:
        return State.RIGHT, _genuine(number, claims, by_text=page.by_text)
    if page.state is State.RIGHT:
        text = say(
            "The page of {number} says what its values say, but who issued it is not proved. {why}",
            number=number,
            why=sealed.said,
        )
        return State.OPEN, text
    return State.OPEN, say("{number} cannot be told genuine here. {why}", number=number, why=page.said)


def _genuine(number: str, claims: seal.Claims, *, by_text: bool) -> Message:
    issuer, day, holder = claims.issuer, date.fromisoformat(claims.date), claims.holder
    if by_text:
        return say(
            "{number} is genuine: {issuer} sealed it on {day} for {holder}, and the text of its page says what its values say;"
            " another version of mobctl made it, so the look of the page was not compared.",
            number=number,
            issuer=issuer,
            day=day,
            holder=holder,
        )
    return say(
        "{number} is genuine: {issuer} sealed it on {day} for {holder}, and the page says what its values say.",
        number=number,
        issuer=issuer,
        day=day,
        holder=holder,
    )


_TEXTS = {
    "intro": N_(
        "This page checks the electronic seal of a document. It works without a network: nothing you enter leaves it."
    ),
    "label": N_("The text of the QR code on the document:"),
    "check": N_("Check"),
    "compare": N_("Compare these values with the paper: they are what the institution sealed."),
    "damaged": N_("This is not the text of a seal, or it is damaged."),
    "unknown": N_(
        "The seal was made with the key {key}, which this page does not know: it says nothing yet."
    ),
    "old": N_("This browser is too old to check the seal: use another one, or `mobctl verify`."),
    "genuine": N_("The seal is genuine."),
    "forged": N_("The seal is forged: do not trust this document."),
    "issuer": N_("Issuer"),
    "number": N_("Document no."),
    "day": N_("Issued on"),
    "kind": N_("Kind of document"),
    "holder": N_("Holder"),
    "total": N_("ECTS credits"),
    "digest": N_("Fingerprint of the values shown (SHA-256)"),
}
_TITLE = N_("Is this document genuine?")


def page(keys: Mapping[str, Ed25519PublicKey], words: Words) -> str:
    """Write the page that checks seals in a browser, without a network: these keys, in this language."""
    data = {
        "keys": {
            name: urlsafe_b64encode(key.public_bytes_raw()).decode().rstrip("=") for name, key in keys.items()
        },
        "texts": {name: words.text(text) for name, text in _TEXTS.items()},
        "kinds": {name: words.text(kind.title) for name, kind in documents.KINDS.items()},
    }
    # Nothing in a script may look like the end of it.
    script = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    shell = Path(__file__).with_name("verify.html").read_text(encoding="utf-8")
    shell = shell.replace("__LANG__", words.lang).replace("__TITLE__", escape(words.text(_TITLE)))
    return shell.replace("__DATA__", script)
