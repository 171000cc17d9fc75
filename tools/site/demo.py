"""The demo page: complete, self-contained reports as the desk tool writes them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_SHORT = "tests/golden/recordings/sacral_run_1.csv"
#: Each report: its file, its heading, its content.
REPORTS = (
    ("run", "A run of ten minutes",
     "A simulated clip was worn by a simulated runner for ten minutes. Everything between is the "
     "product: the clip's program, its log, its cues, the proof on the desk. Move the pointer over "
     "the chart to read each step."),
    ("patient", "A patient over eight sessions",
     "The example patient, made up: what was prescribed, and what became of it."),
)  # fmt: skip


def page() -> str:
    """Return the text of the demo page."""
    return "\n\n".join(
        f"## {heading}\n\n{words} [Open it alone](site:demo/{name}.html).\n\n"
        f'<iframe class="report" src="site:demo/{name}.html" title="{heading}" '
        'loading="lazy"></iframe>'
        for name, heading, words in REPORTS
    )


def write(folder: Path, short: bool = False) -> None:
    """Write the reports to ``folder``; ``short``: of a run of a few seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        where = {**os.environ, "LEANCUE_LIBRARY": str(Path(made) / "library")}
        out = Path(made) / "run"
        recording = ("--recording", str(ROOT / _SHORT)) if short else ()
        _leancue(where, "demo", "--out", str(out), *recording)
        shutil.copyfile(out / "report.html", folder / "run.html")
        _leancue(where, "library", "example")
        patient = str(Path(made) / "patient.html")
        _leancue(where, "report", "--patient", "EXAMPLE", "--out", patient)
        shutil.copyfile(patient, folder / "patient.html")


def _leancue(where: Mapping[str, str], *words: str) -> None:
    program = [sys.executable, "-m", "leancue", *words]
    subprocess.run(program, check=True, capture_output=True, env=dict(where))
