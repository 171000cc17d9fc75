"""The choice between the chip and our own, rule by rule, with a scripted own orientation.

The chip's vertical is (0, sin, cos) of the angle that its quaternion turns about x.
"""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest
from leancore.attitude.gyro_integration import ALONE, NEW, PENDING
from leancore.attitude.gyro_readings import SETTLE_MS
from leancore.attitude.orientation_selector import BOTH, CHIP, OWN, OrientationSelector
from leancore.attitude.speed_change import SpeedChange
from leancore.schema import faults
from leancore.sensor.sample import CLIPPED, G_LIMIT_Q9, HAS_A, HAS_G, HAS_Q, Sample

UPRIGHT = (0, 0, 16384)
ALL = HAS_Q | HAS_A | HAS_G
RATES = ("gx", "gy", "gz")


class Own:
    """In the place of our own orientation."""

    def __init__(self) -> None:
        self.ux, self.uy, self.uz = UPRIGHT
        self.known, self.settled_ms, self.blind_ms = 1, SETTLE_MS, 0
        self.gyro_spikes = self.chip_trusted = self.pends = self.travelling = 0
        self.is_in_doubt = False
        self.answer = NEW
        self.part = 1  # of deferred work: there was one
        self.lowpass = SimpleNamespace(lost_ms=0, holds_mean=0, up_q20=[0, 0, 1 << 20],
                                       rate_q22=[0, 0, 0], speed_change=SpeedChange())  # fmt: skip
        self.leap = SimpleNamespace(pending=lambda: self.pends)
        self.done: list[Any] = []
        self.led_q14: list[list[int]] = []

    def lead(self, off_q14: list[int]) -> None:
        self.led_q14.append(list(off_q14))

    def step(self, _sample: Sample, dt_ms: int) -> int:
        self.done.append(("step", dt_ms))
        return self.answer

    def step_alone(self, sample: Sample, dt_ms: int) -> int:
        self.done.append(("alone", dt_ms, sample.flags))
        return self.answer

    def do_deferred(self, _sample: Sample) -> int:
        self.done.append("deferred")
        return self.part

    def flush(self) -> None:
        self.done.append("flush")

    def note_chip(self, _sample: Sample) -> None:
        self.done.append("chip")

    def restart_at(self, *up: int) -> None:
        self.done.append(("restart", *up))
        self.ux, self.uy, self.uz = up

    def now(self) -> list[int]:
        return [self.ux, self.uy, self.uz]


class Rig:
    """A selector told of one sample after the other, 10 ms apart."""

    def __init__(self, mode: int = BOTH) -> None:
        self.selector, self.own, self.faults = OrientationSelector(), Own(), [0]
        self.selector.own = self.own  # type: ignore[assignment]
        self.selector.use(mode)
        self.sample = Sample()
        self.count = 0

    def step(self, tilt_deg: float | None = 0.0, flags: int = HAS_A | HAS_G, dt_ms: int = 10,
             rate: tuple[int, int, int] | None = None, heading_deg: float = 0.0,
             changes: bool = True) -> int:  # fmt: skip
        """One sample, with the chip's orientation if a tilt is given; returns what step does."""
        sample = self.sample
        self.count += 1
        rate = rate or (300, self.count * 7 % 13, 0)  # no gyroscope is quite still either
        sample.flags = flags
        sample.ax, sample.gx, sample.gy, sample.gz = self.count, *rate
        sample.t_ms += dt_ms
        if tilt_deg is not None:
            sample.flags |= HAS_Q
            half, turn = math.radians(tilt_deg) / 2, math.radians(heading_deg) / 2
            c, s, ch, sh = (round(16384 * f(a)) for a in (half, turn) for f in (math.cos, math.sin))
            sample.qw, sample.qx = c * ch >> 14, s * ch >> 14
            sample.qy, sample.qz = s * sh >> 14, c * sh >> 14
            if changes:  # by the last bit: no chip is quite still
                sample.qz += self.count % 2
        answer = self.selector.step(sample, dt_ms)
        if answer == PENDING:
            self.selector.do_deferred(sample)
        if self.selector.fault:
            self.faults.append(self.selector.fault)
            self.selector.fault = 0
        return answer

    def pending(self, tilt_deg: float | None = 0.0, **more: Any) -> None:
        """A sample that waits, so that the selector checks the chip."""
        self.own.answer, self.own.part = PENDING, 0
        self.step(tilt_deg, **more)

    def up(self) -> tuple[int, int, int]:
        return self.selector.ux, self.selector.uy, self.selector.uz


def vertical(tilt_deg: float) -> tuple[int, int, int]:
    angle = math.radians(tilt_deg)
    return 0, round(16384 * math.sin(angle)), round(16384 * math.cos(angle))


def near(up: tuple[int, ...], other: tuple[int, ...], most: int = 3) -> bool:
    assert all(type(part) is int for part in up)
    return max(abs(a - b) for a, b in zip(up, other, strict=True)) <= most


# ---- the chip alone, ours alone ------------------------------------------------------------


def test_the_chip_alone_answers_with_its_reports_and_waits_60_ms_between_them() -> None:
    rig = Rig(CHIP)
    assert rig.step(None) == 0
    assert rig.step(20.0) == ALONE
    assert near(rig.up(), vertical(20))
    assert [rig.step(None) for _ in range(8)] == [PENDING] * 6 + [0] * 2
    assert near(rig.up(), vertical(20))
    assert rig.own.done == []
    assert rig.step(None, dt_ms=100_000) == 0
    assert rig.selector._silent_ms == 60_000
    assert rig.step(30.0) == ALONE
    assert rig.selector._silent_ms == 0


def test_a_quaternion_that_is_none_is_no_report() -> None:
    rig = Rig(CHIP)
    rig.step(20.0)
    rig.sample.qw = rig.sample.qx = rig.sample.qz = 0
    rig.sample.flags = ALL
    assert rig.selector.step(rig.sample, 10) == PENDING
    assert rig.selector.refused == 1
    assert near(rig.up(), vertical(20))


def test_ours_alone_takes_what_ours_says() -> None:
    rig = Rig(OWN)
    rig.own.ux, rig.own.uy, rig.own.uz = 1, 2, 3
    assert rig.step(20.0) == NEW
    assert rig.up() == (1, 2, 3)
    assert rig.selector.known == 1
    assert rig.own.done == [("step", 10), "chip"]
    rig.own.done.clear()
    rig.step(None)
    assert rig.own.done == [("step", 10)]


def test_a_new_one_judges_by_both_and_knows_nothing() -> None:
    selector = OrientationSelector()
    assert (selector.mode, selector.source) == (BOTH, CHIP)
    lists = {name: len(getattr(selector, name)) for name in OrientationSelector.FIELDS
             if isinstance(getattr(selector, name), list)}  # fmt: skip
    assert lists == {"_offset": 3, "_last_q": 4, "_apart": 3, "_q": 4, "_own_then": 3}


# ---- which one leads ------------------------------------------------------------------------


def test_ours_leads_where_it_has_settled() -> None:
    rig = Rig()
    assert rig.step(None) == NEW
    assert (rig.selector.source, rig.selector._fast_path, rig.own.chip_trusted) == (OWN, 1, 1)
    assert rig.own.done == [("alone", 10, HAS_A | HAS_G), "flush"]  # until then the chip did
    rig.own.done.clear()
    rig.own.ux, rig.own.uy, rig.own.uz = 3000, 4000, 15500
    assert rig.step(0.0) == NEW
    assert rig.own.done == [("step", 10), "chip"]
    assert rig.up() == (3000, 4000, 15500)
    rig.own.answer = PENDING
    rig.own.ux = 1
    assert rig.step(None) == PENDING
    assert rig.up() == (3000, 4000, 15500)  # still the one before


@pytest.mark.parametrize(("tilt_deg", "source"), [(2.9, OWN), (3.2, CHIP)])
def test_before_it_has_settled_ours_leads_near_the_chip(tilt_deg: float, source: int) -> None:
    """860/16384 are 3.0°; a mean of the difference, a quarter of the way at each sample."""
    rig = Rig()
    rig.own.settled_ms = SETTLE_MS - 1
    for _ in range(40):
        rig.step(tilt_deg)
    assert rig.selector.source == source
    apart_q14 = rig.selector._apart[1]
    assert apart_q14 == pytest.approx(16384 * math.sin(math.radians(tilt_deg)), abs=6)
    rig.own.settled_ms = SETTLE_MS
    rig.step(None)
    assert rig.selector.source == OWN


def test_where_neither_is_known_there_is_no_up() -> None:
    rig = Rig()
    rig.own.known = 0
    rig.own.blind_ms = 16
    assert rig.step(None) == 0
    assert rig.selector.known == 0
    assert rig.step(10.0) == ALONE
    assert rig.selector.known == 1


@pytest.mark.parametrize(("blind_ms", "source"), [(15, OWN), (16, CHIP)])
def test_the_chip_stands_in_without_a_gyroscope(blind_ms: int, source: int) -> None:
    rig = Rig()
    rig.step(1.0)
    rig.own.blind_ms = blind_ms
    assert rig.step(1.0) == (NEW if source == OWN else ALONE)
    assert rig.selector.source == source
    assert rig.own.chip_trusted == (1 if source == OWN else 0)


def test_the_chip_that_stands_in_is_off_by_as_much_as_it_was() -> None:
    """2° apart in the mean, and then without gyroscope: the vertical stays where ours had it."""
    rig = Rig()
    for _ in range(40):
        checked(rig, 2.0)
    rig.own.answer = NEW
    assert rig.selector._apart[1] == pytest.approx(572, abs=6)
    rig.own.blind_ms = 20
    rig.step(2.0)
    assert near(rig.up(), UPRIGHT, 8)
    assert rig.selector._fade_ms == 5990
    assert rig.selector._lost == 1
    for _ in range(299):
        rig.step(2.0)
    assert rig.up()[1] == pytest.approx(286, abs=6)  # half has faded after 3 s
    for _ in range(300):
        rig.step(2.0)
    assert rig.selector._fade_ms == 0
    assert near(rig.up(), vertical(2.0))
    rig.own.blind_ms = 0
    rig.step(2.0)  # ours goes on from there
    (restart,) = [done for done in rig.own.done if done[0] == "restart"]
    assert near(restart[1:], vertical(2.0))
    assert rig.selector._lost == 0
    assert rig.selector._offset == [0, 0, 0]


def test_what_had_not_faded_is_kept_when_the_chip_stands_in() -> None:
    rig = Rig()
    selector = rig.selector
    rig.step(0.0)
    selector._offset[:], selector._fade_ms = [600, -1200, 0], 3010
    selector._apart[:] = [10, 20, 30]
    rig.own.blind_ms = 20
    selector._fast_path = 0
    rig.step(0.0)
    assert selector._offset == [301 - 10, -602 - 20, -30]  # 3010/6000 of it was left


def test_at_another_source_the_vertical_stays_and_the_difference_fades() -> None:
    """From the chip at 5° to ours at 0°: after half of six seconds half of it is left."""
    rig = Rig()
    rig.own.settled_ms = 0
    for _ in range(3):
        rig.step(5.0)
    assert rig.selector.source == CHIP
    rig.own.settled_ms = SETTLE_MS
    assert rig.step(None) == NEW
    assert rig.selector.source == OWN
    assert near(rig.up(), vertical(5.0), 5)
    for _ in range(299):
        rig.step(None)
    assert rig.up()[1] == pytest.approx(714, abs=4)
    assert rig.selector._fast_path == 0
    for _ in range(300):
        rig.step(None)
    assert (rig.selector._fade_ms, rig.up()) == (0, UPRIGHT)
    rig.step(None)
    assert rig.selector._fast_path == 1


def test_between_the_reports_of_a_chip_that_leads_a_sample_waits_60_ms() -> None:
    rig = Rig()
    rig.own.blind_ms = 20
    rig.step(4.0)
    assert [rig.step(None) for _ in range(7)] == [PENDING] * 6 + [0]
    assert rig.own.done.count("flush") == 8
    assert rig.own.done.count("deferred") == 0  # nothing to do while the chip leads


@pytest.mark.parametrize(("silent_ms", "source"), [(300, CHIP), (310, OWN)])
def test_a_chip_that_is_silent_does_not_stand_in(silent_ms: int, source: int) -> None:
    rig = Rig()
    rig.own.blind_ms = 20
    rig.step(4.0)
    for _ in range(silent_ms // 10):
        rig.step(None)
    assert rig.selector.source == source
    rig.own.known = 0
    rig.step(None)
    assert rig.selector.source == CHIP  # as there is no other


# ---- beyond the gyroscope's range -----------------------------------------------------------


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize(("rate_q9", "told"), [(G_LIMIT_Q9, 1), (G_LIMIT_Q9 - 1, 0)])
def test_the_chip_leads_for_two_seconds_after_saturation(
    axis: int, way: int, rate_q9: int, told: int
) -> None:
    rig = Rig()
    rig.step(1.0)
    rate = tuple(way * rate_q9 if i == axis else 0 for i in range(3))
    for _ in range(2):
        rig.step(1.0, flags=HAS_A | HAS_G | CLIPPED, rate=(rate[0], rate[1], rate[2]))
    assert rig.faults == [0] + [faults.GYRO_SATURATED] * told  # once
    assert rig.selector.source == (CHIP if told else OWN)
    assert rig.selector._blind_ms == 2000 * told
    for _ in range(199):
        rig.step(1.0)
    assert rig.selector.source == (CHIP if told else OWN)
    rig.step(1.0)
    assert rig.selector.source == OWN
    assert [done[0] for done in rig.own.done].count("restart") == told


def test_a_reading_in_doubt_does_not_saturate() -> None:
    rig = Rig()
    rig.step(1.0)
    rig.own.is_in_doubt = True
    rig.step(1.0, flags=HAS_A | HAS_G | CLIPPED, rate=(G_LIMIT_Q9, 0, 0))
    assert rig.faults == [0]
    assert rig.selector._blind_ms == 0


# ---- what is wrong with the chip ------------------------------------------------------------


def test_a_chip_that_stays_while_the_body_turns_is_frozen() -> None:
    """100 ms of checks, each of 60 ms at most; distrusted for ten seconds."""
    rig = Rig()
    rig.step(0.0)
    for i in range(3):
        for _ in range(4):
            rig.step(None)
        rig.pending(0.0, changes=False)
        rig.own.answer = NEW
        if i < 2:
            assert rig.faults == [0]
    assert rig.faults == [0, faults.CHIP_FROZEN]
    assert (rig.selector._distrust_ms, rig.selector._fast_path) == (10_000, 0)
    assert rig.own.chip_trusted == 0
    for _ in range(999):
        rig.step(None)
    assert (rig.selector._distrust_ms, rig.own.chip_trusted) == (10, 0)
    rig.step(None)
    assert (rig.selector._distrust_ms, rig.own.chip_trusted, rig.selector._fast_path) == (0, 1, 1)


@pytest.mark.parametrize("rate", [(101, 0, 0), (0, -101, 0), (0, 0, 101), (34, -34, 33)])
def test_0_2_rad_a_second_is_a_turn(rate: tuple[int, int, int]) -> None:
    for less in (0, 1):
        rig = Rig()
        rig.step(0.0)
        slower = tuple(part - less if part > 0 else part for part in rate)
        slower = tuple(part + less if part < 0 and less else part for part in slower)
        for _ in range(4):
            for _ in range(5):
                rig.step(None)
            rig.pending(0.0, changes=False, rate=(slower[0], slower[1], slower[2]))
            rig.own.answer = NEW
        assert len(rig.faults) == 2 - less


def test_a_chip_that_goes_on_is_not_frozen() -> None:
    rig = Rig()
    for i in range(30):
        rig.pending(0.0, changes=False) if i % 12 else rig.pending(0.02 * i)
        for _ in range(4):
            rig.step(None)
    for name in ("_same_ms", "_jumped", "_distrust_ms"):
        assert type(getattr(rig.selector, name)) is int


def checked(rig: Rig, tilt_deg: float, **more: Any) -> None:
    """Four samples without the chip, and one with it that is checked."""
    rig.own.answer = NEW
    for _ in range(4):
        rig.step(None)
    rig.pending(tilt_deg, **more)


@pytest.mark.parametrize(("tilt_deg", "told"), [(3.2, 0), (3.5, 1)])
def test_a_chip_that_jumps_is_told_at_the_next_check(tilt_deg: float, told: int) -> None:
    """950/16384 are 3.3°."""
    rig = Rig()
    for _ in range(3):
        checked(rig, 0.0)
    checked(rig, tilt_deg)
    assert rig.faults == [0]
    assert rig.selector._jumped == told
    checked(rig, tilt_deg)
    assert rig.faults == [0] + [faults.CHIP_JUMPED] * told
    assert rig.selector._jumped == 0


def test_a_jump_is_no_fault_before_ours_has_settled() -> None:
    rig = Rig()
    checked(rig, 0.0)
    rig.own.settled_ms = SETTLE_MS - 1
    rig.selector._fast_path = 1
    checked(rig, 5.0)
    assert rig.selector._jumped == 0


def test_a_chip_that_drifts_ten_degrees_away_is_lost() -> None:
    """2860/16384; by less than a jump at a time."""
    for tilt_deg, told in ((9.9, False), (10.2, True)):
        rig = Rig()
        for i in range(60):
            checked(rig, min(tilt_deg, i * 0.5))
        assert (faults.CHIP_JUMPED in rig.faults) is told


def test_the_difference_is_the_chips_vertical_less_ours_on_each_axis() -> None:
    rig = Rig()
    rig.own.ux, rig.own.uy, rig.own.uz = 200, 300, 16_380
    for _ in range(40):
        checked(rig, 0.0)
    assert rig.selector._apart == pytest.approx([-200, -300, 4], abs=6)


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize("axis", range(3))
def test_a_jump_and_what_is_near_count_on_each_axis(axis: int, way: int) -> None:
    rig = Rig()
    selector, name = rig.selector, ("ux", "uy", "uz")[axis]
    for _ in range(3):
        checked(rig, 0.0)
    selector._apart[:] = [10, -20, 30]
    setattr(rig.own, name, getattr(rig.own, name) + way * 1200)
    checked(rig, 0.0)
    assert selector._jumped == 1
    for apart_q14, near_by in ((859, True), (860, False)):
        selector._apart[:] = [way * apart_q14 if i == axis else 0 for i in range(3)]
        assert selector._is_near() is near_by


def test_a_spike_of_the_gyroscope_was_not_the_chips() -> None:
    rig = Rig()
    checked(rig, 0.0)
    checked(rig, 5.0)
    assert rig.selector._jumped == 1
    rig.own.gyro_spikes = 3
    checked(rig, 5.0)
    assert (rig.selector._jumped, rig.selector._spikes) == (0, 3)
    assert rig.faults == [0]
    checked(rig, 5.0)
    assert rig.faults == [0]


def test_a_gyroscope_that_is_blamed_by_far_is_led_until_the_chip_has_led() -> None:
    rig = Rig()
    for _ in range(100):
        checked(rig, 1.0)
    rig.selector._blame_gyro(1)
    for _ in range(20):
        rig.step(3.0)
    assert rig.selector.source == CHIP
    assert len(rig.own.led_q14) >= 4
    assert rig.own.led_q14[-1][1] == pytest.approx(2 * math.pi / 180 * 16384, abs=100)
    assert rig.selector._led == 1
    for _ in range(2):
        rig.step(1.0, flags=HAS_A | HAS_G | CLIPPED, rate=(G_LIMIT_Q9, 0, 0))
    assert rig.selector._led == 0  # now its rotation is missing, which says nothing of the bias


def test_the_difference_before_a_jump_comes_back_when_the_gyroscope_was_at_fault() -> None:
    rig = Rig()
    for _ in range(400):
        checked(rig, 1.0)
    usual = rig.selector.bias_shift.usual_q14
    before = list(usual)
    assert before == pytest.approx(rig.selector._apart, abs=70)
    checked(rig, 6.0)
    assert rig.selector._apart[1] > 1600
    checked(rig, 9.0)
    assert usual == before
    rig.selector._trust_chip_again()
    assert (rig.selector._apart, rig.selector._distrust_ms, rig.selector._jumped) == (before, 0, 0)
    usual[:] = [1, 2, 3]
    rig.selector._trust_chip_again()
    assert rig.selector._apart == before


@pytest.mark.parametrize(("silent_ms", "told"), [(300, 0), (310, 1)])
def test_a_chip_that_was_silent_is_distrusted(silent_ms: int, told: int) -> None:
    rig = Rig()
    checked(rig, 0.0)
    rig.own.answer = NEW
    for _ in range(silent_ms // 10 - 1):
        rig.step(None)
    rig.pending(0.0)
    assert rig.faults == [0] + [faults.CHIP_SILENT] * told
    assert rig.selector._silent_ms == 0


@pytest.mark.parametrize(("between_ms", "told"), [(40, 0), (150, 0), (310, 1)])
def test_a_chip_that_comes_while_leaps_are_judged_is_not_silent(between_ms: int, told: int) -> None:
    """It is not looked at meanwhile."""
    rig = Rig()
    checked(rig, 0.0)
    rig.own.answer, rig.own.pends = NEW, 1
    for _ in range(4):
        for _ in range(between_ms // 10 - 1):
            rig.step(None)
        rig.step(0.0)
    rig.own.pends = 0
    rig.pending(None)
    assert rig.faults == [0] + [faults.CHIP_SILENT] * told


@pytest.mark.parametrize("fast", [1, 0])
@pytest.mark.parametrize(("gap_ms", "believed"), [(100, 1), (101, 0), (150, 0)])
def test_after_a_tenth_of_a_second_without_anything_the_chip_may_have_begun_anew(
    gap_ms: int, believed: int, fast: int
) -> None:
    """So it is not believed for 10 s; it is no fault, however far it is off then."""
    rig = Rig()
    checked(rig, 0.0)
    rig.own.answer = NEW
    rig.selector._fast_path = fast
    rig.step(None, dt_ms=gap_ms)
    assert (rig.selector._distrust_ms > 0) is not believed
    assert rig.selector._distrust_ms in (0, 10_000, 10_000 - gap_ms)
    assert rig.own.chip_trusted == 1  # to judge leaps: it turns as the body does
    rig.step(None)
    assert rig.own.chip_trusted == 1
    checked(rig, 8.0)
    checked(rig, 8.0)
    assert rig.own.chip_trusted == 1 - believed
    assert rig.faults == [0] + [faults.CHIP_JUMPED] * believed


@pytest.mark.parametrize(("blind_ms", "silent_ms", "believed"),
                         [(101, 91, 0), (100, 91, 1), (101, 90, 1)])  # fmt: skip
def test_where_gyroscope_and_chip_are_silent_it_may_have_begun_anew(
    blind_ms: int, silent_ms: int, believed: int
) -> None:
    """So it is in sleep, where the acceleration alone is told."""
    rig = Rig()
    checked(rig, 0.0)
    rig.own.answer = NEW
    rig.own.blind_ms, rig.selector._silent_ms = blind_ms, silent_ms
    rig.step(None, HAS_A)
    assert rig.selector._distrust_ms == (0 if believed else 10_000)


# ---- after a gap ----------------------------------------------------------------------------


def after_gap(tilt_deg: float, gap_ms: int = 60) -> Rig:
    """The chip after a gap while ours holds the mean posture, so many degrees apart."""
    rig = Rig()
    for _ in range(3):
        checked(rig, 0.0)
    rig.own.answer = NEW
    rig.step(None, dt_ms=gap_ms)
    rig.own.lowpass.holds_mean = 1
    checked(rig, tilt_deg)
    return rig


def test_a_chip_that_went_on_leads_ours_a_quarter_of_the_way() -> None:
    rig = after_gap(2.0)
    up = rig.own.lowpass.up_q20
    assert up[1] == pytest.approx(572 * 64 / 4, abs=64)
    assert up[2] == pytest.approx((1 << 20) - 10 * 16, abs=32)
    assert up[0] == pytest.approx(0, abs=32)
    assert rig.selector._jumped == 0
    assert rig.selector._apart == pytest.approx([0, 0, 0], abs=2)


@pytest.mark.parametrize(("tilt_deg", "gap_ms", "jumped"), [(8.0, 60, 1), (2.0, 101, 0)])
def test_one_that_is_far_off_or_may_have_begun_anew_does_not(
    tilt_deg: float, gap_ms: int, jumped: int
) -> None:
    rig = after_gap(tilt_deg, gap_ms)
    assert rig.own.lowpass.up_q20 == [0, 0, 1 << 20]
    assert rig.selector._jumped == jumped


def test_while_the_phase_is_lost_nothing_is_compared() -> None:
    rig = Rig()
    checked(rig, 0.0)
    rig.own.lowpass.lost_ms = 5
    checked(rig, 8.0)
    assert rig.selector._apart == pytest.approx([0, 0, 0], abs=2)


# ---- ours was lost, and comes back -----------------------------------------------------------


def lost(chip_deg: float = 0.0) -> Rig:
    """The chip leads, ours having no gyroscope; half the fading time is over."""
    rig = Rig()
    for _ in range(30):
        checked(rig, chip_deg)
    rig.own.answer, rig.own.blind_ms = 0, 200
    rig.step(chip_deg)
    assert (rig.selector.source, rig.selector._lost) == (CHIP, 1)
    return rig


def test_ours_waits_for_the_chips_next_orientation() -> None:
    """It goes on from there: the chip's last one is some samples old."""
    rig = lost()
    rig.own.answer, rig.own.blind_ms = NEW, 0
    assert [rig.step(None) for _ in range(3)] == [PENDING] * 3
    assert rig.selector.source == CHIP
    rig.own.done.clear()
    rig.step(6.0)
    assert rig.selector.source == OWN
    assert [one for one in rig.own.done if one[0] == "restart"] == [("restart", *rig.up())]
    assert near(rig.up(), vertical(6.0))
    assert (rig.selector._lost, rig.selector._offset) == (0, [0, 0, 0])


def test_the_chip_is_then_off_by_as_much_as_before() -> None:
    rig = lost(2.0)
    rig.own.answer, rig.own.blind_ms = NEW, 0
    rig.step(8.0)
    assert near(rig.up(), vertical(6.0), 30)


def test_it_does_not_wait_for_a_chip_that_is_silent() -> None:
    rig = lost()
    rig.own.answer, rig.own.blind_ms = NEW, 0
    for _ in range(6):
        rig.step(None)
    assert rig.selector.source == CHIP
    rig.step(None)
    assert rig.selector.source == OWN


def test_nor_does_it_follow_one_that_is_not_believed() -> None:
    """Ours has gone on from the mean posture then."""
    rig = lost()
    rig.own.answer, rig.own.blind_ms = NEW, 0
    rig.own.done.clear()
    rig.step(8.0, dt_ms=130)
    assert rig.selector.source == OWN
    assert not [one for one in rig.own.done if one[0] == "restart"]
    assert near(rig.up(), vertical(0.0))


# ---- deferred work, the force, this very sample ----------------------------------------------


def test_the_chip_is_checked_after_the_deferred_work_every_40_ms() -> None:
    rig = Rig()
    rig.step(0.0)
    rig.own.answer = PENDING
    rig.step(0.0)
    rig.own.part = 0
    rig.selector._silent_ms, rig.selector._chip_fresh = 39, 1
    rig.selector.do_deferred(rig.sample)
    assert rig.selector._chip_fresh == 1
    rig.selector._silent_ms = 40
    for name, value in (("part", 1), ("pends", 1)):
        setattr(rig.own, name, value)
        rig.selector.do_deferred(rig.sample)
        assert rig.selector._chip_fresh == 1, name
        setattr(rig.own, name, 0)
    rig.selector.frozen_source.frozen = HAS_G
    rig.selector.do_deferred(rig.sample)
    assert rig.selector._chip_fresh == 1
    rig.selector.frozen_source.frozen = HAS_A
    rig.selector.do_deferred(rig.sample)
    assert (rig.selector._chip_fresh, rig.selector._silent_ms) == (0, 0)


def test_a_frozen_report_counts_as_missing() -> None:
    rig = Rig()
    rig.step(0.0)
    rig.selector.frozen_source.frozen = HAS_A
    rig.selector._fast_path = 0
    rig.own.done.clear()
    rig.own.settled_ms = 0
    rig.selector.source = CHIP
    rig.step(None)
    assert rig.own.done[0] == ("alone", 10, HAS_G)
    assert rig.sample.flags == HAS_A | HAS_G
    assert rig.selector._fast_path == 0


def test_found_frozen_it_is_told_and_the_chip_trusted_again() -> None:
    """But not where ours left the readings out: it had no part in what the chip is blamed for."""
    rig = Rig()
    selector = rig.selector
    for found, blind_ms, fault, trusted in ((HAS_A, 0, faults.ACCELEROMETER_FROZEN, 0),
                                            (HAS_G, 0, faults.GYRO_FROZEN, 1),
                                            (HAS_G, 10, faults.GYRO_FROZEN, 0),
                                            (HAS_A | HAS_G, 0, faults.GYRO_FROZEN, 1)):  # fmt: skip
        rig.own.blind_ms = blind_ms
        selector.frozen_source.look = lambda _s, _q, f=found: f  # type: ignore[method-assign, misc]
        selector._fast_path, selector._distrust_ms, selector.fault = 1, 500, 0
        selector._find_frozen(rig.sample)
        assert (selector.fault, selector._fast_path) == (fault, 0)
        assert selector._distrust_ms == 500 * (1 - trusted)
    selector.frozen_source.look = lambda _s, _q: 0  # type: ignore[method-assign, assignment]
    selector.fault, selector._fast_path = 0, 1
    selector._find_frozen(rig.sample)
    assert (selector.fault, selector._fast_path) == (0, 1)


@pytest.mark.parametrize(
    ("mode", "flags", "frozen", "usable"),
    [(BOTH, ALL, 0, 1), (OWN, HAS_A, 0, 1), (CHIP, ALL, 0, 0), (BOTH, HAS_G | HAS_Q, 0, 0),
     (BOTH, ALL, HAS_A, 0), (BOTH, ALL, HAS_G, 1)],
)  # fmt: skip
def test_when_the_force_is_usable(mode: int, flags: int, frozen: int, usable: int) -> None:
    rig = Rig(mode)
    rig.selector.frozen_source.frozen = frozen
    rig.sample.flags = flags
    assert rig.selector.force_is_usable(rig.sample) == usable


def test_the_vertical_of_this_very_sample_is_as_far_from_ours() -> None:
    rig = Rig()
    rig.own.now = lambda: [100, 200, 300]  # type: ignore[method-assign]
    rig.own.ux, rig.own.uy, rig.own.uz = 10, 20, 30
    rig.selector.ux, rig.selector.uy, rig.selector.uz = 11, 22, 33
    assert rig.selector.now() == [101, 202, 303]
