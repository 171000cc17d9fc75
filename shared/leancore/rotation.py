"""Rotations of vectors in the sensor frame, in integers.

A vector that stands still in the room turns, as the sensor sees it, against the sensor's rotation.
"""

SMALL_Q16 = 2048  # 0.031 rad on each axis: beyond it the third order would count


def turn(up_q20, force, x, y, z):
    """Turn both vectors in place against the rotation (x, y, z) rad Q16, each within SMALL_Q16.

    To the second order: v - r × v + r × (r × v) / 2, as a matrix in Q19. ``up_q20``: about of unit
    length; ``force``: within ±2**22.
    """
    xx = x * x >> 14
    yy = y * y >> 14
    zz = z * z >> 14
    xy = x * y >> 14
    xz = x * z >> 14
    yz = y * z >> 14
    x <<= 3
    y <<= 3
    z <<= 3
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
    up_q20[0] = a + ((m1 * q + m2 * r - m0 * p + 4096) >> 13)
    up_q20[1] = b + ((m3 * p + m5 * r - m4 * q + 4096) >> 13)
    up_q20[2] = c + ((m6 * p + m7 * q - m8 * r + 4096) >> 13)
    a = force[0]
    b = force[1]
    c = force[2]
    p = a >> 8
    q = b >> 8
    r = c >> 8
    force[0] = a + ((m1 * q + m2 * r - m0 * p + 1024) >> 11)
    force[1] = b + ((m3 * p + m5 * r - m4 * q + 1024) >> 11)
    force[2] = c + ((m6 * p + m7 * q - m8 * r + 1024) >> 11)


def rotate(vector, shift, x, y, z):
    """Turn ``vector`` in place by -2 atan(k), k = (x, y, z) in Q16; ``shift``: to 15 bits.

    Cayley's form: v' = v + 2 / (1 + k²) (v × k + (v × k) × k). Each of k within ±0.43.
    """
    square_q14 = (x * x + y * y + z * z) >> 18
    shrink_q14 = (square_q14 << 14) // (16384 + square_q14)
    half = 1 << (shift - 1)
    a = (vector[0] + half) >> shift
    b = (vector[1] + half) >> shift
    c = (vector[2] + half) >> shift
    down = 16 - shift
    half = 1 << (down - 1)
    p = (b * z - c * y + half) >> down
    q = (c * x - a * z + half) >> down
    r = (a * y - b * x + half) >> down
    pre = shift - 2
    post = 16 - pre
    a, b, c = p >> pre, q >> pre, r >> pre
    p += (b * z - c * y) >> post
    q += (c * x - a * z) >> post
    r += (a * y - b * x) >> post
    vector[0] += 2 * (p - ((p >> 4) * shrink_q14 >> 10))
    vector[1] += 2 * (q - ((q >> 4) * shrink_q14 >> 10))
    vector[2] += 2 * (r - ((r >> 4) * shrink_q14 >> 10))
