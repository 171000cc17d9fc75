"""What the parts ask of each other and of a board, for the checker of types and for readers.

No interpreter runs it: CircuitPython has no ``typing``. Whoever names one of these imports it under
``TYPE_CHECKING`` and writes it in quotes.
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
            """Sleep, or do whatever stands for it."""

    class SensorHealth(Protocol):
        """What goes wrong at a motion sensor, counted since its reader was made.

        ``lost``: reports that never came, by their sequence numbers. ``malformed``: pieces of data
        that make no sense. ``misdated``: samples left out, since their time cannot be. ``resets``:
        of the sensor.
        """

        lost: int
        malformed: int
        resets: int

        @property
        def misdated(self) -> int:
            """See above."""

    class MotionSensor(Protocol):
        """A motion sensor as the program sees it; nobody looks behind it.

        ``sample``: one object, filled in place by ``poll`` (axes and units as ``Sample``).
        ``period_ms``: between two samples, as the sensor grants it, rounded down. ``health``: what
        went wrong, counted. ``bus_errors``: transfers that failed. ``unconfirmed``: times that
        it was used although it had not said that it took what was asked for. ``sample_ms``: time
        of the last sample that can decide. ``running``: such samples come. ``hangs``: the last
        transfer hung, and none is made until the bus has been freed. ``in_standby``: it sends its
        acceleration alone.

        The loop sets ``reads_left``, how many transfers ``poll`` may still make in this pass, and
        ``early``: the next sample is hardly there, so a long transfer would be in vain.
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
            """Age of the last sample that can decide; ``NEVER_MS`` before the first."""

        def ask(self, interval_us: int, /) -> None:
            """Have a sample come every ``interval_us`` from now on."""

        def set_standby(self, in_standby: bool, /) -> None:
            """Have it send its acceleration alone, seldom; or everything again."""

        def granted(self) -> list[tuple[int, int]]:
            """(report, interval in µs that the sensor grants), for the log."""

        def release(self, now_ms: int, /) -> None:
            """Somebody else had the bus: it is made anew in the next pass."""

        def recover(self, now_ms: int, /) -> None:
            """Look after a bus that hangs, and a sensor that was reset or is silent."""

    class BusDevice(Protocol):
        """A part on the I2C bus, as ``adafruit_bus_device.I2CDevice``. Each transfer: OSError."""

        def __enter__(self) -> "BusDevice":
            """Take the bus."""

        def __exit__(self, exc_type: Any, exc_val: Any, exc_tb: Any, /) -> object:
            """Give it back."""

        def readinto(self, buf: bytearray, /, *, start: int = 0, end: int = ...) -> object:
            """Fill a piece of ``buf``."""

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
            """Send, then read without letting go of the bus."""

    class BusDevices(Protocol):
        """Ways to the sensor's ``BusDevice``. Each: OSError if it is not there."""

        def bring_up(self) -> BusDevice:
            """By the sensor's driver: reset, and ready to be asked for reports."""

        def bus_device(self) -> BusDevice:
            """Of a sensor that came late."""

        def clear_bus(self) -> BusDevice:
            """After a part held the bus."""

    class SensorKind(BusDevices, Protocol):
        """What a board brings of its sensor."""

        def prepare(self) -> object:
            """Bring the sensor up before the program is loaded, where that needs heap."""

        def reader(self, clock: Clock, interval_us: int, /) -> MotionSensor:
            """The sensor for the program, asked for a sample every ``interval_us``."""

    class OutputPin(Protocol):
        """As ``digitalio.DigitalInOut``."""

        value: bool

    class InputPin(Protocol):
        """The same, read alone."""

        @property
        def value(self) -> bool:
            """The level."""

    class PwmPin(Protocol):
        """As ``pwmio.PWMOut``."""

        duty_cycle: int

    class Motor(Protocol):
        """``cut`` and the test are asked for by ``hasattr``: not every motor has them."""

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
            """Begin its time anew."""

    class Port(Protocol):
        """To a host: as ``usb_cdc.Serial``, with both timeouts 0."""

        @property
        def connected(self) -> bool:
            """Whether a host has it open."""

        @property
        def in_waiting(self) -> int:
            """Bytes that can be read."""

        def read(self, size: int, /) -> bytes:
            """Up to ``size`` bytes."""

        def write(self, buf: "bytes | bytearray | memoryview", /) -> int | None:
            """Send the front of ``buf``; return how many bytes were taken."""

    class Nvm(Protocol):
        """Bytes that outlive a restart: as ``microcontroller.nvm``."""

        def __getitem__(self, place: slice, /) -> bytes | bytearray:
            """Read."""

        def __setitem__(self, place: slice, value: bytes, /) -> None:
            """Write, in one go."""

    class Processor(Protocol):
        """The chip's processor: as ``microcontroller.cpu``."""

        frequency: int  # Hz

    class Restartable(Protocol):
        """What can start itself anew."""

        @property
        def memory(self) -> RetainedMemory:
            """What it remembers then."""

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
        """A part with something to do now and then."""

        def step(self, now_ms: int, /) -> object:
            """Do it if it is time; never wait, never raise."""

    class Recorded(Protocol):
        """Whether a run is being recorded."""

        open: bool

    class Board(Protocol):
        """What a board brings: ``wiring.Board``, or the simulated one."""

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
            """Where a host may be."""

        @property
        def watchdog(self) -> Watchdog | None:
            """Of the chip, None where it must not bite."""

        def look_at_bus(self) -> dict[str, Any]:
            """The state of its lines and who answers (``bus_look``); it is made anew afterwards."""

        def plugged(self) -> bool:
            """Whether a computer is at the other end of the cable."""

        def describe(self, error: BaseException, /) -> str:
            """What an error was and where it came, the innermost place last."""

        def reset(self) -> object:
            """Start anew."""

    class BoardSpec(Protocol):
        """A file of ``boards/``; ``boards/README.md`` says what each name means."""

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
