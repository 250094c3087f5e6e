"""A double degree is told in the supplement and never in the title, however it is written; no other title is touched."""

import pytest

from mobctl.derive import mentions_double

CALLED_DOUBLE = [
    "double diplôme",
    "Diplôme d'ingénieur, double diplôme avec le Politecnico di Torino",
    "DOUBLE DIPLÔME",
    "Double diplo\u0302me",
    "double diplome",
    "Double-diplôme",
    "double\u2011diplôme",
    "double\u00a0diplôme",
    "dou\u00adble diplôme",
    "double  diplôme",
    "Doubles diplômes",
    "en double diplomation",
    "Ingénieur double-diplômé",
    "double dipl.",
    "(double diplôme)",
    "bi-diplôme",
    "bidiplôme",
    "Diplôme double avec Torino",
    "Double Degree",
    "double-degree programme",
    "Double degrees",
    "Dual degree",
    "dual diploma",
    "Double Master's Degree",
    "double master degree",
    "Double Engineering Degree",
    "doble titulación",
    "Doble Titulacion",
    "dobles titulaciones",
    "doble diploma",
    "Doble título",
    "doble grado",
    "titulación doble",
    "Doppelabschluss",
    "Doppeldiplom",
    "doppia laurea",
    "doppio titolo",
    "dupla titulação",
]
NOT_CALLED_DOUBLE = [
    "",
    "Diplôme d'ingénieur de l'École de Valmont, spécialité génie civil",
    "Diplôme d'ingénieur, double compétence informatique et santé",
    "Ingénieur diplômé de l'École de Valmont",
    "Diplôme d'État d'assistant de service social",
    "Contrebasse (double bass) performance degree",
    "Master, parcours double culture franco-allemande",
    "Licence : comptabilité en partie double",
    "Diplôme conjoint",
    "Joint degree",
    "Degree in accounting, double entry",
    "Duales Studium Maschinenbau",
    "Dual control systems, diploma thesis",
    "Grado en Ingeniería",
    "Diplôme redoublé",
    "Redouble diplomatie",
    "Diplôme",
    "doublé d'un diplôme",
]


@pytest.mark.parametrize("title", CALLED_DOUBLE)
def test_a_double_degree_is_seen(title: str) -> None:
    assert mentions_double(title)
    assert mentions_double({"de": "Ingenieur", "fr": title})


@pytest.mark.parametrize("title", NOT_CALLED_DOUBLE)
def test_another_title_is_left_alone(title: str) -> None:
    assert not mentions_double(title)
    assert not mentions_double({"fr": title})


def test_no_title_mentions_nothing() -> None:
    assert not mentions_double(None)
