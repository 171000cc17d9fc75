"""Send meaningless bytes over the simulated board's port, in the block size that it writes.

Usage: python -m tools.wire.raw_source BYTES. Prints the port; starts at a line on standard input.
"""

from __future__ import annotations

import os
import select
import sys

from boards.sim.os_ports import PtyPort


def main() -> int:
    """Send the bytes as quickly as the other end accepts them."""
    port = PtyPort()
    rest = memoryview(os.urandom(int(sys.argv[1])))
    sys.stdout.write(port.path + "\n")
    sys.stdout.flush()
    sys.stdin.readline()
    while rest:
        rest = rest[port.write(rest) :]
        select.select([], [port], [], 1.0)
    sys.stdin.readline()  # data in transit would be lost with the port
    return 0


if __name__ == "__main__":
    sys.exit(main())
