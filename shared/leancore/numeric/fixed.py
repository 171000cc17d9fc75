"""Fixed-point maths: square root, arctangent, dot product and unit vectors in integers.

Every intermediate value stays within ±2**30, where CircuitPython's integers need no heap.
"""

from leancore.hints import TYPE_CHECKING

if TYPE_CHECKING:
    from leancore.hints import Vector

# atan(i / 64) in 1/64 centidegree, i = 0..64: round(atan(i / 64) * 18000 / pi * 64).
ATAN = (
    0, 5729, 11455, 17176, 22889, 28590, 34277, 39948, 45600, 51230, 56836, 62416, 67966, 73485,
    78970, 84420, 89832, 95204, 100535, 105823, 111066, 116262, 121411, 126510, 131559, 136556,
    141500, 146391, 151228, 156009, 160735, 165404, 170016, 174571, 179069, 183508, 187890,
    192213, 196478, 200685, 204834, 208926, 212959, 216935, 220855, 224717, 228523, 232273,
    235967, 239607, 243192, 246723, 250201, 253626, 256998, 260320, 263590, 266810, 269980,
    273102, 276175, 279201, 282180, 285113, 288000,
)  # fmt: skip


def isqrt(n: int) -> int:
    """Return the floor of the square root of ``n`` (0 <= n < 2**30), by Newton's method."""
    root = 1 << 15
    while root > 1 and (root >> 1) * (root >> 1) > n:
        root >>= 1
    if root == 1 << 15:  # its square would exceed the range
        root -= 1
    while root * root > n:
        root = (root + n // root) >> 1
    return root


def atan2_cdeg(y: int, x: int) -> int:
    """Return the angle of (x, y) in centidegrees, -18000..18000; worst error 1 cdeg.

    ``x`` and ``y`` share any unit, each within ±2**30; (0, 0) gives 0.
    """
    small, large = abs(y), abs(x)
    steep = small > large
    if steep:
        small, large = large, small
    if large == 0:
        return 0
    while large >= 32768:
        large >>= 1
        small >>= 1
    while large < 16384:
        large <<= 1
        small <<= 1
    ratio_q15 = ((small << 15) + (large >> 1)) // large
    i = ratio_q15 >> 9
    angle = ATAN[i]
    if i < 64:
        angle += ((ATAN[i + 1] - angle) * (ratio_q15 & 511)) >> 9
    angle = (angle + 32) >> 6
    if steep:
        angle = 9000 - angle
    if x < 0:
        angle = 18000 - angle
    return -angle if y < 0 else angle


def dot_q14(ax: int, ay: int, az: int, bx: int, by: int, bz: int) -> int:
    """Return the dot product of two Q14 vectors of about unit length, in Q14, rounded."""
    return (ax * bx + ay * by + az * bz + 8192) >> 14


def unit_q14(vector: "Vector") -> bool:
    """Scale a list of three integers (each within ±2**29) to unit length in Q14, in place.

    Returns False and leaves the list unchanged if the vector is too short to have a direction.
    """
    x, y, z = vector
    top = max(abs(x), abs(y), abs(z))
    if top < 16:
        return False
    while top >= 16384:
        x >>= 1
        y >>= 1
        z >>= 1
        top >>= 1
    while top < 8192:
        x <<= 1
        y <<= 1
        z <<= 1
        top <<= 1
    length = isqrt(x * x + y * y + z * z)
    vector[0] = _ratio_q14(x, length)
    vector[1] = _ratio_q14(y, length)
    vector[2] = _ratio_q14(z, length)
    return True


def _ratio_q14(part: int, length: int) -> int:
    return ((part << 14) + (length >> 1)) // length


def clamp(value: int, low: int, high: int) -> int:
    """Return ``value`` limited to ``low`` to ``high``."""
    if value < low:
        return low
    return high if value > high else value
