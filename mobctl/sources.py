"""The texts that rules cite, each once. Passages are quoted in the language of the text."""

from datetime import date

from mobctl.finding import N_
from mobctl.rule import Source

MOBCTL = Source("mobctl", N_("Conventions of this tool"), "mobctl", "1")
YAML = Source("yaml", "YAML Ain't Markup Language", "yaml.org", "1.2.2", "https://yaml.org/spec/1.2.2/")
CODES = Source(
    "codes",
    "ISO 3166-1, ISCED-F 2013, EQF, CEFR, Erasmus code, European Student Identifier, OID, PIC",
    "ISO, UNESCO, Council of Europe, European Commission",
    N_("see schemas/codelists"),
)
ITSRA = Source(
    "itsra",
    "Procédure de reconnaissance des mobilités (ITSRA)",
    "ITSRA",
    N_("in force"),
    profiles=frozenset({"itsra-social-work"}),
)
IRTS = Source(
    "irts",
    "Partenariats – Erasmus+ (IRTS Hauts-de-France)",
    "IRTS Hauts-de-France",
    N_("in force"),
    profiles=frozenset({"irts-social-work"}),
)
CTI = Source(
    "cti",
    "Note sur les mobilités internationales (CTI)",
    "Commission des titres d’ingénieur",
    "2025",
    profiles=frozenset({"cti-engineering", "cti-apprentice"}),
)
UT2 = Source(
    "ut2",
    "Mission des coordinateurs de mobilité (Université Toulouse II)",
    "Université Toulouse II",
    N_("in force"),
    profiles=frozenset({"ut2-university"}),
)
LA_GUIDE = Source(
    "la-guidelines",
    "Guidelines on how to use the learning agreement for studies",
    "European Commission",
    "Erasmus+ 2021-2027",
)
IIA = Source(
    "iia-template",
    "Inter-institutional agreement for mobility of students (template), annex",
    "European Commission",
    "Erasmus+ 2021-2027",
)
EWP_LA = Source(
    "ewp-la",
    "EWP Outgoing Mobility Learning Agreements API",
    "Erasmus Without Paper",
    "1.2.0",
    "https://github.com/erasmus-without-paper/ewp-specs-api-omobility-las",
)
EWP_OMOB = Source(
    "ewp-omobilities",
    "EWP Outgoing Mobilities API",
    "Erasmus Without Paper",
    "get-response.xsd",
    "https://github.com/erasmus-without-paper/ewp-specs-api-omobilities",
)
EWP_MBR = Source(
    "ewp-mbr",
    "EWP mandatory business requirements, learning agreements",
    "European Commission",
    "2022-10-24",
)
ECHE_2014 = Source(
    "eche-2014",
    "Erasmus Charter for Higher Education",
    "European Commission",
    "2014-2020",
    since=date(2014, 1, 1),
    until=date(2020, 12, 31),
)
ECHE_2021 = Source(
    "eche-2021",
    "Erasmus Charter for Higher Education",
    "European Commission",
    "2021-2027",
    since=date(2021, 1, 1),
    until=date(2027, 12, 31),
)
ECTS_GUIDE = Source(
    "ects-guide",
    "ECTS Users' Guide",
    "European Commission",
    "2015",
    "https://education.ec.europa.eu/education-levels/higher-education/inclusive-and-connected-higher-education/european-credit-transfer-and-accumulation-system",
)
SUPPLEMENT_NOTES = Source(
    "supplement-notes",
    "Diploma supplement: outline structure and explanatory notes",
    "European Commission, Council of Europe, UNESCO",
    "in force",
)
GDPR = Source(
    "gdpr",
    "Regulation (EU) 2016/679 (General Data Protection Regulation)",
    "European Union",
    "2016",
    "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
)
PROGRAMME_GUIDE = Source(
    "programme-guide",
    "Erasmus+ Programme Guide",
    "European Commission",
    "2021-2027",
    "https://erasmus-plus.ec.europa.eu/programme-guide",
)
ABROAD_2019 = Source(
    "code-du-travail-2019",
    "Code du travail, article L6222-42",
    "République française",
    "2019-01-01",
    since=date(2019, 1, 1),
    until=date(2023, 12, 28),
)
ABROAD_2023 = Source(
    "code-du-travail-2023",
    "Code du travail, article L6222-42",
    "République française",
    "2023-12-29",
    since=date(2023, 12, 29),
)
CONVENTIONS = Source(
    "code-du-travail-conventions",
    "Code du travail, articles R6222-66 à R6222-67",
    "République française",
    "2024-12-06",
    since=date(2024, 12, 6),
)
PROGRAMME_GUIDE_2014 = Source(
    "programme-guide-2014",
    "Erasmus+ Programme Guide",
    "European Commission",
    "2014-2020",
    since=date(2014, 1, 1),
    until=date(2020, 12, 31),
)
PROGRAMME_GUIDE_2021 = Source(
    "programme-guide-2021",
    "Erasmus+ Programme Guide",
    "European Commission",
    "2021-2027",
    "https://erasmus-plus.ec.europa.eu/programme-guide/part-b/key-action-1/mobility-projects-for-higher-education-students-and-staff",
    since=date(2021, 1, 1),
    until=date(2027, 12, 31),
)
BENEFICIARY_MODULE = Source(
    "beneficiary-module",
    "Duration Calculated (days) field in KA131 mobility activities",
    "European Commission",
    "2023",
    "https://wikis.ec.europa.eu/display/NAITDOC/Duration+Calculated+%28days%29+field+in+KA131+mobility+activities",
)
LA_TRAINEESHIP = Source(
    "la-traineeships",
    "Learning agreement for traineeships (template)",
    "European Commission",
    "Erasmus+ 2021-2027",
)
WORKING_TIME = Source(
    "working-time",
    "Directive 2003/88/EC concerning certain aspects of the organisation of working time",
    "European Union",
    "2003",
    "https://eur-lex.europa.eu/eli/dir/2003/88/oj",
)
EDUCATION_CODE = Source(
    "code-de-l-education",
    "Code de l’éducation, stages et périodes de formation en milieu professionnel",
    "République française",
    N_("in force"),
    since=date(2014, 7, 12),
)
EDUCATION_CODE_2014 = Source(
    "code-de-l-education-2014",
    "Code de l’éducation, stages (décret n° 2014-1420)",
    "République française",
    "2014",
    since=date(2014, 12, 1),
    until=date(2021, 9, 5),
)
EDUCATION_CODE_2021 = Source(
    "code-de-l-education-2021",
    "Code de l’éducation, stages (décret n° 2021-1154)",
    "République française",
    "2021",
    since=date(2021, 9, 6),
)
TRAVEL_ADVICE = Source(
    "conseils-aux-voyageurs",
    "Conseils aux voyageurs",
    "Ministère de l’Europe et des affaires étrangères",
    N_("in force"),
    "https://www.diplomatie.gouv.fr/fr/conseils-aux-voyageurs/",
)
LABOUR_CODE = Source("code-du-travail", "Code du travail", "République française", N_("in force"))
VET_AGREEMENT = Source(
    "vet-learning-agreement",
    "Learning agreement for mobility of learners (template)",
    "European Commission",
    "Erasmus+ 2021-2027",
)
STUDENT_CHARTER = Source(
    "erasmus-student-charter",
    "Erasmus+ Student Charter",
    "European Commission",
    "Erasmus+ 2021-2027",
)
VET_COMPLEMENT = Source(
    "vet-complement",
    "Learning agreement complement (template)",
    "European Commission",
    "Erasmus+ 2021-2027",
)
MOBILITY_DOCUMENTS = Source(
    "mobility-documents",
    "How to manage mobility documents (KA121, KA122)",
    "European Commission",
    "call 2024",
    "https://wikis.ec.europa.eu/spaces/NAITDOC/pages/164267599/How+to+manage+mobility+documents",
)
EUROPASS_TEMPLATE = Source(
    "europass-mobility",
    "Europass Mobility (template and explanatory note)",
    "European Union",
    "in force",
)
EUROPASS_DECISION = Source(
    "decision-2241-2004",
    "Decision 2241/2004/EC on Europass, annex III",
    "European Parliament and Council",
    "2004, repealed in 2018",
)
MOBILITY_REFERENT = Source(
    "mobility-referent",
    "Aide à la décision du référent mobilité",
    "Formation professionnelle, référents mobilité",
    N_("in force"),
)
UFM = Source(
    "ufm-2019",
    "Arrêté du 30 août 2019 : unité facultative de mobilité et attestation MobilitéPro",
    "Ministère chargé de l’éducation nationale",
    "2019",
    since=date(2019, 8, 30),
)
UFM_CAP = Source(
    "ufm-cap-2019",
    "Arrêté du 30 août 2019 : unité facultative de mobilité et attestation MobilitéPro, CAP",
    "Ministère chargé de l’éducation nationale",
    "2019",
    "https://www.legifrance.gouv.fr/jorf/id/JORFTEXT000039017192",
    since=date(2019, 8, 30),
)
EUROPE_ON_THE_MOVE = Source(
    "europe-on-the-move",
    "Council Recommendation “Europe on the Move”, learning mobility opportunities for everyone",
    "Council of the European Union",
    "C/2024/3364",
    since=date(2024, 5, 13),
)

RECOGNISING = {
    "cti-engineering",
    "cti-apprentice",
    "erasmus-he-studies",
    "itsra-social-work",
    "ut2-university",
}
"""The profiles under whose texts a school promises to recognise what was validated abroad."""
