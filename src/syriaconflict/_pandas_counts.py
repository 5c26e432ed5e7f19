"""Rows of a pandas frame counted by group, each group a number.

Used by ``engines``.  pandas' own grouping hashes the number of every row's group; where
the groups that may be are few beside the rows, counting into an array of them all is
several times quicker.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

_ROOM = 4_000_000  # numbers of groups, or four a row if that is more


def counted(
    frame: pd.DataFrame, keys: Sequence[str], sums: Sequence[str]
) -> pd.DataFrame:
    """Count the rows of each group, and add up columns, as `engines.counted` does.

    Parameters
    ----------
    frame : DataFrame
        Any.
    keys : sequence of str
        Columns to group by; a missing value is a group.
    sums : sequence of str
        Columns of float to add up.

    Returns
    -------
    DataFrame
        The ``keys``, text as categories; ``rows``; the sums and ``told <name>``.

    Examples
    --------
    >>> frame = pd.DataFrame({"camp": ["isis", None, "isis"], "n": [1.0, 2.0, None]})
    >>> made = counted(frame, ["camp"], ["n"]).astype({"camp": "str"})
    >>> made[["rows", "n", "told n"]].values.tolist()
    [[1.0, 2.0, 1.0], [2.0, 1.0, 1.0]]
    """
    most = max(_ROOM, 4 * len(frame))
    coded = {key: _coded(frame[key], most) for key in keys}
    number, room = np.zeros(len(frame), "int64"), 1
    for one in coded.values():
        if room * (one.size + 1) > most:
            number, room = _renumbered(number)
        if room > 1:
            number *= one.size + 1
        number += one.code
        number += 1  # a missing value is the first
        room *= one.size + 1
    if room > most:
        number, room = _renumbered(number)
    rows = np.bincount(number, minlength=room)
    at = np.flatnonzero(rows > 0)
    some = np.zeros(room, "int64")
    some[number] = np.arange(len(number))
    some = some[at]  # a row of each group
    made = {key: one.values(frame[key], some) for key, one in coded.items()}
    made["rows"] = rows[at]
    for name in sums:
        cells = frame[name].to_numpy("float64", na_value=np.nan)
        told = ~np.isnan(cells)
        total = np.bincount(number[told], cells[told], minlength=room)
        made[name] = total[at]
        made[f"told {name}"] = np.bincount(number[told], minlength=room)[at]
    return pd.DataFrame(made)


class _Coded(NamedTuple):
    """A number for each value, -1 for a missing one; how many; texts, if it holds such.

    Texts are kept as numbers: to copy them takes longer than to count.
    """

    code: np.ndarray
    size: int
    texts: pd.Index | None = None

    def values(self, column: pd.Series, rows: np.ndarray) -> ExtensionArray:
        """Return the values of some rows."""
        if self.texts is None:
            return column.iloc[rows].array
        return pd.Categorical.from_codes(self.code[rows], self.texts)


def _coded(column: pd.Series, most: int) -> _Coded:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _Coded(column.cat.codes.to_numpy(), len(column.cat.categories))
    if isinstance(column.dtype, np.dtype) and column.dtype.kind == "i" and len(column):
        least = int(column.min())
        size = int(column.max()) - least + 1
        if size <= most:
            return _Coded(column.to_numpy() - least, size)
    try:
        code, seen = pd.factorize(column)
    except TypeError as error:  # lists and the like, which pandas holds as objects
        msg = (
            f"events: {column.name} holds values that are no categories ({error}), "
            "wanted one category a row; make it a column of texts before"
        )
        raise ValueError(msg) from error
    is_text = isinstance(column.dtype, pd.StringDtype)
    return _Coded(code, len(seen), seen if is_text else None)


def _renumbered(number: np.ndarray) -> tuple[np.ndarray, int]:
    """Return numbers without gaps, and how many there are."""
    number, seen = pd.factorize(number)
    return number, len(seen)
