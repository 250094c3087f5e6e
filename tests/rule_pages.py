"""The reference of the rules, in each language: `python tests/rule_pages.py` writes docs/rules/."""

from __future__ import annotations

from pathlib import Path

from mobctl import store
from mobctl.reporters import Reference, families_of, family_page, index_page
from mobctl.words import languages, words

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "rules"


def pages() -> dict[str, str]:
    """The text of each page, by its path below docs/rules."""
    made = {}
    for lang in languages():
        reference = Reference(words(lang, store.lists()), store.profiles(), store.example)
        made[f"{lang}/README.md"] = index_page(reference)
        for name, rules in families_of(reference.catalogue).items():
            made[f"{lang}/{name}.md"] = family_page(name, rules, reference)
    return made


def main() -> None:
    """Write the pages, and delete those of families that there are no more."""
    made = pages()
    for path in FOLDER.rglob("*.md"):
        if path.relative_to(FOLDER).as_posix() not in made:
            path.unlink()
    for name, text in made.items():
        (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
