"""The command line: options in, one call, text out, an exit status. The only place that looks at the clock.

One module a group of commands; what they share is in `common`.
"""

from __future__ import annotations

import sys

import typer

from mobctl.cli.common import language_in, tell, words
from mobctl.cli.doctor import doctor
from mobctl.cli.exchange import import_
from mobctl.cli.render import render
from mobctl.cli.rules import rules
from mobctl.cli.todo import todo
from mobctl.cli.validate import validate
from mobctl.errors import NothingToCheckError, UserError
from mobctl.words import languages

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="International student mobility as plain files: check records, render documents.",
)
app.command()(validate)
app.command()(todo)
app.command()(rules)
app.command()(render)
app.command(name="import")(import_)
app.command()(doctor)


def run(arguments: list[str]) -> int:
    """Run a command and return its exit status; what the user must know goes to standard error."""
    try:
        status = app(args=arguments, standalone_mode=False, prog_name="mobctl")
    except UserError as error:
        wanted = language_in(arguments)
        said = words(wanted if wanted in languages() else None).say(error.args[0])
        tell(f"mobctl: {said}")
        return 3 if isinstance(error, NothingToCheckError) else 2
    except typer.Exit as error:
        return error.exit_code
    except Exception as error:
        shown = getattr(error, "format_message", None)
        if shown is None:
            raise
        text = str(shown())
        sys.stderr.write(f"{text}\n" if "\n" in text else f"mobctl: {text}\n")  # the help is of many lines
        return 2
    return status if isinstance(status, int) else 0
