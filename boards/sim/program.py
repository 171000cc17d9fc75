"""The program that a simulated board runs: the parts of it that a board must be given by name."""

from __future__ import annotations

from types import SimpleNamespace

from leandevice.app import App
from leandevice.drive import Drive
from leandevice.drv2605 import Drv2605Motor
from leandevice.haptic import PwmMotor
from leandevice.memory import Memory
from leandevice.parts import Parts
from leandevice.sensor import Sensor

# Each by the module that has it: so an image of the program can be asked for the same.
PARTS = {
    "App": "leandevice.app",
    "Drive": "leandevice.drive",
    "Drv2605Motor": "leandevice.drv2605",
    "Memory": "leandevice.memory",
    "Parts": "leandevice.parts",
    "PwmMotor": "leandevice.haptic",
    "Sensor": "leandevice.sensor",
}
SOURCE = SimpleNamespace(
    App=App, Drive=Drive, Drv2605Motor=Drv2605Motor, Memory=Memory, Parts=Parts,
    PwmMotor=PwmMotor, Sensor=Sensor,
)  # fmt: skip
