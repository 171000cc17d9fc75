"""One run analysed anew: its raw samples through the clip's own pipeline, with other parameters.

The runner felt the cues of the day: what is found is which cues the changed parameters would have
asked for in that run, not how it would have gone. Samples that the day's pulses shook stay marked.
Without changes the decisions are the clip's, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from leancore.coaching.coach import Coach
from leancore.coaching.session_plan import UNMEASURED
from leancore.pipeline import IN_SHAKE, Pipeline
from leancore.runlog import log_reading, records

from leancue.basis.errors import LeanCueError
from leancue.cohort.parameter_changes import Changes
from leancue.runs.run_start import configuration
from leancue.runs.run_summary import RunSummary, summarise
from leancue.runs.runlog import Fields, Run, runs_of
from leancue.runs.verify import feed

UNREADABLE = "the file cannot be read"  # how ``why_not`` begins where that may be mended


@dataclass(frozen=True)
class Analysis:
    """What became of a run. ``same``: the decisions are those of the day, byte for byte.

    ``before``, ``after``: figures of the day and with the changes; None with ``why_not``.
    """

    same: bool = False
    why_not: str = ""
    before: RunSummary | None = None
    after: RunSummary | None = None


def analyse(log: bytes, changes: Changes) -> Analysis:
    """Analyse the first run of ``log`` anew; what stands in the way is in the answer."""
    try:
        known, after, same = decide_again(runs_of(log, "the run", "skip")[0], changes)
        return Analysis(same=same, before=summarise(known), after=summarise(after))
    except (LeanCueError, ValueError) as error:
        return Analysis(why_not=str(error))


def decide_again(run: Run, changes: Changes, coach: Coach | None = None) -> tuple[Run, Run, bool]:
    """Let a run be decided anew; return it as far as it is whole, as changed, whether alike.

    ``coach``: judges the steps in the place of the clip's own.

    Raises:
        ValueError: for a run without raw samples or state, or changes that do not fit it.
        LeanCueError: where its log is damaged.
    """
    if not (run.state and run.settings and run.prescription and len(run.raw)):
        raise ValueError("no raw samples, or no state of the start of the run")
    count, logged = run.before_hole()
    known = replace(run, decisions=logged)
    was = configuration(run)
    prescribed, configured = changes.prescribed(was.prescription), changes.configured(was.settings)
    pipeline = Pipeline(configured, prescribed, was.session)
    if coach is not None:
        coach.configure(configured)
        pipeline.coach = coach
    happened, t_ms = log_reading.restore(pipeline, run.state)
    _restart_plan(pipeline, was.prescription["baseline_cdeg"] != UNMEASURED)
    shaken = replace(known, inputs=tuple(_with_shakes(known)))
    decided, certain, _ = feed(shaken, count, pipeline, happened, t_ms)
    open_end = run.holes or not run.closed or run.raw_stopped is not None
    length = max(min(len(logged), len(decided)), certain) if open_end else None
    after = replace(known, decisions=decided, prescription=prescribed, settings=configured)
    return known, after, decided[:length] == logged[:length]


def _restart_plan(pipeline: Pipeline, had_band: bool) -> None:
    """The state holds the day's band: lay it out anew, where the run began."""
    plan = pipeline.plan
    run_ms, held = plan.run_ms, had_band and not plan.known
    settings = pipeline.settings
    plan.begin(
        pipeline.prescription, pipeline.session, settings["window_ms"],
        settings["slope_allowance_cdeg"],
    )  # fmt: skip
    plan.run_ms = run_ms
    if held:
        plan.hold()


def _with_shakes(run: Run) -> Iterator[Fields]:
    """Yield the commands of the day and the pulses that were felt, in order of time."""
    pulses: list[Fields] = []
    for kind, body in log_reading.split(run.decisions):
        if kind == records.CUE:
            cue: dict[str, Any] = log_reading.unpack(kind, body) or {}
            shake = {"t_ms": cue["t_ms"], "code": IN_SHAKE, "a": cue["duration_ms"], "b": 0}
            pulses.append(shake)
    yield from sorted((*pulses, *run.inputs), key=lambda fields: fields["t_ms"])
