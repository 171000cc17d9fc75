"""What the clip must remember: settings, prescription, sessions done, measured baseline.

Two copies in two files, each with a generation and a CRC-32. A change goes over the older copy,
is read back, and only then counts; a damaged copy falls back to the other one.
"""

import binascii
import json

from leancore import prescription, settings

FILES = ("/leancue_a.cfg", "/leancue_b.cfg")


class Config:
    """``settings``, ``prescription`` (checked dicts), ``sessions``, ``baseline_cdeg``, ``last_run``.

    ``drive``: ``read(path) -> bytes`` (OSError if absent) and ``write(path, bytes)``.
    ``damaged``: copies that could not be read at the start.
    """

    def __init__(self, drive):
        self._drive = drive
        self._generation = 0
        self._slot = 0
        self.damaged = 0
        self.found = False
        self._take({})
        self._load()

    def _take(self, values):
        self.settings = settings.checked(values.get("settings", {}))
        self.prescription = prescription.checked(values.get("prescription", {}))
        self.sessions = int(values.get("sessions", 0))
        self.baseline_cdeg = int(values.get("baseline_cdeg", prescription.UNMEASURED))
        self.last_run = int(values.get("last_run", 0))

    def _load(self):
        best = None
        for slot in range(2):
            try:
                values = _parse(self._drive.read(FILES[slot]))
            except OSError:
                continue  # never written
            except (ValueError, KeyError):
                self.damaged += 1
                continue
            if best is None or values["generation"] > best["generation"]:
                best = values
                self._slot = slot
        if best is not None:
            self.found = True
            self._generation = best["generation"]
            self._take(best)

    def effective_prescription(self):
        """The prescription, with the clip's own measured baseline where none was entered."""
        values = dict(self.prescription)
        if values["baseline_cdeg"] == prescription.UNMEASURED:
            values["baseline_cdeg"] = self.baseline_cdeg
        return values

    def save(self):
        """Write the older copy and read it back.

        Raises OSError if it could not be written, ValueError if it reads back otherwise; the
        other copy then still stands.
        """
        values = {
            "generation": self._generation + 1,
            "settings": self.settings,
            "prescription": self.prescription,
            "sessions": self.sessions,
            "baseline_cdeg": self.baseline_cdeg,
            "last_run": self.last_run,
        }
        data = json.dumps(values).encode()
        data += b"\n%08x" % (binascii.crc32(data) & 0xFFFFFFFF)
        slot = 1 - self._slot
        self._drive.write(FILES[slot], data)
        if self._drive.read(FILES[slot]) != data:
            raise ValueError("the configuration reads back otherwise than it was written")
        self._slot = slot
        self._generation += 1


def _parse(data):
    text, crc = data[:-9], data[-9:]
    if crc != b"\n%08x" % (binascii.crc32(text) & 0xFFFFFFFF):
        raise ValueError("configuration with a wrong CRC")
    return json.loads(text)
