"""The clip's signals by touch and light. The descriptions are for the documents only."""

from leancore.hints import TYPE_CHECKING

if TYPE_CHECKING:
    Buzz = tuple[int, int, int, int]  # on ms, off ms, count, percent
    Blink = tuple[int, int, int, int]  # colour, blinks, on ms, pause ms
    Moment = tuple[Buzz, Blink]

WHITE, AMBER, CYAN, GREEN, RED, BLUE, DARK = range(7)
COLOURS = (
    (40, 40, 40), (60, 25, 0), (0, 40, 40), (0, 40, 0), (80, 0, 0), (0, 0, 60), (0, 0, 0),
)  # fmt: skip
COLOUR_NAMES = ("white", "amber", "cyan", "green", "red", "blue", "dark")

_NONE = (0, 0, 0, 0)
_TICK = (60, 0, 1, 70)
_SOFT = (50, 0, 1, 55)
_ROUGH = (700, 0, 1, 100)

# moment: (motor: on ms, off ms, count, percent; light: colour, blinks, on ms, pause ms)
# blinks 0 = steady; pause 0 = once.
ALIVE = (_TICK, (WHITE, 1, 200, 0))
NEEDS_CALIBRATION = (_NONE, (AMBER, 2, 150, 2500))
MEASURING = (_TICK, (CYAN, 0, 0, 0))
STOOD = ((60, 120, 2, 70), (CYAN, 0, 0, 0))
REFUSED = (_ROUGH, (AMBER, 2, 150, 2500))
HINGED = ((60, 120, 3, 70), (GREEN, 1, 800, 0))
READY = (_NONE, (GREEN, 1, 60, 3000))
RUN_BEGAN = (_SOFT, (DARK, 0, 0, 0))
RUN_SAVED = ((50, 150, 2, 55), (GREEN, 2, 200, 0))
FAULT = (_ROUGH, (RED, 1, 200, 1500))
BATTERY_LOW = (_NONE, (AMBER, 2, 80, 0))
PLUGGED_IN = (_NONE, (BLUE, 1, 1000, 1000))
EDIT_MODE = (_NONE, (BLUE, 0, 0, 0))
ASLEEP = (_NONE, (DARK, 0, 0, 0))
FORGET = (_NONE, (RED, 1, 100, 0))
FORGOTTEN = ((50, 150, 2, 55), (WHITE, 3, 200, 0))

# Descriptions; not part of the image.
MOMENTS = (
    ("switched on, alive", ALIVE),
    ("needs calibration", NEEDS_CALIBRATION),
    ("stand still, measuring", MEASURING),
    ("standing measured", STOOD),
    ("calibration refused", REFUSED),
    ("hinge found", HINGED),
    ("ready", READY),
    ("run started", RUN_BEGAN),
    ("run ended and saved", RUN_SAVED),
    ("fault: the light blinks its number", FAULT),
    ("battery low", BATTERY_LOW),
    ("plugged into a computer, charging", PLUGGED_IN),
    ("edit mode: the desk may write the drive", EDIT_MODE),
    ("asleep after some minutes at rest; a touch wakes it", ASLEEP),
    ("held 10 s while switching on: all is forgotten at release", FORGET),
    ("clinic key and runs forgotten", FORGOTTEN),
)


def fault_light(number: int) -> "Blink":
    """The light of fault ``number`` (``leancore.schema.faults``): ``number`` red blinks, once."""
    colour, _blinks, on_ms, pause_ms = FAULT[1]
    return colour, number, on_ms, pause_ms
