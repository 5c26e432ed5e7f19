"""A table of control made ready for reading, whatever the caller did to it.

Rows read back from text have days that are text, days may carry a time zone, codes may
be categories, and an index may say anything.  What has one meaning only is put right;
the rest is refused.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from syriaconflict.filters import require

READ = ("control_id", "place_id", "actor_id", "camp", "other_camp", "status", "basis")
_DAYS = ("start", "end", "last_told", "start_earliest")


def read_control(
    control: pd.DataFrame, columns: Collection[str] = READ
) -> pd.DataFrame:
    """Return rows of the ``control`` table on a plain index, its columns checked.

    Parameters
    ----------
    control : DataFrame
        Rows of the ``control`` table.
    columns : collection of str
        Columns that will be read, beside ``start`` and ``end``.

    Returns
    -------
    DataFrame
        The rows in their order, numbered from 0: categories as text, days that are all
        missing as days.

    Raises
    ------
    ValueError
        If a column is absent, a ``control_id`` stands in several rows, or a column of
        days holds anything else than days without a time zone.

    Examples
    --------
    >>> control = pd.DataFrame({
    ...     "control_id": ["halfaya-01"], "start": pd.to_datetime(["2016-08-29"]),
    ...     "end": [None]}, index=["halfaya"])
    >>> read_control(control, ["control_id"])["end"].tolist()
    [NaT]
    """
    require(control, (*columns, "start", "end"), "control", key="control_id")
    told = [name for name in _DAYS if name in control]
    faults = [fault for name in told for fault in _faults(control[name])]
    if faults:
        msg = (
            f"control: {'; '.join(faults)}; wanted calendar days as datetime64 without "
            "a time zone"
        )
        raise ValueError(msg)
    ready = {name: _as_days(control[name]) for name in told}
    for name in control.select_dtypes("category"):
        ready[name] = control[name].astype("str")
    return control.assign(**ready).reset_index(drop=True)


def _faults(days: pd.Series) -> list[str]:
    """Return what is wrong with a column of days, and how to mend it."""
    column = f"control[{days.name!r}]"
    if isinstance(days.dtype, pd.DatetimeTZDtype) or _arrow_zone(days):
        return [f"{days.name} is {days.dtype} (mend: {column}.dt.tz_localize(None))"]
    if days.dtype.kind == "M" or days.isna().all():
        return []
    first = days.dropna().iloc[0]
    return [
        f"{days.name} is {days.dtype}, such as {first} "
        f"(mend: pd.to_datetime({column}, format='%Y-%m-%d'))"
    ]


def _arrow_zone(days: pd.Series) -> str | None:
    return getattr(getattr(days.dtype, "pyarrow_dtype", None), "tz", None)


def _as_days(days: pd.Series) -> pd.Series:
    if isinstance(days.dtype, np.dtype) and days.dtype.kind == "M":
        return days
    if days.dtype.kind == "M":  # of Arrow, which has missing values of its own
        return days.astype("datetime64[ms]")
    return pd.Series(pd.NaT, days.index, dtype="datetime64[ms]")
