"""What pairs show, told once for all pairs that show the same.

Millions of pairs share a few thousand patterns of levels; what the model asks of levels
is asked of these.  Used by ``_match_model``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

_MOST = 2**40  # of a number, before numbers are drawn together


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

    def mean_u(self, weight: np.ndarray) -> np.ndarray:
        """Return u over all pairs that tell their level, each with its weight."""
        told = self.level >= 0
        if self.kind is None or not told.any():
            return self.u.mean(axis=0)
        return np.average(self.u[self.kind[told]], axis=0, weights=weight[told])

    def counts(self, weight: np.ndarray) -> np.ndarray:
        """Return the pairs of each level, each with its weight."""
        told = self.level >= 0
        return np.bincount(self.level[told], weight[told], len(self.u[0]))


class Patterns(NamedTuple):
    """The pattern of each pair, how many show it, and the comparisons, a row each."""

    number: np.ndarray
    count: np.ndarray
    comparisons: list[Comparison]


def patterns(comparisons: list[Comparison], size: int) -> Patterns:
    """Return the patterns that pairs show.

    Parameters
    ----------
    comparisons : list of Comparison
        What each pair shows.
    size : int
        How many pairs there are.

    Returns
    -------
    Patterns
        Numbered in order of the first pair that shows each.
    """
    number, room = np.zeros(size, np.int64), 1
    for c in comparisons:
        parts = [(c.level, len(c.u[0]) + 1, 1)]  # levels begin at -1
        if c.kind is not None:
            parts.append((c.kind, len(c.u), 0))
        for part, width, shift in parts:
            if room * width > _MOST:
                number, seen = pd.factorize(number)
                room = len(seen)
            number *= width
            number += part
            number += shift
            room *= width
    number, seen = pd.factorize(number)
    number = number.astype(np.int32)
    some = np.zeros(len(seen), np.int64)
    some[number[::-1]] = np.arange(size)[::-1]
    reduced = [
        c._replace(level=c.level[some], kind=None if c.kind is None else c.kind[some])
        for c in comparisons
    ]
    return Patterns(number, np.bincount(number, minlength=len(seen)), reduced)
