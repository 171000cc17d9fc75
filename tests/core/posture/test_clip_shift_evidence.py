"""Number of strides, or time of standing, until a moved clip is detected."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from leancore.gait.activity import OTHER, STILL
from leancore.posture.clip_shift import ClipShift

WARM, FIRST = 10, 12  # strides of a running spell that do not count; that say where the clip sits
STEADY = WARM + FIRST
Q14 = 16384


def run(
    shift: ClipShift, laterals_cdeg: Iterable[int], turns_q9: tuple[int, int] = (0, 0)
) -> list[int]:
    """Run a stride (two steps) with each lateral angle; the strides, from 0, in which it is told.

    What is returned in all other steps must be 0.
    """
    told = []
    for number, lateral_cdeg in enumerate(laterals_cdeg):
        stride = SimpleNamespace(whole=1, lateral_cdeg=lateral_cdeg)
        first, second = (shift.run(stride, turn_q9) for turn_q9 in turns_q9)
        assert first == 0
        if second:
            assert second == 1
            told.append(number)
    return told


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize(
    ("off_cdeg", "strides"),
    [
        (2000, 4),  # 300 a stride at most, and more than 1000 of it
        (450, 4),
        (400, 5),  # 250 a stride: after four of them it is 1000, and not more
        (160, 101),  # 10 a stride
    ],
)
def test_evidence_adds_up_stride_by_stride(off_cdeg: int, strides: int, side: int) -> None:
    shift = ClipShift()
    assert run(shift, [50] * STEADY) == []
    assert run(shift, [50 + side * off_cdeg] * strides) == [strides - 1]


@pytest.mark.parametrize("side", [1, -1])
def test_evidence_is_forgotten_stride_by_stride_and_no_further_than_to_nothing(side: int) -> None:
    shift = ClipShift()
    run(shift, [0] * (STEADY + 20))
    assert run(shift, [side * 450] * 3 + [side * 50] * 4) == []  # 900, less 100 each
    assert run(shift, [side * 450] * 2) == [1]  # 500 and 600


def test_where_the_clip_sits_is_the_mean_of_the_first_strides_that_count() -> None:
    shift = ClipShift()
    run(shift, [9000] * WARM + [100, 201] * (FIRST // 2))
    assert type(shift._usual_cdeg) is int
    assert 140 <= shift._usual_cdeg <= 151
    assert run(shift, [150 + 160] * 50) == []  # ten or twenty a stride
    fresh = ClipShift()
    run(fresh, [0] * (STEADY - 1) + [1200])  # the last of them counts a twelfth
    assert fresh._usual_cdeg == 100
    run(fresh, [1200])
    assert fresh._usual_cdeg == 100


def test_where_it_sits_follows_slowly_while_nothing_speaks_against_it() -> None:
    shift = ClipShift()
    run(shift, [0] * STEADY)
    for _ in range(10):
        before = shift._usual_cdeg
        run(shift, [before + 149])
        assert shift._usual_cdeg == before + 149 // 32
        assert type(shift._usual_cdeg) is int
    for side in (1, -1):
        run(shift, [shift._usual_cdeg + side * 151])  # 1 of evidence, on one side
        before = shift._usual_cdeg
        run(shift, [before + side * 150])
        assert shift._usual_cdeg == before
        run(shift, [before] * 2)


@pytest.mark.parametrize(
    ("turns_q9", "counts"),
    [
        ((59, 59), True),  # the smoothed mean, rounded down, comes to 58 and not beyond
        ((60, 60), False),
        ((-58, -58), True),
        ((-59, -59), False),
        ((400, -400), True),  # the pelvis' own turn, to and fro
        ((-300, 416), True),
        ((-300, 424), False),
    ],
)
def test_strides_in_a_curve_are_left_out(turns_q9: tuple[int, int], counts: bool) -> None:
    shift = ClipShift()
    run(shift, [0] * STEADY)
    run(shift, [0] * 12, turns_q9)  # until the mean has come to where it goes
    assert bool(run(shift, [450] * 40, turns_q9)) is counts


def test_some_strides_after_a_curve_are_left_out_too() -> None:
    shift = ClipShift()
    run(shift, [0] * STEADY)
    assert run(shift, [450] * 5, (200, 200)) == []
    # The mean is 193 and halves: 96, then 48, which is no curve; five strides wait, four count.
    assert run(shift, [450] * 12)[0] == 1 + 5 + 4 - 1


def test_a_curve_at_the_start_does_not_shorten_the_start() -> None:
    shift = ClipShift()
    run(shift, [5000], (200, 200))  # the mean is 100, then 50: one stride is left out
    run(shift, [5000] * WARM + [0] * FIRST)
    assert shift._usual_cdeg == 0
    assert shift._strides == FIRST


def test_a_stride_that_is_not_whole_says_nothing() -> None:
    shift = ClipShift()
    run(shift, [0] * STEADY)
    part = SimpleNamespace(whole=0, lateral_cdeg=5000)
    assert [shift.run(part, 0) for _ in range(40)] == [0] * 40
    assert run(shift, [450] * 4) == [3]


@pytest.mark.parametrize("again", ["reset", "rest"])
def test_a_new_spell_is_warmed_up_and_begins_with_a_whole_stride(again: str) -> None:
    shift = ClipShift()
    run(shift, [0] * STEADY)
    shift.run(SimpleNamespace(whole=1, lateral_cdeg=0), 500)  # half a stride, in a curve
    getattr(shift, again)()
    assert run(shift, [450] * WARM) == []
    expected = [3] if again == "rest" else []  # after a reset this is where the clip sits
    assert run(shift, [450] * 4) == expected


def stand(shift: ClipShift, seconds: float, off_q14: int, now: int = STILL) -> list[int]:
    """Stand with the vertical ``off_q14`` away; after how many ms it was told."""
    uy = round((Q14**2 - off_q14**2) ** 0.5)
    vertical: Any = SimpleNamespace(ux=off_q14, uy=uy, uz=0)
    frame: Any = SimpleNamespace(up=[0, Q14, 0])
    activity: Any = SimpleNamespace(now=now)
    told = [shift.stand(vertical, frame, activity, 20) for _ in range(round(seconds * 50))]
    assert set(told) <= {0, 1}
    return [20 * (i + 1) for i, one in enumerate(told) if one]


def test_standing_is_judged_after_three_seconds_of_it_and_three_to_be_steady() -> None:
    assert stand(ClipShift(), 13, 1200) == [6000, 12000]  # 4.2°, and again
    assert stand(ClipShift(), 13, 0) == []
    assert stand(ClipShift(), 13, 1200, OTHER) == []


@pytest.mark.parametrize(("off_q14", "told"), [(723, []), (746, [6000])])
def test_two_point_six_degrees_away_is_elsewhere(off_q14: int, told: list[int]) -> None:
    """As near to it as a Q14 cosine can tell: 2.53° and 2.61°."""
    assert stand(ClipShift(), 7, off_q14) == told


@pytest.mark.parametrize(("away_ms", "told"), [(2700, 0), (2720, 1)])
def test_nine_tenths_of_the_standing_must_be_elsewhere(away_ms: int, told: int) -> None:
    shift = ClipShift()
    stand(shift, (6000 - away_ms) / 1000, 0)
    assert len(stand(shift, away_ms / 1000, 1200)) == told


@pytest.mark.parametrize("again", ["reset", "rest", "a step"])
def test_standing_is_counted_anew(again: str) -> None:
    shift = ClipShift()
    stand(shift, 5.5, 1200)
    if again == "a step":
        stand(shift, 0.02, 1200, OTHER)
    else:
        getattr(shift, again)()
    assert stand(shift, 6, 1200) == [6000]
