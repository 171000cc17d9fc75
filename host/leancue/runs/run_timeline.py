"""The timeline of a run: running and breaks, times without cues, times after the clip moved."""

from __future__ import annotations

import numpy as np
from leancore.gait.activity import ACTIVITIES
from leancore.runlog import records
from leancore.schema.faults import STAND_DOUBTED

from leancue.decoding.decisions import Decisions
from leancue.language.words import N_
from leancue.runs.spans import Span

NO_CUES, MOVED, DOUBTED = N_("no cues"), N_("clip moved"), N_("stand doubtful")


def spells_of(decisions: Decisions) -> tuple[Span, ...]:
    """Return the activities over time, from the run's first step to its end."""
    changes = [(e.t_ms, e.a) for e in decisions.events if e.code == records.ACTIVITY]
    ends = [e.t_ms for e in decisions.events if e.code == records.RUN_ENDED]
    steps = decisions.step_t_ms
    if not len(steps):
        return ()
    last_ms = max(int(steps[-1]), *ends, *(t_ms for t_ms, _ in changes), 0)
    times = [int(steps[0]), *(t_ms for t_ms, _ in changes if t_ms > steps[0]), last_ms]
    kinds = ["run", *(ACTIVITIES[a] for t_ms, a in changes if t_ms > steps[0])]
    joined: list[Span] = []
    for begin_ms, end_ms, what in zip(times, times[1:], kinds, strict=False):
        if joined and joined[-1].what == what:
            joined[-1] = Span(joined[-1].begin_ms, end_ms, what)
        elif end_ms > begin_ms:
            joined.append(Span(begin_ms, end_ms, what))
    return tuple(joined)


def probes_of(decisions: Decisions, end_ms: int) -> tuple[Span, ...]:
    """Return the times without cues, from the flags of the steps."""
    t_ms = decisions.step_t_ms[decisions.judged]
    on = decisions.feedback[decisions.judged]
    if not len(t_ms):
        return ()
    first = np.concatenate(([0], np.flatnonzero(np.diff(on)) + 1))
    begins_ms = [int(decisions.step_t_ms[0]), *t_ms[first[1:]].tolist(), end_ms]
    return tuple(
        Span(begin_ms, until_ms, NO_CUES)
        for i, begin_ms, until_ms in zip(first, begins_ms[:-1], begins_ms[1:], strict=True)
        if not on[i]
    )


def holds_of(decisions: Decisions, end_ms: int) -> tuple[Span, ...]:
    """Return the times of a moved clip or doubtful stand, until the next calibration."""
    spells: list[Span] = []
    moved_ms, why = None, MOVED
    for event in decisions.events:
        if event.is_move and moved_ms is None:
            moved_ms, why = event.t_ms, DOUBTED if event.a == STAND_DOUBTED else MOVED
        elif event.ends_move and moved_ms is not None:
            spells.append(Span(moved_ms, event.t_ms, why))
            moved_ms = None
    if moved_ms is not None and moved_ms < end_ms:
        spells.append(Span(moved_ms, end_ms, why))
    return tuple(spells)
