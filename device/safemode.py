"""After a crash of the firmware: motor off (pins are inputs after a reset), restart, but not for
ever. A reset by the person, or too many restarts, stays in safe mode with the drive mounted."""

import microcontroller
import supervisor

RESTARTS = 1  # byte of the non-volatile memory
RESTARTS_MAX = 5
AGAIN = (
    supervisor.SafeModeReason.BROWNOUT,
    supervisor.SafeModeReason.WATCHDOG,
    supervisor.SafeModeReason.HARD_FAULT,
)

if supervisor.runtime.safe_mode_reason in AGAIN and microcontroller.nvm is not None:
    count = microcontroller.nvm[RESTARTS]
    if count == 255:  # never written
        count = 0
    if count < RESTARTS_MAX:
        microcontroller.nvm[RESTARTS] = count + 1
        microcontroller.reset()
