"""How well control is estimated: plain baselines to compare with, and scores."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from syriaconflict.binning import periods
from syriaconflict.filters import Names, codes, require
from syriaconflict.hmm_evidence import centres_km, evidence, points_km
from syriaconflict.hmm_model import MODEL, Model

if TYPE_CHECKING:
    import geopandas as gpd

BASELINES = ("last_claim", "last_event", "nearest_place")
ENOUGH = 100  # scored values below which no winner is named
FEWEST_GROUPS = 10  # fewer say nothing of how groups differ
DRAWS = 1000
_Z = 1.6448536269514722  # 95 % quantile of the normal: intervals of 90 %


def baseline(
    events: pd.DataFrame,
    grid: gpd.GeoDataFrame,
    start: str | date,
    end: str | date,
    *,
    side: str,
    against: Names | None = None,
    rule: str,
    model: Model = MODEL,
) -> pd.DataFrame:
    """Guess who held each cell from a single event, as a yardstick.

    Parameters
    ----------
    events, grid, start, end, side, against, model
        As for `hmm.control_probability`, from which the same events are taken;
        ``events`` also needs ``place_id``.
    rule : str
        "last_claim": whoever was last told to hold a place in the cell;
        "last_event": whomever the last event in the cell favours, of any kind;
        "nearest_place": whoever was last told to hold the nearest place of which that
        was ever told, in the cell or not.

    Returns
    -------
    DataFrame
        As `hmm.control_probability`: ``cell_id``, ``period``, ``p_side`` (1 or 0;
        missing where the rule finds no event up to the end of the period).

    Raises
    ------
    ValueError
        If the rule is unknown; else as `hmm.control_probability`.

    Examples
    --------
    >>> import shapely
    >>> from syriaconflict.hmm import hexagons, simulate
    >>> grid = hexagons(shapely.box(36.0, 35.0, 37.0, 36.0), 10)
    >>> truth, events = simulate(grid, "2017-01-01", "2017-12-31", seed=1)
    >>> last = baseline(events, grid, "2017-01-01", "2017-12-31",
    ...                 side="government", rule="last_claim")
    >>> sorted(last["p_side"].dropna().unique().tolist())
    [0.0, 1.0]
    """
    codes(rule, BASELINES, "rule")
    require(events, ("place_id",), "events")
    read, _, window = evidence(
        events, grid, start, end, side=side, against=against, model=model
    )
    told = _last_told(read, window, model)
    told = told if rule == "last_event" else told[told["kind"] == "held"]
    if told.empty:
        msg = (
            f"events: none of {len(events)} can be used for {rule} up to "
            f"{window[-1]:%Y-%m}; choose another rule, or see set_aside()"
        )
        raise ValueError(msg)
    by = _by_nearest if rule == "nearest_place" else _by_cell
    guess = by(told, grid, len(window))
    return pd.DataFrame(
        {
            "cell_id": np.repeat(grid["cell_id"].to_numpy(), len(window)),
            "period": np.tile(window, len(grid)),
            "p_side": guess.T.ravel(),
        }
    )


def score(
    predicted: pd.DataFrame,
    truth: pd.Series,
    *,
    groups: pd.Series | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Score probabilities against what was so, estimator by estimator.

    Only rows that have a truth and a probability from every estimator are scored, so
    that all are measured by the same cases.

    Parameters
    ----------
    predicted : DataFrame
        One column per estimator: probability that the side holds the ground.
    truth : Series
        1 or True: it does, 0 or False: the other does; missing is not scored.  On the
        index of ``predicted``.
    groups : Series, optional
        What belongs together, such as the cell or place of each row: months of one
        place are not independent, and intervals are wider for it.  On the index of
        ``predicted``; by default each row stands alone.
    seed : int, default 0
        Seed of the bootstrap.

    Returns
    -------
    DataFrame
        One row per estimator, index ``estimator``:

        - ``n`` (int): rows scored; ``left_out`` (int): rows with a truth and without a
          probability from this estimator;
        - ``accuracy`` (float): share of rows on the right side of one half; exactly one
          half is half right; ``accuracy_p05``, ``accuracy_p95``: Wilson interval, 90 %,
          with as many trials as there are groups;
        - ``brier`` (float): mean squared difference, 0 is best and 0.25 what one half
          throughout would get; ``brier_p05``, ``brier_p95``: bootstrap over groups,
          missing with fewer than 10;
        - ``is_winner`` (bool): lowest Brier score, by a margin over the next whose
          bootstrap interval (90 %) is above 0;
        - ``note`` (str): where no winner is named, why: fewer than 100 rows or 10
          groups, a margin within chance, or nothing to compare.

    Raises
    ------
    ValueError
        If indexes differ, values are no probabilities or truths, a group is missing, or
        no row can be scored.

    Examples
    --------
    >>> predicted = pd.DataFrame({"a": [0.9, 0.8, 0.4], "b": [0.5, 0.5, 0.5]})
    >>> table = score(predicted, pd.Series([1, 1, 0]))
    >>> table["brier"].round(3).to_dict()
    {'a': 0.07, 'b': 0.25}
    >>> table.loc["a", "note"]
    'no winner named: n is 3, below 100'
    """
    _refuse_mismatch(predicted, truth, groups)
    known = truth.notna()
    scored = known & predicted.notna().all(axis=1)
    if not scored.any():
        msg = (
            f"predicted: none of {len(predicted)} rows has a truth ({known.sum()} "
            f"have) and a probability from all of {list(predicted.columns)}"
        )
        raise ValueError(msg)
    group = pd.Series(range(len(truth)), truth.index) if groups is None else groups
    member = pd.factorize(group[scored])[0]
    p, right = predicted[scored].to_numpy(float), truth[scored].to_numpy(float)[:, None]
    error = (p - right) ** 2
    hit = np.where(p == 0.5, 0.5, (p > 0.5) == (right == 1)).mean(axis=0)
    draws = _bootstrap(error, member, seed)
    below, above = _wilson(hit, member.max() + 1)
    low, high = np.quantile(draws, [0.05, 0.95], axis=0)
    best, note = _winner(predicted.columns, error.mean(axis=0), draws, len(p))
    rows = {
        "n": len(p),
        "left_out": predicted[known].isna().sum().to_numpy(),
        "accuracy": hit,
        "accuracy_p05": below,
        "accuracy_p95": above,
        "brier": error.mean(axis=0),
        "brier_p05": low,
        "brier_p95": high,
        "is_winner": np.arange(p.shape[1]) == best,
        "note": note,
    }
    return pd.DataFrame(rows, index=predicted.columns.rename("estimator"))


def calibration(
    predicted: pd.Series, truth: pd.Series, *, bins: int = 10
) -> pd.DataFrame:
    """Tell how often what was given a probability was so.

    Parameters
    ----------
    predicted : Series of float
        Probabilities; missing ones are not counted.
    truth : Series
        As for `score`.
    bins : int, default 10
        Number of bins of equal width.

    Returns
    -------
    DataFrame
        One row per bin, index ``bin`` (int, from 0): ``low``, ``high`` (float, its
        bounds; low is within, high only in the last), ``n`` (int: rows), ``predicted``
        (float: mean probability), ``observed`` (float: share that was so),
        ``observed_p05``, ``observed_p95`` (Wilson, 90 %, each row a trial).  A bin
        without rows has n = 0 and missing values.

    Raises
    ------
    ValueError
        As `score`, or if ``bins`` is not at least 1.

    Examples
    --------
    >>> table = calibration(pd.Series([0.1, 0.3, 0.9]), pd.Series([0, 1, 1]), bins=2)
    >>> table[["n", "predicted", "observed"]].to_numpy().tolist()
    [[2.0, 0.2, 0.5], [1.0, 0.9, 1.0]]
    """
    _refuse_mismatch(predicted.to_frame("p"), truth, None)
    if isinstance(bins, bool) or not (isinstance(bins, int) and bins >= 1):
        msg = f"bins is {bins!r}, wanted a whole number of at least 1"
        raise ValueError(msg)
    rows = pd.DataFrame({"predicted": predicted, "observed": truth}).dropna()
    rows = rows.astype(float)
    number = np.minimum((rows["predicted"] * bins).astype(int), bins - 1)
    grouped = rows.groupby(number)
    table = grouped.mean().reindex(range(bins)).rename_axis("bin")
    count = grouped.size().reindex(range(bins), fill_value=0)
    edges = np.arange(bins + 1) / bins
    low, high = _wilson(table["observed"], count.where(count > 0))
    return table.assign(
        low=edges[:-1], high=edges[1:], n=count, observed_p05=low, observed_p95=high
    )[["low", "high", "n", "predicted", "observed", "observed_p05", "observed_p95"]]


def _last_told(
    read: pd.DataFrame, window: pd.DatetimeIndex, model: Model
) -> pd.DataFrame:
    """Return the events that favour a side, up to the end of the window, in order."""
    # A plain rule remembers for ever, and asks nobody how far an event reaches.
    is_usable = read["reason"].isna() | read["reason"].str.startswith("out of reach")
    day = read["end"].fillna(read["start"])  # by then it surely had happened
    beyond = periods(model.freq, window[-1], window[-1] + pd.Timedelta(days=400))
    is_past = day < beyond.index[1]
    told = read[is_usable & (read["favours"] != 0) & is_past]
    day = day[told.index]
    period = np.maximum(window.searchsorted(day, side="right") - 1, 0)
    place = told["place_id"].fillna(told["event_id"])
    return told.assign(day=day, period=period, place_id=place).sort_values(
        ["day", "event_id"]
    )


def _carried(told: pd.DataFrame, column: np.ndarray, shape: tuple) -> np.ndarray:
    """Return whom the last event favours, by period and column, carried onwards."""
    table = np.full(shape, np.nan)
    table[told["period"], column] = told["favours"] == 1  # of several, the last stays
    return pd.DataFrame(table).ffill().to_numpy()


def _by_cell(told: pd.DataFrame, grid: gpd.GeoDataFrame, count: int) -> np.ndarray:
    from scipy.spatial import cKDTree

    distance, cell = cKDTree(centres_km(grid)).query(points_km(told, grid))
    inside = distance <= grid["km"].to_numpy()[cell] / np.sqrt(3)  # to a corner
    return _carried(told[inside], cell[inside], (count, len(grid)))


def _by_nearest(told: pd.DataFrame, grid: gpd.GeoDataFrame, count: int) -> np.ndarray:
    from scipy.spatial import cKDTree

    number, names = pd.factorize(told["place_id"])
    claims = _carried(told, number, (count, len(names)))
    firsts = told.drop_duplicates("place_id")
    points, centres = points_km(firsts, grid), centres_km(grid)
    guess = np.full((count, len(grid)), np.nan)
    for period, known in enumerate(~np.isnan(claims)):
        if known.any():
            nearest = cKDTree(points[known]).query(centres)[1]
            guess[period] = claims[period, known][nearest]
    return guess


def _refuse_mismatch(
    predicted: pd.DataFrame, truth: pd.Series, groups: pd.Series | None
) -> None:
    others = [("truth", truth), ("groups", groups)]
    for name, other in others:
        if other is not None and not other.index.equals(predicted.index):
            msg = f"{name} is on another index than predicted, wanted the same rows"
            raise ValueError(msg)
    values = predicted.to_numpy(dtype=float, na_value=np.nan)
    if ((values < 0) | (values > 1)).any():
        msg = "predicted holds values below 0 or above 1, wanted probabilities"
        raise ValueError(msg)
    if not truth.dropna().isin([0, 1]).all():
        msg = (
            f"truth holds {sorted(set(truth.dropna()) - {0, 1})[:5]}, wanted 1, 0 or "
            "missing; leave contested ground missing"
        )
        raise ValueError(msg)
    if groups is not None and groups.isna().any():
        msg = f"groups is missing in {groups.isna().sum()} rows, wanted one for each"
        raise ValueError(msg)


def _bootstrap(error: np.ndarray, member: np.ndarray, seed: int) -> np.ndarray:
    """Return mean errors, draws x estimators, of groups drawn with replacement."""
    count = member.max() + 1
    sums = np.zeros((count, error.shape[1] + 1))
    np.add.at(sums, member, np.column_stack([error, np.ones(len(error))]))
    if count < FEWEST_GROUPS:
        return np.full((DRAWS, error.shape[1]), np.nan)
    rng = np.random.default_rng(seed)
    totals = rng.multinomial(count, np.full(count, 1 / count), DRAWS) @ sums
    return totals[:, :-1] / totals[:, -1:]


def _wilson(share: np.ndarray, trials: int | pd.Series) -> tuple:
    """Return the bounds of the Wilson interval for a share, 90 %."""
    spread = _Z * np.sqrt(share * (1 - share) / trials + (_Z / trials) ** 2 / 4)
    middle, scale = share + _Z**2 / trials / 2, 1 + _Z**2 / trials
    return (middle - spread) / scale, (middle + spread) / scale


def _winner(
    names: pd.Index, brier: np.ndarray, draws: np.ndarray, n: int
) -> tuple[int, str]:
    """Return the column of the best estimator, or -1 and why there is none."""
    if n < ENOUGH:
        return -1, f"no winner named: n is {n}, below {ENOUGH}"
    if np.isnan(draws).any():
        return -1, f"no winner named: fewer than {FEWEST_GROUPS} groups"
    if len(brier) == 1:
        return -1, "no winner named: nothing to compare with"
    best, second = np.argsort(brier, kind="stable")[:2]
    if np.quantile(draws[:, second] - draws[:, best], 0.05) > 0:
        return int(best), ""
    return -1, (
        f"no winner named: {names[best]} leads {names[second]} by no more than chance"
    )
