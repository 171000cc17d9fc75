"""The clip: one pass over its parts, and the loop around it.

In every pass: motor (pulses must end), sensor, its watchdog. What may wait some 50 ms are chores,
one or two a pass in turn, so that no sample waits long for the end of a pass. After each round of
them the chip's watchdog is fed. On any doubt the motor goes off first.
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
from leandevice.sensing.motion_sensor import LAST, READS_MAX
from leandevice.sensing.sleep_mode import IDLE_MS as ASLEEP_MS

if TYPE_CHECKING:
    from leancore.pipeline import Pipeline
    from leancore.sensor.sample import Sample

    from leandevice.parts import Parts

# So many samples in a row that were there when first asked for: the next one is asked for 1 ms
# earlier; so many: 2 ms, for a loop that has fallen behind sees no others.
_PROMPT = const(5)
_BEHIND = const(8)
SAMPLES_MAX = const(8)  # in a pass; what is left of a cargo waits for the next one
IDLE_MS = const(1)  # between two passes, where a sample is awaited
_IDLE_MAX_MS = const(8)
_ERROR_MOST = const(300)  # characters: where it came from stands last
_ERROR_SAME = const(80)
_PULSE_IDLE_MS = const(5)  # the motor must end its pulses
_FRESH_MS = const(15)  # behind a sample younger than this, or of this pass, there is no other
_OVERDUE_MS = LAST_MS - 5  # time until a sample was due 5 ms ago: it is not waited for
ROUND_MS = const(200)  # the rest of a round in one pass if the last one is so long ago


class App:
    """The loop over ``parts``; ``loop``: what it counts of itself."""

    def __init__(self, parts: "Parts") -> None:
        self._ticks_ms = parts.clock.ticks_ms
        self._describe = parts.describe
        self._forgot = parts.forgot
        self._chores = parts.chores
        self._chore = 0
        self._due_ms = self._round_ms = self._ticks_ms()
        self._clock_set = 0
        self._prompt = 0  # samples in a row that were there when first asked for
        self.clock = parts.clock
        self.watchdog = parts.watchdog
        self.loop = parts.loop
        self.imu = parts.imu
        self.haptic = parts.haptic
        self.pipeline = parts.pipeline
        self.recorder = parts.recorder
        self.config = parts.config
        self.feedback = parts.feedback
        self.sensor_watchdog = parts.sensor_watchdog
        self.sleep_mode = parts.sleep_mode
        self.runs = parts.runs
        self.host_links = parts.host_links
        self.health = parts.health
        # For whoever looks in from outside: benches, the simulated board.
        self.store = parts.store
        self.register = parts.register
        self.user_input = parts.user_input
        self.wall_clock = parts.wall_clock
        self.battery = parts.battery
        self.restarts = parts.restarts
        self.configure = parts.configurator.configure

    def start(self) -> None:
        """Bring up the sensor and say that the clip is alive."""
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
        """For ever; whatever ends it (Ctrl-C, a reload) stops the motor."""
        try:
            self.start()
            while True:
                self.once()
        finally:
            self.haptic.off()

    def once(self) -> None:
        """One pass and its rest. An error stops the motor, is counted, and the loop goes on.

        If it comes again and again nobody feeds the watchdog, and the clip starts anew.
        """
        try:
            try:
                self.tick()
            except Exception as error:  # noqa: BLE001 (the loop's policy for what nobody foresaw)
                self._failed(error)
            self.clock.idle(self._idle_ms())
        except Exception:  # noqa: BLE001 (what deals with an error must not end the loop)
            self.loop.errors_lost += 1

    def _failed(self, error: Exception) -> None:
        """An error that nobody foresaw. Nothing is written here: the log may be what failed."""
        self._chore = 0  # the round begins anew
        self.haptic.off()
        number = faults.NO_MEMORY if isinstance(error, MemoryError) else faults.PROGRAM
        self.recorder.count(number, self._ticks_ms())
        text = self._describe(error)[-_ERROR_MOST:]
        if text[-_ERROR_SAME:] != self.loop.last_error[-_ERROR_SAME:]:
            print("LeanCue:", text)  # noqa: T201 (the console; once, for nobody may read it)
        self.loop.last_error = text

    def _idle_ms(self) -> int:
        """Until the next sample is due; not long, for the motor and the button."""
        if self.host_links.busy:
            return 0
        if self.sleep_mode.asleep:
            return ASLEEP_MS
        due_in_ms = (self._due_ms - self._ticks_ms()) & LAST_MS
        if due_in_ms <= IDLE_MS or due_in_ms > _OVERDUE_MS:
            return IDLE_MS
        most_ms = _PULSE_IDLE_MS if self.haptic.busy else _IDLE_MAX_MS
        return due_in_ms if due_in_ms < most_ms else most_ms

    def tick(self) -> None:
        """One pass."""
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
            self._samples(now_ms, got)
        else:
            self._prompt = 0
        if imu.hangs:
            haptic.cut()
        elif haptic.was_cut:
            haptic.bus_is_back()
        done_ms = ticks_ms()  # a bus that hangs has taken a second
        if imu.sample_ms == sample_ms:
            self.sensor_watchdog.step(done_ms)
        if self.host_links.busy:
            self.host_links.step(now_ms)
        due_in_ms = (self._due_ms - done_ms) & LAST_MS
        round_ms = (done_ms - self._round_ms) & LAST_MS
        if IDLE_MS < due_in_ms < _OVERDUE_MS or round_ms > ROUND_MS:
            self._do_chores(done_ms, round_ms > ROUND_MS)
        spent_ms = (ticks_ms() - now_ms) & LAST_MS
        if spent_ms > self.loop.worst_pass_ms:
            self.loop.worst_pass_ms = spent_ms

    def _samples(self, now_ms: int, got: int) -> None:
        """What has come; in pieces, for the motor must end its pulses meanwhile."""
        imu = self.imu
        sample = imu.sample
        pipeline = self.pipeline
        left = SAMPLES_MAX
        while got:
            if self.sleep_mode.asleep:
                self.sleep_mode.sample(sample, self._ticks_ms())
            else:
                self._decided(pipeline, sample, pipeline.step(sample))
            left -= 1
            fresh = (now_ms - sample.t_ms + _FRESH_MS) & LAST_MS < 2 * _FRESH_MS
            if not left or (fresh and got == LAST):
                break
            got = imu.poll()
        self._prompt = prompt = self._prompt + 1
        early_ms = 0 if prompt < _PROMPT else 1 if prompt < _BEHIND else 2
        imu.early = early_ms == 1
        self._due_ms = (now_ms + imu.period_ms - early_ms) & LAST_MS

    def _do_chores(self, now_ms: int, is_overdue: bool) -> None:
        """The next two, in a run the next one: the sensor takes its time; the rest of the round,
        where passes come seldom or take long.

        An error in one of them begins the round anew.
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
        """The pipeline has taken a sample, and this happened; the motor before the log."""
        now_ms = self._ticks_ms()
        if not pipeline.taken:
            self.loop.refused += 1
            self._refused()
            return
        if happened & CUE:
            self._cue(sample, now_ms)
        recorder = self.recorder
        if recorder.open and (happened or recorder.raw):
            recorder.sample(pipeline, sample, happened)
        if happened:
            self._happened(happened, sample, now_ms)

    def _refused(self) -> None:
        """A sample that is not newer than the last; or the clock was set back."""
        if self.pipeline.clock_set != self._clock_set:
            self._clock_set = self.pipeline.clock_set
            now_ms = self._ticks_ms()
            self.health.step(now_ms)  # first: the run's log is to tell why it ended
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
        """Never from old data: a sample that was long on its way moves no motor."""
        if ticks_diff(now_ms, sample.t_ms) > self.config.settings["stale_ms"]:
            self.feedback.fault(faults.CUE_WITHHELD, now_ms)
            return
        cue = self.pipeline.cue
        on_ms, off_ms, count, percent = coach.pulses(cue, self.pipeline.coach.duration_ms)
        self.haptic.play(now_ms, on_ms, off_ms, count, percent)
        self.host_links.news(cue)
