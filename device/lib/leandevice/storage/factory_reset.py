"""Forget the clinic's key and all runs: the person held the button to red while switching on."""

from leancore.hints import TYPE_CHECKING

from leandevice.feedback import feedback_patterns
from leandevice.power.retained_memory import FORGET
from leandevice.storage.run_archive import RunArchive

if TYPE_CHECKING:
    from leandevice.parts import Parts
    from leandevice.power.retained_memory import RetainedMemory


def reset_if_requested(parts: "Parts", memory: "RetainedMemory") -> "bool | None":
    """Before anything else of a start; up to two minutes for a full log, the light blinks red.

    Return None if nobody requested it, else whether all is gone. If not (a drive that refuses), or
    after a cut, the request stays, and the next start goes on.
    """
    if not memory.requests & FORGET or not parts.drive.writable:
        return None
    config, store = parts.config, parts.store
    parts.led.state(feedback_patterns.FORGET[1], parts.clock.ticks_ms())
    config.last_run = max(config.last_run, store.last_run)  # no number comes again
    try:
        config.forget()
        for _slot in RunArchive(store).forget():
            parts.led.step(parts.clock.ticks_ms())
    except (OSError, ValueError):
        return False
    return memory.take(FORGET)
