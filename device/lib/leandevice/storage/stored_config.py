"""Stored configuration: settings, prescription, completed sessions, measured baseline.

Two copies in two files, each with a generation and a CRC-32. A change overwrites the older copy,
is read back, and only then takes effect; if one copy is damaged the other is used.
"""

import binascii
import json

from leancore.coaching import prescription
from leancore.coaching.session_plan import UNMEASURED
from leancore.hints import TYPE_CHECKING
from leancore.link import clinic_lock
from leancore.numeric.const import const, described
from leancore.schema import settings, table

if TYPE_CHECKING:
    from typing import Any

    from leandevice.storage.drive import Drive

    Clinic = dict[str, Any]  # key: str, counter: int, reads: int

FILES = ("/leancue_a.cfg", "/leancue_b.cfg")
# The clinic's lock: key in hex or "", accepted proofs, whether reading needs the key too.
NO_CLINIC = {"key": "", "counter": 0, "reads": 0}
# Values that the device counts and measures itself: name, default, min, max, unit, description.
_NUMBERS = described((
    ("sessions", 0, 0, 10000, "sessions", "sessions done"),
    ("baseline_cdeg", UNMEASURED, UNMEASURED, 9000, "cdeg", "measured own lean"),
    ("last_run", 0, 0, 0xFFFFFFFE, "runs", "number of the last run"),
))  # fmt: skip
_ABSENT = const(2)  # errno: no such file
_CRC_BYTES = const(9)  # a line feed and eight hex digits


class StoredConfig:
    """``settings`` and ``prescription`` (checked), ``sessions``, ``baseline_cdeg``, ``last_run``.

    ``clinic``: as ``NO_CLINIC``. ``motor``: the motor chip's calibration, () = none. ``check``:
    time of the last check by a host (s since 1970), number of findings, the motor's shake in cm/s²
    at some strengths; [] = never. ``drive``: ``read(path) -> bytes`` (OSError if absent) and
    ``write(path, bytes)``. ``damaged``: unreadable copies at the start; ``found``: whether there
    was a readable one.
    """

    def __init__(self, drive: "Drive") -> None:
        self._drive = drive
        self._generation = 0
        self._slot = 0
        self.damaged = 0
        self.found = False
        self._take({})
        for slot in range(2):
            self._load(slot)

    def _take(self, values: "Any") -> None:
        """Apply all values or, on ValueError, KeyError or TypeError, none."""
        known = {}  # a setting of another release is ignored
        for name, value in values.get("settings", {}).items():
            if name in settings.SETTINGS[table.NAME]:
                known[name] = value
        new_settings = settings.checked(known)
        new_prescription = prescription.checked(values.get("prescription", {}))
        numbers = [
            table.check(_NUMBERS, name, values.get(name, default))
            for name, default in zip(_NUMBERS[table.NAME], _NUMBERS[table.DEFAULT])
        ]
        clinic = _clinic(values.get("clinic", {}))
        motor = tuple(int(value) & 0xFF for value in values.get("motor", ()))
        check = [int(value) for value in values.get("check", ())]
        self.settings = new_settings
        self.prescription = new_prescription
        self.sessions, self.baseline_cdeg, self.last_run = numbers
        self.clinic = clinic
        self.motor = motor
        self.check = check

    def _load(self, slot: int) -> None:
        """Load the copy in ``slot`` if it is valid and newer than the current one."""
        try:
            values = _parse(self._drive.read(FILES[slot]))
            if values["generation"] <= self._generation:
                return
            self._take(values)
        except OSError as error:
            self.damaged += error.errno != _ABSENT
        except (ValueError, KeyError, TypeError):
            self.damaged += 1
        else:
            self.found = True
            self._generation = values["generation"]
            self._slot = slot

    def effective_prescription(self) -> "dict[str, Any]":
        """The prescription, with the measured baseline if none was entered."""
        values = dict(self.prescription)
        if values["baseline_cdeg"] == UNMEASURED:
            values["baseline_cdeg"] = self.baseline_cdeg
        return values

    def forget(self) -> None:
        """Forget the clinic's key, in both copies (the store erases runs). OSError, ValueError.

        The other copy is written first, so that a power cut leaves a valid one.
        """
        self.clinic = dict(NO_CLINIC)
        self.save()
        self.save()

    def save(self) -> None:
        """Write the older copy and read it back.

        Raises OSError if it could not be written, ValueError if it reads back differently; the
        other copy then remains valid.
        """
        values = {
            "generation": self._generation + 1,
            "settings": self.settings,
            "prescription": self.prescription,
            "sessions": self.sessions,
            "baseline_cdeg": self.baseline_cdeg,
            "last_run": self.last_run,
            "clinic": self.clinic,
            "motor": self.motor,
            "check": self.check,
        }
        text = json.dumps(values).encode()
        data = text + _crc(text)
        slot = 1 - self._slot
        self._drive.write(FILES[slot], data)
        if self._drive.read(FILES[slot]) != data:
            raise ValueError("the configuration reads back otherwise than it was written")
        self._slot = slot
        self._generation += 1


def _clinic(values: "Any") -> "Clinic":
    """The clinic's lock from the stored value; ValueError if it is invalid."""
    if not isinstance(values, dict):
        raise ValueError("clinic")
    clinic = dict(NO_CLINIC)
    clinic.update(values)
    if not isinstance(clinic["key"], str):
        raise ValueError("a key that is no text")
    if clinic["key"]:
        clinic_lock.key_of(clinic["key"])
    for name in ("counter", "reads"):
        number = clinic[name]
        if not isinstance(number, int) or number < 0:
            raise ValueError(name)
    return clinic


def _crc(text: bytes) -> bytes:
    return ("\n%08x" % (binascii.crc32(text) & 0xFFFFFFFF)).encode()


def _parse(data: bytes) -> "Any":
    text = data[:-_CRC_BYTES]
    if data[-_CRC_BYTES:] != _crc(text):
        raise ValueError("configuration with a wrong CRC")
    return json.loads(text)
