"""A library with other names does what it did; the real driver brings up the simulated sensor."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest
from leancue.installer import payload
from leancue.installer.image import library

from boards.sim.clock import Clock
from boards.sim.i2c import I2CBus
from boards.sim.sensor.bno08x import ADDRESS, BNO08x
from boards.sim.sensor.sensor_reports import Sample

TEXT = '''
from collections import namedtuple
from struct import pack_into
from .tables import names

_FOLDED = const(3)
LENGTH = 4
Head = namedtuple("Head", ["channel", "count"])

class Part:
    def __init__(self, bus, address=LENGTH):
        self._bus = bus
        self.device = bus.find(address)
        self._buf = bytearray(LENGTH)

    @property
    def ready(self):
        head = Head(1, count=2)
        pack_into("<H", self._buf, offset=head.channel, value=_FOLDED)
        return names[head.count]
'''
PACKAGE = "driver_with_other_names"


def made(keep: set[str], short: list[str], text: str = TEXT) -> str:
    return library.shortened({"part.py": text}, keep, short)["part.py"]


def test_what_the_library_defines_is_renamed_and_nothing_else() -> None:
    text = made({"Part", "address", "device"}, ["z9", *(f"q{i}" for i in range(20))])
    for gone in ("LENGTH", "Head(", "channel", "count", "self", "_buf", "ready", "_bus"):
        assert gone not in text, gone
    for stays in ("class Part", "address", ".device", "find(", "_FOLDED = const(3)", "offset=",
                  "value=", "names[", "pack_into", "__init__", "bytearray"):  # fmt: skip
        assert stays in text, stays


def test_a_name_that_stands_there_is_not_given_again() -> None:
    assert "find(" in made(set(), ["find", "head", "names", "q0"])
    assert "q0" in made(set(), ["find", "head", "names", "q0"])


def test_where_short_names_do_not_suffice_the_rest_stays() -> None:
    text = made(set(), ["q0"])
    assert "q0 = 4" in text and "_buf" in text


def test_the_module_of_the_same_library_is_asked_for_the_new_name() -> None:
    found = library.shortened({"part.py": TEXT, "tables.py": "names = {2: 3}\n"}, set(), ["q0"])
    assert found["tables.py"] == "names = {2: 3}"  # q0 went to the first name there is
    both = library.shortened(
        {"tables.py": "names = {2: 3}\n", "part.py": "from .tables import names\nuse = names\n"},
        set(), ["q0", "q1"],
    )  # fmt: skip
    assert both == {"tables.py": "q0 = {2: 3}", "part.py": "from .tables import q0\nq1 = q0"}


def test_a_library_as_text_keeps_its_notice_and_loses_its_words() -> None:
    text = (
        '# SPDX-FileCopyrightText: someone\n#\n# SPDX-License-Identifier: MIT\n"""Words."""\n'
        "import math  # words\n\nclass Part:\n    'Words.'\n\n"
        "    def size(self):\n        'Words.'\n        return '# no words'\n"
        "def nothing():\n    'Words.'\n"
    )
    bare = library.without_words(text)
    assert bare.startswith(text.partition('"')[0] + "import math\n")
    assert "ords." not in bare
    space: dict[str, Any] = {}
    exec(bare, space)
    assert (space["Part"]().size(), space["nothing"]()) == ("# no words", None)


@pytest.fixture(params=[payload._shortened, payload._bare])
def driver(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The driver as a clip gets it, as a package."""
    for path, data in request.param(payload._library(*payload.BNO08X)).items():
        there = tmp_path / path.replace("adafruit_bno08x", PACKAGE)
        there.parent.mkdir(exist_ok=True)
        there.write_bytes(data)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path / PACKAGE


def test_the_driver_with_other_names_has_none_of_its_own() -> None:
    made = payload._shortened(payload._library(*payload.BNO08X))
    text = b"".join(made.values())
    for gone in (b"BNO_REPORT_", b"_process_available_packets", b"_two_ended", b"geomagnetic_q"):
        assert gone not in text


def test_the_driver_brings_the_sensor_up(driver: Path) -> None:
    clock = Clock()
    bus = I2CBus(clock)
    bus.attach(ADDRESS, BNO08x(clock, Fixed()))
    try:
        i2c = importlib.import_module(f"{PACKAGE}.i2c")
        vars(sys.modules[PACKAGE])["time"] = clock
        made = i2c.BNO08X_I2C(bus, address=ADDRESS)
        assert made.bus_device_obj is not None
        assert clock.monotonic() > 1  # it waited for the sensor
    finally:
        for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
            del sys.modules[name]


class Fixed:
    """A sensor that lies still."""

    def at(self, t_s: float) -> Sample:
        return (1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 9.81, 0.0, 0.0, 0.0)
