"""A clip's measurements of its parts in a commissioning, with types, ranges and SI units."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Annotated

from leancue.basis.value_checks import flag, numbers, whole
from leancue.clip.exchange import Traffic

_COUNT = whole(0, 1 << 20)
_MS = whole(0, 1 << 20)
_AXIS = 1 << 15
_ADDRESSES = numbers(112, 0x08, 0x77)
Q8, Q9, Q5 = 256.0, 512.0, 32.0
HELD, PULLED, LOOSE, HIGH = range(4)  # states of a line, as in ``bus_look``
CELL_MV = (2500, 4400)  # plausible range of a cell, as on the clip
LOST, MALFORMED, MISDATED, RESETS, BUS_ERRORS = range(5)  # of ``SensorReadings.trouble``


@dataclass(frozen=True)
class Bus:
    """The bus: state of each line, addresses that answer, also with swapped lines."""

    sda: Annotated[int, whole(0, 3)]
    scl: Annotated[int, whole(0, 3)]
    joined: Annotated[int, flag()]
    found: Annotated[list[int], _ADDRESSES]
    swapped: Annotated[list[int], _ADDRESSES]


@dataclass(frozen=True)
class SensorReadings:
    """The sensor for a while: ``n`` samples in ``ms``. ``a``: mean in 1/256 m/s², ``turn`` in
    1/512 rad/s; ``shake``: mean distance of each axis; ``square``: mean square in (1/32 m/s²)².

    ``same``: samples equal to the previous one. ``us``: intervals granted, of orientation,
    accelerometer and gyroscope. ``up``: it runs.
    """

    n: Annotated[int, _COUNT]
    ms: Annotated[int, _MS]
    up: Annotated[int, flag()]
    same: Annotated[int, _COUNT]
    a: Annotated[list[int], numbers(3, -_AXIS, _AXIS, least=3)]
    shake: Annotated[list[int], numbers(3, 0, 2 * _AXIS, least=3)]
    square: Annotated[int, whole(0, 1 << 30)]
    turn: Annotated[list[int], numbers(3, -_AXIS, _AXIS, least=3)]
    turns: Annotated[int, _COUNT]
    trouble: Annotated[list[int], numbers(5, 0, 1 << 30, least=5)]
    us: Annotated[list[int], numbers(3, 0, 10_000_000, least=3)]

    @property
    def sample_us(self) -> int:
        """The interval of the samples, as granted: each comes with its gyroscope; 0 = unknown."""
        return self.us[2] if self.us else 0

    @property
    def up_mps2(self) -> tuple[float, ...]:
        """Mean specific force along the sensor's axes."""
        return tuple(part / Q8 for part in self.a)

    @property
    def force_mps2(self) -> float:
        """Its size; 9.8 at rest."""
        return math.hypot(*self.up_mps2)

    @property
    def noise_mps2(self) -> float:
        """Mean distance from the mean, the worst axis."""
        return max(self.shake) / Q8

    @property
    def shake_mps2(self) -> float:
        """Root of the mean square about rest: of a coin motor its amplitude."""
        return math.sqrt(self.square) / Q5

    @property
    def turn_dps(self) -> float:
        """Mean turning rate, in degrees per second."""
        return math.degrees(math.hypot(*self.turn) / Q9)

    @property
    def rate_hz(self) -> float:
        """Samples per second."""
        return 1000 * self.n / self.ms if self.ms else 0.0


@dataclass(frozen=True)
class Driver:
    """The motor's driver chip, and its own test. ``found``: the calibration that is kept."""

    driver: Annotated[int, flag()]
    testing: Annotated[int, flag()]
    errors: Annotated[int, whole(0, 1 << 30)]
    found: Annotated[list[int], numbers(3, 0, 255)]


@dataclass(frozen=True)
class Button:
    """The button for a while; ``short``: shortest time between two changes, ms, -1 = none."""

    ms: Annotated[int, _MS]
    down: Annotated[int, _MS]
    turns: Annotated[int, _COUNT]
    short: Annotated[int, whole(-1, 1 << 20)]


@dataclass(frozen=True)
class Cell:
    """Whether the board measures its cell, and the current reading."""

    gauge: Annotated[int, flag()]
    mv: Annotated[int, whole(-10_000, 100_000)]


@dataclass(frozen=True)
class Written:
    """Write time of a page; pages of the log; bytes from one to the next."""

    ms: Annotated[int, _MS]
    pages: Annotated[int, whole(0, 1 << 14)]
    step: Annotated[int, whole(0, 1 << 16)]


@dataclass(frozen=True)
class Kept:
    """The check result stored on the clip: s since 1970, findings, shakes in cm/s²; [] = never.

    ``t``: the clip's ticks, ms.
    """

    kept: Annotated[list[int], numbers(6, 0, 1 << 32)]
    t: Annotated[int, whole(0, 1 << 29)] = 0


@dataclass
class Facts:
    """All facts. Missing ones are None or empty; ``skipped`` gives the reason, by part.

    ``shakes``: by strength in percent. ``postures``: the sensor, by posture of the clip.
    ``lights``: what the operator saw, a key of ``guided_check.LIGHTS``. ``clock_off``: relative
    error of the clip's clock, positive if fast. ``pressed``: while the operator pressed once.
    ``answer_s``: how long an answer takes, the middle one of some; ``traffic``: what went over the
    port.
    """

    uid: str
    board: str
    bus: Bus | None = None
    still: SensorReadings | None = None
    postures: dict[str, SensorReadings] = field(default_factory=dict)
    shakes: dict[int, SensorReadings] = field(default_factory=dict)
    driver: Driver | None = None
    driver_errors: int = 0
    idle: Button | None = None
    pressed: Button | None = None
    lights: str | None = None
    cell: Cell | None = None
    written: Written | None = None
    write_error: str = ""
    clock_off: float | None = None
    answer_s: float | None = None
    traffic: Traffic | None = None
    before: Kept | None = None
    skipped: dict[str, str] = field(default_factory=dict)
