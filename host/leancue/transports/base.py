"""A way to a clip: bytes out, bytes in, nothing about what they mean.

Each kind names its scheme and so registers itself; ``addresses`` chooses by it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Self, cast

from leancue.basis.errors import DeviceGone
from leancue.language.words import _

WRITE_TIMEOUT_S = 1.0
SCHEMES: dict[str, Callable[[str], Transport]] = {}  # how an address begins


class Transport(ABC):
    """A stream of bytes to and from one clip. ``name`` is what a person would call it.

    Bytes may get lost on the way, whole or in part; who needs certainty asks again. ``SCHEME``:
    how the addresses of a kind begin; a class that has one is made with an address alone.
    """

    SCHEME: ClassVar[str]
    name: str

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "SCHEME" in vars(cls):
            SCHEMES[cls.SCHEME] = cast("Callable[[str], Transport]", cls)

    @abstractmethod
    def write(self, data: bytes) -> None:
        """Send ``data``; what the other side does not take in time is lost. DeviceGone."""

    @abstractmethod
    def read(self, timeout_s: float) -> bytes:
        """Return what has come in, waiting up to ``timeout_s`` for the first byte. DeviceGone."""

    @abstractmethod
    def close(self) -> None:
        """Give the port back; twice is no harm."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def opened(address: str) -> Transport:
    """Open the kind with the longest scheme that the address begins with, of those registered."""
    return SCHEMES[max(filter(address.startswith, SCHEMES), key=len)](address)


def gone(name: str, error: Exception) -> DeviceGone:
    """The error for a connection that broke with ``error``."""
    return DeviceGone(
        _("The connection to {name} broke: {error}.", name=name, error=error),
        _("The cable was pulled, the clip restarted, or the other side hung up."),
        "Plug it in, look with `leancue devices`, and type the command again.",
    )
