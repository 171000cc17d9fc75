"""Replay of a recording through the clip's own pipeline, as if that runner had worn it.

First the mount is determined (``mount_detection``), then every sample goes through the core; its
decision records, as in a clip's log, are the only source of steps and cues.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from leancore.attitude.orientation_selector import CHIP, OWN
from leancore.coaching.coach import Coach
from leancore.gait.activity import ACTIVITIES
from leancore.pipeline import Pipeline
from leancore.runlog.record_writer import RecordWriter
from leancore.sensor.sample import Sample

from leancue.basis.errors import RecordingError
from leancue.basis.files import staged_folder, write_atomically
from leancue.decoding.decisions import Decisions, decode
from leancue.decoding.record_tables import cues_csv, steps_csv
from leancue.decoding.sample_arrays import filled
from leancue.recordings import mount_detection
from leancue.recordings.activity_backdating import backdated
from leancue.recordings.mount_detection import Mount, Stand, Window
from leancue.recordings.recording import Recording
from leancue.recordings.replay_summary import as_json, summarise

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Replay:
    """The pipeline's results for a recording of n samples.

    ``lean_cdeg``, ``lateral_cdeg``, ``activity`` [n]: after each sample; ``known`` [n]: whether
    there had been an orientation, ``source`` [n]: whose (``orientation_selector``), where both were
    asked for. ``decisions``: times on the recording's own scale, in ms.
    ``refused``: samples whose quaternion made no sense. ``own_up`` [n, 3]: the vertical of our
    own orientation in the sensor frame (Q14), empty unless it was asked for.
    """

    recording: Recording
    prescription: dict[str, Any]
    settings: dict[str, int]
    session: int
    wearing: Mount
    lean_cdeg: Integers
    lateral_cdeg: Integers
    activity: Integers
    known: npt.NDArray[np.bool_]
    source: Integers
    decisions: Decisions
    refused: int
    own_up: Integers


def replay(
    recording: Recording,
    prescription: dict[str, Any],
    settings: dict[str, int],
    stand: Stand = None,
    hinge: Window | None = None,
    session: int = 0,
    orientation: int = CHIP,
    coach: Coach | None = None,
) -> Replay:
    """Replay ``recording``.

    Args:
        prescription, settings: as ``checked`` of their modules in the core.
        stand, hinge: as ``mount_detection.find``.
        session: sessions done before this one.
        orientation: ``CHIP``: the recording's own; ``OWN``: ours, from gyroscope and
            accelerometer; ``BOTH``: as on the clip (``leancore.attitude.orientation_selector``).
        coach: judges the steps in the place of the clip's own.

    Raises:
        RecordingError: where the recording has no such stand or hinge, or no gyroscope to be
            judged by.
    """
    if orientation == OWN and not recording.has_gyro:
        raise RecordingError(
            f"{recording.path} has no gyroscope (columns gx, gy, gz).",
            "LeanCue's own orientation needs gyroscope and accelerometer.",
            "Leave out `--orientation own`.",
        )
    if orientation != OWN and not recording.has_orientation:
        raise RecordingError(
            f"{recording.path} has no orientation (columns qw, qx, qy, qz) that can be used.",
            "The chip's orientation was requested.",
            "Type the command with `--orientation own`.",
        )
    settings = {**settings, "orientation": orientation}
    worn = mount_detection.find(recording, settings, stand, hinge)
    pipeline = Pipeline(settings, prescription, session, nominal=True)
    pipeline.frame = worn.frame
    if coach is not None:
        coach.configure(settings)
        pipeline.coach = coach
    sink = _Sink(int(recording.t_ms[0]))
    rows = np.frombuffer(_run_through(recording, pipeline, sink), np.intc).reshape(-1, 8)
    lean, lateral, now, known, source, *own_up = rows.astype(np.int64).T
    # The only ones that reading accepts.
    empty = int((~recording.q.any(axis=1)).sum()) if recording.has_orientation else 0
    return Replay(
        recording, prescription, settings, session, worn, lean, lateral, now, known != 0,
        source, sink.decisions(), empty,
        np.stack(own_up, axis=1)[: 0 if orientation == CHIP else None],
    )  # fmt: skip


class _Sink:
    """Stores the writer's records, each with its offset to the recording's time."""

    def __init__(self, first_ms: int) -> None:
        self.writer = RecordWriter(self._put)
        self._first_ms = first_ms
        self._kept: list[tuple[int, bytes]] = []

    def _put(self, buffer: bytearray, length: int) -> None:
        self._kept.append((self._first_ms + self.writer.start_ms, bytes(buffer[:length])))

    def decisions(self) -> Decisions:
        return decode((base_ms, record[0], record[2:]) for base_ms, record in self._kept)


def _run_through(recording: Recording, pipeline: Pipeline, sink: _Sink) -> array[int]:
    """Run every sample through the pipeline; return a row of eight numbers for each.

    They are lean, lateral angle, activity, whether there was an orientation, whose, our vertical.
    """
    out = array("i")
    sample = Sample()
    now, vertical, own = pipeline.activity, pipeline.vertical, pipeline.vertical.own
    for since_ms in filled(sample, *recording.columns()):
        happened = pipeline.step(sample)
        if happened:
            sink.writer.write(pipeline, happened, since_ms)
        out.extend((
            *pipeline.angles_cdeg(), now.now, vertical.known, vertical.source, *own.now(),
        ))  # fmt: skip
    happened = pipeline.end_run()
    if happened:
        sink.writer.write(pipeline, happened, sample.t_ms)
    return out


def write_replay(replayed: Replay, out: str | Path) -> None:
    """Write steps.csv, samples.csv, cues.csv and summary.json into folder ``out``.

    With our own orientation also orientation.csv.

    Raises:
        OutputError: where it cannot be written; then nothing in ``out`` is changed.
    """
    with staged_folder(out) as folder:
        write_atomically(folder / "steps.csv", steps_csv(replayed.decisions, "replay"))
        write_atomically(folder / "samples.csv", _samples_csv(replayed))
        write_atomically(folder / "cues.csv", cues_csv(replayed.decisions, "replay"))
        write_atomically(folder / "summary.json", as_json(summarise(replayed)))
        if len(replayed.own_up):
            write_atomically(folder / "orientation.csv", _orientation_csv(replayed))


def _samples_csv(replayed: Replay) -> str:
    """Lean is ``nan`` before the first orientation."""
    names = ACTIVITIES
    time_ms, decisions = replayed.recording.t_ms, replayed.decisions
    doing = backdated(time_ms, replayed.activity, decisions.step_t_ms, decisions.cadence_cspm)
    columns = (time_ms, replayed.lean_cdeg, replayed.lateral_cdeg, doing)
    rows = [
        f"{t_ms / 1000:.3f},{lean / 100:.2f},{lateral / 100:.2f},{names[now]}\n"
        for t_ms, lean, lateral, now in zip(*(c.tolist() for c in columns), strict=True)
    ]
    for i in np.flatnonzero(~replayed.known).tolist():
        t_s, _lean, _lateral, activity_name = rows[i].split(",")
        rows[i] = f"{t_s},nan,nan,{activity_name}"
    return "t_s,lean_deg,lateral_deg,activity\n" + "".join(rows)


def _orientation_csv(replayed: Replay) -> str:
    """Quaternions sensor → earth of the shortest rotation to the vertical, without heading."""
    up = replayed.own_up / np.maximum(np.linalg.norm(replayed.own_up, axis=1, keepdims=True), 1)
    q = np.stack([1 + up[:, 2], up[:, 1], -up[:, 0], np.zeros(len(up))], axis=1)
    q[1 + up[:, 2] < 1e-6] = 0, 1, 0, 0  # upside down: any half turn
    q /= np.linalg.norm(q, axis=1, keepdims=True)
    rows = [
        f"{t_ms / 1000:.3f},{w:.6f},{x:.6f},{y:.6f},{z:.6f}\n"
        for t_ms, (w, x, y, z) in zip(replayed.recording.t_ms.tolist(), q.tolist(), strict=True)
    ]
    return "t_s,qw,qx,qy,qz\n" + "".join(rows)
