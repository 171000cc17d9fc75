"""What the clip says and what its button does, in words: for the documentation alone."""

from leandevice import button
from leandevice.feedback import feedback_patterns

COLOURS = ("white", "amber", "cyan", "green", "red", "blue", "dark")

MOMENTS = (
    ("switched on, alive", feedback_patterns.ALIVE),
    ("needs calibration", feedback_patterns.NEEDS_CALIBRATION),
    ("stand still, measuring", feedback_patterns.MEASURING),
    ("standing measured", feedback_patterns.STOOD),
    ("calibration refused", feedback_patterns.REFUSED),
    ("hinge found", feedback_patterns.HINGED),
    ("ready", feedback_patterns.READY),
    ("run started", feedback_patterns.RUN_BEGAN),
    ("run ended and saved", feedback_patterns.RUN_SAVED),
    ("fault: the light blinks its number", feedback_patterns.FAULT),
    ("battery low", feedback_patterns.BATTERY_LOW),
    ("plugged into a computer, charging", feedback_patterns.PLUGGED_IN),
    ("edit mode: the desk may write the drive", feedback_patterns.EDIT_MODE),
    ("asleep after some minutes at rest; a touch wakes it", feedback_patterns.ASLEEP),
    ("held 10 s while switching on: all is forgotten at release", feedback_patterns.FORGET),
    ("clinic key and runs forgotten", feedback_patterns.FORGOTTEN),
)

# The button: (gesture, None = while switching on; what is done, what it does)
GESTURES = (
    (button.PRESS, "pressed", "calibrates: stand still, then bow"),
    (button.DOUBLE, "pressed twice", "strength test: the cues in turn, weak to strong"),
    (button.HOLD, "held for 2 s", "ends the run and saves it"),
    (None, "held while switching on, released at blue", "edit mode"),
    (None, "held while switching on, released at red, after 10 s",
     "forgets the clinic key and all runs"),
)  # fmt: skip
