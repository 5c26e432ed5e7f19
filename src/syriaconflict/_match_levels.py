"""What pairs of rows show: levels of distance, of days and of each taxonomy.

Used by ``matching``; the method is told there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from syriaconflict._match_near import Index, Spots, days_between, km_between
from syriaconflict._match_patterns import Comparison

Taxonomies = Mapping[str, "pd.DataFrame | None"]

_SHIFTS, _MANY_SHIFTS = 4, 12  # windows displaced in time: of many rows, of few
_FEW = 5_000  # rows
_SAMPLE = 500_000  # pairs by chance of a shift, about, that are looked at closely
_BINS, _IN_A_BIN = 12, 25  # at most, and pairs in one at least
_PSEUDO = 5.0  # pairs that theory adds to those measured
_SAME_KM = 0.01
_QUARTERS = np.array([0.25, 0.5, 0.75])
_LEAST = 1e-5  # of any level, so that nothing is impossible


class Rows(NamedTuple):
    """The rows of a table that can be matched, as the model reads them.

    ``at`` is where in the frame they stand; ``is_wide``: days known worse than the
    window; ``is_vague``: a radius beyond it, or none told; ``codes``: a column's
    levels, fine to coarse, -1 where missing.
    """

    at: np.ndarray
    spots: Spots
    is_wide: np.ndarray
    is_vague: np.ndarray
    codes: dict[str, np.ndarray]

    def take(self, rows: np.ndarray) -> Rows:
        """Return some of the rows."""
        codes = {name: code[rows] for name, code in self.codes.items()}
        return Rows(self.at[rows], self.spots.take(rows), self.is_wide[rows],
                    self.is_vague[rows], codes)  # fmt: skip


class Pairs(NamedTuple):
    """Pairs of rows in the windows, and how far apart they are [km, day]."""

    one: np.ndarray
    other: np.ndarray
    km: np.ndarray
    days: np.ndarray


def find(
    index: Index, days: int, *, shift: np.ndarray | int = 0, lasting: bool = False
) -> Pairs:
    """Return the pairs in the windows; of ``lasting`` ones, both ends must be near."""
    one, other = index.pairs(days, shift)
    a, b = index.a.moved(shift), index.b
    apart = days_between(a, b, one, other)
    if lasting:
        ends = (a.first[one] - b.first[other], a.last[one] - b.last[other])
        apart = np.maximum(*np.abs(ends))
        near = apart <= days
        one, other, apart = one[near], other[near], apart[near]
    return Pairs(one, other, km_between(a, b, one, other), apart)


def background(
    a: Rows, b: Rows, index: Index, days: int, *, lasting: bool
) -> tuple[Pairs, np.ndarray]:
    """Find pairs that cannot be one happening, and how many a row has by chance.

    The first table is moved in time by more than the window: it meets the same ground
    in the same weeks, but no partner.

    Returns
    -------
    tuple of Pairs and array of float
        The pairs found, of many a part; and for each row of the first table the
        expected number of rows in its windows: the less measured, the nearer the mean.
    """
    wide = np.where(a.is_wide | lasting, a.spots.last - a.spots.first, 0)
    ends = (b.spots.first.min(), b.spots.last.max())
    found, (count, seen) = [], np.zeros((2, len(a.at)))
    shifts = _SHIFTS if len(a.at) > _FEW else _MANY_SHIFTS
    for step in range(2, 2 + shifts // 2):
        for sign in (-1, 1):
            shift = sign * (step * (2 * days + 1) + wide)
            pairs = find(index, days, shift=shift, lasting=lasting)
            count += np.bincount(pairs.one, minlength=len(a.at))
            few = slice(None, None, 1 + len(pairs.one) // _SAMPLE)
            found.append([part[few] for part in pairs])
            moved = a.spots.moved(shift)
            seen += (moved.last >= ends[0]) & (moved.first <= ends[1])
    pairs = Pairs(*(np.concatenate(part) for part in zip(*found, strict=True)))
    mean = (count.sum() + 0.5) / (seen.sum() + 1)
    rate = count[seen > 0] / seen[seen > 0]
    spread = rate.var() - mean / seen.mean() if len(rate) else 0.0
    pull = mean / max(spread, 1e-3 * mean)  # Gamma-Poisson, by its moments
    return pairs, (count + pull * mean) / (seen + pull)


def compare(
    a: Rows, b: Rows, pairs: Pairs, chance: Pairs, days: int, km: float
) -> list[Comparison]:
    """Return what the pairs show of distance, days and each taxonomy.

    Parameters
    ----------
    a, b : Rows
        The two tables.
    pairs, chance : Pairs
        Pairs in the windows, and such as cannot be one happening.
    days, km : float
        The windows.

    Returns
    -------
    list of Comparison
        ``km``, ``days`` and the taxonomies' columns.
    """
    told = ~a.is_vague[pairs.one] & ~b.is_vague[pairs.other]
    edges = _edges(pairs.km[told], _SAME_KM, km * _QUARTERS)
    area = np.diff(np.clip([0, *edges, km], 0, km) ** 2)
    near = _measure("km", edges, area, (a.is_vague, b.is_vague), pairs, chance)
    told = ~a.is_wide[pairs.one] & ~b.is_wide[pairs.other]
    edges = _edges(pairs.days[told], 0.5, np.floor(days * _QUARTERS) + 0.5)
    edges = edges[edges < max(days, 1)]
    span = np.clip([0, *(2 * np.floor(edges) + 1), 2 * days + 1], 0, 2 * days + 1)
    soon = _measure("days", edges, np.diff(span), (a.is_wide, b.is_wide), pairs, chance)
    kinds = [_kinds(name, a, b, pairs, chance) for name in a.codes]
    return [near, soon, *kinds]


def agreement(
    one: np.ndarray, other: np.ndarray, left: np.ndarray, right: np.ndarray
) -> np.ndarray:
    """Return the finest level at which pairs of codes agree.

    Parameters
    ----------
    one, other : array of int, rows x levels
        Codes of the two tables, fine to coarse, -1 where missing.
    left, right : array of int
        Rows of the pairs.

    Returns
    -------
    array of int
        0: the finest; the number of levels: none; -1: one of them has no code.
    """
    size = one.shape[1]
    level = np.full(len(left), size, np.int8)
    for at in reversed(range(size)):
        mine, theirs = one[left, at], other[right, at]
        level[(mine == theirs) & (mine >= 0)] = at
    level[(one[left] < 0).all(axis=1) | (other[right] < 0).all(axis=1)] = -1
    return level


def _edges(values: np.ndarray, least: float, quarters: np.ndarray) -> np.ndarray:
    """Return bounds between bins, the first at ``least``.

    Of many pairs, bins hold about as many each; of few, they are quarters of the
    window.
    """
    bins = min(len(values) // _IN_A_BIN, _BINS)
    inner = np.quantile(values, np.arange(1, bins) / bins) if bins > 4 else quarters
    return np.unique([least, *(bound for bound in inner if bound > least)])


def _measure(
    name: str,
    edges: np.ndarray,
    theory: np.ndarray,
    unsure: tuple[np.ndarray, np.ndarray],
    pairs: Pairs,
    chance: Pairs,
) -> Comparison:
    """Compare by bins; a last level holds those whose second row is not sure."""
    first, second = unsure
    level = np.searchsorted(edges, getattr(pairs, name)).astype(np.int8)
    level[second[pairs.other]] = len(edges) + 1
    level[first[pairs.one]] = -1
    by_chance = np.searchsorted(edges, getattr(chance, name))
    by_chance[second[chance.other]] = len(edges) + 1
    by_chance = by_chance[~first[chance.one]]
    unsure_share = second.mean() if len(second) else 0.0
    even = np.ones(len(theory)) / len(theory)
    theory = (theory / max(theory.sum(), 1e-12) + even) / 2
    theory = np.append(theory * (1 - unsure_share), unsure_share)
    u = np.bincount(by_chance, minlength=len(theory)) + _PSEUDO * theory
    u = np.maximum(u / u.sum(), _LEAST)
    return Comparison(name, level, (u / u.sum())[None], None, len(edges) + 1)


def _kinds(name: str, a: Rows, b: Rows, pairs: Pairs, chance: Pairs) -> Comparison:
    """Compare by a taxonomy: agreement on a rare code tells more than on a common."""
    one, other = a.codes[name], b.codes[name]
    kinds, kind = np.unique(one, axis=0, return_inverse=True)
    theirs, count = np.unique(
        other[(other >= 0).any(axis=1)], axis=0, return_counts=True
    )
    size = one.shape[1] + 1
    grid = np.indices((len(kinds), len(theirs))).reshape(2, -1)
    level = agreement(kinds, theirs, *grid)
    weight = np.where(level < 0, 0, count[grid[1]] if len(theirs) else 0)
    theory = np.zeros((len(kinds), size))
    np.add.at(theory, (grid[0], np.maximum(level, 0)), weight)
    theory = (theory + _PSEUDO / size) / (theory.sum(axis=1, keepdims=True) + _PSEUDO)
    seen = agreement(one, other, chance.one, chance.other)
    of = kind[chance.one[seen >= 0]]
    seen = np.bincount(seen[seen >= 0], minlength=size)
    held = np.bincount(of, minlength=len(kinds)) @ theory
    u = theory * (seen + _PSEUDO) / (held + _PSEUDO)  # what is near is alike, too
    u = np.maximum(u / u.sum(axis=1, keepdims=True), _LEAST)
    level = agreement(one, other, pairs.one, pairs.other)
    return Comparison(name, level, u, kind.astype(np.int32)[pairs.one], size)
