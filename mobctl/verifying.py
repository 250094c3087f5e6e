"""Is a document what its record says? The seal, the embedded values, and the printed page, one against the other.

A PDF of ours carries the values that it shows (`document-view.json`), what it was made with, and its seal. The page
itself is made again from these: with the same versions and the same look the bytes are the same; else its text is
compared, which finds a forged grade on the page beside genuine attachments.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import SequenceMatcher
from enum import Enum
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mobctl import documents, engine, publishing, seal, since, store
from mobctl.errors import ContentError, UserError
from mobctl.finding import N_, Arg, Message, Quoted, Series, dotted, say, say_n
from mobctl.model import Coordinator, Institution, Mobility, Paper
from mobctl.opened import Opened, Word, in_order, opened
from mobctl.press import drawn, speech
from mobctl.render import (
    FORMATS,
    MADE_FILE,
    PLAIN,
    SEAL_FILE,
    VIEW_FILE,
    Brand,
    Composed,
    MadeWith,
    canonical,
    compose,
    fingerprint,
)
from mobctl.render.check import families
from mobctl.render.pictures import sound
from mobctl.render.typefaces import NONE
from mobctl.words import Words, languages, words

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LARGEST_PART = 4 * 1024 * 1024
"""No attachment of ours comes near this."""

HYPHENS = "-\N{SOFT HYPHEN}\N{NON-BREAKING HYPHEN}"
GAP = re.compile(rf"[\s{re.escape(HYPHENS)}]+")
"""What another look may put elsewhere."""

VERSION = 20
"""Letters of a version that are shown: a file may say anything."""

FEW = 4
"""How many of the values that a record has otherwise are named."""

AROUND = 4
"""How many words of the page and of the record a difference is shown with."""


Text = tuple[Word, ...]


class State(Enum):
    """What a check came to."""

    RIGHT = "right"
    WRONG = "wrong"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and what it came to: `wrong` is a forgery, `open` could not be told."""

    name: str
    state: State
    said: Message


@dataclass(frozen=True, slots=True)
class School:
    """What is known of the school here: its look, its templates, its public keys, and its records.

    `read` reads the records that a document of some kind may be about, by the id that it gives, and what they refer to;
    it is None where there are none to look into. `today` is the day on which that is asked.
    """

    brand: Brand = PLAIN
    templates: Path | None = None
    keys: Mapping[str, Ed25519PublicKey] = field(default_factory=dict)
    read: Callable[[documents.Subject, str], store.Archive] | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of a document, in one sentence, and the checks that it rests on."""

    state: State
    said: Message
    checks: tuple[Check, ...]
    claims: seal.Claims | None = None


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
        date.fromisoformat(seal.claims(view, "", "").date)
    except Exception:  # noqa: BLE001  (whatever else the bytes are: nested without end, no numbers, no text, not ours)
        return None
    return view if isinstance(view, dict) else None


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


def _origin(file: Opened, claims: seal.Claims | None) -> MadeWith | Check:
    """Read what a document was made with, or say why its page cannot be made again."""
    raw = file.attachments.get(MADE_FILE)
    if claims and not claims.made:
        text = say("The seal does not cover what the document was made with: its page cannot be compared.")
        return Check("page", State.OPEN, text)
    if raw is not None and claims and claims.made != seal.made_mark(raw):
        text = say(
            "The document says that it was made with something else than what was sealed: that was changed."
        )
        return Check("page", State.WRONG, text)
    try:
        made = MadeWith.load((raw or b"")[: LARGEST_PART + 1])
    except (ValueError, RecursionError):
        if raw and claims:
            text = say("This mobctl cannot read what the document was made with: check it with a newer one.")
            return Check("page", State.OPEN, text)
        return Check(
            "page", State.WRONG, say("The document does not say what it was made with: that was taken out.")
        )
    if not made.languages or not {*languages()}.issuperset(made.languages):
        return Check("page", State.OPEN, say("The page is in a language that this mobctl does not have."))
    return made


def _page(file: Opened, view: Mapping[str, Any], school: School, claims: seal.Claims | None) -> Check:
    """Make the page again, and compare."""
    made = _origin(file, claims)
    if isinstance(made, Check):
        return made
    folder = school.templates if made.templates else None
    try:
        brand, known = _look(made, school)
        here = MadeWith.of(made.template, made.languages, brand, folder, made.url)
        if here.templates != made.templates:
            text = say(
                "The page was made with templates of the school that are not here: it cannot be compared."
            )
            return Check("page", State.OPEN, text)
        looks = (brand,) if known else (brand, replace(brand, seal_area=not brand.seal_area))
        composed = [_composed(file, view, made, each, folder) for each in looks]
        again = [FORMATS["pdf"].write(each) for each in composed]
        borrowed = bool(families(composed[0].tree))
    except (UserError, ContentError) as error:
        return Check("page", State.OPEN, say("The page cannot be made again here: {why}", why=error.args[0]))
    if file.raw in again:
        return Check(
            "page", State.RIGHT, say("The page is, byte for byte, what mobctl makes of these values.")
        )
    if here.packages != made.packages or borrowed or not known:
        certain = here.packages == made.packages and not borrowed
        same = here.packages == made.packages and not known
        advice = _with_its_look() if same else _with_its_versions(made, here)
        return _otherwise(in_order(file.raw), [*map(in_order, again)], advice, certain=certain)
    if different := difference(file.pages, opened(again[0], VIEW_FILE).pages):
        return Check("page", State.WRONG, _different(*different))
    text = say(
        "The text of the page is right, but the file is not the one that mobctl makes: something was added or changed"
        " in it."
    )
    return Check("page", State.WRONG, text)


def _look(made: MadeWith, school: School) -> tuple[Brand, bool]:
    """Find the look of a document: the school's, or what it carries itself; and whether that is all of it."""
    ours = school.brand
    if ours.fingerprint() == made.brand:
        return ours, True
    fonts = made.look.get("fonts")
    try:
        brand = Brand.of_carried(made.look, ours.typefaces if fonts else NONE)
    except ValueError:
        return ours, False
    for name, picture in brand.pictures.items():
        sound(picture, name)
    return brand, not fonts


def _otherwise(found: Text, candidates: list[Text], advice: Message, *, certain: bool) -> Check:
    """Compare the texts of a page that comes out otherwise here: never enough to call it genuine.

    What is painted over a text does not show in it, nor letters that are drawn as others. And what is said otherwise
    is forged for certain only where another look is all that differs, or figures are others.
    """
    wanted = min(candidates, key=lambda each: len(_lost(found, each)) + len(_lost(each, found)))
    lacking, added = _lost(wanted, found), _lost(found, wanted)
    different = parted(found, wanted)
    if different is None or not (lacking or added):
        text = say(
            "The letters on the page are those of its values, but the page comes out otherwise here: what is drawn, and"
            " where, cannot be compared. {advice}",
            advice=advice,
        )
        return Check("page", State.OPEN, text)
    why = _different(*different)
    if certain or (any(map(str.isdigit, lacking)) and any(map(str.isdigit, added))):
        return Check("page", State.WRONG, why)
    text = say("{why} Another version may word that otherwise. {advice}", why=why, advice=advice)
    return Check("page", State.OPEN, text)


def _with_its_look() -> Message:
    return say(
        "It was made with another look of the school (colour, logo, fonts, footer) than is known here: check it in the"
        " records' folder as that was when the document was issued."
    )


def _with_its_versions(made: MadeWith, here: MadeWith) -> Message:
    others = tuple(
        f"{name} {made.packages.get(name, '?')[:VERSION]}"
        for name, version in here.packages.items()
        if made.packages.get(name) != version
    )
    if not others:
        return say("It has letters of other scripts, whose fonts may be of another version here.")
    return say("It was made with {packages}: check it with these.", packages=Series(others))


def _letters(words: Text) -> str:
    return GAP.sub("", "".join(word.text for word in words))


def _lost(these: Text, those: Text) -> Counter[str]:
    """Count the letters of one text that another does not have, or not so often."""
    return Counter(_letters(these)) - Counter(_letters(those))


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


def _composed(
    file: Opened, view: Mapping[str, Any], made: MadeWith, brand: Brand, folder: Path | None
) -> Composed:
    """Make the page again. It says that it was made as the document says: so another version can have the same bytes."""
    lists = store.lists()
    spoken = [speech(words(lang, lists)) for lang in made.languages]
    raw = file.attachments.get(SEAL_FILE)
    try:
        printed = drawn(raw, made.url) if raw else None
    except seal.SealError as error:
        raise ContentError(say("its seal cannot be drawn")) from error
    composed = compose(
        made.template,
        view,
        speech=spoken[0],
        second=spoken[1] if len(spoken) > 1 else None,
        brand=brand,
        folder=folder,
        seal=printed,
    )
    return replace(composed, made_with=made.dump())


def difference(found: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[int, str, str] | None:
    """Find the first page, and the words on it, where one text says something else than another; blanks don't count."""
    for number in range(max(len(found), len(wanted))):
        here, there = (pages[number].split() if number < len(pages) else [] for pages in (found, wanted))
        if "".join(here) != "".join(there) and (different := _first(here, there, "")):
            _, shown, meant = different
            return number + 1, shown, meant
    return None


def parted(found: Text, wanted: Text) -> tuple[int, str, str] | None:
    """Find the page, and the words, where one text says something else than another, wherever lines and pages break."""
    different = _first([word.text for word in found], [word.text for word in wanted], HYPHENS)
    if different is None:
        return None
    at, shown, meant = different
    return (found[min(at, len(found) - 1)].page if found else 1), shown, meant


def _first(here: list[str], there: list[str], passed: str) -> tuple[int, str, str] | None:
    """Find the first words that differ, by more than the signs that are passed over: where, and what both say."""
    for tag, a, b, c, d in SequenceMatcher(None, here, there, autojunk=False).get_opcodes():
        one, other = (
            "".join(each).translate(dict.fromkeys(map(ord, passed))) for each in (here[a:b], there[c:d])
        )
        if tag != "equal" and one != other:
            return a, " ".join(here[a : max(b, a + 1)][:AROUND]), " ".join(there[c : max(d, c + 1)][:AROUND])
    return None


def _register(view: Mapping[str, Any], school: School) -> Iterator[Check]:
    """Say what the records here say of a document today: annulled, replaced, or not among those issued."""
    if school.read is None:
        return
    kind = documents.KINDS.get(str(view["kind"]))  # none for a letter of the school's own
    if kind and kind.paper is documents.no_paper:
        text = say("Documents of this kind are entered in no record, so nothing says whether it still holds.")
        yield Check("register", State.OPEN, text)
        return
    subject, id = kind.subject if kind else documents.Subject.MOBILITY, str(view.get("record", ""))
    archive = school.read(subject, id)
    found = (*_found(archive, subject, id),)
    if not found:
        text = say(
            "No record here has the id {id}, or it has mistakes: `mobctl validate` shows them.", id=Quoted(id)
        )
        yield Check("register", State.OPEN, text)
        return
    entered = _entered(str(view["number"]), found)
    yield entered
    kind = kind or publishing.letters(archive).get(str(view["kind"]))
    if kind and entered.state is not State.WRONG:
        today = _since(view, archive, kind, school.today)
        if entered.state is State.RIGHT or today.name == "record":  # what is not named has no other number
            yield today


def _found(archive: store.Archive, subject: documents.Subject, id: str) -> Iterator[Mobility | Institution]:
    """Find the records that a document is about; all learners of a group have the same one."""
    of_group, of_institution = (
        subject is each for each in (documents.Subject.GROUP, documents.Subject.INSTITUTION)
    )
    for each in engine.models(store.sheets(archive), store.shapes(), store.lists()).values():
        if isinstance(each, Institution) and of_institution and each.id == id:
            yield each
        if isinstance(each, Mobility) and id == (each.group if of_group else each.id):
            yield each


def _since(
    view: Mapping[str, Any], archive: store.Archive, kind: documents.Kind, today: date | None
) -> Check:
    """Compare what a document says with what its record says today: that may have been corrected since."""
    issued = date.fromisoformat(view["date"])
    found = since.changes(view, archive, kind, (issued, today or issued))
    if isinstance(found, Message | Series):
        text = say("Whether the record still says the same is not known: {why}.", why=found)
        return Check("register", State.OPEN, text)
    if not found:
        return Check("record", State.RIGHT, say("The record says the same today."))
    named = [_now(each) for each in found[:FEW]]
    if more := found[FEW:]:
        named.append(say_n("{n} more value", "{n} more values", len(more)))
    text = say("The record says something else today: {values}.", values=Series((*named,)))
    return Check("record", State.OPEN, text)


def _now(change: since.Change) -> Message | str:
    """Name a value that the record has otherwise, with what both say where that is short."""
    field = dotted(change.at)
    if not (change.issued and change.today):
        return field
    return say(
        "{field} ({today}; on the document {issued})",
        field=field,
        today=Quoted(change.today),
        issued=Quoted(change.issued),
    )


def _entered(number: str, found: tuple[Mobility | Institution, ...]) -> Check:
    """Look for a document among those that records name: all learners of a group have the same one."""
    letters = [each for one in found if isinstance(one, Institution) for each in one.coordinators]
    papers = [each for one in found if isinstance(one, Mobility) for each in one.documents]
    entries: tuple[Coordinator | Paper, ...] = (*letters, *papers)
    mine = [each for each in entries if each.reference == number]
    for paper in mine:
        if isinstance(paper, Paper) and paper.annulled:
            day = paper.annulled.date
            text = say("The document was annulled on {day}.", day=day.said if day else "?")
            return Check("register", State.WRONG, text)
        if isinstance(paper, Paper) and paper.replaced_by:
            text = say("The document was replaced by {number}.", number=paper.replaced_by)
            return Check("register", State.WRONG, text)
    if mine:
        return Check("register", State.RIGHT, say("The record names it among the documents issued."))
    return Check("register", State.OPEN, say("The record does not name this document among those issued."))


def _verdict(
    checks: list[Check], view: Mapping[str, Any], claims: seal.Claims | None
) -> tuple[State, Message]:
    named = {check.name: check for check in checks}
    number = str(view["number"])
    if wrong := next((check for check in checks if check.state is State.WRONG), None):
        return State.WRONG, say("Do not trust {number}. {why}", number=number, why=wrong.said)
    page, sealed = named["page"], named["seal"]
    changed = next((each.said for each in checks if (each.name, each.state) == ("record", State.OPEN)), None)
    if sealed.state is State.RIGHT and page.state is State.RIGHT and claims:
        said: dict[str, Arg] = {
            "number": number,
            "issuer": claims.issuer,
            "day": date.fromisoformat(claims.date),
            "holder": claims.holder,
        }
        if changed:
            text = say(
                "{number} is genuine as it was issued on {day} to {holder}, sealed by {issuer}; but the record has changed"
                " since. {why}",
                why=changed,
                **said,
            )
            return State.OPEN, text
        text = say(
            "{number} is genuine: issued on {day} to {holder}, sealed by {issuer}, and the page says what its values say.",
            **said,
        )
        return State.RIGHT, text
    if page.state is State.RIGHT and changed:
        text = say(
            "The page of {number} says what its values say, but who issued it is not proved. {why} {since}",
            number=number,
            why=sealed.said,
            since=changed,
        )
        return State.OPEN, text
    if page.state is State.RIGHT:
        text = say(
            "The page of {number} says what its values say, but who issued it is not proved. {why}",
            number=number,
            why=sealed.said,
        )
        return State.OPEN, text
    return State.OPEN, say("{number} cannot be told genuine here. {why}", number=number, why=page.said)


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
