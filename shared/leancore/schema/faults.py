"""Fault codes. The number appears in the log and in the clip's red blinks.

``FAULTS`` holds the texts for people; the device's image omits them.
"""

(
    SENSOR_SILENT, SENSOR_RESET, SENSOR_ABSENT, ORIENTATION_REFUSED, REPORTS_LOST, BUS_ERROR,
    LOG_FULL, LOG_WRITE, CONFIG_DAMAGED, CONFIG_LOST, NOT_CALIBRATED, CLIP_MOVED, BATTERY_LOW,
    PROGRAM, WATCHDOG, CHIP_FROZEN, CHIP_JUMPED, CHIP_SILENT, GYRO_SATURATED,
    RAW_STOPPED, CARGO_DAMAGED, CLOCK_JUMPED, CUE_WITHHELD, PULSE_LATE, MOTOR, HOST_SLOW,
    NO_MEMORY, SAMPLE_TIME, GYRO_SPIKE, ACCELEROMETER_SPIKE, ACCELEROMETER_FROZEN, GYRO_FROZEN,
    SENSOR_SETTINGS, STAND_DOUBTED, GYRO_OFFSET, ACCELEROMETER_OFFSET,
) = range(1, 37)  # fmt: skip

# Whether the runner feels it. A fault that they can do nothing about, while the clip keeps working,
# is only reported to the therapist.
TOLD, FELT = 0, 1

# number, key, text for the runner, text for the therapist, felt or only reported
FAULTS = (
    (SENSOR_SILENT, "sensor_silent", "The clip lost its motion sensor for a moment.",
     "No samples for more than 0.25 s. Cues were off until samples returned.", FELT),
    (SENSOR_RESET, "sensor_reset", "The motion sensor restarted by itself.",
     "The sensor restarted and was set up again. Cues were off meanwhile.", FELT),
    (SENSOR_ABSENT, "sensor_absent", "The clip cannot find its motion sensor.",
     "The sensor did not answer. The lean was not measured.", FELT),
    (ORIENTATION_REFUSED, "orientation_refused", "Some readings made no sense and were ignored.",
     "Orientation readings that were all zero or not of unit length were ignored.", TOLD),
    (REPORTS_LOST, "reports_lost", "Some readings were lost.",
     "Reports from the sensor were missing. Steps with gaps were not judged.", TOLD),
    (BUS_ERROR, "bus_error", "The connection to the motion sensor had an error.",
     "Data transfers from the sensor failed.", TOLD),
    (LOG_FULL, "log_full", "The clip's memory is full. Plug it in and pull the runs.",
     "The clip's memory was full. Later records were not saved.", FELT),
    (LOG_WRITE, "log_write", "The clip could not save part of the run.",
     "A page of the log could not be written, so part of the run is missing.", FELT),
    (CONFIG_DAMAGED, "config_damaged",
     "The clip returned to the settings from before the last change.",
     "One copy of the configuration was damaged. The other copy was used.", FELT),
    (CONFIG_LOST, "config_lost", "The clip lost its prescription. Please send it again.",
     "No copy of the configuration was readable. The clip uses the defaults, also for its "
     "cues.", FELT),
    (NOT_CALIBRATED, "not_calibrated", "The clip was not calibrated. Press, stand still, bow.",
     "The run began without calibration. No cues were given.", FELT),
    (CLIP_MOVED, "clip_moved", "The clip moved. Press, stand still, bow.",
     "The clip's position changed during the run. Cues stopped until it was calibrated again.",
     FELT),
    (BATTERY_LOW, "battery_low", "The battery is low.", "The battery was low.", FELT),
    (PROGRAM, "program", "The clip had an internal error and continued.",
     "The clip's program had an unexpected error. It switched the motor off and continued.",
     FELT),
    (WATCHDOG, "watchdog", "The clip restarted by itself.",
     "The clip restarted because its program hung or its voltage dropped.", FELT),
    (CHIP_FROZEN, "chip_frozen", "One source of the lean was stuck. The other source took over.",
     "The sensor's own orientation was stuck while the body moved. It was not used for "
     "10 s.", TOLD),
    (CHIP_JUMPED, "chip_jumped", "One source of the lean jumped. The other source took over.",
     "The sensor's own orientation jumped or was far from LeanCue's. It was not used for "
     "10 s.", TOLD),
    (CHIP_SILENT, "chip_silent", "One source of the lean sent nothing. The other source took over.",
     "The sensor's own orientation was missing. After its return it was not used for 10 s.", TOLD),
    (GYRO_SATURATED, "gyro_saturated", "A movement was too fast for the sensor.",
     "The gyroscope reached the end of its range. The lean just after that is less certain.", TOLD),
    (RAW_STOPPED, "raw_stopped", "The clip's memory is nearly full. Plug it in and pull the runs.",
     "Raw samples were no longer saved, to leave space for the steps. The run can be proved up to "
     "that point.", FELT),
    (CARGO_DAMAGED, "cargo_damaged", "Some readings were damaged and were ignored.",
     "Data packets from the sensor that were cut short or made no sense were ignored.", TOLD),
    (CLOCK_JUMPED, "clock_jumped", "The clip's clock jumped.",
     "The clip's clock jumped, or its program hung for 5 s. If the clock went back, the run was "
     "ended there.", TOLD),
    (CUE_WITHHELD, "cue_withheld", "A cue was skipped because the readings came late.",
     "A cue was due but not given, because its samples were older than 0.25 s. The log "
     "contains it.", TOLD),
    (PULSE_LATE, "pulse_late", "A buzz lasted longer than it should.",
     "A pulse ended more than 0.05 s late, because a data transfer delayed the program.",
     TOLD),
    (MOTOR, "motor", "The motor does not respond correctly.",
     "The motor's driver chip did not accept a command, or found no working motor.", TOLD),
    (HOST_SLOW, "host_slow", "The computer did not read what the clip sent.",
     "The desk had the port open but did not read from it. Some live data was not sent.", TOLD),
    (NO_MEMORY, "no_memory", "The clip ran out of memory and continued.",
     "The clip ran out of memory. It switched the motor off, refused what the desk had requested, "
     "and continued the run.", FELT),
    (SAMPLE_TIME, "sample_time", "Some readings had the wrong time.",
     "Samples dated in the future or before the previous sample got their time from their number, "
     "or were ignored.", TOLD),
    (GYRO_SPIKE, "gyro_spike", "Some readings made no sense and were ignored.",
     "Single rotation rates that contradicted the sensor's own orientation were corrected.", TOLD),
    (ACCELEROMETER_SPIKE, "accelerometer_spike", "Some readings made no sense and were ignored.",
     "Single sideways accelerations harder than any step were ignored.",
     TOLD),
    (ACCELEROMETER_FROZEN, "accelerometer_frozen",
     "Part of the motion sensor was stuck. The rest took over.",
     "The accelerometer repeated one value while the body moved. The lean came from the gyroscope "
     "alone. No steps were found, so there were no cues.", TOLD),
    (GYRO_FROZEN, "gyro_frozen", "One source of the lean was stuck. The other source took over.",
     "The gyroscope repeated one value while the body moved. The lean came from the sensor's own "
     "orientation.", TOLD),
    (SENSOR_SETTINGS, "sensor_settings", "The motion sensor did not accept its settings.",
     "The sensor did not confirm its sample rate, or that its calibration stays fixed. Its "
     "accelerometer may drift during a run.", TOLD),
    (STAND_DOUBTED, "stand_doubted", "The stand was not upright. Press, stand still, bow.",
     "The lean was outside any running posture, or the bow did not point where the run went. "
     "Perhaps the stand was not upright, the bow was left out, or the clip was turned. Cues "
     "stopped until it was calibrated again.", FELT),
    (GYRO_OFFSET, "gyro_offset", "One source of the lean drifted and was corrected.",
     "The gyroscope's offset changed: the accelerometer and the sensor's own orientation "
     "contradicted it. The lean was corrected within seconds. Until then no step was judged.",
     TOLD),
    (ACCELEROMETER_OFFSET, "accelerometer_offset",
     "One source of the lean drifted and was corrected.",
     "The accelerometer's offset changed: the gyroscope and the sensor's own orientation "
     "contradicted it. The lean was off for some ten seconds, of which most steps were not judged, "
     "and was corrected.", TOLD),
)  # fmt: skip


def felt() -> str:
    """Return one character for each number from 0 on: "1" where the runner feels that fault."""
    return "0" + "".join(str(row[-1]) for row in FAULTS)


def row(number: int) -> tuple[int, str, str, str, int] | None:
    """Return the row of fault ``number``, or None."""
    return FAULTS[number - 1] if 1 <= number <= len(FAULTS) else None
