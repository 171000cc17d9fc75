"""The figures of one run in a flat record: what a list of runs and a trend over sessions need.

They are the report's own figures (``report.figures``). A library keeps the record beside the run
and works it out anew when ``VERSION`` has changed.
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

_LAYOUT = 2  # of the record below: count up when a figure is added or worked out otherwise
VERSION = f"{_LAYOUT}/{__version__}"  # of the record, and of the code that worked it out
BASELINE = -1  # number of a session in which the own lean is measured


@dataclass(frozen=True, kw_only=True)
class RunSummary(Numbers):
    """A run's numbers, what was asked of it, and what its log holds.

    ``session``: 0 = first of the plan, ``BASELINE`` for a baseline run. ``low_deg``, ``high_deg``,
    ``cap_deg``: the day's band and cap as lean at the lower back; None without a band.
    ``planned_s``: running asked for. ``feedback_share``: share of the time with cues, as planned.
    ``faults``: number of the fault → how often. ``raw``: samples kept; ``seconds``: how long the
    log is. ``clip``, ``core``: versions of the clip's software. ``lost_s``: up to how much of the
    run is missing. Of a baseline run ``own_lean_deg``: what the clip took as the own lean, or None
    and in ``own_refused`` why (``own_lean.REFUSED``); ``own_needs_s``: how long it must be.
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
        """Cues that ask for something: all but the tick of being back in the band."""
        return self.cues.get("all", 0) - self.cues.get("back_in", 0)

    def as_values(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)


_FIELDS = frozenset(field.name for field in fields(RunSummary))


def is_readable(version: str) -> bool:
    """Whether a record of this ``VERSION`` has the same layout as ours."""
    return version.partition("/")[0] == str(_LAYOUT)


def of_values(values: dict[str, Any]) -> RunSummary:
    """Return the record that ``as_values`` gave; JSON has made the faults' numbers text."""
    kept = {name: value for name, value in values.items() if name in _FIELDS}
    kept["faults"] = {int(number): count for number, count in values["faults"].items()}
    return RunSummary(**kept)


def summarise(run: Run) -> RunSummary:
    """Work out the figures of a run.

    Raises:
        LogError: where the run's configuration is missing or of another version.
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
    """What the clip made of a baseline run."""
    needs_ms = configuration(run).settings["baseline_ms"]
    cdeg, refused = taken_cdeg(view.decisions, running_s, view.frame, needs_ms)
    return {
        "own_lean_deg": None if cdeg is None else cdeg / 100,
        "own_refused": refused,
        "own_needs_s": needs_ms / 1000,
    }


def _lost_s(run: Run, planned_s: float, running_s: float) -> float:
    """Up to how much of the run is missing: in holes, and at an end that was not saved."""
    at_the_end = 0.0 if run.closed else max(planned_s - running_s, 0.0)
    return round(run.hole_s + at_the_end, 1)


def _log_s(run: Run) -> float:
    """How long the log is, by its last sample."""
    return float(run.raw.since_ms[-1]) / 1000 if len(run.raw) else 0.0
