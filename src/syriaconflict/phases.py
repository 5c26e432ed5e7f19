"""Phases of a count series: when the rate changed, and how surely.

A phase is a stretch of periods with one rate.  The number of phases and their bounds
minimise a penalised Poisson likelihood, exactly (PELT).  What is found are changes of
what was reported: see ``coverage.breaks`` for those that the press made itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from syriaconflict.filters import codes

COSTS = {
    "poisson": "counts that vary as independent events do",
    "dispersed": "independent periods, but more spread than Poisson counts",
    "clustered": "counts that also cluster over weeks, as self-excited ones do",
}
Counts = pd.Series | Sequence[float] | np.ndarray

_LONGEST_BLOCK = 64  # periods; two of them span the clusters that are looked for
_BLOCKS = 16  # a series is long enough for a block if it holds so many
_KEPT = 0.6  # share of block differences, the smallest, that no change point spoils
_ENOUGH = 10  # events in a pair of blocks from which chi-squared holds
_INTERVAL = -2 * np.log(1 - np.sqrt(0.9))  # 90 % of two-sided Brownian motion: 5.94
_TINY = 1e-300


def phases(
    counts: Counts,
    *,
    days: Counts | None = None,
    cost: str = "clustered",
    alpha: float = 0.05,
    shortest: int = 7,
) -> pd.DataFrame:
    """Cut a count series into phases of constant rate.

    Minimised over all ways of cutting is -2 log likelihood / ``scale`` + penalty x
    number of phases, by dynamic programming with the pruning of PELT.  The penalty is
    the level that the likelihood ratio of one cut, at its best place, exceeds with
    probability ``alpha`` in a constant series (crossing of a standardised Brownian
    bridge).  It guards a constant series as a whole, and each phase of a longer one.

    Parameters
    ----------
    counts : Series or sequence of float
        Events per period [events], every period there, quiet ones with 0: such as
        ``tempo(...)["n"]`` of one group.  Fractions are allowed; they come from
        events on an unknown day, which blur the date of a change by as much as they
        are spread, and the intervals do not know it: compare ``n_low``.
    days : Series or sequence of float, optional
        Length of each period [day], such as the ``days`` of `tempo.periods`; needed
        where the first and last are clipped or months differ.  Left out, every period
        counts alike.
    cost : str, default "clustered"
        One of `COSTS`: what a constant rate looks like.  "poisson": ``scale`` 1.
        "dispersed": quasi-Poisson with the dispersion from period to period.
        "clustered": with the largest dispersion of blocks of 1, 2, 4, ... 64 periods.
    alpha : float, default 0.05
        Nominal chance that a constant series shows any change; see the notes.
    shortest : int, default 7
        Length of the shortest phase [periods].

    Returns
    -------
    DataFrame
        One row a phase, indexed by ``phase`` from 0, columns

        - ``start``, ``end`` (as the index of ``counts``): labels of its first and last
          period; ``periods`` (int); ``n`` (float) [events];
        - ``rate`` (float) [events per day with ``days``, else per period] = n / length;
          ``rate_p05``, ``rate_p95``: middle 90 % of a gamma distribution with shape
          n / scale + 1/2 (Jeffreys prior) and rate length / scale.  A quiet phase has
          the rate 0, below ``rate_p05``;
        - ``start_low``, ``start_high``: first and last place of the change that begins
          the phase, 90 % by profile likelihood, the neighbouring changes held; missing
          in the first phase, whose start is that of the window;
        - ``dispersion`` (float) [1]: Pearson's, of the periods within the phase, 1 for
          Poisson counts; missing where it has no event or one period;
        - ``scale`` (float) [1]: dispersion that the cost and the intervals assume.

    Raises
    ------
    ValueError
        If counts are missing, negative or not finite, a period is absent or not in
        order, ``days`` does not fit, or a setting is out of range.
    TypeError
        If ``counts`` is a frame, or a series of several groups.

    Notes
    -----
    Measured in ``benchmarks/phases.py`` (200 series a case, 0.1 to 10 events a day):
    with the default cost a constant series shows a change in 1-4 % of cases if Poisson,
    1-5 % if its variance is 3 x the mean, 22-33 % if self-excited (branching 0.5,
    half-life 7 days): phases of such a series are partly its clusters.  With the cost
    "poisson" 3-9 % of Poisson series do, and nearly all others.  Of the dates found the
    intervals hold 94-100 % (self-excited: 81-92 %).

    References
    ----------
    Killick, Fearnhead and Eckley 2012, Optimal detection of changepoints with a linear
    computational cost, arXiv:1101.1438 (PELT).  Hansen 2000, Sample splitting and
    threshold estimation, Econometrica 68, 575-603 (intervals by inverting the
    likelihood ratio).  The scale of the costs is our own.

    Examples
    --------
    >>> found = phases([1] * 30 + [5] * 30)
    >>> found[["start", "end", "rate", "start_low", "start_high"]].values.tolist()
    [[0, 29, 1.0, <NA>, <NA>], [30, 59, 5.0, 29, 30]]
    """
    series = check_counts(counts)
    length = check_days(days, series)
    codes(cost, COSTS, "cost")
    _refuse_settings(alpha, shortest)
    n = series.to_numpy()
    scale = dispersion(n, length, cost)
    starts = cut(n, length, scale=scale, alpha=alpha, shortest=shortest)
    table = _described(n, length, starts, scale)
    return _labelled(table, series.index, starts)


def background(
    found: pd.DataFrame, counts: Counts, *, days: Counts | None = None
) -> pd.Series:
    """Return the events expected in each period from the rate of its phase.

    Parameters
    ----------
    found : DataFrame
        Result of `phases` for these counts.
    counts : Series or sequence of float
        The counts that were cut.
    days : Series or sequence of float, optional
        Length of each period [day], if `phases` was given it.

    Returns
    -------
    Series of float
        Named ``expected`` [events], on the index of ``counts``; 0 in a quiet phase.
        Over each phase it adds up to the events counted.

    Raises
    ------
    ValueError
        If ``found`` is of another series, or of other ``days``.

    Examples
    --------
    >>> counts = [1] * 30 + [5] * 30
    >>> background(phases(counts), counts).iloc[[0, 29, 30]].tolist()
    [1.0, 1.0, 5.0]
    """
    series = check_counts(counts)
    length = check_days(days, series)
    periods = found["periods"].to_numpy()
    expected = np.repeat(found["rate"].to_numpy(), periods)
    fits = len(expected) == len(series)
    if fits:
        expected = expected * length
        begins = np.cumsum(periods) - periods
        fits = np.allclose(np.add.reduceat(expected, begins), found["n"])
        fits &= np.allclose(np.add.reduceat(series.to_numpy(), begins), found["n"])
    if not fits:
        msg = (
            f"found holds {len(found)} phases of {periods.sum()} periods and does not "
            f"fit these {len(series)} counts and days, wanted the result of phases() "
            "for them; call it with the same counts and days"
        )
        raise ValueError(msg)
    return pd.Series(expected, index=series.index, name="expected")


def check_counts(counts: Counts) -> pd.Series:
    """Return counts as a complete series of floats, or say what is wrong with them.

    Parameters
    ----------
    counts : Series or sequence of float
        Events per period, indexed by day, period or number.

    Returns
    -------
    Series of float
        A new series; a sequence is numbered from 0.

    Raises
    ------
    ValueError, TypeError
        As `phases`.

    Examples
    --------
    >>> check_counts([2, 0, 1]).tolist()
    [2.0, 0.0, 1.0]
    """
    if isinstance(counts, pd.DataFrame) or (
        isinstance(counts, pd.Series) and isinstance(counts.index, pd.MultiIndex)
    ):
        msg = (
            "counts is a frame or a series of several groups, wanted the series of "
            "one: tempo(...)['n'], and of a group .xs('hama', level='front_id')"
        )
        raise TypeError(msg)
    try:
        series = pd.Series(counts, dtype="float64", copy=True)
    except (TypeError, ValueError) as error:
        msg = f"counts cannot be read as numbers ({error}), wanted events per period"
        raise ValueError(msg) from None
    wrong = series[~(np.isfinite(series) & (series >= 0))]
    if series.empty or len(wrong):
        what = f"{wrong.iloc[0]} at {wrong.index[0]}" if len(wrong) else "no period"
        msg = (
            f"counts: {what}, wanted a number of events, 0 or more, for each period; "
            "a quiet one has 0, one that nobody watched must be cut off"
        )
        raise ValueError(msg)
    return series


def check_days(days: Counts | None, series: pd.Series) -> np.ndarray:
    """Return the length of each period of a series, and refuse one with gaps.

    Parameters
    ----------
    days : Series or sequence of float, optional
        Lengths [day]; left out, every period has the length 1.
    series : Series
        Counts from `check_counts`.

    Returns
    -------
    ndarray of float
        One length a period.

    Raises
    ------
    ValueError
        If lengths do not fit, or periods are absent, repeated or not in order.

    Examples
    --------
    >>> check_days(None, pd.Series([3.0, 1.0])).tolist()
    [1.0, 1.0]
    """
    _refuse_gaps(series.index, spaced=days is None)
    if days is None:
        return np.ones(len(series))
    same = not isinstance(days, pd.Series) or days.index.equals(series.index)
    length = np.asarray(days, dtype="float64")
    fits = same and length.shape == (len(series),)
    if not fits or not (np.isfinite(length) & (length > 0)).all():
        msg = (
            f"days has {length.size} values, wanted one above 0 for each of the "
            f"{len(series)} periods, on the same index; take periods(...)['days'] of "
            "the same window"
        )
        raise ValueError(msg)
    return length


def dispersion(n: np.ndarray, length: np.ndarray, cost: str) -> float:
    """Estimate how much more a count varies than a Poisson one, whatever the rate does.

    The parts x and y of a pair of neighbouring blocks are compared by (x - p s)^2 /
    (s p (1 - p)), s = x + y, p the share of the first in their length: of mean 1 under
    Poisson, and spoilt by a change of rate only in the few pairs that hold it.  The
    smallest 60 % are averaged and divided by what chi-squared gives there; where half
    of the pairs hold fewer than 10 events, all are averaged, weighed by their events.

    Parameters
    ----------
    n, length : ndarray
        Events and length [day] of each period.
    cost : str
        One of `COSTS`.

    Returns
    -------
    float
        At least 1; exactly 1 for "poisson".

    Examples
    --------
    >>> import numpy as np
    >>> dispersion(np.tile([0.0, 40.0], 50), np.ones(100), "dispersed") > 10
    True
    """
    from scipy.stats import chi2

    # chi-squared (1) below its quantile q has the mean P(chi-squared (3) < q) / 0.6
    kept_mean = chi2.cdf(chi2.ppf(_KEPT, 1), 3) / _KEPT
    largest = {"poisson": 0, "dispersed": 1, "clustered": _LONGEST_BLOCK}[cost]
    found, block = 1.0, 1
    while block <= largest and (block == 1 or block * _BLOCKS <= len(n)):
        values, total = _block_differences(n, length, block)
        if not len(total):
            break
        mean = (values * total).sum() / total.sum()
        if np.median(total) >= _ENOUGH:
            mean = values[values <= np.quantile(values, _KEPT)].mean() / kept_mean
        found, block = max(found, mean), 2 * block
    return float(found)


def cut(
    n: np.ndarray, length: np.ndarray, *, scale: float, alpha: float, shortest: int
) -> np.ndarray:
    """Return the numbers of the periods that begin a phase, the first of them 0.

    Parameters
    ----------
    n, length : ndarray
        Events and length [day] of each period.
    scale, alpha, shortest
        As in `phases`.

    Returns
    -------
    ndarray of int
        One number a phase.

    Examples
    --------
    >>> import numpy as np
    >>> n = np.repeat([1.0, 5.0], 30)
    >>> cut(n, np.ones(60), scale=1, alpha=0.05, shortest=7).tolist()
    [0, 30]
    """
    size = len(n)
    if size < 2 * shortest:
        return np.array([0])
    penalty = threshold(size, alpha, shortest)
    events, time = _cumulated(n), _cumulated(length)
    best = np.full(size + 1, np.inf)
    best[0] = -penalty
    origin = np.zeros(size + 1, dtype="int64")
    begins, until = np.empty(0, "int64"), np.empty(0, "int64")
    for end in range(shortest, size + 1):
        if end == shortest or end >= 2 * shortest:
            begins = np.append(begins, end - shortest)
            until = np.append(until, size + 1)
        inside = np.maximum(events[end] - events[begins], _TINY)
        gain = inside * np.log(inside / (time[end] - time[begins]))
        value = best[begins] - 2 / scale * gain
        at = value.argmin()
        best[end], origin[end] = value[at] + penalty, begins[at]
        if end % 8 == 0:  # a beginning that lost now may still win for `shortest` more
            until = np.where(
                value > best[end], np.minimum(until, end + shortest), until
            )
            begins, until = begins[until > end], until[until > end]
    starts = [origin[size]]
    while starts[-1]:
        starts.append(origin[starts[-1]])
    return np.array(starts[::-1])


def threshold(size: int, alpha: float, shortest: int) -> float:
    """Return the likelihood ratio that the best cut of a constant series rarely passes.

    For the maximum of a squared standardised Brownian bridge over (h, 1 - h), h =
    shortest / size, P(max > x) = sqrt(x / 2 pi) exp(-x / 2) (S (1 - 1/x) + 4/x) with
    S = 2 log((1 - h) / h), as x grows.

    Parameters
    ----------
    size : int
        Periods in the series.
    alpha : float
        Chance of passing it.
    shortest : int
        Length of the shortest phase [periods].

    Returns
    -------
    float
        The penalty of `phases` [-2 log likelihood].

    Examples
    --------
    >>> round(threshold(1000, 0.05, 7), 1)
    11.0
    """
    span = 2 * np.log(max(size / shortest - 1, 1))
    low, high = 3.0, 200.0
    for _ in range(60):
        x = (low + high) / 2
        chance = np.sqrt(x / 2 / np.pi) * np.exp(-x / 2) * (span * (1 - 1 / x) + 4 / x)
        low, high = (x, high) if chance > alpha else (low, x)
    return high


def _refuse_settings(alpha: float, shortest: int) -> None:
    if isinstance(alpha, str) or not 1e-9 <= alpha <= 0.5:
        msg = f"alpha is {alpha!r}, wanted a probability up to 0.5, such as 0.05"
        raise ValueError(msg)
    whole = isinstance(shortest, (int, np.integer)) and not isinstance(shortest, bool)
    if not whole or shortest < 1:
        msg = f"shortest is {shortest!r}, wanted a number of periods, 1 or more"
        raise ValueError(msg)


def _refuse_gaps(index: pd.Index, *, spaced: bool) -> None:
    """Refuse periods that are repeated, out of order or (without lengths) absent."""
    dated = isinstance(index, pd.DatetimeIndex)
    if not dated and not pd.api.types.is_integer_dtype(index):
        msg = (
            f"counts are indexed by {index.dtype}, wanted the first day of each period "
            "(datetime) or its number; set_axis(pd.to_datetime(...))"
        )
        raise ValueError(msg)
    complete = index.is_monotonic_increasing and index.is_unique and not index.hasnans
    if complete and not dated:
        complete = index[-1] - index[0] == len(index) - 1
    elif complete and spaced:
        complete = _evenly(index)
    if not complete:
        msg = (
            "counts: periods are absent, repeated or not in order, wanted each once, "
            "in order, quiet ones with 0; sort_index(), then asfreq('D', fill_value=0) "
            "or tempo(), which gives every period of a window"
        )
        raise ValueError(msg)


def _evenly(index: pd.DatetimeIndex) -> bool:
    """Tell whether labels are as many days, or as many months, apart."""
    months = index.year * 12 + index.month
    by_month = len(np.unique(np.diff(months))) < 2 and index.day.nunique() < 2
    return by_month or len(np.unique(np.diff(index))) < 2


def _cumulated(values: np.ndarray) -> np.ndarray:
    return np.concatenate(([0.0], np.cumsum(values)))


def _block_differences(
    n: np.ndarray, length: np.ndarray, block: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the scaled squared difference of neighbouring blocks and their events."""
    events, time = _cumulated(n), _cumulated(length)
    total = events[2 * block :] - events[: -2 * block]
    first = events[block:-block] - events[: -2 * block]
    share = time[block:-block] - time[: -2 * block]
    share = share / (time[2 * block :] - time[: -2 * block])
    some = total > 1e-9
    total, first, share = total[some], first[some], share[some]
    return (first - total * share) ** 2 / (total * share * (1 - share)), total


def _described(
    n: np.ndarray, length: np.ndarray, starts: np.ndarray, scale: float
) -> pd.DataFrame:
    from scipy.special import gammaincinv

    periods = np.diff([*starts, len(n)])
    events, time = np.add.reduceat(n, starts), np.add.reduceat(length, starts)
    rate = events / time
    expected = np.repeat(rate, periods) * length
    squared = (n - expected) ** 2 / np.where(expected > 0, expected, np.nan)
    free = np.where(periods > 1, periods - 1, np.nan)
    shape = events / scale + 0.5
    return pd.DataFrame(
        {
            "periods": periods,
            "n": events,
            "rate": rate,
            "rate_p05": gammaincinv(shape, 0.05) * scale / time,
            "rate_p95": gammaincinv(shape, 0.95) * scale / time,
            **_interval(n, length, starts, scale),
            "dispersion": np.add.reduceat(squared, starts) / free,
            "scale": scale,
        }
    )


def _interval(
    n: np.ndarray, length: np.ndarray, starts: np.ndarray, scale: float
) -> dict[str, np.ndarray]:
    """Return the first and last likely place of each change but the window's start."""
    events, time = _cumulated(n), _cumulated(length)
    bounds = [*starts, len(n)]
    low, high = np.zeros(len(starts), "int64"), np.zeros(len(starts), "int64")
    for k in range(1, len(starts)):
        places = np.arange(bounds[k - 1] + 1, bounds[k + 1])
        value = np.zeros(len(places))
        for one, other in ((bounds[k - 1], places), (places, bounds[k + 1])):
            inside = np.maximum(events[other] - events[one], _TINY)
            value += 2 / scale * inside * np.log(inside / (time[other] - time[one]))
        likely = places[value >= value[starts[k] - bounds[k - 1] - 1] - _INTERVAL]
        low[k], high[k] = likely[0], likely[-1]
    return {"start_low": low, "start_high": high}


def _labelled(table: pd.DataFrame, index: pd.Index, starts: np.ndarray) -> pd.DataFrame:
    """Put the labels of periods in the place of their numbers."""
    ends = np.append(starts[1:], len(index)) - 1
    changes = {
        name: pd.Series(index[table[name]]).convert_dtypes().mask(table.index == 0)
        for name in ("start_low", "start_high")
    }
    table = table.assign(**changes)
    table.insert(0, "start", index[starts])
    table.insert(1, "end", index[ends])
    return table.rename_axis("phase")
