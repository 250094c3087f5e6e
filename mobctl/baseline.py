"""A baseline: the findings that a school knew of on the day it began to check, set aside so that new ones are seen.

It goes by fingerprints, so it holds when lines move; what it sets aside stays counted, and what is no longer found is
named, so that it gets shorter with time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from mobctl.finding import Finding, Judged, pointer_text

VERSION = 1


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """A finding that is set aside; `file` and `place` say where it was, for people who read the list."""

    file: str
    code: str
    place: str
    fingerprint: str


def known(file: str, findings: Iterable[Finding]) -> list[Known]:
    """The findings of a file that may be set aside: all but those that are waived, and the bugs of ours."""
    return [
        Known(file, each.code, pointer_text(each.pointer), each.fingerprint)
        for each in findings
        if not each.waived and each.code != "BUG001"
    ]


def apart(
    judged: Mapping[str, Judged], fingerprints: Collection[str]
) -> tuple[dict[str, Judged], dict[str, tuple[Finding, ...]]]:
    """Part what is new from what is known; a finding that is waived stays where it is."""
    new, old = {}, {}
    for name, each in judged.items():
        aside = tuple(f for f in each.findings if f.fingerprint in fingerprints and not f.waived)
        new[name] = replace(each, findings=tuple(f for f in each.findings if f not in aside))
        if aside:
            old[name] = aside
    return new, old
