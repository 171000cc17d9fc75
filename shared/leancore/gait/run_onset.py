"""The first steps of a run, kept until there are enough of them to call it a run."""

from leancore.hints import TYPE_CHECKING
from leancore.sensor.sample import LOST

if TYPE_CHECKING:
    from leancore.gait.activity import Activity
    from leancore.gait.steps import Steps
    from leancore.gait.stride import Stride
    from leancore.hints import Vector


class RunOnset:
    """The running steps before ``RUN`` was decided, as rows written by ``put_step``."""

    WIDTH = 5
    MOST = 12
    FIELDS = ("count", "rows")

    def __init__(self) -> None:
        self.rows = [0] * (self.WIDTH * self.MOST)
        self.count = 0  # 0: forget the steps so far

    def step(self, activity: "Activity", steps: "Steps", stride: "Stride") -> None:
        """Take a strike that is not (yet) part of a run, after ``stride`` and ``activity``."""
        if not activity.run_step:
            self.count = 0
            return
        if self.count == self.MOST or stride.flags & LOST:
            return
        # The step before the first running step was not one, so use the step instead of the stride.
        lean_cdeg = stride.stride_lean_cdeg if self.count and stride.whole else stride.step_cdeg
        put_step(self.rows, self.count * self.WIDTH, lean_cdeg, steps, stride)
        self.count += 1


def put_step(
    row: "Vector", at: int, stride_lean_cdeg: int, steps: "Steps", stride: "Stride"
) -> None:
    """Write a step into ``row`` from ``at`` on, in the order of its record's fields.

    The stride's ``flags`` are those of its samples.
    """
    row[at] = steps.strike_ms
    row[at + 1] = stride_lean_cdeg
    row[at + 2] = stride.step_cdeg
    row[at + 3] = steps.cadence_cspm
    row[at + 4] = stride.flags
