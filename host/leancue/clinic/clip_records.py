"""Records of clips: one reading, all clips found, a pull and its progress."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from leancue.basis.errors import DeviceError
from leancue.clip.answers import Hello, Info
from leancue.language.formats import decimal
from leancue.language.words import _
from leancue.library import Filing


@dataclass(frozen=True)
class ClipReading:
    """A clip that answered on ``port``. ``info``, ``values`` None: no information.

    ``values``: its prescription; ``new_runs``: number of runs missing in the library. ``doing``:
    the page's current action with it; the other values are then from an earlier reading.
    """

    port: str
    hello: Hello
    info: Info | None
    simulated: bool = False
    values: dict[str, Any] | None = None
    new_runs: int = 0
    doing: str = ""


@dataclass(frozen=True)
class Found:
    """The clips found, and problems that prevented finding others."""

    clips: tuple[ClipReading, ...]
    trouble: tuple[DeviceError, ...]


@dataclass
class Progress:
    """Progress of a transfer, written by the worker thread and read by the page."""

    label: str = ""
    done: int = 0
    total: int = 0
    began_s: float = field(default_factory=time.monotonic)

    def words(self) -> str:
        """Return amount, rate and time left."""
        spent_s = max(time.monotonic() - self.began_s, 1e-3)
        rate = self.done / spent_s
        left = (
            _(", {seconds} s left", seconds=decimal((self.total - self.done) / rate, 0))
            if rate and self.total
            else ""
        )
        of = _(" of {size}", size=decimal(self.total / 1000, 0)) if self.total else ""
        return _(
            "{label}: {done}{of} kB, {rate} kB/s{left}",
            label=self.label,
            done=decimal(self.done / 1000, 0),
            of=of,
            rate=decimal(rate / 1000, 0),
            left=left,
        )


@dataclass(frozen=True)
class PulledRuns:
    """Result of a pull: the filings, and the number of runs already complete here.

    ``motor``: a warning if it has become weak, "" = none.
    """

    filings: tuple[Filing, ...]
    here: int
    missing_pages: int
    motor: str = ""
