"""Draws of the area by which a line lies beside the middle between places.

Nothing tells where between two places that face each other the line ran.  For each
draw it is put somewhere on the way, and what that gives the first party is added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from syriaconflict.crossings import Pair, part_gone
from syriaconflict.leans import leans
from syriaconflict.mesh import Mesh
from syriaconflict.parties import FIRST, SECOND, WEIGHTS
from syriaconflict.passages import Paces, paces
from syriaconflict.strips import Strips, strips

_BLOCK = 250_000  # pairs x draws worked on at once: 40 MB with a pace of each 20


class Drawn(NamedTuple):
    """Who held each place on a day, draws x places, and between which days.

    ``day`` is a number of days; ``taken`` that on which the holder took the place from
    the other party, -inf where that is not told; ``lost`` that on which the other took
    it, or inf.  From ``since`` to ``until`` it is told to be the holder's, the day
    itself at least.
    """

    day: int
    role: np.ndarray
    taken: np.ndarray
    lost: np.ndarray
    since: np.ndarray
    until: np.ndarray


def line_asides(
    mesh: Mesh,
    drawn: Sequence[Drawn],
    passed: pd.DataFrame,
    half_life: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return what lines beside the middle between places give the first party.

    Parameters
    ----------
    mesh : Mesh
        Cells and borders.
    drawn : pair of Drawn
        The two days.
    passed : DataFrame
        When places changed hands, as for `passages.paces`.
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
    The line crosses the way from A to B at a part f of it that A has, f = F(s z + m), F
    the normal distribution, z = (r_A - r_B) / sqrt 2 for independent standard normal
    reaches r of the places.  The mean of f is u, as m = sqrt(1 + s^2) F^-1(u); u and s
    are those of `crossings.part_gone`.  Where the line stands, s is 1, u 1/2 and f
    uniform.  The reaches of a place on two days are correlated by 0.5^(days between /
    half-life), or not at all if the line passed it in between.  How the line goes on in
    ground without places, see `leans`.
    """
    ways = strips(mesh)
    order = sorted(drawn, key=lambda one: one.day)
    early, late = order
    shape = early.role.shape
    reach = rng.standard_normal(shape)
    moved = late.taken > early.day
    kept = np.where(moved, 0.0, 0.5 ** ((late.day - early.day) / half_life))
    anew = kept * reach + np.sqrt(1 - kept**2) * rng.standard_normal(shape)
    end = np.nonzero(ways.swing_km2)[0]
    runs = [
        _facing(one.role[:, ways.one[end]], one.role[:, ways.two[end]]) != 0
        for one in order
    ]
    nearby, key = paces(ways, passed), int(rng.integers(2**32))
    before, after = (
        _aside(ways, *day, nearby, key)
        for day in zip(order, (reach, anew), leans(ways, *runs, rng), strict=True)
    )
    return after - before if drawn[0] is early else before - after


def _aside(
    ways: Strips,
    drawn: Drawn,
    reach: np.ndarray,
    lean: np.ndarray,
    nearby: Paces,
    key: int,
) -> np.ndarray:
    """Return what the first party has beside the middle on one day [km2]."""
    from scipy.special import ndtr, ndtri

    found = np.zeros(len(reach))
    size = max(1, _BLOCK // max(1, len(reach)))
    for at in range(0, len(ways.km2), size):
        one, two, km2 = (each[at : at + size] for each in ways[:3])
        facing = _facing(drawn.role[:, one], drawn.role[:, two])
        on = facing.any(axis=0)
        one, two, facing = one[on], two[on], facing[:, on]
        # the same on both days: a line that stands on the one does on the other
        luck = np.random.default_rng([key, at]).random((3, len(reach), len(on)))
        told = _pair(drawn, one, two)
        spots = ways.spots_km
        km = np.hypot(*(spots[two] - spots[one]).T)
        near = Paces(*(each[at : at + size][on] for each in nearby))
        part, spread = part_gone(told, facing > 0, km, near, luck[:, :, on])
        ahead = spread * (reach[:, one] - reach[:, two]) / np.sqrt(2)
        ahead += np.sqrt(1 + spread**2) * ndtri(part)
        found += (facing * (ndtr(ahead) - 0.5)) @ km2[on]
    end, side = np.nonzero(ways.swing_km2)
    facing = _facing(drawn.role[:, ways.one[end]], drawn.role[:, ways.two[end]])
    return found + (facing * lean) @ ways.swing_km2[end, side]


def _pair(drawn: Drawn, one: np.ndarray, two: np.ndarray) -> Pair:
    """Return what is told of the ways between places, from the middle of the day on."""
    now = drawn.day + 0.5
    came = [now - drawn.taken[:, end] for end in (one, two)]
    goes = [drawn.lost[:, end] - now for end in (one, two)]
    since = [np.maximum(now - drawn.since[:, end], 0) for end in (one, two)]
    until = [np.maximum(drawn.until[:, end] - now, 0) for end in (one, two)]
    return Pair(
        np.minimum(*came), np.minimum(*goes), came[0] < came[1], goes[0] < goes[1],
        tuple(since), tuple(until),
    )  # fmt: skip


def _facing(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Return 1 where the first party has the first of two cells, -1 the second.

    Half of that along the edge of contested ground, 0 where there is no line.
    """
    weight = WEIGHTS[one, two]
    ahead = (one == FIRST) | (two == SECOND)
    return np.where(ahead, weight, -weight)
