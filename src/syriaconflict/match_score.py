"""How well pairs that were found agree with the true ones, and plain rules beside."""

from __future__ import annotations

import numpy as np
import pandas as pd

from syriaconflict._match_levels import agreement, find
from syriaconflict._match_near import Index
from syriaconflict._match_rows import read
from syriaconflict.filters import require

BASELINES = ("same_day_same_place", "nearest_in_window", "finest_type")
_PAIR = ["event_id", "other_event_id"]
_SAME_KM = 0.01


def score(
    found: pd.DataFrame, true: pd.DataFrame, *, level: float = 0.9
) -> pd.DataFrame:
    """Return precision, recall and F1 of pairs, with intervals.

    Precision and recall are shares of pairs, with Wilson's interval.  F1 is
    2 J / (1 + J), with J the share that is in both, of the pairs found or true; its
    interval is J's carried over.  The pairs are taken to be independent, which pairs
    with a row in common are not quite.

    Parameters
    ----------
    found, true : DataFrame
        ``event_id`` and ``other_event_id`` of the pairs, each once.
    level : float, default 0.9
        Level of the intervals.

    Returns
    -------
    DataFrame
        Indexed by ``measure`` (precision, recall, f1): ``value``, ``low``, ``high``,
        ``of`` (int): pairs that it is a share of.  Of no pairs: missing.

    Raises
    ------
    ValueError
        If a column is missing, a pair stands twice, or ``level`` is no share.

    Examples
    --------
    >>> found = pd.DataFrame({"event_id": [1, 2], "other_event_id": [1, 3]})
    >>> true = pd.DataFrame({"event_id": [1, 2], "other_event_id": [1, 2]})
    >>> score(found, true)["value"].tolist()
    [0.5, 0.5, 0.5]
    """
    from scipy.stats import norm

    if isinstance(level, bool) or not 0 < level < 1:
        msg = f"level is {level!r}, wanted a share between 0 and 1, such as 0.9"
        raise ValueError(msg)
    for name, frame in (("found", found), ("true", true)):
        require(frame, _PAIR, name)
        if frame.duplicated(_PAIR).any():
            msg = f"{name} holds a pair twice, wanted each once: drop_duplicates()"
            raise ValueError(msg)
    both = len(found[_PAIR].merge(true[_PAIR], on=_PAIR))
    z = float(norm.ppf((1 + level) / 2))
    sizes = (len(found), len(true), len(found) + len(true) - both)
    shares = np.array([_wilson(both, size, z) for size in sizes])
    shares[2] = 2 * shares[2] / (1 + shares[2])
    made = pd.DataFrame(shares, columns=["value", "low", "high"]).assign(of=sizes)
    return made.set_axis(pd.Index(["precision", "recall", "f1"], name="measure"))


def baseline(
    a: pd.DataFrame,
    b: pd.DataFrame,
    km: float,
    days: int,
    rule: str,
    *,
    taxonomies: dict[str, pd.DataFrame | None] | None = None,
) -> pd.DataFrame:
    """Return the pairs that a plain rule takes.

    Parameters
    ----------
    a, b, km, days, taxonomies
        As for `matching.match`.
    rule : {"same_day_same_place", "nearest_in_window", "finest_type"}
        Which pairs: all on overlapping days within 10 m; of each row of ``a`` the
        nearest, by distance, then days; or those that agree at the finest levels, no
        row twice, of equals the first in order, pairs that agree at no level out (what
        MELTT goes by).  Episodes are treated like events.

    Returns
    -------
    DataFrame
        ``event_id`` and ``other_event_id``.

    Raises
    ------
    ValueError
        If the rule is unknown.

    Examples
    --------
    >>> from syriaconflict.match_simulate import LEVELS, simulate
    >>> one, other = simulate(100, LEVELS["low"], seed=1)
    >>> found = baseline(one, other, 5, 2, "nearest_in_window")
    >>> bool(found["event_id"].is_unique)
    True
    """
    if rule not in BASELINES:
        msg = f"rule is {rule!r}, wanted one of {', '.join(BASELINES)}"
        raise ValueError(msg)
    tables = {"a": a.assign(grain="discrete"), "b": b.assign(grain="discrete")}
    one, other = (t.moments for t in read(tables, km, days, taxonomies or {}))
    index = Index(one.spots, other.spots, _SAME_KM if rule == BASELINES[0] else km)
    pairs = find(index, 0 if rule == BASELINES[0] else days)
    left, right = pairs.one, pairs.other
    if rule == "nearest_in_window":
        best = np.lexsort([pairs.days, pairs.km, left])
        best = best[np.append(True, np.diff(left[best]) > 0)] if len(best) else best
        left, right = left[best], right[best]
    if rule == "finest_type":
        fits = [
            agreement(one.codes[name], other.codes[name], left, right) / codes.shape[1]
            for name, codes in one.codes.items()
        ]
        fit = np.where(np.min(fits, axis=0) < 0, 0, np.mean(fits, axis=0))
        out = np.max(fits, axis=0) >= 1
        kept = _greedy(left, right, np.where(out, np.inf, fit))
        left, right = left[kept], right[kept]
    return pd.DataFrame(
        {
            "event_id": a["event_id"].to_numpy()[one.at[left]],
            "other_event_id": b["event_id"].to_numpy()[other.at[right]],
        }
    )


def _greedy(left: np.ndarray, right: np.ndarray, fit: np.ndarray) -> list[int]:
    """Return pairs by fit, the best first, no row twice."""
    mine, theirs, kept = set(), set(), []
    for at in np.argsort(fit, kind="stable").tolist():
        if np.isinf(fit[at]):
            break
        if left[at] not in mine and right[at] not in theirs:
            mine.add(left[at])
            theirs.add(right[at])
            kept.append(at)
    return kept


def _wilson(hits: int, of: int, z: float) -> tuple[float, float, float]:
    """Return a share and the ends of Wilson's interval."""
    if not of:
        return np.nan, np.nan, np.nan
    share, wide = hits / of, z * z / of
    middle = (share + wide / 2) / (1 + wide)
    half = np.sqrt(wide * share * (1 - share) + wide * wide / 4) / (1 + wide)
    return share, max(middle - half, 0.0), min(middle + half, 1.0)
