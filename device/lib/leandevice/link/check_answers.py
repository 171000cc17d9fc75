"""Answers during commissioning; the measurements are loaded when a host first asks."""

import sys

from leancore.hints import TYPE_CHECKING
from leancore.link import messages as m

from leandevice.link.request_values import need_idle
from leandevice.power import small_heap

if TYPE_CHECKING:
    from leandevice.feedback.haptic import Haptic
    from leandevice.interfaces import Board, MotionSensor, Recorded
    from leandevice.link.request_handler import Answers
    from leandevice.link.request_values import Answer, Request
    from leandevice.storage.run_store import RunStore
    from leandevice.storage.stored_config import StoredConfig

# Of an image, and of the source.
_ACTS = ("lean_check", "leandevice.link.self_check", "leandevice.sensing.bus_look")


class CheckAnswers:
    """The parts that commissioning checks."""

    def __init__(
        self,
        board: "Board",
        imu: "MotionSensor",
        haptic: "Haptic",
        config: "StoredConfig",
        store: "RunStore",
        recorder: "Recorded",
    ) -> None:
        self.board = board
        self.imu = imu
        self.haptic = haptic
        self.config = config
        self.store = store
        self._recorder = recorder
        self.answers: Answers = {m.CHECK: self._check}

    def _check(self, request: "Request") -> "Answer":
        need_idle(self._recorder)
        if request["do"] == "done":
            for name in _ACTS:
                sys.modules.pop(name, None)
            small_heap.collect()
            return {}
        try:
            from leandevice.link.self_check import answered
        except ImportError:  # a file is missing or damaged; the rest of the program may be fine
            raise ValueError("its part of the program is missing; `leancue install`") from None
        return answered(self, request)
