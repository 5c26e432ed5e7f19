"""Who held what on a day, where the line ran, and how far it moved.

A report names places, not lines.  Every function here therefore starts from the spells
of the ``control`` table and gives a place's holder its cell of ground (see
`syriaconflict.tessellation`).  A place counts only where there is evidence for the day:
ground that nobody reported on is nobody's, and no line runs along it.

On a map of cells a place is in one state: held by a side (cut off or not),
``contested``, ``none`` or ``unknown``.  All of them count alike, so that what one state
loses the others gain, and shifts over several dates add up on one set of cells.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict.camps import side_of
from syriaconflict.filters import codes, day
from syriaconflict.holders import Day, control_at, spells_on
from syriaconflict.tessellation import CRS_DISTANCE, area_km2, borders, tessellation
from syriaconflict.vocabulary import SIDES

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = [
    "axis_position",
    "changed_areas",
    "control_areas",
    "control_at",
    "front_line",
    "front_shift",
]

BETWEEN = ("government", "opposition")
NOT_HELD = ("contested", "none", "unknown")
TOUCH_M = 1.0  # lines whose ends lie nearer than this are one line
_POSITION = ["km_low", "km_high", "km", "last_stop", "next_stop", "is_broken"]


def control_areas(
    control: pd.DataFrame,
    places: pd.DataFrame,
    date: Day,
    **options: float | None,
) -> gpd.GeoDataFrame:
    """Return the ground in each state of control on a day.

    Parameters
    ----------
    control : DataFrame
        Rows of the ``control`` table.
    places : DataFrame or GeoDataFrame
        Rows of the ``places`` table, of which those with a spell on the day get a cell;
        or cells from `tessellation`, which are then used as they are.
    date : str or date
        Calendar day in Syria.
    **options : float
        ``reach_back`` and ``max_age`` of `control_at` [day].

    Returns
    -------
    GeoDataFrame
        One row per status and side, sorted: ``status``, ``side`` (held and besieged
        only), ``places`` (int, number of cells), ``km2`` (float, measured in EPSG:6933)
        and ``geometry`` (EPSG:32637).  Cells given without a spell are ``unknown``.

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
    cells = _cells(places, held.index)
    status = held["status"].reindex(cells.index, fill_value="unknown")
    is_firm = status.isin(["held", "besieged"])
    side = held["side"].reindex(cells.index).where(is_firm)
    # An empty word for the missing side: dissolving by missing values would drop them.
    keyed = cells.assign(status=status, side=side.fillna(""), places=1)
    areas = keyed[["status", "side", "places", "geometry"]].dissolve(
        ["status", "side"], aggfunc="sum", as_index=False
    )
    areas["side"] = areas["side"].where(areas["side"] != "")
    areas["km2"] = area_km2(areas.geometry)
    return areas[["status", "side", "places", "km2", "geometry"]]


def front_line(
    control: pd.DataFrame,
    places: pd.DataFrame,
    date: Day,
    *,
    between: tuple[str, str] = BETWEEN,
    **options: float | None,
) -> gpd.GeoDataFrame:
    """Return the line between two sides on a day: the edges their cells share.

    Where a contested place lies between the sides there is no one line but a band: the
    contested cells.  Its edges towards either side are returned as lines of their own,
    told apart by ``kind``.  A contested cell of which one party is a third side belongs
    to no band.  A place that is held but cut off counts as held.

    Parameters
    ----------
    control, places, date, **options
        As for `control_areas`.
    between : pair of str, default government and opposition
        The two sides.

    Returns
    -------
    GeoDataFrame
        One row per connected line, the longest first: ``kind`` (``held-held`` or
        ``held-contested``), ``side``, ``other_side`` (of an edge of the band
        ``contested``), ``length_km`` (float [km], EPSG:32637) and ``geometry``
        (EPSG:32637; a line that branches is a MultiLineString).

    Raises
    ------
    ValueError
        If there is no such line: the message says which sides were found.

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
    _check_between(between)
    held = control_at(control, date, **options)
    cells = _cells(places, held.index)
    edges = _front_edges(borders(cells), held, between)
    if edges.empty:
        found = _states(held, cells.index).value_counts().to_dict()
        msg = (
            f"control: {_no_line(between)} {_iso(date)}; the cells are {found}: choose "
            "sides or a day with neighbouring cells, or give more places"
        )
        raise ValueError(msg)
    return _connected(edges)


def changed_areas(
    control: pd.DataFrame,
    places: pd.DataFrame,
    t0: Day,
    t1: Day,
    **options: float | None,
) -> gpd.GeoDataFrame:
    """Return the state of each cell on two days.

    Parameters
    ----------
    control : DataFrame
        Rows of the ``control`` table.
    places : DataFrame or GeoDataFrame
        Rows of the ``places`` table, of which those with a spell on either day get a
        cell; or cells from `tessellation`, which are then used as they are.
    t0, t1 : str or date
        The two calendar days in Syria.
    **options : float
        ``reach_back`` and ``max_age`` of `control_at` [day].

    Returns
    -------
    GeoDataFrame
        Indexed by ``place_id``, one row per cell, changed or not: ``name``, ``before``
        and ``after`` (a side, ``contested``, ``none`` or ``unknown``), ``is_changed``
        (bool), ``km2`` (float, EPSG:6933), ``geometry`` (EPSG:32637).

    Raises
    ------
    ValueError
        If there is no spell on one of the days, or no place that can have a cell.

    Examples
    --------
    >>> places = pd.DataFrame({
    ...     "place_id": ["souran", "morek"], "name": ["Souran", "Morek"],
    ...     "kind": "settlement", "longitude": [36.748, 36.690],
    ...     "latitude": [35.292, 35.376], "radius_km": 1.0})
    >>> control = pd.DataFrame({
    ...     "control_id": ["souran-01", "souran-02", "morek-01"],
    ...     "place_id": ["souran", "souran", "morek"],
    ...     "camp": ["government", "opposition", "opposition"],
    ...     "other_camp": None, "actor_id": None,
    ...     "status": "held", "basis": "stated",
    ...     "start": pd.to_datetime(["2016-08-01", "2016-08-31", "2016-08-01"]),
    ...     "end": pd.to_datetime(["2016-08-31", None, None])})
    >>> cells = changed_areas(control, places, "2016-08-28", "2016-09-01")
    >>> cells["is_changed"].to_dict()
    {'souran': True, 'morek': False}
    """
    held = [control_at(control, date, **options) for date in (t0, t1)]
    cells = _cells(places, held[0].index.union(held[1].index))
    before, after = (_states(one, cells.index) for one in held)
    return cells.assign(before=before, after=after, is_changed=before != after)[
        ["name", "before", "after", "is_changed", "km2", "geometry"]
    ]


def front_shift(
    control: pd.DataFrame,
    places: pd.DataFrame,
    t0: Day,
    t1: Day,
    *,
    between: tuple[str, str] = BETWEEN,
    **options: float | None,
) -> pd.DataFrame:
    """Return how much ground two sides gained and lost, and how far the line moved.

    Parameters
    ----------
    control, places, t0, t1, **options
        As for `changed_areas`.  Shifts over several dates add up exactly only on one
        set of cells: give cells from `tessellation`.
    between : pair of str, default government and opposition
        The two sides.

    Returns
    -------
    DataFrame
        One row per side of ``between``, index ``side``; areas in km2 (EPSG:6933),
        whoever the ground came from or went to:

        - ``gained_km2``, ``lost_km2``, ``net_km2``: float;
        - ``gained_unknown_km2``, ``lost_unknown_km2``: float, the part of them whose
          other state is ``unknown``: perhaps only first heard of, not taken;
        - ``net_known_km2``: float, the net area without that part;
        - ``line_km``: float, mean length of the line on the two days [km], of a band of
          contested cells half its two edges; ``displacement_km``: float, net area by
          ``line_km``, negative for a side pushed back; ``displacement_known_km``: the
          same of ``net_known_km2``, to be read where much was unknown on a day; all
          three missing without a line;
        - ``reason``: str, why they are missing;
        - ``days``: int, from ``t0`` to ``t1``; ``km_per_day``: float, missing over 0
          days.

        Ground that did not change gives 0.  Swapping the days swaps the signs, but for
        ``km_per_day``, whose days are then negative too.

    Raises
    ------
    ValueError
        If a side is unknown, or neither side holds a cell on either day.

    Examples
    --------
    On the second day there is nothing left to draw a line with:

    >>> places = pd.DataFrame({
    ...     "place_id": ["souran", "morek"], "name": ["Souran", "Morek"],
    ...     "kind": "settlement", "longitude": [36.748, 36.690],
    ...     "latitude": [35.292, 35.376], "radius_km": 1.0})
    >>> control = pd.DataFrame({
    ...     "control_id": ["souran-01", "souran-02", "morek-01"],
    ...     "place_id": ["souran", "souran", "morek"],
    ...     "camp": ["government", "opposition", "opposition"],
    ...     "other_camp": None, "actor_id": None,
    ...     "status": "held", "basis": "stated",
    ...     "start": pd.to_datetime(["2016-08-01", "2016-08-31", "2016-08-01"]),
    ...     "end": pd.to_datetime(["2016-08-31", None, None])})
    >>> shift = front_shift(control, places, "2016-08-28", "2016-09-01")
    >>> shift["net_km2"].round().to_dict()
    {'government': -510.0, 'opposition': 510.0}
    >>> shift.loc["government", "reason"]
    'no line between government and opposition on 2016-09-01'
    """
    _check_between(between)
    cells = changed_areas(control, places, t0, t1, **options)
    if not cells[["before", "after"]].isin(between).any(axis=None):
        found = sorted({*cells["before"], *cells["after"]})
        msg = (
            f"control: neither {' nor '.join(between)} holds a cell on {_iso(t0)} or "
            f"{_iso(t1)}; the cells are {found}: choose other sides or days"
        )
        raise ValueError(msg)
    rows = pd.DataFrame([_balance(cells, side) for side in between], index=between)
    edges = borders(cells)
    lengths = [
        _line_km(_front_edges(edges, control_at(control, date, **options), between))
        for date in (t0, t1)
    ]
    pairs = zip((t0, t1), lengths, strict=True)
    without = " and ".join(_iso(date) for date, length in pairs if length == 0)
    rows["line_km"] = np.nan if without else np.mean(lengths)
    rows["displacement_km"] = rows["net_km2"] / rows["line_km"]
    rows["displacement_known_km"] = rows["net_known_km2"] / rows["line_km"]
    reason = f"{_no_line(between)} {without}" if without else None
    rows["reason"] = pd.Series(reason, rows.index, dtype="str")
    rows["days"] = (day(t1, "t1") - day(t0, "t0")).days
    rows["km_per_day"] = rows["displacement_km"] / rows["days"].where(rows["days"] != 0)
    return rows.rename_axis("side")


def axis_position(
    control: pd.DataFrame,
    axes: pd.DataFrame,
    dates: Iterable[Day],
    *,
    axis_id: str,
    side: str,
    start_from: str,
    **options: float | None,
) -> pd.DataFrame:
    """Return how far along an axis a side stood on each of several days.

    Only stops that are ``held`` count: a garrison that is cut off, a contested place
    and one that nobody holds say nothing about how far a side has come.

    Parameters
    ----------
    control : DataFrame
        Rows of the ``control`` table.
    axes : DataFrame
        Rows of the ``axes`` table.
    dates : iterable of str or date
        Calendar days in Syria.
    axis_id : str
        The axis.
    side : str
        The side whose position is wanted.
    start_from : str
        ``place_id`` of the end of the axis from which the side comes: distances are
        counted from there, whether the axis is stored in that order or the other.
    **options : float
        ``reach_back`` and ``max_age`` of `control_at` [day].

    Returns
    -------
    DataFrame
        One row per date, index ``date``: ``km_low`` (float [km], the farthest stop
        known to be held by the side), ``km_high`` (float [km], the first stop beyond it
        known to be held by another side), ``km`` (float [km], the middle of the two),
        ``last_stop`` and ``next_stop`` (their ``place_id``), ``is_broken`` (bool:
        another side holds a stop before ``last_stop``).  A bound that nothing tells is
        missing, and with it ``km``; without any stop of the side's own ``km_high`` is
        the first stop held by another.

    Raises
    ------
    ValueError
        If there is no such axis or side, or ``start_from`` is not an end of the axis.
    TypeError
        If ``dates`` is a single date.

    Examples
    --------
    >>> axes = pd.DataFrame({"axis_id": "m5", "seq": [1, 2, 3], "km": [0.0, 10, 30],
    ...                      "place_id": ["hama", "souran", "morek"]})
    >>> control = pd.DataFrame({
    ...     "control_id": ["hama-01", "morek-01"], "place_id": ["hama", "morek"],
    ...     "camp": ["government", "opposition"], "other_camp": None, "actor_id": None,
    ...     "status": "held", "basis": "stated",
    ...     "start": pd.to_datetime(["2016-08-01"] * 2),
    ...     "end": pd.to_datetime([None, None])})
    >>> axis_position(control, axes, ["2016-09-01"], axis_id="m5", side="government",
    ...               start_from="hama")["km"].tolist()
    [15.0]
    """
    codes(side, set(SIDES.values()), "side")
    if isinstance(dates, str | date):
        msg = f"axis_position: dates is the single date {dates!r}; give a list of dates"
        raise TypeError(msg)
    stops = _stops(axes, axis_id, start_from)
    days = pd.DatetimeIndex([day(one, "dates") for one in dates], name="date")
    rows = []
    for one in days:
        held = spells_on(control, one, **options)
        firm = held.loc[held["status"] == "held", "side"]
        rows.append(_position(stops, firm.reindex(stops.index), side))
    return pd.DataFrame(rows, index=days, columns=_POSITION)


def _check_between(between: tuple[str, str]) -> None:
    if len(codes(between, set(SIDES.values()), "between")) != 2:
        msg = f"between is {between!r}, wanted two different sides"
        raise ValueError(msg)


def _no_line(between: tuple[str, str]) -> str:
    return f"no line between {between[0]} and {between[1]} on"


def _iso(date: Day) -> str:
    return f"{day(date, 'date'):%Y-%m-%d}"


def _cells(places: pd.DataFrame, place_ids: pd.Index) -> gpd.GeoDataFrame:
    import geopandas as gpd

    if isinstance(places, gpd.GeoDataFrame) and set(places.geom_type) == {"Polygon"}:
        return places.to_crs(CRS_DISTANCE)
    return tessellation(places[places["place_id"].isin(place_ids)])


def _states(held: pd.DataFrame, place_ids: pd.Index) -> pd.Series:
    holder = held["side"].fillna(held["camp"])  # a camp on no side stands for itself
    state = held["status"].where(held["status"].isin(NOT_HELD), holder)
    return state.reindex(place_ids).fillna("unknown")


def _front_edges(
    edges: gpd.GeoDataFrame, held: pd.DataFrame, between: tuple[str, str]
) -> gpd.GeoDataFrame:
    """Return the edges of the line between two sides, labelled with what they part."""
    is_third = pd.Series(False, held.index)
    for camps in (held["camp"], held["other_camp"]):
        is_third |= camps.notna() & ~side_of(camps).isin(between)
    names = _states(held, held.index)
    names = names.mask(is_third & (names == "contested"), "unknown")
    rank = {between[0]: 0, between[1]: 1, "contested": 2}
    ends = pd.DataFrame(
        {key: edges[key].map(names).map(rank) for key in ("place_id", "other_place_id")}
    )
    parts = ends.notna().all(axis=1) & (ends["place_id"] != ends["other_place_id"])
    chosen, ends = edges[parts], ends[parts]
    word = {code: name for name, code in rank.items()}
    other = ends.max(axis=1).map(word)
    return chosen[["geometry"]].assign(
        kind=np.where(other == "contested", "held-contested", "held-held"),
        side=ends.min(axis=1).map(word),
        other_side=other,
    )


def _connected(edges: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Join edges that touch and are of one kind, the longest line first."""
    import shapely
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    keys = ["kind", "side", "other_side"]
    parts = []
    for _, group in edges.groupby(keys):
        shapes = group.geometry.array
        near = shapely.STRtree(shapes).query(shapes, "dwithin", distance=TOUCH_M)
        links = coo_array((np.ones(near.shape[1]), near), shape=(len(group),) * 2)
        parts.append(group.assign(line=connected_components(links)[1]))
    lines = pd.concat(parts).dissolve([*keys, "line"]).reset_index()
    lines["geometry"] = lines.geometry.line_merge()
    lines["length_km"] = lines.length / 1000
    ordered = lines.sort_values(["length_km", *keys], ascending=[False, *[True] * 3])
    return ordered[[*keys, "length_km", "geometry"]].reset_index(drop=True)


def _line_km(edges: gpd.GeoDataFrame) -> float:
    # A band has two edges: the line somewhere between them is as long as half of both.
    weight = np.where(edges["kind"] == "held-held", 1.0, 0.5)
    return float((edges.length * weight).sum() / 1000)


def _balance(cells: pd.DataFrame, side: str) -> dict[str, float]:
    gained = cells[cells["is_changed"] & (cells["after"] == side)]
    lost = cells[cells["is_changed"] & (cells["before"] == side)]
    net = gained["km2"].sum() - lost["km2"].sum()
    found = gained.loc[gained["before"] == "unknown", "km2"].sum()
    gone = lost.loc[lost["after"] == "unknown", "km2"].sum()
    return {
        "gained_km2": gained["km2"].sum(),
        "lost_km2": lost["km2"].sum(),
        "net_km2": net,
        "gained_unknown_km2": found,
        "lost_unknown_km2": gone,
        "net_known_km2": net - found + gone,
    }


def _stops(axes: pd.DataFrame, axis_id: str, start_from: str) -> pd.Series:
    """Return the km of each stop from one end of an axis, in that order."""
    codes(axis_id, set(axes["axis_id"]), "axis_id")
    stops = axes[axes["axis_id"] == axis_id].sort_values("seq")
    km = stops.set_index("place_id")["km"].astype(float)
    if start_from == km.index[0]:
        return km - km.iloc[0]
    if start_from == km.index[-1]:
        return (km.iloc[-1] - km)[::-1]
    msg = (
        f"axis {axis_id}: start_from is {start_from!r}; the ends of the axis are "
        f"{km.index[0]!r} and {km.index[-1]!r}"
    )
    raise ValueError(msg)


def _position(km: pd.Series, holders: pd.Series, side: str) -> dict[str, object]:
    own = km.index[holders == side]
    others = km.index[holders.notna() & (holders != side)]
    low = km[own[-1]] if len(own) else np.nan
    beyond = [stop for stop in others if not km[stop] < low]
    high = km[beyond[0]] if beyond else np.nan
    return {
        "km_low": low,
        "km_high": high,
        "km": (low + high) / 2,
        "last_stop": own[-1] if len(own) else None,
        "next_stop": beyond[0] if beyond else None,
        "is_broken": len(beyond) < len(others),
    }
