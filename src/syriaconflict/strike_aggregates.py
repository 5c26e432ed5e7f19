"""What aggregates tell ("dozens a day"): counts between two bounds, kept apart.

An aggregate may retell the discrete events of its days, so the two are never added.
`aggregates` lists what each tells by day and in all; `aggregate_rate` reads them as
what they are: counts of which no more is known than that they lie between two bounds.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from syriaconflict.filters import NOT_STATED, Names, codes, require
from syriaconflict.strike_counts import refuse_retelling, total_over
from syriaconflict.strike_units import alike

_ROWS = ("event_id", "start", "end", "low", "high", "unit", "grain", "per")
_KINDS = {
    "aggregates": "int64",
    "days": "int64",
    "rate": "float64",
    "rate_p05": "float64",
    "rate_p95": "float64",
    "day_low": "Float64",
    "day_high": "Float64",
    "agree": "bool",
}


def aggregates(strikes: pd.DataFrame) -> pd.DataFrame:
    """List what each aggregate tells by day and in all, without adding anything.

    Parameters
    ----------
    strikes : DataFrame
        Rows from `strikes`; discrete rows are left out, for they are no aggregates.

    Returns
    -------
    DataFrame
        One row an aggregate, sorted by ``event_id`` and indexed by it: ``unit``,
        ``start``, ``end``, ``days`` (Int64) [day], ``told`` (what its text gives:
        total, day), ``day_low``, ``day_high`` (Float64) [unit per day], ``total_low``,
        ``total_high`` (Int64) [unit], ``operators``, ``front_id``.  The numbers that
        its text does not give follow from the days: a rate is taken to have held on
        each of them, a total to be spread over them.  Where a day or a bound is
        missing, so is what would follow from it.  No aggregates in, no rows out.

    Raises
    ------
    ValueError
        If a column is absent, an event stands in several rows, or units are mixed.

    Examples
    --------
    >>> rate = pd.DataFrame({
    ...     "event_id": ["a"], "start": pd.to_datetime(["2017-04-01"]),
    ...     "end": pd.to_datetime(["2017-04-10"]), "low": pd.array([24], "Int64"),
    ...     "high": pd.array([99], "Int64"), "per": ["day"], "unit": ["strike"],
    ...     "grain": ["aggregate"], "operators": ["not named"], "front_id": ["ghab"],
    ... })
    >>> aggregates(rate)[["days", "day_low", "total_low", "total_high"]].values.tolist()
    [[10, 24.0, 240, 990]]
    """
    columns = (*_ROWS, "operators", "front_id")
    require(strikes, columns, "strikes", key="event_id")
    rows = strikes[strikes["grain"] == "aggregate"].sort_values("event_id")
    alike(rows, "aggregates", columns=("unit",), verb="listed together")
    days = ((rows["end"] - rows["start"]).dt.days + 1).astype("Int64")
    is_rate = rows["per"] == "day"
    made = {"days": days, "told": rows["per"].astype("str")}
    for bound in ("low", "high"):
        number = rows[bound].astype("Float64")
        made[f"day_{bound}"] = number.where(is_rate, number / days)
        made[f"total_{bound}"] = (number * days).where(is_rate, number)
    table = rows[["event_id", "unit", "start", "end"]].assign(**made)
    table = table.assign(operators=rows["operators"], front_id=rows["front_id"])
    whole = {name: _whole(table[name]) for name in ("total_low", "total_high")}
    return table.assign(**whole).set_index("event_id")


def aggregate_rate(strikes: pd.DataFrame, *, by: Names | None = None) -> pd.DataFrame:
    """Estimate a daily rate from aggregates, as Poisson counts between two bounds.

    An aggregate over D days is read as one count, known to lie from L to H, that is
    Poisson distributed with mean D times the rate.  The likelihood of a rate is then
    the product over aggregates of P(L <= count <= H).

    Parameters
    ----------
    strikes : DataFrame
        Aggregates from `strikes`, all of one unit, with both days known.  A rate told
        by the day counts as its total (see `total_over`): it is taken to have held.
    by : str or list of str, optional
        Columns to estimate apart by; without it all rows make one rate.

    Returns
    -------
    DataFrame
        Indexed by the groups (a missing value is "not stated"; "all" without ``by``),
        columns ``aggregates`` (int), ``days`` (int) [day]; ``rate`` (float), where the
        likelihood is highest [unit per day]; ``rate_p05``, ``rate_p95``: the rates at
        which as many as the least told together, or as few as the most, would have a
        chance of 5 %; ``day_low``, ``day_high`` (Float64): what is told, added up and
        divided by the days; ``agree`` (bool): one rate lies within every aggregate's
        own bounds; ``unit``, ``grain``.  The interval holds the rate in at least 90 of
        100 cases if the true counts lie within the bounds, and is the wider the coarser
        these are; whether the text is right is not in it.  An aggregate without an
        upper bound opens the interval (``rate_p95`` missing), one without a lower bound
        counts from 0; ``rate`` is missing where no aggregate of the group tells one of
        the two.  Where ``agree`` is false no one rate fits.

    Raises
    ------
    ValueError
        If a row is discrete, units are mixed, a day is missing, low is above high, or
        two aggregates of a group share a day, so that one may retell the other.

    Examples
    --------
    >>> told = pd.DataFrame({
    ...     "event_id": ["a"], "start": pd.to_datetime(["2017-04-01"]),
    ...     "end": pd.to_datetime(["2017-04-10"]), "low": pd.array([24], "Int64"),
    ...     "high": pd.array([99], "Int64"), "per": ["total"], "unit": ["strike"],
    ...     "grain": ["aggregate"],
    ... })
    >>> aggregate_rate(told)[["rate", "rate_p05", "rate_p95"]].round(2).values.tolist()
    [[5.72, 1.65, 11.7]]
    """
    require(strikes, _ROWS, "strikes", key="event_id")
    names = [] if by is None else codes(by, list(strikes.columns), "by")
    _refuse_unfit(strikes)
    same = alike(strikes, "aggregate_rate", columns=("unit",), verb="pooled")
    rows = total_over(strikes)
    keys = [rows[name].astype("str").fillna(NOT_STATED) for name in names]
    keys = keys or [pd.Series("all", index=rows.index, name="group", dtype="str")]
    refuse_retelling(rows, keys, "aggregate_rate")
    cells = pd.DataFrame(
        {
            "group": rows.groupby(keys).ngroup(),
            "days": (rows["end"] - rows["start"]).dt.days + 1,
            "low": rows["low"].astype("Float64").to_numpy(float, na_value=np.nan),
            "high": rows["high"].astype("Float64").to_numpy(float, na_value=np.nan),
        }
    )
    made = [_censored(part) for _, part in cells.groupby("group")]
    table = pd.DataFrame(made, rows.groupby(keys).size().index, columns=list(_KINDS))
    return table.astype(_KINDS).assign(unit=same["unit"], grain="aggregate")


def _whole(numbers: pd.Series) -> pd.Series:
    """Return counts as Int64 where they are whole, which only `convert` undoes."""
    is_whole = (numbers.dropna() % 1 == 0).all()
    return numbers.astype("Int64") if is_whole else numbers


def _refuse_unfit(strikes: pd.DataFrame) -> None:
    """Refuse rows that are no interval of counts over known days."""
    undated = ~(strikes["end"] >= strikes["start"])
    tests = (
        (
            strikes["grain"] != "aggregate",
            "are no aggregates; use intensity() for them",
        ),
        (undated, "have no first day, no last day, or end before they start"),
        ((strikes["low"] > strikes["high"]).fillna(False), "have a low above the high"),
        (strikes[["low", "high"]].isna().all(axis=1), "tell neither bound"),
    )
    for holds, fault in tests:
        if holds.any():
            shown = ", ".join(sorted(strikes.loc[holds, "event_id"]))
            msg = (
                f"{shown} {fault}; wanted aggregates with both days and at least one "
                "bound, such as strikes[strikes['grain'] == 'aggregate']"
            )
            raise ValueError(msg)


def _censored(part: pd.DataFrame) -> list[object]:
    """Return the columns of one group: the rate that fits its bounds, and its ends."""
    from scipy.stats import gamma

    days, low, high = (part[name].to_numpy(float) for name in ("days", "low", "high"))
    floor, ceiling = np.nan_to_num(low, nan=0), np.nan_to_num(high, nan=np.inf)
    is_open = np.isnan(low).all() or np.isnan(high).all()
    rate = np.nan if is_open else _likeliest(days, floor, ceiling)
    least, most = floor.sum(), ceiling.sum()
    first = gamma.ppf(0.05, least) / days.sum() if least else 0.0
    last = np.nan if np.isinf(most) else gamma.ppf(0.95, most + 1) / days.sum()
    agree = (floor / days).max() <= (ceiling / days).min()
    told = [bound.sum() / days.sum() for bound in (low, high)]
    told = [pd.NA if np.isnan(one) else one for one in told]
    return [len(part), days.sum(), rate, first, last, *told, agree]


def _likeliest(days: np.ndarray, low: np.ndarray, high: np.ndarray) -> float:
    """Return the rate at which the told bounds have their highest likelihood."""
    from scipy.optimize import minimize_scalar

    if not low.any() or np.isinf(high).all():
        return np.inf if low.any() else 0.0

    def loss(log_rate: float) -> float:
        return -_log_between(low, high, np.exp(log_rate) * days).sum()

    told = np.concatenate([low / days, high / days])
    told = told[(told > 0) & np.isfinite(told)]
    edges = np.log(told.min()) - 5, np.log(told.max() + 1 / days.sum()) + 2
    best = minimize_scalar(
        loss, bounds=edges, method="bounded", options={"xatol": 1e-9}
    )
    return float(np.exp(best.x))


def _log_between(low: np.ndarray, high: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Return the logarithm of P(low <= count <= high) of Poisson counts."""
    from scipy.special import gammainc, gammaincc
    from scipy.stats import poisson

    # P(count >= k) = gammainc(k, mean), which scipy leaves undefined for k = 0
    from_low = np.where(low > 0, gammainc(np.maximum(low, 1), mean), 1.0)
    past_high = gammainc(np.where(np.isinf(high), 1.0, high) + 1, mean)
    to_high = gammaincc(np.where(np.isinf(high), 1.0, high) + 1, mean)
    below = np.where(low > 0, gammaincc(np.maximum(low, 1), mean), 0.0)
    past_high = np.where(np.isinf(high), 0.0, past_high)
    to_high = np.where(np.isinf(high), 1.0, to_high)
    # of the two tails take the difference of the smaller numbers: it loses no digits
    chance = np.where(from_low < to_high, from_low - past_high, to_high - below)
    nearest = np.where(mean < low, low, np.where(np.isinf(high), low, high))
    far = poisson.logpmf(nearest, mean)  # where the chance is too small for a float
    return np.where(chance > 1e-280, np.log(np.maximum(chance, 1e-300)), far)
