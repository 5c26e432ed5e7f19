"""The arithmetic of a shift: areas, lengths, direction and segments, on arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from syriaconflict.mesh import Mesh
from syriaconflict.parties import FIRST, SECOND, WEIGHTS

SPOT_M = 100.0  # between the spots of a line whose distances are measured
_NOWHERE = 1e-6  # of the length that moved: ways that cancel but for round-off


class Moved(NamedTuple):
    """Roles of all cells on two days, and whether their holder was not known."""

    mesh: Mesh
    before: np.ndarray
    after: np.ndarray
    was_unknown: np.ndarray
    is_unknown: np.ndarray


def balances(moved: Moved, cells: np.ndarray, share: np.ndarray) -> pd.DataFrame:
    """Return gains, losses, lengths and bearing of both parties in a part of a front.

    Parameters
    ----------
    moved : Moved
        The two days.
    cells : array of bool
        Which cells belong to the part.
    share : array of float
        How much of each border belongs to it, 0 to 1.

    Returns
    -------
    DataFrame
        Two rows, in the order of the parties.  Beside the columns of
        `shifts.front_shift` it has ``line0_km`` and ``line1_km``, one for each day.
    """
    lines = [line_km(moved.mesh, role, share) for role in (moved.before, moved.after)]
    mean = np.mean(lines) if min(lines) > 0 else np.nan
    rows = []
    for role in (FIRST, SECOND):
        row = _areas(moved, cells, role) | {"line_km": mean}
        row["displacement_km"] = row["net_km2"] / mean
        row["displacement_known_km"] = row["net_known_km2"] / mean
        row["bearing"] = _bearing(moved, share, role)
        rows.append(row | {"line0_km": lines[0], "line1_km": lines[1]})
    return pd.DataFrame(rows)


def line_km(mesh: Mesh, role: np.ndarray, share: np.ndarray) -> float:
    """Return the length of the line between the parties, of a band half both edges."""
    weight = WEIGHTS[role[mesh.one], role[mesh.two]]
    return float((weight * share * mesh.length_km).sum())


def line_distance(moved: Moved) -> float:
    """Return the largest distance between the lines of the two days [km].

    It is that of any spot of either line from the nearest spot of the other, measured
    every `SPOT_M`; missing where a day has no line.
    """
    import shapely

    lines = moved.mesh.ridges.geometry.array
    on = [_on_line(moved.mesh, role) for role in (moved.before, moved.after)]
    if not (on[0].any() and on[1].any()):
        return np.nan
    farthest = 0.0
    for own, other in (on, on[::-1]):
        own = own & ~other  # what lies on both lines is at no distance
        fine = shapely.segmentize(lines[own], SPOT_M)
        spots = shapely.points(shapely.get_coordinates(fine))
        tree = shapely.STRtree(lines[other])
        away = tree.query_nearest(spots, return_distance=True, all_matches=False)[1]
        farthest = max(farthest, away.max(initial=0) / 1000)
    return float(farthest)


def connected_segments(moved: Moved) -> tuple[np.ndarray, np.ndarray]:
    """Return the segment of each cell and border: what moved or parts, and touches.

    Returns
    -------
    array of int, array of int
        Numbers from 1 by the ground that changed hands, the largest first; 0 for cells
        that did not change and borders that no line ran along.
    """
    import shapely
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    mesh = moved.mesh
    own = (moved.before <= SECOND) | (moved.after <= SECOND)
    changed = own & (moved.before != moved.after)
    on = _on_line(mesh, moved.before) | _on_line(mesh, moved.after)
    count, borders = len(mesh.km2), len(mesh.one)
    links = [
        (mesh.one, mesh.two, changed[mesh.one] & changed[mesh.two]),
        *(
            (end, count + np.arange(borders), changed[end] & on)
            for end in (mesh.one, mesh.two)
        ),
    ]
    pairs = [np.array([a[where], b[where]]) for a, b, where in links]
    which = np.flatnonzero(on)
    lines = mesh.ridges.geometry.array[which]
    near = shapely.STRtree(lines).query(lines, "dwithin", distance=1.0)
    pairs = np.hstack([*pairs, count + which[near]])
    size = count + borders
    graph = coo_array((np.ones(pairs.shape[1]), pairs), shape=(size, size))
    piece = connected_components(graph, directed=False)[1]
    live = np.append(changed, on)
    weight = np.append(np.where(changed, mesh.km2, 0), np.zeros(borders))
    ground = np.bincount(piece, weight)
    kept = np.unique(piece[live])
    order = kept[np.argsort(-ground[kept], kind="stable")]
    number = np.zeros(len(ground), dtype=int)
    number[order] = np.arange(1, len(order) + 1)
    found = np.where(live, number[piece], 0)
    return found[:count], found[count:]


def _areas(moved: Moved, cells: np.ndarray, role: int) -> dict[str, float]:
    had, has = moved.before == role, moved.after == role
    gained, lost = cells & has & ~had, cells & had & ~has
    km2 = moved.mesh.km2
    found = km2[gained & moved.was_unknown].sum()
    gone = km2[lost & moved.is_unknown].sum()
    net = km2[gained].sum() - km2[lost].sum()
    return {
        "gained_km2": km2[gained].sum(),
        "lost_km2": km2[lost].sum(),
        "net_km2": net,
        "gross_km2": km2[gained].sum() + km2[lost].sum(),
        "gained_unknown_km2": found,
        "lost_unknown_km2": gone,
        "net_known_km2": net - found + gone,
    }


def _on_line(mesh: Mesh, role: np.ndarray) -> np.ndarray:
    return WEIGHTS[role[mesh.one], role[mesh.two]] > 0


def _bearing(moved: Moved, share: np.ndarray, role: int) -> float:
    """Return the way a party's edge went: a border that moved points across itself."""
    mesh = moved.mesh
    across = _normals(mesh)
    way, size = np.zeros(2), 0.0
    for now, then, sense in (
        (moved.before, moved.after, 1),
        (moved.after, moved.before, -1),
    ):
        for own, other, turn in ((mesh.one, mesh.two, 1), (mesh.two, mesh.one, -1)):
            weight = WEIGHTS[now[own], now[other]] * (now[own] == role) * share
            # forward where the other's cell is won, back where the own one is lost
            step = (then[other] == role).astype(int) - (then[own] != role)
            vectors = (weight * step * sense * turn)[:, None] * across
            way, size = way + vectors.sum(axis=0), size + np.abs(vectors).sum()
    if np.hypot(*way) <= _NOWHERE * size:
        return np.nan
    return float(np.degrees(np.arctan2(*way)) % 360)


def _normals(mesh: Mesh) -> np.ndarray:
    """Return a vector across each border from its first cell, as long as it is."""
    import shapely

    if not len(mesh.one):
        return np.zeros((0, 2))
    middles = shapely.get_coordinates(shapely.centroid(mesh.cells.geometry.array))
    parts, of = shapely.get_parts(mesh.ridges.geometry.array, return_index=True)
    first, last = (
        shapely.get_coordinates(shapely.get_point(parts, nth)) for nth in (0, -1)
    )
    along = last - first
    across = np.column_stack([along[:, 1], -along[:, 0]])
    towards = (middles[mesh.two] - middles[mesh.one])[of]
    across *= np.where((across * towards).sum(axis=1) < 0, -1, 1)[:, None]
    total = np.zeros((len(mesh.one), 2))
    np.add.at(total, of, across)
    return total
