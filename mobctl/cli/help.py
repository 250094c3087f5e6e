"""Help and usage errors in the user's language: Typer takes the command line apart, our catalogues do the talking.

The help of a command is its docstring, that of an option its `help`: both are messages of the catalogues, a paragraph
each (see `texts`).
"""

from __future__ import annotations

import inspect
import shutil
import textwrap
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from typer.core import TyperCommand, TyperGroup

from mobctl.cli.common import language_in, words
from mobctl.errors import UserError
from mobctl.finding import N_, Message, Quoted, Series, say, say_n
from mobctl.words import Words, languages

WIDEST = 100
LANG = "--lang"
OF_ITSELF = {"--changed": "HEAD"}
"""Options that may stand without a value, and what they then mean."""

_USAGE, _OPTIONS, _COMMAND = N_("Usage:"), N_("OPTIONS"), N_("COMMAND …")
_COLUMN = 30
"""From which column on the options are explained."""


class Command(TyperCommand):
    """A command that explains itself in the user's language."""

    def get_help(self, ctx: Any) -> str:
        """Write the page that `--help` shows."""
        return page(self, ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take the arguments apart, and refuse those that nobody asked for."""
        ctx.allow_extra_args = True
        known = {name for param in self.params for name in param.opts}
        rest = super().parse_args(
            ctx, _valued(args, {name: OF_ITSELF[name] for name in known & OF_ITSELF.keys()})
        )
        if rest:
            text = say_n(
                "{command} takes no such argument: {rest}.",
                "{command} takes no such arguments: {rest}.",
                len(rest),
                command=ctx.command_path,
                rest=Series(tuple(map(Quoted, rest))),
            )
            raise UserError(text)
        return rest


class Group(TyperGroup):
    """All commands, explained in the user's language."""

    def get_help(self, ctx: Any) -> str:
        """Write the page that `mobctl --help` shows."""
        return page(self, ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Let the language stand before the command too, as in `mobctl --lang fr validate`: hand it on."""
        before, after = _apart(args)
        lang = [*_language(before)]
        rest = [arg for arg in before if arg not in lang]
        return super().parse_args(ctx, [*rest, *after[:1], *(lang if after else []), *after[1:]])

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Find the command that is meant; one that there is not gets the nearest ones."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            near = get_close_matches(args[0], self.commands, cutoff=0.5) or [*self.commands]
            shown = Series(tuple(map(Quoted, near)), "or")
            raise UserError(
                say("{name} is not a command of mobctl: it is {known}.", name=Quoted(args[0]), known=shown)
            )
        return super().resolve_command(ctx, args)


def _apart(args: list[str]) -> tuple[list[str], list[str]]:
    """Take apart what stands before the command, and the command with what follows it."""
    at = 0
    while at < len(args) and args[at].startswith("-"):
        at += 2 if args[at] == LANG else 1
    return args[:at], args[at:]


def _language(args: list[str]) -> Iterator[str]:
    """Find the option of the language, in one word or in two."""
    for number, arg in enumerate(args):
        if arg == LANG:
            yield from args[number : number + 2]
        elif arg.startswith(f"{LANG}="):
            yield arg


def _valued(args: list[str], values: dict[str, str]) -> list[str]:
    """Give an option that stands without a value the one that it then has: after it comes another option, or nothing."""
    end = args.index("--") if "--" in args else len(args)
    alone = (
        n in range(end) and arg in values and (n + 1 >= end or args[n + 1].startswith("-"))
        for n, arg in enumerate(args)
    )
    return [f"{arg}={values[arg]}" if bare else arg for arg, bare in zip(args, alone, strict=True)]


def speech_of(arguments: list[str]) -> Words:
    """The language that a command line asks for, else the one that holds here."""
    asked = language_in(arguments)
    return words(asked if asked in languages() else None)


def paragraphs(text: str | None) -> list[str]:
    """Take a docstring apart: one line a paragraph, as the catalogues have them."""
    return [" ".join(part.split()) for part in inspect.cleandoc(text or "").split("\n\n") if part.strip()]


def texts(command: Any) -> Iterator[str]:
    """Go through all texts that the help of a command, and of its commands, consists of."""
    yield from paragraphs(command.help)
    for param in command.params:
        yield from paragraphs(param.help)
    for each in getattr(command, "commands", {}).values():
        yield from texts(each)


def page(command: Any, ctx: Any) -> str:
    """The help of a command: how it is called, what it does, its arguments, options and commands."""
    speech = speech_of(ctx.find_root().obj or [])
    width = min(shutil.get_terminal_size().columns, WIDEST)
    usage = f"{speech.text(_USAGE)} {ctx.command_path} {' '.join(_pieces(command, speech))}"
    blocks = [usage, *(_filled(speech.text(text), width) for text in paragraphs(command.help))]
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    commands = getattr(command, "commands", {})
    rows = [(_name(each), _explained(each, speech)) for each in arguments]
    blocks += _section(speech.text(N_("Arguments")), rows, width)
    rows = [(_name(each), _explained(each, speech)) for each in options]
    if commands:
        rows += [(f"{LANG} LANG", speech.text(N_("Language of messages: en, fr, es.")))]
    rows += [("--help", speech.text(N_("Show this page.")))]
    blocks += _section(speech.text(N_("Options")), rows, width)
    rows = [(name, speech.text(paragraphs(each.help)[0])) for name, each in commands.items()]
    blocks += _section(speech.text(N_("Commands")), rows, width)
    if commands:
        blocks.append(speech.text(N_("`mobctl COMMAND --help` explains a command.")))
    return "\n\n".join(blocks)


def _pieces(command: Any, speech: Words) -> Iterator[str]:
    yield f"[{speech.text(_OPTIONS)}]"
    for param in command.params:
        if param.param_type_name == "argument":
            yield _name(param) if param.required else f"[{_name(param)}]"
    if getattr(command, "commands", None):
        yield speech.text(_COMMAND)


def _name(param: Any) -> str:
    """An argument by its name, an option with what it takes."""
    choices = getattr(param.type, "choices", ())
    takes = "|".join(str(getattr(each, "value", each)) for each in choices)
    if param.param_type_name == "argument":
        return f"{param.metavar or param.name.upper()}{'…' if param.nargs == -1 else ''}"
    written: str = ", ".join(sorted(param.opts, key=len))
    value = "" if param.is_flag else f" {takes or param.metavar or param.name.upper()}"
    return f"{written}{value}"


def _explained(param: Any, speech: Words) -> str:
    parts = [speech.text(text) for text in paragraphs(param.help)]
    default = getattr(param.default, "value", param.default)
    if param.required:
        parts.append(speech.text(N_("[needed]")))
    elif isinstance(default, str | int) and not isinstance(default, bool) and default != "":
        parts.append(speech.say(say("[if not given: {value}]", value=str(default))))
    return " ".join(parts)


def _filled(text: str, width: int, indent: str = "  ") -> str:
    return textwrap.fill(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _section(title: str, rows: list[tuple[str, str]], width: int) -> list[str]:
    """Lay out a list: what is too wide for its column has a line of its own."""
    if not rows:
        return []
    column = min(max(len(name) for name, _ in rows) + 4, _COLUMN)
    lines = [title]
    for name, text in rows:
        filled = _filled(text, width, " " * column)
        if len(name) + 4 > column:
            lines += [f"  {name}", filled]
        else:
            lines.append(f"  {name}".ljust(column) + filled[column:])
    return ["\n".join(lines)]


def said(error: Any) -> Message | None:
    """Say what is wrong with a command line, by what Typer says of it; None where it says something else."""
    param = getattr(error, "param", None)
    match type(error).__name__:
        case "NoSuchOption":
            near = Series(tuple(map(Quoted, sorted(error.possibilities or ()))), "or")
            name = Quoted(error.option_name)
            if near.items:
                return say("There is no option {name}. Did you mean {near}?", name=name, near=near)
            return say("There is no option {name}; --help shows those that there are.", name=name)
        case "BadOptionUsage":
            return say("The option {name} needs a value after it.", name=Quoted(error.option_name))
        case "MissingParameter" if param is not None:
            return say("{name} is missing; --help explains it.", name=Quoted(_name(param)))
        case "BadParameter" if param is not None:
            return _unfit(param)
    return None


def _unfit(param: Any) -> Message | None:
    name = Quoted(max(param.opts, key=len))
    if choices := getattr(param.type, "choices", None):
        shown = Series(tuple(Quoted(str(getattr(each, "value", each))) for each in choices), "or")
        return say("What {name} takes is {known}.", name=name, known=shown)
    if "int" in param.type.name:
        least = getattr(param.type, "min", None)
        if least is None:
            return say("What {name} takes is a whole number.", name=name)
        return say("What {name} takes is a whole number, {least} or more.", name=name, least=least)
    return None
