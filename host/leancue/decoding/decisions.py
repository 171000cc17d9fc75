"""The pipeline's decision records as arrays and tuples: steps, cues and events of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from leancore.posture.calibration import HINGED, STOOD
from leancore.runlog import log_reading, records
from leancore.schema.faults import CLIP_MOVED, STAND_DOUBTED

Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
STEP_NAMES = tuple(str(row[records.NAME]) for row in records.STEP_FIELDS)
# The format letters of ``struct`` are also numpy's.
_STEP = np.dtype([(str(row[records.NAME]), f"<{row[records.FORM]}") for row in records.STEP_FIELDS])


class Cue(NamedTuple):
    """A cue: start of its first pulse, kind, duration, lean."""

    t_ms: int
    kind: int
    duration_ms: int
    stride_lean_cdeg: int


class Event(NamedTuple):
    """An event of the pipeline: ``code`` and its numbers as in ``leancore.runlog.records``."""

    t_ms: int
    code: int
    a: int
    b: int

    @property
    def is_move(self) -> bool:
        """Whether the clip was found to have moved, so that no step is judged."""
        return self.code == records.FAULT and self.a in (CLIP_MOVED, STAND_DOUBTED)

    @property
    def ends_move(self) -> bool:
        """Whether the clip was calibrated, or another run began: steps are judged again."""
        measured = self.code == records.CALIBRATED and self.a in (STOOD, HINGED)
        return measured or self.code == records.RUN_BEGAN


@dataclass(frozen=True)
class Decisions:
    """Steps as arrays [n] in order of time, cues and events.

    ``steps``: by the names of the record's fields; ``flags`` there: bits of
    ``leancore.runlog.records``.
    """

    steps: Mapping[str, Integers]
    cues: tuple[Cue, ...]
    events: tuple[Event, ...]

    @property
    def step_t_ms(self) -> Integers:
        """Times of the foot strikes [n]."""
        return self.steps["t_ms"]

    @property
    def stride_lean_cdeg(self) -> Integers:
        """Mean lean over the last two steps, at each step [n]."""
        return self.steps["stride_lean_cdeg"]

    @property
    def step_cdeg(self) -> Integers:
        """Mean lean over each step [n]."""
        return self.steps["step_cdeg"]

    @property
    def cadence_cspm(self) -> Integers:
        """Cadence at each step [n], 1/100 steps/min."""
        return self.steps["cadence_cspm"]

    @property
    def flags(self) -> Integers:
        """Flags of each step [n]."""
        return self.steps["flags"]

    @property
    def in_band(self) -> Booleans:
        """Whether each step's stride was in the band [n]."""
        return self.flags & records.IN_BAND != 0

    @property
    def judged(self) -> Booleans:
        """Whether each step was compared with the band [n].

        Not the first steps of a stretch, recognised as running only afterwards, nor those without a
        baseline, without a stand, or after the clip had moved.
        """
        return self.flags & records.JUDGED != 0

    @property
    def feedback(self) -> Booleans:
        """Whether cues were on at each step [n]."""
        return self.flags & records.FEEDBACK != 0

    def with_steps(self, **changed: Integers) -> Decisions:
        """Return the same with other values of some fields."""
        return replace(self, steps={**self.steps, **changed})

    def part(self, inside: Booleans) -> Decisions:
        """Return the same with only the steps for which ``inside`` [n] is true."""
        return replace(self, steps={name: values[inside] for name, values in self.steps.items()})

    def shifted(self, by_ms: int) -> Decisions:
        """Return the same on another time axis."""
        return replace(
            self.with_steps(t_ms=self.step_t_ms + by_ms),
            cues=tuple(cue._replace(t_ms=cue.t_ms + by_ms) for cue in self.cues),
            events=tuple(event._replace(t_ms=event.t_ms + by_ms) for event in self.events),
        )


def decode(found: Iterable[tuple[int, int, bytes]]) -> Decisions:
    """Decode records given as (ms to add to their times, type, body), sorted by time."""
    steps: list[tuple[int, bytes]] = []
    cues: list[Cue] = []
    events: list[Event] = []
    for base_ms, kind, body in found:
        if kind == records.STEP:
            steps.append((base_ms, bytes(log_reading.whole(kind, body))))
        elif kind in (records.CUE, records.EVENT) and (fields := log_reading.unpack(kind, body)):
            fields["t_ms"] += base_ms
            if kind == records.CUE:
                cues.append(Cue(*(fields[name] for name in Cue._fields)))
            else:
                events.append(Event(*(fields[name] for name in Event._fields)))
    return Decisions(
        _columns(steps), tuple(sorted(cues, key=_time)), tuple(sorted(events, key=_time))
    )


def _columns(steps: Sequence[tuple[int, bytes]]) -> dict[str, Integers]:
    """Return the fields of steps [n], all records at once: a run of hours has tens of thousands."""
    table = np.frombuffer(b"".join(body for _base_ms, body in steps), _STEP)
    columns = {name: table[name].astype(np.int64) for name in STEP_NAMES}
    columns["t_ms"] += np.array([base_ms for base_ms, _body in steps], np.int64)
    order = np.argsort(columns["t_ms"], kind="stable")  # a clock set back may change their order
    return {name: values[order] for name, values in columns.items()}


def _time(one: Cue | Event) -> int:
    return one.t_ms
