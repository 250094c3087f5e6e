"""YAML out: a record as commented text; and files that are written whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import tempfile
import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from pathlib import Path
from textwrap import wrap
from typing import Any

from mobctl.errors import ContentError, UserError
from mobctl.finding import Pointer, Quoted, Series, pointer_text, say, say_n, system

COLUMNS = 110
TEMPORARY = ".mobctl-"
"""How the name of a file begins while it is being written; only a killed process leaves one behind."""

HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that turn the direction of writing
    "\ufffe\uffff\ud800-\udfff]"  # no characters at all
)
"""Characters that no record may hold: nobody sees them, and they can change what one does see."""

# What YAML 1.1 or 1.2 takes for something other than text. Dates are left plain: they are the commonest value,
# and a tool that reads them as dates shows them as they were.
_MISREAD = re.compile(
    r"""~ | null | y | yes | n | no | true | false | on | off | = | <<
    | [-+]? (?: [0-9][0-9_]* (?:\.[0-9_.]*)? | \.[0-9_]+ ) (?: e[-+]?[0-9]+ )?
    | [-+]? 0 (?: x[0-9a-f_]+ | o[0-7_]+ | b[01_]+ )
    | [-+]? [0-9][0-9_]* (?: :[0-9]{1,2} )+ (?: \.[0-9_]* )?
    | [-+]? \.(?: inf | nan )""",
    re.IGNORECASE | re.VERBOSE,
)
_LEADING = frozenset("-?:,[]{}#&*!|>'\"%@`.~“”„«»‹‘’‚\N{ZERO WIDTH NO-BREAK SPACE}")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_NAME_BYTES = 100
_NO_LINKS = frozenset(
    {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EINVAL}
)


def dump(record: Mapping[str, Any], comments: Mapping[Pointer, str], schema_reference: str) -> str:
    """Write a record as YAML: keys in the order given, short parts on one line, comments above their keys.

    Read back by our rule (a plain scalar is text unless its key is a number or a boolean) it is the same data.
    A comment for a place that is not there stands above the nearest part around it.
    """
    placed = _placed(record, comments)
    head = [f"# yaml-language-server: $schema={schema_reference}", *_lines(placed.pop((), ""), 0)]
    parts = [_top(key, value, placed) for key, value in record.items()]
    text = [*head, *parts[:1]]
    for before, part in pairwise(parts):
        text += ["", part] if _tall(before) or _tall(part) else [part]
    return "\n".join(text) + "\n"


def entry(item: Mapping[str, Any], column: int) -> list[str]:
    """Write an entry of a list, a line for each field so that more can be written below; its dash is in a column (from 0)."""
    lines = [line for key, value in item.items() for line in _top(key, value, {}).split("\n")]
    first, *rest = lines
    return [f"{' ' * column}- {first}", *(f"{' ' * column}  {line}" for line in rest)]


def flow(value: Any) -> str:
    """Write a value so that it may stand in a line, between brackets or not."""
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap

    yaml = YAML()
    yaml.Resolver = _resolver()
    yaml.width = 1 << 30
    out = StringIO()
    yaml.dump(CommentedMap({"value": _flow(value, ("value",))}), out)
    return out.getvalue().removeprefix("value: ").rstrip("\n")


def _tall(part: str) -> bool:
    return sum(not line.startswith("#") for line in part.split("\n")) > 1


def _top(key: str, value: Any, comments: Mapping[Pointer, str]) -> str:
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap

    yaml = YAML()
    yaml.Resolver = _resolver()
    yaml.width = 1 << 30  # a line is never folded: a folded line reads like two values
    yaml.indent(mapping=2, sequence=4, offset=2)
    block = CommentedMap({_scalar(key, (key,), flow=False): _node(value, (key,), 2, comments, top=True)})
    out = StringIO()
    yaml.dump(block, out)
    return "\n".join([*_lines(comments.get((key,), ""), 0), out.getvalue().rstrip("\n")])


def _resolver() -> Any:
    from ruamel.yaml.resolver import BaseResolver

    class Text(BaseResolver):
        """Takes every plain scalar for text, so that ruamel adds no quotes of its own."""

        def __init__(self, version: Any = None, loader: Any = None, loadumper: Any = None) -> None:
            del version
            super().__init__(loadumper or loader)

    return Text


def _node(value: Any, at: Pointer, column: int, comments: Mapping[Pointer, str], *, top: bool = False) -> Any:
    """Make of a value what ruamel writes as we want it; `column` is where its keys or dashes would stand."""
    if isinstance(value, Mapping):
        return _mapping(value, at, column, comments, top=top)
    if isinstance(value, list | tuple):
        return _list(value, at, column, comments)
    return _scalar(value, at, flow=False)


def _mapping(
    value: Mapping[str, Any], at: Pointer, column: int, comments: Mapping[Pointer, str], *, top: bool
) -> Any:
    from ruamel.yaml.comments import CommentedMap

    if not value or (not top and _fits(value, at, column, comments)):
        return _flow(value, at)
    block = CommentedMap()
    for key, item in value.items():
        block[_scalar(key, (*at, key), flow=False)] = _node(item, (*at, key), column + 2, comments)
        _comment(block, key, (*at, key), column, comments)
    return block


def _list(value: Sequence[Any], at: Pointer, column: int, comments: Mapping[Pointer, str]) -> Any:
    from ruamel.yaml.comments import CommentedSeq

    scalars = not any(isinstance(item, Mapping | list | tuple) for item in value)
    if not value or (scalars and _fits(value, at, column, comments)):
        return _flow(value, at)
    block = CommentedSeq()
    for index, item in enumerate(value):
        block.append(_node(item, (*at, index), column + 2, comments))
        _comment(block, index, (*at, index), column, comments)
    return block


def _comment(block: Any, key: str | int, at: Pointer, column: int, comments: Mapping[Pointer, str]) -> None:
    if lines := _lines(comments.get(at, ""), column):
        text = "\n".join(line.removeprefix("# ") for line in lines)
        block.yaml_set_comment_before_after_key(key, before=text, indent=column)


def _fits(value: Any, at: Pointer, column: int, comments: Mapping[Pointer, str]) -> bool:
    """Say whether a value fits on the line it begins in: with room, no lists of mappings and no comment inside."""
    if any(len(place) > len(at) and place[: len(at)] == at for place in comments):
        return False
    label = len(at[-1]) if isinstance(at[-1], str) else 0
    width = _width(value)
    return width is not None and column + label + width <= COLUMNS


def _width(value: Any) -> int | None:
    if isinstance(value, Mapping):
        widths = [_width(item) for item in value.values()]
        keys = sum(len(key) + 2 for key in value)
    elif isinstance(value, list | tuple):
        if any(isinstance(item, Mapping | list | tuple) for item in value):
            return None
        widths, keys = [_width(item) for item in value], 0
    else:
        text = _text(value)
        if "\n" in text:
            return None
        return len(text) + (0 if plain(value, flow=True) else 2 + text.count('"') + text.count("\\"))
    known = [width for width in widths if width is not None]
    return sum(known) + keys + 2 * max(len(widths) - 1, 0) + 2 if len(known) == len(widths) else None


def _flow(value: Any, at: Pointer) -> Any:
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    if isinstance(value, Mapping):
        items = {_scalar(key, (*at, key), flow=True): _flow(item, (*at, key)) for key, item in value.items()}
        made: Any = CommentedMap(items)
    elif isinstance(value, list | tuple):
        made = CommentedSeq([_flow(item, (*at, index)) for index, item in enumerate(value)])
    else:
        return _scalar(value, at, flow=True)
    made.fa.set_flow_style()
    return made


def _scalar(value: Any, at: Pointer, *, flow: bool) -> str:
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

    text = _text(value)
    if found := HIDDEN.search(text):
        raise UserError(
            say(
                "There is an invisible character ({character}) at {place} that can hide or turn round what is"
                " written. A record cannot hold it.",
                character=f"U+{ord(found[0]):04X}",
                place=Quoted(pointer_text(at)),
            )
        )
    if plain(value, flow=flow):
        return text
    if not flow and _printable_lines(text):
        literal: str = LiteralScalarString(text)
        return literal
    quoted: str = DoubleQuotedScalarString(text)
    return quoted


def _text(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal) and value.is_finite():
        return format(value, "f")
    if isinstance(value, str | int):
        return str(value)
    raise TypeError(f"a record holds texts, numbers and booleans, not {type(value).__name__}")


def plain(value: Any, *, flow: bool) -> bool:
    """Say whether a value may stand without quotes, for us and for every other reader of YAML."""
    if not isinstance(value, str):
        return True
    return not (
        not value
        or value[0] in _LEADING
        or value != value.strip()
        or not value.isprintable()
        or value.endswith(":")
        or ": " in value
        or " #" in value
        or (flow and any(letter in ",[]{}?" for letter in value))
        or _MISREAD.fullmatch(value)
    )


def _printable_lines(text: str) -> bool:
    """Say whether a text of several lines may stand as it is, indented under its key."""
    lines = text.split("\n")
    return (
        len(lines) > 1
        and all(line.isprintable() and line == line.rstrip() for line in lines)
        and not any(line.startswith(" ") for line in lines)
        and bool(lines[0] and lines[-1])
    )


def _placed(record: Mapping[str, Any], comments: Mapping[Pointer, str]) -> dict[Pointer, str]:
    """Put each comment at a place that is there and can carry one, in the order they were given."""
    placed: dict[Pointer, str] = {}
    for pointer, text in comments.items():
        at = _carrier(record, pointer)
        placed[at] = f"{placed[at]}\n{text}" if at in placed else text
    return placed


def _carrier(record: Mapping[str, Any], pointer: Pointer) -> Pointer:
    node: Any = record
    item_first: Pointer | None = None
    at: Pointer = ()
    for part in pointer:
        known = (
            part in node
            if isinstance(node, Mapping)
            else isinstance(node, list | tuple) and isinstance(part, int) and 0 <= part < len(node)
        )
        if not known:
            break
        # The first key of an item stands on the line of the dash: its comment goes above that line.
        first = isinstance(node, Mapping) and at and isinstance(at[-1], int) and next(iter(node)) == part
        item_first = at if first else None
        node, at = node[part], (*at, part)
    return at if item_first is None else item_first


def _lines(text: str, column: int) -> list[str]:
    """Break a comment into lines; whatever it quotes, it stays a comment and stays readable."""
    lines: list[str] = []
    for line in HIDDEN.sub("\N{REPLACEMENT CHARACTER}", text).splitlines():
        lines += wrap(line, COLUMNS - column - 2, break_long_words=False, break_on_hyphens=False)
    return [f"# {line}" for line in lines]


def file_name(text: str) -> str:
    """Make a file name (without its ending) that is safe on every system.

    A text that already is one stays as it is; any other gets a few digits of its hash, so that two texts never
    share a file.
    """
    normal = unicodedata.normalize("NFC", text)
    kept = "".join(
        letter if letter in "._-" or unicodedata.category(letter)[0] in "LMN" else "-" for letter in normal
    )
    kept = re.sub(r"-{2,}", "-", kept) if kept != normal else kept
    kept = kept.lstrip("-.").rstrip(".")
    kept = f"_{kept}" if _DEVICE.fullmatch(kept) else kept
    if kept and kept == normal and len(kept.encode()) <= _NAME_BYTES:
        return kept
    digest = hashlib.sha256(normal.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    short = kept.encode()[: _NAME_BYTES - len(digest) - 1].decode(errors="ignore")
    return f"{short.rstrip('-.')}-{digest}".lstrip("-")


def save(files: Mapping[Path, bytes], *, force: bool = False, over: Container[Path] = ()) -> tuple[Path, ...]:
    """Write several files, all of them or none, and return those that were there already with the same content.

    Another content is written over where it is `over` that, or anywhere with `force`.

    Raise ContentError where one of the names can't be had: something else is there that may not be written over, a
    folder, or a file that another program holds. Raise UserError where nothing can be written at all.
    """
    there = {path: _there(path, data) for path, data in files.items()}
    if folder := next((path for path in files if path.is_dir() and not path.is_symlink()), None):
        text = say(
            "{path} is a folder: give it another name, or write elsewhere", path=Quoted(folder.as_posix())
        )
        raise ContentError(text)
    if not force and (others := [path for path, same in there.items() if same is False and path not in over]):
        text = say_n(
            "{files} is there already with another content and was left as it is; {option} writes over it",
            "{files} are there already with another content and were left as they are; {option} writes over them",
            len(others),
            files=Series(tuple(Quoted(path.as_posix()) for path in others)),
            option="--force",
        )
        raise ContentError(text)
    with ExitStack() as stack:
        staged = [
            (path, _staged(stack, path, data)) for path, data in files.items() if there[path] is not True
        ]
        try:
            _take_names(staged, there)
        except UserError as error:
            raise ContentError(*error.args) from error
    return tuple(path for path, same in there.items() if same)


def _take_names(staged: Sequence[tuple[Path, Path]], there: Mapping[Path, bool | None]) -> None:
    """Give files that are written already their names, all of them; new ones are taken away again if one can't be had."""
    new: list[Path] = []
    try:
        for path, temporary in staged:
            with _said(path):
                if there[path] is None:
                    _link(path, temporary)
                    new.append(path)
                else:
                    _move(path, temporary)
    except BaseException:
        for path in new:
            path.unlink()
        raise


def _there(path: Path, data: bytes) -> bool | None:
    """Say whether a file is there and holds just this; None if nothing is there. A link is not followed."""
    with _said(path):
        try:
            status = path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return stat.S_ISREG(status.st_mode) and status.st_size == len(data) and path.read_bytes() == data


def _staged(stack: ExitStack, path: Path, data: bytes) -> Path:
    with _said(path):
        _make_folder(path.parent)
        return stack.enter_context(_temporary(path, data))


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise UserError(say("{path} is not a folder.", path=Quoted(str(path)))) from error


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet, whole or not at all; a file that is there is left alone."""
    with _said(path), _temporary(path, text.encode()) as temporary:
        _link(path, temporary)


def replace(path: Path, data: bytes) -> None:
    """Write a file over the one that may be there: at every moment it is the old one or the new one, whole.

    A link is replaced, not followed. What is no file, as a device or a pipe, is never replaced.
    """
    with _said(path):
        if _special(path):
            raise OSError(0, "not a file")
        with _temporary(path, data) as temporary:
            _move(path, temporary)


def put(path: Path, data: bytes) -> None:
    """Write a report where it is wanted: over a file, as `replace` does; into a device or a pipe, which stays what it is."""
    if not _special(path):
        replace(path.resolve(), data)
        return
    with _said(path), path.open("wb") as stream:
        stream.write(data)


def ready(path: Path) -> None:
    """Make the folder of a report that is to be put there in the end. Raise UserError if it could not be written."""
    with _said(path):
        _make_folder(path.parent)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not _special(path):
            with _temporary(path.resolve(), b""):
                pass


def _special(path: Path) -> bool:
    """Say whether there is something under a name, or behind a link, that is neither a file nor nothing."""
    return path.exists() and not path.is_file()


def _link(path: Path, temporary: Path) -> None:
    """Give a file its name, if nothing has it."""
    try:
        path.hardlink_to(temporary)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _claim(path, temporary)
    _settle(path.parent)


def _move(path: Path, temporary: Path) -> None:
    """Give a file the name and the permissions of the one that may be there."""
    with suppress(FileNotFoundError):
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            temporary.chmod(stat.S_IMODE(mode))
    temporary.replace(path)
    _settle(path.parent)


@contextmanager
def _said(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise UserError(
            say("{path} is there already; it was left as it is.", path=Quoted(str(path)))
        ) from error
    except OSError as error:
        raise UserError(
            say("{path} could not be written: {reason}.", path=Quoted(str(path)), reason=system(error))
        ) from error


@contextmanager
def _temporary(path: Path, data: bytes) -> Iterator[Path]:
    """Write the data beside its goal, readable by its owner only, down to the disk; tidy up in any case."""
    handle, name = tempfile.mkstemp(prefix=TEMPORARY, suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        with suppress(OSError):
            temporary.unlink()


def _claim(path: Path, temporary: Path) -> None:
    """Take a name on a disk that has no hard links (USB sticks, some network drives)."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        os.close(handle)
        temporary.replace(path)
    except BaseException:
        path.unlink()
        raise


def _settle(folder: Path) -> None:
    """Bring the folder's entry to the disk too, where a system can; the file itself is safe already."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
