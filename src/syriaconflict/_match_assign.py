"""Which pairs are taken, so that a row is one happening with one row of a table.

Used by ``matching``.
"""

from __future__ import annotations

import numpy as np


def best_set(
    one: np.ndarray, other: np.ndarray, gain: np.ndarray, sizes: tuple[int, int]
) -> np.ndarray:
    """Choose pairs without a row in common whose gains add up to the most.

    Parameters
    ----------
    one, other : array of int
        Rows of the first and of the second table.
    gain : array of float
        What a pair is worth; pairs worth 0 or less are not taken.
    sizes : tuple of int
        Rows in the first and in the second table.

    Returns
    -------
    array of bool
        Whether each pair is taken.
    """
    from scipy.optimize import linear_sum_assignment

    taken = np.zeros(len(gain), bool)
    worth = np.flatnonzero(gain > 0)
    alone = (np.bincount(one[worth], minlength=sizes[0])[one[worth]] == 1) & (
        np.bincount(other[worth], minlength=sizes[1])[other[worth]] == 1
    )
    taken[worth[alone]] = True
    for pairs in _groups(worth[~alone], one, other, sizes):
        rows, row = np.unique(one[pairs], return_inverse=True)
        columns, column = np.unique(other[pairs], return_inverse=True)
        value = np.zeros((len(rows), len(columns)))
        value[row, column] = gain[pairs]
        best = np.zeros(value.shape, bool)
        best[linear_sum_assignment(value, maximize=True)] = True
        taken[pairs] = best[row, column]
    return taken


def best_each(one: np.ndarray, gain: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Choose the pair with the most gain for each row of the first table.

    Parameters
    ----------
    one : array of int
        Rows of the first table.
    gain : array of float
        What a pair is worth; pairs worth 0 or less are not taken.
    order : array of float
        Decides between equals, the least first.

    Returns
    -------
    array of bool
        Whether each pair is taken.
    """
    taken = np.zeros(len(gain), bool)
    best = np.lexsort([order, -gain, one])
    first = np.ones(len(best), bool)
    first[1:] = np.diff(one[best]) > 0
    taken[best[first]] = True
    return taken & (gain > 0)


def joined(
    one: np.ndarray, other: np.ndarray, table: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Join rows of several tables into happenings, the surest pairs first.

    Parameters
    ----------
    one, other : array of int
        Rows of pairs, the surest first.
    table : array of int
        Table of each row; a happening takes one row of a table at most.
    size : int
        Rows in all.

    Returns
    -------
    tuple of array
        The happening of each row, numbered in order of its first row; and whether each
        pair's rows ended in one.
    """
    leader, members = np.arange(size), {}
    for first, second in zip(one.tolist(), other.tolist(), strict=True):
        mine, theirs = sorted((leader[first], leader[second]))
        if mine == theirs:
            continue
        both = members.get(mine, [mine]) + members.get(theirs, [theirs])
        if len(set(table[both].tolist())) < len(both):
            continue
        members[mine] = both
        leader[both] = mine
    _, happening = np.unique(leader, return_inverse=True)
    return happening, leader[one] == leader[other]


def _groups(
    pairs: np.ndarray, one: np.ndarray, other: np.ndarray, sizes: tuple[int, int]
) -> list[np.ndarray]:
    """Return the pairs in groups that have no row in common."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not len(pairs):
        return []
    links = (np.ones(len(pairs)), (one[pairs], sizes[0] + other[pairs]))
    size = sum(sizes)
    _, group = connected_components(coo_array(links, shape=(size, size)))
    mine = group[one[pairs]]
    order = np.argsort(mine, kind="stable")
    return np.split(pairs[order], np.flatnonzero(np.diff(mine[order])) + 1)
