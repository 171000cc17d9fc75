"""The pipeline: calls the stages in order for each sample and returns the events as bits.

Each sample: orientation → steps. Each new vertical (every second sample): → stride, activity.
Each foot strike: → stride lean, activity, coach. Deferred work of the orientation runs in samples
that have little else to do. The same samples, commands and configuration give the same bits on
every interpreter.
"""

from leancore.attitude.gyro_integration import NEW, PENDING
from leancore.attitude.orientation_selector import OrientationSelector
from leancore.gait.activity import RUN, WALK
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import LAST_MS, ticks_add, ticks_diff
from leancore.posture.calibration import HINGED, HINGING, IDLE, NO_STAND, STOOD
from leancore.posture.wear_frame import NOMINAL
from leancore.schema import faults
from leancore.sensor.sample import CLIPPED, GAP, HAS_A, HAS_G, HOPPED, LOST, SHAKEN
from leancore.stages import Stages

if TYPE_CHECKING:
    from leancore.coaching.session_plan import SessionPlan
    from leancore.gait.steps import Steps
    from leancore.hints import Prescription, Settings, Vector, Vertical
    from leancore.sensor.sample import Sample

# Events of a sample (bits).
STEP = const(1)  # a running step ended
CUE = const(2)  # the coach gives ``cue`` for ``coach.duration_ms``
ACTIVITY = const(4)  # ``activity.now`` changed
CALIBRATED = const(8)  # ``calibrated`` holds the calibration's result
RUN_BEGAN = const(16)
RUN_ENDED = const(32)
FEEDBACK = const(64)  # cues went on or off by the plan
FAULT = const(128)  # ``fault`` holds its number

# Commands, as the log's INPUT records number them.
IN_CALIBRATE, IN_END, IN_SHAKE = 1, 2, 3  # IN_SHAKE: the motor runs, for ``value`` ms

_DT_MAX_MS = const(150)  # a longer gap counts as this much, and step detection restarts
_TROUBLE = GAP | CLIPPED
_OUTAGE_MS = const(1000)
_CLOCK_SET_MS = const(1000)
_AGREE = const(5)  # so many samples in a row with an earlier time: the clock was set
_WALK_CMPS = const(130)
_FIRST_STEPS = const(16)
# Own leans in running were 7.3 ± 3.6° in one laboratory and 17.7° in another (Teng & Powers 2014,
# doi 10.2519/jospt.2014.5575); prescribed ones lie 7 to 14° above.
LEAN_LEAST_CDEG = const(-1000)
LEAN_MOST_CDEG = const(3000)
_LEAN_STEPS_MAX = const(50_000)  # some 4 h: the sum of more might leave the range


class Pipeline(Stages):
    """All stages together. ``settings``, ``prescription``: as returned by their ``checked``.

    ``session``: sessions done before this one, 0 = first. ``nominal``: use the board's nominal axes
    if there was no stand (replays of recordings without a stand). ``t_ms``: time of the last
    sample. After ``step``: ``taken`` is 0 if the sample was dropped because it was not newer than
    the last one. ``clock_set`` counts backward jumps of the clock, each confirmed by several
    samples.
    """

    FIELDS = (
        "vertical", "calibration", "frame", "lean", "steps", "stride", "activity", "run_onset",
        "clip_shift", "run_direction", "plan", "coach", "moved", "in_run", "since_run_ms", "t_ms",
        "_started", "_turn_ms", "_struck", "_early", "_from_before",
        "_shaken_until_ms", "_shaken", "_lean_sum", "_lean_steps", "cue", "fault", "calibrated",
        "nominal",
    )  # fmt: skip

    def __init__(
        self,
        settings: "Settings",
        prescription: "Prescription",
        session: int = 0,
        nominal: bool = False,
    ) -> None:
        super().__init__(settings, prescription, session)
        self.cue = self.fault = self.calibrated = 0
        self.nominal = 1 if nominal else 0
        self.in_run = self.since_run_ms = self.moved = 0
        self.t_ms = self._started = self._turn_ms = self._struck = self._from_before = 0
        self._shaken_until_ms = self._shaken = 0
        self._lean_sum = self._lean_steps = 0
        self._early = [0, 0, 0]  # the rotation rate of the pending sample
        self.taken = self.clock_set = 0

    def calibrate(self) -> None:
        """The button's command: measure a stand, then a hinge if one follows."""
        self.calibration.begin()

    def command(self, code: int, value: int) -> int:
        """Carry out a command by its number in the log (``IN_*``); return the events."""
        if code == IN_CALIBRATE:
            self.calibrate()
        elif code == IN_SHAKE:
            self.shake(value)
        elif code == IN_END:
            return self.end_run()
        return 0

    def end_run(self) -> int:
        """End the run; return the events."""
        if not self.in_run:
            return 0
        self.in_run = 0
        return RUN_ENDED

    @property
    def baseline_cdeg(self) -> int:
        """Mean stride lean of the running steps of this run, in centidegrees; 0 without steps."""
        return self._lean_sum // self._lean_steps if self._lean_steps else 0

    def angles_cdeg(self) -> tuple[int, int]:
        """Return lean and lateral angle of the last sample, for display: no cue uses them."""
        if not self.vertical.known:
            return 0, 0
        return self.lean.angles_cdeg(self.vertical.now(), self.frame)

    def step(self, sample: "Sample") -> int:
        """Process a sample, in order of time; return the event bits (0 = nothing happened)."""
        t_ms = sample.t_ms
        dt_ms = (t_ms - self.t_ms) & LAST_MS
        if not 0 < dt_ms <= _DT_MAX_MS or not self._started:
            dt_ms = self._take_time(t_ms)
            if not dt_ms:
                return 0
        self.t_ms = t_ms
        self.taken = 1
        flags = sample.flags
        if flags & _TROUBLE or self._shaken or not flags & HAS_A:
            self._note(flags, t_ms)
        vertical = self.vertical
        fresh = vertical.step(sample, dt_ms)
        if not fresh:
            self.stride.seen |= GAP | LOST if vertical.own.lowpass.lost_ms else GAP
            if not vertical.known:
                return self._tell() if vertical.fault else 0
        return self._follow_force(sample, vertical, fresh, t_ms, dt_ms)

    def _follow_force(
        self, sample: "Sample", vertical: OrientationSelector, fresh: int, t_ms: int, dt_ms: int
    ) -> int:
        """Use the force along the vertical; then the deferred work, if there is time."""
        up_q8 = (
            sample.ax * vertical.ux + sample.ay * vertical.uy + sample.az * vertical.uz + 8192
        ) >> 14
        struck = self.steps.step(up_q8, t_ms, dt_ms)
        self._turn_ms += dt_ms
        happened = 0
        if fresh == PENDING:
            self._keep_rate(sample)
        else:
            happened = self._follow_vertical(sample, up_q8, fresh == NEW)
        if struck:
            self._struck = 1
        if fresh != NEW:
            if self._struck:
                happened |= self._strike()
            elif fresh == PENDING:
                vertical.do_deferred(sample)
                shift = vertical.bias_shift
                if shift.in_doubt:
                    shift.in_doubt -= 1
                    self.stride.seen |= GAP
        if vertical.fault:
            happened |= self._tell()
        return happened

    def _keep_rate(self, sample: "Sample") -> None:
        """Keep the rotation rate of a pending sample for its pair."""
        early = self._early
        early[0] = sample.gx
        early[1] = sample.gy
        early[2] = sample.gz

    def _take_time(self, t_ms: int) -> int:
        """Return the time since the last sample, 0 if this one is not newer."""
        dt_ms = ticks_diff(t_ms, self.t_ms) if self._started else 10
        if dt_ms <= 0:
            self.taken = 0
            self._from_before = self._from_before + 1 if dt_ms < -_CLOCK_SET_MS else 0
            if self._from_before >= _AGREE:
                self.clock_set += 1
                self._from_before = self._started = 0
            return 0
        self._started = 1
        self._from_before = 0
        if dt_ms <= _DT_MAX_MS:
            return dt_ms
        if dt_ms > _OUTAGE_MS:  # the clip's rotation during the outage is unknown for some seconds
            self.coach.rest()
        self.steps.reset()
        self.stride.reset()
        self.stride.seen = GAP
        self._struck = 0
        return _DT_MAX_MS

    def _note(self, flags: int, t_ms: int) -> None:
        """Note what is wrong with a sample in the stride's flags."""
        trouble = flags & _TROUBLE
        if not flags & HAS_A:
            trouble |= GAP
        if self._shaken:
            if ticks_diff(t_ms, self._shaken_until_ms) < 0:
                trouble |= SHAKEN
            else:
                self._shaken = 0
        self.stride.seen |= trouble

    def _tell(self) -> int:
        """Report a fault that the orientation has found."""
        self.fault = self.vertical.fault
        self.vertical.fault = 0
        if self.fault == faults.GYRO_FROZEN:  # until now its last reading was integrated repeatedly
            self.stride.seen |= GAP | LOST
        return FAULT

    def _follow_vertical(self, sample: "Sample", up_q8: int, paired: bool) -> int:
        """Run the stages that need only every new vertical."""
        vertical = self.vertical
        ms = self._turn_ms
        self._turn_ms = 0
        happened = 0
        if self.calibration.state != IDLE or self.calibration.refining:
            happened = self._calibrate(vertical, sample, ms)
        self.stride.step(vertical, self.t_ms, ms)
        turn_q9 = 0
        if sample.flags & HAS_G:
            turn_q9 = self._turn_rate(sample, vertical, paired)
        frame = self.frame
        rise_q8 = self.steps.velocity_q8
        push_q8 = self._level_force(frame.forward, sample, up_q8)
        activity = self.activity
        if self.run_direction.pending and activity.now == RUN:
            aside_q8 = self._level_force(frame.right, sample, up_q8)
            self.run_direction.step(rise_q8, push_q8, aside_q8)
        if activity.step(up_q8, push_q8, rise_q8, turn_q9, ms):
            happened |= self._change_activity()
        if self.in_run and activity.now != RUN:
            happened |= self._pause(ms)
        return happened

    def _level_force(self, axis: "Vector", sample: "Sample", up_q8: int) -> int:
        """Return the specific force along a body axis, without the part of it that is upwards."""
        vertical = self.vertical
        x = axis[0]
        y = axis[1]
        z = axis[2]
        along = (x * vertical.ux + y * vertical.uy + z * vertical.uz) >> 14
        return (x * sample.ax + y * sample.ay + z * sample.az - along * up_q8) >> 14

    def _turn_rate(self, sample: "Sample", vertical: OrientationSelector, paired: bool) -> int:
        """Return the rotation rate about the vertical, rad/s Q9; the mean of a pair of samples."""
        x = sample.gx
        y = sample.gy
        z = sample.gz
        if paired:
            early = self._early
            x = x + early[0] >> 1
            y = y + early[1] >> 1
            z = z + early[2] >> 1
        return (x * vertical.ux + y * vertical.uy + z * vertical.uz + 8192) >> 14

    def _strike(self) -> int:
        """Handle a foot strike in this sample or the previous one."""
        self._struck = 0
        stride = self.stride
        steps = self.steps
        stride.strike(steps.strike_ms, self.lean, self.frame)
        activity = self.activity
        own = self.vertical.own
        changed = activity.strike(steps)
        own.lowpass.strike(self.frame.source != NOMINAL and activity.likely_runs())
        happened = self._change_activity() if changed else 0
        if activity.now != RUN:
            self.run_onset.step(activity, steps, stride)
            return happened
        if not changed:  # already recorded with the previous sample
            self.run_onset.count = 0
        self.since_run_ms = 0
        if own.curve.strike():
            self._set_travel()
        plan = self.plan
        if plan.run(steps.interval_ms):
            happened |= FEEDBACK
        if not self.moved and self.clip_shift.run(stride, activity.turn_q9):
            happened |= self._moved(faults.CLIP_MOVED)
        return happened | self._judge_step(steps, plan) if activity.run_step else happened

    def _judge_step(self, steps: "Steps", plan: "SessionPlan") -> int:
        """Judge a step of a run; its stride is known."""
        happened = 0
        stride = self.stride
        if self.run_direction.pending and self.run_direction.strike() and self._has_stood():
            happened |= self._moved(faults.STAND_DOUBTED)
        if stride.whole:
            happened |= STEP
            if self._lean_steps < _LEAN_STEPS_MAX:
                self._lean_sum += stride.stride_lean_cdeg
                self._lean_steps += 1
                if self._lean_steps == _FIRST_STEPS and self._is_far(plan.cap_cdeg):
                    happened |= self._moved(faults.STAND_DOUBTED)
        if self.activity.is_doubted():
            stride.flags |= HOPPED
        self.cue = cue = self.coach.step(stride, steps, plan)
        if cue:
            happened |= CUE
            self.shake(self.coach.duration_ms)
        return happened

    def _is_far(self, most_cdeg: int) -> bool:
        """Whether the mean lean is implausible for running up to ``most_cdeg``: a false stand."""
        mean_cdeg = self.baseline_cdeg
        is_usual = LEAN_LEAST_CDEG <= mean_cdeg <= max(LEAN_MOST_CDEG, most_cdeg)
        return self._has_stood() and not is_usual

    def _has_stood(self) -> bool:
        """Whether the lean is measured from a stand that is believed."""
        return not self.moved and self.frame.source != NOMINAL

    def _calibrate(self, vertical: "Vertical", sample: "Sample", dt_ms: int) -> int:
        calibration = self.calibration
        calibration.by_force = self.vertical.force_is_usable(sample)
        result = calibration.step(vertical, sample, dt_ms, self.frame)
        if not result:
            return 0
        self.calibrated = result
        if result in (STOOD, HINGED):
            self.stride.reset()
            self.clip_shift.reset()
            self.run_direction.reset()
            self._set_travel()
            self._lean_sum = self._lean_steps = 0
            if self.moved:
                self.moved = 0
                self.plan.resume(self.prescription)
        elif result == NO_STAND:
            self._set_travel()
            if self.in_run:
                return CALIBRATED | self._moved(faults.STAND_DOUBTED)
        return CALIBRATED

    def _set_travel(self) -> None:
        """Give our own orientation the wearer's velocity, to correct for curves."""
        now = self.activity.now
        own = self.vertical.own
        speed = own.curve.cmps if now == RUN else (_WALK_CMPS if now == WALK else 0)
        own.travelling = 1 if speed else 0
        travel = own.travel_q8
        forward = self.frame.forward
        for i in range(3):
            travel[i] = forward[i] * speed // 6400  # Q14 × cm/s to Q8 × m/s

    def _change_activity(self) -> int:
        self.vertical.own.curve.restart()
        self.vertical.bias_shift.rest()
        self._set_travel()
        if self.activity.now != RUN:
            return ACTIVITY
        self.coach.rest()
        self.clip_shift.rest()
        self.run_direction.rest()
        self.calibration.refining = 0
        if self.calibration.state == HINGING:
            self.calibration.state = IDLE
        if self.in_run:
            return ACTIVITY
        self.in_run = 1
        self.coach.reset()
        self.clip_shift.reset()
        self.run_direction.reset()
        self.moved = 0
        self._begin_plan()
        self._lean_sum = self._lean_steps = 0
        if self.frame.source == NOMINAL and not self.nominal:
            self.fault = faults.NOT_CALIBRATED
            self.plan.hold()
            return ACTIVITY | RUN_BEGAN | FAULT
        return ACTIVITY | RUN_BEGAN

    def _moved(self, fault: int) -> int:
        """Stop the cues until the next calibration: the clip no longer sits as calibrated."""
        self.moved = 1
        self.plan.hold()
        self.fault = fault
        return FAULT

    def shake(self, duration_ms: int) -> None:
        """Mark samples as shaken while the motor runs (``duration_ms``) and settles."""
        self._shaken = 1
        self._shaken_until_ms = ticks_add(self.t_ms, duration_ms + self.settle_ms)

    def _pause(self, dt_ms: int) -> int:
        self.since_run_ms += dt_ms
        if self.since_run_ms > self.run_end_ms:
            return self.end_run()
        if self._has_stood() and self.clip_shift.stand(
            self.vertical, self.frame, self.activity, dt_ms
        ):
            return self._moved(faults.CLIP_MOVED)
        return 0
