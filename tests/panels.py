"""Archives of a school before an accreditation visit: what the accreditation panel (OUT-32) is made of, and its views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archives import AGREED, INCOMING, ON, cohort, decided, ground, stay, stays

from mobctl import model
from mobctl.documents import KINDS
from mobctl.documents.record import Record, Whole
from mobctl.finding import Judged

PANEL = "accreditation-panel"


def record(*files: dict[str, Any] | list[dict[str, Any]], config: Mapping[str, Any] | None = None) -> Record:
    """Make the record of an archive of these files."""
    made = ground(*files)
    index = made.index
    everything = [stay for found in index.mobilities.values() for _, stay in found]
    models: dict[str, model.Node] = {
        f"{number}.yaml": each
        for number, each in enumerate([*everything, *index.institutions.values(), *index.cohorts.values()])
    }
    whole = Whole("valmont", models, {}, config or {})
    return Record(whole, index, Judged(), ON, lists=made.lists, school=model.Party(ref="valmont"))


UNDER = {"partner_agreement": {"ref": "valmont-polito"}, "individual": True}
FOLLOWED = {
    "followup": {
        "preparation": [{"date": "2025-11-12", "kind": "information-meeting"}],
        "contacts": [{"date": "2026-03-01"}],
        "incidents": [{"opened": "2026-03-02", "closed": "2026-03-12"}],
    },
    "evidence": {"debrief": {"date": "2026-04-20"}, "satisfaction": {"before": 3, "during": 4, "after": 5}},
    "documents": [{"kind": "certificate-of-attendance", "issued": "2026-04-07"}],
}
TRAIN = {"travel": {"mode": "train", "counted_days": 2}}
WHOLE = decided(("a1", 20, "passed"), ("a2", 10, "compensated"), extends_studies_semesters=0)
PART = decided(
    ("a1", 20, "passed"),
    ("a2", 0, "failed"),
    to=(20, 0),
    extends_studies_semesters=1,
    remedial=[{"for": "b2", "credits": 10, "status": "passed"}],
)
AWAY = {"actual": {"start": "2026-10-05", "end": "2027-01-29"}}
LEFT = {"signatures": AGREED, "language": {"code": "it"}}
APPRENTICE = {"status": "apprentice"}
VISA = {
    "derogation": {"reason": "visa", "offered": "Projet de semestre avec une classe de Turin, à distance"}
}
EXEMPT = {
    "citizenship": ["MA"],
    "secondary_diploma": {"country": "MA"},
    "came_to_france_to_study": True,
    "exemption": {"reason": "international-student"},
}
ANSWERS = {
    "departure_in_curriculum": {
        "fr": "Le semestre 8 se fait à l’étranger ; le règlement des études l’inscrit à l’article 4.",
        "en": "Semester 8 is spent abroad, as article 4 of the study regulations provides.",
    },
    "departure_in_practice": "Chaque élève rencontre deux fois le bureau avant le départ.",
}
FILES: tuple[Any, ...] = (
    stays(range(6), **WHOLE, **UNDER, **FOLLOWED, period=TRAIN, learner={"citizenship": ["FR"]}),
    stays(range(6, 12), **PART, **UNDER, programme="KA131", learner={"fewer_opportunities": False}),
    stays(
        range(12, 18),
        kind="traineeship",
        destination={"country": "CA"},
        apprenticeship={"mode": "mise-en-veille"},
    ),
    stays(range(18, 20), kind="traineeship", destination={"country": "SE"}, format="group"),
    stays(range(20, 22), period=AWAY, agreement=LEFT),
    stays(range(40, 46), **INCOMING, partner_agreement={"ref": "valmont-polito"}),
    stays(range(22, 28), kind="at-home", agreement={"hours": {"theory": 12, "personal": 20}}),
    cohort(
        range(30),
        {
            **dict.fromkeys(range(12, 18), APPRENTICE),
            **dict.fromkeys(range(22, 28), VISA),
            **dict.fromkeys(range(28, 30), EXEMPT),
        },
        **{"from": "2023-09-04"},
        obligation={"student_weeks": 9},
        surveys=[{"stage": "after", "asked": 20, "answered": 17, "mean": 4.4}],
        panel=ANSWERS,
    ),
    cohort(range(50, 58), id="info-2027", graduation_year="2027", graduation_jury_date="2027-09-16"),
)
LONG = "Formation d’ingénieur en sciences et techniques appliquées à la médiation interculturelle <b>&</b> #let x = 1; *"
MONSTER: tuple[Any, ...] = (
    *(
        stays(range(n * 10, n * 10 + 6), **WHOLE, host={"name": f"{LONG} {n}", "country": code})
        for n, code in enumerate(("IT", "GR", "BR", "CN", "MA", "GB"))
    ),
    *(
        cohort(
            range(n * 10, n * 10 + 6),
            id=f"cohort-{n}",
            programme=f"programme-of-which-the-school-says-nothing-{n}",
            graduation_year=str(2015 + n),
            panel={"support": f"{LONG} " * 12},
        )
        for n in range(6)
    ),
)
"""Names that are long and full of markup, six hosts, six cohorts of programmes that no file describes."""


def shown(*files: Any) -> Mapping[str, Any]:
    """Make the view of a panel, which lacks nothing."""
    made = record(*files)
    assert not KINDS[PANEL].lacking(made), KINDS[PANEL].lacking(made)
    return KINDS[PANEL].view(made)


VIEWS: Mapping[str, Mapping[str, Any]] = {
    "accreditation-panel": shown(*FILES),
    "accreditation-panel-small": shown(stay(0), cohort(range(2))),
    "accreditation-panel-monster": shown(*MONSTER),
}
