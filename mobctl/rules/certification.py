"""A mobility that is to count in a diploma or title."""

from collections.abc import Iterator
from datetime import date

from mobctl import derive
from mobctl.finding import N_, Quoted, Series, Severity, say
from mobctl.model import Certification, Mobility, Phase
from mobctl.rule import OUTGOING, Context, Hit, NotCheckableError, When, hit, rule
from mobctl.sources import MOBILITY_REFERENT

CERTIFYING = {"erasmus-vet", "mobilitepro", "btm-mention-europe", "catalonia-fp"}
IN_THE_STANDARD = (
    MOBILITY_REFERENT.at(
        "« Veiller à ce que les compétences sélectionnées soient bien inscrites dans le référentiel de certification du"
        " diplôme concerné »"
    ),
)


def _intended(mobility: Mobility) -> Certification | None:
    """What the record says of the certification, if the mobility is to count in one."""
    certification = mobility.certification
    return certification if certification and certification.intended else None


def _departure(mobility: Mobility) -> date:
    """Until when things are settled before the stay. Raise NotCheckableError where the day is not known."""
    departure = derive.departure(mobility)
    if departure is None:
        raise NotCheckableError(say("the day of departure is not known"))
    return departure.last


@rule(
    "CER001",
    N_("What is to be certified is in the standard of the diploma"),
    severity=Severity.ERROR,
    profiles=CERTIFYING,
    when=When(since=Phase.BEFORE_DEPARTURE, directions=OUTGOING),
    cites=IN_THE_STANDARD,
    why=N_("The certifying body can only certify competences of its own standard."),
    fix=N_(
        "Give each outcome that counts the code that it has in the standard (agreement: learning_outcomes: standard_ref), and list these codes under certification: standard: competences; or drop the certifying aim (certification: intended: false)."
    ),
    clock=True,
)
def competences_belong_to_the_standard(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Of every outcome marked `for_certification`; that none is marked is CER004's."""
    certification, agreement = _intended(mobility), mobility.agreement
    if certification is None or agreement is None:
        return
    chosen = [outcome for outcome in agreement.learning_outcomes if outcome.for_certification]
    known = certification.standard.competences if certification.standard else ()
    if chosen and not known:
        text = say("The record does not list the competences of the standard.")
        yield hit(certification.standard or certification, None, text, due=_departure(mobility))
    for outcome in chosen:
        if outcome.standard_ref is None:
            text = say("This outcome counts in the certification, and has no code of the standard.")
            yield hit(outcome, None, text, due=_departure(mobility))
        elif known and outcome.standard_ref not in known:
            text = say(
                "This outcome counts in the certification as {code}, and the standard has only {known}.",
                code=Quoted(outcome.standard_ref),
                known=Series(tuple(map(Quoted, known))),
            )
            yield hit(outcome, "standard_ref", text)


@rule(
    "CER004",
    N_("The agreement says which outcomes are to be certified"),
    severity=Severity.WARNING,
    profiles=CERTIFYING,
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.AFTER_RETURN, directions=OUTGOING),
    cites=IN_THE_STANDARD,
    why=N_("Host and assessors have to know before the stay what will count, or it will not be assessed."),
    fix=N_("Mark the outcomes that count: agreement: learning_outcomes: for_certification: true."),
    clock=True,
)
def certified_outcomes_are_marked(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Only where there are outcomes: that there are none is LA005's."""
    outcomes = mobility.agreement.learning_outcomes if mobility.agreement else ()
    if _intended(mobility) and outcomes and not any(outcome.for_certification for outcome in outcomes):
        text = say("The mobility is to count in a certification, and no outcome of the agreement does.")
        yield hit(mobility.agreement or mobility, "learning_outcomes", text, due=_departure(mobility))


@rule(
    "CER002",
    N_("The examination rules provide for the recognition of what is learnt abroad"),
    severity=Severity.ERROR,
    profiles={"erasmus-vet", "btm-mention-europe"},
    when=When(since=Phase.BEFORE_DEPARTURE, directions=OUTGOING),
    cites=(MOBILITY_REFERENT.at("« que le certificateur l’a bien prévu dans les règlements des examens »"),),
    why=N_("What the rules of the examination do not provide for, no jury may count."),
    fix=N_(
        "Write the text and its article under certification: regulation_ref; while it is only being tried out, trial: true."
    ),
    clock=True,
)
def exam_rules_provide_for_it(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """A trial has no article to quote yet; for the mobility unit the profile knows the text (arrêtés of 30-08-2019)."""
    certification = _intended(mobility)
    if certification is None or certification.trial or "mobilitepro" in context.profiles:
        return
    if certification.regulation_ref is None:
        text = say(
            "The record does not say which article of the examination rules provides for a mobility that counts."
        )
        yield hit(certification, None, text, due=_departure(mobility))


@rule(
    "CER003",
    N_("The certifying body knows of the project before the stay"),
    severity=Severity.WARNING,
    profiles={"erasmus-vet", "mobilitepro", "btm-mention-europe"},
    when=When(since=Phase.BEFORE_DEPARTURE, until=Phase.AFTER_RETURN, directions=OUTGOING),
    cites=(MOBILITY_REFERENT.at("« Informez le certificateur de votre projet à visée certificative. »"),),
    why=N_(
        "If it has its own instructions, methods and criteria for a stay abroad, they have to be known beforehand."
    ),
    fix=N_("Write to the certifying body, and write the day under certification: certifier_informed."),
    clock=True,
)
def certifier_informed_before_start(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """On the first day it is too late; once the stay is over, nothing can be put right and the rule is silent."""
    certification, start = _intended(mobility), derive.start(mobility)
    if certification is None:
        return
    if start is None:
        raise NotCheckableError(say("the first day of the stay is not known"))
    told = certification.certifier_informed
    if told is None:
        text = say(
            "It is not recorded that the certifying body knows of the project; the stay begins on {start}.",
            start=start.said,
        )
        yield hit(certification, None, text, due=start.last)
    elif told.first >= start.last:
        text = say(
            "The certifying body was told on {told}; the stay began on {start}.",
            told=told.said,
            start=start.said,
        )
        advice = say(
            "It cannot be undone: if the certifying body agrees all the same, say so under waivers: [{rule: CER003, all: true, reason, by, date}]."
        )
        yield hit(certification, "certifier_informed", text, advice=advice)
