"""The parts of a clip, put together the same way for a real board and for the simulated one."""

from leancore.hints import TYPE_CHECKING
from leancore.runlog.pages import FRAME_BYTES

from leandevice.button import Button
from leandevice.feedback.haptic import Haptic
from leandevice.feedback.led import Led
from leandevice.power.battery import Battery
from leandevice.power.restarts import Restarts
from leandevice.storage.factory_reset import forget_if_wished
from leandevice.storage.run_store import RunStore
from leandevice.storage.stored_config import StoredConfig

if TYPE_CHECKING:
    from leandevice.interfaces import Board


class Parts:
    """Takes what a board brings and builds the parts of ``app.App``.

    ``device``: ``uid`` and ``board``. ``frames``: for each port, where its answers are made; here,
    before the heap is in pieces. ``edit``: a host has the drive. ``forgot``: as
    ``factory_reset.forget_if_wished``.
    """

    def __init__(self, board: "Board") -> None:
        self.haptic = Haptic(board.motor)  # first: the motor is off from here on
        self.clock = board.clock
        self.device = {"uid": board.uid, "board": board.name}
        self.drive = board.drive
        self.config = StoredConfig(board.drive)
        self.haptic.use(self.config.motor)
        interval_us = 1000000 // self.config.settings["rate_hz"]
        self.imu = board.sensor.reader(board.clock, interval_us)
        self.led = Led(board.light)
        self.button = Button(board.button)
        self.battery = Battery(board.gauge)
        self.ports = board.ports
        self.frames = [bytearray(FRAME_BYTES) for _ in board.ports]
        self.store = RunStore(board.drive)
        self.edit = not board.drive.writable
        self.plugged = board.plugged
        self.describe = board.describe
        self.watchdog = board.watchdog
        self.restarts = Restarts(board)
        self.forgot = forget_if_wished(self, board.memory)
