"""Which of the versions told of an event shall be shown: counting, and who wins.

Claims are numbered by their place among the voters, events and values by factorising;
nothing here loops over events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

# Merits of a version; the first of a rule's merits decides, the next breaks its ties.
SOURCES, CLAIMS, FINEST, COARSEST = "sources", "claims", "finest", "coarsest"
NOT_TOLD, ONE_VERSION, UNDECIDED, ENVELOPE, LOWEST, WIDEST = range(6)
BY_MERIT = {SOURCES: 6, CLAIMS: 7, FINEST: 8, COARSEST: 9}
REASONS = {  # why a value is shown
    NOT_TOLD: "no claim tells it",
    ONE_VERSION: "all claims that tell it agree",
    UNDECIDED: "nothing decides between the versions",
    ENVELOPE: "nothing decides between the versions: from the first to the last bound",
    LOWEST: "the lowest of the versions",
    WIDEST: "from the first to the last bound of all versions",
    BY_MERIT[SOURCES]: "told by more independent sources",
    BY_MERIT[CLAIMS]: "told by as many sources as another, in more claims",
    BY_MERIT[FINEST]: "the most precise version",
    BY_MERIT[COARSEST]: "the least precise version",
}
_FAR = np.iinfo("int64").max
_UPPER = ("end", "_high")  # how names of upper bounds end


class Votes(NamedTuple):
    """Who votes, as numbers; in order of event, then of source."""

    event: np.ndarray
    source: np.ndarray
    count: int  # of events


class Field(NamedTuple):
    """What the voters tell of columns that are one version together."""

    columns: tuple[str, ...]
    codes: Mapping[str, np.ndarray]  # numbers in order of value, one a voter
    version: np.ndarray  # number of the version; below nought where nothing is told
    rank: np.ndarray  # how precise a voter's version is, the finest lowest


class Versions(NamedTuple):
    """The versions told, in order of event: a row for each."""

    event: np.ndarray
    starts: np.ndarray  # first row of each event that is told of
    row: np.ndarray  # a voter that tells it
    merits: Mapping[str, np.ndarray]  # the lower the better


class Choice(NamedTuple):
    """What is shown of each event."""

    rows: Mapping[str, np.ndarray]  # of each column: a voter that tells it; -1: none
    reason: np.ndarray  # keys of `REASONS`


def field_of(
    voters: pd.DataFrame, columns: Sequence[str], rank: np.ndarray | None = None
) -> Field:
    """Give numbers to what voters tell of columns that belong together.

    Parameters
    ----------
    voters : DataFrame
        Rows as `voters.voters` returns them.
    columns : sequence of str
        Columns that are one version together.
    rank : array, optional
        How precise each voter's version is, the finest lowest.

    Returns
    -------
    Field
        A missing lower bound is before all, a missing upper bound after all others.
    """
    codes, version = {}, np.zeros(len(voters), "int64")
    told = np.zeros(len(voters), bool)
    for column in columns:
        code, values = pd.factorize(voters[column], sort=True)
        told |= code >= 0
        version = _paired(version, code + 1, len(values) + 1)
        is_upper = column.endswith(_UPPER)
        codes[column] = np.where(code < 0, len(values), code) if is_upper else code
    if rank is None:
        rank = np.zeros(len(voters), "int64")
    return Field(tuple(columns), codes, np.where(told, version, -1), rank)


def _paired(one: np.ndarray, other: np.ndarray, size: int) -> np.ndarray:
    """Return a number for each pair of two numbers; small enough to go on with."""
    pairs = one * size + other
    if len(pairs) and pairs.max() > 2**40:
        return pd.factorize(pairs)[0]
    return pairs


def count(votes: Votes, field: Field, among: np.ndarray | None = None) -> Versions:
    """Count the claims and the independent sources that tell each version.

    Parameters
    ----------
    votes : Votes
        Who votes.
    field : Field
        What they tell.
    among : array of bool, optional
        The voters asked; by default all.

    Returns
    -------
    Versions
        With the merits ``sources``, ``claims``, ``finest`` and ``coarsest``.
    """
    told = field.version >= 0
    rows = np.flatnonzero(told if among is None else told & among)
    event, version = votes.event[rows], field.version[rows]
    kinds = int(version.max(initial=0)) + 1
    if votes.count * kinds > 2**62:
        version, kinds = pd.factorize(version)[0], len(rows) + 1
    key = event * kinds + version
    order = np.argsort(key, kind="stable")  # leaves the sources of a version in order
    key, rows = key[order], rows[order]
    new = np.append(True, key[1:] != key[:-1])[: len(key)]
    first = np.flatnonzero(new)
    if not len(first):
        merits = {name: np.zeros(0, "int64") for name in BY_MERIT}
        return Versions(event, first, rows, merits)
    source = votes.source[rows]
    other = new | np.append(True, source[1:] != source[:-1])
    rank = field.rank[rows]
    merits = {
        SOURCES: -np.add.reduceat(other.astype("int64"), first),
        CLAIMS: -np.diff(np.append(first, len(rows))),
        FINEST: np.minimum.reduceat(rank, first),
        COARSEST: -np.maximum.reduceat(rank, first),
    }
    event = votes.event[rows[first]]
    starts = np.flatnonzero(np.append(True, event[1:] != event[:-1]))
    return Versions(event, starts, rows[first], merits)


def elect(
    versions: Versions, events: int, merits: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Return which versions are left when each merit in turn has decided, and why.

    Parameters
    ----------
    versions : Versions
        As `count` returns them.
    events : int
        Number of events.
    merits : sequence of str
        Merits in order of weight.

    Returns
    -------
    array of bool, array of int
        For each version whether it is left; for each event the reason: the merit that
        decided, or ``UNDECIDED`` where several are left.
    """
    reason = np.full(events, NOT_TOLD)
    left = np.ones(len(versions.event), bool)
    if not len(left):
        return left, reason
    sizes = np.diff(np.append(versions.starts, len(left)))
    told = versions.event[versions.starts]
    reason[told] = np.where(sizes == 1, ONE_VERSION, UNDECIDED)
    for merit in merits:
        left &= _least(versions, versions.merits[merit], left)
        alone = np.add.reduceat(left.astype("int64"), versions.starts) == 1
        decided = told[alone & (reason[told] == UNDECIDED)]
        reason[decided] = BY_MERIT[merit]
    return left, reason


def _least(versions: Versions, values: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Whether a version has its event's least value among some."""
    if not len(among):
        return among
    asked = np.where(among, values, _FAR)
    best = np.minimum.reduceat(asked, versions.starts)
    sizes = np.diff(np.append(versions.starts, len(asked)))
    return among & (asked == np.repeat(best, sizes))


def rows_of(versions: Versions, events: int, left: np.ndarray) -> np.ndarray:
    """Return of each event a voter that tells its first version left; -1 for none."""
    rows = np.full(events, -1)
    at = np.flatnonzero(left)[::-1]  # the first is written last
    rows[versions.event[at]] = versions.row[at]
    return rows


def bounds(
    versions: Versions,
    field: Field,
    events: int,
    left: np.ndarray,
    *,
    widest: bool = True,
) -> dict[str, np.ndarray]:
    """Return of each column a voter that tells the bound of the versions left.

    Parameters
    ----------
    versions : Versions
        As `count` returns them.
    field : Field
        What was told; an open lower bound is below, an open upper above all others.
    events : int
        Number of events.
    left : array of bool
        The versions asked.
    widest : bool, default True
        Whether of an upper bound the greatest is wanted, or the least as of a lower.

    Returns
    -------
    dict of str to array of int
        Numbers of voters; -1 where no version is left.
    """
    rows = {}
    for column in field.columns:
        code = field.codes[column][versions.row]
        code = -code if widest and column.endswith(_UPPER) else code
        rows[column] = rows_of(versions, events, _least(versions, code, left))
    return rows
