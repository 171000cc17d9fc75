"""The mount of the clip in a recording: the stand and the hinge, given or detected.

The resulting frame applies to the whole recording. The search uses the pipeline itself, so that the
rules for a stand and a bow are the clip's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from leancore.coaching import prescription
from leancore.numeric.fixed import atan2_cdeg, dot_q14, isqrt
from leancore.pipeline import CALIBRATED, Pipeline
from leancore.posture.calibration import (
    CROOKED,
    HINGED,
    HINGING,
    IDLE,
    NO_HINGE,
    NO_STAND,
    STANDING,
    STOOD,
)
from leancore.posture.wear_frame import NOMINAL, STAND, WearFrame
from leancore.sensor.sample import Sample

from leancue.basis.errors import RecordingError
from leancue.decoding.sample_arrays import filled
from leancue.recordings.recording import Recording

Window = tuple[float, float]
Stand = Literal["none"] | Window | None

FRAMES = ("nominal", "stand", "hinge")  # by leancore.posture.wear_frame's numbers
_FOREVER_MS = 1 << 60
_STANDS_MOST = 8  # maximum number of attempts, each including all earlier samples
# A window chosen by a person is rejected only if it clearly is not standing.
_SWAY_CDEG = 500
_SHAKE_MPS2 = 1.5
_G_MPS2 = 9.81


@dataclass(frozen=True)
class Mount:
    """The wear frame of a recording and its source.

    ``stand_end_s``: end of the stand on the recording's time, or None; ``quality_permille`` and
    ``depth_cdeg`` of the last bow; ``note``: what was not found, as text, or "".
    """

    frame: WearFrame
    stand_end_s: float | None = None
    quality_permille: int = 0
    depth_cdeg: int = 0
    note: str = ""

    @property
    def source(self) -> str:
        """One of ``FRAMES``."""
        return FRAMES[self.frame.source]


def find(
    recording: Recording, settings: dict[str, int], stand: Stand = None, hinge: Window | None = None
) -> Mount:
    """Determine the mount of the clip.

    Args:
        stand: ``"none"``: the nominal mount; (from, to) in the recording's seconds; None: the
            first still spell.
        hinge: (from, to) in the recording's seconds; None: a bow after the stand, before running.

    Raises:
        RecordingError: where a window is outside the recording or does not hold what it should.
    """
    if stand == "none":
        if hinge:
            raise RecordingError(
                "A hinge was given although the nominal mount was requested.",
                "`--stand none` takes up and forward only from the clip's label.",
                "Leave out `--hinge`, or give the stand as `--stand T0:T1`.",
            )
        return Mount(WearFrame(), note="The nominal mount was requested.")
    hinge_wait_ms = 0 if hinge else _FOREVER_MS
    if stand is None:
        pipeline, end_ms = _find_stand(recording, settings, hinge_wait_ms)
    else:
        part = _window(recording, stand, "stand")
        pipeline = _trainer(settings, WearFrame(), hinge_wait_ms)
        frame = _measure_stand(recording, part, pipeline)
        end_ms = round(stand[1] * 1000)
        pipeline = _trainer(settings, frame, hinge_wait_ms)
        if not hinge:
            _look(recording, pipeline, HINGING, slice(part.stop, None))
            if pipeline.calibrated == NO_STAND:  # it was specified by the user, which counts
                pipeline = _trainer(settings, _measure_stand(recording, part, pipeline), 0)
    if hinge:
        part = _window(recording, hinge, "hinge")
        pipeline = _trainer(settings, _stood(pipeline.frame), _FOREVER_MS)
        _measure_hinge(recording, part, pipeline)
    return Mount(
        pipeline.frame,
        None if end_ms is None else end_ms / 1000,
        pipeline.calibration.quality_permille,
        pipeline.calibration.depth_cdeg,
        _note(pipeline),
    )


def _find_stand(
    recording: Recording, settings: dict[str, int], hinge_wait_ms: int
) -> tuple[Pipeline, int | None]:
    """Find the first stand that is not withdrawn; return its calibration and time."""
    begin = 0
    for _ in range(_STANDS_MOST):
        pipeline = _trainer(settings, WearFrame(), hinge_wait_ms)
        end_ms = _look(recording, pipeline, STANDING, slice(begin, None))
        if end_ms is None or pipeline.calibrated != NO_STAND:
            return pipeline, end_ms
        begin = int(np.searchsorted(recording.t_ms, end_ms)) + 1
    return pipeline, None


def _trainer(settings: dict[str, int], frame: WearFrame, hinge_wait_ms: int) -> Pipeline:
    pipeline = Pipeline(settings, prescription.default(), nominal=True)
    pipeline.frame = frame
    pipeline.calibration.stand_wait_ms = _FOREVER_MS
    pipeline.calibration.hinge_wait_ms = hinge_wait_ms
    return pipeline


def _stood(frame: WearFrame) -> WearFrame:
    if frame.source == NOMINAL:
        raise RecordingError(
            "A hinge was given, but no stand of 2 s was found.",
            "A bow is measured against standing.",
            "Give the stand as well: `--stand T0:T1`.",
        )
    return frame


def _look(recording: Recording, pipeline: Pipeline, state: int, part: slice) -> int | None:
    """Let the pipeline measure within ``part``, starting from ``state``.

    It also gets the samples before. Return when a detected stand ended, in ms of the recording, or
    None.
    """
    sample = Sample()
    stood_ms = None
    calibration = pipeline.calibration
    samples = filled(sample, *recording.columns(slice(0, part.stop)))
    for i, since_ms in enumerate(samples):
        if i == part.start:
            calibration.reset()
            calibration.state = state
        if pipeline.step(sample) & CALIBRATED and pipeline.calibrated == STOOD:
            stood_ms = since_ms + int(recording.t_ms[0])
        if i > part.start and calibration.state == IDLE and not calibration.refining:
            break
    return stood_ms


def _note(pipeline: Pipeline) -> str:
    if pipeline.frame.source == NOMINAL:
        return "No stand of 2 s was found: the nominal mount is assumed."
    if pipeline.frame.source == STAND:
        reason = {CROOKED: "The bow was crooked", NO_HINGE: "A bow was too long or too slow"}
        why = reason.get(pipeline.calibrated, "No bow was found after the stand")
        return f"{why}: forward is taken from the clip's label."
    return ""


def _window(recording: Recording, window: Window, name: str) -> slice:
    """Return the samples of ``window``, including both ends."""
    first_s, last_s = recording.t_ms[0] / 1000, recording.t_ms[-1] / 1000
    begin_s, end_s = window
    again = f"Type `--{name} T0:T1` with seconds between {first_s:g} and {last_s:g}."
    where = f"The window --{name} {begin_s:g}:{end_s:g}"
    if not begin_s < end_s:
        raise RecordingError(f"{where} ends before it begins.", "", again)
    if not (first_s <= begin_s and end_s <= last_s + 0.5):
        raise RecordingError(
            f"{where} is outside the recording {recording.path}, "
            f"which goes from {first_s:g} to {last_s:g} s.",
            "",
            again,
        )
    low, high = np.searchsorted(recording.t_ms, [begin_s * 1000, end_s * 1000 + 0.5])
    if high - low < 2:
        raise RecordingError(
            f"{where} contains no samples.", "The recording has a gap there.", again
        )
    return slice(int(low), int(high))


def _measure_stand(recording: Recording, part: slice, pipeline: Pipeline) -> WearFrame:
    """Return a frame whose up is the mean vertical of the window."""
    verticals = []
    vertical = pipeline.vertical
    sample = Sample()
    for i, _ in enumerate(filled(sample, *recording.columns(slice(0, part.stop)))):
        pipeline.step(sample)
        if i >= part.start and vertical.known:
            verticals.append((vertical.ux, vertical.uy, vertical.uz))
    if not verticals:
        raise RecordingError(
            "The window of the stand contains no orientation.", "", "Type another `--stand T0:T1`."
        )
    frame = WearFrame()
    frame.set_up(*(sum(parts) // len(verticals) for parts in zip(*verticals, strict=True)))
    frame.source = STAND
    sway_cdeg = max(_tilt_cdeg(frame, vertical) for vertical in verticals)
    force_mps2 = np.linalg.norm(recording.a[part], axis=1) / 256
    if sway_cdeg > _SWAY_CDEG or _unsteady(force_mps2):
        raise RecordingError(
            f"Nobody stands still in the window of the stand: the clip tilts by up to "
            f"{sway_cdeg / 100:.1f}° and feels {force_mps2.min():.1f} to "
            f"{force_mps2.max():.1f} m/s².",
            "The window may contain steps or a bow.",
            "Type `--stand T0:T1` with a time of quiet standing, or leave it out.",
        )
    return frame


def _unsteady(force_mps2: npt.NDArray[np.float64]) -> bool:
    return bool(force_mps2.std() > _SHAKE_MPS2 or abs(force_mps2.mean() - _G_MPS2) > _SHAKE_MPS2)


def _tilt_cdeg(frame: WearFrame, vertical: tuple[int, int, int]) -> int:
    """Return the angle between a vertical and the frame's up."""
    along = dot_q14(*vertical, *frame.up)
    across = [part - (along * up >> 14) for part, up in zip(vertical, frame.up, strict=True)]
    return int(atan2_cdeg(isqrt(sum(part * part for part in across)), along))


class _Upright(NamedTuple):
    """A vertical as in standing."""

    ux: int
    uy: int
    uz: int


def _measure_hinge(recording: Recording, part: slice, pipeline: Pipeline) -> None:
    """Set the frame's forward from the bow in the window, whose end counts as upright."""
    calibration = pipeline.calibration
    _look(recording, pipeline, HINGING, part)
    result = pipeline.calibrated
    if calibration.state == HINGING:
        result = calibration.step(_Upright(*pipeline.frame.up), Sample(), 10, pipeline.frame)
    if result == HINGED:
        return
    depth = f"{calibration.depth_cdeg / 100:.1f}°"
    what = {
        CROOKED: f"The bow in the window of the hinge is crooked (straightness "
        f"{calibration.quality_permille / 1000:.2f}).",
        NO_HINGE: "The bow in the window of the hinge takes longer than 8 s.",
        NO_STAND: (
            "The window of the hinge has only the bow: it must also contain standing before "
            "and after it."
        ),
    }.get(result, f"The window of the hinge holds no bow: the clip tilts by {depth} at most.")
    raise RecordingError(
        what,
        f"A bow goes straight forward from the hips, by {calibration.hinge_min_cdeg / 100:g}° or "
        "more, and up again.",
        "Type `--hinge T0:T1` around such a bow, or leave it out.",
    )
