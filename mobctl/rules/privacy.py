"""The free texts of a record hold nothing that must not lie in a repository: no health, no bank, no identity papers."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any
from unicodedata import normalize

from mobctl.codes import folded
from mobctl.finding import N_, Message, Pointer, Severity, say
from mobctl.model import Mobility
from mobctl.rule import Context, Hit, hit, rule
from mobctl.sources import GDPR, MOBCTL

PROSE = frozenset(
    {
        "note",
        "notes",
        "text",
        "reason",
        "reason_text",
        "late_signature",
        "action",
        "deviations",
        "expectations",
        "prior_experience",
        "matching_note",
        "guarantees",
        "information",
    }
)
"""The fields in which somebody writes about a person; titles, tasks and terms are about studies."""
IMPERSONAL = frozenset({"provisions_if_failed", "grading", "diploma_supplement"})
"""The fields whose text is about rules and grades."""


def _texts(data: Any, place: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    """Go through all the texts of a record, each with its place."""
    if isinstance(data, str):
        yield place, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(value, (*place, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _texts(value, (*place, number))


def _prose(place: Pointer) -> bool:
    return bool(PROSE.intersection(place)) and not IMPERSONAL.intersection(place)


DISEASES = (
    r"handicap\w*|depressi(?:on|f|ve|va|vo)|depresion|burn ?out|cancer|tumeurs?|tumou?rs?|chimiotherapie|chemotherapy"
    r"|quimioterapia|leucemi[ea]|leuka?emia|diabet\w+|epileps\w+|epilepti\w+|asthm\w+|asma|allergi\w+|alergi\w+"
    r"|sclerose en plaques|multiple sclerosis|vih|hiv|sida|tubercul\w+|hepatit\w+|anorexi\w+|boulimi\w+|bulimi\w+"
    r"|bipolaire|bipolar|schizo\w+|esquizo\w+|autis\w+|asperger|dyslexi\w+|dislexi\w+|dyspraxi\w+|tdah|adhd"
    r"|psychotherap\w+|antidepress\w+|antidepresiv\w+|insulin\w*|malvoyante?s?|malentendante?s?|discapacidad\w*"
    r"|disabilit(?:y|ies)|maladies?|malades?|illness(?:es)?|enfermedad(?:es)?|enferm[oa]s?"
)
"""Names of diseases and of their sufferers, in French, English and Spanish, as folded text has them."""
OTHERS = (
    r"personnes?|adultes?|enfants?|jeunes|eleves|publics?|usagers?|residents?|foyers?|services?|unites?|centres?|instituts?"
    r"|cliniques?|associations?|colloques?|conferences?|cours|projets?|recherches?|people|persons?|adults?|children|courses?"
    r"|research|projects?|personas?|ninos|adultos|centros?|cursos?|proyectos?"
)
"""Those whom a social worker looks after, and the places and courses where one learns it."""
INNOCENT = re.compile(
    r"\b(?:"
    r"(?:assurances? (?:sante )?|caisse (?:primaire |nationale )?d assurance )maladie|seguro de enfermedad"
    r"|(?:en cas de|in case of|en caso de) (?:maladie|illness|sickness|enfermedad|hospitalisation|accident)"
    rf"|malade imaginaire|disability (?:studies|office|law)|(?:{OTHERS}) (?:\w+ ){{0,4}}(?:{DISEASES})"
    r")\b"
)
"""What speaks of insurance, of clauses, of others than the learner, or of a course."""
HEALTH = re.compile(
    r"\b(?:"
    r"hospitalise\w*|hospitalisation\w*|hospitali[sz]ed|hospitalizad[oa]|grossesse|accouchement|fausse couche|pregnan\w+"
    r"|(?:est|etait|etre|tombee) enceinte|embarazad[ao]|embarazo|arrets? (?:maladie|de travail)|sick (?:leave|note)s?"
    r"|bajas? (?:medicas?|por enfermedad)|(?:is|was|fell|been|felt|feels|got) (?:very |seriously )?(?:ill|sick)"
    r"|(?:raisons?|motifs?|problemes?|soucis?|etat|ennuis?) (?:graves? )?(?:de sante|medica(?:l|le|les|ux))"
    r"|(?:certificat|dossier|avis|traitement|suivi) (?:medical|psychologique|psychiatrique)|certificado medico"
    r"|(?:health|medical) (?:reasons?|problems?|issues?|conditions?|certificates?|treatment|leave|history)|mental health"
    r"|(?:motivos?|problemas?|razones) (?:medic[oa]s|de salud)|diagnosed with|diagnosticad[oa] (?:de|con)"
    r"|(?:ete|etre) operee?|(?:operation|intervention) chirurgicale|(?:underwent|had) surgery|operad[oa] de (?:la|el|un)"
    r"|crises? d angoisse|troubles? (?:anxieux|alimentaires?)|fauteuil roulant|wheelchair|silla de ruedas|rqth|mdph"
    r"|fracture (?:du|de la|au|a la) (?:bras|jambe|cheville|poignet|pied|main|genou|epaule|coude|hanche|tibia|femur)"
    r"|(?:broken|fractured) (?:leg|arm|ankle|wrist|foot|hand|hip)|minusvalia\w*"
    r"|(?:positif|positive|positiv[oa]) (?:au |a la |to |for |en |a )?covid"
    rf"|{DISEASES}"
    r")\b"
)
"""Words that say something of somebody's health, as folded text has them."""


def _of_health(text: str) -> bool:
    """Say whether a folded text speaks of the health of the person that it is about."""
    return bool(HEALTH.search(text) and HEALTH.search(INNOCENT.sub(" ", text)))


@rule(
    "PRV101",
    N_("No text of a record speaks of somebody's health"),
    severity=Severity.WARNING,
    cites=(
        GDPR.at("art. 9: processing of data concerning health shall be prohibited"),
        MOBCTL.at("no health, bank or identity-document data in a record"),
    ),
    why=N_(
        "What lies in a repository is copied with it and stays in its history; the code personal-situation is enough, and the"
        " decision is kept elsewhere."
    ),
    fix=N_(
        "Take it out, write a neutral code or the number of the decision; if it was committed, have the history of the"
        " repository rewritten. If the text is about something else, say so in a waiver."
    ),
)
def no_sensitive_data_in_records(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """The words of a disease or of its consequences in a text about a person; the message does not repeat them."""
    for place, text in _texts(context.data):
        if _prose(place) and _of_health(folded(text)):
            yield hit(mobility, place, say("This text seems to speak of somebody's health."))


def _digits(text: str) -> str:
    return re.sub(r"[ .\-]", "", text)


_BY_LENGTH = {
    15: "NO",
    16: "BE",
    18: "DK FI FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "DZ IS TR",
    27: "FR GR IT MC MR SM",
    28: "AL AZ BY CY DO EG GT HU LB MA PL SV",
    29: "BR PS QA UA",
    30: "JO KW MU",
    31: "MT SC",
    32: "LC",
}
IBAN_LENGTHS = {country: length for length, countries in _BY_LENGTH.items() for country in countries.split()}
"""How many letters and digits an IBAN of a country has (SWIFT, IBAN Registry)."""


def _iban(found: str) -> bool:
    """Say whether a text begins with an IBAN: by the length that its country has, and by its check digits."""
    compact = _digits(found).upper()
    length = IBAN_LENGTHS.get(compact[:2], 0)
    whole = compact[:length]
    if not length or len(whole) < length or not _ends(found, length):
        return False
    return int("".join(str(int(each, 36)) for each in whole[4:] + whole[:4])) % 97 == 1


def _ends(found: str, length: int) -> bool:
    """Say whether the letter or digit of that number is the last of its group."""
    return length in accumulate(len(group) for group in re.split(r"[ .\-]", found))


def _nir(found: str) -> bool:
    """Check the key of a French social-security number; Corsica counts as 19 and 18."""
    compact = _digits(found).upper().replace("2A", "19", 1).replace("2B", "18", 1)
    return int(compact[:13]) % 97 == (97 - int(compact[13:])) % 97


def _rib(found: str) -> bool:
    """Check the key of a French account number, where letters stand for digits."""
    compact = _digits(found).upper()
    values = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")
    number = compact.translate(values)
    bank, branch, account, key = int(number[:5]), int(number[5:10]), int(number[10:21]), int(number[21:])
    return (89 * bank + 15 * branch + 3 * account + key) % 97 == 0


def _luhn(found: str) -> bool:
    """Check the last digit of a card number."""
    digits = [int(each) for each in reversed(_digits(found))]
    doubled = (sum(divmod(2 * each, 10)) for each in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _dni(found: str) -> bool:
    """Check the letter of a Spanish identity number."""
    compact = _digits(found).upper()
    number = compact[:-1].translate(str.maketrans("XYZ", "012"))
    return compact[-1] == "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23]


ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
"""What a letter, or the digit of the same rank, counts in an odd place of an Italian tax number."""


def _codice_fiscale(found: str) -> bool:
    """Check the last letter of an Italian tax number."""
    ranks = [int(each) if each.isdigit() else ord(each) - ord("A") for each in found.upper()]
    total = sum(ODD[rank] for rank in ranks[0:15:2]) + sum(ranks[1:15:2])
    return ranks[15] == total % len(ODD)


def _belgian(found: str) -> bool:
    """Check the last two digits of a Belgian national number, of either century."""
    compact = _digits(found)
    number, key = compact[:9], int(compact[9:])
    return key in {97 - int(number) % 97, 97 - int("2" + number) % 97}


_MRZ_SHORTEST = 30


def _mrz(found: str) -> bool:
    """Say whether a line is as long as that of a card, and goes on after the double filler."""
    return len(found) >= _MRZ_SHORTEST and re.search("<<[A-Z0-9]", found) is not None


def _unlike_a_day(found: str) -> bool:
    """Say whether what follows the name of a paper is a number, not a day written in eight digits."""
    return not re.search(r"(?:19|20)\d\d(?:0\d|1[0-2])[0-3]\d$", found)


@dataclass(frozen=True, slots=True)
class Secret:
    """A number that must not stand in a record: how it is called and how it looks, and its own check.

    `everywhere` says that it is looked for in all texts, not only in those about a person.
    """

    called: Message
    pattern: re.Pattern[str]
    real: Callable[[str], bool]
    everywhere: bool = False


PAPER = (
    r"passe?port|pasaporte|carte (?:nationale )?d.identit[eé]|carte de s[eé]jour|titre de s[eé]jour|permis de conduire"
    r"|identity card|id card|residence permit|driving licence|tarjeta de identidad|permiso de residencia|dni|nie|cni|visa"
)
SOCIAL = r"s[eé]curit[eé] sociale|num[eé]ro de s[eé]cu|social security|seguridad social|nir|ssn"
ACCOUNT = (
    r"compte bancaire|num[eé]ro de compte|bank account|account number|cuenta bancaria|n[uú]mero de cuenta"
)
NUMBER = r"[ :=(]*(?:num[eé]ro|n[uú]mero|number|num\.?|nr\.?|no\.?|n[°ºo.]{0,2})?[ :=(#]*"
SECRETS = (
    Secret(
        say("an account number (IBAN)"),
        re.compile(r"(?<![^\W_])(?=([A-Za-z]{2}\d{2}(?:[ .\-]?[A-Za-z0-9]){11,40}))"),
        _iban,
        everywhere=True,
    ),
    Secret(
        say("an account number (RIB)"),
        re.compile(r"(?<![^\W_])\d{5}[ \-]?\d{5}[ \-]?[0-9A-Za-z]{11}[ \-]?\d{2}(?![^\W_])"),
        _rib,
        everywhere=True,
    ),
    Secret(
        say("a social-security number"),
        re.compile(
            r"(?<![^\W_])[12378][ .\-]?\d{2}[ .\-]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .\-]?(?:\d{2}|2[ABab])[ .\-]?\d{3}[ .\-]?\d{3}"
            r"[ .\-]?\d{2}(?![^\W_])"
        ),
        _nir,
        everywhere=True,
    ),
    Secret(
        say("an Italian tax number"),
        re.compile(r"(?<![^\W_])[A-Za-z]{6}\d{2}[A-EHLMPR-Ta-ehlmpr-t]\d{2}[A-Za-z]\d{3}[A-Za-z](?![^\W_])"),
        _codice_fiscale,
        everywhere=True,
    ),
    Secret(
        say("a Belgian national number"),
        re.compile(r"(?<![\d.\-])\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}(?![\d.\-])"),
        _belgian,
        everywhere=True,
    ),
    Secret(
        say("the machine-readable line of an identity document"),
        re.compile(r"(?<![A-Z0-9<])[PIACV][A-Z<][A-Z<]{3}[A-Z0-9<]+"),
        _mrz,
        everywhere=True,
    ),
    Secret(
        say("the number of a bank card"),
        re.compile(
            r"(?<![\w\-])(?:(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6011|65\d{2})(?:[ \-]?\d{4}){3}"
            r"|3[47]\d{2}[ \-]?\d{6}[ \-]?\d{5})(?![\w\-])"
        ),
        _luhn,
    ),
    Secret(
        say("a Spanish identity number"),
        re.compile(r"(?<![^\W_])(?:\d{8}|[XYZxyz]\d{7})-?[A-Za-z](?![^\W_])"),
        _dni,
    ),
    Secret(
        say("the number of an identity document"),
        re.compile(
            rf"\b(?:{PAPER})(?: [^\W\d_]+)?{NUMBER}(?=[A-Z0-9]*(?:\d[A-Z0-9]*){{5}})[A-Z0-9]{{6,20}}\b",
            re.IGNORECASE,
        ),
        _unlike_a_day,
    ),
    Secret(
        say("a social-security number"),
        re.compile(rf"\b(?:{SOCIAL}){NUMBER}\d(?:[ .\-]?\d){{8,14}}\b", re.IGNORECASE),
        _unlike_a_day,
    ),
    Secret(
        say("an account number"),
        re.compile(rf"\b(?:{ACCOUNT}){NUMBER}[A-Z]{{0,2}}\d(?:[ .\-]?\d){{7,29}}\b", re.IGNORECASE),
        _unlike_a_day,
    ),
    Secret(
        say("the code of a bank (BIC)"),
        re.compile(r"\b(?:BIC|SWIFT)(?: code)?[ :=(]+[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b"),
        bool,
    ),
)
"""The numbers that are looked for, the surest first."""


@rule(
    "PRV102",
    N_("No text of a record holds the number of an account, a person or an identity document"),
    severity=Severity.ERROR,
    cites=(
        GDPR.at("art. 5 (1) (c): data minimisation; art. 87: national identification number"),
        MOBCTL.at("no health, bank or identity-document data in a record"),
    ),
    why=N_(
        "Whoever has a copy of the repository has the number too, for as long as the copy lasts; nothing in mobctl needs it."
    ),
    fix=N_(
        "Take the number out and keep it where the office keeps such papers; if it was committed, have the history of the"
        " repository rewritten."
    ),
)
def no_numbers_of_accounts_or_papers(mobility: Mobility, context: Context) -> Iterator[Hit]:
    """Numbers whose check digits are right, and those that follow the name of their paper; the message repeats none."""
    for place, text in _texts(context.data):
        called = _secret(text, prose=_prose(place))
        if called:
            yield hit(mobility, place, say("This text seems to hold {what}.", what=called))


_SHORTEST = 15
DIGITS = re.compile(r"(?:[0-9][^0-9]*){7}|<<")
"""How long the shortest number is that is looked for everywhere, and what each of them has."""


def _secret(text: str, *, prose: bool) -> Message | None:
    """Find what a text must not hold: the first that looks and checks like it."""
    if not prose and (len(text) < _SHORTEST or not DIGITS.search(text)):
        return None  # as most texts of a record, which are dates, codes and titles
    text = normalize("NFKC", text)
    for each in SECRETS:
        if (prose or each.everywhere) and any(
            each.real(found[found.lastindex or 0]) for found in each.pattern.finditer(text)
        ):
            return each.called
    return None
