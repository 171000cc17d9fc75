"""Draw the README's pictures: the lean in the demo's run, and the page of the example patient.

Usage: python tools/draw_picture.py [--out FOLDER]. Runs the simulated clip for the demo's ten
minutes and draws the chart of its report (demo-run.svg); fills a library with the example patient
and renders the printed page (patient-page.png). The same code gives the same pictures.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from leancore.coaching import prescription
from leancue.library import Library
from leancue.report import patient_sheet_of
from leancue.report.pdf_page import as_png
from leancue.report.run_chart import HEIGHT, WIDTH, Chart
from leancue.runs.run_view import of_run
from leancue.runs.runlog import read_runs
from leancue.runs.verify import verify
from leandevice.storage.run_archive import RunArchive

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from boards.sim.board import SimBoard  # noqa: E402 (the checkout's own simulator)
from boards.sim.motion.motion_plans import DEMO  # noqa: E402
from boards.sim.motion.wearer import synthesise  # noqa: E402

PICTURES = ROOT / "shared" / "docs" / "pictures"
_NOW_S = 1_795_000_000  # the example's runs are dated relative to it
_STYLE = "<style>text{font-family:system-ui,'DejaVu Sans',sans-serif}</style>"


def log_of_demo() -> bytes:
    """Run the simulated clip through the demo; return its log's pages."""
    track, _truth = synthesise(DEMO, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        board = SimBoard(track, Path(folder), presses=DEMO.pressed)
        app = board.app
        app.config.prescription = prescription.checked({"patient": "demo", "baseline_cdeg": 620})
        app.configure()
        board.wear()
        board.forward(track.duration_s + 3)
        runs = app.store.runs
        read = RunArchive(app.store).read
        return b"".join(bytes(read(run.run_id, n) or b"") for run in runs for n in range(run.pages))


def picture(log: bytes) -> str:
    """Return the chart of the first run in ``log`` as a self-contained SVG."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.leanrun"
        path.write_bytes(log)
        run = read_runs(path)[0]
        chart = Chart(of_run(run, verify(run))).picture()
    back = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
    return chart.replace(">", ">" + _STYLE + back, 1) + "\n"


def patient_page() -> bytes:
    """Return the printed page of the example patient, as PNG."""
    with tempfile.TemporaryDirectory() as folder, Library(folder, clock=lambda: _NOW_S) as library:
        patient = library.add_example()
        return as_png(patient_sheet_of(patient.code, library))


def main() -> int:
    """Draw the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, default=PICTURES)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    (out / "demo-run.svg").write_text(picture(log_of_demo()), "utf-8")
    (out / "patient-page.png").write_bytes(patient_page())
    sys.stdout.write(f"{out}: demo-run.svg, patient-page.png\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
