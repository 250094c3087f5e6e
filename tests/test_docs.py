"""The pages of docs/: every command they show is run, every excerpt stands in the example it is taken from.

A page is about the example of its name and is run in a copy of that folder; `start` and `import` begin in an empty
one; `files`, `verify` and `templates` are about the files, documents and letters of an example whatever it tells.
Comments that no reader sees say what a block is for: `<!-- file: NAME -->`, the whole file to write;
`<!-- line: NAME -->`, lines of it to correct, found by their keys; `<!-- add: NAME -->`, what comes at its end;
none, an excerpt. With --update-golden the
answers shown are rewritten.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import cli
import pytest

from mobctl import store
from mobctl.render.environment import FILTERS, TESTS, sandbox
from mobctl.render.tree import VOCABULARY

ROOT = Path(__file__).parents[1]
LANGUAGES = ("fr", "en", "es")
PAGES = sorted(path for lang in LANGUAGES for path in (ROOT / "docs" / lang).glob("*.md"))
GUIDES = {
    "start": None,
    "import": None,
    "institutions": None,
    "files": "engineering",
    "verify": "incoming",
    "documents": "engineering",
    "templates": "letters",
    "ci": "engineering",
}
STORIES = sorted(config.parent.name for config in (ROOT / "examples").glob("*/mobctl.yaml"))
BLOCK = re.compile(r"(?:<!-- (file|line|add): (\S+) -->\n+)?```(\w+)\n(.*?)```\n", re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def name(path: Path) -> str:
    return path.relative_to(ROOT / "docs").as_posix()


def answer(command: str, folder: Path) -> str:
    """Run a command as a reader would, in the folder of the page, and give all that it says."""
    assert command.startswith("mobctl "), command
    env = {**cli.USUAL, "PATH": "", "COLUMNS": "120"}
    return cli.run(tuple(command.split()[1:]), env, folder, together=True).stdout


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Take a console block apart: each command with the answer shown."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def replayed(block: re.Match[str], folder: Path) -> str:
    """Do what a block says, and give it back with what was really answered."""
    act, file, kind, text = block.groups()
    if act == "file":
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
    elif act == "add":
        with (folder / file).open("a", encoding="utf-8") as whole:
            whole.write(text)
    elif act == "line":
        lines = (folder / file).read_text(encoding="utf-8").split("\n")
        for line in text.splitlines():
            [number] = [n for n, old in enumerate(lines) if old.split(":")[0] == line.split(":")[0]]
            lines[number] = line
        (folder / file).write_text("\n".join(lines), encoding="utf-8")
    elif kind == "console":
        said = [f"$ {command}\n{answer(command, folder)}" for command, _ in steps(text)]
        return block.group().replace(text, "".join(said))
    elif kind == "yaml":
        assert any(stands(text, path) for path in folder.rglob("*.yaml")), (
            f"in no file of the example:\n{text}"
        )
    return block.group()


def stands(excerpt: str, path: Path) -> bool:
    """Whether lines stand together in a file, at whatever depth."""
    wanted = dedent(excerpt).rstrip().split("\n")
    lines = path.read_text(encoding="utf-8").split("\n")
    windows = (
        lines[n : n + len(wanted)] for n, line in enumerate(lines) if line.strip() == wanted[0].strip()
    )
    return any(dedent("\n".join(window)).split("\n") == wanted for window in windows)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_says_what_happens(page: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = tmp_path / "records"
    example = GUIDES.get(page.stem, page.stem)
    if example is None:
        folder.mkdir()
    else:
        shutil.copytree(ROOT / "examples" / example, folder)
    text = page.read_text(encoding="utf-8")
    made = BLOCK.sub(lambda block: replayed(block, folder), text)
    if request.config.getoption("--update-golden"):
        page.write_text(made, encoding="utf-8")
    assert made == text
    assert "```console" in text


def outline(text: str) -> list[tuple[str, str]]:
    return [(block.group(3), block.group(1) or "") for block in BLOCK.finditer(text)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_story_has_its_page(lang: str) -> None:
    assert STORIES
    assert [path.stem for path in PAGES if path.parent.name == lang] == sorted([*STORIES, *GUIDES])


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "docs" / "README.md", *PAGES], ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_profile_is_explained(lang: str) -> None:
    text = (ROOT / "docs" / lang / "files.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `([\w-]+)` \| ", text, re.MULTILINE)
    assert sorted(named) == sorted(store.profiles())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_that_a_template_can_write_is_listed(lang: str) -> None:
    page = (ROOT / "docs" / lang / "templates.md").read_text(encoding="utf-8")
    told = {
        *re.findall(
            r"`(?:is )?([a-z_]+)(?:\([^`]*\))?`", "\n".join(re.findall(r"^\|.*\|$", page, re.MULTILINE))
        )
    }
    attributes = {name for each in VOCABULARY.values() for name in (*each.required, *each.optional)}
    tools = ({*FILTERS} | {*TESTS} | {*sandbox(None).globals}) - {"counted", "plain"}
    assert {*VOCABULARY, *attributes, *tools} - told == set()
    values = {"lead", "statement", "text", "code", "total", "draft", "warning", "waived"}
    assert told - {*VOCABULARY, *attributes, *tools} - values - {"l", "c", "r", "if"} == set()


def test_pages_have_the_same_steps_in_each_language() -> None:
    """A page that was changed in one language only tells a different story in the others."""
    for stem in [*STORIES, *GUIDES]:
        told = [
            outline((ROOT / "docs" / lang / f"{stem}.md").read_text(encoding="utf-8")) for lang in LANGUAGES
        ]
        assert told[0] == told[1] == told[2], stem
