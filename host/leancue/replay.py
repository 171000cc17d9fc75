"""Replay: a recording through the clip's own trainer, as if it had been worn by that runner.

First it is found how the clip was worn (``wearing``), then every sample goes through the core;
its decision records, as the clip's log would hold them, are the one source of steps and cues.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from leancore import activity, coach, records
from leancore.records import Scribe
from leancore.sample import Sample
from leancore.trainer import Trainer

from leancue import wearing
from leancue.decisions import Decisions, decode
from leancue.files import staged_folder, write_atomically
from leancue.recording import Recording
from leancue.samples import filled
from leancue.summary import as_json, summarise
from leancue.wearing import Stand, Wearing, Window

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Replay:
    """What the trainer made of a recording of n samples.

    ``lean_cdeg``, ``lateral_cdeg``, ``activity`` [n]: after each sample; ``known`` [n]: whether
    there had been an orientation. ``decisions``: times on the recording's own scale, in ms.
    ``refused``: samples whose quaternion made no sense.
    """

    recording: Recording
    prescription: dict[str, Any]
    settings: dict[str, int]
    session: int
    wearing: Wearing
    lean_cdeg: Integers
    lateral_cdeg: Integers
    activity: Integers
    known: npt.NDArray[np.bool_]
    decisions: Decisions
    refused: int


def replay(
    recording: Recording,
    prescription: dict[str, Any],
    settings: dict[str, int],
    stand: Stand = None,
    hinge: Window | None = None,
    session: int = 0,
) -> Replay:
    """Replay ``recording``.

    Args:
        prescription, settings: as ``checked`` of their modules in the core.
        stand, hinge: as ``wearing.find``.
        session: sessions done before this one.

    Raises:
        RecordingError: where the recording has no such stand or hinge.
    """
    worn = wearing.find(recording, settings, stand, hinge)
    trainer = Trainer(settings, prescription, session, nominal=True)
    trainer.frame = worn.frame
    sink = _Sink(int(recording.t_ms[0]))
    rows = _run_through(recording, trainer, sink)
    lean, lateral, now, known = np.array(rows, np.int64).reshape(-1, 4).T
    empty = int((~recording.q.any(axis=1)).sum())  # the only ones that reading lets through
    return Replay(
        recording, prescription, settings, session, worn,
        lean, lateral, now, known.astype(np.bool_), sink.decisions(), empty,
    )  # fmt: skip


class _Sink:
    """Keeps the scribe's records, each with what makes its time the recording's own."""

    def __init__(self, first_ms: int) -> None:
        self.scribe = Scribe(self._put)
        self._first_ms = first_ms
        self._kept: list[tuple[int, bytes]] = []

    def _put(self, buffer: bytearray, length: int) -> None:
        self._kept.append((self._first_ms + self.scribe.start_ms, bytes(buffer[:length])))

    def decisions(self) -> Decisions:
        return decode((base_ms, record[0], record[2:]) for base_ms, record in self._kept)


def _run_through(recording: Recording, trainer: Trainer, sink: _Sink) -> list[int]:
    """Give the trainer every sample; return lean, lateral, activity, known of all in a row."""
    out: list[int] = []
    sample = Sample()
    lean, now, vertical = trainer.lean, trainer.activity, trainer.vertical
    for since_ms in filled(sample, *recording.columns()):
        happened = trainer.step(sample)
        if happened:
            sink.scribe.write(trainer, happened, since_ms)
        out += lean.lean_cdeg, lean.lateral_cdeg, now.now, vertical.known
    happened = trainer.end_run()
    if happened:
        sink.scribe.write(trainer, happened, sample.t_ms)
    return out


def write_replay(replayed: Replay, out: str | Path) -> None:
    """Write steps.csv, samples.csv, cues.csv and summary.json into folder ``out``.

    Raises:
        OutputError: where it cannot be written; then nothing in ``out`` is changed.
    """
    with staged_folder(out) as folder:
        write_atomically(folder / "steps.csv", _steps_csv(replayed.decisions))
        write_atomically(folder / "samples.csv", _samples_csv(replayed))
        write_atomically(folder / "cues.csv", _cues_csv(replayed.decisions))
        write_atomically(folder / "summary.json", as_json(summarise(replayed)))


def _steps_csv(steps: Decisions) -> str:
    columns = (steps.step_t_ms, steps.stride_cdeg, steps.cadence_cspm, steps.flags)
    rows = [
        f"{t_ms / 1000:.3f},{stride / 100:.2f},{cadence / 100:.2f},"
        f"{int(flags & records.IN_BAND != 0)},{int(flags & records.FEEDBACK != 0)}\n"
        for t_ms, stride, cadence, flags in zip(*(c.tolist() for c in columns), strict=True)
    ]
    return "t_s,lean_deg,cadence_spm,in_band,feedback\n" + "".join(rows)


def _samples_csv(replayed: Replay) -> str:
    """Lean is ``nan`` until the recording has given an orientation."""
    names = activity.NAMES
    columns = (
        replayed.recording.t_ms, replayed.lean_cdeg, replayed.lateral_cdeg, replayed.activity,
    )  # fmt: skip
    rows = [
        f"{t_ms / 1000:.3f},{lean / 100:.2f},{lateral / 100:.2f},{names[now]}\n"
        for t_ms, lean, lateral, now in zip(*(c.tolist() for c in columns), strict=True)
    ]
    for i in np.flatnonzero(~replayed.known).tolist():
        t_s, _lean, _lateral, now = rows[i].split(",")
        rows[i] = f"{t_s},nan,nan,{now}"
    return "t_s,lean_deg,lateral_deg,activity\n" + "".join(rows)


def _cues_csv(decisions: Decisions) -> str:
    rows = [
        f"{cue.t_ms / 1000:.3f},{coach.NAMES[cue.kind]},{cue.duration_ms}\n"
        for cue in decisions.cues
    ]
    return "t_s,kind,duration_ms\n" + "".join(rows)
