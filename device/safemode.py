"""After a crash of the firmware: motor off, then restart, a limited number of times.

A manual reset, or too many restarts in a row, stays in safe mode with the drive mounted; so does an
error here. ``leandevice.power.restarts`` resets the count once the clip works.
"""

import leanboard
import leanstart  # noqa: F401 (finds the program)
import microcontroller
import supervisor
from leandevice import wiring
from leandevice.power.retained_memory import RetainedMemory

CRASHES = (
    supervisor.SafeModeReason.BROWNOUT,
    supervisor.SafeModeReason.WATCHDOG,
    supervisor.SafeModeReason.HARD_FAULT,
    supervisor.SafeModeReason.NLR_JUMP_FAIL,
    supervisor.SafeModeReason.STACK_OVERFLOW,
    supervisor.SafeModeReason.SDK_FATAL_ERROR,
)

try:
    wiring.motor_off(leanboard)
finally:
    crashed = supervisor.runtime.safe_mode_reason in CRASHES
    if crashed and not RetainedMemory(microcontroller.nvm).count_restart():
        microcontroller.reset()
