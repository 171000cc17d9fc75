"""Before USB starts: who may write the drive, and which ports there are.

Rescue first: held button, a stored wish, or any doubt about the board file give edit mode, in
which the desk writes the drive. Otherwise log mode: the clip writes its log, the desk reads.
"""

import microcontroller
import storage
import usb_cdc

EDIT_FLAG = 0  # byte of the non-volatile memory: 1 = edit mode at the next start


def edit_wanted():
    """Whether the button is held or the flag is set; the flag counts once."""
    if microcontroller.nvm is not None and microcontroller.nvm[EDIT_FLAG] == 1:
        microcontroller.nvm[EDIT_FLAG] = 0
        return True
    import board
    import digitalio
    import leanboard

    with digitalio.DigitalInOut(getattr(board, leanboard.BUTTON)) as button:
        button.switch_to_input(pull=digitalio.Pull.UP)
        return not button.value


usb_cdc.enable(console=True, data=True)
try:
    EDIT = edit_wanted()
except (ImportError, AttributeError, ValueError, OSError) as error:
    print("LeanCue: edit mode, because", error)
    EDIT = True
if not EDIT:
    storage.remount("/", readonly=False)
