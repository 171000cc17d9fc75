"""After a crash of the firmware: restart, but not for ever.

The motor is off: its pin is an input after a reset. A reset by the person, or too many restarts
in a row, stays in safe mode with the drive mounted. ``leandevice.restarts`` forgets the count
once the clip works.
"""

import microcontroller
import supervisor

RESTARTS = 1  # byte of the non-volatile memory
RESTARTS_MAX = 5
NEVER_WRITTEN = 255
CRASHES = (
    supervisor.SafeModeReason.BROWNOUT,
    supervisor.SafeModeReason.WATCHDOG,
    supervisor.SafeModeReason.HARD_FAULT,
    supervisor.SafeModeReason.NLR_JUMP_FAIL,
    supervisor.SafeModeReason.STACK_OVERFLOW,
    supervisor.SafeModeReason.SDK_FATAL_ERROR,
)

memory = microcontroller.nvm
if memory is not None and supervisor.runtime.safe_mode_reason in CRASHES:
    count = 0 if memory[RESTARTS] == NEVER_WRITTEN else memory[RESTARTS]
    if count < RESTARTS_MAX:
        memory[RESTARTS] = count + 1
        microcontroller.reset()
