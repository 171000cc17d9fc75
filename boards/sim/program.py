"""The program of a simulated board: the objects that the board needs by name."""

from __future__ import annotations

from types import SimpleNamespace

from leandevice.app import App
from leandevice.feedback.drv2605 import Drv2605Motor
from leandevice.feedback.haptic import PwmMotor
from leandevice.parts import Parts
from leandevice.power.retained_memory import RetainedMemory
from leandevice.sensing.sensor_bringup import SensorBringup
from leandevice.storage.drive import Drive

# Each with its module, so that they can be found in an image of the program as well.
PARTS = {
    "App": "leandevice.app",
    "Drive": "leandevice.storage.drive",
    "Drv2605Motor": "leandevice.feedback.drv2605",
    "RetainedMemory": "leandevice.power.retained_memory",
    "Parts": "leandevice.parts",
    "PwmMotor": "leandevice.feedback.haptic",
    "SensorBringup": "leandevice.sensing.sensor_bringup",
}
SOURCE = SimpleNamespace(
    App=App, Drive=Drive, Drv2605Motor=Drv2605Motor, Parts=Parts, PwmMotor=PwmMotor,
    RetainedMemory=RetainedMemory, SensorBringup=SensorBringup,
)  # fmt: skip
