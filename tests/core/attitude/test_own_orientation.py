"""Our own orientation against its float twin, against VQF, against the optical truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from leancore.attitude.gyro_integration import PENDING
from leancore.attitude.own_orientation import OwnOrientation
from leancore.sensor.sample import GAP, HAS_A, HAS_G, Sample
from numpy.typing import NDArray
from vqf import VQF

from tools.orientation.twin import rotation, verticals

Array = NDArray[np.float64]
OPTICAL = ("optical_05", "optical_07", "optical_15", "optical_24")


def run(a: Array, g: Array, t_ms: Array | None = None,
        after_loss: NDArray[np.bool_] | None = None) -> tuple[Array, OwnOrientation]:  # fmt: skip
    """Return the verticals (N, 3, of unit length) of the integer filter.

    ``after_loss``: the samples before which the parser missed some.
    """
    own, sample = OwnOrientation(), Sample()
    sample.flags = HAS_A | HAS_G
    up = np.zeros((len(a), 3))
    steps_ms = np.full(len(a), 10) if t_ms is None else np.diff(t_ms, prepend=t_ms[0] - 10)
    a_q8, g_q9 = np.rint(a * 256).astype(int).tolist(), np.rint(g * 512).astype(int).tolist()
    for i, dt_ms in enumerate(steps_ms.astype(int).tolist()):
        sample.ax, sample.ay, sample.az = a_q8[i]
        sample.gx, sample.gy, sample.gz = g_q9[i]
        sample.flags = HAS_A | HAS_G
        if after_loss is not None and after_loss[i]:
            sample.flags |= GAP
        if own.step(sample, dt_ms) == PENDING:
            own.do_deferred(sample)
        up[i] = own.now()
    return up / np.linalg.norm(up, axis=1, keepdims=True), own


def apart_deg(u: Array, v: Array) -> Array:
    """Return the angles between two rows of unit vectors."""
    cross = np.linalg.norm(np.cross(u, v), axis=1)
    return np.degrees(np.arctan2(cross, (u * v).sum(axis=1)))


def rms(values: Array) -> float:
    return float(np.sqrt((values**2).mean()))


def vertical_of(q: Array) -> Array:
    w, x, y, z = q.T
    return np.stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)], axis=1)


def recording(folder: Path, name: str) -> tuple[Array, Array, Array, Array]:
    """Return q, a, g and where the truth counts."""
    data = np.genfromtxt(folder / f"{name}.csv", delimiter=",", names=True)
    columns = [np.stack([data[c] for c in names.split()], axis=1) for names in
               ("qw qx qy qz", "ax ay az", "gx gy gz")]  # fmt: skip
    if name.startswith("optical"):
        valid = np.genfromtxt(folder / f"{name}.truth.csv", delimiter=",", names=True)["valid"] > 0
    else:
        valid = data["t_s"] > 13.5
    return columns[0], columns[1], columns[2], valid


def spoiled(a: Array, g: Array) -> tuple[Array, Array]:
    """Add a gyroscope bias of 0.5 °/s, the part's noise, and its range of 8 g."""
    random = np.random.default_rng(0)
    bias = np.radians(0.5) * np.array([1.0, -1.0, 1.0])
    noisy = np.clip(a + random.normal(0, 0.05, a.shape), -78.4, 78.4)
    return noisy, g + bias + random.normal(0, 0.01, g.shape)


def vqf_apart_deg(q: Array, a: Array, g: Array) -> Array:
    quaternion = VQF(0.01).updateBatch(np.ascontiguousarray(g), np.ascontiguousarray(a))["quat6D"]
    return apart_deg(vertical_of(quaternion), vertical_of(q))


@pytest.mark.parametrize("name", [*OPTICAL, "sacral_run_1"])
def test_no_worse_than_vqf(recordings_dir: Path, name: str) -> None:
    q, a, g, valid = recording(recordings_dir, name)
    own = rms(apart_deg(run(a, g)[0], vertical_of(q))[valid])
    assert own <= 1.1 * rms(vqf_apart_deg(q, a, g)[valid])


def test_no_worse_than_vqf_with_bias_noise_and_clipping(recordings_dir: Path) -> None:
    q, a, g, valid = recording(recordings_dir, "sacral_run_1")
    a, g = spoiled(a, g)
    own = rms(apart_deg(run(a, g)[0], vertical_of(q))[valid])
    assert own <= 1.1 * rms(vqf_apart_deg(q, a, g)[valid])


def tumbling(seconds: float, seed: int) -> tuple[Array, Array, Array]:
    """A sensor turned by hand: vertical, force, rate at 100 Hz, with jolts of the force."""
    random = np.random.default_rng(seed)
    n = round(seconds * 100)
    t = np.arange(n) / 100
    g = sum(
        random.uniform(0.3, 1.5, 3) * np.sin(2 * np.pi * f * t[:, None] + random.uniform(0, 6, 3))
        for f in (0.2, 0.7, 1.9)
    )
    up = np.zeros((n, 3))
    vertical = np.array([0.0, 1.0, 0.0])
    for i in range(n):
        vertical = rotation(-g[i] * 0.01) @ vertical
        up[i] = vertical / np.linalg.norm(vertical)
    a = 9.81 * up + random.normal(0, 1.0, (n, 3))
    return up, a, g


@pytest.mark.parametrize("seed", range(4))
def test_integer_form_follows_its_float_twin(seed: int) -> None:
    """The error of the integer form alone: 0.01° RMS seen."""
    _up, a, g = tumbling(60, seed)
    a, g = np.rint(a * 256) / 256, np.rint(g * 512) / 512
    twin, bias = verticals(a, g, 0.01)
    own, state = run(a, g)
    assert rms(apart_deg(own, twin)) <= 0.03
    assert np.abs(np.array(state.bias.q30) / 2**30 - bias).max() < np.radians(0.05)


@pytest.mark.parametrize("rate_hz", [80, 100, 112, 125])
def test_any_granted_rate(rate_hz: int) -> None:
    """The sensor's own times are what counts: the same turn at any rate ends alike."""
    seconds, turn_radps = 20.0, 1.0
    t_ms = np.rint(np.arange(round(seconds * rate_hz)) * 1000 / rate_hz)
    angle = np.minimum(t_ms / 1000, 10.0) * turn_radps
    up = np.stack([np.zeros(len(t_ms)), np.cos(angle), -np.sin(angle)], axis=1)
    g = np.zeros_like(up)
    g[:, 0] = np.where(t_ms < 10_000, turn_radps, 0.0)
    own, _ = run(9.81 * up, g, t_ms)
    assert apart_deg(own, up).max() < 1.0


def test_bias_is_learnt_at_rest_and_in_motion() -> None:
    bias = np.radians([0.8, -0.5, 0.3])
    still = np.tile([0.0, 9.81, 0.0], (3000, 1))
    _, state = run(still, np.tile(bias, (3000, 1)))
    assert np.abs(np.array(state.bias.q30) / 2**30 - bias).max() < np.radians(0.1)
    up, g = swinging(np.arange(0, 120, 0.01))
    own, state = run(9.81 * up, g + bias)
    level = np.array([bias[0], 0.0, bias[2]])  # what turns about the vertical does not show
    learnt = np.array(state.bias.q30) / 2**30 * [1, 0, 1]
    assert np.abs(learnt - level).max() < np.radians(0.1)
    assert rms(apart_deg(own, up)[6000:]) < 0.6


def swinging(t_s: Array) -> tuple[Array, Array]:
    """A runner's pelvis: vertical and rate at the times ``t_s``, 10 ± 6° at 2.8 Hz."""
    lean = np.radians(10 + 6 * np.sin(2 * np.pi * 2.8 * t_s))
    up = np.stack([np.zeros_like(lean), np.cos(lean), -np.sin(lean)], axis=1)
    g = np.zeros_like(up)
    g[:, 0] = np.gradient(lean, t_s)
    return up, g


@pytest.mark.parametrize("first", [1500, 1501])  # the pending sample, and that of the pair
@pytest.mark.parametrize("way", [(46, 0, 0), (-126, -20, 0), (0, 0, -60)])
def test_a_force_across_the_body_is_left_out(way: tuple[int, int, int], first: int) -> None:
    up, g = swinging(np.arange(0, 30, 0.01))
    plain, _ = run(9.81 * up, g)
    spiked = 9.81 * up
    spiked[first::100] = way
    own, state = run(spiked, g)
    assert state.accel_spikes == len(spiked[first::100])
    assert apart_deg(own, plain).max() < 0.3


def test_a_hard_step_is_no_spike() -> None:
    """As hard as the sensor can tell, for one sample, but along the body."""
    up, g = swinging(np.arange(0, 30, 0.01))
    forces = 9.81 * up
    forces[1500::33] *= 7.9
    assert run(forces, g)[1].accel_spikes == 0


def test_a_turn_that_goes_on_is_taken() -> None:
    """From one reading to the next as fast as the sensor can tell."""
    t_s = np.arange(0, 10, 0.01)
    g = np.zeros((len(t_s), 3))
    turns = (t_s >= 6) & (t_s < 6.2)
    g[turns, 0] = 10.0
    angle = np.cumsum(g[:, 0]) * 0.01
    up = np.stack([np.zeros_like(angle), np.cos(angle), -np.sin(angle)], axis=1)
    own, state = run(9.81 * up, g)
    assert state.gyro_spikes == 0
    assert apart_deg(own, up)[620:].max() < 0.5


def test_gap_goes_on_from_the_posture_before_it() -> None:
    """0.6 s without samples in running: the swing's phase is unknown, the posture is not."""
    t_s = np.arange(0, 30, 0.01)
    keep = (t_s < 15.0) | (t_s >= 15.6)
    up, g = swinging(t_s)
    own, _ = run((9.81 * up)[keep], g[keep], (t_s * 1000)[keep])
    lean_deg = np.degrees(np.arctan2(-own[:, 2], own[:, 1]))
    after = t_s[keep] >= 17.6
    true_deg = np.degrees(np.arctan2(-up[:, 2], up[:, 1]))[keep]
    stride = np.convolve((lean_deg - true_deg)[after], np.ones(71) / 71, "valid")
    assert np.abs(stride).max() < 1.0


@pytest.mark.parametrize("first", [1500, 1501])  # one that would wait, and one of a pair
@pytest.mark.parametrize("rate_hz", [80, 100, 112, 125])
def test_a_lost_sample_turns_as_those_beside_it(rate_hz: int, first: int) -> None:
    """At every granted rate; without it 0.3 to 0.7° would be missing each time."""
    t_s = np.arange(40 * rate_hz) / rate_hz
    up, g = swinging(t_s)
    g[:, 1] += 0.004  # no sensor that swings tells three zeros
    lost = np.zeros(len(t_s), bool)
    lost[first::rate_hz] = True
    t_ms = np.rint(1000 * t_s)
    own, _ = run((9.81 * up)[~lost], g[~lost], t_ms[~lost], np.roll(lost, 1)[~lost])
    plain, _ = run(9.81 * up, g, t_ms)
    assert apart_deg(own, plain[~lost]).max() < 0.2


@pytest.mark.parametrize("first", [1500, 1501])
@pytest.mark.parametrize("radps", [-16.0, 24.0, 32.0, 63.0])
def test_a_rate_that_leaps_there_and_back_is_never_turned(radps: float, first: int) -> None:
    up, g = swinging(np.arange(0, 30, 0.01))
    plain, _ = run(9.81 * up, g)
    spiked = g.copy()
    spiked[first::100, 0] += radps
    own, state = run(9.81 * up, spiked)
    spikes = len(spiked[first::100])
    assert state.gyro_spikes == spikes
    of_its_time = np.ones(len(g), bool)
    of_its_time[first::100] = False  # the very sample is one interval late
    assert apart_deg(own, plain)[of_its_time].max() < 0.12


@pytest.mark.parametrize("every", [2, 7, 20])
def test_zeros_now_and_then_are_left_out(every: int) -> None:
    """Seen on real parts: a report of zeros among good ones. Each would miss up to 2.6°."""
    up, g = swinging(np.arange(0, 30, 0.01))
    g[:, 1] += 0.004
    plain, _ = run(9.81 * up, g)
    spoilt = g.copy()
    spoilt[1500::every] = 0
    own, state = run(9.81 * up, spoilt)
    slow = np.abs(g[1499::every][: len(spoilt[1500::every])]).max(1) < 0.2  # zeros are near them
    assert abs(state.gyro_spikes - (~slow).sum()) <= len(slow) // 20
    came = np.ones(len(g), bool)
    came[1500::every] = False
    assert apart_deg(own, plain)[came].max() < 0.5


@pytest.mark.parametrize("rest_radps", [0.0, 0.02])
def test_a_stop_is_believed(rest_radps: float) -> None:
    """It turns on no more, as soon as the reading after the zeros is near them."""
    g = np.zeros((3000, 3))
    g[1000:1020, 0] = 3.0
    angle = np.cumsum(g[:, 0]) * 0.01
    g[1021:, 2] = rest_radps
    up = np.stack([np.zeros_like(angle), np.cos(angle), -np.sin(angle)], axis=1)
    own, state = run(9.81 * up, g)
    assert state.gyro_spikes == 0
    assert apart_deg(own, up)[1022] < 0.2


def test_a_leap_that_goes_on_loses_no_turn() -> None:
    """The rate goes from 0 to 20 rad/s and back at once, for some samples."""
    g = np.zeros((3000, 3))
    for first, count in ((1000, 2), (1501, 3), (2002, 10)):
        g[first : first + count, 0] = 20.0
    angle = np.cumsum(g[:, 0]) * 0.01
    up = np.stack([np.zeros_like(angle), np.cos(angle), -np.sin(angle)], axis=1)
    own, state = run(9.81 * up, g)
    assert state.gyro_spikes == 0
    assert apart_deg(own, up)[[1030, 1530, 2030, -1]].max() < 0.3


def test_free_fall_has_no_up() -> None:
    own, sample = OwnOrientation(), Sample()
    sample.flags = HAS_A | HAS_G
    assert own.step(sample, 10) == 0
    assert not own.known


@pytest.mark.parametrize("rate_hz", [80, 90, 112, 125])
def test_times_in_whole_milliseconds_do_not_turn_a_ringing_clip(rate_hz: int) -> None:
    """A clip that rings at 14 Hz, reported at even times that are told as whole milliseconds."""
    t_s = np.arange(60 * rate_hz) / rate_hz
    angle = np.radians(3.0) * np.sin(2 * np.pi * 14 * t_s)
    rate = np.diff(angle, prepend=angle[0]) * rate_hz  # its mean over the interval
    up = np.stack([np.zeros(len(t_s)), np.cos(angle), -np.sin(angle)], axis=1)
    g = np.stack([rate, np.zeros(len(t_s)), np.zeros(len(t_s))], axis=1)
    own, _ = run(9.81 * up, g, np.rint(1000 * t_s))
    assert rms(apart_deg(own, up)[10 * rate_hz :]) < 0.05
