"""What every motion sensor tells with the same numbers; the interface is ``MotionSensor``."""

from leancore.numeric.const import const

# What ``poll`` returns: no sample for now; one; one, and there are more in what was read.
NONE = const(0)
LAST = const(1)
MORE = const(2)
READS_MAX = const(8)  # per pass, whatever the sensor sends
NEVER_MS = const((1 << 28) - 1)  # the age of a sample that never came
