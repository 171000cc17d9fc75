"""Named plans: what a simulated wearer does with the clip."""

from __future__ import annotations

from boards.sim.motion.wearer import (
    Bend,
    Drive,
    Hinge,
    Jump,
    Lie,
    Plan,
    Ride,
    Run,
    Segment,
    SitDown,
    StairsDown,
    StairsUp,
    Stand,
    Stumble,
    Walk,
)

_TAP_S = 0.15
_HOLD_S = 2.5


def _session(*segments: Segment) -> Plan:
    """Calibrate with a tap one second in; end the run with a long press while standing."""
    end_s = sum(segment.s for segment in segments)
    return Plan(segments, pressed=((1.0, _TAP_S), (end_s - 4.0, _HOLD_S)))


# Natural lean about 6.2 degrees, band 13.2 to 16.2, cap 20.2: what a prescription of
# +7 to +10, cap +14 on that baseline asks for.
_RUN_BEFORE_BREAK = (
    Run(30, 5.6, 171, lean_end_deg=6.8),  # as the runner would run
    Run(25, 11.0, 171, lean_end_deg=12.4),  # cued: more, not yet enough
    Run(50, 14.2, 172, lean_end_deg=15.0),
    Run(18, 11.4, 172, lean_end_deg=11.0),  # lost it
    Run(45, 14.6, 173),
    Run(15, 17.6, 173, lean_end_deg=17.9),  # overdone
    Run(47, 15.0, 172, lean_end_deg=14.4),
    Run(8, 22.0, 172, lean_end_deg=22.4),  # far beyond the cap
    Run(40, 14.8, 172),
    Run(22, 10.8, 172),
)
_RUN_AFTER_BREAK = (
    Run(20, 8.5, 171, lean_end_deg=9.2),
    Run(55, 14.4, 172),
    Run(12, 17.4, 173),
    Run(53, 14.9, 173, lean_end_deg=14.3),
    Run(28, 11.6, 172),
    Run(42, 14.6, 171),
    Run(60, 14.4, 170, lean_end_deg=11.8),  # tired: the lean fades
    Run(30, 11.8, 169, lean_end_deg=11.2),
)

DEMO = _session(
    Stand(4), Hinge(4), Stand(3), Walk(8), *_RUN_BEFORE_BREAK,
    Walk(30, 116), *_RUN_AFTER_BREAK, Walk(10), Stand(5),
)  # fmt: skip

SHORT = _session(
    Stand(4), Hinge(4), Stand(4), Walk(6),
    Run(15, 14.7), Run(15, 10.0), Run(15, 14.7),
    Walk(6), Stand(6),
)  # fmt: skip

MIXED = _session(
    Stand(4), Hinge(4), Stand(4), Walk(20), StairsUp(12), Walk(6), StairsDown(12), Stand(4),
    Bend(8), Stand(3), Walk(10, 122), Run(30, 8.0, 165), Stumble(lean_deg=8.0), Run(25, 8.0, 168),
    Walk(8, 100), Jump(15), Stand(4), SitDown(14), Walk(8), Run(20, 9.0, 178, slope_deg=5),
    Run(20, 6.0, 176, slope_deg=-5), Walk(6), Stand(3), Lie(18), Stand(3), Ride(30), Stand(3),
    Walk(6), Drive(30), Stand(5),
)  # fmt: skip

PLANS = {"demo": DEMO, "short": SHORT, "mixed": MIXED}
"""Every named plan; the names are what a command line may offer."""
