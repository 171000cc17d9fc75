"""Answers about the device: identity, state, files; and commands."""

import leancore
from leancore.hints import TYPE_CHECKING
from leancore.link import messages as m
from leancore.numeric.const import const
from leancore.schema import settings

from leandevice import IMAGE
from leandevice.link.request_values import need_idle, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from leandevice.feedback.user_feedback import UserFeedback
    from leandevice.link.request_handler import Answers
    from leandevice.link.request_values import Answer, Request
    from leandevice.loop_counters import LoopCounters
    from leandevice.power.battery import Battery
    from leandevice.power.wall_clock import WallClock
    from leandevice.storage.drive import Drive
    from leandevice.storage.run_recorder import RunRecorder
    from leandevice.storage.run_store import RunStore
    from leandevice.storage.stored_config import StoredConfig

_ABSENT = const(2)  # errno: no such file
_PATH_MAX = const(128)


class DeviceAnswers:
    """``device``: its ``uid`` and ``board``. ``loop``: the loop's counters. ``command``: carries
    out a command by its name.
    """

    def __init__(
        self,
        device: "dict[str, str]",
        config: "StoredConfig",
        store: "RunStore",
        recorder: "RunRecorder",
        feedback: "UserFeedback",
        battery: "Battery",
        wall_clock: "WallClock",
        loop: "LoopCounters",
        drive: "Drive",
        command: "Callable[[str], None]",
    ) -> None:
        self._device = device
        self._config = config
        self._store = store
        self._recorder = recorder
        self._feedback = feedback
        self._battery = battery
        self._wall_clock = wall_clock
        self._loop = loop
        self._drive = drive
        self._do = command
        self.answers: Answers = {
            m.HELLO: self._hello, m.INFO: self._info, m.TRACE: self._trace,
            m.COMMAND: self._command, m.FILES: self._files,
        }  # fmt: skip

    def _hello(self, request: "Request") -> "Answer":
        if "time_s" in request:
            self._wall_clock.set(whole(request, "time_s"))  # an implausible time is ignored
        return {
            "protocol": m.PROTOCOL,
            "uid": self._device["uid"],
            "version": leancore.__version__,
            "board": self._device["board"],
            "settings": settings.fingerprint(self._config.settings),
            "patient": self._config.prescription["patient"],
            "core": leancore.__version__,
        }

    def _info(self, _request: "Request") -> "Answer":
        store, config = self._store, self._config
        return {
            "mode": self._feedback.mode,
            "battery_mv": self._battery.millivolts or None,
            "runs": len(store.runs),
            "free_pages": store.free_pages,
            "pages": store.slots,
            "session": config.sessions,
            "baseline_cdeg": config.effective_prescription()["baseline_cdeg"],
            "faults": {str(number): count for number, count in self._recorder.faults.items()},
            "worst_pass_ms": self._loop.worst_pass_ms,
            "up_s": self._wall_clock.up_s,
            "check": config.check,
        }

    def _trace(self, _request: "Request") -> "Answer":
        return {"image": IMAGE, "error": self._loop.last_error}

    def _command(self, request: "Request") -> "Answer":
        self._do(request["do"])
        return {"done": request["do"]}

    def _files(self, request: "Request") -> "Answer":
        """Size and CRC of a file on the drive, as the device reads it."""
        need_idle(self._recorder)
        path = request["path"]
        if not isinstance(path, str) or len(path) > _PATH_MAX:
            raise ValueError("path must be a text of at most %d characters" % _PATH_MAX)
        try:
            size, crc = self._drive.fingerprint(path)
        except OSError as error:
            if error.errno != _ABSENT:
                raise
            size, crc = -1, 0
        return {"path": path, "bytes": size, "crc": crc}
