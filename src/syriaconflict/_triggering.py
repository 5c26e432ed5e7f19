"""A Poisson count with levels and triggering, fitted; and the levels to choose among.

Used by ``excitation``; the model is told there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from syriaconflict.phases import cut, dispersion, threshold

SHORTEST_HALF_LIFE = 0.5  # day: 3/4 of what an event triggers comes on the next day
_HALF_LIVES = 11  # tried at a time
_STEPS = 9  # towards the best branching
_HALVINGS = 14  # of an interval that holds a bound
_ALPHA = 0.05
LEVEL_COST = 4.0  # of a free level without a search for its place [-2 log likelihood]
_LADDER = (8, 4, 2, 1, 0.5)  # times the dispersion, from few cuts to many
_MOST = 40  # phases, at most, but for those that the dispersion itself gives
_WIDER = (1, 2, 4, 8)  # times the bandwidth
_TINY = 1e-300


class Background(NamedTuple):
    """One that may be: ``shape`` times a level from each of ``starts`` on."""

    kind: str
    shape: np.ndarray
    starts: np.ndarray
    cost: float


class Peak(NamedTuple):
    """The best branching for each of several half-lives, and its likelihood."""

    half_lives: np.ndarray
    branching: np.ndarray
    logl: np.ndarray


def cut_cost(n: np.ndarray, longest: float) -> float:
    """Return what a further phase costs, as in `phases` [-2 log likelihood]."""
    return threshold(len(n), _ALPHA, int(np.ceil(2 * longest)))


def cuts(n: np.ndarray, longest: float) -> list[Background]:
    """Return one level throughout, and phases from few to many.

    Each cut costs what `phases` asks of one, since its place was looked for.
    """
    even, apart = np.ones(len(n)), int(np.ceil(2 * longest))
    scale = dispersion(n, even, "clustered")
    found = {(0,): np.array([0])}
    for wide in _LADDER:
        given = {"scale": max(scale * wide, 1.0), "alpha": _ALPHA, "shortest": apart}
        starts = cut(n, even, **given)
        if wide >= 1 or len(starts) <= _MOST:
            found[tuple(starts)] = starts
    each = cut_cost(n, longest)
    return [
        Background("phases", even, starts, LEVEL_COST + each * (len(starts) - 1))
        for starts in found.values()
    ]


def kernels(n: np.ndarray, bandwidth: float) -> list[Background]:
    """Return the counts smoothed by kernels from ``bandwidth`` on, and one level.

    A kernel costs as many levels as the trace of its smoother.
    """
    from scipy.ndimage import gaussian_filter1d

    size, level = len(n), np.array([0])
    middle = np.zeros(2 * size + 1)
    middle[size] = 1
    found = [Background("kernel", np.ones(size), level, LEVEL_COST)]
    for wide in _WIDER:
        sd = wide * bandwidth
        weights = gaussian_filter1d(np.ones(size), sd, mode="constant")
        shape = gaussian_filter1d(n, sd, mode="constant") / weights
        own = gaussian_filter1d(middle, sd, mode="constant")[size]
        cost = LEVEL_COST * (own / weights).sum()
        found.append(Background("kernel", np.maximum(shape, 1e-9), level, cost))
    return found


def pressure(n: np.ndarray, half_lives: np.ndarray) -> np.ndarray:
    """Return the kernel mean of earlier counts, a row per half-life.

    What happened before the window is taken as the mean of its first 4 weeks.
    """
    from scipy.signal import lfilter

    before = n[:28].mean()
    rows = []
    for keep in 0.5 ** (1 / half_lives):
        later, _ = lfilter([1 - keep], [1, -keep], n[:-1], zi=[keep * before])
        rows.append(np.concatenate(([before], later)))
    return np.array(rows)


def peak(n: np.ndarray, ground: Background, first: float, last: float) -> Peak:
    """Return the best branching, from 0 to 1, for half-lives from first to last."""
    half_lives = np.geomspace(first, last, _HALF_LIVES)
    before = pressure(n, half_lives)
    low, high = np.zeros(len(before)), np.ones(len(before))
    _, at_low, level = levels(n, ground, before, low)
    at_high = levels(n, ground, before, high, level)[1]
    none, all_ = at_low <= 0, at_high >= 0
    for _ in range(_STEPS):  # regula falsi in the form called Illinois
        with np.errstate(invalid="ignore", divide="ignore"):
            middle = (low * at_high - high * at_low) / (at_high - at_low)
        middle = np.where(none | all_ | ~np.isfinite(middle), low, middle)
        _, slope, level = levels(n, ground, before, middle, level)
        up = slope > 0
        low, high = np.where(up, middle, low), np.where(up, high, middle)
        at_low, at_high = (
            np.where(up, slope, at_low / 2),
            np.where(up, at_high / 2, slope),
        )
    best = np.select([none, all_], [0.0, 1.0], np.where(up, low, high))
    rate = levels(n, ground, before, best)[0]
    return Peak(half_lives, best, _likelihood(n, rate))


def rate_at(n: np.ndarray, ground: Background, top: Peak) -> tuple[np.ndarray, float]:
    """Return the rate of each day at the best of a peak, and what was triggered [1]."""
    at = top.logl.argmax()
    before, branching = pressure(n, top.half_lives[[at]]), top.branching[[at]]
    rate = levels(n, ground, before, branching)[0][0]
    return rate, (branching * before[0] / rate * n).sum() / n.sum()


def refined(n: np.ndarray, ground: Background, top: Peak, floor: float) -> Peak:
    """Return the peak between the half-lives beside those that reach a floor."""
    inside = np.flatnonzero(top.logl >= floor)
    first, last = max(inside[0] - 1, 0), min(inside[-1] + 1, len(top.logl) - 1)
    return peak(n, ground, top.half_lives[first], top.half_lives[last])


def bounds(
    n: np.ndarray, ground: Background, top: Peak, floor: float
) -> tuple[float, float, float, float]:
    """Return lowest and highest branching and half-life that reach a floor."""
    before, best = pressure(n, top.half_lives), top.branching[top.logl.argmax()]
    ends = [_bound(n, ground, before, (best, limit), floor) for limit in (0.0, 1.0)]
    inside = top.half_lives[top.logl >= floor]
    return ends[0], ends[1], inside[0], inside[-1]


def levels(
    n: np.ndarray,
    ground: Background,
    before: np.ndarray,
    branching: np.ndarray,
    level: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rates, their slope by branching and the levels that are most likely.

    One row per half-life; Newton's steps for all levels at once.  The slope of the
    likelihood by a level falls with it, so that each has one best value.
    """
    shape, starts = ground.shape, ground.starts
    lengths = np.diff([*starts, len(n)])
    time = np.add.reduceat(shape, starts)
    most = np.add.reduceat(n, starts) / time + 1e-12
    triggered = branching[:, None] * before
    if level is None:
        level = np.maximum((1 - branching[:, None]) * most, 1e-12)
    for _ in range(40):
        rate = np.repeat(level, lengths, axis=1) * shape + triggered
        weight = n * shape / np.maximum(rate, _TINY)
        slope = np.add.reduceat(weight, starts, axis=1) - time
        bend = np.add.reduceat(weight * shape / np.maximum(rate, _TINY), starts, axis=1)
        step = slope / np.maximum(bend, _TINY)
        new = np.maximum(np.clip(level + step, level / 5, most), 1e-12)
        done = np.abs(new - level).max() < 1e-7 * most.max()
        level = new
        if done:
            break
    rate = np.maximum(np.repeat(level, lengths, axis=1) * shape + triggered, _TINY)
    return rate, ((n / rate - 1) * before).sum(axis=1), level


def _likelihood(n: np.ndarray, rate: np.ndarray) -> np.ndarray:
    return (n * np.log(rate) - rate).sum(axis=-1)


def _bound(
    n: np.ndarray,
    ground: Background,
    before: np.ndarray,
    between: tuple[float, float],
    floor: float,
) -> float:
    """Return the branching between the best and a limit where likelihood is ``floor``.

    The half-life is free; the outer end of the last step is returned.
    """
    inner, outer = between
    level = None
    for _ in range(_HALVINGS):
        tried = outer if level is None else (inner + outer) / 2
        given = np.full(len(before), tried)
        rate, _, level = levels(n, ground, before, given, level)
        if _likelihood(n, rate).max() >= floor:
            if tried == outer:
                return outer
            inner = tried
        else:
            outer = tried
    return outer
