"""What the clip says and what its button does, in words: for the documentation alone."""

from leandevice import button, signals

COLOURS = ("white", "amber", "cyan", "green", "red", "blue", "dark")

MOMENTS = (
    ("switched on, alive", signals.ALIVE),
    ("needs calibration", signals.NEEDS_CALIBRATION),
    ("stand still, measuring", signals.MEASURING),
    ("standing measured", signals.STOOD),
    ("calibration refused", signals.REFUSED),
    ("hinge found", signals.HINGED),
    ("ready", signals.READY),
    ("run started", signals.RUN_BEGAN),
    ("run ended and saved", signals.RUN_SAVED),
    ("fault: the light blinks its number", signals.FAULT),
    ("battery low", signals.BATTERY_LOW),
    ("plugged into a computer, charging", signals.PLUGGED_IN),
    ("edit mode: the desk may write the drive", signals.EDIT_MODE),
    ("asleep after some minutes at rest; a touch wakes it", signals.ASLEEP),
    ("held 10 s while switching on: all is forgotten at release", signals.FORGET),
    ("clinic key and runs forgotten", signals.FORGOTTEN),
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
