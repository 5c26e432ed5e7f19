"""Who held the ground, estimated from events alone by a hidden Markov model.

The ground is cut into hexagons.  In each, who holds it is a hidden chain: it changes
from period to period with assumed probabilities, and what happens on ground in each
state is of each kind with assumed probabilities (`hmm_model`).  Events are weighted by
distance and time; forward and backward passes give the probability that a side holds
the cell.  Two sides a run: one against the rest, or against another.

After T. Anders (2020), Territorial control in civil wars: Theory and measurement using
machine learning, Journal of Peace Research 57(6), 701-714, whose published code was
read for the method.  Derived and written anew; done otherwise here:

- **Direction of the transitions.**  The published code hands the transposed transition
  matrix to a routine that wants rows to sum to one; its columns do.  Here a matrix
  whose rows do not sum to one is refused.
- **An event counts once.**  There an event bears on the observation of each of about
  four months, as if it had happened four times; here its weights over the months are
  divided by their sum.  That they fall to one half after 3.2 months and at 20 km
  (logistic curves) is the same.  So part of what an event tells comes in later months,
  and beyond the end of the window is lost; ``half_months=0.5`` puts all of it into
  its own month.
- **Evidence is graded.**  There a month is one of four observations (nothing, mostly
  open, mixed, mostly covert attack); here each event adds weight x log-probability of
  its kind, so that a capture weighs more than a bomb and two weigh more than one.
- **Silence is no evidence.**  There a month without events points to full control by
  either; here it says nothing, since reporting is thin.  A cell that no event reaches
  is missing, not one half.
- **Both sides are alike.**  There only the rebels' choice between open and covert
  attack is read; here acts of either side are, and what tells directly of control.
  Three states in place of five: what grades "closer to" one side is the probability.
- **The time before.**  Who lost a place held it until then: a capture is evidence for
  the loser in the periods before, where later evidence may be used (smoothing).
- **Neighbours** enter by the kernel alone: the weight of events that happened there.
  Cells are no field; each is a chain of its own.
- **Distances** are measured in a projected system and the grid lies in it; there the
  grid is in degrees.
- The answer is a probability per period (forward-backward), not the one most likely
  path (Viterbi).

Limits: the probabilities of the model are assumed; events are taken to be independent
given who holds the ground, so several reports of one fight make it too sure of itself;
a front is not resolved more finely than ``half_km``.  The defaults suit a slow war: an
event of last month weighs as much as one of this.  An advance of days, as at the end of
2024, needs a `Model` with weeks, a transition matrix for them and a shorter
``half_months``.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict.filters import Names
from syriaconflict.hmm_evidence import decay, evidence, set_aside
from syriaconflict.hmm_model import EVIDENCE, MARKS, MODEL, Model, check_stochastic
from syriaconflict.hmm_score import BASELINES, baseline, calibration, score
from syriaconflict.hmm_simulate import World, simulate

if TYPE_CHECKING:
    import geopandas as gpd
    import shapely

__all__ = [
    "BASELINES",
    "EVIDENCE",
    "MARKS",
    "Model",
    "World",
    "baseline",
    "calibration",
    "control_probability",
    "decay",
    "forward_backward",
    "hexagons",
    "score",
    "set_aside",
    "simulate",
]

MOST_CELLS = 1_000_000
DENSE_DEGREES = 0.05  # a straight edge in degrees bends when it is projected


def control_probability(
    events: pd.DataFrame,
    grid: gpd.GeoDataFrame,
    start: str | date,
    end: str | date,
    *,
    side: str,
    against: Names | None = None,
    model: Model = MODEL,
) -> pd.DataFrame:
    """Return the probability that a side held each cell in each period.

    Parameters
    ----------
    events : DataFrame
        Rows of the ``events`` table, one an event; those that cannot be used are
        listed by `set_aside`.
    grid : GeoDataFrame
        Cells from `hexagons`.
    start, end : str (YYYY-MM-DD) or date
        First and last day of the window, both inclusive [day]; periods that they cut
        are taken whole.  Events up to some months before count by what is left of
        their weight.
    side : str
        The side asked about, one of the values of `vocabulary.SIDES`.
    against : str or list of str, optional
        The other side or sides; by default all others together.  If only one of
        attacker and attacked is told, the other is taken to be of the other side.
    model : Model
        Settings, see `Model`: states, probabilities, reach, length of a period.

    Returns
    -------
    DataFrame
        One row per cell (in the order of ``grid``) and period:

        - ``cell_id`` (str), ``period`` (datetime: its first day);
        - ``p_side`` (float): probability that the side holds the cell, contested ground
          counting by halves; missing where no event has reached the cell (smoothed: in
          the whole window; else: up to that period);
        - ``state`` (str): the most likely state, and ``p_state`` (float), its
          probability; missing likewise;
        - ``weight`` (float) [event]: weight of the evidence in that period; 0 where
          there is none, and what is said is carried over from other periods;
        - ``age`` (Int32) [period]: periods since the last with evidence, missing before
          the first.  Far from any evidence ``p_side`` drifts to one half: read ``age``.

    Raises
    ------
    ValueError
        If no event can be used (with the reasons), a side, column or frequency is
        unknown, a point is no point on earth, or the grid is no projected grid.
    TypeError
        If ``side`` is not a str.

    Examples
    --------
    A capture, and what it says of the time before and after:

    >>> import shapely
    >>> grid = hexagons(shapely.box(36.70, 35.25, 36.71, 35.26), 10)
    >>> events = pd.DataFrame({
    ...     "event_id": ["a"], "event_type": "capture", "modality": "realised",
    ...     "grain": "discrete", "grade": "single_source", "extent": None,
    ...     "start": pd.to_datetime(["2017-04-23"]),
    ...     "end": pd.to_datetime(["2017-04-23"]), "longitude": 36.7,
    ...     "latitude": 35.26, "radius_km": 2.0, "initiator_camp": "government",
    ...     "target_camp": "opposition"})
    >>> held = control_probability(
    ...     events, grid, "2017-02-01", "2017-05-31", side="government")
    >>> held["p_side"].round(2).tolist()
    [0.39, 0.43, 0.57, 0.61]
    """
    read, weights, window = evidence(
        events, grid, start, end, side=side, against=against, model=model
    )
    if not weights.any():
        reasons = read["reason"].fillna("no evidence").value_counts().to_dict()
        msg = (
            f"events: none of {len(events)} is evidence for {side} in the window and "
            f"on the grid: {reasons}; choose others, or see set_aside()"
        )
        raise ValueError(msg)
    states = forward_backward(
        weights @ np.log(model.emission).T,
        model.initial,
        model.transition,
        smooth=model.is_smoothed,
    )
    return _table(states, weights.sum(axis=2), grid["cell_id"], window, model)


def forward_backward(
    log_likelihood: np.ndarray,
    initial: np.ndarray,
    transition: np.ndarray,
    *,
    smooth: bool = True,
) -> np.ndarray:
    """Return the probability of each state of many hidden Markov chains at once.

    Parameters
    ----------
    log_likelihood : ndarray of float, periods x chains x states
        Log-probability of what was seen in a period, given the state; a constant over
        the states makes no difference, 0 throughout is no evidence.
    initial : array-like of float, states
        Probability of each state in the first period.
    transition : array-like of float, states x states
        ``transition[i][j]``: probability of going from state i to state j; rows sum to
        one.
    smooth : bool, default True
        Whether the whole chain counts for each period (smoothed), or what was seen up
        to and in that period (filtered).

    Returns
    -------
    ndarray of float, periods x chains x states
        Sums to one over the states.

    Raises
    ------
    ValueError
        If rows do not sum to one, shapes do not fit, or a log-likelihood is missing or
        infinite.

    Examples
    --------
    >>> seen = np.log([[[2, 1]], [[1, 2]], [[2, 1]]])
    >>> stay = [[0.75, 0.25], [0.5, 0.5]]
    >>> forward_backward(seen, [0.5, 0.5], stay, smooth=False)[:, 0, 0].round(3)
    array([0.667, 0.5  , 0.769])
    """
    seen = np.asarray(log_likelihood, dtype=float)
    if seen.ndim != 3 or not np.isfinite(seen).all():
        msg = (
            f"log_likelihood has the shape {seen.shape}, wanted finite numbers, "
            "periods x chains x states; log of 0 is infinite: give a small probability"
        )
        raise ValueError(msg)
    count = seen.shape[2]
    begin = check_stochastic(initial, "initial", (count,))
    step = check_stochastic(transition, "transition", (count, count))
    return _passes(seen, begin, step, smooth=smooth)


def hexagons(
    area: shapely.Geometry | gpd.GeoDataFrame | gpd.GeoSeries,
    cell_km: float,
    *,
    crs: int | str = 32637,
) -> gpd.GeoDataFrame:
    """Cover an outline with regular hexagons.

    The grid hangs on the origin of ``crs``: grids of one size fit each other, whatever
    the outline, and a cell keeps its name.

    Parameters
    ----------
    area : shapely geometry, GeoDataFrame or GeoSeries
        The outline; a bare geometry in longitude and latitude (WGS 84).
    cell_km : float
        Distance between the centres of neighbours, which is the width of a cell [km].
    crs : int or str, default 32637
        Projected system in metres in which the hexagons are regular.

    Returns
    -------
    GeoDataFrame
        One row per hexagon that shares ground with the outline, from south to north
        and west to east: ``cell_id`` (str: size, row, column), ``centre`` (Point, in
        ``crs``), ``km`` (float, the width) and ``geometry`` (whole hexagons, in
        ``crs``).

    Raises
    ------
    ValueError
        If the outline has no ground or no system, ``crs`` is not projected in metres,
        the width is not above 0, or there would be more than a million cells.

    Examples
    --------
    >>> import shapely
    >>> grid = hexagons(shapely.box(36.6, 35.1, 36.8, 35.4), 10)
    >>> len(grid), grid["cell_id"].iloc[0]
    (12, '10km-r449-c28')
    """
    import geopandas as gpd
    import shapely

    if not (0 < cell_km < np.inf):
        msg = f"cell_km is {cell_km!r}, wanted a number of km above 0"
        raise ValueError(msg)
    outline = _outline(area, crs)
    width = cell_km * 1000
    height = width * np.sqrt(3) / 2  # from row to row; every second is shifted by half
    west, south, east, north = outline.bounds
    rows = np.arange(np.floor(south / height) - 1, np.ceil(north / height) + 2)
    columns = np.arange(np.floor(west / width) - 1, np.ceil(east / width) + 2)
    if len(rows) * len(columns) > MOST_CELLS:
        msg = (
            f"cell_km is {cell_km:g}: {len(rows)} rows of {len(columns)} cells, wanted "
            f"at most {MOST_CELLS} cells; give larger cells or a smaller outline"
        )
        raise ValueError(msg)
    row, column = (n.ravel() for n in np.meshgrid(rows, columns, indexing="ij"))
    x, y = width * (column + row % 2 / 2), height * row
    angles = np.radians(np.arange(30, 390, 60))
    corner = width / np.sqrt(3) * np.column_stack([np.cos(angles), np.sin(angles)])
    shapes = shapely.polygons(np.column_stack([x, y])[:, None, :] + corner)
    shapely.prepare(outline)
    near = np.flatnonzero(shapely.intersects(outline, shapes))
    kept = near[shapely.area(shapely.intersection(outline, shapes[near])) > 0]
    pairs = zip(row[kept], column[kept], strict=True)
    names = [f"{cell_km:g}km-r{r:.0f}-c{c:.0f}" for r, c in pairs]
    centres = gpd.GeoSeries.from_xy(x[kept], y[kept], crs=crs)
    return gpd.GeoDataFrame(
        {"cell_id": names, "centre": centres, "km": float(cell_km)},
        geometry=shapes[kept],
        crs=crs,
    )


def _outline(area: object, crs: int | str) -> shapely.Geometry:
    import geopandas as gpd
    import pyproj

    system = pyproj.CRS(crs)
    if not system.is_projected or system.axis_info[0].unit_name != "metre":
        msg = f"crs is {crs!r}, wanted a projected system in metres, such as 32637"
        raise ValueError(msg)
    is_frame = isinstance(area, gpd.GeoDataFrame | gpd.GeoSeries)
    outline = area.geometry if is_frame else gpd.GeoSeries([area], crs="EPSG:4326")
    if outline.crs is None:
        msg = "area has no coordinate system, wanted one; say area.set_crs(4326)"
        raise ValueError(msg)
    degrees = outline.to_crs("EPSG:4326")
    within = np.abs(degrees.total_bounds) <= (180, 90, 180, 90)
    whole = None
    if within.all():  # not so where a bound is missing, as of an empty outline
        whole = degrees.segmentize(DENSE_DEGREES).to_crs(crs).union_all()
    if whole is None or not (whole.area > 0 and np.isfinite(whole.bounds).all()):
        msg = (
            f"area has the bounds {outline.total_bounds.round(3).tolist()}, wanted a "
            "polygon on the map of crs; a bare geometry is read as longitude and "
            "latitude"
        )
        raise ValueError(msg)
    return whole


def _passes(
    seen: np.ndarray, begin: np.ndarray, step: np.ndarray, *, smooth: bool
) -> np.ndarray:
    """Run both passes for all chains, in logarithms so that nothing vanishes."""
    with np.errstate(divide="ignore"):  # what is impossible has the logarithm -inf
        log_begin, log_step = np.log(begin)[:, None], np.log(step)[:, :, None]
    # Chains last: sums over a few states are fast along the first axis alone.
    seen = np.ascontiguousarray(seen.transpose(0, 2, 1))
    states = np.empty_like(seen)
    for t, now in enumerate(seen):
        past = log_begin if t == 0 else _log_sum(states[t - 1][:, None] + log_step)
        states[t] = past + now
        states[t] -= _log_sum(states[t])
    if smooth:
        onwards = log_step.transpose(1, 0, 2)  # to, from
        later = np.zeros(seen.shape[1:])
        for t in range(len(seen) - 2, -1, -1):
            later = _log_sum(onwards + (seen[t + 1] + later)[:, None])
            later -= later.max(axis=0)
            states[t] += later
            states[t] -= _log_sum(states[t])
    return np.exp(states).transpose(0, 2, 1)


def _log_sum(logs: np.ndarray) -> np.ndarray:
    most = logs.max(axis=0)
    most = np.where(np.isneginf(most), 0, most)
    with np.errstate(divide="ignore"):
        return np.log(np.exp(logs - most).sum(axis=0)) + most


def _table(
    states: np.ndarray,
    weight: np.ndarray,
    cell_ids: pd.Series,
    window: pd.DatetimeIndex,
    model: Model,
) -> pd.DataFrame:
    """Return one row per cell and period; what no event reached is missing."""
    number = np.arange(len(window))[:, None]
    last = np.maximum.accumulate(np.where(weight > 0, number, -1), axis=0)
    reached = (last >= 0) if not model.is_smoothed else (weight > 0).any(axis=0)
    reached = np.broadcast_to(reached, weight.shape).T.ravel()
    likely = np.array(model.states)[states.argmax(axis=2)].T.ravel()
    age = pd.Series((number - last).T.ravel(), dtype="Int32")
    return pd.DataFrame(
        {
            "cell_id": np.repeat(cell_ids.to_numpy(), len(window)),
            "period": np.tile(window, len(cell_ids)),
            "p_side": (states @ np.asarray(model.holds)).T.ravel(),
            "state": pd.Series(likely, dtype="str"),
            "p_state": states.max(axis=2).T.ravel(),
            "weight": weight.T.ravel(),
            "age": age.mask((last < 0).T.ravel()),
        }
    ).assign(
        **{
            name: (lambda table, name=name: table[name].where(reached))
            for name in ("p_side", "state", "p_state")
        }
    )
