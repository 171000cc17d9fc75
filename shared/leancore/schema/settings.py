"""The settings of the clip: one table, read by device, command line, page and documentation."""

import binascii
import struct

from leancore.hints import TYPE_CHECKING
from leancore.schema import table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from leancore.hints import Settings, Table

# name, unit, default, min, max
SETTINGS: "Table" = (
    ("rate_hz", "Hz", 100, 80, 125),
    ("orientation", "0/1/2", 2, 0, 2),
    ("speed_cmps", "cm/s", 320, 0, 700),
    ("stand_ms", "ms", 2000, 1000, 3000),
    ("stand_wait_ms", "ms", 15000, 3000, 60000),
    ("hinge_wait_ms", "ms", 8000, 0, 60000),
    ("hinge_min_cdeg", "cdeg", 2000, 1000, 6000),
    ("run_steps", "steps", 4, 3, 10),
    ("run_stop_ms", "ms", 1200, 800, 3000),
    ("run_end_ms", "ms", 300000, 30000, 3600000),
    ("warmup_ms", "ms", 5000, 2000, 60000),
    ("refractory_ms", "ms", 4000, 2000, 60000),
    ("budget_ms", "ms/min", 6000, 1000, 20000),
    ("exit_reference_cdeg", "cdeg", 50, 0, 300),
    ("exit_threshold_cdeg", "cdeg", 300, 50, 2000),
    ("cap_threshold_cdeg", "cdeg", 300, 20, 2000),
    ("baseline_ms", "ms", 180000, 30000, 1800000),
    ("slope_allowance_cdeg", "cdeg", 0, 0, 300),
    ("back_in_cue", "0/1", 1, 0, 1),
    ("window_ms", "ms", 60000, 20000, 300000),
    ("lean_more_ms", "ms", 340, 200, 800),
    ("ease_off_ms", "ms", 400, 200, 800),
    ("cue_growth_ms", "ms/deg", 110, 0, 300),
    ("cue_max_ms", "ms", 1000, 400, 1500),
    ("settle_ms", "ms", 80, 0, 500),
    ("motor_percent", "%", 100, 30, 100),
    ("stale_ms", "ms", 250, 100, 250),
    ("battery_low_mv", "mV", 3550, 3300, 3900),
    ("battery_end_mv", "mV", 3350, 3000, 3600),
    ("sleep_ms", "ms", 300000, 60000, 3600000),
)  # fmt: skip

# What each is; the image of the clip's program leaves this out.
HELP = {
    "rate_hz": "sensor reports asked for per second",
    "orientation": "source of the lean: 0 the chip, 1 our own, 2 both",
    "speed_cmps": "usual running speed, for the pull of curves",
    "stand_ms": "stillness needed to measure standing",
    "stand_wait_ms": "time allowed to come to a stand",
    "hinge_wait_ms": "time after the stand in which a bow may begin",
    "hinge_min_cdeg": "least depth of a bow that counts",
    "run_steps": "running steps in a row that make a run",
    "run_stop_ms": "time without a running step that ends running",
    "run_end_ms": "time without running that ends the run",
    "warmup_ms": "no cues in the first time of each running spell",
    "refractory_ms": "least pause from the end of a cue to the next",
    "budget_ms": "most buzzing in a minute, the cap cue apart",
    "exit_reference_cdeg": "how far outside the band a step must be to count",
    "exit_threshold_cdeg": "evidence of an exit for a cue, at 1 deg SD",
    "cap_threshold_cdeg": "evidence of over-lean for the cap cue",
    "baseline_ms": "running time for a baseline",
    "slope_allowance_cdeg": "widening of the band, for hilly runs",
    "back_in_cue": "tick when the band is reached again after a cue",
    "window_ms": "running time of one feedback window",
    "lean_more_ms": "shortest lean-more cue",
    "ease_off_ms": "shortest ease-off cue",
    "cue_growth_ms": "how much longer a cue is for each degree of error",
    "cue_max_ms": "longest cue",
    "settle_ms": "time after a pulse in which samples count as shaken",
    "motor_percent": "strength of the motor",
    "stale_ms": "age of the last sample at which cues stop",
    "battery_low_mv": "battery voltage called low",
    "battery_end_mv": "battery voltage at which a run is closed",
    "sleep_ms": "stillness after which the clip sleeps",
}


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
