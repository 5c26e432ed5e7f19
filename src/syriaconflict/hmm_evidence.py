"""From events to evidence: which count, and how much, in each cell and period."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict.binning import periods
from syriaconflict.filters import Names, codes, last_reason, require
from syriaconflict.hmm_model import (
    EVIDENCE,
    HELD_BEFORE,
    HOSTILE,
    MARKS,
    MODEL,
    Model,
)
from syriaconflict.vocabulary import COUNTED_MODALITIES, SIDES

if TYPE_CHECKING:
    import geopandas as gpd
    from scipy.sparse import csc_array

_READ = (
    *("event_id", "event_type", "modality", "grain", "grade", "extent", "start"),
    *("end", "longitude", "latitude", "radius_km", "initiator_camp", "target_camp"),
)
_MARK = {name: code for code, name in enumerate(MARKS)}
_OWN, _OTHER, _OUTSIDE = 1, -1, 9  # which side of the run an actor is on; 0: not told


def set_aside(
    events: pd.DataFrame,
    grid: gpd.GeoDataFrame,
    start: str | date,
    end: str | date,
    *,
    side: str,
    against: Names | None = None,
    model: Model = MODEL,
) -> pd.DataFrame:
    """List the events that `hmm.control_probability` does not use, and why.

    Parameters
    ----------
    events, grid, start, end, side, against, model
        As for `hmm.control_probability`.

    Returns
    -------
    DataFrame
        Sorted by ``event_id``, columns ``event_id``, ``reason`` (str).  With the events
        used they are all events.  Reasons, the first that holds: the modality (planned,
        threatened, expected, demanded, denied, indeterminate); "discounted" (every
        assertion was taken back); "says nothing of control"; "no side told" (of the
        actor that matters); "outside the two sides"; "both of one side"; "no date",
        "open start", "open end" (a state needs only one of them), "end before start";
        "no point"; "no radius"; "radius too large"; "out of reach in time"; "out of
        reach of the grid".

    Raises
    ------
    ValueError
        As `hmm.control_probability`, but not where all events are set aside.

    Examples
    --------
    >>> import shapely
    >>> from syriaconflict.hmm import hexagons
    >>> grid = hexagons(shapely.box(36.6, 35.1, 36.8, 35.4), 10)
    >>> events = pd.DataFrame({
    ...     "event_id": ["a", "b"], "event_type": ["capture", "visit"],
    ...     "modality": "realised", "grain": "discrete", "grade": "single_source",
    ...     "extent": None, "start": pd.to_datetime(["2017-04-23"] * 2),
    ...     "end": pd.to_datetime(["2017-04-23"] * 2), "longitude": 36.7,
    ...     "latitude": 35.26, "radius_km": 2.0, "initiator_camp": "government",
    ...     "target_camp": "opposition"})
    >>> set_aside(events, grid, "2017-04-01", "2017-04-30", side="government")
      event_id                   reason
    0        b  says nothing of control
    """
    read = evidence(events, grid, start, end, side=side, against=against, model=model)[
        0
    ]
    table = read.loc[read["reason"].notna(), ["event_id", "reason"]]
    return table.reset_index(drop=True)


def evidence(
    events: pd.DataFrame,
    grid: gpd.GeoDataFrame,
    start: str | date,
    end: str | date,
    *,
    side: str,
    against: Names | None = None,
    model: Model = MODEL,
) -> tuple[pd.DataFrame, np.ndarray, pd.DatetimeIndex]:
    """Return what each event is evidence of, and its weight by period, cell and mark.

    Parameters
    ----------
    events, grid, start, end, side, against, model
        As for `hmm.control_probability`.

    Returns
    -------
    DataFrame
        The events by ``event_id``, with ``mark`` and ``before`` (code of `MARKS`, -1:
        none; before: until the event), ``favours`` (1 the side, -1 the other, 0
        neither) and ``reason`` (str, why an event is not used, else missing).
    ndarray of float, periods x cells x marks
        Weight of the evidence [event]: an event within reach counts at most once in a
        cell, spread over the periods (a state once a period), and, smoothed, at most
        once for whoever held the place before.
    DatetimeIndex
        First days of the periods.

    Raises
    ------
    ValueError
        As `hmm.control_probability`, but not where all events are set aside.
    """
    groups = _run(side, against)
    require(events, _READ, "events", key="event_id")
    _refuse_bad_points(events)
    # In one order, so that sums of weights do not depend on the order of rows.
    ordered = events.sort_values("event_id", ignore_index=True)
    read = _read_marks(ordered, *groups)
    read["reason"] = _why_not(read, model)
    usable = read[read["reason"].isna()]
    window, after, before = _in_time(usable, model, start, end)
    near = _in_space(usable, grid, model)
    if not model.is_smoothed:
        before[:] = 0  # what an event tells of the time before it is told only after
    weights = np.zeros((len(window), len(grid), len(MARKS)))
    for column, in_time in (("mark", after), ("before", before)):
        for code in range(len(MARKS)):
            rows = (usable[column] == code).to_numpy()
            weights[:, :, code] += (near[:, rows] @ in_time[rows]).T
    is_timely = (after.sum(axis=1) + before.sum(axis=1)) > 0
    is_near = np.asarray(near.sum(axis=0)).ravel() > 0
    read.loc[usable.index[~is_near], "reason"] = "out of reach of the grid"
    read.loc[usable.index[~is_timely], "reason"] = "out of reach in time"
    return read, weights, window


def decay(x: np.ndarray, half: float, slope: float) -> np.ndarray:
    """Return the weight of an event at a distance or after a time.

    ``1 / (1 + exp(slope * (x / half - 1)))``: almost 1 nearby, one half at ``half``,
    0.05 at ``half * (1 + 2.94 / slope)``.

    Parameters
    ----------
    x : array-like of float
        Distance or time, in the unit of ``half``.
    half : float
        Where the weight is one half.
    slope : float
        How sharply it falls there.

    Returns
    -------
    ndarray of float
        In the shape of ``x``.

    Examples
    --------
    >>> decay([0, 20, 40], half=20, slope=7).round(3)
    array([0.999, 0.5  , 0.001])
    """
    from scipy.special import expit

    return expit(slope * (1 - np.asarray(x, dtype=float) / half))


def centres_km(grid: gpd.GeoDataFrame) -> np.ndarray:
    """Return the centres of the cells, in km of the grid's system.

    Raises
    ------
    ValueError
        If the grid has no rows, repeats a cell or is not in a projected system.
    """
    require(grid, ("cell_id", "geometry"), "grid", key="cell_id")
    if grid.empty or grid.crs is None or not grid.crs.is_projected:
        msg = (
            f"grid has {len(grid)} cells in the system {grid.crs}, wanted at least one "
            "in a projected system; hexagons() makes one"
        )
        raise ValueError(msg)
    centres = grid.geometry.centroid
    return np.column_stack([centres.x, centres.y]) / 1000


def points_km(events: pd.DataFrame, grid: gpd.GeoDataFrame) -> np.ndarray:
    """Return where the events happened, in km of the grid's system."""
    import geopandas as gpd

    points = gpd.GeoSeries.from_xy(
        events["longitude"], events["latitude"], crs="EPSG:4326"
    ).to_crs(grid.crs)
    return np.column_stack([points.x, points.y]) / 1000


def _run(side: str, against: Names | None) -> tuple[str, list[str]]:
    known = sorted(set(SIDES.values()))
    if not isinstance(side, str):
        msg = f"side is {side!r}, wanted one of {known}"
        raise TypeError(msg)
    codes(side, known, "side")
    others = [name for name in known if name != side]
    return side, others if against is None else codes(against, others, "against")


def _refuse_bad_points(events: pd.DataFrame) -> None:
    for column, most in (("longitude", 180), ("latitude", 90)):
        is_bad = events[column].abs() > most
        if is_bad.any():
            row = events[is_bad].iloc[0]
            msg = (
                f"events: {row['event_id']!r} has {column} {row[column]:g}, wanted "
                f"degrees from -{most} to {most} (WGS 84)"
            )
            raise ValueError(msg)


def _read_marks(events: pd.DataFrame, own: str, others: list[str]) -> pd.DataFrame:
    """Return the events with what they are evidence of, for whom."""
    kind = events["event_type"].map({t: k for t, (k, _) in EVIDENCE.items()})
    role = events["event_type"].map({t: r for t, (_, r) in EVIDENCE.items()})
    is_partial = (kind == "held") & (events["extent"] == "part")
    kind = kind.mask(is_partial, "disputed")
    initiator = _belongs(events["initiator_camp"], own, others)
    target = _belongs(events["target_camp"], own, others)
    named = initiator.where(role == "initiator", target)
    other = target.where(role == "initiator", initiator)
    # The opponent of a side told is the other side; but who holds must be told.
    guessed = (-other).where(other.abs() == 1, other)
    favours = named.where((named != 0) | (kind == "held"), guessed)
    favours = favours.where(kind != "disputed", 0)
    before = events["event_type"].map(HELD_BEFORE)
    lost_by = initiator.where(before == "initiator", target).where(before.notna(), 0)
    return events.assign(
        kind=kind,
        initiator=initiator,
        target=target,
        favours=favours,
        mark=[_code(k, f) for k, f in zip(kind, favours, strict=True)],
        # Of a place lost in part, the rest was held before as well.
        before=[_code("held", loser) for loser in lost_by],
    )


def _belongs(camps: pd.Series, own: str, others: list[str]) -> pd.Series:
    side = camps.map(SIDES)
    place = pd.Series(_OUTSIDE, camps.index).mask(side.isna(), 0)
    return place.mask(side.isin(others), _OTHER).mask(side == own, _OWN)


def _code(kind: object, favours: int) -> int:
    if kind == "disputed":
        return _MARK["disputed"]
    who = {_OWN: "side", _OTHER: "against"}.get(favours)
    return _MARK.get(f"{kind}_{who}", -1)


def _why_not(read: pd.DataFrame, model: Model) -> pd.Series:
    start, end, radius = read["start"], read["end"], read["radius_km"]
    one_end = (read["grain"] == "state") & (start.notna() | end.notna())
    hostile = read["kind"].isin(HOSTILE)
    both = read[["initiator", "target"]]
    is_outside = (read["favours"] == _OUTSIDE) | (
        hostile & (both == _OUTSIDE).any(axis=1)
    )
    untold = (read["favours"] == 0) & (read["kind"] != "disputed")
    untold |= (read["event_type"] == "clash") & (both == 0).all(axis=1)
    modality = read["modality"]
    tests = (  # weakest first: the last that holds is the reason
        (radius > model.max_radius_km, "radius too large"),
        (radius.isna(), "no radius"),
        (read[["longitude", "latitude"]].isna().any(axis=1), "no point"),
        (end < start, "end before start"),
        (end.isna() & ~one_end, "open end"),
        (start.isna() & ~one_end, "open start"),
        (start.isna() & end.isna(), "no date"),
        (hostile & (both.prod(axis=1) == 1), "both of one side"),
        (is_outside, "outside the two sides"),
        (untold, "no side told"),
        (read["kind"].isna(), "says nothing of control"),
        (read["grade"] == "discounted", "discounted"),
        (~modality.isin(COUNTED_MODALITIES), modality.fillna("no modality")),
    )
    return last_reason(tests, read.index)


def _in_time(
    events: pd.DataFrame, model: Model, start: str | date, end: str | date
) -> tuple[pd.DatetimeIndex, np.ndarray, np.ndarray]:
    """Return the periods, and each event's weight in them: from then on, and before."""
    inside = periods(model.freq, start, end)
    reach = model.half_months * (
        1 + np.log(1 / model.min_weight - 1) / model.slope_months
    )
    margin = pd.DateOffset(months=int(np.ceil(reach)) + 1)
    first, last = inside.index[0] - margin, inside["last"].iloc[-1] + margin
    bins = periods(model.freq, first, last)
    # Whole periods, also where the window begins or ends in the middle of one.
    opens = bins.index.to_numpy("datetime64[D]")
    column = np.flatnonzero(bins.index.isin(inside.index))
    if len(column) != len(inside):
        msg = (
            f"freq is {model.freq!r}, whose periods depend on where counting starts; "
            "wanted single weeks, months, quarters or years: 'W', 'MS', 'QS', 'YS'"
        )
        raise ValueError(msg)
    onwards = _kernel(bins.index, model)
    day = np.timedelta64(1, "D")
    closes = np.append(opens[1:], bins["last"].to_numpy("datetime64[D]")[-1:] + day)
    begun = events["start"].fillna(events["end"]).to_numpy("datetime64[D]")
    ended = events["end"].fillna(events["start"]).to_numpy("datetime64[D]")
    shares = _shares(begun, ended, opens, closes, events["grain"] == "state")
    # A state of which the end is told is evidence while it lasts, not after it.
    is_over = ((events["grain"] == "state") & events["end"].notna()).to_numpy()
    after = np.where(is_over[:, None], shares, shares @ onwards)[:, column]
    # Told of the time before: from the period before the start, backwards.
    begins = np.searchsorted(opens, begun, side="right") - 1
    earlier = np.where((begins >= 1) & (begun < closes[-1]), begins - 1, 0)
    backwards = _kernel(bins.index, model, backwards=True)[earlier][:, column]
    known = (earlier > 0) & (events["before"] >= 0).to_numpy()
    return inside.index, after, backwards * known[:, None]


def _kernel(
    begins: pd.DatetimeIndex, model: Model, *, backwards: bool = False
) -> np.ndarray:
    """Return the weight of an event of each period (row) in each; rows sum to one."""
    months = begins.year * 12 + begins.month + (begins.day - 1) / begins.days_in_month
    lag = np.subtract.outer(months.to_numpy(), months.to_numpy()).T
    lag = -lag if backwards else lag
    weight = decay(np.maximum(lag, 0), model.half_months, model.slope_months)
    weight = np.where((lag < 0) | (weight < model.min_weight), 0.0, weight)
    return weight / weight.sum(axis=1, keepdims=True)


def _shares(
    begun: np.ndarray,
    ended: np.ndarray,
    opens: np.ndarray,
    closes: np.ndarray,
    lasts: pd.Series,
) -> np.ndarray:
    """Return how much of each event lies in each period.

    They add up to one, but for a state that lasts for more than a period: it is told
    of every period and weighs one in each that it fills.
    """
    from_day = np.maximum.outer(begun, opens)
    to_day = np.minimum.outer(ended + np.timedelta64(1, "D"), closes)
    days = np.maximum((to_day - from_day).astype(float), 0)
    own_days = (ended - begun).astype(float)[:, None] + 1
    period_days = (closes - opens).astype(float)[None, :]
    own_days = np.where(
        lasts.to_numpy()[:, None], np.minimum(own_days, period_days), own_days
    )
    return days / own_days


def _in_space(events: pd.DataFrame, grid: gpd.GeoDataFrame, model: Model) -> csc_array:
    """Return the weight of each event (column) in each cell (row), sparse."""
    from scipy.sparse import csc_array
    from scipy.spatial import cKDTree

    cells, points = centres_km(grid), points_km(events, grid)
    reach = model.half_km * (1 + np.log(1 / model.min_weight - 1) / model.slope_km)
    if events.empty:
        return csc_array((len(cells), 0))
    near = cKDTree(cells).sparse_distance_matrix(
        cKDTree(points), reach, output_type="coo_matrix"
    )
    weight = decay(near.data, model.half_km, model.slope_km)
    return csc_array((weight, (near.row, near.col)), shape=(len(cells), len(points)))
