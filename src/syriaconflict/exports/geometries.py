"""The tables that have a place on the map, control among them by its places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from syriaconflict.exports.rows import Export
from syriaconflict.schema import TABLES

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries

CRS = "EPSG:4326"
LAYERS = tuple(name for name, table in TABLES.items() if table.geometry)


def layers(made: Export) -> dict[str, GeoDataFrame]:
    """Return the exported tables that have geometries; control at its places' points.

    Control needs the table ``places`` beside it.
    """
    found = {name: made.frames[name] for name in LAYERS if name in made.frames}
    if "control" in made.frames and "places" in made.frames:
        found["control"] = _placed(made.frames["control"], made.frames["places"])
    return found


def _placed(control: pd.DataFrame, places: GeoDataFrame) -> GeoDataFrame:
    from geopandas import GeoDataFrame

    points = places.set_index("place_id").geometry.reindex(control["place_id"])
    return GeoDataFrame(control, geometry=points.array, crs=CRS)


def right_handed(shapes: GeoSeries, decimals: int | None = None) -> GeoSeries:
    """Return shapes whose outer rings run against the clock, inner ones with it.

    Examples
    --------
    >>> from geopandas import GeoSeries
    >>> from shapely import Polygon
    >>> clockwise = GeoSeries([Polygon([(0, 0), (0, 1), (1, 1), (1, 0)])])
    >>> right_handed(clockwise)[0].exterior.is_ccw
    True
    """
    import numpy as np
    import shapely
    from geopandas import GeoSeries

    made = np.asarray(shapes.array, dtype=object)
    if decimals is not None:
        made = shapely.transform(made, lambda points: points.round(decimals))
    turned = [_turned(shape) for shape in made]
    return GeoSeries(turned, index=shapes.index, crs=shapes.crs)


def _turned(shape: object) -> object:
    from shapely import MultiPolygon, Polygon
    from shapely.geometry.polygon import orient

    if isinstance(shape, Polygon):
        return orient(shape)
    if isinstance(shape, MultiPolygon):
        return MultiPolygon([orient(part) for part in shape.geoms])
    return shape
