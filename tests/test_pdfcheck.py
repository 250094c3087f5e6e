"""The checks of PDF, proven: for each demand a file that breaks just that one is found, and by that check alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from typing import Any

import pdfcheck
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from test_pdf import facts, made

Harm = Callable[[Pdf], bytes | None]
"""What breaks a file; where that is not in what it holds, the file comes out as bytes."""


def saved(file: Pdf, **how: Any) -> bytes:
    out = BytesIO()
    file.save(out, fix_metadata_version=False, **how)
    return out.getvalue()


def first(kind: str, file: Pdf) -> Dictionary:
    return next(pdfcheck.of_kind(file, kind))


def remove(path: str, file: Pdf) -> None:
    """Take a key away, by its path below the root."""
    *above, last = path.split("/")
    place: Any = file.Root
    for key in above:
        place = place[f"/{key}"]
    del place[f"/{last}"]


def untabbed(file: Pdf) -> None:
    del file.pages[0].obj["/Tabs"]


def painted_outside(file: Pdf) -> None:
    file.pages[0].contents_add(b"0 0 9 9 re f")


def forgotten(file: Pdf) -> None:
    """Let the structure lose a paragraph that stays on its page."""
    first("/P", file)["/K"] = Array([])


def untitled(file: Pdf) -> None:
    file.docinfo["/Title"] = String("")


def file_name_shown(file: Pdf) -> None:
    file.Root.ViewerPreferences["/DisplayDocTitle"] = False


def other_language(file: Pdf) -> None:
    """Say that the document is in another language; what is French in it then says so itself."""
    file.Root["/Lang"] = String("en")


def all_french(file: Pdf) -> None:
    for element, _ in pdfcheck.elements(file):
        if "/Lang" in element:
            del element["/Lang"]
    for page in file.pages:
        page.obj["/Contents"] = file.make_stream(b"".join(_french(page)))


def _french(page: pikepdf.Page) -> Iterator[bytes]:
    for instruction in pikepdf.parse_content_stream(page):
        for operand in instruction.operands:
            if isinstance(operand, Dictionary) and "/Lang" in operand:
                operand["/Lang"] = String("fr")
        yield pikepdf.unparse_content_stream([instruction]) + b"\n"


def scopeless(file: Pdf) -> None:
    del first("/TH", file)["/A"][0]["/Scope"]


def headless(file: Pdf) -> None:
    for head in [*pdfcheck.of_kind(file, "/TH")]:
        head["/S"] = Name.TD


def renamed_head(file: Pdf) -> None:
    [*pdfcheck.of_kind(file, "/TH")][-1]["/ID"] = String("elsewhere")


def wordless(file: Pdf) -> None:
    del first("/Figure", file)["/Alt"]


def leaping(file: Pdf) -> None:
    first("/H2", file)["/S"] = Name.H3


def two_titles(file: Pdf) -> None:
    first("/H2", file)["/S"] = Name.H1


def mute_font(file: Pdf) -> None:
    font: Any = next(iter(file.pages[0].Resources.Font.values()))
    del font["/ToUnicode"]


def absent_font(file: Pdf) -> None:
    font: Any = next(iter(file.pages[0].Resources.Font.values()))
    del font.DescendantFonts[0].FontDescriptor["/FontFile2"]


def claims(old: bytes, new: bytes, file: Pdf) -> None:
    """Change what the metadata say."""
    before = file.Root.Metadata.read_bytes()
    assert before.count(old) == 1
    file.Root.Metadata.write(before.replace(old, new))


def unrelated(file: Pdf) -> None:
    file.Root.AF[0]["/AFRelationship"] = Name.Unspecified


def forged(file: Pdf) -> None:
    stream = file.Root.AF[0].EF.F
    stream.write(stream.read_bytes().replace(b'"22.5"', b'"30"'))


def second_file(file: Pdf) -> None:
    file.attachments["notes.txt"] = b"notes"


def script(file: Pdf) -> None:
    file.Root["/OpenAction"] = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def link(file: Pdf) -> None:
    action = Dictionary(S=Name.URI, URI=String("https://example.org"))
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)
    file.pages[0].obj["/Annots"] = file.make_indirect(Array([file.make_indirect(note)]))


def encrypted(file: Pdf) -> bytes:
    return saved(file, encryption=pikepdf.Encryption(owner="o", user=""))


def bare_head(file: Pdf) -> bytes:
    """Leave out the bytes by which a program sees that the file is no text."""
    begun, rest = saved(file).split(b"\n", 2)[::2]
    return begun + b"\n%text\n" + rest


def longer(file: Pdf) -> bytes:
    return saved(file) + b"<!-- more -->"


def swapped(operator: str, text: bytes, file: Pdf) -> None:
    """Write another instruction in the place of the first of its kind on the first page."""
    done = [*pikepdf.parse_content_stream(file.pages[0])]
    at = next(n for n, each in enumerate(done) if str(each.operator) == operator)
    parts = (pikepdf.unparse_content_stream([each]) for each in done)
    file.pages[0].obj["/Contents"] = file.make_stream(
        b"\n".join(text if n == at else part for n, part in enumerate(parts))
    )


def fenced(file: Pdf) -> None:
    """Put what is read into an artifact."""
    whole = file.pages[0].Contents.read_bytes()
    file.pages[0].obj["/Contents"] = file.make_stream(b"/Artifact BMC " + whole + b" EMC")


def unknown_language(file: Pdf) -> None:
    next(element for element, _ in pdfcheck.elements(file) if "/Lang" in element)["/Lang"] = String("fr_FR")


def other_parent(file: Pdf) -> None:
    first("/TD", file)["/P"] = first("/H1", file)


def other_owner(file: Pdf) -> None:
    """Let a page say that its first piece is part of another element."""
    file.Root.StructTreeRoot.ParentTree.Nums[1][0] = first("/TD", file)


def odd_kind(file: Pdf) -> None:
    first("/P", file)["/S"] = Name("/Remark")


def loose_rows(file: Pdf) -> None:
    first("/TBody", file)["/S"] = Name.Div


def unlabelled(file: Pdf) -> None:
    first("/Lbl", file)["/S"] = Name.LBody


def unnumbered(file: Pdf) -> None:
    del first("/L", file)["/A"][0]["/ListNumbering"]


def in_table(kind: str, key: str, value: Any, file: Pdf) -> None:
    """Let a cell say something else of its place in the table."""
    first(kind, file)["/A"][0][key] = value


def missing_cell(file: Pdf) -> None:
    """Move the last cell of a row to the next one."""
    row, below, *_ = next(part for part in pdfcheck.of_kind(file, "/TBody") if len(part["/K"]) > 1)["/K"]
    *kept, moved = row["/K"]
    moved["/P"] = below
    row["/K"], below["/K"] = Array(kept), Array([*below["/K"], moved])


def font(file: Pdf) -> Any:
    return next(iter(file.pages[0].Resources.Font.values()))


def narrow(file: Pdf) -> None:
    """Say of every glyph that it is as wide as a point."""
    font(file).DescendantFonts[0]["/W"] = Array([0, 99, 500])


def means(text: bytes, file: Pdf) -> None:
    """Let the first glyph of a font stand for something else."""
    stream = font(file).ToUnicode
    before = stream.read_bytes()
    at = before.index(b"<0001> <") + len(b"<0001> <")
    stream.write(before[:at] + text + before[before.index(b">", at) :])


def unmapped(file: Pdf) -> None:
    del font(file).DescendantFonts[0]["/CIDToGIDMap"]


def grey_profile(file: Pdf) -> None:
    """Take the profile of greys for what colours mean."""
    spaces = file.pages[0].Resources.ColorSpace
    file.Root.OutputIntents[0]["/DestOutputProfile"] = next(
        one[1] for one in spaces.values() if one[1].N == 1
    )


def device_space(file: Pdf) -> None:
    file.pages[0].Resources.ColorSpace["/c0"] = Array([Name.DeviceRGB])


def undescribed(key: str, file: Pdf) -> None:
    del file.Root.AF[0][key]


def undated(file: Pdf) -> None:
    del file.Root.AF[0].EF.F["/Params"]


def external(file: Pdf) -> None:
    file.Root.Metadata["/F"] = String("elsewhere.xml")


def packed(file: Pdf) -> bytes:
    """Pack something as PDF did before there was a better way."""
    file.Root["/Extra"] = pikepdf.Stream(file, b"\x80\x0b\x60\x50", Filter=Name.LZWDecode)
    return saved(file, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)


def state(key: str, value: Any, file: Pdf) -> None:
    file.pages[0].Resources["/ExtGState"] = Dictionary(g=Dictionary({key: value}))


def of_root(key: str, value: Any, file: Pdf) -> None:
    file.Root[key] = value


def doubtful(file: Pdf) -> None:
    file.Root.MarkInfo["/Suspects"] = True


def remark(file: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9], Contents=String("seen"))
    file.pages[0].obj["/Annots"] = file.make_indirect(Array([file.make_indirect(note)]))


MUTANTS: tuple[tuple[str, str, Harm], ...] = (
    ("not marked", "marked", partial(remove, "MarkInfo/Marked")),
    ("no order of reading", "marked", untabbed),
    ("painted outside of the structure", "content", painted_outside),
    ("a paragraph left out of the structure", "content", forgotten),
    ("no title", "title", untitled),
    ("title not shown", "title", file_name_shown),
    ("no language", "language", partial(remove, "Lang")),
    ("wrong language", "language", other_language),
    ("foreign text not marked", "foreign", all_french),
    ("head without scope", "heads", scopeless),
    ("tables without heads", "heads", headless),
    ("cell whose head is gone", "heads", renamed_head),
    ("picture without text", "figures", wordless),
    ("level left out", "headings", leaping),
    ("two main headings", "headings", two_titles),
    ("font without text", "fonts", mute_font),
    ("font not embedded", "fonts", absent_font),
    ("PDF/A-2", "identifiers", partial(claims, b"<pdfaid:part>3<", b"<pdfaid:part>2<")),
    ("level B", "identifiers", partial(claims, b"<pdfaid:conformance>A<", b"<pdfaid:conformance>B<")),
    ("not PDF/UA", "identifiers", partial(claims, b"<pdfuaid:part>1<", b"<pdfuaid:part>2<")),
    ("no colours", "intent", partial(remove, "OutputIntents")),
    ("no attachment", "attachment", partial(remove, "AF")),
    ("attachment that is not data", "attachment", unrelated),
    ("forged attachment", "attachment", forged),
    ("second attachment", "attachment", second_file),
    ("script", "quiet", script),
    ("link", "quiet", link),
    ("remark on a page", "quiet", remark),
    ("content inside of an artifact", "content", fenced),
    ("language that is none", "languages", unknown_language),
    ("cell that says it stands elsewhere", "parents", other_parent),
    ("page that knows another structure", "parents", other_owner),
    ("kind of our own", "roles", odd_kind),
    ("kind that is like none", "roles", partial(remove, "StructTreeRoot/RoleMap/Strong")),
    ("rows outside of a body", "nesting", loose_rows),
    ("line of a list without a label", "nesting", unlabelled),
    ("list that does not say what its labels are", "nesting", unnumbered),
    ("cell too few", "grids", missing_cell),
    ("cell wider than its table", "grids", partial(in_table, "/TD", "/ColSpan", 9)),
    ("cell that runs into another", "grids", partial(in_table, "/TD", "/RowSpan", 9)),
    ("cell without a head", "heads", partial(in_table, "/TD", "/Headers", Array([]))),
    ("codes of no glyphs", "fonts", unmapped),
    ("glyph that is lacking", "glyphs", partial(swapped, "TJ", b"[<0000>] TJ")),
    ("glyph outside of the font", "glyphs", partial(swapped, "TJ", b"[<7fff>] TJ")),
    ("glyph of another width", "glyphs", narrow),
    ("glyph that stands for nothing", "glyphs", partial(means, b"FEFF")),
    ("glyph that stands for a private sign", "glyphs", partial(means, b"E000")),
    (
        "property that is not explained",
        "metadata",
        partial(claims, b"<pdfaProperty:name>part<", b"<pdfaProperty:name>p<"),
    ),
    (
        "packet with an encoding",
        "metadata",
        partial(claims, b"<?xpacket begin=", b"<?xpacket encoding='x' begin="),
    ),
    (
        "author of the metadata alone",
        "metadata",
        partial(claims, b"<dc:creator><rdf:Seq><rdf:li>", b"<dc:creator><rdf:Seq><rdf:li>X"),
    ),
    ("language of the metadata alone", "language", partial(claims, b"<rdf:li>fr<", b"<rdf:li>en<")),
    ("day of the metadata alone", "metadata", partial(claims, b"<xmp:CreateDate>2", b"<xmp:CreateDate>1")),
    ("profile of greys", "intent", grey_profile),
    ("colour space of the device", "intent", device_space),
    ("colour of the device", "intent", partial(swapped, "scn", b"0 0 0 1 k")),
    ("attachment without a description", "attachment", partial(undescribed, "/Desc")),
    ("attachment without a name", "attachment", partial(undescribed, "/F")),
    ("attachment without a date", "attachment", undated),
    ("encrypted", "whole", encrypted),
    ("looks like text", "whole", bare_head),
    ("something after the end", "whole", longer),
    ("doubtful structure", "whole", doubtful),
    ("stream that is elsewhere", "whole", external),
    ("stream in an old packing", "whole", packed),
    ("curve of the device", "whole", partial(state, "/TR", Name.Identity)),
    ("colours that mix otherwise", "whole", partial(state, "/BM", Name.Odd)),
    ("layers", "whole", partial(of_root, "/OCProperties", Dictionary(OCGs=Array([])))),
    ("reader that must do more", "whole", partial(of_root, "/Requirements", Array([]))),
)

BESIDE = {"font without text": {"foreign"}}
"""Checks that see a mutant too, since what they need is gone with it."""


@pytest.mark.parametrize(("mutant", "check", "harm"), MUTANTS, ids=[name for name, *_ in MUTANTS])
def test_mutant_is_found(mutant: str, check: str, harm: Harm) -> None:
    with pikepdf.open(BytesIO(made("ordinary", "fr+en"))) as file:
        harmed = harm(file) or saved(file)
    found = {*pdfcheck.failing(harmed, facts("ordinary", "fr+en"))}
    assert found - BESIDE.get(mutant, set()) == {check}


def test_a_file_is_whole_when_it_is_saved_again() -> None:
    """What the mutants are found by is the harm, not that a library has written them."""
    with pikepdf.open(BytesIO(made("ordinary", "fr+en"))) as file:
        assert pdfcheck.failing(saved(file), facts("ordinary", "fr+en")) == {}


def test_every_check_has_a_mutant() -> None:
    assert {check for _, check, _ in MUTANTS} == {*pdfcheck.CHECKS}
