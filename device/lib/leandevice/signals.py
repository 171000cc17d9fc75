"""What the clip says, by touch and light, and what its button does.

Tables, from which the documentation is written.
"""

WHITE, AMBER, CYAN, GREEN, RED, BLUE, DARK = range(7)
COLOURS = (
    (40, 40, 40), (60, 25, 0), (0, 40, 40), (0, 40, 0), (80, 0, 0), (0, 0, 60), (0, 0, 0),
)  # fmt: skip
NAMES = ("white", "amber", "cyan", "green", "red", "blue", "dark")

_NONE = (0, 0, 0, 0)
_TICK = (60, 0, 1, 70)
_SOFT = (50, 0, 1, 55)
_ROUGH = (700, 0, 1, 100)

# moment: (name, motor: on ms, off ms, count, percent; light: colour, blinks, on ms, pause ms)
# blinks 0 = steady; pause 0 = once.
ALIVE = ("switched on, alive", _TICK, (WHITE, 1, 200, 0))
NEEDS_CALIBRATION = ("needs calibration", _NONE, (AMBER, 2, 150, 2500))
MEASURING = ("stand still, measuring", _TICK, (CYAN, 0, 0, 0))
STOOD = ("standing measured", (60, 120, 2, 70), (CYAN, 0, 0, 0))
REFUSED = ("calibration refused", _ROUGH, (AMBER, 2, 150, 2500))
HINGED = ("hinge found", (60, 120, 3, 70), (GREEN, 1, 800, 0))
READY = ("ready", _NONE, (GREEN, 1, 60, 3000))
RUN_BEGAN = ("run started", _SOFT, (DARK, 0, 0, 0))
RUN_SAVED = ("run ended and saved", (50, 150, 2, 55), (GREEN, 2, 200, 0))
FAULT = ("fault: the light blinks its number", _ROUGH, (RED, 1, 200, 1500))
BATTERY_LOW = ("battery low", _NONE, (AMBER, 2, 80, 0))
PLUGGED_IN = ("plugged into a computer, charging", _NONE, (BLUE, 1, 1000, 1000))
EDIT_MODE = ("edit mode: the desk may write the drive", _NONE, (BLUE, 0, 0, 0))
ASLEEP = ("asleep after some minutes at rest; a touch wakes it", _NONE, (DARK, 0, 0, 0))
FORGET = ("held 10 s while switching on: all is forgotten at release", _NONE, (RED, 1, 100, 0))
FORGOTTEN = ("clinic key and runs forgotten", (50, 150, 2, 55), (WHITE, 3, 200, 0))

MOMENTS = (
    ALIVE, NEEDS_CALIBRATION, MEASURING, STOOD, REFUSED, HINGED, READY, RUN_BEGAN, RUN_SAVED,
    FAULT, BATTERY_LOW, PLUGGED_IN, EDIT_MODE, ASLEEP, FORGET, FORGOTTEN,
)  # fmt: skip

# gesture of the button: (name, what it does, whether while running, too)
PRESSED = ("pressed", "calibrates: stand still, then bow", False)
TWICE = ("pressed twice", "strength test: the cues in turn, weak to strong", False)
HELD = ("held for 2 s", "ends the run and saves it", True)
AT_START = ("held while switching on, released at blue", "edit mode", False)
TO_RED = ("held while switching on, released at red, after 10 s",
          "forgets the clinic key and all runs", False)  # fmt: skip

GESTURES = (PRESSED, TWICE, HELD, AT_START, TO_RED)


def fault_light(number):
    """The light of fault ``number`` (``leancore.faults``): red, so many blinks, once."""
    colour, _blinks, on_ms, pause_ms = FAULT[2]
    return colour, number, on_ms, pause_ms
