"""Cells of ground around places: who holds a place is taken to hold its cell.

A cell is the ground nearer to its place than to any other, no farther away than a
reach.  It is a device for measuring, not a report: nobody said where between two
villages the line ran.  Distances are measured in `CRS_DISTANCE` (UTM zone 37N, true to
0.04 % on these fronts), areas in `CRS_AREA` (equal-area).

Cells and the edges between them depend on the places alone: work them out once and
hand the cells to every function of `fronts`.
"""

from __future__ import annotations

from collections.abc import Collection
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict._discs import disc_cells
from syriaconflict.filters import require
from syriaconflict.vocabulary import TESSELLATED_KINDS

if TYPE_CHECKING:
    import geopandas as gpd

CRS_DISTANCE = "EPSG:32637"
CRS_AREA = "EPSG:6933"
SNAP_M = 0.01  # corners are matched on this grid: far below any coordinate's precision
SAME_POINT_M = 1.0
CITY_KM = 8.0  # the largest city of these fronts, Aleppo, has 7
SEGMENT_M = 1000.0
# No holder of a place tells who held ground so far away, and as far from its middle UTM
# makes distances 0.3 % too long; circles of thousands of km leave its plane.
MOST_REACH_KM = 500.0
_NUMBERS = ("longitude", "latitude", "radius_km")
_READ = ("place_id", "name", "kind", *_NUMBERS)


def tessellation(
    places: pd.DataFrame,
    *,
    reach_km: float = 15,
    kinds: Collection[str] = TESSELLATED_KINDS,
    max_radius_km: float = 3,
    crs: str = CRS_DISTANCE,
) -> gpd.GeoDataFrame:
    """Divide the ground around places into one Voronoi cell a place.

    Parameters
    ----------
    places : DataFrame
        Rows of the ``places`` table.
    reach_km : float, default 15
        Ground farther than this from every place belongs to no cell; at most
        `MOST_REACH_KM`, 500 [km].
    kinds : collection of str
        Kinds of place that get a cell.
    max_radius_km : float, default 3
        Places whose ``radius_km`` is larger, or missing, get no cell: their point
        stands for too much ground [km].  A settlement may have up to `CITY_KM`: its
        radius is its extent, not a doubt about where it is.
    crs : str
        Projected system, in metres, in which nearness is measured and in which the
        cells are returned.

    Returns
    -------
    GeoDataFrame
        Indexed by ``place_id`` in the order of ``places``: ``name``, ``km2`` (float,
        area of the cell, measured in `CRS_AREA`) and ``geometry`` (polygon).  Places
        without coordinates have no cell.

    Raises
    ------
    ValueError
        If no place is left, two places lie on one point, a place lies where ``crs``
        has no coordinates or is not projected, a coordinate or radius is no number, or
        the reach is not above 0 or too far.

    Examples
    --------
    A lone place has a disc of 15 km radius, 707 km2:

    >>> row = {"place_id": "hama", "name": "Hama", "kind": "settlement",
    ...        "longitude": 36.757, "latitude": 35.132, "radius_km": 3.0}
    >>> tessellation(pd.DataFrame([row]))["km2"].round().tolist()
    [707.0]
    """
    import geopandas as gpd

    _refuse_setting(reach_km, crs)
    require(places, _READ, "places", key="place_id")
    _refuse_text(places)
    chosen = _eligible(places, kinds, max_radius_km)
    points = gpd.GeoSeries(
        gpd.points_from_xy(chosen["longitude"], chosen["latitude"], crs="EPSG:4326"),
        index=chosen["place_id"].to_numpy(),
    ).to_crs(crs)
    _refuse_unplaced(points)
    _refuse_shared_points(points)
    cells = disc_cells(np.column_stack([points.x, points.y]), reach_km * 1000)
    frame = gpd.GeoDataFrame(
        {"name": chosen["name"].to_numpy()}, geometry=cells, index=points.index
    ).set_crs(crs)
    frame.insert(1, "km2", area_km2(frame.geometry))
    return frame.rename_axis("place_id")


def area_km2(geometry: gpd.GeoSeries, *, crs: str = CRS_AREA) -> pd.Series:
    """Return the area of each geometry, measured in an equal-area system.

    Parameters
    ----------
    geometry : GeoSeries
        Polygons in any coordinate system that is named.
    crs : str, default `CRS_AREA`
        Equal-area system, in metres.

    Returns
    -------
    Series of float
        Areas [km2], named ``km2``, on the index of ``geometry``.

    Examples
    --------
    >>> import geopandas, shapely
    >>> square = geopandas.GeoSeries([shapely.box(0, 0, 2000, 1000)], crs=CRS_AREA)
    >>> area_km2(square).tolist()
    [2.0]
    """
    # A long straight edge bends when it is projected: give it points to bend at.
    pieces = geometry.segmentize(SEGMENT_M) if geometry.crs.is_projected else geometry
    return (pieces.to_crs(crs).area / 1e6).rename("km2")


def ridges(cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the edge that each two neighbouring cells share.

    Parameters
    ----------
    cells : GeoDataFrame
        Cells from `tessellation`, indexed by ``place_id``; or any polygons in a
        projected system that neither overlap nor meet in a corner of one alone.

    Returns
    -------
    GeoDataFrame
        One row per pair of neighbours, in the order of the cells: ``place_a`` and
        ``place_b``, ``length_km`` (float [km]) and ``geometry`` (the shared line, its
        corners those of either cell, in the system of ``cells``).  Cells that meet in
        a point only are no neighbours; without neighbours the frame is empty.

    Raises
    ------
    ValueError
        If a place has two cells, or cells overlap or share a part of an edge only.

    Examples
    --------
    >>> import geopandas, shapely
    >>> squares = [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)]
    >>> cells = geopandas.GeoDataFrame(
    ...     geometry=squares, index=["a", "b"], crs=CRS_DISTANCE)
    >>> ridges(cells)[["place_a", "place_b", "length_km"]].values.tolist()
    [['a', 'b', 0.01]]
    """
    import geopandas as gpd
    import shapely

    _refuse_no_coverage(cells)
    owner, ends = _sides(cells.geometry.array)
    one, two = _shared(ends)
    pairs = np.sort(np.column_stack([owner[one], owner[two]]), axis=1)
    order = np.lexsort([one, pairs[:, 1], pairs[:, 0]])
    pairs, lines = pairs[order], shapely.linestrings(ends[one[order]])
    new = np.append(True, (pairs[1:] != pairs[:-1]).any(axis=1))[: len(pairs)]
    if not new.all():
        lines = shapely.multilinestrings(lines, indices=np.cumsum(new) - 1)
        lines = shapely.line_merge(lines)
    first, second = pairs[new].T
    table = {"place_a": cells.index[first], "place_b": cells.index[second]}
    table["length_km"] = shapely.length(lines) / 1000
    return gpd.GeoDataFrame(table, geometry=lines, crs=cells.crs)


def _sides(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the straight sides of all outlines: whose they are, and their ends."""
    import shapely

    parts, part_of = shapely.get_parts(np.asarray(shapes), return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    corners, of = shapely.get_coordinates(rings, return_index=True)
    goes_on = of[1:] == of[:-1]
    ends = np.stack([corners[:-1][goes_on], corners[1:][goes_on]], axis=1)
    return part_of[ring_of[of[:-1][goes_on]]], ends


def _shared(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of the sides that lie on one another, in pairs."""
    if not len(ends):
        return np.array([], int), np.array([], int)
    spots = np.rint((ends - ends.min(axis=(0, 1))) / SNAP_M).astype(np.int64)
    spots = spots[..., 0] * (spots[..., 1].max() + 1) + spots[..., 1]
    spots.sort(axis=1)
    order = np.lexsort([spots[:, 1], spots[:, 0]])
    spots = spots[order]
    alike = (spots[1:] == spots[:-1]).all(axis=1) & (spots[1:, 0] != spots[1:, 1])
    return order[:-1][alike], order[1:][alike]


def _refuse_no_coverage(cells: gpd.GeoDataFrame) -> None:
    import shapely

    if not cells.index.is_unique:
        twice = cells.index[cells.index.duplicated()].unique().tolist()
        msg = f"cells: {twice} have several rows; a place has one cell"
        raise ValueError(msg)
    if not shapely.coverage_is_valid(np.asarray(cells.geometry.array)):
        msg = (
            "cells overlap, or two share a part of an edge only, so that there is no "
            "telling which are neighbours; take cells from `tessellation`, or give "
            "neighbours the same corners along the edge that they share"
        )
        raise ValueError(msg)


def _refuse_setting(reach_km: float, crs: str) -> None:
    from pyproj import CRS

    if not isinstance(reach_km, Real) or not 0 < reach_km <= MOST_REACH_KM:
        msg = (
            f"tessellation: reach_km is {reach_km!r}; give a number of km above 0 and "
            f"at most {MOST_REACH_KM:g}: farther away a place says nothing of the "
            "ground, and distances in a plane are no longer true"
        )
        raise ValueError(msg)
    if not CRS(crs).is_projected:
        msg = (
            f"tessellation: crs is {crs!r}, which is not projected; nearness is "
            f"measured in metres: give a projected system such as {CRS_DISTANCE!r}"
        )
        raise ValueError(msg)


def _refuse_text(places: pd.DataFrame) -> None:
    """Refuse coordinates and radii that are no numbers, unless all are missing."""
    odd = [
        f"{name} is {column.dtype}, such as {column.dropna().iloc[0]!r} "
        f"(mend: pd.to_numeric(places[{name!r}]))"
        for name, column in places[list(_NUMBERS)].items()
        if not (pd.api.types.is_numeric_dtype(column) or column.isna().all())
    ]
    if odd:
        msg = f"places: {'; '.join(odd)}; wanted numbers [degree, km]"
        raise ValueError(msg)


def _eligible(
    places: pd.DataFrame, kinds: Collection[str], max_radius_km: float
) -> pd.DataFrame:
    is_kind = places["kind"].isin(list(kinds))
    limit = np.where(places["kind"] == "settlement", CITY_KM, max_radius_km)
    is_small = places["radius_km"] <= np.maximum(limit, max_radius_km)
    is_placed = places[["longitude", "latitude"]].notna().all(axis=1)
    if (is_kind & is_small & is_placed).any():
        return places[is_kind & is_small & is_placed]
    msg = (
        f"places: none of {len(places)} places can have a cell: {is_kind.sum()} are of "
        f"a kind in {sorted(kinds)}, {is_small.sum()} have a radius_km of at most "
        f"{max_radius_km} (settlements {CITY_KM:g}), {is_placed.sum()} have "
        "coordinates; a place needs all three"
    )
    raise ValueError(msg)


def _refuse_unplaced(points: gpd.GeoSeries) -> None:
    lost = points.index[~np.isfinite(np.column_stack([points.x, points.y])).all(axis=1)]
    if len(lost):
        msg = (
            f"places: {', '.join(lost)} lie where {points.crs.to_string()} has no "
            "coordinates; mend longitude and latitude [degree], or choose another crs"
        )
        raise ValueError(msg)


def _refuse_shared_points(points: gpd.GeoSeries) -> None:
    import shapely

    tree = shapely.STRtree(points.array)
    pairs = tree.query(points.array, predicate="dwithin", distance=SAME_POINT_M)
    first, second = pairs[:, pairs[0] < pairs[1]]
    if len(first):
        names = ", ".join(
            f"{points.index[i]} and {points.index[j]}"
            for i, j in zip(first, second, strict=True)
        )
        msg = (
            f"places: less than {SAME_POINT_M:g} m apart: {names}; a cell needs a "
            "point of its own: drop one of them or mend its coordinates"
        )
        raise ValueError(msg)
