"""The one button: press, double press, hold."""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const
from leancore.numeric.ticks import ticks_diff

if TYPE_CHECKING:
    from leandevice.interfaces import InputPin

NOTHING, PRESS, DOUBLE, HOLD = range(4)

_SETTLE_MS = const(30)  # a level counts once stable for so long: contacts bounce, motors interfere
_DOUBLE_MS = const(350)
HOLD_MS = 2000

# Descriptions: (gesture, None = while switching on; action, effect). Not in the image.
GESTURES = (
    (PRESS, "pressed", "calibrates: stand still, then bow"),
    (DOUBLE, "pressed twice", "strength test: the cues in turn, weak to strong"),
    (HOLD, "held for 2 s", "ends the run and saves it"),
    (None, "held while switching on, released at blue", "edit mode"),
    (None, "held while switching on, released at red, after 10 s",
     "forgets the clinic key and all runs"),
)  # fmt: skip


class Button:
    """``pin.value`` is False while pressed (pull-up). ``down``: pressed at the last step."""

    def __init__(self, pin: "InputPin") -> None:
        self._pin = pin
        self.down = self._down = False
        self._level_ms = self._turned_ms = 0
        self._presses = 0
        self._held = False
        self._begun = False

    def step(self, now_ms: int) -> int:
        """Return the gesture once it is certain, else NOTHING."""
        down = not self._pin.value
        if not (down or self.down or self._down or self._presses) and self._begun:
            return NOTHING
        if not self._begun:
            self._begin(down, now_ms)
        if down != self.down:
            self.down = down
            self._level_ms = now_ms
        if self.down != self._down and ticks_diff(now_ms, self._level_ms) >= _SETTLE_MS:
            return self._turn()
        return self._wait(ticks_diff(now_ms, self._turned_ms))

    def _begin(self, down: bool, now_ms: int) -> None:
        """Ignore a button held since before the clip started."""
        self._begun = True
        self.down = self._down = self._held = down
        self._level_ms = self._turned_ms = now_ms

    def _turn(self) -> int:
        """Handle the button going down or up at ``_level_ms``."""
        self._down = self.down
        self._turned_ms = self._level_ms
        if self._down:
            self._held = False
        elif not self._held:
            self._presses += 1
            if self._presses == 2:
                self._presses = 0
                return DOUBLE
        return NOTHING

    def _wait(self, since_ms: int) -> int:
        if self._down:
            if not self._held and since_ms >= HOLD_MS:
                self._held = True
                self._presses = 0
                return HOLD
        elif self._presses and since_ms >= _DOUBLE_MS and not self.down:
            self._presses = 0
            return PRESS
        return NOTHING
