"""The desk at the other end of the cable: its requests, and the live stream it may ask for."""

from leandevice.link.framed_link import FramedLink
from leandevice.link.live_stream import LiveStream
from leandevice.link.request_handler import RequestHandler


class HostLink:
    """``port``: like ``usb_cdc.Serial``, or None.

    ``busy``: the desk waits for something. ``stream_lost``: frames of the live stream that the
    desk never read.
    """

    def __init__(self, app, port):
        self.busy = False
        self.stream_lost = 0
        self.link = FramedLink(port, RequestHandler(app)) if port is not None else None
        self._live = LiveStream(self.link, app.pipeline)

    def news(self, cue=0):
        """The activity changed, or ``cue`` was given."""
        self._live.news(cue)

    def step(self, now_ms):
        """See to the desk."""
        link = self.link
        if link is None:
            return
        link.step(now_ms)
        if link.live:
            self._live.step(now_ms)
        self.busy = link.busy
        self.stream_lost = link.stream_lost
