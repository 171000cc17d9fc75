"""Runs before USB starts: decides who may write the drive, and which ports exist.

Rescue first: a held button, a stored request, too many restarts, or any error here (a missing or
damaged file: see boot_out.txt) lead to edit mode, in which the host writes the drive. Only the last
line takes the drive from the host: in log mode the clip writes its log and the host reads.
CircuitPython writes everything printed here to boot_out.txt whenever it changes, so the only output
is that the program did not start, for the installer.
"""

import sys

import microcontroller
import storage
import usb_cdc


def edit_wanted():
    """Whether the host is to write the drive after this start."""
    import leanstart  # noqa: F401 (finds the program)
    from leandevice.power import processor_rate, retained_memory

    kept = retained_memory.RetainedMemory(microcontroller.nvm)
    reasons = microcontroller.ResetReason
    by_itself = microcontroller.cpu.reset_reason in (reasons.WATCHDOG, reasons.BROWNOUT)
    too_often = by_itself and kept.count_restart()
    if not kept.restarts:  # after a crash keep the chip's default rate
        processor_rate.set_rated(microcontroller.cpu, sys.platform)
    asked = kept.take(retained_memory.EDIT)
    if kept.take(retained_memory.NO_START):
        print(retained_memory.NO_START_TOLD)
    return button_held(kept) or asked or too_often


def button_held(kept):
    """Whether the button asks for edit mode; held until red, a forget request is stored."""
    import board
    import digitalio
    import leanboard

    button = digitalio.DigitalInOut(getattr(board, leanboard.BUTTON))
    try:
        button.switch_to_input(pull=digitalio.Pull.UP)
        return not button.value and released_at_blue(button, leanboard, kept)
    finally:
        button.deinit()


def released_at_blue(button, leanboard, kept):
    """Wait until the button is released."""
    from leandevice import hardware, wiring
    from leandevice.power import power_on_button, retained_memory

    wiring.motor_off(leanboard)
    meant = power_on_button.watch(button, wiring.light(leanboard), hardware.Clock())
    if meant == power_on_button.FORGET:
        kept.request(retained_memory.FORGET)
    return meant == power_on_button.EDIT


usb_cdc.enable(console=True, data=True)
for unused in ("usb_hid", "usb_midi"):  # a clip is neither a keyboard nor an instrument
    try:
        __import__(unused).disable()
    except ImportError:  # not part of this firmware
        continue
if not edit_wanted():
    storage.remount("/", readonly=False)
