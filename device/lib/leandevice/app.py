"""The clip: one pass over all parts, and the loop around it.

Order in a pass: motor (pulses must end), sensor, guard, person, runs, wire, light, battery,
journal, watchdog. On any doubt the motor goes off first.
"""

import gc

from leancore import coach, faults, trainer
from leancore.ticks import ticks_diff
from leancore.trainer import Trainer

from leandevice import signals
from leandevice.desk import Desk
from leandevice.guard import Guard
from leandevice.imu import CARGOS_MAX
from leandevice.journal import Journal
from leandevice.link import Link
from leandevice.live import Live
from leandevice.person import Person
from leandevice.rest import IDLE_MS as ASLEEP_MS
from leandevice.rest import Rest
from leandevice.runs import Runs
from leandevice.voice import Voice
from leandevice.wall import Wall

IDLE_MS = 2
SAMPLES_MAX = 8  # in a pass; what is left of a cargo waits for the next one


class App:
    """Takes the parts that touch the board (see ``parts.Parts``) and adds those that only think."""

    def __init__(self, parts):
        self.clock = parts.clock
        self.imu = parts.imu
        self.haptic = parts.haptic
        self.button = parts.button
        self.battery = parts.battery
        self.drive = parts.drive
        self.config = parts.config
        self.store = parts.store
        self.watchdog = parts.watchdog
        self.restarts = parts.restarts
        self._forgot = parts.forgot
        self.uid = parts.uid
        self.board = parts.board
        self.worst_pass_ms = 0
        self._last_error = ""
        self.trainer = Trainer(self.config.settings, self.config.effective_prescription())
        self.wall = Wall(parts.clock)
        self.journal = Journal(self.store, self.wall.now_s)
        self.voice = Voice(
            parts.haptic, parts.led, self.journal, self.trainer, parts.plugged, parts.edit
        )
        self.runs = Runs(self)
        self.person = Person(self)
        self.guard = Guard(self)
        self.rest = Rest(self)
        self.link = Link(parts.port, Desk(self))
        self.live = Live(self.link, self.trainer)
        self.configure()

    def start(self):
        """Bring up the sensor and say that the clip is alive."""
        worked = self.imu.bring_up()
        now_ms = self.clock.ticks_ms()
        self.voice.say(signals.ALIVE, now_ms)
        if self._forgot:
            self.voice.say(signals.FORGOTTEN, now_ms)
        elif self._forgot is False:
            self.voice.fault(faults.LOG_WRITE, now_ms)
        if self.config.damaged:
            lost = faults.CONFIG_DAMAGED if self.config.found else faults.CONFIG_LOST
            self.voice.fault(lost, now_ms)
        if self.restarts.count:
            self.journal.fault(faults.WATCHDOG, now_ms)
        if not worked:
            self.voice.fault(faults.SENSOR_ABSENT, now_ms)
        gc.collect()

    def configure(self):
        """Give the parts the configuration as it stands; only between runs."""
        config = self.config
        self.trainer.configure(config.settings, config.effective_prescription(), config.sessions)
        self.haptic.strength_percent = config.settings["motor_percent"]
        self.imu.ask(1000000 // config.settings["rate_hz"])

    def run(self):
        """For ever; whatever ends it (Ctrl-C, a reload) stops the motor."""
        try:
            self.start()
            while True:
                self.once()
        finally:
            self.haptic.off()

    def once(self):
        """One pass and its rest. An error stops the motor, is recorded, and the loop goes on.

        If it comes in every pass nobody feeds the watchdog, and the clip starts anew.
        """
        try:
            self.tick()
        except Exception as error:  # noqa: BLE001 (the loop's one policy for what nobody foresaw)
            self.haptic.off()
            self.voice.fault(faults.PROGRAM, self.clock.ticks_ms())
            self._print(error)
        self.clock.idle(self._idle_ms)

    @property
    def _idle_ms(self):
        if self.link.busy:
            return 0
        return ASLEEP_MS if self.rest.asleep else IDLE_MS

    def _print(self, error):
        """Once: a console that nobody reads would hold up the loop."""
        text = repr(error)
        if text != self._last_error:
            self._last_error = text
            print("LeanCue:", text)  # noqa: T201 (the console, not the wire)

    def tick(self):
        """One pass."""
        now_ms = self.clock.ticks_ms()
        self.haptic.step(now_ms)
        self._read()
        if self.imu.hangs:
            self.haptic.cut()
        else:
            self.haptic.bus_is_back()
        self.guard.step(self.clock.ticks_ms())  # a bus that hangs has taken a second
        self.person.step(now_ms)
        self.runs.step(now_ms)
        self.rest.step(now_ms)
        self.live.step(now_ms)
        self.link.step()
        self.voice.step(now_ms)
        self.battery.step(now_ms)
        self.wall.step(now_ms)
        self.restarts.step(now_ms)
        self.journal.step(now_ms)
        if self.watchdog is not None:
            self.watchdog.feed()
        self.worst_pass_ms = max(self.worst_pass_ms, ticks_diff(self.clock.ticks_ms(), now_ms))

    def _read(self):
        """A bounded piece of what the sensor has: the motor must end its pulses meanwhile."""
        imu = self.imu
        cargos = CARGOS_MAX
        samples = SAMPLES_MAX
        while samples:
            if imu.next():
                samples -= 1
                self._sample(imu.parser.sample)
            elif cargos and imu.read():
                cargos -= 1
            else:
                return

    def _sample(self, sample):
        tr = self.trainer
        now_ms = self.clock.ticks_ms()
        if self.rest.asleep:
            self.imu.fresh(sample)
            self.rest.sample(sample, now_ms)
            return
        set_before = tr.clock_set
        happened = tr.step(sample)
        if not tr.taken:
            if tr.clock_set != set_before:
                self.runs.end(now_ms)
            return
        self.imu.fresh(sample)
        if self.journal.open:
            self.journal.sample(tr, sample, happened)
        if happened:
            self._happened(happened, sample, now_ms)

    def _happened(self, happened, sample, now_ms):
        if happened & trainer.RUN_BEGAN:
            self.runs.begin(happened, sample, now_ms)
        if happened & trainer.CUE:
            self._cue(sample, now_ms)
        if happened & trainer.CALIBRATED:
            self.person.calibrated(now_ms)
        if happened & trainer.FAULT:
            self.voice.fault(self.trainer.fault, now_ms)
        if happened & trainer.RUN_ENDED:
            self.runs.ended(now_ms)
        if happened & trainer.ACTIVITY:
            self.live.news()

    def _cue(self, sample, now_ms):
        """Never from old data: a sample that was long on its way moves no motor."""
        if ticks_diff(now_ms, sample.t_ms) > self.config.settings["stale_ms"]:
            self.voice.fault(faults.CUE_WITHHELD, now_ms)
            return
        tr = self.trainer
        on_ms, off_ms, count, percent = coach.pulses(tr.cue, tr.coach.duration_ms)
        self.haptic.play(now_ms, on_ms, off_ms, count, percent)
        self.live.news(tr.cue)
