"""The command line: options in, one call, text out, an exit status. The only place that looks at the clock.

One module a group of commands; what they share is in `common`.
"""

from __future__ import annotations

import sys

import typer

from mobctl.cli.baseline import baseline
from mobctl.cli.common import tell
from mobctl.cli.doctor import doctor
from mobctl.cli.documents import documents
from mobctl.cli.exchange import import_
from mobctl.cli.explain import explain
from mobctl.cli.files import fmt, migrate
from mobctl.cli.help import Command, Group, said, speech_of
from mobctl.cli.institutions import institutions
from mobctl.cli.keys import keys
from mobctl.cli.render import render
from mobctl.cli.rules import rules
from mobctl.cli.schema import schema
from mobctl.cli.todo import todo
from mobctl.cli.validate import validate
from mobctl.cli.verify import verify
from mobctl.errors import NothingToCheckError, UserError

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="International student mobility as plain files: check records, render documents.",
)
for each in (
    validate, todo, render, verify, documents, explain, import_, rules, schema, fmt, migrate, baseline, doctor,
):  # fmt: skip
    app.command(name=each.__name__.rstrip("_"), cls=Command)(each)
app.add_typer(institutions, name="institutions")
app.add_typer(keys, name="keys")


def run(arguments: list[str]) -> int:
    """Run a command and return its exit status; what the user must know goes to standard error."""
    try:
        status = app(args=arguments, standalone_mode=False, prog_name="mobctl", obj=arguments)
    except UserError as error:
        for message in error.args:
            tell(f"mobctl: {speech_of(arguments).say(message)}")
        return 3 if isinstance(error, NothingToCheckError) else 2
    except typer.Exit as error:
        return error.exit_code
    except Exception as error:
        shown = getattr(error, "format_message", None)
        if shown is None:
            raise
        text = said(error)
        if type(error).__name__ == "NoArgsIsHelpError":
            sys.stderr.write(f"{shown()}\n")
        else:
            tell(f"mobctl: {speech_of(arguments).say(text) if text else shown()}")
        return 2
    return status if isinstance(status, int) else 0
