"""Mistakes of a file and of its shape: no check of their own, but explained like any rule."""

from mobctl.finding import N_, Severity
from mobctl.rule import Rule
from mobctl.sources import CODES, MOBCTL, YAML


def _of(code: str, slug: str, title: str, why: str, fix: str, *, severity: Severity = Severity.ERROR) -> Rule:
    source = {"YML": YAML, "GEN": CODES}.get(code[:3], MOBCTL).at(N_("reading a record"))
    told = not code.startswith("WAV") and code not in {"SHP109", "BUG001"}
    return Rule(code, slug, title, why, fix, severity, (source,), waivable=False, told=told)


_LOST = N_("A file that cannot be read cannot be checked: nothing else is said about it.")
_TOOLS = N_("Different programs would read it differently, or another text than you see.")
_SHAPE = N_("A field that is not understood is a fact that no rule and no document will ever use.")

FILE_RULES: tuple[Rule, ...] = (
    _of("FIL101", "file-is-utf-8", N_("The file is saved as UTF-8"), _LOST, N_("Save it as UTF-8.")),
    _of("FIL102", "file-is-not-utf-16", N_("The file is not UTF-16"), _LOST, N_("Save it as UTF-8.")),
    _of(
        "FIL103",
        "file-has-no-bom",
        N_("The file starts with its text"),
        _TOOLS,
        N_("Save it as UTF-8 without BOM."),
    ),
    _of(
        "FIL104",
        "file-is-not-empty",
        N_("The file has something in it"),
        _LOST,
        N_("Fill the file in, or delete it."),
    ),
    _of(
        "FIL105",
        "file-is-not-too-large",
        N_("The file is no larger than 1 MiB"),
        _LOST,
        N_("Keep scans and lists elsewhere."),
    ),
    _of(
        "FIL106",
        "file-says-what-it-is",
        N_("The file says what it is"),
        _LOST,
        N_("Begin it with `mobctl: mobility/1`."),
    ),
    _of(
        "FIL107",
        "file-is-not-newer",
        N_("The file is of a version that this mobctl reads"),
        _LOST,
        N_("Install the current mobctl."),
    ),
    _of(
        "FIL108",
        "table-is-there",
        N_("The table of a list of charter holders is as it was imported"),
        N_("A list whose rows were changed by hand, or lost, no longer says what was published."),
        N_("Import the published list again."),
    ),
    _of("YML101", "no-tabs", N_("Lines begin with spaces"), _LOST, N_("Replace the Tab by two spaces.")),
    _of(
        "YML102",
        "colon-in-quotes",
        N_("A text with a colon stands between quotes"),
        _LOST,
        N_("Put quotes around the text."),
    ),
    _of("YML103", "key-once", N_("A field is written once"), _TOOLS, N_("Keep one of the two.")),
    _of("YML104", "one-document", N_("A file holds one record"), _LOST, N_("Make a file of each.")),
    _of(
        "YML105",
        "no-references",
        N_("Values are written out"),
        _TOOLS,
        N_("Delete the mark, write the value out, or put quotes around the text."),
    ),
    _of(
        "YML106",
        "no-tags",
        N_("Values have no type marks"),
        _TOOLS,
        N_("Delete the mark, or put quotes around the text."),
    ),
    _of("YML107", "no-directives", N_("No line begins with %"), _TOOLS, N_("Delete the line.")),
    _of(
        "YML108",
        "no-conflict-marks",
        N_("A merge is finished"),
        _LOST,
        N_("Keep one version and delete the marks."),
    ),
    _of(
        "YML109",
        "no-hidden-characters",
        N_("All characters can be seen"),
        _TOOLS,
        N_("Delete the character, or put an ordinary space in its place."),
    ),
    _of(
        "YML110", "numbers-are-short", N_("A number has at most 15 digits"), _TOOLS, N_("Correct the number.")
    ),
    _of(
        "YML111",
        "file-is-not-too-deep",
        N_("The file is a record"),
        _LOST,
        N_("Look for brackets that are never closed."),
    ),
    _of("YML112", "key-is-a-name", N_("A field has a name"), _LOST, N_("Write a name before the colon.")),
    _of(
        "YML113",
        "quote-closed",
        N_("A quotation mark is closed"),
        _LOST,
        N_("Close it; within a text, double it."),
    ),
    _of(
        "YML114",
        "bracket-closed",
        N_("A bracket is closed"),
        _LOST,
        N_("Close it, or put quotes around the text."),
    ),
    _of(
        "YML115",
        "text-starts-with-a-letter",
        N_("A text does not begin with a sign of YAML"),
        _LOST,
        N_("Put quotes around the text."),
    ),
    _of(
        "YML116",
        "colon-after-key",
        N_("A colon follows the name of a field"),
        _LOST,
        N_("Add the colon and a space."),
    ),
    _of(
        "YML117",
        "indentation",
        N_("Lines of one level begin in one column"),
        _LOST,
        N_("Line it up with its neighbours."),
    ),
    _of(
        "YML118",
        "nothing-after-quote",
        N_("Nothing follows a closing quotation mark"),
        _LOST,
        N_("Delete what follows, or put the whole text between quotes."),
    ),
    _of(
        "YML119", "decimal-point", N_("Decimals are written with a point"), _TOOLS, N_("Write 7.5, not 7,5.")
    ),
    _of(
        "YML120",
        "straight-quotes",
        N_("Quotation marks around a value are straight"),
        _TOOLS,
        N_("Write straight quotation marks."),
    ),
    _of(
        "YML199", "yaml", N_("The file is YAML"), _LOST, N_("Open it in an editor that shows YAML mistakes.")
    ),
    _of(
        "SHP101",
        "field-is-known",
        N_("The field is one of ours"),
        _SHAPE,
        N_("Correct the name, move the field to its place, or delete the line."),
    ),
    _of("SHP102", "field-is-there", N_("What every record needs is there"), _SHAPE, N_("Add the field.")),
    _of(
        "SHP103",
        "type-is-right",
        N_("The value is of the right kind"),
        _SHAPE,
        N_("Write the value as in the example."),
    ),
    _of(
        "SHP104",
        "value-is-in-the-list",
        N_("The value is one of the list"),
        _SHAPE,
        N_("Choose one of the list."),
    ),
    _of(
        "SHP105",
        "date-exists",
        N_("The date exists"),
        _SHAPE,
        N_("Write it as year-month-day, as in 2026-06-30."),
    ),
    _of(
        "SHP106", "text-has-its-form", N_("The text has its form"), _SHAPE, N_("Write it as in the example.")
    ),
    _of(
        "SHP107", "value-is-within-bounds", N_("The value is within bounds"), _SHAPE, N_("Correct the value.")
    ),
    _of("SHP108", "fields-go-together", N_("The fields go together"), _SHAPE, N_("Keep one of the two.")),
    _of(
        "SHP109",
        "reference-resolves",
        N_("What is referred to is in the folder"),
        _SHAPE,
        N_("Correct the name, or add the file."),
        severity=Severity.WARNING,
    ),
    _of(
        "GEN104",
        "codes-well-formed",
        N_("Codes follow their standard"),
        N_("A code that its issuer does not know is refused by every other system."),
        N_("Look the code up with its issuer."),
    ),
    _of(
        "WAV101",
        "waiver-is-needed",
        N_("A waiver covers a finding"),
        N_("A waiver that covers nothing hides the next mistake."),
        N_("Delete the waiver, or correct its place."),
        severity=Severity.WARNING,
    ),
    _of(
        "WAV102",
        "waiver-is-valid",
        N_("A waiver has not expired"),
        N_("An exception was granted until a day, and the day is past."),
        N_("Renew the waiver, or mend the record."),
    ),
    _of(
        "WAV103",
        "waiver-is-allowed",
        N_("The rule can be waived"),
        N_("Nobody can waive what the law or the record itself demands."),
        N_("Delete the waiver and mend the record."),
    ),
    _of(
        "BUG001",
        "rule-works",
        N_("The rules work"),
        N_("A mistake in mobctl itself; the other findings stand."),
        N_("Report it, with the file if you may."),
    ),
)
