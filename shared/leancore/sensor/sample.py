"""One sample of the motion sensor, in the sensor's own integers."""

# Flags of a sample: which reports are new, and what is wrong.
HAS_Q = 1  # game rotation vector
HAS_A = 2  # accelerometer
HAS_G = 4  # gyroscope
GAP = 8  # reports were lost before this sample (sequence numbers)
SHAKEN = 16  # measured while the motor shook the sensor
CLIPPED = 32  # the accelerometer or gyroscope was at the end of its range
LOST = 64  # for a step only: the vertical was unknown
HOPPED = 128  # for a step only: the wearer may be hopping

A_LIMIT_Q8 = 8 * 2511 - 8  # ±8 g, just below the value at which the part saturates
G_LIMIT_Q9 = 17864  # ±2000 °/s, just below


class Sample:
    """A motion sample, filled in place.

    ``t_ms``: sensor time in ms, wraps at 2**29. ``qw qx qy qz``: orientation sensor → earth
    (earth z up) in Q14. ``ax ay az``: specific force in the sensor frame, m/s² in Q8.
    ``gx gy gz``: rotation rate in the sensor frame, rad/s in Q9. ``flags``: bits above.
    """

    def __init__(self) -> None:
        self.t_ms = 0
        self.flags = 0
        self.qw = 16384
        self.qx = self.qy = self.qz = 0
        self.ax = self.ay = self.az = 0
        self.gx = self.gy = self.gz = 0
