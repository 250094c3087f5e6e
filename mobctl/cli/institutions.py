"""`mobctl institutions`: the list of charter holders, and who is who."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from mobctl import __version__, store
from mobctl.cli.common import Colour, Lang, day, named, show, tell, words
from mobctl.cli.help import Command, Group
from mobctl.codes import erasmus_code, erasmus_key
from mobctl.errors import NothingToCheckError, UserError
from mobctl.escaped import dumps
from mobctl.finding import Label, Message, Quoted, Text, say, say_n
from mobctl.model import Names
from mobctl.registry import NEAR, Entry, Holder, ranked
from mobctl.reporters import Line, visible
from mobctl.store import charters, write
from mobctl.words import Words

Form = Enum("Form", {name: name for name in ("text", "json")})  # type: ignore[misc]
_SHOWN = 20
"""How many changes of one kind are named."""

institutions = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The published list of Erasmus charter holders: import it, find an institution.",
)


@institutions.command("import", cls=Command)
def import_list(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The list as published: XLSX, or a CSV of it.")
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="The file or the folder to write (default: institutions/ of the repository).",
        ),
    ] = None,
    of: Annotated[
        str | None,
        typer.Option(
            "--date", metavar="DATE", help="The day of the list (default: as in the name of the file)."
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the list that is there, even by an older one.")
    ] = False,
    lang: Lang = None,
) -> int:
    """Read the Commission's published list of charter holders into the repository, and say what is odd in it.

    A list that is there is replaced as a whole; what has changed is told.

    Exit status: 0 done, 2 not such a list or wrong use, 3 no such file.
    """
    from mobctl.exchange import charter_list

    speech = words(lang)
    found = charter_list.load(file.name, _read(file), store.lists()["countries"])
    listed = _day_of(file, of)
    path = _goal(output, found.period)
    old = charters.stored_at(path)
    if old and listed < old.registry.file.date.first and not force:
        text = say(
            "The list that is there is of {old}, and this one of {new}: nothing was written. --force replaces it all"
            " the same.",
            old=old.registry.file.date.first,
            new=listed,
        )
        raise UserError(text)
    first, last = found.period
    header = {
        "mobctl": "charter-list/1",
        "id": f"eche-{first}-{last}",
        "title": _title(file),
        "source": file.name[:250],
        "date": listed.isoformat(),
        "period": {"from": str(first), "to": str(last)},
    }
    charters.put(path, header, found.holders, old)
    named(path.as_posix())
    sys.stdout.flush()
    for message in _told(found, old):
        tell(f"mobctl: {speech.say(message)}")
    return 0


def _read(file: Path) -> bytes:
    from mobctl.exchange.charter_list import MAX_BYTES
    from mobctl.store.file import read_whole, unopened

    try:
        return read_whole(file, MAX_BYTES)
    except OSError as error:
        raise NothingToCheckError(unopened(file.as_posix(), error)) from error


def _day_of(file: Path, given: str | None) -> date:
    from mobctl.exchange.charter_list import date_in

    found = day(given) if given else date_in(file.stem)
    if found is None:
        text = say(
            "The name of {file} does not say of which day the list is. Say it: {option}",
            file=Quoted(file.name),
            option="--date 2026-04-08",
        )
        raise UserError(text)
    return found


def _title(file: Path) -> str:
    """The name of the file without its day."""
    return (
        re.sub(r"[-_. ]*[0-9]{4}[-_.]?[0-9]{2}[-_.]?[0-9]{2}$|[-_. ]*[0-9]{8}$", "", file.stem)[:250]
        or file.stem[:250]
    )


def _goal(output: Path | None, period: tuple[int, int]) -> Path:
    name = f"charter-list-{period[0]}-{period[1]}.yaml"
    if output is None:
        return (store.repository(Path()) or Path()) / "institutions" / name
    return output if output.suffix.lower() in (".yaml", ".yml") else output / name


def _told(found: Any, old: charters.Found | None) -> Iterator[Message]:
    from mobctl.exchange.charter_list import changes

    for odd in found.odd:
        yield say("Row {row}: {message}", row=str(odd.row), message=odd.message)
    yield _counted(len(found.holders), found.count("code"), len(found.odd))
    if old is None:
        return
    made = changes(old.registry.holders, found.holders)
    if not (made.added or made.removed or made.changed):
        yield say("Nothing has changed since the list of {day}.", day=old.registry.file.date.first)
        return
    yield say(
        "Since the list of {day}: {added} new, {removed} gone, {changed} with another charter or code.",
        day=old.registry.file.date.first,
        added=len(made.added),
        removed=len(made.removed),
        changed=len(made.changed),
    )
    yield from _some([say("New: {who}", who=_who(each)) for each in made.added])
    yield from _some([say("Gone: {who}", who=_who(each)) for each in made.removed])
    yield from _some(
        [
            say("Changed: {who}, before: {before}", who=_who(now), before=_who(then, name=False))
            for then, now in made.changed
        ]
    )


def _counted(rows: int, irregular: int, odd: int) -> Message:
    codes = say_n("{n} Erasmus code is irregular", "{n} Erasmus codes are irregular", irregular)
    text = say_n("{n} institution was read", "{n} institutions were read", rows)
    if odd == irregular:
        return say("{rows}: {codes}. No row was dropped.", rows=text, codes=codes)
    others = say_n("{n} other oddity", "{n} other oddities", odd - irregular)
    return say("{rows}: {codes}, {others}. No row was dropped.", rows=text, codes=codes, others=others)


def _some(messages: Sequence[Message]) -> Iterator[Message]:
    yield from messages[:_SHOWN]
    if len(messages) > _SHOWN:
        yield say_n("… and {n} more.", "… and {n} more.", len(messages) - _SHOWN)


def _who(holder: Holder, *, name: bool = True) -> Message:
    code, since, until = holder.erasmus_code or holder.pic, holder.since or "…", holder.until or "…"
    if not name:
        return say("{code} ({since} – {until})", code=Quoted(code), since=since, until=until)
    return say(
        "{code} {name} ({since} – {until})", code=Quoted(code), name=holder.name, since=since, until=until
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """An institution that can be found: what is shown of it, and what to write in a record."""

    entry: Entry
    name: str
    city: str
    country: str
    erasmus_code: str
    pic: str
    oid: str
    charters: tuple[tuple[str, str, str], ...]
    file: str | None
    write: Mapping[str, Any]


@institutions.command("find", cls=Command)
def find(
    text: Annotated[
        list[str],
        typer.Argument(
            metavar="TEXT", help="A name or a part of it, a town, an Erasmus code, a PIC or an OID."
        ),
    ],
    folder: Annotated[
        Path, typer.Option("--folder", help="The folder of records (default: this one).")
    ] = Path(),
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many to show.")] = 10,
    output: Annotated[Form, typer.Option("--format", help="How to write what was found.")] = Form["text"],
    lang: Lang = None,
    color: Colour = "auto",
) -> int:
    """Find an institution in the list of charter holders and among the repository's own files; say what to write.

    Exit status: 0 found, 1 nothing of that name, 2 wrong use, 3 nothing to look in.
    """
    if not folder.is_dir():
        raise NothingToCheckError(say("{path} is not a folder.", path=Quoted(str(folder))))
    files = store.of_kinds(folder, {"institution": "", "charter-list": ""})
    speech = words(lang)
    lists = charters.stored(files)
    known = _everybody(files, lists)
    if not known:
        lack = say(
            "There is no institution to look for here: no list of charter holders was imported (`mobctl institutions"
            " import`), and no file describes one."
        )
        raise NothingToCheckError(lack)
    query = " ".join(text)
    found = ranked(query, [each.entry for each in known])
    shown = [(rank, known[number]) for rank, number in found[:limit]]
    if output.value == "json":
        sys.stdout.buffer.write(_json(query, lists, found, shown, speech).encode())
    else:
        show(_lines(query, len(found), shown, speech), color)
    if not lists:
        told = say("No list of charter holders was imported: only the files of this folder were searched.")
        tell(f"mobctl: {speech.say(told)}")
    return int(not found)


def _everybody(files: Mapping[str, store.File], lists: Sequence[charters.Found]) -> list[_Known]:
    """The repository's own institutions, then those of the lists that are not among them."""
    listed = [_listed(holder) for each in lists for holder in each.registry.holders]
    by_code = {code: each for each in reversed(listed) for code in each.entry.codes}
    known: list[_Known] = []
    met: set[str] = set()
    for name, file in files.items():
        data = store.data(file)
        if file.kind == "institution" and not file.refused and not store.shapes()["institution"].check(data):
            own = _own(name, data)
            same = next((by_code[code] for code in own.entry.codes if code in by_code), None)
            known.append(_joined(own, same))
            met.add(same.erasmus_code if same else "")
    for each in listed:  # an older list has many of the same
        if not each.erasmus_code or each.erasmus_code not in met:
            known.append(each)
            met.add(each.erasmus_code)
    return known


def _codes(*codes: str) -> tuple[str, ...]:
    return tuple(erasmus_key(code) for code in codes if code)


def _listed(holder: Holder) -> _Known:
    inline = {
        "name": holder.name,
        "country": holder.country,
        "city": holder.city,
        "erasmus_code": holder.erasmus_code,
    }
    return _Known(
        Entry((holder.name,), holder.city, _codes(holder.erasmus_code, holder.pic, holder.oid)),
        holder.name,
        holder.city,
        holder.country,
        holder.erasmus_code,
        holder.pic,
        holder.oid,
        ((holder.charter, holder.since, holder.until),),
        None,
        {key: value for key, value in inline.items() if value},
    )


def _own(file: str, data: Mapping[str, Any]) -> _Known:
    name = data["name"]
    names = tuple(name.values()) if isinstance(name, dict) else (name,)
    code, pic, oid = (data.get(key) or "" for key in ("erasmus_code", "pic", "oid"))
    charters = tuple(
        (each.get("code") or "", each.get("from") or "", each.get("to") or "")
        for each in data.get("charters") or ()
    )
    return _Known(
        Entry((*names, data["id"]), data.get("city") or "", (*_codes(code, pic, oid), data["id"].upper())),
        names[0],
        data.get("city") or "",
        data["country"],
        erasmus_code(code),
        pic,
        oid,
        charters,
        file,
        {"ref": data["id"]},
    )


def _joined(own: _Known, listed: _Known | None) -> _Known:
    """An institution of ours with what the list says of it besides."""
    if listed is None:
        return own
    mine, theirs = own.entry, listed.entry
    return replace(
        own,
        entry=Entry(
            (*mine.names, *theirs.names),
            mine.city or theirs.city,
            tuple({**dict.fromkeys(mine.codes), **dict.fromkeys(theirs.codes)}),
        ),
        city=own.city or listed.city,
        erasmus_code=own.erasmus_code or listed.erasmus_code,
        pic=own.pic or listed.pic,
        oid=own.oid or listed.oid,
        charters=own.charters or listed.charters,
    )


def _lines(query: str, total: int, shown: Sequence[tuple[int, _Known]], speech: Words) -> list[Line]:
    if not shown:
        nothing = say("Nothing here is called {text}, or looks like it.", text=Quoted(query))
        return [[(visible(speech.say(nothing)), "plain")]]
    lines: list[Line] = []
    if shown[0][0] < NEAR:
        near = say("Nothing here is called {text}. This looks like it:", text=Quoted(query))
        lines += [[(visible(speech.say(near)), "message")], []]
    for _, each in shown:
        lines += [*_shown_one(each, speech), []]
    if total > len(shown):
        more = say_n(
            "… and {n} more: add a word, or see more with --limit.",
            "… and {n} more: add a word, or see more with --limit.",
            total - len(shown),
        )
        lines.append([(speech.say(more), "dim")])
    else:
        lines.pop()
    return lines


def _shown_one(each: _Known, speech: Words) -> Iterator[Line]:
    yield [(visible(each.name), "message"), (f"   {each.erasmus_code}" * bool(each.erasmus_code), "code")]
    country = speech.show(Label("countries", each.country)) if each.country else ""
    facts = [", ".join(part for part in (each.city, country) if part)]
    facts += [f"{label} {value}" for label, value in (("PIC", each.pic), ("OID", each.oid)) if value]
    facts += [speech.say(_charter(since, until)) for _, since, until in each.charters if since or until]
    yield [(f"  {visible(' · '.join(facts))}", "dim")]
    if each.file:
        yield [(f"  {visible(each.file)}", "file")]
    yield [("  → ", "dim"), (f"host: {visible(write.flow(each.write))}", "plain")]


def _charter(since: str, until: str) -> Message:
    first, last = (date.fromisoformat(day) if day else "…" for day in (since, until))
    return say("charter from {first} to {last}", first=first, last=last)


def _json(
    query: str,
    lists: Sequence[charters.Found],
    found: Sequence[tuple[int, int]],
    shown: Sequence[tuple[int, _Known]],
    speech: Words,
) -> str:
    data = {
        "version": 1,
        "tool": {"name": "mobctl", "version": __version__},
        "lang": speech.lang,
        "query": query,
        "lists": [
            {
                "file": each.path.as_posix(),
                "title": _text(each.registry.file.title, speech),
                "source": each.registry.file.source,
                "date": each.registry.file.date.text,
                "rows": len(each.registry.holders),
            }
            for each in lists
        ],
        "exact": bool(found) and found[0][0] >= NEAR,
        "total": len(found),
        "found": [_plain(rank, each) for rank, each in shown],
    }
    return f"{dumps(data)}\n"


def _text(names: Names | None, speech: Words) -> str | None:
    if isinstance(names, dict):
        return speech.show(Text(tuple(names.items())))
    return names


def _plain(rank: int, each: _Known) -> dict[str, Any]:
    return {
        "rank": rank,
        "name": each.name,
        "city": each.city or None,
        "country": each.country or None,
        "erasmus_code": each.erasmus_code or None,
        "pic": each.pic or None,
        "oid": each.oid or None,
        "charters": [
            {"code": code or None, "from": since or None, "to": until or None}
            for code, since, until in each.charters
        ],
        "file": each.file,
        "write": each.write,
    }
