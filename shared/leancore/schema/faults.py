"""Fault codes. The number appears in the log and in the clip's red blinks.

``FAULTS`` holds the texts for people; the device's image omits them.
"""

(
    SENSOR_SILENT, SENSOR_RESET, SENSOR_ABSENT, ORIENTATION_REFUSED, REPORTS_LOST, BUS_ERROR,
    LOG_FULL, LOG_WRITE, CONFIG_DAMAGED, CONFIG_LOST, NOT_CALIBRATED, CLIP_MOVED, BATTERY_LOW,
    PROGRAM, WATCHDOG, CHIP_FROZEN, CHIP_JUMPED, CHIP_SILENT, GYRO_SATURATED,
    RAW_STOPPED, CARGO_DAMAGED, CLOCK_JUMPED, CUE_WITHHELD, PULSE_LATE, MOTOR, HOST_SLOW,
    NO_MEMORY, SAMPLE_TIME, GYRO_SPIKE, ACCELEROMETER_SPIKE, ACCELEROMETER_FROZEN, GYRO_FROZEN,
    SENSOR_SETTINGS, STAND_DOUBTED, GYRO_OFFSET,
) = range(1, 36)  # fmt: skip

# Whether the runner feels it. A fault that they can do nothing about, while the clip keeps working,
# is only reported to the therapist.
TOLD, FELT = 0, 1

# number, key, text for the runner, text for the therapist, felt or only reported
FAULTS = (
    (SENSOR_SILENT, "sensor_silent", "The clip lost its motion sensor for a moment.",
     "No samples for more than 0.25 s; cues were off until they came back.", FELT),
    (SENSOR_RESET, "sensor_reset", "The motion sensor restarted by itself.",
     "The sensor reset itself and was set up again; cues were off meanwhile.", FELT),
    (SENSOR_ABSENT, "sensor_absent", "The clip cannot find its motion sensor.",
     "The sensor did not answer; lean was not measured.", FELT),
    (ORIENTATION_REFUSED, "orientation_refused", "Some readings made no sense and were left out.",
     "Quaternions that were all zero or not of unit length were refused.", TOLD),
    (REPORTS_LOST, "reports_lost", "Some readings were lost.",
     "Gaps in the sensor's sequence numbers; steps with gaps were not judged.", TOLD),
    (BUS_ERROR, "bus_error", "The wiring to the motion sensor had an error.",
     "Transfers on the sensor's bus failed.", TOLD),
    (LOG_FULL, "log_full", "The clip's memory is full. Plug it in and pull the runs.",
     "The log had no free page; later records were not kept.", FELT),
    (LOG_WRITE, "log_write", "The clip could not save part of the run.",
     "A page of the log could not be written.", FELT),
    (CONFIG_DAMAGED, "config_damaged", "The clip went back to the settings before the last change.",
     "One copy of the configuration was damaged; the other one was used.", FELT),
    (CONFIG_LOST, "config_lost", "The clip lost its prescription. Please send it again.",
     "No copy of the configuration was readable; defaults are in use, cues follow them.", FELT),
    (NOT_CALIBRATED, "not_calibrated", "The clip was not calibrated. Press, stand still, bow.",
     "The run began without a stand; no cues were given.", FELT),
    (CLIP_MOVED, "clip_moved", "The clip moved. Press, stand still, bow.",
     "The clip's position changed during the run; cues stopped until it was calibrated again.",
     FELT),
    (BATTERY_LOW, "battery_low", "The battery is low.", "The battery was low.", FELT),
    (PROGRAM, "program", "The clip had an internal error and went on.",
     "An unexpected error in the clip's program was caught; the motor was switched off first.",
     FELT),
    (WATCHDOG, "watchdog", "The clip restarted by itself.",
     "The watchdog or a brown-out restarted the clip.", FELT),
    (CHIP_FROZEN, "chip_frozen", "One source of the lean stood still; the other one took over.",
     "The sensor's own orientation stood still while the body moved; it was not believed for "
     "10 s.", TOLD),
    (CHIP_JUMPED, "chip_jumped", "One source of the lean jumped; the other one took over.",
     "The sensor's own orientation jumped or was far from LeanCue's; it was not believed for "
     "10 s.", TOLD),
    (CHIP_SILENT, "chip_silent", "One source of the lean was silent; the other one took over.",
     "The sensor's own orientation was missing; back again, it was not believed for 10 s.", TOLD),
    (GYRO_SATURATED, "gyro_saturated", "A movement was too fast for the sensor.",
     "The gyroscope was at the end of its range; the lean right after it is less certain.", TOLD),
    (RAW_STOPPED, "raw_stopped", "The clip's memory is nearly full. Plug it in and pull the runs.",
     "Raw samples were no longer kept, so that the steps have room; the run can be proved up to "
     "there.", FELT),
    (CARGO_DAMAGED, "cargo_damaged", "Some readings were damaged and left out.",
     "Cargos of the sensor that were cut short or made no sense were left out.", TOLD),
    (CLOCK_JUMPED, "clock_jumped", "The clip's clock jumped.",
     "The clip's clock jumped, or its program stood still for 5 s; a run is closed where the "
     "clock goes back.", TOLD),
    (CUE_WITHHELD, "cue_withheld", "A cue was left out, because the readings came late.",
     "A cue decided from samples older than 0.25 s was not given; the log still has it.", TOLD),
    (PULSE_LATE, "pulse_late", "A buzz lasted longer than it should.",
     "A pulse ended more than 0.05 s after its time: a transfer on the bus held the program up.",
     TOLD),
    (MOTOR, "motor", "The motor does not answer as it should.",
     "The motor's driver chip did not take a command, or found no working motor.", TOLD),
    (HOST_SLOW, "host_slow", "The computer did not take what the clip sent.",
     "The desk had the port open but did not read; live frames were left out.", TOLD),
    (NO_MEMORY, "no_memory", "The clip was short of memory and went on.",
     "The clip had no memory left for something; the motor was switched off first, and the run "
     "went on. What the desk had asked for was refused.", FELT),
    (SAMPLE_TIME, "sample_time", "Some readings had a wrong time.",
     "Samples that claimed to come from the future, or from before the last one, got the time that "
     "their number tells, or were left out.", TOLD),
    (GYRO_SPIKE, "gyro_spike", "Some readings made no sense and were left out.",
     "Single rotation rates that the sensor's own orientation contradicts were taken back.", TOLD),
    (ACCELEROMETER_SPIKE, "accelerometer_spike", "Some readings made no sense and were left out.",
     "Single accelerations were across the body and harder than any step; they were left out.",
     TOLD),
    (ACCELEROMETER_FROZEN, "accelerometer_frozen",
     "Part of the motion sensor stood still; the rest took over.",
     "The accelerometer repeated one value while the body moved; the gyroscope alone held the "
     "lean, and without steps there were no cues.", TOLD),
    (GYRO_FROZEN, "gyro_frozen", "One source of the lean stood still; the other one took over.",
     "The gyroscope repeated one value while the body moved; the sensor's own orientation held "
     "the lean meanwhile.", TOLD),
    (SENSOR_SETTINGS, "sensor_settings", "The motion sensor did not take its settings.",
     "The sensor did not confirm its rate or that it leaves its calibration alone; an offset may "
     "come into its accelerometer during a run.", TOLD),
    (STAND_DOUBTED, "stand_doubted", "The stand was not upright. Press, stand still, bow.",
     "The lean was far from any running, or the bow did not show where the run went: perhaps a bow "
     "was held for the stand, there was none after it, or the clip was turned; cues stopped until "
     "it was calibrated again.", FELT),
    (GYRO_OFFSET, "gyro_offset", "One source of the lean drifted and was corrected.",
     "The gyroscope's offset changed: the accelerometer and the sensor's own orientation "
     "contradicted it. The lean was corrected within seconds; until then no step was judged.",
     TOLD),
)  # fmt: skip


def felt() -> str:
    """Return one character for each number from 0 on: "1" where the runner feels that fault."""
    return "0" + "".join(str(row[-1]) for row in FAULTS)


def row(number: int) -> tuple[int, str, str, str, int] | None:
    """Return the row of fault ``number``, or None."""
    return FAULTS[number - 1] if 1 <= number <= len(FAULTS) else None
