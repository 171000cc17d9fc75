"""Screen output of a replay: the answer first, then what the clip would have detected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leancue.basis import terminal
from leancue.recordings.stand_check import doubt

if TYPE_CHECKING:
    from leancue.recordings.recording import Recording


def answer(summary: dict[str, Any]) -> str:
    """Return a replay in one line."""
    lean = summary["mean_lean_deg"]
    mean = f"mean lean {lean:.1f}°" if lean is not None else "no running"
    return (
        f"{summary['steps']} running steps in {terminal.duration(summary['duration_s'])}, {mean}, "
        f"{terminal.count(summary['cues']['all'], 'cue')}."
    )


def noticed(recording: Recording, summary: dict[str, Any]) -> list[str]:
    """Return further notes on a replay: faults, clipping, stand, and doubts."""
    worn = summary["wearing"]
    lines = [worn["note"], *(_fault(row) for row in summary["faults"]), _clipped(recording)]
    stand = doubt(summary["mean_lean_deg"], worn["frame"] != "nominal")
    if stand:
        lines.append(f"{stand} Type `--stand T0:T1` with a time of upright standing.")
    return [line for line in (*lines, *recording.notes) if line]


def _fault(row: dict[str, Any]) -> str:
    times = f" ({row['count']} times)" if row["count"] > 1 else ""
    return f"The clip would notice ({row['key']}): {row['words']}{times}"


def _clipped(recording: Recording) -> str:
    count = int(recording.clipped.sum())
    if not count:
        return ""
    share = 100 * count / len(recording)
    return (
        f"{terminal.count(count, 'sample')} ({share:.2g} %) reached the end of the sensor's range "
        "(8 g, 2000 °/s). The lean just after them is less certain."
    )
