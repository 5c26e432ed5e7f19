"""What speaks against two events being one happening, from their own columns.

Written after 1,366 pairs of one type, place, time and actors had been decided by hand:
nine in ten of those kept apart differ in one of these, and 14 of the 24 that are one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

DONE = ("realised", "ongoing")


def against(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return a boolean column a word, a row a pair.

    Parameters
    ----------
    one, other : DataFrame
        Rows of the table ``events``; the first of each are a pair, and so on.

    Returns
    -------
    DataFrame
        ``modality``: one is told as done or going on, the other as planned, foreseen,
        threatened or demanded.  ``span``: one is a sum over days and the other a single
        happening, or both are sums and their days differ.  ``part``: one is
        control of some part of its place, told or standing for a place in no register.
        ``target``: both tell what was aimed at or taken, and it differs.  ``counts``:
        counts of one unit, or numbers of dead, of which no number fits both.
    """
    one, other = one.reset_index(drop=True), other.reset_index(drop=True)
    sums = one["grain"].eq("aggregate"), other["grain"].eq("aggregate")
    single = one["grain"].eq("discrete"), other["grain"].eq("discrete")
    days = [~_same(one[bound], other[bound]) for bound in ("start", "end")]
    told = one["target_kind"].notna() & other["target_kind"].notna()
    unit = one["unit"].eq(other["unit"]) & one["count_per"].eq(other["count_per"])
    return pd.DataFrame(
        {
            "modality": one["modality"].isin(DONE) != other["modality"].isin(DONE),
            "span": (sums[0] & single[1]) | (single[0] & sums[1])
            | (sums[0] & sums[1] & (days[0] | days[1])),
            "part": one["extent"].eq("part") | other["extent"].eq("part"),
            "target": told & one["target_kind"].ne(other["target_kind"]),
            "counts": (unit & _apart(one, other, "count"))
            | _apart(one, other, "killed"),
        }
    )  # fmt: skip


def _same(one: pd.Series, other: pd.Series) -> pd.Series:
    return one.eq(other) | (one.isna() & other.isna())


def _apart(one: pd.DataFrame, other: pd.DataFrame, what: str) -> pd.Series:
    """Return whether no number lies in both ranges; an open bound is no bound."""
    low, high = f"{what}_low", f"{what}_high"
    lows = [frame[low].astype(float).fillna(-np.inf) for frame in (one, other)]
    highs = [frame[high].astype(float).fillna(np.inf) for frame in (one, other)]
    return (lows[0] > highs[1]) | (lows[1] > highs[0])
