"""Removes the blanks of a program's text that separate nothing: a small drive has room for more."""

from __future__ import annotations

import io
import tokenize

_NO_TEXT = (tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


def compact(text: str) -> str:
    """Return ``text`` with the same lines and tokens, and fewer blanks between them."""
    made: list[str] = []
    last, row = "", 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in _NO_TEXT:
            continue
        if token.start[0] != row:
            row = token.start[0]
            made.append(" " * token.start[1])
        elif _touches(last, token.string):
            made.append(" ")
        made.append(token.string)
        last = token.string
    return "".join(made)


def _touches(last: str, here: str) -> bool:
    """Whether two tokens need a blank between them: words, numbers, and a text after one."""
    return _is_word(last[-1]) and (_is_word(here[0]) or here[0] in "'\"")


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
