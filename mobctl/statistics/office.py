"""What the office does, what it issues and by when; who takes part; the European indicator (ST19, ST21 to ST24)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from mobctl import derive
from mobctl.finding import N_, Label, say
from mobctl.model import Day, Mobility
from mobctl.sources import CTI, EUROPE_ON_THE_MOVE, IRTS, LA_GUIDE, MOBILITY_REFERENT
from mobctl.statistics.figure import Case, Form, Measure, yes
from mobctl.statistics.ground import FEW_EXEMPT, Ground, Member, ended, person, reasons
from mobctl.statistics.statistic import Found, statistic

STAYS, LEARNERS, DAYS, PAPERS, GRADUATES = (
    N_("stays"),
    N_("learners"),
    N_("days"),
    N_("documents"),
    N_("graduates"),
)
FIVE_WEEKS = 35
"""The days in which a complete file is decided on (rule REC004)."""


def _share(what: str, told: list[tuple[Mobility, bool]], ground: Ground, *by: str) -> Measure:
    """Make a share of stays."""
    cases = tuple(Case(person(stay), yes(it=it), groups=ground.of_stay(stay)) for stay, it in told)
    return Measure(what, Form.SHARE, STAYS, cases, by, STAYS)


@statistic(
    "ST19",
    N_("Support"),
    N_(
        "Stays for which the record shows a preparation, a contact during the stay, a debrief after the return; difficulties"
        " and the days until they were settled; and information meetings."
    ),
    CTI.at("« L’école met-elle des moyens suffisants »"),
)
def support(ground: Ground) -> Found:
    """What is not recorded counts as not done: the panel will ask for the proof."""
    gone = [(each, each.followup) for each in ground.abroad]
    prepared = [(each, bool(followup and followup.preparation)) for each, followup in gone]
    followed = [(each, bool(each.followup and each.followup.contacts)) for each in ground.back]
    debriefed = [
        (each, bool(each.evidence and each.evidence.debrief and each.evidence.debrief.date))
        for each in ground.back
    ]
    incidents = [(each, one) for each, followup in gone for one in (followup.incidents if followup else ())]
    settled = tuple(
        Case(person(each), Decimal(max((one.closed.first - one.opened.last).days, 0)))
        for each, one in incidents
        if one.closed
    )
    meetings = {
        one.date.text
        for each in ground.sent
        for one in (each.followup.preparation if each.followup else ())
        if one.kind == "information-meeting" and one.date and one.date.last <= ground.on
    }
    open_ = len(incidents) - len(settled)
    left_out = (
        open_,
        say("difficulties that are not settled yet"),
    )
    difficulties = tuple(Case(person(each)) for each, _ in incidents)
    return Found(
        (
            _share(N_("Prepared before the departure"), prepared, ground, "programme"),
            _share(N_("Contacted during the stay"), followed, ground, "programme"),
            _share(N_("Debriefed after the return"), debriefed, ground, "programme"),
            Measure(N_("Difficulties reported"), Form.COUNT, N_("difficulties"), difficulties),
            Measure(N_("Days until a difficulty was settled"), Form.MEDIAN, DAYS, settled),
            Measure(
                N_("Days with an information meeting"),
                Form.COUNT,
                DAYS,
                tuple(map(Case, sorted(meetings))),
                things=True,
            ),
        ),
        reasons(left_out),
    )


@dataclass(frozen=True, slots=True)
class _Issue:
    """A document of a stay that is due: when it was issued, if it was."""

    stay: Mobility
    issued: Day | None


def _europass(ground: Ground) -> Iterator[_Issue]:
    for stay in ground.back:
        if stay.europass and stay.europass.requested:
            issued = stay.europass.issued or _paper(stay, "europass-mobility")
            yield _Issue(stay, issued)


def _mobilitepro(ground: Ground) -> Iterator[_Issue]:
    for stay in ground.back:
        unit = stay.certification.unit_mobility if stay.certification else None
        if unit and unit.mark is not None and unit.mark >= PASS:
            yield _Issue(stay, _paper(stay, "mobilitepro"))


def _attendance(ground: Ground) -> Iterator[_Issue]:
    for stay in ground.back:
        if not derive.shares_papers(stay):
            yield _Issue(stay, _paper(stay, "certificate-of-attendance"))


def _validated(ground: Ground) -> Iterator[_Issue]:
    for stay in ground.back:
        if stay.evaluation and stay.evaluation.validated:
            yield _Issue(stay, _paper(stay, "validation-certificate"))


def _badges(ground: Ground) -> Iterator[_Issue]:
    for stay in ground.back:
        if derive.papers(stay, "open-badge"):
            yield _Issue(stay, _paper(stay, "open-badge"))


PASS = Decimal(10)
"""The mark from which the MobilitéPro attestation is delivered."""
ISSUES = (
    (N_("Europass Mobility, of those asked for"), say("Europass Mobility"), _europass),
    (N_("MobilitéPro, of candidates with 10 or more"), say("MobilitéPro"), _mobilitepro),
    (N_("Certificates of attendance, of stays that are over"), say("certificate of attendance"), _attendance),
    (
        N_("Certificates of validation, of assessments validated"),
        say("certificate of validation"),
        _validated,
    ),
    (N_("Open badges, of those intended"), say("open badge"), _badges),
)


def _paper(stay: Mobility, kind: str) -> Day | None:
    return next((paper.issued for paper in derive.papers(stay, kind) if paper.issued), None)


@statistic(
    "ST21",
    N_("Documents issued"),
    N_(
        "Documents issued, of those for which the conditions are met; and the days from the return until then."
    ),
    MOBILITY_REFERENT.at("« Vous pouvez également délivrer »"),
)
def issued(ground: Ground) -> Found:
    """A document that is due and has no day of issue counts as not issued."""
    measures, delays = [], list[Case]()
    for what, name, due in ISSUES:
        found = list(due(ground))
        cases = tuple(Case(person(e.stay), yes(it=e.issued and e.issued.last <= ground.on)) for e in found)
        measures.append(Measure(what, Form.SHARE, PAPERS, cases, (), PAPERS))
        for each in found:
            end = derive.end(each.stay)
            if each.issued and end and each.issued.last <= ground.on:
                days = Decimal(max((each.issued.first - end.last).days, 0))
                delays.append(Case(person(each.stay), days, groups={"document": name}))
    after = Measure(
        N_("Days from the return to the document"), Form.MEDIAN, DAYS, tuple(delays), ("document",)
    )
    return Found((*measures, after))


@statistic(
    "ST22",
    N_("Participants with fewer opportunities"),
    N_(
        "Learners with fewer opportunities, of the participants in Erasmus+ mobilities whose record says whether they are."
        " Reference of the European Union: at least 20 % by 2027."
    ),
    IRTS.at("« les principes éthiques de non-discrimination, d’équité »"),
)
def fewer_opportunities(ground: Ground) -> Found:
    """A yes or a no in the record, never a reason; a learner with several stays is one."""
    stays = [each for each in ground.abroad if (each.programme or "").startswith("KA")]
    once = {person(each): each for each in stays}
    told = {who: it for who, s in once.items() if (it := s.learner.fewer_opportunities) is not None}
    silent = len(once) - len(told)
    cases = tuple(Case(who, yes(it=it)) for who, it in told.items())
    left_out = (
        silent,
        say("participants whose record does not say whether they have fewer opportunities"),
    )
    what = N_("Participants with fewer opportunities")
    measure = Measure(what, Form.SHARE, LEARNERS, cases, (), LEARNERS, sensitive=True)
    return Found((measure,), reasons(left_out))


LONG, MANY, FEW = 90, Decimal(15), Decimal(3)
"""Days of three months, and credits: what makes a stay one of the European indicator, or a shorter one."""


@statistic(
    "ST23",
    N_("European mobility indicator"),
    N_(
        "Graduates of higher education with a stay abroad of at least three months or 15 ECTS credits; and those with"
        " only shorter stays of at least 3 ECTS credits. Target of the European Union: 23 % by 2030. The indicator of"
        " vocational training (12 %) counts other things, and is not computed."
    ),
    EUROPE_ON_THE_MOVE.at("learning mobility targets for 2030: 23 % in higher education"),
)
def indicator(ground: Ground) -> Found:
    """Months of 30 days, as Erasmus+ counts them; credits as recognised. Cohorts that have graduated."""
    counted, few = ground.graduates
    graduates = [(each, _level(each, ground)) for each in counted]
    known = [(each, level) for each, level in graduates if level in HIGHER]
    long, short = (
        tuple(
            Case(
                each.person,
                yes(it=_reach(each, ground) == reach),
                groups={"cycle": Label("eqf", level or "")},
            )
            for each, level in known
        )
        for reach in ("long", "short")
    )
    other = len(graduates) - len(known)
    coming = sum(
        not each.graduated(ground.on) for each in ground.obliged
    )  # all of them would tell who is exempt
    left_out = reasons(
        (
            other,
            say("graduates of a programme whose level is not stated, or not of higher education"),
        ),
        (
            coming,
            say("learners, those exempt apart, who have not graduated yet"),
        ),
        (few, FEW_EXEMPT),
    )
    return Found(
        (
            Measure(
                N_("With three months or 15 credits"), Form.SHARE, GRADUATES, long, ("cycle",), GRADUATES
            ),
            Measure(N_("With shorter stays only"), Form.SHARE, GRADUATES, short, (), GRADUATES),
        ),
        left_out,
    )


HIGHER = frozenset({"5", "6", "7", "8"})


def _level(member: Member, ground: Ground) -> str | None:
    programme = ground.programme(member.cohort)
    told = (stay.learner.enrolment.eqf for stay in member.stays if stay.learner.enrolment)
    return (programme.eqf if programme else None) or next((each for each in told if each), None)


def _reach(member: Member, ground: Ground) -> str:
    reached = "none"
    for stay in member.stays:
        if stay.kind in derive.UNCOUNTED or not ended(stay, ground.on):
            continue
        credits = derive.recognised_credits(stay).value
        if (derive.erasmus_days(stay, widest=False) or 0) >= LONG or credits >= MANY:
            return "long"
        reached = "short" if credits >= FEW else reached
    return reached


@statistic(
    "ST24",
    N_("Deadlines kept"),
    N_(
        "Transcripts within five weeks of the results, or the weeks that the schools agreed; recognition within five weeks"
        " of the complete file; agreements signed by all three before the departure; and how many days it took."
    ),
    LA_GUIDE.at("“normally within five weeks”"),
)
def deadlines(ground: Ground) -> Found:
    """What is not there yet counts as late once its day is over, and not before."""
    transcripts = [(s, t) for s in ground.back if s.kind == "studies" and (t := _transcript(s, ground))]
    decisions = [(s, t) for s in ground.back if (t := _decision(s, ground))]
    signed = [(s, _signed(s)) for s in ground.abroad if s.agreement]
    waiting = sum(t.kept is None for _, t in transcripts)
    undecided = sum(t.kept is None for _, t in decisions)
    left_out = reasons(
        (
            waiting,
            say("transcripts that are not due yet"),
        ),
        (
            undecided,
            say("decisions that are not due yet"),
        ),
    )
    took = [(s, Decimal(t.days)) for s, t in transcripts if t.days is not None]
    lasted = [(s, Decimal(t.days)) for s, t in decisions if t.days is not None]
    return Found(
        (
            _share(N_("Transcripts in time"), _kept(transcripts), ground, "host"),
            *_spread(
                took, N_("Days to the transcript: median"), N_("Days to the transcript: upper quartile")
            ),
            _share(N_("Recognition in time"), _kept(decisions), ground, "programme"),
            *_spread(lasted, N_("Days to the decision: median"), N_("Days to the decision: upper quartile")),
            _share(N_("Agreements signed before the departure"), signed, ground, "host"),
        ),
        left_out,
    )


@dataclass(frozen=True, slots=True)
class _Term:
    """Whether a deadline was kept (None: it is not over yet), and the days that it took."""

    kept: bool | None
    days: int | None = None


def _kept(told: list[tuple[Mobility, _Term]]) -> list[tuple[Mobility, bool]]:
    return [(stay, term.kept) for stay, term in told if term.kept is not None]


def _spread(told: list[tuple[Mobility, Decimal]], median: str, upper: str) -> tuple[Measure, Measure]:
    cases = tuple(Case(person(stay), days) for stay, days in told)
    return Measure(median, Form.MEDIAN, DAYS, cases), Measure(upper, Form.UPPER, DAYS, cases)


def _term(since: date, done: Day | None, days: int, on: date) -> _Term:
    limit = derive.days_after(since, days)
    if done and done.last <= on:
        return _Term(done.first <= limit, max((done.first - since).days, 0))
    return _Term(False if on > limit else None)


def _transcript(stay: Mobility, ground: Ground) -> _Term | None:
    """As rule TOR101; of a stay whose decision is there without a transcript, nothing can be said."""
    since, results = derive.results_since(stay), stay.results
    done = results.issued if results else None
    if since is None or (done is None and derive.decided(stay)):
        return None
    agreed = ground.index.partner_agreement(stay)
    weeks = agreed.transcript_weeks if agreed and agreed.transcript_weeks is not None else Decimal(5)
    return _term(since.last, done, int(weeks * 7), ground.on)


def _decision(stay: Mobility, ground: Ground) -> _Term | None:
    """As rule REC004: from the complete file, else from the transcript, and not from before the return."""
    here = [node.received for node in (stay.recognition, stay.results) if node and node.received]
    done = stay.recognition.decided.date if stay.recognition and stay.recognition.decided else None
    end = derive.end(stay)
    if not here or (done is None and derive.decided(stay)):
        return None
    since = max(here[0].last, end.last) if end else here[0].last
    return _term(since, done, FIVE_WEEKS, ground.on)


def _signed(stay: Mobility) -> bool:
    """As rules LA001 and LA010: the last of the three before the day of the departure."""
    last, leaves = derive.agreed(stay), derive.departure(stay)
    return bool(last and leaves and last.latest < leaves.first)
