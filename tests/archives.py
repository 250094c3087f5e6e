"""Small archives for statistics: a few learners of one cohort, each with a stay that differs in what a case is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from mobctl import engine, store
from mobctl.model import TYPES, Node, decode
from mobctl.statistics import Ground

ON = date(2026, 11, 30)
SCHOOL: dict[str, Any] = {
    "mobctl": "institution/2",
    "id": "valmont",
    "name": "École de Valmont",
    "country": "FR",
    "type": "higher-education",
    "programmes": [{"id": "info", "title": "Informatique", "eqf": "7", "semesters": 6}],
}
HOST: dict[str, Any] = {
    "mobctl": "institution/2",
    "id": "polito",
    "name": "Politecnico",
    "country": "IT",
    "type": "company",
}
PARTNERS: dict[str, Any] = {
    "mobctl": "partner-agreement/1",
    "id": "valmont-polito",
    "kind": "iia",
    "parties": [{"ref": "valmont"}, {"ref": "polito", "transcript_weeks": 4}],
    "covers": {"from": "2022-09-01", "to": "2028-08-31"},
}


def stay(number: int, **over: Any) -> dict[str, Any]:
    """Write the record of a stay of nine working weeks that is over, of the learner with a number."""
    span = {"start": "2026-02-02", "end": "2026-04-03"}
    learner = {"name": {"family": "N."}, "id": str(number), **over.pop("learner", {})}
    return {
        "mobctl": "mobility/1",
        "id": f"s{number}{over.pop('again', '')}",
        "status": "returned",
        "direction": "outgoing",
        "kind": "studies",
        "learner": learner,
        "home": {"ref": "valmont"},
        "host": {"ref": "polito"},
        "period": {"actual": span, **over.pop("period", {})},
        **over,
    }


def stays(numbers: Iterable[int], **over: Any) -> list[dict[str, Any]]:
    """Write the same record for several learners."""
    return [stay(number, **over) for number in numbers]


def cohort(numbers: Iterable[int], of: Any = None, **over: Any) -> dict[str, Any]:
    """Write the file of a cohort that has graduated, with what is said of single learners."""
    told = of or {}
    return {
        "mobctl": "cohort/1",
        "id": "info-2026",
        "institution": "valmont",
        "programme": "info",
        "graduation_year": "2026",
        "graduation_jury_date": "2026-09-16",
        "learners": [{"id": str(number), **told.get(number, {})} for number in numbers],
        **over,
    }


def ground(*files: dict[str, Any] | list[dict[str, Any]], on: date = ON, **over: Any) -> Ground:
    """Put files together to an archive; each has the shape that its schema asks for."""
    flat = [each for file in files for each in (file if isinstance(file, list) else [file])]
    models: dict[str, Node] = {}
    for number, data in enumerate((SCHOOL, HOST, PARTNERS, *flat)):
        kind = data["mobctl"].split("/")[0]
        problems = [] if number < 3 else [*store.shapes()[kind].check(data)]
        assert not problems, (data["id"], problems)
        models[f"{number}.yaml"] = decode(data, TYPES[kind])
    return Ground(engine.index(models), on, store.lists(), **over)


INCOMING = {"direction": "incoming", "home": {"ref": "polito"}, "host": {"ref": "valmont"}}
AGREED = [{"role": role, "date": "2026-01-05"} for role in ("learner", "home", "host")]
AGREEMENT = {
    "studied": [{"id": "a1", "credits": 20}, {"id": "a2", "credits": 10}],
    "recognised": [{"id": "b1", "credits": 20}, {"id": "b2", "credits": 10}],
    "signatures": AGREED,
}


def decided(*lines: tuple[str, int, str], to: tuple[int, ...] = (20, 10), **over: Any) -> dict[str, Any]:
    """Write the results and the decision of a stay: lines with credits and status, credits of b1 and b2."""
    results = [
        {"id": f"r{n}", "for": row, "credits": credits, "status": status}
        for n, (row, credits, status) in enumerate(lines)
    ]
    blocks = [
        {
            "id": "k1",
            "from": [each["id"] for each in results],
            "to": [
                {
                    "component": f"b{n}",
                    "credits": credits,
                    "status": "recognised" if credits else "refused",
                }
                for n, credits in enumerate(to, 1)
            ],
        }
    ]
    recognition = {"procedure": "automatic", "decided": {"date": "2026-05-04"}, "blocks": blocks}
    return {
        "status": "recognised",
        "agreement": AGREEMENT,
        "results": {"lines": results},
        "recognition": recognition | over,
    }
