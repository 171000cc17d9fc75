"""The orientation: whether it changes, rotates with the gyroscope, and makes the force point up."""

from __future__ import annotations

import numpy as np

from leancue.recordings.plausibility import rates
from leancue.recordings.plausibility.content import Turning, mean_forces
from leancue.recordings.plausibility.examination import Examination, Problem
from leancue.recordings.plausibility.mistakes import (
    ALIKE,
    TURNS_RADPS,
    Direction,
    Mistake,
    comparable,
    direction,
    explanations,
    undone,
    widest_deg,
)

_GUESSES = 3
_UNLIKE = 0.4  # correlation of the two rates of turning
_TILT_DEG, _FAR_DEG = 6.0, 20.0  # beyond this a mistake is searched
_BETTER = 1 / 3  # of the angle: then the mistake is considered proven
_TILT_MOST_DEG = 25.0
_TILT_CONSTANT_DEG = 50.0  # sources without an orientation have shown 39
_SPREAD_DEG = 25.0
_MOVES_MPS2 = 1.0
_STILL = 1e-4
_STAYS = 0.2
_LATE_S = 0.08  # maximum delay of a filter; more would accept a wrong sign of a step
_NEVER_FILLED = Problem(
    "", "qw, qx, qy, qz never change: they were never filled in, or the sensor hung",
    "record the orientation too, or add `--orientation own`, which needs none",
)  # fmt: skip
_CONVENTIONS = Problem(
    "", "the columns have the wrong order, signs or axes",
    "quaternion: w first, from the sensor to the earth, z up; force: +9.81 m/s² on the axis that "
    "points up at rest; all in the same axes of the sensor",
)  # fmt: skip


def is_constant(seen: Examination) -> bool:
    """Return whether the orientation never changes; check whether that is plausible."""
    content = seen.content
    assert content.q is not None
    if (np.ptp(content.q, axis=0) > _STILL).any():
        return False
    what = _against_constant(seen)
    if what:
        seen.of_orientation.append(
            _NEVER_FILLED._replace(seen=f"the orientation stays the same{what}")
        )
    elif seen.had_none:
        seen.unchecked("the lean", "neither orientation nor gyroscope was recorded")
    else:
        seen.unchecked("the orientation", "it never changes, and nothing in the recording moves")
    return True


def _against_constant(seen: Examination) -> str:
    """Return what a constant orientation contradicts, or ""."""
    g = seen.content.g
    turns = 0.0 if g is None else float(np.sqrt(g.var(axis=0).sum()))
    if turns > TURNS_RADPS[0]:
        return f" while the gyroscope turns ({turns:.2g} rad/s)"
    if not seen.has_gravity:
        return ""
    forces = mean_forces(seen.content)
    up, spread_deg = direction(forces), widest_deg(forces)
    if not _may_be_constant(up):
        return f", and by it {_words(up)}"
    if spread_deg > _SPREAD_DEG:
        return f" while the force tilts by {spread_deg:.0f}°"
    sway = float(np.linalg.norm(seen.content.a, axis=1).std())
    if sway > _MOVES_MPS2 and not seen.had_none:
        return f"while its wearer moves (the force varies by {sway:.1f} m/s²)"
    return ""


def _may_be_constant(up: Direction) -> bool:
    return up.has_gravity and up.tilt_deg < _TILT_CONSTANT_DEG


def check(seen: Examination) -> None:
    """Check an orientation that changes against gyroscope and force."""
    turning = _turning(seen)
    up = direction(mean_forces(seen.content)) if seen.has_gravity else None
    alike = None if turning is None else turning.likeness()
    found = []
    if (alike is not None and alike < ALIKE) or (up is not None and _is_astray(up)):
        found = explanations(seen.content, seen.has_gravity)
    unlike = alike is not None and alike < _UNLIKE
    astray = up is not None and not (up.has_gravity and up.tilt_deg < _TILT_MOST_DEG)
    if found and (unlike or astray or _is_better(seen, found[0], alike, up)):
        seen.of_orientation.append(_named(_what(alike, up), found))
        turning = _turning(seen, found[0])
    elif unlike or astray:
        seen.of_orientation.append(_unnamed(turning, _what(alike, up)))
    elif up is not None and up.tilt_deg > _TILT_DEG:
        seen.doubt(f"by the orientation {_words(up)}")
    if turning is not None and (unit := rates.of_unit(turning)):
        seen.problems.append(unit)
    elif turning is not None:
        rates.doubt_ratio(seen, turning)


def _turning(seen: Examination, made: tuple[Mistake, ...] = ()) -> Turning | None:
    """Return the comparison of gyroscope and orientation in which they are the most alike."""
    content = undone(seen.content, made)
    if content.g is None:
        seen.unchecked("how the orientation turns", "there is no gyroscope to compare it with")
        return None
    found = comparable(content)
    if not found:
        seen.unchecked("gyroscope against orientation", "nothing turns in the recording")
        return None
    best = max(found, key=lambda turning: turning.likeness())
    return best if best.likeness() > ALIKE or made else _late(seen, found, best)


def _late(seen: Examination, found: list[Turning], best: Turning) -> Turning:
    """Check whether the orientation is merely delayed, as on a phone."""
    most = max(1, round(_LATE_S / seen.content.period_s))
    samples, late = max(
        ((k, turning.late(k)) for turning in found for k in range(-most, most + 1)
         if abs(k) * 3 < len(turning.of_q)),
        key=lambda row: row[1].likeness(), default=(0, best),
    )  # fmt: skip
    if late.likeness() < ALIKE or late.likeness() < best.likeness() + 0.1:
        return best
    late_ms = 1000 * samples * seen.content.period_s
    seen.doubt(f"the orientation comes {late_ms:.0f} ms after the gyroscope")
    return late


def _is_astray(up: Direction) -> bool:
    """Whether to search for a mistake."""
    return not up.has_gravity or max(up.tilt_deg, up.usual_deg) > _TILT_DEG or up.far_deg > _FAR_DEG


def _is_better(
    seen: Examination, made: tuple[Mistake, ...], alike: float | None, up: Direction | None
) -> bool:  # fmt: skip
    """Whether a plausible recording fits far better with these mistakes undone."""
    mended = undone(seen.content, made)
    if alike is not None and alike < ALIKE:
        turning = comparable(mended)
        best = max((t.likeness() for t in turning), default=0.0)
        return 1 - best < _BETTER * (1 - alike)
    if up is None:
        return False
    axis = next((mistake.up for mistake in made if mistake.of == "e"), (0, 0, 1))
    then = direction(mean_forces(mended), axis)
    return then.off_deg < _BETTER * up.off_deg


def _named(what: str, found: list[tuple[Mistake, ...]]) -> Problem:
    """Return the problem of a recording explained by these mistakes."""
    words = dict.fromkeys(", and ".join(mistake.words for mistake in made) for made in found)
    way_out = ", and ".join(dict.fromkeys(mistake.way_out for mistake in found[0]))
    return Problem(what, "; or ".join(list(words)[:_GUESSES]), way_out)


def _unnamed(turning: Turning | None, what: str) -> Problem:
    """Return the problem of an unexplained recording."""
    if turning is not None and turning.likeness() < _UNLIKE:
        of_q, of_g = turning.sizes
        if of_q < _STAYS * of_g:
            return Problem(
                f"the gyroscope turns by {of_g:.2g} rad/s on average, the orientation by "
                f"{of_q:.2g}",
                "gx, gy, gz are in °/s, or the orientation was never filled in, or it hung",
                "give gx, gy, gz in rad/s (divide °/s by 57.2958) and an orientation that changes",
            )  # fmt: skip
    return _CONVENTIONS._replace(seen=what)


def _what(alike: float | None, up: Direction | None) -> str:
    """Return the observations of an inconsistent recording."""
    words = []
    if alike is not None and alike < ALIKE:
        words.append(
            f"the orientation does not turn as the gyroscope does (correlation {alike:.2f})"
        )
    if up is not None and _is_astray(up):
        words.append(f"by the orientation {_words(up)}")
    return ", and ".join(words)


def _words(up: Direction) -> str:
    angle = max(up.tilt_deg, up.usual_deg, up.far_deg if up.tilt_deg < _TILT_DEG else 0.0)
    return f"the mean force is {up.force_mps2:.1f} m/s², {angle:.0f}° from the earth's up"
