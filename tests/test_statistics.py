"""Statistics of an archive: each with figures computed by hand, at its thresholds, with nothing to divide by, below five."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from archives import AGREEMENT, INCOMING, PARTNERS, cohort, decided, ground, stay, stays

from mobctl.finding import Label, Message
from mobctl.statistics import STATISTICS, Case, Figure, Form, Ground, Measure, figures, rounded
from mobctl.statistics.figure import quartile

FIVE, SIX, TEN = range(5), range(6), range(10)


def shown(figure: Figure) -> str:
    """Write a figure in few characters: 3/5 60.0%, or 12 (n 5)."""
    if figure.hidden:
        return "hidden"
    if figure.value is None:
        return "none"
    if figure.form is Form.SHARE:
        return f"{figure.top.normalize():f}/{figure.bottom:f} {rounded(figure.value * 100, 1)}%"
    if figure.bottom is not None:
        return f"{figure.top:f}/{figure.bottom:f} {rounded(figure.value, 2)}"
    return f"{rounded(figure.value, 1)} (n {figure.n})"


def computed(code: str, archive: Ground) -> dict[str, str]:
    return {each.what: shown(figures(each).whole) for each in STATISTICS[code].compute(archive).measures}


def left_out(code: str, archive: Ground) -> dict[str, int]:
    return {each.what.id: each.count for each in STATISTICS[code].compute(archive).left_out}


def text(label: Any) -> str:
    """Name a group as the tests do: the code of a label, the id of a message, a message's year."""
    if isinstance(label, Label):
        return label.code
    if isinstance(label, Message):
        return dict(label.args).get("year", label.id)  # type: ignore[return-value]
    return str(label)


def groups(code: str, archive: Ground, number: int = 0) -> dict[str, dict[str, str]]:
    measure = STATISTICS[code].compute(archive).measures[number]
    return {
        each.by: {
            text(row.label) if not row.folded else f"+{row.folded}": shown(row.figure) for row in each.rows
        }
        for each in figures(measure).breakdowns
    }


def test_all_statistics_of_the_catalogue() -> None:
    assert list(STATISTICS) == [f"ST{number:02}" for number in range(1, 25)]
    for each in STATISTICS.values():
        assert each.title, each.code
        assert each.formula.endswith("."), each.code
        assert each.cites.passage, each.code


@pytest.mark.parametrize("code", STATISTICS)
def test_an_empty_archive_has_no_figures(code: str) -> None:
    """Nothing to divide by: no share, no mean, and no error."""
    found = STATISTICS[code].compute(ground())
    assert found.measures
    for each in found.measures:
        made = figures(each).whole
        assert made.value in (None, 0), each.what
        assert not made.hidden


@pytest.mark.parametrize("code", STATISTICS)
def test_nothing_of_four_people_is_printed(code: str) -> None:
    archive = ground(stays(range(4)), cohort(range(4)))
    for each in STATISTICS[code].compute(archive).measures:
        made = figures(each)
        if each.things or not each.cases:
            continue
        assert made.whole.hidden, each.what
        assert made.whole.top == made.whole.n == 0
        assert not made.breakdowns


NINE = {"start": "2026-02-02", "end": "2026-04-03"}
"""From a Monday to the Friday of the ninth week: 61 days."""
LESS = {"start": "2026-02-02", "end": "2026-04-02"}
APPRENTICE = {"status": "apprentice"}
DEROGATION = {"derogation": {"reason": "visa", "offered": "A project"}}
EXEMPT = {"citizenship": ["MA"], "exemption": {"reason": "international-student"}}
EFFECTIVE, LET_OFF = "Learners who have completed their mobility", "Learners with a derogation"


@pytest.mark.parametrize(
    ("records", "of", "asked", "rate"),
    [
        pytest.param(stays(FIVE), {}, 9, "5/6 83.3%", id="61 days are nine weeks"),
        pytest.param(stays(FIVE, period={"actual": LESS}), {}, 9, "0/6 0.0%", id="60 days are not"),
        pytest.param(stays(FIVE), {}, None, "5/6 83.3%", id="a counted day, where no number is set"),
        pytest.param(stays(FIVE), {5: EXEMPT}, 9, "5/5 100.0%", id="who is exempt is not in the denominator"),
        pytest.param(stays(FIVE), {5: DEROGATION}, 9, "5/6 83.3%", id="who has a derogation is"),
        pytest.param(stays(FIVE, kind="at-home"), {}, None, "0/6 0.0%", id="nothing at home counts"),
        pytest.param(stays(FIVE, format="group"), {}, None, "0/6 0.0%", id="nor does a group"),
        pytest.param(stays(FIVE, status="cancelled"), {}, None, "0/6 0.0%", id="nor what was given up"),
        pytest.param(
            [*stays(FIVE, period={"actual": LESS}), *stays(FIVE, again="b", period={"actual": LESS})],
            {},
            16,
            "5/6 83.3%",
            id="two stays of sixty days are seventeen weeks, less a day",
        ),
        pytest.param(
            stays(FIVE, period={"actual": {"start": "2026-10-01", "end": "2026-12-31"}}),
            {},
            9,
            "0/6 0.0%",
            id="who is still abroad has not completed it",
        ),
    ],
)
def test_effective_mobility_rate(
    records: list[dict[str, Any]], of: dict[int, dict[str, Any]], asked: int | None, rate: str
) -> None:
    obligation = {"obligation": {"student_weeks": asked}} if asked else {}
    archive = ground(records, cohort(SIX, of, **obligation))
    assert computed("ST01", archive) == {EFFECTIVE: rate}


def test_apprentices_need_nine_weeks_whatever_a_cohort_says() -> None:
    archive = ground(
        stays(FIVE, period={"actual": LESS}),
        cohort(FIVE, dict.fromkeys(FIVE, APPRENTICE), obligation={"apprentice_weeks": 2}),
    )
    assert computed("ST01", archive) == {EFFECTIVE: "0/5 0.0%"}
    archive = ground(stays(FIVE), cohort(FIVE, dict.fromkeys(FIVE, APPRENTICE)))
    assert computed("ST01", archive) == {EFFECTIVE: "5/5 100.0%"}


def test_the_rate_tells_who_is_still_abroad_and_where_no_number_is_set() -> None:
    away = {"actual": {"start": "2026-10-01", "end": "2026-12-31"}}
    archive = ground(stays(FIVE), stay(5, period=away), cohort(SIX))
    assert left_out("ST01", archive) == {
        "learners who are abroad on this day: their stay does not count yet": 1,
        "learners for whom no number of weeks is set: a counted day is enough": 6,
    }


def test_the_rate_by_status_and_diploma() -> None:
    coming = cohort(range(10, 15), id="info-2028", graduation_year="2028", graduation_jury_date="2028-09-15")
    archive = ground(stays(FIVE), cohort(TEN, dict.fromkeys(FIVE, APPRENTICE)), coming)
    assert groups("ST01", archive) == {
        "diploma": {"diploma awarded": "5/10 50.0%", "diploma to come": "0/5 0.0%"},
        "status": {"students": "0/10 0.0%", "apprentices": "5/5 100.0%"},
        "cohort": {"2026": "5/10 50.0%", "2028": "0/5 0.0%"},
    }


@pytest.mark.parametrize(
    ("let_off", "rate", "reasons"),
    [
        pytest.param(0, "0/20 0.0%", "0.0 (n 0)", id="none"),
        pytest.param(4, "hidden", "hidden", id="four are too few to be told"),
        pytest.param(5, "5/20 25.0%", "5.0 (n 5)", id="five are not"),
    ],
)
def test_derogations(let_off: int, rate: str, reasons: str) -> None:
    archive = ground(cohort(range(20), dict.fromkeys(range(let_off), DEROGATION)))
    assert computed("ST02", archive) == {LET_OFF: rate}
    assert computed("ST03", archive) == {"Derogations": reasons}
    assert STATISTICS["ST03"].compute(archive).texts == (("A project",) if let_off else ())


def test_a_derogation_of_a_record_counts_too() -> None:
    told = {"obligation": {"derogation": {"reason": "academic"}}}
    archive = ground(stays(FIVE, **told), cohort(TEN))
    assert computed("ST02", archive) == {LET_OFF: "5/10 50.0%"}
    assert groups("ST03", archive) == {"reason": {"academic": "5.0 (n 5)"}}


def test_exempted_learners() -> None:
    other = {"citizenship": ["DE"], "exemption": {"reason": "prior-experience"}}
    archive = ground(cohort(range(20), {**dict.fromkeys(FIVE, EXEMPT), **dict.fromkeys(range(5, 10), other)}))
    assert computed("ST04", archive) == {"Exempted learners": "10/20 50.0%", "Exemptions": "10.0 (n 10)"}
    assert groups("ST04", archive)["nationality"] == {
        "not stated": "0/10 0.0%",
        "a country outside the Union": "5/5 100.0%",
        "another country of the European Union": "5/5 100.0%",
    }
    assert groups("ST04", archive, 1) == {
        "reason": {"international-student": "5.0 (n 5)", "prior-experience": "5.0 (n 5)"}
    }


def test_few_exempted_graduates_cannot_be_worked_out_from_other_statistics() -> None:
    """The mobility rate leaves them out: a figure over all graduates beside it would tell how many they are."""
    archive = ground(stays(FIVE), cohort(TEN, {0: EXEMPT}, **{"from": "2023-09-01"}))
    assert computed("ST04", archive)["Exempted learners"] == "hidden"
    assert computed("ST01", archive) == {EFFECTIVE: "4/9 44.4%"}
    assert computed("ST14", archive)["Graduates later than the normal length"] == "0/9 0.0%"
    assert computed("ST23", archive)["With three months or 15 credits"] == "0/9 0.0%"


def test_duration() -> None:
    """Weeks: 9, 9, 12, 16, 20; the quartiles lie on the second and the fourth of five."""
    ends = ("2026-04-03", "2026-04-05", "2026-04-24", "2026-05-22", "2026-06-19")
    records = [stay(n, period={"actual": {"start": "2026-02-02", "end": end}}) for n, end in enumerate(ends)]
    archive = ground(records)
    assert computed("ST05", archive) == {
        "Weeks: mean": "66/5 13.20",
        "Weeks: least": "9.0 (n 5)",
        "Weeks: lower quartile": "9.0 (n 5)",
        "Weeks: median": "12.0 (n 5)",
        "Weeks: upper quartile": "16.0 (n 5)",
        "Learners with at least 9 weeks": "5/5 100.0%",
        "Learners with at least 12 weeks": "3/5 60.0%",
        "Learners with at least 16 weeks": "2/5 40.0%",
        "Weeks of a single stay: mean": "66/5 13.20",
    }


def test_duration_adds_up_the_stays_of_a_learner_and_leaves_out_who_has_none_that_counts() -> None:
    archive = ground(stays(FIVE), stays(FIVE, again="b"), stay(5, format="group"))
    assert computed("ST05", archive)["Weeks: mean"] == "90/5 18.00"
    assert computed("ST05", archive)["Weeks of a single stay: mean"] == "90/10 9.00"
    assert left_out("ST05", archive) == {"learners who are back and have no day that counts": 1}


def test_individualisation() -> None:
    archive = ground(
        stays(FIVE, individual=True),
        stays(range(5, 10), individual=False),
        stay(10),
        stay(11, format="group"),
    )
    assert computed("ST06", archive) == {
        "Individual stays": "5/11 45.5%",
        "Stays in a group of classmates": "6/11 54.5%",
        "Different hosts for one learner": "1/12 0.08",
    }
    assert left_out("ST06", archive) == {"stays that do not say whether they are individual": 1}


def test_legal_mode_of_apprentices() -> None:
    month = {"actual": {"start": "2026-03-02", "end": "2026-03-29"}}
    longer = {"actual": {"start": "2026-03-02", "end": "2026-03-30"}}
    own = {"mode": "mise-a-disposition", "pay_maintained": True, "group_subsidiary": True}
    records = [
        *stays(FIVE, apprenticeship=own, period=month),
        *stays(range(5, 10), apprenticeship={"mode": "mise-en-veille"}, period=longer),
        stay(10, apprenticeship={"regime": "cross-border", "mode": "mise-en-veille"}),
        stay(11, apprenticeship={"regime": "ordinary"}, period=month),
        stay(12),
    ]
    archive = ground(records)
    assert computed("ST07", archive) == {
        "The apprentice is made available to the host": "5/10 50.0%",
        "The contract is suspended": "5/10 50.0%",
        "The employer goes on paying": "5/5 100.0%",
        "Longer than four weeks": "5/11 45.5%",
    }
    assert left_out("ST07", archive) == {
        "stays of cross-border apprenticeships": 1,
        "stays that do not state their legal mode": 1,
        "stays that do not say whether the pay goes on": 6,
    }
    assert groups("ST07", archive)["subsidiary"] == {
        "host of the employer's group": "5/5 100.0%",
        "not stated": "0/5 0.0%",
    }


def test_satisfaction_of_records() -> None:
    archive = ground(
        stays(FIVE, evidence={"satisfaction": {"after": 4}}),
        stays(range(5, 10), evidence={"satisfaction": {"after": 5}}),
        stay(10),
    )
    found = computed("ST08", archive)
    assert found["Mean score after the stay"] == "45/10 4.50"
    assert found["Answers after the stay"] == "10/11 90.9%"
    assert found["Answers before the stay"] == "0/11 0.0%"
    assert found["Mean score before the stay"] == "none"


def test_the_survey_of_a_cohort_goes_before_its_records() -> None:
    enrolled = {"learner": {"enrolment": {"cohort": "info-2026"}}}
    archive = ground(
        stays(FIVE, evidence={"satisfaction": {"after": 1}}, **enrolled),
        cohort(FIVE, surveys=[{"stage": "after", "asked": 40, "answered": 30, "mean": 4.2}]),
    )
    found = computed("ST08", archive)
    assert found["Mean score after the stay"] == "126.0/30 4.20"
    assert found["Answers after the stay"] == "30/40 75.0%"


WHOLE = decided(("a1", 20, "passed"), ("a2", 10, "compensated"))
PART = decided(("a1", 20, "passed"), ("a2", 0, "failed"), to=(20, 0))


@pytest.mark.parametrize(
    ("records", "credits", "whole"),
    [
        pytest.param(
            stays(FIVE, **WHOLE), "150/150 100.0%", "5/5 100.0%", id="compensated credits are validated"
        ),
        pytest.param(
            stays(FIVE, **decided(("a1", 20, "passed"), ("a2", 10, "passed"), procedure="jury")),
            "0/150 0.0%",
            "0/5 0.0%",
            id="a jury is no automatic procedure",
        ),
        pytest.param(
            stays(FIVE, **decided(("a1", 20, "passed"), ("a2", 10, "passed"), to=(20, 0))),
            "100/150 66.7%",
            "0/5 0.0%",
            id="less than was validated",
        ),
        pytest.param(
            stays(FIVE, **decided(("a1", 20, "passed"), to=(20, 10))),
            "100/100 100.0%",
            "5/5 100.0%",
            id="more than was validated counts no more",
        ),
        pytest.param(
            stays(
                FIVE,
                **{
                    **decided(("a1", 20, "passed"), ("a2", 10, "passed"), to=(20, 0)),
                    "agreement": {**AGREEMENT, "exceptions": [{"credits": 10, "reason": "Surplus"}]},
                },
            ),
            "100/100 100.0%",
            "5/5 100.0%",
            id="an exception that all agreed to is not due",
        ),
        pytest.param(
            stays(FIVE, **decided(("a1", 0, "failed"), to=(0, 0))), "none", "none", id="nothing to recognise"
        ),
    ],
)
def test_automatic_recognition(records: list[dict[str, Any]], credits: str, whole: str) -> None:
    assert computed("ST09", ground(records)) == {
        "Credits recognised automatically": credits,
        "Stays recognised automatically in full": whole,
    }


def test_planned_earned_recognised() -> None:
    archive = ground(stays(FIVE, **WHOLE), stays(range(5, 10), **PART), stay(10))
    assert computed("ST10", archive) == {
        "Credits planned": "300.0 (n 10)",
        "Credits earned": "250.0 (n 10)",
        "Credits recognised": "250.0 (n 10)",
        "Earned, of those planned": "250/300 83.3%",
        "Recognised, of those earned": "250/250 100.0%",
    }
    assert left_out("ST10", archive) == {"stays that are over, without a recognition decision yet": 1}
    bare = {**PART, "agreement": {"studied": [{"id": "a1"}], "recognised": [{"id": "b1", "credits": 20}]}}
    assert left_out("ST10", ground(stays(FIVE, **bare))) == {
        "decided stays without an agreement in ECTS credits": 5
    }


def changed(asked: str, agreed: str = "2026-02-20", **over: Any) -> dict[str, Any]:
    signatures = [{"role": role, "date": agreed} for role in ("learner", "home", "host")]
    new = {"id": "a3", "credits": 10, "term": "1/2"}
    return {
        "number": "1",
        "requested": {"date": asked},
        "changes": [{"table": "studied", "replace": "a2", "with": new, "reason": "timetable-conflict"}],
        "signatures": signatures,
        **over,
    }


def test_changes_of_agreements() -> None:
    """Asked for on the 35th day after the start (9 March) is in time, on the 36th late."""
    terms = {"host_terms": [{"term": "1/2", "start": "2026-02-02"}]}
    records = [
        *stays(FIVE, agreement=AGREEMENT, period=terms, amendments=[changed("2026-03-09", "2026-03-19")]),
        *stays(
            range(5, 10), agreement=AGREEMENT, period=terms, amendments=[changed("2026-03-10", "2026-03-14")]
        ),
        *stays(range(10, 15), agreement=AGREEMENT),
        stay(15, agreement=AGREEMENT, amendments=[changed("2026-02-20", withdrawn={"date": "2026-02-22"})]),
        stay(16, agreement={**AGREEMENT, "signatures": []}),
    ]
    archive = ground(records)
    assert computed("ST11", archive) == {
        "Agreements that were changed": "10/16 62.5%",
        "Changes for one agreement": "10/16 0.63",
        "Courses that were changed, by reason": "10.0 (n 10)",
        "Days until all have approved": "7.0 (n 10)",
        "Changes asked for late": "5/10 50.0%",
    }


def test_credits_caught_up() -> None:
    def session(status: str) -> dict[str, Any]:
        return {
            **PART,
            "recognition": {
                **PART["recognition"],
                "remedial": [{"for": "b2", "credits": 10, "status": status}],
            },
        }

    records = [
        *stays(FIVE, **session("passed")),
        *stays(range(5, 10), **session("failed")),
        stay(10, **session("planned")),
        stay(11, **WHOLE),
    ]
    archive = ground(records)
    assert computed("ST12", archive) == {
        "Not validated abroad": "110/360 30.6%",
        "Caught up since": "50.0 (n 5)",
        "Sessions passed": "5/10 50.0%",
    }
    assert left_out("ST12", archive) == {"catch-up sessions that were not held, or have no outcome yet": 1}


def test_a_course_without_a_line_was_not_validated() -> None:
    archive = ground(stays(FIVE, **decided(("a1", 20, "passed"), to=(20, 0))))
    assert computed("ST12", archive)["Not validated abroad"] == "50/150 33.3%"


@pytest.mark.parametrize(
    ("record", "count"),
    [
        pytest.param(WHOLE, "0.0 (n 5)", id="none, as it should be"),
        pytest.param(
            decided(("a1", 20, "passed"), requirements=[{"type": "exam", "component": "b1"}]),
            "5.0 (n 5)",
            id="an examination of what was passed",
        ),
        pytest.param(
            decided(
                ("a1", 0, "failed"), ("a2", 10, "passed"), requirements=[{"type": "exam", "component": "b1"}]
            ),
            "0.0 (n 5)",
            id="not of what was failed",
        ),
        pytest.param(decided(("a1", 0, "failed")), "0.0 (n 0)", id="only where something was validated"),
    ],
)
def test_additional_examinations(record: dict[str, Any], count: str) -> None:
    assert computed("ST13", ground(stays(FIVE, **record))) == {"Examinations imposed": count}


def test_extension_of_studies() -> None:
    double = {"degree": {"degree_type": "double"}}
    archive = ground(
        stays(FIVE, **decided(("a1", 20, "passed"), extends_studies_semesters=0)),
        stays(range(5, 10), **decided(("a1", 20, "passed"), extends_studies_semesters=2), **double),
        stays(range(10, 15), **WHOLE, gap_period={"initiated_by": "learner"}),
        stay(15, **WHOLE),
    )
    assert computed("ST14", archive) == {
        "Stays that made the studies longer": "5/10 50.0%",
        "Semesters added by such a stay, on average": "10/5 2.00",
        "Graduates later than the normal length": "none",
        "Stays in a gap year": "5.0 (n 5)",
    }
    assert groups("ST14", archive) == {
        "double": {"double or joint degree": "5/5 100.0%", "one degree": "0/5 0.0%"}
    }
    assert left_out("ST14", archive) == {
        "decisions that do not say whether the stay made the studies longer": 1
    }


@pytest.mark.parametrize(
    ("first", "late"),
    [
        pytest.param("2023-09-04", "0/10 0.0%", id="36 months, for six semesters"),
        pytest.param("2023-03-17", "0/10 0.0%", id="a day less than a semester more"),
        pytest.param("2023-03-16", "10/10 100.0%", id="a semester more"),
    ],
)
def test_graduates_later_than_the_normal_length(first: str, late: str) -> None:
    archive = ground(stays(FIVE), cohort(TEN, **{"from": first}))
    assert computed("ST14", archive)["Graduates later than the normal length"] == late


START = {"from": "2023-09-04"}


def test_delays_of_those_who_went_and_those_who_did_not() -> None:
    late = {"from": "2022-09-01"}
    archive = ground(
        stays(TEN), cohort(range(20), dict.fromkeys((0, 1, 2, 3, 4, 10, 11, 12, 13, 14), late), **START)
    )
    assert groups("ST14", archive, 2) == {
        "abroad": {"went abroad": "5/10 50.0%", "did not go abroad": "5/10 50.0%"}
    }
    few = ground(stays(TEN), cohort(range(20), dict.fromkeys(range(4), late), **START))
    assert computed("ST14", few)["Graduates later than the normal length"] == "hidden"
    unknown = ground(stays(FIVE), cohort(FIVE))
    [reason] = left_out("ST14", unknown).items()
    assert reason[0].startswith("graduates without a first day of studies")
    assert reason[1] == 5


def test_soft_mobility() -> None:
    archive = ground(
        stays(FIVE, period={"travel": {"mode": "train", "counted_days": 2}}),
        stays(range(5, 10), period={"travel": {"mode": "plane", "green": True, "counted_days": 1}}),
        stay(10, period={"travel": {"green": True}}),
        stay(11),
    )
    assert computed("ST15", archive) == {
        "Stays with a soft journey": "6/11 54.5%",
        "Days of the journey that count": "10.0 (n 6)",
    }
    assert left_out("ST15", archive) == {"stays that do not say how the learner travelled": 1}


def test_internationalisation_at_home() -> None:
    hours = {"agreement": {"hours": {"theory": 10, "personal": 5.5}}}
    archive = ground(
        stays(FIVE, kind="at-home", **hours),
        stay(0, again="b", kind="at-home"),
        stay(5, kind="virtual-only"),
        stay(6),
    )
    assert computed("ST16", archive) == {"Participants": "6.0 (n 6)", "Hours of work": "77.5 (n 5)"}
    assert left_out("ST16", archive) == {"activities that do not state their hours": 2}


UNDER = {"partner_agreement": {"ref": "valmont-polito"}}


def test_partners_and_destinations() -> None:
    archive = ground(
        stays(FIVE, **UNDER),
        stays(range(5, 10), destination={"country": "CA"}),
        stays(range(20, 25), **INCOMING),
        stay(30, destination={"country": "SE"}),
        stay(31, kind="at-home"),
    )
    assert computed("ST17", archive) == {
        "Stays": "16.0 (n 16)",
        "Agreements in force that are used": "1/1 100.0%",
    }
    found = groups("ST17", archive)
    assert found["direction"] == {"outgoing": "11.0 (n 11)", "incoming": "5.0 (n 5)"}
    assert found["country"] == {"IT": "10.0 (n 10)", "+2": "6.0 (n 6)"}, "Canada hides Sweden"


@pytest.mark.parametrize(
    ("start", "used"),
    [("2024-11-30", "1/1 100.0%"), ("2024-11-29", "0/1 0.0%")],
)
def test_an_agreement_without_a_stay_for_two_years_is_dormant(start: str, used: str) -> None:
    archive = ground(stay(0, period={"actual": {"start": start, "end": "2025-01-31"}}, **UNDER))
    assert computed("ST17", archive)["Agreements in force that are used"] == used


def test_balance_of_exchanges() -> None:
    archive = ground(stays(range(8), **UNDER), stays(range(20, 26), **INCOMING, **UNDER), stay(30))
    assert computed("ST18", archive) == {"Incoming, for one outgoing": "6/8 0.75"}
    assert left_out("ST18", archive) == {"stays that name no agreement between schools": 1}
    nobody_went = ground(stays(FIVE, **INCOMING, **UNDER))
    assert computed("ST18", nobody_went) == {"Incoming, for one outgoing": "none"}


def test_support() -> None:
    meeting = {"date": "2026-01-10", "kind": "information-meeting"}
    followup = {
        "preparation": [meeting],
        "contacts": [{"date": "2026-03-01"}],
        "incidents": [{"opened": "2026-03-02", "closed": "2026-03-12"}],
    }
    archive = ground(
        stays(FIVE, followup=followup, evidence={"debrief": {"date": "2026-04-20"}}),
        stays(range(5, 10)),
        stay(10, followup={"incidents": [{"opened": "2026-03-02"}]}),
    )
    assert computed("ST19", archive) == {
        "Prepared before the departure": "5/11 45.5%",
        "Contacted during the stay": "5/11 45.5%",
        "Debriefed after the return": "5/11 45.5%",
        "Difficulties reported": "6.0 (n 6)",
        "Days until a difficulty was settled": "10.0 (n 5)",
        "Days with an information meeting": "1.0 (n 1)",
    }
    assert left_out("ST19", archive) == {"difficulties that are not settled yet": 1}


def test_double_degrees() -> None:
    two = [{"title": "A", "date": "2026-09-16"}, {"title": "B", "date": "2026-11-30"}]
    coming = [{"title": "A", "date": "2026-09-16"}, {"title": "B", "date": "2026-12-01"}]
    archive = ground(
        stays(FIVE, degree={"degree_type": "double", "diplomas": two}),
        stays(range(5, 10), degree={"degree_type": "joint", "diplomas": coming}),
        stay(10, degree={"degree_type": "double"}),
        stay(0, again="b", degree={"degree_type": "double", "diplomas": two}),
        stay(11, degree={"degree_type": "single"}),
    )
    assert computed("ST20", archive) == {
        "Learners in double or joint degrees": "11.0 (n 11)",
        "All diplomas awarded": "5/10 50.0%",
        "Semesters added, on average": "none",
    }
    assert left_out("ST20", archive) == {"learners whose record does not list the diplomas": 1}


def test_documents_issued() -> None:
    def paper(kind: str, issued: str) -> dict[str, Any]:
        return {"documents": [{"kind": kind, "issued": issued}]}

    mark = {"certification": {"unit_mobility": {"mark": 10}}}
    archive = ground(
        stays(FIVE, **paper("certificate-of-attendance", "2026-04-13")),
        stays(range(5, 10), **mark, **paper("mobilitepro", "2026-07-03")),
        stay(10, **mark),
        stay(11, certification={"unit_mobility": {"mark": 9.5}}),
        stay(12, europass={"requested": {"date": "2026-01-02"}}),
    )
    found = computed("ST21", archive)
    assert found["MobilitéPro, of candidates with 10 or more"] == "5/6 83.3%"
    assert found["Certificates of attendance, of stays that are over"] == "5/13 38.5%"
    assert found["Europass Mobility, of those asked for"] == "hidden"
    assert found["Days from the return to the document"] == "50.5 (n 10)", "ten days, and 91"


@pytest.mark.parametrize(("few", "share"), [(0, "0/20 0.0%"), (4, "hidden"), (5, "5/20 25.0%")])
def test_fewer_opportunities(few: int, share: str) -> None:
    records = [stay(n, programme="KA131", learner={"fewer_opportunities": n < few}) for n in range(20)]
    archive = ground(records, stay(20, programme="KA131"), stay(21, programme="bilateral"))
    assert computed("ST22", archive) == {"Participants with fewer opportunities": share}
    [(what, count)] = left_out("ST22", archive).items()
    assert (what.startswith("participants whose record"), count) == (True, 1)


@pytest.mark.parametrize(
    ("end", "credits", "reach"),
    [
        pytest.param("2026-05-01", 0, ("5/10 50.0%", "0/10 0.0%"), id="90 days of months of 30"),
        pytest.param("2026-04-30", 0, ("0/10 0.0%", "0/10 0.0%"), id="89 days, no credits"),
        pytest.param("2026-02-28", 15, ("5/10 50.0%", "0/10 0.0%"), id="a short stay with 15 credits"),
        pytest.param("2026-02-28", 14, ("0/10 0.0%", "5/10 50.0%"), id="with 14, a shorter one"),
        pytest.param("2026-02-28", 3, ("0/10 0.0%", "5/10 50.0%"), id="with 3"),
        pytest.param("2026-02-28", 2, ("0/10 0.0%", "0/10 0.0%"), id="with 2, none"),
    ],
)
def test_european_indicator(end: str, credits: int, reach: tuple[str, str]) -> None:
    made = decided(("a1", credits, "passed"), to=(credits,))
    period = {"actual": {"start": "2026-02-02", "end": end}}
    archive = ground(stays(FIVE, **made, period=period), cohort(TEN))
    assert tuple(computed("ST23", archive).values()) == reach


def test_the_indicator_counts_graduates() -> None:
    archive = ground(stays(FIVE), cohort(TEN), on=date(2026, 9, 15))
    assert computed("ST23", archive)["With three months or 15 credits"] == "none"
    assert left_out("ST23", archive) == {"learners, those exempt apart, who have not graduated yet": 10}
    few = ground(stays(FIVE), cohort(TEN, {0: EXEMPT}), on=date(2026, 9, 15))
    assert [*left_out("ST23", few).values()] == [9], "as many as the mobility rate counts"


@pytest.mark.parametrize(
    ("issued", "under", "rate"),
    [
        pytest.param("2026-05-08", {}, "5/5 100.0%", id="35 days after the end"),
        pytest.param("2026-05-09", {}, "0/5 0.0%", id="36 days"),
        pytest.param("2026-05-01", UNDER, "5/5 100.0%", id="the four weeks of the agreement"),
        pytest.param("2026-05-02", UNDER, "0/5 0.0%", id="a day more"),
    ],
)
def test_transcripts_in_time(issued: str, under: dict[str, Any], rate: str) -> None:
    archive = ground(stays(FIVE, results={"issued": issued}, **under))
    assert computed("ST24", archive)["Transcripts in time"] == rate


@pytest.mark.parametrize(
    ("on", "rate", "waiting"), [(date(2026, 5, 8), "none", 5), (date(2026, 5, 9), "0/5 0.0%", 0)]
)
def test_a_transcript_that_is_not_there_is_late_once_its_day_is_over(
    on: date, rate: str, waiting: int
) -> None:
    archive = ground(stays(FIVE), on=on)
    assert computed("ST24", archive)["Transcripts in time"] == rate
    assert left_out("ST24", archive).get("transcripts that are not due yet", 0) == waiting


def test_recognition_in_time_and_signatures_before_departure() -> None:
    def record(day: str, signed: str) -> dict[str, Any]:
        signatures = [{"role": role, "date": signed} for role in ("learner", "home", "host")]
        return {
            "status": "recognised",
            "agreement": {**AGREEMENT, "signatures": signatures},
            "results": {"received": "2026-04-06", "issued": "2026-04-06"},
            "recognition": {"decided": {"date": day}},
        }

    archive = ground(
        stays(FIVE, **record("2026-05-11", "2026-02-01")),
        stays(range(5, 10), **record("2026-05-12", "2026-02-02")),
    )
    found = computed("ST24", archive)
    assert found["Recognition in time"] == "5/10 50.0%", "35 days after 6 April are in time"
    assert found["Agreements signed before the departure"] == "5/10 50.0%", "the day itself is not before"
    assert found["Days to the decision: median"] == "35.5 (n 10)"


def measured(groups: dict[str, dict[str, range]], **over: Any) -> dict[str, set[str]]:
    """Break down some people by hand-written groups; return the rows that are printed alone."""
    people = sorted({n for table in groups.values() for members in table.values() for n in members})
    cases = tuple(
        Case(
            f"p{n}",
            groups={
                by: name for by, table in groups.items() for name, members in table.items() if n in members
            },
        )
        for n in people
    )
    made = figures(Measure("", Form.COUNT, "", cases, tuple(groups), **over))
    return {each.by: {str(row.label) for row in each.rows if not row.folded} for each in made.breakdowns}


@pytest.mark.parametrize(
    ("sizes", "rows"),
    [
        ({"x": 7, "y": 3, "": 10}, [("x", 7)]),
        ({"x": 7, "y": 3, "z": 3, "": 2}, [("x", 7)]),
        ({"x": 7, "y": 3, "z": 3, "": 5}, [("x", 7), ("+2", 6)]),
        ({"x": 7, "y": 3, "z": 4}, [("x", 7), ("+2", 7)]),
    ],
    ids=["three stand together alone", "two are in no group", "six together, five in none", "all in a group"],
)
def test_what_stands_together_is_no_small_group_either(
    sizes: dict[str, int], rows: list[tuple[str, int]]
) -> None:
    """Where some are in no group at all, as stays that belong to no cohort, those left over are not all in one row."""
    cases = tuple(
        Case(f"{name}{n}", groups={"a": name} if name else {})
        for name, size in sizes.items()
        for n in range(size)
    )
    [made] = figures(Measure("", Form.COUNT, "", cases, ("a",))).breakdowns
    assert [(f"+{row.folded}" if row.folded else row.label, row.figure.n) for row in made.rows] == rows


@pytest.mark.parametrize(
    ("tables", "rows"),
    [
        pytest.param({"a": {"x": range(5), "y": range(5, 10)}}, {"a": {"x", "y"}}, id="two groups of five"),
        pytest.param(
            {"a": {"x": range(9), "y": range(9, 13)}}, {"a": set()}, id="four are the whole less the nine"
        ),
        pytest.param(
            {"a": {"x": range(9), "y": range(9, 15), "z": range(15, 19)}},
            {"a": {"x"}},
            id="the smallest of the others goes with the four",
        ),
        pytest.param(
            {"a": {"x": range(9), "y": range(9, 12), "z": range(12, 14)}},
            {"a": {"x"}},
            id="two small groups are five together",
        ),
        pytest.param(
            {
                "programme": {"p": range(12), "q": range(12, 24)},
                "cohort": {"p1": range(9), "p2": range(9, 12), "q1": range(12, 22), "q2": range(22, 24)},
            },
            {"programme": {"p", "q"}, "cohort": set()},
            id="a cohort is its programme less the other one",
        ),
        pytest.param({"a": {"x": range(4)}}, {}, id="the whole is too small"),
    ],
)
def test_no_small_group_can_be_worked_out(
    tables: dict[str, dict[str, range]], rows: dict[str, set[str]]
) -> None:
    assert measured(tables) == rows


def test_people_are_counted_not_stays() -> None:
    cases = tuple(Case(f"p{n % 4}") for n in range(12))
    assert figures(Measure("", Form.COUNT, "", cases)).whole.hidden
    assert figures(Measure("", Form.COUNT, "", cases, things=True)).whole.value == 12


def test_the_people_of_a_sensitive_numerator_are_a_group() -> None:
    def made(first: int, second: int) -> dict[str, str]:
        cases = [Case(f"x{n}", Decimal(n < first), groups={"a": "x"}) for n in range(20)]
        cases += [Case(f"y{n}", Decimal(n < second), groups={"a": "y"}) for n in range(20)]
        found = figures(Measure("", Form.SHARE, "", tuple(cases), ("a",), sensitive=True))
        rows = {str(row.label): shown(row.figure) for each in found.breakdowns for row in each.rows}
        return {"whole": shown(found.whole), **rows}

    assert made(6, 5) == {"whole": "11/40 27.5%", "x": "6/20 30.0%", "y": "5/20 25.0%"}
    assert made(6, 2) == {"whole": "8/40 20.0%"}, "two would be eight less six"
    assert made(2, 0) == {"whole": "hidden"}


@pytest.mark.parametrize(
    ("values", "quarter", "value"),
    [
        ([], 2, None),
        ([7], 1, Fraction(7)),
        ([1, 2], 2, Fraction(3, 2)),
        ([1, 2, 3, 4], 1, Fraction(7, 4)),
        ([4, 3, 2, 1], 3, Fraction(13, 4)),
        ([1, 2, 3, 4], 0, Fraction(1)),
    ],
)
def test_quartiles(values: list[int], quarter: int, value: Fraction | None) -> None:
    assert quartile(map(Decimal, values), quarter) == value


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [
        (Fraction(1, 3), 1, "0.3"),
        (Fraction(1, 20), 1, "0.1"),
        (Fraction(-1, 20), 1, "-0.1"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(100), 1, "100.0"),
    ],
)
def test_rounding(value: Fraction, places: int, written: str) -> None:
    assert str(rounded(value, places)) == written


def test_earlier_stays_are_part_of_the_duration() -> None:
    """A record tells of an earlier stay of 28 days: four weeks more, also where nothing of the record itself counts."""
    told = {"prior_mobilities": [{"start": "2025-05-05", "end": "2025-06-01", "kind": "traineeship"}]}
    archive = ground(stays(FIVE, learner=told), stay(5, learner=told, format="group"))
    assert computed("ST05", archive)["Weeks: mean"] == "69/6 11.50"
    assert computed("ST05", archive)["Weeks: least"] == "4.0 (n 6)"


@pytest.mark.parametrize(("on", "rate"), [(date(2026, 4, 3), "0/5 0.0%"), (date(2026, 4, 4), "5/5 100.0%")])
def test_a_stay_is_over_on_the_day_after_its_last(on: date, rate: str) -> None:
    assert computed("ST01", ground(stays(FIVE), cohort(FIVE), on=on)) == {EFFECTIVE: rate}


def test_what_all_agreed_not_to_recognise_automatically_is_not_automatic() -> None:
    recognised = [{"id": "b1", "credits": 20}, {"id": "b2", "credits": 10, "automatic_recognition": False}]
    made = decided(("a1", 20, "passed"), ("a2", 10, "passed"))
    archive = ground(stays(FIVE, **{**made, "agreement": {**AGREEMENT, "recognised": recognised}}))
    assert computed("ST09", archive)["Credits recognised automatically"] == "100/150 66.7%"


def test_what_was_given_up_is_no_stay() -> None:
    archive = ground(stays(FIVE), stays(range(5, 10), status="cancelled"))
    assert computed("ST17", archive)["Stays"] == "5.0 (n 5)"


def test_an_agreement_that_has_ended_is_not_counted() -> None:
    old = {**PARTNERS, "id": "old", "covers": {"from": "2015-09-01", "to": "2026-11-29"}}
    last_day = {**PARTNERS, "id": "last-day", "covers": {"to": "2026-11-30"}}
    to_come = {**PARTNERS, "id": "to-come", "covers": {"from": "2026-12-01", "to": "2030-08-31"}}
    open_ = {**PARTNERS, "id": "open", "covers": {"from": "2015-09-01"}}
    archive = ground(old, last_day, to_come, open_)
    assert computed("ST17", archive)["Agreements in force that are used"] == "0/2 0.0%"
    assert left_out("ST17", archive) == {"agreements that do not say until when they are in force": 1}


def test_a_document_of_tomorrow_is_not_issued_yet() -> None:
    papers = {"documents": [{"kind": "certificate-of-attendance", "issued": "2026-12-01"}]}
    found = computed("ST21", ground(stays(FIVE, **papers)))
    assert found["Certificates of attendance, of stays that are over"] == "0/5 0.0%"
    assert found["Days from the return to the document"] == "none"


def test_the_jury_of_one_learner_goes_before_that_of_the_cohort() -> None:
    later = {"graduation_jury_date": "2027-03-16"}
    awarded = {**later, "graduation_date": "2026-11-30"}
    of = {**dict.fromkeys(FIVE, later), **dict.fromkeys(range(5, 10), awarded)}
    archive = ground(cohort(range(15), of))
    assert groups("ST01", archive)["diploma"] == {
        "diploma awarded": "0/10 0.0%",
        "diploma to come": "0/5 0.0%",
    }


def test_the_time_for_a_decision_does_not_begin_before_the_return() -> None:
    """A transcript of February, a return on 3 April: 35 days later is 8 May."""

    def record(day: str) -> dict[str, Any]:
        return {"results": {"received": "2026-02-20"}, "recognition": {"decided": {"date": day}}}

    archive = ground(stays(FIVE, **record("2026-05-08")), stays(range(5, 10), **record("2026-05-09")))
    assert computed("ST24", archive)["Recognition in time"] == "5/10 50.0%"
