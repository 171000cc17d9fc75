"""No axis of the sensor is special: with permuted axes the vertical is permuted as well."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from core_motion import Wearer, fill, random_mount
from leancore.attitude.gyro_integration import PENDING
from leancore.attitude.orientation_selector import BOTH, CHIP, OWN, OrientationSelector
from leancore.sensor.sample import Sample

Row = tuple[int, ...]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """Somebody who stands, bows, walks and runs, the clip at odds with all axes."""
    return Wearer(random_mount(11)).stand(3).bow(35).walk(4).run(9).rows


def turned(row: Row) -> Row:
    """The same as felt with the axes named y, z, x: a turn by 120° about the diagonal."""
    w, x, y, z = row[2:6]
    q = ((w - x - y - z) / 2, (w + x + y - z) / 2, (w - x + y + z) / 2, (w + x - y + z) / 2)
    a, g = row[6:9], row[9:12]
    return (*row[:2], *map(round, q), *a[1:], a[0], *g[1:], g[0])


def verticals(rows: list[Row], mode: int, of: Callable[[Row], Row]) -> list[list[int]]:
    """What the selector says after each sample."""
    selector, sample, found = OrientationSelector(), Sample(), []
    selector.use(mode)
    for row in rows:
        if selector.step(fill(sample, of(row)), 10) == PENDING:
            selector.do_deferred(sample)
        found.append([selector.ux, selector.uy, selector.uz])
    return found


def missed(row: Row) -> Row:
    """A rate and a force that no body has, now and then: they are doubted on every axis."""
    if row[0] % 1700 == 10:
        return (*row[:9], row[9] + 9000, row[10] - 7000, row[11] + 8000)
    if row[0] % 1900 == 10:
        return (*row[:6], row[6] + 9000, row[7] - 9000, row[8] + 9000, *row[9:])
    return row


def curved(row: Row) -> Row:
    """The same in a curve, as far as the gyroscope feels it: 30 °/s about the vertical."""
    w, x, y, z = (part / 16384 for part in row[2:6])
    up = 2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z
    return (*row[:9], *(rate + round(268 * one) for rate, one in zip(row[9:], up, strict=True)))


@pytest.mark.parametrize("spoilt", [lambda row: row, missed, curved],
                         ids=["sound", "spoilt", "in a curve"])  # fmt: skip
@pytest.mark.parametrize(("mode", "most_off"), [(OWN, 1), (CHIP, 6), (BOTH, 12)])
def test_the_same_vertical_whichever_axis_is_which(
    rows: list[Row], mode: int, most_off: int, spoilt: Callable[[Row], Row]
) -> None:
    """In 1/16384: to the last bit; but the chip's orientation is rounded anew when turned."""
    plain = verticals(rows, mode, spoilt)
    other = verticals(rows, mode, lambda row: turned(spoilt(row)))
    worst = max(
        max(abs(u[1] - v[0]), abs(u[2] - v[1]), abs(u[0] - v[2]))
        for u, v in zip(plain, other, strict=True)
    )
    assert worst <= most_off
