"""Strikes and cadence from synthetic vertical acceleration, at all rates, clean and disturbed."""

from __future__ import annotations

import math
import random
from itertools import pairwise
from statistics import mean, median, pstdev

import pytest
from core_motion import G_MPS2, running_up, up_q8
from leancore.gait.steps import Steps
from leancore.numeric.ticks import PERIOD_MS, ticks_diff

CADENCES_SPM = (120, 150, 165, 180, 200, 220, 240)
CLIP_Q8 = 20090


def samples(up, seconds: float, rate_hz: float = 100, start_ms: int = 0, drop=lambda _i: False):
    """(up_q8, t_ms, dt_ms) of ``up(t_s)``; dropped samples leave a longer step of time."""
    last_ms = start_ms - round(1000 / rate_hz)
    for i in range(round(seconds * rate_hz)):
        if drop(i):
            continue
        t_ms = start_ms + round(1000 * i / rate_hz)
        up_q8 = max(-CLIP_Q8, min(CLIP_Q8, round(256 * up(i / rate_hz))))
        yield up_q8, t_ms % PERIOD_MS, t_ms - last_ms
        last_ms = t_ms


def strikes(stream, skip: int = 6):
    """(strike_ms, cadence_cspm, interval_ms) of each strike after the first ``skip``."""
    steps, found = Steps(), []
    for force_q8, t_ms, dt_ms in stream:
        if steps.step(force_q8, t_ms, dt_ms):
            found.append((steps.strike_ms, steps.cadence_cspm, steps.interval_ms))
    return found[skip:]


def running(cadence_spm: float, **shape):
    """Running with the first contact at 0 s; strongly at first as from a standstill."""
    return lambda t: running_up(t * cadence_spm / 60, **shape)


def assert_steps(found, cadence_spm: float, seconds: float, spread_ms: float) -> None:
    """All strikes there, none twice, at one place of the step, and the cadence right."""
    step_ms = 60000 / cadence_spm
    assert len(found) >= seconds * cadence_spm / 60 - 10
    late = [t_ms - round(t_ms / step_ms) * step_ms for t_ms, _, _ in found]
    assert pstdev(late) <= spread_ms + 2.5  # a steep rise between two samples
    assert -25 <= mean(late) <= 60  # where the fall ends: soon after the contact
    for (before_ms, _, _), (t_ms, _, interval_ms) in pairwise(found):
        assert interval_ms == t_ms - before_ms
    assert abs(mean(c for _, c, _ in found) / 100 - cadence_spm) <= 0.005 * cadence_spm


@pytest.mark.parametrize("rate_hz", [80, 100, 125])
@pytest.mark.parametrize("cadence_spm", CADENCES_SPM)
def test_clean_running(cadence_spm: float, rate_hz: int) -> None:
    found = strikes(samples(running(cadence_spm), 20, rate_hz))
    assert_steps(found, cadence_spm, 20, 3.0)


@pytest.mark.parametrize("cadence_spm", CADENCES_SPM)
def test_clamped_at_zero(cadence_spm: float) -> None:
    """As in the force-plate recordings: flight below 0 g is lost."""

    def up(t: float) -> float:
        return max(0.0, running(cadence_spm, flight_mps2=-2.0)(t))

    assert_steps(strikes(samples(up, 20)), cadence_spm, 20, 4.0)


@pytest.mark.parametrize("cadence_spm", CADENCES_SPM)
def test_clipped_impacts(cadence_spm: float) -> None:
    """A hard impact of 20 ms that would reach 12 g ends at the range of 8 g."""

    def up(t: float) -> float:
        since_s = (t * cadence_spm / 60 % 1.0) * 60 / cadence_spm
        return (
            running(cadence_spm)(t)
            + (120.0 if since_s < 0.02 else 0.0)
            - 120 * 0.02 * (cadence_spm / 60)
        )

    found = strikes(samples(up, 20))
    assert_steps(found, cadence_spm, 20, 6.0)


@pytest.mark.parametrize("cadence_spm", CADENCES_SPM)
def test_dropped_samples(cadence_spm: float) -> None:
    chance = random.Random(cadence_spm)
    drop = {i for i in range(2000) if chance.random() < 0.05}
    found = strikes(samples(running(cadence_spm), 20, drop=drop.__contains__))
    assert_steps(found, cadence_spm, 20, 8.0)


def test_ringing_of_the_impact_makes_no_steps() -> None:
    def up(t: float) -> float:
        since_s = t % (1 / 3)
        return running(180)(t) + 25 * math.exp(-since_s / 0.03) * math.sin(
            2 * math.pi * 20 * since_s
        )

    assert_steps(strikes(samples(up, 20)), 180, 20, 6.0)


def test_limp_counts_every_step() -> None:
    """Every other step is 15 % longer and softer."""

    def up(t: float) -> float:
        phase = (t / 0.666) % 1.0
        if phase < 0.465:
            return running_up(phase / 0.465, stance=0.6)
        return running_up((phase - 0.465) / 0.535, stance=0.72)

    found = strikes(samples(up, 20))
    assert abs(len(found) - (20 / 0.333 - 6)) <= 3
    assert abs(mean(c for _, c, _ in found) / 100 - 2 * 60 / 0.666) <= 0.9


def test_cadence_follows_a_change() -> None:
    def up(t: float) -> float:
        return running(160)(t) if t < 10.5 else running(200)(t - 10.5)

    found = strikes(samples(up, 20))
    assert found[-1][1] == pytest.approx(20000, rel=0.01)
    settled = [cadence for t_ms, cadence, _ in found if t_ms > 12500]
    assert min(settled) > 19500


def test_through_the_wrap_of_the_clock() -> None:
    plain = strikes(samples(running(180), 10, start_ms=0))
    wrapped = strikes(samples(running(180), 10, start_ms=PERIOD_MS - 5000))
    moved = [(ticks_diff(t_ms, PERIOD_MS - 5000), c, i) for t_ms, c, i in wrapped]
    assert moved == plain


def test_standing_has_no_steps() -> None:
    chance = random.Random(1)
    assert strikes(samples(lambda _t: G_MPS2 + chance.gauss(0, 0.15), 60), skip=0) == []


def test_a_pause_begins_a_new_count() -> None:
    def up(t: float) -> float:
        return running(180)(t) if t < 5 or t > 9 else G_MPS2

    found = strikes(samples(up, 14), skip=0)
    after = [(t_ms, cadence, interval) for t_ms, cadence, interval in found if t_ms > 8900]
    assert after[0][1:] == (0, 0)
    assert all(0 < interval < 1000 for _, _, interval in after[1:])


def test_cadence_fits_its_record_whatever_comes() -> None:
    """The log keeps it in 16 bits; a struct that does not fit would raise on the run."""
    for seed in range(60):
        chance = random.Random(seed)
        steps = Steps()
        t_ms, half_ms = 0, chance.choice((20, 30, 40, 60, 100))
        while t_ms < 20_000:
            dt_ms = chance.choice((5, 8, 10, 12))
            t_ms += dt_ms
            up_q8 = CLIP_Q8 if (t_ms // half_ms) % 2 else -CLIP_Q8
            steps.step(up_q8 + chance.randint(-3000, 3000), t_ms, dt_ms)
            assert 0 <= steps.cadence_cspm <= 65535
            assert 0 <= steps.interval_ms <= 32767


# A real runner on a force plate.

TRIALS = tuple(f"force_plate_{number:02d}" for number in (*range(0, 28, 2), 30))


def against_contacts(name: str, recorded, recordings_dir):
    """(ms between strikes over ms between their contacts, ms of each strike after its contact)."""
    lines = (recordings_dir / f"{name}.steps.csv").read_text().split()[1:]
    contacts_ms = [1000 * float(line) for line in lines]
    stream = [(up_q8(row), row[0], 10) for row in recorded(name)]
    found = [t_ms for t_ms, _, _ in strikes(stream, skip=1)]
    nearest = [min(contacts_ms, key=lambda c, t=t_ms: abs(c - t)) for t_ms in found]
    assert len(set(nearest)) == len(nearest) >= len(contacts_ms) - 3  # each contact once
    late_ms = [t - c for t, c in zip(found, nearest, strict=True)]
    return (found[-1] - found[0]) / (nearest[-1] - nearest[0]), late_ms


@pytest.mark.parametrize("name", TRIALS)
def test_strikes_of_a_real_runner_against_the_force_plate(name, recorded, recordings_dir) -> None:
    ratio, late_ms = against_contacts(name, recorded, recordings_dir)
    middle_ms = median(late_ms)
    assert abs(middle_ms) <= 30
    assert median(abs(late - middle_ms) for late in late_ms) <= 8
    assert abs(ratio - 1) <= 0.01  # 15 steps: one of them 40 ms off is as much


def test_cadence_of_a_real_runner_against_the_force_plate(recorded, recordings_dir) -> None:
    ratios = [against_contacts(name, recorded, recordings_dir)[0] for name in TRIALS]
    assert abs(mean(ratios) - 1) <= 0.002
    assert median(abs(ratio - 1) for ratio in ratios) <= 0.002
    assert sum(abs(ratio - 1) <= 0.005 for ratio in ratios) >= len(ratios) - 2
