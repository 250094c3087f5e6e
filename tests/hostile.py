"""Values that mean something to one of the programs they pass through: each must appear as it is, or be refused by name."""

from __future__ import annotations

import json
from pathlib import Path

NAUGHTY = Path(__file__).parents[2] / "shared" / "data" / "blns" / "blns.json"
"""The Big List of Naughty Strings, which is not ours."""

TYPST = (
    '#import "@preview/cetz:0.3.0"', '#read("/etc/passwd")', '#include "/etc/passwd"', '#image("/etc/passwd")',
    "$x$", "$ sum_(i=0)^n $", r"\u{202e}", r"\u{41}", "@ref", "<label>", "`raw`", "```typ #panic()```", "// comment",
    "/* comment */", "/* never closed", "#{panic()}", "#let x = 1; #x", '"', '\\"', "\\", "\\#", '"; #panic(); "', "]", "[", "#[",
    "= Heading", "== Heading", "- item", "+ item", "/ Term: text", "_em_", "*strong*", "~", "---", "--", "...", "a\\ b", "#", "##",
    "#sys.version", "#while true {}", '#eval("1")', '#pdf.attach("/etc/passwd")', "https://x.invalid/a#b", "'single'",
)  # fmt: skip
HTML = (
    "<script>document.title='RUN'</script>", "<img src=x onerror=document.title='RUN'>", "<svg/onload=document.title='RUN'>",
    "</style><script>document.title='RUN'</script>", "</title><script>document.title='RUN'</script>", "</td></tr></table><h1>out",
    "--><script>document.title='RUN'</script>", "]]><b>", "<![CDATA[x]]>", "<?xml version='1.0'?>", "<!DOCTYPE html>", "<!-- open",
    '" onmouseover="document.title=\'RUN\'" x="', "' onfocus='document.title=1' autofocus x='", "`onclick=x`", "&lt;b&gt;", "&amp;amp;",
    "&#60;b&#62;", "&#x3c;", "&notit;", "&nbsp;", "&copy", "<a href=javascript:document.title='RUN'>x</a>", "javascript:alert(1)",
    "<base href=https://x.invalid/>", "<meta http-equiv=refresh content=0;url=https://x.invalid/>", "<iframe src=https://x.invalid/>",
    "<link rel=stylesheet href=https://x.invalid/x.css>", "<style>*{display:none}</style>", "<form action=https://x.invalid/><input>",
    "<plaintext>", "<textarea>", "<noscript>", "<template>", "<bdo dir=rtl>x</bdo>", "<math><mi//xlink:href='data:x'>", "<xmp>", "{{constructor}}",
    "expression(alert(1))", "url(https://x.invalid/)", "@import 'https://x.invalid/'", "\\3c script\\3e", "<p>", "</p>", "</bdi>", "<gloss lang='fr'>",
)  # fmt: skip
MARKDOWN = (
    "[a](javascript:b)", "![a](https://x.invalid/a.png)", "<https://x.invalid/>", "https://x.invalid/", "www.x.invalid", "a@x.invalid",
    "| a | b |", "a | b", "\\|", "|-|-|", "<div>block</div>", "```sh", "~~~", "    code", "===", "---", "***", "# h", "###### h", "> q",
    "1. one", "1) one", "- item", "- [ ] task", "+ plus", "* star", "**bold**", "__bold__", "~~gone~~", "[^1]", "[^1]: note", "[a]: /b",
    "[a][b]", "@mention", "#123", "GH-1", ":smile:", "$$x$$", "$`x`$", "`a` `` ` ``", "\\*", "&#42;", "a  ", "a\\", "<!-- x -->", "- - -", "_a_b_c_", "*_a_*",
)  # fmt: skip
JINJA = (
    "{{ 7*7 }}", "{% raw %}", "{% include '/etc/passwd' %}", "{# gone #}", "{{ ''.__class__.__mro__ }}", "{{ view }}", "{%- endblock -%}",
    "{{ self.__init__.__globals__ }}", "#}", "%}", "}}", "{{", "{%", "## line", "{{ lipsum(n=9) }}", "{{ range(10**9) }}",
)  # fmt: skip
PLACEHOLDERS = (
    "{x}", "{n}", "{text}", "{learner}", "{0}", "{}", "{{name}}", "{0.__class__}", "{name!r}", "{name:>999999999}", "%s", "%(x)s", "%d %n", "%%",
    r"\1", r"\g<0>", r"\g<name>", "${x}", "$x", "{where}", "{name", "name}", "⟨name⟩", "“{value}”",
)  # fmt: skip
SHEETS = (
    "=cmd|' /C calc'!A0", "=1+1", "+1+1", "-1+1", "@SUM(1)", "＝1+1", "＋1", "－1", "＠x", '=HYPERLINK("https://x.invalid")', ";=1", '"=1"', "'=1",
)  # fmt: skip
PATHS = (
    "../../etc/passwd",
    "/etc/passwd",
    "C:\\x",
    "file:///etc/passwd",
    "CON",
    "-rf",
    "~root",
    "a/b",
    "$(id)",
    "`id`",
    "; id",
    "| id",
    "%2e%2e%2f",
)
SCRIPTS = (
    "أحمد بن علي", "עברית 12 (א)", "abc אבג 123", "Ελευθερία", "Nguyễn Thị Ánh Tuyết", "e\u0301\u0323", "ﬁnal", "ſ", "İstanbul", "straße", "ǆ",
    "pаypаl", "Ⅷ", "½", "a\u200db", "a\u200cb", "soft\u00adhyphen", "a\u2060b", "a\u00a0b", "\u0301alone", "q\u0323\u0307\u0323\u0307\u0323\u0307", "x" * 1999,
)  # fmt: skip

WRITTEN = tuple(dict.fromkeys((*TYPST, *HTML, *MARKDOWN, *JINJA, *PLACEHOLDERS, *SHEETS, *PATHS, *SCRIPTS)))
"""What must be written as it is."""

REFUSED = {
    "NUL": ("a\0b", "U+0000"),
    "a bell": ("a\x07b", "U+0007"),
    "the colours of a terminal": ("\x1b[31mred\x1b[0m", "U+001B"),
    "a control of eight bits": ("a\x9b31mb", "U+009B"),
    "delete": ("a\x7fb", "U+007F"),
    "a line of two worlds": ("a\x85b", "U+0085"),
    "a line separator": ("a\u2028b", "U+2028"),
    "an override": ("a\u202egnp.exe", "U+202E RIGHT-TO-LEFT OVERRIDE"),
    "an embedding that is never closed": ("\u202babc", "U+202B"),
    "an isolate that is never closed": ("a\u2067b", "U+2067"),
    "the end of an isolate": ("a\u2069b", "U+2069"),
    "a mark of direction": ("a\u200fb", "U+200F"),
    "a blank of no width": ("pay\u200bpal", "U+200B ZERO WIDTH SPACE"),
    "a byte order mark": ("\ufeffa", "U+FEFF"),
    "no character": ("a\ufffeb", "U+FFFE"),
    "no character of a higher plane": ("a\U0001ffffb", "U+1FFFF"),
    "a private character": ("a\ue000b", "U+E000"),
    "the marks of our own series": ("\ue0000\ue001", "U+E000"),
    "letters of tags": ("a\U000e0041", "U+E0041"),
    "a letter that is a blank": ("a\u3164b", "U+3164 HANGUL FILLER"),
    "a sign that is a blank": ("a\u2800b", "U+2800"),
    "20,000 marks on one letter": ("a" + "\u0301" * 20_000, "20000 marks on one letter"),
    "20,000 marks of all kinds": ("a" + "".join(chr(0x300 + n % 0x40) for n in range(20_000)), "20000 marks"),
    "five marks on one side": ("bo\u0301\u0301\u0301\u0301\u0301n", "5 marks"),
    "hidden data in selectors of glyphs": ("a" + "\ufe01" * 40, "40 marks"),
    "100,000 letters without a blank": ("x" * 100_000, "a word of 100000 characters"),
    "a bracket for each of 2,001": ("{" * 2001, "a word of 2001 characters"),
}  # fmt: skip
"""What no document is made of, and how its message calls it."""


def naughty() -> list[str]:
    """All strings of the list that there are; nothing where it is not there."""
    return json.loads(NAUGHTY.read_text(encoding="utf-8")) if NAUGHTY.is_file() else []
