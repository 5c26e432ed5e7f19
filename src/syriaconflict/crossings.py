"""How far a line is on its way between two places, by what is told of it nearby.

Where it passed the one and will pass the other, it is by as much on its way as time has
gone.  Where one of the two days is told, or none, it goes on at a pace of pairs nearby
that leaves it between the two for as long as it was, or it stands.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from syriaconflict.parties import FIRST
from syriaconflict.passages import NEAREST, Paces

# The constants were chosen on 20 other layouts and 120 to 200 other seeds than those of
# the table in docs/methodology.md
_SPREAD = 0.5  # of the probit of the part gone, where both days are told
_GOING = 0.75  # the same by a pace nearby
_STANDS = 0.1  # weight of a line that stands, to 1 for all paces nearby
_PACE = 0.4  # spread of the logarithm of a pace about those nearby
_WINDOW = 0.6  # of the time between two places, without a day told, spent at that pace
_EDGE = 0.01  # nearest to a place


class Pair(NamedTuple):
    """What a draw has of the way between places, draws x pairs [day].

    ``came`` and ``goes``: since and until the line passed the nearer in time of the
    two, inf where that is not told; ``from_one`` and ``to_one``, whether that is the
    first; ``since`` and ``until``, from when to when either is told to be held.
    """

    came: np.ndarray
    goes: np.ndarray
    from_one: np.ndarray
    to_one: np.ndarray
    since: tuple[np.ndarray, np.ndarray]
    until: tuple[np.ndarray, np.ndarray]


def part_gone(
    pair: Pair, ahead: np.ndarray, km: np.ndarray, nearby: Paces, luck: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Draw which part of the way the holder of the first place has, and how sure.

    Parameters
    ----------
    pair : Pair
        What is told.
    ahead : array of bool, draws x pairs
        Whether the first party holds the first place.
    km : array of float
        Length of the way.
    nearby : Paces
        Of these pairs.
    luck : array of float, 3 x draws x pairs
        Uniform random numbers: which pace, how far from it, and when.

    Returns
    -------
    part, spread : array of float, draws x pairs
        The part, 1/2 where the line stands; and the spread of its probit.

    Notes
    -----
    It is t / (t + s) of the way where it passed the one place t days ago and passes the
    other in s.  With a day told of one place alone, t days off, and a pace nearby by
    which the way takes L, it is t / L from it.  Paces count by whether L exceeds the
    time for which the line is told to be on the way: t, and what the other place is
    held after; half of the time between, where the line came back to a place.  Without
    a day they count by how much L exceeds that time, and the line is anywhere in what
    is left.  Else it stands.
    """
    from scipy.special import ndtri

    past, coming = np.isfinite(pair.came), np.isfinite(pair.goes)
    none = ~past & ~coming
    both = past & coming & (pair.from_one != pair.to_one)
    is_past = pair.came <= pair.goes
    near = np.minimum(pair.came, pair.goes)
    at_one = np.where(is_past, pair.from_one, pair.to_one)
    took = np.where(is_past, ahead == at_one, ahead != at_one)  # the first party
    part = np.full(near.shape, 0.5)
    gone = pair.came[both] / (pair.came + pair.goes)[both]
    part[both] = np.where(pair.from_one[both], gone, 1 - gone)
    days = nearby.days_km * km[:, None]
    firsts = np.arange(2 * NEAREST) // NEAREST == FIRST
    counts = (none[:, :, None] | (took[:, :, None] == firsts)) * nearby.weight
    wanted = _between(pair, near, at_one)
    slower = np.exp(_PACE * ndtri(luck[1]))
    left = np.maximum(days * slower[:, :, None] - wanted[:, :, None], 0)
    usual = (days * nearby.weight).sum(axis=1) / _some(nearby.weight.sum(axis=1))
    left = np.where(none[:, :, None], left / _some(usual)[:, None], left > 0)
    odds = (left * counts / _some(counts.sum(axis=2))[:, :, None]).cumsum(axis=2)
    which = luck[0] * (odds[:, :, -1] + _STANDS)
    pick = (which[:, :, None] >= odds).sum(axis=2)
    moves = (pick < odds.shape[2]) & ~both
    pick = np.minimum(pick, odds.shape[2] - 1)
    takes = _some(days[np.arange(len(km)), pick] * slower)
    off = np.where(none, np.minimum(*pair.since) + luck[2] * (takes - wanted), near)
    at_one = np.where(none, firsts[pick] == ahead, at_one)
    off = np.where(at_one, off / takes, 1 - off / takes)
    part = np.clip(np.where(moves, off, part), _EDGE, 1 - _EDGE)
    return part, np.where(both, _SPREAD, np.where(moves, _GOING, 1.0))


def _between(pair: Pair, near: np.ndarray, at_one: np.ndarray) -> np.ndarray:
    """Return how long the line is told to be on one way between two places [day]."""
    window = _WINDOW * (np.minimum(*pair.since) + np.minimum(*pair.until))
    held = np.where(at_one, *pair.until[::-1])
    after = near + np.where(pair.came <= pair.goes, held, 0)
    told = np.isfinite(pair.came), np.isfinite(pair.goes)
    turns = told[0] & told[1] & (pair.from_one == pair.to_one)
    after[turns] = (pair.came[turns] + pair.goes[turns]) / 2
    return np.where(told[0] | told[1], after, window)


def _some(value: np.ndarray) -> np.ndarray:
    return np.maximum(value, 1e-9)
