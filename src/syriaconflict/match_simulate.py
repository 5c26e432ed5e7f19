"""Simulated lists of events with known truth, to measure matching by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from syriaconflict.vocabulary import EVENT_TYPES

ORIGIN = (36.0, 35.0)  # south-west corner of the ground
_KM_A_DEGREE = 111.195
_CLASS_KEPT = 0.75  # of wrong types, that are of the right class
_CAMPAIGN_DAYS = 10.0


@dataclass(frozen=True)
class Errors:
    """How wrongly a list tells what it tells.

    Parameters
    ----------
    km : float
        Standard deviation of the point told, in either direction [km].
    day : float
        Share of rows told on a wrong day: a day off, or two ... each half as often.
    type : float
        Share of rows coded as a wrong type, three quarters of them within the class.
    place : float
        Share of rows told at the place next to the right one (only with places).
    """

    km: float
    day: float
    type: float
    place: float = 0.0


LEVELS = {
    "low": Errors(km=0.5, day=0.05, type=0.05, place=0.02),
    "middle": Errors(km=1.0, day=0.15, type=0.15, place=0.05),
    "high": Errors(km=2.0, day=0.3, type=0.3, place=0.1),
}


def simulate(
    happenings: int,
    errors: Errors,
    *,
    seen: float = 0.5,
    side_km: float = 100.0,
    days: int = 365,
    places: int = 0,
    skew: float = 1.0,
    campaigns: int = 0,
    types: Sequence[str] = tuple(EVENT_TYPES),
    lists: int = 2,
    seed: int = 0,
) -> list[pd.DataFrame]:
    """Return lists of events that hold some of the same happenings.

    Parameters
    ----------
    happenings : int
        How many there are.
    errors : Errors
        What the lists get wrong, each on its own.
    seen : float, default 0.5
        Share of happenings that a list holds.
    side_km : float, default 100
        The ground is a square with such a side [km].
    days : int, default 365
        How long it goes on [day].
    places : int, default 0
        Number of places at which things happen; each list has its own point for a
        place.  0: anywhere, each row with its own error.
    skew : float, default 1
        Things happen at places by rank ** -skew: 0, at each as often.
    campaigns : int, default 0
        Half the happenings are of so many campaigns, which last some weeks each; 0: any
        day is like any other.
    types : sequence of str, optional
        Event types that there are, each as often; by default all.
    lists : int, default 2
        How many lists.
    seed : int, default 0
        Of the random numbers.

    Returns
    -------
    list of DataFrame
        ``event_id`` (int), ``start``, ``end``, ``longitude``, ``latitude``,
        ``event_type``, and ``happening``: the truth.

    Examples
    --------
    >>> one, other = simulate(100, LEVELS["low"], seen=0.5, seed=1)
    >>> bool(one["happening"].is_unique), bool(one["happening"].max() < 100)
    (True, True)
    """
    rng = np.random.default_rng(seed)
    ground = rng.uniform(0, side_km, (places or happenings, 2))
    weight = np.arange(1, places + 1) ** -float(skew)
    at = rng.choice(places, happenings, p=weight / weight.sum()) if places else None
    day = rng.integers(0, days, happenings)
    if campaigns:
        centre = rng.uniform(0, days, campaigns)[rng.integers(0, campaigns, happenings)]
        told = rng.normal(centre, _CAMPAIGN_DAYS).round().clip(0, days - 1)
        day = np.where(rng.random(happenings) < 0.5, told, day).astype(int)
    kind = rng.integers(0, len(types), happenings)
    return [
        _list(rng, errors, np.flatnonzero(rng.random(happenings) < seen), ground, at,
              day, kind, np.array(types, object))
        for _ in range(lists)
    ]  # fmt: skip


def _list(
    rng: np.random.Generator,
    errors: Errors,
    held: np.ndarray,
    ground: np.ndarray,
    at: np.ndarray | None,
    day: np.ndarray,
    kind: np.ndarray,
    types: np.ndarray,
) -> pd.DataFrame:
    """Return one list, with its errors, in random order."""
    held = rng.permutation(held)
    size = len(held)
    where = held if at is None else _misplaced(rng, errors.place, ground, at[held])
    shape = ground.shape if at is not None else (size, 2)
    noise = rng.normal(0, errors.km, shape)
    point = ground[where] + (noise if at is None else noise[where])
    off = rng.geometric(0.5, size) * rng.choice([-1, 1], size)
    start = day[held] + np.where(rng.random(size) < errors.day, off, 0)
    north = ORIGIN[1] + point[:, 1] / _KM_A_DEGREE
    east = ORIGIN[0] + point[:, 0] / (_KM_A_DEGREE * np.cos(np.radians(ORIGIN[1])))
    when = pd.Timestamp("2016-01-01") + pd.to_timedelta(start, unit="D")
    return pd.DataFrame(
        {
            "event_id": np.arange(size), "start": when, "end": when,
            "longitude": east, "latitude": north,
            "event_type": _miscoded(rng, errors.type, kind[held], types),
            "happening": held,
        }
    )  # fmt: skip


def _misplaced(
    rng: np.random.Generator, share: float, ground: np.ndarray, at: np.ndarray
) -> np.ndarray:
    """Return the places told: some are the one nearest to the right one."""
    from scipy.spatial import cKDTree

    nearest = cKDTree(ground).query(ground, k=2)[1][:, 1]
    return np.where(rng.random(len(at)) < share, nearest[at], at)


def _miscoded(
    rng: np.random.Generator, share: float, kind: np.ndarray, types: np.ndarray
) -> np.ndarray:
    """Return the types told."""
    classes = np.array([EVENT_TYPES[name].event_class for name in types])
    wrong = rng.integers(0, len(types), len(kind))
    for name in np.unique(classes):
        mine = np.flatnonzero(classes[kind] == name)
        kept = mine[rng.random(len(mine)) < _CLASS_KEPT]
        wrong[kept] = rng.choice(np.flatnonzero(classes == name), len(kept))
    return types[np.where(rng.random(len(kind)) < share, wrong, kind)]
