"""Pictures of solids: a depth buffer, plain shading, dark edges. No graphics card, no window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boards.case.mesh import Array, Mesh

_LIGHT = np.array((-0.36, 0.42, 0.83))
_EDGE = np.array((34, 41, 51), dtype=float)
_FINER = 3  # samples per pixel and side
_INSIDE = 12  # preferred distance in pixels of a pointer from a part's border


@dataclass(frozen=True)
class View:
    """The view: ``turn`` about y, then ``tilt`` about x, in degrees; mm per pixel; ``middle`` of
    the picture in mm after the turn.
    """

    turn_deg: float
    tilt_deg: float
    mm_a_pixel: float
    middle: tuple[float, float]
    size: tuple[int, int]

    def turned(self, points: Array) -> Array:
        """Points in view coordinates: x right, y up, z towards the viewer."""
        a, b = np.radians((self.turn_deg, self.tilt_deg))
        about_y = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
        about_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
        return np.asarray(points) @ (about_x @ about_y).T

    def pixel(self, points: Array, finer: int = 1) -> Array:
        """Pixel coordinates of turned points."""
        scale = finer / self.mm_a_pixel
        x = (points[:, 0] - self.middle[0]) * scale + self.size[0] * finer / 2
        y = (self.middle[1] - points[:, 1]) * scale + self.size[1] * finer / 2
        return np.stack([x, y, points[:, 2]], axis=1)


def fitting(meshes: list[Mesh], turn_deg: float, tilt_deg: float, size: tuple[int, int],
            margin: float = 0.9) -> View:  # fmt: skip
    """The view that shows everything."""
    view = View(turn_deg, tilt_deg, 1.0, (0.0, 0.0), size)
    seen = np.concatenate([view.turned(one.points) for one in meshes])
    low, high = seen.min(axis=0), seen.max(axis=0)
    scale = max((high[0] - low[0]) / size[0], (high[1] - low[1]) / size[1]) / margin
    middle = ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2)
    return View(turn_deg, tilt_deg, scale, middle, size)


def picture(
    parts: list[tuple[Mesh, str]], view: View
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The parts in their colours ("#rrggbb") on white, (height, width, 3); and which part is seen
    at each pixel, (height, width), −1 for none.
    """
    width, height = view.size[0] * _FINER, view.size[1] * _FINER
    depth = np.full((height, width), -np.inf)
    colour = np.full((height, width, 3), 255.0)
    normal = np.zeros((height, width, 3))
    number = np.full((height, width), -1)
    for i, (mesh, name) in enumerate(parts):
        paint = np.array([int(name[at : at + 2], 16) for at in (1, 3, 5)], dtype=float)
        _draw(mesh, view, paint, i, depth, colour, normal, number)
    colour[_edges(depth, normal, number, view)] = _EDGE
    small = colour.reshape(view.size[1], _FINER, view.size[0], _FINER, 3).mean(axis=(1, 3))
    return small.clip(0, 255).astype(np.uint8), number[::_FINER, ::_FINER]


def pointed_at(seen: NDArray[np.int64], i: int) -> tuple[float, float] | None:
    """A pixel well inside the visible area of part i, near its middle; None if it is hidden."""
    inside = seen == i
    if not inside.any():
        return None
    for _ in range(_INSIDE):
        smaller = _without_border(inside)
        if not smaller.any():
            break
        inside = smaller
    rows, columns = np.nonzero(inside)
    nearest = ((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2).argmin()
    return float(columns[nearest]), float(rows[nearest])


def _without_border(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pixels whose four neighbours belong to the same part."""
    padded = np.pad(mask, 1)
    return (mask & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:])


def _draw(mesh: Mesh, view: View, paint: Array, i: int, depth: Array, colour: Array,
          normal: Array, number: NDArray[np.int64]) -> None:  # fmt: skip
    turned = view.turned(mesh.points)
    flat = view.pixel(turned, _FINER)[mesh.triangles]
    _areas, normals = Mesh(turned, mesh.triangles).areas_normals
    for corners, n in zip(flat[normals[:, 2] > 1e-3], normals[normals[:, 2] > 1e-3], strict=True):
        found = _covered(corners, depth.shape)
        if found is None:
            continue
        rows, columns, z = found
        nearer = z > depth[rows, columns]
        rows, columns = rows[nearer], columns[nearer]
        depth[rows, columns] = z[nearer]
        shade = 0.62 + 0.38 * max(0.0, float(n @ _LIGHT))
        colour[rows, columns] = paint * shade
        normal[rows, columns] = n
        number[rows, columns] = i


def _covered(
    corners: Array, shape: tuple[int, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64], Array] | None:
    """Rows, columns and depths of the pixels in a triangle."""
    low = np.maximum(np.floor(corners[:, :2].min(axis=0)), 0).astype(int)
    high = np.minimum(np.ceil(corners[:, :2].max(axis=0)), (shape[1] - 1, shape[0] - 1)).astype(int)
    if (low > high).any():
        return None
    x, y = np.meshgrid(np.arange(low[0], high[0] + 1), np.arange(low[1], high[1] + 1))
    (x0, y0, z0), (x1, y1, z1), (x2, y2, z2) = corners
    area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    if abs(area) < 1e-9:
        return None
    u = ((x - x0) * (y2 - y0) - (x2 - x0) * (y - y0)) / area
    v = ((x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)) / area
    inside = (u >= -1e-6) & (v >= -1e-6) & (u + v <= 1 + 1e-6)
    z = z0 + u * (z1 - z0) + v * (z2 - z0)
    return y[inside], x[inside], z[inside]


def _edges(depth: Array, normal: Array, number: NDArray[np.int64], view: View) -> NDArray[np.bool_]:
    """Pixels where part, direction or depth changes between neighbours."""
    found = np.zeros(depth.shape, dtype=bool)
    step = 6 * view.mm_a_pixel
    for axis in (0, 1):
        a = [slice(None)] * 2
        b = [slice(None)] * 2
        a[axis], b[axis] = slice(1, None), slice(None, -1)
        p, q = tuple(a), tuple(b)
        with np.errstate(invalid="ignore"):
            deep = np.abs(depth[p] - depth[q]) > step
        change = (number[p] != number[q]) | deep | ((normal[p] * normal[q]).sum(axis=-1) < 0.8)
        change &= (number[p] >= 0) | (number[q] >= 0)
        found[p] |= change
        found[q] |= change
    return found
