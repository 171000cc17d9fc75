"""The raw samples of a run as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

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
