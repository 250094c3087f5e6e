"""PDF: what an archive and a screen reader ask, the text as it was written, and nothing off the page."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from ctypes import create_string_buffer
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfcheck
import pikepdf
import pypdfium2
import pytest
import views
from agreements import EVERY
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image
from pypdfium2.raw import FPDFText_GetFontInfo

from mobctl import press, seal, words
from mobctl.documents import KINDS
from mobctl.documents.view import Name as PersonName
from mobctl.errors import ContentError, UserError
from mobctl.render import FORMATS, Brand, Composed, Picture, Speech, compose, drawn_pages, pdf, render, typst
from mobctl.render import canonical as canonical_view
from mobctl.render.pictures import sound
from mobctl.render.tree import parse

ARMS = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 70"><path d="M4 8 L30 2 L56 8 L30 68 Z"/></svg>'
)
BRAND = Brand(pictures={"logo": Picture("svg", ARMS)})
MARGIN = 17 / 25.4 * 72
SPOKEN = ("fr", "fr+en")
TITLES = {
    "recognition-report": "Recognition report",
    "learning-agreement": "Learning agreement for studies",
    "traineeship-agreement": "Learning agreement for traineeships",
    "vet-agreement": "Learning agreement for vocational training",
    "validation-plan": "Validation plan for studies abroad",
    "apprentice-convention": "Convention on an apprentice",
    "personalised-contract": "Personalised contract",
    "internship-convention": "Check of the internship agreement",
    "amendment": "to the learning agreement",
    "certificate-of-arrival": "Certificate of arrival",
    "certificate-of-attendance": "Certificate of attendance",
    "partner-attestation": "attestation of compliance",
    "transcript": "Grading scale and distribution of grades",
    "home-transcript": "Final transcript with recognition",
    "diploma-supplement": "mention of the mobility",
    "report-cover": "Report cover and record of submission",
    "debrief-sheet": "Debrief sheet",
    "positioning-sheet": "Positioning sheet",
    "recognition-decision-letter": "Recognition by blocks",
    "derogation-letter": "obligation of a mobility",
    "exam-absence-letter": "Leave to be absent from examinations",
    "certifier-letter": "Notice of a mobility to the certifying body",
    "transcript-reminder-letter": "Reminder: transcript of records",
    "participation-attestation": "Attestation of participation",
    "la-complement": "Complement to the learning agreement",
    "traineeship-certificate": "Traineeship certificate",
    "attestation-de-stage": "Internship attestation",
    "evaluation-grid": "Assessment grid",
    "pv": "Minutes of the validation",
    "validation-certificate": "Validation certificate",
    "mobilitepro": "Data sheet for the attestation",
    "tac-international": "table of competences acquired",
    "jury-sheet": "cover of the file and jury sheet",
    "open-badge": "Micro-credential",
    "europass-mobility": "data for the official form",
    "partner-agreement-sheet": "Partner agreement sheet",
    "host-file": "Host file",
    "group-programme": "Group programme and list of participants",
    "mission-letter": "Mission letter of the coordinator",
    "accreditation-panel": "Accreditation panel",
}
LAST = "Confirmé par l’organisme d’accueil|Décision|Par leur signature|Approbation|Certifié par|Le contrat a été respecté|Attesté par|Confirmé par|Évaluation du stagiaire|Évalué par|Signatures de|Certification du supplément|Signatures, dans l’ordre du formulaire|Pièces conservées|salutations distinguées|a reçu ce rapport|a rendu compte de sa mobilité|reste à votre disposition"
"""What stands with the signatures on one page."""


def speech(lang: str) -> Speech:
    catalogue = words.words(lang, {}).catalogue
    return replace(views.speech(lang), text=catalogue.gettext, plural=catalogue.ngettext)


def report(view: Mapping[str, Any], lang: str = "fr", brand: Brand = BRAND) -> bytes:
    first, *second = (speech(one) for one in lang.split("+"))
    other = second[0] if second else None
    return render(
        KINDS[view["kind"]].template_name, view, speech=first, second=other, brand=brand, format="pdf"
    )


@lru_cache(maxsize=16)
def made(name: str, lang: str = "fr") -> bytes:
    return report(EVERY[name], lang)


def facts(name: str, lang: str) -> pdfcheck.Facts:
    """Say which foreign texts the reports have: the gloss of the title, the host's name where it is not French."""
    view = EVERY[name]
    host = view["host"]["name"] if "host" in view else {"lang": ""}
    foreign = {} if host["lang"] in {"", "fr"} else {host["text"].split()[0]: host["lang"]}
    gloss = {TITLES[view["kind"]]: "en"} if "+" in lang else {}
    return pdfcheck.Facts("fr", canonical_view(view), {**foreign, **gloss})


def conforms(name: str, lang: str) -> None:
    assert pdfcheck.failing(made(name, lang), facts(name, lang)) == {}


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_language(name: str, lang: str) -> None:
    assert made(name, lang).startswith(b"%PDF-1.7")


def dots(form: str, mode: str, colour: tuple[int, ...]) -> bytes:
    """Draw a picture of one colour."""
    out = BytesIO()
    Image.new(mode, (60, 70), colour).save(out, form)
    return out.getvalue()


FADED = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 70"><defs><linearGradient id="g"><stop offset="0" '
    b'stop-color="red"/><stop offset="1" stop-color="blue" stop-opacity="0.5"/></linearGradient></defs>'
    b'<rect width="60" height="70" fill="url(#g)" opacity="0.4"/></svg>'
)
LOGOS = {
    "png": Picture("png", dots("PNG", "RGBA", (200, 0, 0, 120))),
    "grey": Picture("png", dots("PNG", "L", (100,))),
    "jpg": Picture("jpg", dots("JPEG", "RGB", (200, 0, 0))),
    "faded": Picture("svg", FADED),
}


@pytest.mark.parametrize("logo", LOGOS)
def test_a_sealed_document_conforms_with_any_arms(logo: str) -> None:
    """With the code of the seal and its file, and with pictures one sees through."""
    claims = seal.Claims("Valmont", "1", "2026-02-10", "recognition-report", "Léa", "30", "ab" * 32)
    printed = press.drawn(seal.sign(claims, Ed25519PrivateKey.generate()), "https://valmont.example/verify")
    made = compose(
        "recognition-report",
        views.ORDINARY,
        speech=speech("fr"),
        second=speech("en"),
        brand=Brand(pictures={"logo": LOGOS[logo]}),
        seal=printed,
    )
    with pikepdf.open(BytesIO(data := FORMATS["pdf"].write(made))) as file:
        assert "seal.cose" in file.attachments
        assert len([*pdfcheck.of_kind(file, "/Figure")]) == 2
    assert pdfcheck.failing(data, facts("ordinary", "fr+en")) == {}


def test_colours_of_a_press_are_refused() -> None:
    """A PDF for archives says what its colours mean, and those of a press mean another thing on each."""
    with pytest.raises(UserError) as refused:
        sound(Picture("jpg", dots("JPEG", "CMYK", (1, 2, 3, 4))), "arms.jpg")
    assert "(CMYK)" in refused.value.args[0].id
    assert sound(LOGOS["jpg"], "arms.jpg") is LOGOS["jpg"]


def test_same_input_same_bytes() -> None:
    assert report(views.ORDINARY, "fr+en") == made("ordinary", "fr+en")


FILES = (
    b"",
    b"\x00\xff\x80seal",
    *(
        text.encode()
        for text in (
            '{"a":"\\\\u{41} \\"#x[]$"}',
            "\ufeffmark",
            "two\r\nlines\u2028\u2029",
            "tab\tbell\x07\x85",
            "العربية 😀 \ud7ff\ue000",
        )
    ),
)
"""What has to come out of a PDF as it went in: nothing, bytes that are no text, marks of Typst, ends of lines."""


def test_files_come_out_as_they_went_in() -> None:
    source = '#set document(title: "T", date: datetime(year: 2026, month: 1, day: 2))\n#set text(font: "Source Sans 3")\nT'
    attachments = [pdf.Attachment(f"{n}.bin", data, "text/plain", "x") for n, data in enumerate(FILES)]
    made = pdf.compile(source, timestamp=datetime(2026, 1, 2, tzinfo=UTC), attachments=attachments)
    with pikepdf.open(BytesIO(made)) as file:
        assert [file.attachments[f"{n}.bin"].get_file().read_bytes() for n in range(len(FILES))] == [*FILES]


OTHER = "import hashlib, test_pdf; print(hashlib.sha256(test_pdf.made('ordinary', 'fr+en')).hexdigest())"


def grown(rows: int) -> Composed:
    """A transcript with that many courses."""
    view = EVERY["transcript-least"]
    [group] = view["groups"]
    longer = {**view, "groups": [{**group, "lines": group["lines"][:1] * rows}]}
    return compose("transcript", longer, speech=speech("fr"))


def test_a_last_page_with_little_on_it_is_saved_where_less_room_does() -> None:
    saved = []
    for rows in range(16, 34):
        made = grown(rows)
        ample = len(pdf.pictures(typst.write(made.tree, made.brand, pdf.chosen((), made.brand.typefaces))))
        shown = pdf.page_count(FORMATS["pdf"].write(made))
        assert shown == len(drawn_pages(made)), "a picture of each page"
        assert shown in {ample, ample - 1}
        saved += [rows] * (shown < ample)
    assert len(saved) >= 3, "some rows fit"
    assert saved == [*range(saved[0], saved[0] + len(saved))], "and no more fit than fit before"


def test_same_bytes_in_another_process(tmp_path: Path) -> None:
    tests = Path(__file__).parent
    elsewhere = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{tests}{os.pathsep}{tests.parent}",
        "PYTHONHASHSEED": "7",
        "TZ": "Pacific/Auckland",
        "HOME": str(tmp_path),
        "LC_ALL": "C",
    }
    done = subprocess.run(
        [sys.executable, "-c", OTHER], cwd=tmp_path, env=elsewhere, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == hashlib.sha256(made("ordinary", "fr+en")).hexdigest()


@lru_cache(maxsize=4)
def pages(name: str, lang: str = "fr") -> tuple[str, ...]:
    """Return the text layer of each page, as another library reads it."""
    file = pypdfium2.PdfDocument(made(name, lang))
    found = tuple(page.get_textpage().get_text_range() for page in file)
    file.close()
    return found


HYPHEN = re.compile("[\u0002\ufffe]\\s*")
"""What the library makes of a hyphen that only a line end has."""


def flowing(text: str) -> str:
    """Make one line of a text."""
    return " ".join(HYPHEN.sub("", text).split())


def dense(text: str) -> str:
    """Take out blanks and hyphens of line ends: a long value stands on several lines."""
    return re.sub(r"-?[\s\u0002\ufffe]+|-", "", text)


@pytest.mark.parametrize("value", views.HOSTILE)
def test_hostile_value_stands_as_it_is(value: str) -> None:
    assert value in flowing("\n".join(pages("monster")))


@pytest.mark.parametrize("lang", SPOKEN)
def test_hostile_values_are_never_typeset(lang: str) -> None:
    whole = flowing("\n".join(pages("monster", lang)))
    assert whole.count('the value say "hi" \\" \\ is not of the list') == 1
    assert whole.count("the value O'Brien & Fils is not of the list") == 1


@pytest.mark.parametrize(
    "value",
    [
        views.LONG_NAME,
        "A" * 70 + "b" * 70,
        "Łukasz Żółciński-Ćwikła",
        "Ελευθερία Παπακωνσταντίνου",
        "Ἀθῆναι",
        "Nguyễn Thị Ánh Tuyết",
        "Suharto",
        "B.Sc. <b>Informatik</b> & `Recht` | $5",
    ],
)
def test_names_stand_whole(value: str) -> None:
    assert dense(value) in dense("\n".join(pages("monster")))


def test_long_name_is_long() -> None:
    assert len(views.LONG_NAME) > 220


@pytest.mark.parametrize("name", ["RIGHT-TO-LEFT OVERRIDE", "ZERO WIDTH SPACE", "LEFT-TO-RIGHT ISOLATE"])
def test_invisible_character_is_refused_by_name(name: str) -> None:
    import unicodedata

    with pytest.raises(ContentError) as refused:
        report(with_family(f"Du{unicodedata.lookup(name)}rand"))
    assert name in repr(refused.value.args)


def with_family(family: str) -> Mapping[str, Any]:
    """Give the learner of the ordinary report another name."""
    name: PersonName = {"family": family, "given": "", "latin": None}
    return {**views.ORDINARY, "learner": {**views.ORDINARY["learner"], "name": name}}


def test_mononym() -> None:
    text = flowing(
        "".join(pypdfium2.PdfDocument(report(with_family("Suharto")))[0].get_textpage().get_text_range())
    )
    assert "Nom Suharto" in text


@pytest.mark.parametrize("lang", SPOKEN)
def test_long_table_repeats_its_head(lang: str) -> None:
    found = [page for page in pages("monster", lang) if re.search(r"\bM-0[0-9]{2}-\s", page)]
    tables = [page for page in found if "Validés (résultats)" not in page or "Bloc" in page]
    assert len(tables) >= 3
    assert all("Validé à l’étranger" in page and "Décision" in page for page in tables)
    assert "\n".join(pages("monster", lang)).count("Reconnu intégralement") == 13  # each total once


def nothing_runs_off_the_page(name: str, lang: str) -> None:
    file = pypdfium2.PdfDocument(made(name, lang))
    for page in file:
        width, height = page.get_size()
        for character, (left, bottom, right, top) in boxes(page):
            where = (page, character, left, bottom)
            assert left >= MARGIN - 2, where  # an italic f at the head of a line hangs over a little
            assert right <= width - MARGIN + 1, where
            assert bottom > 0, where
            assert top < height, where
    file.close()


def boxes(page: pypdfium2.PdfPage) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """Yield the characters of a page that can be seen, with their boxes."""
    text = page.get_textpage()
    for number in range(text.count_chars()):
        character = text.get_text_range(number, 1)
        if character.strip():
            yield character, text.get_charbox(number)


def font(page: pypdfium2.PdfPage, word: str) -> bytes:
    """Return the name of the font in which a word first stands: each weight is a font of its own in the file."""
    text = page.get_textpage()
    name = create_string_buffer(99)
    FPDFText_GetFontInfo(text, text.get_text_range().index(word), name, 99, None)
    return name.value


def test_a_gloss_among_strong_words_is_not_strong() -> None:
    [page] = pypdfium2.PdfDocument(made("grid", "fr+en"))
    assert font(page, "achieved") == font(page, "electronically")


def test_what_is_wider_than_its_tile_breaks() -> None:
    assert re.search("20 de febrero de ?\n2026", pages("report-cover", "es")[0].replace("\r", ""))


def signatures_never_stand_alone(name: str, lang: str) -> None:
    first, *later = pages(name, lang)
    sealed = [page for page in (first, *later) if "Cachet de" in page]
    assert len(sealed) == bool(EVERY[name]["signatories"])
    assert all(page is first or re.search(LAST, flowing(page)) for page in sealed)


# One after the other on the same document, which is made once.
@pytest.mark.parametrize("check", [conforms, nothing_runs_off_the_page, signatures_never_stand_alone])
@pytest.mark.parametrize("lang", SPOKEN)
@pytest.mark.parametrize("name", EVERY)
def test_every_document(name: str, lang: str, check: Callable[[str, str], None]) -> None:
    check(name, lang)


def test_a_date_wider_than_its_column_breaks_at_its_blanks() -> None:
    cells = "".join(f"<cell>{day}</cell>" for day in ("21\u00a0de junio de 2027", "31\u00a0December 2027"))
    tree = parse(
        '<doc lang="es" title="t" number="1" holder="h" date="2027-01-01" status="final"><header><p>x</p></header>'
        f'<h level="1">t</h><table cols="12 12 76" label="t"><head><cell/><cell/><cell/></head><row>{cells}<cell/></row></table>'
        "<footer><p>1</p></footer></doc>",
        "t",
    )
    source = typst.write(tree, BRAND, typst.Chosen())
    assert '#"21 de junio de 2027";' in source
    assert '#"31 December 2027";' in source


def test_a_key_stands_once_for_what_is_said_under_it() -> None:
    assert flowing(pages("transcript-copy")[0]).count("Échelle de notes") == 1


def test_a_word_longer_than_its_line_is_hyphenated_in_the_masthead_too() -> None:
    head = pages("participation-monster")[0].partition("Attestation de participation")[0]
    assert len(HYPHEN.findall(head)) > 2


def test_what_stands_in_a_sentence_is_in_its_language() -> None:
    text = flowing("".join(pages("supplement", "fr+en")))
    assert "polito (Italie) : Laurea magistrale" in text
    assert "polito (Italy) awarded the holder" in text


def test_a_legend_stands_with_what_is_signed() -> None:
    with pypdfium2.PdfDocument(made("internship-monster", "fr+en")) as file:
        last = file[len(file) - 1].get_textpage().get_text_range()
    assert "Signatures de la convention" in last
    assert "Établi à partir du dossier" in last


def test_a_heading_keeps_its_distance_in_whatever_it_is_kept_together_with() -> None:
    file = pypdfium2.PdfDocument(made("supplement"))
    text = file[1].get_textpage()
    (heading, _), (above, _) = (text.search(words).get_next() or (0, 0) for words in ("7. Cert", "Site de l"))
    assert text.get_charbox(above)[1] - text.get_charbox(heading)[3] > MARGIN / 4
    file.close()


def test_a_legend_never_stands_without_the_signatures_above_it() -> None:
    *_, last = pages("badge", "fr+en")
    assert ("Cachet de" in last, "RFC 8785" in last) == (True, True)


def test_every_page_says_what_it_belongs_to() -> None:
    total = len(pages("monster"))
    for number, page in enumerate(pages("monster"), 1):
        assert views.MONSTER["number"] in flowing(page)
        # The Arabic name of the holder makes the library read the line from the right.
        assert re.search(f"Page {number} / {total}|{total} / {number} Page", flowing(page))
        assert "Projet, non signé" in page


def test_final_document_has_no_draft_band() -> None:
    assert not any("Projet" in page for page in pages("ordinary"))


def test_accent_that_hides_text_is_refused() -> None:
    with pytest.raises(UserError, match="can't be read"):
        report(views.ORDINARY, brand=Brand(accent="#f0c000"))
