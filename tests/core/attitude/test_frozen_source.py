"""A report that repeats its value: when it counts as frozen, and when not."""

from __future__ import annotations

import pytest
from leancore.attitude.frozen_source import FrozenSource
from leancore.numeric.ticks import PERIOD_MS
from leancore.sensor.sample import HAS_A, HAS_G, HAS_Q, Sample

BOTH = HAS_A | HAS_G
FORCE, RATE, TURN = (10, 2500, 20), (0, 0, 0), (0, 0, 0)
Three = tuple[int, int, int]


class Looker:
    """Looks at a sample a tenth of a second after the other."""

    def __init__(self) -> None:
        self.source, self.t_ms = FrozenSource(), 0

    def look(self, force: Three = FORCE, rate: Three = RATE, turn: Three = TURN, w: int = 16384,
             flags: int = BOTH, came: int = HAS_Q, later_ms: int = 100) -> int:  # fmt: skip
        sample = Sample()
        self.t_ms = (self.t_ms + later_ms) % PERIOD_MS
        sample.t_ms, sample.flags = self.t_ms, flags
        sample.ax, sample.ay, sample.az = force
        sample.gx, sample.gy, sample.gz = rate
        self.source.chip_came = came
        return self.source.look(sample, [w, *turn])


def along(axis: int, length: int) -> Three:
    x, y, z = (length if i == axis else 0 for i in range(3))
    return x, y, z


def spread(total: int) -> Three:
    """A change by so much in all, on every axis, one of them backwards."""
    return total - 2 * (total // 3), -(total // 3), total // 3


@pytest.mark.parametrize(("change", "told"), [(51, HAS_A), (50, 0)])
def test_the_same_force_three_times_while_the_rate_changes(change: int, told: int) -> None:
    """By 0.1 rad/s from look to look, over all axes."""
    looker = Looker()
    rates = [RATE, spread(change), RATE, spread(change)]
    assert [looker.look(rate=rate) for rate in rates] == [0, 0, told, 0]
    assert looker.source.frozen == told


@pytest.mark.parametrize(("length", "told"), [(102, HAS_A), (101, 0)])
def test_the_same_force_three_times_while_it_spins(length: int, told: int) -> None:
    """At 0.2 rad/s, over all axes: even at a rate that hardly changes."""
    looker = Looker()
    x, y, z = spread(length)
    rates = [(x, y, z), (x - 1, y, z + 1), (x, y, z), (x - 1, y, z + 1)]
    assert [looker.look(rate=rate) for rate in rates] == [0, 0, told, 0]


@pytest.mark.parametrize(("turned", "told"), [(143, HAS_A), (142, 0)])
def test_the_same_force_three_times_while_the_chip_turns(turned: int, told: int) -> None:
    looker = Looker()
    turns = [spread(turned * (i % 2)) for i in range(4)]
    rates = [(1, 0, 0), RATE] * 2
    found = [looker.look(rate=r, turn=t) for r, t in zip(rates, turns, strict=True)]
    assert found == [0, 0, told, 0]


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("way", [1, -1])
def test_a_force_that_changes_on_one_axis_is_sound(axis: int, way: int) -> None:
    looker = Looker()
    for i in range(6):
        x, y, z = FORCE
        force = tuple(a + b * (i % 2) for a, b in zip((x, y, z), along(axis, way), strict=True))
        assert looker.look((force[0], force[1], force[2]), along(axis, 200 * (i % 2))) == 0


def test_a_force_that_changes_again_is_sound_again() -> None:
    looker = Looker()
    for i in range(4):
        looker.look(rate=along(0, 60 * (i % 2)))
    assert looker.source.frozen == HAS_A
    looker.look(force=(11, 2500, 20), rate=RATE)
    assert looker.source.frozen == 0
    rates = [along(0, 60), RATE, along(0, 60)]
    assert [looker.look(force=(11, 2500, 20), rate=rate) for rate in rates] == [0, HAS_A, 0]


def test_a_force_that_was_the_same_before_a_pause_of_the_report_begins_anew() -> None:
    looker = Looker()
    flags = [BOTH, BOTH, HAS_G, BOTH, BOTH, BOTH]
    found = [looker.look(rate=along(1, 60 * (i % 2)), flags=f) for i, f in enumerate(flags)]
    assert found == [0, 0, 0, 0, 0, HAS_A]


@pytest.mark.parametrize("axis", range(3))
def test_the_same_rate_three_times_while_it_spins(axis: int) -> None:
    """Where the force stands still as well. The third look is at the very next sample."""
    looker = Looker()
    rate = along(axis, -102)
    assert looker.look(rate=rate) == 0
    assert looker.look(rate=rate) == 0
    assert looker.source.suspects_gyro == 1
    assert looker.look(rate=rate, later_ms=10) & HAS_G
    assert looker.look(rate=rate) & HAS_G == 0  # it was told
    assert looker.source.frozen & HAS_G
    looker.look(rate=along(axis, -101))
    assert (looker.source.frozen, looker.source.suspects_gyro) == (0 | HAS_A, 0)


def test_a_rate_that_was_the_same_once_is_sound() -> None:
    looker = Looker()
    for rate in [along(0, 200), along(0, 200), along(0, 201), along(0, 201), along(0, 202)]:
        assert looker.look(rate=rate) & HAS_G == 0
        assert looker.source.frozen & HAS_G == 0
    assert looker.source.suspects_gyro == 0


@pytest.mark.parametrize("worked", [0, 1])
@pytest.mark.parametrize("axis", range(3))
def test_zeros_count_once_the_gyroscope_has_turned(worked: int, axis: int) -> None:
    looker = Looker()
    looker.look(force=(0, 0, 0), rate=along(axis, worked))
    turns = [along(axis, 150 * (i % 2)) for i in range(4)]
    found = [looker.look(force=(i, 9, 9), turn=turn) for i, turn in enumerate(turns)]
    assert found == [0, 0, HAS_G if worked else 0, 0]


@pytest.mark.parametrize("axis", range(3))
def test_a_slow_rate_that_stays_while_the_chip_turns(axis: int) -> None:
    looker = Looker()
    looker.look(force=(0, 0, 0), rate=along(axis, 3))
    looker.source._gyro_worked = 0
    found = [looker.look(force=(i, 9, 9), rate=along(axis, 3), turn=along(axis, 143 * (i % 2)))
             for i in range(1, 5)]  # fmt: skip
    assert found == [0, HAS_G, 0, 0]


@pytest.mark.parametrize(("change", "told"), [(1280, HAS_G), (1279, 0)])
@pytest.mark.parametrize("came", [0, HAS_Q])
def test_the_same_rate_while_the_force_changes_by_5_mps2(change: int, told: int, came: int) -> None:
    """Whatever the chip does: its orientation stands still as well, or does not come."""
    looker = Looker()
    forces = [spread(change * (i % 2)) for i in range(4)]
    found = [looker.look(force, along(0, 3), came=came) for force in forces]
    assert found == [0, 0, told, 0]


def test_a_force_that_did_not_come_tells_nothing_of_the_rate() -> None:
    looker = Looker()
    for i in range(4):
        flags = BOTH if i % 2 else HAS_G
        assert looker.look(spread(2000 * (i % 2)), along(0, 3), came=0, flags=flags) == 0
    assert looker.source.suspects_gyro == 0


@pytest.mark.parametrize(("came", "flags"), [((1, 0, 1, 0), (BOTH,) * 4),
                                             ((1, 1, 1, 1), (HAS_A, BOTH) * 2)])  # fmt: skip
def test_without_two_reports_of_each_nothing_is_told_of_the_rate(
    came: tuple[int, ...], flags: tuple[int, ...]
) -> None:
    looker = Looker()
    looker.source._gyro_worked = 1
    for i in range(4):
        found = looker.look((i, 9, 9), turn=along(0, 200 * (i % 2)), came=came[i], flags=flags[i])
        assert (found, looker.source.suspects_gyro) == (0, 0)


def test_the_chip_counts_only_where_it_came_since_the_look_before() -> None:
    looker = Looker()
    looker.look()
    assert looker.source.chip_came == 0
    assert looker.source._had == BOTH | HAS_Q


def test_an_orientation_of_the_other_sign_is_the_same_one() -> None:
    looker = Looker()
    looker.source._gyro_worked = 1
    for i in range(6):
        way = 1 if i % 2 else -1
        found = looker.look((i, 9, 9), turn=along(0, way * 5000), w=way * 15000)
        assert (found, looker.source.suspects_gyro) == (0, 0)


@pytest.mark.parametrize(("later_ms", "looked"), [(99, 0), (100, 1), (-1, 1)])
def test_it_looks_ten_times_a_second(later_ms: int, looked: int) -> None:
    """Or after a clock that was set back."""
    looker = Looker()
    looker.look()
    looker.look(force=(1, 2, 3), rate=(4, 5, 6), turn=(7, 8, 9), later_ms=later_ms)
    source = looker.source
    assert source._a == ([1, 2, 3] if looked else [*FORCE])
    assert source._g == ([4, 5, 6] if looked else [*RATE])
    assert source._q == ([16384, 7, 8, 9] if looked else [16384, *TURN])


def test_it_looks_at_once_through_the_wrap_of_the_time() -> None:
    looker = Looker()
    looker.t_ms = 50 - 200
    rate = along(0, 200)
    looker.look(rate=rate)
    assert looker.look(rate=rate) == 0  # 50 ms into the next period
    assert looker.source._t_ms == PERIOD_MS - 50
    assert looker.look(rate=rate, later_ms=10) & HAS_G
