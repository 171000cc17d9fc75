"""What is typed into the form of a prescription: what it means, what is wrong, what is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from leancore.coaching import prescription
from leancore.coaching.session_plan import UNMEASURED
from leancue.clinic import prescription_form
from leancue.report.sentences import number, plus_minus
from leancue.runs.measurement_error import METHOD_ERROR


def draft(**changes: Any) -> prescription_form.PrescriptionForm:
    return prescription_form.draft_of(prescription.checked({"baseline_cdeg": 620, **changes}))


@pytest.mark.parametrize("own", [620, UNMEASURED, -250])
def test_what_is_shown_is_read_back_the_same(own: int) -> None:
    values = prescription.checked({"patient": "K-1", "baseline_cdeg": own, "gain_permille": 1250})
    assert prescription_form.read(prescription_form.draft_of(values), "K-1").values == values


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("offset_low_cdeg", "", "A number is missing: −5 to 20°."),
        ("offset_low_cdeg", "seven", "This is not a number: −5 to 20°."),
        ("offset_low_cdeg", "NaN", "Out of range: −5 to 20°"),
        ("gain_permille", "1e999999", "Out of range: 0.3 to 3"),
        ("gain_permille", "-1e999999", "Out of range: 0.3 to 3"),
        ("offset_high_cdeg", "90", "Out of range: −3 to 25°"),
        ("cap_offset_cdeg", "14.123", "Finer than the clip can store: use steps of 0.01."),
        ("gain_permille", "0", "Out of range: 0.3 to 3"),
        ("sessions", "13", "Out of range: 1 to 12"),
        ("ramp_sessions", "1.5", "steps of 1"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(name: str, text: str, words: str) -> None:
    typed = draft()
    typed.texts[name] = text
    found = prescription_form.read(typed, "K-1")
    assert found.values is None and words in found.problems[name]


def test_all_that_is_wrong_is_said_at_once() -> None:
    typed = draft()
    typed.texts["baseline_cdeg"] = "x"
    typed.minutes[2], typed.feedback_percent[7] = "0", "101"
    assert set(prescription_form.read(typed, "K-1").problems) == {
        "baseline_cdeg", ("minutes", 2), ("feedback_percent", 7)
    }  # fmt: skip


def test_a_comma_and_a_true_minus_are_numbers() -> None:
    typed = draft()
    typed.texts["offset_low_cdeg"], typed.texts["baseline_cdeg"] = "7,5", "−1.5"
    values = prescription_form.read(typed, "K-1").values
    assert values and (values["offset_low_cdeg"], values["baseline_cdeg"]) == (750, -150)


@pytest.mark.parametrize(
    ("low", "high", "cap", "words"),
    [
        (
            "11",
            "10",
            "14",
            "The band is inverted: its lower limit (11°) must be below its upper limit (10°).",
        ),
        ("7", "10", "10", "The cap (10°) must be above the band's upper edge (10°)."),
    ],
)
def test_band_and_cap_must_fit_each_other(low: str, high: str, cap: str, words: str) -> None:
    typed = draft()
    names = ("offset_low_cdeg", "offset_high_cdeg", "cap_offset_cdeg")
    typed.texts.update(zip(names, (low, high, cap), strict=True))
    assert prescription_form.read(typed, "K-1").problems == {"": words}


def test_the_default_warns_of_nothing() -> None:
    assert prescription_form.warnings(prescription.default()) == []


_OWN_DEG = METHOD_ERROR.own_deg
_NARROW_CDEG = 700 + round(200 * _OWN_DEG)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"offset_high_cdeg": 800},
         "The band is 1.0° wide, narrower than the error of the method "
         f"({plus_minus(_OWN_DEG)}). Cues may come while the lean is in the band."),
        ({"offset_high_cdeg": _NARROW_CDEG - 1},
         f"The band is {number((_NARROW_CDEG - 701) / 100)}° wide, narrower than the error of the "
         f"method ({plus_minus(_OWN_DEG)}). Cues may come while the lean is in the band."),
        ({"offset_high_cdeg": 1200, "cap_offset_cdeg": 1299, "offset_low_cdeg": 400},
         "The cap is only 1.0° above the band. The cap cue may come while the lean is in "
         "the band."),
        ({"offset_low_cdeg": -500, "offset_high_cdeg": -300, "cap_offset_cdeg": 0}, ""),
        ({"cap_offset_cdeg": 1050},
         "The cap is only 0.5° above the band. The cap cue may come while the lean is in "
         "the band."),
        ({"ramp_sessions": 1},
         "The offset grows fast, by 7.0° per session. Spread over more sessions it grows by less "
         "than 4°."),
        ({"ramp_sessions": 2, "offset_low_cdeg": 801, "offset_high_cdeg": 1101,
          "cap_offset_cdeg": 1500},
         "The offset grows fast, by 4.0° per session. Spread over more sessions it grows by less "
         "than 4°."),
        ({"minutes": [15, 17, 30, 30, 30, 30, 30, 30]},
         "Session 3 is 13 min longer than session 2 (+76 %): in the published plan each session is "
         "at most 13 % longer than the previous one (Davis 2020, PMC7083994)."),
        ({"feedback_percent": [100] * 8},
         "The cues never fade. In studies, what was learned with constant cues was "
         "retained least."),
        ({"sessions": 4, "minutes": [20] * 4, "feedback_percent": [100] * 4},
         "The cues never fade. In studies, what was learned with constant cues was "
         "retained least."),
        ({"feedback_percent": [100, 100, 50, 75, 50, 50, 25, 10]},
         "Session 4 has more cues than session 3. With fading, cues become fewer."),
    ],
)  # fmt: skip
def test_each_warning(changes: dict[str, Any], words: str) -> None:
    found = prescription_form.warnings(prescription.checked(changes))
    assert found == ([words] if words else [])


@pytest.mark.parametrize(
    "changes",
    [
        {"offset_high_cdeg": _NARROW_CDEG},
        {"offset_low_cdeg": 500, "offset_high_cdeg": 1000, "cap_offset_cdeg": 1100},
        {"ramp_sessions": 2, "offset_low_cdeg": 800, "offset_high_cdeg": 1100,
         "cap_offset_cdeg": 1400},
        {"minutes": [16, 20, 25, 30, 30, 30, 30, 30]},
        {"sessions": 3, "minutes": [20] * 3, "feedback_percent": [100] * 3},
        {"feedback_percent": [100] * 7 + [50]},
        {"feedback_percent": [50] * 8},
    ],
)  # fmt: skip
def test_what_lies_just_on_a_limit_is_no_warning(changes: dict[str, Any]) -> None:
    assert prescription_form.warnings(prescription.checked(changes)) == []


@pytest.mark.parametrize(
    ("text", "sessions"),
    [("8", 8), ("12", 12), ("13", None), ("0", None), ("many", None), ("", None), ("2.5", None)],
)
def test_sessions_that_are_typed(text: str, sessions: int | None) -> None:
    typed = draft()
    typed.texts["sessions"] = text
    assert prescription_form.sessions_in(typed) == sessions


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("baseline_cdeg", "−10 to 40°"),
        ("gain_permille", "0.3 to 3"),
        ("ramp_sessions", "0 to 12 sessions"),
        ("minutes", "1 to 120 min"),
        ("feedback_percent", "0 to 100 %"),
        ("sessions", "1 to 12"),
    ],
)
def test_ranges_as_one_reads_them(name: str, words: str) -> None:
    assert prescription_form.range_words(name) == words


def test_whether_samples_are_recorded_is_read_back() -> None:
    for raw in (0, 1):
        values = prescription_form.read(draft(raw=raw), "K-1").values
        assert values and values["raw"] == raw


def test_a_longer_plan_goes_on_as_it_ended() -> None:
    typed = draft()
    typed.resized(10)
    assert typed.minutes[7:] == ["30", "30", "30"] and len(typed.feedback_percent) == 10
    typed.resized(2)
    assert typed.minutes == ["15", "17"]


def test_a_kept_draft_comes_back_from_its_text_and_one_of_another_form_does_not() -> None:
    typed = draft(offset_low_cdeg=650)
    text = prescription_form.as_text(typed)
    assert prescription_form.of_text(text) == typed
    values = json.loads(text)
    for other in (
        {**values, "texts": {**values["texts"], "of_another_version": "1"}},
        {**values, "texts": {name: "1" for name in list(values["texts"])[1:]}},
        {**values, "texts": 7},
        {**values, "minutes": values["minutes"][1:]},
        {**values, "of_another_version": 1},
        [],
    ):
        assert prescription_form.of_text(json.dumps(other)) is None
    assert prescription_form.of_text("{") is None
