"""What moved between two days: ground by state, and the line between two parties.

Net area by mean length of the line is the displacement.  It changes sign when time is
reversed, and net areas over several days add up; the distance of each spot to the
nearest spot of the other line does neither, so no mean is taken of it.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict.balance import (
    Moved,
    balances,
    connected_segments,
    line_distance,
    shift_draws,
)
from syriaconflict.filters import day, require
from syriaconflict.holders import Day, control_at
from syriaconflict.mesh import Mesh, cells_of, mesh_of, refuse_strange
from syriaconflict.parties import BETWEEN, Party, parties, roles, states
from syriaconflict.spread import shift_intervals

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = [
    "changed_areas",
    "front_shift",
    "segment_shifts",
    "shift_draws",
    "state_shifts",
]

_BANDED = ("net_km2", "gross_km2", "displacement_km", "km_per_day")
_ENDS = ("p05", "p95")


def changed_areas(
    control: pd.DataFrame,
    places: pd.DataFrame | Mesh,
    t0: Day,
    t1: Day,
    *,
    by: str = "side",
    **options: float | None,
) -> gpd.GeoDataFrame:
    """Return the state of each cell on two days.

    Parameters
    ----------
    control : DataFrame
        Rows of the ``control`` table.
    places : DataFrame, GeoDataFrame or Mesh
        Rows of the ``places`` table, of which those with a spell on either day get a
        cell; or cells from `tessellation` or `mesh_of`, used as they are.
    t0, t1 : str or date
        The two calendar days in Syria.
    by : {"side", "camp"}
        Whether allies who hand ground to one another count as one.
    **options : float
        ``reach_back``, ``max_age`` and ``half_life`` of `control_at` [day].

    Returns
    -------
    GeoDataFrame
        Indexed by ``place_id``, one row per cell, changed or not: ``name``, ``before``
        and ``after`` (a side or camp, ``contested``, ``none`` or ``unknown``),
        ``is_changed`` (bool), ``km2`` (float, EPSG:6933), ``geometry`` (EPSG:32637, or
        the system of cells given).

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
    dates = day(t0, "t0"), day(t1, "t1")
    held = [control_at(control, date, **options) for date in dates]
    cells = cells_of(places, held[0].index.union(held[1].index))
    refuse_strange(cells, control)
    before, after = (states(one.reindex(cells.index), by) for one in held)
    return cells.assign(before=before, after=after, is_changed=before != after)[
        ["name", "before", "after", "is_changed", "km2", "geometry"]
    ]


def state_shifts(changes: pd.DataFrame) -> pd.DataFrame:
    """Return how much ground each state of control gained and lost.

    Parameters
    ----------
    changes : DataFrame
        Result of `changed_areas`; by camp, if that was asked for by camp.

    Returns
    -------
    DataFrame
        One row per state on either day, index ``state``, sorted, all float [km2]:
        ``before_km2``, ``after_km2``, ``gained_km2``, ``lost_km2``, ``net_km2`` and
        ``gross_km2`` (gained and lost).  Net areas over all states are 0 together.

    Raises
    ------
    ValueError
        If a column is absent.

    Examples
    --------
    >>> changes = pd.DataFrame({"before": ["government", "unknown"],
    ...     "after": ["opposition", "opposition"], "km2": [30.0, 5.0]})
    >>> state_shifts(changes)["net_km2"].to_dict()
    {'government': -30.0, 'opposition': 35.0, 'unknown': -5.0}
    """
    require(changes, ("before", "after", "km2"), "changes")
    moved = changes[changes["before"] != changes["after"]]
    sums = {
        "before_km2": changes.groupby("before")["km2"].sum(),
        "after_km2": changes.groupby("after")["km2"].sum(),
        "gained_km2": moved.groupby("after")["km2"].sum(),
        "lost_km2": moved.groupby("before")["km2"].sum(),
    }
    table = pd.DataFrame(sums, dtype=float).fillna(0.0).sort_index()
    table["net_km2"] = table["gained_km2"] - table["lost_km2"]
    table["gross_km2"] = table["gained_km2"] + table["lost_km2"]
    return table.rename_axis("state")


def front_shift(
    control: pd.DataFrame,
    places: pd.DataFrame | Mesh,
    t0: Day,
    t1: Day,
    *,
    between: tuple[Party, Party] = BETWEEN,
    draws: int = 0,
    seed: int = 0,
    rules: Mapping[str, pd.DataFrame] | None = None,
    **options: float | None,
) -> pd.DataFrame:
    """Return how much ground two parties gained and lost, and how far the line moved.

    Parameters
    ----------
    control, places, t0, t1, **options
        As for `changed_areas`.  Shifts over several dates add up exactly only on one
        set of cells: give cells from `tessellation`.
    between : pair of str or of collections of str
        The two parties, by default government and opposition, as for `front_line`.
    draws : int, default 0
        Number of draws of what is not known, see `spread.shift_intervals`; 0, or 500
        and more.
    seed : int, default 0
        Of the random numbers of the draws.
    rules : mapping of str to DataFrame, optional
        The ``control`` table under other rules, by their names, as from
        ``sc.control(rule)``.

    Returns
    -------
    DataFrame
        One row per party of ``between``, index ``side``; areas in km2 (EPSG:6933),
        whoever the ground came from or went to:

        - ``gained_km2``, ``lost_km2``, ``net_km2`` and ``gross_km2`` (gained and lost):
          float;
        - ``gained_unknown_km2``, ``lost_unknown_km2``: float, the part of them whose
          other state is ``unknown``: perhaps only first heard of, not taken;
        - ``net_known_km2``: float, the net area without that part;
        - ``line_km``: float, mean length of the line on the two days [km], of a band of
          contested cells half its two edges; ``displacement_km``: float, net area by
          ``line_km``, negative for a side pushed back; ``displacement_known_km``: the
          same of ``net_known_km2``, to be read where much was unknown on a day; all
          three missing without a line on either day;
        - ``max_km``: float, the farthest that a spot of one day's line lies from the
          nearest spot of the other's [km, to 0.05], the same for both parties; a line
          first heard of on one day counts; missing without a line;
        - ``bearing``: float, where the party's own edge of the line went, averaged over
          the borders that moved, by their length [degree clockwise from the north of
          the grid, in EPSG:32637 up to 2 from true north on these fronts]; missing
          where nothing moved or the ways cancel, as of a pocket that closes;
        - ``reason``: str, why they are missing; or, with ``draws``, why the figures of
          the line are there but not their quantiles: fewer than 9 of 10 draws have a
          line on both days;
        - ``days``: int, from ``t0`` to ``t1``; ``km_per_day``: float, missing over 0
          days;
        - with ``draws``: ``_p05`` and ``_p95`` of ``net_km2``, ``gross_km2``,
          ``displacement_km`` and ``km_per_day``, quantiles on the same cells; they need
          not hold the figure itself, which takes a place to change hands on the last
          day of its interval and the line to run half way between two places; those of
          ``displacement_km`` and ``km_per_day`` are missing where fewer than 9 of 10
          draws have a line on both days;
        - with ``rules``: ``_low`` and ``_high`` of the same and of ``max_km``, the
          lowest and highest under the table given and the others, each worked out anew
          (of a table of places, on its own cells); missing where none gives a number.

        Ground that did not change gives 0.  Swapping the days swaps the signs and turns
        ``bearing`` about; ``km_per_day`` stays, as its days are then negative too.

    Warns
    -----
    UserWarning
        If a rule gives no result; the message names it.  It is not in the envelope.

    Raises
    ------
    ValueError
        If a party is not known, neither holds a cell on either day, there are from 1 to
        499 draws, or draws are asked for with ``max_age``: in them news loses weight by
        ``half_life``.
    TypeError
        If ``draws`` is no whole number, or ``rules`` no mapping.

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
    moved, names = _moved(control, places, (t0, t1), between, options)
    everything = np.ones(len(moved.mesh.km2), bool), np.ones(len(moved.mesh.one))
    rows = balances(moved, *everything).set_axis(names, axis=0)
    rows.insert(rows.columns.get_loc("bearing"), "max_km", line_distance(moved))
    rows = _timed(rows.rename_axis("side"), t0, t1, names)
    if draws:
        known = _drawable(options) | {"between": between, "draws": draws, "seed": seed}
        found = shift_intervals(control, moved.mesh, t0, t1, **known)
        rows = rows.join(found[[f"{key}_{end}" for key in _BANDED for end in _ENDS]])
        rows["reason"] = _undrawn(rows, names)
    if rules is not None:
        others = _under(rules, places, t0, t1, between=between, **options)
        rows = rows.join(_envelope([rows, *others]))
    return rows


def segment_shifts(
    control: pd.DataFrame,
    places: pd.DataFrame | Mesh,
    t0: Day,
    t1: Day,
    *,
    segments: pd.Series | None = None,
    between: tuple[Party, Party] = BETWEEN,
    **options: float | None,
) -> pd.DataFrame:
    """Return what `front_shift` does, for each segment of the front.

    Parameters
    ----------
    control, places, t0, t1, between, **options
        As for `front_shift`.
    segments : Series of str, optional
        Name of a segment for each cell, indexed by ``place_id``.  A border between two
        segments counts half to either.  By default segments are what hangs together:
        pieces of the two days' lines and of the ground that changed hands and that
        touch.

    Returns
    -------
    DataFrame
        One row per segment and side, index ``segment`` and ``side``, columns as from
        `front_shift` without ``max_km`` and bands.  By default segments are numbered
        from 1 by their ground gained and lost, the largest first.  Areas and lengths of
        lines add up to those of the whole front where every segment has a line on both
        days.  Without a line and without ground that changed hands there is no row.

    Raises
    ------
    ValueError
        As for `front_shift`; or if a cell has no segment.

    Examples
    --------
    Three squares of 1 km in a row, of which the middle one changes hands:

    >>> import geopandas, shapely
    >>> squares = [shapely.box(x, 0, x + 1000, 1000) for x in (0, 1000, 2000)]
    >>> cells = geopandas.GeoDataFrame({"name": list("abc"), "km2": 1.0},
    ...     geometry=squares, index=list("abc"), crs="EPSG:32637")
    >>> control = pd.DataFrame({
    ...     "control_id": ["a-01", "b-01", "b-02", "c-01"], "place_id": list("abbc"),
    ...     "camp": ["government", "opposition", "government", "opposition"],
    ...     "other_camp": None, "actor_id": None, "status": "held", "basis": "stated",
    ...     "start": pd.to_datetime(
    ...         ["2016-08-01", "2016-08-01", "2016-08-04", "2016-08-01"]),
    ...     "end": pd.to_datetime([None, "2016-08-04", None, None])})
    >>> rows = segment_shifts(control, cells, "2016-08-03", "2016-08-05")
    >>> rows.loc[(1, "government"), ["net_km2", "displacement_km"]].tolist()
    [1.0, 1.0]
    """
    moved, names = _moved(control, places, (t0, t1), between, options)
    if segments is None:
        cells, borders = connected_segments(moved)
        found = range(1, max(cells.max(initial=0), borders.max(initial=0)) + 1)
        parts = {nth: (cells == nth, (borders == nth).astype(float)) for nth in found}
    else:
        label = _labels(segments, moved.mesh.cells.index)
        ends = label[moved.mesh.one], label[moved.mesh.two]
        parts = {
            name: (label == name, sum((end == name) / 2 for end in ends))
            for name in sorted(set(label))
        }
    tables = {
        key: balances(moved, *part).set_axis(names, axis=0)
        for key, part in parts.items()
    }
    rows = pd.concat(tables, names=["segment", "side"]) if tables else _none(moved)
    return _timed(rows, t0, t1, names)


def _none(moved: Moved) -> pd.DataFrame:
    """Return the balances of no segment: no rows, but all columns."""
    nothing = np.zeros(len(moved.mesh.km2), bool), np.zeros(len(moved.mesh.one))
    levels = pd.Index([], dtype="int64"), pd.Index([], dtype="str")
    index = pd.MultiIndex.from_arrays(levels, names=["segment", "side"])
    return balances(moved, *nothing)[:0].set_axis(index)


def _undrawn(rows: pd.DataFrame, names: list[str]) -> pd.Series:
    """Return the reasons, and where there is none why quantiles are missing."""
    without = rows["displacement_km_p05"].isna() & rows["reason"].isna()
    why = (
        "no quantiles of displacement_km and km_per_day: fewer than 9 of 10 draws have "
        f"a line between {' and '.join(names)} on both days"
    )
    return rows["reason"].mask(without, why)


def _drawable(options: Mapping[str, float | None]) -> dict[str, float | None]:
    """Return the options as draws take them; refuse what they do not."""
    if options.get("max_age") is not None:
        msg = (
            f"max_age is {options['max_age']!r} with draws: there news loses weight by "
            "half_life instead; give one of them"
        )
        raise ValueError(msg)
    return {key: value for key, value in options.items() if key != "max_age"}


def _under(
    rules: Mapping[str, pd.DataFrame],
    places: pd.DataFrame | Mesh,
    t0: Day,
    t1: Day,
    **options: object,
) -> list[pd.DataFrame]:
    """Return the shift under each of some rules that gives one."""
    if not isinstance(rules, Mapping):
        msg = (
            f"rules is a {type(rules).__name__}, wanted control tables by the names of "
            "their rules: {'conservative': sc.control('conservative')}"
        )
        raise TypeError(msg)
    found, silent = [], []
    for rule, control in rules.items():
        try:
            found.append(front_shift(control, places, t0, t1, **options))
        except ValueError as error:
            silent.append(f"{rule} ({error})")
    if silent:
        msg = f"no result, so not in the band: {'; '.join(silent)}"
        warnings.warn(msg, stacklevel=3)
    return found


def _envelope(versions: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the lowest and highest of each figure over some versions."""
    band = {}
    for key in (*_BANDED, "max_km"):
        every = pd.concat([one[key] for one in versions], axis=1)
        band[f"{key}_low"], band[f"{key}_high"] = every.min(axis=1), every.max(axis=1)
    return pd.DataFrame(band)


def _moved(
    control: pd.DataFrame,
    places: pd.DataFrame | Mesh,
    dates: tuple[Day, Day],
    between: tuple[Party, Party],
    options: dict[str, float | None],
) -> tuple[Moved, list[str]]:
    """Return the roles of all cells on two days, and the names of the parties."""
    groups = parties(between, control)
    dates = day(dates[0], "t0"), day(dates[1], "t1")
    held = [control_at(control, date, **options) for date in dates]
    mesh = mesh_of(places, held[0].index.union(held[1].index))
    refuse_strange(mesh.cells, control)
    known = [one.reindex(mesh.cells.index) for one in held]
    role = [roles(one, groups, control) for one in known]
    names = [one.name for one in groups]
    if not (np.array(role) < 2).any():
        found = sorted({*states(known[0]), *states(known[1])})
        msg = (
            f"control: neither {' nor '.join(names)} holds a cell on "
            f"{_iso(dates[0])} or {_iso(dates[1])}; the cells are {found}: choose "
            "other sides or days"
        )
        raise ValueError(msg)
    unknown = [(states(one) == "unknown").to_numpy() for one in known]
    return Moved(mesh, *role, *unknown), names


def _timed(rows: pd.DataFrame, t0: Day, t1: Day, names: list[str]) -> pd.DataFrame:
    """Add displacement, the reason why it is missing, days and speed."""
    without = [rows.pop(key).to_numpy() == 0 for key in ("line0_km", "line1_km")]
    days = [
        np.where(one, _iso(date), "")
        for one, date in zip(without, (t0, t1), strict=True)
    ]
    both = without[0] & without[1]
    when = [f"{a} and {b}" if c else a + b for a, b, c in zip(*days, both, strict=True)]
    words = [
        f"no line between {' and '.join(names)} on {day}" if day else None
        for day in when
    ]
    rows["reason"] = pd.Series(words, rows.index, dtype="str")
    rows["days"] = (day(t1, "t1") - day(t0, "t0")).days
    rows["km_per_day"] = rows["displacement_km"] / rows["days"].where(rows["days"] != 0)
    return rows


def _labels(segments: pd.Series, place_ids: pd.Index) -> np.ndarray:
    label = segments.reindex(place_ids)
    if label.isna().any():
        lost = label.index[label.isna()].tolist()
        msg = (
            f"segments: {lost[:5]} and {max(len(lost) - 5, 0)} more cells have none; "
            "name one for every place, if only 'other'"
        )
        raise ValueError(msg)
    return label.to_numpy()


def _iso(date: Day) -> str:
    return f"{day(date, 'date'):%Y-%m-%d}"
