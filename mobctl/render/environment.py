"""Templates: Jinja in a sandbox that gives them plain data, a dozen filters and a budget.

A school may replace any template by one of the same name in its own folder, and extend the shipped one as
`mobctl/<name>`. What a template can do is what a document needs: it can't compute, call methods, or run for long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
    pass_context,
)
from jinja2.environment import TemplateModule
from jinja2.filters import do_first, do_last, do_map, do_rejectattr, do_selectattr
from jinja2.runtime import BlockReference, Context, LoopContext, TemplateReference, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from mobctl import resources
from mobctl.errors import UserError
from mobctl.finding import Message, Quoted, say
from mobctl.model import spoken_name
from mobctl.render import blocks, complaints, locale
from mobctl.render.speech import Speech
from mobctl.render.tree import PLACE, SHIPPED, VOCABULARY, no_element, template_error

LARGEST_TEMPLATE = 512 * 1024
LARGEST_OUTPUT = 5_000_000
STEPS = 200_000
"""Turns of loops and calls of macros in one document; the largest of ours takes some hundreds."""

NAME = re.compile(r"[a-z0-9][a-z0-9-]*\.xml\.j2")


class RefusedError(TemplateError):
    """What a template may not do; the place is found from the traceback, or given where it is known before."""

    def __init__(self, problem: Message, line: int | None = None, display: str | None = None) -> None:
        super().__init__(problem.id)
        self.problem = problem
        self.line = line
        self.display = display


class SpentError(RefusedError):
    """Raised where a template has spent all that it may: wherever that happens, the school's own template is to blame."""


@dataclass(slots=True)
class Job:
    """One document under way: its languages, and what it may still spend."""

    speech: Speech
    second: Speech | None
    steps: int = STEPS
    characters: int = LARGEST_OUTPUT

    def step(self, count: int = 1) -> None:
        """Take some steps of those that are left."""
        self.steps -= count
        if self.steps < 0:
            raise SpentError(say("the template takes more than {n} steps", n=STEPS))

    def write(self, count: int) -> None:
        """Write some characters of those that are left."""
        self.characters -= count
        if self.characters < 0:
            raise SpentError(say("the template writes more than {n} characters", n=LARGEST_OUTPUT))


JOB: ContextVar[Job] = ContextVar("JOB")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something that each language says its own way; `glossed` things are shown in the second one too."""

    say: Callable[[Speech], str]
    glossed: bool

    def __html__(self) -> str:
        job = JOB.get()
        first = escape(self.say(job.speech))
        if not self.glossed or job.second is None:
            return first
        second = escape(self.say(job.second))
        if second == first:
            return first
        return first + Markup('<gloss lang="') + job.second.lang + Markup('">') + second + Markup("</gloss>")


PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def fill(text: str, args: Mapping[str, Any], speech: Speech) -> Markup:
    """Put values into a sentence. Only names stand in placeholders, and no value is looked through for more."""
    done, after = [], 0
    for found in PLACEHOLDER.finditer(text):
        if found[1] not in args:
            raise RefusedError(
                say("nothing is given for {name} in {text}", name=Quoted(found[0]), text=Quoted(text))
            )
        done += [escape(text[after : found.start()]), _spoken(args[found[1]], speech)]
        after = found.end()
    return Markup("").join([*done, escape(text[after:])])


def _spoken(value: object, speech: Speech) -> Markup:
    return escape(value.say(speech) if isinstance(value, Phrase) else printed(value))


def gettext(id: str, /, **args: Any) -> Phrase:
    """Say a sentence; what a template calls `_`."""
    return Phrase(
        lambda speech: fill(locale.typeset(speech.text(id), speech.lang), args, speech), glossed=True
    )


def ngettext(one: str, many: str, n: int | str, /, **args: Any) -> Phrase:
    """Say a sentence that depends on a count, which it shows as `{n}`; what a template calls `n_`.

    A count may be a number of the view, as "1.5": what its sentence shows of it is an argument of its own then.
    """

    def in_language(speech: Speech) -> str:
        text = speech.plural(one, many, locale.plural_of(n, speech.lang))
        return fill(locale.typeset(text, speech.lang), {"n": n, **args}, speech)

    return Phrase(in_language, glossed=True)


def text(pairs: Iterable[Sequence[str]] = (), /, **parts: Any) -> Phrase:
    """Say a text that is written in several languages: `text(fr="…", en="…")`, with values for its places; or of pairs.

    In a language that it is not written in, the first stands.
    """
    written = {name: str(each) for name, each in [*pairs, *parts.items()] if LANGUAGE.fullmatch(name)}
    if not written:
        raise RefusedError(
            say(
                "{name} needs a text for each language: {example}",
                name=Quoted("text"),
                example='text(fr="…", en="…")',
            )
        )
    first = next(iter(written))
    values = {name: each for name, each in parts.items() if name not in written}
    return Phrase(lambda speech: fill(written.get(speech.lang, written[first]), values, speech), glossed=True)


LANGUAGE = re.compile("[a-z]{2}")


def printed(value: Any) -> Any:
    """Let texts and whole numbers into a document, nothing that a template prints by mistake."""
    if isinstance(value, str | Phrase | Undefined) or type(value) is int:
        return value
    raise RefusedError(
        say("a template can print texts and whole numbers, but this is {kind}", kind=complaints.kind(value))
    )


def plain(value: Any) -> Any:
    """Refuse to compare lists: two that hold each other many times over would take for ever."""
    if isinstance(value, list | tuple | dict):
        raise RefusedError(say("a template can't compare lists"))
    return value


@pass_context  # so that Jinja leaves it to the rendering, even for a constant list
def counted(_context: Context, value: Any) -> list[Any]:
    """Charge a loop for its turns."""
    items = list(value)
    JOB.get().step(len(items))
    return items


def main(value: Any) -> Any:
    """Say something in the first language alone, as an attribute needs it."""
    return value.say(JOB.get().speech) if isinstance(value, Phrase) else value


def both(value: Any) -> Any:
    """Say something in both languages on one line, for an attribute that readers see."""
    if not isinstance(value, Phrase):
        return value
    job = JOB.get()
    return " / ".join(dict.fromkeys(value.say(each) for each in (job.speech, job.second) if each))


def join(values: Iterable[Any], separator: str = "") -> Phrase:
    """Put texts in a row."""
    items = [printed(value) for value in values]
    return Phrase(
        lambda speech: escape(separator).join(_spoken(item, speech) for item in items), glossed=False
    )


def series(values: Iterable[Any]) -> Phrase:
    """Put texts in a row as a sentence does: a, b and c."""
    items = [printed(value) for value in values]

    def in_language(speech: Speech) -> str:
        marks = [f"\ue000{number}\ue001" for number in range(len(items))]
        return _put_back(locale.series(marks, speech.lang), lambda number: _spoken(items[number], speech))

    return Phrase(in_language, glossed=False)


MARK = re.compile("\ue000([0-9]+)\ue001")
MARKS = frozenset("\ue000\ue001")


def _put_back(text: str, item: Callable[[int], Markup]) -> Markup:
    """Put things where their marks stand."""
    parts = MARK.split(text)
    return Markup("").join(
        escape(part) if number % 2 == 0 else item(int(part)) for number, part in enumerate(parts)
    )


def beside(left: Sequence[Any], right: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Lay two lists side by side; the shorter one ends in nothing, and two empty ones are one line of nothing."""
    return [*zip_longest(left, right)] or [(None, None)]


def words(it: Any) -> Phrase:
    """Say a text of the record in each language that its issuer gave it in, else in the issuer's own."""
    if not isinstance(it, Mapping) or "others" not in it:
        raise RefusedError(
            say(
                "the filter {name} is for texts in several languages, such as {example}; this is {kind}",
                name=Quoted("words"),
                example=Quoted("view.home.name|words"),
                kind=complaints.kind(it),
            )
        )

    def in_language(speech: Speech) -> str:
        lang = speech.lang if speech.lang in it["others"] else it["lang"]
        text = it["others"].get(lang, it["text"])
        return run(text, lang)

    return Phrase(in_language, glossed=True)


def original(it: Mapping[str, Any]) -> Phrase:
    """Say a text of the record as its issuer wrote it, small, where none of the document's languages is the issuer's."""

    def below(_speech: Speech) -> str:
        job = JOB.get()
        shown = {speech.lang for speech in (job.speech, job.second) if speech}
        text, lang = it["text"], it["lang"]
        translated = it["others"].get(job.speech.lang)
        if not translated or lang in shown or translated == text:
            return Markup()
        return Markup("<note>{}</note>").format(run(text, lang))

    return Phrase(below, glossed=False)


def run(text: str, lang: str) -> Markup:
    """Write a text of the record in its language, if that is known."""
    return Markup('<run lang="') + lang + Markup('">') + text + END if lang else START + text + END


START, END = Markup("<run>"), Markup("</run>")


def in_words(write: Callable[[str, str], str]) -> Callable[[Any], Phrase]:
    """Make a filter of a function that writes a value in a language."""

    def written(value: Any) -> Phrase:
        def in_language(speech: Speech) -> str:
            try:
                return write(str(printed(value)), speech.lang)
            except ValueError:
                raise RefusedError(say("{value} can't be written here", value=Quoted(str(value)))) from None

        return Phrase(in_language, glossed=False)

    return written


def label(code: str, codelist: str) -> Phrase:
    """Name a code of a published list."""
    code = str(printed(code))

    def in_language(speech: Speech) -> str:
        try:
            return locale.typeset(speech.label(codelist, code), speech.lang)
        except LookupError:
            problem = say("there is no list {list} with {code}", list=Quoted(codelist), code=Quoted(code))
            raise RefusedError(problem) from None

    return Phrase(in_language, glossed=True)


def message(node: Any) -> Phrase:
    """Say a message value that the view carries; values of the record stand in it, so nothing is typeset here.

    A text that the record gives in its languages says which one it is shown in, as `words` does.
    """

    def in_language(speech: Speech) -> Markup:
        runs: list[Markup] = []
        held = _held(node, speech.lang, runs)
        said = speech.message(node)
        if not runs or MARKS & set(said):
            return escape(said)
        return _put_back(speech.message(held), runs.__getitem__)

    return Phrase(in_language, glossed=True)


def _held(node: Any, lang: str, runs: list[Markup]) -> Any:
    """Copy a message value with a mark for each text in its languages; what the marks stand for goes to `runs`."""
    match node:
        case {"text": [[_, _], *_] as pairs}:
            texts = dict(pairs)
            shown = lang if texts.get(lang) else pairs[0][0]
            runs.append(run(texts[shown], shown))
            return f"\ue000{len(runs) - 1}\ue001"
        case dict():
            return {key: _held(value, lang, runs) for key, value in node.items()}
        case list():
            return [_held(value, lang, runs) for value in node]
        case _:
            return node


class Templates(BaseLoader):
    """The school's own templates first, then the shipped ones, which `mobctl/` always means."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002  (Jinja's signature)
        """Return a template, its name for messages, and how to see that it has not changed."""
        found = self._found(template)
        if found is None:
            raise TemplateNotFound(template)
        path, display = found
        stamp = path.stat().st_mtime_ns

        def unchanged() -> bool:
            return self._found(template) == found and path.stat().st_mtime_ns == stamp

        return instrumented(template_text(path, display), display), display, unchanged

    def _found(self, template: str) -> tuple[Path, str] | None:
        there = (
            each for each in self._candidates(template) if each[0].is_file() and not each[0].is_symlink()
        )
        return next(there, None)

    def list_templates(self) -> list[str]:
        """Name all templates that there are."""
        shipped = {path.name for path in (resources.root() / "templates").glob("*.xml.j2")}
        own = {path.name for path in self.folder.glob("*.xml.j2")} if self.folder else set()
        return sorted({*own, *shipped, *(SHIPPED + name for name in shipped)})

    def _candidates(self, template: str) -> Iterator[tuple[Path, str]]:
        name = template.removeprefix(SHIPPED)
        if not NAME.fullmatch(name):
            return
        if self.folder is not None and name == template:
            yield self.folder / name, f"templates/{name}"
        yield resources.root() / "templates" / name, SHIPPED + name


def template_text(path: Path, display: str) -> str:
    """Read a template: UTF-8, and no larger than it may be."""
    data = path.read_bytes()
    if len(data) > LARGEST_TEMPLATE:
        raise template_error(
            display, say("a template of more than {n} bytes is not read", n=LARGEST_TEMPLATE)
        )
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise template_error(display, say("the template is not UTF-8 text")) from None


TOKENS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<!--.*?-->|<(?P<tag>[A-Za-z][\w:.-]*)", re.DOTALL)


def instrumented(source: str, display: str) -> str:
    """Write into each literal tag where it stands, so that what is wrong with it can be said; refuse unknown ones."""

    def place(found: re.Match[str]) -> str:
        if not (tag := found["tag"]):
            return found[0]
        here = f"{display}:{source.count(chr(10), 0, found.start()) + 1}"
        if tag not in VOCABULARY:
            raise template_error(here, no_element(tag))
        return f'<{tag} {PLACE}="{here}"'

    return TOKENS.sub(place, source)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja with all taken out that a document doesn't need."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, folder: Path | None) -> None:
        super().__init__(
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=printed,
            loader=Templates(folder),
        )
        self.globals = {"_": gettext, "n_": ngettext, "text": text}
        self.filters = dict(FILTERS)
        self.tests = dict(TESTS)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Give the keys of data, never the methods of anything. What is not there stays so, whatever is asked of it."""
        if isinstance(obj, Undefined):
            return obj
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self._missing(obj, attribute, obj)
        if isinstance(obj, TemplateModule):
            found = super().getattr(obj, attribute)
            names = (name for name in vars(obj) if not name.startswith("_"))
            return self._missing(obj, attribute, names) if isinstance(found, Undefined) else found
        if isinstance(obj, LoopContext | BlockReference | TemplateReference):
            return super().getattr(obj, attribute)
        return self.unsafe_undefined(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Give an item of data, never an attribute."""
        try:
            return obj[argument]
        except (TypeError, LookupError):
            return self._missing(obj, argument, obj if isinstance(obj, Mapping) else ())

    def _missing(self, obj: Any, name: Any, known: Iterable[str]) -> Undefined:
        """Let whoever prints what is not there know what is."""
        problem = complaints.no_name(str(name), known)
        fail: Any = lambda _detail: RefusedError(problem)  # noqa: E731  (what Jinja calls to make its exception)
        return self.undefined(obj=obj, name=name, exc=fail)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Charge for each call of a macro."""
        JOB.get().step()
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Let templates count, not calculate: numbers of a document come from the record."""
        small = all(type(side) is int and abs(side) < LARGEST_OUTPUT for side in (left, right))
        if not small or operator in {"/", "**"}:
            raise RefusedError(say("a template can't use {operator} here", operator=Quoted(operator)))
        return super().call_binop(context, operator, left, right)

    def concat(self, parts: Iterable[str]) -> str:
        """Put the output of a macro or a block together, within bounds."""
        done = list(parts)
        JOB.get().write(sum(map(len, done)))
        return "".join(done)

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,  # noqa: FBT001, FBT002  (Jinja's signature)
    ) -> str:
        """Count the turns of loops, and guard comparisons, before the template becomes code.

        In a template of the school's that extends another, nothing may stand that would be lost.
        """
        if filename and not filename.startswith(SHIPPED) and (lost := blocks.fault(self, source, name)):
            raise RefusedError(*lost, filename)
        if banned := source.find(nodes.Concat):
            raise RefusedError(
                say("a template puts texts side by side, without an operator"), banned.lineno, filename
            )
        for loop in list(source.find_all(nodes.For)):
            if loop.recursive:
                raise RefusedError(say("a loop can't call itself"), loop.lineno, filename)
            loop.iter = _filtered(loop.iter, "counted")
        for comparison in list(source.find_all(nodes.Compare)):
            comparison.expr = _filtered(comparison.expr, "plain")
            for operand in comparison.ops:
                if operand.op not in {"in", "notin"}:
                    operand.expr = _filtered(operand.expr, "plain")
        source.set_environment(self)
        return super()._generate(source, name, filename, defer_init)


def _filtered(expression: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(expression, name, [], [], None, None, lineno=expression.lineno)


def name(it: Mapping[str, Any]) -> str:
    """Write a person's name in the order in which it is spoken."""
    return spoken_name(it["family"], it["given"])


FILTERS: Mapping[str, Callable[..., Any]] = {
    "counted": counted,
    "plain": plain,
    "main": main,
    "both": both,
    "join": join,
    "series": series,
    "beside": beside,
    "label": label,
    "message": message,
    "words": words,
    "name": name,
    "original": original,
    "date": in_words(locale.day),
    "credits": in_words(locale.credits),
    "grade": in_words(locale.grade),
    "country": in_words(locale.country),
    "language": in_words(locale.language),
    "length": len,
    "first": do_first,
    "last": do_last,
    "map": do_map,
    "selectattr": do_selectattr,
    "rejectattr": do_rejectattr,
}

TESTS: Mapping[str, Callable[..., bool]] = {
    "defined": lambda value: not isinstance(value, Undefined),
    "undefined": lambda value: isinstance(value, Undefined),
    "none": lambda value: value is None,
    "string": lambda value: isinstance(value, str),
    "eq": lambda value, other: bool(plain(value) == plain(other)),
}


@lru_cache(maxsize=8)
def sandbox(folder: Path | None) -> Sandbox:
    """Return the environment of a folder of templates; it keeps what it has compiled."""
    return Sandbox(folder)


def fill_template(
    name: str, data: Mapping[str, Any], *, speech: Speech, second: Speech | None, folder: Path | None
) -> str:
    """Render a template to neutral XML; whatever goes wrong in it is said with its file and line."""
    environment = sandbox(folder)
    job = Job(speech, second)
    token = JOB.set(job)
    try:
        parts = []
        for part in environment.get_template(name).generate(data):
            job.write(len(part))
            parts.append(part)
        return "".join(parts)
    except (
        TemplateError,
        TypeError,
        ValueError,
        LookupError,
        ArithmeticError,
        AttributeError,
        RecursionError,
    ) as error:
        own = folder is not None and (folder / name).is_file()
        names = (*data, *(f"view.{each}" for each in data["view"]))
        raise _blamed(error, f"templates/{name}" if own else SHIPPED + name, environment, names) from error
    finally:
        JOB.reset(token)


def mistake(folder: Path, name: str) -> Message | None:
    """Read a template of a school's folder, and say what is wrong with it, if anything is."""
    environment = sandbox(folder)
    try:
        environment.get_template(name)
    except TemplateError as error:
        return _message(_blamed(error, f"templates/{name}", environment))
    except UserError as error:
        return _message(error)
    return None


def _message(error: UserError) -> Message:
    said: Message = error.args[0]
    return said


def _blamed(error: Exception, display: str, environment: Sandbox, names: Iterable[str] = ()) -> UserError:
    """Turn what Jinja raised into one sentence about a line of a template; `names` are those that it sees."""
    own = isinstance(error, SpentError | RecursionError) or complaints.of_a_call(str(error))
    place = _place(error.__traceback__, own=own) or display
    if isinstance(error, RefusedError):
        return template_error(f"{error.display}:{error.line}" if error.line else place, error.problem)
    if isinstance(error, TemplateNotFound):
        return template_error(place, blocks.absent(str(error.name), environment.list_templates()))
    if isinstance(error, RecursionError):
        return template_error(place, say("the template calls itself without end"))
    filters = sorted({*environment.filters} - {"counted", "plain"})
    known = complaints.Known(filters, sorted(environment.tests), (*environment.globals, *names))
    if isinstance(error, TemplateSyntaxError):
        detail = str(error.message)
        problem = complaints.in_our_words(detail, known) or say(
            "the template can't be read: {detail}", detail=detail
        )
        return template_error(f"{error.filename or error.name}:{error.lineno}", problem)
    detail = str(error) or type(error).__name__
    problem = complaints.in_our_words(detail, known) or say("the template fails: {detail}", detail=detail)
    return template_error(place, problem)


def _place(traceback: TracebackType | None, *, own: bool) -> str | None:
    """Find the innermost line of a template, of the school's `own` if there is one, in a traceback that Jinja has rewritten."""
    frames: Sequence[tuple[str, int]] = [*_frames(traceback)]
    found = [f"{file}:{line}" for file, line in frames if file.endswith(".xml.j2")]
    mine = [each for each in found if own and not each.startswith(SHIPPED)]
    return next(reversed(mine or found), None)


def _frames(traceback: TracebackType | None) -> Iterator[tuple[str, int]]:
    while traceback is not None:
        yield traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next
