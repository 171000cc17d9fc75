"""Sample times: steady whatever the cargos report, and robust against a single wrong one."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from leancore.numeric.ticks import PERIOD_MS, ticks_add, ticks_diff
from leancore.sensor.sample_clock import SampleClock

INTERVAL_MS = 10
START_MS = 5000


def clock(granted_us: int = 10_000) -> SampleClock:
    made = SampleClock()
    made.begin(granted_us)
    return made


def dated(made: SampleClock, told_ms: list[int], numbers: list[int] | None = None) -> list[int]:
    """Times of samples, each read 3 ms after the time that it is told to have."""
    numbers = numbers or [number & 0xFF for number in range(len(told_ms))]
    return [
        made.date(told, number, ticks_add(told, 3))
        for told, number in zip(told_ms, numbers, strict=True)
    ]


def steady(count: int, interval_ms: float = INTERVAL_MS, start_ms: int = START_MS) -> list[int]:
    return [ticks_add(start_ms, int(n * interval_ms)) for n in range(count)]


def steps(times: list[int]) -> list[int]:
    return [ticks_diff(later, earlier) for earlier, later in pairwise(times)]


@pytest.mark.parametrize("start_ms", [START_MS, PERIOD_MS - 600])
def test_exact_times_stay_as_they_are(start_ms: int) -> None:
    told = steady(300, start_ms=start_ms)
    assert dated(clock(), told) == told


def test_the_lateness_of_a_reader_is_taken_out() -> None:
    """Counted from the interrupt a sample is late by what the reader took, up to 9 ms."""
    rng = random.Random(1)
    told = [t_ms + rng.randrange(10) for t_ms in steady(2000)]
    lengths = steps(dated(clock(), told)[200:])
    assert max(abs(ms - INTERVAL_MS) for ms in steps(told)) == 9
    assert {9, 10, 11} >= set(lengths)
    assert sum(lengths) == pytest.approx(INTERVAL_MS * len(lengths), abs=3)


def test_bases_below_zero_in_every_other_cargo_are_smoothed() -> None:
    told = [t_ms + 5 * (n % 2) for n, t_ms in enumerate(steady(1000))]
    assert {9, 10, 11} >= set(steps(dated(clock(), told)[200:]))


def test_none_of_two_that_are_read_at_once_is_left_out() -> None:
    """Every other cargo tells a time 7 ms too late; after a write to the flash two come at once."""
    made = clock(8_000)
    right = steady(2000, 8)
    told = [t_ms + 7 * (n % 2) for n, t_ms in enumerate(right)]
    got = []
    for n, t_ms in enumerate(told):
        read_ms = right[n + 1 if n % 64 == 1 and n + 1 < len(right) else n] + 3
        got.append(made.date(min(t_ms, read_ms + 5), n & 0xFF, read_ms))
    lengths = steps(got[200:])
    assert {7, 8, 9} >= set(lengths)
    assert sum(lengths) == pytest.approx(8 * len(lengths), abs=4)


def test_the_same_sample_told_twice_is_of_one_time() -> None:
    made = clock()
    told = steady(50)
    dated(made, told)
    assert made.date(told[-1], 49, told[-1] + 3) == told[-1]


@pytest.mark.parametrize("interval_ms", [9.5, 9.9, 10.3, 10.5])
def test_the_true_interval_of_the_part_is_learnt(interval_ms: float) -> None:
    """Its clock is some percent off what it grants; after 3 s that is known."""
    told = steady(2000, interval_ms)
    got = dated(clock(), told)
    off_ms = [ticks_diff(t_ms, right) for t_ms, right in zip(got, told, strict=True)]
    assert max(map(abs, off_ms)) <= 15
    assert max(map(abs, off_ms[300:])) <= 5


@pytest.mark.parametrize("bit", range(8))
def test_a_wrong_bit_in_the_number_moves_no_time(bit: int) -> None:
    told = steady(300)
    numbers = [number & 0xFF for number in range(300)]
    numbers[150] ^= 1 << bit
    got = dated(clock(), told, numbers)
    assert max(abs(ticks_diff(*pair)) for pair in zip(got, told, strict=True)) <= 1


@pytest.mark.parametrize("bit", range(14))
@pytest.mark.parametrize("sign", [1, -1])
def test_a_wrong_bit_in_the_time_moves_no_time(bit: int, sign: int) -> None:
    told = steady(300)
    made = clock()
    got = []
    for n, right in enumerate(told):
        wrong = sign * (1 << bit) if n == 150 else 0
        got.append(made.date(ticks_add(right, wrong), n & 0xFF, ticks_add(right, 3)))
    assert max(abs(ticks_diff(*pair)) for pair in zip(got, told, strict=True)) <= 1
    assert made.odd == (1 if 1 << bit > 30 or 1 << bit > 23 and sign > 0 else 0)


def test_lost_samples_leave_their_time() -> None:
    told = steady(300)
    kept = [n for n in range(300) if not 100 <= n < 112]
    got = dated(clock(), [told[n] for n in kept], [n & 0xFF for n in kept])
    assert got == [told[n] for n in kept]


def test_numbers_that_begin_anew_do_not_move_the_time() -> None:
    told = steady(200)
    got = dated(clock(), told, [n % 90 for n in range(200)])
    assert got == told


def test_a_time_that_goes_on_elsewhere_is_followed() -> None:
    """Eight in a row: then it was ours that was wrong."""
    told = steady(200)
    told = told[:100] + [t_ms + 90 for t_ms in told[100:]]
    got = dated(clock(), told)
    assert got[106] == told[106] - 90
    assert got[107:] == told[107:]


def test_another_interval_than_the_granted_one_is_found() -> None:
    told = steady(200, 12)
    assert dated(clock(), told)[40:] == told[40:]


@pytest.mark.parametrize("interval_ms", [15.8, 16, 20, 24, 30.4, 5, 4])
def test_another_rate_is_followed_at_once(interval_ms: float) -> None:
    """Within a few samples, jitter or not, and the rotation of all the time is counted."""
    rng = random.Random(2)
    told = steady(200)
    told += [t_ms + rng.randrange(3) for t_ms in steady(200, interval_ms, told[-1] + INTERVAL_MS)]
    made = clock()
    got = dated(made, told)
    assert min(steps(got)) > 0
    late_ms = [ticks_diff(t_ms, at_ms) for t_ms, at_ms in zip(got, told, strict=True)]
    assert max(late_ms[212:]) <= 12 and min(late_ms[206:]) >= -12
    assert made._interval_q10 / 1024 == pytest.approx(interval_ms, rel=0.05)


def test_a_reader_that_is_late_now_and_then_is_no_other_rate() -> None:
    """Times from the interrupt, and one or two passes of 25 ms: as late, and then as before."""
    told = [t_ms + (16, 8, 0, 0)[n % 4] * (n % 40 < 4) for n, t_ms in enumerate(steady(800))]
    made = clock()
    assert {9, 10, 11} >= set(steps(dated(made, told)))
    assert made._interval_q10 == pytest.approx(10_240, rel=0.01)


def test_time_waits_where_it_is_ahead_of_the_sensor() -> None:
    told = steady(100)
    told = told[:50] + [t_ms - 40 for t_ms in told[50:]]
    got = dated(clock(), told)
    assert steps(got)[49:53] == [1] * 4
    assert got[54:] == told[54:]


def test_after_a_silence_the_told_time_counts() -> None:
    made = clock()
    dated(made, steady(50))
    told = steady(50, start_ms=START_MS + 5003)
    assert dated(made, told) == told


def test_times_never_go_back_when_the_clock_begins_anew() -> None:
    told = steady(100)
    told = told[:50] + [t_ms - 40 for t_ms in told[50:]]
    assert min(steps(dated(clock(), told))) > 0


def test_several_that_are_told_to_be_of_one_time_follow_each_other() -> None:
    """Held back and then sent without delays of their own: the numbers tell how many came."""
    made = clock()
    told = steady(24)
    dated(made, told[:20])
    late_ms = told[22] + 3
    assert [made.date(told[22], number, late_ms) for number in (20, 21, 22)] == told[20:23]
    assert made.date(told[23], 23, told[23] + 3) == told[23]


@pytest.mark.parametrize("apart_ms", (0.4, 1.3, 2.0))
@pytest.mark.parametrize("stall_ms", (60, 150, 190))
def test_samples_that_wait_and_have_the_times_of_their_reading_are_timed_by_number(
    stall_ms: int, apart_ms: float
) -> None:
    """Sensors whose times are counted from the read: a long pass is no other rate."""
    made, right = clock(), steady(300)
    read_ms, now_ms, got = [], 0.0, []
    for n, t_ms in enumerate(right):
        now_ms = max(now_ms + apart_ms, t_ms + 2, right[100] + stall_ms if n >= 100 else 0)
        read_ms.append(int(now_ms))
        got.append(made.date(read_ms[-1], n & 0xFF, read_ms[-1]))
    off_ms = [ticks_diff(a, b) for a, b in zip(got, right, strict=True)]
    assert max(off_ms) <= 4 and min(off_ms) >= 0
    assert made.odd <= 5


def test_a_flood_of_samples_of_one_time_does_not_run_ahead() -> None:
    made = clock()
    told = steady(20)
    dated(made, told)
    got = [made.date(told[-1], 20 + n & 0xFF, told[-1] + 3) for n in range(300)]
    assert max(got) - told[-1] <= 19


def test_without_a_granted_interval_the_told_times_count() -> None:
    told = [t_ms + 7 * (n % 2) for n, t_ms in enumerate(steady(50))]
    assert dated(clock(0), told) == told
    assert dated(clock(100_001), told) == told


def test_times_that_cannot_be_are_replaced_by_the_arrival() -> None:
    """Base times that are nonsense in every cargo: the samples go on, by number and arrival."""
    made = clock()
    right = steady(500)
    got = [made.date(ticks_add(t, 6000), n & 0xFF, t) for n, t in enumerate(right)]
    assert got == right
    assert made.odd == 500
