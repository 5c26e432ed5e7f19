"""Pairs of rows of two tables that are near in place and time, found by an index.

Places (or, where hardly two rows share a place, square cells of ground) are looked up
in a k-d tree, days by bisection among the rows of a place in order of their first day.
Used by ``matching``; the method is told there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

EARTH_KM = 6371.0088
_RANGES, _PAIRS = 2_000_000, 4_000_000  # looked up, and measured, at a time
_BLOCK = 1 << 15  # pairs measured at a time, in the cache
_ROWS_A_PLACE = 3  # fewer on average, and cells take the part of places


class Spots(NamedTuple):
    """Where and when rows are: points on the sphere [km], first and last day [day]."""

    at: np.ndarray
    first: np.ndarray
    last: np.ndarray

    def take(self, rows: np.ndarray) -> Spots:
        """Return the spots of some rows."""
        return Spots(self.at[rows], self.first[rows], self.last[rows])

    def moved(self, days: np.ndarray | int) -> Spots:
        """Return the spots as they would be so many days later."""
        return Spots(self.at, self.first + days, self.last + days)


def points(longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """Return points on the sphere, n x 3 [km]."""
    east, north = np.radians(longitude), np.radians(latitude)
    level = np.cos(north)
    return EARTH_KM * np.column_stack(
        [level * np.cos(east), level * np.sin(east), np.sin(north)]
    )


class Index:
    """The rows of two tables by place, and what places lie near each other.

    Parameters
    ----------
    a, b : Spots
        The two tables.
    km : float
        How far apart two rows may be [km].
    """

    def __init__(self, a: Spots, b: Spots, km: float) -> None:
        from scipy.spatial import cKDTree

        self.a, self.b = a, b
        self.chord = 2 * EARTH_KM * np.sin(min(km / EARTH_KM, np.pi) / 2) + 1e-6
        place, centres, reach = _places(np.vstack([a.at, b.at]), self.chord)
        self.place_a, self.place_b = place[: len(a.at)], place[len(a.at) :]
        of_a, of_b = np.unique(self.place_a), np.unique(self.place_b)
        near = cKDTree(centres[of_a]).sparse_distance_matrix(
            cKDTree(centres[of_b]), self.chord + reach, output_type="ndarray"
        )
        order = np.argsort(near["i"], kind="stable")
        self.neighbours = of_b[near["j"][order]]
        counts = np.zeros(len(centres), int)
        counts[of_a] = np.bincount(near["i"], minlength=len(of_a))
        self.starts = np.concatenate([[0], np.cumsum(counts)])
        self.by_length = [*_lengths(b)]

    def pairs(
        self, days: int, shift: np.ndarray | int = 0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows of all pairs within the windows.

        Parameters
        ----------
        days : int
            How far apart their intervals may be [day]; 0: they overlap.
        shift : int or array of int, default 0
            By how much the first table is moved in time before the search [day].

        Returns
        -------
        tuple of array of int
            Row numbers in the first and in the second table, in order.
        """
        a = self.a.moved(shift)
        found = [
            pair
            for rows, longest in self.by_length
            for pair in self._within(a, rows, longest, days)
        ]
        one = np.concatenate([pair[0] for pair in found] or [np.zeros(0, int)])
        other = np.concatenate([pair[1] for pair in found] or [np.zeros(0, int)])
        one *= len(self.b.at)  # one number a pair: sorted several times as fast
        one += other
        one.sort()
        return np.divmod(one, len(self.b.at))

    def _within(
        self, a: Spots, rows: np.ndarray, longest: int, days: int
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield pairs with the given rows of b, none of which lasts longer."""
        if not len(rows) or not len(a.at):
            return
        since = self.b.first[rows].min()
        span = int(self.b.first[rows].max() - since) + 1
        key = self.place_b[rows] * span + self.b.first[rows] - since
        order = np.argsort(key, kind="stable")
        key, rows = key[order], rows[order]
        low = np.clip(a.first - days - longest - since, 0, span)
        high = np.clip(a.last + days + 1 - since, 0, span)
        count = np.where(
            low < high, self.starts[self.place_a + 1] - self.starts[self.place_a], 0
        )
        near = np.lexsort([low, self.place_a])  # neighbours look in the same memory
        upto = np.cumsum(count[near])
        cuts = np.searchsorted(upto, np.arange(_RANGES, upto[-1], _RANGES)) + 1
        for some in np.split(near, cuts):
            one, of = _spread(count[some])
            one = some[one]
            place = self.neighbours[self.starts[self.place_a[one]] + of] * span
            begin = np.searchsorted(key, place + low[one])
            until = np.searchsorted(key, place + high[one])
            upto = np.cumsum(until - begin)
            cuts = np.searchsorted(upto, np.arange(_PAIRS, upto[-1:].sum(), _PAIRS)) + 1
            for part in np.split(np.arange(len(upto)), cuts):
                which, of = _spread((until - begin)[part])
                which = part[which]
                mine, theirs = one[which], rows[begin[which] + of]
                late = self.b.last[theirs] >= a.first[mine] - days
                mine, theirs = mine[late], theirs[late]
                apart = np.linalg.norm(a.at[mine] - self.b.at[theirs], axis=1)
                yield mine[apart <= self.chord], theirs[apart <= self.chord]


def km_between(a: Spots, b: Spots, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return how far apart the rows of pairs are, along the ground [km]."""
    made = np.empty(len(one))
    for at in range(0, len(one), _BLOCK):
        part = slice(at, at + _BLOCK)
        chord = np.linalg.norm(a.at[one[part]] - b.at[other[part]], axis=1)
        made[part] = 2 * EARTH_KM * np.arcsin(np.minimum(chord / (2 * EARTH_KM), 1))
    return made


def days_between(a: Spots, b: Spots, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return how far apart the days of pairs are, 0 where they overlap [day]."""
    gap = np.maximum(b.first[other] - a.last[one], a.first[one] - b.last[other])
    return np.maximum(gap, 0)


def _places(at: np.ndarray, chord: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Return the place of each row, the places' centres, and their width [km]."""
    place, first = _same(np.round(at * 1e5).astype(np.int64))  # to the centimetre
    if len(first) * _ROWS_A_PLACE <= len(at) or not chord:
        return place, at[first], 0.0
    side = max(chord, 0.01)
    cell = np.floor(at / side).astype(np.int64)
    place, first = _same(cell)
    return place, (cell[first] + 0.5) * side, side * np.sqrt(3)


def _same(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a number for each distinct row of integers, and a row of each number."""
    number = np.zeros(len(cells), np.int64)
    for column in cells.T:
        code, values = pd.factorize(column)
        number, _ = pd.factorize(number * len(values) + code)
    first = np.zeros(number.max() + 1 if len(number) else 0, int)
    first[number[::-1]] = np.arange(len(number))[::-1]
    return number, first


def _lengths(b: Spots) -> Iterator[tuple[np.ndarray, int]]:
    """Yield rows that last about as long, and the longest of them [day]."""
    length = b.last - b.first
    size = np.ceil(np.log2(length + 1)).astype(int)  # 0, 1, 2-3, 4-7 days ...
    for one in np.unique(size):
        rows = np.flatnonzero(size == one)
        yield rows, int(length[rows].max())


def _spread(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return, for ranges of such sizes laid end to end, each one's number and place."""
    which = np.repeat(np.arange(len(counts)), counts)
    return which, np.arange(len(which)) - (np.cumsum(counts) - counts)[which]
