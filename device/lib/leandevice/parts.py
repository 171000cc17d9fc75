"""The parts of a clip, put together the same way for a real board and for the simulated one."""

from leandevice.button import Button
from leandevice.feedback.haptic import Haptic
from leandevice.feedback.led import Led
from leandevice.power.battery import Battery
from leandevice.power.restarts import Restarts
from leandevice.sensing.imu import Imu
from leandevice.storage.factory_reset import forget_if_wished
from leandevice.storage.run_store import RunStore
from leandevice.storage.stored_config import StoredConfig


class Parts:
    """Takes what a board brings (see ``wiring.Board``) and builds the parts of ``app.App``."""

    def __init__(self, board):
        self.haptic = Haptic(board.motor)  # first: the motor is off from here on
        self.clock = board.clock
        self.uid = board.uid
        self.board = board.name
        self.drive = board.drive
        self.config = StoredConfig(board.drive)
        self.haptic.use(self.config.motor)
        interval_us = 1000000 // self.config.settings["rate_hz"]
        self.imu = Imu(board.clock, board.sensor, interval_us, board.sensor_reset)
        self.led = Led(board.light)
        self.button = Button(board.button)
        self.battery = Battery(board.gauge)
        self.store = RunStore(board.drive)
        self.edit = not board.drive.writable
        self.plugged = board.plugged
        self.describe = board.describe
        self.port = board.port
        self.watchdog = board.watchdog
        self.restarts = Restarts(board)
        self.forgot = forget_if_wished(self, board.memory)
