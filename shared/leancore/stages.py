"""The stages of the pipeline, and their configuration."""

from leancore.attitude.orientation_selector import OrientationSelector
from leancore.coaching.coach import Coach
from leancore.coaching.session_plan import SessionPlan
from leancore.gait.activity import Activity
from leancore.gait.run_onset import RunOnset
from leancore.gait.steps import Steps
from leancore.gait.stride import Stride
from leancore.hints import TYPE_CHECKING
from leancore.posture.calibration import Calibration
from leancore.posture.clip_shift import ClipShift
from leancore.posture.lean import Lean
from leancore.posture.run_direction import RunDirection
from leancore.posture.wear_frame import WearFrame

if TYPE_CHECKING:
    from leancore.hints import Prescription, Settings


class Stages:
    """All stages; ``settings``, ``prescription``: as returned by their ``checked``.

    ``session``: sessions done before this one, 0 = first.
    """

    def __init__(self, settings: "Settings", prescription: "Prescription", session: int) -> None:
        self.vertical = OrientationSelector()
        self.calibration = Calibration()
        self.frame = WearFrame()
        self.vertical.own.lowpass.speed_change.forward = self.frame.forward
        self.lean = Lean()
        self.steps = Steps()
        self.stride = Stride()
        self.activity = Activity()
        self.run_onset = RunOnset()
        self.clip_shift = ClipShift()
        self.run_direction = RunDirection()
        self.plan = SessionPlan()
        self.coach = Coach()
        self.configure(settings, prescription, session)

    def configure(
        self, settings: "Settings", prescription: "Prescription", session: int = 0
    ) -> None:
        """Apply a new configuration; only between runs."""
        self.settings = settings
        self.prescription = prescription
        self.session = session
        self.lean.gain_permille = prescription["gain_permille"]
        self.activity.run_steps = settings["run_steps"]
        self.activity.run_stop_ms = settings["run_stop_ms"]
        calibration = self.calibration
        calibration.stand_ms = settings["stand_ms"]
        calibration.stand_wait_ms = settings["stand_wait_ms"]
        calibration.hinge_wait_ms = settings["hinge_wait_ms"]
        calibration.hinge_min_cdeg = settings["hinge_min_cdeg"]
        self.coach.configure(settings)
        self.vertical.use(settings["orientation"])
        self.vertical.own.curve.begin(settings["speed_cmps"])
        self.settle_ms = settings["settle_ms"]
        self.run_end_ms = settings["run_end_ms"]
        self._begin_plan()

    def _begin_plan(self) -> None:
        settings = self.settings
        self.plan.begin(
            self.prescription, self.session, settings["window_ms"], settings["slope_allowance_cdeg"]
        )
