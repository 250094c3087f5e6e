"""What the families of rules are about, by the letters that their codes begin with."""

from mobctl.finding import N_

FAMILIES: dict[str, str] = {
    "APP": N_("Apprentices"),
    "BTM": N_("Brevet technique des métiers, mention Europe"),
    "BUG": N_("Mistakes of mobctl itself"),
    "CAT": N_("Vocational training in Catalonia"),
    "CER": N_("Mobility that counts in a certification"),
    "CHG": N_("Changes during the mobility"),
    "CTI": N_("Engineering schools (CTI)"),
    "DOC": N_("Papers of vocational mobility"),
    "DS": N_("Diploma supplement"),
    "DUR": N_("Durations"),
    "ENR": N_("Enrolment and people in charge"),
    "EUP": N_("Europass Mobility"),
    "EVA": N_("Assessment and validation of learning outcomes"),
    "FIL": N_("The file"),
    "GEN": N_("The record itself"),
    "INC": N_("Incoming learners"),
    "INS": N_("Insurance"),
    "JNT": N_("Double and joint degrees"),
    "LA": N_("Learning agreement"),
    "LNG": N_("Languages"),
    "ORG": N_("The school as a whole"),
    "PRT": N_("Partnerships, charter, course catalogue"),
    "PRV": N_("Personal data"),
    "REC": N_("Recognition"),
    "SHP": N_("The fields"),
    "SOC": N_("Social-work schools"),
    "STG": N_("French law on placements"),
    "TOR": N_("Transcripts and grades"),
    "TRN": N_("Traineeships"),
    "UFM": N_("MobilitéPro, the optional mobility unit"),
    "VET": N_("Agreements of vocational mobility"),
    "WAV": N_("Waivers"),
    "YML": N_("The text of the file"),
}


def family(code: str) -> str:
    """The letters that a code begins with."""
    return code.rstrip("0123456789")
