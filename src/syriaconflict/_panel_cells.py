"""The cells of a panel: every period with every group that was seen.

Used by ``panels``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from syriaconflict.binning import complete
from syriaconflict.filters import NOT_STATED


def filled(
    small: pd.DataFrame,
    nth: np.ndarray,
    bins: pd.DatetimeIndex,
    keys: Sequence[str],
    wanted: Sequence[str],
    most: int,
) -> pd.DataFrame:
    """Return the measures of every period and group, from the groups that were seen.

    Parameters
    ----------
    small : DataFrame
        From `engines.counted`.
    nth : array of int
        The period of each of its rows.
    bins : DatetimeIndex
        First days of the periods.
    keys : sequence of str
        Columns of groups.
    wanted : sequence of str
        Measures.
    most : int
        Cells that a panel may have.

    Raises
    ------
    ValueError
        If there would be more cells, or a group is a number with a fraction.

    Examples
    --------
    >>> small = pd.DataFrame({"camp": ["isis", "isis"], "rows": [2, 1]})
    >>> days = pd.date_range("2017-01-01", periods=3, name="period")
    >>> made = filled(small, np.array([0, 2]), days, ["camp"], ["events"], 100)
    >>> made["events"].tolist()
    [2, 0, 1]
    """
    number, groups = _numbered(small, keys)
    width = int(number.max()) + 1
    if width * len(bins) > most:
        msg = (
            f"the panel would have {width * len(bins):,} cells ({len(bins):,} periods, "
            f"{width:,} groups), wanted at most {most:,}; take longer periods, "
            "coarser groups, or fewer of them at a time"
        )
        raise ValueError(msg)
    cells = nth * width + number

    def summed(name: str, kind: str) -> np.ndarray:
        total = np.zeros(width * len(bins), kind)
        np.add.at(total, cells, small[name].to_numpy(kind, na_value=0))
        return total

    made = {}
    for name in wanted:
        if name == "events":
            made[name] = summed("rows", "int64")
            continue
        total = summed(name, "float64")
        kind = "Int64" if (total % 1 == 0).all() else "Float64"
        is_open = summed(f"told {name}", "int64") < summed("rows", "int64")
        made[name] = pd.array(np.where(is_open, np.nan, total), dtype=kind)
    return pd.DataFrame(made, index=complete(bins, groups))


def refuse_mixed(small: pd.DataFrame, *, by_unit: bool) -> None:
    """Refuse to add up several units, or rates.

    Parameters
    ----------
    small : DataFrame
        From `engines.counted`, with ``unit`` and perhaps ``count_per``.
    by_unit : bool
        Whether units are counted apart.

    Raises
    ------
    ValueError
        If they would be added up.
    """
    units = small["unit"].astype("str").fillna(NOT_STATED)
    found = small["rows"].groupby(units).sum()
    if len(found) > 1 and not by_unit:
        told = ", ".join(f"{unit} ({n} events)" for unit, n in found.items())
        msg = (
            f"counts of several units cannot be added: {told}; keep the rows of one "
            "unit before, or count apart with by='unit'"
        )
        raise ValueError(msg)
    rates = (
        small.loc[small["count_per"] == "day", "rows"] if "count_per" in small else ()
    )
    if len(rates):
        msg = (
            f"{sum(rates)} events count a rate a day, and rates of different days do "
            "not add up; keep the rows with count_per 'total'"
        )
        raise ValueError(msg)


def _numbered(
    small: pd.DataFrame, keys: Sequence[str]
) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the number of each row's group, and the groups seen, in their order."""
    number, groups = np.zeros(len(small), "int64"), pd.DataFrame(index=[0])
    for key in keys:
        place, texts = _texts(small[key], key)
        # numbered anew with each key, or the product of many would overflow
        number, seen = pd.factorize(number * len(texts) + place, sort=True)
        before, last = np.divmod(seen, len(texts))
        groups = groups.iloc[before].assign(**{key: texts[last]})
    return number, groups


def _texts(values: pd.Series, key: str) -> tuple[np.ndarray, pd.Index]:
    """Return a group's values as texts, the same on every engine, and where each is."""
    if values.dtype.kind == "f":  # of Arrow too, which cannot divide and keeps NaN
        values = pd.Series(values.to_numpy("float64", na_value=np.nan))
    number, found = pd.factorize(values)
    told = pd.Series(found)
    if told.dtype.kind == "f":  # whole numbers, on an engine where some are missing
        if (told % 1 != 0).any():
            msg = (
                f"by: {key} holds fractions such as {told[told % 1 != 0].iloc[0]}, "
                "wanted categories; cut them into classes first"
            )
            raise ValueError(msg)
        told = told.astype("int64")
    named = np.array([*told.astype("str"), NOT_STATED], dtype=object)
    texts, place = np.unique(named, return_inverse=True)
    return place[number], pd.Index(texts, dtype="str")
