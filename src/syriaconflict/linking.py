"""Events that may be one happening: candidates found here, decided by a person."""

from __future__ import annotations

import numpy as np
import pandas as pd

from syriaconflict._link_against import against

DAYS, KM = 2, 10.0
_COLUMNS = ["event_id", "other_event_id", "score", "event_type", "other_event_type",
            "day", "other_day", "place_id", "other_place_id", "km", "days", "shared",
            "against", "summary", "other_summary"]  # fmt: skip
_WORDS = ("political", "mobilisation")  # classes that happen at no place
_EARTH_KM = 6371.0


def link_candidates(
    events: pd.DataFrame,
    event_actors: pd.DataFrame,
    actors: pd.DataFrame,
    *,
    distinct: pd.DataFrame | None = None,
    days: int = DAYS,
    km: float = KM,
) -> pd.DataFrame:
    """Find pairs of events of one class, near in days and place, with a common actor.

    Parameters
    ----------
    events, event_actors, actors : DataFrame
        Rows of the tables of these names.
    distinct : DataFrame, optional
        ``event_id`` and ``other_event_id`` of pairs that a person found to be two
        happenings: not found again.
    days : int, default 2
        Most days between the intervals of the two [day].
    km : float, default 10
        Most kilometres between their places, beyond the larger radius [km].

    Returns
    -------
    DataFrame
        A row a pair of events founded by two documents, the likeliest first:
        ``score`` (0 to 4: a point each for the same type, the same place, overlapping
        days, actors in common in the same role, less one for each word of ``against``),
        types, days, places and summaries of both, ``km`` between the places, ``days``
        between the intervals (0: they overlap), ``shared``, the actors in common, and
        ``against``, what speaks for two happenings: ``modality`` (done and not done),
        ``span`` (a sum over days and a single happening, or sums over other days),
        ``part`` (control of some part of the place), ``target`` (another kind of
        target), ``counts`` (counts or deaths of which no number fits both).  An actor
        and the one it is part of count as common.  Events without a day are in no pair;
        of classes that happen somewhere, neither are those without a located place.

    Raises
    ------
    ValueError
        If a limit is below 0.

    Examples
    --------
    >>> import syriaconflict as sc
    >>> found = link_candidates(sc.events(), sc.load("event_actors"), sc.actors())
    >>> bool((found["days"] <= 2).all())
    True
    """
    for name, value in (("days", days), ("km", km)):
        if not value >= 0:
            msg = f"{name} is {value!r}, wanted 0 or more"
            raise ValueError(msg)
    told = pd.DataFrame(events).dropna(subset=["start", "end"], how="all")
    told = told[told["modality"] != "denied"].reset_index(drop=True)
    told["first"] = told["start"].fillna(told["end"])
    told["last"] = told["end"].fillna(told["start"])
    one, other = _near(told, days, km)
    if not len(one):
        return pd.DataFrame(columns=_COLUMNS)
    pairs = _measured(told, one, other)
    pairs = pairs[(pairs["days"] <= days) & ~(pairs["km"] > pairs.pop("reach") + km)]
    pairs = _with_actors(pairs, event_actors, actors)
    if distinct is not None:
        known = {
            frozenset(p)
            for p in zip(distinct["event_id"], distinct["other_event_id"], strict=True)
        }
        kept = [
            frozenset(p) not in known
            for p in zip(pairs["event_id"], pairs["other_event_id"], strict=True)
        ]
        pairs = pairs[kept]  # fmt: skip
    order = ["score", "km", "days", "event_id", "other_event_id"]
    pairs = pairs.sort_values(order, ascending=[False, True, True, True, True])
    return pairs[_COLUMNS].reset_index(drop=True)


def groups(pairs: pd.DataFrame) -> pd.Series:
    """Return the number of each pair's group: pairs that hang together.

    Parameters
    ----------
    pairs : DataFrame
        What ``link_candidates`` returns, or some rows of it.

    Returns
    -------
    Series of int
        ``group`` of each pair, from 1: pairs with an event in common, directly or by
        way of others, have one number, the likeliest group the lowest, so that a place
        and time are decided at once.

    Examples
    --------
    >>> pairs = pd.DataFrame({"event_id": ["a", "b", "x"],
    ...                       "other_event_id": ["b", "c", "y"], "score": [3, 3, 4]})
    >>> groups(pairs).tolist()
    [2, 2, 1]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not len(pairs):
        return pd.Series(0, pairs.index, dtype=int, name="group")
    ids = pd.concat([pairs["event_id"], pairs["other_event_id"]])
    codes, names = pd.factorize(ids)
    ends = codes[: len(pairs)], codes[len(pairs) :]
    graph = coo_array((np.ones(len(pairs)), ends), shape=(len(names), len(names)))
    part = pd.Series(connected_components(graph)[1][ends[0]], pairs.index)
    best = -pairs["score"].groupby(part).max()
    order = best.sort_values(kind="stable").index
    number = {old: n for n, old in enumerate(order, 1)}
    return part.map(number).astype(int).rename("group")


def _near(told: pd.DataFrame, days: int, km: float) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of row numbers that may be near: one class, two documents."""
    at, radius = _radians(told), told["radius_km"].fillna(0).to_numpy(float)
    document = told["event_id"].str.rsplit("-", n=1).str[0].to_numpy()
    one, other = [], []
    for event_class, mine in told.groupby("event_class"):
        rows = mine.sort_values("first").index.to_numpy()
        first = told["first"].to_numpy()[rows]
        longest = (told["last"] - told["first"]).to_numpy()[rows].max()
        reach = first + longest + np.timedelta64(days, "D")
        until = np.searchsorted(first, reach, side="right")
        for n, row in enumerate(rows):
            near = rows[n + 1 : until[n]]
            near = near[document[near] != document[row]]
            if event_class not in _WORDS:
                reach_km = km + np.maximum(radius[row], radius[near])
                near = near[_km(at, row, near) <= reach_km]
            one.append(np.full(len(near), row))
            other.append(near)
    if not one:
        return np.zeros(0, int), np.zeros(0, int)
    return np.concatenate(one).astype(int), np.concatenate(other).astype(int)


def _radians(told: pd.DataFrame) -> np.ndarray:
    return np.radians(told[["longitude", "latitude"]].to_numpy(float))


def _km(at: np.ndarray, row: int | np.ndarray, near: np.ndarray) -> np.ndarray:
    """Return the distance between places on a sphere [km]; NaN without both."""
    (east, north), (east_near, north_near) = at[row].T, at[near].T
    half = np.sin((north_near - north) / 2) ** 2
    half += np.cos(north) * np.cos(north_near) * np.sin((east_near - east) / 2) ** 2
    return 2 * _EARTH_KM * np.arcsin(np.sqrt(half))


def _measured(told: pd.DataFrame, one: np.ndarray, other: np.ndarray) -> pd.DataFrame:
    a, b = told.iloc[one].reset_index(), told.iloc[other].reset_index()
    gap = np.maximum((b["first"] - a["last"]).dt.days, (a["first"] - b["last"]).dt.days)
    km = _km(_radians(told), one, other)
    same = (a["place_id"] == b["place_id"]) & a["place_id"].notna()
    days = gap.clip(lower=0)
    contrary = against(a, b)
    names = np.array(contrary.columns, dtype=object)
    words = [" ".join(names[row]) for row in contrary.to_numpy()]
    score = (a["event_type"] == b["event_type"]).astype(int) + same + (days == 0)
    return pd.DataFrame(
        {
            "event_id": a["event_id"], "other_event_id": b["event_id"],
            "score": score, "event_type": a["event_type"],
            "other_event_type": b["event_type"], "day": a["first"],
            "other_day": b["first"], "place_id": a["place_id"],
            "other_place_id": b["place_id"], "km": km, "days": days,
            "against": words, "less": contrary.sum(axis=1).to_numpy(),
            "reach": np.fmax(a["radius_km"].fillna(0), b["radius_km"].fillna(0)),
            "summary": a["summary"], "other_summary": b["summary"],
        }
    )  # fmt: skip


def _with_actors(
    pairs: pd.DataFrame, event_actors: pd.DataFrame, actors: pd.DataFrame
) -> pd.DataFrame:
    """Keep pairs with an actor in common, or of which one names nobody."""
    parent = actors.set_index("actor_id")["parent_id"].dropna().to_dict()
    families: dict[str, dict[str, set]] = {}
    for event_id, actor_id, role in zip(
        event_actors["event_id"], event_actors["actor_id"], event_actors["role"],
        strict=True,
    ):  # fmt: skip
        family = families.setdefault(event_id, {}).setdefault(role, set())
        family |= {actor_id, *_ancestors(actor_id, parent)}
    shared, kept, points = [], [], []
    for one, other in zip(pairs["event_id"], pairs["other_event_id"], strict=True):
        a, b = families.get(one, {}), families.get(other, {})
        role = set().union(*(a[r] & b[r] for r in a.keys() & b.keys()))
        common = set().union(*a.values()) & set().union(*b.values())
        shared.append(" ".join(sorted(common)))
        kept.append(bool(common) or not a or not b)
        points.append(bool(role))
    score = pairs["score"] + np.array(points, int) - pairs.pop("less")
    return pairs.assign(shared=shared, score=score.clip(lower=0))[kept]


def _ancestors(actor_id: str, parent: dict[str, str]) -> list[str]:
    found = []
    while actor_id in parent and parent[actor_id] not in found:
        actor_id = parent[actor_id]
        found.append(actor_id)
    return found
