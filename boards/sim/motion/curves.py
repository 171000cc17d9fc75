"""Basic curves for motion; all take and return arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from boards.sim.motion.quaternion import Floats

Key = tuple[float, float]


def smooth(x: Floats) -> Floats:
    """0 below 0, 1 above 1, and a smooth step (slope and curvature) between."""
    x = np.clip(x, 0.0, 1.0)
    return x * x * x * (x * (6 * x - 15) + 10)


def ease(t_s: Floats, whole_s: float, keys: Sequence[Key]) -> Floats:
    """A value interpolated smoothly through `keys` of (time in s, value).

    A negative time counts back from the end of the segment of `whole_s`.
    """
    places = [(at if at >= 0 else whole_s + at, value) for at, value in keys]
    curve = np.full(len(t_s), places[0][1])
    for (start_s, before), (end_s, after) in zip(places, places[1:], strict=False):
        span_s = max(end_s - start_s, 0.2)
        curve += (after - before) * smooth((t_s - start_s) / span_s)
    return curve


def half_sine(share: Floats) -> Floats:
    """One arch over 0..1, zero outside; its mean over 0..1 is 2/pi."""
    return np.sin(np.pi * np.clip(share, 0.0, 1.0))


def arch(t_s: Floats, start_s: float, span_s: float) -> Floats:
    """Half sine that begins at `start_s` and lasts `span_s`."""
    return half_sine((t_s - start_s) / span_s)


def ring(since_s: Floats, hz: Floats | float, decay_s: float) -> Floats:
    """Damped sine of amplitude 1 from time 0 on, zero before it."""
    after = np.maximum(since_s, 0.0)
    return np.exp(-after / decay_s) * np.sin(2 * np.pi * hz * after)


def ring_area_s(hz: Floats | float, decay_s: float) -> Floats | float:
    """Integral of `ring` over all time."""
    omega = 2 * np.pi * hz
    return omega / (omega**2 + decay_s**-2)


def wander(n: int, rate_hz: float, knot_s: float, sd: float, rng: np.random.Generator) -> Floats:
    """Smooth random curve (n,) whose values a few `knot_s` apart are independent."""
    knots = n / (rate_hz * knot_s)
    values = rng.standard_normal(int(knots) + 2) * sd
    place = np.linspace(0.0, knots, n)
    i = place.astype(int)
    curve: Floats = values[i] + (values[i + 1] - values[i]) * smooth(place - i)
    return curve


def hann_smoothed(x: Floats, width: int) -> Floats:
    """Moving average with a bell of `width` samples, ends held."""
    bell = np.hanning(width + 2)[1:-1]
    padded = np.pad(x, (width // 2, width - 1 - width // 2), mode="edge")
    return np.convolve(padded, bell / bell.sum(), mode="valid")
