"""Rest: nobody moves the clip for some minutes, so it sleeps; a touch wakes it.

Asleep the sensor sends its acceleration alone, ten times a second, passes come seldom, the light is
dark. Runs, calibration and clock stay; but a clip that lies otherwise than it was worn must be
calibrated anew. With an empty battery it sleeps as well, and wakes on the cable only.
"""

from leancore.gait.activity import STILL
from leancore.numeric.const import const
from leancore.numeric.fixed import dot_q14
from leancore.numeric.ticks import ticks_diff
from leancore.posture.wear_frame import NOMINAL

IDLE_MS = 40  # between two passes asleep: a press of the button takes longer

_MOVED_Q8 = const(128)  # 0.5 m/s²: 3° of tilt, or a step
_WORN_Q14 = const(14189)  # cosine of 30°: whoever stands or walks keeps the clip within it
_RECOVERED_MV = const(150)


class SleepMode:
    """Works on the parts of ``app``. ``asleep``; ``empty``: because the battery is."""

    def __init__(self, app):
        self._app = app
        self.asleep = self.empty = False
        self._moved_ms = None
        self._known = False
        self._ax = self._ay = self._az = 0

    def step(self, now_ms):
        """Fall asleep, or wake by button, cable or a battery that has recovered."""
        app = self._app
        millivolts = app.battery.millivolts
        end_mv = app.config.settings["battery_end_mv"]
        plugged = app.feedback.plugged()
        if self.asleep:
            recovered = plugged or millivolts > end_mv + _RECOVERED_MV
            if recovered if self.empty else (plugged or app.button.down):
                self.wake(now_ms)
        elif 0 < millivolts <= end_mv and not plugged:
            if not app.recorder.open and not app.haptic.busy:
                self._sleep(True)
        elif self._moved_ms is None or self._is_used(plugged):
            self._moved_ms = now_ms
        elif ticks_diff(now_ms, self._moved_ms) >= app.config.settings["sleep_ms"]:
            self._sleep(False)

    def sample(self, sample, now_ms):
        """Asleep: wake if the acceleration is another one."""
        moved = self._known and (
            abs(sample.ax - self._ax) > _MOVED_Q8
            or abs(sample.ay - self._ay) > _MOVED_Q8
            or abs(sample.az - self._az) > _MOVED_Q8
        )
        self._ax = sample.ax
        self._ay = sample.ay
        self._az = sample.az
        self._known = True
        if moved and not self.empty:
            self.wake(now_ms)

    def wake(self, now_ms):
        """Be there again; the sensor's reports come within a fifth of a second."""
        self.asleep = self.empty = False
        self._moved_ms = now_ms
        self._app.feedback.asleep = False
        self._app.imu.doze(False)

    def _is_used(self, plugged):
        app = self._app
        return (
            plugged
            or app.recorder.open
            or app.haptic.busy
            or app.haptic.testing
            or app.button.down
            or app.host_link.busy
            or app.sensor_watchdog.stale  # a sensor that is lost could not wake it
            or app.pipeline.calibration.state
            or app.pipeline.activity.now != STILL
        )

    def _sleep(self, empty):
        app = self._app
        self.asleep = True
        self.empty = empty
        self._known = False
        self._forget_stand()
        app.feedback.asleep = app.sensor_watchdog.stale = True
        app.imu.doze(True)

    def _forget_stand(self):
        """A clip that lies otherwise than it was worn will be put on anew."""
        tr = self._app.pipeline
        up = tr.frame.up
        along_q14 = dot_q14(up[0], up[1], up[2], tr.vertical.ux, tr.vertical.uy, tr.vertical.uz)
        if tr.frame.source != NOMINAL and along_q14 < _WORN_Q14:
            tr.frame.reset()
