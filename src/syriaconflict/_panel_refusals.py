"""Columns that a panel cannot group by or add up, refused before an engine meets them.

Used by ``panels``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    import narwhals as nw

_NUMBERS = ("empty", "integer", "floating", "mixed-integer-float", "decimal")


def refuse_keys(schema: nw.Schema, keys: Iterable[str], taken: Collection[str]) -> None:
    """Refuse to group by days, by lists, or under a name that the panel gives.

    Parameters
    ----------
    schema : narwhals.Schema
        The columns of the frame and their types.
    keys : iterable of str
        Those to group by.
    taken : collection of str
        Names that the panel itself gives.

    Raises
    ------
    ValueError
        If a column is no category.

    Examples
    --------
    >>> import narwhals as nw
    >>> refuse_keys(nw.Schema({"camps": nw.List(nw.String)}), ["camps"], ())
    Traceback (most recent call last):
    ...
    ValueError: by: camps holds List(String), wanted one category a row; ...
    """
    for key in keys:
        if schema[key].is_nested():
            msg = (
                f"by: {key} holds {schema[key]}, wanted one category a row; make it a "
                "column of texts before"
            )
            raise ValueError(msg)
        if schema[key].is_temporal() or key in taken:
            msg = (
                f"by: {key} holds {schema[key]}, wanted a column of categories with a "
                "name of its own; periods come from freq, sums from measures"
            )
            raise ValueError(msg)


def refuse_text(events: object, schema: nw.Schema, sums: Iterable[str]) -> None:
    """Refuse to add up a column that does not hold numbers.

    Parameters
    ----------
    events : frame
        Of any engine; objects of pandas are looked at.
    schema : narwhals.Schema
        Its columns and their types.
    sums : iterable of str
        Columns to add up.  One that is empty in every row holds no text.

    Raises
    ------
    TypeError
        If one holds no numbers.

    Examples
    --------
    >>> import narwhals as nw
    >>> frame = pd.DataFrame({"killed_low": ["3", "some"]})
    >>> refuse_text(frame, nw.from_native(frame).schema, ["killed_low"])
    Traceback (most recent call last):
    ...
    TypeError: measures: killed_low holds String, wanted numbers; ...
    """
    import narwhals as nw

    for name in sums:
        kind = schema[name]
        if kind.is_numeric() or kind == nw.Unknown:  # such as a column of nulls
            continue
        if isinstance(events, pd.DataFrame):
            held = pd.api.types.infer_dtype(events[name], skipna=True)
            if held in _NUMBERS:
                continue
        msg = (
            f"measures: {name} holds {kind}, wanted numbers; make it a column of "
            "numbers in its own engine before, empty where none is told"
        )
        raise TypeError(msg)
