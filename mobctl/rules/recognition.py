"""Recognition: what the home school makes of the results."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Message, Quoted, Series, Severity, say
from mobctl.model import Block, Component, Decision, Mobility, Node, Phase, Recognition, Result
from mobctl.rule import OUTGOING, Context, Hit, Number, When, hit, rule
from mobctl.sources import CTI, ECHE_2014, ECHE_2021, ITSRA, LA_GUIDE, MOBCTL, RECOGNISING, UT2

MENTIONING = {
    "cti-engineering",
    "cti-apprentice",
    "erasmus-he-studies",
    "erasmus-he-traineeship",
    "itsra-social-work",
}
ZERO = Decimal(0)


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
        "Recognise the missing credits, or write the exception that all three parties signed under agreement: exceptions: [{credits, reason}]."
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
    short, excepted = _short_blocks(mobility, version)
    yield from short
    yield from _unused(mobility, version, derive.result_lines(mobility), excepted)


def _short_blocks(mobility: Mobility, version: derive.Version) -> tuple[list[Hit], Decimal]:
    """The blocks that recognise less than their results stand for, and what is left of the exceptions."""
    found: list[Hit] = []
    lines = derive.result_lines(mobility)
    home = {component.id for component in version.tables["recognised"]}
    blocks = mobility.recognition.blocks if mobility.recognition else ()
    shared, excepted = _shared(blocks), version.excepted
    for block in blocks:
        ours = {decision.component for decision in block.to}
        if ours & shared or not ours <= home or not set(block.from_) <= set(lines):
            continue
        promised, granted = derive.promised(block, version, mobility), derive.granted(block)
        short = max(promised - granted, ZERO)
        covered = min(short, excepted)
        excepted -= covered
        if short > covered:
            text = say(
                "The results of this block stand for {promised} credits of table B, and {granted} are recognised.",
                promised=promised,
                granted=granted,
            )
            found.append(hit(block, "to", text))
    return found, excepted


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
    "REC002",
    N_("Credits are recognised for what the last signed agreement says"),
    severity=Severity.ERROR,
    profiles={"ut2-university", "cti-engineering", "cti-apprentice", "erasmus-he-studies"},
    when=When(decided=True),
    cites=(
        CTI.at("« conformément au learning agreement éventuellement amendé »"),
        UT2.at("« conformément au contrat d’études signé par chacune des parties »"),
        LA_GUIDE.at("recognition as agreed in table B and its changes"),
    ),
    why=N_(
        "A component that the three parties did not agree on, or took out again, gives no ground for recognition."
    ),
    fix=N_("Amend the agreement, or recognise the results for a component that stands in table B."),
)
def recognition_follows_final_agreement(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A component recognised that another version has, and table B of the one in force on the last day has not.

    What no version has is GEN110's. A mobility window stands in place of table B: there, any component will do. A
    version that does not hold together (LA110) judges nothing.
    """
    version = derive.final_version(mobility)
    agreement = mobility.agreement
    if version is None or agreement is None or agreement.mobility_window is not None or not version.sound:
        return
    final = {row.id for row in version.tables["recognised"]}
    elsewhere = {row.id: row for each in derive.every_version(mobility) for row in each.tables["recognised"]}
    for block in mobility.recognition.blocks if mobility.recognition else ():
        for decision in block.to:
            other = elsewhere.get(decision.component)
            if decision.status == "recognised" and other is not None and decision.component not in final:
                yield hit(
                    decision,
                    "component",
                    say(
                        "{component} is not in table B of version {number}, which was in force on the last day.",
                        component=Quoted(decision.component),
                        number=Quoted(version.number),
                    ),
                    beside=[(other, say("{component} stands here", component=Quoted(decision.component)))],
                )


@rule(
    "REC003",
    N_("No examination is imposed for what was passed abroad"),
    severity=Severity.ERROR,
    profiles={"cti-engineering", "cti-apprentice", "erasmus-he-studies"},
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    cites=(
        CTI.at(
            "« Il ne peut être imposé d’examen supplémentaire à l’étudiant pour lui attribuer ces crédits. »"
        ),
        ECHE_2021.at("“without any additional work or assessment of the student”"),
    ),
    why=N_("The host examined the learner already; to examine again at home is to distrust the agreement."),
    fix=N_(
        "Take the requirement away; a resit is for what was not passed abroad, and stands under remedial."
    ),
)
def no_additional_examination(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A requirement on a component, at home or abroad, whose results are all validated; without one, on all of them.

    So is a catch-up of one, unless fewer credits were awarded than agreed.

    Said before the decision too: then it can still be prevented. What the three parties agreed on as a condition
    (`automatic_recognition: false`) is not imposed.
    """
    for requirement in derive.imposed(mobility):
        what = Label("requirement-types", requirement.type or "")
        text = (
            say(
                "For {component}, the school asks for {what}, though all its results were passed abroad.",
                component=Quoted(requirement.component),
                what=what,
            )
            if requirement.component
            else say("The school asks for {what}, though all the results were passed abroad.", what=what)
        )
        yield hit(requirement, None, text)
    for session in derive.caught_up_in_vain(mobility):
        text = say(
            "A catch-up is planned for {component}, though all its results were passed abroad.",
            component=Quoted(session.for_ or ""),
        )
        yield hit(session, "for", text)


@rule(
    "REC004",
    N_("Recognition is decided within five weeks of the results"),
    severity=Severity.WARNING,
    when=When(since=Phase.AFTER_RETURN, directions=OUTGOING),
    numbers={"days": Number(Decimal(35), "day", "lower")},
    cites=(
        LA_GUIDE.at("“without further requirements from the student, and normally within five weeks”"),
        CTI.at("« reconnus automatiquement dès le retour de l’étudiant ou de l’apprenant »"),
    ),
    why=N_(
        "The learner goes on with her studies: until the decision nobody knows what she has still to take."
    ),
    fix=N_(
        "Put the file on the agenda of the next recognition committee, and write the date under recognition: decided."
    ),
    clock=True,
    by="recognition-authority",
)
def recognition_decided_without_delay(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Counted from the day the file was complete, else from the day the transcript came; never from before the return."""
    recognition, results, end = mobility.recognition, mobility.results, derive.end(mobility)
    here = [
        (node, node.received)
        for node in (recognition, results)
        if node is not None and node.received is not None
    ]
    if not here:
        return
    node, received = here[0]
    since = max(received.last, end.last) if end else received.last
    limit = derive.days_after(since, int(context.numbers["days"]))
    decided = recognition.decided if recognition else None
    if decided and decided.date and decided.date.first > limit:
        text = say(
            "The results were here on {received}; the decision is of {decided}, more than {days} days later.",
            received=since,
            decided=decided.date.said,
            days=int(context.numbers["days"]),
        )
        yield hit(decided, "date", text, advice=say("It cannot be cured: say why in a waiver of this rule."))
    elif decided is None and mobility.status != "recognised":
        text = say(
            "The results have been here since {received}: the decision on their recognition is expected by {day}.",
            received=received.said,
            day=limit,
        )
        yield hit(node, "received", text, due=derive.days_after(limit, 1))


def _unmentioned(mobility: Mobility) -> Message | None:
    """What the record lacks of the mention in the diploma supplement; pupils get none, and graduates have theirs."""
    supplement = mobility.recognition.diploma_supplement if mobility.recognition else None
    graduate = mobility.traineeship is not None and mobility.traineeship.regime == "graduate"
    if (
        graduate
        or mobility.learner.status == "pupil"
        or (supplement and supplement.mention and supplement.section)
    ):
        return None
    if supplement and supplement.mention:
        return say("The record does not say in which section the diploma supplement mentions the mobility.")
    return say("The record does not say that the diploma supplement mentions the mobility.")


SUPPLEMENT = (
    CTI.at("« mention de la mobilité dans le supplément au diplôme »"),
    ITSRA.at(
        "« en indiquant les résultats des étudiants dans un relevé final (supplément ou diplôme ou équivalent) »"
    ),
    ECHE_2021.at("“inclusion in the final record of student achievements”"),
)


@rule(
    "REC005",
    N_("The diploma supplement mentions the mobility"),
    severity=Severity.ERROR,
    profiles=MENTIONING,
    when=When(since=Phase.RECOGNISED, directions=OUTGOING),
    cites=SUPPLEMENT,
    why=N_(
        "Years later the supplement is what is left of the stay: for an employer, or for the next school."
    ),
    fix=N_(
        'Write the mention into the supplement, and record it: recognition: diploma_supplement: {mention: true, section: "4.3"}.'
    ),
    clock=True,
)
def mobility_recorded_in_diploma_supplement(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Something to do until the diploma, or its jury: the supplement is made out with it."""
    graduation, lacking, recognition = (
        derive.graduation(mobility),
        _unmentioned(mobility),
        mobility.recognition,
    )
    if recognition and graduation and lacking:
        text = say("{what} Day of the diploma or of its jury: {day}.", what=lacking, day=graduation.said)
        field = "diploma_supplement" if recognition.diploma_supplement else None
        yield hit(recognition, field, text, due=graduation.last)


@rule(
    "REC107",
    N_("The day of the diploma is known, so that the supplement is not forgotten"),
    severity=Severity.INFO,
    profiles=MENTIONING,
    when=When(since=Phase.RECOGNISED, directions=OUTGOING),
    cites=SUPPLEMENT,
    why=N_(
        "With the day of the jury, the mention in the supplement is on the list of what is to do, in time."
    ),
    fix=N_("Write the day of the jury under learner: graduation_jury_date; or the mention, once it is made."),
)
def day_of_the_diploma_is_known(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """No mention yet, and neither the day of the jury nor that of the diploma."""
    lacking = _unmentioned(mobility)
    if mobility.recognition and lacking and derive.graduation(mobility) is None:
        text = say("{what} The day of the diploma is not known either.", what=lacking)
        yield hit(mobility.learner, None, text)


@rule(
    "REC006",
    N_("Recognition rests on an agreement that was validated before the stay"),
    severity=Severity.WARNING,
    when=When(decided=True),
    cites=(
        UT2.at(
            "« Cette démarche est obligatoire pour que la mobilité et les études suivies fassent l’objet d’une"
            " reconnaissance académique »"
        ),
    ),
    why=N_(
        "Validated once the courses have begun, the agreement no longer guides the choice: it only records it."
    ),
    fix=N_("Say why: under agreement: late_signature, or in a waiver of this rule."),
)
def recognition_requires_coherence_validation(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The coherence check is of the first day or later. That there is none, or of which verdict, is LA004's.

    Nor is one delay told twice: not where the signature of the school that checks is late itself (LA010), nor where the
    delay is explained.
    """
    agreement, start, departure = mobility.agreement, derive.start(mobility), derive.departure(mobility)
    check = agreement.coherence_check if agreement else None
    if agreement is None or check is None or check.date is None or start is None or agreement.late_signature:
        return
    signature = derive.signed(agreement.signatures, "home") if mobility.direction == "outgoing" else None
    told = signature and signature.date and departure and signature.date.first >= departure.last
    if check.verdict == "ok" and check.date.first >= start.last and not told:
        yield hit(
            check,
            "date",
            say(
                "The coherence of the agreement was validated on {checked}; the stay began on {start}.",
                checked=check.date.said,
                start=start.said,
            ),
        )


@rule(
    "REC007",
    N_("What is not recognised has its reason and, where it is to be caught up, its plan"),
    severity=Severity.WARNING,
    when=When(decided=True, directions=OUTGOING),
    cites=(
        CTI.at("« Est-ce qu’il faut parfois compenser quelque chose après un séjour ? »"),
        ITSRA.at("« la pleine reconnaissance des activités réalisées de manière satisfaisante »"),
        MOBCTL.at(N_("reasons of a partial recognition")),
    ),
    why=N_("The learner must know which credits are missing, why, and how they can still be earned."),
    fix=N_("Decide on each component of table B in a block, with a reason where it gets nothing."),
)
def refused_credits_reasoned_and_compensated(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A component of table B without a decision; one to be caught up without a plan; nothing said of what is missing.

    The last where there is no table B: in a mobility window, or of a traineeship that counts for nothing. A block that is recognised in part is REC106's; where results wait for a decision, or are left out while
    components wait for them, REC001 says so; the sessions of a school that holds them itself are SOC005's.
    """
    version = derive.final_version(mobility)
    if mobility.recognition is None:
        return
    if version is not None and version.sound and not _waiting(mobility, version, context):
        yield from _undecided(mobility, mobility.recognition, version)
    if "itsra-social-work" not in context.profiles:
        yield from _unplanned(mobility.recognition)
    if version is None or not version.tables["recognised"]:
        yield from _unexplained(mobility, mobility.recognition)


def _waiting(mobility: Mobility, version: derive.Version, context: Context) -> bool:
    """Say whether REC001 has found results that nothing decides on: what they are for is decided with them."""
    _, excepted = _short_blocks(mobility, version)
    found = _unused(mobility, version, derive.result_lines(mobility), excepted)
    return bool(RECOGNISING.intersection(context.profiles)) and any(found)


def _undecided(mobility: Mobility, recognition: Recognition, version: derive.Version) -> Iterator[Hit]:
    """The components of table B that no block decides on, unless an exception covers them."""
    _, excepted = _short_blocks(mobility, version)
    decided = {decision.component for block in recognition.blocks for decision in block.to}
    left = [row for row in version.tables["recognised"] if row.id not in decided and row.credits != 0]
    if left and not 0 < _credits(left) <= excepted:
        yield hit(
            recognition,
            "blocks" if recognition.blocks else None,
            say(
                "Nothing is decided on {components} of table B.",
                components=Series(tuple(Quoted(row.id) for row in left)),
            ),
        )


def _unplanned(recognition: Recognition) -> Iterator[Hit]:
    """The components that are to be caught up, and for which no session is planned."""
    planned = {session.for_ for session in recognition.remedial}
    for decision in (decision for block in recognition.blocks for decision in block.to):
        if decision.status == "remedial" and not planned & {decision.component, None}:
            yield hit(
                decision,
                "status",
                say(
                    "{component} is to be caught up, and no plan says how.",
                    component=Quoted(decision.component),
                ),
                advice=say("Add an entry under remedial: for which component, how many credits, when."),
            )


def _unexplained(mobility: Mobility, recognition: Recognition) -> Iterator[Hit]:
    """Without table B: a mobility window that is not filled, a traineeship that counts for nothing; and no reason."""
    reasons = [
        *(block.reason for block in recognition.blocks),
        *(left.reason for left in recognition.left_out),
    ]
    if any(reasons) or recognition.remedial:
        return
    recognised = derive.recognised_credits(mobility).value
    version = derive.final_version(mobility)
    window = mobility.agreement.mobility_window if mobility.agreement else None
    promised = Decimal((window or {}).get("credits") or 0) - (version.excepted if version else ZERO)
    regime = mobility.traineeship.regime if mobility.traineeship else None
    if recognised < promised:
        text = say(
            "{recognised} of the {promised} credits of the mobility window are recognised, and nothing says why.",
            recognised=recognised,
            promised=promised,
        )
        advice = say("Give the block its reason, leave the result out with its reason, or plan the catch-up.")
        yield hit(recognition, "blocks" if recognition.blocks else None, text, advice=advice)
    elif mobility.kind == "traineeship" and not recognised and regime not in {"voluntary", "graduate"}:
        text = say("Nothing is recognised of this traineeship, and the record does not say why.")
        advice = say("Write traineeship: regime: voluntary, or leave its result out with a reason.")
        yield hit(recognition, None, text, advice=advice)


@rule(
    "REC101",
    N_("A result is used once"),
    severity=Severity.ERROR,
    when=When(decided=True),
    cites=(MOBCTL.at(N_("ECTS accumulation: a credit is counted once")),),
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
    cites=(MOBCTL.at(N_("ECTS accumulation: credits recognised rest on credits earned")),),
    why=N_("More credits than the results and the agreement give cannot be explained to a jury."),
    fix=N_(
        "Correct the credits of the block, or write the agreed difference under agreement: exceptions: [{credits, reason}]."
    ),
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
        beside=[*_above(mobility.recognition.blocks, version)],
    )


def _above(blocks: tuple[Block, ...], version: derive.Version) -> Iterator[tuple[Node, Message]]:
    """The components that are given more credits than table B has for them."""
    home = {row.id: row.credits or ZERO for row in version.tables["recognised"]}
    for decision in (each for block in blocks for each in block.to):
        credits, agreed = decision.credits or ZERO, home.get(decision.component, ZERO)
        if credits > agreed:
            text = say(
                "{component}: {credits} recognised, {agreed} agreed",
                component=Quoted(decision.component),
                credits=credits,
                agreed=agreed,
            )
            yield decision, text


@rule(
    "REC103",
    N_("A component at home is decided on once"),
    severity=Severity.ERROR,
    when=When(decided=True),
    cites=(MOBCTL.at(N_("recognition by blocks: n results for m components")),),
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
    cites=(MOBCTL.at(N_("stated totals")),),
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
    cites=(MOBCTL.at(N_("recognition by blocks: a partial block says why")),),
    why=N_(
        "A reader at another school, or the learner, must be able to see what the missing credits hang on."
    ),
    fix=N_(
        "Add it to the block, as reason: {code, text}. Codes: failed-at-host, not-taken, fewer-credits, dropped-by-amendment, agreed-exception, voluntary-traineeship, other."
    ),
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
