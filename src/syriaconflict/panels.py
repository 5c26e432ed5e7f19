"""Panels: events of any frame and size, counted by period and group.

A panel adds up rows where they lie.  It takes frames of pandas, polars, pyarrow,
duckdb, dask and PySpark, lets their engine do one grouping over the columns asked for,
and brings home a pandas frame as small as the answer.  `docs/scaling.md` shows it on
files larger than memory and on clusters.

It places an event in the period of its first possible day and does not spread it over
the days that it may lie on: `tempo.tempo` does, for events that fit in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import product
from typing import TYPE_CHECKING

import pandas as pd

from syriaconflict._panel_cells import filled, refuse_mixed
from syriaconflict._panel_refusals import refuse_keys, refuse_text
from syriaconflict.binning import offset, periods
from syriaconflict.engines import bin_number, bin_start, counted, opened, within
from syriaconflict.filters import Names, codes, window
from syriaconflict.vocabulary import COUNTED_MODALITIES, HARMS

if TYPE_CHECKING:
    import narwhals as nw

_COUNTS = ("count_low", "count_high")
_HARM = tuple(
    f"{harm}_{bound}"
    for harm, bound in product((*HARMS, "civilians_killed"), ("low", "high"))
)
MEASURES = ("events", *_COUNTS, *_HARM)
MOST_CELLS = 50_000_000  # of a panel; each takes about 8 bytes a measure and 8 more
_KIND = ("modality", "grain")  # what tells whether a row is counted
_OURS = ("period", "rows", *MEASURES)  # names that the panel itself gives


def panel(
    events: object,
    freq: str,
    by: Names | None,
    measures: Names,
    *,
    start: str | date | None = None,
    end: str | date | None = None,
) -> pd.DataFrame:
    """Count events, and add up what they tell, by period and group.

    Parameters
    ----------
    events : frame
        One row an event (a row repeated by a join is counted again): of pandas,
        polars (eager or lazy), pyarrow, duckdb (a relation), dask or PySpark.  Read
        are ``start`` (date, or timestamp without a zone; Spark's are read in the zone
        of its session), the columns of ``by`` and of ``measures`` and, where the frame
        has them, ``modality`` and ``grain``.
    freq : str
        Length of a period, see `tempo.periods`: "D", "W" (from Monday, on every
        engine), "MS", ...  Multiples ("2W") count from the first period.
    by : str, list of str, or None
        Columns of categories to count apart by.
    measures : str or list of str
        Of `MEASURES`: "events"; the bounds of the harm told, such as "killed_low" and
        "killed_high" [persons]; "count_low" and "count_high" in the unit of the rows.
    start, end : str (YYYY-MM-DD) or date, optional
        First and last day of the window, both inclusive [day]; by default those of the
        first and the last period with an event.

    Returns
    -------
    DataFrame
        Indexed by ``period`` (first day of each period), with ``by`` by period and
        groups (str), a column for each measure:

        - ``events`` (int) [events]: rows whose ``start`` lies in the period;
        - a sum (Int64), missing where any event of the cell does not tell the number,
          since an open count makes an open sum.  To add up what is told, hand over the
          rows that tell it alone, and say so.

        With counts also ``unit`` (str), unless it is in ``by``.  Complete: every
        period of the window with every combination of groups seen in it, a quiet one
        with 0, sums included.  A missing group is "not stated".

        Not counted, and listed by `set_aside`: rows without ``start``; planned,
        threatened, denied ... events by ``modality``; aggregates and states by
        ``grain``; what lies outside the window.  Without these two columns, every row
        with a date counts.

    Raises
    ------
    ValueError
        If nothing is left to count (the message says why); if rows of several units,
        or rates a day, would be added up; if a column, frequency or measure is
        unknown; if a group is no category; or if the panel would have more than
        `MOST_CELLS` cells.
    TypeError
        If ``events`` is no frame, ``start`` holds no calendar days, or a measure no
        numbers.

    Examples
    --------
    >>> events = pd.DataFrame({
    ...     "start": pd.to_datetime(["2024-11-27", "2024-12-01", "2024-12-09"]),
    ...     "event_class": "ground", "killed_low": [3, 4, None],
    ... })
    >>> panel(events, "W", "event_class", ["events", "killed_low"]
    ... )  # doctest: +NORMALIZE_WHITESPACE
                            events  killed_low
    period     event_class
    2024-11-25 ground            2           7
    2024-12-02 ground            0           0
    2024-12-09 ground            1        <NA>
    """
    step = offset(freq)
    wanted = codes(measures, MEASURES, "measures")
    sums = [name for name in wanted if name != "events"]
    keys, frame = _columns(events, by, sums)
    span = _window(start, end)
    if span:
        frame = frame.filter(within(frame, "start", *span))
    names = frame.collect_schema().names()
    about = ("unit", "count_per") if set(sums) & set(_COUNTS) else ()
    groups = dict.fromkeys((*keys, *_in(names, (*_KIND, *about))))
    binned = frame.with_columns(bin_number(frame, "start", step).alias("period"))
    small = counted(binned, ["period", *groups], sums)
    kept = (_is_counted(small) & small["period"].notna()).to_numpy("bool")
    small = small if kept.all() else small[kept]
    if small.empty:
        raise ValueError(_nothing(set_aside(events, start=start, end=end)))
    if about:
        refuse_mixed(small, by_unit="unit" in keys)
    at, seen = pd.factorize(small["period"].to_numpy())
    begins = bin_start(pd.Series(seen), step)
    first, last = span or (begins.min(), begins.max())
    bins = periods(freq, first, last).index
    nth = (bins.searchsorted(begins, side="right") - 1)[at]
    table = filled(small, nth, bins, keys, wanted, MOST_CELLS)
    if about and "unit" not in keys:
        table = table.assign(unit=str(small["unit"].iloc[0]))
    return table


def set_aside(
    events: object,
    *,
    start: str | date | None = None,
    end: str | date | None = None,
) -> pd.DataFrame:
    """Count the rows that `panel` does not count, by reason.

    Parameters
    ----------
    events, start, end
        As for `panel`.

    Returns
    -------
    DataFrame
        Sorted by ``reason`` (str), with ``rows`` (int).  With the ``events`` of
        `panel` these are all rows.  Reasons, the first that holds: the modality
        (planned, threatened, ...), the grain (aggregate, state), "no start", "outside
        the window".

    Examples
    --------
    >>> events = pd.DataFrame({
    ...     "start": pd.to_datetime(["2024-11-27", None, None]),
    ...     "modality": ["realised", "realised", "planned"],
    ... })
    >>> set_aside(events)
         reason  rows
    0  no start     1
    1   planned     1
    """
    import narwhals as nw

    frame = _columns(events, None, ())[1]
    keys = _in(frame.collect_schema().names(), _KIND)
    made = {"undated": nw.col("start").is_null()}
    span = _window(start, end)
    if span:
        made["inside"] = within(frame, "start", *span)
    small = counted(frame.with_columns(**made), [*keys, *made])
    reason = pd.Series("", index=small.index, dtype="str")
    if span:
        inside = small["inside"].astype("boolean").fillna(False)
        reason = reason.mask(~inside, "outside the window")
    reason = reason.mask(small["undated"].astype("bool"), "no start")
    for name in reversed(keys):
        told = small[name].astype("str").fillna(f"no {name}")
        reason = reason.mask(~_fits(small, name), told)
    rows = small["rows"].astype("int64").groupby(reason.rename("reason")).sum()
    return rows.drop("", errors="ignore").reset_index()


def _columns(
    events: object, by: Names | None, sums: Sequence[str]
) -> tuple[list[str], nw.LazyFrame]:
    """Return the columns to group by, and the frame with those that are needed."""
    import narwhals as nw

    opened(events, ["start"], day="start")  # refuse what is no frame of events
    schema = nw.from_native(events).collect_schema()
    keys = [] if by is None else codes(by, schema.names(), "by")
    refuse_keys(schema, keys, _OURS)
    if sums:
        refuse_text(events, schema, codes(sums, schema.names(), "a column of events"))
    unit = ["unit"] if set(sums) & set(_COUNTS) else []
    also = _in(schema.names(), (*_KIND, *(["count_per"] if unit else [])))
    wanted = dict.fromkeys(["start", *keys, *sums, *unit, *also])
    return keys, opened(events, list(wanted), day="start")


def _window(
    start: str | date | None, end: str | date | None
) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    if start is None and end is None:
        return None
    if start is None or end is None:
        msg = f"start is {start!r} and end {end!r}, wanted both or neither"
        raise ValueError(msg)
    return window(start, end)


def _in(names: Sequence[str], wanted: Sequence[str]) -> list[str]:
    return [name for name in wanted if name in names]


def _fits(small: pd.DataFrame, name: str) -> pd.Series:
    return small[name].isin(COUNTED_MODALITIES if name == "modality" else ["discrete"])


def _is_counted(small: pd.DataFrame) -> pd.Series:
    kept = pd.Series(True, index=small.index)
    for name in _in(small.columns, _KIND):
        kept &= _fits(small, name)
    return kept


def _nothing(left_out: pd.DataFrame) -> str:
    told = ", ".join(f"{n} {why}" for why, n in left_out.itertuples(index=False))
    return (
        f"nothing to count in events: {told or 'it has no rows'}; wanted rows with a "
        "start in the window, of a modality and grain that are counted"
    )
