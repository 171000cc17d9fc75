"""Fault codes. The number stands in the log and in the red blinks of the clip.

What people are told of each stands in ``fault_words``, which the clip does not load.
"""

(
    SENSOR_SILENT, SENSOR_RESET, SENSOR_ABSENT, ORIENTATION_REFUSED, REPORTS_LOST, BUS_ERROR,
    LOG_FULL, LOG_WRITE, CONFIG_DAMAGED, CONFIG_LOST, NOT_CALIBRATED, CLIP_MOVED, BATTERY_LOW,
    PROGRAM, WATCHDOG, CHIP_FROZEN, CHIP_JUMPED, CHIP_SILENT, GYRO_SATURATED,
    RAW_STOPPED, CARGO_DAMAGED, CLOCK_JUMPED, CUE_WITHHELD, PULSE_LATE, MOTOR, DESK_SLOW,
    NO_MEMORY, SAMPLE_TIME,
) = range(1, 29)  # fmt: skip
