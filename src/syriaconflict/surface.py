"""Probability that a party holds each spot, and the line where it is one half.

Each place is evidence for the ground around it, as sure as its last news
(`confidence`), and the less the farther away.  The surface is smooth where the map of
cells has corners, and says how sure it is; but like the cells it knows nothing of what
lies between the places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from syriaconflict.confidence import HALF_LIFE
from syriaconflict.filters import day, require
from syriaconflict.holders import Day, control_at
from syriaconflict.mesh import Mesh, mesh_of, refuse_strange
from syriaconflict.parties import (
    BETWEEN,
    BETWEEN_THEM,
    FIRST,
    OTHER,
    SECOND,
    Party,
    parties,
    roles,
)
from syriaconflict.strips import sites
from syriaconflict.tessellation import CRS_DISTANCE

if TYPE_CHECKING:
    import geopandas as gpd
    from contourpy import ContourGenerator

MOST_SPOTS = 4_000_000
_ROLES = (FIRST, SECOND, BETWEEN_THEM, OTHER)


class Surface(NamedTuple):
    """Probability on a grid of spots, rows from south to north, columns west to east.

    ``x`` and ``y`` are the coordinates of columns and rows in the system ``crs`` [m];
    ``probability`` (rows x columns) is that of ``side``, missing far from evidence.
    """

    x: np.ndarray
    y: np.ndarray
    probability: np.ndarray
    crs: str
    side: str
    other_side: str


def probability_surface(
    control: pd.DataFrame,
    places: pd.DataFrame | Mesh,
    date: Day,
    *,
    between: tuple[Party, Party] = BETWEEN,
    cell_km: float = 2,
    half_km: float = 2,
    reach_km: float = 15,
    half_life: float = HALF_LIFE,
    **options: float | None,
) -> Surface:
    """Return the probability that the first of two parties holds each spot.

    Parameters
    ----------
    control, places, date, between, **options
        As for `fronts.front_line`.
    cell_km : float, default 2
        Distance of the spots [km].
    half_km : float, default 2
        Distance over which the weight of a place halves [km]; the shorter it is, the
        nearer the line of one half comes to the borders of the cells.
    reach_km : float, default 15
        Spots farther than this from every place of the two parties are missing [km].
    half_life : float, default 97.4
        As for `confidence.persistence` [day].

    Returns
    -------
    Surface
        ``x``, ``y``, ``probability``, ``crs``, ``side`` and ``other_side``.  At a spot
        it is the mean over the places within reach of the probability that the first
        party holds them, by their weight: of one held by it its confidence, by the
        second 1 less its confidence, contested between them 1/2.  Missing too where
        the nearest place is neither's.

    Raises
    ------
    ValueError
        If there is no spell on that day, no place of the two parties, a distance is not
        above 0, or there would be more than `MOST_SPOTS` spots.

    Examples
    --------
    >>> places = pd.DataFrame({
    ...     "place_id": ["souran", "morek"], "name": ["Souran", "Morek"],
    ...     "kind": "settlement", "longitude": [36.748, 36.690],
    ...     "latitude": [35.292, 35.376], "radius_km": 1.0})
    >>> control = pd.DataFrame({
    ...     "control_id": ["souran-01", "morek-01"], "place_id": ["souran", "morek"],
    ...     "camp": ["government", "opposition"], "other_camp": None, "actor_id": None,
    ...     "status": "held", "basis": "stated",
    ...     "start": pd.to_datetime(["2016-08-01"] * 2),
    ...     "end": pd.to_datetime([None, None])})
    >>> surface = probability_surface(control, places, "2016-08-01")
    >>> surface.probability.shape
    (22, 20)
    """
    for name, km in (
        ("cell_km", cell_km),
        ("half_km", half_km),
        ("reach_km", reach_km),
    ):
        if not 0 < km < np.inf:
            msg = f"{name} is {km!r}, wanted a number of km above 0"
            raise ValueError(msg)
    groups = parties(between, control)
    held = control_at(control, date, half_life=half_life, **options)
    mesh = mesh_of(places, held.index)
    refuse_strange(mesh.cells, control)
    known = held.reindex(mesh.cells.index)
    role = roles(known, groups, control)
    names = [one.name for one in groups]
    if (role == OTHER).all():
        msg = (
            f"control: neither {' nor '.join(names)} holds any of {len(role)} places "
            f"on {day(date, 'date'):%Y-%m-%d}; choose other sides or another day"
        )
        raise ValueError(msg)
    x, y, value = _spread(
        sites(mesh) / 1000, _chances(known, role), cell_km, half_km, reach_km
    )
    return Surface(x * 1000, y * 1000, value, mesh.cells.crs.to_string(), *names)


def probability_line(
    surface: Surface | pd.DataFrame, level: float = 0.5
) -> gpd.GeoDataFrame:
    """Return the line along which the probability has a level.

    Parameters
    ----------
    surface : Surface or DataFrame
        Result of `probability_surface`; or spots of any regular grid in columns ``x``,
        ``y`` (in EPSG:32637 [m]) and ``probability``, such as the centres of `hmm`
        cells in one period: see `surface_of`.
    level : float, default 0.5
        Probability, above 0 and below 1.

    Returns
    -------
    GeoDataFrame
        One row: ``level``, ``side``, ``other_side``, ``length_km`` (float [km]) and
        ``geometry`` (LineString or MultiLineString; the ground where the probability is
        higher lies to the left).

    Raises
    ------
    ValueError
        If the level is nowhere crossed (the message has the lowest and highest
        probability), is not between 0 and 1, or the frame is no grid.

    Examples
    --------
    >>> spots = pd.DataFrame({"x": [0, 1000, 0, 1000], "y": [0, 0, 1000, 1000],
    ...                       "probability": [1.0, 0.0, 1.0, 0.0]})
    >>> probability_line(spots)["length_km"].tolist()
    [1.0]
    """
    import geopandas as gpd
    import shapely

    surface = surface_of(surface)
    _refuse_level(level, "level")
    lines = [shapely.linestrings(one) for one in _contours(surface).lines(level)]
    if not lines:
        raise ValueError(_nowhere(surface, f"crosses {level:g}"))
    shape = shapely.line_merge(shapely.multilinestrings(lines))
    table = {"level": [level], "side": surface.side, "other_side": surface.other_side}
    table["length_km"] = shapely.length(shape) / 1000
    return gpd.GeoDataFrame(table, geometry=[shape], crs=surface.crs)


def probability_band(
    surface: Surface | pd.DataFrame, low: float = 0.25, high: float = 0.75
) -> gpd.GeoDataFrame:
    """Return the ground on which the probability lies between two levels.

    Parameters
    ----------
    surface : Surface or DataFrame
        As for `probability_line`.
    low, high : float, default 0.25 and 0.75
        Probabilities, above 0 and below 1.

    Returns
    -------
    GeoDataFrame
        One row per piece, the largest first: ``low``, ``high``, ``km2`` (float, in
        EPSG:6933) and ``geometry`` (Polygon).

    Raises
    ------
    ValueError
        As for `probability_line`; or if ``low`` is not below ``high``.

    Examples
    --------
    >>> spots = pd.DataFrame({"x": [0, 1000, 0, 1000], "y": [0, 0, 1000, 1000],
    ...                       "probability": [1.0, 0.0, 1.0, 0.0]})
    >>> band = probability_band(spots)
    >>> (band.area / 1e6).tolist()
    [0.5]
    """
    import geopandas as gpd
    import shapely

    from syriaconflict.tessellation import area_km2

    surface = surface_of(surface)
    _refuse_level(low, "low")
    _refuse_level(high, "high")
    if not low < high:
        msg = f"low is {low!r} and high {high!r}, wanted the lower one first"
        raise ValueError(msg)
    found = []
    for points, starts in zip(*_contours(surface).filled(low, high), strict=True):
        outer, *holes = np.split(points, starts[1:-1])
        found.append(shapely.Polygon(outer, holes))
    pieces = [one for one in found if one.area > 0]
    if not pieces:
        raise ValueError(_nowhere(surface, f"lies between {low:g} and {high:g}"))
    table = gpd.GeoDataFrame({"low": low, "high": high}, range(len(pieces)),
                             geometry=pieces, crs=surface.crs)  # fmt: skip
    table.insert(2, "km2", area_km2(table.geometry))
    return table.sort_values("km2", ascending=False, ignore_index=True)


def surface_of(spots: Surface | pd.DataFrame) -> Surface:
    """Return spots with probabilities as a grid; a Surface as it is.

    Parameters
    ----------
    spots : Surface or DataFrame
        Columns ``x``, ``y`` (in EPSG:32637 [m]) and ``probability``, one row a spot:
        any regular grid.  Of hexagons, whose rows are shifted, values between the
        centres of a row are interpolated.

    Returns
    -------
    Surface
        Spots that the frame has not are missing.

    Raises
    ------
    ValueError
        If a column is missing, a spot comes twice, a probability is not between 0 and
        1, or there are fewer than two rows or columns.

    Examples
    --------
    The centres of hexagons, and what `hmm.control_probability` says of one period:

    >>> from syriaconflict.hmm import hexagons
    >>> import shapely
    >>> grid = hexagons(shapely.box(36.6, 35.1, 36.8, 35.4), 10)
    >>> held = pd.DataFrame({"cell_id": grid["cell_id"], "p_side": 0.5})
    >>> at = grid.set_index("cell_id")["centre"].loc[held["cell_id"]]
    >>> surface_of(pd.DataFrame({"x": at.x.to_numpy(), "y": at.y.to_numpy(),
    ...     "probability": held["p_side"]})).probability.shape
    (5, 5)
    """
    if isinstance(spots, Surface):
        return spots
    require(spots, ("x", "y", "probability"), "spots")
    told = spots["probability"].dropna()
    if not told.between(0, 1).all():
        odd = float(told[~told.between(0, 1)].iloc[0])
        msg = f"spots: a probability is {odd!r}, wanted 0 to 1, or missing"
        raise ValueError(msg)
    at = spots[["x", "y"]].astype(float).round(3)
    if at.duplicated().any():
        twice = at[at.duplicated()].iloc[0].tolist()
        msg = f"spots: {twice} comes twice; give the spots of one day or period"
        raise ValueError(msg)
    table = at.assign(probability=spots["probability"].astype(float))
    grid = table.pivot(index="y", columns="x", values="probability")
    if min(grid.shape) < 2:
        msg = (
            f"spots: {grid.shape[0]} rows and {grid.shape[1]} columns, wanted 2 or "
            "more of either"
        )
        raise ValueError(msg)
    known = table.pivot(index="y", columns="x", values="x").notna()
    if (grid.index.size > 1) and not known.all(axis=None):
        grid = grid.interpolate(axis=1, method="index", limit=1, limit_area="inside")
    x, y = (level.to_numpy(float) for level in (grid.columns, grid.index))
    return Surface(x, y, grid.to_numpy(), CRS_DISTANCE, "the party", "the other")


def _chances(known: pd.DataFrame, role: np.ndarray) -> np.ndarray:
    """Return how likely the first party holds each place; missing of other's."""
    sure = known["probability"].to_numpy(float)
    chances = [sure, 1 - sure, np.full(len(role), 0.5), np.full(len(role), np.nan)]
    return np.select([role == each for each in _ROLES], chances)


def _spread(
    spots: np.ndarray, chance: np.ndarray, cell: float, half: float, reach: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return columns, rows and values of the grid around the places [km]."""
    from scipy.spatial import KDTree

    told = ~np.isnan(chance)
    low = np.floor((spots[told].min(axis=0) - reach) / cell)
    high = np.ceil((spots[told].max(axis=0) + reach) / cell)
    size = high - low + 1
    if size.prod() > MOST_SPOTS:
        msg = (
            f"cell_km is {cell:g}: {size.prod():.0f} spots, wanted at most "
            f"{MOST_SPOTS}; give a larger cell_km or fewer places"
        )
        raise ValueError(msg)
    x, y = (np.arange(a, b + 1) * cell for a, b in zip(low, high, strict=True))
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    own = KDTree(spots[told])
    pairs = KDTree(grid).sparse_distance_matrix(own, reach, output_type="ndarray")
    spot, place, km = pairs["i"], pairs["j"], pairs["v"]
    nearest = own.query(grid)[0]
    # counted from the nearest place, weights do not vanish far from all of them
    weight = 0.5 ** ((km - nearest[spot]) / half)
    total = np.bincount(spot, weight, len(grid))
    value = np.bincount(spot, weight * chance[told][place], len(grid))
    value = np.divide(value, total, out=np.full(len(grid), np.nan), where=total > 0)
    if not told.all():
        value[KDTree(spots[~told]).query(grid)[0] < nearest] = np.nan
    return x, y, value.reshape(len(y), len(x))


def _contours(surface: Surface) -> ContourGenerator:
    from contourpy import contour_generator

    known = np.ma.masked_invalid(surface.probability)
    return contour_generator(
        surface.x, surface.y, known, fill_type="OuterOffset", line_type="Separate"
    )


def _refuse_level(level: float, name: str) -> None:
    if not 0 < level < 1:
        msg = f"{name} is {level!r}, wanted a probability above 0 and below 1"
        raise ValueError(msg)


def _nowhere(surface: Surface, what: str) -> str:
    known = surface.probability[~np.isnan(surface.probability)]
    found = f"from {known.min():.3g} to {known.max():.3g}" if len(known) else "missing"
    return (
        f"surface: the probability of {surface.side} nowhere {what}; it is {found}: "
        "choose other levels, sides or a day"
    )
