"""Voronoi cells cut off at a distance from their points.

The ground of a cell that lies within reach of any point lies within reach of its own,
so a cell is cut with one circle.  The edges are cut first, each once, and the outlines
are put together from them: two neighbours have the same corners to the last bit, and an
edge ends exactly where the outline of the ground turns.
"""

from __future__ import annotations

import numpy as np

STEP = 2 * np.pi / 256  # between the corners of a circle
MERGE_M = 0.01  # corners nearer than this are one: four places on a square's corners
_SHORT_M = 0.001  # what is left of an edge that only just reaches into the circle
_ROUND_OFF = 1e-9  # radian


def disc_cells(points: np.ndarray, reach: float) -> np.ndarray:
    """Return the ground nearest to each point and within reach of it.

    Parameters
    ----------
    points : array of float, n x 2
        Points, all different [m].
    reach : float
        Radius of the circle, a polygon of 256 corners that lies inside it [m].

    Returns
    -------
    array of Polygon
        One per point, in their order.
    """
    import shapely

    middle = points.mean(axis=0)  # round-off is less near the origin
    at = points - middle
    pairs, ends = _edges(at, reach)
    owner, start, end = _around(at, pairs, ends)
    corners, of = _outlines(at, owner, start, end, reach)
    rings = shapely.linearrings(corners + middle, indices=of)
    return shapely.polygons(rings)


def _edges(at: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of neighbours, and the ends of the edge between them."""
    from scipy.spatial import Voronoi

    # Four far points, out of reach of every place, give one place, two places and
    # places on a line cells like any others.
    low, high = at.min(axis=0) - 3 * reach, at.max(axis=0) + 3 * reach
    far = [low, high, (low[0], high[1]), (high[0], low[1])]
    cells = Voronoi(np.vstack([at, far]))
    own = (cells.ridge_points < len(at)).all(axis=1)
    pairs = cells.ridge_points[own]
    nodes = np.asarray(cells.ridge_vertices).reshape(-1, 2)[own]
    corners = _merged(cells.vertices, nodes)
    one, two = at[pairs[:, 0]], at[pairs[:, 1]]
    along = np.column_stack([one[:, 1] - two[:, 1], two[:, 0] - one[:, 0]])
    apart = np.hypot(*along.T)
    along, foot = along / apart[:, None], (one + two) / 2
    half = np.sqrt(np.clip(reach**2 - (apart / 2) ** 2, 0, None))
    ends = corners[nodes]
    t = ((ends - foot[:, None]) * along[:, None]).sum(axis=2)
    # All edges that meet in a corner must agree whether it lies within reach.
    away = np.zeros(len(corners))
    away[nodes] = np.hypot(*(ends - one[:, None]).transpose(2, 0, 1))
    is_out = (away > reach + MERGE_M)[nodes]
    bound = np.sign(t) * half[:, None]
    cut = foot[:, None] + bound[..., None] * along[:, None]
    ends = np.where(is_out[..., None], cut, ends)
    # An edge of which both ends are out is left if they lie on either side of its foot.
    left = np.abs(np.diff(np.where(is_out, bound, t), axis=1))[:, 0]
    return pairs[left > _SHORT_M], ends[left > _SHORT_M]


def _merged(corners: np.ndarray, nodes: np.ndarray) -> np.ndarray:
    """Return the corners, those that hardly differ made equal."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    near = np.hypot(*(corners[nodes[:, 0]] - corners[nodes[:, 1]]).T) < MERGE_M
    links = coo_array((np.ones(near.sum()), nodes[near].T), shape=(len(corners),) * 2)
    group = connected_components(links, directed=False)[1]
    first = np.unique(group, return_index=True)[1]
    return corners[first[group]]


def _around(
    at: np.ndarray, pairs: np.ndarray, ends: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each edge once for either neighbour, anticlockwise around each point."""
    owner = pairs.T.ravel()
    start, end = np.vstack([ends[:, 0]] * 2), np.vstack([ends[:, 1]] * 2)
    a, b = start - at[owner], end - at[owner]
    turned = a[:, 0] * b[:, 1] < a[:, 1] * b[:, 0]
    start[turned], end[turned] = end[turned], start[turned]
    a = start - at[owner]
    order = np.lexsort([np.arctan2(a[:, 1], a[:, 0]), owner])
    return owner[order], start[order], end[order]


def _outlines(
    at: np.ndarray,
    owner: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    reach: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the corners of all outlines, and the number of each corner's cell."""
    alone = np.setdiff1d(np.arange(len(at)), owner)
    places = np.arange(len(owner))
    is_last = np.append(owner[1:] != owner[:-1], True)[: len(owner)]
    after = places + 1
    after[is_last] = places[np.append(True, is_last[:-1])[: len(owner)]]
    from_, to = end - at[owner], start[after] - at[owner]
    begin = np.append(np.arctan2(from_[:, 1], from_[:, 0]), np.zeros(len(alone)))
    until = np.append(np.arctan2(to[:, 1], to[:, 0]), np.zeros(len(alone)))
    gap = (until - begin) % (2 * np.pi)
    gap[gap > 2 * np.pi - _ROUND_OFF] = 0
    gap[len(owner) :] = 2 * np.pi
    arc, spot = _arcs(begin, gap)
    every = np.append(owner, alone)
    curve = at[every[arc]] + reach * np.column_stack([np.cos(spot), np.sin(spot)])
    opens = np.flatnonzero((start[after] != end).any(axis=1))
    # the next edge's start is a corner of its own only where a curve leads to it
    parts = [(end, places, 0), (curve, arc, 1), (start[after[opens]], opens, 2)]
    corners = np.vstack([part for part, _, _ in parts])
    edge = np.concatenate([index for _, index, _ in parts])
    rank = np.repeat([rank for *_, rank in parts], [len(part) for part, *_ in parts])
    order = np.lexsort([np.arange(len(edge)), rank, edge, every[edge]])
    return corners[order], every[edge[order]]


def _arcs(begin: np.ndarray, gap: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the corners of each curve, strictly between its ends, as angles."""
    first = np.floor(begin / STEP) + 1
    count = np.maximum(np.ceil((begin + gap) / STEP) - first, 0).astype(int)
    arc = np.repeat(np.arange(len(begin)), count)
    nth = np.arange(len(arc)) - np.repeat(np.cumsum(count) - count, count)
    return arc, (first[arc] + nth) * STEP
