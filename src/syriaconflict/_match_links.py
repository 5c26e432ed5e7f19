"""Candidate pairs of all tables with their probabilities, and which are taken.

Used by ``matching``; the method is told there.
"""

from __future__ import annotations

import warnings
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from syriaconflict._match_assign import best_each, best_set, joined
from syriaconflict._match_levels import (
    Pairs,
    Rows,
    agreement,
    background,
    compare,
    find,
)
from syriaconflict._match_model import fit
from syriaconflict._match_near import Index
from syriaconflict._match_rows import Read

LEAST = 0.3  # as likely as this must a pair be, however unsure all are
_NOTHING = (
    "{} pairs are in the windows of two tables, and agree no better than rows of "
    "different happenings may by chance: none is taken, each has a probability of 0"
)
_TIE = 1e-6  # of probability: of equals, the nearer are taken
_TRIES = 20  # of a bound, each better than the last


class Links(NamedTuple):
    """All pairs in the windows, by row number in all tables laid end to end.

    ``happening`` is of each row; ``episode`` the row of the nearest episode of another
    table that a row lies in, -1: none.
    """

    pairs: pd.DataFrame
    happening: np.ndarray
    episode: np.ndarray


def links(
    tables: list[Read], km: float, days: int, *, many: bool, least: float | None
) -> Links:
    """Find, weigh and choose the pairs.

    Parameters
    ----------
    tables : list of Read
        The tables.
    km, days : float, int
        The windows.
    many : bool
        Whether several rows of a table may be one happening with a row of the first.
    least : float, optional
        Pairs less likely are not taken; by default as it gives the highest expected F1.

    Returns
    -------
    Links
        ``pairs`` with ``one``, ``other``, ``km``, ``days``, a level a taxonomy,
        ``score``, ``probability``, ``is_match``, ``is_episode``.
    """
    starts = np.concatenate([[0], np.cumsum([table.size for table in tables])])
    found, episode = [], np.full(starts[-1], -1)
    whom = (
        [(0, other) for other in range(1, len(tables))]
        if many
        else [*combinations(range(len(tables)), 2)]
    )
    for first, second in whom:
        one, other = tables[first], tables[second]
        for kind, lasting in (("moments", False), ("episodes", True)):
            pairs = _weighed(getattr(one, kind), getattr(other, kind), km, days,
                             lasting=lasting, many=many, least=least)  # fmt: skip
            pairs["one"] += starts[first]
            pairs["other"] += starts[second]
            found.append(pairs.assign(is_episode=lasting))
        for part, whole in ((first, second), (second, first)):
            rows, of = _inside(tables[part].moments, tables[whole].episodes, km, days)
            new = episode[starts[part] + rows] < 0
            episode[starts[part] + rows[new]] = starts[whole] + of[new]
    pairs = pd.concat(found, ignore_index=True)
    if len(tables) == 2:
        happening = np.arange(starts[-1])
        taken = pairs[pairs["is_match"]]
        happening[taken["other"]] = happening[taken["one"]]
        happening = np.unique(happening, return_inverse=True)[1]
    else:
        table = np.repeat(np.arange(len(tables)), np.diff(starts))
        if many:  # rows of the first table alone must not meet
            table = np.where(table == 0, -1, np.arange(starts[-1]))
        order = ["probability", "km", "days"]
        taken = pairs[pairs["is_match"]]
        taken = taken.sort_values(order, ascending=[False, True, True])
        happening, held = joined(
            taken["one"].to_numpy(), taken["other"].to_numpy(), table, starts[-1]
        )
        pairs.loc[taken.index[~held], "is_match"] = False
    return Links(pairs, happening, episode)


def _weighed(
    a: Rows,
    b: Rows,
    km: float,
    days: int,
    *,
    lasting: bool,
    many: bool,
    least: float | None,
) -> pd.DataFrame:
    """Return the pairs of two tables with their probabilities."""
    # Of many to one, each row of the second has one of the first; else the result
    # must not hang on which table came first, and the larger tells chance better.
    is_turned = many or _bulk(a) > _bulk(b)
    if is_turned:
        a, b = b, a
    sizes = (len(a.at), len(b.at))
    if all(sizes):
        index = Index(a.spots, b.spots, km)
        pairs = find(index, days, lasting=lasting)
    if not all(sizes) or not len(pairs.one):
        pairs = Pairs(*(np.zeros(0, kind) for kind in (int, int, float, int)))
        probability, taken = np.zeros(0), np.zeros(0, bool)
    else:
        chance, expected = background(a, b, index, days, lasting=lasting)
        told = compare(a, b, pairs, chance, days, km)
        both = (pairs.one, pairs.other)
        fitted = fit(both, sizes, told, expected, many=many)
        probability = fitted.probability * fitted.tells
        if not fitted.tells:
            warnings.warn(_NOTHING.format(len(pairs.one)), stacklevel=5)
        far = pairs.km / max(km, 1e-9) + pairs.days / max(days, 1)
        taken = _taken(both, probability, far, sizes, many=many, least=least)
    level = {
        name: agreement(a.codes[name], b.codes[name], *pairs[:2]) for name in a.codes
    }
    one, other = a.at[pairs.one], b.at[pairs.other]
    return pd.DataFrame(
        {
            "one": other if is_turned else one, "other": one if is_turned else other,
            "km": pairs.km, "days": pairs.days,
            **{f"{name}_level": told for name, told in level.items()},
            "score": _score(level, a),
            "probability": probability, "is_match": taken,
        }
    )  # fmt: skip


def _bulk(rows: Rows) -> tuple[int, int, int]:
    """Return what orders two tables, whatever they are called."""
    return len(rows.at), int(rows.spots.first.sum()), round(float(rows.spots.at.sum()))


def _taken(
    pairs: tuple[np.ndarray, np.ndarray],
    probability: np.ndarray,
    far: np.ndarray,
    sizes: tuple[int, int],
    *,
    many: bool,
    least: float | None,
) -> np.ndarray:
    """Return which pairs are taken, of equals the nearer.

    The highest expected F1 = 2 sum(p taken) / (pairs taken + sum(p)) is reached by the
    pairs with the highest sum of p - F1 / 2 (Dinkelbach's way with a ratio).
    """
    bound = 0.5 if least is None else least
    for _ in range(_TRIES):
        gain = probability - bound
        if many:
            taken = best_each(pairs[0], gain, far)
        else:
            gain = np.where(gain > 0, gain - _TIE * far, 0)
            taken = best_set(*pairs, gain, sizes)
        if least is not None:
            break
        f1 = 2 * probability[taken].sum() / max(taken.sum() + probability.sum(), _TIE)
        if abs(max(f1 / 2, LEAST) - bound) < _TIE:
            break
        bound = max(f1 / 2, LEAST)
    return taken


def _score(levels: dict[str, np.ndarray], a: Rows) -> np.ndarray | float:
    """Return how coarse the agreement is on average: 0 the finest, 1 the coarsest."""
    if not levels:
        return np.nan
    parts = []
    for name, level in levels.items():
        size = a.codes[name].shape[1]
        share = level / max(size - 1, 1)
        parts.append(np.where((level < 0) | (level == size), np.nan, share))
    return np.mean(parts, axis=0)


def _inside(a: Rows, b: Rows, km: float, days: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rows of a and, of the episodes that they lie in, the nearest."""
    if not len(a.at) or not len(b.at):
        return np.zeros(0, int), np.zeros(0, int)
    pairs = find(Index(a.spots, b.spots, km), days)
    best = np.lexsort([pairs.days, pairs.km, pairs.one])
    first = np.ones(len(best), bool)
    first[1:] = np.diff(pairs.one[best]) > 0
    best = best[first]
    return a.at[pairs.one[best]], b.at[pairs.other[best]]
