"""The wear frame: how the clip sits on the body.

Body axes as worn: right, up, forward; each a Q14 unit vector in the sensor frame, with
right = forward × up. The nominal mount has sensor x = right, y = up, z = backwards (the label
faces away from the back).
"""

from leancore.hints import TYPE_CHECKING
from leancore.numeric.fixed import dot_q14, unit_q14

if TYPE_CHECKING:
    from leancore.hints import Vector

NOMINAL = 0  # no stand: the board's own axes
STAND = 1  # up measured, forward nominal
HINGE = 2  # up and forward measured


class WearFrame:
    """The axes ``right``, ``up``, ``forward`` (lists of three Q14) and their ``source``."""

    FIELDS = ("right", "up", "forward", "source")

    def __init__(self) -> None:
        self.right = [0] * 3
        self.up = [0] * 3
        self.forward = [0] * 3
        self._scratch = [0] * 3
        self.reset()

    def reset(self) -> None:
        """Go back to the nominal mount."""
        self.source = NOMINAL
        self._put(self.up, 0, 16384, 0)
        self.set_forward(0, 0, -16384)

    def set_up(self, x: int, y: int, z: int) -> bool:
        """Set the vertical measured while standing; forward is kept as far as possible.

        A vector of any length; returns False and leaves the frame unchanged if it is too short to
        have a direction.
        """
        up = self._scratch
        self._put(up, x, y, z)
        if not unit_q14(up):
            return False
        self._put(self.up, up[0], up[1], up[2])
        fx, fy, fz = self.forward
        if not self.set_forward(fx, fy, fz):  # forward was along up: use the nominal forward
            self.set_forward(0, 0, -16384) or self.set_forward(0, 16384, 0)
        return True

    def set_forward(self, x: int, y: int, z: int) -> bool:
        """Set forward from a vector that need not be level.

        Returns False and leaves the frame unchanged if it is along up.
        """
        ux, uy, uz = self.up
        along_q14 = dot_q14(x, y, z, ux, uy, uz)
        level = self._scratch
        self._put(
            level,
            x - ((along_q14 * ux + 8192) >> 14),
            y - ((along_q14 * uy + 8192) >> 14),
            z - ((along_q14 * uz + 8192) >> 14),
        )
        if max(abs(level[0]), abs(level[1]), abs(level[2])) < 400 or not unit_q14(level):
            return False
        fx, fy, fz = level
        self._put(self.forward, fx, fy, fz)
        self._put(
            self.right,
            (fy * uz - fz * uy + 8192) >> 14,
            (fz * ux - fx * uz + 8192) >> 14,
            (fx * uy - fy * ux + 8192) >> 14,
        )
        return True

    @staticmethod
    def _put(vector: "Vector", x: int, y: int, z: int) -> None:
        vector[0] = x
        vector[1] = y
        vector[2] = z
