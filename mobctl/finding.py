"""What a check says: a place, and a message that is a value, not yet a sentence of any language."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Any, NamedTuple

Pointer = tuple[str | int, ...]
"""A place inside a record: the keys and indices that lead to it from the root."""


class Severity(IntEnum):
    """How bad a finding is; a larger number is worse."""

    INFO = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class Quoted:
    """A key or a value as it stands in the file: shown between the quotes of the reader's language."""

    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """A code of a published list, shown by its name in the reader's language."""

    codelist: str
    code: str


@dataclass(frozen=True, slots=True)
class Text:
    """Text that a record gives in several languages: the reader's is shown, else the first."""

    by_language: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Personal:
    """A name, a date of birth, a number of a person: shown to those who have the file, in public by a neutral `word`.

    The word is a message, such as "the learner"; without one, there are dots.
    """

    value: Arg
    word: Message | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Several things in one sentence: "a, b and c", or "a, b or c"."""

    items: tuple[Arg, ...]
    word: str = "and"


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence before language: the English text as its id, and typed arguments.

    `plural` is the id for any count but one; the count is then the argument `n`. With `literal` the id is a
    school's own text, which no catalogue translates; if it is in several languages, the argument `text` has them.
    """

    id: str
    args: tuple[tuple[str, Arg], ...] = ()
    plural: str | None = None
    literal: bool = False


Arg = str | int | Decimal | date | Quoted | Label | Text | Personal | Series | Message
"""What may stand in a message; text is shown as it is, numbers and dates in the reader's way."""


def say(id: str, /, **args: Arg) -> Message:
    """Make a message: an English sentence with `{placeholders}`, and a value for each."""
    return Message(id, tuple(args.items()))


def say_n(singular: str, plural: str, /, n: int, **args: Arg) -> Message:
    """Make a message that depends on a count, which the sentence shows as `{n}`."""
    return Message(singular, (("n", n), *args.items()), plural)


def plain(arg: Arg) -> Any:
    """Write a message, or an argument of one, as plain data: what a document's view keeps of it."""
    match arg:
        case Message():
            args = {name: plain(value) for name, value in arg.args}
            return {"id": arg.id, "args": args, "plural": arg.plural or "", "literal": arg.literal}
        case Quoted(text):
            return {"quoted": text}
        case Label(codelist, code):
            return {"codelist": codelist, "code": code}
        case Text(by_language):
            return {"text": [[lang, text] for lang, text in by_language]}
        case Personal(value, word):
            return {"personal": plain(value), "word": plain(word) if word else None}
        case Series(items, word):
            return {"series": [plain(item) for item in items], "word": word}
        case Decimal():
            return {"number": str(arg)}
        case date():
            return {"date": arg.isoformat()}
        case _:
            return arg


def from_plain(data: Any) -> Arg:
    """Read what `plain` wrote."""
    match data:
        case {"id": id, "args": args, "plural": plural, "literal": literal}:
            filled = tuple((name, from_plain(value)) for name, value in args.items())
            return Message(id, filled, plural or None, literal)
        case {"quoted": text}:
            return Quoted(text)
        case {"codelist": codelist, "code": code}:
            return Label(codelist, code)
        case {"text": pairs}:
            return Text(tuple((lang, text) for lang, text in pairs))
        case {"personal": value, "word": word}:
            stands = from_plain(word) if word else None
            return Personal(from_plain(value), stands if isinstance(stands, Message) else None)
        case {"series": items, "word": word}:
            return Series(tuple(from_plain(item) for item in items), word)
        case {"number": number}:
            return Decimal(number)
        case {"date": day}:
            return date.fromisoformat(day)
        case str() | int():
            return data
        case _:
            raise TypeError(type(data).__name__)


def N_(id: str, /) -> str:  # noqa: N802  (gettext's own name, which the extraction looks for)
    """Mark a text for the catalogues; it is translated where it is shown."""
    return id


SYSTEM = (
    N_("No such file or directory"), N_("Permission denied"), N_("Operation not permitted"), N_("Is a directory"),
    N_("Not a directory"), N_("File name too long"), N_("No space left on device"), N_("Disk quota exceeded"),
    N_("Read-only file system"), N_("Input/output error"), N_("Too many open files"), N_("Invalid argument"),
    N_("Too many levels of symbolic links"),
)  # fmt: skip
"""What operating systems say of files; what else they may say stays in their words."""


def system(error: OSError) -> Message:
    """Say why the operating system could not do something."""
    return Message(error.strerror or type(error).__name__)


MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"), N_("August"),
    N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip


def pointer_text(pointer: Pointer) -> str:
    """Write a place as a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in pointer)


def dotted(pointer: Pointer) -> str:
    """Write a place as people read it, items counted from 1: `results.lines[2].title`."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in pointer).lstrip(".")


class Span(NamedTuple):  # a reader makes thousands of them
    """A stretch of a file: lines and columns count from 1, in characters; the end is the first column after."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that has to do with a finding, perhaps in another file; `span` is set as in a finding."""

    pointer: Pointer
    message: Message
    file: str | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Waived:
    """A waiver that covers a finding: who accepted it, why, and until when."""

    reason: str
    by: str
    date: str | None = None
    expires: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong, at one place, said by one rule.

    `on_key` says that the key itself is meant, not its value; `span` is set where only the text knows the
    place, as for a file that is not YAML. `advice` is what to do here, when the rule's own fix is too general;
    `source` is the title of the text that the rule rests on, in the edition of the key date. `by` is who has to
    act, as a code of the list `signature-roles`; None is the office that keeps the record. `fingerprint` tells it from
    all others, from run to run; it is given last, once all that was found is known.
    """

    code: str
    severity: Severity
    message: Message
    pointer: Pointer = ()
    on_key: bool = False
    span: Span | None = None
    advice: Message | None = None
    related: tuple[Related, ...] = ()
    profile: str | None = None
    source: str | None = None
    edition: str | None = None
    clock: bool = False
    due: date | None = None
    by: str | None = None
    waived: Waived | None = None
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A rule that could not run on a record, and why: silence is never taken for approval."""

    code: str
    why: Message


@dataclass(frozen=True, slots=True)
class Judged:
    """All that was found in one record, what could not be looked at, and by the titles of which profiles."""

    findings: tuple[Finding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    todo: tuple[Finding, ...] = field(default=())
    profiles: tuple[Text | str, ...] = ()


def sort_key(finding: Finding) -> tuple[Any, ...]:
    """Order findings as they stand in the file: by place, `/10` after `/2`, then by code."""
    place = tuple((0, part, "") if isinstance(part, int) else (1, 0, part) for part in finding.pointer)
    span = (finding.span.line, finding.span.column) if finding.span else (0, 0)
    return (span, place, finding.code, finding.message.id)
