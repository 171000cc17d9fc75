"""Prescriptions: ranges, unknown keys, and what must fit together."""

from __future__ import annotations

import json

import pytest
from leancore.coaching.prescription import MAX_SESSIONS, PLAN, TABLE, checked, default
from leancore.coaching.session_plan import UNMEASURED, for_session
from leancore.schema import table

# A complete prescription in which each value may go to its own ends without breaking the whole.
ROOMY = {"offset_low_cdeg": -400, "offset_high_cdeg": 1500, "cap_offset_cdeg": 2600}
FREE = [
    row for row in table.rows(TABLE)
    if row[0] not in ("offset_high_cdeg", "cap_offset_cdeg", "sessions")
]  # fmt: skip


def test_default_is_a_valid_prescription_and_the_design_s() -> None:
    values = default()
    assert checked(values) == values
    assert values["baseline_cdeg"] == UNMEASURED
    assert [values[f"offset_{edge}_cdeg"] for edge in ("low", "high")] == [700, 1000]
    assert values["cap_offset_cdeg"] == 1400
    assert values["sessions"] == len(values["minutes"]) == len(values["feedback_percent"]) == 8
    assert (values["minutes"][0], values["minutes"][-1]) == (15, 30)
    assert values["feedback_percent"][:4] == [100] * 4
    assert values["feedback_percent"][4:] == sorted(values["feedback_percent"][4:], reverse=True)


def test_default_is_a_fresh_copy() -> None:
    default()["minutes"].append(99)
    assert 99 not in default()["minutes"]


def test_it_survives_json_and_fits_a_control_frame() -> None:
    values = checked({**ROOMY, "patient": "A" * 24, "minutes": [120] * 12, "sessions": 12,
                      "feedback_percent": [100] * 12, "baseline_cdeg": -1000})  # fmt: skip
    text = json.dumps(values)
    assert len(text) <= 512
    assert checked(json.loads(text)) == values


@pytest.mark.parametrize("row", FREE, ids=lambda row: row[0])
def test_ends_of_each_range_are_allowed_and_one_beyond_is_not(row) -> None:
    name, _default, low, high, _unit, _what = row
    most = min(high, 1400) if name == "offset_low_cdeg" else high
    for value in (low, most):
        assert checked({**ROOMY, name: value})[name] == value
    for value in (low - 1, high + 1):
        with pytest.raises(ValueError, match=name) as error:
            checked({**ROOMY, name: value})
        assert str(low) in str(error.value) and str(high) in str(error.value)


@pytest.mark.parametrize("value", [1.5, "700", True, None, [700]])
def test_only_whole_numbers(value) -> None:
    with pytest.raises(ValueError, match="offset_low_cdeg"):
        checked({"offset_low_cdeg": value})


def test_unknown_key_is_named() -> None:
    with pytest.raises(KeyError, match="offset_lo"):
        checked({"offset_lo": 700})


def test_baseline_may_be_unmeasured() -> None:
    assert checked({"baseline_cdeg": None})["baseline_cdeg"] == UNMEASURED
    assert checked({"baseline_cdeg": UNMEASURED})["baseline_cdeg"] == UNMEASURED


@pytest.mark.parametrize(
    "values",
    [
        {"offset_low_cdeg": 1000, "offset_high_cdeg": 1000},
        {"offset_low_cdeg": 1200, "offset_high_cdeg": 1000},
        {"cap_offset_cdeg": 1000},
        {"offset_high_cdeg": 1500},
        {"sessions": 7},
        {"minutes": [15] * 7},
        {"feedback_percent": [100] * 9},
        {"minutes": []},
        {"minutes": [15] * (MAX_SESSIONS + 1), "sessions": MAX_SESSIONS},
        {"minutes": [0] * 8},
        {"minutes": [121] * 8},
        {"feedback_percent": [101] * 8},
        {"feedback_percent": [-1] * 8},
        {"minutes": 15},
        {"minutes": ["15"] * 8},
    ],
    ids=str,
)
def test_what_does_not_fit_together_is_refused(values: dict) -> None:
    with pytest.raises(ValueError, match="[a-z]"):
        checked(values)


@pytest.mark.parametrize("code", ["", "A" * 25, "a b", "ä", "a/b", "a\n", 7, None])
def test_patient_is_a_short_code(code) -> None:
    with pytest.raises(ValueError, match="patient"):
        checked({"patient": code})


def test_patient_codes_that_are_fine() -> None:
    for code in ("P", "knee-07_b.2", "Z" * 24):
        assert checked({"patient": code})["patient"] == code


def test_plan_by_session_holds_its_last_entry() -> None:
    values = default()
    assert for_session(values, "minutes", 0) == 15
    assert for_session(values, "minutes", 7) == for_session(values, "minutes", 100) == 30


def test_tables_are_sound() -> None:
    names = [row[0] for row in (*table.rows(TABLE), *table.rows(PLAN))]
    assert len(set(names)) == len(names)
    for _name, value, low, high, unit, _what in (*table.rows(TABLE), *table.rows(PLAN)):
        assert low < high and unit
        for one in value if isinstance(value, list) else [value]:
            assert low <= one <= high or one == UNMEASURED


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"patient": ""}, "patient must be a code of 1 to 24 characters"),
        ({"patient": "a b"}, "patient may hold letters, digits and - _ . only, not ' '"),
        ({"minutes": []}, "minutes must be a list of 1 to 12 numbers"),
        (
            {"offset_low_cdeg": 1000},
            "the band is inverted: offset_low (1000) must be below offset_high (1000 cdeg)",
        ),
        ({"cap_offset_cdeg": 900}, "the cap (900) must be above the band's upper edge (1000 cdeg)"),
        ({"minutes": [15] * 7}, "minutes has 7 entries but sessions = 8"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_wrong_is_told_in_these_words(values: dict, told: str) -> None:
    """They come back from the clip as they are, so nobody else may put them better."""
    with pytest.raises(ValueError) as error:
        checked(values)
    assert str(error.value) == told


def test_the_design_s_prescription_has_a_patient_s_place() -> None:
    assert default()["patient"] == "unnamed"
