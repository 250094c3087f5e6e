"""The engine: how profiles, editions, waivers, due dates and a school's own rules combine."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mobctl import engine, store, words
from mobctl.engine import HouseRule, Profile, Settings, Sheet
from mobctl.errors import UserError
from mobctl.finding import Finding, Judged, Severity, from_plain, plain, pointer_text, say
from mobctl.model import Mobility, Phase, decode
from mobctl.rule import Context, Edition, Hit, Index, NotCheckableError, Number, Rule, Source, When, hit
from mobctl.rules import CATALOGUE, RULES, retired

AS_OF = date(2026, 11, 24)
BASE = store.read(Path(__file__).parent / "records" / "base.mobility.yaml", asked=True)
OLD = Source("guide", "Guide", "Issuer", "2014", since=date(2014, 1, 1), until=date(2020, 12, 31))
NEW = Source("guide", "Guide", "Issuer", "2021", since=date(2021, 1, 1), until=date(2027, 12, 31))


def record(**patch: Any) -> dict[str, Any]:
    assert BASE.document
    return {**BASE.document.data, **patch}


def settings(**changes: Any) -> Settings:
    return replace(Settings(AS_OF, store.lists(), store.profiles()), **changes)


def judge(data: dict[str, Any], *rules: Rule, sheet: dict[str, Any] | None = None, **changes: Any) -> Judged:
    sheets = {"a.yaml": Sheet("mobility", data, **(sheet or {}))}
    return engine.judge(sheets, store.shapes(), rules, settings(**changes))["a.yaml"]


def rule(code: str = "TST101", **changes: Any) -> Rule:
    """A rule that always has something to say, of the host."""

    def check(mobility: Mobility, context: Context) -> Iterator[Hit]:
        yield hit(mobility.host, "country", say("{n}", n=context.numbers.get("n", Decimal(0))))

    made = Rule(
        code, "slug", "Title", "Why.", "Fix.", Severity.WARNING, (OLD.at("p. 1"), NEW.at("p. 2")), check=check
    )
    return replace(made, **changes)


def codes(judged: Judged) -> list[str]:
    return [finding.code for finding in judged.findings]


def only(judged: Judged) -> Finding:
    [finding] = judged.findings
    return finding


PROFILES = {
    "a": Profile("a", {"TST101": Severity.ERROR}, {("TST101", "n"): (Edition(Decimal(3)),)}),
    "b": Profile("b", {"TST101": Severity.INFO}, {("TST101", "n"): (Edition(Decimal(5)),)}),
    "c": Profile("c", {}, {("TST101", "n"): (Edition(Decimal(9)),)}, frozenset({"a"})),
}


@pytest.mark.parametrize(
    ("named", "stricter", "severity", "number"),
    [
        pytest.param(["a"], "higher", Severity.ERROR, 3, id="one"),
        pytest.param(["b"], "higher", Severity.WARNING, 5, id="a profile makes no rule milder"),
        pytest.param(["a", "b"], "higher", Severity.ERROR, 5, id="the strictest of two, higher"),
        pytest.param(["a", "b"], "lower", Severity.ERROR, 3, id="the strictest of two, lower"),
        pytest.param(["a", "c"], "lower", Severity.WARNING, 9, id="one that replaces another"),
        pytest.param([], "higher", Severity.WARNING, 1, id="none: the rule's own"),
    ],
)
def test_profiles_combine(named: list[str], stricter: str, severity: Severity, number: int) -> None:
    mine = rule(
        profiles=frozenset({"generic", "a", "b", "c"}),
        numbers={"n": Number(Decimal(1), "ects", stricter)},
    )
    found = only(judge(record(profiles=named), mine, profiles=PROFILES))
    assert (found.severity, dict(found.message.args)["n"]) == (severity, number)


def test_what_is_not_about_one_record_is_said_once() -> None:
    def check(mobility: Mobility, context: Context) -> Iterator[Hit]:
        yield hit(mobility.home, "name", say("The school is to blame."), once="school")
        assert context.as_of == AS_OF
        yield hit(mobility.home, "name", say("Of {id}.", id=mobility.id), once=mobility.id)

    sheets = {name: Sheet("mobility", record(id=name)) for name in ("a", "b")}
    judged = engine.judge(
        sheets, store.shapes(), [rule(check=check), rule("TST102", check=check)], settings()
    )
    said = {name: [finding.message.id for finding in each.findings] for name, each in judged.items()}
    assert said == {"a": ["Of {id}.", "The school is to blame."] * 2, "b": ["Of {id}."] * 2}


def test_a_hit_may_lead_to_what_the_model_does_not_have() -> None:
    def check(mobility: Mobility, context: Context) -> Iterator[Hit]:
        assert context.data["notes"] == "Kept."
        yield hit(mobility, ("notes",), say("x"))
        yield hit(mobility.host, (), say("y"))

    found = judge(record(notes="Kept."), rule(check=check)).findings
    assert [pointer_text(each.pointer) for each in found] == ["/host", "/notes"]


def test_a_rule_runs_for_its_profiles_only() -> None:
    mine = rule(profiles=frozenset({"a"}))
    assert codes(judge(record(profiles=["a"]), mine, profiles=PROFILES)) == ["TST101"]
    assert codes(judge(record(profiles=["b"]), mine, profiles=PROFILES)) == []
    assert codes(judge(record(profiles=["b"]), mine, profiles=PROFILES, only_profiles=("a",))) == ["TST101"]
    assert codes(judge(record(profiles=[]), mine, profiles=PROFILES, default_profiles=("a",))) == ["TST101"]


# Three until the end of 2015, seven until the law of 2024, nine since.
DATED = Number(
    Decimal(9),
    "week",
    earlier=(
        Edition(Decimal(3), until=date(2015, 12, 31)),
        Edition(Decimal(7), date(2016, 1, 1), date(2023, 12, 28)),
    ),
)
OF_PROFILE = (Edition(Decimal(2), until=date(2020, 12, 31)), Edition(Decimal(4), date(2021, 1, 1)))


def said(judged: Judged) -> Decimal:
    return dict(only(judged).message.args)["n"]  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("start", "number"),
    [
        pytest.param("2015-12-31", 3, id="the last day of the first"),
        pytest.param("2016-01-01", 7, id="the first day of the second"),
        pytest.param("2023-12-28", 7, id="the eve of the law"),
        pytest.param("2023-12-29", 9, id="the day of the law"),
    ],
)
def test_dated_number(start: str, number: int) -> None:
    data = record(period={"planned": {"start": start, "end": start}})
    found = judge(data, rule(numbers={"n": DATED}))
    assert said(found) == number
    assert only(found).edition != "assumed" or start > "2027"


def test_dated_number_of_a_profile() -> None:
    known = {"a": Profile("a", numbers={("TST101", "n"): OF_PROFILE})}
    for start, number in (("2020-12-31", 2), ("2021-01-01", 4)):
        data = record(period={"planned": {"start": start, "end": start}}, profiles=["a"])
        made = rule(numbers={"n": DATED}, profiles=frozenset({"a"}))
        assert said(judge(data, made, profiles=known)) == number


@pytest.mark.parametrize(
    ("start", "edition"), [("2015-12-31", "assumed"), ("2016-01-01", "2014"), ("2024-01-01", "assumed")]
)
def test_number_of_another_time_is_assumed(start: str, edition: str) -> None:
    number = Number(None, "week", earlier=DATED.earlier[1:])
    data = record(period={"planned": {"start": start, "end": start}})
    found = judge(data, rule(numbers={"n": number}, cites=(OLD.at("p. 1"),)))
    assert said(found) == 7
    assert only(found).edition == edition


def test_a_number_nobody_has_set_switches_its_rule_off() -> None:
    made = rule(numbers={"n": Number(None, "week")})
    assert codes(judge(record(), made)) == []
    assert said(judge(record(), made, numbers={("TST101", "n"): Decimal(16)})) == 16


@pytest.mark.parametrize(
    ("start", "found"),
    [("2019-12-31", []), ("2020-01-01", ["TST101"]), ("2023-12-28", ["TST101"]), ("2023-12-29", [])],
)
def test_a_rule_holds_while_its_law_does(start: str, found: list[str]) -> None:
    data = record(period={"planned": {"start": start, "end": start}})
    assert codes(judge(data, rule(since=date(2020, 1, 1), until=date(2023, 12, 28)))) == found


@pytest.mark.parametrize(
    ("start", "judged_on", "edition"),
    [
        pytest.param("2020-12-31", "start", "2014", id="the last day of an edition"),
        pytest.param("2021-01-01", "start", "2021", id="the first day of the next"),
        pytest.param("2013-12-31", "start", "assumed", id="before all of them"),
        pytest.param("2028-01-01", "start", "assumed", id="after all of them"),
        pytest.param("2020-12-31", "agreed", "2021", id="by the last signature, of 2025"),
    ],
)
def test_editions(start: str, judged_on: str, edition: str) -> None:
    data = record(period={"planned": {"start": start, "end": "2029-01-01"}}, profiles=[])
    assert only(judge(data, rule(judged_on=judged_on), as_of=date(2013, 1, 1))).edition == edition


@pytest.mark.parametrize(
    ("waiver", "waived", "said"),
    [
        pytest.param({"all": True}, True, [], id="for the whole record"),
        pytest.param({"at": {"component": "a1"}}, False, ["WAV101"], id="for another place"),
        pytest.param({"all": True, "expires": "2026-11-24"}, True, [], id="on its last day"),
        pytest.param({"all": True, "expires": "2026-11-23"}, False, ["WAV102"], id="the day after"),
        pytest.param({"all": True, "rule": "TST102"}, False, ["WAV101"], id="for a rule that there is not"),
        pytest.param({"all": False}, False, ["WAV101"], id="for nothing at all"),
    ],
)
def test_waivers(waiver: dict[str, Any], waived: bool, said: list[str]) -> None:  # noqa: FBT001  (a column of the table)
    whole = {"rule": "TST101", "reason": "Agreed.", "by": "Committee", "date": "2026-09-01", **waiver}
    judged = judge(record(waivers=[whole]), rule())
    mine = next(finding for finding in judged.findings if finding.code == "TST101")
    assert mine.severity is Severity.WARNING, "a waiver hides nothing"
    assert (mine.waived is not None) is waived
    assert [code for code in codes(judged) if code.startswith("WAV")] == said
    if mine.waived:
        assert (mine.waived.by, mine.waived.reason, mine.waived.date) == (
            "Committee",
            "Agreed.",
            "2026-09-01",
        )


def test_a_waiver_has_a_place() -> None:
    def check(mobility: Mobility, _context: Context) -> Iterator[Hit]:
        assert mobility.agreement
        for component in mobility.agreement.studied:
            yield hit(component, "credits", say("here"))

    waiver = {"rule": "TST101", "at": {"component": "a2"}, "reason": "x", "by": "y", "date": "2026-09-01"}
    judged = judge(record(waivers=[waiver]), rule(check=check))
    waived = {pointer_text(f.pointer): f.waived is not None for f in judged.findings}
    assert waived == {f"/agreement/studied/{n}/credits": n == 1 for n in range(3)}


@pytest.mark.parametrize(
    ("at", "waived"),
    [
        pytest.param({"signature": "host"}, True, id="the signature of a role"),
        pytest.param({"signature": "home"}, False, id="the signature of another"),
        pytest.param(
            {"signature": "host", "amendment": "1"}, False, id="both, and it is not in the amendment"
        ),
    ],
)
def test_a_waiver_for_a_signature(at: dict[str, str], waived: bool) -> None:  # noqa: FBT001
    def check(mobility: Mobility, _context: Context) -> Iterator[Hit]:
        assert mobility.agreement
        yield hit(mobility.agreement.signatures[2], "date", say("late"))

    waiver = {"rule": "TST101", "at": at, "reason": "x", "by": "y"}
    judged = judge(record(waivers=[waiver]), rule(check=check))
    assert [f.waived is not None for f in judged.findings if f.code == "TST101"] == [waived]


@pytest.mark.parametrize(
    ("when", "status"),
    [
        pytest.param(When(since=Phase.RECOGNISED), "returned", id="its time has not come"),
        pytest.param(When(until=Phase.AFTER_RETURN), "returned", id="its time is over"),
        pytest.param(When(until=Phase.AFTER_RETURN), "cancelled", id="of a stay that does not take place"),
    ],
)
@pytest.mark.parametrize("expires", [{}, {"expires": "2026-11-01"}], ids=["valid", "expired"])
def test_a_waiver_of_a_rule_at_rest_is_no_mistake(when: When, status: str, expires: dict[str, str]) -> None:
    waiver = {"rule": "TST101", "all": True, "reason": "x", "by": "y", **expires}
    data = record(waivers=[waiver], status=status, cancellation={"reason": "visa"})
    assert codes(judge(data, rule(when=when))) == []


@pytest.mark.parametrize("phase", [Phase.AFTER_RETURN, Phase.DURING])
def test_a_waiver_of_a_rule_that_finds_nothing_now_is_stale(phase: Phase) -> None:
    waiver = {"rule": "TST101", "all": True, "reason": "x", "by": "y", "expires": "2026-11-01"}
    data = record(waivers=[waiver], status="returned")
    quiet = rule(when=When(since=phase, until=Phase.RECOGNISED), check=lambda *_: iter(()))
    assert codes(judge(data, quiet)) == ["WAV101"], "and not as expired: there is nothing that it would cover"


@pytest.mark.parametrize(
    ("waiver", "place", "said"),
    [
        pytest.param({"rule": "tst101", "all": True}, "/waivers/0/rule", "Did you mean “TST101”?", id="near"),
        pytest.param({"rule": "X", "all": True}, "/waivers/0/rule", "could be waived.", id="nothing near"),
        pytest.param(
            {"rule": "OLD001", "all": True}, "/waivers/0/rule", "OLD001 is part of TST101. Why.", id="gone"
        ),
        pytest.param(
            {"rule": "TST101", "at": {"component": "a9"}},
            "/waivers/0/at/component",
            "called “a9”.",
            id="place",
        ),
        pytest.param(
            {"rule": "TST101", "at": {"component": "a1"}}, "/waivers/0", "Nothing is found", id="stale"
        ),
    ],
)
def test_what_is_wrong_with_a_waiver(
    waiver: dict[str, Any], place: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retired, "MERGED", {"OLD001": retired.Merged(("TST101",), "Why.")})
    judged = judge(record(waivers=[{"reason": "x", "by": "y", **waiver}]), rule())
    [found] = [finding for finding in judged.findings if finding.code == "WAV101"]
    assert pointer_text(found.pointer) == place
    assert said in words.words("en", store.lists()).say(found.message)


def test_a_school_may_raise_what_is_said_of_waivers() -> None:
    waiver = {"rule": "TST101", "at": {"component": "a1"}, "reason": "x", "by": "y"}
    sheets = {"a.yaml": Sheet("mobility", record(waivers=[waiver]))}
    raised = replace(settings(), severities={"WAV101": Severity.ERROR})
    judged = engine.judge(sheets, store.shapes(), [*CATALOGUE.values(), rule()], raised)["a.yaml"]
    assert [f.severity for f in judged.findings if f.code == "WAV101"] == [Severity.ERROR]


def test_a_mistake_of_shape_is_not_waived() -> None:
    waiver = {"rule": "SHP104", "all": True, "reason": "x", "by": "y"}
    data = record(profiles=["nonsense"], waivers=[waiver])
    sheets = {"a.yaml": Sheet("mobility", data)}
    judged = engine.judge(sheets, store.shapes(), CATALOGUE.values(), settings())["a.yaml"]
    assert {(f.code, f.waived) for f in judged.findings} == {("SHP104", None), ("WAV103", None)}


def test_a_waiver_of_a_rule_that_could_not_run_is_not_stale() -> None:
    waiver = {"rule": "TST101", "all": True, "reason": "x", "by": "y"}
    assert codes(judge(record(waivers=[waiver]), rule(needs=frozenset({"base"})))) == []


def test_a_house_rule_may_be_waived() -> None:
    house = HouseRule("X-1", "Our own rule", Severity.ERROR, {"required": ["insurance"]})
    waiver = {"rule": "X-1", "all": True, "reason": "x", "by": "y"}
    assert only(judge(record(waivers=[waiver]), house_rules=(house,))).waived
    fine = judge(record(waivers=[waiver]), house_rules=(replace(house, schema={}),))
    assert [finding.message.id for finding in fine.findings] == [
        "Nothing is found that this waiver of {code} would cover."
    ]


def test_a_house_rule_speaks_the_school_s_languages() -> None:
    title = {"fr": "Notre règle", "en": "Our rule"}
    house = HouseRule("X-1", title, Severity.INFO, {"required": ["insurance"]}, fix="Do it.", source="Board")
    found = only(judge(record(), house_rules=(house,)))
    assert [words.words(lang, store.lists()).say(found.message) for lang in ("fr", "en", "es")] == [
        "Notre règle", "Our rule", "Notre règle",
    ]  # fmt: skip
    assert found.advice
    assert (found.advice.id, found.source) == ("Do it.", "Board")


def test_a_house_rule_for_some_profiles() -> None:
    house = HouseRule(
        "X-1", "x", Severity.INFO, {"required": ["insurance"]}, frozenset({"itsra-social-work"})
    )
    assert codes(judge(record(), house_rules=(house,))) == []
    assert codes(judge(record(profiles=["itsra-social-work"]), house_rules=(house,))) == ["X-1"]


def test_a_house_rule_cannot_hang() -> None:
    schema = {"properties": {"study_regulations": {"pattern": "^(a+)+$"}}}
    house = HouseRule("X-1", "x", Severity.INFO, schema)
    started = time.monotonic()
    assert codes(judge(record(study_regulations="a" * 60 + "!"), house_rules=(house,))) == ["X-1"]
    assert time.monotonic() - started < 5


def test_what_was_found_before_a_rule_gave_up_is_kept() -> None:
    def check(mobility: Mobility, _context: Context) -> Iterator[Hit]:
        yield hit(mobility.host, None, say("first"))
        raise NotCheckableError(say("a file is missing"))

    judged = judge(record(), rule(check=check))
    assert (codes(judged), [each.code for each in judged.not_checked]) == (["TST101"], ["TST101"])


@pytest.mark.parametrize(
    ("profiles", "title"),
    [
        (["cti-engineering"], "Note sur les mobilités internationales (CTI)"),
        (["itsra-social-work"], "Procédure de reconnaissance des mobilités (ITSRA)"),
        (["ut2-university"], "Mission des coordinateurs de mobilité (Université Toulouse II)"),
    ],
)
def test_a_finding_cites_the_text_that_binds_the_school(profiles: list[str], title: str) -> None:
    data = record(profiles=profiles, agreement={"signatures": []}, amendments=[])
    found = next(f for f in judge(data, RULES["LA001"]).findings if f.code == "LA001")
    assert found.source == title


def test_legal_minima_are_not_waived() -> None:
    waiver = {"rule": "TST101", "all": True, "reason": "x", "by": "y", "date": "2026-09-01"}
    judged = judge(record(waivers=[waiver]), rule(waivable=False))
    assert {(f.code, f.waived) for f in judged.findings} == {("TST101", None), ("WAV103", None)}


@pytest.mark.parametrize(
    ("as_of", "now", "todo"), [("2026-11-23", 0, 1), ("2026-11-24", 1, 0), ("2026-11-25", 1, 0)]
)
def test_what_is_due_later_is_something_to_do(as_of: str, now: int, todo: int) -> None:
    def check(mobility: Mobility, _context: Context) -> Iterator[Hit]:
        yield hit(mobility.host, None, say("later"), due=date(2026, 11, 24))

    judged = judge(record(), rule(check=check), as_of=date.fromisoformat(as_of))
    assert (len(judged.findings), len(judged.todo)) == (now, todo)


def test_a_rule_that_lacks_something_says_so() -> None:
    def check(_mobility: Mobility, _context: Context) -> Iterator[Hit]:
        yield from ()
        raise NotCheckableError(say("a file is missing"))

    lacking = [
        rule("TST101", check=check),
        rule("TST102", needs=frozenset({"history"})),
        rule("TST103", needs=frozenset({"base"})),
    ]
    judged = judge(record(history="incomplete"), *lacking)
    assert judged.findings == ()
    assert [(each.code, each.why.id) for each in judged.not_checked] == [
        ("TST101", "a file is missing"),
        ("TST102", "the history of this agreement is incomplete"),
        ("TST103", engine.NO_BASE.id),
    ]
    new = judge(record(), lacking[2], sheet={"uncompared": None})
    assert (codes(new), new.not_checked) == (["TST103"], ())


def test_a_rule_that_fails_hides_no_other() -> None:
    def check(_mobility: Mobility, _context: Context) -> Iterator[Hit]:
        yield from ()
        raise ZeroDivisionError

    assert sorted(codes(judge(record(), rule("TST102", check=check), rule()))) == ["BUG001", "TST101"]


def test_a_record_with_wrong_fields_meets_no_rule() -> None:
    judged = judge(record(status="on the moon"), rule())
    assert codes(judged) == ["SHP104"]
    assert [each.code for each in judged.not_checked] == ["*"]


def test_an_unknown_profile_names_the_near_one_and_the_list() -> None:
    [found] = judge(record(profiles=["cti-enginering"])).findings
    english = words.words("en", {})
    assert "Did you mean “cti-engineering”?" in english.say(found.message)
    assert found.advice is not None
    assert "mobctl rules --profiles" in english.say(found.advice)


@pytest.mark.parametrize(
    ("schema", "pointers"),
    [
        pytest.param({"required": ["insurance"]}, [""], id="a field that is missing"),
        pytest.param(
            {"properties": {"host": {"properties": {"country": {"const": "ES"}}}}},
            ["/host/country"],
            id="a value",
        ),
        pytest.param({"properties": {"host": {"properties": {"country": {"enum": ["IT"]}}}}}, [], id="kept"),
    ],
)
def test_house_rules(schema: dict[str, Any], pointers: list[str]) -> None:
    house = HouseRule("X-1", "Our own rule", Severity.INFO, schema)
    judged = judge(record(), house_rules=(house,))
    assert [(f.code, f.severity, pointer_text(f.pointer)) for f in judged.findings] == [
        ("X-1", Severity.INFO, pointer) for pointer in pointers
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"severities": {"LA102": Severity.INFO}}, [("LA102", "severity", "warning", "info")], id="milder"
        ),
        pytest.param(
            {"severities": {"LA009": Severity.WARNING}},
            [("LA009", "severity", "error", "warning")],
            id="milder than a profile has it",
        ),
        pytest.param({"severities": {"LA102": Severity.ERROR}}, [], id="stricter is not listed"),
        pytest.param(
            {"numbers": {("LA102", "slack"): Decimal(2)}}, [("LA102", "slack", "1", "2")], id="a number"
        ),
        pytest.param({"numbers": {("LA102", "slack"): Decimal("0.5")}}, [], id="a stricter number"),
    ],
)
def test_what_a_school_weakens_is_listed(changes: dict[str, Any], expected: list[tuple[str, ...]]) -> None:
    found = engine.weakened(settings(**changes), RULES)
    assert [(each.code, each.what, each.before, each.after) for each in found] == expected


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"severities": {"GEN101": Severity.INFO}}, "GEN101", id="a rule that can't be waived"),
        pytest.param({"severities": {"LA102X": Severity.INFO}}, "LA102", id="a rule that there is not"),
        pytest.param({"numbers": {("LA102", "slak"): Decimal(2)}}, "slak", id="a number that there is not"),
    ],
)
def test_what_a_school_cannot_weaken(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(UserError) as refused:
        engine.weakened(settings(**changes), RULES)
    assert named in str(refused.value.args[0])


def test_messages_survive_as_plain_data() -> None:
    message = say("{a} {b}", a=say("{n}", n=3), b=Decimal("7.50"))
    for found in (message, *(f.message for f in judge(record(status="x")).findings)):
        assert from_plain(json.loads(json.dumps(plain(found)))) == found


def test_an_index_knows_a_party_by_its_file() -> None:
    assert Index().country(decode(record(), Mobility).host) == "IT"
