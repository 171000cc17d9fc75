"""The one filter for texts from outside: nothing in them can steer a terminal, page or file name.

A clip, a log, a file's name and what somebody typed may hold anything. Control characters move a
terminal's cursor and colour, marks of direction turn a line around, and half a surrogate pair is
no text that could be written. Each becomes U+FFFD, the sign for "something was here".
"""

from __future__ import annotations

import codecs
import re
from typing import Any

INSTEAD = "\ufffd"
# C0, delete and C1; line and paragraph separators; marks that turn the direction of writing;
# surrogates; what is no character; tags, which nobody sees.
_UNFIT = "\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
_TAGS = "\U000e0000-\U000e007f"
_IN_A_LINE = re.compile(f"[{_UNFIT}{_TAGS}]")
_IN_LINES = re.compile(f"(?![\n\t])[{_UNFIT}{_TAGS}]")

# What our own words need, for a terminal or pipe whose character set lacks it.
_SPELT = {
    "−": "-", "–": "-", "—": "-", "…": "...", "→": "->", "×": "x", "±": "+/-", "°": " deg",
    "≤": "<=", "≥": ">=", "·": "*", "’": "'", "“": '"', "”": '"', "\u00a0": " ",
}  # fmt: skip
SPELT = "leancue.spelt"  # the name of the error handler, for ``reconfigure(errors=…)``


def plain(text: str) -> str:
    """Return ``text`` as one line that is safe to show, or to be part of a file's name."""
    return _IN_A_LINE.sub(INSTEAD, text)


def plain_lines(text: str) -> str:
    """As ``plain``, of a text of several lines: line ends and tabs stay."""
    return _IN_LINES.sub(INSTEAD, text)


def plain_values(value: Any) -> Any:
    """Return what JSON gave, every text in it filtered: lines stay, but not in names."""
    if isinstance(value, str):
        return plain_lines(value)
    if isinstance(value, list):
        return [plain_values(one) for one in value]
    if isinstance(value, dict):
        return {plain(name): plain_values(one) for name, one in value.items()}
    return value


def _spelt(error: UnicodeError) -> tuple[str, int]:
    """An error handler of ``codecs``: spell what the character set lacks, else ``?``."""
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end]
    return "".join(_SPELT.get(sign, "?") for sign in lacking), error.end


codecs.register_error(SPELT, _spelt)
