"""Cells of some places and the borders between them, as arrays for fast work."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from syriaconflict.filters import require
from syriaconflict.tessellation import CRS_DISTANCE, ridges, tessellation

if TYPE_CHECKING:
    import geopandas as gpd
    from scipy.sparse import csr_array


_AREAL = ("Polygon", "MultiPolygon")


class Mesh(NamedTuple):
    """Cells, and the borders between them by the numbers of the cells."""

    cells: gpd.GeoDataFrame
    ridges: gpd.GeoDataFrame
    km2: np.ndarray
    one: np.ndarray
    two: np.ndarray
    length_km: np.ndarray


def mesh_of(places: pd.DataFrame | Mesh, place_ids: pd.Index | None = None) -> Mesh:
    """Return cells and the borders between them, to be used again and again.

    Parameters
    ----------
    places : DataFrame, GeoDataFrame or Mesh
        Rows of the ``places`` table, or cells from `tessellation`; what this function
        returned is returned as it is.
    place_ids : Index, optional
        Of rows of the table only these places get a cell; by default all do.

    Returns
    -------
    Mesh
        ``cells`` (GeoDataFrame, as from `tessellation`) and ``ridges`` (GeoDataFrame,
        as from `tessellation.ridges`); of them as arrays ``km2`` of the cells,
        ``length_km`` of the borders, and ``one`` and ``two``, the numbers of the cells
        on either side of each border.

    Examples
    --------
    >>> places = pd.DataFrame({
    ...     "place_id": ["souran", "morek"], "name": ["Souran", "Morek"],
    ...     "kind": "settlement", "longitude": [36.748, 36.690],
    ...     "latitude": [35.292, 35.376], "radius_km": 1.0})
    >>> mesh_of(places).length_km.round(1).tolist()
    [28.0]
    """
    if isinstance(places, Mesh):
        return places
    cells = cells_of(places, place_ids)
    edges = ridges(cells)
    one, two = (cells.index.get_indexer(edges[key]) for key in ("place_a", "place_b"))
    km2 = cells["km2"].to_numpy(dtype=float)
    return Mesh(cells, edges, km2, one, two, edges["length_km"].to_numpy())


def neighbours(mesh: Mesh) -> csr_array:
    """Return which cells share a border, as a symmetric matrix of 0 and 1.

    Parameters
    ----------
    mesh : Mesh
        Cells and borders.

    Returns
    -------
    csr_array, cells x cells
        1 where two cells share a border.

    Examples
    --------
    >>> places = pd.DataFrame({
    ...     "place_id": ["souran", "morek"], "name": ["Souran", "Morek"],
    ...     "kind": "settlement", "longitude": [36.748, 36.690],
    ...     "latitude": [35.292, 35.376], "radius_km": 1.0})
    >>> neighbours(mesh_of(places)).toarray().tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    from scipy.sparse import coo_array

    count = len(mesh.km2)
    ends = np.append(mesh.one, mesh.two), np.append(mesh.two, mesh.one)
    beside = coo_array((np.ones(len(ends[0])), ends), shape=(count, count))
    return beside.tocsr()


def cells_of(
    places: pd.DataFrame | Mesh, place_ids: pd.Index | None = None
) -> gpd.GeoDataFrame:
    """Return the cells given, or those of the places that have evidence.

    Parameters
    ----------
    places, place_ids
        As for `mesh_of`.

    Returns
    -------
    GeoDataFrame
        Cells as from `tessellation`; given in degrees they are projected to
        `CRS_DISTANCE`, and a column ``place_id``, as of cells read back from a file, is
        made their index.

    Raises
    ------
    ValueError
        If cells lack a column or a coordinate system, there is none, or one is no
        polygon.
    """
    if isinstance(places, Mesh):
        return places.cells
    if _is_cells(places):
        return _ready(places)
    require(places, ("place_id",), "places")
    if place_ids is not None:
        places = places[places["place_id"].isin(place_ids)]
    return tessellation(places)


def refuse_strange(cells: gpd.GeoDataFrame, control: pd.DataFrame) -> None:
    """Refuse cells none of which is that of a place in the ``control`` table.

    Parameters
    ----------
    cells : GeoDataFrame
        Cells, indexed by ``place_id``.
    control : DataFrame
        Rows of the ``control`` table.

    Raises
    ------
    ValueError
        If they have no place in common, so that all ground would be ``unknown``.
    """
    places = pd.Index(control["place_id"].unique())
    if (cells.index.get_indexer_for(places) < 0).all():
        msg = (
            f"cells: none of {len(cells)} is of a place in control: their index is "
            f"{cells.index[:3].tolist()} and so on, wanted the place_id, such as "
            f"{control['place_id'].iloc[0]!r}: cells.set_index(...)"
        )
        raise ValueError(msg)


def _is_cells(places: pd.DataFrame) -> bool:
    """Whether a frame is meant as cells: it has areas, or polygons."""
    import geopandas as gpd

    if not isinstance(places, gpd.GeoDataFrame):
        return False
    is_table = {"longitude", "latitude"} <= set(places.columns)
    has_areas = "km2" in places and not is_table
    return has_areas or places.geom_type.isin(_AREAL).any()


def _ready(cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return cells as all functions want them."""
    require(cells, ("name", "km2"), "cells")
    if cells.empty:
        msg = "cells: there is no row, wanted a cell for each place; see `tessellation`"
        raise ValueError(msg)
    if "place_id" in cells:
        cells = cells.set_index("place_id")
    odd = cells.index[~cells.geom_type.isin(_AREAL) | cells.is_empty].tolist()
    if odd:
        msg = (
            f"cells: {odd[:5]} and {max(len(odd) - 5, 0)} more have no ground: a shape "
            "is empty or no polygon; drop them or mend their geometry"
        )
        raise ValueError(msg)
    if cells.crs is None:
        msg = (
            "cells: the geometry has no coordinate system; say which it is: "
            f"cells.set_crs({CRS_DISTANCE!r}) for cells as from `tessellation`"
        )
        raise ValueError(msg)
    return cells if cells.crs.is_projected else cells.to_crs(CRS_DISTANCE)
