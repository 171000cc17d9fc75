"""The door to the desk: its part of the program comes in when it calls, and goes after it.

No run needs it, and it is a tenth of the clip's heap. It comes module by module, one a pass and
none while the motor moves: loading one takes up to a tenth of a second.
"""

import gc
import sys

from leancore.const import const
from leancore.ticks import ticks_diff

# What others need first; all else has been loaded (``loading.ORDER``).
PARTS = (
    "leancore.table", "leancore.settings", "leancore.prescription", "leancore.page_parts",
    "leancore.messages", "leancore.wire", "leancore.hmac256", "leancore.lock",
    "leandevice.archive", "leandevice.clinic", "leandevice.desk", "leandevice.link",
    "leandevice.live",
)  # fmt: skip
_KEPT_MS = const(60000)  # after the desk has gone: it may come back for more


class Door:
    """``port``: like ``usb_cdc.Serial``, or None.

    ``link``: a ``Link`` while the desk's part is there, else None. ``busy``: the desk waits.
    ``stream_lost``: frames of the live stream that the desk never read.
    """

    def __init__(self, app, port):
        self._app = app
        self._port = port
        self.link = self._live = None
        self.busy = False
        self.stream_lost = 0
        self._loaded = 0  # of ``PARTS``
        self._failed = False  # not tried again for this desk
        self._left_ms = self._loaded_ms = 0

    def news(self, cue=0):
        """The activity changed, or ``cue`` was given."""
        if self._live is not None:
            self._live.news(cue)

    def step(self, now_ms):
        """See to the desk; let it in if it calls."""
        port = self._port
        if port is None:
            return
        if self.link is not None:
            self._serve(self.link, now_ms)
        elif not port.connected:
            self._failed = False
            if self._loaded:
                self._close()
        elif not self._failed and (self._loaded or port.in_waiting):
            self._open(now_ms)

    def _serve(self, link, now_ms):
        link.step(now_ms)
        if self._live is not None and link.live:
            self._live.step(now_ms)
        self.busy = link.busy
        self.stream_lost = link.stream_lost
        if self._port.connected:
            self._left_ms = now_ms
        elif ticks_diff(now_ms, self._left_ms) >= _KEPT_MS and not self._app.haptic.busy:
            self._close()

    def _open(self, now_ms):
        """Load the next part; behind the last one the desk is answered."""
        self.busy = True
        again = self._loaded and ticks_diff(now_ms, self._loaded_ms) <= 0  # in the same pass
        if again or self._app.haptic.busy:
            return
        try:
            gc.collect()
            __import__(PARTS[self._loaded])
            self._loaded += 1
            self._loaded_ms = self._app.clock.ticks_ms()
            if self._loaded == len(PARTS):
                self._build(now_ms)
        except Exception:
            self._failed = True  # the loop records it; a run goes on without the desk
            self._close()
            raise

    def _build(self, now_ms):
        from leandevice.desk import Desk
        from leandevice.link import Link
        from leandevice.live import Live

        self._left_ms = now_ms
        link = Link(self._port, Desk(self._app))
        link.stream_lost = self.stream_lost
        self._live = Live(link, self._app.trainer)
        self.link = link

    def _close(self):
        self.link = self._live = None
        self.busy = False
        self._loaded = 0
        let_go(PARTS)
        gc.collect()


def let_go(names):
    """Unload modules that nobody keeps; their heap is free at the next collection."""
    for name in names:
        if name in sys.modules:
            del sys.modules[name]
            room, part = name.split(".")
            delattr(sys.modules[room], part)
