"""The learning agreement and its changes."""

from collections.abc import Iterator
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Quoted, Series, Severity, say, say_n
from mobctl.model import Agreement, Amendment, Component, Mobility, Phase, same
from mobctl.rule import INCOMING, Context, Hit, NotCheckableError, Number, When, hit, rule
from mobctl.sources import CTI, EWP_LA, EWP_MBR, ITSRA, LA_GUIDE, UT2

BOTH = frozenset({"incoming", "outgoing"})
"""A stay of either direction, unless it is cancelled."""
ACADEMIC = frozenset({"studies", "study+traineeship", "research"})
SIGNING = {
    "cti-apprentice",
    "cti-engineering",
    "erasmus-he-studies",
    "erasmus-he-traineeship",
    "itsra-social-work",
    "ut2-university",
}
PLACING = frozenset({"itsra-social-work", "erasmus-he-traineeship"})
SIGNED_BEFORE = (
    CTI.at("« signé avant le départ entre l’élève et les établissements d’origine et de destination »"),
    ITSRA.at("« Avant le départ, chaque étudiant sortant signe un contrat pédagogique »"),
    UT2.at("« contrat d’études signé par chacune des parties »"),
    LA_GUIDE.at("“Commitment of the three parties”, before the mobility"),
)


def _concerned(mobility: Mobility, context: Context) -> bool:
    """A placement is concerned only where a procedure of its own says so: ITSRA's, or the agreement for traineeships.

    Of vocational training DOC001 and DOC006 speak.
    """
    academic = mobility.kind in ACADEMIC and "erasmus-vet" not in context.profiles
    return academic or bool(PLACING.intersection(context.profiles))


def _unsigned(mobility: Mobility, context: Context, roles: tuple[str, ...]) -> Iterator[Hit]:
    departure = derive.departure(mobility)
    if not _concerned(mobility, context):
        return
    if departure is None:
        raise NotCheckableError(say("the day of departure is not known"))
    due = departure.last
    if mobility.agreement is None:
        # A host may take in a learner without: what there is has to be signed, whoever keeps the record.
        if mobility.direction in INCOMING:
            return
        # Said once: by the rule on the learner's signature, or where that does not run, by the one on the schools'.
        if roles[0] == "learner" or not SIGNING.intersection(context.profiles):
            yield hit(mobility, None, say("There is no learning agreement."), due=due)
        return
    for role in roles:
        if not derive.signed(mobility.agreement.signatures, role):
            yield hit(
                mobility.agreement,
                "signatures",
                say(
                    "A signature is missing, that of {role}; the departure is on {departure}.",
                    role=Label("signature-roles", role),
                    departure=departure.said,
                ),
                due=due,
                by=role,
            )


@rule(
    "LA001",
    N_("The learner has signed the learning agreement before departure"),
    severity=Severity.ERROR,
    profiles=SIGNING | {"incoming"},
    when=When(directions=BOTH),
    cites=SIGNED_BEFORE,
    why=N_(
        "What was not agreed beforehand cannot be relied on afterwards: this is the learner's own guarantee."
    ),
    fix=N_("Have the learner sign, and write the date under agreement: signatures."),
    clock=True,
)
def la_signed_by_learner_before_departure(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Until departure a missing signature is something to do; from then on it is an error.

    Of an incoming learner the agreement that is there has to be signed; without one the rule is silent.
    """
    yield from _unsigned(mobility, context, ("learner",))


@rule(
    "LA009",
    N_("The home and the host institution have signed the learning agreement before departure"),
    severity=Severity.WARNING,
    profiles=SIGNING | {"generic"},
    when=When(directions=BOTH),
    cites=SIGNED_BEFORE,
    why=N_("Three parties commit themselves: the host to the courses, the home school to recognising them."),
    fix=N_("Collect the missing signature, and write its date under agreement: signatures."),
    clock=True,
)
def la_signed_by_schools_before_departure(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """As LA001, for the two schools; a profile may make it an error."""
    yield from _unsigned(mobility, context, ("home", "host"))


@rule(
    "LA010",
    N_("No signature of the learning agreement is later than the departure"),
    severity=Severity.WARNING,
    profiles=SIGNING | {"generic"},
    when=When(directions=BOTH),
    cites=SIGNED_BEFORE,
    why=N_("A late signature cannot be cured, only explained: the reason belongs in the file."),
    fix=N_("Say why: under agreement: late_signature, or in a waiver of this rule."),
)
def la_signed_late(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Signed on the day of departure is late too ("avant le départ"); a month is late only when it is over.

    The reason may stand in the agreement (`late_signature`) or in a waiver.
    """
    departure = derive.departure(mobility)
    if not _concerned(mobility, context) or departure is None or mobility.agreement is None:
        return
    for role in derive.SIGNATORIES:
        signature = derive.signed(mobility.agreement.signatures, role)
        late = signature and signature.date and signature.date.first >= departure.last
        if signature and signature.date and late and not mobility.agreement.late_signature:
            yield hit(
                signature,
                "date",
                say(
                    "This signature ({role}) is of {signed}; the departure was on {departure}.",
                    role=Label("signature-roles", role),
                    signed=signature.date.said,
                    departure=departure.said,
                ),
            )


def _where(version: derive.Version) -> tuple[Agreement | Amendment, str]:
    return version.node, "studied" if isinstance(version.node, Agreement) else "changes"


def _imbalance(mobility: Mobility) -> Iterator[tuple[derive.Version, Decimal, Decimal, Decimal]]:
    """The live versions in which A + C and B differ by more than the exceptions: A + C, B, and by how much.

    What is left of the difference is positive if too much is taken abroad, negative if too little.
    """
    if mobility.agreement is None or mobility.agreement.mobility_window:
        return
    for version in derive.live_versions(mobility):
        abroad, home = version.total("studied", "virtual"), version.total("recognised")
        if abroad is None or home is None or not version.sound or not version.tables["recognised"]:
            continue
        difference = abroad.value - home.value
        # An exception is for the difference that it names, no more and no less.
        rest = abs(difference) - version.excepted if difference else Decimal(0)
        if rest:
            yield version, abroad.value, home.value, rest if difference > 0 else -rest


def _bounds(context: Context) -> tuple[Decimal, Decimal]:
    return -context.numbers["slack"], context.numbers["surplus"]


@rule(
    "LA102",
    N_("Tables A and C together have as many credits as table B"),
    severity=Severity.WARNING,
    profiles={"erasmus-he-studies", "cti-engineering"},
    when=When(since=Phase.BEFORE_DEPARTURE, kinds=frozenset({"studies"})),
    numbers={"slack": Number(Decimal(1), "ects", "lower"), "surplus": Number(Decimal(3), "ects", "lower")},
    cites=(
        LA_GUIDE.at(
            "“the total number of ECTS credits in Table B should correspond to the total number of ECTS credits"
            " in Table A. Any exceptions should be clearly stated in an annex … agreed by all parties”"
        ),
    ),
    why=N_(
        "What the learner takes abroad is meant to replace what she would have taken at home, no more and no less."
    ),
    fix=N_(
        "Balance the tables, or write the agreed difference under agreement: exceptions: [{credits, reason}]."
    ),
)
def tables_a_and_b_balance(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Judges the version in force and each pending proposal: an imbalance of the past cannot be put right.

    `slack` is how many credits may lack abroad, `surplus` how many may be too many: a course more is ordinary.
    """
    least, most = _bounds(context)
    for version, abroad, home, rest in _imbalance(mobility):
        if not least <= rest <= most:
            node, field = _where(version)
            text = (
                say(
                    "As proposed, the courses abroad (tables A and C) have {abroad} credits and table B has {home}.",
                    abroad=abroad,
                    home=home,
                )
                if not version.agreed and isinstance(version.node, Amendment)
                else say(
                    "The courses abroad (tables A and C) have {abroad} credits and table B has {home}.",
                    abroad=abroad,
                    home=home,
                )
            )
            yield hit(node, field, text)


@rule(
    "LA109",
    N_("A small difference between the tables is meant"),
    severity=Severity.INFO,
    profiles={"erasmus-he-studies", "cti-engineering"},
    when=When(since=Phase.BEFORE_DEPARTURE, kinds=frozenset({"studies"})),
    numbers={
        "slack": Number(Decimal(1), "ects", "lower", of="LA102"),
        "surplus": Number(Decimal(3), "ects", "lower", of="LA102"),
    },
    cites=(LA_GUIDE.at("“Any exceptions should be clearly stated in an annex”"),),
    why=N_(
        "A credit more or less is ordinary between two systems; it is said so that it is not an oversight."
    ),
    fix=N_("Nothing; or write the difference under agreement: exceptions: [{credits, reason}]."),
)
def small_difference_of_tables(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """What LA102 lets pass."""
    least, most = _bounds(context)
    for version, abroad, home, rest in _imbalance(mobility):
        if least <= rest <= most:
            node, field = _where(version)
            yield hit(
                node,
                field,
                say(
                    "The courses abroad (tables A and C) have {abroad} credits and table B has {home}.",
                    abroad=abroad,
                    home=home,
                ),
            )


@rule(
    "LA108",
    N_("A stated total is the sum of its table"),
    severity=Severity.ERROR,
    when=When(),
    cites=(LA_GUIDE.at("“Total”, at the foot of tables A, B and C"),),
    why=N_("A paper that states one total and adds up to another leaves open which of the two was signed."),
    fix=N_("Correct the total or the credits of a component, as on the signed paper."),
)
def stated_total_is_the_sum(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Each version states its own totals; left alone are a table not in ECTS and a version whose changes misfit."""
    for version in derive.every_version(mobility):
        for stated in version.node.stated_totals:
            total = version.total(stated.table) if version.sound else None
            if total is not None and abs(total.value - stated.credits) > derive.ROUNDING:
                yield hit(
                    stated,
                    "credits",
                    say(
                        "{table} states {stated} credits, its components add up to {total}.",
                        table=Label("tables", stated.table),
                        stated=stated.credits,
                        total=total.value,
                    ),
                )


@rule(
    "LA107",
    N_("What all three parties signed stays as it was signed"),
    severity=Severity.ERROR,
    cites=(
        EWP_MBR.at(
            "section 7: “a change to the content … new version”; “once signed by three parties, it cannot be deleted”"
        ),
        LA_GUIDE.at("tables A and B of the first version are kept unchanged"),
    ),
    needs={"base", "history"},
    why=N_("What three parties signed binds them: a change is written beside it, never over it."),
    fix=N_("Restore what was signed, and write the change in an amendment of its own."),
)
def agreement_versioned_and_original_unchanged(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Compares with the base revision: what all three have signed, the agreement or an amendment, is the same still.

    Components are compared one by one, whatever their order; a translation of a title may be added.
    """
    before = context.before
    if before is None or before.agreement is None:
        return
    parties = derive.parties(before)
    if not derive.missing(before.agreement.signatures, parties):
        if mobility.agreement is None:
            yield hit(mobility, None, say("The signed learning agreement is no longer in the file."))
            return
        for table in derive.TABLES:
            yield from _kept(mobility.agreement, table, getattr(before.agreement, table))
        yield from _frozen(mobility.agreement, before.agreement, ("exceptions", "signatures"))
    now = {amendment.number: amendment for amendment in mobility.amendments}
    for signed in before.amendments:
        if derive.missing(signed.signatures, parties):
            continue
        if signed.number not in now:
            text = say("The signed amendment {number} is no longer in the file.", number=signed.number)
            yield hit(mobility, "amendments" if mobility.amendments else None, text)
        else:
            yield from _frozen(
                now[signed.number], signed, ("changes", "exceptions", "extension", "signatures", "effective")
            )


def _kept(agreement: Agreement, table: str, signed: tuple[Component, ...]) -> Iterator[Hit]:
    """Compare a table with what was signed, component by component; their order says nothing."""
    then = {component.id: component for component in signed}
    now: tuple[Component, ...] = getattr(agreement, table)
    label = Label("tables", table)
    gone = tuple(Quoted(id) for id in then if id not in {component.id for component in now})
    if gone:
        text = say(
            "{ids} stood in {table} when it was signed, and no longer does.", ids=Series(gone), table=label
        )
        yield hit(agreement, table if now else None, text)
    for component in now:
        if component.id not in then:
            yield hit(
                component, None, say("This line was added to {table} after it was signed.", table=label)
            )
        elif not same(component, then[component.id]):
            yield hit(
                component,
                None,
                say("This line of {table} is not what the three parties signed.", table=label),
            )


def _frozen(
    now: Agreement | Amendment, then: Agreement | Amendment, fields: tuple[str, ...]
) -> Iterator[Hit]:
    """Compare the fields of a signed text; a signature may be added."""
    for field in fields:
        mine, signed = getattr(now, field), getattr(then, field)
        if field == "signatures":
            mine = mine[: len(signed)]
        if not same(mine, signed):
            text = say("{field} is not what the three parties signed.", field=Quoted(field))
            yield hit(now, field if getattr(now, field) else None, text)


@rule(
    "LA110",
    N_("A change deletes what is there and inserts what is not"),
    severity=Severity.ERROR,
    cites=(EWP_MBR.at("section 7: each version is the one before it and its changes"),),
    why=N_("A change that does not fit the table leaves open which courses were agreed."),
    fix=N_("Use the id of a component of the version before, and a new id for a new component."),
)
def changes_fit_the_version_before(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A deletion of a component that is not in the table, or an insertion of one that is."""
    for version in derive.every_version(mobility)[1:]:
        assert isinstance(version.node, Amendment)  # noqa: S101  (only the first version is an agreement)
        for index in version.misfits:
            change = version.node.changes[index]
            old, new = change.delete or change.replace, change.insert or change.with_
            if (
                new is not None
                and any(row.id == new.id for row in version.tables[change.table])
                and old != new.id
            ):
                yield hit(
                    new,
                    "id",
                    say(
                        "{id} is in {table} already.", id=Quoted(new.id), table=Label("tables", change.table)
                    ),
                )
            else:
                yield hit(
                    change,
                    "delete" if change.delete else "replace",
                    say(
                        "{id} is not in {table} of the version before.",
                        id=Quoted(old or ""),
                        table=Label("tables", change.table),
                    ),
                )


@rule(
    "CHG101",
    N_("An amendment takes effect when learner, home and host have all approved it"),
    severity=Severity.ERROR,
    profiles={"generic"},
    cites=(
        LA_GUIDE.at(
            "“Exceptional changes to Table A (to be approved by e-mail or signature by the student, the responsible person in the Sending Institution and … the Receiving Institution)”"
        ),
        EWP_MBR.at("section 6"),
    ),
    why=N_(
        "A change that one party has not seen gives no right to recognition; an approval by e-mail with its date is enough."
    ),
    fix=N_("Collect the missing approval and write its date under the signatures of the amendment."),
)
def amendment_signed_by_all_parties(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """An effective date without, or before, the three approvals; or a result that rests on a change not agreed."""
    parties = derive.parties(mobility)
    for amendment in mobility.amendments:
        absent = derive.missing(amendment.signatures, parties)
        agreed = derive.last_signature(amendment.signatures, parties)
        if amendment.effective and absent:
            yield hit(
                amendment,
                "effective",
                say_n(
                    "This amendment is in effect, but one approval is missing: {roles}.",
                    "This amendment is in effect, but {n} approvals are missing: {roles}.",
                    len(absent),
                    roles=Series(tuple(Label("signature-roles", role) for role in absent)),
                ),
            )
        elif amendment.effective and agreed and amendment.effective.last < agreed.first:
            yield hit(
                amendment,
                "effective",
                say(
                    "This amendment is in effect on {effective}, but the last approval is of {approved}.",
                    effective=amendment.effective.said,
                    approved=agreed.said,
                ),
                advice=say(
                    "Write a date of effect not before the last approval, or correct the date of the approval."
                ),
            )
    yield from _results_of_pending_changes(mobility)


def _results_of_pending_changes(mobility: Mobility) -> Iterator[Hit]:
    parties = derive.parties(mobility)
    said = {a.number for a in mobility.amendments if a.effective and derive.missing(a.signatures, parties)}
    amendments = {amendment.number: amendment for amendment in mobility.amendments}
    pending = {id: number for id, number in derive.not_agreed(mobility).items() if number not in said}
    for line in mobility.results.lines if mobility.results else ():
        if line.for_ in pending:
            amendment = amendments[pending[line.for_]]
            roles = Series(
                tuple(
                    Label("signature-roles", role) for role in derive.missing(amendment.signatures, parties)
                )
            )
            beside = [(amendment, say("approvals missing here: {roles}", roles=roles))] if roles.items else []
            yield hit(
                line,
                "for",
                say(
                    "{component} was added by amendment {number}, which not everybody has approved.",
                    component=Quoted(line.for_),
                    number=amendment.number,
                ),
                beside=beside,
            )


@rule(
    "CHG108",
    N_("A result is of a course that is in the agreement still"),
    severity=Severity.WARNING,
    cites=(CTI.at("« learning agreement éventuellement amendé »"), LA_GUIDE.at("changes to table A")),
    why=N_(
        "A course that was taken out of the agreement gives no right to recognition, and the one in its place has no result."
    ),
    fix=N_(
        "Write the id of the course that was taken, or amend the agreement if this one was taken after all."
    ),
)
def result_is_of_the_final_version(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A validated result of a course that an older version had, and the one in force on the last day has not."""
    version = derive.final_version(mobility)
    if version is None or mobility.results is None:
        return
    final = {row.id for table in ("studied", "virtual") for row in version.tables[table]}
    older = {
        row.id for v in derive.every_version(mobility) for t in ("studied", "virtual") for row in v.tables[t]
    }
    gone = older - final - set(derive.not_agreed(mobility))
    for line in mobility.results.lines:
        if line.for_ in gone and line.validated and not line.extra:
            yield hit(
                line, "for", say("{component} is not in the agreement any more.", component=Quoted(line.for_))
            )


@rule(
    "CHG105",
    N_("The reason of a change fits what it does"),
    severity=Severity.ERROR,
    profiles={"erasmus-he-studies"},
    cites=(
        EWP_LA.at(
            "component status and reason-code: three codes for deleted components, three for inserted ones"
        ),
    ),
    why=N_(
        "The partner's system reads the code: a reason for deleting says nothing about a course that is added."
    ),
    fix=N_(
        "Deleted: not-available, language-mismatch, timetable-conflict. Inserted: substituting-deleted, extending-mobility, adding-virtual-component. Or write the reason in your own words under reason_text."
    ),
)
def reason_code_matches_action(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A known code on the wrong side, and no reason in words. A replacement may carry either."""
    reasons = context.lists["reasons"].codes
    for amendment in mobility.amendments:
        for change in () if amendment.withdrawn else amendment.changes:
            action = None if change.reason_text else reasons.get(change.reason or "", {}).get("action")
            if action == "deleted" and change.insert:
                text = say(
                    "{reason} is a reason for deleting, but this line inserts.",
                    reason=Quoted(change.reason or ""),
                )
            elif action == "inserted" and change.delete:
                text = say(
                    "{reason} is a reason for inserting, but this line deletes.",
                    reason=Quoted(change.reason or ""),
                )
            else:
                continue
            yield hit(change, "reason", text)


@rule(
    "CHG107",
    N_("Each change says why, in a way that others can read"),
    severity=Severity.WARNING,
    profiles={"erasmus-he-studies"},
    cites=(
        EWP_LA.at(
            "reason-code: “if you find an unknown value here, you MUST treat it the same way as if no reason-code was given”"
        ),
    ),
    why=N_(
        "A change without a reason is questioned when it comes to recognition; an unknown code counts as none."
    ),
    fix=N_(
        "Write reason: for a deleted course not-available, language-mismatch or timetable-conflict; for an inserted one substituting-deleted, extending-mobility or adding-virtual-component; or reason_text, in your own words."
    ),
)
def change_has_a_reason(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """No reason, an unknown code without a text, or a substitution for nothing; table B asks for none."""
    reasons = context.lists["reasons"]
    for amendment in mobility.amendments:
        deletes = any(change.delete or change.replace for change in amendment.changes)
        abroad = (change for change in amendment.changes if change.table != "recognised")
        for change in () if amendment.withdrawn else abroad:
            if change.reason is None and not change.reason_text:
                yield hit(change, None, say("This change has no reason."))
            elif change.reason and change.reason not in reasons.codes and not change.reason_text:
                near = reasons.nearest(change.reason)
                yield hit(
                    change,
                    "reason",
                    say(
                        "{reason} is not a known reason. Did you mean {near}?",
                        reason=Quoted(change.reason),
                        near=Quoted(near),
                    )
                    if near
                    else say("{reason} is not a known reason.", reason=Quoted(change.reason)),
                )
            elif change.reason == "substituting-deleted" and not deletes:
                yield hit(
                    change,
                    "reason",
                    say("This course substitutes a deleted one, but the amendment deletes none."),
                )
