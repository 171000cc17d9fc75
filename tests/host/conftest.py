"""What the desk tool's tests share: clips to plug in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from fake_clip import FakeClip
from leancue.clip import devices
from leancue.transports.addresses import open_transport
from leancue.transports.base import Transport


@pytest.fixture
def clips(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[FakeClip]]:
    """Put clips into this list to plug them in."""
    plugged: list[FakeClip] = []
    monkeypatch.setattr(devices, "candidates", lambda: [clip.path for clip in plugged])
    yield plugged
    for clip in plugged:
        clip.close()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each port was opened by a look for clips."""
    count: Counter[str] = Counter()

    def opening(port: str) -> Transport:
        count[port] += 1
        return open_transport(port)

    monkeypatch.setattr(devices, "open_transport", opening)
    return count
