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

# name, default, min, max, unit, description
SETTINGS = described((
    ("rate_hz", 100, 80, 125, "Hz", "sensor reports asked for per second"),
    ("orientation", 2, 0, 2, "0/1/2", "source of the lean: 0 the chip, 1 our own, 2 both"),
    ("speed_cmps", 320, 0, 700, "cm/s", "usual running speed, for the pull of curves"),
    ("stand_ms", 2000, 1000, 3000, "ms", "stillness needed to measure standing"),
    ("stand_wait_ms", 15000, 3000, 60000, "ms", "time allowed to come to a stand"),
    ("hinge_wait_ms", 8000, 0, 60000, "ms", "time after the stand in which a bow may begin"),
    ("hinge_min_cdeg", 2000, 1000, 6000, "cdeg", "least depth of a bow that counts"),
    ("run_steps", 4, 3, 10, "steps", "running steps in a row that make a run"),
    ("run_stop_ms", 1200, 800, 3000, "ms", "time without a running step that ends running"),
    ("run_end_ms", 300000, 30000, 3600000, "ms", "time without running that ends the run"),
    ("warmup_ms", 5000, 2000, 60000, "ms", "no cues in the first time of each running spell"),
    ("refractory_ms", 4000, 2000, 60000, "ms", "least pause from the end of a cue to the next"),
    ("budget_ms", 6000, 1000, 20000, "ms/min", "most buzzing in a minute, the cap cue apart"),
    ("exit_reference_cdeg", 40, 0, 300, "cdeg", "how far outside the band a step must be to count"),
    ("exit_threshold_cdeg", 315, 50, 2000, "cdeg", "evidence of an exit for a cue, at 1 deg SD"),
    ("cap_threshold_cdeg", 300, 20, 2000, "cdeg", "evidence of over-lean for the cap cue"),
    ("baseline_ms", 180000, 30000, 1800000, "ms", "running time for a baseline"),
    ("slope_allowance_cdeg", 0, 0, 300, "cdeg", "widening of the band, for hilly runs"),
    ("back_in_cue", 1, 0, 1, "0/1", "tick when the band is reached again after a cue"),
    ("window_ms", 60000, 20000, 300000, "ms", "running time of one feedback window"),
    ("lean_more_ms", 340, 200, 800, "ms", "shortest lean-more cue"),
    ("ease_off_ms", 400, 200, 800, "ms", "shortest ease-off cue"),
    ("cue_growth_ms", 110, 0, 300, "ms/deg", "how much longer a cue is for each degree of error"),
    ("cue_max_ms", 1000, 400, 1500, "ms", "longest cue"),
    ("settle_ms", 80, 0, 500, "ms", "time after a pulse in which samples count as shaken"),
    ("motor_percent", 100, 30, 100, "%", "strength of the motor"),
    ("stale_ms", 250, 100, 250, "ms", "age of the last sample at which cues stop"),
    ("battery_low_mv", 3550, 3300, 3900, "mV", "battery voltage called low"),
    ("battery_end_mv", 3350, 3000, 3600, "mV", "battery voltage at which a run is closed"),
    ("sleep_ms", 300000, 60000, 3600000, "ms", "stillness after which the clip sleeps"),
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
    for name in SETTINGS[table.NAME]:
        crc = binascii.crc32(struct.pack("<i", values[name]), crc)
    return "%08x" % crc
