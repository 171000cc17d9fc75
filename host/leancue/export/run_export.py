"""A run in the formats of other programs: CSV, JSON, FIT."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Sequence
from pathlib import Path

from leancore.runlog import log_reading

from leancue.basis import program
from leancue.basis.errors import InstallError, UndatedRun
from leancue.decoding.decisions import Decisions, decode
from leancue.decoding.record_tables import cues_rows, steps_csv, steps_rows
from leancue.runs import pace
from leancue.runs.pace import Mark, Stretch
from leancue.runs.runlog import Run


def as_csv(run: Run, _began_s: int = 0, marks: Sequence[Mark] = ()) -> bytes:
    """One row for each running step; times since the run began.

    ``marks``: on the run's axis; if there are any, three more columns are added: speed, incline,
    and the text of a mark at the first step after it.
    """
    found = steps_of(run)
    text = steps_csv(found, "csv")
    if not marks:
        return text.encode()
    head, *rows = text.splitlines()
    times_ms = found.step_t_ms.tolist()
    paces = stretches_of(found, marks)
    said = _words_at(times_ms, marks)
    lines = [f"{head},speed_mps,incline_percent,mark"]
    for row, t_ms in zip(rows, times_ms, strict=True):
        speed, incline = pace.at(paces, t_ms)
        lines.append(f"{row},{_scaled(speed, 1000)},{_scaled(incline, 10)},{said.get(t_ms, '')}")
    return ("\n".join(lines) + "\n").encode()


def stretches_of(steps: Decisions, marks: Sequence[Mark]) -> list[Stretch]:
    """Return speed and incline of the run's stretches up to its last step."""
    end_ms = int(steps.step_t_ms[-1]) + 1 if len(steps.step_t_ms) else 0
    return pace.stretches(marks, end_ms)


def _words_at(times_ms: Sequence[int], marks: Sequence[Mark]) -> dict[int, str]:
    """Return the marks between the previous step and each step, by its time, quoted."""
    found: dict[int, list[str]] = {}
    for mark in pace.in_order(marks):
        at = bisect_left(times_ms, mark.at_ms)
        if mark.words and times_ms:
            found.setdefault(times_ms[min(at, len(times_ms) - 1)], []).append(mark.words)
    return {t_ms: _quoted("; ".join(words)) for t_ms, words in found.items()}


def _quoted(words: str) -> str:
    """Quote for CSV; text that a spreadsheet would read as a formula is defused."""
    if words[:1] in "=+-@":
        words = f"'{words}"
    return '"' + words.replace('"', '""') + '"'


def _scaled(value: int | None, scale: int) -> str:
    return "" if value is None else f"{value / scale:g}"


def as_json(run: Run, began_s: int = 0, marks: Sequence[Mark] = ()) -> bytes:
    """All decisions of the clip, its prescription and settings, and the marks."""
    found = steps_of(run)
    whole = {
        "run": run.run_id, "began_s": run.wall_s or began_s, "patient": run.patient,
        "info": run.info, "prescription": run.prescription, "settings": run.settings,
        "steps": steps_rows(found, "json"), "cues": cues_rows(found, "json"),
        **({"marks": [_mark_row(mark) for mark in pace.in_order(marks)]} if marks else {}),
        "closed": run.closed, "missing_pages": list(run.holes),
        "damaged_pages": [damage.page for damage in run.damaged],
    }  # fmt: skip
    return (json.dumps(whole, indent=1) + "\n").encode()


def _mark_row(mark: Mark) -> dict[str, float | str | None]:
    speed, incline = mark.speed_mm_s, mark.incline_permille
    return {
        "t_s": mark.at_ms / 1000, "words": mark.words,
        "speed_mps": None if speed is None else speed / 1000,
        "incline_percent": None if incline is None else incline / 10,
    }  # fmt: skip


def as_fit(run: Run, began_s: int = 0, marks: Sequence[Mark] = ()) -> bytes:
    """A FIT activity with a developer field ``lean``; ``marks``: as for ``as_csv``.

    They give FIT's own speed and grade, and a user marker each, with its words.

    Raises:
        InstallError: without the library for it.
        UndatedRun: where nobody knows when it was.
    """
    if not (run.wall_s or began_s):
        raise UndatedRun(
            f"The date of run {run.run_id} is unknown, because the clip's clock was not set. A FIT "
            "file needs a date.",
            "The clip was not connected to a desk after it was switched on.",
            'Add when it began, in local time: `--began "2026-11-03 14:05"`.',
        )
    try:
        from leancue.export import fit_export
    except ImportError as error:
        raise InstallError(
            "Writing FIT needs a package that is not installed.",
            way_out=program.get_part("export"),
        ) from error
    steps = steps_of(run)
    paces = stretches_of(steps, marks)
    return fit_export.encode(run, steps, run.wall_s or began_s, paces, marks)


# Each gets the run, when it began (s since 1970) where the log does not know it (0 = unknown), and
# what somebody marked.
FORMATS: dict[str, Callable[[Run, int, Sequence[Mark]], bytes]] = {
    "csv": as_csv,
    "json": as_json,
    "fit": as_fit,
}


def steps_of(run: Run) -> Decisions:
    """The run's steps, cues and events."""
    return decode((0, kind, body) for kind, body in log_reading.split(run.decisions))


def default_path(run_file: Path, kind: str, run: Run, several: bool) -> Path:
    """Next to the run, with the format's extension."""
    name = f"{run_file.stem}-{run.run_id}" if several else run_file.stem
    return run_file.with_name(f"{name}.{kind}")
