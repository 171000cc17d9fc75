"""A connection to a clip: a byte stream, independent of the protocol.

Each kind registers itself by its scheme; ``addresses`` chooses by it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Self, cast

from leancue.basis.errors import DeviceGone
from leancue.language.words import _

WRITE_TIMEOUT_S = 1.0
SCHEMES: dict[str, Callable[[str], Transport]] = {}  # prefix of an address


class Transport(ABC):
    """A stream of bytes to and from one clip. ``name`` is for people.

    Bytes may get lost; the caller repeats requests if necessary. ``SCHEME``: address prefix of a
    kind; a class with one is constructed from an address.
    """

    SCHEME: ClassVar[str]
    name: str

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "SCHEME" in vars(cls):
            SCHEMES[cls.SCHEME] = cast("Callable[[str], Transport]", cls)

    @abstractmethod
    def write(self, data: bytes) -> None:
        """Send ``data``; bytes that the other side does not take in time are lost. DeviceGone."""

    @abstractmethod
    def read(self, timeout_s: float) -> bytes:
        """Return received bytes, waiting up to ``timeout_s`` for the first. DeviceGone."""

    @abstractmethod
    def close(self) -> None:
        """Close the port; idempotent."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def opened(address: str) -> Transport:
    """Open the registered kind with the longest matching scheme."""
    return SCHEMES[max(filter(address.startswith, SCHEMES), key=len)](address)


def gone(name: str, error: Exception) -> DeviceGone:
    """The error for a connection that failed with ``error``."""
    return DeviceGone(
        _("The connection to {name} was lost: {error}.", name=name, error=error),
        _("The cable was pulled, the clip restarted, or the other side closed the connection."),
        "Plug it in, check with `leancue devices`, and type the command again.",
    )
