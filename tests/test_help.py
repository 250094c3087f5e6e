"""Help and usage errors, in the language of the user; nothing of what Typer says itself is left."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from test_cli import mobctl
from typer.main import get_command

from mobctl.cli import app
from mobctl.cli.help import paragraphs, texts

COMMANDS: dict[str, Any] = vars(get_command(app))["commands"]

WRONG = [
    pytest.param(["validate", "--bogus"], "L’option « --bogus » n’existe pas", "--base", id="an option that there is not"),
    pytest.param(["--bogus"], "L’option « --bogus » n’existe pas ; --help montre", "", id="one before the command"),
    pytest.param(["todo", "--until"], "L’option « --until » doit être suivie d’une valeur", "", id="no value"),
    pytest.param(["todo", "--days", "ten"], "« --days » accepte un nombre entier, au moins égal à 0", "", id="no number"),
    pytest.param(["todo", "--days", "-1"], "« --days » accepte un nombre entier, au moins égal à 0", "", id="too low"),
    pytest.param(["validate", "--format", "xml"], "« --format » accepte « text »", "« github »", id="no such choice"),
    pytest.param(["validate", "--fail-on", "x"], "« --fail-on » accepte « error »", "« never »", id="no such threshold"),
    pytest.param(["rules", "LA001", "b", "c"], "mobctl rules n’attend pas ces arguments : « b » et « c »", "", id="too many"),
    pytest.param(["rendr"], "« rendr » n’est pas une commande de mobctl", "« render »", id="a misspelt command"),
    pytest.param(["zzz"], "« zzz » n’est pas une commande de mobctl", "« doctor »", id="no such command"),
    pytest.param(["render"], "Il manque « KIND »", "", id="an argument that is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "said", "near"), WRONG)
def test_wrong_use(arguments: list[str], said: str, near: str) -> None:
    result = mobctl(*arguments, lang="fr")
    assert (result.returncode, result.stdout) == (2, "")
    shown = result.stderr.replace("\u00a0", " ").replace("\u202f", " ")
    assert shown.startswith(f"mobctl: {said}")
    assert near in shown
    assert shown.count("\n") == 1


def pages() -> Iterator[Any]:
    assert len(COMMANDS) > 5
    yield pytest.param([], get_command(app), id="mobctl")
    for name, command in COMMANDS.items():
        yield pytest.param([name], command, id=name)


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
@pytest.mark.parametrize(("name", "command"), [*pages()])
def test_every_page_is_translated_and_whole(name: list[str], command: Any, lang: str) -> None:
    result = mobctl(*name, "--help", lang=lang, COLUMNS="90")
    assert (result.returncode, result.stderr) == (0, "")
    page = " ".join(result.stdout.split())
    options = [opt for param in command.params if param.param_type_name == "option" for opt in param.opts]
    assert all(option in page for option in [*options, "--help"])
    own = [*paragraphs(command.help), *(text for p in command.params for text in paragraphs(p.help))]
    assert own
    assert all((text in page) == (lang == "en") for text in own)
    assert max(map(len, result.stdout.splitlines())) <= 90
    heading = {"en": "Usage:", "fr": "Usage :", "es": "Uso:"}[lang]
    assert page.replace("\u00a0", " ").startswith(f"{heading} mobctl")


def test_the_list_of_commands_has_each_with_its_first_paragraph() -> None:
    result = mobctl("--help", COLUMNS="200")
    for name, command in COMMANDS.items():
        first = paragraphs(command.help)[0]
        assert re.search(rf"^  {name} +{re.escape(first[:40])}", result.stdout, re.MULTILINE)


def test_without_a_word_there_is_the_help() -> None:
    result = mobctl(lang="fr")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("Usage")
    assert "Vérifie les dossiers" in result.stderr


def test_every_option_is_explained() -> None:
    for name, command in COMMANDS.items():
        assert paragraphs(command.help), name
        assert all(paragraphs(param.help) for param in command.params), name
    assert len(set(texts(get_command(app)))) > 30
