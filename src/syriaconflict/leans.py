"""How a line goes on where it runs out into ground without places.

It goes on straight, at an angle to the way straight out between its last two places.
The sine of that angle is uniform on -1 to 1, as of all straight lines that cross the
way from the one to the other.  On two days it goes on in one direction, whatever the
two places: a line that moves keeps its direction as long as nothing tells otherwise.
"""

from __future__ import annotations

import numpy as np

from syriaconflict.strips import Strips

_ROUNDS = 8  # angles tried for one that fits the places of both days


def leans(
    ways: Strips, before: np.ndarray, after: np.ndarray, rng: np.random.Generator
) -> list[np.ndarray]:
    """Draw how far aside the line runs at its ends, by the way ahead.

    Parameters
    ----------
    ways : Strips
        Pairs of places; an end is one of them with ``swing_km2`` on a side.
    before, after : array of bool, draws x ends
        Whether the line ran out there, on either day.
    rng : Generator
        Random numbers.

    Returns
    -------
    list of array of float, draws x ends
        One a day: the tangent of the angle from straight out towards the second place.

    Notes
    -----
    An end of the second day takes the direction of the nearest end of the first in the
    same draw.  Of the directions of that one, those are drawn that cross the way
    between the last two places of either day, each as likely as its angle to them
    says; where none of 8 does, the second day's angle is drawn for itself.
    """
    end, side = np.nonzero(ways.swing_km2)
    out, turn, spot = _outward(ways, end, side)
    angle = np.arcsin(rng.uniform(-1, 1, (_ROUNDS, *before.shape)))
    found = [angle[0].copy(), angle[1].copy()]
    draw = np.arange(len(before))
    ends = np.flatnonzero(before.any(axis=0))
    for nth in np.flatnonzero(after.any(axis=0)) if len(ends) else ():
        away = np.hypot(*(spot[ends] - spot[nth]).T)
        away = np.where(before[:, ends], away, np.inf)
        was = ends[away.argmin(axis=1)]
        open_ = np.isfinite(away.min(axis=1)) & after[:, nth]
        for tried in angle:
            ahead = out[was] + turn[was] * tried[draw, was] - out[nth]
            ahead = (turn[nth] * ahead + np.pi) % (2 * np.pi) - np.pi
            fits = (was == nth) | (rng.random(len(draw)) < np.cos(ahead))
            fits &= open_
            ahead = np.where(was == nth, tried[draw, was], ahead)  # to the last bit
            found[0][fits, was[fits]] = tried[fits, was[fits]]
            found[1][fits, nth] = ahead[fits]
            open_ &= ~fits
    return [np.tan(one) for one in found]


def _outward(
    ways: Strips, end: np.ndarray, side: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return of each end the direction straight out, the sense of a lean, and where."""
    one, two = (ways.spots_km[at[end]] for at in (ways.one, ways.two))
    x, y = (two - one).T
    turn = np.where(side == 1, -1, 1)  # towards the second place: on its left, right
    out = np.arctan2(y, x) - turn * np.pi / 2
    length = np.sqrt(2 * ways.swing_km2[end, side])
    ahead = np.column_stack([np.cos(out), np.sin(out)]) * length[:, None]
    return out, turn, (one + two) / 2 + ahead / 2
