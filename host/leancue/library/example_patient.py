"""An example patient with a baseline and seven sessions, generated in a second, to try the page.

The runner is simulated step by step: the lean drifts back to a habit that grows towards the band,
and a cue raises it again. The plan and the coach are the clip's own (``leancore``), the logs are
the clip's pages, and they are imported like pulled runs. They contain no raw samples.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from leancore import __version__
from leancore.coaching import prescription
from leancore.coaching.coach import CAP, EASE_OFF, LEAN_MORE, NO_CUE, Coach
from leancore.coaching.session_plan import UNMEASURED, SessionPlan
from leancore.gait.activity import RUN
from leancore.gait.run_onset import RunOnset
from leancore.gait.steps import Steps
from leancore.gait.stride import Stride
from leancore.pipeline import (
    ACTIVITY,
    CUE,
    FAULT,
    FEEDBACK,
    IN_END,
    RUN_BEGAN,
    RUN_ENDED,
    STEP,
    Pipeline,
)
from leancore.posture.wear_frame import HINGE
from leancore.runlog import pages, records, state_snapshot
from leancore.runlog.record_writer import RecordWriter
from leancore.schema import settings
from leancore.schema.faults import CLIP_MOVED

from leancue.basis.times import known_s
from leancue.language.words import N_, _

if TYPE_CHECKING:
    from leancue.library.library import Library

CODE = "EXAMPLE"
UID = "00EXAMPLE00"
OWN_CDEG = 620
DAY_S = 86_400
_MIDDLE_CDEG = 850  # of the band, above the own lean
_STRIDE_SD_CDEG = 90.0
_SLOW = 0.97  # share of a deviation that remains at the next step


class ExampleRun(NamedTuple):
    """One run: days ago, session (-1 = baseline), minutes, and how the runner is that day.

    ``habit``: share of the way to the band held without thinking; ``hold_s``: how long a cue has an
    effect; ``tired_cdeg``: loss towards the end.
    """

    days_ago: float
    session: int
    minutes: float
    habit: float
    hold_s: float
    tired_cdeg: int
    cadence_spm: float
    pain: int
    slip: bool = False


OUTINGS = (
    ExampleRun(23, -1, 10.0, 0.00, 1, 30, 166, 5),
    ExampleRun(21, 0, 15.0, 0.20, 25, 420, 166, 5),
    ExampleRun(19, 1, 17.0, 0.32, 32, 430, 167, 5),
    ExampleRun(17, 2, 16.2, 0.45, 40, 390, 168, 4),
    ExampleRun(14, 3, 21.0, 0.58, 55, 370, 168, 4, slip=True),
    ExampleRun(9, 4, 23.0, 0.68, 70, 320, 169, 3),
    ExampleRun(6, 5, 26.0, 0.78, 90, 260, 170, 2),
    ExampleRun(2, 6, 28.0, 0.86, 120, 190, 170, 2),
)
_PRESCRIBED = (True, False)  # before the first outing a baseline, before the second the band
_SOME_DAY_S = 1_767_607_200  # 5 January 2026: used if this desk's own clock is implausible
_BEFORE_S, _AFTER_S = 1800, 600  # from the desk to the run, from the run to the desk
NOTES = (
    (0, N_("Own lean measured on the treadmill, 10 minutes without cues.")),
    (4, N_("The belt was loose; the clip was repositioned after the run.")),
    (6, N_("Feels natural by now. Still tired at the end.")),
)


def values(baseline: bool) -> dict[str, Any]:
    """Return the example's prescription, before or after its baseline."""
    measured = UNMEASURED if baseline else OWN_CDEG
    return prescription.checked({"patient": CODE, "baseline_cdeg": measured, "raw": 0})


def logs(now_s: int) -> Iterator[tuple[ExampleRun, int, bytes]]:
    """Yield (outing, start in s, log as pulled)."""
    for i, outing in enumerate(OUTINGS):
        began_s = now_s - round(outing.days_ago * DAY_S)
        yield outing, began_s, _log(i + 1, outing, began_s)


class Calendar:
    """A settable clock, so that each entry gets its own day."""

    def __init__(self, now_s: int) -> None:
        self.now_s = now_s

    def __call__(self) -> int:
        """Return the time, UTC in seconds since 1970."""
        return self.now_s


def fill(library: Library, calendar: Calendar) -> None:
    """Create the example patient: prescriptions, a clip, runs, pain scores and notes.

    They are added like those of a real patient. ``library`` was opened with ``calendar``, which is
    set from day to day and ends where it began.
    """
    now_s = calendar.now_s
    is_dated = known_s(now_s) and known_s(now_s - 30 * DAY_S)
    for i, (outing, began_s, log) in enumerate(logs(now_s if is_dated else _SOME_DAY_S)):
        calendar.now_s = began_s - _BEFORE_S
        if i == 0:
            _begin(library)
        if i < len(_PRESCRIBED):
            made = library.prescriptions.add(CODE, values(_PRESCRIBED[i]), "example")
            library.prescriptions.sent(made.id, UID)
        calendar.now_s = began_s + round(60 * outing.minutes) + _AFTER_S
        _file(library, i, outing, log)
    calendar.now_s = now_s


def _begin(library: Library) -> None:
    library.patients.add(CODE, example=True)
    library.devices.seen(UID, "example", __version__)
    library.devices.name(UID, "example clip (there is none)")


def _file(library: Library, number: int, outing: ExampleRun, log: bytes) -> None:
    (filing,) = library.file_run(log, patient=CODE)
    session_id = filing.run.session_id
    if session_id is not None:
        library.sessions.set_pain(session_id, outing.pain)
    for at, text in NOTES:
        if at == number:
            library.notes.add(CODE, _(text), session_id)


def _log(run_id: int, outing: ExampleRun, began_s: int) -> bytes:
    clip = _Clip(run_id, outing, began_s)
    runner = _Runner(outing, random.Random(run_id))
    while clip.t_ms < outing.minutes * 60_000:
        clip.step(runner)
    clip.end()
    return b"".join(clip.written)


class _Runner:
    """The lean of each step, in centidegrees; the only random source is ``rng``."""

    def __init__(self, outing: ExampleRun, rng: random.Random) -> None:
        self._outing, self._rng = outing, rng
        self._meant_cdeg = self.habit_cdeg = OWN_CDEG + outing.habit * _MIDDLE_CDEG
        self._off_cdeg = 0.0
        self._answer_steps = 0

    def step(self, share: float) -> int:
        """Return the next step's lean; ``share``: elapsed share of the run."""
        self._answer()
        tired_cdeg = self._outing.tired_cdeg * max(share - 0.6, 0) / 0.4
        habit_cdeg = self.habit_cdeg - tired_cdeg
        steps = self._outing.hold_s * self._outing.cadence_spm / 60
        self._meant_cdeg += (habit_cdeg - self._meant_cdeg) / steps
        chance = self._rng.gauss(0, _STRIDE_SD_CDEG * (1 - _SLOW**2) ** 0.5)
        self._off_cdeg = _SLOW * self._off_cdeg + chance
        return round(self._meant_cdeg + self._off_cdeg + self._rng.gauss(0, 45))

    def cue(self, kind: int) -> None:
        """Receive a cue: the response follows a few steps later."""
        if kind in (LEAN_MORE, EASE_OFF, CAP):
            self._answer_steps = self._rng.randint(3, 7)

    def _answer(self) -> None:
        if self._answer_steps:
            self._answer_steps -= 1
            if not self._answer_steps:
                too_far = self._rng.random() < 0.03
                aim_cdeg = OWN_CDEG + _MIDDLE_CDEG + (620 if too_far else 0)
                self._meant_cdeg = aim_cdeg + self._rng.gauss(0, 60)
                self._off_cdeg = 0.0


class _Clip:
    """The clip's processing from the step on: plan, coach and log."""

    def __init__(self, run_id: int, outing: ExampleRun, began_s: int) -> None:
        baseline = outing.session < 0
        self._values, self._settings = values(baseline), settings.checked({})
        self._outing, self._began_s = outing, began_s
        plan, coach = SessionPlan(), Coach()
        session = max(outing.session, 0)
        plan.begin(self._values, session, self._settings["window_ms"], 0)
        coach.configure(self._settings)
        coach.reset()
        self._see: Any = SimpleNamespace(
            plan=plan, coach=coach, session=session, cue=NO_CUE, fault=CLIP_MOVED,
            run_onset=RunOnset(), baseline_cdeg=0, steps=Steps(), stride=Stride(),
            frame=SimpleNamespace(source=HINGE), activity=SimpleNamespace(now=RUN),
        )  # fmt: skip
        self._see.stride.whole = 1
        self.t_ms = self._steps = self._sum_cdeg = 0
        self.written: list[bytes] = []
        self._page = pages.Page()
        self._page.begin(run_id)
        self._writer = RecordWriter(self._put)
        self._begin(session)

    def _begin(self, session: int) -> None:
        writer = self._writer
        info = {
            "uid": UID, "version": __version__, "core": __version__, "board": "example",
            "session": session, "wall_s": self._began_s, "patient": CODE,
        }  # fmt: skip
        pipeline = Pipeline(self._settings, self._values, session)
        writer.blob(records.INFO, json.dumps(info).encode())
        writer.blob(records.SETTINGS, json.dumps(self._settings).encode())
        writer.blob(records.PRESCRIPTION, json.dumps(self._values).encode())
        writer.blob(records.STATE, state_snapshot.pack(pipeline, 0, 0))
        writer.write(self._see, RUN_BEGAN | ACTIVITY, 0)
        writer.note(records.DEVICE, 0, records.DEV_BATTERY, 4020 - 9 * self._outing.session, 0)

    def step(self, runner: _Runner) -> None:
        """Take the runner's next step and give its cue."""
        see = self._see
        cadence_spm = self._outing.cadence_spm + _sway(self._steps)
        step_ms = round(60_000 / cadence_spm)
        self.t_ms += step_ms
        lean_cdeg = runner.step(self.t_ms / (self._outing.minutes * 60_000))
        see.steps.strike_ms, see.steps.interval_ms = self.t_ms, step_ms
        see.steps.cadence_cspm = 6_000_000 // step_ms
        see.stride.stride_lean_cdeg = (
            (see.stride.step_cdeg + lean_cdeg) // 2 if self._steps else lean_cdeg
        )
        see.stride.step_cdeg = lean_cdeg
        happened = STEP | (FEEDBACK if see.plan.run(step_ms) else 0)
        if self._outing.slip and self._steps == 2500:
            see.plan.hold()
            happened |= FAULT
        see.cue = see.coach.step(see.stride, see.steps, see.plan)
        if see.cue:
            happened |= CUE
            runner.cue(see.cue)
        self._steps += 1
        self._sum_cdeg += see.stride.stride_lean_cdeg
        self._writer.write(see, happened, self.t_ms)

    def end(self) -> None:
        """End the run as the button does, and close the log."""
        self._see.baseline_cdeg = self._sum_cdeg // max(self._steps, 1)
        self._writer.note(records.INPUT, self.t_ms, IN_END, 0, 0)
        self._writer.write(self._see, RUN_ENDED, self.t_ms)
        self._flush(pages.LAST)

    def _put(self, record: bytearray, length: int) -> None:
        if length > self._page.free_bytes:
            self._flush(0)
        self._page.put(record, length)

    def _flush(self, flags: int) -> None:
        page = self._page
        page.close(self.t_ms, self._began_s, flags | (0 if page.number else pages.FIRST))
        self.written.append(bytes(page.buf))
        page.number += 1
        page.clear()


def _sway(step: int) -> float:
    """A slow variation of the cadence, steps/min."""
    return 1.5 * ((step % 700) / 350 - 1)
