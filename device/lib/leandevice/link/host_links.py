"""Connected hosts: for each port a link and its live stream."""

from leancore.hints import TYPE_CHECKING

from leandevice.link.framed_link import FramedLink
from leandevice.link.live_stream import LiveStream

if TYPE_CHECKING:
    from leancore.pipeline import Pipeline

    from leandevice.interfaces import Port
    from leandevice.link.request_handler import RequestHandler


class HostLinks:
    """``busy``: a host waits for something. ``stream_lost``: live frames that were never read."""

    def __init__(self, pipeline: "Pipeline") -> None:
        self._pipeline = pipeline
        self.busy = False
        self.stream_lost = 0
        self.links: list[tuple[FramedLink, LiveStream]] = []

    def add(self, port: "Port", frame: bytearray, handler: "RequestHandler") -> None:
        """Add a port; ``frame`` (``FRAME_BYTES``) is exclusively for its frames."""
        link = FramedLink(port, handler, frame)
        self.links.append((link, LiveStream(link, self._pipeline)))

    def news(self, cue: int = 0) -> None:
        """Note that the activity changed, or ``cue`` was given."""
        for _link, stream in self.links:
            stream.news(cue)

    def step(self, now_ms: int) -> None:
        """Serve each host."""
        busy = False
        lost = 0
        for link, stream in self.links:
            link.step(now_ms)
            if link.live:
                stream.step(now_ms)
            if link.busy:
                busy = True
            lost += link.stream_lost
        self.busy = busy
        self.stream_lost = lost
