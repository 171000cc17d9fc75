"""Constants shared by all motion sensors; the interface is ``MotionSensor``."""

from leancore.numeric.const import const

# Results of ``poll``: no sample yet; one; one, with more in the data already read.
NONE = const(0)
LAST = const(1)
MORE = const(2)
READS_MAX = const(8)  # per pass, whatever the sensor sends
NEVER_MS = const((1 << 28) - 1)  # the age before the first sample
