"""What must not lie in a repository is seen, and what only looks like it is left alone."""

import json
from pathlib import Path

import cli
import pytest

from mobctl.codes import folded
from mobctl.rules import privacy

EXAMPLE = Path(__file__).parents[1] / "examples" / "broken" / "rules" / "PRV102.mobility.yaml"
NUMBER = "DE89 3704 0044 0532 0130 00"
NAUGHTY = Path(__file__).parents[2] / "shared" / "data" / "blns" / "blns.json"


def speaks_of_health(text: str) -> bool:
    return privacy._of_health(folded(text))  # noqa: SLF001


def secret(text: str, *, prose: bool = True) -> str | None:
    found = privacy._secret(text, prose=prose)  # noqa: SLF001
    return found.id if found else None


IBAN, RIB, NIR = "an account number (IBAN)", "an account number (RIB)", "a social-security number"
PAPER, CARD, SPANISH = (
    "the number of an identity document",
    "the number of a bank card",
    "a Spanish identity number",
)
ITALIAN, BELGIAN = "an Italian tax number", "a Belgian national number"
MRZ, ACCOUNT, BIC = (
    "the machine-readable line of an identity document",
    "an account number",
    "the code of a bank (BIC)",
)

SECRET = [
    ("FR76 3000 6000 0112 3456 7890 189", IBAN),
    ("FR7630006000011234567890189", IBAN),
    ("virement sur fr76 3000 6000 0112 3456 7890 189 avant lundi", IBAN),
    ("FR76-3000-6000-0112-3456-7890-189", IBAN),
    ("AT20 minutes de la gare : FR76 3000 6000 0112 3456 7890 189", IBAN),
    ("FR\u00a076 et FR76\u202f3000\u202f6000\u202f0112\u202f3456\u202f7890\u202f189", IBAN),
    ("ES91 2100 0418 4502 0005 1332", IBAN),
    ("DE89370400440532013000", IBAN),
    ("BE68 5390 0754 7034", IBAN),
    ("NL91ABNA0417164300", IBAN),
    ("NO93 8601 1117 947", IBAN),
    ("GB29 NWBK 6016 1331 9268 19", IBAN),
    ("IT60 X054 2811 1010 0000 0123 456", IBAN),
    ("PL61109010140000071219812874", IBAN),
    ("CH93 0076 2011 6238 5295 7", IBAN),
    ("RO49AAAA1B31007593840000", IBAN),
    ("PT50 0002 0123 1234 5678 9015 4", IBAN),
    ("TR33 0006 1005 1978 6457 8413 26", IBAN),
    ("BR15 0000 0000 0000 1093 2840 814P 2", IBAN),
    ("JO94 CBJO 0010 0000 0000 0131 0003 02", IBAN),
    ("MT84 MALT 0110 0001 2345 MTLC AST0 01S", IBAN),
    ("LC55 HEMM 0001 0001 0012 0012 0002 3015", IBAN),
    ("XK05 1212 0123 4567 8906", IBAN),
    ("30002 00550 0000157845Z 02", RIB),
    ("30002005500000157845Z02", RIB),
    ("1 85 05 78 006 084 91", NIR),
    ("185057800608491", NIR),
    ("2 69 05 49 588 157 80", NIR),
    ("1.85.05.78.006.084.91", NIR),
    ("Sécurité sociale 2690549588157", NIR),
    ("n° de securite sociale : 2 69 05 49 588 157", NIR),
    ("SSN 123-45-6789", NIR),
    ("RSSMRA85T10A562S", ITALIAN),
    ("rssmra85t10a562s", ITALIAN),
    ("85.07.30-033.28", BELGIAN),
    ("17.07.30-033.84", BELGIAN),
    ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", MRZ),
    ("IDFRABERTHIER<<<<<<<<<<<<<<<<<<92C001", MRZ),
    ("4111 1111 1111 1111", CARD),
    ("4111-1111-1111-1111", CARD),
    ("5555555555554444", CARD),
    ("2223003122003222", CARD),
    ("6011111111111117", CARD),
    ("3782 822463 10005", CARD),
    ("12345678Z", SPANISH),
    ("12345678-z", SPANISH),
    ("X1234567L", SPANISH),
    ("Y1234567X", SPANISH),
    ("Z1234567R", SPANISH),
    ("passeport n° 12AB34567", PAPER),
    ("Passeport français n°12AB34567", PAPER),
    ("Passport number: X1234567", PAPER),
    ("pasaporte AAA123456", PAPER),
    ("carte d'identité nº 880692310285", PAPER),
    ("carte nationale d’identite 880692310285", PAPER),
    ("titre de séjour 9903123456", PAPER),
    ("visa no. 012345678", PAPER),
    ("Compte bancaire n° 00012345678", ACCOUNT),
    ("account number 12345678", ACCOUNT),
    ("BIC : BNPAFRPPXXX", BIC),
    ("SWIFT code BNPAFRPP", BIC),
    ("SWIFT: BNPAFRPP", BIC),
]
NOT_SECRET = [
    "FR76 3000 6000 0112 3456 7890 188",
    "FR76 3000 6000 0112 3456 7890 1890",
    "FR76 3000 6000 0112 3456",
    "ZZ68 5390 0754 7034",
    "30002 00550 0000157845Z 03",
    "185057800608490",
    "1 85 13 78 006 084 91",
    "RSSMRA85T10A562T",
    "85.07.30-033.29",
    "4111 1111 1111 1112",
    "12345678A",
    "20251015 à 14h, 20260112 a las 9",
    "PIC 949653254, OID E10209379, 101099901",
    "229901-EPP-1-2014-1-FR-EPPKA3-ECHE",
    "2025-1-FR01-KA131-HED-000999901",
    "urn:schac:personalUniqueCode:int:esi:brevigny.example:22610107",
    "+33 5 61 00 00 00, 05 61 50 42 50 puis 06 12 34 56 78, 0033561504250",
    "Visa demandé le 12/05/2026, obtenu le 2026-06-01",
    "Passeport valable jusqu'au 2027-05-12",
    "passeport 20270512",
    "66b6737b03175703329062225db28950cf9c2fb12b04eedf8d350533faa72387",
    "INF-0412, S7-SYS, EN2410, 7,5 ECTS, term 1/2",
    "F  TOULOUS28, E  MADRID03, RO BUCURES09",
    "PV-2026-S7-01, IIA-2022-014, CONV-VET-2024-02",
    "0314 0613 0712 0923",
    "NIR, SSN, BIC, IBAN et RIB à demander",
    "BIC erasmus, bic : stylo",
    "Sécurité sociale étudiante : 05 61 50 42 50",
    "4000 euros versés le 12 03 2026",
    "P<<A, ID<<",
    "PARIS<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
    "",
]
OF_HEALTH = [
    "Tombée malade en novembre",
    "MALADIE",
    "Hospitalisé deux semaines",
    "Elle est enceinte",
    "Arrêt maladie du 3 au 14 mars",
    "arrêt de travail",
    "raisons de santé",
    "pour raison médicale",
    "problèmes médicaux",
    "Certificat médical fourni",
    "état de santé",
    "A été opérée du genou",
    "dépression",
    "De\u0301pression",
    "dépres\u00adsion",
    "burn-out",
    "RQTH",
    "situation de handicap",
    "Suivi psychologique",
    "fracture de la cheville",
    "diabète de type 1",
    "crise d'épilepsie",
    "allergique aux arachides",
    "TDAH",
    "dyslexique",
    "Positif au covid",
    "positive to Covid-19",
    "cancer",
    "He was ill for two weeks",
    "felt very sick",
    "on sick leave",
    "hospitalized in October",
    "pregnancy",
    "mental health issues",
    "medical certificate",
    "diagnosed with anaemia",
    "needs a wheelchair",
    "broken leg",
    "Está enferma",
    "baja médica",
    "embarazada",
    "discapacidad reconocida",
    "motivos de salud",
    "operada de la rodilla",
    "HIV",
]
NOT_OF_HEALTH = [
    "",
    "Logement, carte d'assurance, inscription",
    "Carte européenne d'assurance maladie reçue",
    "Assurance maladie : à jour",
    "Caisse primaire d'assurance maladie de Toulouse",
    "En cas de maladie, prévenir le secrétariat",
    "In case of illness, write to the office",
    "Seguro de enfermedad contratado",
    "Installation et cours",
    "Calendrier des examens",
    "Visite du foyer pour personnes en situation de handicap",
    "Stage auprès d'enfants autistes",
    "Stage dans un service spécialisé en psychiatrie",
    "Colloque sur la maladie d'Alzheimer",
    "Rencontre avec le tuteur, à mi-stage",
    "Dans l'enceinte de l'école",
    "A opéré des changements de cours",
    "fracture numérique",
    "Two courses at the same hour",
    "ill-timed change",
    "Sick of waiting for the host",
    "Prise de notes difficile dans deux cours magistraux",
    "Cours de santé publique",
    "Assurance santé étudiante",
    "Le Malade imaginaire, atelier théâtre",
    "Accident du travail : voir la convention",
    "disability studies course",
    "stage à l'hôpital",
    "Diagnostic social partagé",
    "Embarazoso retraso",
    "enfermería: prácticas",
    "dépressurisation",
    "sidérurgie",
    "Changement de cours : conflit d'horaire",
    "The visual aids were good",
]


@pytest.mark.parametrize(("text", "what"), SECRET)
def test_a_number_is_seen_for_what_it_is(text: str, what: str) -> None:
    assert secret(text) == what


@pytest.mark.parametrize("text", NOT_SECRET)
def test_another_number_is_left_alone(text: str) -> None:
    assert secret(text) is None


@pytest.mark.parametrize("text", ["4111 1111 1111 1111", "12345678Z", "passeport n° 12AB34567"])
def test_what_could_be_a_reference_is_looked_for_in_prose_only(text: str) -> None:
    assert secret(text, prose=False) is None


@pytest.mark.parametrize("text", OF_HEALTH)
def test_health_is_seen(text: str) -> None:
    assert speaks_of_health(text)


@pytest.mark.parametrize("text", NOT_OF_HEALTH)
def test_an_ordinary_note_is_left_alone(text: str) -> None:
    assert not speaks_of_health(text)


def test_the_shortest_number_is_looked_for_everywhere() -> None:
    assert secret("185057800608491", prose=False) == NIR
    assert secret("NO9386011117947", prose=False) == IBAN


def test_a_corsican_is_a_french_citizen() -> None:
    for department, stands_for in (("2A", 19), ("2B", 18)):
        key = 97 - int(f"15102{stands_for}123456") % 97
        assert secret(f"1 51 02 {department} 123 456 {key:02}") == NIR
        assert secret(f"1 51 02 {department.lower()} 123 456 {key:02}") == NIR


def test_every_length_of_an_account_number_is_known() -> None:
    assert set(privacy.IBAN_LENGTHS.values()) == {15, 16, *range(18, 33)}
    assert all(len(country) == len("FR") for country in privacy.IBAN_LENGTHS)


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the list of naughty strings is not there")
def test_naughty_strings_raise_no_alarm() -> None:
    strings = json.loads(NAUGHTY.read_text(encoding="utf-8"))
    assert strings
    assert [text for text in strings if secret(text) or speaks_of_health(text)] == []


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "csv"])
def test_nothing_that_is_printed_repeats_the_number(form: str, tmp_path: Path) -> None:
    example = EXAMPLE.read_text(encoding="utf-8")
    path = tmp_path / "2026-0372.mobility.yaml"
    path.write_text(example.replace("FR76 3000 6000 0112 3456 7890 189", NUMBER), encoding="utf-8")
    done = cli.run(("validate", "--format", form, str(path)), {**cli.USUAL, "MOBCTL_LANG": "en", "PATH": ""})
    assert done.returncode == 1, "it is found"
    assert NUMBER not in done.stdout + done.stderr
