"""The demo: a simulated clip gets a prescription, is worn, read out, verified and reported.

Nothing is skipped or shortened: the clip's own program runs in another process, and everything goes
over its serial port as over a cable.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from leancore.coaching import prescription
from leancore.link.messages import PROTOCOL

from leancue.basis.errors import LogError
from leancue.basis.files import staged_folder
from leancue.basis.terminal import count, duration
from leancue.clip.client import Client
from leancue.prescriptions.prescription_file import describe
from leancue.runs.pull import pull
from leancue.runs.verify import Verification, verify
from leancue.transports.addresses import open_transport
from leancue.transports.simulator_process import Simulator

PRESCRIPTION = {
    "patient": "demo",
    "baseline_cdeg": 620,
    "offset_low_cdeg": 700,
    "offset_high_cdeg": 1000,
    "cap_offset_cdeg": 1400,
    "raw": 1,
}
REPORT = "report.html"
_QUIET_S = 0.1


class View(Protocol):
    """Interface of a view of the demo."""

    def step(self, text: str) -> None:
        """Show that a step is done."""

    def began(self) -> None:
        """Show that the wearer begins."""

    def frame(self, frame: dict[str, int]) -> None:
        """Show a live frame of the clip."""

    def ended(self, over: dict[str, Any]) -> None:
        """Show that the wearer has finished; ``over`` has simulated_s and wall_s."""


@dataclass(frozen=True)
class DemoResult:
    """The files of the demo."""

    run_path: Path
    report_path: Path
    verification: Verification


def show(simulator: Simulator, view: View, out: Path) -> DemoResult:
    """Run the whole demo with a simulator that waits for ``go``.

    Raises:
        LeanCueError: any error on the way; files of an earlier demo then stay.
    """
    view.step(
        f"A simulated clip is on {simulator.port}: the clip's own program, its sensor simulated."
    )
    with Client(open_transport(simulator.port)) as client, staged_folder(out) as stage:
        uid = _greet(client, view)
        _wear(client, simulator, view)
        run_path = _fetch(client, uid, view, stage)
        proved = _prove_and_report(run_path, view, stage)
    return DemoResult(out / run_path.name, out / REPORT, proved)


def _greet(client: Client, view: View) -> str:
    hello = client.hello()
    view.step(f"It answers: UID {hello.uid}, software {hello.version}, protocol {PROTOCOL}.")
    after = client.set_prescription(prescription.checked(PRESCRIPTION))
    view.step(f"Prescription sent, and read back the same. {describe(after)}")
    return hello.uid


def _wear(client: Client, simulator: Simulator, view: View) -> None:
    with _live(client):
        simulator.go()
        view.began()
        while not (over := simulator.over()):
            for frame in client.stream(_QUIET_S):
                view.frame(frame)
    view.ended(over)


@contextmanager
def _live(client: Client) -> Iterator[None]:
    client.live(True)
    yield
    client.live(False)


def _fetch(client: Client, uid: str, view: View, folder: Path) -> Path:
    runs = client.runs()
    if not runs:
        raise LogError(
            "The clip recorded no run.",
            "Perhaps nobody runs in the recording.",
            "See what the clip makes of it with `leancue replay RECORDING.csv --out DIR`.",
        )
    run = runs[-1]
    pulled = pull(client, uid, run, folder)
    view.step(
        f"The clip has {count(len(runs), 'run')}; run {run.run_id} ({duration(run.seconds)}) "
        f"pulled, {count(run.pages, 'page')}, all checksums correct."
    )
    return pulled.path


def _prove_and_report(run_path: Path, view: View, folder: Path) -> Verification:
    from leancue.report import write_report
    from leancue.runs.runlog import read_runs

    run = read_runs(run_path)[0]
    verification = verify(run)
    word = "Proved" if verification.proved else "NOT proved"
    view.step(f"{word}: the samples, replayed on the desk. {verification}")
    write_report(folder / REPORT, run, verification)
    return verification
