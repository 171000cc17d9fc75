"""Types for type checkers only: no interpreter runs the block below ``if TYPE_CHECKING``.

MicroPython and CircuitPython have no ``typing``, and the image builder removes such blocks.
"""

TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    Buffer = bytes | bytearray | memoryview
    Vector = list[int]  # x, y, z in the sensor frame
    Settings = dict[str, int]  # as ``settings.checked`` returns them
    Prescription = dict[str, Any]  # as ``prescription.checked`` returns it
    Row = tuple[Any, ...]  # name, unit, default, least, most
    Table = tuple[tuple[Any, ...], ...]  # the columns
    Digest = Callable[[bytes], bytes]

    class Vertical(Protocol):
        """The direction of up in the sensor frame: a unit vector, Q14."""

        @property
        def ux(self) -> int: ...
        @property
        def uy(self) -> int: ...
        @property
        def uz(self) -> int: ...

    class Numbers(Protocol):
        """Signed 16-bit numbers by index."""

        def __getitem__(self, __i: int) -> int: ...

    class Stage(Protocol):
        """An object with state: ``FIELDS`` names its integers, lists of integers and stages."""

        @property
        def FIELDS(self) -> tuple[str, ...]: ...  # noqa: N802

    Field = int | list[int] | Stage
