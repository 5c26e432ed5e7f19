"""Periods of a window, and events spread over them by the days they may lie on."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset
from pandas.tseries.offsets import BaseOffset, Week

from syriaconflict.filters import NOT_STATED, Names, codes, window

_DAY = pd.Timedelta(days=1)
_COUNTS = ["n", "n_low", "n_high"]
# What a bare letter means here; pandas would label weeks by the Sunday that ends them.
_BARE = {"W": "W-MON", "M": "MS", "Q": "QS", "Y": "YS"}


def periods(freq: str, start: str | date, end: str | date) -> pd.DataFrame:
    """Cut a window of days into periods.

    Parameters
    ----------
    freq : str
        "D" a day, "W" a week from Monday to Sunday, "M" or "MS" a calendar month, "Q"
        and "Y" likewise, or any pandas offset of whole days: a period begins on each
        day that the offset generates and ends on the day before the next.  So "W-SUN"
        is a week that begins on Sunday.  Multiples ("2W", "10D") are counted from the
        period in which the window starts.
    start, end : str (YYYY-MM-DD) or date
        First and last day of the window, both inclusive [day].

    Returns
    -------
    DataFrame
        Indexed by ``period`` (datetime): first day of the period by the calendar,
        which for the first one may lie before ``start``.  Columns ``first`` and
        ``last`` (datetime): its first and last day inside the window; ``days`` (int)
        [day]: how many these are, fewer than a whole period at a clipped edge.

    Raises
    ------
    ValueError
        If the frequency is unknown, below a day, not positive or named by the end of
        its periods, or if the window is no window.

    Examples
    --------
    >>> periods(
    ...     "W", "2024-11-27", "2024-12-05"
    ... )  # doctest: +NORMALIZE_WHITESPACE
                    first       last  days
    period
    2024-11-25 2024-11-27 2024-12-01     5
    2024-12-02 2024-12-02 2024-12-05     4
    """
    first, last = window(start, end)
    step = offset(freq)
    since = step.rollback(first)
    if isinstance(step, Week):  # the same days, without a step of Python for each
        step = pd.Timedelta(weeks=step.n)
    begins = pd.date_range(since, last, freq=step, unit="ms")
    ends = (begins[1:] - _DAY).append(pd.DatetimeIndex([last]).as_unit("ms"))
    table = pd.DataFrame(
        {"first": begins.where(begins > first, first), "last": ends},
        index=pd.DatetimeIndex(begins, freq=None, name="period"),
    )
    return table.assign(days=((ends - table["first"]) // _DAY + 1).astype("int64"))


def spread(
    rows: pd.DataFrame, bins: pd.DataFrame, *, by: Names | None = None
) -> pd.DataFrame:
    """Spread dated rows evenly over their possible days and add them up by period.

    Parameters
    ----------
    rows : DataFrame
        Things that each happened on one day from ``start`` to ``end``, both known.
    bins : DataFrame
        Periods, from `periods`.
    by : str or list of str, optional
        Columns of ``rows`` to count apart by; a missing value is "not stated".

    Returns
    -------
    DataFrame
        ``n``, ``n_low``, ``n_high`` as in `tempo`, over all periods and all
        combinations of groups in ``rows``.

    Raises
    ------
    ValueError
        If ``by`` names no column of ``rows``, or a row has no start, no end, or an
        end before its start.

    Examples
    --------
    >>> rows = pd.DataFrame({"start": pd.to_datetime(["2024-11-30"]),
    ...                      "end": pd.to_datetime(["2024-12-03"])})
    >>> spread(rows, periods("MS", "2024-11-01", "2024-12-31"))["n"].tolist()
    [0.25, 0.75]
    """
    keys = [] if by is None else codes(by, list(rows.columns), "by")
    groups = rows[keys].astype("str").fillna(NOT_STATED)
    _refuse_undated(rows)
    start, end = _days(rows["start"]), _days(rows["end"])
    opens, closes = _days(bins["first"]), _days(bins["last"])
    earliest = np.searchsorted(closes, start)
    touched = np.maximum(np.searchsorted(opens, end, side="right") - earliest, 0)
    row = np.repeat(np.arange(len(rows)), touched)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(touched) - touched, touched)
    cell = earliest[row] + nth
    inside = np.minimum(end[row], closes[cell]) - np.maximum(start[row], opens[cell])
    inside, possible = inside + 1, (end - start)[row] + 1
    parts = groups.iloc[row].assign(
        period=bins.index[cell],
        n=inside / possible,
        n_low=(inside == possible).astype("int64"),
        n_high=1,
    )
    summed = parts.groupby(["period", *keys])[_COUNTS].sum()
    return summed.reindex(complete(bins.index, groups), fill_value=0)


def _refuse_undated(rows: pd.DataFrame) -> None:
    undated = (~(rows["end"] >= rows["start"])).sum()
    if undated:
        msg = (
            f"{undated} of {len(rows)} rows have no start, no end, or an end before "
            "the start, wanted both days; say so and leave them out: "
            "rows.dropna(subset=['start', 'end'])"
        )
        raise ValueError(msg)


def complete(period: pd.DatetimeIndex, groups: pd.DataFrame) -> pd.Index:
    """Return every period times every combination of groups seen.

    Parameters
    ----------
    period : DatetimeIndex
        First days of the periods.
    groups : DataFrame of str or categories
        A column for each thing counted by, none missing; without columns there are
        the periods alone.

    Examples
    --------
    >>> groups = pd.DataFrame({"front": ["b", "a", "b"], "camp": ["x", "y", "x"]})
    >>> weeks = periods("W", "2024-11-25", "2024-12-08").index
    >>> complete(weeks, groups).droplevel("period").tolist()
    [('a', 'y'), ('b', 'x'), ('a', 'y'), ('b', 'x')]
    """
    if groups.columns.empty:
        return period
    seen = groups.drop_duplicates().sort_values(list(groups.columns))
    # small numbers: a panel may have millions of cells
    nth = np.arange(len(period), dtype=_width(period))
    levels, numbers = [period], [nth.repeat(len(seen))]
    for name in seen:
        number, level = pd.factorize(seen[name].astype("str"), sort=True)
        levels.append(level)
        numbers.append(np.tile(number.astype(_width(level)), len(period)))
    names = [period.name, *seen.columns]
    return pd.MultiIndex(levels, numbers, names=names, verify_integrity=False)


def _width(level: pd.Index) -> np.dtype:
    """Return the integer with which pandas numbers a level: it copies nothing then."""
    return np.min_scalar_type(-len(level) - 2)


def _days(dates: pd.Series) -> np.ndarray:
    return dates.to_numpy("datetime64[D]").astype("int64")


def offset(freq: str) -> BaseOffset:
    """Return the length of a period as pandas has it.

    Raises
    ------
    ValueError
        If the frequency is unknown, see `periods`.

    Examples
    --------
    >>> offset("W")
    <Week: weekday=0>
    """
    bare = re.fullmatch(r"(\d*)([WMQY])", str(freq), re.IGNORECASE)
    step = whole_days(bare[1] + _BARE[bare[2].upper()] if bare else freq, freq)
    if "End" in type(step).__name__:
        msg = (
            f"freq is {freq!r}, which names periods by their last day, wanted one that "
            "names them by their first: 'MS', 'QS', 'YS'"
        )
        raise ValueError(msg)
    return step


def whole_days(alias: str, freq: str) -> BaseOffset:
    """Return an offset by pandas' own meaning of its alias, if of days or longer.

    Parameters
    ----------
    alias : str
        A pandas offset alias.
    freq : str
        What the caller was given, for the message.

    Raises
    ------
    ValueError
        If the alias is unknown, not positive, or leads to a clock time.

    Examples
    --------
    >>> whole_days("W", "W")
    <Week: weekday=6>
    """
    try:
        step = to_offset(alias)
    except ValueError:
        step = None
    midnight = pd.Timestamp("2024-01-01")
    if step is None or step.n < 1 or (midnight + step).normalize() != midnight + step:
        msg = (
            f"freq is {freq!r}, wanted whole days or longer, such as 'D', '10D', 'W', "
            "'MS', 'QS', 'YS'"
        )
        raise ValueError(msg)
    return step
