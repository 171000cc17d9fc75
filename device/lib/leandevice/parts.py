"""Composition root: creates the parts, in the same way for real and simulated boards.

Each part is given what it needs here. The device unloads this module after the start.
"""

from leancore.hints import TYPE_CHECKING
from leancore.pipeline import Pipeline
from leancore.runlog.pages import FRAME_BYTES, IN_FRAME_AT, PAGE_BYTES

from leandevice.button import Button
from leandevice.configurator import Configurator
from leandevice.feedback.haptic import Haptic
from leandevice.feedback.led import Led
from leandevice.feedback.user_feedback import UserFeedback
from leandevice.health_counters import HealthCounters
from leandevice.heap_care import HeapCare
from leandevice.link.access_control import AccessControl
from leandevice.link.check_answers import CheckAnswers
from leandevice.link.config_answers import ConfigAnswers
from leandevice.link.device_answers import DeviceAnswers
from leandevice.link.host_links import HostLinks
from leandevice.link.request_handler import RequestHandler
from leandevice.link.run_answers import RunAnswers
from leandevice.loop_counters import LoopCounters
from leandevice.power import small_heap
from leandevice.power.battery import Battery
from leandevice.power.restarts import Restarts
from leandevice.power.wall_clock import WallClock
from leandevice.run_control import RunControl
from leandevice.run_register import RunRegister
from leandevice.run_watch import RunWatch
from leandevice.sensing.sensor_watchdog import SensorWatchdog
from leandevice.sensing.sleep_mode import SleepMode
from leandevice.storage.factory_reset import reset_if_requested
from leandevice.storage.run_archive import RunArchive
from leandevice.storage.run_recorder import RunRecorder
from leandevice.storage.run_store import RunStore
from leandevice.storage.stored_config import StoredConfig
from leandevice.user_input import UserInput

if TYPE_CHECKING:
    from leandevice.interfaces import Board, Chore


class Parts:
    """Builds the parts of ``app.App`` on the hardware of a board.

    ``device``: ``uid`` and ``board``. ``forgot``: as ``factory_reset.reset_if_requested``.
    """

    def __init__(self, board: "Board") -> None:
        self.haptic = Haptic(board.motor)  # first, so that the motor is off from here on
        self.device = {"uid": board.uid, "board": board.name}
        self._add_hardware(board)
        small_heap.collect()  # each time: kept objects must not be placed after garbage
        # The buffers for each port's answers, before the heap is fragmented.
        frames = [bytearray(FRAME_BYTES) for _ in board.ports]
        self.store = RunStore(board.drive)
        small_heap.collect()
        self.restarts = Restarts(board)
        self.forgot = reset_if_requested(self, board.memory)
        self.loop = LoopCounters()
        self._add_pipeline(board)
        self._add_user()
        self._add_hosts(board, frames)
        self.chores = self._in_turn()
        self.configurator.configure()

    def _add_hardware(self, board: "Board") -> None:
        """Motor, light and sensors."""
        self.clock = board.clock
        self.watchdog = board.watchdog
        self.describe = board.describe
        self.drive = board.drive
        self.config = StoredConfig(board.drive)
        self.haptic.use(self.config.motor)
        interval_us = 1000000 // self.config.settings["rate_hz"]
        self.imu = board.sensor.reader(board.clock, interval_us)
        self.led = Led(board.light)
        self.button = Button(board.button)
        self.battery = Battery(board.gauge)

    def _add_pipeline(self, board: "Board") -> None:
        """Decisions, recording and feedback."""
        config = self.config
        self.pipeline = Pipeline(config.settings, config.effective_prescription())
        self.wall_clock = WallClock(board.clock)
        self.recorder = RunRecorder(self.store, self.wall_clock.now_s)
        self.feedback = UserFeedback(
            self.haptic, self.led, self.recorder, self.pipeline,
            board.plugged, not board.drive.writable,
        )  # fmt: skip
        self.sensor_watchdog = SensorWatchdog(self.imu, self.feedback)
        self.configurator = Configurator(
            config, self.pipeline, self.sensor_watchdog, self.haptic, self.imu
        )

    def _add_user(self) -> None:
        """The wearer's actions: runs, rest, the button."""
        self.register = RunRegister(self.store, self.config, self.wall_clock)
        watch = RunWatch(
            self.recorder, self.config, self.imu, self.battery, self.feedback, self.loop
        )
        self.runs = RunControl(
            self.device, self.clock, self.pipeline, self.config, self.store, self.recorder,
            self.register, watch, self.feedback, self.configurator.configure,
        )  # fmt: skip
        self.host_links = HostLinks(self.pipeline)
        self.sleep_mode = SleepMode(
            self.imu, self.sensor_watchdog, self.pipeline, self.config, self.recorder,
            self.feedback, self.haptic, self.button, self.battery, self.host_links,
        )  # fmt: skip
        self.user_input = UserInput(
            self.button, self.clock, self.sleep_mode, self.runs, self.pipeline, self.recorder,
            self.feedback, self.haptic, self.config, self.restarts,
        )  # fmt: skip

    def _add_hosts(self, board: "Board", frames: "list[bytearray]") -> None:
        """A link at each port; a host's proof is valid at its own port only."""
        config = self.config
        store = self.store
        recorder = self.recorder
        device = DeviceAnswers(
            self.device, config, store, recorder, self.feedback, self.battery, self.wall_clock,
            self.loop, self.drive, self.user_input.command,
        )  # fmt: skip
        checks = CheckAnswers(board, self.imu, self.haptic, config, store, recorder)
        for port, frame in zip(board.ports, frames):
            access = AccessControl(config, self.device["uid"])
            page = memoryview(frame)[IN_FRAME_AT : IN_FRAME_AT + PAGE_BYTES]
            archive = RunArchive(store, page)
            configs = ConfigAnswers(config, recorder, access, self.configurator.configure)
            runs = RunAnswers(store, self.register, config, recorder, access, archive)
            answers = (device.answers, configs.answers, runs.answers, checks.answers)
            handler = RequestHandler(answers, access, archive, recorder)
            self.host_links.add(port, frame, handler)

    def _in_turn(self) -> "tuple[Chore, ...]":
        """The chores of a round; hosts and button are served more often."""
        self.health = HealthCounters(
            self.pipeline.vertical, self.imu, self.haptic, self.host_links, self.loop,
            self.recorder, self.feedback, self.battery, self.config,
        )  # fmt: skip
        heap_care = HeapCare(self.recorder, self.clock.ticks_ms())
        user, hosts = self.user_input, self.host_links
        return (
            user, self.runs, self.sleep_mode, hosts, self.feedback,
            user, self.recorder, hosts, self.battery,
            user, self.wall_clock, self.restarts, hosts, self.health,
            heap_care,
        )  # fmt: skip
