"""The ground between places that face each other: how far the line may lie aside.

Cells put the line half way between two places.  It may run anywhere on the way.  The
ground on the way is cut into triangles of places that meet in one corner of their
cells; each is shared by the two sides of it that the line crosses.  (Length of the
border by distance of the places would count a part of it twice: the border is jagged.)
Outside the outermost places nothing but the last two tells where the line goes on.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from syriaconflict.mesh import Mesh

_MEETS_M = 50.0  # from a cell to the corner at which it meets two others
_WHOLE = 0.999  # of the longest: chords of a rim that no border cuts
_ANCHOR = 1e-4  # pull of a place to the middle of its cell, where borders leave it free
_SIDES = np.array([[0, 1, 2], [1, 2, 0], [2, 0, 1]])  # two ends, and who is across


class Strips(NamedTuple):
    """Pairs of places, and the ground between and beyond them that may change sides."""

    one: np.ndarray
    two: np.ndarray
    km2: np.ndarray
    swing_km2: np.ndarray
    spots_km: np.ndarray


def strips(mesh: Mesh) -> Strips:
    """Return the ground on the way between each two places that are neighbours.

    Parameters
    ----------
    mesh : Mesh
        Cells and borders.

    Returns
    -------
    Strips
        Numbers of the cells ``one`` and ``two``; ``km2``, the ground that changes sides
        if the line between them goes all the way from one place to the other; and
        ``swing_km2`` (pairs x 2, right and left of the way), that which changes sides
        if the line leans by 45 degrees where it runs out into ground without places: it
        is then half of the square of its length there.

    Examples
    --------
    Two squares of 10 km; the line may move from middle to middle:

    >>> import geopandas, shapely
    >>> from syriaconflict.mesh import mesh_of
    >>> squares = [shapely.box(x, 0, x + 10_000, 10_000) for x in (0, 10_000)]
    >>> cells = geopandas.GeoDataFrame({"name": list("ab"), "km2": 100.0},
    ...     geometry=squares, index=list("ab"), crs="EPSG:32637")
    >>> strips(mesh_of(cells)).km2.round(3).tolist()
    [100.0]
    """
    spots = sites(mesh) / 1000
    corners = _triangles(mesh, spots)
    one, two, side, km2 = _inner(spots, corners)
    inner = (one * len(spots) + two) * 2 + side
    one, two, side, length, apart = _outer(mesh, spots)
    outer = (one * len(spots) + two) * 2 + side
    # beside a triangle the way is told by it, else by the length of the border
    length[np.isin(outer, inner)] = 0
    pairs, where = np.unique(np.append(inner, outer) // 2, return_inverse=True)
    swing = np.zeros((len(pairs), 2))
    swing[where[len(inner) :], side] = length**2 / 2
    km2 = np.bincount(where, np.append(km2, length * apart), len(pairs))
    return Strips(*divmod(pairs, len(spots)), km2, swing, spots)


def sites(mesh: Mesh) -> np.ndarray:
    """Return where the place of each cell lies, from the shape of the cells.

    Each border is half way between two places, and the rim of a cell is a circle around
    its place.

    Parameters
    ----------
    mesh : Mesh
        Cells and borders.

    Returns
    -------
    array of float, cells x 2
        Coordinates in the system of the cells [m].  Cells that are not those of any
        places, and what borders and rims leave open, are nearest to the middle of the
        cell.

    Examples
    --------
    A lone place lies in the middle of its disc:

    >>> import pandas as pd
    >>> from syriaconflict.mesh import mesh_of
    >>> row = {"place_id": "hama", "name": "Hama", "kind": "settlement",
    ...        "longitude": 39.0, "latitude": 35.132, "radius_km": 3.0}
    >>> round(sites(mesh_of(pd.DataFrame([row])))[0, 0])
    500000
    """
    import shapely
    from scipy.sparse import coo_array, vstack
    from scipy.sparse.linalg import lsqr

    middles = shapely.get_coordinates(shapely.centroid(mesh.cells.geometry.array))
    origin = middles.mean(axis=0)
    parts = [*_mirrors(mesh, origin), _chords(mesh, origin)]
    first = (middles - origin).ravel()
    every = np.arange(len(first))
    parts.append((every, every, np.full(len(first), _ANCHOR), _ANCHOR * first))
    system = vstack(
        [coo_array((value, (row, column)), (len(wanted), len(first)))
         for row, column, value, wanted in parts]
    ).tocsr()  # fmt: skip
    wanted = np.concatenate([part[3] for part in parts])
    found = lsqr(system, wanted, x0=first, atol=1e-12, btol=1e-12)[0]
    return found.reshape(-1, 2) + origin


def _mirrors(mesh: Mesh, origin: np.ndarray) -> list[tuple[np.ndarray, ...]]:
    """Return equations: neighbours are as far along their border, and as far from it.

    Rows, columns and values of a matrix of the coordinates, and the right-hand side.
    """
    start, stop = (end - origin for end in _ends(mesh))
    along = (stop - start) / np.hypot(*(stop - start).T)[:, None]
    across = np.column_stack([along[:, 1], -along[:, 0]])
    count = len(mesh.one)
    ends = [2 * end + axis for end in (mesh.one, mesh.two) for axis in (0, 1)]
    row, column = np.tile(np.arange(count), 4), np.concatenate(ends)
    halfway = ((start + stop) / 2 * across).sum(axis=1)
    even = np.concatenate([*along.T, *-along.T])
    return [
        (row, column, even, np.zeros(count)),
        (row, column, np.concatenate([*across.T, *across.T]) / 2, halfway),
    ]


def _chords(mesh: Mesh, origin: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return equations, as `_mirrors`: half-way along a chord of a rim."""
    import shapely

    shapes, cell = shapely.get_parts(mesh.cells.geometry.array, return_index=True)
    corners, of = shapely.get_coordinates(
        shapely.get_exterior_ring(shapes), return_index=True
    )
    goes_on = of[1:] == of[:-1]
    start, stop, of = corners[:-1][goes_on], corners[1:][goes_on], cell[of[1:][goes_on]]
    middle, size = (start + stop) / 2, np.hypot(*(stop - start).T)
    borders = shapely.STRtree(mesh.ridges.geometry.array)
    inner = borders.query(shapely.points(middle), "dwithin", distance=1.0)[0]
    size[inner] = 0
    # those cut by a border are shorter, and one alone may be the edge of anything
    whole = size > _WHOLE * size.max(initial=0)
    whole &= np.bincount(of[whole], minlength=len(mesh.km2))[of] > 1
    along = ((stop - start)[whole] / size[whole, None]).ravel()
    row = np.repeat(np.arange(whole.sum()), 2)
    column = (2 * of[whole, None] + [0, 1]).ravel()
    wanted = np.bincount(row, along * (middle[whole] - origin).ravel(), whole.sum())
    return row, column, along, wanted


def _ends(mesh: Mesh) -> tuple[np.ndarray, np.ndarray]:
    """Return the two ends of each border."""
    import shapely

    lines = shapely.get_geometry(mesh.ridges.geometry.array, 0)
    return tuple(shapely.get_coordinates(shapely.get_point(lines, n)) for n in (0, -1))


def _triangles(mesh: Mesh, spots: np.ndarray) -> np.ndarray:
    """Return the triples of places whose cells meet in one corner."""
    import shapely
    from scipy.spatial import Delaunay, QhullError

    none = np.zeros((0, 3), int)
    if len(spots) < 3:
        return none
    try:
        corners = Delaunay(spots - spots.mean(axis=0)).simplices.astype(int)
    except QhullError:  # all on one line
        return none
    a, b, c = (spots[corners[:, nth]] for nth in range(3))
    double = 2 * _cross(b - a, c - a)
    with np.errstate(divide="ignore", invalid="ignore"):
        size_b, size_c = ((one - a) ** 2 for one in (b, c))
        size_b, size_c = size_b.sum(axis=1), size_c.sum(axis=1)
        x = ((c - a)[:, 1] * size_b - (b - a)[:, 1] * size_c) / double
        y = ((b - a)[:, 0] * size_c - (c - a)[:, 0] * size_b) / double
    centre = (a + np.column_stack([x, y])) * 1000
    finite = np.isfinite(centre).all(axis=1)
    corners, centre = corners[finite], shapely.points(centre[finite])
    cells = mesh.cells.geometry.array
    meets = [shapely.dwithin(cells[one], centre, _MEETS_M) for one in corners.T]
    return corners[np.all(meets, axis=0)]


def _inner(spots: np.ndarray, corners: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the sides of the triangles, on which hand each lies, and half its area."""
    one, two, third = (corners[:, nth].T.ravel() for nth in _SIDES.T)
    one, two = np.minimum(one, two), np.maximum(one, two)
    area = _cross(spots[two] - spots[one], spots[third] - spots[one])
    return one, two, (area > 0).astype(int), np.abs(area) / 4


def _outer(mesh: Mesh, spots: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return borders by the side of the straight way on which they run, and l x d."""
    one, two = np.minimum(mesh.one, mesh.two), np.maximum(mesh.one, mesh.two)
    way = spots[two] - spots[one]
    apart = np.hypot(*way.T)
    middle = (spots[one] + spots[two]) / 2
    reach = [_cross(way, end / 1000 - middle) / apart for end in _ends(mesh)]
    low, high = np.minimum(*reach), np.maximum(*reach)
    left = np.maximum(high, 0) - np.maximum(low, 0)
    right = np.maximum(-low, 0) - np.maximum(-high, 0)
    side = np.repeat([1, 0], len(one))
    ends = np.tile(one, 2), np.tile(two, 2), side
    return *ends, np.append(left, right), np.tile(apart, 2)


def _cross(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    return one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
