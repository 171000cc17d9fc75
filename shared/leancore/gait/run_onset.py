"""The first steps of a run: kept until enough of them show that it is one."""

from leancore.hints import TYPE_CHECKING
from leancore.sensor.sample import LOST

if TYPE_CHECKING:
    from leancore.gait.activity import Activity
    from leancore.gait.steps import Steps
    from leancore.gait.stride import Stride


class RunOnset:
    """The running steps before ``RUN`` was decided, as rows of five integers.

    A row: strike time ms, stride lean cdeg, step lean cdeg, cadence 1/100 steps/min, flags.
    """

    WIDTH = 5
    MOST = 12
    FIELDS = ("count", "rows")

    def __init__(self) -> None:
        self.rows = [0] * (self.WIDTH * self.MOST)
        self.count = 0  # 0: forget the steps so far

    def step(self, activity: "Activity", steps: "Steps", stride: "Stride") -> None:
        """Take a strike that did not (yet) make a run, after ``stride`` and ``activity``."""
        if not activity.run_step:
            self.count = 0
            return
        if self.count == self.MOST or stride.flags & LOST:
            return
        at = self.count * self.WIDTH
        rows = self.rows
        rows[at] = steps.strike_ms
        # What came before the first running step was none, so the stride there is the step.
        rows[at + 1] = stride.stride_lean_cdeg if self.count and stride.whole else stride.step_cdeg
        rows[at + 2] = stride.step_cdeg
        rows[at + 3] = steps.cadence_cspm
        rows[at + 4] = stride.flags
        self.count += 1
