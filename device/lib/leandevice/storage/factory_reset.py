"""Forgets the clinic's key and all runs, if the button was held until red at power-on."""

from leancore.hints import TYPE_CHECKING

from leandevice.feedback import feedback_patterns
from leandevice.power.retained_memory import FORGET
from leandevice.storage.run_archive import RunArchive

if TYPE_CHECKING:
    from leandevice.parts import Parts
    from leandevice.power.retained_memory import RetainedMemory


def reset_if_requested(parts: "Parts", memory: "RetainedMemory") -> "bool | None":
    """Reset if requested, first in a start; up to two minutes for a full log, blinking red.

    Return None if not requested, else whether everything is erased. If not (a drive error), or
    after a power cut, the request stays and the next start continues.
    """
    if not memory.requests & FORGET or not parts.drive.writable:
        return None
    config, store = parts.config, parts.store
    parts.led.state(feedback_patterns.FORGET[1], parts.clock.ticks_ms())
    config.last_run = max(config.last_run, store.last_run)  # no number is reused
    try:
        config.forget()
        for _slot in RunArchive(store).forget():
            parts.led.step(parts.clock.ticks_ms())
    except (OSError, ValueError):
        return False
    return memory.take(FORGET)
