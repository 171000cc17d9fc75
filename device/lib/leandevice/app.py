"""The clip: one pass over all parts, and the loop around it.

Order in a pass: motor (pulses must end), sensor, guard, button, wire, light, battery, journal,
watchdog. On any doubt the motor goes off first.
"""

from leancore import coach, faults, records, trainer
from leancore.activity import RUN
from leancore.calibration import HINGED, STOOD
from leancore.frame import NOMINAL
from leancore.prescription import UNMEASURED, for_session
from leancore.ticks import ticks_diff
from leancore.trainer import Trainer

from leandevice import button as btn
from leandevice import signals
from leandevice.desk import Desk
from leandevice.imu import CARGOS_MAX, REPORTS
from leandevice.journal import Journal
from leandevice.link import Link

IDLE_MS = 2
_STREAM_MS = 500
_FAULT_PERIOD_MS = 300000
_QUALIFY_PERCENT = 60  # of today's minutes: then the session counts


class App:
    """``parts``: object with clock, imu, haptic, led, button, battery, config, store, port,
    watchdog (or None), uid, board. All are plain parts; nothing here knows hardware."""

    def __init__(self, parts):
        self.clock = parts.clock
        self.imu = parts.imu
        self.haptic = parts.haptic
        self.led = parts.led
        self.button = parts.button
        self.battery = parts.battery
        self.config = parts.config
        self.store = parts.store
        self.watchdog = parts.watchdog
        self.uid = parts.uid
        self.board = parts.board
        self.worst_pass_ms = 0
        self._wall = None
        self._buzz_ms = None
        self._stream_ms = None
        self._resets = 0
        self._stale = True
        self._pending_cue = 0
        self.trainer = Trainer(self.config.settings, self.config.effective_prescription())
        self.journal = Journal(self.store, self.wall_s)
        self.link = Link(parts.port, Desk(self))
        self.configure()

    def start(self):
        """Bring up the sensor and say that the clip is alive."""
        worked = self.imu.bring_up()
        now_ms = self.clock.ticks_ms()
        self.say(signals.ALIVE, now_ms)
        if self.config.damaged:
            self.fault(faults.CONFIG_DAMAGED if self.config.found else faults.CONFIG_LOST, now_ms)
        if not worked:
            self.fault(faults.SENSOR_ABSENT, now_ms)

    def configure(self):
        """Give the trainer the configuration as it stands; only between runs."""
        config = self.config
        self.trainer.configure(config.settings, config.effective_prescription(), config.sessions)
        self.haptic.strength_percent = config.settings["motor_percent"]
        self.imu.interval_us = 1000000 // config.settings["rate_hz"]

    # ---- one pass -------------------------------------------------------------------------

    def tick(self):
        """One pass."""
        now_ms = self.clock.ticks_ms()
        self.haptic.step(now_ms)
        self._read(now_ms)
        self._guard(now_ms)
        pressed = self.button.step(now_ms)
        if pressed:
            self._pressed(pressed, now_ms)
        self.link.step()
        self.led.step(now_ms)
        self.battery.step(now_ms)
        self.journal.step()
        if self.watchdog is not None:
            self.watchdog.feed()
        pass_ms = ticks_diff(self.clock.ticks_ms(), now_ms)
        if pass_ms > self.worst_pass_ms:
            self.worst_pass_ms = pass_ms

    def once(self):
        """One pass and its rest; an error stops the motor, is recorded, and the loop goes on."""
        try:
            self.tick()
        except (OSError, ValueError, KeyError, IndexError, RuntimeError, MemoryError) as error:
            self.haptic.off()
            self.fault(faults.PROGRAM, self.clock.ticks_ms())
            print("LeanCue:", type(error), error)  # noqa: T201 (the console, not the wire)
        self.clock.idle(IDLE_MS)

    def run(self):
        """For ever."""
        self.start()
        while True:
            self.once()

    def _read(self, now_ms):
        imu = self.imu
        for _cargo in range(CARGOS_MAX):
            if not imu.read(now_ms):
                return
            while imu.parser.next():
                self._sample(imu.parser.sample, now_ms)

    def _sample(self, sample, now_ms):
        tr = self.trainer
        set_before = tr.clock_set
        happened = tr.step(sample)
        if not tr.taken:
            if tr.clock_set != set_before and self.journal.open:
                self._end_run(now_ms)
            return
        self.imu.fresh(sample.t_ms)
        self._stale = False
        if self.journal.open:
            self.journal.sample(tr, sample, happened)
        if happened:
            self._happened(happened, sample, now_ms)
        if self.link.live and (
            self._stream_ms is None or ticks_diff(now_ms, self._stream_ms) >= _STREAM_MS
        ):
            self._stream(now_ms)

    def _happened(self, happened, sample, now_ms):
        if happened & trainer.RUN_BEGAN:
            self._begin_run(happened, sample, now_ms)
        if happened & trainer.CUE:
            self._cue(sample, now_ms)
        if happened & trainer.CALIBRATED:
            self._calibrated(now_ms)
        if happened & trainer.FAULT:
            self.fault(self.trainer.fault, now_ms)
        if happened & trainer.RUN_ENDED:
            self._run_ended(now_ms)
        if self.link.live and happened & (trainer.CUE | trainer.ACTIVITY):
            self._stream(now_ms)

    def _cue(self, sample, now_ms):
        """Never from old data: a sample that was long on its way moves no motor."""
        if ticks_diff(now_ms, sample.t_ms) > self.config.settings["stale_ms"]:
            return
        tr = self.trainer
        on_ms, off_ms, count, percent = coach.pulses(tr.cue, tr.coach.duration_ms)
        self.haptic.play(now_ms, on_ms, off_ms, count, percent)
        self._pending_cue = tr.cue

    # ---- runs -----------------------------------------------------------------------------

    def _begin_run(self, happened, sample, now_ms):
        config = self.config
        run_id = config.last_run
        for run in self.store.runs:
            run_id = max(run_id, run.run_id)
        tr = self.trainer
        info = {
            "uid": self.uid, "board": self.board, "session": tr.session, "wall_s": self.wall_s(),
            "patient": tr.prescription["patient"],
        }  # fmt: skip
        self.journal.begin(run_id + 1, tr, happened, sample.t_ms, info)
        self._note_granted(sample.t_ms)
        self.say(signals.RUN_BEGAN, now_ms)

    def _note_granted(self, t_ms):
        granted_us = self.imu.parser.granted_us
        for report in REPORTS:
            interval_us = min(granted_us[report], 32767)
            self.journal.note(records.DEVICE, t_ms, records.DEV_GRANTED, report, interval_us)

    def _end_run(self, now_ms):
        """By command: the trainer is told, and the journal says so."""
        if self.journal.command(self.trainer, trainer.IN_END):
            self._run_ended(now_ms)

    def _run_ended(self, now_ms):
        self.haptic.off()
        self._count_session()
        self.configure()
        self.store.settle()
        self.say(signals.RUN_SAVED, now_ms)

    def _count_session(self):
        """A session counts when most of its minutes were run; a baseline when it was long enough."""
        config = self.config
        tr = self.trainer
        plan = tr.plan
        if tr.prescription["baseline_cdeg"] == UNMEASURED:
            if plan.run_ms < config.settings["baseline_ms"] or tr.frame.source == NOMINAL:
                return
            config.baseline_cdeg = tr.baseline_cdeg
        else:
            minutes = for_session(tr.prescription, "minutes", tr.session)
            if plan.run_ms < minutes * 600 * _QUALIFY_PERCENT:
                return
            config.sessions += 1
        try:
            config.save()
        except (OSError, ValueError):
            self.fault(faults.LOG_WRITE, self.clock.ticks_ms())

    # ---- what goes wrong ------------------------------------------------------------------

    def _guard(self, now_ms):
        imu = self.imu
        age_ms = imu.age_ms(now_ms)
        if age_ms > self.config.settings["stale_ms"] and not self._stale:
            self._stale = True
            self.haptic.off()
            self.fault(faults.SENSOR_SILENT, now_ms)
        if imu.parser.resets != self._resets:
            self._resets = imu.parser.resets
            self.haptic.off()
            self.fault(faults.SENSOR_RESET, now_ms)
        imu.guard(now_ms)

    def fault(self, number, now_ms):
        """Record a fault; tell the runner, at most every five minutes."""
        self.journal.fault(number, now_ms)
        if self._buzz_ms is None or ticks_diff(now_ms, self._buzz_ms) > _FAULT_PERIOD_MS:
            self._buzz_ms = now_ms
            self.say(signals.FAULT, now_ms)

    # ---- the person -----------------------------------------------------------------------

    @property
    def mode(self):
        """What the clip is doing, in one word for the desk."""
        if self.journal.open:
            return "running" if self.trainer.activity.now == RUN else "paused"
        if self.trainer.calibration.state:
            return "calibrating"
        return "needs calibration" if self.trainer.frame.source == NOMINAL else "ready"

    def say(self, moment, now_ms):
        """Play a moment of the signal table, and show the state that follows it."""
        _name, (on_ms, off_ms, count, percent), light = moment
        if count:
            self.haptic.play(now_ms, on_ms, off_ms, count, percent)
            self.journal.command(self.trainer, trainer.IN_SHAKE, count * (on_ms + off_ms))
        self.led.moment(light, now_ms)
        self.led.state(self._state_light(), now_ms)

    def _state_light(self):
        if self.journal.open:
            return signals.RUN_BEGAN[2]
        if self.trainer.calibration.state:
            return signals.MEASURING[2]
        if self.trainer.frame.source == NOMINAL:
            return signals.NEEDS_CALIBRATION[2]
        return signals.READY[2]

    def _pressed(self, pressed, now_ms):
        """While running nothing counts but the hold."""
        if pressed == btn.HOLD:
            self._end_run(now_ms)
        elif self.trainer.activity.now == RUN:
            return
        elif pressed == btn.PRESS:
            self._calibrate(now_ms)
        else:
            self._feel(now_ms)

    def command(self, what):
        """A command of the desk; ValueError if there is none of that name or not now."""
        now_ms = self.clock.ticks_ms()
        if what not in ("calibrate", "feel", "end"):
            raise ValueError("unknown command %r: calibrate, feel, end" % what)
        if what == "end":
            self._end_run(now_ms)
        elif self.trainer.activity.now == RUN:
            raise ValueError("not while running")
        elif what == "calibrate":
            self._calibrate(now_ms)
        else:
            self._feel(now_ms)

    def _calibrate(self, now_ms):
        self.journal.command(self.trainer, trainer.IN_CALIBRATE)
        self.say(signals.MEASURING, now_ms)

    def _feel(self, now_ms):
        on_ms, off_ms, count, percent = coach.pulses(coach.LEAN_MORE, 560)
        self.haptic.play(now_ms, on_ms, off_ms, count, percent)

    def _calibrated(self, now_ms):
        tr = self.trainer
        quality = tr.calibration.quality_permille
        if not self.journal.open:
            self.journal.note(
                records.DEVICE, now_ms, records.DEV_CALIBRATED, tr.calibrated, quality
            )
        if tr.calibrated == STOOD:
            self.say(signals.STOOD, now_ms)
        elif tr.calibrated == HINGED:
            self.say(signals.HINGED, now_ms)
        else:
            self.say(signals.REFUSED, now_ms)

    # ---- the desk -------------------------------------------------------------------------

    def set_wall(self, time_s):
        """The desk says what time it is."""
        self._wall = (time_s, self.clock.ticks_ms())

    def wall_s(self):
        """Seconds since 1970, or 0 while no desk has said."""
        if self._wall is None:
            return 0
        return self._wall[0] + ticks_diff(self.clock.ticks_ms(), self._wall[1]) // 1000

    def _stream(self, now_ms):
        self._stream_ms = now_ms
        tr = self.trainer
        frame = {
            "t": tr.plan.run_ms, "lean": tr.stride.stride_cdeg if tr.activity.now == RUN
            else tr.lean.lean_cdeg, "cadence": tr.steps.cadence_cspm, "activity": tr.activity.now,
            "band": tr.coach.in_band, "fb": tr.plan.feedback,
            "lo": tr.plan.low_cdeg, "hi": tr.plan.high_cdeg, "cap": tr.plan.cap_cdeg,
        }  # fmt: skip
        if self._pending_cue:
            frame["cue"] = self._pending_cue
            frame["ms"] = tr.coach.duration_ms
            self._pending_cue = 0
        self.link.stream(frame)
