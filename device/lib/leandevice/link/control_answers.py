"""A host's commands, and the files that an installer looks at."""

from leancore.hints import TYPE_CHECKING
from leancore.link import messages as m
from leancore.numeric.const import const

from leandevice.link.request_values import need_idle

if TYPE_CHECKING:
    from leandevice.interfaces import Clock, Recorded
    from leandevice.link.request_handler import Answers
    from leandevice.link.request_values import Answer, Request
    from leandevice.power.restarts import Restarts
    from leandevice.storage.drive import Drive
    from leandevice.user_input import UserInput

_ABSENT = const(2)  # errno: no such file
_PATH_MAX = const(128)
_RESTARTS = ("edit", "reset")


class ControlAnswers:
    """The same at every port."""

    def __init__(
        self,
        recorder: "Recorded",
        restarts: "Restarts",
        user_input: "UserInput",
        drive: "Drive",
        clock: "Clock",
    ) -> None:
        self._recorder = recorder
        self._restarts = restarts
        self._user_input = user_input
        self._drive = drive
        self._clock = clock
        self.answers: Answers = {m.COMMAND: self._command, m.FILES: self._files}

    def _command(self, request: "Request") -> "Answer":
        do = request["do"]
        if do in _RESTARTS:
            need_idle(self._recorder)
            self._restarts.ask(do == "edit", self._clock.ticks_ms())
        else:
            self._user_input.command(do)
        return {"done": do}

    def _files(self, request: "Request") -> "Answer":
        """What a file of the drive is, as the clip itself reads it."""
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
