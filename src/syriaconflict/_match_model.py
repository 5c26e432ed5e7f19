"""How likely pairs are one happening: Fellegi and Sunter's model, fitted by EM.

A pair is told by its levels of agreement.  ``u`` is how often pairs of different
happenings show a level, measured on pairs that cannot be one; ``m`` how often pairs of
one happening do, and comes from the pairs in the windows, with the share of rows that
have a partner.  Rivals for a row are weighed against each other: a row is one happening
with one row of the other table at most.  Used by ``matching``; the method is told
there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from syriaconflict._match_patterns import Comparison, patterns

ROUNDS, CLOSE = 200, 1e-4  # of the EM, and when it stands still
ENOUGH = 50  # pairs, to say that they tell nothing
_BLOCK = 1 << 15
_SWEEPS = 2  # of the messages in a round, begun where the last round ended
_LAST_SWEEPS = 200
_MOST_LOG_ODDS = 18.0  # 1 in 65 million: beyond, differences of floats tell nothing
_PRIOR = 1.0  # pseudo-pairs in m, whose m / u falls so far from near to far:
_STEEP = 64.0


class Fit(NamedTuple):
    """What the EM found.

    ``probability`` of each pair, ``m`` by comparison, how many pairs are ``matched``,
    and whether the pairs tell same from different at all.
    """

    probability: np.ndarray
    m: dict[str, np.ndarray]
    matched: float
    tells: bool


def fit(
    pairs: tuple[np.ndarray, np.ndarray],
    sizes: tuple[int, int],
    comparisons: list[Comparison],
    expected: np.ndarray,
    *,
    many: bool = False,
) -> Fit:
    """Fit the model and return how likely each pair is one happening.

    Parameters
    ----------
    pairs : tuple of array of int
        Rows of the first and of the second table.
    sizes : tuple of int
        Rows in the first and in the second table.
    comparisons : list of Comparison
        What the pairs show.
    expected : array of float
        A row of the first table: how many rows of other happenings it would have in its
        windows, up to a factor for all.
    many : bool, default False
        Whether rows of the first table may share one of the second.

    Returns
    -------
    Fit
        The pairs' probabilities, in their order.
    """
    one = pairs[0]
    if not len(one):
        return Fit(np.zeros(0), {}, 0.0, True)
    number, count, told = patterns(comparisons, len(one))
    u = [c.mean_u(count) for c in told]
    log_u = sum(c.log_u() for c in told)
    chance = float(expected.sum())
    m = [_start(c, mean, count, chance) for c, mean in zip(told, u, strict=True)]
    free = np.ones((2, len(one)))
    odds = np.empty(len(one))
    most = sizes[0] if many else min(sizes)
    matched, factor = 0.5 * most, 1.0
    for _ in range(ROUNDS):
        before = np.concatenate([[matched / most], *m])
        ratio = _log_m(told, m) - log_u
        log_expected = np.log(factor * expected)
        log_open = _log_open(matched, sizes, many=many)
        for part in _blocks(len(one)):
            log_odds = ratio[number[part]] - log_expected[one[part]]
            log_odds += log_open
            np.clip(log_odds, -_MOST_LOG_ODDS, _MOST_LOG_ODDS, out=log_odds)
            np.exp(log_odds, out=odds[part])
        if many:
            p = odds / (1 + np.bincount(one, odds, sizes[0])[one])
        else:
            p = _marginals(odds, pairs, sizes, free, _SWEEPS)
        matched = float(p.sum())
        factor = max(len(one) - matched, 1.0) / chance
        weight = np.bincount(number, p, len(count))
        m = [_laid(c, mean, c.counts(weight)) for c, mean in zip(told, u, strict=True)]
        after = np.concatenate([[matched / most], *m])
        if np.abs(after - before).max() < CLOSE:
            break
    if not many:
        p = _marginals(odds, pairs, sizes, free, _LAST_SWEEPS)
    named = {c.name: mine for c, mine in zip(comparisons, m, strict=True)}
    share = min(matched / len(one), 1.0)
    gain = np.log1p(share * np.expm1(np.minimum(ratio, _MOST_LOG_ODDS))) @ count
    free_numbers = 1 + sum(len(mine) - 1 for mine in m)
    gain += _surplus(len(one), chance)
    tells = len(one) < ENOUGH or gain > free_numbers * np.log(len(one)) / 2  # by BIC
    return Fit(p, named, float(p.sum()), tells)


def falling(ratio: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the falling sequence nearest to a ratio, in weighted squares.

    Parameters
    ----------
    ratio, weight : array of float
        Values and their weights, all above 0.

    Returns
    -------
    array of float
        Neighbours that rise are replaced by their mean.
    """
    blocks: list[list[float]] = []  # value, weight, length
    for value, heavy in zip(ratio, weight, strict=True):
        blocks.append([value, heavy, 1])
        while len(blocks) > 1 and blocks[-2][0] < blocks[-1][0]:
            late, late_weight, late_length = blocks.pop()
            value_, weight_, length = blocks[-1]
            total = weight_ + late_weight
            mean = (value_ * weight_ + late * late_weight) / total
            blocks[-1] = [mean, total, length + late_length]
    return np.repeat([b[0] for b in blocks], [int(b[2]) for b in blocks])


def _log_open(matched: float, sizes: tuple[int, int], *, many: bool) -> float:
    """Return the odds that a row has a partner, over those that partners are free."""
    share = (matched + 0.5) / (np.array(sizes) + 1)
    share = np.minimum(share, 0.999)
    log_odds = np.log(share[0]) - np.log1p(-share[0])
    return float(log_odds if many else log_odds - np.log1p(-share[1]))


def _log_m(comparisons: list[Comparison], m: list[np.ndarray]) -> np.ndarray:
    """Return log m of each pair, 0 where nothing is told."""
    return sum(
        np.where(c.level < 0, 0, np.log(mine)[c.level])
        for c, mine in zip(comparisons, m, strict=True)
    )


def _surplus(count: int, expected: float) -> float:
    """Return how far a count above what is expected by chance speaks against chance."""
    if count <= expected:
        return 0.0
    return count * float(np.log(count / expected)) - (count - expected)


def _start(
    c: Comparison, u: np.ndarray, count: np.ndarray, expected: float
) -> np.ndarray:
    """Return a first m: what the levels hold beyond what chance would give."""
    told = c.counts(count)
    chance = min(expected / count.sum(), 0.95) * told.sum()
    return _laid(c, u, np.maximum(told - chance * u, 0.01 * told))


def _laid(c: Comparison, u: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return shares of levels, with a prior, falling against u where ordered."""
    m = counts + _PRIOR * _prior(c, u)
    if c.ordered > 1:
        first = slice(0, c.ordered)
        m[first] = falling(m[first] / u[first], u[first]) * u[first]
    return m / m.sum()


def _prior(c: Comparison, u: np.ndarray) -> np.ndarray:
    """Return what m would be without any pair: the nearer, the likelier."""
    ratio = np.full(len(u), _STEEP**-0.5)
    ratio[: c.ordered] = _STEEP ** -np.linspace(0, 1, c.ordered)
    return u * ratio / np.sum(u * ratio)


def _marginals(
    odds: np.ndarray,
    pairs: tuple[np.ndarray, np.ndarray],
    sizes: tuple[int, int],
    free: np.ndarray,
    sweeps: int,
) -> np.ndarray:
    """Return each pair's chance to be taken, if no row may be taken twice.

    Belief propagation for matchings: ``free`` holds, a pair, the chances that its row
    of the first and of the second table is free but for this pair; it is changed.
    Exact where rivals form no ring, near to it where they do.
    """
    one, other = pairs
    pull = np.empty(len(odds))
    for _ in range(sweeps):
        moved = 0.0
        for mine, theirs, rows, size in (
            (0, 1, one, sizes[0]), (1, 0, other, sizes[1]),
        ):  # fmt: skip
            np.multiply(odds, free[theirs], out=pull)
            total = np.bincount(rows, pull, size)
            for part in _blocks(len(odds)):
                rest = total[rows[part]]
                rest -= pull[part]
                np.maximum(rest, 0, out=rest)
                rest += 1
                np.reciprocal(rest, out=rest)
                if mine == 0:
                    moved = max(moved, np.abs(rest - free[0, part]).max())
                free[mine, part] = rest
        if moved < 1e-6:
            break
    np.multiply(odds, free[0], out=pull)
    pull *= free[1]
    pull /= 1 + pull
    return pull


def _blocks(size: int) -> Iterator[slice]:
    """Yield parts of so many pairs that what is made of them stays in the cache."""
    for at in range(0, size, _BLOCK):
        yield slice(at, at + _BLOCK)
