"""The light: a permanent state, and a moment shown over it once."""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.ticks import ticks_diff

from leandevice.feedback.feedback_patterns import COLOURS, DARK

if TYPE_CHECKING:
    from leandevice.feedback.feedback_patterns import Blink
    from leandevice.interfaces import Light, OutputPin


class Led:
    """``light`` is anything with ``show(red, green, blue)``, each 0 to 255."""

    def __init__(self, light: "Light") -> None:
        self._light = light
        self._state = (DARK, 0, 0, 0)
        self._moment: Blink | None = None
        self._since_ms: int | None = None
        self._shown = -1

    def state(self, pattern: "Blink", now_ms: int) -> None:
        """Show ``pattern`` (colour, blinks, on ms, pause ms) from now on."""
        if pattern is not self._state:
            self._state = pattern
            if self._moment is None:
                self._since_ms = now_ms

    def moment(self, pattern: "Blink", now_ms: int) -> None:
        """Show ``pattern`` once, then go back to the state."""
        self._moment = pattern
        self._since_ms = now_ms

    def step(self, now_ms: int) -> None:
        """Switch the light on or off as due."""
        if self._since_ms is None:
            self._since_ms = now_ms
        since_ms = ticks_diff(now_ms, self._since_ms)
        if self._moment is not None:
            _colour, blinks, on_ms, _pause_ms = self._moment
            if since_ms < 2 * on_ms * blinks:
                self._put(self._moment, since_ms)
                return
            self._moment = None
            self._since_ms = now_ms
            since_ms = 0
        self._put(self._state, since_ms)

    def _put(self, pattern: "Blink", since_ms: int) -> None:
        colour, blinks, on_ms, pause_ms = pattern
        if blinks:
            at_ms = since_ms % max(2 * on_ms * blinks + pause_ms, 1)
            if at_ms >= 2 * on_ms * blinks or at_ms // on_ms % 2:
                colour = DARK
        if colour != self._shown:
            self._shown = colour
            red, green, blue = COLOURS[colour]
            self._light.show(red, green, blue)


class SingleColour:
    """A plain LED on a pin (``digitalio.DigitalInOut``): any colour is "on"."""

    def __init__(self, pin: "OutputPin", lit: bool = True) -> None:
        self._pin = pin
        self._lit = lit

    def show(self, red: int, green: int, blue: int) -> None:
        """On unless all three are 0."""
        self._pin.value = self._lit if red or green or blue else not self._lit
