"""Possible mistakes in a newly built clip: one table, evaluated in order.

A rule has a part, a condition, a message, the likely cause and the way out. A rule suppresses
others that only follow from it (``hides``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from leancue.commissioning import axes
from leancue.commissioning.facts import (
    BUS_ERRORS,
    CELL_MV,
    HELD,
    HIGH,
    LOOSE,
    LOST,
    MALFORMED,
    MISDATED,
    RESETS,
    Bus,
    Facts,
    Kept,
    SensorReadings,
)
from leancue.language import formats
from leancue.language.words import N_, _

SENSORS = (0x4A, 0x4B)
DRIVER = 0x5A
NOISE_MOST_MPS2 = 0.15  # of a clip at rest; the sensor's own is some 0.02
FORCE_OFF_MOST_MPS2 = 0.6  # 9.8 at rest, uncalibrated as delivered
TURN_MOST_DPS = 3.0  # of a gyroscope at rest
TILT_MOST_DEG = 12.0  # manual placement is accurate to some 5°
RATE_SHARES = (0.85, 1.15)  # of what the sensor granted
TROUBLE_MOST_PERCENT = 2.0
SHAKE_LEAST_MPS2 = 0.3  # a motor that turns at all
SHAKE_WEAK_MPS2 = 3.0  # felt through a waistband, by the makers' figures of coin motors
SHAKE_AT_REST_MPS2 = 1.5
GROWN_WEAK_SHARE = 0.7  # of the shake at the last check
FOLLOWS_SHARE = 0.9  # weak strength over full strength
BOUNCE_MS = 30  # the clip's debounce time
BOUNCE_TURNS = 6  # changes of one press: two, plus one bounce each
CELL_EMPTY_MV = 3300
WRITE_MOST_MS = 400  # two sectors are written: some 45 ms each
PAGE_BYTES = 4096
CLOCK_MOST = 0.02
ANSWER_MOST_S = 0.5
LOST_MOST_PERCENT = 2.0  # of requests and answers over the port; 0 with a good cable
LOST_LEAST = 2  # one may be caused by the desk

Wrong = Callable[[Facts], bool]


@dataclass(frozen=True)
class Rule:
    """``what`` may refer to facts, as ``{f.cell.mv}``; ``hides``: parts that it also explains."""

    key: str
    part: str
    wrong: Wrong
    what: str
    cause: str
    way_out: str
    hides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A rule that applies, as text."""

    key: str
    part: str
    what: str
    cause: str
    way_out: str


PARTS = {
    "bus": N_("bus"), "sensor": N_("motion sensor"), "axes": N_("axes"), "motor": N_("motor"),
    "button": N_("button"), "light": N_("light"), "cell": N_("cell"), "memory": N_("memory"),
    "clock": N_("clock"), "port": N_("port"),
}  # fmt: skip


def findings(facts: Facts) -> list[Finding]:
    """Return the findings, root causes first."""
    return judged(facts)[0]


def judged(facts: Facts) -> tuple[list[Finding], set[str]]:
    """Return the findings, and the parts that therefore cannot be judged."""
    found: list[Finding] = []
    hidden: set[str] = set()
    for rule in RULES:
        if rule.part not in hidden and rule.wrong(facts):
            what = formats.numbers(_(rule.what).format(f=facts, words=axes.words(facts)))
            found.append(Finding(rule.key, rule.part, what, _(rule.cause), _(rule.way_out)))
            hidden.update(rule.hides)
    return found, hidden


def _bus(test: Callable[[Bus], bool]) -> Wrong:
    return lambda facts: facts.bus is not None and test(facts.bus)


def _still(test: Callable[[SensorReadings], bool]) -> Wrong:
    return lambda facts: facts.still is not None and test(facts.still)


def _running(test: Callable[[SensorReadings], bool]) -> Wrong:
    return _still(lambda sense: sense.n > 0 and test(sense))


def _shake_mps2(facts: Facts, percent: int) -> float:
    return facts.shakes[percent].shake_mps2


def _motor(test: Callable[[Facts], bool]) -> Wrong:
    return lambda facts: len(facts.shakes) > 1 and test(facts)


def _grown_weak(facts: Facts) -> bool:
    before = full_shake_before_mps2(facts.before)
    return before > 0 and _shake_mps2(facts, 100) < GROWN_WEAK_SHARE * before


def full_shake_before_mps2(kept: Kept | None) -> float:
    """The shake at full strength stored by the last check; 0 = none."""
    return kept.kept[-1] / 100 if kept is not None and len(kept.kept) > 2 else 0.0


def _trouble_percent(sense: SensorReadings) -> float:
    counts = (LOST, MALFORMED, MISDATED, BUS_ERRORS)
    return 100 * sum(sense.trouble[one] for one in counts) / max(sense.n, 1)


def _resets(facts: Facts) -> bool:
    """Whether the sensor was reset, or its reports stop while the motor runs."""
    if facts.still is None or not facts.still.n:
        return False
    senses = [facts.still, *facts.postures.values(), *facts.shakes.values()]
    fewest = min(sense.n for sense in senses)
    return fewest < facts.still.n // 2 or any(sense.trouble[RESETS] for sense in senses)


def _is_lossy(facts: Facts) -> bool:
    seen = facts.traffic
    if seen is None or not seen.asked:
        return False
    lost = seen.asked_again + seen.damaged
    return lost >= LOST_LEAST and 100 * lost > LOST_MOST_PERCENT * seen.asked


def _off_rate(sense: SensorReadings) -> bool:
    wanted_hz = 1e6 / sense.sample_us if sense.sample_us else 100.0
    low, high = RATE_SHARES
    return not low * wanted_hz <= sense.rate_hz <= high * wanted_hz


_NO_BUS = ("sensor", "axes", "motor")
_LINES = N_("Inspect the plugs and solder joints of SDA and SCL with a magnifying glass.")
RULES = (
    Rule("sensor_unpowered", "bus",
         _bus(lambda bus: bus.sda == HELD and bus.scl == HELD),
         "Both lines of the bus are held at ground.",
         "The sensor has no power, so its pull-ups hold the lines down; or both lines touch GND.",
         "Check that the sensor's VIN has 3V3 and that its GND is connected.", ("bus", *_NO_BUS)),
    Rule("sda_held", "bus", _bus(lambda bus: bus.sda == HELD),
         "SDA is held at ground.",
         "It touches GND or a neighbouring pin; or a part hangs and holds the line.",
         f"Disconnect the power for ten seconds. {_LINES}", ("bus", *_NO_BUS)),
    Rule("scl_held", "bus", _bus(lambda bus: bus.scl == HELD),
         "SCL is held "
         "at ground.", "It touches GND or a neighbouring pin.", _LINES, ("bus", *_NO_BUS)),
    Rule("sda_high", "bus", _bus(lambda bus: bus.sda == HIGH),
         "SDA stays at 3V3 although the clip pulls it down.", "It touches 3V3 or VIN.", _LINES,
         ("bus", *_NO_BUS)),
    Rule("scl_high", "bus", _bus(lambda bus: bus.scl == HIGH),
         "SCL stays at 3V3 although the clip pulls it down.", "It touches 3V3 or VIN.", _LINES,
         ("bus", *_NO_BUS)),
    Rule("lines_joined", "bus", _bus(lambda bus: bool(bus.joined)),
         "SDA and SCL touch "
         "each other.", "A solder bridge or a strand of wire connects them.", _LINES,
         ("bus", *_NO_BUS)),
    Rule("no_pull_up", "bus", _bus(lambda bus: bus.sda == LOOSE and bus.scl == LOOSE),
         "Nothing pulls SDA and SCL up.",
         "The sensor is not plugged in, or its breakout has no pull-ups.",
         "Plug it in. A bare chip needs 4.7 kΩ from SDA and SCL to 3V3.", ("bus", *_NO_BUS)),
    Rule("sda_loose", "bus", _bus(lambda bus: bus.sda == LOOSE),
         "SDA is open: nothing pulls it up.", "Its wire is broken or in the wrong hole.", _LINES,
         ("bus", *_NO_BUS)),
    Rule("scl_loose", "bus", _bus(lambda bus: bus.scl == LOOSE),
         "SCL is open: nothing pulls it up.", "Its wire is broken or in the wrong hole.", _LINES,
         ("bus", *_NO_BUS)),
    Rule("lines_swapped", "bus", _bus(lambda bus: not bus.found and bool(bus.swapped)),
         "SDA and SCL are swapped.", "Each wire is on the other wire's pin.", "Swap the two wires.",
         ("bus", *_NO_BUS)),
    Rule("nothing_answers", "bus", _bus(lambda bus: not bus.found),
         "The lines are OK, but no part answers.",
         "The sensor is set to another interface, its GND is open, or a line touches 3V3.",
         "Check that its jumpers P0 and P1 (PS0, PS1) are open, then check its GND, SDA and SCL.",
         ("bus", *_NO_BUS)),
    Rule("driver_missing", "bus",
         lambda f: bool(f.driver and f.driver.driver and f.bus and DRIVER not in f.bus.found),
         "The motor's driver DRV2605L does not answer at 0x5A.",
         "It has no power or is not plugged in; or the clip has no such driver but was installed "
         "for one.",
         "Plug it in. If the motor is driven by a transistor, type `leancue install "
         "--haptic pwm`.", ("motor",)),
    Rule("driver_unused", "motor",
         lambda f: bool(f.driver and not f.driver.driver and f.bus and DRIVER in f.bus.found),
         "A driver DRV2605L is on the bus, but the clip drives the motor through a pin.",
         "It was installed for a motor driven by a transistor.",
         "Type `leancue install --haptic drv2605`.", ("motor",)),
    Rule("wrong_part", "bus",
         _bus(lambda bus: not set(bus.found) & set(SENSORS) and bool(set(bus.found) - {DRIVER})),
         "A part answers at {f.bus.found[0]:#x}, but no motion sensor at 0x4a or 0x4b.",
         "It is a different part; a BNO055 answers at 0x28.",
         "The clip needs a BNO085 or BNO086. Check the label on the part.", ("bus", *_NO_BUS)),
    Rule("sensor_missing", "bus", _bus(lambda bus: not set(bus.found) & set(SENSORS)),
         "The motor's driver answers, the motion sensor does not.",
         "The sensor has no power or its plug is loose.", "Check its plug and its solder joints.",
         _NO_BUS),
    Rule("sensor_mute", "sensor", _still(lambda sense: not sense.n),
         "The motion sensor is on the bus but sends nothing.",
         "It hangs, or its firmware does not start. Its reset may be held at ground.",
         "Disconnect the power for ten seconds. Check that RST is open or connected to "
         "its pin.", _NO_BUS),
    Rule("sensor_resets", "sensor", _resets,
         "The motion sensor restarted during the check.",
         "Its supply has a loose joint, or the voltage drops when the motor starts.",
         "Check VIN and GND. Connect the motor's wires directly to "
         "the supply.", ("sensor", "motor")),
    Rule("sensor_frozen", "sensor", _running(lambda sense: sense.same >= sense.n - 1),
         "The motion sensor always sends the same values.", "Its accelerometer is stuck.",
         "Disconnect the power for ten seconds. If the problem remains, replace "
         "the sensor.", _NO_BUS),
    Rule("bus_noisy", "sensor",
         _running(lambda sense: _trouble_percent(sense) > TROUBLE_MOST_PERCENT),
         "Much of what the motion sensor sends arrives damaged or not at all.",
         "The wires are long or close to the motor's wires, or the pull-ups are weak.",
         "Shorten the wires and keep them away from the motor's wires.", ("sensor",)),
    Rule("rate_off", "sensor", _running(_off_rate),
         "{f.still.rate_hz:.0f} samples per second arrive; the sensor had confirmed one every "
         "{f.still.sample_us} µs.",
         "The sensor's clock is off, or reports are lost on the way.",
         "Disconnect the power for ten seconds. If the problem remains, replace the sensor."),
    Rule("motor_always_on", "motor",
         _running(lambda sense: sense.shake_mps2 > SHAKE_AT_REST_MPS2),
         "The clip shakes with {f.still.shake_mps2:.1f} m/s² although the motor is off.",
         "The motor's wire bypasses the transistor, or collector and emitter are swapped; or "
         "somebody was still holding the clip.",
         "If it buzzes, turn the transistor round. If not, lay the clip down and check again.",
         ("motor", "sensor", "axes")),
    Rule("not_still", "sensor", _running(lambda sense: sense.noise_mps2 > NOISE_MOST_MPS2),
         "At rest the acceleration varies by {f.still.noise_mps2:.2f} m/s².",
         "The table shakes, or the sensor is loose in the case.",
         "Press the sensor down, tighten its screws, and check again on a firm table."),
    Rule("force_off", "sensor",
         _running(lambda sense: abs(sense.force_mps2 - 9.81) > FORCE_OFF_MOST_MPS2),
         "At rest the sensor reads {f.still.force_mps2:.1f} m/s², not 9.8.",
         "Its accelerometer is damaged or out of calibration.",
         "Lay it once on each of its six sides and check again. If the problem remains, "
         "replace it."),
    Rule("no_gyro", "sensor", _running(lambda sense: not sense.turns),
         "The gyroscope sends nothing.", "The sensor is a different model of its family.",
         "The clip needs a BNO085 or BNO086. Check the label on the part."),
    Rule("gyro_off", "sensor", _running(lambda sense: sense.turn_dps > TURN_MOST_DPS),
         "At rest the gyroscope reads {f.still.turn_dps:.1f}°/s.",
         "It was not at rest, or it is damaged.",
         "Leave it lying for ten seconds and check again. If the problem remains, replace it."),
    Rule("axes_turned", "axes", axes.is_turned,
         "The sensor is turned in the case: its arrows point {words}.",
         "It was installed with its label facing the wrong way.",
         "Turn it so that its label (z) faces away from the wearer's back. Calibration takes care "
         "of the rest.",
         ("axes",)),
    Rule("axes_tilted", "axes", lambda f: axes.tilt_deg(f) > TILT_MOST_DEG,
         "The sensor is not square to the case.",
         "It lies on something, or the clip was not laid down as instructed.",
         "Check that it lies flat on its supports, then check again."),
    Rule("driver_finds_no_motor", "motor",
         lambda f: bool(f.driver and f.driver.driver and f.driver_errors),
         "The driver DRV2605L finds no motor, or a short circuit.",
         "A wire of the motor is broken, or the two "
         "wires touch.", "Check the motor's two solder joints.",
         ("motor",)),
    Rule("driver_not_calibrated", "motor",
         lambda f: bool(f.driver and f.driver.driver and not f.driver.found),
         "The driver DRV2605L could not calibrate the motor.",
         "The motor is not glued down, is blocked, or is not of the kind that MOTOR_KIND in the "
         "board file says.",
         "Glue it to the case. For a linear motor set MOTOR_KIND = \"lra\", then type `leancue "
         "install`.",
         ("motor",)),
    Rule("motor_dead", "motor",
         _motor(lambda f: _shake_mps2(f, 100) < SHAKE_LEAST_MPS2),
         "The motor does not turn at any strength.",
         "A wire is broken, the diode is the wrong way round, or the transistor's base is not "
         "connected.",
         "Check the motor's solder joints, the diode's ring (towards 3V3), and the 1 kΩ resistor "
         "to the pin.",
         ("motor",)),
    Rule("motor_not_controlled", "motor",
         _motor(lambda f: _shake_mps2(f, 40) > FOLLOWS_SHARE * _shake_mps2(f, 100)),
         "The motor is as strong at 40 % as at 100 %.",
         "Something keeps its voltage up: a capacitor across it, or a switch instead of a "
         "transistor.",
         "Remove the capacitor; use a transistor that can switch at 20 kHz.", ("motor",)),
    Rule("motor_grown_weak", "motor", _motor(_grown_weak),
         "The motor shakes the case with {f.shakes[100].shake_mps2:.1f} m/s², clearly less than at "
         "the last check.",
         "Its glue has come loose, it is worn, or the cell is nearly empty.",
         "Charge the cell, press the motor to the wall and glue it. If it stays weak, replace it.",
         ("motor",)),
    Rule("motor_starts_late", "motor",
         _motor(lambda f: _shake_mps2(f, 40) < SHAKE_LEAST_MPS2
                and _shake_mps2(f, 100) >= SHAKE_WEAK_MPS2),
         "The motor does not turn at 40 % of its strength, only at 100 %.",
         "It gets too little current, because the resistor at the transistor's base is too large; "
         "or its shaft rubs.",
         "Use a 1 kΩ resistor at the base. Check that nothing touches the motor's shaft "
         "or weight."),
    Rule("motor_weak", "motor",
         _motor(lambda f: _shake_mps2(f, 100) < SHAKE_WEAK_MPS2),
         "At full strength the case shakes with only {f.shakes[100].shake_mps2:.1f} m/s².",
         "The motor is not glued to the wall, or its voltage is too low.",
         "Glue it flat to the wall that touches the back; feed it from 3V3, not from a pin."),
    Rule("port_lossy", "port", _is_lossy,
         "{f.traffic.asked_again} of {f.traffic.asked} requests had to be repeated; "
         "{f.traffic.damaged} answers were damaged.",
         "The cable or a hub is bad, or the board's USB socket has a loose joint.",
         "Plug the clip in directly with another cable, then check it again.", ("port", "button")),
    Rule("button_inverted", "button",
         lambda f: bool(f.idle and f.idle.down > f.idle.ms // 2 and f.pressed
                        and f.pressed.turns > 1),
         "The button reads as pressed whenever it is not pressed.",
         "It opens its contact when pressed.",
         "Use a button that closes when pressed, or its other pair of contacts.", ("button",)),
    Rule("button_stuck", "button", lambda f: bool(f.idle and f.idle.down > f.idle.ms // 2),
         "The button reads as pressed although nobody presses it.",
         "Its wire touches GND, it is rotated by 90°, or the lid presses it.",
         "Rotate it by 90°, or open the lid and check.", ("button",)),
    Rule("button_open", "button", lambda f: f.pressed is not None and not f.pressed.turns,
         "The clip did not notice the button press.",
         "One of its wires is open or on the wrong pin, or the button is rotated by 90°.",
         "Check its solder joints: one to the pin, one to GND.", ("button",)),
    Rule("button_bounces", "button",
         lambda f: bool(f.pressed and f.pressed.turns >= BOUNCE_TURNS
                        and 0 <= f.pressed.short < BOUNCE_MS),
         "One press of the button is read as {f.pressed.turns} changes.",
         "A loose joint, or worn contacts.", "Solder it again, or replace it."),
    Rule("light_dark", "light", lambda f: f.lights == "n",
         "The light stays dark.", "Its pin or its power pin differs from the board file.",
         "Check LIGHT and LIGHT_POWER in the board file."),
    Rule("light_colours", "light", lambda f: f.lights == "o",
         "The light shows the colours in the wrong order.",
         "It is not the kind of LED that the board usually has.",
         "The clip works, but its colours differ from the table of signals."),
    Rule("cell_implausible", "cell",
         lambda f: bool(f.cell and f.cell.gauge and not CELL_MV[0] <= f.cell.mv <= CELL_MV[1]),
         "The cell reads {f.cell.mv} mV, which is not possible.",
         "The cell is not plugged in, its switch is off, or BATTERY_RATIO_PERCENT is wrong.",
         "Plug it in and switch it on. If that does not help, check BATTERY in the "
         "board file.", ("cell",)),
    Rule("cell_empty", "cell",
         lambda f: bool(f.cell and f.cell.gauge and f.cell.mv < CELL_EMPTY_MV),
         "The cell has {f.cell.mv} mV: it "
         "is empty.", "It was never charged, or it does not charge.",
         "Charge it for two hours and check again."),
    Rule("memory_refuses", "memory", lambda f: bool(f.write_error),
         "The memory cannot be written: {f.write_error}", "The drive is full, or damaged.",
         "Pull the runs, then type `leancue install`: it sets the drive up again.", ("memory",)),
    Rule("memory_no_log", "memory", lambda f: bool(f.written and not f.written.pages),
         "The clip has no log to store runs in.", "The installation of the clip was not completed.",
         "Type `leancue install`.", ("memory",)),
    Rule("memory_slow", "memory", lambda f: bool(f.written and f.written.ms > WRITE_MOST_MS),
         "A page takes {f.written.ms} ms to be written.", "The flash memory is worn or slow.",
         "Runs are still saved, but cues may come late. Use another board."),
    Rule("memory_unaligned", "memory", lambda f: bool(f.written and f.written.step > PAGE_BYTES),
         "The log is not aligned to the sectors of the flash, so each page is written twice.",
         "The drive was fragmented when the clip was installed.",
         "Pull the runs, erase the drive, and type `leancue install`."),
    Rule("clock_off", "clock",
         lambda f: f.clock_off is not None and abs(f.clock_off) > CLOCK_MOST,
         "The clip's clock is off by {f.clock_off:+.1%}.", "Its crystal does not oscillate.",
         "Use another board: cadence and times would be off by the same amount."),
    Rule("port_slow", "port", lambda f: f.answer_s is not None and f.answer_s > ANSWER_MOST_S,
         "The clip answers after {f.answer_s:.1f} s.",
         "A hub or cable is in the way, or the clip is busy.",
         "Plug it in directly, with another cable."),
)  # fmt: skip
