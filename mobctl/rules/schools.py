"""Rules of one school or one kind of school."""

from collections.abc import Iterator
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, Quoted, Severity, say
from mobctl.model import Mobility
from mobctl.rule import Context, Hit, NotCheckableError, When, hit, rule
from mobctl.sources import ITSRA

ZERO = Decimal(0)
RESIT = (
    ITSRA.at(
        "« Les ECTS non validés seront rattrapés dans le cadre de sessions organisées par l’ITSRA en France. »"
    ),
)


@rule(
    "SOC005",
    N_("Credits that were not validated are caught up in a session of the home school in France"),
    severity=Severity.ERROR,
    profiles={"itsra-social-work"},
    when=When(decided=True),
    cites=RESIT,
    why=N_(
        "The school promises a way to every credit of the mobility: what is not validated has its session."
    ),
    fix=N_(
        "Add an entry under remedial: for which component, how many credits, organiser: home, country: FR."
    ),
)
def unvalidated_ects_have_a_resit_session(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """At least the missing credits (a resit may take a whole unit), of the final version, less what is voluntary."""
    recognition = mobility.recognition
    version = derive.final_version(mobility)
    if recognition is None or version is None:
        return
    home = {row.id for row in version.tables["recognised"]}
    known = {line.id for line in mobility.results.lines} if mobility.results else set()
    dropped = {d.component for block in recognition.blocks for d in block.to if d.status == "voluntary"}
    due = sum((c.credits or ZERO for c in version.tables["recognised"] if c.id not in dropped), ZERO)
    settled = version.excepted
    for block in recognition.blocks:
        # What should have been recognised is REC001's; a session is for what was not validated.
        there = {d.component for d in block.to} <= home and set(block.from_) <= known
        owed = derive.promised(block, version, mobility) if there else ZERO
        settled += max(derive.granted(block), owed)
    missing = due - settled
    planned = sum((r.credits or ZERO for r in recognition.remedial), ZERO)
    if planned < missing:
        yield hit(
            recognition,
            "remedial" if recognition.remedial else None,
            say(
                "{missing} credits are not recognised, and the sessions planned cover {planned}.",
                missing=missing,
                planned=planned,
            ),
        )
    for session in recognition.remedial:
        country = session.country or (
            context.index.country(mobility.home) if session.organiser == "home" else None
        )
        if session.organiser != "home":
            yield hit(
                session,
                "organiser" if session.organiser else None,
                say("This session is not organised by the home school.")
                if session.organiser
                else say("This session does not say who organises it."),
            )
        elif country is None and mobility.home.ref not in {None, *context.index.institutions}:
            raise NotCheckableError(
                say(
                    "no file of the folder describes the institution {ref}",
                    ref=Quoted(mobility.home.ref or ""),
                )
            )
        elif country != "FR":
            yield hit(
                session,
                "country" if session.country else None,
                say(
                    "This session does not take place in France, but in {country}.",
                    country=Label("countries", country),
                )
                if country
                else say("This session does not say in which country it takes place."),
            )


@rule(
    "SOC007",
    N_("A catch-up session has a date"),
    severity=Severity.WARNING,
    profiles={"itsra-social-work"},
    when=When(decided=True),
    cites=RESIT,
    why=N_("The date is rarely known on the day of the decision, but a session without one is forgotten."),
    fix=N_("Write the date of the session as soon as it is fixed."),
)
def resit_session_has_a_date(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Each planned session without a date."""
    for session in mobility.recognition.remedial if mobility.recognition else ():
        if session.date is None:
            yield hit(session, None, say("The date of this session is not fixed yet."))
