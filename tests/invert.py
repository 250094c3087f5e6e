"""Invert comparisons of rules and of what they rest on one by one: each must make a test fail. Run: python tests/invert.py."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLACES = (
    ("mobctl/derive.py", "last.last < on", "last.last <= on"),
    ("mobctl/derive.py", "< min(self.through, other.through)", "<= min(self.through, other.through)"),
    ("mobctl/derive.py", "agreed.first <= on", "agreed.first > on"),
    ("mobctl/derive.py", "return max(stated, Phase.AFTER_RETURN)", "return min(stated, Phase.AFTER_RETURN)"),
    ("mobctl/derive.py", "set(self.roles) <= set(e.agreed_by)", "set(self.roles) >= set(e.agreed_by)"),
    ("mobctl/derive.py", "awarded >= planned", "awarded < planned"),
    ("mobctl/derive.py", "if agreed and not amendment.withdrawn and", "if agreed and"),
    ("mobctl/rules/agreement.py", "signature.date.first >= departure.last", "signature.date.first > departure.last"),
    ("mobctl/rules/agreement.py", "if not least <= rest <= most:", "if not least < rest <= most:"),
    ("mobctl/rules/agreement.py", "        if least <= rest <= most:", "        if least <= rest < most:"),
    ("mobctl/rules/agreement.py", "abs(total.value - stated.credits) > derive", "abs(total.value - stated.credits) >= derive"),
    ("mobctl/rules/agreement.py", "amendment.effective.last < agreed.first", "amendment.effective.last <= agreed.first"),
    ("mobctl/rules/recognition.py", "if short > covered:", "if short >= covered:"),
    ("mobctl/rules/recognition.py", "_credits(waiting)) > excepted", "_credits(waiting)) < excepted"),
    ("mobctl/derive.py", "version))\n    return recognised_credits(mobility).value > most", "version))\n    return recognised_credits(mobility).value >= most"),
    ("mobctl/rules/recognition.py", "(d.credits or ZERO) >= home", "(d.credits or ZERO) > home"),
    ("mobctl/grades.py", "value <= least if lower else value >= least", "value < least if lower else value > least"),
    ("mobctl/grades.py", "value <= mark if scale", "value < mark if scale"),
    ("mobctl/grades.py", "else value >= mark", "else value > mark"),
    ("mobctl/rules/grades.py", 'months < context.numbers["years"] * 12', 'months <= context.numbers["years"] * 12'),
    ("mobctl/rules/record.py", 'end.last < start.first:\n        text = say(\n            "The mobility', 'end.last <= start.first:\n        text = say(\n            "The mobility'),
    ("mobctl/rules/record.py", "day.first > context.as_of", "day.first >= context.as_of"),
    ("mobctl/rules/record.py", "_anniversary(birth.first, years) > start.last", "_anniversary(birth.first, years) >= start.last"),
    ("mobctl/rules/schools.py", "planned < missing", "planned <= missing"),
)  # fmt: skip


TESTS = ("tests/test_rules.py", "tests/test_derive.py")


def passes() -> bool:
    """Run the tests of rules and derive."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "auto", "-p", "no:cacheprovider", *TESTS]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def survives(path: Path, old: str, new: str) -> bool:
    """Put the inverted comparison in, run the tests, put the file back."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path}: {old!r} is not there once"
    path.write_text(text.replace(old, new), encoding="utf-8")
    try:
        return passes()
    finally:
        path.write_text(text, encoding="utf-8")


def main() -> int:
    if not passes():
        sys.stdout.write("the tests fail as it is\n")
        return 1
    survivors = [f"{file}: {old} -> {new}" for file, old, new in PLACES if survives(ROOT / file, old, new)]
    sys.stdout.write(f"{len(PLACES) - len(survivors)} of {len(PLACES)} caught\n")
    sys.stdout.writelines(f"survived: {line}\n" for line in survivors)
    return int(bool(survivors))


if __name__ == "__main__":
    sys.exit(main())
