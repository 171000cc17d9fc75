"""Identifies columns by the names and units used by loggers.

Our own names are ``t_s``, ``qw qx qy qz``, ``ax ay az``, ``gx gy gz``. Names of others are compared
without case, signs between the words, and units in brackets: ``Accel-X (g)`` is ``accelx``, in g.
Sources: exports of Movella (Xsens) DOT, Shimmer Consensys, phyphox, Sensor Logger, SensorLog,
Axivity OmGui, Capture.U (Blue Trident), and the message sensor_msgs/Imu of ROS.
"""

from __future__ import annotations

import difflib
import math
import re
from typing import NamedTuple

from leancue.basis.errors import RecordingError
from leancue.recordings.csv_table import Table, is_number, problem

TIME = "t_s"
ORIENTATION = ("qw", "qx", "qy", "qz")
FORCE = ("ax", "ay", "az")
RATE = ("gx", "gy", "gz")
OURS = (TIME, *ORIENTATION, *FORCE, *RATE)

_G_MPS2 = 9.80665
_DEGREE = math.pi / 180
_S, _MS, _US, _NS = ("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)
_G_UNIT, _MPS2 = ("g", _G_MPS2), ("m/s²", 1.0)
_RADPS, _DEGPS = ("rad/s", 1.0), ("°/s", _DEGREE)
# Spelling of a unit (no brackets or blanks, lower case): its name and factor.
_UNITS = {
    "t": {
        "s": _S, "sec": _S, "secs": _S, "seconds": _S, "ms": _MS, "msec": _MS,
        "milliseconds": _MS, "us": _US, "µs": _US, "μs": _US, "microseconds": _US, "ns": _NS,
        "nanoseconds": _NS,
    },
    "a": {
        "m/s^2": _MPS2, "m/s²": _MPS2, "m/s2": _MPS2, "m/s/s": _MPS2, "ms-2": _MPS2,
        "m/s**2": _MPS2, "m/sec^2": _MPS2, "g": _G_UNIT, "gs": _G_UNIT,
        "mg": ("mg", _G_MPS2 / 1000), "cm/s^2": ("cm/s²", 0.01), "mm/s^2": ("mm/s²", 0.001),
    },
    "g": {
        "rad/s": _RADPS, "rad/sec": _RADPS, "r/s": _RADPS, "rads": _RADPS, "rps": _RADPS,
        "deg/s": _DEGPS, "deg/sec": _DEGPS, "°/s": _DEGPS, "dps": _DEGPS, "d/s": _DEGPS,
        "degrees/s": _DEGPS, "mdps": ("m°/s", _DEGREE / 1000),
        "mdeg/s": ("m°/s", _DEGREE / 1000), "rpm": ("turns/min", math.pi / 30),
    },
    "q": {},
}  # fmt: skip

# Names of the time, in order of preference, each with its unit ("" = unknown).
_TIMES = {
    "ts": "s", "secondselapsed": "s", "sampletimefine": "µs", "times": "s", "elapseds": "s",
    "timeseconds": "s", "seconds": "s", "timestamps": "s", "tms": "ms", "timems": "ms",
    "elapsedms": "ms", "timestampms": "ms", "tus": "µs", "timeus": "µs", "timestampus": "µs",
    "tns": "ns", "timens": "ns", "timestampns": "ns", "timestampunixcal": "ms",
    "timestampsyncunixcal": "ms", "timestampcal": "ms", "timestampsynccal": "ms",
    "motiontimestampsincereboot": "s", "accelerometertimestampsincereboot": "s",
    "timestampformattedunixcal": "", "timestampsyncformattedunixcal": "", "t": "", "time": "",
    "timestamp": "", "elapsed": "", "elapsedtime": "", "datetime": "", "loggingtime": "",
}  # fmt: skip
# Names of the vectors ({} = the axis), in order of preference, each with its unit.
_VECTORS = {
    "q": {
        "q{}": "", "quat{}": "", "quatq{}": "", "quaternion{}": "", "orientation{}": "",
        "orientationq{}": "", "motionquaternion{}": "",
        "quatmadge9dof{}cal": "", "quatmadge6dof{}cal": "", "rotationvector{}": "",
    },
    "a": {
        "a{}": "", "acc{}": "", "accel{}": "", "acceleration{}": "", "accelerometer{}": "",
        "totalacceleration{}": "", "accelwr{}cal": "m/s²", "accelln{}cal": "m/s²",
        "accelerometeracceleration{}": "", "linearacceleration.{}": "",
    },
    "g": {
        "g{}": "", "gyr{}": "", "gyro{}": "", "gyroscope{}": "", "angularvelocity{}": "",
        "rotationrate{}": "", "gyro{}cal": "°/s", "gyrorotation{}": "", "motionrotationrate{}": "",
    },
}  # fmt: skip
# Loggers that do not state units: the column that identifies one, and its unit.
_BY_LOGGER = {"sampletimefine": {"g": "°/s"}, "packetcounter": {"g": "°/s"}}
_TICK_S = {"sampletimefine": 1e-4}  # of Xsens' wireless stations
_NO_UNITS = ("cal", "nounits", "txt", "utc", "iso8601")
_OPPOSITE = ("accelerometeracceleration{}",)  # Core Motion: lying on its back a phone shows -1 g
# Other letters of a quaternion's parts: of the drivers of Adafruit and SparkFun, and of Xsens.
_PART = re.compile(r"(q|quat|quatq|quaternion)(real|[0123ijk])$")
_PARTS = {"real": "w", "i": "x", "j": "y", "k": "z", "0": "w", "1": "x", "2": "y", "3": "z"}
_PREFIX = re.compile(r"^(shimmer_[0-9a-z]+_|field\.)")  # "field.": of rostopic
_WITHOUT_GRAVITY = re.compile(r"(linear|free|user)acc.*[xyz]$")
_AXES = {"q": "wxyz", "a": "xyz", "g": "xyz"}
_NAMES = {"q": ORIENTATION, "a": FORCE, "g": RATE}


class Column(NamedTuple):
    """A column of a file: index, quantity, and factor to our unit.

    ``factors``: the first is stated in the file or typical of the logger; a second one is tried if
    the unit is not stated. ``unit``: its name, "" for our own.
    """

    ours: str
    place: int
    name: str
    factors: tuple[float, ...]
    unit: str


def known(names: list[str]) -> int:
    """Return the number of known column names."""
    keys = {_key(name)[0] for name in names}
    vectors = sum(
        form.format(axis) in keys
        for kind, forms in _VECTORS.items() for form in forms for axis in _AXES[kind]
    )  # fmt: skip
    return vectors + any(key in keys for key in _TIMES)


def choose(table: Table, needs_orientation: bool) -> list[Column]:
    """Return the columns of a recording: time, force, and optional ones.

    Raises:
        RecordingError: a column is missing or duplicated.
    """
    keys = [_key(name) for name in table.names]
    time = [key for key in _TIMES if any(key == name for name, _unit in keys)]
    found = {kind: _form(keys, kind) for kind in _VECTORS}
    missing = [] if time else [TIME]
    for kind in ("q", "a") if needs_orientation else ("a",):
        missing += [] if found[kind] else _lacking(kind, keys)
    if missing:
        raise _missing(table, missing, keys)
    if not found["g"] and 0 < len(half := _lacking("g", keys)) < len(RATE):
        raise problem(
            table.path, table.first_line - 1,
            f"lacks column {', '.join(half)} though it has other gyro columns",
            "Give all of gx, gy and gz, or none.",
        )  # fmt: skip
    _check_twice(table, keys, [time[0], *(
        form.format(axis) for kind, form in found.items() for axis in _AXES[kind] if form
    )])  # fmt: skip
    columns = [_column(table, keys, "t", TIME, time[0], _TIMES[time[0]])]
    for kind, form in found.items():
        for ours, axis in zip(_NAMES[kind], _AXES[kind], strict=True):
            if form:
                unit = _VECTORS[kind][form]
                columns.append(_column(table, keys, kind, ours, form.format(axis), unit, form))
    return columns


def _key(name: str) -> tuple[str, str]:
    """Return a column's normalised name, and the unit in its brackets."""
    short, bracket, unit = re.sub(r"[\])]\s*$", "", name.strip()).partition(
        "(" if "(" in name else "["
    )
    short = _PREFIX.sub("", short.strip().lower())
    if short.startswith("linear_acceleration."):  # of ROS, which has gravity in it
        return "linearacceleration." + short[-1], unit if bracket else ""
    stem, _bar, last = short.rpartition("_")
    if not bracket and (last in _UNITS["a"] or last in _UNITS["g"]):
        short, unit, bracket = stem, last, "_"  # ax_m/s/s, as Capture.U writes it
    plain = _PART.sub(lambda part: part[1] + _PARTS[part[2]], _plain(short))
    return plain, unit if bracket else ""


def _plain(name: str) -> str:
    return re.sub(r"[\s_.\-]+", "", name)


def _form(keys: list[tuple[str, str]], kind: str) -> str:
    """Return the form of names by which all axes of a vector are there, or ""."""
    names = {name for name, _unit in keys}
    for form in _VECTORS[kind]:
        if all(form.format(axis) in names for axis in _AXES[kind]):
            return form
    return ""


def _lacking(kind: str, keys: list[tuple[str, str]]) -> list[str]:
    names = {name for name, _unit in keys}
    return [ours for ours in _NAMES[kind] if ours not in names]


def _column(
    table: Table, keys: list[tuple[str, str]], kind: str, ours: str, key: str, usual: str,
    form: str = "",
) -> Column:  # fmt: skip
    index = next(i for i, (name, _unit) in enumerate(keys) if name == key)
    name = table.names[index]
    stated = table.units[index] or keys[index][1]
    by_logger = [units[kind] for mark, units in _BY_LOGGER.items()
                 if kind in units and any(mark == other for other, _unit in keys)]  # fmt: skip
    unit, factor = _unit_of(table, kind, name, stated)
    factors: tuple[float, ...] = (factor,)
    if not unit and (usual or by_logger):
        unit, factor = _unit_of(table, kind, name, usual or by_logger[0])
        factors = (factor,) if usual or factor == 1 else (factor, 1.0)
    if key in _TICK_S and not stated:
        factors = (factor, factor, _TICK_S[key])  # these have rad/s, the second for the gyroscope
    if form in _OPPOSITE:
        factors = tuple(-value for value in factors)
    return Column(ours, index, name, factors, unit)


def _unit_of(table: Table, kind: str, name: str, unit: str) -> tuple[str, float]:
    """Return a unit's name and factor; of one that is not stated ("", 1)."""
    known_ones = _UNITS[kind]
    short = re.sub(r"[\s()\[\]]+", "", unit.lower())
    if not short or not known_ones or short in _NO_UNITS or "hh:mm" in short:
        return "", 1.0
    if short not in known_ones:
        raise problem(
            table.path, table.first_line - 1, f"states the unit {unit!r}, which is unknown",
            f"Known are {', '.join(dict.fromkeys(row[0] for row in known_ones.values()))}.", name,
        )  # fmt: skip
    return known_ones[short]


def _check_twice(table: Table, keys: list[tuple[str, str]], chosen: list[str]) -> None:
    """Refuse two columns for one thing: of two sensors, say, whichever stands first."""
    names = [name for name, _unit in keys]
    twice = [key for key in chosen if names.count(key) > 1]
    if twice:
        alike = [name for name, key in zip(table.names, names, strict=True) if key == twice[0]]
        what = f"has column {', '.join(table.names[names.index(key)] for key in twice)} twice"
        if len(set(alike)) > 1:
            what += f", in {alike[1]} once more"
        raise problem(table.path, table.first_line - 1, what, "Keep the column of one sensor.")


def _missing(table: Table, missing: list[str], keys: list[tuple[str, str]]) -> RecordingError:
    line = table.first_line - 1
    if 2 * sum(map(is_number, table.names)) > len(table.names):
        what = "contains numbers where the names of the columns should be"
        return problem(table.path, line, what, "Add or rename the columns.")
    free = [table.names[i] for i, (key, _unit) in enumerate(keys) if _WITHOUT_GRAVITY.match(key)]
    if free and "ax" in missing:
        return problem(
            table.path, line,
            f"lacks column {', '.join(missing)}; {free[0]} is acceleration without gravity",
            "Record the accelerometer's raw values, including gravity.",
        )  # fmt: skip
    unread = [name for name in table.names if name.lower() not in OURS]
    near = {name: difflib.get_close_matches(name, unread, 1, 0.5) for name in missing}
    words = [f"{name} (is {near[name][0]} meant?)" if near[name] else name for name in missing]
    way_out = "Add or rename the columns."
    if missing == list(ORIENTATION):
        way_out = (
            "With gx, gy and gz, `--orientation own` needs no orientation. Without them, add the "
            "columns."
        )
    elif missing == list(FORCE) or missing == [TIME, *FORCE]:
        way_out = "Loggers that write one file per sensor can often export all sensors in one file."
    return problem(table.path, line, f"lacks column {', '.join(words)}", way_out)
