"""What the wearer does: still, walk, run or other.

Running has flight: between two strikes the vertical specific force falls well below 1 g and the
vertical velocity swings by more than walking ever does (a walker's pelvis keeps one foot's
support; cf. Cavagna 1976, doi 10.1113/jphysiol.1976.sp011613). Who hops on both feet has flight
too; but a runner's pelvis turns to the one side and the other, step by step, and a hopper's does
not. A number of running steps in a row begin running; time without one ends it.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const

if TYPE_CHECKING:
    from leancore.gait.steps import Steps

STILL = const(0)
WALK = const(1)
RUN = const(2)
OTHER = const(3)
ACTIVITIES = ("still", "walk", "run", "other")  # their names, by number

_G_Q8 = const(2511)
_RUN_SWING_Q8 = const(700 * 256)  # mm/s in Q8
_RUN_LOW_Q8 = const(1150)  # 4.5 m/s²
_RUN_MIN_MS = const(230)  # 107 to 260 steps/min
_RUN_MAX_MS = const(560)
_PATIENCE_MIN_MS = const(600)  # one strike may be missed before running is over
_WALK_MIN_MS = const(350)
_WALK_MAX_MS = const(1100)
_WALK_STEPS = const(3)
_TURNS_Q9 = const(66)  # rad/s: 7.4 °/s between the mean turning rates of two steps
_SILENT_Q9 = const(45)  # 5 °/s: a pelvis that never turns faster says nothing about its steps
_COUNT_MAX = const(250)  # turns of the vertical in one step
_HOPS = const(3)  # so many steps in a row that do not alternate
_STILL_Q8 = const(80)  # mean deviation from 1 g: 0.3 m/s²
_STILL_MS = const(800)
_SMOOTH_MS = const(300)
_LONG_MS = const(60000)  # longer than any limit: times are not counted beyond it


class Activity:
    """``now``: one of the constants above; ``run_step``: 1 if the last step was a running step.

    ``turn_q9``: mean turning rate about the vertical in the last step, rad/s.
    """

    FIELDS = (
        "now", "run_step", "_runs", "_walks", "_since_run_ms", "_since_walk_ms", "_still_ms",
        "_restless_q12", "_patience_ms",
        "_turn_sum", "_turn_count", "_turn_top", "turn_q9", "_turn_change", "_hops",
    )  # fmt: skip

    def __init__(self) -> None:
        self.run_steps = 4
        self.run_stop_ms = 1200
        self.reset()

    def reset(self) -> None:
        """Begin anew."""
        self.now = OTHER
        self.run_step = self._runs = self._walks = 0
        self._since_run_ms = self._since_walk_ms = 0
        self._patience_ms = self.run_stop_ms
        self._still_ms = self._restless_q12 = 0
        self._turn_sum = self._turn_count = self._turn_top = 0
        self.turn_q9 = self._turn_change = self._hops = 0

    def step(self, up_q8: int, turn_q9: int, dt_ms: int) -> int:
        """Take what was felt along the vertical and turned about it (rad/s); 1 if ``now`` changed.

        With every turn of the vertical, ``dt_ms`` after the one before.
        """
        self._turn_sum += turn_q9
        self._turn_count += 1
        if turn_q9 < 0:
            turn_q9 = -turn_q9
        if turn_q9 > self._turn_top:
            self._turn_top = turn_q9
        self._since_run_ms = since_ms = self._since_run_ms + dt_ms
        off_q8 = up_q8 - _G_Q8 if up_q8 > _G_Q8 else _G_Q8 - up_q8
        restless = self._restless_q12
        self._restless_q12 = restless + (off_q8 * 16 - restless) * dt_ms // _SMOOTH_MS
        if self.now == RUN and since_ms <= self._patience_ms:
            return 0
        return self._step_calmly(dt_ms)

    def strike(self, steps: "Steps") -> int:
        """Take a step that ``Steps`` found; return 1 if ``now`` changed."""
        # Has the pelvis turned the other way than in the step before?
        mean = self._turn_sum // (self._turn_count or 1)
        change = mean - self.turn_q9
        repeats = -_TURNS_Q9 < change < _TURNS_Q9 or (change > 0) == (self._turn_change > 0)
        if not repeats or self._turn_top < _SILENT_Q9:
            self._hops = 0
        elif self._hops < _HOPS:
            self._hops += 1
        self.turn_q9 = mean
        self._turn_change = change
        self._turn_sum = self._turn_count = self._turn_top = 0
        # Is it a step of a run?
        ms = steps.interval_ms
        if (
            _RUN_MIN_MS <= ms <= _RUN_MAX_MS
            and steps.velocity_swing_q8 > _RUN_SWING_Q8
            and steps.low_q8 < _RUN_LOW_Q8
            and self._hops < _HOPS
        ):  # fmt: skip
            self.run_step = 1
            self._runs += 1
            self._since_run_ms = self._walks = 0
            patience_ms = ms * 9 >> 2
            if patience_ms < _PATIENCE_MIN_MS:
                patience_ms = _PATIENCE_MIN_MS
            most_ms = self.run_stop_ms
            self._patience_ms = patience_ms if patience_ms < most_ms else most_ms
        else:
            self._judge_walk(steps)
        return 0 if self.run_step and self.now == RUN else self._decide()

    def _step_calmly(self, dt_ms: int) -> int:
        """Not in the midst of a run: count what tells standing, walking and the rest apart."""
        self._since_run_ms = min(self._since_run_ms, _LONG_MS)
        self._since_walk_ms = min(self._since_walk_ms + dt_ms, _LONG_MS)
        still = self._restless_q12 < _STILL_Q8 * 16
        self._still_ms = min(self._still_ms + dt_ms, _LONG_MS) if still else 0
        if self._turn_count > _COUNT_MAX:
            self._turn_sum = self._turn_count = self._turn_top = 0
        return self._decide()

    def _judge_walk(self, steps: "Steps") -> None:
        """A step that is none of a run."""
        ms = steps.interval_ms
        self.run_step = self._runs = 0
        if _WALK_MIN_MS <= ms <= _WALK_MAX_MS and steps.low_q8 >= _RUN_LOW_Q8:
            self._walks += 1
            self._since_walk_ms = 0
        else:
            self._walks = 0

    def _decide(self) -> int:
        before = self.now
        if before != RUN or self._since_run_ms > self._patience_ms:
            self._choose()
        return 1 if self.now != before else 0

    def _choose(self) -> None:
        if self._runs >= self.run_steps and self._since_run_ms <= self.run_stop_ms:
            self.now = RUN
        elif self._walks >= _WALK_STEPS and self._since_walk_ms <= self.run_stop_ms:
            self.now = WALK
        elif self._still_ms >= _STILL_MS:
            self.now = STILL
        else:
            self._leave_steps()

    def _leave_steps(self) -> None:
        """Moving, but no steps that count any more."""
        if self._since_run_ms > self.run_stop_ms:
            self._runs = 0
        if self._since_walk_ms > self.run_stop_ms:
            self._walks = 0
        self.now = OTHER
