"""Rotations of vectors in the sensor frame, in integers.

A vector fixed in space rotates in the sensor frame opposite to the sensor's rotation.
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.fixed import clamp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leancore.hints import Vector


def turn(
    up_q20: "Vector", force: "Vector", x: int, y: int, z: int, more_x: int, more_y: int, more_z: int
) -> None:
    """Rotate both vectors in place against the rotation (x, y, z) rad Q17, each within 0.14 rad.

    To second order: v - r × v + r × (r × v) / 2, as a matrix in Q17. ``up_q20``: roughly unit
    length; ``force``: within ±2**23; ``more`` is added to it afterwards.
    """
    xx = x * x >> 18
    yy = y * y >> 18
    zz = z * z >> 18
    xy = (x * y + 131072) >> 18
    xz = (x * z + 131072) >> 18
    yz = (y * z + 131072) >> 18
    third = (xx + yy + zz) // 3
    x -= (x * third + 65536) >> 17
    y -= (y * third + 65536) >> 17
    z -= (z * third + 65536) >> 17
    m0 = yy + zz
    m1 = xy + z
    m2 = xz - y
    m3 = xy - z
    m4 = xx + zz
    m5 = yz + x
    m6 = xz + y
    m7 = yz - x
    m8 = xx + yy
    a = up_q20[0]
    b = up_q20[1]
    c = up_q20[2]
    p = a >> 6
    q = b >> 6
    r = c >> 6
    up_q20[0] = a + ((m1 * q + m2 * r - m0 * p + 1024) >> 11)
    up_q20[1] = b + ((m3 * p + m5 * r - m4 * q + 1024) >> 11)
    up_q20[2] = c + ((m6 * p + m7 * q - m8 * r + 1024) >> 11)
    a = force[0]
    b = force[1]
    c = force[2]
    p = a >> 9
    q = b >> 9
    r = c >> 9
    force[0] = a + ((m1 * q + m2 * r - m0 * p + 128) >> 8) + more_x
    force[1] = b + ((m3 * p + m5 * r - m4 * q + 128) >> 8) + more_y
    force[2] = c + ((m6 * p + m7 * q - m8 * r + 128) >> 8) + more_z


def rotate(vectors: "Iterable[Vector]", shift: int, x: int, y: int, z: int) -> None:
    """Rotate each of ``vectors`` in place by -2 atan(k), k = (x, y, z) in Q16, each within ±0.43.

    ``shift``: to 15 bits. Cayley's form: v' = v + 2 / (1 + k²) (v × k + (v × k) × k), as a matrix
    in Q15.
    """
    square_q14 = (x * x + y * y + z * z) >> 18
    share_q14 = (1 << 29) // (16384 + square_q14)
    a = share_q14 * x >> 15
    b = share_q14 * y >> 15
    c = share_q14 * z >> 15
    xx = a * x >> 16
    yy = b * y >> 16
    zz = c * z >> 16
    xy = a * y >> 16
    xz = a * z >> 16
    yz = b * z >> 16
    m0 = yy + zz
    m1 = xy + c
    m2 = xz - b
    m3 = xy - c
    m4 = xx + zz
    m5 = yz + a
    m6 = xz + b
    m7 = yz - a
    m8 = xx + yy
    down = 15 - shift
    half = 1 << (down - 1)
    for vector in vectors:
        a = vector[0]
        b = vector[1]
        c = vector[2]
        p = a >> shift
        q = b >> shift
        r = c >> shift
        vector[0] = a + ((m1 * q + m2 * r - m0 * p + half) >> down)
        vector[1] = b + ((m3 * p + m5 * r - m4 * q + half) >> down)
        vector[2] = c + ((m6 * p + m7 * q - m8 * r + half) >> down)


def between(angle_q17: "Vector", held: "Vector", w: int, x: int, y: int, z: int) -> None:
    """Rotation vector (rad Q17) from orientation ``held`` to (w, x, y, z), both Q14.

    In the sensor frame, accurate to 0.06° up to 0.6 rad; each component is limited to ±1.13 rad.
    """
    hw = held[0] >> 2
    hx = held[1] >> 2
    hy = held[2] >> 2
    hz = held[3] >> 2
    w >>= 2
    x >>= 2
    y >>= 2
    z >>= 2
    p = hw * x - hx * w - hy * z + hz * y
    q = hw * y + hx * z - hy * w - hz * x
    r = hw * z - hx * y + hy * x - hz * w
    if hw * w + hx * x + hy * y + hz * z < 0:
        p = -p
        q = -q
        r = -r
    p = clamp(p >> 6, -131072, 131072)
    q = clamp(q >> 6, -131072, 131072)
    r = clamp(r >> 6, -131072, 131072)
    # From twice the sine of the half angle to the angle: s + s³ / 24.
    more = ((p >> 3) * (p >> 3) + (q >> 3) * (q >> 3) + (r >> 3) * (r >> 3)) // 49152 >> 3
    angle_q17[0] = p + (p * more >> 14)
    angle_q17[1] = q + (q * more >> 14)
    angle_q17[2] = r + (r * more >> 14)
