"""The wearer's activity: still, walk, run or other.

Two measures distinguish a slow jog from a brisk walk; neither is enough alone:

- The fall. The loss of vertical velocity in a step, divided by the loss in free fall over the same
  time: the share of the step spent falling. With continuous support whose force varies as a sine
  about the weight it is 1/pi at most; more means flight. Brisk walkers reach 0.25, joggers who
  shuffle go down to 0.2. (Up to a factor this is the Groucho number; McMahon 1987, doi
  10.1152/jappl.1987.62.6.2326.)
- The bounce. A runner brakes while falling and accelerates while rising, like a ball; a walker
  vaults over the leg like a pendulum, brakes while rising and accelerates while falling. So forward
  force times vertical velocity is positive on average over a running step, negative over a walking
  step, at any speed, with or without flight (Cavagna 1977, doi 10.1152/ajpregu.1977.233.5.R243; as
  "congruity" in Ahn 2004, doi 10.1242/jeb.00761).

The more a step bounces, the less fall it needs to count as a running step. Someone hopping on both
feet falls like a runner; but a runner's pelvis turns to alternate sides with each step, and a
hopper's does not. A number of running steps in a row starts running; a time without one ends it.
A hopper's pelvis may wobble and alternate by chance, in half of the steps; so the steps of someone
who alternates in less than three of four steps are not judged by the coach.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const

if TYPE_CHECKING:
    from leancore.gait.steps import Steps

STILL = const(0)
WALK = const(1)
RUN = const(2)
OTHER = const(3)
ACTIVITIES = ("still", "walk", "run", "other")  # names by number

_G_Q8 = const(2511)
_FALL_Q8 = const(61)  # 0.24: the maximum of walkers, used when the bounce is inconclusive
_FALL_MIN_Q8 = const(45)  # 0.175: 4 cm up and down at 160 steps/min; nobody jogs flatter
_FALL_MAX_Q8 = const(77)  # 0.30: almost only flight reaches that
_RUN_MIN_MS = const(230)  # 107 to 260 steps/min
_RUN_MAX_MS = const(560)
_TIMEOUT_MIN_MS = const(600)  # one strike may be missed before running ends
_WALK_MIN_MS = const(350)
_WALK_MAX_MS = const(1100)
_WALK_STEPS = const(3)
_TURNS_Q9 = const(66)  # rad/s: 7.4 °/s between the mean turning rates of two steps
_SILENT_Q9 = const(45)  # 5 °/s: a pelvis that never turns faster gives no information
_BOUNCES_Q6 = const(6)  # someone on the spot neither bounces forward ...
_VAULTS_Q6 = const(-16)  # ... nor vaults
_COUNT_MAX = const(250)  # updates of the vertical in one step
_HOPS = const(3)  # so many steps in a row without alternation
_DOUBT = const(3)  # by a step without alternation; one with it takes away 1
_DOUBTED = const(4)
_DOUBT_MAX = const(9)  # a run after hopping must be believed within some steps
_STILL_Q8 = const(80)  # mean deviation from 1 g: 0.3 m/s²
_STILL_MS = const(800)
_SMOOTH_MS = const(300)
_LONG_MS = const(60000)  # longer than any limit: times are not counted beyond it


def _alternates(change_q9: int, before_q9: int, least_q9: int) -> bool:
    """Whether a change of turning rate is large enough and opposite to the previous one."""
    return not -least_q9 < change_q9 < least_q9 and (change_q9 > 0) != (before_q9 > 0)


class Activity:
    """``now``: one of the constants above; ``run_step``: 1 if the last step was a running step.

    ``turn_q9``: mean turning rate about the vertical in the last step, rad/s. ``fall_q8``: loss of
    vertical velocity in the last two steps, relative to free fall (256). ``bounce_q6``: whether the
    wearer bounces (64) or vaults (-64), over the last steps.
    """

    FIELDS = (
        "now", "run_step", "_runs", "_walks", "_since_run_ms", "_since_walk_ms", "_still_ms",
        "_restless_q12", "_timeout_ms",
        "_turn_sum", "_turn_count", "_turn_top", "turn_q9", "_turn_change", "_hops", "_doubt",
        "_early_sum", "_half_count", "_course_q9", "_course_change",
        "fall_q8", "_step_fall_q8", "bounce_q6",
        "_rise_sum", "_push_sum", "_with_sum", "_either_sum",
    )  # fmt: skip

    def __init__(self) -> None:
        self.run_steps = 4
        self.run_stop_ms = 1200
        self.now = OTHER
        self.run_step = self._runs = self._walks = 0
        self._since_run_ms = self._since_walk_ms = 0
        self._timeout_ms = self.run_stop_ms
        self._still_ms = self._restless_q12 = 0
        self.turn_q9 = self._turn_change = self._hops = self._doubt = self.bounce_q6 = 0
        self.fall_q8 = self._step_fall_q8 = 0
        self._half_count = self._course_q9 = self._course_change = 0
        self._begin_step()

    def _begin_step(self) -> None:
        self._turn_sum = self._turn_count = self._turn_top = self._early_sum = 0
        self._rise_sum = self._push_sum = self._with_sum = self._either_sum = 0

    def step(self, up_q8: int, push_q8: int, rise_q8: int, turn_q9: int, dt_ms: int) -> int:
        """Take force, velocity and rotation along the vertical; return 1 if ``now`` changed.

        ``up_q8``, ``push_q8``: specific force upwards and, level, forwards, m/s². ``rise_q8``:
        vertical velocity, mm/s. ``turn_q9``: rad/s. Called with every new vertical, ``dt_ms`` after
        the previous one.
        """
        rise = rise_q8 >> 12
        push = push_q8 >> 5
        power = rise * push
        self._rise_sum += rise
        self._push_sum += push
        self._with_sum += power
        self._either_sum += power if power > 0 else -power
        self._turn_sum += turn_q9
        if self._turn_count < self._half_count:
            self._early_sum += turn_q9
        self._turn_count += 1
        if turn_q9 < 0:
            turn_q9 = -turn_q9
        if turn_q9 > self._turn_top:
            self._turn_top = turn_q9
        self._since_run_ms = since_ms = self._since_run_ms + dt_ms
        off_q8 = up_q8 - _G_Q8 if up_q8 > _G_Q8 else _G_Q8 - up_q8
        restless = self._restless_q12
        self._restless_q12 = restless + (off_q8 * 16 - restless) * dt_ms // _SMOOTH_MS
        if self.now == RUN and since_ms <= self._timeout_ms:
            return 0
        return self._step_other(dt_ms)

    def strike(self, steps: "Steps") -> int:
        """Take a step detected by ``Steps``; return 1 if ``now`` changed."""
        # Does it bounce? A drift of the velocity or a slope must not affect this.
        count = self._turn_count or 1
        bounce = self._with_sum - self._rise_sum * (self._push_sum // count)
        self.bounce_q6 = (self.bounce_q6 + bounce // ((self._either_sum >> 6) + 1)) >> 1
        self._judge_hop(_VAULTS_Q6 < self.bounce_q6 < _BOUNCES_Q6)
        self._begin_step()
        # Is it a step of a run?
        ms = steps.interval_ms
        if not ms:  # the first after a gap or a pause has no interval
            self.run_step = self._step_fall_q8 = 0
            return 0
        # How far does it fall? Over two steps, since one may be longer than the other.
        fall_q8 = steps.velocity_swing_q8 // ms * 104 >> 10  # 1 / 9.8
        self.fall_q8 = fall_q8 + (self._step_fall_q8 or fall_q8) >> 1
        self._step_fall_q8 = fall_q8
        if _RUN_MIN_MS <= ms <= _RUN_MAX_MS and self._hops < _HOPS and self._falls():
            self.run_step = 1
            if self._runs < 2 * self.run_steps:
                self._runs += 1
            self._since_run_ms = self._walks = 0
            timeout_ms = ms * 9 >> 2
            if timeout_ms < _TIMEOUT_MIN_MS:
                timeout_ms = _TIMEOUT_MIN_MS
            most_ms = self.run_stop_ms
            self._timeout_ms = timeout_ms if timeout_ms < most_ms else most_ms
        else:
            self._judge_walk(ms)
        return 0 if self.run_step and self.now == RUN else self._decide()

    def _judge_hop(self, on_the_spot: int) -> None:
        """Check whether the pelvis turned the other way than in the previous step.

        Either its mean rate or the change within the step alternates, depending on the phase of the
        strike in the yaw oscillation. On the spot the change within the step says little: there the
        mean rate must alternate as well, and a single step that does not alternate is a hop.
        """
        count = self._turn_count or 1
        mean = self._turn_sum // count
        course = (2 * self._early_sum - self._turn_sum) // count
        change = mean - self.turn_q9
        course_change = course - self._course_q9
        alternates = _alternates(change, self._turn_change, _TURNS_Q9)
        if not alternates and _alternates(course_change, self._course_change, _TURNS_Q9):
            alternates = not on_the_spot or _alternates(change, self._turn_change, _TURNS_Q9 >> 1)
        if alternates or self._turn_top < _SILENT_Q9:
            self._hops = 0
            self._doubt = max(self._doubt - 1, 0)
        else:
            self._hops = _HOPS if on_the_spot else min(self._hops + 1, _HOPS)
            self._doubt = min(self._doubt + _DOUBT, _DOUBT_MAX)
        self.turn_q9 = mean
        self._turn_change = change
        self._course_q9 = course
        self._course_change = course_change
        self._half_count = count >> 1

    def is_doubted(self) -> bool:
        """Whether the wearer may be hopping: too few of the last steps alternated."""
        return self._doubt >= _DOUBTED

    def likely_runs(self) -> bool:
        """Whether the last steps were a runner's, though perhaps too few to call it a run."""
        return self.now == RUN or self._runs >= 2

    def _falls(self) -> bool:
        """Whether the last steps fall far enough for running, given their bounce."""
        least_q8 = _FALL_Q8 - 2 * self.bounce_q6
        if least_q8 < _FALL_MIN_Q8:
            least_q8 = _FALL_MIN_Q8
        elif least_q8 > _FALL_MAX_Q8:
            least_q8 = _FALL_MAX_Q8
        return self.fall_q8 > least_q8

    def _step_other(self, dt_ms: int) -> int:
        """Outside steady running: update the counters for standing, walking and the rest."""
        self._since_run_ms = min(self._since_run_ms, _LONG_MS)
        self._since_walk_ms = min(self._since_walk_ms + dt_ms, _LONG_MS)
        still = self._restless_q12 < _STILL_Q8 * 16
        self._still_ms = min(self._still_ms + dt_ms, _LONG_MS) if still else 0
        if self._turn_count > _COUNT_MAX:
            self._begin_step()
        return self._decide()

    def _judge_walk(self, ms: int) -> None:
        """Judge a step of ``ms`` that is not a running step."""
        self.run_step = 0
        self._runs = max(0, self._runs - self.run_steps) if self.now == RUN else 0
        if _WALK_MIN_MS <= ms <= _WALK_MAX_MS and self.fall_q8 < _FALL_MAX_Q8:
            self._walks += 1
            self._since_walk_ms = 0
        else:
            self._walks = 0

    def _decide(self) -> int:
        before = self.now
        if before != RUN or self._since_run_ms > self._timeout_ms:
            self._choose()
        return 1 if self.now != before else 0

    def _choose(self) -> None:
        if self._runs >= self.run_steps and self._since_run_ms <= self._timeout_ms:
            self.now = RUN
        elif self._walks >= _WALK_STEPS and self._since_walk_ms <= self.run_stop_ms:
            self.now = WALK
        elif self._still_ms >= _STILL_MS:
            self.now = STILL
        else:
            self._leave_steps()

    def _leave_steps(self) -> None:
        """Moving, but without steps that still count."""
        if self._since_run_ms > self.run_stop_ms:
            self._runs = 0
        if self._since_walk_ms > self.run_stop_ms:
            self._walks = 0
        self.now = OTHER
