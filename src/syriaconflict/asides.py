"""Draws of the area by which a line lies beside the middle between places.

Nothing tells where between two places that face each other the line ran.  For each
draw it is put somewhere on the way, and what that gives the first party is added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from syriaconflict.leans import leans
from syriaconflict.mesh import Mesh, neighbours
from syriaconflict.parties import FIRST, SECOND, WEIGHTS
from syriaconflict.strips import Strips, strips

_RINGS = 3  # a line that moves here moves so many places from here
_BLOCK = 5_000_000  # pairs x draws worked on at once: 40 MB


class Drawn(NamedTuple):
    """Who held each place on a day, draws x places, and between which days.

    ``day`` is a number of days; ``taken`` that on which the holder took the place from
    the other party, -inf where that is not told; ``lost`` that on which the other took
    it, or inf.
    """

    day: int
    role: np.ndarray
    taken: np.ndarray
    lost: np.ndarray


def line_asides(
    mesh: Mesh, drawn: Sequence[Drawn], half_life: float, rng: np.random.Generator
) -> np.ndarray:
    """Return what lines beside the middle between places give the first party.

    Parameters
    ----------
    mesh : Mesh
        Cells and borders.
    drawn : pair of Drawn
        The two days.
    half_life : float
        Days after which half of what one day tells of the line is gone [day].
    rng : Generator
        Random numbers.

    Returns
    -------
    array of float
        One a draw: what it has more on the second day less that on the first [km2].

    Notes
    -----
    The line crosses the way from A to B at a part f of it that A has, f = F(z + m), F
    the normal distribution, z = (r_A - r_B) / sqrt 2 for independent standard normal
    reaches r of the places.  Where it passed A on day a and will pass B on day b, m =
    sqrt 2 F^-1(u), u = (t + 1/2 - a) / (b - a), so that the mean of f is u; elsewhere m
    is 0 and f uniform.  The reaches of a place on two days are correlated by 0.5^(days
    between / half-life), or not at all if the line passed it or a place within three
    borders of it in between: a line that moves here moves beside here.  How the line
    goes on in ground without places, see `leans`.
    """
    ways = strips(mesh)
    order = sorted(drawn, key=lambda one: one.day)
    early, late = order
    shape = early.role.shape
    reach = rng.standard_normal(shape)
    moved = _near(mesh, late.taken > early.day)
    kept = np.where(moved, 0.0, 0.5 ** ((late.day - early.day) / half_life))
    anew = kept * reach + np.sqrt(1 - kept**2) * rng.standard_normal(shape)
    end = np.nonzero(ways.swing_km2)[0]
    runs = [
        _facing(one.role[:, ways.one[end]], one.role[:, ways.two[end]]) != 0
        for one in order
    ]
    before, after = (
        _aside(ways, *day)
        for day in zip(order, (reach, anew), leans(ways, *runs, rng), strict=True)
    )
    return after - before if drawn[0] is early else before - after


def _near(mesh: Mesh, passed: np.ndarray) -> np.ndarray:
    """Return which places are `_RINGS` borders or fewer from one that was passed."""
    beside = neighbours(mesh)
    for _ in range(_RINGS):
        passed = passed | (passed @ beside > 0)
    return passed


def _aside(
    ways: Strips, drawn: Drawn, reach: np.ndarray, lean: np.ndarray
) -> np.ndarray:
    """Return what the first party has beside the middle on one day [km2]."""
    from scipy.special import ndtr

    found = np.zeros(len(reach))
    size = max(1, _BLOCK // max(1, len(reach)))
    for at in range(0, len(ways.km2), size):
        one, two, km2 = (each[at : at + size] for each in ways[:3])
        facing = _facing(drawn.role[:, one], drawn.role[:, two])
        on = facing.any(axis=0)
        one, two = one[on], two[on]
        ahead = (reach[:, one] - reach[:, two]) / np.sqrt(2)
        ahead += _gone(drawn, one, two) - _gone(drawn, two, one)
        found += (facing[:, on] * (ndtr(ahead) - 0.5)) @ km2[on]
    end, side = np.nonzero(ways.swing_km2)
    facing = _facing(drawn.role[:, ways.one[end]], drawn.role[:, ways.two[end]])
    return found + (facing * lean) @ ways.swing_km2[end, side]


def _gone(drawn: Drawn, one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Return how far the line is on its way from one place to the other, in probits.

    It is 0, the middle, where the line is not told to have passed both.
    """
    from scipy.special import ndtri

    taken, lost = drawn.taken[:, one], drawn.lost[:, two]
    told = np.isfinite(taken) & np.isfinite(lost)
    gone = np.zeros(taken.shape)
    days = lost[told] - taken[told]
    gone[told] = np.sqrt(2) * ndtri((drawn.day + 0.5 - taken[told]) / days)
    return gone


def _facing(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Return 1 where the first party has the first of two cells, -1 the second.

    Half of that along the edge of contested ground, 0 where there is no line.
    """
    weight = WEIGHTS[one, two]
    ahead = (one == FIRST) | (two == SECOND)
    return np.where(ahead, weight, -weight)
