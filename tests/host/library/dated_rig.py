"""A desk whose clock a test sets, with a library and a runner's clip."""

from __future__ import annotations

from pathlib import Path

from host_runs import logged, runner
from leancue.library import Filing, Library
from leancue.runs.trend import DAY_S
from library_rig import UID

CODE = "K-014"
WEEK_S, YEAR_S = 7 * DAY_S, 365 * DAY_S
BEGIN_S = 1_790_000_000
RUNNER = runner(14)
KEPT = {"baseline_cdeg": 600}  # as ``logged`` has it


class Desk:
    """A library whose clock a test sets."""

    def __init__(self, folder: Path) -> None:
        self.now_s = BEGIN_S
        self.library = Library(folder, clock=lambda: self.now_s)
        self.library.patients.add(CODE)

    def file(self, number: int, wall_s: int, **values: object) -> Filing:
        pages = logged(RUNNER, number, wall_s=wall_s, start_ms=1000 * number, **values)
        (filing,) = self.library.file_run(b"".join(pages))
        return filing

    def send(self, values: dict[str, object], code: str = CODE) -> None:
        """Prescribe it, and have the clip read it back."""
        made = self.library.prescriptions.add(code, values, "test")
        self.library.prescriptions.sent(made.id, UID)

    def due(self) -> int:
        return self.library.overview()[0].progress.due
