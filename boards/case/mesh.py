"""Triangles of a solid, and what can be measured on them: closed, walls, overhangs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from build123d import Part
from numpy.typing import NDArray

Array = NDArray[np.float64]
FINE, COARSE = (0.03, 0.2), (0.06, 0.45)  # deviation, mm; angle between facets, rad
_CELL_MM, _THICK_MM = 8.0, 4.0  # thicker walls are never too thin
_FACING = -0.85  # a wall is two faces with opposite normals, within 32°


@dataclass(frozen=True)
class Mesh:
    """``points`` (n, 3) in mm; ``triangles`` (m, 3), seen from outside counterclockwise."""

    points: Array
    triangles: NDArray[np.int64]

    @property
    def corners(self) -> Array:
        """(m, 3, 3)"""
        return self.points[self.triangles]

    @property
    def areas_normals(self) -> tuple[Array, Array]:
        """Areas in mm² and unit normals, without degenerate triangles."""
        a, b, c = np.moveaxis(self.corners, 1, 0)
        cross = np.cross(b - a, c - a)
        length = np.linalg.norm(cross, axis=1)
        return length / 2, cross / np.maximum(length, 1e-12)[:, None]


def of(solid: Part, how: tuple[float, float] = FINE) -> Mesh:
    """The triangles of a solid, with equal points merged."""
    points, triangles = solid.tessellate(*how)
    raw = np.array([(p.X, p.Y, p.Z) for p in points])
    _, first, same = np.unique(np.round(raw, 4), axis=0, return_index=True, return_inverse=True)
    faces = same.reshape(-1)[np.array(triangles)]
    apart = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (
        faces[:, 2] != faces[:, 0]
    )  # fmt: skip
    return Mesh(raw[first], faces[apart])


def open_edges(mesh: Mesh) -> int:
    """Edges that do not join two triangles, once each way; 0 where it is watertight."""
    t = mesh.triangles
    edges = np.concatenate([t[:, [0, 1]], t[:, [1, 2]], t[:, [2, 0]]])
    seen: dict[tuple[int, int], int] = {}
    for a, b in edges.tolist():
        seen[a, b] = seen.get((a, b), 0) + 1
    return sum(1 for (a, b), n in seen.items() if seen.get((b, a), 0) != n)


def steepest_overhang_deg(mesh: Mesh, up: tuple[float, float, float]) -> float:
    """The largest angle from the vertical of a downward face, in degrees; printed along up.

        Faces on the bed, and those smaller than a nozzle width squared, are ignored.
        """
    areas, normals = mesh.areas_normals
    heights = mesh.corners @ np.array(up)
    on_bed = heights.max(axis=1) < mesh.points.dot(up).min() + 0.01
    down = normals @ np.array(up)
    looks = (down < -1e-6) & ~on_bed & (areas > 0.16)
    return float(np.degrees(np.arcsin(-down[looks])).max()) if looks.any() else 0.0


def thinnest_wall_mm(mesh: Mesh, samples: int = 4000) -> float:
    """The thinnest wall found by rays from the surface: two faces with opposite normals."""
    starts, normals = _samples(mesh, samples)
    cells = np.floor(starts / _CELL_MM)
    thinnest = np.inf
    for cell in np.unique(cells, axis=0):
        here = (cells == cell).all(axis=1)
        near = _within(mesh, cell * _CELL_MM - _THICK_MM, (cell + 1) * _CELL_MM + _THICK_MM)
        thinnest = min(thinnest, float(_through(near, starts[here], normals[here]).min()))
    return thinnest


def _within(mesh: Mesh, low: Array, high: Array) -> Mesh:
    """The triangles that may intersect a box; rays need no others."""
    corners = mesh.corners
    reach = (corners.max(axis=1) > low).all(axis=1) & (corners.min(axis=1) < high).all(axis=1)
    return Mesh(mesh.points, mesh.triangles[reach])


def _samples(mesh: Mesh, count: int) -> tuple[Array, Array]:
    """Points all over the surface, by area, with the normals there."""
    areas, normals = mesh.areas_normals
    random = np.random.default_rng(20)
    chosen = random.choice(len(areas), count, p=areas / areas.sum())
    weights = random.dirichlet((1, 1, 1), count)
    return np.einsum("ni,nij->nj", weights, mesh.corners[chosen]), normals[chosen]


def _through(mesh: Mesh, starts: Array, normals: Array) -> Array:
    """Length of an inward ray to the next face if that has an opposite normal, else inf."""
    a, b, c = np.moveaxis(mesh.corners, 1, 0)
    e1, e2 = b - a, c - a
    ray = -normals[:, None, :]
    p = np.cross(ray, e2[None])
    det = np.einsum("ij,nij->ni", e1, p)
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = 1 / det
        to = starts[:, None, :] - a[None]
        u = np.einsum("nij,nij->ni", to, p) * inverse
        q = np.cross(to, e1[None])
        v = np.einsum("nij,nij->ni", np.broadcast_to(ray, q.shape), q) * inverse
        t = np.einsum("ij,nij->ni", e2, q) * inverse
        hit = (np.abs(det) > 1e-9) & (u >= 0) & (v >= 0) & (u + v <= 1) & (t > 1e-3)
    faces = mesh.areas_normals[1]
    far = np.where(hit, t, np.inf)
    nearest = far.argmin(axis=1)
    rows = np.arange(len(starts))
    opposite = np.einsum("nj,nj->n", faces[nearest], normals) < _FACING
    return np.where(opposite, far[rows, nearest], np.inf)
