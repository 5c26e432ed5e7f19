"""Frames of any engine: their columns, their days, and counts small enough to keep.

All goes through narwhals; nothing here computes a row outside the user's engine.  Days
are counted by hand, since engines disagree: `dt.truncate` of seven days starts weeks on
Thursday and duckdb refuses it, of a month dask does, and `dt.weekday` is 0 for a Sunday
on Spark and 7 elsewhere (narwhals 2.29).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pandas.tseries.offsets import BaseOffset, MonthBegin, QuarterBegin, Week, YearBegin

from syriaconflict import _pandas_counts
from syriaconflict._day_advice import advice
from syriaconflict.filters import codes

if TYPE_CHECKING:
    import narwhals as nw

_DAY_MS = 86_400_000
_EPOCH = 865_260  # 1970-01-01, in days from the last one before 1 January of year -399
_THURSDAY = 3  # day of the week of 1970-01-01, from Monday
_MONTHS = MonthBegin, QuarterBegin, YearBegin  # each begins with a calendar month


def opened(events: object, columns: Sequence[str], *, day: str) -> nw.LazyFrame:
    """Return some columns of a frame of any engine, unread.

    Parameters
    ----------
    events : frame
        Of pandas, polars (eager or lazy), pyarrow, duckdb, dask or PySpark.
    columns : sequence of str
        Columns that will be read.
    day : str
        The one among them that holds the day.

    Returns
    -------
    narwhals.LazyFrame or narwhals.DataFrame
        Lazy where the engine is.

    Raises
    ------
    TypeError
        If ``events`` is no frame, or the day is neither a date nor a timestamp without
        a time zone.  Spark's own timestamps are read in the zone of its session.
    ValueError
        If a column is absent.

    Examples
    --------
    >>> frame = pd.DataFrame({"start": pd.to_datetime(["2024-11-27"]), "more": 1})
    >>> opened(frame, ["start"], day="start").columns
    ['start']
    """
    import narwhals as nw

    try:
        frame = nw.from_native(events)
    except TypeError:
        msg = (
            f"events is a {type(events).__name__}, wanted a frame of pandas, polars, "
            "pyarrow, duckdb, dask or PySpark"
        )
        raise TypeError(msg) from None
    schema = frame.collect_schema()
    frame = frame.select(codes(columns, schema.names(), "a column of events"))
    found = schema[day]
    if frame.implementation.is_pyspark():
        return frame.with_columns(nw.col(day).cast(nw.Date))
    zone = found.time_zone if isinstance(found, nw.Datetime) else None
    if zone or found not in (nw.Date, nw.Datetime):
        told = f"timestamps of the zone {zone}" if zone else f"type {found}"
        such = advice(frame.implementation.value, day, zoned=zone is not None)
        msg = (
            f"events: {day} holds {told}, wanted calendar days: dates or timestamps "
            f"without a zone; convert the column in its own engine, such as {such}"
        )
        raise TypeError(msg)
    return frame


def within(frame: nw.LazyFrame, column: str, first: date, last: date) -> nw.Expr:
    """Return whether a day lies in a window, in a form that Parquet readers prune by.

    Parameters
    ----------
    frame : narwhals frame
        From `opened`.
    column : str
        Its day.
    first, last : date
        First and last day of the window, both inclusive.

    Examples
    --------
    >>> frame = pd.DataFrame({"start": pd.to_datetime(["2024-11-27 13:00", None])})
    >>> frame = opened(frame, ["start"], day="start")
    >>> day = date(2024, 11, 27)
    >>> len(frame.filter(within(frame, "start", day, day)))
    1
    """
    import narwhals as nw

    begin, after = (date(d.year, d.month, d.day) for d in (first, last + _ONE))
    if frame.collect_schema()[column] != nw.Date:
        begin, after = (datetime(d.year, d.month, d.day) for d in (begin, after))
    return (nw.col(column) >= nw.lit(begin)) & (nw.col(column) < nw.lit(after))


def bin_number(frame: nw.LazyFrame, column: str, step: BaseOffset) -> nw.Expr:
    """Return the number of the day, week or month that a day lies in.

    Months serve for steps of whole months, weeks for those of weeks, days for all else;
    `bin_start` turns numbers into dates.

    Parameters
    ----------
    frame : narwhals frame
        From `opened`.
    column : str
        Its day.
    step : offset
        Length of a period.

    Examples
    --------
    >>> frame = pd.DataFrame({"start": pd.to_datetime(["2024-12-01", "2024-12-02"])})
    >>> frame = opened(frame, ["start"], day="start")
    >>> week = Week(weekday=0)
    >>> made = frame.select(bin_number(frame, "start", week)).to_native()["start"]
    >>> bin_start(made, week).strftime("%d %b").tolist()
    ['25 Nov', '02 Dec']
    """
    import narwhals as nw

    day = nw.col(column).dt
    if isinstance(step, _MONTHS):
        return day.year() * 12 + day.month() - 1
    engine = frame.implementation
    if engine.is_duckdb():  # where a date less a date is a whole number
        since = nw.col(column).cast(nw.Date) - nw.lit(date(1970, 1, 1))
        number = since + _EPOCH
    elif engine.is_pyspark():
        years = day.year() + 399  # 400 years are a whole number of weeks
        number = years * 365 + years // 4 - years // 100 + years // 400
        number = number + day.ordinal_day()
    else:
        number = day.timestamp("ms") // _DAY_MS + _EPOCH
    if isinstance(step, Week):
        number = (number + _shift(step)) // 7
    # half as wide a key: a sixth less time for duckdb's grouping of 20 million rows
    return number.cast(nw.Int32) if engine.is_duckdb() else number


def bin_start(numbers: pd.Series, step: BaseOffset) -> pd.DatetimeIndex:
    """Return the first day of each bin of `bin_number`.

    Parameters
    ----------
    numbers : Series of int or float
        From `bin_number`, none missing.
    step : offset
        The same.

    Examples
    --------
    >>> bin_start(pd.Series([24299]), MonthBegin())[0]
    Timestamp('2024-12-01 00:00:00')
    """
    whole = numbers.to_numpy("int64")
    if isinstance(step, _MONTHS):
        begins = (whole - 1970 * 12).astype("datetime64[M]")
    else:
        if isinstance(step, Week):
            whole = whole * 7 - _shift(step)
        begins = (whole - _EPOCH).astype("datetime64[D]")
    return pd.DatetimeIndex(begins.astype("datetime64[ms]"))


def counted(
    frame: nw.LazyFrame, keys: Sequence[str], sums: Sequence[str] = ()
) -> pd.DataFrame:
    """Count the rows of each group in the frame's engine and bring the result home.

    Parameters
    ----------
    frame : narwhals frame
        Any.
    keys : sequence of str
        Columns to group by; a missing value is a group.
    sums : sequence of str
        Columns to add up.

    Returns
    -------
    DataFrame
        The ``keys``, text of pandas as categories; ``rows`` (int); of each of ``sums``
        the sum of what is told (float) and ``told <name>`` (int): how many rows tell
        it; NaN tells nothing, as an empty cell.  In no order.

    Examples
    --------
    >>> frame = pd.DataFrame({"start": pd.to_datetime(["2024-11-27"] * 2), "n": [1, 2]})
    >>> counted(opened(frame, ["start", "n"], day="start"), ["start"], ["n"]
    ... )[["rows", "n", "told n"]].values.tolist()
    [[2.0, 3.0, 2.0]]
    """
    import narwhals as nw

    made = [nw.len().alias("rows")]
    for name in sums:
        made += [nw.col(name).sum(), nw.col(name).count().alias(f"told {name}")]
    if frame.implementation.is_pandas():
        return _pandas_counts.counted(frame.to_native(), keys, sums)
    if sums:
        schema = frame.collect_schema()
        frame = frame.with_columns(_real(name, schema[name]) for name in sums)
    grouped = frame.group_by(*keys).agg(*made)
    small = grouped.collect() if isinstance(grouped, nw.LazyFrame) else grouped
    return small.to_pandas()


_ONE = timedelta(days=1)


def _real(name: str, kind: nw.dtypes.DType) -> nw.Expr:
    """Return a column as floats, a NaN as missing: one would make its sum NaN."""
    import narwhals as nw

    number = nw.col(name).cast(nw.Float64)
    return number if kind.is_integer() else number.fill_nan(None)


def _shift(step: Week) -> int:
    """Return how many days to add to a day's number so that weeks begin at 0."""
    begins = 0 if step.weekday is None else step.weekday
    return int(np.mod(_THURSDAY - begins - _EPOCH, 7))
