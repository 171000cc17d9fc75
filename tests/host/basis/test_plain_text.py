"""External text cannot control a terminal, a page or a file name."""

from __future__ import annotations

import codecs
import sys

import pytest
from leancue.basis.errors import LeanCueError
from leancue.basis.plain_text import INSTEAD, SPELT, plain, plain_lines, plain_values

STEERING = [
    *range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0x202E, 0x2066, 0xD800, 0xDFFF, 0xFFFE,
    0xE0041,
]  # fmt: skip


@pytest.mark.parametrize("code", STEERING)
def test_what_steers_is_shown_as_something_that_was_here(code: int) -> None:
    assert plain(f"a{chr(code)}b") == f"a{INSTEAD}b"


def test_lines_and_tabs_stay_where_lines_are_meant() -> None:
    assert plain_lines("a\n\tb\r\x1b[31m") == f"a\n\tb{INSTEAD}{INSTEAD}[31m"


@pytest.mark.parametrize("text", ["K-014", "é ± 7,5 °C", "日本語", "علي", "می‌خواهم", "👩‍⚕️"])
def test_what_people_write_stays(text: str) -> None:
    assert plain(text) == text


def test_every_text_of_a_value_is_filtered() -> None:
    value = {"a\x00": ["\x1b", {"b": "c\nd"}], "n": 3, "t": True, "x": None}
    assert plain_values(value) == {
        f"a{INSTEAD}": [INSTEAD, {"b": "c\nd"}], "n": 3, "t": True, "x": None
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii"])
def test_our_own_signs_are_spelt_where_the_character_set_lacks_them(encoding: str) -> None:
    said = "−2.0° ± 0.4° – …".encode(encoding, SPELT).decode(encoding)
    assert said.startswith("-2.0") and "0.4" in said and "?" not in said
    assert "日".encode(encoding, SPELT) == b"?"
    assert codecs.lookup_error(SPELT)


def test_an_error_s_words_are_plain_whoever_they_come_from() -> None:
    said = str(LeanCueError("the clip says \x1b[2J\x07", "\ud800", f"x{chr(sys.maxunicode)}"))
    assert not set(said) & {"\x1b", "\x07", "\ud800"}
