"""On which days places changed hands: many on the days of an offensive, few on others.

A place tells an interval of days in which it changed hands.  Places tell together when
an offensive began and ended, though not to the day.  Each draw has its own answer to
that, the same for all places: in one they are all early, in another all late.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

SPAN = 30  # days to either side of a day asked for on which rates are told apart

# Chosen on intervals drawn from known rates, see the page docs/methodology.md
_LASTS = 10.0  # days for which a rate of changes lasts, in the mean
_LEVELS = np.geomspace(1 / 64, 64, 9)  # rates, by that of all days together
_OFTEN = _LEVELS**-0.5 / (_LEVELS**-0.5).sum()  # so that they are 1 in the mean
_ROUNDS = 10  # of days by their rates, and rates by the days


def drawn_days(
    earliest: np.ndarray,
    latest: np.ndarray,
    asked: Sequence[int],
    draws: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw a day from each interval, and with it how busy each day was.

    Parameters
    ----------
    earliest, latest : array of int
        First and last day of each interval.
    asked : sequence of int
        Days near to which it matters, see `SPAN`.
    draws : int
        Number of draws.
    rng : Generator
        Random numbers.

    Returns
    -------
    array of int, draws x intervals
        Days.  Those of an interval that are further from the days asked for are all as
        likely, at the rate of all changes together.

    Notes
    -----
    Changes come at a rate that goes on from one day to the next or, once in ten days,
    becomes one of nine from 1/64 to 64 times that of all days together, r times as much
    with a chance in proportion to r^-1/2, so that it is this in the mean: a Poisson
    process driven by a hidden Markov chain [1]_.  Days are drawn by the rates, and the
    rates by the days, ten times in turns; here the chain goes by days, and the days of
    changes are drawn too.

    References
    ----------
    .. [1] P. Fearnhead and C. Sherlock (2006), An exact Gibbs sampler for the
       Markov-modulated Poisson process, Journal of the Royal Statistical Society B
       68(5), 767-784.

    Examples
    --------
    Five places changed hands on day 3; when a sixth did is told to a week:

    >>> ends = np.array([3, 3, 3, 3, 3, 0]), np.array([3, 3, 3, 3, 3, 6])
    >>> found = drawn_days(*ends, [3], 1000, np.random.default_rng(0))
    >>> bool((found[:, 5] == 3).mean() > 0.5)
    True
    """
    near = np.unique([day + np.arange(-SPAN, SPAN + 1) for day in asked])
    if not len(earliest):
        return np.zeros((draws, 0), int)
    first = min(near[0], earliest.min())
    low, high, near = earliest - first, latest - first + 1, near - first
    count = max(high.max(), near[-1] + 1)
    base = len(low) / (latest.max() - earliest.min() + 1)
    rate = np.full((draws, count), base)
    found = _days(rate, low, high, rng)
    touches = np.searchsorted(near, low) < np.searchsorted(near, high)
    low, high = low[touches], high[touches]
    if (high - low > 1).any():
        for _ in range(_ROUNDS):
            busy = _per_day(found[:, touches], count)[:, near]
            rate[:, near] = base * _LEVELS[_levels(busy, base, rng)]
            found[:, touches] = _days(rate, low, high, rng)
    return first + found


def _days(
    rate: np.ndarray, low: np.ndarray, high: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Draw a day of each interval, each as likely as its rate, draws x intervals."""
    total = np.zeros((len(rate), rate.shape[1] + 1))
    np.cumsum(rate, axis=1, out=total[:, 1:])
    total /= 2 * total[:, -1:]  # from 0 to 1/2, of the next draw from 1, ...
    total += np.arange(len(rate))[:, None]
    begin, end = total[:, low], total[:, high]
    spot = begin + rng.random(begin.shape) * (end - begin)
    nth = np.searchsorted(total.ravel(), spot.ravel(), side="right") - 1
    nth = nth.reshape(spot.shape) - np.arange(len(rate))[:, None] * total.shape[1]
    return np.clip(nth, low, high - 1)


def _per_day(found: np.ndarray, days: int) -> np.ndarray:
    """Return how many changes were drawn for each day, draws x days."""
    place = found + np.arange(len(found))[:, None] * days
    count = np.bincount(place.ravel(), minlength=len(found) * days)
    return count.reshape(len(found), days)


def _levels(busy: np.ndarray, base: float, rng: np.random.Generator) -> np.ndarray:
    """Draw the number of each day's rate by its changes, draws x days."""
    counts = np.arange(busy.max() + 1)[:, None]
    fits = counts * np.log(_LEVELS) - base * _LEVELS
    fits = np.exp(fits - fits.max(axis=1, keepdims=True))[busy.T]
    new = _OFTEN / _LASTS
    now = np.broadcast_to(_OFTEN, fits.shape[1:])
    for day, fit in enumerate(fits):
        now = ((1 - 1 / _LASTS) * now + new) * fit
        now /= now.sum(axis=1, keepdims=True)
        fits[day] = now  # by what came up to this day
    luck = rng.random((2, *busy.T.shape))
    level = (fits.cumsum(axis=2) < luck[0, :, :, None]).sum(axis=2)
    level = np.minimum(level, len(_LEVELS) - 1)
    draw = np.arange(len(busy))
    for day in range(len(fits) - 2, -1, -1):
        goes_on = (1 - 1 / _LASTS) * fits[day, draw, level[day + 1]]
        stays = luck[1, day] * (goes_on + new[level[day + 1]]) < goes_on
        level[day, stays] = level[day + 1, stays]
    return level.T
