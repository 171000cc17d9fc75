"""Runs: when one begins and ends, what is written about it, and whether its session counts."""

import gc

import leancore
from leancore import pipeline
from leancore.coaching.session_plan import UNMEASURED, for_session
from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_diff
from leancore.posture.wear_frame import NOMINAL
from leancore.runlog import records
from leancore.schema import faults

from leandevice.feedback import feedback_patterns
from leandevice.sensing.imu import REPORTS
from leandevice.storage.run_list import HIGHEST_ID, UNKNOWN_S

_QUALIFY_PERCENT = const(60)  # of today's minutes: then the session counts
_REMARK_PERIOD_MS = const(60000)


class RunControl:
    """Works on the parts of ``app``."""

    def __init__(self, app):
        self._app = app
        self._remark_ms = 0
        self._run_id = 0  # the last run of this start, and for how long the clip had been on
        self._up_s = UNKNOWN_S

    def began_s(self, run):
        """When a run of the store began, seconds since 1970, 0 = unknown.

        A run of this start is dated right even if the desk tells the time only afterwards.
        """
        up_s = self._up_s if run.run_id == self._run_id else run.up_s
        began_s = 0 if up_s == UNKNOWN_S else self._app.wall_clock.at(up_s)
        return began_s or run.wall_s

    def begin(self, happened, sample, now_ms):
        """The pipeline saw a run begin in ``sample``: open the journal."""
        gc.collect()  # now, not in the run; and what it keeps must not part the heap's large piece
        app = self._app
        tr = app.pipeline
        info = {
            "uid": app.uid, "board": app.board, "core": leancore.__version__,
            "session": tr.session, "wall_s": app.wall_clock.now_s(),
            "patient": tr.prescription["patient"],
        }  # fmt: skip
        self._run_id = run_id = self._next_id()
        self._up_s = app.wall_clock.up_s
        app.recorder.begin(run_id, tr, happened, sample.t_ms, info)
        for report in REPORTS:
            granted_us = app.imu.parser.granted_us[report]
            app.recorder.remark(sample.t_ms, records.DEV_GRANTED, report, granted_us)
        self._remark(now_ms)
        app.feedback.say(
            feedback_patterns.RUN_BEGAN, app.clock.ticks_ms()
        )  # a tenth of a second has gone by

    def end(self, now_ms):
        """End the run by command, if there is one: the pipeline is told, the journal says so."""
        if self._app.recorder.command(self._app.pipeline, pipeline.IN_END):
            self.ended(now_ms)

    def ended(self, now_ms):
        """The pipeline ended the run, the journal is closed."""
        app = self._app
        app.haptic.off()
        self._keep_up_time()
        self._count_session(now_ms)
        app.configure()
        app.store.settle()
        app.feedback.say(feedback_patterns.RUN_SAVED, app.clock.ticks_ms())

    def _keep_up_time(self):
        """In the list of runs, for there may be others before the desk tells the time."""
        runs = self._app.store.runs
        run = runs.find(self._run_id)
        if run is not None:
            run.up_s = self._up_s
            runs.keep(run)

    def step(self, now_ms):
        """Remarks of the clip on itself; the end of a run that cannot go on."""
        app = self._app
        if not app.recorder.open:
            return
        if ticks_diff(now_ms, self._remark_ms) >= _REMARK_PERIOD_MS:
            self._remark(now_ms)
        if 0 < app.battery.millivolts <= app.config.settings["battery_end_mv"]:
            app.feedback.fault(faults.BATTERY_LOW, now_ms)
            self.end(now_ms)
        elif app.imu.age_ms(now_ms) > app.config.settings["run_end_ms"]:
            self.end(now_ms)  # the sensor is lost; without samples the pipeline cannot tell

    def _next_id(self):
        """No number comes twice, not even that of an erased run or after the loss of the config.

        But where a wrong one has used them up, the lowest that is free.
        """
        run_id = max(self._app.config.last_run, self._app.store.last_run) + 1
        if run_id <= HIGHEST_ID:
            return run_id
        run_id = 1
        while self._app.store.find(run_id) is not None:
            run_id += 1
        return run_id

    def _remark(self, now_ms):
        app = self._app
        self._remark_ms = now_ms
        if app.battery.millivolts:
            app.recorder.remark(now_ms, records.DEV_BATTERY, app.battery.millivolts)
        app.recorder.remark(now_ms, records.DEV_PASS, app.worst_pass_ms)

    def _count_session(self, now_ms):
        """A session counts if most of its minutes were run; a baseline if it was long enough."""
        config = self._app.config
        tr = self._app.pipeline
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
            self._app.feedback.fault(faults.LOG_WRITE, now_ms)
