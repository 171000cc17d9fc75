"""The one button: press, double press, hold."""

from leancore.ticks import ticks_diff

NOTHING, PRESS, DOUBLE, HOLD = range(4)

_DEBOUNCE_MS = 30
_DOUBLE_MS = 350
HOLD_MS = 2000


class Button:
    """``pin.value`` is False while pressed (pull-up)."""

    def __init__(self, pin):
        self._pin = pin
        self._down = False
        self._changed_ms = None
        self._presses = 0
        self._held = False
        self._settled = True

    def step(self, now_ms):
        """Return what was done with the button, once it is certain; else NOTHING."""
        down = not self._pin.value
        if self._changed_ms is None:  # held since before the clip started: not a press
            self._changed_ms = now_ms
            self._down = self._held = down
        since_ms = ticks_diff(now_ms, self._changed_ms)
        if down != self._down:
            if self._settled or since_ms >= _DEBOUNCE_MS:
                return self._turn(down, now_ms)
            return NOTHING
        self._settled = since_ms >= _DEBOUNCE_MS
        if down:
            if not self._held and since_ms >= HOLD_MS:
                self._held = True
                self._presses = 0
                return HOLD
        elif self._presses and since_ms >= _DOUBLE_MS:
            self._presses = 0
            return PRESS
        return NOTHING

    def _turn(self, down, now_ms):
        self._down = down
        self._changed_ms = now_ms
        self._settled = False
        if down:
            self._held = False
            return NOTHING
        if self._held:
            return NOTHING
        self._presses += 1
        if self._presses < 2:
            return NOTHING
        self._presses = 0
        return DOUBLE
