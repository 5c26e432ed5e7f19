"""The rows of a user's tables read for matching, and the reasons to set one aside.

Used by ``matching``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from syriaconflict._match_arguments import refuse_tables
from syriaconflict._match_levels import Rows, Taxonomies
from syriaconflict._match_near import Spots, points
from syriaconflict.filters import require

_NEEDED = ("event_id", "start", "longitude", "latitude")


class Read(NamedTuple):
    """A table as read: its events, its episodes, and why other rows are set aside."""

    name: str
    size: int
    moments: Rows
    episodes: Rows
    reason: np.ndarray


def read(
    tables: dict[str, pd.DataFrame], km: float, days: int, taxonomies: Taxonomies
) -> list[Read]:
    """Return the tables with days as numbers, points on the sphere and codes.

    Parameters
    ----------
    tables : dict of str to DataFrame
        The tables by name.
    km, days : float, int
        The windows; what is known worse is marked.
    taxonomies : mapping of str to DataFrame or None
        As for `matching.match`.

    Returns
    -------
    list of Read
        In the order of the tables.

    Raises
    ------
    ValueError
        If a column is missing, an ``event_id`` repeated or missing, or a code not in
        its taxonomy.
    TypeError
        If a table is no frame, dates are not dates, or points not numbers.
    """
    refuse_tables(tables, taxonomies)
    for name, frame in tables.items():
        require(frame, (*_NEEDED, *taxonomies), f"table {name!r}")
        _refuse_nameless(name, frame["event_id"])
        require(frame, (), f"table {name!r}", key="event_id")
    codes = {
        column: _coded(tables, column, taxonomies[column]) for column in taxonomies
    }
    made = []
    for name, frame in tables.items():
        mine = {column: coded[name] for column, coded in codes.items()}
        made.append(_read(name, frame, km, days, mine))
    return made


def _read(
    name: str, frame: pd.DataFrame, km: float, days: int, codes: dict[str, np.ndarray]
) -> Read:
    start = _days(frame["start"], f"{name}:start")
    end = _days(frame["end"], f"{name}:end") if "end" in frame else start
    first = np.where(np.isnan(start), end, start)
    last = np.where(np.isnan(end), first, end)
    east = _numbers(frame["longitude"], f"{name}:longitude", "degrees")
    north = _numbers(frame["latitude"], f"{name}:latitude", "degrees")
    reason = np.full(len(frame), "", object)
    reason[last < first] = "it ends before it starts"
    reason[np.isnan(first)] = "no day"
    off = ~((np.abs(east) <= 180) & (np.abs(north) <= 90))
    reason[off] = "its point is not on the globe"
    reason[np.isnan(east) | np.isnan(north)] = "no point"
    at = np.flatnonzero(reason == "")
    first, last = (day[at].astype(np.int64) for day in (first, last))
    lasts = last > first
    if "grain" in frame:
        lasts &= (frame["grain"] != "discrete").to_numpy(bool, na_value=True)[at]
    radius = (
        _numbers(frame["radius_km"], f"{name}:radius_km", "kilometres")[at]
        if "radius_km" in frame
        else np.zeros(len(at))
    )
    rows = Rows(
        at, Spots(points(east[at], north[at]), first, last), last - first > days,
        ~(radius <= km), {column: code[at] for column, code in codes.items()},
    )  # fmt: skip
    moments, episodes = (rows.take(np.flatnonzero(is_it)) for is_it in (~lasts, lasts))
    whole = episodes._replace(is_wide=np.zeros(len(episodes.at), bool))
    return Read(name, len(frame), moments, whole, reason)


def _refuse_nameless(name: str, identifier: pd.Series) -> None:
    nameless = int(identifier.isna().sum())
    if nameless:
        msg = (
            f"table {name!r}: event_id is missing in {nameless} of {len(identifier)} "
            "rows, wanted one in each, or no pair could name them; give them one, or "
            "leave them out: dropna(subset='event_id')"
        )
        raise ValueError(msg)


def _numbers(column: pd.Series, where: str, unit: str) -> np.ndarray:
    """Return a column as numbers, NaN where missing."""
    try:
        return pd.to_numeric(column).to_numpy(float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        msg = (
            f"{where} is of type {column.dtype} and holds what is no number ({error}), "
            f"wanted {unit} as numbers, empty where unknown"
        )
        raise TypeError(msg) from error


def _days(column: pd.Series, where: str) -> np.ndarray:
    """Return calendar days as numbers, NaN where missing."""
    if not pd.api.types.is_datetime64_dtype(column) and column.notna().any():
        msg = (
            f"{where} is of type {column.dtype}, wanted dates without a time zone, "
            f"as pandas.to_datetime makes them"
        )
        raise TypeError(msg)
    days = pd.to_datetime(column).to_numpy("datetime64[D]")
    number = days.astype(np.int64).astype(float)
    number[np.isnat(days)] = np.nan
    return number


def _coded(
    tables: dict[str, pd.DataFrame], column: str, taxonomy: pd.DataFrame | None
) -> dict[str, np.ndarray]:
    """Return a column of each table as numbers, a level a column, fine to coarse."""
    if taxonomy is None:
        values = pd.concat([frame[column] for frame in tables.values()])
        taxonomy = pd.DataFrame({"code": values.dropna().unique()})
    require(taxonomy, ["code"], f"taxonomy of {column!r}")
    has_own = "table" in taxonomy
    levels = [name for name in taxonomy if name not in ("table", "code")]
    if has_own and not levels:
        msg = (
            f"taxonomy of {column!r} tells codes of tables apart but has no level that "
            "they share, wanted a column after 'table' and 'code'"
        )
        raise ValueError(msg)
    used = levels if has_own else ["code", *levels]
    number = np.column_stack([pd.factorize(taxonomy[level])[0] for level in used])
    number[taxonomy[levels].isna().all(axis=1) & bool(levels)] = -1
    made = {}
    for name, frame in tables.items():
        mine = (taxonomy["table"] == name).to_numpy() if has_own else slice(None)
        known = pd.Index(taxonomy["code"][mine])
        if not known.is_unique:
            twice = known[known.duplicated()][0]
            msg = f"taxonomy of {column!r} has the code {twice!r} twice, wanted once"
            raise ValueError(msg)
        at = known.get_indexer(frame[column])
        unknown = frame.loc[(at < 0) & frame[column].notna().to_numpy(), column]
        if len(unknown):
            names = ", ".join(sorted({repr(code) for code in unknown}))
            msg = (
                f"table {name!r}: {names} in {column!r} not in its taxonomy, wanted a "
                "row with each in 'code'; leave cells empty that tell nothing"
            )
            raise ValueError(msg)
        codes = number[mine][at] if len(known) else np.full((len(at), len(used)), -1)
        made[name] = np.where((at < 0)[:, None], -1, codes)
    return made
