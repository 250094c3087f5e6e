"""What became of the codes of the catalogue that our rules come from: a code is never used for something else.

The catalogue is a list of 148 statements. Most of them are a rule of the same code. Some are part of another rule
(`MERGED`) or none (`WITHDRAWN`); some became several rules, as a rule has one severity (`SPLIT`); and there are rules that
no statement asks for (`ADDED`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mobctl.finding import N_, Message, Series, say


@dataclass(frozen=True, slots=True)
class Merged:
    """A statement that other rules say, and why."""

    into: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Split:
    """A rule that says a part of a statement of the catalogue, and why that part is a rule of its own."""

    of: str
    reason: str


WEIGHT = N_("It weighs less or more than the rest of the statement, and a rule has one severity.")
LATE = N_("It is about what can no longer be put right: a reason closes it.")
PART = N_("It asks for something else to be mended than the rest of the statement.")
PEOPLE = N_("It holds for others than the rest of the statement.")

MERGED: Mapping[str, Merged] = {}
"""By the code of the catalogue."""

WITHDRAWN: Mapping[str, str] = {}
"""Why there is no such rule (any more), by code."""

SPLIT: Mapping[str, Split] = {
    "APP105": Split("APP003", PART),
    "APP106": Split("APP003", PART),
    "APP107": Split("APP102", LATE),
    "APP108": Split("APP102", PART),
    "APP109": Split("APP103", PEOPLE),
    "CAT007": Split("CAT001", LATE),
    "CAT008": Split("CAT002", PEOPLE),
    "CAT009": Split("CAT002", WEIGHT),
    "CER004": Split("CER001", WEIGHT),
    "CHG107": Split("CHG105", WEIGHT),
    "CHG109": Split("CHG104", WEIGHT),
    "CHG110": Split("CHG104", PART),
    "CTI015": Split("CTI003", PART),
    "CTI016": Split("CTI004", WEIGHT),
    "DUR108": Split("DUR103", PART),
    "DUR109": Split("DUR106", WEIGHT),
    "DUR110": Split("DUR106", PART),
    "DUR111": Split("DUR106", WEIGHT),
    "DUR112": Split("DUR106", WEIGHT),
    "ENR003": Split("ENR002", PART),
    "DOC006": Split("DOC001", LATE),
    "DOC007": Split("DOC001", WEIGHT),
    "DOC008": Split("DOC001", PART),
    "DOC009": Split("DOC001", PEOPLE),
    "EUP005": Split("EUP003", WEIGHT),
    "EUP006": Split("EUP002", WEIGHT),
    "EUP007": Split("EUP003", WEIGHT),
    "EUP103": Split("EUP101", WEIGHT),
    "GEN111": Split("GEN102", WEIGHT),
    "GEN112": Split("GEN105", WEIGHT),
    "GEN113": Split("GEN106", PART),
    "GEN114": Split("GEN107", LATE),
    "INS102": Split("INS101", WEIGHT),
    "INS103": Split("INS101", PART),
    "INS104": Split("INS101", PART),
    "JNT006": Split("JNT003", WEIGHT),
    "LA009": Split("LA001", PEOPLE),
    "LA010": Split("LA001", LATE),
    "LA108": Split("LA102", WEIGHT),
    "LA109": Split("LA102", WEIGHT),
    "LA110": Split("LA107", PART),
    "LA111": Split("LA007", WEIGHT),
    "LA112": Split("LA008", PART),
    "LA113": Split("LA004", LATE),
    "LA114": Split("LA106", WEIGHT),
    "ORG003": Split("ORG002", PART),
    "ORG004": Split("ORG002", PART),
    "PRT005": Split("PRT001", WEIGHT),
    "PRT006": Split("PRT001", PART),
    "PRT007": Split("PRT001", WEIGHT),
    "PRT008": Split("PRT003", PEOPLE),
    "PRT009": Split("PRT003", PEOPLE),
    "PRT010": Split("PRT002", WEIGHT),
    "PRT011": Split("PRT002", PART),
    "PRT013": Split("PRT002", PART),
    "PRT014": Split("PRT002", WEIGHT),
    "PRT015": Split("PRT001", PART),
    "PRV102": Split("PRV101", WEIGHT),
    "REC102": Split("REC101", WEIGHT),
    "REC103": Split("REC101", PART),
    "REC105": Split("REC002", WEIGHT),
    "REC106": Split("REC007", PART),
    "REC107": Split("REC005", WEIGHT),
    "SOC007": Split("SOC005", WEIGHT),
    "SOC008": Split("SOC001", WEIGHT),
    "SOC009": Split("SOC002", WEIGHT),
    "SOC010": Split("SOC003", WEIGHT),
    "SOC011": Split("SOC003", WEIGHT),
    "SOC012": Split("SOC006", LATE),
    "SOC013": Split("SOC005", WEIGHT),
    "STG107": Split("STG102", LATE),
    "TOR105": Split("TOR104", WEIGHT),
    "TOR107": Split("TOR104", PART),
    "TOR108": Split("TOR101", LATE),
    "TOR109": Split("TOR103", WEIGHT),
    "TOR110": Split("TOR104", PART),
    "TOR111": Split("TOR104", PART),
    "TRN107": Split("TRN101", PART),
    "TRN108": Split("TRN104", PART),
    "TRN109": Split("TRN104", WEIGHT),
    "UFM105": Split("UFM102", WEIGHT),
}
"""By the code of the rule that says the part."""

ADDED: Mapping[str, str] = {
    "CHG108": N_("Results are judged by the agreement as amended, so they have to be of that version."),
    "CTI014": N_(
        "Every rule on the obligation rests on the days that are counted, and nothing limited them."
    ),
    "DUR107": N_("A learner is in one place at a time; days of two stays at once would be counted twice."),
    "GEN108": N_("Everything else rests on knowing which record is meant."),
    "GEN109": N_("Results, blocks and changes name components by their ids."),
    "GEN110": N_(
        "A result of a component that is not there would count for nothing, and nobody would see it."
    ),
    "GEN115": N_("Of two records for one learner, host and year, nobody can tell which one holds."),
    "GEN116": N_(
        "Rules that look at all the stays of a learner go by the number: it has to be one person’s."
    ),
    "JNT004": N_(
        "A joint degree is to be recognised in every partner country; the catalogue kept that as a fact only."
    ),
    "JNT005": N_("A double degree is two distinct diplomas; the catalogue kept that as a fact only."),
    "PRT012": N_(
        "An agreement has so many places, and only all records together show that they are used up."
    ),
    "REC104": N_("A total that a paper states is compared with its sum, as in the agreement."),
    "TOR106": N_("A total that a paper states is compared with its sum, as in the agreement."),
}
"""Why there is a rule that no statement of the catalogue asks for, by code."""

OWN = N_(
    "A file has to be read before any rule can be checked, and a mistake in it is explained like any other."
)
"""Why there are the families of `OF_FILES`."""

OF_FILES = frozenset({"BUG", "FIL", "SHP", "WAV", "YML"})


def related(code: str) -> tuple[str, ...]:
    """The other rules that say parts of the same statement of the catalogue."""
    origin = SPLIT[code].of if code in SPLIT else code
    parts = {origin, *(each for each, split in SPLIT.items() if split.of == origin)}
    parts |= {
        into for old, merged in MERGED.items() if old in parts or code in merged.into for into in merged.into
    }
    return tuple(sorted(parts - {code}))


def gone(code: str) -> Message | None:
    """Say what became of a code that is no rule (any more); None where there never was one."""
    if merged := MERGED.get(code):
        into = Series(merged.into)
        return say("{code} is part of {into}. {reason}", code=code, into=into, reason=say(merged.reason))
    if reason := WITHDRAWN.get(code):
        return say("{code} is no rule any more. {reason}", code=code, reason=say(reason))
    return None
