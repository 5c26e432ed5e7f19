"""The windows, bounds and tables that `matching.match` takes, and what it refuses.

Used by ``matching``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from numbers import Real

import numpy as np
import pandas as pd


def windows(km: float, days: int) -> tuple[float, int]:
    """Return the windows, the days whole.

    Parameters
    ----------
    km, days
        As for `matching.match`.

    Raises
    ------
    TypeError
        If one is no number.
    ValueError
        If one is out of range.

    Examples
    --------
    >>> windows(5, 2.0)
    (5, 2)
    """
    if not _is_number(km):
        msg = f"km is {km!r}, wanted a number of kilometres, such as 5"
        raise TypeError(msg)
    if not 0 <= km < np.inf:
        msg = f"km is {km!r}, wanted a distance of 0 or more [km]"
        raise ValueError(msg)
    if not _is_number(days):
        msg = f"days is {days!r}, wanted a whole number of days, such as 2"
        raise TypeError(msg)
    if not 0 <= days < np.inf or days != int(days):
        msg = f"days is {days!r}, wanted a whole number of days, 0 or more"
        raise ValueError(msg)
    return km, int(days)


def refuse_bounds(least: float | None, review: tuple[float, float]) -> None:
    """Refuse bounds that are no probabilities.

    Parameters
    ----------
    least, review
        As for `matching.match`.

    Raises
    ------
    TypeError
        If ``least`` is no number.
    ValueError
        If one is out of range, or ``review`` is not two numbers.

    Examples
    --------
    >>> refuse_bounds(None, (0.1, 0.9))
    """
    if least is not None and not _is_number(least):
        msg = f"least is {least!r}, wanted a probability, such as 0.4, or None"
        raise TypeError(msg)
    if least is not None and not 0 < least < 1:
        msg = f"least is {least!r}, wanted a probability between 0 and 1, such as 0.4"
        raise ValueError(msg)
    bounds = [*review] if isinstance(review, Iterable) else []
    are_two = len(bounds) == 2 and all(_is_number(bound) for bound in bounds)
    if not are_two or not 0 <= bounds[0] <= bounds[1] <= 1:
        msg = (
            f"review is {review!r}, wanted two probabilities, the lower first, such as "
            "(0.1, 0.9)"
        )
        raise ValueError(msg)


def further(more: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
    """Return further tables as a list.

    Parameters
    ----------
    more : sequence of DataFrame
        As for `matching.match`.

    Raises
    ------
    TypeError
        If it is one frame, or no list.

    Examples
    --------
    >>> further(())
    []
    """
    is_list = isinstance(more, Iterable) and not isinstance(more, str | Mapping)
    if isinstance(more, pd.DataFrame) or not is_list:
        msg = (
            f"more is of type {type(more).__name__}, wanted a list of DataFrames, such "
            "as more=[c]"
        )
        raise TypeError(msg)
    return [*more]


def refuse_tables(tables: Mapping[str, object], taxonomies: object) -> None:
    """Refuse tables that are no frames, and taxonomies that are no mapping of such.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The tables by name.
    taxonomies : mapping of str to DataFrame or None
        As for `matching.match`.

    Raises
    ------
    TypeError
        If one is something else.

    Examples
    --------
    >>> refuse_tables({"a": pd.DataFrame()}, {"event_type": None})
    """
    for name, frame in tables.items():
        if not isinstance(frame, pd.DataFrame):
            msg = (
                f"table {name!r} is a {type(frame).__name__}, wanted a DataFrame of "
                "pandas; other frames become one with to_pandas() or df()"
            )
            raise TypeError(msg)
    if not isinstance(taxonomies, Mapping):
        msg = (
            f"taxonomies is a {type(taxonomies).__name__}, wanted a dict: a column -> "
            "its taxonomy, such as {'event_type': matching.event_types()}, or None"
        )
        raise TypeError(msg)
    for column, taxonomy in taxonomies.items():
        if taxonomy is not None and not isinstance(taxonomy, pd.DataFrame):
            msg = (
                f"taxonomy of {column!r} is a {type(taxonomy).__name__}, wanted a "
                "DataFrame with 'code' and a column a level, or None: codes are equal "
                "or not"
            )
            raise TypeError(msg)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
