"""Recognition: what the home school makes of the results."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Message, Quoted, Series, Severity, say
from mobctl.model import Block, Component, Decision, Mobility, Result
from mobctl.rule import Context, Hit, When, hit, rule
from mobctl.sources import CTI, ECHE_2014, ECHE_2021, MOBCTL

RECOGNISING = {
    "cti-engineering",
    "cti-apprentice",
    "erasmus-he-studies",
    "itsra-social-work",
    "ut2-university",
}
ZERO = Decimal(0)


def _lines(mobility: Mobility) -> dict[str, Result]:
    return {line.id: line for line in mobility.results.lines} if mobility.results else {}


def _credits(things: Iterable[Component | Result]) -> Decimal:
    return sum((thing.credits or ZERO for thing in things), ZERO)


def _shared(blocks: Iterable[Block]) -> set[str]:
    """The home components that more than one block decides on."""
    counts = Counter(id for block in blocks for id in {decision.component for decision in block.to})
    return {id for id, count in counts.items() if count > 1}


@rule(
    "REC001",
    N_("Every credit validated abroad under the agreement is recognised in full"),
    severity=Severity.ERROR,
    profiles=RECOGNISING,
    when=When(decided=True),
    cites=(
        ECHE_2021.at(
            "“full automatic recognition of all credits gained for learning outcomes satisfactorily achieved”"
        ),
        ECHE_2014.at("“full recognition for satisfactorily completed activities of study mobility”"),
        CTI.at("« sont reconnus automatiquement dès le retour de l’étudiant »"),
    ),
    why=N_(
        "Recognition was promised when the agreement was signed: results that meet it leave nothing to decide."
    ),
    fix=N_(
        "Recognise the missing credits, or write the exception that all three parties signed under exceptions."
    ),
)
def credits_validated_abroad_fully_recognised(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Judged by block, on the version in force on the last day; `compensated` counts as validated.

    What one block falls short may be covered by exceptions, each credit of them once. A block is left to other rules
    where it refers to what is not there (GEN110), or shares a component with another (REC103).
    """
    version = derive.final_version(mobility)
    if version is None:
        return
    lines = _lines(mobility)
    table_b = {component.id: component for component in version.tables["recognised"]}
    blocks = mobility.recognition.blocks if mobility.recognition else ()
    shared, excepted = _shared(blocks), version.excepted
    for block in blocks:
        ours = {decision.component for decision in block.to}
        if ours & shared or not ours <= set(table_b) or not set(block.from_) <= set(lines):
            continue
        promised, granted = derive.promised(block, version, mobility), derive.granted(block)
        short = max(promised - granted, ZERO)
        covered = min(short, excepted)
        excepted -= covered
        if short > covered:
            yield hit(
                block,
                "to",
                say(
                    "The results of this block stand for {promised} credits of table B, and {granted} are recognised.",
                    promised=promised,
                    granted=granted,
                ),
            )
    yield from _unused(mobility, version, lines, excepted)


def _unused(
    mobility: Mobility, version: derive.Version, lines: Mapping[str, Result], excepted: Decimal
) -> Iterator[Hit]:
    """Results under the agreement that nothing decides on; or left out, though credits at home wait for them."""
    recognition = mobility.recognition
    blocks = recognition.blocks if recognition else ()
    left_out = recognition.left_out if recognition else ()
    abroad = {row.id for table in ("studied", "virtual") for row in version.tables[table]}
    under = {
        line.id: line
        for line in lines.values()
        if line.validated
        and line.credits != 0
        and not line.extra
        and (line.for_ is None or line.for_ in abroad)
    }
    used = {ref for block in blocks for ref in block.from_} | {left.result for left in left_out}
    if not used <= set(lines):  # a misspelt id may mean any of them: GEN110 says it
        return
    forgotten = [line for line in under.values() if line.id not in used]
    for line in forgotten:
        yield hit(
            line,
            "id",
            say(
                "{result} was validated abroad, and nothing decides what it counts for.",
                result=Quoted(line.id),
            ),
            advice=say("Add it under from in a block, or under left_out with its reason."),
        )
    if forgotten:
        return
    answered = {decision.component for block in blocks if block.from_ for decision in block.to}
    waiting = [
        c
        for c in version.tables["recognised"]
        if c.id not in answered and c.automatic_recognition is not False
    ]
    dropped = [left for left in left_out if left.result in under and left.reason != "voluntary-traineeship"]
    wasted = _credits(under[left.result] for left in dropped)
    if dropped and min(wasted, _credits(waiting)) > excepted:
        yield hit(
            dropped[0],
            "result",
            say(
                "{result} was validated abroad and is left out, while no result counts for {components}.",
                result=Quoted(dropped[0].result),
                components=Series(tuple(Quoted(c.id) for c in waiting)),
            ),
        )


@rule(
    "REC101",
    N_("A result is used once"),
    severity=Severity.ERROR,
    when=When(decided=True),
    cites=(MOBCTL.at("ECTS accumulation: a credit is counted once"),),
    why=N_("Credits counted twice would give the learner a degree for work she did once."),
    fix=N_("Leave the result in one block; put components that share it into the same block."),
    waivable=False,
)
def no_credit_counted_twice(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A result in two blocks, twice in one, or in a block and among those left out."""
    recognition = mobility.recognition
    if recognition is None:
        return
    seen: Counter[str] = Counter()
    for block in recognition.blocks:
        again = [ref for ref in dict.fromkeys(block.from_) if seen[ref] or block.from_.count(ref) > 1]
        for ref in again:
            first = next(each for each in recognition.blocks if ref in each.from_)
            beside = [(first, say("{result} is used here too", result=Quoted(ref)))] * (first is not block)
            text = say("{result} is used more than once.", result=Quoted(ref))
            yield hit(block, "from", text, beside=beside)
        seen.update(block.from_)
    for left in recognition.left_out:
        if seen[left.result]:
            yield hit(
                left,
                "result",
                say("{result} is in a block and left out at once.", result=Quoted(left.result)),
            )


@rule(
    "REC102",
    N_("No more is recognised than was earned or agreed"),
    severity=Severity.WARNING,
    when=When(decided=True),
    cites=(MOBCTL.at("ECTS accumulation: credits recognised rest on credits earned"),),
    why=N_("More credits than the results and the agreement give cannot be explained to a jury."),
    fix=N_("Correct the credits of the block, or write the agreed difference under exceptions."),
)
def no_more_recognised_than_earned(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The cap is the larger of the credits earned and of table B where its results are all validated.

    At a school where no more may be validated than the mobility was given, SOC004 says what goes beyond both.
    """
    version = derive.final_version(mobility)
    if mobility.recognition is None or version is None or not derive.more_than_earned(mobility, version):
        return
    if "itsra-social-work" in context.profiles and derive.more_than_dedicated(mobility, version):
        return
    yield hit(
        mobility.recognition,
        "blocks",
        say(
            "{recognised} credits are recognised; {earned} were earned abroad and {agreed} are agreed for them.",
            recognised=derive.recognised_credits(mobility).value,
            earned=derive.earned_credits(mobility).value,
            agreed=derive.validated_part(mobility, version),
        ),
    )


@rule(
    "REC103",
    N_("A component at home is decided on once"),
    severity=Severity.ERROR,
    when=When(decided=True),
    cites=(MOBCTL.at("recognition by blocks: n results for m components"),),
    why=N_("Two blocks that decide on one component can give its credits twice."),
    fix=N_("Put both blocks into one, with all their results and all their components."),
    waivable=False,
)
def component_is_in_one_block(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The same component in two blocks, or twice in one; said at the second."""
    seen: dict[str, Decision] = {}
    for block in mobility.recognition.blocks if mobility.recognition else ():
        for decision in block.to:
            first = seen.setdefault(decision.component, decision)
            if first is not decision:
                component = Quoted(decision.component)
                yield hit(
                    decision,
                    "component",
                    say("{component} is decided on already.", component=component),
                    beside=[(first, say("{component} is decided on here too", component=component))],
                )


@rule(
    "REC104",
    N_("The stated total of recognised credits is their sum"),
    severity=Severity.ERROR,
    when=When(decided=True),
    cites=(MOBCTL.at("stated totals"),),
    why=N_("A decision that states one total and adds up to another leaves open how much was recognised."),
    fix=N_("Correct the total or the credits of a block, as in the decision."),
)
def stated_recognition_is_the_sum(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """`recognition.stated_credits` against the credits of the recognised components."""
    recognition = mobility.recognition
    total = derive.recognised_credits(mobility).value
    stated = recognition.stated_credits if recognition else None
    if recognition and stated is not None and abs(stated - total) > derive.ROUNDING:
        yield hit(recognition, "stated_credits", _other_sum(stated, total))


def _other_sum(stated: Decimal | None, total: Decimal) -> Message:
    return say(
        "{stated} credits are stated; the lines add up to {total}.", stated=stated or ZERO, total=total
    )


@rule(
    "REC105",
    N_("Recognition follows the agreement in force on the last day"),
    severity=Severity.WARNING,
    when=When(decided=True),
    cites=(CTI.at("« learning agreement éventuellement amendé »"),),
    why=N_("What counts is what was last agreed, not what was first planned."),
    fix=N_("Decide on the version in force, or correct recognition: version."),
)
def recognition_follows_the_final_version(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """`recognition.version`, where it is stated, against the number of the version in force."""
    version = derive.final_version(mobility)
    recognition = mobility.recognition
    if version and recognition and recognition.version not in (None, version.number):
        yield hit(
            recognition,
            "version",
            say(
                "The decision rests on version {stated}; version {number} was in force on the last day.",
                stated=Quoted(recognition.version or ""),
                number=Quoted(version.number),
            ),
        )


@rule(
    "REC106",
    N_("A block that is not recognised in full says why"),
    severity=Severity.WARNING,
    when=When(decided=True),
    cites=(MOBCTL.at("recognition by blocks: a partial block says why"),),
    why=N_(
        "A reader at another school, or the learner, must be able to see what the missing credits hang on."
    ),
    fix=N_("Add the reason to the block: a code, and words where they help."),
)
def partial_block_says_why(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A component that is refused, to be caught up, or recognised for less than was agreed."""
    version = derive.final_version(mobility)
    home = {row.id: row.credits or ZERO for row in version.tables["recognised"]} if version else {}
    for block in mobility.recognition.blocks if mobility.recognition else ():
        whole = all(
            d.status in {"voluntary", "pending"}
            or (d.status == "recognised" and (d.credits or ZERO) >= home.get(d.component, ZERO))
            for d in block.to
        )
        if not whole and block.reason is None:
            yield hit(block, "to", say("This block is not recognised in full, and does not say why."))
