"""Adding strikes up: what may be added, and the refusal of everything else."""

from __future__ import annotations

import pandas as pd

from syriaconflict.filters import NOT_STATED, Names, codes, require
from syriaconflict.strike_units import alike

_SUMS = ["events", "low", "high"]
_ALIKE = ("unit", "grain", "per")
_RETOLD = (
    "aggregates over the same days, and one may retell another; take one of them, or "
    "part them by a further column, such as event_id"
)
_RATES = "and rates of different days do not add up; total_over() first"
_ROWS = ("event_id", "start", "end", "low", "high", *_ALIKE)


def count(strikes: pd.DataFrame, by: Names) -> pd.DataFrame:
    """Add up the counts of strikes that may be added, by group.

    Parameters
    ----------
    strikes : DataFrame
        Rows from `strikes`, of one unit, one grain, and all totals or all rates.
    by : str or list of str
        Columns to add by, such as ``operators``, ``munition`` or ``front_id``.

    Returns
    -------
    DataFrame
        Indexed by the groups (a missing value is "not stated"), columns ``events``
        (int), ``low`` and ``high`` (Int64) in the unit, ``unit``, ``grain``, ``per``.
        A bound is missing where any event of the group tells none: an open count
        makes an open sum.  No rows in, no rows out.

    Raises
    ------
    ValueError
        If units, grains, or totals and rates are mixed (the message names the
        conversion to justify); if two aggregates of one group cover the same days, so
        that one may retell the other; if two rates fall into one group; or if a
        column is unknown.

    Examples
    --------
    >>> strikes = pd.DataFrame({
    ...     "event_id": ["a", "b"], "operators": "russian-air-force",
    ...     "start": pd.to_datetime(["2017-04-01"] * 2),
    ...     "end": pd.to_datetime(["2017-04-01"] * 2), "grain": "discrete",
    ...     "unit": "strike", "low": pd.array([2, 5], "Int64"),
    ...     "high": pd.array([2, None], "Int64"), "per": "total",
    ... })
    >>> count(strikes, "operators")[["events", "low", "high"]].reset_index()
               operators  events  low  high
    0  russian-air-force       2    7  <NA>
    """
    require(strikes, _ROWS, "strikes", key="event_id")
    names = codes(by, list(strikes.columns), "by")
    same = alike(strikes, "count")
    groups = [strikes[name].astype("str").fillna(NOT_STATED) for name in names]
    refuse_retelling(strikes, groups, "count")
    numbers = strikes[["low", "high"]].assign(events=1)
    return numbers.groupby(groups).sum(skipna=False)[_SUMS].assign(**same)


def total_over(strikes: pd.DataFrame) -> pd.DataFrame:
    """Turn rates a day into totals over their days.

    This assumes that the rate held on every day from ``start`` to ``end``, both
    inclusive, which is for the user to justify.

    Parameters
    ----------
    strikes : DataFrame
        Rows from `strikes`.

    Returns
    -------
    DataFrame
        A new frame: rows with ``per`` day have ``low`` and ``high`` multiplied by
        their days and ``per`` total; the others are as they were.

    Raises
    ------
    ValueError
        If a rate has no start or no end.

    Examples
    --------
    >>> rate = pd.DataFrame({
    ...     "event_id": ["a"], "start": pd.to_datetime(["2017-04-01"]),
    ...     "end": pd.to_datetime(["2017-04-10"]), "low": pd.array([24], "Int64"),
    ...     "high": pd.array([99], "Int64"), "per": ["day"],
    ... })
    >>> total_over(rate)[["low", "high", "per"]].values.tolist()
    [[240, 990, 'total']]
    """
    require(strikes, ("event_id", "start", "end", "low", "high", "per"), "strikes")
    is_rate = strikes["per"] == "day"
    days = (strikes["end"] - strikes["start"]).dt.days + 1
    endless = strikes.loc[is_rate & days.isna(), "event_id"]
    if len(endless):
        told = ", ".join(endless)
        msg = f"{told}: a rate with no first or last day; justify one: assign(end=...)"
        raise ValueError(msg)
    factor = days.where(is_rate, 1).astype("Int64")
    return strikes.assign(
        low=strikes["low"] * factor,
        high=strikes["high"] * factor,
        per=strikes["per"].mask(is_rate, "total"),
    )


def add(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """Add two results of `count`, group by group.

    Parameters
    ----------
    a, b : DataFrame
        Results of `count` over the same columns, of different events.

    Returns
    -------
    DataFrame
        As `count` gives; a group that one of them lacks counts as 0 there, a missing
        bound stays missing.

    Raises
    ------
    ValueError
        If units, grains, or totals and rates differ, or the groups are of different
        columns, or both hold rates (which cannot be added across days).

    Examples
    --------
    >>> a = pd.DataFrame({"events": 1, "low": 2, "high": 3, "unit": "strike",
    ...                   "grain": "discrete", "per": "total"}, index=["x"])
    >>> add(a, a.rename(index={"x": "y"}).assign(unit="sortie"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: add: unit sortie and strike cannot be added; choose one with ...
    """
    for frame in (a, b):
        require(frame, (*_SUMS, *_ALIKE), "a result of count")
    if list(a.index.names) != list(b.index.names):
        msg = (
            f"a is counted by {list(a.index.names)} and b by {list(b.index.names)}, "
            "wanted the same columns; count both again with one `by`"
        )
        raise ValueError(msg)
    same = alike(pd.concat([a[list(_ALIKE)], b[list(_ALIKE)]]), "add")
    groups = a.index.union(b.index)
    if same["per"] == "day" and len(groups) < len(a) + len(b):
        msg = f"add: both hold rates a day for one group, {_RATES}"
        raise ValueError(msg)
    parts = [frame[_SUMS].reindex(groups, fill_value=0) for frame in (a, b)]
    return (parts[0] + parts[1]).assign(**same)


def refuse_retelling(strikes: pd.DataFrame, groups: list[pd.Series], name: str) -> None:
    """Refuse aggregates of one group that tell of the same days, and several rates.

    Parameters
    ----------
    strikes : DataFrame
        Rows from `strikes`; the discrete ones are not looked at.
    groups : list of Series
        Group of each row, by every column counted by.
    name : str
        Who asks, for the message.

    Raises
    ------
    ValueError
        If two aggregates of a group share a day (a missing day is open), or a group
        holds several rates a day.
    """
    told = pd.DataFrame(
        {
            "event_id": strikes["event_id"],
            "start": strikes["start"].fillna(pd.Timestamp("1900-01-01")),
            "end": strikes["end"].fillna(pd.Timestamp("2200-01-01")),
            "rate": strikes["per"] == "day",
            "group": groups[0].groupby(groups).ngroup(),
        }
    )
    told = told[strikes["grain"] == "aggregate"].sort_values(["group", "start"])
    by_group = told.groupby("group")
    # sorted by start, any two spans that share a day make two neighbours that do
    overlaps = told["start"] <= by_group["end"].shift()
    rates = by_group["rate"].transform("any") & told["group"].duplicated(keep=False)
    for holds, why in ((rates, f"rates a day, {_RATES}"), (overlaps, _RETOLD)):
        if holds.any():
            group = told["group"][holds].iloc[0]
            shown = ", ".join(sorted(told.loc[told["group"] == group, "event_id"]))
            msg = f"{name}: {shown} in one group are {why}"
            raise ValueError(msg)
