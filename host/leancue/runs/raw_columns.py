"""The raw samples of a run as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from leancue.language.words import _

Integers = npt.NDArray[np.int64]
AnyIntegers = npt.NDArray[Any]  # with the width of the log


@dataclass(frozen=True)
class Raw:
    """Raw samples [n]: ``since_ms`` since the run began, ``flags``, ``q`` [n, 4] (w x y z, Q14),
    ``a`` [n, 3] (m/s², Q8), ``g`` [n, 3] (rad/s, Q9). ``q`` without ``HAS_Q`` is the last one.
    """

    since_ms: Integers
    flags: AnyIntegers
    q: AnyIntegers
    a: AnyIntegers
    g: AnyIntegers

    def __len__(self) -> int:
        return len(self.since_ms)


def check_time(latest_ms: int, most_ms: int) -> None:
    """Raise ValueError for a sample later than any run lasts; both since its run began."""
    if latest_ms > most_ms:
        hours = f"{latest_ms / 3_600_000:.0f}"
        raise ValueError(_("holds a raw sample {hours} h after its run began", hours=hours))
