"""The strength at which different motors shake the case alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from leancue.commissioning import levelling

from tools.commissioning import motors


@pytest.mark.parametrize("name", motors.MOTORS)
def test_five_motors_are_made_alike(name: str, tmp_path: Path) -> None:
    found = motors.measured(name, tmp_path / "clip")
    assert found["findings"] == []
    assert found["after_mps2"] == pytest.approx(5.0, abs=0.3)
    assert found["measured_mps2"] == pytest.approx(found["after_mps2"], rel=0.05)
    assert found["before_mps2"] > 5.3


def _square(full_mps2: float) -> levelling.Shakes:
    return lambda percent: full_mps2 * percent**2 / 1e4


def test_the_weakest_strength_that_reaches_the_target_is_taken() -> None:
    reached = levelling.level(_square(10.0), 5.0)
    assert reached.percent == 71 and reached.reached
    assert reached.mps2 == pytest.approx(5.041)
    assert reached.soft_mps2 == pytest.approx(10 * 0.39**2)


@pytest.mark.parametrize("wrong_mps2", [0.0, 40.0])
def test_one_wrong_measurement_changes_no_strength(wrong_mps2: float) -> None:
    """Whichever it is: a nudge of the table, or a sensor that said nothing for a moment."""
    right = levelling.level(_square(10.0), 5.0)
    asked = 0
    for wrong in range(24):
        asked = 0

        def shakes(percent: int, wrong: int = wrong) -> float:
            nonlocal asked
            asked += 1
            return wrong_mps2 if asked == wrong + 1 else 10.0 * percent**2 / 1e4

        assert levelling.level(shakes, 5.0) == right
    assert asked < 24, "each of them was wrong once"


def test_a_motor_that_is_too_weak_or_too_strong_goes_to_its_end_and_says_so() -> None:
    assert levelling.level(_square(4.0), 5.0).percent == 100
    assert not levelling.level(_square(4.0), 5.0).reached
    assert levelling.level(_square(4.6), 5.0).reached  # within a tenth
    strong = levelling.level(_square(100.0), 5.0)
    assert (strong.percent, strong.reached) == (30, False)


def test_the_range_is_that_of_the_setting() -> None:
    assert (levelling.WEAKEST_PERCENT, levelling.FULL_PERCENT) == (30, 100)
