"""The button held while the clip is switched on: released at blue, or on to red."""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_diff

from leandevice.feedback import feedback_patterns
from leandevice.feedback.led import Led

if TYPE_CHECKING:
    from leandevice.interfaces import Clock, InputPin, Light

NOTHING, EDIT, FORGET = range(3)
FORGET_MS = 10000
STUCK_MS = 20000  # longer than any person: pressed in a pocket, or stuck
_SETTLE_MS = const(50)


def watch(pin: "InputPin", light: "Light", clock: "Clock") -> int:
    """Show blue, then red, until the button is released; return the action.

    ``pin.value`` is False while pressed. A stuck button gives ``EDIT``: the clip can then be
    repaired, and nothing is forgotten.
    """
    led = Led(light)
    start_ms = down_ms = clock.ticks_ms()
    while True:
        now_ms = clock.ticks_ms()
        if not pin.value:
            down_ms = now_ms
        held_ms = ticks_diff(down_ms, start_ms)
        if held_ms >= STUCK_MS:
            return EDIT
        if ticks_diff(now_ms, down_ms) >= _SETTLE_MS:
            break
        led.state(
            (feedback_patterns.FORGET if held_ms >= FORGET_MS else feedback_patterns.EDIT_MODE)[1],
            now_ms,
        )
        led.step(now_ms)
        clock.idle(5)
    if held_ms < _SETTLE_MS:
        return NOTHING
    return FORGET if held_ms >= FORGET_MS else EDIT
