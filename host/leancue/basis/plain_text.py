"""The filter for external text, so that it cannot control a terminal, page or file name.

Text from a clip, a log, a file name or a user may hold anything. Control characters change a
terminal's cursor and colour, direction marks reverse a line, and half a surrogate pair cannot be
encoded. Each is replaced by U+FFFD.
"""

from __future__ import annotations

import codecs
import re
from typing import Any

INSTEAD = "\ufffd"
# C0, delete and C1; line and paragraph separators; direction marks; surrogates; non-characters;
# invisible tags.
_UNFIT = "\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
_TAGS = "\U000e0000-\U000e007f"
_IN_A_LINE = re.compile(f"[{_UNFIT}{_TAGS}]")
_IN_LINES = re.compile(f"(?![\n\t])[{_UNFIT}{_TAGS}]")

# Replacements for our own text, for a terminal or pipe whose character set lacks these.
_SPELT = {
    "−": "-", "–": "-", "—": "-", "…": "...", "→": "->", "×": "x", "±": "+/-", "°": " deg",
    "≤": "<=", "≥": ">=", "·": "*", "’": "'", "“": '"', "”": '"', "\u00a0": " ",
}  # fmt: skip
SPELT = "leancue.spelt"  # the name of the error handler, for ``reconfigure(errors=…)``


def plain(text: str) -> str:
    """Return ``text`` as one line that is safe to show or to use in a file name."""
    return _IN_A_LINE.sub(INSTEAD, text)


def plain_lines(text: str) -> str:
    """Like ``plain`` for several lines: line ends and tabs stay."""
    return _IN_LINES.sub(INSTEAD, text)


def plain_values(value: Any) -> Any:
    """Return parsed JSON with every text filtered: line ends stay, but not in keys."""
    if isinstance(value, str):
        return plain_lines(value)
    if isinstance(value, list):
        return [plain_values(one) for one in value]
    if isinstance(value, dict):
        return {plain(name): plain_values(one) for name, one in value.items()}
    return value


def _spelt(error: UnicodeError) -> tuple[str, int]:
    """A ``codecs`` error handler: spell out characters that the set lacks, else ``?``."""
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end]
    return "".join(_SPELT.get(sign, "?") for sign in lacking), error.end


codecs.register_error(SPELT, _spelt)
