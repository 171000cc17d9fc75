"""The device's main loop, and one pass over its parts.

Every pass: motor (pulses must end), sensor, sensor watchdog. Work that may wait some 50 ms is done
by chores, one or two per pass in turn, so that no sample waits long for the end of a pass. After
each round of chores the chip's watchdog is fed. In any doubtful case the motor is switched off
first.
"""

from leancore.coaching import coach
from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import LAST_MS, ticks_diff
from leancore.pipeline import (
    ACTIVITY,
    CALIBRATED,
    CUE,
    FAULT,
    RUN_BEGAN,
    RUN_ENDED,
)
from leancore.schema import faults

from leandevice.feedback import feedback_patterns
from leandevice.power import small_heap
from leandevice.sensing.motion_sensor import MORE, READS_MAX
from leandevice.sensing.sleep_mode import IDLE_MS as ASLEEP_MS

if TYPE_CHECKING:
    from leancore.pipeline import Pipeline
    from leancore.sensor.sample import Sample

    from leandevice.parts import Parts

# After so many samples in a row that were ready at the first poll, the next poll is 1 ms earlier;
# after so many, 2 ms, since a loop that has fallen behind sees only such samples.
_PROMPT = const(12)
_BEHIND = const(16)
IDLE_MS = const(1)  # between two passes while a sample is awaited
_IDLE_MAX_MS = const(8)
_ERROR_MOST = const(300)  # characters: the origin of the error comes last
_ERROR_SAME = const(80)
_PULSE_IDLE_MS = const(5)  # the motor must end its pulses
_LATE_MAX_MS = const(1000)  # so late, a pass does not tell how many samples wait
_OVERDUE_MS = LAST_MS - 100  # a sample due more than 100 ms ago is not waited for
ROUND_MS = const(200)  # finish the round in one pass if the last round was so long ago


class App:
    """The loop over ``parts``; ``loop``: its own counters."""

    def __init__(self, parts: "Parts") -> None:
        # What each pass uses comes first: attributes set first are found fastest on the chip.
        self._ticks_ms = parts.clock.ticks_ms
        self.imu = parts.imu
        self.pipeline = parts.pipeline
        self._due_ms = self._round_ms = self._ticks_ms()
        self._prompt = 0  # samples in a row that were ready at the first poll
        self._waits = False  # the next sample can be read already
        self.loop = parts.loop
        self.haptic = parts.haptic
        self.watchdog = parts.watchdog
        self.sensor_watchdog = parts.sensor_watchdog
        self._chore = 0
        self.host_links = parts.host_links
        self.recorder = parts.recorder
        self.feedback = parts.feedback
        self._clock_set = 0
        self._chores = parts.chores
        self.runs = parts.runs
        self.sleep_mode = parts.sleep_mode
        self.config = parts.config
        self.health = parts.health
        self.clock = parts.clock
        self._describe = parts.describe
        self._forgot = parts.forgot
        # For observers outside: benches, the simulated board.
        self.store = parts.store
        self.register = parts.register
        self.user_input = parts.user_input
        self.wall_clock = parts.wall_clock
        self.battery = parts.battery
        self.restarts = parts.restarts
        self.configure = parts.configurator.configure

    def start(self) -> None:
        """Start the sensor and signal that the clip is on."""
        worked = self.imu.bring_up()
        now_ms = self._ticks_ms()
        self.feedback.say(feedback_patterns.ALIVE, now_ms)
        if self._forgot:
            self.feedback.say(feedback_patterns.FORGOTTEN, now_ms)
        elif self._forgot is False:
            self.feedback.fault(faults.LOG_WRITE, now_ms)
        if self.config.damaged:
            lost = faults.CONFIG_DAMAGED if self.config.found else faults.CONFIG_LOST
            self.feedback.fault(lost, now_ms)
        if self.restarts.count:
            self.recorder.fault(faults.WATCHDOG, now_ms)
        if not worked:
            self.feedback.fault(faults.SENSOR_ABSENT, now_ms)
        small_heap.collect()

    def run(self) -> None:
        """Loop for ever; whatever ends it (Ctrl-C, a reload) stops the motor."""
        try:
            self.start()
            while True:
                self.once()
        finally:
            self.haptic.off()

    def once(self) -> None:
        """Run a pass and idle. An error stops the motor, is counted, and the loop continues.

        If errors keep recurring the watchdog is not fed, and the clip restarts.
        """
        try:
            try:
                now_ms = self.tick()
            except Exception as error:  # noqa: BLE001 (the loop's policy for what nobody foresaw)
                self._failed(error)
                now_ms = self._ticks_ms()
            idle_ms = self._idle_ms(now_ms)
            self.clock.idle(idle_ms)
        except Exception:  # noqa: BLE001 (what deals with an error must not end the loop)
            self.loop.errors_lost += 1

    def _failed(self, error: Exception) -> None:
        """Handle an unexpected error. Nothing is logged: the log itself may have failed."""
        self._chore = 0  # restart the round
        self.haptic.off()
        number = faults.NO_MEMORY if isinstance(error, MemoryError) else faults.PROGRAM
        self.recorder.count(number, self._ticks_ms())
        text = self._describe(error)[-_ERROR_MOST:]
        if text[-_ERROR_SAME:] != self.loop.last_error[-_ERROR_SAME:]:
            print("LeanCue:", text)  # noqa: T201 (the console; once, for nobody may read it)
        self.loop.last_error = text

    def _idle_ms(self, now_ms: int) -> int:
        """Time until the next sample is due; limited, because of motor and button."""
        if self.host_links.busy or self._waits:
            return 0
        if self.sleep_mode.asleep:
            return ASLEEP_MS
        due_in_ms = (self._due_ms - now_ms) & LAST_MS
        if due_in_ms <= IDLE_MS or due_in_ms > _OVERDUE_MS:
            return IDLE_MS
        most_ms = _PULSE_IDLE_MS if self.haptic.busy else _IDLE_MAX_MS
        return due_in_ms if due_in_ms < most_ms else most_ms

    def tick(self) -> int:
        """Run one pass; return the time at its end."""
        ticks_ms = self._ticks_ms
        now_ms = ticks_ms()
        haptic = self.haptic
        if haptic.busy or haptic.is_on or haptic.testing:
            haptic.step(now_ms)
        imu = self.imu
        sample_ms = imu.sample_ms
        imu.reads_left = READS_MAX
        got = imu.poll()
        if got:
            self._sample(now_ms, got)
        else:
            self._prompt = 0
            if self._waits:  # it does not: the sensor paused
                self._waits = False
                self._due_ms = now_ms
        if imu.hangs:
            haptic.cut()
        elif haptic.was_cut:
            haptic.bus_is_back()
        done_ms = ticks_ms()  # a hung bus has taken a second
        if imu.sample_ms == sample_ms:
            self.sensor_watchdog.step(done_ms)
        due_in_ms = (self._due_ms - done_ms) & LAST_MS
        round_ms = (done_ms - self._round_ms) & LAST_MS
        if not self._waits or round_ms > ROUND_MS:
            if self.host_links.busy:
                self.host_links.step(now_ms)
            if IDLE_MS < due_in_ms < _OVERDUE_MS or round_ms > ROUND_MS:
                self._do_chores(done_ms, round_ms > ROUND_MS)
        end_ms = ticks_ms()
        spent_ms = (end_ms - now_ms) & LAST_MS
        if spent_ms > self.loop.worst_pass_ms:
            self.loop.worst_pass_ms = spent_ms
        return end_ms

    def _sample(self, now_ms: int, got: int) -> None:
        """Process a sample; others that wait get passes of their own, so that pulses end on time
        and a decision never waits for what follows an earlier one.
        """
        imu = self.imu
        sample = imu.sample
        if self.sleep_mode.asleep:
            self.sleep_mode.sample(sample, self._ticks_ms())
            self._due_ms = (now_ms + imu.period_ms) & LAST_MS
        else:
            pipeline = self.pipeline
            self._decided(pipeline, sample, pipeline.step(sample))
            self._await_next(now_ms, imu.period_ms)
        if got == MORE:
            self._waits = True

    def _await_next(self, now_ms: int, period_ms: int) -> None:
        """Set when the next sample is due: a period after the last one was, if it was ready.

        If that is over when the pass began, the next sample waits already.
        """
        due_ms = self._due_ms
        late_ms = (now_ms - due_ms) & LAST_MS
        self._waits = period_ms <= late_ms < _LATE_MAX_MS
        if self._waits:
            self._due_ms = (due_ms + period_ms) & LAST_MS
            return
        prompt = self._prompt
        if prompt and late_ms < period_ms:
            now_ms = due_ms
        self._prompt = prompt = prompt + 1
        if prompt >= _PROMPT:
            if prompt < _BEHIND:
                now_ms -= 1
                self.imu.early = True
            else:
                now_ms -= 2
        self._due_ms = (now_ms + period_ms) & LAST_MS

    def _do_chores(self, now_ms: int, is_overdue: bool) -> None:
        """Do the next two chores (one in a run), or the rest of the round if passes are rare or
        slow.

        An error in one of them restarts the round.
        """
        chores = self._chores
        i = self._chore
        count = len(chores)
        end = i + (1 if self.recorder.open else 2)
        if is_overdue or end > count:
            end = count
        while i < end:
            chores[i].step(now_ms)
            i += 1
        if i < count:
            self._chore = i
            return
        self._chore = 0
        self._round_ms = now_ms
        if self.watchdog is not None:
            self.watchdog.feed()

    def _decided(self, pipeline: "Pipeline", sample: "Sample", happened: int) -> None:
        """Act on the events of a sample: the motor before the log."""
        if not pipeline.taken:
            self.loop.refused += 1
            self._refused()
            return
        if happened & CUE:
            self._cue(sample, self._ticks_ms())
        recorder = self.recorder
        if recorder.open and (happened or recorder.raw):
            recorder.sample(pipeline, sample, happened)
        if happened:
            self._happened(happened, sample, self._ticks_ms())

    def _refused(self) -> None:
        """Handle a sample that is not newer than the last one, or a clock that was set back."""
        if self.pipeline.clock_set != self._clock_set:
            self._clock_set = self.pipeline.clock_set
            now_ms = self._ticks_ms()
            self.health.step(now_ms)  # first, so that the run's log says why it ended
            self.health.look(now_ms)
            self.runs.end(now_ms)

    def _happened(self, happened: int, sample: "Sample", now_ms: int) -> None:
        if happened & RUN_BEGAN:
            self.runs.begin(happened, sample, now_ms)
        if happened & CALIBRATED:
            self.feedback.calibrated(now_ms)
        if happened & FAULT:
            self.feedback.fault(self.pipeline.fault, now_ms)
        if happened & RUN_ENDED:
            self.runs.ended(now_ms)
        if happened & ACTIVITY:
            self.host_links.news()

    def _cue(self, sample: "Sample", now_ms: int) -> None:
        """Give the cue, but never from old data."""
        if ticks_diff(now_ms, sample.t_ms) > self.config.settings["stale_ms"]:
            self.feedback.fault(faults.CUE_WITHHELD, now_ms)
            return
        cue = self.pipeline.cue
        on_ms, off_ms, count, percent = coach.pulses(cue, self.pipeline.coach.duration_ms)
        self.haptic.play(now_ms, on_ms, off_ms, count, percent)
        self.host_links.news(cue)
