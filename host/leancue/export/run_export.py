"""A run in the formats of other programs: CSV, JSON, FIT."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from leancore.runlog import log_reading

from leancue.basis import program
from leancue.basis.errors import InstallError, UndatedRun
from leancue.decoding.decisions import Decisions, decode
from leancue.decoding.record_tables import cues_rows, steps_csv, steps_rows
from leancue.runs import pace
from leancue.runs.pace import Stretch
from leancue.runs.runlog import Run


def as_csv(run: Run, _began_s: int = 0, paces: Sequence[Stretch] = ()) -> bytes:
    """One row for each running step; times since the run began.

    ``paces``: speed and incline as somebody marked them: two more columns where there are any.
    """
    found = steps_of(run)
    text = steps_csv(found, "csv")
    if not paces:
        return text.encode()
    head, *rows = text.splitlines()
    lines = [f"{head},speed_mps,incline_percent"]
    for row, t_ms in zip(rows, found.step_t_ms.tolist(), strict=True):
        speed, incline = pace.at(paces, t_ms)
        lines.append(f"{row},{_scaled(speed, 1000)},{_scaled(incline, 10)}")
    return ("\n".join(lines) + "\n").encode()


def _scaled(value: int | None, scale: int) -> str:
    return "" if value is None else f"{value / scale:g}"


def as_json(run: Run, began_s: int = 0) -> bytes:
    """Everything that the clip decided, and under what prescription and settings."""
    found = steps_of(run)
    whole = {
        "run": run.run_id, "began_s": run.wall_s or began_s, "patient": run.patient,
        "info": run.info, "prescription": run.prescription, "settings": run.settings,
        "steps": steps_rows(found, "json"), "cues": cues_rows(found, "json"),
        "closed": run.closed, "missing_pages": list(run.holes),
        "damaged_pages": [damage.page for damage in run.damaged],
    }  # fmt: skip
    return (json.dumps(whole, indent=1) + "\n").encode()


def as_fit(run: Run, began_s: int = 0, paces: Sequence[Stretch] = ()) -> bytes:
    """A FIT activity with a developer field ``lean``; ``paces``: as for ``as_csv``.

    Raises:
        InstallError: without the library for it.
        UndatedRun: where nobody knows when it was.
    """
    if not (run.wall_s or began_s):
        raise UndatedRun(
            f"Nobody knows when run {run.run_id} was: the clip had no clock, and a FIT file needs "
            "a date.",
            "No desk had told the clip the time since it was switched on.",
            'Say when it began: `--began "2026-11-03 14:05"`, by the clock on the wall.',
        )
    try:
        from leancue.export import fit_export
    except ImportError as error:
        raise InstallError(
            "FIT needs a library that is not installed.",
            way_out=program.get_part("export"),
        ) from error
    return fit_export.encode(run, steps_of(run), run.wall_s or began_s, paces)


# Each gets the run, and when it began (s since 1970) where the log does not know it; 0 = unknown.
FORMATS: dict[str, Callable[[Run, int], bytes]] = {"csv": as_csv, "json": as_json, "fit": as_fit}


def steps_of(run: Run) -> Decisions:
    """The run's steps, cues and events."""
    return decode((0, kind, body) for kind, body in log_reading.split(run.decisions))


def default_path(run_file: Path, kind: str, run: Run, several: bool) -> Path:
    """Beside the run, with the format's ending."""
    name = f"{run_file.stem}-{run.run_id}" if several else run_file.stem
    return run_file.with_name(f"{name}.{kind}")
