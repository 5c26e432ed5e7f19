"""The shapes of the map's page that no day changes: cells, roads, fronts, graticule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from syriaconflict.tessellation import CRS_DISTANCE

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely import Polygon

    from syriaconflict.mesh import Mesh

_EAST, _NORTH, _STEP = (35, 42), (33, 38), 0.5  # of the graticule [degree]


def ground_of(
    mesh: Mesh, axes: gpd.GeoDataFrame, fronts: gpd.GeoDataFrame
) -> dict[str, list]:
    """Return the shapes drawn below everything, in kilometres."""
    roads = []
    at = axes.to_crs(CRS_DISTANCE).sort_values(["axis_id", "seq"])
    for name, stops in at.groupby("axis_name"):
        roads.append({"name": name, "xy": _km(stops.geometry.get_coordinates())})
    areas = fronts.to_crs(CRS_DISTANCE).explode(ignore_index=True)
    rings = [
        {"name": one.name, "xy": _km(one.geometry.exterior.coords)}
        for one in areas.itertuples(index=False)
    ]
    cells = [_km(_exterior(shape).coords, 1) for shape in mesh.cells.geometry]
    return {"cells": cells, "roads": roads, "fronts": rings, "grid": _grid()}


def _exterior(shape: Polygon) -> object:
    """Return the outline of a polygon, of several that of the largest."""
    parts = getattr(shape, "geoms", [shape])
    return max(parts, key=lambda one: one.area).exterior


def _grid() -> list[dict]:
    """Return every half degree of the region as a line and its words."""
    import geopandas as gpd
    import shapely

    lines, names = [], []
    eastings, northings = (
        np.arange(low, high + _STEP / 2, _STEP) for low, high in (_EAST, _NORTH)
    )
    for east in eastings:
        lines.append(shapely.LineString([(east, north) for north in northings]))
        names.append(f"{east:g}°E")
    for north in northings:
        lines.append(shapely.LineString([(east, north) for east in eastings]))
        names.append(f"{north:g}°N")
    shapes = gpd.GeoSeries(lines, crs="EPSG:4326").to_crs(CRS_DISTANCE)
    both = zip(names, shapes, strict=True)
    return [{"name": name, "xy": _km(shape.coords)} for name, shape in both]


def _km(coordinates: object, digits: int = 2) -> list[list[float]]:
    """Return coordinates in metres as a list of eastings and one of northings."""
    km = (np.asarray(coordinates)[:, :2] / 1000).round(digits)
    return km.T.tolist()
