"""The settings of the clip: one table, read by device, command line, page and documentation."""

import binascii
import struct

from leancore.schema import table

# name, unit, default, min, max; in words: ``help_words``
SETTINGS = (
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


def checked(values):
    """Return all settings with ``values`` (a dict, may be partial) over the defaults.

    Raises ValueError for a value out of range, KeyError for an unknown name.
    """
    result = table.defaults(SETTINGS)
    for name, value in values.items():
        result[name] = table.check(SETTINGS, name, value)
    return result


def fingerprint(values):
    """Return the CRC-32 of all settings in table order, as eight hex digits."""
    crc = 0
    for row in SETTINGS:
        crc = binascii.crc32(struct.pack("<i", values[row[table.NAME]]), crc)
    return "%08x" % crc
