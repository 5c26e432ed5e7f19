"""The arithmetic of a shift: areas, lengths, direction and segments, on arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from syriaconflict.mesh import Mesh, mesh_of
from syriaconflict.parties import FIRST, OTHER, SECOND, WEIGHTS

if TYPE_CHECKING:
    import geopandas as gpd

SPOT_M = 100.0  # between the spots of a line whose distances are measured
_BLOCK = 20_000_000  # borders x draws worked on at once: 160 MB
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


def shift_draws(
    cells: gpd.GeoDataFrame | Mesh,
    before: np.ndarray,
    after: np.ndarray,
    *,
    role: int = 0,
) -> pd.DataFrame:
    """Return the shift between two days for each of many draws of who held what.

    Parameters
    ----------
    cells : GeoDataFrame or Mesh
        Cells from `tessellation`; from `mesh_of`, if there are many calls.
    before, after : array of int, draws x cells
        The two days, cells in the order of ``cells``: 0 and 1 for ground of the two
        parties, 2 for ground contested between them, any other number for all else.
    role : {0, 1}, default 0
        The party whose ground is counted.

    Returns
    -------
    DataFrame
        One row per draw, index ``draw`` from 0, all float: ``gained_km2``,
        ``lost_km2``, ``net_km2``, ``gross_km2``, ``line_km`` (mean length of the line
        on the two days [km]) and ``displacement_km``.  The last two are missing where
        either day has no line.

    Raises
    ------
    ValueError
        If the arrays have not one column per cell and the same rows, hold other numbers
        than whole ones, or ``role`` is neither 0 nor 1.

    Examples
    --------
    >>> import geopandas, shapely
    >>> squares = [shapely.box(x, 0, x + 1000, 1000) for x in (0, 1000, 2000)]
    >>> cells = geopandas.GeoDataFrame({"name": list("abc"), "km2": 1.0},
    ...     geometry=squares, index=list("abc"), crs="EPSG:32637")
    >>> draws = shift_draws(cells, np.array([[0, 1, 1]] * 2), np.array(
    ...     [[0, 0, 1], [0, 1, 1]]))
    >>> draws["displacement_km"].tolist()
    [1.0, 0.0]
    """
    if role not in (0, 1):
        msg = f"shift_draws: role is {role!r}, wanted 0 or 1"
        raise ValueError(msg)
    mesh = mesh_of(cells)
    before, after = (_roles_of(one, len(mesh.km2)) for one in (before, after))
    if before.shape != after.shape:
        msg = (
            f"shift_draws: before has {len(before)} draws and after {len(after)}; give "
            "as many, each pair one draw"
        )
        raise ValueError(msg)
    had, has = before == role, after == role
    gained, lost = (has & ~had) @ mesh.km2, (had & ~has) @ mesh.km2
    size = max(1, _BLOCK // max(1, len(mesh.one)))
    lines = [
        np.concatenate(
            [
                WEIGHTS[part[:, mesh.one], part[:, mesh.two]] @ mesh.length_km
                for part in np.split(day, range(size, len(day), size))
            ]
        )
        for day in (before, after)
    ]
    line = np.where(np.minimum(*lines) > 0, np.mean(lines, axis=0), np.nan)
    table = {"gained_km2": gained, "lost_km2": lost, "net_km2": gained - lost}
    table |= {"gross_km2": gained + lost, "line_km": line}
    table["displacement_km"] = (gained - lost) / line
    return pd.DataFrame(table, pd.RangeIndex(len(before), name="draw"))


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


def _roles_of(draws: np.ndarray, count: int) -> np.ndarray:
    draws = np.asarray(draws)
    whole = np.issubdtype(draws.dtype, np.integer)
    if draws.ndim != 2 or draws.shape[1] != count or not whole:
        msg = (
            f"shift_draws: an array of {draws.dtype} has the shape {draws.shape}, "
            f"wanted whole numbers, one row per draw and {count} columns, one per cell"
        )
        raise ValueError(msg)
    return np.where((draws >= 0) & (draws < OTHER), draws, OTHER).astype("int8")
