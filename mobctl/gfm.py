"""Text as GitHub-flavoured Markdown, displayed as it is: neither GitHub nor GitLab makes more of it than it says."""

from __future__ import annotations

import re

ESCAPED = re.compile(
    r"""
      (?<=@)(?=\w)                           # an address, a person
    | (?<=\#)(?=\d)                          # an issue
    | (?<=:)(?=//) | (?<=www)(?=\.)          # a link
    | (?<=:)(?!\d\d?:)(?=[\w+-]{1,60}:)      # a picture, but not the time of day
    | (?<=\$)(?=[^$]*\$)                     # mathematics
    | [\\`*~\[$]
    | (?<![^\W_])_                           # after a letter it is one
    | <(?=[A-Za-z/!?])
    | &(?=\#?\w+;)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""The places where GitHub and GitLab would make more of a text than it says, and signs that would mean something.

They look for the former in what is displayed, where a backslash is gone already. Only an element parts it: `<wbr>`
is the one that changes nothing, neither in the page nor in what is copied from it.
"""

WHOLE = re.compile(
    r"""
    (?<![^\s(\[{<«"'“‘’,;|])
    (?=\w) (?=[^\s`]{0,300}?(?: :// | www\. | \w@\w | :(?!\d\d?:)[\w+-]{1,60}: ))
    ( [^\s`]* [^\s`.,;:!?()\[\]{}<>«»"'”’] )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""An address of the web or of a mailbox, a European Student Identifier: what people copy, and is written whole.

As code nothing comes of it, and nothing has to be parted or escaped; the marks of the sentence around it stay out.
"""


START = re.compile(r"^(?:(\d{1,9})(?=[.)](?: |$))|(?=>|#{1,6}(?: |$)|[-+=:|](?:[-+=:| ]|$)))", re.MULTILINE)
"""What would make a line something else than a line of text: the beginning of a list, a heading, a rule, a table."""


def begun(text: str) -> str:
    """Write text so that it is displayed as it is where it begins a line."""
    return START.sub(r"\1\\", displayed(text))


def displayed(text: str) -> str:
    """Write text so that it is displayed as it is, wherever it doesn't begin a line."""
    parts = WHOLE.split(text)  # every other part is an address
    return "".join(f"`{part}`" if number % 2 else _parted(part) for number, part in enumerate(parts))


def _parted(text: str) -> str:
    return ESCAPED.sub(lambda found: "\\" + found[0] if found[0] else "<wbr>", text)


def cell(text: str) -> str:
    """Write text for a cell of a table, which is one line."""
    return displayed(" ".join(text.split())).replace("|", r"\|")
