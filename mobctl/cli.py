"""The command line: options in, one call, text out, an exit status. The only place that looks at the clock."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from mobctl import documents, engine, publishing, reporters, store
from mobctl.errors import NothingToCheckError, UserError
from mobctl.finding import Finding, Judged, Message, NotChecked, Quoted, Series, Severity, say, say_n
from mobctl.publishing import Outcome
from mobctl.reporters import Line, Report
from mobctl.rules import CATALOGUE
from mobctl.store import history, reader
from mobctl.words import Words, languages, words

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="International student mobility as plain files: check records, render documents.",
)
Output = Enum("Output", {name: name for name in reporters.REPORTERS})  # type: ignore[misc]
_THRESHOLD = {"error": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.INFO}
Threshold = Enum("Threshold", {name: name for name in (*_THRESHOLD, "never")})  # type: ignore[misc]
_COLOURS = {
    "error": "bold red",
    "warning": "yellow",
    "info": "cyan",
    "dim": "dim",
    "waived": "dim",
    "message": "bold",
    "file": "bold underline",
    "code": "default",
    "plain": "default",
}

UNREAD = (NotChecked("*", say("the rest of this file is checked once this is mended")),)

Lang = Annotated[str | None, typer.Option("--lang", help="Language of messages: en, fr, es.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Judge deadlines as of this day (default: today).")]
Colour = Annotated[str, typer.Option("--color", help="always, never or auto.")]


def run(arguments: list[str]) -> int:
    """Run a command and return its exit status; what the user must know goes to standard error."""
    try:
        status = app(args=arguments, standalone_mode=False, prog_name="mobctl")
    except UserError as error:
        wanted = _wanted(arguments)
        said = _words(wanted if wanted in languages() else None).say(error.args[0])
        _tell(f"mobctl: {said}")
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


def _tell(text: str) -> None:
    """Say something beside what was asked for."""
    shown = reporters.fitting(reporters.visible(text), sys.stderr.encoding or "utf-8")
    sys.stderr.write(f"{shown}\n")


def _wanted(arguments: list[str]) -> str | None:
    """The language asked for, where the command itself could not be run."""
    for number, argument in enumerate(arguments):
        if argument == "--lang":
            return next(iter(arguments[number + 1 :]), None)
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return None


def _words(lang: str | None, archive: store.Archive | None = None) -> Words:
    """Load the language asked for, else the first of the school's, else the one of the machine."""
    known = languages()
    school = store.school(Path()) if archive is None else archive
    ours = next((each for each in store.languages(school) if each in known), "")
    wanted = lang or os.environ.get("MOBCTL_LANG") or ours
    if wanted and wanted not in known:
        if lang:
            raise UserError(
                say(
                    "{lang} is not a language of mobctl: there are {known}.",
                    lang=Quoted(lang),
                    known=", ".join(known),
                )
            )
        wanted = ""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        wanted = wanted or os.environ.get(name, "")
    found = wanted[:5].replace("_", "-").split("-")[0].split(".")[0]
    return words(wanted if wanted in known else found if found in known else "en", store.lists())


def _day(text: str | None) -> date:
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UserError(
            say("{value} is not a date. Write it as year-month-day, as in 2026-06-30.", value=Quoted(text))
        ) from error


def _print(lines: list[Line], colour: str) -> None:
    if colour not in ("always", "never", "auto"):
        raise UserError(
            say(
                "{value} is not a value of {key}: it is {allowed}.",
                value=Quoted(colour),
                key=Quoted("--color"),
                allowed="always, never, auto",
            )
        )
    forced = colour == "always" or (colour == "auto" and bool(os.environ.get("FORCE_COLOR")))
    wanted = forced or (colour == "auto" and sys.stdout.isatty() and not os.environ.get("NO_COLOR"))
    if not wanted:
        sys.stdout.write(reporters.fitting(reporters.plain(lines), sys.stdout.encoding or "utf-8"))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(
        markup=False, highlight=False, emoji=False, force_terminal=forced or None, soft_wrap=True
    )
    for line in lines:
        console.print(Text.assemble(*((part, _COLOURS[style]) for part, style in line)))


@app.command()
def validate(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders (default: this folder).")
    ] = None,
    output: Annotated[Output, typer.Option("--format", help="How to write the findings.")] = Output["text"],
    as_of: AsOf = None,
    lang: Lang = None,
    profile: Annotated[
        list[str] | None, typer.Option("--profile", help="Judge by these profiles, not the record's.")
    ] = None,
    base: Annotated[
        str | None, typer.Option("--base", help="The git revision to compare with, as in main or HEAD~1.")
    ] = None,
    fail_on: Annotated[
        Threshold, typer.Option("--fail-on", help="From which severity on the exit status is 1.")
    ] = Threshold["error"],
    color: Colour = "auto",
    stdin_filename: Annotated[
        str, typer.Option("--stdin-filename", help="The name of what comes from standard input, given as -.")
    ] = "-",
) -> int:
    """Check records against the schemas and the rules.

    Exit status: 0 nothing found, 1 findings, 2 wrong use or configuration, 3 nothing to check, 4 a bug.
    """
    archive = _load(paths, stdin_filename)
    parts = store.repositories(archive)
    speech = _words(lang, parts[0])
    report = _report(archive, parts, _day(as_of), tuple(profile or ()), base)
    if output.value == "text":
        _print(reporters.text_lines(report, speech), color)
    else:
        # Programs read UTF-8, whatever the terminal writes.
        sys.stdout.buffer.write(reporters.REPORTERS[output.value](report, speech).encode())
    if profile:
        text = say("The profiles of the records were set aside for {profiles}.", profiles=", ".join(profile))
        _tell(f"mobctl: {speech.say(text)}")
    for message in archive.unopened:
        _tell(f"mobctl: {speech.say(message)}")
    if any(f.code == "BUG001" for judged in report.judged.values() for f in judged.findings):
        return 4
    if archive.unopened:
        return 3
    worst = report.worst()
    threshold = _THRESHOLD.get(fail_on.value)
    return int(worst is not None and threshold is not None and worst >= threshold)


def _load(paths: list[Path] | None, stdin_filename: str) -> store.Archive:
    """Read what is asked for; `-` is standard input, judged as the file that `--stdin-filename` names."""
    wanted = paths or [Path()]
    if Path("-") not in wanted:
        return store.load(wanted)
    given = {stdin_filename: sys.stdin.buffer.read(reader.MAX_BYTES + 1)}
    return store.load([path for path in wanted if path != Path("-")], given)


def _report(
    archive: store.Archive,
    parts: list[store.Archive],
    as_of: date,
    only_profiles: tuple[str, ...] = (),
    base: str | None = None,
) -> Report:
    judged: dict[str, Judged] = {}
    weakened: list[engine.Weakened] = []
    for part in parts:
        settings = store.settings(part, as_of, only_profiles)
        weakened += engine.weakened(settings, CATALOGUE)
        before = history.earlier(part.files, base) if base is not None else None
        judged |= engine.judge(store.sheets(part, before), store.shapes(), CATALOGUE.values(), settings)
    mine = {
        name: Judged((file.refused,), UNREAD) if file.refused else _in_file_order(file, judged[name])
        for name, file in archive.files.items()
    }
    return Report(archive.files, mine, archive.others, as_of, tuple(weakened), CATALOGUE)


def _in_file_order(file: store.File, judged: Judged) -> Judged:
    def place(finding: Finding) -> tuple[int, int, str]:
        span = file.span(finding)
        return span.line, span.column, finding.code

    return replace(judged, findings=tuple(sorted(judged.findings, key=place)))


@app.command()
def rules(
    code: Annotated[str | None, typer.Argument(help="Explain this rule.")] = None,
    lang: Lang = None,
    color: Colour = "auto",
) -> int:
    """List the rules, or explain one: why, source, what to do."""
    speech = _words(lang)
    if code is None:
        lines: list[Line] = [
            [
                (f"{rule.code}  ", "message"),
                (f"{rule.severity.name.lower():<8} ", rule.severity.name.lower()),
                (speech.text(rule.title), "plain"),
            ]
            for rule in CATALOGUE.values()
        ]
        _print(lines, color)
        return 0
    by_slug = {rule.slug: rule for rule in CATALOGUE.values()}
    found = CATALOGUE.get(code.upper()) or by_slug.get(code)
    if found is None:
        from difflib import get_close_matches

        near = get_close_matches(code.upper(), CATALOGUE, n=1) or get_close_matches(code, by_slug, n=1)
        if near:
            raise UserError(
                say("There is no rule {code}. Did you mean {near}?", code=Quoted(code), near=Quoted(near[0]))
            )
        raise UserError(say("There is no rule {code}.", code=Quoted(code)))
    _print(reporters.rule_lines(found, speech), color)
    return 0


@app.command()
def render(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="The kind of document: recognition-report.")],
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Records and folders of records (default: this folder).")
    ] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to write into.")] = Path(),
    form: Annotated[
        list[str] | None,
        typer.Option("--format", help="pdf (default), html or md; may be given several times."),
    ] = None,
    as_of: AsOf = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="en, fr, es, or two languages as in fr+en.")
    ] = None,
) -> int:
    """Make official documents of records, each whole or not at all.

    Exit status: 0 all made, 1 a record whose document could not be made, 2 wrong use, 3 no record, 4 a bug.
    """
    archive = store.load(paths or [Path()])
    parts = store.repositories(archive)
    wanted, formats = _wanted_document(kind, form)
    names = _document_languages(lang)
    report = _report(archive, parts, _day(as_of))
    asked = {path.as_posix() for path in paths or () if path.is_file()}
    output.mkdir(parents=True, exist_ok=True)
    written: set[Path] = set()
    early = failed = 0
    for part in parts:
        speeches = tuple(_words(name, part) for name in names)
        order = publishing.order(part, wanted, formats, speeches, report.as_of)
        for outcome in publishing.publish(part, report.judged, order):
            if outcome.early and outcome.file not in asked:
                early += 1
            elif why := outcome.why or _deliver(outcome, output, written):
                failed += 1
                text = say("{file}: no document was made: {why}", file=outcome.file, why=why)
                _tell(f"mobctl: {speeches[0].say(text)}")
            elif outcome.note:
                _tell(f"mobctl: {outcome.file}: {speeches[0].say(outcome.note)}")
    said = list(archive.unopened)
    if early:
        said += [
            say_n(
                "{n} record is not so far yet that this document could be made; name it to see why.",
                "{n} records are not so far yet that this document could be made; name one to see why.",
                early,
            )
        ]
    for message in said:
        _tell(f"mobctl: {_words(names[0], parts[0]).say(message)}")
    return 3 if archive.unopened else int(failed > 0)


def _wanted_document(kind: str, form: list[str] | None) -> tuple[documents.Kind, tuple[str, ...]]:
    from mobctl.render import FORMATS

    formats = tuple(dict.fromkeys(form or ["pdf"]))
    if kind not in documents.KINDS:
        raise _not_one_of(kind, say("a kind of document"), documents.KINDS)
    for each in formats:
        if each not in FORMATS:
            raise _not_one_of(each, say("a document format"), FORMATS)
    return documents.KINDS[kind], formats


def _deliver(outcome: Outcome, output: Path, written: set[Path]) -> Message | None:
    """Write the files of a record; say why not where this run has written files of their names already."""
    from mobctl.store import write

    paths = {output / f"{write.file_name(outcome.record)}.{suffix}": data for suffix, data in outcome.made}
    if taken := next((path for path in paths if path in written), None):
        return say("{path} is there already; it was left as it is.", path=Quoted(taken.as_posix()))
    for path, data in paths.items():
        write.replace(path, data)
        sys.stdout.write(f"{path.as_posix()}\n")
    written |= set(paths)
    return None


def _document_languages(lang: str | None) -> tuple[str | None, ...]:
    """Take `fr+en` apart; None stands for the school's own language."""
    names = lang.split("+") if lang else [None]
    if len(names) > 2 or len(names) != len(set(names)):  # noqa: PLR2004  (a main language and a second one)
        raise UserError(
            say(
                "A document has one language or two different ones, as in {example}.", example=Quoted("fr+en")
            )
        )
    return tuple(names)


def _not_one_of(value: str, what: Message, known: Iterable[str]) -> UserError:
    """Name what there is, and first what was probably meant."""
    shown = Series(tuple(Quoted(each) for each in known), "or")
    return UserError(
        say("{value} is not {what}: it is {known}.", value=Quoted(value), what=what, known=shown)
    )


@app.command(name="import")
def import_(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="The other system's format: ewp-la.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Files to read.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to write into.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Overwrite records that are there.")] = False,
    lang: Lang = None,
) -> int:
    """Turn files of another system into records, and say what could not be carried."""
    from mobctl.exchange import IMPORTS
    from mobctl.store import write

    speech = _words(lang)
    if form not in IMPORTS:
        raise _not_one_of(form, say("a format to import"), IMPORTS)
    for file in files:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise NothingToCheckError(
                say("{file} cannot be opened: {why}", file=Quoted(file.as_posix()), why=error.strerror or "")
            ) from error
        for record in IMPORTS[form].load(data):
            comments = {place: speech.say(message) for place, message in record.comments.items()}
            text = write.dump(record.record, comments, "mobility.schema.json")
            path = output / f"{write.file_name(record.id)}.mobility.yaml"
            output.mkdir(parents=True, exist_ok=True)
            if force:
                write.replace(path, text.encode())
            else:
                write.write_new(path, text)
            sys.stdout.write(f"{path.as_posix()}\n")
            for message in record.assumed:
                _tell(f"  {speech.say(message)}")
            for lost in record.lost:
                place = speech.say(say("line {line}", line=lost.line))
                _tell(f"  {place}, {lost.path}: {speech.say(lost.why)}")
    return 0
