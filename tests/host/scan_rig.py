"""What the tests of looking for clips share: patiences, and a bound for what must be over soon."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from leancue.clip import devices
from leancue.clip.exchange import Timeouts

HASTY = Timeouts(hello_s=0.6)  # some of the ports never answer
LONG = Timeouts(hello_s=60.0)  # nobody is to be waited for so long
SOON_S = 10.0  # on however busy a machine


def scanned(ports: list[str] | None = None, timeouts: Timeouts = HASTY) -> devices.Scan:
    """What asking the ports gave, with the ports given back."""
    with devices.scan(ports, timeouts) as found:
        return found


@contextmanager
def soon(within_s: float = SOON_S) -> Iterator[None]:
    """What is done here is over soon."""
    began_s = time.monotonic()
    yield
    assert time.monotonic() - began_s < within_s
