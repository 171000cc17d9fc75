"""The settings of the clip: one table, read by device, command line, page and documentation."""

import binascii
import struct

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import described
from leancore.schema import table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from leancore.hints import Settings

# name, unit, default, min, max, description
SETTINGS = described((
    ("rate_hz", "Hz", 100, 80, 125, "sensor reports asked for per second"),
    ("orientation", "0/1/2", 2, 0, 2, "source of the lean: 0 the chip, 1 our own, 2 both"),
    ("speed_cmps", "cm/s", 320, 0, 700, "usual running speed, for the pull of curves"),
    ("stand_ms", "ms", 2000, 1000, 3000, "stillness needed to measure standing"),
    ("stand_wait_ms", "ms", 15000, 3000, 60000, "time allowed to come to a stand"),
    ("hinge_wait_ms", "ms", 8000, 0, 60000, "time after the stand in which a bow may begin"),
    ("hinge_min_cdeg", "cdeg", 2000, 1000, 6000, "least depth of a bow that counts"),
    ("run_steps", "steps", 4, 3, 10, "running steps in a row that make a run"),
    ("run_stop_ms", "ms", 1200, 800, 3000, "time without a running step that ends running"),
    ("run_end_ms", "ms", 300000, 30000, 3600000, "time without running that ends the run"),
    ("warmup_ms", "ms", 5000, 2000, 60000, "no cues in the first time of each running spell"),
    ("refractory_ms", "ms", 4000, 2000, 60000, "least pause from the end of a cue to the next"),
    ("budget_ms", "ms/min", 6000, 1000, 20000, "most buzzing in a minute, the cap cue apart"),
    ("exit_reference_cdeg", "cdeg", 40, 0, 300, "how far outside the band a step must be to count"),
    ("exit_threshold_cdeg", "cdeg", 315, 50, 2000, "evidence of an exit for a cue, at 1 deg SD"),
    ("cap_threshold_cdeg", "cdeg", 300, 20, 2000, "evidence of over-lean for the cap cue"),
    ("baseline_ms", "ms", 180000, 30000, 1800000, "running time for a baseline"),
    ("slope_allowance_cdeg", "cdeg", 0, 0, 300, "widening of the band, for hilly runs"),
    ("back_in_cue", "0/1", 1, 0, 1, "tick when the band is reached again after a cue"),
    ("window_ms", "ms", 60000, 20000, 300000, "running time of one feedback window"),
    ("lean_more_ms", "ms", 340, 200, 800, "shortest lean-more cue"),
    ("ease_off_ms", "ms", 400, 200, 800, "shortest ease-off cue"),
    ("cue_growth_ms", "ms/deg", 110, 0, 300, "how much longer a cue is for each degree of error"),
    ("cue_max_ms", "ms", 1000, 400, 1500, "longest cue"),
    ("settle_ms", "ms", 80, 0, 500, "time after a pulse in which samples count as shaken"),
    ("motor_percent", "%", 100, 30, 100, "strength of the motor"),
    ("stale_ms", "ms", 250, 100, 250, "age of the last sample at which cues stop"),
    ("battery_low_mv", "mV", 3550, 3300, 3900, "battery voltage called low"),
    ("battery_end_mv", "mV", 3350, 3000, 3600, "battery voltage at which a run is closed"),
    ("sleep_ms", "ms", 300000, 60000, 3600000, "stillness after which the clip sleeps"),
))  # fmt: skip


def checked(values: "Mapping[str, Any]") -> "Settings":
    """Return all settings with ``values`` (a dict, may be partial) over the defaults.

    Raises ValueError for a value out of range, KeyError for an unknown name.
    """
    result = table.defaults(SETTINGS)
    for name, value in values.items():
        result[name] = table.check(SETTINGS, name, value)
    return result


def fingerprint(values: "Settings") -> str:
    """Return the CRC-32 of all settings in table order, as eight hex digits."""
    crc = 0
    for row in SETTINGS:
        crc = binascii.crc32(struct.pack("<i", values[row[table.NAME]]), crc)
    return "%08x" % crc
