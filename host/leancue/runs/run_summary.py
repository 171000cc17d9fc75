"""The figures of one run in a flat record, for lists of runs and trends over sessions.

They are the report's own figures (``run_figures``). A library stores the record with the run and
recomputes it when ``VERSION`` has changed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from leancore import __version__
from leancore.coaching.session_plan import UNMEASURED, for_session

from leancue.runs.own_lean import taken_cdeg
from leancue.runs.run_figures import Numbers, figures
from leancue.runs.run_start import configuration
from leancue.runs.run_view import RunView, of_run
from leancue.runs.runlog import Run

_LAYOUT = 2  # of the record below: increase it when a figure is added or computed differently
VERSION = f"{_LAYOUT}/{__version__}"  # of the record, and of the code that computed it
BASELINE = -1  # number of a session that measures the own lean


@dataclass(frozen=True, kw_only=True)
class RunSummary(Numbers):
    """A run's figures, its prescription, and the content of its log.

    ``session``: 0 = first of the plan, ``BASELINE`` for a baseline run. ``low_deg``, ``high_deg``,
    ``cap_deg``: the day's band and cap as lean at the lower back; None without a band.
    ``planned_s``: planned running time. ``feedback_share``: planned share of the time with cues.
    ``faults``: number of the fault → count. ``raw``: number of samples; ``seconds``: duration of
    the log. ``clip``, ``core``: versions of the clip's software. ``lost_s``: maximum missing time.
    For a baseline run ``own_lean_deg``: the own lean taken by the clip, or None with the reason in
    ``own_refused`` (``own_lean.REFUSED``); ``own_needs_s``: required duration.
    """

    session: int
    low_deg: float | None
    high_deg: float | None
    cap_deg: float | None
    planned_s: float
    feedback_share: float
    faults: dict[int, int]
    frame: str
    steps: int
    raw: int
    seconds: float
    closed: bool
    holes: int
    clip: str
    core: str
    lost_s: float = 0.0
    own_lean_deg: float | None = None
    own_refused: str = ""
    own_needs_s: float = 0.0

    @property
    def is_baseline(self) -> bool:
        """Whether the own lean was measured, without cues."""
        return self.session == BASELINE

    @property
    def asked(self) -> int:
        """Corrective cues: all except the tick for being back in the band."""
        return self.cues.get("all", 0) - self.cues.get("back_in", 0)

    def as_values(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


_FIELDS = frozenset(field.name for field in fields(RunSummary))


def is_readable(version: str) -> bool:
    """Whether a record of this ``VERSION`` has the same layout as ours."""
    return version.partition("/")[0] == str(_LAYOUT)


def of_values(values: dict[str, Any]) -> RunSummary:
    """Return the record from ``as_values``; JSON has converted the fault numbers to text."""
    kept = {name: value for name, value in values.items() if name in _FIELDS}
    kept["faults"] = {int(number): count for number, count in values["faults"].items()}
    return RunSummary(**kept)


def summarise(run: Run) -> RunSummary:
    """Compute the figures of a run.

    Raises:
        LogError: the run's configuration is missing or of another version.
    """
    view = of_run(run)
    found = figures(view)
    values, plan = view.prescription, view.plan
    baseline = values["baseline_cdeg"] == UNMEASURED
    planned_s = 60.0 * for_session(values, "minutes", view.session)
    return RunSummary(
        session=BASELINE if baseline else view.session,
        low_deg=None if baseline else plan.low_cdeg / 100,
        high_deg=None if baseline else plan.high_cdeg / 100,
        cap_deg=None if baseline else plan.cap_cdeg / 100,
        planned_s=planned_s,
        feedback_share=for_session(values, "feedback_percent", view.session) / 100,
        **found.numbers(),
        faults=dict(view.faults),
        frame=view.frame,
        steps=len(view.decisions.step_t_ms),
        raw=len(run.raw),
        seconds=max(view.end_ms / 1000, _log_s(run)),
        closed=run.closed,
        holes=len(run.holes),
        clip=run.info.get("version", ""),
        core=run.info.get("core", ""),
        lost_s=_lost_s(run, planned_s, found.running_s),
        **(_own_lean(run, view, found.running_s) if baseline else {}),
    )


def _own_lean(run: Run, view: RunView, running_s: float) -> dict[str, Any]:
    """The clip's result of a baseline run."""
    needs_ms = configuration(run).settings["baseline_ms"]
    cdeg, refused = taken_cdeg(view.decisions, running_s, view.frame, needs_ms)
    return {
        "own_lean_deg": None if cdeg is None else cdeg / 100,
        "own_refused": refused,
        "own_needs_s": needs_ms / 1000,
    }


def _lost_s(run: Run, planned_s: float, running_s: float) -> float:
    """Maximum missing time of the run: holes, and an unsaved end."""
    at_the_end = 0.0 if run.closed else max(planned_s - running_s, 0.0)
    return round(run.hole_s + at_the_end, 1)


def _log_s(run: Run) -> float:
    """How long the log is, by its last sample."""
    return float(run.raw.since_ms[-1]) / 1000 if len(run.raw) else 0.0
