"""Messages as sentences: every one of them, in every language."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import catalogues
import pytest

from mobctl import store, words
from mobctl.finding import Arg, Label, Message, Quoted, Series, Text, say, say_n

LANGUAGES = ("en", "fr", "es")


def every_message() -> list[Message]:
    """Each message of the code and the templates, its placeholders filled with their own names."""
    found = []
    for entry in catalogues.extract():
        if not entry.id:
            continue
        ids = [entry.id] if isinstance(entry.id, str) else list(entry.id)
        names = dict.fromkeys(name for id in ids for name in catalogues.PLACE.findall(id))
        args: list[tuple[str, Arg]] = [(name, f"⟨{name}⟩") for name in names if name != "n"]
        if len(ids) == 1:
            found.append(Message(ids[0], (*args, *((("n", 2),) if "n" in names else ()))))
        else:
            found += [Message(ids[0], (("n", n), *args), ids[1]) for n in (1, 2)]
    return sorted(found, key=lambda message: (message.id, message.plural or "", str(message.args)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_message_reads(lang: str, golden: Callable[[str, str], None]) -> None:
    speech = words.words(lang, store.lists())
    messages = every_message()
    assert len(messages) > 200
    lines = [speech.say(message) for message in messages]
    golden(f"messages.{lang}.md", "".join(f"- {line}\n" for line in lines))


def test_catalogues_are_complete() -> None:
    paths = sorted(catalogues.LOCALE.glob("*.po"))
    assert {path.stem for path in paths} >= {"fr", "es"}
    wanted = catalogues.extract()
    assert {path.stem: catalogues.faults(wanted, catalogues.load(path)) for path in paths} == {
        path.stem: [] for path in paths
    }


@pytest.mark.parametrize(
    ("arg", "en", "fr", "es"),
    [
        pytest.param(Decimal("7.50"), "7.5", "7,5", "7,5", id="credits"),
        pytest.param(Decimal(30), "30", "30", "30", id="whole credits"),
        pytest.param(date(2026, 6, 3), "3 June 2026", "3 juin 2026", "3 de junio de 2026", id="a day"),
        pytest.param(
            date(2026, 9, 1),
            "1 September 2026",
            "1er septembre 2026",
            "1 de septiembre de 2026",
            id="a first",
        ),
        pytest.param(
            Quoted("a {b}"), "“a {b}”", "«\u00a0a {b}\u00a0»", "«a {b}»", id="a value, braces and all"
        ),
        pytest.param(
            Label("tables", "studied"),
            "table A (studied)",
            "le tableau A (studied)",
            "la tabla A (studied)",
            id="a code",
        ),
        pytest.param(
            Label("tables", "other"), "other", "other", "other", id="a code that is not in the list"
        ),
        pytest.param(Series(("a", "b", "c"), "or"), "a, b or c", "a, b ou c", "a, b o c", id="a list"),
        pytest.param(Series(("a",)), "a", "a", "a", id="a list of one"),
        pytest.param(
            Text((("fr", "Droit"), ("en", "Law"))), "Law", "Droit", "Droit", id="a title in two languages"
        ),
    ],
)
def test_argument(arg: Arg, en: str, fr: str, es: str) -> None:
    for lang, expected in zip(LANGUAGES, (en, fr, es), strict=True):
        assert words.words(lang, store.lists()).show(arg) == expected


def test_a_value_is_never_a_placeholder() -> None:
    speech = words.words("en", store.lists())
    assert speech.say(say("{value} is not {what}.", value="{what}", what="x")) == "{what} is not x."


def test_a_language_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    body = 'msgid "{n} error"\nmsgid_plural "{n} errors"\nmsgstr[0] "{n} ërrör"\nmsgstr[1] "{n} ërrörs"\n'
    (tmp_path / "xx.po").write_text(header + body, encoding="utf-8")
    monkeypatch.setattr(words, "catalogues", lambda: tmp_path)
    assert words.languages() == ("en", "xx")
    speech = words.words("xx", store.lists())
    assert [speech.say(say_n("{n} error", "{n} errors", n)) for n in (1, 2)] == ["1 ërrör", "2 ërrörs"]
