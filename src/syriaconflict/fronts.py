"""Who held what on a day, where the line ran, and how far it moved.

A report names places, not lines.  Every function here therefore starts from the spells
of the ``control`` table and gives a place's holder its cell of ground (see
`syriaconflict.tessellation`).  A place counts only where there is evidence for the day:
ground that nobody reported on is nobody's, and no line runs along it.

On a map of cells a place is in one state: held by a side (cut off or not),
``contested``, ``none`` or ``unknown``.  All of them count alike, so that what one state
loses the others gain, and shifts over several dates add up on one set of cells.

This module has the maps of one day.  What moved between two days is in `shifts`, a
whole period in `tracks`, roads in `positions`, how likely who holds what in `surface`
and, from events alone, in `hmm`: all are reached from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict.course import course_of
from syriaconflict.filters import day
from syriaconflict.hmm import control_probability, hexagons
from syriaconflict.holders import Day, control_at
from syriaconflict.mesh import Mesh, cells_of, mesh_of, refuse_strange
from syriaconflict.parties import (
    BETWEEN,
    BETWEEN_THEM,
    FIRST,
    OTHER,
    SECOND,
    WEIGHTS,
    Group,
    Party,
    parties,
    roles,
    states,
    third,
)
from syriaconflict.positions import axis_position
from syriaconflict.shifts import (
    changed_areas,
    front_shift,
    segment_shifts,
    shift_draws,
    state_shifts,
)
from syriaconflict.surface import (
    probability_band,
    probability_line,
    probability_surface,
)
from syriaconflict.tracks import front_track, line_track, track_areas, track_lines

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = [
    "axis_position",
    "changed_areas",
    "contested_band",
    "control_areas",
    "control_at",
    "control_probability",
    "course_of",
    "front_line",
    "front_shift",
    "front_track",
    "hexagons",
    "line_track",
    "mesh_of",
    "probability_band",
    "probability_line",
    "probability_surface",
    "segment_shifts",
    "shift_draws",
    "state_shifts",
    "track_areas",
    "track_lines",
]

TOUCH_M = 1.0  # lines whose ends lie nearer than this are one line


def control_areas(
    control: pd.DataFrame,
    places: pd.DataFrame | Mesh,
    date: Day,
    **options: float | None,
) -> gpd.GeoDataFrame:
    """Return the ground in each state of control on a day.

    Parameters
    ----------
    control : DataFrame
        Rows of the ``control`` table.
    places : DataFrame, GeoDataFrame or Mesh
        Rows of the ``places`` table, of which those with a spell on the day get a cell;
        or cells from `tessellation` or `mesh_of`, used as they are.
    date : str or date
        Calendar day in Syria.
    **options : float
        ``reach_back``, ``max_age`` and ``half_life`` of `control_at` [day].

    Returns
    -------
    GeoDataFrame
        One row per status and side, sorted: ``status``, ``side`` (held and besieged
        only), ``places`` (int, number of cells), ``km2`` (float, of the cells) and
        ``geometry`` (EPSG:32637, or the system of cells given).  Cells given without a
        spell are ``unknown``.

    Raises
    ------
    ValueError
        If there is no spell on that day, or no place that can have a cell.

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
    >>> areas = control_areas(control, places, "2016-09-01")
    >>> areas.set_index("side")["km2"].round().to_dict()
    {'government': 510.0, 'opposition': 510.0}
    """
    held = control_at(control, date, **options)
    cells = cells_of(places, held.index)
    refuse_strange(cells, control)
    status = held["status"].reindex(cells.index, fill_value="unknown")
    is_firm = status.isin(["held", "besieged"])
    side = held["side"].reindex(cells.index).where(is_firm)
    # An empty word for the missing side: dissolving by missing values would drop them.
    keyed = cells.assign(status=status, side=side.fillna(""), places=1)
    areas = keyed[["status", "side", "places", "km2", "geometry"]].dissolve(
        ["status", "side"], aggfunc="sum", as_index=False
    )
    areas["side"] = areas["side"].where(areas["side"] != "")
    return areas[["status", "side", "places", "km2", "geometry"]]


def front_line(
    control: pd.DataFrame,
    places: pd.DataFrame | Mesh,
    date: Day,
    *,
    between: tuple[Party, Party] = BETWEEN,
    **options: float | None,
) -> gpd.GeoDataFrame:
    """Return the line between two parties on a day: the edges their cells share.

    Where a contested place lies between the sides there is no one line but a band: the
    contested cells.  Its edges towards either side are returned as lines of their own,
    told apart by ``kind``; `contested_band` has the ground.  A contested cell of which
    one party is a third one belongs to no band.  A place that is held but cut off
    counts as held.

    Parameters
    ----------
    control, places, date, **options
        As for `control_areas`.
    between : pair of str or of collections of str
        The two parties, by default government and opposition: each a side, a camp, an
        ``actor_id``, or several of them.  A name that is both a side and a camp is the
        side; ``camp:government`` and ``actor:saa`` say which is meant.

    Returns
    -------
    GeoDataFrame
        One row per connected line, the longest first: ``kind`` (``held-held`` or
        ``held-contested``), ``side``, ``other_side`` (of an edge of the band
        ``contested``; several names are joined by `` + ``), ``length_km`` (float [km])
        and ``geometry`` (EPSG:32637, or the system of cells given; a line that branches
        is a MultiLineString).

    Raises
    ------
    ValueError
        If there is no such line (the message says which sides were found), a party is
        not known, or both hold one place.

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
    >>> front_line(control, places, "2016-09-01")["length_km"].round(1).tolist()
    [28.0]
    """
    groups = parties(between, control)
    held = control_at(control, date, **options)
    mesh = mesh_of(places, held.index)
    refuse_strange(mesh.cells, control)
    known = held.reindex(mesh.cells.index)
    role = roles(known, groups, control)
    on = np.flatnonzero(WEIGHTS[role[mesh.one], role[mesh.two]])
    if not len(on):
        found = states(known).value_counts().to_dict()
        msg = (
            f"control: no line between {groups[0].name} and {groups[1].name} on "
            f"{day(date, 'date'):%Y-%m-%d}; the cells are {found}: choose sides or a "
            "day with neighbouring cells, or give more places"
        )
        raise ValueError(msg)
    low, high = np.sort([role[mesh.one[on]], role[mesh.two[on]]], axis=0)
    return _connected(
        mesh.ridges.iloc[on][["geometry"]].assign(**_named(low, high, groups))
    )


def contested_band(
    control: pd.DataFrame,
    places: pd.DataFrame | Mesh,
    date: Day,
    *,
    between: tuple[Party, Party] = BETWEEN,
    **options: float | None,
) -> gpd.GeoDataFrame:
    """Return the ground contested or besieged between two parties on a day.

    Parameters
    ----------
    control, places, date, between, **options
        As for `front_line`.

    Returns
    -------
    GeoDataFrame
        One row per connected piece, the largest first: ``status`` (``contested`` or
        ``besieged``), ``side`` (the party that is besieged; of contested ground
        missing), ``places`` (int, number of cells), ``km2`` (float, of the cells) and
        ``geometry``.  Ground of which one party is a third one is left out; a besieger
        who is not told is taken to be the other.  No row where nothing is contested or
        besieged.

    Raises
    ------
    ValueError
        If there is no spell on that day, or a party is not known.

    Examples
    --------
    >>> places = pd.DataFrame({
    ...     "place_id": ["souran", "morek"], "name": ["Souran", "Morek"],
    ...     "kind": "settlement", "longitude": [36.748, 36.690],
    ...     "latitude": [35.292, 35.376], "radius_km": 1.0})
    >>> control = pd.DataFrame({
    ...     "control_id": ["souran-01", "morek-01"], "place_id": ["souran", "morek"],
    ...     "camp": ["government", "opposition"], "other_camp": ["opposition", None],
    ...     "actor_id": None, "status": ["contested", "held"], "basis": "stated",
    ...     "start": pd.to_datetime(["2016-08-01"] * 2),
    ...     "end": pd.to_datetime([None, None])})
    >>> contested_band(control, places, "2016-09-01")["km2"].round().tolist()
    [510.0]
    """
    groups = parties(between, control)
    held = control_at(control, date, **options)
    mesh = mesh_of(places, held.index)
    refuse_strange(mesh.cells, control)
    known = held.reindex(mesh.cells.index)
    role = roles(known, groups, control)
    cut_off = (known["status"] == "besieged") & ~third(known, groups, control)
    in_band = (role == BETWEEN_THEM) | (cut_off & (role != OTHER)).to_numpy()
    code = np.where(in_band, role, OTHER)
    alike = code[mesh.one] == code[mesh.two]
    piece = _pieces(np.array([mesh.one[alike], mesh.two[alike]]), len(code))
    names = {FIRST: groups[0].name, SECOND: groups[1].name}
    band = mesh.cells.assign(places=1, piece=piece)[in_band]
    band["status"] = known.loc[in_band, "status"]
    band["side"] = pd.Series(role[in_band], band.index).map(names).astype("str")
    columns = ["status", "side", "places", "km2", "geometry"]
    if band.empty:
        return band[columns].reset_index(drop=True)
    sums = {"status": "first", "side": "first", "places": "sum", "km2": "sum"}
    pieces = band[["piece", *columns]].dissolve("piece", aggfunc=sums)
    ordered = pieces.sort_values(["km2", "status"], ascending=[False, True])
    return ordered[columns].reset_index(drop=True)


def _named(
    low: np.ndarray, high: np.ndarray, groups: tuple[Group, Group]
) -> dict[str, np.ndarray]:
    """Return what each border parts, from the roles of the places beside it."""
    words = np.array([groups[0].name, groups[1].name, "contested"])
    kind = np.where(high == BETWEEN_THEM, "held-contested", "held-held")
    return {"kind": kind, "side": words[low], "other_side": words[high]}


def _pieces(pairs: np.ndarray, count: int) -> np.ndarray:
    """Return the number of the connected piece of each of ``count`` things."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(pairs.shape[1]), pairs), shape=(count, count))
    return connected_components(links, directed=False)[1]


def _connected(edges: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Join edges that touch and are of one kind, the longest line first."""
    import shapely

    keys = ["kind", "side", "other_side"]
    parts = []
    for _, group in edges.groupby(keys):
        shapes = group.geometry.array
        near = shapely.STRtree(shapes).query(shapes, "dwithin", distance=TOUCH_M)
        parts.append(group.assign(line=_pieces(near, len(group))))
    lines = pd.concat(parts).dissolve([*keys, "line"]).reset_index()
    lines["geometry"] = lines.geometry.line_merge()
    lines["length_km"] = lines.length / 1000
    ordered = lines.sort_values(["length_km", *keys], ascending=[False, *[True] * 3])
    return ordered[[*keys, "length_km", "geometry"]].reset_index(drop=True)
