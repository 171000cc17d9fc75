"""The chip's orientation and our own, each checking the other: no error of one reaches the lean."""

from __future__ import annotations

import math

import pytest
from core_motion import G_MPS2, Wearer, fill, pose, quaternion, random_mount, running_up
from leancore.attitude.frozen_source import FrozenSource
from leancore.attitude.gyro_integration import PENDING
from leancore.attitude.orientation_selector import BOTH, CHIP, OWN, OrientationSelector
from leancore.schema import faults
from leancore.sensor.sample import CLIPPED, G_LIMIT_Q9, HAS_A, HAS_G, HAS_Q, Sample

WORST_DEG = 1.5


def moving(seconds: float = 40, seed: int = 4) -> list[tuple[int, ...]]:
    """Standing, then running with the pelvis swinging in two planes."""

    def at(t: float):
        swing_deg = 5 * math.sin(2 * math.pi * 3 * t)
        return 10 + swing_deg, running_up(3 * t), 4 * math.sin(math.pi * 3 * t)

    return Wearer(random_mount(seed)).stand(4).move(seconds - 4, at).rows


def degrees_between(u, v) -> float:
    dot = sum(a * b for a, b in zip(u, v, strict=True))
    lengths = math.hypot(*u) * math.hypot(*v)
    return math.degrees(math.acos(max(-1.0, min(1.0, dot / lengths))))


def truth(row) -> tuple[float, float, float]:
    w, x, y, z = row[2:6]
    return 2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z


def play(rows, spoilt=lambda _i, row: row, mode: int = BOTH):
    """(worst error, largest step between samples, faults) of rows that ``spoilt`` may change."""
    selector, sample = OrientationSelector(), Sample()
    selector.use(mode)
    worst = jump = 0.0
    found, before = [], None
    for i, row in enumerate(rows):
        if selector.step(fill(sample, spoilt(i, row)), 10) == PENDING:
            selector.do_deferred(sample)
        if selector.fault:
            found.append(selector.fault)
            selector.fault = 0
        if selector.known and i > 400 and (mode != CHIP or sample.flags & HAS_Q):
            now = tuple(selector.now())
            worst = max(worst, degrees_between(now, truth(row)))
            if before:
                turned = degrees_between(truth(rows[i - 1]), truth(row))
                jump = max(jump, degrees_between(now, before) - turned)
            before = now
    return worst, jump, found


@pytest.fixture(scope="module", params=[1, 4])
def rows(request) -> list[tuple[int, ...]]:
    """The chip's orientation comes with every sample, or with every fourth, as on the clip."""
    every = request.param
    return [row if i % every == every // 2 else (row[0], row[1] & ~HAS_Q, *row[2:])
            for i, row in enumerate(moving())]  # fmt: skip


@pytest.mark.parametrize("mode", [CHIP, OWN, BOTH])
def test_healthy_sensor_in_every_mode(mode: int, rows) -> None:
    worst, _, found = play(rows, mode=mode)
    assert worst < (0.1 if mode == CHIP else WORST_DEG)
    assert found == []


def frozen(i: int, row):
    return (*row[:2], *FROZEN, *row[6:]) if 1500 <= i < 2500 else row


FROZEN = tuple(round(16384 * part) for part in quaternion(pose(40)))


def test_frozen_chip(rows) -> None:
    worst, jump, found = play(rows, frozen)
    assert worst < WORST_DEG
    assert jump < 1.0
    assert found and set(found) <= {faults.CHIP_FROZEN, faults.CHIP_JUMPED}


def test_chip_that_stays_where_it_was(rows) -> None:
    """Frozen at its last true orientation: no jump to be seen, only that it does not move."""
    worst, _, found = play(
        rows, lambda i, row: (*row[:2], *rows[1500][2:6], *row[6:]) if 1500 <= i < 2500 else row
    )
    assert worst < WORST_DEG
    assert faults.CHIP_FROZEN in found


def test_silent_chip(rows) -> None:
    worst, jump, found = play(
        rows, lambda i, row: (row[0], HAS_A | HAS_G, *row[2:]) if 1500 <= i < 2500 else row
    )
    assert worst < WORST_DEG
    assert jump < 1.0
    assert faults.CHIP_SILENT in found


def test_chip_that_is_slightly_off_does_not_matter(rows) -> None:
    off = rows_off(rows, 2.5)
    worst, _, _ = play(rows, lambda i, row: off[i] if i > 1000 else row)
    assert worst < WORST_DEG


def rows_off(rows, degrees: float):
    """The same samples, the chip's tilt wrong by so much."""
    half = math.radians(degrees) / 2
    c, s = math.cos(half), math.sin(half)
    return [
        (*r[:2], *(round(v) for v in (c * r[2] - s * r[3], c * r[3] + s * r[2],
                                      c * r[4] - s * r[5], c * r[5] + s * r[4])), *r[6:])
        for r in rows
    ]  # fmt: skip


def without_gyroscope(i: int, row):
    return (row[0], HAS_Q | HAS_A, *row[2:9], 0, 0, 0) if i > 1500 else row


def test_without_a_gyroscope_the_chip_stands_in(rows) -> None:
    """Ours is the one that is wrong: the chip must not be distrusted for the difference."""
    _, jump, found = play(rows, without_gyroscope)
    late, _, _ = play(rows[:420] + rows, lambda i, row: without_gyroscope(1501, row))
    assert jump < 2
    assert found == []
    assert late < 0.2  # never had a gyroscope: the chip alone


def test_losing_the_gyroscope_costs_nothing_meanwhile(rows) -> None:
    worst, _, _ = play(rows, without_gyroscope)
    assert worst < WORST_DEG


def test_saturated_gyroscope_is_told(rows) -> None:
    def spun(i: int, row):
        if not 1500 <= i < 1510:
            return row
        return (row[0], row[1] | CLIPPED, *row[2:9], 17872, 0, 0)

    _, jump, found = play(rows, spun)
    assert found.count(faults.GYRO_SATURATED) == 1
    assert jump < 25


def with_spikes(radps: float, first: int, axis: int = 0):
    def spoilt(i: int, row):
        if i < first or (i - first) % 500:
            return row
        g = list(row[9:12])
        g[axis] = round(radps * 512)
        is_beyond = abs(g[axis]) >= G_LIMIT_Q9
        return (row[0], row[1] | CLIPPED if is_beyond else row[1], *row[2:9], *g)

    return spoilt


@pytest.mark.parametrize("first", range(1500, 1513))  # in every part of the deferred work
@pytest.mark.parametrize("radps", [5.0, -10.0, 34.0, 60.0, -60.0])
def test_a_rate_that_the_chip_contradicts_is_taken_back(rows, radps: float, first: int) -> None:
    """A small one 0.15 s later, 0.25 s where the chip's orientation comes more seldom."""
    later, most_deg, missed = (15, WORST_DEG, 0) if rows[1][1] & HAS_Q else (25, 2.5, 1)
    selector, sample, late_deg, found = OrientationSelector(), Sample(), [], []
    for i, row in enumerate(rows):
        if selector.step(fill(sample, with_spikes(radps, first)(i, row)), 10) == PENDING:
            selector.do_deferred(sample)
        found.append(selector.fault)
        since = (i - first) % 500 if i >= first else -1
        if later <= since < 100:
            late_deg.append(degrees_between(selector.now(), truth(row)))
    assert max(late_deg) < most_deg
    spikes = len(range(first, len(rows), 500))
    assert spikes - missed <= selector.own.gyro_spikes <= spikes
    assert not any(found)  # the chip is not distrusted


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (slice(6, 9), faults.ACCELEROMETER_FROZEN),
        (slice(9, 12), faults.GYRO_FROZEN),
        (slice(6, 12), faults.GYRO_FROZEN),  # perhaps both are told
    ],
)
def test_a_report_that_stands_still_is_found(rows, columns: slice, told: int) -> None:
    def spoilt(i: int, row):
        changed = list(row)
        if 1500 <= i < 2500:
            changed[columns] = rows[1500][columns]
        return tuple(changed)

    selector, sample, at, late_deg = OrientationSelector(), Sample(), {}, []
    for i, row in enumerate(rows):
        if selector.step(fill(sample, spoilt(i, row)), 10) == PENDING:
            selector.do_deferred(sample)
        if selector.fault:
            at.setdefault(selector.fault, i)
            selector.fault = 0
        if i >= 1550 and sample.flags & HAS_Q:  # between its words the chip, which leads, is old
            late_deg.append(degrees_between(selector.now(), truth(row)))
    assert told in at and set(at) <= {told, faults.ACCELEROMETER_FROZEN}
    assert at[told] < 1550  # within half a second
    assert max(late_deg) < 3.1
    assert selector.frozen_source.frozen == 0  # it moves again


@pytest.mark.parametrize("samples", [3, 6, 10, 20, 30])
@pytest.mark.parametrize("first", [1500, 1504, 1511])
def test_a_gyroscope_frozen_for_a_moment_of_a_run(rows, first: int, samples: int) -> None:
    """Believed for a tenth of a second it would turn the vertical by 30°, and blame the chip."""
    selector, sample, off_deg = OrientationSelector(), Sample(), []
    for i, row in enumerate(rows[: first + 600]):
        selector.own.travelling = 1 if i > 450 else 0
        spoilt = (*row[:9], *rows[first][9:]) if first <= i < first + samples else row
        if selector.step(fill(sample, spoilt), 10) == PENDING:
            selector.do_deferred(sample)
        assert selector.fault in (0, faults.GYRO_FROZEN)
        if i >= first + samples and sample.flags & HAS_Q:
            off_deg.append(degrees_between(selector.now(), truth(row)))
    assert max(off_deg) < 2.5
    assert selector.own.gyro_spikes == 1


@pytest.mark.parametrize("radps", [5.0, -8.0, 12.0])
def test_it_is_taken_back_after_an_outage_as_well(rows, radps: float) -> None:
    """The chip's tilt may be another one then, but it turns as the body does."""
    spiked = with_spikes(radps, 2000)
    selector, sample, after_deg, last = OrientationSelector(), Sample(), [], -1
    for i, row in enumerate(rows[:2400]):
        if 1700 <= i < 1730:
            continue
        row = spiked(i, row)
        if selector.step(fill(sample, row), 10 * (i - last)) == PENDING:
            selector.do_deferred(sample)
        last = i
        if i >= 2025:
            after_deg.append(degrees_between(selector.now(), truth(row)))
    assert selector.own.gyro_spikes == 1
    assert max(after_deg) < 2.5


def test_up_is_known_from_the_first_sample() -> None:
    selector, sample = OrientationSelector(), Sample()
    row = moving(5)[0]
    selector.step(fill(sample, row), 10)
    assert selector.known
    assert degrees_between((selector.ux, selector.uy, selector.uz), truth(row)) < 1


def test_an_outage_of_all_reports_is_not_the_chips_fault(rows) -> None:
    """Whatever came first after it: the chip may be late by a report or two."""
    selector, sample, found = OrientationSelector(), Sample(), []
    for i, row in enumerate(rows[:3000]):
        if 1500 <= i < 1530:
            continue
        if 1530 <= i < 1548:
            row = (row[0], HAS_A | HAS_G, *row[2:])
        dt_ms = 150 if i == 1530 else 10
        if selector.step(fill(sample, row), dt_ms) == PENDING:
            selector.do_deferred(sample)
        found.append(selector.fault)
    assert not any(found)


def after_outage(mount: int, tilt_deg: float, heading_deg: float, more_lean_deg: float = 0.0):
    """(mean error of a second of running, 1.5 s after half a second of silence, faults).

    The runner leans by so much more then; the chip's tilt and heading have changed by as much.
    """
    selector, sample, found, off = OrientationSelector(), Sample(), [], []

    def at(t: float):
        swing_deg, more_deg = 5 * math.sin(math.pi * 3 * t), more_lean_deg if t > 26 else 0
        return 10 + more_deg + swing_deg, running_up(3 * t), 4 * math.sin(math.pi * 3 * t)

    rows = Wearer(random_mount(mount)).stand(4).move(31, at).rows
    half = math.radians(heading_deg) / 2
    c, s = math.cos(half), math.sin(half)
    for i, (row, tilted) in enumerate(zip(rows, rows_off(rows, tilt_deg), strict=True)):
        if 3000 <= i < 3050:
            continue
        q0, q1, q2, q3 = (tilted if i >= 3050 else row)[2:6]
        if i >= 3050:
            q0, q1, q2, q3 = c * q0 - s * q3, c * q1 - s * q2, c * q2 + s * q1, c * q3 + s * q0
        seen = (*row[:2], *(round(part) for part in (q0, q1, q2, q3)), *row[6:])
        if selector.step(fill(sample, seen), 150 if i == 3050 else 10) == PENDING:
            selector.do_deferred(sample)
        found.append(selector.fault)
        selector.fault = 0
        if 3200 <= i < 3300:
            off.append([u - v / 16384 for u, v in zip(selector.now(), truth(row), strict=True)])
    mean = [sum(part) / len(off) for part in zip(*off, strict=True)]
    return math.degrees(math.hypot(*mean) / 16384), {number for number in found if number}


@pytest.mark.parametrize("mount", range(4))
def test_a_chip_that_may_have_begun_anew_in_an_outage_leads_nobody(mount: int) -> None:
    """Whatever heading it has then: a runner on a treadmill always has the one of the start."""
    healthy, _ = after_outage(mount, 0, 30)
    assert healthy < 0.5
    for heading_deg in (0, -30):
        for tilt_deg in (2.5, 8):
            spoilt, found = after_outage(mount, tilt_deg, heading_deg)
            assert abs(spoilt - healthy) < 0.1
            assert not found  # it was an outage, and no fault of the chip


@pytest.mark.parametrize("mount", range(4))
def test_a_runner_who_leans_otherwise_after_an_outage_is_seen(mount: int) -> None:
    """The posture before it counts by half only: of 2.5° less than 1.7 are left after 1.5 s."""
    off, _ = after_outage(mount, 0, 30, more_lean_deg=2.5)
    assert off < 1.7


def test_waking_from_sleep_is_not_the_chips_fault() -> None:
    """Asleep the sensor tells its acceleration alone, ten times a second; then it was tilted."""
    wearer = Wearer().stand(10)
    asleep = [(row[0], HAS_A, *row[2:]) for row in Wearer().stand(120).rows[::10]]
    tilted = Wearer().move(10, lambda _t: (5.0, G_MPS2, 0.0)).rows
    selector, sample, found = OrientationSelector(), Sample(), []
    for dt_ms, part in ((10, wearer.rows), (100, asleep), (10, tilted)):
        for row in part:
            if selector.step(fill(sample, row), dt_ms) == PENDING:
                selector.do_deferred(sample)
            found.append(selector.fault)
    assert not any(found)


def test_a_gyroscope_that_falls_to_zeros_is_found(rows) -> None:
    """One that was alive before; a recording without any is another matter."""
    first = 1500
    selector, sample, at = OrientationSelector(), Sample(), {}
    for i, row in enumerate(rows[: first + 300]):
        if i >= first:
            row = (*row[:9], 0, 0, 0)
        if selector.step(fill(sample, row), 10) == PENDING:
            selector.do_deferred(sample)
        if selector.fault:
            at.setdefault(selector.fault, i)
            selector.fault = 0
    assert set(at) == {faults.GYRO_FROZEN}
    assert at[faults.GYRO_FROZEN] < first + 50


def test_a_bow_that_turns_as_fast_at_its_end_freezes_nothing() -> None:
    """0.1 s apart a smooth turn may have the very same rate, on its way up and on its way down."""
    still = FrozenSource()
    sample = Sample()
    for i in range(40):
        rate_q9 = 400 - abs(i - 15) * 20 if i <= 35 else 0
        turned = sum(400 - abs(k - 15) * 20 for k in range(i))
        fill(sample, (i * 10, HAS_Q | HAS_A | HAS_G, 16384, turned >> 2, 0, 0, i, 0, 2511,
                      rate_q9, 0, 0))  # fmt: skip
        word_q14 = [sample.qw, sample.qx, sample.qy, sample.qz]
        still.chip_came = HAS_Q
        assert still.look(sample, word_q14) == 0
