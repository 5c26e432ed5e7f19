"""How likely pairs are one happening: Fellegi and Sunter's model, fitted by EM.

A pair is told by its levels of agreement.  ``u`` is how often pairs of different
happenings show a level, measured on pairs that cannot be one; ``m`` how often pairs of
one happening do, and comes from the pairs in the windows, with the share of rows that
have a partner.  Rivals for a row are weighed against each other: a row is one happening
with one row of the other table at most.  Used by ``matching``; the method is told
there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

ROUNDS, CLOSE = 200, 1e-4  # of the EM, and when it stands still
ENOUGH = 50  # pairs, to say that they tell nothing
_SWEEPS = 2  # of the messages in a round, begun where the last round ended
_LAST_SWEEPS = 200
_MOST_LOG_ODDS = 18.0  # 1 in 65 million: beyond, differences of floats tell nothing
_PRIOR = 1.0  # pseudo-pairs in m, whose m / u falls so far from near to far:
_STEEP = 64.0


class Comparison(NamedTuple):
    """What the pairs show in one respect.

    ``level`` of each pair (-1: one of the two tells nothing), and ``u`` of each level:
    one row for all pairs or a row a kind of pair, ``kind`` its number.  The first
    ``ordered`` levels go from near to far, and so falls m / u along them.
    """

    name: str
    level: np.ndarray
    u: np.ndarray
    kind: np.ndarray | None
    ordered: int

    def log_u(self) -> np.ndarray:
        """Return log u of each pair, 0 where nothing is told."""
        row = 0 if self.kind is None else self.kind
        return np.where(self.level < 0, 0, np.log(self.u)[row, self.level])


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
    log_u = sum(c.log_u() for c in comparisons)
    m = [_start(c, len(one), float(expected.sum())) for c in comparisons]
    free = np.ones((2, len(one)))
    most = sizes[0] if many else min(sizes)
    matched, factor = 0.5 * most, 1.0
    for _ in range(ROUNDS):
        before = np.concatenate([[matched / most], *m])
        ratio = _log_m(comparisons, m) - log_u
        log_odds = ratio - np.log(factor * expected)[one]
        log_odds += _log_open(matched, sizes, many=many)
        odds = np.exp(np.clip(log_odds, -_MOST_LOG_ODDS, _MOST_LOG_ODDS))
        if many:
            p = odds / (1 + np.bincount(one, odds, sizes[0])[one])
        else:
            p = _marginals(odds, pairs, sizes, free, _SWEEPS)
        matched = float(p.sum())
        factor = max(len(one) - matched, 1.0) / expected.sum()
        m = [_step(c, p) for c in comparisons]
        after = np.concatenate([[matched / most], *m])
        if np.abs(after - before).max() < CLOSE:
            break
    if not many:
        p = _marginals(odds, pairs, sizes, free, _LAST_SWEEPS)
    named = {c.name: mine for c, mine in zip(comparisons, m, strict=True)}
    share = min(matched / len(one), 1.0)
    gain = np.log1p(share * np.expm1(np.minimum(ratio, _MOST_LOG_ODDS))).sum()
    free_numbers = 1 + sum(len(mine) - 1 for mine in m)
    gain += _surplus(len(one), float(expected.sum()))
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


def _mean_u(c: Comparison) -> np.ndarray:
    """Return u over all pairs that tell their level."""
    if c.kind is None or not (c.level >= 0).any():
        return c.u.mean(axis=0)
    return c.u[c.kind[c.level >= 0]].mean(axis=0)


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


def _start(c: Comparison, count: int, expected: float) -> np.ndarray:
    """Return a first m: what the levels hold beyond what chance would give."""
    u = _mean_u(c)
    told = np.bincount(c.level[c.level >= 0], minlength=len(u))
    chance = min(expected / count, 0.95) * told.sum()
    return _laid(c, np.maximum(told - chance * u, 0.01 * told))


def _step(c: Comparison, p: np.ndarray) -> np.ndarray:
    """Return m as the pairs show it, each counted by its probability."""
    told = c.level >= 0
    return _laid(c, np.bincount(c.level[told], p[told], len(c.u[0])))


def _laid(c: Comparison, counts: np.ndarray) -> np.ndarray:
    """Return shares of levels, with a prior, falling against u where ordered."""
    u = _mean_u(c)
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
    for _ in range(sweeps):
        before = free[0].copy()
        for mine, theirs, rows, size in (
            (0, 1, one, sizes[0]), (1, 0, other, sizes[1]),
        ):  # fmt: skip
            pull = odds * free[theirs]
            rest = np.maximum(np.bincount(rows, pull, size)[rows] - pull, 0)
            free[mine] = 1 / (1 + rest)
        if np.abs(free[0] - before).max() < 1e-6:
            break
    both = odds * free[0] * free[1]
    return both / (1 + both)
