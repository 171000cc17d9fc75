"""LeanCue from Python: read recordings and runs, replay them, try another coach on them.

Stability: names, arguments and fields of this module keep their meaning and units within a major
version; new ones may be added. Everything else in ``leancue`` may change in any version. The suffix
of a name gives the unit. Arrays are one-dimensional numpy arrays. All names are typed. ``Coach`` is
the core's: its ``step`` will always judge one running step and return the number of a cue, but the
content of its arguments may change in any version.

Example::

    from leancue import api
    replayed = api.replay(api.read_recording("run.csv"))
    print(replayed.steps.lean_deg.mean())
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from leancore.coaching import coach as _coaching
from leancore.coaching import prescription as _prescriptions
from leancore.coaching.coach import Coach
from leancore.gait.activity import ACTIVITIES
from leancore.runlog.log_reading import split
from leancore.schema import settings as _settings

from leancue.basis.errors import LeanCueError, LogError
from leancue.clip.sending import check_settings as _check_settings
from leancue.cohort.parameter_changes import read as _changes
from leancue.cohort.reanalysis import decide_again as _decide_again
from leancue.decoding.decisions import Decisions, decode
from leancue.prescriptions.prescription_file import from_keys as _from_keys
from leancue.prescriptions.prescription_file import load as _load
from leancue.recordings.recording import Recording
from leancue.recordings.recording import read as _read
from leancue.recordings.replay import replay as _replay
from leancue.recordings.replay_summary import summarise as _summarise
from leancue.recordings.replay_words import noticed as _noticed
from leancue.runs.runlog import Run as _Log
from leancue.runs.runlog import read_runs as _read_runs

__all__ = [
    "CUES", "Coach", "Cues", "LeanCueError", "Recording", "Replay", "Run", "Samples", "Signals",
    "Steps", "rejudge", "read_recording", "read_runs", "replay",
]  # fmt: skip

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Window = tuple[float, float]
Prescription = str | Path | Mapping[str, Any]

#: Kinds of cues, by the number that a coach returns; 0 is none.
CUES = _coaching.CUES
_SOURCES = ("chip", "own", "both")
_Q14, _Q8, _Q9 = 1 << 14, 1 << 8, 1 << 9


class Steps(NamedTuple):
    """Running steps [n]: time of the foot strike, mean lean of its stride relative to standing.

    ``judged``: whether the step was compared with the band; ``feedback``: whether cues were on.
    """

    t_s: Floats
    lean_deg: Floats
    cadence_spm: Floats
    in_band: Booleans
    judged: Booleans
    feedback: Booleans


class Cues(NamedTuple):
    """Cues [n]: when the first pulse starts, which kind (of ``CUES``), how long."""

    t_s: Floats
    kind: npt.NDArray[np.str_]
    duration_ms: Floats


class Samples(NamedTuple):
    """Every sample of a replay [n]: lean, lateral lean and activity.

    ``lean_deg`` is nan until there was an orientation.
    """

    t_s: Floats
    lean_deg: Floats
    lateral_deg: Floats
    activity: npt.NDArray[np.str_]


class Signals(NamedTuple):
    """Raw samples [n]: quaternion sensor → earth (w first), specific force, rotation rate."""

    t_s: Floats
    qw: Floats
    qx: Floats
    qy: Floats
    qz: Floats
    ax_mps2: Floats
    ay_mps2: Floats
    az_mps2: Floats
    gx_radps: Floats
    gy_radps: Floats
    gz_radps: Floats


class Replay(NamedTuple):
    """Result of a replay. ``summary``: as in summary.json; ``noticed``: as on the screen."""

    steps: Steps
    cues: Cues
    samples: Samples
    summary: dict[str, Any]
    noticed: tuple[str, ...]


class Run(NamedTuple):
    """A run from a clip's log; times are since its start.

    ``began_s``: when it began, in seconds since 1970, or None if the clip did not know.
    ``raw``: empty unless the prescription asked for raw samples. ``lacks``: what is missing.
    """

    run_id: int
    patient: str
    began_s: int | None
    steps: Steps
    cues: Cues
    raw: Signals
    lacks: tuple[str, ...]


def read_recording(path: str | Path, needs_orientation: bool = True) -> Recording:
    """Read a recording (CSV) as ``leancue replay`` does; its ``notes`` say how.

    Args:
        needs_orientation: False: its quaternions may be missing or wrong.

    Raises:
        LeanCueError: where it cannot be read, or contradicts itself.
    """
    return _read(path, needs_orientation)


def replay(
    recording: Recording, prescription: Prescription | None = None, *,
    stand: Window | Literal["none"] | None = None, hinge: Window | None = None, session: int = 0,
    orientation: Literal["chip", "own", "both"] = "chip",
    settings: Mapping[str, int] | None = None, coach: Coach | None = None,
) -> Replay:  # fmt: skip
    """Replay a recording through the clip's own code.

    Args:
        prescription: a file (TOML), or what such a file holds, by name:
            ``{"baseline_deg": 6.0, "offset_low_deg": 7}``; None: the default.
        stand, hinge: when the runner stood and bowed, (from, to) in the recording's seconds;
            "none": the nominal mount; None: they are looked for.
        session: sessions done before this one.
        orientation: whose: the recorded one, LeanCue's own, or both as on the clip.
        settings: of the clip, where they differ from the default.
        coach: judges the steps in the place of the clip's own.

    Raises:
        LeanCueError: where prescription, settings or windows cannot be.
    """
    _check_settings(settings or {})
    configured = _settings.checked(settings or {})
    made = _replay(
        recording, _prescribed(prescription), configured, stand, hinge, session,
        _SOURCES.index(orientation), coach,
    )  # fmt: skip
    samples = Samples(
        recording.t_ms / 1000,
        np.where(made.known, made.lean_cdeg / 100, np.nan),
        np.where(made.known, made.lateral_cdeg / 100, np.nan),
        np.array(ACTIVITIES)[made.activity],
    )
    summary = _summarise(made)
    words = tuple(_noticed(recording, summary))
    return Replay(_steps(made.decisions), _cues(made.decisions), samples, summary, words)


def _prescribed(prescription: Prescription | None) -> dict[str, Any]:
    if prescription is None:
        return _prescriptions.default()
    if isinstance(prescription, Mapping):
        return _from_keys(prescription)
    return _load(prescription)


def read_runs(path: str | Path) -> list[Run]:
    """Read the runs of a file that was pulled from a clip (``.leanrun``).

    Raises:
        LeanCueError: where the file cannot be read or a page of it is damaged.
    """
    return [_run(log) for log in _read_runs(path)]


def rejudge(
    path: str | Path, run_id: int | None = None, *,
    changes: Mapping[str, float] | None = None, coach: Coach | None = None,
) -> Run:  # fmt: skip
    """Judge a clip's run again, from its raw samples; without changes the result is the original.

    The runner felt the original cues: the result is which cues the changes would have given.

    Args:
        path: a file that was pulled from a clip (``.leanrun``).
        run_id: which run of it; None: the first.
        changes: values by name, as in a prescription file, or of settings.
        coach: judges the steps in the place of the clip's own.

    Raises:
        LeanCueError: where there is no such run, it has no raw samples, or changes cannot be.
    """
    runs = [log for log in _read_runs(path) if run_id in (None, log.run_id)]
    if not runs:
        raise LogError(f"{path} does not contain run {run_id}.")
    asked = _changes([f"{name}={value}" for name, value in (changes or {}).items()])
    try:
        return _run(_decide_again(runs[0], asked, coach)[1])
    except ValueError as error:
        raise LogError(f"Run {runs[0].run_id} cannot be analysed again: {error}.") from error


def _run(log: _Log) -> Run:
    found = decode((0, kind, body) for kind, body in split(log.decisions))
    raw = log.raw
    signals = Signals(
        raw.since_ms / 1000, *(raw.q / _Q14).T, *(raw.a / _Q8).T, *(raw.g / _Q9).T
    )  # fmt: skip
    began_s = log.wall_s or None
    return Run(log.run_id, log.patient, began_s, _steps(found), _cues(found), signals, log.lacks())


def _steps(found: Decisions) -> Steps:
    return Steps(
        found.step_t_ms / 1000, found.stride_lean_cdeg / 100, found.cadence_cspm / 100,
        found.in_band, found.judged, found.feedback,
    )  # fmt: skip


def _cues(found: Decisions) -> Cues:
    return Cues(
        np.array([cue.t_ms / 1000 for cue in found.cues], np.float64),
        np.array([CUES[cue.kind] for cue in found.cues], np.str_),
        np.array([cue.duration_ms for cue in found.cues], np.float64),
    )
