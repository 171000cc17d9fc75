"""Words and numbers in each language: plural forms, values, decimal signs, dates."""

from __future__ import annotations

from datetime import datetime

import pytest
from leancue.language import formats
from leancue.language.words import LANGUAGES, _, current, listed, n_, p_, speak, speaking

NOON_S = int(datetime(2026, 11, 3, 14, 5).timestamp())


def test_english_is_what_stands_in_the_source() -> None:
    assert _("no cues") == "no cues" and current() == "en"
    assert [n_("{number} cue", "{number} cues", n) for n in (0, 1, 2)] == [
        "0 cues", "1 cue", "2 cues",
    ]  # fmt: skip


def test_german_has_its_own_words_and_plural_forms() -> None:
    with speaking("de"):
        assert _("no cues") == "keine Signale"
        said = [n_("No run for {number} day.", "No run for {number} days.", n) for n in (1, 5)]
        assert said == ["Seit 1 Tag kein Lauf.", "Seit 5 Tagen kein Lauf."]
        assert p_("a session", "own") == "eigene"
    assert _("no cues") == "no cues"


def test_a_language_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError):
        speak("xx")
    with pytest.raises(KeyError), speaking("xx"):
        pass
    assert current() == "en"


def test_the_program_can_speak_another_language_throughout() -> None:
    speak("de")
    try:
        assert _("no cues") == "keine Signale"
        with speaking("en"):
            assert _("no cues") == "no cues"
    finally:
        speak("en")


def test_numbers_have_the_sign_of_the_language() -> None:
    assert formats.decimal(-3.25, 2) == "−3.25" and formats.decimal(-0.04) == "0.0"
    with speaking("de"):
        assert formats.decimal(-3.25, 2) == "−3,25"
        assert formats.as_written("6.2") == "6,2"


def test_dates_are_those_of_the_language() -> None:
    assert formats.day(NOON_S) == "3 Nov 2026" and formats.moment(NOON_S) == "3 Nov 2026, 14:05"
    assert formats.day(NOON_S, "", formats.DAY_SHORT) == "3 Nov"
    assert formats.day(0, "no day") == "no day" and formats.moment(None) == "time unknown"
    with speaking("de"):
        assert formats.day(NOON_S, "", formats.DAY_LONG) == "3. November 2026"
        assert formats.moment(NOON_S) == "03.11.2026, 14:05"
        assert listed(["a", "b", "c"]) == "a, b und c"
    assert listed([]) == "" and listed(["a", "b"]) == "a and b"


def test_every_language_says_its_own_name_and_has_a_locale() -> None:
    assert all(language.name and language.locale for language in LANGUAGES.values())
