"""Input reports of the BNO08x: kinds, rates, and byte encoding.

Source: SH-2 Reference Manual 1000-3625, section 6.5. Every report begins with id, sequence number,
status (bits 1..0 accuracy, bits 7..2 high bits of the delay) and delay; the delay is filled in when
the report is put into a cargo. Data are little endian.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct

ACCELEROMETER = 0x01
GYROSCOPE = 0x02
LINEAR_ACCELERATION = 0x04
ROTATION_VECTOR = 0x05
GRAVITY = 0x06
GAME_ROTATION_VECTOR = 0x08
#: Sent occasionally by real parts, undocumented; the driver raises KeyError on it.
UNDOCUMENTED = 0x7B

STANDARD_GRAVITY_M_S2 = 9.80665
ACCELERATION_LIMIT_Q8 = int(8 * STANDARD_GRAVITY_M_S2 * 256)  # +-8 g, fixed in the part
GYRO_LIMIT_Q9 = int(2000 * 3.141592653589793 / 180 * 512)  # +-2000 deg/s, fixed in the part
INT16_LIMIT = 32767
ROTATION_ACCURACY_Q12 = 410  # the part's own estimate of its heading error, about 0.1 rad

#: qw, qx, qy, qz (sensor -> earth, z up), ax, ay, az (specific force m/s2), gx, gy, gz (rad/s)
Sample = tuple[float, float, float, float, float, float, float, float, float, float]
Encoder = Callable[[int, int, Sample], bytes]  # sequence number, accuracy, sample

_VECTOR = Struct("<BBBBhhh").pack
_GAME = Struct("<BBBBhhhh").pack
_ROTATION = Struct("<BBBBhhhhH").pack


def clamp(value: int, limit: int) -> int:
    """Saturate as the part does instead of wrapping."""
    if value > limit:
        return limit
    return -limit if value < -limit else value


def _vector_q8(
    report_id: int, sequence: int, accuracy: int, vector: tuple[float, float, float], limit: int
) -> bytes:
    x, y, z = vector
    return _VECTOR(
        report_id,
        sequence,
        accuracy,
        0,
        clamp(round(x * 256), limit),
        clamp(round(y * 256), limit),
        clamp(round(z * 256), limit),
    )


def accelerometer(sequence: int, accuracy: int, sample: Sample) -> bytes:
    """Report 0x01: specific force in Q8 m/s2, saturated at +-8 g."""
    return _vector_q8(ACCELEROMETER, sequence, accuracy, sample[4:7], ACCELERATION_LIMIT_Q8)


def gyroscope(sequence: int, accuracy: int, sample: Sample) -> bytes:
    """Report 0x02: turning rate in Q9 rad/s, saturated at +-2000 deg/s."""
    return _VECTOR(
        GYROSCOPE,
        sequence,
        accuracy,
        0,
        clamp(round(sample[7] * 512), GYRO_LIMIT_Q9),
        clamp(round(sample[8] * 512), GYRO_LIMIT_Q9),
        clamp(round(sample[9] * 512), GYRO_LIMIT_Q9),
    )


def linear_acceleration(sequence: int, accuracy: int, sample: Sample) -> bytes:
    """Report 0x04: specific force without gravity in Q8 m/s2."""
    up_x, up_y, up_z = gravity_in_sensor(sample)
    moved = (sample[4] - up_x, sample[5] - up_y, sample[6] - up_z)
    return _vector_q8(LINEAR_ACCELERATION, sequence, accuracy, moved, INT16_LIMIT)


def gravity(sequence: int, accuracy: int, sample: Sample) -> bytes:
    """Report 0x06: gravity (pointing up, as the accelerometer at rest) in Q8 m/s2."""
    return _vector_q8(GRAVITY, sequence, accuracy, gravity_in_sensor(sample), INT16_LIMIT)


def game_rotation_vector(sequence: int, accuracy: int, sample: Sample) -> bytes:
    """Report 0x08: i, j, k, real in Q14."""
    return _GAME(
        GAME_ROTATION_VECTOR,
        sequence,
        accuracy,
        0,
        round(sample[1] * 16384),
        round(sample[2] * 16384),
        round(sample[3] * 16384),
        round(sample[0] * 16384),
    )


def rotation_vector(sequence: int, accuracy: int, sample: Sample) -> bytes:
    """Report 0x05: as 0x08, with the part's estimate of its heading error in Q12 rad."""
    w, x, y, z = sample[:4]
    i, j, k, real = (round(part * 16384) for part in (x, y, z, w))
    return _ROTATION(ROTATION_VECTOR, sequence, accuracy, 0, i, j, k, real, ROTATION_ACCURACY_Q12)


def gravity_in_sensor(sample: Sample) -> tuple[float, float, float]:
    """Earth's up (m/s2) seen along the sensor's axes."""
    w, x, y, z = sample[:4]
    g = STANDARD_GRAVITY_M_S2
    return (
        2 * (x * z - w * y) * g,
        2 * (y * z + w * x) * g,
        (w * w - x * x - y * y + z * z) * g,
    )


ENCODERS: dict[int, Encoder] = {
    ACCELEROMETER: accelerometer,
    GYROSCOPE: gyroscope,
    LINEAR_ACCELERATION: linear_acceleration,
    ROTATION_VECTOR: rotation_vector,
    GRAVITY: gravity,
    GAME_ROTATION_VECTOR: game_rotation_vector,
}

#: The accelerometer's rates are 1 kHz divided by powers of two, at most 500 Hz: 125 for 100 Hz.
ACCELEROMETER_LADDER_US = tuple(1000 << power for power in range(10, 0, -1))
FUSION_SHORTEST_US = 2500  # 400 Hz, BNO08X datasheet 1000-3927, figure 1-34


def granted_us(report_id: int, asked_us: int) -> int:
    """The granted interval for a request: never slower than requested, 0 = off.

    A report that this model does not have is answered with 0.
    """
    if asked_us == 0 or report_id not in ENCODERS:
        return 0
    if report_id != ACCELEROMETER:
        return max(asked_us, FUSION_SHORTEST_US)
    shortest_us = ACCELEROMETER_LADDER_US[-1]
    return next((step for step in ACCELEROMETER_LADDER_US if step <= asked_us), shortest_us)
