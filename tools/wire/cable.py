"""A cable between two ports, no faster than a real one.

Usage: python -m tools.wire.cable PORT BYTES_PER_S. Prints the port at its other end; ends with its
standard input. USB at full speed transfers at most 19 packets of 64 bytes in each frame of 1 ms
(USB 2.0, table 5-9): 1,216,000 bytes/s.
"""

from __future__ import annotations

import os
import select
import sys
import time
import tty

FULL_SPEED_BYTES_PER_S = 19 * 64 * 1000
_FRAME_S = 0.001
_BURST_FRAMES = 8  # frames that may be caught up after a delay


def main() -> int:
    """Carry bytes both ways until standard input ends; the rate limit applies towards the host."""
    clip = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    host, far_end = os.openpty()
    tty.setraw(far_end)
    sys.stdout.write(os.ttyname(far_end) + "\n")
    sys.stdout.flush()
    return _carry(clip, host, float(sys.argv[2]))


def _carry(clip: int, host: int, bytes_per_s: float) -> int:
    may, before_s = 0.0, time.monotonic()
    while True:
        time.sleep(_FRAME_S)
        now_s = time.monotonic()
        may = min(may + bytes_per_s * (now_s - before_s), _BURST_FRAMES * bytes_per_s * _FRAME_S)
        before_s = now_s
        ready, room, _ = select.select([clip, host, sys.stdin], [host], [], 0)
        if sys.stdin in ready:
            return 0
        if host in ready:
            os.write(clip, os.read(host, 4096))
        while may >= 1 and clip in ready and room:
            may -= os.write(host, os.read(clip, int(may)))
            ready, room, _ = select.select([clip], [host], [], 0)


if __name__ == "__main__":
    sys.exit(main())
