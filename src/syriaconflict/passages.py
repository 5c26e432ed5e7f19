"""How long a line took from one place to the next, where it passed both."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from syriaconflict.parties import FIRST, SECOND
from syriaconflict.strips import Strips

NEAREST = 10  # pairs that tell a pace to each pair, for either party
_UNSEEN = 0.1  # least share of crossings so long that is taken to be seen


class Paces(NamedTuple):
    """Paces told nearby, pairs x (`NEAREST` of the first party's, then the second's).

    ``days_km`` [day per km] and ``weight``, 0 where fewer are told.
    """

    days_km: np.ndarray
    weight: np.ndarray


def paces(ways: Strips, passed: pd.DataFrame) -> Paces:
    """Return at what paces a line passed the pairs that are nearest to each.

    Parameters
    ----------
    ways : Strips
        Pairs of places.
    passed : DataFrame
        A row each time that a place changed hands between the parties: ``place``, its
        number; ``role`` of who took it; ``day``, the middle of its interval, and
        ``variance`` of the day in it [day squared].

    Returns
    -------
    Paces
        Of the pairs of places that both were taken by a party, the nearest.  A change
        of the one goes with the change of the other that is nearest in time.

    Notes
    -----
    The days between two changes are drawn apart by the widths of their intervals: the
    variances are taken off their square.  Of crossings that take l days, those are
    seen that begin and end while the party's changes are told, over T days: each counts
    as 1 / (1 - l / T), at most 10.
    """
    from scipy.spatial import cKDTree

    spots = ways.spots_km
    both = _crossings(ways, passed)
    middle = (spots[ways.one] + spots[ways.two]) / 2
    found = Paces(*np.zeros((2, len(middle), 2 * NEAREST)))
    for role in (FIRST, SECOND):
        taken = both[both["role"] == role]
        count = min(NEAREST, len(taken))
        if not count:
            continue
        tree = cKDTree(middle[taken["way"]])
        near = tree.query(middle, k=np.arange(1, count + 1))[1]
        day = passed.loc[passed["role"] == role, "day"]
        unseen = taken["days"] / (day.max() - day.min() + 1)
        weight = 1 / (1 - unseen).clip(lower=_UNSEEN)
        part = slice(role * NEAREST, role * NEAREST + count)
        found.days_km[:, part] = (taken["days"] / taken["km"]).to_numpy()[near]
        found.weight[:, part] = weight.to_numpy()[near]
    return found


def _crossings(ways: Strips, passed: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs that a party took both of, and the days between, 1/2 or more."""
    pairs = pd.DataFrame({"one": ways.one, "two": ways.two})
    pairs["km"] = np.hypot(*(ways.spots_km[ways.two] - ways.spots_km[ways.one]).T)
    pairs["way"] = np.arange(len(pairs))
    passed = passed.assign(nth=np.arange(len(passed)))
    both = pairs.merge(passed.rename(columns={"place": "one"}), on="one")
    both = both.merge(passed.rename(columns={"place": "two"}), on=["two", "role"])
    apart = (both["day_x"] - both["day_y"]) ** 2
    apart = (apart - both["variance_x"] - both["variance_y"]).clip(lower=0.25)
    both = both.assign(days=np.sqrt(apart)).sort_values(["days", "nth_x", "nth_y"])
    return both.drop_duplicates(["way", "nth_x"])
