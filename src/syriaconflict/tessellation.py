"""Cells of ground around places: who holds a place is taken to hold its cell.

A cell is the ground nearer to its place than to any other, no farther away than a
reach.  It is a device for measuring, not a report: nobody said where between two
villages the line ran.  Distances are measured in `CRS_DISTANCE` (UTM zone 37N, true to
0.04 % on these fronts), areas in `CRS_AREA` (equal-area).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict.filters import require
from syriaconflict.vocabulary import TESSELLATED_KINDS

if TYPE_CHECKING:
    import geopandas as gpd
    import shapely

CRS_DISTANCE = "EPSG:32637"
CRS_AREA = "EPSG:6933"
SNAP_M = 0.01  # edges are matched on this grid: far below any coordinate's precision
SAME_POINT_M = 1.0
CITY_KM = 8.0  # the largest city of these fronts, Aleppo, has 7
SEGMENT_M = 1000.0
_READ = ("place_id", "name", "kind", "longitude", "latitude", "radius_km")


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
        Ground farther than this from every place belongs to no cell [km].
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
        If no place is left, two places lie on one point, or the reach is not positive.

    Examples
    --------
    A lone place has a disc of 15 km radius, 707 km2:

    >>> row = {"place_id": "hama", "name": "Hama", "kind": "settlement",
    ...        "longitude": 36.757, "latitude": 35.132, "radius_km": 3.0}
    >>> tessellation(pd.DataFrame([row]))["km2"].round().tolist()
    [707.0]
    """
    import geopandas as gpd
    import shapely

    if not reach_km > 0:
        msg = f"tessellation: reach_km is {reach_km}; give a number above 0"
        raise ValueError(msg)
    require(places, _READ, "places", key="place_id")
    chosen = _eligible(places, kinds, max_radius_km)
    points = gpd.GeoSeries(
        gpd.points_from_xy(chosen["longitude"], chosen["latitude"], crs="EPSG:4326"),
        index=chosen["place_id"].to_numpy(),
    ).to_crs(crs)
    _refuse_shared_points(points)
    reach = shapely.union_all(points.buffer(reach_km * 1000, quad_segs=64).array)
    cells = _voronoi(points, reach_km * 1000)
    clipped = [
        shapely.union_all(_parts(cell, shapely.GeometryType.POLYGON))
        for cell in shapely.intersection(cells, reach, grid_size=SNAP_M)
    ]
    frame = gpd.GeoDataFrame(
        {"name": chosen["name"].to_numpy()}, geometry=clipped, index=points.index
    ).set_crs(crs)
    frame.insert(1, "km2", area_km2(frame.geometry))
    return frame.rename_axis("place_id")


def area_km2(geometry: gpd.GeoSeries) -> pd.Series:
    """Return the area of each geometry, measured in `CRS_AREA`.

    Parameters
    ----------
    geometry : GeoSeries
        Polygons in any coordinate system that is named.

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
    return (pieces.to_crs(CRS_AREA).area / 1e6).rename("km2")


def borders(cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the edge that each two neighbouring cells share.

    Parameters
    ----------
    cells : GeoDataFrame
        Cells from `tessellation`, indexed by ``place_id``.

    Returns
    -------
    GeoDataFrame
        One row per pair of neighbours: ``place_id``, ``other_place_id`` and
        ``geometry`` (the shared line, in the system of ``cells``).  Cells that meet in
        a point only are no neighbours; without neighbours the frame is empty.

    Examples
    --------
    >>> import geopandas, shapely
    >>> squares = [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)]
    >>> cells = geopandas.GeoDataFrame(
    ...     geometry=squares, index=["a", "b"], crs=CRS_DISTANCE)
    >>> borders(cells).length.tolist()
    [10.0]
    """
    import geopandas as gpd
    import shapely

    line = shapely.GeometryType.LINESTRING
    shapes = cells.geometry.array
    pairs = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=SNAP_M)
    first, second = pairs[:, pairs[0] < pairs[1]]
    outlines = shapely.boundary(shapes)
    shared = shapely.intersection(outlines[first], outlines[second], grid_size=SNAP_M)
    edges = [
        shapely.line_merge(shapely.multilinestrings(_parts(shape, line)))
        for shape in shared
    ]
    pairs = {"place_id": cells.index[first], "other_place_id": cells.index[second]}
    lines = gpd.GeoDataFrame(pairs, geometry=edges, crs=cells.crs)
    return lines[lines.length > SNAP_M].reset_index(drop=True)


def _parts(shape: shapely.Geometry, kind: shapely.GeometryType) -> np.ndarray:
    import shapely

    parts = shapely.get_parts(shape)
    return parts[shapely.get_type_id(parts) == kind]


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


def _voronoi(points: gpd.GeoSeries, reach_m: float) -> list:
    """Return Voronoi cells in the order of the points.

    Four far points are added, out of reach of every place, so that one place, two
    places and places on a line have cells like any others.
    """
    import shapely

    west, south, east, north = points.total_bounds
    far = 3 * reach_m
    frame = shapely.box(west - far, south - far, east + far, north + far)
    corners = shapely.points(shapely.get_coordinates(frame)[:4])
    every = shapely.multipoints([*points.array, *corners])
    cells = shapely.voronoi_polygons(every, ordered=True)
    return list(shapely.get_parts(cells)[: len(points)])
