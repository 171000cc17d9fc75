"""Before USB starts: who may write the drive, and which ports there are.

Rescue first: a held button, a stored wish, or any error here (a board file that is missing or
damaged: see boot_out.txt) give edit mode, in which the desk writes the drive. Only the last line
takes the drive from the desk: log mode, the clip writes its log and the desk reads.
"""

import microcontroller
import storage
import usb_cdc

EDIT_FLAG = 0  # byte of the non-volatile memory: 1 = edit mode at the next start


def edit_flagged():
    """Whether somebody asked for edit mode at this start; the wish counts once."""
    memory = microcontroller.nvm
    if memory is None or memory[EDIT_FLAG] != 1:
        return False
    memory[EDIT_FLAG] = 0
    return True


def button_held():
    """Whether the button is down."""
    import board
    import digitalio
    import leanboard

    button = digitalio.DigitalInOut(getattr(board, leanboard.BUTTON))
    try:
        button.switch_to_input(pull=digitalio.Pull.UP)
        return not button.value
    finally:
        button.deinit()


usb_cdc.enable(console=True, data=True)
if not edit_flagged() and not button_held():
    storage.remount("/", readonly=False)
