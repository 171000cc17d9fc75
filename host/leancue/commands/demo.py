"""``leancue demo``: everything at once, without hardware."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from leancue.basis import terminal
from leancue.basis.errors import LogError, RecordingError

SPEED_FOR_THE_EYE = 60.0
FOLDER = Path("out/demo")


def demo(
    recording: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Use the motion of this recording instead."),
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for run and report.")] = FOLDER,
    seed: Annotated[int, typer.Option(help="Random seed of the simulated runner.")] = 1,
    speed: Annotated[
        float | None,
        typer.Option(
            min=0,
            help=(
                "Speed, as a multiple of real time; 0 = as fast as possible (the default if not "
                "on a terminal)."
            ),
        ),
    ] = None,
) -> None:
    """See it all with a simulated clip.

    A prescription is sent, a run is run and cued, fetched, proved and reported; nothing is needed
    but this program.
    """
    from leancue.demo import show
    from leancue.live.live_view import PlainView, TerminalView
    from leancue.transports.simulator_process import Simulator

    if recording and not recording.is_file():
        raise RecordingError(f"There is no recording {recording}.", way_out="Check its name.")
    looked_at = terminal.is_terminal(sys.stderr)
    if speed is None:
        speed = SPEED_FOR_THE_EYE if looked_at else 0.0
    view = TerminalView() if looked_at else PlainView()
    try:
        with _wearer(recording) as wearer, Simulator(wearer, seed=seed, speed=speed) as simulator:
            shown = show(simulator, view, out)
    finally:
        view.close()
    terminal.say(f"The run is at {shown.run_path}")
    shown.verification.require()
    if not shown.verification.proved:
        raise LogError(
            f"The run could not be proved: {shown.verification}",
            way_out=f"Check it with `leancue verify {shown.run_path}`.",
        )
    terminal.say(f"The report is at {shown.report_path}")


@contextmanager
def _wearer(recording: Path | None) -> Iterator[str]:
    """Yield the simulator's wearer; a recording is checked and converted for it."""
    if recording is None:
        yield "demo"
        return
    from leancue.recordings.recording import as_csv, read

    with TemporaryDirectory(prefix="leancue-") as folder:
        file = Path(folder) / recording.name
        file.write_text(as_csv(read(recording)), encoding="utf-8")
        yield str(file)
