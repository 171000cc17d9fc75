"""Checks of a request before it is answered."""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.const import const

if TYPE_CHECKING:
    from typing import Any

    from leandevice.interfaces import Recorded

    Request = dict[str, Any]  # any JSON object from a host
    Answer = dict[str, Any]

_WHOLE_MAX = const((1 << 32) - 1)


def whole(request: "Request", name: str, default: "int | None" = None) -> int:
    """Return an integer that fits a page's header; KeyError if it is missing, ValueError if not."""
    value = request.get(name, default)
    if value is None:
        raise KeyError(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _WHOLE_MAX:
        raise ValueError(name + " must be a whole number from 0 on")
    return value


def need_idle(recorder: "Recorded") -> None:
    """Raise ValueError while a run is being recorded, which has priority over a host."""
    if recorder.open:
        raise ValueError("a run is being recorded; end it first (hold the button for 2 s)")
