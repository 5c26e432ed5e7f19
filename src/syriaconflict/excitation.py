"""Do events bring events: self-excitation of a daily count, and its burstiness.

Clusters come from events that trigger events, and from a rate that moves for reasons
of its own.  Counts alone cannot always tell the two apart; what can be told depends on
the background that is allowed to move, so two are tried and both are shown.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from syriaconflict.filters import Names, codes, require
from syriaconflict.phases import Counts, check_counts, check_days, cut, dispersion
from syriaconflict.vocabulary import COUNTED_MODALITIES, EVENT_CLASSES

_FEWEST = 200  # events, below which branching cannot be told from chance
_SHORTEST_HALF_LIFE = 0.5  # day: 3/4 of what an event triggers comes on the next day
_HALF_LIVES = 21  # tried at a time
_REGION = 4.605  # 90 % of chi-squared with 2 degrees, for two parameters at once
_HALVINGS = 14  # of an interval that holds a bound
_ALPHA = 0.05
_TINY = 1e-300
_MIDDLE = (0.05, 0.95)
_DRAWS = 400  # of evenly strewn events for the band of burstiness
_DAY = pd.Timedelta(days=1)


def excitation(
    counts: Counts, *, longest: float = 14.0, bandwidth: float = 56.0
) -> pd.DataFrame:
    """Estimate which part of the events of a daily series earlier events triggered.

    The count of a day is Poisson with rate background + branching x sum over k of g(k)
    n(t - k), g(k) = (1 - r) r^(k - 1), r = 0.5^(1 / half-life): the discrete form of a
    Hawkes process with exponential kernel.  The levels of the background, branching
    and half-life are fitted together by maximum likelihood, on two backgrounds.

    Parameters
    ----------
    counts : Series or sequence of int
        Events on each day [events], quiet days with 0, such as ``tempo(events, "D",
        ...)["n_low"]`` of one group.  Whole numbers: an event that is spread over the
        days on which it may have happened looks like several that follow each other.
    longest : float, default 14
        Longest half-life that is tried [day]; the shortest is 0.5.
    bandwidth : float, default 56
        Standard deviation of the Gaussian kernel [day], at least 4 x ``longest``.

    Returns
    -------
    DataFrame
        Two rows, indexed by ``background``.  "phases": a level of its own in each
        phase, cut as `phases` does with the cost "clustered" and phases of at least 2
        x ``longest`` days.  "kernel": the smoothed counts times one level.  Columns

        - ``branching`` (float) [events per event]: mean number that an event triggers
          itself, from 0 to 1, both limits of the search;
        - ``half_life`` (float) [day] of the triggering; missing if branching is 0;
        - ``branching_p05``, ``_p95``, ``half_life_p05``, ``_p95``: ends of the joint 90
          % region by profile likelihood, given the background; where it takes in
          branching 0, every half-life fits and that interval says nothing;
        - ``share`` (float) [1]: part of the events that was triggered;
        - ``at_limit`` (bool): the region reaches the longest half-life tried, so that
          the background may be at work;
        - ``dispersion`` (float) [1]: of the counts about the fit; above 1 the
          intervals are widened by it;
        - ``phases`` (int): number of levels; ``n`` (int) [events]; ``days`` (int).

    Raises
    ------
    ValueError
        If there are fewer than 200 events, days are absent, counts are not whole, or a
        setting is out of range.
    TypeError
        If ``counts`` is a frame, or a series of several groups.

    Notes
    -----
    Events that trigger others on the same day count as background.  A background that
    may move takes over part of what excitation does, the more the longer the
    half-life; one that may not leaves its own moves to excitation.  So steps bias the
    row "kernel" upwards, and smooth waves may bias "phases" upwards; else both are too
    low.  Only what both rows say is said by the counts, and a shared cause of short
    bursts (an offensive, a wave of reporting) is excitation to either.  Bias and
    coverage as measured: ``benchmarks/excitation.py`` and ``docs/methodology.md``.

    For context: 37-50 % of violent events in Iraq, lasting two to six weeks at most
    (Lewis et al. 2012).

    References
    ----------
    Lewis, Mohler, Brantingham and Bertozzi 2012, Self-exciting point process models of
    civilian deaths in Iraq, Security Journal 25, 244-264, doi:10.1057/sj.2011.21.  The
    discrete form, the choice of backgrounds and the intervals are our own.

    Examples
    --------
    >>> import numpy as np
    >>> step = np.random.default_rng(3).poisson(np.repeat([1, 4], 300))
    >>> found = excitation(step)
    >>> found["phases"].tolist(), bool((found["branching_p05"] < 0.1).any())
    ([2, 1], True)
    """
    _refuse_span(longest, bandwidth)
    n = _daily(counts)
    size = len(n)
    even = np.ones(size)
    scale = dispersion(n, even, "clustered")
    apart = int(np.ceil(2 * longest))
    starts = cut(n, even, scale=scale, alpha=_ALPHA, shortest=apart)
    backgrounds = {
        "phases": (even, starts),
        "kernel": (_smoothed(n, bandwidth), np.array([0])),
    }
    rows = {name: _fit(n, *given, longest) for name, given in backgrounds.items()}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("background")
    return table.assign(n=int(n.sum()), days=size)


def burstiness(
    events: pd.DataFrame | pd.Series, *, classes: Names | None = None
) -> pd.Series:
    """Measure whether events come in bursts, evenly or as by chance.

    With r = standard deviation / mean of the m intervals between neighbouring events,
    B = (sqrt(m + 1) r - sqrt(m - 1)) / ((sqrt(m + 1) - 2) r + sqrt(m - 1)): 1 if all
    intervals but one are 0, 0 where events are strewn evenly at random, -1 where all
    intervals are equal, for any number of events.

    Parameters
    ----------
    events : Series of datetime or DataFrame
        The day of each event, or rows of the ``events`` table: of these counted are
        discrete ones that happened, on one known day, of the ``classes``.
    classes : str or list of str, optional
        Event classes to count; wanted with a frame, refused with days.

    Returns
    -------
    Series of float
        Named ``burstiness``, indexed by

        - ``b``: each event at a time of its own, evenly at random within its day, the
          squares of intervals averaged over these times.  Bursts within a day are
          invisible, and events exactly a week apart give -0.90, not -1;
        - ``b_days``: of the intervals in whole days, those of one day being 0.  With
          several events a day this is above 0 for events strewn at random;
        - ``chance_p05``, ``chance_p95``: middle 90 % of ``b`` if as many events fell on
          the same span of days at random (400 draws, the same each time);
        - ``n`` [events] counted; ``tied`` [events]: those that share their day with an
          earlier one; ``left_out`` [events]: not counted, for want of a known day or,
          in a frame, of what is asked for; ``mean_days`` [day]: mean interval.

    Raises
    ------
    ValueError
        If fewer than 3 events can be counted, all fall on one day, a class is unknown
        or none is given for a frame, or days carry a time zone.
    TypeError
        If ``events`` is neither a frame nor days.

    Notes
    -----
    A rate that changes makes B positive as bursts do: read it within a phase.  The
    formula is Kim and Jo's with their n, events on a circle and so also intervals,
    replaced by the number of intervals m: between the first and the last of m + 1
    events the others divide the span as m - 1 points at random do, for which the mean
    of r^2 is (m - 1) / (m + 1).

    References
    ----------
    Kim and Jo 2016, Measuring burstiness for finite event sequences, Physical Review E
    94, 032311, doi:10.1103/PhysRevE.94.032311.

    Examples
    --------
    >>> days = pd.Series(pd.date_range("2017-01-02", periods=52, freq="7D"))
    >>> burstiness(days)[["b", "b_days", "n", "tied"]].round(2).tolist()
    [-0.9, -1.0, 52.0, 0.0]
    """
    dates = _known_days(events, classes)
    day = ((dates - dates.min()) // _DAY).to_numpy()
    if len(day) < 3 or not day.any():
        msg = (
            f"{len(day)} of {len(events)} events can be counted, on "
            f"{dates.nunique()} days, wanted 3 events on 2 days or more; widen the "
            "classes or the window"
        )
        raise ValueError(msg)
    perday = np.bincount(day)
    gaps = np.diff(np.sort(day)).astype("float64")
    low, high = _by_chance(len(day), len(perday))
    told = {
        "b": _corrected(*_moments(perday)),
        "b_days": _corrected(gaps.mean(), (gaps**2).mean(), len(gaps)),
        "chance_p05": low,
        "chance_p95": high,
        "n": len(day),
        "tied": len(day) - np.count_nonzero(perday),
        "left_out": len(events) - len(day),
        "mean_days": gaps.mean(),
    }
    return pd.Series(told, dtype="float64", name="burstiness")


def _refuse_span(longest: float, bandwidth: float) -> None:
    for name, value in (("longest", longest), ("bandwidth", bandwidth)):
        if isinstance(value, (str, bool)) or not 1 <= value < np.inf:
            msg = f"{name} is {value!r}, wanted a number of days, 1 or more"
            raise ValueError(msg)
    if bandwidth < 4 * longest:
        msg = (
            f"bandwidth is {bandwidth:g} and longest {longest:g} days, wanted a "
            f"bandwidth of 4 x longest = {4 * longest:g} or more: a narrower kernel "
            "follows the clusters themselves"
        )
        raise ValueError(msg)


def _daily(counts: Counts) -> np.ndarray:
    series = check_counts(counts)
    check_days(None, series)
    index = series.index
    steps = index[1:] - index[:-1] if isinstance(index, pd.DatetimeIndex) else None
    if steps is not None and (steps != _DAY).any():
        msg = f"counts step by {steps.max()}, wanted days; tempo(events, 'D', ...)"
        raise ValueError(msg)
    n = series.to_numpy()
    if (n % 1 != 0).any():
        msg = (
            f"{(n % 1 != 0).sum()} of {len(n)} counts are no whole numbers, wanted "
            "events of a known day: one spread over days looks like several that "
            "follow each other; take the n_low of tempo()"
        )
        raise ValueError(msg)
    if n.sum() < _FEWEST:
        msg = (
            f"counts hold {n.sum():.0f} events, wanted {_FEWEST} or more: with fewer, "
            "excitation cannot be told from chance; take a longer window or burstiness"
        )
        raise ValueError(msg)
    return n


def _smoothed(n: np.ndarray, bandwidth: float) -> np.ndarray:
    """Return the Gaussian mean of counts, of those inside the window at its edges."""
    from scipy.ndimage import gaussian_filter1d

    weighed = gaussian_filter1d(n, bandwidth, mode="constant")
    weights = gaussian_filter1d(np.ones(len(n)), bandwidth, mode="constant")
    return np.maximum(weighed / weights, 1e-9)


def _pressure(n: np.ndarray, half_lives: np.ndarray) -> np.ndarray:
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


def _fit(
    n: np.ndarray, shape: np.ndarray, starts: np.ndarray, longest: float
) -> dict[str, float]:
    """Fit one background: levels times ``shape``, one for each of ``starts``."""
    half_lives = np.geomspace(_SHORTEST_HALF_LIFE, longest, _HALF_LIVES)
    for _ in range(2):  # the second time between the ends of what the first found
        pressure = _pressure(n, half_lives)
        branching, logl = _branchings(n, shape, pressure, starts)
        at = logl.argmax()
        rate = _levels(n, shape, pressure[[at]], starts, branching[[at]])[0][0]
        free = len(n) - len(starts) - 2
        spread = max(1.0, ((n - rate) ** 2 / rate).sum() / free) if free > 0 else 1.0
        floor = logl[at] - _REGION / 2 * spread
        inside = np.flatnonzero(logl >= floor)
        first, last = max(inside[0] - 1, 0), min(inside[-1] + 1, len(logl) - 1)
        told = half_lives
        half_lives = np.geomspace(half_lives[first], half_lives[last], _HALF_LIVES)
    triggered = (branching[at] * pressure[at] / rate * n).sum() / n.sum()
    low, high = (
        _bound(n, shape, pressure, starts, (branching[at], limit), floor)
        for limit in (0.0, 1.0)
    )
    return {
        "branching": branching[at],
        "branching_p05": low,
        "branching_p95": high,
        "half_life": told[at] if branching[at] > 0 else np.nan,
        "half_life_p05": told[inside[0]],
        "half_life_p95": told[inside[-1]],
        "share": triggered,
        "at_limit": bool(told[inside[-1]] >= longest * (1 - 1e-9)),
        "dispersion": spread,
        "phases": len(starts),
    }


def _levels(
    n: np.ndarray,
    shape: np.ndarray,
    pressure: np.ndarray,
    starts: np.ndarray,
    branching: np.ndarray,
    level: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rates, their slope by branching and the levels that are most likely.

    One row per half-life; Newton's steps for all levels at once.  The slope of the
    likelihood by a level falls with it, so that each has one best value.
    """
    lengths = np.diff([*starts, len(n)])
    time = np.add.reduceat(shape, starts)
    most = np.add.reduceat(n, starts) / time + 1e-12
    triggered = branching[:, None] * pressure
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
    return rate, ((n / rate - 1) * pressure).sum(axis=1), level


def _likelihood(n: np.ndarray, rate: np.ndarray) -> np.ndarray:
    return (n * np.log(rate) - rate).sum(axis=-1)


def _branchings(
    n: np.ndarray, shape: np.ndarray, pressure: np.ndarray, starts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return for each half-life the best branching from 0 to 1 and its likelihood."""
    low, high = np.zeros(len(pressure)), np.ones(len(pressure))
    _, slope, level = _levels(n, shape, pressure, starts, low)
    none = slope <= 0
    for _ in range(20):
        middle = (low + high) / 2
        _, slope, level = _levels(n, shape, pressure, starts, middle, level)
        low, high = np.where(slope > 0, middle, low), np.where(slope > 0, high, middle)
    best = np.where(none, 0.0, (low + high) / 2)
    return best, _likelihood(n, _levels(n, shape, pressure, starts, best)[0])


def _bound(
    n: np.ndarray,
    shape: np.ndarray,
    pressure: np.ndarray,
    starts: np.ndarray,
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
        given = np.full(len(pressure), tried)
        rate, _, level = _levels(n, shape, pressure, starts, given, level)
        if _likelihood(n, rate).max() >= floor:
            if tried == outer:
                return outer
            inner = tried
        else:
            outer = tried
    return outer


def _known_days(events: pd.DataFrame | pd.Series, classes: Names | None) -> pd.Series:
    """Return the days of the events that can be counted."""
    if isinstance(events, pd.DataFrame):
        read = ("event_id", "event_class", "modality", "grain", "start", "end")
        require(events, read, "events", key="event_id")
        wanted = codes([] if classes is None else classes, EVENT_CLASSES, "classes")
        counted = events["event_class"].isin(wanted) & (events["grain"] == "discrete")
        counted &= events["modality"].isin(COUNTED_MODALITIES)
        return events.loc[counted & (events["start"] == events["end"]), "start"]
    if classes is not None:
        msg = "classes is given with days, wanted None; hand in the events instead"
        raise ValueError(msg)
    if not isinstance(events, pd.Series) or events.dtype.kind != "M":
        msg = f"events is a {type(events).__name__}, wanted events or a Series of days"
        raise TypeError(msg)
    if events.dt.tz is not None:
        msg = f"days are in {events.dt.tz}, wanted local days; dt.tz_localize(None)"
        raise ValueError(msg)
    return events.dropna().dt.normalize()


def _by_chance(number: int, span: int) -> tuple[float, float]:
    """Return the middle 90 % of B for so many events at random on so many days."""
    rng = np.random.default_rng(0)
    drawn = (rng.multinomial(number, np.full(span, 1 / span)) for _ in range(_DRAWS))
    several = (one for one in drawn if np.count_nonzero(one) > 1)
    low, high = np.quantile([_corrected(*_moments(one)) for one in several], _MIDDLE)
    return low, high


def _moments(perday: np.ndarray) -> tuple[float, float, int]:
    """Return mean and mean square of the intervals, and their number.

    Averaged over times evenly at random within each day.  Of k times in a day, both
    ends and the k - 1 intervals follow the beta distribution of (1, k): mean 1 / (k +
    1) and mean square 2 / ((k + 1) (k + 2)).
    """
    day = np.flatnonzero(perday)
    k = perday[day].astype("float64")
    mean, square = 1 / (k + 1), 2 / ((k + 1) * (k + 2))
    clear = np.diff(day) - 1.0  # whole days between the two
    edges = mean[:-1] + mean[1:]
    between = clear**2 + 2 * clear * edges + square[:-1] + square[1:]
    between += 2 * mean[:-1] * mean[1:]
    within = (k - 1) * square
    total = (clear + edges).sum() + ((k - 1) * mean).sum()
    number = int(k.sum()) - 1
    return total / number, (between.sum() + within.sum()) / number, number


def _corrected(mean: float, square: float, number: int) -> float:
    r = np.sqrt(max(square / mean**2 - 1, 0.0))
    upper, lower = np.sqrt(number + 1), np.sqrt(number - 1)
    return float((upper * r - lower) / ((upper - 2) * r + lower))
