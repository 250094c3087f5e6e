"""What must stand on a document stands on it, in every language and format; without it there is no document."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, cast

import certificates
import graduates
import letterbox
import placements
import pytest
from agreements import AS_OF, FULL, record
from folders import exact
from pypdfium2 import PdfDocument

from mobctl import cli, press, store
from mobctl.documents import KINDS, Subject
from mobctl.documents.fields import UNSEEN, Field, Place, places
from mobctl.model import Activity, Day, Institution, LocalCredits, Person
from mobctl.render import FORMATS, compose, locale
from mobctl.rule import Index
from mobctl.words import words

OF_A_MOBILITY = [name for name, kind in KINDS.items() if kind.subject is Subject.MOBILITY]
"""The kinds that are looked at here; the others are in test_subjects.py."""

LEAST = 4
"""How many fields every kind must have at least."""

DAYS = {"certificate-of-arrival": date(2025, 10, 1)}
"""When a document is made, if that is not the day on which all is over."""

COUNTRIES = {"home.country": "LU", "host.country": "IS"}
METHOD = "recognition.blocks[*].to[*].grade?.method"
LISTED = {
    "insurance.accident.provider": ("insurance-providers", "employer"),
    "insurance.liability.provider": ("insurance-providers", "public-scheme"),
    "learner.enrolment.eqf": ("eqf", "3"),
    "evaluation.methods": ("assessment-methods", "daily-journal"),
    "convention.items": ("internship-items", "weekly-presence"),
}
"""Fields that take codes: the list that names them, and a code that no other field of the sample has."""

CODES = {
    "agreement.language.code": "sl",
    "agreement.language.level": "C2",
    "learner.positioning.eqf": "3",
    "project_code": "2024-1-FR01-KA122-VET-000987654",
    METHOD: "ects-distribution",
    "agreement.learning_outcomes[].competence": "organisational",
    "evaluation.grid[].level": "partial",
    "evaluation.methods": ["interview"],
    "evaluation.btm.dossier.axis": "host-organisation",
    "certification.candidate": "public-adult-trainee",
    "learner.enrolment.eqf": "5",
    **COUNTRIES,
    **{path: [code] if path.endswith("s") else code for path, (_, code) in LISTED.items()},
}


NAMED = {
    "method": "conversion-methods",
    "competence": "competence-kinds",
    "level": "outcome-levels",
    "methods": "assessment-methods",
    "axis": "file-axes",
    "candidate": "candidates",
    "diploma_type": "diploma-types",
}
"""Fields whose codes a document names: their lists."""


def sample(name: str) -> dict[str, Any]:
    """A record that has all that a document shows; an extension would change the planned days of an agreement."""
    if name in graduates.KINDS_OF_THESE:
        return cast(dict[str, Any], exact(graduates.FULL))
    if name in certificates.KINDS_OF_THESE:
        return cast(dict[str, Any], exact(certificates.FULL))
    if name in letterbox.SAMPLES:
        return cast(dict[str, Any], exact(dict(letterbox.SAMPLES[name])))
    of = placements.SAMPLES.get(name, FULL)
    data: dict[str, Any] = exact({**of, "profiles": ["itsra-social-work"]})
    if name == "transcript":
        data["direction"] = "incoming"  # of one who was sent abroad it is a copy, which may have gaps
    if name == "learning-agreement":
        del data["amendments"][0]["extension"]
    return data


def made_on(name: str) -> date:
    return DAYS.get(name, AS_OF)


def steps(path: str) -> list[str]:
    return path.split(".")


def holders(data: Any, path: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Find in the data of a record what holds the last names of a path."""
    nodes = [data]
    *way, last = steps(path)
    for step in way:
        name = step.rstrip("[]*?")
        found = [node[name] for node in nodes if name in node]
        nodes = [item for each in found for item in each] if step.endswith("]") else found
    return ((node, last) for node in nodes)


def without(data: dict[str, Any], path: str) -> dict[str, Any]:
    """Take a field out of a record, with all its alternatives."""
    for node, last in holders(data, path):
        for name in last.split("|"):
            node.pop(name, None)
    return data


def sentinels(data: dict[str, Any], fields: tuple[Field, ...], turn: int) -> dict[str, Any]:
    """Put a value that stands nowhere else at each path; `turn` chooses among the ways that a field has."""
    number = 0
    for field in fields:
        names = [name for name in steps(field.path)[-1].split("|") if name not in UNSEEN]
        chosen = names[turn % len(names)]
        for node, last in holders(data, field.path):
            number += 1
            old = node.get(chosen)
            for name in last.split("|"):
                node.pop(name, None)
            node[chosen] = sentinel(field.path, chosen, old, number)
    return data


def sentinel(path: str, name: str, old: Any, number: int) -> Any:
    word = f"Zq{number:03}x"
    plain = {
        **CODES,
        "agreement.activities": [{"id": "t1", "title": word}],
        "agreement.tasks": [word],
        "europass.activities": [word],
        "traineeship.outcomes": [word],
        "certification.unit_mobility.mark": Decimal("19.25"),
        "certification.diploma_type": old,
    }
    at = ".".join((*steps(path)[:-1], name))
    if at in plain:
        return plain[at]
    if name in ("coordinator", "contact", "tutor", "mobility_referent"):
        return {"name": {"family": word, "given": "Ky"}}
    if name == "local_credits":
        return [{"scheme": "US", "credits": Decimal(100 + number) + Decimal("0.25")}]
    if name in ("credits", "factor") or "hours" in path.rpartition(".")[2] or ".hours." in path:
        return Decimal(100 + number) + Decimal("0.25")
    if name == "esi":
        return f"urn:schac:personalUniqueCode:int:esi:valmont.example:{word}"
    if name in ("tables", "criteria"):
        return [word.lower()]
    if name == "url":
        return f"https://{word.lower()}.example/"
    if name == "birth_date":
        return "1987-07-19"
    if isinstance(old, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", old):
        return old  # a stay is not moved about; no two of these days are the same
    return word


def expected(place: Place, lang: str) -> str:
    """What a reader should see of a value."""
    return named_by_code(place, lang) or written_out(place, lang)


def named_by_code(place: Place, lang: str) -> str:
    """The name of a code, or "" for what is none."""
    if place.path in LISTED:
        [*_, code] = [place.value] if isinstance(place.value, str) else place.value
        return str(store.lists()[LISTED[place.path][0]].label(code, lang))
    if place.path in COUNTRIES:
        return str(locale.country(place.value, lang))
    return str(locale.language(place.value, lang)) if place.path == "agreement.language.code" else ""


def written_out(place: Place, lang: str) -> str:
    match place.value:
        case Day() as value:
            return locale.day(value.text, lang)
        case Decimal() as value:
            return locale.credits(f"{value.normalize():f}", lang)
        case Person() | (Activity(),) as value:
            return value.name.family if isinstance(value, Person) else str(value[0].title)
        case str() | (str(),) as value if _list(place, value):
            code = value if isinstance(value, str) else value[0]
            return store.lists()[_list(place, value)].label(code, lang)
        case str() as value if place.path.endswith(".grade.method"):
            return store.lists()["conversion-methods"].label(value, lang)
        case str() as value if place.path == "learner.enrolment.eqf":
            return store.lists()["eqf"].label(value, lang)
        case (str() as value, *_):
            return value
        case (LocalCredits() as value,):
            return locale.credits(f"{value.credits.normalize():f}", lang)
        case str() as value:
            return value
        case value:
            raise TypeError(value)


def _list(place: Place, value: Any) -> str:
    """The list whose codes a document names at a place, "" where it shows the text as it is."""
    name = NAMED.get(place.path.rpartition(".")[2], "")
    code = value if isinstance(value, str) else value[0]
    return name if name and code in store.lists()[name].codes else ""


def text(form: str, data: bytes) -> str:
    """What stands in a document, without spaces: lines are broken where they are full."""
    if form == "pdf":
        file = PdfDocument(data)
        found = " ".join(page.get_textpage().get_text_range() for page in file)
        file.close()
    else:
        found = html.unescape(re.sub("<[^>]*>", "", data.decode()))
    return bare(found.replace("\\", ""))


def bare(found: str) -> str:
    return re.sub("[\\s\u00ad\u200b\ufffe]", "", found)


CASES = [
    (kind, turn, lang)
    for kind in OF_A_MOBILITY
    for turn, lang in ((0, "en"), (0, "fr"), (0, "es"), (1, "fr"), (2, "es"))
]


@pytest.mark.parametrize(("name", "turn", "lang"), CASES)
def test_every_field_stands_on_the_document(name: str, turn: int, lang: str) -> None:
    kind = KINDS[name]
    data = sentinels(sample(name), kind.fields, turn)
    made = record(of=data, on=made_on(name))
    seen: set[str] = set()
    for part in kind.parts(made) or ("",):
        one = replace(made, part=part)
        assert kind.lacking(one) == ()
        composed = compose(
            kind.template_name, kind.view(one), speech=press.speech(words(lang, store.lists()))
        )
        shown = {form: text(form, FORMATS[form].write(composed)) for form in FORMATS}
        for field in kind.fields:
            for place in places(field, one, kind.scope(one)):
                if place.path.rpartition(".")[2] in UNSEEN:
                    continue
                seen.add(field.path)
                wanted = bare(expected(place, lang))
                missed = [form for form in FORMATS if wanted not in shown[form]]
                assert missed == [], (place.path, wanted)
    assert seen == {field.path for field in kind.fields}, "every field was looked for"


REMOVALS = [(name, field.path) for name in OF_A_MOBILITY for field in KINDS[name].fields]


def made(name: str, data: dict[str, Any], folder: Path, form: str = "md") -> tuple[int, frozenset[str]]:
    """Make the documents of a kind, and say which files there are then; a record as JSON is YAML that is quickly written."""
    file = folder / f"{data['id']}.mobility.yaml"
    file.write_text(json.dumps(data, default=float, ensure_ascii=False), encoding="utf-8")
    order = ["-o", str(folder / "out"), "--format", form, "--lang", "fr", "--draft", "--as-of"]
    status = cli.run(["render", name, str(file), *order, made_on(name).isoformat()])
    return status, frozenset(each.name for each in (folder / "out").glob("*"))


@pytest.fixture(scope="module")
def of_the_whole(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[int, frozenset[str]]]:
    """What is made of the sample of a kind that has all its fields: once for each kind."""
    return cache(lambda name: made(name, sample(name), tmp_path_factory.mktemp(name)))


@pytest.mark.parametrize(("name", "path"), REMOVALS)
def test_without_a_field_there_is_no_document(
    name: str,
    path: str,
    of_the_whole: Callable[[str], tuple[int, frozenset[str]]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is named by its path, whether a rule of the fields' shape or of the document wants it."""
    status, whole = of_the_whole(name)
    assert status == 0
    capsys.readouterr()
    status, left = made(name, without(sample(name), path), tmp_path)
    said = capsys.readouterr().err
    assert status == 1
    assert re.search(named(path), said), said
    assert "aucun document" in said
    assert left < whole, "only what has nothing to do with the field is made"


def named(path: str) -> str:
    """The pattern of a path in a message: items by their names, one of several last names or all of them."""
    *way, last = (step.rstrip("?") for step in steps(path))
    items = [re.sub(r"\[.?\]$", "", step) + (r"\[[^\]]+\]" if step.endswith("]") else "") for step in way]
    at = r"\.".join(items)
    return rf"{at}\.({last})\b|{at}\W+:.*«\W({last})\W»"


def test_every_kind_has_its_fields() -> None:
    assert len(REMOVALS) >= 50
    for kind in KINDS.values():
        assert len(kind.fields) >= LEAST, kind.name
        assert len({field.path for field in kind.fields}) == len(kind.fields)
        assert all(field.what for field in kind.fields)


REFERRED = {"ref": "nowhere", **dict.fromkeys(("name", "country", "city", "erasmus_code", "schac", "unit"))}


def test_an_institution_says_itself_what_it_is_called() -> None:
    kind = KINDS["learning-agreement"]
    made = record({"host": REFERRED}, part="1")
    english = words("en", store.lists())
    [said] = [english.say(each) for each in kind.lacking(made)]
    assert said == (
        "no file of the folder describes the institution “nowhere”, so that this is not known: “host.name” and “host.country”"
    )
    known = Institution(mobctl="institution/1", id="nowhere", name="Nowhere College")
    found = replace(made, index=Index(institutions={"nowhere": known}))
    [said] = [english.say(each) for each in kind.lacking(found)]
    assert said == (
        "the country of the host institution must be stated in the file of the institution “nowhere” (“host.country”)"
    )


def test_many_places_are_not_all_named() -> None:
    rows = [{"id": f"a{number}", "title": f"Course {number}"} for number in range(1, 9)]
    made = record({"amendments": None, "agreement": {"studied": rows}})
    [said] = KINDS["learning-agreement"].lacking(made)
    assert words("en", store.lists()).say(said).endswith(" and …)")
