"""Interfaces between the parts and to a board, for type checkers and readers.

No interpreter runs this module: CircuitPython has no ``typing``. Import these names under
``TYPE_CHECKING`` and quote them in annotations.
"""

from leancore.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from leancore.sensor.sample import Sample

    from leandevice.power.retained_memory import RetainedMemory
    from leandevice.storage.drive import Drive

    class Clock(Protocol):
        """Time of the board."""

        @property
        def ticks_ms(self) -> Callable[[], int]:
            """Milliseconds, wrap at 2**29: the board's own function where it has one."""

        def idle(self, ms: int, /) -> object:
            """Sleep, or an equivalent."""

    class SensorHealth(Protocol):
        """Error counters of a motion sensor since its reader was created.

        ``lost``: missing reports, by sequence numbers. ``malformed``: invalid data. ``misdated``:
        reports and samples with an impossible time. ``resets``: of the sensor.
        """

        lost: int
        malformed: int
        resets: int

        @property
        def misdated(self) -> int:
            """See above."""

    class MotionSensor(Protocol):
        """A motion sensor; no other module knows the part behind it.

        ``sample``: one object, filled in place by ``poll`` (axes and units as ``Sample``).
        ``period_ms``: granted interval between samples, rounded down. ``health``: error counters.
        ``bus_errors``: failed transfers. ``unconfirmed``: times it was used although it had not
        confirmed its settings. ``sample_ms``: time of the last sample usable for decisions.
        ``running``: such samples arrive. ``hangs``: the last transfer hung, and there is none until
        the bus has been freed. ``in_standby``: it sends only its acceleration.

        The loop sets ``reads_left``, the number of transfers ``poll`` may still make in this pass,
        and ``early``: the next sample is probably not ready, so a long transfer would be wasted.
        """

        sample: Sample

        @property
        def health(self) -> SensorHealth:
            """See above."""

        bus_errors: int
        unconfirmed: int
        period_ms: int
        sample_ms: int
        running: bool
        hangs: bool
        in_standby: bool
        reads_left: int
        early: bool

        def bring_up(self) -> bool:
            """Start the sensor; return whether it worked. May take seconds."""

        def poll(self) -> int:
            """Fill ``sample`` with the next one: ``NONE``, ``LAST`` or ``MORE``
            (``motion_sensor``).
            """

        def age_ms(self, now_ms: int, /) -> int:
            """Age of the last sample usable for decisions; ``NEVER_MS`` before the first."""

        def ask(self, interval_us: int, /) -> None:
            """Request a sample every ``interval_us`` from now on."""

        def set_standby(self, in_standby: bool, /) -> None:
            """Send only acceleration, at a low rate; or everything again."""

        def granted(self) -> list[tuple[int, int]]:
            """(report, interval in µs that the sensor grants), for the log."""

        def release(self, now_ms: int, /) -> None:
            """Recreate the bus device in the next pass: the bus was used by others."""

        def recover(self, now_ms: int, /) -> None:
            """Recover a hung bus, or a sensor that was reset or is silent."""

    class BusDevice(Protocol):
        """A part on the I2C bus, as ``adafruit_bus_device.I2CDevice``. Each transfer: OSError."""

        def __enter__(self) -> "BusDevice":
            """Take the bus."""

        def __exit__(self, exc_type: Any, exc_val: Any, exc_tb: Any, /) -> object:
            """Give it back."""

        def readinto(self, buf: bytearray, /, *, start: int = 0, end: int = ...) -> object:
            """Fill part of ``buf``."""

        def write(self, buf: bytes | bytearray, /) -> object:
            """Send ``buf``."""

        def write_then_readinto(
            self,
            out_buffer: bytearray,
            in_buffer: bytearray,
            *,
            out_end: int = ...,
            in_end: int = ...,
        ) -> object:
            """Send, then read without releasing the bus."""

    class BusDevices(Protocol):
        """Ways to the sensor's ``BusDevice``. Each: OSError if it is not there."""

        def bring_up(self) -> BusDevice:
            """Start the sensor with its driver: reset, and ready for requests."""

        def bus_device(self) -> BusDevice:
            """Return that of a sensor that appeared late."""

        def clear_bus(self) -> BusDevice:
            """Free a bus held by a part."""

    class SensorKind(BusDevices, Protocol):
        """A board's sensor."""

        def prepare(self) -> object:
            """Start the sensor before the program is loaded, if that needs heap."""

        def reader(self, clock: Clock, interval_us: int, /) -> MotionSensor:
            """The sensor for the program, with a sample every ``interval_us``."""

    class OutputPin(Protocol):
        """As ``digitalio.DigitalInOut``."""

        value: bool

    class InputPin(Protocol):
        """The same, read-only."""

        @property
        def value(self) -> bool:
            """The level."""

    class PwmPin(Protocol):
        """As ``pwmio.PWMOut``."""

        duty_cycle: int

    class Motor(Protocol):
        """``cut`` and the test are looked up by ``hasattr``: not every motor has them."""

        def set(self, percent: int, /) -> object:
            """Run at ``percent`` of full strength, 0 = off. OSError if it does not answer."""

    class Light(Protocol):
        """One light."""

        def show(self, red: int, green: int, blue: int, /) -> object:
            """Show a colour, each part 0 to 255."""

    class Gauge(Protocol):
        """Of the battery."""

        def read_mv(self) -> int:
            """Voltage in mV."""

    class Watchdog(Protocol):
        """Of the chip."""

        def feed(self) -> object:
            """Restart its timer."""

    class Port(Protocol):
        """A port to a host, like ``usb_cdc.Serial`` with both timeouts 0."""

        @property
        def connected(self) -> bool:
            """Whether a host has it open."""

        @property
        def in_waiting(self) -> int:
            """Bytes that can be read."""

        def read(self, size: int, /) -> bytes:
            """Up to ``size`` bytes."""

        def write(self, buf: "bytes | bytearray | memoryview", /) -> int | None:
            """Send the start of ``buf``; return how many bytes were taken."""

    class Nvm(Protocol):
        """Bytes that survive a restart, like ``microcontroller.nvm``."""

        def __getitem__(self, place: slice, /) -> bytes | bytearray:
            """Read."""

        def __setitem__(self, place: slice, value: bytes, /) -> None:
            """Write, in one go."""

    class Processor(Protocol):
        """The chip's processor: as ``microcontroller.cpu``."""

        frequency: int  # Hz

    class Restartable(Protocol):
        """Something that can restart itself."""

        @property
        def memory(self) -> RetainedMemory:
            """What survives the restart."""

        def reset(self) -> object:
            """Start anew."""

    class LogFile(Protocol):
        """A file opened for reading and writing in place."""

        def seek(self, offset: int, whence: int = 0, /) -> int:
            """Go to a byte; return where that is."""

        def readinto(self, buf: "bytearray | memoryview", /) -> int | None:
            """Fill ``buf``; return how much there was."""

        def write(self, buf: "bytes | bytearray | memoryview", /) -> int | None:
            """Write ``buf``."""

    class Chore(Protocol):
        """A part with periodic work."""

        def step(self, now_ms: int, /) -> object:
            """Do it if due; never wait, never raise."""

    class Recorded(Protocol):
        """Whether a run is being recorded."""

        open: bool

    class Board(Protocol):
        """The hardware of a board: ``hardware.Board``, or the simulated one."""

        name: str
        uid: str
        drive: Drive
        memory: RetainedMemory

        @property
        def clock(self) -> Clock:
            """Its time."""

        @property
        def sensor(self) -> SensorKind:
            """Its motion sensor."""

        @property
        def motor(self) -> Motor:
            """Its motor, off."""

        @property
        def light(self) -> Light:
            """Its light."""

        @property
        def button(self) -> InputPin:
            """Its button: False while pressed."""

        @property
        def gauge(self) -> Gauge | None:
            """Of its battery, None if it is not measured."""

        @property
        def ports(self) -> tuple[Port, ...]:
            """Ports to hosts."""

        @property
        def watchdog(self) -> Watchdog | None:
            """The chip's watchdog, None if it must not trigger."""

        def look_at_bus(self) -> dict[str, Any]:
            """State of the bus lines, and the addresses that answer; recreates the bus."""

        def plugged(self) -> bool:
            """Whether a computer is at the other end of the cable."""

        def describe(self, error: BaseException, /) -> str:
            """Describe an error and its origin, the innermost call last."""

        def reset(self) -> object:
            """Start anew."""

    class BoardSpec(Protocol):
        """A file of ``boards/``; ``boards/README.md`` explains each name."""

        SDA: str
        SCL: str
        I2C_HZ: int
        SENSOR: str
        SENSOR_ADDRESS: int
        SENSOR_RESET: str | None
        HAPTIC: str
        MOTOR: str | None
        MOTOR_KIND: str
        BUTTON: str
        LIGHT: str
        LIGHT_KIND: str
        LIGHT_POWER: str | None
        BATTERY: str | None
        BATTERY_RATIO_PERCENT: int
        WATCHDOG_S: int
